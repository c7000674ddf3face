"""What the log costs beside raw sqlite3, and the long runs of the proof of syncing: many random histories, every system call."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from salesdesk.desk import open_desk
from salesdesk.persistence.database import connect
from salesdesk.services.sync import workspace
from tests.bench.measure import Result, in_turn
from tests.desks import small_desk
from tests.sync.pcs import first_pc
from tests.sync.world import World

ROOT = Path(__file__).resolve().parents[2]
SAVES = 150
SEEDS, STEPS = range(1000, 1030), 200
CALLS = range(1, 121)
"""A round makes about a hundred changing system calls."""


def sync_log() -> list[Result]:
    """One changed field committed with its log rows and chain, beside the same row and commit without; and what travels."""
    with tempfile.TemporaryDirectory() as aside:
        desk = small_desk(Path(aside) / "a")
        entity = desk.entity("customer")
        uid = str(desk.rows("customer")[0]["uid"])
        bare = connect(Path(aside) / "bare.db")
        for statement in ("PRAGMA journal_mode=WAL", "CREATE TABLE customer(uid TEXT PRIMARY KEY, note TEXT)"):
            bare.execute(statement)
        bare.execute("INSERT INTO customer VALUES (?, '')", (uid,))

        def ours(i: int) -> None:
            with desk.database.work("改备注") as work:
                work.update(entity, uid, {"note": f"第 {i} 次"})

        def raw(i: int) -> None:
            bare.execute("BEGIN IMMEDIATE")
            bare.execute("UPDATE customer SET note = ? WHERE uid = ?", (f"第 {i} 次", uid))
            bare.execute("COMMIT")

        mine, limit = in_turn(ours, raw, SAVES)
        bare.close()
        desk.close()
        saved = Result(
            "save with log, chain and search keys", mine, limit, note="one field of one row, one commit each"
        )
        return [saved, *_travelling(Path(aside))]


def _travelling(folder: Path) -> list[Result]:
    """Bytes of a change in a segment: each saved for itself, and many in one operation."""
    pc = first_pc(folder / "pc", folder / "share")
    entity = pc.desk.entity("customer")
    found = []
    for name, operations, rows in (("one by one", 500, 1), ("500 at once", 4, 500)):
        pc.sync()
        for i in range(operations):
            with pc.desk.database.work("改") as work:
                work.insert_many(entity, [{"code": f"{name[:2]}{i}-{n}", "name": f"苏州{n}公司"} for n in range(rows)])
        pc.sync()
        with pc.desk.read() as reader:
            size, changes = reader.tuples(
                "SELECT sum(length(data)), (SELECT count(*) FROM change c JOIN operation o ON o.id = c.op"
                " WHERE o.device = now.device AND o.n > now.n - ?) FROM segment, now"
                " WHERE segment.device = now.device AND segment.first > now.n - ?",
                (operations, operations),
            )[0]
        found.append(Result(f"a new record in a segment, {name}", size / changes, unit="bytes"))
    assert workspace.recall(pc.desk.database, pc.folder) is not None
    pc.desk.close()
    return found


def sync(seeds: range = SEEDS) -> list[Result]:
    """Longer random histories than the gate has time for; raises at the first that goes wrong."""
    started, writes = time.monotonic(), 0
    with tempfile.TemporaryDirectory() as aside:
        open_desk(Path(aside) / "template").close()
        for seed in seeds:
            world = World(Path(aside) / f"world{seed}", seed, Path(aside) / "template")
            try:
                world.run(STEPS)
            finally:
                world.close()
            writes += sum(world.acknowledged.values())
    note = f"{len(seeds)} histories, {len(seeds) * STEPS:,} steps, {writes:,} acknowledged writes, none lost"
    return [Result("random histories", (time.monotonic() - started) / len(seeds), unit="s each", note=note)]


def sync_kills() -> list[Result]:
    """A round killed at every changing system call in turn; raises when anything is lost or told twice."""
    started = time.monotonic()
    env = {**os.environ, "KILLED_CALLS": ",".join(map(str, CALLS))}
    command = [sys.executable, "-m", "pytest", "-q", "-x", "tests/sync/test_moments.py", "-k", "system_call"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, encoding="utf-8", errors="replace")
    if done.returncode or f"{len(CALLS)} passed" not in done.stdout:
        raise RuntimeError(done.stdout[-3000:])
    note = done.stdout.strip().splitlines()[-1]
    return [
        Result("rounds killed at system calls", (time.monotonic() - started) / len(CALLS), unit="s each", note=note)
    ]
