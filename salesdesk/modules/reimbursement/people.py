"""Who claims: the person behind a name with department, 职级 and company, and the loan a claim is set off against."""

from __future__ import annotations

from salesdesk.domain import dates
from salesdesk.domain.kinds import Row
from salesdesk.domain.problems import Problem
from salesdesk.modules.reimbursement.rules import MONEY
from salesdesk.modules.reimbursement.staff_model import COMPANY, LOAN, STAFF
from salesdesk.persistence.reading import Reader


def called(reader: Reader, name: object) -> Row | None:
    """The one person of a name who is still here; None when there is none or more than one."""
    found = reader.rows("SELECT * FROM staff WHERE name = ? AND void = 0 AND active IS NOT 0 LIMIT 2", (name,))
    return found[0] if len(found) == 1 else None


def usual_company(reader: Reader) -> str | None:
    """The company claims are made for when nobody says otherwise; None without a register."""
    found = reader.value(
        "SELECT uid FROM company_entity WHERE void = 0 AND active IS NOT 0 ORDER BY usual IS NOT 1, rowid LIMIT 1"
    )
    return str(found) if found else None


def fill(reader: Reader, header: Row, before: Row | None) -> None:
    """Complete the head of a claim from the registers, where nobody said anything else."""
    renamed = before is not None and before["claimant"] != header.get("claimant")
    person = reader.get(STAFF, header.get("staff"))
    if person is None or (renamed and before and header.get("staff") == before["staff"]):
        person = called(reader, header.get("claimant"))
        header["staff"] = person["uid"] if person else None
        if renamed and before and header.get("grade") == before["grade"]:
            header["grade"] = None
    if person is not None:
        header["claimant"] = header.get("claimant") or person["name"]
        header["department"] = header.get("department") or person["department"]
        header["grade"] = header.get("grade") or person["grade"]
    if header.get("entity") is None and before is None:
        header["entity"] = (person or {}).get("entity") or usual_company(reader)
    first, last = header.get("trip_from"), header.get("trip_to")
    if first and last and not header.get("trip_days"):
        header["trip_days"] = max(1, dates.days_between(str(first), str(last)) + 1)
    loan = reader.get(LOAN, header.get("loan_record"))
    if loan is not None and header.get("loan") is None:
        header["loan"] = max(0, open_for(reader, loan, str(header.get("uid") or "")))


def open_for(reader: Reader, loan: Row, claim: str) -> int:
    """分 of a loan that this claim may set off: what is neither paid back nor wanted by another claim still on its way."""
    others = reader.value(
        "SELECT coalesce(sum(loan), 0) FROM expense_claim WHERE loan_record = ? AND uid != ? AND void = 0"
        " AND state NOT IN ('paid', 'told')",
        (loan["uid"], claim),
    )
    settled = reader.value(
        "SELECT coalesce(sum(amount), 0) FROM loan_settlement WHERE loan = ? AND void = 0", (loan["uid"],)
    )
    return int(loan["amount"]) - int(settled) - int(others)


def check_loan(reader: Reader, header: Row, claim: str) -> list[Problem]:
    """A claim sets off only the claimant's own loan, and no more of it than is left."""
    if not header.get("loan_record"):
        return []
    loan = reader.get(LOAN, header["loan_record"])
    if loan is None or loan["void"]:
        return [
            Problem("这笔借款已经作废", "请另选一笔，或不填", path="loan_record", place="「冲哪笔借款」", code="void")
        ]
    if loan["borrower"] != header.get("claimant"):
        return [
            Problem(
                f"借款 {loan['number']} 是{loan['borrower']}借的",
                f"请选{header.get('claimant') or '报销人'}自己的借款",
                path="loan_record",
                place="「冲哪笔借款」",
                code="other_borrower",
            )
        ]
    left = open_for(reader, loan, claim)
    if (header.get("loan") or 0) > left:
        return [
            Problem(
                f"借款 {loan['number']} 只剩 {MONEY.show(left)} 元可冲",
                f"请把原借款改到 {MONEY.show(max(0, left))} 以内",
                path="loan",
                place="「原借款」",
                code="loan_left",
            )
        ]
    return []


def check_company(reader: Reader, row: Row, before: Row | None, today: str) -> list[Problem]:
    """Two companies with one tax number would make every voucher fit both."""
    twin = reader.value(
        "SELECT name FROM company_entity WHERE tax_id = ? AND uid != ? AND void = 0",
        (row.get("tax_id"), row.get("uid") or ""),
    )
    if twin is None:
        return []
    told = f"「{twin}」也是这个税号"
    return [
        Problem(
            told,
            "改名的请改那一条，旧名写进「曾用名」",
            path="tax_id",
            place=f"「{COMPANY['tax_id'].title}」",
            code="same_tax_id",
        )
    ]
