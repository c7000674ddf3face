"""What several PCs did with one cupboard together and none did alone: the same thing booked, bought, taken or given back twice."""

from __future__ import annotations

import json
from collections.abc import Iterable

from salesdesk.domain.changes import Changes
from salesdesk.domain.kinds import Row
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.supplies import queries
from salesdesk.modules.supplies.rules import QTY
from salesdesk.persistence.reading import Reader
from salesdesk.services.history import reasons_of

AMONG = "IN (SELECT value FROM json_each(?))"
Told = tuple[str, str, Problem]


def review(reader: Reader, changes: Changes, today: str) -> list[Told]:
    """After a merge: told as cases on 今日, never refused."""
    return [
        *_counts(reader, _of(reader, changes, "supply_count", "supply_move", _COUNT_OF_MOVE)),
        *_returns(reader, _of(reader, changes, "supply_issue", "supply_back", _SLIP_OF_BACK)),
        *_arrivals(reader, _of(reader, changes, "supply_order", "supply_arrival_line", _ORDER_OF_ARRIVAL)),
        *_requests(reader, _of(reader, changes, "supply_request", "supply_issue_line", _REQUEST_OF_LINE)),
        *_plans(reader, _of(reader, changes, "supply_plan", "supply_order", "SELECT plan FROM supply_order WHERE uid")),
        *_quotas(reader, changes.of("supply_issue")),
    ]


_COUNT_OF_MOVE = "SELECT l.count FROM supply_move m JOIN supply_count_line l ON l.uid = m.source WHERE m.uid"
_SLIP_OF_BACK = "SELECT l.issue FROM supply_back b JOIN supply_issue_line l ON l.uid = b.issue_line WHERE b.uid"
_ORDER_OF_ARRIVAL = (
    'SELECT l."order" FROM supply_arrival_line a JOIN supply_order_line l ON l.uid = a.order_line WHERE a.uid'
)
_REQUEST_OF_LINE = (
    "SELECT r.request FROM supply_issue_line l JOIN supply_request_line r ON r.uid = l.request_line WHERE l.uid"
)


def _of(reader: Reader, changes: Changes, entity: str, part: str, parents: str) -> str:
    """Touched papers and those whose parts were touched, as JSON."""
    found = set(changes.of(entity))
    found |= set(reader.column(f"{parents} {AMONG}", (json.dumps(sorted(changes.of(part))),))) - {None}
    return json.dumps(sorted(found))


def _problem(told: str, cure: str, code: str) -> Problem:
    return Problem(told, cure, code=code, severity=Severity.WARN)


def _counts(reader: Reader, counts: str) -> list[Told]:
    """Differences are booked once; twice is what two PCs did at the same time."""
    return _told(
        reader, "supply_count", counts, "count_twice",
        "SELECT c.uid, c.number FROM supply_count c WHERE c.void = 0 AND c.booked_at IS NOT NULL AND EXISTS (SELECT 1"
        " FROM supply_count_line l WHERE l.count = c.uid AND l.void = 0 AND coalesce(l.difference, 0) !="
        f" (SELECT coalesce(sum(m.qty), 0) FROM supply_move m WHERE m.source = l.uid AND m.void = 0)) AND c.uid {AMONG}",
        "盘点 {0} 的调整和差异对不上，两台电脑都调整过，或调整以后又录了数",
        "请把有差异的那几样再盘一次",
    )  # fmt: skip


def _returns(reader: Reader, slips: str) -> list[Told]:
    return _told(
        reader, "supply_issue", slips, "back_twice",
        "SELECT i.uid, i.number, s.name, l.qty, l.back FROM supply_issue i JOIN supply_issue_line l ON l.issue = i.uid"
        f" JOIN supply s ON s.uid = l.supply WHERE i.void = 0 AND l.void = 0 AND l.back > l.qty AND i.uid {AMONG}",
        "领用单 {0} 的「{1}」领了 {2}，退还了 {3}",
        "两台电脑都登记过，请作废一条退还记录",
    )  # fmt: skip


def _arrivals(reader: Reader, orders: str) -> list[Told]:
    """More than ordered, although each inspection alone took no more than it expected."""
    return _told(
        reader, "supply_order", orders, "arrived_twice",
        'SELECT o.uid, o.number, s.name, l.qty, l.arrived FROM supply_order o JOIN supply_order_line l ON l."order" = o.uid'
        " JOIN supply s ON s.uid = l.supply WHERE o.void = 0 AND l.void = 0 AND l.arrived > l.qty AND NOT EXISTS (SELECT 1"
        " FROM supply_arrival_line a WHERE a.order_line = l.uid AND a.void = 0 AND a.accepted > coalesce(a.expected, 0))"
        f" AND o.uid {AMONG}",
        "采购单 {0} 的「{1}」订了 {2}，入库 {3}",
        "两台电脑都验收过，请核对后作废一张验收单",
    )  # fmt: skip


