"""What the stand-in for Windows refuses on Linux, and that the program closes files before it moves or removes them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from salesdesk.domain.errors import EnvironmentFault
from salesdesk.persistence import backup
from salesdesk.persistence.database import connect
from tests.desks import NOON, small_desk
from tests.windows_files import OPEN_FILES, as_on_windows

pytestmark = pytest.mark.skipif(not OPEN_FILES.is_dir(), reason="only where the system tells which files are open")


def test_an_open_file_stays_where_it_is(tmp_path: Path) -> None:
    file, other, folder = tmp_path / "开着.txt", tmp_path / "另一个", tmp_path / "夹"
    folder.mkdir()
    (folder / "里面").write_text("b", encoding="utf-8")
    other.write_text("c", encoding="utf-8")
    with as_on_windows(), file.open("w", encoding="utf-8"), (folder / "里面").open(encoding="utf-8"):
        for act in (
            file.unlink,
            lambda: file.rename(tmp_path / "x"),
            lambda: other.replace(file),
            lambda: shutil.rmtree(folder),
            lambda: folder.rename(tmp_path / "y"),
        ):
            with pytest.raises(PermissionError):
                act()
    with as_on_windows():
        other.replace(file)
        shutil.rmtree(folder)
        file.unlink()
    assert not list(tmp_path.iterdir())


def test_a_read_only_file_is_neither_removed_nor_replaced(tmp_path: Path) -> None:
    kept, other = tmp_path / "原件", tmp_path / "别的"
    kept.write_text("a", encoding="utf-8")
    kept.chmod(0o444)
    other.write_text("b", encoding="utf-8")
    with as_on_windows():
        for act in (kept.unlink, lambda: other.replace(kept)):
            with pytest.raises(PermissionError):
                act()
        kept.chmod(0o644)
        other.replace(kept)


def test_a_file_that_is_no_data_file_is_let_go_while_the_error_is_still_in_hand(tmp_path: Path) -> None:
    bad = tmp_path / "salesdesk.db"
    bad.write_bytes(b"not a database " * 500)
    with as_on_windows():
        try:
            connect(bad)
        except Exception:
            bad.rename(tmp_path / "坏的.db")
        else:
            pytest.fail("opened")


def test_a_copy_that_turns_out_damaged_leaves_nothing_half_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = small_desk(tmp_path / "data")
    copy = backup._copy

    def spoilt(path: Path, target: Path) -> None:
        copy(path, target)
        target.write_bytes(b"spoilt on its way " * 4000)

    monkeypatch.setattr(backup, "_copy", spoilt)
    with as_on_windows(), pytest.raises(EnvironmentFault):
        backup.make(desk.database.path, tmp_path / "backups", NOON)
    assert not list((tmp_path / "backups").iterdir())
    desk.close()
