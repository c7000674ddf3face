"""Run the soak: `python -m tests.soak [--seconds 1800] [--acts N] [--seed 1] [--json FILE] [--write]`; code 1 when anything was found."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from salesdesk.__main__ import open_window
from salesdesk.demo.building import build
from salesdesk.desk import DATA_FILE, open_desk
from salesdesk.persistence.database import connect
from salesdesk.services.checking import check_all
from tests.bench.speed_sheet import load_now
from tests.soak.clerk import CarefulHands, Clerk
from tests.soak.watching import Sample, Watch, picture_from_outside
from ui.kit import syncer
from ui.shell.application import application

ROOT = Path(__file__).resolve().parents[2]
PASSPHRASE = "春风又绿江南岸"
MEMORY = 2**20
"""Argon2id at its cheapest: this is about working, not about guessing passphrases."""
WARM = 0.4
"""Of the samples, this part is warming up: pages are made, caches filled."""
MORE_MEMORY = (12.0, 0.06)
"""Memory may grow by so many MB and this part more after warming up; the data grow, too."""
MORE_WIDGETS = 60
LOG_MAY_NOT = ("Traceback", "ERROR")
COLLEAGUE_S = 300
"""The colleague ends with one last round, which waits for its turn on a busy machine."""
SHEET = Path(__file__).parent / "RESULTS.md"


def lay_out(place: Path, seed: int) -> tuple[Path, Path]:
    """The clerk's data folder with a demo company, the colleague's, and the share between them."""
    mine, other, share = place / "王敏", place / "李强", place / "share"
    build(mine, seed, "small", None, lambda done, whole: None)
    share.mkdir()
    desk = open_desk(mine)
    desk.settings.put("backup.minutes", "1")
    desk.settings.put("sync.minutes", "1")
    desk.sync.create(str(share), PASSPHRASE, "前台", MEMORY)
    desk.close()
    there = open_desk(other, letter="B")
    there.settings.put("operator.name", "李强")
    there.settings.put("company.name", "苏州安正阀门有限公司")
    there.sync.join(str(share), PASSPHRASE, "李强", letter="B")
    there.close()
    return mine, other


def end_of_day(mine: Path, other: Path) -> list[str]:
    """Both sync until nothing moves; both files are looked through; both show the same."""
    found = []
    here, there = open_desk(mine), open_desk(other)
    try:
        for _ in range(6):
            if not any(r.taken or r.sent for r in (here.sync.run(), there.sync.run())):
                break
        else:
            found.append("syncing does not come to rest")
        if here.dump() != there.dump():
            found.append("the two PCs do not show the same")
        for name, desk in (("here", here), ("there", there)):
            report = check_all(
                desk.database, desk.folder, [m.actions.verify for m in desk.registry.modules if m.actions.verify]
            )
            found += [f"check {name}: {problem.text}" for problem in report.problems]
    finally:
        here.close()
        there.close()
    return found


def judged(samples: list[Sample]) -> list[str]:
    """Growth after warming up, by the means of the first and last few samples of that stretch."""
    steady = samples[int(len(samples) * WARM) :]
    if len(steady) < 20:  # a short run is all warming up
        return []
    few = max(2, len(steady) // 5)
    first, last = (steady[:few], steady[-few:])
    found = []
    before, after = (sum(s.memory for s in part) / few for part in (first, last))
    if after - before > MORE_MEMORY[0] + before * MORE_MEMORY[1]:
        found.append(f"memory grew from {before:.0f} to {after:.0f} MB")
    fewer, more = (min(s.widgets for s in part) for part in (first, last))
    if more - fewer > MORE_WIDGETS:
        found.append(f"widgets grew from {fewer} to {more}")
    return found


def main(argv: list[str]) -> int:
    """Lay out, work, judge, tell."""
    asked = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    asked.add_argument("--seconds", type=float, default=1800)
    asked.add_argument("--acts", type=int, default=0, help="end after so many, even when there is time left")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--json", type=Path)
    asked.add_argument("--write", action="store_true", help="put the report into tests/soak/RESULTS.md")
    options = asked.parse_args(argv)
    QDesktopServices.openUrl = lambda url: isinstance(url, QUrl)  # type: ignore[method-assign]  # nothing outside opens
    if options.seconds < 120:
        syncer.AFTER_CHANGE_MS, syncer.FIRST_AFTER_MS = 1500, 500
    place = Path(tempfile.mkdtemp(prefix="salesdesk-soak-"))
    mine, other = lay_out(place, options.seed)
    command = [sys.executable, "-m", "tests.soak.colleague", str(other), str(options.seed + 1)]
    colleague = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
    )
    application()
    watch = Watch(operations(mine))

    def hung(text: str) -> None:
        """From the thread that feels the pulse: nothing more is to be had from this process."""
        clerk.findings.append(text)
        clerk.pictures += picture_from_outside(place / "pictures" / "hung.png")
        colleague.kill()
        tell(options, told_of(options, clerk, watch, "", [*clerk.findings, *watch.told], place))
        os._exit(4)

    clerk = Clerk(options.seconds, options.seed, watch, place / "trail.txt", options.acts, hung)
    try:
        code = open_window(mine)
    finally:
        clerk.pulse.stop()
        told, _ = colleague.communicate("", timeout=COLLEAGUE_S)
    found = [*clerk.findings, *watch.told]
    if code or colleague.returncode:
        found.append(f"the window ended with {code}, the colleague with {colleague.returncode}: {told}")
    found += judged(watch.samples) + end_of_day(mine, other)
    log = (mine / "logs" / "window.log").read_text(encoding="utf-8")
    found += [f"window.log has {word}" for word in LOG_MAY_NOT if word in log and not watch.lines]
    if not list((mine / "backups").glob("*.db")):
        found.append("no backup was made")
    tell(options, told_of(options, clerk, watch, told, found, place))
    if not found:
        shutil.rmtree(place, ignore_errors=True)
    return 1 if found else 0


def told_of(
    options: argparse.Namespace, clerk: Clerk, watch: Watch, told: str, found: list[str], place: Path
) -> dict[str, Any]:
    """The report: what was done, how memory and widgets went, what was found."""
    curve = watch.samples[:: max(1, len(watch.samples) // 12)]
    return {
        "day": datetime.now().isoformat(timespec="minutes", sep=" "),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors, load {load_now()},"
        f" {os.environ.get('QT_QPA_PLATFORM') or 'its own screen'}",
        "seed": options.seed,
        "seconds": options.seconds,
        "steps": sum(clerk.done.values()),
        "keys": CarefulHands.typed,
        "operations": [now - then for now, then in zip(operations(place / "王敏"), watch.before, strict=True)],
        "acts": dict(clerk.done.most_common()),
        "dialogs": dict(clerk.dialogs.most_common()),
        "colleague": told.strip(),
        "minutes": [round(s.at / 60, 1) for s in curve],
        "memory_mb": [round(s.memory, 1) for s in curve],
        "widgets": [s.widgets for s in curve],
        "objects": [s.objects for s in curve],
        "grown": watch.grown(),
        "samples": [s._asdict() for s in watch.samples],
        "pictures": clerk.pictures,
        "folder": str(place) if found else "",
        "found": found,
    }


def operations(mine: Path) -> tuple[int, int]:
    """Operations in the clerk's log by this PC, and those that came from the colleague."""
    with closing(connect(mine / DATA_FILE)) as raw:
        own, others = raw.execute(
            "SELECT count(*) FILTER (WHERE o.device = now.device), count(*) FILTER (WHERE o.device != now.device)"
            " FROM operation o, now WHERE o.verb != ''"
        ).fetchone()
    return int(own), int(others)


