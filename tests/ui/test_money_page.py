"""Money at the window (ORD-8): a receipt by keys alone, statements of a month with a way to stop, ages with what is behind them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from salesdesk.desk import Desk
from tests.desks import order_args
from tests.ui.hands import Hands, answer, clipped, nameless
from ui.kit.import_wizard import ImportWizard
from ui.pages.money.batch_dialog import BatchDialog
from ui.pages.money.page import MoneyPage, StatementPanel
from ui.pages.money.receipt_dialog import ReceiptDialog
from ui.shell.window import Window


@pytest.fixture
def traded(desk: Desk) -> str:
    """The second customer owes 583.20 without invoice since yesterday, and 370.00 with one."""
    uid = str(desk.rows("customer")[1]["uid"])
    desk.do("customer.save", {"uid": uid, "settle": "货到付款"})
    for line, day in ((("P10013", "4", "92.50"), "2026-05-02"), (("P10012", "12", "48.60"), "2026-06-11")):
        made = desk.do("order.confirm", order_args(line, customer="C00043"))
        desk.do("order.deliver", {"uid": made.uid, "day": day})
        if day < "2026-06":
            desk.do("sales_invoice.save", {"number": "26320001", "customer": uid, "day": "2026-05-03"})
    return uid


@pytest.fixture
def page(traded: str, window: Window) -> Iterator[MoneyPage]:
    """The money page in front."""
    window.go("money")
    window.ops.wait()
    made = window.front
    assert isinstance(made, MoneyPage)
    yield made


def test_a_receipt_is_written_by_keys_and_settles_the_oldest_first(page: MoneyPage, desk: Desk, hands: Hands) -> None:
    def write(dialog: ReceiptDialog) -> None:
        assert nameless(dialog) == [] and clipped(dialog) == []
        hands.type("cqca")
        hands.press("Return")
        hands.wait()
        hands.press("Tab") if hands.focus is not dialog.editors["amount"] else None
        hands.type("400")
        hands.wait()
        assert [line.get("amount") for line in dialog.draft.lines] == [37000, 3000]
        assert dialog.sum.text() == "核销 400.00，留作预收 0.00"
        hands.press("Ctrl+Return")
        hands.wait()

    answer(write)
    hands.press("Ctrl+N")
    hands.wait()
    [receipt] = desk.rows("receipt")
    assert (receipt["amount"], receipt["rest"]) == (40000, 0)
    row = desk.row("customer", receipt["customer"]) or {}
    assert (row["unpaid"], row["unbilled"]) == (0, 55320)


def test_too_much_is_told_in_the_dialog_and_nothing_is_lost(
    page: MoneyPage, desk: Desk, hands: Hands, traded: str
) -> None:
    def write(dialog: ReceiptDialog) -> None:
        hands.wait()
        hands.type("100")
        hands.wait()
        dialog.grid.setFocus()
        dialog.grid.go(0, dialog.grid.lines.column_of("amount"))
        hands.type("250")
        hands.press("Return")
        hands.wait()
        assert "多 150.00" in dialog.sum.text()
        hands.press("Ctrl+Return")
        hands.wait()
        assert dialog.isVisible() and "核销合计 250.00" in dialog.banner.text
        dialog.settle_nothing()
        hands.press("Ctrl+Return")
        hands.wait()

    answer(write)
    page.run_action("receipt.save", {"entity": "receipt", "customer": traded})
    hands.wait()
    assert [r["rest"] for r in desk.rows("receipt")] == [10000]

    def settle(dialog: ReceiptDialog) -> None:
        hands.wait()
        dialog.settle_by_age()
        hands.press("Ctrl+Return")
        hands.wait()

    answer(settle)
    page.run_action("receipt.save", {"uid": desk.rows("receipt")[0]["uid"]})
    hands.wait()
    assert [r["rest"] for r in desk.rows("receipt")] == [0]


def test_statements_of_a_month_are_looked_at_first(page: MoneyPage, desk: Desk, hands: Hands, tmp_path: Path) -> None:
    panel = page.show_register("statement")
    assert isinstance(panel, StatementPanel)

    def make(dialog: BatchDialog) -> None:
        hands.wait()
        hands.type("2026-06")
        hands.press("Return")
        hands.wait()
        assert nameless(dialog) == [] and clipped(dialog) == []
        assert [r["name"] for r in dialog._rows] == ["苏州华源贸易有限公司", "重庆长安阀门经营部"]
        dialog.table.setFocus()
        hands.press("Space")
        assert dialog.yes.text() == "做 1 户对账单"
        dialog.forms.button(1).setChecked(True)
        dialog.folder.setText(str(tmp_path))
        hands.press("Ctrl+Return")
        hands.wait()

    answer(make)
    panel.batch()
    hands.wait()
    assert [r["customer.name"] for r in desk.rows("statement")] == ["重庆长安阀门经营部"]
    assert [p.name for p in tmp_path.glob("*.pdf")] == ["对账单 2026-06 重庆长安阀门经营部.pdf"]


def test_a_batch_can_be_stopped(page: MoneyPage, desk: Desk, hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    from salesdesk.modules.money import statement_files

    making = statement_files.make_one

    def press_cancel(*args: object) -> str:
        page.ops.cancel()
        return making(*args)  # type: ignore[arg-type]

    def make(dialog: BatchDialog) -> None:
        hands.wait()
        dialog.month.setText("2026-06")
        dialog.read()
        dialog.forms.button(3).setChecked(True)
        hands.wait()
        with monkeypatch.context() as patched:
            patched.setattr(statement_files, "make_one", press_cancel)
            hands.press("Ctrl+Return")
            hands.wait()
        assert dialog.isVisible() and "停下了" in dialog.banner.text and dialog.yes.isEnabled()

    answer(make)
    page.run_action("statement.batch", {})
    hands.wait()
    assert desk.rows("statement") == []


def test_ages_show_what_is_behind_them(page: MoneyPage, desk: Desk, hands: Hands, traded: str) -> None:
    page.run_action("ageing", {})
    hands.wait()
    view = page.ageing
    assert view is not None and nameless(view) == []
    row = next(i for i, text in enumerate(view.list.rows.texts) if text[0] == "重庆长安阀门经营部")
    assert list(view.list.rows.texts[row]) == ["重庆长安阀门经营部", "", "583.20", "370.00", "", "", "953.20"]
    assert view.list.rows.texts[-1][0] == "合计"
    view.list.setFocus()
    view.list.setCurrentIndex(view.list.rows.index(row, 0))
    hands.wait()
    assert [list(t) for t in view.debts.rows.texts] == [
        ["发票 26320001", "2026-05-03", "40 天", "370.00"],
        ["送货 SH2606A-0002", "2026-06-11", "1 天", "583.20"],
    ]
    desk_call = desk.do("customer.chase", {"uid": traded, "who": "陈刚", "said": "明天付"})
    page.refresh(desk_call.changes)
    view._picked()
    hands.wait()
    assert view.calls.rows.texts[0][0] == "陈刚 · 明天付"
    hands.press("Return")
    assert QApplication.focusWidget() is view.debts
    hands.press("Return")
    hands.wait()
    assert page.front.entity.key == "sales_invoice" and page.front.record is not None


def test_the_banks_list_comes_in_through_the_usual_window(
    page: MoneyPage, desk: Desk, hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "流水.csv"
    rows = (
        "交易日期,对方户名,借方发生额,贷方发生额,交易流水号",
        "2026-06-11,重庆长安阀门经营部,,400.00,A1",
        "2026-06-11,电费,88,,A2",
    )
    file.write_text("\n".join(rows), encoding="utf-8-sig")
    monkeypatch.setattr("ui.kit.import_wizard.choose_file", lambda *_: str(file))

    def look(wizard: ImportWizard) -> None:
        hands.wait()
        assert "新增 1" in wizard.summary.text() and "不导入 1" in wizard.summary.text() and wizard.go.isEnabled()
        wizard.go.click()
        hands.wait()

    answer(look)
    page.front.exchange.fetch()
    hands.wait()
    [receipt] = desk.rows("receipt")
    assert (receipt["amount"], receipt["rest"], receipt["reference"]) == (40000, 0, "A1")
