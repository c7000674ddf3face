"""Data folders that are made once and kept in the temporary folder until the tables of the program change."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from datetime import date
from pathlib import Path

from salesdesk.persistence.migrate import steps

DAY = date(2026, 6, 18)
SEED = 7


def cached(name: str) -> Path:
    """A folder of this name for the present shape of the tables."""
    shape = hashlib.sha256(b"".join(step.read_bytes() for step in steps())).hexdigest()[:10]
    return Path(tempfile.gettempdir()) / "salesdesk-bench" / f"{name}-{shape}"


def to_disk(file: Path) -> None:
    """Wait until a file that was copied is on the disk."""
    with file.open("rb+") as copied:
        os.fsync(copied.fileno())


def small_company() -> Path:
    """The usual demo company."""
    from salesdesk.demo.building import build

    folder = cached("demo")
    build(folder, SEED, "normal", DAY, lambda done, whole: None)
    return folder


def million() -> Path:
    """A hundred thousand customers and a million orders; takes some minutes the first time."""
    from salesdesk.demo.million import build_million

    folder = cached("million")
    build_million(
        folder, SEED, DAY, lambda done, whole: print(f"\r{done:,}/{whole:,}", end="", file=sys.stderr, flush=True)
    )
    return folder


def sized(orders: int) -> Path:
    """So many orders, a tenth as many customers."""
    from salesdesk.demo.million import Size, build_million

    folder = cached(f"orders{orders}")
    build_million(folder, SEED, DAY, lambda done, whole: None, Size(orders // 10, 2_000, orders))
    return folder


def workload() -> Path:
    """The size the targets are named for: 20,000 customers, 2,000 products, 200,000 orders."""
    from salesdesk.demo.million import Size, build_million

    folder = cached("workload")
    build_million(folder, SEED, DAY, lambda done, whole: None, Size(20_000, 2_000, 200_000))
    return folder
