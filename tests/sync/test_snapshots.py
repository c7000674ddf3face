"""The whole data on the share as a start for new PCs: nothing of it lies plain, and what broke off is gone on with."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from salesdesk.desk import encrypt_data, join_fresh
from salesdesk.domain.errors import EnvironmentFault, GivenUp
from salesdesk.persistence import pouring
from salesdesk.persistence.bulk import bulk_load
from salesdesk.persistence.database import connect
from salesdesk.services import encryption
from salesdesk.services.checking import check_all
from salesdesk.services.sync import snapshots, workspace
from salesdesk.services.sync.transport import FolderTransport
from tests.desks import order_args
from tests.sync.pcs import MEMORY, PASSPHRASE, Pc, everybody, first_pc, joined_pc, same
from tests.sync.world import Stopped, passing_by

NAME = "苏州华源"
"""A company of the small desk; wherever these bytes lie, somebody can read them."""


@pytest.fixture
def share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A share; parts are so small that even the small company has many, and what is laid aside lies under the test's folder."""
    monkeypatch.setattr(pouring, "PART", 1000)
    monkeypatch.setattr(pouring, "ROWS", 2)
    monkeypatch.setattr(snapshots, "MANY", 20)
    (tmp_path / "aside").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "aside"))
    yield tmp_path / "share"


def encrypted(folder: Path, name: str) -> Pc:
    pc = Pc(folder, name)
    pc.desk.close()
    encrypt_data(folder, encryption.new_code())
    return pc


def fresh(pc: Pc, share: Path, **more: Any) -> bool:
    return join_fresh(pc.folder, str(share), PASSPHRASE, f"{pc.name}的电脑", pc.clock, **more)


def plain(folder: Path) -> list[str]:
    """Files that tell the name to whoever reads the disk."""
    return [p.name for p in folder.rglob("*") if p.is_file() and NAME.encode() in p.read_bytes()]


def content(raw: Any) -> dict[str, Any]:
    """Everything in a file but what concerns one PC only: its shape, the index of the search, every row with its id."""
    shape = raw.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name").fetchall()
    found: dict[str, Any] = {"": (shape, raw.execute("PRAGMA user_version").fetchone())}
    for _, name, kind, _, by_key, _ in raw.execute("PRAGMA main.table_list").fetchall():
        if kind != "virtual" and name != "sqlite_schema":
            where = f"NOT ({snapshots.LOCAL[name]})" if name in snapshots.LOCAL else "1"
            ids = "" if by_key else "rowid, "
            found[name] = raw.execute(f'SELECT {ids}* FROM "{name}" WHERE {where}').fetchall()
    return found


def told(a: Pc, share: Path, target: Path) -> None:
    """Fetch the newest snapshot of a PC."""
    entered, way = workspace.recall(a.desk.database, a.folder), FolderTransport(share)
    found = snapshots.newest(way)
    assert entered is not None and found is not None and found.parts > 15
    snapshots.fetch(way, found, entered.keys, target, a.folder / "salesdesk.db")


@pytest.mark.parametrize("whose", ["both", "the first", "the new one", "nobody's"])
def test_nowhere_on_the_way_an_encrypted_pc_lays_the_data_down_plain(tmp_path: Path, share: Path, whose: str) -> None:
    """Each PC has a key of its own, or none: what travels is sealed with the workspace's, and is written as the new PC's file is."""
    if whose in ("both", "the first"):
        encrypted(tmp_path / "a", "王芳")
    seen: dict[str, list[str]] = {}

    def look(step: str) -> None:
        seen.setdefault(step, [])
        for name, is_encrypted in (("a", whose in ("both", "the first")), ("b", whose in ("both", "the new one"))):
            if is_encrypted and (tmp_path / name).exists():
                seen[step] += plain(tmp_path / name)
        seen[step] += plain(tmp_path / "aside") + (plain(share) if share.exists() else [])

    with passing_by(look):
        a = first_pc(tmp_path / "a", share)
        b = encrypted(tmp_path / "b", "李强") if whose in ("both", "the new one") else Pc(tmp_path / "b", "李强")
        b.desk.close()
        assert fresh(b, share)
    assert {"part", "snapshot", "filled", "finished"} <= seen.keys()
    assert not [name for names in seen.values() for name in names], seen
    b.desk = b.opened()
    b.desk.do("order.confirm", order_args(("P10012", "1", "48.60")))
    everybody(a, b)
    same(a, b)
    for pc, is_encrypted in ((a, whose in ("both", "the first")), (b, whose in ("both", "the new one"))):
        assert encryption.encrypted(pc.folder / "salesdesk.db") == is_encrypted
        assert check_all(pc.desk.database, pc.folder).sound
        assert not is_encrypted or not plain(pc.folder)


