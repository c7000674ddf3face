"""客户预测: who has not come as usual, what will be ordered next, and what the grading rules make of each customer."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedLayout, QTabBar, QVBoxLayout

from salesdesk.domain.kinds import Money, Qty, Row
from salesdesk.modules.statistics.loyalty import Error, Expected, Graded, Rules, expected, graded, rules_of
from salesdesk.modules.statistics.loyalty_service import churn_rows
from salesdesk.services.module import Outcome
from ui.kit.page import PageContext
from ui.kit.reading_view import ReadingView
from ui.kit.row_table import RowTable
from ui.kit.widgets import Card, ElidedLabel, button, row

MONEY, QTY = Money(), Qty()
AHEAD = 60


class _Look(NamedTuple):
    churn: list[Row]
    expected: list[Expected]
    error: Error
    graded: list[Graded]
    rules: Rules


class CustomersView(ReadingView):
    """Three tables; Enter opens the customer."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._uids: list[list[str]] = [[], [], []]
        self._words = ["", "", ""]
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setAccessibleName("流失、需求、等级")
        for title in ("流失预警", "需求预测", "客户等级"):
            self.tabs.addTab(title)
        self.churn = RowTable(
            "流失预警", ("客户", "平时（天）", "上次来单", "该来", "晚了（天）", "一年买了"), (1, 4, 5)
        )
        self.next = RowTable("需求预测", ("客户", "业务员", "产品", "预计来单", "前后差", "数量", "怎么算的"), (4, 5))
        for column, width in zip(range(1, 7), (80, 210, 106, 72, 90, 330), strict=True):
            self.next.setColumnWidth(column, width)
        self.grades = RowTable(
            "客户等级", ("客户", "最近来单（天前）", "一年单数", "一年金额", "得分", "按规则", "档案里"), (1, 2, 3)
        )
        self.tables = (self.churn, self.next, self.grades)
        self.stack = QStackedLayout()
        self.told = ElidedLabel("", "caption", "text2")
        self.sheet = button("给业务员的表", "excel", clicked=self._make_sheet)
        self.apply = button("按规则评等级", "star", clicked=lambda: context.perform("loyalty.apply"))
        self.rules = button(
            "改评级规则", "settings", clicked=lambda: context.perform("loyalty.rules", done=self._ruled)
        )
        card = Card(margins=(1, 8, 1, 8))
        card.body.addLayout(row(self.tabs, 1, self.sheet, self.apply, self.rules, spacing=8, margins=(10, 0, 10, 0)))
        card.body.addLayout(self.stack, 1)
        card.body.addLayout(row(self.told, margins=(14, 0, 14, 0)))
        for i, table in enumerate(self.tables):
            self.stack.addWidget(table)
            table.opened.connect(lambda line, i=i: self._open(i, line))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(card, 1)
        self.tabs.currentChanged.connect(self._turn)
        self._turn(0)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.tables[self.tabs.currentIndex()].setFocus()

    def _turn(self, tab: int) -> None:
        self.stack.setCurrentIndex(tab)
        self.sheet.setVisible(tab == 1)
        self.apply.setVisible(tab == 2 and self.context.may("loyalty.apply"))
        self.rules.setVisible(tab == 2 and self.context.may("loyalty.rules"))
        self.told.set_text(self._words[tab])

    def read(self) -> None:
        """Read beside the window."""
        desk = self.desk

        def work() -> _Look:
            with desk.read() as reader:
                rules = rules_of(reader)
                rows, error = expected(reader, desk.today, AHEAD)
                return _Look(churn_rows(reader, desk.today), rows, error, graded(reader, rules, desk.today), rules)

        self.beside(work, self._came)

    def _came(self, found: _Look) -> None:
        self._uids = [
            [str(r["customer"]) for r in found.churn],
            [one.customer for one in found.expected],
            [one.customer for one in found.graded],
        ]
        self.churn.rows.put(
            [
                (str(r["name"]), str(r["median"]), str(r["last"]), str(r["expected"]), str(r["days_late"]), MONEY.show(r["amount"]))
                for r in found.churn
            ],
            inks={(i, 4): "err" for i in range(len(found.churn))},
        )  # fmt: skip
        today = self.desk.today
        self.next.rows.put(
            [
                (e.name, e.salesperson, e.goods, e.forecast.day, f"{e.forecast.spread} 天",
                 f"{QTY.show(e.forecast.qty)} {e.unit}", e.forecast.why)
                for e in found.expected
            ],
            inks={(i, 3): "err" for i, e in enumerate(found.expected) if e.forecast.day < today},
        )  # fmt: skip
        self.grades.rows.put(
            [
                (g.name, str(g.days), str(g.orders), MONEY.show(g.amount), "＋".join(map(str, g.points)), f"{g.grade} 级",
                 f"{g.filed} 级" if g.filed else "（没评）")
                for g in found.graded
            ],
            inks={(i, 5): "warn" for i, g in enumerate(found.graded) if g.grade != g.filed},
        )  # fmt: skip
        self._words = [
            "按各家自己的来单节奏：晚得比它九成的间隔还久，就列在这里；贵的客户在前。",
            found.error.words,
            found.rules.words,
        ]
        self._turn(self.tabs.currentIndex())

    def _open(self, table: int, line: int) -> None:
        self.context.show_record("customer", self._uids[table][line])

    def _ruled(self, outcome: Outcome) -> None:
        self.read()

    def _make_sheet(self) -> None:
        self.context.perform("loyalty.sheet", done=self._sheet_made, busy=self.sheet)

    def _sheet_made(self, outcome: Outcome) -> None:
        self.context.toast(outcome.message)
