"""What becomes of the bytes: new versions, copies that were laid out, and destruction, which takes them off the disk (DOC-3, DOC-5)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from salesdesk.desk import Desk
from salesdesk.domain.clock import FixedClock
from salesdesk.domain.errors import Refused
from salesdesk.services.attachments import stored_at
from salesdesk.services.checking import check_all
from tests.desks import small_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = small_desk(tmp_path / "data")
    made.settings.put("operator.role", "manager")
    yield made
    made.close()


def later(desk: Desk, **span: int) -> None:
    clock = desk.database.clock
    assert isinstance(clock, FixedClock)
    clock.moment += timedelta(**span)


def paper(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def row(desk: Desk, uid: str, entity: str = "document") -> dict[str, Any]:
    found = desk.row(entity, uid)
    assert found is not None
    return found


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {p.code for p in refused.value.problems}


def kept(desk: Desk) -> set[str]:
    """Fingerprints of all bytes on the disk."""
    return {p.name for p in (desk.folder / "attachments").rglob("*") if p.is_file()}


def filed(desk: Desk, path: Path) -> str:
    uid = desk.do("document.take_in", {"files": str(path)}).uid
    desk.do("document.file", {"uid": uid, "retention": "5 年"})
    return uid


def destroyed(desk: Desk) -> Any:
    """Everything that is due goes; the answer of the last step."""
    later(desk, days=366 * 5)
    made = desk.do("destruction.propose", {"members": "王敏、周经理"})
    desk.do("destruction.approve", {"uid": made.uid, "who": "钱总"})
    return desk.do("destruction.destroy", {"uid": made.uid, "witness_one": "张伟", "witness_two": "陈刚"})


def test_after_the_second_witness_the_bytes_are_gone_and_the_rows_stay(desk: Desk, tmp_path: Path) -> None:
    uid = filed(desk, paper(tmp_path, "旧图.txt", "阀体铸造图"))
    desk.do("document.take_in", {"files": str(paper(tmp_path, "旧图.txt", "阀体铸造图 改")), "uid": uid})
    opened = Path(desk.do("document.open", {"uid": uid}).data["file"])
    assert opened.exists() and len(kept(desk)) == 2 and desk.find("阀体铸造", "document")
    told = destroyed(desk)
    assert told.data == {"destroyed": 1, "kept": 0, "files": 2} and "不能撤销" in told.message
    assert kept(desk) == set() and not opened.exists()
    assert not desk.find("阀体铸造", "document") and not desk.rows("file_words")
    assert row(desk, uid)["state"] == "destroyed" and row(desk, uid)["files"] == 2, "the rows tell what there was"
    assert {(r["name"], r["why"]) for r in desk.rows("erased_file")} == {("旧图.txt", "销毁清册 XH3106A-0001")}
    with pytest.raises(Refused) as refused:
        desk.do("document.open", {"uid": uid})
    assert codes(refused) == {"destroyed"}
    assert check_all(desk.database, desk.folder).sound
    with pytest.raises(Refused) as refused:
        desk.do("system.undo", {"op": told.changes.op})
    assert codes(refused) == {"lasting"}
    assert desk.last_undoable() is None or desk.last_undoable().op != told.changes.op  # type: ignore[union-attr]


def test_bytes_that_another_record_holds_stay(desk: Desk, tmp_path: Path) -> None:
    scan = paper(tmp_path, "合同.txt", "两处都要的扫描件")
    filed(desk, scan)
    loan_paper = desk.do("document.save", {"kind": "内部文件", "title": "附有同一份", "author": "李强"}).uid
    desk.do("document.submit", {"uid": loan_paper})
    desk.do("document.review", {"uid": loan_paper, "who": "周经理", "files": str(scan)})
    assert destroyed(desk).data["files"] == 1
    [digest] = kept(desk)
    assert stored_at(desk.folder, digest).read_text(encoding="utf-8") == "两处都要的扫描件"
    assert check_all(desk.database, desk.folder).sound


def test_a_destroyed_file_may_be_taken_in_again_and_then_stays(desk: Desk, tmp_path: Path) -> None:
    path = paper(tmp_path, "旧图.txt", "阀体铸造图")
    old = filed(desk, path)
    destroyed(desk)
    again = desk.do("document.take_in", {"files": str(path)})
    assert again.data["taken"] == 1 and again.uid != old, "what was destroyed is no double"
    other = filed(desk, paper(tmp_path, "别的.txt", "别的"))
    destroyed(desk)
    assert row(desk, other)["state"] == "destroyed" and row(desk, again.uid)["state"] == "loose"
    assert Path(desk.do("document.open", {"uid": again.uid}).data["file"]).read_text(encoding="utf-8") == "阀体铸造图"


def test_bytes_that_cannot_be_deleted_are_told_by_the_check_and_go_the_next_time(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filed(desk, paper(tmp_path, "旧图.txt", "开在别的程序里"))
    [digest] = kept(desk)
    unlink = Path.unlink

    def held(path: Path, missing_ok: bool = False) -> None:
        if path.name == digest:
            raise PermissionError(13, "another program has it", str(path))
        unlink(path, missing_ok)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", held)
        destroyed(desk)
    assert kept(desk) == {digest}
    assert [p.code for p in check_all(desk.database, desk.folder).problems] == ["erased_left"]
    filed(desk, paper(tmp_path, "第二份.txt", "第二份"))
    destroyed(desk)
    assert kept(desk) == set() and check_all(desk.database, desk.folder).sound


def test_destroying_paper_alone_can_be_undone(desk: Desk) -> None:
    uid = desk.do("document.save", {"kind": "资料", "title": "只有纸", "retention": "5 年"}).uid
    desk.do("document.file", {"uid": uid})
    destroyed(desk)
    desk.do("system.undo")
    assert row(desk, uid)["state"] == "listed"


def test_nothing_of_a_destroyed_document_is_changed_but_its_note(desk: Desk, tmp_path: Path) -> None:
    uid = filed(desk, paper(tmp_path, "旧图.txt", "x"))
    destroyed(desk)
    with pytest.raises(Refused) as refused:
        desk.do("document.save", {"uid": uid, "title": "另一个名字", "box": "9"})
    assert codes(refused) == {"document.title", "document.box"}
    desk.do("document.save", {"uid": uid, "note": "复印件在客户处"})
    with pytest.raises(Refused) as refused:
        desk.do("document.take_in", {"files": str(paper(tmp_path, "新.txt", "y")), "uid": uid})
    assert codes(refused) == {"destroyed"}


def test_two_writings_of_one_name_are_one_witness(desk: Desk, tmp_path: Path) -> None:
    filed(desk, paper(tmp_path, "旧图.txt", "x"))
    later(desk, days=366 * 5)
    made = desk.do("destruction.propose", {"members": "王敏"})
    desk.do("destruction.approve", {"uid": made.uid, "who": "钱总"})
    with pytest.raises(Refused) as refused:
        desk.do("destruction.destroy", {"uid": made.uid, "witness_one": "张 伟", "witness_two": "张伟"})
    assert codes(refused) == {"one_witness"} and len(kept(desk)) == 1


# -- versions and copies -----------------------------------------------------------------------------------------------


def test_an_older_version_may_come_back_as_the_newest_and_another_documents_file_be_a_version(
    desk: Desk, tmp_path: Path
) -> None:
    first, second = paper(tmp_path, "a.txt", "一版"), paper(tmp_path, "b.txt", "二版")
    uid = desk.do("document.take_in", {"files": str(first)}).uid
    desk.do("document.take_in", {"files": str(second), "uid": uid})
    assert desk.do("document.take_in", {"files": str(second), "uid": uid}).data == {"taken": 0, "same": 1, "unread": 0}
    desk.do("document.take_in", {"files": str(first), "uid": uid})
    assert row(desk, uid)["files"] == 3 and len(kept(desk)) == 2
    other = desk.do("document.save", {"kind": "资料", "title": "另一份"}).uid
    assert desk.do("document.take_in", {"files": str(second), "uid": other}).data["taken"] == 1


def test_a_copy_somebody_wrote_in_is_not_written_over(desk: Desk, tmp_path: Path) -> None:
    uid = desk.do("document.take_in", {"files": str(paper(tmp_path, "工艺.txt", "原样"))}).uid
    first = Path(desk.do("document.open", {"uid": uid}).data["file"])
    assert Path(desk.do("document.open", {"uid": uid}).data["file"]) == first, "opened twice it is the same copy"
    first.write_text("改了一半", encoding="utf-8")
    again = desk.do("document.open", {"uid": uid})
    assert [p.code for p in again.problems] == ["changed_copy"]
    assert first.read_text(encoding="utf-8") == "改了一半"
    assert Path(again.data["file"]).name == "工艺 2.txt" and Path(again.data["file"]).read_text("utf-8") == "原样"


def test_the_programs_own_files_are_not_dragged_in(desk: Desk, tmp_path: Path) -> None:
    desk.do("document.take_in", {"files": str(paper(tmp_path, "一.txt", "一"))})
    paper(tmp_path, "二.txt", "二")
    paper(tmp_path, ".隐藏.txt", "三")
    made = desk.do("document.take_in", {"files": str(tmp_path)})
    assert made.data == {"taken": 1, "same": 1, "unread": 0}, "the folder above holds the data folder too"
    with pytest.raises(Refused) as refused:
        desk.do("document.take_in", {"files": str(desk.folder / "attachments")})
    assert codes(refused) == {"own_folder"}
