"""Finding one of a hundred thousand customers by what a clerk types, beside the bare index."""

from __future__ import annotations

import random
import statistics

from salesdesk.desk import DATA_FILE, open_desk
from salesdesk.domain import text
from salesdesk.persistence.database import connect
from tests.bench.folders import million
from tests.bench.measure import Result, spread, timed

_MATCH = "SELECT rowid FROM search_gram WHERE search_gram MATCH ? LIMIT 300"


def search_customers(each: int = 40) -> list[Result]:
    """Median and 95th percentile of one query over fragments of names and phones that are there, and some that are not."""
    folder = million()
    rng = random.Random(11)
    desk = open_desk(folder)
    raw = connect(folder / DATA_FILE)
    people = raw.execute("SELECT name, phone FROM customer").fetchall()
    kinds: dict[str, list[str]] = {}
    for name, phone in rng.sample(people, each):
        at = rng.randrange(0, 4)
        letters = text.initials_of(name)
        digits = phone.replace(" ", "")
        for kind, typed in (
            ("one character", name[at]),
            ("two characters", name[at : at + 2]),
            ("four characters", name[at : at + 4]),
            ("two initials", letters[at : at + 2]),
            ("four initials", letters[:4]),
            ("mixed", name[:2] + letters[2:4]),
            ("character and initial", name[at] + letters[at + 1]),
            ("full pinyin", text.pinyin_of(name[:4])),
            ("phone digits", digits[-rng.choice((4, 8, 11)) :]),
            ("no such name", name[at] + "龘" + name[at + 1]),
        ):
            kinds.setdefault(kind, []).append(typed)
    found = []
    every: list[float] = []
    bare: list[float] = []
    for kind, queries in kinds.items():
        ours = []
        for typed in queries:
            ours.append(timed(lambda _, typed=typed: desk.find(typed, "customer", 20), 0))  # type: ignore[misc]
            match = text.match_expression(typed)
            bare.append(timed(lambda _, match=match: raw.execute(_MATCH, (match,)).fetchall(), 0))  # type: ignore[misc]
        every += ours
        found.append(
            Result(f"100,000 customers: {kind}, median", statistics.median(ours), target=10, note=spread(ours))
        )
    raw.close()
    desk.close()
    worst = sorted(every)[int(len(every) * 0.95) - 1]
    return [
        Result(
            "100,000 customers: any query, median",
            statistics.median(every),
            target=10,
            note=f"bare MATCH {spread(bare)}",
        ),
        Result("100,000 customers: any query, 95th percentile", worst, target=10),
        *found,
    ]
