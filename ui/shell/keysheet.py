"""F1: all keys on one sheet, made from the verbs themselves and from what the page in front says about its own."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

from salesdesk.desk import Desk
from ui.kit.widgets import IconButton, button, label, row
from ui.shell.overlay import Overlay

EVERYWHERE = (
    ("Ctrl+K", "搜一切：客户、订单号、产品、动作"),
    ("Alt+1 … 9", "到左边第几页"),
    ("Ctrl+N", "新建订单"),
    ("Ctrl+Z", "撤销上一步，导入也行"),
    ("Ctrl+Y", "重做"),
    ("Ctrl+E", "显示遮住的电话、地址、账号，会记下谁看的"),
    ("Tab / Shift+Tab", "下一项 / 上一项"),
    ("Esc", "放弃、关闭"),
    ("Ctrl+Enter", "对话框里：确定"),
    ("Shift+Enter", "打的客户、产品还没有：新建"),
    ("Ctrl+,", "设置"),
    ("Ctrl+Shift+S", "同步：状态、电脑、合并问题"),
    ("F1", "这张表；再按一次看说明书"),
)


def verb_keys(desk: Desk) -> dict[str, list[tuple[str, str]]]:
    """(keys, title) of every verb that has keys, by module."""
    found: dict[str, list[tuple[str, str]]] = {}
    for module in desk.registry.modules:
        for verb in module.actions.verbs:
            if verb.shortcut and module.page:
                found.setdefault(module.title, []).append((verb.shortcut, verb.title))
    return found


class KeySheet(Overlay):
    """The sheet; Esc closes it, F1 again opens the manual."""

    def __init__(self, window: QWidget, desk: Desk) -> None:
        super().__init__(window)
        self._desk = desk
        self._inside: QWidget | None = None
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setAccessibleName("全部快捷键")
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.close_button = IconButton("dismiss", "关闭", "Esc", clicked=self._close)
        self.manual_button = button("说明书", "notebook", clicked=self._manual)
        self.manual_button.setToolTip("再按一次 F1")
        column = QVBoxLayout(self.sheet)
        column.setContentsMargins(24, 16, 16, 16)
        column.addLayout(row(label("快捷键", "title", bold=True), 1, self.manual_button, self.close_button))
        column.addWidget(self.area, 1)

    def show_for(self, title: str, hints: Sequence[tuple[str, str]]) -> None:
        """Open the sheet with the keys of the page in front."""
        groups: list[tuple[str, Sequence[tuple[str, str]]]] = [("到处可用", EVERYWHERE)]
        if hints:
            groups.append((f"这一页：{title}" if title else "这一页", hints))
        groups.extend(verb_keys(self._desk).items())
        self._inside = self._fill(groups)
        self.area.setWidget(self._inside)
        self.open()
        self.manual_button.setFocus()

    @staticmethod
    def _fill(groups: Sequence[tuple[str, Sequence[tuple[str, str]]]]) -> QWidget:
        inside = QWidget()
        inside.setObjectName("scrolled")
        columns = row(spacing=28)
        inside.setLayout(columns)
        heights = [0, 0]
        sides = [QVBoxLayout(), QVBoxLayout()]
        for title, keys in groups:
            side = heights.index(min(heights))
            heights[side] += len(keys) + 2
            grid = QGridLayout()
            grid.setHorizontalSpacing(14)
            grid.setVerticalSpacing(6)
            grid.setColumnStretch(1, 1)
            grid.addWidget(label(title, "body", bold=True), 0, 0, 1, 2)
            for line, (cap, text) in enumerate(keys, 1):
                key = label(cap, "caption")
                key.setProperty("keycap", True)
                grid.addWidget(key, line, 0, Qt.AlignmentFlag.AlignLeft)
                grid.addWidget(label(text, "grid", "text2"), line, 1)
            sides[side].addLayout(grid)
            sides[side].addSpacing(14)
        for one in sides:
            one.addStretch(1)
            columns.addLayout(one, 1)
        return inside

    def place(self) -> None:
        inside = self._inside.sizeHint().height() if self._inside is not None else 500
        wide, high = min(820, self.width() - 60), min(inside + 90, self.height() - 60)
        self.sheet.setGeometry((self.width() - wide) // 2, (self.height() - high) // 2, wide, high)

    def _close(self) -> None:
        self.shut()

    def _manual(self) -> None:
        window = self.parent()
        if hasattr(window, "show_manual"):
            window.show_manual()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar = self.area.verticalScrollBar()
        step = {Qt.Key.Key_Down: 40, Qt.Key.Key_Up: -40, Qt.Key.Key_PageDown: 300, Qt.Key.Key_PageUp: -300}.get(
            Qt.Key(event.key()), 0
        )
        if step:
            bar.setValue(bar.value() + step)
            return
        super().keyPressEvent(event)
