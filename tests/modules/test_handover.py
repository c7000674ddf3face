"""The package of whoever leaves: nothing open is missing, each thing says whom to call, and the paper can be signed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest

from salesdesk.desk import Desk
from salesdesk.services.excel_in import open_workbook
from tests.desks import order_args, small_desk

BALL = ("P10012", "12", "48.6")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Something open of every subject."""
    made = small_desk(tmp_path / "data")
    made.do("order.save", order_args(BALL))
    parked = made.do("order.save", order_args(BALL, customer="C00043"))
    made.do("order.park", {"uid": parked.uid, "question": "价格行不行"})
    order = made.do("order.confirm", order_args(BALL, ("P20031", "100", "3.2")))
    line = made.lines("order_line", order.uid)[0]["uid"]
    made.do("order.deliver", {"uid": order.uid, "lines": [{"order_line": line, "qty": "5"}]})
    lines = [
        {"uid": r["uid"], "product": r["product"], "qty": "14" if r["uid"] == line else "100", "price": "48.6"}
        for r in made.lines("order_line", order.uid)
    ]
    made.do("order.amend", {"uid": order.uid, "amend_reason": "客户要求", "lines": lines, "reason": "试"})
    made.do("intake.save", {"customer": "C00043", "content": "来电要两只"})
    made.do(
        "order_problem.save", {"order": order.uid, "kind": "质量", "what": "漏水", "owner": "老周", "due": "2026-06-15"}
    )
    made.do("call.log", {"customer": "C00043", "asked": "价格", "promise": "下午回电"})
    made.do("task.add", {"line": "周五前 把对账单发给张总 @李总"})
    made.do("statement.make", {"customer": "C00042", "month": "2026-05"})
    made.drafts.keep("d1", "customer", "新客户填了一半", {})
    yield made
    made.close()


def sheets(file: Path) -> dict[str, list[list[object]]]:
    book = open_workbook(str(file))
    return {name: book.rows(name) for name in book.sheets}


def text_of(pdf: Path) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    pages = [page.get_textpage().get_text_range() for page in document]
    document.close()
    return pages


def test_every_subject_has_its_sheet_with_whom_to_call(desk: Desk, tmp_path: Path) -> None:
    before = json.loads(desk.dump())
    done = desk.do("today.handover", {"who": "王敏", "to": "小赵", "file": str(tmp_path / "交接.xlsx")})
    after = json.loads(desk.dump())
    [taken] = after.pop("access_log")
    assert (taken["what"], taken["content"], taken["reason"]) == ("export", "电话", "工作交接给 小赵")
    before.pop("access_log")
    assert after == before
    found = sheets(tmp_path / "交接.xlsx")
    assert list(found) == [
        "总表", "今日要办的", "临时任务", "本机没保存的", "没定的订单", "没录入的来单", "没传出的传递单", "没接收的变更",
        "没发完的货", "没签回的送货单", "没收的款", "没回签的对账单", "没了结的问题", "答应客户的事",
    ]  # fmt: skip
    counts = {row[0]: row[1] for row in found["总表"][1:]}
    assert counts == {k: len(v) - 1 for k, v in found.items() if k != "总表"} == done.data["counts"]
    goods = [dict(zip(found["没发完的货"][0], row, strict=True)) for row in found["没发完的货"][1:]]
    assert [(g["客户"], g["找谁"], g["没发数量"]) for g in goods] == [
        ("苏州华源贸易有限公司", "王芳 138 1288 6021", 9),
        ("苏州华源贸易有限公司", "王芳 138 1288 6021", 100),
    ]
    money = dict(zip(found["没收的款"][0], found["没收的款"][1], strict=True))
    assert money["应收余额"] == 20243 and money["客户"] == "苏州华源贸易有限公司"
    assert {row[4] for row in found["没定的订单"][1:]} == {"草稿", "待客户确认"}


def test_the_paper_is_one_list_to_sign(desk: Desk) -> None:
    done = desk.do("today.handover", {"to": "小赵"})
    pages = text_of(Path(str(done.data["pdf"])))
    assert len(pages) == done.data["pages"] >= len([n for n in done.data["counts"].values() if n])
    assert "移交人：王敏" in pages[0] and "接收人：小赵" in pages[0] and "监交人签字" in pages[0]
    assert any("没签回的送货单" in page and "SH2606A-0001" in page for page in pages[1:])
    assert Path(str(done.data["file"])).parent == desk.folder / "prints"


def test_only_the_customers_of_one_salesperson(desk: Desk, tmp_path: Path) -> None:
    done = desk.do("today.handover", {"salesperson": "李强", "file": str(tmp_path / "李强.xlsx")})
    found = sheets(tmp_path / "李强.xlsx")
    assert "临时任务" not in found and "没录入的来单" not in found  # of 重庆长安, who has another salesperson
    assert done.data["counts"]["没发完的货"] == 2
    assert all(row[0] == "苏州华源贸易有限公司" for row in found["没定的订单"][1:])


def test_what_was_put_off_is_in_it_with_its_reason(desk: Desk, tmp_path: Path) -> None:
    one = next(t for t in desk.todos() if t.group == "来单")
    args = {
        "entity": one.entity,
        "owner": one.uid,
        "verb": one.verb,
        "title": one.title,
        "until": "+3",
        "why": "等回电",
    }
    desk.do("todo.snooze", args)
    desk.do("today.handover", {"file": str(tmp_path / "a.xlsx")})
    rows = sheets(tmp_path / "a.xlsx")["今日要办的"]
    [row] = [r for r in rows if r[1] == one.title]
    assert row[-1] == "推后到 2026-06-15：等回电"
