"""What clerks do all day, at random: orders, deliveries, invoices, payments, stock, customers; and the taking back of any of it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

from salesdesk.desk import Desk
from salesdesk.domain.errors import Refused
from salesdesk.domain.kinds import Row

GOODS = (("P10012", "48.60"), ("P10013", "92.50"), ("P20031", "3.20"))
DAYS = ("2026-05-20", "2026-06-02", "2026-06-12")


class Trading:
    """Random verbs on one desk after another; what is refused does not happen."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.done: Counter[str] = Counter()
        self._number = 0

    def act(self, desk: Desk) -> str:
        """One verb, if there is something to do it to; returns the record it wrote, "" when nothing was done."""
        acts: tuple[Callable[[Desk], tuple[str, Row]], ...] = (
            self._order, self._order, self._amend, self._amend, self._deliver, self._deliver, self._together, self._rest,
            self._order_state, self._note, self._invoice, self._receipt, self._receipt, self._money_state, self._customer,
            self._customer_state, self._merge, self._stock, self._back, self._back,
        )  # fmt: skip
        with suppress(Refused, IndexError):  # IndexError: there is none of it
            verb, args = self.dice.choice(acts)(desk)
            done = desk.do(verb, args if verb.startswith("system.") else {"reason": "测试", **args})
            self.done[verb] += 1
            return done.uid
        return ""

    def _some(self, desk: Desk, entity: str) -> Row:
        return self.dice.choice(desk.rows(entity))

    def _confirmed(self, desk: Desk) -> str:
        return str(self.dice.choice([row for row in desk.rows("sales_order") if row["state"] == "confirmed"])["uid"])

    def _order(self, desk: Desk) -> tuple[str, Row]:
        lines = [{"product": p, "qty": str(self.dice.randint(1, 20)), "price": price} for p, price in self._goods()]
        args: Row = {"customer": self._some(desk, "customer")["uid"], "lines": lines}
        if self.dice.random() < 0.8:
            args["due_date"] = "2026-06-18"
        return self.dice.choice(("order.save", "order.confirm", "order.confirm")), args

    def _goods(self) -> list[tuple[str, str]]:
        return self.dice.sample(GOODS, self.dice.randint(1, 3))

    def _amend(self, desk: Desk) -> tuple[str, Row]:
        order = self._some(desk, "sales_order")
        args: Row = {"uid": order["uid"]}
        if self.dice.random() < 0.4:
            args["customer"] = self._some(desk, "customer")["uid"]
        if self.dice.random() < 0.7:
            kept = [line for line in desk.lines("order_line", order["uid"]) if self.dice.random() < 0.8]
            args["lines"] = [
                {"uid": line["uid"], "product": line["product"], "price": f"{line['price'] / 10000:g}",
                 "qty": str(self.dice.randint(1, 20))}
                for line in kept
            ]  # fmt: skip
        if order["state"] != "confirmed":
            return self.dice.choice(("order.save", "order.confirm")), args
        return "order.amend", {**args, "amend_reason": "客户要求"}

    def _line(self, desk: Desk, order: str) -> Row:
        line = self.dice.choice(desk.lines("order_line", order))
        return {"order_line": line["uid"], "qty": str(self.dice.randint(1, 9))}

    def _deliver(self, desk: Desk) -> tuple[str, Row]:
        order = self._confirmed(desk)
        part = {"lines": [self._line(desk, order)]} if self.dice.random() < 0.7 else {}
        return "order.deliver", {"uid": order, "day": self.dice.choice(DAYS), **part}

    def _together(self, desk: Desk) -> tuple[str, Row]:
        customer = self._some(desk, "customer")["uid"]
        mine = [row["uid"] for row in desk.rows("sales_order") if row["customer"] == customer]
        return "delivery.save", {"lines": [self._line(desk, order) for order in mine[:3]]}

    def _rest(self, desk: Desk) -> tuple[str, Row]:
        order = self._confirmed(desk)
        args = {"uid": order, "lines": [self._line(desk, order)]}
        if self.dice.random() < 0.6:
            return "order.close_rest", {**args, "close_reason": "停产"}
        return "order.reopen_rest", {**args, "note": "还要"}

    def _order_state(self, desk: Desk) -> tuple[str, Row]:
        verb, more = self.dice.choice(
            (
                ("order.cancel", {"cancel_reason": "录错"}),
                ("order.reopen", {"words": "又要了"}),
                ("order.park", {"question": "几时要"}),
                ("order.void", {}),
            )
        )
        return verb, {"uid": self._some(desk, "sales_order")["uid"], **more}

    def _note(self, desk: Desk) -> tuple[str, Row]:
        note = self._some(desk, "delivery")["uid"]
        line = self.dice.choice(desk.lines("delivery_line", note))["uid"]
        qty = str(self.dice.randint(1, 9))
        return self.dice.choice((
            ("delivery.void", {"uid": note}),
            ("delivery.check", {"uid": note, "all_right": True, "adjust": True, "lines": [{"delivery_line": line, "counted": qty}]}),
            ("delivery.sign", {"uid": note, "signed_by": "王芳", "lines": [
                {"delivery_line": line, "rejected": qty, "reject_reason": self.dice.choice(("破损", "客户不要"))}]}),
        ))  # fmt: skip

    def _invoice(self, desk: Desk) -> tuple[str, Row]:
        self._number += 1
        number = f"2632{self._number:08d}"
        if self.dice.random() < 0.2:
            red = {"uid": self._some(desk, "sales_invoice")["uid"], "number": number, "day": self.dice.choice(DAYS)}
            return "sales_invoice.red", red
        customer = self._some(desk, "customer")["uid"]
        args: Row = {"number": number, "customer": customer, "day": self.dice.choice(DAYS)}
        if self.dice.random() < 0.4:
            order = self.dice.choice([row for row in desk.rows("sales_order") if row["customer"] == customer])["uid"]
            args["lines"] = [{"about": "订单", "order": order, "amount": str(self.dice.randint(1, 500))}]
        return "sales_invoice.save", args

    def _receipt(self, desk: Desk) -> tuple[str, Row]:
        customer = self._some(desk, "customer")["uid"]
        amount = self.dice.randint(100, 900)
        args: Row = {"customer": customer, "day": self.dice.choice(DAYS), "amount": str(amount)}
        how = self.dice.random()
        if how < 0.2:
            return "receipt.save", {"uid": self._some(desk, "receipt")["uid"], "customer": customer, "auto": True}
        if how < 0.5:
            return "receipt.save", {**args, "auto": True}
        if how < 0.7:
            order = self.dice.choice([row for row in desk.rows("sales_order") if row["customer"] == customer])["uid"]
            return "receipt.save", {**args, "lines": [{"order": order, "amount": str(amount // 2)}]}
        bill = self.dice.choice([row for row in desk.rows("sales_invoice") if row["customer"] == customer])["uid"]
        return "receipt.save", {**args, "lines": [{"invoice": bill, "amount": str(amount // 3)}]}

    def _money_state(self, desk: Desk) -> tuple[str, Row]:
        entity = self.dice.choice(("sales_invoice", "receipt"))
        return f"{entity}.void", {"uid": self._some(desk, entity)["uid"]}

    def _customer(self, desk: Desk) -> tuple[str, Row]:
        if len(desk.rows("customer")) < 4:
            self._number += 1
            return "customer.save", {"code": f"K{self._number:04d}", "name": f"无锡第{self._number}泵业有限公司"}
        values = {
            "note": str(self.dice.randint(1, 99)),
            "settle": self.dice.choice(("月结 30 天", "月结 60 天", "款到发货")),
            "receivable": str(self.dice.randint(0, 900)),
            "receivable_day": self.dice.choice(DAYS),
            "name": f"江阴第{self.dice.randint(1, 99)}阀门有限公司",
        }
        some = dict(self.dice.sample(sorted(values.items()), self.dice.randint(1, 3)))
        return "customer.save", {"uid": self._some(desk, "customer")["uid"], **some}

    def _customer_state(self, desk: Desk) -> tuple[str, Row]:
        with desk.read() as reader:
            uid, void = self.dice.choice(reader.tuples("SELECT uid, void FROM customer ORDER BY uid"))
        return f"customer.{'restore' if void else 'void'}", {"uid": uid}

    def _merge(self, desk: Desk) -> tuple[str, Row]:
        return "customer.merge", {
            "uid": self._some(desk, "customer")["uid"],
            "others": self._some(desk, "customer")["code"],
        }

    def _stock(self, desk: Desk) -> tuple[str, Row]:
        product = self._some(desk, "product")["uid"]
        return "stock.move", {"product": product, "qty": str(self.dice.randint(-5, 30) or 1), "reason": "盘点"}

    def _back(self, desk: Desk) -> tuple[str, Row]:
        how = self.dice.random()
        if how < 0.5:
            return self.dice.choice(("system.undo", "system.redo")), {}
        with desk.read() as reader:
            return "system.undo", {
                "op": self.dice.choice(reader.column("SELECT id FROM operation ORDER BY id DESC LIMIT 30"))
            }


def wrong(desk: Desk) -> dict[str, object]:
    """Open and delivered quantities, stages and stock that are not what the papers of the file say, added up without SQL."""
    with desk.read() as reader:
        heads = {row["uid"]: row for row in reader.rows("SELECT * FROM sales_order")}
        lines = reader.rows("SELECT * FROM order_line")
        gone, stock = Counter[str](), Counter[str]()
        for line, qty in reader.tuples("SELECT order_line, qty FROM delivery_line WHERE void = 0"):
            gone[line] += qty
        for product, qty in reader.tuples("SELECT product, qty FROM stock_move WHERE void = 0"):
            stock[product] += qty
        on_hand = reader.tuples("SELECT uid, coalesce(on_hand, 0) FROM product")
    found: dict[str, object] = {uid: (have, stock[uid]) for uid, have in on_hand if have != stock[uid]}
    rests: dict[str, list[int]] = {}
    sent = Counter[str]()
    for line in lines:
        uid, head = line["uid"], heads[line["order"]]
        rest = line["qty"] - gone[uid] - (line["closed"] or 0)
        if not line["void"]:
            rests.setdefault(line["order"], []).append(rest)
            sent[line["order"]] += gone[uid]
        open_still = head["stage"] in ("confirmed", "part") and not (line["void"] or head["void"])
        said = (line["open"] or 0, line["delivered"] or 0)
        if said != (rest if open_still else 0, gone[uid]):
            found[uid] = (line, rest, gone[uid])
    for uid, live in rests.items():  # an order that was undone has none
        head = heads[uid]
        whole = "done" if max(live) <= 0 else "part" if sent[uid] else "confirmed"
        if head["stage"] != (whole if head["state"] == "confirmed" else head["state"]):
            found[uid] = (head["stage"], whole)
    return found
