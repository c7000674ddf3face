"""Copies of the data file: made while it is used, verified, limited in number, and put back without loss."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from salesdesk.desk import DATA_FILE, Desk, open_desk, restore_backup
from salesdesk.domain.clock import FixedClock
from salesdesk.domain.errors import EnvironmentFault, Refused
from salesdesk.persistence import backup
from salesdesk.persistence.database import connect
from salesdesk.persistence.merging import settle
from salesdesk.persistence.migrate import newest
from salesdesk.persistence.writings import Log
from tests.desks import NOON, empty_desk, order_args, small_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = empty_desk(tmp_path)
    made.do("customer.save", {"code": "C1", "name": "第一家"})
    yield made
    made.close()


def names(path: Path) -> list[str]:
    """Customer names in a data file."""
    raw = connect(path)
    try:
        return sorted(row[0] for row in raw.execute("SELECT name FROM customer").fetchall())
    finally:
        raw.close()


def reopened(folder: Path, moment: datetime) -> list[Path]:
    """Open and close the desk at a moment; the copies there are then."""
    open_desk(folder, FixedClock(moment)).close()
    return backup.copies(folder / "backups")


def test_a_copy_holds_what_was_committed_and_is_one_file(desk: Desk, tmp_path: Path) -> None:
    made = desk.backup()
    assert made == tmp_path / "backups" / "salesdesk-20260612-120000.db"
    desk.do("customer.save", {"name": "备份之后"})
    assert names(made) == ["第一家"]
    assert sorted(p.name for p in made.parent.iterdir()) == [made.name]


def test_what_an_older_program_logged_and_is_derived_now_is_no_damage(desk: Desk) -> None:
    """The head of a sales report was logged once; a copy of a file with such a past is as good as any."""
    with desk.database.local() as work:
        work.execute("UPDATE change SET after = json_set(after, '$.owed', 5) WHERE entity = 'customer'")
    assert backup.verify(desk.backup()) == newest()
    with desk.database.local() as work:
        work.execute("UPDATE change SET after = json_set(after, '$.name', 'x') WHERE entity = 'customer'")
    with pytest.raises(EnvironmentFault, match="历史对不上"):
        desk.backup()


def test_an_operation_that_voids_a_record_and_sets_its_fields_too_is_replayed_as_it_was(tmp_path: Path) -> None:
    """Undoing 确认 voids the order and takes its 确认时间 back: two rows of the log, one will."""
    desk = small_desk(tmp_path)
    uid = desk.do("order.confirm", order_args(("P10012", "12", "48.60"))).uid
    desk.do("system.undo")
    assert backup.verify(desk.backup()) == newest()
    with desk.read() as reader:
        found = settle(Log(reader).writes([uid])[uid], ("void", "confirmed_at"), lambda key: True)
    assert found.values == {"void": 1, "confirmed_at": None} and not found.cases
    desk.close()


def test_a_copy_is_made_while_an_operation_is_open(desk: Desk) -> None:
    with desk.database.work("没提交") as work:
        work.insert(desk.entity("customer"), {"name": "没提交的"})
        made = desk.backup()
    assert names(made) == ["第一家"]


def test_two_copies_within_a_second_have_two_names(desk: Desk) -> None:
    assert len({desk.backup(), desk.backup(), desk.backup()}) == 3


def test_copies_begun_at_once_by_the_clerk_and_the_clock_do_not_meet(desk: Desk) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: desk.backup(), range(8)))
    assert len(set(made)) == 8 and all(names(one) == ["第一家"] for one in made)


def test_the_ten_latest_copies_stay_and_nothing_else_is_touched(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    for keep in ("salesdesk-v3-20250101-080000.db", "salesdesk-replaced-20250101-080000.db", "说明.txt"):
        (folder / keep).write_text("x", encoding="utf-8")
    for minute in range(13):
        backup.make(desk.database.path, folder, NOON + timedelta(minutes=minute))
    copies = backup.copies(folder)
    assert [p.name[-9:-3] for p in copies] == [f"12{m:02d}00" for m in range(12, 2, -1)]
    assert len(list(folder.iterdir())) == 13


def test_a_folder_that_cannot_be_written_is_told_and_nothing_stays(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "u盘").write_text("一个文件", encoding="utf-8")
    with pytest.raises(EnvironmentFault, match="备份写不到") as fault:
        desk.backup(tmp_path / "u盘")
    assert fault.value.cure


def test_a_copy_that_turns_out_damaged_does_not_count(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = backup._copy

    def bad_disk(path: Path, target: Path) -> None:
        whole(path, target)
        data = bytearray(target.read_bytes())
        data[8192 : len(data) // 2] = random.Random(5).randbytes(len(data) // 2 - 8192)
        target.write_bytes(bytes(data))

    monkeypatch.setattr(backup, "_copy", bad_disk)
    with pytest.raises(EnvironmentFault):
        desk.backup()
    assert list((tmp_path / "backups").iterdir()) == []


# -- the day's first copy ----------------------------------------------------------------------------------------------


def test_the_first_opening_of_a_day_makes_a_copy(desk: Desk, tmp_path: Path) -> None:
    assert desk.daily is None, "a file just made needs none"
    desk.close()
    assert [p.name for p in reopened(tmp_path, NOON + timedelta(days=1))] == ["salesdesk-20260613-120000.db"]
    assert len(reopened(tmp_path, NOON + timedelta(days=1, hours=3))) == 1, "one a day"


def test_an_unchanged_file_is_not_copied_again(desk: Desk, tmp_path: Path) -> None:
    desk.close()
    reopened(tmp_path, NOON + timedelta(days=1))
    assert len(reopened(tmp_path, NOON + timedelta(days=2))) == 1
    changed = open_desk(tmp_path, FixedClock(NOON + timedelta(days=2)))
    changed.do("customer.save", {"name": "第二家"})
    changed.close()
    assert len(reopened(tmp_path, NOON + timedelta(days=3))) == 2


def test_a_daily_copy_that_fails_is_kept_in_mind_and_stops_nothing(desk: Desk, tmp_path: Path) -> None:
    desk.close()
    (tmp_path / "backups").write_text("挡路", encoding="utf-8")
    later = open_desk(tmp_path, FixedClock(NOON + timedelta(days=1)))
    assert later.rows("customer")
    later.close()
    assert later.daily is not None and later.daily.made is None
    assert later.daily.fault is not None and "备份写不到" in later.daily.fault.message


# -- putting back ------------------------------------------------------------------------------------------------------


def test_restore_puts_back_and_keeps_the_replaced_file(desk: Desk, tmp_path: Path) -> None:
    made = desk.backup()
    desk.do("customer.save", {"name": "备份之后"})
    desk.close()
    aside = restore_backup(tmp_path, made, FixedClock(NOON))
    assert aside is not None and names(aside) == ["备份之后", "第一家"]
    assert names(tmp_path / DATA_FILE) == ["第一家"] == names(made)
    again = open_desk(tmp_path, FixedClock(NOON))
    again.do("customer.save", {"name": "恢复之后"})
    again.close()
    assert aside not in backup.copies(tmp_path / "backups")


def test_restore_replaces_a_damaged_file_and_keeps_that_too(desk: Desk, tmp_path: Path) -> None:
    made = desk.backup()
    desk.close()
    (tmp_path / DATA_FILE).write_bytes("坏了".encode() * 5000)
    aside = restore_backup(tmp_path, made, FixedClock(NOON))
    assert aside is not None and aside.read_bytes() == "坏了".encode() * 5000
    assert names(tmp_path / DATA_FILE) == ["第一家"]


def test_restore_into_an_empty_folder(desk: Desk, tmp_path: Path) -> None:
    made = desk.backup()
    assert restore_backup(tmp_path / "新电脑", made, FixedClock(NOON)) is None
    assert names(tmp_path / "新电脑" / DATA_FILE) == ["第一家"]


def test_restore_waits_until_the_window_is_closed(desk: Desk, tmp_path: Path) -> None:
    made = desk.backup()
    desk.do("customer.save", {"name": "备份之后"})
    with pytest.raises(EnvironmentFault, match="正开着"):
        restore_backup(tmp_path, made, FixedClock(NOON))
    assert names(tmp_path / DATA_FILE) == ["备份之后", "第一家"]
    assert not list((tmp_path / "backups").glob("*replaced*"))


def test_what_is_no_good_backup_is_refused_and_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    made = desk.backup()
    desk.close()
    before = (tmp_path / DATA_FILE).read_bytes()
    foreign = tmp_path / "别的.db"
    raw = connect(foreign)
    raw.execute("CREATE TABLE note(x)")
    raw.close()
    later = Path(shutil.copy(made, tmp_path / "更新.db"))
    raw = connect(later)
    raw.execute(f"PRAGMA user_version = {newest() + 1}")
    raw.close()
    damaged = tmp_path / "坏的.db"
    damaged.write_bytes(made.read_bytes()[:6000])
    for file, error in (
        (tmp_path / "没有.db", Refused),
        (tmp_path, Refused),
        (tmp_path / DATA_FILE, Refused),
        (foreign, Refused),
        (later, Refused),
        (damaged, EnvironmentFault),
    ):
        with pytest.raises(error) as raised:
            restore_backup(tmp_path, file, FixedClock(NOON))
        cures = (
            [raised.value.cure]
            if isinstance(raised.value, EnvironmentFault)
            else [p.cure for p in raised.value.problems]
        )
        assert all(cures), file
    assert (tmp_path / DATA_FILE).read_bytes() == before
    assert not list(tmp_path.glob("*.part"))
