"""A voucher as read from a file ⇄ its row in the ledger; what two rows have in common when they are one voucher."""

from __future__ import annotations

import json
from typing import Any

from salesdesk.domain.kinds import Row
from salesdesk.domain.problems import Severity
from salesdesk.domain.text import normalize
from salesdesk.modules.reimbursement.voucher_model import VOUCHER
from salesdesk.services.vouchers.voucher import Finding, Item, Leg, Voucher, VoucherKind, key_of

READ = (
    "code",
    "number",
    "date",
    "buyer",
    "buyer_tax_id",
    "seller",
    "seller_tax_id",
    "amount",
    "tax",
    "total",
    "total_in_words",
    "qr",
)
"""Values that are called the same in the file's reading and in the ledger."""
FACE = ("kind", *READ[:-1])
"""What the clerk may correct of the face of a voucher."""
BY_HAND = (*FACE, "category")
"""Values that are marked when a person enters or corrects them; a category chosen by a person is learned."""


def by_hand(row: Row) -> set[str]:
    """The values of a voucher that a person entered or corrected."""
    return {key for key in str(row.get("by_hand") or "").split(",") if key}


def values_of(voucher: Voucher) -> Row:
    """The ledger row of what was read; what the file does not say stays empty."""
    return {
        **{key: getattr(voucher, key) or None for key in READ},
        **{key: getattr(voucher, key) for key in ("amount", "tax", "total")},
        "kind": str(voucher.kind) if voucher.kind else None,
        "key": key_of(voucher.code, voucher.number) or None,
        "items": _json([item._asdict() for item in voucher.items]),
        "legs": _json([leg._asdict() for leg in voucher.legs]),
        "extra": _json(voucher.extra),
        "sources": _json(voucher.sources),
        "unsure": ",".join(sorted(voucher.unsure)) or None,
        "read_findings": _json([finding.wire() for finding in voucher.findings]),
        "seal": voucher.seal or None,
        "pages": voucher.pages or None,
    }


def voucher_of(row: Row) -> Voucher:
    """What the ledger knows of one voucher, in the shape the rules and papers read. Corrected values have the source "hand"."""
    entered = by_hand(row)
    sources: dict[str, str] = {**_load(row["sources"], {}), **dict.fromkeys(entered & set(FACE), "hand")}
    found = Voucher(
        kind=VoucherKind(row["kind"]) if row["kind"] else None,
        items=tuple(Item(**one) for one in _load(row["items"], [])),
        legs=tuple(Leg(**one) for one in _load(row["legs"], [])),
        sources=sources,
        extra=_load(row["extra"], {}),
        findings=[Finding(**{**one, "severity": Severity(one["severity"])}) for one in _load(row["read_findings"], [])],
        pages=row["pages"] or 0,
        unsure=frozenset(key for key in str(row["unsure"] or "").split(",") if key) - entered,
        seal=str(row["seal"] or ""),
    )
    for key in READ:
        setattr(found, key, row[key])
    return found


def differing(row: Row, voucher: Voucher) -> dict[str, tuple[Any, Any]]:
    """Values on which a further file of the same voucher contradicts the ledger: field -> (in the ledger, in the file)."""
    said = values_of(voucher)
    keys = [key for key in (*FACE, "date") if key not in ("code", "number", "total_in_words")]
    return {
        key: (row[key], said[key])
        for key in dict.fromkeys(keys)
        if row[key] not in (None, "") and said[key] not in (None, "") and _plain(row[key]) != _plain(said[key])
    }


def shown(key: str, value: Any) -> str:
    """One value of the ledger as people read it."""
    return VOUCHER[key].kind.show(value)


def _plain(value: Any) -> Any:
    """Brackets and blanks of another width make no other seller."""
    return normalize(value).replace("（", "(").replace("）", ")").replace(" ", "") if isinstance(value, str) else value


def _json(value: Any) -> str | None:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) if value else None


def _load(text: object, empty: Any) -> Any:
    return json.loads(str(text)) if text else empty
