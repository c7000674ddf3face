"""The whole data file as it stood once, on the share: a new PC starts from it, and older segments may go."""

from __future__ import annotations

import json
import os
import tempfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from salesdesk.domain.errors import EnvironmentFault
from salesdesk.persistence import keys
from salesdesk.persistence.chain import CHANGES_OF, LINKED, UNDONE
from salesdesk.persistence.database import Database, connect
from salesdesk.persistence.encrypting import recrypt
from salesdesk.persistence.keys import key_name
from salesdesk.persistence.merging import Arrived, Merger
from salesdesk.persistence.migrate import newest as newest_schema
from salesdesk.services.sync.crypto import NONCE_BYTES, Unreadable, WorkspaceKey, seal, unseal
from salesdesk.services.sync.transport import Transport, passing

PART = 8 * 1024 * 1024
"""Plain bytes of one part of a snapshot."""
MANY = 2000
"""Changes taken over in one transaction when a snapshot is merged into a file that has work of its own."""
LOCAL = ("draft", "setting", "numbering", "segment")
"""Tables that concern one PC only; they stay behind."""
Progress = Callable[[int, int], None]


class Snapshot(NamedTuple):
    """What lies under one number.

    mark: tells its parts from those of a try that was broken off. size: bytes of the data file. reach: device -> [newest
    operation, newest segment, its hash]. cipher: the data file inside is encrypted for itself, so that no PC need ever lay it
    down plain; it is that of a PC whose own file is encrypted, and does not shrink.
    """

    number: int
    mark: str
    schema: int
    key: str
    parts: int
    size: int
    reach: dict[str, tuple[int, int, str]]
    cipher: bool = False


def _key_inside(key: WorkspaceKey, mark: str) -> bytes:
    """The key of the data file inside a snapshot; known from now on, so that it can be opened here."""
    return keys.learn(key.of_file(f"snap/{mark}.db"))


def newest(transport: Transport) -> Snapshot | None:
    """The newest complete snapshot; its index is written last, so what has one is complete."""
    for name in reversed([n for n in transport.names("snap") if n.endswith(".json")]):
        data = transport.read(f"snap/{name}")
        try:
            told = json.loads(data or b"")
            reach = {str(d): (int(n), int(i), str(h)) for d, (n, i, h) in told["reach"].items()}
            return Snapshot(
                int(name[:8]),
                str(told["mark"]),
                told["schema"],
                told["key"],
                told["parts"],
                told["size"],
                reach,
                bool(told.get("cipher")),
            )
        except (ValueError, KeyError, TypeError):
            continue  # damaged: an older one serves
    return None


def pruned(transport: Transport) -> dict[str, int]:
    """Device -> newest segment that may be missing on purpose."""
    found = newest(transport)
    return {device: idx for device, (_, idx, _) in found.reach.items()} if found else {}


def make(
    database: Database, transport: Transport, key: WorkspaceKey, progress: Progress = lambda d, w: None
) -> Snapshot | None:
    """Put the present state there as a new snapshot; None while own work is still to be sent.

    What only this file holds must not travel in a snapshot: were this file a copy that has not noticed yet, or put back to an
    older state later, other work would come under the same numbers. Raises EnvironmentFault when there is no room; a half
    one is ignored.
    """
    before = newest(transport)
    number, mark = (before.number if before else 0) + 1, os.urandom(4).hex()
    with tempfile.TemporaryDirectory() as aside:
        file = Path(aside) / "snapshot.db"
        inside = _key_inside(key, mark) if key_name(database.path) is not None else None
        reach = _copy(database, file, inside)
        if not reach:
            return None
        size, parts = file.stat().st_size, 0
        for parts, part in enumerate(_packed(file, inside is not None), start=1):
            name = _part(mark, parts)
            nonce = os.urandom(NONCE_BYTES)
            transport.publish(name, nonce + seal(key.of_file(name), part, name.encode(), nonce))
            progress(min(size, parts * PART), size)
    passing("snapshot")
    told: dict[str, Any] = {
        "mark": mark, "schema": newest_schema(), "key": key.id, "parts": parts, "size": size, "reach": reach,
        **({"cipher": True} if inside is not None else {}),
    }  # fmt: skip
    transport.publish(f"snap/{number:08d}.json", json.dumps(told, sort_keys=True).encode())
    return Snapshot(number, mark, newest_schema(), key.id, parts, size, reach, inside is not None)


def _part(mark: str, part: int) -> str:
    return f"snap/{mark}-{part:04d}.part"


