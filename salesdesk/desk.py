"""Puts the program together: one data folder, all modules, one door. The one file that knows all parts."""

from __future__ import annotations

import importlib
import pkgutil
import threading
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import salesdesk.modules
from salesdesk.domain.clock import Clock, SystemClock
from salesdesk.domain.errors import EnvironmentFault, FileDamaged
from salesdesk.domain.fields import Entity
from salesdesk.domain.kinds import Row, Value
from salesdesk.domain.masking import Veil, covered, mask
from salesdesk.paths import DATA_FILE
from salesdesk.paths import backups as backup_folder
from salesdesk.persistence import backup, listing, search
from salesdesk.persistence.database import Database
from salesdesk.persistence.migrate import prepare
from salesdesk.persistence.reading import Reader
from salesdesk.persistence.remembered import Memory
from salesdesk.persistence.tables import Schema
from salesdesk.services import (
    access,
    alike,
    approvals,
    attachments,
    backups,
    encryption,
    history,
    lists,
    not_same,
    operators,
    print_log,
    todos,
    undo,
    working_days,
)
from salesdesk.services.door import Door
from salesdesk.services.drafts import Drafts
from salesdesk.services.following import Following
from salesdesk.services.module import Module, Outcome, Registry, ToDo
from salesdesk.services.settings import Settings
from salesdesk.services.sync import module as sync_module

if TYPE_CHECKING:
    from salesdesk.services.sync.syncing import Sync

__all__ = ["DATA_FILE", "Desk", "find_modules", "join_fresh", "open_desk", "restore_backup", "support_bundle"]


