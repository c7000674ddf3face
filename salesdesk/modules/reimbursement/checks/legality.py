"""合法性: buyer, tax numbers, special invoices, goods against category, paper tickets out of date (matters 7 to 11)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from salesdesk.domain.dates import days_between
from salesdesk.domain.kinds import Row
from salesdesk.domain.text import clean_tax_id, compact, half_width, tax_id_problem
from salesdesk.modules.reimbursement.checks.case import (
    ORDINARY,
    SPECIAL,
    WITH_BUYER,
    Case,
    Fault,
    Held,
    is_refund,
    shown,
)
from salesdesk.services.vouchers.voucher import VoucherKind

PERSONAL = ("个人", "(个人)", "自然人", "无", "/", "-")
ELECTRONIC_SINCE = "2025-10-01"
"""From this day of travel on, paper rail tickets and paper 行程单 prove nothing (国家税务总局公告 2024年第8、9号)."""
_SENIOR_ID = 20
GOODS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "餐饮": (("餐饮", "餐费"), ("差旅费", "业务招待费", "福利费", "会务费", "培训费", "其他")),
    "住宿": (("住宿", "房费"), ("差旅费", "住宿费", "业务招待费", "会务费", "培训费", "其他")),
    "运输": (("客运服务", "运输服务", "通行费", "代驾"), ("差旅费", "交通费", "运输费", "快递费", "业务招待费", "会务费", "其他")),
    "油料": (("汽油", "柴油", "成品油"), ("差旅费", "交通费", "运输费", "其他")),
    "办公": (("纸制品", "文具", "计算机", "办公"), ("办公费", "培训费", "会务费", "其他")),
    "通讯": (("电信服务", "通信"), ("通讯费", "办公费", "其他")),
    "快递": (("收派服务", "快递", "物流辅助"), ("快递费", "运输费", "办公费", "其他")),
}  # fmt: skip
"""What goods are called on invoices, and the categories they may stand in."""


def plain_name(name: str) -> str:
    """A firm's name for comparing: half width, one kind of bracket, no blanks, small letters."""
    text = half_width(name)
    for left, right in (("（", "("), ("）", ")"), ("【", "["), ("】", "]"), ("〔", "["), ("〕", "]")):
        text = text.replace(left, right)
    return "".join(text.split()).lower()


def names_of(company: Row) -> set[str]:
    """What may stand as buyer: the name and the names before it."""
    former = str(company.get("former_names") or "").splitlines()
    return {plain_name(n) for n in (str(company.get("name") or ""), *former) if n.strip()}


def company_of(case: Case, one: Held) -> Row | None:
    """The company entity whose name stands on the voucher."""
    said = plain_name(one.read.buyer or "")
    own = [c for c in case.companies if c["uid"] == case.company]
    return next((c for c in (*own, *case.companies) if said and said in names_of(c)), None)


def _named_buyer(case: Case) -> Iterator[Held]:
    return (one for one in case.held if one.read.kind in WITH_BUYER or (one.read.kind is None and one.read.buyer))


def titles(case: Case) -> Iterator[Fault]:
    """7. 抬头 is one of the company's entities, letter for letter once brackets, width and blanks are evened out."""
    if not case.companies:
        return
    wanted = next((c for c in case.companies if c["uid"] == case.company), case.companies[0])
    for one in _named_buyer(case):
        buyer = (one.read.buyer or "").strip()
        if not buyer or plain_name(buyer) in PERSONAL or buyer == case.claimant:
            yield one.fault(
                "title_missing",
                "抬头是个人" if buyer else "没有抬头",
                "buyer",
                f"{buyer or '空'}（{shown(one.read.total) or '没有金额'}）",
                wanted["name"],
            )
            continue
        found = company_of(case, one)
        if found is None:
            yield one.fault("title_differs", f"抬头是「{buyer}」，不是公司的", "buyer", buyer, wanted["name"])
        elif case.company and found["uid"] != case.company:
            yield one.fault("title_other", f"抬头是「{found['name']}」", "buyer", buyer, wanted["name"])


