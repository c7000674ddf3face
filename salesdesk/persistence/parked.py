"""What newer programs wrote and this one had no columns for: put into its place after an upgrade, from the log."""

from __future__ import annotations

from salesdesk.persistence.database import Database


def unpark(database: Database) -> int:
    """Set every parked record to what the log says of it; how many found their whole place. What is still unknown stays parked."""
    with database.read() as reader:
        parked = reader.tuples("SELECT entity, uid FROM parked")
        known = {entity for entity, _ in parked if entity in reader.schema.entities}
    waiting: dict[str, list[str]] = {entity: [] for entity in sorted(known)}
    for entity, uid in parked:
        if entity in waiting:
            waiting[entity].append(str(uid))
    if not waiting:
        return 0
    with database.merging("升级") as merger:
        merger.work.execute_many(
            "DELETE FROM parked WHERE entity = ? AND uid = ?", [(e, uid) for e, uids in waiting.items() for uid in uids]
        )
        merger.recompute(waiting)
        for entity, uids in waiting.items():
            merger.touched.setdefault(entity, set()).update(uids)
        left = int(merger.work.value("SELECT count(*) FROM parked"))
    return len(parked) - left
