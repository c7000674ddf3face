"""Says a card in sentences a clerk can read aloud to the customer, and what is better not read aloud."""

from __future__ import annotations

from itertools import groupby

from salesdesk.domain import dates
from salesdesk.domain.kinds import Money, Qty
from salesdesk.modules.calls.queries import Card, Owed
from salesdesk.modules.products.rules import goods_words

_QTY = Qty()
_MONEY = Money()
READ_ALOUD = 5
"""Goods that are named one by one; nobody listens to more."""


def day_words(iso: str, today: str) -> str:
    """A day as people say it: 今天, 明天, 6 月 18 号周四; with the year when it is another one."""
    ahead = dates.days_between(today, iso)
    near = {0: "今天", 1: "明天", 2: "后天", -1: "昨天", -2: "前天"}
    if ahead in near:
        return near[ahead]
    year = "" if iso[:4] == today[:4] else f"{iso[:4]} 年 "
    weekday = dates.weekday_name(iso) if 0 < ahead < 14 else ""
    return f"{year}{int(iso[5:7])} 月 {int(iso[8:10])} 号{weekday}"


def quantity(qty: int, unit: str) -> str:
    """ "12 只"."""
    return f"{_QTY.show(qty)} {unit}".strip()


def owed_words(one: Owed, full: bool = False) -> str:
    """ "不锈钢球阀 DN25 10 只"; "还差" where a part has left. full: with the spec, for reading and not for saying."""
    short = "还差 " if one.left < one.ordered else ""
    return f"{goods_words(one.product, one.spec if full else '')} {short}{quantity(one.left, one.unit)}"


def spoken(card: Card, today: str) -> str:
    """What may be read to the customer, a sentence a line."""
    return "\n".join(
        filter(None, (owing(card, today), shipping(card, today), change(card, today), asking(card, today)))
    )


def owing(card: Card, today: str) -> str:
    """What we still owe him and when it comes."""
    if not card.owed:
        return "您的货都发齐了，没有欠的。"
    told = []
    late = [one for one in card.owed if one.late]
    rest = [one for one in card.owed if not one.late]
    named = 0
    if late:
        part = late[:READ_ALOUD]
        named += len(part)
        days = [
            f"{'、'.join(map(owed_words, group))}本来{day_words(day, today)}该到"
            for day, group in groupby(part, key=lambda o: o.promised)
        ]
        told.append(f"{'，'.join(days)}，晚了，我马上催")
    for day, group in groupby(rest, key=lambda o: o.promised):
        part = list(group)[: max(0, READ_ALOUD - named)]
        if not part:
            break
        named += len(part)
        told.append(
            f"{'、'.join(owed_words(o) for o in part)}，{f'{day_words(day, today)}到' if day else '交期还没定'}"
        )
    more = card.owed_count - named
    tail = f"；另外还有 {more} 样，我可以逐样报给您" if more > 0 else ""
    return f"您还有 {card.owed_orders} 张单、{card.owed_count} 样货没发完：{'；'.join(told)}{tail}。"


def shipping(card: Card, today: str) -> str:
    """What left last, and with whom."""
    one = card.shipment
    if not one:
        return ""
    goods = [f"{g['product']} {quantity(g['qty'], str(g['unit'] or ''))}" for g in card.shipped]
    what = "、".join(goods[:3]) + (f"等 {len(goods)} 样" if len(goods) > 3 else "")
    way = f"，{one['carrier']}" if one["carrier"] else ""
    tracking = f"，运单号 {one['tracking']}" if one["tracking"] else ""
    eta = f"，预计{day_words(str(one['eta']), today)}到" if one["eta"] and str(one["eta"]) >= today else ""
    return f"上一批是{day_words(str(one['day']), today)}发的{f'：{what}' if what else ''}{way}{tracking}{eta}。"


def change(card: Card, today: str) -> str:
    """What was changed last."""
    one = card.change
    if not one:
        return ""
    summary = str(one["summary"] or one["kind"]).replace("\n", "；").replace(" → ", " 改成 ").rstrip("。")
    return f"{one['order_number']} {day_words(str(one['made_at'])[:10], today)}改过：{summary}。"


def asking(card: Card, today: str) -> str:
    """What we want to know of him."""
    told = [f"{q['number']} 要请您定一下：{q['question']}" for q in card.questions]
    told += [
        f"您{day_words(str(a['received_at'])[:10], today)}{a['channel']}发来的单收到了，正在录"
        for a in card.arrivals[:2]
    ]
    told += [f"上次答应您「{p['promise']}」，{day_words(str(p['due']), today)}前办" for p in card.promises[:2]]
    return " ".join(map(_ended, told))


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith(("？", "?", "！", "。")) else f"{sentence}。"


def money(card: Card) -> str:
    """What stands on his account: for the clerk's eyes, said only when he asks."""
    b = card.balance
    told = [f"未收 ¥{_MONEY.show(b.unpaid)}"]
    if b.overdue:
        told.append(f"逾期 ¥{_MONEY.show(b.overdue)}" + (f"，最久 {b.oldest_days} 天" if b.oldest_days else ""))
    if b.unbilled:
        told.append(f"已发未开票 ¥{_MONEY.show(b.unbilled)}")
    told.append(f"已订未发 ¥{_MONEY.show(b.undelivered)}")
    if b.deposit:
        told.append(f"未用订金 ¥{_MONEY.show(b.deposit)}")
    if b.limit is not None:
        left = b.limit - b.unpaid - b.unbilled - b.undelivered + b.deposit
        told.append(f"额度还剩 ¥{_MONEY.show(left)}" if left >= 0 else f"超额度 ¥{_MONEY.show(-left)}")
    return "，".join(told)


def as_text(card: Card, today: str) -> str:
    """The whole card as text for a message: the sentences, then every line we owe."""
    lines = [f"{card.name}：", spoken(card, today)]
    if len(card.owed) > READ_ALOUD:
        lines.append("明细：")
        lines += [
            f"· {o.number} {owed_words(o, full=True)}，{day_words(o.promised, today) if o.promised else '交期未定'}"
            + (f"（晚 {o.late} 天）" if o.late else "")
            for o in card.owed
        ]
    return "\n".join(lines)
