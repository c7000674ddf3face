"""What a price list, one of its lines and a promotion must satisfy before they may set prices."""

from __future__ import annotations

from collections.abc import Sequence

from salesdesk.domain.kinds import Rate, Row
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.pricing.model import PRICE_LIST_LINE, PROMOTION
from salesdesk.modules.pricing.rules import DISCOUNT, PRICE, QTY
from salesdesk.persistence.reading import Reader

RATE = Rate()
NEEDS = {"special": ("price",), "discount": ("discount",), "gift": ("gift_qty", "from_qty")}
"""Fields each kind of promotion lives by."""


def check_list(reader: Reader, row: Row, before: Row | None, today: str) -> list[Problem]:
    """A list has its own name and is for one customer, or one grade, or everybody."""
    problems = []
    if row.get("name") and reader.value(
        "SELECT 1 FROM price_list WHERE name = ? AND uid != ? AND void = 0",
        (row["name"], (before or {}).get("uid", "")),
    ):
        problems.append(
            Problem(
                f"已经有价目表「{row['name']}」",
                "请换个名称，或打开那张改",
                path="name",
                place="「名称」",
                code="duplicate",
            )
        )
    return problems + _audience(row)


def _audience(row: Row) -> list[Problem]:
    if row.get("customer") and row.get("grade"):
        return [
            Problem(
                "又指定了客户，又指定了等级",
                "只留一个：给一个客户就清空等级，给一级客户就清空客户",
                path="grade",
                place="「客户等级」",
                code="audience",
            )
        ]
    return []


def _days(row: Row, first: str, last: str) -> list[Problem]:
    since, until = row.get("valid_from"), row.get("valid_to")
    if since and until and since > until:
        return [
            Problem(
                f"{first} {since} 晚于{last} {until}",
                "请核对两个日期",
                path="valid_to",
                place=f"「{last}」",
                code="days",
            )
        ]
    return []


def _against_floor(product: Row | None, price: int | None, key: str, title: str) -> list[Problem]:
    floor = (product or {}).get("floor_price")
    if floor is None or price is None or price >= floor:
        return []
    return [
        Problem(
            f"{PRICE.show(price)} 低于「{(product or {})['name']}」的限价 {PRICE.show(floor)}",
            "请核对；确实要这个价就写明原因，下单时还会再问",
            path=key,
            place=f"「{title}」",
            code="below_floor",
            severity=Severity.ASK,
        )
    ]


def check_line(reader: Reader, row: Row, before: Row | None, today: str) -> list[Problem]:
    """One price per list, product, step and first day; not below the floor unasked; a new ladder tells what it leaves out."""
    problems = _days(row, "生效日期", "截止日期")
    product = reader.get("product", row.get("product"))
    changed = before is None or before.get("price") != row.get("price")
    problems += _against_floor(product, row.get("price"), "price", PRICE_LIST_LINE["price"].title) if changed else []
    mine = (before or {}).get("uid", "")
    others = reader.rows(
        "SELECT uid, coalesce(from_qty, 0) AS from_qty, coalesce(valid_from, '') AS valid_from, valid_to FROM price_line"
        " WHERE list = ? AND product = ? AND uid != ? AND void = 0",
        (row.get("list"), row.get("product"), mine),
    )
    return problems + ladder_problems(row, others)


def ladder_problems(row: Row, others: list[Row]) -> list[Problem]:
    """What a line does to the other live lines of its product in the same list."""
    since, step = row.get("valid_from") or "", row.get("from_qty") or 0
    if any(o["valid_from"] == since and o["from_qty"] == step for o in others):
        return [
            Problem(
                f"这张价目表里已有同一天生效、{f'满 {QTY.show(step)}' if step else '不论多少'}的价",
                "请改那一行；调价请把生效日期写成新价开始的那天",
                path="from_qty",
                place="「数量满」",
                code="duplicate",
            )
        ]
    with_me = {o["from_qty"] for o in others if o["valid_from"] == since} | {step}
    older = [o for o in others if o["valid_from"] < since and not (o["valid_to"] and o["valid_to"] < since)]
    lost = sorted({o["from_qty"] for o in older if o["from_qty"] > step} - with_me)
    if not lost:
        return []
    return [
        Problem(
            f"从 {since} 起以新价为准，原来满 {'、'.join(QTY.show(q) for q in lost)} 的价不再用",
            "还要分档的话，请把这些档也按新的生效日期录一遍",
            path="valid_from",
            place="「生效日期」",
            code="lost_step",
            severity=Severity.WARN,
        )
    ]


