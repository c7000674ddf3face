"""A data file told in parts that travel one by one, and a new file filled from them; what is encrypted is never laid down plain."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from salesdesk.persistence.database import ASKED_EVERY, connect, roll_back
from salesdesk.persistence.encrypting import drop
from salesdesk.persistence.keys import key_name

PART = 8 * 1024 * 1024
"""Characters of one part; its rows are taken over in one transaction."""
ROWS = 1000
"""Rows read at once."""
NOTE = "pouring"
"""Table of a file that is being filled; gone from a file that is whole."""
_OWN = f"type = 'table' AND name != '{NOTE}' AND name != 'sqlite_sequence'"


def tell(raw: Any, without: Mapping[str, str]) -> Iterator[tuple[bytes, int, int]]:
    """The content of a data file, inside a read transaction: JSON parts, each with the rows told so far and all rows.

    without: table -> condition of the rows that stay behind. The first part is the shape of the tables, the others are rows as they
    stand, row ids and the index of the search included, so that nothing has to be worked out anew where they arrive.
    """
    shape = raw.execute("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    kinds = {row[1]: (row[2], row[4]) for row in raw.execute("PRAGMA table_list").fetchall() if row[0] == "main"}
    tables = [
        name
        for (name,) in raw.execute(f"SELECT name FROM sqlite_master WHERE {_OWN}").fetchall()
        if kinds[name][0] != "virtual"
    ]
    left = {name: f"NOT ({without[name]})" if name in without else "1" for name in tables}
    counts = {
        name: int(raw.execute(f'SELECT count(*) FROM "{name}" WHERE {left[name]}').fetchone()[0]) for name in tables
    }
    whole, done = sum(counts.values()), 0
    version = int(raw.execute("PRAGMA user_version").fetchone()[0])
    yield _text({"version": version, "shape": shape, "counts": counts}).encode(), 0, whole
    blocks: list[str] = []
    length = 0
    for name in tables:
        columns = _columns(raw, name, bool(kinds[name][1]))
        names = ", ".join(f'"{c}"' for c in columns)
        rows = raw.execute(f'SELECT {names} FROM "{name}" WHERE {left[name]}') if counts[name] else None
        while rows is not None and (some := rows.fetchmany(ROWS)):
            blocks.append(_text([name, columns, some]))
            length, done = length + len(blocks[-1]), done + len(some)
            if length >= PART:
                yield f"[{','.join(blocks)}]".encode(), done, whole
                blocks, length = [], 0
    if blocks:
        yield f"[{','.join(blocks)}]".encode(), done, whole


def _columns(raw: Any, table: str, by_key: bool) -> list[str]:
    """What is told of a row; with its row id where it has one that is no column of its own."""
    info = raw.execute(f'PRAGMA table_xinfo("{table}")').fetchall()
    columns = [row[1] for row in info if not row[6]]
    alias = [row for row in info if row[5] and row[2].upper() == "INTEGER"]
    return columns if by_key or (len(alias) == 1 and sum(bool(row[5]) for row in info) == 1) else ["rowid", *columns]


def _bytes(value: Any) -> dict[str, str]:
    return {"b": base64.b64encode(value).decode()}


_text = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_bytes, check_circular=False).encode


class Filling:
    """A new data file while it is filled, encrypted or plain as the file `like`. What was begun under the same mark is gone on with.

    part: how many parts are in it. A kill between or within two steps loses the step at most.
    """

    def __init__(self, file: Path, like: Path, mark: str) -> None:
        if file.exists() and (key_name(file) != key_name(like) or not _begun(file, mark)):
            drop(file)
        self.file = file
        self._raw = raw = connect(file, like)
        try:
            for pragma in ("foreign_keys=OFF", "journal_mode=TRUNCATE", "synchronous=NORMAL", "cache_size=-64000"):
                raw.execute(f"PRAGMA {pragma}")
            raw.execute(f"CREATE TABLE IF NOT EXISTS {NOTE}(mark TEXT, part INTEGER, shape TEXT)")
            if not raw.execute(f"SELECT 1 FROM {NOTE}").fetchone():
                raw.execute(f"INSERT INTO {NOTE} VALUES (?, 0, '')", (mark,))
            self.part = int(raw.execute(f"SELECT part FROM {NOTE}").fetchone()[0])
        except BaseException:
            raw.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._raw.close()

    def take(self, part: bytes) -> None:
        """Take over the next part. Raises ValueError for one that is not ours."""
        told, packed = json.loads(part), b'{"b":"' in part
        raw = self._raw
        raw.execute("BEGIN")
        try:
            if self.part == 0:
                self._shape(told, part)
            else:
                for name, columns, rows in told:
                    names, marks = ", ".join(f'"{c}"' for c in columns), ", ".join("?" * len(columns))
                    given = map(_values, rows) if packed else rows
                    raw.executemany(f'INSERT INTO "{name}" ({names}) VALUES ({marks})', given)
            raw.execute(f"UPDATE {NOTE} SET part = part + 1")
            raw.execute("COMMIT")
        except BaseException:
            roll_back(raw)
            raise
        self.part += 1

    def _shape(self, told: Mapping[str, Any], part: bytes) -> None:
        """Make the tables; what looks after them comes at the end, virtual tables then stand before what is theirs already."""
        for kind, name, _, sql in told["shape"]:
            if kind == "table" and not name.startswith("sqlite_") and not sql.upper().startswith("CREATE VIRTUAL"):
                self._raw.execute(sql)
        self._raw.execute("ANALYZE sqlite_schema")  # makes the tables of the planner's figures
        self._raw.execute(f"UPDATE {NOTE} SET shape = ?", (part.decode(),))

    def finish(self, progress: Callable[[int, int], None] = lambda done, whole: None) -> None:
        """Make indexes, triggers and virtual tables, each for itself; the file is whole afterwards.

        progress hears of rows that were gone through and of all. Raises whatever it raises, also in the middle of a large index.
        """
        raw = self._raw
        told = json.loads(raw.execute(f"SELECT shape FROM {NOTE}").fetchone()[0])
        have = {name for (name,) in raw.execute("SELECT name FROM sqlite_master").fetchall()}
        todo = [one for one in told["shape"] if one[1] not in have and one[0] != "trigger"]
        whole, done = sum(told["counts"].get(one[2], 0) + 1 for one in todo), 0
        for kind, name, table, sql in todo:
            if kind == "table":
                raw.execute("PRAGMA writable_schema=ON")
                raw.execute("INSERT INTO sqlite_master VALUES ('table', ?, ?, 0, ?)", (name, table, sql))
                raw.execute("PRAGMA writable_schema=RESET")
            else:
                self._asked(sql, lambda at=done: progress(at, whole))  # type: ignore[misc]
            done += told["counts"].get(table, 0) + 1
            progress(done, whole)
        raw.execute("BEGIN")
        for kind, _, _, sql in told["shape"]:
            if kind == "trigger":
                raw.execute(sql)
        raw.execute(f"PRAGMA user_version = {int(told['version'])}")
        raw.execute(f"DROP TABLE {NOTE}")
        raw.execute("COMMIT")

    def _asked(self, sql: str, ask: Callable[[], None]) -> None:
        """Run a long statement; somebody is asked meanwhile and may raise."""
        raised: list[BaseException] = []

        def asked() -> bool:
            try:
                ask()
            except BaseException as error:
                raised.append(error)
            return bool(raised)

        self._raw.set_progress_handler(asked, ASKED_EVERY)
        try:
            self._raw.execute(sql)
        except Exception:
            if raised:
                raise raised[0] from None
            raise
        finally:
            self._raw.set_progress_handler(None, 0)


def _values(row: list[Any]) -> list[Any]:
    for value in row:
        if type(value) is dict:
            return [base64.b64decode(v["b"]) if type(v) is dict else v for v in row]
    return row


def _begun(file: Path, mark: str) -> bool:
    """Whether a file was begun under a mark and is not whole yet."""
    try:
        raw = connect(file)
        try:
            return bool(raw.execute(f"SELECT 1 FROM {NOTE} WHERE mark = ?", (mark,)).fetchone())
        finally:
            raw.close()
    except Exception:  # whatever a foreign or damaged file says: it is made anew
        return False
