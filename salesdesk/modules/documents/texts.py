"""Reads the words of kept files in small batches beside the work, so that documents are found by what they say (DOC-3)."""

from __future__ import annotations

import json
import time

from salesdesk.domain.errors import EnvironmentFault, Refused
from salesdesk.domain.kinds import Row
from salesdesk.modules.documents.model import DOCUMENT, NEWEST_FIRST, SECRET, WORDS
from salesdesk.persistence import search
from salesdesk.persistence.reading import Reader
from salesdesk.persistence.work import Work
from salesdesk.services.attachments import stored_at
from salesdesk.services.module import Context, Outcome

SECONDS = 1.0
"""A batch ends with the file during which so much time has passed, so that a verb of the clerk never waits long for it."""
MOMENT = 4.0
"""Seconds spent on words while files are taken in; what is left waits for a quiet moment."""
READABLE = f"d.state != 'destroyed' AND coalesce(d.secrecy, '') NOT IN {SECRET}"
"""Documents `d` whose files may be read for words."""
UNREAD = (
    f"FROM document_file f JOIN document d ON d.uid = f.document AND d.void = 0 AND {READABLE}"
    " WHERE f.void = 0 AND f.place IS NULL"
    " AND NOT EXISTS (SELECT 1 FROM file_words w WHERE w.sha256 = f.sha256)"
)
"""Files `f` of such documents that nobody has read on this PC, whether they lie here or not."""


class Reading:
    """Reads files one by one, `over` once so many seconds have passed; `told` holds the words of each as they are kept."""

    def __init__(self, ctx: Context, seconds: float = SECONDS) -> None:
        self._folder = ctx.folder
        self._until = time.monotonic() + seconds
        self.told: list[Row] = []

    @property
    def over(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() > self._until

    def take(self, sha256: str, name: str) -> None:
        """Read one kept file. Never raises for what it contains."""
        from salesdesk.services.file_text import text_of

        try:
            text, how = text_of(stored_at(self._folder, sha256), name)
        except (Refused, EnvironmentFault) as fault:
            text, how = "", f"读不了：{str(fault)[:40]}"
        self.told.append({"sha256": sha256, "text": text or None, "how": how})


def keep(work: Work, told: list[Row]) -> None:
    """Keep words beside the files; they are this PC's own, so nothing of it is logged or shipped."""
    known = set(
        work.column(
            "SELECT sha256 FROM file_words WHERE sha256 IN (SELECT value FROM json_each(?))",
            (json.dumps([one["sha256"] for one in told]),),
        )
    )
    work.insert_many(WORDS, [one for one in told if one["sha256"] not in known])


def read(ctx: Context, args: Row) -> Row:
    """Before the transaction: the words of the next files that lie here, for about a second or as long as was asked."""
    waiting = [
        one
        for one in ctx.work.rows(f"SELECT f.name, f.sha256 {UNREAD} GROUP BY f.sha256 ORDER BY min(f.rowid)")
        if stored_at(ctx.folder, str(one["sha256"])).is_file()
    ]
    reading = Reading(ctx, float(args.get("seconds") or SECONDS))
    for done, one in enumerate(waiting):
        ctx.progress(done, len(waiting))
        reading.take(str(one["sha256"]), str(one["name"]))
        if reading.over:
            break
    return {**args, "told": reading.told, "left": len(waiting) - len(reading.told)}


def write(ctx: Context, args: Row) -> Outcome:
    """Keep what was read and let the documents be found by it."""
    told: list[Row] = args["told"]
    keep(ctx.work, told)
    documents = ctx.work.column(
        "SELECT DISTINCT document FROM document_file WHERE void = 0 AND sha256 IN (SELECT value FROM json_each(?))",
        (json.dumps([one["sha256"] for one in told]),),
    )
    refresh(ctx.work, [str(uid) for uid in documents])
    left = f"，还有 {args['left']} 个" if args["left"] else ""
    message = f"读了 {len(told)} 个文件{left}" if args.get("seconds") else ""
    return Outcome(message=message, data={"read": len(told), "left": args["left"]})


def refresh(work: Work, documents: list[str]) -> None:
    """Let documents be found by the name and the words of their newest file; a secret one only by what its form says.

    The words of a file that only secret or destroyed documents hold are not kept on this PC.
    """
    work.execute(
        "DELETE FROM file_words WHERE sha256 IN (SELECT sha256 FROM document_file"
        " WHERE document IN (SELECT value FROM json_each(?))) AND NOT EXISTS (SELECT 1 FROM document_file f"
        f" JOIN document d ON d.uid = f.document AND {READABLE} WHERE f.sha256 = file_words.sha256)",
        (json.dumps(documents),),
    )
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
        f" WHERE f.document = ? AND f.void = 0 ORDER BY {NEWEST_FIRST} LIMIT 1",
        (uid,),
    )
    return None if found is None else f"{found['name']} {found['text'] or ''}".strip()
