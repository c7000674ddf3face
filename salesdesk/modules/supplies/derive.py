"""Columns that follow from other rows: stock, value and what is under way; how far requests, orders and slips are settled."""

from __future__ import annotations

import json

from salesdesk.domain.changes import Changes
from salesdesk.modules.supplies.count_results import derive_counts
from salesdesk.modules.supplies.ledger import touched
from salesdesk.persistence.reading import AMONG
from salesdesk.persistence.work import Work


def derive(work: Work, changes: Changes) -> None:
    """Recompute what was touched; children before parents."""
    kinds = {key for key in changes.touched if key.startswith("supply")}
    if not kinds:
        return
    _stock(work, changes)
    _orders(work, changes)
    _slips(work, changes)
    _requests(work, changes)
    derive_counts(work, changes)


def _stock(work: Work, changes: Changes) -> None:
    supplies = json.dumps(sorted(touched(work, changes) | set(changes.of("supply"))))
    work.execute(
        "UPDATE supply SET (on_hand, value) = (SELECT coalesce(sum(qty), 0), coalesce(sum(amount), 0) FROM supply_move m"
        f" WHERE m.supply = supply.uid AND m.void = 0) WHERE uid {AMONG}",
        (supplies,),
    )


def _orders(work: Work, changes: Changes) -> None:
    lines = set(changes.of("supply_order_line")) | work.pointed_at(changes, "supply_arrival_line", "order_line")
    orders = set(changes.of("supply_order"))
    told = json.dumps(sorted(lines))
    orders |= set(work.column(f'SELECT DISTINCT "order" FROM supply_order_line WHERE uid {AMONG}', (told,)))
    whole = json.dumps(sorted(orders))
    supplies = set(work.column(f'SELECT DISTINCT supply FROM supply_order_line WHERE "order" {AMONG}', (whole,)))
    supplies |= set(changes.of("supply"))
    work.execute(
        "UPDATE supply_order_line SET arrived = (SELECT coalesce(sum(a.accepted), 0) FROM supply_arrival_line a"
        f' WHERE a.order_line = supply_order_line.uid AND a.void = 0) WHERE "order" {AMONG}',
        (whole,),
    )
    work.execute(
        "UPDATE supply_order SET state = CASE WHEN closed IS NOT NULL THEN 'closed'"
        ' WHEN NOT EXISTS (SELECT 1 FROM supply_order_line l WHERE l."order" = supply_order.uid AND l.void = 0'
        " AND coalesce(l.arrived, 0) < l.qty) THEN 'done'"
        ' WHEN EXISTS (SELECT 1 FROM supply_order_line l WHERE l."order" = supply_order.uid AND l.void = 0'
        f" AND l.arrived > 0) THEN 'part' ELSE 'open' END WHERE uid {AMONG}",
        (whole,),
    )
    work.execute(
        "UPDATE supply SET on_order = (SELECT coalesce(sum(max(0, l.qty - coalesce(l.arrived, 0))), 0)"
        ' FROM supply_order_line l JOIN supply_order o ON o.uid = l."order" WHERE l.supply = supply.uid AND l.void = 0'
        f" AND o.void = 0 AND o.closed IS NULL) WHERE uid {AMONG}",
        (json.dumps(sorted(supplies)),),
    )


def _slips(work: Work, changes: Changes) -> None:
    lines = work.pointed_at(changes, "supply_back", "issue_line")
    slips = set(changes.of("supply_issue")) | work.pointed_at(changes, "supply_issue_line", "issue")
    told = json.dumps(sorted(lines))
    slips |= set(work.column(f"SELECT DISTINCT issue FROM supply_issue_line WHERE uid {AMONG}", (told,)))
    whole = json.dumps(sorted(slips))
    work.execute(
        "UPDATE supply_issue_line SET back = (SELECT coalesce(sum(b.qty), 0) FROM supply_back b"
        f" WHERE b.issue_line = supply_issue_line.uid AND b.void = 0) WHERE issue {AMONG}",
        (whole,),
    )
    work.execute(
        "UPDATE supply_issue SET state = CASE WHEN kind = 'use' THEN 'used'"
        " WHEN NOT EXISTS (SELECT 1 FROM supply_issue_line l WHERE l.issue = supply_issue.uid AND l.void = 0"
        " AND coalesce(l.back, 0) < l.qty) THEN 'back'"
        " WHEN EXISTS (SELECT 1 FROM supply_issue_line l WHERE l.issue = supply_issue.uid AND l.void = 0 AND l.back > 0)"
        f" THEN 'part' ELSE 'out' END WHERE uid {AMONG}",
        (whole,),
    )


def _requests(work: Work, changes: Changes) -> None:
    lines = work.pointed_at(changes, "supply_issue_line", "request_line") - {None}
    requests = set(changes.of("supply_request")) | work.pointed_at(changes, "supply_request_line", "request")
    told = json.dumps(sorted(lines))
    requests |= set(work.column(f"SELECT DISTINCT request FROM supply_request_line WHERE uid {AMONG}", (told,)))
    plans = json.dumps(sorted(changes.of("supply_plan")))
    requests |= set(work.column(f"SELECT DISTINCT request FROM supply_request_line WHERE plan {AMONG}", (plans,)))
    whole = json.dumps(sorted(requests))
    work.execute(
        "UPDATE supply_request_line SET issued = (SELECT coalesce(sum(i.qty), 0) FROM supply_issue_line i"
        f" WHERE i.request_line = supply_request_line.uid AND i.void = 0) WHERE request {AMONG}",
        (whole,),
    )
    work.execute(
        "UPDATE supply_request SET state = CASE WHEN refused IS NOT NULL THEN 'refused'"
        " WHEN NOT EXISTS (SELECT 1 FROM supply_request_line l WHERE l.request = supply_request.uid AND l.void = 0"
        " AND coalesce(l.issued, 0) < l.qty) THEN 'done'"
        " WHEN EXISTS (SELECT 1 FROM supply_request_line l JOIN supply_plan p ON p.uid = l.plan"
        " WHERE l.request = supply_request.uid AND l.void = 0 AND p.void = 0) THEN 'planned'"
        f" ELSE 'waiting' END WHERE uid {AMONG}",
        (whole,),
    )
