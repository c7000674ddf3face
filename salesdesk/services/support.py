"""The bundle for whoever maintains the program: logs, versions, what a check found; no data of the company in any of it.

Of the log only the program's own words leave (`log_file.covered`), of the check only the kinds of findings and their number,
of the data file only how many rows each table has and which verbs were last run. It can be made of a file that does not open.
"""

from __future__ import annotations

import contextlib
import json
import locale
import os
import platform
import re
import shutil
import sys
import zipfile
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from importlib import metadata
from io import BytesIO
from pathlib import Path
from typing import Any

from salesdesk import __version__, paths
from salesdesk.domain.clock import stamp
from salesdesk.domain.errors import EnvironmentFault
from salesdesk.log_file import covered
from salesdesk.persistence.database import Database
from salesdesk.services.checking import Verify, check_all
from salesdesk.services.files import faults_of, write_atomically
from salesdesk.services.history import last_verbs

LAST_STEPS = 300
PACKAGES = ("PySide6_Essentials", "sqlcipher3", "reportlab", "pypdfium2", "python-calamine", "keyring")
NOTE = """这个包是给维护程序的人看的，里面只有：
  log/…         程序的运行日志，凡是可能来自数据的字都换成了字数
  machine.json  程序、系统和部件的版本，数据文件多大
  data.json     检查的结果（只有问题的种类和个数）、各表有多少行、最近做的动作名称
没有客户、产品、订单、金额、人名、电话，也没有文件名。发之前可以打开看。
"""


def pack(folder: Path, database: Database | None, verify: Sequence[Verify], now: datetime, fault: str = "") -> Path:
    """Make the bundle of a data folder in its `support` folder; returns the file.

    database: None when the data do not open, `fault` then names the kind of error. Raises EnvironmentFault when it cannot
    be written.
    """
    target = folder / "support" / f"诊断包-{now:%Y%m%d-%H%M%S}.zip"
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("README.txt", NOTE)
        bundle.writestr("machine.json", _json(machine(folder)))
        bundle.writestr("data.json", _json(state(database, folder, verify) if database else {"not_opened": fault}))
        for file in _logs(folder):
            with contextlib.suppress(OSError):
                text = file.read_text(encoding="utf-8", errors="replace")
                told = text if file.name.startswith(paths.FAULT_LOG) else covered(text)
                bundle.writestr(f"log/{file.name}", _without_places(told, folder))
    with faults_of(target, "保存"):
        target.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(target, buffer.getvalue())
    return target


def _logs(folder: Path) -> list[Path]:
    """Log files of ours; whatever else lies there stays."""
    found = paths.logs(folder)
    if not found.is_dir():
        return []
    known = (*paths.LOG_FILES, paths.FAULT_LOG)
    return sorted(p for p in found.iterdir() if p.is_file() and any(p.name.startswith(name) for name in known))


def _without_places(text: str, folder: Path) -> str:
    """Without the folders of this PC, which bear the name of its user."""
    for place, word in (
        (folder, "<data>"),
        (paths.PROGRAM, "<program>"),
        (Path(sys.prefix), "<python>"),
        (Path.home(), "<home>"),
    ):
        if len(place.parts) > 1:
            as_of_a_crash = str(place).encode("ascii", "backslashreplace").decode()  # faulthandler writes so
            for written in {str(place), as_of_a_crash}:
                text = re.sub(re.escape(written), word, text, flags=re.IGNORECASE)
    return text


def machine(folder: Path) -> dict[str, Any]:
    """Versions and sizes, and what about the place of the data often makes trouble."""
    packages = {}
    for name in PACKAGES:
        with contextlib.suppress(metadata.PackageNotFoundError):
            packages[name] = metadata.version(name)
    data = folder / paths.DATA_FILE
    sizes = {
        suffix or "db": p.stat().st_size
        for suffix in ("", "-wal")
        if (p := data.with_name(data.name + suffix)).exists()
    }
    free = None
    with contextlib.suppress(OSError):
        free = shutil.disk_usage(folder).free
    return {
        "program": __version__,
        "frozen": bool(getattr(sys, "frozen", False)),
        "python": platform.python_version(),
        "packages": packages,
        "system": f"{platform.system()} {platform.release()} {platform.version()}",
        "machine": platform.machine(),
        "processors": os.cpu_count(),
        "encoding": locale.getpreferredencoding(False),
        "file_system_encoding": sys.getfilesystemencoding(),
        "data_bytes": sizes,
        "backups": sum(1 for p in paths.backups(folder).glob("*.db")),
        "free_bytes": free,
        "place": {
            "length": len(str(folder)),
            "ascii": str(folder).isascii(),
            "spaces": " " in str(folder),
            "network": str(folder).startswith("\\\\"),
        },
    }


def state(database: Database, folder: Path, verify: Sequence[Verify]) -> dict[str, Any]:
    """Kinds of findings and their number, rows of each table, the last verbs."""
    told: dict[str, Any] = {}
    try:
        report = check_all(database, folder, verify)
        told["check"] = {
            "sound": report.sound,
            "looked_at": report.counts,
            "found": Counter(p.code for p in report.problems),
        }
    except EnvironmentFault as fault:
        told["check"] = {"failed": type(fault).__name__}
    except Exception as error:  # the bundle is wanted most when something is badly wrong
        told["check"] = {"failed": f"{type(error).__module__}.{type(error).__qualname__}"}
    try:
        with database.read() as reader:
            told["version"] = reader.value("PRAGMA user_version")
            told["sqlite"] = reader.value("SELECT sqlite_version()")
            names = reader.column(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'search%' ORDER BY name"
            )
            told["rows"] = {name: reader.value(f'SELECT count(*) FROM "{name}"') for name in names}
            told["last_steps"] = [{"at": at, "verb": verb} for at, verb in last_verbs(reader, LAST_STEPS)]
    except Exception as error:
        told["rows"] = {"failed": f"{type(error).__module__}.{type(error).__qualname__}"}
    told["made"] = stamp(database.clock.now())
    return told


def _json(what: dict[str, Any]) -> str:
    return json.dumps(what, ensure_ascii=False, indent=1)
