"""登记领用: who, then item after item; the stock and what is left of the quota stand beside each line."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from salesdesk.domain.draft import Draft
from salesdesk.domain.kinds import Qty, Row
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.supplies import queries
from salesdesk.modules.supplies.issue_model import ISSUE, ISSUE_LINE
from ui.kit.editor_base import wire_of
from ui.kit.field_box import make_editor
from ui.kit.lines_grid_model import GridColumn, PickRow
from ui.kit.page import PageContext
from ui.kit.pick_edit import PickEdit, widget_of
from ui.kit.pick_source import EntitySource
from ui.kit.verb_lines import VerbLines, put_lines
from ui.kit.widgets import FieldLabel, label, labelled, row, set_ink

QTY = Qty()
PLACES = (
    ("staff", 0, 0, 1), ("kind", 0, 1, 1), ("day", 0, 2, 1), ("due", 0, 3, 1),
    ("purpose", 1, 0, 2), ("note", 1, 2, 2),
)  # fmt: skip


class Items(EntitySource):
    """Office supplies by code, barcode or a piece of the name, with what is in stock."""

    def shown(self, row: Row) -> PickRow:
        stock = f"库存 {QTY.show(row['on_hand'] or 0)} {row['unit'] or ''}".strip()
        spec = str(row["spec"] or "")
        return PickRow(str(row["uid"]), str(row["code"]), str(row["name"]), spec, stock, bool(row["stopped"]))

    def find(self, text: str, limit: int) -> list[PickRow]:
        rows = (self._desk.row("supply", one.uid) for one in super().find(text, limit))
        return [self.shown(row) for row in rows if row is not None]


def item_columns(source: EntitySource) -> tuple[GridColumn, ...]:
    """Row number, item with its spec and unit."""
    return (
        GridColumn("seq", "", 34, align="center"),
        GridColumn("supply.code", "编码", 84, sets="supply", source=source, raw=False, faint=True),
        GridColumn("supply.name", "用品", 190, sets="supply", needed=True, stretch=True, source=source,
                   prompt="编码 / 名称 / 拼音首字母"),
        GridColumn("supply.spec", "规格", 90, faint=True),
        GridColumn("supply.unit", "单位", 48, faint=True),
    )  # fmt: skip


class IssueDialog(VerbLines):
    """Enter goes from the item to its quantity and on to the next line; Ctrl+Enter keeps the slip."""

    verb = "supply_issue.hand_out"
    ask = "要发，请写明原因"

    def __init__(self, context: PageContext, request: str = "", parent: QWidget | None = None) -> None:
        super().__init__(context, parent, "登记领用", "登记", 900)
        self._request: Row = (self.desk.row("supply_request", request) or {}) if request else {}
        self.hint.setText("同一个人一次领的写在一张单上；要归还的选「借用」，写上归还日期。")
        if self._request:
            self.hint.setText(f"按申领单 {self._request['number']} 发放；没货的行改少或删掉，剩下的以后再发。")
        self.hint.show()
        form = QGridLayout()
        form.setHorizontalSpacing(14)
        for key, line, column, wide in PLACES:
            field = replace(ISSUE[key], kind=ISSUE["purpose"].kind) if key == "note" else ISSUE[key]
            editor = make_editor(self.desk, field)
            if field.default and key != "staff":
                editor.set_value(field.kind.parse(field.default))
            self.editors[key] = editor
            form.addWidget(labelled(FieldLabel(field.title, key == "staff"), widget_of(editor)), line, column, 1, wide)
            form.setColumnStretch(column, 1)
        self.editors["day"].set_value(self.desk.today)
        self.body.addLayout(form)
        self._items = Items(self.desk, "supply", ("barcode",))
        self._known: dict[str, Row] = {str(one["uid"]): one for one in self.desk.rows("supply")}
        columns = (
            *item_columns(self._items),
            GridColumn("qty", "数量", 84, sets="qty", needed=True, align="right", numeric=True),
            GridColumn("line.stock", "库存", 84, align="right", faint=True, numeric=True),
            GridColumn("line.quota", "本月已领／定额", 118, align="right", faint=True),
            GridColumn("note", "备注", 120, sets="note"),
        )
        draft = Draft(ISSUE, ISSUE_LINE, today=self.desk.today, recalculate=self._recalculate)
        self.set_lines(draft, columns, "领用明细", 250)
        self.grid.lines.set_growing(True)
        self.sum = label("", "grid", "text2")
        self.body.addLayout(row(label("领什么", "body", bold=True), 1, self.sum, spacing=8))
        self.show_lines()
        self.grid.edited.connect(self._judge)
        staff = self.editors["staff"]
        assert isinstance(staff, PickEdit)
        self._staff = staff
        staff.picked.connect(self._person)
        if self._request:
            staff.set_value(self._request["staff"], str(self._request["staff.name"] or ""))
            self.editors["purpose"].set_value(self._request["purpose"])
            put_lines(self, [self._asked(one) for one in self._open_lines()])
        self.resize(960, 620)
        self._judge()
        widget_of(self.editors["staff"]).setFocus(Qt.FocusReason.OtherFocusReason)

    def _open_lines(self) -> list[Row]:
        lines = self.desk.lines("supply_request_line", str(self._request["uid"]))
        return [line for line in lines if (line["issued"] or 0) < line["qty"]]

    def _asked(self, line: Row) -> Row:
        left = line["qty"] - (line["issued"] or 0)
        made: Row = {"supply": line["supply"], "qty": left, "note": line["note"]}
        self._words(made)
        return made

    # -- beside the lines ----------------------------------------------------------------------------------------------

    def _recalculate(self, draft: Draft, path: str) -> set[str]:
        parts = path.split("/")
        if len(parts) == 3 and parts[2] == "supply":
            self._words(draft.lines[int(parts[1])])
        return set()

    def _words(self, line: Row) -> None:
        """What an item is called, what is there, and what of its quota this person has left."""
        item = self._known.get(str(line.get("supply") or ""))
        for key in ("code", "name", "spec", "unit"):
            line[f"supply.{key}"] = item[key] if item is not None else None
        line["line.stock"] = QTY.show(item["on_hand"] or 0) if item is not None else None
        line["line.quota"] = self._quota(item) if item is not None else None

    def _quota(self, item: Row) -> str:
        person = self._staff.uid if hasattr(self, "_staff") else str(self._request.get("staff") or "")
        if not person:
            return ""
        with self.desk.read() as reader:
            quota = queries.quota_of(reader, str(item["uid"]), reader.get("staff", person) or {})
            taken = queries.taken_of(reader, person, [item["uid"]], self.desk.today[:7]).get(item["uid"], 0)
        return f"{QTY.show(taken)}／{QTY.show(quota['qty'])}" if quota is not None else QTY.show(taken)

    def _person(self, uid: str) -> None:
        for line in self.draft.lines:
            self._words(line)
        self.grid.lines.layoutChanged.emit()
        self._judge()

    def _judge(self) -> None:
        """More than there is stands in red before anything is asked."""
        found = []
        for i, line in enumerate(self.draft.lines):
            item = self._known.get(str(line.get("supply") or ""))
            if item is not None and (line.get("qty") or 0) > (item["on_hand"] or 0):
                told = f"库存只有 {QTY.show(item['on_hand'] or 0)}"
                found.append(Problem(told, "请改少", path=f"lines/{i}/qty", code="short", severity=Severity.STOP))
        self.grid.lines.set_problems(found)
        filled = sum(bool(line.get("supply")) for line in self.draft.lines)
        self.sum.setText(f"{filled} 种" + (f"，{len(found)} 种库存不够" if found else ""))
        set_ink(self.sum, "err" if found else "text2")

    # -- asking --------------------------------------------------------------------------------------------------------

    def args(self) -> dict[str, Any]:
        self.sent = [i for i, line in enumerate(self.draft.lines) if line.get("supply")]
        lines = [
            {key: ISSUE_LINE[key].kind.wire(self.draft.lines[i].get(key)) for key in ("supply", "qty", "note")}
            for i in self.sent
        ]
        given = wire_of(self.editors) | {"lines": lines}
        return given | ({"request": self._request["uid"]} if self._request else {})
