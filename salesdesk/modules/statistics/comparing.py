"""Why a report reads differently today: paper by paper against what was kept, with who changed it since (STA-2)."""

from __future__ import annotations

from typing import NamedTuple

from salesdesk.domain.kinds import Row
from salesdesk.domain.masking import Veil
from salesdesk.modules.statistics import queries
from salesdesk.modules.statistics.facts import PAPER
from salesdesk.modules.statistics.figures import Figures
from salesdesk.modules.statistics.measures import by_uid
from salesdesk.modules.statistics.model import FIGURES
from salesdesk.persistence.reading import Reader
from salesdesk.services.history import born_in, history, steps_on

TOLD_STEPS = 5
"""Steps of one paper's history that are told."""


class Difference(NamedTuple):
    """One paper that counts differently: amounts in 分 then and now, and the steps since in words."""

    uid: str
    entity: str
    number: str
    name: str
    then: int
    now: int
    why: tuple[str, ...]


class Compared(NamedTuple):
    """A report then and now; `now - then` is exactly the sum over its papers."""

    then: int
    now: int
    papers: list[Difference]


def differences(reader: Reader, row: Row, kept: Figures, veil: Veil) -> Compared:
    """What counts differently since the figures were kept, the largest difference first."""
    measure = by_uid(reader, row["measure"])
    entity = reader.schema.entities[PAPER[measure.by]]
    now = {
        str(r["uid"]): (str(r["number"] or ""), str(r["name"] or ""), int(r["amount"]))
        for r in queries.papers(reader, measure, str(row["first"]), str(row["last"]), limit=-1)
    }
    then = {paper.uid: (paper.number, paper.name, paper.amount) for paper in kept.papers}
    since = _kept_in(reader, str(row["uid"]))
    moved = [
        uid for uid in dict.fromkeys((*then, *now)) if then.get(uid, ("", "", 0))[2] != now.get(uid, ("", "", 0))[2]
    ]
    found = []
    for uid in moved:
        number, name, _ = now.get(uid) or then[uid]
        why = [
            entry.text
            for entry in history(reader, entity, uid, veil, looks=False)
            if entry.op > since
        ]  # fmt: skip
        found.append(
            Difference(
                uid, entity.key, number, name, then.get(uid, ("", "", 0))[2], now.get(uid, ("", "", 0))[2],
                tuple(why[:TOLD_STEPS]) or _without_steps(reader, uid, since),
            )
        )  # fmt: skip
    found.sort(key=lambda d: (-abs(d.now - d.then), d.number))
    return Compared(sum(amount for _, _, amount in then.values()), sum(amount for _, _, amount in now.values()), found)


def _kept_in(reader: Reader, report: str) -> int:
    """The operation in which the figures of a report were written."""
    return born_in(reader, reader.column(f"SELECT uid FROM {FIGURES.key} WHERE report = ? AND void = 0", (report,)))


def _without_steps(reader: Reader, uid: str, since: int) -> tuple[str, ...]:
    """A paper nobody touched can count differently only because a product's tax rate changed."""
    products = reader.column(
        'SELECT l.product FROM order_line l WHERE l."order" = ?1 UNION SELECT d.product FROM delivery_line d'
        " WHERE d.delivery = ?1",
        (uid,),
    )
    return tuple(
        f"{at[:16].replace('T', ' ')} {who} 改了产品「{reader.named('product', product)}」的税率"
        for product, at, who in steps_on(reader, [p for p in products if p], "tax_rate", since)[:TOLD_STEPS]
    )
