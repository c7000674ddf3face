"""Shows the life of one record beside the page: who changed what, when and why."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QVBoxLayout

from ui.kit.history_panel import HistoryPanel
from ui.kit.page import PageContext
from ui.kit.widgets import button, label, row


class HistoryDialog(QDialog):
    """A HistoryPanel with a heading; Esc closes it."""

    def __init__(self, context: PageContext, entity: str, uid: str, title: str) -> None:
        super().__init__(context.window)
        self.setWindowTitle(f"历史 - {title}")
        self.panel = HistoryPanel(context.desk, context.ops)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        column.addWidget(label(f"{title} 的历史", "subtitle", bold=True))
        column.addWidget(self.panel, 1)
        column.addLayout(row(1, button("关闭", clicked=self.accept)))
        self.resize(620, 640)
        self.panel.show_record(entity, uid)


def show_history(context: PageContext, entity: str, uid: str, title: str) -> None:
    """Open the history of a record."""
    dialog = HistoryDialog(context, entity, uid, title)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
