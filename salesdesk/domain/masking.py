"""Personal data as it is shown to whoever has not asked for it: enough to recognise it by, the rest under stars (CUS-8)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Value

SECRETS: Mapping[str, str] = {"phone": "电话", "bank": "银行账号", "address": "地址", "cost": "成本价"}
"""Kinds of secret and how the settings call them."""
Veil = frozenset[str]
"""The secrets that are covered now."""
WHOLE: Veil = frozenset(SECRETS)
OPEN: Veil = frozenset()
STARS = "****"
_KEPT = ((11, 3), (8, 2), (5, 1))
"""(characters at least, characters kept at each end); never more than six, and shorter texts not at all."""


def mask(text: str, secret: str = "phone") -> str:
    """A text as it stands in a list: 138****021. A price is covered wholly, since every digit of it tells something."""
    plain = text.strip()
    if not plain:
        return ""
    keep = 0 if secret == "cost" else next((n for least, n in _KEPT if len(plain) >= least), 0)
    return plain[:keep] + STARS + plain[len(plain) - keep :]


def looks_masked(raw: object) -> bool:
    """Whether a typed text, a cell or a script's argument is a covered value come back, which nobody may save."""
    return isinstance(raw, str) and STARS in raw.replace("＊", "*")


def covered(field: Field, veil: Veil) -> bool:
    """Whether the values of a field stand under stars."""
    return bool(field.masked) and field.masked in veil


def shown(field: Field, value: Value, veil: Veil) -> str:
    """A value in words, covered where the field is."""
    text = field.kind.show(value)
    return mask(text, field.masked) if covered(field, veil) else text


def titles(fields: Iterable[Field]) -> str:
    """What fields hold, for a sentence: 电话、收货地址."""
    return "、".join(dict.fromkeys(f.title for f in fields))
