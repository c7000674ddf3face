"""What the window says in passing, and the questions it asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QPlainTextEdit, QSizePolicy, QWidget

from salesdesk.domain.kinds import Option
from salesdesk.domain.problems import Problem, Severity, summary
from ui.kit.controls import Button, IconLabel, label, row
from ui.kit.dialogs import Question, tell
from ui.kit.notices import TONE_ICONS
from ui.kit.params_form import ask_params
from ui.kit.theme import theme

__all__ = ["Toast", "ask_choice", "ask_params", "ask_reason", "ask_text", "tell"]

SHOWN_MS = 6000
SHOWN_LONG_MS = 12000


class Toast(QFrame):
    """A dark strip at the foot of the window that goes by itself, with 撤销 where something can be taken back.

    It is a child of the window, takes no focus, and stays as long as the mouse rests on it.
    """

    undo_wanted = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("toast")
        self._window = window
        self.shift = 0
        self._sign = IconLabel("checkmark_circle", "on_toast", 18)
        self._text = label("", "body")
        self._text.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._undo = Button("撤销", kind="toast")
        self._undo.setToolTip("Ctrl+Z")
        self._undo.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._undo.clicked.connect(self._want_undo)
        self.setLayout(row(self._sign, self._text, self._undo, spacing=12, margins=(16, 8, 10, 8)))
        self.setMinimumHeight(50)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        window.installEventFilter(self)
        self.hide()

    @property
    def text(self) -> str:
        """What it says or said last."""
        return self._text.text()

    @property
    def offers_undo(self) -> bool:
        """Whether 撤销 is offered now."""
        return self.isVisible() and self._undo.isVisible()

    def say(self, text: str, undo: bool = False, tone: str = "ok") -> None:
        """Show a sentence; a later one takes its place."""
        self._sign.set(TONE_ICONS.get(tone, "info"), "on_toast", filled=tone in ("err", "warn"))
        widest = max(240, min(720, self._window.width() - 220))
        self._text.setWordWrap(False)
        self._text.setText(text)
        if self._text.sizeHint().width() > widest or "\n" in text:
            self._text.setWordWrap(True)
            self._text.setFixedWidth(widest)
        else:
            self._text.setMinimumWidth(0)
            self._text.setMaximumWidth(widest)
        self._undo.setVisible(undo)
        self.setAccessibleName(text)
        self.adjustSize()
        self._place()
        self.raise_()
        self.show()
        self._timer.start(SHOWN_LONG_MS if len(text) > 40 or tone in ("err", "warn") else SHOWN_MS)

    def _want_undo(self) -> None:
        self.hide()
        self.undo_wanted.emit()

    def _place(self) -> None:
        middle = (self._window.width() + self.shift - self.width()) // 2
        self.move(QPoint(max(8, middle), self._window.height() - self.height() - 44))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def enterEvent(self, event: QEnterEvent) -> None:
        self._timer.stop()

    def leaveEvent(self, event: QEvent) -> None:
        self._timer.start(SHOWN_MS // 2)


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


def ask_reason_only(parent: QWidget | None, title: str, problems: Sequence[Problem]) -> str | None:
    """`ask_reason` where a reason is all that lacks; None too where something forbids it or nothing wants a reason."""
    asks = [p for p in problems if p.severity is Severity.ASK]
    if not asks or any(p.severity is Severity.STOP for p in problems):
        return None
    return ask_reason(parent, title, asks)


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
