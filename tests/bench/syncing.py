"""A hundred thousand changes of another PC coming in, beside raw upserts; and what the clerk waits for meanwhile."""

from __future__ import annotations

import os
import shutil
import statistics
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from salesdesk.desk import DATA_FILE, Desk, join_fresh, open_desk
from salesdesk.domain.search_keys import search_keys
from salesdesk.persistence import search
from tests.bench.folders import sized
from tests.bench.measure import Result
from tests.bench.orders import LINES, bench_desk

ORDERS = int(os.environ.get("SYNC_ORDERS", "100000"))
CHANGES = int(os.environ.get("SYNC_CHANGES", "100000"))
IN_ONE_STEP = 20
"""Changes of one operation: an order of some size."""
MEMORY = 2**20
PASSPHRASE = "春风又绿江南岸"


def sync_merge() -> list[Result]:
    """One PC takes in everything another did, while somebody saves orders on it."""
    with tempfile.TemporaryDirectory(prefix="salesdesk-bench-") as place, bench_desk() as here:
        folder = Path(place)
        share = folder / "share"
        share.mkdir()
        here.sync.create(str(share), PASSPHRASE, "这台", MEMORY)
        there = open_desk(folder / "there", letter="B")
        there.sync.join(str(share), PASSPHRASE, "那台", letter="B")
        here.sync.run()
        _write(there, CHANGES)
        sent = time.perf_counter()
        there.sync.run()
        sent = time.perf_counter() - sent
        weight = sum(p.stat().st_size for p in share.rglob("*.seg"))
        (raw, _), _ = _raw(here, there, folder)
        there.close()
        search_keys.cache_clear()
        calm = _saves(here, 40)
        ended = threading.Event()
        spent: list[float] = []

        def merge() -> None:
            begun = time.perf_counter()
            here.sync.run()
            spent.append(time.perf_counter() - begun)
            ended.set()

        thread = threading.Thread(target=merge)
        thread.start()
        busy = _saves(here, 100_000, ended)
        thread.join()
        count = len(busy)
        return [
            Result(
                f"sync merge of {CHANGES:,} changes", CHANGES / spent[0], CHANGES / raw, "changes/s",
                note=f"with {count} orders saved meanwhile; sealed and sent in {sent:.1f} s, {weight / CHANGES:.0f} bytes a change",
            ),
            Result("order.save p95 while merging", _p95(busy), _p95(calm), note=f"longest {max(busy):.0f} ms"),
            Result("order.save median while merging", statistics.median(busy), statistics.median(calm)),
        ]  # fmt: skip


def sync_first() -> list[Result]:
    """A new PC joins a workspace of a hundred thousand orders: the whole file goes to the share and from there to it."""
    with tempfile.TemporaryDirectory(prefix="salesdesk-bench-") as place:
        folder, here = Path(place), shutil.copytree(sized(ORDERS), Path(place) / "here")
        share = folder / "share"
        share.mkdir()
        first = open_desk(here)
        made = time.perf_counter()
        first.sync.create(str(share), PASSPHRASE, "这台", MEMORY)
        made = time.perf_counter() - made
        first.close()
        raw = time.perf_counter()
        shutil.copyfile(here / DATA_FILE, share / "raw.db")
        shutil.copyfile(share / "raw.db", folder / "raw.db")
        raw = time.perf_counter() - raw
        size = (share / "raw.db").stat().st_size
        joined = time.perf_counter()
        assert join_fresh(folder / "there", str(share), PASSPHRASE, "那台", letter="B")
        joined = time.perf_counter() - joined
        there = open_desk(folder / "there")
        assert there.count("sales_order") == ORDERS
        there.close()
        travelled = sum(p.stat().st_size for p in share.rglob("*.part"))
        note = (
            f"file {size / 1e6:.0f} MB, {travelled / 1e6:.0f} MB on the share; making the workspace took {made:.1f} s;"
            " raw: the file copied there and back"
        )
        return [Result(f"first sync of {ORDERS:,} orders, until the new PC may work", joined, raw, "s", note=note)]


