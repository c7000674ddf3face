"""加密数据文件: the recovery code, the key made of it, where the key is kept, and turning encryption on and off."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Callable
from pathlib import Path

from salesdesk.domain.errors import EnvironmentFault, Refused
from salesdesk.domain.problems import Problem
from salesdesk.persistence import encrypting, keys
from salesdesk.services import secrets

log = logging.getLogger("salesdesk.encryption")

CODE_BYTES = 16
"""128 random bits are behind a recovery code; nobody tries them all."""
CHECK = 4
GROUP = 5
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O and U, which people take for 1, 1, 0 and V."""
_MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V"})
ENVIRONMENT = "SALESDESK_RECOVERY"
"""Environment variable by which a script opens a file whose key this PC has lost."""


class Code:
    """A recovery code: the secret behind a data file's key, as people write it down."""

    def __init__(self, secret: bytes) -> None:
        self.secret = secret

    @property
    def text(self) -> str:
        """26 letters of the secret and 4 to check them, in groups of five."""
        letters = _letters(int.from_bytes(self.secret), 26) + _check(self.secret)
        return "-".join(letters[i : i + GROUP] for i in range(0, len(letters), GROUP))

    @property
    def key(self) -> bytes:
        """The raw key of the data file. The secret is random, so it need not be stretched."""
        import hashlib

        return hashlib.sha256(b"salesdesk data file key 1:" + self.secret).digest()

    @property
    def name(self) -> bytes:
        """The name of that key, as it stands in the file's head."""
        return keys.name_of(self.key)


def new_code() -> Code:
    """A fresh random code."""
    return Code(os.urandom(CODE_BYTES))


def read_code(typed: str) -> Code:
    """A code as somebody typed it, with or without dashes, small letters, O for 0. Raises Refused."""
    letters = "".join(c for c in typed.upper().translate(_MISREAD) if c.isalnum())
    why = ""
    if len(letters) != 26 + CHECK:
        why = f"恢复码是 {26 + CHECK} 个字，这里有 {len(letters)} 个"
    elif set(letters) - set(ALPHABET):
        why = f"恢复码里没有「{sorted(set(letters) - set(ALPHABET))[0]}」这个字"
    else:
        number = 0
        for letter in letters[:26]:
            number = number * 32 + ALPHABET.index(letter)
        if number < 1 << (8 * CODE_BYTES):
            secret = number.to_bytes(CODE_BYTES)
            if _check(secret) == letters[26:]:
                return Code(secret)
        why = "恢复码有字输错了"
    raise Refused(Problem(why, "请对着纸上的恢复码再输一次", path="code", place="「恢复码」", code="bad_code"))


def _letters(number: int, count: int) -> str:
    found = ""
    for _ in range(count):
        number, digit = divmod(number, 32)
        found = ALPHABET[digit] + found
    return found


def _check(secret: bytes) -> str:
    import hashlib

    return _letters(int.from_bytes(hashlib.sha256(b"check:" + secret).digest()[:4]) >> 12, CHECK)


# -- the key of a data folder ------------------------------------------------------------------------------------------


def _entry(name: bytes) -> str:
    return f"file:{name.hex()}"


def unlock(folder: Path, path: Path) -> None:
    """Before an encrypted data file is opened: find its key in the system's keyring, or in the environment.

    Costs a plain file the reading of sixteen bytes. Without a key nothing happens here; opening says KeyMissing.
    """
    _drop_second_name(path, path.with_name(path.name + encrypting.FORMER))
    name = keys.key_name(path)
    if name is None or keys.known(name):
        return
    secret = secrets.find(folder, _entry(name))
    if secret is not None and Code(secret).name == name:
        keys.learn(Code(secret).key)
        return
    typed = os.environ.get(ENVIRONMENT)
    if typed:
        recover(folder, path, read_code(typed))


def recover(folder: Path, path: Path, code: Code) -> None:
    """Use a recovery code for a data file whose key this PC does not have, and keep it. Raises Refused for another file's."""
    if code.name != keys.key_name(path):
        raise Refused(
            Problem(
                "这个恢复码不是这份数据的", "请看恢复码上写的单位和日期，换一张再输", path="code", code="other_code"
            )
        )
    keys.learn(code.key)
    secrets.keep(folder, _entry(code.name), code.secret)


def encrypted(path: Path) -> bool:
    """Whether a data file is encrypted."""
    return keys.key_name(path) is not None


def code_of(folder: Path, path: Path) -> Code | None:
    """The recovery code of a data file, from where its key is kept; None for a plain file or a lost key."""
    name = keys.key_name(path)
    secret = secrets.find(folder, _entry(name)) if name is not None else None
    return Code(secret) if secret is not None and Code(secret).name == name else None


def encrypt(folder: Path, path: Path, code: Code, passing: Callable[[str], object] = lambda step: None) -> bool:
    """Encrypt the closed data file with a code that was written down; True when the system's keyring holds the key.

    The key is kept, and read back, before the file is touched. Raises EnvironmentFault, nothing changed.
    """
    if encrypted(path):
        raise Refused(Problem("数据文件已经加密了", "要换恢复码，请先解密再加密", code="encrypted"))
    in_keyring = secrets.keep(folder, _entry(code.name), code.secret)
    if secrets.find(folder, _entry(code.name)) != code.secret:
        raise EnvironmentFault("钥匙存不下来，没有加密", "请看系统的凭据管理器能不能用，或数据文件夹能不能写")
    keys.learn(code.key)
    passing("key kept")
    encrypting.convert(path, code.name, passing)
    return in_keyring


def decrypt(path: Path, passing: Callable[[str], object] = lambda step: None) -> None:
    """Make the closed data file plain again; the key stays kept, because the backups still need it."""
    if not encrypted(path):
        raise Refused(Problem("数据文件没有加密", "不用解密", code="plain"))
    encrypting.convert(path, None, passing)


def settle(path: Path) -> None:
    """The converted file has opened: the former one goes, overwritten first unless it is a second name of the present one."""
    former = path.with_name(path.name + encrypting.FORMER)
    _drop_second_name(path, former)
    if former.exists() and not former.samefile(path):
        encrypting.wipe(former)
    making = path.with_name(path.name + encrypting.MAKING)
    if making.exists():
        encrypting.drop(making)


def _drop_second_name(path: Path, former: Path) -> None:
    """A conversion that stopped early left the present file under a second name as well. Windows removes it only while nobody
    has the file open, so this is tried before it is opened and again afterwards."""
    if former.exists() and path.exists() and former.samefile(path):
        with contextlib.suppress(PermissionError):
            former.unlink()


def encrypt_backups(folder: Path, path: Path) -> int:
    """Encrypt the plain copies in the backup folder as the data file is; returns how many. One that is damaged stays."""
    name, done = keys.key_name(path), 0
    if name is None:
        return 0
    for copy in sorted((folder / "backups").glob("*.db")):
        if keys.key_name(copy) is None and not keys.is_new(copy):
            try:
                encrypting.convert(copy, name)
            except Exception as fault:
                log.info("backup %s not encrypted: %s", copy.name, fault)
                continue
            settle(copy)
            done += 1
    return done
