"""The line above an order: what it is, in which state, when it was kept last, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from ui.kit import menus
from ui.kit.widgets import Button, Chip, IconButton, IconLabel, button, label, row
from ui.pages.orders.order_draft import OrderDraft

Item = tuple[str, str, Callable[[], object]]


class EntryHead(QWidget):
    """Title, number, state chip; autosave note; undo and redo; the buttons that fit the state."""

    back_wanted = Signal()
    saved_wanted = Signal()
    primary_wanted = Signal()
    second_wanted = Signal()
    print_wanted = Signal()

    def __init__(self, stack: QUndoStack) -> None:
        super().__init__()
        self._stack = stack
        self.back = IconButton("arrow_left", "回到订单列表", "Alt+←", clicked=self.back_wanted.emit)
        self.title = label("新建销售订单", "title", bold=True)
        self.number = label("", "body", "text2")
        self.chip = Chip()
        self.kept_icon = IconLabel("checkmark_circle", "ok", 16)
        self.kept = label("", "caption", "text2")
        self.kept_icon.hide()
        self.undo = IconButton("undo", "撤销", clicked=stack.undo)
        self.redo = IconButton("redo", "重做", clicked=stack.redo)
        self.print = button("打印预览", "print", clicked=self.print_wanted.emit)
        self.save = button("存草稿", "save", shortcut="Ctrl+S", clicked=self.saved_wanted.emit)
        self.second = button("放弃变更", "dismiss", clicked=self.second_wanted.emit)
        self.primary: Button = button("确认订单", "send", primary=True, shortcut="F8", clicked=self.primary_wanted.emit)
        self.more = IconButton("more", "更多操作")
        self.menu = QMenu(self.more)
        self.more.setMenu(self.menu)
        self.more.setPopupMode(IconButton.ToolButtonPopupMode.InstantPopup)
        line = row(self.back, self.title, self.number, self.chip, 1, self.kept_icon, self.kept, self.undo, self.redo, self.print,
                   self.save, self.second, self.primary, self.more, spacing=10)  # fmt: skip
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(line)
        stack.canUndoChanged.connect(self.undo.setEnabled)
        stack.canRedoChanged.connect(self.redo.setEnabled)
        stack.undoTextChanged.connect(self._undo_named)
        stack.redoTextChanged.connect(self._redo_named)
        self.undo.setEnabled(False)
        self.redo.setEnabled(False)

    def _undo_named(self, text: str) -> None:
        self.undo.set_tip(f"撤销：{text}" if text else "没有可撤销的", "Ctrl+Z")

    def _redo_named(self, text: str) -> None:
        self.redo.set_tip(f"重做：{text}" if text else "没有可重做的", "Ctrl+Y")

    def say_kept(self, text: str, good: bool = True) -> None:
        """ "已自动保存 10:24:31"."""
        self.kept.setText(text)
        self.kept_icon.setVisible(good and bool(text))

    def show_order(self, order: OrderDraft, title: str, primary: tuple[str, str, str] | None) -> None:
        """Title, number, chip, and which buttons there are. primary: text, icon, shortcut."""
        self.title.setText(title)
        self.number.setText(order.number)
        self.number.setVisible(bool(order.number))
        stage = order.draft.entity.option("stage", order.stage)
        self.chip.set_option(stage)
        self.save.setVisible(not order.locked and not order.amending)
        self.second.setVisible(order.amending)
        for one in (self.undo, self.redo):
            one.setVisible(not order.locked)
        self.primary.setVisible(primary is not None)
        if primary is not None:
            text, icon, keys = primary
            self.primary.setText(f"{text}  {keys}" if keys else text)
            self.primary.setAccessibleName(text)
            self.primary.setToolTip(f"{text}（{keys}）" if keys else text)
            self.primary.set_icon(icon)

    def set_menu(self, items: list[Item | None]) -> None:
        """Fill the menu behind ⋯; None is a line."""
        self.menu.clear()
        for item in items:
            if item is None:
                menus.line(self.menu)
            else:
                text, keys, act = item
                action = menus.item(self.menu, text)
                if keys:
                    action.setText(f"{text}\t{keys}")
                action.triggered.connect(act)
        self.more.setVisible(not self.menu.isEmpty())
