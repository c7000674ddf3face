"""PCs whose clocks run apart, jump and sleep, as real processes under libfaketime: what somebody had seen counts, no clock (SYS-1)."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.sync.pcs import first_pc, joined_pc

pytestmark = pytest.mark.skipif(not shutil.which("faketime"), reason="没有 faketime（apt install faketime）")
LIBRARY = next((str(p) for p in Path("/usr/lib").glob("*/faketime/libfaketime.so.1")), "")


class Listener:
    """`salesdesk serve` on one data folder, with a clock that the test moves while it runs."""

    def __init__(self, folder: Path) -> None:
        self.clock = folder / "clock.rc"
        self.set_clock("+0")
        env = {
            **os.environ,
            "LD_PRELOAD": LIBRARY,
            "FAKETIME_TIMESTAMP_FILE": str(self.clock),
            "FAKETIME_NO_CACHE": "1",
        }
        command = [sys.executable, "-m", "salesdesk", "--data", str(folder), "serve"]
        self.process = subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def set_clock(self, offset: str) -> None:
        """Put the clock ahead or back by so much, e.g. "+3h"."""
        self.clock.write_text(offset + "\n", encoding="utf-8")

    def say(self, **request: Any) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(request, ensure_ascii=False) + "\n")
        self.process.stdin.flush()

    def hear(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        told = json.loads(self.process.stdout.readline())
        assert told["ok"], told
        return dict(told)

    def ask(self, **request: Any) -> dict[str, Any]:
        self.say(**request)
        return self.hear()

    def limit(self, uid: str, value: str) -> None:
        self.ask(verb="customer.save", args={"uid": uid, "credit_limit": value})

    def stands(self, uid: str) -> str:
        return str(self.ask(cmd="show", entity="customer", uid=uid)["row"]["credit_limit"])


@contextmanager
def listening(folder: Path) -> Iterator[Listener]:
    one = Listener(folder)
    try:
        yield one
        one.ask(cmd="quit")
        assert one.process.wait(60) == 0
    finally:
        one.process.kill()
        one.process.wait()
        for pipe in (one.process.stdin, one.process.stdout):
            if pipe is not None:
                pipe.close()


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Listener, Listener, str]]:
    """Two PCs of a workspace, and a customer that both edit."""
    share = tmp_path / "share"
    a, b = first_pc(tmp_path / "a", share), joined_pc(tmp_path / "b", share, "李强")
    uid = str(a.customer("C00042")["uid"])
    a.desk.close()
    b.desk.close()
    with listening(a.folder) as first, listening(b.folder) as second:
        yield first, second, uid


def rounds(*pcs: Listener) -> None:
    for _ in range(3):
        for pc in pcs:
            pc.ask(cmd="sync")


def alike(*pcs: Listener) -> None:
    dumps = [pc.ask(cmd="dump")["dump"] for pc in pcs]
    assert all(one == dumps[0] for one in dumps)


def test_who_had_seen_the_other_writes_last_however_far_the_clocks_are_apart(
    two: tuple[Listener, Listener, str],
) -> None:
    slow, fast, uid = two
    fast.set_clock("+3h")
    fast.limit(uid, "300000")
    rounds(slow, fast)
    slow.limit(uid, "110000")  # three hours earlier by the clock, but it knew
    rounds(slow, fast)
    assert slow.stands(uid) == fast.stands(uid) == "110000.00"
    (peer,) = (one for one in slow.ask(cmd="device")["devices"] if one["name"] == "李强")
    assert "时钟快了" in json.dumps(peer, ensure_ascii=False)
    alike(slow, fast)


def test_a_clock_that_jumps_years_back_and_ahead_while_the_program_runs(two: tuple[Listener, Listener, str]) -> None:
    jumping, steady, uid = two
    for k, offset in enumerate(("-2y", "+5y", "-1d", "+0", "+90d", "-40d")):
        jumping.set_clock(offset)
        jumping.limit(uid, str(1000 + k))
        jumping.ask(cmd="sync")
        steady.ask(cmd="sync")
        assert steady.stands(uid) == f"{1000 + k}.00", offset
        steady.limit(uid, str(2000 + k))
        steady.ask(cmd="sync")
        jumping.ask(cmd="sync")
        assert jumping.stands(uid) == f"{2000 + k}.00", offset
    alike(jumping, steady)


def test_a_pc_that_falls_asleep_in_the_middle_of_a_round(two: tuple[Listener, Listener, str]) -> None:
    sleeper, other, uid = two
    for k in range(30):
        other.ask(verb="customer.save", args={"code": f"C7{k:04}", "name": f"泰兴{k}号有限公司"})
    other.ask(cmd="sync")
    sleeper.limit(uid, "123000")
    sleeper.say(cmd="sync")
    os.kill(sleeper.process.pid, signal.SIGSTOP)
    sleeper.set_clock("+9h")  # the night
    other.limit(uid, "456000")
    other.ask(cmd="sync")
    time.sleep(0.2)
    os.kill(sleeper.process.pid, signal.SIGCONT)
    sleeper.hear()
    rounds(sleeper, other)
    assert sleeper.ask(cmd="sync", action="status")["waiting"] == 0
    alike(sleeper, other)
