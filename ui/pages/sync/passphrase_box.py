"""A passphrase typed once or twice, with how well it holds."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from salesdesk.domain.errors import EnvironmentFault, Refused
from salesdesk.domain.problems import Problem, summary
from salesdesk.services.sync.workspace import Strength, strength
from ui.kit.dialogs import Question
from ui.kit.widgets import FieldLabel, IconButton, labelled, mark_error, row


class PassphraseBox(QWidget):
    """`changed` on every key. `twice` asks for it again and judges it; joining asks once, for it is what it is."""

    changed = Signal()

    def __init__(self, twice: bool, title: str = "口令") -> None:
        super().__init__()
        self.twice = twice
        self.first, self.again = QLineEdit(), QLineEdit()
        hint = "至少 10 个字母数字，或 5 个汉字" if twice else "向已经在用的同事问"
        self.label = FieldLabel(title, True, hint)
        self.label_again = FieldLabel("再输一遍", True)
        self._hint = hint
        self.eye = IconButton("eye", "显示口令", clicked=self._show)
        self.eye.setCheckable(True)
        for edit, name in ((self.first, title), (self.again, "再输一遍口令")):
            edit.setEchoMode(QLineEdit.EchoMode.Password)
            edit.setInputMethodHints(Qt.InputMethodHint.ImhSensitiveData)
            edit.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, True)  # 汉字 are welcome
            edit.setAccessibleName(name)
            edit.textChanged.connect(self._typed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        inside = QWidget()
        inside.setLayout(row(self.first, self.eye, spacing=4))
        column.addWidget(labelled(self.label, inside))
        if twice:
            column.addWidget(labelled(self.label_again, self.again))
        self.setFocusProxy(self.first)

    @property
    def text(self) -> str:
        """What was typed."""
        return self.first.text()

    @property
    def strength(self) -> Strength:
        """How well it holds."""
        return strength(self.text)

    def _show(self) -> None:
        mode = QLineEdit.EchoMode.Normal if self.eye.isChecked() else QLineEdit.EchoMode.Password
        for edit in (self.first, self.again):
            edit.setEchoMode(mode)

    def _typed(self) -> None:
        mark_error(self.first, False)
        mark_error(self.again, False)
        self.label.set_error("")
        self.label_again.set_error("")
        if self.twice:
            self.label.set_hint(self.strength.text or self._hint)
            same = bool(self.again.text()) and self.again.text() == self.text
            self.label_again.set_hint("两遍一样" if same else "")
        self.changed.emit()

    def check(self) -> bool:
        """Whether it will do; else says at the field why not and puts the keyboard there."""
        wrong = "请填口令" if not self.text else ""
        if self.twice and not wrong and self.strength.level < 1:
            wrong = self.strength.text
        self.label.set_error(wrong)
        mark_error(self.first, bool(wrong))
        if wrong:
            self.first.setFocus()
            return False
        if self.twice and self.again.text() != self.text:
            self.label_again.set_error("和上面的不一样" if self.again.text() else "请再输一遍")
            mark_error(self.again, True)
            self.again.setFocus()
            return False
        return True

    def refuse(self, message: str) -> None:
        """Say what the share said to it."""
        self.label.set_error(message)
        mark_error(self.first, True)
        self.first.setFocus()
        self.first.selectAll()

    def explain(self, error: BaseException, dialog: Question) -> bool:
        """Say at the field or in the dialog around it why something failed; False where that is a defect of ours."""
        if isinstance(error, Refused) and any(p.path == "passphrase" for p in error.problems):
            self.refuse(summary(list(error.problems)))
        elif isinstance(error, Refused):
            dialog.refuse(error.problems)
        elif isinstance(error, EnvironmentFault):
            dialog.refuse([Problem(error.message, error.cure)])
        else:
            return False
        return True
