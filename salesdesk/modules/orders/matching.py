"""Tells which of our products a customer's words mean: by code, barcode, name with 规格, or a known alias; never by guess."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from salesdesk.domain.kinds import Money, Row, Value
from salesdesk.domain.money import line_amount, round_half_up
from salesdesk.domain.problems import Problem, Severity
from salesdesk.domain.text import search_key
from salesdesk.persistence.reading import Reader

MONEY = Money()


class Meant(NamedTuple):
    """What a row's words mean: uid of our product, or None and why; own_unit: counted in the product's own unit, not in packs."""

    uid: str | None
    why: str
    own_unit: bool


@dataclass
class Catalogue:
    """All products in use, ready to be found by what customers write."""

    rows: dict[str, Row] = field(default_factory=dict)
    by_code: dict[str, list[str]] = field(default_factory=dict)
    by_name: dict[str, list[str]] = field(default_factory=dict)
    _meant: dict[tuple[Value, ...], Meant] = field(default_factory=dict)

    @classmethod
    def load(cls, reader: Reader) -> Catalogue:
        """Read the catalogue once; a few thousand rows."""
        return cls.of(reader.rows("SELECT * FROM product WHERE void = 0"))

    @classmethod
    def of(cls, rows: Iterable[Row]) -> Catalogue:
        found = cls()
        for row in rows:
            uid = str(row["uid"])
            found.rows[uid] = row
            for code in (row["code"], row["barcode"]):
                if code:
                    found.by_code.setdefault(key_of(code), []).append(uid)
            name, spec = str(row["name"] or ""), str(row["spec"] or "")
            for words in {name, name + spec, spec, *str(row["aliases"] or "").split()}:
                if words:
                    found.by_name.setdefault(key_of(words), []).append(uid)
        return found

    def meant(self, values: Row) -> Meant:
        """The product a row means by its code, name, spec and unit; the same words are thought about once."""
        words = (values.get("code"), values.get("name"), values.get("spec"), values.get("unit"))
        found = self._meant.get(words)
        if found is None:
            code, name, spec, unit = (str(word or "") for word in words)
            uid, why = self.match(code, name, spec)
            found = self._meant[words] = Meant(uid, why, uid is not None and is_own_unit(self.rows[uid], unit))
        return found

    def match(self, code: str, name: str, spec: str) -> tuple[str | None, str]:
        """(uid, "") when exactly one product is meant, else (None, why not in the clerk's words)."""
        for words in (code, name, spec):
            hits = self.by_code.get(key_of(words), []) if words else []
            if len(hits) == 1:
                return hits[0], ""
        if code and not name:
            name = code
        several: list[str] = []
        for words in dict.fromkeys((name + spec, f"{spec}{name}", name, code)):
            hits = self.by_name.get(key_of(words), []) if words else []
            if spec and len(hits) > 1:
                narrowed = [u for u in hits if key_of(self.rows[u]["spec"] or "") == key_of(spec)]
                hits = narrowed or hits
            if len(hits) == 1:
                return hits[0], ""
            several = several or hits
        told = " ".join(w for w in (code, name if name != code else "", spec) if w)
        if several:
            listed = "、".join(str(self.rows[u]["code"]) for u in several[:4])
            return None, f"「{told}」对得上 {len(several)} 个产品：{listed}"
        return None, f"没有找到产品「{told}」"


@lru_cache(maxsize=50_000)
def key_of(words: str) -> str:
    """How two spellings are compared: normalised, lower case, without blanks and hyphens."""
    return search_key(words).replace(" ", "").replace("-", "").replace("×", "x").replace("*", "x")


def is_own_unit(product: Row, unit: str) -> bool:
    """Whether a quantity in this unit is one in the product's own; nothing written means that."""
    return not unit or unit == product["unit"] or key_of(unit) == key_of(product["unit"] or "")


def to_base_unit(product: Row, unit: str, qty: int, price: int | None) -> tuple[int, int | None, list[Problem]]:
    """Quantity and price in the product's own unit when the customer counts in packs (箱=12件)."""
    if is_own_unit(product, unit):
        return qty, price, []
    if product["pack_unit"] and key_of(unit) == key_of(product["pack_unit"]) and product["pack_qty"]:
        pack = int(product["pack_qty"])
        each = None if price is None else round_half_up(price * 1000, pack)
        return round_half_up(qty * pack, 1000), each, _pack_notes(product, qty, price, each)
    return (
        qty,
        price,
        [
            Problem(
                f"单位「{unit}」和产品的单位「{product['unit']}」不一样",
                f"请换算成{product['unit']}再导，或在产品里填包装单位",
                path="unit",
                code="unit",
            )
        ],
    )


def _pack_notes(product: Row, qty: int, price: int | None, each: int | None) -> list[Problem]:
    """How packs were counted, and what does not come out even: a part of a piece, or cents lost in the price of one piece."""
    pack = int(product["pack_qty"])
    how = f"按 1 {product['pack_unit']} = {pack / 1000:g} {product['unit']}换算"
    if qty * pack % 1000:
        exact = f"{qty / 1000:g} {product['pack_unit']}是 {qty * pack / 1_000_000:.6g} {product['unit']}"
        return [Problem(f"{how}，{exact}，超过 3 位小数，记不下", "请和客户核对数量", path="qty", code="pack_rest")]
    notes = [Problem(how, path="unit", code="pack_unit", severity=Severity.HINT)]
    if price is not None and each is not None:
        asked, counted = line_amount(qty, price), line_amount(qty * pack // 1000, each)
        if asked != counted:
            told = f"单价除不尽：按{product['pack_unit']}算是 {MONEY.show(asked)}，按{product['unit']}算是 {MONEY.show(counted)}"
            notes.append(
                Problem(
                    f"{told}，差 {MONEY.show(asked - counted)}",
                    "请在订单里核对金额",
                    path="price",
                    code="pack_rounding",
                    severity=Severity.WARN,
                )
            )
    return notes
