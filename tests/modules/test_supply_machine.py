"""Random lives of a cupboard: the stock is always what the ledger says, every cent is somewhere, and undo is exact."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from salesdesk.desk import Desk
from salesdesk.domain.errors import Refused
from tests.modules.supply_desk import BEAMER, PAPER, PEN, later, supply_desk

TABLES = (
    "supply", "supply_move", "supply_order", "supply_order_line", "supply_arrival", "supply_arrival_line", "supply_issue",
    "supply_issue_line", "supply_back", "supply_request", "supply_request_line",
    "supply_plan", "supply_plan_line", "supply_count", "supply_count_line", "supply_sheet", "supply_entry",
)  # fmt: skip
CODE = st.sampled_from((PAPER, PEN))
QTY = st.integers(1, 9)
PICK = st.integers(0, 99)
UNDO = st.booleans()


class Cupboard(RuleBasedStateMachine):
    """A clerk who does anything at any moment."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.desk: Desk = supply_desk(Path(self.folder.name))
        self.desk.settings.put("operator.role", "manager")
        self.desk.do("supply_quota.save", {"supply": PEN, "qty": 6})
        self.desk.do("supply_budget.save", {"month": self.desk.today[:7], "amount": "300"})

    def teardown(self) -> None:
        self.desk.close()
        self.folder.cleanup()

    def picture(self) -> dict[str, list[tuple[Any, ...]]]:
        """Everything that stands in the tables."""
        with self.desk.read() as reader:
            return {t: reader.tuples(f'SELECT * FROM "{t}" WHERE void = 0 ORDER BY uid') for t in TABLES}

    def do(self, verb: str, args: dict[str, Any], undo: bool = False) -> None:
        """Do it, or be refused without a trace; sometimes undo and redo it, which must be exact."""
        later(self.desk, minutes=1)
        before = self.picture()
        try:
            made = self.desk.do(verb, args)
        except Refused:
            assert self.picture() == before, "what was refused left a trace"
            return
        if undo and made.changes.touched:
            after = self.picture()
            self.desk.do("system.undo", {"op": made.changes.op})
            assert self.picture() == before, f"undo of {verb} is not exact"
            self.desk.do("system.redo")
            assert self.picture() == after, f"redo of {verb} is not exact"

    def one(self, entity: str, pick: int) -> Any:
        """Some live record, None when there is none."""
        rows = self.desk.rows(entity)
        return rows[pick % len(rows)] if rows else None

    @rule(code=CODE, qty=QTY, price=st.integers(0, 900), undo=UNDO)
    def buy(self, code: str, qty: int, price: int, undo: bool) -> None:
        lines = [{"supply": code, "qty": qty, "price": f"{price / 100:.2f}"}]
        self.do("supply_order.save", {"vendor": "晨光文具", "lines": lines}, undo)

    @rule(pick=PICK, came=st.integers(0, 12), kept=st.integers(0, 12), undo=UNDO)
    def arrive(self, pick: int, came: int, kept: int, undo: bool) -> None:
        order = self.one("supply_order", pick)
        if order:
            line = self.desk.lines("supply_order_line", order["uid"])[0]
            lines = [{"order_line": line["uid"], "sent": came, "accepted": kept, "reason": "差"}]
            self.do("supply_arrival.inspect", {"order": order["uid"], "lines": lines, "reason": "收"}, undo)

    @rule(code=CODE, qty=QTY, undo=UNDO)
    def take(self, code: str, qty: int, undo: bool) -> None:
        self.do("supply_issue.hand_out", {"staff": "张伟", "lines": [{"supply": code, "qty": qty}]}, undo)

    @rule(code=CODE, qty=QTY, undo=UNDO)
    def ask(self, code: str, qty: int, undo: bool) -> None:
        self.do("supply_request.save", {"staff": "张伟", "lines": [{"supply": code, "qty": qty}]}, undo)

    @rule(pick=PICK, qty=QTY, how=st.sampled_from(("hand_out", "refuse", "void")), why=st.booleans(), undo=UNDO)
    def settle(self, pick: int, qty: int, how: str, why: bool, undo: bool) -> None:
        request = self.one("supply_request", pick)
        if not request:
            return
        if how != "hand_out":
            more = {"why": "够用"} if how == "refuse" else {}
            self.do(f"supply_request.{how}", {"uid": request["uid"], **more}, undo)
            return
        line = self.desk.lines("supply_request_line", request["uid"])[0]
        reason = {"reason": "赶标书"} if why else {}
        args = {"staff": "张伟", "request": request["uid"], "lines": [{"supply": line["supply"], "qty": qty}], **reason}
        self.do("supply_issue.hand_out", args, undo)

    @rule(pick=PICK, step=st.sampled_from(("make", "revise", "approve", "order", "void")), why=st.booleans(), undo=UNDO)
    def plan(self, pick: int, step: str, why: bool, undo: bool) -> None:
        reason = {"reason": "下月备货"} if why else {}
        plan = self.one("supply_plan", pick)
        if step == "make":
            self.do("supply_plan.make", reason, undo)
        elif plan and step == "revise":
            lines = self.desk.lines("supply_plan_line", plan["uid"])
            less = [{"uid": one["uid"], "supply": one["supply"], "qty": pick % 3} for one in lines]
            self.do("supply_plan.revise", {"uid": plan["uid"], "lines": less}, undo)
        elif plan:
            self.do(f"supply_plan.{step}", {"uid": plan["uid"], **reason}, undo)

    @rule(undo=UNDO)
    def lend(self, undo: bool) -> None:
        args = {"staff": "李娜", "kind": "借用", "due": "+2", "lines": [{"supply": BEAMER, "qty": 1}]}
        self.do("supply_issue.hand_out", args, undo)

    @rule(pick=PICK, qty=st.integers(1, 4), how=st.sampled_from(("完好", "损坏", "丢失")), undo=UNDO)
    def give_back(self, pick: int, qty: int, how: str, undo: bool) -> None:
        slip = self.one("supply_issue", pick)
        if slip:
            line = self.desk.lines("supply_issue_line", slip["uid"])[0]
            one = {"issue_line": line["uid"], "qty": qty, "condition": how, "note": "说明"}
            self.do("supply_issue.give_back", {"uid": slip["uid"], "lines": [one]}, undo)

    @rule(pick=PICK, what=st.sampled_from(("supply_issue", "supply_arrival", "supply_back", "supply_move")), undo=UNDO)
    def take_back(self, pick: int, what: str, undo: bool) -> None:
        row = self.one(what, pick)
        if row:
            self.do(f"{what}.void", {"uid": row["uid"]}, undo)

    @rule(code=CODE, counted=st.integers(0, 20), why=st.sampled_from(("丢失", "从前点错", "用掉没登记")), undo=UNDO)
    def count(self, code: str, counted: int, why: str, undo: bool) -> None:
        open_ = [r for r in self.desk.rows("supply_count") if r["state"] != "booked"]
        if not open_:
            self.do("supply_count.plan", {"counters": "王敏"})
            open_ = [r for r in self.desk.rows("supply_count") if r["state"] != "booked"]
        uid = open_[0]["uid"]
        books = {row["uid"]: row["on_hand"] for row in self.desk.rows("supply")}
        mine = next(row["uid"] for row in self.desk.rows("supply") if row["code"] == code)
        for turn in (1, 2):
            for sheet in [s for s in self.desk.rows("supply_sheet") if s["count"] == uid and s["turn"] == turn]:
                lines = [
                    {
                        "supply": e["supply"],
                        "counted": counted if e["supply"] == mine else str(books[e["supply"]] / 1000),
                    }
                    for e in self.desk.lines("supply_entry", sheet["uid"])
                ]
                self.do("supply_sheet.enter", {"uid": sheet["uid"], "lines": lines})
            self.do("supply_count.second", {"uid": uid, "counter": "李强"}) if turn == 1 else None
        lines = [
            {"uid": line["uid"], "why": why if line["difference"] < 0 else "从前点错"}
            for line in self.desk.lines("supply_count_line", uid)
            if line["difference"]
        ]
        self.do("supply_count.explain", {"uid": uid, "lines": lines})
        self.do("supply_count.book", {"uid": uid}, undo)

    @rule()
    def undo_last(self) -> None:
        if self.desk.last_undoable() is not None:
            self.do("system.undo", {})

    @invariant()
    def stock_is_what_the_ledger_says(self) -> None:
        qty: dict[str, int] = defaultdict(int)
        value: dict[str, int] = defaultdict(int)
        for move in self.desk.rows("supply_move"):
            qty[move["supply"]] += move["qty"]
            value[move["supply"]] += move["amount"]
        for row in self.desk.rows("supply"):
            assert (row["on_hand"], row["value"]) == (qty[row["uid"]], value[row["uid"]])
            assert row["on_hand"] >= 0 and row["value"] >= 0 and (row["on_hand"] or not row["value"])

    @invariant()
    def papers_agree_with_the_ledger(self) -> None:
        moved: dict[str, int] = defaultdict(int)
        for move in self.desk.rows("supply_move"):
            moved[move["source"]] += move["amount"]
        for slip in self.desk.rows("supply_issue"):
            lines = self.desk.lines("supply_issue_line", slip["uid"])
            assert slip["amount"] == sum(line["amount"] for line in lines) == -sum(moved[line["uid"]] for line in lines)
            assert all(0 <= line["back"] <= line["qty"] for line in lines)
        for arrival in self.desk.rows("supply_arrival"):
            lines = self.desk.lines("supply_arrival_line", arrival["uid"])
            assert arrival["amount"] == sum(moved[line["uid"]] for line in lines)
            assert all(line["sent"] == line["accepted"] + line["returned"] for line in lines)
        for request in self.desk.rows("supply_request"):
            lines = self.desk.lines("supply_request_line", request["uid"])
            done = all(line["issued"] >= line["qty"] for line in lines)
            assert (request["state"] == "refused") == bool(request["refused"])
            assert request["refused"] or (request["state"] == "done") == done
        for plan in self.desk.rows("supply_plan"):
            lines = self.desk.lines("supply_plan_line", plan["uid"])
            assert plan["amount"] == sum(line["amount"] for line in lines)
            assert (plan["state"] == "draft") == (plan["approved_by"] is None)
        assert sum(p["state"] != "ordered" for p in self.desk.rows("supply_plan")) <= 1, "one open plan at a time"
        under_way: dict[str, int] = defaultdict(int)
        for order in self.desk.rows("supply_order"):
            for line in self.desk.lines("supply_order_line", order["uid"]):
                under_way[line["supply"]] += max(0, line["qty"] - line["arrived"])
        assert all((row["on_order"] or 0) == under_way[row["uid"]] for row in self.desk.rows("supply"))


TestCupboard = Cupboard.TestCase
TestCupboard.settings = settings(max_examples=6, stateful_step_count=14, deadline=None)
