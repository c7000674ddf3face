"""EXP-3, EXP-4: a trip's vouchers are dropped, all faults come at once, are cut, answered, returned and put right."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from salesdesk.desk import Desk
from salesdesk.domain.kinds import Row
from salesdesk.modules.reimbursement.checks.gathering import gather
from salesdesk.modules.reimbursement.checks.judging import judge
from salesdesk.modules.reimbursement.ledger import values_of
from tests.modules.claim_cases import made
from tests.modules.claim_desk import claim_desk, codes, drop, row
from tests.vouchers_made import full_invoice, rail_ticket

HOTEL: dict[str, Any] = {"goods": "*住宿服务*住宿费", "seller": "上海湖畔酒店有限公司"}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made_desk = claim_desk(tmp_path / "data")
    as_manager(made_desk, "standards.set_up")
    as_manager(made_desk, "expense_standard.confirm_all")
    yield made_desk
    made_desk.close()


def as_manager(desk: Desk, verb: str, args: Row | None = None) -> Any:
    desk.settings.put("operator.role", "manager")
    try:
        return desk.do(verb, args or {})
    finally:
        desk.settings.put("operator.role", "clerk")


def checked(desk: Desk, claim: str) -> dict[str, Row]:
    """The open findings by rule, as 初审检查 tells them."""
    return {f["rule"]: f for f in desk.do("claim.check", {"uid": claim}).data["findings"]}


def accept_all(desk: Desk, claim: str) -> None:
    for one in desk.rows("expense_voucher"):
        if one["claim"] == claim and one["standing"] == "waiting":
            desk.do("check.save", {"voucher": one["uid"], "kind": "网上查验", "result": "符合"})
            desk.do("voucher.accept", {"uid": one["uid"]})


def test_from_dropped_vouchers_with_faults_to_a_passed_claim(desk: Desk, tmp_path: Path) -> None:
    dear = full_invoice(n=1, total=1318_50, **HOTEL)
    wrong = full_invoice(n=50, total=58_50, goods="*纸制品*复印纸", seller="苏州园区文具商行")
    files = drop(
        tmp_path / "票",
        {
            "酒店.pdf": dear.pdf(),
            "文具.pdf": wrong.but(buyer="苏州安正阀业有限公司", words="伍拾玖圆伍角").pdf(),
            "去.xml": rail_ticket(n=2, passenger="陈志远").xml(),
        },
    )
    claim = desk.do("claim.intake", {"claimant": "陈志远", "files": files}).uid
    hotel = next(v for v in desk.rows("expense_voucher") if v["number"] == dear.number)
    desk.do("voucher.save", {"uid": hotel["uid"], "nights": 2, "city": "上海", "date_from": "2026-06-15"})

    # all faults at once, with both sides, where they stand and what to do
    found = checked(desk, claim)
    assert {"title_differs", "words_differ", "over_limit"} <= set(found)
    title = found["title_differs"]
    assert (title["severity"], title["printed"], title["source"]) == ("stop", "苏州安正阀业有限公司", "PDF 文字")
    assert title["expected"] == "苏州安正阀门有限公司" and title["cure"] and title["rule_version"] == "1"
    assert (found["over_limit"]["excess"], found["over_limit"]["severity"]) == ("318.50", "warn")

    # the way to finance is shut, and the slip tells everything at once
    desk.do("claim.submit", {"uid": claim})
    desk.do("claim.approve", {"uid": claim, "who": "李总", "how": "签字"})
    assert {"title_differs", "words_differ", "over_limit"} <= set(
        codes(desk, "claim.pass", {"uid": claim, "reason": "急"})
    )
    returned = desk.do("claim.return", {"uid": claim})
    slip = row(desk, str(returned.data["slip"]), "return_slip")
    frozen = {f["rule"] for f in json.loads(slip["findings"])}
    assert {"title_differs", "words_differ", "over_limit"} <= frozen
    text = str(returned.data["text"])
    assert (
        "抬头是「苏州安正阀业有限公司」" in text and "大写是 59.50，小写是 58.50" in text and text.count("第 2 张") >= 1
    )

    # the bad one is replaced, the rest is cut as proposed, and nothing is asked twice
    bad = next(v for v in desk.rows("expense_voucher") if v["number"] == wrong.number)
    good = full_invoice(n=60, total=58_50, goods="*纸制品*复印纸", seller="苏州园区文具商行")
    desk.do("voucher.reject", {"uid": bad["uid"], "why": "抬头不对", "cut": "否"})
    line = next(x for x in desk.lines("expense_line", claim) if x["item"] == "办公费")
    files = drop(tmp_path / "新票", {"换.pdf": good.pdf()})
    desk.do("claim.intake", {"uid": claim, "files": files, "lines": "否"})
    new = next(v for v in desk.rows("expense_voucher") if v["number"] == good.number)
    desk.do("voucher.move", {"uid": new["uid"], "claim": claim, "line": line["uid"]})
    desk.do("claim.submit", {"uid": claim})
    if row(desk, claim)["state"] == "head":
        desk.do("claim.approve", {"uid": claim, "who": "李总", "how": "签字"})
    told = desk.do("claim.check", {"uid": claim}).data
    [cut] = told["cuts"]
    assert (cut["claimed"], cut["approved"], cut["cut"], cut["reason"]) == (
        "1318.50",
        "1000.00",
        "318.50",
        "超标准 318.50 元",
    )
    desk.do("claim.deduct", {"uid": claim, "lines": [{k: cut[k] for k in ("line", "cut", "reason")}]})
    after = checked(desk, claim)
    assert "over_limit" not in after and desk.do("claim.check", {"uid": claim}).data["cuts"] == []
    accept_all(desk, claim)
    left = {rule: f for rule, f in checked(desk, claim).items() if f["severity"] != "hint"}
    assert not left, left
    desk.do("claim.pass", {"uid": claim})
    assert row(desk, claim)["approved"] == 1000_00 + 58_50 + 56_00


def test_an_answer_is_asked_once_and_again_when_the_value_changes(desk: Desk, tmp_path: Path) -> None:
    late = full_invoice(n=3, number="25322000000000000003", total=318_50, date="2025-12-30", **HOTEL)
    claim = desk.do("claim.intake", {"claimant": "陈志远", "files": drop(tmp_path / "票", {"a.xml": late.xml()})}).uid
    desk.do("finding.answer", {"uid": checked(desk, claim)["last_year"]["uid"], "reason": "年底出差，票晚到"})
    assert "last_year" not in checked(desk, claim)
    uid = desk.rows("expense_voucher")[0]["uid"]
    desk.do("voucher.save", {"uid": uid, "city": "上海"})
    assert "last_year" not in checked(desk, claim), "nothing it stood on has changed"
    desk.do("voucher.save", {"uid": uid, "date": "2025-12-29"})
    assert "last_year" in checked(desk, claim)


def test_a_rule_changed_by_the_manager_counts_from_then_on_with_its_version(desk: Desk, tmp_path: Path) -> None:
    ticket = rail_ticket(n=4, passenger="李强")
    claim = desk.do("claim.intake", {"claimant": "陈志远", "files": drop(tmp_path / "票", {"a.xml": ticket.xml()})}).uid
    assert checked(desk, claim)["other_person"]["severity"] == "hint"
    rule = next(r for r in desk.rows("expense_rule") if r["code"] == "other_person")
    newer = as_manager(desk, "expense_rule.save", {"uid": rule["uid"], "weight": "block", "who": "manager"}).uid
    told = checked(desk, claim)["other_person"]
    assert (told["severity"], told["rule_version"]) == ("stop", "2")
    assert codes(desk, "finding.answer", {"uid": told["uid"], "reason": "同事"}) == ["role"]
    as_manager(desk, "finding.answer", {"uid": told["uid"], "reason": "同事代买"})
    as_manager(desk, "expense_rule.save", {"uid": newer, "used": "否"})
    assert "other_person" not in checked(desk, claim)


def test_what_proves_an_altered_voucher_nobody_lets_pass(desk: Desk, tmp_path: Path) -> None:
    edited = full_invoice(n=5, total=318_50, **HOTEL).but(total=918_50)
    claim = desk.do("claim.intake", {"claimant": "陈志远", "files": drop(tmp_path / "票", {"a.pdf": edited.pdf()})}).uid
    told = checked(desk, claim)["qr_differs"]
    assert (told["printed"], told["expected"]) == ("918.50", "二维码 318.50")
    desk.settings.put("operator.role", "manager")
    assert codes(desk, "finding.answer", {"uid": told["uid"], "reason": "我同意"}) == ["no_override"]


def test_unconfirmed_standards_are_only_a_hint(tmp_path: Path) -> None:
    desk = claim_desk(tmp_path / "data")
    as_manager(desk, "standards.set_up")
    dear = full_invoice(n=6, total=1318_50, **HOTEL)
    claim = desk.do("claim.intake", {"claimant": "陈志远", "files": drop(tmp_path / "票", {"a.xml": dear.xml()})}).uid
    desk.do("voucher.save", {"uid": desk.rows("expense_voucher")[0]["uid"], "nights": 1, "city": "上海"})
    found = checked(desk, claim)
    assert found["limit_unsure"]["severity"] == "hint" and "over_limit" not in found
    as_manager(desk, "expense_standard.confirm_all")
    assert checked(desk, claim)["over_limit"]["severity"] == "warn"
    desk.close()


def test_all_claims_are_looked_at_again_after_others_work_came_in(desk: Desk, tmp_path: Path) -> None:
    claims = [
        desk.do(
            "claim.intake",
            {"claimant": "陈志远", "files": drop(tmp_path / f"票{n}", {"a.xml": full_invoice(n=n * 9).xml()})},
        ).uid
        for n in (1, 2)
    ]
    with desk.database.work("合并") as work:
        one = work.row("SELECT uid FROM expense_voucher WHERE claim = ?", (claims[1],))
        assert one is not None
        work.update(desk.entity("expense_voucher"), one["uid"], {"buyer": "别的公司"})
    told = desk.do("claim.check")
    assert told.data == {"checked": 2, "blocked": [row(desk, claims[1])["number"]]}


def test_the_case_is_gathered_with_the_same_few_queries_however_many_vouchers(
    desk: Desk,
) -> None:
    claim = desk.do(
        "claim.save",
        {"claimant": "陈志远", "vouchers": 200, "lines": [{"item": "住宿费", "summary": "x", "amount": "1"}]},
    ).uid
    line = desk.lines("expense_line", claim)[0]["uid"]
    base = values_of(made(full_invoice(n=1, total=318_50, **HOTEL)))

    def more(first: int, last: int) -> int:
        with desk.database.work("票") as work:
            rows = [
                {**base, "number": f"26322000001{n:09}", "key": f"26322000001{n:09}", "qr": None, "claim": claim, "line": line,
                 "seq": n, "standing": "waiting", "seller": f"酒店{n % 40}"}
                for n in range(first, last)
            ]  # fmt: skip
            work.insert_many(desk.entity("expense_voucher"), rows)
        asked: list[str] = []
        with desk.read() as reader:
            reader.connection.set_trace_callback(asked.append)
            case = gather(reader, claim, desk.today)
            reader.connection.set_trace_callback(None)
        assert len(case.held) == last - 1 and len(judge(case)) >= last - 1
        return len(asked)

    assert more(1, 6) == more(6, 201) < 24


def test_two_pcs_find_the_same_and_an_undone_finding_comes_back(desk: Desk, tmp_path: Path) -> None:
    late = full_invoice(n=7, number="25322000000000000007", total=318_50, date="2025-12-30", **HOTEL)
    claim = desk.do("claim.intake", {"claimant": "陈志远", "files": drop(tmp_path / "票", {"a.xml": late.xml()})}).uid
    first = checked(desk, claim)["last_year"]["uid"]
    desk.do("finding.answer", {"uid": first, "reason": "票晚到"})
    desk.do("system.undo")
    assert checked(desk, claim)["last_year"]["uid"] == first
    with desk.database.work("撤销得更远") as work:
        work.void(desk.entity("claim_finding"), first)
        twin = {
            k: v
            for k, v in (work.get("claim_finding", first) or {}).items()
            if k in desk.entity("claim_finding").by_key
        }
        other = work.insert(desk.entity("claim_finding"), twin)
    assert checked(desk, claim)["last_year"]["uid"] in (first, other)
    live = [f for f in desk.rows("claim_finding") if f["rule"] == "last_year" and f["state"] == "open"]
    assert len(live) == 1
