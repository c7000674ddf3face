"""All versions of a document's file, the newest above; Enter opens the one in hand."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QVBoxLayout

from salesdesk.domain.kinds import Row, Stamp
from ui.kit.page import PageContext
from ui.kit.plain_table import PlainTable
from ui.kit.widgets import button, label, row

STAMP = Stamp()


class Versions(QDialog):
    """Esc closes it."""

    def __init__(self, context: PageContext, title: str, found: list[Row], open_: Callable[[str], None]) -> None:
        super().__init__(context.window)
        self.setWindowTitle(f"文件版本 - {title}")
        self._versions = [str(one["uid"]) for one in found]
        self._open = open_
        self.table = PlainTable("文件版本", ("版", "文件名", "大小", "放入", "谁", "读出文字", "说明"), (1, 6))
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        heading = label(f"{title} 的文件", "subtitle", bold=True)
        heading.setWordWrap(True)
        column.addWidget(heading)
        column.addWidget(
            label(f"{len(found)} 个版本，新的在上面；打开的是拷贝，改了再放进来就是新的一版", "caption", "text2")
        )
        column.addWidget(self.table, 1)
        shut = button("关闭", clicked=self.reject)
        shut.setAutoDefault(False)
        column.addLayout(row(1, shut, button("打开", "folder_open", primary=True, clicked=self.open_one), spacing=10))
        self.table.setRowCount(len(found))
        for i, one in enumerate(found):
            size = f"{max(1, round((one['size'] or 0) / 1024)):,} KB"
            told = (
                str(one["version"]),
                one["name"],
                size,
                STAMP.show(one["added_at"]),
                one["added_by"],
                one["read_as"],
                one["note"],
            )
            for place, text in enumerate(told):
                self.table.put(i, place, str(text or ""), "text" if place < 2 else "text2")
        self.table.finish()
        self.table.doubleClicked.connect(self.open_one)
        self.table.selectRow(0)
        self.table.setFocus()
        self.resize(860, 420)

    def open_one(self) -> None:
        """Open the version in hand."""
        at = self.table.currentRow()
        if at >= 0:
            self._open(self._versions[at])
            self.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.open_one()
            return
        super().keyPressEvent(event)
