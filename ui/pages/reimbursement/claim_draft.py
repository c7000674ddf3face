"""A claim while it is typed: knows the person's department, gives every line its item, adds up and checks itself."""

from __future__ import annotations

import re
from typing import Any

from salesdesk.desk import Desk
from salesdesk.domain.clock import new_uid
from salesdesk.domain.draft import Draft
from salesdesk.domain.kinds import Option, Row
from salesdesk.domain.problems import Problem
from salesdesk.modules.reimbursement import queries
from salesdesk.modules.reimbursement.model import CLAIM, CLAIM_LINE
from salesdesk.modules.reimbursement.rules import EDITABLE, check_claim, complete_line, settle_loan, total_of
from salesdesk.services.records import missing

UNSAVED = Option("new", "未保存", "neutral", "document")
CHANGED = Option("changed", "有改动没保存", "warn", "edit")
VOIDED = Option("void", "已作废", "neutral", "dismiss")
WORTH_KEEPING = ("vouchers", "loan", "note", "title", "trip_from", "places")
COPIED = (
    "part",
    "item",
    "summary",
    "amount",
    "origin",
    "destination",
    "vehicle",
    "persons",
    "days",
    "standard",
    "note",
)
EARLY = ("required", "no_lines", "total", "vouchers")
"""Faults of what is not typed yet; told once somebody tried to save."""


