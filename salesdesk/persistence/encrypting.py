"""Turns a plain data file into an encrypted one and back: into a new file, verified, put in place by one rename."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from salesdesk.domain.errors import EnvironmentFault
from salesdesk.persistence import keys
from salesdesk.persistence.database import connect

MAKING = ".recrypting"
"""Ending of the new file while it is made; one that was left by a crash is made anew."""
FORMER = ".former"
"""Ending of the file as it was, kept until it is sure that the new one opens."""

Passing = Callable[[str], object]
"""Told each step by name; a test ends the program there."""


def _nobody(step: str) -> None:
    """No test is listening."""


def recrypt(source: Path, target: Path, name: bytes | None) -> None:
    """Write a verified copy of a data file that is encrypted with the named key, or plain for None. `target` must not exist."""
    drop(target)
    raw = connect(source)
    try:
        key = f'"{keys.pragma(name)}"' if name is not None else "''"
        raw.execute(f"ATTACH DATABASE ? AS made KEY {key}", (str(target),))
        version = raw.execute("PRAGMA user_version").fetchone()[0]
        raw.execute("PRAGMA made.synchronous = OFF")  # once at the end instead of after each of 150 tables
        raw.execute("SELECT sqlcipher_export('made')").fetchone()
        raw.execute(f"PRAGMA made.user_version = {int(version)}")
        raw.execute("DETACH DATABASE made")
        before = _measure(raw)
    finally:
        raw.close()
    if keys.key_name(target) != name:
        raise EnvironmentFault("新的数据文件没有按要求加密，没有换上去", "请看磁盘满没满，再试一次；现有数据没有动")
    made = connect(target)
    try:
        sound = [row[0] for row in made.execute("PRAGMA integrity_check(1)").fetchall()] == ["ok"]
        after = _measure(made)
    finally:
        made.close()
    if not sound or before != after:
        drop(target)
        raise EnvironmentFault("新的数据文件和现有的对不上，没有换上去", "请看磁盘满没满，再试一次；现有数据没有动")
    with target.open("rb+") as file:
        os.fsync(file.fileno())


def _measure(raw: Any) -> tuple[object, ...]:
    """What two copies of one file have in common: schema, numbers of rows, the log's end, what the search finds."""
    schema = raw.execute("SELECT type, name, sql FROM sqlite_master ORDER BY type, name").fetchall()
    tables = [name for kind, name, sql in schema if kind == "table" and not str(sql).startswith("CREATE VIRTUAL")]
    counts = [raw.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables]
    log = raw.execute("SELECT max(id), total(id) FROM change").fetchone()
    return schema, counts, tuple(log), raw.execute("PRAGMA user_version").fetchone()[0]


def convert(path: Path, name: bytes | None, passing: Passing = _nobody) -> Path:
    """Encrypt the closed data file with the named key, or decrypt it for None; returns where the former file is kept.

    At every moment `path` is the whole old or the whole new file. Raises EnvironmentFault with nothing changed.
    """
    making, former = path.with_name(path.name + MAKING), path.with_name(path.name + FORMER)
    _alone(path)
    passing("alone")
    recrypt(path, making, name)
    passing("made")
    drop(former)
    _keep(path, former)
    passing("kept")
    making.replace(path)
    passing("replaced")
    return former


def _alone(path: Path) -> None:
    """Fold the write-ahead log in; that needs the file for itself. Raises EnvironmentFault while another window has it."""
    raw = connect(path)
    try:
        raw.execute("PRAGMA busy_timeout=1000")
        mode = raw.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
    except Exception as error:
        if "locked" not in str(error):
            raise
        mode = "wal"
    finally:
        raw.close()
    if mode != "delete":
        raise EnvironmentFault("数据文件正开着，不能加密或解密", "请关掉其他销售内勤窗口再试；现有数据没有动")


def _keep(path: Path, former: Path) -> None:
    """The file as it is under a second name; a copy where the disk knows no second names."""
    try:
        os.link(path, former)
    except OSError:
        import shutil

        shutil.copyfile(path, former)


def wipe(path: Path) -> None:
    """Overwrite a file before it is removed; what a worn flash disk keeps beneath is beyond every program."""
    if not path.exists():
        return
    size = path.stat().st_size
    with path.open("rb+") as file:
        block = bytes(1 << 20)
        for start in range(0, size, len(block)):
            file.write(block[: min(len(block), size - start)])
        file.flush()
        os.fsync(file.fileno())
    path.unlink()


def drop(path: Path) -> None:
    """Remove a file that is only half made, and what SQLite laid beside it."""
    for tail in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + tail).unlink(missing_ok=True)
