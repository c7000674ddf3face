"""Changes of confirmed orders: who must know by the rules, versions that replay, notices, and the door that holds the goods."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesdesk.desk import Desk
from salesdesk.domain.errors import Refused
from salesdesk.modules.orders import change_queries, change_rules
from salesdesk.modules.orders.change_rules import Snapshot
from salesdesk.services.checking import check_all
from tests.desks import order_args, small_desk

VALVE, GASKET = ("P10012", "12", "48.6"), ("P20031", "100", "3.2")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = small_desk(tmp_path)
    yield made
    assert check_all(made.database, made.folder).lines[0].startswith("数据完好")
    made.close()


@pytest.fixture
def order(desk: Desk) -> str:
    """A confirmed order with a valve (生产) and a gasket (采购)."""
    return desk.do("order.confirm", order_args(VALVE, GASKET)).uid


def lines_of(desk: Desk, order: str, **changed: Any) -> list[dict[str, Any]]:
    """The order's lines as a caller sends them, the first with other values."""
    kept = [
        {"uid": r["uid"], "product": r["product"], "qty": f"{r['qty'] / 1000:g}", "price": f"{r['price'] / 10000:g}"}
        for r in desk.lines("order_line", order)
    ]
    kept[0] |= changed
    return kept


def amend(desk: Desk, order: str, kind: str = "我方录错", **changed: Any) -> dict[str, Any]:
    return dict(desk.do("order.amend", {"uid": order, "amend_reason": kind, **changed}).data)


def notice(desk: Desk, who: str) -> dict[str, Any]:
    return next(r for r in desk.rows("change_notice") if r["who"] == who)


def refused(desk: Desk, verb: str, args: dict[str, Any]) -> list[str]:
    before = desk.dump()
    with pytest.raises(Refused) as fault:
        desk.do(verb, args)
    assert desk.dump() == before and all(p.cure for p in fault.value.problems)
    return [p.code for p in fault.value.problems]


# -- who must know ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "parties"),
    [
        ({"qty": "20"}, "生产 仓库 客户 业务员"),
        ({"price": "50"}, "财务 客户 业务员"),
        ({"product": "P20031", "price": "3.2"}, "生产 采购 仓库 财务 客户 业务员"),
        ({"due_date": "2026-06-19"}, "生产 仓库 客户 业务员"),
        ({"note": "要铭牌"}, "生产 仓库 客户 业务员"),
    ],
)
def test_what_changed_in_a_line_says_who_must_know(
    desk: Desk, order: str, changed: dict[str, str], parties: str
) -> None:
    assert amend(desk, order, lines=lines_of(desk, order, **changed))["parties"] == parties.split()


@pytest.mark.parametrize(
    ("changed", "parties"),
    [
        ({"due_date": "2026-06-25"}, "生产 采购 仓库 客户 业务员"),
        ({"address": "苏州新区 8 号"}, "仓库 客户 业务员"),
        ({"contact": "李芳", "phone": "139 0000 0000"}, "仓库 客户 业务员"),
        ({"settle": "款到发货"}, "财务 客户 业务员"),
        ({"customer_po": "PO-9"}, "财务 客户 业务员"),
        ({"salesperson": "周涛"}, "客户 业务员"),
    ],
)
def test_what_changed_in_the_head_says_who_must_know(
    desk: Desk, order: str, changed: dict[str, str], parties: str
) -> None:
    assert amend(desk, order, **changed)["parties"] == parties.split()


def test_a_line_taken_out_concerns_those_who_were_to_make_it_ready(desk: Desk, order: str) -> None:
    assert amend(desk, order, lines=lines_of(desk, order)[:1])["parties"] == ["采购", "仓库", "客户", "业务员"]


def test_a_customer_who_asked_knows_already(desk: Desk, order: str) -> None:
    assert amend(desk, order, "客户要求", due_date="2026-06-25")["parties"] == ["生产", "采购", "仓库", "业务员"]


@pytest.mark.parametrize(("why", "told"), [("客户取消", False), ("缺货", True)])
def test_cancelling_is_a_change_of_which_all_must_know(desk: Desk, order: str, why: str, told: bool) -> None:
    done = desk.do("order.cancel", {"uid": order, "cancel_reason": why})
    assert done.data["parties"] == ["生产", "采购", "仓库", "财务", *(["客户"] if told else []), "业务员"]
    change = desk.row("order_change", str(done.data["change"])) or {}
    assert change["kind"] == "取消订单" and "办理状态：已确认 → 已取消" in change["summary"]
    assert desk.do("change.print", {"uid": change["uid"]}).data["pages"] == 1


