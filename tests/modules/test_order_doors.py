"""Side doors of the order desk: whatever way an order is changed, handed on, delivered or thrown away, nothing slips by."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from salesdesk.desk import Desk
from salesdesk.domain.errors import Refused
from salesdesk.domain.money import line_amount
from salesdesk.services.checking import check_all
from tests.desks import order_args, small_desk

BALL = ("P10012", "12", "48.6")
SEAL = ("P20031", "9", "3.2")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A small company; after every test the data file must be sound and its history complete."""
    made = small_desk(tmp_path)
    yield made
    assert check_all(made.database, made.folder).lines[0].startswith("数据完好")
    made.close()


def codes(desk: Desk, verb: str, args: dict[str, Any]) -> list[str]:
    with pytest.raises(Refused) as fault:
        desk.do(verb, args)
    return [p.code for p in fault.value.problems]


def row(desk: Desk, entity: str, uid: str) -> dict[str, Any]:
    found = desk.row(entity, uid)
    assert found is not None
    return found


def same_lines(desk: Desk, order: str, **over: Any) -> list[dict[str, Any]]:
    return [
        {"uid": r["uid"], "product": r["product"], "qty": desk.wire("order_line", r)["qty"], "price": "48.6", **over}
        for r in desk.lines("order_line", order)
    ]


class TestCustomer:
    def test_another_customer_brings_his_own_address(self, desk: Desk) -> None:
        order = desk.do("order.save", order_args(BALL))
        assert row(desk, "sales_order", order.uid)["address"] == "苏州市工业园区星湖街 328 号"
        desk.do("order.save", {"uid": order.uid, "customer": "C00043", "salesperson": "赵敏"})
        now = row(desk, "sales_order", order.uid)
        assert (now["contact"], now["address"], now["phone"], now["salesperson"]) == ("陈刚", None, None, "赵敏")

    def test_the_same_customer_again_changes_nothing_typed(self, desk: Desk) -> None:
        order = desk.do("order.save", {**order_args(BALL), "contact": "李工"})
        desk.do("order.save", {"uid": order.uid, "customer": "C00042", "note": "急"})
        assert row(desk, "sales_order", order.uid)["contact"] == "李工"

    def test_after_a_delivery_the_customer_stays(self, desk: Desk) -> None:
        order = desk.do("order.confirm", order_args(BALL))
        [line] = desk.lines("order_line", order.uid)
        sent = desk.do("order.deliver", {"uid": order.uid, "lines": [{"order_line": line["uid"], "qty": 1}]})
        change = {"uid": order.uid, "customer": "C00043", "amend_reason": "我方录错"}
        assert codes(desk, "order.amend", change) == ["delivered"]
        desk.do("delivery.void", {"uid": sent.uid})
        desk.do("order.amend", change)


