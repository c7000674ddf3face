"""折扣 as clerks write it: 9.5折, 95折, 95%, 0.95."""

from __future__ import annotations

import pytest

from salesdesk.domain.errors import BadValue
from salesdesk.domain.kinds import Discount


@pytest.mark.parametrize("raw", ["9.5折", "95折", "95%", "0.95", "9.5", 0.95, "九五折", "９.５折"])
def test_ninety_five_percent(raw: object) -> None:
    assert Discount().parse(raw) == 9_500


@pytest.mark.parametrize(
    ("raw", "value"), [("8折", 8_000), ("八折", 8_000), ("88折", 8_800), ("9.25折", 9_250), ("0.5折", 500)]
)
def test_others(raw: str, value: int) -> None:
    assert Discount().parse(raw) == value
    assert Discount().parse(Discount().wire(value)) == value
    assert Discount().parse(Discount().edit(value)) == value


@pytest.mark.parametrize("raw", ["10折", "0", "100%", "120%", "打折", "-9折", "9.99999折"])
def test_what_is_no_discount_is_refused(raw: str) -> None:
    with pytest.raises(BadValue):
        Discount().parse(raw)


def test_it_is_shown_as_people_say_it() -> None:
    assert Discount().show(9_500) == "9.5 折"
    assert Discount().show(8_000) == "8 折"
