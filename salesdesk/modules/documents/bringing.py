"""What the rows of an imported register bring along: numbers given before, days of filing (DOC-1, DOC-2)."""

from __future__ import annotations

from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Day, Row, Text
from salesdesk.modules.documents.flow import begin
from salesdesk.modules.documents.keeping import live
from salesdesk.modules.documents.model import DOCUMENT
from salesdesk.modules.documents.numbering import give_number, take_number
from salesdesk.modules.documents.rules import FIRST_STATE, keep_until
from salesdesk.services.module import Context

BROUGHT = (
    Field("number", "编号", Text(60, True), synonyms=("收文号", "登记号", "档号")),
    Field("filed_on", "归档日期", Day(), synonyms=("归档时间",)),
)
"""Columns of an older register that only an import may fill."""


def imported(ctx: Context, uid: str, extra: Row) -> None:
    """A row of an imported register begins like one that was typed; what it brings of its former life stands.

    With a day of filing it is filed since then; with a number of its own it was dealt with, unless its limit lies ahead.
    """
    row = live(ctx.work, uid)
    fresh = row["state"] is None
    begin(ctx, uid, None if fresh else {**row, **ctx.work.before(uid)})
    row = live(ctx.work, uid)
    if extra.get("number") and not row["number"]:
        take_number(ctx, row, str(extra["number"]))
        open_ = row["due"] and str(row["due"]) >= ctx.today
        if fresh and row["kind"] in FIRST_STATE:
            ctx.work.update(DOCUMENT, uid, {"state": "registered" if open_ else "settled"})
    if fresh and extra.get("filed_on"):
        filed_on, retention = str(extra["filed_on"]), str(row["retention"] or ctx.settings.get("document.retention"))
        values: Row = {"state": "filed", "filed_on": filed_on, "retention": retention}
        ctx.work.update(DOCUMENT, uid, {**values, "keep_until": keep_until(filed_on, retention)})
        row = live(ctx.work, uid)
        if not row["number"]:
            give_number(ctx, row)
