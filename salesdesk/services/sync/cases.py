"""What a merge left for a person: two values for one field, voided against edited, one code twice, a rule broken together."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from salesdesk.domain.changes import Changes
from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Link, Note, Row, Text, Value
from salesdesk.domain.problems import Problem, Severity
from salesdesk.persistence.merging import decide
from salesdesk.persistence.reading import Reader
from salesdesk.persistence.work import Work
from salesdesk.persistence.writings import SETTLE
from salesdesk.services.door import read_args
from salesdesk.services.files import sha256_of
from salesdesk.services.module import Context, Outcome, Registry, ToDo, Verb
from salesdesk.services.not_same import NOT_SAME
from salesdesk.services.sync.model import CASE_ANSWER

OPEN = (
    "merge_case c WHERE c.told != '[]' AND NOT EXISTS (SELECT 1 FROM case_answer a WHERE a.key = c.key AND a.void = 0)"
)
"""Cases that wait for a person. One that was answered stays in the table, so that it is back when its answer is taken back."""
TWIN = "twin"
TWICE = ("code", TWIN)
"""Kinds of cases about two records that may be one: merge or keep both."""
MOST_JUDGED = 2000
"""Touched records judged one by one when a rule is broken, to tell which one broke it."""


class Side(NamedTuple):
    """One side of a case: who did what when, on which PC, and the value as people read it. stands: it is what the file shows."""

    take: str
    device: str
    operator: str
    at: str
    title: str
    value: str
    mine: bool
    stands: bool


class Case(NamedTuple):
    """One case in words. kind: field, void, code, twin, rule. sides: what to choose from; () for a broken rule. others: uids of the
    further records that have the same code or look like the same thing."""

    key: str
    kind: str
    entity: str
    uid: str
    record: str
    field: str
    field_title: str
    text: str
    found_at: str
    sides: tuple[Side, ...]
    cure: str = ""
    others: tuple[str, ...] = ()

    def wire(self) -> dict[str, Any]:
        """JSON form for scripts."""
        return {**self._asdict(), "sides": [side._asdict() for side in self.sides]}


KEEP_BOTH = Side("both", "", "", "", "", "都保留", False, True)


def open_cases(reader: Reader, limit: int | None = None) -> list[Case]:
    """All open cases, the oldest first."""
    rows = reader.rows(f"SELECT c.* FROM {OPEN} ORDER BY found_at, rowid LIMIT ?", (-1 if limit is None else limit,))
    names = {d: json.loads(told).get("name") or "" for d, told in reader.tuples("SELECT device, told FROM peer")}
    names.update(dict(reader.tuples("SELECT key, name FROM device WHERE void = 0")))
    return [_case(reader, row, names) for row in rows]


def count_open(reader: Reader) -> int:
    """How many cases wait for a person."""
    return int(reader.value(f"SELECT count(*) FROM {OPEN}"))


def _case(reader: Reader, row: Row, names: Mapping[str, str]) -> Case:
    entity = reader.schema.entities.get(str(row["entity"]))
    told = json.loads(row["told"])
    record = _record(reader, entity, str(row["uid"]))
    kind, field = str(row["kind"]), str(row["field"])
    title = entity[field].title if entity and field in entity.by_key else ("作废" if field == "void" else field)
    base = (str(row["key"]), kind, str(row["entity"]), str(row["uid"]), record, field, title)
    if kind == "rule":
        return Case(*base, str(told["message"]), str(row["found_at"]), (), str(told.get("cure") or ""))
    if kind == TWIN:
        from salesdesk.services.sync.twins import why

        other = _record(reader, entity, str(told[0]))
        text = f"{record} 和 {other} 可能是同一家：{why(field)}。像是两台电脑上各建了一次"
        base = (*base[:5], "", "可能重复")
        return Case(
            *base, text, str(row["found_at"]), (KEEP_BOTH,), "是同一家就合并，不是就选都保留，以后不再提", tuple(told)
        )
    if kind == "code":
        others = "、".join(_record(reader, entity, str(uid)) for uid in told)
        text = f"{record} 和 {others} 的{title}一样，像是两台电脑上各建了一次"
        cure = "是同一个就合并，不是就改掉其中一个的编码或选都保留"
        return Case(*base, text, str(row["found_at"]), (KEEP_BOTH,), cure, tuple(told))
    sides = tuple(_side(reader, entity, field, one, i, names) for i, one in enumerate(told))
    said = "，".join(
        f"{'你' if s.mine else s.operator or s.device} {_when(s.at)} {_did(kind, title, s)}" for s in sides
    )
    return Case(*base, f"{record}：{said}", str(row["found_at"]), sides)


def _side(reader: Reader, entity: Entity | None, key: str, told: Row, place: int, names: Mapping[str, str]) -> Side:
    op = reader.row(
        "SELECT operator, at, title, device = (SELECT device FROM now) AS mine FROM operation WHERE id = ?",
        (told["op"],),
    )
    op = op or {"operator": "", "at": "", "title": "", "mine": 0}
    value = told["values"].get(key)
    device = names.get(str(told["device"]), "") or str(told["device"])[:8]
    shown = shown_value(reader, entity, key, value) if key in told["values"] else str(op["title"])
    return Side(
        str(place + 1),
        device,
        str(op["operator"]),
        str(op["at"]),
        str(op["title"]),
        shown,
        bool(op["mine"]),
        place == 0,
    )


def shown_value(reader: Reader, entity: Entity | None, key: str, value: Value) -> str:
    """A value as people read it; a link by the name of its record."""
    if key == "void":
        return "作废" if value else "在用"
    if entity is None or key not in entity.by_key:
        return str(value)
    kind = entity[key].kind
    if isinstance(kind, Link) and kind.entity and value:
        return reader.named(kind.entity, str(value))
    return kind.show(value) or "空"


def _did(kind: str, title: str, side: Side) -> str:
    if kind == "void":
        return "作废了它" if side.value == "作废" else f"改了它（{side.title}）"
    return f"把{title}改为 {side.value}"


def _when(at: str) -> str:
    return f"{int(at[5:7])}/{int(at[8:10])} {at[11:16]}" if len(at) >= 16 else at


def _record(reader: Reader, entity: Entity | None, uid: str) -> str:
    if entity is None:
        return uid
    name = reader.named(entity, uid)
    if entity.parent:
        row = reader.get(entity, uid) or {}
        owner = reader.named(entity.parent[0], str(row.get(entity.parent[1]) or ""))
        return f"{reader.schema.entities[entity.parent[0]].title} {owner} 的「{name}」"
    return f"{entity.title} {name}".strip()


Finding = tuple[str, str, str, str, Any]
"""kind, entity, uid, field, what is told."""


# -- finding cases after a merge -------------------------------------------------------------------------------------


def judge(work: Work, registry: Registry, touched: Mapping[str, Iterable[str]], today: str) -> list[Finding]:
    """Look at what a merge touched for what no PC could see alone. Only reads, and may take long: nobody waits for it."""
    changes = Changes(0, "同步", {k: frozenset(v) for k, v in touched.items() if k in work.schema.entities})
    from salesdesk.services.sync.twins import found_after

    twins = [found for one in registry.likenesses() for found in found_after(work, one, changes)]
    codes = _same_codes(work, changes)
    told = {(found[2], *found[4]) for found in codes}  # the same two are asked about once
    return [*codes, *(t for t in twins if (t[2], *t[4]) not in told), *_broken_rules(work, registry, changes, today)]


def of_rules(reader: Reader) -> tuple[set[str], dict[str, set[str]]]:
    """The open cases about rules: their keys, and the records they are about. A rule may hold again by what was done here."""
    keys: set[str] = set()
    records: dict[str, set[str]] = {}
    for key, entity, uid in reader.tuples(f"SELECT c.key, c.entity, c.uid FROM {OPEN} AND c.kind = 'rule'"):
        keys.add(key)
        records.setdefault(entity, set()).add(uid)
    return keys, records


def key_of(found: Finding) -> str:
    """What a finding is kept and answered under."""
    kind, entity, uid, field, _ = found
    return f"rule/{field}" if kind == "rule" else f"{kind}/{entity}/{uid}/{field}"


def note(work: Work, touched: Mapping[str, Iterable[str]], found: Iterable[Finding]) -> None:
    """Keep what was found as cases, and close those of the touched records that hold no more."""
    uids = json.dumps([uid for some in touched.values() for uid in some])
    work.execute(
        "DELETE FROM merge_case WHERE kind IN ('code', 'twin', 'rule') AND uid IN (SELECT value FROM json_each(?))",
        (uids,),
    )
    for one in found:
        kind, entity, uid, field, told = one
        work.execute(
            "INSERT INTO merge_case(key, kind, entity, uid, field, told, found_at) VALUES (?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT(key) DO UPDATE SET told = excluded.told",
            (key_of(one), kind, entity, uid, field, json.dumps(told, ensure_ascii=False), work.at),
        )


def _same_codes(work: Work, changes: Changes) -> list[Finding]:
    """Live records of one kind with one code: uniqueness never fails a merge, it is asked about afterwards."""
    found: list[Finding] = []
    for key, uids in changes.touched.items():
        entity = work.schema.entities[key]
        if not entity.code or entity.parent:
            continue
        rows = work.tuples(
            f'SELECT t.uid, o.uid FROM "{key}" t JOIN "{key}" o ON o."{entity.code}" = t."{entity.code}" AND o.uid != t.uid'
            " AND o.void = 0 WHERE t.void = 0 AND t.uid IN (SELECT value FROM json_each(?)) ORDER BY t.uid, o.uid",
            (json.dumps(sorted(uids)),),
        )
        groups: dict[str, set[str]] = {}
        for one, other in rows:
            groups.setdefault(one, {one}).add(other)
        for group in {frozenset(g) for g in groups.values()}:
            first, *others = sorted(group)  # the older one, for uids sort as made
            found.append(("code", key, first, entity.code, others))
    return found


def _broken_rules(work: Work, registry: Registry, changes: Changes, today: str) -> list[Finding]:
    found: list[Finding] = []
    for module in registry.modules:
        guard, review = module.actions.guard, module.actions.review
        if guard and guard(work, changes):
            one_by_one = [(e, u) for e, uids in changes.touched.items() for u in sorted(uids)][:MOST_JUDGED]
            for entity, uid in one_by_one:
                for problem in guard(work, Changes(0, "", {entity: frozenset((uid,))})):
                    if problem.code != "duplicate":  # one code twice is a case of its own
                        found.append(_rule(entity, uid, problem))
        if review:
            found += [_rule(entity, uid, problem) for entity, uid, problem in review(work, changes, today)]
    unique = {one[3]: one for one in reversed(found)}
    return list(unique.values())


def _rule(entity: str, uid: str, problem: Problem) -> Finding:
    mark = sha256_of(problem.message.encode())[:12]
    return ("rule", entity, uid, f"{problem.code}-{mark}", {"message": problem.message, "cure": problem.cure})


# -- settling --------------------------------------------------------------------------------------------------------


def settle(ctx: Context, args: Row) -> Outcome:
    """Decide a case: one of its sides, a value of one's own, or that it may stay as it is."""
    work = ctx.work
    row = work.row(f"SELECT c.* FROM {OPEN} AND c.key = ?", (args["key"],))
    if row is None:
        raise Refused(Problem("这个问题已经处理过了", "请刷新", path="key", code="settled"))
    entity = work.schema.entities[str(row["entity"])]
    take, told, uid = str(args.get("take") or ""), json.loads(row["told"]), str(row["uid"])
    record = _record(work, entity, uid)
    if row["kind"] in ("rule", "code", TWIN):
        if row["kind"] == TWIN:
            one, other = sorted((uid, str(told[0])))
            work.insert(NOT_SAME, {"entity": entity.key, "one": one, "other": other, "why": args.get("note")})
        work.insert(
            CASE_ANSWER,
            {"key": row["key"], "answer": "知道了" if row["kind"] == "rule" else "都保留", "note": args.get("note")},
        )
        work.title = f"处理合并问题：{record}"
        return Outcome(uid, "已记下")
    key = str(row["field"])
    if args.get("value") is not None and key != "void":
        values: dict[str, Value] = read_args(work, ctx.registry, (entity[key],), {key: args["value"]}, ctx.today)
    else:
        if not take.isdigit() or not 1 <= int(take) <= len(told):
            sides = f"1 到 {len(told)}"
            raise Refused(
                Problem("没有选用哪一个", f"take 写 {sides}，或用 value 另写一个", path="take", code="required")
            )
        chosen = told[int(take) - 1]
        values = {key: 1 if chosen["values"].get("void") else 0} if key == "void" else {key: chosen["values"][key]}
    ctx.check([*_allowed(work, entity, uid, values)])
    decide(work, entity, uid, values)
    work.title = f"处理合并问题：{record} 的{entity[key].title if key in entity.by_key else '作废'}"
    return Outcome(uid, f"已定为 {shown_value(work, entity, key, values[key])}")


