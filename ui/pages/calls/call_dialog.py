"""客户来电: a few letters of the customer's name, and everything he may ask stands there in sentences to read aloud."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from salesdesk.domain import dates
from salesdesk.domain.kinds import Qty
from salesdesk.domain.masking import WHOLE, shown
from salesdesk.domain.problems import Problem, summary
from salesdesk.modules.calls import queries, words
from salesdesk.modules.calls.model import CALL
from salesdesk.modules.calls.queries import Card
from salesdesk.services.lists import Hit
from salesdesk.services.module import Outcome
from ui.kit.editor_base import LineEditor
from ui.kit.editors import DayEdit
from ui.kit.page import PageContext
from ui.kit.plain_table import PlainTable
from ui.kit.reveal import KEYS, TIP, Reveals
from ui.kit.theme import theme
from ui.kit.widgets import Banner, Button, ElidedLabel, FieldLabel, IconLabel, QuietButton, button, label, row

OFFERED = 8
QTY = Qty()
TITLES = ("订单", "货", "规格", "还欠", "答应", "库存")


@dataclass(frozen=True)
class Answer:
    """What was found for the typed letters, and the card of the one in hand."""

    hits: tuple[Hit, ...]
    card: Card | None


class CallDialog(QDialog):
    """Typing finds, ↑ ↓ choose, Enter goes on to what he asks, Ctrl+Enter notes the call, Ctrl+Shift+C copies the answer."""

    def __init__(self, context: PageContext, parent: QWidget | None, customer: str = "") -> None:
        super().__init__(parent)
        self._context = context
        self.card: Card | None = None
        self._hits: tuple[Hit, ...] = ()
        self.setWindowTitle("客户来电")
        self.setMinimumSize(760, 480)
        self.resize(980, 660)
        self.search = QLineEdit()
        self.search.setFont(theme().font("subtitle"))
        self.search.setPlaceholderText("哪家来电？打拼音首字母、名称、电话都行，如 hy")
        self.search.setAccessibleName("哪家来电")
        self.search.textEdited.connect(self._typed)
        self.hits = QListWidget()
        self.hits.setAccessibleName("像的客户")
        self.hits.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hits.setFixedWidth(210)
        self.hits.setFrameShape(QFrame.Shape.NoFrame)
        self.hits.itemClicked.connect(self._clicked)
        self.hits.hide()
        self.banner = Banner()
        self.name = label("", "title", bold=True)
        self.who = ElidedLabel("", "grid", "text2")
        self.phone = label("", "grid", "text2")
        self.eye = QuietButton(f"显示电话　{KEYS}", "eye", self.reveal)
        self.eye.setToolTip(TIP)
        self.reveals = Reveals(context, "customer", self)
        self.reveals.changed.connect(self._show_phone)
        self.spoken = label("", "subtitle")
        self.spoken.setWordWrap(True)
        self.spoken.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.spoken.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.money = ElidedLabel("", "grid", "text2")
        self.owed = PlainTable("还欠的货", TITLES, (1,))
        self.from_whom = LineEditor(CALL["from_whom"], context.desk.today)
        self.asked = LineEditor(CALL["asked"], context.desk.today)
        self.promise = LineEditor(CALL["promise"], context.desk.today)
        self.due = DayEdit(CALL["due"], context.desk.today)
        self.asked.setPlaceholderText("例如 催 DN50 球阀")
        self.promise.setPlaceholderText("例如 下午回电报到货时间")
        self.log: Button = button("记来电", primary=True, clicked=self.note)
        self.log.setToolTip("记下这次来电（Ctrl+Enter）")
        self.copy = QuietButton("复制全文", "copy", self.copy_text)
        self.copy.setToolTip("复制给客户发微信（Ctrl+Shift+C）")
        self._lay_out()
        for keys, act in (
            ("Ctrl+Return", self.note), ("Ctrl+Enter", self.note), ("Ctrl+Shift+C", self.copy_text), ("F12", self.again),
            (KEYS, self.reveal),
        ):  # fmt: skip
            QShortcut(QKeySequence(keys), self, act)
        self._show_card(None)
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)
        if customer:
            self._read("", customer)

    def _lay_out(self) -> None:
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        speech = QFrame()
        speech.setProperty("sunken", True)
        inside = QVBoxLayout(speech)
        inside.setContentsMargins(16, 12, 16, 12)
        inside.addWidget(self.spoken)
        self.area.setWidget(speech)
        answer = QVBoxLayout()
        answer.setSpacing(8)
        heading = row(self.name, self.who, self.phone, self.eye, spacing=12)
        heading.setStretch(1, 1)
        answer.addLayout(heading)
        answer.addWidget(self.area)
        answer.addLayout(row(IconLabel("eye", "text2", 18), self.money, spacing=8))
        answer.addWidget(self.owed, 1)
        both = QHBoxLayout()
        both.setSpacing(14)
        both.addWidget(self.hits)
        both.addLayout(answer, 1)
        line = row(
            _field("谁打来的", self.from_whom, 120),
            _field("问什么", self.asked),
            _field("答应了什么", self.promise),
            _field("什么时候前", self.due, 172),
            spacing=12,
        )
        for at in (1, 2):
            line.setStretch(at, 1)
        close = button("关闭", clicked=self.reject)
        close.setToolTip("Esc")
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 18, 22, 18)
        column.setSpacing(12)
        column.addLayout(row(IconLabel("phone", "accent", 22), self.search, spacing=10))
        column.addWidget(self.banner)
        column.addLayout(both, 1)
        column.addLayout(line)
        column.addLayout(row(self.copy, 1, close, self.log, spacing=10))

    # -- finding ---------------------------------------------------------------------------------------------------

    def _typed(self, text: str) -> None:
        self.banner.hide()
        self._read(text, "")

    def _read(self, text: str, customer: str) -> None:
        """Find and read beside the window; only the latest key counts."""
        desk, old = self._context.desk, self._hits

        def job() -> Answer:
            hits = tuple(desk.find(text, "customer", OFFERED)) if not customer else old
            wanted = customer or (hits[0].uid if hits else "")
            with desk.read() as reader:
                return Answer(hits, queries.card(reader, wanted, desk.today) if wanted else None)

        self._context.ops.read(job, self._came, token=("call", id(self)))

    def _came(self, found: Answer) -> None:
        if found.hits != self._hits:
            self._hits = found.hits
            self.hits.clear()
            for hit in found.hits:
                item = QListWidgetItem(hit.title)
                item.setToolTip(f"{hit.title}\n{hit.subtitle}")
                self.hits.addItem(item)
        self.hits.setVisible(len(self._hits) > 1)
        self._show_card(found.card)
        if found.card is not None and self._hits:
            at = next((i for i, h in enumerate(self._hits) if h.uid == found.card.customer), -1)
            self.hits.setCurrentRow(at)
        elif not found.card and self.search.text().strip():
            self.name.setText(f"没有找到「{self.search.text().strip()}」")
            self.who.set_text("改几个字再找；新客户到客户档案里先建")

    def _clicked(self, item: QListWidgetItem) -> None:
        self._choose(self.hits.row(item))

    def _choose(self, at: int) -> None:
        if self._hits:
            self._read("", self._hits[at % len(self._hits)].uid)

    def again(self) -> None:
        """F12 once more: the next customer calls."""
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)
        self.search.selectAll()

    # -- showing ---------------------------------------------------------------------------------------------------

    def _show_card(self, card: Card | None) -> None:
        self.card = card
        self.reveals.cover_all(but=card.customer if card is not None else "")
        self._show_phone()
        for part in (self.area, self.owed, self.log, self.copy, self.from_whom, self.asked, self.promise, self.due):
            part.setEnabled(card is not None)
        self.area.setVisible(card is not None)
        self.owed.setVisible(card is not None and bool(card.owed))
        if card is None:
            self.name.setText("")
            self.who.set_text("打几个字母，欠货、交期、发货、往来马上出来，照着念就行")
            self.money.set_text("")
            self.owed.setRowCount(0)
            return
        today = self._context.desk.today
        self.name.setText(card.name)
        self.who.set_text(" · ".join(filter(None, (card.contact, card.salesperson and f"业务员 {card.salesperson}"))))
        self.spoken.setText(words.spoken(card, today))
        self._make_room()
        self.money.set_text(f"账上（问起才说）：{words.money(card)}")
        self.owed.setRowCount(len(card.owed))
        for i, one in enumerate(card.owed):
            self.owed.put(i, 0, one.number, "text2")
            self.owed.put(i, 1, one.product)
            self.owed.put(i, 2, one.spec, "text2")
            self.owed.put(i, 3, words.quantity(one.left, one.unit))
            day = dates.show_day_short(one.promised, today) if one.promised else "没定"
            self.owed.put(i, 4, f"{day}　晚 {one.late} 天" if one.late else day, "err" if one.late else "text",
                          "warning" if one.late else "")  # fmt: skip
            enough = one.on_hand >= one.left
            self.owed.put(i, 5, f"{QTY.show(one.on_hand)} {'够' if enough else '不够'}", "ok" if enough else "warn")
        self.owed.finish()

    def _show_phone(self, uid: str = "") -> None:
        """The telephone number under stars, or in full where it was asked for."""
        number = self.card.phone if self.card is not None else ""
        veil = self.reveals.veil(self.card.customer) if self.card is not None else WHOLE
        self.phone.setText(shown(self._context.desk.entity("customer")["phone"], number, veil))
        self.phone.setVisible(bool(number))
        self.phone.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.eye.setVisible(bool(number) and "phone" in veil and self.reveals.may)

    def reveal(self) -> None:
        """Show the telephone number; that it was looked at is kept."""
        if self.card is not None and self.card.phone:
            self.reveals.ask(self.card.customer)

    def _make_room(self) -> None:
        """The sentences have the room they need, up to a third of the card; longer ones scroll."""
        wide = self.width() - 44 - (self.hits.width() + 14 if self.hits.isVisible() else 0) - 34
        high = self.spoken.heightForWidth(wide) + 26
        self.area.setFixedHeight(max(64, min(high, self.height() // 3)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    # -- doing -----------------------------------------------------------------------------------------------------

    def copy_text(self) -> None:
        """The answer as text, for a message."""
        if self.card is not None:
            QApplication.clipboard().setText(words.as_text(self.card, self._context.desk.today))
            self.banner.say("ok", "已复制，可以直接粘到微信里")

    def note(self) -> None:
        """记来电."""
        if self.card is None:
            self.banner.say("warn", "先打几个字母找到客户")
            self.search.setFocus()
            return
        for editor in (self.from_whom, self.asked, self.promise, self.due):
            editor.commit()
        args = {
            "customer": self.card.customer,
            "from_whom": self.from_whom.text().strip() or None,
            "asked": self.asked.text().strip() or None,
            "told": words.spoken(self.card, self._context.desk.today),
            "promise": self.promise.text().strip() or None,
            "due": self.due.value() or self.due.text().strip() or None,
        }
        if not args["asked"] and not args["promise"]:
            args["asked"] = "查进度"
        self._context.ops.run("call.log", args, self._noted, self._refused, self.log)

    def _noted(self, outcome: Outcome) -> None:
        self.accept()

    def _refused(self, problems: tuple[Problem, ...]) -> None:
        self.banner.say("err", summary(list(problems)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, focus = event.key(), QApplication.focusWidget()
        if focus is self.search and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._choose(self.hits.currentRow() + (1 if key == Qt.Key.Key_Down else -1))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if focus is self.owed and self.card is not None and 0 <= self.owed.currentRow() < len(self.card.owed):
                order = self.card.owed[self.owed.currentRow()].order
                self.accept()
                self._context.show_record("sales_order", order)
            elif focus is self.search:
                self.asked.setFocus(Qt.FocusReason.TabFocusReason)
            else:
                self.focusNextChild()
        else:
            super().keyPressEvent(event)


def _field(title: str, editor: QWidget, width: int = 0) -> QWidget:
    cell = QWidget()
    column = QVBoxLayout(cell)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(2)
    column.addWidget(FieldLabel(title))
    column.addWidget(editor)
    if width:
        cell.setFixedWidth(width)
    return cell


def open_anywhere(context: PageContext, args: Mapping[str, Any]) -> CallDialog:
    """Lay the card over whatever is in front; args may name the customer."""
    dialog = CallDialog(context, context.window, str(args.get("customer") or ""))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
