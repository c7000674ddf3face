"""Joins a workspace with a file nobody has worked in: the others' data file is taken over whole, which is quick however large."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from salesdesk.services.sync import snapshots, workspace
from salesdesk.services.sync.identity import claim_letter

if TYPE_CHECKING:
    from salesdesk.services.sync.syncing import Sync


class Fetched(NamedTuple):
    """A data file made ready for this PC, and the workspace it belongs to."""

    file: Path
    entered: workspace.Workspace


def fetch(
    sync: Sync, share: str, passphrase: str, progress: Callable[[int, int], None], letter: str = ""
) -> Fetched | None:
    """Fetch the newest snapshot and make it this PC's own; None when the share has none.

    What broke off is gone on with the next time; when `progress` raises GivenUp nothing is left.
    """
    transport = sync.reached(share)
    entered = workspace.enter(transport, passphrase)
    found = snapshots.newest(transport)
    if found is None:
        return None
    file = sync.folder / "joining.db"
    snapshots.fetch(transport, found, entered.keys, file, sync.database.path, progress)
    device = uuid.uuid4().hex
    snapshots.settle_in(file, found, device, claim_letter(transport, device, letter))
    with sync.database.read() as reader:
        kept = reader.tuples("SELECT key, value FROM setting")
    snapshots.keep_settings(file, kept)
    return Fetched(file, entered)


def finish(sync: Sync, fetched: Fetched, share: str, name: str) -> None:
    """Remember the workspace and enter this PC into the list."""
    workspace.remember(sync.database, sync.folder, fetched.entered, share)
    sync.register(name, fetched.entered)
