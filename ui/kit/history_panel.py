"""The life of a record in words, the latest on top: who, when, what from what to what."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from salesdesk.desk import Desk
from salesdesk.domain.dates import show_day_short
from salesdesk.domain.masking import Veil
from salesdesk.services.history import Entry
from ui.kit.ops import Ops
from ui.kit.theme import theme
from ui.kit.widgets import EmptyState

LEFT = 26
GAP = 14
SHOWN_CHANGES = 12


class Timeline(QWidget):
    """Paints the entries one below the other, with a line that joins them."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: list[Entry] = []
        self.today = ""
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("历史")
        theme().changed.connect(self.updateGeometry)

    def show_entries(self, entries: list[Entry], today: str) -> None:
        """Tell another life."""
        self.entries, self.today = entries, today
        self.setAccessibleDescription("；".join(e.text for e in entries[:5]))
        self._grow()

    def text(self) -> str:
        """Everything as lines, for copying."""
        return "\n".join(e.text for e in self.entries)

    def _when(self, entry: Entry) -> str:
        return f"{show_day_short(entry.at[:10], self.today)} {entry.at[11:16]}"

    def _details(self, entry: Entry) -> list[str]:
        lines = [c.text for c in entry.changes[:SHOWN_CHANGES]]
        if len(entry.changes) > SHOWN_CHANGES:
            lines.append(f"……另有 {len(entry.changes) - SHOWN_CHANGES} 处")
        if entry.reason:
            lines.append(f"原因：{entry.reason}")
        return lines

    def _lay(self, painter: QPainter | None, width: int) -> int:
        """Paint when there is a painter; the height in any case."""
        look = theme()
        body, small = look.font("grid", True), look.font("caption")
        y, inner = 6, max(60, width - LEFT - 8)
        flags = int(Qt.TextFlag.TextWordWrap)
        for n, entry in enumerate(self.entries):
            top = y
            heights = [QFontMetrics(body).boundingRect(QRect(0, 0, inner, 999), flags, entry.title).height()]
            heights.append(QFontMetrics(small).height() + 2)
            details = self._details(entry)
            metrics = QFontMetrics(small)
            boxes = [metrics.boundingRect(QRect(0, 0, inner, 9999), flags, d).height() + 2 for d in details]
            if painter is not None:
                last = n == len(self.entries) - 1
                painter.setPen(QPen(look.color("line2"), 2))
                if not last:
                    painter.drawLine(9, top + 18, 9, top + sum(heights) + sum(boxes) + GAP + 6)
                painter.setPen(QPen(look.color("accent" if n == 0 else "line2"), 2))
                painter.setBrush(look.color("accent" if n == 0 else "card"))
                painter.drawEllipse(QPoint(9, top + 9), 5, 5)
                painter.setFont(body)
                painter.setPen(look.color("text"))
                painter.drawText(QRect(LEFT, y, inner, heights[0]), flags, entry.title)
                painter.setFont(small)
                painter.setPen(look.color("text3"))
                who = f"{entry.operator} · " if entry.operator else ""
                painter.drawText(QRect(LEFT, y + heights[0], inner, heights[1]), 0, who + self._when(entry))
                painter.setPen(look.color("text2"))
                place = y + sum(heights)
                for text, height in zip(details, boxes, strict=True):
                    painter.drawText(QRect(LEFT, place, inner, height), flags, text)
                    place += height
            y += sum(heights) + sum(boxes) + GAP
        return y

    def _grow(self) -> None:
        self.setMinimumHeight(self._lay(None, self.width()))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(280, self._lay(None, self.width() or 280))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._grow()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_C and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            QGuiApplication.clipboard().setText(self.text())
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._lay(painter, self.width())
        painter.end()


class HistoryPanel(QWidget):
    """Reads and shows the history of one record; reading happens beside the window."""

    def __init__(self, desk: Desk, ops: Ops) -> None:
        super().__init__()
        self._desk, self._ops = desk, ops
        self._shown: tuple[str, str, Veil | None] = ("", "", None)
        self.timeline = Timeline()
        self.empty = EmptyState("history", "还没有历史", "保存以后，每一次改动都会记在这里。")
        self._scroller = QScrollArea()
        self._scroller.setWidgetResizable(True)
        self._scroller.setFrameShape(QFrame.Shape.NoFrame)
        self._scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.timeline.setObjectName("scrolled")
        self._scroller.setWidget(self.timeline)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._scroller)
        column.addWidget(self.empty)
        self._came([])

    def show_record(self, entity: str, uid: str, veil: Veil | None = None) -> None:
        """Tell the life of a record; "" clears. veil: what is covered in it; None is what the settings say."""
        self._shown = (entity, uid, veil)
        if not uid:
            self._came([])
            return
        desk = self._desk
        self._ops.read(lambda: desk.history(entity, uid, veil), self._came, token=f"history {id(self)}")

    def reload(self) -> None:
        """Read again."""
        self.show_record(*self._shown)

    def _came(self, entries: list[Entry]) -> None:
        self.timeline.show_entries(entries, self._desk.today)
        self._scroller.setVisible(bool(entries))
        self.empty.setVisible(not entries)
