"""今天要办 under its heading: pills for what is pressing and for each kind, what was put off, a line for a new task."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QMenu, QStackedLayout, QWidget

from salesdesk.domain import dates
from salesdesk.domain.kinds import Row
from salesdesk.services.module import ToDo
from salesdesk.services.todos import counted
from ui.kit import menus
from ui.kit.widgets import Card, EmptyState, FilterChip, row
from ui.pages.today.todo_list import TodoList

ALL, LATE, TODAY, LATER = "all", "late", "today", "later"
PILLS = ((ALL, "全部"), (LATE, "已过期"), (TODAY, "今天"), (LATER, "已推后"))


def woken(one: ToDo, snooze: Row, today: str) -> ToDo:
    """Something that was put off, as a line that can bring it back."""
    until = str(snooze["until"])
    detail = f"推到 {dates.show_day_short(until, today)}：{snooze['reason']}"
    return one._replace(detail=detail, due=until, icon="clock", tone="neutral", entity="todo_snooze",
                   uid=str(snooze["uid"]), verb="todo.wake", verb_title="现在就办", args={})  # fmt: skip


class TaskLine(QLineEdit):
    """A task in one line; Enter takes it down, Esc goes back to the list."""

    entered = Signal(str)
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setPlaceholderText("记临时任务：周五前 把对账单发给张总 @李总")
        self.setAccessibleName("记临时任务")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.text().strip():
                self.entered.emit(self.text().strip())
        elif event.key() == Qt.Key.Key_Escape:
            self.clear()
            self.left.emit()
        else:
            super().keyPressEvent(event)


class TodoCard(Card):
    """The list with its pills; says so when everything is done."""

    def __init__(self) -> None:
        super().__init__("今天要办", "按到期时间排序", margins=(1, 10, 1, 10))
        assert self.header is not None
        self.header.setContentsMargins(17, 0, 12, 0)
        self.which = ALL
        self.by_kind = False
        self._todos: list[ToDo] = []
        self._later: list[ToDo] = []
        self._today = ""
        self.todos = TodoList()
        self.todos.stepped.connect(self.step)
        self.todos.new_wanted.connect(self.new_task)
        self.line = TaskLine()
        self.line.left.connect(self._back)
        self.pills: dict[str, FilterChip] = {}
        for key, title in PILLS:
            pill = FilterChip(title, 0, key)
            pill.clicked.connect(partial(self.choose, key))
            self.pills[key] = pill
        self.kinds = FilterChip("类别")
        self.kinds.setToolTip("只看一类，或按类别分组")
        self.kinds.clicked.connect(self._offer_kinds)
        self.body.addLayout(row(*self.pills.values(), self.kinds, 1, spacing=6, margins=(17, 0, 12, 0)))
        self.done = EmptyState(
            "checkmark_circle", "今天没有要办的事", "来单登记、传递、交货和客户答复到了时间，会自己出现在这里"
        )
        place = QWidget()
        self._stack = QStackedLayout(place)
        self._stack.addWidget(self.todos)
        self._stack.addWidget(self.done)
        self.body.addWidget(place, 1)
        self.body.addLayout(row(self.line, margins=(17, 0, 17, 0)))

    # -- what is shown ---------------------------------------------------------------------------------------------

    def show_todos(self, todos: Sequence[ToDo], later: Sequence[tuple[ToDo, Row]] = (), today: str = "") -> None:
        """Show what there is to do now, and what was put off."""
        self._todos, self._today = list(todos), today
        self._later = [woken(one, snooze, today) for one, snooze in later]
        sizes = {ALL: counted(todos), LATE: counted(self._of(LATE)), TODAY: counted(self._of(TODAY)), LATER: len(later)}
        for key, pill in self.pills.items():
            pill.set_count(sizes[key])
            pill.setVisible(bool(sizes[key]) or key == ALL or key == self.which)
        if self.which not in self.pills and self.which not in self.groups():
            self.which = ALL
        self._show()

    def groups(self) -> dict[str, int]:
        """The kinds there are, with how many things of each."""
        found: Counter[str] = Counter()
        for one in self._todos:
            found[one.group] += one.stands_for
        return dict(found)

    def _of(self, which: str) -> list[ToDo]:
        if which == ALL:
            return self._todos
        if which == LATE:
            return [t for t in self._todos if t.due and t.due < self._today]
        if which == TODAY:
            return [t for t in self._todos if t.due == self._today]
        if which == LATER:
            return self._later
        return [t for t in self._todos if t.group == which]

    def _show(self) -> None:
        shown = self._of(self.which)
        grouped = self.by_kind and self.which in (ALL, LATE, TODAY)
        if grouped:
            order = list(self.groups())
            shown = sorted(shown, key=lambda t: order.index(t.group))
        for key, pill in self.pills.items():
            pill.setChecked(key == self.which)
        kind = self.which not in self.pills
        self.kinds.set_title(self.which if kind else "类别")
        self.kinds.setChecked(kind or grouped)
        self.todos.show_todos(shown, grouped)
        self._stack.setCurrentIndex(0 if shown else 1)

    def choose(self, which: str) -> None:
        """Show one kind only, or all."""
        self.which = which
        self._show()
        self.todos.setFocus(Qt.FocusReason.OtherFocusReason)

    def step(self, by: int) -> None:
        """The pill or kind before or after."""
        ring = [k for k, p in self.pills.items() if p.isVisibleTo(self)] + list(self.groups())
        self.choose(ring[(ring.index(self.which) + by) % len(ring)])

    def group_by_kind(self, on: bool) -> None:
        """Sort by kind with headings, or by due day."""
        self.by_kind = on
        if self.hint is not None:
            self.hint.setText("按类别分组" if on else "按到期时间排序")
        self._show()

    def _offer_kinds(self) -> None:
        menu = QMenu(self)
        sort = menus.item(menu, "按类别分组")
        sort.setCheckable(True)
        sort.setChecked(self.by_kind)
        sort.toggled.connect(self.group_by_kind)
        menus.line(menu)
        menus.item(menu, "全部类别", partial(self.choose, ALL))
        for name, size in self.groups().items():
            menus.item(menu, f"{name}\t{size:,}", partial(self.choose, name))
        menu.exec(self.kinds.mapToGlobal(self.kinds.rect().bottomLeft()))
        menu.deleteLater()
        self._show()

    # -- a new task ------------------------------------------------------------------------------------------------

    def new_task(self) -> None:
        """Go to the line for a new task."""
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _back(self) -> None:
        self.todos.setFocus(Qt.FocusReason.OtherFocusReason)
