"""Run benchmarks: without a name the speed sheet, with names those (`every` is all of them).

`python -m tests.bench [--scale W10,W] [--only save,find] [--out FOLDER]` or `python -m tests.bench [--write] save_order …`.
"""

from __future__ import annotations

import importlib
import os
import platform
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

from tests.bench.measure import Result

JOBS: dict[str, str] = {
    "save_order": "orders",
    "import_lines": "orders",
    "smart_paste": "pasting",
    "start": "start",
    "list_million": "lists",
    "search_customers": "finding",
    "twins": "twins",
    "side_panel": "beside",
    "call_card": "calls",
    "print_sheets": "papers",
    "print_claims": "papers",
    "export": "papers",
    "sales_report": "sales_figures",
    "tile_vouchers": "tiling",
    "read_vouchers": "vouchers",
    "sync": "sync_proof",
    "sync_kills": "sync_proof",
    "sync_log": "sync_proof",
    "sync_merge": "syncing",
    "sync_first": "syncing",
    "sync_million": "joining",
}
SHEET = Path(__file__).parent / "RESULTS.md"


def main(names: list[str]) -> int:
    """Print one line per measurement; exit code 0 also when a target is missed, for the machine may be to blame."""
    if not names or names[0] in ("--scale", "--only", "--out"):
        from tests.bench.speed_sheet import run

        asked = dict(zip(names[::2], names[1::2], strict=False))
        listed = {key: [word for word in asked.get(key, "").split(",") if word] for key in ("--scale", "--only")}
        return run(
            listed["--scale"] or ["W10", "W"], listed["--only"], Path(asked["--out"]) if "--out" in asked else None
        )
    write = "--write" in names
    names = [n for n in names if n != "--write"]
    names = [*JOBS] if names == ["every"] else names
    unknown = [n for n in names if n not in JOBS]
    if unknown:
        print(f"没有 {'、'.join(unknown)}；可用的有：{'、'.join(JOBS)}", file=sys.stderr)
        return 2
    found: list[Result] = []
    for name in names:
        job: Callable[[], list[Result]] = getattr(importlib.import_module(f"tests.bench.{JOBS[name]}"), name)
        for result in job():
            print(result.text, flush=True)
            found.append(result)
    if write:
        from tests.bench.speed_sheet import section

        kept = section(SHEET.read_text(encoding="utf-8")) if SHEET.exists() else ""
        SHEET.write_text(sheet(found) + kept, encoding="utf-8", newline="\n")
    return 0


def sheet(found: list[Result]) -> str:
    """The measurements as a Markdown table, with the machine they were made on."""
    load = f", load {os.getloadavg()[0]:.1f} at the end" if hasattr(os, "getloadavg") else ""
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}{load}"
    lines = [f"| {r.name} | {r.told} | {r.wanted} | {r.verdict} | {r.note} |" for r in found]
    return "\n".join(
        [
            "# Results",
            f"Written by `python -m tests.bench --write` on {date.today().isoformat()}: {machine}.",
            "Read the ratios, not the milliseconds.",
            "",
            "| what | measured | target | | note |",
            "|---|---|---|---|---|",
            *lines,
            "",
        ]
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
