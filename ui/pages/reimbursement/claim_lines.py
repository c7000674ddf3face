"""The card with the claim's lines: heading and buttons, the grid, what is wrong, and the sums with the amount in capitals."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QFrame, QVBoxLayout

from salesdesk.domain.errors import BadValue
from salesdesk.domain.kinds import Money
from salesdesk.domain.money import amount_in_words
from ui.kit.lines_grid import LinesGrid
from ui.kit.lines_grid_paste import Pasted
from ui.kit.problem_list import ProblemList
from ui.kit.widgets import ElidedLabel, QuietButton, label, row, rule, set_ink
from ui.pages.reimbursement.claim_draft import ClaimDraft
from ui.pages.reimbursement.columns import Items, claim_columns, hidden_columns

MONEY = Money()


def yuan(fen: int) -> str:
    """ "¥1,234.50"."""
    return f"-¥{MONEY.show(-fen)}" if fen < 0 else f"¥{MONEY.show(fen)}"


def balance_words(claim: ClaimDraft) -> tuple[str, str]:
    """What is left after the loan, and the amount: ("应补", "¥120.00"), ("应退", …), ("两清", ""); nothing without a loan."""
    if not claim.loan:
        return "", ""
    if claim.balance == 0:
        return "与借款两清", ""
    return ("应补" if claim.balance > 0 else "应退"), yuan(abs(claim.balance))


class Totals(QFrame):
    """大写, 应退 or 应补, 合计."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("sunken", True)
        self.words = ElidedLabel("零元整", "grid")
        self.approved = label("", "grid", "warn")
        self.balance_title = label("", "grid", "text2")
        self.balance = label("", "subtitle", bold=True)
        self.total = label("¥0.00", "title", bold=True)
        line = row(label("大写", "grid", "text2"), self.words, self.approved, self.balance_title, self.balance,
                   label("合计", "grid", "text2"), self.total,
                   spacing=12, margins=(18, 8, 18, 8))  # fmt: skip
        line.setStretch(1, 1)
        self.setLayout(line)
        self.setFixedHeight(50)

    def show_claim(self, claim: ClaimDraft) -> None:
        """Add up."""
        try:
            words, wrong = amount_in_words(claim.total), False
        except BadValue as fault:
            words, wrong = fault.reason, True
        self.words.set_text(words)
        set_ink(self.words, "err" if wrong or claim.total < 0 else "text")
        cut = sum(line.get("cut") or 0 for line in claim.draft.lines)
        self.approved.setText(f"核减 {yuan(cut)}，核准 {yuan(claim.total - cut)}" if cut else "")
        self.approved.setVisible(bool(cut))
        title, amount = balance_words(claim)
        self.balance_title.setText(title)
        self.balance.setText(amount)
        set_ink(self.balance, "warn" if claim.balance < 0 else "text")
        for part in (self.balance_title, self.balance):
            part.setVisible(bool(part.text()))
        self.total.setText(yuan(claim.total))
        self.total.setAccessibleName(f"合计 {MONEY.show(claim.total)} 元，大写 {words}，{title}{amount}")


class ClaimLines(QFrame):
    """Puts grid, problems and sums together."""

    paste_wanted = Signal()

    def __init__(self, claim: ClaimDraft, stack: QUndoStack, items: Items) -> None:
        super().__init__()
        self.setObjectName("card")
        self._claim = claim
        self.count = label("", "caption", "text2")
        self.note = ElidedLabel("", "caption", "warn")
        self.paste = QuietButton("从 Excel 粘贴", "paste", self.paste_wanted.emit)
        self.add = QuietButton("添加行", "add", self._add)
        self.paste.setToolTip("把 Excel、WPS 里复制的区域放进来（Ctrl+V）")
        self.add.setToolTip("到空白行（Ctrl+Ins 插到当前行前面）")
        self.grid = LinesGrid(claim.draft, claim_columns(items), stack)
        self.grid.setAccessibleName("报销明细")
        self.problems = ProblemList()
        self.problems.setStyleSheet("QFrame#banner { border-radius: 0; }")
        self.totals = Totals()
        head = row(
            label("报销明细", "body", bold=True),
            self.count,
            self.note,
            self.paste,
            self.add,
            spacing=6,
            margins=(18, 6, 10, 6),
        )
        head.setStretch(2, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(rule())
        column.addWidget(self.grid, 1)
        column.addWidget(self.problems)
        column.addWidget(rule())
        column.addWidget(self.totals)
        self.grid.pasted.connect(self._pasted)
        self.setMinimumHeight(196)
        self.refresh()

    def _pasted(self, done: Pasted) -> None:
        self.say(done.text, "warn" if done.unknown else "ok")

    def say(self, text: str, tone: str = "text2") -> None:
        """Say something above the grid; "" takes it away."""
        self.note.set_text(text)
        set_ink(self.note, tone)

    def _add(self) -> None:
        self.grid.setFocus(Qt.FocusReason.OtherFocusReason)
        self.grid.go_blank()

    def arrange(self) -> None:
        """Show the columns this kind of claim needs."""
        cut = any(line.get("cut") for line in self._claim.draft.lines)
        hidden = hidden_columns(self._claim.trip, cut)
        for at, column in enumerate(self.grid.lines.columns):
            if self.grid.isColumnHidden(at) != (column.key in hidden):
                self.grid.setColumnHidden(at, column.key in hidden)
        self.grid.fit_columns()

    def refresh(self) -> None:
        """Count and add up again."""
        self.arrange()
        number = len(self._claim.draft.filled_lines())
        self.count.setText(f"{number} 行" if number else "")
        self.totals.show_claim(self._claim)

    def set_read_only(self, on: bool) -> None:
        """Lock or unlock the lines."""
        self.grid.lines.set_read_only(on)
        for one in (self.paste, self.add):
            one.setVisible(not on)
