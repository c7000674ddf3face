"""Sentences about sales: why they rose or fell, what to do about it, and the text for WeChat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesdesk.domain.kinds import Money
from salesdesk.modules.statistics.variance import TITLES, Part, half_up

if TYPE_CHECKING:
    from salesdesk.modules.statistics.figures import Figures

MONEY = Money()
TOLD_PARTS = 3
TOLD_NAMES = 3


def signed(amount: int) -> str:
    """ "+1,200.00" or "-300.00"."""
    return f"{'+' if amount > 0 else ''}{MONEY.show(amount)}"


def percent(now: int, before: int) -> str:
    """ "+12.5%", from tenfold on "12 倍"; a dash where there is nothing to compare with."""
    if before <= 0:
        return "—"
    if now >= 10 * before:  # +20826.3% tells nobody anything
        return f"{half_up(now, before):,} 倍"
    tenths = half_up((now - before) * 1000, before)
    return f"{'+' if tenths > 0 else '-' if tenths < 0 else ''}{abs(tenths) // 10}.{abs(tenths) % 10}%"


def share(part: int, whole: int) -> str:
    """ "12.5%" of a whole, "" of nothing."""
    if not whole:
        return ""
    tenths = half_up(part * 1000, whole)
    return f"{'-' if tenths < 0 else ''}{abs(tenths) // 10}.{abs(tenths) % 10}%"


def change_words(now: int, before: int, name: str) -> str:
    """比上期多 12.00 元（+3.1%）."""
    if now == before:
        return f"和{name}一样"
    return f"比{name}{'多' if now > before else '少'} {MONEY.show(abs(now - before))} 元（{percent(now, before)}）"


def cause_words(found: Figures) -> str:
    """The drafted 波动原因: the whole, then the parts that weigh most, each with who is behind it."""
    whole = found.whole
    lines = [
        f"{found.period}销售额 {MONEY.show(whole.amount)} 元，{change_words(whole.amount, whole.before, '上期')}，"
        f"{change_words(whole.amount, whole.year_before, '去年同期') if whole.year_before else '没有去年同期的数'}。"
    ]
    weighty = sorted((p for p in found.parts if p.amount), key=lambda p: -abs(p.amount))[:TOLD_PARTS]
    if weighty:
        lines.append("主要是：" + "；".join(_part_words(part, found) for part in weighty) + "。")
        rest = sum(p.amount for p in found.parts) - sum(p.amount for p in weighty)
        if rest:
            lines.append(f"其他各项合计 {signed(rest)} 元。")
    return "\n".join(lines)


def _part_words(part: Part, found: Figures) -> str:
    names = [found.names.get(s.key, "") for s in part.shares if (s.amount > 0) == (part.amount > 0)]
    who = "、".join([n for n in names if n][:TOLD_NAMES])
    count = len([n for n in names if n])
    tail = f"（{who}{' 等' if count > TOLD_NAMES else ''}）" if who else ""
    return f"{TITLES[part.key]} {signed(part.amount)} 元{tail}"


def advice_words(found: Figures) -> str:
    """The drafted 建议: one line for each cause somebody can do something about."""
    by_key = {part.key: part for part in found.parts}
    lines: list[str] = []

    def names(key: str, down: bool) -> str:
        part = by_key.get(key)
        shares = [s for s in (part.shares if part else ()) if (s.amount < 0) == down]
        return "、".join(filter(None, (found.names.get(s.key, "") for s in shares[:TOLD_NAMES])))

    if who := names("customers_out", True):
        lines.append(f"联系上期来单、这期没来的客户：{who}，问清是没有需要还是单子给了别家。")
    price = by_key.get("price")
    if price and price.amount < 0 and (who := names("price", True)):
        lines.append(f"核对单价走低的产品：{who}，看是不是促销或多给了折扣。")
    if who := names("products_gone", True):
        lines.append(f"老客户这期没订的产品：{who}，看是缺货、停产还是换了别家。")
    if who := names("customers_in", False):
        lines.append(f"跟住回来和新来的客户：{who}，约好下一单。")
    one_off = by_key.get("one_off")
    if one_off and one_off.shares:
        verb = "有" if one_off.amount > 0 else "上期有"
        lines.append(
            f"{verb}一次性大单，扣掉以后{change_words(found.whole.amount - one_off.amount, found.whole.before, '上期')}，排产和备货按扣掉后的数看。"
        )
    return "\n".join(f"{i}. {line}" for i, line in enumerate(lines, 1)) or "没有要特别处理的。"


def chat_words(title: str, company: str, found: Figures, cause: str, advice: str, with_profit: bool) -> str:
    """The report as a text for WeChat: short lines, no table."""
    whole = found.whole
    lines = [f"【{company} {title}】" if company else f"【{title}】", found.period]
    lines.append(
        f"销售额 {MONEY.show(whole.amount)} 元，环比 {percent(whole.amount, whole.before)}，同比 {percent(whole.amount, whole.year_before)}"
    )
    count = f"{whole.docs} 单，{found.buyers} 家客户"
    lines.append(f"{count}，利润 {MONEY.show(whole.profit)} 元" if found.goods and with_profit else count)
    for name, head in (("salesperson", "业务员"), ("region", "区域"), ("customer", "客户前五")):
        top = [one for one in found.tables.get(name, ()) if one.amount][:5]
        if top:
            lines.append(f"{head}：" + "，".join(f"{one.name} {MONEY.show(one.amount)}" for one in top))
    lines += ["", cause.strip(), "", "建议：", advice.strip(), "", f"口径：{found.measured}"]
    return "\n".join(lines)
