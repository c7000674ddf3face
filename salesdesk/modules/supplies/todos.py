"""What of the supplies desk belongs on 今日: too little left, goods late, requests waiting, counts and loans due."""

from __future__ import annotations

from salesdesk.domain import dates
from salesdesk.domain.kinds import Qty
from salesdesk.modules.supplies.count_model import COUNT
from salesdesk.persistence.reading import Reader
from salesdesk.services.module import LISTED, ToDo
from salesdesk.services.todos import listed

GROUP = "用品"
_STEPS = {
    "second": ("supply_count.second", "复盘"),
    "explain": ("supply_count.explain", "写差异原因"),
    "ready": ("supply_count.book", "按盘点调整"),
}

QTY = Qty()


def todos(reader: Reader, today: str) -> list[ToDo]:
    """All of them; each kind lists its first ones."""
    return [
        *_low(reader),
        *_late(reader, today),
        *_asked(reader),
        *_wanting(reader),
        *_sheets(reader, today),
        *_counts(reader, today),
        *_loans(reader, today),
    ]


def _low(reader: Reader) -> list[ToDo]:
    """One entry for all items below their minimum that no plan or order covers: a plan is made for all at once."""
    rows = reader.tuples(
        "SELECT name, unit, on_hand FROM supply s WHERE void = 0 AND coalesce(stopped, 0) = 0 AND min_stock > 0"
        " AND coalesce(on_hand, 0) + coalesce(on_order, 0) < min_stock AND NOT EXISTS (SELECT 1 FROM supply_plan_line l"
        " JOIN supply_plan p ON p.uid = l.plan WHERE l.supply = s.uid AND l.void = 0 AND p.void = 0 AND p.state != 'ordered')"
        " ORDER BY s.code"
    )
    if not rows:
        return []
    told = "、".join(f"{name} 剩 {QTY.show(qty or 0)}{unit or ''}" for name, unit, qty in rows[:4])
    more = f" 等 {len(rows)} 种" if len(rows) > 4 else ""
    return [
        ToDo(
            f"{len(rows)} 种办公用品低于最低库存", told + more, "", "cart", "warn", "supply", "", "supply_plan.make",
            "编采购计划", GROUP,
        )
    ]  # fmt: skip


def _late(reader: Reader, today: str) -> list[ToDo]:
    head = (
        "FROM supply_order o LEFT JOIN supply_vendor v ON v.uid = o.vendor WHERE o.void = 0 AND o.state IN ('open', 'part')"
        " AND o.due < ?"
    )
    rows = reader.rows(f"SELECT o.uid, o.number, o.due, v.name {head} ORDER BY o.due LIMIT {LISTED + 1}", (today,))
    rest = ToDo("还有更多没到的采购单", "", "", "truck", "warn", "supply_order", "", "filter", "看全部", GROUP)
    return listed(
        rows,
        lambda: reader.value(f"SELECT count(*) {head}", (today,)),
        lambda row: ToDo(
            f"{row['name']} 的办公用品没到",
            f"{row['number']} · 应到 {row['due']}，已过 {dates.days_between(str(row['due']), today)} 天",
            str(row["due"]), "truck", "err", "supply_order", str(row["uid"]), "supply_arrival.inspect", "到货验收", GROUP,
        ),
        rest,
    )  # fmt: skip


def _asked(reader: Reader) -> list[ToDo]:
    head = (
        "FROM supply_request r LEFT JOIN staff p ON p.uid = r.staff WHERE r.void = 0 AND r.state IN ('waiting', 'planned')"
        " AND NOT EXISTS (SELECT 1 FROM supply_request_line l JOIN supply s ON s.uid = l.supply WHERE l.request = r.uid"
        " AND l.void = 0 AND l.qty > coalesce(l.issued, 0) + coalesce(s.on_hand, 0))"
    )
    rows = reader.rows(f"SELECT r.uid, r.number, r.needed, p.name {head} ORDER BY r.needed, r.rowid LIMIT {LISTED + 1}")
    rest = ToDo("还有更多申领单", "", "", "note", "info", "supply_request", "", "filter", "看全部", GROUP)
    return listed(
        rows,
        lambda: reader.value(f"SELECT count(*) {head}"),
        lambda row: ToDo(
            f"{row['name']} 申领的用品有货了，可以发", str(row["number"]), str(row["needed"] or ""), "gift", "info",
            "supply_request", str(row["uid"]), "supply_issue.hand_out", "发放", GROUP,
        ),
        rest,
    )  # fmt: skip


