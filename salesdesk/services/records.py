"""Saving any record the same way: required fields, checks, a fair word when somebody else changed it meanwhile, then write."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from salesdesk.domain.changes import Changes
from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Entity, Field, Lines
from salesdesk.domain.kinds import Int, Link, Row
from salesdesk.domain.masking import WHOLE, shown
from salesdesk.domain.patterns import late
from salesdesk.domain.problems import Problem, stops
from salesdesk.persistence.reading import AMONG, MERGED_INTO, Reader, among
from salesdesk.persistence.work import Work
from salesdesk.services.module import Check, Context, Guard, Outcome, Verb
from salesdesk.services.roles import Role

UID = Field("uid", "记录", Link(), note="改已有的记录时给出；不给就是新建")
SEEN = Field("seen", "看到的版本", Int(), note="打开表单时的版本号；之后被别人改过同样的字段就会提醒")


_UUID = late(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


def version(reader: Reader, entity: Entity, uid: str) -> int:
    """Local id of the last change of a record or its child rows; 0 when it has none (bulk-loaded)."""
    owned = "".join(
        f' UNION ALL SELECT uid FROM "{child.key}" WHERE "{child.parent_key}" = ?1'
        for child in reader.schema.children(entity.key)
    )
    return int(reader.value(f"SELECT coalesce(max(id), 0) FROM change WHERE uid IN (SELECT ?1 AS uid{owned})", (uid,)))


def missing(entity: Entity, row: Row, path: str = "", place: str = "") -> list[Problem]:
    """Required fields of a record or of a line that are empty; the link to a parent is filled by the save itself."""
    return [
        Problem("不能空着", f"请填{f.title}", path=path + f.key, place=f"{place}「{f.title}」", code="required")
        for f in entity.required_fields
        if row.get(f.key) in (None, "")
    ]


def overtaken(work: Work, entity: Entity, uid: str, seen: int | None, changed: Row) -> list[Problem]:
    """Fields that this save and somebody's later save both changed, told with who and when."""
    if not seen:
        return []
    problems = []
    later = work.rows(
        "SELECT o.operator, o.at, o.title, c.after FROM change c JOIN operation o ON o.id = c.op WHERE c.uid = ? AND c.id > ?",
        (uid, seen),
    )
    for one in later:
        for key, value in json.loads(one["after"]).items():
            if key in changed and key in entity.by_key and changed[key] != value:
                field = entity[key]
                problems.append(
                    Problem(
                        f"{one['operator'] or '另一个窗口'} {one['at'][11:16]} 已改为「{shown(field, value, WHOLE)}」，"
                        f"你改的是「{shown(field, changed[key], WHOLE)}」",
                        "请重新打开这条记录，看过新内容再改",
                        path=key,
                        place=f"「{field.title}」",
                        code="overtaken",
                    )
                )
    return problems


def overtaken_lines(
    work: Work, entity: Entity, parent_uid: str, seen: int | None, lines: Sequence[Row], path: str = "lines"
) -> list[Problem]:
    """The child rows as a whole, when somebody changed them after `seen` and this save would take that back unread."""
    if not seen:
        return []
    later = work.row(
        "SELECT o.operator, o.at, o.title FROM change c JOIN operation o ON o.id = c.op WHERE c.id > ? AND c.uid IN"
        f' (SELECT uid FROM "{entity.key}" WHERE "{entity.parent_key}" = ?) ORDER BY c.id DESC LIMIT 1',
        (seen, parent_uid),
    )
    if later is None or _same_lines(entity, work.of_parent(entity, parent_uid), lines):
        return []
    return [
        Problem(
            f"{later['operator'] or '另一个窗口'} {later['at'][11:16]} 已用「{later['title']}」改过明细",
            "请重新打开这条记录，看过新内容再改",
            path=path,
            place=entity.title,
            code="overtaken",
        )
    ]


def _same_lines(entity: Entity, present: Sequence[Row], lines: Sequence[Row]) -> bool:
    return len(present) == len(lines) and all(
        line.get("uid") == row["uid"] and all(row[k] == v for k, v in line.items() if k in entity.by_key)
        for row, line in zip(present, lines, strict=True)
    )


