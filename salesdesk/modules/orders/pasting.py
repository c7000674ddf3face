"""Turns pasted text into order lines to look through: goods, quantities, prices, day and place, and what is not sure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from salesdesk.domain.kinds import Day, Price, Qty, Row
from salesdesk.domain.money import round_half_up
from salesdesk.modules.orders import words
from salesdesk.modules.orders.framing import mark_days, mark_frame, mark_sizes
from salesdesk.modules.orders.goods import Goods, Match, goods
from salesdesk.modules.orders.importing import remembered
from salesdesk.modules.orders.matching import key_of
from salesdesk.modules.orders.spoken import LOOSE, Count, Line, mark_counts, mark_prices
from salesdesk.modules.orders.spoken import plain as plain_text
from salesdesk.modules.orders.tables import block_of, read_table
from salesdesk.modules.orders.wording import Said, Wanted, read_message
from salesdesk.persistence.reading import Reader

QTY, PRICE, DAY = Qty(), Price(), Day()


@dataclass
class PastedLine:
    """One line as read. product is set only when sure of it; otherwise `candidates`, the likeliest first, and `reasons`.

    words: as the customer wrote them; key: what would be learned under them. qty in 1/1000 of the product's own unit, price
    in 1/10000 元; said_qty and said_unit: as written. via: how the product was found.
    """

    words: str
    key: str = ""
    product: str | None = None
    candidates: tuple[str, ...] = ()
    qty: int | None = None
    price: int | None = None
    due_date: str | None = None
    note: str = ""
    reasons: tuple[str, ...] = ()
    said_qty: int | None = None
    said_unit: str = ""
    second: tuple[int, str] | None = None
    via: str = ""

    @property
    def sure(self) -> bool:
        """Whether nothing of it needs a look."""
        return self.product is not None and self.qty is not None and not self.reasons


@dataclass
class Pasted:
    """All that a text told. values: of the header (due_date, address, consignee, phone, customer_po, note)."""

    kind: str = "text"  # or "table"
    lines: list[PastedLine] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)
    doubts: list[str] = field(default_factory=list)
    layout: dict[str, Any] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    rows: dict[str, Row] = field(default_factory=dict)

    @property
    def unsure(self) -> list[int]:
        """Numbers of the lines that need a look."""
        return [i for i, line in enumerate(self.lines) if not line.sure]

    @property
    def summary(self) -> str:
        """One sentence for the window."""
        if not self.lines:
            return "没有看到要订的产品"
        told = f"读出 {len(self.lines)} 行"
        return f"{told}，{len(self.unsure)} 行要看一下" if self.unsure else f"{told}，全部认出"


def looks_spoken(text: str) -> bool:
    """Whether a text without columns tells goods with quantities, rather than being a cell's content."""
    if "\t" in text or not re.search(r"[\u4e00-\u9fffA-Za-z]", text):
        return False
    for raw in text.splitlines():
        line = Line(raw)
        mark_frame(line)
        mark_days(line, "2026-01-01")
        mark_sizes(line, lambda word: False)
        mark_prices(line)
        mark_counts(line)
        words = "".join(line.text[a:b] for a, b in line.gaps())
        named = any(m.kind == "size" for m in line.marks) or len(re.sub(r"[^\u4e00-\u9fffA-Za-z]", "", words)) > 1
        if named and any(m.kind in ("count", "bare") for m in line.marks):
            return True
    return False


def read(reader: Reader, text: str, customer: str, today: str, place: str) -> Pasted:
    """Read a text for a customer ("" when not chosen yet); `place` names the data file, for the kept catalogue."""
    index = goods(reader, place)
    addresses = _addresses(reader, customer)
    reading = _Reading(reader, index, customer)
    found = Pasted()
    block = block_of(text)
    table = read_table(block, index, remembered(reader, customer) if customer else {}, today) if block else None
    if table is not None:
        found.kind = "table"
        said = read_message("\n".join(table.around), today, list(addresses), index.known)
        found.lines = [reading.line(one) for one in table.wanted]
        found.layout = {"signature": table.signature, "columns": table.columns}
        found.columns = table.titles
        said.po = table.po or said.po
        said.notes = []
        dues = {line.due_date for line in found.lines if line.due_date}
        if len(dues) == 1 and said.due is None and all(line.due_date for line in found.lines):
            said.due = dues.pop()
        for line in found.lines:
            line.due_date = line.due_date if line.due_date != said.due else None
    else:
        said = read_message(
            text if block is None else "\n".join("  ".join(c for c in row if c) for row in block),
            today,
            list(addresses),
            index.known,
        )
        for one in said.wanted:
            line = reading.line(one)
            if line.product is None and not line.candidates and one.count.qty is None and not one.count.doubt:
                said.notes.append(one.words)  # talk
            elif line.product is None and one.count.qty is None and not one.count.doubt and line.via == "similar":
                said.notes.append(one.words)
            else:
                if one.count.qty is None and not one.count.doubt:
                    line.reasons = (*line.reasons, "没有说数量")
                found.lines.append(line)
    _header(found, said, addresses, reader, customer)
    uids = {uid for line in found.lines for uid in (line.product, *line.candidates) if uid}
    found.rows = {uid: index.row(uid) for uid in uids}
    return found