def test_what_arrives_is_the_file_row_by_row(tmp_path: Path, share: Path) -> None:
    a = first_pc(tmp_path / "a", share)
    a.desk.do("order.confirm", order_args(("P10012", "1", "48.60")))
    with a.desk.database.local() as work:
        work.execute("ANALYZE")
    a.sync()
    entered = workspace.recall(a.desk.database, a.folder)
    assert entered is not None
    assert snapshots.make(a.desk.database, FolderTransport(share), entered.key) is not None
    target = tmp_path / "fetched.db"
    told(a, share, target)
    here, there = connect(a.folder / "salesdesk.db"), connect(target)
    assert content(there) == content(here)
    assert there.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert there.execute("PRAGMA foreign_key_check").fetchall() == []
    there.execute("INSERT INTO search_gram(search_gram) VALUES ('integrity-check')")
    here.close()
    there.close()


@pytest.mark.parametrize("at", [1, 2, 12, "finished"])
def test_a_pc_killed_while_it_fetches_goes_on_where_it_was(tmp_path: Path, share: Path, at: int | str) -> None:
    a = first_pc(tmp_path / "a", share)
    b = Pc(tmp_path / "b", "李强")
    b.desk.close()
    passed = 0

    def kill(step: str) -> None:
        nonlocal passed
        passed += step == "filled"
        if step == at or (step == "filled" and passed == at):
            raise Stopped

    with passing_by(kill), pytest.raises(Stopped):
        fresh(b, share)
    passed, whole = 0, 0
    found = snapshots.newest(FolderTransport(share))
    assert found is not None
    whole = found.parts

    def count(step: str) -> None:
        nonlocal passed
        passed += step == "filled"

    with passing_by(count):
        assert fresh(b, share)
    assert passed == (whole - at if isinstance(at, int) else whole)
    assert sorted(p.name for p in (share / "salesdesk" / "l").iterdir()) == ["a", "b"], "no letter was used up"
    b.desk = b.opened()
    everybody(a, b)
    same(a, b)
    assert check_all(b.desk.database, b.folder).sound and not (b.folder / "joining.db").exists()


def test_another_snapshot_or_key_means_to_begin_anew(tmp_path: Path, share: Path) -> None:
    a = first_pc(tmp_path / "a", share)
    b = Pc(tmp_path / "b", "李强")
    b.desk.close()

    def kill(step: str) -> None:
        if step == "filled" and (b.folder / "joining.db").stat().st_size > 400_000:
            raise Stopped

    with passing_by(kill), pytest.raises(Stopped):
        fresh(b, share)
    a.desk.do("customer.save", {"code": "C00777", "name": "后来的有限公司"})
    a.sync()
    entered = workspace.recall(a.desk.database, a.folder)
    assert entered is not None
    assert snapshots.make(a.desk.database, FolderTransport(share), entered.key) is not None
    with passing_by(kill), pytest.raises(Stopped):
        fresh(b, share)
    encrypt_data(b.folder, encryption.new_code())
    assert fresh(b, share)
    assert not plain(b.folder)
    b.desk = b.opened()
    assert b.customer("C00777")
    everybody(a, b)
    same(a, b)


