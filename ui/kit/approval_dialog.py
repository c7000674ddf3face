"""Another operator lets one thing pass at this PC: what it is, why, who approves, and his password."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QWidget

from salesdesk.domain.problems import Problem, summary
from ui.kit.dialogs import Question
from ui.kit.password_edit import PasswordEdit
from ui.kit.widgets import FieldLabel, mark_error


class Approval(Question):
    """The clerk writes the reason, the 主管 puts his password; nobody changes chairs."""

    def __init__(
        self, parent: QWidget | None, title: str, problems: Sequence[Problem], managers: Sequence[str]
    ) -> None:
        hint = summary(list(problems), 6) + "\n要主管同意：请主管过来，看过原因后输自己的密码；两个人的名字都记下来。"
        super().__init__(parent, title, hint, "主管同意", 520)
        self.reason = QPlainTextEdit()
        self.reason.setTabChangesFocus(True)
        self.reason.setFixedHeight(80)
        self.reason.setAccessibleName("原因")
        self.who = QComboBox()
        self.who.setAccessibleName("谁批准")
        self.who.addItems(list(managers))
        self.password = PasswordEdit("批准人的密码")
        self._labels = {
            self.reason: FieldLabel("原因", True),
            self.who: FieldLabel("谁批准"),
            self.password: FieldLabel("他的密码", True),
        }
        for part, above in self._labels.items():
            self.body.addWidget(above)
            self.body.addWidget(part)
        self.reason.setFocus()

    def answer(self) -> None:
        empty = [
            (part, not text)
            for part, text in ((self.reason, self.reason.toPlainText().strip()), (self.password, self.password.text()))
        ]
        for part, missing in empty:
            self._labels[part].set_error("不能空着" if missing else "")
            mark_error(part, missing)
        first = next((part for part, missing in empty if missing), None)
        if first is not None:
            first.setFocus()
            return
        self.accept()

    @property
    def given(self) -> dict[str, str]:
        """The arguments the door takes for it."""
        return {
            "reason": self.reason.toPlainText().strip(),
            "approver": self.who.currentText(),
            "approver_password": self.password.text(),
        }


def ask_approval(
    parent: QWidget | None, title: str, problems: Sequence[Problem], managers: Sequence[str]
) -> dict[str, str] | None:
    """What lets it pass; None when given up."""
    dialog = Approval(parent, title, problems, managers)
    given = dialog.given if dialog.exec() else None
    dialog.password.clear()
    dialog.deleteLater()
    return given