def tax_ids(case: Case) -> Iterator[Fault]:
    """8. 购方税号 is that of the entity named; check digits by GB 32100; 15 and 20 characters are old or personal, only told."""
    for one in case.held:
        company = company_of(case, one)
        number = clean_tax_id(one.read.buyer_tax_id or "")
        due = clean_tax_id(str((company or {}).get("tax_id") or ""))
        if number and due and number != due:
            wrong = tax_id_problem(number)
            yield one.fault(
                "tax_id_differs", f"购买方税号不是公司的{f'；{wrong}' if wrong else ''}", "buyer_tax_id", number, due
            )
        elif company is not None and not number and one.read.kind in ORDINARY:
            yield one.fault("tax_id_missing", "公司抬头却没有税号", "buyer_tax_id", "空", due)
        for key, text in (
            ("buyer_tax_id", number if not due else ""),
            ("seller_tax_id", clean_tax_id(one.read.seller_tax_id or "")),
        ):
            if len(text) in (15, _SENIOR_ID):
                yield one.fault(
                    "tax_id_old", f"{'销售方' if key[0] == 's' else '购买方'}税号是 {len(text)} 位", key, text, "18 位"
                )
            elif key == "seller_tax_id" and text and (wrong := tax_id_problem(text)):
                yield one.fault("seller_tax_id", f"销售方{wrong}", key, text, "校验码正确的 18 位")


def special(case: Case) -> Iterator[Fault]:
    """9. A special invoice has both parties with tax numbers, amount and tax; whether it is deducted is finance's matter."""
    wanted = (
        ("buyer", "购买方"), ("buyer_tax_id", "购买方税号"), ("seller", "销售方"), ("seller_tax_id", "销售方税号"),
        ("amount", "金额"), ("tax", "税额"), ("total", "价税合计"),
    )  # fmt: skip
    for one in case.held:
        if one.read.kind not in SPECIAL:
            continue
        lacking = [title for key, title in wanted if getattr(one.read, key) in (None, "")]
        if lacking:
            yield one.fault(
                "special_incomplete", f"专票缺{'、'.join(lacking)}", "kind", "缺" + "、".join(lacking), "都要有"
            )


def goods(case: Case) -> Iterator[Fault]:
    """10. What was bought: words to look at, lists that are named but missing, goods that do not fit the category."""
    words = case.words("off_words")
    for one in case.held:
        names = [item.name for item in one.read.items]
        text = "；".join(names)
        hits = [w for w in words if w in text and not _harmless(w, text)]
        if hits:
            yield one.fault("off_words", f"商品里有「{'、'.join(hits)}」", "items", text[:120], "公司的开支")
        if re.search(r"详见.{0,4}清单", text) and "销货清单" not in one.supports:
            yield one.fault("list_missing", "写着详见销货清单，没有附清单", "items", text[:120], "附销货清单")
        category = case.category(one)
        for kind, (called, fitting) in GOODS.items():
            if category and any(c in _class_of(n) for n in names for c in called) and category not in fitting:
                yield one.fault(
                    "item_category",
                    f"商品是{kind}，费用项目是「{category}」",
                    f"category/{kind}",
                    category,
                    "、".join(fitting[:-1]),
                )


def _class_of(name: str) -> str:
    """*餐饮服务*餐费 → 餐饮服务; the whole name where it has no class."""
    found = re.match(r"\s*\*([^*]+)\*", name)
    return found[1] if found else name


def _harmless(word: str, text: str) -> bool:
    """烟 in 烟台, 会员 in a hotel's name are no goods of that kind."""
    return word == "烟" and text.count("烟") == sum(
        text.count(w) for w in ("烟台", "烟雾", "烟感", "油烟", "禁烟", "烟气", "烟囱")
    )


def paper_tickets(case: Case) -> Iterator[Fault]:
    """11. A rail or air ticket on paper for travel on or after 2025-10-01; a rail invoice made out too late."""
    late = case.number("issued_late", "days")
    for one in case.held:
        travel = next((leg.day for leg in one.read.legs if leg.day), "") or one.date_from or one.read.date or ""
        if one.read.kind in (VoucherKind.RAIL, VoucherKind.AIR) and travel:
            digits = compact(one.read.number or "")
            if len(digits) != 20 and travel >= ELECTRONIC_SINCE and digits:
                yield one.fault(
                    "paper_ticket", f"{travel} 的票还是纸质的", "number", one.read.number, "20 位号码的电子发票"
                )
            made_out = one.read.date
            if (
                one.read.kind is VoucherKind.RAIL
                and made_out
                and not is_refund(one)
                and days_between(travel, made_out) > late
            ):
                days = days_between(travel, made_out)
                yield one.fault("issued_late", f"乘车后 {days} 天才开票", "date", made_out, f"{late} 天内")
