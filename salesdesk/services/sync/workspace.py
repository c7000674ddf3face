"""The workspace on the share: its marker, its keys, and what this PC remembers of having joined it."""

from __future__ import annotations

import itertools
import json
import os
import platform
import re
import sys
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from salesdesk.domain.errors import EnvironmentFault, Refused
from salesdesk.domain.problems import Problem
from salesdesk.persistence.database import Database
from salesdesk.services import secrets
from salesdesk.services.sync.crypto import (
    MEMORY,
    NONCE_BYTES,
    Unreadable,
    WorkspaceKey,
    box,
    new_key,
    new_pair,
    seal,
    unbox,
    unseal,
    unwrap,
    wrap,
)
from salesdesk.services.sync.transport import Transport

MARKER = "ws.json"


class NotLetIn(EnvironmentFault):
    """This PC has no key of the workspace as it is now: the present passphrase lets it in again."""


FORMAT = 1
SHORTEST = 10
"""Letters and digits a passphrase must have; a Chinese character counts for two."""


@dataclass
class Workspace:
    """A joined workspace: its id, its keys by their id (the newest is written with), this PC's private key."""

    id: str
    keys: dict[str, WorkspaceKey]
    newest: str
    private: bytes
    public: bytes

    @property
    def key(self) -> WorkspaceKey:
        """The key new files are sealed with."""
        return self.keys[self.newest]


def read_marker(transport: Transport) -> dict[str, Any] | None:
    """The workspace's marker, None when there is no workspace here. Raises EnvironmentFault for one that cannot be read."""
    data = transport.read(MARKER)
    if data is None:
        return None
    try:
        marker: dict[str, Any] = json.loads(data)
        if not isinstance(marker["workspace"], str) or not isinstance(marker["slots"], list):
            raise ValueError("marker")
    except (ValueError, KeyError, TypeError) as fault:
        raise EnvironmentFault(
            f"「{transport.place}」里的工作区标记读不出来", "请用备份的 salesdesk 文件夹恢复 ws.json；这里什么都没有改"
        ) from fault
    if marker.get("format") != FORMAT:
        raise EnvironmentFault("这个工作区是更新版本的程序建的", "请先升级本程序再加入")
    return marker


def check_passphrase(passphrase: str) -> None:
    """Raises Refused for a passphrase that is too short."""
    if len(passphrase.strip().encode("gb18030")) < SHORTEST:
        told = f"口令太短，至少 {SHORTEST} 个字母数字，或 {SHORTEST // 2} 个汉字"
        raise Refused(Problem(told, "可以用一句好记的话", path="passphrase", code="short"))


class Strength(NamedTuple):
    """How well a passphrase holds. level: 0 too short, 1 weak, 2 fair, 3 good."""

    level: int
    text: str


def strength(passphrase: str) -> Strength:
    """Judge a passphrase while it is typed. Each guess costs about half a second on a PC, so what no list holds is fair."""
    plain = passphrase.strip()
    weight = len(plain.encode("gb18030"))
    if weight < SHORTEST:
        return Strength(0, f"太短，至少 {SHORTEST} 个字母数字，或 {SHORTEST // 2} 个汉字" if plain else "")
    steps = {ord(b) - ord(a) for a, b in itertools.pairwise(plain)}
    if plain.isdigit() or len(set(plain)) < 5 or len(steps) < 3 or plain.lower() in _USUAL:
        return Strength(1, "弱：容易被猜到，请换一句别人想不到的话")
    kinds = sum(
        bool(re.search(kind, plain))
        for kind in ("[a-z]", "[A-Z]", "[0-9]", "[^\x00-\x7f]", "[^0-9A-Za-z\u0080-\U0010ffff]")
    )
    if weight >= 16 or (weight >= 12 and kinds >= 3):
        return Strength(3, "好")
    return Strength(2, "可以，再长一点更好")


_USUAL = {
    "1234567890",
    "password123",
    "passw0rd123",
    "qwertyuiop",
    "qwerty12345",
    "abcdefghij",
    "1qaz2wsx3edc",
    "admin12345",
}
"""Passphrases that every list of guesses begins with."""


