"""The chart of confirmed sales: the last 30 days, this quarter by week, this year by month."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from PySide6.QtCore import Signal

from salesdesk.modules.today.queries import Bar, Span
from ui.kit.widgets import BarChart, Card, FilterChip
from ui.pages.today.words import WAN, short

SPANS: tuple[tuple[Span, str, str], ...] = (
    ("days", "30 天", "近 30 天销售额"),
    ("quarter", "本季", "本季每周销售额"),
    ("year", "本年", "本年每月销售额"),
)
_MEAN = {"days": "日均", "quarter": "周均", "year": "月均"}
_LAST = {"days": "今天", "quarter": "本周", "year": "本月"}


class SalesCard(Card):
    """span_wanted(span): another stretch of time was chosen. days_wanted(first, last): a bar was opened."""

    span_wanted = Signal(str)
    days_wanted = Signal(str, str)

    def __init__(self) -> None:
        super().__init__(SPANS[0][2], "万元")
        self.body.setContentsMargins(18, 10, 14, 10)
        self.chart = BarChart(SPANS[0][2])
        self.chart.setMinimumHeight(220)
        self.chart.activated.connect(self._opened)
        self._bars: Sequence[Bar] = ()
        self.chips: dict[Span, FilterChip] = {}
        for span, word, _ in SPANS:
            chip = FilterChip(word, key=span)
            chip.clicked.connect(self._chosen)
            self.chips[span] = chip
            self.add_action(chip)
        self.body.addWidget(self.chart, 1)
        self._mark("days")

    def _mark(self, span: Span) -> None:
        for key, chip in self.chips.items():
            chip.setChecked(key == span)

    def _chosen(self) -> None:
        chip = self.sender()
        if isinstance(chip, FilterChip):
            self._mark(cast(Span, chip.key))
            self.span_wanted.emit(chip.key)

    def show_bars(self, span: Span, bars: Sequence[Bar]) -> None:
        """Show the sales of one stretch of time; the dashed line is the mean of the finished bars that had any."""
        self._mark(span)
        self._bars = bars
        self.title.setText(next(title for key, _, title in SPANS if key == span))
        self.chart.setAccessibleName(self.title.text())
        high = max((b.amount for b in bars), default=0)
        unit, word = (WAN, "万元") if high >= WAN else (100, "元")
        if self.hint is not None:
            self.hint.setText(word)
        labels = [b.label for b in bars]
        if labels:
            labels[-1] = _LAST[span]
        done = [b.amount for b in bars[:-1] if b.amount]
        mean = sum(done) // len(done) if done else 0
        told = f"{_MEAN[span]} {short(mean)}" if len(done) > 1 else ""
        self.chart.set_data(
            labels,
            [b.amount / unit for b in bars],
            target=mean / unit if told else None,
            target_text=told,
            show=_Shown(unit),
        )

    def _opened(self, index: object) -> None:
        if isinstance(index, int) and 0 <= index < len(self._bars):
            self.days_wanted.emit(self._bars[index].first, self._bars[index].last)


class _Shown:
    """The value of a bar in words: "4.24 万"."""

    def __init__(self, unit: int) -> None:
        self._unit = unit

    def __call__(self, value: float) -> str:
        return short(round(value * self._unit))
