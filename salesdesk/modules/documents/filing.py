"""Takes what another subject has filed, such as the dossier of an order, into the register of documents (ORD-11)."""

from __future__ import annotations

from salesdesk.modules.documents.keeping import add_version, newest_file
from salesdesk.modules.documents.model import DOCUMENT
from salesdesk.modules.documents.numbering import give_number
from salesdesk.modules.documents.rules import keep_until
from salesdesk.services.filing import Filed
from salesdesk.services.module import Context


def take_filed(ctx: Context, filed: Filed) -> None:
    """A filed document of its own the first time; filed again it gets one more version, unless nothing is different."""
    found = ctx.work.row(
        "SELECT * FROM document WHERE source = ? AND void = 0 AND state != 'destroyed' LIMIT 1", (filed.source,)
    )
    if found is None:
        retention = str(ctx.settings.get("document.retention"))
        uid = ctx.work.insert(
            DOCUMENT,
            {
                "kind": "dossier", "state": "filed", "title": filed.title[:160], "secrecy": "inner", "copies": 1, "source": filed.source,
                "customer": filed.customer, "keywords": filed.keywords or None, "day": filed.day, "retention": retention,
                "filed_on": ctx.today, "keep_until": keep_until(ctx.today, retention),
            },
        )  # fmt: skip
        found = ctx.work.get(DOCUMENT, uid) or {}
        give_number(ctx, found)
    newest = newest_file(ctx.work, str(found["uid"]))
    if newest is None or newest["sha256"] != filed.sha256 or newest["place"] != filed.place:
        note = f"{filed.number} 归档" if newest is None else f"{filed.number} 重新归档"
        add_version(ctx, str(found["uid"]), filed.name, filed.sha256, filed.size, note, filed.place)
