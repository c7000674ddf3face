"""盘点 at the screen: a blind sheet filled in by scanner or keys, and the reasons of what differs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from salesdesk.domain.draft import Draft
from salesdesk.domain.kinds import Money, Qty, Row
from salesdesk.modules.supplies import queries
from salesdesk.modules.supplies.count_model import COUNT, COUNT_LINE, ENTRY, SHEET
from ui.kit.lines_grid_model import GridColumn
from ui.kit.page import PageContext
from ui.kit.scan_edit import ScanEdit
from ui.kit.verb_lines import VerbLines
from ui.kit.widgets import label, row

QTY, MONEY = Qty(), Money()


def _up(code: object) -> str:
    return str(code or "").upper()


class SheetDialog(VerbLines):
    """Scan or type a code to count one more, `12*code` twelve more, or type the quantity into the line. No books are shown."""

    verb = "supply_sheet.enter"

    def __init__(self, context: PageContext, sheet: str, parent: QWidget | None = None) -> None:
        super().__init__(context, parent, "录入实盘数", "登记", 860)
        self._sheet = sheet
        stored = self.desk.row("supply_sheet", sheet) or {}
        with self.desk.read() as reader:
            found = queries.lines_with_items(reader, "supply_entry", "sheet", sheet)
        turn = f"第 {stored.get('turn')} 遍" if (stored.get("turn") or 1) > 1 else ""
        self.hint.setText(
            f"{stored.get('number')} · {stored.get('counter') or ''} {turn}· {len(found)} 种。"
            "扫一下条码加一件，「12*条码」加十二件；也可以直接填数，一件也没有填 0。"
        )
        self.hint.show()
        self.scan = ScanEdit("扫条码，或输入用品编码后回车；↓ 到表里直接填数")
        self.scan.scanned.connect(self.count)
        self.scan.left.connect(self._into_the_table)
        self.body.addWidget(self.scan)
        lines = [self._line(one) for one in found]
        self._before = [one["counted"] for one in found]
        columns = (
            GridColumn("seq", "", 34, align="center"),
            GridColumn("supply.place", "位置", 90, faint=True),
            GridColumn("supply.code", "编码", 90, faint=True),
            GridColumn("supply.name", "用品", 180, stretch=True),
            GridColumn("supply.spec", "规格", 100, faint=True),
            GridColumn("supply.unit", "单位", 48, faint=True),
            GridColumn("counted", "实盘数", 110, sets="counted", needed=True, align="right", numeric=True),
        )
        self.set_lines(Draft(SHEET, ENTRY, lines=lines, today=self.desk.today), columns, "盘点表", 300)
        self.told = label("", "grid", "text2")
        self.show_lines()
        self.body.addLayout(row(self.told, 1))
        self.grid.edited.connect(self._add_up)
        self._add_up()
        self.resize(900, 640)
        self.scan.setFocus(Qt.FocusReason.OtherFocusReason)

    @staticmethod
    def _line(found: Row) -> Row:
        keys = ("code", "name", "spec", "unit", "barcode", "place")
        return {"supply": found["supply"], "counted": found["counted"]} | {
            f"supply.{k}": found[f"supply.{k}"] for k in keys
        }

    def _into_the_table(self) -> None:
        self.grid.setFocus(Qt.FocusReason.OtherFocusReason)
        self.grid.go(0, self.grid.lines.column_of("counted"))

    def count(self, code: str, step: int, typed: str) -> None:
        """One code was typed or scanned: so many more of its item."""
        lines = self.draft.lines
        at = next((i for i, x in enumerate(lines) if code in (_up(x["supply.code"]), _up(x["supply.barcode"]))), -1)
        if at < 0:
            self.banner.say("err", f"这张盘点表上没有「{typed}」，请看是不是别人的表。")
            return
        self.banner.hide()
        self.grid.settle()
        counted = (lines[at].get("counted") or 0) + step

        def act() -> None:
            self.draft.put(f"lines/{at}/counted", counted)

        self.grid.lines.change("扫码", at, at + 1, act)
        self.grid.go(at, self.grid.lines.column_of("counted"))

    def _add_up(self) -> None:
        left = sum(line.get("counted") is None for line in self.draft.lines)
        self.told.setText(f"还有 {left} 种没盘" if left else "都盘过了")

    def answer(self, leave: Mapping[str, str] | None = None) -> None:
        """Keep what was counted; with nothing typed there is nothing to keep."""
        self.grid.settle()
        if self.draft.problems() or self.args()["lines"]:
            super().answer(leave)
        else:
            self.accept()

    def args(self) -> dict[str, Any]:
        now = [x.get("counted") for x in self.draft.lines]
        self.sent = [i for i, counted in enumerate(now) if counted != self._before[i]]  # others may fill in the rest
        lines = [{"supply": self.draft.lines[i]["supply"], "counted": QTY.wire(now[i])} for i in self.sent]
        return {"uid": self._sheet, "lines": lines}


class ReasonsDialog(VerbLines):
    """Each difference gets its reason; what was lost is not what was used up."""

    verb = "supply_count.explain"

    def __init__(self, context: PageContext, count: str, parent: QWidget | None = None) -> None:
        super().__init__(context, parent, "差异原因", "保存", 940)
        self._count = count
        stored = self.desk.row("supply_count", count) or {}
        with self.desk.read() as reader:
            found = queries.lines_with_items(reader, "supply_count_line", "count", count)
        lines = [self._line(one) for one in found if one["difference"]]
        options = "、".join(option.label for option in COUNT_LINE["why"].kind.options)  # type: ignore[attr-defined]
        self.hint.setText(f"{stored.get('number')} · {len(lines)} 种有差异。原因打头一个字就行：{options}。")
        self.hint.show()
        columns = (
            GridColumn("seq", "", 34, align="center"),
            GridColumn("supply.name", "用品", 170, stretch=True),
            GridColumn("supply.unit", "单位", 48, faint=True),
            GridColumn("line.book", "账面", 80, align="right", faint=True, numeric=True),
            GridColumn("line.counted", "实盘", 80, align="right", numeric=True),
            GridColumn("line.off", "差异", 80, align="right", bold=True, numeric=True),
            GridColumn("line.amount", "金额", 90, align="right", faint=True, numeric=True),
            GridColumn("why", "原因", 116, sets="why", needed=True),
            GridColumn("note", "说明", 170, sets="note"),
        )
        self.set_lines(Draft(COUNT, COUNT_LINE, lines=lines, today=self.desk.today), columns, "有差异的", 240)
        self.show_lines()
        self.resize(980, 520)
        self.grid.setFocus(Qt.FocusReason.OtherFocusReason)
        self.grid.go(0, self.grid.lines.column_of("why"))

    @staticmethod
    def _line(found: Row) -> Row:
        off = found["difference"]
        sign = "+" if off > 0 else ""
        return {
            "uid": found["uid"],
            "why": found["why"],
            "note": found["note"],
            "supply.name": " ".join(filter(None, (found["supply.name"], found["supply.spec"]))),
            "supply.unit": found["supply.unit"],
            "line.book": QTY.show(found["book"]),
            "line.counted": QTY.show(found["counted"]),
            "line.off": f"{sign}{QTY.show(off)}",
            "line.amount": MONEY.show(found["amount"]),
        }

    def args(self) -> dict[str, Any]:
        self.sent = [i for i, line in enumerate(self.draft.lines) if line.get("why")]
        lines = [{key: self.draft.lines[i].get(key) for key in ("uid", "why", "note")} for i in self.sent]
        return {"uid": self._count, "lines": lines}