class Desk:
    """The clerk's desk: everything the window, the command line and the tests may do."""

    def __init__(self, folder: Path, database: Database, registry: Registry, started: list[str]) -> None:
        self.folder = folder
        self.database = database
        self.registry = registry
        self.started = started
        self.settings = Settings(database)
        self.drafts = Drafts(database)
        self._memory = Memory()
        self.door = Door(database, registry, self.settings, folder)
        self.daily: backups.DailyBackup | None = None
        self.keeper: backups.Keeper | None = None
        self._collecting = threading.Lock()
        self._collected: tuple[tuple[int, int, str], tuple[list[ToDo], list[tuple[ToDo, Row]]]] | None = None
        self.alike = alike.Keeper(registry.likenesses)
        database.keying += [search.index_changes, self.alike]
        database.before_commit = Following(registry)
        database.after_commit.append(partial(attachments.after_commit, database, folder))

    @cached_property
    def sync(self) -> Sync:
        """Syncing with other PCs; loaded when first asked for."""
        from salesdesk.services.sync.syncing import Sync

        return Sync(self.database, self.settings, self.registry, self.folder)

    @property
    def synced(self) -> bool:
        """Whether this file belongs to a workspace; asked at every start, so that syncing is not loaded where it is not used."""
        with self.read() as reader:
            return bool(reader.value("SELECT 1 FROM meta WHERE key = 'sync.workspace' AND value <> ''"))

    @property
    def letter(self) -> str:
        """This PC's letter in its 单号."""
        with self.read() as reader:
            return str(reader.value("SELECT letter FROM now"))

    # -- doing -----------------------------------------------------------------------------------------------------

    def do(
        self, verb: str, args: Mapping[str, Any] | None = None, progress: Callable[[int, int], None] | None = None
    ) -> Outcome:
        """Run one verb; see Door.do."""
        return self.door.do(verb, args, progress)

    # -- reading ---------------------------------------------------------------------------------------------------

    @contextmanager
    def read(self, given_up: Callable[[], bool] | None = None) -> Iterator[Reader]:
        """A snapshot for a module's queries; given_up: see Database.read."""
        with self.database.read(given_up) as reader:
            yield reader

    @property
    def today(self) -> str:
        """Local day by the desk's clock."""
        return self.database.clock.now().date().isoformat()

    def entity(self, key: str) -> Entity:
        """Declaration of a record type."""
        return self.registry.entities[key]

    def rows(self, entity: str, query: listing.Query | None = None, limit: int | None = None) -> list[Row]:
        """Rows of a list with the names of their links (`customer.name`)."""
        with self.read() as reader:
            return listing.all_rows(reader, self.entity(entity), query, limit)

    def row(self, entity: str, uid: str) -> Row | None:
        """One record with link names and its version under `seen`."""
        from salesdesk.services.records import version

        with self.read() as reader:
            found = listing.full_row(reader, self.entity(entity), uid)
            if found is not None:
                found["seen"] = version(reader, self.entity(entity), uid)
            return found

    def lines(self, entity: str, parent: str) -> list[Row]:
        """Live child rows of a document with link names, in order of entry."""
        one = self.entity(entity)
        query = listing.Query(parent=parent, sort="seq" if "seq" in one.by_key else "")
        return self.rows(entity, query)

    def list_ids(
        self,
        entity: str,
        query: listing.Query | None = None,
        limit: int | None = None,
        given_up: Callable[[], bool] | None = None,
    ) -> array[int]:
        """Row ids of a list in its order, for a window that shows a million rows."""
        one, text = self.entity(entity), query.text if query else ""
        with self.read(given_up) as reader:
            return listing.ids(reader, one, query, limit, self._memory.of(reader, one, text) if text else None)

    def learn_list(self, entity: str, given_up: Callable[[], bool] | None = None) -> None:
        """Remember a long list, so that typed texts narrow it at once: for a thread with nothing else to do."""
        with self.read(given_up) as reader:
            self._memory.learn(reader, self.entity(entity))

    def list_page(self, entity: str, rowids: Sequence[int]) -> list[Row]:
        """The rows of some list ids, in that order, with link names."""
        with self.read() as reader:
            return listing.page(reader, self.entity(entity), rowids)

    def count(self, entity: str, query: listing.Query | None = None, given_up: Callable[[], bool] | None = None) -> int:
        """How many rows a list has."""
        one, text = self.entity(entity), query.text if query else ""
        with self.read(given_up) as reader:
            return listing.count(reader, one, query, self._memory.of(reader, one, text) if text else None)

    def total(self, entity: str, field: str, query: listing.Query | None = None) -> int:
        """Sum of a numeric field over a list, in the field's stored unit."""
        with self.read() as reader:
            return listing.total(reader, self.entity(entity), field, query)

    def choice_counts(self, entity: str, field: str) -> dict[Value, int]:
        """How many live records stand at each option of a field."""
        with self.read() as reader:
            return lists.choice_counts(reader, self.entity(entity), field)

    def list_id(self, entity: str, uid: str) -> int | None:
        """The list id of a record."""
        with self.read() as reader:
            return lists.rowid_of(reader, self.entity(entity), uid)

    def find(self, text: str, entity: str | None = None, limit: int = 20) -> list[search.Hit]:
        """Records matching a typed fragment, best first."""
        with self.read() as reader:
            return search.find(reader, text, entity, limit)

    def history(self, entity: str, uid: str, veil: Veil | None = None) -> list[history.Entry]:
        """The life of a record, newest first; covered as the settings say, or as `veil` does."""
        with self.read() as reader:
            return history.history(reader, self.entity(entity), uid, self.settings.veil if veil is None else veil)

    def last_undoable(self) -> undo.Step | None:
        """What 撤销 would take back now."""
        with self.read() as reader:
            return undo.last_undoable(reader)

    def last_redoable(self) -> undo.Step | None:
        """What 重做 would bring back now."""
        with self.read() as reader:
            return undo.last_redoable(reader)

    def todos(self) -> list[ToDo]:
        """Everything due, overdue or unanswered in all modules, the most pressing first."""
        return self.todos_and_later()[0]

    def todos_and_later(self) -> tuple[list[ToDo], list[tuple[ToDo, Row]]]:
        """What wants doing now, and what was put off with its snooze; collected anew when anything was written since.

        The page in front and the strip at the left ask at the same time, and every subject has its say.
        """
        with self._collecting:
            now, writes = self.database.clock.now(), self.database.writes
            with self.read() as reader:
                moment = (writes, reader.newest_change(), now.isoformat(timespec="minutes"))
                if self._collected is None or self._collected[0] != moment:
                    self._collected = moment, todos.collect(reader, self.registry, now.date().isoformat())
            wanted, later = self._collected[1]
        return todos.of_seat(wanted, later, self.registry, self.settings.seat)

    def holidays(self) -> dict[str, bool]:
        """Day -> whether people work, for the days of the table 节假日."""
        with self.read() as reader:
            return working_days.known_days(reader)

    def wire(self, entity: str, row: Row) -> dict[str, Any]:
        """JSON form of a row: fields through their kinds, link names beside the uids; covered fields as they are shown."""
        one = self.entity(entity)
        told: dict[str, Any] = {"uid": row["uid"]}
        veil = self.settings.veil
        for field in one:
            told[field.key] = field.kind.wire(row[field.key])
            if covered(field, veil):
                told[field.key] = mask(field.kind.show(row[field.key]), field.masked) or None
            if f"{field.key}.name" in row:
                told[f"{field.key}.name"] = row[f"{field.key}.name"]
        if row["void"]:
            told["void"] = True
        return told

    def dump(self) -> str:
        """All shared records as canonical sorted JSON, passwords left out: equal data gives equal text on every PC."""
        from salesdesk.services.dumping import dump

        with self.read() as reader:
            return dump(reader, self.registry)

    def backup(self, folder: Path | None = None) -> Path:
        """Copy the data file now, verified, into the folder (default: backups/); the ten latest copies stay."""
        made = backup.make(self.database.path, folder or backup_folder(self.folder), self.database.clock.now())
        for one in (self.daily, self.keeper):
            if one is not None:
                one.fault = None
        return made

    def keep_backups(self) -> None:
        """From now on copy the data file by itself: soon, every so many minutes, and when the desk is closed, if it changed.

        For whoever stays: the window and the listener; single commands use `copy_when_late`.
        """
        if self.keeper is None and not self.remade:
            self.keeper = backups.Keeper(
                self.database.path, self.database.clock, lambda: int(self.settings.get("backup.minutes")), self._drill
            )

    def copy_when_late(self) -> None:
        """At the end of a single command: copy the data file if it changed and the latest copy is older than it should be."""
        if self.keeper is None and self.daily is None and not self.remade:
            minutes = int(self.settings.get("backup.minutes"))
            self.daily = backups.late(
                self.database.path, backup_folder(self.folder), self.database.clock.now(), minutes
            )

    @property
    def remade(self) -> bool:
        """Whether the file came by a bulk load and can be made again, such as the demo company."""
        with self.read() as reader:
            return bool(reader.value("SELECT 1 FROM meta WHERE key = 'bulk_load' AND value <> 'snapshot'"))

    def _drill(self, made: Path) -> None:
        if backups.drill_due(self.settings, self.database.clock.now()):
            self.door.do("backup.drill", {"file": str(made)})

    @property
    def backup_fault(self) -> EnvironmentFault | None:
        """Why the last automatic copy was not made."""
        found = [one.fault for one in (self.keeper, self.daily) if one is not None and one.fault is not None]
        return found[0] if found else None

    def support_bundle(self) -> Path:
        """Logs, versions and what a check found, with no data of the company in it; see services.support."""
        from salesdesk.services import support

        verify = [m.actions.verify for m in self.registry.modules if m.actions.verify]
        return support.pack(self.folder, self.database, verify, self.database.clock.now())

    def close(self) -> None:
        """Give the data file back, the automatic copies made."""
        if self.daily is not None:
            self.daily.finish()
        if self.keeper is not None:
            self.keeper.finish()
        self.database.close()


