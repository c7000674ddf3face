"""Vouchers for tests, made here and in every form: `full_invoice(total=106_00).xml()`, `.ofd()`, `.pdf()`, `.qr_png()`, `.picture()`.

    good = full_invoice(number="26322000000000000017", total=300_00, rate="6%")
    good.xml(version="0.32", labels=False)      # bytes of the file
    good.ofd(carry="tags" | "xml" | "text")     # where the values are: custom tags, an attachment, only on the page
    good.pdf(attach=True, stamp="仅供预览")
    good.qr_png(); good.picture(turn=7, contrast=0.3)
    good.but(total=301_00)                      # plants a fault: everything else, the QR too, stays as it was
    good.truth()                                # what a reader must find, as `Voucher.wire()` names it

Money is integer 分. A fresh invoice closes: lines add up, tax fits the rate, words and QR agree. `n` tells one invoice from the next.
"""

from __future__ import annotations

from tests.vouchers_made.made import (
    BUYER,
    BUYER_ID,
    SELLER,
    SELLER_ID,
    Made,
    air_ticket,
    e_invoice,
    full_invoice,
    paper_invoice,
    rail_ticket,
    tax_id,
    toll_invoice,
)
from tests.vouchers_made.others import (
    boarding_pass,
    hotel_bill,
    joined,
    locked,
    office_ofd,
    office_word,
    payment_slip,
    trip_list,
    zipped,
)

__all__ = [
    "BUYER",
    "BUYER_ID",
    "SELLER",
    "SELLER_ID",
    "Made",
    "air_ticket",
    "boarding_pass",
    "e_invoice",
    "full_invoice",
    "hotel_bill",
    "joined",
    "locked",
    "office_ofd",
    "office_word",
    "paper_invoice",
    "payment_slip",
    "rail_ticket",
    "tax_id",
    "toll_invoice",
    "trip_list",
    "zipped",
]
