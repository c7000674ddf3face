"""核对: counts what stands on the floor against the note, by scanner or by number; what differs stands in red."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QCheckBox, QWidget

from salesdesk.domain.draft import Draft
from salesdesk.domain.kinds import Qty, Row
from salesdesk.domain.problems import Problem
from salesdesk.modules.orders import delivery_queries
from salesdesk.modules.orders.counting import COUNTED
from salesdesk.modules.orders.model import DELIVERY
from ui.kit.editor_base import LineEditor
from ui.kit.lines_dialog import space
from ui.kit.lines_grid_model import GridColumn
from ui.kit.page import PageContext
from ui.kit.scan_edit import ScanEdit
from ui.kit.verb_lines import VerbLines
from ui.kit.widgets import QuietButton, label, row
from ui.pages.orders import papers

QTY = Qty()


def _difference(line: Row) -> str:
    if line.get("counted") is None:
        return ""
    off = line["counted"] - line["line.qty"]
    return "✓" if not off else f"{'多' if off > 0 else '少'} {QTY.show(abs(off))}"


COLUMNS = (
    GridColumn("seq", "", 34, align="center"),
    GridColumn("product.code", "产品编码", 86, faint=True),
    GridColumn("product.name", "产品名称", 180, stretch=True),
    GridColumn("product.spec", "规格", 100, faint=True),
    GridColumn("product.unit", "单位", 44, faint=True),
    GridColumn("line.shown", "送货单上", 84, align="right", faint=True, numeric=True),
    GridColumn("counted", "实点数量", 90, sets="counted", needed=True, align="right", numeric=True),
    GridColumn("line.off", "差异", 84, align="right", bold=True, show=_difference),
)


class CountDialog(VerbLines):
    """Scan or type a code to count one, `12*code` to count twelve; Space says that a line is right."""

    verb = "delivery.check"
    ask = "只有一个人核对，请写明原因"

    def __init__(self, context: PageContext, uid: str, parent: QWidget | None = None) -> None:
        super().__init__(context, parent, "核对送货单", "登记核对", 900)
        self._uid = uid
        desk = context.desk
        note = desk.row("delivery", uid) or {}
        with desk.read() as reader:
            lines = delivery_queries.note_lines(reader, uid)
        self.hint.setText(
            f"{note.get('number')} · {note.get('customer.name') or ''} · {len(lines)} 行。"
            "扫一下条码加一件，「12*条码」加十二件；空格：这一行相符。"
        )
        self.hint.show()
        self.scan = ScanEdit("扫条码，或输入产品编码后回车")
        self.scan.scanned.connect(self.count)
        self.scan.left.connect(self._into_the_table)
        self.who = LineEditor(DELIVERY["checked_by"])
        self.who.set_value(desk.settings.operator)
        self.who.setMaximumWidth(160)
        self.body.addLayout(row(self.scan, label("核对人", "grid", "text2"), self.who, spacing=10))
        draft = Draft(DELIVERY, COUNTED, lines=[self._line(one) for one in lines], today=desk.today)
        self.set_lines(draft, COLUMNS, "点数", 240)
        self.grid.installEventFilter(self)
        self.told = label("", "grid", "text2")
        self.adjust = QCheckBox("按实数改送货单")
        self.adjust.setToolTip("送货单改成实点的数量，少的回到没发，下次再送")
        self.adjust.hide()
        self.body.addLayout(row(self.told, 1, self.adjust, QuietButton("全部相符", "check", self.all_right), spacing=8))
        self.show_lines()
        self.buttons.insertWidget(0, QuietButton("打印拣货核对单", "print", self.print))
        self.grid.edited.connect(self._add_up)
        self._add_up()
        self.resize(940, 600)
        self.scan.setFocus(Qt.FocusReason.OtherFocusReason)

    @staticmethod
    def _line(found: Row) -> Row:
        return {
            "delivery_line": found["uid"],
            "counted": found["counted"],
            "line.qty": found["qty"],
            "line.shown": QTY.show(found["qty"]),
            "line.barcode": str(found["product.barcode"] or ""),
            **{f"product.{key}": found[f"product.{key}"] for key in ("code", "name", "spec", "unit")},
        }

    # -- counting --------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.grid and self.grid.editor is None and space(event):
            self.right(self.grid.currentIndex().row())
            return True
        return super().eventFilter(watched, event)

    def _into_the_table(self) -> None:
        self.grid.setFocus(Qt.FocusReason.OtherFocusReason)
        self.grid.go(0, self.grid.lines.column_of("counted"))

    def count(self, code: str, step: int, typed: str) -> None:
        """One code was typed or scanned; of several lines with the same product the first that still lacks some."""
        fitting = [
            i
            for i, line in enumerate(self.draft.lines)
            if code in (str(line["product.code"] or "").upper(), line["line.barcode"].upper())
        ]
        if not fitting:
            self.banner.say("err", f"这张送货单上没有「{typed}」，请看是不是拿错了货。")
            return
        self.banner.hide()
        lines = self.draft.lines
        at = next((i for i in fitting if (lines[i].get("counted") or 0) < lines[i]["line.qty"]), fitting[-1])
        self._set({at: (lines[at].get("counted") or 0) + step}, "扫码")
        self.grid.go(at, self.grid.lines.column_of("counted"))

    def right(self, line: int) -> None:
        """This line is as written; on to the next."""
        if 0 <= line < len(self.draft.lines):
            self._set({line: self.draft.lines[line]["line.qty"]}, "相符")
            self.grid.go(min(line + 1, len(self.draft.lines) - 1), self.grid.lines.column_of("counted"))

    def all_right(self) -> None:
        """Everything that was not counted yet is as written."""
        self._set({i: x["line.qty"] for i, x in enumerate(self.draft.lines) if x.get("counted") is None}, "全部相符")

    def _set(self, counts: dict[int, int], title: str) -> None:
        self.grid.settle()

        def act() -> None:
            for i, qty in counts.items():
                self.draft.put(f"lines/{i}/counted", qty)

        if counts:
            self.grid.lines.change(title, min(counts), max(counts) + 1, act)

    def _add_up(self) -> None:
        lines = self.draft.lines
        open_ = sum(line.get("counted") is None for line in lines)
        off = [
            i for i, line in enumerate(lines) if line.get("counted") is not None and line["counted"] != line["line.qty"]
        ]
        told = f"还有 {open_} 行没点" if open_ else "都点过了"
        self.told.setText(told + (f"，{len(off)} 行不符" if off else "，没有差异" if not open_ else ""))
        self.adjust.setVisible(bool(off))
        if not off:
            self.adjust.setChecked(False)
        self.grid.lines.set_problems(
            [Problem(_difference(lines[i]), "请再点一遍", path=f"lines/{i}/counted", code="count_differs") for i in off]
        )

    # -- keeping ---------------------------------------------------------------------------------------------------

    def print(self) -> None:
        """拣货核对单, to go into the warehouse with."""
        papers.show(self.context, papers.Paper("picking", self._uid, ""))

    def args(self) -> dict[str, Any]:
        self.who.commit()
        self.sent = [i for i, line in enumerate(self.draft.lines) if line.get("counted") is not None]
        counted = [
            {"delivery_line": line["delivery_line"], "counted": QTY.wire(line["counted"])}
            for line in (self.draft.lines[i] for i in self.sent)
        ]
        return {"uid": self._uid, "lines": counted, "checked_by": self.who.value(), "adjust": self.adjust.isChecked()}

    def locate(self, problem: Problem) -> bool:
        """A line nobody counted is named by its place on the note."""
        return self.grid.locate(problem.path) if problem.code == "not_counted" else super().locate(problem)


def show_count(context: PageContext, uid: str) -> CountDialog:
    """Open the count of a note."""
    dialog = CountDialog(context, uid)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
