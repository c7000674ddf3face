"""Where the data folder may lie on this PC, and the move to another place, after which the data are whole in one of the two."""

from __future__ import annotations

import contextlib
import errno
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from salesdesk import paths
from salesdesk.domain.errors import system_reason
from salesdesk.domain.problems import Problem
from salesdesk.services.sync.places import own_warnings

STAYS = {"logs", "running", "window", "demo"}
"""What belongs to the running program, or can be made again, and does not move along."""
OWN_FOLDER = "销售内勤数据"
"""Made in a chosen folder that holds other things: the data are many files and are backed up and moved as one folder."""

LEAST_FREE = 500_000_000
"""Bytes: a year of orders with their papers and copies takes some hundred megabytes."""


def holds_data(folder: Path) -> bool:
    """Whether a company's data lie there already."""
    try:
        return (folder / paths.DATA_FILE).is_file()
    except OSError:
        return False


def fitting(chosen: Path) -> Path:
    """The folder itself when it is empty, new or holds data already, else one of our own in it."""
    try:
        strange = any(chosen.iterdir()) and not holds_data(chosen)
    except OSError:
        strange = False  # `unfit` says what is wrong with it
    return chosen / OWN_FOLDER if strange and chosen.name != OWN_FOLDER else chosen


def unfit(folder: Path, now: Path) -> Problem | None:
    """Why the data cannot lie in a folder; None when they can. now: where they lie. Tries to write there, leaves nothing."""
    if folder == now:
        return None
    if folder.is_relative_to(now):
        return Problem(f"「{folder}」在现在的数据文件夹里面", "请选别的文件夹", code="inside")
    if getattr(sys, "frozen", False) and folder.is_relative_to(Path(sys.executable).parent):
        return Problem(
            f"「{folder}」在程序文件夹里，升级和卸载会动它", "请选别的文件夹，例如 D 盘下新建一个", code="program"
        )
    if own_warnings(folder):
        told = "在网盘里或者在网络上，数据文件放在那里会损坏"
        return Problem(f"「{folder}」{told}", "请选本机硬盘上的文件夹；大家共用的共享盘在下一步设", code="elsewhere")
    made = [place for place in (folder, *folder.parents) if not place.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".salesdesk-probe"
        probe.write_bytes(b"0" * 4096)
        probe.unlink()
        free = shutil.disk_usage(folder).free
    except OSError as error:
        why = "是一个文件" if error.errno in (errno.EEXIST, errno.ENOTDIR) else f"写不了（{system_reason(error)}）"
        return Problem(f"「{folder}」{why}", "请选别的文件夹", code="unwritable")
    finally:
        with contextlib.suppress(OSError):
            for place in made:
                place.rmdir()
    if free < LEAST_FREE:
        told = f"「{folder}」所在的盘只剩 {free // 1_000_000} MB"
        return Problem(told, "请选空一点的盘上的文件夹，或先清理", code="full")
    return None


def move(folder: Path, target: Path, settle: Callable[[Path], object]) -> None:
    """Move a data folder nobody has open; a target that holds data already is taken as it is.

    settle: makes the target the place of the data. Everything is copied before and taken away only after it. Raises OSError;
    then the target is as it was, and nothing is missing in `folder`.
    """
    target.mkdir(parents=True, exist_ok=True)
    if holds_data(target):
        settle(target)
        return
    leaving = [one for one in sorted(folder.iterdir()) if one.name not in STAYS and one != target]
    taken = next((one.name for one in leaving if (target / one.name).exists()), "")
    if taken:
        raise FileExistsError(errno.EEXIST, "taken", str(target / taken))
    try:
        for one in leaving:
            _copy(one, target / one.name)
        settle(target)
    except OSError:
        for one in leaving:
            _remove(target / one.name)
        raise
    for one in leaving:
        _remove(one)


def _copy(one: Path, to: Path) -> None:
    if one.is_dir():
        to.mkdir()
        for inner in one.iterdir():
            _copy(inner, to / inner.name)
    else:
        shutil.copy2(one, to)


def _remove(one: Path) -> None:
    with contextlib.suppress(OSError):
        if one.is_dir():
            shutil.rmtree(one, ignore_errors=True)
        else:
            one.unlink(missing_ok=True)
