"""The tables of the data file, made from the entities, and the triggers that write every change into the log."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from salesdesk.domain.fields import Entity

SYSTEM_COLUMNS = ("uid", "void", "created_at", "created_by")
"""Columns every record has besides its declared fields."""


class Schema:
    """What one data file holds: the entities, the statements that make their tables, the triggers that guard them."""

    def __init__(self, entities: Iterable[Entity]) -> None:
        self.entities: dict[str, Entity] = {e.key: e for e in entities}

    @cached_property
    def statements(self) -> list[str]:
        """DDL of all tables and indexes, in creation order, without triggers."""
        from salesdesk.persistence.shape import metadata_of, statements_of

        return statements_of(metadata_of(self.entities.values()))

    @cached_property
    def triggers(self) -> dict[str, str]:
        """Name -> DDL of every trigger of the shared tables."""
        made: dict[str, str] = {}
        for entity in self.entities.values():
            if entity.shared:
                made.update(_triggers(entity))
        return made

    @cached_property
    def fingerprint(self) -> str:
        """Hash of all trigger texts, by which a check notices a lost or altered trigger."""
        return fingerprint(self.triggers.values())

    def children(self, entity: str) -> list[Entity]:
        """Entities whose rows belong to rows of this one."""
        return [e for e in self.entities.values() if e.parent and e.parent[0] == entity]

    def referrers(self, entity: str) -> list[tuple[Entity, str]]:
        """(entity, link field) pairs that may point at rows of this one."""
        return [(e, f.key) for e in self.entities.values() for f in e.links if f.kind.entity == entity]  # type: ignore[attr-defined]


def fingerprint(texts: Iterable[str]) -> str:
    """Order-free hash of DDL texts."""
    import hashlib

    joined = "\n".join(sorted(" ".join(t.split()) for t in texts))
    return hashlib.sha256(joined.encode()).hexdigest()


def logged_columns(entity: Entity) -> list[str]:
    """Columns whose changes are history: all but the derived ones and the uid."""
    return ["void", "created_at", "created_by", *(f.key for f in entity.fields if not f.derived)]


def _quoted(keys: Sequence[str], prefix: str) -> list[str]:
    return [f'{prefix}."{k}"' for k in keys]


def _filled(entity: Entity, key: str) -> str:
    """SQL text of one JSON member `,"key":value`, NULL for NULL. Joined by `concat`, a sixth faster than json_object."""
    number = key in entity.by_key and entity[key].kind.sql == "INTEGER"
    value = f'NEW."{key}"' if number else f'CASE WHEN NEW."{key}" IS NOT NULL THEN json_quote(NEW."{key}") END'
    return f"',\"{key}\":' || {value}"


def fresh_log(entity: Entity) -> str:
    """SQL values of a log row (op, entity, uid, kind, after) that tells of the fresh record `NEW`.

    `now.op` is NULL outside an operation, so a stray write fails on change.op NOT NULL instead of escaping the log.
    """
    filled = ", ".join(_filled(entity, k) for k in logged_columns(entity) if k != "void")
    return f"(SELECT op FROM now), '{entity.key}', NEW.uid, 'I', concat('{{\"void\":', NEW.void, {filled}, '}}')"


def _triggers(entity: Entity) -> dict[str, str]:
    """The log triggers of one table, and the ones that forbid what would break sync.

    While `now.applying` is set the log triggers stand still: who sets it writes the log rows itself, as a merge and
    `Work.insert_many` do. An update of derived columns alone does not wake them at all. Their text is kept short, because
    every connection reads all of it.
    """
    table, keys = entity.key, logged_columns(entity)
    columns = ", ".join(f'"{k}"' for k in keys)
    others = ", ".join(f'(\'{k}\', OLD."{k}", NEW."{k}")' for k in keys[1:])
    rows = f'SELECT \'{keys[0]}\' AS k, OLD."{keys[0]}" AS o, NEW."{keys[0]}" AS n UNION ALL VALUES {others}'
    idle = "(SELECT applying FROM now) = 0"
    made = {
        f"log_{table}_insert": (
            f'CREATE TRIGGER log_{table}_insert AFTER INSERT ON "{table}" WHEN {idle} BEGIN '
            f"INSERT INTO change(op, entity, uid, kind, after) VALUES ({fresh_log(entity)}); END"
        ),
        f"log_{table}_update": (
            f'CREATE TRIGGER log_{table}_update AFTER UPDATE OF {columns} ON "{table}" WHEN {idle} BEGIN '
            f"INSERT INTO change(op, entity, uid, kind, before, after) SELECT (SELECT op FROM now), '{table}', NEW.uid, 'U', "
            f"json_group_object(k, o), json_group_object(k, n) FROM ({rows}) WHERE o IS NOT n HAVING count(*) > 0; END"
        ),
        f"keep_{table}_delete": (
            f'CREATE TRIGGER keep_{table}_delete BEFORE DELETE ON "{table}" BEGIN '
            f"SELECT RAISE(ABORT, 'rows of {table} are voided, never deleted'); END"
        ),
        f"keep_{table}_uid": (
            f'CREATE TRIGGER keep_{table}_uid BEFORE UPDATE OF uid ON "{table}" WHEN OLD.uid IS NOT NEW.uid BEGIN '
            f"SELECT RAISE(ABORT, 'the uid of a {table} never changes'); END"
        ),
    }
    if entity.ledger:
        frozen = [k for k in keys if k != "void"]
        moved = " OR ".join(f'OLD."{k}" IS NOT NEW."{k}"' for k in frozen)
        made[f"keep_{table}_ledger"] = (
            f'CREATE TRIGGER keep_{table}_ledger BEFORE UPDATE ON "{table}" WHEN {moved} BEGIN '
            f"SELECT RAISE(ABORT, '{table} is a ledger: add a row instead of changing one'); END"
        )
    return made
