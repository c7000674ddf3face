"""Shows how something is done on the real page: a ring round the place, a note beside it, which goes on by itself when it is done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent, QPen, QShortcut
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget
from shiboken6 import isValid

from ui.kit.controls import label, restyle, row
from ui.kit.theme import theme
from ui.kit.widgets import button

LOOK_MS = 300
SKIP_KEYS = "Ctrl+Shift+Backspace"
WIDE = 330


class Mark(NamedTuple):
    """One step. where: the widget it is about, None while there is none; done: whether it is behind us."""

    title: str
    text: str
    where: Callable[[], QWidget | None]
    done: Callable[[], bool]


class Ring(QWidget):
    """A line round a place of the window, through which mouse and keys go to what it shows."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme().color("accent"), 3))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, 2, -2, -2), 8, 8)
        painter.end()


class Coach(QFrame):
    """Stands over a window until the last step is done or it is skipped; takes no keys away. `ended(done)`.

    there: whether what is taught is still open; the coach goes when it is not.
    """

    ended = Signal(bool)

    def __init__(
        self, window: QWidget, marks: Sequence[Mark], closing: str, there: Callable[[], bool] = lambda: True
    ) -> None:
        super().__init__(window)
        self.setObjectName("sheet")
        self._window, self._marks, self._closing = window, list(marks), closing
        self._there = there
        self.at = 0
        self.ring = Ring(window)
        self.title = label("", "body", bold=True)
        self.text = label("", "grid", "text2")
        self.text.setWordWrap(True)
        self.text.setFixedWidth(WIDE - 36)
        self.count = label("", "caption", "text3")
        self.skip = button("不用教了", clicked=self.end)
        self.skip.set_kind("quiet")
        self.skip.setToolTip(SKIP_KEYS)
        self.skip.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # typing must not land here
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 14, 12, 10)
        column.setSpacing(6)
        column.addWidget(self.title)
        column.addWidget(self.text)
        column.addLayout(row(self.count, 1, self.skip))
        QShortcut(QKeySequence(SKIP_KEYS), self, self.end)
        self._look = QTimer(self)
        self._look.timeout.connect(self.look)
        window.installEventFilter(self)
        self._say()
        self._look.start(LOOK_MS)
        self.look()

    def look(self) -> None:
        """Go on past what is done, and stand beside the place of the present step."""
        if not self._there():
            self.end()
            return
        before = self.at
        while self.at < len(self._marks) and self._marks[self.at].done():
            self.at += 1
        if self.at != before:
            self._say()
        self._stand()

    def _say(self) -> None:
        if self.at < len(self._marks):
            mark = self._marks[self.at]
            self.title.setText(mark.title)
            self.text.setText(mark.text)
            self.count.setText(f"{self.at + 1} / {len(self._marks)}")
        else:
            self._look.stop()
            self.title.setText("好了")
            self.text.setText(self._closing)
            self.count.setText("")
            self.skip.setText("知道了")
            restyle(self.skip)
        self.text.setMinimumHeight(self.text.heightForWidth(WIDE - 36))
        self.setAccessibleName(f"{self.title.text()}：{self.text.text()}")
        self.adjustSize()

    def _stand(self) -> None:
        """The note at the foot of the window, where no list of choices opens; the ring where the eyes should go."""
        target = self._marks[self.at].where() if self.at < len(self._marks) else None
        shown = target is not None and isValid(target) and target.isVisible()
        self.ring.setVisible(shown)
        self.setVisible(shown or self.at >= len(self._marks))  # while she is elsewhere it waits without a word
        if target is not None and shown:
            corner = target.mapTo(self._window, QPoint(0, 0))
            self.ring.setGeometry(QRect(corner, target.size()).adjusted(-5, -5, 5, 5))
            self.ring.raise_()
        self.move(self._window.width() - self.width() - 40, self._window.height() - self.height() - 90)
        self.raise_()

    def end(self) -> None:
        """Take it away for good."""
        self._look.stop()
        self.ring.deleteLater()
        self.hide()
        self.deleteLater()
        self.ended.emit(self.at >= len(self._marks))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._stand()
        return False
