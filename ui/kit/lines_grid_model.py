"""The lines of an order or a claim as a table: what each cell shows, what typing into it does, and how to take it back.

Qt sees rows and columns; the values stay in the Draft. Every change is one named step on a QUndoStack: a step replaces a
span of lines by other lines, so a cell, a pasted block and a deleted row are all undone in the same way.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from salesdesk.domain.draft import Draft
from salesdesk.domain.kinds import Row
from salesdesk.domain.masking import OPEN, Veil, covered, shown
from salesdesk.domain.problems import Problem

ProblemRole = int(Qt.ItemDataRole.UserRole) + 1
Index = QModelIndex | QPersistentModelIndex
_SHOWN = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
_TYPED = _SHOWN | Qt.ItemFlag.ItemIsEditable


@dataclass(frozen=True)
class PickRow:
    """One record offered while a cell is typed: what it is called, and what stands beside it at the right."""

    uid: str
    code: str
    title: str
    detail: str = ""
    right: str = ""
    muted: bool = False


class PickSource(Protocol):
    """Where a cell that names a record finds it."""

    noun: str

    @property
    def can_create(self) -> bool:
        """Whether a new record may be made from text that named none."""
        ...

    def exact(self, text: str) -> PickRow | None:
        """The one record this text names without doubt (code, barcode, full name), or None."""
        ...

    def find(self, text: str, limit: int) -> list[PickRow]:
        """Records matching a fragment, best first."""
        ...

    def match(self, words: dict[str, str]) -> tuple[PickRow | None, str]:
        """The record meant by the cells of a pasted row, by column key; None and the reason when in doubt."""
        ...

    def adjust(self, draft: Draft, row: int, words: dict[str, str]) -> None:
        """Last word on a pasted row, after all its cells were set: packs turned into pieces and the like."""
        ...


@dataclass(frozen=True)
class GridColumn:
    """One column.

    key: what is shown, a field of the line ("qty") or a display key ("product.code"). sets: the field that typing here
    sets; "" for columns that are only read. needed: Enter stops here. source: where a typed name is looked up.
    raw: of several columns that set the same field, the one that shows text which named nothing. synonyms: headings of pasted
    blocks that mean this column. suggest: what is offered while the cell is typed, value → what is told beside it.
    """

    key: str
    title: str
    width: int
    sets: str = ""
    needed: bool = False
    stretch: bool = False
    align: str = "left"
    bold: bool = False
    faint: bool = False
    prompt: str = ""
    numeric: bool = False
    source: PickSource | None = None
    raw: bool = True
    show: Callable[[Row], str] | None = None
    synonyms: tuple[str, ...] = ()
    suggest: Callable[[], Mapping[str, str]] | None = None


@dataclass(frozen=True)
class KeptLine:
    """A line as a step remembers it: its values, and what could not be read, by field key."""

    values: Row
    typed: dict[str, tuple[str, str, str]] = field(default_factory=dict)


class Splice(QUndoCommand):
    """One step: `before` at row `start` became `after`."""

    def __init__(
        self, model: LinesModel, title: str, start: int, before: list[KeptLine], after: list[KeptLine]
    ) -> None:
        super().__init__(title)
        self._model, self._start, self._before, self._after = model, start, before, after

    def redo(self) -> None:
        self._model.replace(self._start, self._before, self._after)

    def undo(self) -> None:
        self._model.replace(self._start, self._after, self._before)


class LinesModel(QAbstractTableModel):
    """Rows are the lines of the draft and, unless read only, one blank row to type the next one into."""

    edited = Signal()

    def __init__(
        self, draft: Draft, columns: Iterable[GridColumn], stack: QUndoStack, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.draft = draft
        self.columns = tuple(columns)
        self.stack = stack
        self.read_only = False
        self.growing = True
        self.hidden: frozenset[int] = frozenset()
        self.veil: Veil = OPEN
        self.stored: frozenset[str] = frozenset()  # lines whose confidential cells the veil covers
        self._problems: dict[tuple[int, str], Problem] = {}
        assert draft.line_entity is not None
        self._fields = draft.line_entity.by_key

    # -- what Qt asks ----------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.draft.lines) + (1 if self.has_blank else 0)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.columns)

    @property
    def has_blank(self) -> bool:
        """Whether there is a blank row to type the next line into."""
        return self.growing and not self.read_only

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return _TYPED if self.can_type(index.row(), index.column()) else _SHOWN

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Vertical:
            return str(section + 1) if role == Qt.ItemDataRole.DisplayRole else None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.align == "right" else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = index.row(), self.columns[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return self.text(row, column) if role == Qt.ItemDataRole.DisplayRole else self.edit_text(row, column)
        if role == ProblemRole:
            return self.problem(row, column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.spoken(row, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            found = self.problem(row, column)
            return f"{found.message}。{found.cure}" if found else None
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or not self.can_type(index.row(), index.column()):
            return False
        self.type_in(index.row(), index.column(), str(value))
        return True

    # -- cells -----------------------------------------------------------------------------------------------------

    def can_type(self, row: int, column: int) -> bool:
        """Whether the cell takes input."""
        return not self.read_only and bool(self.columns[column].sets) and not self.is_covered(row, self.columns[column])

    def is_covered(self, row: int, column: GridColumn) -> bool:
        """Whether the cell holds something stored that stands under stars."""
        field, line = self._fields.get(column.key), self.line(row)
        hides = field is not None and covered(field, self.veil)
        return hides and line.get("uid") in self.stored and line.get(column.key) is not None

    def is_blank(self, row: int) -> bool:
        """Whether the row is the one to type a new line into."""
        return row >= len(self.draft.lines)

    def line(self, row: int) -> Row:
        """Values of a row; empty for the blank one."""
        return self.draft.lines[row] if row < len(self.draft.lines) else {}

    def column_of(self, key: str) -> int:
        """Number of the column that shows or sets a field; -1 when there is none."""
        for i, column in enumerate(self.columns):
            if column.key == key:
                return i
        found = [i for i, column in enumerate(self.columns) if column.sets == key and column.raw]
        return found[0] if found else -1

    def _raw(self, row: int, column: GridColumn) -> tuple[str, str, str] | None:
        return self.draft.typed.get(f"lines/{row}/{column.sets}") if column.sets else None

    def text(self, row: int, column: GridColumn) -> str:
        """What the cell shows."""
        raw = self._raw(row, column)
        if raw is not None:
            return raw[0] if column.raw else ""
        line = self.line(row)
        if column.show is not None:
            return column.show(line)
        value = line.get(column.key)
        if column.key in self._fields:
            return shown(self._fields[column.key], value, self.veil if self.is_covered(row, column) else OPEN)
        return "" if value is None else str(value)

    def edit_text(self, row: int, column: GridColumn) -> str:
        """What an editor of the cell begins with."""
        raw = self._raw(row, column)
        if raw is not None:
            return raw[0]
        if column.sets and column.sets == column.key and not self.is_covered(row, column):
            return self._fields[column.sets].kind.edit(self.line(row).get(column.sets))
        return self.text(row, column)

    def problem(self, row: int, column: GridColumn) -> Problem | None:
        """What is wrong with the cell, typed nonsense before broken rules."""
        raw = self._raw(row, column) if column.raw else None
        if raw is not None:
            return Problem(raw[1], raw[2], path=f"lines/{row}/{column.sets}", code="bad_value", value=raw[0])
        if not column.sets or not column.raw:
            return None
        return self._problems.get((row, column.sets))

    def spoken(self, row: int, column: GridColumn) -> str:
        """The cell in words for a screen reader: where, what, and what is wrong."""
        if column.key == "seq":
            return f"第{row + 1}行"
        text = self.text(row, column)
        if not text:
            text = f"空，{column.prompt}" if column.prompt and self.is_blank(row) else "空"
        found = self.problem(row, column)
        return f"第{row + 1}行 {column.title} {text}" + (f"，{found.message}" if found else "")

    def set_problems(self, problems: Iterable[Problem]) -> None:
        """Mark the cells that problems name by their path; the first one of a cell counts."""
        fresh: dict[tuple[int, str], Problem] = {}
        for one in problems:
            parts = one.path.split("/")
            if len(parts) == 3 and parts[0] == "lines":
                fresh.setdefault((int(parts[1]), parts[2]), one)
        rows = {row for row, _ in fresh.keys() ^ self._problems.keys()}
        rows |= {key[0] for key in fresh.keys() & self._problems.keys() if fresh[key] != self._problems[key]}
        self._problems = fresh
        for row in sorted(rows):
            if row < self.rowCount():
                self.dataChanged.emit(self.index(row, 0), self.index(row, len(self.columns) - 1))

    # -- steps -----------------------------------------------------------------------------------------------------

    def change(self, title: str, start: int, end: int, act: Callable[[], None]) -> bool:
        """Run `act`, which may change, add or drop lines within start..end, as one undoable step; False when nothing changed."""
        lines = self.draft.lines
        end = min(end, len(lines))
        before = self._keep(start, end)
        tail = len(lines) - end
        act()
        after = self._keep(start, len(lines) - tail)
        if before == after:
            return False
        self._put(start, len(after), before)
        self.stack.push(Splice(self, title, start, before, after))
        return True

    def _keep(self, start: int, end: int) -> list[KeptLine]:
        kept = []
        for row in range(start, end):
            head = f"lines/{row}/"
            typed = {p[len(head) :]: raw for p, raw in self.draft.typed.items() if p.startswith(head)}
            kept.append(KeptLine(copy.copy(self.draft.lines[row]), typed))
        return kept

    def _put(self, start: int, count: int, kept: list[KeptLine]) -> None:
        """Replace `count` lines from `start` without telling anybody."""
        draft = self.draft
        by = len(kept) - count
        typed: dict[str, tuple[str, str, str]] = {}
        for path, raw in draft.typed.items():
            if path.startswith("lines/"):
                _, number, key = path.split("/", 2)
                row = int(number)
                if start <= row < start + count:
                    continue
                if row >= start + count:
                    path = f"lines/{row + by}/{key}"
            typed[path] = raw
        for i, one in enumerate(kept):
            typed.update({f"lines/{start + i}/{key}": raw for key, raw in one.typed.items()})
        draft.lines[start : start + count] = [copy.copy(one.values) for one in kept]
        draft.typed = typed
        draft.changed = True

    def replace(self, start: int, before: list[KeptLine], after: list[KeptLine]) -> None:
        """Put `after` where `before` stands, with the signals Qt wants. A line added at the end takes the blank row's place."""
        old, new = len(before), len(after)
        at_end = 0 if start + old < len(self.draft.lines) or not self.has_blank else 1
        if new > old:
            self.beginInsertRows(QModelIndex(), start + old + at_end, start + new - 1 + at_end)
        elif new < old:
            self.beginRemoveRows(QModelIndex(), start + new + at_end, start + old - 1 + at_end)
        self._put(start, old, after)
        self._shift_problems(start + min(old, new), new - old)
        if new > old:
            self.endInsertRows()
        elif new < old:
            self.endRemoveRows()
        last = self.rowCount() - 1 if new != old else min(start + new, self.rowCount() - 1)
        if last >= start:
            self.dataChanged.emit(self.index(start, 0), self.index(last, len(self.columns) - 1))
        self.edited.emit()

    def _shift_problems(self, start: int, by: int) -> None:
        if by:
            moved = {}
            for (row, key), one in self._problems.items():
                if row < start:
                    moved[row, key] = one
                elif row + by >= start:
                    moved[row + by, key] = one
            self._problems = moved

    # -- what a person does ----------------------------------------------------------------------------------------

    def type_in(self, row: int, column: int, text: str) -> bool:
        """Typed text into a cell; ".." takes the cell above, "//" the first line's."""
        one = self.columns[column]
        if text.strip() in ("..", "//", "。。") and row > 0:
            return self.copy_cell(0 if text.strip() == "//" else row - 1, row, column)
        if text == self.edit_text(row, one) or (not text.strip() and self.is_blank(row)):
            return False
        path = f"lines/{row}/{one.sets}"
        words = f"改第 {row + 1} 行{one.title}"
        if one.source is None:
            return self.change(words, row, row + 1, lambda: self._set(path, text))
        if not text.strip():
            return self.change(words, row, row + 1, lambda: self._pick(path, None))
        found = one.source.exact(text)
        if found is not None:
            return self.pick(row, column, found)
        reason = (text.strip(), f"没认出「{text.strip()}」", f"请选一个{one.source.noun}，或新建{one.source.noun}")
        return self.change(words, row, row + 1, lambda: self._keep_raw(path, reason))

    def _set(self, path: str, text: str) -> None:
        self.draft.set(path, text)

    def _keep_raw(self, path: str, raw: tuple[str, str, str]) -> None:
        self.draft.put(path, None)
        self.draft.typed[path] = raw

    def _pick(self, path: str, uid: str | None) -> None:
        self.draft.put(path, uid)

    def pick(self, row: int, column: int, found: PickRow) -> bool:
        """Put a found record into a cell."""
        one = self.columns[column]
        path = f"lines/{row}/{one.sets}"
        return self.change(f"选第 {row + 1} 行{found.title}", row, row + 1, lambda: self._pick(path, found.uid))

    def copy_cell(self, source: int, row: int, column: int) -> bool:
        """Give a cell the value of another row."""
        one = self.columns[column]
        if not one.sets or source == row or self.is_blank(source):
            return False
        if any(self.is_covered(r, one) for r in (source, row)):
            return False
        value = self.line(source).get(one.sets)
        path = f"lines/{row}/{one.sets}"
        return self.change(
            f"第 {row + 1} 行{one.title}同第 {source + 1} 行", row, row + 1, lambda: self._pick(path, value)
        )

    def clear_cells(self, cells: Iterable[tuple[int, int]]) -> bool:
        """Empty several cells as one step."""
        todo = [(r, c) for r, c in cells if self.can_type(r, c) and not self.is_blank(r)]
        if not todo:
            return False

        def act() -> None:
            for row, column in todo:
                self.draft.put(f"lines/{row}/{self.columns[column].sets}", None)

        rows = [r for r, _ in todo]
        return self.change("清空" + (f" {len(todo)} 格" if len(todo) > 1 else ""), min(rows), max(rows) + 1, act)

    def insert_row(self, row: int) -> None:
        """An empty line before `row`."""
        if not self.growing:
            return
        self.change(f"插入第 {row + 1} 行", row, row, lambda: self.draft.insert_line(row))

    def delete_rows(self, rows: Iterable[int]) -> int:
        """Remove lines as one step; returns how many."""
        gone = sorted({r for r in rows if not self.is_blank(r)}, reverse=True)
        if not gone:
            return 0

        def act() -> None:
            for row in gone:
                self.draft.delete_line(row)

        title = f"删除第 {gone[0] + 1} 行" if len(gone) == 1 else f"删除 {len(gone)} 行"
        self.change(title, gone[-1], gone[0] + 1, act)
        return len(gone)

    def set_read_only(self, on: bool) -> None:
        """Lock or unlock all cells; a locked table has no blank row."""
        if on != self.read_only:
            self.beginResetModel()
            self.read_only = on
            self.endResetModel()

    def set_growing(self, on: bool) -> None:
        """A table that does not grow has the lines it was given and no blank row."""
        if on != self.growing:
            self.beginResetModel()
            self.growing = on
            self.endResetModel()

    def reload(self) -> None:
        """Show the draft again after it was changed from outside (recovery, copying an order)."""
        self.beginResetModel()
        self._problems = {}
        self.endResetModel()
