"""Files dropped in one go: read, joined, grouped, and nothing lost; what one voucher's files and papers are (EXP-1, EXP-2)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from salesdesk.desk import Desk
from salesdesk.domain.errors import GivenUp
from salesdesk.modules.reimbursement.duplicates import earlier, hashes_of
from salesdesk.modules.reimbursement.guessing import town_of
from salesdesk.modules.reimbursement.ledger import voucher_of
from salesdesk.modules.reimbursement.voucher_files import files_of, supports_of_claim
from salesdesk.services.attachments import stored_at
from salesdesk.services.vouchers.voucher import VoucherKind
from tests.modules.claim_desk import claim, claim_desk, codes, drop, row, to_check, voucher
from tests.vouchers_made import full_invoice, locked, paper_invoice, rail_ticket, trip_list, zipped
from tests.vouchers_made.as_picture import page_image, png

HOTEL = {"goods": "*住宿服务*住宿费", "seller": "南京湖畔酒店有限公司"}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = claim_desk(tmp_path / "data")
    yield made
    made.close()


@pytest.fixture
def box(tmp_path: Path) -> Path:
    return tmp_path / "票"


def vouchers(desk: Desk, claim_uid: str | None = None) -> list[dict[str, Any]]:
    return [
        v for v in sorted(desk.rows("expense_voucher"), key=lambda v: v["seq"] or 0) if claim_uid in (None, v["claim"])
    ]


def test_twenty_files_become_a_claim_with_its_lines(desk: Desk, box: Path) -> None:
    files = {f"餐{n:02}.xml": full_invoice(n=n, total=106_00 + n).xml() for n in range(1, 13)}
    files |= {f"房{n:02}.xml": full_invoice(n=n, total=400_00, **HOTEL).xml() for n in range(21, 24)}
    files |= {f"打车{n}.xml": full_invoice(n=n, total=35_00, goods="*运输服务*客运服务费").xml() for n in range(31, 34)}
    files |= {"加密.pdf": locked(), "坏.bin": b"\x00\x01 nothing"}
    steps: list[tuple[int, int]] = []
    made = desk.do("claim.intake", {"claimant": "陈志远", "files": drop(box, files)}, lambda i, n: steps.append((i, n)))
    uid = made.uid
    assert steps[0] == (0, 20) and steps[-1] == (20, 20) and len(made.data["files"]) == 20
    lines = {line["item"]: line for line in desk.lines("expense_line", uid)}
    assert {k: v["amount"] for k, v in lines.items()} == {
        "业务招待费": sum(106_00 + n for n in range(1, 13)),
        "住宿费": 1200_00,
        "交通费": 105_00,
    }
    assert {k: v["attached"] for k, v in lines.items()} == {"业务招待费": 12, "住宿费": 3, "交通费": 3}
    assert lines["住宿费"]["destination"] == "南京" and "3 张" in lines["住宿费"]["summary"]
    found = row(desk, uid)
    assert found["amount"] == found["attached_total"] and found["attached"] == 20
    by_hand = [v for v in vouchers(desk, uid) if v["total"] is None]
    assert len(by_hand) == 2 and all(v["line"] is None for v in by_hand)
    assert {p.code for p in made.problems} >= {"by_hand"} and found["stops"] == 2
    desk.do("system.undo")
    assert desk.count("expense_claim") == desk.count("expense_voucher") == desk.count("claim_finding") == 0
    desk.do("system.redo")
    assert row(desk, uid)["attached"] == 20 and len(desk.lines("expense_line", uid)) == 3


def test_originals_are_kept_byte_for_byte(desk: Desk, box: Path) -> None:
    data = full_invoice().xml()
    desk.do("claim.intake", {"claimant": "陈志远", "files": drop(box, {"a.xml": data})})
    with desk.read() as reader:
        [file] = files_of(reader, vouchers(desk)[0]["uid"])
    assert file["sha256"] == hashlib.sha256(data).hexdigest() and file["role"] == "original"
    assert stored_at(desk.folder, file["sha256"]).read_bytes() == data


def test_the_ledger_knows_what_the_reader_said(desk: Desk, box: Path) -> None:
    made = full_invoice(special=True, total=318_00, lines=2)
    desk.do("claim.intake", {"claimant": "陈志远", "files": drop(box, {"a.xml": made.xml()})})
    with desk.read() as reader:
        found = voucher_of(reader.get("expense_voucher", vouchers(desk)[0]["uid"]) or {})
    assert (found.kind, found.number, found.total, found.buyer) == (made.kind, made.number, 31800, made.buyer)
    assert [i.name for i in found.items] == [i.name for i in made.items] and found.sources["total"] == "xml"


def test_three_files_of_one_invoice_are_one_voucher(desk: Desk, box: Path) -> None:
    one = full_invoice(total=300_00)
    files = drop(box, {"a.pdf": one.pdf(), "b.png": one.picture(), "c.xml": one.xml()})
    made = desk.do("claim.intake", {"claimant": "陈志远", "files": files})
    assert desk.count("expense_voucher") == 1 and row(desk, made.uid)["amount"] == 300_00
    with desk.read() as reader:
        kept = files_of(reader, vouchers(desk)[0]["uid"])
    assert [(f["form"], f["role"]) for f in kept] == [("xml", "original"), ("pdf", "same"), ("picture", "copy")]
    assert vouchers(desk)[0]["kind"] == str(VoucherKind.FULL_ORDINARY)
    assert row(desk, made.uid)["stops"] == 0


def test_a_file_that_contradicts_its_twin_blocks(desk: Desk, box: Path) -> None:
    one = full_invoice(total=300_00)
    made = desk.do("claim.intake", {"claimant": "陈志远", "files": drop(box, {"a.xml": one.xml()})})
    desk.do("claim.intake", {"uid": made.uid, "files": drop(box, {"b.xml": one.but(total=800_00).xml()})})
    [finding] = [f for f in desk.rows("claim_finding") if f["rule"] == "files_differ"]
    assert (finding["field"], finding["printed"], finding["expected"]) == ("total", "800.00", "300.00")
    assert row(desk, made.uid)["amount"] == 300_00 and desk.count("expense_voucher") == 1


def test_the_same_file_is_taken_once(desk: Desk, box: Path) -> None:
    one = full_invoice().xml()
    made = desk.do("claim.intake", {"claimant": "陈志远", "files": drop(box, {"a.xml": one, "b.xml": one})})
    assert [f["what"] for f in made.data["files"]] == ["new", "again"]
    again = desk.do("claim.intake", {"uid": made.uid, "files": str(box / "a.xml")})
    assert [f["what"] for f in again.data["files"]] == ["again"] and desk.count("voucher_file") == 1


def test_an_archive_gives_its_vouchers_with_their_own_bytes(desk: Desk, box: Path) -> None:
    inside = {"一.xml": full_invoice(n=1).xml(), "二.xml": full_invoice(n=2).xml()}
    made = desk.do("claim.intake", {"claimant": "陈志远", "files": drop(box, {"票.zip": zipped(inside)})})
    assert row(desk, made.uid)["attached"] == 2 and row(desk, made.uid)["stops"] == 0
    hashes = {a["sha256"] for a in desk.rows("attachment")}
    assert hashes == {hashlib.sha256(data).hexdigest() for data in inside.values()}


def test_supporting_papers_are_never_summed(desk: Desk, box: Path) -> None:
    ride = full_invoice(total=86_40, goods="*运输服务*客运服务费", seller="某出行科技有限公司")
    files = drop(box, {"行程单.pdf": trip_list(), "发票.xml": ride.xml()})
    made = desk.do("claim.intake", {"claimant": "陈志远", "files": files})
    assert row(desk, made.uid)["amount"] == 86_40 and row(desk, made.uid)["attached"] == 1
    with desk.read() as reader:
        papers = [f for f in files_of(reader, vouchers(desk)[0]["uid"]) if f["role"] == "support"]
        assert [p["support"] for p in papers] == ["行程单"] and supports_of_claim(reader, made.uid) == []
    desk.do(
        "claim.attach",
        {"uid": made.uid, "files": drop(box, {"出差审批.pdf": trip_list() + b" "}), "support": "出差审批"},
    )
    with desk.read() as reader:
        assert [p["support"] for p in supports_of_claim(reader, made.uid)] == ["出差审批"]


def test_tickets_of_a_trip_become_legs(desk: Desk, box: Path) -> None:
    files = {"去.xml": rail_ticket(n=1, total=99_50, destination="南京南").xml()}
    files |= {"回.xml": rail_ticket(n=2, total=99_50, day="2026-06-17", origin="南京南", destination="苏州").xml()}
    files |= {"房.xml": full_invoice(total=400_00, **HOTEL).xml()}
    made = desk.do("claim.intake", {"claimant": "陈志远", "kind": "差旅", "files": drop(box, files)})
    there, back, room = desk.lines("expense_line", made.uid)
    assert (there["part"], there["day"], there["origin"], there["destination"], there["vehicle"]) == (
        "leg", "2026-06-15", "苏州", "南京南", "火车",
    )  # fmt: skip
    assert back["day"] == "2026-06-17" and room["item"] == "住宿费"
    assert next(v for v in vouchers(desk) if v["line"] == there["uid"])["city"] == "南京"


def test_a_category_once_chosen_for_a_seller_is_learned(desk: Desk, box: Path) -> None:
    goods = {"goods": "*其他*杂项", "seller": "苏州某商行"}
    first = desk.do(
        "claim.intake", {"claimant": "陈志远", "files": drop(box, {"a.xml": full_invoice(n=1, **goods).xml()})}
    )
    [one] = vouchers(desk, first.uid)
    assert one["category"] is None and desk.lines("expense_line", first.uid)[0]["item"] == "其他"
    desk.do("voucher.save", {"uid": one["uid"], "category": "办公费"})
    second = desk.do(
        "claim.intake", {"claimant": "周宁", "files": drop(box, {"b.xml": full_invoice(n=2, **goods).xml()})}
    )
    assert desk.lines("expense_line", second.uid)[0]["item"] == "办公费"


def test_while_it_is_checked_new_files_do_not_raise_the_claim(desk: Desk, box: Path) -> None:
    uid = to_check(desk, claim(desk, "500"))
    desk.do("claim.intake", {"uid": uid, "files": drop(box, {"a.xml": full_invoice(goods="*纸制品*办公用纸").xml()})})
    [one] = vouchers(desk, uid)
    assert row(desk, uid)["amount"] == 500_00 and one["line"] == desk.lines("expense_line", uid)[0]["uid"]


def test_vouchers_may_wait_without_a_claim(desk: Desk, box: Path) -> None:
    desk.do("claim.intake", {"files": drop(box, {"a.xml": full_invoice().xml()})})
    [one] = vouchers(desk)
    assert one["claim"] is None and any(t.title == "有 1 张票还没归到报销单" for t in desk.todos())
    uid = claim(desk)
    desk.do("voucher.move", {"uid": one["uid"], "line": desk.lines("expense_line", uid)[0]["uid"]})
    assert row(desk, uid)["attached"] == 1
    desk.do("voucher.move", {"uid": one["uid"]})
    assert row(desk, uid)["attached"] == 0


@pytest.mark.parametrize("at_once", [True, False])
def test_two_files_of_one_voucher_are_one_outside_a_claim_too(desk: Desk, box: Path, at_once: bool) -> None:
    one = full_invoice(total=300_00)
    files = drop(box, {"a.xml": one.xml(), "b.pdf": one.pdf()})
    for some in [files] if at_once else files.splitlines():
        desk.do("claim.intake", {"files": some})
    [kept] = vouchers(desk)
    with desk.read() as reader:
        assert [f["form"] for f in files_of(reader, kept["uid"])] == ["xml", "pdf"]


def test_what_waited_in_no_claim_is_taken_into_the_claim_it_is_dropped_on(desk: Desk, box: Path) -> None:
    one = full_invoice(total=300_00, goods="*纸制品*复印纸")
    files = drop(box, {"a.xml": one.xml(), "b.pdf": one.pdf()})
    desk.do("claim.intake", {"files": files.splitlines()[0]})
    made = desk.do("claim.intake", {"claimant": "陈志远", "files": files})
    [kept] = vouchers(desk)
    assert kept["claim"] == made.uid and row(desk, made.uid)["amount"] == 300_00
    assert [p.code for p in made.problems] == ["adopted"] and row(desk, made.uid)["stops"] == 0
    with desk.read() as reader:
        assert [(f["form"], f["claim"]) for f in files_of(reader, kept["uid"])] == [
            ("xml", made.uid),
            ("pdf", made.uid),
        ]
    desk.do("system.undo")
    assert [v["claim"] for v in vouchers(desk)] == [None] and desk.count("voucher_file") == 1


def test_moved_beside_itself_a_voucher_joins(desk: Desk, box: Path) -> None:
    one = full_invoice(total=300_00, goods="*纸制品*复印纸")
    files = drop(box, {"a.pdf": one.pdf(), "b.xml": one.xml()})
    pdf, xml = files.splitlines()
    made = desk.do("claim.intake", {"claimant": "陈志远", "files": pdf})
    [there] = vouchers(desk, made.uid)
    desk.do("voucher.accept", {"uid": there["uid"]})
    desk.do("claim.intake", {"files": xml})
    loose = next(v["uid"] for v in vouchers(desk) if v["claim"] is None)
    before = desk.dump()
    moved = desk.do("voucher.move", {"uid": loose, "claim": made.uid})
    assert moved.uid == there["uid"] and "同一张票" in moved.message
    [kept] = vouchers(desk)
    with desk.read() as reader:
        assert [(f["form"], f["role"]) for f in files_of(reader, kept["uid"])] == [("xml", "original"), ("pdf", "same")]
        assert earlier(reader, kept, hashes_of(reader, kept["uid"])) == [], "the joined one is no other voucher"
    assert row(desk, made.uid)["amount"] == 300_00 and row(desk, made.uid)["stops"] == 0
    desk.do("system.undo")
    assert desk.dump() == before


def test_a_file_that_contradicts_an_accepted_voucher_has_it_looked_at_again(desk: Desk, box: Path) -> None:
    one = full_invoice(total=300_00)
    made = desk.do("claim.intake", {"claimant": "陈志远", "files": drop(box, {"a.xml": one.xml()})})
    [there] = vouchers(desk, made.uid)
    desk.do("voucher.accept", {"uid": there["uid"]})
    desk.do("claim.intake", {"uid": made.uid, "files": drop(box, {"b.pdf": one.pdf()})})
    assert vouchers(desk)[0]["standing"] == "accepted", "the same again says nothing new"
    desk.do("claim.intake", {"uid": made.uid, "files": drop(box, {"c.xml": one.but(total=800_00).xml()})})
    assert vouchers(desk)[0]["standing"] == "waiting"


def test_words_are_recognised_only_where_that_is_installed(
    desk: Desk, box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.services.test_voucher_ocr import stand_in

    photo = drop(box, {"a.png": png(page_image(paper_invoice().pdf(qr=False), 100))})
    stand_in(monkeypatch, False)
    assert codes(desk, "claim.intake", {"claimant": "陈志远", "files": photo, "ocr": "是"}) == ["no_ocr"]
    uid = desk.do("claim.intake", {"claimant": "陈志远", "files": photo}).uid
    [one] = vouchers(desk)
    assert codes(desk, "voucher.recognise", {"uid": one["uid"]}) == ["no_ocr"] and row(desk, uid)["stops"] == 1
    stand_in(monkeypatch, True)
    desk.do("voucher.save", {"uid": one["uid"], "seller": "看着图填的"})
    made = desk.do("voucher.recognise", {"uid": one["uid"]})
    [now] = vouchers(desk)
    assert "发票号码" in made.message and (now["number"], now["seller"]) == ("51142001", "看着图填的")
    assert "number" in now["unsure"].split(",") and "seller" not in now["unsure"].split(",")
    assert [f["severity"] for f in desk.rows("claim_finding") if f["rule"] == "reading.ocr"] == ["warn"]
    again = desk.do("voucher.recognise", {"uid": one["uid"]})
    assert again.message.startswith("没有认出新的内容")
    assert codes(desk, "voucher.recognise", {"uid": voucher(desk, number="1", seller="甲")}) == ["no_picture"]


@pytest.mark.parametrize(
    ("station", "town"),
    [
        ("北海 BHY", "北海"),
        ("南京南站", "南京"),
        ("合肥HFE", "合肥"),
        ("丹东站", "丹东"),
        ("建德东站", "建德"),
        ("渭南北", "渭南"),
    ],
)
def test_the_town_of_a_station(station: str, town: str) -> None:
    assert town_of(station) == town


def test_a_missing_file_does_not_stop_the_others(desk: Desk, box: Path) -> None:
    files = drop(box, {"a.xml": full_invoice().xml()}) + f"\n{box / '没有.pdf'}"
    made = desk.do("claim.intake", {"claimant": "陈志远", "files": files})
    assert len(made.data["files"]) == 1 and [p.code for p in made.problems] == ["file.missing"]
    assert codes(desk, "claim.intake", {"claimant": "陈志远", "files": str(box / "没有.pdf")}) == ["file.missing"]


def test_what_nobody_could_read_is_filled_in_by_hand_and_marked(desk: Desk, box: Path) -> None:
    made = desk.do("claim.intake", {"claimant": "陈志远", "files": drop(box, {"加密.pdf": locked()})})
    [one] = vouchers(desk)
    assert row(desk, made.uid)["stops"] == 1
    desk.do("voucher.save", {"uid": one["uid"], "kind": "数电普票", "number": "26322000000000000009", "total": "88"})
    [now] = vouchers(desk)
    assert set(now["by_hand"].split(",")) == {"kind", "number", "total"} and now["key"] == "26322000000000000009"
    assert row(desk, made.uid)["stops"] == 0


def test_a_reissued_voucher_takes_the_place_and_the_wrong_one_stays(desk: Desk, box: Path) -> None:
    bad, good = full_invoice(n=1, buyer="个人"), full_invoice(n=2)
    made = desk.do(
        "claim.intake",
        {"claimant": "陈志远", "files": drop(box, {"a.xml": bad.xml(), "b.xml": good.xml()}), "lines": "否"},
    )
    first = vouchers(desk, made.uid)[0]
    assert codes(desk, "voucher.replace", {"uid": first["uid"], "files": str(box / "a.xml")}) == ["same_voucher"]
    third = full_invoice(n=3)
    desk.do("voucher.replace", {"uid": first["uid"], "files": drop(box, {"c.xml": third.xml()})})
    old = row(desk, first["uid"], "expense_voucher")
    assert old["standing"] == "rejected" and third.number in old["reject_reason"]
    assert {v["number"] for v in vouchers(desk) if v["standing"] == "waiting"} == {good.number, third.number}
    fresh = next(v["uid"] for v in vouchers(desk) if v["number"] == third.number)
    assert codes(desk, "voucher.attach", {"uid": fresh, "files": str(box / "b.xml")}) == ["other_voucher"]


def test_files_of_a_voucher_stay_and_supports_may_go(desk: Desk, box: Path) -> None:
    made = desk.do("claim.intake", {"claimant": "陈志远", "files": drop(box, {"a.xml": full_invoice().xml()})})
    one = vouchers(desk, made.uid)[0]["uid"]
    desk.do("voucher.attach", {"uid": one, "files": drop(box, {"水单.pdf": trip_list()}), "support": "酒店结账单"})
    with desk.read() as reader:
        original, paper = files_of(reader, one)
    assert codes(desk, "voucher_file.void", {"uid": original["uid"]}) == ["original_kept"]
    desk.do("voucher_file.void", {"uid": paper["uid"]})
    with desk.read() as reader:
        assert len(files_of(reader, one)) == 1


def test_every_field_can_be_corrected_and_undone_exactly(desk: Desk) -> None:
    uid = voucher(desk, number="123", code="0320", seller="甲")
    desk.do("voucher.accept", {"uid": uid})
    before = row(desk, uid, "expense_voucher")
    desk.do("voucher.save", {"uid": uid, "total": "99", "city": "南京", "nights": 2})
    now = row(desk, uid, "expense_voucher")
    assert (now["total"], now["city"]) == (9900, "南京") and "total" in now["by_hand"] and "city" not in now["by_hand"]
    desk.do("system.undo")
    assert {k: v for k, v in row(desk, uid, "expense_voucher").items() if k != "seen"} == {
        k: v for k, v in before.items() if k != "seen"
    }
    assert codes(desk, "voucher.save", {"persons": "2"}) == ["empty"]
    assert now["key"] == "0320-00000123"
    assert now["standing"] == "waiting", "who accepted it saw another face"
    desk.do("voucher.save", {"uid": uid, "city": "苏州", "purpose": "拜访"})
    assert row(desk, uid, "expense_voucher")["standing"] == "accepted", "what it was for is no part of its face"


def test_a_long_drop_can_be_given_up(desk: Desk, box: Path) -> None:
    def stop(done: int, whole: int) -> None:
        if done == 2:
            raise GivenUp

    files = drop(box, {f"{n}.xml": full_invoice(n=n).xml() for n in range(5)})
    with pytest.raises(GivenUp):
        desk.do("claim.intake", {"claimant": "陈志远", "files": files}, stop)
    assert desk.count("expense_claim") == desk.count("expense_voucher") == desk.count("attachment") == 0
