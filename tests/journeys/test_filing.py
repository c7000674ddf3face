"""ORD-11: a finished order is filed as one folder and one zip, renewed when the signed paper comes, found by anything."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from salesdesk.desk import Desk
from salesdesk.domain.clock import FixedClock
from tests.desks import order_args, small_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = small_desk(tmp_path / "data")
    made.settings.put("dossier.folder", str(tmp_path / "归档"))
    yield made
    made.close()


def later(desk: Desk, days: int) -> None:
    clock = desk.database.clock
    assert isinstance(clock, FixedClock)
    clock.moment += timedelta(days=days)


def test_from_the_last_delivery_to_the_folder_on_the_shelf(desk: Desk, tmp_path: Path) -> None:
    """ORD-11 提醒归档 → 归档（还缺签收）→ 签收 → 补齐 → 登记纸质位置 → 一搜就到, with TSK-1 今日 and ORD-7."""
    said = tmp_path / "来单.txt"
    said.write_text("要 12 只球阀", encoding="utf-8")
    intake = desk.do(
        "intake.save", {"channel": "微信", "customer": "C00042", "content": "要货", "files": str(said)}
    ).uid
    order = desk.do("order.confirm", {**order_args(("P10012", "12", "48.6")), "intake": intake}).uid
    for slip in desk.rows("route_slip"):
        desk.do("route.receive", {"uid": slip["uid"], "received_by": "张师傅"})
    note = desk.do("order.deliver", {"uid": order}).uid
    desk.do("delivery.print", {"uid": note})
    later(desk, 8)
    assert "1 张做完的订单还没归档" in [t.title for t in desk.todos()]

    # the paper is not back yet: it is filed all the same, and says what it lacks
    first = desk.do("dossier.file", {"uid": order})
    assert "签收" in str((desk.row("dossier", first.uid) or {})["missing"])
    scan = tmp_path / "签收单.pdf"
    scan.write_bytes(b"%PDF-1.4 scan")
    desk.do("delivery.sign", {"uid": note, "signed_by": "王芳", "files": str(scan)})

    # filed again it is the same dossier, whole now, with the scan in it
    second = desk.do("dossier.file", {"uid": order})
    row = desk.row("dossier", second.uid) or {}
    assert second.uid == first.uid and not row["missing"] and row["state"] != "lacking"
    with zipfile.ZipFile(second.data["zip"]) as pack:
        assert any(name.endswith("签收单.pdf") for name in pack.namelist()) and pack.testzip() is None
    assert desk.do("dossier.check", {"uid": second.uid}).problems == ()

    desk.do("dossier.place", {"uid": second.uid, "place": "2 柜 7 盒 18 页"})
    assert not [t for t in desk.todos() if t.verb.startswith("dossier.")]
    for words in ("华源", "hy", "XS2606A-0001", "球阀"):
        assert [hit.uid for hit in desk.find(words, "dossier")] == [second.uid], words
    assert "2 柜 7 盒 18 页" in str(desk.row("dossier", second.uid))
