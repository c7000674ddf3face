"""Each safeguard of syncing alone, where its absence would show at once."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from salesdesk.domain.errors import EnvironmentFault, Refused
from salesdesk.services.checking import check_all
from salesdesk.services.sync import segments, snapshots, transport, workspace
from salesdesk.services.sync.crypto import Unreadable
from salesdesk.services.sync.identity import segment_name
from salesdesk.services.sync.transport import FolderTransport
from tests.desks import order_args
from tests.sync.pcs import Pc, everybody, first_pc, joined_pc, same
from tests.sync.world import passing_by


@pytest.fixture
def share(tmp_path: Path) -> Path:
    return tmp_path / "share"


def device_of(pc: Pc) -> str:
    with pc.desk.read() as reader:
        return str(reader.value("SELECT device FROM now"))


def _operations(pc: Pc) -> int:
    with pc.desk.read() as reader:
        return int(reader.value("SELECT count(*) FROM operation"))


def own_segments(pc: Pc, share: Path) -> list[Path]:
    return sorted((share / "salesdesk" / "d" / device_of(pc)).glob("*.seg"))


@pytest.mark.parametrize("place", ["header", "body", "tag"])
def test_what_was_altered_on_the_share_is_never_read(tmp_path: Path, share: Path, place: str) -> None:
    a = first_pc(tmp_path / "a", share)
    entered = workspace.recall(a.desk.database, a.folder)
    assert entered is not None
    file = own_segments(a, share)[-1]
    data = bytearray(file.read_bytes())
    whole = segments.decode(bytes(data), entered.keys, device_of(a), int(file.stem))
    at = {"header": 4 + 4 + 32 + 8, "body": len(data) - 60, "tag": len(data) - 1}[place]
    data[at] ^= 1
    with pytest.raises(Unreadable):
        segments.decode(bytes(data), entered.keys, device_of(a), int(file.stem))
    assert whole.operations
    a.desk.close()


def test_work_waits_for_what_it_builds_on(tmp_path: Path, share: Path) -> None:
    """Li's change of a record that Wang made arrives first: it is not taken in before Wang's."""
    a = first_pc(tmp_path / "a", share)
    b, c = joined_pc(tmp_path / "b", share, "李强"), joined_pc(tmp_path / "c", share, "赵敏")
    everybody(a, b, c)
    a.desk.do("customer.save", {"code": "C00400", "name": "先有它有限公司"})
    a.sync()
    b.sync()
    b.desk.do("customer.save", {"uid": b.customer("C00400")["uid"], "contact": "后改的"})
    b.sync()
    late = own_segments(a, share)[-1]
    kept = late.read_bytes()
    late.unlink()
    c.sync()
    assert not [r for r in c.desk.rows("customer") if r["code"] == "C00400"]
    with c.desk.read() as reader:
        assert not reader.value("SELECT count(*) FROM change WHERE after LIKE '%后改的%'")
    late.write_bytes(kept)
    everybody(a, b, c)
    same(a, b, c)
    assert c.customer("C00400")["contact"] == "后改的"
    for pc in (a, b, c):
        pc.desk.close()


def test_whoever_holds_a_lost_piece_puts_it_back(tmp_path: Path, share: Path) -> None:
    """Wang's PC is gone for good and her last piece on the share is damaged; Li had read it, Zhao gets it from Li."""
    a = first_pc(tmp_path / "a", share)
    b, c = joined_pc(tmp_path / "b", share, "李强"), joined_pc(tmp_path / "c", share, "赵敏")
    everybody(a, b, c)
    a.desk.do("customer.save", {"code": "C00401", "name": "只有李强见过有限公司"})
    a.sync()
    b.sync()
    a.desk.close()
    file = own_segments(a, share)[-1]
    file.write_bytes(file.read_bytes()[:-9] + b"damaged!!")
    c.sync()
    assert "损坏了" in c.desk.sync.state().text
    assert b.sync(scrub=True).repaired == 1
    c.sync()
    assert c.customer("C00401")
    same(b, c)
    b.desk.close()
    c.desk.close()


