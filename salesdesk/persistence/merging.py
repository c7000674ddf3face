"""Brings the work of other PCs into this file: the log grows by their operations, and every value follows from the log.

What a field holds is a function of the set of operations that wrote it, so every PC that holds the same operations shows
the same values, in whatever order they came. A write replaces those its author had seen; of writes that had not seen one
another the latest by hybrid clock stands, and the others are kept beside it for a person.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

from salesdesk.domain.changes import Changes
from salesdesk.domain.clock import merge_hlc
from salesdesk.domain.fields import Entity
from salesdesk.domain.kinds import Value
from salesdesk.persistence.reading import among
from salesdesk.persistence.tables import logged_columns
from salesdesk.persistence.taken_back import meet, wait
from salesdesk.persistence.work import Work
from salesdesk.persistence.writings import Log, Vector, Write

Told = Sequence[Any]
"""One change as it travels: entity, uid, kind, before (JSON text or None), after (JSON text)."""
WRITTEN_AFTER = "SELECT c.uid FROM operation o JOIN change c ON c.op = o.id WHERE o.device = ? AND o.n > ?"
"""Uids of the records a PC has written after one of its operations."""
UNSEEN = "merged.unseen"
"""Key in `meta`: local id of the change after which others' work came in that nobody has looked at yet (see `merged`)."""


class Arrived(NamedTuple):
    """One operation of another PC. `undoes`: (device, n) of what it takes back. seen: what its author knew of others."""

    device: str
    n: int
    hlc: int
    title: str
    verb: str
    operator: str
    role: str
    at: str
    reason: str | None
    undoes: tuple[str, int] | None
    chain: str | None
    seen: Vector
    changes: Sequence[Told]

    def had_seen_all(self, newest: Vector) -> bool:
        """Whether the author knew each PC's newest writing of a record; her own earlier ones and those of this very operation
        are hers."""
        return all(n <= (self.n if device == self.device else self.seen.get(device, 0)) for device, n in newest.items())


@dataclass
class Case:
    """Something a person has to decide. kind: "field" (two values), "void" (voided here, edited there)."""

    kind: str
    field: str
    writes: list[Write]


@dataclass
class Settled:
    """What the log says of one record: the values that stand, and what was decided without a person knowing better."""

    values: dict[str, Value] = field(default_factory=dict)
    cases: list[Case] = field(default_factory=list)
    born: bool = False


def standing(writes: Iterable[Write], key: str) -> list[Write]:
    """The writings of a field that no other writing of it had seen, the one that stands first."""
    last: dict[str, Write] = {}  # a PC's later writing has always seen its earlier ones
    for write in writes:
        if key in write.values and (write.device not in last or last[write.device].n <= write.n):
            last[write.device] = write
    found = [w for w in last.values() if not any(o is not w and o.had_seen(w) for o in last.values())]
    return sorted(found, key=lambda w: w.rank, reverse=True)


def settle(writes: Sequence[Write], keys: Iterable[str], important: Callable[[str], bool]) -> Settled:
    """The values of a record after all writings. A record voided here and edited there stays in use, and is a case."""
    found = Settled(born=any(w.kind == "I" for w in writes))
    for key in keys:
        heads = standing(writes, key)
        if not heads:
            continue
        found.values[key] = heads[0].values[key]
        if len(heads) > 1 and important(key) and any(w.values[key] != heads[0].values[key] for w in heads[1:]):
            found.cases.append(Case("field", key, heads))
        if key == "void" and heads[0].values["void"]:
            mine = heads[0]
            others = [w for w in writes if w.kind == "U" and w.device != mine.device]  # a PC knows its own work
            apart = [w for w in others if not mine.had_seen(w) and not w.had_seen(mine)]
            edits = [w for w in apart if any(k != "void" for k in w.values)]
            if edits:
                found.values["void"] = 0
                found.cases.append(Case("void", "void", [mine, *sorted(edits, key=lambda w: w.rank, reverse=True)]))
    return found


