"""What a self-test found, step by step: on the console while it runs, then as text and JSON beside its files."""

from __future__ import annotations

import json
import logging
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from salesdesk.cli import speech

TEXT, DATA = "自检报告.txt", "selftest.json"


class Step(NamedTuple):
    """One step that was tried. told: what it did, or why it failed, the place in the code included."""

    title: str
    good: bool
    seconds: float
    told: str


class _Warnings(logging.Handler):
    """Keeps what was logged from WARNING up: a step that works says nothing."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(f"{record.name}: {record.getMessage()}")


@dataclass
class Report:
    """The steps so far."""

    about: str
    steps: list[Step] = field(default_factory=list)

    def step(self, title: str, action: Callable[[], str]) -> bool:
        """Try one step, whatever happens in it; a warning in the log counts as a failure too."""
        started = time.monotonic()
        heard = _Warnings()
        logging.getLogger().addHandler(heard)
        try:
            told, good = action(), True
        except Exception:
            told, good = traceback.format_exc().strip(), False
        finally:
            logging.getLogger().removeHandler(heard)
        if heard.texts:
            told, good = "\n".join([told, "日志里有警告：", *heard.texts]), False
        self.steps.append(Step(title, good, time.monotonic() - started, told))
        speech.say(self._line(self.steps[-1]))
        return good

    @property
    def good(self) -> bool:
        """Whether every step worked."""
        return bool(self.steps) and all(step.good for step in self.steps)

    @property
    def summary(self) -> str:
        """How it ended, in one line."""
        failed = [step.title for step in self.steps if not step.good]
        seconds = sum(step.seconds for step in self.steps)
        ended = f"没通过 {len(failed)} 步：{'、'.join(failed)}" if failed else "全部通过"
        return f"自检 {len(self.steps)} 步，{ended}（{seconds:.0f} 秒）"

    @staticmethod
    def _line(step: Step) -> str:
        return f"{'通过' if step.good else '失败'}  {step.seconds:5.1f} 秒  {step.title}：{step.told}"

    def keep(self, folder: Path) -> None:
        """Write both files into a folder."""
        lines = [self.about, *map(self._line, self.steps), self.summary]
        (folder / TEXT).write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
        told = {"about": self.about, "good": self.good, "steps": [step._asdict() for step in self.steps]}
        (folder / DATA).write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
