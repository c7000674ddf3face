"""Keeps what was last promised, told and asked of each order line, so that what presses is read from the lines alone."""

from __future__ import annotations

import json

from salesdesk.domain.changes import Changes
from salesdesk.persistence.work import Work

_OF = "WHERE uid IN (SELECT line FROM {table} WHERE uid IN (SELECT value FROM json_each(?)))"
_LATEST = (
    "(SELECT max(f.said_at) FROM line_feedback f WHERE f.line = order_line.uid AND f.void = 0 AND f.kind = '{kind}')"
)


def derive_heard(work: Work, changes: Changes) -> None:
    """Recompute, before the commit, the lines of which promises or feedback were touched: the latest of those that stand."""
    promises, feedback = changes.of("line_promise"), changes.of("line_feedback")
    if promises:
        work.execute(
            "UPDATE order_line SET promised = (SELECT p.promised FROM line_promise p WHERE p.line = order_line.uid"
            f" AND p.void = 0 ORDER BY p.made_at DESC, p.uid DESC LIMIT 1) {_OF.format(table='line_promise')}",
            (json.dumps([*promises]),),
        )
    if feedback:
        work.execute(
            f"UPDATE order_line SET heard_at = {_LATEST.format(kind='told')}, asked_at = {_LATEST.format(kind='asked')}"
            f" {_OF.format(table='line_feedback')}",
            (json.dumps([*feedback]),),
        )
