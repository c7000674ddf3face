"""The whole data file as it stood once, on the share: a new PC starts from it, and older segments may go."""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from salesdesk.domain.errors import EnvironmentFault, GivenUp
from salesdesk.persistence import pouring
from salesdesk.persistence.chain import CHANGES_OF, LINKED, UNDONE
from salesdesk.persistence.database import Database, connect
from salesdesk.persistence.encrypting import drop
from salesdesk.persistence.merging import Arrived
from salesdesk.persistence.migrate import newest as newest_schema
from salesdesk.persistence.reading import Reader
from salesdesk.services.sync.crypto import NONCE_BYTES, Unreadable, WorkspaceKey, seal, unseal
from salesdesk.services.sync.transport import Transport, passing
from salesdesk.services.sync.workspace import meta, put_meta

FORMAT = 2
"""Of a snapshot: rows told in parts (`pouring`); 1 was the data file page by page."""
MANY = 2000
"""Changes taken over in one transaction when a snapshot is merged into a file that has work of its own."""
LOCAL = {"draft": "1", "setting": "1", "numbering": "1", "segment": "1", "meta": "key LIKE 'sync.%'"}
"""Rows that concern one PC only; they stay behind."""
UNFINISHED = "sync.snapshot"
"""Key in `meta`: a snapshot is to be made, or was begun under this mark and broke off."""
DUE = "due"
PACKED = 4
"""zlib's level: a tenth smaller than 1 for a third of a second longer each 80 MB."""
Progress = Callable[[int, int], None]


class Snapshot(NamedTuple):
    """What lies under one number.

    mark: tells its parts from those of a try that was broken off. size: bytes of its parts before they were packed. reach:
    device -> [newest operation, newest segment, its hash].
    """

    number: int
    mark: str
    schema: int
    key: str
    parts: int
    size: int
    reach: dict[str, tuple[int, int, str]]


def newest(transport: Transport) -> Snapshot | None:
    """The newest complete snapshot; its index is written last, so what has one is complete."""
    for name in reversed([n for n in transport.names("snap") if n.endswith(".json")]):
        data = transport.read(f"snap/{name}")
        try:
            told = json.loads(data or b"")
            reach = {str(d): (int(n), int(i), str(h)) for d, (n, i, h) in told["reach"].items()}
            if told["format"] == FORMAT:
                return Snapshot(
                    int(name[:8]), str(told["mark"]), told["schema"], told["key"], told["parts"], told["size"], reach
                )
        except (ValueError, KeyError, TypeError):
            continue  # damaged or of another program: an older one serves
    return None


def pruned(transport: Transport) -> dict[str, int]:
    """Device -> newest segment that may be missing on purpose."""
    found = newest(transport)
    return {device: idx for device, (_, idx, _) in found.reach.items()} if found else {}


def make(
    database: Database,
    transport: Transport,
    key: WorkspaceKey,
    progress: Progress = lambda d, w: None,
    stopped: Callable[[], bool] = lambda: False,
) -> Snapshot | None:
    """Put the present state there as a new snapshot; None while own work is still to be sent.

    What only this file holds must not travel in a snapshot: were this file a copy that has not noticed yet, or put back to an
    older state later, other work would come under the same numbers. It is read as it goes out, packed, then sealed, so that nothing
    of it is laid down here. Raises EnvironmentFault when there is no room, GivenUp; a half one is ignored, and taken away with the next.
    """
    numbers = [int(name[:8]) for name in transport.names("snap") if name.endswith(".json") and name[:8].isdigit()]
    number, mark = max(numbers, default=0) + 1, os.urandom(4).hex()
    _clear(database, transport)
    with database.read(stopped) as reader:
        reach = _reach(reader)
        if not reach:
            return None
        put_meta(database, {UNFINISHED: f"{mark}/{reader.value('SELECT device FROM now')}"})
        size = parts = 0
        for parts, (part, done, whole) in enumerate(pouring.tell(reader.connection, LOCAL), start=1):
            if stopped():
                raise GivenUp
            name, nonce = _part(mark, parts), os.urandom(NONCE_BYTES)
            transport.publish(name, nonce + seal(key.of_file(name), zlib.compress(part, PACKED), name.encode(), nonce))
            size += len(part)
            passing("part")
            progress(done, whole)
    passing("snapshot")
    told: dict[str, Any] = {
        "format": FORMAT, "mark": mark, "schema": newest_schema(), "key": key.id, "parts": parts, "size": size, "reach": reach,
    }  # fmt: skip
    transport.publish(f"snap/{number:08d}.json", json.dumps(told, sort_keys=True).encode())
    put_meta(database, {UNFINISHED: ""})
    return Snapshot(number, mark, newest_schema(), key.id, parts, size, reach)


def due(database: Database) -> bool:
    """Whether a snapshot is still to be made, because it was never begun or broke off."""
    return bool(meta(database, UNFINISHED))


