"""The side panel of an order at a million orders: what it reads each time the line or the customer changes, beside the bare SQL."""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable
from pathlib import Path

from salesdesk.desk import DATA_FILE, open_desk
from salesdesk.persistence.database import connect
from tests.bench.folders import million
from tests.bench.measure import Result, spread, timed

LINES = 5


def side_panel(each: int = 60, folder: Path | None = None) -> list[Result]:
    """Median and 95th percentile of reading all of the panel, the check of the order included, for orders being typed."""
    from salesdesk.modules.orders import beside
    from ui.pages.orders.surroundings import Question, look_around

    place = folder or million()
    rng = random.Random(13)
    desk = open_desk(place)
    raw = connect(place / DATA_FILE)
    today = str(raw.execute("SELECT max(order_date) FROM sales_order").fetchone()[0])
    customers = [uid for (uid,) in raw.execute("SELECT uid FROM customer WHERE void = 0 LIMIT 20000").fetchall()]
    products = [uid for (uid,) in raw.execute("SELECT uid FROM product WHERE void = 0").fetchall()]
    busiest = [
        uid
        for (uid,) in raw.execute(
            "SELECT customer FROM sales_order GROUP BY 1 ORDER BY count(*) DESC LIMIT 5"
        ).fetchall()
    ]
    asked = []
    for i in range(each):
        customer = busiest[i % len(busiest)] if i % 4 == 0 else rng.choice(customers)
        chosen = rng.sample(products, LINES)
        lines = [(n, {"uid": f"new-{n}", "product": p, "qty": 12_000, "price": 486_000}) for n, p in enumerate(chosen)]
        header = {"customer": customer, "order_date": today, "due_date": today, "customer_po": f"PO-{i}"}
        asked.append(Question(dict(header), [(n, dict(line)) for n, line in lines], "", chosen[0], today, 12_000))
    for question in asked[:3]:
        look_around(desk, question)

    def bare(question: Question) -> None:
        """The same statements with no program around them."""
        customer, product = question.header["customer"], question.product
        for sql, params in STATEMENTS:
            raw.execute(
                sql, [customer if p == "customer" else product if p == "product" else p for p in params]
            ).fetchall()

    ours, limit = [], []
    for question in asked:
        ours.append(timed(lambda _, q=question: look_around(desk, q), 0))  # type: ignore[misc]
        limit.append(timed(lambda _, q=question: bare(q), 0))  # type: ignore[misc]
    rows: list[float] = []
    with desk.read() as reader:
        look: Callable[[str, str, str], object] = lambda figure, c, p: beside.rows_of(reader, figure, c, p, today)  # noqa: E731
        for question in asked[:20]:
            for figure in beside.FIGURES:
                args = (figure, str(question.header["customer"]), question.product)
                rows.append(timed(lambda _, a=args: look(*a), 0))  # type: ignore[misc]
    desk.close()
    raw.close()
    worst = sorted(ours)[int(len(ours) * 0.95) - 1]
    return [
        Result(
            "side panel at a million orders, median",
            statistics.median(ours),
            statistics.median(limit),
            note=spread(ours),
        ),
        Result("side panel at a million orders, 95th percentile", worst, target=100),
        Result("rows behind one of its figures, median", statistics.median(rows), target=100, note=spread(rows)),
    ]


STATEMENTS: tuple[tuple[str, tuple[object, ...]], ...] = (
    ("SELECT * FROM customer WHERE uid = ?", ("customer",)),
    ("SELECT * FROM product WHERE uid = ?", ("product",)),
    (
        "SELECT l.price, o.order_date, l.qty FROM (SELECT uid, order_date FROM sales_order WHERE customer = ? AND void = 0"
        ' ORDER BY order_date DESC LIMIT 3000) o CROSS JOIN order_line l ON l."order" = o.uid WHERE l.product = ? LIMIT 5',
        ("customer", "product"),
    ),
    (
        'SELECT o.customer, l.price, o.order_date FROM (SELECT "order", price FROM order_line WHERE product = ? ORDER BY rowid DESC'
        ' LIMIT 4000) l CROSS JOIN sales_order o ON o.uid = l."order" WHERE o.customer != ? LIMIT 40',
        ("product", "customer"),
    ),
    (
        'SELECT sum(l.qty - coalesce(l.delivered, 0)) FROM order_line l JOIN sales_order o ON o.uid = l."order" WHERE l.product = ?'
        " AND l.void = 0 AND l.qty > coalesce(l.delivered, 0) AND o.void = 0 AND o.stage IN ('confirmed', 'part')",
        ("product",),
    ),
    (
        'SELECT count(*) FROM sales_order o JOIN order_line l ON l."order" = o.uid WHERE o.customer = ? AND o.void = 0'
        " AND o.stage IN ('confirmed', 'part') AND l.qty > coalesce(l.delivered, 0)",
        ("customer",),
    ),
    (
        "SELECT substr(order_date, 1, 7), sum(amount) FROM sales_order WHERE customer = ? AND void = 0 AND state = 'confirmed'"
        " GROUP BY 1",
        ("customer",),
    ),
)