@cache
def find_modules() -> tuple[Module, ...]:
    """Every folder under salesdesk/modules with a module.py that holds MODULE: a new tab needs no list to be edited."""
    found = [
        undo.MODULE,
        access.MODULE,
        operators.MODULE,
        approvals.MODULE,
        attachments.MODULE,
        print_log.MODULE,
        todos.MODULE,
        not_same.MODULE,
        backups.MODULE,
        sync_module.MODULE,
    ]
    for info in pkgutil.iter_modules(salesdesk.modules.__path__, "salesdesk.modules."):
        if info.ispkg:
            module: Module = importlib.import_module(f"{info.name}.module").MODULE
            found.append(module)
    return tuple(found)


def open_desk(folder: Path, clock: Clock | None = None, letter: str = "A") -> Desk:
    """Open (or create) the data folder. Raises EnvironmentFault with a cure when the file is not well."""
    clock = clock or SystemClock()
    registry = Registry(find_modules())
    schema = Schema(registry.entities.values())
    path = folder / DATA_FILE
    encryption.unlock(folder, path)
    if backup.left_alone(path):
        cure = f"请用备份恢复：salesdesk restore，备份在 {backup_folder(folder)}；要从头开始，先把这个文件夹移走"
        raise FileDamaged(f"数据文件 {path.name} 不见了，它的备份还在", cure)
    database = Database(path, schema, clock)
    started = prepare(database, letter)
    encryption.settle(path)
    desk = Desk(folder, database, registry, started)
    with desk.read() as reader:
        kept = dict(reader.tuples("SELECT key, value FROM meta WHERE key IN ('alike', 'bulk_load')"))
    if kept.get("alike") != alike.VERSION:  # once: of a file just made or just upgraded
        desk.alike.fill(desk.database)
    if started:  # a file just made or just upgraded (and copied before) needs no copy today
        from salesdesk.persistence.merged import unpark

        unpark(database)
    else:
        remade = bool(kept.get("bulk_load"))
        desk.daily = backups.daily(path, backup_folder(folder), clock.now(), remade)
    return desk


