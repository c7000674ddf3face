"""最近订单: the latest orders with pills for the ones that need a look; Enter opens the order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from salesdesk.domain import dates
from salesdesk.domain.kinds import Choice, Money, Option, Row
from salesdesk.modules.orders.model import ORDER
from salesdesk.modules.today.queries import Which
from ui.kit.theme import theme
from ui.kit.widgets import Card, FilterChip, LinkButton, label, paint_chip
from ui.pages.today.board import SHOWN_ORDERS

Index = QModelIndex | QPersistentModelIndex
COLUMNS = (("number", "单号", 138), ("customer.name", "客户", 0), ("salesperson", "业务员", 96), ("due_date", "交期", 138),
           ("amount", "金额", 132), ("stage", "状态", 130))  # fmt: skip
PILLS: tuple[tuple[Which, str], ...] = (
    ("all", "全部"),
    ("draft", "草稿"),
    ("parked", "待客户确认"),
    ("today", "今天交货"),
    ("late", "已逾期"),
)
_MONEY = Money()
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def late_days(row: Row, today: str) -> int:
    """Days the promised date of an open order has passed."""
    due = str(row.get("due_date") or "")
    return dates.days_between(due, today) if row["stage"] in ("confirmed", "part") and due and due < today else 0


class OrdersModel(QAbstractTableModel):
    """A handful of orders."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.orders: list[Row] = []
        self.today = ""

    def put(self, orders: Sequence[Row], today: str) -> None:
        """Show others."""
        self.beginResetModel()
        self.orders, self.today = list(orders), today
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.orders)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(COLUMNS)

    def option(self, row: Row) -> Option | None:
        """The status of an order."""
        kind = ORDER["stage"].kind
        return kind.option(row["stage"]) if isinstance(kind, Choice) else None

    def text(self, row: int, column: int) -> str:
        """What a cell says."""
        order, key = self.orders[row], COLUMNS[column][0]
        if key == "due_date":
            late = late_days(order, self.today)
            due = str(order["due_date"] or "")
            return f"{due[5:]} 已过 {late} 天" if late else dates.show_day_short(due, self.today) if due else ""
        if key == "amount":
            return f"¥{_MONEY.show(order['amount'] or 0)}"
        if key == "stage":
            found = self.option(order)
            return found.label if found else ""
        return str(order[key] or "")

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(index.row(), index.column())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return (
                f"第 {index.row() + 1} 行 {COLUMNS[index.column()][1]} {self.text(index.row(), index.column()) or '空'}"
            )
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section][1]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if COLUMNS[section][0] == "amount" else _LEFT
        return None


class OrderPainter(QStyledItemDelegate):
    """Number as a link, overdue days in red, the amount in bold, the status as a chip."""

    def __init__(self, table: OrdersTable) -> None:
        super().__init__(table)
        self._table = table

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look, rows = theme(), self._table.rows
        area: QRect = option.rect  # type: ignore[attr-defined]
        order, key = rows.orders[index.row()], COLUMNS[index.column()][0]
        chosen = index.row() == self._table.currentIndex().row() and self._table.hasFocus()
        painter.fillRect(
            area, look.color("select" if chosen else "hover" if index.row() == self._table.over else "card")
        )
        painter.setPen(QPen(look.color("line"), 1))
        if index.row() + 1 < len(rows.orders):
            painter.drawLine(area.bottomLeft(), area.bottomRight())
        if chosen and index.column() == 0:
            painter.fillRect(QRect(area.left(), area.top(), 3, area.height()), look.color("accent"))
        inner = area.adjusted(8, 0, -8, -1)
        if key == "stage":
            paint_chip(painter, QRectF(inner), rows.option(order), self._table.devicePixelRatioF())
            return
        late = key == "due_date" and late_days(order, rows.today) > 0
        painter.setFont(look.font("grid", late or key == "amount"))
        painter.setPen(
            look.color(
                "err"
                if late
                else "accent"
                if key == "number"
                else "text2"
                if key in ("salesperson", "due_date")
                else "text"
            )
        )
        shown = painter.fontMetrics().elidedText(
            rows.text(index.row(), index.column()), Qt.TextElideMode.ElideRight, inner.width()
        )
        painter.drawText(inner, int(_RIGHT if key == "amount" else _LEFT), shown)


