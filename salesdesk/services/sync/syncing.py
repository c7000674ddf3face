"""Syncing as the desk sees it: make or join a workspace, go round once, say in words how it stands."""

from __future__ import annotations

import itertools
import platform
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from salesdesk import __version__
from salesdesk.domain.clock import stamp
from salesdesk.domain.errors import EnvironmentFault, GivenUp, Refused
from salesdesk.domain.kinds import Row
from salesdesk.domain.problems import Problem
from salesdesk.persistence.database import Database
from salesdesk.persistence.encrypting import drop
from salesdesk.services.module import Registry
from salesdesk.services.roles import Role
from salesdesk.services.settings import Settings
from salesdesk.services.sync import blobs, cases, looking, outgoing, snapshots, workspace
from salesdesk.services.sync.crypto import MEMORY
from salesdesk.services.sync.exchange import Exchange, Progress, Report
from salesdesk.services.sync.identity import claim_letter, letters, take_new_name
from salesdesk.services.sync.model import DEVICE
from salesdesk.services.sync.peers import Peer, known_peers
from salesdesk.services.sync.transport import Transport, way_to

ALIVE_EVERY = 24 * 3600
"""Seconds after which a PC with nothing to tell says that it is there, so that others see what it has read."""
SNAPSHOT_EVERY = 3000
"""Segments on the share after which the next PC makes a new snapshot and takes away what everybody has read."""


class State(NamedTuple):
    """How syncing stands, for the status line. kind: off, ok, waiting, fault. short: the same in two lines of a few words."""

    kind: str
    text: str
    waiting: int = 0
    cases: int = 0
    last: str = ""
    short: tuple[str, str] = ("已保存在本机", "")

    def wire(self) -> dict[str, Any]:
        """JSON form for scripts."""
        return self._asdict()


class Found(NamedTuple):
    """What a folder holds before anything is done with it. fresh: nobody has worked in the file on this PC yet."""

    workspace: bool
    free: tuple[str, ...]
    fresh: bool


