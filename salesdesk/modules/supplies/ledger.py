"""The stock ledger of supplies: goods in, goods out at the moving average, and what must hold of it at any time."""

from __future__ import annotations

import json
from collections.abc import Iterable

from salesdesk.domain.changes import Changes
from salesdesk.domain.kinds import Row
from salesdesk.domain.problems import Problem
from salesdesk.modules.supplies.model import MOVE, SUPPLY
from salesdesk.modules.supplies.rules import MONEY, QTY, value_out
from salesdesk.persistence.reading import Reader
from salesdesk.persistence.work import Work
from salesdesk.services.module import Context

CURE = "请先撤销后来的领用；两台电脑都领过同一批的，盘点一次"


def stands(reader: Reader, supply: str) -> tuple[int, int]:
    """(quantity 1/1000, value 分) of one item, summed from its live ledger rows."""
    found = reader.tuples(
        "SELECT coalesce(sum(qty), 0), coalesce(sum(amount), 0) FROM supply_move WHERE supply = ? AND void = 0",
        (supply,),
    )
    return int(found[0][0]), int(found[0][1])


def put_in(ctx: Context, supply: str, kind: str, qty: int, amount: int, day: str, **more: object) -> str:
    """Goods come in, worth `amount` 分."""
    return ctx.work.insert(
        MOVE, {"supply": supply, "kind": kind, "qty": qty, "amount": amount, "day": day, **_of(more)}
    )


def take_out(ctx: Context, supply: str, kind: str, qty: int, day: str, **more: object) -> int:
    """Goods leave at the moving average; returns what they were worth in 分. What is not there was refused before."""
    on_hand, value = stands(ctx.work, supply)
    amount = value_out(on_hand, value, qty)
    row = {"supply": supply, "kind": kind, "qty": -qty, "amount": -amount, "day": day, **_of(more)}
    ctx.work.insert(MOVE, row)
    return amount


def _of(more: dict[str, object]) -> Row:
    return {key: value for key, value in more.items() if value not in (None, "")}


def short(reader: Reader, wanted: dict[str, int], path_of: dict[str, str]) -> list[Problem]:
    """Items of which more is wanted than is there; `path_of` names the line that wants it."""
    found = []
    for supply, qty in wanted.items():
        on_hand, _ = stands(reader, supply)
        if qty > on_hand:
            item = reader.get(SUPPLY, supply) or {}
            found.append(
                Problem(
                    f"「{item.get('name')}」要 {QTY.show(qty)}{item.get('unit') or ''}，库存只有 {QTY.show(on_hand)}",
                    "请改少，或先登记到货入库；账不对就先盘点",
                    path=path_of[supply],
                    place=f"「{item.get('name')}」",
                    code="short_stock",
                )
            )
    return found


def faults(reader: Reader, supplies: Iterable[str]) -> list[Problem]:
    """What cannot be: less than nothing on the shelf, a value below nothing, nothing on the shelf that is worth something."""
    found = []
    rows = reader.tuples(
        "SELECT s.name, s.unit, coalesce(sum(m.qty), 0), coalesce(sum(m.amount), 0) FROM supply s"
        " LEFT JOIN supply_move m ON m.supply = s.uid AND m.void = 0"
        " WHERE s.uid IN (SELECT value FROM json_each(?)) GROUP BY s.uid ORDER BY s.name",
        (json.dumps(sorted(set(supplies))),),
    )
    for name, unit, qty, value in rows:
        if qty < 0:
            told = f"「{name}」的库存成了 {QTY.show(qty)}{unit or ''}，领走的比有的多"
            found.append(Problem(told, CURE, place=f"「{name}」", code="below_zero"))
        elif value < 0 or (qty == 0 and value != 0):
            told = f"「{name}」剩 {QTY.show(qty)}{unit or ''}，金额却成了 {MONEY.show(value)}：已经按均价领用过"
            found.append(Problem(told, CURE, place=f"「{name}」", code="value_off"))
    return found


def touched(reader: Reader, changes: Changes) -> set[str]:
    """Items whose ledger was written."""
    uids = json.dumps(sorted(changes.of("supply_move")))
    return set(
        reader.column("SELECT DISTINCT supply FROM supply_move WHERE uid IN (SELECT value FROM json_each(?))", (uids,))
    )


def guard(work: Work, changes: Changes) -> list[Problem]:
    """However it came about, by undo, redo or another PC: the ledger must hold. What a merge broke becomes a case on 今日."""
    return faults(work, touched(work, changes)) if changes.of("supply_move") else []


def unbook(ctx: Context, sources: Iterable[str]) -> None:
    """Void the ledger rows of some papers; refused where later bookings stand on them."""
    uids = json.dumps(sorted(sources))
    moves = ctx.work.tuples(
        "SELECT uid, supply FROM supply_move WHERE void = 0 AND source IN (SELECT value FROM json_each(?))", (uids,)
    )
    for uid, _ in moves:
        ctx.work.void(MOVE, uid)
    ctx.check(faults(ctx.work, {supply for _, supply in moves}))