@dataclass
class _Reading:
    """Matches the goods of one text; the same words are looked up once."""

    reader: Reader
    index: Goods
    customer: str
    own: dict[str, Row] = field(default_factory=dict)
    often: Mapping[str, int] = field(default_factory=dict)
    seen: dict[tuple[str, ...], Match] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.own = {
            key: row
            for key, row in words.learned(self.reader, self.customer).items()
            if row["product"] in self.index.catalogue.rows
        }
        if self.customer:
            self.often = dict(
                self.reader.tuples(
                    'SELECT l.product, count(*) FROM sales_order o JOIN order_line l ON l."order" = o.uid'
                    " WHERE o.customer = ? AND o.void = 0 AND l.void = 0 GROUP BY l.product ORDER BY 2 DESC LIMIT 500",
                    (self.customer,),
                )
            )

    def line(self, one: Wanted) -> PastedLine:
        """A wanted thing with its product and its quantity in the product's own unit."""
        named = f"{one.borrowed} {one.words}".strip() if one.borrowed else one.named
        made = PastedLine(one.named, words.word_key(named), price=one.price, due_date=one.due, note=one.note)
        made.said_qty, made.said_unit, made.second = one.count.qty, one.count.unit, one.count.second
        found = self._match(one, named) if named.strip() else Match(None, (), "")
        reasons = list(dict.fromkeys(one.doubts))
        made.product, made.candidates, made.via = found.product, found.candidates, found.via
        if found.reason:
            reasons.append(found.reason)
        if one.count.doubt:
            reasons.append(one.count.doubt)
        if found.product is not None:
            reasons += self._count(made, one.count, one.check)
        elif one.count.second is None:
            made.qty = one.count.qty
        made.reasons = tuple(reasons)
        return made

    def _match(self, one: Wanted, named: str) -> Match:
        own = self.own.get(words.word_key(named)) or (
            self.own.get(words.word_key(one.named)) if not one.borrowed else None
        )
        if own is not None:
            return Match(str(own["product"]), (str(own["product"]),), "", "learned")
        asked = (one.code, one.name, one.spec) if not one.words else ("", named, "")
        if asked not in self.seen:
            found = self.index.match(*asked, self.often, self.reader)
            if not found.sure and one.borrowed:
                alone = self.index.match("", one.words, "", self.often)
                found = alone if not found.candidates and alone.candidates else found
                found = Match(None, found.candidates, found.reason, found.via)
            self.seen[asked] = found
        return self.seen[asked]

    def _count(self, made: PastedLine, count: Count, check: Count | None) -> list[str]:
        """Set the quantity in the product's unit; returns why it is not sure."""
        product = self.index.row(str(made.product))
        own = self.own.get(made.key)
        if count.qty is None:
            return []
        qty, doubt = in_own_unit(product, count.qty, count.unit, own)
        if count.second is not None and qty is not None:
            more, why = in_own_unit(product, count.second[0], count.second[1], own)
            qty, doubt = (None if more is None else qty + more), doubt or why
        if (
            made.price is not None
            and qty
            and count.second is None
            and count.unit
            and qty != count.qty
            and _is_pack(product, count.unit)
        ):
            listed = product["list_price"]
            each = round_half_up(made.price * count.qty, qty)
            if made.via and listed and abs(made.price - listed) > abs(each - listed):
                made.price = each
                doubt = doubt or f"单价是一{count.unit}的，已折成每{product['unit']} {PRICE.show(each)}"
            elif not listed:
                doubt = doubt or f"单价是一{count.unit}的还是一{product['unit']}的，请核对"
        made.qty = qty
        if (
            check is not None
            and check.qty is not None
            and not doubt
            and in_own_unit(product, check.qty, check.unit, own)[0] != qty
        ):
            doubt = f"后面还说了「{check.qty / 1000:g}{check.unit}」，和前面对不上，请核对数量"
        return [doubt] if doubt else []


def _is_pack(product: Row, unit: str) -> bool:
    return bool(product["pack_unit"] and product["pack_qty"]) and key_of(unit) == key_of(str(product["pack_unit"]))