def save(
    ctx: Context, entity: Entity, args: Row, check: Check | None = None, children: Mapping[str, Entity] | None = None
) -> Outcome:
    """Create or change one record of a plain register. `args` holds the given fields only; child rows come whole or not."""
    work = ctx.work
    uid = str(args.get("uid") or "")
    before = work.get(entity, uid) if uid else None
    if uid and (before is None or before["void"]):
        raise Refused(gone(entity))
    changed: Row = {k: v for k, v in args.items() if k in entity.by_key and (before is None or before[k] != v)}
    row: Row = {**(before or {}), **changed}
    problems = missing(entity, row)
    if before is not None:
        problems += overtaken(work, entity, uid, args.get("seen"), changed)
    for key, child in (children or {}).items():
        if before is not None and key in args:
            problems += overtaken_lines(work, child, uid, args.get("seen"), args[key], key)
        for i, line in enumerate(args.get(key) or ()):
            problems += missing(child, line, f"{key}/{i}/", f"{child.title}第 {i + 1} 行")
    if check is not None:  # child rows stand under their parameter's name, where they were given
        given = {key: args[key] for key in children or {} if key in args}
        problems += check(work, {**row, **given}, before, ctx.today)
    ctx.check(problems)
    naming = entity.by_key[entity.naming].kind if entity.naming in entity.by_key else None
    called = row.get(entity.naming)
    name = work.named(naming.entity, called) if isinstance(naming, Link) and naming.entity else str(called or "")
    work.title = f"{'新建' if before is None else '修改'}{entity.title} {name}".rstrip()
    if before is None:
        uid = work.insert(entity, changed)
    elif changed:
        work.update(entity, uid, changed)
    for key, child in (children or {}).items():
        if key in args:
            save_lines(work, child, uid, args[key], key)
    touched = bool(work.changes())
    return Outcome(uid, f"已{work.title}" if touched else "没有改动")


def gone(entity: Entity) -> Problem:
    """What is said to whoever wants to change a record that is not there, or not in use any more."""
    return Problem(
        f"没有这条{entity.title}，或它已经作废",
        "它可能在别的窗口被撤销了，请刷新列表",
        path="uid",
        code="unknown_record",
    )


def in_use(reader: Reader, entity: Entity, uid: str, besides: Sequence[str] = ()) -> list[Problem]:
    """Live records of other kinds that point at this one and would be left dangling; `besides` are kinds that go with it."""
    found = []
    for other, key in reader.schema.referrers(entity.key):
        if (other.parent and other.parent[0] == entity.key) or other.key in besides or _weak(other, key):
            continue
        n = int(reader.value(f'SELECT count(*) FROM "{other.key}" WHERE "{key}" = ? AND void = 0', (uid,)))
        if n:
            found.append(
                Problem(
                    f"还有 {n} 条{other.title}用着它，不能作废", f"请先处理这些{other.title}，或把它停用", code="in_use"
                )
            )
    return found


def dangling(work: Work, changes: Changes) -> list[Problem]:
    """Live records that point at a touched record out of use, and touched live records that point at one (some of each)."""
    found = []
    for key, uids in changes.touched.items():
        entity, touched = work.schema.entities[key], (json.dumps(list(uids)),)
        for other, link in work.schema.referrers(key):
            if _weak(other, link):
                continue
            for gone, user in work.tuples(
                f'SELECT t.uid, o.uid FROM "{key}" t JOIN "{other.key}" o ON o."{link}" = t.uid'
                f" WHERE t.uid {AMONG} AND t.void = 1 AND o.void = 0 LIMIT 3",
                touched,
            ):
                cure = f"请先撤销或作废这条{other.title}"
                found.append(
                    Problem(f"{_called(work, entity, gone)} 已被{_called(work, other, user)} 用到", cure, code="in_use")
                )
        for one in entity.links:
            target = work.schema.entities.get(one.kind.entity)  # type: ignore[attr-defined]
            if target is None or _weak(entity, one.key):
                continue
            for user, gone in work.tuples(
                f'SELECT t.uid, l.uid FROM "{key}" t JOIN "{target.key}" l ON l.uid = t."{one.key}"'
                f" WHERE t.uid {AMONG} AND t.void = 0 AND l.void = 1 LIMIT 3",
                touched,
            ):
                told = f"{_called(work, entity, user)} 要用的{_called(work, target, gone)} 已经作废"
                found.append(Problem(told, "请先恢复它", code="void"))
    return found


