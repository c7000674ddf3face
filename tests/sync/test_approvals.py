"""What a clerk may not do alone is asked of the 主管 at another PC, who does it by allowing it (SYS-4)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from salesdesk.domain.errors import Refused
from salesdesk.services import passwords
from salesdesk.services.checking import check_all
from salesdesk.services.module import ToDo
from tests.desks import order_args
from tests.sync.pcs import Pc, everybody, first_pc, joined_pc, same

BOSS, CLERK = "songjiang-9", "huangshan-7"


@pytest.fixture
def pcs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Pc, Pc]:
    """王芳 is the 主管 at the first PC, 李强 a clerk at the second who may not touch customers."""
    monkeypatch.setattr(passwords, "MEMORY", 64 * 1024)
    monkeypatch.setattr(passwords, "ROUNDS", 1)
    a = first_pc(tmp_path / "a", tmp_path / "share")
    a.desk.do("operator.begin", {"password": BOSS})
    uid = a.desk.do("operator.save", {"name": "李强", "role": "clerk", "denied": "customer.*"}).uid
    a.desk.do("operator.password", {"uid": uid, "password": CLERK})
    a.desk.do("rule.set", {"code": "below_floor", "who": "manager"})
    a.sync()
    b = joined_pc(tmp_path / "b", tmp_path / "share", "李强")
    b.desk.do("operator.login", {"name": "李强", "password": CLERK})
    everybody(a, b)
    return a, b


def asked(pc: Pc, verb: str, args: dict[str, Any], words: str = "客户要求") -> str:
    return pc.desk.do("approval.ask", {"verb": verb, "args": json.dumps(args, ensure_ascii=False), "words": words}).uid


def waiting(pc: Pc) -> list[ToDo]:
    return [one for one in pc.desk.todos() if one.entity == "approval_request"]


def test_a_request_travels_and_is_done_by_whoever_allows_it(pcs: tuple[Pc, Pc]) -> None:
    a, b = pcs
    uid = str(b.customer("C00042")["uid"])
    change = {"uid": uid, "credit_limit": "300000", "seen": b.desk.row("customer", uid)["seen"]}  # type: ignore[index]
    with pytest.raises(Refused, match="没有给 李强 开放"):
        b.desk.do("customer.save", change)
    asked(b, "customer.save", change)
    assert not waiting(b), "whoever cannot allow it is not bothered"
    everybody(a, b)
    (todo,) = waiting(a)
    assert "李强 申请" in todo.title and "信用额度 300,000" in todo.detail and "客户要求" in todo.detail
    assert uid not in todo.detail, "the title says which one it is"
    told = a.desk.do(todo.verb, {"uid": todo.uid, "words": "可以"}).message
    assert told.startswith("已批准并办好") and not waiting(a)
    everybody(a, b)
    same(a, b)
    assert b.customer("C00042")["credit_limit"] == 30000000
    with a.desk.read() as reader:
        last = reader.row("SELECT title, operator, reason FROM operation ORDER BY id DESC LIMIT 1")
    assert last == {
        "title": "批准 李强 的申请：保存客户 苏州华源贸易有限公司", "operator": "王芳", "reason": "客户要求，李强 申请，可以",
    }  # fmt: skip
    with pytest.raises(Refused, match="王芳 定过了"):
        a.desk.do("approval.decide", {"uid": todo.uid})
    a.desk.do("system.undo")
    assert a.customer("C00042")["credit_limit"] != 30000000 and len(waiting(a)) == 1
    assert check_all(a.desk.database, a.folder).sound


def test_no_is_told_to_who_asked(pcs: tuple[Pc, Pc]) -> None:
    a, b = pcs
    made = asked(b, "customer.save", {"name": "新来的贸易有限公司"})
    everybody(a, b)
    with pytest.raises(Refused, match="没有写为什么不批"):
        a.desk.do("approval.decide", {"uid": made, "answer": "refuse"})
    a.desk.do("approval.decide", {"uid": made, "answer": "refuse", "words": "已有这一家"})
    everybody(a, b)
    assert not waiting(a)
    (todo,) = waiting(b)
    assert "没批准" in todo.title and todo.detail == "王芳：已有这一家"
    b.desk.do(todo.verb, {"uid": todo.uid})
    assert not waiting(b)


def test_what_only_the_manager_lets_pass_is_checked_again_where_he_allows_it(pcs: tuple[Pc, Pc]) -> None:
    a, b = pcs
    cheap = {**order_args(("P10012", "2", "30")), "reason": "老客户"}
    with pytest.raises(Refused):
        b.desk.do("order.confirm", cheap)
    made = asked(b, "order.confirm", cheap)
    everybody(a, b)
    a.desk.do("approval.decide", {"uid": made})
    everybody(a, b)
    same(a, b)
    (order,) = b.desk.rows("sales_order")
    assert order["state"] == "confirmed" and str(order["number"]).startswith("XS2606A-")


def test_a_record_changed_meanwhile_is_not_overrun(pcs: tuple[Pc, Pc]) -> None:
    a, b = pcs
    uid = str(b.customer("C00042")["uid"])
    made = asked(b, "customer.save", {"uid": uid, "credit_limit": "300000"})
    a.desk.do("customer.save", {"uid": uid, "credit_limit": "250000"})
    everybody(a, b)
    with pytest.raises(Refused, match="又被改过"):
        a.desk.do("approval.decide", {"uid": made})
    assert a.customer("C00042")["credit_limit"] == 25000000


def test_what_cannot_be_asked_for(pcs: tuple[Pc, Pc], tmp_path: Path) -> None:
    a, b = pcs
    for verb, args, why in (
        ("operator.save", {"name": "我", "role": "manager"}, "只能在这台电脑上办"),
        ("customer.export", {"file": str(tmp_path / "x.xlsx")}, "只能在这台电脑上办"),
        ("system.undo", {}, "只能在这台电脑上办"),
        ("customer.save", {"name": "甲", "credit_limit": "很多"}, "信用额度"),
        ("customer.fly", {}, "没有"),
    ):
        with pytest.raises(Refused, match=why):
            asked(b, verb, args)
    with pytest.raises(Refused, match="您自己就能做"):
        asked(a, "customer.save", {"name": "甲"})
    made = asked(b, "customer.save", {"name": "甲"})
    with pytest.raises(Refused, match="没有给 李强 开放"):
        b.desk.do("approval.decide", {"uid": made})


def test_the_manager_lends_his_right_at_the_clerks_pc(pcs: tuple[Pc, Pc]) -> None:
    _, b = pcs
    new = {"name": "新来的贸易有限公司"}
    with pytest.raises(Refused, match="密码不对"):
        b.desk.do("customer.save", {**new, "approver": "王芳", "approver_password": "猜的"})
    with pytest.raises(Refused, match="是内勤，批准要主管"):
        b.desk.do("customer.save", {**new, "approver": "李强", "approver_password": CLERK})
    b.desk.do("customer.save", {**new, "reason": "赶着开单", "approver": "王芳", "approver_password": BOSS})
    with b.desk.read() as reader:
        told = reader.row(
            "SELECT operator, reason FROM operation WHERE verb = 'customer.save' ORDER BY id DESC LIMIT 1"
        )
    assert told == {"operator": "李强", "reason": "赶着开单（主管 王芳 批准）"}


def test_two_managers_who_allow_it_at_once_are_told(pcs: tuple[Pc, Pc]) -> None:
    a, b = pcs
    a.desk.do("operator.save", {"name": "赵敏", "role": "manager"})
    made = asked(b, "customer.save", {"name": "新来的贸易有限公司"})
    everybody(a, b)
    b.desk.settings.seat.pretend("赵敏")
    a.desk.do("approval.decide", {"uid": made})
    b.desk.do("approval.decide", {"uid": made})
    everybody(a, b)
    same(a, b)
    assert [one for one in a.desk.todos() if one.group == "合并" and "谁定的" in one.title]
