"""What a printed paper consists of: its size, its texts, its rows, and who signs it.

Every class here is frozen data with finished values; nothing is looked up. A module's `sheet.py` fills one from stored
rows; the painters in this package turn it into a PDF. Lengths are millimetres, type sizes are points, amounts of expense
claims are 分.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

Align = Literal["", "left", "center", "right"]
ColumnKind = Literal["text", "code", "number"]
Stamp = str
"""Local ISO time such as "2026-06-18T10:24:31"."""


class Margins(NamedTuple):
    """White borders of the form in mm, seen from the form's own edges."""

    left: float
    top: float
    right: float
    bottom: float


class PaperSize(NamedTuple):
    """One kind of paper the printer can be fed with.

    key: stable name stored in settings; title: what the clerk reads. width_mm and height_mm are the page.
    form_height_mm: height of the form at the top of the page; 0 means the whole page. cut_line: draw a dashed line
    below a form shorter than the page. continuous: tractor paper, so the form fills the page and never changes height.
    """

    key: str
    title: str
    width_mm: float
    height_mm: float
    margins: Margins
    form_height_mm: float = 0.0
    cut_line: bool = False
    continuous: bool = False

    @property
    def form_height(self) -> float:
        """Height in mm that a form may use, borders included."""
        return self.form_height_mm or self.height_mm


# 9.5-inch paper: the tractor strips take 12.7 mm a side, and an 80-column 24-pin printer prints 8 inches (203.2 mm).
# Heights are thirds and halves of 11 inches; a form of 140 mm would drift 0.3 mm a page.
_TRACTOR = Margins(19.0, 7.0, 19.0, 6.0)
_TRACTOR_LOW = Margins(19.0, 5.0, 19.0, 4.5)
_OFFICE = Margins(15.0, 14.0, 15.0, 13.0)
_HALF = Margins(12.0, 9.0, 12.0, 8.0)

PAPERS: dict[str, PaperSize] = {
    size.key: size
    for size in (
        PaperSize("241x140", "241 连续纸二等分（241×139.7）", 241.0, 139.7, _TRACTOR, continuous=True),
        PaperSize("241x93", "241 连续纸三等分（241×93.1）", 241.0, 93.1, _TRACTOR_LOW, continuous=True),
        PaperSize("241x280", "241 连续纸整页（241×279.4）", 241.0, 279.4, _TRACTOR, continuous=True),
        PaperSize("A4", "A4 纵向（210×297）", 210.0, 297.0, _OFFICE),
        PaperSize("A4L", "A4 横向（297×210）", 297.0, 210.0, _OFFICE),
        PaperSize("A5L", "A5 横向（210×148）", 210.0, 148.0, _HALF),
        PaperSize("A4-upper", "A4 上半页（210×148.5，带裁切线）", 210.0, 297.0, _HALF, 148.5, cut_line=True),
        PaperSize("240x120", "240×120 报销单纸", 240.0, 120.0, Margins(12.0, 7.0, 12.0, 6.0)),
    )
}


def paper(key: str) -> PaperSize:
    """The registered paper of that key, or one of the clerk's own size "210x120"; ValueError names the known keys."""
    own = re.fullmatch(r"(\d{2,3}(?:\.\d)?)[x×*](\d{2,3}(?:\.\d)?)", key)
    if own and key not in PAPERS:
        return custom_paper(float(own[1]), float(own[2]))
    try:
        return PAPERS[key]
    except KeyError:
        raise ValueError(f"没有名为「{key}」的纸张，可用：{'、'.join(PAPERS)}") from None


def custom_paper(width_mm: float, height_mm: float, title: str = "") -> PaperSize:
    """A paper of the clerk's own size, 60 to 450 mm wide and 60 to 600 mm high; ValueError outside that."""
    if not (60 <= width_mm <= 450 and 60 <= height_mm <= 600):
        raise ValueError(f"纸张尺寸 {width_mm:g}×{height_mm:g} 毫米超出范围：宽 60–450，高 60–600")
    key = f"{width_mm:g}x{height_mm:g}"
    return PaperSize(key, title or f"自定义 {width_mm:g}×{height_mm:g}", width_mm, height_mm, _HALF)


class Calibration(NamedTuple):
    """How far one printer prints off, corrected: shift right and down in mm, then scale (1.0 = true size).

    The scale works from the top left corner of the page. creep_mm: how much lower each further page of continuous paper
    comes out; page n is moved up by (n - 1) times that.
    """

    dx_mm: float = 0.0
    dy_mm: float = 0.0
    scale: float = 1.0
    creep_mm: float = 0.0

    def page(self, number: int) -> Calibration:
        """The correction of one page of a print, counted from 1."""
        return self._replace(dy_mm=self.dy_mm - self.creep_mm * (number - 1), creep_mm=0.0)


STRAIGHT = Calibration()


