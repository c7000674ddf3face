"""今天要办: one line for each thing that wants doing, the most pressing first, each with the one verb that settles it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QMenu,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from salesdesk.services.module import ToDo
from salesdesk.services.todos import counted, key_of
from ui.kit import menus
from ui.kit.theme import theme

Index = QModelIndex | QPersistentModelIndex
ROW = 56
PAD = 18
ICON = 20
HEAD = 26
ToDoRole = int(Qt.ItemDataRole.UserRole)


def same(one: ToDo, other: ToDo) -> bool:
    """Whether two readings speak of the same thing to do."""
    return key_of(one) == key_of(other)


class TodoModel(QAbstractListModel):
    """The things to do as rows; `heads` tells which rows begin a group, and what stands above them."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.todos: list[ToDo] = []
        self.heads: dict[int, str] = {}

    def put(self, todos: Sequence[ToDo], grouped: bool = False) -> None:
        """Show others; grouped: in the given order, with the name and size of each group above its first row."""
        self.beginResetModel()
        self.todos = list(todos)
        self.heads = {}
        if grouped:
            for i, one in enumerate(self.todos):
                if i == 0 or one.group != self.todos[i - 1].group:
                    size = counted(t for t in self.todos if t.group == one.group)
                    self.heads[i] = f"{one.group}　{size:,}"
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.todos)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        one = self.todos[index.row()]
        if role == ToDoRole:
            return one
        if role == Qt.ItemDataRole.DisplayRole:
            return one.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{one.group}：{one.title}，{one.detail}。回车：{one.verb_title}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{one.title}\n{one.detail}"
        return None


class TodoList(QListView):
    """↑ and ↓ walk, Enter does the verb, Ctrl+Enter shows the record; a click on the verb does it, a double click too.

    S puts off, ← and → show another kind, + goes to the line for a new task.
    """

    wanted = Signal(object)  # ToDo: do its verb
    opened = Signal(object)  # ToDo: show its record
    put_off = Signal(object)  # ToDo: later, with a reason
    stepped = Signal(int)  # the kind before (-1) or after (1)
    new_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.rows = TodoModel(self)
        self.setModel(self.rows)
        self.setItemDelegate(TodoPainter(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("今天要办")
        self.setMinimumHeight(2 * ROW)
        self.pointer = QPoint(-1, -1)
        theme().changed.connect(self._look_changed)

    def _look_changed(self) -> None:
        self.viewport().update()

    def show_todos(self, todos: Sequence[ToDo], grouped: bool = False) -> None:
        """Show others; what was in hand stays in hand, or what took its place."""
        at = self.currentIndex().row()
        kept = self.rows.todos[at] if 0 <= at < len(self.rows.todos) else None
        scroll = self.verticalScrollBar().value()
        self.rows.put(todos, grouped)
        if kept is not None and self.rows.todos:
            found = next((i for i, t in enumerate(todos) if same(t, kept)), min(at, len(todos) - 1))
            self.setCurrentIndex(self.rows.index(found))
        elif self.hasFocus() and self.rows.todos:
            self.setCurrentIndex(self.rows.index(0))
        self.verticalScrollBar().setValue(scroll)

    @property
    def current(self) -> ToDo | None:
        """The thing in hand."""
        at = self.currentIndex().row()
        return self.rows.todos[at] if 0 <= at < len(self.rows.todos) else None

    def verb_area(self, row: QRect, one: ToDo) -> QRect:
        """Where the verb of a row stands."""
        width = QFontMetrics(theme().font("grid", True)).horizontalAdvance(one.verb_title) + 20
        return QRect(row.right() - PAD + 10 - width, row.bottom() - ROW // 2 - 14, width, 28)

    # -- keys and mouse --------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current is not None:
            (self.opened if held & Qt.KeyboardModifier.ControlModifier else self.wanted).emit(self.current)
        elif event.key() == Qt.Key.Key_Space and self.current is not None and not held:
            self.wanted.emit(self.current)
        elif event.key() == Qt.Key.Key_S and self.current is not None and not held:
            self.put_off.emit(self.current)
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right) and not held:
            self.stepped.emit(1 if event.key() == Qt.Key.Key_Right else -1)
        elif event.text() == "+" or (event.key() == Qt.Key.Key_Insert and not held):
            self.new_wanted.emit()
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Letters do nothing here: the list is ordered by due date and short."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self.rows.todos:
            self.setCurrentIndex(self.rows.index(0))

    def _at(self, place: QPoint) -> tuple[ToDo | None, bool]:
        """The thing at a point, and whether the point is on its verb."""
        index = self.indexAt(place)
        if not index.isValid():
            return None, False
        one = self.rows.todos[index.row()]
        return one, self.verb_area(self.visualRect(index), one).contains(place)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        one, on_verb = self._at(event.position().toPoint())
        if one is not None and on_verb and event.button() == Qt.MouseButton.LeftButton:
            self.wanted.emit(one)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        one, on_verb = self._at(event.position().toPoint())
        if one is not None and not on_verb:
            self.opened.emit(one)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self.pointer = event.position().toPoint()
        hand = Qt.CursorShape.PointingHandCursor if self._at(self.pointer)[1] else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(hand)
        self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.pointer = QPoint(-1, -1)
        self.viewport().update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        one = self._at(event.pos())[0] if mouse else self.current
        if one is None:
            return
        menu = QMenu(self)
        menus.item(menu, f"{one.verb_title}\tEnter", partial(self.wanted.emit, one))
        menus.item(menu, "打开记录\tCtrl+Enter", partial(self.opened.emit, one))
        if one.verb != "todo.wake":
            menus.item(menu, "推后……\tS", partial(self.put_off.emit, one))
        menu.exec(
            event.globalPos() if mouse else self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).center())
        )
        menu.deleteLater()


