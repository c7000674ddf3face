"""Evidence files between PCs: each once under a name that tells nothing, encrypted, fetched by whoever lacks it."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable
from pathlib import Path

from salesdesk.domain.errors import EnvironmentFault, GivenUp
from salesdesk.persistence.database import Database
from salesdesk.services.attachments import ERASED, GONE, let_go, stored_at
from salesdesk.services.files import write_atomically
from salesdesk.services.sync.crypto import NONCE_BYTES, Unreadable, WorkspaceKey, seal, unseal
from salesdesk.services.sync.transport import Transport
from salesdesk.services.sync.workspace import Workspace

log = logging.getLogger(__name__)


def exchange(
    database: Database,
    folder: Path,
    transport: Transport,
    workspace: Workspace,
    progress: Callable[[int, int], None] = lambda done, whole: None,
    stopped: Callable[[], bool] = lambda: False,
) -> tuple[int, int]:
    """Send evidence files the others lack, fetch those this PC lacks: (sent, fetched). What was destroyed leaves the share."""
    _take_away(database, folder, transport, workspace)
    with database.read() as reader:
        wanted = list(
            dict.fromkeys(
                reader.column("SELECT sha256 FROM attachment WHERE sha256 IS NOT NULL AND void = 0 ORDER BY rowid")
            )
        )
        known = set(reader.column("SELECT substr(key, 11) FROM meta WHERE key LIKE 'sync.blob/%'"))
    sent = fetched = 0
    todo = [digest for digest in wanted if digest not in known or not stored_at(folder, digest).exists()]
    for done, digest in enumerate(todo):
        if stopped():
            raise GivenUp
        progress(done, len(todo))
        file = stored_at(folder, digest)
        if file.exists():
            _send(transport, workspace.key, digest, file.read_bytes())
            sent += 1
        elif _fetch(transport, workspace, digest, file):
            fetched += 1
        else:
            continue
        with database.local() as work:
            work.execute("INSERT OR IGNORE INTO meta(key, value) VALUES ('sync.blob/' || ?, '1')", (digest,))
    return sent, fetched


def _take_away(database: Database, folder: Path, transport: Transport, workspace: Workspace) -> None:
    """Destroyed files nobody holds leave the share and this disk; of what another record holds too a copy is sent again.

    Only the PC that destroyed a file removes it from the share, at the latest with the news of it: the bytes may be taken in
    again later, and nobody else must take them away then. Marks in `meta` keep each from being done twice.
    """
    with database.read() as reader:
        device = reader.value("SELECT device FROM now")
        erased = reader.tuples(
            f"SELECT DISTINCT uid, sha256, device FROM {ERASED.key} WHERE void = 0 AND sha256 IS NOT NULL AND NOT EXISTS"
            " (SELECT 1 FROM meta WHERE key = 'sync.gone/' || uid)"
        )
        gone = set(reader.column(GONE)) if erased else set()
        if erased:
            let_go(reader, folder)
    for uid, digest, by in erased:
        if by == device and digest in gone:
            for key in workspace.keys.values():
                transport.remove(_name(key, str(digest)))
        with database.local() as work:
            work.execute("DELETE FROM meta WHERE key = 'sync.blob/' || ?", (digest,))
            work.execute("INSERT OR IGNORE INTO meta(key, value) VALUES ('sync.gone/' || ?, '1')", (uid,))


def _name(key: WorkspaceKey, digest: str) -> str:
    hidden = key.hidden_name(digest)
    return f"a/{hidden[:2]}/{hidden}"


def _send(transport: Transport, key: WorkspaceKey, digest: str, data: bytes) -> None:
    name = _name(key, digest)
    hidden = name.rpartition("/")[2]
    if hidden in transport.names(name.rpartition("/")[0]):
        return
    nonce = os.urandom(NONCE_BYTES)
    transport.publish(name, nonce + seal(key.of_file(name), data, hidden.encode(), nonce))


def _fetch(transport: Transport, workspace: Workspace, digest: str, file: Path) -> bool:
    """Fetch one file; False when it is not there yet or damaged, to be tried again."""
    for key in reversed(list(workspace.keys.values())):
        name = _name(key, digest)
        data = transport.read(name)
        if data is None:
            continue
        try:
            hidden = name.rpartition("/")[2].encode()
            plain = unseal(key.of_file(name), data[NONCE_BYTES:], hidden, data[:NONCE_BYTES])
        except Unreadable:
            log.info("evidence file %s is not readable yet", name)
            continue
        if hashlib.sha256(plain).hexdigest() != digest:
            continue
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(file, plain)
        except OSError as fault:
            raise EnvironmentFault(f"附件存不下来（{fault}）", "请看本机磁盘是不是满了") from fault
        return True
    return False
