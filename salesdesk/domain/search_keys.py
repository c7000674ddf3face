"""Finds a name by any fragment: Chinese, code, full pinyin, first letters, or a mixture such as 苏z.

The index holds the adjacent pairs (bigrams) of everything findable; it yields candidates, `matches` decides exactly.
Every text that `matches` accepts has all the tokens `query_bigrams` asks for, so nothing is lost on the way.
"""

from __future__ import annotations

import re
from functools import lru_cache

from salesdesk.domain.characters import HAN_RANGES, compact, is_han, search_key
from salesdesk.domain.pinyin import pinyin_readings, variants

VARIANTS = 16
"""At most so many spellings by first letters are kept for a name with characters of several readings."""
_SOUNDED = 60
_FULL_LETTERS = 120
_LOOSE = 100
_HAN = "〇" + "".join(f"{chr(first)}-{chr(last)}" for first, last in HAN_RANGES)
_RUNS = re.compile(rf"[{_HAN}]+|\d+|(?:(?![{_HAN}\d_])\w)+")


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
    found: dict[str, None] = {}
    for run in _runs(text):
        found.update(dict.fromkeys(run[at : at + 2] for at in range(len(run))))
    return list(found)


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
    return " AND ".join(f'"{token}"' if len(token) == 2 else f'"{token}" *' for token in query_bigrams(text))


def matches(query: str, keys: str) -> tuple[int, int] | None:
    """Whether keys (of `search_keys`) fulfil the query, as a rank: (where it begins, how long the name is); less is better.

    Every word of the query must stand somewhere in the keys; a word that mixes Chinese and letters may spell any
    character by its first letter (苏z, 苏州hx). None when it does not match or the query is empty.
    """
    words = search_key(query).split()
    tokens = keys.split()
    if not words:
        return None
    places = [_place(word, tokens) for word in words]
    found = [place for place in places if place is not None]
    if len(found) < len(words):
        return None
    return sum(at for at, _ in found), sum(length for _, length in found)


def _place(word: str, tokens: list[str]) -> tuple[int, int] | None:
    """The best (position, length of the token) of one word of a query."""
    found = _inside(word, tokens)
    if found:
        return found
    plain = compact(word)
    if plain and plain != word and (found := _inside(plain, tokens)):
        return found
    han = [ch for ch in plain if is_han(ch)]
    if not han or len(han) == len(plain):
        return None
    return _beside(plain, tokens) or _apart(plain, tokens)


def _inside(word: str, tokens: list[str]) -> tuple[int, int] | None:
    return min(((token.find(word), len(token)) for token in tokens if word in token), default=None)


def _beside(word: str, tokens: list[str]) -> tuple[int, int] | None:
    """苏z: each character is the name's own or its first letter at the same place."""
    found: list[tuple[int, int]] = []
    names = [token for token in tokens if any(is_han(ch) for ch in token)]
    for name in names:
        for letters in tokens:
            if len(letters) != len(name) or not _spells(letters, name):
                continue
            found += [
                (at, len(name))
                for at in range(len(name) - len(word) + 1)
                if all(ch in (name[at + n], letters[at + n]) for n, ch in enumerate(word))
            ]
    return min(found, default=None)


def _spells(letters: str, name: str) -> bool:
    """Whether this may be the name by first letters: a Chinese character in it is one without known reading."""
    return letters != name and all(ch == own or not is_han(ch) for ch, own in zip(letters, name, strict=True))


def _apart(word: str, tokens: list[str]) -> tuple[int, int] | None:
    """苏zhou: the parts each stand somewhere; ranked behind all others, and not for lone letters, which are everywhere."""
    runs = _runs(word)
    if any(len(run) == 1 and not is_han(run) for run in runs):
        return None
    found = [_inside(run, tokens) for run in runs]
    places = [place for place in found if place is not None]
    if len(places) < len(runs):
        return None
    return _LOOSE + sum(at for at, _ in places), max(length for _, length in places)


def _runs(text: str) -> list[str]:
    """The text cut into runs of one script: Chinese, digits, other letters; blanks and punctuation separate."""
    return _RUNS.findall(search_key(text))
