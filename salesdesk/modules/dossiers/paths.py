"""Where a dossier lies: names that Windows takes, short enough for its longest path, arranged the way the settings say."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from salesdesk.domain.errors import Refused
from salesdesk.domain.kinds import Row
from salesdesk.domain.problems import Problem
from salesdesk.domain.text import safe_file_name

LONGEST = 235
"""Characters of a whole path; Windows ends at 260 without long-path support, and the zip and a temporary name need some."""
NAME = 60
"""Characters of a folder name."""
LEAST_FILE = 24
"""Characters that are left for a file's name, at least."""
STAGE = "~gd-"
"""What the names of half-made folders begin with."""


def place_of(about: Row, pattern: str) -> PurePosixPath:
    """Folder of a dossier below the archive: two levels by the pattern, then order number and customer."""
    day = str(about["finished_on"] or about["order_date"] or "0000-00-00")
    year, month = day[:4], day[:7]
    customer = str(about["customer_short"] or about["customer_name"] or "未写客户")
    levels = {
        "time": (year, month),
        "customer": (customer, year),
        "product": (str(about["category"] or "未分类"), year),
        "region": (str(about["region"] or "未写区域"), customer),
    }[pattern]
    name = f"{about['number']} {customer}"
    return PurePosixPath(*(safe_file_name(part.replace("/", "_"), NAME) for part in (*levels, name)))


def shortened(name: str, room: int) -> str:
    """A file name of at most `room` characters that keeps its ending."""
    return safe_file_name(name, max(LEAST_FILE, min(100, room)))


def check_root(root: Path) -> None:
    """Refuse an archive folder so deep that nothing fits below it."""
    if len(str(root)) > 110:
        raise Refused(
            Problem(
                f"归档文件夹的路径太长（{len(str(root))} 个字符）",
                "请在设置里换一个浅一点的，例如 D:\\订单归档",
                path="dossier.folder",
                place="「归档文件夹」",
                code="deep_root",
            )
        )


def room_for_file(root: Path, folder: PurePosixPath, part: str) -> int:
    """Characters left for a file's name inside a part of the dossier."""
    return LONGEST - len(str(root)) - len(str(folder)) - len(part) - 3


def unique(name: str, taken: set[str], room: int) -> str:
    """The name, or with (2) and so on when it is taken; capitals do not make a difference on Windows."""
    chosen, n = name, 1
    while chosen.casefold() in taken:
        n += 1
        stem, dot, ending = name.rpartition(".")
        stem, ending = (stem, dot + ending) if dot else (name, "")
        chosen = shortened(f"{stem[: max(1, room - len(ending) - 6)]} ({n}){ending}", room)
    taken.add(chosen.casefold())
    return chosen
