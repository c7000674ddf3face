"""Every kind of value: what is typed, shown, edited and handed to scripts is one value, and bad input is told with its cure."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesdesk.domain.errors import BadValue
from salesdesk.domain.kinds import (
    Choice,
    Day,
    Flag,
    Int,
    Kind,
    Link,
    Money,
    Note,
    Option,
    Phone,
    Price,
    Qty,
    Rate,
    Stamp,
    TaxId,
    Text,
    Value,
    options,
)

TODAY = "2026-06-12"
STATE = Choice(options=(Option("draft", "草稿"), Option("done", "已完成"), Option("due", "到期")))
NUMBERS = (Money(), Price(), Qty(), Rate(), Int())
EVERY: tuple[Kind, ...] = (*NUMBERS, Text(), Note(), Phone(), TaxId(), Day(), Stamp(), STATE, Flag(), Link())


@pytest.mark.parametrize("kind", EVERY, ids=lambda k: type(k).__name__)
@pytest.mark.parametrize("blank", [None, "", "   ", "\u3000", "\n"])
def test_blank_is_nothing_for_every_kind(kind: Kind, blank: object) -> None:
    assert kind.parse(blank, TODAY) is None
    assert (kind.show(None), kind.edit(None), kind.wire(None)) == ("", "", None)


@pytest.mark.parametrize("kind", NUMBERS, ids=lambda k: type(k).__name__)
@given(value=st.integers(-(10**13), 10**13))
def test_numbers_survive_screen_editor_and_scripts(kind: Kind, value: int) -> None:
    for told in (kind.show(value), kind.edit(value), kind.wire(value)):
        assert kind.parse(told, TODAY) == value


@given(st.dates(date(2000, 1, 1), date(2199, 12, 31)), st.times())
def test_days_and_stamps_survive(day: date, time: Any) -> None:
    moment = datetime.combine(day, time).replace(microsecond=0)
    assert Day().parse(day, TODAY) == Day().parse(day.isoformat(), TODAY) == day.isoformat()
    assert Stamp().parse(moment, TODAY) == Stamp().parse(Stamp().wire(moment.isoformat()), TODAY) == moment.isoformat()
    shown = Stamp().parse(Stamp().show(moment.isoformat()), TODAY)
    assert isinstance(shown, str) and shown[:16] == moment.isoformat()[:16]


@given(st.text(max_size=200))
def test_any_text_becomes_something_that_is_stored_and_read_back_the_same(typed: str) -> None:
    for kind in (Text(1000), Note(), Link()):
        value = kind.parse(typed, TODAY)
        assert value is None or isinstance(value, str)
        assert kind.parse(value, TODAY) == value
        if value:
            value.encode("utf-8")
            assert "\0" not in value


@pytest.mark.parametrize("kind", [STATE, Flag()], ids=["choice", "flag"])
def test_choices_and_flags_survive(kind: Kind) -> None:
    values: list[Value] = [o.key for o in STATE.options] if kind is STATE else [0, 1]
    for value in values:
        for told in (value, kind.show(value), kind.edit(value), kind.wire(value)):
            assert kind.parse(told, TODAY) == value


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        (Money(), "１，２３４．５０", 123450),
        (Money(), 3.4000000000000004, 340),
        (Money(), 0.1 + 0.2, 30),
        (Money(), Decimal("12.30"), 1230),
        (Money(), "¥1.2万", 1200000),
        (Price(), "48.6", 486000),
        (Qty(), "=12*3", 36000),
        (Qty(), 12, 12000),
        (Rate(), "13", 1300),
        (Rate(), "13%", 1300),
        (Rate(), "１３％", 1300),
        (Rate(), 13, 1300),
        (Rate(), 0.13, 1300),
        (Rate(), "0.13", 1300),
        (Rate(), 0.135, 1350),  # Excel keeps 13.5 % like this
        (Rate(), Decimal("0.0625"), 625),
        (Rate(), 13.5, 1350),
        (Rate(), 1, 100),
        (Rate(), "0.5%", 50),
        (Rate(), 0, 0),
        (Int(), "3.0", 3),
        (Text(), 10012.0, "10012"),
        (Text(), "ＡＢ　１２", "AB 12"),
        (Text(), "a\0b", "ab"),
        (Note(), "一行\r\n二行\r三行\0", "一行\n二行\n三行"),
        (Note(), "\ud800半个字", "半个字"),
        (Note(), "👨‍👩‍👧", "👨‍👩‍👧"),
        (Day(), "6.18", "2026-06-18"),
        (Day(), 46191, "2026-06-18"),
        (Stamp(), "10:24", "2026-06-12T10:24:00"),
        (STATE, "草", "draft"),
        (STATE, "已完成", "done"),
        (Flag(), True, 1),
        (Flag(), "×", 0),
        (Link(), " P10012 ", "P10012"),
    ],
)
def test_what_clerks_excel_and_scripts_write_is_understood(kind: Kind, raw: object, value: Value) -> None:
    assert kind.parse(raw, TODAY) == value


NO_TEXT: tuple[object, ...] = ([], {}, object(), b"12")
BAD: list[tuple[Kind, object]] = [
    *((kind, raw) for kind in NUMBERS for raw in ("十二只", "1..2", True, date(2026, 6, 1), 1e308, -1e308, 10**400)),
    *((kind, raw) for kind in NUMBERS for raw in (float("nan"), float("inf"), Decimal("NaN"), Decimal("1e30"))),
    *((kind, raw) for kind in NUMBERS for raw in NO_TEXT),
    (Money(), "3.141"),
    (Money(), 3.141),
    (Qty(least=1), 0),
    (Qty(least=1), "-5"),
    (Rate(), "13.005"),
    (Rate(), 13.005),
    (Rate(), 0.13555),
    (Rate(), "99999999999999%"),
    (Int(), 2.5),
    (Text(5), "一二三四五六"),
    (Text(), []),
    (Note(5), "一二三四五六"),
    (Note(), {}),
    (TaxId(), "91320594000000000X"),
    *((Day(), raw) for raw in ("2026-02-30", "+99999", 10**400, -1, 1e300, float("nan"), float("inf"), True, "六月")),
    *((Day(), raw) for raw in NO_TEXT),
    *((Stamp(), raw) for raw in ("25:00", "2026-13-01", 10**400)),
    (STATE, "d"),
    (STATE, "没有的"),
    (Flag(), "也许"),
    (Link(), []),
]


@pytest.mark.parametrize(("kind", "raw"), BAD, ids=lambda v: type(v).__name__ if isinstance(v, Kind) else str(v)[:20])
def test_bad_input_is_told_with_reason_and_cure(kind: Kind, raw: object) -> None:
    with pytest.raises(BadValue) as fault:
        kind.parse(raw, TODAY)
    assert fault.value.reason and fault.value.cure
    for english in ("Error", "invalid", "expected", "NaN"):
        assert english not in fault.value.reason + fault.value.cure


def test_plain_labels_are_their_own_keys() -> None:
    assert [(o.key, o.label) for o in options("电话", "微信")] == [("电话", "电话"), ("微信", "微信")]
    assert STATE.show("gone") == "gone" and STATE.option("gone") is None
