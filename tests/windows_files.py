"""Files as Windows treats them, on Linux too: what is open is neither removed, renamed nor replaced, nor is what is read-only."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SHARING_VIOLATION, ACCESS_DENIED = 32, 5
"""Windows' numbers: a file in use; one that is read-only, or in use where another is to take its place."""
OPEN_FILES = Path("/proc/self/fd")

_strict = False
_listening = False


@contextmanager
def as_on_windows() -> Iterator[None]:
    """While it lasts, Python's own calls are refused as Windows would refuse them, SQLite's are not. Elsewhere than on Linux
    nothing is done: Windows refuses by itself."""
    global _strict, _listening
    if not OPEN_FILES.is_dir():
        yield
        return
    if not _listening:
        sys.addaudithook(_heard)  # Python takes none away again
        _listening = True
    before, _strict = _strict, True
    try:
        yield
    finally:
        _strict = before


def _heard(event: str, args: tuple[Any, ...]) -> None:
    if not _strict:
        return
    if event == "os.remove":
        _refuse(_path(args[0], args[1]), SHARING_VIOLATION)
    elif event == "os.rename":
        _refuse(_path(args[0], args[2]), SHARING_VIOLATION, read_only=True)
        _refuse(_path(args[1], args[3]), ACCESS_DENIED)


def _path(name: Any, folder: int) -> Path:
    """The path of a call, which may be told from an open folder on."""
    told = Path(os.fsdecode(name))
    return (OPEN_FILES / str(folder)).readlink() / told if folder >= 0 else told.absolute()


def _refuse(path: Path, number: int, read_only: bool = False) -> None:
    """Raises PermissionError for a file that is open or (unless it may be) read-only, and for a folder with an open file in it."""
    try:
        found = path.lstat()
    except OSError:  # the call itself will say so
        return
    if stat.S_ISREG(found.st_mode) and not read_only and not found.st_mode & stat.S_IWUSR:
        raise _refusal(path, ACCESS_DENIED)
    for link in OPEN_FILES.iterdir():
        try:
            held = link.stat()
            below = stat.S_ISDIR(found.st_mode) and stat.S_ISREG(held.st_mode) and path in link.readlink().parents
        except OSError:  # closed meanwhile
            continue
        if below or (stat.S_ISREG(held.st_mode) and os.path.samestat(held, found)):
            raise _refusal(path, number)


def _refusal(path: Path, number: int) -> PermissionError:
    refused = PermissionError(errno.EACCES, "as Windows would refuse it", str(path))
    refused.winerror = number  # type: ignore[attr-defined, unused-ignore]
    return refused
