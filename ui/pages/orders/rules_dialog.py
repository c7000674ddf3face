"""检查规则: every rule in one table, what it looks at, how it weighs and who may let it pass; the 主管 changes it here."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QGridLayout, QLineEdit, QVBoxLayout

from salesdesk.domain.kinds import Row
from salesdesk.domain.problems import Problem, summary
from salesdesk.services.module import Outcome
from salesdesk.services.roles import Role
from salesdesk.services.rule_stands import WEIGHT, WHO
from ui.kit.ops import Step
from ui.kit.page import PageContext
from ui.kit.plain_table import PlainTable
from ui.kit.widgets import Banner, Progress, button, label, row

HEADINGS = ("规则", "哪里", "看什么", "轻重", "谁能放行", "改过")
INKS = {"block": "err", "warn": "warn", "hint": "info"}
WEIGHTS = (*((o.key, o.label) for o in WEIGHT.options), ("off", "不检查"))


class RulesDialog(QDialog):
    """↑↓ choose a rule, its choices stand below; a change counts at once for everybody and can be undone."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context.window)
        self._context = context
        self.rows: list[Row] = []
        self.setWindowTitle("检查规则")
        self.banner = Banner(closable=True)
        self.table = PlainTable("检查规则", HEADINGS, (2,))
        self.table.setWordWrap(False)
        self.about = label("", "grid", "text2")
        self.about.setWordWrap(True)
        self.about.setMinimumHeight(40)
        self.weight, self.who = QComboBox(), QComboBox()
        self.weight.setAccessibleName("轻重")
        self.who.setAccessibleName("谁能放行")
        for key, title in WEIGHTS:
            self.weight.addItem(title, key)
        for option in WHO.options:
            self.who.addItem(option.label, option.key)
        self.note = QLineEdit()
        self.note.setAccessibleName("为什么改")
        self.note.setPlaceholderText("为什么改，可以不写")
        self.change = button("改这一条", "check", primary=True, shortcut="Ctrl+Enter", clicked=self.store)
        self.reset = button("恢复原样", "undo", clicked=self.restore)
        self.history = button("看历史", "history", clicked=self.show_history)
        self.recheck = button("重查未完成的订单", "check", clicked=self.check_open)
        self.progress = Progress("正在重查未完成的订单")
        self.progress.cancelled.connect(context.ops.cancel)
        self.progress.hide()
        context.ops.progressed.connect(self._step)
        context.ops.stopped.connect(self._stopped)
        self._lay_out()
        self.table.currentCellChanged.connect(lambda *_: self._show_current())
        self.weight.currentIndexChanged.connect(self._tune)
        manager = context.desk.settings.role >= Role.MANAGER
        for part in (self.weight, self.who, self.note, self.change, self.reset):
            part.setEnabled(manager)
        self._manager = manager
        if not manager:
            self.banner.say("info", "只有主管能改检查规则，这里可以看。")
        self.read()

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        for column, (title, part) in enumerate(
            (("轻重", self.weight), ("谁能放行", self.who), ("为什么改", self.note))
        ):
            grid.addWidget(label(title, "caption", "text2"), 0, column)
            grid.addWidget(part, 1, column)
        grid.setColumnStretch(2, 1)
        column_ = QVBoxLayout(self)
        column_.setContentsMargins(20, 16, 20, 16)
        column_.setSpacing(10)
        column_.addWidget(label("检查规则", "subtitle", bold=True))
        hint = label("录单、粘贴、导入、变更、恢复、合并，都按这一张表检查。阻断的要放行才能确认。", "grid", "text2")
        hint.setWordWrap(True)
        column_.addWidget(hint)
        column_.addWidget(self.banner)
        column_.addWidget(self.table, 1)
        column_.addWidget(self.about)
        column_.addWidget(self.progress)
        column_.addLayout(grid)
        column_.addLayout(row(self.recheck, self.history, 1, self.reset, self.change, button("关闭", clicked=self.accept),
                              spacing=10))  # fmt: skip
        self.resize(880, 640)

    # -- showing ---------------------------------------------------------------------------------------------------

    def read(self) -> None:
        """Read the table again; the same rule stays in hand."""
        at = max(0, self.table.currentRow())
        self.rows = list(self._context.desk.do("rule.list").data["rules"])
        self.table.setRowCount(len(self.rows))
        for i, one in enumerate(self.rows):
            used, fixed = bool(one["used"]), bool(one["fixed"])
            ink = "text" if used else "text3"
            self.table.put(i, 0, str(one["title"]), ink)
            self.table.put(i, 1, str(one["door"]), "text2")
            self.table.put(i, 2, str(one["looks"]), "text2" if used else "text3")
            self.table.put(
                i, 3, WEIGHT.show(one["weight"]) if used else "不检查", INKS[str(one["weight"])] if used else "text3"
            )
            who = "不能改" if fixed else WHO.show(one["who"]) if one["who"] and used else ""
            self.table.put(i, 4, who, "text3" if fixed else ink)
            self.table.put(
                i,
                5,
                f"{one['changed_by'] or ''} {str(one['changed_at'] or '')[5:10]}".strip() if one["changed"] else "",
            )
        self.table.setCurrentCell(at, 0)
        self._show_current()
        self.table.setFocus()

    @property
    def current(self) -> Row | None:
        """The rule in hand."""
        at = self.table.currentRow()
        return self.rows[at] if 0 <= at < len(self.rows) else None

    def _show_current(self) -> None:
        one = self.current
        if one is None:
            return
        note = f"　改的说明：{one['note']}" if one["note"] and one["changed"] else ""
        self.about.setText(f"为什么：{one['reason']}。怎么办：{one['cure']}。{note}")
        weight = str(one["weight"]) if one["used"] else "off"
        for box, key in ((self.weight, weight), (self.who, str(one["who"] or "nobody"))):
            box.blockSignals(True)
            box.setCurrentIndex(max(0, box.findData(key)))
            box.blockSignals(False)
        self.note.clear()
        free = self._manager and not one["fixed"]
        for part in (self.weight, self.note, self.change):
            part.setEnabled(free)
        self.reset.setEnabled(free and bool(one["changed"]))
        self.history.setEnabled(bool(one["changed_at"]))
        self._tune()

    def _tune(self) -> None:
        one = self.current
        blocks = self.weight.currentData() == "block"
        self.who.setEnabled(bool(blocks and self._manager and one is not None and not one["fixed"]))

    # -- doing -----------------------------------------------------------------------------------------------------

    def store(self) -> None:
        """Change the rule in hand."""
        one = self.current
        if one is None or not self.change.isEnabled():
            return
        chosen = str(self.weight.currentData())
        args: dict[str, Any] = {"code": one["code"], "used": "否" if chosen == "off" else "是"}
        if chosen != "off":
            args["weight"] = chosen
        if chosen == "block":
            args["who"] = str(self.who.currentData())
        if self.note.text().strip():
            args["note"] = self.note.text().strip()
        self._context.ops.run("rule.set", args, self._done, self._refused, self.change)

    def restore(self) -> None:
        """Back to the house's own choice."""
        if self.current is not None:
            self._context.ops.run("rule.reset", {"code": self.current["code"]}, self._done, self._refused, self.reset)

    def _done(self, outcome: Outcome) -> None:
        self.read()
        self.banner.say("ok", outcome.message)

    def _refused(self, problems: tuple[Problem, ...]) -> None:
        self._checking(False)
        self.banner.say("err", summary(list(problems)))

    def show_history(self) -> None:
        """看历史 of the rule in hand."""
        from salesdesk.modules.orders.policies import uid_of
        from ui.kit.history_dialog import show_history

        if self.current is not None:
            show_history(
                self._context, "check_rule", uid_of(str(self.current["code"])), f"规则「{self.current['title']}」"
            )

    def check_open(self) -> None:
        """重查未完成的订单 by the rules as they stand now."""
        self.banner.hide()
        self._checking(True)
        self._context.ops.run("order.recheck", {}, self._checked, self._refused, self.recheck)

    def _checking(self, now: bool) -> None:
        self.progress.setVisible(now)
        self.recheck.setEnabled(not now)

    def _step(self, step: Step) -> None:
        self.progress.update_to(step.done, step.whole)

    def _stopped(self, title: str) -> None:
        self._checking(False)
        self.banner.say("warn", "停下了，没有查完；订单没有动过。")

    def _checked(self, outcome: Outcome) -> None:
        from salesdesk.modules.orders.beside import Sheet
        from ui.pages.orders.rows_dialog import RowsDialog

        self._checking(False)
        self.banner.say("info", outcome.message)
        rows, orders = [], []
        for one in outcome.data["orders"]:
            for problem in one["problems"]:
                rows.append(
                    (str(one["number"]), str(one["customer"]), f"{problem['place']} {problem['message']}".strip())
                )
                orders.append(str(one["uid"]))
        if rows:
            sheet = Sheet("未完成订单里的问题", ("订单", "客户", "问题"), rows, orders)
            dialog = RowsDialog(self._context, sheet, partial(self._open_order))
            dialog.finished.connect(dialog.deleteLater)
            dialog.setWindowModality(Qt.WindowModality.ApplicationModal)
            dialog.open()

    def _open_order(self, order: str) -> None:
        self.accept()
        self._context.show_record("sales_order", order)


def show_rules(context: PageContext) -> None:
    """Open 检查规则."""
    dialog = RulesDialog(context)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
