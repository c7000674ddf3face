"""Reads a mail saved by Outlook (.msg, [MS-OXMSG]): properties in streams, attachments in folders, the page often inside RTF."""

from __future__ import annotations

import re
import struct
from datetime import UTC, datetime, timedelta

from salesdesk.domain.text import safe_file_name
from salesdesk.modules.orders.mail import LOGO, Mail, decoded, plain_of, tidy
from salesdesk.services.excel_text import Unreadable
from salesdesk.services.ole_file import Container

SUBJECT, BODY, PAGE, RTF, HEADERS = "0037", "1000", "1013", "1009", "007D"
SENDER_NAME, SENDER_SMTP, SENDER_MAIL, SENT_AS_SMTP = "0C1A", "5D01", "0C1F", "5D02"
CODEPAGE, SENT, RECEIVED = "3FDE", "0039", "0E06"
LONG_NAME, SHORT_NAME, DATA, CONTENT_ID = "3707", "3704", "3701", "3712"
"""Property numbers; the type of the value follows them in the name of the stream."""
_CODEPAGES = {936: "gb18030", 54936: "gb18030", 950: "big5", 65001: "utf-8", 1200: "utf-16-le", 28591: "latin-1"}
_DEEP = 5
"""Mails inside mails that are followed."""


def read_msg(data: bytes) -> Mail:
    """Read the bytes of a .msg file; what is broken in it is left out, never an error."""
    try:
        return _Message(Container(data)).mail()
    except (Unreadable, struct.error, IndexError):
        return Mail()


class _Message:
    """One message: the file itself, or a mail that hangs on it. root: its folder inside the file, with the slash."""

    def __init__(self, container: Container, root: str = "", deep: int = 0) -> None:
        self.container, self.root, self.deep = container, root, deep
        self.fixed = self._fixed(24 if root else 32)
        self.charset = _CODEPAGES.get(int.from_bytes(self.fixed.get(CODEPAGE, b"")[:4], "little"), "gb18030")

    def _fixed(self, header: int) -> dict[str, bytes]:
        """Numbers and times, 16 bytes each: property number -> its eight bytes."""
        data = self.container.read(f"{self.root}__properties_version1.0")[header:]
        found = {}
        for at in range(0, len(data) - 15, 16):
            (number,) = struct.unpack_from("<H", data, at + 2)
            found[f"{number:04X}"] = data[at + 8 : at + 16]
        return found

    def text(self, number: str, folder: str = "") -> str:
        """A text property, as Unicode or in the charset of the mail; "" when it is not there."""
        name = f"{self.root}{folder}__substg1.0_{number}"
        if wide := self.container.read(f"{name}001F"):
            return wide.decode("utf-16-le", "replace").rstrip("\0")
        return decoded(self.container.read(f"{name}001E").rstrip(b"\0"), self.charset)

    def mail(self) -> Mail:
        """All that is told."""
        raw = self.container.read(f"{self.root}__substg1.0_{PAGE}0102")
        page = self.text(PAGE) or decoded(raw, self.charset) or page_of(self._rtf())
        address = next(
            (a for a in map(self.text, (SENDER_SMTP, SENT_AS_SMTP, SENDER_MAIL)) if "@" in a), ""
        ) or _from_headers(self.text(HEADERS))
        return Mail(
            self.text(SENDER_NAME).strip(" \"'"),
            address.strip().lower(),
            self._sent(),
            " ".join(self.text(SUBJECT).split()),
            tidy(self.text(BODY).strip() or plain_of(page)),
            page,
            tuple(self._files()),
        )

    def _sent(self) -> str:
        """Local stamp of sending, else of arriving; FILETIME counts 100 ns since 1601 in UTC."""
        for key in (SENT, RECEIVED):
            ticks = int.from_bytes(self.fixed.get(key, b""), "little")
            if ticks:
                try:
                    moment = datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=ticks // 10)
                    return moment.astimezone().replace(tzinfo=None).isoformat(timespec="seconds")
                except (OverflowError, ValueError, OSError):
                    continue
        return ""

    def _rtf(self) -> bytes:
        return unpacked(self.container.read(f"{self.root}__substg1.0_{RTF}0102"))

    def _files(self) -> list[tuple[str, bytes]]:
        found: list[tuple[str, bytes]] = []
        start = len(self.root)
        folders = {p[start:].partition("/")[0] for p in self.container.streams if p.startswith(f"{self.root}__attach_")}
        for folder in sorted(folders):
            inner = f"{self.root}{folder}/__substg1.0_{DATA}000D/"
            if any(path.startswith(inner) for path in self.container.streams):
                found += self._forwarded(inner)
                continue
            data = self.container.read(f"{self.root}{folder}/__substg1.0_{DATA}0102")
            name = self.text(LONG_NAME, f"{folder}/") or self.text(SHORT_NAME, f"{folder}/")
            picture = re.search(r"(?i)\.(png|jpe?g|gif|bmp)$", name)
            if data and not (picture and self.text(CONTENT_ID, f"{folder}/") and len(data) <= LOGO):
                found.append((safe_file_name(name) if name else f"附件 {len(found) + 1}", data))
        return found

    def _forwarded(self, root: str) -> list[tuple[str, bytes]]:
        """A mail inside the mail: its words as a text file, and the files that hang on it."""
        if self.deep >= _DEEP:
            return []
        mail = _Message(self.container, root, self.deep + 1).mail()
        words = "\n".join(filter(None, (f"{mail.name} {mail.address}".strip(), mail.at, mail.content)))
        return [(safe_file_name(f"{mail.subject or '转发的邮件'}.txt"), words.encode()), *mail.files]


