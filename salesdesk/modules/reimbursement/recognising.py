"""The words on a voucher's stored photos and scans, where OCR is installed: fill what the ledger does not know, marked unsure (EXP-2)."""

from __future__ import annotations

from salesdesk.domain.errors import Refused, system_reason
from salesdesk.domain.kinds import Row
from salesdesk.domain.problems import Problem
from salesdesk.modules.reimbursement.guessing import guess
from salesdesk.modules.reimbursement.joining import fresh_of, write_down
from salesdesk.modules.reimbursement.ledger import FACE
from salesdesk.modules.reimbursement.recheck import recheck
from salesdesk.modules.reimbursement.taking import Taken, need_ocr, take
from salesdesk.modules.reimbursement.voucher_files import files_of
from salesdesk.modules.reimbursement.voucher_model import VOUCHER
from salesdesk.modules.reimbursement.vouchers import MUST, WRITTEN, name_of, voucher_row
from salesdesk.services.attachments import stored_at
from salesdesk.services.module import Context, Outcome, Verb

PICTURES = ("picture", "pdf")
"""Forms that may hold nothing but a photo of the paper."""


def prepare(ctx: Context, args: Row) -> Row:
    """Recognise before anything is written: it takes seconds a page."""
    need_ocr()
    row = voucher_row(ctx.work, args["uid"], doing="识别")
    files = [f for f in files_of(ctx.work, row["uid"]) if f["form"] in PICTURES and f["role"] != "support"]
    if not files:
        told = Problem("这张票没有照片或扫描件", "请先「添文件」", path="uid", place="「票据」", code="no_picture")
        raise Refused(told)
    read: list[Taken] = []
    for done, file in enumerate(files):
        ctx.progress(done, len(files))
        try:
            data = stored_at(ctx.folder, str(file["sha256"])).read_bytes()
        except OSError as error:
            told = Problem(
                f"《{file['name']}》打不开：{system_reason(error)}",
                "请从备份里恢复",
                path="uid",
                code="file.missing",
            )
            raise Refused(told) from error
        read += take(str(file["name"]), data, ocr=True)[:1]
    return {**args, "read": read}


def recognise(ctx: Context, args: Row) -> Outcome:
    """Fill in what nobody knew; what is known stays, for it was read more surely or entered by a person."""
    work = ctx.work
    row = before = voucher_row(work, args["uid"], doing="识别")
    claim = work.get("expense_claim", row["claim"]) or {}
    for taken in args["read"]:
        write_down(work, row, fresh_of(row, taken.voucher), taken.voucher.findings)
        row = work.get(VOUCHER, row["uid"]) or row
        found = guess(work, taken.voucher, str(claim.get("claimant") or ""), claim.get("kind") == "trip")._asdict()
        work.update(VOUCHER, row["uid"], {k: v for k, v in found.items() if v is not None and row[k] in (None, "")})
    recheck(ctx, row["claim"])
    new = [VOUCHER[key].title for key in FACE if before[key] in (None, "") and row[key] not in (None, "")]
    work.title = f"识别 {name_of(row)}"
    told = f"认出 {'、'.join(new)}，都要对照票面核对" if new else "没有认出新的内容，请看着图手工填写"
    return Outcome(row["uid"], told, {"read": new})


VERBS = (
    Verb(
        "voucher.recognise",
        "识别图上的字",
        recognise,
        (MUST,),
        changes=WRITTEN,
        entity="expense_voucher",
        prepare=prepare,
        icon="scan",
        palette=False,
        note="装了文字识别才行；只填空着的，认出来的都标没把握",
    ),
)
