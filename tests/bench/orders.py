"""Saving one order and importing ten thousand lines, beside raw sqlite3 doing the same writes."""

from __future__ import annotations

import itertools
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from salesdesk.desk import DATA_FILE, Desk, open_desk
from tests.bench.folders import to_disk
from tests.bench.measure import Result, timed

LINES = 5


@contextmanager
def bench_desk(customers: int = 200, products: int = 400) -> Iterator[Desk]:
    """A desk on a real disk (the temporary folder may be memory: set TMPDIR to choose)."""
    with tempfile.TemporaryDirectory(prefix="salesdesk-bench-") as folder:
        desk = open_desk(Path(folder))
        desk.settings.put("operator.name", "王敏")
        desk.do("product_category.save", {"name": "阀门", "route": "生产"})
        with desk.database.work("准备") as work:
            category = work.value("SELECT uid FROM product_category")
            work.insert_many(
                desk.entity("customer"),
                [
                    {"code": f"C{i:05}", "name": f"测试客户{i}有限公司", "credit_limit": 10**12}
                    for i in range(customers)
                ],
            )
            work.insert_many(
                desk.entity("product"),
                [
                    {
                        "code": f"P{i:05}",
                        "name": f"球阀{i}",
                        "spec": f"DN{i}",
                        "unit": "只",
                        "list_price": 486000,
                        "floor_price": 1,
                        "category": category,
                    }
                    for i in range(products)
                ],
            )
            products_made = work.column("SELECT uid FROM product")
            work.insert_many(
                desk.entity("stock_move"),
                [{"product": p, "qty": 10**9, "day": "2026-01-01", "reason": "期初"} for p in products_made],
            )
        try:
            yield desk
        finally:
            desk.close()


