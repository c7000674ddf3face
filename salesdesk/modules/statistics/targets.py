"""销售目标: set for the year, broken down to months and people, and how far they are kept against the working days gone by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, cast

from salesdesk.domain import dates
from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Choice, Int, Money, Option, Row
from salesdesk.domain.problems import Problem
from salesdesk.modules.statistics import queries
from salesdesk.modules.statistics.measures import Measure, usual
from salesdesk.modules.statistics.model import MONTHS, TARGET
from salesdesk.modules.statistics.periods import Kind, Period, period_of
from salesdesk.modules.statistics.variance import half_up
from salesdesk.persistence.reading import Reader
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.records import SEEN, UID, gone, missing, record_verbs
from salesdesk.services.roles import Role
from salesdesk.services.working_days import known_days

MONEY = Money()


def spread(amount: int, weights: Sequence[int]) -> list[int]:
    """An amount parted by weights (all alike when none weighs) in whole 元, what is left over in the last part; sums exactly."""
    whole = sum(weights)
    use = list(weights) if whole > 0 else [1] * len(weights)
    whole = sum(use)
    parts: list[int] = []
    gone_by = 0
    for weight in use:
        gone_by += weight
        upto = amount if gone_by == whole else half_up(amount * gone_by, whole * 100) * 100
        parts.append(upto - sum(parts))
    return parts


def save(ctx: Context, args: Row) -> Outcome:
    """A target. Months and year agree: a year without months is spread, months without a year are added up."""
    work = ctx.work
    uid = str(args.get("uid") or "")
    before = work.get(TARGET, uid) if uid else None
    if uid and (before is None or before["void"]):
        raise Refused(gone(TARGET))
    given = {k: v for k, v in args.items() if k in TARGET.by_key}
    row: Row = {**(before or {}), **given}
    problems = missing(TARGET, row)
    level = row.get("level")
    if level in ("部门", "业务员") and not row.get("name"):
        problems.append(
            Problem(f"没写{level}", f"请填是哪个{level}", path="name", place="「部门或业务员」", code="required")
        )
    if level == "产品" and not row.get("product"):
        problems.append(Problem("没选产品", "请选产品", path="product", place="「产品」", code="required"))
    above = work.get(TARGET, row.get("above"))
    if above is not None and (above["void"] or above["year"] != row.get("year") or above["uid"] == uid):
        problems.append(
            Problem("上级目标不是同一年的", "请选同一年、在用的目标", path="above", place="「上级目标」", code="above")
        )
    months = [int(row.get(key) or 0) for key in MONTHS]
    typed = any(key in given and (before is None or given[key] != before[key]) for key in MONTHS)
    year = row.get("amount")
    year_typed = year is not None and (before is None or year != before["amount"])
    if typed and year_typed and year != sum(months):
        problems.append(
            Problem(
                f"各月加起来是 {MONEY.show(sum(months))}，全年写的是 {MONEY.show(year)}", "请核对，或只填一样，另一样会自动算",
                path="amount", place="「全年目标」", code="sum",
            )
        )  # fmt: skip
    ctx.check(problems)
    if year_typed and not typed:
        months = spread(int(year or 0), last_year(work, row) if not any(months) else months)
    row["amount"] = sum(months)
    row |= dict(zip(MONTHS, months, strict=True))
    row["title"] = title_of(work, row)
    values = {k: v for k, v in row.items() if k in TARGET.by_key and (before is None or before[k] != v)}
    if before is None:
        uid = work.insert(TARGET, values)
    else:
        work.update(TARGET, uid, values)
    work.title = f"{'新建' if before is None else '修改'}目标 {row['title']}"
    return Outcome(
        uid, f"已{work.title}：全年 {MONEY.show(row['amount'])} 元", {"months": [MONEY.wire(n) for n in months]}
    )


def title_of(reader: Reader, row: Row) -> str:
    """2026 年 业务员 李强; a product of somebody's tells whose."""
    what, whose = row.get("name"), None
    if row.get("level") == "产品":
        what = reader.named("product", row["product"])
        whose = (reader.get(TARGET, row.get("above")) or {}).get("name")
    return " ".join(str(part) for part in (f"{row['year']} 年", whose, row["level"], what) if part)


