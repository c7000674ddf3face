"""Finds customers, products and papers by any fragment: Chinese, code, pinyin or its initials, one or two characters too."""

from __future__ import annotations

from dataclasses import dataclass

from salesdesk.domain import text
from salesdesk.domain.changes import Changes
from salesdesk.domain.fields import Entity
from salesdesk.domain.kinds import Row
from salesdesk.persistence.reading import Reader
from salesdesk.persistence.work import Work

CANDIDATES = 400
"""How many index hits are rechecked exactly; more than a list can show."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One found record: what it is, how it is called, and how well it matches (smaller is better)."""

    entity: str
    uid: str
    title: str
    subtitle: str
    rank: tuple[int, int]


def searched_fields(entity: Entity) -> list[str]:
    return [f.key for f in entity.fields if f.search]


def index_changes(work: Work, changes: Changes) -> None:
    """Before each commit: renew the search keys of the touched records."""
    for key, uids in changes.touched.items():
        entity = work.schema.entities[key]
        fields = searched_fields(entity)
        if fields:
            index_rows(work, entity, uids)


def index_rows(work: Work, entity: Entity, uids: frozenset[str] | list[str]) -> None:
    """Write the search keys of given records; voided ones leave the index."""
    fields = searched_fields(entity)
    for uid in uids:
        row = work.get(entity, uid)
        doc = work.value("SELECT id FROM search_doc WHERE uid = ?", (uid,))
        if row is None or row["void"]:
            if doc is not None:
                work.execute("DELETE FROM search_gram WHERE rowid = ?", (doc,))
                work.execute("DELETE FROM search_doc WHERE id = ?", (doc,))
            continue
        keys = keys_of(row, fields)
        title = str(row[entity.naming] or "")
        subtitle = " · ".join(entity[k].kind.show(row[k]) for k in entity.subtitle if row[k] is not None)
        if doc is None:
            doc = work.value(
                "INSERT INTO search_doc(entity, uid, title, subtitle, keys) VALUES (?, ?, ?, ?, ?) RETURNING id",
                (entity.key, uid, title, subtitle, keys),
            )
        else:
            work.execute("UPDATE search_doc SET title = ?, subtitle = ?, keys = ? WHERE id = ?", (title, subtitle, keys, doc))
            work.execute("DELETE FROM search_gram WHERE rowid = ?", (doc,))
        work.execute("INSERT INTO search_gram(rowid, grams) VALUES (?, ?)", (doc, " ".join(grams_of(keys))))


def keys_of(row: Row, fields: list[str]) -> str:
    """Everything a record can be found by, lower case, separated by blanks."""
    return " ".join(dict.fromkeys(" ".join(text.search_keys(str(row[k])) for k in fields if row[k] is not None).split()))


def grams_of(keys: str) -> list[str]:
    """The distinct index tokens of a key text."""
    return list(dict.fromkeys(text.bigrams(keys)))


def find(reader: Reader, query: str, entity: str | None = None, limit: int = 50) -> list[Hit]:
    """Best matches first: earlier position, then shorter name. Empty for an empty query."""
    grams = list(dict.fromkeys(text.query_bigrams(query)))
    if not grams:
        return []
    match = " AND ".join('"' + g.replace('"', '""') + '"' for g in grams)
    where, params = ("AND d.entity = ?", (match, entity, CANDIDATES)) if entity else ("", (match, CANDIDATES))
    if len(grams) == 1 and len(grams[0]) == 1:  # a single character: any token starting with it
        where, params = where, (grams[0] + "*", *params[1:])
    found = reader.tuples(
        "SELECT d.entity, d.uid, d.title, d.subtitle, d.keys FROM search_gram g JOIN search_doc d ON d.id = g.rowid"
        f" WHERE search_gram MATCH ? {where} LIMIT ?",
        params,
    )
    hits = []
    for kind, uid, title, subtitle, keys in found:
        rank = text.matches(query, keys)
        if rank is not None:
            hits.append(Hit(kind, uid, title, subtitle, rank))
    hits.sort(key=lambda h: (h.rank, len(h.title), h.title))
    return hits[:limit]
