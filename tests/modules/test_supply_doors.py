"""The doors of the supplies desk: what each refuses, with which words, and that nothing is left behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from salesdesk.desk import Desk
from salesdesk.domain.errors import Refused
from tests.modules.supply_desk import (
    BEAMER,
    PAPER,
    PEN,
    approve,
    arrived,
    bought,
    codes,
    hand_out,
    item,
    later,
    stock,
    supply_desk,
)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = supply_desk(tmp_path / "data")
    yield made
    made.close()


@pytest.mark.parametrize(
    ("verb", "args", "code"),
    [
        ("supply.save", {"code": PAPER, "name": "又一个", "unit": "包"}, "duplicate"),
        ("supply.save", {"code": "B9", "name": "胶带", "unit": "卷", "pack_unit": "盒"}, "pack"),
        ("supply.save", {"code": "B9", "name": "胶带", "unit": "卷", "min_stock": 5, "max_stock": 4}, "max_below_min"),
        ("supply_vendor.save", {"name": "晨光文具"}, "duplicate"),
        ("supply_budget.save", {"month": "六月", "amount": "500"}, "bad_month"),
        ("supply_quota.save", {"supply": PEN, "staff": "张伟", "grade": "主管", "qty": 3}, "both"),
        ("supply_move.book", {"supply": PAPER, "kind": "报损", "qty": 1}, "required"),
        ("supply_move.book", {"supply": PAPER, "kind": "丢失", "qty": 8, "note": "搬家"}, "short_stock"),
        ("supply_move.book", {"supply": PAPER, "kind": "期初", "qty": 1, "day": "2026-06-13"}, "future"),
        ("supply_request.save", {"staff": "张伟", "lines": []}, "no_lines"),
        ("supply_request.save", {"staff": "张伟", "lines": [{"supply": PEN, "qty": 1}] * 2}, "twice"),
        ("supply_order.save", {"vendor": "晨光文具", "lines": []}, "no_lines"),
        ("supply_plan.make", {"month": "2026-13"}, "bad_month"),
        ("supply_count.plan", {"category": "没有的"}, "nothing_to_count"),
        ("supply_count.plan", {"share": "both", "counters": "王敏"}, "one_counter"),
        ("supply.usage", {"first": "2026-06-10", "last": "2026-06-01"}, "span"),
    ],
)
def test_what_cannot_be_is_refused(desk: Desk, verb: str, args: dict[str, Any], code: str) -> None:
    before = desk.dump()
    assert codes(desk, verb, args) == [code]
    assert desk.dump() == before


@pytest.mark.parametrize(
    ("args", "code"),
    [
        ({"lines": [{"supply": PAPER, "qty": 8}]}, "short_stock"),
        ({"lines": [{"supply": BEAMER, "qty": 1}]}, "lent"),
        ({"kind": "借用", "due": "+1", "lines": [{"supply": PAPER, "qty": 1}]}, "lent"),
        ({"kind": "借用", "lines": [{"supply": BEAMER, "qty": 1}]}, "required"),
        ({"kind": "借用", "due": "2026-06-01", "lines": [{"supply": BEAMER, "qty": 1}]}, "due"),
        ({"day": "2026-06-13", "lines": [{"supply": PAPER, "qty": 1}]}, "future"),
    ],
)
def test_a_slip_that_cannot_be_is_refused(desk: Desk, args: dict[str, Any], code: str) -> None:
    assert codes(desk, "supply_issue.hand_out", {"staff": "张伟", **args}) == [code]


def test_a_stopped_item_is_not_handed_out(desk: Desk) -> None:
    desk.do("supply.save", {"uid": item(desk, PAPER)["uid"], "stopped": "是"})
    assert codes(desk, "supply_issue.hand_out", {"staff": "张伟", "lines": [{"supply": PAPER, "qty": 1}]}) == [
        "stopped"
    ]


@pytest.mark.parametrize("whose", [{"staff": "张伟"}, {"grade": "主管"}, {}])
def test_beyond_a_quota_only_with_a_reason(desk: Desk, whose: dict[str, str]) -> None:
    """What is taken in the month counts, what was given back does not; the next month begins anew (SUP-3)."""
    desk.do("supply_quota.save", {"supply": PAPER, "qty": 3, **whose})
    if whose:
        desk.do("supply_quota.save", {"supply": PAPER, "qty": 1, "note": "其他人"})
    first = hand_out(desk, (PAPER, 2))
    args = {"staff": "张伟", "lines": [{"supply": PAPER, "qty": 2}]}
    with pytest.raises(Refused) as fault:
        desk.do("supply_issue.hand_out", args)
    assert "已领「A4 纸」2包，加这次 2包" in str(fault.value) and "定额 1包" in str(fault.value)
    line = desk.lines("supply_issue_line", first)[0]
    desk.do("supply_issue.give_back", {"uid": first, "lines": [{"issue_line": line["uid"], "qty": 1}]})
    desk.do("supply_issue.hand_out", args)
    assert codes(desk, "supply_issue.hand_out", args) == ["over_quota"]
    made = desk.do("supply_issue.hand_out", {**args, "reason": "投标打印"})
    assert [p.code for p in made.problems] == ["over_quota"]
    later(desk, 30)
    bought_more = bought(desk, (PAPER, 10, "18"))
    arrived(desk, bought_more)
    desk.do("supply_issue.hand_out", args)


def test_an_arrival_says_what_differs_and_why(desk: Desk) -> None:
    """Quantity, spec and quality are judged line by line; only what is accepted comes into stock (SUP-2)."""
    order = bought(desk, (PAPER, 10, "18"), (PEN, 20, "1.2"))
    paper, pen = desk.lines("supply_order_line", order)
    lines = [
        {"order_line": paper["uid"], "sent": 12, "accepted": 12},
        {"order_line": pen["uid"], "sent": 20, "quality": "不合格"},
    ]
    found = codes(desk, "supply_arrival.inspect", {"order": order, "lines": lines})
    assert found == ["difference", "too_many", "difference"]
    lines = [{**line, "reason": "多送两包；笔漏墨"} for line in lines]
    assert codes(desk, "supply_arrival.inspect", {"order": order, "lines": lines}) == ["too_many"]
    made = desk.do("supply_arrival.inspect", {"order": order, "lines": lines, "reason": "便宜，留着"})
    assert [(r["accepted"], r["returned"]) for r in desk.lines("supply_arrival_line", made.uid)] == [
        (12000, 0),
        (0, 20000),
    ]
    assert stock(desk, PAPER) == (19000, 7 * 1850 + 12 * 1800) and stock(desk, PEN) == (0, 0)
    row = desk.row("supply_order", order) or {}
    assert row["state"] == "part" and item(desk, PEN)["on_order"] == 20000
    desk.do("supply_order.close", {"uid": order, "why": "换一家"})
    assert item(desk, PEN)["on_order"] == 0
    late = {"order": order, "lines": [{"order_line": pen["uid"], "sent": 20}]}
    assert codes(desk, "supply_arrival.inspect", late) == ["closed"]


def test_concession_and_too_much_want_a_reason_and_more_than_came_is_never_kept(desk: Desk) -> None:
    order = bought(desk, (PEN, 10, "1.2"))
    line = desk.lines("supply_order_line", order)[0]["uid"]
    bad = {"order_line": line, "sent": 10, "accepted": 10, "spec": "否", "reason": "蓝的当黑的送"}
    assert codes(desk, "supply_arrival.inspect", {"order": order, "lines": [bad]}) == ["conceded"]
    more = {"order_line": line, "sent": 8, "accepted": 9, "reason": "少"}
    assert codes(desk, "supply_arrival.inspect", {"order": order, "lines": [more]}) == ["more_than_sent"]
    assert codes(
        desk, "supply_arrival.inspect", {"order": order, "lines": [{"order_line": line, "sent": 0, "reason": "没来"}]}
    ) == ["no_lines"]


def test_what_was_handed_out_holds_its_arrival(desk: Desk) -> None:
    """No way round the ledger: neither voiding nor undo may leave less than nothing."""
    order = bought(desk, (PEN, 10, "1.2"))
    arrival = arrived(desk, order)
    slip = hand_out(desk, (PEN, 4))
    assert codes(desk, "supply_arrival.void", {"uid": arrival}) == ["below_zero"]
    op = next(e for e in desk.history("supply_arrival", arrival)).op
    with pytest.raises(Refused) as fault:
        desk.do("system.undo", {"op": op})
    assert any(p.code == "below_zero" for p in fault.value.problems)
    desk.do("supply_issue.void", {"uid": slip})
    desk.do("supply_arrival.void", {"uid": arrival})
    assert stock(desk, PEN) == (0, 0) and (desk.row("supply_order", order) or {})["state"] == "open"


def test_the_average_holds_an_arrival_whose_price_was_used(desk: Desk) -> None:
    """Ten dear and ten cheap: half handed out at the average; taking the dear ones back would leave a false value."""
    dear = arrived(desk, bought(desk, (PEN, 10, "10")))
    arrived(desk, bought(desk, (PEN, 10, "0.1")))
    hand_out(desk, (PEN, 5))
    assert stock(desk, PEN) == (15000, 10100 - 2525)
    assert codes(desk, "supply_arrival.void", {"uid": dear}) == ["value_off"]


def test_returns_are_limited_told_apart_and_taken_back(desk: Desk) -> None:
    slip = hand_out(desk, (BEAMER, 2), staff="李娜", kind="借用", due="+1")
    line = desk.lines("supply_issue_line", slip)[0]["uid"]
    back = {"uid": slip, "lines": [{"issue_line": line, "qty": 3}]}
    assert codes(desk, "supply_issue.give_back", back) == ["too_many"]
    lost = {"issue_line": line, "qty": 1, "condition": "丢失"}
    assert codes(desk, "supply_issue.give_back", {"uid": slip, "lines": [lost]}) == ["required"]
    both = [{"issue_line": line, "qty": 1}, {**lost, "note": "落在车上"}]
    desk.do("supply_issue.give_back", {"uid": slip, "lines": both})
    assert (desk.row("supply_issue", slip) or {})["state"] == "back"
    assert stock(desk, BEAMER) == (1000, 300000), "the lost one is not back in stock"
    kinds = sorted(row["kind"] for row in desk.rows("supply_move") if row["source"])
    assert kinds == ["丢失", "借出", "归还", "归还"]
    assert codes(desk, "supply_issue.void", {"uid": slip}) == ["has_back"]
    for row in desk.rows("supply_back"):
        desk.do("supply_back.void", {"uid": row["uid"]})
    desk.do("supply_issue.void", {"uid": slip})
    assert stock(desk, BEAMER) == (2000, 600000)
    used = hand_out(desk, (PAPER, 1))
    its = desk.lines("supply_issue_line", used)[0]["uid"]
    broken = {"uid": used, "lines": [{"issue_line": its, "qty": 1, "condition": "损坏", "note": "湿了"}]}
    assert codes(desk, "supply_issue.give_back", broken) == ["used_up"]


def test_a_request_keeps_what_was_handed_out(desk: Desk) -> None:
    made = desk.do("supply_request.save", {"staff": "张伟", "lines": [{"supply": PAPER, "qty": 4}]})
    hand_out(desk, (PAPER, 2), request=made.uid)
    line = desk.lines("supply_request_line", made.uid)[0]
    assert line["issued"] == 2000 and (desk.row("supply_request", made.uid) or {})["state"] == "waiting"
    less = {"uid": made.uid, "lines": [{"uid": line["uid"], "supply": PAPER, "qty": 1}]}
    assert codes(desk, "supply_request.save", less) == ["issued"]
    hand_out(desk, (PAPER, 2), request=made.uid)
    assert (desk.row("supply_request", made.uid) or {})["state"] == "done"
    assert codes(desk, "supply_request.refuse", {"uid": made.uid, "why": "不给"}) == ["state"]


def test_plans_go_one_way_and_one_at_a_time(desk: Desk) -> None:
    plan = desk.do("supply_plan.make").uid
    assert codes(desk, "supply_plan.make", {}) == ["open_plan"]
    assert codes(desk, "supply_plan.order", {"uid": plan}) == ["state"]
    lines = desk.lines("supply_plan_line", plan)
    given = [{"uid": one["uid"], "supply": one["supply"], "qty": 0} for one in lines]
    desk.do("supply_plan.revise", {"uid": plan, "lines": given})
    approve(desk, plan)
    assert codes(desk, "supply_plan.revise", {"uid": plan, "lines": given}) == ["state"]
    assert codes(desk, "supply_plan.order", {"uid": plan}) == ["nothing_to_buy"]
    desk.do("supply_plan.void", {"uid": plan})
    again = desk.do("supply_plan.make").uid
    line = desk.lines("supply_plan_line", again)[0]
    nobody = [{"uid": line["uid"], "supply": line["supply"], "qty": 5, "vendor": None}]
    desk.do("supply_plan.revise", {"uid": again, "lines": nobody})
    approve(desk, again)
    assert codes(desk, "supply_plan.order", {"uid": again}) == ["no_vendor"]


def test_an_order_under_way_is_not_rewritten(desk: Desk) -> None:
    order = bought(desk, (PEN, 10, "1.2"))
    line = desk.lines("supply_order_line", order)[0]
    desk.do(
        "supply_arrival.inspect", {"order": order, "lines": [{"order_line": line["uid"], "sent": 4, "reason": "缺货"}]}
    )
    more = {"uid": order, "lines": [{"uid": line["uid"], "supply": PEN, "qty": 20, "price": "1.2"}]}
    assert codes(desk, "supply_order.save", more) == ["state"]
    assert codes(desk, "supply_order.void", {"uid": order}) == ["in_use"]


def test_only_bookings_by_hand_are_voided_by_hand(desk: Desk) -> None:
    hand_out(desk, (PAPER, 1))
    by_paper, opening = (next(r for r in desk.rows("supply_move") if r["kind"] == k) for k in ("领用", "期初"))
    assert codes(desk, "supply_move.void", {"uid": by_paper["uid"]}) == ["by_paper"]
    mine = next(r for r in desk.rows("supply_move") if r["supply"] == item(desk, PAPER)["uid"] and r["kind"] == "期初")
    assert codes(desk, "supply_move.void", {"uid": mine["uid"]}) == ["below_zero"]
    assert opening["kind"] == "期初"


def test_a_list_with_stock_is_imported_and_booked(desk: Desk, tmp_path: Path) -> None:
    """New items come with their opening stock at their price; a lower number in the file is a correction (SUP-1)."""
    file = tmp_path / "用品.csv"
    rows = "编码,名称,规格型号,计量单位,单价,库存,下限\nB001,A4 纸,70g,包,18.5,5,10\nB777,订书机,,台,25,4,\n"
    file.write_text(rows, encoding="utf-8-sig")
    desk.do("supply.import", {"file": str(file)})
    assert stock(desk, PAPER) == (5000, 5 * 1850) and stock(desk, "B777") == (4000, 10000)
    assert sorted(m["kind"] for m in desk.rows("supply_move") if m["note"] == "Excel 导入") == ["期初", "盘点"]
    desk.do("system.undo", {})
    assert stock(desk, PAPER) == (7000, 7 * 1850)


def test_what_waits_stands_on_today_with_its_verb(desk: Desk) -> None:
    """Requests without stock, requests that can be met, sheets to fill in, counts to go on with."""

    def told() -> set[tuple[str, str]]:
        return {(t.verb, t.title) for t in desk.todos() if t.module == "supplies"}

    wanted = desk.do("supply_request.save", {"staff": "李娜", "lines": [{"supply": PEN, "qty": 3}]}).uid
    assert ("supply_plan.make", "1 张申领单没货可发") in told()
    arrived(desk, bought(desk, (PEN, 90, "1.2")))
    assert ("supply_issue.hand_out", "李娜 申领的用品有货了，可以发") in told()
    hand_out(desk, (PEN, 3), staff="李娜", request=wanted)
    assert not any("申领" in title for _, title in told())
    count = desk.do("supply_count.plan", {"counters": "王敏", "category": "纸张", "due": "明天"}).uid
    assert ("supply_sheet.enter", "王敏 的盘点表没录完") in told()
    sheet = desk.rows("supply_sheet")[0]["uid"]
    desk.do("supply_sheet.enter", {"uid": sheet, "lines": [{"supply": PAPER, "counted": 6}]})
    number = (desk.row("supply_count", count) or {})["number"]
    assert ("supply_count.second", f"盘点 {number}：要复盘") in told()
