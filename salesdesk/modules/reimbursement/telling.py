"""What the claimant is told by WeChat about a claim, for each state; of a returned one all faults at once."""

from __future__ import annotations

import json
from typing import Any

from salesdesk.domain.kinds import Row
from salesdesk.modules.reimbursement.model import CLAIM
from salesdesk.modules.reimbursement.rules import MONEY
from salesdesk.persistence.reading import Reader
from salesdesk.services.module import Context


def clipboard(ctx: Context, claim: Row) -> dict[str, str]:
    """The text, and the same for the clipboard."""
    text = message(ctx.work, claim)
    return {"text": text, "clipboard": text}


def message(reader: Reader, claim: Row) -> str:
    """Words for the claimant; several lines."""
    head = f"{claim['claimant']}，你{_day(str(claim['day']))}的报销单 {claim['number']}（{MONEY.show(claim['amount'] or 0)} 元）"
    state = str(claim["state"])
    due = _day(str(claim["due"])) if claim["due"] else ""
    match state:
        case "draft":
            return f"{head}还没有提交。"
        case "head":
            return f"{head}在等部门负责人审批，批好告诉我一声。"
        case "check":
            return f"{head}部门已批，正在初审" + (f"，{due}前给你答复。" if due else "。")
        case "returned" | "finance_returned":
            return _returned(reader, claim, head, due)
        case "passed":
            return f"{head}初审通过{_cut(reader, claim)}，准备交财务。"
        case "finance":
            return f"{head}已交财务{_cut(reader, claim)}，付款后告诉你。"
        case _:
            return f"{head}{_paid(claim)}{_cut(reader, claim)}"


def _day(iso: str) -> str:
    """ "6月18日"."""
    return f"{int(iso[5:7])}月{int(iso[8:10])}日"


def _paid(claim: Row) -> str:
    day, owed = _day(str(claim["paid_day"])), claim["payable"] or 0
    if owed < 0:
        return f"{day}已冲借款，还请退回 {MONEY.show(-owed)} 元。"
    loan = f"（冲掉借款 {MONEY.show(claim['loan'])} 元）" if claim["loan"] else ""
    return f"财务{day}已付款 {MONEY.show(owed)} 元{loan}，请查收。"


def _cut(reader: Reader, claim: Row) -> str:
    rows = reader.rows(
        "SELECT summary, cut, cut_reason FROM expense_line WHERE claim = ? AND void = 0 AND coalesce(cut, 0) != 0 ORDER BY seq",
        (claim["uid"],),
    )
    if not rows:
        return ""
    told = "；".join(f"{r['summary']} 核减 {MONEY.show(r['cut'])} 元（{r['cut_reason']}）" for r in rows)
    return f"，核准 {MONEY.show(claim['approved'] or 0)} 元：{told}"


def _returned(reader: Reader, claim: Row, head: str, due: str) -> str:
    slip = reader.row(
        "SELECT * FROM return_slip WHERE claim = ? AND void = 0 ORDER BY at DESC, rowid DESC LIMIT 1", (claim["uid"],)
    )
    if slip is None:
        return f"{head}{CLAIM['state'].kind.show(claim['state'])}，请补正。"
    found: list[dict[str, Any]] = json.loads(slip["findings"]) if slip["findings"] else []
    said = [line for line in str(slip["reason"] or "").splitlines() if line.strip()]
    points = said + [
        (f"第 {one['seq']} 张票：" if one.get("seq") else "")
        + one["message"]
        + (f"。{one['cure']}" if one.get("cure") else "")
        for one in found
    ]
    listed = "\n".join(f"{i}. {point}" for i, point in enumerate(points, 1))
    until = f"请在{due}前补好交回。" if due else "请补好交回。"
    whose = {"部门": "部门没有批", "财务": "财务退回了"}.get(str(slip["stage"]), "退回补正")
    return f"{head}{whose}，共 {len(points)} 处：\n{listed}\n{until}"
