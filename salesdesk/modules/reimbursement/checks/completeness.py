"""完整性: required papers, the number of vouchers, enough vouchers for each line, electronic originals (matters 12 to 14)."""

from __future__ import annotations

from collections.abc import Iterator

from salesdesk.modules.reimbursement.checks.case import Case, Fault, Held, shown
from salesdesk.services.vouchers.voucher import ELECTRONIC, VoucherKind

RIDES = (
    "滴滴",
    "高德",
    "曹操",
    "T3",
    "首汽",
    "神州",
    "享道",
    "如祺",
    "花小猪",
    "美团打车",
    "嘀嗒",
    "网约车",
    "打车",
    "出行科技",
)
"""Who sells rides by app: their invoice says neither day nor way, the 行程单 does."""


def papers(case: Case) -> Iterator[Fault]:
    """12. What 「必备附件」 asks for, 行程单 for a ride by app, 酒店结账单 for a night where nobody says how many."""
    for one in case.held:
        category = case.category(one)
        needs = [r.need for r in case.requirements if r.meets(category, one.read.total)]
        if _is_ride(one):
            needs.append("行程单")
        lacking = [need for need in dict.fromkeys(needs) if not _given(case, one, need)]
        if "晚数" not in needs and _is_lodging(case, one) and one.nights is None and "酒店结账单" not in one.supports:
            lacking.append("晚数或酒店结账单")
        if lacking:
            yield one.fault(
                "papers_missing",
                f"{category or '这张票'}缺{'、'.join(lacking)}",
                "papers",
                f"缺{'、'.join(lacking)}（{shown(one.read.total) or '没有金额'}）",
                "、".join(dict.fromkeys(needs)) or "晚数",
                source="必备附件",
            )


def _is_ride(one: Held) -> bool:
    if one.read.kind in (VoucherKind.RAIL, VoucherKind.AIR, VoucherKind.TAXI, VoucherKind.COACH, VoucherKind.TOLL):
        return False
    sold = any("客运服务" in item.name or "打车" in item.name for item in one.read.items)
    return sold and any(word in (one.read.seller or "") for word in RIDES)


def _is_lodging(case: Case, one: Held) -> bool:
    return case.category(one) == "住宿费" or any("住宿" in item.name or "房费" in item.name for item in one.read.items)


def _given(case: Case, one: Held, need: str) -> bool:
    line = case.line_of.get(one.line, {})
    match need:
        case "事由":
            return bool(one.purpose or case.header.get("title") or line.get("summary"))
        case "对象":
            return bool(one.purpose or line.get("note"))
        case "人数":
            return bool(one.persons or line.get("persons"))
        case "城市":
            return bool(one.city or line.get("destination"))
        case "日期":
            return bool(one.date_from or line.get("day"))
        case "晚数":
            return one.nights is not None or "酒店结账单" in one.supports or bool(one.read.extra.get("nights"))
    signed = {"招待审批": "签字核对", "出差审批": "签字核对"}.get(need)
    seen = [result for kind, result in (*one.checks, *case.checks) if kind == signed]
    return need in one.supports or need in case.general or (bool(seen) and seen[-1] == "ok")


def counts(case: Case) -> Iterator[Fault]:
    """13. 附单据张数 as counted (papers that prove something are none), and no line claims more than its vouchers say.

    What vouchers on no line come to excuses the lines in their order, as far as it reaches and no further.
    """
    told = case.header.get("vouchers")
    if told is not None and case.held and int(told) != len(case.held):
        yield Fault(
            "count_differs", f"附单据填了 {told} 张，登记的票是 {len(case.held)} 张", field="vouchers",
            printed=str(told), expected=str(len(case.held)), source="报销单",
        )  # fmt: skip
    if not case.held and not case.rejected:
        spent = sum(max(0, line.get("amount") or 0) for line in case.lines if not case.is_allowance(line))
        if spent and not told:  # of papers nobody registered 附单据张数 is all there is
            yield Fault(
                "no_voucher", "一张票都没有登记，附单据张数也没有填", field="vouchers", printed=f"报了 {shown(spent)}，0 张",
                expected="票，或附单据张数", source="报销单", cure="请收票；纸质票不登记的，数一数填附单据张数",
            )  # fmt: skip
        return
    spare = max(0, sum(one.read.total or 0 for one in case.held if one.line not in case.line_of))
    for line in case.lines:
        held = case.by_line.get(str(line["uid"]), [])
        claimed = (line.get("amount") or 0) - (line.get("cut") or 0)
        exempt = case.is_allowance(line) and str(line["uid"]) not in case.rejected  # 补助 has no voucher to be rejected
        if exempt or (not held and claimed <= 0):
            continue
        if any(one.read.total is None for one in held):
            continue  # told by itself
        short = claimed - sum(one.read.total or 0 for one in held)
        excused = min(spare, max(0, short))
        spare -= excused
        short -= excused
        if short <= 0:
            continue
        if held or excused:
            yield case.line_fault("sum_short", line, "报的比票多", "amount", claimed, claimed - short, excess=short)
        elif case.stripped(line):
            told = "票都剔除了，金额还没核减"
            yield case.line_fault("all_rejected", line, told, "amount", claimed, 0, excess=short)
        else:
            unlike = line.get("part") == "allowance"
            told = "补助要是差旅单里写了天数和标准的，这一行要有票" if unlike else "没有票"
            cure = "请填种类「差旅」、天数和标准，或补票；按规定不用票的写明原因" if unlike else ""
            printed = f"报了 {shown(claimed)}，0 张"
            yield case.line_fault("no_voucher", line, told, "vouchers", printed, "至少 1 张", cure=cure)


def originals(case: Case) -> Iterator[Fault]:
    """14. An electronic voucher needs its file, not a photo of it (财会〔2020〕6号)."""
    for one in case.held:
        forms = {f.form for f in one.files if f.role != "support"}
        if one.read.kind in ELECTRONIC and not forms & {"xml", "ofd", "pdf", "zip"}:
            said = "只有照片或截图" if forms else "没有文件"
            printed = f"{said}（{shown(one.read.total) or '没有金额'}）"
            yield one.fault("no_original", f"电子票{said}", "file", printed, "XML、OFD 或 PDF 原件", source="文件")
