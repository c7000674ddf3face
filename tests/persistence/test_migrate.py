"""The migrated file has exactly the shape the entities call for, and an old file is copied before it is touched (SYS-3)."""

from __future__ import annotations

import errno
import shutil
import uuid
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from salesdesk.desk import DATA_FILE, find_modules, open_desk
from salesdesk.domain.clock import merge_hlc, new_uid, next_hlc
from salesdesk.domain.errors import EnvironmentFault
from salesdesk.persistence import migrate
from salesdesk.persistence.database import Database
from salesdesk.persistence.tables import Schema, fingerprint
from salesdesk.services.checking import check_all
from salesdesk.services.module import Registry
from tests.desks import empty_desk, order_args, small_desk
from tests.persistence.draft_step import lacking, made_of, shape_of


def test_the_migrations_lead_to_what_the_entities_declare(tmp_path: Path) -> None:
    """Fails when an entity changed without a migration: write the step, see persistence/migrations/README.md."""
    schema = Schema(Registry(find_modules()).entities.values())
    database = Database(tmp_path / "neu.db", schema)
    migrate.prepare(database)
    database.close()
    raw = dbapi2.connect(str(tmp_path / "neu.db"))
    found = shape_of(raw)
    triggers = [sql for (sql,) in raw.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'")]
    raw.close()
    assert found == shape_of(made_of(schema.statements))
    assert fingerprint(triggers) == schema.fingerprint


def test_a_step_is_drafted_from_what_the_file_lacks() -> None:
    schema = Schema(Registry(find_modules()).entities.values())
    raw = made_of(schema.statements)
    assert lacking(raw, schema) == []
    raw.execute("DROP INDEX ix_sales_order_customer_po")
    raw.execute("ALTER TABLE sales_order DROP COLUMN note")
    raw.execute("DROP TABLE draft")
    missing = lacking(raw, schema)
    assert 'ALTER TABLE "sales_order" ADD COLUMN note TEXT' in missing and len(missing) == 3
    for statement in missing:
        raw.execute(statement)
    assert shape_of(raw) == shape_of(made_of(schema.statements))


def test_an_older_file_is_copied_and_then_brought_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = small_desk(tmp_path / "data")
    dump = desk.dump()
    desk.close()
    steps = tmp_path / "steps"
    steps.mkdir()
    for step in migrate.steps():
        (steps / step.name).write_text(step.read_text(encoding="utf-8"), encoding="utf-8")
    number = migrate.newest() + 1
    (steps / f"{number:04d}_more.sql").write_text(
        "-- 试\nCREATE TABLE trial(key TEXT);\n\nCREATE INDEX ix_trial ON trial(key);\n", encoding="utf-8"
    )
    monkeypatch.setattr(migrate, "STEPS", steps)
    desk = open_desk(tmp_path / "data")
    try:
        assert any("升级前已备份" in told for told in desk.started)
        assert desk.dump() == dump
        uid = str(desk.rows("customer")[0]["uid"])
        assert desk.do("customer.save", {"uid": uid, "region": "华东"}).changes, "triggers are back after the step"
    finally:
        desk.close()
    [copy] = [p for p in (tmp_path / "data" / "backups").glob("*.db") if f"-v{number - 1}-" in p.name]
    raw = dbapi2.connect(str(copy))
    assert raw.execute("PRAGMA user_version").fetchone()[0] == number - 1
    assert raw.execute("SELECT count(*) FROM product").fetchone()[0] == 3
    raw.close()


def test_a_step_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = small_desk(tmp_path / "data")
    dump = desk.dump()
    desk.close()
    steps = tmp_path / "steps"
    steps.mkdir()
    for step in migrate.steps():
        (steps / step.name).write_text(step.read_text(encoding="utf-8"), encoding="utf-8")
    broken = steps / f"{migrate.newest() + 1:04d}_broken.sql"
    broken.write_text("CREATE TABLE half(key TEXT);\n\nCREATE TABEL oops;\n", encoding="utf-8")
    with monkeypatch.context() as patched:
        patched.setattr(migrate, "STEPS", steps)
        with pytest.raises(dbapi2.OperationalError):
            open_desk(tmp_path / "data")
    desk = open_desk(tmp_path / "data")
    assert desk.dump() == dump
    with desk.read() as reader:
        assert reader.value("SELECT count(*) FROM sqlite_master WHERE name = 'half'") == 0
    desk.close()


def test_a_disk_that_fills_up_in_a_step_is_told_as_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = small_desk(tmp_path / "data")
    dump = desk.dump()
    desk.close()
    steps = tmp_path / "steps"
    shutil.copytree(migrate.STEPS, steps)
    # SQLite itself takes back everything when the system has no room, before it says so
    large = "PRAGMA max_page_count = 1;\n\nROLLBACK;\n\nUPDATE customer SET note = hex(zeroblob(4000000));\n"
    (steps / f"{migrate.newest() + 1:04d}_large.sql").write_text(large, encoding="utf-8")
    with monkeypatch.context() as patched:
        patched.setattr(migrate, "STEPS", steps)
        with pytest.raises(EnvironmentFault, match="磁盘满了"):
            open_desk(tmp_path / "data")
    desk = open_desk(tmp_path / "data")
    assert desk.dump() == dump
    desk.close()


def test_without_room_for_the_copy_nothing_is_upgraded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = small_desk(tmp_path)
    dump = desk.dump()
    with desk.database.local() as work:
        work.execute(f"PRAGMA user_version = {migrate.newest() - 1}")
    desk.close()
    backups = tmp_path / "backups"
    backups.mkdir(exist_ok=True)
    (backups / "salesdesk-v24-20261130-080000.part").write_bytes(b"killed")

    def full(source: Path, target: Path) -> None:
        target.write_bytes(source.read_bytes()[:4096])
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(migrate.shutil, "copy2", full)
        with pytest.raises(EnvironmentFault, match="数据没有任何改动") as fault:
            open_desk(tmp_path)
    assert "腾出约" in fault.value.cure
    assert not list(backups.iterdir())
    monkeypatch.setattr(migrate, "_run", lambda raw, step, number: raw.execute(f"PRAGMA user_version = {number}"))
    desk = open_desk(tmp_path)
    assert desk.dump() == dump and len(list(backups.glob("*.db"))) == 1
    desk.close()


def test_what_an_undone_order_came_to_in_an_earlier_file_follows_from_its_lines(tmp_path: Path) -> None:
    desk = small_desk(tmp_path)
    order = desk.do("order.save", order_args(("P10012", "10", "48.60"))).uid
    desk.do("system.undo")
    with desk.database.local() as work:
        work.execute("UPDATE sales_order SET amount = 48600 WHERE uid = ?", (order,))
        work.execute("PRAGMA user_version = 25")
    desk.close()
    desk = open_desk(tmp_path)
    assert check_all(desk.database, desk.folder).sound
    desk.close()


def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    empty_desk(tmp_path).close()
    desk = open_desk(tmp_path)
    assert desk.started == [] and (tmp_path / DATA_FILE).exists()
    desk.close()


def test_uids_are_uuid7_and_sort_as_made() -> None:
    made = [new_uid() for _ in range(5000)]
    assert made == sorted(made) and len(set(made)) == 5000
    assert {(uuid.UUID(u).version, uuid.UUID(u).variant) for u in made} == {(7, uuid.RFC_4122)}


def test_the_hybrid_clock_rises_and_never_follows_a_clock_far_ahead() -> None:
    now = 1_780_000_000_000
    first = next_hlc(0, now)
    assert next_hlc(first, now) == first + 1
    assert next_hlc(first, now - 5_000) == first + 1, "a PC clock set back does not turn time back"
    assert merge_hlc(first, (now + 60_000) << 16, now) > (now + 60_000) << 16
    assert merge_hlc(first, (now + 3_600_000) << 16, now) == first + 1
