"""Finds a name by any fragment: Chinese, code, full pinyin, first letters, or a mixture such as 苏z.

The index holds the adjacent pairs (bigrams) of everything findable; it yields candidates, `matches` decides exactly.
Every text that `matches` accepts has all the tokens `query_bigrams` asks for, so nothing is lost on the way.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from operator import add

from salesdesk.domain.characters import HAN_RANGES, compact, is_han, search_key
from salesdesk.domain.patterns import late
from salesdesk.domain.pinyin import first_letters, pinyin_readings, variants

VARIANTS = 16
"""At most so many spellings by first letters are kept for a name with characters of several readings."""
_SOUNDED = 60
_FULL_LETTERS = 120
_LOOSE = 100
_HAN = "〇" + "".join(f"{chr(first)}-{chr(last)}" for first, last in HAN_RANGES)
_RUNS = late(rf"[{_HAN}]+|\d+|[^\W\d_{_HAN}]+")


@lru_cache(maxsize=4096)
def search_keys(text: str) -> str:
    """Everything a name can be found by, separated by blanks: itself, itself without punctuation, pinyin, first letters.

    First letters come in up to 16 variants (重庆长安: cqca, zqca …), full pinyin in as many as stay short. Only the
    first 60 characters are sounded. Costs about half a millisecond a new name, so it belongs where names are written.
    """
    key = search_key(text)
    plain = compact(key)
    found = [*key.split(), plain]
    if any(is_han(ch) for ch in plain[:_SOUNDED]):
        readings = pinyin_readings(plain[:_SOUNDED])
        full = sum(len(options[0]) for options in readings)
        found += variants(readings, max(2, min(VARIANTS, _FULL_LETTERS // full)))
        found += variants(tuple([sound[0] for sound in options] for options in readings), VARIANTS)
    return " ".join(word for word in dict.fromkeys(found) if word)


def bigrams(text: str) -> list[str]:
    """The index tokens of a text, each once: per run of one script every adjacent pair, and the last character alone.

    The lone last character lets a prefix search for a single character find it wherever it stands. Each token consists
    of letters and digits only, so SQLite's unicode61 keeps it whole; write them separated by blanks.
    """
    found: list[str] = []
    for run in _runs(text):
        found += map(add, run, run[1:])
        found.append(run[-1])
    return list(dict.fromkeys(found))


def query_bigrams(text: str) -> list[str]:
    """The tokens a record must have to match the query: pairs as they stand, a single character as a token's beginning.

    苏z -> ["苏", "z"], dn50 -> ["dn", "50"]. Empty when the query has no letter, digit or Chinese character.
    """
    found: dict[str, None] = {}
    for run in _runs(text):
        found.update(dict.fromkeys([run] if len(run) == 1 else [run[at : at + 2] for at in range(len(run) - 1)]))
    pairs = [token for token in found if len(token) == 2]
    return [token for token in found if len(token) == 2 or not any(pair[0] == token for pair in pairs)]


def match_expression(text: str) -> str:
    """The FTS5 MATCH text of a query: every pair whole, every single character as a prefix. Empty as `query_bigrams`."""
    return " AND ".join(map(match_token, query_bigrams(text)))


def seams(text: str) -> list[list[str]]:
    """What first letters must hold besides, as alternatives: where a lone letter touches a character, both spelled (珩m: hm, xm).

    Only for words with a lone letter: others may have their parts apart (苏zhou).
    """
    found: list[list[str]] = []
    for word in search_key(text).split():
        runs = _RUNS.findall(compact(word))
        if one_script(word) or not any(len(run) == 1 and run.isalpha() and not is_han(run) for run in runs):
            continue
        for left, right in pairwise(runs):
            if is_han(left[-1]) and right[0].isalpha():
                found.append([sound + right[0] for sound in first_letters(left[-1])])
            elif is_han(right[0]) and left[-1].isalpha():
                found.append([left[-1] + sound for sound in first_letters(right[0])])
    return found


def match_token(token: str) -> str:
    """One token of `query_bigrams` as FTS5 says it."""
    return f'"{token}"' if len(token) == 2 else f'"{token}" *'


def matches(query: str, keys: str) -> tuple[int, int] | None:
    """Whether keys (of `search_keys`) fulfil the query, as a rank: (where it begins, how long the name is); less is better.

    Every word of the query must stand somewhere in the keys; a word that mixes Chinese and letters may spell any
    character by its first letter (苏z, 苏州hx). None when it does not match or the query is empty.
    """
    return matcher(query)(keys)


def matcher(query: str) -> Callable[[str], tuple[int, int] | None]:
    """`matches` for one query and many keys: the query is taken apart once."""
    words = [_Word(word) for word in search_key(query).split()]
    if len(words) == 1:
        return words[0].place

    def rank(keys: str) -> tuple[int, int] | None:
        at = length = 0
        for word in words:
            found = word.place(keys)
            if found is None:
                return None
            at, length = at + found[0], length + found[1]
        return (at, length) if words else None

    return rank


class _Word:
    """One word of a query, ready to be looked for."""

    def __init__(self, word: str) -> None:
        self.text = word
        self.plain = compact(word)
        self.runs: list[str] = []
        if not one_script(word):
            found = [(run.start(), run[0]) for run in _RUNS.finditer(self.plain)]
            self.runs = [run for _, run in found]
            own = [(at, run) for at, run in found if is_han(run[-1])]
            self.start, self.han = own[0]
            self.own = own[1:]
            letters = [(at, run) for at, run in found if not is_han(run[-1])]
            self.lone = any(len(run) == 1 for _, run in letters)
            self.first, self.run = letters[0]
            self.letters = letters[1:]

    def place(self, keys: str) -> tuple[int, int] | None:
        """The best (position, length of the token) in the keys."""
        found = _inside(self.text, keys)
        if found is None and self.plain and self.plain != self.text:
            found = _inside(self.plain, keys)
        if found is None and self.runs and self.han in keys:
            found = self._beside(keys) or self._apart(keys)
        return found

    def _beside(self, keys: str) -> tuple[int, int] | None:
        """苏z: each character is the name's own or its first letter at the same place."""
        best: tuple[int, int] | None = None
        tokens: list[str] = []
        found = keys.find(self.han)
        while found >= 0:
            start, end = _token_at(keys, found)
            place = (found - start - self.start, end - start)
            if place[0] >= 0 and (best is None or place < best):
                tokens = tokens or keys.split(" ")
                if self._spelled(place[0], keys[start:end], tokens):
                    best = place
            found = keys.find(self.han, found + 1)
        return best

    def _spelled(self, at: int, name: str, tokens: list[str]) -> bool:
        """Whether the other characters stand around that place, in the name itself or in its first letters."""
        for n, run in self.own:
            if not name.startswith(run, at + n):
                return False
        length, first = len(name), at + self.first
        for token in tokens:
            if (
                len(token) == length
                and token.startswith(self.run, first)
                and all(token.startswith(run, at + n) for n, run in self.letters)
                and _spells(token, name)
            ):
                return True
        return False

    def _apart(self, keys: str) -> tuple[int, int] | None:
        """苏zhou: the parts each stand somewhere; ranked behind all others, and not for lone letters, which are everywhere."""
        if self.lone:
            return None
        found = [_inside(run, keys) for run in self.runs]
        places = [place for place in found if place is not None]
        if len(places) < len(found):
            return None
        return _LOOSE + sum(at for at, _ in places), max(length for _, length in places)


def one_script(word: str) -> bool:
    """Whether a word of a query is all Chinese or has none, so that keys that match contain it as it stands."""
    han = sum(map(is_han, word))
    return han == 0 or han == len(compact(word))


def _inside(word: str, keys: str) -> tuple[int, int] | None:
    """The best (position in its token, length of the token) of a word that stands in the keys as it is."""
    best: tuple[int, int] | None = None
    found = keys.find(word)
    while found >= 0:
        start, end = _token_at(keys, found)
        if best is None or (found - start, end - start) < best:
            best = (found - start, end - start)
        found = keys.find(word, end)
    return best


def _token_at(keys: str, at: int) -> tuple[int, int]:
    """Where the token around a place begins and ends."""
    end = keys.find(" ", at)
    return keys.rfind(" ", 0, at) + 1, len(keys) if end < 0 else end


def _spells(letters: str, name: str) -> bool:
    """Whether this may be the name by first letters: a Chinese character in it is one without known reading."""
    return letters.isascii() or all(ch == own or not is_han(ch) for ch, own in zip(letters, name, strict=True))


def _runs(text: str) -> list[str]:
    """The text cut into runs of one script: Chinese, digits, other letters; blanks and punctuation separate."""
    return _RUNS.findall(search_key(text))
