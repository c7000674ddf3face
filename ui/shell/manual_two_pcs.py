"""A second PC for the pictures of the manual: both do a few things without knowing of one another, and meet on a share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from salesdesk.desk import Desk, join_fresh, open_desk
from salesdesk.domain.clock import FixedClock
from salesdesk.domain.kinds import Price

PASSPHRASE = "春风又绿江南岸明月"
FOLDER = "销售共享"


@contextmanager
def met(desk: Desk, place: Path, customer: str) -> Iterator[None]:
    """李强's PC beside the desk's own, synced, with a value of either side in the way of the other, one code twice and one void."""
    share = place / FOLDER
    share.mkdir()
    clock = FixedClock(desk.database.clock.now() + timedelta(minutes=6))
    desk.sync.create(str(share), PASSPHRASE, "前台")
    join_fresh(place / "there", str(share), PASSPHRASE, "李强的电脑", clock)
    there = open_desk(place / "there", clock)
    try:
        there.settings.put("operator.name", "李强")
        limit = int((desk.row("customer", customer) or {}).get("credit_limit") or 20_000_000)
        product = next(r for r in desk.rows("product", limit=40) if r["list_price"] and not r["stopped"])
        price = int(product["list_price"])
        for one, name, more, raised in ((desk, "无锡振华泵业有限公司", 1.2, 105), (there, "无锡市振华泵业", 1.5, 98)):
            one.do("customer.save", {"uid": customer, "credit_limit": f"{int(limit * more) // 100}"})
            one.do("product.save", {"uid": product["uid"], "list_price": Price().edit(price * raised // 10_000 * 100)})
            one.do("customer.save", {"code": "W0618", "name": name, "reason": "新客户"})
        for one in (there, desk, there, desk):
            one.sync.run()
        yield
    finally:
        there.close()
