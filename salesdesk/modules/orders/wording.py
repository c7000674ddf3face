"""Reads one message the way a clerk does: what is wanted, how many, at what price, until when, and what is only talk."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from salesdesk.modules.orders.clauses import GREETING, Clause, apart, bare_words, clauses_of, noun_of
from salesdesk.modules.orders.framing import mark_days, mark_frame, mark_places, mark_sizes
from salesdesk.modules.orders.goods import is_size, spelled
from salesdesk.modules.orders.spoken import TAX_OUT, Count, Line, mark_counts, mark_prices

_SPEAKER = re.compile(r"\s*(?P<who>[\u4e00-\u9fffA-Za-z]{1,8})\s*[:：]\s*(?=\S*[\u4e00-\u9fffA-Za-z])")
_CHANGED = re.compile("改成|改为|改到|换成|增加到|减到|减少到|不要了|取消")


@dataclass
class Wanted:
    """One wanted thing as it was said. `borrowed`: the name taken over from the goods said before, when only a size was said."""

    words: str = ""
    code: str = ""
    name: str = ""
    spec: str = ""
    count: Count = field(default_factory=lambda: Count(None))
    price: int | None = None
    due: str | None = None
    note: str = ""
    doubts: list[str] = field(default_factory=list)
    check: Count | None = None  # the same said in another unit: 2箱(24只)
    row: int = 0  # number of the line of the text, from 0
    borrowed: str = ""
    spoken: bool = True

    @property
    def named(self) -> str:
        """All words that name the goods."""
        return self.words or " ".join(w for w in (self.code, self.name, self.spec) if w)


@dataclass
class Said:
    """What a message holds: goods, the day and place for all of them, the customer's own number, and the rest as notes."""

    wanted: list[Wanted] = field(default_factory=list)
    due: str | None = None
    place: str | None = None  # name of an address; "" means the usual one
    address: str | None = None  # a full address as written
    po: str | None = None
    phone: str | None = None
    notes: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


