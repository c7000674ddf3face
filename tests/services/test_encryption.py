"""Encryption at rest: nothing readable on the disk, the key nowhere but in its place, and a whole file at every moment."""

from __future__ import annotations

import logging
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdfium2 import PdfDocument

from salesdesk.desk import DATA_FILE, Desk, decrypt_data, encrypt_data, open_desk, restore_backup
from salesdesk.domain.clock import FixedClock
from salesdesk.domain.errors import EnvironmentFault, KeyMissing, Refused
from salesdesk.persistence import encrypting, keys
from salesdesk.persistence.database import connect
from salesdesk.services import encryption, recovery_sheet, secrets
from salesdesk.services.checking import check_all
from tests.desks import NOON, order_args, small_desk

NAME = "苏州华源贸易有限公司"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small company, closed and plain."""
    small_desk(tmp_path).close()
    return tmp_path


def reopened(folder: Path) -> Desk:
    return open_desk(folder, FixedClock(NOON))


def all_bytes(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def strange(code: encryption.Code) -> None:
    """As after a new start: this program has forgotten the key."""
    keys.forget(code.name)


def test_the_plain_file_tells_everything_and_the_encrypted_one_nothing(folder: Path) -> None:
    assert any(NAME.encode() in data for data in all_bytes(folder).values())
    code = encryption.new_code()
    encrypt_data(folder, code)
    desk = reopened(folder)
    try:
        desk.do("order.confirm", order_args(("P10012", "2", "48.60")))
        made = desk.backup()
        found = {name: data for name, data in all_bytes(folder).items() if not name.startswith("keys")}
        assert DATA_FILE + "-wal" in found
        for word in (NAME, "王芳", "不锈钢球阀", "order.confirm", "SQLite format 3"):
            assert [name for name, data in found.items() if word.encode() in data] == []
        for secret in (code.key, code.secret, code.key.hex().encode(), code.text.encode()):
            assert [name for name, data in found.items() if secret in data] == []
        assert code.text not in desk.dump() and code.key.hex() not in desk.dump()
        assert [hit.title for hit in desk.find("华源")] == [NAME] and [h.title for h in desk.find("hy")][:1] == [NAME]
        assert keys.key_name(made) == code.name
        assert check_all(desk.database, folder).sound
    finally:
        desk.close()


def test_no_key_in_the_log(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    code = encryption.new_code()
    with caplog.at_level(logging.DEBUG):
        encrypt_data(folder, code)
        reopened(folder).close()
    assert code.text not in caplog.text and code.key.hex() not in caplog.text and code.secret.hex() not in caplog.text


def test_it_opens_from_the_keyring_and_back_to_plain(folder: Path) -> None:
    code = encryption.new_code()
    encrypt_data(folder, code)
    strange(code)
    desk = reopened(folder)
    rows = desk.dump()
    desk.close()
    strange(code)
    decrypt_data(folder)
    assert keys.key_name(folder / DATA_FILE) is None
    desk = reopened(folder)
    assert desk.dump() == rows
    desk.close()
    assert not list(folder.glob("*.former")) and not list(folder.glob("*.recrypting*"))


def test_a_lost_keyring_says_so_changes_nothing_and_the_recovery_code_helps(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, other = encryption.new_code(), encryption.new_code()
    encrypt_data(folder, code)
    strange(code)
    secrets.forget(folder, f"file:{code.name.hex()}")
    before = (folder / DATA_FILE).read_bytes()
    with pytest.raises(KeyMissing, match="没有它的钥匙"):
        reopened(folder)
    monkeypatch.setenv("SALESDESK_RECOVERY", other.text)
    with pytest.raises(Refused, match="不是这份数据的"):
        reopened(folder)
    monkeypatch.setenv("SALESDESK_RECOVERY", code.text[:-1] + ("0" if code.text[-1] != "0" else "1"))
    with pytest.raises(Refused, match="输错"):
        reopened(folder)
    assert (folder / DATA_FILE).read_bytes() == before
    monkeypatch.setenv("SALESDESK_RECOVERY", code.text.lower().replace("-", " "))
    reopened(folder).close()
    monkeypatch.delenv("SALESDESK_RECOVERY")
    strange(code)
    reopened(folder).close()  # the keyring has it again


def test_a_wrong_key_under_the_right_name_reads_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = encryption.new_code()
    encrypt_data(folder, code)
    monkeypatch.setitem(keys._known, code.name, b"x" * 32)
    with pytest.raises(EnvironmentFault):
        reopened(folder)


def test_backups_of_before_are_encrypted_too_and_all_can_be_restored(folder: Path) -> None:
    desk = reopened(folder)
    plain = desk.backup()
    desk.close()
    kept = plain.read_bytes()
    code = encryption.new_code()
    encrypt_data(folder, code)
    assert keys.key_name(plain) == code.name
    restore_backup(folder, plain, FixedClock(NOON))
    assert keys.key_name(folder / DATA_FILE) == code.name
    old = folder / "old.db"
    old.write_bytes(kept)  # a plain copy from a stick becomes as the present file is
    restore_backup(folder, old, FixedClock(NOON))
    assert keys.key_name(folder / DATA_FILE) == code.name
    desk = reopened(folder)
    assert [hit.title for hit in desk.find("华源")] == [NAME]
    desk.close()


def test_an_open_file_is_not_converted(folder: Path) -> None:
    desk = reopened(folder)
    try:
        with desk.read(), pytest.raises(EnvironmentFault, match="正开着"):
            encrypt_data(folder, encryption.new_code())
    finally:
        desk.close()
    assert keys.key_name(folder / DATA_FILE) is None


CRASH = """
import os, sys
from pathlib import Path
from salesdesk.desk import DATA_FILE
from salesdesk.services import encryption
folder, step, text = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
def passing(now):
    if now == step:
        os._exit(9)
