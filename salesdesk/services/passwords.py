"""Passwords of operators: kept only as an Argon2id hash, slow on purpose, and compared nowhere else."""

from __future__ import annotations

import unicodedata

from salesdesk.domain.errors import Refused
from salesdesk.domain.problems import Problem

SHORTEST = 6
"""Characters a password has at least."""
LONGEST = 200
ROUNDS = 2
MEMORY = 64 * 1024 * 1024
"""Bytes Argon2id works through for one password (RFC 9106, second recommendation): a tenth of a second here."""


def _bytes(password: str) -> bytes:
    """The same letters typed with another input method are the same password."""
    return unicodedata.normalize("NFKC", password).encode()


def hashed(password: str, name: str = "", path: str = "password") -> str:
    """What is kept of a new password. Raises Refused for one that is no password."""
    plain = unicodedata.normalize("NFKC", password).strip()
    why = ""
    if len(plain) < SHORTEST:
        why = f"密码太短，至少 {SHORTEST} 个字"
    elif len(plain) > LONGEST:
        why = f"密码太长，最多 {LONGEST} 个字"
    elif plain == name or len(set(plain)) < 3:
        why = "这个密码一猜就中"
    if why:
        cure = "换一个只有自己知道、记得住的，比如几个不相干的词"
        raise Refused(Problem(why, cure, path=path, place="「密码」", code="weak_password"))
    from nacl.pwhash.argon2id import str as kept

    made: bytes = kept(_bytes(password), opslimit=ROUNDS, memlimit=MEMORY)
    return made.decode().rstrip("\0")


def matches(kept: str, password: str) -> bool:
    """Whether a password is the one of which `kept` was made."""
    from nacl.exceptions import CryptoError
    from nacl.pwhash.argon2id import verify

    try:
        return bool(verify(kept.encode(), _bytes(password)))
    except (CryptoError, ValueError):
        return False
