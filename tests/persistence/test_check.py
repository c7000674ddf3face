"""The check of the whole file finds planted damage of every kind, names it in words, and finds nothing in sound data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from salesdesk.desk import Desk, open_desk
from salesdesk.domain.clock import FixedClock
from salesdesk.persistence import check
from salesdesk.persistence.database import connect
from salesdesk.services.checking import Report, check_all
from tests.desks import NOON, order_args, small_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A company with a half-delivered order, an undone step, a voided record and an evidence file."""
    made = small_desk(tmp_path)
    order = made.do("order.confirm", order_args(("P10012", "10", "48.6"), ("P20031", "100", "3.2")))
    line = made.lines("order_line", order.uid)[0]["uid"]
    made.do("order.deliver", {"uid": order.uid, "lines": [{"order_line": line, "qty": "4"}]})
    made.do("customer.save", {"uid": _uid(made, "customer", "C00043"), "region": "重庆"})
    made.do("system.undo")
    made.do("customer.void", {"uid": made.do("customer.save", {"name": "作废的"}).uid})
    file = tmp_path / "录音.txt"
    file.write_text("要十只球阀", encoding="utf-8")
    made.do("intake.save", {"customer": "C00042", "content": "来电", "files": str(file)})
    yield made
    made.close()


def _uid(desk: Desk, entity: str, code: str) -> str:
    with desk.read() as reader:
        found = reader.find(desk.entity(entity), code)
    assert found
    return found


def checked(desk: Desk) -> Report:
    return check_all(desk.database, desk.folder)


def plant(desk: Desk, *statements: str) -> None:
    """Change the file behind the program's back, log and references standing still."""
    with desk.database.local() as work:
        work.execute("PRAGMA defer_foreign_keys = ON")
        work.execute("UPDATE now SET applying = 1")
        for sql in statements:
            work.execute(sql)
        work.execute("UPDATE now SET applying = 0")


def test_sound_data_give_no_finding(desk: Desk) -> None:
    before = desk.dump()
    report = checked(desk)
    assert report.sound and report.lines[0].startswith("数据完好")
    assert report.counts["attachments"] == 1 and report.counts["records"] > 15 and report.counts["changes"] > 20
    assert desk.dump() == before
    assert report.wire() == {"ok": True, "counts": report.counts, "problems": []}


@pytest.mark.parametrize(
    ("statement", "code", "words"),
    [
        ("UPDATE order_line SET price = price + 1 WHERE seq = 1", "history", "单价"),
        ("UPDATE customer SET credit_limit = NULL WHERE code = 'C00042'", "history", "信用额度"),
        ("UPDATE customer SET void = 1 WHERE code = 'C00043'", "history", "作废"),
        ("INSERT INTO customer(uid, name) VALUES ('planted', '没有来历的')", "unlogged", "没有来历的"),
        (
            "DELETE FROM change WHERE uid = (SELECT uid FROM customer WHERE code = 'C00042') AND kind = 'I'",
            "unlogged",
            "华源",
        ),
        ("DELETE FROM change WHERE uid = (SELECT uid FROM product WHERE code = 'P10013')", "unlogged", "DN50"),
        ("UPDATE change SET after = '{broken' WHERE entity = 'delivery'", "log_text", "送货单"),
        ("UPDATE change SET entity = 'nothing' WHERE entity = 'delivery'", "log_entity", "nothing"),
        ("DELETE FROM operation WHERE verb = 'order.deliver'", "stray_change", "不属于"),
        ("UPDATE product SET on_hand = on_hand + 1000 WHERE code = 'P10012'", "derived", "库存"),
        ("UPDATE product SET on_hand = NULL WHERE code = 'P20031'", "derived", "库存"),
        ("UPDATE order_line SET delivered = 10000", "derived", "已发"),
        ("UPDATE order_line SET open = coalesce(open, 0) + 1000", "derived", "待发"),
        ("UPDATE sales_order SET stage = 'done'", "derived", "已完成"),
        ("DELETE FROM search_doc WHERE title LIKE '苏州华源%'", "search_missing", "华源"),
        (
            "DELETE FROM search_gram WHERE rowid = (SELECT id FROM search_doc WHERE title LIKE '苏州华源%')",
            "search_grams",
            "缺词",
        ),
        ("UPDATE search_doc SET keys = 'x' WHERE title LIKE '苏州华源%'", "search_words", "华源"),
        (
            "INSERT INTO search_doc(entity, uid, title, keys) VALUES ('customer', 'gone', '早没了', 'x')",
            "search_stale",
            "早没了",
        ),
        ("UPDATE now SET op = 99", "open_operation", "没有做完"),
        ("DROP TRIGGER log_customer_update", "triggers", "触发器"),
        ("PRAGMA user_version = 99", "version", "99"),
    ],
)
def test_planted_damage_is_found_and_named(desk: Desk, statement: str, code: str, words: str) -> None:
    plant(desk, statement)
    report = checked(desk)
    found = [p for p in report.problems if p.code in (code, "unborn" if code == "unlogged" else code)]
    assert found, [(p.code, p.message) for p in report.problems]
    assert any(words in p.message for p in found), [p.message for p in found]
    assert all(p.cure for p in found)
    assert len(report.lines) == len(report.problems) + 1 and not report.sound


