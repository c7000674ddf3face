"""What stands on the 费用报销单: built from the saved claim only."""

from __future__ import annotations

from salesdesk.domain.kinds import Row
from salesdesk.modules.reimbursement.model import CLAIM, CLAIM_LINE
from salesdesk.services.papers.shapes import ExpenseClaimSheet, ExpenseLine
from salesdesk.services.prints import Printing, paper_verbs


def claim_sheet(printing: Printing, row: Row) -> ExpenseClaimSheet:
    """费用报销单 with digit boxes, capitals and signatures (EXP-5)."""
    lines = printing.reader.of_parent(CLAIM_LINE, row["uid"])
    return ExpenseClaimSheet(
        company=printing.company,
        department=str(row["department"] or ""),
        claimant=str(row["claimant"] or ""),
        day=str(row["day"]),
        number=str(row["number"]),
        lines=tuple(
            ExpenseLine(str(r["item"] or ""), str(r["summary"] or ""), r["amount"] or 0, str(r["note"] or ""))
            for r in lines
        ),
        vouchers=row["vouchers"] if row["vouchers"] is not None else row["attached"] or None,
        total_fen=row["amount"],
        loan_fen=row["loan"],
        print_count=printing.nth,
        printed_by=printing.operator,
        stamp=printing.now,
    )


VERBS = paper_verbs(
    "expense",
    "报销单",
    CLAIM,
    claim_sheet,
    "print.expense_paper",
    (("A4-upper", "A4 上半页"), ("A5L", "A5 横向"), ("240x120", "240×120")),
)
