"""The reimbursement desk's lists side by side: claims, the voucher ledger, loans, payment requests, people, companies, the month."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QStackedWidget, QVBoxLayout, QWidget

from salesdesk.domain.changes import Changes
from ui.kit import menus
from ui.kit.button_line import ButtonLine
from ui.kit.page import PageContext
from ui.kit.register_panel import RegisterPanel
from ui.kit.widgets import Button, FilterChip, IconButton, button, label, row
from ui.pages.reimbursement.claim_list import ClaimList
from ui.pages.reimbursement.month_view import MonthView

CLAIMS, MONTH = "expense_claim", "month"
SEGMENTS = (
    (CLAIMS, "报销单"),
    ("expense_voucher", "票据"),
    ("staff_loan", "借款"),
    ("payment_request", "付款申请"),
    ("staff", "人员"),
    ("company_entity", "单位"),
    (MONTH, "月报"),
)
ELSEWHERE = (
    ("expense_rule", "初审规则"),
    ("expense_standard", "报销标准"),
    ("holiday", "节假日"),
    ("expense_requirement", "必备附件"),
)
"""Registers of the page 规则与标准, reached from the menu."""


class LedgerPanel(RegisterPanel):
    """The voucher ledger: Enter opens the claim a voucher is in; one that is in none opens at the right."""

    claim_wanted = Signal(str, str)  # claim, voucher

    def open(self, uid: str) -> None:
        found = self.desk.row("expense_voucher", uid) or {}
        if found.get("claim"):
            self.claim_wanted.emit(str(found["claim"]), uid)
        else:
            super().open(uid)


class ClaimsDesk(QWidget):
    """opened(claim), voucher_wanted(claim, voucher), new_wanted."""

    opened = Signal(str)
    voucher_wanted = Signal(str, str)
    new_wanted = Signal()

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self.context = context
        self.segment = CLAIMS
        self.segments: dict[str, FilterChip] = {}
        self.panels: dict[str, RegisterPanel] = {}
        self.month: MonthView | None = None
        self.claims = ClaimList(context)
        self.claims.opened.connect(self.opened)
        self.claims.taken.connect(self._taken)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.claims)
        self._actions = QStackedWidget()
        self._actions.setFixedHeight(36)
        self.number = label("", "body", "text2")
        self.claims.counted.connect(self._tell_number)
        self.take: Button = button("收票", "scan", clicked=self._take)
        self.take.setToolTip("选发票文件；也可以直接拖进列表")
        self.new: Button = button("新建报销单", "add", primary=True, shortcut="Ctrl+N", clicked=self.new_wanted.emit)
        self.more = IconButton("more", "规则、标准、节假日", clicked=self._menu)
        mine = QWidget()
        mine.setLayout(row(1, self.take, self.new, spacing=10))
        self._actions.addWidget(mine)
        self._nothing = QWidget()
        self._actions.addWidget(self._nothing)
        for one in (self.take, self.new):
            one.setVisible(self.claims.may_write)
        line = row(label("报销", "title", bold=True), self.number, spacing=8)
        for entity, title in SEGMENTS:
            chip = FilterChip(title, None, entity)
            chip.setToolTip("" if entity == MONTH else f"{context.desk.entity(entity).title}登记")
            chip.clicked.connect(partial(self.show_segment, entity))
            self.segments[entity] = chip
            line.addWidget(chip)
            chip.setChecked(entity == CLAIMS)
        line.addWidget(self.more)
        line.addWidget(self._actions, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(line)
        column.addWidget(self._stack, 1)
        self._tell_number(self.claims.model.rowCount())

    def _taken(self, claim: str) -> None:
        """Dropped files became a claim, or lie among the vouchers in none."""
        if claim:
            self.voucher_wanted.emit(claim, "")
        else:
            self.show_segment("expense_voucher")

    def _tell_number(self, number: int) -> None:
        self.number.setText(f"{number:,} 张" if number and self.segment == CLAIMS else "")

    def panel(self, entity: str) -> RegisterPanel:
        """The register of an entity, made when first wanted."""
        if entity not in self.panels:
            made = (
                LedgerPanel(self.context, entity)
                if entity == "expense_voucher"
                else RegisterPanel(self.context, entity)
            )
            if isinstance(made, LedgerPanel):
                made.claim_wanted.connect(self.voucher_wanted)
            self.panels[entity] = made
            self._stack.addWidget(made)
            buttons = ButtonLine(*made.buttons, spacing=8)
            self._actions.addWidget(buttons)
            made.setProperty("actions", buttons)
        return self.panels[entity]

    def show_segment(self, entity: str) -> RegisterPanel | None:
        """Bring a list to the front; its panel when it is a plain register."""
        self.segment = entity
        for key, chip in self.segments.items():
            chip.setChecked(key == entity)
        self.more.setVisible(entity == CLAIMS)
        if entity == CLAIMS:
            self._stack.setCurrentWidget(self.claims)
            self._actions.setCurrentIndex(0)
            self.claims.shown()
            self._tell_number(self.claims.model.rowCount())
            return None
        self.number.setText("")
        if entity == MONTH:
            if self.month is None:
                self.month = MonthView(self.context)
                self.month.claims_wanted.connect(self.show_month)
                self._stack.addWidget(self.month)
            self._stack.setCurrentWidget(self.month)
            self._actions.setCurrentWidget(self._nothing)
            self.month.shown()
            return None
        made = self.panel(entity)
        self._stack.setCurrentWidget(made)
        self._actions.setCurrentWidget(made.property("actions"))
        made.on_shown()
        return made

    def show_month(self, month: str, claimant: str) -> None:
        """The claims behind a line of the month."""
        self.show_segment(CLAIMS)
        self.claims.show_month(month, claimant)
        self.take_focus()

    def take_focus(self) -> None:
        """The keyboard to the list in front."""
        if self.segment == CLAIMS:
            self.claims.go()
        elif self.segment == MONTH and self.month is not None:
            self.month.table.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.panel(self.segment).search()

    def current_record(self) -> tuple[str, str] | None:
        """What the palette's actions are about."""
        if self.segment == MONTH:
            return None
        uid = self.claims.table.current_uid() if self.segment == CLAIMS else self.panel(self.segment).in_hand()
        return (self.segment, uid) if uid else None

    def refresh(self, changes: Changes) -> None:
        """Something was committed."""
        self.claims.refresh(changes)
        for one in self.panels.values():
            one.refresh(changes)
        if self.month is not None and "expense_claim" in changes.touched:
            self.month.stale()

    def _take(self) -> None:
        self.claims.drop.choose()

    def _menu(self) -> None:
        menu = QMenu(self)
        for entity, title in ELSEWHERE:
            menus.item(menu, title, partial(self.context.navigate, entity, "", "filter"))
        if self.context.may("claim.check"):
            menus.line(menu)
            menus.item(menu, "全部没付款的再查一遍", self._check_all)
        menus.line(menu)
        menus.item(menu, "导出报销单…", self.claims.exchange.export)
        menus.item(menu, "打印报销单清单", self.claims.exchange.print_list)
        menu.exec(self.more.mapToGlobal(self.more.rect().bottomLeft()))
        menu.deleteLater()

    def _check_all(self) -> None:
        self.context.ops.run("claim.check", {})
