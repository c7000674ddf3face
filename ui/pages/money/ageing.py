"""账龄: who owes, for how long, with the papers behind each sum and what was said about it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout

from salesdesk.domain.kinds import Money, Row
from salesdesk.modules.money import queries
from salesdesk.modules.money.queries import BUCKETS, Claim, Exposure
from ui.kit.page import PageContext
from ui.kit.reading_view import ReadingView, halves
from ui.kit.row_table import RowTable
from ui.kit.widgets import Card, ElidedLabel, EmptyState, button, label, row
from ui.pages.money.receipt_dialog import receive

MONEY = Money()
KEYS = ("b0", "b1", "b2", "b3", "b4")
_OPENS = {"发票": "sales_invoice", "送货": "delivery", "期初": "customer"}


def _show(amount: int) -> str:
    return MONEY.show(amount) if amount else ""


class AgeingView(ReadingView):
    """The list at the left, at the right the debts of the customer in hand; Enter on a debt opens its paper."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._rows: list[Row] = []
        self._claims: list[Claim] = []
        self.told = label("", "grid", "text2")
        self.list = RowTable("各客户账龄", ("客户", *BUCKETS, "应收余额"), range(1, 7), least=170)
        for column in range(1, 7):
            self.list.setColumnWidth(column, 98 if column < 6 else 106)
        self.list.selectionModel().currentRowChanged.connect(self._picked)
        self.list.opened.connect(self._into_debts)
        left = Card(margins=(1, 10, 1, 1))
        left.body.addLayout(row(self.told, 1, margins=(14, 0, 14, 0)))
        left.body.addWidget(self.list, 1)
        self.none = EmptyState("checkmark_circle", "没有人欠款", "发了货或开了票还没收到的款，会按到期日排在这里。")
        left.body.addWidget(self.none, 1)
        self.none.hide()
        self.name = ElidedLabel("", "subtitle", bold=True)
        self.sums = label("", "grid", "text2")
        self.sums.setWordWrap(True)
        self.debts = RowTable("这个客户的欠款", ("单据", "到期", "逾期", "金额"), (3,))
        self.debts.opened.connect(self._open)
        for column, width in ((1, 92), (2, 62), (3, 92)):
            self.debts.setColumnWidth(column, width)
        self.calls = RowTable("催款记录", ("说了什么", "时间", "下次"), ())
        for column, width in ((1, 96), (2, 96)):
            self.calls.setColumnWidth(column, width)
        self.chase = button("记催款", "phone", primary=True, clicked=self._chase)
        self.pay = button("登记回款", "money", clicked=self._receive)
        self.bill = button("对账单", "document", clicked=self._statement)
        self.right = Card(margins=(16, 12, 16, 12))
        self.right.setMinimumWidth(380)
        for part in (self.name, self.sums):
            self.right.body.addWidget(part)
        self.right.body.addLayout(row(self.chase, self.pay, self.bill, 1, spacing=8))
        self.right.body.addWidget(self.debts, 3)
        self.right.body.addWidget(label("催款记录", "body", bold=True))
        self.right.body.addWidget(self.calls, 2)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(halves(left, self.right, (760, 430)))

    def _into_debts(self, *_: object) -> None:
        self.debts.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- reading -------------------------------------------------------------------------------------------------------

    def read(self) -> None:
        """Read the table beside the window."""
        desk = self.desk

        def read() -> list[Row]:
            with desk.read() as reader:
                return queries.ageing_table(reader, desk.today)

        self.beside(read, self._arrived, "ageing")

    def _arrived(self, rows: list[Row]) -> None:
        held = self._rows[self.list.currentIndex().row()]["uid"] if self.list.currentIndex().row() >= 0 else ""
        self._rows = rows
        sums = [sum(r[k] for r in rows) for k in KEYS]
        late = sum(sums[1:])
        self.told.setText(f"{len(rows)} 户欠款 {MONEY.show(sum(sums))}，其中逾期 {MONEY.show(late)}" if rows else "")
        whole = ("合计", *(_show(n) for n in sums), MONEY.show(sum(r["owed"] or 0 for r in rows)))
        texts = [(str(r["name"]), *(_show(r[k]) for k in KEYS), MONEY.show(r["owed"] or 0)) for r in rows]
        inks = {
            (i, c): ("err" if c >= 3 else "warn") for i, r in enumerate(rows) for c in range(2, 6) if r[KEYS[c - 1]] > 0
        }
        self.list.rows.put([*texts, whole] if rows else [], inks=inks)
        self.list.setVisible(bool(rows))
        self.none.setVisible(not rows)
        self.right.setVisible(bool(rows))
        if rows:
            at = next((i for i, r in enumerate(rows) if r["uid"] == held), 0)
            self.list.setCurrentIndex(self.list.rows.index(at, 0))

    @property
    def customer(self) -> str:
        """Uid of the customer in hand, "" on the line of sums."""
        at = self.list.currentIndex().row()
        return str(self._rows[at]["uid"]) if 0 <= at < len(self._rows) else ""

    def _picked(self, *_: object) -> None:
        uid, desk = self.customer, self.desk
        for part in (self.chase, self.pay, self.bill):
            part.setEnabled(bool(uid))
        if not uid:
            return

        def read() -> tuple[Exposure, list[Claim], list[Row]]:
            with desk.read() as reader:
                return queries.exposure(reader, uid), queries.claims(reader, uid), list(queries.chases(reader, uid))

        self.beside(read, self._show_customer, "debts")

    def _show_customer(self, found: tuple[Exposure, list[Claim], list[Row]]) -> None:
        have, self._claims, calls = found
        at = self.list.currentIndex().row()
        if not 0 <= at < len(self._rows):
            return
        today = self.desk.today
        self.name.set_text(str(self._rows[at]["name"]))
        parts = (
            ("未收", have.unpaid),
            ("已发未开票", have.unbilled),
            ("已订未发", have.undelivered),
            ("预收", have.deposit),
        )
        self.sums.setText("　".join(f"{name} {MONEY.show(n)}" for name, n in parts if n))
        texts, inks = [], {}
        for i, one in enumerate(self._claims):
            late = one.late(today)
            texts.append((f"{one.kind} {one.number}".replace("期初 期初", "期初"), one.due, f"{late} 天" if late else "未到期",
                          MONEY.show(one.amount)))  # fmt: skip
            if late:
                inks[i, 2] = "err" if late > 30 else "warn"
        self.debts.rows.put(texts, inks=inks)
        self.calls.rows.put(
            [
                (" · ".join(filter(None, (c["who"], c["said"]))), str(c["at"] or "")[:10], str(c["next_day"] or ""))
                for c in calls
            ]
        )

    # -- doing ---------------------------------------------------------------------------------------------------------

    def _open(self, at: int) -> None:
        one = self._claims[at]
        if one.kind == "送货" and one.order:
            self.context.show_record("sales_order", one.order)
        else:
            self.context.show_record(_OPENS[one.kind], one.uid)

    def _chase(self) -> None:
        self.context.perform("customer.chase", {"uid": self.customer})

    def _receive(self) -> None:
        receive(self.context, preset={"customer": self.customer})

    def _statement(self) -> None:
        self.context.perform("statement.make", {"customer": self.customer})
