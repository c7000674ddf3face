"""The kinds of value a field can hold: how each is typed, shown, handed to scripts, stored and compared.

Values are plain, exactly as they stand in the database: `str`, `int` or `None`. A kind turns typed text, Excel cells and
JSON into such a value (`parse`), and a value back into text for the screen and paper (`show`), for an editor (`edit`) or
for JSON (`wire`). Nothing else in the program converts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, Literal

from salesdesk.domain import dates, money, text
from salesdesk.domain.errors import BadValue

Value = str | int | None
Row = dict[str, Any]
"""One record: field key -> Value. Typed loosely because its fields come from declarations."""

Tone = Literal["neutral", "info", "warn", "prog", "ok", "err"]


@dataclass(frozen=True)
class Kind:
    """Base of all kinds. `parse(None)` and blank text give None for every kind."""

    sql: ClassVar[Literal["TEXT", "INTEGER"]] = "TEXT"
    align: ClassVar[Literal["left", "right", "center"]] = "left"
    numeric: ClassVar[bool] = False
    width: ClassVar[int] = 12  # usual width in characters, for columns
    hint: ClassVar[str] = ""  # example of what may be typed

    def parse(self, raw: object, today: str | None = None) -> Value:
        """Value of a typed text, an Excel cell or a JSON value; None when blank. Raises BadValue."""
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            return None
        return self.read(raw, today)

    def read(self, raw: object, today: str | None) -> Value:
        raise NotImplementedError

    def show(self, value: Value) -> str:
        """Text for the screen and for paper."""
        return "" if value is None else str(value)

    def edit(self, value: Value) -> str:
        """Text to put into an editor: no separators, no units."""
        return self.show(value)

    def wire(self, value: Value) -> Any:
        """JSON form: what `parse` reads back to the same value."""
        return value


def _plain(raw: object) -> str:
    """Text of whatever a cell or script handed over; whole floats lose their ".0"."""
    if isinstance(raw, str):
        return raw
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    if isinstance(raw, datetime):
        return raw.isoformat(sep=" ", timespec="seconds")
    if isinstance(raw, date):
        return raw.isoformat()
    if isinstance(raw, (int, float, Decimal)):
        return str(raw)
    raise BadValue("这里要一段文字", "请直接填文字或数字")


@dataclass(frozen=True)
class Text(Kind):
    """One line of text, normalised (full width to half width, no outer blanks)."""

    longest: int = 200
    search: bool = False
    width: ClassVar[int] = 16

    def read(self, raw: object, today: str | None) -> Value:
        value = text.normalize(_plain(raw))
        if len(value) > self.longest:
            raise BadValue(f"太长了，有 {len(value)} 个字", f"请缩到 {self.longest} 个字以内")
        return value or None


@dataclass(frozen=True)
class Note(Kind):
    """Several lines of free text, kept as typed."""

    longest: int = 4000
    width: ClassVar[int] = 24

    def read(self, raw: object, today: str | None) -> Value:
        value = text.printable_lines(_plain(raw)).strip()
        if len(value) > self.longest:
            raise BadValue(f"太长了，有 {len(value)} 个字", f"请缩到 {self.longest} 个字以内")
        return value or None


@dataclass(frozen=True)
class Password(Kind):
    """Something secret: taken exactly as typed; what is kept of it (a hash) is never shown, exported or handed to scripts."""

    def read(self, raw: object, today: str | None) -> Value:
        return _plain(raw)

    def show(self, value: Value) -> str:
        return "" if value is None else "已设"

    def edit(self, value: Value) -> str:
        return ""

    def wire(self, value: Value) -> Any:
        return None


@dataclass(frozen=True)
class Phone(Text):
    """Phone or mobile number; kept as typed, plausibility is a warning of the rules, not of the kind."""

    longest: int = 60
    width: ClassVar[int] = 14


@dataclass(frozen=True)
class TaxId(Text):
    """纳税人识别号 / 统一社会信用代码: upper case, no blanks, check digit verified (GB 32100-2015)."""

    longest: int = 20
    width: ClassVar[int] = 20

    def read(self, raw: object, today: str | None) -> Value:
        value = text.normalize(_plain(raw)).upper().replace(" ", "").replace("-", "")
        reason = text.tax_id_problem(value)
        if reason:
            raise BadValue(reason, "请对照营业执照或开票资料逐位核对")
        return value


@dataclass(frozen=True)
class _Scaled(Kind):
    """A decimal number kept as an integer times a fixed scale."""

    sql: ClassVar[Literal["TEXT", "INTEGER"]] = "INTEGER"
    align: ClassVar[Literal["left", "right", "center"]] = "right"
    numeric: ClassVar[bool] = True
    scale: ClassVar[int] = 1
    shown: ClassVar[int] = 0  # decimals always shown
    hint: ClassVar[str] = "可以写算式，如 =1000*2+5"
    least: int | None = None  # smallest allowed stored value

    def read(self, raw: object, today: str | None) -> Value:
        value = self._scaled(raw, self.scale)
        if self.least is not None and value < self.least:
            raise BadValue(f"「{self.show(value)}」太小", f"不能小于 {self.show(self.least)}")
        return value

    def _scaled(self, raw: object, scale: int) -> int:
        """The number times a scale, exactly. Raises BadValue for what is no number, has too many decimals or is too big."""
        if isinstance(raw, str):
            value = money.parse_scaled(raw, scale)
        elif isinstance(raw, (bool, date, datetime)):
            raise BadValue(f"「{_plain(raw)}」不是数字", "请填数字，例如 12 或 12.5")
        elif isinstance(raw, int):
            value = raw * scale
        elif isinstance(raw, float):
            value = self._rounded(Decimal(repr(raw)), scale)
        elif isinstance(raw, Decimal):
            value = self._rounded(raw, scale)
        else:
            value = money.parse_scaled(_plain(raw), scale)
        if abs(value) > money.LIMIT:
            raise BadValue("数字太大", "请核对小数点和单位")
        return value

    def _rounded(self, number: Decimal, scale: int) -> int:
        """Excel hands over binary floats: 3.4 arrives as 3.4000000000000004 after a formula; round at 9 places first."""
        if not number.is_finite():
            raise BadValue("不是有效的数字", "请填数字，例如 12 或 12.5")
        if abs(number) > money.LIMIT:
            raise BadValue("数字太大", "请核对小数点和单位")
        scaled = round(number, 9) * scale
        if scaled != scaled.to_integral_value():
            cleaned = round(scaled, 3)
            if cleaned != cleaned.to_integral_value():
                raise BadValue(f"「{number.normalize():f}」小数位太多", _decimals(money.decimals_of(scale)))
            return int(cleaned)
        return int(scaled)

    def show(self, value: Value) -> str:
        return "" if value is None else money.show_scaled(int(value), self.scale, self.shown)

    def edit(self, value: Value) -> str:
        return "" if value is None else money.show_scaled(int(value), self.scale, self.shown, group=False)

    def wire(self, value: Value) -> Any:
        return None if value is None else money.show_scaled(int(value), self.scale, self.shown, group=False)


def _decimals(places: int) -> str:
    return f"最多 {places} 位小数" if places else "这里只能填整数"


class Money(_Scaled):
    """An amount, integer 分."""

    scale: ClassVar[int] = money.MONEY_SCALE
    shown: ClassVar[int] = 2
    width: ClassVar[int] = 12


class Price(_Scaled):
    """A unit price, integer 1/10000 元."""

    scale: ClassVar[int] = money.PRICE_SCALE
    shown: ClassVar[int] = 2
    width: ClassVar[int] = 10


class Qty(_Scaled):
    """A quantity, integer 1/1000 of the unit."""

    scale: ClassVar[int] = money.QTY_SCALE
    width: ClassVar[int] = 9


_HIGHEST_RATE = money.LIMIT * 100 // money.RATE_SCALE
"""What can be typed without the percent sign as well."""


class Rate(_Scaled):
    """A rate such as 13 %, integer 1/10000. Typed as 13, 13% or 0.13; below 1 without a sign it is a ratio, as Excel keeps it."""

    scale: ClassVar[int] = 100
    width: ClassVar[int] = 7
    hint: ClassVar[str] = "例如 13%"

    def _scaled(self, raw: object, scale: int) -> int:
        typed = text.normalize(raw) if isinstance(raw, str) else ""
        if typed.endswith("%"):
            percent = super()._scaled(typed.removesuffix("%").strip(), scale)
            if abs(percent) > _HIGHEST_RATE:
                raise BadValue(f"「{typed}」太大了", "请核对百分号前面的数")
            return percent
        value = super()._scaled(raw, money.RATE_SCALE)
        if abs(value) < money.RATE_SCALE:
            return value
        percent, rest = divmod(value, money.RATE_SCALE // scale)
        if rest:
            raise BadValue(f"「{_plain(raw)}」小数位太多", _decimals(money.decimals_of(scale)))
        return percent

    def show(self, value: Value) -> str:
        return "" if value is None else super().show(value) + "%"

    def edit(self, value: Value) -> str:
        """Without the sign, except below 1 %, where the bare number would be read as a ratio."""
        return super().edit(value) + ("%" if value is not None and 0 < abs(int(value)) < self.scale else "")

    def wire(self, value: Value) -> Any:
        return None if value is None else super().wire(value) + "%"


class Discount(_Scaled):
    """What is left of a price, integer 1/10000: 9.5折, 95折, 95% and 0.95 are all 9500. Always below the whole price."""

    scale: ClassVar[int] = money.RATE_SCALE
    width: ClassVar[int] = 8
    hint: ClassVar[str] = "例如 9.5折、95%"

    def _scaled(self, raw: object, scale: int) -> int:
        typed = text.normalize(raw) if isinstance(raw, str) else ""
        number: object = typed.removesuffix("折").removesuffix("%").strip() if typed else raw
        value = super()._scaled(number, scale)
        if typed.endswith("%") or value > 10 * scale:
            parts = 100
        else:
            parts = 10 if typed.endswith("折") or value >= scale else 1
        part, rest = divmod(value, parts)
        if rest:
            raise BadValue(f"「{_plain(raw)}」小数位太多", "请写到 9.55 折这样的位数")
        if not 0 < part < scale:
            raise BadValue(f"「{_plain(raw)}」不是折扣", "折扣要在 0 到 10 折之间，例如 9.5折")
        return part

    def show(self, value: Value) -> str:
        return "" if value is None else f"{money.show_scaled(int(value), self.scale // 10, 0)} 折"

    def edit(self, value: Value) -> str:
        return self.show(value).replace(" ", "")

    def wire(self, value: Value) -> Any:
        return None if value is None else self.edit(value)


class Int(_Scaled):
    """A whole number."""

    width: ClassVar[int] = 6
    hint: ClassVar[str] = ""

    def wire(self, value: Value) -> Any:
        return value


class Year(Int):
    """A calendar year, shown without a mark for the thousands."""

    def show(self, value: Value) -> str:
        return self.edit(value)


@dataclass(frozen=True)
class Day(Kind):
    """A calendar day, ISO text; never a moment in UTC. ahead: a promise or a limit, see `dates.parse_day`."""

    ahead: bool = False
    width: ClassVar[int] = 11
    hint: ClassVar[str] = "6.18、+3、周五、月底"

    def read(self, raw: object, today: str | None) -> Value:
        return dates.parse_day(raw, today or date.today().isoformat(), self.ahead)


class Stamp(Kind):
    """A local moment to the second, ISO text without a zone."""

    width: ClassVar[int] = 16

    def read(self, raw: object, today: str | None) -> Value:
        return dates.parse_stamp(raw, today or date.today().isoformat())

    def show(self, value: Value) -> str:
        return "" if value is None else str(value)[:16].replace("T", " ")


@dataclass(frozen=True)
class Option:
    """One choice: stored key, shown label, and how a chip of it looks (tone, icon of resources/icons)."""

    key: str
    label: str
    tone: Tone = "neutral"
    icon: str = ""


@dataclass(frozen=True)
class Choice(Kind):
    """One of a few fixed options; typed by label, key or the first letters of either."""

    options: tuple[Option, ...] = ()
    width: ClassVar[int] = 9

    def option(self, value: Value) -> Option | None:
        return next((o for o in self.options if o.key == value), None)

    def read(self, raw: object, today: str | None) -> Value:
        typed = text.normalize(_plain(raw))
        for option in self.options:
            if typed in (option.key, option.label):
                return option.key
        starts = [o for o in self.options if o.label.startswith(typed) or o.key.startswith(typed.lower())]
        if len(starts) == 1:
            return starts[0].key
        raise BadValue(f"没有「{typed}」这一项", f"请从「{'、'.join(o.label for o in self.options)}」里选")

    def show(self, value: Value) -> str:
        option = self.option(value)
        return option.label if option else ("" if value is None else str(value))


def options(*labels: str) -> tuple[Option, ...]:
    """Options whose key is the Chinese label itself: for lists that are only ever read by people."""
    return tuple(Option(label, label) for label in labels)


class Flag(Kind):
    """Yes or no, stored 1 or 0."""

    sql: ClassVar[Literal["TEXT", "INTEGER"]] = "INTEGER"
    align: ClassVar[Literal["left", "right", "center"]] = "center"
    width: ClassVar[int] = 5

    def read(self, raw: object, today: str | None) -> Value:
        typed = text.normalize(_plain(raw)).lower()
        if typed in ("是", "1", "true", "y", "yes", "√", "有", "对"):
            return 1
        if typed in ("否", "0", "false", "n", "no", "×", "无", "不"):
            return 0
        raise BadValue(f"「{typed}」看不懂", "请填 是 或 否")

    def show(self, value: Value) -> str:
        return "" if value is None else ("是" if value else "否")

    def wire(self, value: Value) -> Any:
        return None if value is None else bool(value)


@dataclass(frozen=True)
class Link(Kind):
    """Another record, stored as its uid. Scripts may also give its code, number or exact name (resolved by the verb door).

    weak: the row only remembers something about that record and does not keep it from being voided.
    """

    entity: str = ""
    weak: bool = False
    width: ClassVar[int] = 18

    def read(self, raw: object, today: str | None) -> Value:
        return text.normalize(_plain(raw)) or None
