"""The page of the day: greeting, four figures, sales, what wants doing, the latest orders."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from salesdesk.domain import dates
from salesdesk.domain.changes import Changes
from salesdesk.domain.fields import Lines
from salesdesk.modules.omissions.queries import FOUND
from salesdesk.modules.today.queries import Span, Which
from salesdesk.services.module import Outcome, ToDo
from ui.kit.page import Page, PageContext
from ui.kit.widgets import ElidedLabel, QuietButton, button, label, row
from ui.pages.today.board import Board, look_for_omissions, read_board
from ui.pages.today.figures import GAP, Figures
from ui.pages.today.orders_card import OrdersCard
from ui.pages.today.sales_card import SalesCard
from ui.pages.today.todo_card import TodoCard
from ui.pages.today.words import day_line, greeting

if TYPE_CHECKING:
    from ui.pages.today.first_steps import FirstSteps

MINUTE_MS = 60_000
REPORTS_AFTER_MS = 3_000
"""The reports of the day are made once the window stands and the code behind the verbs is there."""
HINTS = (("↑↓", "选一件事"), ("Enter", "办"), ("Ctrl+Enter", "看记录"), ("S", "推后，写原因"), ("← →", "换一类看"),
         ("+", "记临时任务"), ("Ctrl+L", "登记来单"), ("Ctrl+N", "新建订单"))  # fmt: skip


class TodayPage(Page):
    """Reads everything on the reading threads, again after every commit, and once a minute while it is in front."""

    key = "today"
    title = "今日"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self.board: Board | None = None
        self._span: Span = "days"
        self._which: Which = "all"
        self._seen = self._new_company = False
        self._looking = ""
        self._reported = ""
        self.hello = label("", "title", bold=True)
        self.day = ElidedLabel("", "body", "text2")
        self.hand = QuietButton("交接包", "people", self.hand_over)
        self.hand.setToolTip("离岗、休假时，把没办完的事列成一包交出去")
        self.log = button("登记来单", "phone", shortcut="Ctrl+L", clicked=self.log_arrival)
        self.new = button("新建订单", "add", primary=True, shortcut="Ctrl+N", clicked=self.new_order)
        self.figures = Figures()
        self.sales = SalesCard()
        self.todo = TodoCard()
        self.orders = OrdersCard()
        self._lay_out()
        self._connect()
        self._reports = QTimer(self, singleShot=True, interval=REPORTS_AFTER_MS)
        self._reports.timeout.connect(self._make_reports)
        self._minute = QTimer(self)
        self._minute.setInterval(MINUTE_MS)
        self._minute.timeout.connect(self._minute_passed)
        self._minute.start()
        self._greet()

    # -- putting together ------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        head = row(self.hello, self.day, self.hand, self.log, self.new, spacing=12)
        head.setStretch(1, 1)
        middle = row(self.sales, self.todo, spacing=GAP)
        middle.setStretch(0, 5)
        middle.setStretch(1, 4)
        for card in (self.sales, self.todo):
            card.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
            card.setMinimumHeight(300)
        self.busy_day = QWidget()
        column = QVBoxLayout(self.busy_day)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(self.figures)
        column.addLayout(middle, 1)
        column.addWidget(self.orders)
        inner = QWidget()
        inner.setObjectName("scrolled")
        self._inner = parts = QVBoxLayout(inner)
        parts.setContentsMargins(24, 0, 24, 14)
        parts.setSpacing(0)
        parts.addWidget(self.busy_day, 1)
        self.scroller = QScrollArea()
        self.scroller.setWidgetResizable(True)
        self.scroller.setFrameShape(QFrame.Shape.NoFrame)
        self.scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroller.setWidget(inner)
        self.scroller.verticalScrollBar().rangeChanged.connect(self._make_room)
        self.column.setContentsMargins(0, 14, 0, 0)
        head.setContentsMargins(24, 0, 24, 0)
        self.column.addLayout(head)
        self.column.addWidget(self.scroller, 1)

    @cached_property
    def steps(self) -> FirstSteps:
        """What a new company sees instead; an old one never has it made."""
        from ui.pages.today.first_steps import FirstSteps

        made = FirstSteps()
        made.wanted.connect(self.begin)
        self._inner.addWidget(made, 1)
        return made

    def _make_room(self, least: int, most: int) -> None:
        """The scroll bar stands in the margin, so that the cards end where the buttons above them do."""
        bar = self.scroller.verticalScrollBar().sizeHint().width() if most > least else 0
        self._inner.setContentsMargins(24, 0, 24 - bar, 14)

    def _connect(self) -> None:
        self.figures.wanted.connect(self.show_figure)
        self.sales.span_wanted.connect(self._span_chosen)
        self.sales.days_wanted.connect(self.show_days)
        self.todo.todos.wanted.connect(self.do)
        self.todo.todos.opened.connect(self.open_todo)
        self.todo.todos.put_off.connect(self.put_off)
        self.todo.line.entered.connect(self.add_task)
        self.orders.which_wanted.connect(self._which_chosen)
        self.orders.opened.connect(self._open_order)
        self.orders.all_wanted.connect(self.show_orders)
        for keys, act in (("Ctrl+L", self.log_arrival), ("Ctrl+N", self.new_order)):
            shortcut = QShortcut(QKeySequence(keys), self, act)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_moved)

    def _focus_moved(self, old: QWidget | None, new: QWidget | None) -> None:
        """Tab never leads to something out of sight."""
        if new is not None and self.isVisible() and self.scroller.isAncestorOf(new):
            self.scroller.ensureWidgetVisible(new, 0, 24)

    # -- reading ---------------------------------------------------------------------------------------------------

    def on_shown(self) -> None:
        self._greet()
        self.read()
        focus = QApplication.focusWidget()
        if not self._seen or focus is None or not self.isAncestorOf(focus):
            self._focus_first()
        self._seen = True

    def _focus_first(self) -> None:
        """The keyboard begins at what wants doing; in a new company at the next step."""
        if not self._new_company:
            self.todo.todos.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            card = next((c for c in self.steps.cards.values() if c.main.property("kind") == "primary"), None)
            if card is not None:
                card.main.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self, changes: Changes) -> None:
        if self.isVisible():
            self.read()

    def read(self) -> None:
        """Read everything again, beside the window."""
        desk, span, which = self.desk, self._span, self._which
        self.ops.read(lambda: read_board(desk, span, which), self._came, token="today")

    def _came(self, board: Board) -> None:
        self.board = board
        new_company = not board.begun.orders and not board.todos
        turned, self._new_company = new_company != self._new_company, new_company
        had_keyboard = self._has_keyboard()
        self.busy_day.setVisible(not new_company)
        if turned:
            self.steps.setVisible(new_company)
        self.new.set_kind("" if new_company else "primary")  # the next step has the one coloured button
        self._greet()
        if new_company:
            self.steps.show_begun(board.begun)
        else:
            self.figures.show_board(board)
            self.sales.show_bars(board.span, board.bars)
            self.todo.show_todos(board.todos, board.later, board.today)
            self.orders.show_orders(board.which, board.orders, board.counts, board.today)
        if turned and had_keyboard:
            self._focus_first()
        if board.begun.orders and board.looked != board.today and self._looking != board.today:
            self._looking = board.today
            self.ops.read(partial(look_for_omissions, self.desk), self._looked, token="omissions")
        if board.begun.orders and self._reported != board.today:
            self._reported = board.today
            self._reports.start()

    def _looked(self, find: str) -> None:
        """漏单检测 of the day is done: keep the find, and show what belongs on the list."""
        self.ops.write(partial(self.desk.settings.put, FOUND, find), self._kept)

    def _make_reports(self) -> None:
        """What was over while the program was shut is made up for."""
        if self.context.may("sales_report.due"):
            self.ops.run("sales_report.due")

    def _kept(self, nothing: object) -> None:
        if self.isVisible():
            self.read()

    def _has_keyboard(self) -> bool:
        focus = QApplication.focusWidget()
        return self.isVisible() and focus is not None and (focus is self or self.isAncestorOf(focus))

    def _greet(self) -> None:
        now = self.desk.database.clock.now()
        day, weekday, which = day_line(now.date().isoformat(), self.desk.holidays())
        self.hello.setText(greeting(now, self.desk.settings.operator))
        self.day.set_text(f"{day}　{weekday}　{which}")

    def _minute_passed(self) -> None:
        if not self.isVisible():
            return
        self._greet()
        if self.board is not None and self.board.today != self.desk.today:
            self.read()

    def _span_chosen(self, span: str) -> None:
        self._span = cast(Span, span)
        self.read()

    def _which_chosen(self, which: str) -> None:
        self._which = cast(Which, which)
        self.read()

    # -- moving on -------------------------------------------------------------------------------------------------

    def log_arrival(self) -> None:
        """登记来单."""
        self.context.navigate("orders", action="intake.save")

    def new_order(self) -> None:
        """新建订单."""
        self.context.navigate("orders", action="new")

    def do(self, todo: ToDo) -> None:
        """Do the one verb of a thing to do: plain ones here, the others on the page that keeps the record."""
        verb = self.desk.registry.verbs.get(todo.verb)
        simple = verb is not None and not any(isinstance(p.kind, Lines) for p in verb.params)
        if todo.verb == "todo.wake":
            self.ops.run("todo.wake", {"uid": todo.uid})
            return
        if verb is not None and simple:
            self.context.perform(verb.name, {**({"uid": todo.uid} if todo.uid else {}), **todo.args})
            return
        owner = self.desk.registry.owner.get(todo.entity)
        if owner is None or not todo.verb:
            self.open_todo(todo)
        else:
            self.context.navigate(
                owner.key, action=todo.verb, args={"uid": todo.uid, "entity": todo.entity, **todo.args}
            )

    def open_todo(self, todo: ToDo) -> None:
        """Show the record a thing to do is about."""
        if todo.entity == "todo_snooze":
            one = self.desk.row("todo_snooze", todo.uid)
            if one is not None and one["owner"]:
                self.context.show_record(str(one["entity"]), str(one["owner"]))
        elif todo.entity and todo.uid:
            self.context.show_record(todo.entity, todo.uid)

    def put_off(self, todo: ToDo) -> None:
        """Later, with a reason."""
        if todo.verb == "todo.wake" or todo.stands_for > 1:
            self.context.toast("这一条不能推后", tone="info")
            return
        preset = {"entity": todo.entity, "owner": todo.uid, "verb": todo.verb, "title": todo.title}
        self.context.perform("todo.snooze", preset)

    def add_task(self, line: str) -> None:
        """Take down a task typed in one line."""
        self.ops.run("task.add", {"line": line}, self._task_added)

    def _task_added(self, outcome: Outcome) -> None:
        self.todo.line.clear()

    def _open_order(self, uid: str) -> None:
        self.context.show_record("sales_order", uid)

    def _filter(self, title: str, status: str = "", day: str = "", where: Sequence[tuple[str, str, Any]] = ()) -> None:
        """Show the orders a figure was counted from. status and day are the pills of the list, where further conditions."""
        args = {"status": status, "day": day, "where": [list(one) for one in where], "title": title}
        self.context.navigate("orders", action="filter", args=args)

    def show_figure(self, name: str) -> None:
        """A figure was clicked."""
        today = self.desk.today
        if name == "today":
            self._filter("今天的订单", day="today")
        elif name == "month":
            self._filter("本月的订单", day="month")
        elif name == "todos":
            self.todo.todos.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self.board is not None and self.board.summary.overdue_count:
            self.show_orders("late")
        else:
            self._filter("没发完的订单", where=(("stage", "in", ["confirmed", "part"]), ("due_date", ">=", today)))

    def show_days(self, first: str, last: str) -> None:
        """A bar was opened."""
        day = dates.show_day_short(first, self.desk.today)
        title = f"{day} 的订单" if first == last else f"{first[5:]} 到 {last[5:]} 的订单"
        where = [("order_date", ">=", first), ("order_date", "<=", last), ("state", "=", "confirmed")]
        self._filter(title, where=where)

    def show_orders(self, which: str) -> None:
        """查看全部 of the pill in force."""
        today, open_ = self.desk.today, ("stage", "in", ["confirmed", "part"])
        if which in ("draft", "parked"):
            self._filter("", status=which)
        elif which == "today":
            self._filter("今天交货的订单", where=(open_, ("due_date", "=", today)))
        elif which == "late":
            self._filter("已逾期的订单", where=(open_, ("due_date", "<", today)))
        else:
            self._filter("")

    def begin(self, step: str, main: bool) -> None:
        """One of the first steps."""
        if step == "orders":
            self.new_order() if main else self.log_arrival()
        else:
            entity = {"products": "product", "customers": "customer"}[step]
            self.context.navigate(step, action=f"{entity}.import" if main else "new")

    # -- what the frame asks ---------------------------------------------------------------------------------------

    def open_record(self, entity: str, uid: str) -> None:
        """A task opens in its form."""
        if entity == "task" and self.desk.row("task", uid) is not None:
            from ui.kit.record_dialog import show_record

            show_record(self.context, "task", uid)

    def hand_over(self) -> None:
        """交接包: everything open as a workbook and a list to sign, which is shown."""
        self.context.perform("today.handover", {}, done=self._handed, busy=self.hand)

    def _handed(self, outcome: Outcome) -> None:
        from ui.kit.print_preview import show_pdf

        show_pdf(self.context, str(outcome.data["pdf"]), "工作交接清单")

    def run_action(self, action: str, args: Mapping[str, Any]) -> None:
        if action == "new" and args.get("entity") == "task":
            self.todo.new_task()
        elif action == "new":
            self.new_order()

    def key_hints(self) -> Sequence[tuple[str, str]]:
        return HINTS

    def shot_states(self) -> Sequence[tuple[str, Callable[[], object]]]:
        return (
            ("year", self.sales.chips["year"].click),
            ("late", self.orders.pills["late"].click),
            ("todo", self._focus_first),
        )


def make(context: PageContext) -> TodayPage:
    """The page for the shell."""
    return TodayPage(context)
