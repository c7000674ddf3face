"""What PCs do on the real share, run inside the guest of `samba.py`: `python -m tests.sync.on_samba SCENARIO [ARGS]`.

Each answer is one line `SAID {json}`; an exception ends as `SAID {"broke": …}`, so that the test outside sees it.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from salesdesk.domain.errors import EnvironmentFault
from salesdesk.services.sync.transport import FolderTransport
from tests.sync.pcs import Pc, everybody, first_pc, joined_pc, same

RACES = 30
ROUNDS = 12


def say(**told: Any) -> None:
    print("SAID " + json.dumps(told, ensure_ascii=False), flush=True)


def mount(n: int) -> Path:
    return Path(f"/run/m{n}")


def children(*commands: tuple[str, ...]) -> list[list[dict[str, Any]]]:
    """Run scenarios at the same moment, each a process of its own; what each said."""
    start = [sys.executable, "-m", "tests.sync.on_samba"]
    running = [subprocess.Popen([*start, *one], stdout=subprocess.PIPE, text=True) for one in commands]
    told = [one.communicate()[0] for one in running]
    return [[json.loads(line[5:]) for line in text.splitlines() if line.startswith("SAID ")] for text in told]


# -- a name is given once ------------------------------------------------------------------------------------------------


def race() -> None:
    """Three PCs give the same names at the same moment."""
    (mount(1) / "salesdesk").mkdir()
    begin = str(time.time() + 6)
    said = children(*(("racer", str(n), begin) for n in (1, 2, 3)))
    winners = [told[0]["won"] for told in said]
    stands = [mount(1).joinpath(f"salesdesk/race/{k:03}").read_bytes()[:1].decode() for k in range(RACES)]
    left = [path.name for path in (mount(1) / "salesdesk/race").glob("*.tmp")]
    say(winners=winners, stands=stands, left=left, torn=sum(told[0]["torn"] for told in said))


def racer(n: str, begin: str) -> None:
    """One of them; reads what others give meanwhile: whole or not there."""
    way = FolderTransport(mount(int(n)))
    mine = n.encode() * 200_000
    won, torn = [], 0
    time.sleep(max(0.0, float(begin) - time.time()))
    for k in range(RACES):
        if way.publish(f"race/{k:03}", mine):
            won.append(k)
        for name in way.names("race"):
            if not name.endswith(".tmp") and len(way.read(f"race/{name}") or b"") != len(mine):
                torn += 1
    say(won=won, torn=torn)


# -- a day's work --------------------------------------------------------------------------------------------------------


def work() -> None:
    """Three clerks work and sync at the same time; in the end all show the same, and nothing is missing."""
    pcs = [first_pc(Path("/run/pc1"), mount(1) / "team")]
    pcs += [joined_pc(Path(f"/run/pc{n}"), mount(n) / "team", f"内勤{n}") for n in (2, 3)]
    for pc in pcs:
        pc.desk.close()
    said = children(*(("clerk", str(n)) for n in (1, 2, 3)))
    for pc in pcs:
        pc.desk = pc.opened()
    everybody(*pcs)
    same(*pcs)
    codes = {str(row["code"]) for row in pcs[0].desk.rows("customer")}
    made = {code for told in said for code in told[-1]["made"]}
    letters = {pc.desk.sync.peers()[0].letter for pc in pcs}
    say(
        missing=sorted(made - codes), made=len(made), letters=sorted(letters), faults=sum(t[-1]["faults"] for t in said)
    )


def clerk(n: str) -> None:
    """One of them: new customers, and the limit of one that all change."""
    pc = Pc(Path(f"/run/pc{n}"), f"内勤{n}")
    dice, made, faults = random.Random(int(n)), [], 0
    for k in range(ROUNDS):
        code = f"C{n}{k:04}"
        pc.desk.do("customer.save", {"code": code, "name": f"扬州{n}{k}号有限公司"})
        made.append(code)
        pc.desk.do("customer.save", {"uid": pc.customer("C00042")["uid"], "credit_limit": str(dice.randrange(9**6))})
        try:
            pc.sync()
        except EnvironmentFault:
            faults += 1
    pc.desk.close()
    say(made=made, faults=faults)


# -- a share in trouble --------------------------------------------------------------------------------------------------


def gone() -> None:
    """The server dies while a clerk works; the work goes on, and everything is sent when it is back."""
    a = first_pc(Path("/run/pc1"), mount(1) / "team")
    b = joined_pc(Path("/run/pc2"), mount(2) / "team", "内勤2")
    say(ready=True)  # the test pulls the plug now
    fault, made = None, []
    for k in range(400):
        code = f"C1{k:04}"
        a.desk.do("customer.save", {"code": code, "name": f"泰州{k}号有限公司"})
        made.append(code)
        try:
            a.sync()
        except EnvironmentFault as found:
            fault = found
            break
    assert fault is not None, "the share never went away"
    for k in range(20):
        a.desk.do("customer.save", {"code": f"C2{k:04}", "name": f"镇江{k}号有限公司"})
        made.append(f"C2{k:04}")
    done = subprocess.run(
        [sys.executable, "-m", "salesdesk", "--data", "/run/pc2", "sync"], capture_output=True, text=True
    )
    say(fault=fault.message, cure=fault.cure, code=done.returncode, state=a.desk.sync.state().text)
    for _ in range(60):  # the test puts the plug back
        try:
            everybody(a, b)
            break
        except EnvironmentFault:
            time.sleep(1)
    same(a, b)
    codes = {str(row["code"]) for row in b.desk.rows("customer")}
    say(missing=[code for code in made if code not in codes], waiting=a.desk.sync.state().waiting)


def frozen() -> None:
    """A clerk who may only read the share: what others did comes in, own work waits, nothing is written there."""
    a = first_pc(Path("/run/pc1"), mount(1) / "team")
    b = joined_pc(Path("/run/pc2"), mount(2) / "team", "内勤2")
    everybody(a, b)
    a.desk.do("customer.save", {"code": "C00300", "name": "扬州三号有限公司"})
    a.sync()
    b.desk.sync.move("/run/frozen/team")
    b.desk.do("customer.save", {"code": "C00301", "name": "扬州四号有限公司"})
    b.desk.close()
    before = sorted(str(p) for p in mount(1).rglob("*"))
    done = subprocess.run(
        [sys.executable, "-m", "salesdesk", "--data", "/run/pc2", "sync"], capture_output=True, text=True
    )
    b.desk = b.opened()
    after = sorted(str(p) for p in mount(1).rglob("*"))
    say(code=done.returncode, told=json.loads(done.stderr or "{}"), written=sorted(set(after) - set(before)))
    say(came=b.customer("C00300")["name"], waiting=b.desk.sync.state().waiting)


def full() -> None:
    """The share is full: the work stays here, no half file is left there; with room again everything goes out."""
    a = first_pc(Path("/run/pc1"), mount(1) / "team")
    b = joined_pc(Path("/run/pc2"), mount(2) / "team", "内勤2")
    everybody(a, b)
    ballast = mount(1) / "films.bin"
    for size in (1 << 20, 1 << 12, 1):
        with ballast.open("ab") as file:
            try:
                while True:
                    file.write(b"x" * size)
                    file.flush()
                    os.fsync(file.fileno())
            except OSError:
                pass
    a.desk.do("customer.save", {"code": "C00300", "name": "扬州三号有限公司"})
    a.desk.close()
    done = subprocess.run(
        [sys.executable, "-m", "salesdesk", "--data", "/run/pc1", "sync"], capture_output=True, text=True
    )
    halves = [str(p) for p in mount(2).rglob("*.tmp")]
    b.sync()
    say(code=done.returncode, told=json.loads(done.stderr or "{}"), halves=halves)
    ballast.unlink()
    a.desk = a.opened()
    everybody(a, b)
    same(a, b)
    say(came=b.customer("C00300")["name"], waiting=a.desk.sync.state().waiting)


if __name__ == "__main__":
    try:
        {f.__name__: f for f in (race, racer, work, clerk, gone, frozen, full)}[sys.argv[1]](*sys.argv[2:])
    except BaseException:
        say(broke=traceback.format_exc())