class SheetColumn(NamedTuple):
    """One column of a printed table.

    weight: share of the table's width (in a TableSheet 0 lets the engine choose by content). kind: "text" wraps to
    further lines; "code" is kept on one line while 8 pt allows; "number" never wraps: its column is widened instead.
    align "" follows the kind (numbers right, others left). total: take part in 本页小计; the sum is made of the printed
    texts, so that it agrees with what a reader adds up.
    """

    title: str
    weight: float = 0.0
    align: Align = ""
    kind: ColumnKind = "text"
    total: bool = False

    @property
    def side(self) -> Literal["left", "center", "right"]:
        """The alignment to use."""
        return self.align or ("right" if self.kind == "number" else "left")


class Signature(NamedTuple):
    """One place to sign: its label, a name already printed there (or ""), and its share of the width."""

    label: str
    value: str = ""
    weight: float = 1.0


class Sheet(NamedTuple):
    """A business form with a table of lines: 送货单, 传递单, 领用单, 变更通知单 and the like.

    pairs: (label, value) of the head, filled row by row into pair_columns (2 or 3). rows: one text per column.
    totals: one text per column for the 合计 row of the last page, () for none; its first non-empty text may span.
    words: the amount in capitals and words_amount the figure beside it, both "" for no such line.
    notes: (label, text) boxes of full width under the table. signatures stand on every page, as a line, or as a row of
    boxes (sign_boxes) with room for a name and a time. copies: what each ply of continuous paper is for, e.g.
    ("白联：存根", "红联：客户"); with separate_copies the pages are printed once per copy, each naming only its own (for single-sheet printers).
    fill_rows: -1 automatic (a form up to 150 mm high is filled with blank rows, a higher one gets at least 10 rows),
    0 none, n at least n on the last page; blank_mark (以下空白) is written into the first blank row.
    print_count: 2 and more prints 第 2 次打印. stamp: when it was printed, also the PDF's creation date.
    """

    title: str
    columns: tuple[SheetColumn, ...]
    rows: tuple[tuple[str, ...], ...]
    company: str = ""
    number: str = ""
    pairs: tuple[tuple[str, str], ...] = ()
    pair_columns: int = 2
    totals: tuple[str, ...] = ()
    words_label: str = "合计（大写）"
    words: str = ""
    words_amount: str = ""
    notes: tuple[tuple[str, str], ...] = ()
    signatures: tuple[Signature, ...] = ()
    sign_boxes: bool = False
    footnotes: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    separate_copies: bool = False
    fill_rows: int = -1
    blank_mark: str = ""
    print_count: int = 1
    printed_by: str = ""
    stamp: Stamp = ""


class TableSheet(NamedTuple):
    """A register printed as a table: any list the clerk sees, all rows, as many pages as needed.

    filters: what the list was narrowed to, printed under the title. totals: one text per column of the last row, or ().
    landscape None turns the page when the columns need it. key_columns: how many leading columns are repeated when the
    table is too wide even for landscape and is continued on further pages to the right. watermark: faint text across every page, for
    lists that may not wander about without a name on them.
    """

    title: str
    columns: tuple[SheetColumn, ...]
    rows: tuple[tuple[str, ...], ...]
    company: str = ""
    filters: str = ""
    totals: tuple[str, ...] = ()
    footnotes: tuple[str, ...] = ()
    landscape: bool | None = None
    key_columns: int = 1
    printed_by: str = ""
    stamp: Stamp = ""
    watermark: str = ""


class ExpenseLine(NamedTuple):
    """One line of an expense claim: 费用项目（用途）, 摘要, amount in 分 (negative for a refund), 备注."""

    item: str
    summary: str
    amount_fen: int
    note: str = ""


CLAIM_SIGNATURES: tuple[Signature, ...] = (
    Signature("领导审批"),
    Signature("部门负责人"),
    Signature("会计"),
    Signature("出纳"),
    Signature("报销人"),
)


class ExpenseClaimSheet(NamedTuple):
    """A 费用报销单; its total is always the sum of its lines.

    day: ISO date of the claim. vouchers: 附单据 N 张 (None leaves room to write). words: the total in capitals; "" asks
    salesdesk.domain.money. total_fen: the total the caller believes in, or None; a difference from the lines is a
    ValueError, never a wrong paper. loan_fen: 原借款, None leaves room to write. approved_fen: 核准金额 after 核减, or None.
    应退(补)款 is worked out from the loan and the approved amount (the total when there is none).
    cancel_blank: strike out the unused amount rows, as accountants do.
    """

    company: str
    department: str
    claimant: str
    day: str
    number: str
    lines: tuple[ExpenseLine, ...]
    vouchers: int | None = None
    words: str = ""
    total_fen: int | None = None
    loan_fen: int | None = None
    approved_fen: int | None = None
    title: str = "费用报销单"
    signatures: tuple[Signature, ...] = CLAIM_SIGNATURES
    cancel_blank: bool = True
    footnotes: tuple[str, ...] = ()
    print_count: int = 1
    printed_by: str = ""
    stamp: Stamp = ""


class TravelLeg(NamedTuple):
    """One journey of a 差旅费报销单: when and where it began and ended (as printed), by what, its papers and fare in 分."""

    departed: str
    origin: str
    arrived: str
    destination: str
    vehicle: str = ""
    vouchers: int = 0
    amount_fen: int = 0