def in_own_unit(product: Row, qty: int, unit: str, own: Row | None = None) -> tuple[int | None, str]:
    """(quantity in the product's unit, why it is not sure). `own`: what this customer's unit was learned to mean."""
    base = str(product["unit"] or "")
    if own is not None and own["unit"] and own["unit_qty"] and key_of(unit) == key_of(str(own["unit"])):
        whole, rest = divmod(qty * int(own["unit_qty"]), 1000)
        return (whole, "") if not rest else (None, f"「{unit}」换算不成整数")
    if (
        not unit
        or key_of(unit) == key_of(base)
        or {key_of(unit), key_of(base)} in ({"米", "m"}, {"公斤", "kg"}, {"千克", "kg"}, {"公斤", "千克"})
    ):
        return qty, ""
    if _is_pack(product, unit):
        whole, rest = divmod(qty * int(product["pack_qty"]), 1000)
        if rest or (whole % 1000 and int(product["pack_qty"]) % 1000 == 0):
            return None, f"{qty / 1000:g}{unit}不是整{base}，1{unit}是 {int(product['pack_qty']) / 1000:g}{base}"
        return whole, ""
    if unit in LOOSE and base in LOOSE:
        return qty, ""
    return qty, f"客户说「{unit}」，我们按「{base}」算，请核对数量"


def _addresses(reader: Reader, customer: str) -> dict[str, Row]:
    """The customer's addresses by the name he gives them."""
    if not customer:
        return {}
    rows = reader.rows(
        "SELECT * FROM customer_address WHERE customer = ? AND void = 0 AND name IS NOT NULL ORDER BY seq, rowid",
        (customer,),
    )
    return {str(row["name"]): row for row in rows}


def _header(found: Pasted, said: Said, addresses: Mapping[str, Row], reader: Reader, customer: str) -> None:
    """What is told about the whole order."""
    found.doubts = list(dict.fromkeys(said.doubts))
    if said.due:
        found.values["due_date"] = said.due
    if said.po:
        found.values["customer_po"] = said.po
    if said.address:
        found.values["address"] = said.address
        found.doubts.append("文字里写了收货地址，请核对")
    elif said.place is not None:
        _place(found, said.place, addresses, reader, customer)
    notes = [n for n in said.notes if n.strip()]
    if notes:
        found.values["note"] = "；".join(notes)[:1000]


def _place(found: Pasted, name: str, addresses: Mapping[str, Row], reader: Reader, customer: str) -> None:
    row = addresses.get(name)
    if row is None and not name:
        row = next((addresses[n] for n in ("老地方", "老地址") if n in addresses), None)
    if row is None and not name:
        usual = (reader.get("customer", customer) or {}).get("address") if customer else None
        if usual:
            found.values["address"] = str(usual)
        elif len(addresses) == 1:
            row = next(iter(addresses.values()))
        else:
            found.doubts.append(
                "「老地方」是哪里还不知道，请选收货地址" if customer else "说了老地方，先选客户才知道是哪里"
            )
    if row is not None:
        found.values["address"] = str(row["address"])
        found.values |= {"contact": str(row["consignee"])} if row["consignee"] else {}
        found.values |= {"phone": str(row["phone"])} if row["phone"] else {}
    elif name:
        found.doubts.append(f"没有叫「{name}」的收货地址，请核对送到哪里")


# ---- verbs -----------------------------------------------------------------------------------------------------------


def told(found: Pasted) -> dict[str, Any]:
    """The reading for scripts: `lines` can be looked through and given on to order.save."""

    def name(uid: str) -> dict[str, Any]:
        row = found.rows[uid]
        return {"product": uid, "code": row["code"], "name": row["name"], "spec": row["spec"]}

    lines = [
        {
            "words": line.words,
            "sure": line.sure,
            "values": {
                "product": line.product,
                "qty": QTY.wire(line.qty),
                "price": PRICE.wire(line.price),
                "due_date": line.due_date,
                "note": line.note or None,
            },
            "product": name(line.product) if line.product else None,
            "candidates": [name(uid) for uid in line.candidates if uid != line.product],
            "reasons": list(line.reasons),
            "learn": {"words": line.key, "unit": line.said_unit or None, "qty": QTY.wire(line.said_qty)},
        }
        for line in found.lines
    ]
    return {
        "kind": found.kind,
        "lines": lines,
        "values": found.values,
        "doubts": found.doubts,
        "columns": found.columns,
        "layout": json.dumps(found.layout, ensure_ascii=False) if found.layout else None,
    }


__all__ = ["Pasted", "PastedLine", "in_own_unit", "looks_spoken", "plain_text", "read", "told"]
