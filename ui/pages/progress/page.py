"""跟进: every open line by its promised day, the problems, and how punctual we are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QTabBar, QWidget

from salesdesk.domain.changes import Changes
from salesdesk.services.drafts import SavedDraft
from ui.kit.button_line import ButtonLine
from ui.kit.front_stack import FrontStack
from ui.kit.page import Page, PageContext
from ui.kit.register_panel import RegisterPanel
from ui.kit.widgets import KeyHints, label, row
from ui.pages.progress.figures_view import FiguresView
from ui.pages.progress.lines_view import LinesView

LINES, PROBLEMS, FIGURES = 0, 1, 2
WATCHED = {"sales_order", "order_line", "delivery", "delivery_line", "line_feedback", "line_promise"}


class ProgressPage(Page):
    """Three tabs; the problems are a plain register."""

    key = "progress"
    title = "跟进"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setAccessibleName("跟进的几块")
        for title in ("到期", "问题与异常", "按时率"):
            self.tabs.addTab(title)
        self.lines = LinesView(context)
        self.figures = FiguresView(context)
        self.problems: RegisterPanel | None = None
        self.number = label("", "body", "text2")
        self._actions = QStackedWidget()
        self._actions.setFixedHeight(36)
        self._actions.addWidget(QWidget())
        self.stack = FrontStack()
        for part in (self.lines, QWidget(), self.figures):
            self.stack.addWidget(part)
        self.column.addLayout(
            row(label("跟进", "title", bold=True), self.number, self.tabs, 1, self._actions, spacing=12)
        )
        self.column.addWidget(self.stack, 1)
        self.hints = KeyHints(self.key_hints())
        self.column.addWidget(self.hints)
        self.lines.order_wanted.connect(self._show_order)
        self.lines.counted.connect(self._counted)
        self.tabs.currentChanged.connect(self._turn)
        for keys, act in (
            ("Ctrl+F", self.search),
            ("Ctrl+PgDown", partial(self.step, 1)),
            ("Ctrl+PgUp", partial(self.step, -1)),
        ):
            QShortcut(QKeySequence(keys), self, act).setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def panel(self) -> RegisterPanel:
        """The register of problems, made when first wanted."""
        if self.problems is None:
            made = RegisterPanel(self.context, "order_problem")
            made.counted.connect(self._counted)
            old = self.stack.widget(PROBLEMS)
            self.stack.removeWidget(old)
            old.deleteLater()
            self.stack.insertWidget(PROBLEMS, made)
            self._actions.addWidget(ButtonLine(*made.buttons))
            self.problems = made
        return self.problems

    def _turn(self, tab: int) -> None:
        if tab == PROBLEMS:
            self.panel().on_shown()
        self.stack.setCurrentIndex(tab)
        self._actions.setCurrentIndex(1 if tab == PROBLEMS else 0)
        self.number.setText("")
        if tab == LINES:
            self.lines.read()
        elif tab == FIGURES:
            self.figures.read()
        else:
            self._counted(None)
        self.hints.set_hints(self.key_hints())

    def _counted(self, told: object) -> None:
        if self.tabs.currentIndex() == PROBLEMS and self.problems is not None:
            self.number.setText(f"{self.problems.model.rowCount():,} 条" if self.problems.model.rowCount() else "")
        elif self.tabs.currentIndex() == LINES and isinstance(told, str):
            self.number.setText(told)

    def _show_order(self, uid: str) -> None:
        self.context.navigate("orders", uid)

    def search(self) -> None:
        """Ctrl+F goes to the search box."""
        if self.tabs.currentIndex() == LINES:
            self.lines.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif self.tabs.currentIndex() == PROBLEMS:
            self.panel().search()

    def step(self, by: int) -> None:
        """Ctrl+PgDown and Ctrl+PgUp walk the tabs."""
        self.tabs.setCurrentIndex((self.tabs.currentIndex() + by) % self.tabs.count())

    # -- the frame -------------------------------------------------------------------------------------------------

    def on_shown(self) -> None:
        tab = self.tabs.currentIndex()
        if tab == LINES and self.lines.stale:
            self.lines.read()
        elif tab == FIGURES and self.figures.stale:
            self.figures.read()
        elif tab == PROBLEMS:
            self.panel().on_shown()

    def refresh(self, changes: Changes) -> None:
        if self.problems is not None:
            self.problems.refresh(changes)
        if not WATCHED & changes.touched.keys() and "order_problem" not in changes.touched:
            return
        for tab, part in ((LINES, self.lines), (FIGURES, self.figures)):
            if self.isVisible() and self.tabs.currentIndex() == tab:
                part.read()
            else:
                part.stale = True

    def open_record(self, entity: str, uid: str) -> None:
        if entity == "order_problem":
            self.tabs.setCurrentIndex(PROBLEMS)
            self.panel().open(uid)
        else:
            row_ = self.desk.row(entity, uid)
            if row_ and row_.get("order"):
                self._show_order(str(row_["order"]))

    def run_action(self, action: str, args: Mapping[str, Any]) -> None:
        """new and the verbs of problems, feedback, or filter with a `which`."""
        given = {k: v for k, v in args.items() if k != "entity"}
        if action in ("new", "order_problem.save"):
            self.tabs.setCurrentIndex(PROBLEMS)
            self.panel().new(given)
        elif action == "filter" and args.get("entity") == "order_problem":
            self.tabs.setCurrentIndex(PROBLEMS)
        elif action in ("filter", "progress.feedback"):
            self.tabs.setCurrentIndex(LINES)
            self.lines.show_view(given.get("which") or self.lines.which)
        elif action == "progress.urge":
            self.tabs.setCurrentIndex(LINES)
            self.lines.show_view("silent")
        elif action == "progress.urge_paper":
            self.context.perform(action, given, self.lines._printed)
        elif action in self.desk.registry.verbs:
            self.context.perform(action, given)

    def current_record(self) -> tuple[str, str] | None:
        if self.tabs.currentIndex() == PROBLEMS:
            uid = self.panel().in_hand()
            return ("order_problem", uid) if uid else None
        order = str(self.lines.sheet.current.get("order") or "") if self.tabs.currentIndex() == LINES else ""
        return ("sales_order", order) if order else None

    def keep_draft(self) -> None:
        if self.problems is not None:
            if self.problems.record is not None:
                self.problems.record.form.keeper.keep()
            self.problems.model.stop()

    def resume(self, kept: SavedDraft) -> None:
        self.tabs.setCurrentIndex(PROBLEMS)
        self.panel().resume()

    def undo(self) -> bool:
        """A typed cell before the last operation."""
        stack = self.lines.sheet.grid.stack
        if self.tabs.currentIndex() == LINES and stack.canUndo():
            stack.undo()
            return True
        return False

    def redo(self) -> bool:
        stack = self.lines.sheet.grid.stack
        if self.tabs.currentIndex() == LINES and stack.canRedo():
            stack.redo()
            return True
        return False

    def key_hints(self) -> Sequence[tuple[str, str]]:
        if self.tabs.currentIndex() == PROBLEMS:
            return (
                ("Ctrl+N", "登记问题"),
                ("↑↓", "选"),
                ("Enter", "打开"),
                ("Ctrl+S", "保存"),
                ("Ctrl+F", "搜索"),
                ("Ctrl+PgDn", "下一块"),
            )
        if self.tabs.currentIndex() == FIGURES:
            return (("Ctrl+PgDn", "下一块"), ("F1", "全部快捷键"))
        return (
            ("Enter", "下一格"), ("Ctrl+V", "粘贴交期表"), ("Ctrl+D", "同上一行"), ("Ctrl+S", "登记进度"), ("Ctrl+F", "搜索"),
            ("Ctrl+Z", "撤销"), ("Ctrl+PgDn", "下一块"),
        )  # fmt: skip

    def shot_states(self) -> Sequence[tuple[str, Callable[[], object]]]:
        return (
            ("all", partial(self.lines.show_view, "all")),
            ("problems", partial(self.tabs.setCurrentIndex, PROBLEMS)),
            ("figures", partial(self.tabs.setCurrentIndex, FIGURES)),
        )


def make(context: PageContext) -> Page:
    """The page of the module `progress`."""
    return ProgressPage(context)
