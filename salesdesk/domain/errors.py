"""The three ways an action can fail: refused input, a fault of the environment, or our own defect."""

from __future__ import annotations

import errno
from collections.abc import Iterable

from salesdesk.domain.problems import Problem, summary

_REASONS = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EEXIST: "已有同名的文件",
    errno.ENOTDIR: "路径里有一段是文件，不是文件夹",
    errno.EISDIR: "它是一个文件夹",
    errno.ENOSPC: "磁盘满了",
    errno.EROFS: "这个盘是只读的",
    errno.EIO: "磁盘读写出错",
    errno.EBUSY: "正被别的程序占用",
    errno.ENAMETOOLONG: "文件名太长",
    errno.EINVAL: "文件名里有不能用的符号",
}


def system_reason(error: OSError) -> str:
    """Why the system would not, in a few Chinese words; its own words are English."""
    return _REASONS.get(error.errno or 0, f"系统错误 {getattr(error, 'winerror', None) or error.errno}")


class BadValue(ValueError):
    """A text, cell or file that cannot be read; `reason` and `cure` are Chinese sentences without a place.

    code: stable name of the reason where somebody tells reasons apart ("encrypted", "hostile", "damaged"), else "".
    """

    def __init__(self, reason: str, cure: str = "", code: str = "") -> None:
        super().__init__(reason if not cure else f"{reason}。{cure}")
        self.reason = reason
        self.cure = cure
        self.code = code


class Refused(Exception):
    """The input was understood and turned down; nothing was written. Exit code 2."""

    def __init__(self, problems: Iterable[Problem] | Problem | str) -> None:
        if isinstance(problems, str):
            problems = Problem(problems)
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__(summary(self.problems))


class GivenUp(Exception):
    """Nobody waits for the answer any more, so the question was dropped half-way."""


class EnvironmentFault(Exception):
    """The machine, disk, file lock or share did not play along; trying again may help. Exit code 3."""

    def __init__(self, message: str, cure: str = "") -> None:
        super().__init__(message if not cure else f"{message}。{cure}")
        self.message = message
        self.cure = cure


class KeyMissing(EnvironmentFault):
    """A data file that is encrypted with a key this PC does not have; the recovery code brings it back."""


class FileDamaged(EnvironmentFault):
    """A data file that cannot be read any more; a copy brings back what it held."""
