"""What stands beside an order: its course, what the customer paid before, and how far he is trusted."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from salesdesk.domain import dates
from salesdesk.domain.kinds import Price, Qty
from salesdesk.domain.money import show_scaled
from salesdesk.modules.orders.rules import available
from ui.kit.charts import BarChart, ProgressLine
from ui.kit.widgets import Card, ElidedLabel, label, row, rule, set_ink
from ui.pages.orders.order_draft import OrderDraft
from ui.pages.orders.surroundings import Surroundings
from ui.pages.orders.timeline import Timeline, steps_of

WIDTH = 264
PRICE, QTY = Price(), Qty()
MARGINS = (16, 13, 16, 13)


def yuan(fen: int) -> str:
    """ "¥44,017", with cents only when there are any."""
    text = show_scaled(abs(fen), 100, 2 if fen % 100 else 0)
    return f"-¥{text}" if fen < 0 else f"¥{text}"


def short_yuan(fen: int) -> str:
    """ "¥3.9 万" for large amounts."""
    return yuan(fen) if abs(fen) < 1_000_000 else f"¥{show_scaled(fen, 1_000_000, 0, 1)} 万"


class Fact(QWidget):
    """A name at the left and its value at the right."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self.value = label("—", "grid")
        self.value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._title = label(name, "caption", "text2")
        self.setLayout(row(self._title, 1, self.value, spacing=6))
        self.setFixedHeight(24)

    def say(self, text: str, ink: str = "text") -> None:
        """Show a value."""
        self.value.setText(text or "—")
        set_ink(self.value, ink)
        self.setAccessibleName(f"{self._name} {text}")


class PriceCard(Card):
    """The product of the current line: stock, list price, and the last prices of this customer."""

    def __init__(self) -> None:
        super().__init__("本行产品", margins=MARGINS)
        self.body.setSpacing(2)
        self.name = ElidedLabel("", "grid")
        self.body.addWidget(self.name)
        self.stock, self.listed, self.floor = Fact("可用库存"), Fact("标准售价"), Fact("最低限价")
        for fact in (self.stock, self.listed, self.floor):
            self.body.addWidget(fact)
        self.body.addSpacing(2)
        self.body.addWidget(rule())
        self.heading = label("这个客户最近的价", "caption", "text2")
        self.body.addWidget(self.heading)
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(2)
        self._grid.setHorizontalSpacing(12)
        self._grid.setColumnStretch(1, 1)
        self.body.addLayout(self._grid)
        self.hide()

    def show_facts(self, around: Surroundings, today: str) -> None:
        """Tell about the product; hidden when the line has none."""
        product = around.product
        self.setVisible(product is not None)
        if product is None:
            return
        self.name.set_text(f"{product['code']} {product['name']}")
        have = available(around.facts, str(product["uid"])) or 0
        self.stock.say(f"{QTY.show(have)} {product['unit'] or ''}".strip(), "warn" if have <= 0 else "text")
        self.listed.say(f"¥{PRICE.show(product['list_price'])}" if product["list_price"] is not None else "未定价")
        self.floor.say(f"¥{PRICE.show(product['floor_price'])}" if product["floor_price"] is not None else "不限")
        self.heading.setText("这个客户最近的价" if around.prices else "这个客户没有买过")
        while self._grid.count():
            item = self._grid.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        for i, one in enumerate(around.prices):
            day = one.day[5:] if one.day[:4] == today[:4] else one.day[2:]
            for column, (text, side) in enumerate((
                (day, Qt.AlignmentFlag.AlignLeft), (f"{QTY.show(one.qty)} {product['unit'] or ''}", Qt.AlignmentFlag.AlignRight),
                (f"¥{PRICE.show(one.price)}", Qt.AlignmentFlag.AlignRight),
            )):  # fmt: skip
                cell: QLabel = label(
                    text,
                    "caption" if column < 2 else "grid",
                    "text2" if column < 2 else "text",
                    bold=column == 2 and i == 0,
                )
                cell.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)
                cell.setToolTip(one.number)
                self._grid.addWidget(cell, i, column)


