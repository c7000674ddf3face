"""Fills a voucher value by value: the first source that says something is kept, and where it stood is remembered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from salesdesk.domain.problems import Severity
from salesdesk.services.vouchers.printed import day_of, money_of, plain
from salesdesk.services.vouchers.qr import qr_fields
from salesdesk.services.vouchers.voucher import ELECTRONIC, Finding, Item, Leg, Voucher, VoucherKind

_T = TypeVar("_T")
Taken = str | int | tuple[Item, ...] | tuple[Leg, ...] | VoucherKind | None

STATED = {"total": "价税合计", "amount": "不含税金额", "tax": "税额", "date": "开票日期", "items": "明细里的金额"}
_BLANK = "¥￥-—/*无"
"""What stands where a file means to say nothing."""


class Filling:
    """One voucher in the making, filled from one source after the other."""

    def __init__(self, voucher: Voucher) -> None:
        self.voucher = voucher

    def take(self, source: str, **values: Taken) -> None:
        """Keep what is said and not yet known."""
        for name, value in values.items():
            if value is None or value == "" or value == ():
                continue
            if getattr(self.voucher, name) in (None, "", ()):
                setattr(self.voucher, name, value)
                self.voucher.sources[name] = source

    def more(self, **values: str | None) -> None:
        """Keep further values of its kind."""
        for name, value in values.items():
            if value:
                self.voucher.extra.setdefault(name, value)

    def fen(
        self, name: str, text: str | None, source: str, read: Callable[[str | None], int | None] = money_of
    ) -> int | None:
        """分 of an amount as a file states it; one that says something else than an amount ("1e999", "NaN") is told."""
        return self._told(name, text, source, read(text))

    def day(self, text: str | None, source: str) -> str | None:
        """ISO day of the date a file states; one that is no day ("2026-02-30") is told."""
        return self._told("date", text, source, day_of(text))

    def _told(self, name: str, text: str | None, source: str, value: _T | None) -> _T | None:
        if value is None and plain(text or "").strip(_BLANK):
            said = " ".join((text or "").split())[:40]
            told, cure = f"{STATED[name]}「{said}」看不懂，没有采用", "请对照原件手工填写"
            self.say(f"unread_{name}", told, cure, Severity.WARN, field=name, printed=said, source=source)
        return value

    def say(self, code: str, message: str, cure: str = "", severity: Severity = Severity.STOP, **more: Any) -> None:
        """Add a finding, each code once."""
        if all(found.code != code for found in self.voucher.findings):
            self.voucher.findings.append(Finding(code, message, cure, severity=severity, **more))

    def take_qr(self, text: str) -> None:
        """Keep the QR as it is, and its values where nothing printed was read."""
        voucher = self.voucher
        if voucher.qr is None:
            voucher.qr = text
        fields = qr_fields(text)
        if fields is None:
            return
        if not voucher.number:
            self.take("qr", kind=fields.kind, number=fields.number, code=fields.code)
        elif voucher.kind is None:
            self.take("qr", kind=fields.kind)
        self.take("qr", date=fields.date)
        if fields.means:
            self.take("qr", **{fields.means: fields.money})
        self.more(check_code=fields.check_code)
        if fields.odd:
            told, cure = f"二维码里的金额「{fields.odd[:40]}」看不懂", "请对照票面；二维码被改过的票不能报"
            self.say("unread_qr", told, cure, Severity.WARN, field="qr", printed=fields.odd[:40], source="qr")


def settle(voucher: Voucher) -> None:
    """Say what is still missing for a paper that is an invoice, once all sources were read."""
    filling = Filling(voucher)
    if any(found.code in SPOKEN_FOR for found in voucher.findings):
        return
    if not voucher.number:
        filling.say("no_number", "读不到发票号码", "请对照原件手工填写", field="number")
        return
    if voucher.kind is None:
        filling.say(
            "kind_unknown", "文件里没有写明发票种类", "请对照原件选一下种类", Severity.WARN, field="kind", source="xml"
        )
    if voucher.form == "picture" and voucher.kind in ELECTRONIC:
        filling.say("copy_only", "这是图片，电子发票要有原始文件", "请向开票方要 PDF、OFD 或 XML 原件", Severity.WARN)


SPOKEN_FOR = frozenset(
    (
        "not_invoice",
        "encrypted",
        "damaged",
        "hostile",
        "too_large",
        "empty",
        "unknown_format",
        "no_qr",
        "by_hand",
        "unreadable",
    )
)
"""Findings that already say why nothing else could be read."""
