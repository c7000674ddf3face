"""One round of syncing: what is new here goes out, what is new elsewhere comes in; safe to repeat, never in the way of entry."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from salesdesk.domain.errors import EnvironmentFault, GivenUp
from salesdesk.persistence.database import Database
from salesdesk.persistence.encrypting import drop
from salesdesk.persistence.merging import Arrived
from salesdesk.services.sync import outgoing, segments
from salesdesk.services.sync.crypto import Unreadable
from salesdesk.services.sync.giving_up import found_again, given_up, keep_segment
from salesdesk.services.sync.identity import (
    indexes,
    relay_name,
    relayed,
    segment_name,
    strange_segments,
    take_new_name,
)
from salesdesk.services.sync.segments import Newer, NotYet, Segment
from salesdesk.services.sync.snapshots import fetch, newest, pruned, take_in
from salesdesk.services.sync.transport import Transport, passing
from salesdesk.services.sync.workspace import (
    NotLetIn,
    Workspace,
    file_place,
    meta,
    put_meta,
    read_marker,
    remember,
    removed_pcs,
    shut_out,
    take_new_keys,
)

log = logging.getLogger(__name__)
Progress = Callable[[int, int], None]
_MOST_ROUNDS = 1000
MERGED_AT_ONCE = 500
"""Changes taken in at once. A larger operation stays whole."""
MERGED_FOR_S = 0.05
"""So long one transaction goes on taking in: whoever saves meanwhile waits for one of them at most."""
BREATH_S = 0.002
"""Rest between two of them, in which whoever waits gets his turn; the lock by itself gives it to nobody in particular."""


@dataclass
class Report:
    """What one round did. waiting: own operations still to be sent. held: what is not readable yet, in words."""

    sent: int = 0
    taken: int = 0
    operations: int = 0
    waiting: int = 0
    renamed: bool = False
    repaired: int = 0
    held: list[str] = field(default_factory=list)
    fault: EnvironmentFault | None = None

    def wire(self) -> dict[str, Any]:
        """JSON form for scripts."""
        return {
            "sent": self.sent,
            "taken": self.taken,
            "operations": self.operations,
            "waiting": self.waiting,
            "renamed": self.renamed,
            "repaired": self.repaired,
            "held": self.held,
        }


@dataclass
class Exchange:
    """One data file and one place. told: what this PC says of itself in its segments. stopped: asked between the steps.

    removed: PC that was taken out -> the last of its operations that counts.
    """

    database: Database
    folder: Path
    transport: Transport
    workspace: Workspace
    told: Mapping[str, Any]
    progress: Progress = lambda done, whole: None
    stopped: Callable[[], bool] = lambda: False
    removed: dict[str, int] = field(default_factory=dict)
    report: Report = field(default_factory=Report)
    _bytes: dict[tuple[str, int], bytes] = field(default_factory=dict)
    _given: list[tuple[str, int]] = field(default_factory=list)
    _named: bool = False

    def run(self, alive: bool = False, scrub: bool = False) -> Report:
        """One round. Raises EnvironmentFault when the place is away, foreign or not ours; what failed to go out does not
        keep anything from coming in, and stands in the report; only where it could not be seen whether this PC's name is its
        own nothing comes in. alive: also say that this PC is there."""
        self._ours()
        report = self.report
        if take_new_keys(self.transport, self.workspace, self._device()):
            remember(self.database, self.folder, self.workspace, meta(self.database, "sync.share"))
        if shut_out(self.transport, self.workspace):
            raise NotLetIn(
                "这台电脑已不在工作区里，没有再送、再收，不影响录单",
                "多半是被移除了，口令也换了。录的都还在本机；要接着一起用，请向主管要新口令，在「同步」里点「用口令再加入…」",
            )
        self.removed = removed_pcs(self.transport, self.workspace)
        self._named = False
        try:
            self._same_file(report)
            self._named = True
            self._send(report, alive)
        except EnvironmentFault as fault:
            report.fault = fault
        if self._named:  # else a copy would take its own operations for those of the same number others build on
            self._take(report)
            if self._catch_up(report):
                self._take(report)
        if scrub and report.fault is None:
            self._scrub(report)
        with self.database.read() as reader:
            report.waiting = outgoing.waiting(reader)
        return report

    # -- going out -----------------------------------------------------------------------------------------------

    def _ours(self) -> None:
        """Never take a folder without our marker for an empty one, and never write into another workspace."""
        marker = read_marker(self.transport)
        if marker is None:
            raise EnvironmentFault(
                f"「{self.transport.place}」里没有我们的工作区（少了 ws.json），什么都没有写，不影响录单",
                "请检查共享盘是不是接对了、文件夹有没有被移走",
            )
        if marker["workspace"] != self.workspace.id:
            raise EnvironmentFault(
                f"「{self.transport.place}」是另一个工作区，什么都没有写，不影响录单", "请核对共享文件夹"
            )

    def _device(self) -> str:
        with self.database.read() as reader:
            return str(reader.value("SELECT device FROM now"))

    def _same_file(self, report: Report) -> None:
        """Take a new name when this file is a copy, or an older state of itself that was put back."""
        place = file_place(self.database.path)
        bound = meta(self.database, "sync.bound")
        strange = strange_segments(self.database, self.transport) or self._told_by_a_snapshot()
        if strange or (bound and bound != place):
            take_new_name(self.database, self.transport)
            report.renamed = True
        if bound != place or report.renamed:
            put_meta(self.database, {"sync.bound": place})

    def _told_by_a_snapshot(self) -> bool:
        """Whether the newest snapshot holds work under this PC's name that this file does not know, its segments being gone by now."""
        found = newest(self.transport)
        with self.database.read() as reader:
            device, n = reader.tuples("SELECT device, n FROM now")[0]
        return found is not None and found.reach.get(device, (0, 0, ""))[0] > n

    def _send(self, report: Report, alive: bool) -> None:
        outgoing.seal_all(self.database, self.workspace.key, {**self.told, "vector": self._vector()}, alive)
        passing("sealed")
        with self.database.read() as reader:
            device = str(reader.value("SELECT device FROM now"))
            todo = reader.tuples(
                "SELECT idx, last - first + 1, data FROM segment WHERE device = ? AND published = 0 ORDER BY idx",
                (device,),
            )
        for done, (idx, _, data) in enumerate(todo):
            if self.stopped():
                raise GivenUp
            self.progress(done, len(todo))
            if not self.transport.publish(segment_name(device, idx), data):
                # somebody else writes under our name: a copy of this file that runs at the same moment
                self._named = False
                take_new_name(self.database, self.transport)
                report.renamed = self._named = True
                self._send(report, alive)
                return
            passing("published")
            with self.database.local() as work:
                work.execute("UPDATE segment SET published = 1 WHERE device = ? AND idx = ?", (device, idx))
            passing("marked")
            report.sent += 1

    def _vector(self) -> dict[str, int]:
        with self.database.read() as reader:
            known = dict(reader.tuples("SELECT device, n FROM peer"))
            device, n = reader.tuples("SELECT device, n FROM now")[0]
        return {**known, device: n}

    # -- coming in -----------------------------------------------------------------------------------------------

    def _take(self, report: Report) -> None:
        """Take in whatever has all it builds on; go round again as long as something new became possible."""
        copies = relayed(self.transport)
        me = self._device()
        self._given = given_up(self.database)
        for device, idx in self._given:
            self._take_late(device, idx, report)
        devices = {d for d in self.transport.names("d") if d.isalnum() and len(d) == 32} | set(copies)
        lists = {d: set(indexes(self.transport.names(f"d/{d}"))) for d in sorted(devices - {me})}
        whole = sum(len(found) for found in lists.values())
        opened: dict[tuple[str, int], Segment | str] = {}
        for _ in range(_MOST_ROUNDS):
            moved = False
            for device in sorted(lists):
                while True:
                    if self.stopped():
                        raise GivenUp
                    if not self._take_next(device, lists[device], copies.get(device, []), opened, report):
                        break
                    moved = True
                    self.progress(report.taken, max(whole, report.taken))
            if not moved:
                break
        report.held = list(dict.fromkeys(w for w in opened.values() if isinstance(w, str)))

    def _take_late(self, device: str, idx: int, report: Report) -> None:
        """What was given up for lost came after all: its operations take their place in the log, and values follow."""
        found = self._open(device, idx, "")
        if isinstance(found, str):
            return
        data = self._bytes.pop((device, idx))
        with self.database.merging("同步", references=False) as merger:
            merger.take(found.operations, late=True)
            keep_segment(merger.work, device, found, data)
            found_again(merger, device, idx)
        report.taken += 1
        self._note(report, found.operations)

    def _catch_up(self, report: Report) -> bool:
        """Take in the newest snapshot when segments this file lacks are on the share no more; False when none is needed."""
        found, target = newest(self.transport), self.folder / "catching_up.db"
        if found is None:
            return False
        with self.database.read() as reader:
            known = dict(reader.tuples("SELECT device, idx FROM peer"))
            known[str(reader.value("SELECT device FROM now"))] = 2**62
        behind = [d for d, (_, idx, _) in found.reach.items() if known.get(d, 0) < idx]
        lacking = [d for d in behind if self.transport.read(segment_name(d, known.get(d, 0) + 1)) is None]
        if not any(self.transport.read(relay_name(d, known.get(d, 0) + 1)) is None for d in lacking):
            drop(target)  # of a round that broke off, if any
            return False
        fetch(self.transport, found, self.workspace.keys, target, self.database.path, self._step)
        report.operations += take_in(self.database, target, found, self._step)
        drop(target)
        return True

    def _step(self, done: int, whole: int) -> None:
        """Tell how far it is, and hear whether to go on. Raises GivenUp."""
        if self.stopped():
            raise GivenUp
        self.progress(done, whole)

    def _take_next(
        self,
        device: str,
        present: set[int],
        copies: list[int],
        opened: dict[tuple[str, int], Segment | str],
        report: Report,
    ) -> bool:
        """Take in the next segment of one PC; False when there is none or it must wait."""
        with self.database.read() as reader:
            known = reader.row("SELECT n, idx, hash FROM peer WHERE device = ?", (device,)) or {}
        idx = int(known.get("idx", 0)) + 1
        if idx not in present and idx not in copies and not any(i > idx for i in present):
            return False
        key = (device, idx)
        if key not in opened:
            opened[key] = self._open(device, idx, str(known.get("hash", "")))
        found = opened[key]
        if isinstance(found, str):
            return False
        cut = self.removed.get(device, found.header.last)
        operations = [op for op in found.operations if op.n <= cut]
        whole = cut >= found.header.last
        if not whole and not any(op.n > int(known.get("n", 0)) for op in operations):
            return False
        with self.database.read() as reader:
            vector = dict(reader.tuples("SELECT device, n FROM peer"))
            own, n = reader.tuples("SELECT device, n FROM now")[0]
        vector[own] = max(n, vector.get(own, 0))
        lacking = {d for op in operations for d, m in op.seen.items() if vector.get(d, 0) < m and d != device}
        if lacking:
            return self._let_count(operations)
        data = self._bytes[key]
        passing("opened")
        parts = _parts(operations)
        while parts:
            with self.database.merging("同步", references=not self._given) as merger:
                until = time.monotonic() + MERGED_FOR_S
                taken = 0
                while taken < len(parts) and (not taken or time.monotonic() < until):
                    merger.take(parts[taken])
                    taken += 1
                last = parts[taken - 1][-1].n if parts[taken - 1] else int(known.get("n", 0))
                if whole and taken == len(parts):
                    merger.reach(device, last, idx, segments.digest(data))
                    merger.tell(device, found.told)
                    keep_segment(merger.work, device, found, data)
                    passing("merged")
                else:
                    merger.reach(device, last, idx - 1, str(known.get("hash", "")))
                    passing("partly merged")
            self._note(report, *parts[:taken])
            del parts[:taken]
            if parts and self.stopped():
                raise GivenUp
        if not whole:
            return True
        passing("committed")
        del opened[key], self._bytes[key]
        report.taken += 1
        return True

    def _let_count(self, operations: Sequence[Arrived]) -> bool:
        """Work of a PC that was taken out counts as far as one that stays had it already; True when that lets in more."""
        more = {
            device: n
            for op in operations
            for device, n in op.seen.items()
            if device in self.removed and n > self.removed[device]
        }
        for device, n in more.items():
            self.removed[device] = max(n, self.removed[device])
        return bool(more)

    def _note(self, report: Report, *parts: Sequence[Arrived]) -> None:
        """Count what one transaction took in, and let others have their turn."""
        report.operations += sum(map(len, parts))
        time.sleep(BREATH_S)

    def _open(self, device: str, idx: int, before: str) -> Segment | str:
        """The next segment of a PC, from its place or from a copy; else why it cannot be read yet, in words."""
        reason, newer = "还没有传完", ""
        for name in (segment_name(device, idx), relay_name(device, idx)):
            data = self.transport.read(name)
            if data is None:
                continue
            try:
                found = segments.decode(data, self.workspace.keys, device, idx)
            except NotYet:
                reason = "还没有传完"
                continue
            except Newer:  # or its first bytes are damaged: then there is a copy that can be read
                newer = f"「{self._called(device)}」用着更新版本的程序，它的改动要本机升级了才收得下，请升级本程序"
                continue
            except (Unreadable, ValueError, KeyError, TypeError) as fault:
                log.info("segment %s: %s", name, fault)
                reason = "损坏了，等它的电脑或别的电脑补发"
                continue
            if before and found.header.before != before:
                reason = "和前面接不上，像是两台电脑用了同一个身份"
                continue
            self._bytes[device, idx] = data
            return found
        return newer or f"「{self._called(device)}」的第 {idx} 份改动{reason}"

    def _called(self, device: str) -> str:
        with self.database.read() as reader:
            told = reader.value("SELECT told FROM peer WHERE device = ?", (device,))
        return str(json.loads(told or "{}").get("name") or device[:8])

    # -- keeping the share whole -----------------------------------------------------------------------------------

    def _scrub(self, report: Report) -> None:
        """Put back what is missing or damaged on the share and held here: own segments in their place, others' as copies."""
        with self.database.read() as reader:
            own = str(reader.value("SELECT device FROM now"))
            held = reader.tuples("SELECT device, idx, hash FROM segment WHERE published = 1 ORDER BY device, idx")
        gone = pruned(self.transport)
        for device, idx, digest in held:
            if self.stopped():
                raise GivenUp
            data = self.transport.read(segment_name(device, idx))
            if data is None and idx <= gone.get(device, 0):
                continue
            if data is not None and segments.digest(data) == digest:
                continue
            copy = self.transport.read(relay_name(device, idx))
            if copy is not None and segments.digest(copy) == digest:
                continue
            with self.database.read() as reader:
                kept = reader.value("SELECT data FROM segment WHERE device = ? AND idx = ?", (device, idx))
            if data is None and device == own:
                self.transport.publish(segment_name(device, idx), kept)
            else:
                if copy is not None:
                    self.transport.remove(relay_name(device, idx))
                self.transport.publish(relay_name(device, idx), kept)
            report.repaired += 1


def _parts(operations: Sequence[Arrived]) -> list[list[Arrived]]:
    """Operations in their order, as many together as one transaction takes in; one empty part when there are none."""
    parts: list[list[Arrived]] = [[]]
    changes = 0
    for one in operations:
        if parts[-1] and changes + len(one.changes) > MERGED_AT_ONCE:
            parts.append([])
            changes = 0
        parts[-1].append(one)
        changes += len(one.changes)
    return parts
