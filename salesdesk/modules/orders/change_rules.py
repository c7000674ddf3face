"""What a change of an order comes to: what differs field by field, and who must know of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Row, Value
from salesdesk.domain.masking import WHOLE, Veil, shown
from salesdesk.modules.orders.change_model import (
    BUY,
    CANCELLED,
    CLOSED,
    CUSTOMER,
    MAKE,
    MONEY_DESK,
    PARTIES,
    SELLER,
    STORE,
)
from salesdesk.modules.orders.model import ORDER, ORDER_LINE
from salesdesk.modules.orders.rules import MONEY, PRICE, QTY
from salesdesk.modules.products.rules import goods_words

ROUTE_PARTY = {"make": MAKE, "buy": BUY}
WORD = {"changed": "改", "added": "增", "removed": "删"}
SILENT = (
    "number", "confirmed_at", "confirmed_by", "question", "asked_whom", "asked_how", "asked_by", "asked_at", "answer_due", "answer",
    "answered_by", "answered_at", "received_at", "channel",
)  # fmt: skip
"""Header fields that say how the order came to be; a change of them concerns nobody."""
FOLLOWS = ("order", "seq", "amount", "price_why")
"""Line fields that follow from others."""
HEADER_PARTIES: Mapping[str, tuple[str, ...]] = {
    "customer": (STORE, MONEY_DESK),
    "customer_po": (MONEY_DESK,),
    "due_date": (STORE,),
    "contact": (STORE,),
    "phone": (STORE,),
    "address": (STORE,),
    "settle": (MONEY_DESK,),
    "note": (STORE,),
    "state": (STORE, MONEY_DESK),
}
"""Who must know when a field of the head changes, besides those who are always told. 生产 and 采购 come by the routes of
the lines: with `BY_ROUTES` all lines count, else only the lines that changed themselves."""
BY_ROUTES = ("due_date", "state", "note", "customer")
MONEY_FIELDS = ("price", "settle", "amount")
TOLD_BY_HIMSELF = ("客户要求", CANCELLED + "：客户取消", CLOSED + "：客户不要了", CLOSED + "：拒收不补")
"""Reasons that come from the customer: he knows already."""


class Snapshot(NamedTuple):
    """An order at one moment: values of the head and the lines, with the names that were shown for their links.

    A line also holds code, name, spec, unit and route of its product.
    """

    header: Row
    names: Mapping[str, str]
    lines: tuple[Row, ...]

    def text(self) -> str:
        """Canonical JSON: equal orders give equal text."""
        told = {"header": self.header, "names": self.names, "lines": self.lines}
        return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def read(cls, text: str) -> Snapshot:
        """A snapshot out of its JSON."""
        told: dict[str, Any] = json.loads(text)
        return cls(told["header"], told["names"], tuple(told["lines"]))

    def show(self, field: Field, value: Value, veil: Veil = WHOLE) -> str:
        """A value of the head in words, the customer's phone and address covered unless the veil is lifted for a paper."""
        return self.names.get(field.key, "") if field.key in self.names and value else shown(field, value, veil)


class Difference(NamedTuple):
    """One thing that changed. kind: changed, added (a line) or removed (a line). field: key of the field, "" for a line.

    line: uid of the order line, "" for the head. route: of the line, "make" or "buy".
    """

    place: str
    title: str
    before: str
    after: str
    kind: str = "changed"
    field: str = ""
    line: str = ""
    route: str = ""

    @property
    def what(self) -> str:
        """Place and field: "第 2 行「球阀」数量"."""
        return f"{self.place}{self.title}"

    @property
    def text(self) -> str:
        """One sentence for a message."""
        if self.kind == "added":
            return f"新增 {self.place}：{self.after}"
        if self.kind == "removed":
            return f"删去 {self.place}：{self.before}"
        return f"{self.what}：{self.before or '（空）'} → {self.after or '（空）'}"

    @property
    def concerns_money(self) -> bool:
        """Prices and amounts, which 生产 and 仓库 are not told."""
        return self.field in MONEY_FIELDS


def agreed(field: Field) -> bool:
    """Whether a field belongs to what was agreed: amounts do, though they follow from the lines."""
    return not field.derived or field.key == "amount"


