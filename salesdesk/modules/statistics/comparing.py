"""Why a report reads differently today: paper by paper against what was kept, with who changed it since (STA-2)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import NamedTuple

from salesdesk.domain.kinds import Row
from salesdesk.domain.masking import Veil, shown
from salesdesk.modules.statistics import queries
from salesdesk.modules.statistics.facts import PAPER
from salesdesk.modules.statistics.figures import Figures, Paper
from salesdesk.modules.statistics.keeping import kept_row
from salesdesk.modules.statistics.measures import by_uid
from salesdesk.persistence.reading import Reader
from salesdesk.services.history import Step, born_in, history, steps_on, unknown_to

TOLD_STEPS = 5
"""Steps of one paper that are told."""
TOLD_PAPERS = 300
"""Papers whose steps are told; the others are named with their amounts."""


class Difference(NamedTuple):
    """One paper that counts differently: 销售额 and 销售利润 in 分 then and now, and the steps since in words."""

    uid: str
    entity: str
    number: str
    name: str
    then: int
    now: int
    profit_then: int
    profit_now: int
    why: tuple[str, ...] = ()


class Compared(NamedTuple):
    """A report then and now; `now - then` is exactly the sum over its papers, and so with the profit."""

    then: int
    now: int
    profit_then: int
    profit_now: int
    papers: list[Difference]


def differences(reader: Reader, row: Row, kept: Figures, veil: Veil) -> Compared:
    """What counts differently since the figures were kept, the largest difference first.

    Under a veil over the cost only what differs in 销售额 is told.
    """
    measure = by_uid(reader, row["measure"])
    entity = reader.schema.entities[PAPER[measure.by]]
    profits = kept.goods and "cost" not in veil
    now = {
        str(r["uid"]): Paper(
            str(r["uid"]), str(r["number"] or ""), str(r["name"] or ""), r["amount"], r["qty"], r["net"], r["cost"]
        )
        for r in queries.papers(reader, measure, str(row["first"]), str(row["last"]), limit=-1)
    }
    then = {paper.uid: paper for paper in kept.papers}

    def profit(paper: Paper | None) -> int:
        return paper.net - paper.cost if paper is not None and profits else 0

    found = []
    for uid in dict.fromkeys((*then, *now)):
        old, new = then.get(uid), now.get(uid)
        called = new or old
        assert called is not None
        one = Difference(
            uid, entity.key, called.number, called.name, old.amount if old else 0, new.amount if new else 0,
            profit(old), profit(new),
        )  # fmt: skip
        if (one.then, one.profit_then) != (one.now, one.profit_now):
            found.append(one)
    found.sort(key=lambda d: (-abs(d.now - d.then), -abs(d.profit_now - d.profit_then), d.number))
    since = unknown_to(reader, born_in(reader, [kept_row(reader, row)["uid"]]))
    goods = _goods_steps(reader, [one.uid for one in found[:TOLD_PAPERS]], profits, since, veil)
    for i, one in enumerate(found[:TOLD_PAPERS]):
        own = [e.text for e in history(reader, entity, one.uid, veil, looks=False) if since(e.op)]
        found[i] = one._replace(why=(*own[:TOLD_STEPS], *goods.get(one.uid, ())[:TOLD_STEPS]))
    return Compared(
        sum(p.amount for p in then.values()), sum(p.amount for p in now.values()),
        sum(map(profit, then.values())), sum(map(profit, now.values())), found,
    )  # fmt: skip


def _goods_steps(
    reader: Reader, papers: Iterable[str], profits: bool, since: Callable[[int], bool], veil: Veil
) -> dict[str, list[str]]:
    """Paper -> what was changed since on the products it sells and bears on its figures: their tax rate and their cost."""
    sold = reader.tuples(
        'SELECT DISTINCT l."order", l.product FROM json_each(?1) j JOIN order_line l ON l."order" = j.value'
        " UNION SELECT DISTINCT d.delivery, d.product FROM json_each(?1) j JOIN delivery_line d ON d.delivery = j.value",
        (json.dumps(list(papers)),),
    )
    keys = ("tax_rate", "cost") if profits else ("tax_rate",)
    told: dict[str, list[str]] = {}
    for step in steps_on(reader, {product for _, product in sold if product}, keys):
        if since(step.op):
            told.setdefault(step.uid, []).append(_step_words(reader, step, veil))
    found: dict[str, list[str]] = {}
    for paper, product in sold:
        if product in told:
            found.setdefault(paper, []).extend(told[product])
    return found


def _step_words(reader: Reader, step: Step, veil: Veil) -> str:
    field = reader.schema.entities["product"][step.key]
    was, value = (shown(field, v, veil) or "空" for v in (step.before, step.after))
    name = reader.named("product", step.uid)
    return f"{step.at[:16].replace('T', ' ')} {step.operator} 改了产品「{name}」（{field.title}：{was} → {value}）"
