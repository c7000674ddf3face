"""Finds customers, products and papers by any fragment: Chinese, code, pinyin or its initials, one or two characters too."""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from salesdesk.domain import text
from salesdesk.domain.changes import Changes
from salesdesk.domain.fields import Entity
from salesdesk.domain.kinds import Row, Value
from salesdesk.persistence.reading import Reader, among
from salesdesk.persistence.work import Work

CANDIDATES = 300
"""How many matching records are ranked; more than a list can show."""
RAREST = 3
"""So many tokens of a query are rare enough together."""
LOOKED_AT = 4000
"""How many records the index offers are looked at to find them, when only looking can tell (苏州hy)."""
INDEXED_AT_ONCE = 1000
"""Records whose search keys are in memory together."""
SPARE = 40
"""So many more are looked at again than should do by what was found among the first."""


class Hit(NamedTuple):
    """One found record: what it is, how it is called, and how well it matches (smaller is better)."""

    entity: str
    uid: str
    title: str
    subtitle: str
    rank: tuple[int, int]


def index_changes(work: Work, changes: Changes) -> None:
    """Before each commit: renew the search keys of the touched records."""
    for key, uids in changes.touched.items():
        entity = work.schema.entities[key]
        fields = entity.searched
        if fields:
            index_rows(work, entity, uids)


def index_rows(work: Work, entity: Entity, uids: Collection[str]) -> None:
    """Write the search keys of given records where they are others now; voided ones leave the index."""
    every = list(uids)
    for at in range(0, len(every), INDEXED_AT_ONCE):
        _index(work, entity, every[at : at + INDEXED_AT_ONCE])


def _index(work: Work, entity: Entity, uids: list[str]) -> None:
    fields = entity.searched
    some, values = among(uids)
    names = ", ".join(f'"{key}"' for key in dict.fromkeys(("uid", "void", *fields, entity.naming, *entity.subtitle)))
    told = work.tuples(
        "SELECT uid, id, title, subtitle, keys, EXISTS (SELECT 1 FROM search_gram WHERE rowid = d.id) FROM search_doc d"
        f" WHERE uid {some}",
        values,
    )
    gone = {uid: doc for uid, *doc in told}
    fresh: list[tuple[Value, ...]] = []
    altered: list[tuple[Value, ...]] = []
    grams: list[tuple[int, str]] = []
    stale: list[tuple[int]] = []
    following = 0
    for row in work.rows(f'SELECT {names} FROM "{entity.key}" WHERE uid {some} AND void = 0', values):
        keys = keys_of(row, fields)
        title = str(row[entity.naming] or "")
        subtitle = " · ".join(entity[k].kind.show(row[k]) for k in entity.subtitle if row[k] is not None)
        if row["uid"] not in gone:
            doc = following = following + 1 if following else int(work.value(_NEXT_DOC))
            fresh.append((doc, entity.key, row["uid"], title, subtitle, keys))
        else:
            doc, *before, whole = gone.pop(row["uid"])
            if before != [title, subtitle, keys]:
                altered.append((title, subtitle, keys, doc))
            if whole and before[2] == keys:
                continue
            stale.append((doc,))
        grams.append((doc, " ".join(grams_of(keys))))
    left = [(doc,) for doc, *_ in gone.values()]
    for sql, rows in (
        ("DELETE FROM search_gram WHERE rowid = ?", stale + left),
        ("DELETE FROM search_doc WHERE id = ?", left),
        ("UPDATE search_doc SET title = ?, subtitle = ?, keys = ? WHERE id = ?", altered),
        ("INSERT INTO search_doc(id, entity, uid, title, subtitle, keys) VALUES (?, ?, ?, ?, ?, ?)", fresh),
        ("INSERT INTO search_gram(rowid, grams) VALUES (?, ?)", grams),
    ):
        if rows:
            work.execute_many(sql, rows)


def keys_of(row: Row, fields: Sequence[str]) -> str:
    """Everything a record can be found by, lower case, separated by blanks."""
    return " ".join(
        dict.fromkeys(" ".join(text.search_keys(str(row[k])) for k in fields if row[k] is not None).split())
    )


def grams_of(keys: str) -> list[str]:
    """The distinct index tokens of a key text."""
    return text.bigrams(keys)