def _clear(database: Database, transport: Transport) -> None:
    """Take the parts of a snapshot away that this PC began and that broke off."""
    mark, _, device = meta(database, UNFINISHED).partition("/")
    present = newest(transport)
    with database.read() as reader:
        if device != reader.value("SELECT device FROM now") or (present is not None and present.mark == mark):
            return  # begun by the PC of which this file is a copy, or not broken off
    for name in transport.names("snap"):
        if name.startswith(f"{mark}-"):
            transport.remove(f"snap/{name}")


def _part(mark: str, part: int) -> str:
    return f"snap/{mark}-{part:04d}.part"


def _reach(reader: Reader) -> dict[str, tuple[int, int, str]]:
    """How far a file knows everybody's work; {} when it holds work nobody else can know."""
    reach = {d: (n, i, h) for d, n, i, h in reader.tuples("SELECT device, n, idx, hash FROM peer")}
    device, n = reader.tuples("SELECT device, n FROM now")[0]
    own = reader.tuples(
        "SELECT idx, hash, last FROM segment WHERE device = ? AND published = 1 ORDER BY idx DESC LIMIT 1", (device,)
    )
    idx, digest, last = own[0] if own else (0, "", 0)
    return {**reach, device: (n, idx, digest)} if n <= last else {}


def fetch(
    transport: Transport,
    snapshot: Snapshot,
    ring: dict[str, WorkspaceKey],
    target: Path,
    like: Path,
    progress: Progress = lambda d, w: None,
) -> None:
    """Write a snapshot's data file, encrypted or plain as the file `like` is, which is to be its place.

    What broke off is gone on with; after GivenUp, raised by `progress`, nothing is left. Raises EnvironmentFault when a part is missing
    or damaged.
    """
    key = ring.get(snapshot.key)
    if snapshot.schema > newest_schema():
        raise EnvironmentFault("共享盘上的数据是更新版本的程序存的", "请先升级本程序再加入")
    most = 4 * snapshot.parts
    try:
        with pouring.Filling(target, like, snapshot.mark) as filling:
            while filling.part < snapshot.parts:
                part = filling.part + 1
                name = _part(snapshot.mark, part)
                data = transport.read(name)
                try:
                    if data is None or key is None:
                        raise Unreadable("missing")
                    plain = unseal(key.of_file(name), data[NONCE_BYTES:], name.encode(), data[:NONCE_BYTES])
                    filling.take(zlib.decompress(plain))
                except (Unreadable, zlib.error) as fault:
                    raise EnvironmentFault(
                        f"共享盘上的快照第 {part} 部分缺了或坏了", "请让已经在用的电脑再做一份快照，然后再加入"
                    ) from fault
                passing("filled")
                progress(3 * part, most)
            rest = snapshot.parts
            filling.finish(lambda done, whole: progress(3 * rest + done * rest // max(whole, 1), most))
            passing("finished")
    except GivenUp:
        drop(target)
        raise


def settle_in(file: Path, snapshot: Snapshot, device: str, letter: str) -> None:
    """Make a fetched data file this PC's own: a name, a letter, and how far it knows the others' work."""
    raw = connect(file)
    try:
        raw.execute("BEGIN")
        raw.execute("DELETE FROM peer")
        raw.executemany(
            "INSERT INTO peer(device, n, idx, hash) VALUES (?, ?, ?, ?)",
            [(d, n, idx, digest) for d, (n, idx, digest) in snapshot.reach.items()],
        )
        vector = {d: n for d, (n, _, _) in sorted(snapshot.reach.items())}
        seen = raw.execute(
            "INSERT INTO seen(vector) VALUES (?)", (json.dumps(vector, separators=(",", ":")),)
        ).lastrowid
        raw.execute(
            "UPDATE now SET device = ?, letter = ?, n = 0, chain = NULL, op = NULL, applying = 0, seen = ?",
            (device, letter, seen),
        )
        raw.execute("COMMIT")
    finally:
        raw.close()


def keep_settings(file: Path, settings: Sequence[tuple[str, str]]) -> None:
    """Put this PC's own settings into a fetched data file."""
    raw = connect(file)
    try:
        raw.executemany("INSERT OR REPLACE INTO setting(key, value) VALUES (?, ?)", settings)
    finally:
        raw.close()


def take_in(database: Database, file: Path, snapshot: Snapshot, progress: Progress = lambda d, w: None) -> int:
    """Merge a snapshot into a file that has work of its own; returns how many operations came in."""
    source = connect(file)
    try:
        _unlogged(database, source, progress)  # first: how far others' work is known is noted with their operations
        vectors: dict[int | None, dict[str, int]] = {None: {}}
        for row, text in source.execute("SELECT id, vector FROM seen"):
            vectors[row] = json.loads(text)
        whole = source.execute("SELECT count(*) FROM operation").fetchone()[0]
        taken = 0
        batch: list[Arrived] = []
        changes = 0
        if not source.execute(
            "SELECT 1 FROM sqlite_master WHERE name = 'undo_waiting'"
        ).fetchone():  # by an older program
            source.execute("CREATE TEMP TABLE undo_waiting(op INTEGER PRIMARY KEY, device TEXT, n INTEGER)")
        operations = source.execute(
            f"SELECT o.id, o.device, o.n, o.hlc, o.title, o.verb, o.operator, o.role, o.at, o.reason, {UNDONE}, o.chain, o.seen"
            f" FROM {LINKED} ORDER BY o.id"
        )
        for done, op in enumerate(operations, start=1):
            told = source.execute(CHANGES_OF, (op[0],)).fetchall()
            undoes = None if op[10] is None else (op[10], op[11])
            batch.append(Arrived._make((*op[1:10], undoes, op[12], vectors[op[13]], told)))
            changes += len(told)
            if changes >= MANY:
                taken += _take(database, batch)
                progress(done, whole)
                batch, changes = [], 0
        taken += _take(database, batch)
        with database.merging("同步", logged=False) as merger:
            for device, (n, idx, digest) in snapshot.reach.items():
                merger.reach(device, n, idx, digest)
    finally:
        source.close()
    return taken


def _take(database: Database, batch: list[Arrived]) -> int:
    """Take in one run of operations of several PCs, each after what it builds on."""
    with database.merging("同步") as merger:
        known = merger.vector()
        fresh = [one for one in batch if one.n > known.get(one.device, 0)]
        merger.take(fresh)
        last: dict[str, int] = {}
        for one in fresh:
            last[one.device] = max(one.n, last.get(one.device, 0))
        for device, n in last.items():
            merger.reach(device, n, 0, "")
    return len(fresh)


def _unlogged(database: Database, source: Any, progress: Progress) -> None:
    """Rows that came by a bulk load and have no birth in the log: taken over as they stand, some at a time."""
    if not source.execute("SELECT 1 FROM meta WHERE key = 'bulk_load'").fetchone():
        return
    for key, entity in database.schema.entities.items():
        if not entity.shared:
            continue
        have = {row[1] for row in source.execute(f'PRAGMA table_info("{key}")').fetchall()}
        columns = [c for c in ("uid", "void", "created_at", "created_by", *(f.key for f in entity)) if c in have]
        names = ", ".join(f'"{c}"' for c in columns)
        insert = f'INSERT INTO "{key}" ({names}) VALUES ({", ".join("?" * len(columns))})'
        whole, done = int(source.execute(f'SELECT count(*) FROM "{key}"').fetchone()[0]), 0
        rows = source.execute(
            f"SELECT {names} FROM \"{key}\" t WHERE NOT EXISTS (SELECT 1 FROM change c WHERE c.uid = t.uid AND c.kind = 'I')"
        )
        while some := rows.fetchmany(MANY):
            with database.merging("同步", references=False, logged=False) as merger:
                known = set(
                    merger.work.column(
                        f'SELECT uid FROM "{key}" WHERE uid IN (SELECT value FROM json_each(?))',
                        (json.dumps([row[0] for row in some]),),
                    )
                )
                fresh = [row for row in some if row[0] not in known]
                merger.work.execute_many(insert, fresh)
                if fresh:
                    merger.touched[key] = {row[0] for row in fresh}
                    merger.work.execute("INSERT OR IGNORE INTO meta(key, value) VALUES ('bulk_load', 'snapshot')")
            done += len(some)
            progress(done, whole)


def prune(transport: Transport, database: Database) -> int:
    """Take segments off the share that the newest snapshot holds and every PC has read; returns how many."""
    found = newest(transport)
    if found is None:
        return 0
    with database.read() as reader:
        own = str(reader.value("SELECT device FROM now"))
        known = {d: json.loads(told).get("vector") or {} for d, told in reader.tuples("SELECT device, told FROM peer")}
        spans = {
            (d, i): last for d, i, last in reader.tuples("SELECT device, idx, last FROM segment WHERE published = 1")
        }
    gone = 0
    for name in transport.names("snap"):  # older snapshots, and parts of tries that were broken off
        number = name[:8]
        if (name.endswith(".part") and number != found.mark) or (name.endswith(".json") and int(number) < found.number):
            transport.remove(f"snap/{name}")
    for device, (_, newest_idx, _) in found.reach.items():
        for name in transport.names(f"d/{device}"):
            if not name.endswith(".seg") or not name[:8].isdigit() or int(name[:8]) >= newest_idx:
                continue
            last = spans.get((device, int(name[:8])))
            if last is not None and all(v.get(device, 0) >= last for d, v in known.items() if d not in (device, own)):
                transport.remove(f"d/{device}/{name}")
                gone += 1
    return gone
