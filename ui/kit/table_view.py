"""The list of a register on the screen: any length, every key, columns as the person left them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QPoint,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QAction, QContextMenuEvent, QGuiApplication, QHideEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView, QWidget

from ui.kit import menus
from ui.kit.freed import heads
from ui.kit.reveal import Reveals
from ui.kit.table_columns import LEAST, ColumnMemory, stretches
from ui.kit.table_paint import RowPainter
from ui.kit.table_text import COPIED, rows_text, selection_text
from ui.kit.theme import theme
from ui.kit.window_model import ListModel

FIT_ROWS = 200
MEASURED = 30
_PLAIN = Qt.KeyboardModifier.NoModifier
_CTRL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier


class TableView(QTableView):
    """Shows a ListModel. Rows are selected; the cell in hand has the focus ring.

    opened(uid): Enter or double click. chosen(uid): another row came in hand, "" for none. told(text): what is selected,
    in words. typed(text): letters typed into the list, meant for its search box. menu_for: further actions of a row's
    context menu.
    """

    opened = Signal(str)
    chosen = Signal(str)
    told = Signal(str)
    typed = Signal(str)
    delete_wanted = Signal()
    reveal_wanted = Signal(str)

    def __init__(self, model: ListModel, place: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.list_model = model
        self.menu_for: Callable[[str], Sequence[QAction]] | None = None
        self._reveals: Reveals | None = None
        self._reserved: tuple[str, int, list[str], int] | None = None
        self._content: dict[int, int] = {}
        self._measured = 0
        self.setModel(model)
        self.painter_of_rows = RowPainter(model, self)
        self.setItemDelegate(self.painter_of_rows)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setAccessibleName(f"{model.entity.title}列表")
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setMinimumSectionSize(20)
        self.columns = ColumnMemory(model.desk.settings, place or model.entity.key, model.entity, model.fields)
        self._fitting = False
        self._set_up_header()
        self._take_theme()
        theme().changed.connect(self._take_theme)
        model.modelAboutToBeReset.connect(self._reserve)
        model.modelReset.connect(self._restore)
        model.modelReset.connect(self._tell_later)
        model.modelReset.connect(self._measure)
        self._teller = QTimer(self)
        self._teller.setSingleShot(True)
        self._teller.setInterval(60)
        self._teller.timeout.connect(self._tell)
        self.selectionModel().selectionChanged.connect(self._tell_later)
        self.selectionModel().currentRowChanged.connect(self._current_changed)
        self.doubleClicked.connect(self._open)
        corner = QWidget()
        corner.setAutoFillBackground(False)
        self.setCornerWidget(corner)
        self._measure()

    # -- columns -----------------------------------------------------------------------------------------------------

    def _set_up_header(self) -> None:
        header = heads(self)
        header.setSectionsMovable(True)
        header.setHighlightSections(False)
        header.setMinimumSectionSize(LEAST)
        header.setFixedHeight(theme().px("header"))
        header.setSortIndicatorShown(True)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._arrange()
        header.customContextMenuRequested.connect(self._header_menu)
        header.sectionResized.connect(self._resized)
        header.sectionMoved.connect(self._moved)
        header.sectionClicked.connect(self._sort_clicked)
        header.sectionHandleDoubleClicked.connect(self.fit_column)
        if self.columns.sort:
            self.list_model.set_query(
                self.list_model.query._replace(sort=self.columns.sort, descending=self.columns.descending)
            )
        self._show_order()

    def _arrange(self) -> None:
        """Put the header into the remembered state."""
        header, self._fitting = self.horizontalHeader(), True
        for place, key in enumerate(self.columns.order):
            section = self.list_model.column_of(key)
            header.moveSection(header.visualIndex(section), place)
            self.setColumnHidden(section, key not in self.columns.shown)
        self._fitting = False
        self._fit()
        self._measure()

    def shown_columns(self) -> list[int]:
        """Visible columns from left to right."""
        header = self.horizontalHeader()
        places = (header.logicalIndex(v) for v in range(header.count()))
        return [c for c in places if not self.isColumnHidden(c)]

    def _measure(self) -> None:
        """Look at the first rows: columns nobody has touched are as wide as what stands in them."""
        rows = range(min(MEASURED, self.list_model.rowCount()))
        if rows and (not self._content or len(rows) > self._measured):
            self._measured = len(rows)
            self._content = {
                c: max(self.painter_of_rows.wanted_width(r, c) for r in rows) for c in self.shown_columns()
            }
            self._fit()

    def _fit(self) -> None:
        """Give every column its width and the wide ones what is left over."""
        fields, shown = self.list_model.fields, self.shown_columns()
        widths = {c: self.columns.width(fields[c], self._content.get(c)) for c in shown}
        spare = self.viewport().width() - sum(widths.values())
        takers = [c for c in shown if stretches(self.list_model.entity, fields[c])] or shown[-1:]
        untouched = [c for c in takers if fields[c].key not in self.columns.widths] or takers[-1:]
        if spare > 0 and untouched:
            for c in untouched:
                widths[c] += spare // len(untouched)
            widths[untouched[0]] += spare % len(untouched)
        elif spare < 0:  # air between words goes first, then wide columns give way, down to a readable rest
            for c in (c for c in shown if c in self._content and c not in takers):
                give = min(-spare, max(0, widths[c] - self.columns.least(fields[c], self._content[c])))
                widths[c] -= give
                spare += give
            fits = -spare <= sum(max(0, widths[c] - 140) for c in untouched)
            for c in untouched:  # where the list is scrolled anyway, names are not cut off for it
                least = 140 if fits else max(140, self._content.get(c, 0))
                give = min(-spare, max(0, widths[c] - least))
                widths[c] -= give
                spare += give
        self._fitting = True
        for c, width in widths.items():
            self.setColumnWidth(c, width)
        self._fitting = False
        self.painter_of_rows.first_column = shown[0] if shown else 0

    def fit_column(self, column: int) -> None:
        """Make a column as wide as what is in sight needs."""
        top = max(0, self.rowAt(0))
        last = min(self.list_model.rowCount(), top + FIT_ROWS)
        wanted = max((self.painter_of_rows.wanted_width(r, column) for r in range(top, last)), default=0)
        self.columns.widths[self.list_model.fields[column].key] = max(60, wanted)
        self.columns.keep()
        self._fit()

    def set_shown(self, key: str, shown: bool) -> None:
        """Show or hide a column; the last one stays."""
        if not shown and self.columns.shown == {key}:
            return
        (self.columns.shown.add if shown else self.columns.shown.discard)(key)
        self.columns.keep()
        self._content = {}
        self._arrange()

    def _resized(self, section: int, old: int, new: int) -> None:
        if not self._fitting:
            self.columns.widths[self.list_model.fields[section].key] = new
            self.columns.keep()

    def _moved(self, section: int, old: int, new: int) -> None:
        if not self._fitting:
            header, fields = self.horizontalHeader(), self.list_model.fields
            self.columns.order = [fields[header.logicalIndex(v)].key for v in range(header.count())]
            self.columns.keep()
            self._fit()
            self.viewport().update()

    def _sort_clicked(self, section: int) -> None:
        """First click ascending, second descending, third the list's own order."""
        key, query = self.list_model.fields[section].key, self.list_model.query
        again = query.sort == key
        self.columns.sort = "" if again and query.descending else key
        self.columns.descending = again and not query.descending
        self.columns.keep()
        self.list_model.set_query(query._replace(sort=self.columns.sort, descending=self.columns.descending))
        self._show_order()

    def _show_order(self) -> None:
        column = self.list_model.column_of(self.columns.sort)
        order = Qt.SortOrder.DescendingOrder if self.columns.descending else Qt.SortOrder.AscendingOrder
        self.horizontalHeader().setSortIndicator(column, order)

    def _header_menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        for field in self.list_model.fields:
            action = menus.item(menu, field.title)
            action.setCheckable(True)
            action.setChecked(field.key in self.columns.shown)
            action.toggled.connect(partial(self.set_shown, field.key))
        menus.line(menu)
        menus.item(menu, "恢复默认列", self._forget_columns)
        menu.exec(self.horizontalHeader().mapToGlobal(at))
        menu.deleteLater()

    def _forget_columns(self) -> None:
        self.columns.forget()
        self._arrange()

    def take_reveals(self, reveals: Reveals) -> None:
        """Ctrl+E reveals the record in hand; leaving the list covers everything again."""
        self._reveals = reveals
        self.painter_of_rows.veil_of = reveals.veil
        self.reveal_wanted.connect(reveals.ask)
        reveals.changed.connect(self._uncovered)

    def _uncovered(self, uid: str = "") -> None:
        self.painter_of_rows.forget()
        self.viewport().update()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._reveals is not None:
            self._reveals.cover_all()
        self.painter_of_rows.forget()

    # -- selection ---------------------------------------------------------------------------------------------------

    def selected_ranges(self) -> list[tuple[int, int]]:
        """First and last row of each selected stretch, from above."""
        found: set[tuple[int, int]] = set()
        chosen: list[QItemSelectionRange] = list(self.selectionModel().selection())  # type: ignore[call-overload]
        for one in chosen:
            found.add((one.top(), one.bottom()))
        return sorted(found)

    def selected_count(self) -> int:
        """How many rows are selected; asks ranges, never rows."""
        return sum(last - first + 1 for first, last in self.selected_ranges())

    def selected_numbers(self, most: int = COPIED) -> list[int]:
        """Row numbers of the selection."""
        numbers: list[int] = []
        for first, last in self.selected_ranges():
            numbers.extend(range(first, min(last, first + most - len(numbers) - 1) + 1))
            if len(numbers) >= most:
                break
        return numbers

    def selected_uids(self) -> list[str]:
        """Records of the selection."""
        return [str(r["uid"]) for r in self.list_model.rows(self.selected_numbers())]

    def current_uid(self) -> str:
        """The record in hand, "" when there is none."""
        index = self.currentIndex()
        return self.list_model.uid(index.row()) if index.isValid() else ""

    def select_uid(self, uid: str) -> bool:
        """Bring a record in hand and into sight; False when the list does not show it."""
        number = self.list_model.index_of(uid)
        if number < 0:
            return False
        self.select_row(number)
        return True

    def select_row(self, number: int) -> None:
        """Bring a row in hand and into sight."""
        column = self.currentIndex().column()
        if column < 0 or self.isColumnHidden(column):
            column = self.painter_of_rows.first_column
        index = self.list_model.index(number, column)
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        self.scrollTo(index)

    def selectAll(self) -> None:
        """All rows of the filter, as one range."""
        count = self.list_model.rowCount()
        if count:
            model, last = self.list_model, self.list_model.columnCount() - 1
            whole = QItemSelection(model.index(0, 0), model.index(count - 1, last))
            self.selectionModel().select(whole, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _reserve(self) -> None:
        """Before the list is read anew: remember the record in hand and the selection by what they are."""
        index = self.currentIndex()
        uid = self.list_model.uid(index.row()) if index.isValid() else ""
        uids: list[str] = []
        if 1 < self.selected_count() <= 500:
            uids = [self.list_model.uid(n) for n in self.selected_numbers(500)]
        self._reserved = (uid, index.column(), uids, self.verticalScrollBar().value())

    def _restore(self) -> None:
        kept, self._reserved = self._reserved, None
        if kept is None:
            return
        uid, column, uids, scroll = kept
        self.verticalScrollBar().setValue(scroll)
        number = self.list_model.index_of(uid) if uid else -1
        if number < 0:
            return
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(
            self.list_model.index(number, max(column, 0)), flags.ClearAndSelect | flags.Rows
        )
        for one in uids:
            place = self.list_model.index_of(one)
            if place >= 0:
                self.selectionModel().select(self.list_model.index(place, 0), flags.Select | flags.Rows)

    def _current_changed(self, current: QModelIndex, previous: QModelIndex) -> None:
        if self._reserved is None:
            self.chosen.emit(self.list_model.uid(current.row()) if current.isValid() else "")

    def _tell_later(self) -> None:
        self._teller.start()

    def _tell(self) -> None:
        self.told.emit(self.selection_text())

    def selection_text(self) -> str:
        """ "已选 3 行 合计 ¥…", or how long the list is."""
        return selection_text(self.list_model, self.selected_count(), self.selected_numbers)

    # -- copying -------------------------------------------------------------------------------------------------------

    def copy_text(self, headers: bool = False) -> str:
        """The selected rows as tab-separated text in the order of the columns on the screen."""
        painter = self.painter_of_rows
        return rows_text(
            self.list_model, self.selected_numbers(), self.shown_columns(), painter.today, painter.veil_of, headers
        )

    def copy(self, headers: bool = False) -> None:
        """Put the selected rows on the clipboard for Excel or WPS."""
        text = self.copy_text(headers)
        if text:
            QGuiApplication.clipboard().setText(text)
            self.told.emit(f"已复制 {self.selected_count():,} 行" + ("（带表头）" if headers else ""))

    def _copy_cell(self) -> None:
        index = self.currentIndex()
        if index.isValid():
            QGuiApplication.clipboard().setText(self.painter_of_rows.text(index.row(), index.column()))

    # -- keys and mouse ------------------------------------------------------------------------------------------------

    def _open(self, index: QModelIndex) -> None:
        uid = self.list_model.uid(index.row()) if index.isValid() else ""
        if uid:
            self.opened.emit(uid)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, held = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        last = self.list_model.rowCount() - 1
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and held == _PLAIN:
            self._open(self.currentIndex())
        elif key == Qt.Key.Key_C and held == _CTRL:
            self.copy()
        elif key == Qt.Key.Key_C and held == _CTRL | _SHIFT:
            self.copy(headers=True)
        elif key == Qt.Key.Key_A and held == _CTRL:
            self.selectAll()
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End) and held in (_PLAIN, _CTRL) and last >= 0:
            self.select_row(0 if key == Qt.Key.Key_Home else last)
        elif key == Qt.Key.Key_E and held == _CTRL and self.current_uid():
            self.reveal_wanted.emit(self.current_uid())
        elif key == Qt.Key.Key_Delete and held == _PLAIN and self.currentIndex().isValid():
            self.delete_wanted.emit()
        elif held in (_PLAIN, _SHIFT) and event.text().strip() and event.text().isprintable():
            self.typed.emit(event.text())
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Letters go to the search box; Qt's own search would walk a million rows."""

    def focusInEvent(self, event: object) -> None:
        super().focusInEvent(event)  # type: ignore[arg-type]
        if not self.currentIndex().isValid() and self.list_model.rowCount():
            flags = QItemSelectionModel.SelectionFlag
            self.selectionModel().setCurrentIndex(
                self.list_model.index(max(0, self.rowAt(0)), self.painter_of_rows.first_column), flags.NoUpdate
            )

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index = self.indexAt(event.pos()) if event.reason() == QContextMenuEvent.Reason.Mouse else self.currentIndex()
        if not index.isValid():
            return
        menu = QMenu(self)
        menus.item(menu, "打开\tEnter", partial(self._open, index))
        for action in self.menu_for(self.list_model.uid(index.row())) if self.menu_for else ():
            action.setParent(menu)
            menu.addAction(action)
        menus.line(menu)
        menus.item(menu, "复制行\tCtrl+C", partial(self.copy, False))
        menus.item(menu, "带表头复制\tCtrl+Shift+C", partial(self.copy, True))
        menus.item(menu, "复制这一格", self._copy_cell)
        menu.exec(event.globalPos())
        menu.deleteLater()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._hover(self.rowAt(event.position().toPoint().y()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(-1)

    def _hover(self, number: int) -> None:
        if number != self.painter_of_rows.hovered:
            self.painter_of_rows.hovered = number
            self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _take_theme(self) -> None:
        self.verticalHeader().setDefaultSectionSize(theme().row_height)
        self.viewport().update()
