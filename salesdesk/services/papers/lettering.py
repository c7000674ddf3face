"""The two typefaces of every paper: what fits where, where lines may break, and which characters cannot be printed.

Noto Sans SC Regular and Bold are embedded as subsets. A character they lack is taken from a font of this PC where one has
it, and otherwise printed as a visible 〓 and reported; nothing is ever left out in silence.
"""

from __future__ import annotations

import os
import re
import threading
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from salesdesk.domain.errors import EnvironmentFault

MM_PER_POINT = 25.4 / 72
REGULAR = "PaperRegular"
BOLD = "PaperBold"
MISSING_MARK = "〓"

FONT_FOLDER = Path(__file__).resolve().parents[3] / "resources" / "fonts"
_FILES = {REGULAR: "NotoSansSC-Regular.ttf", BOLD: "NotoSansSC-Bold.ttf"}
# Fonts that other makers allow to embed as subsets, in order of preference; looked for only when a character is missing.
_FALLBACK_FILES = (
    "simsun.ttc",
    "simsunb.ttf",
    "SimsunExtG.ttf",
    "msyh.ttc",
    "seguisym.ttf",
    "LXGWWenKai-Regular.ttf",
    "HanaMinA.ttf",
    "HanaMinB.ttf",
    "wqy-zenhei.ttc",
    "uming.ttc",
    "DejaVuSans.ttf",
)
# Signs that look the same in print as one the embedded fonts have.
_LOOKALIKES = {"\u2300": "\u00d8", "\t": " ", "\u00a0": " ", "\u202f": " ", "\r": "\n", "\u2028": "\n", "\u2029": "\n"}
_OPENING = frozenset("（《〈「『【〔［｛“‘([{¥￥")
_CLOSING = frozenset("，。、；：？！）》〉」』】〕］｝”’…·%％‰℃°)]},.;:?!")
_TOKENS = re.compile(r"\n| +|[^\s\u2e80-\uffff\U00020000-\U0003ffff]+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Face:
    """One loaded font: the name it is registered under, the characters it has, and their widths in 1/1000 em."""

    name: str
    characters: frozenset[str]
    widths: dict[int, float]
    default_width: float

    def advance(self, character: str) -> float:
        """Width of one character in mm per point of type size."""
        return self.widths.get(ord(character), self.default_width) / 1000 * MM_PER_POINT


ONE_AT_A_TIME = threading.RLock()
"""Held while a PDF is made with these fonts: reportlab reads one font file from one place for all documents."""
_lock = threading.RLock()
_faces: dict[str, Face] = {}
_fallbacks: list[Face] | None = None


def _register(name: str, path: Path) -> Face:
    from reportlab.pdfbase import pdfmetrics, ttfonts

    font: Any = ttfonts.TTFont(name, str(path), subfontIndex=0, asciiReadable=0)
    pdfmetrics.registerFont(font)
    face = font.face
    characters = frozenset(
        chr(code) for code in face.charToGlyph if unicodedata.category(chr(code)) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
    )
    return Face(name, characters - set(_LOOKALIKES), face.charWidths, face.defaultWidth)


def _utf16_unicode_map(fontname: str, subset: list[int]) -> str:
    """The ToUnicode table of a font subset, with characters beyond U+FFFF as the UTF-16 pairs PDF asks for.

    reportlab 5.1 writes five hex digits for them, so that 𠮷 prints right but is copied and searched as another sign.
    """
    pairs = "\n".join(f"<{i:02X}> <{chr(code).encode('utf-16-be').hex().upper()}>" for i, code in enumerate(subset))
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo\n"
        f"<< /Registry ({fontname})\n/Ordering ({fontname})\n/Supplement 0\n>> def\n/CMapName /{fontname} def\n"
        f"/CMapType 2 def\n1 begincodespacerange\n<00> <{len(subset) - 1:02X}>\nendcodespacerange\n"
        f"{len(subset)} beginbfchar\n{pairs}\nendbfchar\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
    )


def faces() -> tuple[Face, Face]:
    """Regular and Bold, loaded on first use; EnvironmentFault when the program's font files are gone."""
    with _lock:
        if not _faces:
            from reportlab.pdfbase import ttfonts

            loaded = {}
            for name, file in _FILES.items():
                path = FONT_FOLDER / file
                try:
                    loaded[name] = _register(name, path)
                except (OSError, ttfonts.TTFError) as reason:
                    raise EnvironmentFault(f"打印字体 {path} 读不出来（{reason}）", "请重新安装本程序") from reason
            ttfonts.makeToUnicodeCMap = _utf16_unicode_map
            _faces.update(loaded)
        return _faces[REGULAR], _faces[BOLD]


