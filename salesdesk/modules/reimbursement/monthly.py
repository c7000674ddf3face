"""报销月报: the month by person and category on the screen, as an Excel file or on paper (EXP-6)."""

from __future__ import annotations

from typing import Any

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Int, Kind, Money, Row, Text, Value
from salesdesk.domain.patterns import late
from salesdesk.domain.problems import Problem
from salesdesk.modules.reimbursement.model import CLAIM
from salesdesk.modules.reimbursement.progress import MonthOfClaims, backlog, month_of
from salesdesk.services.files import output_path, write_atomically
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.roles import Role

MONEY = Money()
_MONTH = late(r"\d{4}-(0[1-9]|1[0-2])")
COLUMNS: tuple[tuple[str, Kind, int], ...] = (
    ("报销人", Text(), 10),
    ("部门", Text(), 14),
    ("费用项目", Text(), 12),
    ("笔数", Int(), 6),
    ("报销金额", MONEY, 0),
    ("核准金额", MONEY, 0),
    ("核减", MONEY, 0),
    ("退回次数", Int(), 9),
    ("拦下重复", MONEY, 0),
)


def month(ctx: Context, args: Row) -> Outcome:
    """Tell a month; with `out` also write it, as a table (.xlsx, .csv) or as paper (.pdf)."""
    wanted = str(args.get("month") or ctx.today[:7])
    if not _MONTH.fullmatch(wanted):
        raise Refused(
            Problem(f"看不懂月份「{wanted}」", "请写 2026-06 这样", path="month", place="「月份」", code="month")
        )
    found = month_of(ctx.work, wanted)
    data = told(found)
    if args.get("out"):
        path = output_path(str(args["out"]), (".xlsx", ".csv", ".pdf"))
        if path.suffix.lower() == ".pdf":
            write_atomically(path, _paper(ctx, found))
        else:
            from salesdesk.services.excel_out import Column, write_table

            write_table(path, f"报销月报 {wanted}", [Column(*one) for one in COLUMNS], rows_of(found))
        data["file"] = str(path)
    return Outcome(
        "",
        f"{wanted} 报销 {MONEY.show(found.claimed)} 元，核准 {MONEY.show(found.approved)} 元，初审省下 {MONEY.show(found.saved)} 元",
        data,
    )


def rows_of(found: MonthOfClaims) -> list[tuple[Value, ...]]:
    """One row a person and category; what is counted by person stands in a row of its own without a category."""
    rows: list[tuple[Value, ...]] = []
    for one in found.people:
        mine = [s for s in found.shares if (s.claimant, s.department) == (one.claimant, one.department)]
        rows += [(s.claimant, s.department, s.item, s.lines, s.claimed, s.approved, s.cut, None, None) for s in mine]
        rows.append(
            (
                one.claimant,
                one.department,
                "小计",
                one.claims,
                one.claimed,
                one.approved,
                one.cut,
                one.returned,
                one.blocked,
            )
        )
    return rows


def told(found: MonthOfClaims) -> dict[str, Any]:
    """JSON form: amounts as "300.00", days with one decimal."""
    return {
        "month": found.month,
        "claimed": MONEY.wire(found.claimed),
        "approved": MONEY.wire(found.approved),
        "saved": MONEY.wire(found.saved),
        "returned": found.returned,
        "people": [
            {
                **one._asdict(),
                **{k: MONEY.wire(getattr(one, k)) for k in ("claimed", "approved", "cut", "blocked", "saved")},
            }
            for one in found.people
        ],
        "shares": [
            {**one._asdict(), **{k: MONEY.wire(getattr(one, k)) for k in ("claimed", "approved", "cut")}}
            for one in found.shares
        ],
        "steps": [
            {
                "state": CLAIM["state"].kind.show(one.state),
                "times": one.times,
                "days": round(one.average / 1440, 1),
                "longest": round(one.longest / 1440, 1),
            }
            for one in found.steps
        ],
    }


def _paper(ctx: Context, found: MonthOfClaims) -> bytes:
    from salesdesk.services.papers.shapes import SheetColumn, TableSheet
    from salesdesk.services.printing import render_table

    rows = rows_of(found)
    show = CLAIM["state"].kind.show
    steps = "；".join(
        f"{show(one.state)} 平均 {one.average / 1440:.1f} 天，最长 {one.longest / 1440:.1f} 天" for one in found.steps
    )
    sums = (
        "合计",
        "",
        "",
        str(sum(p.claims for p in found.people)),
        MONEY.show(found.claimed),
        MONEY.show(found.approved),
        MONEY.show(sum(p.cut for p in found.people)),
        str(found.returned),
        MONEY.show(sum(p.blocked for p in found.people)),
    )
    sheet = TableSheet(
        title=f"报销月报 {found.month}",
        columns=tuple(SheetColumn(title, width or kind.width, kind.align) for title, kind, width in COLUMNS),
        rows=tuple(tuple(kind.show(v) for (_, kind, _), v in zip(COLUMNS, row, strict=True)) for row in rows),
        company=ctx.settings.company,
        totals=sums,
        footnotes=(f"初审省下 {MONEY.show(found.saved)} 元（核减加拦下的重复）", steps) if steps else (),
        printed_by=ctx.operator,
        stamp=ctx.now,
    )
    return render_table(sheet).pdf


def waiting(ctx: Context, args: Row) -> Outcome:
    """The open claims with how long they have been waiting."""
    found = backlog(ctx.work, ctx.today)
    late_ones = sum(one.late > 0 for one in found)
    return Outcome(
        "",
        f"在办 {len(found)} 张，超期 {late_ones} 张",
        {
            "claims": [
                {
                    "uid": one.row["uid"],
                    "number": one.row["number"],
                    "claimant": one.row["claimant"],
                    "state": CLAIM["state"].kind.show(one.row["state"]),
                    "amount": MONEY.wire(one.row["amount"]),
                    "due": one.row["due"],
                    "age": one.age,
                    "stays": one.stays,
                    "late": one.late,
                }
                for one in found
            ]
        },
    )


VERBS = (
    Verb(
        "claim.month",
        "报销月报",
        month,
        (
            Field("month", "月份", Text(7), note="2026-06；空着就是本月"),
            Field("out", "存到", Text(400), note=".xlsx、.csv 或 .pdf；空着只看"),
        ),
        role=Role.VIEWER,
        entity="expense_claim",
        icon="chart",
        note="按人、按费用项目：报了多少、核准多少、退回几次、初审省下多少",
    ),
    Verb("claim.backlog", "在办的报销单", waiting, (), role=Role.VIEWER, entity="expense_claim", icon="clock"),
)
