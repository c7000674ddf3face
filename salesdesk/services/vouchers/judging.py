"""Judges what was found on a paper: an invoice, a supporting paper, one to enter by hand, or nothing that could be read."""

from __future__ import annotations

from salesdesk.domain.problems import Severity
from salesdesk.services.vouchers.filling import Filling, settle
from salesdesk.services.vouchers.titles import BY_HAND, looks_like_invoice, mark_in, other_paper


def judge(filling: Filling, texts: list[str], written: bool) -> None:
    """Add the findings about the paper as a whole. texts: everything written on it; written: whether it had words at all."""
    voucher = filling.voucher
    recognised = any(found.code == "ocr" for found in voucher.findings)  # OCR that misses the title proves nothing
    if mark := mark_in(texts):
        filling.say(
            "preview_mark",
            f"票面上有「{mark}」字样，不能作为报销凭证",
            "请向开票方要正式的发票",
            printed=mark,
            source=voucher.form,
        )
    if voucher.number and (voucher.qr or voucher.kind):
        settle(voucher)
        return
    if not written and not voucher.kind:
        filling.say(
            "no_qr",
            "没有读到发票二维码，也没有文字",
            "请换原始电子文件，或拍清楚二维码再试，也可以手工登记",
            source=voucher.form,
        )
    elif voucher.kind in BY_HAND:
        filling.say(
            "by_hand", f"{voucher.kind.label if voucher.kind else ''}不自动读取", "请对照票面手工登记", Severity.WARN
        )
    elif voucher.kind is None and (paper := other_paper(texts)):
        filling.more(paper=paper[0])
        filling.say("not_invoice", f"这是{paper[1]}，不是发票，不计金额", "可以作为附件放在它的发票后面")
    elif voucher.kind is None and not voucher.number and not looks_like_invoice(texts) and not recognised:
        filling.say("not_invoice", "这份文件不是发票", "请放发票原件；说明材料可以作为附件")
    if any(found.code == "not_invoice" for found in voucher.findings):
        clear(filling)
    settle(voucher)


def clear(filling: Filling) -> None:
    """A paper that is no invoice has no amounts that could be counted."""
    voucher = filling.voucher
    voucher.amount = voucher.tax = voucher.total = None
    voucher.number = voucher.code = voucher.total_in_words = None
    voucher.items = ()
    voucher.sources.clear()
