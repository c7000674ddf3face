"""Whatever a customer, product or paper is called, every file the program makes has a name Windows can hold: reserved
names, capitals, long paths."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesdesk.desk import Desk
from salesdesk.domain.text import safe_file_name
from tests.desks import order_args, small_desk

HARD = ("CON", "nul.txt", "昆明?*:海口|<阀门>", "尾点...", "长" * 120, "LPT1 有限公司")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return small_desk(tmp_path / "data")


def made_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("name", HARD)
def test_papers_files_and_folders_of_a_customer_with_a_hard_name(desk: Desk, name: str) -> None:
    desk.do("customer.save", {"code": "C00090", "name": name, "contact": "王芳", "phone": "0871-65551234"})
    uid = desk.do("order.confirm", order_args(("P10012", "2", "48.60"), customer="C00090")).uid
    desk.do("order.print", {"uid": uid})
    slip = desk.do("order.deliver", {"uid": uid})
    assert slip.uid
    desk.do("dossier.file", {"uid": uid, "reason": "试"})
    desk.do("today.handover", {})
    desk.close()
    made = [path.relative_to(desk.folder) for path in made_below(desk.folder)]
    assert any(path.suffix == ".pdf" for path in made)
    unfit = [path for path in made for part in path.parts if part != safe_file_name(part, 200)]
    assert not unfit
    inside = len(r"C:\Users\二十个字的用户名最长就是这样了吧\AppData\Local\salesdesk") + 1
    assert max(len(str(path)) for path in made) + inside < 260
    assert len({str(path).casefold() for path in made}) == len(made)


@given(st.text(max_size=300))
def test_any_text_becomes_a_name_that_stays_the_same(text: str) -> None:
    name = safe_file_name(text)
    assert name == safe_file_name(name) and name == name.rstrip(". ")
    assert 0 < len(name) <= 101 and not set(name) & set('<>:"/\\|?*') and name.isprintable()
    assert name.partition(".")[0].upper() not in {"CON", "PRN", "AUX", "NUL", "COM1", "LPT9"}
