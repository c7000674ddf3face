"""查重: the records of a register that may be the same thing twice, group by group, and what to do with each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHeaderView, QVBoxLayout, QWidget

from salesdesk.services.module import Outcome
from ui.kit.merge_dialog import MergeDialog
from ui.kit.messages import ask_text
from ui.kit.ops import Step
from ui.kit.page import PageContext
from ui.kit.plain_table import PlainTable
from ui.kit.theme import theme
from ui.kit.widgets import EmptyState, KeyHints, Progress, button, label, row

MOST_COLUMNS = 3
"""Further fields shown of each record."""
SURE, LIKELY = 85, 60


class DuplicatesDialog(QDialog):
    """Works on `<entity>.duplicates`, `.apart` and `.merge`; what is settled leaves the list."""

    def __init__(self, context: PageContext, entity: str) -> None:
        super().__init__(context.window)
        self.context, self.desk, self.ops = context, context.desk, context.ops
        self.entity = context.desk.entity(entity)
        one = self.entity
        self.setWindowTitle(f"查重复{one.title}")
        self.groups: list[dict[str, Any]] = []
        self._places: list[tuple[int, int]] = []  # of each row of the table: group, record
        self._merging: MergeDialog | None = None
        more = [f.key for f in one if f.listed and not f.masked and f.key not in (one.naming, one.code)]
        self._keys = [key for key in (one.naming, one.code, *more[:MOST_COLUMNS]) if key]
        titles = ["像不像", "为什么", *(one[key].title for key in self._keys)]
        self.table = PlainTable(f"可能重复的{one.title}", titles, (1, 2))
        self.table.setAlternatingRowColors(False)
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        self.table.setColumnWidth(0, 96)
        self.table.currentCellChanged.connect(self._show_buttons)
        self.table.cellDoubleClicked.connect(self._open)
        self.none = EmptyState("checkmark_circle", f"没有看出重复的{one.title}", "说过「不是同一家」的不再列出。")
        self.told = label("", "grid", "text2")
        self.progress = Progress()
        self.progress.cancelled.connect(self.ops.cancel)
        self.again = button("再查一遍", "refresh", shortcut="F5", clicked=self.look)
        self.look_at = button("打开", "eye", shortcut="Enter", clicked=self._open)
        self.apart = button("不是同一家", "dismiss_circle", shortcut="Delete", clicked=self._apart)
        self.merge = button("合并", "people", primary=True, shortcut="F8", clicked=self._merge)
        for keys, act in (("F5", self.look), ("F8", self._merge), ("Delete", self._apart), ("Return", self._open)):
            QShortcut(QKeySequence(keys), self, act)
        for signal in (self.ops.stopped, self.ops.faulted, self.ops.crashed):
            signal.connect(self._ended)
        self.ops.progressed.connect(self._progressed)
        self._lay_out()
        QTimer.singleShot(0, self.look)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 16, 22, 14)
        column.setSpacing(10)
        column.addWidget(label(f"查重复{self.entity.title}", "subtitle", bold=True))
        column.addLayout(row(self.told, self.progress, 1, self.again, spacing=10))
        column.addWidget(self.table, 1)
        column.addWidget(self.none, 1)
        column.addLayout(row(1, button("关闭", clicked=self.reject), self.look_at, self.apart, self.merge, spacing=10))
        column.addWidget(
            KeyHints((("↑↓", "选"), ("Enter", "打开"), ("F8", "合并"), ("Delete", "不是同一家"), ("Esc", "关闭")))
        )
        self.none.hide()
        host = self.context.window.size() if self.context.window is not None else None
        self.resize(min(1100, host.width() - 60) if host else 1000, min(680, host.height() - 60) if host else 620)

    # -- looking -------------------------------------------------------------------------------------------------------

    def look(self) -> None:
        """Go through the whole register; beside the window, and it can be stopped."""
        self.progress.start(f"正在翻{self.entity.title}")
        self._busy(True)
        self.ops.run(f"{self.entity.key}.duplicates", {}, self._came, busy=self.again)

    def _busy(self, busy: bool) -> None:
        self.progress.setVisible(busy)
        self.told.setVisible(not busy)
        self.again.setEnabled(not busy)

    def _progressed(self, step: Step) -> None:
        if self.progress.isVisible():
            self.progress.update_to(step.done, step.whole)

    def _ended(self, trouble: object) -> None:
        self._busy(False)

    def _came(self, outcome: Outcome) -> None:
        self._busy(False)
        self.told.setText(outcome.message)
        self.groups = [dict(g) for g in outcome.data["groups"]]
        self._fill(0)
        self.table.setFocus()

    def _fill(self, at: int) -> None:
        self._places = [(g, r) for g, group in enumerate(self.groups) for r in range(len(group["uids"]))]
        self.table.clearSpans()
        self.table.setRowCount(len(self._places))
        for line, (g, r) in enumerate(self._places):
            group = self.groups[g]
            score = int(group["score"])
            word, ink = ("很像", "err") if score >= SURE else ("像", "warn") if score >= LIKELY else ("有点像", "text2")
            self.table.put(line, 0, f"{word} {score}" if r == 0 else "", ink)
            self.table.put(line, 1, str(group["why"]) if r == 0 else "")
            for column, key in enumerate(self._keys, 2):
                self.table.put(line, column, str(group["records"][r].get(key, "")), "text" if column == 2 else "text2")
            for column in range(self.table.columnCount()) if g % 2 else ():
                item = self.table.item(line, column)
                if item is not None:
                    item.setBackground(theme().color("header"))
            if r == 0 and len(group["uids"]) > 1:
                for column in (0, 1):
                    self.table.setSpan(line, column, len(group["uids"]), 1)
        self.table.finish()
        self.none.setVisible(not self.groups)
        self.table.setVisible(bool(self.groups))
        lines = [line for line, (g, _) in enumerate(self._places) if g >= min(at, len(self.groups) - 1)]
        if lines:
            self.table.setCurrentCell(lines[0], 2)
        self._show_buttons()

    # -- doing ---------------------------------------------------------------------------------------------------------

    @property
    def in_hand(self) -> tuple[int, str] | None:
        """(group, uid) of the row in hand."""
        line = self.table.currentRow()
        if not 0 <= line < len(self._places):
            return None
        group, record = self._places[line]
        return group, str(self.groups[group]["uids"][record])

    def _show_buttons(self, *_: object) -> None:
        held = self.in_hand is not None
        self.look_at.setEnabled(held)
        self.apart.setEnabled(held and self.context.may(f"{self.entity.key}.apart"))
        self.merge.setEnabled(held and self.context.may(f"{self.entity.key}.merge"))

    def _open(self, *_: object) -> None:
        held = self.in_hand
        if held is not None:
            self.context.show_beside(self.entity.key, held[1])

    def _named(self) -> tuple[int, dict[str, Any]] | None:
        """The group in hand, and its records as arguments: the one in hand is kept, the others go."""
        held = self.in_hand
        if held is None:
            return None
        group, uid = held
        return group, {"uid": uid, "others": "、".join(u for u in self.groups[group]["uids"] if u != uid)}

    def _apart(self) -> None:
        named = self._named()
        if named is None or not self.apart.isEnabled():
            return
        hint = "记下来，以后查重、录入都不再提。可以写一句原因，例如 总公司和分公司；不写也行。"
        why = ask_text(self, "不是同一家", hint, yes="记下")
        if why is not None:
            args = named[1] | ({"why": why} if why else {})
            self.ops.run(f"{self.entity.key}.apart", args, _Settled(self, named[0]), busy=self.apart)

    def _merge(self) -> None:
        named = self._named()
        if named is None or not self.merge.isEnabled():
            return
        self._merging = MergeDialog(self.context, self.entity.key, named[1], self)
        done = self._merging.exec() == QDialog.DialogCode.Accepted
        self._merging.deleteLater()
        self._merging = None
        if done:
            self.settled(named[0])

    def settled(self, group: int) -> None:
        """A group is done with."""
        if 0 <= group < len(self.groups):
            del self.groups[group]
            self.told.setText(f"还有 {len(self.groups)} 组" if self.groups else "都看过了")
            self._fill(group)
            self.activateWindow()
            self.table.setFocus()


class _Settled:
    """Takes a group off the list once its verb is through; an object instead of a lambda, so that nothing else is kept."""

    def __init__(self, dialog: DuplicatesDialog, group: int) -> None:
        self.__self__ = dialog  # a closed dialog is left out
        self._group = group

    def __call__(self, outcome: Outcome) -> None:
        self.__self__.settled(self._group)


def open_window(context: PageContext, entity: str, preset: Mapping[str, Any]) -> QWidget:
    """Open it over the page."""
    dialog = DuplicatesDialog(context, entity)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
