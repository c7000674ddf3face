"""What fresh eyes broke on the order desk: odd days, amounts, names and orders of doing things, through the one door."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salesdesk.desk import Desk
from salesdesk.domain.errors import Refused
from salesdesk.domain.kinds import Row
from salesdesk.modules.money import queries, statements
from salesdesk.services.checking import check_all
from tests.desks import order_args, small_desk

BALL = ("P10012", "12", "48.60")  # 583.20


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = small_desk(tmp_path)
    yield made
    made.close()


def codes(desk: Desk, verb: str, args: dict[str, Any]) -> list[str]:
    with pytest.raises(Refused) as refused:
        desk.do(verb, args)
    return [p.code for p in refused.value.problems]


def order(desk: Desk, *lines: tuple[str, str, str], deliver: bool = True, **more: Any) -> tuple[str, Row]:
    """A confirmed order and its first line."""
    args = {**order_args(*(lines or (BALL,)), customer="C00043"), **more}
    uid = desk.do("order.confirm", args).uid
    if deliver:
        desk.do("order.deliver", {"uid": uid})
    return uid, desk.lines("order_line", uid)[0]


def sound(desk: Desk) -> None:
    assert [p.text for p in check_all(desk.database, desk.folder).problems] == []


# -- money -------------------------------------------------------------------------------------------------------------


def test_a_paid_invoice_is_not_given_to_another_customer(desk: Desk) -> None:
    """Else one customer's money would stand against another's debt, and neither balance would be right."""
    made = desk.do(
        "sales_invoice.save", {"number": "1", "customer": "C00043", "lines": [{"about": "其他", "amount": "100"}]}
    )
    desk.do("receipt.save", {"customer": "C00043", "amount": "100", "auto": True})
    assert codes(desk, "sales_invoice.save", {"uid": made.uid, "customer": "C00042"}) == ["paid"]


def test_undo_does_not_leave_one_customers_money_on_anothers_invoice(desk: Desk) -> None:
    made = desk.do(
        "sales_invoice.save", {"number": "1", "customer": "C00042", "lines": [{"about": "其他", "amount": "100"}]}
    )
    moved = desk.do("sales_invoice.save", {"uid": made.uid, "customer": "C00043"})
    desk.do("receipt.save", {"customer": "C00043", "amount": "100", "auto": True})
    assert codes(desk, "system.undo", {"op": moved.changes.op}) == ["foreign_paper"]


@pytest.mark.parametrize("paper", ["receipt", "invoice"])
def test_an_order_with_money_on_it_does_not_change_hands(desk: Desk, paper: str) -> None:
    uid, _ = order(desk, deliver=False)
    if paper == "receipt":
        desk.do("receipt.save", {"customer": "C00043", "amount": "100", "lines": [{"order": uid, "amount": "100"}]})
    else:
        lines = [{"about": "订单", "order": uid, "amount": "200"}]
        made = desk.do("sales_invoice.save", {"number": "1", "customer": "C00043", "lines": lines})
    args = {"uid": uid, "customer": "C00042", "amend_reason": "客户要求"}
    assert "billed" in codes(desk, "order.amend", args)
    told = desk.do("order.cancel", {"uid": uid, "cancel_reason": "客户取消"})
    assert [p.code for p in told.problems] == ["billed"], "and cancelling it tells what still stands on it"
    if paper == "invoice":
        desk.do("system.undo")
        desk.do("sales_invoice.red", {"uid": made.uid, "number": "2"})
        desk.do("order.amend", args)


def test_a_red_invoice_is_never_older_than_the_blue_one(desk: Desk) -> None:
    order(desk)
    made = desk.do("sales_invoice.save", {"number": "1", "customer": "C00043"})
    assert codes(desk, "sales_invoice.red", {"uid": made.uid, "number": "2", "day": "2026-06-11"}) == ["before_blue"]


def test_a_part_is_cancelled_in_red_and_never_more_than_the_blue_holds(desk: Desk) -> None:
    order(desk)
    note = desk.rows("delivery")[0]["uid"]
    lines = [{"delivery": note, "amount": "583.20"}, {"about": "其他", "amount": "16.80", "note": "运费"}]
    blue = desk.do("sales_invoice.save", {"number": "1", "customer": "C00043", "lines": lines}).uid
    desk.do("receipt.save", {"customer": "C00043", "amount": "600", "auto": True})
    made = desk.do("sales_invoice.red", {"uid": blue, "number": "2", "amount": "66.80"})
    assert "收过的 66.80 元变成预收" in made.message
    assert [(r["about"], r["amount"]) for r in desk.lines("sales_invoice_line", made.uid)] == [
        ("送货", -5_000),
        ("其他", -1_680),
    ]

    def stands() -> tuple[str, int, int, int]:
        row = desk.row("sales_invoice", blue) or {}
        who = next(r for r in desk.rows("customer") if r["code"] == "C00043")
        return row["state"], row["unpaid"], who["unbilled"], who["deposit"]

    assert stands() == ("paid", 0, 5_000, 6_680), "fifty of the goods wait for an invoice again"
    for much in ("533.21", "0", "-1"):
        assert codes(desk, "sales_invoice.red", {"uid": blue, "number": "3", "amount": much}) == ["over_red"]
    assert codes(desk, "sales_invoice.save", {"uid": blue, "lines": lines}) == ["red"]
    assert codes(desk, "delivery.void", {"uid": note}) == ["billed"]
    desk.do("sales_invoice.red", {"uid": blue, "number": "3"})
    assert stands() == ("red", 0, 58_320, 60_000)
    assert codes(desk, "sales_invoice.red", {"uid": blue, "number": "4"}) == ["red"]
    desk.do("sales_invoice.void", {"uid": made.uid})
    assert stands()[:2] == ("open", 6_680)
    sound(desk)


def test_the_due_day_follows_the_day_of_the_invoice_unless_somebody_typed_it(desk: Desk) -> None:
    lines = [{"about": "其他", "amount": "1"}]
    base = {"customer": "C00043", "day": "2026-06-10", "lines": lines}
    worked_out = desk.do("sales_invoice.save", {**base, "number": "1"}).uid
    typed = desk.do("sales_invoice.save", {**base, "number": "2", "due_date": "2026-09-01"}).uid
    for uid in (worked_out, typed):
        desk.do("sales_invoice.save", {"uid": uid, "day": "2026-01-10"})
    due = {r["number"]: r["due_date"] for r in desk.rows("sales_invoice")}
    assert due == {"1": "2026-03-02", "2": "2026-09-01"}


def test_amounts_beyond_all_business_are_refused_on_invoices_as_on_receipts(desk: Desk) -> None:
    lines = [{"about": "其他", "amount": "9999999999999.99"}]
    assert codes(desk, "sales_invoice.save", {"number": "1", "customer": "C00043", "lines": lines}) == ["too_much"]
    assert codes(desk, "receipt.save", {"customer": "C00043", "amount": "9999999999999.99"}) == ["too_much"]


def test_more_is_paid_back_than_he_has_only_with_a_reason(desk: Desk) -> None:
    desk.do("receipt.save", {"customer": "C00043", "amount": "300"})
    assert codes(desk, "receipt.save", {"customer": "C00043", "amount": "-300.01"}) == ["over_refund"]
    back = desk.do("receipt.save", {"customer": "C00043", "amount": "-200"}).uid
    desk.do("receipt.save", {"uid": back, "amount": "-300"})
    assert codes(desk, "receipt.save", {"uid": back, "amount": "-301"}) == ["over_refund"]
    sound(desk)


@pytest.mark.parametrize("month", ["0000-01", "0001-05", "2026-13", "2026-00", "2026-07", "六月", "99999-1"])
def test_a_month_that_is_none_is_refused_in_words(desk: Desk, month: str) -> None:
    assert codes(desk, "statement.make", {"customer": "C00043", "month": month}) == ["month"]


@pytest.mark.parametrize("month", ["２０２６－０５", "2026年5月", "202605", "2026/5", " 2026.05 "])
def test_a_month_is_read_as_people_write_it(desk: Desk, month: str) -> None:
    made = desk.do("statement.make", {"customer": "C00043", "month": month})
    assert [r["month"] for r in desk.rows("statement") if r["uid"] == made.uid] == ["2026-05"]


def test_a_statement_is_signed_once_and_not_before_it_was_sent(desk: Desk) -> None:
    uid = desk.do("statement.make", {"customer": "C00042", "month": "2026-05"}).uid
    assert codes(desk, "statement.send", {"uid": uid, "sent_how": "微信", "sent_at": "2026-06-13"}) == ["future"]
    desk.do("statement.send", {"uid": uid, "sent_how": "微信", "sent_at": "2026-06-10 09:00"})
    assert codes(desk, "statement.sign", {"uid": uid, "signed_at": "2026-06-09"}) == ["signed_early"]
    assert codes(desk, "statement.sign", {"uid": uid, "signed_at": "2026-06-13"}) == ["future"]
    desk.do("statement.sign", {"uid": uid, "signed_by": "陈刚"})
    assert codes(desk, "statement.sign", {"uid": uid}) == ["signed"]


def test_each_customer_gets_his_own_file_even_when_the_names_look_alike(desk: Desk, tmp_path: Path) -> None:
    for i, name in enumerate(("甲/乙“引”\n😀", "甲:乙“引”\n😀")):
        desk.do("customer.save", {"code": f"C0009{i}", "name": name})
        order(desk, ("P10013", "1", "92.50"), customer=f"C0009{i}")
    made = desk.do("statement.batch", {"month": "2026-06", "form": "pdfs", "folder": str(tmp_path / "out")})
    assert made.data["made"] == 3 == len(set(made.data["files"])) == len(list((tmp_path / "out").iterdir()))


def test_a_stopped_batch_leaves_neither_statements_nor_files(desk: Desk, tmp_path: Path) -> None:
    order(desk)

    class Stopped(Exception):
        pass

    def stop(done: int, whole: int) -> None:
        if done >= whole - 1:
            raise Stopped

    with pytest.raises(Stopped):
        desk.do("statement.batch", {"month": "2026-06", "form": "pdfs", "folder": str(tmp_path / "out")}, stop)
    assert desk.rows("statement") == [] and list((tmp_path / "out").iterdir()) == []


MOVES = st.lists(
    st.tuples(st.sampled_from(["order", "send", "sign", "bill", "pay", "refund", "red", "unpay", "unbill", "unsend", "undo"]),
              st.integers(1, 12)),
    max_size=14,
)  # fmt: skip


def _move(desk: Desk, what: str, much: int, step: int) -> None:
    """One thing that happens to the second customer; what makes no sense now is refused and changes nothing."""
    notes = [r["uid"] for r in desk.rows("delivery")]
    bills = [r["uid"] for r in desk.rows("sales_invoice")]
    receipts = [r["uid"] for r in desk.rows("receipt")]
    if what == "order":
        order(desk, ("P10012", str(much), "48.605"), deliver=False, reason="试")
    elif what == "send":
        for row in desk.rows("sales_order"):
            if row["stage"] in ("confirmed", "part"):
                line = desk.lines("order_line", row["uid"])[0]
                left = line["qty"] - (line["delivered"] or 0) - (line["closed"] or 0)
                qty = f"{min(left, much * 700) / 1000:.3f}"
                desk.do(
                    "order.deliver",
                    {"uid": row["uid"], "lines": [{"order_line": line["uid"], "qty": qty}], "reason": "急"},
                )
                return
    elif what == "sign" and notes:
        line = desk.lines("delivery_line", notes[-1])[0]["uid"]
        rejected = [{"delivery_line": line, "rejected": f"{much / 10:.1f}", "reject_reason": "破损"}]
        desk.do("delivery.sign", {"uid": notes[-1], "signed_by": "陈刚", "lines": rejected})
    elif what == "bill":
        desk.do("sales_invoice.save", {"number": f"F{step}", "customer": "C00043"})
    elif what in ("pay", "refund"):
        amount = f"{'-' if what == 'refund' else ''}{much * 37}.11"
        args = {"customer": "C00043", "amount": amount, "reference": f"S{step}", "reason": "试"}
        desk.do("receipt.save", args | ({"auto": True} if what == "pay" else {}))
    elif what == "red" and bills:
        desk.do(
            "sales_invoice.red",
            {"uid": bills[-1], "number": f"R{step}"} | ({"amount": f"{much}.03"} if much > 4 else {}),
        )
    elif what == "unpay" and receipts:
        desk.do("receipt.void", {"uid": receipts[much % len(receipts)]})
    elif what == "unbill" and bills:
        desk.do("sales_invoice.void", {"uid": bills[much % len(bills)]})
    elif what == "unsend" and notes:
        desk.do("delivery.void", {"uid": notes[much % len(notes)], "reason": "试"})
    elif what == "undo":
        desk.do("system.undo")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=MOVES)
def test_settled_never_exceeds_received_and_ageing_and_statement_add_up(
    tmp_path_factory: pytest.TempPathFactory, moves: list[tuple[str, int]]
) -> None:
    desk = small_desk(tmp_path_factory.mktemp("desk"))
    desk.do(
        "customer.save",
        {"uid": desk.rows("customer")[1]["uid"], "receivable": "321.09", "receivable_day": "2026-05-31"},
    )
    for step, (what, much) in enumerate([("order", 9), ("send", 5), *moves]):
        with contextlib.suppress(Refused):
            _move(desk, what, much, step)
    with desk.read() as reader:
        who = reader.row("SELECT * FROM customer WHERE code = 'C00043'") or {}
        aged = [r for r in queries.ageing_table(reader, "2027-02-28") if r["uid"] == who["uid"]]
        debts = sum(r[f"b{i}"] for r in aged for i in range(5))
        assert debts == who["unpaid"] + who["unbilled"] == sum(c.amount for c in queries.claims(reader, who["uid"]))
        over = reader.rows(
            "SELECT r.uid FROM receipt r JOIN receipt_line l ON l.receipt = r.uid AND l.void = 0 WHERE r.void = 0"
            " GROUP BY r.uid HAVING abs(sum(l.amount)) > abs(r.amount)"
        )
        assert over == [] and all(0 <= r["paid"] <= r["amount"] for r in reader.rows(
            "SELECT paid, amount FROM sales_invoice WHERE void = 0 AND red_of IS NULL"))  # fmt: skip
        june = statements.figures(reader, who["uid"], "2026-06-01", "2026-06-30")
        assert sum(june.ages) == june.closing == statements.balance_at(reader, who["uid"], "2026-06-30")
        ahead = reader.value(
            "SELECT count(*) FROM sales_order o WHERE (SELECT coalesce(sum(l.amount), 0) FROM sales_invoice_line l JOIN sales_invoice i"
            ' ON i.uid = l.invoice AND i.void = 0 WHERE l."order" = o.uid AND l.void = 0) > (SELECT coalesce(sum(d.amount), 0)'
            ' FROM order_line g JOIN delivery_line d ON d.order_line = g.uid AND d.void = 0 WHERE g."order" = o.uid)'
        )
        if not ahead:  # what is billed ahead of the goods is owed and in no statement yet
            assert june.closing == who["owed"]
    sound(desk)
    desk.close()


# -- delivery ----------------------------------------------------------------------------------------------------------


def test_pieces_below_a_cent_never_make_a_negative_note(desk: Desk) -> None:
    uid, line = order(desk, ("P20031", "10", "0.005"), deliver=False, reason="样品价")
    for _ in range(10):
        desk.do("order.deliver", {"uid": uid, "lines": [{"order_line": line["uid"], "qty": "1"}]})
    amounts = [r["amount"] for r in desk.rows("delivery")]
    assert sum(amounts) == line["amount"] == 5 and min(amounts) >= 0


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    price=st.integers(1, 30_000),
    steps=st.lists(st.tuples(st.sampled_from(["deliver", "close", "reopen", "void", "sign", "undo"]), st.integers(1, 4000)), max_size=9),
)  # fmt: skip
def test_whatever_is_done_no_more_leaves_than_was_ordered_and_the_cents_add_up(
    desk: Desk, price: int, steps: list[tuple[str, int]]
) -> None:
    """0 ≤ delivered + closed ≤ ordered, every note ≥ 0, and a line delivered whole is worth what was ordered."""
    args = {"price": f"{price / 10_000:.4f}", "reason": "试"}
    uid, line = order(desk, ("P20031", "7", args["price"]), deliver=False, reason="试")
    for what, much in steps:
        qty = f"{much / 1000:.3f}"
        note = next((r for r in desk.rows("delivery") if r["order"] == uid and not r["void"]), None)
        try:
            if what == "deliver":
                desk.do(
                    "order.deliver", {"uid": uid, "lines": [{"order_line": line["uid"], "qty": qty}], "reason": "急"}
                )
            elif what in ("close", "reopen"):
                rest = [{"order_line": line["uid"], "qty": qty}]
                more = {"close_reason": "尾数不发"} if what == "close" else {"note": "又要"}
                desk.do(f"order.{what}_rest", {"uid": uid, "lines": rest, **more})
            elif what == "void" and note is not None:
                desk.do("delivery.void", {"uid": note["uid"], "reason": "试"})
            elif what == "sign" and note is not None:
                sent = desk.lines("delivery_line", note["uid"])[0]["uid"]
                rejected = [{"delivery_line": sent, "rejected": qty, "reject_reason": "客户不要"}]
                desk.do("delivery.sign", {"uid": note["uid"], "signed_by": "陈刚", "lines": rejected})
            elif what == "undo":
                desk.do("system.undo")
        except Refused:
            continue
        rows = desk.lines("order_line", uid)
        if not rows:  # the order itself was taken back
            return
        now = rows[0]
        delivered, closed = now["delivered"] or 0, now["closed"] or 0
        assert delivered >= 0 and closed >= 0 and delivered + closed <= now["qty"]
        notes = [r for r in desk.rows("delivery") if r["order"] == uid and not r["void"]]
        assert all(r["amount"] >= 0 for r in notes)
        if delivered == now["qty"]:
            assert sum(r["amount"] for r in notes) == now["amount"]
    sound(desk)


def test_a_signature_lies_neither_ahead_nor_names_a_line_twice(desk: Desk) -> None:
    order(desk)
    note = desk.rows("delivery")[0]["uid"]
    line = desk.lines("delivery_line", note)[0]["uid"]
    base = {"uid": note, "signed_by": "陈“刚”😀"}
    assert codes(desk, "delivery.sign", {**base, "signed_on": "2026-12-31"}) == ["future"]
    twice = [{"delivery_line": line, "rejected": n, "reject_reason": "破损"} for n in ("2", "3")]
    assert codes(desk, "delivery.sign", {**base, "lines": twice}) == ["same_line"]


def test_goods_turned_down_after_the_invoice_are_told_to_the_clerk(desk: Desk) -> None:
    order(desk)
    desk.do("sales_invoice.save", {"number": "1", "customer": "C00043"})
    note = desk.rows("delivery")[0]["uid"]
    line = desk.lines("delivery_line", note)[0]["uid"]
    lines = [{"delivery_line": line, "rejected": "2", "reject_reason": "破损"}]
    made = desk.do("delivery.sign", {"uid": note, "signed_by": "陈刚", "lines": lines})
    assert [p.code for p in made.problems] == ["billed"] and "红冲" in made.problems[0].cure


def test_a_line_counted_in_two_heaps_is_the_sum_of_both(desk: Desk) -> None:
    order(desk)
    note = desk.rows("delivery")[0]["uid"]
    line = desk.lines("delivery_line", note)[0]["uid"]
    counted = [{"delivery_line": line, "counted": n} for n in ("5", "7")]
    assert desk.do("delivery.check", {"uid": note, "lines": counted}).data["differences"] == 0


def test_an_order_confirmed_at_once_comes_back_by_redo(desk: Desk) -> None:
    """Its row was written twice by one step; each change is judged on the row as it stood then."""
    order(desk)
    for _ in range(2):
        desk.do("system.undo")
    assert desk.rows("sales_order") == []
    for _ in range(2):
        desk.do("system.redo")
    assert [r["stage"] for r in desk.rows("sales_order")] == ["done"]
    sound(desk)


# -- days --------------------------------------------------------------------------------------------------------------


def test_a_limit_typed_without_year_lies_ahead(desk: Desk) -> None:
    """12.31 typed in June is this December for a due day, and last December for a day of something that happened."""
    uid = desk.do("order.save", {**order_args(BALL, customer="C00043"), "due_date": "12.31"}).uid
    assert [r["due_date"] for r in desk.rows("sales_order") if r["uid"] == uid] == ["2026-12-31"]
    desk.do("task.add", {"line": "12月31日前交年报"})
    assert [r["due"] for r in desk.rows("task")] == ["2026-12-31"]
    assert codes(desk, "receipt.save", {"customer": "C00043", "amount": "1", "day": "6.13"}) == ["future"]
    made = desk.do("receipt.save", {"customer": "C00043", "amount": "1", "day": "12.31"}).uid
    assert [r["day"] for r in desk.rows("receipt") if r["uid"] == made] == ["2025-12-31"]


# -- prices ------------------------------------------------------------------------------------------------------------


def test_a_raise_makes_nothing_free_and_asks_before_the_floor(desk: Desk) -> None:
    uid = desk.do("price_list.save", {"name": "华源价", "customer": "C00042"}).uid
    desk.do("price_line.save", {"list": uid, "product": "P10012", "price": "45"})
    args = {"uid": uid, "valid_from": "2028-02-29"}
    assert codes(desk, "price_list.raise", {**args, "percent": "-99.99%"}) == ["percent_large", "free"]
    assert codes(desk, "price_list.raise", {**args, "percent": "1000%"}) == ["percent_large"]
    assert codes(desk, "price_list.raise", {**args, "percent": "-20%"}) == ["below_floor"]
    desk.do("price_list.raise", {**args, "percent": "-20%", "reason": "清库存"})
    assert sorted((r["price"], r["valid_to"]) for r in desk.rows("price_line")) == [
        (360_000, None),
        (450_000, "2028-02-28"),
    ]
    line = desk.rows("price_line")[0]["uid"]
    assert desk.do("price_line.void", {"uid": line}).message == "已作废价目明细 不锈钢球阀 DN25", (
        "by its name, not its number"
    )


@pytest.mark.parametrize(
    "slip",
    [
        {"kind": "gift", "product": "P10012", "from_qty": "1", "gift_qty": "10"},
        {"kind": "discount", "discount": "12折"},
    ],
)
def test_a_promotion_that_gives_the_house_away_is_asked_about(desk: Desk, slip: dict[str, str]) -> None:
    base = {"name": "六月", "valid_from": "2026-06-01", "valid_to": "2026-06-30", **slip}
    assert codes(desk, "promotion.save", base) == ["generous"]
    desk.do("promotion.save", {**base, "reason": "尾货"})
