"""Checks the container of an old .xls or WPS .et file before it is read: is it whole, which contents, is there a password."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from salesdesk.services.excel_text import Unreadable

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LAST = 0xFFFFFFFA  # greater numbers are no sectors but marks: free, end of chain, table sector
_FILEPASS = 0x2F
_DAMAGED = "请让对方重新发一次，或重新下载、重新保存一次"


class Container:
    """An OLE compound file ([MS-CFB]): streams in chains of sectors, as a small file system.

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
        for at in range(0, len(entries) - 127, 128):
            self._take_entry(entries[at : at + 128])
        for start, size in self.streams.values():
            list(self._chain(start, self._mini_fat if size < self._cutoff else self._fat))

    def _take_entry(self, entry: bytes) -> None:
        length, kind = struct.unpack_from("<HB", entry, 64)
        start, size = struct.unpack_from("<II", entry, 116)
        if kind == 5:
            self._mini = list(self._chain(start, self._fat))
        elif kind == 2:
            name = entry[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            self.streams[name] = (start, size)

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

    def head(self, name: str) -> bytes:
        """The first sector of a stream, enough for its first records."""
        start, size = self.streams[name]
        if start >= _LAST:
            return b""
        if size >= self._cutoff:
            return self._sector(start)[:size]
        home, inside = divmod(start * 64, self._size)
        return self._sector(self._mini[home])[inside : inside + 64] if home < len(self._mini) else b""

    @property
    def workbook(self) -> str:
        """Name of the stream with the tables ("Workbook" since Excel 97, "Book" before), "" when there is none."""
        return next((name for name in self.streams if name.lower() in ("workbook", "book")), "")

    @property
    def locked(self) -> bool:
        """Whether opening asks for a password: an encrypted .xlsx inside, or a FILEPASS record near the beginning."""
        if "EncryptedPackage" in self.streams:
            return True
        head, at = self.head(self.workbook) if self.workbook else b"", 0
        for _ in range(5):
            if len(head) < at + 4:
                break
            kind, size = struct.unpack_from("<HH", head, at)
            if kind == _FILEPASS:
                return True
            at += 4 + size
        return False


def _broken() -> Unreadable:
    return Unreadable("文件不完整或已损坏，像是没有传完或没有存完", _DAMAGED)
