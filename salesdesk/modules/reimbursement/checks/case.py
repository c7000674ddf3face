"""What the rules of the pre-check look at: one claim with everything that belongs to it, gathered beforehand and frozen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from salesdesk.domain.kinds import Money, Row
from salesdesk.domain.text import normalize
from salesdesk.modules.standards.book import Ruling
from salesdesk.modules.standards.limits import Requirement, Standards
from salesdesk.modules.standards.rule_table import RULES
from salesdesk.services.vouchers.voucher import LABELS, Leg, Voucher, VoucherKind, key_of
from salesdesk.services.working_days import WorkCalendar

MONEY = Money()
SOURCES = {
    "xml": "XML", "ofd_xml": "OFD 里的 XML", "pdf_xml": "PDF 里的 XML", "ofd_tag": "OFD 标签", "ofd_text": "OFD 文字",
    "pdf_text": "PDF 文字", "qr": "二维码", "ocr": "文字识别", "hand": "手工",
}  # fmt: skip


class Fault(NamedTuple):
    """One fault as a rule finds it. printed and expected: both sides as text; field: key of the value, or of the line's.

    source: where the printed value came from. excess: 分 beyond a standard. cure: "" for the rule's own. slight: told as a
    hint whatever the rule weighs, because the standard behind it is not confirmed by the company.
    """

    rule: str
    message: str
    voucher: str = ""
    line: str = ""
    field: str = ""
    printed: str = ""
    expected: str = ""
    source: str = ""
    cure: str = ""
    excess: int | None = None
    slight: bool = False


class HeldFile(NamedTuple):
    """One file of a voucher. form: xml, ofd, pdf, picture…; role: original, same, copy or support; support: which paper."""

    form: str = ""
    role: str = ""
    support: str = ""


class Other(NamedTuple):
    """Another voucher of the ledger that has something in common with one of this claim: who had it, and where it stands."""

    uid: str
    key: str = ""
    kind: str = ""
    code: str = ""
    number: str = ""
    date: str = ""
    seller: str = ""
    total: int | None = None
    category: str = ""
    claimant: str = ""
    claim_number: str = ""
    state: str = ""
    red_of: str = ""
    original: str = ""

    @property
    def whose(self) -> str:
        """张三 的 BX2606A-0003（已付款）."""
        where = f"{self.claim_number}（{self.state}）" if self.claim_number else "票据台账"
        return f"{self.claimant} 的 {where}" if self.claimant else where


@dataclass(frozen=True)
class Held:
    """One voucher of the claim: its values as they stand (corrected ones included), and what the claim says of it."""

    uid: str
    seq: int
    read: Voucher
    line: str = ""
    category: str = ""
    city: str = ""
    date_from: str = ""
    date_to: str = ""
    nights: int | None = None
    persons: int | None = None
    purpose: str = ""
    files: tuple[HeldFile, ...] = ()
    checks: tuple[tuple[str, str], ...] = ()
    """(what was checked by hand, ok / wrong / unclear), in order."""

    @cached_property
    def place(self) -> str:
        """第 3 张 数电普票 …0031."""
        kind = LABELS[self.read.kind] if self.read.kind else "票"
        return f"第 {self.seq} 张 {kind}" + (f" …{self.read.number[-4:]}" if self.read.number else "")

    @cached_property
    def key(self) -> str:
        """Its identity: 20 digits, or code-number."""
        return key_of(self.read.code, self.read.number)

    @cached_property
    def day(self) -> str:
        """The day the money was spent for: as entered, else of the first leg, else of the voucher; "" when unknown."""
        return self.date_from or next((leg.day for leg in self.read.legs if leg.day), "") or self.read.date or ""

    @cached_property
    def sure_days(self) -> tuple[str, ...]:
        """Days on which it surely was spent: travelled, entered, or printed on a ticket of the moment.

        The day an invoice was made out is none, and is what is proposed as 发生日期 until somebody knows better.
        """
        days = [leg.day for leg in self.read.legs if leg.day]
        if not days and self.read.kind in (VoucherKind.TAXI, VoucherKind.COACH) and self.read.date:
            days = [self.read.date]
        if not days and self.date_from != self.read.date:
            days = [day for day in (self.date_from, self.date_to) if day]
        return tuple(days)

    @property
    def supports(self) -> set[str]:
        """Which papers were handed in with it."""
        return {f.support for f in self.files if f.role == "support" and f.support}

    def source(self, key: str) -> str:
        """Where a value came from, in words."""
        return SOURCES.get(self.read.sources.get(key, ""), self.read.sources.get(key, ""))

    def extra_money(self, key: str) -> int | None:
        """An amount among the further values, 分; None where it is not said or not read."""
        return money_of(self.read.extra.get(key, ""))

    def fault(
        self, rule: str, message: str, key: str = "", printed: Any = None, expected: Any = None, **more: Any
    ) -> Fault:
        """A fault of this voucher; amounts in 分 are shown as money."""
        source = more.pop("source", self.source(key) if key else "")
        return Fault(rule, message, self.uid, self.line, key, shown(printed), shown(expected), source, **more)


@dataclass(frozen=True)
class Case:
    """One claim before the rules. header and lines: rows of expense_claim and expense_line; company: the entity that pays.

    general: papers handed in for the whole claim. others: vouchers elsewhere in the ledger that may be the same.
    rejected: the line of each voucher that was rejected, "" for one on no line, "undone" for one taken back
    after hand-in. dropped: lines that were cut and are no more;
    dropped_at: since when.
    """

    header: Row
    lines: Sequence[Row] = ()
    held: Sequence[Held] = ()
    person: Row = field(default_factory=dict)
    companies: Sequence[Row] = ()
    company: str = ""
    general: frozenset[str] = frozenset()
    checks: tuple[tuple[str, str], ...] = ()
    others: Sequence[Other] = ()
    standards: Standards = field(default_factory=Standards)
    requirements: Sequence[Requirement] = ()
    calendar: WorkCalendar = field(default_factory=WorkCalendar)
    rulings: Mapping[str, Ruling] = field(default_factory=dict)
    today: str = ""
    rejected: frozenset[str] = frozenset()
    dropped: Sequence[Row] = ()
    dropped_at: str = ""

    @property
    def claimant(self) -> str:
        return str(self.header.get("claimant") or "")

    @property
    def day(self) -> str:
        """The day of the claim."""
        return str(self.header.get("day") or self.today)

    @property
    def grade(self) -> str:
        """职级: of the claim, else of the person."""
        return str(self.header.get("grade") or self.person.get("grade") or "")

    @cached_property
    def by_line(self) -> dict[str, list[Held]]:
        """The vouchers of each line."""
        found: dict[str, list[Held]] = {}
        for one in self.held:
            found.setdefault(one.line, []).append(one)
        return found

    @cached_property
    def line_of(self) -> dict[str, Row]:
        """The lines by uid."""
        return {str(line["uid"]): line for line in self.lines}

    def is_allowance(self, line: Row) -> bool:
        """Whether a line is 补助 that needs no voucher: of a trip, with its days and what a day comes to."""
        trip = self.header.get("kind") == "trip" and line.get("part") == "allowance"
        return trip and bool(line.get("days")) and bool(line.get("standard"))

    def stripped(self, line: Row) -> bool:
        """Whether what a line without vouchers had was rejected; with all of the claim rejected that holds for every line."""
        return str(line["uid"]) in self.rejected or (not self.held and "" in self.rejected)

    def category(self, one: Held) -> str:
        """费用项目 of a voucher: its own, else of its line."""
        return one.category or str(self.line_of.get(one.line, {}).get("item") or "")

    def line_fault(
        self, rule: str, line: Row, message: str, key: str, printed: Any, expected: Any, **more: Any
    ) -> Fault:
        """A fault of one line of the claim."""
        told = f"第 {line.get('seq') or 1} 行「{line.get('summary') or line.get('item') or ''}」：{message}"
        return Fault(
            rule, told, "", str(line["uid"]), key, shown(printed), shown(expected), more.pop("source", "报销单"), **more
        )

    def uses(self, rule: str) -> bool:
        """Whether the company asks about what a rule finds."""
        ruling = self.rulings.get(rule)
        return (ruling.stand if ruling else RULES[rule].stand).used

    def number(self, rule: str, key: str) -> int:
        """A parameter of a rule."""
        ruling = self.rulings.get(rule)
        return int((ruling.params if ruling else RULES[rule].usual)[key] or 0)

    def words(self, rule: str) -> list[str]:
        """The words a rule looks for."""
        ruling = self.rulings.get(rule)
        text = str((ruling.params if ruling else RULES[rule].usual)["words"] or "")
        return [
            w
            for w in normalize(text.replace("、", " ").replace("，", " ").replace(",", " ").replace("\n", " ")).split(
                " "
            )
            if w
        ]

    def legs(self) -> Iterator[tuple[Held, Leg]]:
        """Every leg of every ticket that was really travelled: what is left of a ticket given back is a fee."""
        for one in self.held:
            if not is_refund(one):
                yield from ((one, leg) for leg in one.read.legs if leg.day)


def is_refund(one: Held) -> bool:
    """Whether it is the fee for a ticket given back."""
    return one.read.extra.get("business", "").startswith("退")


def shown(value: Any) -> str:
    """A value as text: amounts in 分 as money."""
    return MONEY.show(value) if isinstance(value, int) else str(value or "")


def money_of(text: str) -> int | None:
    """分 of an amount as printed ("￥1,234.50"); None when it is none."""
    plain = normalize(text).replace(",", "").replace("¥", "").replace("￥", "").replace("CNY", "").strip()
    try:
        value = MONEY.parse(plain)
    except ValueError:
        return None
    return None if value is None else int(value)


TRANSPORT = (VoucherKind.RAIL, VoucherKind.AIR, VoucherKind.TAXI, VoucherKind.COACH, VoucherKind.TOLL)
"""Kinds that carry somebody somewhere."""
WITH_BUYER = (
    VoucherKind.FULL_SPECIAL, VoucherKind.FULL_ORDINARY, VoucherKind.E_SPECIAL, VoucherKind.E_ORDINARY, VoucherKind.TOLL,
    VoucherKind.RAIL, VoucherKind.AIR, VoucherKind.PAPER_SPECIAL, VoucherKind.PAPER_ORDINARY, VoucherKind.PAPER_ROLL,
)  # fmt: skip
"""Kinds that name their buyer."""
SPECIAL = (VoucherKind.FULL_SPECIAL, VoucherKind.E_SPECIAL, VoucherKind.PAPER_SPECIAL)
ORDINARY = (VoucherKind.FULL_ORDINARY, VoucherKind.E_ORDINARY, VoucherKind.PAPER_ORDINARY, VoucherKind.PAPER_ROLL)
