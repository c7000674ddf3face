"""Whatever two PCs sell, deliver, invoice, hand over and take back: what follows from the papers is on both what the papers say."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from salesdesk.domain.errors import Refused
from salesdesk.services.checking import check_all
from salesdesk.services.sync import exchange
from tests.desks import order_args
from tests.sync.pcs import Pc, case_keys, everybody, two_pcs
from tests.sync.trading import Trading, wrong


def sound(pc: Pc) -> None:
    assert wrong(pc.desk) == {}
    report = check_all(pc.desk.database, pc.folder)
    assert report.sound, f"{pc.name}: {report.lines}"


@pytest.mark.parametrize("seed", range(3))
def test_figures_follow_from_the_papers_on_every_pc(tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    if seed % 2:
        monkeypatch.setattr(exchange, "MERGED_FOR_S", 0.0)
        monkeypatch.setattr(exchange, "MERGED_AT_ONCE", 2)  # taken in by small parts, each with figures of its own
    dice = random.Random(seed)
    with two_pcs(tmp_path) as (a, b):
        trading = Trading(dice)
        for _ in range(150):
            pc = dice.choice((a, b))
            pc.later(dice.randint(0, 3))
            trading.act(pc.desk)
            if dice.random() < 0.08:
                pc.sync()
                sound(pc)
            assert wrong(pc.desk) == {}
        everybody(a, b)
        for pc in (a, b):
            sound(pc)
        assert a.desk.dump() == b.desk.dump()
        assert trading.done["order.amend"] and trading.done["order.deliver"] and trading.done["system.undo"]


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Pc, Pc]]:
    another = {"code": "C00044", "name": "常州新联机电有限公司"}
    with two_pcs(tmp_path, lambda desk: desk.do("customer.save", another)) as both:
        yield both


def test_an_order_given_to_another_customer_leaves_the_first_one_on_every_pc(pair: tuple[Pc, Pc]) -> None:
    a, b = pair
    order = a.desk.do("order.confirm", order_args(("P10012", "10", "48.60"), customer="C00043")).uid
    paid = a.desk.do("receipt.save", {"customer": "C00043", "amount": "100"}).uid
    everybody(a, b)
    a.desk.do("order.amend", {"uid": order, "customer": "C00044", "amend_reason": "我方录错"})
    a.desk.do("receipt.save", {"uid": paid, "customer": "C00044"})
    everybody(a, b)
    for pc in pair:
        old, new = pc.customer("C00043"), pc.customer("C00044")
        assert (old["undelivered"], old["deposit"], new["undelivered"], new["deposit"]) == (0, 0, 48_600, 10_000)
        sound(pc)


def test_goods_sent_while_the_order_went_to_another_customer_are_owed_by_a_known_day(pair: tuple[Pc, Pc]) -> None:
    a, b = pair
    order = a.desk.do("order.confirm", order_args(("P10012", "10", "48.60"), customer="C00043")).uid
    everybody(a, b)
    b.desk.do("order.deliver", {"uid": order})
    a.desk.do("order.amend", {"uid": order, "customer": "C00044", "amend_reason": "我方录错"})
    everybody(a, b)
    for pc in pair:
        sound(pc)


def test_a_note_is_counted_and_signed_though_another_pc_took_its_line_out(pair: tuple[Pc, Pc]) -> None:
    a, b = pair
    goods = (("P10012", "10", "48.60"), ("P10013", "5", "92.50"))
    order = a.desk.do("order.confirm", order_args(*goods, customer="C00043")).uid
    everybody(a, b)
    gone, stays = a.desk.lines("order_line", order)
    note = a.desk.do("order.deliver", {"uid": order, "lines": [{"order_line": gone["uid"], "qty": "6"}]}).uid
    kept = {"uid": stays["uid"], "product": stays["product"], "qty": "5", "price": "92.50"}
    b.desk.do("order.amend", {"uid": order, "amend_reason": "客户要求", "lines": [kept]})
    everybody(a, b)
    [line] = a.desk.lines("delivery_line", note)

    def count(counted: str) -> None:
        counts = [{"delivery_line": line["uid"], "counted": counted}]
        a.desk.do("delivery.check", {"uid": note, "adjust": True, "all_right": True, "lines": counts})

    with pytest.raises(Refused, match="订单只差 0，不能多发 2"):
        count("8")
    count("4")
    back = [{"delivery_line": line["uid"], "rejected": "1", "reject_reason": "破损"}]
    a.desk.do("delivery.sign", {"uid": note, "signed_by": "王芳", "lines": back})
    with pytest.raises(Refused, match="里删掉，不能再算收下"):
        a.desk.do("delivery.resign", {"uid": note, "why": "没有破损", "lines": []})
    everybody(a, b)
    for pc in pair:
        sound(pc)


def test_a_customer_whose_settled_case_is_taken_back_is_found_as_he_stands(pair: tuple[Pc, Pc]) -> None:
    a, b = pair
    uid = str(a.customer("C00044")["uid"])
    a.desk.do("customer.void", {"uid": uid})
    b.desk.do("customer.save", {"uid": uid, "note": "要"})
    everybody(a, b)
    [key] = case_keys(a)
    a.desk.do("sync.settle", {"key": key, "take": "1"})
    b.desk.do("customer.void", {"uid": uid})
    everybody(a, b)
    a.desk.do("system.undo")
    with a.desk.read() as reader:
        assert reader.value("SELECT void FROM customer WHERE uid = ?", (uid,)) == 1, (
            "the other PC put him out of use, too"
        )
    assert a.desk.find("常州新联", "customer") == []
    sound(a)


def test_a_contact_merged_elsewhere_by_another_pc_makes_no_keys_of_the_first_customer(pair: tuple[Pc, Pc]) -> None:
    a, b = pair
    people = [{"name": "周宁", "phone": "139 5120 7733"}]
    a.desk.do("customer.save", {"code": "C00045", "name": "靖江泵业有限公司", "contacts": people})
    everybody(a, b)
    a.desk.do("customer.merge", {"uid": "C00043", "others": "C00045"})
    b.later()
    b.desk.do("customer.merge", {"uid": "C00044", "others": "C00045"})
    everybody(a, b)
    for pc in pair:
        sound(pc)
