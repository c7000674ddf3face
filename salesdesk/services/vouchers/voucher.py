"""What was read from one voucher: every value with where it stood, and what is odd about the file."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from salesdesk.domain.kinds import Money
from salesdesk.domain.patterns import late
from salesdesk.domain.problems import Severity
from salesdesk.services.vouchers.voucher_kind import LABELS as LABELS
from salesdesk.services.vouchers.voucher_kind import VoucherKind as VoucherKind

MONEY = Money()
_CALLED = late(r"^\W*(?:发票|票据)?(?:代码|号码|编号|号)?\W*(?:NO)?(?=\W*(?:\d|$))")
_DIGITS = 8
"""Of the number of every voucher that has a code as well; 数电票 have 20 and no code."""

ELECTRONIC = frozenset(
    (
        VoucherKind.FULL_SPECIAL,
        VoucherKind.FULL_ORDINARY,
        VoucherKind.E_SPECIAL,
        VoucherKind.E_ORDINARY,
        VoucherKind.TOLL,
        VoucherKind.RAIL,
        VoucherKind.AIR,
    )
)
"""Kinds whose original is a file: the paper print alone does not serve."""
FULL = frozenset((VoucherKind.FULL_SPECIAL, VoucherKind.FULL_ORDINARY, VoucherKind.RAIL, VoucherKind.AIR))
"""Kinds with a 20-digit number and no code."""
_CODED = frozenset(
    (
        VoucherKind.E_SPECIAL,
        VoucherKind.E_ORDINARY,
        VoucherKind.TOLL,
        VoucherKind.PAPER_SPECIAL,
        VoucherKind.PAPER_ORDINARY,
        VoucherKind.PAPER_ROLL,
    )
)
"""Kinds with a code and a number of 8 digits, unless they are 数电票 on paper or of a toll road, which have 20."""


class Finding(NamedTuple):
    """One odd thing about a file or its values.

    code: stable name, e.g. "encrypted", "qr_total", "not_invoice". field: key of the value it concerns, "" for the whole.
    printed / expected: both sides of a comparison as text. source: where the printed value came from. cure: what to do.
    """

    code: str
    message: str
    cure: str = ""
    field: str = ""
    printed: str = ""
    expected: str = ""
    source: str = ""
    severity: Severity = Severity.STOP

    def wire(self) -> dict[str, Any]:
        """JSON form for scripts."""
        return {**self._asdict(), "severity": str(self.severity)}


class Item(NamedTuple):
    """One printed line. Money in 分; quantity, unit price and rate stay as printed ("1.5", "0.06", "6%", "免税", "***")."""

    name: str
    spec: str = ""
    unit: str = ""
    qty: str = ""
    price: str = ""
    amount: int | None = None
    rate: str = ""
    tax: int | None = None

    def wire(self) -> dict[str, Any]:
        """JSON form for scripts."""
        return {**self._asdict(), "amount": MONEY.wire(self.amount), "tax": MONEY.wire(self.tax)}


class Leg(NamedTuple):
    """One leg of a journey by rail or air: day ISO, time "HH:MM", stations, train or flight, seat or class as printed."""

    day: str = ""
    time: str = ""
    origin: str = ""
    destination: str = ""
    carrier: str = ""
    seat: str = ""


@dataclass
class Voucher:
    """One voucher as read from one file; None or "" where the file does not say (never guessed, never derived).

    kind: None when the paper is no invoice or its kind is not told. amount is net of tax, total includes tax and funds; 分,
    negative on red invoices. date is an ISO day. qr is the raw text of the QR code. sources: field -> "xml", "ofd_xml",
    "pdf_xml", "ofd_tag", "ofd_text", "pdf_text", "qr", "ocr", "hand". extra: further values by kind ("check_code",
    "machine_no", "passenger", "id_no", "fare", "fuel", "fund", "other_taxes", "refund", "red_of", "original_number", "remark",
    "business" 售/退/改, "nights" ...), as text; "red" = "yes" on red invoices, "paper" what a paper is that is no invoice,
    "special" = "toll" / "passenger", "printed_number", "printed_date", "printed_total" what the page says where the XML inside
    the file says something else, "page" where it begins in a file of several. seal: see services/ofd/sealing.
    """

    file: str = ""
    sha256: str = ""
    form: str = ""  # xml / ofd / pdf / picture / zip / unknown
    kind: VoucherKind | None = None
    code: str | None = None
    number: str | None = None
    date: str | None = None
    buyer: str | None = None
    buyer_tax_id: str | None = None
    seller: str | None = None
    seller_tax_id: str | None = None
    amount: int | None = None
    tax: int | None = None
    total: int | None = None
    total_in_words: str | None = None
    items: tuple[Item, ...] = ()
    legs: tuple[Leg, ...] = ()
    qr: str | None = None
    sources: dict[str, str] = field(default_factory=dict)
    extra: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    pages: int = 0
    unsure: frozenset[str] = frozenset()
    seal: str = ""  # "", intact, altered, unsigned, test, unknown

    @property
    def key(self) -> str:
        """What makes it one voucher everywhere, see `key_of`."""
        return key_of(self.code, self.number)

    def wire(self) -> dict[str, Any]:
        """JSON form of `salesdesk voucher read`: amounts as "300.00", null where unknown."""
        return {
            "file": self.file,
            "sha256": self.sha256,
            "form": self.form,
            "kind": str(self.kind) if self.kind else None,
            "kind_title": self.kind.label if self.kind else None,
            **{
                k: getattr(self, k) or None
                for k in ("code", "number", "date", "buyer", "buyer_tax_id", "seller", "seller_tax_id")
            },
            **{k: MONEY.wire(getattr(self, k)) for k in ("amount", "tax", "total")},
            "total_in_words": self.total_in_words or None,
            "items": [item.wire() for item in self.items],
            "legs": [leg._asdict() for leg in self.legs],
            "qr": self.qr or None,
            "seal": self.seal or None,
            "pages": self.pages,
            "sources": dict(self.sources),
            "unsure": sorted(self.unsure),
            "extra": dict(self.extra),
            "findings": [f.wire() for f in self.findings],
        }


def key_of(code: object, number: object) -> str:
    """What makes it one voucher everywhere, however it is written down: 20 digits, or code-number; "" without a number.

    "No." before it, blanks and dashes do not count, nor do noughts in front that were left out or added ("No.12" is
    "00000012", a code of eleven digits lost its nought); code and number of an older invoice may stand in one.
    """
    digits, prefix = _bare(number), _bare(code)
    if not digits.strip("0"):
        return ""
    if len(digits) == 20 and digits.isdecimal():
        if digits >= "20":  # they begin with the year
            return digits
        prefix, digits = digits[:12], digits[12:]  # the code of an older invoice and its number
    if digits.isdecimal():
        digits = digits.lstrip("0").zfill(_DIGITS)
    if prefix.isdecimal() and len(prefix) == 11:
        prefix = prefix.zfill(12)
    return f"{prefix}-{digits}" if prefix else digits


def odd_length(kind: VoucherKind | None, code: object, number: object) -> tuple[str, str, str] | None:
    """Which of number and code is too long or too short for its kind: (key, how it is, how it should be) in words.

    数电票 have 20 digits; older electronic and paper invoices a number of 8 with a code of 10 or 12, or 20 in one. Rail and
    air have 20 once they are electronic; a short number or one with letters is of a paper ticket. Others have no rule.
    """
    digits, prefix = _bare(number), _bare(code)
    if not digits or kind is None:
        return None
    right = len(digits) == 20 and digits.isdecimal()
    if kind in FULL:
        paper = kind in (VoucherKind.RAIL, VoucherKind.AIR) and not (digits.isdecimal() and len(digits) >= 15)
        return None if right or paper else ("number", _length(digits), "20 位数字")
    if kind not in _CODED or right:
        return None
    if len(digits) != _DIGITS or not digits.isdecimal():
        return ("number", _length(digits), f"{_DIGITS} 位数字，或 20 位")
    if len(prefix) not in (10, 12) or not prefix.isdecimal():
        return ("code", _length(prefix) if prefix else "没填", "10 位或 12 位数字")
    return None


def _length(digits: str) -> str:
    return f"有 {len(digits)} 位" if digits.isdecimal() else "里有字母"


def _bare(value: object) -> str:
    """Letters and digits of a number, upper case, without what it is called."""
    text = unicodedata.normalize("NFKC", str(value or "")).upper()
    return "".join(ch for ch in _CALLED.sub("", text) if ch.isalnum())
