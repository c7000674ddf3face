"""Commands to try the program out: a demo company, sample files, pictures of every page and paper."""

from __future__ import annotations

import sys
import time
from datetime import date
from pathlib import Path

from salesdesk.cli import speech
from salesdesk.domain.errors import Refused
from salesdesk.domain.problems import Problem


def demo(folder: Path, seed: int, scale: str, today: str | None) -> int:
    """Make the demo company; nothing happens when it is there already."""
    try:
        day = date.fromisoformat(today) if today else None
    except ValueError:
        raise Refused(Problem(f"「{today}」不是日期", "要像 2026-06-18 这样", path="today", code="bad_value")) from None
    started = time.monotonic()
    if scale == "1m":
        from salesdesk.demo.million import build_million

        told = build_million(folder, seed, day, _progress)
    else:
        from salesdesk.demo.building import build

        told = build(folder, seed, scale, day, _progress)
    speech.say(f"{told}（{time.monotonic() - started:.0f} 秒）")
    return 0


def _progress(done: int, whole: int) -> None:
    step = max(1, whole // 10)
    if done % step == 0 and sys.stderr is not None:
        speech.warn(f"正在造演示公司：{done:,}/{whole:,} 张订单")
