"""Check rules are the 主管's to change; who let what pass stays with the order and is not asked twice (ORD-2, ORD-3)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from salesdesk.desk import Desk
from salesdesk.domain.errors import Refused
from salesdesk.domain.problems import Severity
from salesdesk.modules.orders import policies, releases
from tests.desks import order_args, small_desk

CHEAP = ("P10012", "12", "39.99")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = small_desk(tmp_path)
    yield made
    made.close()


def sit(desk: Desk, role: str, name: str = "王敏") -> None:
    desk.settings.put("operator.role", role)
    desk.settings.put("operator.name", name)


def refused(desk: Desk, verb: str, args: dict[str, Any]) -> list[tuple[str, str, str]]:
    with pytest.raises(Refused) as fault:
        desk.do(verb, args)
    return [(p.code, str(p.severity), p.who) for p in fault.value.problems]


def set_rule(desk: Desk, code: str, **args: str) -> None:
    sit(desk, "manager", "张主管")
    desk.do("rule.set", {"code": code, **args})
    sit(desk, "clerk")


def releases_of(desk: Desk, order: str) -> list[dict[str, Any]]:
    with desk.read() as reader:
        return releases.of_order(reader, order)


class TestRules:
    def test_only_the_manager_changes_a_rule(self, desk: Desk) -> None:
        assert refused(desk, "rule.set", {"code": "below_floor", "weight": "warn"}) == [("role", "stop", "")]
        assert refused(desk, "rule.reset", {"code": "below_floor"}) == [("role", "stop", "")]
        set_rule(desk, "below_floor", weight="警告")
        told = desk.do("order.confirm", order_args(CHEAP))
        assert [(p.code, p.severity) for p in told.problems] == [("below_floor", Severity.WARN)]

    def test_nor_does_a_clerk_take_it_back_by_undo(self, desk: Desk) -> None:
        set_rule(desk, "below_floor", who="nobody")
        assert refused(desk, "system.undo", {}) == [("role", "stop", "")]
        sit(desk, "manager", "张主管")
        desk.do("system.undo")
        sit(desk, "clerk")
        assert refused(desk, "system.redo", {}) == [("role", "stop", "")]
        assert refused(desk, "order.confirm", order_args(CHEAP)) == [("below_floor", "ask", "")]

    def test_a_rule_weighs_what_the_company_says(self, desk: Desk) -> None:
        for args, expected in (
            ({"weight": "block", "who": "nobody"}, [("below_floor", "stop", "")]),
            ({"who": "manager"}, [("below_floor", "ask", "manager")]),
            ({"who": "anybody"}, [("below_floor", "ask", "")]),
        ):
            set_rule(desk, "below_floor", **args)
            assert refused(desk, "order.confirm", order_args(CHEAP)) == expected
        set_rule(desk, "below_floor", used="否")
        assert desk.do("order.check", order_args(CHEAP)).problems == ()

    def test_nobody_may_pass_even_with_a_reason(self, desk: Desk) -> None:
        set_rule(desk, "below_floor", who="nobody")
        sit(desk, "manager", "张主管")
        told = refused(desk, "order.confirm", {**order_args(CHEAP), "reason": "我说的"})
        assert told == [("below_floor", "stop", "")]

    def test_the_table_tells_how_each_rule_stands_and_who_changed_it(self, desk: Desk) -> None:
        set_rule(desk, "short_stock", weight="提示", note="常年缺货")
        rows = {row["code"]: row for row in desk.do("rule.list").data["rules"]}
        assert rows["short_stock"] | {} == rows["short_stock"]
        changed = {k: rows["short_stock"][k] for k in ("weight", "used", "changed", "changed_by", "note")}
        assert changed == {"weight": "hint", "used": 1, "changed": 1, "changed_by": "张主管", "note": "常年缺货"}
        assert rows["required"]["fixed"] and not rows["below_floor"]["changed"]
        assert all(row[key] for row in rows.values() for key in ("title", "looks", "reason", "cure", "door"))
        entry = desk.history("check_rule", policies.uid_of("short_stock"))[0]
        assert entry.title == "检查规则「库存不够」：警告 → 提示" and entry.operator == "张主管"
        sit(desk, "manager", "张主管")
        desk.do("rule.reset", {"code": "short_stock"})
        assert refused(desk, "rule.reset", {"code": "short_stock"}) == [("unchanged", "stop", "")]

    def test_two_computers_change_one_and_the_same_row(self) -> None:
        assert policies.uid_of("below_floor") == policies.uid_of("below_floor") != policies.uid_of("below_cost")


class TestPassing:
    def test_what_passed_stays_with_the_order_and_in_its_history(self, desk: Desk) -> None:
        order = desk.do("order.confirm", {**order_args(CHEAP), "reason": "老客户清库存"}).uid
        [row] = releases_of(desk, order)
        assert {k: row[k] for k in ("state", "rule", "title", "problem", "decided_by", "decided_role", "reason")} == {
            "state": "allowed",
            "rule": "below_floor",
            "title": "低于限价",
            "problem": "39.99 低于限价 40.00",
            "decided_by": "王敏",
            "decided_role": "内勤",
            "reason": "老客户清库存",
        }
        assert row["decided_at"].startswith("2026-06-12T12:00")
        text = desk.history("sales_order", order)[0].text
        assert "放行记录「低于限价」" in text and "老客户清库存" in text and "内勤" in text

    def test_the_same_problem_is_not_asked_twice_but_another_price_is(self, desk: Desk) -> None:
        order = desk.do("order.confirm", {**order_args(CHEAP), "reason": "清库存"}).uid
        [old] = desk.lines("order_line", order)
        keep = {"uid": old["uid"], "product": "P10012"}
        more = {"uid": order, "amend_reason": "客户要求", "lines": [{**keep, "qty": "20", "price": "39.99"}]}
        told = desk.do("order.amend", more)
        assert [(p.code, p.severity) for p in told.problems] == [("below_floor", Severity.WARN)]
        assert "王敏（内勤）06-12 已放行：清库存" in told.problems[0].cure
        less = {"uid": order, "amend_reason": "客户要求", "lines": [{**keep, "qty": "20", "price": "39"}]}
        assert refused(desk, "order.amend", less) == [("below_floor", "ask", "")]

    def test_what_a_clerk_let_pass_does_not_bind_the_manager(self, desk: Desk) -> None:
        order = desk.do("order.confirm", {**order_args(CHEAP), "reason": "清库存"}).uid
        desk.do("order.cancel", {"uid": order, "cancel_reason": "录错"})
        set_rule(desk, "below_floor", who="manager")
        args = {"uid": order, "words": "又要了", "reason": "清库存"}
        assert refused(desk, "order.reopen", args) == [("below_floor", "ask", "manager")]

    def test_undoing_the_confirmation_takes_the_release_back(self, desk: Desk) -> None:
        order = desk.do("order.confirm", {**order_args(CHEAP), "reason": "清库存"}).uid
        desk.do("system.undo")
        assert releases_of(desk, order) == []


class TestAskingTheManager:
    @pytest.fixture
    def draft(self, desk: Desk) -> str:
        set_rule(desk, "below_floor", who="manager")
        order: str = desk.do("order.save", order_args(CHEAP)).uid
        return order

    def test_he_confirms_with_a_reason_himself(self, desk: Desk, draft: str) -> None:
        assert refused(desk, "order.confirm", {"uid": draft, "reason": "老客户"}) == [("below_floor", "ask", "manager")]
        sit(desk, "manager", "张主管")
        desk.do("order.confirm", {"uid": draft, "reason": "老客户"})
        assert releases_of(desk, draft)[0]["decided_role"] == "主管"

    def test_or_the_clerk_asks_and_confirms_after_he_allowed_it(self, desk: Desk, draft: str) -> None:
        assert desk.do("release.ask", {"uid": draft, "words": "要和对手抢单"}).data["asked"] == 1
        [todo] = [t for t in desk.todos() if t.verb == "release.allow"]
        assert "等主管放行：低于限价" in todo.title and "要和对手抢单" in todo.detail
        assert refused(desk, "release.allow", {"uid": todo.uid, "words": "我自己放行"}) == [("role", "stop", "")]
        sit(desk, "manager", "张主管")
        desk.do("release.allow", {"uid": todo.uid, "words": "同意，仅此一次"})
        sit(desk, "clerk")
        assert not [t for t in desk.todos() if t.verb == "release.allow"]
        told = desk.do("order.confirm", {"uid": draft})
        assert [(p.code, p.severity) for p in told.problems] == [("below_floor", Severity.WARN)]
        assert "张主管（主管）06-12 已放行：同意，仅此一次" in told.problems[0].cure
        [row] = releases_of(desk, draft)
        assert (row["asked_by"], row["decided_by"], row["state"]) == ("王敏", "张主管", "allowed")

    def test_a_refusal_comes_back_to_the_clerk(self, desk: Desk, draft: str) -> None:
        desk.do("release.ask", {"uid": draft, "words": "抢单"})
        [todo] = [t for t in desk.todos() if t.verb == "release.allow"]
        sit(desk, "manager", "张主管")
        desk.do("release.refuse", {"uid": todo.uid, "words": "最低 40"})
        assert refused(desk, "release.allow", {"uid": todo.uid, "words": "改主意"}) == [("decided", "stop", "")]
        sit(desk, "clerk")
        [back] = [t for t in desk.todos() if "没有放行" in t.title]
        assert back.uid == draft and "最低 40" in back.detail

    def test_asking_is_over_when_the_price_was_put_right(self, desk: Desk, draft: str) -> None:
        desk.do("release.ask", {"uid": draft, "words": "抢单"})
        desk.do("order.confirm", {**order_args(("P10012", "12", "48.6")), "uid": draft})
        assert [row["state"] for row in releases_of(desk, draft)] == ["dropped"]
        assert not [t for t in desk.todos() if t.verb == "release.allow"]

    def test_there_must_be_something_to_ask(self, desk: Desk) -> None:
        order = desk.do("order.save", order_args(CHEAP)).uid
        assert refused(desk, "release.ask", {"uid": order, "words": "?"}) == [("nothing_to_ask", "stop", "")]


class TestOldOrders:
    """What stands in a confirmed order is not judged anew when something else in it changes."""

    @pytest.fixture
    def order(self, desk: Desk) -> str:
        order: str = desk.do("order.confirm", order_args(("P10012", "12", "48.6"), ("P20031", "9", "3.2"))).uid
        return order

    def amend(self, desk: Desk, order: str, *more: dict[str, str], **first: str) -> dict[str, Any]:
        kept = [{"uid": row["uid"]} for row in desk.lines("order_line", order)]
        old = [
            {"product": "P10012", "qty": "12", "price": "48.6"} | first,
            {"product": "P20031", "qty": "9", "price": "3.2"},
        ]
        lines = [{**a, **b} for a, b in zip(kept, old, strict=True)]
        return {"uid": order, "amend_reason": "客户要求", "lines": [*lines, *more]}

    def stop(self, desk: Desk, entity: str, code: str) -> None:
        desk.do(f"{entity}.save", {"uid": desk.find(code, entity)[0].uid, "stopped": "是"})

    def test_a_product_stopped_since_stays_but_is_not_added(self, desk: Desk, order: str) -> None:
        self.stop(desk, "product", "P10012")
        assert desk.do("order.amend", self.amend(desk, order, qty="10")).changes
        new = {"product": "P10012", "qty": "1", "price": "48.6"}
        assert ("stopped_product", "stop", "") in refused(desk, "order.amend", self.amend(desk, order, new, qty="10"))

    def test_a_customer_stopped_since_still_gets_what_he_ordered(self, desk: Desk, order: str) -> None:
        self.stop(desk, "customer", "C00042")
        assert desk.do("order.amend", self.amend(desk, order, qty="10")).changes
        new = {"product": "P10013", "qty": "1", "price": "92.5"}
        told = refused(desk, "order.amend", self.amend(desk, order, new, qty="10"))
        assert ("stopped_customer", "stop", "") in told

    def test_a_floor_raised_since_does_not_ask_for_prices_agreed_before(self, desk: Desk, order: str) -> None:
        desk.do("product.save", {"uid": desk.find("P10012", "product")[0].uid, "list_price": "70", "floor_price": "60"})
        told = desk.do("order.amend", self.amend(desk, order, qty="11"))
        assert [(p.code, p.severity) for p in told.problems] == [("below_floor", Severity.WARN)]
        assert ("below_floor", "ask", "") in refused(desk, "order.amend", self.amend(desk, order, qty="13"))

    def test_an_order_over_the_limit_may_be_made_smaller(self, desk: Desk, order: str) -> None:
        desk.do("customer.save", {"uid": desk.find("C00042", "customer")[0].uid, "credit_limit": "100"})
        told = desk.do("order.amend", self.amend(desk, order, qty="11"))
        assert ("over_credit", Severity.WARN) in [(p.code, p.severity) for p in told.problems]
        assert ("over_credit", "ask", "") in refused(desk, "order.amend", self.amend(desk, order, qty="12"))


class TestReopening:
    def test_a_cancelled_order_comes_back_with_its_slips_and_everybody_is_told(self, desk: Desk) -> None:
        order = desk.do("order.confirm", order_args(("P10012", "12", "48.6"))).uid
        desk.do("order.cancel", {"uid": order, "cancel_reason": "客户取消"})
        done = desk.do("order.reopen", {"uid": order, "words": "客户又要了"})
        row = desk.row("sales_order", order)
        assert row is not None and row["stage"] == "confirmed" and row["cancel_reason"] is None
        assert done.data["version"] == 3 and "仓库" in done.data["parties"] and len(done.data["route_slips"]) == 1
        desk.do("system.undo")
        assert desk.row("sales_order", order)["stage"] == "cancelled"  # type: ignore[index]

    def test_a_cancelled_draft_is_a_draft_again(self, desk: Desk) -> None:
        order = desk.do("order.save", order_args(("P10012", "12", "48.6"))).uid
        desk.do("order.cancel", {"uid": order, "cancel_reason": "录错"})
        desk.do("order.reopen", {"uid": order, "words": "点错了"})
        assert desk.row("sales_order", order)["stage"] == "draft"  # type: ignore[index]
        assert refused(desk, "order.reopen", {"uid": order, "words": "再来"}) == [("not_cancelled", "stop", "")]


def test_rechecking_all_open_orders_lists_what_is_wrong_now(desk: Desk) -> None:
    good = desk.do("order.confirm", order_args(("P10013", "1", "92.5"))).uid
    bad = desk.do("order.confirm", order_args(("P10012", "12", "48.6"))).uid
    desk.do("order.save", order_args(("P10012", "1", "1")))
    before = desk.dump()
    assert desk.do("order.recheck").message == "查了 2 张订单，都没有问题"
    assert desk.dump() == before
    desk.do("product.save", {"uid": desk.find("P10012", "product")[0].uid, "list_price": "70", "floor_price": "60"})
    told = desk.do("order.recheck")
    assert [(o["uid"], [p["code"] for p in o["problems"]]) for o in told.data["orders"]] == [(bad, ["below_floor"])]
    assert told.message == "查了 2 张订单，1 张有话说，其中 1 张要处理"
    assert desk.do("order.recheck", {"order": good}).data["orders"] == []


class TestParking:
    def test_the_question_the_answer_and_the_day_between(self, desk: Desk) -> None:
        order = desk.do("order.save", order_args(("P10012", "12", "48.6"))).uid
        done = desk.do("order.park", {"uid": order, "question": "法兰还是丝口？", "asked_how": "微信"})
        assert done.data["answer_due"] == "2026-06-15"  # the next working day
        row = desk.row("sales_order", order)
        assert row is not None
        asked = (row["asked_whom"], row["asked_how"], row["asked_by"], row["asked_at"])
        assert asked == ("王芳", "微信", "王敏", "2026-06-12T12:00:00")
        [todo] = [t for t in desk.todos() if t.verb == "order.answer"]
        assert "法兰还是丝口" in todo.title and todo.due == "2026-06-15"
        assert "06-12 12:00 微信问王芳" in todo.detail
        assert ("unanswered", "ask", "") in refused(desk, "order.confirm", {"uid": order})
        late = {"uid": order, "answer": "丝口", "answered_at": "2026-06-12 11:00"}
        assert refused(desk, "order.answer", late) == [("too_early", "stop", "")]
        desk.do("order.answer", {"uid": order, "answer": "丝口"})
        row = desk.row("sales_order", order)
        assert row is not None and (row["stage"], row["answered_by"]) == ("draft", "王芳")
        assert desk.do("order.confirm", {"uid": order}).problems == ()

    def test_an_answer_past_its_day_is_late_on_today(self, desk: Desk) -> None:
        order = desk.do("order.save", order_args(("P10012", "12", "48.6"))).uid
        args = {"uid": order, "question": "几号到？", "asked_at": "2026-06-09 09:00", "answer_due": "2026-06-10"}
        desk.do("order.park", args)
        [todo] = [t for t in desk.todos() if t.verb == "order.answer"]
        assert todo.due == "2026-06-10" and todo.tone == "err" and "已过答复期限 2 天" in todo.detail
        wrong = {"uid": order, "question": "?", "answer_due": "2026-06-01"}
        assert refused(desk, "order.park", wrong) == [("too_early", "stop", "")]
