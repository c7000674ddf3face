"""The kinds of voucher there are."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class VoucherKind(StrEnum):
    """Kinds of voucher; the value is the stable name in data, `label` what the clerk reads."""

    FULL_SPECIAL = "full_special"
    FULL_ORDINARY = "full_ordinary"
    E_SPECIAL = "e_special"
    E_ORDINARY = "e_ordinary"
    TOLL = "toll"
    RAIL = "rail"
    AIR = "air"
    PAPER_SPECIAL = "paper_special"
    PAPER_ORDINARY = "paper_ordinary"
    PAPER_ROLL = "paper_roll"
    TAXI = "taxi"
    QUOTA = "quota"
    COACH = "coach"
    FISCAL = "fiscal"
    OTHER = "other"

    @property
    def label(self) -> str:
        return LABELS[self]


LABELS: Mapping[VoucherKind, str] = {
    VoucherKind.FULL_SPECIAL: "数电专票",
    VoucherKind.FULL_ORDINARY: "数电普票",
    VoucherKind.E_SPECIAL: "电子专票",
    VoucherKind.E_ORDINARY: "电子普票",
    VoucherKind.TOLL: "通行费电子票",
    VoucherKind.RAIL: "铁路电子客票",
    VoucherKind.AIR: "航空电子行程单",
    VoucherKind.PAPER_SPECIAL: "纸质专票",
    VoucherKind.PAPER_ORDINARY: "纸质普票",
    VoucherKind.PAPER_ROLL: "卷票",
    VoucherKind.TAXI: "出租车票",
    VoucherKind.QUOTA: "定额发票",
    VoucherKind.COACH: "客运汽车票",
    VoucherKind.FISCAL: "财政票据",
    VoucherKind.OTHER: "其他票据",
}
