"""Copies of the data file: made while the program runs, verified before they count, and put back without losing the present file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from salesdesk.domain.errors import EnvironmentFault, Refused, system_reason
from salesdesk.domain.problems import Problem
from salesdesk.persistence.database import connect, explain
from salesdesk.persistence.encrypting import recrypt
from salesdesk.persistence.keys import key_name, known
from salesdesk.persistence.migrate import newest

KEPT = 10
"""How many copies of the automatic and manual kind stay in the backup folder."""

_STAMP = "%Y%m%d-%H%M%S"


def copies(folder: Path, stem: str = "salesdesk") -> list[Path]:
    """Backups of a folder, the latest first; copies made before an upgrade or a restore are not among them."""
    return sorted(folder.glob(f"{stem}-[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]-[0-9]*.db"), reverse=True)


def make(path: Path, folder: Path, now: datetime, keep: int = KEPT) -> Path:
    """Copy the data file into a folder under a time-stamped name, verify the copy, drop the oldest beyond `keep`.

    Works while the file is in use. Raises EnvironmentFault; a copy that failed leaves nothing behind.
    """
    target = _free(folder / f"{path.stem}-{now.strftime(_STAMP)}.db")
    part = target.with_suffix(".part")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        _copy(path, part)
        verify(part)
        part.replace(target)
    except OSError as error:
        raise _no_room(folder, error) from error
    finally:
        _drop(part)
    for old in copies(folder, path.stem)[keep:] if keep else ():
        _drop(old)
    return target


def _free(target: Path) -> Path:
    """The path itself, or with -2, -3 … when it is taken (two backups within a second)."""
    found, n = target, 1
    while found.exists():
        n += 1
        found = target.with_stem(f"{target.stem}-{n}")
    return found


def _drop(path: Path) -> None:
    for name in (
        path,
        path.with_name(path.name + "-wal"),
        path.with_name(path.name + "-shm"),
        path.with_name(path.name + "-journal"),
    ):
        try:
            name.unlink(missing_ok=True)
        except OSError:  # still open elsewhere: it goes next time
            continue


def _no_room(folder: Path, error: OSError) -> EnvironmentFault:
    return EnvironmentFault(
        f"备份写不到 {folder}（{system_reason(error)}）", "请看文件夹在不在、有没有权限、磁盘满没满，再备份一次"
    )


def _copy(path: Path, target: Path) -> None:
    """One consistent copy by SQLite's own backup; the copy is a single file without a write-ahead log."""
    if not path.exists():
        raise EnvironmentFault(f"没有数据文件 {path}，没有可备份的", "请核对 --data 指的文件夹")
    source = _open(path)
    try:
        copy = _open(target, path)
        try:
            _guarded(lambda: source.backup(copy), path)
            _guarded(lambda: copy.execute("PRAGMA journal_mode=DELETE").fetchone(), target)
        finally:
            copy.close()
    finally:
        source.close()


def _open(path: Path, like: Path | None = None) -> Any:
    return _guarded(lambda: connect(path, like), path)


def _guarded(act: Callable[[], Any], path: Path) -> Any:
    """Run a database call; what the machine is to blame for becomes an EnvironmentFault."""
    try:
        return act()
    except Exception as error:
        fault = explain(str(error), path) if type(error).__module__.startswith("sqlcipher3") else None
        if fault is None:
            raise
        raise fault from error


def verify(path: Path) -> int:
    """Open a copy and check it whole; returns its schema number. Raises EnvironmentFault for a damaged one,
    Refused for a file that is not ours."""
    raw = _open(path)
    try:
        found = _guarded(lambda: [row[0] for row in raw.execute("PRAGMA quick_check(1)").fetchall()], path)
        if found != ["ok"]:
            raise EnvironmentFault(f"备份 {path.name} 没有通过检查：{found[0]}", "请换一份备份，或换一个磁盘再备份一次")
        tables = {row[0] for row in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()}
        if not {"meta", "now", "operation", "change"} <= tables:
            raise Refused(
                Problem(
                    f"{path.name} 不是销售内勤的数据文件", "请选 backups 文件夹里的备份", path="file", code="not_ours"
                )
            )
        return int(raw.execute("PRAGMA user_version").fetchone()[0])
    finally:
        raw.close()