def _weak(entity: Entity, link: str) -> bool:
    kind = entity[link].kind
    return isinstance(kind, Link) and kind.weak


def _called(work: Work, entity: Entity, uid: str) -> str:
    """A record in words; a child row by its parent."""
    if entity.parent is None:
        return f"{entity.title} {work.named(entity, uid)}".strip()
    row = work.get(entity, uid) or {}
    return f"{work.schema.entities[entity.parent[0]].title} {work.named(entity.parent[0], row.get(entity.parent_key))}"


def guard_of(entity: Entity, check: Check) -> Guard:
    """The guard of a plain register: touched records in use must pass its check as if they were new."""

    def guard(work: Work, changes: Changes) -> list[Problem]:
        some, values = among(changes.of(entity.key))
        rows = work.rows(f'SELECT * FROM "{entity.key}" WHERE uid {some} AND void = 0', values)
        return [p for row in rows for p in stops(check(work, row, row, work.at[:10]))]

    return guard


def void(ctx: Context, entity: Entity, uid: str) -> Outcome:
    """Take a record and its child rows out of use; everything stays in the history and 撤销 brings it back."""
    work = ctx.work
    row = work.get(entity, uid)
    if row is None or row["void"]:
        raise Refused(Problem(f"这条{entity.title}已经作废", "刷新列表看看", path="uid", code="unknown_record"))
    ctx.check(in_use(work, entity, uid))
    for child in work.schema.children(entity.key):
        for line in work.of_parent(child, uid):
            work.void(child, line["uid"])
    work.void(entity, uid)
    work.title = f"作废{entity.title} {work.named(entity, uid)}"
    return Outcome(uid, f"已{work.title}")


def restore(ctx: Context, entity: Entity, uid: str, check: Check | None = None) -> Outcome:
    """Bring a voided record back into use with the child rows that went with it; checked like a new one."""
    work = ctx.work
    row = work.get(entity, uid)
    if row is None or not row["void"]:
        raise Refused(Problem(f"这条{entity.title}没有作废", "刷新列表看看", path="uid", code="not_void"))
    if row.get(MERGED_INTO):
        into = work.named(entity, row[MERGED_INTO])
        raise Refused(Problem(f"它已经并入「{into}」", "并错了请在历史里撤销那次合并", path="uid", code="merged"))
    if check is not None:
        ctx.check(check(work, row, None, ctx.today))
    along = [
        (child, line)
        for child in work.schema.children(entity.key)
        for line in went_along(work, child, child.parent_key, uid)
    ]
    work.update(entity, uid, {"void": 0})
    for child, line in along:
        work.update(child, line, {"void": 0})
    ctx.check(dangling(work, work.changes()))
    work.title = f"恢复{entity.title} {work.named(entity, uid)}"
    return Outcome(uid, f"已{work.title}")


def went_along(reader: Reader, entity: Entity, link: str, uid: str) -> list[str]:
    """Rows of another kind that were voided by the same operation as the record they point at."""
    return reader.column(
        f'SELECT t.uid FROM "{entity.key}" t JOIN change c ON c.uid = t.uid WHERE t."{link}" = ?1 AND t.void = 1'
        " AND json_extract(c.after, '$.void') = 1 AND c.op = (SELECT max(op) FROM change WHERE uid = ?1 AND kind = 'U'"
        " AND json_extract(after, '$.void') = 1)",
        (uid,),
    )


