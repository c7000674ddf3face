"""Money: typed numbers, sums, tax, and amounts in capitals."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesdesk.domain import money
from salesdesk.domain.errors import BadValue
from salesdesk.domain.money import LIMIT, MONEY_SCALE, PRICE_SCALE, QTY_SCALE, RATE_SCALE

# Rows marked (附一) are the examples of 《支付结算办法》附一 itself.
IN_WORDS = [
    (0, "零元整"),
    (1, "壹分"),
    (5, "伍分"),
    (10, "壹角"),
    (16, "壹角陆分"),
    (50, "伍角"),
    (99, "玖角玖分"),
    (100, "壹元整"),
    (101, "壹元零壹分"),
    (110, "壹元壹角"),
    (1000, "壹拾元整"),
    (1005, "壹拾元零伍分"),
    (1050, "壹拾元零伍角"),
    (1100, "壹拾壹元整"),
    (1900, "壹拾玖元整"),
    (2035, "贰拾元零叁角伍分"),
    (10000, "壹佰元整"),
    (10100, "壹佰零壹元整"),
    (11000, "壹佰壹拾元整"),
    (11200, "壹佰壹拾贰元整"),
    (32504, "叁佰贰拾伍元零肆分"),  # (附一)
    (100000, "壹仟元整"),
    (100100, "壹仟零壹元整"),
    (101000, "壹仟零壹拾元整"),
    (140950, "壹仟肆佰零玖元伍角"),  # (附一)
    (168032, "壹仟陆佰捌拾元零叁角贰分"),  # (附一)
    (600714, "陆仟零柒元壹角肆分"),  # (附一)
    (1000000, "壹万元整"),
    (1000100, "壹万零壹元整"),
    (1100000, "壹万壹仟元整"),
    (1640902, "壹万陆仟肆佰零玖元零贰分"),  # (附一)
    (10000000, "壹拾万元整"),
    (10000001, "壹拾万元零壹分"),
    (10700053, "壹拾万柒仟元零伍角叁分"),  # (附一)
    (100000000, "壹佰万元整"),
    (100001000, "壹佰万零壹拾元整"),
    (1000000000, "壹仟万元整"),
    (1000100000, "壹仟万壹仟元整"),
    (10000000000, "壹亿元整"),
    (10000000005, "壹亿元零伍分"),
    (10000000100, "壹亿零壹元整"),
    (10000100000, "壹亿零壹仟元整"),
    (10001000000, "壹亿零壹万元整"),
    (10010000000, "壹亿零壹拾万元整"),
    (11000000000, "壹亿壹仟万元整"),
    (12345678901, "壹亿贰仟叁佰肆拾伍万陆仟柒佰捌拾玖元零壹分"),
    (100000000000, "壹拾亿元整"),
    (100001000000, "壹拾亿零壹万元整"),
    (100000010000, "壹拾亿零壹佰元整"),
    (100000000000000, "壹万亿元整"),
    (100005000000000, "壹万亿伍仟万元整"),
    (100010000000000, "壹万零壹亿元整"),
    (LIMIT, "壹拾万亿元整"),
    (-1, "负壹分"),
    (-12345, "负壹佰贰拾叁元肆角伍分"),
]


@pytest.mark.parametrize(("fen", "words"), IN_WORDS)
def test_amount_in_words(fen: int, words: str) -> None:
    assert money.amount_in_words(fen) == words
    assert money.words_to_amount(words) == fen


@pytest.mark.parametrize(
    ("words", "fen"),
    [
        ("贰拾圆零叁角伍分", 2035),
        ("贰拾元叁角伍分", 2035),
        ("陆圆叁角玖分", 639),
        ("（负数）壹佰圆整", -10000),
        ("负人民币壹佰元整", -10000),
        ("人民币：壹佰元正", 10000),
        ("人民币（大写）壹佰元整", 10000),
        ("壹拾万零柒仟元伍角叁分", 10700053),
        ("壹佰元零角零分", 10000),
        ("壹佰元零整", 10000),
        ("壹仟伍元整", 100500),
        ("壹仟零零伍元整", 100500),
        ("拾元整", 1000),
        ("一百二十元五角", 12050),
        ("壹佰元伍角整", 10050),
        ("零元伍角", 50),
        ("零角伍分", 5),
        ("叄仟陸佰圓整", 360000),
        (" 壹 佰 元 整 ", 10000),
    ],
)
def test_words_are_read_by_value(words: str, fen: int) -> None:
    assert money.words_to_amount(words) == fen


@pytest.mark.parametrize(
    "words",
    ["", "元整", "整", "壹佰", "伍零元", "二〇元", "壹拾角", "12元", "壹佰元元", "壹分壹角", "壹万万元", "佰元", "壹贰元", "壹佰壹佰元",
     "负", "壹佰美元", "壹角角", "玖拾玖万亿元整"],
)  # fmt: skip
def test_words_that_are_no_amount(words: str) -> None:
    with pytest.raises(ValueError, match="大写金额"):
        money.words_to_amount(words)


def test_too_much_for_words() -> None:
    with pytest.raises(ValueError, match="太大"):
        money.amount_in_words(LIMIT + 1)


@given(st.integers(-LIMIT, LIMIT) | st.integers(-10000, 10000) | st.integers(0, 10).map(lambda n: 10**n))
def test_words_round_trip(fen: int) -> None:
    words = money.amount_in_words(fen)
    assert money.words_to_amount(words) == fen
    assert money.words_to_amount(f"人民币{words.replace('元', '圆').replace('整', '正')}") == fen
    assert "零零" not in words
    assert words.endswith(("整", "角", "分"))


@pytest.mark.parametrize(
    ("text", "scale", "value"),
    [
        ("12.5", 100, 1250),
        ("１２．５", 100, 1250),
        ("12。5", 100, 1250),
        (" 12 ", 100, 1200),
        ("-3", 1000, -3000),
        ("－3", 1000, -3000),
        ("+3", 1000, 3000),
        (".5", 100, 50),
        ("5.", 100, 500),
        ("007", 1, 7),
        ("1.500", 10, 15),
        ("1,234.5", 100, 123450),
        ("1，234，567", 1, 1234567),
        ("¥12", 100, 1200),
        ("￥1,234.56元", 100, 123456),
        ("¥-5", 100, -500),
        ("-¥5", 100, -500),
        ("RMB 500", 100, 50000),
        ("人民币五百元整", 100, 50000),
        ("12 元", 100, 1200),
        ("3块5", 100, 350),
        ("3元5角2分", 100, 352),
        ("3元5分", 100, 305),
        ("五角", 100, 50),
        ("壹仟肆佰零玖元伍角", 100, 140950),
        ("1.2万", 100, 1200000),
        ("1.2万元", 100, 1200000),
        ("1.2百万", 1, 1200000),
        ("2亿", 1, 200000000),
        ("1万2", 1, 12000),
        ("3千5", 1, 3500),
        ("1万2345", 1, 12345),
        ("一百二十", 1, 120),
        ("十二", 1, 12),
        ("二十", 1, 20),
        ("三千五", 1, 3500),
        ("三千零五", 1, 3005),
        ("三千零五十", 1, 3050),
        ("两百", 1, 200),
        ("两百五", 1, 250),
        ("一万二", 1, 12000),
        ("十万", 1, 100000),
        ("一亿二千万", 1, 120000000),
        ("一万亿", 1, 10**12),
        ("三点五", 100, 350),
        ("一点二万", 1, 12000),
        ("一百二十点五", 10, 1205),
        ("二〇二六", 1, 2026),
        ("零", 100, 0),
        ("=1000*2+5", 100, 200500),
        ("1000*2+5", 100, 200500),
        ("（1+2）×3÷4", 100, 225),
        ("2*(3+4)*5", 1, 70),
        ("10-2-3", 1, 5),
        ("100/10/5", 1, 2),
        ("2*-3", 1, -6),
        ("=(100)", 1, 100),
        ("10x2.5", 100, 2500),
        ("1.2万*3", 1, 36000),
        ("0.1+0.2", 100, 30),
        ("1.005*1000", 100, 100500),
        ("10/3", 100, 333),
        ("20/3", 100, 667),
        ("-1/8", 100, -13),
        ("1000*13%", 100, 13000),
        ("1000.55*13%", 100, 13007),
        ("13%", RATE_SCALE, 1300),
        ("9999999999999.99", 100, LIMIT - 1),
    ],
)
def test_typed_numbers(text: str, scale: int, value: int) -> None:
    assert money.parse_scaled(text, scale) == value


@pytest.mark.parametrize(
    ("text", "scale", "reason"),
    [
        ("", 100, "还没有填"),
        ("=", 100, "还没有填"),
        ("12，3", 100, "逗号的位置"),
        ("1,2345", 100, "逗号的位置"),
        ("0,123", 100, "逗号的位置"),
        ("1.234,5", 100, "逗号的位置"),
        ("1.2.3", 100, "2 个小数点"),
        ("1.005", 100, "最多 2 位小数"),
        ("1.5", 1, "只能填整数"),
        ("=12.35*0.13", 100, "算出来是 1.6055"),
        ("abc", 100, "「a」不是数字"),
        ("1e5", 100, "「e」不是数字"),
        ("①", 100, "不是数字"),
        ("10²", 100, "不是数字"),
        ("١٢", 100, "不是数字"),
        ("5*", 100, "看不懂"),
        ("--5", 100, "看不懂"),
        ("1)", 100, "看不懂"),
        ("()", 100, "看不懂"),
        ("¥", 100, "看不懂"),
        ("1+¥", 100, "看不懂"),
        ("(1", 100, "右括号"),
        ("1/0", 100, "除以了 0"),
        ("1/(2-2)", 100, "除以了 0"),
        ("12 3", 100, "有空格"),
        ("(100)", 100, "请写成|负数"),
        ("（1,000.00）", 100, "-1,000.00"),
        ("13%", 100, "百分数"),
        ("2026-06-18", 100, "像是日期"),
        ("0512-6543210", 100, "像是号码"),
        ("3万500", 1, "两种读法"),
        ("百", 1, "写法不对"),
        ("十百", 1, "写法不对"),
        ("一二百", 1, "写法不对"),
        ("一百一百", 1, "写法不对"),
        ("一万亿亿", 1, "写法不对"),
        ("9" * 16, 1, "太大"),
        ("10000000000000.01", 100, "太大"),
        ("99999*99999*99999*99999", 1, "太大"),
        ("1" * 300, 1, "太长"),
        ("(" * 60 + "1" + ")" * 60, 1, "套得太多"),
    ],
)
def test_refused_numbers_say_why_and_how(text: str, scale: int, reason: str) -> None:
    with pytest.raises(BadValue, match=reason) as fault:
        money.parse_scaled(text, scale)
    assert fault.value.cure
    assert "。。" not in str(fault.value)


@given(st.text(alphabet="0123456789.,+-*/()%=¥元万亿一二十百千零两点 ，。×÷角分x", max_size=24))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        value = money.parse_scaled(text, MONEY_SCALE)
    except ValueError as fault:
        assert str(fault)
    else:
        assert abs(value) <= LIMIT


@given(
    st.integers(-LIMIT, LIMIT),
    st.sampled_from([1, MONEY_SCALE, QTY_SCALE, PRICE_SCALE]),
    st.integers(0, 4),
    st.booleans(),
)
def test_shown_numbers_are_read_back(value: int, scale: int, least: int, group: bool) -> None:
    shown = money.show_scaled(value, scale, min_decimals=min(least, money.decimals_of(scale)), group=group)
    assert money.parse_scaled(shown, scale) == value
    assert money.parse_scaled(f"¥{shown}元", scale) == value


@pytest.mark.parametrize(
    ("value", "scale", "options", "text"),
    [
        (123450, 100, {}, "1,234.5"),
        (123450, 100, {"min_decimals": 2}, "1,234.50"),
        (123400, 100, {}, "1,234"),
        (123400, 100, {"group": False}, "1234"),
        (-5, 100, {"min_decimals": 2}, "-0.05"),
        (0, 100, {"min_decimals": 2}, "0.00"),
        (123456, 10000, {"max_decimals": 2}, "12.35"),
        (-4, 1000, {"max_decimals": 2, "min_decimals": 2}, "0.00"),
        (995, 1000, {"max_decimals": 0}, "1"),
        (7, 1, {}, "7"),
        (1234567890, 1, {}, "1,234,567,890"),
    ],
)
def test_show_scaled(value: int, scale: int, options: dict[str, int], text: str) -> None:
    assert money.show_scaled(value, scale, **options) == text  # type: ignore[arg-type]


def test_only_powers_of_ten_are_scales() -> None:
    with pytest.raises(ValueError, match="power of ten"):
        money.show_scaled(1, 12)


@given(st.integers(-(10**20), 10**20), st.integers(1, 10**9))
def test_rounding_is_half_up_away_from_zero(numerator: int, denominator: int) -> None:
    # Twice the number is enough to see every tie exactly, without a decimal expansion.
    exact = money.round_half_up(numerator, denominator)
    assert abs(2 * (exact * denominator - numerator)) <= denominator
    if 2 * abs(numerator) % (2 * denominator) == denominator:
        assert abs(exact) * denominator > abs(numerator)
    assert money.round_half_up(-numerator, denominator) == -exact
    assert money.round_half_up(-numerator, -denominator) == exact


@given(st.integers(0, 10**9), st.integers(0, 10**8))
def test_line_amount_is_quantity_times_price(qty: int, price: int) -> None:
    exact = Decimal(qty) / QTY_SCALE * (Decimal(price) / PRICE_SCALE)
    assert money.line_amount(qty, price) == int((exact * 100).quantize(Decimal(1), ROUND_HALF_UP))
    assert money.line_amount(-qty, price) == -money.line_amount(qty, price)


def test_line_amount_examples() -> None:
    assert money.line_amount(12_000, 12_5000) == 150_00  # 12 × 12.50
    assert money.line_amount(1_000, 50) == 1  # 0.005 元
    assert money.line_amount(3_333, 1_0000) == 333


@given(st.integers(-(10**12), 10**12), st.sampled_from([0, 100, 300, 600, 900, 1300, 1700]))
def test_tax_and_net_make_the_total(total: int, rate: int) -> None:
    net, tax = money.tax_split(total, rate)
    assert net + tax == total
    assert abs(tax * RATE_SCALE - net * rate) <= RATE_SCALE + rate  # 税额 = 不含税金额 × 税率, to the 分
    assert rate or not tax


def test_tax_examples() -> None:
    assert money.tax_split(113_00, 1300) == (100_00, 13_00)
    assert money.tax_split(100_00, 1300) == (88_50, 11_50)
    with pytest.raises(ValueError, match="税率"):
        money.tax_split(100, -1)


@given(st.integers(-(10**13), 10**13), st.lists(st.integers(0, 10**12), min_size=1, max_size=30))
def test_allocated_parts_sum_exactly(total: int, weights: list[int]) -> None:
    parts = money.allocate(total, weights)
    whole = sum(weights)
    assert sum(parts) == total
    if whole:
        assert all(abs(part * whole - total * weight) < whole for part, weight in zip(parts, weights, strict=True))
    else:
        assert max(parts) - min(parts) <= 1


def test_allocate_examples() -> None:
    assert money.allocate(100, [1, 1, 1]) == [34, 33, 33]
    assert money.allocate(-100, [1, 1, 1]) == [-34, -33, -33]
    assert money.allocate(5, [0, 0]) == [3, 2]
    assert money.allocate(10, [0, 3]) == [0, 10]
    assert money.allocate(0, []) == []
    with pytest.raises(ValueError, match="没有可以分摊的行"):
        money.allocate(1, [])
    with pytest.raises(ValueError, match="负数"):
        money.allocate(1, [1, -1])
