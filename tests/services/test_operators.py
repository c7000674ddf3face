"""Operators: the list decides, passwords are hashes and slow guessing down, per-verb rights hold at every door, others approve."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesdesk.desk import Desk, open_desk
from salesdesk.domain.clock import FixedClock
from salesdesk.domain.errors import Refused
from salesdesk.services import passwords
from salesdesk.services.roles import Role
from tests.desks import NOON, order_args, small_desk

LOVELY = "松江鲈鱼 9"
OTHER = "黄山毛峰 7"


class Moving(FixedClock):
    """A clock a test can put forward."""

    def later(self, seconds: int) -> None:
        self.moment: datetime = self.now() + timedelta(seconds=seconds)

    def now(self) -> datetime:
        return getattr(self, "moment", None) or super().now()


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "MEMORY", 64 * 1024)
    monkeypatch.setattr(passwords, "ROUNDS", 1)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = small_desk(tmp_path)
    yield made
    made.close()


@pytest.fixture
def staffed(desk: Desk) -> Desk:
    """王敏 is the 主管 with a password and sits here, 李强 is a clerk with one, 实习生 may look and has none."""
    desk.do("operator.begin", {"password": LOVELY})
    desk.do("operator.login", {"name": "王敏", "password": LOVELY})
    clerk = desk.do("operator.save", {"name": "李强", "role": "clerk"}).uid
    desk.do("operator.password", {"uid": clerk, "password": OTHER})
    desk.do("operator.save", {"name": "实习生", "role": "viewer"})
    return desk


def sits(desk: Desk, name: str, password: str = "") -> None:
    desk.do("operator.login", {"name": name, "password": password})


def code(desk: Desk, verb: str, args: dict[str, object] | None = None) -> str:
    with pytest.raises(Refused) as caught:
        desk.do(verb, args or {})
    assert all(p.cure or p.code == "nothing_to_undo" for p in caught.value.problems)
    return caught.value.problems[0].code


def uid_of(desk: Desk, name: str) -> str:
    return next(p.uid for p in desk.settings.seat.people if p.name == name)


def test_without_records_the_settings_say_who_works_and_nobody_is_asked(desk: Desk) -> None:
    seat = desk.settings.seat
    assert (seat.people, seat.locked, seat.guarded) == ([], False, False)
    assert (desk.settings.operator, desk.settings.role) == ("王敏", Role.CLERK)
    desk.settings.put("operator.role", "viewer")
    assert code(desk, "customer.save", {"name": "甲"}) == "role"


def test_the_first_operator_is_who_sits_here_and_keeps_the_list(desk: Desk) -> None:
    assert code(desk, "operator.save", {"name": "李强"}) == "role"
    desk.do("operator.begin")
    assert (desk.settings.operator, desk.settings.role) == ("王敏", Role.MANAGER)
    assert not desk.settings.seat.locked
    assert code(desk, "operator.begin") == "begun"
    with pytest.raises(Refused, match="不在这里改"):
        desk.settings.put("operator.name", "李强")
    with pytest.raises(Refused, match="不在这里改"):
        desk.settings.put("operator.role", "manager")


def test_a_password_is_asked_when_the_program_starts_anew(staffed: Desk) -> None:
    staffed.close()
    desk = open_desk(staffed.folder, FixedClock(NOON))
    try:
        assert desk.settings.seat.locked
        assert code(desk, "customer.save", {"name": "甲"}) == "login"
        assert code(desk, "order.save", order_args(("P10012", "1", "48.60"))) == "login"
        assert code(desk, "operator.login", {"name": "王敏", "password": OTHER}) == "wrong_password"
        sits(desk, "王敏", LOVELY)
        desk.do("customer.save", {"name": "甲"})
        desk.do("operator.lock")
        assert code(desk, "customer.save", {"name": "乙"}) == "login"
    finally:
        desk.close()


def test_the_role_of_the_record_counts_on_every_door(staffed: Desk) -> None:
    sits(staffed, "李强", OTHER)
    staffed.do("customer.save", {"name": "甲"})
    assert code(staffed, "operator.save", {"name": "李强", "role": "manager", "uid": uid_of(staffed, "李强")}) == "role"
    with pytest.raises(Refused, match="主管"):
        staffed.settings.put("mask.phone", "off")
    sits(staffed, "实习生")
    assert code(staffed, "customer.save", {"name": "乙"}) == "role"
    assert code(staffed, "system.undo") == "role"
    assert code(staffed, "customer.reveal", {"uid": staffed.find("华源")[0].uid}) == "role"


def test_single_verbs_are_given_and_taken(staffed: Desk) -> None:
    li, intern = uid_of(staffed, "李强"), uid_of(staffed, "实习生")
    staffed.do(
        "operator.save", {"uid": li, "denied": "customer.export，customer.reveal、stock.*", "allowed": "rule.set"}
    )
    staffed.do("operator.save", {"uid": intern, "allowed": "customer.*"})
    verbs, seat = staffed.registry.verbs, staffed.settings.seat
    sits(staffed, "李强", OTHER)
    assert not seat.may(verbs["stock.move"]) and seat.may(verbs["rule.set"])
    assert code(staffed, "stock.move", {"product": "P10012", "qty": 1, "reason": "期初"}) == "role"
    assert code(staffed, "customer.reveal", {"uid": staffed.find("华源")[0].uid}) == "role"
    sits(staffed, "实习生")
    staffed.do("customer.save", {"name": "甲"})
    assert code(staffed, "product.save", {"name": "乙"}) == "role"


def test_what_may_not_be_done_may_not_be_undone(staffed: Desk) -> None:
    staffed.do("stock.move", {"product": "P10012", "qty": 5, "reason": "盘点"})
    staffed.do("operator.save", {"uid": uid_of(staffed, "李强"), "denied": "stock.*"})
    sits(staffed, "李强", OTHER)
    op = staffed.last_undoable()
    assert op is not None and code(staffed, "system.undo", {"op": op.op}) == "role"


def test_rights_are_not_changed_by_undo(staffed: Desk) -> None:
    with staffed.read() as reader:
        op = reader.value("SELECT max(op) FROM change WHERE entity = 'operator'")
    assert code(staffed, "system.undo", {"op": op}) == "lasting"


def test_somebody_always_keeps_the_list(staffed: Desk) -> None:
    me = uid_of(staffed, "王敏")
    for change in ({"role": "clerk"}, {"active": "否"}, {"denied": "operator.*"}):
        assert code(staffed, "operator.save", {"uid": me, **change}) == "last_manager"
    staffed.do("operator.save", {"uid": uid_of(staffed, "李强"), "role": "manager"})
    staffed.do("operator.save", {"uid": me, "active": "否"})
    assert staffed.settings.role is Role.VIEWER  # 王敏 is still in the chair and may only look


def test_a_verb_nobody_knows_is_no_right(staffed: Desk) -> None:
    assert code(staffed, "operator.save", {"uid": uid_of(staffed, "李强"), "allowed": "order.fly"}) == "unknown_verb"


def test_wrong_passwords_cost_time_and_are_kept(tmp_path: Path) -> None:
    small_desk(tmp_path).close()
    clock = Moving(NOON)
    desk = open_desk(tmp_path, clock)
    try:
        desk.do("operator.begin", {"password": LOVELY})
        for _ in range(3):
            assert code(desk, "operator.login", {"name": "王敏", "password": "不是它 1"}) == "wrong_password"
        assert code(desk, "operator.login", {"name": "王敏", "password": LOVELY}) == "wait"  # even the right one waits
        desk.close()
        desk = open_desk(tmp_path, clock)  # starting anew does not help
        assert code(desk, "operator.login", {"name": "王敏", "password": LOVELY}) == "wait"
        clock.later(6)
        assert code(desk, "operator.login", {"name": "王敏", "password": "不是它 2"}) == "wrong_password"
        clock.later(6)
        assert code(desk, "operator.login", {"name": "王敏", "password": LOVELY}) == "wait"  # the wait doubles
        clock.later(6)
        sits(desk, "王敏", LOVELY)
        log = [row for row in desk.rows("access_log") if row["what"] == "denied"]
        assert len(log) == 4 and {row["who"] for row in log} == {"王敏"}
        assert "不是它" not in "".join(str(row) for row in log)
    finally:
        desk.close()


def test_a_password_is_kept_as_a_hash_and_shown_nowhere(staffed: Desk) -> None:
    kept = staffed.row("operator", uid_of(staffed, "李强"))
    assert kept is not None and str(kept["password"]).startswith("$argon2id$")
    told = [staffed.dump(), str(staffed.wire("operator", kept))]
    told += [entry.text for entry in staffed.history("operator", kept["uid"])]
    told += [str(c) for entry in staffed.history("operator", kept["uid"]) for c in entry.changes]
    assert not any("$argon2" in text or OTHER in text for text in told)
    data = (staffed.folder / "salesdesk.db").read_bytes()
    wal = staffed.folder / "salesdesk.db-wal"
    data += wal.read_bytes() if wal.exists() else b""
    assert OTHER.encode() not in data and LOVELY.encode() not in data


def test_a_password_is_changed_with_the_old_one_and_reset_by_the_manager(staffed: Desk) -> None:
    sits(staffed, "李强", OTHER)
    assert code(staffed, "operator.password", {"password": "西湖龙井 3", "old": LOVELY}) == "wrong_password"
    assert code(staffed, "operator.password", {"password": "1 1 1 1", "old": OTHER}) == "weak_password"
    assert code(staffed, "operator.password", {"uid": uid_of(staffed, "王敏"), "password": "西湖龙井 3"}) == "role"
    staffed.do("operator.password", {"password": "西湖龙井 3", "old": OTHER})
    sits(staffed, "王敏", LOVELY)
    staffed.do("operator.password", {"uid": uid_of(staffed, "李强"), "password": OTHER})
    sits(staffed, "李强", OTHER)


def test_another_operator_lets_one_thing_pass_by_his_password(staffed: Desk) -> None:
    staffed.do("rule.set", {"code": "below_floor", "who": "manager"})
    sits(staffed, "李强", OTHER)
    args: dict[str, object] = {**order_args(("P10012", "2", "30")), "reason": "老客户清库存"}  # below the floor price
    with pytest.raises(Refused) as caught:
        staffed.do("order.confirm", args)
    assert any(p.who == "manager" for p in caught.value.problems)
    assert code(staffed, "order.confirm", {**args, "approver": "王敏", "approver_password": OTHER}) == "wrong_password"
    assert code(staffed, "order.confirm", {**args, "approver": "实习生"}) == "no_approver"
    done = staffed.do("order.confirm", {**args, "approver": "王敏", "approver_password": LOVELY})
    with staffed.read() as reader:
        operation = reader.row("SELECT operator, reason FROM operation WHERE id = ?", (done.changes.op,))
        release = reader.row("SELECT decided_by, decided_role FROM order_release WHERE state = 'allowed'")
    assert operation is not None and operation["operator"] == "李强"
    assert operation["reason"] == "老客户清库存（主管 王敏 批准）"
    assert release is not None and (release["decided_by"], release["decided_role"]) == ("王敏", "主管")
    assert staffed.settings.operator == "李强"


@given(st.text(min_size=6, max_size=40), st.text(min_size=6, max_size=40))
def test_only_the_very_password_matches(one: str, other: str) -> None:
    try:
        kept = passwords.hashed(one)
    except Refused:
        return
    assert passwords.matches(kept, one)
    assert passwords.matches(kept, other) == (passwords._bytes(one) == passwords._bytes(other))
    assert not passwords.matches("", one) and not passwords.matches("$argon2id$damaged", one)
