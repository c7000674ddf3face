"""The head of a claim: person, department, day, vouchers, loan, remark, each with what is wrong or worth knowing above it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QUndoCommand, QUndoStack
from PySide6.QtWidgets import QApplication, QGridLayout, QWidget

from salesdesk.domain.kinds import Row
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.reimbursement.model import CLAIM
from ui.kit.editor_base import LineEditor
from ui.kit.editors import NoteEdit
from ui.kit.field_box import FieldBox
from ui.kit.widgets import Card
from ui.pages.reimbursement.claim_draft import ClaimDraft

# key, row, column, columns wide
PLACES = (
    ("claimant", 0, 0, 1), ("department", 0, 1, 1), ("day", 0, 2, 1), ("vouchers", 0, 3, 1), ("loan", 0, 4, 1), ("note", 1, 0, 5),
)  # fmt: skip
ORDER = ("claimant", "department", "day", "vouchers", "loan")
"""Enter walks these, then goes to the lines; the remark is reached by Tab."""


class HeaderStep(QUndoCommand):
    """One change of the head, however many fields followed it."""

    def __init__(self, header: ClaimHeader, title: str, before: Row, after: Row) -> None:
        super().__init__(title)
        self._header, self._before, self._after, self._fresh = header, before, after, True

    def redo(self) -> None:
        if not self._fresh:
            self._header.put_back(self._after)
        self._fresh = False

    def undo(self) -> None:
        self._header.put_back(self._before)


class ClaimHeader(Card):
    """Edits the header values of a ClaimDraft; each committed field is one step on the claim's undo stack."""

    edited = Signal()
    lines_wanted = Signal()

    def __init__(self, claim: ClaimDraft, stack: QUndoStack) -> None:
        super().__init__(margins=(18, 10, 18, 14))
        self._claim, self._stack = claim, stack
        self.boxes: dict[str, FieldBox] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        for key, line, column, wide in PLACES:
            box = FieldBox(claim.desk, CLAIM[key])
            box.committed.connect(self._committed)
            self.boxes[key] = box
            grid.addWidget(box, line, column, 1, wide)
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

    def show_claim(self) -> None:
        """Fill the editors from the draft."""
        draft = self._claim.draft
        for key, box in self.boxes.items():
            if key in draft.typed:
                box.editor.set_raw(draft.typed[key][0])
            else:
                box.set_value(draft.values.get(key))
        self.show_problems(())

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
        before = self._kept()
        act()
        after = self._kept()
        if before == after:
            return False
        self._stack.push(HeaderStep(self, title, before, after))
        self.show_claim()
        self.edited.emit()
        return True

    def _kept(self) -> Row:
        draft = self._claim.draft
        typed = {k: v for k, v in draft.typed.items() if not k.startswith("lines/")}
        return {"values": dict(draft.values), "typed": typed}

    def put_back(self, kept: Row) -> None:
        """Set the header as a step remembers it."""
        draft = self._claim.draft
        draft.values = dict(kept["values"])
        draft.typed = {**{k: v for k, v in draft.typed.items() if k.startswith("lines/")}, **kept["typed"]}
        draft.changed = True
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
            (i for i, key in enumerate(ORDER) if here is not None and self.boxes[key].isAncestorOf(here)), len(ORDER)
        )
        if at + 1 < len(ORDER):
            self.boxes[ORDER[at + 1]].go()
        else:
            self.lines_wanted.emit()
