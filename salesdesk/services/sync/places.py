"""Tells by looks whether a folder is kept by a cloud program or lies on the network, before anything is put there."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from salesdesk.domain.problems import Problem, Severity

CLOUDS = {
    "onedrive": "OneDrive",
    "nutstore": "坚果云",
    "坚果云": "坚果云",
    "我的坚果云": "坚果云",
    "syncthing": "Syncthing",
    "dropbox": "Dropbox",
    "google drive": "Google Drive",
    "googledrive": "Google Drive",
    "icloud": "iCloud",
    "baidusyncdisk": "百度网盘",
    "百度网盘": "百度网盘",
    "wpsdrive": "WPS 云盘",
    "wps云盘": "WPS 云盘",
    "weiyun": "微云",
    "seafile": "Seafile",
    "nextcloud": "Nextcloud",
}
"""How folders of cloud programs are called (lower case) -> the program as people know it."""
MARKS = {".stfolder": "Syncthing", ".dropbox": "Dropbox", ".dropbox.cache": "Dropbox", ".nutstore": "坚果云"}
"""What such programs leave in the top folder they keep."""
_OFFLINE = 0x1000
"""Windows: the file's content is not here, only a stand-in (FILE_ATTRIBUTE_OFFLINE), as Offline Files and cloud drives do it."""
_REMOTE_DRIVE = 4
_NETWORK_KINDS = {"cifs", "smb3", "nfs", "nfs4", "fuse.sshfs", "9p"}


def cloud_of(folder: Path) -> str:
    """The cloud program that seems to keep a folder, "" when none does. Looks at names and marks only."""
    for variable in ("OneDrive", "OneDriveCommercial", "OneDriveConsumer"):
        kept = os.environ.get(variable)
        if kept and folder.is_relative_to(kept):
            return "OneDrive"
    for place in (folder, *folder.parents):
        name = place.name.lower()
        known = next((told for mark, told in CLOUDS.items() if name == mark or name.startswith(f"{mark} ")), "")
        if known or name.startswith("onedrive"):
            return known or "OneDrive"
        for mark, told in MARKS.items():
            try:
                if (place / mark).exists():
                    return told
            except OSError:
                break
    return ""


def on_network(folder: Path) -> bool:
    """Whether a folder lies on another computer: a UNC path, a mapped drive, a network mount."""
    text = str(folder)
    if text.startswith(("\\\\", "//")):
        return True
    if sys.platform == "win32":
        import ctypes

        return bool(folder.drive) and int(ctypes.windll.kernel32.GetDriveTypeW(f"{folder.drive}\\")) == _REMOTE_DRIVE
    try:
        mounts = Path("/proc/mounts").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    parts = [line.split() for line in mounts]
    under = [p for p in parts if len(p) > 2 and folder.is_relative_to(p[1].replace("\\040", " "))]
    return bool(under) and max(under, key=lambda p: len(p[1]))[2] in _NETWORK_KINDS


def cached_here(folder: Path) -> bool:
    """Whether Windows shows a copy it keeps (脱机文件) instead of the share itself."""
    try:
        return bool(getattr(folder.stat(), "st_file_attributes", 0) & _OFFLINE)
    except OSError:
        return False


def share_warnings(folder: Path) -> list[Problem]:
    """What to think of before a folder is made the share."""
    found: list[Problem] = []
    cloud = cloud_of(folder)
    if cloud:
        found.append(
            _warning(
                f"这个文件夹像是由 {cloud} 同步的：它会改名、晚到、在别的电脑上留冲突副本，别人可能收不全",
                "请用局域网共享盘或 U 盘；一定要用，请先让它在每台电脑上「始终保留在此设备」",
                "cloud",
            )
        )
    if cached_here(folder):
        found.append(
            _warning(
                "Windows 对这个文件夹开着「脱机文件」，看到的可能是旧的副本",
                "请在文件夹属性里关掉「始终脱机可用」",
                "cached",
            )
        )
    return found


def own_warnings(folder: Path) -> list[Problem]:
    """What is wrong with the place of this PC's own data file: SQLite loses data on a share or under a syncing program."""
    cloud = cloud_of(folder)
    if cloud:
        return [
            _warning(
                f"本机的数据文件夹 {folder} 放在 {cloud} 里，数据文件可能损坏",
                "请退出本程序，把整个文件夹移到本机硬盘上别的地方，再从那里打开",
                "own_cloud",
            )
        ]
    if on_network(folder):
        return [
            _warning(
                f"本机的数据文件夹 {folder} 在网络上，数据文件可能损坏",
                "数据文件要放在本机硬盘；大家共用的是「共享文件夹」，不是这个文件夹",
                "own_network",
            )
        ]
    return []


def _warning(message: str, cure: str, code: str) -> Problem:
    return Problem(message, cure, path="share", code=code, severity=Severity.WARN)
