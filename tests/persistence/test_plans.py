"""Which index answers what: whether a file has figures for the planner or not, a look for one record walks no list of all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from salesdesk.desk import Desk
from salesdesk.persistence.bulk import bulk_load
from salesdesk.persistence.database import connect
from tests.desks import empty_desk, small_desk


def loaded(folder: Path) -> Desk:
    desk = small_desk(folder)
    with bulk_load(desk.database, "试"):
        pass
    return desk


@pytest.mark.parametrize("make", [empty_desk, small_desk, loaded])
@pytest.mark.parametrize(
    "asked",
    [
        "SELECT * FROM sales_order WHERE uid IN (SELECT value FROM json_each(?)) AND void = 0",
        "SELECT number FROM sales_invoice WHERE red_of = ? AND void = 0",
        "SELECT count(*) FROM receipt WHERE customer = ? AND void = 0",
        "SELECT l.uid FROM receipt_line l JOIN receipt r ON r.uid = l.receipt WHERE l.invoice = ? AND r.void = 0",
        "SELECT uid FROM expense_claim WHERE uid IN (SELECT value FROM json_each(?)) AND void = 0 AND state = 'paid'",
    ],
)
def test_records_in_use_are_looked_up_by_what_is_known_of_them(
    tmp_path: Path, make: Callable[[Path], Desk], asked: str
) -> None:
    desk = make(tmp_path)
    desk.close()
    raw = connect(desk.database.path)
    plan = [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {asked}", ("x",)).fetchall()]
    raw.close()
    assert plan and not [step for step in plan if "(void=?)" in step], plan
