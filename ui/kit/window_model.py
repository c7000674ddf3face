"""Shows a list of any length as if it were all there: it holds the list's row ids and fetches only the rows in sight."""

from __future__ import annotations

import threading
from array import array
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)

from salesdesk.desk import Desk
from salesdesk.domain.changes import Changes
from salesdesk.domain.errors import GivenUp
from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Link, Row, Value
from salesdesk.services.lists import Query, watched_kinds

Index = QModelIndex | QPersistentModelIndex

HEAD = 300
"""Rows fetched at once, so that something is on the screen before the whole list has been counted."""
AT_ONCE = 5000
"""A list known to be no longer than this is read whole without a thread."""
PAGE = 128
PAGES_KEPT = 64
PATIENCE_S = 1.0
"""How long counting waits until the first rows are painted; both need the interpreter, and the clerk waits for the rows."""
_WAITING: Row = {}


@dataclass(frozen=True)
class _Part:
    """One stage of reading a long list: its beginning, its length, then all of it."""

    generation: int
    head: array[int] | None = None
    count: int | None = None
    whole: array[int] | None = None
    fault: Exception | None = None


class _Arrivals(QObject):
    """Carries parts from the reading thread to the window's thread."""

    part = Signal(object)


class _Reading:
    """Reads one long list in stages; the first stage that finds itself overtaken ends it."""

    def __init__(
        self, desk: Desk, entity: str, query: Query, generation: int, with_head: bool, latest: list[int]
    ) -> None:
        self._desk, self._entity, self._query = desk, entity, query
        self._generation, self._with_head, self._latest = generation, with_head, latest
        self.arrivals = _Arrivals()
        self.painted = threading.Event()

    def run(self) -> None:
        try:
            for part in self._parts():
                self._send(part)
        except GivenUp:
            return
        except Exception as fault:  # told in the window's thread: a fault of the disk, or our defect
            self._send(_Part(self._generation, fault=fault))

    def _parts(self) -> Iterator[_Part]:
        desk, asked = self._desk, (self._entity, self._query)
        if self._with_head and not self._overtaken():
            yield _Part(self._generation, head=desk.list_ids(*asked, HEAD, self._overtaken))
            self.painted.wait(PATIENCE_S)
        if not self._overtaken():
            yield _Part(self._generation, count=desk.count(*asked, self._overtaken))
        if not self._overtaken():
            yield _Part(self._generation, whole=desk.list_ids(*asked, None, self._overtaken))
        if not self._overtaken():
            desk.learn_list(self._entity, self._overtaken)

    def _overtaken(self) -> bool:
        return self._latest[0] != self._generation

    def _send(self, part: _Part) -> None:
        try:
            self.arrivals.part.emit(part)
        except RuntimeError:  # the window went away meanwhile
            return


