"""Reads that return plain rows: by uid, by condition, or by a SELECT of a module's queries."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from salesdesk.domain.fields import Entity
from salesdesk.domain.kinds import Link, Row, Value
from salesdesk.persistence.tables import Schema

Params = Sequence[Any] | Mapping[str, Any]
AMONG = "IN (SELECT value FROM json_each(?))"
"""SQL: one of a list of values that is bound as JSON."""
FEW = 8
"""Values bound one by one, which asks half as much as JSON does."""
MERGED_INTO = "merged_into"
"""Key of the field of a voided record that points at the one it was merged into."""
MOST_MERGES = 50


def among(values: Collection[Value]) -> tuple[str, Sequence[Value]]:
    """SQL condition for one of some values, and what is bound by it."""
    if 0 < len(values) <= FEW:
        return f"IN ({', '.join('?' * len(values))})", tuple(values)
    return AMONG, (json.dumps(list(values)),)


class Reader:
    """Plain rows out of one connection. SQL parameters are `?` with a sequence or `:name` with a mapping."""

    def __init__(self, connection: Any, schema: Schema) -> None:
        self.connection = connection
        self.schema = schema

    def rows(self, sql: str, params: Params = ()) -> list[Row]:
        """All rows of a SELECT as dicts."""
        cursor = self.connection.execute(sql, params)
        names = [d[0] for d in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def tuples(self, sql: str, params: Params = ()) -> list[tuple[Any, ...]]:
        """All rows of a SELECT as tuples."""
        found: list[tuple[Any, ...]] = self.connection.execute(sql, params).fetchall()
        return found

    def stream(self, sql: str, at_a_time: int) -> Iterator[list[tuple[Any, ...]]]:
        """Rows of a long SELECT as tuples, so many at a time."""
        cursor = self.connection.execute(sql)
        while block := cursor.fetchmany(at_a_time):
            yield block

    def row(self, sql: str, params: Params = ()) -> Row | None:
        """The first row, or None."""
        cursor = self.connection.execute(sql, params)
        found = cursor.fetchone()
        return None if found is None else dict(zip([d[0] for d in cursor.description], found, strict=True))

    def value(self, sql: str, params: Params = ()) -> Any:
        """The first column of the first row, or None."""
        found = self.connection.execute(sql, params).fetchone()
        return None if found is None else found[0]

    def column(self, sql: str, params: Params = ()) -> list[Any]:
        """The first column of all rows."""
        return [row[0] for row in self.connection.execute(sql, params).fetchall()]

    def get(self, entity: Entity | str, uid: str | None) -> Row | None:
        """One record by uid, voided ones too; None when there is none."""
        if not uid:
            return None
        key = entity if isinstance(entity, str) else entity.key
        return self.row(f'SELECT * FROM "{key}" WHERE uid = ?', (uid,))

    def of_parent(self, entity: Entity, parent_uid: str) -> list[Row]:
        """Live child rows of one parent in their order of entry."""
        assert entity.parent is not None
        order = "seq, rowid" if "seq" in entity.by_key else "rowid"
        return self.rows(
            f'SELECT * FROM "{entity.key}" WHERE "{entity.parent[1]}" = ? AND void = 0 ORDER BY {order}', (parent_uid,)
        )

    def find(self, entity: Entity, typed: str) -> str | None:
        """Uid of the live record a person or script means by uid, code, number or exact name; None when unknown or ambiguous.

        What a record was called that has been merged into another means that other. (`+void` keeps SQLite from walking an
        index of all records in use instead of that of the code.)
        """
        keys = [key for key in ("uid" if len(typed) == 36 else "", entity.code, entity.naming) if key]
        several = False
        for key in keys:
            found = self.column(f'SELECT uid FROM "{entity.key}" WHERE "{key}" = ? AND +void = 0 LIMIT 2', (typed,))
            if len(found) == 1:
                return str(found[0])
            several = several or bool(found)
        for key in keys if MERGED_INTO in entity.by_key and not several else ():
            found = self.column(
                f'SELECT uid FROM "{entity.key}" WHERE "{key}" = ? AND +void = 1 AND {MERGED_INTO} IS NOT NULL LIMIT 2',
                (typed,),
            )
            if len(found) == 1:
                return self.merged_into(entity, str(found[0]))
        return None

    def coded(self, entity: Entity, typed: Collection[str]) -> dict[str, str]:
        """Code -> uid of those live records that `find` would find by it, asked at once; not all of them, the rest is for `find`."""
        codes = [one for one in typed if one.isascii() and len(one) != 36]
        if not entity.code or len(codes) < 2:
            return {}
        some, values = among(codes)
        found: dict[str, list[str]] = {}
        for code, uid in self.tuples(
            f'SELECT "{entity.code}", uid FROM "{entity.key}" WHERE "{entity.code}" {some} AND +void = 0', values
        ):
            found.setdefault(code, []).append(uid)
        return {code: uids[0] for code, uids in found.items() if len(uids) == 1}

    def merged_into(self, entity: Entity, uid: str) -> str | None:
        """The live record that stands for a merged one, through however many merges; None when there is none."""
        for _ in range(MOST_MERGES):
            row = self.row(f'SELECT void, {MERGED_INTO} AS into_ FROM "{entity.key}" WHERE uid = ?', (uid,))
            if row is None or not row["void"]:
                return uid if row is not None else None
            if not row["into_"]:
                return None
            uid = str(row["into_"])
        return None

    def merged(self, entity: Entity, uid: str) -> list[Row]:
        """The records that were merged into this one, and those merged into them, in the order of the file."""
        if MERGED_INTO not in entity.by_key:
            return []
        return self.rows(
            f'WITH RECURSIVE m(uid) AS (SELECT uid FROM "{entity.key}" WHERE {MERGED_INTO} = ?1 AND void = 1'
            f' UNION SELECT e.uid FROM "{entity.key}" e JOIN m ON e.{MERGED_INTO} = m.uid WHERE e.void = 1)'
            f' SELECT e.* FROM "{entity.key}" e JOIN m ON m.uid = e.uid WHERE e.uid != ?1 ORDER BY e.rowid',
            (uid,),
        )

    def called(self, entity: Entity, typed: str) -> int:
        """How many live records have this exact name."""
        return int(
            self.value(f'SELECT count(*) FROM "{entity.key}" WHERE "{entity.naming}" = ? AND +void = 0', (typed,))
        )

    def newest_change(self) -> int:
        """Local id of the last change of any record; a later number means that somebody wrote."""
        return int(self.value("SELECT coalesce(max(id), 0) FROM change"))

    def changed_since(self, entity: str, change: int) -> bool:
        """Whether a record of this kind was written after the change with this local id (of `newest_change`)."""
        return bool(self.value("SELECT 1 FROM change WHERE id > ? AND entity = ? LIMIT 1", (change, entity)))

    def made_by(self, uid: str) -> str | None:
        """Name of the PC on which a record was made; None when its beginning is not in the log."""
        made = "SELECT o.device FROM change c JOIN operation o ON o.id = c.op WHERE c.uid = ? AND c.kind = 'I' LIMIT 1"
        found: str | None = self.value(made, (uid,))
        return found

    def named(self, entity: Entity | str, uid: str | None) -> str:
        """How people call a record; "" when there is none. An order line is called by its product."""
        one = self.schema.entities[entity] if isinstance(entity, str) else entity
        found = self.value(f'SELECT "{one.naming}" FROM "{one.key}" WHERE uid = ?', (uid,)) if uid else None
        kind = one.by_key[one.naming].kind if one.naming in one.by_key else None
        if isinstance(kind, Link) and kind.entity:
            return self.named(kind.entity, found)
        return "" if found is None else str(found)
