"""The nine jobs of the speed sheet, each beside its raw limit in the same run; sizes come from the scale."""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from salesdesk.desk import DATA_FILE, Desk, open_desk
from salesdesk.domain import text
from tests.bench import papers, syncing
from tests.bench.measure import Result, spread, timed
from tests.bench.orders import LINES, bench_desk, raw_file, rows_of
from tests.bench.start import ROOT
from tests.bench.workload import Scale, copy_of, workload

DIMENSIONS = ("customer", "product", "salesperson")
WHOLE, MONTH = ("2000-01-01", "2099-12-31"), ("2026-03-01", "2026-03-31")


def codes(desk: Desk, entity: str) -> list[str]:
    with desk.read() as reader:
        return [str(code) for code in reader.column(f'SELECT code FROM "{entity}" WHERE void = 0')]


def save(scale: Scale) -> list[Result]:
    """J1: one 5-line order through the verb: durable, with log, search keys and sums, into the whole company."""
    rng = random.Random(7)
    mine, bare, processor = [], [], []
    with (
        tempfile.TemporaryDirectory(prefix="salesdesk-bench-") as place,
        copy_of(workload(scale), Path(place)) as folder,
    ):
        desk = open_desk(folder)
        raw, source = raw_file(folder, desk)
        customers, products = codes(desk, "customer"), codes(desk, "product")
        for turn in range(scale.rounds + 3):
            lines = [
                {"product": p, "qty": str(rng.randint(1, 99)), "price": "48.60"} for p in rng.sample(products, LINES)
            ]
            args = {"customer": rng.choice(customers), "due_date": "+7", "lines": lines}
            begun, busy = time.perf_counter(), time.process_time()
            op = desk.do("order.save", args).changes.op
            took, worked = (time.perf_counter() - begun) * 1000, (time.process_time() - busy) * 1000
            (rows,) = rows_of(source, op)

            def limit(_: int, rows: list[Any] = rows) -> None:
                raw.execute("BEGIN IMMEDIATE")
                for sql, row in rows:
                    raw.execute(sql, row)
                raw.execute("COMMIT")

            busy = time.process_time()
            limited = timed(limit, 0)
            if turn >= 3:
                mine.append(took)
                bare.append(limited)
                processor.append((worked, (time.process_time() - busy) * 1000))
        for connection in (raw, source):
            connection.close()
        desk.close()
    ours, least = (statistics.median(pair[at] for pair in processor) for at in (0, 1))
    note = f"{spread(mine)}; processor time {ours:.2f} ms beside {least:.2f}"
    return [Result("J1 save a 5-line order", statistics.median(mine), statistics.median(bare), target=2.5, note=note)]


def bring_in(scale: Scale) -> list[Result]:
    """J2: import of an .xlsx of order lines with all checks, beside calamine and executemany of the same rows and log rows."""
    from openpyxl import Workbook
    from python_calamine import CalamineWorkbook

    with (
        tempfile.TemporaryDirectory(prefix="salesdesk-bench-") as place,
        copy_of(workload(scale), Path(place)) as folder,
    ):
        desk = open_desk(folder)
        raw, source = raw_file(folder, desk)
        with desk.read() as reader:
            customers = reader.column(
                "SELECT name FROM customer WHERE void = 0 GROUP BY name HAVING count(*) = 1 LIMIT 500"
            )
            products = reader.tuples("SELECT code, name, spec, unit FROM product WHERE void = 0 LIMIT 500")
        mine, bare = [], []
        for turn in range(3):
            path = folder / f"orders-{turn}.xlsx"
            book = Workbook(write_only=True)
            sheet = book.create_sheet("订单")
            sheet.append(
                ["客户名称", "采购单号", "物料编码", "物料描述", "型号", "采购数量", "单位", "含税单价", "交货日期"]
            )
            for n in range(scale.import_lines):
                order, product = n // 4, products[(n * 53 + turn) % len(products)]
                sheet.append(
                    [
                        customers[order % len(customers)],
                        f"BENCH{turn}-{order:05}",
                        *product[:3],
                        n % 90 + 1,
                        product[3],
                        48.6,
                        "2027-01-05",
                    ]
                )
            book.save(path)
            begun = time.perf_counter()
            op = desk.do("order.import", {"file": str(path), "reason": "性能测试"}).changes.op
            mine.append((time.perf_counter() - begun) * 1000)
            (rows,) = rows_of(source, op)
            grouped: dict[str, list[Any]] = {}
            for sql, row in rows:
                grouped.setdefault(sql, []).append(row)
            begun = time.perf_counter()
            CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
            raw.execute("BEGIN IMMEDIATE")
            for sql, many in grouped.items():
                raw.executemany(sql, many)
            raw.execute("COMMIT")
            bare.append((time.perf_counter() - begun) * 1000)
        for connection in (raw, source):
            connection.close()
        desk.close()
    name = f"J2 import {scale.import_lines:,} order lines from .xlsx"
    return [Result(name, statistics.median(mine), statistics.median(bare), target=2)]