def _wanting(reader: Reader) -> list[ToDo]:
    """One entry for all requests that the stock cannot meet and no open plan or order covers, planned once or not."""
    rows = reader.column(
        "SELECT DISTINCT r.number FROM supply_request r JOIN supply_request_line l ON l.request = r.uid"
        " JOIN supply s ON s.uid = l.supply WHERE r.void = 0 AND r.state IN ('waiting', 'planned') AND l.void = 0"
        " AND NOT EXISTS (SELECT 1 FROM supply_plan_line n JOIN supply_plan p ON p.uid = n.plan WHERE n.supply = l.supply"
        " AND n.void = 0 AND n.qty > 0 AND p.void = 0 AND p.state != 'ordered')"
        " AND l.qty > coalesce(l.issued, 0) + coalesce(s.on_hand, 0) + coalesce(s.on_order, 0) ORDER BY r.number"
    )
    if not rows:
        return []
    told = "、".join(rows[:4]) + (f" 等 {len(rows)} 张" if len(rows) > 4 else "")
    verb, title = "supply_plan.make", "编采购计划"
    return [ToDo(f"{len(rows)} 张申领单没货可发", told, "", "note", "warn", "supply_request", "", verb, title, GROUP)]


def _sheets(reader: Reader, today: str) -> list[ToDo]:
    """Sheets that are not filled in, a day before the count shall be done."""
    rows = reader.rows(
        "SELECT s.uid, s.number, s.counter, s.done, s.rows, s.turn, c.due, c.number AS count FROM supply_sheet s"
        " JOIN supply_count c ON c.uid = s.count WHERE s.void = 0 AND c.void = 0 AND c.state = 'counting'"
        f" AND s.done < s.rows AND (c.due IS NULL OR c.due <= ?) ORDER BY c.due, s.rowid LIMIT {LISTED}",
        (dates.add_days(today, 1),),
    )
    return [
        ToDo(
            f"{row['counter']} 的{'复盘表' if row['turn'] > 1 else '盘点表'}没录完",
            f"{row['count']} · {row['number']} · 已盘 {row['done']}/{row['rows']}",
            str(row["due"] or ""),
            "scan",
            "warn" if row["due"] and str(row["due"]) < today else "info",
            "supply_sheet",
            str(row["uid"]),
            "supply_sheet.enter",
            "录入实盘数",
            GROUP,
        )
        for row in rows
    ]


def _counts(reader: Reader, today: str) -> list[ToDo]:
    """Counts that wait for their next step."""
    rows = reader.rows(
        "SELECT uid, number, due, state, counters FROM supply_count WHERE void = 0 AND state IN ('second', 'explain', 'ready')"
        f" ORDER BY due LIMIT {LISTED}"
    )
    return [
        ToDo(
            f"盘点 {row['number']}：{COUNT['state'].kind.show(row['state'])}",
            f"盘点人 {row['counters']}",
            str(row["due"] or ""),
            "scan",
            "warn" if row["due"] and str(row["due"]) < today else "info",
            "supply_count",
            str(row["uid"]),
            *_STEPS[str(row["state"])],
            group=GROUP,
        )
        for row in rows
    ]


def _loans(reader: Reader, today: str) -> list[ToDo]:
    head = "FROM supply_issue i LEFT JOIN staff p ON p.uid = i.staff WHERE i.void = 0 AND i.state IN ('out', 'part') AND i.due <= ?"
    rows = reader.rows(f"SELECT i.uid, i.number, i.due, p.name {head} ORDER BY i.due LIMIT {LISTED + 1}", (today,))
    rest = ToDo("还有更多没还的用品", "", "", "clock", "warn", "supply_issue", "", "filter", "看全部", GROUP)
    return listed(
        rows,
        lambda: reader.value(f"SELECT count(*) {head}", (today,)),
        lambda row: ToDo(
            f"{row['name']} 借的用品该还了", f"{row['number']} · 归还日期 {row['due']}", str(row["due"]), "clock",
            "err" if str(row["due"]) < today else "warn", "supply_issue", str(row["uid"]), "supply_issue.give_back", "退回、归还", GROUP,
        ),
        rest,
    )  # fmt: skip
