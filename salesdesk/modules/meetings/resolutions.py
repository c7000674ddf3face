"""Resolutions after the meeting: done with a result, put off with a reason, dropped, opened again, reported to the chair (MTG-4)."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from salesdesk.domain import dates
from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Choice, Day, Link, Option, Row, Stamp, Text
from salesdesk.domain.problems import Problem
from salesdesk.domain.text import safe_file_name
from salesdesk.modules.meetings.model import RESOLUTION, TASK
from salesdesk.modules.meetings.report import report_rows, report_sheet
from salesdesk.services.files import output_path, write_atomically
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.prints import calibration
from salesdesk.services.records import gone
from salesdesk.services.register_io import io_verbs
from salesdesk.services.roles import Role
from salesdesk.services.telling import not_ahead, not_earlier

if TYPE_CHECKING:
    from salesdesk.services.papers.shapes import Rendered


def _load(ctx: Context, uid: object, *states: str) -> Row:
    row = ctx.work.get(RESOLUTION, str(uid))
    if row is None or row["void"]:
        raise Refused(gone(RESOLUTION))
    if row["state"] not in states:
        told = RESOLUTION["state"].kind.show(row["state"])
        cure = "它不是任务，不用跟" if row["kind"] != TASK else "请刷新列表"
        raise Refused(Problem(f"「{row['text']}」现在是「{told}」", cure, path="uid", code=f"is_{row['state']}"))
    return row


def _short(row: Row) -> str:
    text = str(row["text"])
    return text if len(text) <= 24 else text[:23] + "…"


def done(ctx: Context, args: Row) -> Outcome:
    """办完: when and with what result; the minutes it came from show it."""
    row = _load(ctx, args["uid"], "open")
    at = str(args.get("done_at") or ctx.now)
    began = ctx.work.value("SELECT coalesce(began_at, starts_at) FROM meeting WHERE uid = ?", (row["meeting"],))
    ctx.check(
        [
            *not_earlier(str(began)[:10], "开会的日子", at, "done_at", "办结时间"),
            *not_ahead(ctx, at, "done_at", "办结时间"),
        ]
    )
    values = {"state": "done", "done_at": at, "done_by": ctx.operator, "result": args.get("result")}
    ctx.work.update(RESOLUTION, row["uid"], values)
    ctx.work.title = f"决议办完：{_short(row)}"
    return Outcome(row["uid"], f"已登记{ctx.work.title}，纪要里也写上了")


def drop(ctx: Context, args: Row) -> Outcome:
    """不办了: with the reason; it is asked for no more."""
    row = _load(ctx, args["uid"], "open")
    values = {"state": "dropped", "done_at": ctx.now, "done_by": ctx.operator, "result": args["why"]}
    ctx.work.update(RESOLUTION, row["uid"], values)
    ctx.work.title = f"决议不办了：{_short(row)}"
    return Outcome(row["uid"], f"已登记{ctx.work.title}")


def reopen(ctx: Context, args: Row) -> Outcome:
    """没办完: it was said to be over and is not."""
    row = _load(ctx, args["uid"], "done", "dropped")
    ctx.work.update(RESOLUTION, row["uid"], {"state": "open", "done_at": None, "done_by": None, "result": None})
    ctx.work.reason = str(args["why"])
    ctx.work.title = f"决议没办完：{_short(row)}"
    return Outcome(row["uid"], f"已登记{ctx.work.title}")


def put_off(ctx: Context, args: Row) -> Outcome:
    """改期限: the former day stays in sight, for whoever asks how often."""
    row = _load(ctx, args["uid"], "open")
    if args["due"] < ctx.today:
        raise Refused(Problem("新期限已经过了", "请填今天或以后的日子", path="due", place="「改到」", code="past"))
    line = f"{ctx.today} {row['due'] or '没定'} 改到 {args['due']}：{args['why']}"
    ctx.work.update(
        RESOLUTION, row["uid"], {"due": args["due"], "put_off": "\n".join(filter(None, (row["put_off"], line)))[-1000:]}
    )
    ctx.work.title = f"决议改期 {dates.show_day_short(args['due'], ctx.today)}：{_short(row)}"
    return Outcome(row["uid"], f"已登记{ctx.work.title}")


def report_paper(ctx: Context, args: Row) -> Outcome:
    """决议落实汇报单: what is open, how late, and what was finished lately, on a page for the chair."""
    from salesdesk.services.papers.shapes import PrintJob, paper
    from salesdesk.services.printing import render_many

    chair = str(args.get("chair") or "")
    rows, size, fitted = (
        report_rows(ctx.work, ctx.today, chair),
        paper(str(args.get("paper") or "A4")),
        calibration(ctx),
    )

    def made(kept: int | None) -> Rendered:
        return render_many([PrintJob(report_sheet(ctx, rows, chair, kept), size, fitted)])

    rendered, kept = made(None), sum(not row.open for row in rows)
    if rendered.pages > 1 and kept:  # one page: of the finished ones as many as have room beside the open ones
        fewest = made(0).pages
        kept = bisect_left(range(1, kept + 1), True, key=lambda n: made(n).pages > fewest)
        rendered = made(kept)
    usual = ctx.folder / "prints" / f"{safe_file_name(f'决议落实汇报 {chair} {ctx.today}')}.pdf"
    target = output_path(args.get("out"), (".pdf",), usual)
    write_atomically(target, rendered.pdf)
    told = f"决议落实汇报单{f'（{chair}）' if chair else ''}，已存为 {target.name}"
    return Outcome(
        "", told, {"file": str(target), "pages": rendered.pages, "rows": kept + sum(row.open for row in rows)}
    )


def report_excel(ctx: Context, args: Row) -> Outcome:
    """The same report as a workbook to go on working with."""
    from salesdesk.services.excel_out import Column, write_table

    chair = str(args.get("chair") or "")
    rows = report_rows(ctx.work, ctx.today, chair)
    usual = ctx.folder / "prints" / f"{safe_file_name(f'决议落实汇报 {chair} {ctx.today}')}.xlsx"
    target = output_path(args.get("out"), (".xlsx", ".csv"), usual)
    columns = [Column("决议", Text(), 44), Column("负责人", Text(), 10), Column("期限", Day()), Column("状态", Text(), 12),
               Column("办结", Day()), Column("结果", Text(), 30), Column("会议", Text(), 22), Column("开会日期", Day())]  # fmt: skip
    write_table(target, "决议落实汇报", columns, [row.cells for row in rows])
    return Outcome("", f"决议 {len(rows)} 条，已存为 {target.name}", {"file": str(target), "rows": len(rows)})


_UID = Field("uid", "决议", Link(entity="resolution"), required=True)
_CHAIR = Field("chair", "给哪位主持人", Text(40), note="不给就是全部会议的", suggest="meeting.people")
_ONLY = ("resolution",)
VERBS = (
    Verb("resolution.done", "办完了", done,
         (_UID, Field("result", "结果", Text(400), note="一句话，写进纪要"), Field("done_at", "几时办完", Stamp(), note="不给就是现在")),
         changes=_ONLY, entity="resolution", icon="check", states=("open",)),
    Verb("resolution.put_off", "改期限", put_off,
         (_UID, Field("due", "改到", Day(ahead=True), required=True), Field("why", "为什么", Text(200), required=True)),
         changes=_ONLY, entity="resolution", icon="calendar", states=("open",)),
    Verb("resolution.drop", "不办了", drop, (_UID, Field("why", "为什么", Text(200), required=True)), changes=_ONLY,
         entity="resolution", icon="dismiss", states=("open",)),
    Verb("resolution.reopen", "没办完", reopen, (_UID, Field("why", "为什么", Text(200), required=True)), changes=_ONLY,
         entity="resolution", icon="undo", states=("done", "dropped")),
    Verb("resolution.report_paper", "打印汇报单", report_paper,
         (_CHAIR, Field("paper", "纸张", Choice(options=(Option("A4", "A4"), Option("A4L", "A4 横向")))),
          Field("out", "存到", Text(400), note="PDF 文件路径；不给就放在数据文件夹的 prints 里")),
         role=Role.VIEWER, entity="resolution", icon="print", note="一页，给主持人看落实得怎样"),
    Verb("resolution.report_excel", "汇报单 Excel", report_excel,
         (_CHAIR, Field("out", "存到", Text(400), note="Excel 文件路径；不给就放在数据文件夹的 prints 里")),
         role=Role.VIEWER, entity="resolution", icon="excel"),
    *(v for v in io_verbs(RESOLUTION) if v.name.endswith((".export", ".print_list"))),
)  # fmt: skip
