"""Several PCs around one share, each with a desk of its own: the stage of the sync tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from salesdesk.desk import Desk, open_desk
from salesdesk.domain.clock import FixedClock
from salesdesk.services.sync.cases import open_cases
from salesdesk.services.sync.exchange import Report
from tests.desks import NOON, small_desk

PASSPHRASE = "春风又绿江南岸"
MEMORY = 2**20
"""Argon2id at its cheapest: the tests are about syncing."""


class Pc:
    """One PC: a folder, a desk on it, a clock of its own."""

    def __init__(self, folder: Path, name: str, moment: datetime = NOON) -> None:
        self.folder, self.name = folder, name
        self.clock = FixedClock(moment)
        self.desk = self.opened()

    def opened(self) -> Desk:
        desk = open_desk(self.folder, self.clock)
        desk.settings.put("operator.name", self.name)
        return desk

    def reopen(self) -> None:
        """Close the window and start again."""
        self.desk.close()
        self.desk = self.opened()

    def later(self, minutes: float = 1) -> None:
        self.clock.moment += timedelta(minutes=minutes)

    def sync(self, scrub: bool = False) -> Report:
        return self.desk.sync.run(scrub=scrub)

    def customer(self, code: str) -> dict[str, object]:
        rows = [r for r in self.desk.rows("customer") if r["code"] == code]
        assert len(rows) == 1, rows
        return rows[0]


def first_pc(folder: Path, share: Path, name: str = "王芳") -> Pc:
    """The PC that made the workspace, with a small company on it."""
    share.mkdir(exist_ok=True)
    small_desk(folder).close()
    pc = Pc(folder, name)
    pc.desk.sync.create(str(share), PASSPHRASE, name, MEMORY)
    return pc


def joined_pc(folder: Path, share: Path, name: str, moment: datetime = NOON) -> Pc:
    """A further PC, joined with a file of its own."""
    pc = Pc(folder, name, moment)
    pc.desk.sync.join(str(share), PASSPHRASE, name)
    return pc


@contextmanager
def two_pcs(folder: Path, prepare: Callable[[Desk], object] = lambda desk: None) -> Iterator[tuple[Pc, Pc]]:
    """The first PC, what was prepared on it, and a second one that has it all."""
    one = first_pc(folder / "a", folder / "share")
    prepare(one.desk)
    one.sync()
    two = joined_pc(folder / "b", folder / "share", "李强")
    everybody(one, two)
    yield one, two
    one.desk.close()
    two.desk.close()


def everybody(*pcs: Pc) -> None:
    """Sync until nothing moves any more."""
    for _ in range(len(pcs) + 3):
        reports = [pc.sync() for pc in pcs]
        if not any(r.taken or r.sent for r in reports):
            return
    raise AssertionError("syncing does not come to rest")


def same(*pcs: Pc) -> None:
    """All PCs show the same, have the same cases, and their files are sound."""
    first = pcs[0].desk.dump()
    for pc in pcs[1:]:
        assert pc.desk.dump() == first, f"{pc.name} differs from {pcs[0].name}"
    cases = [case_keys(pc) for pc in pcs]
    assert all(c == cases[0] for c in cases), cases


def case_keys(pc: Pc) -> set[str]:
    with pc.desk.read() as reader:
        return {case.key for case in open_cases(reader)}
