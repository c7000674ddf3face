"""Was this voucher handed in before? Asked with what is printed on it or with its file, before anything is taken in (EXP-2)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from salesdesk.domain.errors import Refused
from salesdesk.domain.kinds import Row
from salesdesk.domain.problems import Problem
from salesdesk.modules.reimbursement import duplicates
from salesdesk.modules.reimbursement.ledger import values_of
from salesdesk.modules.reimbursement.model import CLAIM
from salesdesk.modules.reimbursement.taking import take_all
from salesdesk.modules.reimbursement.voucher_model import VOUCHER
from salesdesk.services.attachments import FILES
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.roles import Role
from salesdesk.services.vouchers.voucher import key_of

ASKED = ("code", "number", "kind", "seller", "date", "total")


def look_up(ctx: Context, args: Row) -> Outcome:
    """Everybody who handed it in, when, in which claim, and how that stands; nothing is written."""
    asked: list[tuple[str, Row, list[str]]] = []
    values = {key: args.get(key) for key in ASKED}
    if any(values.values()):
        asked.append(("", {**values, "key": key_of(values["code"], values["number"]) or None}, []))
    taken, lost = take_all(ctx, str(args.get("files") or ""))
    asked += [(one.name, values_of(one.voucher), [one.digest]) for one in taken]
    if not asked:
        told = Problem("没说查哪张票", "请写发票号码，或选文件", path="number", place="「发票号码」", code="required")
        raise Refused(lost or [told])
    data: list[dict[str, Any]] = []
    for name, row, hashes in asked:
        found = duplicates.earlier(ctx.work, row, hashes)
        data.append({"file": name or None, "key": row["key"], "earlier": [_told(one) for one in found]})
    times = sum(len(one["earlier"]) for one in data)
    words = "；".join(one["words"] for item in data for one in item["earlier"][:3])
    return Outcome("", f"查到 {times} 处：{words}" if times else "没有报过", {"vouchers": data}, tuple(lost))


def _told(one: duplicates.Earlier) -> dict[str, Any]:
    return {
        "voucher": one.voucher,
        "claim": one.number or None,
        "claimant": one.claimant or None,
        "state": CLAIM["state"].kind.show(one.state) or None,
        "at": one.at,
        "alike": duplicates.ALIKE[one.level],
        "live": one.live,
        "words": one.words,
    }


VERBS = (
    Verb(
        "voucher.lookup",
        "查这张票报过没有",
        look_up,
        (*(replace(VOUCHER[key], required=False) for key in ASKED), FILES),
        role=Role.VIEWER,
        entity="expense_voucher",
        icon="search",
        note="号码、文件，或销售方加金额加日期；只查不收",
    ),
)
