"""The folder of the data is one they can lie in, and moving there leaves them whole in one of two places (SYS-7; issue 7)."""

from __future__ import annotations

import errno
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from salesdesk.services.data_place import OWN_FOLDER, fitting, holds_data, move, unfit
from tests.desks import empty_desk


def test_a_folder_of_other_things_gets_one_of_our_own(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "文档").mkdir()
    (tmp_path / "文档" / "报价.xlsx").write_bytes(b"hers")
    empty_desk(tmp_path / "以前的").close()
    assert fitting(tmp_path / "empty") == tmp_path / "empty"
    assert fitting(tmp_path / "以前的") == tmp_path / "以前的"
    assert fitting(tmp_path / "文档") == tmp_path / "文档" / OWN_FOLDER
    assert fitting(tmp_path / "not there") == tmp_path / "not there"


def test_what_cannot_hold_the_data_is_said_before_anything_is_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = tmp_path / "现在"
    now.mkdir()
    (tmp_path / "a file").write_text("no folder", encoding="utf-8")
    for place, told in (
        (tmp_path / "a file", "是一个文件"),
        (tmp_path / "a file" / "x", "是一个文件"),
        (now / "里面", "在现在的数据文件夹里面"),
        (tmp_path / "OneDrive - 公司" / "数据", "网盘"),
        (Path("//server/share/数据"), "网络"),
    ):
        wrong = unfit(place, now)
        assert wrong is not None and told in wrong.message and wrong.cure, place
    assert unfit(now, now) is None
    usage = shutil.disk_usage(tmp_path)
    assert unfit(tmp_path / "新 的" / "深", now) is None
    assert not (tmp_path / "新 的").exists(), "looking leaves nothing"
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda place: type(usage)(usage.total, usage.used, 12_345_678))
        wrong = unfit(tmp_path / "满的", now)
        assert wrong is not None and "只剩 12 MB" in wrong.message
    monkeypatch.setattr("sys.frozen", True, raising=False)
    monkeypatch.setattr("sys.executable", str(tmp_path / "程序" / "salesdesk.exe"))
    wrong = unfit(tmp_path / "程序" / "数据", now)
    assert wrong is not None and "升级和卸载" in wrong.message


@pytest.mark.parametrize("winerror", [206, 3])
def test_a_place_too_deep_is_said_and_leaves_nothing(
    winerror: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit is another on every system, and on every Windows; 3 is all an old one says. Here only the file is too long."""
    deep = tmp_path / "深" / ("d" * 200)
    real = Path.write_bytes

    def too_long(self: Path, data: bytes) -> int:
        if self.parent != deep:
            return real(self, data)
        error = FileNotFoundError(errno.ENOENT, "told by the system")
        error.winerror = winerror  # type: ignore[attr-defined, unused-ignore]
        raise error

    monkeypatch.setattr(Path, "write_bytes", too_long)
    wrong = unfit(deep, tmp_path / "现在")
    assert wrong is not None and "太长" in wrong.message and "短一点" in wrong.cure
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows 的上限各台不同，那里的说法由上一个测试管")
def test_a_place_too_deep_for_this_system_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    deep = tmp_path
    while len(str(deep)) < 4000:  # a whole path may have 4095 bytes here; the folder itself still fits
        deep /= "d" * min(100, 4000 - len(str(deep)))
    wrong = unfit(deep, tmp_path / "现在")
    assert wrong is not None and "太长" in wrong.message and list(tmp_path.iterdir()) == []


def full(at: str) -> Any:
    """copy2 on a disk that is full when a certain file comes."""
    real = shutil.copy2

    def copy(source: Path, target: Path) -> object:
        if Path(source).name == at:
            Path(target).write_bytes(b"half of it")
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(source, target)

    return copy


@pytest.mark.parametrize("at", ["salesdesk.db", "证据.pdf"])
def test_a_disk_that_gets_full_on_the_way_loses_nothing(
    at: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, target = tmp_path / "现在", tmp_path / "新的"
    empty_desk(now).close()
    (now / "attachments" / "ab").mkdir(parents=True)
    (now / "attachments" / "ab" / "证据.pdf").write_bytes(b"%PDF")
    before = {p.relative_to(now): p.read_bytes() for p in now.rglob("*") if p.is_file()}
    settled: list[Path] = []
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copy2", full(at))
        with pytest.raises(OSError, match="No space"):
            move(now, target, settled.append)
    assert {p.relative_to(now): p.read_bytes() for p in now.rglob("*") if p.is_file()} == before
    assert not settled and not holds_data(target) and not any(target.iterdir())
    move(now, target, settled.append)
    assert settled == [target] and not holds_data(now)
    assert {p.relative_to(target): p.read_bytes() for p in target.rglob("*") if p.is_file()} == before


def test_a_place_that_cannot_be_remembered_is_no_new_place(tmp_path: Path) -> None:
    empty_desk(tmp_path / "现在").close()

    def fails(place: Path) -> None:
        raise PermissionError(errno.EACCES, "denied")

    with pytest.raises(PermissionError):
        move(tmp_path / "现在", tmp_path / "新的", fails)
    assert holds_data(tmp_path / "现在") and not holds_data(tmp_path / "新的")


def test_other_peoples_files_are_not_overwritten(tmp_path: Path) -> None:
    empty_desk(tmp_path / "现在").close()
    (tmp_path / "现在" / "attachments").mkdir(exist_ok=True)
    (tmp_path / "新的" / "attachments").mkdir(parents=True)
    (tmp_path / "新的" / "attachments" / "hers.txt").write_bytes(b"hers")
    with pytest.raises(FileExistsError):
        move(tmp_path / "现在", tmp_path / "新的", lambda place: None)
    assert (tmp_path / "新的" / "attachments" / "hers.txt").read_bytes() == b"hers"
    assert holds_data(tmp_path / "现在")