def _write(desk: Desk, changes: int) -> None:
    """A tenth of the changes make customers, the others change them, an operation of twenty at a time."""
    customer = desk.entity("customer")
    uids: list[str] = []
    for n in range(0, changes // 10, IN_ONE_STEP):
        with desk.database.work("新建客户", verb="customer.save", operator="李强") as work:
            rows: list[dict[str, Any]] = [
                {"code": f"B{n + i:06}", "name": f"外地客户{n + i}贸易有限公司"} for i in range(IN_ONE_STEP)
            ]
            uids += work.insert_many(customer, rows)
    for n in range(0, changes - len(uids), IN_ONE_STEP):
        with desk.database.work("修改客户", verb="customer.save", operator="李强") as work:
            for i in range(n, n + IN_ONE_STEP):
                work.update(customer, uids[i % len(uids)], {"note": f"备注 {i}", "contact": f"联系人{i % 97}"})


def _raw(here: Desk, there: Desk, folder: Path) -> tuple[tuple[float, float], tuple[float, float]]:
    """Seconds by the clock and of the processor for the same rows as plain upserts from the other file, attached: the limit
    `performance` names (ATTACH and INSERT … SELECT … ON CONFLICT). Second: those of the customers, operations and log alone.

    The tables are the program's own with all their indexes and the present customers in them, no triggers; the log rows and
    operations come along, two thousand changes in a transaction. What a merge leaves beside them is written, too, once for
    each customer and ready made: search keys with their tokens, the keys by which twins are found, the sealed segments. Until
    2026-12-01 the limit left these out, though no merge may, and they are a third of its rows; that number is still told.
    Until 2026-11-30 it wrote into a table of four columns without an index and a log of three, from rows already in memory.
    """
    from sqlcipher3 import dbapi2

    raw = dbapi2.connect(str(folder / "raw.db"), isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=OFF", "cache_size=-32000"):
        raw.execute(f"PRAGMA {pragma}")
    raw.execute("ATTACH ? AS here", (str(here.folder / DATA_FILE),))
    for (ddl,) in raw.execute(
        "SELECT sql FROM here.sqlite_master WHERE sql IS NOT NULL AND type != 'trigger'"
        " AND tbl_name IN ('customer', 'operation', 'change', 'search_doc', 'search_gram', 'alike_key', 'segment')"
        " ORDER BY type = 'index'"
    ).fetchall():
        raw.execute(ddl)
    for table in ("customer", "search_doc", "alike_key"):
        raw.execute(f"INSERT INTO {table} SELECT * FROM here.{table}")
    raw.create_function("tokens", 1, lambda keys: " ".join(search.grams_of(keys)), deterministic=True)
    raw.execute("INSERT INTO search_gram(rowid, grams) SELECT id, tokens(keys) FROM search_doc")
    raw.execute("DETACH here")
    raw.execute("ATTACH ? AS there", (str(there.folder / DATA_FILE),))
    raw.execute(
        "CREATE TEMP TABLE keyed AS SELECT row_number() OVER () AS id, entity, uid, title, subtitle, keys, tokens(keys) AS grams"
        " FROM there.search_doc WHERE uid NOT IN (SELECT uid FROM search_doc)"
    )
    (docs,) = raw.execute("SELECT coalesce(max(id), 0) FROM search_doc").fetchone()
    (fresh,) = raw.execute("SELECT count(*) FROM keyed").fetchone()
    own = "op IN (SELECT o.id FROM there.operation o, there.now WHERE o.device = now.device)"
    (newest,) = raw.execute("SELECT max(id) FROM there.change").fetchone()
    keys = [
        str(key)
        for (key,) in raw.execute(
            f"SELECT DISTINCT j.key FROM there.change c, json_each(c.after) j WHERE entity = 'customer' AND {own}"
        ).fetchall()
    ]
    names = ", ".join(f'"{key}"' for key in keys)
    values = ", ".join(f"coalesce(t.after ->> '{key}', c.\"{key}\")" for key in keys)
    kept = ", ".join(f'"{key}" = excluded."{key}"' for key in keys)
    begun, busy = time.perf_counter(), time.process_time()
    for at in range(0, newest, 2000):
        part = f"FROM there.change t WHERE t.id > {at} AND t.id <= {at + 2000} AND {own}"
        raw.execute("BEGIN IMMEDIATE")
        raw.execute(f"INSERT OR IGNORE INTO operation SELECT * FROM there.operation WHERE id IN (SELECT op {part})")
        for kind in "IU":
            raw.execute(
                f"INSERT INTO customer(uid, {names}) SELECT t.uid, {values} FROM there.change t LEFT JOIN customer c"
                f" ON c.uid = t.uid WHERE t.id > {at} AND t.id <= {at + 2000} AND {own} AND t.entity = 'customer'"
                f" AND t.kind = '{kind}' ORDER BY t.id ON CONFLICT(uid) DO UPDATE SET {kept}"
            )
        raw.execute(f"INSERT INTO change SELECT t.* {part}")
        raw.execute("COMMIT")
    alone = time.perf_counter() - begun, time.process_time() - busy
    for at in range(0, fresh, 2000):
        part = f"FROM keyed k WHERE k.id > {at} AND k.id <= {at + 2000}"
        raw.execute("BEGIN IMMEDIATE")
        raw.execute(
            "INSERT INTO search_doc(id, entity, uid, title, subtitle, keys)"
            f" SELECT {docs} + id, entity, uid, title, subtitle, keys {part}"
        )
        raw.execute(f"INSERT INTO search_gram(rowid, grams) SELECT {docs} + id, grams {part}")
        raw.execute(f"INSERT INTO alike_key SELECT * FROM there.alike_key WHERE uid IN (SELECT uid {part})")
        raw.execute("COMMIT")
    for (idx,) in raw.execute("SELECT idx FROM there.segment, there.now WHERE segment.device = now.device").fetchall():
        raw.execute(
            "INSERT INTO segment SELECT s.* FROM there.segment s, there.now WHERE s.device = now.device AND idx = ?",
            (idx,),
        )
    spent = time.perf_counter() - begun, time.process_time() - busy
    (customers,) = raw.execute("SELECT count(*) FROM customer").fetchone()
    assert customers == there.count("customer"), customers
    found = raw.execute("SELECT count(*) FROM search_gram WHERE search_gram MATCH '\"外地\"'").fetchone()
    assert (
        found
        == (fresh,)
        == raw.execute("SELECT count(DISTINCT uid) FROM alike_key WHERE uid IN (SELECT uid FROM keyed)").fetchone()
    )
    raw.close()
    return spent, alone


def _saves(desk: Desk, most: int, until: threading.Event | None = None) -> list[float]:
    """Milliseconds of order.save, one after the other with a breath between, as somebody types."""
    with desk.read() as reader:
        products = reader.column("SELECT code FROM product LIMIT 40")
    found = []
    for n in range(most):
        if until is not None and until.is_set():
            break
        lines = [{"product": products[(n + i) % 40], "qty": "3", "price": "48.60"} for i in range(LINES)]
        begun = time.perf_counter()
        desk.do("order.save", {"customer": "C00001", "due_date": "+7", "lines": lines})
        found.append((time.perf_counter() - begun) * 1000)
        time.sleep(0.05)
    return found


def _p95(found: list[float]) -> float:
    return sorted(found)[max(0, int(len(found) * 0.95) - 1)]
