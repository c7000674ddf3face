"""Two papers: the 异常处理单 of a problem with room for the four that are not let go, and the 生产进度催办单 of a department."""

from __future__ import annotations

from typing import Any

from salesdesk.domain import dates
from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Choice, Link, Option, Row, Stamp, Text
from salesdesk.domain.problems import Problem
from salesdesk.domain.text import safe_file_name
from salesdesk.modules.products.rules import goods_words
from salesdesk.modules.progress import queries
from salesdesk.modules.progress.problem_model import FOUR, ORDER_PROBLEM
from salesdesk.modules.progress.rules import QTY
from salesdesk.modules.progress.service import ROUTE
from salesdesk.services.files import output_path, write_atomically
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.papers.shapes import Sheet, SheetColumn, Signature
from salesdesk.services.prints import Printing, calibration, paper_verbs
from salesdesk.services.roles import Role

PAPERS = (("A4", "A4"), ("A5L", "A5 横向"))
STAMP = Stamp()
_BLANK = "\u3000\n\u3000\n\u3000"


def problem_sheet(printing: Printing, row: Row) -> Sheet:
    """异常处理单: what happened, what was done at once, to whom it was reported, the four, and who signs."""
    reader = printing.reader
    order = reader.get("sales_order", row["order"]) or {}
    told = [
        f"{who} {STAMP.show(row[at])} {row[how] or ''}".strip()
        for who, at, how in (
            ("业务员", "seller_told_at", "seller_told_how"),
            ("客户", "customer_told_at", "customer_told_how"),
        )
        if row[at]
    ]
    reported = (
        f"{row['reported_to']} {STAMP.show(row['reported_at'])} {row['report_how'] or ''}" if row["reported_at"] else ""
    )
    limit = f"（时限 {STAMP.show(row['report_due'])}）" if row["report_due"] else ""
    rows = [
        ("情况", str(row["what"] or "")),
        ("先期处理", str(row["first_aid"] or "")),
        ("下一步", str(row["next_step"] or "")),
    ]
    if row["grade"]:
        rows += [("报告", f"{reported}{limit}")]
        rows += [(title, str(row[key] or "") or _BLANK) for key, title in FOUR]
    rows += [("处理结果", str(row["result"] or "") or _BLANK), ("复盘", str(row["review"] or ""))]
    return Sheet(
        title="异常处理单" if row["grade"] else "问题处理单",
        company=printing.company,
        number=str(row["number"]),
        pairs=(
            ("客户", reader.named("customer", row["customer"])),
            ("订单号", str(order.get("number") or "")),
            ("产品", reader.named("product", row["product"])),
            ("类别", " ".join(filter(None, (row["kind"], row["grade"] and f"{row['grade']}异常")))),
            ("发现", f"{row['found_by'] or ''}　{STAMP.show(row['found_at'])}"),
            ("责任人", f"{row['owner'] or ''}　{row['due'] or ''} 前"),
        ),
        columns=(SheetColumn("项目", 20), SheetColumn("内容", 76)),
        rows=tuple((title, text) for title, text in rows if text),
        notes=((("已告知", "；".join(told)),) if told else ()),
        signatures=(Signature("责任人"), Signature("部门负责人"), Signature("销售主管"), Signature("复核")),
        sign_boxes=True,
        fill_rows=0,
        print_count=printing.nth,
        printed_by=printing.operator,
        stamp=printing.now,
    )  # fmt: skip


