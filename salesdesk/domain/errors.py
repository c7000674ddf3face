"""The three ways an action can fail: refused input, a fault of the environment, or our own defect."""

from __future__ import annotations

from collections.abc import Iterable

from salesdesk.domain.problems import Problem, summary


class BadValue(ValueError):
    """A text or cell that a kind cannot read; `reason` and `cure` are Chinese sentences without a place."""

    def __init__(self, reason: str, cure: str = "") -> None:
        super().__init__(reason if not cure else f"{reason}。{cure}")
        self.reason = reason
        self.cure = cure


class Refused(Exception):
    """The input was understood and turned down; nothing was written. Exit code 2."""

    def __init__(self, problems: Iterable[Problem] | Problem | str) -> None:
        if isinstance(problems, str):
            problems = Problem(problems)
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__(summary(self.problems))


class EnvironmentFault(Exception):
    """The machine, disk, file lock or share did not play along; trying again may help. Exit code 3."""

    def __init__(self, message: str, cure: str = "") -> None:
        super().__init__(message if not cure else f"{message}。{cure}")
        self.message = message
        self.cure = cure