def find(scale: Scale) -> list[Result]:
    """J3: the first fifty by a fragment, every query a new one."""
    rng = random.Random(11)
    desk = open_desk(workload(scale))
    try:
        with desk.read() as reader:
            names = reader.column("SELECT name FROM customer ORDER BY uid LIMIT 4000")
            numbers = reader.column("SELECT number FROM sales_order ORDER BY uid LIMIT 4000")
        fragments: dict[str, list[str]] = {"customer": [], "sales_order": []}
        for name in rng.sample(names, min(scale.rounds, len(names))):
            at = rng.randrange(0, 3)
            fragments["customer"] += [name[at : at + 2], name[at : at + 4], text.initials_of(name)[:4]]
        for number in rng.sample(numbers, min(3 * scale.rounds, len(numbers))):
            fragments["sales_order"].append(number[-6:])
        found = []
        for entity, target in (("customer", 2.0), ("sales_order", 5.0)):
            times, busy = [], []
            for typed in fragments[entity]:
                worked = time.process_time()
                times.append(timed(lambda _, t=typed, e=entity: desk.find(t, e, 50), 0))  # type: ignore[misc]
                busy.append((time.process_time() - worked) * 1000)
            at95 = sorted(times)[int(len(times) * 0.95) - 1]
            note = f"{spread(times)}; processor time {spread(busy)}"
            found.append(
                Result(f"J3 find {desk.entity(entity).title} by a fragment, p95", at95, target=target, note=note)
            )
        return found
    finally:
        desk.close()


def report(scale: Scale) -> list[Result]:
    """J4: sales by three sides over everything and over one month, beside GROUP BY over the papers."""
    from salesdesk.modules.statistics import queries
    from salesdesk.modules.statistics.measures import STANDARD

    sides = ("o.customer", "l.product", "o.salesperson")
    found = []
    desk = open_desk(workload(scale))
    try:
        for name, (first, last), target in (("everything", WHOLE, 300.0), ("one month", MONTH, 20.0)):

            def ours(_: int, first: str = first, last: str = last) -> None:
                with desk.read() as reader:
                    for dimension in DIMENSIONS:
                        queries.grouped(reader, STANDARD, dimension, first, last)

            def bare(_: int, first: str = first, last: str = last) -> None:
                with desk.read() as reader:
                    for side in sides:
                        reader.tuples(
                            f"SELECT {side}, sum(l.amount), sum(l.qty), count(DISTINCT o.uid) FROM sales_order o"
                            ' JOIN order_line l ON l."order" = o.uid WHERE o.void = 0 AND l.void = 0'
                            " AND o.state = 'confirmed' AND o.order_date BETWEEN ? AND ? GROUP BY 1",
                            (first, last),
                        )

            took = statistics.median(timed(ours, n) for n in range(5))
            raw = statistics.median(timed(bare, n) for n in range(3))
            found.append(
                Result(f"J4 report by three sides, {name}", took, target=target, note=f"bare GROUP BY {raw:.1f} ms")
            )
    finally:
        desk.close()
    return found


def export(scale: Scale) -> list[Result]:
    """J5: rows of twelve columns to .xlsx, beside XML written by hand."""
    (result,) = papers.export(3, scale.export_rows)
    return [Result(f"J5 {result.name}", result.ours, result.limit, target=2)]


_FIRST = """
import time
begun = time.perf_counter()
from salesdesk.services.papers.shapes import Sheet, SheetColumn
from salesdesk.services.printing import paper, render_sheet
render_sheet(Sheet("送货单", (SheetColumn("品名", 8),), (("球阀",),), "公司"), paper("241x140"))
print((time.perf_counter() - begun) * 1000)
"""


