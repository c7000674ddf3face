"""A clerk's day at the order desk, from the ringing phone to the signed paper: ORD-1, 2, 3, 4, 7, 13, CUS-1, PRD-1, SYS-2, SYS-6."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pypdfium2
import pytest
from openpyxl import Workbook, load_workbook

from salesdesk.desk import Desk
from salesdesk.domain.clock import FixedClock
from salesdesk.domain.errors import Refused
from tests.desks import small_desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return small_desk(tmp_path / "data")


def later(desk: Desk, **span: int) -> None:
    clock = desk.database.clock
    assert isinstance(clock, FixedClock)
    clock.moment += timedelta(**span)


def text_of(path: str) -> str:
    document = pypdfium2.PdfDocument(path)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def test_from_the_phone_call_to_the_second_delivery(desk: Desk, tmp_path: Path) -> None:
    """ORD-1 登记 → ORD-2 检查 → ORD-4 传递 → ORD-7 分批发货 → 送货单."""
    photo = tmp_path / "微信截图.png"
    photo.write_bytes(b"\x89PNG fake picture")
    intake = desk.do(
        "intake.save",
        {
            "channel": "微信",
            "customer": "C00042",
            "content": "DN25球阀 12 个，垫片 100 片，18 号前",
            "files": str(photo),
        },
    )
    assert [t.verb_title for t in desk.todos()] == ["去录单"]
    later(desk, minutes=6)
    order = desk.do(
        "order.confirm",
        {
            "customer": "C00042",
            "intake": intake.uid,
            "due_date": "18号",
            "customer_po": "HY-618",
            "lines": [
                {"product": "P10012", "qty": "=6*2", "price": "48.6"},
                {"product": "P20031", "qty": "1百", "price": "3.2"},
            ],
        },
    )
    row = desk.row("sales_order", order.uid)
    assert row is not None and (row["stage"], row["due_date"], row["amount"], row["contact"]) == (
        "confirmed",
        "2026-06-18",
        90_320,
        "王芳",
    )
    assert desk.row("intake", intake.uid)["state"] == "entered"  # type: ignore[index]

    slips = {r["route"]: r for r in desk.rows("route_slip")}
    assert set(slips) == {"make", "buy"}
    paper = desk.do("route.print", {"uid": slips["make"]["uid"], "out": str(tmp_path / "传递单.pdf")})
    words = text_of(paper.data["file"])
    assert "不锈钢球阀 DN25" in words and "四氟垫片" not in words and "48.6" not in words
    assert len([t for t in desk.todos() if t.verb == "route.pass"]) == 2
    desk.do("route.pass", {"uid": slips["make"]["uid"], "how": "纸质"})
    desk.do("route.receive", {"uid": slips["make"]["uid"], "received_by": "赵师傅"})
    desk.do("route.pass", {"uid": slips["buy"]["uid"], "how": "微信", "received_by": "钱采购"})
    assert not [t for t in desk.todos() if t.verb == "route.pass"]

    later(desk, days=3)
    valve, gasket = desk.lines("order_line", order.uid)
    first = desk.do(
        "order.deliver",
        {
            "uid": order.uid,
            "carrier": "自送",
            "lines": [{"order_line": valve["uid"], "qty": "12"}, {"order_line": gasket["uid"], "qty": "40"}],
        },
    )
    assert desk.row("sales_order", order.uid)["stage"] == "part"  # type: ignore[index]
    with pytest.raises(Refused, match="只剩 60"):
        desk.do("order.deliver", {"uid": order.uid, "lines": [{"order_line": gasket["uid"], "qty": "61"}]})
    printed = desk.do("delivery.print", {"uid": first.uid, "out": str(tmp_path / "送货单.pdf")})
    words = text_of(printed.data["file"])
    for part in (
        "送货单",
        "SH2606A-0001",
        "苏州华源贸易有限公司",
        "HY-618",
        "不锈钢球阀 DN25",
        "柒佰壹拾壹元贰角",
        "711.20",
        "自送",
    ):
        assert part in words
    assert desk.do("delivery.print", {"uid": first.uid, "out": str(tmp_path / "再打.pdf")}).data["nth"] == 2
    assert "第 2 次打印" in text_of(str(tmp_path / "再打.pdf"))

    later(desk, days=2)
    desk.do("order.deliver", {"uid": order.uid})
    assert desk.row("sales_order", order.uid)["stage"] == "done"  # type: ignore[index]
    assert {r["code"]: r["on_hand"] for r in desk.rows("product")} == {
        "P10012": 308_000,
        "P10013": 96_000,
        "P20031": 12_300_000,
    }
    told = [e.title for e in desk.history("sales_order", order.uid)]
    assert told[-1].startswith("确认订单") and len(desk.history("delivery", first.uid)) == 1


def test_a_change_after_confirmation_is_told_with_reason_and_can_be_taken_back(desk: Desk) -> None:
    """ORD-6 (thin), SYS-2: the amendment keeps before and after of every field, and 撤销 restores it exactly."""
    order = desk.do(
        "order.confirm",
        {
            "customer": "C00042",
            "due_date": "2026-06-18",
            "lines": [{"product": "P10012", "qty": "12", "price": "48.6"}],
        },
    )
    [line] = desk.lines("order_line", order.uid)
    desk.do(
        "order.amend",
        {
            "uid": order.uid,
            "amend_reason": "客户要求",
            "reason": "电话加量",
            "due_date": "2026-06-22",
            "lines": [
                {"uid": line["uid"], "product": "P10012", "qty": "20", "price": "48.6"},
                {"product": "P20031", "qty": "50", "price": "3.2"},
            ],
        },
    )
    entry = desk.history("sales_order", order.uid)[0]
    assert entry.reason == "客户要求：电话加量"
    assert "交货日期：2026-06-18 → 2026-06-22" in entry.text
    assert "第 1 行「不锈钢球阀 DN25」 数量：12 → 20" in entry.text
    assert "四氟垫片 DN50" in entry.text
    assert {r["route"] for r in desk.rows("route_slip")} == {"make", "buy"}, "the new category gets its slip"
    desk.do("system.undo")
    row = desk.row("sales_order", order.uid)
    assert row is not None and (row["due_date"], row["amount"]) == ("2026-06-18", 58_320)
    assert [r["qty"] for r in desk.lines("order_line", order.uid)] == [12_000]


def test_an_unclear_order_waits_for_the_customer(desk: Desk) -> None:
    """ORD-2: 待确认 holds the question and the answer."""
    order = desk.do(
        "order.save", {"customer": "C00042", "lines": [{"product": "P10012", "qty": "12", "price": "48.6"}]}
    )
    desk.do("order.park", {"uid": order.uid, "question": "DN25 要法兰还是丝扣？"})
    assert [t.title for t in desk.todos()] == ["等 苏州华源贸易有限公司 答复：DN25 要法兰还是丝扣？"]
    desk.do("order.answer", {"uid": order.uid, "answer": "丝扣"})
    assert desk.do("order.confirm", {"uid": order.uid}).message == "已确认 XS2606A-0001"


def test_customers_come_from_excel_and_go_back_to_excel(desk: Desk, tmp_path: Path) -> None:
    """CUS-1, CUS-3 (thin): ten thousand doubles are none; a second import changes only what changed."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["2026 年客户资料收集表"])
    sheet.append(["客户编码", "客户名称", "联系人", "手机", "地区", "授信额度", "统一社会信用代码"])
    sheet.append(["C00042", "苏州华源贸易有限公司", "王芳", "138 1288 6021", "江苏", "25万", None])
    sheet.append(["C00050", "宁波恒源阀门有限公司", "李建", "0574-8888 0001", "浙江", 100000, None])
    path = tmp_path / "客户.xlsx"
    book.save(path)
    told = desk.do("customer.check_import", {"file": str(path)})
    assert told.data["counts"] == {"new": 1, "update": 1}
    desk.do("customer.import", {"file": str(path)})
    assert "没有要改的" in desk.do("customer.import", {"file": str(path)}).message
    rows = {r["code"]: r for r in desk.rows("customer")}
    assert len(rows) == 3 and rows["C00042"]["credit_limit"] == 25_000_000 and rows["C00050"]["region"] == "浙江"
    assert [h.title for h in desk.find("nbhy")] == ["宁波恒源阀门有限公司"]
    out = tmp_path / "导出.xlsx"
    desk.do("customer.export", {"file": str(out)})
    table = load_workbook(out).active
    assert table is not None
    values = list(table.iter_rows(values_only=True))
    assert values[0][:2] == ("客户编码", "客户名称") and len(values) == 4
    desk.do("system.undo")
    assert len(desk.rows("customer")) == 2 and desk.find("nbhy") == []


def test_the_warehouse_list_sets_the_stock(desk: Desk, tmp_path: Path) -> None:
    """PRD-1, PRD-3 (thin)."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["存货编码", "存货名称", "规格型号", "计量单位", "结存数量"])
    sheet.append(["P10012", "不锈钢球阀 DN25", "304 / PN16", "只", 280])
    sheet.append(["P90001", "压力表 0-1.6MPa", "Y-100", "只", 24])
    path = tmp_path / "仓库.xlsx"
    book.save(path)
    desk.do("product.import", {"file": str(path)})
    assert {r["code"]: r["on_hand"] for r in desk.rows("product")}["P10012"] == 280_000
    assert {r["code"]: r["on_hand"] for r in desk.rows("product")}["P90001"] == 24_000


def test_the_clock_of_the_desk_is_the_clock_of_the_papers(desk: Desk) -> None:
    assert desk.today == "2026-06-12" and desk.database.clock.now() == datetime(2026, 6, 12, 12)
