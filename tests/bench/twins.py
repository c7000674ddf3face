"""Is this customer here already, and who is here twice, among a hundred thousand: beside the bare index."""

from __future__ import annotations

import random
import statistics
import sys
import time

from salesdesk.desk import DATA_FILE, Desk, open_desk
from salesdesk.domain.text import name_core
from salesdesk.modules.customers.likeness import LIKENESS, keys
from salesdesk.persistence.database import connect
from tests.bench.folders import DAY, SEED, cached
from tests.bench.measure import Result, in_turn, spread, timed

CUSTOMERS = 100_000
PLANTED = 50
"""Customers entered a second time."""
_BARE = "SELECT uid FROM alike_key WHERE entity = 'customer' AND kind = ? AND key = ? LIMIT 6"


def _company() -> Desk:
    """A hundred thousand customers and nothing else; a minute or two the first time."""
    from salesdesk.demo.million import load_customers
    from salesdesk.demo.words import Words
    from salesdesk.persistence.bulk import bulk_load

    folder = cached("customers")
    made = (folder / DATA_FILE).exists()
    desk = open_desk(folder)
    if not made:
        print("making 100,000 customers", file=sys.stderr, flush=True)
        with bulk_load(desk.database, "测速") as loader:
            load_customers(desk, loader, Words(SEED), CUSTOMERS, DAY)
        desk.alike.fill(desk.database)
        for one in desk.rows("customer", limit=PLANTED):
            name = f"{name_core(str(one['name']))}有限公司"
            desk.do("customer.save", {"name": f"{one['region']}{name}", "phone": str(one["phone"]), "reason": "测速"})
    return desk


def twins(each: int = 200) -> list[Result]:
    """The warning for typed customers that are there, nearly there and not there; the finder over all of them."""
    desk = _company()
    raw = connect(desk.folder / DATA_FILE)
    rng = random.Random(3)
    rows = [dict(zip(("name", "phone", "tax_id"), r, strict=True)) for r in raw.execute(
        "SELECT name, phone, tax_id FROM customer ORDER BY rowid LIMIT 20000").fetchall()]  # fmt: skip
    typed = []
    for n, row in enumerate(rng.sample(rows, each)):
        half = len(row["name"]) // 2
        other = rng.choice(rows)
        args = [
            {"name": row["name"] + "分厂", "phone": row["phone"]},
            {"name": other["name"][:half] + row["name"][half:], "phone": other["phone"]},
            {"name": row["name"][::-1], "tax_id": row["tax_id"]},
        ][n % 3]
        typed.append(args)
    desk.do("customer.alike", typed[0])  # the dictionary of readings is loaded once
    wanted = [keys({**args}, []) for args in typed]

    def bare(n: int) -> None:
        for kind, key in wanted[n]:
            raw.execute(_BARE, (kind, key)).fetchall()

    ours, limit = in_turn(lambda n: desk.do("customer.alike", typed[n]), bare, each)
    all_ = [timed(lambda _, args=args: desk.do("customer.alike", args), 0) for args in typed]  # type: ignore[misc]
    start = time.perf_counter()
    found = desk.do("customer.duplicates")
    whole = (time.perf_counter() - start) * 1000
    with desk.read() as reader:
        stored = int(reader.value("SELECT count(*) FROM alike_key"))
    results = [
        Result(f"{CUSTOMERS:,} customers: is this one here already, median", ours, limit, note=spread(all_)),
        Result(f"{CUSTOMERS:,} customers: is this one here already, 95th percentile",
               sorted(all_)[int(each * 0.95) - 1], target=10, note=f"median {statistics.median(all_):.2f}"),
        Result(f"{CUSTOMERS:,} customers: who is here twice, whole archive", whole, target=10_000,
               note=f"{found.data['whole']:,} groups, {stored:,} keys by {len(LIKENESS.signs)} signs"),
    ]  # fmt: skip
    raw.close()
    desk.close()
    return results
