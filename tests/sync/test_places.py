"""Where a share or a data file had better not lie, and how well a passphrase holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from salesdesk.services.sync import places
from salesdesk.services.sync.workspace import strength


@pytest.mark.parametrize(
    ("name", "cloud"),
    [
        ("OneDrive - 启明阀门", "OneDrive"),
        ("OneDrive", "OneDrive"),
        ("我的坚果云", "坚果云"),
        ("Nutstore", "坚果云"),
        ("BaiduSyncdisk", "百度网盘"),
        ("Google Drive", "Google Drive"),
        ("销售共享", ""),
        ("onedeck", ""),
    ],
)
def test_a_cloud_is_known_by_its_folder(tmp_path: Path, name: str, cloud: str) -> None:
    folder = tmp_path / name / "销售" / "2026"
    assert places.cloud_of(folder) == cloud
    assert [p.code for p in places.share_warnings(folder)] == (["cloud"] if cloud else [])
    assert [p.code for p in places.own_warnings(folder)] == (["own_cloud"] if cloud else [])


def test_syncthing_is_known_by_its_mark(tmp_path: Path) -> None:
    (tmp_path / "销售" / ".stfolder").mkdir(parents=True)
    assert places.cloud_of(tmp_path / "销售" / "数据") == "Syncthing"


def test_onedrive_is_known_by_the_place_windows_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OneDriveCommercial", str(tmp_path / "云"))
    assert places.cloud_of(tmp_path / "云" / "销售") == "OneDrive"
    assert not places.cloud_of(tmp_path / "云云")


def test_a_data_file_on_the_network_is_warned_of() -> None:
    (found,) = places.own_warnings(Path("//office/share/销售内勤"))
    assert found.code == "own_network" and "本机硬盘" in found.cure


@pytest.mark.parametrize(
    ("passphrase", "level"),
    [
        ("", 0),
        ("abc123", 0),
        ("春风又", 0),
        ("1234567890", 1),
        ("aaaaaaaaaaaa", 1),
        ("qwertyuiop", 1),
        ("13812886021", 1),
        ("春风又绿江", 2),
        ("valve-north", 2),
        ("春风又绿江南岸明月", 3),
        ("Valve-north-42", 3),
    ],
)
def test_how_well_a_passphrase_holds(passphrase: str, level: int) -> None:
    assert strength(passphrase).level == level
