"""Where things lie on this PC: the data folder with its logs and backups, and the files that come with the program."""

from __future__ import annotations

import os
from pathlib import Path

PROGRAM = Path(__file__).resolve().parents[1]
"""Top of the repository, or of the frozen program's own files."""

RESOURCES = PROGRAM / "resources"
SHIPPED_DATA = PROGRAM / "data"


def data_folder(named: str | os.PathLike[str] | None = None) -> Path:
    """The folder that holds everything of one company: the one named, else $SALESDESK_DATA, else the user's own place."""
    chosen = named or os.environ.get("SALESDESK_DATA")
    if chosen:
        return Path(chosen).expanduser().absolute()
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
