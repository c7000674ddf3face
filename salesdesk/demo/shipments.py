"""How goods leave the demo company: in parts, signed for, now and then turned down or not wanted any more."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import Any, Protocol

from salesdesk.demo.words import Words
from salesdesk.desk import Desk
from salesdesk.domain.clock import FixedClock
from salesdesk.modules.orders.delivery_queries import owed_lines
from salesdesk.modules.orders.queries import LEFT
from salesdesk.persistence.reading import Reader
from salesdesk.services.module import Outcome

TOGETHER = 0.15
"""How often goods of a customer's other orders go along."""


class Story(Protocol):
    """What is needed of the story: who tells it, what time it is, and what comes later."""

    desk: Desk
    words: Words
    rng: Random
    clock: FixedClock

    def do(self, verb: str, args: dict[str, Any]) -> Outcome | None: ...

    def after(self, minutes: float, act: Callable[[], object]) -> None: ...

    def plan(self, uid: str, day: date, parts: int) -> None: ...

    def spread(self, made: Outcome | None) -> None: ...


def deliver(story: Story, uid: str, parts: int) -> None:
    """A delivery leaves the house; what is short comes in first. With more parts to go only some of it leaves."""
    with story.desk.read() as reader:
        lines = reader.rows(
            f'SELECT l.uid, l.product, {LEFT} AS "left", p.on_hand, p.list_price FROM order_line l'
            ' JOIN product p ON p.uid = l.product JOIN sales_order o ON o.uid = l."order"'
            f" WHERE l.\"order\" = ? AND l.void = 0 AND o.state = 'confirmed' AND {LEFT} > 0 ORDER BY l.seq",
            (uid,),
        )
        others = _others(reader, uid) if lines and parts == 1 and story.rng.random() < TOGETHER else []
    if not lines:
        return
    lines += others
    chosen: list[tuple[dict[str, Any], int]] = [(line, line["left"]) for line in lines]
    if parts > 1:
        if len(lines) > 1 and story.rng.random() < 0.5:
            chosen = chosen[: story.rng.randint(1, len(lines) - 1)]
        else:
            share = story.rng.uniform(0.3, 0.7)
            chosen = [(line, max(1000, int(line["left"] * share) // 1000 * 1000)) for line in lines]
            chosen = [(line, min(qty, line["left"])) for line, qty in chosen]
    need: dict[str, int] = {}
    for line, qty in chosen:
        need[line["product"]] = need.get(line["product"], 0) + qty
    for line, _ in chosen:
        short = need.get(line["product"], 0) - (line["on_hand"] or 0)
        if short > 0:
            need[line["product"]] = 0
            most = 3 if (line["list_price"] or 0) > 3_000_000 else 8
            batch = math.ceil(short / 1000 * story.rng.uniform(1.5, most) / 10) * 10
            story.do("stock.move", {"product": line["product"], "qty": batch, "reason": "入库"})
    args: dict[str, Any] = {"carrier": story.words.pick("carriers")} | ({} if others else {"uid": uid})
    if args["carrier"] not in ("自送", "客户自提"):
        args["tracking"] = f"YD{story.clock.moment:%y%m%d}{story.rng.randint(1000, 9999)}"
    if parts > 1 or others:
        args["lines"] = [{"order_line": line["uid"], "qty": f"{qty / 1000:g}"} for line, qty in chosen]
    made = story.do("delivery.save" if others else "order.deliver", args)
    if made is not None:
        story.after(story.rng.uniform(1600, 5000), partial(sign, story, made.uid))
    if made is not None and parts > 1:
        if story.rng.random() < 0.06:
            story.after(story.rng.uniform(300, 3000), partial(close_rest, story, uid))
        story.plan(uid, story.clock.moment.date() + timedelta(days=story.rng.randint(2, 12)), parts - 1)


def _others(reader: Reader, uid: str) -> list[dict[str, Any]]:
    """What the same customer is to get at the same place on other orders; a few lines at most."""
    order = reader.get("sales_order", uid) or {}
    owed = owed_lines(reader, str(order["customer"]))
    prices = dict(reader.tuples("SELECT uid, list_price FROM product"))
    return [
        {**one, "on_hand": one["product.on_hand"], "list_price": prices[one["product"]]}
        for one in owed
        if one["order"] != uid and one["order.address"] == order["address"]
    ][:6]


def sign(story: Story, uid: str) -> None:
    """The signed copy comes back with the driver; now and then something was turned down."""
    row = story.desk.row("delivery", uid)
    if row is None or row["void"] or row["signed_at"] or story.rng.random() < 0.03:
        return
    args: dict[str, Any] = {
        "uid": uid,
        "signed_by": row["consignee"] or "仓库",
        "cabinet": "2",
        "box": f"{story.clock.moment:%y%m}",
        "leaf": str(row["number"])[-4:].lstrip("0"),
    }
    lines = story.desk.lines("delivery_line", uid)
    if story.rng.random() < 0.02 and lines[0]["qty"] > 1000:
        args["lines"] = [{"delivery_line": lines[0]["uid"], "rejected": "1", "reject_reason": "破损"}]
    story.do("delivery.sign", args)


def close_rest(story: Story, uid: str) -> None:
    """The customer does not want the rest any more."""
    row = story.desk.row("sales_order", uid)
    if row is not None and row["stage"] == "part":
        story.spread(story.do("order.close_rest", {"uid": uid, "close_reason": "客户不要了"}))
