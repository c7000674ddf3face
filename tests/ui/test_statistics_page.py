"""统计 at the window by keys: from a region into its customers, to the papers, causes, a report and its closing (STA-1, STA-2)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from unicodedata import normalize

import pytest
from PySide6.QtWidgets import QApplication

from salesdesk.desk import Desk
from tests.desks import order_args
from tests.services.pdf_reading import texts_of
from tests.ui.hands import Hands, clipped, nameless
from ui.pages.statistics.chart_paper import write_charts
from ui.pages.statistics.compare_dialog import CompareDialog
from ui.pages.statistics.page import ReportPanel, StatisticsPage
from ui.shell.window import Window


@pytest.fixture
def sold(desk: Desk) -> None:
    """Two customers in two regions, in May and June."""
    for customer, region in (("C00042", "江苏"), ("C00043", "重庆")):
        uid = next(r["uid"] for r in desk.rows("customer") if r["code"] == customer)
        desk.do("customer.save", {"uid": uid, "region": region})
        for day, qty in (("2026-05-11", "10"), ("2026-06-02", "12" if region == "江苏" else "5")):
            args = order_args(("P10012", qty, "48.60"), customer=customer)
            made = desk.do("order.save", {**args, "order_date": day, "due_date": "2026-06-30", "reason": "补录"})
            desk.do("order.confirm", {"uid": made.uid, "reason": "补录"})


@pytest.fixture
def page(sold: None, window: Window) -> Iterator[StatisticsPage]:
    window.go("statistics")
    window.ops.wait()
    made = window.front
    assert isinstance(made, StatisticsPage)
    yield made
    made.ops.wait()


def test_from_a_region_to_its_customers_and_papers_by_keys(page: StatisticsPage, hands: Hands) -> None:
    view = page.numbers
    assert view is not None
    assert view.amount.accessibleName().startswith("销售额 826.20元 -15.0%")
    view.sides.setFocus()
    for _ in range(4):
        hands.press("Right")
        hands.wait()
    assert [row[0] for row in view.table.rows.texts] == ["江苏（1 家）", "重庆（1 家）", "合计（2 家）"]
    view.table.setFocus()
    hands.press("Return")
    hands.wait()
    assert [row[:2] for row in view.table.rows.texts] == [("苏州华源贸易有限公司", "583.20"), ("合计", "583.20")]
    view.tabs.setCurrentIndex(2)
    hands.wait()
    assert [row[1] for row in view.papers.rows.texts] == ["2026-06-02"]
    view.table.setFocus()
    hands.press("Escape")
    hands.wait()
    assert view.table.rows.texts[0][0] == "江苏（1 家）" and not view.wish.where
    hands.press("Ctrl+Left")
    hands.wait()
    assert view.period.text() == "2026 年 5 月" and view.amount.accessibleName().startswith("销售额 972.00")


def test_causes_add_up_on_the_screen_and_charts_go_to_paper(page: StatisticsPage, hands: Hands, tmp_path: Path) -> None:
    view = page.numbers
    assert view is not None and view.told is not None
    view.tabs.setCurrentIndex(1)
    hands.wait()
    parts = [row[1].replace(",", "") for row in view.causes.texts()]
    assert round(sum(float(p) for p in parts), 2) == -145.80 and "建议" in view.cause.toPlainText()
    file = tmp_path / "图.pdf"
    write_charts(file, view._paper_words(view.told.measure, view.told.period), view.course, view.rank)
    text = normalize("NFKC", "".join(texts_of(file.read_bytes()))).replace(" ", "")  # Qt tells some signs as radicals
    assert text.index("排名") < text.index("苏州华源")
    assert "销售统计图" in text and "按下单日期" in text and "苏州华源" in text


def test_a_report_is_made_shown_and_compared(page: StatisticsPage, hands: Hands, desk: Desk) -> None:
    view = page.numbers
    assert view is not None
    view.table.setFocus()
    hands.press("Ctrl+Left")
    hands.wait()
    view.make.click()
    hands.wait()
    assert page.current_record() is not None and page.tabs.tabText(page.tabs.currentIndex()) == "销售报表"
    page.front.ask("sales_report.chat")
    hands.wait()
    assert "销售额 972.00 元" in QApplication.clipboard().text()


def test_why_it_changed_stands_paper_by_paper_and_leads_to_the_paper(
    page: StatisticsPage, hands: Hands, desk: Desk
) -> None:
    """STA-2 by keys: the lines add up to the last one, Enter opens the paper."""
    made = desk.do("sales_report.make", {"kind": "month", "period": "2026-05"})
    desk.do("sales_report.close", {"uid": made.uid})
    order = next(r for r in desk.rows("sales_order") if r["order_date"] == "2026-05-11")
    desk.do("order.cancel", {"uid": order["uid"], "cancel_reason": "客户取消"})
    panel = page.show_register("sales_report")
    hands.wait()
    assert isinstance(panel, ReportPanel)
    panel._ask_for("sales_report.compare", made.uid)
    hands.wait()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, CompareDialog)
    texts = dialog.table.texts()
    assert texts[0][0] == order["number"] and texts[0][2:5] == ["486.00", "0.00", "-486.00"]
    assert "取消" in texts[0][-1]
    assert texts[-1][:5] == ["合计", "", "486.00", "0.00", "-486.00"] and clipped(dialog) == []
    dialog.copy.click()
    assert order["number"] in QApplication.clipboard().text()
    dialog.table.setFocus()
    hands.press("Return")
    hands.wait()
    assert QApplication.activeModalWidget() is None
    front = page.context.window.front  # type: ignore[attr-defined]
    assert front.current_record() == ("sales_order", order["uid"])


def test_every_part_has_a_name_and_no_text_is_cut(page: StatisticsPage, hands: Hands) -> None:
    for tab in range(page.tabs.count()):
        page.tabs.setCurrentIndex(tab)
        hands.wait()
        assert nameless(page) == []
        assert clipped(page) == []
