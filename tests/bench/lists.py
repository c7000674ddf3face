"""A list over a million orders on the screen: first paint, jump to the end, filters; beside the bare SQL of the same ids."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from typing import Any

from salesdesk.desk import DATA_FILE, open_desk
from salesdesk.persistence.database import connect
from tests.bench.folders import million
from tests.bench.measure import Result, spread, timed

_LIVE = "SELECT rowid FROM sales_order WHERE void = 0"
_ORDER = "ORDER BY order_date DESC, rowid DESC LIMIT 300"
_OF_CUSTOMERS = f"SELECT rowid FROM sales_order WHERE void = 0 AND customer IN (SELECT uid FROM customer WHERE name LIKE ?) {_ORDER}"
_NUMBERED = f"SELECT rowid FROM sales_order WHERE void = 0 AND (number LIKE ?1 OR customer_po LIKE ?1) {_ORDER}"


TYPED = (
    ("one character", "苏"),
    ("in nearly every name", "公司"),
    ("initials", "szhy"),
    ("mixed", "苏州hy"),
    ("phone", "1381"),
    ("one digit", "9"),
    ("a month", "2107"),
    ("numbers of a past year", "XS22"),
    ("inside a number", "A-0017"),
    ("inside a customer's number", "005123"),
    ("nothing", "ZZ9"),
)
"""Kinds of typed text beside those measured with their bare SQL."""


def list_million(rounds: int = 7) -> list[Result]:
    """Every time is from the wish to the painted rows."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from salesdesk.services.lists import Condition, Query
    from ui.kit.table_view import TableView
    from ui.kit.theme import theme
    from ui.kit.window_model import ListModel
    from ui.shell.application import application

    folder = million()
    app = application()
    theme().apply(app, "light")
    desk = open_desk(folder)
    raw = connect(folder / DATA_FILE)

    def wait(done: Callable[[], bool]) -> None:
        until = time.monotonic() + 120
        while not done():
            app.processEvents()
            if time.monotonic() > until:
                raise TimeoutError
            time.sleep(0.0005)

    def bare(sql: str, *params: object) -> str:
        took = statistics.median(timed(lambda _: raw.execute(sql, params).fetchall(), 0) for _ in range(3))
        return f"the same ids in bare SQL {took:.1f} ms"

    first, last, whole = [], [], []
    shown: list[Any] = []
    for _ in range(rounds):
        begun = time.perf_counter()
        model = ListModel(desk, "sales_order")
        view = TableView(model, "bench")
        view.resize(1300, 850)
        view.show()
        view.viewport().repaint()
        first.append((time.perf_counter() - begun) * 1000)
        wait(lambda model=model: model.complete)  # type: ignore[misc]
        whole.append((time.perf_counter() - begun) * 1000)
        begun = time.perf_counter()
        view.scrollToBottom()
        view.viewport().repaint()
        last.append((time.perf_counter() - begun) * 1000)
        shown.append(view)
        if len(shown) > 1:
            gone = shown.pop(0)
            gone.list_model.stop()
            gone.close()
    found = [
        Result("1,000,000 orders: first paint", statistics.median(first), target=500,
               note=bare(f"SELECT rowid FROM sales_order WHERE void = 0 {_ORDER}")),
        Result("1,000,000 orders: jump to the end", statistics.median(last), target=200),
        Result("1,000,000 orders: all ids known (in a thread)", statistics.median(whole),
               note=bare("SELECT rowid FROM sales_order WHERE void = 0 ORDER BY order_date DESC, rowid DESC")),
    ]  # fmt: skip
    view, model = shown[-1], shown[-1].list_model

    def painted(query: Query) -> float:
        """Milliseconds until the first rows of the narrowed list are painted; their exact count follows from the thread."""
        seen: list[int] = []
        link = model.counted.connect(seen.append)
        begun = time.perf_counter()
        model.set_query(query)
        wait(lambda: bool(seen) or model.complete)
        view.viewport().repaint()
        took = (time.perf_counter() - begun) * 1000
        model.counted.disconnect(link)
        return took

    early = []
    for _ in range(3):
        model.set_query(Query())
        wait(lambda: model.complete)
        early.append(painted(Query(text="XS2601A-001")))
    found.append(Result("1,000,000 orders: filter typed before the list is remembered", max(early), note="worst of 3"))
    begun = time.perf_counter()
    model.set_query(Query())
    wait(lambda: not model.reading)
    found.append(
        Result("1,000,000 orders: list remembered for typed texts (in a thread)", (time.perf_counter() - begun) * 1000)
    )
    for name, query, note in (
        ("by state", Query((Condition("stage", "=", "part"),)), bare(f"{_LIVE} AND stage = 'part' {_ORDER}")),
        ("by a month", Query((Condition("order_date", ">=", "2026-03-01"), Condition("order_date", "<=", "2026-03-31"))),
         bare(f"{_LIVE} AND order_date BETWEEN '2026-03-01' AND '2026-03-31' {_ORDER}")),
        ("by customer 苏州泓", Query(text="苏州泓"), bare(_OF_CUSTOMERS, "%苏州泓%")),
        ("by customer 苏州", Query(text="苏州"), bare(_OF_CUSTOMERS, "%苏州%")),
        ("by number XS2601A-001", Query(text="XS2601A-001"), bare(_NUMBERED, "%XS2601A-001%")),
        *((f"by {typed} ({kind})", Query(text=typed), "") for kind, typed in TYPED),
    ):  # fmt: skip
        times = []
        for _ in range(rounds):
            model.set_query(Query())
            wait(lambda: model.complete)
            times.append(painted(query))
        told = f"{spread(times)}; {note}" if note else spread(times)
        found.append(Result(f"1,000,000 orders: filter {name}", statistics.median(times), target=200, note=told))
    times = []
    for _ in range(rounds):
        model.set_query(Query(text="公"))
        wait(lambda: not model.complete and model.rowCount() > 0)
        times.append(painted(Query(text="XS2601A-001")))
    found.append(
        Result(
            "1,000,000 orders: filter typed while the last one is still read",
            statistics.median(times),
            target=200,
            note=spread(times),
        )
    )
    model.stop()
    view.close()
    raw.close()
    desk.close()
    return found
