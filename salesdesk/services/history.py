"""The life of a record in words: who changed what, when, from what to what."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from salesdesk.domain.fields import Entity
from salesdesk.domain.kinds import Link, Row, Value
from salesdesk.domain.masking import WHOLE, Veil, covered, mask
from salesdesk.persistence.reading import Reader


class FieldChange(NamedTuple):
    """One field before and after, as people read them. `place` names the line a child row stands for."""

    place: str
    title: str
    before: str
    after: str

    @property
    def text(self) -> str:
        head = f"{self.place} " if self.place else ""
        if self.before and self.after:
            return f"{head}{self.title}：{self.before} → {self.after}"
        return f"{head}{self.title}：{self.after}" if self.after else f"{head}{self.title}：{self.before} → 空"


class Entry(NamedTuple):
    """One operation in the life of a record."""

    op: int
    at: str
    operator: str
    title: str
    reason: str
    changes: tuple[FieldChange, ...]

    @property
    def text(self) -> str:
        details = "；".join(c.text for c in self.changes)
        return f"{self.at[:16].replace('T', ' ')} {self.operator} {self.title}" + (f"（{details}）" if details else "")


def history(reader: Reader, entity: Entity, uid: str, veil: Veil = WHOLE, looks: bool = True) -> list[Entry]:
    """All operations that touched a record, its child rows, or what was merged into it, newest first; with `looks` also who
    looked at its secrets."""
    scope = [(entity, uid, 0, "")]
    scope += [(entity, row["uid"], 0, str(row[entity.naming] or "")) for row in reader.merged(entity, uid)]
    for child in reader.schema.children(entity.key):
        lines = reader.rows(f'SELECT * FROM "{child.key}" WHERE "{child.parent_key}" = ? ORDER BY rowid', (uid,))
        for i, line in enumerate(lines, start=1):
            scope.append((child, line["uid"], line.get("seq") or i, reader.named(child, line["uid"])))
    found: dict[int, tuple[Row, list[FieldChange]]] = {}
    for owner, one, last, name in scope:
        seq = None  # where the line stood at the time
        for row in reader.rows(
            "SELECT o.id, o.at, o.operator, o.title, o.reason, c.kind, c.before, c.after FROM change c"
            " JOIN operation o ON o.id = c.op WHERE c.uid = ? ORDER BY c.id",
            (one,),
        ):
            _, told = found.setdefault(row["id"], (row, []))
            seq = json.loads(row["after"]).get("seq") or seq or last
            called = f"「{name}」" if name else ""
            kind = f"第 {seq} 行" if "seq" in owner.by_key else owner.title
            place = f"{kind}{called}" if last else f"原{called}" if called else ""
            told.extend(_told(reader, owner, row, place, bool(last), veil))
    for row in looked(reader, uid) if looks else ():
        found.setdefault(row["id"], (row, []))
    return [
        Entry(op, row["at"], row["operator"], row["title"], row["reason"] or "", tuple(told))
        for op, (row, told) in sorted(found.items(), reverse=True)
    ]


def looked(reader: Reader, uid: str) -> Iterator[Row]:
    """The operations in which somebody looked at the secrets of a record: id, at, operator, title, reason."""
    for row in reader.rows(
        "SELECT o.id, o.at, o.operator, a.content, a.reason FROM access_log a JOIN change c ON c.uid = a.uid"
        " JOIN operation o ON o.id = c.op WHERE a.owner = ? AND a.void = 0 ORDER BY c.id",
        (uid,),
    ):
        yield {**row, "title": f"查看了{row['content']}"}


def values_of(reader: Reader, uid: str, key: str, limit: int = 100) -> list[tuple[str, str, Value]]:
    """What a field of a record was set to: (moment, who, value), newest first."""
    return [
        (at, operator or "", json.loads(after)[key])
        for at, operator, after in reader.tuples(
            "SELECT o.at, o.operator, c.after FROM change c JOIN operation o ON o.id = c.op WHERE c.uid = ?1"
            " AND json_type(c.after, '$.' || ?2) IS NOT NULL ORDER BY c.id DESC LIMIT ?3",
            (uid, key, limit),
        )
    ]


def born_in(reader: Reader, uids: Iterable[str]) -> int:
    """The latest operation on this PC in which one of some records came into being; 0 for none."""
    return int(
        reader.value(
            "SELECT max(op) FROM change WHERE kind = 'I' AND uid IN (SELECT value FROM json_each(?))",
            (json.dumps(list(uids)),),
        )
        or 0
    )


def ever(reader: Reader, uids: Iterable[str], key: str) -> set[Value]:
    """All values a field of some records ever had, those from before a bulk load was changed too."""
    told = "SELECT json_extract({}, '$.' || ?1) FROM change WHERE uid IN (SELECT value FROM json_each(?2))"
    found = reader.column(f"{told.format('after')} UNION {told.format('before')}", (key, json.dumps(list(uids))))
    return {value for value in found if value is not None}


def written(reader: Reader, uids: Iterable[str]) -> int:
    """How often some records were written; grows with every change and, once PCs have met, is the same on all of them."""
    told = json.dumps(list(uids))
    return int(reader.value("SELECT count(*) FROM change WHERE uid IN (SELECT value FROM json_each(?))", (told,)))


def reasons_of(reader: Reader, uids: Iterable[str]) -> set[str]:
    """The reasons that were given when some records were made."""
    found = reader.column(
        "SELECT DISTINCT o.reason FROM change c JOIN operation o ON o.id = c.op WHERE c.kind = 'I'"
        " AND c.uid IN (SELECT value FROM json_each(?))",
        (json.dumps(list(uids)),),
    )
    return {str(reason) for reason in found if reason}


class Step(NamedTuple):
    """One field of a record set anew: in which operation, when, by whom, from what to what."""

    uid: str
    op: int
    at: str
    operator: str
    key: str
    before: Value
    after: Value


def steps_on(reader: Reader, uids: Iterable[str], keys: Iterable[str]) -> list[Step]:
    """The changes of some fields of some records, newest first."""
    return [
        Step(uid, op, at, operator or "", key, was, value)
        for uid, op, at, operator, key, was, value in reader.tuples(
            "SELECT c.uid, c.op, o.at, o.operator, k.value, json_extract(c.before, '$.' || k.value),"
            " json_extract(c.after, '$.' || k.value) FROM json_each(?1) u CROSS JOIN change c ON c.uid = u.value"
            " JOIN operation o ON o.id = c.op JOIN json_each(?2) k WHERE c.kind = 'U'"
            " AND json_type(c.after, '$.' || k.value) IS NOT NULL ORDER BY c.id DESC",
            (json.dumps(list(uids)), json.dumps(list(keys))),
        )
    ]


def unknown_to(reader: Reader, op: int) -> Callable[[int], bool]:
    """Whether an operation was not known to the author of another when he wrote it: what came later, and what another PC had
    done that had not reached him. Both are told by their ids here; without the other (0) nothing was known."""
    author = reader.row("SELECT device, n, seen FROM operation WHERE id = ?", (op,))
    if author is None:
        return lambda one: True
    told = (
        reader.value("SELECT vector FROM seen WHERE id = ?", (author["seen"],)) if author["seen"] is not None else None
    )
    known = {**json.loads(told or "{}"), author["device"]: author["n"]}

    def unknown(one: int) -> bool:
        device, n = reader.tuples("SELECT device, n FROM operation WHERE id = ?", (one,))[0]
        return bool(known.get(device, 0) < n)

    return unknown


def _told(reader: Reader, entity: Entity, row: Row, place: str, line: bool, veil: Veil) -> list[FieldChange]:
    """The fields of one log row; an insert of a line is told as one added line, of a record not at all."""
    after = json.loads(row["after"])
    before = json.loads(row["before"] or "{}")
    if row["kind"] == "I":
        if not line:
            return []
        words = [
            f"{f.title} {_shown(reader, entity, f.key, after[f.key], veil)}"
            for f in entity
            if f.typed and f.key != entity.naming and after.get(f.key) is not None
        ]
        return [FieldChange(place, "新增", "", "，".join(words[:5]) or "一行")]
    told = []
    for key, value in after.items():
        if key == "void" and line:
            told.append(FieldChange(place, "删去" if value else "放回", "", "这一行"))
        elif key == "void":
            told.append(FieldChange(place, "状态", "在用" if value else "作废", "作废" if value else "在用"))
        elif key in entity.by_key and key != "seq":
            told.append(
                FieldChange(
                    place,
                    entity[key].title,
                    _shown(reader, entity, key, before.get(key), veil),
                    _shown(reader, entity, key, value, veil),
                )
            )
    return told


def _shown(reader: Reader, entity: Entity, key: str, value: Value, veil: Veil) -> str:
    kind = entity[key].kind
    if covered(entity[key], veil):
        return mask(kind.show(value), entity[key].masked)
    if isinstance(kind, Link) and kind.entity and value:
        return reader.named(kind.entity, str(value))
    return kind.show(value)


def last_verbs(reader: Reader, limit: int) -> list[tuple[str, str]]:
    """(when, verb) of the last steps, newest first: what was done, nothing about what it was done to."""
    return [
        (at, verb) for at, verb in reader.tuples("SELECT at, verb FROM operation ORDER BY id DESC LIMIT ?", (limit,))
    ]
