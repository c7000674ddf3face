"""What a product record must satisfy, and how stock is counted from its ledger."""

from __future__ import annotations

import re

from salesdesk.domain.changes import Changes
from salesdesk.domain.kinds import Choice, Option, Row
from salesdesk.domain.problems import Problem, Severity
from salesdesk.domain.text import compact, search_key
from salesdesk.persistence.reading import Reader
from salesdesk.persistence.work import Work

ROUTE = Choice(options=(Option("make", "生产", "prog", "factory"), Option("buy", "采购", "info", "cart")))
"""Where a confirmed order line goes: to be made or to be bought."""
HIGHEST_TAX = 10_000
"""1/10000."""


def goods_words(name: object, spec: object, code: object = "") -> str:
    """Code, name and spec in one run of words; the spec is left out where the name says it already (球阀 DN50, DN50)."""
    said, more = str(name or ""), str(spec or "")
    inside = rf"(?<![a-z0-9.]){re.escape(compact(search_key(more)))}(?![a-z0-9.])"
    if more and re.search(inside, compact(search_key(said))):
        more = ""
    return " ".join(filter(None, (str(code or ""), said, more)))


def check_category(reader: Reader, row: Row, before: Row | None, today: str) -> list[Problem]:
    """A category is known by its name only, so the name must be its own."""
    twin = reader.value(
        "SELECT 1 FROM product_category WHERE name = ? AND uid != ? AND void = 0",
        (row.get("name"), (before or {}).get("uid", "")),
    )
    if not twin:
        return []
    return [
        Problem(
            f"已经有「{row['name']}」这一类", "请用那一类，或换个名称", path="name", place="「类别」", code="duplicate"
        )
    ]


def check_product(reader: Reader, row: Row, before: Row | None, today: str) -> list[Problem]:
    """Code unique; floor price not above list price; a pack unit needs its quantity (PRD-1)."""
    problems: list[Problem] = []
    mine = (before or {}).get("uid", "")
    if row.get("code"):
        twin = reader.row(
            "SELECT name FROM product WHERE code = ? AND uid != ? AND void = 0 LIMIT 1", (row["code"], mine)
        )
        if twin:
            problems.append(
                Problem(
                    f"「{row['code']}」已经是「{twin['name']}」的编码",
                    "请换一个编码，或改那条产品",
                    path="code",
                    place="「产品编码」",
                    code="duplicate",
                )
            )
    if not 0 <= (row.get("tax_rate") or 0) <= HIGHEST_TAX:
        problems.append(
            Problem("税率要在 0 到 100% 之间", "例如 13%", path="tax_rate", place="「税率」", code="tax_rate")
        )
    floor, listed, cost = row.get("floor_price"), row.get("list_price"), row.get("cost")
    if floor is not None and listed is not None and floor > listed:
        problems.append(
            Problem(
                "最低限价高过标准售价",
                "请核对两个价格",
                path="floor_price",
                place="「最低限价」",
                code="floor_above_list",
            )
        )
    if cost is not None and floor is not None and floor < cost:
        problems.append(
            Problem(
                "最低限价低于成本价，按限价卖会亏",
                "请核对限价和成本",
                path="floor_price",
                place="「最低限价」",
                code="floor_below_cost",
                severity=Severity.WARN,
            )
        )
    if bool(row.get("pack_unit")) != bool(row.get("pack_qty")):
        missing = "pack_qty" if row.get("pack_unit") else "pack_unit"
        problems.append(
            Problem("包装单位和每包装数量要一起填", "例如 箱、12", path=missing, place="「包装」", code="pack")
        )
    if row.get("pack_unit") and row.get("pack_unit") == row.get("unit"):
        problems.append(
            Problem(
                "包装单位和单位一样", "包装单位填大一级的，例如 箱", path="pack_unit", place="「包装单位」", code="pack"
            )
        )
    return problems


def derive_stock(work: Work, changes: Changes) -> None:
    """Recount the stock of the products whose ledger rows were added or voided."""
    moved = changes.of("stock_move")
    if not moved:
        return
    products: set[str] = set()
    for uid in moved:
        products.add(work.value("SELECT product FROM stock_move WHERE uid = ?", (uid,)))
    work.execute_many(
        "UPDATE product SET on_hand = (SELECT coalesce(sum(qty), 0) FROM stock_move m WHERE m.product = product.uid AND m.void = 0)"
        " WHERE uid = ?",
        [(p,) for p in products],
    )
