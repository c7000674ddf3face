"""Makes, fills and watches the editors of a line grid; what is typed is taken over in the key event itself."""

from __future__ import annotations

from typing import Protocol, cast

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from ui.kit.lines_grid_keys import editor_act_of
from ui.kit.lines_grid_model import LinesModel, PickRow
from ui.kit.lines_grid_pick import PickCell, PickList, TextCell
from ui.kit.suggestions import Suggestions

Index = QModelIndex | QPersistentModelIndex


class Host(Protocol):
    """What the editors need of the grid they are in."""

    lines: LinesModel

    @property
    def popup(self) -> PickList: ...

    def take_offered(self, found: PickRow) -> None: ...

    def settle(self, strict: bool = False) -> bool: ...

    def editor_key(self, event: QKeyEvent) -> bool: ...


class CellEditing(QStyledItemDelegate):
    """Makes, fills and watches the editors of the grid."""

    def __init__(self, grid: Host) -> None:
        assert isinstance(grid, QObject)
        super().__init__(grid)
        self._grid = grid
        self.editor: TextCell | None = None

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        column = self._grid.lines.columns[index.column()]
        if column.source is not None:
            editor: TextCell = PickCell(parent, column.source, self._grid.popup, self._grid.take_offered)
        else:
            editor = TextCell(parent, column.align)
            if column.suggest is not None:
                editor.suggestions = Suggestions(editor, column.suggest, several=False, watch=False)
        editor.setPlaceholderText(column.prompt)
        editor.setAccessibleName(f"第{index.row() + 1}行 {column.title}")
        editor.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, not column.numeric)
        self.editor = editor
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        if not isinstance(editor, TextCell) or editor.filled:
            return  # a repainted cell must not overwrite what is being typed
        editor.filled = True
        text = str(index.data(Qt.ItemDataRole.EditRole) or "")
        if isinstance(editor, PickCell):
            editor.begin(text)
        else:
            editor.setText(text)

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        if isinstance(editor, TextCell) and editor is self.editor:
            self._grid.lines.type_in(index.row(), index.column(), editor.text())

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        editor.setGeometry(option.rect)  # type: ignore[attr-defined]

    def destroyEditor(self, editor: QWidget, index: Index) -> None:
        if editor is self.editor:
            self.editor = None
        if isinstance(editor, TextCell) and editor.suggestions is not None:
            editor.suggestions.shut()
        editor.hide()
        editor.deleteLater()

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        kind = event.type()
        offered = editor.suggestions if isinstance(editor, TextCell) else None
        if kind == QEvent.Type.KeyPress:
            if offered is not None and offered.key(cast(QKeyEvent, event)):
                return True
            return self._grid.editor_key(cast(QKeyEvent, event))
        if kind == QEvent.Type.ShortcutOverride:
            if editor_act_of(cast(QKeyEvent, event)) is not None:
                event.accept()
            return False
        if kind == QEvent.Type.FocusOut:
            reason = cast(QFocusEvent, event).reason()
            away = (
                Qt.FocusReason.ActiveWindowFocusReason,
                Qt.FocusReason.PopupFocusReason,
                Qt.FocusReason.MenuBarFocusReason,
            )
            if offered is not None:
                offered.shut()
            if editor is self.editor and reason not in away:
                self._grid.settle()
            return False
        return False
