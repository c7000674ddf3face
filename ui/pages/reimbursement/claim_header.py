"""The head of a claim: person, department, day, purpose, loan, of a trip its days and places, each with what is wrong above it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QUndoStack
from PySide6.QtWidgets import QApplication, QGridLayout, QWidget

from salesdesk.domain.kinds import Link
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.reimbursement.model import CLAIM
from ui.kit.editor_base import LineEditor
from ui.kit.editors import NoteEdit
from ui.kit.field_box import FieldBox
from ui.kit.header_steps import HeaderSteps
from ui.kit.widgets import Card
from ui.pages.reimbursement.claim_draft import ClaimDraft

Places = tuple[tuple[str, int, int, int], ...]
EXPENSE: Places = (
    ("claimant", 0, 0, 1), ("department", 0, 1, 1), ("day", 0, 2, 1), ("kind", 0, 3, 1), ("vouchers", 0, 4, 1),
    ("title", 1, 0, 2), ("entity", 1, 2, 1), ("loan_record", 1, 3, 1), ("loan", 1, 4, 1),
    ("note", 2, 0, 5),
)  # fmt: skip
TRIP: Places = (
    ("claimant", 0, 0, 1), ("department", 0, 1, 1), ("day", 0, 2, 1), ("kind", 0, 3, 1), ("vouchers", 0, 4, 1),
    ("title", 1, 0, 2), ("entity", 1, 2, 1), ("loan_record", 1, 3, 1), ("loan", 1, 4, 1),
    ("trip_from", 2, 0, 1), ("trip_to", 2, 1, 1), ("places", 2, 2, 1), ("persons", 2, 3, 1), ("grade", 2, 4, 1),
)  # fmt: skip
"""Key, row, column, columns wide."""
ORDER = ("claimant", "department", "day", "vouchers", "loan")
ORDER_OF_TRIP = ("claimant", "department", "day", "title", "trip_from", "trip_to", "places", "loan")
"""Enter walks these, then goes to the lines; the others are reached by Tab."""


class ClaimHeader(Card):
    """Edits the header values of a ClaimDraft; each committed field is one step on the claim's undo stack."""

    edited = Signal()
    lines_wanted = Signal()

    def __init__(self, claim: ClaimDraft, stack: QUndoStack) -> None:
        super().__init__(margins=(18, 10, 18, 14))
        self._claim = claim
        self._steps = HeaderSteps(lambda: claim.draft, stack, self._changed)
        self.boxes: dict[str, FieldBox] = {}
        grid = self._grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        self._laid: Places = ()
        for key in dict.fromkeys(place[0] for place in (*EXPENSE, *TRIP)):
            box = FieldBox(claim.desk, CLAIM[key])
            box.setParent(self)  # before it is shown or hidden
            box.committed.connect(self._committed)
            self.boxes[key] = box
        for column in range(5):
            grid.setColumnStretch(column, 1)
        self.boxes["vouchers"].label.set_hint("张")
        note = self.boxes["note"].editor
        if isinstance(note, NoteEdit):
            note.setFixedHeight(54)
            note.setPlaceholderText("不印在单上；Ctrl+Enter 去明细")
        self.body.addLayout(grid)
        self.show_claim()

    # -- showing ---------------------------------------------------------------------------------------------------

    def _lay(self) -> None:
        """Put the fields of this kind of claim in their places."""
        wanted = TRIP if self._claim.trip else EXPENSE
        if wanted is self._laid:
            return
        self._laid = wanted
        shown = {place[0] for place in wanted}
        for key, box in self.boxes.items():
            self._grid.removeWidget(box)
            if key not in shown:
                box.hide()
        for key, line, column, wide in wanted:
            self._grid.addWidget(self.boxes[key], line, column, 1, wide)
            self.boxes[key].show()
        order = [self.boxes[key] for key, *_ in wanted]
        for one, after in itertools.pairwise(order):
            QWidget.setTabOrder(one, after)

    @property
    def order(self) -> tuple[str, ...]:
        """The fields Enter walks."""
        return ORDER_OF_TRIP if self._claim.trip else ORDER

    def show_claim(self) -> None:
        """Fill the editors from the draft."""
        self._lay()
        draft = self._claim.draft
        for key, box in self.boxes.items():
            if key in draft.typed:
                box.editor.set_raw(draft.typed[key][0])
            else:
                value = draft.values.get(key)
                box.set_value(value, self._name_of(key, value))
        self.show_problems(())

    def _name_of(self, key: str, value: object) -> str:
        """What a linked record is called."""
        kind = CLAIM[key].kind
        if value is None or not isinstance(kind, Link):
            return ""
        entity = self._claim.desk.entity(kind.entity)
        return str((self._claim.desk.row(kind.entity, str(value)) or {}).get(entity.naming) or "")

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Red borders and words; the strip below the lines tells the rest."""
        first = {p.path: p for p in reversed(problems) if p.severity in (Severity.STOP, Severity.ASK)}
        for key, box in self.boxes.items():
            raw, found = self._claim.draft.typed.get(key), first.get(key)
            box.set_error(raw[1] if raw else found.message if found else "")

    def set_read_only(self, on: bool) -> None:
        """Lock or unlock the editors."""
        for box in self.boxes.values():
            box.editor.set_read_only(on)

    def locate(self, path: str) -> bool:
        """Put the keyboard into a field; False when the path names none."""
        if path not in self.boxes:
            return False
        self.boxes[path].go()
        return True

    # -- changing --------------------------------------------------------------------------------------------------

    def change(self, title: str, act: Callable[[], object]) -> bool:
        """Run `act` on the draft's header as one undoable step."""
        return self._steps.change(title, act)

    def _changed(self) -> None:
        self.show_claim()
        self.edited.emit()

    def set_text(self, key: str, raw: object) -> bool:
        """A typed or cured value of one field."""
        return self.change(f"改{CLAIM[key].title}", lambda: self._claim.draft.set(key, raw))

    def _committed(self, key: str) -> None:
        self.set_text(key, self.boxes[key].editor.raw())

    def settle(self) -> None:
        """Take over what is being typed."""
        here = QApplication.focusWidget()
        if isinstance(here, (LineEditor, NoteEdit)) and self.isAncestorOf(here) and not here.isReadOnly():
            here.commit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes to the next field, from the last one to the lines."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
            return
        here: QWidget | None = QApplication.focusWidget()
        at = next(
            (i for i, key in enumerate(self.order) if here is not None and self.boxes[key].isAncestorOf(here)),
            len(self.order),
        )
        if at + 1 < len(self.order):
            self.boxes[self.order[at + 1]].go()
        else:
            self.lines_wanted.emit()