def _requests(reader: Reader, requests: str) -> list[Told]:
    """More handed out than asked for, by several slips."""
    return _told(
        reader, "supply_request", requests, "issued_twice",
        "SELECT r.uid, r.number, s.name, l.qty, l.issued FROM supply_request r JOIN supply_request_line l ON l.request = r.uid"
        " JOIN supply s ON s.uid = l.supply WHERE r.void = 0 AND l.void = 0 AND l.issued > l.qty AND 1 < (SELECT count(*)"
        f" FROM supply_issue_line i WHERE i.request_line = l.uid AND i.void = 0) AND r.uid {AMONG}",
        "申领单 {0} 的「{1}」要 {2}，发了 {3}",
        "两台电脑都发过，请退回多发的或作废一张领用单",
    )  # fmt: skip


def _told(reader: Reader, entity: str, among: str, code: str, sql: str, told: str, cure: str) -> list[Told]:
    """A case for every row: uid, number, and where there is one the thing with its two quantities, put into `told`."""
    found: list[Told] = []
    for uid, number, *thing in reader.tuples(sql, (among,)):
        name, quantities = thing[:1], [QTY.show(qty) for qty in thing[1:]]
        found.append((entity, uid, _problem(told.format(number, *name, *quantities), cure, code)))
    return found


def _plans(reader: Reader, plans: str) -> list[Told]:
    found: list[Told] = []
    open_ = reader.tuples("SELECT uid, number FROM supply_plan WHERE void = 0 AND state != 'ordered' ORDER BY number")
    if len(open_) > 1 and {uid for uid, _ in open_} & set(json.loads(plans)):
        told = f"采购计划 {'、'.join(number for _, number in open_)} 同时开着，同样的东西会买两遍"
        found.append(("supply_plan", open_[-1][0], _problem(told, "请留一份，其余作废", "plans_open")))
    for uid, number, orders in reader.tuples(
        "SELECT p.uid, p.number, group_concat(o.number, '、' ORDER BY o.number) FROM supply_plan p JOIN supply_order o ON o.plan = p.uid"
        f" WHERE p.void = 0 AND o.void = 0 AND p.uid {AMONG} GROUP BY p.uid HAVING count(*) > count(DISTINCT o.vendor)",
        (plans,),
    ):
        told = f"采购计划 {number} 下过两遍单：{orders}"
        found.append(("supply_plan", uid, _problem(told, "请作废重复的采购单", "ordered_twice")))
    return found


def _quotas(reader: Reader, slips: Iterable[str]) -> list[Told]:
    """Beyond a quota although nobody was asked why: each PC knew only its own slips."""
    found: list[Told] = []
    for slip in reader.rows(
        f"SELECT uid, number, staff, substr(day, 1, 7) AS month FROM supply_issue WHERE void = 0 AND kind = 'use' AND uid {AMONG}",
        (json.dumps(sorted(slips)),),
    ):
        person = reader.get("staff", slip["staff"]) or {}
        supplies = reader.column("SELECT supply FROM supply_issue_line WHERE issue = ? AND void = 0", (slip["uid"],))
        taken = queries.taken_of(reader, slip["staff"], supplies, slip["month"])
        over = sorted(
            reader.named("supply", s)
            for s, qty in taken.items()
            if (q := queries.quota_of(reader, s, person)) and qty > q["qty"]
        )
        if over and not _meant(reader, slip):
            told = f"{person.get('name')} {slip['month']} 领的「{'」「'.join(over)}」加起来超过定额"
            cure = "两台电脑各发了一次，请核对要不要退回"
            found.append(("supply_issue", slip["uid"], _problem(told, cure, "over_quota")))
    return found


def _meant(reader: Reader, slip: Row) -> bool:
    """Whether somebody gave a reason for going beyond it in that month."""
    slips = reader.column(
        "SELECT uid FROM supply_issue WHERE staff = ? AND void = 0 AND substr(day, 1, 7) = ?",
        (slip["staff"], slip["month"]),
    )
    return bool(reasons_of(reader, slips))
