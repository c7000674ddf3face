"""Shows the life of a claim: who entered, changed and printed it, and when."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QVBoxLayout

from ui.kit.history_panel import HistoryPanel
from ui.kit.page import PageContext
from ui.kit.widgets import button, label, row
from ui.pages.reimbursement.claim_draft import ClaimDraft


def show_history(context: PageContext, claim: ClaimDraft) -> None:
    """Open the history of a stored claim; Esc closes it."""
    dialog = QDialog(context.window)
    dialog.setWindowTitle(f"历史 - 报销单 {claim.number}")
    panel = HistoryPanel(context.desk, context.ops)
    column = QVBoxLayout(dialog)
    column.setContentsMargins(20, 16, 20, 16)
    column.setSpacing(10)
    column.addWidget(label(f"报销单 {claim.number} 的历史", "subtitle", bold=True))
    column.addWidget(panel, 1)
    column.addLayout(row(1, button("关闭", clicked=dialog.accept)))
    dialog.resize(620, 640)
    panel.show_record("expense_claim", claim.draft.uid)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