def _copy(database: Database, file: Path, inside: bytes | None) -> dict[str, tuple[int, int, str]]:
    """A copy of the data file without what concerns this PC only, encrypted with the named key or plain as the file is.

    Returns how far it reaches, {} when it holds work nobody else can know.
    """
    with database.faults():
        if inside is None:
            raw = connect(database.path)
            try:
                raw.execute("VACUUM INTO ?", (str(file),))
            finally:
                raw.close()
        else:  # the key of this PC is nobody else's; the snapshot is encrypted as a whole with the workspace's
            recrypt(database.path, file, inside)
        copy = connect(file)
        try:
            reach = {d: (n, i, h) for d, n, i, h in copy.execute("SELECT device, n, idx, hash FROM peer").fetchall()}
            device, n = copy.execute("SELECT device, n FROM now").fetchone()
            own = copy.execute(
                "SELECT idx, hash, last FROM segment WHERE device = ? AND published = 1 ORDER BY idx DESC LIMIT 1",
                (device,),
            ).fetchone()
            if n > (own[2] if own else 0):
                return {}
            reach[device] = (n, own[0] if own else 0, own[1] if own else "")
            copy.execute("PRAGMA journal_mode=DELETE").fetchone()
            for table in LOCAL:
                copy.execute(f"DELETE FROM {table}")
            copy.execute("DELETE FROM meta WHERE key LIKE 'sync.%'")
            copy.execute("VACUUM")
        finally:
            copy.close()
    return reach


def _packed(file: Path, cipher: bool) -> Iterator[bytes]:
    with file.open("rb") as source:
        while block := source.read(PART):
            yield block if cipher else zlib.compress(block, 1)


def fetch(
    transport: Transport,
    snapshot: Snapshot,
    ring: dict[str, WorkspaceKey],
    target: Path,
    progress: Progress = lambda d, w: None,
) -> None:
    """Write a snapshot's data file. Raises EnvironmentFault when a part is missing or damaged."""
    key = ring.get(snapshot.key)
    if snapshot.schema > newest_schema():
        raise EnvironmentFault("共享盘上的数据是更新版本的程序存的", "请先升级本程序再加入")
    if snapshot.cipher and key is not None:
        _key_inside(key, snapshot.mark)
    with target.open("wb") as out:
        for part in range(1, snapshot.parts + 1):
            name = _part(snapshot.mark, part)
            data = transport.read(name)
            try:
                if data is None or key is None:
                    raise Unreadable("missing")
                plain = unseal(key.of_file(name), data[NONCE_BYTES:], name.encode(), data[:NONCE_BYTES])
                out.write(plain if snapshot.cipher else zlib.decompress(plain))
            except (Unreadable, zlib.error) as fault:
                raise EnvironmentFault(
                    f"共享盘上的快照第 {part} 部分缺了或坏了", "请让已经在用的电脑再做一份快照，然后再加入"
                ) from fault
            progress(out.tell(), snapshot.size)


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
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        raw.close()


def take_in(database: Database, file: Path, snapshot: Snapshot, progress: Progress = lambda d, w: None) -> int:
    """Merge a snapshot into a file that has work of its own; returns how many operations came in."""
    source = connect(file)
    try:
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
            _unlogged(merger, source)
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


def _unlogged(merger: Merger, source: Any) -> None:
    """Rows that came by a bulk load and have no birth in the log: taken over as they stand."""
    if not source.execute("SELECT 1 FROM meta WHERE key = 'bulk_load'").fetchone():
        return
    work = merger.work
    for key, entity in work.schema.entities.items():
        if not entity.shared:
            continue
        have = {row[1] for row in source.execute(f'PRAGMA table_info("{key}")').fetchall()}
        columns = [c for c in ("uid", "void", "created_at", "created_by", *(f.key for f in entity)) if c in have]
        names = ", ".join(f'"{c}"' for c in columns)
        known = set(work.column(f'SELECT uid FROM "{key}"'))
        rows = [
            row
            for row in source.execute(
                f"SELECT {names} FROM \"{key}\" t WHERE NOT EXISTS (SELECT 1 FROM change c WHERE c.uid = t.uid AND c.kind = 'I')"
            )
            if row[0] not in known
        ]
        work.execute_many(f'INSERT INTO "{key}" ({names}) VALUES ({", ".join("?" * len(columns))})', rows)
        if rows:
            merger.touched.setdefault(key, set()).update(row[0] for row in rows)
            work.execute("INSERT OR IGNORE INTO meta(key, value) VALUES ('bulk_load', 'snapshot')")


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
