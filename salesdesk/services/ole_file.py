"""Reads the container of old Office files and Outlook mails (OLE, [MS-CFB]): a small file system inside one file."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from salesdesk.services.excel_text import Unreadable

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LAST = 0xFFFFFFFA  # greater numbers are no sectors but marks: free, end of chain, table sector
_DAMAGED = "请让对方重新发一次，或重新下载、重新保存一次"


class Container:
    """Streams by their path ("Workbook", "__attach_version1.0_#00000000/__substg1.0_37010102"), each in a chain of sectors.

    Every chain is followed once, because the reader of .xls files would run round a damaged one for ever. Raises
    Unreadable when a chain is broken, runs in a circle or leaves the file.
    """

    def __init__(self, data: bytes) -> None:
        if len(data) < 1536:
            raise _broken()
        (shift,) = struct.unpack_from("<H", data, 0x1E)
        if shift not in (9, 12):
            raise _broken()
        self._data, self._size = data, 1 << shift
        self._sectors = -(-len(data) // self._size) - 1
        fields = struct.unpack_from("<II4xIIIII", data, 0x2C)
        self._fat_count, directory, self._cutoff, mini_table, _, self._difat, _ = fields
        self._fat = self._load_fat()
        entries = b"".join(self._sector(number) for number in self._chain(directory, self._fat))
        self._mini_fat = self._numbers(b"".join(map(self._sector, self._chain(mini_table, self._fat))))
        self.streams: dict[str, tuple[int, int]] = {}
        self._mini: list[int] = []
        self._entries = [entries[at : at + 128] for at in range(0, len(entries) - 127, 128)]
        self._take_tree()
        for start, size in self.streams.values():
            list(self._chain(start, self._mini_fat if size < self._cutoff else self._fat))

    def _take_tree(self) -> None:
        """Walk the directory from its root; each folder keeps its members as a tree of left and right neighbours."""
        if not self._entries or self._entries[0][66] != 5:
            raise _broken()
        start, child = self._of(0)[2:]
        self._mini = list(self._chain(start, self._fat))
        seen, stack = {0}, [(child, "")]
        while stack:
            number, folder = stack.pop()
            if number >= _LAST:
                continue
            if number in seen or number >= len(self._entries):
                raise _broken()
            seen.add(number)
            entry = self._entries[number]
            length, kind = struct.unpack_from("<HB", entry, 64)
            name = folder + entry[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            (size,) = struct.unpack_from("<I", entry, 120)
            left, right, start, child = self._of(number)
            if kind == 2:
                self.streams[name] = (start, size)
            elif kind == 1:
                stack.append((child, f"{name}/"))
            stack += [(left, folder), (right, folder)]

    def _of(self, number: int) -> tuple[int, int, int, int]:
        """(left, right, first sector, child) of a directory entry."""
        left, right, child = struct.unpack_from("<III", self._entries[number], 68)
        (start,) = struct.unpack_from("<I", self._entries[number], 116)
        return left, right, start, child

    def _load_fat(self) -> list[int]:
        sectors = list(struct.unpack_from("<109I", self._data, 0x4C))
        following, seen = self._difat, set[int]()
        while following < _LAST:
            if following in seen or following >= self._sectors:
                raise _broken()
            seen.add(following)
            *more, following = self._numbers(self._sector(following))
            sectors += more
        used = [number for number in sectors if number < _LAST]
        if len(used) < self._fat_count or any(number >= self._sectors for number in used):
            raise _broken()
        return self._numbers(b"".join(map(self._sector, used)))

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        return self._data[start : start + self._size]

    @staticmethod
    def _numbers(content: bytes) -> list[int]:
        return list(struct.unpack(f"<{len(content) // 4}I", content[: len(content) // 4 * 4]))

    def _chain(self, number: int, table: list[int]) -> Iterator[int]:
        for _ in range(len(table) + 1):
            if number >= _LAST:
                return
            if number >= len(table) or (table is self._fat and number >= self._sectors):
                raise _broken()
            yield number
            number = table[number]
        raise _broken()

    def read(self, path: str) -> bytes:
        """A whole stream; b"" when there is none of that path."""
        start, size = self.streams.get(path, (_LAST, 0))
        if size >= self._cutoff:
            return b"".join(self._sector(n) for n in self._chain(start, self._fat))[:size]
        parts = []
        for block in self._chain(start, self._mini_fat):
            home, inside = divmod(block * 64, self._size)
            if home < len(self._mini):
                parts.append(self._sector(self._mini[home])[inside : inside + 64])
        return b"".join(parts)[:size]

    def head(self, name: str) -> bytes:
        """The first sector of a stream, enough for its first records."""
        start, size = self.streams[name]
        if start >= _LAST:
            return b""
        if size >= self._cutoff:
            return self._sector(start)[:size]
        home, inside = divmod(start * 64, self._size)
        return self._sector(self._mini[home])[inside : inside + 64] if home < len(self._mini) else b""


def _broken() -> Unreadable:
    return Unreadable("文件不完整或已损坏，像是没有传完或没有存完", _DAMAGED)
