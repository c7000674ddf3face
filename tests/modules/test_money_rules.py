"""Due days, the spreading of invoices and payments over deliveries, ageing and proposals: sums are right to the cent (ORD-8)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesdesk.modules.money.rules import (
    Billed,
    Claim,
    Exposure,
    Sent,
    Target,
    ageing,
    bucket,
    due_day,
    propose,
    spread,
)


@pytest.mark.parametrize(
    ("settle", "days", "day", "due"),
    [
        ("款到发货", None, "2026-06-12", "2026-06-12"),
        ("货到付款", None, "2026-06-12", "2026-06-12"),
        ("货到付款", 7, "2026-06-12", "2026-06-19"),
        ("月结 30 天", None, "2026-06-12", "2026-07-30"),
        ("月结 60 天", None, "2026-01-31", "2026-04-01"),
        ("月结 30 天", 45, "2026-06-12", "2026-08-14"),
        ("其他", 15, "2026-06-12", "2026-06-27"),
        (None, None, "2024-02-29", "2024-02-29"),
    ],
)
def test_money_is_due_by_the_terms(settle: str | None, days: int | None, day: str, due: str) -> None:
    assert due_day(settle, days, day) == due


@pytest.mark.parametrize(
    ("due", "index"),
    [("2026-06-12", 0), ("2026-06-11", 1), ("2026-05-13", 1), ("2026-05-12", 2), ("2026-03-14", 3), ("2026-03-13", 4)],
)
def test_due_today_is_not_late(due: str, index: int) -> None:
    assert bucket(due, "2026-06-12") == index


def test_an_invoice_takes_over_the_delivery_it_names_then_the_oldest() -> None:
    sent = [Sent("a", "V1", "2026-06-01", 100), Sent("b", "V2", "2026-06-02", 50)]
    found = spread(sent, [Billed("2026-06-05", 50, "V2")], 0)
    assert found.to_bill == {"a": 100, "b": 0} and found.unbilled == 100 and found.moved == 0
    found = spread(sent, [Billed("2026-06-05", 120)], 0)
    assert found.to_bill == {"a": 0, "b": 30}


def test_a_deposit_is_used_up_by_goods_and_what_is_billed_ahead_is_no_debt_twice() -> None:
    found = spread([], [], 300)
    assert found.deposit == 300
    found = spread([Sent("a", "V1", "2026-06-01", 100)], [], 300)
    assert (found.unbilled, found.deposit) == (0, 200)
    found = spread([Sent("a", "V1", "2026-06-01", 100)], [Billed("2026-05-30", 250)], 0)
    assert (found.unbilled, found.ahead) == (0, 150)


def test_goods_of_the_opening_balance_are_owed_once_only() -> None:
    sent = [Sent("a", "V1", "2026-05-01", 100), Sent("b", "V2", "2026-06-02", 50)]
    found = spread(sent, [], 0, "2026-05-31")
    assert found.to_bill == {"a": 100, "b": 50} and found.owed == {"a": 0, "b": 50} and found.moved == 0
    found = spread(sent, [Billed("2026-06-05", 100, "V1")], 0, "2026-05-31")
    assert (found.moved, found.unbilled) == (100, 50), "the invoice takes the debt out of the opening balance"


DAYS = st.sampled_from([f"2026-{m:02d}-{d:02d}" for m in (4, 5, 6) for d in (1, 15, 28)])
AMOUNT = st.integers(1, 10**9)
SENT = st.lists(st.tuples(DAYS, AMOUNT, st.sampled_from("VWX")), max_size=6)
BILLED = st.lists(st.tuples(DAYS, AMOUNT, st.sampled_from(["", "V", "W", "X"]), st.booleans()), max_size=6)


@given(SENT, BILLED, st.integers(0, 10**9), st.sampled_from(["", "2026-04-30", "2026-05-15", "2026-12-31"]))
def test_the_debts_of_an_order_add_up_to_the_cent(
    goods: list[tuple[str, int, str]], papers: list[tuple[str, int, str, bool]], paid: int, cutoff: str
) -> None:
    sent = [Sent(str(i), v, day, amount) for i, (day, amount, v) in enumerate(sorted(goods))]
    billed = [Billed(day, amount, v) for day, amount, v, _ in papers]
    billed += [Billed(day, -amount, v) for day, amount, v, red in papers if red]
    found = spread(sent, billed, paid, cutoff)
    whole, invoiced = sum(s.amount for s in sent), sum(b.amount for b in billed)
    assert sum(found.to_bill.values()) == max(0, whole - invoiced)
    assert all(0 <= found.owed[s.uid] <= found.to_bill[s.uid] <= s.amount for s in sent)
    since = sum(b.amount for b in billed if b.day > cutoff)
    before = max(sum(s.amount for s in sent if s.day <= cutoff), sum(b.amount for b in billed if b.day <= cutoff), 0)
    growth = max(whole, invoiced) - before
    assert since + found.unbilled - found.deposit - found.moved == growth - paid
    if not cutoff:
        assert found.moved == 0


@given(st.integers(-(10**9), 10**12), st.lists(st.tuples(DAYS, st.integers(-(10**6), 10**9)), max_size=12))
def test_a_proposal_never_exceeds_and_goes_to_the_oldest(amount: int, debts: list[tuple[str, int]]) -> None:
    found = [Target("发票", str(i), due, open_, invoice=str(i)) for i, (due, open_) in enumerate(debts)]
    given_ = propose(amount, found)
    assert all(0 <= part <= max(0, t.open) for part, t in zip(given_, found, strict=True))
    assert sum(given_) == min(max(0, amount), sum(max(0, t.open) for t in found))
    for part, one in zip(given_, found, strict=True):
        if part:
            assert all(p == max(0, o.open) for p, o in zip(given_, found, strict=True) if o.due < one.due)


@given(st.lists(st.tuples(DAYS, st.integers(-(10**9), 10**9)), max_size=12), DAYS)
def test_ageing_adds_up(debts: list[tuple[str, int]], today: str) -> None:
    claims = [Claim("发票", "", "", due, due, amount) for due, amount in debts]
    assert sum(ageing(claims, today)) == sum(amount for _, amount in debts)


def test_the_buckets_of_exposure() -> None:
    have = Exposure(unpaid=100, unbilled=50, undelivered=30, deposit=60)
    assert (have.owed, have.total) == (90, 120)
