"""The product of the current line: stock less what is promised, why it costs what it costs, what was paid before."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from salesdesk.domain.kinds import Price, Qty
from salesdesk.modules.orders.beside import LAST, Goods
from salesdesk.modules.orders.rules import LastPrice
from ui.kit.fact import Fact
from ui.kit.widgets import Card, ElidedLabel, label, rule
from ui.pages.orders.surroundings import Surroundings

PRICE, QTY = Price(), Qty()
MARGINS = (16, 13, 16, 13)


class PriceRows(QWidget):
    """Up to five prices, newest first. The labels are made once and only their texts change, so nothing flickers."""

    def __init__(self) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(2)
        grid.setHorizontalSpacing(8)
        grid.setColumnStretch(0, 1)
        self._rows: list[tuple[QLabel, QLabel, QLabel]] = []
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for i in range(LAST):
            left = ElidedLabel("", "caption", "text2")
            middle, price = label("", "caption", "text2"), label("", "grid", "text", bold=i == 0)
            for column, cell in enumerate((left, middle, price)):
                if column:
                    cell.setAlignment(right)
                cell.hide()
                grid.addWidget(cell, i, column)
            self._rows.append((left, middle, price))

    def show_prices(self, prices: tuple[LastPrice, ...], unit: str, today: str) -> None:
        """Show prices; a row without one is hidden."""
        for i, cells in enumerate(self._rows):
            one = prices[i] if i < len(prices) else None
            for cell in cells:
                cell.setVisible(one is not None)
            if one is None:
                continue
            day = one.day[5:] if one.day[:4] == today[:4] else one.day[2:]
            words = f"{day} {one.who}" if one.who else day
            left, middle, price = cells
            if isinstance(left, ElidedLabel):
                left.set_text(words)
            middle.setText(f"{QTY.show(one.qty)} {unit}".strip())
            price.setText(f"¥{PRICE.show(one.price)}")
            for cell in cells:
                cell.setToolTip(f"{one.number} {one.day} {one.who}".strip())

    def texts(self) -> list[str]:
        """What is read, row by row."""
        return [
            " ".join(cell.text_whole() if isinstance(cell, ElidedLabel) else cell.text() for cell in cells)
            for cells in self._rows
            if not cells[0].isHidden()
        ]


class PriceCard(Card):
    """wanted(figure): somebody asked for the rows behind a figure."""

    wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__("本行产品", margins=MARGINS)
        self.body.setSpacing(2)
        self.product = ""
        self.name = ElidedLabel("", "grid")
        self.body.addWidget(self.name)
        self.stock, self.promised = Fact("可用库存", "promised"), Fact("已答应别人", "promised")
        self.expected = Fact("在做在买", "promised")
        self.price, self.listed, self.floor = Fact("现在的价", "why"), Fact("标准售价"), Fact("最低限价")
        self.why = label("", "caption", "text2")
        self.why.setWordWrap(True)
        for fact in (self.stock, self.promised, self.expected, self.price):
            self.body.addWidget(fact)
        self.body.addWidget(self.why)
        for fact in (self.listed, self.floor):
            self.body.addWidget(fact)
        self.body.addSpacing(2)
        self.body.addWidget(rule())
        self.heading, self.here = Fact("这个客户最近的价", "mine"), PriceRows()
        self.heading2, self.elsewhere = Fact("别的客户最近的价", "others"), PriceRows()
        for part in (self.heading, self.here, self.heading2, self.elsewhere):
            self.body.addWidget(part)
        self.facts = [self.stock, self.promised, self.expected, self.price, self.heading, self.heading2]
        for fact in self.facts:
            fact.wanted.connect(self.wanted)
        self.hide()

    def show_facts(self, around: Surroundings, today: str, empty: bool) -> None:
        """Tell about the product. On a line without one the last product stays, unless the whole order is empty."""
        product = around.product
        if product is None:
            if empty:
                self.hide()
            return
        self.product = str(product["uid"])
        goods: Goods = around.goods
        unit = str(product["unit"] or "")
        self.name.set_text(f"{product['code']} {product['name']}")
        have = goods.on_hand - goods.promised
        self.stock.say(f"{QTY.show(have)} {unit}".strip(), "warn" if have <= 0 else "text")
        self.promised.say(f"{QTY.show(goods.promised)} {unit}".strip())
        self.promised.setVisible(goods.promised > 0)
        self.expected.say(f"{QTY.show(goods.expected)}，{goods.expected_day[5:]} 起")
        self.expected.setVisible(goods.expected > 0)
        quote = goods.quote
        agreed = quote is not None and quote.agreed and quote.price is not None
        self.price.setVisible(agreed)
        self.why.setVisible(agreed)
        if quote is not None and agreed:
            self.price.say(f"¥{PRICE.show(quote.price)}")
            self.why.setText("；".join((*quote.why, *((quote.hint,) if quote.hint else ()))))
        self.listed.say(f"¥{PRICE.show(product['list_price'])}" if product["list_price"] is not None else "未定价")
        self.floor.say(f"¥{PRICE.show(product['floor_price'])}" if product["floor_price"] is not None else "不限")
        self.heading.say(f"{len(goods.mine)} 次" if goods.mine else "没有买过", "text2")
        self.here.show_prices(goods.mine, unit, today)
        self.heading2.say(f"{len(goods.others)} 家" if goods.others else "没有卖过", "text2")
        self.elsewhere.show_prices(goods.others, unit, today)
        self.show()
