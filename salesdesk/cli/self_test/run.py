"""`salesdesk --selftest`: all steps in a folder, nothing of the user's own data touched."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from salesdesk import __version__
from salesdesk.cli import speech
from salesdesk.cli.self_test.report import TEXT, Report
from salesdesk.cli.self_test.steps import Bench

Pages = Callable[[Path, Path], str]
"""Opens every page of the window on a data folder, pictures into another; tells how many. Raises when one fails."""


def self_test(place: Path, pages: Pages, printer: Pages) -> int:
    """Try everything out below a folder that was empty: 0 when all steps worked, 1 when one did not.

    printer: sends papers of a folder through the way to printers. The report lies in the folder; see `report`.
    """
    place = place.absolute()
    place.mkdir(parents=True, exist_ok=True)
    os.environ["SALESDESK_KEYRING"] = "file"  # the keys made here are nobody's
    bench = Bench(place)
    report = Report(about())
    speech.say(report.about)
    report.step("程序部件", bench.parts)
    if report.step("演示公司", bench.demo):
        report.step("每一类动作", bench.verbs)
        report.step("每一张单据", bench.print_papers)
        report.step("Excel", bench.excel)
        report.step("备份与加密", bench.copies)
        report.step("两台电脑同步", bench.sync)
        report.step("窗口每一页", lambda: pages(bench.data, place / "窗口"))
        report.step("打印通道", lambda: printer(bench.papers, place / "打印"))
        report.step("数据检查", bench.check)
    report.step("二维码", bench.codes)
    report.keep(place)
    speech.say(f"{report.summary}。报告：{place / TEXT}")
    return 0 if report.good else 1


def about() -> str:
    """Which program this is and where it runs."""
    frozen = "安装版" if getattr(sys, "frozen", False) else "源码"
    return (
        f"销售内勤工作台 {__version__}（{frozen}），Python {platform.python_version()}，{platform.platform()}，"
        f"编码 {sys.getfilesystemencoding()}/{_ansi()}，{Path(sys.executable)}，{datetime.now():%Y-%m-%d %H:%M}"
    )


def _ansi() -> str:
    import locale

    return locale.getpreferredencoding(False)
