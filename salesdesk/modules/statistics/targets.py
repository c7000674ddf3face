"""销售目标: set for the year, broken down to months and people, and how far they are kept against the working days gone by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from salesdesk.domain import dates
from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Choice, Int, Link, Money, Option, Row, Text
from salesdesk.domain.problems import Problem
from salesdesk.modules.statistics import queries
from salesdesk.modules.statistics.measures import Measure, usual
from salesdesk.modules.statistics.model import MONTHS, TARGET
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
    """2026 年 业务员 李强."""
    what = reader.named("product", row["product"]) if row.get("level") == "产品" else row.get("name")
    return " ".join(filter(None, (f"{row['year']} 年", str(row["level"]), str(what or ""))))


def last_year(reader: Reader, row: Row) -> list[int]:
    """What was sold in the months of the year before: how a year is spread when nothing else is said.

    All alike when one of the months brought nothing, as in the year somebody began.
    """
    measure = usual(reader)
    year = int(row["year"]) - 1
    where = where_of(reader, row)
    found = [max(0, _sold(reader, measure, year, month, where)) for month in range(1, 13)]
    return found if all(found) else [1] * 12


def _sold(reader: Reader, measure: Measure, year: int, month: int, where: Sequence[Mapping[str, str | None]]) -> int:
    first = f"{year:04d}-{month:02d}-01"
    last = dates.month_end(first)
    return sum(queries.total(reader, measure, first, last, one).amount for one in where)


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
    """

    row: Row
    target: int
    sold: int
    pace: int
    needed: int
    rolling: int

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


SPANS = {"month": 1, "quarter": 3, "year": 12}


def standing(reader: Reader, year: int, month: int, span: str, today: str) -> list[Stand]:
    """All targets of a year, for the month, its quarter or the whole year."""
    measure = usual(reader)
    holidays = known_days(reader)
    size = SPANS[span]
    begin = (month - 1) // size * size + 1
    months = range(begin, begin + size)
    first, last = f"{year:04d}-{begin:02d}-01", dates.month_end(f"{year:04d}-{begin + size - 1:02d}-01")
    whole_days = workdays(first, last, holidays)
    gone_days = workdays(first, min(last, dates.add_days(today, -1)), holidays)
    left = max(1, whole_days - gone_days)
    found = []
    for row in reader.rows(
        f"SELECT * FROM {TARGET.key} WHERE year = ? AND void = 0 ORDER BY CASE level WHEN '公司' THEN 0 WHEN '部门' THEN 1"
        " WHEN '业务员' THEN 2 ELSE 3 END, rowid",
        (year,),
    ):
        where = where_of(reader, row)
        target = sum(int(row[f"m{n}"] or 0) for n in months)
        sold = sum(queries.total(reader, measure, first, last, one).amount for one in where)
        through = _sold_until(reader, measure, year, today, where)
        months_left = 13 - int(today[5:7]) if today[:4] == f"{year:04d}" else 12 if today < f"{year:04d}" else 0
        rest = int(row["amount"] or 0) - through
        found.append(
            Stand(
                row, target, sold, half_up(gone_days * 10_000, whole_days) if whole_days else 0,
                max(0, half_up(target - sold, left)) if last >= today else 0,
                max(0, half_up(rest, months_left)) if months_left else 0,
            )
        )  # fmt: skip
    return found


def _sold_until(reader: Reader, measure: Measure, year: int, today: str, where: list[dict[str, str | None]]) -> int:
    """Sold in the months of the year that are over."""
    last = dates.add_days(f"{today[:7]}-01", -1) if today[:4] == f"{year:04d}" else f"{year:04d}-12-31"
    first = f"{year:04d}-01-01"
    if last < first or today < first:
        return 0
    return sum(queries.total(reader, measure, first, last, one).amount for one in where)


def workdays(first: str, last: str, holidays: Mapping[str, bool]) -> int:
    """Working days from first to last, both included; 0 when last is before first."""
    return dates.workdays_between(dates.add_days(first, -1), last, holidays) if last >= first else 0


def split(ctx: Context, args: Row) -> Outcome:
    """Break a target down: one below it for each salesperson, by what each sold last year."""
    work = ctx.work
    row = work.get(TARGET, args["uid"])
    if row is None or row["void"]:
        raise Refused(gone(TARGET))
    names = [n for n in str(args.get("names") or "").replace("，", "、").replace(",", "、").split("、") if n.strip()]
    if not names:
        names = work.column(
            "SELECT DISTINCT salesperson FROM customer WHERE void = 0 AND salesperson IS NOT NULL ORDER BY salesperson"
        )
    have = set(work.column(f"SELECT name FROM {TARGET.key} WHERE above = ? AND void = 0", (row["uid"],)))
    names = [n.strip() for n in names if n.strip() not in have]
    if not names:
        raise Refused(
            Problem(
                "没有可以分的业务员",
                "请写姓名，几个用顿号隔开；已经分过的不再分",
                path="names",
                place="「业务员」",
                code="nobody",
            )
        )
    measure, year = usual(work), int(row["year"]) - 1
    weights = [
        max(0, queries.total(work, measure, f"{year}-01-01", f"{year}-12-31", {"salesperson": n}).amount) for n in names
    ]
    columns = [spread(int(row[key] or 0), weights) for key in MONTHS]
    for i, name in enumerate(names):
        months = {key: columns[m][i] for m, key in enumerate(MONTHS)}
        values: Row = {"year": row["year"], "level": "业务员", "name": name, "above": row["uid"], **months}
        values["amount"] = sum(months.values())
        values["title"] = title_of(work, values)
        work.insert(TARGET, values)
    work.title = f"分解目标 {row['title']}（{len(names)} 人）"
    return Outcome(str(row["uid"]), f"已{work.title}", {"names": names})


def read(ctx: Context, args: Row) -> Outcome:
    """How the targets stand, for scripts."""
    year, month = int(args.get("year") or ctx.today[:4]), int(args.get("month") or ctx.today[5:7])
    if not 1 <= month <= 12:
        raise Refused(Problem("没有这个月", "请填 1 到 12", path="month", place="「月」", code="month"))
    span = str(args.get("span") or "month")
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
        "sales_target.split",
        "分解到业务员",
        split,
        (
            Field("uid", "销售目标", Link(entity="sales_target"), required=True),
            Field("names", "业务员", Text(400), note="几个用顿号隔开；空着就是客户档案里的全部业务员"),
        ),
        changes=("sales_target",),
        entity="sales_target",
        icon="team",
        note="按各人去年的销售额分，分完加起来和上级一分不差",
    ),
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
