"""Checks the container of an old .xls or WPS .et file before it is read: is it whole, which contents, is there a password."""

from __future__ import annotations

import struct

from salesdesk.services.ole_file import SIGNATURE, Container

__all__ = ["SIGNATURE", "OldWorkbook"]
_FILEPASS = 0x2F


class OldWorkbook(Container):
    """An OLE file that should hold tables."""

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
