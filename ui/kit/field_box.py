"""One field of a form: its title, its editor, a hint or what is wrong; and how many columns it takes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from salesdesk.desk import Desk
from salesdesk.domain.calendar_days import days_between
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Day, Link, Note, Value
from ui.kit.editor_base import Editor
from ui.kit.editors import LineEditor, NoteEdit, plain_editor
from ui.kit.pick_edit import EntityPick, widget_of
from ui.kit.suggestions import Suggestions, ask_of, several_in
from ui.kit.widgets import FieldLabel


def make_editor(desk: Desk, field: Field) -> Editor:
    """The editor of any field; links to a known register get its records."""
    if isinstance(field.kind, Link) and field.kind.entity in desk.registry.entities and field.typed:
        return EntityPick(desk, field)
    editor = plain_editor(field, desk.today)
    ask = ask_of(desk, field)
    if ask is not None and isinstance(editor, LineEditor | NoteEdit):
        Suggestions(editor, ask, several_in(field))
    return editor


class FieldBox(QWidget):
    """Label above, editor below. `changed(key)` on every key, `committed(key)` when the person went on."""

    changed = Signal(str)
    committed = Signal(str)

    def __init__(self, desk: Desk, field: Field) -> None:
        super().__init__()
        self.field = field
        self._today = desk.today
        hint = field.note if len(field.note) <= 14 else ""
        self.label = FieldLabel(field.title, field.required and field.typed, hint)
        self.editor = make_editor(desk, field)
        widget = widget_of(self.editor)
        widget.setObjectName(f"field_{field.key}")
        if field.note and not hint:
            widget.setToolTip(field.note)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.label)
        column.addWidget(widget)
        column.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.editor.changed.connect(self._changed)
        self.editor.committed.connect(self._committed)
        self.setFocusProxy(widget)

    @property
    def span(self) -> int:
        """Columns it takes: long texts two, notes the whole line."""
        return 4 if isinstance(self.field.kind, Note) else 2 if self.field.wide else 1

    def _changed(self) -> None:
        self.set_error("")
        self._hint()
        self.changed.emit(self.field.key)

    def _committed(self) -> None:
        self._hint()
        self.committed.emit(self.field.key)

    def set_value(self, value: Value, name: str = "") -> None:
        """Show a stored value."""
        if isinstance(self.field.kind, Link) and isinstance(self.editor, LineEditor):
            self.editor.set_value(name or value)
        else:
            self.editor.set_value(value, name)
        self._hint()

    def _hint(self) -> None:
        """Days are told as a distance too."""
        value = self.editor.value() if isinstance(self.field.kind, Day) else None
        if value:
            gap = days_between(self._today, str(value))
            self.label.set_hint("今天" if gap == 0 else f"{gap} 天后" if gap > 0 else f"{-gap} 天前")

    def set_error(self, message: str) -> None:
        """Red border and words, or neither."""
        self.editor.set_error(message)
        self.label.set_error(message)

    def go(self) -> None:
        """Put the keyboard here."""
        widget = widget_of(self.editor)
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        if isinstance(widget, LineEditor):
            widget.selectAll()


def packed(boxes: Sequence[FieldBox], columns: int) -> list[tuple[FieldBox, int, int, int]]:
    """Where each field stands: line, column, columns wide. A wide field takes the rest of a line rather than leave a hole,
    and a note waits until the line above it is full."""
    placed: list[tuple[FieldBox, int, int, int]] = []
    line = at = 0
    notes: list[FieldBox] = []
    for box in boxes:
        if box.span >= 4:
            notes.append(box)
        else:
            span = min(box.span, columns - at)
            placed.append((box, line, at, span))
            at += span
        if at >= columns or at == 0:
            line, at = line + (1 if at else 0), 0
            for note in notes:
                placed.append((note, line, 0, columns))
                line += 1
            notes = []
    line += 1 if at else 0
    return placed + [(note, line + n, 0, columns) for n, note in enumerate(notes)]
