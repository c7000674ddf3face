"""Printing a record: numbered, logged, from saved rows only, and only where it may go."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from salesdesk.desk import Desk
from salesdesk.domain.errors import EnvironmentFault, Refused
from tests.desks import order_args, small_desk
from tests.services.pdf_reading import texts_of


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = small_desk(tmp_path)
    yield made
    made.close()


def order(desk: Desk) -> str:
    return desk.do("order.confirm", order_args(("P10012", "12", "48.6"), ("P20031", "9", "3.2"))).uid


def test_each_print_is_counted_and_a_preview_is_not(desk: Desk) -> None:
    uid = order(desk)
    assert [desk.do("order.print", {"uid": uid}).data["nth"] for _ in range(2)] == [1, 2]
    before = desk.dump()
    assert desk.do("order.preview", {"uid": uid}).data["nth"] == 3
    assert desk.dump() == before
    assert [(r["paper"], r["nth"]) for r in desk.rows("print_log")] == [("order", 2), ("order", 1)]
    desk.do("route.print", {"uid": str(desk.rows("route_slip")[0]["uid"])})
    assert [r["nth"] for r in desk.rows("print_log") if r["paper"] == "route"] == [1]


def test_without_a_place_the_paper_lies_in_the_data_folder(desk: Desk) -> None:
    file = Path(desk.do("order.print", {"uid": order(desk)}).data["file"])
    assert file == desk.folder / "prints" / "订单 XS2606A-0001.pdf"
    assert "612.00" in "".join(texts_of(file.read_bytes()))


def test_what_is_printed_is_what_is_saved(desk: Desk) -> None:
    uid = order(desk)
    line, _ = desk.lines("order_line", uid)
    sent = desk.do("order.deliver", {"uid": uid, "lines": [{"order_line": line["uid"], "qty": 5}]})
    text = "".join(texts_of(Path(desk.do("delivery.print", {"uid": sent.uid}).data["file"]).read_bytes()))
    assert "243.00" in text and "贰佰肆拾叁元整" in text and "四氟垫片" not in text


def test_a_voided_record_is_not_printed(desk: Desk) -> None:
    uid = order(desk)
    sent = desk.do("order.deliver", {"uid": uid})
    desk.do("delivery.void", {"uid": sent.uid})
    with pytest.raises(Refused):
        desk.do("delivery.print", {"uid": sent.uid})
    assert desk.rows("print_log") == []


def test_a_print_that_cannot_be_written_is_not_counted(desk: Desk, tmp_path: Path) -> None:
    uid = order(desk)
    with pytest.raises(EnvironmentFault):
        desk.do("order.print", {"uid": uid, "out": str(tmp_path / "没有的" / "a.pdf")})
    with pytest.raises(Refused, match="结尾"):
        desk.do("order.print", {"uid": uid, "out": str(tmp_path / "a.txt")})
    assert desk.rows("print_log") == []


def test_the_paper_of_the_settings_is_used_and_an_unknown_one_refused(desk: Desk) -> None:
    uid = order(desk)
    desk.settings.put("print.route_paper", "A4")
    assert desk.do("order.preview", {"uid": uid}).data["paper"] == "A4"
    with pytest.raises(Refused, match="没有「A3」这一项"):
        desk.do("order.preview", {"uid": uid, "paper": "A3"})


def test_very_long_and_odd_texts_still_fit_on_paper(desk: Desk) -> None:
    uid = desk.do(
        "order.save",
        {**order_args(("P10012", "999999.999", "0.0001")), "note": "长" * 3000 + "\n😀\t𠮷", "address": "路" * 200},
    ).uid
    outcome = desk.do("order.preview", {"uid": uid})
    assert outcome.data["pages"] >= 1
