"""Everything the program knows about text: comparing, finding, sorting, and names that a file may bear."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from salesdesk.domain.characters import (
    compact,
    half_width,
    is_han,
    normalize,
    normalize_lines,
    printable_lines,
    search_key,
)
from salesdesk.domain.company_checks import clean_tax_id, name_core, phone_problem, tax_id_check_digit, tax_id_problem
from salesdesk.domain.patterns import late
from salesdesk.domain.pinyin import initials_of, pinyin_of, pinyin_readings
from salesdesk.domain.search_keys import (
    bigrams,
    match_expression,
    match_token,
    matcher,
    matches,
    one_script,
    query_bigrams,
    seams,
    search_keys,
)

__all__ = [
    "bigrams",
    "clean_tax_id",
    "compact",
    "half_width",
    "initials_of",
    "is_han",
    "match_expression",
    "match_token",
    "matcher",
    "matches",
    "name_core",
    "natural_key",
    "nearest",
    "normalize",
    "normalize_lines",
    "one_script",
    "phone_problem",
    "pinyin_of",
    "pinyin_readings",
    "printable_lines",
    "query_bigrams",
    "safe_file_name",
    "seams",
    "search_key",
    "search_keys",
    "similarity",
    "tax_id_check_digit",
    "tax_id_problem",
]

_RESERVED = late(r"(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9¹²³])", re.IGNORECASE)
_FORBIDDEN = late(r'[<>:"/\\|?*]')
_MOST_BYTES = 240
"""File systems allow 255 bytes (Linux) or 255 UTF-16 units (Windows); some are left for " (2)" and .tmp."""


def natural_key(text: str) -> str:
    """A text that sorts as people sort: numbers inside by value, so 苏发〔2026〕3号 stands before 苏发〔2026〕12号.

    Plain text, so it may be stored and sorted by the database (binary order) as well.
    """
    return re.sub(r"\d+", _padded, search_key(text))


def _padded(found: re.Match[str]) -> str:
    digits = "".join(str(unicodedata.decimal(ch)) for ch in found[0]).lstrip("0") or "0"
    return "".join(f"{len(digits[at : at + 99]):02d}{digits[at : at + 99]}" for at in range(0, len(digits), 99))


def nearest(typed: str, known: Iterable[str], most: int = 1, alike: float = 0.6) -> list[str]:
    """What somebody who typed something unknown may have meant, the likeliest first."""
    from difflib import get_close_matches

    return get_close_matches(typed, list(known), most, alike)


def similarity(a: str, b: str) -> float:
    """How alike two texts are, 0 to 1: shared adjacent pairs of characters (Dice), blanks and punctuation aside."""
    first, second = compact(search_key(a)), compact(search_key(b))
    if first == second:
        return 1.0 if first else 0.0
    size = 1 if min(len(first), len(second)) < 2 else 2
    one, two = (Counter(t[at : at + size] for at in range(len(t) - size + 1)) for t in (first, second))
    total = one.total() + two.total()
    return 2 * (one & two).total() / total if total else 0.0


def safe_file_name(text: str, longest: int = 100) -> str:
    """A name that Windows, Linux and shares accept for a file, from any text such as a customer's name and a number.

    Forbidden characters become _, invisible ones go, trailing dots and blanks go, reserved device names (CON, COM1 …) get
    an underscore, and a long name is cut before its extension. Never empty: 未命名.
    """
    shown = "".join(
        ch for ch in unicodedata.normalize("NFC", text) if unicodedata.category(ch) not in ("Cf", "Cs", "Co", "Cn")
    )
    name = re.sub(r"\s+", " ", re.sub(r"[\x00-\x1f\x7f-\x9f]+", " ", _FORBIDDEN.sub("_", shown)))
    name = _trimmed(name)
    stem, dot, extension = name.rpartition(".")
    if not (stem and re.fullmatch(r"\w{1,8}", extension)):
        stem, dot, extension = name, "", ""
    tail = dot + extension
    while len(stem) + len(tail) > longest or len((stem + tail).encode()) > _MOST_BYTES:
        stem = stem[:-1]
    name = _trimmed(stem.rstrip(". ") + tail) or "未命名"
    name = re.sub(r"[ .]+(?=\.\w{1,8}$)", "", name)  # a cut may have made an extension where there was none
    first, dot, rest = name.partition(".")
    if _RESERVED.fullmatch(first.strip()):
        name = f"{first.rstrip()}_{dot}{rest}"
    return name


def _trimmed(name: str) -> str:
    return name.lstrip(" ").rstrip(". ")
