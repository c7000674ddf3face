"""ORD-2, ORD-3, ORD-13: a day with the rules: what blocks, who lets it pass, what is asked of the customer, and what is usual."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from salesdesk.desk import Desk
from salesdesk.domain.clock import FixedClock
from salesdesk.domain.errors import Refused
from salesdesk.modules.orders import baskets
from tests.desks import order_args, small_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = small_desk(tmp_path / "data")
    yield made
    made.close()


def sit(desk: Desk, name: str, role: str) -> None:
    desk.settings.put("operator.name", name)
    desk.settings.put("operator.role", role)


def test_from_a_rule_of_the_house_to_an_order_that_went_through(desk: Desk) -> None:
    """ORD-2, ORD-3."""
    sit(desk, "张主管", "manager")
    desk.do("rule.set", {"code": "below_floor", "who": "manager", "note": "六月起"})
    sit(desk, "王敏", "clerk")
    draft = desk.do("order.save", order_args(("P10012", "20", "39.5"))).uid
    desk.do("order.park", {"uid": draft, "question": "要不要法兰？", "asked_how": "电话"})
    clock = desk.database.clock
    assert isinstance(clock, FixedClock)
    clock.moment += timedelta(hours=2)
    desk.do("order.answer", {"uid": draft, "answer": "不要"})
    with pytest.raises(Refused, match="要主管写原因放行"):
        desk.do("order.confirm", {"uid": draft, "reason": "客户压价"})
    desk.do("release.ask", {"uid": draft, "words": "客户压价，量大"})
    [asked] = [t for t in desk.todos() if t.verb == "release.allow"]
    sit(desk, "张主管", "manager")
    desk.do("release.allow", {"uid": asked.uid, "words": "同意"})
    sit(desk, "王敏", "clerk")
    desk.do("order.confirm", {"uid": draft})
    told = "\n".join(entry.text for entry in desk.history("sales_order", draft))
    for words in ("放行记录「低于限价」", "张主管", "客户压价，量大", "客户答复", "电话"):
        assert words in told, words
    assert desk.do("order.recheck").data["orders"][0]["problems"][0]["severity"] == "warn", "asked once, then only told"
    desk.do("order.cancel", {"uid": draft, "cancel_reason": "录错"})
    sit(desk, "张主管", "manager")
    desk.do("rule.set", {"code": "below_floor", "who": "nobody"})
    sit(desk, "王敏", "clerk")
    with pytest.raises(Refused, match="低于限价"):
        desk.do("order.reopen", {"uid": draft, "words": "又要了", "reason": "主管说行"})


def test_what_is_usual_is_proposed_and_kept_under_a_name(desk: Desk) -> None:
    """ORD-13."""
    for qty in ("12", "24", "12"):
        desk.do("order.confirm", {**order_args(("P10012", qty, "48.6"), ("P20031", "100", "3.2")), "reason": "照旧"})
    desk.do("order.confirm", order_args(("P10013", "1", "92.5")))
    customer = desk.find("C00042", "customer")[0].uid
    with desk.read() as reader:
        [usual, last] = baskets.offered(reader, customer, desk.today)
    assert [(item.code, item.qty) for item in usual.items] == [("P10012", 12_000), ("P20031", 100_000)]
    assert [item.code for item in last.items] == ["P10013"]
    order = desk.rows("sales_order")[-1]["uid"]
    desk.do("order.keep_basket", {"uid": order, "name": "月初补货"})
    with pytest.raises(Refused, match="已经有叫「月初补货」的清单"):
        desk.do("order.keep_basket", {"uid": order, "name": "月初补货"})
    desk.do("order.keep_basket", {"uid": order, "name": "月初补货", "everybody": "是"})
    other = desk.find("C00043", "customer")[0].uid
    with desk.read() as reader:
        assert [one.title for one in baskets.offered(reader, other, desk.today)] == ["月初补货"]
        assert [one.title for one in baskets.named(reader, customer)] == ["月初补货", "月初补货"]
    desk.do("product.save", {"uid": desk.find("P10012", "product")[0].uid, "stopped": "是"})
    with desk.read() as reader:
        assert [i.code for i in baskets.usual(reader, customer, desk.today)] == ["P20031"], (
            "nothing stopped is proposed"
        )
