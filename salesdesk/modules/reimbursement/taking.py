"""Files from the desk of somebody → their bytes and what the reader says of them."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from salesdesk.domain.errors import BadValue, EnvironmentFault, Refused
from salesdesk.domain.problems import Problem
from salesdesk.modules.reimbursement.voucher_files import Paper
from salesdesk.services.attachments import LARGEST
from salesdesk.services.files import read_whole, sha256_of
from salesdesk.services.module import Context
from salesdesk.services.vouchers.voucher import Voucher

NO_VOUCHER = frozenset(("not_invoice",))
"""Findings of the reader that say: this is a paper, but no voucher."""


class Taken(NamedTuple):
    """One voucher of a dropped file. nth: its place among the vouchers of these bytes, where a file holds several."""

    name: str
    data: bytes
    voucher: Voucher
    nth: int = 0

    @property
    def paper(self) -> Paper:
        return Paper(self.name, self.data, self.voucher.form)

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes that are kept."""
        return sha256_of(self.data)


def take_all(ctx: Context, files: str, ocr: bool = False) -> tuple[list[Taken], list[Problem]]:
    """(what could be opened, why the others could not); tells the progress, so that a long drop can be cancelled.

    ocr: also read the words of pictures. Raises Refused where that is not installed.
    """
    if ocr:
        need_ocr()
    paths = [Path(line.strip().strip('"')) for line in files.splitlines() if line.strip()]
    taken: list[Taken] = []
    lost: list[Problem] = []
    for i, path in enumerate(paths):
        ctx.progress(i, len(paths))
        try:
            data = read_whole(path, LARGEST)
        except (Refused, EnvironmentFault) as error:
            lost += _told(error, path)
            continue
        taken += take(path.name, data, ocr)
    ctx.progress(len(paths), len(paths))
    return taken, lost


def take(name: str, data: bytes, ocr: bool = False) -> list[Taken]:
    """The vouchers in a file, at least one; of an archive each with the bytes of its own entry."""
    from salesdesk.services.vouchers.reading import read_bytes

    found: list[Taken] = []
    for voucher in read_bytes(name, data, ocr=ocr):
        own = (
            entry_of(data, voucher.file.removeprefix(f"{name}/"))
            if voucher.form != "zip" and "/" in voucher.file
            else None
        )
        kept = data if own is None else own
        same = sum(one.data is kept or one.data == kept for one in found)
        found.append(Taken(Path(voucher.file).name or name, kept, voucher, same))
    return found


def need_ocr() -> None:
    """Raises Refused in words where OCR, an optional extra, is not installed."""
    from salesdesk.services.vouchers.ocr import available

    if not available():
        told = Problem("没有装文字识别", "请运行 pip install salesdesk[ocr]，或手工填写", path="ocr", code="no_ocr")
        raise Refused(told)


def entry_of(data: bytes, path: str) -> bytes | None:
    """Bytes of an entry of an archive, of one inside an archive in it too; None when there is none."""
    from salesdesk.services.safe_zip import SafeZip

    try:
        pack = SafeZip(data)
        for name in pack.names():
            if path == name:
                return pack.read(name)
            if path.startswith(f"{name}/"):
                return entry_of(pack.read(name), path.removeprefix(f"{name}/"))
    except BadValue:
        return None
    return None


def _told(error: Refused | EnvironmentFault, path: Path) -> list[Problem]:
    if isinstance(error, Refused):
        return [one.at("files", f"《{path.name}》") for one in error.problems]
    return [Problem(str(error), "请重新选这个文件", path="files", place=f"《{path.name}》", code="file")]