def save_lines(
    work: Work, entity: Entity, parent_uid: str, lines: Sequence[Row], path: str = "lines", fresh: bool = False
) -> list[str]:
    """Make the child rows of a parent equal to `lines`: rows with a known uid are changed, new ones added, missing ones voided.

    The order of the list becomes `seq`. A voided row of the same parent comes back; a new row may bring its own fresh
    UUID. fresh: the parent was made just now and has none yet. Returns the uids in order. Raises Refused for the uid of
    anything else.
    """
    assert entity.parent is not None
    _check_uids(work, entity, parent_uid, lines, path)
    present = {} if fresh else {r["uid"]: r for r in work.of_parent(entity, parent_uid)}
    for line in lines:
        if line.get("uid") and line["uid"] not in present:
            voided = work.get(entity, line["uid"])
            if voided is not None:
                work.update(entity, line["uid"], {"void": 0})
                present[line["uid"]] = voided
    added: list[Row] = []
    uids: list[str] = []
    for seq, line in enumerate(lines, start=1):
        values: Row = {k: v for k, v in line.items() if k in entity.by_key}
        if "seq" in entity.by_key:
            values["seq"] = seq
        old = present.pop(str(line.get("uid") or ""), None)
        if old is None:
            values[entity.parent[1]] = parent_uid
            if line.get("uid"):
                values["uid"] = line["uid"]
            added.append(values)
            uids.append("")
        else:
            work.update(entity, old["uid"], {k: v for k, v in values.items() if old[k] != v})
            uids.append(old["uid"])
    made = iter(work.insert_many(entity, added))
    for gone in present:
        work.void(entity, gone)
    return [u or next(made) for u in uids]


def _check_uids(work: Work, entity: Entity, parent_uid: str, lines: Sequence[Row], path: str) -> None:
    """A line's uid is one of its parent's rows or a UUID that names nothing yet, and stands only once. Raises Refused."""
    seen: set[str] = set()
    problems = []
    for i, line in enumerate(lines):
        uid = line.get("uid")
        if not uid:
            continue
        row = work.get(entity, uid)
        mine = row is not None and row[entity.parent_key] == parent_uid
        fresh = row is None and _UUID.fullmatch(uid) and not work.value("SELECT 1 FROM change WHERE uid = ?", (uid,))
        if uid in seen or not (mine or fresh):
            problems.append(
                Problem(
                    "和前面一行是同一条" if uid in seen else f"编号「{uid}」不是这里的{entity.title}",
                    "新加的行不要写 uid",
                    path=f"{path}/{i}/uid",
                    place=f"{entity.title}第 {i + 1} 行",
                    code="foreign_line",
                )
            )
        seen.add(uid)
    if problems:
        raise Refused(problems)


def record_verbs(
    entity: Entity, check: Check | None = None, role: Role = Role.CLERK, children: Mapping[str, Entity] | None = None
) -> tuple[Verb, ...]:
    """save / void / restore of a plain register entity; `children` maps parameter names to child entities."""
    key, title = entity.key, entity.title
    parts = tuple(line_params(child, child.title, name) for name, child in (children or {}).items())
    must = Field("uid", title, Link(key), required=True)
    voided = Field("uid", title, Link(), required=True)
    written = (key, *(c.key for c in (children or {}).values()))
    return (
        Verb(
            f"{key}.save",
            f"保存{title}",
            lambda ctx, args: save(ctx, entity, args, check, children),
            params=(UID, SEEN, *entity.typed_fields, *parts),
            role=role,
            changes=written,
            entity=key,
            icon="save",
            note="不给 uid 新建，给 uid 只改给出的字段",
        ),
        Verb(
            f"{key}.void",
            f"作废{title}",
            lambda ctx, args: void(ctx, entity, args["uid"]),
            params=(must,),
            role=role,
            changes=written,
            entity=key,
            icon="delete",
        ),
        Verb(
            f"{key}.restore",
            f"恢复{title}",
            lambda ctx, args: restore(ctx, entity, args["uid"], check),
            params=(voided,),
            role=role,
            changes=written,
            entity=key,
            icon="undo",
            palette=False,
        ),
    )


def line_params(entity: Entity, title: str, key: str = "lines", given: bool = False) -> Field:
    """The verb parameter that takes the child rows of a document; given: none are added."""
    return Field(key, title, Lines(entity=entity, given=given), note="整单的行；不给就不动")
