"""Editors inside a line grid: a plain one, and one that offers records while a name, code or pinyin is typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    QTimer,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from ui.kit.enter import is_enter
from ui.kit.lines_grid_model import PickRow, PickSource
from ui.kit.suggestions import Suggestions
from ui.kit.theme import theme
from ui.kit.widgets import LinkButton, label, row, set_ink

LOOK_UP_MS = 30
"""The list follows this long after a key; a scanner that types a whole code never waits for it."""
OFFERED = 40
SHOWN = 8


class TextCell(QLineEdit):
    """Edits a cell in place: opaque, a focus frame as wide as the cell's, no gap to the grid."""

    def __init__(self, parent: QWidget, align: str = "left") -> None:
        super().__init__(parent)
        self.setProperty("bare", True)
        self.setFrame(False)
        self.setFont(theme().font("grid"))
        self.setTextMargins(7, 0, 7, 0)
        if align == "right":
            self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.filled = False
        self.complaint = ""
        self.suggestions: Suggestions | None = None

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme().color("raised"))
        painter.end()
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setPen(QPen(theme().color("err" if self.complaint else "focus"), 2))
        painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        painter.end()

    def complain(self, reason: str) -> None:
        """Mark the text as wrong; "" takes the mark away."""
        if reason != self.complaint:
            self.complaint = reason
            self.setAccessibleDescription(reason)
            self.update()


class PickList(QFrame):
    """The offered records under the editor. A child of the window: the keyboard and the input method stay in the cell."""

    def __init__(self, window: QWidget, create: Callable[[], None]) -> None:
        super().__init__(window)
        self.setObjectName("sheet")
        self.setAccessibleName("候选")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        self._rows = _Rows(self)
        self.list = QListView()
        self.list.setAccessibleName("候选列表")
        self.list.setModel(self._rows)
        self.list.setItemDelegate(_RowPainter(self._rows))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMouseTracking(True)
        self._note = label("", "caption", "text2")
        self.make = create
        self._create = LinkButton("新建", create)
        self._create.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        foot = row(self._note, 1, self._create, margins=(12, 2, 6, 4))
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 5, 1, 1)
        column.setSpacing(2)
        column.addWidget(self.list)
        column.addLayout(foot)
        self.taken: Callable[[PickRow], None] | None = None
        self.list.clicked.connect(self._clicked)

    def _clicked(self, index: QModelIndex) -> None:
        if self.taken is not None and index.isValid():
            self.taken(self._rows.rows[index.row()])

    def offer(self, under: QRect, rows: list[PickRow], note: str, tone: str, query: str, create: str) -> None:
        """Show rows below a rectangle (in window coordinates), or above it when there is no room below."""
        self._rows.put(rows, query)
        self._note.setText(note)
        set_ink(self._note, tone)
        self._create.setText(create)
        self._create.setVisible(bool(create))
        height = min(len(rows), SHOWN) * ROW_HEIGHT
        self.list.setFixedHeight(height)
        self.list.setVisible(bool(rows))
        if rows:
            self.list.setCurrentIndex(self._rows.index(0))
            self.list.scrollToTop()
        window = self.parentWidget()
        assert window is not None
        least = 560 if self._rows.coded else 340
        whole = QSize(min(max(under.width(), least), window.width() - 16), height + 42)
        left = max(8, min(under.left(), window.width() - whole.width() - 8))
        top = under.bottom() + 3
        if top + whole.height() > window.height() - 4 and under.top() - whole.height() - 3 > 0:
            top = under.top() - whole.height() - 3
        self.setGeometry(QRect(QPoint(left, top), whole))
        self.show()
        self.raise_()

    @property
    def chosen(self) -> PickRow | None:
        """The highlighted record."""
        at = self.list.currentIndex().row()
        return self._rows.rows[at] if self.isVisible() and 0 <= at < len(self._rows.rows) else None

    @property
    def rows(self) -> list[PickRow]:
        """What is offered now."""
        return self._rows.rows

    def step(self, by: int) -> None:
        """Move the highlight."""
        count = len(self._rows.rows)
        if count:
            at = max(0, min(count - 1, self.list.currentIndex().row() + by))
            self.list.setCurrentIndex(self._rows.index(at))


ROW_HEIGHT = 34


