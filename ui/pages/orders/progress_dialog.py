"""「跟进」 of one order: what 生产 and 采购 say is typed or pasted beside the dates of each line; problems and what was said below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QVBoxLayout

from salesdesk.domain.kinds import Qty, Row, Stamp
from salesdesk.domain.problems import Problem, summary
from salesdesk.modules.progress import queries
from salesdesk.modules.progress.model import FEEDBACK_LINE
from salesdesk.modules.progress.rules import shown, state_words
from salesdesk.modules.progress.service import HEAD
from salesdesk.services.lists import Condition, Query
from salesdesk.services.module import Outcome
from ui.kit.approval_dialog import SENT, SENT_WORDS, ask_leave
from ui.kit.line_sheet import LineSheet
from ui.kit.page import PageContext
from ui.kit.plain_table import PlainTable
from ui.kit.widgets import Banner, Button, button, label, row

STAMP, QTY = Stamp(), Qty()
WIDTHS = {
    "product.code": 74,
    "product.name": 178,
    "line.left": 64,
    "line.due": 84,
    "line.first": 84,
    "line.promise": 132,
    "line.last": 140,
    "promised": 86,
    "state": 90,
    "ready": 64,
}


class ProgressDialog(QDialog):
    """Ctrl+S or F8 notes what was typed and stays open; Esc closes, what is typed and not noted is asked about."""

    def __init__(self, context: PageContext, order: str) -> None:
        super().__init__(context.window)
        self._context, self._order = context, order
        self.heading = label("", "subtitle", bold=True)
        self.banner = Banner(closable=True)
        self.sheet = LineSheet(FEEDBACK_LINE, "order_line", HEAD, context.desk.today, ("order.number", "customer.name"))
        self.sheet.matcher = self._match
        for key, width in WIDTHS.items():
            self.sheet.set_width(key, width)
        self.said = PlainTable("说过的话", ("时间", "谁", "产品", "说了什么", "说的交期", "备注"), (3, 5))
        self.problems = PlainTable("问题", ("单号", "类别", "什么问题", "责任人", "期限", "状态"), (2,))
        self.problems.cellDoubleClicked.connect(lambda *_: self.open_problem())
        self.note: Button = button("登记进度", "check", primary=True, shortcut="Ctrl+S", clicked=self.save)
        self.urge = button("催进度，复制微信", "chat", clicked=self.ask_them)
        self.paper = button("打印催办单", "print", clicked=self.print)
        self.trouble = button("登记问题", "warning", clicked=self.new_problem)
        self.close_ = button("关闭", clicked=self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 18, 24, 18)
        column.setSpacing(8)
        column.addWidget(self.heading)
        column.addWidget(self.banner)
        column.addWidget(self.sheet, 5)
        column.addWidget(
            label("从生产的 Excel 里复制几列（编码、交期、进度），在表里 Ctrl+V，自动对上行", "caption", "text2")
        )
        self._problems_title = label("问题", "body", bold=True)
        column.addWidget(self._problems_title)
        column.addWidget(self.problems, 2)
        self._said_title = label("说过的话", "body", bold=True)
        column.addWidget(self._said_title)
        column.addWidget(self.said, 3)
        column.addLayout(row(self.urge, self.paper, self.trouble, 1, self.close_, self.note, spacing=8))
        for keys in ("Ctrl+S", "F8"):
            QShortcut(QKeySequence(keys), self, self.save)
        for made, verb in (
            (self.note, "progress.feedback"),
            (self.urge, "progress.urge"),
            (self.trouble, "order_problem.save"),
        ):
            made.setEnabled(self._context.may(verb))
        self.resize(1180, 780)
        self.reload()
        self.sheet.focus_lines()

    # -- what is shown ---------------------------------------------------------------------------------------------

    def reload(self) -> None:
        """Read everything again; what is typed stays."""
        desk = self._context.desk
        with desk.read() as reader:
            lines = queries.lines_of(reader, self._order)
            course = queries.course_of_order(reader, self._order)
        problems = desk.rows("order_problem", Query((Condition("order", "=", self._order),)), 50)
        number = lines[0]["order.number"] if lines else ""
        who = lines[0]["customer.name"] if lines else ""
        self.setWindowTitle(f"跟进 - 订单 {number}")
        self.heading.setText(f"订单 {number} 的跟进　{who or ''}")
        self.sheet.set_lines([shown(one, desk.today) for one in lines])
        self._tell_course(course)
        self._tell_problems(problems)

    def _tell_course(self, course: Sequence[Row]) -> None:
        self.said.setVisible(bool(course))
        self._said_title.setVisible(bool(course))
        self.said.setRowCount(len(course))
        for i, one in enumerate(course):
            asked = one["kind"] == "asked"
            ready = f"备好 {QTY.show(one['ready'])}" if one["ready"] is not None else ""
            words = "催了进度" if asked else "，".join(filter(None, (state_words(one["percent"], one["words"]), ready)))
            who = " ".join(filter(None, (one["party"], one["said_by"], one["how"])))
            told = (STAMP.show(one["said_at"])[5:], who, one["product.name"], words, one["promised"], one["note"])
            for at, text in enumerate(told):
                self.said.put(
                    i,
                    at,
                    str(text or ""),
                    "text2" if asked or at == 0 else "text",
                    "alert" if asked and at == 3 else "",
                )
        self.said.finish()

    def _tell_problems(self, problems: Sequence[Row]) -> None:
        self._problem_rows = list(problems)
        self.problems.setVisible(bool(problems))
        self._problems_title.setVisible(bool(problems))
        self.problems.setRowCount(len(problems))
        entity = self._context.desk.entity("order_problem")
        for i, one in enumerate(problems):
            state = entity.option("state", one["state"])
            kind = f"{one['kind']} {one['grade'] or ''}".strip()
            for at, text in enumerate((one["number"], kind, one["what"], one["owner"], one["due"])):
                self.problems.put(i, at, str(text or ""))
            if state is not None:
                self.problems.put(i, 5, state.label, state.tone, state.icon)
        self.problems.finish()

    # -- doing -----------------------------------------------------------------------------------------------------

    def _match(self, text: str) -> Sequence[Mapping[str, str]] | None:
        found = self._context.desk.do("progress.read_paste", {"uid": self._order, "text": text})
        if not found.data["lines"]:
            return None
        tone, more = (
            ("ok", "核对一下，按 Ctrl+S 登记") if not found.problems else ("warn", summary(list(found.problems), 3))
        )
        self.banner.say(tone, f"{found.message}。{more}")
        lines: Sequence[Mapping[str, str]] = found.data["lines"]
        return lines

    def save(self, leave: Mapping[str, str] | None = None) -> None:
        """登记进度. leave: a reason, or who lets it pass."""
        if not self.note.isEnabled():
            return
        args: dict[str, Any] = {**self.sheet.args(), **(leave or {})}
        self._given = args
        self._context.ops.run("progress.feedback", args, self._saved, self._refused, self.note)

    def _saved(self, outcome: Outcome) -> None:
        self.sheet.forget()
        late = [p for p in outcome.problems if p.code == "later_than_asked"]
        acts = (("登记延期问题", partial(self.new_problem, "延期")),) if late else ()
        said = f"{outcome.message}。" + (summary(late, 3) if late else "")
        self.banner.say("warn" if late else "ok", said, acts)
        self.reload()
        self.sheet.focus_lines()

    def _refused(self, problems: tuple[Problem, ...]) -> None:
        leave = ask_leave(self._context.ops, self, "要登记，请写明原因", "progress.feedback", self._given, problems)
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
        self._context.ops.run("progress.urge", {"lines": lines}, self._urged, self._show_refusal, self.urge)

    def _urged(self, outcome: Outcome) -> None:
        QGuiApplication.clipboard().setText(str(outcome.data["text"]))
        self.banner.say("ok", f"{outcome.message}，文字已复制，到微信里按 Ctrl+V")
        self.reload()

    def print(self) -> None:
        """催办单 of the department of the line in hand."""
        route = str(self.sheet.current.get("route") or "make")
        self._context.ops.run(
            "progress.urge_paper", {"route": route, "uid": self._order}, self._printed, self._show_refusal
        )

    def _printed(self, outcome: Outcome) -> None:
        from ui.kit.print_preview import show_pdf

        show_pdf(self._context, str(outcome.data["file"]), "催办单")

    def new_problem(self, kind: str = "") -> None:
        """登记问题 about this order."""
        from ui.kit.record_dialog import create_record

        preset = {"order": self._order, **({"kind": kind} if kind else {})}
        if create_record(self._context, "order_problem", preset=preset):
            self.reload()

    def open_problem(self) -> None:
        """The problem in hand on its own page."""
        at = self.problems.currentRow()
        if 0 <= at < len(self._problem_rows):
            self.accept()
            self._context.show_record("order_problem", str(self._problem_rows[at]["uid"]))

    def reject(self) -> None:
        if self.sheet.dirty and self.note.isEnabled():
            self.sheet.grid.settle()
            acts = (("登记", self.save), ("不要了", self._leave))
            self.banner.say("warn", f"有 {len(self.sheet.said())} 行填了还没登记", acts)
            return
        super().reject()

    def _leave(self) -> None:
        super().reject()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text() not in ("\r", "\n"):
            super().keyPressEvent(event)


def show_progress(context: PageContext, order: str) -> ProgressDialog:
    """Open the follow-up of an order."""
    dialog = ProgressDialog(context, order)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
