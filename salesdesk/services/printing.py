"""Puts a finished form on paper: one PDF that the preview shows and the printer gets.

    rendered = render_sheet(Sheet(title="送货单", columns=…, rows=…), paper("241x140"))

Nothing is read from the database and no widget is asked: what the sheet says is what is printed. The same sheet with
the same stamp gives the same bytes. Painting is done by `salesdesk.services.papers`; reportlab is loaded on first use.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from salesdesk.services.papers.claim import lay_claim
from salesdesk.services.papers.form import lay_form
from salesdesk.services.papers.labels import lay_labels
from salesdesk.services.papers.lettering import ONE_AT_A_TIME, Lettering
from salesdesk.services.papers.pasting import lay_paste_sheet
from salesdesk.services.papers.payment import lay_payment
from salesdesk.services.papers.pen import Page, Pen, new_canvas
from salesdesk.services.papers.register import lay_register
from salesdesk.services.papers.ruler import lay_ruler
from salesdesk.services.papers.shapes import (
    CLAIM_SIGNATURES,
    PAPERS,
    STRAIGHT,
    Calibration,
    ExpenseClaimSheet,
    ExpenseLine,
    LabelSheet,
    Margins,
    PaperSize,
    PastePart,
    PasteSheet,
    PaymentSheet,
    Printable,
    PrintJob,
    Rendered,
    RulerSheet,
    Sheet,
    SheetColumn,
    Signature,
    TableSheet,
    TravelClaimSheet,
    custom_paper,
    paper,
)
from salesdesk.services.papers.travel import lay_travel_claim

__all__ = [
    "CLAIM_SIGNATURES",
    "PAPERS",
    "STRAIGHT",
    "Calibration",
    "ExpenseClaimSheet",
    "ExpenseLine",
    "Margins",
    "PaperSize",
    "PastePart",
    "PasteSheet",
    "PaymentSheet",
    "PrintJob",
    "Printable",
    "Rendered",
    "Sheet",
    "SheetColumn",
    "Signature",
    "TableSheet",
    "TravelClaimSheet",
    "custom_paper",
    "paper",
    "render_calibration_page",
    "render_expense_claim",
    "render_many",
    "render_sheet",
    "render_table",
]


def render_sheet(sheet: Sheet, size: PaperSize | str, calibration: Calibration = STRAIGHT) -> Rendered:
    """Print one business form on the given paper (a PaperSize or its key)."""
    return _render([PrintJob(sheet, _size(size), calibration)])


def render_expense_claim(
    sheet: ExpenseClaimSheet, size: PaperSize | str = "A4-upper", calibration: Calibration = STRAIGHT
) -> Rendered:
    """Print one 费用报销单; ValueError when the total the caller believes in is not the sum of the lines."""
    return _render([PrintJob(sheet, _size(size), calibration)])


def render_table(sheet: TableSheet, size: PaperSize | str = "A4", calibration: Calibration = STRAIGHT) -> Rendered:
    """Print a register; the page is turned when the columns need it and the sheet does not say otherwise."""
    return _render([PrintJob(sheet, _size(size), calibration)])


def render_many(jobs: Sequence[PrintJob]) -> Rendered:
    """Several papers in one PDF, fonts embedded once; ValueError for an empty batch."""
    return _render(jobs)


def render_calibration_page(size: PaperSize | str, calibration: Calibration = STRAIGHT) -> Rendered:
    """A page of rulers and a frame 20 mm from the edges, to measure how far a printer prints off."""
    return _render([PrintJob(RulerSheet(), _size(size), calibration)])


def _size(size: PaperSize | str) -> PaperSize:
    return paper(size) if isinstance(size, str) else size


def _lay(job: PrintJob, lettering: Lettering) -> list[Page]:
    match job.sheet:
        case Sheet():
            return lay_form(job.sheet, job.size, lettering)
        case ExpenseClaimSheet():
            return lay_claim(job.sheet, job.size, lettering)
        case TravelClaimSheet():
            return lay_travel_claim(job.sheet, job.size, lettering)
        case PasteSheet():
            return lay_paste_sheet(job.sheet, job.size, lettering)
        case PaymentSheet():
            return lay_payment(job.sheet, job.size, lettering)
        case TableSheet():
            return lay_register(job.sheet, job.size, lettering)
        case LabelSheet():
            return lay_labels(job.sheet, job.size, lettering)
        case RulerSheet():
            return lay_ruler(job.size, lettering, job.sheet)


def _render(jobs: Sequence[PrintJob]) -> Rendered:
    if not jobs:
        raise ValueError("nothing to print")
    first = jobs[0].sheet
    with ONE_AT_A_TIME:
        lettering = Lettering()
        laid = [(_lay(job, lettering), job.calibration) for job in jobs]
        title = " ".join(filter(None, [first.title, getattr(first, "number", "")])) + (
            f" 等 {len(jobs)} 份" if len(jobs) > 1 else ""
        )
        stream = BytesIO()
        canvas = new_canvas(stream, title, first.company, first.title, first.stamp)
        pen = Pen(canvas, lettering)
        number = 0
        for pages, calibration in laid:
            for page in pages:
                number += 1
                pen.draw_page(page, calibration.page(number))
        canvas.save()
        return Rendered(stream.getvalue(), sum(len(pages) for pages, _ in laid), lettering.findings)