def test_stopped_by_the_clerk_nothing_is_left_and_by_the_share_everything(tmp_path: Path, share: Path) -> None:
    a = first_pc(tmp_path / "a", share)
    a.desk.close()
    b = Pc(tmp_path / "b", "李强")
    b.desk.close()
    steps: list[tuple[int, int]] = []

    def tell(done: int, whole: int) -> None:
        steps.append((done, whole))
        if len(steps) == 12:
            raise GivenUp

    with pytest.raises(GivenUp):
        fresh(b, share, progress=tell)
    assert not (b.folder / "joining.db").exists()

    def pull(step: str) -> None:
        if step == "filled" and (share / "salesdesk").exists():
            share.rename(tmp_path / "away")

    with passing_by(pull), pytest.raises(EnvironmentFault, match="共享盘不可用"):
        fresh(b, share)
    assert (b.folder / "joining.db").exists()
    (tmp_path / "away").rename(share)
    steps.clear()
    assert fresh(b, share, progress=lambda done, whole: steps.append((done, whole)))
    filled = steps[: steps.index((steps[0][1], steps[0][1])) + 1]
    assert len(filled) > 20 and filled == sorted(filled), "on and on to the whole, never back"
    assert not (b.folder / "joining.db").exists()


def test_a_workspace_that_was_stopped_half_way_gets_its_snapshot_later(tmp_path: Path, share: Path) -> None:
    pc = Pc(tmp_path / "a", "王芳")
    for i in range(30):
        pc.desk.do("customer.save", {"code": f"C{i:05d}", "name": f"{NAME}{i}有限公司"})
    share.mkdir()
    stop = False

    def at(step: str) -> None:
        nonlocal stop
        stop = stop or step == "part"

    with passing_by(at), pytest.raises(GivenUp):
        pc.desk.sync.create(str(share), PASSPHRASE, "王芳", MEMORY, stopped=lambda: stop)
    snap = share / "salesdesk" / "snap"
    (half,) = snap.iterdir()
    assert half.suffix == ".part" and pc.desk.synced and snapshots.newest(FolderTransport(share)) is None
    pc.sync()
    found = snapshots.newest(FolderTransport(share))
    assert found is not None and not half.exists()
    assert len(list(snap.iterdir())) == found.parts + 1
    pc.sync()
    assert snapshots.newest(FolderTransport(share)) == found, "made once"


def test_a_file_with_work_of_its_own_killed_while_it_joins_lacks_nothing(tmp_path: Path, share: Path) -> None:
    """Also rows no log tells of: they come with the snapshot alone."""
    a = first_pc(tmp_path / "a", share)
    entity = a.desk.entity("customer")
    with bulk_load(a.desk.database, "试验") as loader:
        loader.fill(entity, ("uid", "code", "name"), [(f"bulk{i:04}", f"K{i:05d}", f"成批{i}公司") for i in range(60)])
    a.desk.do("customer.save", {"uid": "bulk0007", "note": "后来改的"})
    a.sync()
    entered = workspace.recall(a.desk.database, a.folder)
    assert entered is not None
    assert snapshots.make(a.desk.database, FolderTransport(share), entered.key) is not None
    many = a.desk.count("customer")
    b = Pc(tmp_path / "b", "李强")
    b.desk.do("customer.save", {"code": "C00500", "name": "自己的有限公司"})

    def tell(done: int, whole: int) -> None:
        if (done, whole) == (40, many):
            raise Stopped

    with pytest.raises(Stopped):
        b.desk.sync.join(str(share), PASSPHRASE, "李强", progress=tell)
    b.reopen()
    b.desk.sync.join(str(share), PASSPHRASE, "李强")
    everybody(a, b)
    same(a, b)
    assert b.customer("K00007")["note"] == "后来改的" and a.customer("C00500")
    assert len([r for r in b.desk.rows("customer") if str(r["code"]).startswith("K")]) == 60
    c = joined_pc(tmp_path / "c", share, "赵敏")
    everybody(a, b, c)
    same(a, b, c)


def test_a_snapshot_of_an_older_program_is_left_alone(tmp_path: Path, share: Path) -> None:
    first_pc(tmp_path / "a", share).desk.close()
    way = FolderTransport(share)
    found = snapshots.newest(way)
    assert found is not None
    way.publish("snap/00000002.json", b'{"mark": "x", "schema": 1, "key": "k", "parts": 1, "size": 1, "reach": {}}')
    assert snapshots.newest(way) == found