def last_year(reader: Reader, row: Row) -> list[int]:
    """What was sold in the months of the year before: how a year is spread when nothing else is said.

    All alike when one of the months brought nothing, as in the year somebody began.
    """
    sales = Sales(reader, usual(reader))
    months = [sales.span("month", int(row["year"]) - 1, n) for n in range(1, 13)]
    found = [max(0, sales.of(month, where_of(reader, row))) for month in months]
    return found if all(found) else [1] * 12


class Sales:
    """What was sold in the months of targets, by the 口径 of the house; each table is read once."""

    def __init__(self, reader: Reader, measure: Measure) -> None:
        self.reader, self.measure = reader, measure
        self._read: dict[tuple[str, str, str, str], dict[str, queries.Sum]] = {}

    def span(self, kind: Kind, year: int, month: int) -> Period:
        """A month of a year as the house counts it, natural or financial, or the quarter or year it lies in."""
        return period_of(kind, f"{year:04d}-{month:02d}-01", self.measure.closing)

    def of(self, days: Period, where: Sequence[Mapping[str, str | None]]) -> int:
        """The amount (分) of some narrowed sales together."""
        return sum(self._one(days.first, days.last, one) for one in where) if days.first <= days.last else 0

    def _one(self, first: str, last: str, where: Mapping[str, str | None]) -> int:
        person = where.get("salesperson")
        by = "product" if "product" in where else "salesperson"
        place = (by, first, last, str(person or "") if by == "product" else "")
        if place not in self._read:
            inside = {"salesperson": person} if by == "product" and person else None
            self._read[place] = queries.grouped(self.reader, self.measure, by, first, last, inside)
        found = self._read[place]
        if not where:
            return queries.added(found.values()).amount
        return found.get(str(where[by] or ""), queries.Sum()).amount


def where_of(reader: Reader, row: Row) -> list[dict[str, str | None]]:
    """What counts for a target: sums of narrowed sales. A department is the people whose targets hang below its own."""
    level = row["level"]
    if level == "业务员":
        return [{"salesperson": row["name"]}]
    if level == "产品":
        where: dict[str, str | None] = {"product": row["product"]}
        above = reader.get(TARGET, row.get("above"))
        if above is not None and above["level"] == "业务员":
            where["salesperson"] = above["name"]
        return [where]
    if level == "部门":
        people = reader.column(
            f"SELECT DISTINCT name FROM {TARGET.key} WHERE above = ? AND level = '业务员' AND void = 0",
            (row.get("uid"),),
        )
        return [{"salesperson": name} for name in people]
    return [{}]


class Stand(NamedTuple):
    """How a target stands in a stretch of months, all in 分. pace: 1/10000 of the working days that are over.

    needed: what must be sold on each working day left; rolling: what each month left must bring so that the year is met.
    depth: how many targets stand above it.
    """

    row: Row
    target: int
    sold: int
    pace: int
    needed: int
    rolling: int
    depth: int = 0

    @property
    def gap(self) -> int:
        """What is missing; negative when more was sold."""
        return self.target - self.sold

    @property
    def done(self) -> int | None:
        """完成率 as 1/10000."""
        return half_up(self.sold * 10_000, self.target) if self.target else None

    @property
    def behind(self) -> int:
        """How far the sales lag behind the working days gone by, 分; negative when ahead."""
        return half_up(self.target * self.pace, 10_000) - self.sold


SPANS: dict[Kind, int] = {"month": 1, "quarter": 3, "year": 12}


