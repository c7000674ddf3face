"""目标进度: how the targets stand against the working days gone by, and the house's measures of the same time."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QVBoxLayout

from salesdesk.domain.kinds import Money
from salesdesk.modules.statistics.indicators import MEANING, Indicators, indicators
from salesdesk.modules.statistics.measures import Measure, usual
from salesdesk.modules.statistics.periods import Kind, Period, period_of
from salesdesk.modules.statistics.targets import Stand, months_until, standing
from ui.kit.page import PageContext
from ui.kit.reading_view import ReadingView
from ui.kit.row_table import RowTable
from ui.kit.widgets import Card, ElidedLabel, EmptyState, Figure, button, label, row

MONEY = Money()
MONTHS = 13
SPANS: tuple[tuple[Kind, str], ...] = (("month", "这个月"), ("quarter", "所在季度"), ("year", "全年"))


class _Look(NamedTuple):
    months: list[Period]
    stands: list[Stand]
    own: Indicators
    measure: Measure


def rate(value: int | None) -> str:
    """1/10000 as "96.4%"; a dash for nothing."""
    return "—" if value is None else f"{value / 100:.1f}%"


class TargetsView(ReadingView):
    """One month, its quarter or its year; Enter on a target opens it."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._stands: list[Stand] = []
        self._months: list[Period] = []
        self.month = QComboBox()
        self.month.setAccessibleName("月份")
        self.span = QComboBox()
        self.span.setAccessibleName("看多长")
        for key, word in SPANS:
            self.span.addItem(word, key)
        for box in (self.month, self.span):
            box.setMinimumWidth(140)
            box.activated.connect(lambda _: self.read())
        self.new = button(
            "新建目标", "add", primary=True, clicked=lambda: context.navigate("sales_target", action="new")
        )
        self.collected, self.growth = Figure("money", "回款率"), Figure("person_add", "客户增长率")
        self.punctual, self.changes = Figure("truck", "按时交付率"), Figure("edit", "订单变更")
        titles = ("目标", "目标额", "已完成", "完成率", "差额", "时间进度", "比进度", "每工作日还要", "余下每月要")
        self.table = RowTable("目标进度", titles, range(1, 9))
        for column, width in zip(range(1, 9), (118, 118, 76, 118, 84, 118, 118, 118), strict=True):
            self.table.setColumnWidth(column, width)
        self.table.opened.connect(self._open)
        self.none = EmptyState("flag", "这一年还没有目标", "先建公司的全年目标，再点「分解目标」。")
        self.told = ElidedLabel("", "caption", "text2")
        card = Card(margins=(1, 8, 1, 8))
        card.body.addWidget(self.table, 1)
        card.body.addWidget(self.none, 1)
        card.body.addLayout(row(self.told, margins=(14, 0, 14, 0)))
        meaning = label(MEANING, "caption", "text2")
        meaning.setWordWrap(True)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(10)
        whole.addLayout(row(self.month, self.span, 1, self.new, spacing=8))
        cards = row(spacing=12)
        for one in (self.collected, self.growth, self.punctual, self.changes):
            cards.addWidget(one, 1)
        whole.addLayout(cards)
        whole.addWidget(card, 1)
        whole.addWidget(meaning)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.table.setFocus()

    def read(self) -> None:
        """Read beside the window."""
        desk, chosen, span = self.desk, max(0, self.month.currentIndex()), self.span.currentData()

        def work() -> _Look:
            with desk.read() as reader:
                months, measure = months_until(reader, desk.today, MONTHS), usual(reader)
                last = months[chosen].last
                stands = standing(reader, int(last[:4]), int(last[5:7]), span, desk.today)
                own = indicators(reader, period_of(span, last, measure.closing), desk.today)
                return _Look(months, stands, own, measure)

        self.beside(work, self._came)

    def _came(self, found: _Look) -> None:
        self._stands, own = found.stands, found.own
        if found.months != self._months:
            at = max(0, self.month.currentIndex())
            self._months = found.months
            self.month.clear()
            self.month.addItems([month.label for month in found.months])
            self.month.setCurrentIndex(at)
        texts, inks = [], {}
        for i, one in enumerate(found.stands):
            ahead = -one.behind
            texts.append(
                ("　" * one.depth + str(one.row["title"]),
                 MONEY.show(one.target), MONEY.show(one.sold), rate(one.done), MONEY.show(max(0, one.gap)),
                 rate(one.pace), f"{'超前' if ahead >= 0 else '落后'} {MONEY.show(abs(ahead))}", MONEY.show(one.needed),
                 MONEY.show(one.rolling))
            )  # fmt: skip
            inks[i, 6] = "ok" if ahead >= 0 else "err"
            inks[i, 3] = "ok" if one.gap <= 0 else "text"
        self.table.rows.put(texts, inks=inks)
        self.table.setVisible(bool(texts))
        self.none.setVisible(not texts)
        nameless = not found.measure.by_goods and any(one.row["level"] == "产品" for one in found.stands)
        self.told.set_text(
            f"口径：{found.measure.words}；时间进度按工作日算，节假日看「规则与标准」里的表"
            + ("；这个口径不分产品，产品的目标算不出完成数" if nameless else "")
        )
        self.collected.set_value(
            rate(own.collected), note=f"收 {MONEY.show(own.received)}，开票 {MONEY.show(own.billed)}"
        )
        self.growth.set_value(rate(own.growth), note=f"新客户 {own.fresh} 家，原有 {own.known} 家")
        self.punctual.set_value(rate(own.first.share), note=f"比首次承诺；现承诺 {rate(own.current.share)}")
        reasons = "，".join(f"{why} {n}" for why, n in list(own.changes.items())[:3])
        self.changes.set_value(str(sum(own.changes.values())), "次", note=reasons or "没有变更")

    def _open(self, line: int) -> None:
        self.context.show_record("sales_target", str(self._stands[line].row["uid"]))
