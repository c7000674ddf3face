"""Copies made by themselves: the day's first, then while the window stands whenever something changed; and the monthly drill."""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from salesdesk.domain.clock import Clock, stamp
from salesdesk.domain.errors import EnvironmentFault, Refused, system_reason
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Row, Text
from salesdesk.domain.problems import Problem
from salesdesk.paths import DATA_FILE, backups
from salesdesk.persistence import backup, search
from salesdesk.persistence.backup import Copy
from salesdesk.persistence.database import Database
from salesdesk.persistence.migrate import prepare
from salesdesk.persistence.reading import Reader
from salesdesk.persistence.tables import Schema
from salesdesk.services import alike
from salesdesk.services.module import Actions, Context, Module, Outcome, Registry, ToDo, Verb
from salesdesk.services.roles import Role
from salesdesk.services.settings import Settings

__all__ = ["MODULE", "Copy", "DailyBackup", "Drill", "Keeper", "daily", "drill_due", "kept", "last_drill", "restore"]

log = logging.getLogger("salesdesk.backup")

PATIENCE = 5.0
"""Seconds the first copy waits, so that it does not slow the opening of the window."""
DRILL = "backup.drill"
"""Setting that keeps the outcome of the last restore drill."""
PORTABLE = "salesdesk-copy"
"""Folder on a stick that holds a portable copy."""
KEPT_PORTABLE = 3
"""Older data files that stay beside a portable copy."""


class DailyBackup:
    """One automatic copy on its own thread. `made` is the copy, `fault` what went wrong."""

    def __init__(self, path: Path, folder: Path, now: datetime) -> None:
        self.made: Path | None = None
        self.fault: EnvironmentFault | None = None
        self._path, self._folder, self._now = path, folder, now
        self._go = threading.Event()
        self._thread = threading.Thread(target=self._run, name="daily backup")
        self._thread.start()

    def _run(self) -> None:
        self._go.wait(PATIENCE)
        try:
            if self._path.exists():  # the folder may be gone meanwhile
                self.made = backup.make(self._path, self._folder, self._now)
        except EnvironmentFault as fault:
            self.fault = fault
            log.info("daily backup failed: %s", fault)
        except Exception as error:
            self.fault = EnvironmentFault("今天的自动备份没有做成", "请点「现在备份」再做一次")
            log.info("daily backup failed", exc_info=error)

    def finish(self) -> None:
        """Make the copy now if it is not made yet, and wait for it."""
        self._go.set()
        self._thread.join()


def daily(path: Path, folder: Path, now: datetime, remade: bool = False) -> DailyBackup | None:
    """Start the day's automatic copy when one is due. `remade`: data that can be made again needs none."""
    if remade or not backup.due(path, folder, now):
        return None
    return DailyBackup(path, folder, now)


def late(path: Path, folder: Path, now: datetime, minutes: int) -> DailyBackup | None:
    """Start a copy when the file changed and the latest copy is older than so many minutes."""
    return DailyBackup(path, folder, now) if backup.late(path, folder, now, minutes) else None


class Keeper:
    """Copies while the window stands: soon after the start, every so many minutes, and when it is closed, if anything changed.

    minutes: how often, asked before each wait; 0 only at the start and the end. drill: what to do once a month with a copy.
    fault: why the last copy was not made.
    """

    def __init__(
        self, path: Path, clock: Clock, minutes: Callable[[], int], drill: Callable[[Path], object] | None = None
    ) -> None:
        self.fault: EnvironmentFault | None = None
        self.made: Path | None = None
        self._path, self._clock, self._minutes, self._drill = path, clock, minutes, drill
        self._folder = backups(path.parent)
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="backups")
        self._thread.start()

    def _run(self) -> None:
        pause: float | None = PATIENCE
        while not self._closing.wait(pause):
            self._copy()
            if self.made is not None and self._drill is not None and not self._closing.is_set():
                self._tell(partial(self._drill, self.made))
            minutes = self._minutes()
            pause = minutes * 60 if minutes else None
        self._copy()

    def _copy(self) -> None:
        def copy() -> None:
            if self._path.exists() and backup.changed(self._path, self._folder):
                self.made = backup.make(self._path, self._folder, self._clock.now())
            self.fault = None

        self._tell(copy)

    def _tell(self, act: Callable[[], object]) -> None:
        try:
            act()
        except EnvironmentFault as fault:
            self.fault = fault
            log.info("automatic backup failed: %s", fault)
        except Exception as error:
            self.fault = EnvironmentFault("自动备份没有做成", "请点「现在备份」再做一次")
            log.info("automatic backup failed", exc_info=error)

    def finish(self) -> None:
        """Make the last copy and wait for it."""
        self._closing.set()
        self._thread.join()


