"""Who looked at confidential data or took it along, and when: the log as a list that can be searched and filtered."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout

from ui.kit.page import PageContext
from ui.kit.register_panel import RegisterPanel
from ui.kit.widgets import button, label, row


class AccessDialog(QDialog):
    """查看记录, the latest on top."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context.window)
        self.setWindowTitle("查看记录")
        self.setWindowFlag(Qt.WindowType.WindowContextHelpButtonHint, False)
        self.panel = RegisterPanel(context, "access_log")
        told = label("谁、什么时候看了遮住的内容，或者连同它导出了；不能改，也不能删", "grid", "text2")
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 16, 22, 16)
        column.setSpacing(10)
        column.addLayout(row(label("查看记录", "subtitle", bold=True), told, 1, spacing=12))
        column.addWidget(self.panel, 1)
        column.addLayout(row(1, button("关闭", clicked=self.reject)))
        host = context.window.size() if context.window is not None else None
        self.resize(min(1080, host.width() - 60) if host else 1080, min(640, host.height() - 60) if host else 640)
        self.panel.search()


def show_access(context: PageContext) -> AccessDialog:
    """Lay the log over whatever is in front."""
    dialog = AccessDialog(context)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
