"""What follows from the rows of a meeting: when it ends, where each invitation stands, how many know of it."""

from __future__ import annotations

import json

from salesdesk.domain.changes import Changes
from salesdesk.persistence.work import Work


def derive(work: Work, changes: Changes) -> None:
    """Recompute the derived columns of touched meetings and of everybody invited to them."""
    people = changes.of("meeting_person")
    meetings = {*changes.of("meeting")}
    if people:
        meetings |= set(
            work.column(
                "SELECT DISTINCT meeting FROM meeting_person WHERE uid IN (SELECT value FROM json_each(?))",
                (json.dumps(list(people)),),
            )
        )
    if not meetings:
        return
    these = (json.dumps(sorted(meetings)),)
    among = "(SELECT value FROM json_each(?))"
    work.execute(
        "UPDATE meeting_person AS p SET state = CASE WHEN needed = 0 THEN 'skipped'"
        " WHEN told_at IS NULL AND ack_at IS NULL THEN 'waiting'"
        " WHEN coalesce(told_version, 0) < (SELECT m.version FROM meeting m WHERE m.uid = p.meeting) THEN 'again'"
        " WHEN answer = '不来' THEN 'away' WHEN ack_at IS NOT NULL THEN 'acked' ELSE 'told' END"
        f" WHERE meeting IN {among}",
        these,
    )
    count = "(SELECT count(*) FROM meeting_person p WHERE p.meeting = m.uid AND p.void = 0 AND p.state {})"
    work.execute(
        "UPDATE meeting AS m SET ends_at = strftime('%Y-%m-%dT%H:%M:%S', starts_at, '+' || minutes || ' minutes'),"
        f" invited = {count.format('!= ' + repr('skipped'))}, acked = {count.format('IN (' + repr('acked') + ', ' + repr('away') + ')')}"
        f" WHERE uid IN {among}",
        these,
    )
    work.execute(
        "UPDATE meeting SET knowing = CASE WHEN invited > 0 THEN (acked * 20000 + invited) / (2 * invited) END"
        f" WHERE uid IN {among}",
        these,
    )
