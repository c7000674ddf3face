"""Looks through the whole data file for damage: pages, references, triggers, history against present values, derived numbers, search."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from salesdesk.domain.changes import Changes
from salesdesk.domain.fields import Entity
from salesdesk.domain.kinds import Row
from salesdesk.domain.problems import Problem
from salesdesk.persistence import search
from salesdesk.persistence.chain import broken_links
from salesdesk.persistence.database import Database
from salesdesk.persistence.merging import settle
from salesdesk.persistence.migrate import newest
from salesdesk.persistence.reading import Reader
from salesdesk.persistence.tables import fingerprint, logged_columns
from salesdesk.persistence.work import BeforeCommit, Work
from salesdesk.persistence.writings import Log

TOLD = 20
"""Findings told one by one of each kind; the rest is counted."""
SAMPLE = 5000
"""Search texts recomputed of each kind of record; presence is checked for all."""
CHUNK = 50_000
_RESTORE = "请先备份现在的文件，再用最近的好备份恢复（salesdesk restore），或把文件发给维护人员"


@dataclass
class Findings:
    """What a check found. `problems` in words; `counts` how much was looked at."""

    problems: list[Problem] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    _more: dict[str, int] = field(default_factory=dict)

    def add(self, code: str, message: str, cure: str = _RESTORE, place: str = "") -> None:
        """Note one finding; beyond TOLD of a kind they are only counted."""
        n = self._more[code] = self._more.get(code, 0) + 1
        if n <= TOLD:
            self.problems.append(Problem(message, cure, place=place, code=code))

    def close(self) -> None:
        """Add how many more there were of each kind."""
        for code, n in self._more.items():
            if n > TOLD:
                self.problems.append(Problem(f"同类问题另有 {n - TOLD} 处", code=code))


RENEWED = "SELECT rowid FROM search_gram WHERE search_gram MATCH '\"zz\"' LIMIT 1"
"""A look into the index first: SQLite 3.53 checks it by what this connection remembered before another one wrote, and
reports damage that is none; a query makes it read its list of parts anew."""


def check_file(reader: Reader, found: Findings) -> bool:
    """Pages, foreign keys, schema number and triggers; False when the pages are so damaged that nothing else can be trusted."""
    reader.column(RENEWED)
    pages = reader.column(f"PRAGMA integrity_check({TOLD})")
    if pages != ["ok"]:
        for text in pages:
            found.add("pages", f"数据文件内部有损坏：{text}")
        return False
    for table, rowid, parent, _ in reader.tuples("PRAGMA foreign_key_check"):
        found.add(
            "reference",
            f"「{_title(reader, table)}」第 {rowid} 条指向不存在的{_title(reader, parent)}",
            place=_title(reader, table),
        )
    version = int(reader.value("PRAGMA user_version"))
    if version != newest():
        found.add("version", f"数据版本是 {version}，程序是 {newest()}", "请用匹配的程序打开一次")
    present = reader.column("SELECT sql FROM sqlite_master WHERE type = 'trigger'")
    if fingerprint(present) != reader.schema.fingerprint:
        found.add(
            "triggers",
            "记录变更的触发器缺了或被改过，有些改动可能没有记进历史",
            "关掉程序再打开会自动重建；之前漏记的改动看下面",
        )
    return True


def _title(reader: Reader, table: str) -> str:
    entity = reader.schema.entities.get(table)
    return entity.title if entity else table


class _Rows:
    """The present rows of one table in the order of their uids, taken one after another."""

    def __init__(self, reader: Reader, entity: Entity) -> None:
        self.keys = logged_columns(entity)
        names = ", ".join(f'"{k}"' for k in ("uid", *self.keys))
        self._cursor: Iterator[tuple[Any, ...]] = stream(reader, f'SELECT {names} FROM "{entity.key}" ORDER BY uid')
        self._next: tuple[Any, ...] | None = next(self._cursor, None)

    def before(self, uid: str | None) -> Iterator[str]:
        """Pass over the rows before a uid (all that are left for None)."""
        while self._next is not None and (uid is None or self._next[0] < uid):
            yield self._next[0]
            self._next = next(self._cursor, None)

    def take(self, uid: str) -> Row | None:
        """The row of a uid when it comes next."""
        if self._next is None or self._next[0] != uid:
            return None
        row = dict(zip(self.keys, self._next[1:], strict=True))
        self._next = next(self._cursor, None)
        return row


def stream(reader: Reader, sql: str, params: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
    """Rows of a SELECT without holding them all in memory."""
    cursor = reader.connection.execute(sql, params)
    while chunk := cursor.fetchmany(2000):
        yield from chunk


def check_log(reader: Reader, found: Findings) -> None:
    """Replay the whole change log in one pass: every logged column of every record must come out as it stands now.

    Log and tables are both read in the order of the uids, so memory stays flat. Rows of a bulk load have no birth in the
    log; of them only the columns changed since are compared.
    """
    entities = reader.schema.entities
    shared = {key: _Rows(reader, e) for key, e in entities.items() if e.shared}
    loaded = bool(reader.value("SELECT 1 FROM meta WHERE key = 'bulk_load'"))
    records = 0

    def unlogged(entity: str, uids: Iterable[str]) -> None:
        for uid in uids:
            if not loaded:
                found.add(
                    "unlogged",
                    f"{entities[entity].title} {_name(reader, entities[entity], uid)} 没有来历：历史里没有它的新建",
                    place=entities[entity].title,
                )

    for entity, uid, changes in _histories(reader):
        rows = shared.get(entity)
        if rows is None:
            found.add("log_entity", f"历史里有不认识的记录类别「{entity}」", "请看是不是用更新版本的程序存过")
            continue
        records += 1
        unlogged(entity, rows.before(uid))
        row = rows.take(uid)
        if row is None:
            found.add("lost", f"{entities[entity].title} {uid} 在历史里有，数据里没有", place=entities[entity].title)
            continue
        _compare(reader, entities[entity], uid, row, changes, loaded, found)
    for entity, rows in shared.items():
        unlogged(entity, rows.before(None))
    found.counts["records"] = records
    found.counts["changes"] = int(reader.value("SELECT count(*) FROM change"))
    _check_chain(reader, found)
    stray = int(
        reader.value("SELECT count(*) FROM change c WHERE NOT EXISTS (SELECT 1 FROM operation o WHERE o.id = c.op)")
    )
    if stray:
        found.add("stray_change", f"有 {stray} 条改动不属于任何一步操作")
    if reader.value("SELECT applying FROM now") or reader.value("SELECT op FROM now") is not None:
        found.add("open_operation", "数据文件停在一步没有做完的操作里", "请关掉程序再打开一次；还在就请发给维护人员")


def _histories(reader: Reader) -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """(entity, uid, [(kind, after)]) of every record in the log, by uid."""
    entity, uid, changes = "", "", list[tuple[str, str]]()
    for one_entity, one_uid, kind, after in stream(
        reader, "SELECT entity, uid, kind, after FROM change ORDER BY uid, id"
    ):
        if one_uid != uid:
            if uid:
                yield entity, uid, changes
            entity, uid, changes = one_entity, one_uid, []
        changes.append((kind, after))
    if uid:
        yield entity, uid, changes


def _compare(
    reader: Reader, entity: Entity, uid: str, row: Row, changes: list[tuple[str, str]], loaded: bool, found: Findings
) -> None:
    state: Row = {}
    born = False
    try:
        for kind, after in changes:
            if kind == "I":
                born, state = True, dict.fromkeys(row)
            state.update(json.loads(after))
    except ValueError:
        found.add("log_text", f"{entity.title} {_name(reader, entity, uid)} 的历史有一条读不出来", place=entity.title)
        return
    if not born and not loaded:
        found.add("unborn", f"{entity.title} {_name(reader, entity, uid)} 的历史缺了新建那一条", place=entity.title)
    if any(key in row and row[key] != value for key, value in state.items()):
        state = _resolved(reader, entity, uid, state)
    for key, value in state.items():
        if key in row and row[key] != value:
            title = entity[key].title if key in entity.by_key else {"void": "作废"}.get(key, key)
            shown = entity[key].kind.show if key in entity.by_key else str
            found.add(
                "history",
                f"{entity.title} {_name(reader, entity, uid)} 的「{title}」现在是「{shown(row[key])}」，按历史应是「{shown(value)}」",
                "有人绕过程序改过数据；请核对后在程序里改回来",
                entity.title,
            )


def _check_chain(reader: Reader, found: Findings) -> None:
    """Every operation is the one that was linked when it was done."""
    for broken in broken_links(reader):
        found.add(
            "chain",
            f"第 {broken.n} 步「{broken.title}」{broken.reason}",
            "有人绕过程序改过历史；请和别的电脑或备份里的同一步对照",
            "操作记录",
        )
    chain, last = reader.tuples(
        "SELECT chain, (SELECT chain FROM operation o WHERE o.device = now.device ORDER BY n DESC LIMIT 1) FROM now"
    )[0]
    if chain != last:
        found.add("chain", "最后几步操作的记录被拿掉了", "请和别的电脑或备份里的操作记录对照", "操作记录")


def _resolved(reader: Reader, entity: Entity, uid: str, state: Row) -> Row:
    """What the log says of a record of which the latest row in it is not what stands: several PCs wrote it, or part came late."""
    writes = Log(reader).writes([uid]).get(uid, [])
    return {**state, **settle(writes, logged_columns(entity), lambda key: False).values}


def _name(reader: Reader, entity: Entity, uid: str) -> str:
    return reader.named(entity, uid) or uid


def check_derived(database: Database, found: Findings) -> None:
    """Recompute every derived column inside a transaction that is rolled back, and compare."""
    derived = {e: [f for f in e if f.derived] for e in database.schema.entities.values()}
    with database.rehearsal() as work:
        for entity, fields in derived.items():
            if fields:
                names = ", ".join(f'"{f.key}"' for f in fields)
                work.execute(f'CREATE TEMP TABLE "was_{entity.key}" AS SELECT uid, {names} FROM "{entity.key}"')
                work.execute(f'UPDATE "{entity.key}" SET ' + ", ".join(f'"{f.key}" = NULL' for f in fields))
        _derive_all(work, database.before_commit)
        for entity, fields in derived.items():
            if fields:
                _compare_derived(work, entity, found)


def _derive_all(work: Work, hooks: Iterable[BeforeCommit]) -> None:
    """Run the hooks as if every record had just been touched; a large file goes twice through chunks, because a
    number may be derived from another derived one."""
    uids = {key: work.column(f'SELECT uid FROM "{key}" ORDER BY uid') for key in work.schema.entities}
    if sum(map(len, uids.values())) <= 4 * CHUNK:
        rounds = [{key: frozenset(found) for key, found in uids.items() if found}]
    else:
        parts = [
            {key: frozenset(found[i : i + CHUNK])} for key, found in uids.items() for i in range(0, len(found), CHUNK)
        ]
        rounds = parts + parts
    for touched in rounds:
        for hook in hooks:
            hook(work, Changes(0, "", touched))


def _compare_derived(work: Work, entity: Entity, found: Findings) -> None:
    for one in (f for f in entity if f.derived):
        # 没有流水 and a sum of nothing mean the same
        same = (
            f'coalesce(t."{one.key}", 0) = coalesce(w."{one.key}", 0)'
            if one.kind.sql == "INTEGER"
            else f't."{one.key}" IS w."{one.key}"'
        )
        for uid, now, was in stream(
            work,
            f'SELECT t.uid, t."{one.key}", w."{one.key}" FROM "{entity.key}" t JOIN temp."was_{entity.key}" w ON w.uid = t.uid'
            f" WHERE NOT ({same})",
        ):
            found.add(
                "derived",
                f"{entity.title} {_name(work, entity, uid)} 的「{one.title}」存的是「{one.kind.show(was)}」，重新算是「{one.kind.show(now)}」",
                "改动并保存一次这条记录就会重新算；反复出现请发给维护人员",
                entity.title,
            )


def check_search(reader: Reader, found: Findings) -> None:
    """Every live record with searched fields is in the index with its present words, and nothing else is."""
    rebuild = "请运行 salesdesk check 后把结果发给维护人员；修改并保存那条记录会重建它的索引"
    counted = 0
    for entity in reader.schema.entities.values():
        fields = entity.searched
        if not fields:
            continue
        for (uid,) in stream(
            reader,
            f'SELECT t.uid FROM "{entity.key}" t LEFT JOIN search_doc d ON d.uid = t.uid WHERE t.void = 0 AND d.id IS NULL',
        ):
            found.add(
                "search_missing",
                f"{entity.title} {_name(reader, entity, uid)} 搜不到：不在搜索索引里",
                rebuild,
                entity.title,
            )
        for (title,) in stream(
            reader,
            f'SELECT d.title FROM search_doc d LEFT JOIN "{entity.key}" t ON t.uid = d.uid AND t.void = 0'
            " WHERE d.entity = ? AND t.uid IS NULL",
            (entity.key,),
        ):
            found.add("search_stale", f"搜索索引里还有已经不在用的{entity.title}「{title}」", rebuild, entity.title)
        whole = int(reader.value(f'SELECT count(*) FROM "{entity.key}" WHERE void = 0'))
        step = max(1, whole // SAMPLE)
        names = ", ".join(f't."{k}"' for k in fields)
        query = (
            f'SELECT d.id, d.keys, {names} FROM "{entity.key}" t JOIN search_doc d ON d.uid = t.uid'
            " WHERE t.void = 0 AND t.rowid % ? = 0"
        )
        for doc, keys, *values in reader.tuples(query, (step,)):
            counted += 1
            if keys != search.keys_of(dict(zip(fields, values, strict=True)), fields):
                title = reader.value("SELECT title FROM search_doc WHERE id = ?", (doc,))
                found.add("search_words", f"{entity.title}「{title}」的搜索词和现在的内容不一致", rebuild, entity.title)
    docs = set(reader.column("SELECT id FROM search_doc"))
    grams = set(reader.column("SELECT rowid FROM search_gram"))
    if docs != grams:
        found.add(
            "search_grams", f"搜索索引两部分对不上：{len(docs - grams)} 条缺词，{len(grams - docs)} 条多余", rebuild
        )
    found.counts["search"] = counted
