"""What 今日 tells of promises and silent lines is the same as if every line had been looked at."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from salesdesk.desk import Desk
from salesdesk.domain import dates
from salesdesk.modules.orders.model import ORDER, ORDER_LINE
from salesdesk.modules.progress import queries
from salesdesk.modules.progress.model import LINE_FEEDBACK, LINE_PROMISE
from tests.desks import order_args, small_desk

TODAY = "2026-06-12"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = small_desk(tmp_path / "data")
    yield made
    made.close()


def fill(desk: Desk, rng: random.Random) -> None:
    """Orders with lines of their own due day or without, promised once, twice or never, told, asked or silent."""
    customers = [row["uid"] for row in desk.rows("customer")]
    products = [row["uid"] for row in desk.rows("product")]

    def day(least: int, most: int) -> str:
        return dates.add_days(TODAY, rng.randint(least, most))

    with desk.database.work("试") as work:
        for n in range(40):
            state = rng.choice(["confirmed"] * 5 + ["draft"])
            order = work.insert(
                ORDER,
                {"number": f"XS{n:04}", "state": state, "customer": rng.choice(customers)}
                | {"order_date": TODAY, "due_date": day(-6, 6), "void": rng.choice([0, 0, 0, 1])},
            )
            for seq in range(rng.randint(1, 3)):
                product, own = rng.choice(products), rng.choice([None, None, day(-6, 6)])
                line = work.insert(
                    ORDER_LINE,
                    {"order": order, "seq": seq or None, "product": product, "qty": 1000, "price": 1, "due_date": own}
                    | {"closed": rng.choice([None, None, None, 1000])},
                )
                about = {"order": order, "line": line, "product": product}
                for _ in range(rng.choice([0, 0, 1, 2])):
                    made = f"{day(-4, 0)}T09:00:0{rng.randint(0, 2)}"
                    work.insert(LINE_PROMISE, {**about, "promised": day(-6, 6), "made_at": made})
                for kind in rng.sample(["told", "asked"], rng.choice([0, 0, 1, 2])):
                    work.insert(LINE_FEEDBACK, {**about, "kind": kind, "said_at": f"{day(-6, 0)}T10:00:00"})


def latest(rows: Sequence[dict[str, Any]], key: str) -> dict[str, dict[str, Any]]:
    return {row["line"]: row for row in sorted(rows, key=lambda row: (row[key], row["uid"]))}


def naively(desk: Desk, days: int, most: int) -> tuple[list[tuple[str, str]], list[tuple[str, str]], int, int]:
    """(order, due) of the lines of each kind and how many orders there are, by looking at everything."""
    until, since = dates.add_days(TODAY, days), dates.add_days(TODAY, -days)
    orders = {row["uid"]: row for row in desk.rows("sales_order")}
    promised = latest(desk.rows("line_promise"), "made_at")
    feedback = desk.rows("line_feedback")
    heard, asked = (latest([f for f in feedback if f["kind"] == kind], "said_at") for kind in ("told", "asked"))
    lines = []
    for line in desk.rows("order_line"):
        order, promise = orders.get(line["order"]), promised.get(line["uid"], {}).get("promised")
        if order is not None and order["stage"] in ("confirmed", "part") and line["qty"] > (line["closed"] or 0):
            due = promise or line["due_date"] or order["due_date"]
            lines.append((due, order["number"], line["seq"] or 0, line["rowid"], order["uid"], line["uid"], promise))
    lines = sorted(line for line in lines if line[0] <= until)
    passed = [(one[4], one[0]) for one in lines if one[6] and one[0] < TODAY]
    first = list(dict.fromkeys(order for order, _ in passed))
    silent = [
        (one[4], one[0])
        for one in lines
        if one[4] not in first
        and heard.get(one[5], {"said_at": ""})["said_at"] < since
        and asked.get(one[5], {"said_at": ""})["said_at"][:10] < TODAY
    ]
    second = list(dict.fromkeys(order for order, _ in silent))
    return (
        [one for one in passed if one[0] in first[:most]],
        [one for one in silent if one[0] in second[:most]],
        len(first),
        len(second),
    )


@pytest.mark.parametrize("seed", range(4))
def test_what_presses_is_what_a_look_at_everything_finds(desk: Desk, seed: int) -> None:
    fill(desk, random.Random(seed))
    for most in (1, 2, 5, 60):
        with desk.read() as reader:
            found = queries.pressing(reader, TODAY, 3, most)
        passed, silent = ([(row["order"], row["due"]) for row in rows] for rows in found[:2])
        assert (passed, silent, *found[2:]) == naively(desk, 3, most)
        assert passed and silent


def test_a_line_knows_what_was_last_promised_told_and_asked(desk: Desk) -> None:
    order = desk.do("order.confirm", order_args(("P10012", "12", "48.6"))).uid
    [line] = desk.lines("order_line", order)

    def promise(day: str, **more: str) -> None:
        given = {"order_line": line["uid"], "promised": day}
        desk.do("progress.feedback", {"lines": [given], "said_at": f"{TODAY} 09:00", **more})

    def kept() -> Any:
        return desk.lines("order_line", order)[0]["promised"]

    assert kept() is None
    promise("2026-06-18")
    assert kept() == "2026-06-18"
    promise("2026-06-16", why="提前")
    assert kept() == "2026-06-16"
    desk.do("system.undo")
    assert kept() == "2026-06-18"
    desk.do("system.undo")
    assert kept() is None
    desk.do("system.redo")
    assert kept() == "2026-06-18"
    heard = desk.lines("order_line", order)[0]
    assert (heard["heard_at"], heard["asked_at"]) == (f"{TODAY}T09:00:00", None)
    desk.do("progress.urge", {"uid": order})
    assert desk.lines("order_line", order)[0]["asked_at"] == f"{TODAY}T12:00:00"
    desk.do("system.undo")
    assert desk.lines("order_line", order)[0]["asked_at"] is None