def read_message(text: str, today: str, places: Sequence[str], known: Callable[[str], bool]) -> Said:
    """Read free text. `places`: names of the customer's addresses; `known`: whether a word stands in the catalogue."""
    said = Said()
    lines = _numbered(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    days: list[tuple[int, str]] = []
    reader = _Reader(said)
    for number, raw in enumerate(lines):
        if not raw.strip():
            continue
        line = read_line(raw, today, places, known)
        _frame(line, number, said, days)
        reader.line(number, line)
    reader.finish()
    _spread_days(said, days)
    if TAX_OUT.search(text):
        said.doubts.append("客户说的是不含税价或不开票，请和客户核对单价")
    return said


def read_line(raw: str, today: str, places: Sequence[str], known: Callable[[str], bool]) -> Line:
    """One line with everything recognisable marked, in the order that keeps sizes from becoming quantities."""
    line = Line(raw)
    mark_frame(line)
    mark_places(line, places)
    mark_days(line, today)
    mark_sizes(line, known)
    mark_prices(line)
    mark_counts(line)
    speaker = _SPEAKER.match(raw)
    if speaker and not known(speaker["who"]):
        line.claim("chat", 0, speaker.end())
    line.marks.sort(key=lambda m: m.start)
    return line


def _numbered(lines: list[str]) -> list[str]:
    """Lines without their running numbers, where every filled line begins with the next one."""
    filled = [i for i, one in enumerate(lines) if one.strip()]
    heads = [re.match(r"\s*(\d{1,2})(?:\s+|[.、)]\s*)(?=\D|\d{3,})", lines[i]) for i in filled]
    if len(filled) > 1 and all(h is not None and int(h[1]) == n + 1 for n, h in enumerate(heads)):
        for i, head in zip(filled, heads, strict=True):
            assert head is not None
            lines[i] = lines[i][head.end() :]
    return lines


def _frame(line: Line, number: int, said: Said, days: list[tuple[int, str]]) -> None:
    for mark in line.marks:
        value = mark.value if isinstance(mark.value, str) else None
        if mark.kind == "day":
            if mark.doubt:
                said.doubts.append(mark.doubt)
            elif value:
                days.append((number, value))
        elif mark.kind == "place" and said.place is None:
            said.place = value
        elif mark.kind == "address" and value:
            said.address = value
        elif mark.kind == "po" and value:
            if said.po and said.po != value:
                said.doubts.append(f"文字里有两个单号：{said.po}、{value}")
            said.po = said.po or value
        elif mark.kind == "phone":
            said.phone = said.phone or value


def _spread_days(said: Said, days: list[tuple[int, str]]) -> None:
    """One day is for the whole order; of several the one said apart from any goods, else each line has its own."""
    different = dict.fromkeys(day for _, day in days)
    if len(different) < 2:
        said.due = next(iter(different), None)
        for one in said.wanted:
            one.due = None
        return
    with_goods = {w.row for w in said.wanted}
    apart = [day for row, day in days if row not in with_goods]
    said.due = apart[0] if apart else (max(different) if different else None)
    by_row: dict[int, list[str]] = {}
    for row, day in days:
        by_row.setdefault(row, []).append(day)
    for one in said.wanted:
        mine = list(dict.fromkeys(by_row.get(one.row, [])))
        if one.due is None and len(mine) == 1:
            one.due = mine[0]
        elif one.due is None and len(mine) > 1:
            one.doubts.append("这一行说了几个日期，请核对交期")
        if one.due == said.due:
            one.due = None


class _Reader:
    """Puts words and counts together, sentence by sentence."""

    def __init__(self, said: Said) -> None:
        self.said = said
        self.open: list[Wanted] = []  # named, but no quantity yet
        self.sized: list[str] = []  # sizes of the goods before, for 「垫片各要100片」

    def line(self, number: int, line: Line) -> None:
        """One line of the message."""
        before, clauses = len(self.said.wanted) + len(self.open), clauses_of(line)
        loose: list[str] = []
        for clause in clauses:
            loose += self._dated(number, clause)
        if _CHANGED.search(line.raw):
            for one in (*self.said.wanted, *self.open):
                if one.row == number and not any("改" in d for d in one.doubts):
                    one.doubts.append("听起来是改原来的订单，不是新要的，请核对")
        words = [
            w for w in loose if not GREETING.match(w) and len(bare_words(w)) > 1 and w not in ("含税", "含税价", "单价")
        ]
        mine = [w for w in (*self.said.wanted, *self.open) if w.row == number]
        if not words:
            return
        if mine and len(self.said.wanted) + len(self.open) > before:
            mine[-1].note = "，".join(w for w in (mine[-1].note, *words) if w)
        else:
            self.said.notes.append("，".join(words))

    def finish(self) -> None:
        """What never got a quantity stays, to be judged by whether it names a product."""
        self.said.wanted += self.open
        self.open = []
        self.said.wanted.sort(key=lambda w: w.row)
        heads = self._lend_names(self.said.wanted)
        self._lend_names([w for w in reversed(self.said.wanted) if not w.borrowed])
        self.said.wanted = [w for w in self.said.wanted if all(w is not head for head in heads)]

    @staticmethod
    def _lend_names(things: list[Wanted]) -> list[Wanted]:
        """Sizes alone take the name said before; returns names that were only a heading for sizes."""
        heads: list[Wanted] = []
        giver: Wanted | None = None
        for one in things:
            if is_size(one.words):
                one.borrowed = one.borrowed or (noun_of(giver.words) if giver is not None else "")
                if giver is not None and giver.count == Count(None) and giver.row < one.row and giver not in heads:
                    heads.append(giver)
            elif one.words:
                giver = one
        return heads

    def _dated(self, number: int, clause: Clause) -> list[str]:
        """One clause; a day said in it is meant for its goods, should another day be said elsewhere."""
        before = {id(w) for w in (*self.said.wanted, *self.open)}
        loose = self._clause(number, clause)
        days = {m.value for _, _, m in clause.atoms if m is not None and m.kind == "day" and not m.doubt}
        if len(days) == 1 and isinstance(day := next(iter(days)), str):
            for one in (*self.said.wanted, *self.open):
                if id(one) not in before:
                    one.due = day
        return loose

    def _clause(self, number: int, clause: Clause) -> list[str]:
        """Goods of one clause go to `wanted` or `open`; returns words that are no goods."""
        kinds = [kind for kind, words, _ in clause.atoms if kind != "words" or bare_words(words)]
        first_count = next((i for i, k in enumerate(kinds) if k == "count"), -1)
        count_first = (
            first_count >= 0 and "words" in kinds and kinds.index("words") > first_count and kinds[-1] != "count"
        )
        bare = [i for i, (kind, _, _) in enumerate(clause.atoms) if kind == "bare"]
        has_count = first_count >= 0
        chosen = [] if has_count or not bare else self._bare_counts(clause, bare)
        words, count, price = "", None, None
        loose: list[str] = []
        for at, (kind, said, mark) in enumerate(clause.atoms):
            if kind == "words" or (kind == "bare" and at not in chosen):
                if (
                    count_first
                    and count is not None
                    and words
                    and kind == "words"
                    and bare_words(said)
                    and not words.endswith(" ")
                ):
                    words = f"{words} {said}"
                else:
                    words = f"{words} {said}" if words else said
            elif kind in ("count", "bare"):
                assert mark is not None and isinstance(mark.value, Count)
                if count is not None and (bare_words(words) or not count_first):
                    loose += self._close(number, words, count, price)
                    words, price = "", None
                elif count is not None:
                    loose += self._close(number, "", count, price)
                count = mark.value
                if not count_first:
                    following = self._price_after(clause, at)
                    if not self._paired(clause, at):
                        loose += self._close(number, words, count, price if price is not None else following)
                        words, count, price = "", None, None
            elif kind == "price" and mark is not None and isinstance(mark.value, int):
                price = mark.value
                if count is None and not bare_words(words):
                    self._price(number, price)
                    price = None
        if words or count is not None:
            loose += self._close(number, words, count, price)
        return loose

    @staticmethod
    def _price_after(clause: Clause, at: int) -> int | None:
        """The price right behind a count: 20个 48.6元."""
        for kind, words, mark in clause.atoms[at + 1 :]:
            if kind == "price" and mark is not None and isinstance(mark.value, int):
                return mark.value
            if kind == "words" and bare_words(words):
                return None
        return None

    @staticmethod
    def _paired(clause: Clause, at: int) -> bool:
        """Whether a second count says the same in brackets: 2箱(24只)."""
        rest = clause.atoms[at + 1 :]
        return (
            bool(rest)
            and rest[0][0] == "words"
            and rest[0][1].strip() in ("(", "（")
            and len(rest) > 1
            and rest[1][0] == "count"
        )

    @staticmethod
    def _bare_counts(clause: Clause, bare: list[int]) -> list[int]:
        """Which lone numbers are quantities: the last one behind the words, or the first one before them.

        「P10012 20 P10013 10」: each one, when every number follows a name of its own.
        """
        worded = [i for i, (kind, words, _) in enumerate(clause.atoms) if kind == "words" and bare_words(words)]
        if not worded:
            return bare if len(bare) == 1 else []
        in_turn = [x for pair in zip(worded, bare, strict=False) for x in pair]
        if (
            len(worded) == len(bare) > 1
            and in_turn == sorted(in_turn)
            and not any(is_size(clause.atoms[i][1]) for i in worded[1:])
        ):
            return bare
        after = [i for i in bare if i > worded[-1]]
        before = [i for i in bare if i < worded[0]]
        return after[-1:] or (before if len(before) == 1 and len(bare) == 1 else [])

    def _close(self, number: int, words: str, count: Count | None, price: int | None) -> list[str]:
        """One thing is told in full; words that name nothing come back."""
        cleaned = bare_words(words)
        if count is None:
            if not cleaned:
                return [words.strip()] if words.strip(" ()（）") and not GREETING.match(words) else []
            if self._could_be_goods(cleaned):
                self.open += [Wanted(one, price=price, row=number) for one in apart(cleaned)]
                return []
            return [words.strip()]
        if not cleaned:
            return self._late_count(number, count, price)
        things = [Wanted(one, price=price, row=number) for one in apart(cleaned)]
        if count.each:
            self._give_each(things, count)
        else:
            things[-1].count = count
            self.open += things[:-1]
            self._done([things[-1]])
        return []

    def _could_be_goods(self, words: str) -> bool:
        return len(spelled(words)) <= 40

    def _late_count(self, number: int, count: Count, price: int | None) -> list[str]:
        """A quantity alone: for what was named just before, or for all of it when it says 各."""
        if self.open:
            if count.each:
                self._give_each([], count)
            else:
                one = self.open.pop()
                one.count, one.price = count, price if price is not None else one.price
                self._done([one])
            return []
        last = self.said.wanted[-1] if self.said.wanted else None
        if (
            last is not None
            and last.row == number
            and last.count.unit != count.unit
            and count.qty
            and last.count.second is None
            and last.count.unit
        ):
            last.check = count
            return []
        self.said.wanted.append(
            Wanted("", count=count, price=price, row=number, doubts=["只看到数量，不知道是什么产品"])
        )
        return []

    def _give_each(self, things: list[Wanted], count: Count) -> None:
        """各20: to everything named and still without quantity; a name alone is taken in every size said before."""
        waiting = [*self.open, *things]
        if len(waiting) == 1 and self.sized and not re.search(r"\d", spelled(waiting[0].words)):
            one = waiting[0]
            waiting = [
                Wanted(
                    f"{one.words} {size}",
                    price=one.price,
                    row=one.row,
                    doubts=[f"「{one.words}」各要，按前面的 {size} 分开，请核对"],
                )
                for size in self.sized
            ]
        for one in waiting:
            one.count = count
        self.open = []
        self._done(waiting)

    def _done(self, things: list[Wanted]) -> None:
        self.said.wanted += things
        for one in things:
            sizes = (size.upper() for size in re.findall(r"dn\d+", spelled(one.words)))
            self.sized += [size for size in sizes if size not in self.sized]

    def _price(self, number: int, price: int) -> None:
        """A price alone belongs to what was said just before it, best on the same line."""
        said = sorted([*self.said.wanted, *self.open], key=lambda w: (w.row == number, w.count.qty is not None, w.row))
        if said and said[-1].price is None:
            said[-1].price = price
