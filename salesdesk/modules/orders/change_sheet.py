"""The 变更通知单 with a box to sign for everybody concerned, and the same news as a text for WeChat."""

from __future__ import annotations

from salesdesk.domain.kinds import Row, Stamp
from salesdesk.domain.masking import OPEN, WHOLE
from salesdesk.modules.orders import change_queries
from salesdesk.modules.orders.change_model import BUY, CUSTOMER, MAKE, MONEY_DESK, ORDER_CHANGE, SELLER, STORE
from salesdesk.modules.orders.change_rules import WORD, Snapshot, differences, money_words
from salesdesk.persistence.reading import Reader
from salesdesk.services.papers.shapes import Sheet, SheetColumn, Signature
from salesdesk.services.prints import Printing, paper_verbs

SEES_PRICES = (MONEY_DESK, CUSTOMER, SELLER)
PAPERS = (("A5L", "A5 横向"), ("A4", "A4"))
_COLUMNS = (
    SheetColumn("序", 4, "center", "code"),
    SheetColumn("变更", 5, "center", "code"),
    SheetColumn("项目", 22),
    SheetColumn("变更前", 24),
    SheetColumn("变更后", 24),
)


def change_sheet(printing: Printing, row: Row) -> Sheet:
    """订单变更通知单: before and after of every field and line. Prices only when 财务 is among those who sign."""
    reader = printing.reader
    before, after = Snapshot.read(row["before"]), Snapshot.read(row["after"])
    notices = [n for n in change_queries.notices_of(reader, row["uid"]) if n["needed"]]
    priced = any(n["who"] == MONEY_DESK for n in notices)
    told = [one for one in differences(before, after, OPEN) if priced or not one.concerns_money]
    rows = []
    for i, one in enumerate(told, start=1):
        money = money_words(after, before, one) if priced else ""
        was = one.before + money if one.kind == "removed" else one.before
        now = one.after + money if one.kind == "added" else one.after
        rows.append((str(i), WORD[one.kind], one.what, was or "（无）", now or "（无）"))
    stamped = Stamp().show
    return Sheet(
        title="订单变更通知单",
        company=printing.company,
        number=str(row["number"]),
        pairs=(
            ("客户", after.names.get("customer", "")),
            ("订单号", f"{after.header.get('number') or ''}　变更件 v{row['version']}"),
            ("变更原因", "：".join(filter(None, (row["kind"], row["reason_text"])))),
            ("变更", f"{row['made_by'] or ''}　{stamped(row['made_at'])}"),
            ("审核", f"{row['reviewer'] or ''}　{stamped(row['reviewed_at'])}".strip()),
            ("请按", f"第 {row['version']} 版执行，第 {row['version'] - 1} 版作废"),
        ),
        columns=_COLUMNS,
        rows=tuple(rows),
        signatures=tuple(
            Signature(f"{n['who']}（{n['person']}）" if n["person"] else str(n["who"]), str(n["ack_by"] or ""))
            for n in notices
        ),
        sign_boxes=True,
        footnotes=(
            "接到通知请签名并写时间；手里的旧传递单、旧订单请作废。",
            *_told_already(notices),
        ),
        fill_rows=0,
        print_count=printing.nth,
        printed_by=printing.operator,
        stamp=printing.now,
    )


def _told_already(notices: list[Row]) -> tuple[str, ...]:
    stamped = Stamp().show
    told = [f"{n['who']} {stamped(n['told_at'])[5:]} {n['told_how']}" for n in notices if n["told_at"]]
    return (f"已告知：{'；'.join(told)}",) if told else ()


def message(reader: Reader, row: Row, who: str | None, company: str) -> str:
    """The change as people write it in a group: what, for whom, from what to what, and a word to answer with.

    who: the party it goes to; 生产, 采购 and 仓库 get no prices. None is a group with everybody in it: no prices either.
    """
    before, after = Snapshot.read(row["before"]), Snapshot.read(row["after"])
    priced = who in SEES_PRICES
    veil = OPEN if who in (STORE, CUSTOMER) else WHOLE  # who sends the goods, and whose address it is
    found = [one for one in differences(before, after, veil) if priced or not one.concerns_money]
    lines = [f"【订单变更】{after.header.get('number') or ''} 第 {row['version']} 版"]
    if who != CUSTOMER:
        lines.append(f"客户：{after.names.get('customer', '')}")
        lines.append("原因：" + "，".join(filter(None, (row["kind"], row["reason_text"]))))
    elif after.header.get("customer_po"):
        lines.append(f"贵司单号：{after.header['customer_po']}")
    lines += [f"{i}. {one.text}{money_words(after, before, one) if priced else ''}" for i, one in enumerate(found, 1)]
    if not found:
        lines.append("只改了价格和结算，数量、交期不变。")
    if who in (MAKE, BUY, STORE, None):
        lines.append("手里的旧单请作废。")
    lines.append("收到请回复“收到”。" if who != CUSTOMER else "请核对，无误请回复“确认”。")
    lines.append(f"{company} {row['made_by'] or ''} {Stamp().show(row['made_at'])[5:]}".strip())
    return "\n".join(lines)


VERBS = paper_verbs("change", "变更通知单", ORDER_CHANGE, change_sheet, "print.route_paper", PAPERS)
