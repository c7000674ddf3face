"""初审规则: the versions of each rule, which one counts on a day, and the verb by which the 主管 makes a new one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from salesdesk.domain.clock import named_uid
from salesdesk.domain.dates import add_days
from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Link, Row, Value
from salesdesk.domain.problems import Problem
from salesdesk.modules.standards.model import EXPENSE_RULE
from salesdesk.modules.standards.rule_table import RULES, TABLE, ExpenseRule
from salesdesk.persistence.reading import Reader
from salesdesk.persistence.work import Work
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.records import SEEN, overtaken
from salesdesk.services.roles import Role
from salesdesk.services.rule_stands import BLOCK, NOBODY, Stand

_SPACE = "0d8f6a52-0c0e-4f5f-8a8e-6a0a5f1c7e24"


class Ruling(NamedTuple):
    """How one rule counts: its stand, its parameters, and the version that says so (0: the house's own)."""

    stand: Stand
    params: Mapping[str, Value] = {}
    version: int = 0


Rulings = Mapping[str, Ruling]


def uid_of(code: str, version: int) -> str:
    """The uid of a version: the same on every PC."""
    return named_uid(_SPACE, f"{code}/{version}")


def ruling_of(rule: ExpenseRule, row: Row | None = None) -> Ruling:
    """What a row says of its rule; what it leaves open is the house's own. Proof of a doubled or altered paper stays NOBODY's."""
    if row is None:
        return Ruling(rule.stand, dict(rule.usual))
    stand = rule.stand.changed(row)
    if rule.evidence:
        stand = stand._replace(who=NOBODY)
    params: dict[str, Value] = {}
    for one in rule.params:
        given = row.get(one.key)
        params[one.key] = one.usual if given is None else given
    return Ruling(stand, params, int(row["version"] or 0))


def rulings(reader: Reader, day: str) -> dict[str, Ruling]:
    """Every rule as it counts on a day: the newest version in force, else the house's own."""
    found = {rule.code: ruling_of(rule) for rule in TABLE}
    for row in reader.rows(
        "SELECT * FROM expense_rule WHERE void = 0 AND valid_from <= ?1 AND (valid_to IS NULL OR valid_to >= ?1) ORDER BY version",
        (day,),
    ):
        if row["code"] in RULES:
            found[str(row["code"])] = ruling_of(RULES[str(row["code"])], row)
    return found


def lay_out(work: Work, day: str, who: str, now: str) -> int:
    """Write version 1 of every rule the file does not know yet, as the house has it; how many were written."""
    known = set(work.column("SELECT code FROM expense_rule"))
    fresh = [rule for rule in TABLE if rule.code not in known]
    for rule in fresh:
        values = {**_fixed(rule), **_choices(rule.stand), **rule.usual}
        work.insert(
            EXPENSE_RULE,
            {**values, "uid": uid_of(rule.code, 1), "version": 1, "valid_from": day, "set_by": who, "set_at": now},
        )
    return len(fresh)


def save(ctx: Context, args: Row) -> Outcome:
    """A new version of a rule; the one before ends on the day before. What is not given stays. 主管 only."""
    work, uid = ctx.work, str(args.get("uid") or "")
    before = work.get(EXPENSE_RULE, uid) if uid else None
    rule = RULES.get(str(before["code"])) if before is not None and not before["void"] else None
    if before is None or rule is None:
        raise Refused(Problem("规则是程序里定好的，不能另加", "请在列表里选一条来改", path="uid", code="unknown_rule"))
    changed = {k: v for k, v in args.items() if k in EXPENSE_RULE.by_key and EXPENSE_RULE[k].typed and before[k] != v}
    problems = overtaken(work, EXPENSE_RULE, uid, args.get("seen"), changed)
    latest = work.row(
        "SELECT uid, version FROM expense_rule WHERE code = ? AND void = 0 ORDER BY version DESC LIMIT 1", (rule.code,)
    )
    if latest is not None and latest["uid"] != uid:
        problems.append(
            Problem(f"这是旧版，现在是第 {latest['version']} 版", "请改最新的那一版", path="uid", code="old_version")
        )
    start = str(changed.get("valid_from") or ctx.today)
    if start < ctx.today:
        problems.append(
            Problem(
                "不能从过去算起，查过的单已经按老规则查了",
                "请填今天或以后",
                path="valid_from",
                place="「从哪天起」",
                code="past",
            )
        )
    stand = rule.stand.changed({**before, **changed})
    if rule.evidence and stand.weight == BLOCK and stand.who != NOBODY:
        problems.append(
            Problem(
                "重复、被改过的票谁都不能放行", "请选「不能放行」", path="who", place="「谁能放行」", code="evidence"
            )
        )
    ctx.check(problems)
    if not set(changed) - {"note", "valid_from"}:
        return Outcome(uid, "没有改动")
    version = int(before["version"] or 0) + 1
    kept = {p.key: before[p.key] for p in rule.params}
    values: Row = {**kept, **{k: v for k, v in changed.items() if k != "valid_from"}, **_choices(stand), **_fixed(rule)}
    made = work.insert(
        EXPENSE_RULE,
        {**values, "uid": uid_of(rule.code, version), "version": version, "valid_from": start,
         "set_by": ctx.operator, "set_at": ctx.now},
    )  # fmt: skip
    work.update(EXPENSE_RULE, uid, {"valid_to": add_days(start, -1)})
    work.title = f"初审规则「{rule.title}」第 {version} 版：{stand.words}"
    return Outcome(made, f"「{rule.title}」从 {start} 起按第 {version} 版：{stand.words}", {"version": version})


def _fixed(rule: ExpenseRule) -> Row:
    return {"code": rule.code, "no": rule.no, "title": rule.title, "looks": rule.looks, "params": rule.meaning or None}


def _choices(stand: Stand) -> Row:
    who = stand.who if stand.weight == BLOCK else None
    return {"weight": stand.weight, "who": who, "used": int(stand.used)}


VERBS = (
    Verb(
        "expense_rule.save",
        "改初审规则",
        save,
        (Field("uid", "规则", Link(entity="expense_rule"), required=True), SEEN, *EXPENSE_RULE.typed_fields),
        role=Role.MANAGER,
        changes=("expense_rule",),
        entity="expense_rule",
        icon="save",
        palette=False,
        note="每改一次就是新的一版，老版留着；只有主管能改",
    ),
)
