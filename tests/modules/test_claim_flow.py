"""The way of a claim through the doors: from which state to which, what each step wants, what is told (EXP-1, EXP-4, EXP-6)."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from salesdesk.desk import Desk
from salesdesk.domain.problems import Severity
from salesdesk.modules.reimbursement import findings, progress
from salesdesk.modules.reimbursement.flow import STEPS
from salesdesk.modules.reimbursement.found import Found
from salesdesk.services.attachments import stored_at
from tests.modules.claim_desk import claim, claim_desk, clock, codes, row, settle, to_check, to_finance, voucher


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = claim_desk(tmp_path / "data")
    yield made
    made.close()


def state(desk: Desk, uid: str) -> str:
    return str(row(desk, uid)["state"])


def test_the_head_of_a_claim_is_completed_from_the_registers(desk: Desk) -> None:
    uid = claim(desk, kind="差旅", trip_from="2026-06-15", trip_to="2026-06-17")
    found = row(desk, uid)
    assert (found["department"], found["grade"], found["trip_days"]) == ("销售一部", "经理", 3)
    assert found["entity.name"] == "苏州安正阀门有限公司" and found["staff.name"] == "陈志远"
    desk.do("claim.save", {"uid": uid, "claimant": "周宁"})
    assert (row(desk, uid)["staff.name"], row(desk, uid)["grade"]) == ("周宁", "员工")


def test_the_whole_way_with_its_times(desk: Desk) -> None:
    uid = claim(desk, "100", "56.50")
    assert state(desk, uid) == "draft"
    desk.do("claim.submit", {"uid": uid})
    assert (state(desk, uid), row(desk, uid)["due"]) == ("head", "2026-07-01")
    clock(desk).moment += timedelta(hours=2)
    desk.do("claim.approve", {"uid": uid, "who": "李总", "how": "签字"})
    now = row(desk, uid)
    assert (now["state"], now["head_by"], now["head_amount"]) == ("check", "李总", 15650)
    desk.do("claim.pass", {"uid": uid})
    desk.do("claim.hand_over", {"uid": uid, "to": "会计"})
    desk.do("claim.pay", {"uid": uid, "how": "转账"})
    told = desk.do("claim.feedback", {"uid": uid})
    assert "已付款 156.50 元" in told.data["clipboard"] and state(desk, uid) == "told"
    with desk.read() as reader:
        events = progress.events_of(reader, uid)
        assert [e["step"] for e in events] == ["登记", "提交", "部门审批", "初审通过", "交财务", "付款", "反馈"]
        assert events[2]["minutes"] == 120 and events[2]["who"] == "李总"
        assert {t.state: t.average for t in progress.step_times(reader, "2026-06-01", "2026-06-30")}["head"] == 120


@pytest.mark.parametrize("verb", [v for v in STEPS if v != "claim.submit"])
def test_no_step_starts_from_a_state_it_does_not_know(desk: Desk, verb: str) -> None:
    uid = claim(desk)
    args = {"uid": uid, **({"who": "李总"} if verb == "claim.approve" else {}), "why": "x"}
    wanted = {p.key for p in desk.registry.verbs[verb].params}
    assert codes(desk, verb, {k: v for k, v in args.items() if k in wanted}) == ["state"]
    assert state(desk, uid) == "draft"


def test_the_department_comes_before_the_check(desk: Desk, tmp_path: Path) -> None:
    uid = claim(desk)
    desk.do("claim.submit", {"uid": uid})
    assert codes(desk, "claim.pass", {"uid": uid}) == ["state"]
    proof = tmp_path / "审批截图.png"
    proof.write_bytes(b"\x89PNG approved")
    assert codes(desk, "claim.approve", {"uid": uid, "who": "陈志远"}) == ["own_claim"]
    assert codes(desk, "claim.approve", {"uid": uid, "who": "李总", "at": "2027-01-01 08:00"}) == ["future"]
    desk.do("claim.approve", {"uid": uid, "who": "李总", "how": "微信", "files": str(proof)})
    kept = desk.rows("attachment")[0]
    assert kept["owner"] == uid and stored_at(desk.folder, kept["sha256"]).read_bytes() == proof.read_bytes()
    assert not stored_at(desk.folder, kept["sha256"]).stat().st_mode & stat.S_IWRITE


def test_what_grew_since_the_approval_goes_to_the_department_again(desk: Desk) -> None:
    uid = to_check(desk, claim(desk, "100"))
    line = desk.lines("expense_line", uid)[0]
    more = [{"uid": line["uid"], "item": "办公费", "summary": "加了", "amount": "120"}]
    assert codes(desk, "claim.save", {"uid": uid, "lines": more}) == ["beyond_approval"]
    desk.do("claim.return", {"uid": uid, "why": "少一张票"})
    desk.do("claim.submit", {"uid": uid})
    assert state(desk, uid) == "check", "the same amount was approved already"
    desk.do("claim.return", {"uid": uid, "why": "少一张票"})
    desk.do("claim.save", {"uid": uid, "lines": more})
    desk.do("claim.submit", {"uid": uid})
    assert state(desk, uid) == "head" and row(desk, uid)["head_at"] is None


def test_a_passed_claim_does_not_change_even_by_undo(desk: Desk) -> None:
    uid = to_check(desk, claim(desk, "100", "50"))
    line = desk.lines("expense_line", uid)[0]
    lower = [{"uid": line["uid"], "item": "办公费", "summary": line["summary"], "amount": "80"}]
    op = desk.do("claim.save", {"uid": uid, "lines": lower}).changes.op
    desk.do("claim.pass", {"uid": uid})
    assert codes(desk, "claim.save", {"uid": uid, "note": "x"}) == ["state"]
    assert "frozen" in codes(desk, "system.undo", {"op": op})
    assert row(desk, uid)["amount"] == 8000


def test_a_cut_is_told_line_by_line_and_never_touches_what_was_claimed(desk: Desk) -> None:
    uid = to_check(desk, claim(desk, "500", "80"))
    first, second = desk.lines("expense_line", uid)
    assert codes(
        desk, "claim.deduct", {"uid": uid, "lines": [{"line": first["uid"], "cut": "600", "reason": "超"}]}
    ) == ["deduct_cut"]
    assert codes(desk, "claim.deduct", {"uid": uid, "lines": [{"line": first["uid"], "cut": "50"}]}) == [
        "deduct_reason"
    ]
    desk.do("claim.deduct", {"uid": uid, "lines": [{"line": first["uid"], "cut": "120", "reason": "住宿超标"}]})
    now = row(desk, uid)
    assert (now["amount"], now["cut"], now["approved"]) == (58000, 12000, 46000)
    assert (
        "核减 120.00 元（住宿超标）"
        in desk.do("claim.pass", {"uid": uid}).message + desk.do("claim.words", {"uid": uid}).data["text"]
    )
    desk.do("system.undo")
    desk.do("system.undo")
    now = row(desk, uid)
    assert (now["cut"], now["approved"]) == (0, 58000)
    assert second["cut"] is None


def test_findings_block_until_they_are_answered_by_who_may(desk: Desk) -> None:
    uid = to_check(desk, claim(desk))
    with desk.database.work("规则") as work:
        findings.record(
            work,
            uid,
            [
                Found("limit", "住宿超标 50 元", Severity.WARN, field="total", printed="550", expected="500"),
                Found("title", "抬头不符", Severity.STOP, field="buyer", printed="甲", expected="乙"),
                Found("weekend", "周末", Severity.HINT),
            ],
        )
    assert (row(desk, uid)["stops"], row(desk, uid)["doubts"]) == (1, 1)
    assert codes(desk, "claim.pass", {"uid": uid, "reason": "x"}) == ["title", "limit"]
    by_rule = {f["rule"]: f["uid"] for f in desk.rows("claim_finding")}
    desk.do("finding.answer", {"uid": by_rule["limit"], "reason": "展会期间"})
    assert codes(desk, "finding.answer", {"uid": by_rule["title"], "reason": "x"}) == ["role"]
    desk.settings.put("operator.role", "manager")
    desk.do("finding.answer", {"uid": by_rule["title"], "reason": "更名前的票"})
    assert row(desk, uid)["stops"] == 0
    desk.do("claim.pass", {"uid": uid})


def test_an_answer_lasts_as_long_as_the_values_stay(desk: Desk) -> None:
    uid = claim(desk)
    one = Found("limit", "超标", Severity.WARN, field="total", printed="550", expected="500")

    def found(*what: Found) -> str:
        with desk.database.work("规则") as work:
            findings.record(work, uid, what)
        return str(desk.rows("claim_finding")[0]["state"])

    assert found(one) == "open"
    desk.do("finding.answer", {"uid": desk.rows("claim_finding")[0]["uid"], "reason": "展会"})
    assert found(one, one) == "answered" and desk.count("claim_finding") == 1
    assert found(one._replace(printed="600")) == "open"
    assert found() == "gone"
    assert found(one) == "open"


def test_a_return_tells_all_faults_at_once_and_freezes_them(desk: Desk) -> None:
    uid = claim(desk, "200")
    line = desk.lines("expense_line", uid)[0]["uid"]
    v = voucher(desk, claim=uid, line=line, number="26322000000000000001", seller="甲")
    to_check(desk, uid)
    desk.do("voucher.reject", {"uid": v, "why": "抬头是个人"})
    assert row(desk, uid)["cut"] == 10600
    assert codes(desk, "check.save", {"claim": uid, "kind": "签字核对", "result": "不符"}) == ["required"]
    desk.do("check.save", {"claim": uid, "kind": "签字核对", "result": "不符", "note": "报销人没签字"})
    assert codes(desk, "claim.pass", {"uid": uid, "reason": "x"}) == ["all_rejected", "check_wrong"], (
        "94.00 stand on nothing"
    )
    made = desk.do("claim.return", {"uid": uid, "why": "发票重开"})
    text = made.data["clipboard"]
    for words in ("共 4 处", "1. 发票重开", "抬头是个人", "签字核对不符：报销人没签字", "7月2日前"):
        assert words in text
    slip = row(desk, made.data["slip"], "return_slip")
    assert [f["rule"] for f in json.loads(slip["findings"])] == ["all_rejected", "rejected", "check"]
    assert row(desk, uid)["returns"] == 1
    desk.do("voucher.restore", {"uid": v})
    assert row(desk, uid)["cut"] == 0
    assert json.loads(row(desk, made.data["slip"], "return_slip")["findings"]) == json.loads(slip["findings"])
    assert codes(desk, "claim.return", {"uid": claim(desk)}) == ["state"]


def test_a_check_that_is_right_at_last_lets_it_pass(desk: Desk) -> None:
    uid = to_check(desk, claim(desk))
    assert codes(desk, "claim.return", {"uid": uid}) == ["required"], "nothing is wrong and nothing was said"
    desk.do("check.save", {"claim": uid, "kind": "签字核对", "result": "不符", "note": "没签"})
    desk.do("check.save", {"claim": uid, "kind": "签字核对", "result": "符合"})
    desk.do("claim.pass", {"uid": uid})


def test_the_department_may_say_no(desk: Desk) -> None:
    uid = claim(desk)
    desk.do("claim.submit", {"uid": uid})
    assert codes(desk, "claim.refuse", {"uid": uid}) == ["required"]
    text = desk.do("claim.refuse", {"uid": uid, "why": "这趟没报备", "due": "+5"}).data["text"]
    assert "部门没有批" in text and "1. 这趟没报备" in text
    assert (state(desk, uid), row(desk, uid)["due"], row(desk, uid)["head_at"]) == ("returned", "2026-07-04", None)
    desk.do("claim.submit", {"uid": uid})
    assert state(desk, uid) == "head"


def test_what_finance_gives_back_is_checked_again_without_the_department(desk: Desk) -> None:
    uid = to_finance(desk, claim(desk))
    text = desk.do("claim.finance_return", {"uid": uid, "why": "粘贴单少签字"}).data["text"]
    assert "财务退回了" in text and row(desk, uid)["returns"] == 1
    desk.do("claim.submit", {"uid": uid})
    assert state(desk, uid) == "check"
    desk.do("claim.pass", {"uid": uid})
    with desk.read() as reader:
        assert [s["stage"] for s in progress.slips_of(reader, uid)] == ["财务"]


def test_who_only_looks_changes_nothing_but_may_read(desk: Desk) -> None:
    uid = to_check(desk, claim(desk))
    desk.settings.put("operator.role", "viewer")
    for verb in (v for v in desk.registry.verbs.values() if v.changes and v.entity == "expense_claim"):
        assert codes(desk, verb.name, {"uid": uid}) == ["role"], verb.name
    assert desk.do("claim.words", {"uid": uid}).data["text"] and desk.do("claim.backlog").data["claims"]


def test_payment_days_lie_between_the_handing_over_and_today(desk: Desk) -> None:
    uid = to_finance(desk, claim(desk))
    assert codes(desk, "claim.pay", {"uid": uid, "day": "2026-06-28"}) == ["paid_day"]
    assert codes(desk, "claim.pay", {"uid": uid, "day": "2026-06-30"}) == ["paid_day"]
    desk.do("claim.pay", {"uid": uid, "day": "2026-06-29"})


# -- loans --------------------------------------------------------------------------------------------------------


def test_a_loan_is_set_off_once_and_only_by_its_borrower(desk: Desk) -> None:
    loan = desk.do("loan.save", {"borrower": "陈志远", "amount": "300", "purpose": "南京出差"}).uid
    assert row(desk, loan, "staff_loan")["department"] == "销售一部"
    lines = [{"item": "差旅费", "summary": "x", "amount": "500"}]
    other = {"claimant": "周宁", "lines": lines, "vouchers": 1, "loan_record": loan}
    assert codes(desk, "claim.save", other) == ["other_borrower"]
    uid = claim(desk, "500", loan_record=loan)
    assert (row(desk, uid)["loan"], row(desk, uid)["payable"]) == (30000, 20000)
    assert row(desk, loan, "staff_loan")["reserved"] == 30000
    assert codes(
        desk, "claim.save", {"claimant": "陈志远", "lines": lines, "vouchers": 1, "loan_record": loan, "loan": "1"}
    ) == ["loan_left"]
    assert codes(desk, "loan.repay", {"uid": loan, "amount": "10"}) == ["loan_left"]
    to_finance(desk, uid)
    assert desk.do("claim.pay", {"uid": uid}).data == {"payable": "200.00", "set_off": "300.00"}
    assert (row(desk, loan, "staff_loan")["rest"], row(desk, loan, "staff_loan")["state"]) == (0, "settled")
    settlement = desk.rows("loan_settlement")[0]
    assert codes(desk, "loan.take_back", {"uid": settlement["uid"]}) == ["by_claim"]
    desk.do("system.undo")
    assert (row(desk, loan, "staff_loan")["rest"], state(desk, uid)) == (30000, "finance")


def test_more_lent_than_spent_is_owed_back(desk: Desk) -> None:
    loan = desk.do("loan.save", {"borrower": "周宁", "amount": "1000", "purpose": "展会"}).uid
    uid = to_finance(desk, claim(desk, "640", claimant="周宁", loan_record=loan))
    made = desk.do("claim.pay", {"uid": uid})
    assert "还要退回 360.00 元" in made.message and made.data["set_off"] == "640.00"
    assert row(desk, loan, "staff_loan")["rest"] == 36000
    desk.do("loan.repay", {"uid": loan})
    assert row(desk, loan, "staff_loan")["state"] == "settled"
    assert codes(desk, "loan.save", {"uid": loan, "amount": "500"}) == ["below_settled"]


# -- lines of a trip ----------------------------------------------------------------------------------------------


def test_allowances_and_legs_complete_themselves(desk: Desk) -> None:
    lines = [
        {"part": "行程", "origin": "苏州", "destination": "南京", "vehicle": "火车", "amount": "99.5"},
        {"part": "补助", "persons": "2", "days": "2.5", "standard": "100"},
    ]
    uid = desk.do("claim.save", {"claimant": "陈志远", "kind": "差旅", "lines": lines, "vouchers": 1}).uid
    leg, allowance = desk.lines("expense_line", uid)
    assert leg["summary"] == "苏州—南京 火车"
    assert (allowance["amount"], allowance["summary"]) == (50000, "补助 2 人 × 2.5 天 × 100.00 元")
    lines[1]["amount"] = "600"
    assert codes(desk, "claim.save", {"claimant": "陈志远", "kind": "差旅", "lines": lines}) == ["allowance"]


# -- what comes up on 今日, and the month -------------------------------------------------------------------------


def test_today_tells_whose_turn_it_is_and_what_is_late(desk: Desk) -> None:
    uid = to_check(desk, claim(desk))
    waiting = claim(desk, claimant="周宁")
    desk.do("claim.submit", {"uid": waiting})

    def told() -> list[tuple[str, str, str]]:
        return [(t.title, t.verb, t.tone) for t in desk.todos() if t.module == "reimbursement"]

    assert told() == [("陈志远 的报销单待初审", "claim.save", "warn")]
    clock(desk).moment += timedelta(days=7)
    assert sorted(told()) == [
        ("周宁 的报销单在等部门审批", "claim.words", "err"),
        ("陈志远 的报销单待初审", "claim.save", "err"),
    ]
    with desk.read() as reader:
        found = progress.backlog(reader, desk.today)
    assert {w.row["uid"]: (w.age, w.late) for w in found} == {uid: (7, 5), waiting: (7, 5)}


def test_the_month_counts_what_was_claimed_and_what_was_saved(desk: Desk, tmp_path: Path) -> None:
    number = "26322000000000000001"
    first = claim(desk, "106", "50")
    voucher(desk, claim=first, line=desk.lines("expense_line", first)[0]["uid"], number=number)
    to_check(desk, first)
    desk.do(
        "claim.deduct",
        {"uid": first, "lines": [{"line": desk.lines("expense_line", first)[1]["uid"], "cut": "20", "reason": "超"}]},
    )
    settle(desk, first)
    desk.do("claim.pass", {"uid": first, "reason": "看过"})
    second = claim(desk, "106", claimant="周宁")
    again = voucher(desk, claim=second, line=desk.lines("expense_line", second)[0]["uid"], number=number)
    to_check(desk, second)
    desk.do("voucher.reject", {"uid": again, "why": "重复"})
    desk.do("claim.return", {"uid": second})
    with desk.read() as reader:
        month = progress.month_of(reader, "2026-06")
    assert (month.claimed, month.approved, month.saved, month.returned) == (26200, 13600, 12600, 1)
    book, paper = tmp_path / "月报.xlsx", tmp_path / "月报.pdf"
    desk.do("claim.month", {"month": "2026-06", "out": str(book)})
    desk.do("claim.month", {"month": "2026-06", "out": str(paper)})
    from openpyxl import load_workbook

    from tests.services.pdf_reading import texts_of

    cells = [[c.value for c in r] for r in load_workbook(book).active.iter_rows(min_row=2)]
    assert ["周宁", "销售一部", "小计", 1, 106, 0, 106, 1, None] in [[*r[:8], r[8] or None] for r in cells]
    text = "".join(texts_of(paper.read_bytes())).replace(" ", "")
    assert "初审省下126.00元" in text and "262.00" in text
    assert codes(desk, "claim.month", {"month": "2026-13"}) == ["month"]


def test_a_voucher_paid_elsewhere_meanwhile_stops_the_money(desk: Desk) -> None:
    def passed(amount: str) -> str:
        uid = to_check(desk, claim(desk, amount))
        line = desk.lines("expense_line", uid)[0]["uid"]
        made = voucher(desk, claim=uid, line=line, number="26322000000012345678", total=amount)
        desk.do("voucher.accept", {"uid": made})
        for finding in desk.rows("claim_finding"):
            if finding["claim"] == uid and finding["state"] == "open" and finding["severity"] != "stop":
                desk.do("finding.answer", {"uid": finding["uid"], "reason": "看过"})
        desk.settings.put("operator.role", "manager")
        desk.do("claim.pass", {"uid": uid, "reason": "看过"})
        desk.settings.put("operator.role", "clerk")
        return uid

    first = passed("106")
    desk.do("claim.void", {"uid": first})
    second = passed("106")
    desk.do("claim.hand_over", {"uid": second, "to": "会计"})
    desk.do("claim.pay", {"uid": second})
    desk.do("claim.restore", {"uid": first})
    assert "duplicate" in codes(desk, "claim.pass", {"uid": first, "reason": "看过"})


def test_an_approval_does_not_pass_to_another_claimant(desk: Desk) -> None:
    uid = to_check(desk, claim(desk, "100", claimant="周宁"))
    assert codes(desk, "claim.save", {"uid": uid, "claimant": "王小明"}) == ["approved_for"]
    desk.do("claim.return", {"uid": uid, "why": "换人报"})
    desk.do("claim.save", {"uid": uid, "claimant": "王小明"})
    assert row(desk, uid)["head_at"] is None


def test_a_claim_whose_only_voucher_was_rejected_in_the_draft_does_not_pass_in_silence(desk: Desk) -> None:
    uid = claim(desk, "106")
    line = desk.lines("expense_line", uid)[0]["uid"]
    one = voucher(desk, claim=uid, line=line, number="26322000000000000001", seller="甲")
    desk.do("voucher.reject", {"uid": one, "why": "抬头是个人"})
    assert row(desk, uid)["cut"] == 0, "nothing is cut before the check"
    to_check(desk, uid)
    assert codes(desk, "claim.pass", {"uid": uid, "reason": "x"}) == ["all_rejected"]
    [proposed] = desk.do("claim.check", {"uid": uid}).data["cuts"]
    assert (proposed["line"], proposed["cut"]) == (line, "106.00")


def test_a_cut_line_may_go_but_none_takes_its_place_uncut(desk: Desk) -> None:
    uid = to_check(desk, claim(desk, "500", "80"))
    first, second = desk.lines("expense_line", uid)
    desk.do("claim.deduct", {"uid": uid, "lines": [{"line": first["uid"], "cut": "120", "reason": "住宿超标"}]})
    kept = {"uid": second["uid"], "item": "办公费", "summary": second["summary"], "amount": "80"}
    anew = {"item": "办公费", "summary": "同一笔", "amount": "500"}
    assert codes(desk, "claim.save", {"uid": uid, "lines": [anew, kept]}) == ["cut_lost"]
    assert row(desk, uid)["cut"] == 12000
    desk.do("claim.save", {"uid": uid, "lines": [{**anew, "amount": "380"}, kept]})
    assert (row(desk, uid)["cut"], row(desk, uid)["approved"]) == (0, 46000), "no more is paid than before"
    with desk.read() as reader:
        assert "核减 120.00 元（住宿超标）随行删去" in progress.events_of(reader, uid)[-1]["note"]
    desk.do("system.undo")
    desk.do("claim.save", {"uid": uid, "lines": [kept]})
    clock(desk).moment += timedelta(minutes=1)
    desk.do("claim.save", {"uid": uid, "lines": [kept, anew]})
    assert "cut_gone" in codes(desk, "claim.pass", {"uid": uid, "reason": "x"}), "in two steps it is asked about"
    [proposed] = desk.do("claim.check", {"uid": uid}).data["cuts"]
    assert proposed["cut"] == "120.00"


def test_a_line_is_cut_once_in_one_go(desk: Desk) -> None:
    uid = to_check(desk, claim(desk, "500"))
    line = desk.lines("expense_line", uid)[0]["uid"]
    twice = [{"line": line, "cut": cut, "reason": "超"} for cut in ("100", "5")]
    assert codes(desk, "claim.deduct", {"uid": uid, "lines": twice}) == ["deduct_line"]
    assert row(desk, uid)["cut"] == 0


def test_restoring_a_voucher_gives_back_its_own_cut_and_no_other(desk: Desk) -> None:
    uid = claim(desk, "500")
    line = desk.lines("expense_line", uid)[0]["uid"]
    one = voucher(desk, claim=uid, line=line, number="26322000000000000001", seller="甲", total="500")
    to_check(desk, uid)

    def cut() -> tuple[int | None, str | None]:
        found = desk.lines("expense_line", uid)[0]
        return found["cut"], found["cut_reason"]

    def by_hand(amount: str, reason: str) -> None:
        desk.do("claim.deduct", {"uid": uid, "lines": [{"line": line, "cut": amount, "reason": reason}]})

    by_hand("120", "住宿超标")
    desk.do("voucher.reject", {"uid": one, "why": "抬头不对"})
    assert cut() == (50000, "住宿超标；剔除 26322000000000000001：抬头不对")
    desk.do("voucher.restore", {"uid": one})
    assert cut() == (12000, "住宿超标"), "the cut by hand stays with its reason"
    desk.do("voucher.reject", {"uid": one, "why": "抬头不对"})
    by_hand("30", "只认 470")
    desk.do("voucher.restore", {"uid": one})
    assert cut() == (3000, "只认 470"), "what the clerk set after the rejection is her own figure"


def test_restoring_a_voucher_sends_a_passed_claim_back_to_the_check(desk: Desk) -> None:
    uid = claim(desk, "106", "50")
    line = desk.lines("expense_line", uid)[0]["uid"]
    one = voucher(desk, claim=uid, line=line, number="26322000000000000001", seller="甲")
    to_check(desk, uid)
    desk.do("voucher.reject", {"uid": one, "why": "抬头不对"})
    settle(desk, uid)
    desk.do("claim.pass", {"uid": uid, "reason": "看过"})
    made = desk.do("voucher.restore", {"uid": one})
    now = row(desk, uid)
    assert "回到待初审" in made.message and (now["state"], now["passed_at"], now["cut"]) == ("check", None, 0)
    desk.do("system.undo")
    assert (row(desk, uid)["state"], row(desk, uid)["cut"]) == ("passed", 10600)
    desk.do("claim.hand_over", {"uid": uid})
    assert codes(desk, "voucher.restore", {"uid": one}) == ["state"]


def test_an_approval_is_for_the_kind_of_expense_too(desk: Desk) -> None:
    uid = to_check(desk, claim(desk, "100"))
    assert codes(desk, "claim.save", {"uid": uid, "kind": "差旅"}) == ["approved_for"]
    line = desk.lines("expense_line", uid)[0]
    other = {"uid": line["uid"], "item": "业务招待费", "summary": line["summary"], "amount": "100"}
    desk.do("claim.save", {"uid": uid, "lines": [other]})
    assert row(desk, uid)["head_at"], "putting a category right is what the check is for"
    desk.do("claim.return", {"uid": uid, "why": "补审批单"})
    made = desk.do("claim.save", {"uid": uid, "lines": [{**other, "item": "福利费"}]})
    assert [p.code for p in made.problems] == ["approve_again"] and row(desk, uid)["head_at"] is None
    to_check(desk, uid)
    desk.do("claim.return", {"uid": uid, "why": "补审批单"})
    desk.do("claim.save", {"uid": uid, "kind": "差旅"})
    desk.do("claim.submit", {"uid": uid})
    assert state(desk, uid) == "head"
