"""The stock column of the warehouse's Excel: imported together with the products, booked as a count."""

from __future__ import annotations

from dataclasses import replace

from salesdesk.domain.kinds import Row
from salesdesk.modules.products.model import PRODUCT, STOCK_MOVE
from salesdesk.services.module import Context

STOCK = replace(PRODUCT["on_hand"], derived=False)


def apply_stock(ctx: Context, uid: str, extra: Row) -> None:
    """Bring the stock of an imported product to the number in the file."""
    if extra.get("on_hand") is None:
        return
    have = ctx.work.value("SELECT coalesce(sum(qty), 0) FROM stock_move WHERE product = ? AND void = 0", (uid,))
    if extra["on_hand"] != have:
        ctx.work.insert(
            STOCK_MOVE,
            {"product": uid, "qty": extra["on_hand"] - have, "day": ctx.today, "reason": "盘点", "note": "Excel 导入"},
        )
