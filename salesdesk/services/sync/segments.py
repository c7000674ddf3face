"""One segment: a run of one PC's operations as an immutable, encrypted and authenticated file."""

from __future__ import annotations

import hashlib
import json
import os
import struct
import zlib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from salesdesk.persistence.merging import Arrived
from salesdesk.persistence.writings import Vector
from salesdesk.services.sync.crypto import NONCE_BYTES, TAG_BYTES, Unreadable, WorkspaceKey, seal, unseal

MAGIC = b"SDSEG1"
FORMAT = 1
_HEADER = struct.Struct(">6sHI32sIQQ32s8s12sI")
"""magic, format, schema number, device (32 hex digits), index, first and last operation, hash of the segment before, key id,
nonce, length of the sealed body."""
LARGEST_BODY = 256 * 1024 * 1024
"""Bytes of a body unpacked; more is a hostile or damaged file."""


class Header(NamedTuple):
    """What is known of a segment before it is opened."""

    schema: int
    device: str
    idx: int
    first: int
    last: int
    before: str
    key: str
    nonce: bytes
    length: int


class Segment(NamedTuple):
    """An opened segment. told: what its PC said of itself (name, letter, program version, clock, what it knows)."""

    header: Header
    operations: tuple[Arrived, ...]
    told: Mapping[str, Any]


class Newer(Unreadable):
    """A file in a form that only newer programs write."""


class NotYet(ValueError):
    """A file that is still being written, or was cut off: to be looked at again later."""


def digest(data: bytes) -> str:
    """Hash of a segment file, which the next one carries."""
    return hashlib.sha256(data).hexdigest()


def encode(
    key: WorkspaceKey,
    schema: int,
    device: str,
    idx: int,
    span: tuple[int, int],
    before: str,
    operations: Sequence[Arrived],
    told: Mapping[str, Any],
) -> bytes:
    """The bytes of a segment. span: first and last number, (n + 1, n) for one that only says that its PC is alive."""
    blocks: list[dict[str, Any]] = []
    for one in operations:
        seen = dict(one.seen)
        if not blocks or blocks[-1]["seen"] != seen:
            blocks.append({"seen": seen, "ops": []})
        blocks[-1]["ops"].append([*one[1:11], [list(change) for change in one.changes]])
    body = zlib.compress(
        json.dumps({"told": dict(told), "blocks": blocks}, ensure_ascii=False, separators=(",", ":")).encode(), 6
    )
    nonce = os.urandom(NONCE_BYTES)
    header = _HEADER.pack(
        MAGIC, FORMAT, schema, device.encode(), idx, *span, bytes.fromhex(before or "00" * 32), key.id.encode(), nonce,
        len(body) + TAG_BYTES,
    )  # fmt: skip
    return header + seal(key.of_file(f"{device}/{idx}"), body, header, nonce)


def read_header(data: bytes) -> Header:
    """The header of a segment. Raises NotYet when bytes are missing, Unreadable when it is something else."""
    if len(data) < _HEADER.size:
        if MAGIC.startswith(data[: len(MAGIC)]) or not data.strip(b"\0"):
            raise NotYet("header")
        raise Unreadable("no segment")
    magic, format_, schema, device, idx, first, last, before, key, nonce, length = _HEADER.unpack_from(data)
    if magic != MAGIC:
        raise Unreadable("no segment")
    if format_ > FORMAT:
        raise Newer(f"format {format_}")
    if format_ != FORMAT:
        raise Unreadable(f"format {format_}")
    if len(data) < _HEADER.size + length:
        raise NotYet("body")
    try:
        return Header(
            schema, device.decode("ascii"), idx, first, last, before.hex(), key.decode("ascii"), nonce, length
        )
    except UnicodeDecodeError as fault:
        raise Unreadable("header") from fault


def decode(data: bytes, keys: Mapping[str, WorkspaceKey], device: str, idx: int) -> Segment:
    """Open the segment that lies under a name. Raises NotYet or Unreadable; nothing half-read ever comes out."""
    header = read_header(data)
    if (header.device, header.idx) != (device, idx):
        raise Unreadable("another segment under this name")
    if len(data) != _HEADER.size + header.length:
        raise Unreadable("bytes after the end")
    key = keys.get(header.key)
    if key is None:
        raise Unreadable(f"key {header.key}")
    plain = unseal(key.of_file(f"{device}/{idx}"), data[_HEADER.size :], data[: _HEADER.size], header.nonce)
    unpacking = zlib.decompressobj()
    body = unpacking.decompress(plain, LARGEST_BODY)
    if unpacking.unconsumed_tail:
        raise Unreadable("too large")
    content = json.loads(body)
    found: list[Arrived] = []
    for block in content["blocks"]:
        seen: Vector = block["seen"]
        for op in block["ops"]:
            n, hlc, title, verb, operator, role, at, reason, undoes, chain, changes = op
            back = (str(undoes[0]), int(undoes[1])) if undoes else None
            found.append(Arrived(device, n, hlc, title, verb, operator, role, at, reason, back, chain, seen, changes))
    return Segment(header, tuple(found), content["told"])
