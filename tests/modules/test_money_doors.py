"""Invoices, receipts, deposits and what they leave open, through the one door (ORD-8)."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from salesdesk.desk import Desk
from salesdesk.domain.errors import Refused
from salesdesk.modules.money import queries
from salesdesk.modules.money.todos import todos
from salesdesk.services.checking import check_all
from tests.desks import order_args, small_desk

BALL = ("P10012", "12", "48.60")  # 583.20
GATE = ("P10013", "4", "92.50")  # 370.00


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = small_desk(tmp_path)
    yield made
    made.close()


def buckets(desk: Desk, code: str = "C00042") -> tuple[str, ...]:
    """未收, 已发未开票, 已订未发, 预收 of a customer in 元."""
    with desk.read() as reader:
        uid = reader.value("SELECT uid FROM customer WHERE code = ?", (code,))
        have = queries.exposure(reader, uid)
        owed = reader.value("SELECT owed FROM customer WHERE uid = ?", (uid,))
        debts = sum(c.amount for c in queries.claims(reader, uid))
    assert have.owed == owed
    assert debts == have.unpaid + have.unbilled, "the open debts are the buckets"
    return tuple(f"{n / 100:.2f}" for n in (have.unpaid, have.unbilled, have.undelivered, have.deposit))


def order(desk: Desk, *lines: tuple[str, str, str], deliver: bool = True, customer: str = "C00043") -> str:
    uid = desk.do("order.confirm", order_args(*lines, customer=customer)).uid
    if deliver:
        desk.do("order.deliver", {"uid": uid})
    return uid


def codes(desk: Desk, verb: str, args: dict[str, Any]) -> list[str]:
    with pytest.raises(Refused) as refused:
        desk.do(verb, args)
    return [p.code for p in refused.value.problems]


def sound(desk: Desk) -> None:
    assert [p.text for p in check_all(desk.database, desk.folder).problems] == []


def test_the_buckets_follow_an_order_from_entry_to_payment(desk: Desk) -> None:
    uid = order(desk, BALL, deliver=False)
    assert buckets(desk, "C00043") == ("0.00", "0.00", "583.20", "0.00")
    desk.do("receipt.save", {"customer": "C00043", "amount": "200", "lines": [{"order": uid, "amount": "200"}]})
    assert buckets(desk, "C00043") == ("0.00", "0.00", "583.20", "200.00"), "订金"
    desk.do("order.deliver", {"uid": uid})
    assert buckets(desk, "C00043") == ("0.00", "383.20", "0.00", "0.00"), "the deposit pays for the goods first"
    made = desk.do("sales_invoice.save", {"number": "26322000001", "customer": "C00043"})
    assert "先收的 200.00 元" in made.message
    assert buckets(desk, "C00043") == ("383.20", "0.00", "0.00", "0.00")
    desk.do("receipt.save", {"customer": "C00043", "amount": "500", "auto": True})
    assert buckets(desk, "C00043") == ("0.00", "0.00", "0.00", "116.80"), "the rest is 预收"
    sound(desk)


def test_the_opening_balance_counts_what_came_before_once(desk: Desk) -> None:
    uid = desk.rows("customer")[1]["uid"]
    order(desk, BALL)  # 2026-06-12
    desk.do("customer.save", {"uid": uid, "receivable": "1000", "receivable_day": "2026-06-12"})
    assert buckets(desk, "C00043") == ("1000.00", "0.00", "0.00", "0.00"), "the delivery of that day is in it"
    desk.do("sales_invoice.save", {"number": "1", "customer": "C00043", "day": "2026-06-12"})
    assert buckets(desk, "C00043") == ("1000.00", "0.00", "0.00", "0.00")
    desk.do("customer.save", {"uid": uid, "receivable_day": "2026-06-01"})
    assert buckets(desk, "C00043") == ("1583.20", "0.00", "0.00", "0.00")
    desk.do("receipt.save", {"customer": "C00043", "amount": "1200", "auto": True})
    assert buckets(desk, "C00043")[0] == "383.20"
    sound(desk)


def test_a_receipt_never_settles_more_than_there_is(desk: Desk) -> None:
    uid = order(desk, BALL)
    base = {"customer": "C00043", "amount": "500"}
    assert codes(desk, "receipt.save", {**base, "lines": [{"order": uid, "amount": "600"}]}) == [
        "over_settled",
        "over_allocated",
    ]
    assert codes(
        desk, "receipt.save", {**base, "lines": [{"order": uid, "amount": "300"}, {"order": uid, "amount": "100"}]}
    ) == ["same_line"]
    assert codes(desk, "receipt.save", {**base, "lines": [{"order": uid, "amount": "-5"}]}) == ["zero"]
    assert codes(desk, "receipt.save", {**base, "lines": [{"amount": "5"}]}) == ["nothing_open"], "no opening balance"
    assert codes(desk, "receipt.save", {**base, "customer": "C00042", "lines": [{"order": uid, "amount": "5"}]}) == [
        "nothing_open"
    ]
    assert codes(desk, "receipt.save", {**base, "amount": "0"}) == ["zero"]
    assert codes(desk, "receipt.save", {**base, "day": "2026-06-13"}) == ["future"]
    desk.do("receipt.save", base)
    assert codes(desk, "receipt.save", base) == ["same_receipt"]
    desk.do("receipt.save", {**base, "reference": "B2", "reason": "两笔"})
    assert buckets(desk, "C00043") == ("0.00", "583.20", "0.00", "1000.00")


def test_allocation_may_be_changed_later_and_taken_back(desk: Desk) -> None:
    uid = order(desk, BALL)
    made = desk.do("receipt.save", {"customer": "C00043", "amount": "500"})
    desk.do("receipt.save", {"uid": made.uid, "lines": [{"order": uid, "amount": "500"}]})
    assert buckets(desk, "C00043") == ("0.00", "83.20", "0.00", "0.00")
    desk.do("system.undo")
    assert buckets(desk, "C00043") == ("0.00", "583.20", "0.00", "500.00")
    desk.do("system.redo")
    desk.do("receipt.void", {"uid": made.uid})
    assert buckets(desk, "C00043") == ("0.00", "583.20", "0.00", "0.00")
    desk.do("system.undo")
    assert buckets(desk, "C00043") == ("0.00", "83.20", "0.00", "0.00")
    sound(desk)


def test_a_red_invoice_gives_the_money_free_and_the_goods_wait_for_an_invoice_again(desk: Desk) -> None:
    order(desk, BALL)
    blue = desk.do("sales_invoice.save", {"number": "1", "customer": "C00043"})
    desk.do("receipt.save", {"customer": "C00043", "amount": "583.20", "auto": True})
    assert buckets(desk, "C00043") == ("0.00", "0.00", "0.00", "0.00")
    assert codes(desk, "sales_invoice.save", {"uid": blue.uid, "lines": [{"about": "其他", "amount": "1"}]}) == ["paid"]
    red = desk.do("sales_invoice.red", {"uid": blue.uid, "number": "2"})
    assert "变成预收" in red.message
    assert buckets(desk, "C00043") == ("0.00", "583.20", "0.00", "583.20")
    assert codes(desk, "sales_invoice.red", {"uid": blue.uid, "number": "3"}) == ["red"]
    assert codes(desk, "sales_invoice.void", {"uid": blue.uid}) == ["red"]
    desk.do("sales_invoice.void", {"uid": red.uid})
    assert buckets(desk, "C00043") == ("583.20", "0.00", "0.00", "583.20")
    sound(desk)


def test_an_invoice_is_checked_against_what_was_delivered(desk: Desk) -> None:
    uid = order(desk, BALL)
    note = desk.rows("delivery")[0]["uid"]
    base = {"number": "1", "customer": "C00043"}
    assert codes(desk, "sales_invoice.save", {**base, "customer": "C00042"}) == ["no_lines"]
    assert codes(desk, "sales_invoice.save", {**base, "lines": [{"delivery": note, "amount": "600"}]}) == [
        "over_billed"
    ]
    desk.do("sales_invoice.save", {**base, "lines": [{"delivery": note, "amount": "600"}], "reason": "含运费"})
    assert buckets(desk, "C00043") == ("600.00", "0.00", "0.00", "0.00")
    assert codes(desk, "sales_invoice.save", {**base, "lines": [{"about": "其他", "amount": "9"}]}) == ["same_number"]
    ahead = {"number": "2", "customer": "C00043", "lines": [{"about": "订单", "order": uid, "amount": "10"}]}
    desk.do("sales_invoice.save", ahead)
    assert buckets(desk, "C00043")[0] == "610.00"


def test_a_delivery_with_an_invoice_is_not_taken_back_silently(desk: Desk) -> None:
    order(desk, BALL)
    made = desk.do("sales_invoice.save", {"number": "1", "customer": "C00043"})
    note = {"uid": desk.rows("delivery")[0]["uid"]}
    assert codes(desk, "delivery.void", note) == ["billed"]
    desk.do("sales_invoice.red", {"uid": made.uid, "number": "2"})
    desk.do("delivery.void", note)
    assert buckets(desk, "C00043") == ("0.00", "0.00", "583.20", "0.00")
    sound(desk)


def test_billing_ahead_is_not_counted_twice(desk: Desk) -> None:
    uid = order(desk, BALL, deliver=False)
    desk.do(
        "sales_invoice.save",
        {"number": "1", "customer": "C00043", "lines": [{"about": "订单", "order": uid, "amount": "583.20"}]},
    )
    assert buckets(desk, "C00043") == ("583.20", "0.00", "0.00", "0.00")
    desk.do("order.deliver", {"uid": uid})
    assert buckets(desk, "C00043") == ("583.20", "0.00", "0.00", "0.00")


def test_refunds_take_deposits_back(desk: Desk) -> None:
    uid = order(desk, BALL, deliver=False)
    desk.do("receipt.save", {"customer": "C00043", "amount": "300", "lines": [{"order": uid, "amount": "200"}]})
    assert codes(
        desk, "receipt.save", {"customer": "C00043", "amount": "-250", "lines": [{"order": uid, "amount": "-250"}]}
    ) == ["over_settled"]
    desk.do("receipt.save", {"customer": "C00043", "amount": "-200", "lines": [{"order": uid, "amount": "-200"}]})
    desk.do("receipt.save", {"customer": "C00043", "amount": "-100"})
    assert buckets(desk, "C00043") == ("0.00", "0.00", "583.20", "0.00")


def test_the_credit_check_names_its_buckets(desk: Desk) -> None:
    order(desk, BALL, customer="C00042")
    desk.do("customer.save", {"uid": desk.rows("customer")[0]["uid"], "credit_limit": "20600"})
    with pytest.raises(Refused) as refused:
        desk.do("order.confirm", order_args(GATE))
    text = refused.value.problems[0].message
    assert "未收 20,000.00，已发未开票 583.20，本单 370.00，超出 353.20" in text
    desk.do("receipt.save", {"customer": "C00042", "amount": "400"})
    desk.do("order.confirm", order_args(GATE))


def test_an_amendment_does_not_count_delivered_goods_twice(desk: Desk) -> None:
    uid = order(desk, BALL, GATE, customer="C00042", deliver=False)
    first = desk.lines("order_line", uid)[0]["uid"]
    desk.do("order.deliver", {"uid": uid, "lines": [{"order_line": first, "qty": "12"}]})
    desk.do("customer.save", {"uid": desk.rows("customer")[0]["uid"], "credit_limit": "20953.20"})
    desk.do("order.amend", {"uid": uid, "due_date": "2026-06-19", "amend_reason": "客户要求"})


def test_overdue_counts_from_the_due_day(desk: Desk) -> None:
    desk.do("customer.save", {"uid": desk.rows("customer")[1]["uid"], "settle": "月结 30 天"})
    order(desk, BALL)
    with desk.read() as reader:
        uid = reader.value("SELECT uid FROM customer WHERE code = 'C00043'")
        assert queries.overdue(reader, uid, "2026-07-30") == (0, 0)
        assert queries.overdue(reader, uid, "2026-08-09") == (58320, 10)
        rows = queries.ageing_table(reader, "2026-08-09")
    assert [(r["name"], r["b0"], r["b1"]) for r in rows if r["uid"] == uid] == [("重庆长安阀门经营部", 0, 58320)]


def test_a_call_about_money_rests_until_its_day(desk: Desk) -> None:
    uid = desk.rows("customer")[1]["uid"]
    desk.do("customer.save", {"uid": uid, "settle": "货到付款"})
    order(desk, BALL)
    with desk.read() as reader:
        assert any(t.verb == "customer.chase" and t.uid == uid for t in todos(reader, "2026-06-20"))
    desk.do("customer.chase", {"uid": uid, "said": "月底付", "promised_day": "2026-06-30"})
    with desk.read() as reader:
        assert not any(t.uid == uid for t in todos(reader, "2026-06-20"))
        [again] = [t for t in todos(reader, "2026-07-01") if t.uid == uid]
    assert "答应的款没到" in again.title and "月底付" in again.detail
    assert codes(desk, "customer.chase", {"uid": uid, "said": "x", "next_day": "2026-06-01"}) == ["before_call"]


def test_random_histories_keep_the_buckets_sound(desk: Desk) -> None:
    """Orders, deliveries, invoices, receipts, red invoices, voids and undos in any order: every derived figure stays right."""
    rng = random.Random(5)
    orders: list[str] = []
    for step in range(60):
        verb = rng.choice(["order", "deliver", "bill", "pay", "pay", "red", "void", "undo", "opening"])
        try:
            if verb == "order":
                orders.append(order(desk, rng.choice([BALL, GATE]), deliver=False))
            elif verb == "deliver" and orders:
                uid = rng.choice(orders)
                line = desk.lines("order_line", uid)[0]["uid"]
                desk.do("order.deliver", {"uid": uid, "lines": [{"order_line": line, "qty": str(rng.randint(1, 6))}]})
            elif verb == "bill":
                desk.do("sales_invoice.save", {"number": str(step), "customer": "C00043"})
            elif verb == "pay":
                amount = str(rng.randint(1, 900))
                lines = (
                    {}
                    if rng.random() < 0.6 or not orders
                    else {"lines": [{"order": rng.choice(orders), "amount": amount}]}
                )
                desk.do(
                    "receipt.save",
                    {"customer": "C00043", "amount": amount, "auto": not lines, **lines, "reference": str(step)},
                )
            elif verb in ("red", "void") and desk.rows("sales_invoice"):
                args = {"uid": rng.choice(desk.rows("sales_invoice"))["uid"]}
                desk.do(f"sales_invoice.{verb}", {**args, **({"number": f"R{step}"} if verb == "red" else {})})
            elif verb == "opening" and rng.random() < 0.3:
                desk.do(
                    "customer.save",
                    {
                        "uid": desk.rows("customer")[1]["uid"],
                        "receivable": str(rng.randint(0, 500)),
                        "receivable_day": "2026-06-01",
                    },
                )
            elif verb == "undo":
                desk.do("system.undo")
        except Refused:
            pass
        buckets(desk, "C00043")
        owed_late(desk)
    sound(desk)


def owed_late(desk: Desk) -> None:
    """What is past due, of one customer and of all at once, is the sum of the open debts due before the day."""
    with desk.read() as reader:
        uids = reader.column("SELECT uid FROM customer")
        for today in ("2026-06-13", "2026-07-20", "2026-09-01"):
            told = queries.overdue_of(reader, uids, today)
            for uid in uids:
                late = [one for one in queries.claims(reader, uid) if one.due < today]
                amount = max(0, sum(one.amount for one in late))
                assert told.get(uid, (0, ""))[0] == amount == queries.overdue(reader, uid, today)[0]
                if amount:
                    assert told[uid][1] == min(one.due for one in late if one.amount > 0)