class OrdersTable(QTableView):
    """As high as its rows; the wheel scrolls the page."""

    opened = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.rows = OrdersModel(self)
        self.over = -1
        self.setModel(self.rows)
        self.setItemDelegate(OrderPainter(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("最近订单")
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        header.setFixedHeight(theme().px("header"))
        self._take_sizes()
        theme().changed.connect(self._look_changed)
        self.doubleClicked.connect(self._open)
        self.clicked.connect(self._clicked)

    def _take_sizes(self) -> None:
        self.verticalHeader().setDefaultSectionSize(theme().row_height)
        self.setFixedHeight(theme().px("header") + SHOWN_ORDERS * theme().row_height + 2)

    def _look_changed(self) -> None:
        self._take_sizes()
        self.viewport().update()

    def show_orders(self, orders: Sequence[Row], today: str) -> None:
        """Show others; the one in hand stays in hand."""
        at = self.currentIndex().row()
        kept = self.rows.orders[at]["uid"] if 0 <= at < len(self.rows.orders) else ""
        self.rows.put(orders, today)
        found = next((i for i, o in enumerate(orders) if o["uid"] == kept), -1)
        if found >= 0:
            self.selectRow(found)

    def _open(self, index: Index) -> None:
        if index.isValid():
            self.opened.emit(str(self.rows.orders[index.row()]["uid"]))

    def _clicked(self, index: Index) -> None:
        if index.column() == 0:
            self._open(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Letters do nothing here."""

    def focusInEvent(self, event: object) -> None:
        super().focusInEvent(event)  # type: ignore[arg-type]
        if self.rows.orders and not self.currentIndex().isValid():
            self.selectRow(0)
        self.viewport().update()

    def focusOutEvent(self, event: object) -> None:
        super().focusOutEvent(event)  # type: ignore[arg-type]
        self.viewport().update()

    def mouseMoveEvent(self, event: object) -> None:
        super().mouseMoveEvent(event)  # type: ignore[arg-type]
        place = event.position().toPoint()  # type: ignore[attr-defined]
        index = self.indexAt(place)
        link = index.isValid() and index.column() == 0
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if link else Qt.CursorShape.ArrowCursor)
        self._hover(index.row())

    def leaveEvent(self, event: object) -> None:
        super().leaveEvent(event)  # type: ignore[arg-type]
        self._hover(-1)

    def _hover(self, number: int) -> None:
        if number != self.over:
            self.over = number
            self.viewport().update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        rest = event.size().width() - sum(width for _, _, width in COLUMNS)
        for at, (_, _, width) in enumerate(COLUMNS):
            self.setColumnWidth(at, width or max(150, rest))


class OrdersCard(Card):
    """which_wanted(kind): a pill was pressed. opened(uid). all_wanted(kind): 查看全部."""

    which_wanted = Signal(str)
    opened = Signal(str)
    all_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__("最近订单", margins=(1, 10, 1, 4))
        assert self.header is not None
        self.header.setContentsMargins(17, 0, 12, 0)
        self.header.insertSpacing(1, 8)
        self.which: Which = "all"
        self.pills: dict[Which, FilterChip] = {}
        for place, (kind, word) in enumerate(PILLS):
            pill = FilterChip(word, key=kind)
            pill.clicked.connect(self._chosen)
            self.pills[kind] = pill
            self.header.insertWidget(2 + place, pill)
        self.pills["all"].setChecked(True)
        self.more = LinkButton("查看全部", self._all)
        self.add_action(self.more)
        self.table = OrdersTable()
        self.table.opened.connect(self.opened)
        self.none = label("", "grid", "text2")
        self.none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.none.setFixedHeight(2 * theme().row_height)
        self.none.hide()
        self.body.addWidget(self.table)
        self.body.addWidget(self.none)

    def _chosen(self) -> None:
        pill = self.sender()
        if isinstance(pill, FilterChip):
            self._mark(cast(Which, pill.key))
            self.which_wanted.emit(pill.key)

    def _mark(self, which: Which) -> None:
        self.which = which
        for kind, pill in self.pills.items():
            pill.setChecked(kind == which)

    def _all(self) -> None:
        self.all_wanted.emit(self.which)

    def show_orders(self, which: Which, orders: Sequence[Row], counts: Mapping[Which, int], today: str) -> None:
        """Show the latest orders of one kind; pills nothing stands at step back."""
        self._mark(which)
        for kind, number in counts.items():
            self.pills[kind].set_count(number)
            self.pills[kind].setVisible(bool(number) or kind == which)
        self.table.show_orders(orders, today)
        self.table.setVisible(bool(orders))
        self.none.setVisible(not orders)
        word = dict(PILLS)[which]
        self.none.setText("没有订单" if which == "all" else f"没有{word}的订单了")
