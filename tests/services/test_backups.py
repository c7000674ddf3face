"""Copies made by themselves, tried out by restoring, taken along on a stick, and put back (SYS-7)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesdesk.desk import DATA_FILE, Desk, open_desk, restore_backup
from salesdesk.domain.clock import FixedClock
from salesdesk.domain.errors import EnvironmentFault, FileDamaged
from salesdesk.persistence import backup
from salesdesk.persistence.database import connect
from salesdesk.services import backups
from salesdesk.services.checking import check_all
from tests.desks import NOON, small_desk
from tests.sync.pcs import everybody, first_pc, joined_pc, same


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = small_desk(tmp_path / "data")
    yield made
    made.close()


@given(
    minutes=st.lists(st.integers(0, 60 * 24 * 900), unique=True, max_size=80),
    recent=st.integers(1, 12),
)
def test_what_stays_of_the_copies(minutes: list[int], recent: int) -> None:
    """The latest ones stay, every day of the last month and every month of two years keeps its last one, nothing twice."""
    made = [NOON - timedelta(minutes=m) for m in minutes]
    kept = backup.staying(made, recent)
    assert kept <= set(made) and set(sorted(made, reverse=True)[:recent]) <= kept
    for one in made:
        if NOON - one < timedelta(days=backup.DAILY - 1):
            assert max(m for m in made if m.date() == one.date()) in kept
        if (NOON.year - one.year) * 12 + NOON.month - one.month < backup.MONTHLY:
            assert max(m for m in made if (m.year, m.month) == (one.year, one.month)) in kept
    assert len(kept) <= recent + backup.HOURLY + backup.DAILY + backup.MONTHLY
    assert backup.staying(kept, recent) == kept, "looking again drops nothing more"


def test_a_clock_that_ran_years_ahead_costs_no_older_copy() -> None:
    """Else a day of a wrong year, with a copy every half hour, would throw two years of copies away."""
    made = {NOON - timedelta(days=n) for n in range(20)}
    wrong = {NOON + timedelta(days=1100, minutes=30 * n) for n in range(16)}
    assert made <= backup.staying(made | wrong)


def test_a_copy_of_a_day_to_come_does_not_hold_up_the_next(desk: Desk) -> None:
    folder, clock = desk.folder / "backups", desk.database.clock
    backup.make(desk.database.path, folder, NOON + timedelta(days=400))
    desk.do("customer.save", {"name": "钟拨回来以后"})
    assert backup.late(desk.database.path, folder, clock.now(), 30)


def test_a_copy_whose_rows_are_not_what_its_history_says_does_not_count(desk: Desk) -> None:
    raw = connect(desk.database.path)
    raw.execute("UPDATE now SET applying = 1")
    raw.execute("UPDATE customer SET credit_limit = 1 WHERE code = 'C00042'")
    raw.execute("UPDATE now SET applying = 0")
    raw.close()
    with pytest.raises(EnvironmentFault, match="历史对不上"):
        desk.backup()
    assert not list((desk.folder / "backups").glob("*"))


def test_while_the_window_stands_copies_are_made_when_something_changed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backups, "PATIENCE", 0.0)
    drilled = threading.Event()
    monkeypatch.setattr(desk, "_drill", lambda made: drilled.set())
    desk.keep_backups()
    assert drilled.wait(20), "one soon after the start, and with it the month's drill"
    folder = desk.folder / "backups"
    assert len(backup.copies(folder)) == 1
    assert desk.keeper is not None and desk.keeper.fault is None
    desk.do("customer.save", {"name": "窗口关上以前录的"})
    desk.database.clock.moment += timedelta(minutes=7)  # type: ignore[attr-defined]
    desk.close()
    found = backup.listed(folder)
    assert len(found) == 2 and "窗口关上以前录的" in found[0].last, "one at the end"
    desk.keeper.finish()
    again = open_desk(desk.folder, FixedClock(NOON + timedelta(minutes=9)))
    again.keep_backups()
    again.close()
    assert len(backup.copies(folder)) == 2, "nothing changed, nothing copied"


def test_a_single_command_copies_when_the_latest_copy_is_too_old(desk: Desk) -> None:
    folder, clock = desk.folder / "backups", desk.database.clock
    desk.backup()
    desk.do("customer.save", {"name": "脚本录的客户"})
    clock.moment += timedelta(minutes=2)  # type: ignore[attr-defined]
    desk.copy_when_late()
    assert desk.daily is None, "the latest copy is young"
    clock.moment += timedelta(minutes=60)  # type: ignore[attr-defined]
    desk.copy_when_late()
    desk.close()
    found = backup.listed(folder)
    assert len(found) == 2 and "脚本录的客户" in found[0].last
    again = open_desk(desk.folder, FixedClock(NOON + timedelta(minutes=180)))
    again.copy_when_late()
    again.close()
    assert len(backup.copies(folder)) == 2, "nothing changed since"


def test_a_copy_that_cannot_be_made_is_told_and_tried_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backups, "PATIENCE", 0.0)
    folder = desk.folder / "backups"
    folder.write_text("一个文件", encoding="utf-8")
    desk.keep_backups()
    assert desk.keeper is not None
    desk.keeper.finish()
    assert desk.backup_fault is not None and "备份写不到" in desk.backup_fault.message
    folder.unlink()
    desk.backup()
    assert desk.backup_fault is None


def test_a_drill_restores_the_latest_copy_and_says_so(desk: Desk) -> None:
    assert backups.drill_due(desk.settings, NOON)
    desk.backup()
    outcome = desk.do("backup.drill")
    assert outcome.data["drill"]["good"] and "能恢复" in outcome.message and "数据完好" in outcome.message
    assert not backups.drill_due(desk.settings, NOON) and backups.drill_due(desk.settings, NOON + timedelta(days=31))
    assert not [t for t in desk.todos() if t.verb == "backup.drill"]


def test_a_drill_that_fails_stands_on_today_until_one_passes(desk: Desk) -> None:
    made = desk.backup()
    data = bytearray(made.read_bytes())
    data[4096 * 3 : 4096 * 40] = bytes(4096 * 37)
    made.write_bytes(bytes(data))
    outcome = desk.do("backup.drill")
    assert not outcome.data["drill"]["good"] and outcome.problems
    [todo] = [t for t in desk.todos() if t.verb == "backup.drill"]
    assert todo.tone == "err" and made.name in todo.detail
    assert backups.drill_due(desk.settings, NOON), "not waiting for the next month"
    made.unlink()
    desk.do("backup.drill")
    assert not [t for t in desk.todos() if t.verb == "backup.drill"]


def test_a_portable_copy_brings_data_and_evidence_to_another_pc_but_no_keys(tmp_path: Path) -> None:
    pc = first_pc(tmp_path / "a", tmp_path / "share")
    proof = tmp_path / "来单.txt"
    proof.write_text("球阀 120 个", encoding="utf-8")
    pc.desk.do("intake.save", {"channel": "微信", "customer": "C00042", "files": str(proof)})
    stick = tmp_path / "stick"
    stick.mkdir()
    pc.desk.do("backup.portable", {"folder": str(stick)})
    pc.later(5)
    pc.desk.do("customer.save", {"name": "第二次拷的"})
    pc.desk.do("backup.portable", {"folder": str(stick)})
    lying = stick / "salesdesk-copy"
    kept = {p.relative_to(lying).parts[0] for p in lying.rglob("*") if p.is_file()}
    assert kept == {DATA_FILE, "attachments", "backups", "说明.txt"}
    from salesdesk.services.sync import workspace

    entered = workspace.recall(pc.desk.database, pc.folder)
    assert entered is not None
    secrets = [k.secret for k in entered.keys.values()] + [entered.private]
    for file in lying.rglob("*"):
        data = file.read_bytes() if file.is_file() else b""
        assert not any(s in data or s.hex().encode() in data for s in secrets), file
    restore_backup(tmp_path / "new", stick, pc.clock)
    other = open_desk(tmp_path / "new", pc.clock)
    assert check_all(other.database, other.folder).sound and [
        r for r in other.rows("customer") if r["name"] == "第二次拷的"
    ]
    other.close()
    pc.desk.close()


def test_a_stick_that_is_gone_is_told(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match="拷不到"):
        desk.do("backup.portable", {"folder": str(tmp_path / "没插")})
    assert not (tmp_path / "没插").exists()


def test_a_restored_file_syncs_on_under_a_new_name_and_nothing_is_lost(tmp_path: Path) -> None:
    """What was told since the copy comes back from the share; new work collides with nothing (SYS-7)."""
    a = first_pc(tmp_path / "a", tmp_path / "share")
    b = joined_pc(tmp_path / "b", tmp_path / "share", "李强")
    everybody(a, b)
    made = a.desk.backup()
    a.desk.do("customer.save", {"code": "C00500", "name": "备份以后发出去的"})
    everybody(a, b)
    with a.desk.read() as reader:
        was = reader.tuples("SELECT device, letter FROM now")[0]
    a.desk.close()
    a.later()
    restore_backup(a.folder, made, a.clock)
    a.desk = a.opened()
    a.desk.do("customer.save", {"code": "C00501", "name": "恢复以后录的"})
    assert a.sync().renamed
    everybody(a, b)
    same(a, b)
    assert b.customer("C00501") and a.customer("C00500")
    with a.desk.read() as reader:
        now = reader.tuples("SELECT device, letter FROM now")[0]
    assert now[0] != was[0] and now[1] != was[1]
    assert check_all(a.desk.database, a.folder).sound
    for pc in (a, b):
        pc.desk.close()


def test_the_list_tells_the_kinds_and_what_is_damaged(desk: Desk) -> None:
    folder = desk.folder / "backups"
    made = desk.backup()
    (folder / "salesdesk-v3-20250101-080000.db").write_bytes(made.read_bytes())
    (folder / "salesdesk-replaced-20250601-080000.db").write_text("坏了" * 400, encoding="utf-8")
    found = backup.listed(folder)
    assert [(c.kind, c.made) for c in found] == [
        ("copy", NOON),
        ("replaced", datetime(2025, 6, 1, 8)),
        ("upgrade", datetime(2025, 1, 1, 8)),
    ]
    assert found[1].damaged and not found[0].damaged and found[0].operations > 0 and found[0].last


def test_a_data_file_that_is_gone_comes_back_from_its_copies_and_not_empty(tmp_path: Path) -> None:
    """A virus scanner took it, or the PC stopped between two renames: an empty company would look like the end of everything."""
    desk = small_desk(tmp_path)
    made = desk.backup()
    desk.close()
    (tmp_path / DATA_FILE).unlink()
    with pytest.raises(FileDamaged, match="不见了，它的备份还在"):
        open_desk(tmp_path)
    assert not (tmp_path / DATA_FILE).exists()
    restore_backup(tmp_path, made)
    again = open_desk(tmp_path)
    assert again.count("customer") == 2
    again.close()
