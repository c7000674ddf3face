"""Every paper of meetings with one row and with many on every size it is offered on: no row lost, the frame holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from salesdesk.desk import Desk
from salesdesk.modules.meetings.report import report_rows, report_sheet
from salesdesk.modules.meetings.sheet import BOXES
from salesdesk.services.printing import PAPERS, PrintJob, render_many
from salesdesk.services.prints import BUILDERS, Printing
from tests.desks import empty_desk
from tests.modules.test_meetings import held, move_to
from tests.services.pdf_reading import read_pdf, texts_of
from tests.services.test_printing import check_geometry

MANY = 34
OURS = ("attendance", "meeting", "minutes")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One meeting with one of everything, one with many, both held and reviewed."""
    made = empty_desk(tmp_path_factory.mktemp("meetings") / "data")
    for count, day in ((1, "6.15"), (MANY, "6.16")):
        numbers = range(1, count + 1)
        uid = made.do(
            "meeting.call",
            {
                "title": "质量分析会", "starts_at": f"{day} 9:00", "minutes": 600, "chair": "人01",
                "names": "、".join(f"人{n:02}" for n in numbers), "place": "三楼", "purpose": "定责任",
                "topics": "\n".join(f"议题T{n:02}的来龙去脉和下一步怎么办 10 @人{n:02}" for n in numbers), "things": "退货单 @人01",
            },
        ).uid  # fmt: skip
        move_to(made, datetime(2026, 6, 15 if count == 1 else 16, 9, 0))
        items = made.lines("agenda_item", uid)
        made.do(
            "minutes.write",
            {"uid": uid, "talks": [{"uid": i["uid"], "discussion": f"说了{i['title'][2:5]}"} for i in items]},
        )
        move_to(made, datetime(2026, 6, 15 if count == 1 else 16, 19, 0))
        held(made, uid, *((f"要办的事R{n:02}", f"人{n:02}", "6.30") for n in numbers))
    yield made
    made.close()


def frames(pdf: bytes, size: Any) -> None:
    for page in read_pdf(pdf):
        frame = page.frames()[0]
        assert frame.left == pytest.approx(size.margins.left, abs=0.5)
        assert frame.right == pytest.approx(size.width_mm - size.margins.right, abs=0.5)
        assert page.fonts_embedded and min(page.sizes) >= 8.0
        check_geometry(page, size)


def context(reader: Any, desk: Desk) -> Any:
    return SimpleNamespace(
        work=reader, settings=desk.settings, operator="王敏", now="2026-06-18T10:24:31", today="2026-06-18"
    )


def test_all_papers_are_looked_at(desk: Desk) -> None:
    assert tuple(sorted(n for n, (e, _) in BUILDERS.items() if desk.registry.owner[e.key].key == "meetings")) == OURS


@pytest.mark.parametrize("paper", OURS)
def test_rows_and_frame_hold_on_every_size(desk: Desk, paper: str) -> None:
    entity, build = BUILDERS[paper]
    [offered] = [p for p in desk.registry.verbs[f"{paper}.preview"].params if p.key == "paper"]
    with desk.read() as reader:
        rows = reader.rows(f'SELECT * FROM "{entity.key}" WHERE void = 0 ORDER BY rowid')
        sheets = [build(Printing(context(reader, desk), 1), row) for row in rows]
    assert len(sheets) == 2 and len(offered.kind.options) == 2  # type: ignore[attr-defined]
    for option in offered.kind.options:  # type: ignore[attr-defined]
        size = PAPERS[option.key]
        for sheet, count in zip(sheets, (1, MANY), strict=True):
            made = render_many([PrintJob(sheet, size)])
            assert made.findings == ()
            text = "".join(re.sub(r"\s+", "", page) for page in texts_of(made.pdf))
            numbers = [f"{n:02}" for n in range(1, count + 1)]
            assert "质量分析会" in text and "三楼" in text
            if paper == "attendance":
                assert sorted(set(re.findall(r"人(\d\d)", text))) == numbers and "知晓签字" in text
            else:
                assert sorted(re.findall(r"议题T(\d\d)", text)) == numbers, (paper, size.key)
            if paper == "minutes":
                assert (
                    sorted(re.findall(r"说了T(\d\d)", text)) == numbers == sorted(re.findall(r"要办的事R(\d\d)", text))
                )
            if paper == "meeting":
                assert set(re.findall(r"人(\d\d)", text)) == set(numbers)
                assert ("签到表上" in text) == (count > BOXES)
            frames(made.pdf, size)


@pytest.mark.parametrize("key", ["A4", "A4L"])
def test_the_report_holds_on_every_size(desk: Desk, key: str) -> None:
    size = PAPERS[key]
    with desk.read() as reader:
        ctx = context(reader, desk)
        rows = report_rows(reader, "2026-06-18")
        sheet = report_sheet(ctx, rows, "")
    assert len(sheet.rows) == len(rows) == MANY + 1
    made = render_many([PrintJob(sheet, size)])
    text = "".join(re.sub(r"\s+", "", page) for page in texts_of(made.pdf))
    assert sorted(re.findall(r"要办的事R(\d\d)", text)) == sorted([*(f"{n:02}" for n in range(1, MANY + 1)), "01"])
    assert made.findings == ()
    frames(made.pdf, size)
