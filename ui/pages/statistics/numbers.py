"""数字: one period from one side, beside the period before and a year ago, with causes, charts and the papers behind a line."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QSizePolicy, QStackedLayout, QTabBar, QVBoxLayout, QWidget

from salesdesk.domain.kinds import Money, Qty, Row
from salesdesk.domain.text import safe_file_name
from salesdesk.modules.statistics.facts import DIMENSIONS, GOODS, PAPER
from salesdesk.modules.statistics.measures import Measure
from salesdesk.modules.statistics.periods import KINDS, Kind, Period
from salesdesk.modules.statistics.variance import TITLES
from salesdesk.modules.statistics.words import percent, share, signed
from ui.kit.page import PageContext
from ui.kit.plain_table import PlainTable
from ui.kit.print_preview import show_pdf
from ui.kit.rank_chart import RankChart
from ui.kit.reading_view import ReadingView, halves
from ui.kit.row_table import RowTable
from ui.kit.widgets import BarChart, Card, ElidedLabel, Figure, FilterChip, IconButton, QuietButton, button, label, row
from ui.pages.statistics.chart_paper import Words, write_charts
from ui.pages.statistics.reading import Look, Wish, look, papers

MONEY, QTY = Money(), Qty()
CHARTS, CAUSES, PAPERS = 0, 1, 2
RANKED = 12


class NumbersView(ReadingView):
    """The table at the left; at the right charts, causes, or the papers of the line in hand."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self.wish = Wish("month", context.desk.today, "customer")
        self.told: Look | None = None
        self._papers: list[Row] = []
        self._make_head()
        self._make_figures()
        self._make_table()
        self._make_right()
        for keys, by in (("Ctrl+Left", -1), ("Ctrl+Right", 1)):
            shortcut = QShortcut(QKeySequence(keys), self, partial(self.step, by))
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(10)
        whole.addLayout(self._head)
        whole.addLayout(self._figures)
        whole.addWidget(halves(self._left, self._right, (860, 420)), 1)

    # -- putting together ----------------------------------------------------------------------------------------------

    def _make_head(self) -> None:
        self.kinds: dict[Kind, FilterChip] = {}
        for kind, word in KINDS.items():
            chip = FilterChip(word, key=kind)
            chip.clicked.connect(self._kind_chosen)
            self.kinds[kind] = chip
        self.back = IconButton("chevron_left", "前一期", "Ctrl+Left", clicked=lambda: self.step(-1))
        self.on = IconButton("chevron_right", "后一期", "Ctrl+Right", clicked=lambda: self.step(1))
        self.period = ElidedLabel("", "subtitle", bold=True)
        self.period.setSizePolicy(
            QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred
        )  # whole where there is room
        self.measure = QComboBox()
        self.measure.setAccessibleName("统计口径")
        self.measure.setMinimumWidth(190)
        self.measure.activated.connect(self._measure_chosen)
        self.make = button("做这期报表", "document", clicked=self._make_report)
        self.print = button("打印图", "print", clicked=self.print_charts)
        self._head = row(
            *self.kinds.values(), self.back, self.on, self.period, 1, self.measure, self.print, self.make, spacing=6
        )

    def _make_figures(self) -> None:
        self.amount = Figure("money", "销售额")
        self.docs = Figure("order", "单数")
        self.buyers = Figure("people", "来单客户")
        self.profit = Figure("chart", "销售利润")
        self._figures = row(spacing=12)
        for one in (self.amount, self.docs, self.buyers, self.profit):
            self._figures.addWidget(one, 1)

    def _make_table(self) -> None:
        self.sides = QTabBar()
        self.sides.setDrawBase(False)
        self.sides.setExpanding(False)
        self.sides.setAccessibleName("按什么看")
        for name, one in DIMENSIONS.items():
            self.sides.setTabData(self.sides.addTab(one.title), name)
        self.sides.currentChanged.connect(self._side_chosen)
        self.narrowed = QuietButton("", "dismiss", clicked=self.widen)
        self.narrowed.hide()
        titles = ("名称", "销售额", "占比", "上期", "环比", "去年同期", "同比", "数量", "利润", "单数")
        self.table = RowTable("销售统计", titles, range(1, 10))
        for column, width in zip(range(1, 10), (98, 62, 96, 74, 96, 74, 68, 94, 50), strict=True):
            self.table.setColumnWidth(column, width)
        self.table.horizontalHeader().setMinimumSectionSize(46)
        self.table.opened.connect(self.narrow)
        self.table.selectionModel().currentRowChanged.connect(self._line_chosen)
        self.meaning = ElidedLabel("", "caption", "text2")
        self._left = Card(margins=(1, 8, 1, 8))
        self._left.setMinimumWidth(520)
        self._left.body.addLayout(row(self.sides, 1, self.narrowed, margins=(10, 0, 10, 0)))
        self._left.body.addWidget(self.table, 1)
        self._left.body.addLayout(row(self.meaning, margins=(14, 0, 14, 0)))

    def _make_right(self) -> None:
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setAccessibleName("图、原因、单据")
        for title in ("图", "波动原因", "单据"):
            self.tabs.addTab(title)
        self.course = BarChart("走势")
        self.course.setMinimumHeight(150)  # five marks of the scale, one above the other
        self.rank = RankChart("排名")
        self.rank.activated.connect(self.narrow)
        charts = QWidget()
        column = QVBoxLayout(charts)
        column.setContentsMargins(14, 0, 14, 8)
        self.course_title = label("走势（万元）", "grid", "text2")
        self.rank_title = label("", "grid", "text2")
        for part, stretch in ((self.course_title, 0), (self.course, 2), (self.rank_title, 0), (self.rank, 3)):
            column.addWidget(part, stretch)
        self.causes = PlainTable("波动原因", ("原因", "影响", "主要是谁"), (2,))
        self.cause = QPlainTextEdit()
        self.cause.setReadOnly(True)
        self.cause.setAccessibleName("波动原因和建议")
        self.cause.setTabChangesFocus(True)
        copy = QuietButton("复制这段话", "copy", self._copy_cause)
        why = QWidget()
        told = QVBoxLayout(why)
        told.setContentsMargins(14, 4, 14, 8)
        told.addWidget(self.causes, 3)
        told.addLayout(row(label("起草的说明", "grid", "text2"), 1, copy))
        told.addWidget(self.cause, 2)
        self.papers = RowTable("这一行的单据", ("客户", "日期", "单号", "金额"), (3,))
        for at, width in ((1, 92), (2, 124), (3, 96)):
            self.papers.setColumnWidth(at, width)
        self.papers.opened.connect(self._open_paper)
        self.stack = QStackedLayout()
        self.tabs.currentChanged.connect(self._turn)
        self._right = Card(margins=(1, 8, 1, 1))
        self._right.setMinimumWidth(360)
        self._right.body.addLayout(row(self.tabs, 1, margins=(10, 0, 10, 0)))
        self._right.body.addLayout(self.stack, 1)
        for page in (charts, why, self.papers):
            self.stack.addWidget(page)

    # -- wishing -------------------------------------------------------------------------------------------------------

    def _kind_chosen(self) -> None:
        chip = self.sender()
        if isinstance(chip, FilterChip):
            self.want(self.wish._replace(kind=cast(Kind, chip.key)))

    def _side_chosen(self, index: int) -> None:
        self.want(self.wish._replace(dimension=str(self.sides.tabData(index))))

    def _measure_chosen(self, index: int) -> None:
        self.want(self.wish._replace(measure=str(self.measure.itemData(index) or "")))

    def step(self, by: int) -> None:
        """The period before or after the one shown."""
        if self.told is not None:
            there = self.told.period.next if by > 0 else self.told.period.previous
            if there.first <= self.desk.today:
                self.want(self.wish._replace(day=there.last if there.last <= self.desk.today else self.desk.today))

    def narrow(self, line: int) -> None:
        """Look inside one line, from the next side: products of a customer, customers of anything else."""
        found = self.told
        if found is None or not 0 <= line < len(found.table.lines):
            return
        inside = dict(self.wish.where)
        inside[found.table.dimension] = found.table.lines[line].key or None
        then = "product" if found.table.dimension == "customer" and found.measure.by_goods else "customer"
        if then in inside:
            then = next(d for d in DIMENSIONS if d not in inside)
        self.want(self.wish._replace(where=tuple(inside.items()), dimension=then))

    def widen(self) -> None:
        """One step back out."""
        if self.wish.where:
            back = self.wish.where[-1][0]
            self.want(self.wish._replace(where=self.wish.where[:-1], dimension=back))

    def want(self, wish: Wish) -> None:
        """Look at something else."""
        self.wish = wish
        self.read()

    # -- reading -------------------------------------------------------------------------------------------------------

    def read(self) -> None:
        """Read beside the window."""
        desk, wish = self.desk, self.wish
        self.beside(lambda: look(desk, wish), self._came, "numbers")

    def _came(self, found: Look) -> None:
        self.told = found
        self.wish = self.wish._replace(dimension=found.table.dimension)
        for kind, chip in self.kinds.items():
            chip.setChecked(kind == found.period.kind)
        going = "（到今天）" if found.period.last > self.desk.today else ""
        self.period.set_text(found.period.label + going)
        self.period.updateGeometry()
        self.on.setEnabled(found.period.next.first <= self.desk.today)
        self.measure.clear()
        for one in found.measures:
            self.measure.addItem(f"{one.name}（第 {one.version} 版）", one.uid)
        self.measure.setCurrentIndex(found.measures.index(found.measure))
        self.meaning.set_text(
            ("这期还没过完，上期和去年同期也只算到同一天；" if found.period.last > self.desk.today else "")
            + f"口径：{found.measure.words}"
            + ("；利润 = 不含税 − 数量 × 现在的成本价" if self._profit else "")
        )
        self.sides.blockSignals(True)
        for at in range(self.sides.count()):
            name = str(self.sides.tabData(at))
            shown = found.measure.by_goods or name not in GOODS
            if self.sides.isTabVisible(at) != shown:  # said again, Qt forgets to move the others up
                self.sides.setTabVisible(at, shown)
            if name == found.table.dimension:
                self.sides.setCurrentIndex(at)
        self.sides.blockSignals(False)
        self._show_figures(found)
        self._show_lines(found)
        self._show_charts(found)
        self._show_causes(found)

    @property
    def _profit(self) -> bool:
        """Whether 利润 is told: it gives the cost away, and only goods have one."""
        veiled = "cost" in self.desk.settings.veil
        return self.told is not None and self.told.measure.by_goods and not veiled

    def _show_figures(self, found: Look) -> None:
        whole = found.table.whole
        now, before, ago = whole.now, whole.before, whole.year_before
        course = [p.amount / 100 for p in found.course if p.period.first <= self.desk.today]
        self.amount.set_value(
            MONEY.show(now.amount), "元", percent(now.amount, before.amount) if before.amount > 0 else "",
            f"比上期，同比 {percent(now.amount, ago.amount)}", "ok" if now.amount >= before.amount else "err", course,
        )  # fmt: skip
        sold = f"；数量 {QTY.show(now.qty)}" if found.measure.by_goods else ""
        self.docs.set_value(f"{now.docs:,}", "单", note=f"上期 {before.docs:,}，同期 {ago.docs:,}{sold}")
        average = now.amount // found.buyers if found.buyers else 0
        self.buyers.set_value(f"{found.buyers:,}", "家", note=f"平均每家 {MONEY.show(average)} 元")
        self.profit.setVisible(self._profit)
        margin = share(now.profit, now.net)
        note = f"上期 {MONEY.show(before.profit)}，毛利率 {margin or '—'}"
        self.profit.set_value(MONEY.show(now.profit), "元", note=note)

    def _show_lines(self, found: Look) -> None:
        texts, inks = [], {}
        whole = found.table.whole
        lines = [*found.table.lines, whole] if found.table.lines else []
        for i, one in enumerate(lines):
            now, before, ago = one.now.amount, one.before.amount, one.year_before.amount
            name = f"{one.name}（{one.customers} 家）" if found.table.dimension == "region" else one.name
            texts.append(
                (name, MONEY.show(now), share(now, whole.now.amount), MONEY.show(before), percent(now, before),
                 MONEY.show(ago), percent(now, ago), QTY.show(one.now.qty), MONEY.show(one.now.profit),
                 f"{one.now.docs:,}" if one.now.docs else "")
            )  # fmt: skip
            for column, then in ((4, before), (6, ago)):
                if then > 0 and now != then:
                    inks[i, column] = "ok" if now > then else "err"
        self.table.rows.put(texts, inks=inks)
        self.table.setColumnHidden(
            7, found.table.dimension not in GOODS
        )  # elsewhere pieces, metres and kilos would be one sum
        self.table.setColumnHidden(8, not self._profit)
        self.table.setColumnHidden(9, found.table.dimension in GOODS)
        called = "、".join(self._name_of(d, k) for d, k in self.wish.where)
        self.narrowed.setText(f"只看 {called}（Esc 退回）")
        self.narrowed.setVisible(bool(self.wish.where))
        if texts:
            self.table.setCurrentIndex(self.table.rows.index(0, 0))
        elif self.tabs.currentIndex() == PAPERS:
            self._show_papers([])

    def _name_of(self, dimension: str, key: str | None) -> str:
        entity = DIMENSIONS[dimension].entity
        if not key or not entity:
            return key or f"没有{DIMENSIONS[dimension].title}"
        found = self.desk.row(entity, key)
        return str((found or {}).get("name") or key)

    def _show_charts(self, found: Look) -> None:
        unit = 1_000_000 if any(abs(p.amount) >= 1_000_000 for p in found.course) else 100
        word = "万元" if unit == 1_000_000 else "元"
        marked = next((i for i, p in enumerate(found.course) if p.period.last >= self.desk.today), -1)
        self.course_title.setText(f"走势（{word}）")
        names = [
            f"{int(p.period.last[5:7])} 月" if p.period.kind == "month" else str(int(p.period.first[8:]))
            for p in found.course
        ]
        self.course.set_data(names, [p.amount / unit for p in found.course], marked=marked)
        top = [one for one in found.table.lines if one.now.amount > 0][:RANKED]
        title = f"{DIMENSIONS[found.table.dimension].title}{'分布' if found.table.dimension == 'region' else '排名'}（{word}）"
        self.rank_title.setText(title)
        whole = found.table.whole.now.amount
        self.rank.set_data(
            [one.name for one in top], [one.now.amount / unit for one in top],
            [share(one.now.amount, whole) for one in top], title,
        )  # fmt: skip

    def _show_causes(self, found: Look) -> None:
        self.tabs.setTabVisible(CAUSES, not self.wish.where)
        if self.wish.where and self.tabs.currentIndex() == CAUSES:
            self.tabs.setCurrentIndex(CHARTS)
        self.cause.setPlainText(f"{found.cause}\n\n建议：\n{found.advice}" if found.cause else "")
        parts = [p for p in found.parts if p.amount]
        self.causes.setRowCount(len(parts))
        for i, part in enumerate(parts):
            who = "、".join(f"{found.names[s.key]} {signed(s.amount)}" for s in part.shares[:3] if s.key in found.names)
            self.causes.put(i, 0, TITLES[part.key])
            self.causes.put(i, 1, signed(part.amount), "ok" if part.amount > 0 else "err")
            self.causes.put(i, 2, who, "text2")
        self.causes.finish()

    # -- papers --------------------------------------------------------------------------------------------------------

    def _turn(self, tab: int) -> None:
        self.stack.setCurrentIndex(tab)
        if tab == PAPERS:
            self._line_chosen()

    def _line_chosen(self, *_: object) -> None:
        found, line = self.told, self.table.currentIndex().row()
        if found is None or line < 0 or self.tabs.currentIndex() != PAPERS:
            return
        where = dict(self.wish.where)
        if line < len(found.table.lines):
            where[found.table.dimension] = found.table.lines[line].key or None
        desk, measure, period = self.desk, found.measure, found.period
        self.beside(lambda: papers(desk, measure, period, where), self._show_papers, "papers")

    def _show_papers(self, rows: list[Row]) -> None:
        self._papers = rows
        self.papers.rows.put(
            [(str(r["name"] or ""), str(r["day"]), str(r["number"] or ""), MONEY.show(r["amount"])) for r in rows]
        )

    def _open_paper(self, line: int) -> None:
        if self.told is not None:
            self.context.show_record(PAPER[self.told.measure.by], str(self._papers[line]["uid"]))

    # -- doing ---------------------------------------------------------------------------------------------------------

    def _copy_cause(self) -> None:
        QGuiApplication.clipboard().setText(self.cause.toPlainText())
        self.context.toast("已复制，可以粘到微信或邮件里")

    def _make_report(self) -> None:
        found = self.told
        if found is not None:
            args = {"kind": found.period.kind, "period": found.period.key}
            args |= {"measure": found.measure.uid} if found.measure.uid else {}
            self.ops.run("sales_report.make", args, done=self._made, busy=self.make)

    def _made(self, outcome: object) -> None:
        self.context.show_record("sales_report", str(getattr(outcome, "uid", "")))

    def charts_file(self) -> Path:
        """Where the charts of this look are written."""
        title = self.told.period.label if self.told else ""
        return self.desk.folder / "prints" / f"{safe_file_name(f'统计图 {title}')}.pdf"

    def print_charts(self) -> None:
        """The charts on a page, previewed first."""
        if self.told is not None:
            file = self.charts_file()
            write_charts(file, self._paper_words(self.told.measure, self.told.period), self.course, self.rank)
            show_pdf(self.context, str(file), "统计图")

    def _paper_words(self, measure: Measure, period: Period) -> Words:
        company = self.desk.settings.company
        whole = self.told.table.whole.now.amount if self.told else 0
        lines = (f"期间：{period.label}　销售额 {MONEY.show(whole)} 元", f"口径：{measure.words}")
        return Words(f"{company} 销售统计图".strip(), lines, self.course_title.text(), self.rank_title.text())
