"""How a benchmark times, compares and tells."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """One line of the sheet: ours beside the raw limit. target: largest ratio wanted, or largest milliseconds when `limit` is 0."""

    name: str
    ours: float
    limit: float = 0.0
    unit: str = "ms"
    target: float = 0.0
    note: str = ""

    @property
    def ratio(self) -> float:
        return self.ours / self.limit if self.limit else 0.0

    @property
    def missed(self) -> bool:
        if not self.target:
            return False
        return (self.ratio if self.limit else self.ours) > self.target

    @property
    def told(self) -> str:
        """What was measured, beside the raw limit."""
        told = f"{self.ours:.2f} {self.unit}"
        return f"{told}, raw {self.limit:.2f} {self.unit}, ratio {self.ratio:.2f}" if self.limit else told

    @property
    def wanted(self) -> str:
        """The target in words."""
        return f"≤ {self.target:g}{'×' if self.limit else ' ' + self.unit}" if self.target else ""

    @property
    def verdict(self) -> str:
        """Whether the target was met; "" without one."""
        return ("MISSED" if self.missed else "met") if self.target else ""

    @property
    def text(self) -> str:
        """The line on the screen."""
        target = f" (target {self.wanted}{', MISSED' if self.missed else ''})" if self.target else ""
        return f"{self.name}: {self.told}{target}" + (f"  {self.note}" if self.note else "")


def in_turn(first: Callable[[int], object], second: Callable[[int], object], rounds: int) -> tuple[float, float]:
    """Median milliseconds of two jobs done alternately, so that a machine growing slower hits both alike."""
    a, b = [], []
    gc.collect()
    for i in range(rounds):
        a.append(timed(first, i))
        b.append(timed(second, i))
    return statistics.median(a), statistics.median(b)


def timed(job: Callable[[int], object], argument: int) -> float:
    """Milliseconds of one run."""
    start = time.perf_counter()
    job(argument)
    return (time.perf_counter() - start) * 1000


def spread(values: Sequence[float]) -> str:
    """Median, 95th percentile and worst, in words."""
    ordered = sorted(values)
    return f"p50 {statistics.median(ordered):.2f}, p95 {ordered[int(len(ordered) * 0.95) - 1]:.2f}, worst {ordered[-1]:.2f}"