@dataclass
class Sync:
    """The desk's syncing. One round at a time; entry goes on meanwhile."""

    database: Database
    settings: Settings
    registry: Registry
    folder: Path
    connect: Callable[[str], Transport] = way_to

    def __post_init__(self) -> None:
        self._one_round = threading.Lock()
        self._fault: EnvironmentFault | None = None
        self._held: list[str] = []

    # -- belonging -------------------------------------------------------------------------------------------------

    @property
    def share(self) -> str:
        """Where this file syncs to, "" when it does not."""
        return workspace.meta(self.database, "sync.share") if self.joined else ""

    @property
    def number(self) -> str:
        """The workspace as people compare it: eight letters and digits."""
        return workspace.meta(self.database, "sync.workspace")[:8].upper()

    @property
    def fault(self) -> EnvironmentFault | None:
        """Why the last round failed; None when it did not."""
        return self._fault

    @property
    def joined(self) -> bool:
        """Whether this file belongs to a workspace."""
        return bool(workspace.meta(self.database, "sync.workspace"))

    def create(
        self,
        share: str,
        passphrase: str,
        name: str = "",
        memory: int = MEMORY,
        letter: str = "",
        progress: Progress = lambda done, whole: None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> Report:
        """Make a workspace in a folder from this file's data, and sync once. letter: the wished one, else that of the file.

        Raises Refused or EnvironmentFault; GivenUp when stopped, which leaves the workspace standing and the rest for later rounds.
        """
        self._not_joined()
        transport = self.reached(share)
        made = workspace.create(transport, passphrase, memory)
        self._settle_in(transport, made, share, name, letter)
        workspace.put_meta(self.database, {snapshots.UNFINISHED: snapshots.DUE})
        return self.run(progress, stopped)

    def look(self, share: str, passphrase: str = "") -> Found:
        """What a folder holds, nothing written: whether there is a workspace, whether the passphrase opens it, letters that are free.

        Raises Refused for a wrong passphrase, EnvironmentFault when the folder cannot be reached or read.
        """
        transport = self.reached(share)
        marker = workspace.read_marker(transport)
        if marker is not None and passphrase:
            workspace.enter(transport, passphrase)
        taken = {name.upper() for name in transport.names("l")}
        free = tuple(itertools.islice((one for one in letters() if one not in taken), 12))
        return Found(marker is not None, free, not workspace.worked_in(self.database))

    def join(
        self,
        share: str,
        passphrase: str,
        name: str = "",
        progress: Progress = lambda d, w: None,
        letter: str = "",
        stopped: Callable[[], bool] = lambda: False,
    ) -> Report:
        """Join a workspace with a file that has work of its own; everything of both sides is kept.

        A file without any operation is joined by `desk.join_fresh` sooner, which takes the others' file as it is.
        """
        transport = self.reached(share)
        entered = workspace.enter(transport, passphrase)
        present = workspace.meta(self.database, "sync.workspace")
        if present and present != entered.id:
            raise Refused(Problem("这份数据已经在另一个工作区里了", "请换一份数据再加入", path="share", code="joined"))
        if not present:
            self._settle_in(transport, entered, share, name, letter)
        else:
            self._let_in_again(transport, entered, share, name)
        found = snapshots.newest(transport)
        if found is not None and any(self._known(d) < n for d, (n, _, _) in found.reach.items() if d != self._device()):
            target = self.folder / "joining.db"

            def step(done: int, whole: int) -> None:
                if stopped():
                    raise GivenUp
                progress(done, whole)

            snapshots.fetch(transport, found, entered.keys, target, self.database.path, step)
            snapshots.take_in(self.database, target, found, step)
            drop(target)
        return self.run(progress, stopped)

    def move(self, share: str) -> None:
        """The same workspace is found at another place from now on: another drive letter, a stick. Raises when it is not it."""
        self.settings.seat.asked("换共享文件夹", Role.CLERK)
        entered = workspace.recall(self.database, self.folder)
        marker = workspace.read_marker(self.reached(share))
        if entered is None or marker is None or marker["workspace"] != entered.id:
            raise EnvironmentFault(
                f"「{share}」里不是这份数据的工作区，什么都没有写", "请核对共享文件夹；换工作区请先「停止同步」"
            )
        workspace.put_meta(self.database, {"sync.share": share})

    def leave(self) -> None:
        """Stop syncing; the data stays here and on the share."""
        self.settings.seat.asked("停止同步", Role.CLERK)
        with self.database.local() as work:
            work.execute("DELETE FROM meta WHERE key IN ('sync.workspace', 'sync.share', 'sync.last', 'sync.bound')")
        self._fault = None

    def _not_joined(self) -> None:
        if self.joined:
            raise Refused(Problem("这份数据已经在一个工作区里了", "要换地方请先「停止同步」", code="joined"))

    def reached(self, share: str) -> Transport:
        """The way to a place. Raises EnvironmentFault when it is away."""
        transport = self.connect(share)
        transport.names("")  # tells when the place is away
        return transport

    def _settle_in(
        self, transport: Transport, entered: workspace.Workspace, share: str, name: str, wish: str = ""
    ) -> None:
        """Take a letter, remember the workspace, and enter this PC into the register."""
        with self.database.read() as reader:
            device, letter = reader.tuples("SELECT device, letter FROM now")[0]
        if transport.names(f"d/{device}"):
            take_new_name(self.database, transport, workspace.removed_pcs(transport, entered).get(device))
        else:
            taken = claim_letter(transport, device, wish or str(letter))
            with self.database.local() as work:
                work.execute("UPDATE now SET letter = ?", (taken,))
        workspace.remember(self.database, self.folder, entered, share)
        self.register(name, entered)

    def _let_in_again(self, transport: Transport, entered: workspace.Workspace, share: str, name: str) -> None:
        """The keys of today for a PC of the workspace that has none; one that was taken out goes on under another name."""
        with self.database.read() as reader:
            device = str(reader.value("SELECT device FROM now"))
            called = str(reader.value("SELECT name FROM device WHERE key = ? AND void = 0", (device,)) or "")
        counts = workspace.removed_pcs(transport, entered).get(device)
        if counts is not None:
            take_new_name(self.database, transport, counts)
        workspace.remember(self.database, self.folder, entered, share)
        self.register(name or called, entered)

    def register(self, name: str, entered: workspace.Workspace) -> None:
        """Write this PC into the list of PCs, or bring its entry up to date."""
        with self.database.read() as reader:
            device, letter = reader.tuples("SELECT device, letter FROM now")[0]
            present = reader.row("SELECT * FROM device WHERE key = ? AND void = 0", (device,))
        called = name or (str(present["name"]) if present else "") or platform.node() or "这台电脑"
        values: Row = {"name": called, "letter": letter, "public": entered.public.hex()}
        if present and all(present[k] == v for k, v in values.items()):
            return
        with self.database.work(
            f"登记电脑「{called}」", verb="device.register", operator=self.settings.operator
        ) as work:
            if present:
                work.update(DEVICE, present["uid"], values)
            else:
                work.insert(DEVICE, {"key": device, "joined": stamp(self.database.clock.now()), **values})

    # -- going round -----------------------------------------------------------------------------------------------

    def run(
        self,
        progress: Progress = lambda done, whole: None,
        stopped: Callable[[], bool] = lambda: False,
        scrub: bool = False,
    ) -> Report:
        """One round. Raises Refused when no workspace was chosen, EnvironmentFault when the place is away or full; what came in
        before stays. Safe from any thread."""
        with self._one_round:
            try:
                report = self._round(progress, stopped, scrub)
            except EnvironmentFault as fault:
                self._fault = fault
                raise
            self._fault, self._held = report.fault, report.held
        if report.fault is not None:
            raise report.fault
        return report

    def _round(self, progress: Progress, stopped: Callable[[], bool], scrub: bool) -> Report:
        entered = self._entered()
        transport = self.connect(self.share)
        now = self.database.clock.now()
        told = {"name": self._own_name(), "version": __version__, "clock": stamp(now), "letter": self._letter()}
        own = workspace.of_this_pc(self.database)
        exchange = Exchange(self.database, self.folder, transport, entered, told, progress, stopped)
        try:
            report = exchange.run(alive=self._silent_for() > ALIVE_EVERY, scrub=scrub)
        finally:  # also when the share goes away or somebody stops it half-way: what came in is judged
            looking.look_at_what_came(self.database, self.registry)
        if report.renamed:
            self.register(told["name"] if own else "", entered)
        if report.fault is None:
            blobs.exchange(self.database, self.folder, transport, entered, progress, stopped)
            workspace.put_meta(self.database, {"sync.last": stamp(now)})
            if report.sent:
                workspace.put_meta(self.database, {"sync.sent": stamp(now)})
            self._tidy(transport, entered, progress, stopped)
        return report

    def _tidy(
        self, transport: Transport, entered: workspace.Workspace, progress: Progress, stopped: Callable[[], bool]
    ) -> None:
        """Make a snapshot when there is reason to, and take away what it makes needless."""
        with self.database.read() as reader:
            newest = int(
                reader.value("SELECT coalesce(max(idx), 0) FROM segment WHERE device = (SELECT device FROM now)")
            )
        if not snapshots.due(self.database) and (not newest or newest % SNAPSHOT_EVERY):
            return
        if snapshots.make(self.database, transport, entered.key, progress, stopped) is not None:
            snapshots.prune(transport, self.database)

    def _own_name(self) -> str:
        with self.database.read() as reader:
            found = reader.value("SELECT name FROM device WHERE key = (SELECT device FROM now) AND void = 0")
        return str(found or platform.node())

    def _letter(self) -> str:
        with self.database.read() as reader:
            return str(reader.value("SELECT letter FROM now"))

    def _known(self, device: object) -> int:
        """The newest operation of a PC that is here."""
        with self.database.read() as reader:
            return int(reader.value("SELECT n FROM peer WHERE device = ?", (device,)) or 0)

    def _device(self) -> str:
        with self.database.read() as reader:
            return str(reader.value("SELECT device FROM now"))

    def _silent_for(self) -> float:
        sent = workspace.meta(self.database, "sync.sent")
        if not sent:
            return float("inf")
        return (self.database.clock.now() - datetime.fromisoformat(sent)).total_seconds()

    # -- how it stands ---------------------------------------------------------------------------------------------

    def state(self) -> State:
        """How syncing stands, in words."""
        if not self.joined:
            return State("off", "只在本机，没有同步")
        with self.database.read() as reader:
            waiting = outgoing.waiting(reader)
            open_cases, parked = cases.count_open(reader), cases.parked_words(reader)
        last = workspace.meta(self.database, "sync.last")
        moment = f"最后同步 {self._moment(last)}" if last else "还没有同步过"
        parts, kind, first = [moment], "ok", moment
        if waiting:
            parts.append(f"待发 {waiting} 步")
            kind = "waiting"
        if self._fault is not None:
            parts.insert(0, self._fault.message)
            kind, first = "fault", re.split("[：，]", self._fault.message)[0]
        elif self._held:
            parts.append(self._held[0])
            kind = "waiting"
        parts += ([f"{open_cases} 处要你定"] if open_cases else []) + ([parked] if parked else [])
        rest = ["不影响录单"] if kind == "fault" else []
        rest += [f"{open_cases} 处要你定"] if open_cases else []
        rest += [f"待发 {waiting} 步"] if waiting else []
        upgrade = parked or any("升级" in why for why in self._held)
        quiet = "要升级程序" if upgrade else "等别的电脑传完" if self._held else "都已送出"
        return State(kind, "，".join(parts), waiting, open_cases, last, (first, "，".join(rest[:2]) or quiet))

    def _moment(self, last: str) -> str:
        today = stamp(self.database.clock.now())[:10]
        return last[11:16] if last[:10] == today else f"{int(last[5:7])}月{int(last[8:10])}日 {last[11:16]}"

    def peers(self) -> list[Peer]:
        """All PCs of the workspace, this one first."""
        return known_peers(self.database)

    def rename(self, name: str) -> None:
        """Call this PC otherwise; the others see it after the next round. Raises Refused for an empty name."""
        self.settings.seat.asked("给电脑改名", Role.CLERK)
        if not name.strip():
            raise Refused(Problem("名称不能空着", "请写一个同事认得出的名字，例如 前台", path="name", code="required"))
        self.register(name.strip(), self._entered())

    def _entered(self) -> workspace.Workspace:
        """The workspace this file belongs to. Raises Refused when it belongs to none."""
        entered = workspace.recall(self.database, self.folder)
        if entered is None:
            raise Refused(Problem("还没有设置同步", "请先在「同步」里选共享文件夹", code="no_sync"))
        return entered

    def listener(self) -> Callable[[float], bool] | None:
        """Waits at most so many seconds until another PC has told something; None where the place cannot tell, as a folder.

        It needs the data file no more. Raises EnvironmentFault while the server is away.
        """
        wait: Callable[[float, str], bool] | None = getattr(self.connect(self.share), "wait", None)
        if wait is None:
            return None
        with self.database.read() as reader:
            own = f"d/{reader.value('SELECT device FROM now')}/"
        return lambda seconds: wait(seconds, own)

    def wait_for_news(self, seconds: float) -> bool:
        """Wait until another PC has told something, at most so long; a folder cannot tell, so there it is False at once."""
        wait = self.listener()
        return wait(seconds) if wait is not None else False

    def give_up(self, device: str, idx: int, reason: str) -> str:
        """Go on without a piece nobody holds any more; says what is lost. See `giving_up`."""
        from salesdesk.services.sync.giving_up import give_up

        self.settings.seat.asked("放弃谁也没有了的改动")
        with self._one_round:
            transport = self.reached(self.share)
            return give_up(self.database, transport, self._entered(), device, idx, reason, self.settings.operator)

    def remove(self, device: str, passphrase: str, memory: int = MEMORY) -> None:
        """Take a PC out: it is told of no more, its later work is not read, and a new key needs the new passphrase.

        What it had put on the share by now is taken in before, and the others hear of it at once.
        """
        self.settings.seat.asked("移除电脑")
        workspace.check_passphrase(passphrase)
        self.run()
        entered = self._entered()
        with self.database.read() as reader:
            own = str(reader.value("SELECT device FROM now"))
            listed = reader.rows("SELECT * FROM device WHERE void = 0 AND coalesce(removed, 0) = 0")
        row = next((r for r in listed if device in (r["key"], r["uid"], r["name"], r["letter"])), None)
        if row is None:
            raise Refused(
                Problem(f"没有「{device}」这台电脑", "请用 device list 看标识", path="device", code="unknown")
            )
        if row["key"] == own:
            raise Refused(Problem("不能移除正在用的这台", "请在另一台电脑上移除它", path="device", code="own"))
        transport = self.reached(self.share)
        staying = {
            str(r["key"]): bytes.fromhex(str(r["public"]))
            for r in listed
            if r["key"] not in (own, row["key"]) and r["public"]
        }
        workspace.renew(transport, entered, passphrase, staying, {str(row["key"]): self._known(row["key"])}, memory)
        workspace.remember(self.database, self.folder, entered, self.share)
        with self.database.work(
            f"移除电脑「{row['name']}」", verb="device.remove", operator=self.settings.operator
        ) as work:
            work.update(DEVICE, row["uid"], {"removed": 1})
        self.run()
