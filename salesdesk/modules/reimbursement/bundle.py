"""整套: the claim's form, what is pasted, the list of vouchers and the e-invoices two on an A4, one PDF in pasting order (EXP-5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesdesk.domain.kinds import Row
from salesdesk.modules.reimbursement.model import CLAIM
from salesdesk.modules.reimbursement.rules import MONEY
from salesdesk.modules.reimbursement.sheet import (
    ON_FORMS,
    claim_sheet,
    electronic,
    paste_sheet,
    summary_sheet,
    vouchers_of,
)
from salesdesk.modules.reimbursement.voucher_files import files_of
from salesdesk.services.attachments import stored_at
from salesdesk.services.files import faults_of
from salesdesk.services.module import Context
from salesdesk.services.prints import Behind, Printing, paper_verbs
from salesdesk.services.vouchers.voucher import VoucherKind

if TYPE_CHECKING:
    from salesdesk.services.papers.shapes import Printable
    from salesdesk.services.vouchers.tiling import Piece

PRINTABLE = ("pdf", "ofd", "picture")
"""Forms that have a page, the best first."""


def behind(ctx: Context, printing: Printing, claim: Row) -> Behind:
    """What lies behind the form: the paste sheets when anything is pasted, the summary, and every e-invoice with its papers."""
    from salesdesk.services.vouchers.tiling import in_pasting_order

    vouchers = vouchers_of(printing, claim["uid"])
    sheets: list[tuple[Printable, str]] = []
    if any(not electronic(one) for one in vouchers):
        sheets.append((paste_sheet(printing, claim), "A4"))
    if vouchers:
        sheets.append((summary_sheet(printing, claim), str(ctx.settings.get("print.list_paper"))))
    pieces: list[Piece] = []
    for place, voucher in enumerate(vouchers, start=1):
        if electronic(voucher):
            pieces += _pieces(ctx, str(claim["number"]), place, voucher)
    return Behind(tuple(sheets), tuple(in_pasting_order(pieces)))


def _pieces(ctx: Context, number: str, place: int, voucher: Row) -> list[Piece]:
    """The page of one voucher with its label, and its supporting papers after it."""
    from salesdesk.services.vouchers.tiling import Piece

    files = files_of(ctx.work, voucher["uid"])
    faces = sorted(
        (one for one in files if one["role"] != "support"),
        key=lambda one: PRINTABLE.index(one["form"]) if one["form"] in PRINTABLE else len(PRINTABLE),
    )
    if not faces:
        return []
    total = f"¥{MONEY.show(voucher['total'])}" if voucher["total"] is not None else ""
    told = "　".join(filter(None, (f"{number}-{place}", total, str(voucher["category"] or ""))))
    kind = VoucherKind(voucher["kind"]) if voucher["kind"] else None
    found = [Piece(_bytes(ctx, faces[0]), str(faces[0]["form"]), told, kind)]
    for one in files:
        if one["role"] == "support" and one["form"] in PRINTABLE:
            label = f"{number}-{place}　{one['support'] or '佐证'}"
            found.append(Piece(_bytes(ctx, one), str(one["form"]), label, supporting=True))
    return found


def _bytes(ctx: Context, file: Row) -> bytes:
    stored = stored_at(ctx.folder, str(file["sha256"]))
    with faults_of(stored):
        return stored.read_bytes()


VERBS = paper_verbs("bundle", "整套报销单据", CLAIM, claim_sheet, "print.expense_paper", ON_FORMS, behind=behind)
