"""送货单 with lines of several orders: every row once, sums that agree, the frame where it belongs, on every paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from salesdesk.desk import Desk
from salesdesk.domain.money import amount_in_words
from salesdesk.services.printing import PAPERS
from tests.desks import small_desk
from tests.services.pdf_reading import read_pdf, texts_of

COUNTS = (1, 2, 5, 6, 7, 9, 10, 19, 33, 60)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    made = small_desk(tmp_path_factory.mktemp("paper") / "data")
    for n in range(1, 61):
        made.do(
            "product.save",
            {"code": f"Q{n:03d}Z", "name": f"法兰球阀 DN{n}", "spec": "304", "unit": "只", "list_price": "9.99"},
        )
    yield made
    made.close()


def note(desk: Desk, count: int, orders: int) -> str:
    lines: list[dict[str, Any]] = []
    for share in range(orders):
        wanted = [
            {"product": f"Q{n:03d}Z", "qty": n, "price": f"{n}.37"} for n in range(1, count + 1) if n % orders == share
        ]
        if wanted:
            args = {
                "customer": "C00042",
                "due_date": "2026-06-18",
                "customer_po": f"PO-{count}-{share}",
                "lines": wanted,
            }
            made = desk.do("order.confirm", {**args, "reason": "测试"}).uid
            lines += [{"order_line": x["uid"], "qty": x["qty"] // 1000} for x in desk.lines("order_line", made)]
    return desk.do("delivery.save", {"lines": lines}).uid


@pytest.mark.parametrize("orders", [1, 3])
@pytest.mark.parametrize("key", ["241x140", "241x93", "241x280", "A4"])
def test_no_row_is_lost_doubled_or_cut_and_the_sums_agree(desk: Desk, key: str, orders: int) -> None:
    size = PAPERS[key]
    for count in COUNTS:
        uid = note(desk, count, orders)
        pdf = Path(desk.do("delivery.preview", {"uid": uid, "paper": key}).data["file"]).read_bytes()
        pages = texts_of(pdf)
        codes = [code for page in pages for code in re.findall(r"Q\d{3}Z", page)]
        assert sorted(codes) == [f"Q{n:03d}Z" for n in range(1, count + 1)]
        total = (desk.row("delivery", uid) or {})["amount"]
        assert total == sum(n * (n * 100 + 37) for n in range(1, count + 1))
        shown = f"{Decimal(total) / 100:,.2f}"
        assert f"¥{shown}" in pages[-1] and amount_in_words(total) in pages[-1]
        assert sum("金额（大写）" in page for page in pages) == 1
        several = orders > 1 and count > 1
        for number, page in enumerate(pages, start=1):
            assert f"第 {number}/{len(pages)} 页" in page and ("本页小计" in page) == (len(pages) > 1)
            assert ("订单号/客户单号" in page) == several
            assert ("黄联：财务" in page) == size.continuous
        for sheet in read_pdf(pdf):
            assert sheet.width == pytest.approx(size.width_mm, abs=0.5)
            assert sheet.height == pytest.approx(size.height_mm, abs=0.5)
            frame = sheet.frames()[0]
            assert frame.left == pytest.approx(size.margins.left, abs=0.5)
            assert frame.right == pytest.approx(size.width_mm - size.margins.right, abs=0.5)
            assert all(g.bottom <= size.height_mm - size.margins.bottom + 0.3 for g in sheet.glyphs)


def test_the_picking_paper_has_no_prices_and_the_gift_is_marked(desk: Desk) -> None:
    uid = note(desk, 5, 1)
    text = "".join(texts_of(Path(desk.do("picking.preview", {"uid": uid}).data["file"]).read_bytes()))
    assert "拣货核对单" in text and "实点" in text and "单价" not in text and "¥" not in text
