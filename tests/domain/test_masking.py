"""What a covered value still tells: never more than it may, and never something that could be saved."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Phone, Price, Text
from salesdesk.domain.masking import OPEN, SECRETS, STARS, WHOLE, covered, looks_masked, mask, shown

PHONE = Field("phone", "电话", Phone(), masked="phone")
COST = Field("cost", "成本价", Price(), masked="cost")


def test_a_number_is_recognised_by_its_ends() -> None:
    assert mask("13812886021") == "138****021"
    assert mask("0512-6666") == "05****66"
    assert mask("138") == STARS, "a short one is not half told"
    assert mask("  ") == ""
    assert mask("12.50", "cost") == STARS


def test_only_what_the_veil_names_is_covered() -> None:
    assert shown(PHONE, "13812886021", OPEN) == "13812886021"
    assert shown(PHONE, "13812886021", WHOLE - {"phone"}) == "13812886021"
    assert shown(COST, 125_000, WHOLE) == STARS
    assert shown(Field("name", "名称", Text()), "华源", WHOLE) == "华源"
    assert shown(PHONE, None, WHOLE) == "", "nothing is there to be hidden"
    assert not covered(PHONE, OPEN)


@given(st.text(min_size=1, max_size=60), st.sampled_from(sorted(SECRETS)))
def test_no_more_than_six_characters_are_told_and_never_all_but_three(text: str, secret: str) -> None:
    plain = text.strip()
    masked = mask(text, secret)
    if not plain:
        assert masked == ""
        return
    head, tail = masked.split(STARS, 1) if STARS not in plain else (masked[:3], masked[-3:])
    kept = len(masked) - len(STARS)
    assert kept <= 6 and len(plain) - kept >= min(3, len(plain))
    assert secret != "cost" or kept == 0
    if STARS not in plain:
        assert plain.startswith(head) and plain.endswith(tail)


@given(st.text(alphabet="0123456789-+() 苏州市路号", min_size=1, max_size=60))
def test_a_covered_value_is_known_for_one(text: str) -> None:
    masked = mask(text)
    assert looks_masked(masked) == bool(masked)
    assert looks_masked(masked.replace("*", "＊")) == bool(masked), "also in full width"
    assert not looks_masked(text)
