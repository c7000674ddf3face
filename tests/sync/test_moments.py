"""A PC is killed at every named moment of a round: nothing that was saved is lost, nothing is told twice."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from salesdesk.services.checking import check_all
from tests.sync.pcs import Pc, everybody, first_pc, joined_pc, same
from tests.sync.world import Stopped, passing_by

ROOT = Path(__file__).resolve().parents[2]
MOMENTS = ("sealed", "written", "published", "marked", "opened", "merged", "committed")
"""The named moments of a plain round, in their order."""


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Pc, Pc]:
    """Two PCs, each with work the other has not seen."""
    share = tmp_path / "share"
    a = first_pc(tmp_path / "a", share)
    b = joined_pc(tmp_path / "b", share, "李强")
    everybody(a, b)
    for i in range(2):
        a.desk.do("customer.save", {"code": f"C0060{i}", "name": f"甲的第{i}家有限公司"})
        b.desk.do("customer.save", {"code": f"C0070{i}", "name": f"乙的第{i}家有限公司"})
    b.sync()
    return a, b


def whole(a: Pc, b: Pc) -> None:
    """Both go on, and everything is there once."""
    everybody(a, b)
    same(a, b)
    for pc in (a, b):
        codes = [str(r["code"]) for r in pc.desk.rows("customer")]
        for code in ("C00600", "C00601", "C00700", "C00701"):
            assert codes.count(code) == 1, (pc.name, code)
        assert check_all(pc.desk.database, pc.folder).sound
        pc.desk.close()


@pytest.mark.parametrize("moment", MOMENTS)
def test_stopped_at_a_named_moment(pair: tuple[Pc, Pc], tmp_path: Path, moment: str) -> None:
    a, b = pair
    reached: list[str] = []

    def stop(step: str) -> None:
        reached.append(step)
        if step == moment:
            raise Stopped

    with passing_by(stop), suppress(Stopped):
        a.sync()
    assert moment in reached
    a.reopen()
    told_out(a, tmp_path / "share")
    whole(a, b)


def told_out(pc: Pc, share: Path) -> None:
    """What is marked as published lies there."""
    with pc.desk.read() as reader:
        own = reader.tuples(
            "SELECT device, idx, data FROM segment WHERE device = (SELECT device FROM now) AND published"
        )
    for device, idx, data in own:
        assert (share / "salesdesk" / "d" / device / f"{idx:08d}.seg").read_bytes() == data


CHILD = """
import os, signal, sys
from pathlib import Path
from tests.sync.pcs import Pc
from tests.sync.world import passing_by
pc = Pc(Path(sys.argv[1]), "王芳")
def kill(step):
    if step == sys.argv[2]:
        os.kill(os.getpid(), signal.SIGKILL)
with passing_by(kill):
    pc.sync()
"""


def run_child(folder: Path, moment: str) -> int:
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    command = [sys.executable, "-c", CHILD, str(folder), moment]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, timeout=120).returncode


@pytest.mark.skipif(sys.platform == "win32", reason="Windows 没有 SIGKILL")
@pytest.mark.parametrize("moment", ["written", "merged"])
def test_killed_by_the_system_at_a_named_moment(pair: tuple[Pc, Pc], tmp_path: Path, moment: str) -> None:
    """The same with a real process and a real SIGKILL; the others of the moments run in `python dev.py bench sync_kills`."""
    a, b = pair
    a.desk.close()
    assert run_child(a.folder, moment) == -signal.SIGKILL
    a.desk = a.opened()
    told_out(a, tmp_path / "share")
    whole(a, b)


CALLS = "write,pwrite64,ftruncate,fsync,fdatasync,rename,renameat2,link,unlink,mkdir"
"""The system calls that change anything on disk."""


def killed_at_call(folder: Path, n: int) -> int:
    """A round in a process that is killed at its n-th changing system call; its exit code."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    trace = ["strace", "-f", "-o", os.devnull, "-e", f"trace={CALLS}", "-e", f"inject={CALLS}:signal=SIGKILL:when={n}"]
    command = [*trace, sys.executable, "-c", CHILD, str(folder), ""]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, timeout=180).returncode


def may_trace() -> bool:
    """Whether strace is here and allowed to look into a process."""
    if not shutil.which("strace"):
        return False
    return subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True).returncode == 0


@pytest.mark.parametrize("call", [int(n) for n in os.environ.get("KILLED_CALLS", "7,19,40").split(",")])
def test_killed_at_a_system_call(pair: tuple[Pc, Pc], tmp_path: Path, call: int) -> None:
    """A sample here; `python dev.py bench sync_kills` goes through all of them."""
    if sys.platform != "linux" or not may_trace():
        pytest.skip("没有 strace，或这里不许跟踪进程（ptrace）")
    a, b = pair
    a.desk.close()
    ended = killed_at_call(a.folder, call)
    assert ended in (0, -signal.SIGKILL, 128 + signal.SIGKILL), "done before, or killed"
    a.desk = a.opened()
    told_out(a, tmp_path / "share")
    whole(a, b)
