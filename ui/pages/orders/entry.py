"""One order open for typing or reading: header, lines, what stands beside it, kept on disk while it is typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

from PySide6.QtCore import Qt, QTimer, Signal

from salesdesk.domain.changes import Changes
from salesdesk.domain.problems import Cure, Problem, Severity
from salesdesk.modules.orders import beside
from salesdesk.modules.orders.price_rules import NEW_LINE
from salesdesk.services.roles import Role
from ui.kit.lines_grid_model import PickRow
from ui.kit.page import PageContext
from ui.kit.typed_lines import TypedView
from ui.kit.widgets import KeyHints
from ui.pages.orders.entry_head import EntryHead
from ui.pages.orders.header import OrderHeader
from ui.pages.orders.header_cover import HeaderCover
from ui.pages.orders.lines_card import LinesCard
from ui.pages.orders.order_draft import OrderDraft
from ui.pages.orders.products import pick_row
from ui.pages.orders.side_panel import SidePanel, yuan
from ui.pages.orders.smart_paste import SmartPaste
from ui.pages.orders.surroundings import Question, Surroundings, look_around

CHECK_MS = 120
HINTS = (
    ("Enter", "下一格"), ("F7", "选产品"), ("Ctrl+V", "粘贴 Excel 区域"), ("Ctrl+D", "同上一行"), ("Ctrl+Del", "删行"),
    ("Ctrl+Z", "撤销"), ("F8", "确认"), ("F1", "全部快捷键"),
)  # fmt: skip
READING = (
    ("↑↓", "逐行看"),
    ("Ctrl+C", "复制"),
    ("F9", "发货"),
    ("Alt+←", "回到列表"),
    ("Ctrl+PgDn", "下一张打开的订单"),
    ("F1", "全部快捷键"),
)
"""Keys while an order is only read."""
QUIET = ("required", "no_lines")
"""Faults of what is not typed yet; told once somebody tried to confirm."""
AROUND = frozenset(
    (
        "product",
        "stock_move",
        "delivery",
        "sales_order",
        "customer",
        "order_line",
        "price_list",
        "price_line",
        "promotion",
    )
)
"""Kinds of record whose change may change what is to be told of an open order."""


class Actions(Protocol):
    """What the view asks of whatever does the verbs with its order."""

    busy: bool
    own: int

    def connect_all(self) -> None: ...

    def show_buttons(self) -> None: ...

    def may(self, verb: str) -> bool: ...

    def answer(self) -> None: ...

    def show_changes(self) -> None: ...

    def give_reason(self, problem: Problem) -> None: ...


class EntryView(TypedView):
    """Shows an OrderDraft. What verbs do with it stands in OrderActions."""

    titled = Signal(object)  # self: title or state changed
    done = Signal(object)  # self: back to the list
    head: EntryHead
    header: OrderHeader
    lines: LinesCard
    panel: SidePanel

    def __init__(self, context: PageContext, order: OrderDraft, actions: Callable[[EntryView], Actions]) -> None:
        super().__init__(context, "sales_order", order)
        self.order = order
        self.reason = ""
        self.edits = 0
        self._named = ("", False)
        self._warned, self._overdue_shown = "", False
        self.around: Surroundings | None = None
        self.head = EntryHead(self.stack)
        self.header = OrderHeader(order, self.stack)
        HeaderCover(context, self.header, order, self)
        self.lines = LinesCard(order, self.stack)
        self.panel = SidePanel()
        self.hints = KeyHints(HINTS)
        self.actions_ = actions(self)
        self.smart = SmartPaste(self)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(CHECK_MS)
        self._later.timeout.connect(self.check)
        self.lay_out(self.head, self.banner, self.lay_form(self.header, self.hints))
        self._connect()
        self.show_state()

    def _connect(self) -> None:
        self.header.edited.connect(self._edited)
        self.header.lines_wanted.connect(self.to_lines)
        self.grid.edited.connect(self._edited)
        self.grid.line_changed.connect(self._line_changed)
        self.connect_grid()
        self.panel.wanted.connect(self.show_rows)
        self.lines.problems.cured.connect(self.cure)
        self.lines.problems.located.connect(self.locate)
        self.lines.problems.reason_wanted.connect(self.actions_.give_reason)
        self.autosave.kept.connect(self._kept)
        self.actions_.connect_all()

    # -- state -----------------------------------------------------------------------------------------------------

    def show_state(self) -> None:
        """Bring everything in line with what is stored and typed."""
        order = self.order
        self.header.show_order()
        self.lines.refresh()
        locked = self.locked or not self.actions_.may("order.save")
        self.header.set_read_only(locked)
        self.lines.set_read_only(locked)
        self.lines.problems.manager = self.context.desk.settings.role >= Role.MANAGER
        self.lines.show_delivered(order.state == "confirmed")
        self.lines.show_due_dates(self.lines.due_dates or self.lines.has_due_dates)
        self.hints.set_hints(READING if locked else HINTS)
        self.actions_.show_buttons()
        self.head.say_kept("")
        self._show_banner()
        self.panel.show_order(order, self.around)
        self.check()
        self.titled.emit(self)

    def _show_banner(self) -> None:
        row = self.order.row
        if self.order.state == "parked":
            self.banner.say("warn", f"等客户答复：{row.get('question') or ''}", (("记客户答复", self.actions_.answer),))
        elif row.get("answer") and self.order.state == "draft":
            self.banner.say("info", f"客户答复：{row['answer']}（当时问的是：{row.get('question') or ''}）")
        elif self.order.amending:
            self.banner.say("info", "正在变更已确认的订单。改完按 F8 写明原因；已发的数量不能改少。")
        elif self.order.state == "cancelled":
            self.banner.say("neutral", f"订单已取消：{row.get('cancel_reason') or ''}。要再用可以「复制成新订单」。")
        else:
            self.banner.hide()

    def begin(self) -> None:
        """Put the cursor where typing starts."""
        if self.order.locked:
            self.grid.setFocus(Qt.FocusReason.OtherFocusReason)
        elif not self.order.draft.values.get("customer"):
            self.header.locate("customer")
        else:
            self.to_lines()

    # -- typing ----------------------------------------------------------------------------------------------------

    def _edited(self) -> None:
        self.refused = []
        self.edits += 1
        self.lines.refresh()
        self.autosave.touch()
        self._later.start()
        name = (self.order.title, self.order.draft.changed)
        if name != self._named:
            self._named = name
            self.titled.emit(self)

    def _line_changed(self, row: object) -> None:
        self._later.start()

    # -- checking --------------------------------------------------------------------------------------------------

    def check(self) -> None:
        """Read what stands around the order and check it, beside the window."""
        self._later.stop()
        asked, desk = Question.of(self.order, self.grid.at()[0]), self.context.desk
        self.context.ops.read(lambda: look_around(desk, asked), self._checked, token=("order", id(self)))

    def _checked(self, around: Surroundings) -> None:
        self.around = around
        self.panel.show_order(self.order, around)
        self._show_changes(around)
        self._show_overdue(around)
        self.show_problems()

    def _show_changes(self, around: Surroundings) -> None:
        """The banner of a changed order: who has not taken note, which prints are out of date."""
        if (
            self.order.amending
            or self.order.state not in ("confirmed", "cancelled")
            or not (around.notices or around.old_prints)
        ):
            return
        told = []
        if around.notices:
            told.append(
                f"变更 v{around.notices[-1]['version']} 还没接收："
                + "、".join(dict.fromkeys(str(n["who"]) for n in around.notices))
            )
        told += [f"{p.title} {p.number} 是变更前打印的，已作废" for p in around.old_prints[:2]]
        self.banner.say("warn", "；".join(told), (("变更与告知 F10", self.actions_.show_changes),))

    def _show_overdue(self, around: Surroundings) -> None:
        """The banner of a customer whose money is late, once when he is chosen; it never stands in the way."""
        who = str(self.order.draft.values.get("customer") or "")
        if who == self._warned or self.order.state not in ("", "draft"):
            return
        if around.customer != who:  # asked before he was chosen; the answer about him is under way
            return
        amount, days = around.facts.overdue
        if self._warned and self._overdue_shown:
            self._show_banner()
        self._warned, self._overdue_shown = who, amount > 0
        if amount > 0:
            told = f"{self.order.customer_name} 有 {yuan(amount)} 过了账期没收，最久的 {days} 天。"
            self.banner.say("warn", told, (("看是哪些", partial(self.show_rows, "overdue")),))

    def show_rows(self, figure: str) -> None:
        """The rows behind a figure of the side panel, read beside the window."""
        customer, product = str(self.order.draft.values.get("customer") or ""), self.panel.prices.product
        today, uid, desk = self.order.draft.today, self.order.draft.uid, self.context.desk

        def read() -> beside.Sheet:
            with desk.read() as reader:
                return beside.rows_of(reader, figure, customer, product, today, uid)

        from ui.pages.orders.rows_dialog import show_rows

        self.context.ops.read(read, partial(show_rows, self.context), token=("rows", id(self)))

    def problems(self) -> list[Problem]:
        """Everything to be told now: unreadable cells, broken rules, and what a verb refused last."""
        typed = self.order.draft.problems()
        places = {p.path for p in typed}
        rules = [p for p in (self.around.problems if self.around else []) if p.path not in places]
        if not self.tried:
            rules = [p for p in rules if p.code not in QUIET]
        if self.reason:
            rules = [p._replace(severity=Severity.WARN) if self._may_pass(p) else p for p in rules]
        known = {(p.path, p.code) for p in (*typed, *rules)}
        return [*typed, *rules, *(p for p in self.refused if (p.path, p.code) not in known)]

    def _may_pass(self, problem: Problem) -> bool:
        """Whether the reason that is noted lets a problem pass, given by whoever sits here."""
        return problem.severity is Severity.ASK and (problem.who != "manager" or self.lines.problems.manager)

    def show_problems(self) -> None:
        """Mark cells and fields, and list the problems below the lines."""
        found = [] if self.order.locked else self.problems()
        self.lines.problems.show_problems(found)
        self.grid.lines.set_problems(found)
        self.header.show_problems(found)

    def refuse(self, problems: Sequence[Problem]) -> None:
        """A verb said no: show why and jump to the first fault."""
        self.tried = True
        self.refused = list(problems)
        self.show_problems()
        first = next((p for p in self.lines.problems.problems if p.path), None)
        if first is not None:
            self.locate(first)
        self.check()

    def cure(self, cure: Cure) -> None:
        """Do what a cure's button offers."""
        if cure.path == NEW_LINE:
            self._add_line(cure)
        elif cure.path.startswith("lines/"):
            row = int(cure.path.split("/")[1])
            column = self.grid.lines.column_of(cure.path.split("/")[2])
            if column >= 0:
                self.grid.settle()
                self.grid.lines.type_in(row, column, str(cure.value))
            else:
                self.grid.lines.change(cure.title, row, row + 1, partial(self._set_line, cure))
        elif cure.path:
            self.header.set_text(cure.path, cure.value)
        self._go(cure.path)  # the pressed button goes away with its problem; the keys must not go with it
        self.check()

    def _add_line(self, cure: Cure) -> None:
        """A line the cure offers whole, such as the gift of a promotion, after the last one."""
        self.grid.settle()
        draft, last = self.order.draft, len(self.order.draft.lines)
        fields: dict[str, object] = dict(cure.value)

        def act() -> None:
            for key, value in fields.items():
                draft.set(f"lines/{last}/{key}", value)

        self.grid.lines.change(cure.title, last, last, act)

    def reprice(self) -> None:
        """按价目表填单价, as one step that can be taken back."""
        self.settle()
        lines, done = self.grid.lines, [0]

        def act() -> None:
            done[0] = self.order.prices.refill()

        lines.change("按价目表填单价", 0, len(self.order.draft.lines), act)
        told = f"已按价目表改 {done[0]} 行单价" if done[0] else "单价都和价目表一样，或没有适用的价目表"
        self.told("info", told)

    def _set_line(self, cure: Cure) -> None:
        self.order.draft.set(cure.path, cure.value)

    def locate(self, problem: Problem) -> None:
        """Put the cursor where a problem is."""
        self._go(problem.path)

    def _go(self, path: str) -> None:
        found = self.grid.locate(path) if path.startswith("lines/") else self.header.locate(path)
        if not found:
            self.to_lines()

    def take_product(self, uid: str) -> None:
        """A product found in the full list or made just now goes into the current line."""
        self.order.products.forget()
        row = self.order.products.row(uid)
        if row is not None:
            found: PickRow = pick_row(row)
            self.grid.take_offered(found)

    # -- the world -------------------------------------------------------------------------------------------------

    def refresh(self, changes: Changes) -> None:
        """Something was committed: read the order again unless the clerk is in the middle of it."""
        uid = self.order.draft.uid
        near = changes.touched.keys() & {"order_line", "delivery", "route_slip", "change_notice", "print_log"}
        touched = uid and (uid in changes.of("sales_order") or near)
        if touched and not self.actions_.busy and (changes.op != self.actions_.own or not changes.op):
            row = self.context.desk.row("sales_order", uid)
            if row is None or row["void"]:
                self.banner.say("err", "这张订单已经作废，可能是刚才撤销的。要留着内容可以「存草稿」存成新的一张。")
                self.order.detach()
            elif not self.order.draft.changed:
                self.order.load(uid)
                self.stack.clear()
                self.grid.lines.reload()
                self.show_state()
                return
            elif row["seen"] != self.order.draft.seen:
                self.banner.say("warn", "这张订单刚被别处改过，保存时会逐项核对。")
        if changes.touched.keys() & AROUND:
            self.order.products.forget()
            self.order.prices.forget()
            self._later.start()

    @property
    def locked(self) -> bool:
        return self.order.locked

    def undo(self) -> bool:
        self.settle()
        return self.order.draft.changed and super().undo()  # just saved: what was done last is the saving itself

    def closing(self) -> None:
        super().closing()
        self._later.stop()