MUCH = 5_000
"""A raise or cut beyond this (1/10000, 50%) is asked about: a sign or a decimal point is easily wrong."""


def check_raise(reader: Reader, by: int, priced: Sequence[tuple[Row, int]]) -> list[Problem]:
    """Faults of raising prices: (list line as it is, its new price). Nothing becomes free, nor falls below the floor unasked."""
    problems = []
    if abs(by) > MUCH:
        problems.append(
            Problem(
                f"{'涨' if by > 0 else '降'} {RATE.show(abs(by))}，幅度太大",
                "请核对；没有写错就写明原因",
                path="percent",
                place="「幅度」",
                code="percent_large",
                severity=Severity.ASK,
            )
        )
    free = [row for row, price in priced if price <= 0 < row["price"]]
    if free:
        name = reader.named("product", free[0]["product"])
        problems.append(
            Problem(
                f"「{name}」等 {len(free)} 个价会变成 0",
                "请把幅度改小；不收钱的用「赠品」行",
                path="percent",
                place="「幅度」",
                code="free",
            )
        )
    floors = dict(reader.tuples("SELECT uid, floor_price FROM product WHERE floor_price IS NOT NULL"))
    low = [row for row, price in priced if 0 < price < min(row["price"], floors.get(row["product"], 0))]
    if low:
        problems.append(
            Problem(
                f"「{reader.named('product', low[0]['product'])}」等 {len(low)} 个价会低于限价",
                "请核对；确实要这个价就写明原因，下单时还会再问",
                path="percent",
                place="「幅度」",
                code="below_floor",
                severity=Severity.ASK,
            )
        )
    return problems


def _generous(row: Row) -> list[Problem]:
    """What looks like a slip of the hand: more given than bought, or less than half the price asked."""
    given, least = row.get("gift_qty") or 0, row.get("from_qty") or 0
    if row.get("kind") == "gift" and row.get("gift") in (None, row.get("product")) and given > least > 0:
        told, key = f"每满 {QTY.show(least)} 就送 {QTY.show(given)}，送的比买的多", "gift_qty"
    elif row.get("kind") == "discount" and 0 < (row.get("discount") or 0) < MUCH:
        told, key = f"打到 {DISCOUNT.show(row['discount'])}，不到半价", "discount"
    else:
        return []
    place = f"「{PROMOTION[key].title}」"
    return [Problem(told, "请核对；没有写错就写明原因", path=key, place=place, code="generous", severity=Severity.ASK)]


def check_promotion(reader: Reader, row: Row, before: Row | None, today: str) -> list[Problem]:
    """A promotion has what its kind lives by, sensible days and one audience."""
    problems = _days(row, "开始日期", "结束日期") + _audience(row)
    for key in NEEDS.get(str(row.get("kind")), ()):
        if not row.get(key):
            title = PROMOTION[key].title
            problems.append(
                Problem(
                    f"方式是「{PROMOTION['kind'].kind.show(row['kind'])}」，「{title}」不能空着",
                    f"请填{title}",
                    path=key,
                    place=f"「{title}」",
                    code="required",
                )
            )
    if row.get("product") and row.get("category"):
        problems.append(
            Problem(
                "又指定了产品，又指定了类别",
                "只留一个：按产品就清空类别，按类别就清空产品",
                path="category",
                place="「产品类别」",
                code="goods",
            )
        )
    if row.get("kind") == "special":
        if not row.get("product"):
            problems.append(
                Problem(
                    "特价要指明是哪个产品",
                    "请选产品；整类便宜请用「满量折扣」",
                    path="product",
                    place="「产品」",
                    code="required",
                )
            )
        elif before is None or before.get("price") != row.get("price"):
            problems += _against_floor(reader.get("product", row["product"]), row.get("price"), "price", "特价")
    problems += _generous(row)
    if before is None and row.get("valid_to") and row["valid_to"] < today:
        problems.append(
            Problem(
                f"结束日期 {row['valid_to']} 已经过了，这个促销不会起作用",
                "请核对年份",
                path="valid_to",
                place="「结束日期」",
                code="over",
                severity=Severity.WARN,
            )
        )
    return problems