def _from_headers(headers: str) -> str:
    """The address of the From line as it came through the internet."""
    found = re.search(r"(?im)^From:(?:.|\n[ \t])*?([\w.+-]+@[\w.-]+\w)", headers)
    return found[1] if found else ""


_BEGINNING = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans SerifSymbolArial"
    rb"Times New RomanCourier{\colortbl\red0\green0\blue0" + b"\r\n" + rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
"""What the dictionary of compressed RTF begins with ([MS-OXRTFCP] 2.1.2.1)."""


def unpacked(data: bytes) -> bytes:
    """RTF as Outlook keeps it: plain after MELA, or packed with LZFu in a ring of 4096 bytes; b"" when it is neither."""
    if len(data) < 16:
        return b""
    _, size, kind = struct.unpack_from("<II4s", data)
    if kind == b"MELA":
        return data[16 : 16 + size]
    if kind != b"LZFu":
        return b""
    ring = bytearray(_BEGINNING.ljust(4096, b"\0"))
    write, at, out = len(_BEGINNING), 16, bytearray()
    while at < len(data) and len(out) < size:
        flags = data[at]
        at += 1
        for bit in range(8):
            if at >= len(data) or len(out) >= size:
                break
            if not flags >> bit & 1:
                piece, at = data[at : at + 1], at + 1
            else:
                pair = int.from_bytes(data[at : at + 2], "big")
                at += 2
                start, length = pair >> 4, (pair & 15) + 2
                if start == write:
                    return bytes(out)
                piece = b""
                for step in range(length):  # may run into what it is writing
                    one = ring[(start + step) % 4096]
                    piece += bytes((one,))
                    ring[(write + step) % 4096] = one
            for one in piece:
                ring[write] = one
                write = (write + 1) % 4096
            out += piece
    return bytes(out)


_TOKEN = re.compile(rb"\\'([0-9a-fA-F]{2})|\\([a-zA-Z]+)(-?\d+)? ?|\\(.)|([{}])|([^\\{}\r\n]+)|[\r\n]+", re.S)
_SIGNS = {b"par": "\n", b"line": "\n", b"tab": "\t", b"lquote": "‘", b"rquote": "’", b"ldblquote": "“",
          b"rdblquote": "”", b"bullet": "•", b"endash": "–", b"emdash": "—"}  # fmt: skip
_SKIPPED = (b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict")


def page_of(rtf: bytes) -> str:
    """The HTML page that was put into RTF ([MS-OXRTFEX]); "" for RTF that was never a page."""
    if b"\\fromhtml" not in rtf[:512]:
        return ""
    named = re.search(rb"\\ansicpg(\d+)", rtf[:512])
    charset = _CODEPAGES.get(int(named[1]), f"cp{int(named[1])}") if named else "gb18030"
    told: list[str] = []
    odd = bytearray()
    state = (False, False)  # (skipped, suppressed by \htmlrtf)
    outer: list[tuple[bool, bool]] = []
    skip = 0
    starred = False

    def say(text: str) -> None:
        if odd:
            told.append(decoded(bytes(odd), charset))
            odd.clear()
        told.append(text)

    for found in _TOKEN.finditer(rtf):
        code, word, number, sign, brace, plain = found.groups()
        quiet = state[0] or state[1]
        if brace == b"{":
            outer.append(state)
        elif brace == b"}":
            state = outer.pop() if outer else state
        elif code is not None:
            if skip:
                skip -= 1
            elif not quiet:
                odd.append(int(code, 16))
        elif sign is not None:
            if sign == b"*":
                starred = True
                continue
            if sign in b"{}\\" and not quiet:
                say(sign.decode())
            elif sign == b"~" and not quiet:
                say("\u00a0")
        elif word is not None:
            if word == b"htmlrtf":
                state = (state[0], number != b"0")
            elif (starred and word != b"htmltag") or word in _SKIPPED:
                state = (True, state[1])
            elif word == b"u" and number is not None and not quiet:
                say(chr(int(number) % 65536))
                skip = 1
            elif word in _SIGNS and not quiet:
                say(_SIGNS[word])
        elif plain is not None:
            text = plain[skip:]
            skip = max(0, skip - len(plain))
            if not quiet:
                say(decoded(text, charset))
        starred = False
    say("")
    return "".join(told).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
