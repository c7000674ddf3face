"""What is known about the changes of an order: versions, who has not taken note, which prints are out of date."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from salesdesk.domain.kinds import Row
from salesdesk.domain.masking import WHOLE, Veil
from salesdesk.domain.problems import Problem
from salesdesk.modules.orders import policies
from salesdesk.modules.orders.change_model import STORE
from salesdesk.modules.orders.change_rules import Difference, Snapshot, agreed, differences
from salesdesk.modules.orders.check_table import fault, judge
from salesdesk.modules.orders.model import ORDER, ORDER_LINE
from salesdesk.persistence.reading import Reader

OUTDATED_BY_CHANGE = {"order": "订单", "route": "传递单"}
"""Papers that tell what the order is; a 送货单 tells what was loaded and stays true, whatever the order becomes."""


class OldPrint(NamedTuple):
    """A paper printed before the last change. again: whether it was printed anew since."""

    title: str
    number: str
    printed_at: str
    nth: int
    owner: str
    paper: str
    again: bool


def snapshot(reader: Reader, order: str) -> Snapshot:
    """The order as it stands now."""
    row = reader.row("SELECT * FROM sales_order WHERE uid = ?", (order,)) or {}
    lines = reader.rows(
        "SELECT l.*, p.code, p.name, p.spec, p.unit, coalesce(c.route, 'buy') AS route FROM order_line l"
        " JOIN product p ON p.uid = l.product LEFT JOIN product_category c ON c.uid = p.category"
        ' WHERE l."order" = ? AND l.void = 0 ORDER BY l.seq, l.rowid',
        (order,),
    )
    kept = [f.key for f in ORDER_LINE if agreed(f) and f.key != "order"]
    return Snapshot(
        {f.key: row.get(f.key) for f in ORDER if agreed(f)},
        {"customer": reader.named("customer", row.get("customer"))},
        tuple({k: line[k] for k in ("uid", *kept, "code", "name", "spec", "unit", "route")} for line in lines),
    )


def changes_of(reader: Reader, order: str) -> list[Row]:
    """The live changes of an order, the oldest first."""
    return reader.rows('SELECT * FROM order_change WHERE "order" = ? AND void = 0 ORDER BY version, rowid', (order,))


def version_of(reader: Reader, order: str) -> int:
    """Which version of the order is in force; 1 when it was never changed."""
    return int(
        reader.value('SELECT coalesce(max(version), 1) FROM order_change WHERE "order" = ? AND void = 0', (order,))
    )


def edition(reader: Reader, order: str | None) -> str:
    """What papers of a changed order say: "变更件 v3"; "" for the first version."""
    version = version_of(reader, order) if order else 1
    return f"变更件 v{version}" if version > 1 else ""


def versions(reader: Reader, order: str) -> dict[int, Snapshot]:
    """Every version of an order by its number; {1: as it stands} for one that was never changed."""
    found: dict[int, Snapshot] = {}
    for row in changes_of(reader, order):
        if not found:
            found[int(row["version"]) - 1] = Snapshot.read(row["before"])
        found[int(row["version"])] = Snapshot.read(row["after"])
    return found or {1: snapshot(reader, order)}


def compare(reader: Reader, order: str, older: int, newer: int, veil: Veil = WHOLE) -> list[Difference]:
    """What differs between any two versions of an order, with the customer's data covered as the veil says."""
    known = versions(reader, order)
    return differences(known[older], known[newer], veil)


def change_differences(row: Row) -> list[Difference]:
    """What one stored change changed."""
    return differences(Snapshot.read(row["before"]), Snapshot.read(row["after"]))


def notices_of(reader: Reader, change: str) -> list[Row]:
    """Who must know of a change, in the order of the list."""
    return reader.rows("SELECT * FROM change_notice WHERE change = ? AND void = 0 ORDER BY seq, rowid", (change,))


def open_notices(reader: Reader, order: str) -> list[Row]:
    """Notices of an order that nobody has taken note of, with the version they are about."""
    return reader.rows(
        "SELECT n.*, c.version, c.number FROM change_notice n JOIN order_change c ON c.uid = n.change"
        " WHERE n.\"order\" = ? AND n.void = 0 AND c.void = 0 AND n.state IN ('waiting', 'told') ORDER BY c.version, n.seq",
        (order,),
    )


def outdated_prints(reader: Reader, order: str) -> list[OldPrint]:
    """Papers of an order that were printed before its last change, the latest print of each paper."""
    old: set[str] = set()
    for text in reader.column('SELECT old_prints FROM order_change WHERE "order" = ? AND void = 0', (order,)):
        old.update(json.loads(text or "[]"))
    found: dict[tuple[str, str], OldPrint] = {}
    fresh: set[tuple[str, str]] = set()
    for row in prints_of(reader, order):
        key = (str(row["owner"]), str(row["paper"]))
        if row["uid"] in old:
            title = OUTDATED_BY_CHANGE[key[1]]
            found[key] = OldPrint(title, str(row["number"]), str(row["printed_at"]), int(row["nth"]), *key, False)
        else:
            fresh.add(key)
    return [OldPrint(p.title, p.number, p.printed_at, p.nth, p.owner, p.paper, k in fresh) for k, p in found.items()]


def prints_of(reader: Reader, order: str) -> list[Row]:
    """The print log of an order's papers that a change makes untrue, in the order they were printed."""
    return reader.rows(
        "SELECT p.* FROM print_log p WHERE p.void = 0 AND p.paper IN (SELECT value FROM json_each(?2)) AND p.owner IN"
        ' (SELECT ?1 UNION ALL SELECT uid FROM route_slip WHERE "order" = ?1) ORDER BY p.rowid',
        (order, json.dumps(list(OUTDATED_BY_CHANGE))),
    )


def shipping_stop(reader: Reader, orders: Sequence[str]) -> list[Problem]:
    """Goods do not leave on an order whose change 仓库 has not taken note of; passes with a reason (ORD-6)."""
    found = [
        fault(
            "unacknowledged_change",
            f"订单 {number} 变更到第 {version} 版，{STORE}还没接收变更通知",
            "uid",
            "变更告知",
        )
        for number, version in reader.tuples(
            "SELECT o.number, max(c.version) FROM change_notice n JOIN order_change c ON c.uid = n.change"
            ' JOIN sales_order o ON o.uid = n."order" WHERE n."order" IN (SELECT value FROM json_each(?)) AND n.who = ?'
            " AND n.void = 0 AND c.void = 0 AND n.state IN ('waiting', 'told') GROUP BY o.uid ORDER BY o.number",
            (json.dumps(list(orders)), STORE),
        )
    ]
    return judge(found, policies.stands(reader)) if found else []


def reasons_by_month(reader: Reader, first: str, last: str) -> list[Row]:
    """How often orders were changed for which reason: rows of month ("2026-06"), kind, count; days both included."""
    return reader.rows(
        "SELECT substr(made_at, 1, 7) AS month, kind, count(*) AS count FROM order_change"
        " WHERE void = 0 AND made_at >= ? AND made_at < ? || 'U' GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2",
        (first, last),
    )
