"""An order while it is typed: takes over the customer's data, fills in the product's words and price, adds up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from salesdesk.desk import Desk
from salesdesk.domain import dates
from salesdesk.domain.clock import new_uid
from salesdesk.domain.draft import Draft
from salesdesk.domain.kinds import Row
from salesdesk.modules.orders import queries
from salesdesk.modules.orders.baskets import Item
from salesdesk.modules.orders.model import ORDER, ORDER_LINE
from salesdesk.modules.orders.rules import amount_of, total_of
from ui.pages.orders.line_prices import LinePrices
from ui.pages.orders.products import Products

FROM_CUSTOMER = ("contact", "phone", "address", "settle", "salesperson")
PRODUCT_WORDS = ("code", "name", "spec", "unit", "available", "pack_unit", "pack_qty")
EDITABLE = ("draft", "parked", "")
COPIED = ("product", "qty", "price", "kind", "gift_reason", "note")


class OrderDraft:
    """One open order. `draft` holds the values; `state`, `stage`, `number` and `row` tell what is stored already."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.products = Products(desk)
        self.workdays = desk.holidays()
        self.draft = Draft(ORDER, ORDER_LINE, today=desk.today, recalculate=self._recalculate)
        self.prices = LinePrices(desk, self.draft, self.products)
        self.row: Row = {}
        self.amending = False
        self._stored: set[str] = set()  # uids of the lines that are in the file
        self._gone: set[str] = set()  # uids of lines that were in the file and are voided now
        self.fresh()

    # -- beginning -------------------------------------------------------------------------------------------------

    def fresh(self) -> None:
        """A new, empty order of today."""
        draft = self.draft
        today = self.desk.today
        lead = int(self.desk.settings.get("order.default_lead_days"))
        due = dates.add_days(today, lead)
        draft.values = {
            "order_date": today,
            "due_date": dates.next_workday(due, self.workdays, including=True),
            "channel": "电话",
            "salesperson": self.desk.settings.operator or None,
        }
        draft.changed = False

    def load(self, uid: str) -> bool:
        """A stored order; False when it is gone."""
        row = self.desk.row("sales_order", uid)
        if row is None:
            return False
        draft = self.draft
        self.row = row
        self.products.order = uid
        self.products.forget()
        draft.uid, draft.seen = uid, int(row["seen"])
        draft.values = {f.key: row[f.key] for f in ORDER.typed_fields}
        draft.names = {str(row["customer"]): str(row.get("customer.name") or "")} if row["customer"] else {}
        draft.lines = [dict(line) for line in self.desk.lines("order_line", uid)]
        draft.typed = {}
        self.amending = False
        self._stored = {str(line["uid"]) for line in draft.lines}
        self._fill_words()
        draft.changed = False
        return True

    def saved(self, uid: str, meanwhile: bool = False) -> None:
        """A verb stored what was typed: take over its number and version, keep the lines as they stand.

        meanwhile: something was typed after the verb was sent; then the head stays as typed too.
        """
        self.row = self.desk.row("sales_order", uid) or {}
        self.products.order = uid
        self.draft.uid, self.draft.seen = uid, int(self.row.get("seen") or 0)
        if not meanwhile:
            for field in ORDER.typed_fields:
                self.draft.values[field.key] = self.row.get(field.key)
        now = {str(line["uid"]) for line in self.desk.lines("order_line", uid)}
        self._gone |= self._stored - now
        self._stored = now
        self.draft.changed = meanwhile

    def recover(self, payload: dict[str, Any]) -> None:
        """What the draft table kept of an unfinished order."""
        self.draft.restore(payload)
        uid = self.draft.uid
        if uid:
            self.row = self.desk.row("sales_order", uid) or {}
            self.products.order = uid
            self.amending = self.state == "confirmed"
        self._fill_words()
        self.draft.changed = True

    def take_intake(self, uid: str) -> None:
        """Begin from a logged arrival: its customer, way of arrival, time and the customer's own number."""
        row = self.desk.row("intake", uid)
        if row is None:
            return
        self.draft.values["intake"] = uid
        self.draft.values |= {
            "channel": row["channel"],
            "received_at": row["received_at"],
            "customer_po": row["customer_po"],
        }
        if row["customer"]:
            self.set_customer(str(row["customer"]), str(row.get("customer.name") or ""))
        if row["content"]:
            self.draft.values["note"] = row["content"]
        self.draft.changed = True

    def copy_from(self, other: OrderDraft) -> None:
        """A new order with the head and lines of another one, of today and not delivered."""
        for key in ("customer", *FROM_CUSTOMER, "channel"):
            self.draft.values[key] = other.draft.values.get(key)
        self.draft.names = dict(other.draft.names)
        for _, line in other.draft.filled_lines():
            self.draft.lines.append({**{k: line.get(k) for k in COPIED}, "uid": new_uid(), "amount": amount_of(line)})
        self._fill_words()
        self.draft.changed = True

    def _fill_words(self) -> None:
        """Product words and stock of all lines, in one read."""
        uids = list(dict.fromkeys(str(line["product"]) for line in self.draft.lines if line.get("product")))
        self.products.rows(uids)
        for line in self.draft.lines:
            self._words(line)
        self.prices.recognise()

    # -- what is stored --------------------------------------------------------------------------------------------

    @property
    def state(self) -> str:
        """Stored state; "" for an order never saved."""
        return str(self.row.get("state") or "")

    @property
    def stage(self) -> str:
        """Stored stage as the list shows it; a new order is a draft."""
        return str(self.row.get("stage") or "draft")

    @property
    def number(self) -> str:
        """Order number; "" until it is saved."""
        return str(self.row.get("number") or "")

    @property
    def has_closed(self) -> bool:
        """Whether something of a line was closed and could be opened again."""
        return any(line.get("closed") for line in self.draft.lines)

    @property
    def locked(self) -> bool:
        """Whether the values may not be changed now: confirmed orders only while 变更 is on, cancelled ones never."""
        return not (self.state in EDITABLE or (self.state == "confirmed" and self.amending))

    @property
    def title(self) -> str:
        """What a tab says."""
        return self.customer_name or self.number or "新订单"

    @property
    def customer_name(self) -> str:
        uid = self.draft.values.get("customer")
        return self.draft.names.get(str(uid), "") if uid else ""

    @property
    def empty(self) -> bool:
        """Whether nothing worth keeping was typed."""
        return not self.draft.filled_lines() and not any(
            self.draft.values.get(k) for k in ("customer", "customer_po", "note", "intake")
        )

    @property
    def blank(self) -> bool:
        """Whether it is a new order with nothing in it."""
        return self.empty and not self.draft.uid

    def payload(self) -> dict[str, Any]:
        """What is kept of it while it is typed."""
        return {**self.draft.snapshot(), "amending": self.amending}

    # -- changing --------------------------------------------------------------------------------------------------

    def set_customer(self, uid: str | None, name: str = "") -> set[str]:
        """Choose the customer; contact, phone, address, terms and salesperson follow, prices of typed lines do not."""
        if uid and name:
            self.draft.names[uid] = name
        return self.draft.put("customer", uid)

    def copy_last(self) -> int:
        """Add the lines of the customer's last confirmed order; returns how many."""
        customer = self.draft.values.get("customer")
        if not customer:
            return 0
        with self.desk.read() as reader:
            last = queries.last_order(reader, str(customer), self.draft.uid)
        if last is None:
            return 0
        lines = [{k: line[k] for k in COPIED} for line in self.desk.lines("order_line", str(last["uid"]))]
        self.products.rows([str(line["product"]) for line in lines])
        for line in lines:
            self._words(line)
            line["uid"] = new_uid()
            line["amount"] = amount_of(line)
        self.draft.lines.extend(lines)
        self.prices.recognise()
        self.draft.changed = True
        return len(lines)

    def put_items(self, items: Sequence[Item]) -> None:
        """Add the products of a basket as lines, at the basket's price or at today's."""
        self.products.rows([one.product for one in items])
        for one in items:
            at = len(self.draft.lines)
            self.draft.put(f"lines/{at}/product", one.product)
            self.draft.put(f"lines/{at}/qty", one.qty)
            line = self.draft.lines[at]
            line["note"] = one.note
            if one.price is not None:
                self.draft.put(f"lines/{at}/price", one.price)
        self.draft.changed = True

    def _recalculate(self, draft: Draft, path: str) -> set[str]:
        if path == "customer":
            return self._customer_changed()
        if not path.startswith("lines/"):
            return set()
        _, number, key = path.split("/", 2)
        line = draft.lines[int(number)]
        line.setdefault("uid", new_uid())  # known from the first key on: saving and undoing speak of the same line
        changed: set[str] = set()
        if key == "product":
            self._words(line)
        if key == "qty":
            self._packs(draft, path, line)
        if key in ("product", "qty"):
            changed |= self.prices.fill(int(number), fresh=key == "product")
        if key == "price":
            changed |= self.prices.typed(int(number))
        if key in ("product", "qty", "price"):
            line["amount"] = amount_of(line)
            changed |= {f"lines/{number}/amount"}
        return changed

    def _words(self, line: Row) -> None:
        row = self.products.row(str(line["product"])) if line.get("product") else None
        for key in PRODUCT_WORDS:
            line[f"product.{key}"] = row[key] if row is not None else None

    def _packs(self, draft: Draft, path: str, line: Row) -> None:
        """A quantity typed in packs (3箱) becomes pieces."""
        raw = draft.typed.get(path)
        unit, each = line.get("product.pack_unit"), line.get("product.pack_qty")
        own = line.get("product.unit")
        if raw is None:
            return
        text = raw[0].strip()
        kind = ORDER_LINE["qty"].kind
        for word, factor in ((unit, each), (own, 1000)):
            if word and factor and text.endswith(str(word)):
                try:
                    count = kind.parse(text.removesuffix(str(word)), draft.today)
                except ValueError:
                    return
                if isinstance(count, int):
                    line["qty"] = count * int(factor) // 1000
                    del draft.typed[path]
                return

    def _customer_changed(self) -> set[str]:
        values = self.draft.values
        uid = values.get("customer")
        row = self.desk.row("customer", str(uid)) if uid else None
        if row is None:
            return set()
        self.draft.names[str(uid)] = str(row["name"])
        for key in FROM_CUSTOMER:
            if row[key] is not None or key not in ("salesperson",):
                values[key] = row[key]
                self.draft.typed.pop(key, None)
        return set(FROM_CUSTOMER)

    # -- asking ----------------------------------------------------------------------------------------------------

    @property
    def total(self) -> int:
        """Sum of the lines in 分."""
        return total_of(self.draft.lines)

    @property
    def pieces(self) -> int:
        """Sum of the quantities, 1/1000."""
        return sum(line.get("qty") or 0 for line in self.draft.lines)

    def args(self) -> dict[str, Any]:
        """Arguments for order.save, order.confirm and order.amend."""
        for line in self.draft.lines:
            if line.get("uid") in self._gone:  # taken back by undo after it was stored as dropped: a new line
                line["uid"] = new_uid()
        args = self.draft.args()
        if self.draft.values.get("intake"):
            args["intake"] = self.draft.values["intake"]
        return args

    def detach(self) -> None:
        """The stored order is gone: what stands here becomes a new one."""
        self.draft.uid, self.draft.seen, self.row = "", 0, {}
        for line in self.draft.lines:
            line["uid"] = new_uid()
        self._stored.clear()
        self.draft.changed = True
