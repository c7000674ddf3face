"""Whatever a record is called and wherever its file came from, what a verb writes bears a name Windows takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from salesdesk.desk import Desk
from salesdesk.domain.text import safe_file_name
from tests.desks import small_desk
from tests.modules.docx_making import docx, paragraph

STRANGE = ("con", "prn.txt", "a/b:c?", "../../外面", "尾. ", "C:\\nul", "长" * 60)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return small_desk(tmp_path / "数据")


def fits(file: Path, folder: Path) -> bool:
    """Whether a file lies in that very folder under a name every system can hold."""
    return file.is_file() and file.parent == folder and file.name == safe_file_name(file.name, 200)


@pytest.mark.parametrize("name", STRANGE)
def test_a_price_list_goes_out_under_any_name(desk: Desk, name: str) -> None:
    uid = desk.do("price_list.save", {"name": name}).uid
    desk.do("price_line.save", {"list": uid, "product": "P10012", "price": "45"})
    written = Path(desk.do("price_list.export_wide", {"uid": uid}).data["file"])
    assert fits(written, desk.folder / "exports"), written


@pytest.mark.parametrize("name", STRANGE)
def test_a_file_named_on_another_system_is_opened(desk: Desk, tmp_path: Path, name: str) -> None:
    """A colleague's PC or the packer of a mail may have given a name this system knows nothing of."""
    file = tmp_path / "通知.txt"
    file.write_text("放假", encoding="utf-8")
    desk.do("document.take_in", {"files": str(file)})
    with desk.database.work("从别处来的名字") as work:
        taken = work.row("SELECT uid, document FROM document_file")
        assert taken is not None
        work.update(desk.entity("document_file"), taken["uid"], {"name": name})
    opened = Path(desk.do("document.open", {"uid": taken["document"]}).data["file"])
    assert fits(opened, opened.parent) and opened.parent.parent == desk.folder / "opened", opened
    assert opened.read_text(encoding="utf-8") == "放假"


def test_a_form_named_on_another_system_is_filled(desk: Desk, tmp_path: Path) -> None:
    form = tmp_path / "函.docx"
    form.write_bytes(docx(paragraph("致 {{客户名称}}")))
    uid = desk.do("paper_template.add", {"name": "函", "about": "客户", "file": str(form)}).uid
    with desk.database.work("从别处来的名字") as work:
        work.update(desk.entity("paper_template"), uid, {"file": "a/b:c?.docx"})
    desk.do("paper_template.fill", {"uid": uid, "customer": "C00042", "out": str(tmp_path / "成.docx")})
    assert (tmp_path / "成.docx").is_file()
    assert all(one.parent == desk.folder / "opened" for one in (desk.folder / "opened").rglob("*"))