def create(transport: Transport, passphrase: str, memory: int = MEMORY) -> Workspace:
    """Make a workspace where there is none. Raises Refused when there is one already, nothing written."""
    check_passphrase(passphrase)
    if read_marker(transport) is not None:
        raise Refused(Problem("这里已经有一个工作区", "请选「加入」，用同事的口令加入它", code="exists"))
    key = new_key()
    marker = {"format": FORMAT, "workspace": uuid.uuid4().hex, "slots": [wrap(key, passphrase, memory)]}
    if not transport.publish(MARKER, json.dumps(marker, indent=1).encode()):
        raise Refused(Problem("刚刚有别的电脑在这里建了工作区", "请选「加入」", code="exists"))
    public, private = new_pair()
    return Workspace(str(marker["workspace"]), {key.id: key}, key.id, private, public)


def enter(transport: Transport, passphrase: str) -> Workspace:
    """Open a workspace with its passphrase. Raises Refused when there is none or the passphrase is wrong."""
    marker = read_marker(transport)
    if marker is None:
        raise Refused(
            Problem(
                f"「{transport.place}」里没有工作区",
                "请核对文件夹；第一台电脑请选「新建」",
                path="share",
                code="no_workspace",
            )
        )
    slots = _newest_slots(transport) or marker["slots"]
    found = [key for slot in slots if (key := unwrap(slot, passphrase)) is not None]
    if not found:
        raise Refused(
            Problem("口令不对，没有加入", "请向同事核对口令；换过口令的要用新的", path="passphrase", code="wrong")
        )
    public, private = new_pair()
    return Workspace(str(marker["workspace"]), {key.id: key for key in found}, found[-1].id, private, public)


def _rounds(transport: Transport) -> list[str]:
    """The re-keyings so far, "0001" and on."""
    return [name.removesuffix(".json") for name in transport.names("k") if name.endswith(".json")]


def _newest_slots(transport: Transport) -> list[dict[str, Any]]:
    """The slots of the last re-key: all keys, the newest last, under the present passphrase; [] when there was none."""
    rounds = _rounds(transport)
    data = transport.read(f"k/{rounds[-1]}.json") if rounds else None
    slots: list[dict[str, Any]] = json.loads(data)["slots"] if data else []
    return slots


def renew(
    transport: Transport,
    workspace: Workspace,
    passphrase: str,
    others: Mapping[str, bytes],
    removed: Mapping[str, int],
    memory: int = MEMORY,
) -> None:
    """Re-key: from now on files are sealed with a new key that only the named PCs get, and that needs a new passphrase.

    others: device -> public key of each PC that stays. removed: PC that goes -> the last of its operations that counts; sealed
    with the new key, so that nobody who does not have it can alter it. What was written before stays readable to whoever had the old key.
    """
    check_passphrase(passphrase)
    key = new_key()
    keys = [*workspace.keys.values(), key]
    number = f"{len(_rounds(transport)) + 1:04d}"
    for device, public in others.items():
        transport.publish(f"k/{number}-{device}.box", box(key, public).encode())
    nonce = os.urandom(NONCE_BYTES)
    cut = nonce + seal(key.of_file("removed"), json.dumps(dict(removed)).encode(), key.id.encode(), nonce)
    slots = {"slots": [wrap(one, passphrase, memory) for one in keys], "key": key.id, "removed": cut.hex()}
    if not transport.publish(f"k/{number}.json", json.dumps(slots, indent=1).encode()):
        raise Refused(Problem("刚刚有别的电脑也在换口令", "请等它同步完再试", code="exists"))
    workspace.keys[key.id] = key
    workspace.newest = key.id


def removed_pcs(transport: Transport, workspace: Workspace) -> dict[str, int]:
    """PC that was taken out -> the last of its operations that counts, as far as this PC's keys can tell."""
    found: dict[str, int] = {}
    for number in _rounds(transport):
        try:
            told = json.loads(transport.read(f"k/{number}.json") or b"")
            key, cut = workspace.keys[told["key"]], bytes.fromhex(told["removed"])
            plain = unseal(key.of_file("removed"), cut[NONCE_BYTES:], key.id.encode(), cut[:NONCE_BYTES])
            found.update(json.loads(plain))
        except (KeyError, ValueError, TypeError):
            continue  # another key's, or damaged: nobody is let in by it
    return found


