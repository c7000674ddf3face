"""Writes the next migration step: what the entities call for and the steps so far do not make.

`python -m tests.persistence.draft_step order_desk` writes `migrations/NNNN_order_desk.sql`; a step of that name is written
anew, which is right only as long as it has not landed. Read the file before committing it: a renamed field looks like
a new one, and rows that need a value must be given one by hand.
"""

from __future__ import annotations

import sys
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateColumn
from sqlcipher3 import dbapi2

from salesdesk.desk import find_modules
from salesdesk.persistence import migrate
from salesdesk.persistence.shape import SEARCH_GRAM, metadata_of, statements_of
from salesdesk.persistence.tables import Schema
from salesdesk.services.module import Registry


def shape_of(raw: Any) -> dict[str, Any]:
    """What a file's tables are made of, whatever the order in which its columns came: for comparing two files."""
    found: dict[str, Any] = {}
    objects = raw.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    for type_, name, sql in objects:
        if type_ == "trigger" or name.startswith(("search_gram_", "sqlite_")):
            continue
        if type_ == "table" and not sql.startswith("CREATE VIRTUAL"):
            columns = {row[1]: row[2:] for row in raw.execute(f'PRAGMA table_info("{name}")').fetchall()}
            links = {row[3]: (row[2], row[4]) for row in raw.execute(f'PRAGMA foreign_key_list("{name}")').fetchall()}
            unique = [row[3:] for row in raw.execute(f'PRAGMA index_list("{name}")').fetchall() if row[2]]
            found[name] = (columns, links, unique, sql.count("DEFERRABLE"))
        else:
            found[name] = " ".join(sql.split())
    return found


def made_of(statements: list[str]) -> Any:
    """An empty database in memory after these statements."""
    raw = dbapi2.connect(":memory:")
    for statement in statements:
        raw.execute(statement)
    return raw


def lacking(raw: Any, schema: Schema) -> list[str]:
    """Statements that bring the tables in `raw` to the shape of the schema: new tables, columns and indexes."""
    metadata = metadata_of(schema.entities.values())
    found: list[str] = []
    have = {name for (name,) in raw.execute("SELECT name FROM sqlite_master").fetchall()}
    for table in metadata.tables.values():
        if table.name in have:
            found += _columns(raw, table)
    wanted = made_of(statements_of(metadata))
    objects = wanted.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid").fetchall()
    names = {name for name, _ in objects}
    for name, sql in objects:
        if name not in have and (sql == SEARCH_GRAM or not name.startswith("search_gram_")):
            found.append(sql)
    gone = raw.execute("SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").fetchall()
    found += [f"DROP INDEX {name}" for (name,) in gone if name not in names]
    return found


def _columns(raw: Any, table: Table) -> list[str]:
    have = {row[1] for row in raw.execute(f'PRAGMA table_info("{table.name}")').fetchall()}
    added: list[str] = []
    for column in table.columns:
        if column.name in have:
            continue
        ddl = str(CreateColumn(column).compile(dialect=sqlite.dialect()))
        for link in column.foreign_keys:
            target = link.target_fullname.split(".")[0]
            ddl += f" REFERENCES {target} (uid) DEFERRABLE INITIALLY DEFERRED"
        added.append(f'ALTER TABLE "{table.name}" ADD COLUMN {ddl}')
    return added


def main(name: str) -> None:
    """Write the step called `name` from the steps before it and the present entities."""
    before = []  # a later step that fills columns of this one does not count
    for number, step in enumerate(migrate.steps(), 1):
        if int(step.name[:4]) != number or step.stem[5:] == name:
            break
        before.append(step)
    raw = made_of([one for step in before for one in migrate.statements(step.read_text(encoding="utf-8"))])
    wanted = lacking(raw, Schema(Registry(find_modules()).entities.values()))
    path = migrate.STEPS / f"{int(before[-1].name[:4]) + 1:04d}_{name}.sql"
    if not wanted:
        print("nothing to do: the steps make what the entities call for")
        return
    path.write_text(f"-- {name}\n" + ";\n\n".join(wanted) + ";\n", encoding="utf-8")
    print(f"{path.name}: {len(wanted)} statements")


if __name__ == "__main__":
    main(sys.argv[1])
