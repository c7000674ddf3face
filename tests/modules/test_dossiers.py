"""Filing: one folder and one zip per finished order, whole or not at all, renewed and not doubled (ORD-11)."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import Any

import openpyxl
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesdesk.desk import Desk
from salesdesk.domain.clock import FixedClock
from salesdesk.domain.errors import EnvironmentFault, Refused
from salesdesk.modules.dossiers.paths import LONGEST, place_of, room_for_file, shortened, unique
from tests.desks import order_args, small_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = small_desk(tmp_path / "data")
    made.settings.put("order.duplicate_days", 0)
    made.settings.put("dossier.folder", str(tmp_path / "归档"))
    yield made
    made.close()


def later(desk: Desk, **span: int) -> None:
    clock = desk.database.clock
    assert isinstance(clock, FixedClock)
    clock.moment += timedelta(**span)


def finished(desk: Desk, tmp_path: Path, name: str = "来单.txt") -> str:
    evidence = tmp_path / name
    evidence.write_text("要 12 只球阀", encoding="utf-8")
    intake = desk.do(
        "intake.save",
        {"channel": "微信", "received_at": "9:10", "customer": "C00042", "content": "要货", "files": str(evidence)},
    )
    order = desk.do(
        "order.confirm",
        {**order_args(("P10012", "12", "48.6"), ("P20031", "100", "3.2")), "intake": intake.uid},
    ).uid
    line = str(desk.lines("order_line", order)[0]["uid"])
    desk.do(
        "progress.feedback", {"said_by": "张师傅", "lines": [{"order_line": line, "state": "80%", "promised": "6.17"}]}
    )
    desk.do("order.amend", {"uid": order, "amend_reason": "客户要求", "address": "苏州新区 8 号"})
    for notice in desk.rows("change_notice"):
        desk.do("change.acknowledge", {"uid": notice["uid"]}) if not notice["ack_at"] else None
    later(desk, days=1)
    desk.do("order.deliver", {"uid": order})
    return order


def inside(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def left_behind(root: Path) -> list[str]:
    return [p.name for p in root.rglob("~*")]


def test_a_finished_order_becomes_one_folder_and_one_zip(desk: Desk, tmp_path: Path) -> None:
    order = finished(desk, tmp_path)
    desk.do("delivery.print", {"uid": desk.rows("delivery")[0]["uid"]})
    made = desk.do("dossier.file", {"uid": order})
    folder, pack = Path(made.data["folder"]), Path(made.data["zip"])
    assert folder == tmp_path / "归档" / "2026" / "2026-06" / "XS2606A-0001 苏州华源贸易有限公司"
    names = inside(folder)
    assert names == [
        "01 订单/订单 XS2606A-0001.pdf",
        "02 变更通知单/变更通知单 BG2606A-0001.pdf",
        "03 来单凭据/来单.txt",
        "04 传递单/传递单 CD2606A-0001.pdf",
        "04 传递单/传递单 CD2606A-0002.pdf",
        "05 送货单/拣货核对单 SH2606A-0001.pdf",
        "05 送货单/送货单 SH2606A-0001 第 1 次.pdf",
        "05 送货单/送货单 SH2606A-0001.pdf",
        "封面.pdf",
        "目录.xlsx",
        "经过.txt",
    ]
    story = (folder / "经过.txt").read_text(encoding="utf-8-sig")
    for part in (
        "确认订单 XS2606A-0001",
        "变更订单",
        "发货 SH2606A-0001",
        "生产张师傅 反馈 不锈钢球阀 DN25：80%，交期 2026-06-17",
    ):
        assert part in story, part
    book = openpyxl.load_workbook(folder / "目录.xlsx")
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert [r[1] for r in rows[1:]] == [*names[:8], "经过.txt", "封面.pdf"]
    for _, path, _, size, digest in rows[1:]:
        data = (folder / PurePosixPath(str(path))).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (size, digest)
    with zipfile.ZipFile(pack) as found:
        assert sorted(n.partition("/")[2] for n in found.namelist()) == names
    with pypdfium2.PdfDocument(folder / "封面.pdf") as cover:
        words = cover[0].get_textpage().get_text_range()
    assert "还缺" in words and "传递单接收、客户签收、签收验收单扫描件" in words

    row = desk.row("dossier", made.uid) or {}
    assert (row["number"], row["state"], row["missing"], row["files"]) == (
        "XS2606A-0001",
        "lacking",
        "传递单接收、客户签收、签收验收单扫描件",
        11,
    )
    assert (row["products"], row["finished_on"], row["version"]) == ("不锈钢球阀 DN25、四氟垫片 DN50", "2026-06-13", 2)
    assert row["sha256"] == hashlib.sha256(pack.read_bytes()).hexdigest() == made.data["sha256"]
    assert [p.code for p in made.problems] == ["lacking"]
    assert desk.do("dossier.check", {"uid": made.uid}).problems == ()
    assert not left_behind(tmp_path / "归档")
    for words in ("四氟垫片", "hy", "XS2606A-0001", "李强"):
        assert [hit.uid for hit in desk.find(words, "dossier")] == [made.uid], words


def test_with_the_signed_paper_it_is_whole(desk: Desk, tmp_path: Path) -> None:
    order = finished(desk, tmp_path)
    for slip in desk.rows("route_slip"):
        desk.do("route.receive", {"uid": slip["uid"], "received_by": "师傅"})
    scan = tmp_path / "回单.jpg"
    scan.write_bytes(b"scan")
    desk.do("delivery.sign", {"uid": desk.rows("delivery")[0]["uid"], "signed_by": "王芳", "files": str(scan)})
    made = desk.do("dossier.file", {"uid": order})
    row = desk.row("dossier", made.uid) or {}
    assert (row["state"], row["missing"], made.problems) == ("whole", None, ())
    assert "06 签收验收单/回单.jpg" in inside(Path(made.data["folder"]))


def test_filed_again_it_is_renewed_and_what_was_laid_in_comes_along(desk: Desk, tmp_path: Path) -> None:
    order = finished(desk, tmp_path)
    first = desk.do("dossier.file", {"uid": order})
    old = Path(first.data["folder"])
    (old / "合同照片.jpg").write_bytes(b"picture")
    later(desk, hours=1)
    desk.settings.put("dossier.pattern", "customer")
    again = desk.do("dossier.file", {"uid": order})
    folder = Path(again.data["folder"])
    assert again.uid == first.uid and len(desk.rows("dossier")) == 1
    assert folder == tmp_path / "归档" / "苏州华源贸易有限公司" / "2026" / old.name
    assert (
        not old.exists() and not old.with_name(old.name + ".zip").exists() and not (tmp_path / "归档" / "2026").exists()
    )
    assert (folder / "09 后来放入" / "合同照片.jpg").read_bytes() == b"picture"
    third = Path(desk.do("dossier.file", {"uid": order}).data["folder"])
    assert inside(third).count("09 后来放入/合同照片.jpg") == 1 and third == folder
    assert not left_behind(tmp_path / "归档")


def test_changes_and_losses_are_seen(desk: Desk, tmp_path: Path) -> None:
    order = finished(desk, tmp_path)
    made = desk.do("dossier.file", {"uid": order})
    folder = Path(made.data["folder"])
    (folder / "经过.txt").write_bytes(b"x")
    (folder / "封面.pdf").unlink()
    desk.do(
        "order_problem.save", {"order": order, "kind": "质量", "what": "少一只", "owner": "赵工", "due": "2026-06-20"}
    )
    assert sorted(p.code for p in desk.do("dossier.check", {"uid": made.uid}).problems) == [
        "file_changed",
        "file_gone",
        "stale",
    ]


def test_many_at_once_and_stopping_leaves_nothing(desk: Desk, tmp_path: Path) -> None:
    one, two = finished(desk, tmp_path, "一.txt"), finished(desk, tmp_path, "二.txt")
    desk.do("order.confirm", order_args(("P10012", "1", "48.6")))  # not finished
    root = tmp_path / "归档"

    class Enough(Exception):
        pass

    def stop(done: int, whole: int) -> None:
        if done == 1:
            raise Enough

    with pytest.raises(Enough):
        desk.do("dossier.file_many", {}, stop)
    assert inside(root) == [] and desk.rows("dossier") == [] and not left_behind(root)
    later(desk, days=8)
    assert [t.title for t in desk.todos() if t.entity == "dossier"] == ["2 张做完的订单还没归档"]
    steps: list[tuple[int, int]] = []
    made = desk.do("dossier.file_many", {}, lambda done, whole: steps.append((done, whole)))
    assert (made.data["filed"], steps) == (2, [(0, 2), (1, 2), (2, 2)])
    assert {r["order"] for r in desk.rows("dossier")} == {one, two}
    with pytest.raises(Refused) as none:
        desk.do("dossier.file_many", {})
    assert [p.code for p in none.value.problems] == ["nothing_to_file"]
    later(desk, minutes=5)
    scan = tmp_path / "回单.jpg"
    scan.write_bytes(b"scan")
    desk.do(
        "order_problem.save", {"order": one, "kind": "质量", "what": "少一只", "owner": "赵工", "due": "2026-06-30"}
    )
    problem = desk.rows("order_problem")[0]["uid"]
    for whom in ("客户", "业务员"):
        desk.do("problem.tell", {"uid": problem, "whom": whom})
    desk.do("problem.close", {"uid": problem, "result": "补发"})
    assert [o["number"] for o in desk.do("dossier.unfiled").data["orders"]] == ["XS2606A-0001"]
    assert desk.do("dossier.file_many", {}).data["filed"] == 1 and len(desk.rows("dossier")) == 2


def test_what_cannot_be_filed(desk: Desk, tmp_path: Path) -> None:
    open_ = desk.do("order.confirm", order_args(("P10012", "1", "48.6"))).uid
    with pytest.raises(Refused) as stop:
        desk.do("dossier.file", {"uid": open_})
    assert [p.code for p in stop.value.problems] == ["not_finished"]
    order = finished(desk, tmp_path)
    attached = desk.rows("attachment")[0]
    kept = desk.folder / "attachments" / str(attached["sha256"])[:2] / str(attached["sha256"])
    kept.chmod(0o644)  # kept read-only, which Windows does not remove
    kept.unlink()
    with pytest.raises(EnvironmentFault, match="不在本机"):
        desk.do("dossier.file", {"uid": order})
    assert inside(tmp_path / "归档") == [] and desk.rows("dossier") == []
    desk.settings.put("dossier.folder", str(tmp_path / ("很深" * 60)))
    with pytest.raises(Refused) as deep:
        desk.do("dossier.file", {"uid": order})
    assert [p.code for p in deep.value.problems] == ["deep_root"]


def test_what_a_power_cut_left_is_swept(desk: Desk, tmp_path: Path) -> None:
    order = finished(desk, tmp_path)
    dead = tmp_path / "归档" / "~gd-Adeadbeef" / "0"
    dead.mkdir(parents=True)
    (dead / "half.pdf").write_bytes(b"half")
    other = tmp_path / "归档" / "~gd-Bdeadbeef"
    other.mkdir()
    desk.do("dossier.file", {"uid": order})
    assert not dead.exists() and other.exists()


def test_undo_makes_it_wait_again_and_filing_again_is_fine(desk: Desk, tmp_path: Path) -> None:
    order = finished(desk, tmp_path)
    made = desk.do("dossier.file", {"uid": order})
    desk.do("dossier.place", {"uid": made.uid, "place": "3 柜 2 盒"})
    desk.do("system.undo")
    desk.do("system.undo")
    assert desk.rows("dossier") == []
    again = desk.do("dossier.file", {"uid": order})
    assert desk.lines("dossier_file", again.uid)[0]["path"].startswith("01 订单/")
    assert len(list((tmp_path / "归档").rglob("*.zip"))) == 1


WORDS = st.text(min_size=1, max_size=80)


@given(WORDS, WORDS, WORDS, st.sampled_from(["time", "customer", "product", "region"]), WORDS)
def test_no_name_breaks_windows(number: str, customer: str, region: str, pattern: str, file: str) -> None:
    """Reserved names, forbidden characters, endless names: every part is a name Windows takes, every path short enough."""
    about: dict[str, Any] = {
        "number": number, "customer_name": customer, "customer_short": None, "region": region, "category": region,
        "finished_on": "2026-06-13", "order_date": None,
    }  # fmt: skip
    folder = place_of(about, pattern)
    reserved = {"CON", "PRN", "AUX", "NUL", *(f"COM{n}" for n in range(1, 10)), *(f"LPT{n}" for n in range(1, 10))}
    assert len(folder.parts) == 3
    for part in folder.parts:
        assert part.partition(".")[0].strip().upper() not in reserved
        assert not set('<>:"/\\|?*') & set(part) and not part.endswith((".", " "))
    root = PurePosixPath("D:" + "x" * 107)
    room = room_for_file(Path(str(root)), folder, "02 变更通知单")
    taken: set[str] = set()
    names = [unique(shortened(f"{file}.pdf", room), taken, room) for _ in range(12)]
    assert len({n.casefold() for n in names}) == 12
    if room >= 24:
        assert all(len(f"{root}/{folder}/02 变更通知单/{name}") <= LONGEST for name in names)


@pytest.mark.parametrize("name", ["CON", "nul.txt", "COM1", "a" * 200, "苏州/无锡?公司", "尾巴. . ", ""])
def test_awkward_customers(name: str) -> None:
    about = {
        "number": "XS1", "customer_name": name, "customer_short": None, "region": None, "category": None,
        "finished_on": "2026-06-13", "order_date": None,
    }  # fmt: skip
    assert all(part and len(part) <= 60 for part in place_of(about, "customer").parts)
