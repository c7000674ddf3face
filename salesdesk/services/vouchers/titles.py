"""What the words on a paper say it is: the kinds of invoice, the papers that are none, and marks that forbid its use."""

from __future__ import annotations

from salesdesk.domain.patterns import late
from salesdesk.services.vouchers.printed import plain
from salesdesk.services.vouchers.voucher import VoucherKind

_TITLES: tuple[tuple[str, VoucherKind], ...] = (
    ("铁路电子客票", VoucherKind.RAIL),
    ("航空运输电子客票行程单", VoucherKind.AIR),
    ("电子发票(增值税专用发票)", VoucherKind.FULL_SPECIAL),
    ("电子发票(普通发票)", VoucherKind.FULL_ORDINARY),
    ("增值税电子专用发票", VoucherKind.E_SPECIAL),
    ("增值税电子普通发票", VoucherKind.E_ORDINARY),
    ("增值税普通发票(卷票)", VoucherKind.PAPER_ROLL),
    ("增值税专用发票", VoucherKind.PAPER_SPECIAL),
    ("增值税普通发票", VoucherKind.PAPER_ORDINARY),
    ("出租汽车", VoucherKind.TAXI),
    ("出租车", VoucherKind.TAXI),
    ("定额发票", VoucherKind.QUOTA),
    ("客运汽车票", VoucherKind.COACH),
    ("汽车客票", VoucherKind.COACH),
    ("非税收入", VoucherKind.FISCAL),
    ("医疗收费票据", VoucherKind.FISCAL),
    ("财政票据", VoucherKind.FISCAL),
    ("机打发票", VoucherKind.OTHER),
)
BY_HAND = frozenset((VoucherKind.TAXI, VoucherKind.QUOTA, VoucherKind.COACH, VoucherKind.FISCAL, VoucherKind.OTHER))
"""Kinds that are entered by hand: they have no structure to read."""
TOLL_CODE_ENDING = "12"
"""Digits 11 and 12 of an electronic invoice's code: 11 普通, 12 通行费, 13 专用."""
_BY_CODE = {"11": VoucherKind.E_ORDINARY, TOLL_CODE_ENDING: VoucherKind.TOLL, "13": VoucherKind.E_SPECIAL}
_SURE = frozenset(("铁路电子客票", "航空运输电子客票行程单", "电子发票(增值税专用发票)", "电子发票(普通发票)"))

_NO_INVOICE: tuple[tuple[str, str, str], ...] = (
    (r"行程单|TRIPTABLE|行程报销单", "trip_list", "网约车行程单"),
    (r"登机牌|BOARDINGPASS", "boarding_pass", "登机牌"),
    (r"水单|(?:宾客|客人|住客|入住|离店|住宿|消费|结)[账帐]单|FOLIO|住宿清单", "hotel_bill", "酒店账单（水单）"),
    (r"支付成功|交易单号|付款成功|电子回单|转账凭证|支付凭证|账单详情", "payment", "支付记录"),
    (r"订单详情|购物小票|收银小票|结算单|销售小票", "till_slip", "小票或订单"),
)
_PREVIEW = ("仅供预览", "样票", "作废", "仅供参考", "预览件", "VOID", "SAMPLE")
_LOOSE = ("仅供预览", "仅供参考")
_SIGN_OF_INVOICE = late(r"发票号码|发票代码|发票监制章|国家税务总局")


def kind_in(title: str) -> VoucherKind | None:
    """The kind a title names, wherever in it."""
    said = plain(title)
    return next((kind for words, kind in _TITLES if words in said), None)


def kind_of_code(code: str) -> VoucherKind | None:
    """Kind of an electronic invoice by the last two of its twelve digits; None for others."""
    if len(code) == 12 and code.startswith("0"):
        return _BY_CODE.get(code[-2:])
    return None


def kind_of_lines(lines: list[str]) -> VoucherKind | None:
    """The kind the top lines of a page name: a title stands alone, with a province before it at most."""
    said = [plain(line).replace("支用发票", "专用发票") for line in lines]  # 专 as OCR likes to read it
    together = "".join(said)
    for words, kind in _TITLES:
        if words in _SURE:
            if words in together:
                return kind
        elif any(words in line and len(line) <= len(words) + 14 for line in said):
            return kind
    return None


def mark_in(lines: list[str]) -> str:
    """A mark that the paper is no valid voucher (仅供预览, 样票, 作废), "" without. In a longer sentence 作废 means nothing."""
    said = [plain(line) for line in lines]
    for line in said:
        if line.strip("()[]【】★*") in _PREVIEW:
            return line.strip("()[]【】★*")
    scattered = "".join(line for line in said if len(line) == 1)
    for words in _PREVIEW[:5]:
        if words in scattered or (words in _LOOSE and any(words in line for line in said)):
            return words
    return ""


def other_paper(lines: list[str]) -> tuple[str, str] | None:
    """(stable name, Chinese name) of a paper that only supports an invoice; None when it is not known."""
    together = "".join(plain(line) for line in lines).upper()
    for pattern, name, title in _NO_INVOICE:
        if late(pattern).search(together):
            return name, title
    return None


def looks_like_invoice(lines: list[str]) -> bool:
    """Whether the words only an invoice has stand there."""
    return bool(_SIGN_OF_INVOICE.search("".join(plain(line) for line in lines)))