def restore(path: Path, file: Path, now: datetime) -> Path | None:
    """Put a verified copy in the place of the data file; returns where the replaced file went (None when there was none).

    Raises Refused for a missing, foreign or newer file, EnvironmentFault for a damaged one or while the data file is open.
    """
    if not file.is_file():
        raise Refused(
            Problem(f"没有备份文件 {file}", "请核对路径；备份在数据文件夹的 backups 里", path="file", code="no_file")
        )
    if path.exists() and file.samefile(path):
        raise Refused(Problem("这就是正在用的数据文件", "请选 backups 文件夹里的备份", path="file", code="same_file"))
    have = verify(file)
    if have > newest():
        raise Refused(
            Problem(f"这份备份是更新版本的程序存的（数据版本 {have}）", "请先升级本程序", path="file", code="newer")
        )
    part = path.with_suffix(".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        if key_name(path) == key_name(file):
            _copy(file, part)
        else:  # an older backup, or a snapshot: it becomes as the present file is, encrypted with its key or not
            mine = key_name(path) if path.exists() else key_name(file)
            wanted = mine if mine is None or known(mine) else key_name(file)
            _guarded(lambda: recrypt(file, part, wanted), file)
        aside = _put_aside(path, now) if path.exists() else None
        part.replace(path)
    except OSError as error:
        raise EnvironmentFault(
            f"换不了数据文件（{system_reason(error)}）", "请关掉所有销售内勤窗口再恢复；现有数据没有动"
        ) from error
    finally:
        _drop(part)
    return aside


def _put_aside(path: Path, now: datetime) -> Path:
    """Move the present data file, damaged or not, with its write-ahead log out of the way."""
    _alone(path)
    folder = path.parent / "backups"
    folder.mkdir(parents=True, exist_ok=True)
    aside = _free(folder / f"{path.stem}-replaced-{now.strftime(_STAMP)}.db")
    for tail in ("-wal", "-shm", ""):
        beside = path.with_name(path.name + tail)
        if beside.exists():
            beside.replace(aside.with_name(aside.name + tail))
    return aside


def _alone(path: Path) -> None:
    """Make sure nobody else has the file open and fold its write-ahead log in. Raises EnvironmentFault when it is open."""
    try:
        raw = connect(path)
        try:
            raw.execute("PRAGMA busy_timeout=1000")
            # leaving WAL needs the file for itself: the one sure sign that no other window is on it
            raw.execute("PRAGMA journal_mode=DELETE").fetchone()
        finally:
            raw.close()
    except Exception as error:
        text = str(error).lower()
        if "locked" in text or "busy" in text:
            raise EnvironmentFault("数据文件正开着，不能换", "请关掉所有销售内勤窗口再恢复；现有数据没有动") from error
        # a damaged file says anything; it is moved as it is


def due(path: Path, folder: Path, now: datetime) -> bool:
    """Whether today's first backup is still to be made: none of today is there, and the file changed since the last one."""
    if not path.exists() or path.stat().st_size == 0:
        return False
    latest = next(iter(copies(folder, path.stem)), None)
    if latest is None:
        return True
    if latest.name.startswith(f"{path.stem}-{now:%Y%m%d}"):
        return False
    return _state(path) != _state(latest)


def _state(path: Path) -> tuple[object, ...] | None:
    """What tells whether anything was written since: file times do not, opening and closing alone changes them."""
    try:
        raw = connect(path)
        try:
            row = raw.execute(
                "SELECT (SELECT max(id) FROM operation), (SELECT max(id) FROM change), (SELECT total(last) FROM numbering),"
                " (SELECT group_concat(uid || saved_at) FROM draft), (SELECT group_concat(key || value) FROM setting)"
            ).fetchone()
        finally:
            raw.close()
    except Exception:  # an unreadable copy is no copy
        return None
    return tuple(row)
