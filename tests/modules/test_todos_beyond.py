"""今日 counts right beyond what it lists: late customers, unsigned statements, passed promises, silent lines, problems (TSK-1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from salesdesk.desk import Desk
from salesdesk.modules.money import todos as money_todos
from salesdesk.modules.progress import todos as progress
from salesdesk.services.module import LISTED, ToDo
from salesdesk.services.todos import counted
from tests.desks import order_args, small_desk

MANY = LISTED + 3


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = small_desk(tmp_path)
    yield made
    made.close()


def told(todos: list[ToDo], *verbs: str) -> tuple[int, int, dict[str, object]]:
    """(entries, things they stand for, where the last one leads) of the to-dos with these verbs."""
    some = [one for one in todos if one.verb in verbs]
    return len(some), counted(some), {"verb": some[-1].verb, "entity": some[-1].entity, **some[-1].args}


def test_late_customers_and_their_statements(desk: Desk) -> None:
    for i in range(MANY):
        args = {"code": f"D{i:04}", "name": f"第{i}家", "receivable": "100", "receivable_day": "2026-01-31"}
        desk.do("customer.save", {**args, "settle": "货到付款"})
    desk.do("statement.batch", {"month": "2026-05", "form": "none"})
    with desk.read() as reader:
        found = money_todos.todos(reader, "2026-06-30")
    assert told(found, "customer.chase", "ageing") == (LISTED + 1, MANY, {"verb": "ageing", "entity": "chase"})
    assert told(found, "statement.send", "filter") == (LISTED + 1, MANY + 1, {"verb": "filter", "entity": "statement"})
    desk.do("customer.chase", {"uid": "D0000", "said": "月底付", "next_day": "2026-07-05"})
    with desk.read() as reader:
        assert told(money_todos.todos(reader, "2026-06-30"), "customer.chase", "ageing")[1] == MANY - 1


def test_promises_silence_and_problems(desk: Desk) -> None:
    for i in range(MANY):
        uid = desk.do("order.confirm", {**order_args(("P20031", "1", "3.2"), customer="C00043"), "reason": "试"}).uid
        line = desk.lines("order_line", uid)[0]["uid"]
        if i % 2:
            desk.do(
                "order_problem.save", {"kind": "延期", "what": "晚", "owner": "李强", "due": "2026-06-13", "order": uid}
            )
        else:
            desk.do("progress.feedback", {"lines": [{"order_line": line, "promised": "2026-06-14"}]})
    with desk.read() as reader:
        soon = progress.todos(reader, "2026-06-18")
        later = progress.todos(reader, "2026-07-18")
    verbs = Counter(one.verb for one in soon)
    assert verbs["progress.feedback"] == MANY, "half of them late, half of them silent: each kind is within its limit"
    assert sum(one.stands_for for one in soon if one.verb.startswith("problem.")) == LISTED, "two for each problem"
    more = next(one for one in soon if one.stands_for > 1 or one.verb == "filter")
    assert (more.entity, more.stands_for) == ("order_problem", 2 * (MANY // 2) - LISTED)
    assert counted(later) == counted(soon)


def test_more_silent_orders_than_are_listed(desk: Desk) -> None:
    for _ in range(MANY):
        desk.do("order.confirm", {**order_args(("P20031", "1", "3.2"), customer="C00043"), "reason": "试"})
    with desk.read() as reader:
        found = progress.todos(reader, "2026-06-17")
    want = {"verb": "filter", "entity": "line_feedback", "which": "silent"}
    assert told(found, "progress.feedback", "filter") == (LISTED + 1, MANY, want)
