"""The chain over a PC's operations: each link is a hash of its operation and of the link before, so that a later hand shows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from salesdesk.persistence.reading import Reader

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
CHANGES_OF = "SELECT entity, uid, kind, before, after FROM change WHERE op = ? ORDER BY id"
"""The changes of one operation in the form that is hashed and sent."""


UNDONE = "coalesce(u.device, w.device), coalesce(u.n, w.n)"
LINKED = "operation o LEFT JOIN operation u ON u.id = o.undoes LEFT JOIN undo_waiting w ON w.op = o.id"
"""Operations (o) beside (device, n) of what each takes back, whether that one is here or not."""


class BrokenLink(NamedTuple):
    """An operation whose link does not fit: which PC's, its number there, its title, and what is wrong."""

    device: str
    n: int
    title: str
    reason: str


def link(
    before: str | None,
    told: Sequence[Any],
    undone: tuple[str, int] | None,
    changes: Sequence[Sequence[Any]],
) -> str:
    """The link of one operation, hex SHA-256.

    told: device, n, hlc, title, verb, operator, role, at, reason. undone: (device, n) of what it takes back. changes: rows of
    CHANGES_OF. The same operation gives the same link on every PC.
    """
    import hashlib

    return hashlib.sha256(_encode([before, told, undone, changes]).encode()).hexdigest()


def broken_links(reader: Reader) -> Iterator[BrokenLink]:
    """Every operation that was altered, taken out or put in since it was linked, PC by PC in the order of their numbers."""
    last: tuple[str, int, str | None] = ("", 0, None)
    for op in reader.connection.execute(
        "SELECT o.id, o.device, o.n, o.hlc, o.title, o.verb, o.operator, o.role, o.at, o.reason, o.chain,"
        f" {UNDONE} FROM {LINKED} ORDER BY o.device, o.n"
    ):
        row, told, chain = op[0], op[1:10], op[10]
        device, n, before = last
        first = told[0] != device
        last = (told[0], told[1], chain)
        if not first and told[1] != n + 1:
            yield BrokenLink(told[0], told[1], told[3], f"前面缺了 {told[1] - n - 1} 步操作")
            continue
        if chain is None:
            if not first and before is not None:
                yield BrokenLink(told[0], told[1], told[3], "没有链节，像是绕过程序加进来的")
            continue
        undone = None if op[11] is None else (op[11], op[12])
        if link(None if first else before, told, undone, reader.tuples(CHANGES_OF, (row,))) != chain:
            yield BrokenLink(told[0], told[1], told[3], "内容和当时记下的不一样，被改过")
