"""The painted calendar of meetings, week and month, walked by the arrow keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from salesdesk.domain.calendar_days import add_days, add_months, weekday_name
from salesdesk.modules.meetings.model import CANCELLED, HELD
from salesdesk.modules.meetings.queries import Entry
from ui.kit.theme import theme
from ui.pages.meetings.calendar_places import (
    GUTTER,
    HEAD,
    MONTH_HEAD,
    Mode,
    Place,
    day_box,
    days_of,
    first_day,
    hours_of,
    month_places,
    week_places,
)

Marks = Mapping[str, tuple[str, bool]]
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class CalendarCanvas(QWidget):
    """← → days, ↑ ↓ meetings of the day (week) or weeks (month), Enter opens, N new, T today, W and M, PgUp and PgDn.

    opened: an Entry; wanted: the day on which a new meeting is to be; moved: other days or another mode are shown.
    """

    opened = Signal(object)
    wanted = Signal(str)
    moved = Signal()

    def __init__(self, today: str) -> None:
        super().__init__()
        self.today = today
        self.now = ""
        self.day = today
        self.mode: Mode = "week"
        self.entries: tuple[Entry, ...] = ()
        self.marks: Marks = {}
        self.chosen = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(640, 380)
        theme().changed.connect(self.update)
        self._tell()

    # -- what is shown ---------------------------------------------------------------------------------------------

    @property
    def days(self) -> list[str]:
        """The days in sight."""
        return days_of(self.mode, self.day)

    @property
    def of_day(self) -> list[Entry]:
        """Meetings of the day in hand."""
        return [e for e in self.entries if e.day == self.day]

    @property
    def entry(self) -> Entry | None:
        """The meeting in hand."""
        mine = self.of_day
        return mine[self.chosen] if 0 <= self.chosen < len(mine) else None

    def set_entries(self, entries: Sequence[Entry], marks: Marks, now: str) -> None:
        """Meetings and holidays of the days in sight; now: a stamp, for the line of the hour."""
        self.entries, self.marks, self.now = tuple(entries), dict(marks), now
        self.today = now[:10]
        self.chosen = min(self.chosen, len(self.of_day) - 1)
        self._tell()
        self.update()

    def show_day(self, day: str, mode: Mode | None = None, chosen: int = -1) -> None:
        """Take another day in hand; other days come into sight when it is not among them."""
        before = (self.mode, first_day(self.mode, self.day), len(self.days))
        self.day, self.mode, self.chosen = day, mode or self.mode, chosen
        if (self.mode, first_day(self.mode, self.day), len(self.days)) != before:
            self.moved.emit()
        self._tell()
        self.update()

    def title(self) -> str:
        """ "2026 年 6 月" or "2026 年 6 月 15 日 – 21 日"."""
        if self.mode == "month":
            return f"{self.day[:4]} 年 {int(self.day[5:7])} 月"
        first, last = self.days[0], self.days[-1]
        end = f"{int(last[8:])} 日" if first[:7] == last[:7] else f"{int(last[5:7])} 月 {int(last[8:])} 日"
        return f"{first[:4]} 年 {int(first[5:7])} 月 {int(first[8:])} 日 – {end}"

    def _tell(self) -> None:
        """Say what is in hand to who cannot see it."""
        mark = self.marks.get(self.day)
        told = [f"{self.day} {weekday_name(self.day)}", mark[0] if mark else ""]
        one = self.entry
        if one is not None:
            told.append(f"{one.start[11:16]} {one.title} {one.where}")
        else:
            told.append(f"{len(self.of_day)} 个会" if self.of_day else "没有会")
        self.setAccessibleName("会议日历，" + " ".join(filter(None, told)))

    def sizeHint(self) -> QSize:
        return QSize(960, 600)

    # -- painting --------------------------------------------------------------------------------------------------

    def _area(self) -> QRectF:
        return QRectF(self.rect()).adjusted(1, 1, -1, -1)

    def _places(self) -> tuple[list[Place], dict[str, int]]:
        if self.mode == "week":
            return week_places(self._area(), self.days, self.entries), {}
        return month_places(self._area(), self.days, self.entries)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look, area, days = theme(), self._area(), self.days
        painter.fillRect(area, look.color("card"))
        for number, day in enumerate(days):
            self._paint_ground(painter, day_box(self.mode, area, number, len(days)), day)
        if self.mode == "week":
            self._paint_hours(painter, area)
        self._paint_heads(painter, area)
        places, left = self._places()
        mine = self.entry
        for place in places:
            self._paint_entry(painter, place, place.entry == mine)
        painter.setFont(look.font("caption"))
        painter.setPen(look.color("text2"))
        for day, number in left.items():
            box = day_box(self.mode, area, days.index(day), len(days))
            painter.drawText(
                QRectF(box.left() + 10, box.bottom() - 21, box.width() - 14, 18), _LEFT, f"还有 {number} 个"
            )
        self._paint_now(painter, area)
        self._paint_focus(painter, area)
        painter.end()

    def _paint_ground(self, painter: QPainter, box: QRectF, day: str) -> None:
        look, mark = theme(), self.marks.get(day)
        rests = not mark[1] if mark else weekday_name(day) in ("周六", "周日")
        if rests:
            painter.fillRect(box, look.color("sunken"))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(look.color("line"), 1))
        painter.drawRect(box)
        if self.mode == "month":
            other = day[:7] != self.day[:7]
            self._paint_day(painter, QRectF(box.left() + 8, box.top() + 4, box.width() - 12, 22), day, other)

    def _paint_day(self, painter: QPainter, line: QRectF, day: str, faint: bool = False) -> None:
        """The number of a day, today in a disc, and what holiday it is."""
        look, mark = theme(), self.marks.get(day)
        number = str(int(day[8:]))
        painter.setFont(look.font("grid", bold=day == self.today))
        disc = QRectF(line.left() - 3, line.top(), 24, 22)
        if day == self.today:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.color("accent"))
            painter.drawRoundedRect(disc, 11, 11)
            painter.setPen(look.color("on_accent"))
        else:
            painter.setPen(look.color("text3" if faint else "text"))
        painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, number)
        if mark:
            painter.setFont(look.font("caption"))
            tone = "warn" if mark[1] else "ok"
            painter.setPen(look.color(tone))
            words = f"班 {mark[0]}" if mark[1] else f"休 {mark[0]}"
            room = QRectF(disc.right() + 6, line.top(), line.right() - disc.right() - 6, 22)
            painter.drawText(room, _LEFT, _cut(painter, words, room.width()))

    def _paint_heads(self, painter: QPainter, area: QRectF) -> None:
        look = theme()
        if self.mode == "month":
            painter.setFont(look.font("grid", bold=True))
            painter.setPen(look.color("text2"))
            for number in range(7):
                box = day_box("month", area, number, 7)
                head = QRectF(box.left(), area.top(), box.width(), MONTH_HEAD)
                painter.drawText(head, Qt.AlignmentFlag.AlignCenter, f"周{'一二三四五六日'[number]}")
            return
        painter.fillRect(QRectF(area.left(), area.top(), area.width(), HEAD), look.color("header"))
        for number, day in enumerate(self.days):
            box = day_box("week", area, number, 7)
            painter.setFont(look.font("caption"))
            painter.setPen(look.color("accent" if day == self.today else "text2"))
            painter.drawText(QRectF(box.left() + 8, area.top() + 5, 60, 18), _LEFT, weekday_name(day))
            self._paint_day(painter, QRectF(box.left() + 9, area.top() + 25, box.width() - 12, 22), day)
            painter.setPen(QPen(look.color("line"), 1))
            painter.drawLine(QPointF(box.left(), area.top()), QPointF(box.left(), area.top() + HEAD))

    def _paint_hours(self, painter: QPainter, area: QRectF) -> None:
        look = theme()
        low, high = hours_of(self.entries)
        column = day_box("week", area, 0, 7)
        step = column.height() / (high - low)
        painter.setFont(look.font("caption"))
        for hour in range(low, high):
            y = round(column.top() + (hour - low) * step) + 0.5
            painter.setPen(QPen(look.color("line"), 1))
            painter.drawLine(QPointF(area.left() + GUTTER, y), QPointF(area.right(), y))
            painter.setPen(look.color("text3"))
            painter.drawText(QRectF(area.left(), y + 1, GUTTER - 8, 18), Qt.AlignmentFlag.AlignRight, f"{hour:02d}:00")

    def _paint_entry(self, painter: QPainter, place: Place, chosen: bool) -> None:
        look, one, box = theme(), place.entry, place.box
        off = one.state == CANCELLED
        tone = "neutral" if off else "ok" if one.state == HELD else "info" if one.uid else "neutral"
        ink, ground = look.tone(tone)
        foreseen = not one.uid
        painter.save()
        painter.setBrush(look.color("card") if foreseen else ground)
        pen = QPen(look.color("focus") if chosen else ink, 2 if chosen else 1)
        if foreseen and not chosen:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen if chosen or foreseen else Qt.PenStyle.NoPen)
        painter.drawRoundedRect(box, 5, 5)
        if not foreseen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink)
            painter.drawRoundedRect(QRectF(box.left(), box.top(), 3, box.height()), 1.5, 1.5)
        painter.setPen(ink)
        painter.setClipRect(box)
        font = look.font("caption", bold=self.mode == "week")
        font.setStrikeOut(off)
        painter.setFont(font)
        inside = box.adjusted(9, 0, -4, 0)
        clock = one.start[11:16]
        if self.mode == "month" or box.height() < 38:
            painter.drawText(inside, _LEFT, _cut(painter, f"{clock} {one.title}", inside.width()))
        else:
            lines = [one.title, f"{clock}–{one.end[11:16]}", "取消" if off else one.where, one.chair]
            y = inside.top() + 4
            for at, text in enumerate(filter(None, lines)):
                if y + 17 > box.bottom():
                    break
                if at == 1:
                    painter.setFont(look.font("caption"))
                painter.drawText(
                    QRectF(inside.left(), y, inside.width(), 17), _LEFT, _cut(painter, text, inside.width())
                )
                y += 17
        painter.restore()

    def _paint_now(self, painter: QPainter, area: QRectF) -> None:
        if self.mode != "week" or self.today not in self.days or len(self.now) < 16:
            return
        low, high = hours_of(self.entries)
        hour = int(self.now[11:13]) + int(self.now[14:16]) / 60
        if not low <= hour < high:
            return
        box = day_box("week", area, self.days.index(self.today), 7)
        y = box.top() + (hour - low) * box.height() / (high - low)
        painter.setPen(QPen(theme().color("err"), 2))
        painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))

    def _paint_focus(self, painter: QPainter, area: QRectF) -> None:
        days = self.days
        if self.day not in days or self.entry is not None:
            return
        box = day_box(self.mode, area, days.index(self.day), len(days)).adjusted(1, 1, -1, -1)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme().color("focus" if self.hasFocus() else "line2"), 2))
        painter.drawRoundedRect(box, 4, 4)

    # -- keys and mouse --------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, plain = (
            event.key(),
            event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier),
        )
        if not plain:
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.show_day(add_days(self.day, 1 if key == Qt.Key.Key_Right else -1))
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._walk(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.turn(1 if key == Qt.Key.Key_PageDown else -1)
        elif key == Qt.Key.Key_T:
            self.show_day(self.today)
        elif key in (Qt.Key.Key_W, Qt.Key.Key_M):
            self.show_day(self.day, "week" if key == Qt.Key.Key_W else "month")
        elif key == Qt.Key.Key_N:
            self.wanted.emit(self.day)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter()
        else:
            super().keyPressEvent(event)

    def turn(self, by: int) -> None:
        """The next or the former week or month."""
        self.show_day(add_days(self.day, 7 * by) if self.mode == "week" else add_months(self.day, by))

    def _walk(self, by: int) -> None:
        if self.mode == "month":
            self.show_day(add_days(self.day, 7 * by))
        elif self.of_day:
            self.show_day(self.day, chosen=max(0, min(len(self.of_day) - 1, self.chosen + by)))

    def _enter(self) -> None:
        mine, one = self.of_day, self.entry
        if one is not None or len(mine) == 1:
            self.opened.emit(one or mine[0])
        elif not mine:
            self.wanted.emit(self.day)
        else:
            self.show_day(self.day, "week", 0)

    def _at(self, point: QPointF) -> tuple[str, Entry | None]:
        days, area = self.days, self._area()
        over = next((p.entry for p in self._places()[0] if p.box.contains(point)), None)
        if over is not None:
            return over.day, over
        boxes = ((day, day_box(self.mode, area, n, len(days))) for n, day in enumerate(days))
        return next((day for day, box in boxes if box.left() <= point.x() < box.right() and (
            self.mode == "week" or box.contains(point))), ""), None  # fmt: skip

    def mousePressEvent(self, event: QMouseEvent) -> None:
        day, one = self._at(event.position())
        if day:
            mine = [e for e in self.entries if e.day == day]
            self.show_day(day, chosen=mine.index(one) if one is not None else -1)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        day, one = self._at(event.position())
        if one is not None:
            self.opened.emit(one)
        elif day:
            self.wanted.emit(day)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            one = self._at(QPointF(event.pos()))[1]
            words = (
                [one.title, f"{one.start[11:16]}–{one.end[11:16]}", one.where, one.chair and f"主持 {one.chair}"]
                if one
                else []
            )
            QToolTip.showText(event.globalPos(), "\n".join(filter(None, words)), self)
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()


def _cut(painter: QPainter, text: str, width: float) -> str:
    return painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(width))
