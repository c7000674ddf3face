"""Asks why a confirmed order is changed: the kind of reason from a list, and a few words when they help."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from salesdesk.modules.orders.change_model import AMEND_REASON
from ui.kit.dialogs import Question
from ui.kit.widgets import FieldLabel


class AmendmentQuestion(Question):
    """Kind and words."""

    def __init__(self, parent: QWidget | None, number: str) -> None:
        super().__init__(parent, f"变更订单 {number}", "变更会记进历史：谁、什么时候、改了哪几项、为什么。", "提交变更")
        self.kind = QComboBox()
        self.kind.setAccessibleName("变更原因")
        for option in AMEND_REASON.options:
            self.kind.addItem(option.label, option.key)
        self.words = QLineEdit()
        self.words.setAccessibleName("补充说明")
        self.words.setPlaceholderText("例如：客户电话加 20 只")
        self.body.addWidget(FieldLabel("变更原因", True))
        self.body.addWidget(self.kind)
        self.body.addWidget(FieldLabel("补充说明"))
        self.body.addWidget(self.words)
        self.kind.setFocus()


def ask_amendment(parent: QWidget | None, number: str) -> tuple[str, str] | None:
    """(kind, words), or None when given up."""
    dialog = AmendmentQuestion(parent, number)
    if not dialog.exec():
        return None
    return str(dialog.kind.currentData()), dialog.words.text().strip()
