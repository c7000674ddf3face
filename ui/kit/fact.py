"""One figure of a side panel: its name, its value, and the rows behind it at a click or Enter."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui.kit.theme import theme
from ui.kit.widgets import label, row, set_ink


class Fact(QWidget):
    """A name at the left and its value at the right. With a `figure` it can be opened: click, or Enter while it has the focus."""

    wanted = Signal(str)

    def __init__(self, name: str, figure: str = "", size: str = "grid", bold: bool = False) -> None:
        super().__init__()
        self._name, self.figure = name, figure
        self.value = label("—", size, bold=bold)
        self.value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._title = label(name, "caption", "text2")
        self.setLayout(row(self._title, 1, self.value, spacing=6))
        self.setFixedHeight(24)
        if figure:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
            self.setToolTip("点开看明细")

    def say(self, text: str, ink: str = "text", name: str = "") -> None:
        """Show a value, under another name if given; what stays the same is not touched, so that nothing flickers."""
        text = text or "—"
        if name and name != self._name:
            self._name = name
            self._title.setText(name)
            self.setAccessibleName(f"{name} {text}")
        if self.value.text() != text:
            self.value.setText(text)
            self.setAccessibleName(f"{self._name} {text}")
        set_ink(self.value, ink)

    def open(self) -> None:
        """Ask for the rows behind the figure."""
        if self.figure:
            self.wanted.emit(self.figure)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if (
            self.figure
            and event.button() == Qt.MouseButton.LeftButton
            and self.rect().contains(event.position().toPoint())
        ):
            self.open()
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.figure:
            self.open()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A thin frame while the keys are here."""
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setPen(theme().color("accent"))
            painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 4, 4)
            painter.end()
