"""领用台账: who took what, by person, department, item or month, what it cost, and what is out of a person's habit (SUP-3)."""

from __future__ import annotations

from typing import Any

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Choice, Day, Int, Money, Option, Qty, Row, Text
from salesdesk.domain.problems import Problem
from salesdesk.domain.scales import round_half_up
from salesdesk.modules.supplies.queries import months_before
from salesdesk.modules.supplies.rules import HABIT_MONTHS, MONEY, QTY, unusual
from salesdesk.persistence.reading import Reader
from salesdesk.services.files import output_path, write_atomically
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.roles import Role

BY = Choice(
    options=(
        Option("person", "按人"),
        Option("department", "按部门"),
        Option("supply", "按用品"),
        Option("month", "按月"),
        Option("line", "逐笔"),
    )
)
_KEYS = {
    "person": ("p.name", "m.department"),
    "department": ("coalesce(m.department, '没写部门')",),
    "supply": ("s.name", "s.spec"),
    "month": ("substr(m.day, 1, 7)",),
    "line": ("m.day", "p.name", "m.department", "s.name", "m.kind"),
}
TITLES = {
    "person": ("领用人", "部门"),
    "department": ("部门",),
    "supply": ("用品", "规格"),
    "month": ("月份",),
    "line": ("日期", "领用人", "部门", "用品", "原因"),
}
PER_HEAD = ("department", "month")
"""Sums that are also told per head of those who took something."""
_TAKEN = ("领用", "退回")
"""What counts as taken for use. Loans come back; lost and broken loans are told beside."""
_ALL = (*_TAKEN, "报损", "丢失")


def usage(reader: Reader, by: str, first: str, last: str) -> list[Row]:
    """Rows of the ledger of takers between two days: keys, qty 1/1000 (one item or one line only), amount and lost 分.

    amount: taken less given back. lost: broken and lost, which is never mixed with what was used. head: amount by each of
    the people who took something, where that is told.
    """
    keys = _KEYS[by]
    names = ", ".join(f"{key} AS k{i}" for i, key in enumerate(keys))
    group = "m.rowid" if by == "line" else ", ".join(f"k{i}" for i in range(len(keys)))
    order = "m.day, m.rowid" if by in ("line",) else "k0" if by == "month" else "amount DESC, k0"
    taken = f"('{_TAKEN[0]}', '{_TAKEN[1]}')"
    rows = reader.rows(
        f"SELECT {names}, s.unit, -sum(CASE WHEN m.kind IN {taken} THEN m.qty ELSE 0 END) AS qty,"
        f" -sum(CASE WHEN m.kind IN {taken} THEN m.amount ELSE 0 END) AS amount,"
        f" -sum(CASE WHEN m.kind IN {taken} THEN 0 ELSE m.amount END) AS lost, count(*) AS times,"
        f" count(DISTINCT CASE WHEN m.kind IN {taken} THEN m.staff END) AS people"
        " FROM supply_move m JOIN supply s ON s.uid = m.supply LEFT JOIN staff p ON p.uid = m.staff"
        f" WHERE m.void = 0 AND m.day BETWEEN ? AND ? AND m.kind IN ({', '.join('?' * len(_ALL))})"
        f" GROUP BY {group} ORDER BY {order}",
        (first, last, *_ALL),
    )
    for row in rows:
        row["keys"] = tuple(str(row.pop(f"k{i}") or "—") for i in range(len(keys)))
        if by not in ("supply", "line"):
            row["qty"] = row["unit"] = None
        row["head"] = round_half_up(row["amount"], row["people"]) if by in PER_HEAD and row["people"] else None
    return rows


def anomalies(reader: Reader, month: str) -> list[Row]:
    """Takers who took far more of an item in a month than they used to, the dearest first, each with its figures in words."""
    before = months_before(month, HABIT_MONTHS)
    rows = reader.tuples(
        "SELECT m.staff, m.supply, substr(m.day, 1, 7), -sum(m.qty), -sum(m.amount) FROM supply_move m"
        " WHERE m.void = 0 AND m.staff IS NOT NULL AND m.kind IN ('领用', '退回') AND m.day <= ? GROUP BY 1, 2, 3",
        (f"{month}-31",),
    )
    of: dict[tuple[str, str], dict[str, int]] = {}
    cost: dict[tuple[str, str], int] = {}
    for staff, supply, when, qty, amount in rows:
        of.setdefault((staff, supply), {})[when] = int(qty)
        if when == month:
            cost[staff, supply] = int(amount)
    found = []
    for (staff, supply), by_month in of.items():
        seen = unusual(by_month, month, before)
        if seen is None or (staff, supply) not in cost:
            continue
        item = reader.get("supply", supply) or {}
        person = reader.get("staff", staff) or {}
        found.append(
            {
                "staff": staff,
                "supply": supply,
                "person": str(person.get("name") or ""),
                "department": str(person.get("department") or ""),
                "item": " ".join(filter(None, (item.get("name"), item.get("spec")))),
                "qty": seen.qty,
                "usual": seen.usual,
                "amount": cost[staff, supply],
                "words": seen.words(str(item.get("unit") or "")),
            }
        )
    return sorted(found, key=lambda one: (-int(one["amount"]), one["person"], one["item"]))


