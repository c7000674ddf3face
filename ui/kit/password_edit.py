"""A line for a password: dots instead of letters, no input method, and a word when capitals are locked."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

LONGEST = 200


class PasswordEdit(QLineEdit):
    """What is typed is seen by nobody and kept by nobody: no undo of the typing, no copying out of it."""

    def __init__(self, title: str = "密码") -> None:
        super().__init__()
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setMaxLength(LONGEST)
        self.setAccessibleName(title)
        self.setInputMethodHints(
            Qt.InputMethodHint.ImhHiddenText
            | Qt.InputMethodHint.ImhNoPredictiveText
            | Qt.InputMethodHint.ImhSensitiveData
        )
