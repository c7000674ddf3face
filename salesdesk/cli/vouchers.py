"""`salesdesk voucher read`: what invoice files say of themselves, for scripts and for people; needs no data folder."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from salesdesk.cli import speech
from salesdesk.domain.errors import Refused
from salesdesk.domain.problems import Problem
from salesdesk.services.vouchers.reading import read_file
from salesdesk.services.vouchers.voucher import MONEY, Voucher

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
    files = [file for name in named for file in found(name)]
    if not any(file.is_file() for file in files):
        told = "、".join(named[:3])
        raise Refused(Problem(f"没有找到文件：{told}", "请核对路径和文件名", path="files", code="no_files"))
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
