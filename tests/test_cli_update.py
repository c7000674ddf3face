"""`salesdesk update`: what lies on the share, fetched and put there from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from salesdesk import __main__ as program
from salesdesk import __version__
from salesdesk.__main__ import main
from tests.sync.pcs import first_pc
from tests.sync.test_updates import installer


def test_a_script_publishes_looks_and_fetches(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    pc = first_pc(tmp_path / "a", tmp_path / "share")
    pc.desk.settings.put("operator.role", "manager")
    pc.desk.close()
    data = ["--data", str(tmp_path / "a")]

    def said(*argv: str, code: int = 0) -> tuple[str, str]:
        assert main([*data, *argv]) == code
        found = capsysbinary.readouterr()
        return found.out.decode(), found.err.decode()

    assert f"现在是 {__version__}，共享盘上没有更新的版本" in said("update")[0]
    assert "publish" in said("update", "--help")[0]
    assert "没有写安装程序" in said("update", "publish", code=2)[1]
    assert "已放到共享盘" in said("update", "publish", str(installer(tmp_path)), "--news", "快一点")[0]
    assert "快一点" in said("update")[0]
    told = json.loads(said("update", "fetch", "--json")[0])
    assert told["newer"]["version"] == "9.1.0" and Path(told["file"]).read_bytes().startswith(b"MZ")


def test_without_a_workspace_it_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(tmp_path / "b"), "update"]) == 2
    assert "同步" in capsys.readouterr().err


def test_what_the_installer_calls_reaches_the_window(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The entries the installer writes: start at logon, and 打开方式 of an invoice."""
    called: list[object] = []
    monkeypatch.setattr(program, "open_window", lambda folder, minimized=False: called.append((folder, minimized)) or 0)
    monkeypatch.setattr(program, "view_file", lambda file: called.append(file) or 0)
    assert main(["--data", str(tmp_path), "--minimized"]) == 0
    assert main(["--data", str(tmp_path)]) == 0
    assert main(["--data", str(tmp_path), "look", "C:/票/发票 一.ofd"]) == 0
    assert called == [(tmp_path, True), (tmp_path, False), Path("C:/票/发票 一.ofd")]
