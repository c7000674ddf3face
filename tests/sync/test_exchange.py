"""Several PCs on one share: everything arrives everywhere, nothing is lost, and what differs is asked about (SYS-1)."""

from __future__ import annotations

from pathlib import Path

import pytest

from salesdesk.desk import join_fresh
from salesdesk.domain.errors import EnvironmentFault, GivenUp, Refused
from salesdesk.persistence.database import connect
from salesdesk.services.checking import check_all
from salesdesk.services.sync import exchange, snapshots, workspace
from salesdesk.services.sync.cases import open_cases
from salesdesk.services.sync.transport import FolderTransport
from salesdesk.services.sync.workspace import NotLetIn
from tests.desks import order_args
from tests.sync.pcs import MEMORY, PASSPHRASE, Pc, case_keys, everybody, first_pc, joined_pc, same


@pytest.fixture
def share(tmp_path: Path) -> Path:
    return tmp_path / "share"


def test_a_second_pc_gets_everything_and_both_go_on(tmp_path: Path, share: Path) -> None:
    a = first_pc(tmp_path / "a", share)
    order = a.desk.do("order.confirm", order_args(("P10012", "12", "48.60"))).uid
    a.sync()
    b = joined_pc(tmp_path / "b", share, "李强")
    everybody(a, b)
    same(a, b)
    assert b.customer("C00042")["name"] == "苏州华源贸易有限公司"
    row = b.desk.row("sales_order", order)
    assert row is not None and row["number"].startswith("XS2606A-")
    b.desk.do("order.confirm", order_args(("P20031", "100", "3.20"), customer="C00043"))
    a.desk.do("customer.save", {"code": "C00099", "name": "无锡新客户有限公司"})
    everybody(a, b)
    same(a, b)
    numbers = {r["number"] for r in a.desk.rows("sales_order")}
    assert any(n.startswith("XS2606B-") for n in numbers) and len(numbers) == 2
    for pc in (a, b):
        assert check_all(pc.desk.database, pc.folder).lines[0].startswith("数据完好")
    assert [p.name for p in a.desk.sync.peers()] == ["王芳", "李强"]


def test_the_later_writer_who_had_seen_the_other_stands_whatever_the_clocks_say(tmp_path: Path, share: Path) -> None:
    a = first_pc(tmp_path / "a", share)
    b = joined_pc(tmp_path / "b", share, "李强")
    everybody(a, b)
    a.later(60 * 24 * 300)  # a clock far ahead
    a.desk.do("customer.save", {"uid": a.customer("C00042")["uid"], "credit_limit": "300000"})
    everybody(a, b)
    b.desk.do("customer.save", {"uid": b.customer("C00042")["uid"], "credit_limit": "250000"})
    everybody(a, b)
    same(a, b)
    assert a.customer("C00042")["credit_limit"] == 25000000 and not case_keys(a)


def test_two_values_for_one_important_field_are_a_case_that_either_may_settle(tmp_path: Path, share: Path) -> None:
    a = first_pc(tmp_path / "a", share)
    b = joined_pc(tmp_path / "b", share, "李强")
    everybody(a, b)
    uid = a.customer("C00042")["uid"]
    a.desk.do("customer.save", {"uid": uid, "credit_limit": "300000", "note": "甲"})
    b.later(5)
    b.desk.do("customer.save", {"uid": uid, "credit_limit": "250000", "contact": "王小芳"})
    everybody(a, b)
    same(a, b)
    both = a.customer("C00042")
    assert (both["credit_limit"], both["note"], both["contact"]) == (25000000, "甲", "王小芳")
    with a.desk.read() as reader:
        (case,) = open_cases(reader)
    assert "信用额度改为 250,000.00" in case.text and "你 6/12 12:00" in case.text and "李强" in case.text
    assert any(t.verb == "sync.settle" for t in a.desk.todos())
    a.desk.do("sync.settle", {"key": case.key, "take": "2"})
    assert not case_keys(a)
    everybody(a, b)
    same(a, b)
    assert b.customer("C00042")["credit_limit"] == 30000000 and not case_keys(b)


def test_keeping_what_stands_settles_the_case_everywhere(tmp_path: Path, share: Path) -> None:
    a = first_pc(tmp_path / "a", share)
    b = joined_pc(tmp_path / "b", share, "李强")
    everybody(a, b)
    uid = a.customer("C00042")["uid"]
    a.desk.do("customer.save", {"uid": uid, "credit_limit": "300000"})
    b.later(5)
    b.desk.do("customer.save", {"uid": uid, "credit_limit": "250000"})
    everybody(a, b)
    (key,) = case_keys(b)
    b.desk.do("sync.settle", {"key": key, "take": "1"})
    everybody(a, b)
    same(a, b)
    assert a.customer("C00042")["credit_limit"] == 25000000 and not case_keys(a)
    assert check_all(a.desk.database, a.folder).sound and check_all(b.desk.database, b.folder).sound


