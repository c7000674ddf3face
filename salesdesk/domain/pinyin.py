"""How Chinese names sound: full pinyin and first letters, with every reading of characters that have several."""

from __future__ import annotations

import heapq
from functools import lru_cache
from itertools import groupby
from types import ModuleType

from salesdesk.domain.characters import compact, is_han, search_key
from salesdesk.domain.polyphones import POLYPHONES

_READINGS_KEPT = 4
_SHORT = 4
"""Up to so many Chinese characters every reading of the dictionary counts: names of persons have the odd ones."""
_STATES = 200

_PLACES = {
    "单县": ["shàn", "xiàn"],
    "曾都": ["zēng", "dū"],
    "铅山": ["yán", "shān"],
    "蔚县": ["yù", "xiàn"],
    "莘县": ["shēn", "xiàn"],
    "莘庄": ["xīn", "zhuāng"],
    "浚县": ["xùn", "xiàn"],
    "大城县": ["dài", "chéng", "xiàn"],
    "东阿": ["dōng", "ē"],
    "涡阳": ["guō", "yáng"],
    "歙县": ["shè", "xiàn"],
    "黟县": ["yī", "xiàn"],
    "枞阳": ["zōng", "yáng"],
    "郫县": ["pí", "xiàn"],
    "犍为": ["qián", "wéi"],
    "洪洞": ["hóng", "tóng"],
    "长子县": ["zhǎng", "zǐ", "xiàn"],
    "牟平": ["mù", "píng"],
    "中牟": ["zhōng", "mù"],
    "莒县": ["jǔ", "xiàn"],
    "尉犁": ["yù", "lí"],
    "什邡": ["shí", "fāng"],
    "阿坝": ["ā", "bà"],
    "东莞": ["dōng", "guǎn"],
    "番禺": ["pān", "yú"],
    "台州": ["tāi", "zhōu"],
    "天台": ["tiān", "tāi"],
    "六安": ["lù", "ān"],
    "六合区": ["lù", "hé", "qū"],
    "商行": ["shāng", "háng"],
    "长荣": ["cháng", "róng"],
}
"""Words of firm names and addresses that the library reads wrongly or not reliably."""


def pinyin_readings(text: str) -> tuple[list[str], ...]:
    """For every letter, digit or Chinese character of the text its readings without tones, the fitting one first.

    Blanks and punctuation are left out, ü is v, a letter or digit reads as itself. The first reading of a Chinese
    character is the one it has in its word (重庆 -> chong, 重量 -> zhong). Other readings are those in use (POLYPHONES); in
    texts of at most four Chinese characters all of the dictionary's, up to four each.
    """
    plain = compact(search_key(text))
    thorough = sum(map(is_han, plain)) <= _SHORT
    return tuple(
        list(_with_others(ch, sound, thorough)) if is_han(ch) else [ch]
        for ch, sound in zip(plain, _sounds(plain), strict=True)
    )


def _sounds(text: str) -> list[str]:
    """The first reading of each letter, digit and character; each run of Chinese characters is read as a whole."""
    found: list[str] = []
    for han, run in groupby(compact(search_key(text)), is_han):
        letters = "".join(run)
        found += _in_words(letters) if han else letters
    return found


def pinyin_of(text: str) -> str:
    """Full pinyin in one word, lower case, without tones: 重庆ABC-2厂 -> chongqingabc2chang."""
    return "".join(_sounds(text))


def initials_of(text: str) -> str:
    """First letters: 重庆长安 -> cqca; as long as the text has letters, digits and Chinese characters."""
    return "".join([sound[0] for sound in _sounds(text)])


def first_letters(ch: str) -> list[str]:
    """The first letters one character may have, whatever its word."""
    return list(dict.fromkeys(sound[0] for sound in (*POLYPHONES.get(ch, ()), *_alone(ch))))


def variants(options: tuple[list[str], ...], limit: int) -> list[str]:
    """The most likely joined readings, best first: each character's first choice, then one deviation, then two …"""
    choices = [list(dict.fromkeys(readings)) for readings in options]
    several = [(at, readings) for at, readings in enumerate(choices) if len(readings) > 1]
    word = [readings[0] for readings in choices]
    if not several:
        return ["".join(word)]
    start = (0,) * len(several)
    queue = [(0, start)]
    seen = {start}
    found: dict[str, None] = {}
    looked = 0
    while queue and len(found) < limit and looked < _STATES:
        cost, state = heapq.heappop(queue)
        looked += 1
        for (at, readings), pick in zip(several, state, strict=True):
            word[at] = readings[-pick]
        found["".join(word)] = None
        for at, pick in enumerate(state):
            if 1 - pick < len(several[at][1]):
                following = (*state[:at], pick - 1, *state[at + 1 :])
                if following not in seen:
                    seen.add(following)
                    heapq.heappush(queue, (cost + 1, following))
    return list(found)


def load_pinyin() -> None:
    """Load the table of readings now, which takes a moment the first time: before others have to wait for it."""
    _library()


@lru_cache(maxsize=1)
def _library() -> ModuleType:
    """The pinyin library, loaded when the first Chinese name is written: 0.2 s and 45 MB that no start should pay."""
    import pypinyin

    pypinyin.load_phrases_dict({word: [[sound] for sound in sounds] for word, sounds in _PLACES.items()})
    return pypinyin


@lru_cache(maxsize=16384)
def _in_words(han: str) -> tuple[str, ...]:
    """The reading of each character of a run of Chinese characters, as its words demand; unknown ones stay themselves."""
    library = _library()
    sounds: list[str] = library.lazy_pinyin(han, style=library.Style.NORMAL, errors=lambda run: list(run))
    if len(sounds) != len(han):
        return tuple(_alone(ch)[0] for ch in han)
    return tuple(sound or ch for sound, ch in zip(sounds, han, strict=True))


@lru_cache(maxsize=8192)
def _alone(ch: str) -> tuple[str, ...]:
    """All readings of one character, the usual one first."""
    library = _library()
    rows: list[list[str]] = library.pinyin(
        ch, style=library.Style.NORMAL, heteronym=True, errors=lambda run: [list(run)]
    )
    return tuple(sound for sound in rows[0] if sound) or (ch,)


@lru_cache(maxsize=8192)
def _with_others(ch: str, fitting: str, thorough: bool) -> tuple[str, ...]:
    """The fitting reading, then those people use, then (when thorough) the rest of the dictionary."""
    rest = _alone(ch) if thorough else ()
    return tuple(dict.fromkeys((fitting, *POLYPHONES.get(ch, ()), *rest)))[:_READINGS_KEPT]
