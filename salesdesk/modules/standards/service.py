"""Keeping standards: saving as the company's own, confirming the ones that were set up, and setting up what is public."""

from __future__ import annotations

from typing import Any

from salesdesk.domain.clock import named_uid
from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Link, Row
from salesdesk.domain.problems import Problem
from salesdesk.modules.standards import book
from salesdesk.modules.standards.checks import check_standard, usual_name
from salesdesk.modules.standards.model import CITY_TIER, REQUIREMENT, STANDARD
from salesdesk.paths import SHIPPED_DATA
from salesdesk.persistence.work import Work
from salesdesk.services import records
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.records import SEEN, UID
from salesdesk.services.roles import Role
from salesdesk.services.working_days import HOLIDAY

_SPACE = "c2f0a6a4-3a86-4d39-9d0c-7f2a53f2a9b1"
SHIPPED = ((HOLIDAY, "holidays"), (CITY_TIER, "city_tiers"), (STANDARD, "standards"), (REQUIREMENT, "requirements"))
"""What comes with the program, each as data/standards/NAME.csv with the headings of its register."""


def save(ctx: Context, args: Row) -> Outcome:
    """Create or change a standard; whoever writes it stands for it, so it counts as confirmed."""
    before = ctx.work.get(STANDARD, args.get("uid"))
    if not args.get("name") and not (before or {}).get("name"):
        args = {**args, "name": usual_name({**(before or {}), **args})}
    return records.save(ctx, STANDARD, {**args, **_signed(ctx)}, check_standard)


def _signed(ctx: Context) -> Row:
    return {"confirmed": 1, "confirmed_by": ctx.operator, "confirmed_at": ctx.now}


def take_imported(ctx: Context, uid: str, extra: Row) -> None:
    """A row of the company's own file: named when it has no name, and confirmed."""
    row = ctx.work.get(STANDARD, uid) or {}
    ctx.work.update(STANDARD, uid, {**({} if row.get("name") else {"name": usual_name(row)}), **_signed(ctx)})


def confirm(ctx: Context, args: Row) -> Outcome:
    """公司确认: from now on it is warned of, not only hinted at."""
    row = ctx.work.get(STANDARD, args["uid"])
    if row is None or row["void"]:
        raise Refused(records.gone(STANDARD))
    if row["confirmed"]:
        raise Refused(
            Problem(
                f"「{row['name']}」{row['confirmed_by'] or ''}已经确认过", "不用再确认", path="uid", code="confirmed"
            )
        )
    ctx.work.update(STANDARD, row["uid"], _signed(ctx))
    ctx.work.title = f"确认报销标准 {row['name']}"
    return Outcome(row["uid"], f"已{ctx.work.title}")


def confirm_all(ctx: Context, args: Row) -> Outcome:
    """公司确认 of everything that is not confirmed yet."""
    waiting = ctx.work.column("SELECT uid FROM expense_standard WHERE void = 0 AND coalesce(confirmed, 0) = 0")
    if not waiting:
        raise Refused(Problem("标准都确认过了", "没有要确认的", code="confirmed"))
    for uid in waiting:
        ctx.work.update(STANDARD, uid, _signed(ctx))
    ctx.work.title = f"确认 {len(waiting)} 条报销标准"
    return Outcome(message=f"已{ctx.work.title}", data={"confirmed": len(waiting)})


def shipped_rows(entity: Entity, name: str) -> list[Row]:
    """The rows of one file that comes with the program, as values."""
    import csv

    by_title = {f.title: f for f in entity}
    with (SHIPPED_DATA / "standards" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [{by_title[title]: text for title, text in row.items()} for row in csv.DictReader(file)]
    return [{f.key: f.kind.parse(text) for f, text in row.items()} for row in rows]


def identity(entity: Entity, row: Row) -> str:
    """The uid of a row that comes with the program: the same on every PC."""
    parts = [row.get(k) for k in ("name", "day", "city", "category", "need", "valid_from") if k in entity.by_key]
    return named_uid(_SPACE, "/".join((entity.key, *(str(part or "") for part in parts))))


def set_up(ctx: Context, args: Row) -> Outcome:
    """装入参考值: rules, public holidays, tiers, standards and required papers the file does not have yet; nothing is changed."""
    work = ctx.work
    made = {"初审规则": book.lay_out(work, ctx.today, ctx.operator, ctx.now)}
    for entity, name in SHIPPED:
        made[entity.title] = _add(work, entity, shipped_rows(entity, name))
    told = "、".join(f"{title} {number} 条" for title, number in made.items() if number)
    if not told:
        return Outcome(message="参考值都在了，没有要装的")
    work.title = f"装入{told}"
    return Outcome(message=f"已{work.title}；标准是参考值，请公司核对后确认", data=dict[str, Any](made))


def _add(work: Work, entity: Entity, rows: list[Row]) -> int:
    """Insert what is neither there by its uid (voided: left out on purpose) nor by its code."""
    uids = set(work.column(f'SELECT uid FROM "{entity.key}"'))
    codes = set(work.column(f'SELECT "{entity.code}" FROM "{entity.key}" WHERE void = 0')) if entity.code else set()
    fresh = [{**row, "uid": identity(entity, row)} for row in rows if row.get(entity.code) not in codes]
    fresh = [row for row in fresh if row["uid"] not in uids]
    work.insert_many(entity, fresh)
    return len(fresh)


_ONE = Field("uid", "报销标准", Link(entity="expense_standard"), required=True)
VERBS = (
    Verb(
        "expense_standard.save",
        "保存报销标准",
        save,
        (UID, SEEN, *STANDARD.typed_fields),
        role=Role.MANAGER,
        changes=("expense_standard",),
        entity="expense_standard",
        icon="save",
        note="不给 uid 新建，给 uid 只改给出的字段；存了就算公司确认",
    ),
    Verb(
        "expense_standard.confirm",
        "公司确认",
        confirm,
        (_ONE,),
        role=Role.MANAGER,
        changes=("expense_standard",),
        entity="expense_standard",
        icon="check",
        note="没确认的标准只提示",
    ),
    Verb(
        "expense_standard.confirm_all",
        "全部确认",
        confirm_all,
        role=Role.MANAGER,
        changes=("expense_standard",),
        entity="expense_standard",
        icon="checkmark_circle",
        note="核对过参考值再按",
    ),
    Verb(
        "standards.set_up",
        "装入参考值",
        set_up,
        role=Role.MANAGER,
        changes=("expense_rule", *(entity.key for entity, _ in SHIPPED)),
        entity="expense_rule",
        icon="arrow_import",
        note="规则、节假日、城市档、标准、必备附件；已有的不动",
    ),
)