def test_a_row_that_vanished_is_found(desk: Desk) -> None:
    plant(desk, "DROP TRIGGER keep_stock_move_delete", "DELETE FROM stock_move WHERE qty < 0")
    codes = {p.code for p in checked(desk).problems}
    assert {"lost", "derived", "triggers"} <= codes


def test_a_dangling_reference_is_found(desk: Desk) -> None:
    other = connect(desk.database.path)
    other.execute("PRAGMA foreign_keys = OFF")
    other.execute("UPDATE now SET applying = 1")
    other.execute("UPDATE delivery SET customer = 'nobody'")
    other.execute("UPDATE now SET applying = 0")
    other.close()
    report = checked(desk)
    assert any(p.code == "reference" and "客户" in p.message for p in report.problems)


def test_a_flipped_byte_on_the_disk_is_found(desk: Desk) -> None:
    """Flipped in the row, in its index and in the log; what is left of an earlier version of the row is nobody's loss."""
    desk.close()
    sound = desk.database.path.read_bytes()
    found = {}
    for place in re.finditer(b"C00043", sound):
        spoiled = bytearray(sound)
        spoiled[place.start() + 4 : place.start() + 5] = b"9"
        desk.database.path.write_bytes(spoiled)
        again = open_desk(desk.folder, FixedClock(NOON))
        for problem in checked(again).problems[:1]:
            found[problem.code] = problem.cure
        again.close()
    assert set(found) == {"pages", "history"} and "备份" in found["pages"]


def test_evidence_files_are_compared_byte_for_byte(desk: Desk) -> None:
    [stored] = [p for p in (desk.folder / "attachments").rglob("*") if p.is_file()]
    whole = stored.read_bytes()
    stored.chmod(0o644)  # kept read-only
    stored.write_bytes(whole[:-1] + b"x")
    assert [p.code for p in checked(desk).problems] == ["attachment_changed"]
    stored.unlink()
    [lost] = checked(desk).problems
    assert lost.code == "attachment_lost" and "录音.txt" in lost.message
    stored.write_bytes(whole)
    assert checked(desk).sound


def test_many_findings_of_a_kind_are_counted_not_listed(desk: Desk) -> None:
    with desk.database.work("很多") as work:
        work.insert_many(desk.entity("customer"), [{"name": f"第 {i} 家"} for i in range(60)])
    plant(desk, "UPDATE customer SET note = '偷改'")
    found = [p for p in checked(desk).problems if p.code == "history"]
    assert len(found) == 21
    assert "另有" in found[-1].message


def test_a_check_leaves_other_writers_alone_and_changes_nothing(desk: Desk) -> None:
    plant(desk, "UPDATE product SET on_hand = 7 WHERE code = 'P10012'")
    checked(desk)
    with desk.read() as reader:
        assert reader.value("SELECT on_hand FROM product WHERE code = 'P10012'") == 7
    desk.do("stock.move", {"product": "P10012", "qty": 1})
    assert checked(desk).sound


def test_a_lost_key_of_a_twin_is_found(desk: Desk) -> None:
    with desk.database.local() as work:
        work.execute("DELETE FROM alike_key WHERE kind = 'core' AND uid = ?", (_uid(desk, "customer", "C00042"),))
    [problem] = check_all(desk.database, desk.folder).problems
    assert (problem.code, problem.place) == ("alike_keys", "客户") and "苏州华源贸易有限公司" in problem.message


def test_writing_between_two_checks_is_no_damage(desk: Desk) -> None:
    """The index of words, checked on a connection that looked at it before it was written to."""
    for n in range(24):
        assert desk.find("苏州", "customer")
        desk.do("customer.save", {"name": f"新来的第{n}家"})
        with desk.read() as reader:
            found = check.Findings()
            assert check.check_file(reader, found) and not found.problems