def differences(before: Snapshot, after: Snapshot, veil: Veil = WHOLE) -> list[Difference]:
    """Head first, then the lines in their order, those that are gone last."""
    found = []
    for field in ORDER:
        was, now = before.header.get(field.key), after.header.get(field.key)
        if was != now and agreed(field) and field.key not in SILENT:
            title = "整单金额" if field.key == "amount" else field.title
            found.append(
                Difference("", title, before.show(field, was, veil), after.show(field, now, veil), field=field.key)
            )
    old = {str(line["uid"]): (i, line) for i, line in enumerate(before.lines, start=1)}
    for i, line in enumerate(after.lines, start=1):
        _, was_line = old.pop(str(line["uid"]), (0, None))
        place, route = f"第 {i} 行「{line['name']}」", str(line["route"])
        if was_line is None:
            found.append(Difference(place, "", "", _line_words(line), "added", "", line["uid"], route))
            continue
        for field in ORDER_LINE:
            was, now = was_line.get(field.key), line.get(field.key)
            if was == now or not agreed(field) or field.key in FOLLOWS:
                continue
            told = (
                (_product(was_line), _product(line))
                if field.key == "product"
                else (_qty_unit(field, was_line), _qty_unit(field, line))
            )
            found.append(Difference(place, field.title, *told, "changed", field.key, line["uid"], route))
            if field.key == "product" and was_line["route"] != line["route"]:
                found[-1:] = [
                    found[-1],
                    Difference(
                        place, "走向", _to(was_line), _to(line), "changed", "route", line["uid"], str(was_line["route"])
                    ),
                ]
    for i, line in old.values():
        found.append(
            Difference(
                f"原第 {i} 行「{line['name']}」",
                "",
                _line_words(line),
                "",
                "removed",
                "",
                line["uid"],
                str(line["route"]),
            )
        )
    return found


def _to(line: Row) -> str:
    return ROUTE_PARTY.get(str(line["route"]), BUY)


def _product(line: Row) -> str:
    return goods_words(line.get("name"), line.get("spec"), line.get("code"))


def _qty_unit(field: Field, line: Row) -> str:
    shown = field.kind.show(line.get(field.key))
    return f"{shown} {line['unit']}" if field.key in ("qty", "closed") and shown and line.get("unit") else shown


def _line_words(line: Row) -> str:
    unit = f" {line['unit']}" if line.get("unit") else ""
    due = f"，交期 {line['due_date']}" if line.get("due_date") else ""
    return f"{_product(line)}，{QTY.show(line['qty'])}{unit}{due}"


def money_words(after: Snapshot, before: Snapshot, one: Difference) -> str:
    """Price and amount of a line that came or went, for those who may see them; "" otherwise."""
    if one.kind == "changed":
        return ""
    lines = after.lines if one.kind == "added" else before.lines
    line = next(x for x in lines if x["uid"] == one.line)
    return f"，单价 {PRICE.show(line['price'])}，金额 {MONEY.show(line['amount'])}"


def who_must_know(found: Sequence[Difference], after: Snapshot, kind: str, words: str = "") -> list[str]:
    """The parties of a change in their usual order (peers: none keeps this; the house's own rules, ORD-6).

    Quantities and lines concern 生产 or 采购 by the route of the touched products, and 仓库; prices and 结算方式 concern
    财务; a new date concerns everybody who works towards it; address and contact concern 仓库. 业务员 and 客户 are always
    told, the customer not when the change came from him.
    """
    known: set[str] = {SELLER}
    if not f"{kind}：{words}".startswith(TOLD_BY_HIMSELF):
        known.add(CUSTOMER)
    for one in found:
        if one.line:
            if one.field == "price":
                known.add(MONEY_DESK)
            else:
                known |= {STORE, ROUTE_PARTY.get(one.route, BUY)}
        else:
            known.update(HEADER_PARTIES.get(one.field, ()))
            if one.field in BY_ROUTES:
                known.update(ROUTE_PARTY.get(str(line["route"]), BUY) for line in after.lines)
    return [party for party in PARTIES if party in known]


def summary_of(found: Sequence[Difference], limit: int = 4) -> str:
    """What changed in one line for lists; prices stay out of it."""
    told = [one.text for one in found if not one.concerns_money] or [one.what for one in found]
    more = f"；另有 {len(told) - limit} 处" if len(told) > limit else ""
    return "；".join(told[:limit]) + more
