"""Open order lines by the day they are promised for; feedback is typed or pasted right into them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit, QStackedLayout, QVBoxLayout, QWidget

from salesdesk.domain.kinds import Row
from salesdesk.domain.problems import Problem, summary
from salesdesk.modules.progress import queries
from salesdesk.modules.progress.model import FEEDBACK_LINE
from salesdesk.modules.progress.rules import shown
from salesdesk.modules.progress.service import HEAD
from salesdesk.services.module import Outcome
from ui.kit.approval_dialog import SENT, SENT_WORDS, ask_leave
from ui.kit.line_sheet import LineSheet
from ui.kit.page import PageContext
from ui.kit.widgets import Banner, Button, ElidedLabel, EmptyState, FilterChip, button, row

VIEWS: tuple[tuple[queries.Which, str], ...] = (
    ("late", "已过期"),
    ("today", "今天"),
    ("soon", "近 7 天"),
    ("silent", "快到期没反馈"),
    ("all", "全部没发完"),
)
ROUTES = (("", "都看"), ("make", "生产"), ("buy", "采购"))
EMPTY = {
    "late": ("没有过期的行", "承诺的都赶上了"),
    "today": ("今天没有到期的行", "看看「近 7 天」"),
    "soon": ("近 7 天没有到期的行", "看看「全部没发完」"),
    "silent": ("快到期的都有反馈", "到期前几天要有反馈，在设置里改"),
    "all": ("没有没发完的订单", "确认订单以后，每一行都在这里跟到发货"),
}
WIDTHS = {
    "order.number": 114,
    "customer.name": 84,
    "product.name": 150,
    "line.left": 64,
    "line.due": 84,
    "line.first": 84,
    "line.promise": 132,
    "line.last": 120,
    "promised": 84,
    "state": 76,
    "ready": 64,
}


class LinesView(QWidget):
    """order_wanted(uid): show its follow-up. counted(text): how many lines are shown."""

    order_wanted = Signal(str)
    counted = Signal(str)

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self.context, self.desk, self.ops = context, context.desk, context.ops
        self.which: queries.Which = "late"
        self.route = ""
        self._chosen = False
        self.stale = True
        self._waiting: Sequence[Mapping[str, str]] = ()
        self.chips: dict[str, FilterChip] = {}
        self.routes: dict[str, FilterChip] = {}
        self.box = QLineEdit()
        self.box.setPlaceholderText("订单号、客户、编码、品名")
        self.box.setAccessibleName("搜没发完的行")
        self.box.setClearButtonEnabled(True)
        self.box.setMinimumWidth(100)
        self.box.setMaximumWidth(220)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(200)
        self._later.timeout.connect(self.read)
        self.box.textChanged.connect(lambda _: self._later.start())
        self.banner = Banner(closable=True)
        self.sheet = LineSheet(FEEDBACK_LINE, "order_line", HEAD, self.desk.today, ("product.code",))
        self.sheet.matcher = self._match
        for key, width in WIDTHS.items():
            self.sheet.set_width(key, width)
        self.empty = EmptyState("flag", *EMPTY["all"])
        self.hint = ElidedLabel(
            "从生产、采购的 Excel 里复制几列（订单号、编码、交期、进度），在表里 Ctrl+V，自动对上行", "caption", "text2"
        )
        self.note: Button = button("登记进度", "check", primary=True, shortcut="Ctrl+S", clicked=self.save)
        self.urge = button("催进度，复制微信", "chat", clicked=self.ask_them)
        self.paper = button("打印催办单", "print", clicked=self.print)
        self.follow = button("看这张订单", "eye", clicked=self.open_order)
        self._lay_out()
        for keys in ("Ctrl+S", "F8"):
            QShortcut(QKeySequence(keys), self, self.save).setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        for made, verb in ((self.note, "progress.feedback"), (self.urge, "progress.urge")):
            made.setEnabled(self.context.may(verb))
        self._show_chips()

    def _lay_out(self) -> None:
        line = row(spacing=8)
        for key, title in VIEWS:
            chip = FilterChip(title, None, key)
            chip.clicked.connect(partial(self.show_view, key))
            self.chips[key] = chip
            line.addWidget(chip)
        line.addSpacing(12)
        for route, title in ROUTES:
            chip = FilterChip(title, None, route)
            chip.clicked.connect(partial(self.show_route, route))
            self.routes[route] = chip
            line.addWidget(chip)
        line.addStretch(1)
        line.addWidget(self.box)
        place = QWidget()
        self._stack = QStackedLayout(place)
        self._stack.addWidget(self.sheet)
        self._stack.addWidget(self.empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(line)
        column.addWidget(self.banner)
        column.addWidget(place, 1)
        column.addLayout(row(self.hint, self.follow, self.paper, self.urge, self.note, spacing=8))

    # -- which lines -----------------------------------------------------------------------------------------------

    def show_view(self, which: queries.Which) -> None:
        """Show the lines of one pill."""
        self.which, self._chosen = which, True
        self.read()

    def show_route(self, route: str) -> None:
        """Only the lines of 生产 or of 采购."""
        self.route = route
        self.read()

    def _show_chips(self) -> None:
        for key, chip in self.chips.items():
            chip.setChecked(key == self.which)
        for key, chip in self.routes.items():
            chip.setChecked(key == self.route)

    def read(self) -> None:
        """Read the lines beside the window."""
        self.stale = False
        self._show_chips()
        which, route, text, today = self.which, self.route, self.box.text(), self.desk.today
        days, chosen = int(self.desk.settings.get("progress.ask_days")), self._chosen

        def work() -> tuple[queries.Which, dict[queries.Which, int], list[Row]]:
            with self.desk.read() as reader:
                counts = queries.counts(reader, today, days)
                usual: queries.Which = which if chosen else next((key for key, _ in VIEWS if counts[key]), "all")
                return usual, counts, queries.open_lines(reader, today, usual, route, days, text)

        self.ops.read(work, self._came, token=("progress", id(self)))

    def _came(self, found: tuple[queries.Which, dict[queries.Which, int], list[Row]]) -> None:
        self.which, counts, lines = found
        for key, chip in self.chips.items():
            chip.set_count(counts[key])  # type: ignore[index]
        self._show_chips()
        self.sheet.set_lines([shown(one, self.desk.today) for one in lines])
        if self._waiting:
            rows, self._waiting = self._waiting, ()
            self.sheet.say(rows)
        self._stack.setCurrentIndex(0 if lines else 1)
        for made in (self.follow, self.paper, self.urge):
            made.setVisible(bool(lines))
        self.note.setVisible(bool(lines))
        self.hint.setVisible(bool(lines))
        if not lines:
            narrowed = self.box.text().strip()
            self.empty.say(
                *((f"没有找到「{narrowed}」", "改几个字，或换一个范围再找") if narrowed else EMPTY[self.which])
            )
        self.counted.emit(f"{len(lines):,} 行")

    # -- doing -----------------------------------------------------------------------------------------------------

    def _match(self, text: str) -> Sequence[Mapping[str, str]] | None:
        found = self.desk.do("progress.read_paste", {"text": text})
        if not found.data["lines"]:
            return None
        more = f"。{summary(list(found.problems), 3)}" if found.problems else "。核对一下，按 Ctrl+S 登记"
        self.banner.say("warn" if found.problems else "ok", f"{found.message}{more}")
        rows: Sequence[Mapping[str, str]] = found.data["lines"]
        here = {line["order_line"] for line in self.sheet.draft.lines}
        if any(one["order_line"] not in here for one in rows):  # some stand in another view
            self._waiting = rows
            self.box.blockSignals(True)
            self.box.clear()
            self.box.blockSignals(False)
            self.route = ""
            self.show_view("all")
            return ()
        return rows

    def save(self, leave: Mapping[str, str] | None = None) -> None:
        """登记进度. leave: a reason, or who lets it pass."""
        if not self.note.isEnabled():
            return
        args: dict[str, Any] = {**self.sheet.args(), **(leave or {})}
        self._given = args
        self.ops.run("progress.feedback", args, self._saved, self._refused, self.note)

    def _saved(self, outcome: Outcome) -> None:
        self.sheet.forget()
        late = [p for p in outcome.problems if p.code == "later_than_asked"]
        if late:
            self.banner.say("warn", f"{outcome.message}。{summary(late, 3)}")
        else:
            self.banner.hide()
        self.read()
        self.sheet.focus_lines()

    def _refused(self, problems: tuple[Problem, ...]) -> None:
        leave = ask_leave(self.ops, self, "要登记，请写明原因", "progress.feedback", self._given, problems)
        if leave:
            self.save(leave)
            return
        if leave is SENT:
            self.banner.say("info", SENT_WORDS)
            return
        self._show_refusal(problems)

    def _show_refusal(self, problems: tuple[Problem, ...]) -> None:
        self.banner.say("err", summary(list(problems)))
        self.sheet.set_problems(problems)

    def ask_them(self) -> None:
        """催进度 of the lines in hand; the words are in the clipboard afterwards."""
        lines = [{"order_line": one["order_line"]} for one in self.sheet.chosen()]
        self.ops.run("progress.urge", {"lines": lines}, self._urged, self._show_refusal, self.urge)

    def _urged(self, outcome: Outcome) -> None:
        QGuiApplication.clipboard().setText(str(outcome.data["text"]))
        self.banner.say("ok", f"{outcome.message}，文字已复制，到微信里按 Ctrl+V")

    def print(self) -> None:
        """催办单 of one department: that of the pill, else that of the line in hand."""
        route = self.route or str(self.sheet.current.get("route") or "make")
        self.ops.run("progress.urge_paper", {"route": route, "which": self.which}, self._printed, self._show_refusal)

    def _printed(self, outcome: Outcome) -> None:
        from ui.kit.print_preview import show_pdf

        show_pdf(self.context, str(outcome.data["file"]), "催办单")

    def open_order(self) -> None:
        """The order of the line in hand."""
        order = str(self.sheet.current.get("order") or "")
        if order:
            self.order_wanted.emit(order)
