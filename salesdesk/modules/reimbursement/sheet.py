"""What stands on the papers of a claim, built from the saved rows only: 报销单, 差旅费报销单, 票据粘贴单, 票据汇总表, 退回单."""

from __future__ import annotations

import json
from typing import Any

from salesdesk.domain.errors import Refused
from salesdesk.domain.kinds import Row
from salesdesk.domain.problems import Problem
from salesdesk.modules.reimbursement.flow_model import FINDING_SEVERITY, RETURN_SLIP
from salesdesk.modules.reimbursement.model import CLAIM, CLAIM_LINE
from salesdesk.modules.reimbursement.payment_model import PAYMENT
from salesdesk.modules.reimbursement.rules import MONEY
from salesdesk.modules.reimbursement.voucher_model import VOUCHER
from salesdesk.services.papers.shapes import (
    ExpenseClaimSheet,
    ExpenseLine,
    PastePart,
    PasteSheet,
    PaymentSheet,
    Sheet,
    SheetColumn,
    Signature,
    TravelAllowance,
    TravelClaimSheet,
    TravelLeg,
    TravelOther,
)
from salesdesk.services.prints import CUSTOM, Printing, paper_verbs
from salesdesk.services.vouchers.voucher import ELECTRONIC, VoucherKind

ON_FORMS = (("A4-upper", "A4 上半页"), ("A5L", "A5 横向"), ("240x120", "240×120"), ("A4", "A4"), (CUSTOM, "自定义"))
ON_LISTS = (("A4L", "A4 横向"), ("A4", "A4"))
SLIP_PAPERS = (("A4", "A4"), ("A5L", "A5 横向"))


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _company(printing: Printing, claim: Row) -> str:
    """The company entity the claim is made to, else the PC's company."""
    found = printing.reader.get("company_entity", claim["entity"]) if claim["entity"] else None
    return str(found["name"]) if found else printing.company


def _papers(claim: Row) -> int | None:
    count: int | None = claim["vouchers"]
    return count if count is not None else claim["attached"] or None


def claim_sheet(printing: Printing, row: Row) -> ExpenseClaimSheet | TravelClaimSheet:
    """费用报销单 or, for a trip, 差旅费报销单 (EXP-5)."""
    lines = printing.reader.of_parent(CLAIM_LINE, row["uid"])
    approved = row["approved"] if row["cut"] else None
    if row["kind"] == "trip":
        return _trip_sheet(printing, row, lines, approved)
    return ExpenseClaimSheet(
        company=_company(printing, row),
        department=_text(row["department"]),
        claimant=_text(row["claimant"]),
        day=str(row["day"]),
        number=str(row["number"]),
        lines=tuple(ExpenseLine(_text(r["item"]), _text(r["summary"]), r["amount"] or 0, _cut_note(r)) for r in lines),
        vouchers=_papers(row),
        total_fen=row["amount"],
        loan_fen=row["loan"],
        approved_fen=approved,
        print_count=printing.nth,
        printed_by=printing.operator,
        stamp=printing.now,
    )


def _cut_note(line: Row) -> str:
    """The note of a line; what was cut of it and why comes first."""
    cut = f"核减 {MONEY.show(line['cut'])}" + (f"：{line['cut_reason']}" if line["cut_reason"] else "")
    return "；".join(filter(None, (cut if line["cut"] else "", _text(line["note"]))))


