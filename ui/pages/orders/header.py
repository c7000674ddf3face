"""The head of an order: customer, contact, address, dates and terms, each with what is wrong or worth knowing above it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QUndoStack
from PySide6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from salesdesk.domain import dates
from salesdesk.domain.kinds import Option, Row
from salesdesk.domain.masking import WHOLE, Veil, shown
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.orders import queries
from salesdesk.modules.orders.model import ORDER
from ui.kit.editor_base import Editor, LineEditor
from ui.kit.editors import ChoiceEdit, DayEdit
from ui.kit.header_steps import HeaderSteps
from ui.kit.pick_edit import EntityPick
from ui.kit.popups import OptionList
from ui.kit.theme import theme
from ui.kit.widgets import Card, FieldLabel, IconButton
from ui.pages.orders.order_draft import OrderDraft

# key, row, column, columns wide
PLACES = (
    ("customer", 0, 0, 2), ("contact", 0, 2, 1), ("phone", 0, 3, 1), ("customer_po", 0, 4, 1),
    ("address", 1, 0, 2), ("due_date", 1, 2, 1), ("settle", 1, 3, 1), ("salesperson", 1, 4, 1),
    ("note", 2, 0, 2), ("order_date", 2, 2, 1), ("channel", 2, 3, 1), ("received_at", 2, 4, 1),
)  # fmt: skip
STRETCH = (3, 3, 3, 3, 3)
NEXT = {"customer": "customer_po", "customer_po": "due_date", "due_date": ""}
"""Enter goes where something is still needed: what comes from the customer's record is stepped over. "" is the lines."""


class SuggestEdit(LineEditor):
    """One line with known values below it, opened by F4 or ↓; anything else may be typed too."""

    def __init__(self, field: object, today: str = "") -> None:
        super().__init__(field, today)  # type: ignore[arg-type]
        self.options: list[Option] = []
        self.texts: dict[str, str] = {}  # what is put in, by key, where the list shows it under stars
        self.chosen: Callable[[str], None] | None = None
        self._list: OptionList | None = None
        self._opener = QAction(self)
        self._opener.setToolTip("打开列表（F4）")
        self._opener.triggered.connect(self.toggle)
        self._retheme()
        theme().changed.connect(self._retheme)

    def _retheme(self) -> None:
        self._opener.setIcon(theme().icon("chevron_down", "text3"))

    def suggest(self, options: list[Option]) -> None:
        """Offer these; one alone needs no list."""
        self.options = options
        if len(options) > 1 and self._opener not in self.actions():
            self.addAction(self._opener, QLineEdit.ActionPosition.TrailingPosition)
        elif len(options) <= 1 and self._opener in self.actions():
            self.removeAction(self._opener)

    def toggle(self) -> None:
        """Open or close the list."""
        if self._locked or not self.options:
            return
        if self._list is None or self._list.parentWidget() is not self.window():
            self._list = OptionList(self, self._take)
        if self._list.isVisible():
            self._list.hide()
        else:
            self.setFocus(Qt.FocusReason.PopupFocusReason)
            self._list.offer(self.options)

    def _take(self, option: Option) -> None:
        if self._list is not None:
            self._list.hide()
        self.set_covered(False)
        self.setText(self.texts.get(option.key, option.label))
        self.commit()
        if self.chosen is not None:
            self.chosen(option.key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        opened = self._list is not None and self._list.isVisible()
        key = event.key()
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and opened and self._list is not None:
            self._list.step(-1 if key == Qt.Key.Key_Up else 1)
        elif key in (Qt.Key.Key_F4, Qt.Key.Key_Down) and self.options:
            self.toggle()
        elif (
            key in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and opened
            and self._list is not None
            and self._list.chosen is not None
        ):
            self._take(self._list.chosen)
        elif key == Qt.Key.Key_Escape and opened and self._list is not None:
            self._list.hide()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: object) -> None:
        super().focusOutEvent(event)  # type: ignore[arg-type]
        if self._list is not None and event.reason() != Qt.FocusReason.PopupFocusReason:  # type: ignore[attr-defined]
            self._list.hide()