def find(reader: Reader, query: str, entity: str | None = None, limit: int = 50) -> list[Hit]:
    """Best matches first: earlier position, then shorter name. Empty for an empty query."""
    match = _match(reader, query)
    if not match:
        return []
    rank_of = text.matcher(query)
    where, params = _holding(query, entity)
    found: list[tuple[tuple[int, int], int, str, int]] = []
    last = looked = 0
    look = CANDIDATES
    while len(found) < CANDIDATES and looked < LOOKED_AT:
        rows = reader.tuples(
            "SELECT d.id, d.title, d.keys FROM search_gram g CROSS JOIN search_doc d ON d.id = g.rowid"
            f" WHERE search_gram MATCH ? AND g.rowid > ? {where} LIMIT ?",
            (match, last, *params, look),
        )
        for doc, title, keys in rows:
            rank = rank_of(keys)
            if rank is not None:
                found.append((rank, len(title), title, doc))
        if len(rows) < look:
            break
        last, looked = rows[-1][0], looked + len(rows)
        look = looked * (CANDIDATES - len(found)) // max(1, len(found)) + SPARE
        look = min(look, LOOKED_AT - looked)
    best = sorted(found)[:limit]
    marks = ", ".join(str(doc) for *_, doc in best)
    told = {
        r[0]: r[1:] for r in reader.tuples(f"SELECT id, entity, uid, subtitle FROM search_doc WHERE id IN ({marks})")
    }
    return [
        Hit(kind, uid, title, subtitle, rank) for rank, _, title, doc in best for kind, uid, subtitle in (told[doc],)
    ]


def uids(reader: Reader, query: str, entity: str) -> tuple[str, list[Any]]:
    """A SELECT of the uids of all records of one kind that match, with its parameters: for narrowing a list."""
    match = _match(reader, query)
    if not match:
        return "SELECT NULL WHERE 0", []
    if not all(map(text.one_script, text.search_key(query).split())):
        rank_of = text.matcher(query)
        rows = reader.tuples(_ALL.format(columns="d.uid, d.keys", more="AND d.entity = ?"), (match, entity))
        return "SELECT value FROM json_each(?)", [json.dumps([uid for uid, keys in rows if rank_of(keys) is not None])]
    where, params = _holding(query, entity)
    return _ALL.format(columns="d.uid", more=where), [match, *params]


def _match(reader: Reader, query: str) -> str:
    """The MATCH text that yields the candidates of a query; "" when nothing can match.

    Where the database itself looks whether the words stand in the keys, the rarest tokens do, and the index need not go
    through long lists such as those of `ng` and `an`, or of a lone letter. The later the twentieth record with a token
    comes, the rarer it is.
    """
    tokens = text.query_bigrams(query)
    if all(map(text.one_script, text.search_key(query).split())):
        pairs = [token for token in tokens if len(token) == 2]
        tokens = pairs if len(pairs) > 1 else tokens
        if len(tokens) > RAREST + 1:
            twentieth = "SELECT rowid FROM search_gram WHERE search_gram MATCH ? LIMIT 1 OFFSET 19"
            comes = {token: reader.value(twentieth, (text.match_token(token),)) or sys.maxsize for token in tokens}
            tokens = sorted(tokens, key=comes.__getitem__)[-RAREST:]
    spelled = (f"({' OR '.join(map(text.match_token, pairs))})" for pairs in text.seams(query))
    return " AND ".join((*map(text.match_token, tokens), *spelled)) if tokens else ""


def matching(reader: Reader, query: str, records: Sequence[str | None]) -> list[str]:
    """Those of some records that match."""
    if not text.query_bigrams(query):
        return []
    rank_of = text.matcher(query)
    rows = reader.tuples(
        "SELECT uid, keys FROM search_doc WHERE uid IN (SELECT value FROM json_each(?))", (json.dumps(list(records)),)
    )
    return [uid for uid, keys in rows if rank_of(keys) is not None]


_NEXT_DOC = "SELECT coalesce(max(id), 0) + 1 FROM search_doc"
_ALL = "SELECT {columns} FROM search_gram g CROSS JOIN search_doc d ON d.id = g.rowid WHERE search_gram MATCH ? {more}"


def _holding(query: str, entity: str | None) -> tuple[str, list[Any]]:
    """Conditions that let the database sort out most candidates: the kind of record, and what must stand in its keys."""
    parts: list[str] = []
    params: list[Any] = []
    if entity:  # records of one kind lie near one another in the index: others are not even looked up
        parts.append("AND d.entity = ? AND g.rowid BETWEEN")
        parts.append(
            "(SELECT min(id) FROM search_doc WHERE entity = ?) AND (SELECT max(id) FROM search_doc WHERE entity = ?)"
        )
        params += [entity] * 3
    for word in text.search_key(query).split():
        spellings = {word, text.compact(word) or word}
        if text.one_script(word):
            parts.append(f"AND ({' OR '.join(['instr(d.keys, ?)'] * len(spellings))})")
            params += spellings
    return " ".join(parts), params
