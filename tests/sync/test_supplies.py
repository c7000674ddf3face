"""Two PCs hand out from one cupboard: each was right, together they gave more than there was, and both are told."""

from __future__ import annotations

from pathlib import Path

from salesdesk.services.sync.cases import open_cases
from tests.modules.supply_desk import PAPER, hand_out, stock, stock_up
from tests.sync.pcs import everybody, first_pc, joined_pc, same


def test_more_than_there_was_is_told_on_both(tmp_path: Path) -> None:
    """Seven packs, five taken here and five there: the stock is -3 on both until somebody counts (SUP-3, SUP-4)."""
    one = first_pc(tmp_path / "a", tmp_path / "share")
    stock_up(one.desk)
    one.sync()
    two = joined_pc(tmp_path / "b", tmp_path / "share", "李强")
    everybody(one, two)
    for pc in (one, two):
        hand_out(pc.desk, (PAPER, 5))
        pc.later()
    everybody(one, two)
    same(one, two)
    for pc in (one, two):
        assert stock(pc.desk, PAPER)[0] == -3000
        with pc.desk.read() as reader:
            assert any("两台电脑都领过同一批" in case.cure for case in open_cases(reader))
    count = one.desk.do("supply_count.plan", {"counters": "王芳", "category": "纸张"}).uid
    for turn in (1, 2):
        sheet = next(s["uid"] for s in one.desk.rows("supply_sheet") if s["turn"] == turn)
        one.desk.do("supply_sheet.enter", {"uid": sheet, "lines": [{"supply": PAPER, "counted": 2}]})
        if turn == 1:
            one.desk.do("supply_count.second", {"uid": count, "counter": "李强"})
    [line] = one.desk.lines("supply_count_line", count)
    one.desk.do("supply_count.explain", {"uid": count, "lines": [{"uid": line["uid"], "why": "从前点错"}]})
    one.desk.do("supply_count.book", {"uid": count})
    everybody(one, two)
    same(one, two)
    assert stock(one.desk, PAPER) == stock(two.desk, PAPER) == (2000, 2 * 1850)
    one.desk.close()
    two.desk.close()
