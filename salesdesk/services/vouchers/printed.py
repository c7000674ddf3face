"""How values are written on vouchers: money, days, numbers, and texts compared without their spacing."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import lru_cache

from salesdesk.domain.patterns import late
from salesdesk.domain.scales import LIMIT
from salesdesk.services.vouchers.voucher import MONEY

_MONEY = late(r"(-?)(?:CNY|[¥￥])?(-?)(\d{1,15}|\d{1,3}(?:,\d{3})+)(?:\.(\d{1,12}))?(?:CNY|元)?")
_DAY = late(r"(?<!\d)((?:19|20)\d{2})[年./\- ]{0,3}(\d{1,2})[月./\- ]{0,3}(\d{1,2})(?!\d)日?")
_TAX_ID = late(r"[0-9A-Z]{15,20}")
NIL_TAX = frozenset(("***", "*", "免税", "不征税", "0税率", "出口零税"))
"""What stands in place of a rate or a tax where there is none."""


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """A text for comparing: full width as half width, no blanks, no control characters."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(ch for ch in folded if not ch.isspace() and ch.isprintable())


def money_of(text: str | None) -> int | None:
    """分 of an amount as it is printed ("¥1,234.50", "CNY 620", "-3.2"); None for anything else, thousandths included."""
    if not text or len(text) > 40:
        return None
    found = _MONEY.fullmatch(plain(text))
    if found is None or (found[1] and found[2]):
        return None
    cents, rest = (found[4] or "").ljust(2, "0")[:2], (found[4] or "")[2:]
    if rest.strip("0"):
        return None
    fen = int(found[3].replace(",", "")) * 100 + int(cents)
    if fen > LIMIT:
        return None
    return -fen if found[1] or found[2] else fen


def day_of(text: str | None) -> str | None:
    """ISO day of the first date in a text ("2026年06月18日", "2019 07 20", "20260618", "2026-06-18 10:20:31"); None without."""
    if not text:
        return None
    found = _DAY.search(unicodedata.normalize("NFKC", text[:200]))
    if found is None and (joined := re.search(r"(?<!\d)((?:19|20)\d{2})(\d{2})(\d{2})", text[:200], re.ASCII)):
        found = joined
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3])).isoformat()
    except ValueError:
        return None


def tax_id_of(text: str | None) -> str | None:
    """A 纳税人识别号 as printed, upper case and without blanks; None when it is none by its length and letters."""
    joined = plain(text or "").upper()
    if not _TAX_ID.fullmatch(joined) and not (16 <= len(joined) <= 20 and joined.endswith("XXXX")):
        return None
    return joined if sum(ch.isdigit() for ch in joined) >= 4 else None


def tax_of(text: str | None) -> int | None:
    """分 of a printed tax; what stands for none (***, 免税) is 0."""
    return 0 if plain(text or "") in NIL_TAX else money_of(text)


def written_id(text: str | None) -> str | None:
    """A 纳税人识别号 as a file states it, right or wrong (the rules judge it): upper case, without blanks; None when empty."""
    return plain(text or "").upper()[:40] or None


def yuan(fen: int | None) -> str:
    """1234 -> "12.34"; "" for None."""
    return MONEY.wire(fen) or ""
