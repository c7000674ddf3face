"""The four figures at the top of the day's page; each leads to the list it was counted from."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from salesdesk.domain import dates
from salesdesk.services.todos import counted as counted_todos
from ui.kit.widgets import Figure, row
from ui.pages.today.board import Board
from ui.pages.today.words import compared, counted, figure, pressing, same_days, short

GAP = 14


class Figures(QWidget):
    """今日下单, 待我处理, 本月销售额, 未发货. wanted(name): today, todos, month or open was clicked."""

    wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.today = Figure("order", "今日下单")
        self.todos = Figure("notebook", "待我处理")
        self.month = Figure("chart", "本月销售额")
        self.open = Figure("truck", "未发货")
        for name, one in (("today", self.today), ("todos", self.todos), ("month", self.month), ("open", self.open)):
            one.setMinimumWidth(196)
            one.setObjectName("card")
            one.clicked.connect(partial(self.wanted.emit, name))
        self.setLayout(row(self.today, self.todos, self.month, self.open, spacing=GAP))
        for at in range(4):
            self.layout().setStretch(at, 1)  # type: ignore[union-attr]

    def show_board(self, board: Board) -> None:
        """Fill in the numbers."""
        found, today = board.summary, board.today
        weekday = dates.weekday_name(today)
        digits, unit = figure(found.today_amount)
        strong, note, tone = compared(
            found.today_amount, found.before_amount, f"上{weekday}同时段", f"上{weekday}这时候还没有单"
        )
        self.today.set_value(digits, counted(unit, found.today_count), strong, note, tone, found.sales_course)
        self.today.setToolTip("今天下单、已确认的订单。右边是最近有单的日子每天的金额")

        late, due = pressing(board.todos, today)
        told = [f"{due} 项今天到期"] if due else []
        strong, tone = (f"{late} 项已过期", "err") if late else ("", "ok")
        if not board.todos:
            told = ["都办完了"]
        elif late and told:
            strong += "，"
        elif not told and not late:
            told = ["今天没有到期的"]
        self.todos.set_value(
            f"{counted_todos(board.todos):,}", "项", strong, told[0] if told else "", tone, found.arrivals_course
        )
        self.todos.setToolTip(
            "来单、传递、交货、等答复、变更告知、漏单、来电答应的事和临时任务。右边是近 14 天每天登记的来单"
        )

        digits, unit = figure(found.month_amount)
        strong, note, tone = compared(
            found.month_amount, found.last_month_amount, same_days(today), "上月这时候没有订单"
        )
        self.month.set_value(digits, counted(unit, found.month_count), strong, note, tone, found.month_course)
        self.month.setToolTip("本月 1 日到今天下单、已确认的订单，和上月同样这几天比。右边是本月逐日累计")

        digits, unit = figure(found.undelivered_amount)
        strong, note = (
            (f"{found.overdue_count} 单已逾期", short(found.overdue_amount))
            if found.overdue_count
            else ("", "没有逾期的")
        )
        self.open.set_value(
            digits,
            counted(unit, found.undelivered_count),
            strong,
            note,
            "err",
            found.open_course,
            "err" if found.overdue_count else "",
        )
        self.open.setToolTip("已确认、还没发完的货值。右边是近 14 天每天收工时的未发货值")
