"""Evidence files: kept byte for byte and read-only under their hash in the data folder, linked to the record they prove."""

from __future__ import annotations

import contextlib
import json
import logging
import shutil
import stat
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from salesdesk.domain.changes import Changes
from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Int, Link, Note, Stamp, Text
from salesdesk.persistence.reading import Reader
from salesdesk.services.files import read_whole, sha256_of, write_atomically
from salesdesk.services.module import Context, Module

if TYPE_CHECKING:
    from salesdesk.persistence.database import Database

log = logging.getLogger(__name__)

LARGEST = 50 * 1024 * 1024
"""Bytes of one evidence file; larger ones belong on the share."""

ATTACHMENT = Entity(
    "attachment",
    "附件",
    (
        Field("owner", "所属记录", Link(), required=True),
        Field("entity", "所属类别", Text()),
        Field("name", "文件名", Text(200), required=True, listed=True),
        Field("sha256", "指纹", Text(64)),
        Field("size", "大小", Int(), listed=True),
    ),
    indexes=(("owner",), ("sha256",)),
    icon="attach",
)

ERASED = Entity(
    "erased_file",
    "销毁的文件",
    (
        Field("owner", "所属记录", Link(), required=True),
        Field("name", "文件名", Text(200), required=True),
        Field("sha256", "指纹", Text(64)),
        Field("size", "大小", Int()),
        Field("erased_at", "销毁时间", Stamp()),
        Field("why", "凭什么", Text(120)),
        Field("device", "电脑", Text(64)),
    ),
    ledger=True,
    lasting=True,
    indexes=(("sha256",),),
    icon="delete",
)
"""A file whose bytes were destroyed on purpose: what it was and by which paper; device: the PC that did it. Every PC that
hears of it lets go of its bytes, unless another record in use holds the same ones."""

GONE = (
    "SELECT DISTINCT e.sha256 FROM erased_file e WHERE e.void = 0 AND e.sha256 IS NOT NULL AND NOT EXISTS"
    " (SELECT 1 FROM attachment a WHERE a.sha256 = e.sha256 AND a.void = 0)"
)
"""Fingerprints of destroyed files nobody holds any more."""

FILES = Field("files", "附件", Note(), note="文件路径，多个一行一个")
"""Verb parameter: paths of evidence files, one a line."""


def stored_at(folder: Path, sha256: str) -> Path:
    """Where the bytes of an attachment lie."""
    return folder / "attachments" / sha256[:2] / sha256


def attach(ctx: Context, entity: Entity, uid: str, paths: str) -> list[str]:
    """Copy files into the data folder and link them to a record; the same bytes are stored once."""
    sources = [Path(line.strip().strip('"')) for line in paths.splitlines() if line.strip()]
    return [keep(ctx, entity, uid, source.name, read_whole(source, LARGEST)) for source in sources]


def keep(ctx: Context, entity: Entity, uid: str, name: str, data: bytes) -> str:
    """Keep bytes as evidence of a record under a name; returns the uid of the link."""
    return link(ctx, entity, uid, name, store(ctx.folder, data), len(data))


def store(folder: Path, data: bytes) -> str:
    """Lay bytes into the data folder under their hash, which is returned; the same bytes lie there once."""
    digest = sha256_of(data)
    target = stored_at(folder, digest)
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(target, data)
        with contextlib.suppress(OSError):  # a share may know no such mark; the hash still tells a change
            target.chmod(stat.S_IREAD)
    return digest


def link(ctx: Context, entity: Entity, uid: str, name: str, sha256: str, size: int) -> str:
    """Say that stored bytes are evidence of a record; returns the uid of the link."""
    return ctx.work.insert(
        ATTACHMENT, {"owner": uid, "entity": entity.key, "name": name, "sha256": sha256, "size": size}
    )


def drop(folder: Path, sha256: str) -> None:
    """Delete the bytes that no record speaks of any more; the mark of read-only is taken off first, as Windows wants it."""
    target = stored_at(folder, sha256)
    if target.exists():
        target.chmod(stat.S_IREAD | stat.S_IWRITE)
        target.unlink()


def opened_at(folder: Path, sha256: str) -> Path:
    """The folder in which copies of these bytes are laid out for other programs to open."""
    return folder / "opened" / sha256[:8]


def erase(ctx: Context, owners: Collection[str], why: str) -> int:
    """Destroy the files of some records for good; returns how many. The rows that tell of it stay and are never undone.

    The bytes leave the disk after the commit (`let_go`), and those that other records hold stay.
    """
    device = ctx.work.value("SELECT device FROM now")
    rows = ctx.work.rows(
        "SELECT * FROM attachment WHERE void = 0 AND owner IN (SELECT value FROM json_each(?)) ORDER BY rowid",
        (json.dumps(sorted(owners)),),
    )
    for row in rows:
        ctx.work.void(ATTACHMENT, row["uid"])
    ctx.work.insert_many(
        ERASED,
        [
            {**{key: row[key] for key in ("owner", "name", "sha256", "size")}, "erased_at": ctx.now, "why": why, "device": device}
            for row in rows
        ],
    )  # fmt: skip
    return len(rows)


def let_go(reader: Reader, folder: Path) -> list[str]:
    """Take the bytes of destroyed files nobody holds off this PC's disk; returns those that would not go.

    A file that another program holds open is told to the log and tried again the next time.
    """
    stuck = []
    for digest in reader.column(GONE):
        try:
            drop(folder, str(digest))
            shutil.rmtree(opened_at(folder, str(digest)), ignore_errors=True)
        except OSError as fault:
            log.info("a destroyed file stays for now: %s", fault)
            stuck.append(str(digest))
    return stuck


def after_commit(database: Database, folder: Path, changes: Changes) -> None:
    """Files that were destroyed, here or on another PC, leave this disk."""
    if changes.of(ERASED.key):
        with database.read() as reader:
            let_go(reader, folder)


MODULE = Module("attachments", "附件", "attach", 998, entities=(ATTACHMENT, ERASED), page=False)
