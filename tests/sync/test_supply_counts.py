"""Two PCs at one cupboard: sheets entered here and there make one count, and what both booked is told (SUP-2, SUP-3, SUP-4)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from salesdesk.services.sync.cases import open_cases
from tests.modules.supply_desk import BEAMER, PAPER, PEN, approve, arrived, bought, hand_out, stock, stock_up
from tests.sync.pcs import Pc, everybody, same, two_pcs


@pytest.fixture
def pcs(tmp_path: Path) -> Iterator[tuple[Pc, Pc]]:
    with two_pcs(tmp_path, stock_up) as both:
        yield both


def told(pc: Pc) -> str:
    with pc.desk.read() as reader:
        return "\n".join(f"{case.text} {case.cure}" for case in open_cases(reader))


def enter(pc: Pc, sheet: str, **counted: object) -> None:
    lines = [{"supply": code, "counted": qty} for code, qty in counted.items()]
    pc.desk.do("supply_sheet.enter", {"uid": sheet, "lines": lines})
    pc.later()


def test_sheets_and_lines_entered_on_two_pcs_make_one_count(pcs: tuple[Pc, Pc]) -> None:
    """Each PC sees the other's part as open until they meet; then all is counted, whoever came last."""
    one, two = pcs
    count = one.desk.do("supply_count.plan", {"counters": "王芳、李强"}).uid
    everybody(one, two)
    first, second = sorted(one.desk.rows("supply_sheet"), key=lambda s: s["number"])
    mine = [str(e["supply"]) for e in one.desk.lines("supply_entry", first["uid"])]
    his = [str(e["supply"]) for e in one.desk.lines("supply_entry", second["uid"])]
    books = {str(r["uid"]): r["on_hand"] / 1000 for r in one.desk.rows("supply")}
    for supply in mine:
        enter(one, first["uid"], **{supply: books[supply]})
    enter(one, second["uid"], **{his[0]: books[his[0]]})
    for supply in his[1:]:
        enter(two, second["uid"], **{supply: books[supply]})
    assert (one.desk.row("supply_count", count) or {})["state"] == "counting"
    everybody(one, two)
    same(one, two)
    for pc in (one, two):
        row = pc.desk.row("supply_count", count) or {}
        assert (row["state"], row["equal"], row["rate"]) == ("ready", 3, 10000)
        assert all(s["done"] == s["rows"] for s in pc.desk.rows("supply_sheet"))


def test_an_adjustment_booked_on_two_pcs_is_told(pcs: tuple[Pc, Pc]) -> None:
    one, two = pcs
    count = one.desk.do("supply_count.plan", {"counters": "王芳", "category": "纸张"}).uid
    for turn in (1, 2):
        sheet = next(s["uid"] for s in one.desk.rows("supply_sheet") if s["turn"] == turn)
        enter(one, sheet, **{PAPER: 6})
        if turn == 1:
            one.desk.do("supply_count.second", {"uid": count, "counter": "李强"})
    [line] = one.desk.lines("supply_count_line", count)
    one.desk.do("supply_count.explain", {"uid": count, "lines": [{"uid": line["uid"], "why": "丢失"}]})
    everybody(one, two)
    ops = []
    for pc in (one, two):
        ops.append(pc.desk.do("supply_count.book", {"uid": count}).changes.op)
        pc.later()
    everybody(one, two)
    same(one, two)
    assert stock(one.desk, PAPER)[0] == 5000
    assert all("两台电脑都调整过" in told(pc) and "再盘一次" in told(pc) for pc in pcs)


def test_one_return_noted_on_two_pcs_is_told(pcs: tuple[Pc, Pc]) -> None:
    one, two = pcs
    slip = hand_out(one.desk, (BEAMER, 1), staff="李娜", kind="借用", due="+3")
    everybody(one, two)
    line = one.desk.lines("supply_issue_line", slip)[0]["uid"]
    for pc in pcs:
        pc.desk.do("supply_issue.give_back", {"uid": slip, "lines": [{"issue_line": line, "qty": 1}]})
        pc.later()
    everybody(one, two)
    same(one, two)
    assert all("领了 1，退还了 2" in told(pc) for pc in pcs)
    one.desk.do("supply_back.void", {"uid": one.desk.rows("supply_back")[0]["uid"]})
    one.desk.sync.run()
    assert "退还了 2" not in told(one), "what was mended here is no case any more, with nothing new from the others"
    everybody(one, two)
    same(one, two)
    assert not any("退还了 2" in told(pc) for pc in pcs)
    assert stock(one.desk, BEAMER) == stock(two.desk, BEAMER) == (2000, 600000)


def test_goods_inspected_on_two_pcs_and_two_open_plans_are_told(pcs: tuple[Pc, Pc]) -> None:
    one, two = pcs
    order = bought(one.desk, (PEN, 10, "1.2"))
    everybody(one, two)
    for pc in pcs:
        arrived(pc.desk, order)
        pc.desk.do("supply_plan.make")
        pc.later()
    everybody(one, two)
    same(one, two)
    for pc in pcs:
        assert "订了 10，入库 20" in told(pc) and "同样的东西会买两遍" in told(pc)


def test_a_plan_ordered_twice_and_a_request_met_twice_are_told(pcs: tuple[Pc, Pc]) -> None:
    one, two = pcs
    asked = one.desk.do("supply_request.save", {"staff": "张伟", "lines": [{"supply": PAPER, "qty": 2}]}).uid
    one.desk.do("supply_quota.save", {"supply": PAPER, "qty": 3})
    plan = one.desk.do("supply_plan.make").uid
    approve(one.desk, plan)
    everybody(one, two)
    for pc in pcs:
        pc.desk.do("supply_plan.order", {"uid": plan})
        hand_out(pc.desk, (PAPER, 2), request=asked)
        pc.later()
    everybody(one, two)
    same(one, two)
    for pc in pcs:
        assert "下过两遍单" in told(pc) and "要 2，发了 4" in told(pc) and "加起来超过定额" in told(pc)