def encrypt_data(folder: Path, code: encryption.Code) -> bool:
    """Encrypt the closed data file and its backups with a recovery code that was written down; True when the system's
    keyring keeps the key. Raises Refused and EnvironmentFault, nothing changed."""
    from salesdesk.services.sync.workspace import file_place, stay_bound

    before = file_place(folder / DATA_FILE)
    in_keyring = encryption.encrypt(folder, folder / DATA_FILE, code)
    desk = open_desk(folder)  # only what opens counts; then the former file is wiped
    stay_bound(desk.database, before)
    desk.close()
    encryption.encrypt_backups(folder, folder / DATA_FILE)
    return in_keyring


def support_bundle(folder: Path) -> Path:
    """The bundle of a data folder nobody has open, also when its data do not open or are not there."""
    from salesdesk.services import support

    if not (folder / DATA_FILE).exists():
        return support.pack(folder, None, (), SystemClock().now(), "no data file")
    try:
        desk = open_desk(folder)
    except Exception as error:
        return support.pack(folder, None, (), SystemClock().now(), type(error).__qualname__)
    try:
        return desk.support_bundle()
    finally:
        desk.close()


def recover_key(folder: Path, typed: str) -> None:
    """Use a recovery code where the key of the data file is lost; it is kept from now on. Raises Refused."""
    encryption.recover(folder, folder / DATA_FILE, encryption.read_code(typed))


def decrypt_data(folder: Path) -> None:
    """Make the closed data file plain again. Raises Refused and EnvironmentFault, nothing changed."""
    encryption.unlock(folder, folder / DATA_FILE)
    from salesdesk.services.sync.workspace import file_place, stay_bound

    before = file_place(folder / DATA_FILE)
    encryption.decrypt(folder / DATA_FILE)
    desk = open_desk(folder)
    stay_bound(desk.database, before)
    desk.close()


def restore_backup(folder: Path, file: Path, clock: Clock | None = None) -> Path | None:
    """Put a backup in the place of the closed data file; returns where the replaced file is kept."""
    for one in (folder / DATA_FILE, file / DATA_FILE if file.is_dir() else file):
        encryption.unlock(folder, one)
    return backups.restore(folder, file, (clock or SystemClock()).now())


def join_fresh(
    folder: Path,
    share: str,
    passphrase: str,
    name: str = "",
    clock: Clock | None = None,
    progress: Callable[[int, int], None] = lambda done, whole: None,
    letter: str = "",
) -> bool:
    """Join a workspace with a closed data folder nobody has worked in: the newest snapshot becomes its data file.

    False when there is work in it, or no snapshot to start from; then `Sync.join` is the way. The settings of this PC stay.
    Raises Refused (wrong passphrase) and EnvironmentFault with nothing changed.
    """
    from salesdesk.services.sync import joining, workspace

    desk = open_desk(folder, clock)
    try:
        if desk.sync.joined or workspace.worked_in(desk.database):
            return False
        fetched = joining.fetch(desk.sync, share, passphrase, progress, letter)
        if fetched is None:
            return False
    finally:
        desk.close()
    backups.take_over(folder, fetched.file, (clock or SystemClock()).now())
    desk = open_desk(folder, clock)
    try:
        joining.finish(desk.sync, fetched, share, name)
        desk.sync.run(progress)
    finally:
        desk.close()
    return True