@pytest.mark.parametrize("lost", [False, True])
def test_a_copy_of_a_pc_with_nothing_to_tell_hears_of_the_first_one(tmp_path: Path, share: Path, lost: bool) -> None:
    """Somebody copied the folder to another PC. What the first one does comes there, also when the share loses it for a while."""
    a = first_pc(tmp_path / "a", share)
    a.desk.close()
    shutil.copytree(a.folder, tmp_path / "copy")
    a.desk = a.opened()
    copy = Pc(tmp_path / "copy", "复制的")
    a.desk.do("customer.save", {"code": "C00402", "name": "第一台做的有限公司"})
    a.sync()
    file = own_segments(a, share)[-1]
    if lost:
        file.unlink()
    assert copy.sync().renamed
    copy.desk.do("customer.save", {"code": "C00403", "name": "复制的那台做的有限公司"})
    copy.sync()
    a.sync(scrub=True)
    everybody(a, copy)
    same(a, copy)
    assert copy.customer("C00402") and a.customer("C00403") and device_of(a) != device_of(copy)
    for pc in (a, copy):
        pc.desk.close()


def test_a_copy_takes_nothing_in_before_it_knows_that_it_is_one(
    tmp_path: Path, share: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The share is away just when the copy looks for its own name there, and back at once. Others build on operations of the
    first one whose numbers the copy has given to its own work."""
    a = first_pc(tmp_path / "a", share)
    b = joined_pc(tmp_path / "b", share, "李强")
    everybody(a, b)
    a.desk.close()
    shutil.copytree(a.folder, tmp_path / "copy")
    a.desk, copy = a.opened(), Pc(tmp_path / "copy", "复制的")
    copy.desk.do("customer.save", {"code": "C00405", "name": "复制的那台做的有限公司"})
    a.desk.do("customer.save", {"code": "C00404", "name": "第一台做的有限公司"})
    a.sync()
    b.sync()
    b.desk.do("customer.save", {"uid": str(b.customer("C00404")["uid"]), "note": "大客户"})
    b.sync()
    names, away, own = FolderTransport.names, [True], f"d/{device_of(copy)}"

    def failing(self: FolderTransport, folder: str) -> list[str]:
        if folder == own and away:
            away.clear()
            raise EnvironmentFault("共享盘不可用（试验）", "")
        return names(self, folder)

    monkeypatch.setattr(FolderTransport, "names", failing)
    logged = copy.desk.count("customer"), _operations(copy)
    with pytest.raises(EnvironmentFault):
        copy.sync()
    assert (copy.desk.count("customer"), _operations(copy)) == logged and not away
    assert copy.sync().renamed
    everybody(a, b, copy)
    same(a, b, copy)
    assert copy.customer("C00404")["note"] == "大客户" and a.customer("C00405")
    for pc in (a, b, copy):
        pc.desk.close()


def test_publishing_never_replaces(share: Path) -> None:
    """Two PCs under one name put a file at the same moment: one is told that the name is taken."""
    share.mkdir()
    (share / "salesdesk" / "d").mkdir(parents=True)
    way, name = FolderTransport(share), "d/00000001.seg"

    def between(step: str) -> None:
        if step == "written":
            (share / "salesdesk" / name).write_bytes(b"the other one was quicker")

    with passing_by(between):
        assert not way.publish(name, b"mine")
    assert way.read(name) == b"the other one was quicker"
    assert not way.publish(name, b"mine") and way.publish(name, b"the other one was quicker")
    assert [p.name for p in (share / "salesdesk" / "d").iterdir()] == ["00000001.seg"]


def test_what_an_author_had_seen_is_what_stood_when_he_wrote(tmp_path: Path, share: Path) -> None:
    """Wang saves while a round is under way, after her own part went out and before Li's came in: she had not seen Li's."""
    a = first_pc(tmp_path / "a", share)
    b = joined_pc(tmp_path / "b", share, "李强")
    everybody(a, b)
    uid = a.customer("C00042")["uid"]
    b.desk.do("customer.save", {"uid": uid, "credit_limit": "250000"})
    b.sync()

    def between(step: str) -> None:
        if step == "opened":
            a.desk.do("customer.save", {"uid": uid, "credit_limit": "300000"})

    with passing_by(between):
        a.sync()
    everybody(a, b)
    same(a, b)
    with a.desk.read() as reader:
        assert reader.column("SELECT kind FROM merge_case") == ["field"], "two who did not know of one another"
    a.desk.close()
    b.desk.close()


# -- the share in practice ----------------------------------------------------------------------------------------------


class Held(OSError):
    """What Windows says while a virus scanner has the file open."""

    def __init__(self, winerror: int) -> None:
        super().__init__(13, "in use")
        self.winerror = winerror


@pytest.mark.parametrize("winerror", [5, 32, 33])
def test_a_file_that_is_held_for_a_moment_is_tried_again(
    share: Path, monkeypatch: pytest.MonkeyPatch, winerror: int
) -> None:
    share.mkdir()
    monkeypatch.setattr(transport, "_PATIENCE", (0.0, 0.0, 0.0))
    puts = "rename" if sys.platform == "win32" else "link"  # what does not replace there
    put, tries = getattr(os, puts), 0

    def held(source: Path, target: Path) -> None:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise Held(winerror)
        put(source, target)

    monkeypatch.setattr(os, puts, held)
    assert FolderTransport(share).publish("d/00000001.seg", b"mine") and tries == 3
    assert FolderTransport(share).read("d/00000001.seg") == b"mine"


def test_a_clock_that_is_years_off_settles_nothing_and_is_told(tmp_path: Path, share: Path) -> None:
    a = first_pc(tmp_path / "a", share)
    b = joined_pc(tmp_path / "b", share, "李强", a.clock.moment.replace(year=2036))
    everybody(a, b)
    uid = a.customer("C00042")["uid"]
    b.desk.do("customer.save", {"uid": uid, "note": "十年以后"})
    everybody(a, b)
    a.desk.do("customer.save", {"uid": uid, "note": "看过以后改的"})
    everybody(a, b)
    same(a, b)
    assert b.customer("C00042")["note"] == "看过以后改的"
    assert any("时钟快了" in peer.note for peer in a.desk.sync.peers())
    assert snapshots.newest(FolderTransport(share)) is not None and segment_name("x", 1) == "d/x/00000001.seg"
    a.desk.close()
    b.desk.close()


def test_a_piece_nobody_holds_is_given_up_and_heals_when_it_turns_up(tmp_path: Path, share: Path) -> None:
    """Wang's PC burnt with a piece nobody had read; what Li built on it goes on, and a late find puts everything right."""
    a = first_pc(tmp_path / "a", share)
    b, c = joined_pc(tmp_path / "b", share, "李强"), joined_pc(tmp_path / "c", share, "赵敏")
    everybody(a, b, c)
    a.desk.do("customer.save", {"code": "C00410", "name": "丢了的有限公司"})
    order = a.desk.do("order.confirm", order_args(("P10012", "12", "48.60"), customer="C00410")).uid
    a.sync()
    lost = own_segments(a, share)[-1]
    a.desk.do("customer.save", {"uid": a.customer("C00410")["uid"], "contact": "后来的"})
    a.desk.do("customer.save", {"code": "C00411", "name": "后来的有限公司"})
    (line,) = a.desk.lines("order_line", order)
    a.desk.do("order.deliver", {"uid": order, "lines": [{"order_line": line["uid"], "qty": "2"}]})
    a.sync()
    data = lost.read_bytes()
    lost.write_bytes(data[:-5])
    c.sync()
    assert not [r for r in c.desk.rows("customer") if r["code"] == "C00411"]
    idx = int(lost.stem)
    with pytest.raises(Refused, match="没有写原因"):
        c.desk.sync.give_up("王芳", idx, "")
    with pytest.raises(Refused, match="等的是第"):
        c.desk.sync.give_up("王芳", idx + 1, "硬盘烧了")
    told = c.desk.sync.give_up("王芳", idx, "硬盘烧了")
    assert "2 步" in told
    c.sync()
    assert c.customer("C00411") and not [r for r in c.desk.rows("customer") if r["code"] == "C00410"]
    with c.desk.read() as reader:
        assert reader.value("SELECT reason FROM operation WHERE verb = 'sync.giveup'") == "硬盘烧了"
    c.desk.do("customer.save", {"uid": c.customer("C00411")["uid"], "contact": "赵敏接着做"})
    lost.write_bytes(data)
    everybody(a, b, c)
    same(a, b, c)
    assert c.customer("C00410")["contact"] == "后来的" and a.customer("C00411")["contact"] == "赵敏接着做"
    for pc in (a, b, c):
        assert check_all(pc.desk.database, pc.folder).sound, check_all(pc.desk.database, pc.folder).lines
        pc.desk.close()


@pytest.mark.parametrize(("error", "said"), [(28, "满了"), (30, "不让写入"), (13, "不让写入")])
def test_a_share_that_takes_nothing_is_told_and_what_others_put_there_still_comes(
    tmp_path: Path, share: Path, monkeypatch: pytest.MonkeyPatch, error: int, said: str
) -> None:
    """Full (ENOSPC), read-only (EROFS), no permission (EACCES): entry goes on, reading too, and later it all goes out."""
    a = first_pc(tmp_path / "a", share)
    b = joined_pc(tmp_path / "b", share, "李强")
    everybody(a, b)
    b.desk.do("customer.save", {"code": "C00420", "name": "先放上去的有限公司"})
    b.sync()
    a.desk.do("customer.save", {"code": "C00421", "name": "放不上去的有限公司"})
    sound = os.fsync

    def refuse(handle: int) -> None:
        raise OSError(error, os.strerror(error))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(EnvironmentFault, match=said):
        a.sync()
    monkeypatch.setattr(os, "fsync", sound)
    assert a.customer("C00420") and not list((share / "salesdesk").rglob("*.tmp"))
    assert "待发" in a.desk.sync.state().text
    everybody(a, b)
    same(a, b)
    assert b.customer("C00421")
    a.desk.close()
    b.desk.close()


def test_a_share_that_goes_in_the_middle_of_a_file_is_told_and_taken_up_again(tmp_path: Path, share: Path) -> None:
    a = first_pc(tmp_path / "a", share)
    b = joined_pc(tmp_path / "b", share, "李强")
    everybody(a, b)
    a.desk.do("customer.save", {"code": "C00422", "name": "拔了网线的有限公司"})

    def pull(step: str) -> None:
        if step == "written":
            share.rename(tmp_path / "away")

    with passing_by(pull), pytest.raises(EnvironmentFault, match="共享盘不可用"):
        a.sync()
    assert not share.exists()
    (tmp_path / "away").rename(share)
    everybody(a, b)
    same(a, b)
    assert b.customer("C00422")
    a.desk.close()
    b.desk.close()


def test_what_a_copy_took_back_is_known_again_when_this_pc_gets_another_name(
    tmp_path: Path, share: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file put back to an older state hears of an undo of its own unsent work, then must tell that work anew."""
    a = first_pc(tmp_path / "a", share)
    uid = a.customer("C00042")["uid"]
    a.desk.do("customer.save", {"uid": uid, "note": "后来收回的"})
    a.desk.close()
    file = a.folder / "salesdesk.db"
    older = file.read_bytes()
    a.desk = a.opened()
    a.sync()
    a.desk.close()
    shutil.copytree(a.folder, tmp_path / "copy")
    copy = Pc(tmp_path / "copy", "李强")
    copy.desk.do("system.undo", {})
    assert copy.sync().renamed
    with file.open("r+b") as at:  # in its place, as a backup program does it
        at.write(older)
        at.truncate()
    a.desk = a.opened()
    own = share / "salesdesk" / "d" / device_of(a)
    own.rename(tmp_path / "aside")
    monkeypatch.setattr(FolderTransport, "publish", lambda *_: (_ for _ in ()).throw(EnvironmentFault("满了", "")))
    with pytest.raises(EnvironmentFault):
        a.sync()
    monkeypatch.undo()
    shutil.rmtree(own, ignore_errors=True)
    (tmp_path / "aside").rename(own)
    assert a.sync().renamed
    everybody(a, copy)
    same(a, copy)
    for pc in (a, copy):
        assert check_all(pc.desk.database, pc.folder).sound
        with pc.desk.read() as reader:
            assert not reader.value("SELECT count(*) FROM undo_waiting")
        pc.desk.close()


def test_an_older_state_is_known_by_the_snapshot_when_its_later_segments_are_gone(tmp_path: Path) -> None:
    """What was sent after the older state stands in a snapshot only; it must not come in as this PC's own."""
    share = tmp_path / "share"
    a = first_pc(tmp_path / "a", share)
    b = joined_pc(tmp_path / "b", share, "李强")
    everybody(a, b)
    a.desk.close()
    file = a.folder / "salesdesk.db"
    older = file.read_bytes()
    a.desk = a.opened()
    a.desk.do("customer.save", {"code": "C00901", "name": "常州后来机电有限公司"})
    everybody(a, b)
    entered = workspace.recall(b.desk.database, b.folder)
    assert entered is not None and snapshots.make(b.desk.database, FolderTransport(share), entered.key) is not None
    a.desk.close()
    with a.desk.database.path.open("wb") as at:
        at.write(older)
    for left in (a.folder / "salesdesk.db-wal", a.folder / "salesdesk.db-shm"):
        left.unlink(missing_ok=True)
    a.desk = a.opened()
    with a.desk.read() as reader:
        device = str(reader.value("SELECT device FROM now"))
    for segment in (share / "salesdesk" / "d" / device).glob("*.seg"):
        segment.unlink()
    assert a.sync().renamed
    a.desk.do("customer.save", {"code": "C00902", "name": "常州再来机电有限公司"})
    everybody(a, b)
    same(a, b)
    assert {str(a.customer(code)["name"])[:4] for code in ("C00901", "C00902")} == {"常州后来", "常州再来"}
    for pc in (a, b):
        assert check_all(pc.desk.database, pc.folder).sound
