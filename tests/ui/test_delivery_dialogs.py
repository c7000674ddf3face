"""合并发货, 核对, 签收, 余量 and 打印机校准 by keys alone, as a clerk and a warehouse scanner do it (ORD-7)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from salesdesk.desk import Desk
from salesdesk.modules.orders import queries
from tests.desks import order_args
from tests.ui.hands import Hands, answer, clipped, nameless
from ui.kit import print_out
from ui.kit.calibration_dialog import CalibrationDialog
from ui.kit.dialogs import Question
from ui.kit.paper_preview import PaperPreview
from ui.pages.orders.count_dialog import CountDialog
from ui.pages.orders.delivery_list import chase
from ui.pages.orders.merge_dialog import MergeDialog
from ui.pages.orders.rest_dialog import RestDialog
from ui.pages.orders.sign_dialog import SignDialog
from ui.shell.window import Window


def opened(qtbot: QtBot, dialog: Any) -> Any:
    qtbot.addWidget(dialog)
    with qtbot.waitActive(dialog):
        dialog.show()
        dialog.activateWindow()
    QApplication.processEvents()
    return dialog


@pytest.fixture
def orders(desk: Desk) -> list[str]:
    """Two confirmed orders of the same customer."""
    return [
        desk.do("order.confirm", order_args(("P10012", "12", "48.6"), ("P20031", "100", "3.2"))).uid,
        desk.do("order.confirm", order_args(("P10013", "5", "92.5"))).uid,
    ]


@pytest.fixture
def note(desk: Desk, orders: list[str]) -> str:
    return desk.do("order.deliver", {"uid": orders[0]}).uid


def left(desk: Desk, order: str) -> list[int]:
    with desk.read() as reader:
        return [r["left"] // 1000 for r in queries.open_lines(reader, order)]


def test_lines_of_two_orders_go_on_one_note(
    qtbot: QtBot, window: Window, desk: Desk, orders: list[str], hands: Hands
) -> None:
    desk.settings.put("orders.print_after_delivery", False)
    dialog: MergeDialog = opened(qtbot, MergeDialog(window.context, orders[0], window))
    assert [line["qty"] for line in dialog.draft.lines] == [12000, 100_000, None]
    assert "2 张订单 3 行" in dialog.hint.text() and clipped(dialog) == [] and nameless(dialog) == []
    hands.type("7")
    hands.press("Return")  # 7 of the first line
    hands.press("Space", "Space")  # nothing of the second, all of the third
    assert [line["qty"] for line in dialog.draft.lines] == [7000, None, 5000]
    dialog.head.editors["vehicle"].setFocus()
    hands.type("苏E12345")
    hands.press("Ctrl+Return")
    hands.wait()
    assert not dialog.isVisible()
    made = desk.rows("delivery")[0]
    assert (made["orders"], made["vehicle"], made["order"]) == ("XS2606A-0001、XS2606A-0002", "苏E12345", None)
    assert left(desk, orders[0]) == [5, 100] and left(desk, orders[1]) == [0]


def test_the_scanner_counts_and_what_differs_is_seen(
    qtbot: QtBot, window: Window, desk: Desk, note: str, hands: Hands
) -> None:
    desk.do("product.save", {"uid": desk.find("P10012", "product")[0].uid, "barcode": "6901234567892"})
    dialog: CountDialog = opened(qtbot, CountDialog(window.context, note, window))
    assert clipped(dialog) == [] and nameless(dialog) == []
    for _ in range(3):
        hands.type("6901234567892")
        hands.press("Return")
    assert dialog.draft.lines[0]["counted"] == 3000
    hands.type("8*p10012")
    hands.press("Return")
    assert dialog.draft.lines[0]["counted"] == 11000 and dialog.scan.text() == ""
    hands.type("4711")
    hands.press("Return")
    assert "没有「4711」" in dialog.banner.text
    assert dialog.told.text() == "还有 1 行没点，1 行不符"
    hands.press("Ctrl+Return")
    hands.wait()
    assert dialog.isVisible() and "还没点" in dialog.banner.text
    dialog.grid.go(1, dialog.grid.lines.column_of("counted"))
    dialog.grid.setFocus(Qt.FocusReason.OtherFocusReason)
    hands.press("Space")
    assert dialog.adjust.isVisible()
    dialog.adjust.setFocus()
    hands.press("Space")
    hands.press("Ctrl+Return")
    hands.wait()
    row = desk.row("delivery", note) or {}
    assert not dialog.isVisible() and row["state"] == "checked"
    assert desk.lines("delivery_line", note)[0]["qty"] == 11000


def test_signing_with_something_turned_down_and_a_scan(
    qtbot: QtBot, window: Window, desk: Desk, note: str, orders: list[str], hands: Hands, tmp_path: Path
) -> None:
    scan = tmp_path / "签收单.jpg"
    scan.write_bytes(b"x")
    dialog: SignDialog = opened(qtbot, SignDialog(window.context, note, window))
    assert dialog.told.text() == "全部收下" and clipped(dialog) == [] and nameless(dialog) == []
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(scan))])
    dialog.dropEvent(
        QDropEvent(
            QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
    )
    dialog.editors["box"].setFocus()
    hands.type("7")
    hands.press("Return")
    dialog.grid.setFocus(Qt.FocusReason.OtherFocusReason)
    dialog.grid.go(0, dialog.grid.lines.column_of("rejected"))
    hands.type("2")
    hands.press("Ctrl+Return")
    hands.wait()
    assert dialog.isVisible() and "拒收要写原因" in dialog.banner.text
    assert dialog.grid.currentIndex().column() == dialog.grid.lines.column_of("reject_reason")
    hands.type("ps")  # 破损 by its initials
    hands.press("Return")
    assert dialog.draft.lines[0]["reject_reason"] == "破损"
    shown = dialog.grid.lines.index(0, dialog.grid.lines.column_of("handling")).data()
    assert shown == "不回库，重新发" and dialog.told.text() == "送 112，实收 110，拒收 2"
    hands.press("Ctrl+Return")
    hands.wait()
    row = desk.row("delivery", note) or {}
    assert (row["state"], row["signed_by"], row["box"]) == ("partly", "王芳", "7")
    assert left(desk, orders[0]) == [2, 0]
    assert [a["name"] for a in desk.rows("attachment") if a["owner"] == note] == ["签收单.jpg"]


def test_the_rest_is_closed_and_opened_again(
    qtbot: QtBot, window: Window, desk: Desk, orders: list[str], hands: Hands
) -> None:
    line = desk.lines("order_line", orders[0])[0]["uid"]
    desk.do("order.deliver", {"uid": orders[0], "lines": [{"order_line": line, "qty": 5}]})
    dialog: RestDialog = opened(qtbot, RestDialog(window.context, orders[0], False, window))
    assert dialog.sum.text() == "2 行，共 107" and clipped(dialog) == [] and nameless(dialog) == []
    dialog.grid.setFocus(Qt.FocusReason.OtherFocusReason)
    dialog.grid.go(1, dialog.grid.lines.column_of("qty"))
    hands.press("Space")
    assert dialog.sum.text() == "1 行，共 7"
    hands.press("Ctrl+Return")
    hands.wait()
    assert left(desk, orders[0]) == [0, 100]
    back: RestDialog = opened(qtbot, RestDialog(window.context, orders[0], True, window))
    hands.press("Ctrl+Return")
    hands.wait()
    assert back.isVisible() and back.banner.text
    hands.type("客户又要了")
    hands.press("Ctrl+Return")
    hands.wait()
    assert not back.isVisible() and left(desk, orders[0]) == [7, 100]


def test_chasing_copies_the_words(window: Window, desk: Desk, note: str, hands: Hands) -> None:
    chase(window.context, note)
    hands.wait()
    assert "SH2606A-0001" in QApplication.clipboard().text()
    assert (desk.row("delivery", note) or {})["chased"] == 1


def test_the_preview_asks_why_what_is_not_counted_shall_leave(
    qtbot: QtBot, window: Window, desk: Desk, note: str, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.settings.put("delivery.check", "any")
    monkeypatch.setattr(print_out, "print_pdf", lambda parent, pdf, title, **more: "针打")
    preview: PaperPreview = opened(qtbot, PaperPreview(window.context, "delivery", note))
    hands.wait()
    assert "还没核对" in preview.banner.text

    def why(dialog: Question) -> None:
        hands.type("客户在等")
        hands.press("Ctrl+Return")

    answer(why)
    preview.print()
    hands.wait()
    (log,) = desk.rows("print_log")
    assert (log["nth"], log["printer"]) == (1, "针打")


def test_an_earlier_print_is_seen_as_it_was(qtbot: QtBot, window: Window, desk: Desk, note: str, hands: Hands) -> None:
    printed = Path(str(desk.do("delivery.print", {"uid": note}).data["file"])).read_bytes()
    desk.do("delivery.save", {"uid": note, "address": "昆山花桥 9 号"})
    preview: PaperPreview = opened(qtbot, PaperPreview(window.context, "delivery", note))
    hands.wait()
    assert preview.before.isVisible() and preview.pdf != printed
    preview.view(preview._kept[0])
    hands.wait()
    assert preview.pdf == printed and not preview.print_button.isEnabled()
    assert "第 1 次打印的原样" in preview.banner.text and "昆山花桥 9 号" in preview.banner.text
    preview.make("241x140")
    hands.wait()
    assert preview.pdf != printed and preview.print_button.isEnabled()


class TestCalibration:
    @pytest.fixture
    def dialog(self, qtbot: QtBot, window: Window, monkeypatch: pytest.MonkeyPatch) -> CalibrationDialog:
        monkeypatch.setattr(print_out, "printer_names", lambda: ["EPSON LQ-630K", "前台激光"])
        monkeypatch.setattr(print_out, "has_paper", lambda name, wide, high: name != "前台激光")
        made: CalibrationDialog = opened(qtbot, CalibrationDialog(window.context, "", "241x140", window))
        return made

    def test_four_numbers_correct_the_next_print(
        self, dialog: CalibrationDialog, desk: Desk, note: str, hands: Hands, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sent: list[bytes] = []

        def take(name: str, pdf: bytes, title: str) -> str:
            sent.append(pdf)
            return ""

        monkeypatch.setattr(print_out, "print_to", take)
        assert clipped(dialog) == [] and nameless(dialog) == [] and "10 张" in dialog.first.text()
        hands.press("Space")
        assert len(sent) == 1 and dialog.edits["left"].hasFocus()
        for typed in ("18", "21.5", "", "24.2"):
            hands.type(typed)
            hands.press("Return")
        assert "往右 2 毫米，往上 1.5 毫米，每张往上收 0.3 毫米" in dialog.told.text()
        hands.press("Ctrl+Return")
        hands.wait()
        assert "往右 2 毫米" in dialog.now.text() and "已记住" in dialog.banner.text
        assert desk.settings.get("print.fit/EPSON LQ-630K/241x140")["creep"] == pytest.approx(0.3)
        dialog.forget()
        hands.wait()
        assert dialog.now.text() == "现在的修正：不用修正"

    def test_a_driver_without_the_paper_is_told(self, dialog: CalibrationDialog, hands: Hands) -> None:
        assert not dialog.banner.isVisible()
        dialog.printers.setCurrentIndex(1)
        dialog._chosen()
        assert "没有 241×139.7 毫米的纸" in dialog.banner.text and "打印服务器属性" in dialog.banner.text

    def test_what_is_no_number_cannot_be_kept(self, dialog: CalibrationDialog, hands: Hands) -> None:
        dialog.edits["left"].setFocus()
        hands.type("abc")
        assert "不是数字" in dialog.told.text() and not dialog.yes.isEnabled()


def test_a_driver_that_falls_back_to_a4_is_known() -> None:
    from PySide6.QtCore import QSizeF
    from PySide6.QtGui import QPageSize

    a4 = QPageSize(QPageSize.PageSizeId.A4)
    ours = QPageSize(QSizeF(241, 139.7), QPageSize.Unit.Millimeter, "二等分", QPageSize.SizeMatchPolicy.ExactMatch)
    assert not print_out.knows([a4], 241.0, 139.7) and print_out.knows([a4, ours], 241.0, 139.7)
    assert print_out.knows([], 241.0, 139.7), "a driver that tells nothing is believed"


def test_a_signed_note_is_corrected_where_it_was_signed(
    qtbot: QtBot, window: Window, desk: Desk, note: str, hands: Hands
) -> None:
    line = desk.lines("delivery_line", note)[0]["uid"]
    lines = [{"delivery_line": line, "rejected": "2", "reject_reason": "破损"}]
    desk.do("delivery.sign", {"uid": note, "signed_by": "王方", "lines": lines})
    dialog: SignDialog = opened(qtbot, SignDialog(window.context, note, window, again=True))
    assert clipped(dialog) == [] and nameless(dialog) == []
    assert dialog.draft.lines[0]["rejected"] == 2000 and dialog.told.text().endswith("拒收 2")
    hands.press("Ctrl+Return")
    hands.wait()
    assert dialog.isVisible() and dialog.banner.isVisible(), "why is asked"
    hands.type("3 只破的")
    dialog.grid.go(0, dialog.grid.lines.column_of("rejected"))
    dialog.grid.setFocus(Qt.FocusReason.OtherFocusReason)
    hands.type("3")
    hands.press("Return", "Ctrl+Return")
    hands.wait()
    assert not dialog.isVisible()
    row = desk.lines("delivery_line", note)[0]
    assert (row["rejected"], row["reject_reason"]) == (3000, "破损")