def span(args: Row, today: str) -> tuple[str, str]:
    """First and last day that were asked for; this month when nothing was said. Raises Refused when turned round."""
    first, last = str(args.get("first") or f"{today[:7]}-01"), str(args.get("last") or today)
    if first > last:
        raise Refused(
            Problem(f"从 {first} 到 {last} 是倒的", "请把两个日期对调", path="first", place="「从」", code="span")
        )
    return first, last


def told(rows: list[Row]) -> list[dict[str, Any]]:
    """The rows as JSON for scripts."""
    return [
        {
            "keys": list(row["keys"]),
            "qty": QTY.wire(row["qty"]),
            "amount": MONEY.wire(row["amount"]),
            "lost": MONEY.wire(row["lost"]),
            "times": row["times"],
            **({"people": row["people"], "head": MONEY.wire(row["head"])} if row["head"] is not None else {}),
        }
        for row in rows
    ]


def report(ctx: Context, args: Row) -> Outcome:
    """The ledger of takers as data, and as Excel or PDF where a file is named."""
    by = str(args.get("by") or "person")
    first, last = span(args, ctx.today)
    rows = usage(ctx.work, by, first, last)
    odd = anomalies(ctx.work, last[:7])
    whole, lost = sum(int(r["amount"]) for r in rows), sum(int(r["lost"]) for r in rows)
    data: dict[str, Any] = {
        "first": first,
        "last": last,
        "rows": told(rows),
        "amount": MONEY.wire(whole),
        "lost": MONEY.wire(lost),
        "unusual": [{k: one[k] for k in ("person", "department", "item", "words")} for one in odd],
    }
    message = f"{first} 到 {last} 领用 {MONEY.show(whole)} 元，损坏丢失 {MONEY.show(lost)} 元，{len(odd)} 处异常"
    if args.get("file"):
        target = output_path(args["file"], (".xlsx", ".csv", ".pdf"))
        if target.suffix == ".pdf":
            _print(ctx, target, by, f"{first} 到 {last}", rows, odd)
        else:
            _excel(target, by, rows)
        data["file"] = str(target)
        message += f"，已存为 {target.name}"
    return Outcome("", message, data)


def _excel(target: Any, by: str, rows: list[Row]) -> None:
    from salesdesk.services.excel_out import Column, write_table

    columns = [*(Column(title, Text()) for title in TITLES[by]), Column("数量", Qty()), Column("单位", Text())]
    columns += [Column("领用金额", Money()), Column("损坏丢失", Money())]
    columns += [Column("人数", Int()), Column("人均", Money())] if by in PER_HEAD else []
    cells = (
        [*row["keys"], row["qty"], row["unit"], row["amount"], row["lost"]]
        + ([row["people"], row["head"]] if by in PER_HEAD else [])
        for row in rows
    )
    write_table(target, f"领用台账{BY.show(by)}", columns, cells)


def _print(ctx: Context, target: Any, by: str, when: str, rows: list[Row], odd: list[Row]) -> None:
    from salesdesk.services.papers.shapes import SheetColumn, TableSheet
    from salesdesk.services.printing import render_table

    titles, heads = TITLES[by], ("人均",) if by in PER_HEAD else ()
    whole, lost = sum(int(r["amount"]) for r in rows), sum(int(r["lost"]) for r in rows)
    sheet = TableSheet(
        title=f"办公用品领用台账（{BY.show(by)}）",
        company=ctx.settings.company,
        columns=(
            *(SheetColumn(title) for title in titles),
            *(SheetColumn(title, kind="number") for title in ("数量", "领用金额", "损坏丢失", *heads)),
        ),
        rows=tuple(
            (
                *row["keys"],
                f"{QTY.show(row['qty'])}{row['unit'] or ''}" if row["qty"] is not None else "",
                MONEY.show(row["amount"]),
                MONEY.show(row["lost"]),
                *((MONEY.show(row["head"]),) if heads else ()),
            )
            for row in rows
        ),
        filters=when,
        totals=("合计", *("",) * len(titles), MONEY.show(whole), MONEY.show(lost), *("",) * len(heads)),
        footnotes=tuple(f"{one['person']}（{one['department']}）{one['item']}：{one['words']}" for one in odd),
        printed_by=ctx.operator,
        stamp=ctx.now,
    )
    write_atomically(target, render_table(sheet).pdf)


VERBS = (
    Verb(
        "supply.usage",
        "领用台账",
        report,
        (
            Field("by", "怎么汇总", BY, default="person"),
            Field("first", "从", Day(), note="空着从本月 1 号"),
            Field("last", "到", Day(), note="空着到今天"),
            Field("file", "存到", Text(1000), note="Excel、CSV 或 PDF；不给就只看"),
        ),
        role=Role.VIEWER,
        entity="supply_issue",
        icon="chart",
        palette=False,
        note="按人、部门、用品、月份汇总，和本人从前比有没有异常",
    ),
)
