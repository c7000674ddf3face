"""Copies of the data file: made while the program runs, verified before they count, and put back without losing the present file."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from salesdesk.domain.errors import EnvironmentFault, Refused, system_reason
from salesdesk.domain.problems import Problem
from salesdesk.persistence.database import connect, explain
from salesdesk.persistence.encrypting import recrypt
from salesdesk.persistence.keys import key_name, known
from salesdesk.persistence.merging import settle
from salesdesk.persistence.migrate import newest
from salesdesk.persistence.reading import Reader
from salesdesk.persistence.tables import Schema
from salesdesk.persistence.writings import Log

KEPT = 10
"""How many of the latest copies stay in any case; of the older ones see `staying`."""
HOURLY, DAILY, MONTHLY = 24, 31, 24
"""Of so many hours, days and months in which there was a copy the last one stays."""
REPLAYED = 40
"""Records whose history is replayed when a copy is verified."""

_STAMP = "%Y%m%d-%H%M%S"
_one_at_a_time = threading.Lock()
"""Two copies begun in one second, by the clerk and by the clock, would write into the same file."""


def copies(folder: Path, stem: str = "salesdesk") -> list[Path]:
    """Backups of a folder, the latest first; copies made before an upgrade or a restore are not among them."""
    return sorted(folder.glob(f"{stem}-[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]-[0-9]*.db"), reverse=True)


class Copy(NamedTuple):
    """A copy as the clerk chooses it. kind: "copy", "upgrade" (before one), "replaced" (by a restore). last: title of the last
    step in it, at: when that was; damaged: why it cannot be used."""

    path: Path
    kind: str
    made: datetime
    size: int
    operations: int = 0
    last: str = ""
    at: str = ""
    damaged: str = ""


_NAMED = re.compile(r"-(?:(v\d+|replaced)-)?(\d{8}-\d{6})(?:-\d+)?\.db$")


def described(path: Path) -> Copy:
    """What a copy holds, read from it without judging it whole."""
    named = _NAMED.search(path.name)
    state = path.stat()
    made = datetime.strptime(named[2], _STAMP) if named else datetime.fromtimestamp(state.st_mtime)
    mark = (named[1] or "") if named else ""
    kind = "replaced" if mark == "replaced" else "upgrade" if mark else "copy"
    found = Copy(path, kind, made, state.st_size)
    try:
        raw = connect(path)
        try:
            row = raw.execute(
                "SELECT (SELECT count(*) FROM operation), o.title, o.at FROM operation o ORDER BY o.id DESC LIMIT 1"
            ).fetchone()
        finally:
            raw.close()
    except Exception as error:  # whatever a damaged file says
        return found._replace(damaged=str(error) or type(error).__name__)
    return found._replace(operations=int(row[0]), last=str(row[1]), at=str(row[2])) if row else found


def listed(folder: Path, stem: str = "salesdesk") -> list[Copy]:
    """Every copy in a folder, also those made before an upgrade or a restore, the latest first."""
    found = [described(path) for path in folder.glob(f"{stem}-*.db") if _NAMED.search(path.name)]
    return sorted(found, key=lambda c: (c.made, c.path.name), reverse=True)


def left_alone(path: Path) -> bool:
    """Whether copies of a data file lie beside it and the file itself is gone: taken away, or lost between two renames."""
    return not path.exists() and any(
        _NAMED.search(one.name) for one in (path.parent / "backups").glob(f"{path.stem}-*.db")
    )


def staying(made: Iterable[datetime], recent: int = KEPT) -> set[datetime]:
    """Of some moments those whose copies stay: the latest ones, then the last of each of the latest hours, days and months.

    Counted are hours, days and months there is a copy of, not how long ago they were: a clock that once ran years ahead
    would else make all copies old at once.
    """
    moments = sorted(made, reverse=True)
    kept = set(moments[:recent])
    for span, most in (("%Y%m%d%H", HOURLY), ("%Y%m%d", DAILY), ("%Y%m", MONTHLY)):
        last: dict[str, datetime] = {}
        for one in moments:
            last.setdefault(one.strftime(span), one)
        kept |= set(list(last.values())[:most])
    return kept


def _moment(path: Path) -> datetime:
    """When a copy was made, by its name."""
    named = _NAMED.search(path.name)
    return datetime.strptime(named[2], _STAMP) if named else datetime.min


def make(path: Path, folder: Path, now: datetime, keep: int = KEPT) -> Path:
    """Copy the data file into a folder under a time-stamped name, verify the copy, drop the old ones nobody needs.

    keep: how many of the latest stay in any case, 0 to drop none.

    Works while the file is in use. Raises EnvironmentFault; a copy that failed leaves nothing behind.
    """
    with _one_at_a_time:
        return _make(path, folder, now, keep)


def _make(path: Path, folder: Path, now: datetime, keep: int) -> Path:
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
    if keep:
        present = copies(folder, path.stem)
        kept = staying((_moment(one) for one in present), keep)
        for old in present[keep:]:  # two made within a second share a moment: the count of the latest ones holds
            if _moment(old) not in kept or _moment(old) == _moment(present[keep - 1]):
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


def verify(path: Path, whole: bool = True) -> int:
    """Open a copy and check it whole; returns its schema number. Raises EnvironmentFault for a damaged one,
    Refused for a file that is not ours. whole: every page, else whether it is ours and shows what its log tells."""
    raw = _open(path)
    try:
        pages = "SELECT 'ok'" if not whole else "PRAGMA quick_check(1)"
        found = _guarded(lambda: [row[0] for row in raw.execute(pages).fetchall()], path)
        if found != ["ok"]:
            raise EnvironmentFault(f"备份 {path.name} 没有通过检查：{found[0]}", "请换一份备份，或换一个磁盘再备份一次")
        tables = {row[0] for row in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()}
        if not {"meta", "now", "operation", "change"} <= tables:
            raise Refused(
                Problem(
                    f"{path.name} 不是销售内勤的数据文件", "请选 backups 文件夹里的备份", path="file", code="not_ours"
                )
            )
        wrong = _guarded(lambda: _differing(raw), path) if {"parked", "seen"} <= tables else ""
        if wrong:
            raise EnvironmentFault(
                f"备份 {path.name} 里的{wrong}和它的历史对不上", "请换一份备份，并运行 salesdesk check"
            )
        return int(raw.execute("PRAGMA user_version").fetchone()[0])
    finally:
        raw.close()


def _differing(raw: Any) -> str:
    """Replay the history of some records, the newest and others across the log; the first that comes out otherwise, or ""."""
    reader = Reader(raw, Schema(()))
    if not raw.execute("SELECT 1 FROM change LIMIT 1").fetchone():
        return ""
    newest_changes = reader.tuples("SELECT entity, uid FROM change ORDER BY id DESC LIMIT ?", (REPLAYED // 2,))
    across = reader.tuples(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
        " SELECT c.entity, c.uid FROM n JOIN change c ON c.id = max(1, (SELECT max(id) FROM change) * i / ?)",
        (REPLAYED // 2, REPLAYED // 2),
    )
    sample = dict.fromkeys((str(uid), str(entity)) for entity, uid in [*newest_changes, *across])
    found = Log(reader).writes([uid for uid, _ in sample])
    parked = set(reader.column("SELECT uid FROM parked"))
    for uid, entity in sample:
        if uid in parked:
            continue
        row = reader.row(f'SELECT * FROM "{entity}" WHERE uid = ?', (uid,))
        if row is None:
            return f"记录 {uid}"
        keys = {key for write in found[uid] for key in write.values if _logged(reader, entity, key)}
        if any(
            key in row and row[key] != value for key, value in settle(found[uid], keys, lambda k: False).values.items()
        ):
            return f"记录 {uid}"
    return ""


def _logged(reader: Reader, entity: str, key: str) -> bool:
    """Whether a file logs a column: what an older program logged may be derived by now, and no longer follows from the log."""
    trigger = reader.value(
        "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = ?", (f"log_{entity}_update",)
    )
    return trigger is None or f'NEW."{key}"' in trigger


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
        return put_in_place(path, part, now)
    except OSError as error:
        raise EnvironmentFault(
            f"换不了数据文件（{system_reason(error)}）", "请关掉所有销售内勤窗口再恢复；现有数据没有动"
        ) from error
    finally:
        _drop(part)


def put_in_place(path: Path, file: Path, now: datetime) -> Path | None:
    """Give a whole file the name of the closed data file; returns where the replaced one is kept. Raises OSError, EnvironmentFault."""
    aside = _put_aside(path, now) if path.exists() else None
    file.replace(path)
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
    return changed(path, folder)


def late(path: Path, folder: Path, now: datetime, minutes: int) -> bool:
    """Whether the latest copy is older than so many minutes, or from a day that is still to come because the clock was
    wrong, and the file changed since; never for 0 minutes."""
    latest = next(iter(copies(folder, path.stem)), None)
    age = now - _moment(latest) if latest is not None else timedelta.max
    if not minutes or timedelta(0) <= age < timedelta(minutes=minutes):
        return False
    return changed(path, folder)


def changed(path: Path, folder: Path) -> bool:
    """Whether anything was written since the latest copy in the folder."""
    latest = next(iter(copies(folder, path.stem)), None)
    return latest is None or _state(path) != _state(latest)


def _state(path: Path) -> tuple[object, ...] | None:
    """What tells whether anything was written since: file times do not, opening and closing alone changes them."""
    try:
        raw = connect(path)
        try:
            row = raw.execute(
                "SELECT (SELECT max(id) FROM operation), (SELECT max(id) FROM change), (SELECT total(last) FROM numbering),"
                " (SELECT group_concat(uid || saved_at) FROM draft),"
                " (SELECT group_concat(key || value) FROM setting WHERE key <> 'backup.drill')"
            ).fetchone()
        finally:
            raw.close()
    except Exception:  # an unreadable copy is no copy
        return None
    return tuple(row)
