"""The card with the claim's lines: heading and buttons, the grid, what is wrong, and the sums with the amount in capitals."""

from __future__ import annotations

from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QFrame

from salesdesk.domain.errors import BadValue
from salesdesk.domain.kinds import Money
from salesdesk.domain.money import amount_in_words
from ui.kit.lines_grid import LinesGrid
from ui.kit.problem_list import ProblemList
from ui.kit.typed_lines import LinesFrame
from ui.kit.widgets import ElidedLabel, label, row, set_ink
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


class ClaimLines(LinesFrame):
    """Puts grid, problems and sums together."""

    def __init__(self, claim: ClaimDraft, stack: QUndoStack, items: Items) -> None:
        super().__init__("报销明细", LinesGrid(claim.draft, claim_columns(items), stack))
        self._claim = claim
        self.problems = ProblemList()
        self.problems.setStyleSheet("QFrame#banner { border-radius: 0; }")
        self.totals = Totals()
        self.lay_out(self.problems, self.totals)
        self.setMinimumHeight(196)
        self.refresh()

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
