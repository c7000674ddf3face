"""Which papers an order has, and showing one of them before it is printed."""

from __future__ import annotations

from dataclasses import dataclass

from salesdesk.desk import Desk
from salesdesk.modules.orders import queries
from salesdesk.modules.orders.model import ROUTE_SLIP
from ui.kit.page import PageContext
from ui.pages.orders.order_draft import OrderDraft


@dataclass(frozen=True)
class Paper:
    """One paper: verb name without its last part, record, what the menu calls it."""

    name: str
    uid: str
    title: str


def papers_of(desk: Desk, order: OrderDraft) -> list[Paper]:
    """The latest 送货单 first, then 传递单, then the order itself."""
    uid, verbs = order.draft.uid, desk.registry.verbs
    if not uid:
        return []
    with desk.read() as reader:
        slips, deliveries = queries.progress(reader, uid)
    found = [Paper("delivery", str(d["uid"]), f"打印送货单 {d['number']}") for d in reversed(deliveries)]
    found += [
        Paper("route", str(s["uid"]), f"打印传递单 {s['number']}（{ROUTE_SLIP['route'].kind.show(s['route'])}）")
        for s in slips
    ]
    found.append(Paper("order", uid, f"打印订单 {order.number}"))
    return [p for p in found if f"{p.name}.preview" in verbs]


def show(context: PageContext, paper: Paper) -> None:
    """The preview of a paper, with its printing button."""
    from ui.kit.paper_preview import show_preview

    show_preview(context, paper.name, paper.uid)
