"""What is offered once an order is confirmed: its follow-up, and filing it when it is over."""

from __future__ import annotations

from functools import partial

from ui.kit.page import PageContext
from ui.pages.orders.entry_head import Item
from ui.pages.orders.order_draft import OrderDraft


def follow(context: PageContext, order: OrderDraft) -> None:
    """跟进: what 生产 and 采购 say of each line, the dates, the problems; only a confirmed order has any."""
    if order.row.get("confirmed_at") and not order.amending:
        from ui.pages.orders.progress_dialog import show_progress

        show_progress(context, order.draft.uid)


def items(context: PageContext, order: OrderDraft) -> list[Item | None]:
    """The menu of a confirmed order."""
    desk = context.desk
    found: list[Item | None] = [("跟进…", "F11", partial(follow, context, order))]
    if order.stage in ("done", "cancelled") and desk.settings.role >= desk.registry.verbs["dossier.file"].role:
        found.append(("归档", "", partial(context.ops.run, "dossier.file", {"uid": order.draft.uid})))
    return found
