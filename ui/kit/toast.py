"""What the window says in passing: a strip at its foot that goes by itself."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from ui.kit.controls import Button, IconLabel, label, row
from ui.kit.notices import TONE_ICONS

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
