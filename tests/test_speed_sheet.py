"""The speed sheet works at its smallest scale; what it measures there is no matter of the gate."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bench.__main__ import main
from tests.bench.speed_jobs import JOBS
from tests.bench.speed_sheet import BEGIN, END, placed, section


def test_a_small_sheet_tells_every_line_beside_its_target(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for _ in range(2):  # the second run takes the place of the first
        assert main(["--scale", "smoke", "--only", "save,find,report", "--out", str(tmp_path)]) == 0
    told = json.loads((tmp_path / "speed.json").read_text(encoding="utf-8"))
    lines = told["scales"]["smoke"]
    assert [line["name"][:2] for line in lines] == ["J1", *["J3"] * 4, *["J4"] * 4]
    assert all(line["measured"] > 0 and line["target"] for line in lines) and lines[0]["raw"] > 0
    assert told["machine"]["processors"] and told["ended"] >= told["begun"]
    sheet = (tmp_path / "RESULTS.md").read_text(encoding="utf-8")
    assert sheet.count(BEGIN) == sheet.count(END) == 1 and sheet.count("| J1 ") == 1
    assert "Missed: " in sheet or "Every target is met." in sheet


def test_the_sheet_leaves_the_rest_of_the_results_alone() -> None:
    first = placed("# Results\n\nkept\n", f"{BEGIN}\none\n{END}\n")
    second = placed(first + "\nalso kept\n", f"{BEGIN}\ntwo\n{END}\n")
    assert "kept" in second and "also kept" in second and "one" not in second
    assert section(second) == f"\n{BEGIN}\ntwo\n{END}\n" and section("# Results\n") == ""


def test_unknown_names_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--scale", "W9"]) == 2 and "W9" in capsys.readouterr().err
    assert set(JOBS) == {"save", "import", "find", "report", "export", "sheets", "start", "merge"}
