"""The writings of records, read from the log: who wrote what and what its author had seen."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from salesdesk.domain.kinds import Value
from salesdesk.persistence.reading import Reader
from salesdesk.persistence.work import Work

Vector = Mapping[str, int]
"""Device -> number of its newest operation that is known."""
MANY_PARAMETERS = 500
SETTLE = "sync.settle"
"""Verb by which a person decides a case. Taken back, it counts no more: what it decided between stands open on every PC."""


_REACH = (  # from PC to PC along the index
    "WITH RECURSIVE pc(device) AS (SELECT min(device) FROM operation UNION ALL SELECT (SELECT min(device) FROM operation o"
    " WHERE o.device > pc.device) FROM pc WHERE pc.device IS NOT NULL) SELECT device, (SELECT max(n) FROM operation o WHERE"
    " o.device = pc.device) FROM pc WHERE device IS NOT NULL"
)


class Write(NamedTuple):
    """One operation's writing of a record: who, when by the hybrid clock, what its author had seen, the values."""

    device: str
    n: int
    hlc: int
    seen: Vector
    kind: str
    values: Mapping[str, Value]
    op: int

    def had_seen(self, other: Write) -> bool:
        """Whether the author knew the other writing."""
        if other.device == self.device:
            return other.n < self.n
        return self.seen.get(other.device, 0) >= other.n

    @property
    def rank(self) -> tuple[int, str, int]:
        """Decides between writings whose authors did not know one another; equal on all PCs."""
        return self.hlc, self.device, self.n


class Log:
    """The writings of records, read from the log."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._vectors: dict[int, Vector] = {}

    def seen(self, row: int | None) -> Vector:
        """The vector stored under a row of `seen`."""
        if row is None:
            return {}
        if row not in self._vectors:
            self._vectors[row] = json.loads(self.reader.value("SELECT vector FROM seen WHERE id = ?", (row,)) or "{}")
        return self._vectors[row]

    def writes(self, uids: Sequence[str]) -> dict[str, list[Write]]:
        """All writings of some records that count, in the order in which they came here; that of the operation still open last."""
        found: dict[str, list[Write]] = {}
        settlings: set[int] = set()
        for i in range(0, len(uids), MANY_PARAMETERS):
            part = uids[i : i + MANY_PARAMETERS]
            for uid, kind, after, op, device, n, hlc, seen, verb in self.reader.tuples(
                "SELECT c.uid, c.kind, c.after, o.id, o.device, o.n, o.hlc, o.seen, o.verb FROM change c"
                f" JOIN operation o ON o.id = c.op WHERE c.uid IN ({', '.join('?' * len(part))}) ORDER BY c.id",
                part,
            ):
                found.setdefault(uid, []).append(Write(device, n, hlc, self.seen(seen), kind, json.loads(after), op))
                if verb == SETTLE:
                    settlings.add(op)
        if self._running():
            for uid in uids:
                found.setdefault(uid, []).extend(self._unfinished(uid))
        gone: set[int] = set()
        for op in settlings:
            undone, about = self._undone(op)
            gone |= about if undone else set()
        for uid, writes in found.items() if gone else ():
            # a record that the settling itself made, the answer to a question, is voided and brought back like any other
            found[uid] = [w for w in writes if w.op not in gone] or writes
        return found

    def reach(self) -> dict[str, int]:
        """The newest operation of each PC that the log holds."""
        return dict(self.reader.tuples(_REACH))

    def newest(self, uids: Sequence[str]) -> dict[str, dict[str, int]]:
        """Of some records the newest writing of each PC, whether it still counts or not: all that is needed to see whether
        somebody knew them."""
        found: dict[str, dict[str, int]] = {}
        for i in range(0, len(uids), MANY_PARAMETERS):
            part = uids[i : i + MANY_PARAMETERS]
            for uid, device, n in self.reader.tuples(
                "SELECT c.uid, o.device, max(o.n) FROM change c JOIN operation o ON o.id = c.op"
                f" WHERE c.uid IN ({', '.join('?' * len(part))}) GROUP BY c.uid, o.device",
                part,
            ):
                found.setdefault(uid, {})[device] = n
        return found

    def _running(self) -> int:
        """The operation that is still open, 0 when there is none."""
        return self.reader.op if isinstance(self.reader, Work) else 0

    def _unfinished(self, uid: str) -> list[Write]:
        """What the operation still open has written of a record; its row comes last of all."""
        op = self._running()
        device, n, hlc, seen = self.reader.tuples("SELECT device, n, hlc, seen FROM now")[0]
        return [
            Write(device, n + 1, hlc + 1, self.seen(seen), kind, json.loads(after), op)
            for kind, after in self.reader.tuples("SELECT kind, after FROM change WHERE op = ? AND uid = ?", (op, uid))
        ]

    def _undone(self, op: int) -> tuple[bool, set[int]]:
        """Whether an operation is taken back at the moment; with it, all that took it back or brought it back."""
        backs = self.reader.column("SELECT id FROM operation WHERE undoes = ?", (op,))
        if isinstance(self.reader, Work) and self.reader.undoes == op:
            backs = [*backs, self.reader.op]
        deeper = [self._undone(int(back)) for back in backs]
        return any(not undone for undone, _ in deeper), {op}.union(*(about for _, about in deeper))

    def settling(self, op: int | None) -> int | None:
        """The settling of a case that an operation is, takes back, or brings back; None when it has nothing to do with one."""
        while op is not None:
            verb, undoes = self.reader.tuples("SELECT verb, undoes FROM operation WHERE id = ?", (op,))[0]
            if undoes is None:
                return op if verb == SETTLE else None
            op = undoes
        return None
