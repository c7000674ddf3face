"""Every paper of the order desk with 1 to 60 rows on every size it is offered on: no row lost, the frame within 0.5 mm."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from salesdesk.desk import Desk
from salesdesk.domain.kinds import Row
from salesdesk.modules.progress import queries as progress
from salesdesk.modules.progress.sheet import urge_sheet
from salesdesk.services.papers.shapes import Printable
from salesdesk.services.printing import PAPERS, PrintJob, render_many
from salesdesk.services.prints import BUILDERS, Printing
from tests.desks import empty_desk
from tests.services.pdf_reading import read_pdf, texts_of
from tests.services.test_printing import check_geometry

MOST = 60
MEASURED = (1, 33)
"""Row counts whose pages are measured glyph by glyph; of all others the rows are counted."""
OF_LINES = ("order", "route", "delivery", "picking", "change", "statement", "urge")
"""Papers that have a row for each line of an order; a 处理单 has the rows of its own form."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Sixty customers; the n-th has one order of n lines, amended, delivered and told in a statement."""
    made = empty_desk(tmp_path_factory.mktemp("papers") / "data")
    made.do("product_category.save", {"name": "阀门", "route": "生产"})
    for n in range(1, MOST + 1):
        made.do(
            "customer.save", {"code": f"K{n:02}", "name": f"第 {n} 家贸易有限公司", "address": "星湖街 328 号 12 栋"}
        )
        product = {
            "code": f"C{n}",
            "name": f"法兰球阀 Q{n:03d}Z",
            "spec": "304 / PN16",
            "unit": "只",
            "category": "阀门",
        }
        made.do("product.save", {**product, "list_price": "9.99"})
    for n in range(1, MOST + 1):
        lines = [{"product": f"C{i}", "qty": f"{i}", "price": f"{i}.37"} for i in range(1, n + 1)]
        order = made.do(
            "order.confirm", {"customer": f"K{n:02}", "due_date": "2026-06-18", "lines": lines, "reason": "试"}
        )
        stored = made.lines("order_line", order.uid)
        more = [
            {"uid": r["uid"], "product": r["product"], "qty": str(r["qty"] // 1000 + 1), "price": "8"} for r in stored
        ]
        made.do("order.amend", {"uid": order.uid, "lines": more, "amend_reason": "客户要求", "reason": "加量"})
        first = [{"order_line": r["uid"], "qty": "1"} for r in stored]
        made.do("order.deliver", {"uid": order.uid, "lines": first, "reason": "急"})
        made.do("statement.make", {"customer": f"K{n:02}", "month": "2026-06"})
    made.do(
        "order_problem.save",
        {
            "kind": "质量",
            "grade": "重大",
            "what": "漏水。" * 40,
            "owner": "李强",
            "due": "2026-06-20",
            "order": order.uid,
        },
    )
    yield made
    made.close()


def sizes(desk: Desk) -> Iterator[tuple[str, str]]:
    """(paper, size) as the preview offers them."""
    for name, (entity, _) in sorted(BUILDERS.items()):
        if entity.key.startswith("expense") or f"{name}.preview" not in desk.registry.verbs:
            continue
        [offered] = [p for p in desk.registry.verbs[f"{name}.preview"].params if p.key == "paper"]
        for option in offered.kind.options:  # type: ignore[attr-defined]
            yield name, option.key


def sheets(desk: Desk, paper: str, reader: Any) -> list[Printable]:
    """The sheets of a paper, one for each record, that with the fewest lines first."""
    ctx = SimpleNamespace(
        work=reader, settings=desk.settings, operator="王敏", now="2026-06-18T10:24:31", today=desk.today
    )
    if paper == "urge":
        found: list[Printable] = []
        for row in reader.rows("SELECT uid FROM sales_order ORDER BY rowid"):
            found.append(urge_sheet(ctx, progress.lines_of(reader, row["uid"])))  # type: ignore[arg-type]
        return found
    entity, build = BUILDERS[paper]
    rows: list[Row] = reader.rows(f'SELECT * FROM "{entity.key}" WHERE void = 0 ORDER BY rowid')
    return [build(Printing(ctx, 1), row) for row in rows]  # type: ignore[arg-type]


def test_all_papers_are_looked_at(desk: Desk) -> None:
    ours = {n for n, (e, _) in BUILDERS.items() if desk.registry.owner[e.key].key in ("orders", "money", "progress")}
    assert ours <= {*OF_LINES, "problem"}, "a new paper wants a place in this file"


@pytest.mark.parametrize("paper", [*OF_LINES, "problem"])
def test_rows_sums_and_frame_hold_on_every_paper(desk: Desk, paper: str) -> None:
    offered = [size for name, size in sizes(desk) if name == paper] or ["A4"]
    with desk.read() as reader:
        made = sheets(desk, paper, reader)
    assert len(made) == (1 if paper == "problem" else MOST)
    for key in offered:
        size = PAPERS[key]
        batch = render_many([PrintJob(sheet, size) for sheet in made])
        assert batch.findings == ()
        if paper != "problem":
            _every_row_once(texts_of(batch.pdf))
        for number, sheet in enumerate(made, start=1):
            if number not in MEASURED and paper != "problem":
                continue
            one = render_many([PrintJob(sheet, size)])
            for page in read_pdf(one.pdf):
                assert page.width == pytest.approx(size.width_mm, abs=0.5)
                assert page.height == pytest.approx(size.height_mm, abs=0.5)
                frame = page.frames()[0]
                assert frame.left == pytest.approx(size.margins.left, abs=0.5)
                assert frame.right == pytest.approx(size.width_mm - size.margins.right, abs=0.5)
                assert page.fonts_embedded and min(page.sizes) >= 8.0
                check_geometry(page, size)


def _every_row_once(pages: list[str]) -> None:
    """Pages of sixty sheets one after another: the n-th holds n rows, numbered through its own pages."""
    at = 0
    for count in range(1, MOST + 1):
        told = re.search(r"第 1/(\d+) 页", pages[at])
        assert told, f"sheet {count} begins on a page of its own"
        mine = pages[at : at + int(told[1])]
        at += len(mine)
        assert all(f"第 {i}/{len(mine)} 页" in page for i, page in enumerate(mine, start=1))
        rows = Counter(code for page in mine for code in re.findall(r"Q\d{3}Z", page))
        assert set(rows) == {f"Q{i:03d}Z" for i in range(1, count + 1)}
        assert len(set(rows.values())) == 1, "no row more often than another"
    assert at == len(pages)