def shut_out(transport: Transport, workspace: Workspace) -> bool:
    """Whether the last re-key left no key for this PC: it was taken out, or had only just joined."""
    rounds = _rounds(transport)
    try:
        return bool(rounds) and json.loads(transport.read(f"k/{rounds[-1]}.json") or b"")["key"] not in workspace.keys
    except (KeyError, ValueError, TypeError):
        return False  # damaged, or not whole yet: nobody is shut out by that


def take_new_keys(transport: Transport, workspace: Workspace, device: str) -> bool:
    """Take over keys that a re-key left for this PC; True when there were any."""
    found = False
    for name in transport.names("k"):
        if not name.endswith(f"-{device}.box"):
            continue
        data = transport.read(f"k/{name}")
        try:
            key = unbox((data or b"").decode("ascii", "replace"), workspace.private)
        except Unreadable:
            continue
        if key.id not in workspace.keys:
            workspace.keys[key.id] = key
            workspace.newest = key.id
            found = True
    return found


# -- what this PC remembers ------------------------------------------------------------------------------------------


def remember(database: Database, folder: Path, workspace: Workspace, share: str) -> None:
    """Keep the workspace's keys in the keyring and its place in the file."""
    kept = {
        "keys": {name: key.secret.hex() for name, key in workspace.keys.items()},
        "newest": workspace.newest,
        "private": workspace.private.hex(),
        "public": workspace.public.hex(),
    }
    secrets.keep(folder, f"workspace:{workspace.id}", json.dumps(kept).encode())
    put_meta(database, {"sync.workspace": workspace.id, "sync.share": share})


def recall(database: Database, folder: Path) -> Workspace | None:
    """The workspace this file belongs to; None when it belongs to none. Raises EnvironmentFault when its keys are gone."""
    name = meta(database, "sync.workspace")
    if not name:
        return None
    kept = secrets.find(folder, f"workspace:{name}")
    if kept is None:
        raise NotLetIn("这台电脑上找不到工作区的密钥，同步停着，不影响录单", "请在「同步」里点「用口令再加入…」")
    told = json.loads(kept)
    keys = {one: WorkspaceKey(one, bytes.fromhex(secret)) for one, secret in told["keys"].items()}
    private, public = bytes.fromhex(told["private"]), bytes.fromhex(told["public"])
    return Workspace(name, keys, told["newest"], private, public)


def meta(database: Database, key: str) -> str:
    """One remembered text of this file, "" when there is none."""
    with database.read() as reader:
        return str(reader.value("SELECT value FROM meta WHERE key = ?", (key,)) or "")


def put_meta(database: Database, values: dict[str, str]) -> None:
    """Remember texts of this file."""
    with database.local() as work:
        work.execute_many(
            "INSERT INTO meta(key, value) VALUES (?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value",
            list(values.items()),
        )


def worked_in(database: Database) -> bool:
    """Whether anything was ever done in this file."""
    with database.read() as reader:
        return bool(reader.value("SELECT 1 FROM operation LIMIT 1"))


def file_place(path: Path) -> str:
    """What tells this data file on this PC from a copy of it: the machine, the volume and the file's number there."""
    state = path.stat()
    return f"{_machine()}/{state.st_dev}/{state.st_ino}"


def stay_bound(database: Database, before: str) -> None:
    """The data file was written anew in its place, as by encrypting it: it is no copy, and goes on under its name."""
    if meta(database, "sync.bound") == before:
        put_meta(database, {"sync.bound": file_place(database.path)})


def of_this_pc(database: Database) -> bool:
    """Whether the data file was last synced on this PC, so that an older state of it keeps the PC's name."""
    return meta(database, "sync.bound").partition("/")[0] == _machine()


def _machine() -> str:
    if sys.platform == "win32":
        import winreg

        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"SOFTWARE\Microsoft\Cryptography") as key:
            return str(winreg.QueryValueEx(key, "MachineGuid")[0])
    for name in ("/etc/machine-id", "/var/lib/dbus/machine-id"):
        try:
            return Path(name).read_text(encoding="ascii").strip()
        except OSError:
            continue
    return platform.node()
