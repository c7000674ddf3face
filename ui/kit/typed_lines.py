"""A record typed as a head and a grid of lines: what the card of its lines and its view do, whatever is typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent, QUndoStack
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from salesdesk.domain.problems import Problem
from ui.kit.autosave import Autosave, Typed
from ui.kit.lines_grid import LinesGrid
from ui.kit.lines_grid_paste import Pasted
from ui.kit.page import PageContext
from ui.kit.widgets import Banner, ElidedLabel, QuietButton, label, row, rule, set_ink

PANEL_FROM = 1010
"""Narrower than this the side panel hides; the page stays usable at 1280 logical pixels with the navigation folded."""


class LinesFrame(QFrame):
    """The card of the lines: heading and buttons, the grid, what is wrong, the sums."""

    paste_wanted = Signal()

    def __init__(self, title: str, grid: LinesGrid) -> None:
        super().__init__()
        self.setObjectName("card")
        self.title, self.grid = title, grid
        grid.setAccessibleName(title)
        self.count = label("", "caption", "text2")
        self.note = ElidedLabel("", "caption", "warn")
        self.paste = QuietButton("从 Excel 粘贴", "paste", self.paste_wanted.emit)
        self.paste.setToolTip("把 Excel、WPS 里复制的区域放进来（Ctrl+V）")
        self.add = QuietButton("添加行", "add", self.to_blank)
        self.add.setToolTip("到空白行（Ctrl+Ins 插到当前行前面）")
        self.buttons: tuple[QuietButton, ...] = (self.paste, self.add)
        grid.pasted.connect(self._pasted)

    def lay_out(self, problems: QWidget, totals: QWidget, more: Sequence[QuietButton] = ()) -> None:
        """Put the parts under one another; `more` are buttons between pasting and adding."""
        self.buttons = (self.paste, *more, self.add)
        heading = label(self.title, "body", bold=True)
        head = row(heading, self.count, self.note, *self.buttons, spacing=6, margins=(18, 6, 10, 6))
        head.setStretch(2, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(rule())
        column.addWidget(self.grid, 1)
        column.addWidget(problems)
        column.addWidget(rule())
        column.addWidget(totals)

    def _pasted(self, done: Pasted) -> None:
        self.say(done.text, "warn" if done.unknown else "ok")

    def say(self, text: str, tone: str = "text2") -> None:
        """Say something above the grid; "" takes it away."""
        self.note.set_text(text)
        set_ink(self.note, tone)

    def to_blank(self) -> None:
        """To where the next line is typed."""
        self.grid.setFocus(Qt.FocusReason.OtherFocusReason)
        self.grid.go_blank()

    def set_read_only(self, on: bool) -> None:
        """Lock or unlock the lines."""
        self.grid.lines.set_read_only(on)
        for one in self.buttons:
            one.setVisible(not on)


class Header(Protocol):
    """The editors above the lines."""

    def settle(self) -> None:
        """Take over what is being typed."""
        ...


class Title(Protocol):
    """The line above: what the record is called, and since when it is on disk."""

    def say_kept(self, text: str, good: bool = True) -> None:
        """ "已自动保存 10:24:31"."""
        ...


class TypedView(QWidget):
    """One record open for typing. A kind of it makes `head`, `header`, `lines` and `panel`, and says when it is locked."""

    head: Title
    header: Header
    lines: LinesFrame
    panel: QWidget

    def __init__(self, context: PageContext, entity: str, typed: Typed) -> None:
        super().__init__()
        self.context = context
        self._typed = typed
        self.tried = False
        self.refused: list[Problem] = []
        self.stack = QUndoStack(self)
        self.banner = Banner(closable=True)
        self.autosave = Autosave(entity, typed, context.ops, self)

    @property
    def grid(self) -> LinesGrid:
        """The lines."""
        return self.lines.grid

    @property
    def locked(self) -> bool:
        """Whether nothing may be typed; each kind of record says when."""
        return False

    def lay_form(self, header: QWidget, hints: QWidget) -> QHBoxLayout:
        """Head, lines and keys, and what stands beside them."""
        left = QVBoxLayout()
        left.setSpacing(12)
        left.addWidget(header)
        left.addWidget(self.lines, 1)
        left.addWidget(hints)
        body = QHBoxLayout()
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(16)
        body.addLayout(left, 1)
        body.addWidget(self.panel)
        return body

    def lay_out(self, *parts: QWidget | QHBoxLayout) -> None:
        """Parts under one another; the last takes the room."""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        for part in parts:
            column.addLayout(part) if isinstance(part, QHBoxLayout) else column.addWidget(part)
        column.setStretch(len(parts) - 1, 1)

    def connect_grid(self) -> None:
        """What the lines tell."""
        self.grid.deleted.connect(self._deleted)
        self.grid.told.connect(self.told)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.panel.setVisible(self.width() >= PANEL_FROM)

    def to_lines(self) -> None:
        """From the head to where the next line is typed."""
        self.lines.to_blank()

    def settle(self) -> None:
        """Take over what is in the open editor."""
        self.header.settle()
        self.grid.settle()

    def _kept(self, clock: str) -> None:
        """What is typed was put on disk; "" when it could not be."""
        self.head.say_kept(f"已自动保存 {clock}" if clock else "没能自动保存", bool(clock))

    def _deleted(self, count: int) -> None:
        self.context.toast(self.stack.undoText().replace("删除", "已删除", 1), undo=True)

    def told(self, tone: str, text: str) -> None:
        """Something to be said above the lines."""
        self.lines.say(text, "text2" if tone == "info" else tone)

    def undo(self) -> bool:
        """One step back in this record; False when there is none."""
        self.settle()
        if self.locked or not self.stack.canUndo():
            return False
        self.told("info", f"已撤销：{self.stack.undoText()}")
        self.stack.undo()
        return True

    def redo(self) -> bool:
        """One step forward again."""
        if self.locked or not self.stack.canRedo():
            return False
        self.told("info", f"已重做：{self.stack.redoText()}")
        self.stack.redo()
        return True

    def paste(self) -> None:
        """从 Excel 粘贴: the block goes to the current line, or to the end of the lines."""
        text = QApplication.clipboard().text()
        if not text.strip():
            self.told("warn", "剪贴板里没有表格。请先在 Excel 或 WPS 里选中区域按 Ctrl+C")
            return
        self.grid.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self.grid.currentIndex().isValid():
            self.grid.go_blank()
        self.grid.paste_block(text)

    def closing(self) -> None:
        """The view or the window closes: keep what is half typed."""
        self.settle()
        if self._typed.draft.changed:
            self.autosave.flush()
