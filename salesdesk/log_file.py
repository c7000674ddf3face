"""The log of one run, in the data folder: a few files of bounded size, the oldest dropped when the program starts."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from salesdesk import paths

KEPT = 5
FULL_BYTES = 1_000_000


@contextmanager
def logging_to(folder: Path, name: str) -> Iterator[None]:
    """Write what is logged into `logs/<name>` of a data folder; a folder that cannot be written gets no log."""
    root = logging.getLogger()
    handler = _handler(paths.logs(folder) / name)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    before = root.level
    root.addHandler(handler)
    root.setLevel(min(before, logging.INFO) if before else logging.INFO)
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
        handler.close()


def _handler(path: Path) -> logging.Handler:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > FULL_BYTES:
            _roll(path)
        return logging.FileHandler(path, encoding="utf-8", delay=True)
    except OSError:
        return logging.NullHandler()


def _roll(path: Path) -> None:
    """window.log becomes window.log.1, that becomes window.log.2, and so on."""
    for n in range(KEPT - 1, 0, -1):
        older = path.with_name(f"{path.name}.{n}")
        if older.exists():
            older.replace(path.with_name(f"{path.name}.{n + 1}"))
    path.replace(path.with_name(f"{path.name}.1"))
