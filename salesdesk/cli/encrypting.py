"""`salesdesk encrypt`: is the data file encrypted, turn that on or off, show the recovery code again."""

from __future__ import annotations

from pathlib import Path

from salesdesk.cli import speech
from salesdesk.desk import DATA_FILE, Desk, decrypt_data, encrypt_data
from salesdesk.domain.errors import Refused
from salesdesk.domain.problems import Problem
from salesdesk.services import encryption


def status(folder: Path) -> int:
    """Say whether the data file is encrypted and whether its key is at hand."""
    path = folder / DATA_FILE
    encrypted = encryption.encrypted(path)
    at_hand = encryption.code_of(folder, path) is not None if encrypted else False
    speech.say_json({"ok": True, "encrypted": encrypted, "key_kept": at_hand})
    return 0


def code(folder: Path) -> int:
    """Show the recovery code again, to be written down anew."""
    found = encryption.code_of(folder, folder / DATA_FILE)
    if found is None:
        raise Refused(Problem("没有可显示的恢复码", "数据文件没有加密，或者钥匙不在这台电脑上", code="no_code"))
    speech.say_json({"ok": True, "code": found.text})
    return 0


def turn_on(folder: Path, typed: str) -> int:
    """Encrypt the closed data file. Without a code a new one is shown first; with it, it was written down."""
    if encryption.encrypted(folder / DATA_FILE):
        raise Refused(Problem("数据文件已经加密了", "要换恢复码，请先 encrypt off 再 encrypt on", code="encrypted"))
    if not typed:
        made = encryption.new_code()
        message = "请把恢复码写在纸上收好，再用 salesdesk encrypt on --code 恢复码 加密；现在还没有加密"
        speech.say_json({"ok": True, "encrypted": False, "code": made.text, "message": message})
        return 0
    in_keyring = encrypt_data(folder, encryption.read_code(typed))
    where = (
        "钥匙在系统的凭据管理器里"
        if in_keyring
        else "这台电脑没有凭据管理器，钥匙放在数据文件夹的 keys 里，拿走整个文件夹的人能打开"
    )
    speech.say_json(
        {"ok": True, "encrypted": True, "key_in_keyring": in_keyring, "message": f"已加密，备份也加密了；{where}"}
    )
    return 0


def turn_off(folder: Path) -> int:
    """Make the closed data file plain again."""
    decrypt_data(folder)
    speech.say_json({"ok": True, "encrypted": False, "message": "已解密；旧的备份还是加密的，钥匙留着"})
    return 0


def may(desk: Desk) -> None:
    """Only the 主管 turns encryption on or off, or sees the code. Raises Refused."""
    seat = desk.settings.seat
    keeps = desk.registry.verbs["operator.save"]
    if seat.people and not seat.may(keeps):
        raise Refused(Problem("加密和恢复码只有主管能动", "请主管来做", code="role"))
