"""按时交付率 of a month against both promises, why promises and orders were changed, and what problems came to."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from salesdesk.domain import dates
from salesdesk.domain.kinds import Row
from salesdesk.modules.orders import change_queries
from salesdesk.modules.progress import punctuality, queries
from ui.kit.page import PageContext
from ui.kit.plain_table import PlainTable
from ui.kit.theme import theme
from ui.kit.widgets import Card, label, row

MONTHS = 13
ROUTE = {"make": "生产", "buy": "采购"}


def percent(rate: punctuality.Rate) -> str:
    """ "96.4%", a dash when nothing was due."""
    return "—" if rate.share is None else f"{rate.share / 100:.1f}%"


class FiguresView(QWidget):
    """One month at a time; the definition stands below the figures."""

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self.context = context
        self.stale = True
        self.month = QComboBox()
        self.month.setAccessibleName("月份")
        first = f"{dates.month_of(context.desk.today)}-01"
        for ago in range(MONTHS):
            day = dates.add_months(first, -ago)
            self.month.addItem(f"{day[:4]} 年 {int(day[5:7])} 月", day)
        self.month.currentIndexChanged.connect(lambda _: self.read())
        self.first, self.current = label("—", "title", bold=True), label("—", "title", bold=True)
        self.first_of, self.current_of = label("", "caption", "text2"), label("", "caption", "text2")
        self.meaning = label(punctuality.MEANING, "caption", "text2")
        self.meaning.setWordWrap(True)
        self.rates = PlainTable("按时交付率", ("按", "名称", "到期行", "首次承诺", "现承诺"), (1,))
        self.moves = PlainTable("改期原因", ("改期原因", "次数", "平均推后（天）"), (0,))
        self.changes = PlainTable("变更原因", ("订单变更原因", "本月", "上月"), (0,))
        self.problems = PlainTable(
            "问题统计", ("类别", "等级", "发生", "已关闭", "超期", "按时报告", "平均处理（小时）"), (0,)
        )
        for table, lines in ((self.rates, 3), (self.moves, 2), (self.changes, 2), (self.problems, 2)):
            table.setMinimumHeight(theme().px("header") + lines * theme().row_height + 14)
        top = row(label("按时交付率", "subtitle", bold=True), self.month, 1, spacing=12)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(top)
        cards = QHBoxLayout()
        cards.setSpacing(12)
        for title, value, small in (
            ("比首次承诺", self.first, self.first_of),
            ("比现承诺", self.current, self.current_of),
        ):
            card = Card()
            for part in (label(title, "grid", "text2"), value, small):
                card.body.addWidget(part)
            cards.addWidget(card, 1)
        column.addLayout(cards)
        column.addWidget(self.meaning)
        column.addWidget(self.rates, 3)
        below = QHBoxLayout()
        below.setSpacing(12)
        below.addWidget(self.moves, 3)
        below.addWidget(self.changes, 2)
        below.addWidget(self.problems, 4)
        column.addLayout(below, 2)

    def read(self) -> None:
        """Read the figures of the month beside the window."""
        self.stale = False
        desk, first = self.context.desk, str(self.month.currentData())
        last, today = dates.month_end(first), desk.today

        before = dates.add_months(first, -1)

        def work() -> tuple[punctuality.Punctuality, list[Row], list[Row], list[Row]]:
            with desk.read() as reader:
                return (
                    punctuality.punctuality(reader, first, last, today),
                    queries.promise_changes(reader, first, last),
                    punctuality.problem_figures(reader, first, last, today),
                    change_queries.reasons_by_month(reader, before, last),
                )

        self.context.ops.read(work, self._came, token=("figures", id(self)))

    def _came(self, found: tuple[punctuality.Punctuality, list[Row], list[Row], list[Row]]) -> None:
        rates, moves, problems, changes = found
        self._tell_changes(changes)
        for rate, big, small in (
            (rates.first, self.first, self.first_of),
            (rates.current, self.current, self.current_of),
        ):
            big.setText(percent(rate))
            small.setText(f"{rate.due:,} 行到期，{rate.on_time:,} 行按时" if rate.due else "这个月还没有到期的行")
        rows = [
            (title, ROUTE.get(name, name) or "（没写）", one, two)
            for title, key in (("部门", "route"), ("业务员", "salesperson"), ("客户", "customer.name"))
            for name, (one, two) in sorted(
                rates.by[key].items(), key=lambda item: (item[1][0].share or 0, -item[1][0].due)
            )
        ]
        self.rates.setRowCount(len(rows))
        for i, (title, name, one, two) in enumerate(rows):
            for at, text in enumerate((title, name, f"{max(one.due, two.due):,}", percent(one), percent(two))):
                self.rates.put(i, at, text, "text2" if at == 0 else "text")
        self.rates.finish()
        self.moves.setRowCount(len(moves))
        for i, row_ in enumerate(moves):
            days = f"{(row_['days'] or 0) / row_['count']:+.1f}"
            for at, text in enumerate((row_["why"], row_["count"], days)):
                self.moves.put(i, at, str(text or ""))
        self.moves.finish()
        self.problems.setRowCount(len(problems))
        for i, row_ in enumerate(problems):
            reported = "" if row_["grade"] == "普通" else str(row_["reported_in_time"] or 0)
            told = (
                row_["kind"],
                row_["grade"],
                row_["count"],
                row_["closed"],
                row_["overdue"],
                reported,
                row_["hours"],
            )
            for at, text in enumerate(told):
                self.problems.put(i, at, "" if text is None else str(text))
        self.problems.finish()

    def _tell_changes(self, changes: list[Row]) -> None:
        """Reasons of this month and the one before, the most frequent first."""
        month = str(self.month.currentData())[:7]
        counts: dict[str, list[int]] = {}
        for one in changes:
            counts.setdefault(str(one["kind"]), [0, 0])[0 if one["month"] == month else 1] += int(one["count"])
        self.changes.setRowCount(len(counts))
        for i, (why, (now, ago)) in enumerate(
            sorted(counts.items(), key=lambda item: (-item[1][0], -item[1][1], item[0]))
        ):
            for at, text in enumerate((why, str(now), str(ago))):
                self.changes.put(i, at, text, "text2" if at == 2 else "text")
        self.changes.finish()
