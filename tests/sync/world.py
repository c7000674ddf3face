"""Random histories of several PCs around one share that fails, is damaged, and sees copies and old states of PCs.

A world is seeded: the same seed plays the same history. At its end every PC must show the same, every write that was
acknowledged must be in every log exactly once, every file must be sound.
"""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from salesdesk.domain.clock import new_uid
from salesdesk.domain.errors import EnvironmentFault, Refused
from salesdesk.persistence.database import connect
from salesdesk.services.checking import check_all
from salesdesk.services.sync import exchange, identity, snapshots, workspace
from salesdesk.services.sync import transport as ways
from salesdesk.services.sync.transport import FolderTransport
from tests.sync.pcs import MEMORY, PASSPHRASE, Pc
from tests.sync.trading import GOODS, Trading, wrong


class Stopped(BaseException):
    """The program was killed here."""


@contextmanager
def passing_by(act: Callable[[str], None]) -> Iterator[None]:
    """Something happens at the named moments of syncing."""
    modules: list[Any] = [ways, exchange, identity, snapshots]
    before = ways.passing
    for module in modules:
        module.passing = act
    try:
        yield
    finally:
        for module in modules:
            module.passing = before


class FaultyShare(FolderTransport):
    """A folder whose calls fail as a share's do, as often as the world wants."""

    chance = 0.0
    dice = random.Random(0)

    def _maybe(self) -> None:
        if self.dice.random() < self.chance:
            raise EnvironmentFault("共享盘不可用（试验）", "")

    def names(self, folder: str) -> list[str]:
        self._maybe()
        return super().names(folder)

    def read(self, name: str) -> bytes | None:
        self._maybe()
        return super().read(name)

    def publish(self, name: str, data: bytes) -> bool:
        self._maybe()
        if self.dice.random() < self.chance:  # the share goes away in the middle of a file
            path = self.root / name
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data[: self.dice.randrange(len(data))])
            raise EnvironmentFault("共享盘满了（试验）", "")
        done = super().publish(name, data)
        self._maybe()
        return done


