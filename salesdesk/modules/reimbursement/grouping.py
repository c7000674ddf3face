"""Vouchers of a claim → its lines: a leg for each journey, otherwise one line a category."""

from __future__ import annotations

from collections.abc import Sequence

from salesdesk.domain.clock import new_uid
from salesdesk.domain.kinds import Row
from salesdesk.modules.reimbursement.guessing import JOURNEYS
from salesdesk.services.vouchers.voucher import Voucher, VoucherKind

VEHICLE = {VoucherKind.RAIL: "火车", VoucherKind.AIR: "飞机", VoucherKind.COACH: "长途汽车"}
OTHER = "其他"


def grouped(
    lines: Sequence[Row], vouchers: Sequence[tuple[Row, Voucher]], trip: bool
) -> tuple[list[Row], list[str | None]]:
    """(lines of the claim, the line of each voucher). `lines` are those it has; a line of the category grows, others are added.

    A voucher without an amount gets no line: what is not known is not summed.
    """
    made = [dict(line) for line in lines]
    placed: list[str | None] = []
    fresh: dict[str, list[Row]] = {}
    for row, voucher in vouchers:
        if row["total"] is None:
            placed.append(None)
            continue
        if trip and voucher.kind in JOURNEYS:
            line = _leg(row, voucher)
            made.append(line)
        else:
            category = str(row.get("category") or OTHER)
            line = _line_of(made, category)
            fresh.setdefault(line["uid"], []).append(row)
            line["amount"] = (line.get("amount") or 0) + row["total"]
        placed.append(line["uid"])
    for line in made:
        if line["uid"] in fresh and not line.get("summary"):
            line["summary"] = _summary(fresh[line["uid"]])
            line["day"] = min((str(r["date_from"]) for r in fresh[line["uid"]] if r.get("date_from")), default=None)
            cities = {r["city"] for r in fresh[line["uid"]] if r.get("city")}
            line["destination"] = cities.pop() if len(cities) == 1 else None
    empty = {line["uid"] for line in made if line["uid"] in fresh and not line["amount"]}
    return [line for line in made if line["uid"] not in empty], [None if uid in empty else uid for uid in placed]


def _line_of(lines: list[Row], category: str) -> Row:
    """The first line of a category; a new one when there is none."""
    found = next((line for line in lines if line.get("part") in (None, "item") and line["item"] == category), None)
    if found is None:
        found = {"uid": new_uid(), "part": "item", "item": category, "summary": None, "amount": 0}
        lines.append(found)
    return found


def _leg(row: Row, voucher: Voucher) -> Row:
    """A leg of the trip as the ticket tells it."""
    first, last = (voucher.legs[0], voucher.legs[-1]) if voucher.legs else (None, None)
    return {
        "uid": new_uid(),
        "part": "leg",
        "item": row.get("category") or "差旅费",
        "summary": None if first and first.origin and last and last.destination else _summary([row]),
        "amount": row["total"],
        "day": (first.day if first else "") or row.get("date_from"),
        "time": (first.time if first else "") or None,
        "origin": (first.origin if first else "") or None,
        "destination": (last.destination if last else "") or None,
        "vehicle": VEHICLE.get(voucher.kind) if voucher.kind else None,
    }


def _summary(rows: Sequence[Row]) -> str:
    """ "6月9日—11日 南京 住宿 2 晚", "6月10日 3 张", of what is known."""
    days = sorted(str(day) for r in rows for day in (r.get("date_from"), r.get("date_to")) if day)
    cities = list(dict.fromkeys(str(r["city"]) for r in rows if r.get("city")))
    nights = sum(r.get("nights") or 0 for r in rows)
    parts = [_span(days[0], days[-1])] if days else []
    parts += ["、".join(cities[:3])] if cities else []
    parts += [f"住宿 {nights} 晚"] if nights else []
    parts += [f"{len(rows)} 张"] if len(rows) > 1 else []
    if not parts or (len(parts) == 1 and len(rows) == 1):
        parts.append(str(rows[0].get("seller") or rows[0].get("category") or "票据"))
    return " ".join(parts)[:80]


def _span(first: str, last: str) -> str:
    told = f"{int(first[5:7])}月{int(first[8:])}日"
    if first == last:
        return told
    same = first[:7] == last[:7]
    return f"{told}—{'' if same else f'{int(last[5:7])}月'}{int(last[8:])}日"
