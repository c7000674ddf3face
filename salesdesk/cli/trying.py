"""Commands to try the program out: a demo company, sample files, pictures of every page and paper."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from salesdesk.cli import speech
from salesdesk.domain.errors import Refused
from salesdesk.domain.problems import Problem

if TYPE_CHECKING:
    from salesdesk.desk import Desk

Painter = Callable[[Path, Path], list[Path]]
"""Paints every page of the window on a data folder into a folder of pictures."""


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


def samples(out: Path | None, seed: int) -> int:
    """Make the Excel files to try imports with."""
    from salesdesk.demo.samples import make_samples
    from salesdesk.paths import SHIPPED_DATA

    for made in make_samples(out or SHIPPED_DATA / "samples", seed):
        speech.say(str(made))
    return 0


def showcase(folder: Path, out: Path, painter: Painter) -> int:
    """Every page as a picture and every paper as a PDF; a page that cannot be painted does not keep the papers away."""
    papers = print_papers(folder, out)
    pictures = painter(folder, out)
    speech.say(f"已输出 {len(pictures)} 张图片、{len(papers)} 份 PDF 到 {out.absolute()}")
    return 0


def illustrate(folder: Path, out: Path, painter: Painter) -> int:
    """The pictures of the manual, from a demo company."""
    speech.say(f"已画好说明书的 {len(painter(folder, out))} 张图片，在 {out.absolute()}")
    return 0


def print_papers(folder: Path, out: Path) -> list[Path]:
    """The latest record of every kind on every paper it can be printed on, every register's list, and a ruler page."""
    from salesdesk.desk import open_desk
    from salesdesk.domain.kinds import Choice
    from salesdesk.services.printing import render_calibration_page

    out = out.absolute()
    out.mkdir(parents=True, exist_ok=True)
    made: list[Path] = []
    desk = open_desk(folder)
    try:
        for verb in desk.registry.verbs.values():
            name = verb.title.removeprefix("预览").removeprefix("打印")
            if verb.name.endswith(".preview"):
                uid = _richest(desk, verb.entity)
                sizes = next(
                    (p.kind.options for p in verb.params if p.key == "paper" and isinstance(p.kind, Choice)), ()
                )
                for size in sizes if uid else ():
                    target = out / f"{name}_{size.key}.pdf"
                    desk.do(verb.name, {"uid": uid, "paper": size.key, "out": str(target)})
                    made.append(target)
            elif verb.name.endswith(".print_list"):
                target = out / f"{name}.pdf"
                desk.do(verb.name, {"out": str(target)})
                made.append(target)
    finally:
        desk.close()
    ruler = out / "打印校准页_A4.pdf"
    ruler.write_bytes(render_calibration_page("A4").pdf)
    return [*made, ruler]


def _richest(desk: Desk, entity: str) -> str:
    """Of the newest fifty records the one with the most lines: a paper looks like something with it."""
    from salesdesk.persistence.listing import Query

    rows = desk.rows(entity, Query(), 50)
    children = desk.database.schema.children(entity)
    return max(
        (str(r["uid"]) for r in rows), key=lambda uid: sum(len(desk.lines(c.key, uid)) for c in children), default=""
    )
