"""EXP-1, EXP-2, EXP-3, EXP-4, EXP-6: a trip's invoices go from a folder to the paid claim, back once, with a duplicate kept out."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from salesdesk.modules.reimbursement import progress
from tests.modules.claim_desk import claim_desk, clock, codes, drop, row
from tests.services.pdf_reading import texts_of
from tests.vouchers_made import full_invoice, rail_ticket, trip_list

HOTEL = {"goods": "*住宿服务*住宿费", "seller": "南京湖畔酒店有限公司", "total": 880_00, "date": "2026-06-17"}
RIDE = {"goods": "*运输服务*客运服务费", "seller": "某出行科技有限公司", "total": 45_60, "date": "2026-06-16"}


def test_from_a_folder_of_files_to_the_paid_claim(tmp_path: Path) -> None:
    desk = claim_desk(tmp_path / "data")
    loan = desk.do("loan.save", {"borrower": "陈志远", "amount": "1000", "purpose": "南京出差"}).uid
    lunch = full_invoice(n=9, total=212_00)
    desk.do(
        "claim.intake",
        {"claimant": "周宁", "title": "招待华源", "files": drop(tmp_path / "周宁", {"餐.xml": lunch.xml()})},
    )
    clock(desk).moment += timedelta(minutes=30)

    # EXP-2: everything is dropped at once
    files = {
        "去.xml": rail_ticket(n=1, total=99_50, destination="南京南", passenger="陈志远").xml(),
        "回.xml": rail_ticket(
            n=2, total=99_50, day="2026-06-17", origin="南京南", destination="苏州", passenger="陈志远"
        ).xml(),
        "酒店.pdf": full_invoice(n=3, **HOTEL).pdf(),
        "酒店.xml": full_invoice(n=3, **HOTEL).xml(),
        "打车.xml": full_invoice(n=4, **RIDE).xml(),
        "行程单.pdf": trip_list(),
        "午饭.xml": lunch.xml(),
    }
    made = desk.do(
        "claim.intake",
        {"claimant": "陈志远", "kind": "差旅", "title": "南京拜访", "files": drop(tmp_path / "陈志远", files)},
    )
    claim = made.uid
    assert [p.code for p in made.problems] == ["duplicate"] and "周宁 2026-06-29" in made.problems[0].message
    desk.do("claim.save", {"uid": claim, "loan_record": loan, "trip_from": "2026-06-15", "trip_to": "2026-06-17"})
    parts = [line["part"] for line in desk.lines("expense_line", claim)]
    assert parts.count("leg") == 2 and row(desk, claim)["attached"] == 5
    assert row(desk, claim)["amount"] == 99_50 * 2 + 880_00 + 45_60 + 212_00

    # EXP-1: the department's approval comes first
    desk.do("claim.submit", {"uid": claim})
    proof = drop(tmp_path / "批", {"李总微信.png": b"\x89PNG ok"})
    desk.do("claim.approve", {"uid": claim, "who": "李总", "how": "微信", "files": proof})

    # EXP-3: all faults at once, back to the claimant
    for voucher in desk.rows("expense_voucher"):
        if voucher["claim"] == claim and voucher["number"] != lunch.number:
            desk.do("voucher.accept", {"uid": voucher["uid"]})
            desk.do("check.save", {"voucher": voucher["uid"], "kind": "网上查验", "result": "符合"})
    assert "duplicate" in codes(desk, "claim.pass", {"uid": claim})
    returned = desk.do("claim.return", {"uid": claim, "why": "酒店要附水单"})
    assert "1. 酒店要附水单" in returned.data["text"] and "号码相同" in returned.data["text"]

    # he takes the lunch out and brings the bill
    clock(desk).moment += timedelta(days=1)
    double = next(v for v in desk.rows("expense_voucher") if v["claim"] == claim and v["number"] == lunch.number)
    desk.do("voucher.reject", {"uid": double["uid"], "why": "周宁已报"})
    kept = [
        line for line in desk.lines("expense_line", claim) if line["uid"] != double["line"] or line["amount"] != 212_00
    ]
    lines = [
        {"uid": line["uid"], "item": line["item"], "summary": line["summary"], "amount": f"{line['amount'] / 100:.2f}"}
        for line in kept
    ]
    desk.do("claim.save", {"uid": claim, "lines": lines})
    hotel = next(v for v in desk.rows("expense_voucher") if v["seller"] == HOTEL["seller"])
    bill = drop(tmp_path / "补", {"水单.pdf": trip_list() + b"\n"})
    desk.do("voucher.attach", {"uid": hotel["uid"], "files": bill, "support": "酒店结账单"})
    desk.do("claim.submit", {"uid": claim})
    assert row(desk, claim)["state"] == "check", "less than the department approved needs no second approval"

    # EXP-4: the room was dearer than the standard
    room = next(line for line in desk.lines("expense_line", claim) if line["uid"] == hotel["line"])
    desk.do(
        "claim.deduct", {"uid": claim, "lines": [{"line": room["uid"], "cut": "120", "reason": "住宿超标 60 元/晚"}]}
    )
    desk.do("claim.pass", {"uid": claim})
    paper = tmp_path / "报销单.pdf"
    desk.do("expense.print", {"uid": claim, "paper": "A5L", "out": str(paper)})
    assert row(desk, claim)["number"] in "".join(texts_of(paper.read_bytes())).replace(" ", "").replace("\n", "")

    # EXP-6: finance, payment against the loan, the word to the claimant, the month
    desk.do("claim.hand_over", {"uid": claim, "to": "吴会计"})
    clock(desk).moment += timedelta(days=1)
    paid = desk.do("claim.pay", {"uid": claim})
    approved = 99_50 * 2 + 880_00 + 45_60 - 120_00
    assert paid.data["set_off"] == "1000.00" and row(desk, claim)["payable"] == approved - 1000_00
    told = desk.do("claim.feedback", {"uid": claim})
    assert "核减 120.00 元（住宿超标 60 元/晚）" in told.data["clipboard"]
    assert row(desk, loan, "staff_loan")["rest"] == 0
    with desk.read() as reader:
        month = progress.month_of(reader, "2026-06")
    me = next(p for p in month.people if p.claimant == "陈志远")
    assert (me.approved, me.cut, me.blocked, me.returned) == (approved, 120_00, 212_00, 1)
    desk.close()