def _allowed(work: Work, entity: Entity, uid: str, values: Mapping[str, Value]) -> list[Problem]:
    if work.get(entity, uid) is None:
        return [Problem("没有这条记录", "请刷新", path="key", code="unknown_record")]
    return [
        Problem(f"{entity[k].title}不能空着", "请填一个值", path="value", code="required")
        for k, v in values.items()
        if k in entity.by_key and entity[k].required and v is None
    ]


def recount_codes(work: Work, changes: Changes) -> None:
    """Before each commit: one code or one thing twice is no case while only one of the records is in use, and is one again
    when an undo brings the other back."""
    doubted = work.tuples("SELECT DISTINCT kind, entity FROM merge_case WHERE kind IN ('twin', 'code')")
    twins = [entity for kind, entity in doubted if kind == "twin"]
    if twins and (changes.of(NOT_SAME.key) or any(changes.of(entity) for entity in twins)):
        from salesdesk.services.sync.twins import recount

        for key, name, uid, field in work.tuples("SELECT key, entity, uid, field FROM merge_case WHERE kind = 'twin'"):
            work.execute(
                "UPDATE merge_case SET told = ? WHERE key = ?", (json.dumps(recount(work, name, uid, field)), key)
            )
    if not any(kind == "code" and changes.of(entity) for kind, entity in doubted):
        return
    for row in work.rows("SELECT key, entity, uid, field, told FROM merge_case WHERE kind = 'code'"):
        entity = work.schema.entities.get(str(row["entity"]))
        touched = changes.of(str(row["entity"]))
        if entity is None or not touched or row["field"] not in entity.by_key:
            continue
        code = (work.get(entity, str(row["uid"])) or {}).get(str(row["field"]))
        live = work.column(
            f'SELECT uid FROM "{entity.key}" WHERE "{row["field"]}" = ? AND void = 0 ORDER BY uid', (code,)
        )
        told = [uid for uid in live if uid != row["uid"]] if row["uid"] in live and len(live) > 1 else []
        work.execute("UPDATE merge_case SET told = ? WHERE key = ?", (json.dumps(told), row["key"]))