def test_a_cancelled_draft_is_no_change(desk: Desk) -> None:
    draft = desk.do("order.save", order_args(VALVE))
    desk.do("order.cancel", {"uid": draft.uid, "cancel_reason": "录错"})
    assert desk.rows("order_change") == []


def test_an_amendment_that_changes_nothing_is_no_version(desk: Desk, order: str) -> None:
    assert "version" not in amend(desk, order, lines=lines_of(desk, order))
    assert desk.rows("order_change") == []


# -- versions ------------------------------------------------------------------------------------------------------


def test_versions_stay_as_they_were_whatever_is_renamed_later(desk: Desk, order: str) -> None:
    amend(desk, order, lines=lines_of(desk, order, qty="20"))
    amend(desk, order, due_date="2026-06-25")
    desk.do("product.save", {"uid": desk.rows("product")[0]["uid"], "name": "改了名的产品"})
    desk.do("customer.save", {"uid": desk.rows("customer")[0]["uid"], "name": "改了名的客户"})
    with desk.read() as reader:
        known = change_queries.versions(reader, order)
        told = [d.text for d in change_queries.compare(reader, order, 1, 3)]
        back = [d.text for d in change_queries.compare(reader, order, 3, 1)]
    assert list(known) == [1, 2, 3] and known[1].names["customer"] == "苏州华源贸易有限公司"
    assert told == [
        "交货日期：2026-06-18 → 2026-06-25",
        "整单金额：903.20 → 1,292.00",
        "第 1 行「不锈钢球阀 DN25」数量：12 只 → 20 只",
    ]
    assert back[0] == "交货日期：2026-06-25 → 2026-06-18"


def test_the_reasons_are_counted_by_month(desk: Desk, order: str) -> None:
    amend(desk, order, "客户要求", due_date="2026-06-25")
    amend(desk, order, "客户要求", due_date="2026-06-26")
    amend(desk, order, "生产原因", due_date="2026-06-29")
    with desk.read() as reader:
        found = change_queries.reasons_by_month(reader, "2026-06-01", "2026-06-12")
        assert change_queries.reasons_by_month(reader, "2026-05-01", "2026-06-11") == []
    assert [(r["month"], r["kind"], r["count"]) for r in found] == [
        ("2026-06", "客户要求", 2),
        ("2026-06", "生产原因", 1),
    ]