class CreditCard(Card):
    """How much the customer owes and may still order, and what he ordered in the last months."""

    def __init__(self) -> None:
        super().__init__("客户信用", margins=MARGINS)
        self.body.setSpacing(2)
        self.share = Fact("已用额度")
        self.bar = ProgressLine("已用额度")
        self.limit, self.owed, self.unbilled = Fact("信用额度"), Fact("未收"), Fact("已发未开票")
        self.open, self.deposit = Fact("已订未发"), Fact("预收和订金")
        self.left, self.last = Fact("本单后可用"), Fact("上次下单")
        self.body.addWidget(self.share)
        self.body.addWidget(self.bar)
        self.body.addSpacing(3)
        for fact in (self.limit, self.owed, self.unbilled, self.open, self.deposit, self.left, self.last):
            self.body.addWidget(fact)
        self.body.addSpacing(2)
        self.body.addWidget(rule())
        self.mean = Fact("近 6 月下单")
        self.body.addWidget(self.mean)
        self.chart = BarChart("近 6 月下单")
        self.chart.axis = False
        self.chart.setFixedHeight(84)
        self.body.addWidget(self.chart)

    def show_facts(self, around: Surroundings, order: OrderDraft) -> None:
        """Tell about the customer; hidden while none is chosen."""
        customer = around.facts.customer
        self.setVisible(customer is not None)
        if customer is None:
            return
        limit, have = customer.get("credit_limit"), around.facts.exposure
        own = 0 if order.state == "cancelled" else order.total - _delivered(order)
        used = have.total + own
        self.bar.setVisible(limit is not None)
        self.left.setVisible(limit is not None)
        self.limit.say(yuan(limit) if limit is not None else "未设，不检查")
        if limit:
            share = used / limit
            self.share.say(f"{share:.0%}" if share <= 1 else f"{share:.0%}，已超额度", "err" if share > 1 else "text")
            self.bar.set_share(share)
        else:
            self.share.say("")
        self.share.setVisible(limit is not None)
        self.owed.say(yuan(have.unpaid))
        self.unbilled.say(yuan(have.unbilled))
        self.open.say(yuan(have.undelivered))
        self.deposit.setVisible(have.deposit != 0)
        self.deposit.say(yuan(-have.deposit))
        if limit is not None:
            self.left.say(yuan(limit - used), "err" if used > limit else "text")
        last = around.last_order
        today = order.draft.today
        self.last.say(
            ""
            if last is None
            else f"{dates.show_day_short(str(last['order_date']), today).split()[0]} · {yuan(last['amount'] or 0)}"
        )
        amounts = [a for _, a in around.months]
        self.mean.say(f"月均 {short_yuan(sum(amounts) // max(1, len(amounts)))}")
        self.chart.set_data([n for n, _ in around.months], [a / 1_000_000 for a in amounts])


def _delivered(order: OrderDraft) -> int:
    """Value of what has left the house of this very order, 分."""
    return sum(
        ((line.get("delivered") or 0) + (line.get("closed") or 0)) * (line.get("price") or 0) // 100000
        for line in order.draft.lines
    )


class SidePanel(QScrollArea):
    """The three cards below one another; scrolls on low screens."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(WIDTH + 4)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("订单旁边的情况")
        inner = QWidget()
        inner.setObjectName("scrolled")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(12)
        self.progress = Card("订单进度", margins=MARGINS)
        self.timeline = Timeline()
        self.progress.body.addWidget(self.timeline)
        self.prices, self.credit = PriceCard(), CreditCard()
        self.credit.hide()
        for part in (self.progress, self.prices, self.credit):
            column.addWidget(part)
        column.addStretch(1)
        self.setWidget(inner)

    def show_order(self, order: OrderDraft, around: Surroundings | None) -> None:
        """Bring everything up to date."""
        self.timeline.set_steps(steps_of(order, around))
        if around is not None:
            self.prices.show_facts(around, order.draft.today)
            self.credit.show_facts(around, order)