def raw_file(folder: Path, desk: Desk) -> Any:
    """An empty file with the same tables and indexes, no triggers, the same durability."""
    from sqlcipher3 import dbapi2

    raw = dbapi2.connect(str(folder / "raw.db"), isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        raw.execute(f"PRAGMA {pragma}")
    source = dbapi2.connect(str(desk.folder / DATA_FILE))
    tables = ("sales_order", "order_line", "operation", "change")
    for (ddl,) in source.execute(
        f"SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND type != 'trigger' AND tbl_name IN {tables}"
    ).fetchall():
        raw.execute(ddl)
    return raw, source


def raw_copy(folder: Path, desk: Desk) -> Any:
    """As `raw_file`, but the file is a copy of the company as it stands, without its triggers: an index of a million lines takes
    a new one in less gladly than an empty one."""
    from sqlcipher3 import dbapi2

    source = dbapi2.connect(str(desk.folder / DATA_FILE))
    source.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copyfile(desk.folder / DATA_FILE, folder / "raw.db")
    to_disk(folder / "raw.db")
    raw = dbapi2.connect(str(folder / "raw.db"), isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-32000"):
        raw.execute(f"PRAGMA {pragma}")
    for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        raw.execute(f'DROP TRIGGER "{name}"')
    return raw, source


def replay(raw: Any, source: Any, op: int) -> None:
    """One raw transaction with exactly the rows an operation wrote, log rows included."""
    raw.execute("BEGIN IMMEDIATE")
    for rows in rows_of(source, op):
        for sql, row in rows:
            raw.execute(sql, row)
    raw.execute("COMMIT")


def rows_of(source: Any, op: int) -> list[list[tuple[str, Any]]]:
    changes = source.execute("SELECT * FROM change WHERE op = ?", (op,)).fetchall()
    found: list[tuple[str, Any]] = []
    for change in changes:
        if change[2] in ("sales_order", "order_line") and change[4] == "I":
            row = source.execute(f'SELECT * FROM "{change[2]}" WHERE uid = ?', (change[3],)).fetchone()
            found.append((f'INSERT INTO "{change[2]}" VALUES ({", ".join("?" * len(row))})', row))
        found.append((f"INSERT INTO change VALUES ({', '.join('?' * len(change))})", change))
    operation = source.execute("SELECT * FROM operation WHERE id = ?", (op,)).fetchone()
    found.append((f"INSERT INTO operation VALUES ({', '.join('?' * len(operation))})", operation))
    return [found]


def save_order(rounds: int = 300) -> list[Result]:
    """J1: one 5-line order through the verb, durable, log included; in processor time too, without the wait for the disk."""
    rng = random.Random(7)
    with bench_desk() as desk:
        raw, source = raw_file(desk.folder, desk)
        args = [
            {
                "customer": f"C{rng.randrange(200):05}",
                "due_date": "2027-01-05",
                "lines": [
                    {"product": f"P{p:05}", "qty": str(rng.randint(1, 99)), "price": "48.60"}
                    for p in rng.sample(range(400), LINES)
                ],
            }
            for _ in range(rounds + 20)
        ]
        ops: list[int] = []
        turns = itertools.count()

        def ours(_: int) -> None:
            ops.append(desk.do("order.save", args[next(turns)]).changes.op)

        prepared: list[list[list[tuple[str, Any]]]] = []

        def prepare() -> None:
            prepared.append(rows_of(source, ops[-1]))

        def limit(_: int) -> None:
            raw.execute("BEGIN IMMEDIATE")
            for sql, row in prepared[-1][0]:
                raw.execute(sql, row)
            raw.execute("COMMIT")

        for i in range(20):
            ours(i)
        mine, bare, ours_busy, bare_busy = [], [], [], []
        for i in range(rounds):
            busy = time.process_time()
            mine.append(timed(ours, i))
            ours_busy.append((time.process_time() - busy) * 1000)
            prepare()
            busy = time.process_time()
            bare.append(timed(limit, i))
            bare_busy.append((time.process_time() - busy) * 1000)
        raw.close()
        source.close()
        name, median = "save a 5-line order, durable, log included", statistics.median
        return [
            Result(name, median(mine), median(bare), target=3),
            Result(f"{name}, processor time", median(ours_busy), median(bare_busy)),
        ]


def order_file(path: Path, lines: int, seed: int = 7, tag: str = "A") -> None:
    """A foreign order file: 2,500 orders of four lines."""
    from openpyxl import Workbook

    rng = random.Random(seed)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("订单")
    sheet.append(
        ["客户名称", "采购单号", "物料编码", "物料描述", "型号", "采购数量", "单位", "含税单价", "交货日期", "备注"]
    )
    for i in range(lines):
        order = i // 4
        p = (order * 7 + i % 4 * 53 + seed) % 400
        sheet.append(
            [
                f"测试客户{order % 200}有限公司",
                f"PO{tag}-{order:05}",
                f"P{p:05}",
                f"球阀{p}",
                f"DN{p}",
                rng.randint(1, 500),
                "只",
                48.6,
                "2027-01-05",
                None,
            ]
        )
    book.save(path)


def import_lines(lines: int = 10_000, rounds: int = 5) -> list[Result]:
    """J2: import 10,000 order lines from .xlsx with all checks, beside reading the file bare plus raw executemany.

    Measured in processor time too, which another job on the machine disturbs less, and once more beside a limit that
    also writes the log rows, as the limit of saving does.
    """
    from python_calamine import CalamineWorkbook

    found: dict[str, list[float]] = {}

    def measured(name: str, job: Callable[[], object]) -> None:
        wall, cpu = time.perf_counter(), time.process_time()
        job()
        found.setdefault(f"{name} wall", []).append((time.perf_counter() - wall) * 1000)
        found.setdefault(f"{name} cpu", []).append((time.process_time() - cpu) * 1000)

    def limit(raw: Any, path: Path, written: dict[str, list[Any]]) -> None:
        CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
        raw.execute("BEGIN IMMEDIATE")
        for table, rows in written.items():
            raw.executemany(f'INSERT INTO "{table}" VALUES ({", ".join("?" * len(rows[0]))})', rows)
        raw.execute("COMMIT")

    with bench_desk() as desk, tempfile.TemporaryDirectory(prefix="salesdesk-bench-") as other:
        raw, source = raw_file(desk.folder, desk)
        logged, second = raw_file(Path(other), desk)
        ops: list[int] = []
        for i in range(rounds):
            path = desk.folder / f"orders-{i}.xlsx"
            order_file(path, lines, seed=i + 1, tag=str(i))
            args = {"file": str(path), "reason": "性能测试"}
            measured("ours", lambda args=args: ops.append(desk.do("order.import", args).changes.op))  # type: ignore[misc]
            written = {
                table: source.execute(
                    f"SELECT s.* FROM {table} s JOIN change c ON c.uid = s.uid AND c.op = ?", (ops[-1],)
                ).fetchall()
                for table in ("sales_order", "order_line")
            }
            assert len(written["order_line"]) == lines
            log = {"change": source.execute("SELECT * FROM change WHERE op = ?", (ops[-1],)).fetchall()}
            measured("raw", lambda path=path, written=written: limit(raw, path, written))  # type: ignore[misc]
            measured("logged", lambda path=path, written={**written, **log}: limit(logged, path, written))  # type: ignore[misc]
        for connection in (raw, source, logged, second):
            connection.close()
    name = f"import {lines:,} order lines from .xlsx, all checks"
    median = {key: statistics.median(values) for key, values in found.items()}
    return [
        Result(name, median["ours wall"], median["raw wall"], target=2),
        Result(f"{name}, processor time", median["ours cpu"], median["raw cpu"], target=2),
        Result(f"{name}, processor time, limit with log rows", median["ours cpu"], median["logged cpu"], target=2),
    ]


__all__ = ["import_lines", "save_order"]
