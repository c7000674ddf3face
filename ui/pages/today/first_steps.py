"""What a new company sees on its first day: three steps, each with the button that takes it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from salesdesk.modules.today.queries import Beginnings
from ui.kit.theme import theme
from ui.kit.widgets import Button, button, label, row

STEPS = (
    (
        "products",
        "导入产品",
        "从现有的 Excel 价目表导入：编码、名称、规格、单位、单价、底价、库存。列名不用改，程序会自己认。",
        "导入产品",
        "手工录一个",
    ),
    (
        "customers",
        "导入客户",
        "从客户名单导入：编码、名称、联系人、电话、地址、税号、额度。重复的、写错的先列出来再写入。",
        "导入客户",
        "手工录一个",
    ),
    (
        "orders",
        "第一张订单",
        "选客户，打几个字母找产品，填数量。或者把客户发来的 Excel 订单整张导进来。",
        "新建订单",
        "登记来单",
    ),
)


class Number(QWidget):
    """The number of a step in a disc, a tick once it is done."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number, self._done, self._next = number, False, False
        self.setFixedSize(32, 32)

    def set_state(self, done: bool, following: bool) -> None:
        """Done, next, or later."""
        self._done, self._next = done, following
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = theme(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._done:
            painter.drawPixmap(0, 0, look.pixmap("checkmark_circle", "ok", 32, True, self.devicePixelRatioF()))
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.color("accent" if self._next else "neutral_bg"))
            painter.drawEllipse(QRectF(self.rect()).adjusted(1, 1, -1, -1))
            painter.setFont(look.font("subtitle", True))
            painter.setPen(look.color("on_accent" if self._next else "neutral"))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, str(self._number))
        painter.end()


class StepCard(QFrame):
    """One step: number, what it is for, the button, and the way without a file."""

    wanted = Signal(bool)  # the main way; False: the other one

    def __init__(self, number: int, title: str, hint: str, main: str, other: str) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.number = Number(number)
        self.title = label(title, "subtitle", bold=True)
        self.state = label("", "caption", "ok", bold=True)
        self.hint = label(hint, "grid", "text2")
        self.hint.setWordWrap(True)
        self.main: Button = button(main, clicked=self._main)
        self.other: Button = button(other, clicked=self._other)
        self.other.set_kind("quiet")
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 20, 22, 18)
        column.setSpacing(12)
        column.addLayout(row(self.number, self.title, 1, self.state, spacing=12))
        column.addWidget(self.hint, 1)
        column.addLayout(row(self.main, self.other, 1))

    def _main(self) -> None:
        self.wanted.emit(True)

    def _other(self) -> None:
        self.wanted.emit(False)

    def set_state(self, done: bool, following: bool) -> None:
        """Done, next, or later; the next one has the coloured button."""
        self.number.set_state(done, following)
        self.state.setText("已有" if done else "")
        self.main.set_kind("primary" if following else "")
        self.setAccessibleName(f"{self.title.text()}{'，已做' if done else '，下一步' if following else ''}")


class FirstSteps(QWidget):
    """wanted(step, main way): products, customers or orders."""

    wanted = Signal(str, bool)

    def __init__(self) -> None:
        super().__init__()
        self.cards: dict[str, StepCard] = {}
        line = row(spacing=14)
        for number, (key, *words) in enumerate(STEPS, 1):
            card = StepCard(number, *words)
            card.wanted.connect(partial(self.wanted.emit, key))
            self.cards[key] = card
            line.addWidget(card, 1)
        head = label("三步就能开单", "subtitle", bold=True)
        note = label(
            "数据都在这台电脑上，不用联网。做错了随时按 Ctrl+Z 撤销；按 Ctrl+K 搜一切，按 F1 看全部快捷键。",
            "grid",
            "text2",
        )
        note.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 10, 0, 0)
        column.setSpacing(10)
        column.addWidget(head)
        column.addWidget(note)
        column.addSpacing(4)
        column.addLayout(line)
        column.addStretch(1)

    def show_begun(self, begun: Beginnings) -> None:
        """Tick what is there; the first that is missing is next."""
        done = {"products": begun.products, "customers": begun.customers, "orders": begun.orders}
        following = next((key for key, has in done.items() if not has), "")
        for key, card in self.cards.items():
            card.set_state(done[key], key == following)
