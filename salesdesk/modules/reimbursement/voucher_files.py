"""The files of a voucher: kept byte for byte, which of them accounting has to keep, and the papers that only prove something."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from salesdesk.domain.kinds import Row
from salesdesk.modules.reimbursement.model import CLAIM
from salesdesk.modules.reimbursement.voucher_model import VOUCHER, VOUCHER_FILE
from salesdesk.persistence.reading import Reader
from salesdesk.persistence.work import Work
from salesdesk.services.attachments import keep
from salesdesk.services.module import Context
from salesdesk.services.vouchers.voucher import FULL, VoucherKind


class Paper(NamedTuple):
    """One file as it was handed in."""

    name: str
    data: bytes
    form: str


ORIGINALS = ("xml", "zip", "ofd", "pdf")
"""Forms that may be the accounting original, the best first for 数电票: 财会〔2024〕11号 keeps the XML of those."""
ORIGINALS_BEFORE = ("ofd", "pdf", "xml", "zip")
"""The same for the electronic invoices before: there OFD or PDF carries the signature."""
SUPPORT_WORDS = (
    ("行程单", ("行程",)),
    ("酒店结账单", ("水单", "结账单", "账单", "入住")),
    ("付款记录", ("支付", "付款", "转账", "微信账单", "回单")),
    ("登机牌", ("登机牌",)),
    ("小票", ("小票",)),
    ("销货清单", ("清单",)),
    ("出差审批", ("出差审批", "出差申请")),
    ("招待审批", ("招待",)),
    ("会议通知", ("通知",)),
    ("签到表", ("签到",)),
)
PROVES = {"行程单": "交通费", "酒店结账单": "住宿费", "登机牌": "差旅费"}
"""Kind of supporting paper -> category of the voucher it usually belongs to."""


READ_AS = {
    "trip_list": "行程单",
    "hotel_bill": "酒店结账单",
    "boarding_pass": "登机牌",
    "payment": "付款记录",
    "till_slip": "小票",
}
"""What the reader calls a paper -> kind of supporting paper."""


def support_kind(name: str, read_as: str = "") -> str:
    """What a paper that is no voucher probably is: as it was read, else by its file name."""
    return READ_AS.get(read_as) or next(
        (kind for kind, words in SUPPORT_WORDS if any(word in name for word in words)), "其他"
    )


def keep_paper(
    ctx: Context, paper: Paper, claim: str | None, voucher: str | None, role: str, support: str | None = None
) -> str:
    """Keep one file with its voucher, or with the claim as a whole; returns the uid of its row."""
    owner, entity = (voucher, VOUCHER) if voucher else (claim, CLAIM)
    attachment = keep(ctx, entity, str(owner), paper.name, paper.data)
    return ctx.work.insert(
        VOUCHER_FILE,
        {
            "claim": claim,
            "voucher": voucher,
            "attachment": attachment,
            "form": paper.form or "unknown",
            "role": role,
            "support": support,
        },
    )


def choose_original(work: Work, voucher: Row) -> None:
    """Say again which file of a voucher is the original: one of the machine-readable ones; a picture never is."""
    order = ORIGINALS if voucher["kind"] and VoucherKind(voucher["kind"]) in FULL else ORIGINALS_BEFORE
    files = work.rows(
        "SELECT * FROM voucher_file WHERE voucher = ? AND void = 0 AND role != 'support' ORDER BY rowid",
        (voucher["uid"],),
    )
    best = min((f for f in files if f["form"] in order), key=lambda f: order.index(f["form"]), default=None)
    for file in files:
        role = "original" if file is best else "same" if file["form"] in order else "copy"
        if file["role"] != role:
            work.update(VOUCHER_FILE, file["uid"], {"role": role})


def files_of(reader: Reader, voucher: str) -> list[Row]:
    """The files of one voucher, the original first, supporting papers last: with name, sha256 and size."""
    return reader.rows(
        "SELECT f.*, a.name, a.sha256, a.size FROM voucher_file f JOIN attachment a ON a.uid = f.attachment"
        " WHERE f.voucher = ? AND f.void = 0 ORDER BY CASE f.role WHEN 'original' THEN 0 WHEN 'same' THEN 1 WHEN 'copy' THEN 2"
        " ELSE 3 END, f.rowid",
        (voucher,),
    )


def supports_of_claim(reader: Reader, claim: str) -> list[Row]:
    """Papers that prove something about a claim as a whole: with name, sha256 and size."""
    return reader.rows(
        "SELECT f.*, a.name, a.sha256, a.size FROM voucher_file f JOIN attachment a ON a.uid = f.attachment"
        " WHERE f.claim = ? AND f.voucher IS NULL AND f.void = 0 ORDER BY f.rowid",
        (claim,),
    )


def proven_by(support: str, vouchers: Sequence[tuple[str, Row]]) -> str | None:
    """The one voucher among (uid, values) a supporting paper belongs to; None when several or none may be meant."""
    category = PROVES.get(support)
    found = [uid for uid, row in vouchers if category and row.get("category") == category]
    return found[0] if len(found) == 1 else None
