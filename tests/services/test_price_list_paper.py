"""The printed 价目表: who it is for, only what can still be got, the days, and page n of m."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest

from salesdesk.desk import Desk
from tests.desks import small_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = small_desk(tmp_path / "data")
    yield made
    made.close()


def pages(file: object) -> list[str]:
    document = pypdfium2.PdfDocument(str(file))
    found = [page.get_textpage().get_text_range() for page in document]
    sizes = {tuple(round(side / 72 * 25.4) for side in page.get_size()) for page in document}
    document.close()
    assert sizes <= {(210, 297), (297, 210)}
    return found


def price(desk: Desk, list_: str, product: str, value: str, since: str, until: str = "", qty: str = "") -> None:
    args = {"list": list_, "product": product, "price": value, "valid_from": since, "from_qty": qty}
    desk.do("price_line.save", args | ({"valid_to": until} if until else {}) | {"reason": "试"})


def test_what_holds_and_what_comes_stands_on_it(desk: Desk) -> None:
    uid = desk.do("price_list.save", {"name": "华源 2026", "customer": "C00042", "note": "含运费"}).uid
    price(desk, uid, "P10012", "47.00", "2026-01-01", qty="0")
    price(desk, uid, "P10012", "44.00", "2026-01-01", qty="100")
    price(desk, uid, "P10012", "43.50", "2026-05-01", qty="100")
    price(desk, uid, "P10013", "91.00", "2025-01-01", until="2025-12-31")
    price(desk, uid, "P10013", "95.00", "2026-07-01", until="2026-12-31")
    done = desk.do("price_list.print", {"uid": uid})
    [text] = pages(done.data["file"])
    assert "苏州安正阀门有限公司" in text and "价目表" in text and "华源 2026" in text
    assert "适用：苏州华源贸易有限公司" in text and "含运费" in text
    assert "47.00" in text and "43.50" in text and "95.00" in text
    assert "44.00" not in text and "91.00" not in text
    assert "2026-07-01" in text and "2026-12-31" in text and "其中 1 个价以后才生效" in text
    assert "第 1/1 页" in text
    assert done.data["nth"] == 1 and desk.rows("print_log")[0]["paper"] == "price_list"


def test_a_long_list_counts_its_pages(desk: Desk) -> None:
    uid = desk.do("price_list.save", {"name": "通用"}).uid
    with desk.database.work("试") as work:
        made = work.insert_many(
            desk.entity("product"), [{"code": f"Q{n:04d}", "name": f"接头 DN{n}", "unit": "只"} for n in range(120)]
        )
        work.insert_many(
            desk.entity("price_line"),
            [{"list": uid, "product": p, "price": 10000 + n, "valid_from": "2026-01-01"} for n, p in enumerate(made)],
        )
    found = pages(desk.do("price_list.preview", {"uid": uid}).data["file"])
    assert len(found) > 1 and all(f"第 {n}/{len(found)} 页" in text for n, text in enumerate(found, 1))
    assert "适用：全部客户" in found[0] and "Q0119" in found[-1]
    assert not desk.rows("print_log")
