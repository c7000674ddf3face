"""What came of a count, item by item and as a whole: a function of what was entered, explained and booked, on every PC the same."""

from __future__ import annotations

import json

from salesdesk.domain.changes import Changes
from salesdesk.domain.kinds import Row
from salesdesk.domain.scales import round_half_up
from salesdesk.modules.supplies.ledger import stands, touched
from salesdesk.modules.supplies.rules import match_rate, value_out
from salesdesk.persistence.reading import Reader
from salesdesk.persistence.work import Work

AMONG = "IN (SELECT value FROM json_each(?))"
ONLY_SHORT = ("用掉没登记", "丢失", "损坏")
ONLY_OVER = ("入库没登记",)


def fits(why: object, difference: int) -> bool:
    """Whether a reason can explain a difference: what is too much was not lost, what is missing was not left unbooked."""
    return bool(why) and why not in (ONLY_SHORT if difference > 0 else ONLY_OVER)


def derive_counts(work: Work, changes: Changes) -> None:
    """Bring results and states of touched counts, and of open ones whose goods moved, to what their rows say."""
    sheets = set(changes.of("supply_sheet")) | _linked(work, "supply_entry", "sheet", changes.of("supply_entry"))
    work.execute(
        "UPDATE supply_sheet SET done = (SELECT count(*) FROM supply_entry e WHERE e.sheet = supply_sheet.uid"
        f" AND e.void = 0 AND e.counted IS NOT NULL) WHERE uid {AMONG}",
        (json.dumps(sorted(sheets)),),
    )
    counts = set(changes.of("supply_count")) | _linked(work, "supply_sheet", "count", sheets)
    counts |= _linked(work, "supply_count_line", "count", changes.of("supply_count_line"))
    moved = json.dumps(sorted(touched(work, changes)))
    counts |= set(
        work.column(
            "SELECT DISTINCT l.count FROM supply_count_line l JOIN supply_count c ON c.uid = l.count"
            f" WHERE (c.booked_at IS NULL AND l.supply {AMONG}) OR l.uid IN (SELECT source FROM supply_move WHERE uid {AMONG})",
            (moved, json.dumps(sorted(changes.of("supply_move")))),
        )
    )
    for count in work.rows(f"SELECT * FROM supply_count WHERE uid {AMONG}", (json.dumps(sorted(counts)),)):
        _bring(work, count)


def _linked(work: Work, entity: str, link: str, uids: object) -> set[str]:
    told = json.dumps(sorted(uids))  # type: ignore[call-overload]
    return set(work.column(f'SELECT DISTINCT "{link}" FROM "{entity}" WHERE uid {AMONG}', (told,)))


def _bring(work: Work, count: Row) -> None:
    said: dict[str, list[Row]] = {}
    for entry in work.rows(
        "SELECT e.supply, e.counted, e.book, s.turn FROM supply_entry e JOIN supply_sheet s ON s.uid = e.sheet"
        " WHERE s.count = ? AND e.void = 0 AND s.void = 0 ORDER BY s.turn, s.number, s.uid",
        (count["uid"],),
    ):
        said.setdefault(entry["supply"], []).append(entry)
    lines = work.rows("SELECT * FROM supply_count_line WHERE count = ? AND void = ?", (count["uid"], count["void"]))
    for line in lines:
        line.update(_result(said.get(line["supply"], [])))
        line["amount"] = _worth(work, line, bool(count["booked_at"]))
        work.execute(
            "UPDATE supply_count_line SET result = ?, book = ?, counted = ?, difference = ?, amount = ? WHERE uid = ?",
            tuple(line[key] for key in ("result", "book", "counted", "difference", "amount", "uid")),
        )
    results = [line["result"] for line in lines]
    equal = results.count("equal")
    seen = len(results) - results.count("open")
    rate = match_rate(equal, seen) if seen else None
    short = -sum(line["amount"] for line in lines if (line["amount"] or 0) < 0)
    over = sum(line["amount"] for line in lines if (line["amount"] or 0) > 0)
    work.execute(
        "UPDATE supply_count SET state = ?, equal = ?, rate = ?, short = ?, over = ? WHERE uid = ?",
        (_state(work, count, lines), equal, rate, short, over, count["uid"]),
    )


def _state(work: Work, count: Row, lines: list[Row]) -> str:
    if count["booked_at"]:
        return "booked"
    results = {line["result"] for line in lines}
    waiting = work.value(
        "SELECT count(*) FROM supply_sheet WHERE count = ? AND turn > 1 AND done < rows AND void = 0", (count["uid"],)
    )
    if "open" in results or waiting:
        return "counting"
    if "second" in results:
        return "second"
    if any(line["difference"] and not fits(line["why"], line["difference"]) for line in lines):
        return "explain"
    return "ready"


def _result(entries: list[Row]) -> Row:
    """One item: open until everybody counted; equal where all agree with the books; else what the last count says.

    Until the second count is in nothing is told of it, not even the books: who counts again counts blind as well.
    """
    blank: Row = dict.fromkeys(("book", "counted", "difference"))
    last = max((e["turn"] for e in entries), default=1)
    newest = [e for e in entries if e["turn"] == last]
    if not newest or any(e["counted"] is None for e in newest):
        return {**blank, "result": "second" if last > 1 else "open"}
    if last == 1 and any(e["counted"] != e["book"] for e in newest):
        return {**blank, "result": "second"}
    one = newest[-1]
    off = one["counted"] - one["book"]
    result = "equal" if not off else "short" if off < 0 else "over"
    return {"book": one["book"], "counted": one["counted"], "difference": off, "result": result}


def _worth(reader: Reader, line: Row, booked: bool) -> int | None:
    """分 of a difference: as it was booked, before that what booking would make of it."""
    if not line["difference"]:
        return None if line["difference"] is None else 0
    if booked:
        value = reader.value("SELECT sum(amount) FROM supply_move WHERE source = ? AND void = 0", (line["uid"],))
        return int(value or 0)
    if line["difference"] > 0:
        return worth_in(reader, line["supply"], line["difference"])
    on_hand, value = stands(reader, line["supply"])
    return -value_out(on_hand, value, -line["difference"])


def worth_in(reader: Reader, supply: str, qty: int) -> int:
    """分 of goods found: at the average of the stock, else at the reference price."""
    on_hand, value = stands(reader, supply)
    if on_hand > 0:
        return round_half_up(value * qty, on_hand)
    price = reader.value("SELECT price FROM supply WHERE uid = ?", (supply,)) or 0
    return round_half_up(price * qty, 100_000)
