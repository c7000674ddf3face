"""Opens ZIP files from strangers (OFD, zipped XML) with limits on entries, size and ratio, and never writes them out."""

from __future__ import annotations

import io
import zipfile

from salesdesk.domain.errors import BadValue

MOST_ENTRIES = 2000
LARGEST = 50 * 1024 * 1024
"""Bytes of all entries unpacked."""
STEEPEST = 200
"""Unpacked bytes for each packed one, above a megabyte: a voucher never comes near, a zip bomb far beyond."""


class SafeZip:
    """Entries by name, read whole. Names are as in the archive, with / and without a leading one."""

    def __init__(self, data: bytes) -> None:
        """Raises BadValue with reason and cure for a damaged, encrypted or hostile archive."""
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as fault:
            raise BadValue("压缩包打不开，文件已损坏或没有下载完整", "请重新下载", "damaged") from fault
        entries = self._zip.infolist()
        if len(entries) > MOST_ENTRIES:
            raise BadValue(f"压缩包里有 {len(entries)} 个文件，不像发票，没有打开", "请确认文件来源", "hostile")
        if any(e.flag_bits & 1 for e in entries):
            raise BadValue("压缩包加了密码，读不了", "请解开密码后再放进来", "encrypted")
        whole = sum(e.file_size for e in entries)
        if whole > LARGEST or (whole > 1024 * 1024 and whole > STEEPEST * max(1, len(data))):
            raise BadValue(
                f"压缩包解开有 {whole // 1024 // 1024} MB，可能是恶意文件，没有打开", "请确认文件来源", "hostile"
            )
        named = [(e.filename.replace("\\", "/").lstrip("/"), e) for e in entries]
        self._entries = {name: e for name, e in named if name and not name.endswith("/")}  # a damaged name may be empty

    def names(self) -> list[str]:
        """Names of all files in the archive."""
        return list(self._entries)

    def __contains__(self, name: str) -> bool:
        return name.lstrip("/") in self._entries

    def read(self, name: str) -> bytes:
        """Bytes of one entry; no more than its header announced. Raises BadValue when it is missing or damaged."""
        entry = self._entries.get(name.lstrip("/"))
        if entry is None:
            raise BadValue(f"压缩包里缺少 {name}", "文件可能不完整，请重新下载", "damaged")
        try:
            with self._zip.open(entry) as stream:
                data = stream.read(entry.file_size + 1)
        except Exception as fault:  # zlib, lzma and zipfile raise many kinds for damaged bytes
            raise BadValue(f"压缩包里的 {name} 已损坏", "请重新下载", "damaged") from fault
        if len(data) > entry.file_size:
            raise BadValue(f"压缩包里的 {name} 比它声明的大，可能是恶意文件", "请确认文件来源", "hostile")
        return data