class ClaimDraft:
    """One open claim. `draft` holds the values, `row` what is stored; `prints` says when it left the printer."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.draft = Draft(CLAIM, CLAIM_LINE, today=desk.today, recalculate=self._recalculate)
        self.row: Row = {}
        self.prints: list[Row] = []
        self._stored: set[str] = set()  # uids of the lines that are in the file
        self._gone: set[str] = set()  # uids of lines that were in the file and are voided now
        self.fresh()

    # -- beginning -------------------------------------------------------------------------------------------------

    def fresh(self) -> None:
        """A new claim of today, for whoever sits here."""
        name = self.desk.settings.operator
        self.draft.values = {"day": self.desk.today, "kind": "expense", "claimant": name or None}
        if name:
            self._find_department()
        self.draft.changed = False

    def load(self, uid: str) -> bool:
        """A stored claim; False when it is gone."""
        row = self.desk.row("expense_claim", uid)
        if row is None:
            return False
        draft = self.draft
        draft.uid, draft.typed = uid, {}
        draft.values = {f.key: row[f.key] for f in CLAIM.typed_fields}
        draft.lines = [dict(line) for line in self.desk.lines("expense_line", uid)]
        self._stored = {str(line["uid"]) for line in draft.lines}
        self._read(row)
        return True

    def _read(self, row: Row) -> None:
        """Take over what the file says."""
        self.row = row
        self.draft.seen = int(row.get("seen") or 0)
        self.draft.changed = False
        self.read_prints()

    def read_prints(self) -> None:
        """When it left the printer."""
        with self.desk.read() as reader:
            self.prints = queries.prints_of(reader, str(self.row["uid"])) if self.row else []

    def saved(self, uid: str) -> None:
        """A verb stored what was typed: take over number and version, keep the lines as they stand."""
        self.draft.uid = uid
        self._read(self.desk.row("expense_claim", uid) or {})
        for field in CLAIM.typed_fields:
            self.draft.values[field.key] = self.row.get(field.key)
        stored = {str(line["uid"]): line for line in self.desk.lines("expense_line", uid)}
        for line in self.draft.lines:  # saving completes lines, such as the amount of an allowance
            kept = stored.get(str(line.get("uid")), {})
            line |= {f.key: kept[f.key] for f in CLAIM_LINE if f.key in kept and f.key not in ("claim", "seq")}
        self._gone |= self._stored - stored.keys()
        self._stored = set(stored)

    def differs(self) -> bool:
        """Whether the lines in the file are others than those shown, typed changes aside: cut, or changed elsewhere."""
        stored = self.desk.lines("expense_line", self.draft.uid)
        keys = ("uid", "cut", "cut_reason", *(f.key for f in CLAIM_LINE.typed_fields if f.key != "seq"))
        here = [line for _, line in self.draft.filled_lines()]
        return [[one.get(k) for k in keys] for one in stored] != [[one.get(k) for k in keys] for one in here]

    def recover(self, payload: dict[str, Any]) -> None:
        """What the draft table kept of an unfinished claim."""
        self.draft.restore(payload)
        row = self.desk.row("expense_claim", self.draft.uid) if self.draft.uid else None
        if row is not None:
            seen = self.draft.seen
            self._read(row)
            self.draft.seen = seen
            self._stored = {str(line["uid"]) for line in self.desk.lines("expense_line", self.draft.uid)}
        elif self.draft.uid:
            self.detach()
        self.draft.changed = True

    def copy_from(self, other: ClaimDraft) -> None:
        """Begin with the person and the lines of another claim; day and vouchers are this one's own."""
        for key in ("kind", "claimant", "department", "grade", "entity", "title", "note"):
            self.draft.values[key] = other.draft.values.get(key)
        lines = [line for _, line in other.draft.filled_lines()]
        self.draft.lines = [{"uid": new_uid(), **{k: line.get(k) for k in COPIED}} for line in lines]
        self.draft.changed = True

    def detach(self) -> None:
        """The stored claim is gone: what stands here becomes a new one."""
        self.draft.uid, self.draft.seen, self.row, self.prints = "", 0, {}, []
        for line in self.draft.lines:
            line["uid"] = new_uid()
        self._stored.clear()
        self.draft.changed = True

    # -- what it is ------------------------------------------------------------------------------------------------

    @property
    def number(self) -> str:
        """Claim number; "" until it is saved."""
        return str(self.row.get("number") or "")

    @property
    def voided(self) -> bool:
        """Whether the stored claim is out of use."""
        return bool(self.row.get("void"))

    @property
    def passed(self) -> bool:
        """Whether the stored claim has passed the pre-check, after which nothing of it changes."""
        return bool(self.row) and self.row["state"] not in EDITABLE

    @property
    def state(self) -> Option:
        """What the chip says: where the claim stands, or that what is typed is not stored."""
        if self.voided:
            return VOIDED
        if not self.draft.uid:
            return UNSAVED
        if self.draft.changed and not self.passed:
            return CHANGED
        return CLAIM.option("state", self.row["state"]) or UNSAVED

    @property
    def trip(self) -> bool:
        """Whether it goes on the 差旅费报销单."""
        return self.draft.values.get("kind") == "trip"

    @property
    def title(self) -> str:
        """What the draft is called on disk."""
        return " ".join(str(v) for v in (self.draft.values.get("claimant"), self.number) if v) or "报销单"

    @property
    def blank(self) -> bool:
        """Whether nothing worth keeping was typed."""
        kept = any(self.draft.values.get(key) for key in WORTH_KEEPING)
        return not self.draft.uid and not self.draft.filled_lines() and not kept and not self.draft.typed

    def payload(self) -> dict[str, Any]:
        """What is kept of it while it is typed."""
        return self.draft.snapshot()

    @property
    def total(self) -> int:
        """Sum of the lines, 分; of a voided claim, whose lines are out of use with it, what it came to."""
        return int(self.row.get("amount") or 0) if self.voided else total_of(self.draft.lines)

    @property
    def loan(self) -> int:
        """What was borrowed before, 分."""
        return int(self.draft.values.get("loan") or 0)

    @property
    def balance(self) -> int:
        """分 the person still gets of what is approved; negative: gives back."""
        cut = sum(line.get("cut") or 0 for line in self.draft.lines)
        return settle_loan(self.total - cut, self.loan)

    def shares(self) -> list[tuple[str, int]]:
        """(item, 分) of the lines, the largest first."""
        sums: dict[str, int] = {}
        kind = CLAIM_LINE["item"].kind
        for line in self.draft.lines:
            if line.get("amount"):
                key = kind.show(line.get("item")) or "没选项目"
                sums[key] = sums.get(key, 0) + int(line["amount"])
        return sorted(sums.items(), key=lambda one: -one[1])

    # -- changing --------------------------------------------------------------------------------------------------

    def _recalculate(self, draft: Draft, path: str) -> set[str]:
        if path == "claimant":
            return self._find_department()
        if not path.startswith("lines/"):
            return set()
        _, number, key = path.split("/", 2)
        row = int(number)
        line = draft.lines[row]
        line.setdefault("uid", new_uid())  # known from the first key on: saving and undoing speak of the same line
        changed = self._complete(line, key, number)
        if key == "item" or line.get("item") or f"lines/{number}/item" in draft.typed:
            return changed
        line["item"] = (draft.lines[row - 1].get("item") if row else None) or CLAIM_LINE["item"].default
        return {f"lines/{number}/item"} | changed

    def _complete(self, line: Row, key: str, number: str) -> set[str]:
        """What follows from people, days and standard of an allowance, and from the places of a leg."""
        if self.trip and not line.get("part"):
            if key in ("origin", "destination", "vehicle"):
                line["part"] = "leg"
            elif key in ("days", "standard"):
                line["part"] = "allowance"
        if line.get("part") == "allowance" and key in ("persons", "days", "standard"):
            line["amount"] = None
        made = complete_line(line)
        changed = {k for k in ("part", "amount", "summary") if made.get(k) != line.get(k)}
        if not self.trip:
            changed.discard("part")
        line.update({k: made[k] for k in changed})
        return {f"lines/{number}/{k}" for k in changed}

    def _find_department(self) -> set[str]:
        """The department the person claimed for last."""
        name = self.draft.values.get("claimant")
        if not name:
            return set()
        with self.desk.read() as reader:
            found = queries.department_of(reader, str(name))
        if not found or found == self.draft.values.get("department"):
            return set()
        self.draft.values["department"] = found
        self.draft.typed.pop("department", None)
        return {"department"}

    # -- asking ----------------------------------------------------------------------------------------------------

    def args(self) -> dict[str, Any]:
        """Arguments of claim.save."""
        for line in self.draft.lines:
            if line.get("uid") in self._gone:  # taken back by undo after it was stored as dropped: a new line
                line["uid"] = new_uid()
        return self.draft.args()

    def problems(self, tried: bool) -> list[Problem]:
        """Everything wrong with what is typed, told in rows of the grid; before the first try only what is surely wrong."""
        draft = self.draft
        found = draft.problems()
        filled = draft.filled_lines()
        rules = missing(CLAIM, draft.values)
        for i, line in filled:
            rules += missing(CLAIM_LINE, line, f"lines/{i}/", f"第 {i + 1} 行")
        rules += self.placed(
            check_claim(
                {**draft.values, "attached": self.row.get("attached")}, [line for _, line in filled], draft.today
            ),
            [i for i, _ in filled],
        )
        unread = {p.path for p in found}
        done = bool(filled) and all(line.get("amount") is not None for _, line in filled)
        early = () if tried else tuple(code for code in EARLY if not (done and code in ("total", "vouchers")))
        return found + [p for p in rules if p.path not in unread and p.code not in early]

    @staticmethod
    def placed(problems: list[Problem], rows: list[int]) -> list[Problem]:
        """Problems counted in filled lines, told in rows of the grid."""
        told = []
        for one in problems:
            parts = one.path.split("/")
            if len(parts) == 3 and parts[0] == "lines" and int(parts[1]) < len(rows):
                row = rows[int(parts[1])]
                place = re.sub(r"第 \d+ 行", f"第 {row + 1} 行", one.place)
                one = one.at(f"lines/{row}/{parts[2]}", place)
            told.append(one)
        return told
