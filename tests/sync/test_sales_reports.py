"""Reports on two PCs: what made itself on each is one afterwards, and a closed one stays whatever the other did meanwhile."""

from __future__ import annotations

from pathlib import Path

from salesdesk.modules.statistics.keeping import kept_figures, unchanged
from tests.sync.pcs import Pc, case_keys, everybody, first_pc, joined_pc, same
from tests.sync.test_sales_sums import sell


def report_of(pc: Pc) -> dict[str, object]:
    rows = pc.desk.rows("sales_report")
    assert len(rows) == 1, rows
    return rows[0]


def test_two_pcs_make_one_report_and_closing_freezes_it_for_both(tmp_path: Path) -> None:
    """STA-2, STA-4: the head says what the standing figures say, and no case for a person comes of it."""
    share = tmp_path / "share"
    a = first_pc(tmp_path / "a", share)
    sell(a, "2026-05-08", "10")
    a.sync()
    b = joined_pc(tmp_path / "b", share, "李强")
    everybody(a, b)
    b.later(5)
    sell(b, "2026-05-20", "1")
    for pc in (a, b):
        pc.desk.settings.put("report.auto", "month")
        assert len(pc.desk.do("sales_report.due").data["made"]) == 1
    assert [report_of(pc)["amount"] for pc in (a, b)] == [48_600, 53_460]
    everybody(a, b)
    same(a, b)
    assert case_keys(a) == set() and report_of(a)["amount"] == report_of(b)["amount"] == 53_460
    uid = str(report_of(a)["uid"])
    a.later(10)
    closed = a.desk.do("sales_report.close", {"uid": uid})
    b.later(20)
    sell(b, "2026-05-21", "2")
    b.desk.do("sales_report.make", {"kind": "month", "period": "2026-05"})
    b.desk.do("sales_report.save", {"uid": uid, "cause": "说法不一样"})
    everybody(a, b)
    for pc in (a, b):
        row = report_of(pc)
        assert (row["state"], row["hash"], row["amount"]) == ("closed", closed.data["hash"], 53_460)
        with pc.desk.read() as reader:
            assert unchanged(reader, row) and kept_figures(reader, uid).whole.amount == 53_460
        assert "说法不一样" not in pc.desk.do("sales_report.chat", {"uid": uid}).data["clipboard"]
    same(a, b)


def test_what_the_other_pc_had_done_before_it_heard_of_the_report_is_told_as_a_reason(tmp_path: Path) -> None:
    """STA-2: on b the order is older than the report in the log of that PC, and yet nobody who made the report knew it."""
    share = tmp_path / "share"
    a = first_pc(tmp_path / "a", share)
    order = sell(a, "2026-05-08", "10")
    a.sync()
    b = joined_pc(tmp_path / "b", share, "李强")
    everybody(a, b)
    b.desk.do("order.cancel", {"uid": order, "cancel_reason": "客户取消"})
    a.later(5)
    uid = a.desk.do("sales_report.make", {"kind": "month", "period": "2026-05"}).uid
    everybody(a, b)
    for pc in (a, b):
        told = pc.desk.do("sales_report.compare", {"uid": uid}).data
        assert told["difference"] == "-486.00" and len(told["papers"]) == 1
        assert [step for step in told["papers"][0]["why"] if "李强" in step and "取消" in step], told


def test_the_rules_of_grading_hold_on_every_pc_and_a_disagreement_is_for_a_person(tmp_path: Path) -> None:
    """CUS-5: the rules are a record of the company, not a choice of this PC."""
    share = tmp_path / "share"
    a = first_pc(tmp_path / "a", share)
    a.sync()
    b = joined_pc(tmp_path / "b", share, "李强")
    for pc in (a, b):
        pc.desk.settings.put("operator.role", "manager")
    a.desk.do("loyalty.rules", {"grades": "11、8、4"})
    everybody(a, b)
    assert "11 分起 A" in b.desk.do("loyalty.grades").data["rules"]
    a.later(1)
    b.later(2)
    a.desk.do("loyalty.rules", {"recency": "15、30、60、120"})
    b.desk.do("loyalty.rules", {"recency": "20、40、60、120"})
    everybody(a, b)
    same(a, b)
    assert "20、40、60、120 天内" in a.desk.do("loyalty.grades").data["rules"] and len(case_keys(a)) == 1
