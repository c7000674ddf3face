"""Given lines with few cells to type: 到货验收 of an order, 退回 or 归还 of a slip."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from salesdesk.domain.draft import Draft
from salesdesk.domain.kinds import Qty, Row
from salesdesk.modules.supplies import queries
from salesdesk.modules.supplies.issue_model import BACK, ISSUE
from salesdesk.modules.supplies.purchase_model import ARRIVAL, ARRIVAL_LINE
from ui.kit.editor_base import wire_of
from ui.kit.field_box import make_editor
from ui.kit.lines_dialog import space
from ui.kit.lines_grid_model import GridColumn
from ui.kit.page import PageContext
from ui.kit.pick_edit import widget_of
from ui.kit.verb_lines import VerbLines
from ui.kit.widgets import FieldLabel, QuietButton, label, labelled, row

QTY = Qty()


def _goods(found: Row) -> Row:
    return {f"supply.{key}": found[f"supply.{key}"] for key in ("code", "name", "spec", "unit")}


_NAMED = (
    GridColumn("seq", "", 34, align="center"),
    GridColumn("supply.name", "用品", 160, stretch=True),
    GridColumn("supply.spec", "规格", 84, faint=True),
    GridColumn("supply.unit", "单位", 44, faint=True),
)


class ArrivalDialog(VerbLines):
    """What came of an order; Space says that a line came as ordered. A line left empty did not come."""

    verb = "supply_arrival.inspect"
    ask = "要收下，请写明原因"

    def __init__(self, context: PageContext, order: str, parent: QWidget | None = None) -> None:
        super().__init__(context, parent, "到货验收", "验收入库", 980)
        self._order = order
        stored = self.desk.row("supply_order", order) or {}
        with self.desk.read() as reader:
            found = queries.lines_with_items(reader, "supply_order_line", "order", order)
        lines = [self._line(one) for one in found if one["qty"] > (one["arrived"] or 0)]
        self.hint.setText(
            f"{stored.get('number')} · {stored.get('vendor.name') or ''} · {len(lines)} 行没到齐。"
            "空格：这一行照单到齐；空着就是没到。收下的才入库，不符的写差异说明。"
        )
        self.hint.show()
        form = QGridLayout()
        form.setHorizontalSpacing(14)
        for at, key in enumerate(("day", "inspector", "note_number")):
            editor = make_editor(self.desk, ARRIVAL[key])
            self.editors[key] = editor
            form.addWidget(labelled(FieldLabel(ARRIVAL[key].title), widget_of(editor)), 0, at)
            form.setColumnStretch(at, 1)
        self.editors["day"].set_value(self.desk.today)
        self.editors["inspector"].set_value(self.desk.settings.operator)
        self.body.addLayout(form)
        columns = (
            *_NAMED,
            GridColumn("line.rest", "应到", 72, align="right", faint=True, numeric=True),
            GridColumn("sent", "实到", 72, sets="sent", needed=True, align="right", numeric=True),
            GridColumn("accepted", "收下", 72, sets="accepted", align="right", numeric=True, prompt="全部"),
            GridColumn("spec", "规格相符", 76, sets="spec"),
            GridColumn("quality", "质量", 76, sets="quality"),
            GridColumn("reason", "差异说明", 190, sets="reason"),
        )
        self.set_lines(Draft(ARRIVAL, ARRIVAL_LINE, lines=lines, today=self.desk.today), columns, "验收明细", 240)
        self.grid.installEventFilter(self)
        self.told = label("", "grid", "text2")
        self.body.addLayout(row(self.told, 1, QuietButton("全部照单到齐", "check", self.all_came), spacing=8))
        self.show_lines()
        self.grid.edited.connect(self._add_up)
        self._add_up()
        self.resize(1040, 560)
        self.grid.setFocus(Qt.FocusReason.OtherFocusReason)
        self.grid.go(0, self.grid.lines.column_of("sent"))

    @staticmethod
    def _line(found: Row) -> Row:
        rest = found["qty"] - (found["arrived"] or 0)
        given: Row = {"order_line": found["uid"], "line.left": rest, "line.rest": QTY.show(rest)}
        return given | {"spec": 1, "quality": "合格"} | _goods(found)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.grid and self.grid.editor is None and space(event):
            at = self.grid.currentIndex().row()
            self._set([at])
            self.grid.go(min(at + 1, len(self.draft.lines) - 1), self.grid.lines.column_of("sent"))
            return True
        return super().eventFilter(watched, event)

    def all_came(self) -> None:
        """Everything that was not typed yet came as ordered."""
        self._set([i for i, line in enumerate(self.draft.lines) if line.get("sent") is None])

    def _set(self, rows: list[int]) -> None:
        self.grid.settle()

        def act() -> None:
            for i in rows:
                self.draft.put(f"lines/{i}/sent", self.draft.lines[i]["line.left"])

        if rows:
            self.grid.lines.change("照单到齐", min(rows), max(rows) + 1, act)

    def _add_up(self) -> None:
        lines = self.draft.lines
        came = [line for line in lines if line.get("sent") is not None]
        off = sum(
            line["sent"] != line["line.left"] or line.get("quality") != "合格" or not line.get("spec")
            or line.get("accepted") not in (None, line["sent"])
            for line in came
        )  # fmt: skip
        self.told.setText(f"到了 {len(came)}/{len(lines)} 行" + (f"，{off} 行不符" if off else ""))

    def args(self) -> dict[str, Any]:
        self.sent = [i for i, line in enumerate(self.draft.lines) if line.get("sent") is not None]
        keys = ("order_line", "sent", "accepted", "spec", "quality", "reason")
        lines = [{key: ARRIVAL_LINE[key].kind.wire(self.draft.lines[i].get(key)) for key in keys} for i in self.sent]
        return wire_of(self.editors) | {"order": self._order, "lines": lines}


class BackDialog(VerbLines):
    """What comes back of a slip; of a loan also what is broken or lost."""

    verb = "supply_issue.give_back"

    def __init__(self, context: PageContext, slip: str, parent: QWidget | None = None) -> None:
        super().__init__(context, parent, "退回、归还", "登记", 860)
        self._slip = slip
        stored = self.desk.row("supply_issue", slip) or {}
        with self.desk.read() as reader:
            found = queries.lines_with_items(reader, "supply_issue_line", "issue", slip)
        lines = [self._line(one) for one in found if one["qty"] > (one["back"] or 0)]
        lent = stored.get("kind") == "lend"
        told = "损坏、丢失的在「怎么样」里写明，不回库存。" if lent else "完好的退回库存，领用和定额一起减掉。"
        self.hint.setText(f"{stored.get('number')} · {stored.get('staff.name') or ''}。填退回的数量；{told}")
        self.hint.show()
        day = make_editor(self.desk, BACK["day"])
        day.set_value(self.desk.today)
        self.editors["day"] = day
        self.body.addLayout(row(labelled(FieldLabel("日期"), widget_of(day)), 1))
        columns = (
            *_NAMED,
            GridColumn("line.left", "没退的", 80, align="right", faint=True, numeric=True),
            GridColumn("qty", "退回数量", 88, sets="qty", needed=True, align="right", numeric=True),
            *((GridColumn("condition", "怎么样", 84, sets="condition"),) if lent else ()),
            GridColumn("note", "说明", 190, sets="note"),
        )
        self.set_lines(Draft(ISSUE, BACK, lines=lines, today=self.desk.today), columns, "退还明细", 220)
        self.show_lines()
        self.resize(900, 480)
        self.grid.setFocus(Qt.FocusReason.OtherFocusReason)
        self.grid.go(0, self.grid.lines.column_of("qty"))

    @staticmethod
    def _line(found: Row) -> Row:
        left = QTY.show(found["qty"] - (found["back"] or 0))
        return {"issue_line": found["uid"], "line.left": left, "condition": "完好"} | _goods(found)

    def args(self) -> dict[str, Any]:
        self.sent = [i for i, line in enumerate(self.draft.lines) if line.get("qty")]
        keys = ("issue_line", "qty", "condition", "note")
        lines = [{key: BACK[key].kind.wire(self.draft.lines[i].get(key)) for key in keys} for i in self.sent]
        return {**wire_of(self.editors), "uid": self._slip, "lines": lines}
