"""Keys of encrypted data files: which file needs which key, told by its first sixteen bytes, and the keys this program knows.

An encrypted file begins with `HEAD` and seven bytes of the key's name, where SQLCipher keeps its salt: the salt only serves
to stretch a passphrase and to derive the key of the page checks, and the keys here are random already. So a file, a
backup and a copy on a stick each say whether they are encrypted and with what.
"""

from __future__ import annotations

from pathlib import Path

HEAD = b"SALESDESK"
PLAIN = b"SQLite format 3\0"
SALT_BYTES = 16
KEY_BYTES = 32

_known: dict[bytes, bytes] = {}


def name_of(key: bytes) -> bytes:
    """The seven bytes that name a key and tell nothing of it."""
    import hashlib

    return hashlib.sha256(b"salesdesk data file:" + key).digest()[: SALT_BYTES - len(HEAD)]


def learn(key: bytes) -> bytes:
    """Let the connections of this program use a key; returns its name."""
    name = name_of(key)
    _known[name] = key
    return name


def forget(name: bytes) -> None:
    """Know a key no longer."""
    _known.pop(name, None)


def known(name: bytes) -> bool:
    """Whether files of a key can be opened."""
    return name in _known


def key_name(path: Path) -> bytes | None:
    """Name of the key a file is encrypted with; None for a plain, a new, a foreign or a damaged file."""
    try:
        with path.open("rb") as file:
            start = file.read(SALT_BYTES)
    except OSError:
        return None
    return start[len(HEAD) :] if len(start) == SALT_BYTES and start.startswith(HEAD) else None


def is_new(path: Path) -> bool:
    """Whether nothing stands in the file yet."""
    try:
        return path.stat().st_size == 0
    except OSError:
        return True


def pragma(name: bytes) -> str:
    """The value of `PRAGMA key` for a key: raw, with the head as salt. Raises KeyError for a key nobody knows."""
    return f"x'{(_known[name] + HEAD + name).hex()}'"