def urge_sheet(ctx: Context, lines: list[Row]) -> Sheet:
    """生产进度催办单 / 采购进度催办单: the lines of one department with room for the answer."""
    party, today = str(lines[0]["route_party"]), ctx.today
    rows = []
    for i, one in enumerate(lines, start=1):
        late = dates.days_between(str(one["due"]), today)
        goods = goods_words(one["product.name"], one["product.spec"], one["product.code"])
        when = f"{one['due']}\n已过 {late} 天" if late > 0 else str(one["due"])
        said = f"{one['last'] or one['last.note'] or ''} {str(one['last.said_at'] or '')[5:10]}".strip()
        rows.append(
            (
                str(i), str(one["order.number"] or ""), goods, f"{QTY.show(one['left'])}{one['product.unit'] or ''}",
                str(one["asked"] or ""), when, said, "",
            )
        )  # fmt: skip
    return Sheet(
        title=f"{party}进度催办单",
        company=ctx.settings.company,
        pairs=(("催办部门", party), ("催办日期", today), ("催办人", ctx.operator), ("请在", "当天回复完成情况和交期")),
        columns=(
            SheetColumn("序", 4, "center", "code"),
            SheetColumn("订单号", 13, "left", "code"),
            SheetColumn("产品", 27),
            SheetColumn("未发", 9, "right"),
            SheetColumn("客户要求", 10, "center", "code"),
            SheetColumn("承诺", 10, "center"),
            SheetColumn("上次反馈", 12),
            SheetColumn("回复交期和原因", 16),
        ),
        rows=tuple(rows),
        signatures=(Signature("催办", ctx.operator), Signature(f"{party}签收"), Signature("回复人"), Signature("回复时间")),
        sign_boxes=True,
        fill_rows=0,
        printed_by=ctx.operator,
        stamp=ctx.now,
    )  # fmt: skip


def urge_paper(ctx: Context, args: Row) -> Outcome:
    """The 催办单 as a PDF; nothing is noted, 「催进度」 does that."""
    from salesdesk.services.papers.shapes import PrintJob, paper
    from salesdesk.services.printing import render_many

    route = str(args["route"])
    if args.get("uid"):
        lines = [
            one for one in queries.lines_of(ctx.work, str(args["uid"])) if one["left"] > 0 and one["route"] == route
        ]
    else:
        days = int(ctx.settings.get("progress.ask_days"))
        lines = queries.open_lines(ctx.work, ctx.today, args.get("which") or "silent", route, days)
    party = ROUTE.show(route)
    if not lines:
        raise Refused(
            Problem(f"没有要催{party}的行", "换一个范围再打，例如「全部」", path="which", code="nothing_to_urge")
        )
    size = paper(str(args.get("paper") or "A4"))
    rendered = render_many([PrintJob(urge_sheet(ctx, lines), size, calibration(ctx))])
    usual = ctx.folder / "prints" / f"{safe_file_name(f'{party}进度催办单 {ctx.today}')}.pdf"
    target = output_path(args.get("out"), (".pdf",), usual)
    write_atomically(target, rendered.pdf)
    data: dict[str, Any] = {"file": str(target), "pages": rendered.pages, "lines": len(lines)}
    return Outcome("", f"{party}进度催办单 {len(lines)} 行，已存为 {target.name}", data)


WHICH = Choice(
    options=(
        Option("silent", "快到期没反馈"),
        Option("late", "已过期"),
        Option("today", "今天"),
        Option("soon", "近 7 天"),
        Option("all", "全部"),
    )
)
VERBS = (
    *paper_verbs("problem", "处理单", ORDER_PROBLEM, problem_sheet, "print.problem_paper", PAPERS),
    Verb(
        "progress.urge_paper",
        "打印催办单",
        urge_paper,
        (
            Field("route", "催谁", ROUTE, required=True, default="make"),
            Field("which", "哪些行", WHICH, default="silent"),
            Field("uid", "订单", Link(entity="sales_order"), note="给了就只打这张订单的"),
            Field("paper", "纸张", Choice(options=tuple(Option(k, t) for k, t in PAPERS))),
            Field("out", "存到", Text(400), note="PDF 文件路径；不给就放在数据文件夹的 prints 里"),
        ),
        role=Role.VIEWER,
        entity="line_feedback",
        icon="print",
        note="生产、采购各一张，留着写回复的格子",
    ),
)
