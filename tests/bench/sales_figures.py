"""J4: sales by customer, product and salesperson, over everything and over one month."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

from salesdesk.desk import open_desk
from salesdesk.modules.statistics import queries
from salesdesk.modules.statistics.measures import STANDARD
from tests.bench.folders import million, workload
from tests.bench.measure import Result

THREE = ("customer", "product", "salesperson")
_PAPERS = (
    "SELECT o.customer, sum(l.amount), sum(l.qty), count(DISTINCT o.uid) FROM sales_order o JOIN order_line l"
    " ON l.\"order\" = o.uid WHERE o.void = 0 AND l.void = 0 AND o.state = 'confirmed' AND o.order_date BETWEEN ? AND ?"
    " GROUP BY 1"
)


SPANS = (("all years", "2000-01-01", "2099-12-31", 300.0), ("one month", "2026-03-01", "2026-03-31", 20.0))


def sales_report(rounds: int = 5) -> list[Result]:
    """At the size the targets are named for, and at five times that."""
    return [
        *_measured(workload(), "200,000 orders", rounds, True),
        *_measured(million(), "1,000,000 orders", rounds, False),
    ]


def _measured(folder: Path, size: str, rounds: int, targets: bool) -> list[Result]:
    """With the kept sums; beside one bare GROUP BY over the papers of the same days, of one dimension only."""
    desk = open_desk(folder)
    try:
        start = time.process_time()
        made = desk.do("statistics.refresh").data["pieces"]
        built = (time.process_time() - start) * 1000
        found = []
        if made:
            name = f"{size}: sums of all past months added up, processor time"
            found.append(Result(name, built, note=f"{made} stretches"))
        for name, first, last, target in SPANS:
            times = []
            for _ in range(rounds):
                start = time.process_time()
                with desk.read() as reader:
                    for dimension in THREE:
                        queries.grouped(reader, STANDARD, dimension, first, last)
                times.append((time.process_time() - start) * 1000)
            start = time.process_time()
            with desk.read() as reader:
                reader.tuples(_PAPERS, (first, last))
            bare = (time.process_time() - start) * 1000
            found.append(
                Result(
                    f"{size}: {name} by three sides, processor time", statistics.median(times),
                    target=target if targets else 0.0, note=f"one side by bare SQL over the papers {bare:.0f} ms",
                )
            )  # fmt: skip
        return found
    finally:
        desk.close()
