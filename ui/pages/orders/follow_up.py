"""What is offered once an order is confirmed: its follow-up, and filing it when it is over."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from salesdesk.domain.kinds import Row
from ui.kit.page import PageContext
from ui.pages.orders.entry_head import Item
from ui.pages.orders.order_draft import OrderDraft


def follow(context: PageContext, order: OrderDraft) -> None:
    """跟进: what 生产 and 采购 say of each line, the dates, the problems; only a confirmed order has any."""
    if order.row.get("confirmed_at") and not order.amending:
        from ui.pages.orders.progress_dialog import show_progress

        show_progress(context, order.draft.uid)


def told(lines: Sequence[Row], today: str) -> str:
    """What was heard of the open lines, in one line for the course of the order; "" when nothing was."""
    waiting = [one for one in lines if one["left"] > 0]
    heard = [one for one in waiting if one["heard"]]
    if not heard:
        return ""
    promised = sorted(str(one["promise"]) for one in waiting if one["promise"])
    days = (
        ""
        if not promised
        else promised[0][5:]
        if promised[0] == promised[-1]
        else f"{promised[0][5:]} 到 {promised[-1][5:]}"
    )
    late = promised and promised[0] < today
    parts = (f"承诺 {days}" if days else "", "承诺已过" if late else "", f"{len(heard)}/{len(waiting)} 行有反馈")
    return "，".join(filter(None, parts))


def items(context: PageContext, order: OrderDraft) -> list[Item | None]:
    """The menu of a confirmed order."""
    desk = context.desk
    found: list[Item | None] = [("跟进…", "F11", partial(follow, context, order))]
    if order.stage in ("done", "cancelled") and desk.settings.seat.may(desk.registry.verbs["dossier.file"]):
        found.append(("归档", "", partial(context.ops.run, "dossier.file", {"uid": order.draft.uid})))
    return found
