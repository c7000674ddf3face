"""Evidence files: kept byte for byte and read-only under their hash in the data folder, linked to the record they prove."""

from __future__ import annotations

import contextlib
import stat
from pathlib import Path

from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Int, Link, Note, Text
from salesdesk.services.files import read_whole, sha256_of, write_atomically
from salesdesk.services.module import Context, Module

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


MODULE = Module("attachments", "附件", "attach", 998, entities=(ATTACHMENT,), page=False)
