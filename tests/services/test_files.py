"""Faults of disk, lock and share are told in words with a cure, and a file is written whole or not at all."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import BinaryIO

import pytest

from salesdesk.domain.errors import EnvironmentFault, Refused
from salesdesk.services import files
from salesdesk.services.files import fault_of, faults_of, owner_of, read_whole, write_atomically


def windows(kind: type[OSError], number: int, winerror: int) -> OSError:
    """The error as Windows would raise it."""
    error = kind(number, "told by the system")
    error.winerror = winerror  # type: ignore[attr-defined, unused-ignore]
    return error


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "x"), "磁盘满了"),
        (windows(OSError, errno.EINVAL, 112), "磁盘满了"),
        (windows(PermissionError, errno.EACCES, 32), "打开着"),
        (windows(PermissionError, errno.EACCES, 33), "打开着"),
        (OSError(errno.ENAMETOOLONG, "x"), "太长"),
        (windows(OSError, errno.EINVAL, 206), "太长"),
        (windows(OSError, errno.EINVAL, 53), "共享"),
        (windows(FileNotFoundError, errno.ENOENT, 67), "共享"),
        (windows(OSError, errno.EINVAL, 1326), "共享"),
        (OSError(errno.EHOSTUNREACH, "x"), "共享"),
        (windows(OSError, errno.EINVAL, 21), "U 盘"),
        (OSError(errno.EROFS, "x"), "只读"),
        (windows(PermissionError, errno.EACCES, 19), "只读"),
        (OSError(errno.EIO, "x"), "备份"),
        (windows(OSError, errno.EINVAL, 123), "不能用的符号"),
        (PermissionError(errno.EACCES, "x"), "没有权限"),
        (FileNotFoundError(errno.ENOENT, "x"), "文件夹"),
        (OSError(9999, "strange"), "管理员"),
    ],
)
def test_system_errors_in_words(tmp_path: Path, error: OSError, words: str) -> None:
    fault = fault_of(error, tmp_path / "单.xlsx")
    assert words in f"{fault.message}{fault.cure}"
    assert "单.xlsx" in fault.message and fault.cure


def test_too_long_path_on_windows_looks_like_a_missing_one() -> None:
    fault = fault_of(windows(FileNotFoundError, errno.ENOENT, 3), Path("盘") / ("长" * 250) / "单单单单单单单.xlsx")
    assert "太长" in fault.message


def test_denied_means_open_elsewhere_when_the_file_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "单.xlsx"
    path.write_bytes(b"x")
    (tmp_path / ".~lock.单.xlsx#").write_text(",李四,pc,2026;", encoding="utf-8")
    assert owner_of(path) == "李四"
    assert "李四 的 Excel" in fault_of(PermissionError(errno.EACCES, "x"), path, "读取").message


def test_owner_files(tmp_path: Path) -> None:
    path = tmp_path / "单.xlsx"
    assert owner_of(path) is None
    (tmp_path / "~$单.xlsx").write_bytes(b"\x03abc")
    assert owner_of(path) == ""


def test_block_translates_errors(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match=r"找不到文件《没有\.txt》"), faults_of(tmp_path / "没有.txt"):
        (tmp_path / "没有.txt").read_bytes()


def test_write_and_read(tmp_path: Path) -> None:
    path = tmp_path / "单.bin"
    assert write_atomically(path, b"one") == path
    write_atomically(path, lambda file: file.write(b"two"))
    assert read_whole(path, 10) == b"two"
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(Refused, match="太大"):
        read_whole(path, 2)
    with pytest.raises(EnvironmentFault, match="文件夹"):
        write_atomically(tmp_path, b"x")
    with pytest.raises(EnvironmentFault, match="找不到文件夹"):
        write_atomically(tmp_path / "没有" / "单.bin", b"x")


@pytest.mark.parametrize("failure", [OSError(errno.ENOSPC, "full"), KeyboardInterrupt(), ValueError("ours")])
def test_broken_write_leaves_the_old_file(tmp_path: Path, failure: BaseException) -> None:
    path = tmp_path / "单.bin"
    path.write_bytes(b"old")

    def broken(file: BinaryIO) -> None:
        file.write(b"half")
        raise failure

    expected = EnvironmentFault if isinstance(failure, OSError) else type(failure)
    with pytest.raises(expected):
        write_atomically(path, broken)
    assert path.read_bytes() == b"old" and list(tmp_path.iterdir()) == [path]


def test_short_lock_is_waited_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tries = []
    real = Path.replace

    def busy_once(self: Path, target: Path) -> Path:
        tries.append(target)
        if len(tries) == 1:
            raise windows(PermissionError, errno.EACCES, 32)
        return real(self, target)

    monkeypatch.setattr(Path, "replace", busy_once)
    monkeypatch.setattr(files, "_PATIENCE", (0.0, 0.0))
    write_atomically(tmp_path / "单.bin", b"x")
    assert len(tries) == 2 and (tmp_path / "单.bin").read_bytes() == b"x"


def test_read_only_target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "单.bin"
    path.write_bytes(b"old")
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(EnvironmentFault, match="只读"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
