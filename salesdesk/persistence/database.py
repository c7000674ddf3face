"""Opens the data file: one writer at a time, read-only connections for painting, and clear words when the file is not well."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from salesdesk.domain.clock import Clock, SystemClock
from salesdesk.domain.errors import EnvironmentFault, FileDamaged, GivenUp, KeyMissing
from salesdesk.persistence import keys
from salesdesk.persistence.merging import UNSEEN, Merger
from salesdesk.persistence.reading import Reader
from salesdesk.persistence.tables import Schema
from salesdesk.persistence.work import AfterCommit, BeforeCommit, Work

OLDEST_SQLITE = (3, 51, 3)
"""SQLite 3.7.0–3.51.2 can lose a reset WAL when a program holds two connections; sqlcipher3 0.6.4 carries 3.53."""

KEPT_READERS = 4
"""Idle read-only connections kept open; more are made when more threads read at once."""

SOON = 0.05
"""Seconds a read waits for a connection another one gives back; reading the schema anew takes as long on a busy PC."""

FIRST = 0.25
"""Seconds it waits while there is one connection only: at the start the page and the strip beside it make do with that."""

STATEMENTS = 1000
"""Compiled statements a connection keeps. Of those that ran once the newest is dropped first, so in a store that is full of
them (128 are usual) whatever comes later is compiled anew every time."""

ASKED_EVERY = 50_000
"""Steps of the database, a millisecond or two, after which a long read asks whether anybody still waits for it."""

_PRAGMAS = (
    "PRAGMA foreign_keys=ON",
    "PRAGMA recursive_triggers=ON",
    "PRAGMA synchronous=FULL",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA cache_size=-32000",
    "PRAGMA busy_timeout=5000",
)


def roll_back(connection: Any) -> None:
    """Keep nothing of the transaction that is open; a full disk has ended it by itself."""
    if connection.in_transaction:
        connection.execute("ROLLBACK")


def connect(path: Path, like: Path | None = None) -> Any:
    """A DB-API connection to a data file with every pragma the program relies on.

    An encrypted file is opened with its key; a file that does not exist yet gets that of the file `like`, if it has one.
    Raises KeyMissing.
    """
    from sqlcipher3 import dbapi2

    if dbapi2.sqlite_version_info < OLDEST_SQLITE:
        raise EnvironmentFault(
            f"SQLite {dbapi2.sqlite_version} 太旧，两个连接同时写时可能丢数据", "请重新安装本程序（要 3.51.3 以上）"
        )
    name = keys.key_name(like if like is not None and keys.is_new(path) else path)
    if name is not None and not keys.known(name):
        raise KeyMissing(
            f"数据文件 {path.name} 加了密，这台电脑上没有它的钥匙；文件没有动",
            "请输入恢复码；脚本把恢复码放在环境变量 SALESDESK_RECOVERY 里",
        )
    raw = dbapi2.connect(
        str(path), isolation_level=None, check_same_thread=False, timeout=5.0, cached_statements=STATEMENTS
    )
    try:
        if name is not None:
            raw.execute(f'PRAGMA key = "{keys.pragma(name)}"')
        for pragma in _PRAGMAS:
            raw.execute(pragma)
    except BaseException:
        raw.close()  # whoever hears of the error moves or removes the file, which Windows allows of a closed one only
        raise
    return raw


class Database:
    """One data file. Reads come from `read()`, writes only from `work()`; neither leaks a connection."""

    def __init__(self, path: Path, schema: Schema, clock: Clock | None = None) -> None:
        self.path = path
        self.schema = schema
        self.clock: Clock = clock or SystemClock()
        self.keying: list[BeforeCommit] = []  # search keys and the like: after a merge once for each record (`merged`)
        self.before_commit: Iterable[BeforeCommit] = ()
        self.after_commit: list[AfterCommit] = []
        self._lock = threading.RLock()
        self.writes = 0
        """Transactions of this program committed since it opened the file, its own bookkeeping included."""
        self._working = False
        self._writer: Any = None
        self._idle: deque[Any] = deque()  # read-only connections nobody uses at the moment
        self._lent = 0
        self._given_back = threading.Condition()

    @contextmanager
    def opening(self) -> Iterator[Any]:
        """The first connection, which may still change the shape of the file; afterwards it serves the first reader.

        Each connection reads the text of all tables and triggers anew, some 500 KB, so a start makes do with few.
        """
        with self.faults():
            connection = connect(self.path)
            try:
                yield connection
            except BaseException:
                connection.close()
                raise
            connection.execute("PRAGMA query_only=ON")
            self._idle.append(connection)

    @contextmanager
    def read(self, given_up: Callable[[], bool] | None = None) -> Iterator[Reader]:
        """A reader on one snapshot of the file; safe from any thread, never waits for the writer.

        given_up: asked again and again while a long read goes on; raises GivenUp once it says yes.
        """
        with self.faults():
            connection = self._lend()
            connection.execute("BEGIN")
            if given_up is not None:
                connection.set_progress_handler(given_up, ASKED_EVERY)
            try:
                yield Reader(connection, self.schema)
            except Exception as error:
                ended = given_up is not None and type(error).__module__.startswith("sqlcipher3") and given_up()
                if ended or str(error) == "interrupted":  # the words differ with what was interrupted
                    raise GivenUp from error
                raise
            finally:
                connection.set_progress_handler(None, 0)
                roll_back(connection)
                self._take_back(connection)

    def _lend(self) -> Any:
        """A read-only connection: an idle one, one that is given back soon, else a new one."""
        with self._given_back:
            if self._lent:
                self._given_back.wait_for(lambda: self._idle, FIRST if self._lent == 1 else SOON)
            self._lent += 1
            if self._idle:
                return self._idle.pop()
        try:
            connection = connect(self.path)
            connection.execute("PRAGMA query_only=ON")
        except BaseException:
            with self._given_back:
                self._lent -= 1
            raise
        return connection

    def _take_back(self, connection: Any) -> None:
        with self._given_back:
            self._lent -= 1
            if kept := len(self._idle) < KEPT_READERS:
                self._idle.append(connection)
                self._given_back.notify()
        if not kept:
            connection.close()

    @contextmanager
    def _transaction(self) -> Iterator[Any]:
        """The writer's connection inside one transaction: committed at the end, rolled back by any exception."""
        if self._writer is None:
            self._writer = connect(self.path)
        connection = self._writer
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.execute("COMMIT")
            self.writes += 1
        except BaseException:
            roll_back(connection)
            raise

    @contextmanager
    def work(
        self, title: str, *, verb: str = "", operator: str = "", role: str = "", undoes: int | None = None
    ) -> Iterator[Work]:
        """One named operation: everything inside commits together with its log rows, or nothing does.

        Raises EnvironmentFault for disk, lock and damage. Not re-entrant: one verb is one operation.
        """
        with self._lock, self.faults():
            if self._working:
                raise RuntimeError("an operation is already open on this thread")
            self._working = True
            try:
                with self._transaction() as connection:
                    work = Work(connection, self.schema, self.clock, title, verb, operator, role, undoes)
                    work.open()
                    yield work
                    # keys last: of a case taken back values change again
                    for hook in (*self.before_commit, *self.keying):
                        hook(work, work.changes())
                    changes = work.close()
                work.result = changes
            finally:
                self._working = False
        if changes:
            for listener in list(self.after_commit):
                listener(changes)

    @contextmanager
    def merging(self, title: str, references: bool = True, logged: bool = True) -> Iterator[Merger]:
        """One transaction that takes in operations of other PCs, all of it or nothing, derived columns included.

        The log triggers stand still inside; the Merger writes the log rows as they came. Search keys and the like are left
        for later (`merged`), unless logged=False says that no log will tell of what is written. references=False: linked
        records may be missing, because part of the others' work was given up for lost.
        """
        with self._lock, self._dangling(not references), self._merging(title, logged) as merger:
            yield merger

    @contextmanager
    def _dangling(self, allowed: bool) -> Iterator[None]:
        if not allowed:
            yield
            return
        with self._transaction() as raw:
            pass
        raw.execute("PRAGMA foreign_keys=OFF")
        try:
            yield
        finally:
            raw.execute("PRAGMA foreign_keys=ON")

    @contextmanager
    def _merging(self, title: str, logged: bool) -> Iterator[Merger]:
        with self._lock, self.faults():
            if self._working:
                raise RuntimeError("an operation is already open on this thread")
            with self._transaction() as connection:
                work = Work(connection, self.schema, self.clock, title)
                work.execute("UPDATE now SET applying = 1")
                if logged:
                    work.execute("INSERT OR IGNORE INTO meta(key, value) VALUES (?, ?)", (UNSEEN, work.newest_change()))
                merger = Merger(work)
                work.wrote, work.relinked = merger.wrote, merger.relinked
                yield merger
                work.execute("UPDATE now SET applying = 0")
                changes = merger.changes(title)
                for hook in self.before_commit if logged else (*self.before_commit, *self.keying):
                    hook(work, changes)
        if changes:
            for listener in list(self.after_commit):
                listener(changes)

    @contextmanager
    def local(self) -> Iterator[Work]:
        """A write to the PC's own bookkeeping (drafts, settings, numbering of layouts): no operation, no log."""
        with self._lock, self.faults():
            if self._working:
                raise RuntimeError("an operation is already open on this thread")
            with self._transaction() as connection:
                yield Work(connection, self.schema, self.clock, "")

    @contextmanager
    def rehearsal(self) -> Iterator[Work]:
        """A write that is always rolled back: to see what recomputing would give, with the log standing still."""
        with self._lock, self.faults():
            if self._working:
                raise RuntimeError("an operation is already open on this thread")
            with self._transaction() as connection:
                try:
                    yield Work(connection, self.schema, self.clock, "")
                finally:
                    roll_back(connection)
                    connection.execute("BEGIN")  # nothing is left for the commit

    @contextmanager
    def hurried(self, references: bool = True) -> Iterator[None]:
        """Commits inside do not wait for the disk: only for data that can be made again, such as the demo company.

        references=False also leaves out the check that linked records exist.
        """
        with self._lock:
            with self._transaction() as raw:
                pass
            raw.execute("PRAGMA synchronous=OFF")
            if not references:
                raw.execute("PRAGMA foreign_keys=OFF")
                raw.execute("PRAGMA cache_size=-256000")
        try:
            yield
        finally:
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            for pragma in _PRAGMAS:
                raw.execute(pragma)

    @contextmanager
    def faults(self) -> Iterator[None]:
        """Turn database errors that come from the machine into words; leave our own mistakes alone."""
        try:
            yield
        except Exception as error:
            if type(error).__module__.startswith("sqlcipher3"):
                fault = explain(str(error), self.path)
                if fault is not None:
                    raise fault from error
            raise

    def close(self) -> None:
        """Give all connections back; the file may be moved or replaced afterwards."""
        with self._lock:
            if self._writer is not None:
                self._writer.close()
                self._writer = None
            while self._idle:
                self._idle.pop().close()