class TestLines:
    def test_a_line_of_another_order_is_not_taken_over(self, desk: Desk) -> None:
        one, two = desk.do("order.save", order_args(BALL)), desk.do("order.save", order_args(SEAL))
        [foreign] = desk.lines("order_line", two.uid)
        line = {"product": "P10012", "qty": "1", "price": "50"}
        customer = str(desk.rows("customer")[0]["uid"])
        for uid in (foreign["uid"], customer, "乱写", one.uid):
            assert codes(desk, "order.save", {"uid": one.uid, "lines": [{**line, "uid": uid}]}) == ["foreign_line"]
        [mine] = desk.lines("order_line", one.uid)
        twice = [{**line, "uid": mine["uid"]}, {**line, "uid": mine["uid"]}]
        assert codes(desk, "order.save", {"uid": one.uid, "lines": twice}) == ["foreign_line"]

    def test_a_dropped_line_comes_back_with_its_history(self, desk: Desk) -> None:
        order = desk.do("order.save", order_args(BALL, SEAL))
        first, second = desk.lines("order_line", order.uid)
        keep = {"uid": first["uid"], "product": "P10012", "qty": "12", "price": "48.6"}
        back = {"uid": second["uid"], "product": "P20031", "qty": "8", "price": "3.2"}
        desk.do("order.save", {"uid": order.uid, "lines": [keep]})
        desk.do("order.save", {"uid": order.uid, "lines": [keep, back]})
        assert [(r["uid"], r["qty"]) for r in desk.lines("order_line", order.uid)] == [
            (first["uid"], 12_000),
            (second["uid"], 8_000),
        ]

    def test_lines_changed_in_another_window_are_not_silently_put_back(self, desk: Desk) -> None:
        order = desk.do("order.save", order_args(BALL))
        seen = row(desk, "sales_order", order.uid)["seen"]
        desk.do("order.save", {"uid": order.uid, "seen": seen, "lines": same_lines(desk, order.uid)})
        desk.do("order.save", {"uid": order.uid, "lines": same_lines(desk, order.uid, qty="20")})
        stale = {"uid": order.uid, "seen": seen, "lines": same_lines(desk, order.uid, qty="12")}
        assert codes(desk, "order.save", stale) == ["overtaken"]
        desk.do("order.save", {**stale, "seen": row(desk, "sales_order", order.uid)["seen"]})

    def test_a_slip_of_the_decimal_point_is_refused_before_it_overflows(self, desk: Desk) -> None:
        huge = order_args(("P10012", "999999999999", "99999999999"))
        assert "too_much" in codes(desk, "order.save", huge)
        assert "too_much" in codes(desk, "order.confirm", {**huge, "reason": "试"})
        claim = {
            "claimant": "李",
            "department": "销售部",
            "vouchers": 1,
            "lines": [{"summary": "x", "amount": "9999999999999"}],
        }
        assert codes(desk, "claim.save", claim) == ["too_much"]


class TestDelivery:
    def test_a_negative_line_hides_in_no_sum(self, desk: Desk) -> None:
        order = desk.do("order.confirm", order_args(BALL))
        [line] = desk.lines("order_line", order.uid)
        both = [{"order_line": line["uid"], "qty": 10}, {"order_line": line["uid"], "qty": -3}]
        assert codes(desk, "order.deliver", {"uid": order.uid, "lines": both}) == ["qty"]
        split = [{"order_line": line["uid"], "qty": 10}, {"order_line": line["uid"], "qty": 3}]
        assert codes(desk, "order.deliver", {"uid": order.uid, "lines": split}) == ["over_delivery"]

    def test_a_line_of_another_order_is_not_delivered(self, desk: Desk) -> None:
        one, two = desk.do("order.confirm", order_args(BALL)), desk.do("order.confirm", order_args(SEAL))
        [foreign] = desk.lines("order_line", two.uid)
        args = {"uid": one.uid, "lines": [{"order_line": foreign["uid"], "qty": 1}]}
        assert codes(desk, "order.deliver", args) == ["foreign_line"]

    def test_more_than_the_warehouse_has_is_told(self, desk: Desk) -> None:
        order = desk.do("order.confirm", order_args(("P10013", "100", "92.5")))
        outcome = desk.do("order.deliver", {"uid": order.uid})
        assert [p.code for p in outcome.problems] == ["short_stock"]

    def test_parts_add_up_to_the_order_to_the_cent(self, desk: Desk) -> None:
        order = desk.do("order.confirm", {**order_args(("P20031", "3", "0.3333")), "reason": "特价"})
        [line] = desk.lines("order_line", order.uid)
        assert line["amount"] == line_amount(3000, 3333) == 100
        parts = [
            desk.do("order.deliver", {"uid": order.uid, "lines": [{"order_line": line["uid"], "qty": 1}]}).uid
            for _ in range(3)
        ]
        assert [row(desk, "delivery", uid)["amount"] for uid in parts] == [33, 33, 34]
        desk.do("delivery.void", {"uid": parts[0]})
        again = desk.do("order.deliver", {"uid": order.uid})
        assert sum(row(desk, "delivery", uid)["amount"] for uid in (*parts[1:], again.uid)) == 100

    def test_two_processes_deliver_the_same_goods_once(self, desk: Desk) -> None:
        order = desk.do("order.confirm", order_args(BALL))
        script = textwrap.dedent(
            f"""
            import sys
            from pathlib import Path
            from salesdesk.__main__ import main
            sys.exit(main(["--data", {str(desk.folder)!r}, "do", "order.deliver", '{{"uid": "{order.uid}"}}']))
            """
        )
        both = [subprocess.Popen([sys.executable, "-c", script], stdout=-1, stderr=-1) for _ in range(2)]
        said = [(p.communicate()[1].decode("utf-8"), p.returncode) for p in both]
        assert sorted(code for _, code in said) == [0, 2], said
        assert row(desk, "sales_order", order.uid)["stage"] == "done" and len(desk.rows("delivery")) == 1

    def test_a_voided_delivery_is_not_voided_again(self, desk: Desk) -> None:
        order = desk.do("order.confirm", order_args(BALL))
        sent = desk.do("order.deliver", {"uid": order.uid})
        desk.do("delivery.void", {"uid": sent.uid})
        with pytest.raises(Refused):
            desk.do("delivery.void", {"uid": sent.uid})
        assert row(desk, "product", str(desk.lines("order_line", order.uid)[0]["product"]))["on_hand"] == 320_000


