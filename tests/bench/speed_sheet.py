"""The speed sheet: every job at W10 and at W in one run, one JSON, and a table in RESULTS.md that says what is missed."""

from __future__ import annotations

import json
import os
import platform
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.bench.measure import Result
from tests.bench.speed_jobs import JOBS
from tests.bench.workload import SCALES

HERE = Path(__file__).parent
JSON_FILE, SHEET = HERE / "speed.json", HERE / "RESULTS.md"
BEGIN, END = "<!-- speed sheet, written by dev.py bench -->", "<!-- end of the speed sheet -->"


def run(scales: list[str], jobs: list[str], out: Path | None = None) -> int:
    """Measure, tell, write. out: a folder for the JSON and the table instead of the repository's own files."""
    wrong = [s for s in scales if s not in SCALES] + [j for j in jobs if j not in JOBS]
    if wrong:
        print(f"没有 {'、'.join(wrong)}；规模：{'、'.join(SCALES)}；项目：{'、'.join(JOBS)}", file=sys.stderr)
        return 2
    told: dict[str, Any] = {"machine": machine(), "begun": datetime.now().isoformat(timespec="seconds"), "scales": {}}
    found: dict[str, list[Result]] = {}
    for scale in scales:
        found[scale] = []
        for job in jobs or JOBS:
            begun, load = time.perf_counter(), load_now()
            for result in JOBS[job](SCALES[scale]):
                print(f"[{scale}] {result.text}", flush=True)
                found[scale].append(result)
                told["scales"].setdefault(scale, []).append(wire(result) | {"job": job, "load": load})
            print(f"[{scale}] {job}: {time.perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)
    told["ended"] = datetime.now().isoformat(timespec="seconds")
    target = out or HERE
    (target / JSON_FILE.name).write_text(
        json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n"
    )
    sheet = target / SHEET.name
    before = sheet.read_text(encoding="utf-8") if sheet.exists() else "# Results\n"
    sheet.write_text(placed(before, table(told, found)), encoding="utf-8", newline="\n")
    return 0


def load_now() -> float:
    """How busy the machine is; 0 where it does not say."""
    return round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else 0.0


def machine() -> dict[str, Any]:
    """What it was measured on."""
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "processors": os.cpu_count(),
        "python": platform.python_version(),
        "load": load_now(),
    }


def wire(result: Result) -> dict[str, Any]:
    """JSON form of one line."""
    return {
        "name": result.name,
        "measured": round(result.ours, 3),
        "unit": result.unit,
        "raw": round(result.limit, 3) or None,
        "ratio": round(result.ratio, 3) or None,
        "target": result.target or None,
        "missed": result.missed,
        "note": result.note,
    }


def table(told: dict[str, Any], found: dict[str, list[Result]]) -> str:
    """The section of RESULTS.md."""
    on = told["machine"]
    lines = [
        BEGIN,
        "## Speed sheet",
        f"{told['begun']} to {told['ended'][11:]} on {on['system']}, {on['processors']} processors, Python {on['python']},"
        f" load {on['load']} at the start. W: 20,000 customers, 2,000 products, 200,000 orders with 800,000 lines over"
        " three years, 100,000 register entries, 50,000 expense lines; W10 a tenth. Targets are for W. Read the ratios,"
        " not the milliseconds.",
        "",
    ]
    for scale, results in found.items():
        missed = [r.name for r in results if r.missed]
        lines += [
            f"### {scale}",
            f"Missed: {'; '.join(missed)}." if missed else "Every target is met.",
            "",
            "| job | measured | target | | note |",
            "|---|---|---|---|---|",
            *(f"| {r.name} | {r.told} | {r.wanted} | {r.verdict} | {r.note} |" for r in results),
            "",
        ]
    return "\n".join([*lines, END, ""])


def placed(text: str, section: str) -> str:
    """RESULTS.md with the section in the place of the former one, or at its end when there is none."""
    if BEGIN in text and END in text:
        head, rest = text.split(BEGIN, 1)
        return head + section + rest.split(END, 1)[1].lstrip("\n")
    return text.rstrip("\n") + "\n\n" + section


def section(text: str) -> str:
    """The sheet as it stands in RESULTS.md, to be kept when the rest is renewed; "" when there is none."""
    if BEGIN not in text or END not in text:
        return ""
    return "\n" + BEGIN + text.split(BEGIN, 1)[1].split(END, 1)[0] + END + "\n"
