"""Every print is kept as it left the printer, can be opened again, and tells what is different now."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from salesdesk.desk import Desk
from salesdesk.domain.clock import FixedClock
from salesdesk.domain.errors import EnvironmentFault, Refused
from salesdesk.services.attachments import stored_at
from salesdesk.services.checking import check_all
from tests.desks import NOON, order_args, small_desk
from tests.services.pdf_reading import texts_of


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = small_desk(tmp_path / "data")
    yield made
    made.close()


def note(desk: Desk) -> str:
    order = desk.do("order.confirm", order_args(("P10012", "12", "48.6"), ("P20031", "9", "3.2"))).uid
    return desk.do("order.deliver", {"uid": order}).uid


def test_the_paper_of_that_day_is_opened_again_whatever_became_of_the_data(desk: Desk) -> None:
    uid = note(desk)
    first = desk.do("delivery.print", {"uid": uid, "paper": "241x93", "printer": "针打 1"})
    bytes_then = Path(first.data["file"]).read_bytes()
    log = str(first.data["print"])
    row = desk.row("print_log", log) or {}
    assert (row["size"], row["printer"], row["printed_by"], row["nth"]) == ("241x93", "针打 1", "王敏", 1)
    assert row["sha256"] == hashlib.sha256(bytes_then).hexdigest()
    assert desk.do("prints.compare", {"uid": log}).data == {"void": False, "differences": []}

    customer = (desk.row("delivery", uid) or {})["customer"]
    desk.do("customer.save", {"uid": customer, "name": "苏州华源新贸易有限公司"})
    desk.do("delivery.save", {"uid": uid, "address": "苏州新区 8 号"})
    line = desk.lines("delivery_line", uid)[0]["uid"]
    desk.do(
        "delivery.sign",
        {"uid": uid, "signed_by": "王芳", "lines": [{"delivery_line": line, "rejected": 2, "reject_reason": "破损"}]},
    )
    found = {d["place"]: (d["then"], d["now"]) for d in desk.do("prints.compare", {"uid": log}).data["differences"]}
    assert found["客户"] == ("苏州华源贸易有限公司", "苏州华源新贸易有限公司")
    assert found["地址"][1] == "苏州新区 8 号"
    assert found["「P10012」数量"] == ("12", "10") and found["「P10012」备注"] == ("", "拒收 2（破损）")
    assert found["合计金额"] == ("612.00", "514.80") and found["大写金额"][0] == "陆佰壹拾贰元整"
    assert not any("P20031" in place for place in found)

    second = desk.do("delivery.print", {"uid": uid})
    assert "第 2 次打印" in "".join(texts_of(Path(second.data["file"]).read_bytes()))
    opened = desk.do("prints.open", {"uid": log})
    assert Path(opened.data["file"]).read_bytes() == bytes_then
    assert "苏州华源贸易有限公司" in "".join(texts_of(bytes_then))
    desk.do("delivery.void", {"uid": uid, "reason": "重开"})
    assert desk.do("prints.compare", {"uid": log}).data["void"] is True


def test_a_line_that_came_or_went_is_told_by_its_code(desk: Desk) -> None:
    order = desk.do("order.confirm", order_args(("P10012", "12", "48.6"))).uid
    log = str(desk.do("order.print", {"uid": order}).data["print"])
    line = desk.lines("order_line", order)[0]["uid"]
    lines = [
        {"uid": line, "product": "P10012", "qty": "12", "price": "48.6"},
        {"product": "P20031", "qty": "9", "price": "3.2", "note": "急"},
    ]
    desk.do("order.amend", {"uid": order, "amend_reason": "客户要求", "lines": lines})
    found = [d["text"] for d in desk.do("prints.compare", {"uid": log}).data["differences"]]
    assert "「P20031」数量：当时 （空），现在 9" in found and "「P20031」备注：当时 （空），现在 急" in found


def test_what_was_not_kept_or_is_lost_is_told_with_the_cure(desk: Desk) -> None:
    uid = note(desk)
    log = str(desk.do("delivery.print", {"uid": uid}).data["print"])
    kept = stored_at(desk.folder, str((desk.row("print_log", log) or {})["sha256"]))
    kept.chmod(0o644)  # kept read-only, which Windows does not remove
    kept.unlink()
    with pytest.raises(EnvironmentFault, match="备份"):
        desk.do("prints.open", {"uid": log})
    with desk.database.work("旧记录") as work:
        old = work.insert(desk.entity("print_log"), {"owner": uid, "paper": "delivery", "number": "SH1", "nth": 1})
    with pytest.raises(Refused, match="还没有存原样"):
        desk.do("prints.open", {"uid": old})


def test_old_prints_are_let_go_and_the_log_stays(desk: Desk) -> None:
    uid = note(desk)
    old = desk.do("delivery.print", {"uid": uid})
    data = Path(old.data["file"]).read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    with pytest.raises(Refused) as refused:
        desk.do("prints.prune")
    assert refused.value.problems[0].code == "nothing_to_prune"
    clock = desk.database.clock
    assert isinstance(clock, FixedClock)
    clock.moment = NOON.replace(year=NOON.year + 6)
    young = desk.do("delivery.print", {"uid": uid})
    with pytest.raises(Refused) as refused:
        desk.do("prints.prune", {"until": "2032-06-01"})
    assert refused.value.problems[0].code == "too_young"
    made = desk.do("prints.prune")
    assert made.data == {"prints": 1, "bytes": len(data)}
    assert not stored_at(desk.folder, digest).exists()
    assert [r["nth"] for r in desk.rows("print_log")] == [2, 1], "every print stays in the log"
    with pytest.raises(Refused) as refused:
        desk.do("prints.open", {"uid": old.data["print"]})
    assert refused.value.problems[0].code == "pruned"
    assert desk.do("prints.compare", {"uid": old.data["print"]}).data["void"] is False
    desk.do("prints.open", {"uid": young.data["print"]})
    with pytest.raises(Refused) as refused:
        desk.do("system.undo", {"op": made.changes.op})
    assert refused.value.problems[0].code == "pruned"
    assert [p.text for p in check_all(desk.database, desk.folder).problems] == []


def test_bytes_that_prove_something_else_are_kept(desk: Desk, tmp_path: Path) -> None:
    uid = note(desk)
    pdf = Path(desk.do("delivery.print", {"uid": uid}).data["file"])
    desk.do("delivery.sign", {"uid": uid, "signed_by": "王芳", "files": str(pdf)})
    clock = desk.database.clock
    assert isinstance(clock, FixedClock)
    clock.moment = NOON.replace(year=NOON.year + 6)
    assert desk.do("prints.prune").data == {"prints": 1, "bytes": 0}
    assert [p.text for p in check_all(desk.database, desk.folder).problems] == []