def _trip_sheet(printing: Printing, row: Row, lines: list[Row], approved: int | None) -> TravelClaimSheet:
    legs, allowances, others = [], [], []
    for line in lines:
        amount = line["amount"] or 0
        if line["part"] == "leg":
            left = f"{_day(line['day'])} {_text(line['time'])}".strip()
            came = f"{_day(line['day_to'] or line['day'])} {_text(line['time_to'])}".strip()
            papers = line["vouchers"] if line["vouchers"] is not None else line["attached"] or 0
            ends = (_text(line["origin"]), _text(line["destination"]))
            legs.append(TravelLeg(left, ends[0], came, ends[1], _text(line["vehicle"]), papers, amount))
            continue
        if line["part"] == "allowance" and line["persons"] and line["days"] and line["standard"]:
            one = TravelAllowance(_text(line["summary"]), line["persons"], line["days"], line["standard"])
            if one.amount_fen == amount:
                allowances.append(one)
                continue
        papers = line["vouchers"] if line["vouchers"] is not None else line["attached"] or 0
        others.append(
            TravelOther(_text(line["item"] if line["part"] != "allowance" else line["summary"]), papers, amount)
        )
    days = row["trip_days"]
    return TravelClaimSheet(
        company=_company(printing, row),
        department=_text(row["department"]),
        claimant=_text(row["claimant"]),
        day=str(row["day"]),
        number=str(row["number"]),
        reason=" ".join(filter(None, (_text(row["title"]), _text(row["places"])))),
        post=_text(row["grade"]),
        people=row["persons"] or 1,
        start=_text(row["trip_from"]),
        end=_text(row["trip_to"]),
        days_milli=None if days is None else days * 1000,
        legs=tuple(legs),
        allowances=tuple(allowances),
        others=tuple(others),
        vouchers=_papers(row),
        total_fen=row["amount"],
        loan_fen=row["loan"],
        approved_fen=approved,
        print_count=printing.nth,
        printed_by=printing.operator,
        stamp=printing.now,
    )


def _day(day: object) -> str:
    return str(day)[5:] if day else ""


def vouchers_of(printing: Printing, claim: str) -> list[Row]:
    """The vouchers of a claim that count, in the order of the form."""
    return printing.reader.rows(
        "SELECT v.* FROM expense_voucher v LEFT JOIN expense_line l ON l.uid = v.line"
        " WHERE v.claim = ? AND v.void = 0 AND v.standing != 'rejected' ORDER BY l.seq IS NULL, l.seq, v.seq, v.rowid",
        (claim,),
    )


def electronic(voucher: Row) -> bool:
    """Whether the voucher is a file that is printed, not a paper that is pasted."""
    return bool(voucher["kind"]) and VoucherKind(voucher["kind"]) in ELECTRONIC


def paste_sheet(printing: Printing, row: Row) -> PasteSheet:
    """One page for each kind of expense whose papers are pasted: those that are no electronic invoices."""
    parts: dict[str, list[int]] = {}
    for voucher in vouchers_of(printing, row["uid"]):
        if electronic(voucher):
            continue
        parts.setdefault(_text(voucher["category"]) or "其他", []).append(voucher["total"] or 0)
    return PasteSheet(
        company=_company(printing, row),
        number=str(row["number"]),
        claimant=_text(row["claimant"]),
        department=_text(row["department"]),
        parts=tuple(PastePart(item, len(all_), sum(all_)) for item, all_ in parts.items()) or (PastePart(),),
        print_count=printing.nth,
        printed_by=printing.operator,
        stamp=printing.now,
    )


def summary_sheet(printing: Printing, row: Row) -> Sheet:
    """汇总表 to put in front: every voucher with number, day, kind, seller, net, tax, total (EXP-5)."""
    found = vouchers_of(printing, row["uid"])
    show = MONEY.show
    rows = tuple(
        (
            str(place),
            _text(v["number"]),
            _text(v["date"]),
            VOUCHER["kind"].kind.show(v["kind"]),
            _text(v["seller"]),
            _text(v["category"]),
            show(v["amount"]),
            show(v["tax"]),
            show(v["total"]),
            _text(v["note"] or v["purpose"]),
        )
        for place, v in enumerate(found, start=1)
    )
    sums = [show(sum(v[key] or 0 for v in found)) for key in ("amount", "tax", "total")]
    return Sheet(
        title="票据汇总表",
        columns=(
            SheetColumn("序", 4, "center"),
            SheetColumn("号码", 20, kind="code"),
            SheetColumn("开票日期", 11, kind="code"),
            SheetColumn("票种", 12),
            SheetColumn("销售方", 24),
            SheetColumn("费用项目", 10),
            SheetColumn("不含税", 10, kind="number"),
            SheetColumn("税额", 9, kind="number"),
            SheetColumn("价税合计", 11, kind="number", total=True),
            SheetColumn("备注", 14),
        ),
        rows=rows,
        company=_company(printing, row),
        number=str(row["number"]),
        pairs=(("报销人", _text(row["claimant"])), ("部门", _text(row["department"])), ("事由", _text(row["title"]))),
        totals=("合计", f"{len(found)} 张", "", "", "", "", *sums, ""),
        signatures=(Signature("报销人", _text(row["claimant"])), Signature("初审", _text(row["passed_by"]))),
        fill_rows=0,
        print_count=printing.nth,
        printed_by=printing.operator,
        stamp=printing.now,
    )


