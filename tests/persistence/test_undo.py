"""Any operation can be taken back and brought again, and the data is then exactly what it was (SYS-2)."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salesdesk.desk import Desk
from salesdesk.domain.errors import Refused
from tests.desks import order_args, small_desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return small_desk(tmp_path)


def live(desk: Desk) -> dict[str, list[dict[str, object]]]:
    """All rows in use: an undone insert stays as a voided row, so only live rows can be compared."""
    return {k: [r for r in rows if not r["void"]] for k, rows in json.loads(desk.dump()).items()}


def test_undo_takes_back_a_delivery_with_its_stock_and_stage(desk: Desk) -> None:
    order = desk.do("order.confirm", order_args(("P10012", "12", "48.6"), ("P20031", "100", "3.2")))
    before = live(desk)
    desk.do("order.deliver", {"uid": order.uid})
    assert desk.row("sales_order", order.uid)["stage"] == "done"  # type: ignore[index]
    message = desk.do("system.undo").message
    assert "发货 SH2606A-0001" in message
    assert live(desk) == before
    assert desk.row("sales_order", order.uid)["stage"] == "confirmed"  # type: ignore[index]
    assert {r["code"]: r["on_hand"] for r in desk.rows("product")}["P10012"] == 320_000
    desk.do("system.redo")
    assert desk.row("sales_order", order.uid)["stage"] == "done"  # type: ignore[index]


def test_an_operation_others_stand_on_is_not_undone(desk: Desk) -> None:
    order = desk.do("order.confirm", order_args(("P10012", "12", "48.6")))
    desk.do("order.deliver", {"uid": order.uid})
    with pytest.raises(Refused) as refused:
        desk.do("system.undo", {"op": order.changes.op})
    assert any("送货单" in p.message or "用到" in p.message for p in refused.value.problems)


def test_a_field_changed_later_is_not_silently_lost(desk: Desk) -> None:
    uid = str(desk.rows("customer")[0]["uid"])
    first = desk.do("customer.save", {"uid": uid, "region": "华东"})
    desk.do("customer.save", {"uid": uid, "region": "华北"})
    with pytest.raises(Refused, match="后来又被"):
        desk.do("system.undo", {"op": first.changes.op})
    assert desk.row("customer", uid)["region"] == "华北"  # type: ignore[index]


def test_undo_of_another_field_of_the_same_record_passes(desk: Desk) -> None:
    uid = str(desk.rows("customer")[0]["uid"])
    first = desk.do("customer.save", {"uid": uid, "region": "华东"})
    desk.do("customer.save", {"uid": uid, "industry": "化工"})
    desk.do("system.undo", {"op": first.changes.op})
    row = desk.row("customer", uid)
    assert row is not None and (row["region"], row["industry"]) == (None, "化工")


def test_an_undone_operation_is_not_undone_twice(desk: Desk) -> None:
    one = desk.do("customer.save", {"name": "乙公司"})
    desk.do("system.undo")
    with pytest.raises(Refused, match="已经撤销过"):
        desk.do("system.undo", {"op": one.changes.op})
    assert desk.find("乙公司") == []
    desk.do("system.redo")
    assert [h.title for h in desk.find("乙公司")] == ["乙公司"]


STEP = st.sampled_from(["customer", "edit", "order", "confirm", "deliver", "amend", "stock", "void"])


def do_step(desk: Desk, step: str, n: int) -> None:
    """One random act of a clerk; acts that the state does not allow are refused and change nothing."""
    customers, orders = desk.rows("customer"), desk.rows("sales_order")
    order = orders[n % len(orders)] if orders else None
    try:
        if step == "customer":
            desk.do("customer.save", {"name": f"客户{n}", "credit_limit": n})
        elif step == "edit":
            desk.do(
                "customer.save", {"uid": customers[n % len(customers)]["uid"], "region": f"区{n % 3}", "note": str(n)}
            )
        elif step == "order":
            desk.do("order.save", order_args(("P10012", str(n % 9 + 1), "48.6"), ("P20031", "7", "3.2")))
        elif step == "confirm" and order:
            desk.do("order.confirm", {"uid": order["uid"], "reason": "试"})
        elif step == "deliver" and order:
            line = desk.lines("order_line", order["uid"])[0]
            desk.do("order.deliver", {"uid": order["uid"], "lines": [{"order_line": line["uid"], "qty": "1"}]})
        elif step == "amend" and order:
            lines = [
                {"uid": r["uid"], "product": r["product"], "qty": str(n % 20 + 1), "price": "50"}
                for r in desk.lines("order_line", order["uid"])
            ]
            desk.do("order.amend", {"uid": order["uid"], "lines": lines, "amend_reason": "客户要求", "reason": "试"})
        elif step == "stock":
            desk.do("stock.move", {"product": "P10012", "qty": str(n % 5 + 1)})
        elif step == "void" and order:
            desk.do("order.void", {"uid": order["uid"]})
    except Refused:
        pass


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(STEP, st.integers(0, 40)), min_size=1, max_size=14))
def test_undoing_everything_gives_the_start_and_redoing_everything_the_end(steps: list[tuple[str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        desk = small_desk(Path(folder))
        try:
            first = desk.last_undoable()
            assert first is not None
            start, states = live(desk), []
            for step, n in steps:
                before = desk.last_undoable()
                do_step(desk, step, n)
                if desk.last_undoable() != before:
                    states.append(live(desk))
            for expected in [*reversed(states[:-1]), start] if states else []:
                desk.do("system.undo")
                assert live(desk) == expected
            for expected in states:
                desk.do("system.redo")
                assert live(desk) == expected
            derived = [(r["number"], r["stage"]) for r in desk.rows("sales_order")]
            with desk.database.work("重算") as work:
                uids = frozenset(r["uid"] for r in work.rows("SELECT uid FROM sales_order"))
                lines = frozenset(r["uid"] for r in work.rows("SELECT uid FROM delivery_line"))
                from salesdesk.domain.changes import Changes

                for module in desk.registry.modules:
                    for derive in module.actions.derive:
                        derive(work, Changes(0, "", {"sales_order": uids, "delivery_line": lines}))
            assert [(r["number"], r["stage"]) for r in desk.rows("sales_order")] == derived
        finally:
            desk.close()
