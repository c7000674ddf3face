"""The plain dialog all questions are asked in: a title, the question, what is wrong with the answer, two buttons."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from salesdesk.domain.problems import Problem, summary
from ui.kit.controls import Button, button, label, row
from ui.kit.enter import is_enter
from ui.kit.notices import Banner

FRAME = 40
"""Pixels of the screen's height that a title bar and its border take."""


class Question(QDialog):
    """A dialog with one primary button; Enter in a line or Ctrl+Enter anywhere answers, Esc gives up."""

    def __init__(self, parent: QWidget | None, title: str, hint: str = "", yes: str = "确定", width: int = 460) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setWindowFlag(Qt.WindowType.WindowContextHelpButtonHint, False)
        self.setMinimumWidth(width)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(10)
        column.addWidget(label(title, "subtitle", bold=True))
        self.hint = label(hint, "grid", "text2")
        self.hint.setWordWrap(True)
        column.addWidget(self.hint)
        self.hint.setVisible(bool(hint))
        self.banner = Banner()
        column.addWidget(self.banner)
        self.banner.said.connect(self._make_room)
        self.body = QVBoxLayout()
        self.body.setSpacing(6)
        column.addLayout(self.body)
        column.addSpacing(8)
        self.no = button("取消", clicked=self.reject)
        self.yes: Button = button(yes, primary=True, clicked=self.answer)
        self.yes.setToolTip("Ctrl+Enter")
        self.buttons = row(1, self.no, self.yes, spacing=10)
        column.addLayout(self.buttons)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self.answer)
        self.yes.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """What is said later, such as why an answer was refused, takes room of its own and none from the fields."""
        column = self.layout()
        if column is not None and self.isVisible():
            column.activate()
            room = self.screen().availableGeometry().height() - FRAME
            self.resize(self.width(), min(room, max(self.height(), column.totalHeightForWidth(self.width()))))

    def answer(self) -> None:
        """Take the answer; a dialog that has to check it first does so here and stays open when it is wrong."""
        self.accept()

    def refuse(self, problems: Sequence[Problem]) -> None:
        """Say what is wrong and stay open."""
        self.banner.say("err", summary(list(problems)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if is_enter(event):
            self.on_enter()
            return
        super().keyPressEvent(event)

    def on_enter(self) -> None:
        """Enter was pressed, and on no button, which takes it itself: it is the answer."""
        self.answer()


class StepQuestion(Question):
    """A question of several fields: Enter goes on to the next one and after the last to the button, which answers."""

    def on_enter(self) -> None:
        self.focusNextChild()
        if self.focusWidget() is self.no:
            self.yes.setFocus()


def tell(
    parent: QWidget | None,
    title: str,
    text: str,
    actions: Sequence[tuple[str, Callable[[], object]]] = (),
    tone: str = "err",
) -> None:
    """Show something that must be read, with its cure; one button closes it."""
    dialog = Question(parent, title, yes="知道了", width=520)
    dialog.banner.say(tone, text, actions)
    dialog.no.hide()
    dialog.exec()
    dialog.deleteLater()


def confirm(parent: QWidget | None, title: str, text: str, yes: str, tone: str = "warn") -> bool:
    """Ask whether to go on with something that may go wrong; the careful button has the focus."""
    dialog = Question(parent, title, yes=yes, width=520)
    dialog.banner.say(tone, text)
    dialog.no.setFocus()
    answer = bool(dialog.exec())
    dialog.deleteLater()
    return answer
