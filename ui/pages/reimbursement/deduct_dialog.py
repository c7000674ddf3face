"""核减: what is claimed, what is cut and why, line by line; proposals of the pre-check are filled in."""

from __future__ import annotations

from typing import Any

from salesdesk.domain.draft import Draft
from salesdesk.domain.kinds import Money, Row
from salesdesk.domain.problems import Problem
from salesdesk.modules.reimbursement.deducting import DEDUCTION
from salesdesk.modules.reimbursement.review import Review
from salesdesk.services.module import Outcome
from ui.kit.lines_dialog import LinesDialog
from ui.kit.lines_grid_model import GridColumn
from ui.kit.page import PageContext
from ui.kit.widgets import label, set_ink

MONEY = Money()


class DeductDialog(LinesDialog):
    """Every line of the claim; what is cut already stands in it, what is proposed beyond is marked."""

    def __init__(self, context: PageContext, review: Review, line: str = "") -> None:
        number = review.claim["number"]
        super().__init__(
            context.window, "核减", f"{number}：改「核减」和「原因」，0 就是不核减。原因报销人看得到。", "核减", 860
        )
        self.context, self._claim = context, str(review.claim["uid"])
        proposed = {cut["line"]: cut for cut in review.cuts}
        draft = Draft(DEDUCTION, DEDUCTION, today=context.desk.today)
        for one in review.lines:
            cut = proposed.get(one["uid"])
            given = (
                {"cut": cut["cut"], "reason": cut["reason"]}
                if cut
                else {"cut": one["cut"], "reason": one["cut_reason"]}
            )
            draft.lines.append({"line": one["uid"], "told.summary": f"{one['item']} {one['summary']}", "told.amount": one["amount"],
                                "told.seq": one["seq"], **given})  # fmt: skip
        self._before = {one["uid"]: (one["cut"] or 0, one["cut_reason"] or "") for one in review.lines}
        columns = (
            GridColumn("seq", "", 36, align="center"),
            GridColumn("told.summary", "明细", 250, stretch=True, show=lambda r: str(r.get("told.summary") or "")),
            GridColumn("told.amount", "报销金额", 110, align="right", numeric=True, show=lambda r: MONEY.show(r.get("told.amount"))),
            GridColumn("cut", "核减", 100, sets="cut", needed=True, align="right", bold=True, numeric=True),
            GridColumn("told.left", "核准", 110, align="right", numeric=True, show=_left),
            GridColumn("reason", "原因", 220, sets="reason", needed=True),
        )  # fmt: skip
        self.set_lines(draft, columns, "要核减的明细", 240)
        self.show_lines()
        self.sum = label("", "body", bold=True)
        self.body.addWidget(self.sum)
        self.grid.edited.connect(self._add_up)
        if proposed:
            self.banner.say("info", f"查出 {len(proposed)} 行超标准，已按查出的填好，看过就可以核减")
        self._add_up()
        at = next(
            (i for i, one in enumerate(review.lines) if one["uid"] == line or (not line and one["uid"] in proposed)), 0
        )
        self.grid.setFocus()
        self.grid.go(at, self.grid.lines.column_of("cut"))

    def _add_up(self) -> None:
        cut = sum(one.get("cut") or 0 for one in self.draft.lines)
        claimed = sum(one.get("told.amount") or 0 for one in self.draft.lines)
        self.sum.setText(f"报销 {MONEY.show(claimed)}，核减 {MONEY.show(cut)}，核准 {MONEY.show(claimed - cut)} 元")
        set_ink(self.sum, "warn" if cut else "text")

    def answer(self) -> None:
        if not self.readable():
            return
        changed: list[int] = []
        args: list[dict[str, Any]] = []
        for i, one in enumerate(self.draft.lines):
            cut, reason = one.get("cut") or 0, str(one.get("reason") or "")
            if (cut, reason if cut else "") != (
                self._before[one["line"]][0],
                self._before[one["line"]][1] if cut else "",
            ):
                changed.append(i)
                args.append({"line": one["line"], "cut": MONEY.wire(cut), "reason": reason or None})
        if not args:
            self.accept()
            return
        self.sent = changed
        self.context.ops.run("claim.deduct", {"uid": self._claim, "lines": args}, self._done, self._refused, self.yes)

    def _done(self, outcome: Outcome) -> None:
        self.accept()

    def _refused(self, problems: tuple[Problem, ...]) -> None:
        self.refuse(problems)
        if problems:
            self.go_to(problems[0])


def _left(line: Row) -> str:
    return MONEY.show((line.get("told.amount") or 0) - (line.get("cut") or 0))


def deduct(context: PageContext, review: Review, line: str = "") -> None:
    """Ask what to cut of the lines of a claim; `line` is the one in hand first."""
    dialog = DeductDialog(context, review, line)
    dialog.exec()
    dialog.deleteLater()
