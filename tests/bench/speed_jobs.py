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
from salesdesk.domain.search_keys import search_keys
from tests.bench import papers, syncing
from tests.bench.measure import Result, spread, timed
from tests.bench.orders import LINES, bench_desk, raw_copy, rows_of
from tests.bench.start import ROOT
from tests.bench.workload import Scale, copy_of, workload

DIMENSIONS = ("customer", "product", "salesperson")
WHOLE, MONTH = ("2000-01-01", "2099-12-31"), ("2026-03-01", "2026-03-31")


def by_both(
    name: str, ours: tuple[float, float], limit: tuple[float, float] = (0.0, 0.0), target: float = 0, note: str = ""
) -> list[Result]:
    """Two lines for milliseconds by the clock and of the processor; the second is what a machine that does other work may be
    judged by."""
    return [
        Result(name, ours[0], limit[0], target=target, note=note),
        Result(f"{name}, processor time", ours[1], limit[1], target=target),
    ]


def medians(pairs: list[tuple[float, float]]) -> tuple[float, float]:
    """The median of each of the two measures."""
    return statistics.median(clock for clock, _ in pairs), statistics.median(busy for _, busy in pairs)


def codes(desk: Desk, entity: str) -> list[str]:
    with desk.read() as reader:
        return [str(code) for code in reader.column(f'SELECT code FROM "{entity}" WHERE void = 0')]


def save(scale: Scale) -> list[Result]:
    """J1: one 5-line order through the verb: durable, with log, search keys and sums, into the whole company; the limit writes into
    a copy of it."""
    rng = random.Random(7)
    mine, bare, processor = [], [], []
    with (
        tempfile.TemporaryDirectory(prefix="salesdesk-bench-") as place,
        copy_of(workload(scale), Path(place)) as folder,
    ):
        desk = open_desk(folder)
        raw, source = raw_copy(folder, desk)
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
    """J2: import of an .xlsx of order lines with all checks, beside calamine and executemany of the same rows and log rows
    into a copy of the company."""
    from openpyxl import Workbook
    from python_calamine import CalamineWorkbook

    with (
        tempfile.TemporaryDirectory(prefix="salesdesk-bench-") as place,
        copy_of(workload(scale), Path(place)) as folder,
    ):
        desk = open_desk(folder)
        raw, source = raw_copy(folder, desk)
        with desk.read() as reader:
            customers = reader.column(
                "SELECT name FROM customer WHERE void = 0 GROUP BY name HAVING count(*) = 1 LIMIT 500"
            )
            products = reader.tuples("SELECT code, name, spec, unit FROM product WHERE void = 0 LIMIT 500")
        mine: list[tuple[float, float]] = []
        bare: list[tuple[float, float]] = []
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
            begun, busy = time.perf_counter(), time.process_time()
            op = desk.do("order.import", {"file": str(path), "reason": "性能测试"}).changes.op
            mine.append(((time.perf_counter() - begun) * 1000, (time.process_time() - busy) * 1000))
            (rows,) = rows_of(source, op)
            grouped: dict[str, list[Any]] = {}
            for sql, row in rows:
                grouped.setdefault(sql, []).append(row)
            begun, busy = time.perf_counter(), time.process_time()
            CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
            raw.execute("BEGIN IMMEDIATE")
            for sql, many in grouped.items():
                raw.executemany(sql, many)
            raw.execute("COMMIT")
            bare.append(((time.perf_counter() - begun) * 1000, (time.process_time() - busy) * 1000))
        for connection in (raw, source):
            connection.close()
        desk.close()
    name = f"J2 import {scale.import_lines:,} order lines from .xlsx"
    return by_both(name, medians(mine), medians(bare), 2)


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
        found: list[Result] = []
        for entity, target in (("customer", 2.0), ("sales_order", 5.0)):
            times, busy = [], []
            for typed in fragments[entity]:
                worked = time.process_time()
                times.append(timed(lambda _, t=typed, e=entity: desk.find(t, e, 50), 0))  # type: ignore[misc]
                busy.append((time.process_time() - worked) * 1000)
            at95, busy95 = (sorted(some)[int(len(some) * 0.95) - 1] for some in (times, busy))
            note = f"{spread(times)}; processor time {spread(busy)}"
            name = f"J3 find {desk.entity(entity).title} by a fragment, p95"
            found += by_both(name, (at95, busy95), target=target, note=note)
        return found
    finally:
        desk.close()


def report(scale: Scale) -> list[Result]:
    """J4: sales by three sides over everything and over one month, beside GROUP BY over the papers."""
    from salesdesk.modules.statistics import queries
    from salesdesk.modules.statistics.measures import STANDARD

    sides = ("o.customer", "l.product", "o.salesperson")
    found: list[Result] = []
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

            took: list[tuple[float, float]] = []
            for n in range(5):
                busy = time.process_time()
                took.append((timed(ours, n), (time.process_time() - busy) * 1000))
            raw = statistics.median(timed(bare, n) for n in range(3))
            note = f"bare GROUP BY {raw:.1f} ms"
            found += by_both(f"J4 report by three sides, {name}", medians(took), target=target, note=note)
    finally:
        desk.close()
    return found


