"""金额: what is printed adds up, line by line and in whole, and the capitals say the same by value (matters 15 and 16)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from salesdesk.domain.money_words import words_to_amount
from salesdesk.domain.text import normalize
from salesdesk.modules.reimbursement.checks.authenticity import unread
from salesdesk.modules.reimbursement.checks.case import Case, Fault, Held, shown
from salesdesk.services.vouchers.voucher import Item, VoucherKind

CENT = 1
LINE_TOLERANCE = 6
"""分 by which the tax of one line may differ from amount × rate; the makers of invoices round line by line."""
STRUCTURED = ("xml", "ofd_xml", "pdf_xml", "ofd_tag", "hand")
NO_TAX = ("免税", "不征税", "出口零税率", "***", "*", "0", "0%")


def known(case: Case) -> Iterator[Fault]:
    """15. What nobody could read off a voucher cannot be paid: its total is never derived."""
    for one in case.held:
        if one.read.total is None and not unread(one):
            printed = next((found.printed for found in one.read.findings if found.code == "unread_total"), "")
            yield one.fault("total_unread", "看不出金额", "total", printed or "空", "价税合计")


def sums(case: Case) -> Iterator[Fault]:
    """15. 金额 + 税额 (+ 基金、其他税费) = 价税合计 within 0.01; each line's tax; the lines' sums. Nothing missing is derived.

    A negative line is a 折扣行 and counts as it stands.
    """
    for one in case.held:
        due = _due(one)
        total = one.read.total
        if due is not None and total is not None and abs(due - total) > CENT:
            yield one.fault("sum_wrong", "金额加税额不等于价税合计", "total", total, due)
        yield from _lines(one)


def _due(one: Held) -> int | None:
    """What the parts printed come to, 分; None where one of them is not printed."""
    read = one.read
    more = sum(one.extra_money(key) or 0 for key in ("fund", "other_taxes"))
    net = read.amount
    if net is None and read.kind is VoucherKind.AIR:
        fare = one.extra_money("fare")
        net = None if fare is None else fare + (one.extra_money("fuel") or 0)
    if net is None or read.tax is None:
        return None
    return net + read.tax + more


def _lines(one: Held) -> Iterator[Fault]:
    items, read = one.read.items, one.read
    slight = read.sources.get("items", "hand") not in STRUCTURED  # words on a page may be read in part
    for at, item in enumerate(items):
        tax, due = item.tax, _tax_of(item)
        if tax is not None and due is not None and abs(due - tax) > LINE_TOLERANCE:
            yield one.fault(
                "line_tax", f"第 {at + 1} 行「{item.name}」税额不等于金额×税率", f"items/{at}", tax, due,
                source=one.source("items"), slight=slight,
            )  # fmt: skip
    for key, title, values in (
        ("amount", "金额", [i.amount for i in items]),
        ("tax", "税额", [i.tax for i in items]),
    ):
        printed = getattr(read, key)
        if not values or printed is None or any(v is None for v in values):
            continue
        added = sum(v for v in values if v is not None)
        if abs(added - printed) > CENT:
            yield one.fault(
                "lines_sum", f"各行{title}加起来是 {shown(added)}，写的是 {shown(printed)}", f"items/{key}", printed, added,
                source=one.source(key), slight=slight,
            )  # fmt: skip


def _tax_of(item: Item) -> int | None:
    """分 of tax on a line by its rate; None where amount or rate cannot be told."""
    rate = rate_of(item.rate)
    if item.amount is None or rate is None:
        return None
    return int((item.amount * rate).to_integral_value(rounding="ROUND_HALF_UP"))


def rate_of(printed: str) -> Decimal | None:
    """A rate as printed: 0.06, 0.060000, 6%, 免税, 不征税, ***; None when it is none (征收率 in words, several rates)."""
    text = normalize(printed)
    if not text:
        return None
    if text in NO_TAX or set(text) == {"*"}:
        return Decimal(0)
    try:
        value = Decimal(text.removesuffix("%"))
    except InvalidOperation:
        return None
    if not value.is_finite() or value < 0:
        return None
    return value / 100 if text.endswith("%") or value >= 1 else value


def words(case: Case) -> Iterator[Fault]:
    """16. 大写 = 小写 by value: 元 or 圆, 零 or none, （负数） make no difference."""
    for one in case.held:
        said, total = one.read.total_in_words, one.read.total
        if not said or total is None:
            continue
        try:
            value = words_to_amount(said)
        except ValueError:
            yield one.fault("words_differ", f"大写「{said}」看不懂", "total_in_words", said, shown(total))
            continue
        if value != total:
            yield one.fault(
                "words_differ", f"大写是 {shown(value)}，小写是 {shown(total)}", "total_in_words", said, shown(total)
            )
