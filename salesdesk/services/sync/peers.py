"""The PCs of a workspace as people know them: name, letter, when each last wrote, how far its work is here."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, NamedTuple

from salesdesk import __version__
from salesdesk.domain.clock import stamp
from salesdesk.persistence.database import Database

AHEAD_MINUTES = 10
"""Clocks that differ by more are told of."""


class Peer(NamedTuple):
    """One PC of the workspace: its name and letter, when it last wrote, how many of its operations are here."""

    device: str
    name: str
    letter: str
    seen_at: str
    operations: int
    version: str
    mine: bool
    removed: bool
    note: str = ""

    def wire(self) -> dict[str, Any]:
        """JSON form for scripts."""
        return self._asdict()


def known_peers(database: Database) -> list[Peer]:
    """All PCs of the workspace, this one first."""
    now = database.clock.now()
    with database.read() as reader:
        own, n = reader.tuples("SELECT device, n FROM now")[0]
        known = {str(r["device"]): r for r in reader.rows("SELECT device, n, told FROM peer")}
        listed = {str(r["key"]): r for r in reader.rows("SELECT * FROM device WHERE void = 0")}
    found = []
    for device in dict.fromkeys([own, *listed, *known]):
        row, told = listed.get(device), json.loads(known[device]["told"]) if device in known else {}
        mine = device == own
        clock = stamp(now) if mine else str(told.get("clock") or "")
        found.append(
            Peer(
                device,
                str((row or {}).get("name") or told.get("name") or device[:8]),
                str((row or {}).get("letter") or told.get("letter") or ""),
                clock,
                int(n) if mine else int(known[device]["n"]) if device in known else 0,
                __version__ if mine else str(told.get("version") or ""),
                mine,
                bool((row or {}).get("removed")),
                "" if mine else _ahead(clock, stamp(now)),
            )
        )
    return found


def _ahead(clock: str, now: str) -> str:
    """What to say of a PC whose clock, when it last wrote, was ahead of ours by more than it should."""
    if not clock:
        return ""
    minutes = (datetime.fromisoformat(clock) - datetime.fromisoformat(now)).total_seconds() / 60
    return f"那台电脑的时钟快了约 {minutes:.0f} 分钟，请校准" if minutes > AHEAD_MINUTES else ""
