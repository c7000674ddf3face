"""Undo is no side door: what the verbs would refuse, an undo, a redo or the undo of an old step does not bring about either."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesdesk.desk import Desk
from salesdesk.domain.errors import Refused
from salesdesk.services.checking import check_all
from tests.desks import order_args, small_desk

BALL = ("P10012", "12", "48.6")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = small_desk(tmp_path)
    yield made
    assert check_all(made.database, made.folder).lines[0].startswith("数据完好")
    made.close()


def refused(desk: Desk, op: int) -> list[str]:
    before = desk.dump()
    with pytest.raises(Refused) as fault:
        desk.do("system.undo", {"op": op})
    assert desk.dump() == before
    assert all(p.cure for p in fault.value.problems)
    return [p.code for p in fault.value.problems]


def test_a_confirmation_stays_while_goods_are_delivered_on_it(desk: Desk) -> None:
    draft = desk.do("order.save", order_args(BALL))
    confirmed = desk.do("order.confirm", {"uid": draft.uid})
    sent = desk.do("order.deliver", {"uid": draft.uid})
    assert refused(desk, confirmed.changes.op) == ["delivered"]
    desk.do("delivery.void", {"uid": sent.uid})
    desk.do("system.undo", {"op": confirmed.changes.op})
    assert desk.row("sales_order", draft.uid)["stage"] == "draft"  # type: ignore[index]


def test_a_confirmation_stays_while_a_slip_has_gone_out(desk: Desk) -> None:
    draft = desk.do("order.save", order_args(BALL))
    confirmed = desk.do("order.confirm", {"uid": draft.uid})
    desk.do("route.pass", {"uid": desk.rows("route_slip")[0]["uid"]})
    assert refused(desk, confirmed.changes.op) == ["changed_later"]


def test_a_confirmation_stays_while_an_amendment_made_more_slips(desk: Desk) -> None:
    draft = desk.do("order.save", order_args(BALL))
    confirmed = desk.do("order.confirm", {"uid": draft.uid})
    [line] = desk.lines("order_line", draft.uid)
    lines = [
        {"uid": line["uid"], "product": "P10012", "qty": "12", "price": "48.6"},
        {"product": "P20031", "qty": "9", "price": "3.2"},
    ]
    desk.do("order.amend", {"uid": draft.uid, "amend_reason": "客户要求", "lines": lines})
    assert "slip_open" in refused(desk, confirmed.changes.op)


def test_an_amendment_stays_while_more_was_delivered_than_before(desk: Desk) -> None:
    order = desk.do("order.confirm", order_args(BALL))
    [line] = desk.lines("order_line", order.uid)
    more = [{"uid": line["uid"], "product": "P10012", "qty": "20", "price": "48.6"}]
    amended = desk.do("order.amend", {"uid": order.uid, "amend_reason": "客户要求", "lines": more})
    desk.do("order.deliver", {"uid": order.uid, "reason": "仓库口头知道"})
    assert "below_delivered" in refused(desk, amended.changes.op)


def test_another_customer_stays_while_goods_went_to_him(desk: Desk) -> None:
    order = desk.do("order.confirm", order_args(BALL))
    amended = desk.do("order.amend", {"uid": order.uid, "amend_reason": "我方录错", "customer": "C00043"})
    desk.do("order.deliver", {"uid": order.uid, "reason": "仓库口头知道"})
    assert refused(desk, amended.changes.op) == ["delivered"]


def test_a_voided_code_does_not_come_back_beside_its_successor(desk: Desk) -> None:
    old = desk.do("customer.save", {"name": "三江机电", "code": "C9"})
    gone = desk.do("customer.void", {"uid": old.uid})
    desk.do("customer.save", {"name": "四海机电", "code": "C9"})
    assert refused(desk, gone.changes.op) == ["duplicate"]


def test_a_link_does_not_go_back_to_what_is_out_of_use(desk: Desk) -> None:
    product = desk.do("product.save", {"code": "P7", "name": "法兰", "unit": "只", "category": "密封件"})
    moved = desk.do("product.save", {"uid": product.uid, "category": "阀门"})
    desk.do("product.save", {"uid": str(desk.rows("product")[-1]["uid"])})
    for row in desk.rows("product"):
        if row["category.name"] == "密封件":
            desk.do("product.save", {"uid": row["uid"], "category": "阀门"})
    desk.do("product_category.void", {"uid": "密封件"})
    assert refused(desk, moved.changes.op) == ["void"]


def test_a_restored_record_in_use_again_is_not_voided_by_undo(desk: Desk) -> None:
    uid = desk.do("customer.save", {"name": "三江机电", "code": "C9"}).uid
    desk.do("customer.void", {"uid": uid})
    restored = desk.do("customer.restore", {"uid": uid})
    desk.do("order.save", order_args(BALL, customer="C9"))
    [problem] = refused(desk, restored.changes.op)
    assert problem == "in_use"


def test_what_was_printed_stays_printed(desk: Desk, tmp_path: Path) -> None:
    order = desk.do("order.save", order_args(BALL))
    printed = desk.do("order.print", {"uid": order.uid, "out": str(tmp_path / "a.pdf")})
    assert refused(desk, printed.changes.op) == ["lasting"]
    assert desk.do("system.undo").message == "已撤销「保存订单 XS2606A-0001」"
    assert desk.do("system.redo").message == "已重做「保存订单 XS2606A-0001」"
    assert desk.do("order.print", {"uid": order.uid, "out": str(tmp_path / "a.pdf")}).data["nth"] == 2


def test_taking_back_an_undo_is_called_what_it_does(desk: Desk) -> None:
    desk.do("customer.save", {"name": "三江机电"})
    undone = desk.do("system.undo")
    again = desk.do("system.undo", {"op": undone.changes.op})
    assert again.message == "已重做「新建客户 三江机电」"
    assert desk.do("system.undo", {"op": again.changes.op}).message == "已撤销「新建客户 三江机电」"


def test_an_import_and_an_attachment_go_and_come_back(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "来单.csv"
    file.write_text("编码,数量,单价\nP10012,3,50\nP20031,9,3.2\n", encoding="utf-8-sig")
    desk.do("intake.save", {"content": "见附件", "files": str(file)})
    desk.do("order.import", {"file": str(file), "customer": "C00042"})
    full = desk.dump()
    for _ in range(2):
        desk.do("system.undo")
    assert desk.rows("sales_order") == desk.rows("attachment") == desk.rows("intake") == []
    for _ in range(2):
        desk.do("system.redo")
    assert desk.dump() == full


ACTS = st.lists(st.tuples(st.integers(0, 13), st.integers(0, 30)), min_size=3, max_size=14)


@settings(max_examples=10)
@given(ACTS)
def test_whatever_is_undone_in_whatever_order_the_file_stays_sound(acts: list[tuple[int, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        desk = small_desk(Path(folder))
        try:
            for what, n in acts:
                try:
                    act(desk, what, n)
                except Refused as fault:
                    assert all(p.message for p in fault.problems)
            assert check_all(desk.database, desk.folder).lines[0].startswith("数据完好")
            assert_sense(desk)
        finally:
            desk.close()


def act(desk: Desk, what: int, n: int) -> None:
    """One act of a clerk, the undo of any earlier step among them."""
    orders, sent, came = desk.rows("sales_order"), desk.rows("delivery"), desk.rows("intake")
    order: dict[str, Any] = {"uid": orders[n % len(orders)]["uid"]} if orders else order_args(BALL)
    if what == 0:
        desk.do("order.save", order_args(("P10012", str(n + 1), "48.6"), ("P20031", "7", "3.2")))
    elif what == 1:
        desk.do("order.confirm", {**order, "reason": "试"})
    elif what == 2:
        desk.do("order.deliver", {"uid": order.get("uid"), "lines": first_line(desk, order, n)})
    elif what == 3:
        desk.do(
            "order.amend", {**order, "amend_reason": "其他", "reason": "试", "lines": first_line(desk, order, n, True)}
        )
    elif what == 4:
        desk.do("order.cancel", {**order, "cancel_reason": "录错"})
    elif what == 5 and sent:
        desk.do("delivery.void", {"uid": sent[n % len(sent)]["uid"]})
    elif what == 6:
        desk.do("order.void", order)
    elif what == 7:
        desk.do("order.amend", {**order, "amend_reason": "其他", "reason": "试", "customer": f"C0004{2 + n % 2}"})
    elif what == 8:
        desk.do("intake.save", {"content": str(n)})
    elif what == 9 and came:
        desk.do("order.save", {**order_args(BALL), "intake": came[n % len(came)]["uid"]})
    elif what == 10:
        desk.do("system.redo")
    else:
        with desk.read() as reader:
            steps = reader.column("SELECT id FROM operation WHERE id > 11 ORDER BY id DESC")
        desk.do("system.undo", {"op": steps[n % len(steps)]} if steps and what > 11 else {})


def first_line(desk: Desk, order: dict[str, Any], n: int, whole: bool = False) -> list[dict[str, Any]]:
    lines = desk.lines("order_line", str(order.get("uid")))
    if whole:
        return [{"uid": r["uid"], "product": r["product"], "qty": str(n + 1), "price": "50"} for r in lines[:1]]
    return [{"order_line": r["uid"], "qty": str(n % 3 + 1)} for r in lines[:1]]


def assert_sense(desk: Desk) -> None:
    """What no order may look like."""
    with desk.read() as reader:
        assert not reader.rows(
            'SELECT d.number FROM delivery d JOIN sales_order o ON o.uid = d."order" WHERE d.void = 0'
            " AND (o.void = 1 OR o.state != 'confirmed' OR o.customer != d.customer)"
        )
        assert not reader.rows(
            "SELECT l.uid FROM order_line l WHERE coalesce(l.delivered, 0) > CASE WHEN l.void THEN 0 ELSE l.qty END"
        )
        assert not reader.rows(
            'SELECT s.number FROM route_slip s JOIN sales_order o ON o.uid = s."order" WHERE s.void = 0'
            " AND (o.void = 1 OR o.state != 'confirmed')"
        )
        assert not reader.rows(
            'SELECT i.number FROM intake i JOIN sales_order o ON o.uid = i."order" WHERE i.void = 0 AND o.void = 1'
        )
