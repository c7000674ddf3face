"""Brings a data file to this program's shape: numbered steps, a copy of the file first, triggers renewed and verified."""

from __future__ import annotations

import os
import shutil
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from salesdesk.domain.errors import EnvironmentFault, system_reason
from salesdesk.persistence.database import Database, roll_back
from salesdesk.persistence.tables import Schema

STEPS = Path(__file__).parent / "migrations"


def steps() -> list[Path]:
    """The migration files in order: 0001_….sql, 0002_….sql. A landed file is never edited."""
    return sorted(one for one in STEPS.iterdir() if one.suffix == ".sql" and one.name[:4].isdigit())


def newest() -> int:
    """Schema number of this program."""
    return int(steps()[-1].name[:4])


def prepare(database: Database, letter: str = "A") -> list[str]:
    """Create the data file or bring it up to date; returns what was done, in the clerk's words.

    Before an existing file is migrated it is copied to backups/. A file of a newer program is refused untouched.
    """
    path = database.path
    done: list[str] = []
    fresh = not path.exists() or path.stat().st_size == 0
    path.parent.mkdir(parents=True, exist_ok=True)
    with database.opening() as raw:
        _use_wal(raw)
        have, wanted = int(raw.execute("PRAGMA user_version").fetchone()[0]), newest()
        if have > wanted:
            raise EnvironmentFault(
                f"数据文件是更新版本的程序存的（数据版本 {have}，本程序只认到 {wanted}），没有打开它",
                "请先升级本程序，再打开这份数据；数据没有任何改动。几台电脑一起用的，安装程序在共享盘的 salesdesk\\app 文件夹里",
            )
        if have < wanted:
            if not fresh and have > 0:
                copy = copy_before_migration(path, raw, have, database.clock.now())
                done.append(f"升级前已备份到 {copy.name}")
            if have == 0 and not fresh:
                _refuse_foreign(raw, path)
            for step in steps():
                number = int(step.name[:4])
                if number > have:
                    _run(raw, step, number)
                    done.append(f"数据升级到版本 {number}")
        if raw.execute("SELECT count(*) FROM now").fetchone()[0] == 0:
            device = os.urandom(16).hex()
            raw.execute("INSERT OR IGNORE INTO now(id, device, letter) VALUES (1, ?, ?)", (device, letter))
        renew_triggers(raw, database.schema)
    return done


def _use_wal(raw: Any) -> None:
    """Switch a new file to write-ahead logging; SQLite does not wait by itself while another window does the same."""
    for patience in range(100):
        try:
            raw.execute("PRAGMA journal_mode=WAL")
            return
        except Exception as error:
            if "locked" not in str(error) or patience == 99:
                raise
            time.sleep(0.1)


def _refuse_foreign(raw: Any, path: Path) -> None:
    """A database of another program must not get our tables mixed into it."""
    tables = {name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()}
    if tables and "operation" not in tables:
        raise EnvironmentFault(
            f"{path} 是别的程序的数据库，不是销售内勤的数据文件，没有动它", "请把它移到别处，或用 --data 换一个文件夹"
        )


def _run(raw: Any, step: Path, number: int) -> None:
    """One migration step in one transaction, with the log triggers out of the way."""
    raw.execute("BEGIN IMMEDIATE")
    try:
        if int(raw.execute("PRAGMA user_version").fetchone()[0]) >= number:  # another window was quicker
            raw.execute("ROLLBACK")
            return
        for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            raw.execute(f'DROP TRIGGER "{name}"')
        for statement in statements(step.read_text(encoding="utf-8")):
            raw.execute(statement)
        if number == newest():
            weigh(raw)
        raw.execute(f"PRAGMA user_version = {number}")
        raw.execute("COMMIT")
    except BaseException:
        roll_back(raw)
        raise


def weigh(raw: Any) -> None:
    """Tell the planner where a file has no figures of its own that an index led by `void` holds all records in use.

    Without figures it takes such an index for as narrow as that of a number or a link, and a save walks all invoices.
    """
    raw.execute("ANALYZE sqlite_schema")  # makes the table of the figures
    raw.execute(
        "INSERT INTO sqlite_stat1(tbl, idx, stat) SELECT tbl_name, name, '1000000 500000' FROM sqlite_schema s WHERE type = 'index'"
        " AND (SELECT name FROM pragma_index_info(s.name) WHERE seqno = 0) = 'void'"
        " AND NOT EXISTS (SELECT 1 FROM sqlite_stat1 f WHERE f.idx = s.name)"
    )
    raw.execute("ANALYZE sqlite_schema")  # has it read


def statements(script: str) -> list[str]:
    """The statements of a migration file; each ends with a semicolon at the end of a line."""
    lines = [line for line in script.splitlines() if not line.startswith("--")]
    return [s.strip() for s in "\n".join(lines).split(";\n") if s.strip()]


def renew_triggers(raw: Any, schema: Schema) -> bool:
    """Compare the triggers in the file with those the entities call for; rebuild them when any differs. True if rebuilt."""
    if _triggers_of(raw) == schema.triggers:
        return False
    raw.execute("BEGIN IMMEDIATE")
    try:
        for name in _triggers_of(raw):  # read again: another window may have been quicker
            raw.execute(f'DROP TRIGGER "{name}"')
        for ddl in schema.triggers.values():
            raw.execute(ddl)
        raw.execute("COMMIT")
    except BaseException:
        roll_back(raw)
        raise
    return True


def _triggers_of(raw: Any) -> dict[str, str]:
    return dict(raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall())


def copy_before_migration(path: Path, raw: Any, version: int, now: datetime) -> Path:
    """A consistent copy of the file beside it, under backups/: whole or not there. Raises EnvironmentFault."""
    folder = path.parent / "backups"
    target = folder / f"{path.stem}-v{version}-{now:%Y%m%d-%H%M%S}.db"
    part = target.with_suffix(".part")
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.glob(f"{path.stem}-v*.part"):  # of a start that was killed
            left.unlink()
        shutil.copy2(path, part)
        part.replace(target)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise EnvironmentFault(
            f"升级数据前的备份写不到 {folder}（{system_reason(error)}），没有升级，数据没有任何改动",
            f"请看文件夹能不能写，腾出约 {path.stat().st_size // 2**20 + 1} MB 空间，再打开一次",
        ) from error
    return target