class TodoPainter(QStyledItemDelegate):
    """Icon in the tone of the matter, what, why, and the verb at the right like a link."""

    def __init__(self, todos: TodoList) -> None:
        super().__init__(todos)
        self._todos = todos

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, ROW + (HEAD if index.row() in self._todos.rows.heads else 0))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look, todos = theme(), self._todos
        one = todos.rows.todos[index.row()]
        area: QRect = option.rect  # type: ignore[attr-defined]
        head = todos.rows.heads.get(index.row())
        if head is not None:
            painter.setFont(look.font("caption", True))
            painter.setPen(look.color("text2"))
            above = QRect(area.left() + PAD, area.top(), area.width() - 2 * PAD, HEAD)
            painter.drawText(above, int(Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft), head)
            area = area.adjusted(0, HEAD, 0, 0)
        current = index.row() == todos.currentIndex().row() and todos.hasFocus()
        over = area.contains(todos.pointer)
        if current or over:
            painter.fillRect(area, look.color("select" if current else "hover"))
        if current:
            painter.fillRect(QRect(area.left(), area.top(), 3, area.height() - 1), look.color("accent"))
        if index.row() + 1 < len(todos.rows.todos):
            painter.setPen(QPen(look.color("line"), 1))
            painter.drawLine(area.left() + PAD, area.bottom(), area.right() - PAD, area.bottom())
        ratio = todos.devicePixelRatioF()
        painter.drawPixmap(
            area.left() + PAD, area.center().y() - ICON // 2, look.pixmap(one.icon, one.tone, ICON, ratio=ratio)
        )
        verb = todos.verb_area(area, one)
        self._verb(painter, verb, one.verb_title, current, verb.contains(todos.pointer))
        left = area.left() + PAD + ICON + 14
        wide = verb.left() - left - 10
        self._line(painter, QRect(left, area.top() + 7, wide, 22), one.title, "body", "text")
        self._line(painter, QRect(left, area.top() + 29, wide, 19), one.detail, "caption", "text2")

    @staticmethod
    def _line(painter: QPainter, area: QRect, text: str, size: str, ink: str) -> None:
        painter.setFont(theme().font(size))
        painter.setPen(theme().color(ink))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)

    @staticmethod
    def _verb(painter: QPainter, area: QRect, text: str, current: bool, over: bool) -> None:
        look = theme()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if over or current:
            painter.setPen(QPen(look.color("focus"), 2) if current else Qt.PenStyle.NoPen)
            painter.setBrush(look.color("card" if current else "accent_soft"))
            painter.drawRoundedRect(QRectF(area).adjusted(1, 1, -1, -1), 5, 5)
        painter.setFont(look.font("grid", True))
        painter.setPen(look.color("accent"))
        painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter), text)
        painter.restore()
