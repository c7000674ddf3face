"""Makes the same word look the same, whichever keyboard, file or input method it came from."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from salesdesk.domain.patterns import late

_FULL_WIDTH: dict[int, int | str] = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_FULL_WIDTH |= {0x3000: " ", 0xFFE5: "¥", 0xFFE0: "¢", 0xFF61: "。", 0xFF64: "、", 0x00A0: " "}
_FULL_WIDTH |= {ord(dash): "-" for dash in "−–‐‑‒"}

HAN_RANGES = (
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x323AF),
)
"""First and last code points of the blocks of Chinese characters; 〇 stands apart."""

_FOLDED = ("<wide>", "<narrow>", "<noBreak>", "<font>", "<compat>")
_CHINESE_MARKS = frozenset("，；：？！（）")
_BLANKS = late(r"\s+")


def half_width(text: str) -> str:
    """Full-width letters, digits and signs as plain ASCII; everything else stays (① stays ①, ² stays ²)."""
    return text.translate(_FULL_WIDTH)


@lru_cache(maxsize=8192)
def is_han(ch: str) -> bool:
    """Whether the single character is a Chinese character (〇 counts as one)."""
    code = ord(ch)
    return code == 0x3007 or any(first <= code <= last for first, last in HAN_RANGES)


def normalize(text: str) -> str:
    """One line of text as it is stored: half width, trimmed, inner blanks collapsed, invisible characters gone.

    Follows NFKC with two exceptions that keep the meaning: raised, circled and squared signs stay (10² is not 102, ㎡ is
    not m2), and Chinese punctuation beside a Chinese character stays Chinese (苏州（集团）), since that is how a name
    stands on its business licence. Line breaks count as blanks; see `normalize_lines` for notes.
    """
    if _is_plain(text):
        return text.strip()
    shown = [
        c
        for c in unicodedata.normalize("NFC", text)
        if c.isspace() or unicodedata.category(c) not in ("Cc", "Cf", "Cs")
    ]
    folded = [_folded(shown, at) for at in range(len(shown))]
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", "".join(folded))).strip()


def normalize_lines(text: str) -> str:
    """Several lines, each normalised by itself; blank lines at both ends are dropped."""
    return "\n".join(normalize(line) for line in text.splitlines()).strip("\n")


def printable_lines(text: str) -> str:
    """Several lines as typed, without what no file and no paper can hold: control characters and halves of characters."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    if unified.isprintable():
        return unified
    return "".join(c for c in unified if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))


def search_key(text: str) -> str:
    """What two texts are compared by: fully folded (NFKC), lower case, half-width punctuation, single blanks."""
    if _is_plain(text):
        folded = text.strip().casefold()
        if folded.isascii() or unicodedata.is_normalized("NFKC", folded):
            return folded
    folded = unicodedata.normalize("NFKC", normalize(text)).casefold()
    return _BLANKS.sub(" ", unicodedata.normalize("NFKC", folded)).strip()


def compact(key: str) -> str:
    """A search key without blanks and punctuation: XS-0012 and xs 0012 become xs0012."""
    return key if key.isalnum() else "".join(c for c in key if c.isalnum())


def _is_plain(text: str) -> bool:
    """Whether there is nothing to fold: the usual case, told quickly."""
    return text.isprintable() and "  " not in text and unicodedata.is_normalized("NFKC", text)


def _folded(shown: list[str], at: int) -> str:
    """One character in its plain form, judged with its neighbours."""
    ch = shown[at]
    if ch.isascii() or is_han(ch):
        return ch
    if ch in _CHINESE_MARKS and any(is_han(shown[n]) for n in (at - 1, at + 1) if 0 <= n < len(shown)):
        return ch
    kind = unicodedata.decomposition(ch).split(" ", 1)[0]
    radical = "\u2e80" <= ch <= "\u2fdf"  # PDF files hand over ⽉ where 月 is meant
    if kind not in _FOLDED or (kind == "<compat>" and not radical and unicodedata.category(ch)[0] in "PS"):
        return ch
    return unicodedata.normalize("NFKC", ch)
