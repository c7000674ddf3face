"""Cases for the pre-check: vouchers made here, read by the real reader, put before the rules as a claim would."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from salesdesk.domain.kinds import Row
from salesdesk.modules.reimbursement.checks.case import Case, Held, HeldFile
from salesdesk.modules.reimbursement.checks.judging import judge
from salesdesk.modules.reimbursement.found import Found
from salesdesk.modules.standards.limits import Requirement, Standard, Standards
from salesdesk.services.vouchers.reading import read_bytes
from salesdesk.services.vouchers.voucher import Item, Leg, Voucher, VoucherKind
from salesdesk.services.working_days import WorkCalendar
from tests.vouchers_made import BUYER, BUYER_ID, Made, tax_id

TODAY = "2026-06-26"
"""A Friday."""
CLAIMANT = "王小明"
OWN: Row = {"uid": "own", "name": BUYER, "tax_id": BUYER_ID, "former_names": "苏州安正阀门厂（普通合伙）", "usual": 1}
BRANCH: Row = {
    "uid": "branch",
    "name": "苏州安正阀门有限公司上海分公司",
    "tax_id": tax_id("91310115MA1K3ABC2"),
    "former_names": None,
}
STANDARDS = Standards(
    (
        Standard("s1", "lodging", None, "一档", None, None, 50000, None, "2025-01-01", None, True),
        Standard("s2", "lodging", None, "青岛", "07-01", "09-30", 45000, None, "2025-01-01", None, True),
        Standard("s3", "lodging", None, "", None, None, 35000, None, "2025-01-01", None, True),
        Standard("s4", "meal", None, None, None, None, 10000, None, "2025-01-01", None, True),
        Standard("s5", "local", None, None, None, None, 8000, None, "2025-01-01", None, True),
        Standard("s6", "guests", None, None, None, None, 15000, None, "2025-01-01", None, True),
        Standard("s7", "seat", None, None, None, None, None, "二等座、硬卧、硬座、无座", "2025-01-01", None, True),
        Standard("s8", "cabin", None, None, None, None, None, "经济舱", "2025-01-01", None, True),
        Standard("s9", "seat", "总监", None, None, None, None, "一等座、二等座", "2025-01-01", None, True),
    ),
    {"北京": "一档", "上海": "一档", "广州": "二档", "青岛": "四档"},
)
REQUIREMENTS = (
    Requirement("业务招待费", "对象"),
    Requirement("业务招待费", "人数"),
    Requirement("会务费", "会议通知"),
    Requirement("全部", "付款记录", 1_000_000),
)
CALENDAR = WorkCalendar({"2026-06-19": False, "2026-05-09": True}, frozenset({"2026"}))
FORMS = {"xml": Made.xml, "pdf": Made.pdf, "ofd": Made.ofd, "picture": Made.picture}
VERIFIED = (("网上查验", "ok"),)


def read(data: bytes, name: str = "票") -> Voucher:
    """What the real reader makes of the bytes of one file."""
    return read_bytes(name, data)[0]


def made(one: Made, form: str = "xml", **more: Any) -> Voucher:
    """A voucher made in a form and read back."""
    return read(FORMS[form](one, **more), f"票.{form}")


def by_hand(kind: VoucherKind, **values: Any) -> Voucher:
    """A voucher as the clerk types it in."""
    return Voucher(kind=kind, sources=dict.fromkeys(values, "hand"), **values)


def held(voucher: Voucher, seq: int = 1, **about: Any) -> Held:
    """A voucher in a claim, verified, with its file as original unless told otherwise."""
    about = {
        "category": "差旅费",
        "checks": VERIFIED,
        "files": (HeldFile(voucher.form, "original"),),
        "line": f"l{seq}",
        **about,
    }
    return Held(f"v{seq}", seq, voucher, **about)


def case(*vouchers: Held, lines: Iterable[Row] | None = None, **more: Any) -> Case:
    """A claim of 王小明 over the vouchers: a line for each, as much as it says, unless lines are given."""
    header: Row = {
        "uid": "c",
        "day": TODAY,
        "claimant": CLAIMANT,
        "kind": "expense",
        "title": "出差",
        **more.pop("header", {}),
    }
    if lines is None:
        lines = [
            {"uid": one.line, "seq": one.seq, "item": one.category, "summary": "出差", "amount": one.read.total or 0}
            for one in vouchers
        ]
    usual: dict[str, Any] = {
        "companies": (OWN, BRANCH), "company": "own", "standards": STANDARDS, "requirements": REQUIREMENTS, "calendar": CALENDAR,
        "today": TODAY,
    }  # fmt: skip
    return Case(header, list(lines), vouchers, **{**usual, **more})


def found(of: Case) -> dict[str, Found]:
    """The findings by rule; the first of each."""
    told: dict[str, Found] = {}
    for one in judge(of):
        told.setdefault(one.rule, one)
    return told


def trip_leg(
    day: str,
    at: str = "08:30",
    origin: str = "苏州",
    destination: str = "上海虹桥",
    train: str = "G7001",
    seat: str = "二等座",
) -> Leg:
    """A leg of a journey."""
    return Leg(day, at, origin, destination, train, seat)


def goods(name: str, amount: int, tax: int, rate: str = "6%") -> Item:
    """One printed line."""
    return Item(name, amount=amount, rate=rate, tax=tax)