def _font_folders() -> list[Path]:
    if os.name == "nt":
        folders = [Path(os.environ.get("SYSTEMROOT", r"C:\Windows")) / "Fonts"]
        local = os.environ.get("LOCALAPPDATA")
        return folders + ([Path(local) / "Microsoft" / "Windows" / "Fonts"] if local else [])
    return [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts"]


def fallback_faces() -> list[Face]:
    """Fonts of this PC that may help out, loaded once; unreadable or forbidden ones are passed over."""
    global _fallbacks
    with _lock:
        if _fallbacks is None:
            from reportlab.pdfbase import ttfonts

            wanted = {name.lower(): place for place, name in enumerate(_FALLBACK_FILES)}
            found: dict[int, Path] = {}
            for folder in _font_folders():
                for base, _, files in os.walk(folder):
                    for file in sorted(files):
                        if file.lower() in wanted:
                            found.setdefault(wanted[file.lower()], Path(base) / file)
            _fallbacks = []
            for place, path in sorted(found.items()):
                try:
                    _fallbacks.append(_register(f"PaperOther{place}", path))
                except (OSError, ttfonts.TTFError, ValueError, KeyError):
                    continue
        return _fallbacks


class Lettering:
    """Measures and breaks the texts of one document and remembers which characters it could not print."""

    def __init__(self) -> None:
        self._regular, self._bold = faces()
        self._plain = self._regular.characters & self._bold.characters
        self._advances: tuple[dict[str, float], dict[str, float]] = ({}, {})
        self._wrapped: dict[tuple[str, float, float, bool], list[str]] = {}
        self._borrowed: dict[str, Face] = {}
        self._missing: dict[str, None] = {}
        self._unfit: dict[str, None] = {}
        self._remarks: dict[str, None] = {}

    def clean(self, text: str, keep_breaks: bool = False) -> str:
        """The text as it will be printed: look-alikes for tabs and the like, 〓 for what no font has."""
        if self._plain.issuperset(text):
            return text
        text = text.replace("\r\n", "\n")
        return "".join([c if c in self._plain else self._settle(c, keep_breaks) for c in text]).strip("\n")

    def _settle(self, character: str, keep_breaks: bool) -> str:
        character = _LOOKALIKES.get(character, character)
        if character == "\n":
            return "\n" if keep_breaks else " "
        if character in self._plain or character in self._borrowed:
            return character
        if unicodedata.category(character) == "Cf" or "\ufe00" <= character <= "\ufe0f":
            return ""  # invisible by nature: joiners, marks of direction, style selectors
        for face in fallback_faces():
            if character in face.characters:
                self._borrowed[character] = face
                return character
        self._missing[character] = None
        return MISSING_MARK

    def width(self, text: str, size: float, bold: bool = False) -> float:
        """Width in mm of a cleaned text in one line."""
        known = self._advances[bold]
        try:
            return sum(map(known.__getitem__, text)) * size
        except KeyError:
            face = self._bold if bold else self._regular
            for c in text:
                known[c] = self._borrowed.get(c, face).advance(c)
            return sum(map(known.__getitem__, text)) * size

    def runs(self, text: str, bold: bool = False) -> list[tuple[str, str]]:
        """The text cut into (font name, piece), one piece where no fallback is needed."""
        name = (self._bold if bold else self._regular).name
        if not self._borrowed or not any(c in self._borrowed for c in text):
            return [(name, text)]
        pieces: list[tuple[str, str]] = []
        for c in text:
            here = self._borrowed[c].name if c in self._borrowed else name
            if pieces and pieces[-1][0] == here:
                pieces[-1] = (here, pieces[-1][1] + c)
            else:
                pieces.append((here, c))
        return pieces

    def wrap(self, text: str, width: float, size: float, bold: bool = False) -> list[str]:
        """The text in lines no wider than `width` mm: words and figures stay whole, punctuation keeps its neighbour."""
        asked = (text, width, size, bold)
        known = self._wrapped.get(asked)
        if known is None:
            if len(self._wrapped) > 50_000:
                self._wrapped.clear()
            known = self._wrapped[asked] = self._wrap(text, width, size, bold)
        return list(known)

    def _wrap(self, text: str, width: float, size: float, bold: bool) -> list[str]:
        lines: list[str] = []
        line, used = "", 0.0
        for token in self._tokens(text):
            if token == "\n":
                lines.append(line.rstrip())
                line, used = "", 0.0
                continue
            wide = self.width(token, size, bold)
            if used + wide <= width + 1e-6 or (token.isspace() and line):
                line, used = line + token, used + wide
                continue
            if line.rstrip():
                lines.append(line.rstrip())
            line, used = ("", 0.0) if token.isspace() else (token, wide)
            while used > width + 1e-6 and len(line) > 1:  # a word longer than the line is broken anywhere
                keep = len(line) - 1
                while keep > 1 and self.width(line[:keep], size, bold) > width + 1e-6:
                    keep -= 1
                lines.append(line[:keep])
                line = line[keep:]
                used = self.width(line, size, bold)
        if line.rstrip() or not lines:
            lines.append(line.rstrip())
        return lines

    def longest_word(self, text: str, size: float) -> float:
        """Width in mm of the widest piece that should not be broken."""
        return max((self.width(t, size) for t in self._tokens(text) if not t.isspace()), default=0.0)

    @staticmethod
    def _tokens(text: str) -> list[str]:
        tokens: list[str] = []
        for token in _TOKENS.findall(text):
            last = tokens[-1] if tokens else ""
            closes = token[0] in _CLOSING and len(last) < 12 and not last.isspace()
            opens = last[-1:] in _OPENING and not token.isspace()
            if last and (closes or opens):
                tokens[-1] = last + token
            else:
                tokens.append(token)
        return tokens

    def note_unfit(self, text: str) -> None:
        """Remember a figure that had to be printed smaller than 8 pt."""
        self._unfit[text] = None

    def remark(self, sentence: str) -> None:
        """Remember a sentence for the findings of this document."""
        self._remarks[sentence] = None

    @property
    def findings(self) -> tuple[str, ...]:
        """What the clerk should know about this document, in Chinese sentences."""
        found = list(self._remarks)
        if self._missing:
            shown = "、".join(f"U+{ord(c):04X}「{c}」" if c.isprintable() else f"U+{ord(c):04X}" for c in self._missing)
            found.append(f"有 {len(self._missing)} 个字本机没有字体可印，纸上以{MISSING_MARK}代替，请手写补上：{shown}")
        if self._unfit:
            shown = "、".join(list(self._unfit)[:5])
            found.append(f"栏太窄，这些数字印得比 8 磅小，请加宽该栏或换更宽的纸：{shown}")
        return tuple(found)