def todos(reader: Reader, today: str) -> list[ToDo]:
    """Open cases for 今日."""
    from salesdesk.services.todos import listed

    found: Sequence[Case] = open_cases(reader, 61)
    rows: list[Row] = [{"case": case} for case in found]
    return listed(
        rows,
        lambda: count_open(reader),
        lambda row: ToDo(
            row["case"].text, row["case"].cure or "两台电脑各写了一个，请定一个", today, "sync", "warn", row["case"].entity,
            row["case"].uid, SETTLE, "处理", "合并", {"key": row["case"].key},
        ),
        ToDo("其余合并问题", "", today, "sync", "warn", verb=SETTLE, verb_title="查看", group="合并"),
    )  # fmt: skip


VERBS = (
    Verb(
        SETTLE,
        "处理合并问题",
        settle,
        (
            Field("key", "问题", Text(200), required=True),
            Field("take", "用哪一个", Text(8), note="1 是现在显示的，2、3 是另外的；作废对修改时也是这样选"),
            Field("value", "另写一个", Text(400)),
            Field("note", "说明", Note(400)),
        ),
        changes=("*",),
        icon="sync",
        palette=False,
        note="两台电脑各改了一次，定下用哪个",
    ),
)


def weighty(problems: Iterable[Problem]) -> list[Problem]:
    """Those of a check's problems that are worth a case after a merge."""
    return [p for p in problems if p.severity in (Severity.STOP, Severity.ASK)]


def parked_words(reader: Reader) -> str:
    """What newer programs wrote and this one has no place for yet; "" when there is nothing. It is kept and shown after an upgrade."""
    count = int(reader.value("SELECT count(*) FROM parked") or 0)
    return f"{count} 条记录里有新版本程序才看得到的内容，已经留着，升级本程序后显示" if count else ""
