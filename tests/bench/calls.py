"""Answering a call, counting what wants doing, and looking for omissions, in a company of a million orders."""

from __future__ import annotations

import random
import statistics

from salesdesk.desk import DATA_FILE, open_desk
from salesdesk.domain import text
from salesdesk.domain.clock import FixedClock
from salesdesk.modules.calls import queries, words
from salesdesk.modules.omissions.queries import look
from salesdesk.persistence.database import connect
from salesdesk.services import todos
from tests.bench.folders import DAY, million
from tests.bench.measure import Result, spread, timed


def call_card(each: int = 60) -> list[Result]:
    """From the typed initials to the sentences: for customers drawn at random and for the busiest ones."""
    from datetime import datetime, time

    folder = million()
    desk = open_desk(folder, FixedClock(datetime.combine(DAY, time(10, 0))))
    raw = connect(folder / DATA_FILE)
    rng = random.Random(5)
    names = [name for (name,) in raw.execute("SELECT name FROM customer ORDER BY rowid LIMIT 20000").fetchall()]
    busiest = raw.execute(
        "SELECT customer FROM sales_order GROUP BY customer ORDER BY count(*) DESC LIMIT 20"
    ).fetchall()
    raw.close()

    def answer(uid: str) -> None:
        with desk.read() as reader:
            words.spoken(queries.card(reader, uid, desk.today), desk.today)

    def typed(letters: str) -> None:
        hits = desk.find(letters, "customer", 8)
        if hits:
            answer(hits[0].uid)

    letters = [text.initials_of(name)[:4] for name in rng.sample(names, each)]
    calls = [timed(lambda _, typed_=one: typed(typed_), 0) for one in letters]  # type: ignore[misc]
    busy = [timed(lambda _, uid=uid: answer(uid), 0) for (uid,) in busiest]  # type: ignore[misc]
    with desk.read() as reader:
        news = [timed(lambda _: todos.collect(reader, desk.registry, desk.today), 0) for _ in range(10)]
        looked = timed(lambda _: look(reader, desk.today), 0)
    found = [
        Result(
            "1,000,000 orders: 客户来电, initials to sentences, median",
            statistics.median(calls),
            target=100,
            note=spread(calls),
        ),
        Result("1,000,000 orders: 客户来电, slowest of 60", max(calls), target=100),
        Result(
            "1,000,000 orders: 客户来电, the 20 busiest customers, slowest", max(busy), target=100, note=spread(busy)
        ),
        Result(
            "1,000,000 orders: everything on 今日 with its counts",
            statistics.median(news),
            target=100,
            note=spread(news),
        ),
        Result("1,000,000 orders: 漏单检测, whole file, once a day", looked, target=5000),
    ]
    desk.close()
    return found