class TestIntake:
    def test_one_arrival_becomes_one_order(self, desk: Desk) -> None:
        came = desk.do("intake.save", {"content": "要 12 只球阀"})
        order = desk.do("order.save", {**order_args(BALL), "intake": came.uid})
        desk.do("order.confirm", {"uid": order.uid, "intake": came.uid})
        assert codes(desk, "order.save", {**order_args(SEAL), "intake": came.uid}) == ["intake_done"]
        assert row(desk, "intake", came.uid)["order"] == order.uid

    def test_what_was_no_order_becomes_none(self, desk: Desk) -> None:
        came = desk.do("intake.save", {"content": "问价"})
        desk.do("intake.drop", {"uid": came.uid, "reason": "只是问价"})
        assert codes(desk, "order.save", {**order_args(SEAL), "intake": came.uid}) == ["intake_done"]

    def test_a_thrown_away_order_leaves_its_arrival_waiting(self, desk: Desk) -> None:
        came = desk.do("intake.save", {"content": "要 12 只球阀"})
        order = desk.do("order.save", {**order_args(BALL), "intake": came.uid})
        desk.do("order.void", {"uid": order.uid})
        now = row(desk, "intake", came.uid)
        assert (now["state"], now["order"]) == ("waiting", None)
        assert any(t.uid == came.uid for t in desk.todos())

    @pytest.mark.parametrize("uid", ["没有的", "00000000-0000-7000-8000-000000000000"])
    def test_an_unknown_arrival_is_refused(self, desk: Desk, uid: str) -> None:
        assert codes(desk, "intake.save", {"uid": uid, "content": "x"}) == ["unknown_record"]