def a_case(tmp_path: Path, share: Path) -> tuple[Pc, Pc, str]:
    """王芳 wrote 300,000, 李强 five minutes later 250,000, which stands; both know of it."""
    a = first_pc(tmp_path / "a", share)
    b = joined_pc(tmp_path / "b", share, "李强")
    everybody(a, b)
    uid = a.customer("C00042")["uid"]
    a.desk.do("customer.save", {"uid": uid, "credit_limit": "300000"})
    b.later(5)
    b.desk.do("customer.save", {"uid": uid, "credit_limit": "250000"})
    everybody(a, b)
    (key,) = case_keys(a)
    return a, b, key


@pytest.mark.parametrize("take", ["1", "2"])
def test_undoing_a_settlement_opens_the_case_again_on_every_pc(tmp_path: Path, share: Path, take: str) -> None:
    a, b, key = a_case(tmp_path, share)
    settled = {"1": 25000000, "2": 30000000}[take]
    a.desk.do("sync.settle", {"key": key, "take": take})
    everybody(a, b)
    same(a, b)
    assert not case_keys(b) and b.customer("C00042")["credit_limit"] == settled
    a.desk.do("system.undo")
    assert case_keys(a) == {key} and a.customer("C00042")["credit_limit"] == 25000000
    everybody(a, b)
    same(a, b)
    assert case_keys(b) == {key} and b.customer("C00042")["credit_limit"] == 25000000
    with b.desk.read() as reader:
        (case,) = open_cases(reader)
    assert [side.value for side in case.sides] == ["250,000.00", "300,000.00"]
    a.desk.do("system.redo")
    assert not case_keys(a) and a.customer("C00042")["credit_limit"] == settled
    everybody(a, b)
    same(a, b)
    assert not case_keys(b) and b.customer("C00042")["credit_limit"] == settled
    assert check_all(a.desk.database, a.folder).sound and check_all(b.desk.database, b.folder).sound


def test_a_case_opened_again_elsewhere_may_be_settled_otherwise(tmp_path: Path, share: Path) -> None:
    a, b, key = a_case(tmp_path, share)
    a.desk.do("sync.settle", {"key": key, "take": "2"})
    everybody(a, b)
    with b.desk.read() as reader:
        op = reader.value("SELECT id FROM operation WHERE verb = 'sync.settle'")
    b.desk.do("system.undo", {"op": op})
    b.desk.do("sync.settle", {"key": key, "value": "280000"})
    everybody(a, b)
    same(a, b)
    assert not case_keys(a) and a.customer("C00042")["credit_limit"] == 28000000


def test_taking_back_an_answer_asks_again_on_every_pc(tmp_path: Path, share: Path) -> None:
    a = first_pc(tmp_path / "a", share)
    b = joined_pc(tmp_path / "b", share, "李强")
    everybody(a, b)
    a.desk.do("customer.save", {"code": "C00100", "name": "常州一号有限公司"})
    b.desk.do("customer.save", {"code": "C00100", "name": "常州壹号有限公司"})
    everybody(a, b)
    (key,) = case_keys(a)
    a.desk.do("sync.settle", {"key": key, "take": "both"})
    everybody(a, b)
    assert not case_keys(a) and not case_keys(b)
    a.desk.do("system.undo")
    everybody(a, b)
    same(a, b)
    assert case_keys(a) == {key}
    uids = sorted(str(r["uid"]) for r in a.desk.rows("customer") if r["code"] == "C00100")
    b.desk.do("customer.merge", {"uid": uids[0], "others": uids[1], "values": "{}", "sides": "{}", "reason": "同一家"})
    assert not case_keys(b), "merged is settled"
    everybody(a, b)
    same(a, b)
    assert not case_keys(a)
    b.desk.do("system.undo")
    assert case_keys(b) == {key}


def test_voided_here_and_edited_there_stays_in_use_and_is_asked_about(tmp_path: Path, share: Path) -> None:
    a = first_pc(tmp_path / "a", share)
    b = joined_pc(tmp_path / "b", share, "李强")
    everybody(a, b)
    uid = a.customer("C00043")["uid"]
    a.desk.do("customer.void", {"uid": uid})
    b.desk.do("customer.save", {"uid": uid, "contact": "陈小刚"})
    everybody(a, b)
    same(a, b)
    assert a.customer("C00043")["contact"] == "陈小刚" and not a.customer("C00043")["void"]
    (key,) = case_keys(a)
    assert key.startswith("void/")
    a.desk.do("sync.settle", {"key": key, "take": "1"})
    everybody(a, b)
    same(a, b)
    assert not [r for r in b.desk.rows("customer") if r["code"] == "C00043"] and not case_keys(b)


