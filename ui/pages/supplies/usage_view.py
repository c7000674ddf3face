"""领用台账: who took what between two days, summed up as wished, and below it what is out of a person's own habit."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFileDialog, QVBoxLayout, QWidget

from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Day, Money, Qty, Row
from salesdesk.modules.supplies import usage
from ui.kit.editors import DayEdit
from ui.kit.page import PageContext
from ui.kit.plain_table import PlainTable
from ui.kit.print_preview import show_pdf
from ui.kit.widgets import Banner, Card, button, label, row

MONEY, QTY = Money(), Qty()
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class UsageView(QWidget):
    """A month or two days; the figures stand in the table, the unusual ones in words below."""

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self.context = context
        today = context.desk.today
        self.by = QComboBox()
        self.by.setAccessibleName("怎么汇总")
        for option in usage.BY.options:
            self.by.addItem(option.label, option.key)
        self.first, self.last = (DayEdit(Field(k, t, Day()), today) for k, t in (("first", "从"), ("last", "到")))
        for editor, name, value in ((self.first, "从", f"{today[:7]}-01"), (self.last, "到", today)):
            editor.setAccessibleName(name)
            editor.set_value(value)
            editor.setFixedWidth(172)
            editor.committed.connect(self.read)
        self.by.currentIndexChanged.connect(lambda _: self.read())
        self.sum = label("", "grid", "text2")
        self.export = button("导出", "arrow_export", clicked=self._export)
        self.paper = button("打印台账", "print", clicked=self._print)
        self.banner = Banner()
        self.table = PlainTable("领用台账", ("",), (0,), "这段日子没有领用。往前改「从」的日期再看")
        self.odd = PlainTable("和本人从前比多领的", ("领用人", "部门", "用品", "多在哪里", "金额"), (3,))
        self.none = label("", "grid", "text2")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(
            row(
                self.by,
                self.first,
                label("到", "grid", "text2"),
                self.last,
                self.sum,
                1,
                self.export,
                self.paper,
                spacing=10,
            )
        )
        column.addWidget(self.banner)
        card = Card(margins=(1, 1, 1, 1))
        card.body.addWidget(self.table)
        column.addWidget(card, 3)
        column.addLayout(row(label("和本人从前比多领的", "body", bold=True), self.none, 1, spacing=12))
        below = Card(margins=(1, 1, 1, 1))
        below.body.addWidget(self.odd)
        self.below = below
        column.addWidget(below, 2)

    def stale(self) -> None:
        """Something was booked."""
        if self.isVisible():
            self.read()

    def read(self) -> None:
        """Read the figures beside the window."""
        desk, by = self.context.desk, str(self.by.currentData())
        first, last = str(self.first.value() or ""), str(self.last.value() or "")
        if not first or not last or first > last:
            self.banner.say("err", "起止日期不对，请写成 6.1、月初 这样，前面的早")
            return
        self.banner.hide()

        def work() -> tuple[list[Row], list[Row]]:
            with desk.read() as reader:
                return usage.usage(reader, by, first, last), usage.anomalies(reader, last[:7])

        self.context.ops.read(work, self._came, token=("usage", id(self)))

    def _came(self, found: tuple[list[Row], list[Row]]) -> None:
        rows, odd = found
        by = str(self.by.currentData())
        counted = ("数量",) if by in ("supply", "line") else ()
        heads = ("人均",) if by in usage.PER_HEAD else ()
        titles = (*usage.TITLES[by], *counted, "领用金额", "损坏丢失", *heads)
        lost_at = len(titles) - 1 - len(heads)
        numbers = len(titles) - len(usage.TITLES[by])
        self.table.setColumnCount(len(titles))
        self.table.setHorizontalHeaderLabels(list(titles))
        header = self.table.horizontalHeader()
        for i in range(len(titles)):
            header.setSectionResizeMode(i, header.ResizeMode.Stretch)
            heading = self.table.horizontalHeaderItem(i)
            if heading is not None and i >= len(titles) - numbers:
                heading.setTextAlignment(RIGHT)
        self.table.setRowCount(len(rows))
        for i, one in enumerate(rows):
            qty = (f"{QTY.show(one['qty'])} {one['unit'] or ''}".strip(),) if counted else ()
            lost = MONEY.show(one["lost"]) if one["lost"] else ""
            head = (MONEY.show(one["head"]),) if heads else ()
            for at, text in enumerate((*one["keys"], *qty, MONEY.show(one["amount"]), lost, *head)):
                self.table.put(i, at, text, "err" if at == lost_at else "text")
                if at >= len(titles) - numbers:
                    self._right(self.table, i, at)
        self.table.finish()
        whole, lost_ = sum(int(r["amount"]) for r in rows), sum(int(r["lost"]) for r in rows)
        self.sum.setText(f"领用 {MONEY.show(whole)} 元" + (f"，损坏丢失 {MONEY.show(lost_)} 元" if lost_ else ""))
        month = str(self.last.value() or "")[:7]
        many = f"有 {len(odd)} 处" if odd else "没有"
        self.none.setText(f"{month} {many}；和本人前 6 个月里领过的月份的中位数比，超过 2 倍才列")
        self.below.setVisible(bool(odd))
        self.odd.setRowCount(len(odd))
        for i, one in enumerate(odd):
            told = (one["person"], one["department"], one["item"], one["words"], MONEY.show(one["amount"]))
            for at, text in enumerate(told):
                self.odd.put(i, at, text, "warn" if at == 3 else "text", "warning" if at == 3 else "")
            self._right(self.odd, i, 4)
        self.odd.finish()

    @staticmethod
    def _right(table: PlainTable, line: int, at: int) -> None:
        item = table.item(line, at)
        if item is not None:
            item.setTextAlignment(RIGHT)

    def _args(self, file: str) -> dict[str, object]:
        return {"by": self.by.currentData(), "first": self.first.value(), "last": self.last.value(), "file": file}

    def _export(self) -> None:
        name = f"领用台账{self.by.currentText()} {self.context.desk.today}.xlsx"
        kinds = "Excel 工作簿 (*.xlsx);;CSV (*.csv)"
        target, _ = QFileDialog.getSaveFileName(self.context.window, "导出领用台账", name, kinds)
        if target:
            self.context.ops.run("supply.usage", self._args(target))

    def _print(self) -> None:
        target = self.context.desk.folder / "prints" / "领用台账.pdf"
        target.parent.mkdir(parents=True, exist_ok=True)
        self.context.ops.run(
            "supply.usage", self._args(str(target)), done=lambda outcome: self._show(str(outcome.data["file"]))
        )

    def _show(self, file: str) -> None:
        show_pdf(self.context, file, "领用台账")