def return_sheet(printing: Printing, slip: Row) -> Sheet:
    """退回单: all faults at once, as they were found on that day (EXP-3)."""
    claim = printing.reader.get(CLAIM, slip["claim"]) or {}
    found: list[dict[str, Any]] = json.loads(slip["findings"] or "[]")
    numbers = dict(printing.reader.tuples("SELECT uid, number FROM expense_voucher WHERE claim = ?", (slip["claim"],)))
    rows = tuple(
        (
            str(place),
            f"第 {one['seq']} 张"
            + (f" {str(numbers.get(one['voucher']) or '')[-8:]}" if numbers.get(one["voucher"]) else "")
            if one.get("seq")
            else "整张单",
            FINDING_SEVERITY.show(one.get("severity")),
            _text(one.get("message")),
            _text(one.get("printed")),
            _text(one.get("expected")),
            _text(one.get("cure")),
        )
        for place, one in enumerate(found, start=1)
    )
    return Sheet(
        title="报销退回单",
        columns=(
            SheetColumn("序", 4, "center"),
            SheetColumn("票据", 14),
            SheetColumn("轻重", 7, "center"),
            SheetColumn("问题", 26),
            SheetColumn("票上写的", 16),
            SheetColumn("应该是", 16),
            SheetColumn("怎么办", 22),
        ),
        rows=rows,
        company=_company(printing, claim) if claim else printing.company,
        number=str(slip["number"]),
        pairs=(
            ("报销单", _text(claim.get("number"))),
            ("报销人", _text(claim.get("claimant"))),
            ("部门", _text(claim.get("department"))),
            ("金额", f"{MONEY.show(claim.get('amount') or 0)} 元"),
            ("退回", f"{_text(slip['stage'])} {_text(slip['who'])} {str(slip['at'])[:16].replace('T', ' ')}"),
            ("请在此前补正", _text(slip["due"])),
        ),
        pair_columns=3,
        notes=(("退回原因", _text(slip["reason"])),) if slip["reason"] else (),
        signatures=(Signature("初审", _text(slip["who"])), Signature("报销人签收"), Signature("日期")),
        fill_rows=0,
        print_count=printing.nth,
        printed_by=printing.operator,
        stamp=printing.now,
    )


def payment_sheet(printing: Printing, row: Row) -> PaymentSheet:
    """付款申请单 with the share of the contract that is paid then (EXP-5)."""
    if row["amount"] is None or row["amount"] <= 0:
        raise Refused(Problem("付款金额要大于 0", "请填金额再打印", path="amount", code="zero"))
    return PaymentSheet(
        company=printing.company,
        number=str(row["number"]),
        day=str(row["day"]),
        department=_text(row["department"]),
        applicant=_text(row["applicant"]),
        reason=_text(row["purpose"]),
        payee=_text(row["payee"]),
        bank=_text(row["bank"]),
        account=_text(row["account"]),
        way=_text(row["way"]),
        amount_fen=row["amount"],
        contract=_text(row["contract"]),
        contract_fen=row["contract_amount"],
        paid_fen=row["paid"],
        invoices=_text(row["invoices"]),
        invoice_count=row["invoice_count"],
        wanted_day=_text(row["wanted"]),
        note=_text(row["note"]),
        print_count=printing.nth,
        printed_by=printing.operator,
        stamp=printing.now,
    )


VERBS = (
    *paper_verbs("expense", "报销单", CLAIM, claim_sheet, "print.expense_paper", ON_FORMS),
    *paper_verbs("paste", "票据粘贴单", CLAIM, paste_sheet, "print.expense_paper", ON_FORMS),
    *paper_verbs("voucher_summary", "票据汇总表", CLAIM, summary_sheet, "print.list_paper", ON_LISTS),
    *paper_verbs("return_slip", "退回单", RETURN_SLIP, return_sheet, "print.problem_paper", SLIP_PAPERS),
    *paper_verbs("payment", "付款申请单", PAYMENT, payment_sheet, "print.expense_paper", ON_FORMS),
)
