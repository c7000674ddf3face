"""The line above a claim: what it is, in which state, when it was kept last, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from ui.kit.widgets import Chip, IconButton, IconLabel, button, label, row
from ui.pages.reimbursement.claim_draft import ClaimDraft

Item = tuple[str, Callable[[], object]]


class ClaimHead(QWidget):
    """Title, number, state chip; autosave note; undo and redo; print, save, and the rest behind ⋯."""

    back_wanted = Signal()
    print_wanted = Signal()
    save_wanted = Signal()

    def __init__(self, stack: QUndoStack) -> None:
        super().__init__()
        self.back = IconButton("arrow_left", "回到报销单列表", "Alt+←", clicked=self.back_wanted.emit)
        self.title = label("新建报销单", "title", bold=True)
        self.number = label("", "body", "text2")
        self.chip = Chip()
        self.kept_icon = IconLabel("checkmark_circle", "ok", 16)
        self.kept = label("", "caption", "text2")
        self.kept_icon.hide()
        self.undo = IconButton("undo", "撤销", clicked=stack.undo)
        self.redo = IconButton("redo", "重做", clicked=stack.redo)
        self.print = button("打印预览", "print", shortcut="Ctrl+P", clicked=self.print_wanted.emit)
        self.save = button("保存", "save", primary=True, shortcut="Ctrl+S", clicked=self.save_wanted.emit)
        self.more = IconButton("more", "更多操作")
        self.menu = QMenu(self.more)
        self.more.setMenu(self.menu)
        self.more.setPopupMode(IconButton.ToolButtonPopupMode.InstantPopup)
        line = row(self.back, self.title, self.number, self.chip, 1, self.kept_icon, self.kept, self.undo, self.redo, self.print,
                   self.save, self.more, spacing=10)  # fmt: skip
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

    def say_kept(self, text: str) -> None:
        """ "已自动保存 10:24:31"."""
        self.kept.setText(text)
        self.kept_icon.setVisible(bool(text))

    def show_claim(self, claim: ClaimDraft, locked: bool) -> None:
        """Title, number, chip, and which buttons there are."""
        self.title.setText("费用报销单" if claim.draft.uid else "新建报销单")
        self.number.setText(claim.number)
        self.number.setVisible(bool(claim.number))
        self.chip.set_option(claim.state)
        for one in (self.undo, self.redo, self.save):
            one.setVisible(not locked)
        self.print.setVisible(not claim.voided)

    def set_menu(self, items: Sequence[Item | None]) -> None:
        """Fill the menu behind ⋯; None is a line."""
        self.menu.clear()
        for item in items:
            if item is None:
                self.menu.addSeparator()
            else:
                self.menu.addAction(item[0]).triggered.connect(item[1])
        self.more.setVisible(not self.menu.isEmpty())
