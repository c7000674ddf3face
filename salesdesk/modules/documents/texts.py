"""Reads the words of kept files in small batches beside the work, so that documents are found by what they say (DOC-3)."""

from __future__ import annotations

import time

from salesdesk.domain.errors import EnvironmentFault, Refused
from salesdesk.domain.kinds import Row
from salesdesk.modules.documents.model import DOCUMENT, SECRET
from salesdesk.persistence import search
from salesdesk.persistence.reading import Reader
from salesdesk.persistence.work import Work
from salesdesk.services.attachments import stored_at
from salesdesk.services.module import Context, Outcome

SECONDS = 1.0
"""A batch ends with the file during which so much time has passed, so that a verb of the clerk never waits long for it."""
_UNREAD = (
    "SELECT f.uid, f.document, f.name, f.sha256 FROM document_file f JOIN document d ON d.uid = f.document AND d.void = 0"
    " WHERE f.read_as IS NULL AND f.void = 0 AND f.place IS NULL ORDER BY f.rowid"
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
        told.append({"uid": one["uid"], "document": one["document"], "text": text, "how": how})
        if time.monotonic() > until:
            break
    return {**args, "told": told, "left": len(waiting) - len(told)}


def write(ctx: Context, args: Row) -> Outcome:
    """Keep the words beside the files; they are this PC's own, so nothing of it is logged or shipped."""
    told: list[Row] = args["told"]
    for one in told:
        ctx.work.execute(
            "UPDATE document_file SET content = ?, read_as = ? WHERE uid = ?",
            (one["text"] or None, one["how"], one["uid"]),
        )
    refresh(ctx.work, list(dict.fromkeys(str(one["document"]) for one in told)))
    return Outcome(message="", data={"read": len(told), "left": args["left"]})


def refresh(work: Work, documents: list[str]) -> None:
    """Let documents be found by the name and the words of their newest file; a secret one only by what its form says."""
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
        "SELECT name, content FROM document_file WHERE document = ? AND void = 0 ORDER BY version DESC, rowid DESC LIMIT 1",
        (uid,),
    )
    return None if found is None else f"{found['name']} {found['content'] or ''}".strip()