# -- the restore drill ---------------------------------------------------------------------------------------------------


class Drill(NamedTuple):
    """Outcome of putting a copy back on trial. at: local stamp. text: what was found, in words."""

    at: str
    good: bool
    file: str
    text: str

    def wire(self) -> dict[str, Any]:
        """JSON form, as it is remembered."""
        return self._asdict()


def last_drill(settings: Settings) -> Drill | None:
    """The outcome of the last drill, None when there was none yet."""
    told = settings.get(DRILL)
    return Drill(**told) if told else None


def drill_due(settings: Settings, now: datetime) -> bool:
    """Whether this month's drill is still to be done, or the last one went wrong."""
    last = last_drill(settings)
    return last is None or not last.good or last.at[:7] != stamp(now)[:7]


BIG = 200 * 1024 * 1024
"""Bytes of a copy from which on a drill does not replay the whole history: that would hold the window up for minutes."""


def drill(file: Path, folder: Path, registry: Registry, clock: Clock) -> Drill:
    """Restore a copy into a temporary folder, open it as the program would, and check all of it against its own history."""
    now = clock.now()
    try:
        told = backup.described(file)
        with on_trial(file, now) as trial:
            database = Database(trial / DATA_FILE, Schema(registry.entities.values()), clock)
            try:
                prepare(database)
                database.keying += [search.index_changes, alike.Keeper(registry.likenesses)]
                database.before_commit = [derive for module in registry.modules for derive in module.actions.derive]
                looked = "大文件只查了结构和抽样的历史" if told.size > BIG else _checked(database, folder)
            finally:
                database.close()
    except (EnvironmentFault, Refused) as fault:
        return Drill(stamp(now), False, file.name, f"{file.name}：{fault}")
    except Exception as error:
        log.warning("restore drill failed", exc_info=error)
        return Drill(stamp(now), False, file.name, f"{file.name} 打不开（{error}）")
    return Drill(stamp(now), True, file.name, f"{file.name} 能恢复，{told.operations:,} 步操作都在；{looked}")


def _checked(database: Database, folder: Path) -> str:
    from salesdesk.services.checking import check_all

    report = check_all(database, folder)
    if not report.sound:
        raise EnvironmentFault(report.problems[0].message, report.problems[0].cure)
    return report.lines[0]


@contextmanager
def on_trial(file: Path, now: datetime) -> Iterator[Path]:
    """A temporary data folder into which a copy was restored; it is gone afterwards."""
    import tempfile

    folder = Path(tempfile.mkdtemp(prefix="salesdesk-drill-"))
    try:
        backup.restore(folder / DATA_FILE, file, now)
        yield folder
    except OSError as error:
        raise EnvironmentFault(f"恢复演练没有做成（{system_reason(error)}）", "请看磁盘满没满，再演练一次") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def todos(reader: Reader, today: str) -> list[ToDo]:
    """The last drill went wrong: the copies may be worth nothing on the day they are needed."""
    told = reader.value("SELECT value ->> 'text' FROM setting WHERE key = ? AND value ->> 'good' = 0", (DRILL,))
    if told is None:
        return []
    return [
        ToDo(
            "备份恢复演练没有通过",
            str(told),
            due=today,
            icon="shield",
            tone="err",
            verb="backup.drill",
            verb_title="再演练一次",
            group="备份",
        )
    ]


# -- a copy to take along ------------------------------------------------------------------------------------------------


def portable(path: Path, target: Path, now: datetime, progress: Callable[[int, int], None] = lambda d, w: None) -> Path:
    """Copy data file and evidence files to a stick or folder; returns the folder made there. Keys stay here.

    Evidence files that lie there already are not copied again; the data files of the times before stay under backups/.
    """
    folder = target / PORTABLE
    try:
        target.stat()
        made = backup.make(path, backups(folder), now, KEPT_PORTABLE)
        files = [one for one in sorted((path.parent / "attachments").rglob("*")) if one.is_file()]
        for done, one in enumerate(files):
            progress(done, len(files))
            _copy_missing(one, folder / one.relative_to(path.parent))
        latest = folder / DATA_FILE
        draft = latest.with_suffix(".part")
        shutil.copyfile(made, draft)
        draft.replace(latest)
        (folder / "说明.txt").write_text(_NOTE, encoding="utf-8-sig")
    except OSError as error:
        raise EnvironmentFault(
            f"拷不到 {target}（{system_reason(error)}）", "请看 U 盘插好没有、满没满、能不能写，再拷一次"
        ) from error
    return folder


_NOTE = """这是销售内勤的数据拷贝：salesdesk.db 是全部单据，attachments 是附件和打印原样。
换电脑时：装好销售内勤，在「设置 → 备份」点「从备份恢复」，选这个文件夹里的 salesdesk.db。
这里没有多台电脑同步用的密钥；恢复以后要同步，用工作区口令再加入一次。
"""


