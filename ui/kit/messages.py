"""The questions the window asks: a text, a reason, one of a few things."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QPlainTextEdit, QWidget

from salesdesk.domain.kinds import Option
from salesdesk.domain.problems import Problem, summary
from ui.kit.dialogs import Question, tell
from ui.kit.params_form import ask_params
from ui.kit.theme import theme

__all__ = ["ask_choice", "ask_params", "ask_reason", "ask_text", "tell"]


def ask_text(
    parent: QWidget | None, title: str, hint: str = "", text: str = "", lines: bool = False,
    check: Callable[[str], str] | None = None, yes: str = "确定",
) -> str | None:  # fmt: skip
    """Ask for a text; `check` answers with what is wrong with it or "". None when given up."""
    dialog = _TextQuestion(parent, title, hint, text, lines, check, yes)
    answer = dialog.text if dialog.exec() else None
    dialog.deleteLater()
    return answer


class _TextQuestion(Question):
    def __init__(
        self, parent: QWidget | None, title: str, hint: str, text: str, lines: bool,
        check: Callable[[str], str] | None, yes: str,
    ) -> None:  # fmt: skip
        super().__init__(parent, title, hint, yes)
        self._check = check
        self.editor: QLineEdit | QPlainTextEdit
        if lines:
            self.editor = QPlainTextEdit(text)
            self.editor.setTabChangesFocus(True)
            self.editor.setFixedHeight(110)
        else:
            self.editor = QLineEdit(text)
            self.editor.selectAll()
        self.editor.setAccessibleName(title)
        self.body.addWidget(self.editor)
        self.editor.setFocus()

    @property
    def text(self) -> str:
        return (self.editor.text() if isinstance(self.editor, QLineEdit) else self.editor.toPlainText()).strip()

    def answer(self) -> None:
        wrong = self._check(self.text) if self._check else ""
        if wrong:
            self.refuse([Problem(wrong)])
            return
        self.accept()


def ask_reason(parent: QWidget | None, title: str, problems: Sequence[Problem]) -> str | None:
    """Ask why something that normally is not allowed shall be done all the same; the reason goes into the log."""
    hint = summary(list(problems), 6) + "\n要继续，请写明原因，会记进操作记录。"
    return ask_text(parent, title, hint, lines=True, check=lambda text: "" if text else "请写明原因", yes="继续")


def ask_choice(
    parent: QWidget | None, title: str, options: Sequence[Option | tuple[str, str]], hint: str = "", yes: str = "确定"
) -> str | None:
    """Ask for one of a few things by its key; arrow keys and Enter, or a double click. None when given up."""
    dialog = Question(parent, title, hint, yes)
    box = QListWidget()
    box.setAccessibleName(title)
    box.setFrameShape(QFrame.Shape.NoFrame)
    for option in options:
        key, text = (option.key, option.label) if isinstance(option, Option) else option
        item = QListWidgetItem(text)
        if isinstance(option, Option) and option.icon:
            item.setIcon(theme().icon(option.icon, option.tone))
        item.setData(Qt.ItemDataRole.UserRole, key)
        box.addItem(item)
    box.setCurrentRow(0)
    box.setFixedHeight(min(10, len(options)) * 32 + 8)
    box.itemDoubleClicked.connect(dialog.accept)
    dialog.body.addWidget(box)
    box.setFocus()
    chosen = box.currentItem() if dialog.exec() else None
    answer = None if chosen is None else str(chosen.data(Qt.ItemDataRole.UserRole))
    dialog.deleteLater()
    return answer
