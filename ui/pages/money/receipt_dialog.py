"""Writes down money that came in: the oldest debts are settled by themselves, every amount may be typed over."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from salesdesk.domain.draft import Draft
from salesdesk.domain.kinds import Money, Row
from salesdesk.domain.problems import Problem
from salesdesk.modules.money import queries
from salesdesk.modules.money.model import METHOD, RECEIPT, RECEIPT_LINE
from salesdesk.modules.money.rules import Target, bucket, propose
from ui.kit.editor_base import Editor, LineEditor, wire_of
from ui.kit.editors import ChoiceEdit, DayEdit
from ui.kit.lines_grid_model import GridColumn
from ui.kit.page import PageContext
from ui.kit.pick_edit import EntityPick
from ui.kit.verb_lines import VerbLines, ask_lines, put_lines
from ui.kit.widgets import FieldLabel, QuietButton, label, labelled, row, set_ink

MONEY = Money()
PLACES = (
    ("customer", 0, 0, 2), ("amount", 0, 2, 1), ("day", 0, 3, 1),
    ("method", 1, 0, 1), ("account", 1, 1, 1), ("reference", 1, 2, 1), ("note", 1, 3, 1),
)  # fmt: skip
COLUMNS = (
    GridColumn("seq", "", 34, align="center"),
    GridColumn("owed.kind", "类别", 60, faint=True),
    GridColumn("owed.number", "单号", 150, stretch=True),
    GridColumn("owed.day", "日期", 92, faint=True),
    GridColumn("owed.due", "到期", 92, faint=True),
    GridColumn("owed.late", "账龄", 90, faint=True),
    GridColumn("owed.open", "未收", 110, align="right", faint=True, numeric=True),
    GridColumn("amount", "本次核销", 120, sets="amount", needed=True, align="right", numeric=True),
)


class ReceiptDialog(VerbLines):
    """A new receipt, or an old one whose settling is changed. What is left over stays 预收."""

    verb = "receipt.save"
    ask = "要登记，请写明原因"

    def __init__(self, context: PageContext, parent: QWidget | None, uid: str = "", preset: Row | None = None) -> None:
        super().__init__(context, parent, "登记回款" if not uid else "核销回款", "登记" if not uid else "保存")
        self.uid = uid
        self._row: Row = (context.desk.row("receipt", uid) or {}) if uid else dict(preset or {})
        self._by_hand = bool(uid)
        self._asked = 0
        self.hint.setText("填上客户和金额，最早到期的先冲；金额可以改，冲不完的留作预收，以后再核销。")
        self.hint.show()
        form = QGridLayout()
        form.setHorizontalSpacing(14)
        for key, line, column, wide in PLACES:
            form.addWidget(self._cell(key), line, column, 1, wide)
            form.setColumnStretch(column, 1)
        self.body.addLayout(form)
        self.set_lines(Draft(RECEIPT, RECEIPT_LINE, today=context.desk.today), COLUMNS, "核销明细", 230)
        self.sum = label("", "grid", "text2")
        self.auto = QuietButton("按账龄自动核销", "flash", self.settle_by_age)
        self.none = QuietButton("都不核销", "dismiss", self.settle_nothing)
        self.body.addSpacing(4)
        self.body.addLayout(row(label("冲哪几笔", "body", bold=True), self.sum, 1, self.auto, self.none, spacing=8))
        self.show_lines()
        self.grid.edited.connect(self._typed)
        self._customer.picked.connect(self._read)
        for name in ("changed", "committed"):
            getattr(self.editors["amount"], name).connect(self._amount_typed)
        self.resize(900, 620)
        self._show([])
        if self._customer.uid:
            self._read()
        (self.editors["amount"] if self._customer.uid else self._customer).setFocus(Qt.FocusReason.OtherFocusReason)

    def _cell(self, key: str) -> QWidget:
        field, desk = RECEIPT[key], self.context.desk
        editor: Editor
        if key == "customer":
            editor = self._customer = EntityPick(desk, field, can_create=False)
            if self._row.get("customer"):
                self._customer.choose(str(self._row["customer"]))
        elif key == "day":
            editor = DayEdit(field, desk.today)
            editor.set_value(self._row.get("day") or desk.today)
        elif field.kind is METHOD:
            editor = ChoiceEdit(field, desk.today)
            editor.set_value(self._row.get(key) or field.default)
        else:
            editor = LineEditor(field, desk.today)
            editor.set_value(self._row.get(key))
        self.editors[key] = editor
        return labelled(FieldLabel(field.title, field.required), editor)

    # -- what can be settled -------------------------------------------------------------------------------------------

    @property
    def amount(self) -> int:
        """分 that came in, as far as it can be read yet."""
        editor = self.editors["amount"]
        try:
            found = RECEIPT["amount"].kind.parse(editor.text(), self.context.desk.today)  # type: ignore[attr-defined]
        except ValueError:
            return 0
        return int(found or 0)

    def _read(self, *_: object) -> None:
        desk, customer, uid = self.context.desk, self._customer.uid, self.uid
        if not customer:
            self._show([])
            return

        def read() -> tuple[list[Target], dict[tuple[str, str], int]]:
            with desk.read() as reader:
                return queries.targets(reader, customer, uid), queries.held(reader, uid)

        self.context.ops.read(read, self._arrived, token=f"receipt {id(self)}")

    def _arrived(self, found: tuple[list[Target], dict[tuple[str, str], int]]) -> None:
        targets, held = found
        self._show(targets, held)
        if not self._by_hand:
            self.settle_by_age()

    def _show(self, targets: list[Target], held: dict[tuple[str, str], int] | None = None) -> None:
        self.targets = targets
        today = self.context.desk.today
        lines = [
            {
                "invoice": t.invoice or None,
                "order": t.order or None,
                "amount": (held or {}).get((t.invoice, t.order)),
                "owed.kind": t.kind,
                "owed.number": t.number,
                "owed.day": t.day,
                "owed.due": t.due if t.due < "9999" else "没到收款",
                "owed.late": queries.BUCKETS[bucket(t.due, today)] if t.due < "9999" else "",
                "owed.open": MONEY.show(t.open),
            }
            for t in targets
        ]
        put_lines(self, lines)
        self.auto.setEnabled(bool(targets))
        self.none.setEnabled(bool(targets))
        self._add_up()

    def settle_by_age(self) -> None:
        """The oldest due first; deposits for later orders only where somebody types them."""
        debts = [i for i, t in enumerate(self.targets) if t.kind != "订金"]
        parts = dict(zip(debts, propose(self.amount, [self.targets[i] for i in debts]), strict=True))
        self._set({i: parts.get(i) or None for i in range(len(self.targets))}, "按账龄自动核销")
        self._by_hand = False

    def settle_nothing(self) -> None:
        """All of it stays 预收."""
        self._set(dict.fromkeys(range(len(self.targets))), "都不核销")
        self._by_hand = True

    def _set(self, wanted: dict[int, int | None], title: str) -> None:
        if not wanted:
            self._add_up()
            return
        self.grid.settle()

        def act() -> None:
            for i, amount in wanted.items():
                self.draft.put(f"lines/{i}/amount", amount)

        self.grid.edited.disconnect(self._typed)
        self.grid.lines.change(title, 0, len(wanted), act)
        self.grid.edited.connect(self._typed)
        self._add_up()

    def _typed(self) -> None:
        self._by_hand = True
        self._add_up()

    def _amount_typed(self) -> None:
        if not self._by_hand:
            self.settle_by_age()
        else:
            self._add_up()

    def _add_up(self) -> None:
        used = sum(line.get("amount") or 0 for line in self.draft.lines)
        rest = self.amount - used
        if not self._customer.uid:
            text, ink = "先选客户", "text2"
        elif not self.targets:
            text, ink = f"这个客户没有欠款，{MONEY.show(self.amount)} 元全部留作预收", "text2"
        elif rest < 0:
            text, ink = f"核销 {MONEY.show(used)}，比收到的多 {MONEY.show(-rest)}", "err"
        else:
            text, ink = f"核销 {MONEY.show(used)}，留作预收 {MONEY.show(rest)}", "text2"
        self.sum.setText(text)
        set_ink(self.sum, ink)
        self.grid.lines.set_problems(
            [
                Problem(f"只有 {MONEY.show(t.open)} 可核销", "请改小", path=f"lines/{i}/amount", code="over_settled")
                for i, (t, line) in enumerate(zip(self.targets, self.draft.lines, strict=True))
                if (line.get("amount") or 0) > t.open
            ]
        )

    # -- doing ---------------------------------------------------------------------------------------------------------

    def args(self) -> dict[str, Any]:
        args: dict[str, Any] = {"uid": self.uid, "seen": self._row.get("seen")} if self.uid else {}
        args |= wire_of(self.editors)
        args["customer"] = self._customer.uid
        self.sent = [i for i, line in enumerate(self.draft.lines) if line.get("amount")]
        args["lines"] = [
            {
                "invoice": self.draft.lines[i]["invoice"],
                "order": self.draft.lines[i]["order"],
                "amount": MONEY.wire(self.draft.lines[i]["amount"]),
            }
            for i in self.sent
        ]
        return args


def receive(context: PageContext, uid: str = "", preset: Row | None = None) -> str:
    """Ask for a receipt; returns its uid, "" when given up."""
    return ask_lines(ReceiptDialog(context, context.window, uid, preset))
