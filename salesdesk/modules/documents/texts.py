"""Reads the words of kept files in small batches beside the work, so that documents are found by what they say (DOC-3)."""

from __future__ import annotations

import json
import time

from salesdesk.domain.errors import EnvironmentFault, Refused
from salesdesk.domain.kinds import Row
from salesdesk.modules.documents.model import DOCUMENT, SECRET, WORDS
from salesdesk.persistence import search
from salesdesk.persistence.reading import Reader
from salesdesk.persistence.work import Work
from salesdesk.services.attachments import stored_at
from salesdesk.services.module import Context, Outcome

SECONDS = 1.0
"""A batch ends with the file during which so much time has passed, so that a verb of the clerk never waits long for it."""
_UNREAD = (
    "SELECT f.name, f.sha256, group_concat(f.document) AS documents FROM document_file f"
    " JOIN document d ON d.uid = f.document AND d.void = 0 WHERE f.void = 0 AND f.place IS NULL"
    " AND NOT EXISTS (SELECT 1 FROM file_words w WHERE w.sha256 = f.sha256) GROUP BY f.sha256 ORDER BY min(f.rowid)"
)


def unread(ctx: Context) -> list[Row]:
    """Files nobody has read on this PC and that lie here."""
    return [one for one in ctx.work.rows(_UNREAD) if stored_at(ctx.folder, str(one["sha256"])).is_file()]


def read(ctx: Context, args: Row) -> Row:
    """Before the transaction: the words of the next files, for about a second."""
    from salesdesk.services.file_text import text_of

    waiting = unread(ctx)
    until = time.monotonic() + SECONDS
    told: list[Row] = []
    for one in waiting:
        try:
            text, how = text_of(stored_at(ctx.folder, str(one["sha256"])), str(one["name"]))
        except (Refused, EnvironmentFault) as fault:
            text, how = "", f"读不了：{str(fault)[:40]}"
        told.append(
            {"sha256": one["sha256"], "documents": one["documents"].split(","), "text": text or None, "how": how}
        )
        if time.monotonic() > until:
            break
    return {**args, "told": told, "left": len(waiting) - len(told)}


def write(ctx: Context, args: Row) -> Outcome:
    """Keep the words beside the files; they are this PC's own, so nothing of it is logged or shipped."""
    told: list[Row] = args["told"]
    ctx.work.insert_many(WORDS, [{key: one[key] for key in ("sha256", "text", "how")} for one in told])
    refresh(ctx.work, list(dict.fromkeys(uid for one in told for uid in one["documents"])))
    return Outcome(message="", data={"read": len(told), "left": args["left"]})


def refresh(work: Work, documents: list[str]) -> None:
    """Let documents be found by the name and the words of their newest file; a secret one only by what its form says."""
    work.execute(
        "UPDATE document_file SET read_as = (SELECT how FROM file_words w WHERE w.sha256 = document_file.sha256 LIMIT 1)"
        " WHERE document IN (SELECT value FROM json_each(?))",
        (json.dumps(documents),),
    )
    changed = []
    for uid in documents:
        row = work.get(DOCUMENT, uid)
        if row is None:
            continue
        content = None if row["secrecy"] in SECRET or row["state"] == "destroyed" else _content(work, uid)
        if content != row["content"]:
            work.execute("UPDATE document SET content = ? WHERE uid = ?", (content, uid))
            changed.append(uid)
    search.index_rows(work, DOCUMENT, changed)


def _content(reader: Reader, uid: str) -> str | None:
    found = reader.row(
        "SELECT f.name, w.text FROM document_file f LEFT JOIN file_words w ON w.sha256 = f.sha256"
        " WHERE f.document = ? AND f.void = 0 ORDER BY f.version DESC, f.rowid DESC LIMIT 1",
        (uid,),
    )
    return None if found is None else f"{found['name']} {found['text'] or ''}".strip()
