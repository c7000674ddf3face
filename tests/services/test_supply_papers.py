"""Every paper of the supplies desk with one and with many rows on every size it is offered on: no row lost, the frame holds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from salesdesk.desk import Desk
from salesdesk.services.printing import PAPERS, PrintJob, render_many
from salesdesk.services.prints import BUILDERS, Printing
from tests.desks import empty_desk
from tests.modules.supply_desk import approve
from tests.services.pdf_reading import read_pdf, texts_of
from tests.services.test_printing import check_geometry

MANY = 34
OURS = sorted(("supply_plan", "supply_order", "supply_arrival", "supply_issue", "supply_sheet", "supply_count"))
COPIES = {"supply_issue": 2}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One plan, order, arrival, slip and count with one row, and one of each with many."""
    made = empty_desk(tmp_path_factory.mktemp("supplies") / "data")
    made.do("staff.save", {"code": "G1", "name": "张伟", "department": "销售部"})
    made.do("supply_vendor.save", {"name": "晨光办公用品直营店"})
    first = 1
    for kind, count in (("单", 1), ("多", MANY)):
        numbers = range(first, first + count)
        first += count
        for n in numbers:
            args = {
                "code": f"Q{n:03d}Z",
                "name": "透明文件袋加厚按扣款",
                "spec": "A4 / 20 C",
                "unit": "个",
                "category": kind,
            }
            made.do("supply.save", {**args, "price": "1.37", "min_stock": 5, "vendor": "晨光办公用品直营店"})
        plan = made.do("supply_plan.make").uid
        approve(made, plan)
        made.do("supply_plan.order", {"uid": plan, "due": "+3"})
        order = next(row["uid"] for row in made.rows("supply_order") if row["plan"] == plan)
        lines = [
            {"order_line": line["uid"], "sent": 4, "reason": "缺一件，供应商说下周五以前补送过来"}
            for line in made.lines("supply_order_line", order)
        ]
        made.do("supply_arrival.inspect", {"order": order, "lines": lines})
        made.do("supply_order.close", {"uid": order, "why": "不补了"})
        made.do(
            "supply_issue.hand_out", {"staff": "张伟", "lines": [{"supply": f"Q{n:03d}Z", "qty": 1} for n in numbers]}
        )
        made.do("supply_count.plan", {"category": kind})
        for n in numbers:  # so that the next plan has none of these
            made.do(
                "supply.save",
                {"uid": next(r["uid"] for r in made.rows("supply") if r["code"] == f"Q{n:03d}Z"), "min_stock": 0},
            )
    yield made
    made.close()


def test_all_papers_are_looked_at(desk: Desk) -> None:
    assert sorted(n for n, (e, _) in BUILDERS.items() if desk.registry.owner[e.key].key == "supplies") == OURS


@pytest.mark.parametrize("paper", OURS)
def test_rows_and_frame_hold_on_every_size(desk: Desk, paper: str) -> None:
    entity, build = BUILDERS[paper]
    [offered] = [p for p in desk.registry.verbs[f"{paper}.preview"].params if p.key == "paper"]
    with desk.read() as reader:
        ctx: Any = SimpleNamespace(work=reader, settings=desk.settings, operator="王敏", now="2026-06-18T10:24:31")
        rows = reader.rows(f'SELECT * FROM "{entity.key}" WHERE void = 0 ORDER BY rowid')
        sheets = [build(Printing(ctx, 1), row) for row in rows]
    assert [len(sheet.rows) for sheet in sheets] == [1, MANY]  # type: ignore[union-attr]
    for option in offered.kind.options:  # type: ignore[attr-defined]
        size = PAPERS[option.key]
        for sheet, count in zip(sheets, (1, MANY), strict=True):
            made = render_many([PrintJob(sheet, size)])
            assert made.findings == ()
            text = "".join(re.sub(r"\s+", "", page) for page in texts_of(made.pdf))
            copies = COPIES.get(paper, 1)
            assert text.count("透明文件袋加厚按扣款") == count * copies, (paper, size.key)
            if "编码" in text:
                seen = Counter(re.findall(r"Q\d{3}Z", text))
                assert len(seen) == count and set(seen.values()) == {copies}
            for page in read_pdf(made.pdf):
                frame = page.frames()[0]
                assert frame.left == pytest.approx(size.margins.left, abs=0.5)
                assert frame.right == pytest.approx(size.width_mm - size.margins.right, abs=0.5)
                assert page.fonts_embedded and min(page.sizes) >= 8.0
                check_geometry(page, size)
