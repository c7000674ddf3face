"""Some twenty seconds of a clerk at the real window, with sync and backups going (SYS-6, issue 7)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_a_spell_of_work_leaves_nothing_behind(tmp_path: Path) -> None:
    out = tmp_path / "soak.json"
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.soak", "--seconds", "90", "--acts", "36", "--seed", "7", "--json", str(out)],
        cwd=ROOT, env=env, capture_output=True, encoding="utf-8", timeout=240,
    )  # fmt: skip
    assert out.exists(), done.stderr
    report = json.loads(out.read_text(encoding="utf-8"))
    assert report["found"] == [], report
    assert sum(report["acts"].values()) >= 5  # on a machine that hardly moves the time is over first
