"""合并问题: what two PCs did without knowing of one another, one case after the other, each decided by one key."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QScrollArea, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from salesdesk.desk import Desk
from salesdesk.domain.changes import Changes
from salesdesk.domain.problems import Problem, Severity, summary
from salesdesk.services.module import Outcome
from salesdesk.services.sync.cases import TWICE, Case, open_cases
from ui.kit.merge_dialog import MergeDialog
from ui.kit.page import Page, PageContext
from ui.kit.plain_table import PlainTable
from ui.kit.widgets import Banner, Card, EmptyState, KeyHints, button, label, row
from ui.pages.sync.case_view import KINDS, CaseView, Whole, read_whole

MOST = 500
"""Cases listed; who has more will not mind seeing the rest afterwards."""


def read_cases(desk: Desk) -> list[Case]:
    """The open cases, the oldest first; read beside the window."""
    with desk.read() as reader:
        return open_cases(reader, MOST)


class MergesPage(Page):
    """The list at the left keeps the keyboard: ↑↓ or F6 another case, 1 2 3 choose, F2 another value, Enter the record."""

    key = "merges"
    title = "合并问题"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self.cases: list[Case] = []
        self._wish = ""  # the case to show once the list is read
        self._busy = False
        self._undone = False  # a case that comes back by an undo is the one to look at
        self.count = label("", "body", "text2")
        self.banner = Banner(closable=True)
        self.table = PlainTable("合并问题", ("问题", "种类"), (0,))
        self.table.setWordWrap(True)
        self.table.currentCellChanged.connect(self._show)
        self.table.cellDoubleClicked.connect(self.open_one)
        self.view = CaseView(context)
        self.view.settled.connect(self.settle)
        self.view.wanted.connect(self._wanted)
        self.none = EmptyState(
            "checkmark_circle", "没有要你定的", "两台电脑改了同一处、编了同一个号，或者合起来不合规矩，才会列在这里。"
        )
        self._lay_out()
        self._keys()

    def _lay_out(self) -> None:
        back = button("同步", "arrow_left", clicked=self._to_sync)
        head = row(label("合并问题", "title", bold=True), self.count, 1, back, spacing=12)
        self.column.addLayout(head)
        self.column.addWidget(self.banner)
        left = Card(margins=(1, 1, 1, 1))
        left.body.addWidget(self.table)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        inside.setObjectName("scrolled")
        column = QVBoxLayout(inside)
        column.setContentsMargins(12, 0, 6, 0)
        column.addWidget(self.view)
        area.setWidget(inside)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(left)
        split.addWidget(area)
        split.setStretchFactor(0, 2)
        split.setStretchFactor(1, 5)
        split.setChildrenCollapsible(False)
        left.setMinimumWidth(300)
        self.stack = QStackedWidget()
        self.stack.addWidget(split)
        self.stack.addWidget(self.none)
        self.column.addWidget(self.stack, 1)
        self.column.addWidget(KeyHints(self.key_hints()))

    def _keys(self) -> None:
        taking: list[tuple[str, Callable[[], object]]] = [
            (str(n), partial(self.view.choose, str(n))) for n in range(1, 6)
        ]
        for keys, act in (
            *taking,
            ("F6", self.next_one), ("F2", self.view.go_other), ("F8", self.merge), ("F5", self.read),
            ("Ctrl+Return", self.view.use_other), ("Ctrl+Enter", self.view.use_other),
        ):  # fmt: skip
            shortcut = QShortcut(QKeySequence(keys), self, act)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        enter = QShortcut(QKeySequence("Return"), self.table, self.open_one)
        enter.setContext(Qt.ShortcutContext.WidgetShortcut)

    # -- reading ---------------------------------------------------------------------------------------------------

    def on_shown(self) -> None:
        self.read()
        self.table.setFocus()

    def refresh(self, changes: Changes) -> None:
        self._undone = changes.title.startswith(("撤销", "重做"))
        if self.isVisible():
            self.read()

    def read(self) -> None:
        """Read the list again, beside the window."""
        self.ops.read(partial(read_cases, self.desk), self._came, token="merges")

    def _came(self, cases: list[Case]) -> None:
        before, at = self.in_hand, self.table.currentRow()
        known = {one.key for one in self.cases}
        self.cases = cases
        self.count.setText(f"{len(cases)} 处要你定" if cases else "")
        self.stack.setCurrentIndex(0 if cases else 1)
        wanted = self._wish or (before.key if before is not None else "")
        if self._undone:
            wanted = next((one.key for one in cases if one.key not in known), wanted)
        self._wish, self._undone = "", False
        found = next((n for n, one in enumerate(cases) if one.key == wanted), -1)
        self.table.blockSignals(True)
        self.table.setRowCount(len(cases))
        for line, one in enumerate(cases):
            what = f"{one.record}{'：' + one.field_title if one.kind in ('field', 'void') else ''}"
            self.table.put(line, 0, what, "text", "warning" if one.kind == "rule" else "sync")
            self.table.put(line, 1, KINDS[one.kind], "text2")
        self.table.finish()
        self.table.setCurrentCell(found if found >= 0 else min(max(at, 0), len(cases) - 1), 0)
        self.table.blockSignals(False)
        self._show()
        if not cases:
            self.none.setFocus()

    @property
    def in_hand(self) -> Case | None:
        """The case that is shown."""
        line = self.table.currentRow()
        return self.cases[line] if 0 <= line < len(self.cases) else None

    def _show(self, *_: object) -> None:
        case = self.in_hand
        if case is None or case == self.view.case:
            return
        self.banner.hide()
        self.view.show_case(case)
        if case.kind != "rule":
            self.ops.read(
                partial(read_whole, self.desk, case, self.desk.settings.veil), self._whole_came, token="merges.whole"
            )

    def _whole_came(self, whole: Whole) -> None:
        self.view.show_whole(whole)

    # -- doing -----------------------------------------------------------------------------------------------------

    def settle(self, args: Mapping[str, Any]) -> None:
        """Decide the case in hand; the next one comes into its place, 撤销 brings it back."""
        if not self._busy:
            self._busy = True
            self.ops.run("sync.settle", dict(args), self._settled, self._refused)

    def _settled(self, outcome: Outcome) -> None:
        self._busy = False
        self.view.case = None
        self.table.setFocus()
        self.read()

    def _refused(self, problems: tuple[Problem, ...]) -> None:
        self._busy = False
        stops = [p for p in problems if p.severity is Severity.STOP] or list(problems)
        if any(p.code == "settled" for p in stops):
            self.read()
        self.view.refuse(stops)
        self.banner.say("err", summary(stops))

    def next_one(self) -> None:
        """The next case, after the last one the first."""
        if self.cases:
            self.table.setCurrentCell((self.table.currentRow() + 1) % len(self.cases), 0)
            self.table.setFocus()

    def _wanted(self, name: str) -> None:
        acts = {"open": self.open_one, "open_other": self.open_other, "merge": self.merge}
        acts[name]()

    def open_one(self, *_: object) -> None:
        """The record the case is about, over the page; a line by its document."""
        case = self.in_hand
        if case is not None:
            self._open(case.entity, case.uid)

    def open_other(self) -> None:
        """The other record with the same code."""
        case = self.in_hand
        if case is not None and case.others:
            self._open(case.entity, case.others[0])

    def _open(self, entity: str, uid: str) -> None:
        one = self.desk.registry.entities.get(entity)
        if one is not None and one.parent:
            found = self.desk.row(entity, uid)
            entity, uid = one.parent[0], str((found or {}).get(one.parent[1]) or "")
        if self.in_hand is not None and self.in_hand.kind in TWICE:  # one after the other, the question stays in sight
            self.context.show_beside(entity, uid)
        elif entity in self.desk.registry.owner and uid:
            self.context.show_record(entity, uid)

    def merge(self) -> None:
        """Two records of one thing become one, field by field."""
        case = self.in_hand
        if case is None or case.kind not in TWICE or not self.context.may(f"{case.entity}.merge"):
            return
        args = {"uid": case.uid, "others": "、".join(case.others)}
        dialog = MergeDialog(self.context, case.entity, args, self.window())
        dialog.exec()
        dialog.deleteLater()
        self.read()

    def _to_sync(self) -> None:
        self.context.navigate("sync")

    def run_action(self, action: str, args: Mapping[str, Any]) -> None:
        """Show one case, by its key."""
        self._wish = str(args.get("key") or "")
        self.read()

    def current_record(self) -> tuple[str, str] | None:
        case = self.in_hand
        return (case.entity, case.uid) if case is not None else None

    def key_hints(self) -> Sequence[tuple[str, str]]:
        return (("↑↓ F6", "换一个问题"), ("1 2 3", "用哪一边的"), ("F2", "另写一个，Ctrl+Enter 用它"), ("Enter", "打开记录"),
                ("F8", "合并成一条"), ("Ctrl+Z", "撤销"))  # fmt: skip


def make(context: PageContext) -> Page:
    """The page for the frame."""
    return MergesPage(context)
