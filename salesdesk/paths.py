"""Where things lie on this PC: the data folder with its logs and backups, and the files that come with the program."""

from __future__ import annotations

import os
from pathlib import Path

PROGRAM = Path(__file__).resolve().parents[1]
"""Top of the repository, or of the frozen program's own files."""

RESOURCES = PROGRAM / "resources"
SHIPPED_DATA = PROGRAM / "data"


def data_folder(named: str | os.PathLike[str] | None = None) -> Path:
    """The folder that holds everything of one company.

    The one named, else $SALESDESK_DATA, else the one chosen at the first start, else the user's own place.
    """
    chosen = named or os.environ.get("SALESDESK_DATA")
    if chosen:
        return Path(chosen).expanduser().absolute()
    usual = _own_place()
    try:
        kept = (usual / _ELSEWHERE).read_text(encoding="utf-8").strip()
    except OSError:
        return usual
    return Path(kept) if kept and Path(kept).is_absolute() else usual


def choose_folder(folder: Path) -> None:
    """From the next start on use this folder where none is named. Raises OSError."""
    usual = _own_place()
    usual.mkdir(parents=True, exist_ok=True)
    (usual / _ELSEWHERE).write_text(str(folder), encoding="utf-8")


def lost_folder(named: str | os.PathLike[str] | None = None) -> Path | None:
    """The folder that was chosen at the first start, when no data lie in it any more; None when all is well or one is named.

    Opening it would begin an empty company where the clerk looks for her own.
    """
    if named or os.environ.get("SALESDESK_DATA"):
        return None
    folder = data_folder()
    return folder if folder != _own_place() and not (folder / DATA_FILE).exists() else None


def forget_folder() -> None:
    """From the next start on use the user's own place again. Raises OSError."""
    (_own_place() / _ELSEWHERE).unlink(missing_ok=True)


def is_usual(folder: Path) -> bool:
    """Whether this is the folder a start without a named one opens."""
    return not os.environ.get("SALESDESK_DATA") and folder == data_folder()


_ELSEWHERE = "data-folder.txt"
"""Lies in the user's own place and names the folder that was chosen instead of it."""


def _own_place() -> Path:
    from platformdirs import user_data_path

    return user_data_path("salesdesk", appauthor=False)


DATA_FILE = "salesdesk.db"
"""Name of the file that holds everything but the evidence files."""


LOG_FILES = ("window.log", "salesdesk.log")
"""Names of the logs of the window and of the commands."""
FAULT_LOG = "fault.txt"
"""Where Python writes which function the program was in when the system ended it."""


def logs(folder: Path) -> Path:
    """Where the log files of a data folder lie."""
    return folder / "logs"


def backups(folder: Path) -> Path:
    """Where the copies of a data file lie."""
    return folder / "backups"
