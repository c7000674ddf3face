"""Going on without a piece of another PC's work that nobody holds any more; should it turn up after all, it is taken in."""

from __future__ import annotations

import json

from salesdesk.domain.clock import stamp
from salesdesk.domain.errors import Refused
from salesdesk.domain.problems import Problem
from salesdesk.persistence.database import Database
from salesdesk.persistence.merging import Merger
from salesdesk.persistence.work import Work
from salesdesk.services.sync import segments
from salesdesk.services.sync.crypto import Unreadable
from salesdesk.services.sync.identity import indexes, relay_name, relayed, segment_name
from salesdesk.services.sync.model import CASE_ANSWER
from salesdesk.services.sync.segments import NotYet, Segment
from salesdesk.services.sync.transport import Transport
from salesdesk.services.sync.workspace import Workspace

_MARK = "sync.given/"


def given_up(database: Database) -> list[tuple[str, int]]:
    """The pieces this PC does without: (device, number)."""
    with database.read() as reader:
        keys = reader.column("SELECT key FROM meta WHERE key LIKE ? ORDER BY key", (_MARK + "%",))
    return [(device, int(idx)) for device, _, idx in (str(key).removeprefix(_MARK).partition("/") for key in keys)]


def found_again(merger: Merger, device: str, idx: int) -> None:
    """It turned up after all: what was here already and points at its records is counted again with them."""
    work = merger.work
    work.execute("DELETE FROM meta WHERE key = ?", (f"{_MARK}{device}/{idx}",))
    for entity, uids in [(key, list(uids)) for key, uids in merger.touched.items() if key in work.schema.entities]:
        for other, link in work.schema.referrers(entity):
            pointing = f'SELECT uid FROM "{other.key}" WHERE "{link}" IN (SELECT value FROM json_each(?))'
            if found := work.column(pointing, (json.dumps(uids),)):
                merger.touched.setdefault(other.key, set()).update(found)


def keep_segment(work: Work, device: str, found: Segment, data: bytes) -> None:
    """Keep another PC's piece, to put it back should the share lose it."""
    work.execute(
        "INSERT INTO segment(device, idx, first, last, hash, data, published) VALUES (?, ?, ?, ?, ?, ?, 1) ON CONFLICT DO NOTHING",
        (device, found.header.idx, found.header.first, found.header.last, segments.digest(data), data),
    )


def give_up(
    database: Database, transport: Transport, entered: Workspace, device: str, idx: int, reason: str, operator: str
) -> str:
    """Go on without a piece; says in words what is lost. Raises Refused when it is not the one waited for, or can be read.

    device: its key or the first characters of it, or the PC's name or letter.
    """
    if not reason.strip():
        raise Refused(
            Problem("没有写原因", "写一句为什么放弃，会记下来", path="reason", place="「原因」", code="required")
        )
    key, name = _one(database, device)
    with database.read() as reader:
        known = reader.row("SELECT n, idx FROM peer WHERE device = ?", (key,)) or {"n": 0, "idx": 0}
    if idx != int(known["idx"]) + 1:
        told = f"「{name}」等的是第 {int(known['idx']) + 1} 份，不是第 {idx} 份"
        raise Refused(Problem(told, "放弃只能一份一份来", path="idx", code="not_next"))
    for place in (segment_name(key, idx), relay_name(key, idx)):
        if _opened(transport, entered, place, key, idx) is not None:
            raise Refused(Problem(f"「{name}」的第 {idx} 份还读得出来", "先同步一次", path="idx", code="readable"))
    last = _reach(transport, entered, key, idx)
    if last is None:
        told = f"「{name}」第 {idx} 份以后还没有别的，没有什么在等它"
        raise Refused(Problem(told, "等它后面的改动到了再放弃", path="idx", code="nothing_waits"))
    first = int(known["n"]) + 1
    now = stamp(database.clock.now())
    with database.local() as work:
        record = json.dumps(
            {"first": first, "last": last, "reason": reason, "at": now, "by": operator}, ensure_ascii=False
        )
        work.execute("INSERT OR REPLACE INTO meta(key, value) VALUES (?, ?)", (f"{_MARK}{key}/{idx}", record))
        work.execute("INSERT INTO peer(device, n, idx, hash) VALUES (?, 0, 0, '') ON CONFLICT DO NOTHING", (key,))
        Merger(work).reach(key, last, idx, "")
    lost = f"「{name}」的第 {first} 到 {last} 步操作（第 {idx} 份，共 {last - first + 1} 步）"
    with database.work(f"放弃{lost}", verb="sync.giveup", operator=operator) as work:
        work.reason = reason
        work.insert(CASE_ANSWER, {"key": f"giveup/{key}/{idx}", "answer": "giveup", "note": f"{lost}：{reason}"})
    return f"已放弃{lost}，以后的改动接着收；那台电脑上要是还有，再同步一次会自己补回来"


def _one(database: Database, device: str) -> tuple[str, str]:
    with database.read() as reader:
        own = reader.value("SELECT device FROM now")
        listed = reader.tuples("SELECT key, name, letter FROM device WHERE void = 0")
        known = {
            str(d): str(json.loads(told or "{}").get("name") or "")
            for d, told in reader.tuples("SELECT device, told FROM peer")
        }
    names = {**known, **{str(key): str(name) for key, name, _ in listed}}
    letters = {str(key): str(letter) for key, _, letter in listed}
    found = (
        [k for k in names if k != own and (k.startswith(device) or device in (names[k], letters.get(k)))]
        if device
        else []
    )
    if len(found) != 1:
        told = f"没有「{device}」这台电脑" if not found else f"「{device}」不止一台电脑"
        raise Refused(Problem(told, "请用 device list 看标识", path="device", code="unknown"))
    return found[0], names[found[0]] or found[0][:8]


def _opened(transport: Transport, entered: Workspace, place: str, device: str, idx: int) -> Segment | None:
    data = transport.read(place)
    try:
        return None if data is None else segments.decode(data, entered.keys, device, idx)
    except (NotYet, Unreadable, ValueError, KeyError, TypeError):
        return None


def _reach(transport: Transport, entered: Workspace, device: str, idx: int) -> int | None:
    """The last operation of a lost piece, told by the first readable one after it; None when there is none."""
    for later in sorted({*indexes(transport.names(f"d/{device}")), *relayed(transport).get(device, [])}):
        for place in (segment_name(device, later), relay_name(device, later)) if later > idx else ():
            found = _opened(transport, entered, place, device, later)
            if found is not None and later == idx + 1:
                return found.header.first - 1
    return None