def standing(reader: Reader, year: int, month: int, span: Kind, today: str) -> list[Stand]:
    """All targets of a year, for the month, its quarter or the whole year; months are those of the 口径 of the house."""
    sales = Sales(reader, usual(reader))
    holidays = known_days(reader)
    size = SPANS[span]
    begin = (month - 1) // size * size + 1
    days, whole_year = sales.span(span, year, month), sales.span("year", year, month)
    whole_days = workdays(days.first, days.last, holidays)
    gone_days = workdays(days.first, min(days.last, dates.add_days(today, -1)), holidays)
    left = max(1, whole_days - gone_days)
    running = period_of("month", min(max(today, whole_year.first), whole_year.last), sales.measure.closing)
    months_left = 13 - int(running.last[5:7]) if today <= whole_year.last else 0
    over = whole_year._replace(last=dates.add_days(running.first, -1) if months_left else whole_year.last)
    found = []
    for depth, row in _tree(reader, year):
        where = where_of(reader, row)
        target = sum(int(row[f"m{n}"] or 0) for n in range(begin, begin + size))
        sold = sales.of(days, where)
        rest = int(row["amount"] or 0) - sales.of(over, where)
        found.append(
            Stand(
                row, target, sold, half_up(gone_days * 10_000, whole_days) if whole_days else 0,
                max(0, half_up(target - sold, left)) if days.last >= today else 0,
                max(0, half_up(rest, months_left)) if months_left else 0, depth,
            )
        )  # fmt: skip
    return found


def _tree(reader: Reader, year: int) -> list[tuple[int, Row]]:
    """The targets of a year, each followed by those below it, with how deep they stand."""
    rows = reader.rows(
        f"SELECT * FROM {TARGET.key} WHERE year = ? AND void = 0 ORDER BY CASE level WHEN '公司' THEN 0 WHEN '部门' THEN 1"
        " WHEN '业务员' THEN 2 ELSE 3 END, amount DESC, created_at, uid",
        (year,),
    )
    there = {row["uid"] for row in rows}
    found: list[tuple[int, Row]] = []

    def add(above: Row | None, depth: int) -> None:
        for row in rows:
            mine = row["above"] == above["uid"] if above else row["above"] not in there
            if mine:
                found.append((depth, row))
                add(row, depth + 1)

    add(None, 0)
    reached = {row["uid"] for _, row in found}
    return [*found, *((0, row) for row in rows if row["uid"] not in reached)]  # two that two PCs put above one another


def months_until(reader: Reader, today: str, count: int) -> list[Period]:
    """The month that goes on, as the house counts it, and those before it."""
    found = [period_of("month", today, usual(reader).closing)]
    while len(found) < count:
        found.append(found[-1].previous)
    return found


def workdays(first: str, last: str, holidays: Mapping[str, bool]) -> int:
    """Working days from first to last, both included; 0 when last is before first."""
    return dates.workdays_between(dates.add_days(first, -1), last, holidays) if last >= first else 0


def read(ctx: Context, args: Row) -> Outcome:
    """How the targets stand, for scripts."""
    running = months_until(ctx.work, ctx.today, 1)[0]
    year, month = int(args.get("year") or running.last[:4]), int(args.get("month") or running.last[5:7])
    if not 1 <= month <= 12:
        raise Refused(Problem("没有这个月", "请填 1 到 12", path="month", place="「月」", code="month"))
    span = cast(Kind, args.get("span") or "month")
    rows = [
        {
            "title": one.row["title"],
            "target": MONEY.wire(one.target),
            "sold": MONEY.wire(one.sold),
            "gap": MONEY.wire(one.gap),
            "done": one.done,
            "pace": one.pace,
            "behind": MONEY.wire(one.behind),
            "needed": MONEY.wire(one.needed),
            "rolling": MONEY.wire(one.rolling),
        }
        for one in standing(ctx.work, year, month, span, ctx.today)
    ]
    return Outcome("", f"{year} 年有 {len(rows)} 个目标", {"targets": rows})


_SPAN = Choice(options=(Option("month", "月"), Option("quarter", "季"), Option("year", "年")))
VERBS = (
    Verb(
        "sales_target.save",
        "保存销售目标",
        save,
        (UID, SEEN, *(f for f in TARGET.fields if f.typed)),
        changes=("sales_target",),
        entity="sales_target",
        icon="save",
        note="只填全年会按去年各月的比例分到月；只填各月会加成全年",
    ),
    *(v for v in record_verbs(TARGET) if v.name != "sales_target.save"),
    Verb(
        "sales_target.read",
        "看目标完成",
        read,
        (Field("year", "年度", Int()), Field("month", "月", Int()), Field("span", "看多长", _SPAN, default="月")),
        role=Role.VIEWER,
        icon="flag",
        palette=False,
    ),
)
