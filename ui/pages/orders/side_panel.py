"""What stands beside an order: its course, what the customer paid before, and how far he is trusted."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from salesdesk.domain import dates
from salesdesk.domain.money import show_scaled
from ui.kit.charts import BarChart, ProgressLine
from ui.kit.fact import Fact
from ui.kit.steps import Timeline
from ui.kit.widgets import Card, rule
from ui.pages.orders.order_draft import OrderDraft
from ui.pages.orders.price_card import MARGINS, PriceCard
from ui.pages.orders.surroundings import Surroundings
from ui.pages.orders.timeline import steps_of

WIDTH = 264


def yuan(fen: int) -> str:
    """ "¥44,017", with cents only when there are any."""
    text = show_scaled(abs(fen), 100, 2 if fen % 100 else 0)
    return f"-¥{text}" if fen < 0 else f"¥{text}"


def short_yuan(fen: int) -> str:
    """ "¥3.9 万" for large amounts."""
    return yuan(fen) if abs(fen) < 1_000_000 else f"¥{show_scaled(fen, 1_000_000, 0, 1)} 万"


class CreditCard(Card):
    """How much the customer owes and may still order, and what he ordered in the last months."""

    wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__("客户信用", margins=MARGINS)
        self.body.setSpacing(2)
        self.share = Fact("已用额度")
        self.bar = ProgressLine("已用额度")
        self.limit, self.owed, self.unbilled = Fact("信用额度"), Fact("未收", "unpaid"), Fact("已发未开票", "unbilled")
        self.open, self.deposit = Fact("已订未发", "undelivered"), Fact("预收和订金", "deposit")
        self.overdue = Fact("其中逾期", "overdue")
        self.owing, self.changes = Fact("还欠他的货", "owing"), Fact("没接收的变更", "changes")
        self.left, self.last = Fact("本单后可用"), Fact("上次下单")
        self.body.addWidget(self.share)
        self.body.addWidget(self.bar)
        self.body.addSpacing(3)
        for fact in (self.limit, self.owed, self.overdue, self.unbilled, self.open, self.deposit, self.left, self.last):
            self.body.addWidget(fact)
        self.body.addSpacing(2)
        self.body.addWidget(rule())
        for fact in (self.owing, self.changes):
            self.body.addWidget(fact)
        self.facts = [self.owed, self.overdue, self.unbilled, self.open, self.deposit, self.owing, self.changes]
        for fact in self.facts:
            fact.wanted.connect(self.wanted)
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
        amount, days = around.facts.overdue
        self.overdue.setVisible(amount > 0)
        self.overdue.say(f"{yuan(amount)}，{days} 天", "err")
        owing = around.owing
        late = f"，{owing.late} 行过期" if owing.late else ""
        self.owing.say(f"{owing.lines} 行 {short_yuan(owing.worth)}{late}" if owing.lines else "不欠货",
                       "warn" if owing.late else "text")  # fmt: skip
        self.changes.setVisible(owing.changes > 0)
        self.changes.say(f"{owing.changes} 件", "warn")
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
    """The three cards below one another; scrolls on low screens. wanted(figure): the rows behind a figure are asked for."""

    wanted = Signal(str)

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
        self._column = column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(12)
        self.progress = Card("订单进度", margins=MARGINS)
        self.timeline = Timeline("订单进度")
        self.progress.body.addWidget(self.timeline)
        self.prices, self.credit = PriceCard(), CreditCard()
        self.credit.hide()
        self.prices.wanted.connect(self.wanted)
        self.credit.wanted.connect(self.wanted)
        for part in (self.progress, self.prices, self.credit):
            column.addWidget(part)
        column.addStretch(1)
        self.setWidget(inner)

    def show_order(self, order: OrderDraft, around: Surroundings | None) -> None:
        """Bring everything up to date. While an order is typed its product and customer come first, later its course."""
        at = 2 if order.state in ("", "draft", "parked") else 0
        if self._column.indexOf(self.progress) != at:
            self._column.removeWidget(self.progress)
            self._column.insertWidget(at, self.progress)
        self.timeline.set_steps(steps_of(order, around))
        if around is not None:
            self.prices.show_facts(around, order.draft.today, not order.draft.filled_lines())
            self.credit.show_facts(around, order)

    def focus_first(self) -> bool:
        """Put the cursor on the first figure that can be opened; False when none is shown."""
        shown = self._shown()
        if shown:
            shown[0].setFocus(Qt.FocusReason.OtherFocusReason)
            self.ensureWidgetVisible(shown[0])
        return bool(shown)

    def _shown(self) -> list[Fact]:
        return [fact for fact in (*self.prices.facts, *self.credit.facts) if fact.isVisible()]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """↑ and ↓ walk the figures; what a figure does not use comes here."""
        shown = self._shown()
        at = next((i for i, fact in enumerate(shown) if fact.hasFocus()), -1)
        by = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
        if at >= 0 and by:
            to = shown[(at + by) % len(shown)]
            to.setFocus(Qt.FocusReason.OtherFocusReason)
            self.ensureWidgetVisible(to)
        else:
            super().keyPressEvent(event)
