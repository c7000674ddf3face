"""Who this PC is to the others: its letter, and a new name when the file turns out to be a copy or an older state of itself."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from itertools import product
from string import ascii_uppercase

from salesdesk.domain.errors import EnvironmentFault
from salesdesk.persistence.chain import CHANGES_OF, LINKED, UNDONE, link
from salesdesk.persistence.database import Database
from salesdesk.persistence.merging import Merger
from salesdesk.persistence.taken_back import part
from salesdesk.persistence.work import Work
from salesdesk.persistence.writings import Log
from salesdesk.services.sync.crypto import Unreadable
from salesdesk.services.sync.segments import NotYet, read_header
from salesdesk.services.sync.transport import Transport, passing


def letters() -> Iterator[str]:
    """A, B … Z, AA, AB … ZZ: what may stand in the 单号 of a PC."""
    yield from ascii_uppercase
    for pair in product(ascii_uppercase, repeat=2):
        yield "".join(pair)


def claim_letter(transport: Transport, device: str, wish: str = "") -> str:
    """A letter that no other PC of the workspace has or ever had: the wished one when it is free, else the first free one."""
    taken = {name.upper() for name in transport.names("l")}
    for letter in ([wish] if wish else []) + [one for one in letters() if one not in taken]:
        if transport.publish(f"l/{letter.lower()}", device.encode()):
            return letter
    raise EnvironmentFault("单号字母用完了，这个工作区登记过的电脑太多", "请联系维护人员")


def take_new_name(database: Database, transport: Transport, counts: int | None = None) -> str:
    """Become another PC: operations nobody else has seen are told anew under the new name, with a letter of its own.

    Called when this file is a copy of another one, or was put back to an older state: the share then holds work under its
    name that it does not know, which comes in as that of another PC. Returns the new name.
    counts: the last operation that others take from this PC, where it was taken out; what came later is told anew as well.
    """
    device = uuid.uuid4().hex
    letter = claim_letter(transport, device)
    passing("letter")
    _clear_unfinished(database, transport)
    with database.local() as work:
        old = str(work.value("SELECT device FROM now"))
        told = work.row(
            "SELECT idx, last, hash FROM segment WHERE device = ? AND published = 1 AND last <= coalesce(?, last)"
            " ORDER BY idx DESC LIMIT 1",
            (old, counts),
        )
        idx, last, digest = (told["idx"], told["last"], told["hash"]) if told else (0, 0, "")
        work.execute("DELETE FROM segment WHERE device = ? AND (published = 0 OR idx > ?)", (old, idx))
        if counts is not None:
            n = int(work.value("SELECT coalesce(max(n), 0) FROM operation WHERE device = ?", (old,)))
            last = max(last, min(counts, n))
        _tell_anew(work, old, device, last)
        work.execute("UPDATE now SET device = ?, letter = ?", (device, letter))
        if last:
            Merger(work).reach(old, last, idx, digest)
    return device


def _clear_unfinished(database: Database, transport: Transport) -> None:
    """Take away own files that were cut off: nobody will finish them under the old name, and others would wait for them."""
    with database.read() as reader:
        device = str(reader.value("SELECT device FROM now"))
        last = int(
            reader.value("SELECT coalesce(max(idx), 0) FROM segment WHERE device = ? AND published = 1", (device,))
        )
    for idx in indexes(transport.names(f"d/{device}")):
        data = transport.read(segment_name(device, idx)) if idx > last else None
        try:
            if data is not None:
                read_header(data)
        except NotYet:
            transport.remove(segment_name(device, idx))
        except Unreadable:
            continue


def _tell_anew(work: Work, old: str, device: str, last: int) -> None:
    """Give the operations after `last` to the new name, numbered from one, linked into a chain of their own."""
    merger, log = Merger(work), Log(work)
    chain: str | None = None
    n = 0
    renamed: dict[tuple[str, int], tuple[str, int]] = {}
    rows = work.tuples(
        f"SELECT o.id, o.n, o.hlc, o.title, o.verb, o.operator, o.role, o.at, o.reason, {UNDONE}, o.seen"
        f" FROM {LINKED} WHERE o.device = ? AND o.n > ? ORDER BY o.n",
        (old, last),
    )
    part(work, old, last)
    for op, was, hlc, title, verb, operator, role, at, reason, back_device, back_n, seen in rows:
        n += 1
        renamed[old, was] = (device, n)
        vector = dict(log.seen(seen))
        if last:
            vector[old] = last
        back = None if back_device is None else (str(back_device), int(back_n))
        undone = renamed.get(back, back) if back else None
        changes = work.tuples(CHANGES_OF, (op,))
        chain = link(chain, (device, n, hlc, title, verb, operator, role, at, reason), undone, changes)
        work.execute(
            "UPDATE operation SET device = ?, n = ?, seen = ?, chain = ? WHERE id = ?",
            (device, n, merger.keep_vector(vector), chain, op),
        )
    work.execute("UPDATE now SET n = ?, chain = ?", (n, chain))


def strange_segments(database: Database, transport: Transport) -> bool:
    """Whether the share holds segments under this PC's name that this file does not know; marks those it does know.

    A segment that was put there but not marked, because the program was stopped between the two, is recognised by its bytes.
    """
    with database.read() as reader:
        device = str(reader.value("SELECT device FROM now"))
        known = dict(reader.tuples("SELECT idx, data FROM segment WHERE device = ?", (device,)))
        waiting = set(reader.column("SELECT idx FROM segment WHERE device = ? AND published = 0", (device,)))
    strange = False
    arrived: list[int] = []
    for idx in sorted({*indexes(transport.names(f"d/{device}")), *relayed(transport).get(device, [])}):
        if idx not in known:
            strange = True
        elif idx in waiting:
            data = transport.read(segment_name(device, idx))
            if data is None or data == known[idx]:
                arrived += [idx] if data is not None else []
            elif not known[idx].startswith(data):
                strange = True
    if arrived:
        with database.local() as work:
            work.execute(
                "UPDATE segment SET published = 1 WHERE device = ? AND idx IN (SELECT value FROM json_each(?))",
                (device, json.dumps(arrived)),
            )
    return strange


def segment_name(device: str, idx: int) -> str:
    """Where a segment lies."""
    return f"d/{device}/{idx:08d}.seg"


def relay_name(device: str, idx: int) -> str:
    """Where a copy of a segment lies that was lost or damaged in its own place."""
    return f"r/{device}-{idx:08d}.seg"


def indexes(names: list[str]) -> list[int]:
    """Numbers of the segments among the files of a folder; everything else there is none of our business."""
    return [int(n[:8]) for n in names if len(n) == 12 and n.endswith(".seg") and n[:8].isdigit()]


def relayed(transport: Transport) -> dict[str, list[int]]:
    """Device -> numbers of its segments that lie as copies under r/."""
    found: dict[str, list[int]] = {}
    for name in transport.names("r"):
        device, _, rest = name.partition("-")
        for idx in indexes([rest]):
            found.setdefault(device, []).append(idx)
    return found
