"""The workload of the speed sheet: W is 20,000 customers, 2,000 products, 200,000 orders over three years; W10 a tenth of it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from salesdesk.demo.million import Size, build_million
from salesdesk.desk import DATA_FILE, open_desk
from salesdesk.domain.clock import new_uid
from salesdesk.persistence.bulk import bulk_load
from tests.bench.folders import DAY, SEED, cached, to_disk


@dataclass(frozen=True)
class Scale:
    """How much of everything. import_lines, export_rows, sheets, merged: sizes of the jobs beside the company."""

    name: str
    customers: int
    products: int
    orders: int
    arrivals: int
    expenses: int
    import_lines: int
    export_rows: int
    sheets: int
    merged: int
    rounds: int


# Files, rows and sheets are of the size their targets name in every company; until 2026-11-30 W10 took a tenth of them, too.
SCALES = {
    "smoke": Scale("smoke", 200, 100, 400, 100, 50, 200, 500, 20, 400, 3),
    "W10": Scale("W10", 2_000, 2_000, 20_000, 10_000, 5_000, 10_000, 100_000, 500, 10_000, 40),
    "W": Scale("W", 20_000, 2_000, 200_000, 100_000, 50_000, 10_000, 100_000, 500, 100_000, 100),
}
LINES = (2, 3, 4, 4, 4, 4, 4, 5, 5, 5)
"""Lines of each order in turn: four on average, 800,000 at W."""
YEARS = 3


def workload(scale: Scale) -> Path:
    """The company of a scale, made once and kept while the tables stay as they are; nobody writes into it."""
    folder = cached(f"sheet-{scale.name}")
    size = Size(scale.customers, scale.products, scale.orders, YEARS, LINES)
    build_million(
        folder,
        SEED,
        DAY,
        lambda done, whole: print(f"\r{scale.name}: {done:,}/{whole:,}", end="", file=sys.stderr),
        size,
    )
    desk = open_desk(folder)
    try:
        if not desk.count("intake"):
            with bulk_load(desk.database, "测速数据") as loader:
                at = f"{DAY}T08:30:00"
                arrivals = (
                    (new_uid(), at, "导入", f"DJ{n:07d}", at[:16].replace("T", " ")) for n in range(scale.arrivals)
                )
                loader.fill(
                    desk.entity("intake"), ("uid", "created_at", "created_by", "number", "received_at"), arrivals
                )
                claims = [(new_uid(), at, "导入", f"BX{n:06d}") for n in range(scale.expenses // 5)]
                loader.fill(desk.entity("expense_claim"), ("uid", "created_at", "created_by", "number"), claims)
                lines = (
                    (new_uid(), at, "导入", claims[n // 5][0], n % 5 + 1, 12_300 + n) for n in range(scale.expenses)
                )
                loader.fill(
                    desk.entity("expense_line"), ("uid", "created_at", "created_by", "claim", "seq", "amount"), lines
                )
        desk.do("statistics.refresh")
    finally:
        desk.close()
    return folder


@contextmanager
def copy_of(folder: Path, place: Path) -> Iterator[Path]:
    """A copy that may be written into, gone afterwards. It is on the disk: else the first checkpoint would wait for all of it."""
    target = place / f"{folder.name}-copy"
    shutil.copytree(folder, target, ignore=shutil.ignore_patterns("logs", "backups", "prints"))
    to_disk(target / DATA_FILE)
    try:
        yield target
    finally:
        shutil.rmtree(target, ignore_errors=True)