class OrderHeader(Card):
    """Edits the header values of an OrderDraft; each committed field is one step on the order's undo stack."""

    edited = Signal()
    shown = Signal()  # the draft is about to be shown anew: cover what is confidential
    lines_wanted = Signal()
    create_wanted = Signal(str)

    def __init__(self, order: OrderDraft, stack: QUndoStack) -> None:
        super().__init__(margins=(18, 10, 18, 14))
        self._order = order
        self._steps = HeaderSteps(lambda: order.draft, stack, self._changed)
        self._contacts: list[Row] = []
        self._addresses: list[Row] = []
        self._more = False
        self.veil: Veil = WHOLE
        self.own: Row = {}  # confidential values that were typed here
        self.editors: dict[str, Editor] = {}
        self.labels: dict[str, FieldLabel] = {}
        self._cells: dict[str, QWidget] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        for column, stretch in enumerate(STRETCH):
            grid.setColumnStretch(column, stretch)
        for key, line, column, wide in PLACES:
            cell = self._cell(key)
            self._cells[key] = cell
            grid.addWidget(cell, line, column, 1, wide)
        self.body.addLayout(grid)
        self.toggle = IconButton("chevron_down", "显示备注、下单日期、来单方式", clicked=self.toggle_more)
        self.toggle.setParent(self)
        self.toggle.setIconSize(self.toggle.iconSize() * 0.8)
        self.toggle.setFixedSize(24, 24)
        self._set_more(False)
        self.show_order()

    def _cell(self, key: str) -> QWidget:
        field, desk = ORDER[key], self._order.desk
        editor: Editor
        if key == "customer":
            pick = EntityPick(desk, field)
            pick.picked.connect(self._picked)
            pick.create_wanted.connect(self.create_wanted)
            editor = pick
        elif key in ("contact", "address", "salesperson"):
            editor = SuggestEdit(field, desk.today)
        elif key == "due_date" or key == "order_date":
            editor = DayEdit(field, desk.today)
        elif key in ("settle", "channel"):
            editor = ChoiceEdit(field, desk.today)
        else:
            editor = LineEditor(field, desk.today)
        if key == "customer_po":
            editor.setPlaceholderText("客户采购单号")
        label = FieldLabel(field.title, field.required)
        cell = QWidget()
        column = QVBoxLayout(cell)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(label)
        column.addWidget(editor)
        if key != "customer":
            editor.committed.connect(partial(self._committed, key))
        else:
            editor.committed.connect(self._customer_text)
        self.editors[key], self.labels[key] = editor, label
        return cell

    # -- showing ---------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        self.toggle.move(self.width() - 26, 8)

    def toggle_more(self) -> None:
        """Show or hide the third row."""
        self._set_more(not self._more)

    def _set_more(self, on: bool) -> None:
        self._more = on
        for key, line, _, _ in PLACES:
            if line == 2:
                self._cells[key].setVisible(on)
        self.toggle.set_icon("chevron_up" if on else "chevron_down")
        self.toggle.set_tip("收起" if on else "显示备注、下单日期、来单方式")

    def show_order(self) -> None:
        """Fill the editors from the draft."""
        draft = self._order.draft
        self.shown.emit()
        for key, editor in self.editors.items():
            if key in draft.typed:
                editor.set_raw(draft.typed[key][0])
            elif key == "customer":
                editor.set_value(draft.values.get(key), self._order.customer_name)
            else:
                editor.set_value(draft.values.get(key))
        self.load_people()
        self.show_hints()
        if draft.values.get("note") and not self._more:
            self._set_more(True)

    def load_people(self) -> None:
        """Contacts and addresses of the customer, and who sells, as suggestions."""
        customer = str(self._order.draft.values.get("customer") or "")
        with self._order.desk.read() as reader:
            self._contacts, self._addresses = queries.people(reader, customer) if customer else ([], [])
            sellers = queries.salespeople(reader)
        self._suggest("contact", [Option(str(i), str(r["name"])) for i, r in enumerate(self._contacts)])
        places = {str(i): str(r["address"]) for i, r in enumerate(self._addresses)}
        self._suggest("address", [Option(i, shown(ORDER["address"], p, self.veil)) for i, p in places.items()], places)
        self._suggest("salesperson", [Option(name, name) for name in sellers])

    def _suggest(self, key: str, options: list[Option], texts: dict[str, str] | None = None) -> None:
        editor = self.editors[key]
        assert isinstance(editor, SuggestEdit)
        editor.suggest(options)
        editor.texts = texts or {}
        editor.chosen = {"contact": self._contact_chosen, "address": self._address_chosen}.get(key)

    def show_hints(self) -> None:
        """What stands above the editors at the right."""
        order = self._order
        uid = order.draft.values.get("customer")
        row = order.desk.row("customer", str(uid)) if uid else None
        grade = order.desk.entity("customer")["grade"].kind.show(row["grade"]) if row and row["grade"] else ""
        told = " · ".join(t for t in (str(row["code"] or "") if row else "", f"{grade}客户" if grade else "") if t)
        self.labels["customer"].set_hint(told)
        due = order.draft.values.get("due_date")
        days = dates.workdays_between(order.draft.today, str(due), order.workdays) if due else None
        self.labels["due_date"].set_hint("" if days is None else f"{days} 个工作日" if days >= 0 else "已过")

    def show_problems(self, problems: list[Problem]) -> None:
        """Red borders and words for header fields; the strip below the lines tells the rest."""
        first = {
            p.path: p
            for p in reversed(problems)
            if p.path in self.editors and p.severity in (Severity.STOP, Severity.ASK)
        }
        for key, editor in self.editors.items():
            problem = first.get(key)
            raw = self._order.draft.typed.get(key)
            words = (
                raw[1]
                if raw
                else problem.message
                if problem and problem.code in ("required", "due_before_order", "stopped_customer", "same_po")
                else ""
            )
            if words == "不能空着":
                words = {"customer": "请先选客户"}.get(key, "不能空着")
            self.labels[key].set_error(words)
            editor.set_error(words or (problem.message if problem else ""))

    def set_read_only(self, on: bool) -> None:
        """Lock or unlock the editors."""
        for editor in self.editors.values():
            editor.set_read_only(on)

    # -- changing --------------------------------------------------------------------------------------------------

    def change(self, title: str, act: Callable[[], object]) -> bool:
        """Run `act` on the draft's header as one undoable step."""
        return self._steps.change(title, act)

    def _changed(self) -> None:
        self.show_order()
        self.edited.emit()

    def set_text(self, key: str, raw: object) -> bool:
        """A typed or cured value of one field."""
        return self.change(f"改{ORDER[key].title}", lambda: self._order.draft.set(key, raw))

    def _committed(self, key: str) -> None:
        raw = self.editors[key].raw()
        if ORDER[key].masked:
            self.own[key] = self.editors[key].value()
        self.set_text(key, raw)

    def _picked(self, uid: str) -> None:
        self.change("选客户", lambda: self._order.set_customer(uid or None))

    def _customer_text(self) -> None:
        """A customer text that names nobody is kept and marked."""
        editor = self.editors["customer"]
        assert isinstance(editor, EntityPick)
        fault = editor.fault()
        if fault is not None:
            self.change("改客户", partial(self._keep_customer, editor.text(), fault.reason, fault.cure))

    def _keep_customer(self, text: str, reason: str, cure: str) -> None:
        self._order.set_customer(None)
        self._order.draft.typed["customer"] = (text, reason, cure)

    def _contact_chosen(self, key: str) -> None:
        row = self._contacts[int(key)]
        if row["phone"]:
            self.set_text("phone", row["phone"])

    def _address_chosen(self, key: str) -> None:
        row = self._addresses[int(key)]
        self.own.pop("address", None)  # chosen, not typed
        self.show_order()
        if row["consignee"]:
            self.set_text("contact", row["consignee"])
        if row["phone"]:
            self.set_text("phone", row["phone"])

    # -- keys ------------------------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Take over what stands in the editor in focus."""
        for editor in self.editors.values():
            if editor.hasFocus():
                if isinstance(editor, EntityPick):
                    editor.settle()
                commit = getattr(editor, "commit", None)
                if commit is not None:
                    commit()

    def locate(self, key: str) -> bool:
        """Put the cursor into a field."""
        if key not in self.editors:
            return False
        if not self._cells[key].isVisible():
            self._set_more(True)
        editor = self.editors[key]
        editor.setFocus(Qt.FocusReason.OtherFocusReason)
        if isinstance(editor, QLineEdit):
            editor.selectAll()
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if (
            event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self._go_on()
            return
        super().keyPressEvent(event)

    def _go_on(self) -> None:
        at = next((key for key, editor in self.editors.items() if editor.hasFocus()), "")
        if at == "salesperson":
            self.lines_wanted.emit()
        elif NEXT.get(at):
            self.locate(NEXT[at])
        elif at in NEXT:
            self.lines_wanted.emit()
        else:
            self.focusNextChild()
