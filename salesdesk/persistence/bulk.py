"""Fills empty tables with very many rows at once, without history: only for data that was never typed, such as benchmarks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

from salesdesk.domain.clock import stamp
from salesdesk.domain.fields import Entity
from salesdesk.domain.kinds import Value
from salesdesk.persistence import migrate, search
from salesdesk.persistence.database import Database

CHUNK = 50_000
"""Rows of one transaction: what is lost when the load breaks off, and how large the write-ahead log gets."""


class Loader:
    """Writes rows with the log standing still. Derived columns must be given; search keys are made by `index`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.loaded = 0
        self.each: Callable[[int], None] = lambda loaded: None

    def fill(self, entity: Entity, keys: Sequence[str], rows: Iterable[Sequence[Value]]) -> int:
        """Insert rows (values in the order of `keys`, "uid" among them), a transaction per chunk; returns how many."""
        names = ", ".join(f'"{k}"' for k in keys)
        marks = ", ".join("?" * len(keys))
        return self._pour(f'INSERT INTO "{entity.key}" ({names}) VALUES ({marks})', rows)

    def _pour(self, sql: str, rows: Iterable[Any]) -> int:
        source, count = iter(rows), 0
        while chunk := list(islice(source, CHUNK)):
            with self._database.local() as work:
                work.execute("UPDATE now SET applying = 1")
                work.execute_many(sql, chunk)
                work.execute("UPDATE now SET applying = 0")
            count += len(chunk)
            self.loaded += len(chunk)
            self.each(self.loaded)
        return count

    def index(self, entity: Entity) -> None:
        """Make the search keys of all rows of one entity; the table must not have any yet."""
        fields = entity.searched
        with self._database.read() as reader:
            rows = reader.rows(f'SELECT * FROM "{entity.key}" WHERE void = 0 ORDER BY rowid')
            first = int(reader.value("SELECT coalesce(max(id), 0) + 1 FROM search_doc"))
        docs, grams = [], []
        for doc, row in enumerate(rows, first):
            keys = search.keys_of(row, fields)
            subtitle = " · ".join(entity[k].kind.show(row[k]) for k in entity.subtitle if row[k] is not None)
            docs.append((doc, entity.key, row["uid"], str(row[entity.naming] or ""), subtitle, keys))
            grams.append((doc, " ".join(search.grams_of(keys))))
        self._pour("INSERT INTO search_doc(id, entity, uid, title, subtitle, keys) VALUES (?, ?, ?, ?, ?, ?)", docs)
        self._pour("INSERT INTO search_gram(rowid, grams) VALUES (?, ?)", grams)

    def number(self, series: str, last: int) -> None:
        """Say how far a series of document numbers is used up."""
        with self._database.local() as work:
            work.execute(
                "INSERT INTO numbering(series, last) VALUES (?, ?) ON CONFLICT(series) DO UPDATE SET last = excluded.last",
                (series, last),
            )


@contextmanager
def bulk_load(database: Database, why: str) -> Iterator[Loader]:
    """A load into a file whose lists nobody is reading yet. Leaves a mark in `meta` that says these rows have no history.

    Indexes are put aside and built at the end, the disk is not waited for: a load that breaks off must be made anew.
    """
    with database.local() as work:
        work.execute(
            "INSERT INTO meta(key, value) VALUES ('bulk_load', ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value",
            (f"{stamp(database.clock.now())} {why}：这批记录没有写进历史",),
        )
        indexes = work.tuples(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name NOT LIKE 'search%'"
        )
        for name, _ in indexes:
            work.execute(f'DROP INDEX "{name}"')
    with database.hurried(references=False):
        yield Loader(database)
        for _, sql in indexes:
            with database.local() as work:
                work.execute(sql)
        with database.local() as work:
            work.execute("ANALYZE")
            # with samples of the values a statement is compiled anew for every value it is asked for
            work.execute("DELETE FROM sqlite_stat4")
            migrate.weigh(work)  # tables that are empty yet have no figures
