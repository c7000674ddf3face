"""`salesdesk voucher read | print`: what invoice files say of themselves, and the files on A4; needs no data folder."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from salesdesk.cli import speech
from salesdesk.domain.errors import Refused
from salesdesk.domain.problems import Problem
from salesdesk.services.files import faults_of, output_path, write_atomically
from salesdesk.services.vouchers.reading import read_file
from salesdesk.services.vouchers.voucher import MONEY, Voucher

if TYPE_CHECKING:
    from salesdesk.services.vouchers.tiling import Tiled

LONG = 20
"""Files from which on progress is told."""
_EVERY = 2.0  # seconds
MOST_FILES = 20_000


def read(named: Sequence[str], as_json: bool, ocr: bool) -> int:
    """Read the files and tell them. Raises Refused when there is none at all, or OCR is asked for and not installed."""
    if ocr:
        from salesdesk.services.vouchers.ocr import available

        if not available():
            raise Refused(
                Problem("没有装文字识别", "请运行 pip install salesdesk[ocr]，或去掉 --ocr", path="ocr", code="no_ocr")
            )
    files = _files(named)
    vouchers: list[Voucher] = []
    told_at = time.monotonic()
    for count, file in enumerate(files, 1):
        for one in read_file(file, ocr=ocr):
            one.file = f"{file}{one.file[len(file.name) :]}"
            vouchers.append(one)
        if len(files) >= LONG and (time.monotonic() - told_at > _EVERY or count == len(files)):
            told_at = time.monotonic()
            speech.warn(f"已读 {count:,}/{len(files):,} 个文件")
    if as_json:
        speech.say_json([one.wire() for one in vouchers])
    else:
        speech.say(_table(vouchers))
    return 0


def print_out(named: Sequence[str], out: str | None) -> int:
    """Put the files on A4 in their order, two invoices or four tickets a sheet; raises Refused when there is none at all.

    An XML is left out when the same invoice came as a page too. What is no invoice goes behind the one before it.
    """
    target = output_path(out, (".pdf",), Path.cwd() / "票据.pdf")
    done, count = laid_out([file for file in _files(named) if file.is_file() and file != target])
    write_atomically(target, done.pdf)
    for finding in done.findings:
        speech.warn(finding)
    speech.say(f"{count} 份票据，{done.sheets} 张纸：{target}")
    return 0


def laid_out(files: Sequence[Path]) -> tuple[Tiled, int]:
    """The files on A4 sheets, and how many of them there are. Raises EnvironmentFault for one that cannot be read."""
    from salesdesk.services.vouchers.tiling import Piece, tile

    read_files = [(file, read_file(file)) for file in files]
    pages = {one.key for _, vouchers in read_files for one in vouchers if one.form in ("pdf", "ofd")}
    pieces: list[Piece] = []
    for file, vouchers in read_files:
        first = vouchers[0]
        if first.form == "xml" and first.key in pages:
            continue
        total = f"¥{MONEY.show(first.total)}" if first.total is not None else ""
        label = "　".join(filter(None, [str(len(pieces) + 1), total, first.kind.label if first.kind else file.stem]))
        with faults_of(file):
            pieces.append(Piece(file.read_bytes(), first.form, label, first.kind, first.kind is None))
    return tile(pieces), len(pieces)


def _files(named: Sequence[str]) -> list[Path]:
    files = [file for name in named for file in found(name)]
    if not any(file.is_file() for file in files):
        told = "、".join(named[:3])
        raise Refused(Problem(f"没有找到文件：{told}", "请核对路径和文件名", path="files", code="no_files"))
    return files


def found(name: str) -> list[Path]:
    """The files a name means: itself, those in a folder and below, or those a pattern fits; a wrong name stays, to be told."""
    path = Path(name)
    if path.is_dir():
        inside = (p for p in path.rglob("*") if p.is_file() and not p.name.startswith("."))
        return sorted(inside)[:MOST_FILES]
    if (
        any(sign in path.name for sign in "*?") and path.parent.is_dir()
    ):  # a Windows console leaves patterns to the program
        return sorted(one for one in path.parent.glob(path.name) if one.is_file())[:MOST_FILES] or [path]
    return [path]


def _table(vouchers: Sequence[Voucher]) -> str:
    rows = [
        [
            Path(one.file).name,
            one.kind.label if one.kind else "",
            one.key,
            one.date or "",
            one.seller or "",
            MONEY.show(one.total if one.total is not None else one.amount),
            "；".join(finding.message for finding in one.findings),
        ]
        for one in vouchers
    ]
    heads = ["文件", "种类", "号码", "日期", "销售方", "金额", "问题"]
    return speech.table(heads, rows, [False, False, False, False, False, True]) + f"\n共 {len(vouchers)} 张"