def export(scale: Scale) -> list[Result]:
    """J5: rows of twelve columns to .xlsx, beside XML written by hand."""
    (result,) = papers.export(3, scale.export_rows)
    return [Result(f"J5 {result.name}", result.ours, result.limit, target=2)]


COMPILED = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
"""The environment of a measured process: an installed program is compiled, the first run, thrown away, does it here."""
_FIRST = """
import time
begun = time.perf_counter()
from salesdesk.services.papers.shapes import Sheet, SheetColumn
from salesdesk.services.printing import paper, render_sheet
render_sheet(Sheet("送货单", (SheetColumn("品名", 8),), (("球阀",),), "公司"), paper("241x140"))
print((time.perf_counter() - begun) * 1000, time.process_time() * 1000)
"""


def sheets(scale: Scale) -> list[Result]:
    """J6: one-page delivery notes with the Chinese font inside, beside a bare canvas; and the very first one of a process.

    The processes are compiled beforehand, as an installed program is; until 2026-11-30 they compiled themselves from their
    source text each time where PYTHONDONTWRITEBYTECODE was set. Processor time counts the interpreter's start, too.
    """
    (result,) = papers.print_sheets(3, scale.sheets)
    command = [sys.executable, "-c", _FIRST]
    firsts = []
    for _ in range(6):
        told = subprocess.run(
            command, cwd=ROOT, env=COMPILED, capture_output=True, text=True, check=True
        ).stdout.split()
        firsts.append((float(told[0]), float(told[1])))
    name = "J6 the first sheet of a process, imports included"
    return [
        Result(f"J6 {result.name}", result.ours, result.limit, target=1.3),
        *by_both(name, medians(firsts[1:]), target=400),
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
        app.processEvents()
        print('ready', time.time(), memory(), time.process_time(), flush=True); os._exit(0)
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
    app.processEvents()
    print('ready', time.time(), memory(), time.process_time(), flush=True); os._exit(0)
QTimer.singleShot(0, ready)
app.exec()
"""


def launch(code: str, folder: Path) -> tuple[float, float, float]:
    """Milliseconds from the start of a process until it says ready, those of the processor, and its memory in MB."""
    env = {**COMPILED, "QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1"}
    begun = time.time()
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)], cwd=ROOT, env=env, capture_output=True, encoding="utf-8", timeout=300
    )
    ready = next((line for line in done.stdout.splitlines() if line.startswith("ready")), None)
    if ready is None:
        raise RuntimeError(done.stderr)
    _, moment, memory, busy = ready.split()
    return (float(moment) - begun) * 1000, float(busy) * 1000, int(memory) / 1024


def start(scale: Scale) -> list[Result]:
    """J7 and J8: process start to usable window with the company on disk, and its memory, beside a bare window with raw SQLite.

    Compiled beforehand (see `sheets`). Usable: all that was asked for has come and nothing waits to be painted, as in `start`;
    until 2026-11-30 each side painted its whole window once more, which tells nothing of a start.
    """
    with (
        tempfile.TemporaryDirectory(prefix="salesdesk-bench-") as place,
        copy_of(workload(scale), Path(place)) as folder,
    ):
        runs = [(launch(_OURS, folder), launch(_BARE, folder)) for _ in range(6 if scale.name != "smoke" else 2)][1:]
    ours, bare = (medians([run[at][:2] for run in runs]) for at in (0, 1))
    memory, least = (statistics.median(run[at][2] for run in runs) for at in (0, 1))
    return [
        *by_both("J7 process start to usable window", ours, bare, 2.5),
        Result(
            "J8 memory of the started window (PSS)", memory, unit="MB", target=130, note=f"bare window {least:.0f} MB"
        ),
    ]


def merge(scale: Scale) -> list[Result]:
    """J9: what another PC did comes in, beside plain upserts of the same rows from a file attached, with the log, all indexes,
    search keys and twins' keys (see `syncing._raw`).

    The company is small, for joining one of size W takes minutes and a merge costs what its changes cost.
    """
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
        (raw, raw_busy), (rows, rows_busy) = syncing._raw(here, there, folder)
        there.close()
        search_keys.cache_clear()
        begun, busy = time.perf_counter(), time.process_time()
        here.sync.run()
        took, worked = time.perf_counter() - begun, time.process_time() - busy
    name = f"J9 merge {scale.merged:,} changes"
    note = (
        f"the limit without search and twin keys: {rows * 1000:.0f} ms, {took / rows:.1f} times;"
        f" processor time {rows_busy * 1000:.0f} ms, {worked / rows_busy:.1f} times"
    )
    return by_both(name, (took * 1000, worked * 1000), (raw * 1000, raw_busy * 1000), 3, note)


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
