"""A million orders, published by one PC and fetched by another, each in a process of its own so that its memory is told."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from salesdesk.desk import DATA_FILE, join_fresh, open_desk
from tests.bench.folders import million, sized
from tests.bench.measure import Result

PASSPHRASE = "春风又绿江南岸"
ARGON = 2**20
ORDERS = int(os.environ.get("SYNC_ORDERS", "1000000"))


def sync_million() -> list[Result]:
    """Make a workspace of a million orders, join it, and join it once more with a kill in the middle; the limit is the data file
    copied to the share, and from it."""
    with tempfile.TemporaryDirectory(prefix="salesdesk-bench-") as place:
        folder = Path(place)
        share = folder / "share"
        share.mkdir()
        shutil.copytree(million() if ORDERS == 1_000_000 else sized(ORDERS), folder / "here")
        size = (folder / "here" / DATA_FILE).stat().st_size
        out, back = _copied(folder / "here" / DATA_FILE, share / "bare"), _copied(share / "bare", folder / "bare")
        for bare in (share / "bare", folder / "bare"):
            bare.unlink()
        made = _process("create", folder / "here", share)
        travelled = sum(p.stat().st_size for p in share.rglob("*") if p.is_file())
        shutil.rmtree(folder / "here")
        joined = _process("join", folder / "there", share)
        shutil.rmtree(folder / "there")
        half = _process("join", folder / "again", share, kill_at=0.5)
        rest = _process("join", folder / "again", share)
        name = f"first sync of {ORDERS:,} orders"
        told = (
            f"processor time {joined['cpu']:.0f} s, {joined['steps']} steps told, the longest silence {joined['silence']:.1f} s;"
            f" data file {size / 1e6:,.0f} MB, {travelled / 1e6:,.0f} MB on the share"
        )
        return [
            Result(
                f"{name}, publishing", made["spent"], out, unit="s",
                note=f"processor time {made['cpu']:.0f} s, the longest silence {made['silence']:.1f} s",
            ),
            Result(f"{name}, publishing, most memory", made["memory"], unit="MB", target=1500),
            Result(f"{name}, until the new PC may work", joined["spent"], back, unit="s", note=told),
            Result(f"{name}, joining, most memory", joined["memory"], unit="MB", target=1500),
            Result(
                f"{name}, killed half-way and begun again, the rest", rest["spent"], unit="s",
                note=f"before the kill {half['spent']:.1f} s",
            ),
        ]  # fmt: skip


def _copied(source: Path, target: Path) -> float:
    """The limit: seconds to copy the data file so that it is on the disk."""
    begun = time.perf_counter()
    shutil.copyfile(source, target)
    with target.open("r+b") as written:
        os.fsync(written.fileno())
    return time.perf_counter() - begun


def _process(what: str, folder: Path, share: Path, kill_at: float = 2.0) -> dict[str, Any]:
    """Run one side; killed when so much of it is done, which then is all that is told."""
    begun = time.perf_counter()
    command = [sys.executable, "-m", "tests.bench.joining", what, str(folder), str(share), str(kill_at)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    if done.returncode == -getattr(signal, "SIGKILL", 9) and kill_at < 1:
        return {"spent": time.perf_counter() - begun}
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def side(what: str, folder: Path, share: Path, kill_at: float) -> dict[str, Any]:
    """One PC: seconds, seconds of the processor, MB at most, how often it told how far it is and the longest time it did not."""
    import resource

    steps, silence, last = 0, 0.0, time.perf_counter()

    def step(done: int, whole: int) -> None:
        nonlocal steps, silence, last
        now = time.perf_counter()
        steps, silence, last = steps + 1, max(silence, now - last), now
        if whole and done / whole >= kill_at and whole > 10:
            os.kill(os.getpid(), signal.SIGKILL)

    begun = time.perf_counter()
    if what == "create":
        desk = open_desk(folder)
        desk.sync.create(str(share), PASSPHRASE, "这台", ARGON, progress=step)
    else:
        fresh = join_fresh(folder, str(share), PASSPHRASE, "那台", progress=step)
        desk = open_desk(folder)
        if not fresh:  # killed after the file was in its place: it joins like any other with work of its own
            desk.sync.join(str(share), PASSPHRASE, "那台")
        assert desk.count("sales_order") == ORDERS
    spent, used = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_SELF)
    desk.close()
    silence = max(silence, begun + spent - last)
    memory = used.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
    return {
        "spent": spent, "cpu": used.ru_utime + used.ru_stime, "memory": memory, "steps": steps, "silence": silence,
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(side(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), float(sys.argv[4]))))
