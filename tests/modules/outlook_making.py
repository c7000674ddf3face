"""Makes .msg files for tests: an OLE container of any streams, and the properties and packed RTF that Outlook puts in one."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise

SECTOR, MINI, CUTOFF = 512, 64, 4096
FREE, END, TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


@dataclass
class _Node:
    name: str
    kind: int  # 5 root, 1 folder, 2 stream
    data: bytes = b""
    members: dict[str, _Node] = field(default_factory=dict)
    at: int = 0
    start: int = END
    following: int = FREE


@dataclass
class _Space:
    """Sectors of one size with the table that chains them."""

    size: int
    table: list[int] = field(default_factory=list)
    body: bytearray = field(default_factory=bytearray)

    def place(self, data: bytes) -> int:
        """Put bytes into sectors of their own; returns the first."""
        if not data:
            return END
        count, first = -(-len(data) // self.size), len(self.table)
        self.table += [*range(first + 1, first + count), END]
        self.body += data.ljust(count * self.size, b"\0")
        return first

    def chains(self) -> bytes:
        return struct.pack(f"<{len(self.table)}I", *self.table)


def container(streams: Mapping[str, bytes]) -> bytes:
    """An OLE file (version 3) with streams by path; small ones go into the mini stream as they must."""
    root = _Node("Root Entry", 5)
    nodes = [root]

    def member(folder: _Node, name: str, kind: int) -> _Node:
        if name not in folder.members:
            folder.members[name] = _Node(name, kind, at=len(nodes))
            nodes.append(folder.members[name])
        return folder.members[name]

    large, small = _Space(SECTOR), _Space(MINI)
    for path, data in streams.items():
        *folders, name = path.split("/")
        place = root
        for folder in folders:
            place = member(place, folder, 1)
        one = member(place, name, 2)
        one.data, one.start = data, (large if len(data) >= CUTOFF else small).place(data)
    root.data, root.start = bytes(small.body), large.place(bytes(small.body))
    mini_at = large.place(small.chains())
    for one in nodes:
        for left, right in pairwise(one.members.values()):
            left.following = right.at
    entries = b""
    for one in nodes:
        name = one.name.encode("utf-16-le")
        child = next((m.at for m in one.members.values()), FREE)
        entries += name.ljust(64, b"\0") + struct.pack(
            "<HBBIII", len(name) + 2, one.kind, 1, FREE, one.following, child
        )
        entries += b"\0" * 36 + struct.pack("<IQ", one.start, len(one.data))
    directory = large.place(entries)
    tables = 1
    while len(large.table) + tables > tables * SECTOR // 4:
        tables += 1
    table_at = len(large.table)
    large.table += [TABLE] * tables
    chains = large.chains().ljust(tables * SECTOR, b"\xff")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    mini_count = -(-len(small.table) * 4 // SECTOR)
    head += struct.pack("<9I", 0, tables, directory, 0, CUTOFF, mini_at, mini_count, END, 0)
    sectors = [*range(table_at, table_at + tables), *[FREE] * (109 - tables)]
    return head + struct.pack("<109I", *sectors) + bytes(large.body) + chains


def properties(header: int, sent: datetime | None = None, codepage: int = 0) -> bytes:
    """The stream of fixed properties."""
    rows = b""
    if sent is not None:
        ticks = int((sent - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10**7
        rows += struct.pack("<HHIQ", 0x40, 0x0039, 6, ticks)
    if codepage:
        rows += struct.pack("<HHIQ", 0x03, 0x3FDE, 6, codepage)
    return b"\0" * header + rows


def wide(text: str) -> bytes:
    """Text as Unicode properties hold it."""
    return text.encode("utf-16-le")


def packed(rtf: bytes) -> bytes:
    """RTF in the plain form of LZFu: every byte a literal."""
    out = b""
    for at in range(0, len(rtf), 8):
        out += b"\0" + rtf[at : at + 8]
    return struct.pack("<II4sI", len(out) + 12, len(rtf), b"LZFu", 0) + out
