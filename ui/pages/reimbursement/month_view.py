"""月报: what a month of claims came to by person and category, what the check saved, how long each step took."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QTableWidgetItem, QVBoxLayout, QWidget

from salesdesk.domain import dates
from salesdesk.domain.kinds import Money
from salesdesk.modules.reimbursement.model import STATE
from salesdesk.modules.reimbursement.monthly import COLUMNS, rows_of
from salesdesk.modules.reimbursement.progress import MonthOfClaims, month_of
from salesdesk.services.module import Outcome
from ui.kit.page import PageContext
from ui.kit.plain_table import PlainTable
from ui.kit.widgets import Card, EmptyState, IconButton, button, label, row

MONEY = Money()
FIGURES = (("claimed", "报销"), ("approved", "核准"), ("saved", "初审省下"), ("returned", "退回"))


class MonthView(QWidget):
    """One month at a time; Alt+→ and Alt+← turn. claims_wanted(month, person): the claims behind a line; "" for everybody."""

    claims_wanted = Signal(str, str)

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self.context = context
        self.month = context.desk.today[:7]
        self._stale = True
        self.title = label("", "subtitle", bold=True)
        self.figures = {key: label("—", "subtitle", bold=True) for key, _ in FIGURES}
        self.steps = label("", "caption", "text2")
        self.steps.setWordWrap(True)
        self.table = PlainTable("报销月报", [title for title, _, _ in COLUMNS], (0, 1, 2))
        self.none = EmptyState("chart", "这个月还没有提交的报销单", "按 Alt+← 看上个月")
        head = row(
            IconButton("chevron_left", "上个月", "Alt+←", clicked=self.back), self.title,
            IconButton("chevron_right", "下个月", "Alt+→", clicked=self.on), 1,
            button("看这些单子", "receipt", clicked=self.show_claims),
            button("存成文件", "arrow_export", clicked=self.save), spacing=10,
        )  # fmt: skip
        line = row(spacing=28)
        for key, name in FIGURES:
            line.addLayout(row(label(name, "caption", "text2"), self.figures[key], spacing=8))
        line.addStretch(1)
        card = Card()
        card.body.addLayout(line)
        card.body.addWidget(self.steps)
        card.body.addWidget(self.table, 1)
        card.body.addWidget(self.none, 1)
        self.table.itemActivated.connect(self._show_person)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(head)
        column.addWidget(card, 1)
        for keys, act in (("Alt+Left", self.back), ("Alt+Right", self.on)):
            QShortcut(QKeySequence(keys), self, act).setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def shown(self) -> None:
        """The view came to the front."""
        if self._stale:
            self.read()

    def stale(self) -> None:
        """Something of a claim was committed."""
        self._stale = True
        if self.isVisible():
            self.read()

    def back(self) -> None:
        """A month earlier."""
        self._turn(-1)

    def on(self) -> None:
        """A month later, up to this one."""
        self._turn(1)

    def _turn(self, by: int) -> None:
        wanted = dates.add_months(f"{self.month}-01", by)[:7]
        if wanted <= self.context.desk.today[:7]:
            self.month = wanted
            self.read()

    def read(self) -> None:
        """Read the month, beside the window."""
        self._stale = False
        desk, month = self.context.desk, self.month

        def look() -> MonthOfClaims:
            with desk.read() as reader:
                return month_of(reader, month)

        self.context.ops.read(look, self._came, token=("month", id(self)))

    def _came(self, found: MonthOfClaims) -> None:
        self.title.setText(f"{found.month[:4]} 年 {int(found.month[5:])} 月")
        for key in ("claimed", "approved", "saved"):
            self.figures[key].setText(f"{MONEY.show(getattr(found, key))} 元")
        self.figures["returned"].setText(f"{found.returned} 次")
        stays = [
            f"{STATE.show(one.state)} {one.average / 1440:.1f} 天（最长 {one.longest / 1440:.1f}）"
            for one in found.steps
        ]
        self.steps.setText("每步平均：" + "，".join(stays) if stays else "")
        self.steps.setVisible(bool(stays))
        rows = rows_of(found)
        self.table.setVisible(bool(rows))
        self.none.setVisible(not rows)
        self.table.setRowCount(len(rows))
        for number, values in enumerate(rows):
            for place, ((_, kind, _), value) in enumerate(zip(COLUMNS, values, strict=True)):
                self.table.put(number, place, kind.show(value), "text" if values[2] == "小计" else "text2")
                cell = self.table.item(number, place)
                if cell is not None and kind.align == "right":
                    cell.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.table.finish()

    def show_claims(self) -> None:
        """The claims of the month."""
        self.claims_wanted.emit(self.month, "")

    def _show_person(self, cell: QTableWidgetItem) -> None:
        """Enter on a line: the person's claims of the month."""
        person = self.table.item(cell.row(), 0)
        self.claims_wanted.emit(self.month, person.text() if person is not None else "")

    def save(self) -> None:
        """As an Excel table or on paper."""
        target, _ = QFileDialog.getSaveFileName(
            self, "存成文件", f"报销月报 {self.month}.xlsx", "Excel (*.xlsx);;CSV (*.csv);;PDF (*.pdf)"
        )
        if target:
            self.context.ops.run("claim.month", {"month": self.month, "out": target}, self._saved)

    def _saved(self, outcome: Outcome) -> None:
        self.context.toast(f"已存为 {outcome.data['file']}")