def explain(message: str, path: Path) -> EnvironmentFault | None:
    """The clerk's words for a database error caused by the machine; None when the program itself is at fault."""
    text = message.lower()
    if "database or disk is full" in text:
        return EnvironmentFault(
            "磁盘满了，这次没有保存，已有数据没有变", f"请在 {path.drive or path.anchor} 盘腾出空间后再保存一次"
        )
    if "is locked" in text or "busy" in text:
        return EnvironmentFault(
            "数据文件正被另一个程序占用，等了 5 秒仍不能写", "请等正在做的恢复、加密或命令做完，再试一次"
        )
    if "not a database" in text or "malformed" in text or "corrupt" in text:
        return FileDamaged(
            f"数据文件 {path.name} 已损坏，为防止越改越坏没有打开",
            f"请用备份恢复：salesdesk restore，备份在 {path.parent / 'backups'}；损坏的文件请保留",
        )
    if "readonly" in text or "read-only" in text:
        return EnvironmentFault(
            f"数据文件 {path} 是只读的，不能保存", "请去掉文件的只读属性，或把数据文件夹换到能写的地方"
        )
    if "unable to open" in text:
        return EnvironmentFault(f"打不开数据文件 {path}", "请看文件夹还在不在、有没有权限")
    if "disk i/o error" in text:
        return EnvironmentFault("读写磁盘出错，这次没有保存", "请看磁盘或 U 盘是否还连着，再试一次；反复出现请先备份")
    return None