class World:
    """One seeded history."""

    def __init__(self, folder: Path, seed: int, template: Path) -> None:
        self.folder, self.template = folder, template
        self.dice = random.Random(seed)
        self.share = folder / "share"
        self.share.mkdir(parents=True)
        FaultyShare.dice, FaultyShare.chance = random.Random(seed + 1), 0.0
        self.pcs: list[Pc] = []
        self.acknowledged: Counter[str] = Counter()
        self.copies = 0
        self.counts: Counter[str] = Counter()
        first = self.new_pc(skew=0)
        first.desk.sync.create(str(self.share), PASSPHRASE, "一号", MEMORY)
        self.customers = [
            first.desk.do("customer.save", {"code": f"C{i:05d}", "name": f"苏州第{i}阀门有限公司"}).uid
            for i in range(3)
        ]
        for code, price in GOODS:
            product = {"code": code, "name": f"球阀 {code}", "unit": "只", "list_price": price}
            first.desk.do(
                "stock.move", {"product": first.desk.do("product.save", product).uid, "qty": "9000", "reason": "期初"}
            )
        self.trading = Trading(self.dice)
        self.made: set[str] = set()
        self.harmed: set[tuple[str, int]] = set()

    # -- PCs -------------------------------------------------------------------------------------------------------

    def new_pc(self, skew: float | None = None) -> Pc:
        """A PC with a fresh file of its own; its clock may be years off."""
        name = f"pc{len(self.pcs)}"
        shutil.copytree(self.template, self.folder / name)
        raw = connect(self.folder / name / "salesdesk.db")
        raw.execute("UPDATE now SET device = ?", (new_uid().replace("-", ""),))
        raw.close()
        off = self.dice.choice([0, 0, 0, 1, -1, 600, -600, 3650 * 24 * 60, -3650 * 24 * 60]) if skew is None else skew
        pc = Pc(self.folder / name, name, datetime(2026, 6, 12, 12) + timedelta(minutes=off))
        self.wire(pc)
        self.pcs.append(pc)
        return pc

    def wire(self, pc: Pc) -> None:
        pc.desk.sync.connect = lambda share: FaultyShare(Path(share))

    def join(self) -> None:
        pc = self.new_pc()
        if self.dice.random() < 0.5:
            self.write(pc)
        FaultyShare.chance, before = 0.0, FaultyShare.chance
        pc.desk.sync.join(str(self.share), PASSPHRASE, pc.name)
        FaultyShare.chance = before

    # -- steps -----------------------------------------------------------------------------------------------------

    def step(self) -> None:
        """One random step."""
        pc = self.dice.choice(self.pcs)
        pc.later(self.dice.choice([0, 1, 5]))
        steps: list[tuple[float, str, Callable[[Pc], Any]]] = [
            (50, "write", self.write),
            (30, "sync", self.sync),
            (3, "kill", self.kill),
            (2, "undo", self.undo),
            (2, "unsettle", self.unsettle),
            (3, "settle", self.settle),
            (3, "busy", self.busy),
            (2, "clone", self.clone),
            (2, "rollback", self.rollback),
            (3, "damage", self.damage),
            (2, "reopen", lambda one: (one.reopen(), self.wire(one))),
            (1, "snapshot", self.snapshot),
            (1.5, "join", lambda one: self.join() if len(self.pcs) < 5 else None),
        ]
        _, name, act = self.dice.choices(steps, [weight for weight, _, _ in steps])[0]
        self.counts[name] += 1
        act(pc)
        self.honest(pc)

    def honest(self, pc: Pc) -> None:
        """What a PC marks as published lies on the share, unless the world took it away: nobody may rely on a later repair."""
        if not pc.desk.sync.joined:
            return
        with pc.desk.read() as reader:
            own = reader.tuples(
                "SELECT device, idx, data FROM segment WHERE device = (SELECT device FROM now) AND published = 1"
            )
        floor = snapshots.pruned(FolderTransport(self.share))
        for device, idx, data in own:
            file = self.share / "salesdesk" / identity.segment_name(device, idx)
            if (device, idx) not in self.harmed and idx > floor.get(device, 0):
                assert file.exists() and file.read_bytes() == data, f"{pc.name} says {file.name} is out, and it is not"

    def mark(self) -> str:
        """A text that stands nowhere else, by which a write is found again."""
        self.copies += 1
        return f"记{self.copies:06d}"

    def write(self, pc: Pc) -> None:
        """One acknowledged write: a new record, fields of one that several know, several records at once."""
        mark = self.mark()
        kind = self.dice.random()
        known = [u for u in self.customers if pc.desk.row("customer", u)]
        try:
            if kind < 0.2:
                self.made.add(self.trading.act(pc.desk))
                return
            elif kind < 0.35 or not known:
                made = pc.desk.do("customer.save", {"code": mark, "name": f"{mark}有限公司", "note": mark})
                self.customers.append(made.uid)
            elif kind < 0.7:
                values = {"note": mark, "credit_limit": str(self.dice.randrange(1000)), "contact": f"联系{mark}"}
                some = dict(self.dice.sample(sorted(values.items()), self.dice.randint(1, 3))) | {"note": mark}
                pc.desk.do("customer.save", {"uid": self.dice.choice(known), **some})
            elif kind < 0.8:
                self._void(pc, self.dice.choice(known), mark)
            else:
                self._bulk(pc, mark)
        except Refused:
            return
        self.acknowledged[mark] += 1

    def _void(self, pc: Pc, uid: str, mark: str) -> None:
        row = pc.desk.row("customer", uid)
        assert row is not None
        pc.desk.do("customer.restore" if row["void"] else "customer.void", {"uid": uid, "reason": mark})
        raise Refused("the mark stands in no field")

    def _bulk(self, pc: Pc, mark: str) -> None:
        """Many rows by one statement in one operation, as an import writes them."""
        entity = pc.desk.entity("customer")
        with pc.desk.database.work(f"导入 {mark}", operator=pc.name) as work:
            work.insert_many(
                entity, [{"code": f"{mark}-{i}", "name": f"{mark}第{i}公司"} for i in range(self.dice.choice([3, 60]))]
            )
            work.execute(
                "UPDATE customer SET note = ? WHERE uid = ?", (mark, work.value("SELECT max(uid) FROM customer"))
            )

    def sync(self, pc: Pc) -> None:
        try:
            pc.sync(scrub=self.dice.random() < 0.2)
        except EnvironmentFault:
            self.counts["fault"] += 1

    def kill(self, pc: Pc) -> None:
        """The program is killed at one of the named moments of a round, and started again."""
        left = self.dice.randrange(1, 12)

        def passing(step: str) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                self.counts[f"killed {step}"] += 1
                raise Stopped

        with passing_by(passing), suppress(Stopped, EnvironmentFault):
            pc.sync()
        pc.reopen()
        self.wire(pc)

    def busy(self, pc: Pc) -> None:
        """The clerk saves something while a round runs, between two of its steps."""
        left = self.dice.randrange(1, 6)

        def passing(step: str) -> None:
            nonlocal left
            left -= 1
            if left == 0 and step not in ("merged", "partly merged"):  # there the file is the merge's
                self.counts[f"busy {step}"] += 1
                self.write(pc)

        with passing_by(passing):
            self.sync(pc)

    def undo(self, pc: Pc) -> None:
        try:
            pc.desk.do("system.undo")
        except Refused:
            self.counts["undo refused"] += 1

    def settle(self, pc: Pc) -> None:
        with pc.desk.read() as reader:
            keys = sorted(reader.column("SELECT key FROM merge_case"))
        if keys:
            try:
                pc.desk.do("sync.settle", {"key": self.dice.choice(keys), "take": self.dice.choice("12")})
            except Refused:
                self.counts["settle refused"] += 1

    def unsettle(self, pc: Pc) -> None:
        """Somebody takes back how a case was settled, on this or another PC, or brings it back."""
        with pc.desk.read() as reader:
            ops = reader.column(
                "WITH RECURSIVE about(id) AS (SELECT id FROM operation WHERE verb = 'sync.settle'"
                " UNION SELECT o.id FROM operation o JOIN about ON o.undoes = about.id) SELECT id FROM about ORDER BY id"
            )
        if ops:
            try:
                pc.desk.do("system.undo", {"op": self.dice.choice(ops)})
                self.counts["unsettled"] += 1
            except Refused:
                self.counts["unsettle refused"] += 1

    def clone(self, pc: Pc) -> None:
        """Somebody copies the whole folder to another PC, and both go on."""
        if len(self.pcs) >= 6:
            return
        name = f"pc{len(self.pcs)}"
        pc.desk.close()
        shutil.copytree(pc.folder, self.folder / name)
        pc.desk = pc.opened()
        self.wire(pc)
        copy = Pc(self.folder / name, name, pc.clock.moment)
        self.wire(copy)
        self.pcs.append(copy)
        # what the copy had not told anybody will be told by both, each under a name of its own

    def rollback(self, pc: Pc) -> None:
        """An older state of the file is put back; what was done since and never told is lost, what was told comes back."""
        if not pc.desk.sync.joined:
            return
        kept = self.folder / "kept.db"
        if self.dice.random() < 0.5 or not kept.exists() or kept_owner.get(str(self.folder)) != pc.name:
            try:
                pc.sync(
                    scrub=True
                )  # all is told and lies whole on the share, so nothing acknowledged goes with the old state
            except EnvironmentFault:
                return
            pc.desk.close()
            shutil.copy(pc.folder / "salesdesk.db", kept)
            kept_owner[str(self.folder)] = pc.name
        else:
            try:
                pc.sync(scrub=True)
            except EnvironmentFault:
                return
            with pc.desk.read() as reader:
                waiting = reader.value("SELECT count(*) FROM segment WHERE published = 0")
            if waiting:
                return
            pc.desk.close()
            shutil.copy(kept, pc.folder / "salesdesk.db")
            self.counts["put back"] += 1
        pc.desk = pc.opened()
        self.wire(pc)

    def damage(self, pc: Pc) -> None:
        """A file on the share is cut off, altered, or gone; somebody still holds it."""
        files = sorted((self.share / "salesdesk" / "d").rglob("*.seg"))
        if not files:
            return
        file = self.dice.choice(files)
        device, idx = file.parent.name, int(file.stem)
        holders = 0
        for one in self.pcs:
            with one.desk.read() as reader:
                holders += reader.value("SELECT count(*) FROM segment WHERE device = ? AND idx = ?", (device, idx))
        if not holders:
            return
        self.harmed.add((device, idx))
        data = file.read_bytes()
        how = self.dice.randrange(4)
        if how == 0:
            file.unlink()
        elif how == 1:
            file.write_bytes(data[: len(data) // 2])
        elif how == 2:
            place = self.dice.randrange(len(data))
            file.write_bytes(data[:place] + bytes([data[place] ^ 0x40]) + data[place + 1 :])
        else:
            (file.parent / "desktop.ini").write_text("[.ShellClassInfo]", encoding="utf-8")

    def snapshot(self, pc: Pc) -> None:
        entered = workspace.recall(pc.desk.database, pc.folder)
        if entered is not None:
            try:
                transport = FaultyShare(self.share)
                if snapshots.make(pc.desk.database, transport, entered.key) is not None:
                    snapshots.prune(transport, pc.desk.database)
            except EnvironmentFault:
                self.counts["fault"] += 1

    # -- the end ---------------------------------------------------------------------------------------------------

    def run(self, steps: int, chance: float = 0.03) -> None:
        """Play some steps, then let everybody sync in peace, and look."""
        FaultyShare.chance = chance
        for _ in range(steps):
            self.step()
        FaultyShare.chance = 0.0
        self.come_to_rest()
        self.look()
        self.last_word()

    def come_to_rest(self) -> None:
        for _ in range(3 * len(self.pcs) + 3):
            reports = [pc.sync(scrub=True) for pc in self.pcs]
            if not any(r.sent or r.taken or r.repaired or r.held for r in reports):
                return
        held = [(pc.name, pc.desk.sync.state().text) for pc in self.pcs]
        raise AssertionError(f"does not come to rest: {held}")

    def look(self) -> None:
        """Everything that must hold at the end."""
        first = self.pcs[0]
        dump, cases = first.desk.dump(), self._cases(first)
        for pc in self.pcs:
            assert pc.desk.dump() == dump, f"{pc.name} shows something else than {first.name}"
            assert self._cases(pc) == cases, f"{pc.name} has other cases: {self._cases(pc) ^ cases}"
            report = check_all(pc.desk.database, pc.folder)
            assert report.sound, f"{pc.name}: {report.lines}"
            assert wrong(pc.desk) == {}
            with pc.desk.read() as reader:
                log = "\n".join(reader.column("SELECT after FROM change WHERE entity IN ('customer', 'sales_order')"))
                lost = [mark for mark in self.acknowledged if mark not in log]
                lost += self.made - {"", *reader.column("SELECT uid FROM change")}
            assert not lost, f"{pc.name} lost {lost}"

    def last_word(self) -> None:
        """Whoever writes after having seen everything stands everywhere, however wrong the clocks are."""
        for pc in (min(self.pcs, key=lambda one: one.clock.moment), max(self.pcs, key=lambda one: one.clock.moment)):
            mark = self.mark()
            uid = next(u for u in self.customers if (row := pc.desk.row("customer", u)) and not row["void"])
            pc.desk.do("customer.save", {"uid": uid, "note": mark, "reason": mark})
            self.come_to_rest()
            shown = {one.desk.row("customer", uid)["note"] for one in self.pcs}  # type: ignore[index]
            assert shown == {mark}, f"{pc.name} had seen everything, and others show {shown}"

    def _cases(self, pc: Pc) -> set[str]:
        with pc.desk.read() as reader:
            return set(reader.column("SELECT key FROM merge_case WHERE kind IN ('field', 'void')"))

    def close(self) -> None:
        for pc in self.pcs:
            pc.desk.close()


kept_owner: dict[str, str] = {}
"""Folder of a world -> the PC whose old state is kept."""
