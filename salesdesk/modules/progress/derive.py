"""Keeps the promise in force of each order line, so that what is due is read without looking through all promises."""

from __future__ import annotations

import json

from salesdesk.domain.changes import Changes
from salesdesk.persistence.work import Work


def derive_promised(work: Work, changes: Changes) -> None:
    """Recompute, before the commit, the promise in force of the lines whose promises were touched: the latest that stands."""
    promises = changes.of("line_promise")
    if promises:
        work.execute(
            "UPDATE order_line SET promised = (SELECT p.promised FROM line_promise p WHERE p.line = order_line.uid"
            " AND p.void = 0 ORDER BY p.made_at DESC, p.uid DESC LIMIT 1) WHERE uid IN"
            " (SELECT line FROM line_promise WHERE uid IN (SELECT value FROM json_each(?)))",
            (json.dumps([*promises]),),
        )
