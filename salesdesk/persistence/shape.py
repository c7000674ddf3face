"""The shape of the data file in SQLAlchemy's terms: its tables, indexes and the DDL that makes them.

Needed for migrations and their test only, so that the program starts without SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, MetaData, Table, Text, UniqueConstraint, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from salesdesk.domain.fields import Entity
from salesdesk.domain.kinds import Link

SEARCH_GRAM = (
    "CREATE VIRTUAL TABLE search_gram USING fts5(grams, content='', contentless_delete=1, detail=none, prefix='1')"
)
"""The index of pairs; `prefix` makes the search for a single character two hundred times as fast."""


def metadata_of(entities: Iterable[Entity]) -> MetaData:
    """All tables of one data file: the entities' own and the program's bookkeeping."""
    md = MetaData()
    for entity in entities:
        _table(md, entity)
    _bookkeeping(md)
    return md


def statements_of(md: MetaData) -> list[str]:
    """DDL of all tables and indexes, in creation order, without triggers."""
    dialect = sqlite.dialect()
    found: list[str] = []
    for table in md.tables.values():
        found.append(str(CreateTable(table).compile(dialect=dialect)).strip())
        for index in sorted(table.indexes, key=lambda i: str(i.name)):
            found.append(str(CreateIndex(index).compile(dialect=dialect)).strip())
    found.append(SEARCH_GRAM)
    return found


def _table(md: MetaData, entity: Entity) -> Table:
    columns: list[Column[Any]] = [
        Column("uid", Text, primary_key=True, nullable=False),
        Column("void", Integer, nullable=False, server_default="0"),
        Column("created_at", Text),
        Column("created_by", Text),
    ]
    for one in entity.fields:
        kind = Integer if one.kind.sql == "INTEGER" else Text
        refs = []
        if isinstance(one.kind, Link) and one.kind.entity:
            refs.append(ForeignKey(f"{one.kind.entity}.uid", deferrable=True, initially="DEFERRED"))
        columns.append(Column(one.key, kind, *refs))
    table = Table(entity.key, md, *columns)
    indexed = {(f.key,) for f in entity.links} | set(entity.indexes)
    if entity.code:
        indexed.add((entity.code,))
    covered = {keys[:1] for keys in entity.indexes if len(keys) > 1}
    for keys in sorted(indexed):
        if len(keys) == 1 and keys in covered:
            continue
        Index(f"ix_{entity.key}_{'_'.join(keys)}", *(table.c[k] for k in keys))
    for keys, where in entity.partial:
        Index(f"ix_{entity.key}_{'_'.join(keys)}", *(table.c[k] for k in keys), sqlite_where=text(where))
    return table


def _bookkeeping(md: MetaData) -> None:
    Table("meta", md, Column("key", Text, primary_key=True), Column("value", Text))
    Table(  # one row: the running operation, this device, its counters
        "now",
        md,
        Column("id", Integer, primary_key=True),
        Column("op", Integer),
        Column("applying", Integer, nullable=False, server_default="0"),
        Column("device", Text, nullable=False),
        Column("letter", Text, nullable=False),
        Column("n", Integer, nullable=False, server_default="0"),
        Column("hlc", Integer, nullable=False, server_default="0"),
        Column("seen", Integer),  # row of `seen`: what of other PCs this file holds; NULL: nothing
        Column("chain", Text),  # link of this PC's last operation
    )
    Table(
        "operation",
        md,
        Column("id", Integer, primary_key=True),
        Column("device", Text, nullable=False),
        Column("n", Integer, nullable=False),
        Column("hlc", Integer, nullable=False),
        Column("title", Text, nullable=False),
        Column("verb", Text, nullable=False, server_default=""),
        Column("operator", Text, nullable=False, server_default=""),
        Column("role", Text, nullable=False, server_default=""),
        Column("at", Text, nullable=False),
        Column("reason", Text),
        Column("undoes", Integer),
        Column("seen", Integer),  # row of `seen`: what of other PCs was known when this was done
        Column("chain", Text),  # hash over this operation and the link before it; NULL before links were kept
        UniqueConstraint("device", "n"),
    )
    Index(
        "ix_operation_undoes",
        md.tables["operation"].c.undoes,
        sqlite_where=md.tables["operation"].c.undoes.is_not(None),
    )
    Table(
        "change",
        md,
        Column("id", Integer, primary_key=True),
        Column("op", Integer, nullable=False),
        Column("entity", Text, nullable=False),
        Column("uid", Text, nullable=False),
        Column("kind", Text, nullable=False),  # I inserted, U updated
        Column("before", Text),
        Column("after", Text, nullable=False),
    )
    Index("ix_change_op", md.tables["change"].c.op)
    Index("ix_change_uid", md.tables["change"].c.uid)
    _exchange(md)
    Table(
        "numbering",
        md,
        Column("series", Text, primary_key=True),
        Column("last", Integer, nullable=False),
    )
    Table(
        "draft",
        md,
        Column("uid", Text, primary_key=True),
        Column("entity", Text, nullable=False),
        Column("title", Text, nullable=False, server_default=""),
        Column("payload", Text, nullable=False),
        Column("saved_at", Text, nullable=False),
    )
    Table("setting", md, Column("key", Text, primary_key=True), Column("value", Text, nullable=False))
    Table(
        "search_doc",
        md,
        Column("id", Integer, primary_key=True),
        Column("entity", Text, nullable=False),
        Column("uid", Text, nullable=False, unique=True),
        Column("title", Text, nullable=False),
        Column("subtitle", Text, nullable=False, server_default=""),
        Column("keys", Text, nullable=False),
    )
    Index("ix_search_doc_entity", md.tables["search_doc"].c.entity)
    Table(  # by what a record may be the same as another, see services/alike.py
        "alike_key",
        md,
        Column("entity", Text, primary_key=True),
        Column("kind", Text, primary_key=True),
        Column("key", Text, primary_key=True),
        Column("uid", Text, primary_key=True),
        sqlite_with_rowid=False,
    )
    Index("ix_alike_key_uid", md.tables["alike_key"].c.uid)
    _sums(md)


def _sums(md: MetaData) -> None:
    """Sums of past sales kept ready, and for which stretches of days they stand; they can be added up again any time."""
    Table(
        "sales_piece",
        md,
        Column("base", Text, primary_key=True),  # order, delivery, invoice, payment
        Column("piece", Text, primary_key=True),
        *(Column(key, Text, nullable=False) for key in ("first", "last")),
        Column("stands", Integer, nullable=False),  # 1: its sums are those of the papers
        sqlite_with_rowid=False,
    )
    Table(
        "sales_sum",
        md,
        *(Column(key, Text, primary_key=True) for key in ("base", "dim", "piece", "key")),
        Column("docs", Integer, nullable=False),
        *(Column(key, Integer, nullable=False) for key in ("qty", "amount", "net", "cost")),
        *(Column(f"back_{key}", Integer, nullable=False) for key in ("qty", "amount", "net", "cost")),
        sqlite_with_rowid=False,
    )


def _exchange(md: MetaData) -> None:
    """What this PC remembers of the exchange with others; none of it travels."""
    Table("seen", md, Column("id", Integer, primary_key=True), Column("vector", Text, nullable=False))
    Table(  # how far this file holds the work of each other PC
        "peer",
        md,
        Column("device", Text, primary_key=True),
        Column("n", Integer, nullable=False),  # newest operation
        Column("idx", Integer, nullable=False),  # newest segment
        Column("hash", Text, nullable=False, server_default=""),  # of that segment
        Column("told", Text, nullable=False, server_default="{}"),  # what it last said of itself
    )
    Table(  # segments as they lie on the share, own and foreign, so that anybody can put a lost one back
        "segment",
        md,
        Column("device", Text, primary_key=True),
        Column("idx", Integer, primary_key=True),
        Column("first", Integer, nullable=False),
        Column("last", Integer, nullable=False),
        Column("hash", Text, nullable=False),
        Column("data", LargeBinary, nullable=False),
        Column("published", Integer, nullable=False, server_default="0"),
    )
    Table(  # operations that take back one which is not here (yet): a piece given up, or told anew under another name
        "undo_waiting",
        md,
        Column("op", Integer, primary_key=True),
        Column("device", Text, nullable=False),
        Column("n", Integer, nullable=False),
    )
    Table(  # what a merge left for a person to decide
        "merge_case",
        md,
        Column("key", Text, primary_key=True),
        Column("kind", Text, nullable=False),  # field, void, code, rule
        Column("entity", Text, nullable=False),
        Column("uid", Text, nullable=False),
        Column("field", Text, nullable=False, server_default=""),
        Column("told", Text, nullable=False),  # JSON: what both sides wrote, or the problem
        Column("found_at", Text, nullable=False),
    )
    Index("ix_merge_case_uid", md.tables["merge_case"].c.uid)
    Table(  # changes of record types and fields that this program is too old to know
        "parked",
        md,
        Column("entity", Text, primary_key=True),
        Column("uid", Text, primary_key=True),
    )
