"""What a merge leaves to be done afterwards is done once, also when the round that brought it was killed (SYS-1)."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from salesdesk import desk as desks
from salesdesk.persistence import merged
from salesdesk.persistence.merging import Merger
from salesdesk.persistence.work import Work
from salesdesk.services.checking import check_all
from salesdesk.services.sync import looking
from salesdesk.services.sync.cases import Case, open_cases
from tests.desks import order_args
from tests.sync.pcs import Pc, case_keys, everybody, first_pc, joined_pc, same
from tests.sync.world import Stopped, passing_by


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Pc, Pc]:
    """Two PCs that each made the same customer, with nothing exchanged since."""
    share = tmp_path / "share"
    a = first_pc(tmp_path / "a", share)
    b = joined_pc(tmp_path / "b", share, "李强")
    everybody(a, b)
    b.desk.do("customer.save", {"code": "C00777", "name": "昆山合力机电有限公司"})
    b.sync()
    a.desk.do("customer.save", {"code": "C00777", "name": "昆山合力机电有限公司"})
    return a, b


def broken_off(pc: Pc, moment: str) -> None:
    def stop(step: str) -> None:
        if step == moment:
            raise Stopped

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(looking, "look_at_what_came", lambda database, registry: None)
        with passing_by(stop), suppress(Stopped):
            pc.sync()


def left(pc: Pc) -> merged.Unseen:
    with pc.desk.read() as reader:
        return merged.unseen(reader)


def test_what_came_in_before_a_kill_is_looked_at_in_the_next_round(pair: tuple[Pc, Pc]) -> None:
    a, b = pair
    broken_off(a, "committed")
    assert left(a).touched["customer"] and not case_keys(a)
    assert len(a.desk.find("hljd", "customer")) == 1, "its words are not in the index yet"
    a.reopen()
    everybody(a, b)
    same(a, b)
    assert len(a.desk.find("hljd", "customer")) == 2
    assert [key.split("/")[0] for key in case_keys(a)] == ["code"]
    for pc in pair:
        assert not left(pc).upto and check_all(pc.desk.database, pc.folder).sound


def test_a_check_between_sees_no_damage_and_leaves_the_rules_to_the_next_round(pair: tuple[Pc, Pc]) -> None:
    a, b = pair
    broken_off(a, "committed")
    assert check_all(a.desk.database, a.folder).sound
    assert len(a.desk.find("hljd", "customer")) == 2 and left(a).upto
    everybody(a, b)
    assert case_keys(a) and not left(a).upto


def test_own_work_is_no_news(pair: tuple[Pc, Pc]) -> None:
    a, b = pair
    broken_off(b, "committed")
    everybody(a, b)
    a.desk.do("customer.save", {"code": "C00778", "name": "太仓港务有限公司"})
    b.desk.do("customer.save", {"code": "C00779", "name": "常熟港务有限公司"})
    a.sync()
    broken_off(b, "committed")
    b.desk.do("customer.save", {"code": "C00780", "name": "启东港务有限公司"})
    assert left(b).touched["customer"] == {a.customer("C00778")["uid"]}


def amounts(pc: Pc, order: str) -> tuple[object, list[object]]:
    row = pc.desk.row("sales_order", order)
    assert row is not None
    return row["amount"], [line["amount"] for line in pc.desk.lines("order_line", order)]


def test_sums_follow_from_the_lines_on_every_pc(tmp_path: Path) -> None:
    share = tmp_path / "share"
    a = first_pc(tmp_path / "a", share)
    order = a.desk.do("order.save", order_args(("P10012", "10", "48.60"), ("P20031", "100", "3.20"))).uid
    a.sync()
    b = joined_pc(tmp_path / "b", share, "李强")
    everybody(a, b)

    def requantified(pc: Pc, place: int, qty: str) -> None:
        lines = [{"uid": one["uid"], "product": one["product"], "price": "48.60" if one["seq"] == 1 else "3.20",
                  "qty": "10" if one["seq"] == 1 else "100"} for one in pc.desk.lines("order_line", order)]  # fmt: skip
        lines[place]["qty"] = qty
        pc.desk.do("order.save", {"uid": order, "customer": "C00042", "lines": lines})

    requantified(a, 0, "20")
    requantified(b, 1, "200")
    everybody(a, b)
    same(a, b)
    assert not case_keys(a), "two lines of one order are no contradiction, nor is their sum"
    assert amounts(a, order) == amounts(b, order) == (97200 + 64000, [97200, 64000])
    requantified(a, 0, "30")
    requantified(b, 0, "40")
    everybody(a, b)
    (case,) = open_cases_of(a)
    assert case.field == "qty" and len(case.sides) == 2
    a.desk.do("sync.settle", {"key": case.key, "value": "50"})
    everybody(a, b)
    same(a, b)
    assert amounts(a, order) == amounts(b, order)
    assert amounts(a, order)[1][0] == 50 * 4860
    for pc in (a, b):
        assert check_all(pc.desk.database, pc.folder).sound


@pytest.mark.parametrize(
    "terms",
    [
        {"note": "大客户"},
        {"settle": "月结 60 天"},
        {"credit_days": "10"},
        {"receivable": "800.00", "receivable_day": "2026-05-31"},
        {"note": "大客户", "receivable": "5.00"},
    ],
)
def test_what_a_customer_owes_follows_from_terms_that_came(tmp_path: Path, terms: dict[str, str]) -> None:
    """Sums are renewed where a field came on which they depend, and stand as they are where none did."""
    share = tmp_path / "share"
    a = first_pc(tmp_path / "a", share)
    order = a.desk.do("order.save", order_args(("P10012", "10", "48.60"))).uid
    a.desk.do("order.confirm", {"uid": order})
    a.desk.do("order.deliver", {"uid": order})
    a.sync()
    b = joined_pc(tmp_path / "b", share, "李强")
    everybody(a, b)
    uid = str(b.customer("C00042")["uid"])
    b.desk.do("customer.save", {"uid": uid, **terms})
    b.desk.do("customer.save", {"code": "C00778", "name": "太仓新来的有限公司", "receivable": "12.00"})
    everybody(a, b)
    same(a, b)
    for pc in (a, b):
        assert check_all(pc.desk.database, pc.folder).sound
        assert pc.customer("C00778")["owed"] == 1200
    opening = {"800.00": 800_00, "5.00": 5_00}.get(terms.get("receivable", ""), 20_000_00)
    assert a.customer("C00042")["owed"] == 486_00 + opening


def open_cases_of(pc: Pc) -> list[Case]:
    with pc.desk.read() as reader:
        return open_cases(reader)


def test_one_customer_and_one_product_made_on_two_pcs_are_asked_about(tmp_path: Path) -> None:
    share = tmp_path / "share"
    a = first_pc(tmp_path / "a", share)
    b = joined_pc(tmp_path / "b", share, "李强")
    everybody(a, b)
    tax = "91320594MA1XH3E27K"
    mine = a.desk.do("customer.save", {"code": "C00801", "name": "昆山合力机电有限公司", "tax_id": tax}).uid
    b.desk.do("customer.save", {"code": "C00802", "name": "合力机电（昆山）", "tax_id": tax})
    for pc, code in ((a, "P90001"), (b, "P90002")):
        pc.desk.do("product.save", {"code": code, "name": "铜闸阀", "spec": "DN40", "unit": "只"})
    everybody(a, b)
    same(a, b)
    twin, goods = sorted(open_cases_of(a), key=lambda case: case.kind != "twin")
    assert (twin.kind, twin.uid, len(twin.others)) == ("twin", mine, 1) and "税号相同" in twin.text
    assert goods.kind == "rule" and "P90001 和 P90002" in goods.text
    a.desk.do("sync.settle", {"key": goods.key})
    b.desk.do("customer.apart", {"uid": mine, "others": "C00802"})
    everybody(a, b)
    same(a, b)
    assert not case_keys(a)
    b.desk.do("system.undo")
    everybody(a, b)
    assert case_keys(a) == case_keys(b) == {twin.key}
    a.desk.do("sync.settle", {"key": twin.key, "note": "两家分公司"})
    everybody(a, b)
    same(a, b)
    assert not case_keys(b) and not a.desk.do("customer.duplicates").data["whole"]


def test_twins_that_one_pc_made_alone_were_told_there(tmp_path: Path) -> None:
    a = first_pc(tmp_path / "a", tmp_path / "share")
    b = joined_pc(tmp_path / "b", tmp_path / "share", "李强")
    everybody(a, b)
    for code, name in (("C00801", "昆山合力机电有限公司"), ("C00802", "合力机电（昆山）")):
        b.desk.do("customer.save", {"code": code, "name": name, "tax_id": "91320594MA1XH3E27K", "reason": "分公司"})
    everybody(a, b)
    assert not case_keys(a) and not case_keys(b)


def test_what_an_older_program_did_not_know_is_there_after_its_upgrade(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    share = tmp_path / "share"
    a = first_pc(tmp_path / "a", share)
    b = joined_pc(tmp_path / "b", share, "李强")
    everybody(a, b)
    unknown = a.desk.do("customer.save", {"code": "C00801", "name": "昆山合力机电有限公司"}).uid
    a.sync()
    made = Merger.__init__

    def older(self: Merger, work: Work) -> None:
        made(self, work)
        del self._keys["customer"]  # as if customers came with a later version

    with monkeypatch.context() as patched:
        patched.setattr(Merger, "__init__", older)
        b.sync()
        a.desk.do("customer.save", {"uid": unknown, "note": "加急"})
        a.sync()
        b.sync()
        assert b.desk.row("customer", unknown) is None
    prepare = desks.prepare
    monkeypatch.setattr(desks, "prepare", lambda *args: prepare(*args) or ["数据升级到新版本"])
    b.reopen()
    everybody(a, b)
    same(a, b)
    assert b.customer("C00801")["note"] == "加急" and len(b.desk.find("ksh", "customer")) == 1
    with b.desk.read() as reader:
        assert not reader.value("SELECT count(*) FROM parked")
    assert check_all(b.desk.database, b.folder).sound
