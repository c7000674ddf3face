"""更正签收: what was registered wrongly is put right, and everything stands as if it had been registered so at first (ORD-7)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salesdesk.desk import Desk
from salesdesk.domain.errors import Refused
from salesdesk.modules.orders.delivery_model import USUAL_HANDLING
from salesdesk.services.checking import check_all
from tests.desks import order_args, small_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = small_desk(tmp_path)
    yield made
    assert [p.text for p in check_all(made.database, made.folder).problems] == []
    made.close()


def sent(desk: Desk) -> tuple[str, str]:
    """(order, note) of 12 balls and 100 gaskets, all on their way."""
    order = desk.do("order.confirm", {**order_args(("P10012", "12", "48.605"), ("P20031", "100", "3.2"), customer="C00043"),
                                      "reason": "再来"}).uid  # fmt: skip
    return order, desk.do("order.deliver", {"uid": order, "reason": "急"}).uid


def turned(desk: Desk, note: str, *what: tuple[int, int, str]) -> list[dict[str, Any]]:
    """Rejections as (line, quantity, reason)."""
    lines = [r["uid"] for r in desk.lines("delivery_line", note)]
    return [{"delivery_line": lines[i], "rejected": str(n), "reject_reason": why} for i, n, why in what if n]


def stands(desk: Desk, order: str, note: str) -> dict[str, Any]:
    """Everything that follows from what was signed for."""
    row = desk.row("delivery", note) or {}
    with desk.read() as reader:
        stock = reader.tuples(
            "SELECT product, sum(qty) FROM stock_move WHERE source = ? AND void = 0 GROUP BY 1 ORDER BY 1", (note,)
        )
        owed = reader.tuples("SELECT unbilled, undelivered FROM customer WHERE code = 'C00043'")
    return {
        "note": [row[k] for k in ("state", "amount", "signed_by", "signed_on")],
        "lines": [
            (r["qty"], r["amount"], r["rejected"], r["reject_reason"], r["handling"])
            for r in desk.lines("delivery_line", note)
        ],
        "order": [(r["delivered"], r["closed"], r["close_reason"]) for r in desk.lines("order_line", order)],
        "stage": (desk.row("sales_order", order) or {})["stage"],
        "stock": [qty for _, qty in stock],
        "owed": owed,
    }


REJECTIONS = st.tuples(
    st.integers(0, 12),
    st.integers(0, 100),
    st.sampled_from(sorted(USUAL_HANDLING)),
    st.sampled_from(sorted(USUAL_HANDLING)),
)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=REJECTIONS, second=REJECTIONS)
def test_a_correction_leaves_what_signing_so_at_once_would_have(
    tmp_path_factory: pytest.TempPathFactory, first: tuple[int, int, str, str], second: tuple[int, int, str, str]
) -> None:
    found = []
    for steps in ((first, second), (second,)):
        desk = small_desk(tmp_path_factory.mktemp("desk"))
        order, note = sent(desk)
        for i, (balls, gaskets, one, two) in enumerate(steps):
            args = {"uid": note, "signed_by": "王芳", "lines": turned(desk, note, (0, balls, one), (1, gaskets, two))}
            desk.do(f"delivery.{'resign' if i else 'sign'}", {**args, **({"why": "登错了"} if i else {})})
        found.append(stands(desk, order, note))
        assert [p.text for p in check_all(desk.database, desk.folder).problems] == []
        desk.close()
    assert found[0] == found[1]


def test_name_and_place_are_corrected_alone_and_the_goods_stay(desk: Desk) -> None:
    order, note = sent(desk)
    lines = turned(desk, note, (0, 2, "客户不要"))
    desk.do("delivery.sign", {"uid": note, "signed_by": "王方", "box": "7", "lines": lines})
    before = stands(desk, order, note)
    versions = len(desk.rows("order_change"))
    made = desk.do(
        "delivery.resign", {"uid": note, "signed_by": "王芳", "leaf": "3", "why": "名字写错", "lines": lines}
    )
    after = stands(desk, order, note)
    row = desk.row("delivery", note) or {}
    assert (row["signed_by"], row["box"], row["leaf"]) == ("王芳", "7", "3")
    assert {**after, "note": 0} == {**before, "note": 0} and len(desk.rows("order_change")) == versions
    desk.do("system.undo", {"op": made.changes.op})
    assert stands(desk, order, note) == before


def test_what_went_on_since_is_not_turned_back(desk: Desk) -> None:
    order, note = sent(desk)
    with pytest.raises(Refused) as refused:
        desk.do("delivery.resign", {"uid": note, "why": "x"})
    assert refused.value.problems[0].code == "unsigned"
    desk.do("delivery.sign", {"uid": note, "signed_by": "王芳", "lines": turned(desk, note, (0, 2, "破损"))})
    desk.do("order.deliver", {"uid": order, "reason": "补发"})
    with pytest.raises(Refused) as refused:
        desk.do("delivery.resign", {"uid": note, "why": "其实收下了", "lines": []})
    assert refused.value.problems[0].code == "moved_on" and "后来又发了" in refused.value.problems[0].message
    with pytest.raises(Refused) as refused:
        desk.do("delivery.resign", {"uid": note, "why": "日子错了", "signed_on": "2026-06-13"})
    assert refused.value.problems[0].code == "future"