class Merger:
    """Writes arrived operations into the log and the tables, inside one transaction (`Database.merging`)."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.touched: dict[str, set[str]] = {}
        self.wrote: dict[tuple[str, ...], set[str]] = {}
        """Fields -> uids of the records in which these were written, "uid" among them where the record is new; a touched one
        that is nowhere may be another in all."""
        self.relinked: list[tuple[str, str, dict[str, Value]]] = []
        """(entity, uid, what it pointed at) of records that point at something else now."""
        self.log = Log(work)
        self._keys = {key: logged_columns(e) for key, e in work.schema.entities.items() if e.shared}
        self._links = {key: {f.key for f in e.links} for key, e in work.schema.entities.items() if e.shared}
        self._shapes: dict[tuple[str, tuple[str, ...]], tuple[tuple[str, ...], bool]] = {}
        self._kept: tuple[int, str] | None = None

    # -- what this file holds ------------------------------------------------------------------------------------

    def vector(self) -> dict[str, int]:
        """What is known of each PC, this one included."""
        known = dict(self.work.tuples("SELECT device, n FROM peer"))
        device, n = self.work.tuples("SELECT device, n FROM now")[0]
        known[device] = max(n, known.get(device, 0))
        return known

    def keep_vector(self, vector: Vector) -> int:
        """The row of `seen` for a vector, made when it is new."""
        text = json.dumps(dict(sorted(vector.items())), separators=(",", ":"))
        if self._kept is None:
            self._kept = next(iter(self.work.tuples("SELECT id, vector FROM seen ORDER BY id DESC LIMIT 1")), (0, ""))
        if self._kept[1] != text:
            self._kept = int(self.work.value("INSERT INTO seen(vector) VALUES (?) RETURNING id", (text,))), text
        return self._kept[0]

    # -- taking in -----------------------------------------------------------------------------------------------

    def take(self, arrived: Sequence[Arrived], late: bool = False) -> None:
        """Take in operations in the order of their author; twice is once. late: they were given up, the log tells what is known."""
        known = self.vector()
        logged = "SELECT 1 FROM operation WHERE device = ? AND n = ?"
        fresh = [
            one
            for one in arrived
            if one.n > known.get(one.device, 0) or (late and not self.work.value(logged, (one.device, one.n)))
        ]
        if not fresh:
            return
        uids = list(dict.fromkeys(told[1] for one in fresh for told in one.changes))
        here = self.log.newest(uids if late else self._unknown_to(fresh, uids))
        waiting = set(self._open_cases(uids))
        # of one PC that all knew there was, every operation knows what came before it
        doubted = bool(here or waiting or late or any(one.device != fresh[0].device for one in fresh))
        plain: list[Told] = []
        mixed: dict[str, str] = {}
        unsettled: set[str] = set()
        for one, row in zip(fresh, self._log(fresh), strict=True):
            if one.undoes is not None and self.log.settling(row) is not None:
                unsettled.update(told[1] for told in one.changes)
            for told in one.changes:
                entity, uid = told[0], told[1]
                self.touched.setdefault(entity, set()).add(uid)
                apart = uid in mixed or uid in unsettled
                if doubted:
                    before = here.setdefault(uid, {})
                    apart = apart or uid in waiting or not one.had_seen_all(before)
                    before[one.device] = max(one.n, before.get(one.device, 0))
                if apart:
                    mixed[uid] = entity
                else:
                    plain.append(told)
        meet(self.work)
        self._apply([told for told in plain if told[1] not in mixed] if mixed else plain)
        afresh = self.log.writes(sorted(mixed))  # which writings count may have changed with those that just came
        for uid, entity in mixed.items():
            self.renew(entity, uid, afresh[uid])
        self._note_hlc(fresh)

    def _unknown_to(self, fresh: Sequence[Arrived], uids: list[str]) -> list[str]:
        """Those of some records that somebody may have written whom an author of these operations did not know of.

        Most authors knew nearly all there is here, so what they did not know is asked for rather than all that was ever
        written of the records.
        """
        held = self.log.reach()
        upto: dict[str, int] = {}
        for device, seen in {(one.device, id(one.seen)): (one.device, one.seen) for one in fresh}.values():
            for other, n in held.items():
                if other != device and seen.get(other, 0) < n:
                    upto[other] = min(seen.get(other, 0), upto.get(other, n))
        if sum(held[other] - n for other, n in upto.items()) > len(uids):
            return uids
        unknown = set[str]()
        for told in upto.items():
            unknown.update(self.work.column(WRITTEN_AFTER, told))
        return [uid for uid in uids if uid in unknown]

    def _log(self, fresh: Sequence[Arrived]) -> list[int]:
        """Write operations and their changes into the log; returns their ids here."""
        work = self.work
        first = int(work.value("SELECT coalesce(max(id), 0) + 1 FROM operation"))
        rows: dict[tuple[str, int], int] = {}
        operations: list[tuple[Any, ...]] = []
        changes: list[tuple[Any, ...]] = []
        seen: Vector | None = None
        kept = 0
        for row, one in enumerate(fresh, first):
            undoes = None
            if one.undoes is not None:
                undoes = rows.get(one.undoes)
                if undoes is None:
                    undoes = work.value("SELECT id FROM operation WHERE device = ? AND n = ?", one.undoes)
                if undoes is None:
                    wait(work, row, one.undoes)
            if one.seen is not seen:  # operations that came together share it
                seen, kept = one.seen, self.keep_vector(one.seen)
            operations.append((row, *one[:9], undoes, kept, one.chain))
            changes += [(row, *told) for told in one.changes]
            rows[one.device, one.n] = row
        work.execute_many(
            "INSERT INTO operation(id, device, n, hlc, title, verb, operator, role, at, reason, undoes, seen, chain)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            operations,
        )
        work.execute_many("INSERT INTO change(op, entity, uid, kind, before, after) VALUES (?, ?, ?, ?, ?, ?)", changes)
        return list(rows.values())

    def _apply(self, changes: Sequence[Told]) -> None:
        """Write changes whose authors had seen everything there was: what several say of a record together."""
        found: dict[str, tuple[str, str, dict[str, Value]]] = {}
        texts = "[" + ",".join([told[4] for told in changes]) + "]"
        for (entity, uid, kind, _, _), values in zip(changes, json.loads(texts), strict=True):
            known = self._known(entity, uid, values)
            if not known:
                continue
            if uid in found and kind != "I":
                found[uid][2].update(known)
                continue
            if uid in found:
                self._write(found)
                found.clear()
            found[uid] = (entity, kind, known)
        self._write(found)

    def _write(self, found: Mapping[str, tuple[str, str, Mapping[str, Value]]]) -> None:
        """Put values into the tables: new records of a kind in their order, then the others, alike ones by one statement."""
        inserts: dict[str, list[tuple[tuple[str, ...], list[tuple[Any, ...]]]]] = {}
        updates: dict[tuple[str, tuple[str, ...]], list[tuple[Any, ...]]] = {}
        for uid, (entity, kind, values) in found.items():
            if kind != "I":
                updates.setdefault((entity, tuple(values)), []).append((*values.values(), uid))
                continue
            runs, keys = inserts.setdefault(entity, []), ("uid", *values)
            if not runs or runs[-1][0] != keys:
                runs.append((keys, []))
            runs[-1][1].append((uid, *values.values()))
        for entity, runs in inserts.items():
            for keys, rows in runs:
                names, marks = ", ".join(f'"{k}"' for k in keys), ", ".join("?" * len(keys))
                self.work.execute_many(f'INSERT INTO "{entity}" ({names}) VALUES ({marks})', rows)
                self.wrote.setdefault(keys, set()).update([row[0] for row in rows])
        for (entity, keys), rows in updates.items():
            self._note_links(entity, keys, rows)
            sets = ", ".join(f'"{k}" = ?' for k in keys)
            self.work.execute_many(f'UPDATE "{entity}" SET {sets} WHERE uid = ?', rows)
            self.wrote.setdefault(keys, set()).update([row[-1] for row in rows])

    def _note_links(self, entity: str, keys: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        """Note what records pointed at before these values (those of `keys` and the uid) are written."""
        links = [(at, key) for at, key in enumerate(keys) if key in self._links[entity]]
        if not links:
            return
        fresh = {row[-1]: {key: row[at] for at, key in links} for row in rows}
        some, values = among(fresh)
        names = ", ".join(f'"{key}"' for _, key in links)
        for uid, *before in self.work.tuples(f'SELECT uid, {names} FROM "{entity}" WHERE uid {some}', values):
            was = {key: one for (_, key), one in zip(links, before, strict=True) if one != fresh[uid][key]}
            if was:
                self.relinked.append((entity, uid, was))

    def _known(self, entity: str, uid: str, values: dict[str, Value]) -> dict[str, Value]:
        """The values this program has columns for; what it has none for is parked."""
        shape = entity, tuple(values)
        if shape not in self._shapes:
            keys, one = self._keys.get(entity), self.work.schema.entities.get(entity)
            strange = keys is None or one is None or any(k not in one.by_key for k in values.keys() - set(keys))
            self._shapes[shape] = tuple(k for k in values if keys and k in keys), strange
        wanted, parks = self._shapes[shape]
        if parks:
            self.work.execute("INSERT OR IGNORE INTO parked(entity, uid) VALUES (?, ?)", (entity, uid))
        return values if len(wanted) == len(values) else {k: values[k] for k in wanted}

    def renew(self, entity: str, uid: str, writes: Sequence[Write]) -> None:
        """Set a record to what the log says of it and renew its cases."""
        one = self.work.schema.entities.get(entity)
        keys = self._keys.get(entity)
        if one is None or keys is None:
            self._known(entity, uid, {})
            return
        for write in writes:
            self._known(entity, uid, dict(write.values))
        found = settle(writes, keys, partial(matters, one))
        present = self.work.get(one, uid)
        self.wrote.setdefault(("uid",) if present is None else tuple(found.values), set()).add(uid)
        if present is None and found.born:  # of a record whose beginning was given up for lost only the log tells
            names, marks = ", ".join(f'"{k}"' for k in ("uid", *found.values)), ", ?" * len(found.values)
            self.work.execute(f'INSERT INTO "{entity}" ({names}) VALUES (?{marks})', (uid, *found.values.values()))
        elif present is not None:
            changed = {k: v for k, v in found.values.items() if present[k] != v}
            if was := {k: present[k] for k in changed if k in self._links[entity]}:
                self.relinked.append((entity, uid, was))
            self.work.update(one, uid, changed)
        self.work.execute("DELETE FROM merge_case WHERE uid = ? AND kind IN ('field', 'void')", (uid,))
        for case in found.cases:
            self.note(case.kind, entity, uid, case.field, [self._side(w, case.field) for w in case.writes])

    def recompute(self, uids: Mapping[str, Iterable[str]]) -> None:
        """Set records to what the log says of them: after an upgrade."""
        for entity, some in uids.items():
            wanted = list(some)
            self.touched.setdefault(entity, set()).update(wanted)
            found = self.log.writes(wanted)
            for uid in wanted:
                if uid in found:
                    self.renew(entity, uid, found[uid])

    # -- cases ---------------------------------------------------------------------------------------------------

    def _open_cases(self, uids: Sequence[str]) -> list[str]:
        if not self.work.value("SELECT 1 FROM merge_case LIMIT 1"):
            return []
        wanted = set(uids)
        return [uid for uid in self.work.column("SELECT DISTINCT uid FROM merge_case") if uid in wanted]

    def _side(self, write: Write, key: str) -> dict[str, Any]:
        """One side of a case as it is stored: what was written, by which operation."""
        values = {key: write.values[key]} if key in write.values else dict(write.values)
        return {"device": write.device, "n": write.n, "op": write.op, "values": values}

    def note(self, kind: str, entity: str, uid: str, field: str, told: Any) -> None:
        """Remember a case; the same one again only renews what is told of it."""
        self.work.execute(
            "INSERT INTO merge_case(key, kind, entity, uid, field, told, found_at) VALUES (?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT(key) DO UPDATE SET told = excluded.told",
            (
                f"{kind}/{entity}/{uid}/{field}",
                kind,
                entity,
                uid,
                field,
                json.dumps(told, ensure_ascii=False),
                self.work.at,
            ),
        )

    # -- closing -------------------------------------------------------------------------------------------------

    def _note_hlc(self, fresh: Sequence[Arrived]) -> None:
        hlc = int(self.work.value("SELECT hlc FROM now"))
        millis = int(self.work.clock.now().timestamp() * 1000)
        for one in fresh:
            hlc = max(hlc, merge_hlc(hlc, one.hlc, millis))
        self.work.execute("UPDATE now SET hlc = ?", (hlc,))

    def reach(self, device: str, n: int, idx: int, digest: str) -> None:
        """Note how far a PC's work is known, and that whatever is done here from now on has seen it."""
        self.work.execute(
            "INSERT INTO peer(device, n, idx, hash) VALUES (?, ?, ?, ?) ON CONFLICT(device) DO UPDATE SET"
            " n = max(n, excluded.n), hash = iif(excluded.idx >= idx, excluded.hash, hash), idx = max(idx, excluded.idx)",
            (device, n, idx, digest),
        )
        own = self.work.value("SELECT device FROM now")
        others = {d: number for d, number in self.vector().items() if d != own}
        self.work.execute("UPDATE now SET seen = ?", (self.keep_vector(others),))

    def tell(self, device: str, told: Mapping[str, Any]) -> None:
        """Remember what a PC last said of itself."""
        self.work.execute("UPDATE peer SET told = ? WHERE device = ?", (json.dumps(told, ensure_ascii=False), device))

    def changes(self, title: str) -> Changes:
        """What was touched, of record types this program knows: for search keys, derived columns and lists."""
        known = self.work.schema.entities
        return Changes(0, title, {k: frozenset(v) for k, v in self.touched.items() if k in known})


