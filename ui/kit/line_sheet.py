"""A sheet on which something is said about many given lines at once: what holds for all above, the lines below, pasted or typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from salesdesk.domain.draft import Draft
from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Choice, Day, Note, Row
from salesdesk.domain.problems import Problem
from ui.kit.child_grid import columns_of
from ui.kit.editor_base import Editor, LineEditor, wire_of
from ui.kit.editors import ChoiceEdit, DayEdit
from ui.kit.lines_grid import LinesGrid
from ui.kit.widgets import Card, FieldLabel, labelled

Matcher = Callable[[str], "Sequence[Mapping[str, str]] | None"]
"""Reads a pasted text: for each row that means a line its key and what is said, as typed; None when it means none."""


class LineSheet(QWidget):
    """The lines are given and stay; only cells of typed fields change. `key` is the field that names the line.

    edited: something was typed. line_changed(row values). pasted(rows): a table found its lines. missed(keys): rows of a
    pasted table that mean lines which are not shown.
    """

    edited = Signal()
    line_changed = Signal(object)
    pasted = Signal(int)

    def __init__(self, entity: Entity, key: str, head: Sequence[Field], today: str, hidden: Sequence[str] = ()) -> None:
        super().__init__()
        self._key, self._today = key, today
        self.matcher: Matcher | None = None
        self.editors: dict[str, Editor] = {}
        self._labels: dict[str, FieldLabel] = {}
        self._head = tuple(head)
        places = QGridLayout()
        places.setHorizontalSpacing(12)
        places.setContentsMargins(0, 0, 0, 0)
        for i, field in enumerate(self._head):
            places.addWidget(self._cell(field), 0, i)
            places.setColumnStretch(i, 1)
        self.typed = tuple(f.key for f in entity.typed_fields if f.key != key)
        self.draft = Draft(entity, entity, today=today)
        columns = tuple(c for c in columns_of(entity) if c.key != key and c.key not in hidden)
        self.grid = LinesGrid(self.draft, columns)
        self.grid.lines.set_growing(False)
        self.grid.setAccessibleName(entity.title)
        self.grid.paste_first = self._paste
        self.grid.edited.connect(self.edited)
        self.grid.line_changed.connect(lambda row: self.line_changed.emit(self.line(row)))
        card = Card(margins=(1, 1, 1, 1))
        card.body.addWidget(self.grid)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(places)
        column.addWidget(card, 1)

    def _cell(self, field: Field) -> QWidget:
        kind = field.kind
        editor: Editor = (
            ChoiceEdit(field, self._today)
            if isinstance(kind, Choice)
            else DayEdit(field, self._today)
            if isinstance(kind, Day)
            else LineEditor(field, self._today)
        )
        assert not isinstance(kind, Note)
        editor.setAccessibleName(field.title)
        if field.default:
            editor.set_value(kind.parse(field.default))
        self.editors[field.key] = editor
        self._labels[field.key] = FieldLabel(field.title, field.required)
        if isinstance(editor, LineEditor) and not editor.placeholderText():
            editor.setPlaceholderText(field.note)
        elif isinstance(editor, LineEditor) and field.note:
            editor.setToolTip(field.note)
        return labelled(self._labels[field.key], editor)

    # -- what is shown ---------------------------------------------------------------------------------------------

    def set_lines(self, lines: Sequence[Row]) -> None:
        """Show other lines; what was typed about lines that are shown again stays."""
        self.grid.settle()
        kept = {one[self._key]: one for one in self.said()}
        self.grid.lines.beginResetModel()
        self.draft.lines = [dict(line) for line in lines]
        self.draft.typed.clear()
        for i, line in enumerate(self.draft.lines):
            for key, raw in kept.get(line[self._key], {}).items():
                if key != self._key:
                    self.draft.set(f"lines/{i}/{key}", raw)
        self.grid.lines.endResetModel()
        self.grid.stack.clear()
        if lines:
            first = next((i for i, c in enumerate(self.grid.lines.columns) if c.sets), 0)
            self.grid.go(0, first)

    def line(self, row: int) -> Row:
        """The values of a row, {} when there is none."""
        return self.draft.lines[row] if 0 <= row < len(self.draft.lines) else {}

    @property
    def current(self) -> Row:
        """The line in hand."""
        return self.line(self.grid.at()[0])

    def chosen(self) -> list[Row]:
        """The lines of the selected cells, at least the one in hand."""
        rows = sorted({i.row() for i in self.grid.selectedIndexes()} or {self.grid.at()[0]})
        return [line for row in rows if (line := self.line(row))]

    # -- what was typed --------------------------------------------------------------------------------------------

    def said(self) -> list[dict[str, Any]]:
        """Wire rows of the lines about which anything was typed."""
        found = []
        self._rows: list[int] = []
        for i, line in enumerate(self.draft.lines):
            one = {
                key: raw[0] if (raw := self.draft.typed.get(f"lines/{i}/{key}")) else self._wire(key, line.get(key))
                for key in self.typed
                if line.get(key) is not None or f"lines/{i}/{key}" in self.draft.typed
            }
            if one:
                found.append({self._key: line[self._key], **one})
                self._rows.append(i)
        return found

    def _wire(self, key: str, value: Any) -> Any:
        return self.draft.field_at(f"lines/0/{key}").kind.wire(value)

    def args(self) -> dict[str, Any]:
        """Wire arguments: what holds for all lines, and the lines."""
        self.grid.settle()
        told = wire_of(self.editors)
        return {**{k: v for k, v in told.items() if v is not None}, "lines": self.said()}

    @property
    def dirty(self) -> bool:
        """Whether anything was typed about any line."""
        return bool(self.said())

    def forget(self) -> None:
        """Empty the typed cells, as after saving; the head stays for the next lines."""
        for line in self.draft.lines:
            for key in self.typed:
                line.pop(key, None)
        self.draft.typed.clear()
        self.grid.lines.set_problems(())
        self.grid.stack.clear()
        self.grid.lines.reload()

    def set_problems(self, problems: Sequence[Problem]) -> None:
        """Mark what a verb refused or warned of, and go to the first place."""
        self.said()
        mine, first = [], ""
        for editor in self.editors.values():
            editor.set_error("")
        for problem in problems:
            parts = problem.path.split("/")
            if problem.path in self.editors:
                self.editors[problem.path].set_error(problem.message)
                first = first or problem.path
            elif len(parts) == 3 and parts[1].isdigit() and int(parts[1]) < len(self._rows):
                path = f"lines/{self._rows[int(parts[1])]}/{parts[2]}"
                mine.append(problem.at(path))
                first = first or path
        self.grid.lines.set_problems(mine)
        if first in self.editors:
            self.editors[first].setFocus(Qt.FocusReason.OtherFocusReason)
        elif first:
            self.grid.locate(first)

    # -- pasting ---------------------------------------------------------------------------------------------------

    def _paste(self, text: str) -> bool:
        """A table with several columns is matched by what it names; a plain column goes where the cursor stands."""
        if self.matcher is None or "\t" not in text:
            return False
        found = self.matcher(text)
        if found is None:
            return False
        self.say(found)
        return True

    def say(self, rows: Sequence[Mapping[str, str]]) -> int:
        """Type rows in as one step that can be undone; returns how many lines that were shown took them."""
        place = {line[self._key]: i for i, line in enumerate(self.draft.lines)}
        wanted = [(place[one[self._key]], one) for one in rows if one.get(self._key) in place]

        def act() -> None:
            for i, one in wanted:
                for key, raw in one.items():
                    if key in self.typed:
                        self.draft.set(f"lines/{i}/{key}", raw)

        if wanted and self.grid.lines.change(f"粘贴 {len(wanted)} 行", 0, len(self.draft.lines), act):
            self.grid.go(wanted[0][0], self.grid.at()[1])
        self.pasted.emit(len(wanted))
        return len(wanted)

    def focus_lines(self) -> None:
        """Put the cursor into the lines."""
        self.grid.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_width(self, key: str, width: int) -> None:
        """Give a column another width."""
        at = next((i for i, c in enumerate(self.grid.lines.columns) if c.key == key), -1)
        if at >= 0:
            self.grid.setColumnWidth(at, width)