def test_one_code_made_on_two_pcs_is_kept_twice_and_asked_about(tmp_path: Path, share: Path) -> None:
    a = first_pc(tmp_path / "a", share)
    b = joined_pc(tmp_path / "b", share, "李强")
    everybody(a, b)
    a.desk.do("customer.save", {"code": "C00100", "name": "常州一号有限公司"})
    b.desk.do("customer.save", {"code": "C00100", "name": "常州壹号有限公司"})
    everybody(a, b)
    same(a, b)
    (key,) = case_keys(a)
    assert key.startswith("code/customer/")
    b.desk.do("sync.settle", {"key": key, "take": "both"})
    everybody(a, b)
    assert not case_keys(a) and not case_keys(b)
    same(a, b)


def test_what_no_pc_did_wrong_alone_is_told_after_the_merge(tmp_path: Path, share: Path) -> None:
    a = first_pc(tmp_path / "a", share)
    order = a.desk.do("order.confirm", order_args(("P10012", "10", "48.60"))).uid
    a.sync()
    b = joined_pc(tmp_path / "b", share, "李强")
    everybody(a, b)
    (line,) = a.desk.lines("order_line", order)
    for pc in (a, b):
        pc.desk.do("order.deliver", {"uid": order, "lines": [{"order_line": line["uid"], "qty": "8"}]})
    everybody(a, b)
    same(a, b)
    assert any(k.startswith("rule/") for k in case_keys(a))
    with a.desk.read() as reader:
        assert any("发的加上关闭的比订的多" in c.text for c in open_cases(reader))


def test_undo_of_another_pcs_work_arrives_as_well(tmp_path: Path, share: Path) -> None:
    a = first_pc(tmp_path / "a", share)
    b = joined_pc(tmp_path / "b", share, "李强")
    everybody(a, b)
    a.desk.do("customer.save", {"uid": a.customer("C00042")["uid"], "credit_limit": "1"})
    everybody(a, b)
    with b.desk.read() as reader:
        op = reader.value("SELECT max(id) FROM operation")
    b.desk.do("system.undo", {"op": op})
    everybody(a, b)
    same(a, b)
    assert a.customer("C00042")["credit_limit"] == 20000000


def test_a_share_that_is_away_or_foreign_is_told_and_nothing_is_written(tmp_path: Path, share: Path) -> None:
    a = first_pc(tmp_path / "a", share)
    before = a.desk.dump()
    share.rename(tmp_path / "gone")
    with pytest.raises(EnvironmentFault, match="共享盘不可用"):
        a.sync()
    assert not share.exists()
    share.mkdir()
    with pytest.raises(EnvironmentFault, match=r"少了 ws\.json"):
        a.sync()
    assert list(share.iterdir()) == [] and a.desk.dump() == before
    assert a.desk.sync.state().kind == "fault"
    other = first_pc(tmp_path / "other", tmp_path / "share2")
    other.desk.close()
    (tmp_path / "share2" / "salesdesk").rename(share / "salesdesk")
    with pytest.raises(EnvironmentFault, match="另一个工作区"):
        a.sync()
    (share / "salesdesk").rename(tmp_path / "share2" / "salesdesk")
    share.rmdir()
    (tmp_path / "gone").rename(share)
    a.sync()
    assert a.desk.sync.state().kind == "ok"


def test_a_wrong_passphrase_changes_nothing(tmp_path: Path, share: Path) -> None:
    first_pc(tmp_path / "a", share).desk.close()
    b = Pc(tmp_path / "b", "李强")
    with pytest.raises(Refused, match="口令不对"):
        b.desk.sync.join(str(share), PASSPHRASE + "x")
    assert not b.desk.sync.joined


def test_a_fresh_pc_takes_the_whole_file_over(tmp_path: Path, share: Path) -> None:
    a = first_pc(tmp_path / "a", share)
    b = Pc(tmp_path / "b", "李强")
    b.desk.close()
    assert join_fresh(b.folder, str(share), PASSPHRASE, "李强的电脑", b.clock)
    b.desk = b.opened()
    assert b.desk.settings.operator == "李强" and b.customer("C00042")["name"] == "苏州华源贸易有限公司"
    b.desk.do("order.confirm", order_args(("P10012", "1", "48.60")))
    everybody(a, b)
    same(a, b)
    assert [r["number"][:8] for r in a.desk.rows("sales_order")] == ["XS2606B-"]
    assert check_all(b.desk.database, b.folder).sound
    b.desk.close()
    assert not join_fresh(b.folder, str(share), PASSPHRASE, "", b.clock)
    b.desk = b.opened()


