"""Every write of every kind is in the log, and nothing is written outside an operation (SYS-2)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from salesdesk.desk import Desk
from salesdesk.modules.customers.model import CUSTOMER
from salesdesk.modules.products.model import STOCK_MOVE
from salesdesk.persistence.work import MANY, MOST_BOUND
from tests.desks import empty_desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return empty_desk(tmp_path)


def log_of(desk: Desk, op: int) -> list[tuple[str, dict[str, object] | None, dict[str, object]]]:
    with desk.read() as reader:
        rows = reader.rows("SELECT * FROM change WHERE op = ? ORDER BY id", (op,))
    return [(r["kind"], json.loads(r["before"]) if r["before"] else None, json.loads(r["after"])) for r in rows]


def test_an_insert_logs_what_was_filled_and_an_update_only_what_changed(desk: Desk) -> None:
    with desk.database.work("新建", operator="王敏") as work:
        uid = work.insert(CUSTOMER, {"name": "甲公司", "credit_limit": 100})
    [(kind, before, after)] = log_of(desk, work.result.op)
    assert kind == "I" and before is None
    assert after["name"] == "甲公司" and after["credit_limit"] == 100 and "phone" not in after
    with desk.database.work("改") as work:
        work.update(CUSTOMER, uid, {"name": "甲公司", "credit_limit": 250, "phone": "1"})
    assert log_of(desk, work.result.op) == [
        ("U", {"credit_limit": 100, "phone": None}, {"credit_limit": 250, "phone": "1"})
    ]
    assert work.result.touched == {"customer": frozenset({uid})}


def test_an_update_that_changes_nothing_leaves_no_operation(desk: Desk) -> None:
    with desk.database.work("新建") as work:
        uid = work.insert(CUSTOMER, {"name": "甲公司"})
    last = work.result.op
    with desk.database.work("什么也没改") as work:
        work.update(CUSTOMER, uid, {"name": "甲公司"})
    assert not work.result and work.result.op == 0, "there is nothing to undo, so no number is told"
    with desk.read() as reader:
        assert reader.value("SELECT max(id) FROM operation") == last


def test_bulk_statements_are_logged_row_by_row(desk: Desk) -> None:
    with desk.database.work("成批") as work:
        work.insert_many(CUSTOMER, [{"name": f"客户{i}"} for i in range(30)])
    with desk.database.work("成批改") as work:
        work.execute("UPDATE customer SET region = '华东' WHERE name LIKE '客户1%'")
    assert len(log_of(desk, work.result.op)) == 11


def test_many_records_leave_the_same_log_as_one_by_one(desk: Desk) -> None:
    given = [
        {
            "name": f"客户'{i}\"甲\\",
            "credit_limit": i or None,
            "phone": None if i % 2 else f"0512-{i}",
            "note": "一\n二" if i % 3 else None,
        }
        for i in range(MOST_BOUND // 5 + MANY)
    ]
    with desk.database.work("成批", operator="王敏") as together:
        uids = together.insert_many(CUSTOMER, given)
    with desk.database.work("一条一条", operator="王敏") as singly:
        for row in given[:MANY]:
            singly.insert(CUSTOMER, row)
    with desk.read() as reader:
        logged = reader.tuples(_LOGGED, (together.result.op,))
        assert [after for *_, after in logged[:MANY]] == [
            after for *_, after in reader.tuples(_LOGGED, (singly.result.op,))
        ]
        assert [uid for _, uid, *_ in logged] == uids == sorted(uids)
        assert {(entity, kind, before) for entity, _, kind, before, _ in logged} == {("customer", "I", None)}
        assert reader.value("SELECT applying FROM now") == 0


_LOGGED = "SELECT entity, uid, kind, before, after FROM change WHERE op = ? ORDER BY id"


def test_many_records_that_cannot_all_be_written_leave_the_log_awake(desk: Desk) -> None:
    with desk.database.work("成批") as work:
        uid = work.insert(CUSTOMER, {"name": "甲公司"})
        with pytest.raises(dbapi2.IntegrityError):
            work.insert_many(CUSTOMER, [{"name": f"客户{i}"} for i in range(MANY)] + [{"uid": uid, "name": "又一个"}])
        work.insert(CUSTOMER, {"name": "乙公司"})
    assert [after["name"] for _, _, after in log_of(desk, work.result.op)] == ["甲公司", "乙公司"]
    with desk.read() as reader:
        assert reader.column("SELECT name FROM customer ORDER BY rowid") == ["甲公司", "乙公司"]


def test_many_records_outside_an_operation_are_refused(desk: Desk) -> None:
    before = desk.dump()
    with pytest.raises(dbapi2.IntegrityError), desk.database.local() as local:
        local.insert_many(CUSTOMER, [{"name": f"客户{i}"} for i in range(MANY)])
    assert desk.dump() == before


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO customer(uid, name) VALUES ('x', '没有操作')",
        "UPDATE customer SET name = '偷改'",
        "DELETE FROM customer",
        "UPDATE customer SET uid = 'other'",
        "INSERT OR REPLACE INTO customer(uid, name) SELECT uid, '替换' FROM customer",
    ],
)
def test_no_write_escapes_the_log(desk: Desk, statement: str) -> None:
    with desk.database.work("新建") as work:
        work.insert(CUSTOMER, {"name": "甲公司"})
    before = desk.dump()
    with pytest.raises(dbapi2.IntegrityError), desk.database.local() as local:
        local.execute(statement)
    assert desk.dump() == before


def test_a_ledger_row_is_never_rewritten_only_voided(desk: Desk) -> None:
    desk.do("product.save", {"code": "P1", "name": "球阀", "unit": "只"})
    move = desk.do("stock.move", {"product": "P1", "qty": "5"}).uid
    with pytest.raises(dbapi2.IntegrityError, match="ledger"), desk.database.work("改流水") as work:
        work.update(STOCK_MOVE, move, {"qty": 9000})
    desk.do("system.undo")
    assert desk.rows("product")[0]["on_hand"] == 0


def test_a_failed_operation_leaves_nothing_behind(desk: Desk) -> None:
    before = desk.dump()
    with pytest.raises(ZeroDivisionError), desk.database.work("半途出错") as work:
        work.insert(CUSTOMER, {"name": "甲公司"})
        raise ZeroDivisionError
    assert desk.dump() == before
    assert desk.find("甲公司") == []
    with desk.read() as reader:
        assert reader.value("SELECT op FROM now") is None


def test_operations_are_stamped_with_device_number_and_a_rising_clock(desk: Desk) -> None:
    for name in ("甲", "乙", "丙"):
        desk.do("customer.save", {"name": name})
    with desk.read() as reader:
        rows = reader.rows("SELECT * FROM operation ORDER BY id")
    assert [r["n"] for r in rows] == [1, 2, 3]
    assert len({r["device"] for r in rows}) == 1
    assert [r["hlc"] for r in rows] == sorted({r["hlc"] for r in rows})
    assert {(r["operator"], r["role"], r["at"][:10]) for r in rows} == {("王敏", "内勤", "2026-06-12")}
