"""SUP-1..4: from what people ask for to the signed slip and the report of the count, every paper read back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import openpyxl
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
    hand_out,
    item,
    later,
    stock,
    supply_desk,
)
from tests.services.pdf_reading import texts_of


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = supply_desk(tmp_path / "data")
    yield made
    made.close()


def read(desk: Desk, paper: str, uid: str, tmp_path: Path) -> list[str]:
    """The pages of a paper as texts without blanks."""
    made = desk.do(f"{paper}.print", {"uid": uid, "out": str(tmp_path / f"{paper}.pdf")})
    assert made.data["findings"] == []
    return [re.sub(r"\s+", "", page) for page in texts_of(Path(made.data["file"]).read_bytes())]


def todos(desk: Desk) -> list[str]:
    return [t.title for t in desk.todos() if t.module == "supplies"]


def test_from_the_request_to_the_goods_on_the_shelf(desk: Desk, tmp_path: Path) -> None:
    """申领 → 采购计划 (formula, packs, budget) → 批准 → 采购单 (paper, Excel, text) → 验收 → 入库 → 发放 (SUP-1, SUP-2)."""
    hand_out(desk, (PAPER, 1))
    order = bought(desk, (PAPER, 1, "18.5"))
    arrived(desk, order)
    later(desk, 30)  # what was taken last month counts as use
    asked = desk.do(
        "supply_request.save",
        {"staff": "李娜", "needed": "+5", "lines": [{"supply": PAPER, "qty": 4}, {"supply": PEN, "qty": 12}]},
    ).uid
    assert "2 种办公用品低于最低库存" in todos(desk)
    desk.do("supply_budget.save", {"month": "2026-07", "amount": "400"})
    plan = desk.do("supply_plan.make", {"months": 1}).uid
    lines = {line["supply.name"]: line for line in desk.lines("supply_plan_line", plan)}
    paper = lines["A4 纸"]
    assert paper["words"] == "申领 4 + 月均用量 1（近 1 个月） + 补到 30 − 库存 7 − 在途 0 = 28，每箱 5 包，取整 30"
    assert paper["vendor.name"] == "得力商贸" and paper["amount"] == 52800, "the cheaper of two quotes"
    assert "2 种办公用品低于最低库存" not in todos(desk), "a plan covers them"
    assert (desk.row("supply_request", asked) or {})["state"] == "planned"
    with pytest.raises(Refused) as refused:
        approve(desk, plan)
    assert "预算 400.00，已下单 0.00，这份 566.40，超 166.40 元" in str(refused.value)
    less = [
        {"uid": one["uid"], "supply": one["supply"], "qty": 20 if one is paper else str(one["qty"] / 1000)}
        for one in lines.values()
    ]
    desk.do("supply_plan.revise", {"uid": plan, "lines": less})
    approve(desk, plan)
    row = desk.row("supply_plan", plan) or {}
    assert (row["amount"], row["left"]) == (39040, 960)
    [page] = read(desk, "supply_plan", plan, tmp_path)
    assert "每箱5包，取整30" in page and "合计390.40" in page and "这份以后还剩：9.60元" in page and "陈总" in page

    desk.do("supply_plan.order", {"uid": plan, "due": "+3"})
    orders = {o["vendor.name"]: o for o in desk.rows("supply_order") if o["plan"] == plan}
    paper_order = str(orders["得力商贸"]["uid"])
    told = desk.do("supply_order.text", {"uid": paper_order}).data["clipboard"]
    assert "1. A4 纸 70g 20包，单价 17.60" in told and "合计 352.00 元，请 2026-07-15 前送到" in told
    made = desk.do("supply_order.excel", {"uid": paper_order, "file": str(tmp_path / "单.xlsx")})
    book = openpyxl.load_workbook(made.data["file"])
    assert [c.value for c in book.active[2]][:7] == ["B001", "A4 纸", "70g", "包", 20, 17.6, 352]
    [page] = read(desk, "supply_order", paper_order, tmp_path)
    assert "得力商贸" in page and "叁佰伍拾贰元整" in page
    desk.do("supply_order.send", {"uid": paper_order, "how": "微信"})
    later(desk, 5)
    assert "得力商贸 的办公用品没到" in todos(desk)

    line = desk.lines("supply_order_line", paper_order)[0]
    first = {"order_line": line["uid"], "sent": 20, "accepted": 18, "reason": "两包受潮，退回"}
    arrival = desk.do("supply_arrival.inspect", {"order": paper_order, "note_number": "S-77", "lines": [first]}).uid
    [page] = read(desk, "supply_arrival", arrival, tmp_path)
    assert "202018" in page and "两包受潮，退回" in page and "入库金额：316.80元" in page and "S-77" in page
    assert stock(desk, PAPER)[0] == 25000 and item(desk, PAPER)["on_order"] == 2000
    arrived(desk, paper_order)
    arrived(desk, str(orders["晨光文具"]["uid"]))
    assert (desk.row("supply_order", paper_order) or {})["state"] == "done"
    assert "李娜 申领的用品有货了，可以发" in todos(desk)
    hand_out(desk, (PAPER, 4), (PEN, 12), staff="李娜", request=asked)
    assert (desk.row("supply_request", asked) or {})["state"] == "done"
    with desk.read() as reader:
        assert sum(r["value"] for r in desk.rows("supply")) == reader.value(
            "SELECT sum(amount) FROM supply_move WHERE void = 0"
        )
    assert check_all(desk.database, desk.folder).sound


def test_a_slip_for_one_person_in_two_copies_and_the_ledger_of_takers(desk: Desk, tmp_path: Path) -> None:
    """Many items on one slip, signed in two copies, given back, told by person, department, item and month (SUP-3)."""
    arrived(desk, bought(desk, (PEN, 90, "1.2"), (PAPER, 20, "18.5")))
    slip = hand_out(desk, (PAPER, 2), (PEN, 3), purpose="投标")
    pages = read(desk, "supply_issue", slip, tmp_path)
    assert len(pages) == 2 and "存根联" in pages[0] and "领用人联" in pages[1]
    assert all("张伟" in page and "投标" in page and "40.60" in page for page in pages)
    desk.do("supply_issue.sign", {"uid": slip})
    assert (desk.row("supply_issue", slip) or {})["signed"] == "张伟"
    line = desk.lines("supply_issue_line", slip)[0]
    desk.do("supply_issue.give_back", {"uid": slip, "lines": [{"issue_line": line["uid"], "qty": 1}]})
    loan = hand_out(desk, (BEAMER, 1), staff="李娜", kind="借用", due="+2")
    later(desk, 3)
    assert "李娜 借的用品该还了" in todos(desk)
    its = desk.lines("supply_issue_line", loan)[0]["uid"]
    lost = {"issue_line": its, "qty": 1, "condition": "丢失", "note": "落在展会"}
    desk.do("supply_issue.give_back", {"uid": loan, "lines": [lost]})
    assert "李娜 借的用品该还了" not in todos(desk)

    told = {by: desk.do("supply.usage", {"by": by}).data for by in ("person", "department", "supply", "month", "line")}
    assert all((data["amount"], data["lost"]) == ("22.10", "3000.00") for data in told.values())
    assert [(r["keys"], r["amount"], r["lost"]) for r in told["person"]["rows"]] == [
        (["张伟", "销售部"], "22.10", "0.00"),
        (["李娜", "财务部"], "0.00", "3000.00"),
    ]
    assert ["A4 纸", "70g"] in [r["keys"] for r in told["supply"]["rows"]]
    [sold, money] = told["department"]["rows"]
    assert (sold["keys"], sold["people"], sold["head"]) == (["销售部"], 1, "22.10") and "head" not in money
    assert told["month"]["rows"][0]["head"] == "22.10", "who only lost a loan took nothing"
    made = desk.do("supply.usage", {"by": "department", "file": str(tmp_path / "部门.xlsx")})
    rows = list(openpyxl.load_workbook(made.data["file"]).active.iter_rows(values_only=True))
    assert rows[0] == ("部门", "数量", "单位", "领用金额", "损坏丢失", "人数", "人均") and rows[1][-2:] == (1, 22.1)
    made = desk.do("supply.usage", {"by": "department", "file": str(tmp_path / "部门.pdf")})
    assert "人均" in texts_of(Path(made.data["file"]).read_bytes())[0]
    made = desk.do("supply.usage", {"by": "supply", "file": str(tmp_path / "账.xlsx")})
    rows = list(openpyxl.load_workbook(made.data["file"]).active.iter_rows(values_only=True))
    assert rows[0] == ("用品", "规格", "数量", "单位", "领用金额", "损坏丢失")
    assert ("A4 纸", "70g", 1, "包", 18.5, 0) in rows
    made = desk.do("supply.usage", {"by": "person", "file": str(tmp_path / "账.pdf")})
    [page] = texts_of(Path(made.data["file"]).read_bytes())
    assert "办公用品领用台账（按人）" in page and "3,000.00" in page


def test_more_than_ones_own_habit_is_told_with_its_figures(desk: Desk, tmp_path: Path) -> None:
    """Four months of two or three packs, then nine: the median, and how much above it (SUP-3)."""
    arrived(desk, bought(desk, (PAPER, 60, "18.5")))
    for qty in (2, 3, 2, 3):
        hand_out(desk, (PAPER, qty))
        hand_out(desk, (PAPER, 5), staff="李娜")
        later(desk, 30)
    hand_out(desk, (PAPER, 9))
    hand_out(desk, (PAPER, 6), staff="李娜")
    [odd] = desk.do("supply.usage").data["unusual"]
    assert odd["person"] == "张伟" and odd["item"] == "A4 纸 70g"
    assert odd["words"] == "本月 9包；前 6 个月里领过 4 个月，中位数 2.5包，这次多 6.5包，是平时的 3.6 倍"
    made = desk.do("supply.usage", {"file": str(tmp_path / "账.pdf")})
    assert "这次多 6.5包" in " ".join(texts_of(Path(made.data["file"]).read_bytes()))


def test_a_blind_count_from_the_plan_to_the_booked_report(desk: Desk, tmp_path: Path) -> None:
    """安排 → blind sheets of two counters → 复盘 → reasons → 调整 → report with the rows that agreed; undone in one step (SUP-4)."""
    arrived(desk, bought(desk, (PEN, 20, "1.2")))
    count = desk.do("supply_count.plan", {"counters": "王敏、李强", "share": "每人都盘一遍", "due": "明天"}).uid
    sheets = sorted(desk.rows("supply_sheet"), key=lambda s: str(s["number"]))
    assert [s["counter"] for s in sheets] == ["王敏", "李强"] and [s["rows"] for s in sheets] == [3, 3]
    [page] = read(desk, "supply_sheet", sheets[0]["uid"], tmp_path)
    assert "中性笔" in page and "王敏" in page and "账面" not in page
    assert not re.search(r"支20|包7|台2", page), "the books are not on the sheet"
    assert {"王敏 的盘点表没录完", "李强 的盘点表没录完"} <= set(todos(desk))

    def enter(sheet: str, paper: object, pen: object, beamer: object = 2) -> None:
        counted = {PAPER: paper, PEN: pen, BEAMER: beamer}
        lines = [{"supply": code, "counted": qty} for code, qty in counted.items() if qty is not None]
        desk.do("supply_sheet.enter", {"uid": sheet, "lines": lines})

    with pytest.raises(Refused):
        desk.do("supply_count.second", {"uid": count})
    enter(sheets[0]["uid"], 7, 18)
    hand_out(desk, (BEAMER, 1), staff="李娜", kind="借用", due="+3")  # the books move while they count
    enter(sheets[1]["uid"], 6, 18, 1)
    results = {r["supply.name"]: r["result"] for r in desk.lines("supply_count_line", count)}
    assert results == {"A4 纸": "second", "中性笔": "second", "投影仪": "equal"}
    with pytest.raises(Refused) as refused:
        desk.do("supply_count.second", {"uid": count, "counter": "王敏"})
    assert [p.code for p in refused.value.problems] == ["same_counter"]
    again = desk.do("supply_count.second", {"uid": count, "counter": "赵静"}).uid
    with pytest.raises(Refused) as refused:
        enter(sheets[0]["uid"], 7, 20)
    assert "已经开始复盘" in str(refused.value)
    enter(again, 7, 18, None)
    assert (desk.row("supply_count", count) or {})["state"] == "explain"
    pen = next(r for r in desk.lines("supply_count_line", count) if r["result"] == "short")
    assert (pen["book"], pen["counted"], pen["difference"], pen["amount"]) == (20000, 18000, -2000, -240)
    with pytest.raises(Refused) as refused:
        desk.do("supply_count.book", {"uid": count})
    assert "先给每个差异写原因" in str(refused.value)
    with pytest.raises(Refused) as refused:
        desk.do("supply_count.explain", {"uid": count, "lines": [{"uid": pen["uid"], "why": "入库没登记"}]})
    assert [p.code for p in refused.value.problems] == ["wrong_way"]
    desk.do("supply_count.explain", {"uid": count, "lines": [{"uid": pen["uid"], "why": "丢失", "note": "搬办公室"}]})
    made = desk.do("supply_count.book", {"uid": count})
    assert stock(desk, PEN) == (18000, 2160)
    [booked] = [m for m in desk.rows("supply_move") if m["source"] == pen["uid"]]
    assert (booked["kind"], booked["qty"], booked["amount"]) == ("丢失", -2000, -240), "lost is not used"
    row = desk.row("supply_count", count) or {}
    assert (row["state"], row["equal"], row["rate"]) == ("booked", 2, 6667)
    [page] = read(desk, "supply_count", count, tmp_path)
    assert "账实相符率：66.67%（2/3）" in page and "少了丢失：搬办公室" in page and page.count("相符") >= 3
    assert desk.do("supply.usage").data["lost"] == "2.40"
    desk.do("system.undo", {"op": made.changes.op})
    assert stock(desk, PEN) == (20000, 2400) and (desk.row("supply_count", count) or {})["state"] == "ready"
