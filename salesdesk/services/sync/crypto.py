"""Keys of a workspace: one random key, wrapped by the team's passphrase, from which every file's own key is derived."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from salesdesk.domain.errors import EnvironmentFault

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
MEMORY = 64 * 1024 * 1024
"""Bytes Argon2id works through for one passphrase, about half a second; written beside the wrapped key."""
ROUNDS = 3


@dataclass(frozen=True)
class WorkspaceKey:
    """One key of a workspace. `id` (8 hex digits) names it in file headers; a re-key adds another one."""

    id: str
    secret: bytes

    def of_file(self, name: str) -> bytes:
        """The key of one file: HKDF-SHA256 with the file's name as info (RFC 5869)."""
        extracted = hmac.new(b"salesdesk workspace", self.secret, hashlib.sha256).digest()
        return hmac.new(extracted, name.encode() + b"\x01", hashlib.sha256).digest()

    def hidden_name(self, name: str) -> str:
        """A file name on the share that tells nothing: 40 hex digits, the same on every PC."""
        return hmac.new(self.secret, b"name:" + name.encode(), hashlib.sha256).hexdigest()[:40]


class Unreadable(ValueError):
    """Bytes that do not open with the key: damaged, altered, of another workspace, or under another name."""


def new_key() -> WorkspaceKey:
    """A fresh random workspace key."""
    secret = os.urandom(KEY_BYTES)
    return WorkspaceKey(hashlib.sha256(b"id:" + secret).hexdigest()[:8], secret)


def seal(key: bytes, plain: bytes, header: bytes, nonce: bytes) -> bytes:
    """ChaCha20-Poly1305 (RFC 8439): ciphertext with its tag; the header is authenticated, not encrypted."""
    from nacl.bindings import crypto_aead_chacha20poly1305_ietf_encrypt as encrypt

    sealed: bytes = encrypt(plain, header, nonce, key)
    return sealed


def unseal(key: bytes, sealed: bytes, header: bytes, nonce: bytes) -> bytes:
    """The plain bytes. Raises Unreadable when anything differs from what was sealed."""
    from nacl.bindings import crypto_aead_chacha20poly1305_ietf_decrypt as decrypt
    from nacl.exceptions import CryptoError

    try:
        plain: bytes = decrypt(sealed, header, nonce, key)
    except CryptoError as fault:
        raise Unreadable("authentication failed") from fault
    return plain


def wrap(key: WorkspaceKey, passphrase: str, memory: int = MEMORY) -> dict[str, Any]:
    """The key locked with the passphrase, as JSON that may lie open on the share."""
    salt, nonce = os.urandom(16), os.urandom(NONCE_BYTES)
    locked = seal(_stretch(passphrase, salt, ROUNDS, memory), key.secret, key.id.encode(), nonce)
    return {
        "key": key.id,
        "kdf": "argon2id",
        "salt": _text(salt),
        "rounds": ROUNDS,
        "memory": memory,
        "nonce": _text(nonce),
        "locked": _text(locked),
    }


def unwrap(slot: Mapping[str, Any], passphrase: str) -> WorkspaceKey | None:
    """The key behind a passphrase; None when the passphrase is wrong. Raises EnvironmentFault for a slot that is damaged."""
    try:
        salt, nonce, locked = (base64.b64decode(str(slot[k]), validate=True) for k in ("salt", "nonce", "locked"))
        rounds, memory, name = int(slot["rounds"]), int(slot["memory"]), str(slot["key"])
        if slot["kdf"] != "argon2id" or not 1 <= rounds <= 20 or not 2**20 <= memory <= 2**31 or len(salt) != 16:
            raise ValueError("parameters")
    except (KeyError, ValueError, TypeError) as fault:
        raise EnvironmentFault("共享盘上的工作区文件坏了，读不出密钥", "请用备份的 salesdesk 文件夹恢复它") from fault
    try:
        return WorkspaceKey(name, unseal(_stretch(passphrase, salt, rounds, memory), locked, name.encode(), nonce))
    except Unreadable:
        return None


def _stretch(passphrase: str, salt: bytes, rounds: int, memory: int) -> bytes:
    import unicodedata

    from nacl.pwhash.argon2id import kdf

    plain = unicodedata.normalize("NFKC", passphrase).strip().encode()
    stretched: bytes = kdf(KEY_BYTES, plain, salt, opslimit=rounds, memlimit=memory)
    return stretched


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


# -- keys for one PC alone -------------------------------------------------------------------------------------------


def new_pair() -> tuple[bytes, bytes]:
    """(public, private) X25519 keys of a PC, by which a new workspace key reaches it after a re-key."""
    from nacl.public import PrivateKey

    private = PrivateKey.generate()
    return bytes(private.public_key), bytes(private)


def box(key: WorkspaceKey, public: bytes) -> str:
    """A workspace key that only the holder of the private key can open, as text."""
    from nacl.public import PublicKey, SealedBox

    return _text(SealedBox(PublicKey(public)).encrypt(key.id.encode() + key.secret))


def unbox(text: str, private: bytes) -> WorkspaceKey:
    """The key in a box. Raises Unreadable when it is not for this PC."""
    from nacl.exceptions import CryptoError
    from nacl.public import PrivateKey, SealedBox

    try:
        plain: bytes = SealedBox(PrivateKey(private)).decrypt(base64.b64decode(text, validate=True))
    except (CryptoError, ValueError) as fault:
        raise Unreadable("not for this PC") from fault
    return WorkspaceKey(plain[:8].decode(), plain[8:])
