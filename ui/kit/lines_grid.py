"""The grid in which the lines of an order or a claim are typed: every key of it, at the speed of a barcode scanner.

Enter goes to the next needed cell and Tab to every cell; typing replaces, F2 edits in place, Esc restores. A cell is
settled, its editor closed and the next cell made current within the same key event: nothing waits for the event loop,
so no key that follows can land in the wrong cell. What the keys do stands in `lines_grid_keys`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFocusEvent, QInputMethodEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QUndoStack
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QApplication,
    QFrame,
    QTableView,
    QWidget,
)

from salesdesk.domain.draft import Draft
from ui.kit.freed import heads
from ui.kit.lines_grid_editing import CellEditing
from ui.kit.lines_grid_keys import Act, act_of, editor_act_of
from ui.kit.lines_grid_model import GridColumn, LinesModel, PickRow
from ui.kit.lines_grid_paint import GridPainter
from ui.kit.lines_grid_paste import Pasted, copied, paste
from ui.kit.lines_grid_pick import PickCell, PickList, TextCell
from ui.kit.theme import theme

Index = QModelIndex | QPersistentModelIndex
LEAST = 36
NAME_LEAST = 150
"""A stretched column never gets narrower; the grid scrolls sideways instead."""


class LinesGrid(QTableView):
    """One table over the lines of a Draft."""

    edited = Signal()  # any value changed
    line_changed = Signal(object)  # the current row
    pasted = Signal(object)  # Pasted
    told = Signal(str, str)  # tone, text: something to say beside the grid
    deleted = Signal(int)  # rows deleted at once
    create_wanted = Signal(str)  # typed text that named nothing
    picker_wanted = Signal(int)  # F7 in this row
    width_chosen = Signal()  # a column was given another width by hand
    reveal_wanted = Signal()  # somebody typed into a covered cell

    def __init__(self, draft: Draft, columns: tuple[GridColumn, ...], stack: QUndoStack | None = None) -> None:
        super().__init__()
        self.stack = stack or QUndoStack(self)
        self.lines = LinesModel(draft, columns, self.stack, self)
        self.lines.edited.connect(self.edited)
        self.setModel(self.lines)
        self._painter = GridPainter(self, self.lines)
        self._delegate = CellEditing(self)
        self.setItemDelegate(self._delegate)
        self.paste_first: Callable[[str], bool] | None = None  # may take a pasted text that is no block of cells
        self._popup: PickList | None = None
        self._needed = [i for i, c in enumerate(columns) if c.needed]
        self._typed = [i for i, c in enumerate(columns) if c.sets]
        self._home = self._needed[0] if self._needed else 0
        self.setAccessibleName("明细")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        trigger = QAbstractItemView.EditTrigger
        self.setEditTriggers(trigger.AnyKeyPressed | trigger.DoubleClicked)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(self.verticalHeader().ResizeMode.Fixed)
        header = heads(self)
        header.setHighlightSections(False)
        header.setFixedHeight(theme().px("header"))
        header.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        header.setSectionsClickable(False)
        self._apply_theme()
        theme().changed.connect(self._apply_theme)
        self.widths: dict[str, int] = {}  # chosen by hand, by column key
        self._fitting = True
        for i, column in enumerate(columns):
            self.setColumnWidth(i, column.width)
        self._fitting = False
        header.sectionResized.connect(self._resized)

    def _apply_theme(self) -> None:
        self.verticalHeader().setDefaultSectionSize(theme().row_height)
        self.viewport().update()

    # -- places ----------------------------------------------------------------------------------------------------

    @property
    def editor(self) -> TextCell | None:
        """The open editor."""
        return self._delegate.editor

    @property
    def popup(self) -> PickList:
        """The list of offered records; made when first needed, as a child of the window the grid is in then."""
        if self._popup is None or self._popup.parentWidget() is not self.window():
            self._popup = PickList(self.window(), self._create)
            self.destroyed.connect(self._popup.deleteLater)
        return self._popup

    def at(self) -> tuple[int, int]:
        """Current row and column; the first needed cell of the blank row when there is none."""
        index = self.currentIndex()
        return (index.row(), index.column()) if index.isValid() else (len(self.lines.draft.lines), self._home)

    def go(self, row: int, column: int) -> None:
        """Make a cell current and visible."""
        index = self.lines.index(max(0, min(row, self.lines.rowCount() - 1)), column)
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.scrollTo(index)

    def go_blank(self) -> None:
        """Go to where the next line is typed."""
        self.go(len(self.lines.draft.lines), self._home)

    def locate(self, path: str) -> bool:
        """Make the cell of a problem's path current; False when the path names none."""
        parts = path.split("/")
        column = self.lines.column_of(parts[2]) if len(parts) == 3 and parts[0] == "lines" else -1
        if column < 0:
            return False
        self.settle()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.go(int(parts[1]), column)
        return True

    # -- settling --------------------------------------------------------------------------------------------------

    def settle(self, strict: bool = False) -> bool:
        """Take over what is being typed. Strict keeps the editor open when a name means nothing, and says why."""
        editor = self.editor
        if editor is None:
            return True
        row, column = self.at()
        if not self._take(editor, row, column, strict):
            return False
        self._close(editor)
        return True

    def _take(self, editor: TextCell, row: int, column: int, strict: bool) -> bool:
        if isinstance(editor, PickCell):
            may_close, found = editor.settle() if strict else (True, None)
            if not may_close:
                return False
            if found is not None:
                self.lines.pick(row, column, found)
                return True
        self.lines.type_in(row, column, editor.text())
        return True

    def _close(self, editor: QWidget) -> None:
        self.closeEditor(editor, QAbstractItemDelegate.EndEditHint.NoHint)

    def take_offered(self, found: PickRow) -> None:
        """Take a record the mouse chose in the list, or the full picker found."""
        row, column = self.at()
        editor = self.editor
        source = self.lines.columns[column]
        if source.source is None:
            column = self._home
        self.lines.pick(row, column, found)
        if editor is not None:
            self._close(editor)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.step_needed(row, column)

    def _create(self) -> None:
        self.create_wanted.emit(self.editor.text().strip() if self.editor else "")

    # -- moving ----------------------------------------------------------------------------------------------------

    def step_needed(self, row: int, column: int) -> None:
        """To the next needed cell: the rest of this row, then the next row. An empty blank row is not left."""
        columns = self.lines.columns
        if columns[column].source is not None:
            self._home = column
        if self.lines.is_blank(row):
            self.go(row, self._home if columns[column].source is None else column)
            return
        for after in self._needed:
            if after > column and columns[after].sets != columns[column].sets:
                self.go(row, after)
                return
        self.go(row + 1, self._home)

    def setColumnHidden(self, column: int, hide: bool) -> None:
        """A hidden column is neither walked nor pasted into by position."""
        super().setColumnHidden(column, hide)
        self.lines.hidden = self.lines.hidden | {column} if hide else self.lines.hidden - {column}

    def step_cell(self, forward: bool) -> bool:
        """To the next or previous cell that can be typed in; False at the ends of the grid."""
        row, column = self.at()
        typed = [c for c in self._typed if c not in self.lines.hidden]
        if not typed:
            return False
        if forward:
            after = [c for c in typed if c > column]
            if after:
                self.go(row, after[0])
            elif row + 1 < self.lines.rowCount():
                self.go(row + 1, typed[0])
            else:
                return False
        else:
            before = [c for c in typed if c < column]
            if before:
                self.go(row, before[-1])
            elif row > 0:
                self.go(row - 1, typed[-1])
            else:
                return False
        return True

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab walks the cells; from the last cell of the blank row it leaves the grid."""
        if not self.lines.read_only and self.step_cell(next):
            return True
        return super().focusNextPrevChild(next)

    # -- events ----------------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and act_of(cast(QKeyEvent, event), *self._context()) is not None
        ):
            event.accept()
            return True
        return super().event(event)

    def _context(self) -> tuple[bool, bool]:
        """(the current cell takes numbers, its row has content): what some keys depend on."""
        row, column = self.at()
        return self.lines.columns[column].numeric, not self.lines.is_blank(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        act = act_of(event, *self._context())
        row, column = self.at()
        typing = act in (Act.EDIT, Act.CLEAR) or (act is None and event.text().isprintable() and event.text())
        if typing and self.lines.is_covered(row, self.lines.columns[column]):
            self.reveal_wanted.emit()
            return
        if act is None:
            super().keyPressEvent(event)
        elif not self.perform(act):
            event.ignore()

    def keyboardSearch(self, search: str) -> None:
        """Typing never jumps to a row that begins alike."""

    def editor_key(self, event: QKeyEvent) -> bool:
        """A key inside an open editor; True when it was used up."""
        editor = self.editor
        act = editor_act_of(event)
        if editor is None or act is None:
            return False
        if act in (Act.UP, Act.DOWN, Act.PAGE_UP, Act.PAGE_DOWN) and isinstance(editor, PickCell):
            by = {Act.UP: -1, Act.DOWN: 1, Act.PAGE_UP: -7, Act.PAGE_DOWN: 7}[act]
            if editor.step(by):
                return True
        if act is Act.RESTORE:
            self._close(editor)
            return True
        if act is Act.PASTE:
            text = QApplication.clipboard().text()
            if "\t" not in text and "\n" not in text.strip():
                return False
            self._close(editor)
            return self.perform(act)
        if act is Act.PICKER:
            self.picker_wanted.emit(self.at()[0])
            return True
        strict = act in (Act.ENTER, Act.TAB, Act.BACKTAB, Act.UP, Act.DOWN)
        return True if not self.settle(strict) else self.perform(act) or True

    def perform(self, act: Act) -> bool:
        """Do what a key asks for; False when it has nothing to do here."""
        row, column = self.at()
        lines, stack = self.lines, self.stack
        if act is Act.ENTER:
            self.step_needed(row, column)
        elif act in (Act.TAB, Act.BACKTAB):
            return self.step_cell(act is Act.TAB) or super().focusNextPrevChild(act is Act.TAB)
        elif act in (Act.UP, Act.DOWN, Act.PAGE_UP, Act.PAGE_DOWN):
            self.go(row + {Act.UP: -1, Act.DOWN: 1, Act.PAGE_UP: -10, Act.PAGE_DOWN: 10}[act], column)
        elif act is Act.UNDO:
            self.told.emit("info", f"已撤销：{stack.undoText()}") if stack.canUndo() else None
            stack.undo()
        elif act is Act.REDO:
            self.told.emit("info", f"已重做：{stack.redoText()}") if stack.canRedo() else None
            stack.redo()
        elif act in (Act.COPY, Act.COPY_TITLES):
            cells = [(i.row(), i.column()) for i in self.selectedIndexes()] or [(row, column)]
            QApplication.clipboard().setText(copied(lines, cells, act is Act.COPY_TITLES))
        elif lines.read_only:
            return False
        else:
            return self._change(act, row, column)
        return True

    def _change(self, act: Act, row: int, column: int) -> bool:
        lines = self.lines
        if act is Act.EDIT and row >= 0:
            self._open()
            if self.editor is not None:
                self.editor.deselect()
                self.editor.end(False)
        elif act is Act.PASTE:
            self.paste_block(QApplication.clipboard().text())
        elif act is Act.CLEAR:
            lines.clear_cells((i.row(), i.column()) for i in self.selectedIndexes() or [self.currentIndex()])
        elif act is Act.SAME:
            lines.copy_cell(row - 1, row, column)
            self.go(row, column)
        elif act is Act.DELETE_ROW:
            rows = {i.row() for i in self.selectedIndexes()} or {row}
            gone = lines.delete_rows(rows)
            self.go(min(rows), column)
            if gone:
                self.deleted.emit(gone)
        elif act is Act.INSERT_ROW:
            lines.insert_row(row)
            self.go(row, self._home)
        elif act is Act.TO_QTY or act is Act.TO_PRICE:
            target = lines.column_of("qty" if act is Act.TO_QTY else "price")
            if target < 0 or lines.is_blank(row):
                return False
            self.go(row, target)
        elif act in (Act.MORE, Act.LESS):
            self._nudge(row, 1 if act is Act.MORE else -1)
        elif act is Act.PICKER:
            self.picker_wanted.emit(row)
        return True

    def _nudge(self, row: int, by: int) -> None:
        column = self.lines.column_of("qty")
        if column >= 0 and not self.lines.is_blank(row):
            value = self.lines.line(row).get("qty") or 0
            if value + by * 1000 > 0:
                kind = self.lines.draft.field_at(f"lines/{row}/qty").kind
                self.lines.type_in(row, column, kind.edit(value + by * 1000))

    def paste_block(self, text: str) -> Pasted | None:
        """Paste tab-separated text at the current cell; says what came of it through `pasted`."""
        if self.paste_first is not None and not self.lines.read_only and self.paste_first(text):
            return None
        row, column = self.at()
        done = paste(self.lines, text, row, column)
        if done is not None:
            path = next((p for r in range(done.first, done.first + done.rows) for p in self._unread(r)), "")
            if not path or not self.locate(path):
                self.go_blank()
            self.pasted.emit(done)
        return done

    def _unread(self, row: int) -> list[str]:
        return [p for p in self.lines.draft.typed if p.startswith(f"lines/{row}/")]

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(cast(QModelIndex, current), cast(QModelIndex, previous))
        self._tune_input_method()
        if current.row() != previous.row():
            self.line_changed.emit(current.row())

    def _tune_input_method(self) -> None:
        """Number columns are typed without the input method, before an editor is open too."""
        index = self.currentIndex()
        takes = index.isValid() and self.lines.can_type(index.row(), index.column())
        self.setAttribute(
            Qt.WidgetAttribute.WA_InputMethodEnabled, takes and not self.lines.columns[index.column()].numeric
        )

    def _open(self) -> None:
        """Open the editor of the current cell, where it has one and none is open."""
        index = self.currentIndex()
        idle = self.state() != self.State.EditingState and index.isValid()
        if idle and self.lines.can_type(index.row(), index.column()):
            self.edit(index)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        if not self.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled):
            event.ignore()
        elif self.editor is None and event.commitString() and not event.preeditString():
            # a character that comes without a composition (handwriting, voice): Qt would open the editor and lose it
            self._open()
            if self.editor is not None:
                self.editor.selectAll()
                QApplication.sendEvent(self.editor, event)
        else:
            super().inputMethodEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        lost = not self.currentIndex().isValid()
        super().focusInEvent(event)
        if lost and event.reason() != Qt.FocusReason.MouseFocusReason:
            self.go_blank()
        self._tune_input_method()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit_columns()

    def fit_columns(self) -> None:
        """Give the stretched columns what the others leave; again after columns were hidden or shown."""
        columns = self.lines.columns
        stretched = [i for i, c in enumerate(columns) if c.stretch and not self.isColumnHidden(i)]
        rest = self.viewport().width() - sum(
            self.columnWidth(i) for i in range(len(columns)) if i not in stretched and not self.isColumnHidden(i)
        )
        self._fitting = True
        for i in stretched:
            self.setColumnWidth(i, max(NAME_LEAST, rest // len(stretched)))
        self._fitting = False

    def set_widths(self, widths: Mapping[str, int]) -> None:
        """Give the columns the widths they were left with; unknown names are passed over."""
        self._fitting = True
        for key, width in widths.items():
            at = self.lines.column_of(key)
            if at >= 0 and not self.lines.columns[at].stretch and isinstance(width, int):
                self.widths[key] = max(LEAST, width)
                self.setColumnWidth(at, self.widths[key])
        self._fitting = False
        self.fit_columns()

    def _resized(self, column: int, before: int, now: int) -> None:
        """A heading was dragged: remember it, and let the stretched column take what is left."""
        one = self.lines.columns[column]
        if self._fitting or one.stretch or not now or not before or self.isColumnHidden(column):
            return
        self.widths[one.key] = max(LEAST, now)
        self.fit_columns()
        self.width_chosen.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        self._painter.paint(painter, event.rect())
        painter.end()
