"""Keeps keys where only this user of this PC finds them: the system's keyring, or a file of the data folder where there is none."""

from __future__ import annotations

import base64
import contextlib
import logging
import os
from pathlib import Path

from salesdesk.services.files import write_atomically

SERVICE = "salesdesk"
IN_FILES = "SALESDESK_KEYRING"
"""Environment variable: "file" leaves the system's keyring alone (tests, portable copies)."""
log = logging.getLogger(__name__)


def keep(folder: Path, name: str, secret: bytes) -> bool:
    """Remember a secret under a name; True when the system's keyring holds it, False when a file of the data folder does."""
    text = base64.b64encode(secret).decode()
    if os.environ.get(IN_FILES) != "file":
        try:
            import keyring

            keyring.set_password(SERVICE, name, text)
            if keyring.get_password(SERVICE, name) == text:
                _file(folder, name).unlink(missing_ok=True)
                return True
        except Exception as fault:  # every backend has its own errors; none of them may cost the key
            log.info("keyring: %s", fault)
    target = _file(folder, name)
    target.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(target, text.encode())
    with contextlib.suppress(OSError):
        target.chmod(0o600)
    return False


def find(folder: Path, name: str) -> bytes | None:
    """The secret under a name, None when there is none."""
    with contextlib.suppress(OSError, ValueError):
        return base64.b64decode(_file(folder, name).read_bytes(), validate=True)
    if os.environ.get(IN_FILES) != "file":
        try:
            import keyring

            text = keyring.get_password(SERVICE, name)
            return base64.b64decode(text, validate=True) if text else None
        except Exception as fault:
            log.info("keyring: %s", fault)
    return None


def forget(folder: Path, name: str) -> None:
    """Drop a secret everywhere."""
    with contextlib.suppress(OSError):
        _file(folder, name).unlink(missing_ok=True)
    if os.environ.get(IN_FILES) != "file":
        try:
            import keyring

            keyring.delete_password(SERVICE, name)
        except Exception as fault:
            log.info("keyring: %s", fault)


def _file(folder: Path, name: str) -> Path:
    return folder / "keys" / name.replace(":", "-")
