"""Which price holds (PRD-2): precedence, steps, days, promotions; what must be true of every quote."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesdesk.domain.kinds import Row
from salesdesk.modules.pricing.rules import Promotion, Step, quote

VALVE: Row = {"uid": "v", "name": "球阀", "unit": "只", "category": "c", "list_price": 486_000}
DAY = "2026-06-12"


def step(price: int, **more: Any) -> Step:
    return Step(f"s{price}", "L", "通用价", "v", price)._replace(**more)


def promotion(kind: str, **more: Any) -> Promotion:
    return Promotion(f"p-{kind}", f"促销{kind}", kind, "2026-06-01", "2026-06-30")._replace(**more)


def price(steps: list[Step], qty: int = 1, day: str = DAY, customer: str = "华源", grade: str = "A") -> int | None:
    return quote({"v": steps}, [], customer, grade, VALVE, qty * 1000, day).price


def test_without_a_list_the_standard_price_holds_and_binds_nobody() -> None:
    found = quote({}, [], "华源", "A", VALVE, None, DAY)
    assert (found.price, found.agreed, found.words) == (486_000, False, "")
    assert found.why == ("没有适用的价目表，按标准售价 48.60",)
    assert quote({}, [], "", "", {**VALVE, "list_price": None}, None, DAY).price is None


def test_the_customer_comes_before_his_grade_and_the_grade_before_everybody() -> None:
    general, graded = step(470_000, valid_from="2026-06-10"), step(460_000, grade="A")
    own = step(480_000, customer="华源")
    assert price([general, graded, own]) == 480_000, "his own list, even when it is dearer and older"
    assert price([general, graded, own], customer="长安") == 460_000
    assert price([general, graded, own], customer="长安", grade="B") == 470_000


def test_the_newest_day_wins_and_then_the_highest_step_reached() -> None:
    ladder = [step(470_000), step(450_000, from_qty=100_000), step(430_000, from_qty=500_000)]
    assert [price(ladder, q) for q in (1, 99, 100, 499, 500)] == [470_000, 470_000, 450_000, 450_000, 430_000]
    newer = [step(490_000, valid_from="2026-06-12"), step(440_000, from_qty=200_000, valid_from="2026-06-12")]
    assert [price(ladder + newer, q) for q in (1, 150, 200, 500)] == [490_000, 490_000, 440_000, 440_000]
    assert [price(ladder + newer, q, "2026-06-11") for q in (1, 150, 500)] == [470_000, 450_000, 430_000]


def test_a_price_holds_from_its_first_to_its_last_day_and_no_longer() -> None:
    one = [step(470_000, valid_from="2026-06-12", valid_to="2026-06-14")]
    days = [f"2026-06-{d}" for d in (11, 12, 14, 15)]
    assert [price(one, day=d) for d in days] == [486_000, 470_000, 470_000, 486_000]


def test_why_names_the_list_the_step_and_the_day() -> None:
    found = quote({"v": [step(450_000, from_qty=100_000, valid_from="2026-06-01")]}, [], "", "", VALVE, 100_000, DAY)
    assert found.why == ("通用价目表「通用价」（2026-06-01 起）：满 100 只 45.00",)
    assert found.words == "价目表「通用价」满 100"


def test_the_next_step_is_told() -> None:
    ladder = [step(470_000), step(450_000, from_qty=100_000)]
    assert quote({"v": ladder}, [], "", "", VALVE, 80_000, DAY).hint == "再加 20 只，满 100 是 45.00"
    assert quote({"v": ladder}, [], "", "", VALVE, 100_000, DAY).hint == ""


def test_the_promotion_worth_most_works_alone_unless_all_may_be_stacked() -> None:
    nine, half = promotion("discount", uid="a", discount=9_000), promotion("discount", uid="b", discount=9_500)
    assert quote({}, [nine, half], "", "", VALVE, 1000, DAY).price == 437_400
    both = [nine._replace(stacks=True), half._replace(stacks=True)]
    found = quote({}, both, "", "", VALVE, 1000, DAY)
    assert found.price == 415_530 and len(found.promotions) == 2
    special = promotion("special", price=400_000)
    assert quote({}, [*both, special], "", "", VALVE, 1000, DAY).price == 400_000, "one alone may be worth more"


def test_a_promotion_never_makes_it_dearer() -> None:
    found = quote({}, [promotion("special", price=500_000)], "", "", VALVE, 1000, DAY)
    assert found.price == 486_000 and not found.promotions


@pytest.mark.parametrize(("qty", "given"), [(9, 0), (10, 1), (25, 2)])
def test_buy_ten_get_one(qty: int, given: int) -> None:
    gift = promotion("gift", from_qty=10_000, gift_qty=1000)
    found = quote({}, [gift], "", "", VALVE, qty * 1000, DAY)
    assert sum(g.qty for g in found.gifts) == given * 1000
    assert found.price == 486_000 and not found.agreed, "a gift leaves the price alone"


def test_promotions_are_for_their_customer_grade_goods_and_days() -> None:
    for wrong in (
        {"customer": "长安"},
        {"grade": "B"},
        {"product": "w"},
        {"category": "d"},
        {"valid_to": "2026-06-11"},
    ):
        off = promotion("discount", discount=9_000, **wrong)
        assert quote({}, [off], "华源", "A", VALVE, 1000, DAY).price == 486_000, wrong
    for right in ({"customer": "华源"}, {"grade": "A"}, {"product": "v"}, {"category": "c"}, {"valid_to": DAY}):
        off = promotion("discount", discount=9_000, **right)
        assert quote({}, [off], "华源", "A", VALVE, 1000, DAY).price == 437_400, right


# -- for every policy --------------------------------------------------------------------------------------------------

days = st.sampled_from(["", "2026-06-01", "2026-06-10", DAY, "2026-06-13"])
quantities = st.integers(0, 600_000)
steps = st.builds(
    Step,
    uid=st.uuids().map(str),
    list=st.sampled_from("XYZ"),
    list_name=st.sampled_from("甲乙"),
    product=st.just("v"),
    price=st.integers(0, 900_000),
    from_qty=quantities,
    customer=st.sampled_from(["", "华源", "长安"]),
    grade=st.sampled_from(["", "A", "B"]),
    valid_from=days,
    valid_to=days,
)
promotions = st.builds(
    Promotion,
    uid=st.uuids().map(str),
    name=st.just("促销"),
    kind=st.sampled_from(["special", "discount", "gift"]),
    valid_from=days,
    valid_to=days,
    from_qty=quantities,
    price=st.integers(0, 900_000),
    discount=st.integers(1, 9_999),
    gift=st.sampled_from(["", "w"]),
    gift_price=st.integers(0, 900_000),
    gift_qty=st.integers(1, 5_000),
    grade=st.sampled_from(["", "A", "B"]),
    stacks=st.booleans(),
)


@given(st.lists(steps, max_size=8), st.lists(promotions, max_size=5), quantities, st.randoms())
def test_every_quote_stands_on_what_holds_and_does_not_depend_on_order(
    some: list[Step], offers: list[Promotion], qty: int, dice: Random
) -> None:
    found = quote({"v": some}, offers, "华源", "A", VALVE, qty, DAY)
    if found.step is not None:
        one = found.step
        assert (
            one.from_qty <= qty
            and one.valid_from <= DAY
            and one.valid_to in ("", *[d for d in (one.valid_to,) if d >= DAY])
        )
        assert one.customer in ("", "华源") and one.grade in ("", "A")
        assert found.base == one.price
    else:
        assert found.base == VALVE["list_price"]
    assert found.price is not None and found.base is not None and 0 <= found.price <= found.base
    for offer in found.promotions:
        assert offer.valid_from <= DAY <= offer.valid_to and offer.from_qty <= qty and offer.grade in ("", "A")
    assert len(found.promotions) <= 1 or all(p.stacks for p in found.promotions)
    mixed, mixed_offers = list(some), list(offers)
    dice.shuffle(mixed)
    dice.shuffle(mixed_offers)
    again = quote({"v": mixed}, mixed_offers, "华源", "A", VALVE, qty, DAY)
    assert (again.price, again.step) == (found.price, found.step)


@given(st.lists(promotions.filter(lambda p: p.kind != "gift"), max_size=5), quantities)
def test_no_single_price_promotion_would_have_been_better(offers: list[Promotion], qty: int) -> None:
    best = quote({}, offers, "华源", "A", VALVE, qty, DAY).price
    assert best is not None
    for offer in offers:
        alone = quote({}, [offer], "华源", "A", VALVE, qty, DAY).price
        assert alone is not None and (best <= alone or qty == 0)
