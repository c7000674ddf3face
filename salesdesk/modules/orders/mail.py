"""Reads a saved mail (.eml): who wrote, when, about what, the words, and the files that hang on it."""

from __future__ import annotations

import contextlib
import html
import re
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from pathlib import PurePath

from salesdesk.domain.text import safe_file_name

SUFFIXES = (".eml", ".msg")
"""Files that are mails; Outlook's .msg is read by `outlook`."""
LOGO = 16 * 1024
"""Pictures inside the text up to this size are signatures and logos, not evidence; the mail itself keeps them."""


@dataclass(frozen=True)
class Mail:
    """What a mail tells. at: local stamp, "" when the mail has no date. html: the page it was written as, for its tables."""

    name: str = ""
    address: str = ""
    at: str = ""
    subject: str = ""
    text: str = ""
    html: str = ""
    files: tuple[tuple[str, bytes], ...] = field(default=(), repr=False)

    @property
    def content(self) -> str:
        """Subject and words as one note."""
        return "\n".join(filter(None, (f"主题：{self.subject}" if self.subject else "", self.text))).strip()


def is_mail(name: str) -> bool:
    """Whether a file is a mail by its name."""
    return PurePath(name).suffix.lower() in SUFFIXES


def read_mail(data: bytes) -> Mail:
    """Read the bytes of an .eml file; what is broken in it is left out, never an error."""
    message: Message = message_from_bytes(data, policy=policy.compat32)
    senders = getaddresses([header(message, "From")])
    name, address = senders[0] if senders else ("", "")
    plain, pages, files = _parts(message)
    page = "\n".join(pages)
    text = "\n".join(plain).strip() or plain_of(page)
    return Mail(
        name.strip(" \"'"), address.strip().lower(), _moment(header(message, "Date")), header(message, "Subject"),
        tidy(text), page, tuple(files),
    )  # fmt: skip


def header(message: Message, key: str) -> str:
    """A header line as people read it, whatever it was encoded in."""
    raw = next((str(value) for name, value in message.raw_items() if name.lower() == key.lower()), "")
    try:
        parts = decode_header(_bytes_as_text(raw))
    except (ValueError, LookupError):
        parts = [(raw, None)]
    told = [decoded(p, charset or "utf-8") if isinstance(p, bytes) else str(p) for p, charset in parts]
    return " ".join("".join(told).split())


def _bytes_as_text(raw: str) -> str:
    """Headers with plain bytes instead of an encoding come with surrogates; they are read as UTF-8 or GB18030."""
    return raw if raw.isprintable() else decoded(raw.encode("utf-8", "surrogateescape"), "utf-8")


def decoded(data: bytes, charset: str) -> str:
    """Text of bytes; gb2312 is read as its superset, a wrong or unknown name falls back to what fits."""
    named = "gb18030" if charset.lower() in ("gb2312", "gbk", "x-gbk", "hz-gb-2312") else charset
    for one in (named, "utf-8", "gb18030"):
        try:
            return data.decode(one)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("utf-8", "replace")


def _moment(text: str) -> str:
    try:
        found: datetime = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError):
        return ""
    if found.tzinfo:
        # Windows knows no local time before 1970; a clock that was never set stands in its first hours.
        with contextlib.suppress(OSError, OverflowError, ValueError):
            found = found.astimezone()
    return found.replace(tzinfo=None).isoformat(timespec="seconds")


def _parts(message: Message) -> tuple[list[str], list[str], list[tuple[str, bytes]]]:
    """(plain texts, pages, files) of a message, forwarded ones inside it included as files."""
    plain: list[str] = []
    pages: list[str] = []
    files: list[tuple[str, bytes]] = []
    stack = [message]
    while stack:
        part = stack.pop(0)
        kind = part.get_content_type()
        if kind == "message/rfc822":
            inner = part.get_payload()
            first = inner[0] if isinstance(inner, list) and inner else None
            if isinstance(first, Message):
                files.append((f"{safe_file_name(header(first, 'Subject') or '转发的邮件')}.eml", first.as_bytes()))
            continue
        if part.is_multipart():
            inside = part.get_payload()
            stack[:0] = [one for one in inside if isinstance(one, Message)] if isinstance(inside, list) else []
            continue
        data = part.get_payload(decode=True)
        if not isinstance(data, bytes):
            continue
        name = _file_name(part)
        if not name and kind in ("text/plain", "text/html"):
            words = decoded(data, part.get_content_charset() or "utf-8")
            (plain if kind == "text/plain" else pages).append(words)
        elif data and not (kind.startswith("image/") and part["Content-ID"] and len(data) <= LOGO):
            files.append((name or f"附件 {len(files) + 1}", data))
    return plain, pages, files


def _file_name(part: Message) -> str:
    found = part.get_filename()
    if not found:
        return ""
    try:
        told = "".join(
            decoded(p, c or "utf-8") if isinstance(p, bytes) else p for p, c in decode_header(_bytes_as_text(found))
        )
    except (ValueError, LookupError):
        told = found
    return safe_file_name(PurePath(told.replace("\\", "/")).name)


_GONE = re.compile(r"(?is)<(script|style|head)\b.*?</\1>|<!--.*?-->")
_BREAK = re.compile(r"(?i)<br\s*/?>|</(p|div|tr|li|h\d)>")
_CELL = re.compile(r"(?i)</t[dh]>")
_TAG = re.compile(r"<[^>]*>")


def plain_of(page: str) -> str:
    """The words of an HTML page, a line for each paragraph and table row, cells apart by tabs."""
    text = _GONE.sub(" ", page)
    text = " ".join(text.split())
    text = _TAG.sub("", _CELL.sub("\t", _BREAK.sub("\n", text)))
    return html.unescape(text)


def tidy(text: str) -> str:
    """Words without trailing blanks and with at most one empty line between them."""
    lines = [line.replace("\u00a0", " ").strip(" \r") for line in text.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines)).strip()
