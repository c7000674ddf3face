"""Kept sums of sales when the papers change on another PC: what is read after the merge is right at once."""

from __future__ import annotations

from pathlib import Path

from salesdesk.modules.statistics import queries, summary
from salesdesk.modules.statistics.measures import STANDARD
from tests.desks import order_args
from tests.sync.pcs import Pc, everybody, first_pc, joined_pc


def total(pc: Pc) -> int:
    with pc.desk.read() as reader:
        assert summary.check_pieces(reader) == []
        return queries.total(reader, STANDARD, "2026-01-01", "2026-06-12").amount


def sell(pc: Pc, day: str, qty: str) -> str:
    args = {**order_args(("P10012", qty, "48.60")), "order_date": day, "due_date": "2026-06-30", "reason": "补录"}
    made = pc.desk.do("order.save", args)
    pc.desk.do("order.confirm", {"uid": made.uid, "reason": "补录"})
    return str(made.uid)


def test_a_merge_drops_the_sums_of_what_it_touched(tmp_path: Path) -> None:
    share = tmp_path / "share"
    a = first_pc(tmp_path / "a", share)
    order = sell(a, "2026-04-08", "10")
    a.sync()
    b = joined_pc(tmp_path / "b", share, "李强")
    everybody(a, b)
    for pc in (a, b):
        pc.desk.do("statistics.refresh")
        assert total(pc) == 48_600
    b.later(5)
    b.desk.do("order.cancel", {"uid": order, "cancel_reason": "客户取消"})
    sell(b, "2026-05-06", "1")
    everybody(a, b)
    for pc in (a, b):
        assert total(pc) == 4_860
        pc.desk.do("statistics.refresh")
        assert total(pc) == 4_860
        pc.desk.close()