class TravelAllowance(NamedTuple):
    """One allowance: people × days (1/1000 of a day) × rate (分 a day and head); its amount is worked out, never given."""

    item: str
    people: int
    days_milli: int
    rate_fen: int

    @property
    def amount_fen(self) -> int:
        """分, halves rounded up."""
        return (self.people * self.days_milli * self.rate_fen * 2 + 1000) // 2000


class TravelOther(NamedTuple):
    """One further cost: 住宿费, 市内交通 …, its papers and amount in 分."""

    item: str
    vouchers: int = 0
    amount_fen: int = 0


TRAVEL_SIGNATURES: tuple[Signature, ...] = (
    Signature("主管"),
    Signature("部门负责人"),
    Signature("审核"),
    Signature("出纳"),
    Signature("领款人"),
)


class TravelClaimSheet(NamedTuple):
    """A 差旅费报销单; its total is always fares + allowances + other costs.

    start, end: ISO days of the trip. total_fen: what the caller believes; a difference is a ValueError. loan_fen, approved_fen
    as on the ExpenseClaimSheet; 补领 and 退还 are worked out from them.
    """

    company: str
    department: str
    claimant: str
    day: str
    number: str
    reason: str = ""
    post: str = ""
    people: int = 1
    start: str = ""
    end: str = ""
    days_milli: int | None = None
    legs: tuple[TravelLeg, ...] = ()
    allowances: tuple[TravelAllowance, ...] = ()
    others: tuple[TravelOther, ...] = ()
    vouchers: int | None = None
    total_fen: int | None = None
    loan_fen: int | None = None
    approved_fen: int | None = None
    title: str = "差旅费报销单"
    signatures: tuple[Signature, ...] = TRAVEL_SIGNATURES
    footnotes: tuple[str, ...] = ()
    print_count: int = 1
    printed_by: str = ""
    stamp: Stamp = ""


class PastePart(NamedTuple):
    """One sheet to paste on: what the papers are for, how many, how much in 分 (None leaves room to write)."""

    item: str = ""
    vouchers: int | None = None
    amount_fen: int | None = None


class PasteSheet(NamedTuple):
    """A 票据粘贴单, one page a part: the area to paste small papers on, and a column at the right that is never covered."""

    company: str
    number: str
    claimant: str = ""
    department: str = ""
    parts: tuple[PastePart, ...] = (PastePart(),)
    title: str = "票据粘贴单"
    signatures: tuple[Signature, ...] = (Signature("报销人"), Signature("审批"))
    print_count: int = 1
    printed_by: str = ""
    stamp: Stamp = ""


PAYMENT_SIGNATURES: tuple[Signature, ...] = (
    Signature("总经理"),
    Signature("财务审核"),
    Signature("部门负责人"),
    Signature("申请人"),
)


class PaymentSheet(NamedTuple):
    """A 付款申请单. Amounts in 分; contract_fen and paid_fen None where there is no contract; wanted_day: 要求付款日, ISO."""

    company: str
    number: str
    day: str
    department: str = ""
    applicant: str = ""
    reason: str = ""
    payee: str = ""
    bank: str = ""
    account: str = ""
    way: str = ""
    amount_fen: int = 0
    contract: str = ""
    contract_fen: int | None = None
    paid_fen: int | None = None
    invoices: str = ""
    invoice_count: int | None = None
    wanted_day: str = ""
    note: str = ""
    title: str = "付款申请单"
    signatures: tuple[Signature, ...] = PAYMENT_SIGNATURES
    print_count: int = 1
    printed_by: str = ""
    stamp: Stamp = ""


class Label(NamedTuple):
    """One sticker: the large word on it, and (label, value) lines below."""

    head: str
    lines: tuple[tuple[str, str], ...] = ()


class LabelSheet(NamedTuple):
    """Stickers to cut out. spine: narrow upright ones for the backs of boxes instead of the wide ones for their fronts."""

    labels: tuple[Label, ...]
    spine: bool = False
    title: str = "档案标签"
    company: str = ""
    number: str = ""
    print_count: int = 1
    printed_by: str = ""
    stamp: Stamp = ""


class RulerSheet(NamedTuple):
    """A test page with rulers, to find a printer's Calibration; several pages show how continuous paper drifts."""

    title: str = "打印校准页"
    company: str = ""
    stamp: Stamp = ""
    pages: int = 1


Printable = (
    Sheet | TableSheet | ExpenseClaimSheet | TravelClaimSheet | PasteSheet | PaymentSheet | LabelSheet | RulerSheet
)


class PrintJob(NamedTuple):
    """One paper of a batch: what, on which paper, with which printer's correction."""

    sheet: Printable
    size: PaperSize
    calibration: Calibration = STRAIGHT


class Rendered(NamedTuple):
    """A finished PDF: the bytes that are previewed and printed alike, its page count, and what the clerk should know.

    findings are Chinese sentences, e.g. a character no font on this PC can draw and which stands as 〓.
    """

    pdf: bytes
    pages: int
    findings: tuple[str, ...] = ()