class _Rows(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: list[PickRow] = []
        self.query = ""
        self.coded = True  # whether any row has a code to show before its name

    def put(self, rows: list[PickRow], query: str) -> None:
        self.beginResetModel()
        self.rows, self.query = rows, query
        self.coded = any(r.code for r in rows)
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        one = self.rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{one.code} {one.title} {one.detail} {one.right}"
        return None


class _RowPainter(QStyledItemDelegate):
    def __init__(self, rows: _Rows) -> None:
        super().__init__(rows)
        self._rows = rows

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(200, ROW_HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        look, one, query = theme(), self._rows.rows[index.row()], self._rows.query
        area: QRect = option.rect  # type: ignore[attr-defined]
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, look.color("select"))
            painter.fillRect(QRect(area.left(), area.top() + 5, 3, area.height() - 10), look.color("accent"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, look.color("hover"))
        inner = area.adjusted(12, 0, -12, 0)
        font, faint = look.font("grid"), look.font("caption")
        ink, dim = look.color("disabled" if one.muted else "text"), look.color("disabled" if one.muted else "text2")
        side = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(faint)
        painter.setPen(dim)
        right = QFontMetrics(faint).horizontalAdvance(one.right)
        painter.drawText(inner, int(side | Qt.AlignmentFlag.AlignRight), one.right)
        coded = self._rows.coded
        code = QRect(inner.left(), inner.top(), 92 if coded else -7, inner.height())
        if coded:
            _draw_found(painter, code, one.code, query, dim)
        painter.setFont(font)
        name = QRect(code.right() + 8, inner.top(), inner.width() - right - (112 if coded else 12), inner.height())
        used = _draw_found(painter, name, one.title, query, ink)
        if one.detail and name.width() - used > 40:
            painter.setFont(faint)
            painter.setPen(dim)
            rest = name.adjusted(used + 10, 0, 0, 0)
            painter.drawText(
                rest, int(side), painter.fontMetrics().elidedText(one.detail, Qt.TextElideMode.ElideRight, rest.width())
            )


def _draw_found(painter: QPainter, area: QRect, text: str, query: str, ink: object) -> int:
    """Draw a text with the typed part in bold accent; returns its width."""
    text = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    at = text.lower().find(query.strip().lower()) if query.strip() else -1
    parts = (
        [(text, False)]
        if at < 0
        else [(text[:at], False), (text[at : at + len(query.strip())], True), (text[at + len(query.strip()) :], False)]
    )
    left = area.left()
    font = painter.font()
    for part, found in parts:
        font.setBold(found)
        painter.setFont(font)
        painter.setPen(theme().color("accent") if found else ink)
        painter.drawText(
            QRect(left, area.top(), area.right() - left + 8, area.height()), int(Qt.AlignmentFlag.AlignVCenter), part
        )
        left += painter.fontMetrics().horizontalAdvance(part)
    font.setBold(False)
    painter.setFont(font)
    return left - area.left()


class PickCell(TextCell):
    """Types a code, a name or initials; Enter takes the record that is meant, or says why none is."""

    def __init__(self, parent: QWidget, source: PickSource, popup: PickList, taken: Callable[[PickRow], None]) -> None:
        super().__init__(parent)
        self._source, self._popup, self._before = source, popup, ""
        self._fresh = False
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(LOOK_UP_MS)
        self._later.timeout.connect(self.look_up)
        self.textEdited.connect(self._typed)
        self._popup.taken = taken

    def begin(self, text: str) -> None:
        """Start with the text of the cell."""
        self.setText(text)
        self._before = text

    def _typed(self, text: str) -> None:
        self._fresh = False
        self.complain("")
        if text.strip():
            self._later.start()
        else:
            self._later.stop()
            self._popup.hide()

    def look_up(self) -> None:
        """Offer what matches the text now."""
        self._later.stop()
        text = self.text().strip()
        if not text or not self.isVisible():
            self._popup.hide()
            return
        rows = self._source.find(text, OFFERED)
        self._fresh = True
        if rows:
            more = f"{len(rows)} 个" if len(rows) < OFFERED else f"前 {OFFERED} 个，再打几个字会更准"
            self._offer(rows, f"{more} · ↑↓ 选，Enter 确定，Esc 不改", "text2")
        else:
            self._nothing(text)

    def _nothing(self, text: str) -> None:
        self.complain(f"没有找到「{text}」")
        tail = "，Shift+Enter 新建" if self._source.can_create else ""
        self._offer([], f"没有找到{self._source.noun}「{text}」。改几个字再找，F7 打开全部{tail}", "err")

    def _offer(self, rows: list[PickRow], note: str, tone: str) -> None:
        window = self.window()
        under = QRect(self.mapTo(window, QPoint(0, 0)), self.size())
        create = f"新建{self._source.noun}" if self._source.can_create else ""
        self._popup.offer(under, rows, note, tone, self.text(), create)

    def settle(self) -> tuple[bool, PickRow | None]:
        """(may close, record to take). May not close while the text names nothing; then the reason is shown below."""
        self._later.stop()
        text = self.text().strip()
        if text == self._before.strip() or text in ("", "..", "//", "。。"):
            return True, None
        if self._fresh and self._popup.chosen is not None and self.touched:
            return True, self._popup.chosen
        found = self._source.exact(text)
        if found is not None:
            return True, found
        if self._fresh and self._popup.chosen is not None:
            return True, self._popup.chosen
        rows = self._source.find(text, OFFERED)
        if len(rows) == 1:
            return True, rows[0]
        self._fresh = True
        if rows:
            self._offer(rows, f"有 {len(rows)} 个{self._source.noun}像「{text}」，↑↓ 选一个再按 Enter", "warn")
        else:
            self._nothing(text)
        return False, None

    touched = False

    def step(self, by: int) -> bool:
        """Move in the list; False when there is none."""
        if not self._popup.isVisible() or not self._popup.rows:
            return False
        self.touched = True
        self._popup.step(by)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if is_enter(event, Qt.KeyboardModifier.ShiftModifier) and self._source.can_create:
            self._popup.make()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QEvent) -> None:
        self._popup.hide()
        super().hideEvent(event)  # type: ignore[arg-type]
