"""Breaking a target down: a company's to departments or people, a department's to people, a person's to products."""

from __future__ import annotations

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Choice, Link, Row, Text, options
from salesdesk.domain.problems import Problem
from salesdesk.modules.statistics import queries
from salesdesk.modules.statistics.measures import usual
from salesdesk.modules.statistics.model import MONTHS, TARGET
from salesdesk.modules.statistics.targets import MONEY, Sales, spread, title_of, where_of
from salesdesk.persistence.work import Work
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.records import gone

BELOW = {"公司": ("业务员", "部门"), "部门": ("业务员",), "业务员": ("产品",), "产品": ()}
"""Level -> what its targets can be broken down to, the usual one first."""
MOST_PRODUCTS = 10
"""So many products, those that sold best last year, when nobody says which."""


def split(ctx: Context, args: Row) -> Outcome:
    """Break down what of a target is not broken down yet: to people by what each sold last year, a person's to products."""
    work = ctx.work
    row = work.get(TARGET, args["uid"])
    if row is None or row["void"]:
        raise Refused(gone(TARGET))
    level = str(args.get("into") or next(iter(BELOW[row["level"]]), ""))
    if level not in BELOW[row["level"]]:
        can = "、".join(BELOW[row["level"]])
        cure = f"{row['level']}目标可以分到{can}" if can else "产品的目标是最下面一层，不再分"
        raise Refused(Problem(f"不能分到{level or '下级'}", cure, path="into", place="「分到」", code="level"))
    below = work.rows(f"SELECT * FROM {TARGET.key} WHERE above = ? AND void = 0", (row["uid"],))
    left = [max(0, int(row[key] or 0) - sum(int(one[key] or 0) for one in below)) for key in MONTHS]
    if below and not any(left):
        raise Refused(
            Problem(f"{row['title']}已经分完了", "要重分请先改或作废下面的目标", path="uid", code="all_given")
        )
    keys, others = _receivers(work, row, level, _given_names(args.get("names")), below)
    sales = Sales(work, usual(work))
    past = sales.span("year", int(row["year"]) - 1, 1)
    heads: list[Row] = [{"year": row["year"], "level": level, "above": row["uid"], _KEY[level]: key} for key in keys]
    weights = [max(0, sales.of(past, where_of(work, head))) if level != "部门" else 1 for head in heads]
    rest = [max(0, sales.of(past, where_of(work, row)) - sum(weights))] if others else []
    columns = [spread(amount, [*weights, *rest]) for amount in left]
    for i, head in enumerate(heads):
        months = {key: columns[m][i] for m, key in enumerate(MONTHS)}
        values: Row = {**head, **months, "amount": sum(months.values())}
        work.insert(TARGET, {**values, "title": title_of(work, values)})
    given = sum(sum(column[: len(heads)]) for column in columns)
    over = sum(left) - given
    work.title = f"分解目标 {row['title']}（{len(heads)} 个{level}）"
    tail = f"，别的产品留了 {MONEY.show(over)} 元没分" if over else ""
    names = [str(title_of(work, head)).rpartition(f"{level} ")[2] for head in heads]
    return Outcome(str(row["uid"]), f"已{work.title}，共 {MONEY.show(given)} 元{tail}", {"names": names})


_KEY = {"部门": "name", "业务员": "name", "产品": "product"}


def _given_names(text: object) -> list[str]:
    return [n.strip() for n in str(text or "").replace("，", "、").replace(",", "、").split("、") if n.strip()]


def _receivers(work: Work, row: Row, level: str, names: list[str], below: list[Row]) -> tuple[list[str], bool]:
    """Who gets a part and has none yet: names of people or departments, uids of products; whether others stay without.

    Raises Refused when there is nobody, or a product is not known.
    """
    others = not names and level == "产品"
    if level == "产品":
        product = work.schema.entities["product"]
        unknown = [n for n in names if work.find(product, n) is None]
        if unknown:
            raise Refused(
                Problem(f"没有产品「{'、'.join(unknown)}」", "请写产品编号或完整的品名，几个用顿号隔开", path="names",
                        place="「分给」", code="product")
            )  # fmt: skip
        keys = [str(work.find(product, n)) for n in names] or _best_sellers(work, row)
    else:
        keys = names
        if not keys and level == "业务员":
            keys = work.column(
                "SELECT DISTINCT salesperson FROM customer WHERE void = 0 AND salesperson IS NOT NULL ORDER BY salesperson"
            )
    have = {one[_KEY[level]] for one in below}
    keys = [key for key in dict.fromkeys(keys) if key not in have]
    if not keys:
        raise Refused(
            Problem(f"没有可以分的{level}", "请写出来，几个用顿号隔开；已经分过的不再分", path="names", place="「分给」",
                    code="nobody")
        )  # fmt: skip
    return keys, others


def _best_sellers(work: Work, row: Row) -> list[str]:
    measure = usual(work)
    if not measure.by_goods:
        return []
    past = Sales(work, measure).span("year", int(row["year"]) - 1, 1)
    sold = queries.grouped(work, measure, "product", past.first, past.last, {"salesperson": row["name"]})
    best = sorted((key for key, one in sold.items() if key and one.amount > 0), key=lambda k: (-sold[k].amount, k))
    return best[:MOST_PRODUCTS]


VERBS = (
    Verb(
        "sales_target.split",
        "分解目标",
        split,
        (
            Field("uid", "销售目标", Link(entity="sales_target"), required=True),
            Field(
                "into",
                "分到",
                Choice(options=options("部门", "业务员", "产品")),
                note="空着：公司、部门分到业务员，业务员分到产品",
            ),
            Field(
                "names",
                "分给",
                Text(400),
                note="几个用顿号隔开；业务员空着就是客户档案里的全部，产品空着就是去年卖得最多的十个",
            ),
        ),
        changes=("sales_target",),
        entity="sales_target",
        icon="team",
        note="按去年的销售额分，只分还没分下去的，加起来和上级一分不差",
    ),
)