def _copy_missing(source: Path, target: Path) -> None:
    if target.exists() and target.stat().st_size == source.stat().st_size:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".part")
    shutil.copyfile(source, draft)
    draft.replace(target)


def restore(folder: Path, file: Path, now: datetime) -> Path | None:
    """Put a copy in the place of the closed data file, with the evidence files beside it that are missing here.

    file: a copy, or the folder of a portable one. Returns where the replaced file is kept. Raises Refused or EnvironmentFault.
    """
    if file.is_dir():
        file = file / DATA_FILE if (file / DATA_FILE).exists() else file / PORTABLE / DATA_FILE
    backup.verify(file) if file.is_file() else None
    beside = file.parent / "attachments"
    try:
        if beside.is_dir() and file.parent.resolve() != folder.resolve():
            for one in sorted(beside.rglob("*")):
                if one.is_file():
                    _copy_missing(one, folder / one.relative_to(file.parent))
    except OSError as error:
        raise EnvironmentFault(f"附件拷不过来（{system_reason(error)}）", "请看磁盘满没满，再恢复一次") from error
    return backup.restore(folder / DATA_FILE, file, now)


def take_over(folder: Path, file: Path, now: datetime) -> Path | None:
    """Put a data file that was just made here in the place of the closed one; returns where that is kept. Raises EnvironmentFault."""
    backup.verify(file, whole=False)
    try:
        return backup.put_in_place(folder / DATA_FILE, file, now)
    except OSError as error:
        raise EnvironmentFault(
            f"换不了数据文件（{system_reason(error)}）", "请关掉所有销售内勤窗口再试；现有数据没有动"
        ) from error


def kept(folder: Path) -> list[Copy]:
    """The copies of a data folder, the latest first."""
    return backup.listed(backups(folder))


# -- verbs ---------------------------------------------------------------------------------------------------------------


def _whole_path(args: Row, key: str) -> Path:
    """The place somebody named. Raises Refused for one that depends on where the program was started."""
    place = Path(str(args[key]))
    if not place.is_absolute() or "\0" in str(place):
        told = Problem(f"「{place}」不是完整的路径", "请从盘符写起，例如 E:\\备份", path=key, code="bad_path")
        raise Refused(told)
    return place


def _make(ctx: Context, args: Row) -> Outcome:
    folder = _whole_path(args, "folder") if args.get("folder") else backups(ctx.folder)
    made = backup.make(ctx.folder / DATA_FILE, folder, ctx.clock.now())
    return Outcome("", f"已备份并核对过：{made.name}", {"file": str(made)})


def _portable(ctx: Context, args: Row) -> Outcome:
    made = portable(ctx.folder / DATA_FILE, _whole_path(args, "folder"), ctx.clock.now(), ctx.progress)
    return Outcome("", f"数据和附件已拷到 {made}，核对过", {"folder": str(made)})


def _drill(ctx: Context, args: Row) -> Outcome:
    if args.get("file"):
        file = _whole_path(args, "file")
        if not file.is_file():
            raise Refused(Problem(f"没有备份文件 {file}", "请核对路径", path="file", code="no_file"))
    else:
        made = backup.copies(backups(ctx.folder))
        file = made[0] if made else backup.make(ctx.folder / DATA_FILE, backups(ctx.folder), ctx.clock.now())
    found = drill(file, ctx.folder, ctx.registry, ctx.clock)
    ctx.settings.put(DRILL, found.wire())
    if not found.good:
        ctx.warnings.append(Problem("恢复演练没有通过", found.text, code="drill"))
    return Outcome("", "恢复演练通过：" + found.text if found.good else "", {"drill": found.wire()})


_FOLDER = Field("folder", "文件夹", Text(400), note="不给就放在数据文件夹的 backups 里")

VERBS = (
    Verb("backup.make", "现在备份", _make, (_FOLDER,), role=Role.VIEWER, icon="save", note="备份数据文件并核对"),
    Verb(
        "backup.drill",
        "恢复演练",
        _drill,
        (Field("file", "备份文件", Text(400), note="不给就用最近一份"),),
        role=Role.VIEWER,
        icon="shield",
        note="把备份恢复到临时文件夹，打开查一遍；现有数据不动",
    ),
    Verb(
        "backup.portable",
        "拷到 U 盘",
        _portable,
        (Field("folder", "文件夹", Text(400), required=True, note="U 盘或别的文件夹"),),
        icon="save",
        note="数据文件和附件，不带密钥；再拷一次只拷新的附件",
        palette=False,
    ),
)

MODULE = Module("backup", "备份", "shield", 996, actions=Actions(VERBS), todos=todos, page=False)
