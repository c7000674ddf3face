"""One named operation: what is saved, its log rows and its search keys reach the disk together or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from itertools import chain, islice
from typing import Any

from salesdesk.domain.changes import Changes
from salesdesk.domain.clock import Clock, new_uids, next_hlc, stamp
from salesdesk.domain.fields import Entity
from salesdesk.domain.kinds import Value
from salesdesk.persistence.chain import CHANGES_OF, link
from salesdesk.persistence.reading import AMONG, Reader, among
from salesdesk.persistence.tables import Schema, fresh_log

BeforeCommit = Callable[["Work", Changes], None]
"""Called inside the transaction with what was touched: search keys, derived columns."""
AfterCommit = Callable[[Changes], None]
"""Called after the commit, on the writer's thread."""
MANY = 50
"""Records inserted at once from which one statement logs them all cheaper than the trigger does one by one."""
MOST_BOUND = 10_000
"""Values bound by one INSERT; SQLite takes 32,766."""


class Work(Reader):
    """The inside of `database.work("…")`: a Reader that may also write. Triggers log every change under this operation."""

    def __init__(
        self,
        connection: Any,
        schema: Schema,
        clock: Clock,
        title: str,
        verb: str = "",
        operator: str = "",
        role: str = "",
        undoes: int | None = None,
    ) -> None:
        super().__init__(connection, schema)
        self.clock = clock
        self.title = title
        self.verb = verb
        self.operator = operator
        self.role = role
        self.undoes = undoes
        self.reason = ""
        self.at = stamp(clock.now())
        self.op = 0
        self.result = Changes()
        self.made: frozenset[str] = frozenset()
        """Uids of the records this operation has made, as of the last `changes()`: nothing from before points at them."""
        self.only_made = False
        """Whether it has made records and changed none, as of the last `changes()`."""
        self.wrote: Mapping[tuple[str, ...], Collection[str]] = {}
        """What a merge wrote, as `Merger.wrote`; nothing outside one."""
        self.relinked: Sequence[tuple[str, str, dict[str, Value]]] = ()
        """What a merge let point at something else, as `Merger.relinked`; nothing outside one."""
        self._told = Changes()
        self._told_to: int | None = -1
        self._written = -1
        self._owned: Mapping[str, frozenset[str]] = {}
        self._owners: dict[str, frozenset[str]] = {}

    # -- life of the operation; called by Database only ------------------------------------------------------------

    def open(self) -> None:
        """Reserve the operation's id so that triggers can name it."""
        self.op = int(self.value("UPDATE now SET op = (SELECT coalesce(max(id), 0) + 1 FROM operation) RETURNING op"))

    def changes(self) -> Changes:
        """What this operation has touched so far, read from its log rows; read again only when there are new ones.

        Everything that runs before the commit asks for it, so whether anything was written since is asked without SQL.
        """
        if self.connection.total_changes == self._written:
            return self._told
        self._written = self.connection.total_changes
        newest = self.value("SELECT max(id) FROM change")
        if newest == self._told_to:
            return self._told
        touched: dict[str, set[str]] = {}
        made: list[str] = []
        rows = self.tuples("SELECT entity, uid, kind FROM change WHERE op = ?", (self.op,))
        for entity, uid, kind in rows:
            touched.setdefault(entity, set()).add(uid)
            if kind == "I":
                made.append(uid)
        self.made, self.only_made = frozenset(made), len(made) == len(rows)
        self._told_to = newest
        self._told = Changes(self.op, self.title, {k: frozenset(v) for k, v in touched.items()})
        return self._told

    def close(self) -> Changes:
        """Write the operation row, or leave no trace when nothing changed."""
        changes = self.changes()._replace(title=self.title)
        if not changes:
            self.execute("UPDATE now SET op = NULL")
            return changes._replace(op=0)  # there is nothing to undo
        device, n, hlc, seen, chain = self.tuples("SELECT device, n, hlc, seen, chain FROM now")[0]
        hlc = next_hlc(hlc, int(self.clock.now().timestamp() * 1000))
        reason = self.reason or None
        told = (device, n + 1, hlc, self.title, self.verb, self.operator, self.role, self.at, reason)
        chain = link(chain, told, self._undone(), self.tuples(CHANGES_OF, (self.op,)))
        self.execute(
            "INSERT INTO operation(id, device, n, hlc, title, verb, operator, role, at, reason, undoes, seen, chain)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (self.op, *told, self.undoes, seen, chain),
        )
        self.execute("UPDATE now SET op = NULL, n = ?, hlc = ?, chain = ?", (n + 1, hlc, chain))
        return changes

    def _undone(self) -> tuple[str, int] | None:
        """The operation this one takes back, by its name on every PC."""
        if self.undoes is None:
            return None
        found = self.tuples("SELECT device, n FROM operation WHERE id = ?", (self.undoes,))
        return found[0] if found else None

    def changes_since(self, change: int) -> Changes:
        """What this operation has touched after a change (`newest_change`): for those who work row by row and need what
        follows from one before they begin the next."""
        touched: dict[str, set[str]] = {}
        for entity, uid in self.tuples("SELECT entity, uid FROM change WHERE op = ? AND id > ?", (self.op, change)):
            touched.setdefault(entity, set()).add(uid)
        return Changes(0, self.title, {k: frozenset(v) for k, v in touched.items()})

    def befores(self, entities: Iterable[str]) -> list[tuple[str, str, dict[str, Value]]]:
        """What this operation has changed so far in records of some entities: (entity, uid, the former values of those fields).
        A merge only tells the links among them."""
        wanted = tuple(entities)
        if not self.op:
            return [one for one in self.relinked if one[0] in wanted]
        self.changes()
        if self.only_made:
            return []
        return [
            (entity, uid, json.loads(before))
            for entity, uid, before in self.tuples(
                "SELECT entity, uid, before FROM change WHERE op = ? AND kind = 'U'"
                f" AND entity IN ({', '.join('?' * len(wanted))})",
                (self.op, *wanted),
            )
        ]

    def before(self, uid: str) -> dict[str, Value]:
        """The former values of what this operation has changed of one record so far."""
        found: dict[str, Value] = {}
        for told in self.column(
            "SELECT before FROM change WHERE uid = ? AND op = ? AND kind = 'U' ORDER BY id DESC", (uid, self.op)
        ):
            found |= json.loads(told)
        return found

    def owners(self, changes: Changes, entity: str) -> frozenset[str]:
        """The records that the touched child rows of an entity belong to; asked once, however many derive something from it."""
        if self._owned is not changes.touched:
            self._owned, self._owners = changes.touched, {}
        found = self._owners.get(entity)
        if found is None:
            uids, link = changes.of(entity), self.schema.entities[entity].parent_key
            some, values = among(uids)
            asked = self.column(f'SELECT "{link}" FROM "{entity}" WHERE uid {some}', values) if uids else ()
            found = self._owners[entity] = frozenset(filter(None, asked))
        return found

    def pointed_at(self, changes: Changes, entity: str, link: str) -> set[str]:
        """What the touched records of an entity point at by a link, and pointed at before this operation."""
        uids = changes.of(entity)
        if not uids:
            return set()
        now = self.column(f'SELECT DISTINCT "{link}" FROM "{entity}" WHERE uid {AMONG}', (json.dumps(list(uids)),))
        before = [values[link] for _, _, values in self.befores((entity,)) if link in values]
        return {str(uid) for uid in (*now, *before) if uid}

    # -- writing ---------------------------------------------------------------------------------------------------

    def execute(self, sql: str, params: Any = ()) -> Any:
        """Run one statement; for bookkeeping and derived columns."""
        return self.connection.execute(sql, params)

    def execute_many(self, sql: str, rows: Iterable[Any]) -> None:
        """Run one statement for many parameter rows."""
        self.connection.cursor().executemany(sql, rows)

    def insert(self, entity: Entity, values: Mapping[str, Value]) -> str:
        """Add one record; returns its uid (given or fresh)."""
        return self.insert_many(entity, (values,))[0]

    def insert_many(self, entity: Entity, rows: Iterable[Mapping[str, Value]]) -> list[str]:
        """Add records of one entity, many by one statement; returns their uids in order."""
        given = list(rows)
        if not given:
            return []
        uids = [str(row.get("uid") or fresh) for row, fresh in zip(given, new_uids(len(given)), strict=True)]
        columns: dict[str, Sequence[Value]] = {
            "uid": uids,
            "created_at": [self.at] * len(given),
            "created_by": [self.operator] * len(given),
        }
        for key in dict.fromkeys(chain.from_iterable(given)):
            values = [row.get(key) for row in given]
            if key != "uid" and values.count(None) < len(given):  # binding None is ten times slower
                columns[key] = values
        names = ", ".join(f'"{key}"' for key in columns)
        marks = f"({', '.join('?' * len(columns))})"
        fresh_rows = zip(*columns.values(), strict=True)
        with self._logged_together(entity) if entity.shared and len(given) >= MANY else nullcontext():
            # a statement on a table with triggers first copies the pages it touches: many rows of one statement share that
            while part := list(islice(fresh_rows, MOST_BOUND // len(columns))):
                self.execute(
                    f'INSERT INTO "{entity.key}" ({names}) VALUES {", ".join([marks] * len(part))}',
                    list(chain.from_iterable(part)),
                )
        return uids

    @contextmanager
    def _logged_together(self, entity: Entity) -> Iterator[None]:
        """Records of one entity inserted inside are logged by one statement, with the very rows the trigger would write."""
        last = self.value(f'SELECT coalesce(max(rowid), 0) FROM "{entity.key}"')
        self.execute("UPDATE now SET applying = 1")
        try:
            yield
        finally:  # also what a failing insert left behind
            self.execute("UPDATE now SET applying = 0")
            self.execute(
                f"INSERT INTO change(op, entity, uid, kind, after) SELECT {fresh_log(entity)}"
                f' FROM "{entity.key}" AS NEW WHERE NEW.rowid > ? ORDER BY NEW.rowid',
                (last,),
            )

    def update(self, entity: Entity, uid: str, values: Mapping[str, Value]) -> None:
        """Change fields of one record; unchanged values write no log row."""
        if not values:
            return
        keys = list(values)
        sets = ", ".join(f'"{k}" = ?' for k in keys)
        self.execute(f'UPDATE "{entity.key}" SET {sets} WHERE uid = ?', (*(values[k] for k in keys), uid))

    def void(self, entity: Entity, uid: str) -> None:
        """Take a record out of use; it stays in the file and in the history."""
        self.execute(f'UPDATE "{entity.key}" SET void = 1 WHERE uid = ?', (uid,))

    def next_number(self, prefix: str) -> str:
        """The next 单号 of a series, e.g. XS2611A-0012: prefix, year and month, this PC's letter, running number.

        Gapless per PC, series and month, and never equal to one made on another PC.
        """
        return self.next_numbers(prefix, 1)[0]

    def next_numbers(self, prefix: str, count: int) -> list[str]:
        """The next `count` numbers of a series, in order."""
        series, last = self.tuples(
            "INSERT INTO numbering(series, last) SELECT ? || letter, ? FROM now WHERE true"
            " ON CONFLICT(series) DO UPDATE SET last = last + excluded.last RETURNING series, last",
            (f"{prefix}{self.at[2:4]}{self.at[5:7]}", count),
        )[0]
        return [f"{series}-{n:04d}" for n in range(last - count + 1, last + 1)]
