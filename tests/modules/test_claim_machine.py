"""Random lives of claims: no state is reached but by its step, every sum is true to the cent, and undo brings back exactly what was."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from salesdesk.desk import Desk
from salesdesk.domain.errors import Refused
from salesdesk.modules.reimbursement.flow import STEPS
from tests.modules.claim_desk import WHO, claim_desk, clock

TABLES = (
    "expense_claim",
    "expense_line",
    "expense_voucher",
    "claim_finding",
    "staff_loan",
    "loan_settlement",
    "claim_event",
)
STANDS = {
    "head": (),
    "check": ("head_at",),
    "passed": ("head_at", "passed_at"),
    "finance": ("head_at", "passed_at", "handed_at"),
    "paid": ("head_at", "passed_at", "handed_at", "paid_day"),
    "told": ("head_at", "passed_at", "handed_at", "paid_day", "told_at"),
}
"""What must be known of a claim in a state."""
AMOUNT = st.integers(1, 99_999).map(lambda fen: f"{fen / 100:.2f}")


class Claims(RuleBasedStateMachine):
    """A clerk (now and then a 主管) who does anything at any moment."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.desk: Desk = claim_desk(Path(self.folder.name))
        self.claims: list[str] = []
        self.vouchers: list[str] = []
        self.loans: list[str] = []
        self.states: dict[str, str] = {}

    def teardown(self) -> None:
        self.desk.close()
        self.folder.cleanup()

    def picture(self) -> dict[str, list[tuple[Any, ...]]]:
        """Everything that stands in the tables."""
        with self.desk.read() as reader:
            return {t: reader.tuples(f'SELECT * FROM "{t}" WHERE void = 0 ORDER BY uid') for t in TABLES}

    def do(self, verb: str, args: dict[str, Any], undo: bool = False) -> str:
        """Do it, or be refused; sometimes undo and redo it, which must be exact."""
        clock(self.desk).moment += timedelta(minutes=1)
        before = self.picture()
        try:
            made = self.desk.do(verb, args)
        except Refused:
            assert self.picture() == before, "what was refused left a trace"
            return ""
        uid = str(args.get("uid") or "")
        if uid in self.states and verb in STEPS:
            now = self.state(uid)
            assert self.states[uid] in STEPS[verb][0] and now in STEPS[verb][1], f"{verb}: {self.states[uid]} → {now}"
        if undo and made.changes.op:
            after = self.picture()
            self.desk.do("system.undo", {"op": made.changes.op})
            assert self.picture() == before, f"undo of {verb} is not exact"
            self.desk.do("system.redo")
            assert self.picture() == after, f"redo of {verb} is not exact"
        return made.uid

    def state(self, uid: str) -> str:
        found = self.desk.row("expense_claim", uid)
        return "void" if found is None or found["void"] else str(found["state"])

    @initialize(amount=AMOUNT)
    def begin(self, amount: str) -> None:
        uid = self.do("loan.save", {"borrower": WHO[0], "amount": amount, "purpose": "出差"})
        self.loans.append(uid)
        for who, lent in ((WHO[0], True), (WHO[1], False)):
            self.claim_of(["50", "19.99"], who, lent, False)

    @rule(
        amounts=st.lists(AMOUNT, min_size=1, max_size=3),
        who=st.sampled_from(WHO),
        lent=st.booleans(),
        undo=st.booleans(),
    )
    def claim(self, amounts: list[str], who: str, lent: bool, undo: bool) -> None:
        self.claim_of(amounts, who, lent, undo)

    def claim_of(self, amounts: list[str], who: str, lent: bool, undo: bool) -> None:
        lines = [{"item": "办公费", "summary": "x", "amount": a} for a in amounts]
        args: dict[str, Any] = {"claimant": who, "vouchers": 1, "lines": lines}
        if lent:
            args["loan_record"] = self.loans[0]
        uid = self.do("claim.save", args, undo)
        if uid:
            self.claims.append(uid)

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), verb=st.sampled_from([*STEPS, "claim.void", "claim.restore"]), undo=st.booleans())
    def step(self, data: st.DataObject, verb: str, undo: bool) -> None:
        uid = data.draw(st.sampled_from(self.fitting(*STEPS[verb][0]) if verb in STEPS else self.claims))
        args = {"uid": uid, "who": "李总", "why": "补一张", "reason": "说明过", "how": "微信"}
        wanted = {p.key for p in self.desk.registry.verbs[verb].params}
        self.do(verb, {k: v for k, v in args.items() if k in wanted and (k != "how" or verb == "claim.approve")}, undo)

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), steps=st.integers(1, 6), undo=st.booleans())
    def go_on(self, data: st.DataObject, steps: int, undo: bool) -> None:
        """The steps that are due, so that claims get far."""
        uid = data.draw(st.sampled_from(self.claims))
        for _ in range(steps):
            self.states[uid] = self.state(uid)
            self.due_step(uid, undo)

    def fitting(self, *states: str) -> list[str]:
        """The claims in some states; all when there is none."""
        return [uid for uid in self.claims if self.state(uid) in states] or self.claims

    def due_step(self, uid: str, undo: bool) -> None:
        due = {"draft": "submit", "head": "approve", "check": "pass", "passed": "hand_over", "finance": "pay", "paid": "feedback",
               "returned": "submit", "finance_returned": "submit"}  # fmt: skip
        verb = due.get(self.state(uid))
        if verb:
            args = {
                "uid": uid,
                **({"who": "李总"} if verb == "approve" else {}),
                **({"reason": "看过"} if verb == "pass" else {}),
            }
            self.do(f"claim.{verb}", args, undo)

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), amount=AMOUNT, undo=st.booleans())
    def change(self, data: st.DataObject, amount: str, undo: bool) -> None:
        uid = data.draw(st.sampled_from(self.claims))
        lines = [dict(line) for line in self.desk.lines("expense_line", uid)]
        kept = [{"uid": line["uid"], "item": "办公费", "summary": "改", "amount": amount} for line in lines[:2]]
        self.do("claim.save", {"uid": uid, "lines": kept or [{"summary": "x", "amount": amount}]}, undo)

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), cut=AMOUNT, undo=st.booleans())
    def deduct(self, data: st.DataObject, cut: str, undo: bool) -> None:
        uid = data.draw(st.sampled_from(self.fitting("check")))
        for _ in range(2):
            if self.state(uid) in ("draft", "head", "returned"):
                self.states[uid] = self.state(uid)
                self.due_step(uid, False)
        lines = [
            {"line": line["uid"], "cut": cut, "reason": "超标"} for line in self.desk.lines("expense_line", uid)[:1]
        ]
        self.do("claim.deduct", {"uid": uid, "lines": lines}, undo)

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), number=st.integers(1, 3), total=AMOUNT, undo=st.booleans())
    def hand_in(self, data: st.DataObject, number: int, total: str, undo: bool) -> None:
        uid = data.draw(st.sampled_from(self.claims))
        lines = self.desk.lines("expense_line", uid)
        args = {"claim": uid, "kind": "数电普票", "number": f"2632200000000000000{number}", "total": total}
        made = self.do("voucher.save", {**args, **({"line": lines[0]["uid"]} if lines else {})}, undo)
        if made:
            self.vouchers.append(made)

    @precondition(lambda self: self.vouchers)
    @rule(data=st.data(), verb=st.sampled_from(("accept", "reject", "restore", "move", "save")), undo=st.booleans())
    def handle(self, data: st.DataObject, verb: str, undo: bool) -> None:
        uid = data.draw(st.sampled_from(self.vouchers))
        if verb == "restore":
            self.do("voucher.reject", {"uid": uid, "why": "看错了"})
        more = {
            "reject": {"why": "抬头不对"},
            "move": {"claim": data.draw(st.sampled_from(self.claims))},
            "save": {"total": "9"},
        }
        self.do(f"voucher.{verb}", {"uid": uid, **more.get(verb, {})}, undo)

    @rule(amount=st.integers(1, 500).map(lambda fen: f"{fen / 100:.2f}"), undo=st.booleans())
    def repay(self, amount: str, undo: bool) -> None:
        self.do("loan.repay", {"uid": self.loans[0], "amount": amount}, undo)

    @rule(back=st.integers(0, 5))
    def undo_one(self, back: int) -> None:
        """Any of the last steps, wherever others stand on it."""
        with self.desk.read() as reader:
            op = reader.value("SELECT max(id) FROM operation") - back
        self.do("system.undo", {"op": op})

    @invariant()
    def sums_and_states_are_true(self) -> None:
        with self.desk.read() as reader:
            for claim in reader.rows("SELECT * FROM expense_claim WHERE void = 0"):
                lines = reader.rows("SELECT * FROM expense_line WHERE claim = ? AND void = 0", (claim["uid"],))
                amount, cut = sum(x["amount"] for x in lines), sum(x["cut"] or 0 for x in lines)
                assert (claim["amount"], claim["cut"], claim["approved"]) == (amount, cut, amount - cut)
                assert claim["payable"] == amount - cut - (claim["loan"] or 0)
                assert all(0 <= (x["cut"] or 0) <= x["amount"] for x in lines)
                for line in lines:  # what a rejection cut can be given back without touching another cut
                    own = reader.value(
                        "SELECT coalesce(sum(cut), 0) FROM expense_voucher WHERE line = ? AND void = 0", (line["uid"],)
                    )
                    assert own <= (line["cut"] or 0)
                live = reader.rows(
                    "SELECT * FROM expense_voucher WHERE claim = ? AND void = 0 AND standing != 'rejected'",
                    (claim["uid"],),
                )
                assert (claim["attached"], claim["attached_total"]) == (len(live), sum(v["total"] for v in live))
                assert all(claim[key] for key in STANDS.get(claim["state"], ())), claim["state"]
                if claim["state"] in ("check", "passed", "finance", "paid", "told"):
                    assert amount <= claim["head_amount"]
            for loan in reader.rows("SELECT * FROM staff_loan WHERE void = 0"):
                settled = reader.value(
                    "SELECT coalesce(sum(amount), 0) FROM loan_settlement WHERE loan = ? AND void = 0", (loan["uid"],)
                )
                assert loan["settled"] == settled <= loan["amount"] and loan["rest"] == loan["amount"] - settled
                assert loan["settled"] + loan["reserved"] <= loan["amount"]
        self.states = {uid: self.state(uid) for uid in self.claims}


TestClaims = Claims.TestCase
TestClaims.settings = settings(max_examples=8, stateful_step_count=25, deadline=None)