class ListModel(QAbstractTableModel):
    """A register as a table model: one column per field, one row per record, fetched a page at a time.

    Lists up to AT_ONCE rows are read in the call. Longer ones show their first HEAD rows at once; their length and ids
    arrive from a thread, and rows in between paint as waiting until then.
    """

    arrived = Signal()
    """The whole list is known: all ids are here."""
    counted = Signal(object)
    """The list's length became known or changed."""
    failed = Signal(object)
    """Reading failed; carries the exception."""

    def __init__(self, desk: Desk, entity: str, query: Query | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.entity: Entity = desk.entity(entity)
        self.fields: tuple[Field, ...] = tuple(f for f in self.entity if f.key != self.entity.parent_key)
        self.query = query or Query()
        self.complete = False
        self._ids: array[int] = array("q")
        self._count = 0
        self._pages: dict[int, list[Row]] = {}
        self._short: bool | None = None  # whether even the unfiltered list is read at once
        self._latest = [0]
        self._pool: ThreadPoolExecutor | None = None
        self._reading: Future[None] | None = None
        self._asked: _Reading | None = None
        self._watched = watched_kinds(self.desk.database.schema, self.entity)
        self._load(reset=True)

    # -- asking ----------------------------------------------------------------------------------------------------

    def column_of(self, key: str) -> int:
        """Column of a field; -1 when the list has none."""
        return next((i for i, f in enumerate(self.fields) if f.key == key), -1)

    def row(self, number: int) -> Row:
        """The record at a row; empty while its place in a long list is still being read."""
        if not 0 <= number < self._count:
            return _WAITING
        page = number // PAGE
        rows = self._pages.get(page)
        if rows is None:
            rows = self._fetch(page)
        place = number - page * PAGE
        return rows[place] if place < len(rows) else _WAITING

    def uid(self, number: int) -> str:
        """Uid of the record at a row, "" when unknown."""
        return str(self.row(number).get("uid") or "")

    def rows(self, numbers: Sequence[int]) -> list[Row]:
        """Several records at once, straight from the file: for copying and summing a selection."""
        self.wait()
        ids = [self._ids[n] for n in numbers if 0 <= n < len(self._ids)]
        found: list[Row] = []
        for start in range(0, len(ids), 500):
            found += self.desk.list_page(self.entity.key, ids[start : start + 500])
        return found

    def index_of(self, uid: str) -> int:
        """Row of a record, -1 when the list does not show it."""
        for page, rows in self._pages.items():
            for place, row in enumerate(rows):
                if row.get("uid") == uid:
                    return page * PAGE + place
        rowid = self.desk.list_id(self.entity.key, uid) if uid else None
        try:
            return self._ids.index(rowid) if rowid is not None else -1
        except ValueError:
            return -1

    def text(self, number: int, column: int) -> str:
        """What a cell shows in words."""
        return shown(self.fields[column], self.row(number))

    def wait(self) -> None:
        """Have all ids here now: before copying everything, and in tests."""
        if not self.complete:
            self._overtake()
            self._take(self.desk.list_ids(self.entity.key, self.query))

    @property
    def reading(self) -> bool:
        """Whether a thread is still busy with this list: after its ids, with remembering it for typed texts."""
        return self._reading is not None and not self._reading.done()

    def stop(self) -> None:
        """Before the desk is closed: give up what is still being read."""
        self._overtake()
        if self._reading is not None:
            wait([self._reading])
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None

    # -- telling ---------------------------------------------------------------------------------------------------

    def set_query(self, query: Query) -> None:
        """Show another selection or order; costs nothing when nothing changed."""
        if query != self.query:
            self.query = query
            self._load(reset=True)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Order by a field, in the file; column -1 is the list's own order."""
        key = self.fields[column].key if 0 <= column < len(self.fields) else ""
        self.set_query(self.query._replace(sort=key, descending=bool(key) and order == Qt.SortOrder.DescendingOrder))

    def refresh(self, changes: Changes | None = None) -> None:
        """Read again after an operation; does nothing when it touched nothing this list shows."""
        if changes is not None and not (self._watched & changes.touched.keys()):
            return
        self._pages.clear()
        self._load(reset=False)

    # -- reading ---------------------------------------------------------------------------------------------------

    def _overtake(self) -> None:
        """Nobody wants what is being read now."""
        self._latest[0] += 1
        self._go_on()

    def _go_on(self) -> None:
        if self._asked is not None:
            self._asked.painted.set()

    def _after_layout(self) -> None:
        """The view has laid the rows out now and asked to be painted, which comes before the next timer."""
        QTimer.singleShot(0, self._go_on)

    def _load(self, reset: bool) -> None:
        self._overtake()
        query, key = self.query, self.entity.key
        if self._short:
            self._take(self.desk.list_ids(key, query))
            return
        plain = not query.text and not query.sort
        if self._short is None or (plain and reset):
            head = self.desk.list_ids(key, query, HEAD)
            if len(head) < HEAD:
                if self._short is None and not query.conditions and plain:
                    self._short = True
                self._take(head)
                return
            self._show(head, len(head), complete=False)
            self._read(with_head=False)
        else:
            self._read(with_head=reset)

    def _read(self, with_head: bool) -> None:
        self.complete = False
        reading = _Reading(self.desk, self.entity.key, self.query, self._latest[0], with_head, self._latest)
        reading.arrivals.part.connect(self._received)
        if self._pool is None:
            self._pool = ThreadPoolExecutor(1, "salesdesk-list")
        self._asked, self._reading = reading, self._pool.submit(reading.run)

    def _received(self, part: _Part) -> None:
        if part.generation != self._latest[0]:
            return
        if part.fault is not None:
            self.failed.emit(part.fault)
        elif part.head is not None:
            self._show(part.head, len(part.head), complete=False)
            QTimer.singleShot(0, self._after_layout)
        elif part.count is not None:
            if not (self.query.text or self.query.conditions):
                self._short = part.count <= AT_ONCE
            self._lengthen(part.count)
        elif part.whole is not None:
            self._take(part.whole)

    def _take(self, ids: array[int]) -> None:
        """The whole list is here."""
        if ids[: len(self._ids)] == self._ids and len(ids) >= len(self._ids) and self._count <= len(ids):
            self._ids = ids
            self._pages = {n: rows for n, rows in self._pages.items() if rows and rows[0]}
            self._lengthen(len(ids))
            self._repaint()
        else:
            self._show(ids, len(ids), complete=True)
        self.complete = True
        self.arrived.emit()

    def _show(self, ids: array[int], count: int, complete: bool) -> None:
        self.beginResetModel()
        self._ids, self._count, self.complete = ids, count, complete
        self._pages.clear()
        self.endResetModel()
        self.counted.emit(count)

    def _lengthen(self, count: int) -> None:
        """More rows at the end than were shown so far; fewer means the list changed meanwhile, and the ids will tell."""
        if count > self._count:
            self._pages.pop(self._count // PAGE, None)
            self.beginInsertRows(QModelIndex(), self._count, count - 1)
            self._count = count
            self.endInsertRows()
            self.counted.emit(count)

    def _repaint(self) -> None:
        if self._count:
            self.dataChanged.emit(self.index(0, 0), self.index(self._count - 1, len(self.fields) - 1))

    def _fetch(self, page: int) -> list[Row]:
        wanted = self._ids[page * PAGE : (page + 1) * PAGE]
        if not wanted:
            return []
        rows = self.desk.list_page(self.entity.key, wanted)
        if len(rows) < len(wanted):  # a record vanished under us: keep the places right
            by_id = {r["rowid"]: r for r in rows}
            rows = [by_id.get(i, _WAITING) for i in wanted]
        while len(self._pages) >= PAGES_KEPT:
            del self._pages[next(iter(self._pages))]
        self._pages[page] = rows
        return rows

    # -- what Qt asks ------------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.fields)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(index.row(), index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return alignment(self.fields[index.column()])
        if role == Qt.ItemDataRole.AccessibleTextRole:
            field = self.fields[index.column()]
            return f"第 {index.row() + 1} 行 {field.title} {self.text(index.row(), index.column()) or '空'}"
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.fields):
            return None
        field = self.fields[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return field.title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return alignment(field)
        if role == Qt.ItemDataRole.ToolTipRole:
            return field.note or None
        return None


def shown(field: Field, row: Row) -> str:
    """Text of one field of a row: the linked record's name for links, one line for notes."""
    if isinstance(field.kind, Link):
        return str(row.get(f"{field.key}.name") or "")
    value: Value = row.get(field.key)
    return field.kind.show(value).replace("\n", " ")


def alignment(field: Field) -> Qt.AlignmentFlag:
    """Numbers to the right, flags in the middle, words to the left."""
    side = {
        "left": Qt.AlignmentFlag.AlignLeft,
        "right": Qt.AlignmentFlag.AlignRight,
        "center": Qt.AlignmentFlag.AlignHCenter,
    }[field.kind.align]
    return side | Qt.AlignmentFlag.AlignVCenter
