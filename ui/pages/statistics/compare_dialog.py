"""为什么变了: the papers that count differently since a report was made, with who changed them; the last line is their sum."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QDialog, QVBoxLayout

from salesdesk.domain.kinds import Money, Row
from salesdesk.services.module import Outcome
from ui.kit.page import PageContext
from ui.kit.plain_table import PlainTable
from ui.kit.widgets import button, label, row

MONEY = Money()
MOST = 200
"""Papers in sight; the others stand together in one line, so that the lines always add up."""
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class CompareDialog(QDialog):
    """One line for each paper, the largest difference first; Enter opens the paper, Esc closes."""

    def __init__(self, context: PageContext, outcome: Outcome) -> None:
        super().__init__(context.window)
        self.context = context
        self.papers: list[Row] = outcome.data["papers"][:MOST]
        self.profits = "profit" in outcome.data
        self.setWindowTitle("为什么变了")
        message = label(outcome.message, "body")
        message.setWordWrap(True)
        titles = ("单号", "客户", "当时", "现在", "差", *(("利润差",) if self.profits else ()), "谁改了什么")
        self.table = PlainTable("哪些单不一样", titles, (1, len(titles) - 1))
        self.table.cellDoubleClicked.connect(lambda line, _: self.open_paper(line))
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        column.addWidget(label("为什么变了", "subtitle", bold=True))
        column.addWidget(message)
        column.addWidget(self.table, 1)
        self.copy = button("复制", "copy", clicked=self._copy)
        self.shut = button("知道了", primary=True, clicked=self.accept)
        column.addLayout(row(label("Enter 打开这张单", "caption", "text2"), 1, self.copy, self.shut, spacing=10))
        self.resize(920, 560)
        self._fill(outcome)
        self.table.setFocus()

    def _fill(self, outcome: Outcome) -> None:
        rest = outcome.data["papers"][MOST:]
        lines = [self._line(one, "\n".join(one["why"])) for one in self.papers]
        if rest:
            lines.append(("", f"其余 {len(rest)} 张单", *self._sums(rest), ""))
        lines.append(("合计", "", *self._sums([*self.papers, *rest]), "加起来正好是差额"))
        self.table.setRowCount(len(lines))
        for i, texts in enumerate(lines):
            for column, text in enumerate(texts):
                moved = 4 <= column < len(texts) - 1 and text != "0.00"
                ink = (
                    ("err" if text.startswith("-") else "ok")
                    if moved
                    else "text2"
                    if column == len(texts) - 1
                    else "text"
                )
                self.table.put(i, column, text, ink)
                item = self.table.item(i, column)
                if item is not None and 2 <= column < len(texts) - 1:
                    item.setTextAlignment(RIGHT)
        self.table.finish()
        self.table.setCurrentCell(0, 0)

    def _line(self, one: Row, why: str) -> tuple[str, ...]:
        numbers = [self._shown(one[key]) for key in ("then", "now", "difference")]
        profit = (self._shown(one["profit_difference"]),) if self.profits else ()
        return (str(one["number"]), str(one["name"]), *numbers, *profit, why)

    def _sums(self, papers: list[Row]) -> tuple[str, ...]:
        keys = ("then", "now", "difference", *(("profit_difference",) if self.profits else ()))
        return tuple(MONEY.show(sum(int(MONEY.parse(one[key]) or 0) for one in papers)) for key in keys)

    @staticmethod
    def _shown(text: str) -> str:
        return MONEY.show(MONEY.parse(text))

    def open_paper(self, line: int) -> None:
        """Go to the paper of a line."""
        if 0 <= line < len(self.papers):
            self.accept()
            self.context.show_record(str(self.papers[line]["entity"]), str(self.papers[line]["uid"]))

    def _copy(self) -> None:
        lines = "\n".join("\t".join(line).replace("\n", "；") for line in self.table.texts())
        QGuiApplication.clipboard().setText(lines)
        self.context.toast("已复制，可以粘到表格或微信里")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.table.hasFocus():
            self.open_paper(self.table.currentRow())
            return
        super().keyPressEvent(event)


def show_compared(context: PageContext, outcome: Outcome) -> None:
    """Say what differs."""
    dialog = CompareDialog(context, outcome)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
