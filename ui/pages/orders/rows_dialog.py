"""The rows behind a figure of the side panel; Enter on one opens its order."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHeaderView, QVBoxLayout

from salesdesk.modules.orders import beside
from ui.kit.page import PageContext
from ui.kit.plain_table import PlainTable
from ui.kit.widgets import EmptyState, button, label, row

WIDE = ("产品", "改了什么", "依据", "问题", "客户")
NUMBERS = ("数量", "单价", "金额", "没发的", "没发的数量", "逾期天数", "过期天数")


class RowsDialog(QDialog):
    """`opened(order)` is called for the row that was chosen; Esc closes."""

    def __init__(self, context: PageContext, sheet: beside.Sheet, opened: Callable[[str], object]) -> None:
        super().__init__(context.window)
        self.setWindowTitle(sheet.title)
        self._opened, self._sheet = opened, sheet
        wide = [i for name in WIDE for i, title in enumerate(sheet.headings) if title == name][:1] or [0]
        self.table = PlainTable(sheet.title, sheet.headings, wide)
        self.table.setWordWrap(False)
        self.table.setRowCount(len(sheet.rows))
        for i, cells in enumerate(sheet.rows):
            for column, text in enumerate(cells):
                self.table.put(i, column, text)
                if sheet.headings[column] in NUMBERS:
                    item = self.table.item(i, column)
                    if item is not None:
                        item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.cellDoubleClicked.connect(lambda r, c: self._open(r))
        empty = EmptyState("info", sheet.empty, "")
        empty.setVisible(not sheet.rows)
        self.table.setVisible(bool(sheet.rows))
        self.go = button("打开订单", "order", primary=True, shortcut="Enter", clicked=self._current)
        self.go.setVisible(any(sheet.orders))
        note = f"共 {len(sheet.rows)} 行" + ("，只列最近的" if len(sheet.rows) >= beside.SHOWN else "")
        column_ = QVBoxLayout(self)
        column_.setContentsMargins(20, 16, 20, 16)
        column_.setSpacing(10)
        column_.addWidget(label(sheet.title, "subtitle", bold=True))
        column_.addWidget(empty, 1)
        column_.addWidget(self.table, 1)
        count = label(note if sheet.rows else "", "caption", "text2")
        column_.addLayout(row(count, 1, button("关闭", clicked=self.reject), self.go, spacing=10))
        self.resize(720, min(560, 220 + 30 * max(1, len(sheet.rows))))
        if sheet.rows:
            self.table.selectRow(0)
            self.table.setFocus()

    def _current(self) -> None:
        self._open(self.table.currentRow())

    def _open(self, at: int) -> None:
        order = self._sheet.orders[at] if 0 <= at < len(self._sheet.orders) else ""
        if order:
            self.accept()
            self._opened(order)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._current()
        else:
            super().keyPressEvent(event)


def show_rows(context: PageContext, sheet: beside.Sheet) -> None:
    """Open the rows of a figure; a chosen one opens its order beside the one that is typed."""
    dialog = RowsDialog(context, sheet, lambda order: context.show_record("sales_order", order))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
