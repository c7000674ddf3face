"""Keeps the numbers of a long list in memory, in the list's order, so that any fragment of one is found while it is typed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from salesdesk.domain.fields import Entity
from salesdesk.persistence.asked import Query, number_fields, order
from salesdesk.persistence.reading import Reader

WORTHWHILE = 20_000
"""Shorter lists are read through as quickly."""
NEAR = 1500
"""A text that a third of all rows fit has its first page among so many rows; the rarer, the quicker an index is."""
FEW = 20_000
"""So many rows are better looked at one by one than the whole index of numbers."""
OUTDATED = 2_000
"""After so many rows written since, the list is remembered anew; until then each of them is judged by itself."""
_AT_A_TIME = 5_000
_END = b"\n"
_MARK = "\x1f"


class Remembered(NamedTuple):
    """The live rows of one list as they stood at one moment; about 30 bytes a row.

    It only ever leaves out rows that cannot fit: whatever it offers is looked up in the file, and rows written since are
    told by the log. A line is a row id and its numbers; a text found in the row id offers a row that does not fit.
    """

    change: int
    """Local id of the last change it knows."""
    first: tuple[int, ...]
    """The first NEAR rows."""
    lines: tuple[bytes, ...]
    ascii: bool
    """Whether all numbers are; then none can contain Chinese, and nobody need look."""

    def holding(self, typed: str) -> Iterator[int]:
        """In the list's order all rows, perhaps a few more, whose numbers contained the text in capital or small letters."""
        wanted = typed.encode().lower()
        for block in () if self.ascii and not typed.isascii() else self.lines:
            at = block.find(wanted)
            while at >= 0:
                start = block.rfind(_END, 0, at) + 1
                yield int(block[start : block.find(_MARK.encode(), start)])
                at = block.find(wanted, block.find(_END, at))

    def few_holding(self, typed: str, reader: Reader, entity: Entity) -> list[int] | None:
        """The rows that may have such a number now, in no order; None when there are too many."""
        rows = list(islice(self.holding(typed), FEW))
        return [*rows, *self.written_since(reader, entity)] if len(rows) < FEW else None

    def written_since(self, reader: Reader, entity: Entity) -> list[int]:
        """Rows whose place or numbers may be others now."""
        return reader.column(
            f'SELECT rowid FROM "{entity.key}" WHERE uid IN (SELECT uid FROM change WHERE id > ? AND entity = ?)',
            (self.change, entity.key),
        )


class Memory:
    """What is remembered of the lists of one data file."""

    def __init__(self) -> None:
        self._lists: dict[str, Remembered] = {}

    def of(self, reader: Reader, entity: Entity, typed: str = "") -> Remembered | None:
        """What is remembered of a list and still worth using; None for a text that no line could hold as it is."""
        known = self._lists.get(entity.key)
        if known is None or not typed.isprintable():
            return None
        written = "SELECT count(*) FROM (SELECT 1 FROM change WHERE id > ? AND entity = ? LIMIT ?)"
        return known if reader.value(written, (known.change, entity.key, OUTDATED)) < OUTDATED else None

    def learn(self, reader: Reader, entity: Entity) -> None:
        """Remember a long list, if that was not done: a second for a million rows, so it belongs in a thread."""
        if self.of(reader, entity) is not None:
            return
        if reader.value(f'SELECT count(*) FROM (SELECT 1 FROM "{entity.key}" LIMIT ?)', (WORTHWHILE,)) < WORTHWHILE:
            return
        numbers = "".join(f" || char(31) || coalesce(t.\"{key}\", '')" for key in number_fields(entity, "0"))
        rows = reader.stream(
            f"SELECT replace(t.rowid{numbers or ' || char(31)'}, char(10), ' ') || char(10)"
            f' FROM "{entity.key}" t WHERE t.void = 0 ORDER BY {order(entity, Query())}',
            _AT_A_TIME,
        )
        first: tuple[int, ...] = ()
        lines: list[bytes] = []
        for block in rows:
            texts = [line for (line,) in block]
            first = first or tuple(int(line.partition(_MARK)[0]) for line in texts[:NEAR])
            lines.append("".join(texts).encode().lower())
        self._lists[entity.key] = Remembered(
            reader.newest_change(), first, tuple(lines), all(map(bytes.isascii, lines))
        )
