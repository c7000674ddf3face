"""What stands beside a claim: the way it went so far, how it settles with the loan, what it went for, and earlier claims."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from salesdesk.desk import Desk
from salesdesk.domain import dates
from salesdesk.domain.kinds import Row
from salesdesk.modules.reimbursement import queries
from salesdesk.modules.reimbursement.review import Review
from ui.kit.charts import ProgressLine
from ui.kit.fact import Fact
from ui.kit.steps import Timeline
from ui.kit.widgets import Card, ElidedLabel, LinkButton, label, row, rule
from ui.pages.reimbursement.claim_draft import ClaimDraft
from ui.pages.reimbursement.claim_lines import balance_words, yuan
from ui.pages.reimbursement.claim_steps import last_said, steps_of

WIDTH = 264
MARGINS = (16, 13, 16, 13)
SHOWN_SHARES = 6


@dataclass(frozen=True)
class Beside:
    """What was read for the panel."""

    claimant: str
    earlier: list[Row] = field(default_factory=list)


def look_beside(desk: Desk, claimant: str, but: str) -> Beside:
    """The person's earlier claims."""
    with desk.read() as reader:
        return Beside(claimant, queries.earlier_claims(reader, claimant, but) if claimant else [])


class Settling(Card):
    """合计, 原借款, and what is paid out or given back."""

    def __init__(self) -> None:
        super().__init__("结算", margins=MARGINS)
        self.body.setSpacing(2)
        self.total, self.loan, self.left = Fact("费用合计"), Fact("原借款"), Fact("应付", size="subtitle", bold=True)
        self.vouchers, self.printed = Fact("附单据"), Fact("打印")
        for part in (self.total, self.loan, self.left, rule(), self.vouchers, self.printed):
            self.body.addWidget(part)

    def show_claim(self, claim: ClaimDraft) -> None:
        """Bring it up to date."""
        self.total.say(yuan(claim.total))
        self.loan.say(yuan(claim.loan) if claim.loan else "没有")
        name, amount = balance_words(claim)
        if not name:
            name, amount = "应付", yuan(claim.total)
        self.left.say(
            amount or "¥0.00",
            "warn" if claim.balance < 0 else "text",
            {"应补": "应补给本人", "应退": "本人应退回"}.get(name, name),
        )
        vouchers = claim.draft.values.get("vouchers")
        counted = claim.row.get("attached") or 0
        told = f"{vouchers} 张" if vouchers is not None else f"{counted} 张（登记的）" if counted else "没填"
        self.vouchers.say(told, "text2" if told == "没填" else "text")
        if claim.prints:
            last = str(claim.prints[0]["printed_at"])
            day = "今天" if last[:10] == claim.draft.today else last[5:10]
            self.printed.say(f"{len(claim.prints)} 次，最近 {day} {last[11:16]}")
        else:
            self.printed.say("还没打印", "text2")


class Steps(Card):
    """The way of the claim: done steps with who and when, the present state, what comes after."""

    def __init__(self) -> None:
        super().__init__("进度", margins=MARGINS)
        self.body.setSpacing(2)
        self.line = Timeline("报销进度")
        self.told = label("", "caption", "text2")
        self.told.setWordWrap(True)
        self.body.addWidget(self.line)
        self.body.addWidget(self.told)

    def show_review(self, review: Review | None, today: str) -> None:
        """Bring it up to date; hidden for a claim that is not stored."""
        self.setVisible(review is not None)
        if review is not None:
            self.line.set_steps(steps_of(review, today))
            said = last_said(review)
            self.told.setText(said)
            self.told.setVisible(bool(said))


class Shares(Card):
    """What the money went for, the largest first."""

    def __init__(self) -> None:
        super().__init__("费用构成", margins=MARGINS)
        self.body.setSpacing(3)
        self._known: list[tuple[str, int]] = []
        self._facts: list[tuple[Fact, ProgressLine]] = []
        for _ in range(SHOWN_SHARES):
            fact, bar = Fact(""), ProgressLine("占比")
            bar.setFixedHeight(6)
            self.body.addWidget(fact)
            self.body.addWidget(bar)
            self._facts.append((fact, bar))

    def show_claim(self, claim: ClaimDraft) -> None:
        """Bring it up to date; hidden while there is nothing to divide."""
        shares = [(name, amount) for name, amount in claim.shares() if amount > 0]
        if len(shares) > SHOWN_SHARES:
            rest = sum(amount for _, amount in shares[SHOWN_SHARES - 1 :])
            shares = [*shares[: SHOWN_SHARES - 1], (f"其余 {len(shares) - SHOWN_SHARES + 1} 项", rest)]
        whole = sum(amount for _, amount in shares)
        self.setVisible(bool(shares))
        for at, (fact, bar) in enumerate(self._facts):
            known = at < len(shares)
            fact.setVisible(known)
            bar.setVisible(known)
            if known:
                fact.say(yuan(shares[at][1]), name=shares[at][0])
                bar.set_share(shares[at][1] / whole)


class Earlier(Card):
    """The person's latest other claims; a click opens one."""

    opened = Signal(str)

    def __init__(self) -> None:
        super().__init__("最近报销", margins=MARGINS)
        self.body.setSpacing(2)
        self._lines: list[QWidget] = []

    def show_beside(self, beside: Beside, today: str) -> None:
        """Show another person's claims; hidden when there are none."""
        self.setVisible(bool(beside.earlier))
        self.title.setText(f"{beside.claimant} 最近报销")
        for line in self._lines:
            line.hide()
            line.deleteLater()
        self._lines = []
        for claim in beside.earlier:
            day = ElidedLabel(dates.show_day_short(str(claim["day"]), today).split()[0], "caption", "text2")
            amount = LinkButton(yuan(claim["amount"] or 0), partial(self.opened.emit, str(claim["uid"])))
            amount.setAccessibleName(f"打开 {claim['number']}，{yuan(claim['amount'] or 0)}")
            amount.setToolTip(str(claim["number"]))
            line = QWidget()
            parts = row(day, amount, spacing=6)
            parts.setStretch(0, 1)
            line.setLayout(parts)
            line.setFixedHeight(26)
            self.body.addWidget(line)
            self._lines.append(line)


class SidePanel(QScrollArea):
    """The cards below one another; scrolls on low screens."""

    opened = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(WIDTH + 12)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("报销单旁边的情况")
        inner = QWidget()
        inner.setObjectName("scrolled")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 12, 0)
        column.setSpacing(12)
        self.steps, self.settling, self.shares, self.earlier = Steps(), Settling(), Shares(), Earlier()
        self.earlier.opened.connect(self.opened)
        for part in (self.steps, self.settling, self.shares, self.earlier):
            column.addWidget(part)
        self.steps.hide()
        self.earlier.hide()
        column.addStretch(1)
        self.setWidget(inner)

    def show_claim(self, claim: ClaimDraft) -> None:
        """Bring the sums up to date."""
        self.settling.show_claim(claim)
        self.shares.show_claim(claim)

    def show_review(self, review: Review | None, today: str) -> None:
        """Show how far it came."""
        self.steps.show_review(review, today)

    def show_beside(self, beside: Beside, today: str) -> None:
        """Show what was read."""
        self.earlier.show_beside(beside, today)
