"""Twenty seconds of a clerk at the real window, with sync and backups going (SYS-6, issue 7)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_twenty_seconds_of_work_leave_nothing_behind(tmp_path: Path) -> None:
    out = tmp_path / "soak.json"
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.soak", "--seconds", "20", "--seed", "7", "--json", str(out)],
        cwd=ROOT, env=env, capture_output=True, encoding="utf-8", timeout=240,
    )  # fmt: skip
    assert out.exists(), done.stderr
    report = json.loads(out.read_text(encoding="utf-8"))
    assert report["found"] == [], report
    assert sum(report["acts"].values()) > 15 and report["acts"].get("order", 0) >= 1
