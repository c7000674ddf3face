"""The program's self-test: it passes from source and frozen, and it notices what does not work."""

from __future__ import annotations

import importlib.util
import json
import logging
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from salesdesk.cli.self_test.report import DATA, TEXT, Report

ROOT = Path(__file__).resolve().parents[1]
STEPS = 11
QT_PARTS = ("Core", "Gui", "Widgets", "PrintSupport", "Svg", "DBus", "XcbQpa")


def tried(command: list[str], place: Path) -> tuple[int, dict[str, object], str]:
    """Run a self-test as a process of its own: exit code, what the report says, and what it printed."""
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1"}
    done = subprocess.run(
        [*command, "--selftest", str(place)], cwd=ROOT, env=env, capture_output=True, encoding="utf-8", errors="replace"
    )
    return done.returncode, json.loads((place / DATA).read_text(encoding="utf-8")), done.stdout + done.stderr


FREEZES = bool(importlib.util.find_spec("PyInstaller")) and (sys.platform == "win32" or bool(shutil.which("objcopy")))


@pytest.mark.skipif(FREEZES, reason="冻结的程序会走同样的每一步，不必走两遍")
def test_the_program_passes_its_own_test_from_source(tmp_path: Path) -> None:
    code, told, text = tried([sys.executable, "-m", "salesdesk"], tmp_path / "自检 一")
    assert code == 0, text
    assert told["good"] and len(told["steps"]) == STEPS  # type: ignore[arg-type]
    assert "全部通过" in (tmp_path / "自检 一" / TEXT).read_text(encoding="utf-8-sig")


@pytest.mark.skipif(not FREEZES, reason="没有 PyInstaller，或没有它要的 objcopy（apt install binutils）")
def test_the_frozen_program_passes_its_own_test(tmp_path: Path) -> None:
    """Builds the program as it ships and tries it where nothing of the source can be found."""
    freeze = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--distpath", str(tmp_path / "dist")]
    freeze += ["--workpath", str(tmp_path / "build"), "--log-level", "WARN", "build_installer.spec"]
    made = subprocess.run(freeze, cwd=ROOT, capture_output=True, encoding="utf-8", errors="replace")
    assert made.returncode == 0, made.stderr
    program = tmp_path / "dist" / "salesdesk"
    parts = {
        re.sub(r"^lib|\..*$", "", one.name) for one in program.rglob("*Qt6*") if re.search(r"\.(so|dll)\b", one.name)
    }
    assert parts <= {f"Qt6{part}" for part in QT_PARTS}, parts
    assert not [one for one in program.rglob("*") if one.is_symlink() and not one.exists()]
    licences = program / "_internal" / "resources" / "licences"
    assert {"LGPL-3.0.txt", "GPL-3.0.txt"} <= {one.name for one in licences.iterdir()}
    for part in (
        "reportlab-*/LICENSE*",
        "pypdfium2-*/BUILD_LICENSES/pdfium.txt",
        "pypdfium2-*/LICENSES/BSD-3-Clause.txt",
    ):
        assert list(licences.glob(part)), part
    code, told, text = tried([str(program / "salesdesk-cli")], tmp_path / "自检 二")
    assert code == 0, text
    assert "安装版" in str(told["about"])


def test_a_step_that_fails_is_named_and_told() -> None:
    def broken() -> str:
        raise ValueError("没有这种纸")

    report = Report("某程序")
    assert report.step("好的", lambda: "做了")
    assert not report.step("坏的", broken)
    assert not report.good
    assert "没通过 1 步：坏的" in report.summary and "没有这种纸" in report.steps[1].told


def test_a_step_that_warns_has_failed(expected_log: Callable[[str], None]) -> None:
    expected_log("不该有")

    def warns() -> str:
        logging.getLogger("somewhere").warning("不该有的话")
        return "做了"

    report = Report("某程序")
    assert not report.step("警告", warns)
    assert "不该有的话" in report.steps[0].told


def test_nothing_tried_is_nothing_passed() -> None:
    assert not Report("某程序").good


def test_a_folder_with_files_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from salesdesk.__main__ import main

    (tmp_path / "合同.docx").write_bytes(b"x")
    assert main(["--selftest", str(tmp_path)]) == 2
    assert [one.name for one in tmp_path.iterdir()] == ["合同.docx"]
    assert "不是空的" in capsys.readouterr().err
