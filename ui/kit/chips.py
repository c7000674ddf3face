"""Small coloured pills: the status of a record, a filter that is on or off, the key caps at the foot of a page."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from salesdesk.domain.kinds import Option
from ui.kit.controls import Button, label, row
from ui.kit.freed import empty
from ui.kit.theme import theme


def chip_width(option: Option | None) -> int:
    """Width a status chip takes, for delegates."""
    if option is None:
        return 0
    return QFontMetrics(theme().font("caption")).horizontalAdvance(option.label) + (34 if option.icon else 20)


def paint_chip(painter: QPainter, box: QRectF, option: Option | None, ratio: float = 0.0) -> None:
    """Paint a status as icon + word + colour at the left of the box, centred in height; for table delegates too."""
    if option is None:
        return
    ink, ground = theme().tone(option.tone)
    height = min(theme().px("chip"), box.height())
    pill = QRectF(box.left(), box.center().y() - height / 2, min(chip_width(option), box.width()), height)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(pill, height / 2, height / 2)
    text = pill.adjusted(10, 0, -8, 0)
    if option.icon:
        painter.drawPixmap(
            round(pill.left() + 8),
            round(pill.center().y() - 7),
            theme().pixmap(option.icon, option.tone, 14, ratio=ratio),
        )
        text = pill.adjusted(25, 0, -8, 0)
    painter.setPen(ink)
    painter.setFont(theme().font("caption"))
    shown = painter.fontMetrics().elidedText(option.label, Qt.TextElideMode.ElideRight, round(text.width()) + 1)
    painter.drawText(text, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
    painter.restore()


class Chip(QWidget):
    """A status as icon, word and colour; never colour alone."""

    def __init__(self, option: Option | None = None) -> None:
        super().__init__()
        self._option: Option | None = None
        self.set_option(option)

    def set_option(self, option: Option | None) -> None:
        """Show another status; None hides the chip."""
        self._option = option
        if option is None:
            self.hide()
        elif self.parentWidget() is not None:  # without a place it would be a window of its own for a moment
            self.show()
        self.setFixedSize(max(1, chip_width(option)), theme().px("chip"))
        self.setAccessibleName(option.label if option else "")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_chip(painter, QRectF(self.rect()), self._option, self.devicePixelRatioF())
        painter.end()


class FilterChip(Button):
    """A pill that switches a filter on and off and says how many rows it leaves."""

    def __init__(self, text: str, count: int | None = None, key: str = "") -> None:
        super().__init__(text, kind="filter")
        self.key = key or text
        self._text = text
        self.setCheckable(True)
        self.set_count(count)

    def set_title(self, text: str) -> None:
        """Call the pill something else, without a number."""
        self._text = text
        self.set_count(None)

    def set_count(self, count: int | None) -> None:
        """Show another number, None for no number."""
        self.setText(self._text if count is None else f"{self._text} {count:,}")
        self.setAccessibleName(self.text())


class KeyHints(QWidget):
    """The line of key caps at the foot of a page; where it is narrow the last but one goes first, for F1 tells them all."""

    def __init__(self, hints: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__()
        self._line = row(spacing=14)
        self.setLayout(self._line)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._hints: list[QWidget] = []
        self.set_hints(hints)

    def set_hints(self, hints: Sequence[tuple[str, str]]) -> None:
        """Show other keys: (key cap, what it does)."""
        empty(self._line)
        self._hints = []
        for keys, text in hints:
            cap = label(keys, "caption")
            cap.setProperty("keycap", True)
            one = QWidget()
            one.setLayout(row(cap, label(text, "caption", "text2"), spacing=6))
            self._line.addWidget(one)
            self._hints.append(one)
        self._line.addStretch(1)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        left = self.width() + self._line.spacing()
        *others, last = [one.sizeHint().width() + self._line.spacing() for one in self._hints] or [0]
        left -= last
        for one, wide in zip(self._hints, others, strict=False):
            left -= wide
            one.setVisible(left >= 0)