def matters(entity: Entity, key: str) -> bool:
    """Whether two values of a field must be decided by a person: money, quantity, state, promised dates."""
    return key in entity.by_key and entity[key].important


def decide(work: Work, entity: Entity, uid: str, values: Mapping[str, Value]) -> None:
    """Write fields of a record on purpose: also a value that stands already is logged, so that it replaces what was beside it."""
    present = work.get(entity, uid) or {}
    work.update(entity, uid, values)
    kept = {k: v for k, v in values.items() if present.get(k) == v}
    if kept:
        text = json.dumps(kept, ensure_ascii=False)
        work.execute(
            "INSERT INTO change(op, entity, uid, kind, before, after) VALUES (?, ?, ?, 'U', ?, ?)",
            (work.op, entity.key, uid, text, text),
        )


def review(work: Work, changes: Changes) -> None:
    """Before each commit: a case may be settled by what was just written, or stands open again as its settling is taken back."""
    log = Log(work)
    if log.settling(work.undoes) is not None:
        uids = {uid: entity for entity, some in changes.touched.items() for uid in some}
        for uid, writes in log.writes(sorted(uids)).items():
            Merger(work).renew(uids[uid], uid, writes)
        return
    waiting = work.tuples("SELECT entity, uid FROM merge_case WHERE kind IN ('field', 'void')")
    touched = dict.fromkeys((entity, uid) for entity, uid in waiting if uid in changes.of(entity))
    for key, uid in touched:
        entity = work.schema.entities[key]
        writes = log.writes([uid])[uid]
        open_still = {(c.kind, c.field) for c in settle(writes, logged_columns(entity), partial(matters, entity)).cases}
        for kind, field_key in work.tuples(
            "SELECT kind, field FROM merge_case WHERE uid = ? AND kind IN ('field', 'void')", (uid,)
        ):
            if (kind, field_key) not in open_still:
                work.execute("DELETE FROM merge_case WHERE uid = ? AND kind = ? AND field = ?", (uid, kind, field_key))
