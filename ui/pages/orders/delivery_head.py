"""The head of a 送货单: when, to whom, by whom it is brought; typed when it is made, corrected later."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QGridLayout, QWidget

from salesdesk.domain.kinds import Day, Row
from salesdesk.domain.masking import covered
from salesdesk.domain.problems import Problem, summary
from salesdesk.modules.orders.model import DELIVERY
from salesdesk.services.module import Outcome
from ui.kit.dialogs import Question
from ui.kit.editor_base import Editor, LineEditor, wire_of
from ui.kit.editors import DayEdit
from ui.kit.page import PageContext
from ui.kit.reveal import KEYS, Reveals
from ui.kit.widgets import FieldLabel, labelled

PLACES = (("day", 0, 0, 1), ("consignee", 0, 1, 1), ("phone", 0, 2, 1), ("carrier", 0, 3, 1),
          ("address", 1, 0, 2), ("vehicle", 1, 2, 1), ("tracking", 1, 3, 1), ("eta", 2, 0, 1), ("note", 2, 1, 3))  # fmt: skip


class DeliveryHead(QWidget):
    """The typed fields of a note in three lines; `entity` and `uid` name the record whose phone and address are revealed."""

    def __init__(self, start: Row, context: PageContext, entity: str, uid: str) -> None:
        super().__init__()
        today = context.desk.today
        self._start, self._uid = start, uid
        self._reveals = Reveals(context, entity, self)
        self._reveals.changed.connect(self._cover)
        QShortcut(QKeySequence(KEYS), self, self._reveal)
        self.editors: dict[str, Editor] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(6)
        for key, line, column, wide in PLACES:
            field = DELIVERY[key]
            editor: Editor = DayEdit(field, today) if isinstance(field.kind, Day) else LineEditor(field, today)
            editor.set_value(start.get(key))
            self.editors[key] = editor
            cell = labelled(FieldLabel(field.title, field.required), editor)
            grid.addWidget(cell, line, column, 1, wide)
            grid.setColumnStretch(column, 1)
            if field.masked and isinstance(editor, LineEditor):
                editor.reveal_wanted.connect(self._reveal)
        self._cover()

    def _reveal(self) -> None:
        self._reveals.ask(self._uid)

    def _cover(self, uid: str = "") -> None:
        """What came from the record is covered until it is revealed; what was typed here stays readable."""
        veil = self._reveals.veil(self._uid)
        for key, editor in self.editors.items():
            if isinstance(editor, LineEditor):
                editor.set_covered(covered(editor.field, veil) and editor.value() == self._start.get(key))

    def args(self) -> dict[str, Any]:
        """Wire arguments of the verb; what cannot be read goes as typed and is refused there."""
        return wire_of(self.editors)


class DeliveryHeadDialog(Question):
    """改送货信息: the tracking number that came later, another driver, another day."""

    def __init__(self, context: PageContext, uid: str) -> None:
        note = context.desk.row("delivery", uid) or {}
        super().__init__(context.window, "改送货信息", f"送货单 {note.get('number')}。明细不在这里改。", "保存", 860)
        self._context, self._uid = context, uid
        self.head = DeliveryHead(note, context, "delivery", uid)
        self.body.addWidget(self.head)
        self.head.editors["tracking"].setFocus()

    def answer(self) -> None:
        """Save; what is refused is told here."""
        args = {"uid": self._uid, **self.head.args()}
        self._context.ops.run("delivery.save", args, self._done, self._refused, self.yes)

    def _done(self, outcome: Outcome) -> None:
        self.accept()

    def _refused(self, problems: tuple[Problem, ...]) -> None:
        self.banner.say("err", summary(list(problems)))
