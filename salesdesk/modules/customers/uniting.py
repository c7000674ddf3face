"""How two records of one customer become one: which value is proposed, what is kept beside, what both owe together."""

from __future__ import annotations

import json
from collections.abc import Sequence

from salesdesk.domain.fields import Entity
from salesdesk.domain.kinds import Money, Row
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.customers.checks import check_customer
from salesdesk.modules.customers.likeness import numbers
from salesdesk.modules.customers.model import ADDRESS, CONTACT, CUSTOMER
from salesdesk.persistence.reading import Reader
from salesdesk.services.module import Context
from salesdesk.services.record_merging import Merging, fuller

MONEY = Money()
OPEN = "('confirmed', 'part')"


def propose(rows: Sequence[Row]) -> Row:
    """The first that has anything in a field; labels and remarks of all, opening balances of one day added up."""
    found = fuller(CUSTOMER, rows)
    found["tags"] = " ".join(dict.fromkeys(" ".join(str(r["tags"] or "") for r in rows).split())) or None
    found["note"] = "\n".join(dict.fromkeys(str(r["note"]) for r in rows if r["note"])) or None
    found["verified_on"] = max((str(r["verified_on"]) for r in rows if r["verified_on"]), default=None)
    found["stopped"] = rows[0]["stopped"]
    opened = [r for r in rows if r["receivable"]]
    if len({r["receivable_day"] for r in opened}) == 1:
        found["receivable"] = sum(r["receivable"] for r in opened)
        found["receivable_day"] = opened[0]["receivable_day"]
    return found


def spare(final: Row, away: Row) -> list[tuple[Entity, Row]]:
    """The other record's own contact and address, as rows of the lists, where they are not the kept record's."""
    called = f"原「{str(away['short_name'] or away['name'])[:30]}」"
    found: list[tuple[Entity, Row]] = []
    if set(numbers(str(away["phone"] or ""))) - set(numbers(str(final["phone"] or ""))):
        found.append((CONTACT, {"name": away["contact"] or called, "phone": away["phone"], "note": called}))
    if away["address"] and away["address"] != final["address"]:
        row: Row = {"address": away["address"], "consignee": away["contact"], "phone": away["phone"], "note": called}
        found.append((ADDRESS, row))
    return found


def foresee(reader: Reader, rows: Sequence[Row]) -> tuple[list[tuple[str, str]], list[Problem]]:
    """What all of them owe together beside the limit, and what has to be looked at by hand."""
    owed = sum(r["owed"] or 0 for r in rows)
    unsent = sum(r["undelivered"] or 0 for r in rows)
    orders = sum(
        int(
            reader.value(
                f"SELECT count(*) FROM sales_order WHERE customer = ? AND stage IN {OPEN} AND void = 0", (r["uid"],)
            )
        )
        for r in rows
    )
    limit = fuller(CUSTOMER, rows)["credit_limit"]
    figures = [
        ("没发完的订单", f"{orders} 张"),
        ("应收余额合计", f"¥{MONEY.show(owed)}"),
        ("已订未发合计", f"¥{MONEY.show(unsent)}"),
        ("信用额度", f"¥{MONEY.show(limit)}" if limit is not None else "没填"),
    ]
    problems = []
    if limit is not None and owed + unsent > limit:
        problems.append(
            _warn(f"合起来占用 ¥{MONEY.show(owed + unsent)}，超过额度", "没发完的订单会重新检查", "over_limit")
        )
    if len({r["receivable_day"] for r in rows if r["receivable"]}) > 1:
        problems.append(
            _warn(
                "两边期初应收的截至日期不同，不能直接相加",
                "请按财务的数重新填「期初应收」和「期初截至」",
                "opening_days",
            )
        )
    months = reader.column(
        "SELECT month FROM statement WHERE customer IN (SELECT value FROM json_each(?)) AND void = 0"
        " GROUP BY month HAVING count(DISTINCT customer) > 1 ORDER BY month",
        (json.dumps([r["uid"] for r in rows]),),
    )
    if months:
        told = f"两边都出过 {'、'.join(months[-3:])} 的对账单"
        problems.append(_warn(told, "已发的各自有效；以后按合并后的账出一张", "statements"))
    limits = {r["credit_limit"] for r in rows if r["credit_limit"] is not None}
    if len(limits) > 1:
        problems.append(_warn("两边信用额度不同，建议用保留的那条", "要加大请主管定了再改", "limits"))
    return figures, problems


def after(ctx: Context, entity: str, kept: Row, others: Sequence[Row]) -> list[Problem]:
    """Whether what is owed now is what all owed before: different cut-off days or terms may move it."""
    if entity != CUSTOMER.key:
        return []
    before = sum(r["owed"] or 0 for r in (kept, *others))
    now = int((ctx.work.get(CUSTOMER, kept["uid"]) or {}).get("owed") or 0)
    if now == before:
        return []
    told = f"合并后应收余额 ¥{MONEY.show(now)}，合并前合计 ¥{MONEY.show(before)}"
    return [_warn(told, "请核对「期初应收」和「期初截至」；不对就按 Ctrl+Z 撤销合并", "owed_moved")]


def _warn(message: str, cure: str, code: str) -> Problem:
    return Problem(message, cure, code=code, severity=Severity.WARN)


MERGING = Merging(CUSTOMER, check_customer, propose, spare, foresee)
