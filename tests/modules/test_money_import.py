"""The bank's list and the tax office's list come in with a look before, and never twice (ORD-8)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from salesdesk.desk import Desk
from salesdesk.domain.errors import Refused
from salesdesk.services.checking import check_all
from tests.desks import order_args, small_desk

BALL = ("P10012", "12", "48.60")  # 583.20


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = small_desk(tmp_path / "data")
    yield made
    assert [p.text for p in check_all(made.database, made.folder).problems] == []
    made.close()


def book(path: Path, rows: Sequence[Sequence[object]]) -> str:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    made.save(path)
    return str(path)


def owed(desk: Desk, code: str = "C00043") -> dict[str, Any]:
    with desk.read() as reader:
        return reader.row("SELECT unpaid, unbilled, deposit, owed FROM customer WHERE code = ?", (code,)) or {}


BANK = (
    ("中国工商银行 账户明细", None, None, None, None, None, None),
    ("账号：1102 0205 0900 6 户名：苏州安正阀门有限公司", None, None, None, None, None, None),
    ("交易时间", "对方户名", "借方发生额", "贷方发生额", "余额", "摘要", "交易流水号"),
    ("2026-06-11 10:23:00", "重庆长安阀门经营部", "0.00", "500.00", "10500.00", "货款", "A001"),
    ("2026-06-10 09:00:00", "重庆长安阀门经营部", None, "83.20", "10000.00", "货款", "A000"),
    ("2026-06-11 11:00:00", "苏州供电公司", "1,200.00", None, "9300.00", "电费", "A002"),
    ("2026-06-12 08:00:00", "苏州华源贸易有限公司（基本户）", None, "20,000.00", "29300.00", "往来", "A003"),
    ("2026-06-12 08:00:00", "结算利息", None, "3.21", "29303.21", "利息", "A004"),
)  # fmt: skip


def test_the_banks_list_settles_the_oldest_first_and_leaves_out_what_went_out(desk: Desk, tmp_path: Path) -> None:
    desk.do(
        "customer.save", {"uid": desk.rows("customer")[0]["uid"], "invoice_title": "苏州华源贸易有限公司（基本户）"}
    )
    uid = desk.do("order.confirm", order_args(BALL, customer="C00043")).uid
    desk.do("order.deliver", {"uid": uid})
    file = book(tmp_path / "流水.xlsx", BANK)
    seen = desk.do("receipt.check_import", {"file": file})
    assert seen.message == "共 5 行：新增 3，有错 1，不导入 1" and desk.rows("receipt") == []
    with pytest.raises(Refused) as refused:
        desk.do("receipt.import", {"file": file})
    assert "没有客户「结算利息」" in refused.value.problems[0].message
    made = desk.do("receipt.import", {"file": file, "skip_failed": True})
    assert "3 笔，20,583.20 元" in made.message
    assert owed(desk) == {"unpaid": 0, "unbilled": 0, "deposit": 0, "owed": 0}
    assert owed(desk, "C00042")["owed"] == 0, "the opening balance is settled"
    assert [r["reference"] for r in sorted(desk.rows("receipt"), key=lambda r: r["number"])] == ["A000", "A001", "A003"]
    again = desk.do("receipt.import", {"file": file, "skip_failed": True})
    assert "都登记过了" in again.message and len(desk.rows("receipt")) == 3
    desk.do("system.undo")
    assert desk.rows("receipt") == [] and owed(desk)["unbilled"] == 58320


def test_a_list_with_one_amount_and_a_sign_of_direction(desk: Desk, tmp_path: Path) -> None:
    rows = (
        ("日期", "收/支", "金额", "对方名称"),
        ("20260611", "收入", "88.00", "C00043"),
        ("20260611", "支出", "88.00", "C00043"),
    )
    file = book(tmp_path / "微信.xlsx", rows)
    desk.do("receipt.import", {"file": file, "mapping": '{"amount": "金额"}', "auto": "否"})
    [row] = desk.rows("receipt")
    assert (row["amount"], row["rest"]) == (8800, 8800)


TAX = (
    ("数电票号码", "购买方名称", "开票日期", "金额", "税额", "价税合计", "发票票种", "发票状态", "备注"),
    ("26322000000000000001", "重庆长安阀门经营部", "2026-06-11 09:30:11", "400", "52", "452.00", "专票", "正常", ""),
    ("26322000000000000002", "重庆长安阀门经营部", "2026-06-12 09:30:11", "177.2", "23", "200.20", "专票", "正常", ""),
    ("26322000000000000003", "重庆长安阀门经营部", "2026-06-12", "10", "1.3", "11.30", "普票", "已作废", ""),
    ("26322000000000000004", "重庆长安阀门经营部", "2026-06-12", "-400", "-52", "-452.00", "专票", "正常",
     "被红冲蓝字数电票号码：26322000000000000001"),
)  # fmt: skip


def test_invoices_of_the_tax_office_meet_the_deliveries(desk: Desk, tmp_path: Path) -> None:
    uid = desk.do("order.confirm", order_args(BALL, customer="C00043")).uid
    desk.do("order.deliver", {"uid": uid})
    first = book(tmp_path / "发票.xlsx", TAX[:4])
    assert desk.do("sales_invoice.check_import", {"file": first}).message == "共 3 行：新增 2，不导入 1"
    made = desk.do("sales_invoice.import", {"file": first})
    assert [p.code for p in made.problems] == ["no_delivery"] and "69.00 没有对应的送货" in made.problems[0].message
    assert owed(desk) == {"unpaid": 65220, "unbilled": 0, "deposit": 0, "owed": 65220}
    both = book(tmp_path / "发票2.xlsx", TAX)
    desk.do("sales_invoice.import", {"file": both})
    red = next(r for r in desk.rows("sales_invoice") if r["amount"] < 0)
    assert desk.row("sales_invoice", red["red_of"])["number"].endswith("1")  # type: ignore[index]
    assert owed(desk) == {"unpaid": 20020, "unbilled": 45200, "deposit": 0, "owed": 65220}
    assert "都登记过了" in desk.do("sales_invoice.import", {"file": both}).message


def test_a_red_one_without_its_blue_and_a_known_number_with_another_amount_are_told(desk: Desk, tmp_path: Path) -> None:
    desk.do(
        "sales_invoice.save", {"number": TAX[1][0], "customer": "C00043", "lines": [{"about": "其他", "amount": "9"}]}
    )
    file = book(tmp_path / "发票.xlsx", (TAX[0], TAX[1], TAX[4]))
    told = desk.do("sales_invoice.check_import", {"file": file}).problems
    assert [p.code for p in told] == ["same_number", "no_blue"]
    with pytest.raises(Refused):
        desk.do("sales_invoice.import", {"file": file})
