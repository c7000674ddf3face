"""A newer program on the share: put there by the 主管 with a sealed note, offered to every PC, checked before it is started."""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from salesdesk import __version__
from salesdesk.domain.clock import stamp
from salesdesk.domain.errors import EnvironmentFault, Refused
from salesdesk.domain.problems import Problem
from salesdesk.services.files import faults_of, read_whole, sha256_of, write_atomically
from salesdesk.services.roles import Role
from salesdesk.services.sync import workspace
from salesdesk.services.sync.crypto import NONCE_BYTES, Unreadable, WorkspaceKey, seal, unseal

if TYPE_CHECKING:
    from salesdesk.services.sync.syncing import Sync
    from salesdesk.services.sync.transport import Transport

FOLDER = "app"
"""Folder of the share: the installers as they are, so that a new PC can be set up from it, and one note beside each."""
HEADER = b"salesdesk release 1"
LARGEST = 500_000_000
"""Bytes of an installer; ours has about fifty million."""
_NAME = re.compile(r"salesdesk-(\d+\.\d+\.\d+)\.exe")
_NOTE = re.compile(r"(\d+\.\d+\.\d+)-([0-9a-f]{8})\.note")


class Release(NamedTuple):
    """A program that lies on the share: its version, name below FOLDER, bytes and SHA-256, who put it there, when, and what is new."""

    version: str
    file: str
    size: int
    digest: str
    by: str
    at: str
    news: str

    @property
    def told(self) -> str:
        """The offer in one sentence."""
        news = f"：{self.news.rstrip('。.！!；; ')}" if self.news else ""
        return f"共享盘上有新版本 {self.version}（{self.by} {self.at[:10]} 放的）{news}"


def order(version: str) -> tuple[int, ...]:
    """A version as it compares: 0.10.0 is newer than 0.9.1."""
    return tuple(int(part) for part in version.split("."))


def offered(sync: Sync, version: str = __version__) -> Release | None:
    """The newest program on the share that is newer than this one; None when there is none.

    Only notes sealed with the workspace's present key count: who was taken out of it cannot offer anything any more.
    Raises EnvironmentFault when the share is away.
    """
    transport, key = _way(sync)
    found: list[Release] = []
    for name in transport.names(FOLDER):
        note = _NOTE.fullmatch(name)
        if note and note[2] == key.id and order(note[1]) > order(version):
            release = _read_note(transport, key, name)
            if release is not None:
                found.append(release)
    return max(found, key=lambda one: order(one.version), default=None)


def publish(sync: Sync, installer: Path, news: str = "") -> Release:
    """Put an installer on the share for all PCs of the workspace. Raises Refused for anybody but the 主管, or another file."""
    if sync.settings.seat.role < Role.MANAGER:
        who = sync.settings.operator or "当前操作员"
        raise Refused(Problem(f"往共享盘放新版本要主管才能做，{who}不是", "请主管来放", code="role"))
    named = _NAME.fullmatch(installer.name.lower())
    data = read_whole(installer, LARGEST)
    version = named[1] if named else ""
    # The version stands in the resources of the file as well, so a renamed one is noticed.
    if not named or not data.startswith(b"MZ") or version.encode("utf-16-le") not in data[:2_000_000]:
        told = f"「{installer.name}」不是本程序的安装程序"
        raise Refused(Problem(told, "请选 salesdesk-版本.exe，名字不要改", path="file", code="no_installer"))
    transport, key = _way(sync)
    moment = stamp(sync.database.clock.now())
    release = Release(
        version, f"salesdesk-{version}.exe", len(data), sha256_of(data), sync.settings.operator, moment, news.strip()
    )
    name = f"{version}-{key.id}.note"
    standing = _read_note(transport, key, name)
    other = standing is not None and standing.digest != release.digest
    if other or not transport.publish(f"{FOLDER}/{release.file}", data):
        told = f"共享盘上已经有另一个 {version}"
        raise Refused(Problem(told, "同一个版本不能有两样内容；请换一个版本号重做安装程序", path="file", code="taken"))
    if standing is None:
        transport.remove(f"{FOLDER}/{name}")  # a damaged one, if any
        transport.publish(f"{FOLDER}/{name}", _seal_note(key, name, release))
    return standing or release


def fetch(sync: Sync, release: Release, progress: Callable[[int, int], None] = lambda done, whole: None) -> Path:
    """Copy an offered installer to this PC and check it, byte for byte; where it lies then.

    Raises EnvironmentFault when it is away or is not what was put there; nothing is left that could be started.
    """
    transport, _ = _way(sync)
    progress(0, release.size)
    data = transport.read(f"{FOLDER}/{release.file}")
    if data is None:
        raise EnvironmentFault(f"共享盘上的 {release.file} 不见了", "请让主管再放一次")
    if len(data) != release.size or sha256_of(data) != release.digest:
        raise EnvironmentFault(
            f"共享盘上的 {release.file} 和放上去时不一样，没有用它",
            "可能没有拷完或被人换过；请让主管删掉它再放一次",
        )
    target = sync.folder / "updates" / release.file
    with faults_of(target, "保存"):
        target.parent.mkdir(parents=True, exist_ok=True)
        for older in target.parent.glob("salesdesk-*.exe"):
            with contextlib.suppress(OSError):  # still run, or looked at by a virus scanner: the next time
                older.unlink()
    write_atomically(target, data)
    progress(release.size, release.size)
    return target


def _way(sync: Sync) -> tuple[Transport, WorkspaceKey]:
    entered = workspace.recall(sync.database, sync.folder)
    if entered is None:
        raise Refused(Problem("还没有设置同步，没有地方找新版本", "请先在「同步」里选共享文件夹", code="no_sync"))
    return sync.reached(sync.share), entered.key


def _seal_note(key: WorkspaceKey, name: str, release: Release) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    told = json.dumps(release._asdict(), ensure_ascii=False).encode()
    return nonce + seal(key.of_file(f"{FOLDER}/{name}"), told, HEADER, nonce)


def _read_note(transport: Transport, key: WorkspaceKey, name: str) -> Release | None:
    """What a note says; None when it was not sealed by somebody of this workspace, or says something impossible."""
    data = transport.read(f"{FOLDER}/{name}") or b""
    try:
        plain = unseal(key.of_file(f"{FOLDER}/{name}"), data[NONCE_BYTES:], HEADER, data[:NONCE_BYTES])
        release = Release(**json.loads(plain))
    except (Unreadable, ValueError, TypeError):
        return None
    named = _NAME.fullmatch(str(release.file))
    fits = named is not None and named[1] == release.version and name.startswith(f"{release.version}-")
    return release if fits and 0 < release.size <= LARGEST else None
