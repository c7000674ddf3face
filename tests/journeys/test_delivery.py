"""ORD-7: from two orders to one truck, counted, printed, signed for with something turned down, sent again and filed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from salesdesk.desk import Desk
from salesdesk.domain.clock import FixedClock
from salesdesk.domain.errors import Refused
from salesdesk.modules.orders import queries
from tests.desks import order_args, small_desk
from tests.services.pdf_reading import texts_of


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = small_desk(tmp_path / "data")
    yield made
    made.close()


def later(desk: Desk, **span: int) -> None:
    clock = desk.database.clock
    assert isinstance(clock, FixedClock)
    clock.moment += timedelta(**span)


def left(desk: Desk, order: str) -> list[int]:
    with desk.read() as reader:
        return [r["left"] // 1000 for r in queries.open_lines(reader, order)]


def todos(desk: Desk) -> list[str]:
    return [t.verb for t in desk.todos() if t.entity == "delivery"]


def test_from_two_orders_to_the_signed_paper_in_the_box(desk: Desk, tmp_path: Path) -> None:
    """ORD-7 合并发货 → 核对 → 打印 → 催签回 → 签收与拒收 → 补发 → 关闭余量, with TSK-1 今日."""
    desk.settings.put("delivery.check", "second")
    a = desk.do(
        "order.confirm", {**order_args(("P10012", "12", "48.6"), ("P20031", "100", "3.2")), "customer_po": "HY-1"}
    ).uid
    b = desk.do("order.confirm", {**order_args(("P10013", "5", "92.5")), "customer_po": "HY-2"}).uid
    lines = [*desk.lines("order_line", a), *desk.lines("order_line", b)]
    wanted = [{"order_line": x["uid"], "qty": q} for x, q in zip(lines, (12, 60, 5), strict=True)]
    note = desk.do("delivery.save", {"lines": wanted, "carrier": "自送", "vehicle": "苏E12345 张师傅", "eta": "+1"}).uid

    # nothing leaves before a second person has counted; the warehouse finds one valve less
    with pytest.raises(Refused, match="还没核对"):
        desk.do("delivery.print", {"uid": note})
    desk.do("picking.print", {"uid": note})
    first, _, third = desk.lines("delivery_line", note)
    short = {
        "uid": note,
        "all_right": True,
        "lines": [{"delivery_line": third["uid"], "counted": 4}],
        "checked_by": "孙库管",
    }
    assert desk.do("delivery.check", short).data["differences"] == 1 and todos(desk) == ["delivery.check"]
    desk.do("delivery.check", {**short, "adjust": True})
    assert left(desk, b) == [1] and todos(desk) == []

    # the paper names both orders and the money of what is really on the truck
    printed = desk.do("delivery.print", {"uid": note, "paper": "241x140", "printer": "针打"})
    text = "".join(texts_of(Path(printed.data["file"]).read_bytes()))
    for part in (
        "XS2606A-0001 HY-1",
        "XS2606A-0002 HY-2",
        "苏E12345",
        "预计 2026-06-13 到",
        "孙库管",
        "¥1,145.20",
        "黄联",
    ):
        assert part in text, part

    # nobody sends it back; the customer is asked; then it comes with two broken valves
    later(desk, days=4)
    assert todos(desk) == ["delivery.sign"]
    assert "4 天前" in str(desk.do("delivery.chase", {"uid": note}).data["text"])
    scan = tmp_path / "签收单.jpg"
    scan.write_bytes(b"scan")
    turned = [{"delivery_line": first["uid"], "rejected": 2, "reject_reason": "破损"}]
    sign = {
        "uid": note,
        "signed_by": "王芳",
        "cabinet": "2",
        "box": "7",
        "leaf": "18",
        "files": str(scan),
        "lines": turned,
    }
    desk.do("delivery.sign", sign)
    assert todos(desk) == [] and left(desk, a) == [2, 40]
    told = [d["text"] for d in desk.do("prints.compare", {"uid": str(printed.data["print"])}).data["differences"]]
    assert "「P10012」数量：当时 12，现在 10" in told

    # what was broken goes again, of the gaskets he wants no more
    valve, gasket = desk.lines("order_line", a)
    desk.do("order.deliver", {"uid": a, "lines": [{"order_line": valve["uid"], "qty": 2}]})
    closed = desk.do("order.close_rest", {"uid": a, "close_reason": "客户不要了", "note": "王芳来电"})
    assert left(desk, a) == [0, 0] and (desk.row("sales_order", a) or {})["stage"] == "done"
    assert "客户" not in closed.data["parties"] and "仓库" in closed.data["parties"]
    stock = {p["code"]: p["on_hand"] // 1000 for p in desk.rows("product")}
    assert stock == {"P10012": 320 - 12 - 2, "P10013": 96 - 4, "P20031": 12400 - 60}
    sent = sum(d["amount"] for d in desk.rows("delivery") if not d["void"])
    assert sent == 12 * 4860 + 60 * 320 + 4 * 9250
    assert gasket["uid"] == desk.lines("order_line", a)[1]["uid"]
