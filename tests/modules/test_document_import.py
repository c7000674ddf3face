"""An older register comes in with its own numbers and days of filing, once and not twice (DOC-1, DOC-2, ORD-9)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from salesdesk.desk import Desk
from salesdesk.domain.errors import Refused
from salesdesk.services.lists import Query
from tests.desks import small_desk

HEAD = ("来源", "编号", "标题", "来文单位", "来文文号", "文件日期", "保管期限", "柜", "盒", "归档日期", "办理期限")
OLD = (
    ("外来文件", "收文〔2025〕7号", "关于年检的通知", "市特检院", "特检〔2025〕3号", "2025-03-01", "5 年", "1", "2", "2025-04-30", ""),
    ("外来文件", "收文[2025]第9号", "关于召开会议的通知", "市局", "", "2025-05-02", "10 年", "1", "2", "2024-02-29", ""),
    ("外来文件", "收文〔2026〕3号", "关于召开会议的通知", "市应急局", "", "2026-06-02", "10 年", "", "", "", "2026-06-30"),
    ("外来文件", "收文〔2026〕4号", "办过没归档的", "市应急局", "", "2026-01-02", "10 年", "", "", "", ""),
    ("资料", "档 3-12", "旧图纸", "", "", "", "永久", "3", "12", "2020-01-01", ""),
    ("资料", "", "没有号的", "", "", "", "5 年", "", "", "", ""),
)  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = small_desk(tmp_path / "data")
    yield made
    made.close()


def table(path: Path, head: tuple[str, ...], rows: tuple[tuple[Any, ...], ...]) -> str:
    book = openpyxl.Workbook()
    book.active.append(head)
    for row in rows:
        book.active.append(row)
    book.save(path)
    return str(path)


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {p.code for p in refused.value.problems}


def test_a_register_brings_its_numbers_and_the_series_go_on_behind_them(desk: Desk, tmp_path: Path) -> None:
    desk.do("document.import", {"file": table(tmp_path / "收文簿.xlsx", HEAD, OLD)})
    rows = {r["number"]: r for r in desk.rows("document")}
    assert {n: (r["state"], r["filed_on"], r["keep_until"], r["box"]) for n, r in rows.items()} == {
        "收文〔2025〕7号": ("filed", "2025-04-30", "2030-04-29", "2"),
        "收文[2025]第9号": ("filed", "2024-02-29", "2034-02-28", "2"),
        "收文〔2026〕3号": ("registered", None, None, None),
        "收文〔2026〕4号": ("settled", None, None, None),
        "档 3-12": ("filed", "2020-01-01", None, "12"),
        None: ("loose", None, None, None),
    }
    book = [(r["number"], r["serial"], r["standing"]) for r in desk.rows("document_number", Query(sort="number"))]
    assert book == [
        ("收文〔2025〕7号", 7, "used"),
        ("收文[2025]第9号", 9, "used"),
        ("收文〔2026〕3号", 3, "used"),
        ("收文〔2026〕4号", 4, "used"),
        ("档 3-12", None, "used"),
    ]
    fresh = desk.do("document.save", {"kind": "外来文件", "title": "新来的", "sender": "市局"}).uid
    assert desk.do("document.register", {"uid": fresh}).data["number"] == "收文〔2026〕5号"
    desk.do("system.undo")
    desk.do("system.undo")
    desk.do("system.undo")
    assert not desk.rows("document") and {r["standing"] for r in desk.rows("document_number")} == {"void"}
    desk.do("document.import", {"file": str(tmp_path / "收文簿.xlsx")})
    assert len(desk.rows("document")) == len(OLD), "an import that was taken back may be done again"


def test_the_same_register_again_makes_no_doubles(desk: Desk, tmp_path: Path) -> None:
    path = table(tmp_path / "收文簿.xlsx", HEAD, OLD[:3])
    desk.do("document.import", {"file": path})
    assert desk.do("document.check_import", {"file": path}).data["counts"] == {"same": 3}
    changed = [(*one[:6], "永久", *one[7:]) for one in OLD[:1]]
    desk.do("document.import", {"file": table(tmp_path / "改.xlsx", HEAD, tuple(changed))})
    [row] = [r for r in desk.rows("document") if r["number"] == "收文〔2025〕7号"]
    assert (row["retention"], row["keep_until"], row["state"]) == ("permanent", None, "filed")
    out = tmp_path / "导出.xlsx"
    desk.do("document.export", {"file": str(out)})
    assert desk.do("document.check_import", {"file": str(out)}).data["counts"] == {"same": 3}, (
        "what goes out comes back"
    )


def test_papers_of_one_title_are_not_one_paper(desk: Desk, tmp_path: Path) -> None:
    args = {"kind": "外来文件", "title": "关于召开会议的通知", "sender": "市局", "day": "2026-06-01"}
    desk.do("document.save", args)
    rows = (("外来文件", "", "关于召开会议的通知", "市局", "", "2026-06-08", "10 年", "", "", "", ""),)
    told = desk.do("document.check_import", {"file": table(tmp_path / "收文.xlsx", HEAD, rows)}).data
    assert told["counts"] == {"new": 1}, "another day is another paper"


def test_a_number_that_was_given_is_not_brought_in_again(desk: Desk, tmp_path: Path) -> None:
    uid = desk.do("document.save", {"kind": "外来文件", "title": "一", "sender": "市局"}).uid
    desk.do("document.register", {"uid": uid})
    desk.do("document.void", {"uid": uid, "why": "重复"})
    rows = (("外来文件", "收文〔2026〕1号", "别的", "市局", "", "", "5 年", "", "", "", ""),)
    with pytest.raises(Refused) as refused:
        desk.do("document.import", {"file": table(tmp_path / "a.xlsx", HEAD, rows)})
    assert codes(refused) == {"document.number"}, "a void number is given as well"
    rows = (*OLD[:1], (*OLD[1][:1], *OLD[0][1:2], *OLD[1][2:]), (*OLD[3][:9], "2030-01-01", ""))
    with pytest.raises(Refused) as refused:
        desk.do("document.import", {"file": table(tmp_path / "b.xlsx", HEAD, rows)})
    assert codes(refused) == {"import.repeated", "document.filed_on"}
    assert [r["title"] for r in desk.rows("document")] == []


def test_contracts_and_seals_come_in_once(desk: Desk, tmp_path: Path) -> None:
    path = table(
        tmp_path / "合同.xlsx",
        ("合同编号", "合同名称", "对方", "金额", "签订日期", "到期"),
        (("GX-1", "供货", "华源", 1000, "2026-01-05", "2027-01-04"), ("", "运输", "顺达", 500, "2026-02-01", "")),
    )
    desk.do("contract.import", {"file": path})
    assert desk.do("contract.check_import", {"file": path}).data["counts"] == {"same": 2}
    path = table(
        tmp_path / "用印.xlsx",
        ("用印日期", "印章", "用印文件", "份数", "用印人", "批准人"),
        (("2026-01-05", "公章", "投标书", 2, "李强", "钱总"), ("2026-01-06", "公章", "投标书", 2, "李强", "钱总")),
    )
    desk.do("seal_use.import", {"file": path})
    assert desk.do("seal_use.check_import", {"file": path}).data["counts"] == {"same": 2}
    assert len(desk.rows("contract")) == len(desk.rows("seal_use")) == 2