def test_evidence_files_travel_once_and_unreadable(tmp_path: Path, share: Path) -> None:
    a = first_pc(tmp_path / "a", share)
    proof = tmp_path / "来单.txt"
    proof.write_text("球阀 120 个，18 号前", encoding="utf-8")
    a.desk.do("intake.save", {"channel": "微信", "customer": "C00042", "files": str(proof)})
    b = joined_pc(tmp_path / "b", share, "李强")
    everybody(a, b)
    same(a, b)
    assert check_all(b.desk.database, b.folder).sound
    lying = [p for p in (share / "salesdesk").rglob("*") if p.is_file()]
    told = "球阀 120 个".encode()
    assert lying and not any(told in p.read_bytes() for p in lying)
    assert len([p for p in lying if p.parts[-3] == "a"]) == 1


def test_a_removed_pc_is_not_heard_and_cannot_read_on(
    tmp_path: Path, share: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a = first_pc(tmp_path / "a", share)
    b, c = joined_pc(tmp_path / "b", share, "李强"), joined_pc(tmp_path / "c", share, "丢了的")
    everybody(a, b, c)
    a.desk.sync.remove("丢了的", "换过的新口令九八七", MEMORY)
    a.desk.do("customer.save", {"code": "C00200", "name": "保密客户有限公司"})
    everybody(a, b)
    same(a, b)
    assert b.customer("C00200")
    c.desk.do("customer.save", {"code": "C00666", "name": "外面来的有限公司"})
    with pytest.raises(NotLetIn, match="已不在工作区里"):
        c.sync()
    with monkeypatch.context() as patch:  # a program that does not look
        patch.setattr(exchange, "shut_out", lambda transport, entered: False)
        c.sync()
    a.sync()
    assert not [r for r in a.desk.rows("customer") if r["code"] == "C00666"]
    assert not [r for r in c.desk.rows("customer") if r["code"] == "C00200"]
    d = Pc(tmp_path / "d", "新来的")
    d.desk.sync.join(str(share), "换过的新口令九八七", "新来的")
    everybody(a, b, d)
    same(a, b, d)


def test_a_file_of_changes_taken_in_by_parts_may_be_stopped_between_them(
    tmp_path: Path, share: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a = first_pc(tmp_path / "a", share)
    b = joined_pc(tmp_path / "b", share, "李强")
    everybody(a, b)
    for n in range(6):
        a.desk.do("customer.save", {"code": f"C0070{n}", "name": f"南通{n}号有限公司"})
    a.sync()
    monkeypatch.setattr(exchange, "MERGED_AT_ONCE", 1)
    monkeypatch.setattr(exchange, "MERGED_FOR_S", 0.0)
    asked = iter([False] * 3 + [True] * 20)
    with pytest.raises(GivenUp):
        b.desk.sync.run(stopped=lambda: next(asked))
    came = [r["code"] for r in b.desk.rows("customer") if str(r["code"]).startswith("C0070")]
    assert 0 < len(came) < 6, "some of them are here, each whole"
    b.desk.do("customer.save", {"code": "C00799", "name": "南通本地有限公司"})
    everybody(a, b)
    same(a, b)
    assert check_all(b.desk.database, b.folder).sound


def test_a_hand_in_the_history_shows(tmp_path: Path, share: Path) -> None:
    a = first_pc(tmp_path / "a", share)
    a.desk.close()
    raw = connect(tmp_path / "a" / "salesdesk.db")
    raw.execute("UPDATE operation SET operator = '别人' WHERE id = 3")
    raw.close()
    a.desk = a.opened()
    report = check_all(a.desk.database, a.folder)
    assert [p.code for p in report.problems] == ["chain"] and "被改过" in report.problems[0].message


def test_work_nobody_else_has_seen_goes_into_no_snapshot(tmp_path: Path, share: Path) -> None:
    """A copy of a file that has not noticed yet what it is would put other work under the numbers of the first one."""
    a = first_pc(tmp_path / "a", share)
    entered = workspace.recall(a.desk.database, a.folder)
    assert entered is not None
    before = snapshots.newest(FolderTransport(share))
    a.desk.do("customer.save", {"code": "C00300", "name": "还没有发的有限公司"})
    assert snapshots.make(a.desk.database, FolderTransport(share), entered.key) is None
    assert snapshots.newest(FolderTransport(share)) == before
    a.sync()
    made = snapshots.make(a.desk.database, FolderTransport(share), entered.key)
    assert made is not None and snapshots.newest(FolderTransport(share)) == made
