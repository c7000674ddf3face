"""A new data file for nearly every test in a tenth of the time: the steps run once, later files begin as a copy.

What a file looks like after the steps depends on nothing but the program, so a copy differs from a file of its own only
in what `prepare` itself writes next: the device. The real `prepare` runs on the copy and would mend or refuse it.
`tests/persistence` calls `prepare` itself and always walks the steps.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from salesdesk.persistence import keys, migrate
from salesdesk.persistence.database import Database, connect

Prepare = Callable[[Database, str], list[str]]


class NewFiles:
    """Stands where `salesdesk.desk` calls `prepare`; keeps one empty file for the shape the program has."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._told: dict[int, list[str]] = {}

    def prepare(self, database: Database, letter: str = "A") -> list[str]:
        """As `migrate.prepare`, from a copy where the file is new."""
        path = database.path
        if path.exists() or keys.key_name(path) is not None:
            return migrate.prepare(database, letter)
        shape = migrate.newest()
        pattern = self._folder / f"{shape}.db"
        if shape not in self._told:
            self._told[shape] = self._walk(database, pattern)
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(pattern, path)
        return self._told[shape] + migrate.prepare(database, letter)

    def _walk(self, database: Database, pattern: Path) -> list[str]:
        """Walk the steps once; the device is left out, as each file has its own."""
        being_made = pattern.with_name(f"{os.getpid()}.db")
        first = Database(being_made, database.schema, database.clock)
        told = migrate.prepare(first)
        first.close()
        raw = connect(being_made)
        raw.execute("DELETE FROM now")
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        raw.close()
        being_made.replace(pattern)
        return told
