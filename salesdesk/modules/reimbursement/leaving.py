"""What a voucher leaves behind in a claim that was handed in: a rejected row that says where it went, so nothing vanishes."""

from __future__ import annotations

from salesdesk.domain.clock import named_uid
from salesdesk.domain.kinds import Row
from salesdesk.modules.reimbursement.model import CLAIM
from salesdesk.modules.reimbursement.voucher_model import VOUCHER
from salesdesk.persistence.work import Work

_SPACE = "b1f3c5c2-6a57-4a0e-9d1c-3f0a6c7be4d9"


def left_uid(voucher: str, claim: str) -> str:
    """The uid of what a voucher leaves in a claim: one row however often it goes, the same on every PC."""
    return named_uid(_SPACE, f"{voucher}/{claim}")


def leave(work: Work, row: Row, now: str, where: str) -> str:
    """Take a voucher out of its claim; says what else changed there. now: the voucher's uid from here on.

    A claim that was handed in keeps a rejected row, so that its money wants another voucher or a cut. In a draft nobody
    has seen, a 附单据张数 that counted the voucher counts one less.
    """
    claim = work.get(CLAIM, row["claim"])
    if claim is None:
        return ""
    if claim["submitted_at"]:
        values = {key: row[key] for key in VOUCHER.by_key}
        values |= {"standing": "rejected", "reject_reason": f"挪到{where}", "cut": None}
        uid = left_uid(now, claim["uid"])
        if work.get(VOUCHER, uid) is None:
            work.insert(VOUCHER, {**values, "uid": uid})
        else:
            work.update(VOUCHER, uid, {**values, "void": 0})
        return f"，{claim['number']} 里留一条「剔除」"
    told = claim["vouchers"]
    if not told or told != claim["attached"]:
        return ""
    work.update(CLAIM, claim["uid"], {"vouchers": told - 1 or None})
    return f"，{claim['number']} 的附单据张数减为 {told - 1}"


def come(work: Work, voucher: str, claim: str | None) -> None:
    """A voucher that comes back into a claim takes away what it left there."""
    left = work.get(VOUCHER, left_uid(voucher, claim)) if claim else None
    if left is not None and not left["void"]:
        work.void(VOUCHER, left["uid"])
