"""The document desk on two PCs: both number one paper, both make a version, one destroys what the other still has (SYS-1, DOC-2, DOC-5)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from salesdesk.domain.errors import Refused
from salesdesk.services.checking import check_all
from salesdesk.services.sync.cases import open_cases
from tests.sync.pcs import Pc, everybody, first_pc, joined_pc, same

Pcs = tuple[Pc, Pc]


@pytest.fixture
def pcs(tmp_path: Path) -> Pcs:
    a = first_pc(tmp_path / "a", tmp_path / "share")
    b = joined_pc(tmp_path / "b", tmp_path / "share", "李强")
    everybody(a, b)
    for pc in (a, b):
        pc.desk.settings.put("operator.role", "manager")
    return a, b


def paper(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def told(pc: Pc) -> list[str]:
    """What the merge asks about documents."""
    with pc.desk.read() as reader:
        return sorted(case.text for case in open_cases(reader) if case.entity.startswith("document"))


def kept(pc: Pc) -> set[str]:
    return {p.name for p in (pc.folder / "attachments").rglob("*") if p.is_file()}


def on_share(folder: Path) -> set[str]:
    return {p.name for p in (folder / "share" / "salesdesk" / "a").rglob("*") if p.is_file()}


def row(pc: Pc, uid: str) -> dict[str, Any]:
    found = pc.desk.row("document", uid)
    assert found is not None
    return found


def letter(pc: Pc, **more: Any) -> str:
    return pc.desk.do("document.save", {"kind": "外来文件", "title": "防汛通知", "sender": "市局", **more}).uid


def destroy(pc: Pc, *documents: str) -> None:
    pc.later(60 * 24 * 366 * 5)
    made = pc.desk.do("destruction.propose", {"members": "王敏"})
    pc.desk.do("destruction.approve", {"uid": made.uid, "who": "钱总"})
    pc.desk.do("destruction.destroy", {"uid": made.uid, "witness_one": "张伟", "witness_two": "陈刚"})
    assert all(row(pc, uid)["state"] == "destroyed" for uid in documents)


def test_both_number_one_paper_and_the_number_nobody_carries_is_void(pcs: Pcs) -> None:
    a, b = pcs
    uid = letter(a)
    everybody(a, b)
    for pc in pcs:
        pc.desk.do("document.register", {"uid": uid})
    everybody(a, b)
    same(a, b)
    number = row(a, uid)["number"]
    for pc in pcs:
        book = {r["number"]: r["standing"] for r in pc.desk.rows("document_number")}
        assert book == {n: "used" if n == number else "void" for n in ("收文〔2026〕1号", "收文〔2026〕B1号")}
        assert [t for t in told(pc) if "各编了号" in t] and number in told(pc)[0]
        assert check_all(pc.desk.database, pc.folder).sound
    assert a.desk.do("document.register", {"uid": letter(a)}).data["number"] == "收文〔2026〕2号"
    assert b.desk.do("document.register", {"uid": letter(b)}).data["number"] == "收文〔2026〕B2号"


def test_one_letter_entered_on_both_is_told_once(pcs: Pcs) -> None:
    a, b = pcs
    for pc in pcs:
        letter(pc, outer_number="应急〔2026〕18号")
    everybody(a, b)
    same(a, b)
    for pc in pcs:
        assert [t for t in told(pc) if "登记了两次" in t] == told(pc) and len(told(pc)) == 1


def test_both_make_the_second_version_and_either_can_be_opened(pcs: Pcs, tmp_path: Path) -> None:
    a, b = pcs
    uid = a.desk.do("document.take_in", {"files": paper(tmp_path, "工艺.txt", "第一版")}).uid
    everybody(a, b)
    for pc in pcs:
        pc.later()
        pc.desk.do("document.take_in", {"files": paper(tmp_path, f"{pc.name}.txt", f"{pc.name}改的"), "uid": uid})
    everybody(a, b)
    same(a, b)
    for pc in pcs:
        second = [f for f in pc.desk.rows("document_file") if f["version"] == 2]
        said = [
            Path(pc.desk.do("document.open", {"uid": uid, "file": f["uid"]}).data["file"]).read_text("utf-8")
            for f in second
        ]
        assert sorted(said) == ["李强改的", "王芳改的"]
    newest = {Path(pc.desk.do("document.open", {"uid": uid}).data["file"]).read_text("utf-8") for pc in pcs}
    assert len(newest) == 1, "both PCs open the same one as the newest"
    for pc in pcs:
        pc.desk.do("document.read_texts")
    assert {len(pc.desk.find("改的", "document")) for pc in pcs} == {1}


def test_destroyed_bytes_leave_every_pc_and_the_share(pcs: Pcs, tmp_path: Path) -> None:
    a, b = pcs
    uid = a.desk.do("document.take_in", {"files": paper(tmp_path, "旧图.txt", "阀体铸造图")}).uid
    a.desk.do("document.file", {"uid": uid, "retention": "5 年"})
    everybody(a, b)
    b.desk.do("document.read_texts")
    opened = Path(b.desk.do("document.open", {"uid": uid}).data["file"])
    assert len(kept(a)) == len(kept(b)) == len(on_share(tmp_path)) == 1 and b.desk.find("阀体铸造", "document")
    destroy(a, uid)
    everybody(a, b)
    same(a, b)
    assert kept(a) == kept(b) == on_share(tmp_path) == set() and not opened.exists()
    assert not b.desk.find("阀体铸造", "document") and not b.desk.rows("file_words")
    for pc in pcs:
        assert check_all(pc.desk.database, pc.folder).sound
        with pytest.raises(Refused):
            pc.desk.do("document.open", {"uid": uid})
    again = b.desk.do("document.take_in", {"files": paper(tmp_path, "又来.txt", "阀体铸造图")}).uid
    everybody(a, b)
    same(a, b)
    assert len(on_share(tmp_path)) == 1
    assert Path(a.desk.do("document.open", {"uid": again}).data["file"]).read_text("utf-8") == "阀体铸造图"


def test_bytes_another_pc_filed_elsewhere_meanwhile_come_back(pcs: Pcs, tmp_path: Path) -> None:
    a, b = pcs
    uid = a.desk.do("document.take_in", {"files": paper(tmp_path, "旧图.txt", "两台都有")}).uid
    a.desk.do("document.file", {"uid": uid, "retention": "5 年"})
    everybody(a, b)
    other = b.desk.do("document.save", {"kind": "资料", "title": "另一份"}).uid
    b.desk.do("document.take_in", {"files": paper(tmp_path, "旧图.txt", "两台都有"), "uid": other})
    destroy(a, uid)
    a.sync()
    assert kept(a) == on_share(tmp_path) == set(), "as far as this PC knows nobody holds it"
    everybody(a, b)
    same(a, b)
    for pc in pcs:
        assert Path(pc.desk.do("document.open", {"uid": other}).data["file"]).read_text("utf-8") == "两台都有"
        assert check_all(pc.desk.database, pc.folder).sound


def test_what_one_lends_or_holds_and_the_other_destroys_is_told(pcs: Pcs) -> None:
    a, b = pcs
    papers = []
    for title in ("借出去的", "冻结的"):
        uid = a.desk.do("document.save", {"kind": "资料", "title": title, "retention": "5 年"}).uid
        a.desk.do("document.file", {"uid": uid})
        papers.append(uid)
    everybody(a, b)
    loan = b.desk.do("document_loan.save", {"document": papers[0], "borrower": "李强", "purpose": "查"}).uid
    b.desk.do("document_loan.approve", {"uid": loan, "who": "周经理"})
    b.desk.do("document_loan.lend", {"uid": loan})
    b.desk.do("document.hold", {"uid": papers[1], "why": "在打官司"})
    destroy(a, *papers)
    everybody(a, b)
    same(a, b)
    for pc in pcs:
        said = " ".join(told(pc))
        assert "《借出去的》借出在外" in said and "《冻结的》 冻结着（在打官司），却已经销毁" in said


def test_one_paper_on_two_lists_goes_by_one_of_them(pcs: Pcs) -> None:
    a, b = pcs
    uid = a.desk.do("document.save", {"kind": "资料", "title": "旧图", "retention": "5 年"}).uid
    a.desk.do("document.file", {"uid": uid})
    everybody(a, b)
    made = []
    for pc in pcs:
        pc.later(60 * 24 * 366 * 5)
        made.append(pc.desk.do("destruction.propose", {"members": "王敏"}).uid)
    everybody(a, b)
    assert any("同时列在 XH3106A-0001、XH3106B-0001 里" in t for t in told(a))
    a.desk.do("destruction.void", {"uid": made[1]})
    assert row(a, uid)["state"] == "listed", "it still stands on the other list"
    a.desk.do("system.undo")
    a.desk.do("destruction.approve", {"uid": made[0], "who": "钱总"})
    a.desk.do("destruction.destroy", {"uid": made[0], "witness_one": "张伟", "witness_two": "陈刚"})
    a.desk.do("destruction.approve", {"uid": made[1], "who": "钱总"})
    with pytest.raises(Refused) as refused:
        a.desk.do("destruction.destroy", {"uid": made[1], "witness_one": "张伟", "witness_two": "陈刚"})
    assert {p.code for p in refused.value.problems} == {"not_listed"}
    a.desk.do("destruction.void", {"uid": made[1]})
    assert row(a, uid)["state"] == "destroyed"