class TestSlips:
    def test_a_route_nobody_needs_any_more_loses_its_slip(self, desk: Desk) -> None:
        order = desk.do("order.confirm", order_args(BALL, SEAL))
        first, _ = desk.lines("order_line", order.uid)
        keep = [{"uid": first["uid"], "product": "P10012", "qty": "12", "price": "48.6"}]
        desk.do("order.amend", {"uid": order.uid, "amend_reason": "客户要求", "lines": keep})
        assert [r["route"] for r in desk.rows("route_slip")] == ["make"]

    def test_who_holds_a_slip_must_be_told_of_changes(self, desk: Desk) -> None:
        order = desk.do("order.confirm", order_args(BALL, SEAL))
        slips = {r["route"]: r for r in desk.rows("route_slip")}
        desk.do("route.pass", {"uid": slips["buy"]["uid"], "received_by": "周采购"})
        first, _ = desk.lines("order_line", order.uid)
        keep = [{"uid": first["uid"], "product": "P10012", "qty": "12", "price": "48.6"}]
        amended = desk.do("order.amend", {"uid": order.uid, "amend_reason": "客户要求", "lines": keep})
        assert [p.code for p in amended.problems] == ["slip_passed"] and "周采购" in amended.problems[0].text
        assert len(desk.rows("route_slip")) == 2
        gone = desk.do("order.cancel", {"uid": order.uid, "cancel_reason": "客户取消"})
        assert [p.code for p in gone.problems] == ["slip_passed"]

    def test_a_note_troubles_nobody(self, desk: Desk) -> None:
        order = desk.do("order.confirm", order_args(BALL))
        desk.do("route.pass", {"uid": desk.rows("route_slip")[0]["uid"]})
        assert desk.do("order.amend", {"uid": order.uid, "amend_reason": "其他", "note": "送到后门"}).problems == ()


class TestStates:
    def test_confirming_twice_changes_nothing(self, desk: Desk) -> None:
        order = desk.do("order.confirm", order_args(BALL))
        before = desk.dump()
        assert codes(desk, "order.confirm", {"uid": order.uid}) == ["confirmed"]
        assert codes(desk, "order.save", {"uid": order.uid, "note": "x"}) == ["confirmed"]
        assert codes(desk, "order.park", {"uid": order.uid, "question": "?"}) == ["confirmed"]
        assert codes(desk, "order.void", {"uid": order.uid}) == ["confirmed"]
        assert desk.dump() == before

    def test_an_unanswered_question_is_not_confirmed_away(self, desk: Desk) -> None:
        order = desk.do("order.save", order_args(BALL))
        desk.do("order.park", {"uid": order.uid, "question": "要 304 还是 316？"})
        assert codes(desk, "order.confirm", {"uid": order.uid}) == ["unanswered"]
        desk.do("order.answer", {"uid": order.uid, "answer": "304"})
        desk.do("order.confirm", {"uid": order.uid})

    def test_a_voided_order_is_gone_for_every_verb(self, desk: Desk) -> None:
        order = desk.do("order.save", order_args(BALL))
        desk.do("order.void", {"uid": order.uid})
        before = desk.dump()
        for verb, more in (
            ("order.save", {}),
            ("order.confirm", {}),
            ("order.check", {}),
            ("order.amend", {"amend_reason": "其他"}),
            ("order.park", {"question": "?"}),
            ("order.answer", {"answer": "!"}),
            ("order.cancel", {"cancel_reason": "录错"}),
            ("order.void", {}),
            ("order.deliver", {}),
            ("order.print", {}),
        ):
            with pytest.raises(Refused):
                desk.do(verb, {"uid": order.uid, **more})
        assert desk.dump() == before

    def test_a_done_order_can_only_grow(self, desk: Desk) -> None:
        order = desk.do("order.confirm", order_args(BALL))
        desk.do("order.deliver", {"uid": order.uid})
        assert codes(desk, "order.cancel", {"uid": order.uid, "cancel_reason": "录错"}) == ["delivered"]
        less = {"uid": order.uid, "amend_reason": "客户要求", "lines": same_lines(desk, order.uid, qty="11")}
        assert codes(desk, "order.amend", less) == ["below_delivered"]
        desk.do("order.amend", {**less, "lines": same_lines(desk, order.uid, qty="13")})
        assert row(desk, "sales_order", order.uid)["stage"] == "part"


def test_credit_counts_half_cents_as_orders_do(desk: Desk) -> None:
    desk.do("customer.save", {"uid": desk.rows("customer")[0]["uid"], "credit_limit": "20000.01", "receivable": 20000})
    desk.do("order.confirm", {**order_args(("P20031", "1", "0.005")), "reason": "样品"})  # 0.01 元
    assert "over_credit" in codes(desk, "order.confirm", order_args(("P20031", "1", "0.005")))
