"""Changing the 检查规则: weight, use and who may let pass; the 主管 only (ORD-2)."""

from __future__ import annotations

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Choice, Flag, Option, Row, Text
from salesdesk.domain.problems import Problem
from salesdesk.modules.orders.check_model import CHECK_RULE
from salesdesk.modules.orders.check_table import RULES, TABLE, Rule
from salesdesk.modules.orders.policies import stand_of, table, uid_of
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.roles import Role
from salesdesk.services.rule_stands import WEIGHT, WHO, Stand

CODE = Choice(options=tuple(Option(rule.code, rule.title) for rule in TABLE if not rule.fixed))


def set_rule(ctx: Context, args: Row) -> Outcome:
    """Change weight, use or who may let pass; what is not given stays. 主管 only."""
    rule = RULES[str(args["code"])]
    before = stand_of(ctx.work, rule)
    after = before.changed(args)
    if after == before:
        return Outcome(uid_of(rule.code), "没有改动")
    _store(ctx, rule, after, args.get("note"))
    ctx.work.title = f"检查规则「{rule.title}」：{before.words} → {after.words}"
    return Outcome(uid_of(rule.code), f"「{rule.title}」现在是{after.words}")


def reset_rule(ctx: Context, args: Row) -> Outcome:
    """Back to the house's own choice for one rule."""
    rule = RULES[str(args["code"])]
    if stand_of(ctx.work, rule) == rule.stand:
        raise Refused(Problem("这条规则没有改过", path="code", place=f"「{rule.title}」", code="unchanged"))
    _store(ctx, rule, rule.stand, None)
    ctx.work.title = f"检查规则「{rule.title}」恢复原样：{rule.stand.words}"
    return Outcome(uid_of(rule.code), f"「{rule.title}」恢复成{rule.stand.words}")


def _store(ctx: Context, rule: Rule, stand: Stand, note: object) -> None:
    uid, work = uid_of(rule.code), ctx.work
    values: Row = {
        "code": rule.code,
        "title": rule.title,
        "weight": stand.weight,
        "who": stand.who,
        "used": int(stand.used),
        "note": note,
        "set_by": ctx.operator,
        "set_at": ctx.now,
    }
    if work.get(CHECK_RULE, uid) is None:
        work.insert(CHECK_RULE, {**values, "uid": uid})
    else:
        work.update(CHECK_RULE, uid, {**values, "void": 0})


def list_rules(ctx: Context, args: Row) -> Outcome:
    """The whole table, for scripts and the page."""
    return Outcome(message=f"{len(TABLE)} 条规则", data={"rules": table(ctx.work)})


_CODE = Field("code", "规则", CODE, required=True)
VERBS = (
    Verb(
        "rule.set",
        "改检查规则",
        set_rule,
        (
            _CODE,
            Field("weight", "轻重", WEIGHT),
            Field("who", "谁能放行", WHO, note="阻断的规则才用得上"),
            Field("used", "启用", Flag()),
            Field("note", "为什么改", Text(200)),
        ),
        role=Role.MANAGER,
        changes=("check_rule",),
        entity="check_rule",
        icon="shield",
        palette=False,
        note="全公司共用；只有主管能改",
    ),
    Verb(
        "rule.reset",
        "恢复检查规则",
        reset_rule,
        (_CODE,),
        role=Role.MANAGER,
        changes=("check_rule",),
        entity="check_rule",
        icon="undo",
        palette=False,
    ),
    Verb(
        "rule.list", "检查规则", list_rules, role=Role.VIEWER, icon="shield", palette=False, note="全部规则和现在的轻重"
    ),
)