def sheets(scale: Scale) -> list[Result]:
    """J6: one-page delivery notes with the Chinese font inside, beside a bare canvas; and the very first one of a process."""
    (result,) = papers.print_sheets(3, scale.sheets)
    firsts = [
        float(
            subprocess.run([sys.executable, "-c", _FIRST], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        )
        for _ in range(3)
    ]
    return [
        Result(f"J6 {result.name}", result.ours, result.limit, target=1.3),
        Result("J6 the first sheet of a process, imports included", min(firsts), target=400),
    ]


_MEMORY = """
def memory():
    try:
        with open("/proc/self/smaps_rollup", encoding="utf-8") as rollup:
            return next(int(line.split()[1]) for line in rollup if line.startswith("Pss:"))
    except OSError:
        return 0
"""
_OURS = f"""
import gc, os, sys, time
from pathlib import Path
from salesdesk.__main__ import load_parts, open_window
gc.disable()
load_parts()
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from ui.shell.application import application
{_MEMORY}
app = application()
def look():
    window = next((w for w in QApplication.topLevelWidgets() if w.objectName() == "shell" and w.isVisible()), None)
    if window is not None and window.ops.idle:
        window.grab()
        print('ready', time.time(), memory(), flush=True); os._exit(0)
timer = QTimer()
timer.timeout.connect(look)
timer.start(2)
open_window(Path(sys.argv[1]))
"""
_BARE = f"""
import os, sys, time
from sqlcipher3 import dbapi2
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow, QTableWidget, QTableWidgetItem
{_MEMORY}
app = QApplication([])
window = QMainWindow()
window.resize(1440, 900)
table = QTableWidget(50, 3)
connection = dbapi2.connect(sys.argv[1] + "/{DATA_FILE}")
for at, row in enumerate(connection.execute("SELECT number, order_date, amount FROM sales_order ORDER BY rowid DESC LIMIT 50")):
    for column, value in enumerate(row):
        table.setItem(at, column, QTableWidgetItem(str(value)))
window.setCentralWidget(table)
window.show()
def ready():
    window.grab()
    print('ready', time.time(), memory(), flush=True); os._exit(0)
QTimer.singleShot(0, ready)
app.exec()
"""


def launch(code: str, folder: Path) -> tuple[float, float]:
    """Milliseconds from the start of a process until it says ready, and its memory in MB."""
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1"}
    begun = time.time()
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)], cwd=ROOT, env=env, capture_output=True, encoding="utf-8", timeout=300
    )
    ready = next((line for line in done.stdout.splitlines() if line.startswith("ready")), None)
    if ready is None:
        raise RuntimeError(done.stderr)
    _, moment, memory = ready.split()
    return (float(moment) - begun) * 1000, int(memory) / 1024


def start(scale: Scale) -> list[Result]:
    """J7 and J8: process start to usable window with the company on disk, and its memory, beside a bare window with raw SQLite."""
    with (
        tempfile.TemporaryDirectory(prefix="salesdesk-bench-") as place,
        copy_of(workload(scale), Path(place)) as folder,
    ):
        runs = [(launch(_OURS, folder), launch(_BARE, folder)) for _ in range(6 if scale.name != "smoke" else 2)][1:]
    ours, bare = (statistics.median(run[at][0] for run in runs) for at in (0, 1))
    memory, least = (statistics.median(run[at][1] for run in runs) for at in (0, 1))
    return [
        Result("J7 process start to usable window", ours, bare, target=2.5),
        Result(
            "J8 memory of the started window (PSS)", memory, unit="MB", target=130, note=f"bare window {least:.0f} MB"
        ),
    ]


def merge(scale: Scale) -> list[Result]:
    """J9: what another PC did comes in, beside plain upserts of the same rows with a log row each."""
    with tempfile.TemporaryDirectory(prefix="salesdesk-bench-") as place, bench_desk() as here:
        folder = Path(place)
        share = folder / "share"
        share.mkdir()
        here.sync.create(str(share), syncing.PASSPHRASE, "这台", syncing.MEMORY)
        there = open_desk(folder / "there", letter="B")
        there.sync.join(str(share), syncing.PASSPHRASE, "那台", letter="B")
        here.sync.run()
        syncing._write(there, scale.merged)
        there.sync.run()
        raw = syncing._raw(there, folder)
        there.close()
        begun = time.perf_counter()
        here.sync.run()
        took = time.perf_counter() - begun
    return [Result(f"J9 merge {scale.merged:,} changes", took * 1000, raw * 1000, target=3)]


JOBS: dict[str, Callable[[Scale], list[Result]]] = {
    "save": save,
    "import": bring_in,
    "find": find,
    "report": report,
    "export": export,
    "sheets": sheets,
    "start": start,
    "merge": merge,
}
"""What `performance` asks for, by name."""
