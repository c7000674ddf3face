"""Small lists and a calendar that open under an editor; children of the window, so the keyboard stays in the editor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from salesdesk.domain.kinds import Option
from ui.kit.theme import theme
from ui.kit.widgets import IconButton, chip_width, label, paint_chip, row

ROW = 32
SHOWN = 10
CELL = 34
WEEKDAYS = "一二三四五六日"


def place_under(popup: QWidget, editor: QWidget, size: QSize) -> None:
    """Put a popup below an editor, above it when there is no room, always inside the window."""
    window = popup.parentWidget()
    assert window is not None
    under = QRect(editor.mapTo(window, QPoint(0, 0)), editor.size())
    width, height = min(size.width(), window.width() - 12), min(size.height(), window.height() - 12)
    left = max(6, min(under.left(), window.width() - width - 6))
    top = under.bottom() + 3
    if top + height > window.height() - 6:
        above = under.top() - height - 3
        top = above if above >= 6 else max(6, window.height() - height - 6)
    popup.setGeometry(left, top, width, height)
    popup.show()
    popup.raise_()


class OptionList(QFrame):
    """The options of a choice, one a line, as the chips the lists show."""

    def __init__(self, editor: QWidget, taken: Callable[[Option], None]) -> None:
        super().__init__(editor.window())
        editor.destroyed.connect(self.deleteLater)  # a child of the window, it would outlive whom it offers to
        self.setObjectName("sheet")
        self.setAccessibleName("可选项")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(True)
        self._editor, self._taken = editor, taken
        self.options: list[Option] = []
        self.at = 0
        self._first = 0
        self.hide()

    def offer(self, options: Sequence[Option], at: int = 0) -> None:
        """Show options under the editor; none hides the list."""
        self.options, self.at, self._first = list(options), max(0, at), 0
        if not options:
            self.hide()
            return
        metrics = QFontMetrics(theme().font("grid"))
        widest = max(max(chip_width(o), metrics.horizontalAdvance(o.label)) for o in options) + 40
        size = QSize(max(self._editor.width(), widest), min(len(options), SHOWN) * ROW + 10)
        place_under(self, self._editor, size)
        self._into_sight()
        self.update()

    @property
    def chosen(self) -> Option | None:
        """The highlighted option while the list is open."""
        return self.options[self.at] if self.isVisible() and self.at < len(self.options) else None

    def step(self, by: int) -> None:
        """Move the highlight."""
        if self.options:
            self.at = (self.at + by) % len(self.options)
            self._into_sight()
            self.update()

    def _into_sight(self) -> None:
        room = max(1, (self.height() - 10) // ROW)
        self._first = max(min(self._first, self.at), self.at - room + 1, 0)

    def _row_at(self, y: float) -> int:
        return self._first + int((y - 5) // ROW)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = self._row_at(event.position().y())
        if 0 <= at < len(self.options) and at != self.at:
            self.at = at
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        at = self._row_at(event.position().y())
        if 0 <= at < len(self.options):
            self._taken(self.options[at])

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.step(-1 if event.angleDelta().y() > 0 else 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        look, painter = theme(), QPainter(self)
        painter.setFont(look.font("grid"))
        for n, option in enumerate(self.options[self._first :]):
            area = QRect(5, 5 + n * ROW, self.width() - 10, ROW)
            if area.bottom() > self.height() - 4:
                break
            if self._first + n == self.at:
                painter.fillRect(area, look.color("select"))
                painter.fillRect(QRect(area.left(), area.top() + 6, 3, ROW - 12), look.color("accent"))
            inner = area.adjusted(10, 0, -6, 0)
            if option.icon or option.tone != "neutral":
                paint_chip(painter, QRectF(inner), option, self.devicePixelRatioF())
            else:
                painter.setPen(look.color("text"))
                painter.drawText(inner, int(Qt.AlignmentFlag.AlignVCenter), option.label)
        painter.end()


class MonthGrid(QWidget):
    """Six weeks of one month, painted; the mouse chooses a day."""

    def __init__(self, taken: Callable[[date], None]) -> None:
        super().__init__()
        self._taken = taken
        self.month = date(2000, 1, 1)
        self.day: date | None = None
        self.today = date(2000, 1, 1)
        self._over = -1
        self.setMouseTracking(True)
        self.setFixedSize(7 * CELL, 7 * CELL - 8)
        self.setAccessibleName("月历")

    def show_month(self, month: date) -> None:
        """Turn to the month of a day."""
        self.month = month.replace(day=1)
        self.update()

    def _days(self) -> list[date]:
        first = self.month - timedelta(days=self.month.weekday())
        return [first + timedelta(days=n) for n in range(42)]

    def _cell(self, n: int) -> QRect:
        return QRect(n % 7 * CELL, 26 + n // 7 * CELL, CELL, CELL)

    def _at(self, point: QPoint) -> int:
        return next((n for n in range(42) if self._cell(n).contains(point)), -1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._over = self._at(event.position().toPoint())
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        at = self._at(event.position().toPoint())
        if at >= 0:
            self._taken(self._days()[at])

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = theme(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(look.font("caption"))
        painter.setPen(look.color("text3"))
        for n, name in enumerate(WEEKDAYS):
            painter.drawText(QRect(n * CELL, 0, CELL, 24), int(Qt.AlignmentFlag.AlignCenter), name)
        for n, day in enumerate(self._days()):
            disc = QRectF(self._cell(n)).adjusted(3, 3, -3, -3)
            chosen, here = day == self.day, day.month == self.month.month
            if chosen or n == self._over:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(look.color("accent" if chosen else "hover"))
                painter.drawRoundedRect(disc, 6, 6)
            if day == self.today and not chosen:
                painter.setPen(QPen(look.color("accent"), 1))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(disc, 6, 6)
            ink = "on_accent" if chosen else "disabled" if not here else "text3" if day.weekday() > 4 else "text"
            painter.setPen(look.color(ink))
            painter.setFont(look.font("grid", chosen))
            painter.drawText(self._cell(n), int(Qt.AlignmentFlag.AlignCenter), str(day.day))
        painter.end()


class Calendar(QFrame):
    """A month under a date editor, with a step to the months beside it."""

    def __init__(self, editor: QWidget, taken: Callable[[date], None]) -> None:
        super().__init__(editor.window())
        editor.destroyed.connect(self.deleteLater)  # a child of the window, it would outlive whom it offers to
        self.setObjectName("sheet")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._editor = editor
        self.grid = MonthGrid(taken)
        self._title = label("", "body", bold=True)
        before = IconButton("chevron_left", "上个月", clicked=self._before)
        after = IconButton("chevron_right", "下个月", clicked=self._after)
        for step in (before, after):
            step.setFocusPolicy(Qt.FocusPolicy.NoFocus)

        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(4)
        column.addLayout(row(self._title, 1, before, after, spacing=2))
        column.addWidget(self.grid)
        self.hide()

    def offer(self, day: str | None, today: str) -> None:
        """Show the month of a day (of today when there is none) under the editor."""
        self.grid.today = date.fromisoformat(today)
        self.mark(day)
        place_under(self, self._editor, self.sizeHint())

    def mark(self, day: str | None) -> None:
        """Show another day as the chosen one."""
        self.grid.day = date.fromisoformat(day) if day else None
        self._turn(self.grid.day or self.grid.today)

    def turn(self, months: int) -> None:
        """Show a month before or after."""
        index = self.grid.month.year * 12 + self.grid.month.month - 1 + months
        self._turn(date(index // 12, index % 12 + 1, 1))

    def _turn(self, month: date) -> None:
        self.grid.show_month(month)
        self._title.setText(f"{month.year} 年 {month.month} 月")

    def _before(self) -> None:
        self.turn(-1)

    def _after(self) -> None:
        self.turn(1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()