encryption.encrypt(folder, folder / DATA_FILE, encryption.read_code(text), passing)
"""


@pytest.mark.parametrize("step", ["key kept", "alone", "made", "kept", "replaced"])
def test_a_crash_at_any_step_leaves_the_old_or_the_new_file_whole(folder: Path, step: str) -> None:
    code = encryption.new_code()
    done = subprocess.run(
        [sys.executable, "-c", CRASH, str(folder), step, code.text],
        env={**os.environ, "PYTHONUTF8": "1"}, cwd=Path(__file__).parents[2], timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 9
    assert (keys.key_name(folder / DATA_FILE) == code.name) == (step == "replaced")
    desk = reopened(folder)
    assert [hit.title for hit in desk.find("华源")] == [NAME]
    assert check_all(desk.database, folder).sound
    desk.close()
    assert not list(folder.glob("*.former")) and not list(folder.glob("*.recrypting*"))
    if step != "replaced":
        encrypt_data(folder, code)
        reopened(folder).close()


def test_what_is_wiped_is_overwritten_but_never_the_present_file(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    file.write_bytes(b"secret" * 1000)
    again = tmp_path / "b"
    os.link(file, again)
    encrypting.wipe(file)
    assert not file.exists() and set(again.read_bytes()) == {0}
    live, former = tmp_path / "live.db", tmp_path / "live.db.former"
    live.write_bytes(b"alive")
    os.link(live, former)
    encryption.settle(live)
    assert live.read_bytes() == b"alive" and not former.exists()


@given(st.binary(min_size=16, max_size=16))
def test_a_recovery_code_is_read_back_as_it_was_written(secret: bytes) -> None:
    text = encryption.Code(secret).text
    assert [len(part) for part in text.split("-")] == [5] * 6
    for typed in (text, text.lower(), text.replace("-", ""), text.replace("0", "O").replace("1", "l")):
        assert encryption.read_code(typed).secret == secret


@given(st.binary(min_size=16, max_size=16), st.integers(0, 29), st.sampled_from(encryption.ALPHABET))
def test_one_wrong_letter_is_noticed(secret: bytes, at: int, letter: str) -> None:
    text = encryption.Code(secret).text.replace("-", "")
    wrong = text[:at] + letter + text[at + 1 :]
    if wrong != text:
        with pytest.raises(Refused):
            assert encryption.read_code(wrong).secret != secret


def test_without_encryption_nothing_is_asked_of_the_keyring(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "find", lambda *_: pytest.fail("asked"))
    reopened(folder).close()
    raw = connect(folder / DATA_FILE)
    assert raw.execute("PRAGMA temp_store").fetchone()[0] == 2
    raw.close()


def test_the_code_as_a_sheet_can_be_typed_back_from_the_paper() -> None:
    code = encryption.new_code()
    pdf = recovery_sheet.paint(code, "苏州启明阀门有限公司", Path("D:/销售内勤数据"), "2026-06-12T12:00:00")
    text = PdfDocument(pdf)[0].get_textpage().get_text_bounded()
    groups = re.findall(r"^[1-6] ([0-9A-Z]{5})\s*$", text, re.MULTILINE)
    assert encryption.read_code(" ".join(groups)).secret == code.secret
    assert "苏州启明阀门有限公司" in text and "保管人" in text and "2026-06-12" in text
