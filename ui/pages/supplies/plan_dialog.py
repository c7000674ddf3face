"""改采购计划: quantity, vendor and price of each line, with the formula of the line in hand in full and the budget below."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from salesdesk.domain.draft import Draft
from salesdesk.domain.kinds import Money, Qty, Row
from salesdesk.domain.money import line_amount
from salesdesk.modules.supplies import queries
from salesdesk.modules.supplies.purchase_model import PLAN, PLAN_LINE
from ui.kit.lines_grid_model import GridColumn
from ui.kit.page import PageContext
from ui.kit.pick_source import EntitySource
from ui.kit.verb_lines import VerbLines
from ui.kit.widgets import label, row, set_ink
from ui.pages.supplies.issue_dialog import Items, item_columns

MONEY, QTY = Money(), Qty()


class PlanDialog(VerbLines):
    """A line at 0 is not bought this time; further items are added on the blank row."""

    verb = "supply_plan.revise"

    def __init__(self, context: PageContext, plan: str, parent: QWidget | None = None) -> None:
        super().__init__(context, parent, "改采购计划", "保存", 980)
        self._stored = self.desk.row("supply_plan", plan) or {}
        with self.desk.read() as reader:
            found = queries.lines_with_items(reader, "supply_plan_line", "plan", plan)
            names = {v: reader.named("supply_vendor", v) for v in {one["vendor"] for one in found} if v}
        self.hint.setText(
            f"{self._stored.get('number')} · 预算月份 {self._stored.get('month')}。数量可以改，0 就是这次不买；怎么算的写在下面。"
        )
        self.hint.show()
        lines = [self._line(one, names) for one in found]
        vendors = EntitySource(self.desk, "supply_vendor")
        self._known: dict[str, Row] = {str(one["uid"]): one for one in self.desk.rows("supply")}
        columns = (
            *item_columns(Items(self.desk, "supply", ("barcode",))),
            GridColumn("lacking", "算出", 70, align="right", faint=True, numeric=True),
            GridColumn("qty", "采购数量", 84, sets="qty", needed=True, align="right", numeric=True),
            GridColumn("vendor.name", "供应商", 130, sets="vendor", source=vendors),
            GridColumn("price", "单价", 76, sets="price", align="right", numeric=True),
            GridColumn("line.amount", "金额", 92, align="right", faint=True, numeric=True),
        )
        draft = Draft(PLAN, PLAN_LINE, lines=lines, today=self.desk.today, recalculate=self._recalculate)
        self.set_lines(draft, columns, "计划明细", 280)
        self.grid.lines.set_growing(True)
        self.show_lines()
        self.words = label("", "grid", "text2")
        self.words.setWordWrap(True)
        self.words.setMinimumHeight(38)
        self.sum = label("", "body", bold=True)
        self.body.addWidget(self.words)
        self.body.addLayout(row(1, self.sum))
        self.grid.edited.connect(self._add_up)
        self.grid.line_changed.connect(self._tell)
        self._add_up()
        self.resize(1040, 620)
        self.grid.setFocus(Qt.FocusReason.OtherFocusReason)
        self.grid.go(0, self.grid.lines.column_of("qty"))
        self._tell(0)

    @staticmethod
    def _line(found: Row, names: dict[str, str]) -> Row:
        kept: Row = {key: found[key] for key in ("uid", "supply", "lacking", "qty", "vendor", "price", "words", "note")}
        kept |= {f"supply.{key}": found[f"supply.{key}"] for key in ("code", "name", "spec", "unit")}
        return kept | {"vendor.name": names.get(found["vendor"], ""), "line.amount": MONEY.show(found["amount"])}

    def _recalculate(self, draft: Draft, path: str) -> set[str]:
        parts = path.split("/")
        if len(parts) != 3:
            return set()
        line = draft.lines[int(parts[1])]
        if parts[2] == "supply":
            item = self._known.get(str(line.get("supply") or ""))
            for key in ("code", "name", "spec", "unit"):
                line[f"supply.{key}"] = item[key] if item is not None else None
            if item is not None and line.get("price") is None:
                with self.desk.read() as reader:
                    line["vendor"], line["price"] = queries.price_of(reader, item)
                    line["vendor.name"] = reader.named("supply_vendor", line["vendor"])
        if parts[2] == "vendor":
            with self.desk.read() as reader:
                line["vendor.name"] = reader.named("supply_vendor", line.get("vendor"))
        line["line.amount"] = MONEY.show(line_amount(line.get("qty") or 0, line.get("price") or 0))
        return set()

    def _tell(self, at: int) -> None:
        line = self.draft.lines[at] if 0 <= at < len(self.draft.lines) else {}
        name = line.get("supply.name") or ""
        self.words.setText(f"{name}：{line.get('words') or '手工加的'}" if name else "")

    def _add_up(self) -> None:
        amount = sum(line_amount(line.get("qty") or 0, line.get("price") or 0) for line in self.draft.lines)
        budget, spent = self._stored.get("budget"), self._stored.get("spent") or 0
        if budget is None:
            self.sum.setText(f"合计 {MONEY.show(amount)} 元，当月没有设预算")
            return
        left = budget - spent - amount
        told = f"还剩 {MONEY.show(left)}" if left >= 0 else f"超预算 {MONEY.show(-left)}"
        self.sum.setText(
            f"合计 {MONEY.show(amount)} 元 · 预算 {MONEY.show(budget)}，已下单 {MONEY.show(spent)}，{told}"
        )
        set_ink(self.sum, "err" if left < 0 else "text")

    def args(self) -> dict[str, Any]:
        self.sent = [i for i, line in enumerate(self.draft.lines) if line.get("supply")]
        keys = ("supply", "qty", "vendor", "price", "note")
        lines: list[dict[str, Any]] = []
        for line in (self.draft.lines[i] for i in self.sent):
            one = {key: PLAN_LINE[key].kind.wire(line.get(key)) for key in keys}
            lines.append(one | ({"uid": line["uid"]} if line.get("uid") else {}))
        return {"uid": self._stored["uid"], "seen": self._stored["seen"], "lines": lines}
