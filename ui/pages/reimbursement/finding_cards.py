"""What the rules found, one card each: what the paper says, what it should say, what to do, and the buttons that do it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from salesdesk.domain.kinds import Money, Row
from salesdesk.modules.reimbursement.duplicates import ALIKE, RULE, Earlier
from salesdesk.modules.reimbursement.flow_model import FINDING
from salesdesk.modules.reimbursement.model import CLAIM, CLAIM_LINE
from salesdesk.modules.reimbursement.review import rule_title
from salesdesk.modules.reimbursement.voucher_model import VOUCHER
from ui.kit.freed import empty
from ui.kit.widgets import Chip, LinkButton, label, restyle, row
from ui.pages.reimbursement.voucher_strip import severity_of

MONEY = Money()
CHECKED = ("unverified", "verify_failed")
"""Rules that a check by hand settles."""
PROVED = ("papers_missing", "list_missing", "no_original")
"""Rules that a further file settles."""


class FindingCards(QWidget):
    """answer(uid): say why it may stand. reject, deduct(line uid), edit(field), check, attach, form: other
    ways. opened(claim uid)."""

    answer = Signal(str)
    reject = Signal()
    deduct = Signal(str)
    edit = Signal(str)
    check = Signal()
    attach = Signal()
    form = Signal(str, str)  # line uid, field of line or claim
    opened = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.findings: Sequence[Row] = ()
        self._shown: object = None
        self._proofs: frozenset[str] = frozenset()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)

    def show_findings(
        self, findings: Sequence[Row], twins: Sequence[Earlier], editable: bool, proofs: frozenset[str] = frozenset()
    ) -> None:
        """Show other findings; the same ones are left as they are, so that the keyboard keeps its place. proofs: rules whose
        findings nobody may let pass."""
        self._proofs = proofs
        known = ([dict(one) for one in findings], list(twins), editable, proofs)
        if known == self._shown:
            return
        self._shown, self.findings = known, findings
        empty(self._column)
        for one in findings:
            alike = twins if str(one["rule"]) == RULE else ()
            self._column.addWidget(self._card(one, alike, editable))
        self.setVisible(bool(findings))

    def first_open(self) -> str:
        """The gravest finding that wants an answer and may be given one, else the gravest; "" when there is none."""
        live = [one for one in self.findings if one["state"] == "open" and one["severity"] != "hint"]
        return next((str(one["uid"]) for one in live if not self._final(one)), str(live[0]["uid"]) if live else "")

    def _final(self, one: Row) -> bool:
        """Whether nobody may let it pass."""
        return one["severity"] == "stop" and one["rule"] in self._proofs

    def _card(self, one: Row, twins: Sequence[Earlier], editable: bool) -> QWidget:
        state = FINDING.option("state", one["state"])
        severity = severity_of(str(one["severity"]))
        live = one["state"] == "open"
        card = QFrame()
        card.setObjectName("banner")
        card.setProperty("tone", severity.tone if live and severity is not None else "neutral")
        restyle(card)
        column = QVBoxLayout(card)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(5)
        head = row(Chip(severity), label(rule_title(str(one["rule"])), "grid", bold=True), 1, spacing=8)
        if not live:
            head.addWidget(Chip(state))
        column.addLayout(head)
        slight = one["severity"] == "hint"
        if str(one["message"]) != rule_title(str(one["rule"])):
            column.addWidget(_wrapped(str(one["message"])))
        facts = None if slight else self._facts(one)
        if facts is not None:
            column.addLayout(facts)
        if one["cure"] and live:
            column.addWidget(_wrapped(f"怎么办：{one['cure']}", "text2"))
        if one["reason"]:
            who = "　".join(filter(None, (str(one["who"] or ""), str(one["at"] or "")[5:16].replace("T", " "))))
            column.addWidget(_wrapped(f"{FINDING['state'].kind.show(one['state'])}：{one['reason']}（{who}）", "text2"))
        for other in twins:
            column.addLayout(self._twin(other, str(one["message"])))
        buttons = self._buttons(one) if live and editable else []
        if buttons:
            line = row(*buttons, 1, spacing=12)
            column.addLayout(line)
        card.setAccessibleName(str(one["message"]))
        return card

    @staticmethod
    def _facts(one: Row) -> QGridLayout | None:
        known = [
            (title, str(one[key]))
            for key, title in (
                ("printed", "票上写的" if one["voucher"] else "单上写的"),
                ("expected", "也在" if one["rule"] == RULE else "应该是"),
                ("source", "依据"),
            )
            if one[key]
        ]
        if (title := field_title(one)) and title not in str(one["message"]):
            known.insert(0, ("哪一项", title))
        if one["excess"]:
            known.append(("超出", f"{MONEY.show(one['excess'])} 元"))
        if not known:
            return None
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        for number, (title, text) in enumerate(known):
            grid.addWidget(label(title, "caption", "text2"), number, 0)
            grid.addWidget(_wrapped(text, bold=title not in ("依据", "哪一项")), number, 1)
        return grid

    def _twin(self, other: Earlier, said: str) -> QVBoxLayout:
        """Who handed it in when, in which claim; a click opens that one."""
        column = QVBoxLayout()
        column.setSpacing(0)
        if other.words not in said:
            column.addWidget(_wrapped(f"{ALIKE[other.level]}：{other.words}", "text2"))
        if other.claim:
            column.addLayout(row(LinkButton(f"打开 {other.number}", partial(self.opened.emit, other.claim)), 1))
        return column

    def _buttons(self, one: Row) -> list[QWidget]:
        ways: list[tuple[str, Callable[[], object]]] = []
        if one["severity"] != "hint" and not self._final(one):
            title = "主管放行" if one["severity"] == "stop" else "说明原因"
            ways.append((f"{title} Ctrl+R", partial(self.answer.emit, str(one["uid"]))))
        if one["excess"] and one["line"]:
            ways.append((f"核减 {MONEY.show(one['excess'])}", partial(self.deduct.emit, str(one["line"]))))
        if one["voucher"]:
            if one["rule"] in CHECKED:
                ways.append(("记下查验 F6", self.check.emit))
            elif one["rule"] in PROVED:
                ways.append(("添文件", self.attach.emit))
            elif one["field"] in VOUCHER.by_key and VOUCHER[str(one["field"])].typed:
                ways.append(("改票", partial(self.edit.emit, str(one["field"]))))
            if one["severity"] != "hint":
                ways.append(("剔除这张票", self.reject.emit))
        elif one["rule"] not in PROVED:
            ways.append(("改单子", partial(self.form.emit, str(one["line"] or ""), str(one["field"] or ""))))
        return [LinkButton(title, act) for title, act in ways]


def field_title(one: Row) -> str:
    """What the value is called that a finding speaks of: of the voucher, the line or the claim; "" when it is none of theirs."""
    entity = VOUCHER if one["voucher"] else CLAIM_LINE if one["line"] else CLAIM
    key = str(one["field"] or "").partition("/")[0]
    return entity[key].title if key in entity.by_key else ""


def _wrapped(text: str, ink: str = "text", bold: bool = False) -> QLabel:
    made = label(text, "grid" if ink == "text" and not bold else "caption", ink, bold)
    made.setWordWrap(True)
    return made
