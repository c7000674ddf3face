"""What a page says in its own place: a banner, an empty list that teaches the next key, progress, a key figure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QLabel, QProgressBar, QVBoxLayout, QWidget

from ui.kit.charts import Sparkline
from ui.kit.controls import (
    Button,
    Clickable,
    IconButton,
    IconLabel,
    LinkButton,
    button,
    label,
    restyle,
    row,
    set_ink,
)
from ui.kit.freed import empty
from ui.kit.turning import paint_turning

TONE_ICONS = {
    "err": "error", "warn": "warning", "info": "info", "ok": "checkmark_circle", "prog": "sync", "neutral": "info",
}  # fmt: skip


class Banner(QFrame):
    """A coloured strip: icon, what happened, what to do, and buttons that do it. Hidden until `say` is called.

    said: something was said, which may take more room. closed: put away by hand.
    """

    said = Signal()
    closed = Signal()

    def __init__(self, tone: str = "info", text: str = "", closable: bool = False) -> None:
        super().__init__()
        self.setObjectName("banner")
        self._icon = IconLabel("info", "info", 18, True)
        self._text = label("", "grid")
        self._text.setWordWrap(True)
        self._actions = row(spacing=4)
        self._close = IconButton("dismiss", "收起这条提示", clicked=self._put_away)
        if not closable:  # a part shown before it has its place would be a window of its own for a moment
            self._close.hide()
        line = row(self._icon, self._text, self._actions, self._close, spacing=10, margins=(14, 6, 8, 6))
        line.setStretch(1, 1)
        self.setLayout(line)
        self.setMinimumHeight(38)
        self.hide()
        if text:
            self.say(tone, text)

    def say(self, tone: str, text: str, actions: Sequence[tuple[str, Callable[[], object]]] = ()) -> None:
        """Show a message; each action becomes a link button."""
        self.setProperty("tone", tone)
        restyle(self)
        self._icon.set(TONE_ICONS.get(tone, "info"), tone, filled=True)
        self._text.setText(text)
        set_ink(self._text, tone)
        self.setAccessibleName(text)
        empty(self._actions)
        for title, act in actions:
            self._actions.addWidget(LinkButton(title, act))
        self.show()
        self.said.emit()

    @property
    def text(self) -> str:
        """What it says now."""
        return self._text.text()

    def _put_away(self) -> None:
        self.hide()
        self.closed.emit()


class EmptyState(QWidget):
    """What stands where a list is empty: why, and the next step."""

    def __init__(self, icon: str, title: str, hint: str = "", action: Button | None = None) -> None:
        super().__init__()
        self._icon = IconLabel(icon, "text3", 40)
        self._title = label(title, "subtitle", bold=True)
        self._hint = label(hint, "grid", "text2")
        self._hint.setWordWrap(True)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._hint.setFixedWidth(440)
        self._hint.setMinimumHeight(max(0, self._hint.heightForWidth(440)))
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addStretch(2)
        for part in (self._icon, self._title, self._hint):
            column.addWidget(part, 0, Qt.AlignmentFlag.AlignHCenter)
        if action is not None:
            column.addSpacing(6)
            column.addWidget(action, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)

    def minimumSizeHint(self) -> QSize:
        """Behind a list that is not empty it asks for no height."""
        hint = super().minimumSizeHint()
        return hint if self.isVisible() else QSize(hint.width(), 0)

    def say(self, title: str, hint: str = "") -> None:
        """Tell something else."""
        self._title.setText(title)
        self._hint.setText(hint)
        self._hint.setMinimumHeight(max(0, self._hint.heightForWidth(440)))


class Spinner(QWidget):
    """A small turning ring; it turns only while it is visible."""

    def __init__(self, size: int = 16) -> None:
        super().__init__()
        self.setFixedSize(size, size)
        self.setAccessibleName("正在处理")
        self._angle = 0
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._turn)

    def showEvent(self, event: QShowEvent) -> None:
        self._timer.start(80)

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()

    def _turn(self) -> None:
        self._angle = (self._angle + 30) % 360
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_turning(painter, QRectF(self.rect()).adjusted(2, 2, -2, -2), self._angle)
        painter.end()


class Progress(QWidget):
    """What is running, how far it is, and a button to stop it."""

    cancelled = Signal()

    def __init__(self, title: str = "", can_cancel: bool = True) -> None:
        super().__init__()
        self._spinner = Spinner()
        self._title = label(title, "grid", "text2")
        self._bar = QProgressBar()
        self._bar.setFixedWidth(180)
        self._bar.setAccessibleName("进度")
        self._count = label("", "caption", "text2")
        self._stop = button("取消", "dismiss", clicked=self.cancelled.emit)
        if not can_cancel:
            self._stop.hide()
        self.setLayout(row(self._spinner, self._title, self._bar, self._count, self._stop, 1, spacing=10))
        self.update_to(0, 0)

    def start(self, title: str) -> None:
        """Begin anew under another title."""
        self._title.setText(title)
        self.update_to(0, 0)

    def update_to(self, done: int, whole: int) -> None:
        """Show how far it is; a whole of 0 means nobody knows."""
        self._bar.setVisible(whole > 0)
        self._bar.setRange(0, max(1, whole))
        self._bar.setValue(done)
        self._count.setText(f"{done:,} / {whole:,}" if whole else "")


ROOM_FOR_COURSE = 110
"""Pixels beside the digits of a figure: its margins, gaps and the narrowest course."""


class Figure(Clickable):
    """A key figure: what it is, its value in large digits, a comparison in words, and its recent course."""

    def __init__(self, icon: str, title: str) -> None:
        super().__init__(title)
        self._name = title
        self._icon = IconLabel(icon, "text2", 18)
        self._value = label("—", "figure", bold=True)
        self._unit = label("", "body", "text2")
        # Made with its first words: a change of ink asks the style, which takes long once.
        self._strong: QLabel | None = None
        self._note = label("", "caption", "text2")
        self._course = Sparkline()
        self._course.setMinimumWidth(60)
        self._told = False
        self._course.setMaximumWidth(96)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 13, 16, 13)
        column.setSpacing(2)
        column.addLayout(row(self._icon, label(title, "body", "text2"), 1))
        value = row(self._value, self._unit, spacing=4)
        value.setAlignment(self._unit, Qt.AlignmentFlag.AlignBottom)
        self._unit.setContentsMargins(0, 0, 0, 4)
        middle = row(value, 1, self._course)
        column.addLayout(middle)
        self._words = row(self._note, 1, spacing=4)
        column.addLayout(self._words)

    def set_value(
        self, value: str, unit: str = "", strong: str = "", note: str = "", tone: str = "ok",
        course: Sequence[float] = (), course_tone: str = "info",
    ) -> None:  # fmt: skip
        """Show figures; `strong` is the coloured part of the comparison, e.g. "↑ 12.4%"."""
        self._value.setText(value)
        self._unit.setText(unit)
        if self._strong is None:
            self._strong = label("", "caption", tone, bold=True)
            self._words.insertWidget(0, self._strong)
        self._strong.setText(strong)
        self._strong.setVisible(bool(strong))
        set_ink(self._strong, tone)
        self._note.setText(note)
        self._told = len(course) > 1
        self._fit()
        self._course.set_values(course, "err" if course_tone == "err" else "chart1")
        self.setAccessibleName(f"{self._name} {value}{unit} {strong}{note}")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """The digits come first; the course is shown where there is room beside them."""
        digits = self._value.sizeHint().width() + self._unit.sizeHint().width()
        self._course.setVisible(self._told and self.contentsRect().width() >= digits + ROOM_FOR_COURSE)
