"""The supplies desk where it might break: cents of partial returns, budgets, plans gone stale, requests of others, counts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from salesdesk.desk import Desk
from salesdesk.domain.errors import Refused
from salesdesk.services.checking import check_all
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


def todos(desk: Desk) -> list[str]:
    return [t.title for t in desk.todos() if t.module == "supplies"]


def test_a_return_taken_back_in_the_middle_leaves_no_cent_behind(desk: Desk) -> None:
    """Three for a yuan come back one by one, the second is taken back and noted anew: the whole yuan is there again."""
    arrived(desk, bought(desk, (PEN, 3, "0.3333")))
    assert stock(desk, PEN) == (3000, 100)
    slip = hand_out(desk, (PEN, 3))
    line = desk.lines("supply_issue_line", slip)[0]["uid"]
    back = {"uid": slip, "lines": [{"issue_line": line, "qty": 1}]}
    for _ in range(3):
        desk.do("supply_issue.give_back", back)
    middle = sorted(desk.rows("supply_back"), key=lambda r: r["amount"])[-1]
    desk.do("supply_back.void", {"uid": middle["uid"]})
    desk.do("supply_issue.give_back", back)
    assert stock(desk, PEN) == (3000, 100)


def test_what_comes_back_of_former_months_gives_nobody_more_of_this_one(desk: Desk) -> None:
    desk.do("supply_quota.save", {"supply": PAPER, "qty": 3})
    slip = hand_out(desk, (PAPER, 3))
    later(desk, 30)
    line = desk.lines("supply_issue_line", slip)[0]["uid"]
    desk.do("supply_issue.give_back", {"uid": slip, "lines": [{"issue_line": line, "qty": 3}]})
    assert codes(desk, "supply_issue.hand_out", {"staff": "张伟", "lines": [{"supply": PAPER, "qty": 4}]}) == [
        "over_quota"
    ]
    hand_out(desk, (PAPER, 3))


@pytest.mark.parametrize(("qty", "fits"), [("3", True), ("3.001", False)])
def test_a_quota_is_reached_and_not_passed(desk: Desk, qty: str, fits: bool) -> None:
    desk.do("supply_quota.save", {"supply": PAPER, "qty": 3})
    args = {"staff": "张伟", "lines": [{"supply": PAPER, "qty": qty}]}
    assert fits == bool(
        desk.do("supply_issue.hand_out", args).uid if fits else not codes(desk, "supply_issue.hand_out", args)
    )


def test_a_request_is_handed_out_to_whoever_asked(desk: Desk) -> None:
    asked = desk.do("supply_request.save", {"staff": "李娜", "lines": [{"supply": PAPER, "qty": 4}]}).uid
    args = {"staff": "张伟", "request": asked, "lines": [{"supply": PAPER, "qty": 1}]}
    assert codes(desk, "supply_issue.hand_out", args) == ["other_person"]
    made = desk.do("supply_issue.hand_out", {**args, "reason": "代李娜领"})
    assert [p.code for p in made.problems] == ["other_person"]
    desk.do("supply_request.refuse", {"uid": asked, "why": "够用了"})
    assert codes(desk, "supply_issue.hand_out", {**args, "staff": "李娜"}) == ["refused"]


def test_an_order_by_hand_keeps_to_the_budget_as_well(desk: Desk) -> None:
    """No side door round the budget: an order without a plan, or one that grows, wants a reason too (SUP-1)."""
    desk.do("supply_budget.save", {"month": "2026-06", "amount": "100"})
    lines = [{"supply": PEN, "qty": 100, "price": "1"}]
    order = desk.do("supply_order.save", {"vendor": "晨光文具", "lines": lines}).uid
    assert codes(desk, "supply_order.save", {"vendor": "晨光文具", "lines": [{**lines[0], "qty": 1}]}) == [
        "over_budget"
    ]
    stored = desk.lines("supply_order_line", order)[0]["uid"]
    grown = {"uid": order, "lines": [{**lines[0], "uid": stored, "qty": 101}]}
    assert codes(desk, "supply_order.save", grown) == ["over_budget"]
    desk.do("supply_order.save", {**grown, "reason": "开会急用"})
    desk.do("supply_order.save", {"uid": order, "lines": [{**lines[0], "uid": stored, "qty": 90}]})


def test_an_order_without_a_price_is_one(desk: Desk) -> None:
    made = desk.do("supply_order.save", {"vendor": "晨光文具", "lines": [{"supply": PEN, "qty": 2}]})
    assert (desk.row("supply_order", made.uid) or {})["amount"] == 0


def test_goods_without_a_price_do_not_slip_into_stock_for_nothing(desk: Desk, tmp_path: Path) -> None:
    """What comes in worth nothing is handed out worth nothing: it is asked about, and told where a list brings it."""
    order = desk.do("supply_order.save", {"vendor": "晨光文具", "lines": [{"supply": PEN, "qty": 2}]}).uid
    line = desk.lines("supply_order_line", order)[0]["uid"]
    came = {"order": order, "lines": [{"order_line": line, "sent": 2}]}
    assert codes(desk, "supply_arrival.inspect", came) == ["no_price"]
    desk.do("supply_order.save", {"uid": order, "lines": [{"uid": line, "supply": PEN, "qty": 2, "price": "0"}]})
    desk.do("supply_arrival.inspect", came)
    file = tmp_path / "用品.csv"
    file.write_text("编码,名称,计量单位,库存\nB777,订书机,台,4\n", encoding="utf-8-sig")
    assert "no_price" in [p.code for p in desk.do("supply.import", {"file": str(file)}).problems]


def test_a_plan_for_next_month_spends_the_budget_of_next_month(desk: Desk) -> None:
    desk.do("supply_budget.save", {"month": "2026-07", "amount": "1000"})
    plan = desk.do("supply_plan.make", {"month": "2026-07"}).uid
    approve(desk, plan)
    desk.do("supply_plan.order", {"uid": plan})
    spent = sum(o["amount"] for o in desk.rows("supply_order"))
    for order in desk.rows("supply_order"):
        arrived(desk, str(order["uid"]))
    hand_out(desk, (PAPER, 30), reason="展会")
    again = desk.do("supply_plan.make", {"month": "2026-07"}).uid
    row = desk.row("supply_plan", again) or {}
    assert spent and row["spent"] == spent and row["left"] == 100000 - spent - row["amount"]


def test_only_the_manager_approves_a_plan(desk: Desk) -> None:
    plan = desk.do("supply_plan.make").uid
    with pytest.raises(Refused, match="要主管才能做"):
        desk.do("supply_plan.approve", {"uid": plan})
    desk.settings.put("operator.role", "manager")
    desk.do("supply_plan.approve", {"uid": plan})
    assert (desk.row("supply_plan", plan) or {})["approved_by"] == "王敏"


@pytest.mark.parametrize(
    ("line", "code"),
    [({"qty": 1}, "required"), ({"supply": PAPER, "qty": None}, "required"), ({"supply": BEAMER, "qty": 1}, "stopped")],
)
def test_a_line_added_to_a_plan_is_whole(desk: Desk, line: dict[str, object], code: str) -> None:
    desk.do("supply.save", {"uid": item(desk, BEAMER)["uid"], "stopped": "是"})
    plan = desk.do("supply_plan.make").uid
    assert code in codes(desk, "supply_plan.revise", {"uid": plan, "lines": [line]})


def test_a_request_that_was_planned_and_not_bought_is_heard_of_again(desk: Desk) -> None:
    """Its line was set to nothing, or the order given up: nobody may forget who asked (SUP-1)."""
    asked = desk.do("supply_request.save", {"staff": "李娜", "lines": [{"supply": PEN, "qty": 3}]}).uid
    plan = desk.do("supply_plan.make").uid
    assert (desk.row("supply_request", asked) or {})["state"] == "planned" and "申领单没货可发" not in "".join(
        todos(desk)
    )
    lines = desk.lines("supply_plan_line", plan)
    pen = item(desk, PEN)["uid"]
    given = [{"uid": one["uid"], "supply": one["supply"], "qty": 0 if one["supply"] == pen else 5} for one in lines]
    desk.do("supply_plan.revise", {"uid": plan, "lines": given})
    assert "1 张申领单没货可发" in todos(desk)
    approve(desk, plan)
    desk.do("supply_plan.order", {"uid": plan})
    assert "1 张申领单没货可发" in todos(desk)
    order = bought(desk, (PEN, 9, "1"))
    assert "1 张申领单没货可发" not in todos(desk)
    desk.do("supply_order.close", {"uid": order, "why": "断货"})
    assert "1 张申领单没货可发" in todos(desk)


def test_goods_do_not_come_before_they_are_ordered(desk: Desk) -> None:
    order = bought(desk, (PEN, 9, "1"))
    line = desk.lines("supply_order_line", order)[0]["uid"]
    made = desk.do(
        "supply_arrival.inspect", {"order": order, "day": "2026-06-01", "lines": [{"order_line": line, "sent": 9}]}
    )
    assert [p.code for p in made.problems] == ["early"]


def test_free_goods_taken_out_of_habit_are_told_too(desk: Desk) -> None:
    """Samples cost nothing; who takes four times as many as ever is told all the same (SUP-3)."""
    arrived(desk, bought(desk, (PEN, 99, "0")))
    for _ in range(3):
        hand_out(desk, (PEN, 2))
        later(desk, 31)
    hand_out(desk, (PEN, 9))
    assert [one["item"] for one in desk.do("supply.usage").data["unusual"]] == ["中性笔"]


# -- counting ----------------------------------------------------------------------------------------------------------


def sheets(desk: Desk, count: str) -> list[str]:
    rows = sorted(desk.rows("supply_sheet"), key=lambda s: str(s["number"]))
    return [str(s["uid"]) for s in rows if s["count"] == count]


def enter(desk: Desk, sheet: str, **counted: object) -> None:
    lines = [{"supply": code, "counted": qty} for code, qty in counted.items()]
    desk.do("supply_sheet.enter", {"uid": sheet, "lines": lines})


def results(desk: Desk, count: str) -> dict[str, tuple[object, ...]]:
    keys = ("result", "book", "counted", "difference")
    return {str(r["supply.name"]): tuple(r[k] for k in keys) for r in desk.lines("supply_count_line", count)}


def test_items_are_shared_out_evenly(desk: Desk) -> None:
    """Four items among three people: nobody is left without a sheet (SUP-4)."""
    desk.do("supply.save", {"code": "B004", "name": "胶带", "unit": "卷"})
    made = desk.do("supply_count.plan", {"counters": "王敏、李强、赵静"})
    assert made.data["sheets"] == 3 == len(sheets(desk, made.uid))
    assert sorted(s["rows"] for s in desk.rows("supply_sheet")) == [1, 1, 2]


def test_who_counts_again_counts_blind_as_well(desk: Desk) -> None:
    """Between the first and the second count nothing of the books is told anywhere (SUP-4)."""
    count = desk.do("supply_count.plan", {"counters": "王敏", "category": "纸张"}).uid
    enter(desk, sheets(desk, count)[0], **{PAPER: 6})
    assert results(desk, count) == {"A4 纸": ("second", None, None, None)}
    row = desk.row("supply_count", count) or {}
    assert (row["state"], row["short"], row["over"]) == ("second", 0, 0)
    again = desk.do("supply_count.second", {"uid": count, "counter": "李强"}).uid
    assert results(desk, count) == {"A4 纸": ("second", None, None, None)}
    enter(desk, again, **{PAPER: 6})
    assert results(desk, count) == {"A4 纸": ("short", 7000, 6000, -1000)}


def test_a_reason_that_no_longer_fits_is_asked_for_again(desk: Desk) -> None:
    """One missing was lost; then the sheet is corrected to one too many: what is too much was not lost (SUP-4)."""
    count = desk.do("supply_count.plan", {"counters": "王敏", "category": "纸张"}).uid
    enter(desk, sheets(desk, count)[0], **{PAPER: 6})
    again = desk.do("supply_count.second", {"uid": count, "counter": "李强"}).uid
    enter(desk, again, **{PAPER: 6})
    [line] = desk.lines("supply_count_line", count)
    desk.do("supply_count.explain", {"uid": count, "lines": [{"uid": line["uid"], "why": "丢失"}]})
    assert (desk.row("supply_count", count) or {})["state"] == "ready"
    enter(desk, again, **{PAPER: 8})
    assert (desk.row("supply_count", count) or {})["state"] == "explain"
    assert codes(desk, "supply_count.book", {"uid": count}) == ["state"]
    enter(desk, again, **{PAPER: 7})
    row = desk.row("supply_count", count) or {}
    assert (row["state"], row["rate"]) == ("ready", 10000)


def test_a_count_is_undone_after_later_slips_and_stays_sound(desk: Desk) -> None:
    """The adjustment is taken back although goods were handed out since; where too little would be left it is refused."""
    count = desk.do("supply_count.plan", {"counters": "王敏", "category": "纸张"}).uid
    enter(desk, sheets(desk, count)[0], **{PAPER: 9})
    again = desk.do("supply_count.second", {"uid": count, "counter": "李强"}).uid
    enter(desk, again, **{PAPER: 9})
    [line] = desk.lines("supply_count_line", count)
    desk.do("supply_count.explain", {"uid": count, "lines": [{"uid": line["uid"], "why": "从前点错"}]})
    booked = desk.do("supply_count.book", {"uid": count})
    slip = hand_out(desk, (PAPER, 8))
    with pytest.raises(Refused) as fault:
        desk.do("system.undo", {"op": booked.changes.op})
    assert "below_zero" in [p.code for p in fault.value.problems]
    its = desk.lines("supply_issue_line", slip)[0]["uid"]
    desk.do("supply_issue.give_back", {"uid": slip, "lines": [{"issue_line": its, "qty": 2}]})
    desk.do("system.undo", {"op": booked.changes.op})
    assert stock(desk, PAPER)[0] == 1000 and (desk.row("supply_count", count) or {})["state"] == "ready"
    assert check_all(desk.database, desk.folder).sound
    desk.do("supply_count.void", {"uid": count})
    assert check_all(desk.database, desk.folder).sound