def tell(options: argparse.Namespace, report: dict[str, Any]) -> None:
    """Into the JSON, onto the screen, into RESULTS.md."""
    if options.json:
        options.json.write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")
    print(json.dumps({k: v for k, v in report.items() if k != "samples"}, ensure_ascii=False, indent=1), flush=True)
    if options.write:
        SHEET.write_text(sheet(report), encoding="utf-8", newline="\n")


def sheet(report: dict[str, Any]) -> str:
    """RESULTS.md: one run, what it did, memory and widgets as they went, what was found."""
    mine, others = report["operations"]
    acts = ", ".join(f"{name} {n}" for name, n in report["acts"].items())
    rows = zip(report["minutes"], report["memory_mb"], report["widgets"], report["objects"], strict=True)
    return "\n".join(
        [
            "# Results of the soak",
            "Written by `python dev.py soak --write`: the last long run.",
            "",
            f"{report['day']}, {report['seconds'] / 60:.0f} minutes, seed {report['seed']}; {report['machine']} at the end.",
            f"{report['steps']:,} acts by {report['keys']:,} keys; {mine:,} operations in the log by the clerk, {others:,} by the"
            f" colleague. {acts}.",
            "",
            "| minute | memory MB (RSS) | widgets | Python objects |",
            "|---|---|---|---|",
            *(f"| {at} | {memory} | {widgets:,} | {objects:,} |" for at, memory, widgets, objects in rows),
            "",
            *([f"- Found: {line}" for line in report["found"]] or ["Nothing was found: no warning in the log, no crash, memory"
            " and widgets flat after warming up, both data files sound and the same."]),
            "",
        ]
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