CHANGES = st.lists(
    st.one_of(
        st.fixed_dictionaries({"qty": st.integers(1, 60).map(str)}),
        st.fixed_dictionaries({"price": st.integers(41, 60).map(str)}),
        st.fixed_dictionaries({"due_date": st.integers(15, 30).map(lambda d: f"2026-06-{d}")}),
        st.fixed_dictionaries({"address": st.sampled_from(("新区 8 号", "老地方", "三号库"))}),
        st.just({"more": "P10013"}),
        st.just({"fewer": ""}),
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=12)
@given(changes=CHANGES)
def test_undo_restores_exactly_and_versions_replay(
    tmp_path_factory: pytest.TempPathFactory, changes: list[dict[str, str]]
) -> None:
    desk = small_desk(tmp_path_factory.mktemp("desk"))
    order = desk.do("order.confirm", order_args(VALVE, GASKET)).uid
    before, ops = [desk.dump()], []
    for change in changes:
        lines = lines_of(desk, order)
        args: dict[str, Any] = {k: v for k, v in change.items() if k in ("due_date", "address")}
        if "more" in change:
            lines.append({"product": "P10013", "qty": "3", "price": "92.5"})
        if "fewer" in change and len(lines) > 1:
            lines.pop()
        lines[0] |= {k: v for k, v in change.items() if k in ("qty", "price")}
        done = desk.do("order.amend", {"uid": order, "amend_reason": "其他", "reason": "试", **args, "lines": lines})
        if done.data.get("version"):
            ops.append(done.changes.op)
            before.append(desk.dump())
    rows = sorted(desk.rows("order_change"), key=lambda r: r["version"])
    assert [r["version"] for r in rows] == list(range(2, len(ops) + 2))
    for earlier, later in pairwise(rows):
        assert earlier["after"] == later["before"]
    with desk.read() as reader:
        now = change_queries.snapshot(reader, order)
    if rows:
        assert rows[-1]["after"] == now.text() == Snapshot.read(rows[-1]["after"]).text()
        assert change_rules.differences(now, Snapshot.read(rows[-1]["after"])) == []
    for _ in ops:
        before.pop()
        desk.do("system.undo")
        assert live(desk) == live_of(before[-1])
    desk.close()


def live(desk: Desk) -> Any:
    return live_of(desk.dump())


def live_of(dump: str) -> Any:
    """What is in use, without the tombstones that undo leaves behind."""
    told = json.loads(dump)
    return {k: [r for r in rows if not r.get("void")] for k, rows in told.items() if isinstance(rows, list)}


def test_an_older_change_is_not_undone_under_a_newer_one(desk: Desk, order: str) -> None:
    first = desk.do("order.amend", {"uid": order, "amend_reason": "其他", "address": "新区 8 号"})
    desk.do("order.amend", {"uid": order, "amend_reason": "其他", "due_date": "2026-06-25"})
    assert "changed_later" in refused(desk, "system.undo", {"op": first.changes.op})


def test_a_change_that_was_told_is_not_silently_taken_back(desk: Desk, order: str) -> None:
    done = desk.do("order.amend", {"uid": order, "amend_reason": "其他", "due_date": "2026-06-25"})
    desk.do("change.tell", {"uid": notice(desk, "仓库")["uid"], "told_how": "电话"})
    assert refused(desk, "system.undo", {"op": done.changes.op}) == ["changed_later"]
    desk.do("system.undo")
    desk.do("system.undo", {"op": done.changes.op})
    assert desk.rows("change_notice") == [] and desk.todos() == [t for t in desk.todos() if t.entity != "change_notice"]
    desk.do("system.redo")
    assert len(desk.rows("change_notice")) == 5


# -- notices -------------------------------------------------------------------------------------------------------


def test_a_notice_goes_from_untold_to_told_to_acknowledged(desk: Desk, order: str) -> None:
    amend(desk, order, "生产原因", due_date="2026-06-25")
    store = notice(desk, "仓库")
    assert (store["state"], store["needed"]) == ("waiting", 1)
    desk.do("change.tell", {"uid": store["uid"], "told_how": "电话"})
    store = notice(desk, "仓库")
    assert (store["state"], store["told_how"], store["told_by"]) == ("told", "电话", "王敏")
    desk.do("change.acknowledge", {"uid": store["uid"], "ack_by": "孙库管"})
    assert (notice(desk, "仓库")["state"], notice(desk, "仓库")["ack_by"]) == ("acked", "孙库管")
    assert refused(desk, "change.tell", {"uid": store["uid"], "told_how": "电话"}) == ["acknowledged"]
    assert refused(desk, "change.acknowledge", {"uid": store["uid"]}) == ["acknowledged"]
    assert refused(desk, "change.skip", {"uid": store["uid"], "note": "x"}) == ["acknowledged"]


def test_taking_note_at_once_counts_as_told_in_person(desk: Desk, order: str) -> None:
    amend(desk, order, due_date="2026-06-25")
    desk.do("change.acknowledge", {"uid": notice(desk, "业务员")["uid"]})
    told = notice(desk, "业务员")
    assert (told["state"], told["ack_by"], told["told_how"]) == ("acked", "李强", "当面")
    desk.do("change.tell", {"uid": notice(desk, "仓库")["uid"], "told_how": "当面", "ack_by": "孙库管"})
    assert notice(desk, "仓库")["state"] == "acked"


def test_the_list_of_parties_can_be_edited(desk: Desk, order: str) -> None:
    change = amend(desk, order, due_date="2026-06-25")["change"]
    desk.do("change.add_party", {"uid": change, "who": "财务", "person": "钱会计"})
    assert notice(desk, "财务")["state"] == "waiting"
    assert refused(desk, "change.add_party", {"uid": change, "who": "财务", "person": "钱会计"}) == ["listed"]
    desk.do("change.skip", {"uid": notice(desk, "财务")["uid"], "note": "不涉及钱"})
    assert notice(desk, "财务")["state"] == "skipped"
    desk.do("change.tell", {"uid": notice(desk, "财务")["uid"], "told_how": "微信"})
    assert notice(desk, "财务")["state"] == "told"


def test_everybody_in_one_group_is_told_at_once(desk: Desk, order: str) -> None:
    change = amend(desk, order, due_date="2026-06-25")["change"]
    desk.do("change.tell", {"uid": notice(desk, "仓库")["uid"], "told_how": "电话"})
    desk.do("change.tell_all", {"uid": change, "told_how": "微信"})
    assert {r["who"]: r["told_how"] for r in desk.rows("change_notice")} == dict.fromkeys(
        ("生产", "采购", "客户", "业务员"), "微信"
    ) | {"仓库": "电话"}
    assert refused(desk, "change.tell_all", {"uid": change, "told_how": "微信"}) == ["all_told"]


def test_nothing_was_told_before_it_happened(desk: Desk, order: str) -> None:
    change = amend(desk, order, due_date="2026-06-25")["change"]
    early = "2026-06-12 11:59"
    assert refused(desk, "change.tell", {"uid": notice(desk, "仓库")["uid"], "told_how": "电话", "told_at": early}) == [
        "too_early"
    ]
    assert refused(desk, "change.acknowledge", {"uid": notice(desk, "仓库")["uid"], "ack_at": early}) == ["too_early"]
    assert refused(desk, "change.review", {"uid": change, "reviewer": "赵经理", "reviewed_at": early}) == ["too_early"]
    desk.do("change.review", {"uid": change, "reviewer": "赵经理"})
    assert (desk.row("order_change", change) or {})["reviewer"] == "赵经理"


def test_the_text_for_wechat_hides_prices_from_those_who_do_not_see_them(desk: Desk, order: str) -> None:
    change = amend(desk, order, "客户要求", reason="加量", lines=lines_of(desk, order, qty="20", price="50"))["change"]
    texts = {
        who: str(desk.do("change.wechat", {"uid": change, "who": who}).data["text"])
        for who in ("仓库", "财务", "客户", "")
    }
    for text in texts.values():
        assert "XS2606A-0001 第 2 版" in text and "12 只 → 20 只" in text
    assert "48.60" not in texts["仓库"] + texts[""] and "48.60 → 50.00" in texts["财务"]
    assert "原因：客户要求，加量" in texts["仓库"] and "原因" not in texts["客户"]


# -- goods wait ----------------------------------------------------------------------------------------------------


def test_goods_wait_until_the_warehouse_knows(desk: Desk, order: str) -> None:
    amend(desk, order, lines=lines_of(desk, order, qty="20"))
    assert refused(desk, "order.deliver", {"uid": order}) == ["unacknowledged_change"]
    desk.do("change.tell", {"uid": notice(desk, "仓库")["uid"], "told_how": "微信"})
    assert refused(desk, "order.deliver", {"uid": order}) == ["unacknowledged_change"]
    desk.do("change.acknowledge", {"uid": notice(desk, "仓库")["uid"]})
    assert desk.do("order.deliver", {"uid": order}).problems == ()


def test_goods_go_with_a_reason_that_is_kept(desk: Desk, order: str) -> None:
    amend(desk, order, lines=lines_of(desk, order, qty="20"))
    sent = desk.do("order.deliver", {"uid": order, "reason": "仓库在电话里说知道了"})
    assert [p.code for p in sent.problems] == ["unacknowledged_change"]
    assert desk.history("delivery", sent.uid)[0].reason == "仓库在电话里说知道了"


def test_goods_do_not_wait_for_others(desk: Desk, order: str) -> None:
    amend(desk, order, settle="款到发货")
    assert desk.do("order.deliver", {"uid": order}).problems == ()


def test_prints_made_before_a_change_are_outdated_until_printed_again(desk: Desk, order: str) -> None:
    slip = next(r for r in desk.rows("route_slip") if r["route"] == "make")
    desk.do("route.print", {"uid": slip["uid"]})
    amend(desk, order, lines=lines_of(desk, order, qty="20"))
    with desk.read() as reader:
        [old] = change_queries.outdated_prints(reader, order)
        assert (old.title, old.number, old.nth, old.again) == ("传递单", slip["number"], 1, False)
        assert change_queries.edition(reader, order) == "变更件 v2"
    desk.do("route.print", {"uid": slip["uid"]})
    with desk.read() as reader:
        assert [p.again for p in change_queries.outdated_prints(reader, order)] == [True]
    amend(desk, order, due_date="2026-06-25")
    with desk.read() as reader:
        assert [(p.nth, p.again) for p in change_queries.outdated_prints(reader, order)] == [(2, False)]
