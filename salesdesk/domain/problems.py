"""What is wrong with an input, told so that the clerk can put it right: where, why, and the cure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any, NamedTuple


class Severity(StrEnum):
    """How much a problem weighs."""

    STOP = "stop"  # cannot be saved or confirmed like this
    ASK = "ask"  # only with a reason, by somebody whose role allows it
    WARN = "warn"  # may pass; the clerk should know
    HINT = "hint"  # worth a look


class Cure(NamedTuple):
    """One offered remedy: a button such as 「改为 3.60」.

    `path` and `value` (as wire text) say what the button sets in the draft; a cure without them is advice only.
    """

    title: str
    path: str = ""
    value: Any = None


class Problem(NamedTuple):
    """One fault of an input.

    path: place in the draft or argument, e.g. "lines/3/price" (line index from 0) or "customer"; "" for the whole.
    place: the same place in the clerk's words, e.g. "第 4 行「单价」" or "订单.xlsx 第 12 行 C 列".
    message: what is wrong and why; cure: what to do about it. code: stable name of the rule. who: who may let an ASK
    pass with a reason: "" anybody, "manager" only a 主管. about: (entity, uid) of the record it speaks of, which a window
    offers to open.
    """

    message: str
    cure: str = ""
    path: str = ""
    place: str = ""
    code: str = ""
    severity: Severity = Severity.STOP
    value: str = ""
    cures: tuple[Cure, ...] = ()
    who: str = ""
    about: tuple[str, str] = ("", "")

    def at(self, path: str, place: str = "") -> Problem:
        """The same problem found at another place."""
        return Problem(self.message, self.cure, path, place or self.place, *self[4:])

    @property
    def text(self) -> str:
        """One sentence for a list: place, reason, cure."""
        head = f"{self.place}：" if self.place else ""
        tail = f"。{self.cure}" if self.cure else ""
        return f"{head}{self.message}{tail}"

    def wire(self) -> dict[str, Any]:
        """JSON form for scripts."""
        return {
            "code": self.code,
            "severity": str(self.severity),
            "path": self.path,
            "place": self.place,
            "message": self.message,
            "cure": self.cure,
            "value": self.value,
            "who": self.who,
            **({"about": {"entity": self.about[0], "uid": self.about[1]}} if self.about[1] else {}),
            "cures": [{"title": c.title, "path": c.path, "value": c.value} for c in self.cures],
        }


def stops(problems: Iterable[Problem]) -> list[Problem]:
    """Only the problems that forbid going on."""
    return [p for p in problems if p.severity is Severity.STOP]


def summary(problems: Sequence[Problem], limit: int = 3) -> str:
    """A few problems in one text, the rest counted."""
    shown = [p.text for p in problems[:limit]]
    if len(problems) > limit:
        shown.append(f"……另有 {len(problems) - limit} 处")
    return "\n".join(shown)
