"""What can be done with prints besides making them: see one as it was, compare it with now, and fit a printer to its paper."""

from __future__ import annotations

from salesdesk.domain import dates
from salesdesk.domain.changes import Changes
from salesdesk.domain.errors import EnvironmentFault, Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Choice, Day, Flag, Int, Link, Option, Qty, Row, Text
from salesdesk.domain.problems import Problem
from salesdesk.domain.text import safe_file_name
from salesdesk.persistence.work import Work
from salesdesk.services.attachments import ATTACHMENT, drop, stored_at
from salesdesk.services.files import faults_of, output_path, write_atomically
from salesdesk.services.module import Actions, Context, Outcome, Verb
from salesdesk.services.papers.shapes import PAPERS
from salesdesk.services.print_log import PRINT_LOG
from salesdesk.services.prints import BUILDERS, Printing, calibration, fit_key
from salesdesk.services.roles import Role

OFFERED = ("241x140", "241x93", "241x280", "A4", "A5L", "A4-upper")
PAGES = {"241x140": 10, "241x93": 10, "241x280": 5}
"""Test sheets of continuous paper: enough to see how far the rows drift from page to page."""


def _log(ctx: Context, uid: object) -> Row:
    row = ctx.work.get(PRINT_LOG, str(uid))
    if row is None:
        raise Refused(Problem("没有这次打印的记录", "请刷新列表", path="uid", code="unknown_record"))
    if not row["sha256"]:
        raise Refused(Problem("这次打印时还没有存原样", "从这一版起打印的都会存", path="uid", code="not_kept"))
    return row


def open_kept(ctx: Context, args: Row) -> Outcome:
    """The paper exactly as it left the printer, as a PDF."""
    row = _log(ctx, args["uid"])
    source = stored_at(ctx.folder, str(row["sha256"]))
    if not source.exists() and not ctx.work.value(
        "SELECT 1 FROM attachment WHERE owner = ? AND void = 0", (row["uid"],)
    ):
        told = f"{row['number']} 第 {row['nth']} 次打印的原样过了保留年限，已经清理"
        raise Refused(Problem(told, "打印记录和当时的内容还在，可以和现在比", path="uid", code="pruned"))
    if not source.exists():
        raise EnvironmentFault(f"原样文件不在了：{source.name}", "请从备份里把 attachments 文件夹恢复回来")
    name = f"{row['number']} 第 {row['nth']} 次打印"
    target = output_path(args.get("out"), (".pdf",), ctx.folder / "prints" / f"{safe_file_name(name)}.pdf")
    write_atomically(target, source.read_bytes())
    return Outcome(row["uid"], f"{name} 的原样已存为 {target.name}", {"file": str(target), "pages": row["pages"]})


def compare(ctx: Context, args: Row) -> Outcome:
    """What is different between a paper as it was printed and the record as it is now."""
    from salesdesk.services.papers.kept import differences

    row = _log(ctx, args["uid"])
    entity, build = BUILDERS[str(row["paper"])]
    record = ctx.work.get(entity, row["owner"])
    if record is None or record["void"]:
        return Outcome(row["uid"], f"{row['number']} 后来作废了", {"void": True, "differences": []})
    found = differences(str(row["sheet"]), build(Printing(ctx, int(row["nth"])), record))
    told = f"和现在有 {len(found)} 处不同" if found else "和现在一样"
    listed = [{"place": d.place, "then": d.then, "now": d.now, "text": d.text} for d in found]
    return Outcome(row["uid"], f"{row['number']} 第 {row['nth']} 次打印{told}", {"void": False, "differences": listed})


def prune(ctx: Context, args: Row) -> Outcome:
    """Let go of the PDFs of prints older than the house keeps them; the log rows and what stood on the paper remain."""
    years = int(ctx.settings.get("print.keep_years"))
    until = dates.add_months(ctx.today, -12 * years)
    if args.get("until") and str(args["until"]) > until:
        told = f"设置里要保留 {years} 年，{until} 以后的不能清理"
        raise Refused(Problem(told, "请改早一点，或先改设置「打印原样保留几年」", "until", "「清理到」", "too_young"))
    until = str(args.get("until") or until)
    old = ctx.work.rows(
        "SELECT a.uid, a.sha256, a.size FROM print_log p JOIN attachment a ON a.owner = p.uid AND a.void = 0"
        " WHERE p.printed_at < ? AND a.entity = ?",
        (until, PRINT_LOG.key),
    )
    if not old:
        raise Refused(Problem(f"{until} 以前没有可以清理的打印原样", "不到年头的不清理", code="nothing_to_prune"))
    for done, row in enumerate(old):
        ctx.work.void(ATTACHMENT, row["uid"])
        ctx.progress(done, len(old))
    freed = 0
    for digest, size in {str(row["sha256"]): int(row["size"] or 0) for row in old}.items():
        if ctx.work.value("SELECT 1 FROM attachment WHERE sha256 = ? AND void = 0", (digest,)):
            continue  # the same bytes prove something else
        with faults_of(stored_at(ctx.folder, digest), "删除"):
            drop(ctx.folder, digest)
        freed += size
    ctx.work.title = f"清理 {until} 以前的打印原样（{len(old)} 份）"
    return Outcome("", f"已{ctx.work.title}，省出 {freed / 1024 / 1024:.1f} MB", {"prints": len(old), "bytes": freed})


def guard(work: Work, changes: Changes) -> list[Problem]:
    """What was pruned is gone: the step is not taken back."""
    back = any(was.get("void") == 1 for _, _, was in work.befores((ATTACHMENT.key,)))
    if not back or not any(
        work.value("SELECT 1 FROM attachment WHERE uid = ? AND entity = ? AND void = 0", (uid, PRINT_LOG.key))
        for uid in changes.of(ATTACHMENT.key)
    ):
        return []
    return [Problem("打印原样的文件已经删掉，撤销不了", "要看的话请从备份的 attachments 文件夹里找", code="pruned")]


def ruler(ctx: Context, args: Row) -> Outcome:
    """The test sheet with the present correction, so that what is measured is what is still wrong."""
    from salesdesk.services.papers.shapes import PrintJob, RulerSheet, paper
    from salesdesk.services.printing import render_many

    size = paper(str(args["paper"]))
    printer = str(args.get("printer") or "")
    pages = max(1, min(20, int(args.get("pages") or PAGES.get(size.key, 1))))
    plain = args.get("plain")
    fit = calibration(ctx, "" if plain else printer, size.key)
    rendered = render_many([PrintJob(RulerSheet(pages=pages, company=printer, stamp=ctx.now), size, fit)])
    usual = ctx.folder / "prints" / f"{safe_file_name(f'校准页 {size.key}')}.pdf"
    target = output_path(args.get("out"), (".pdf",), usual)
    write_atomically(target, rendered.pdf)
    return Outcome("", f"校准页已存为 {target.name}", {"file": str(target), "pages": rendered.pages, "paper": size.key})


def calibrate(ctx: Context, args: Row) -> Outcome:
    """Remember for this printer and paper what the measured test sheet asks for; the next print is corrected."""
    from salesdesk.services.papers.fitting import Measured, corrected, faults, words
    from salesdesk.services.papers.shapes import STRAIGHT, paper

    size, printer = paper(str(args["paper"])), str(args["printer"])
    old = calibration(ctx, printer, size.key)
    if args.get("reset"):
        fit = STRAIGHT
    else:
        mm = {key: None if args.get(key) is None else int(args[key]) / 1000 for key in _MEASURED}
        if mm["left"] is None or mm["top"] is None:
            raise Refused(
                Problem("左边和上边都要量", "请量粗框到纸边的距离", path="left", place="「左边」", code="required")
            )
        pages = int(args.get("pages") or PAGES.get(size.key, 1))
        measured = Measured(mm["left"], mm["top"], mm["width"], mm["last_top"], pages)
        problems = faults(size, measured)
        if problems:
            raise Refused(problems)
        fit = corrected(old, size, measured)
    kept = {"dx": fit.dx_mm, "dy": fit.dy_mm, "scale": fit.scale, "creep": fit.creep_mm}
    ctx.settings.put(fit_key(printer, size.key), None if args.get("reset") else kept)
    return Outcome("", f"{printer} 打 {size.title}：{words(fit)}", {"fit": kept, "words": words(fit)})


_MEASURED = ("left", "top", "width", "last_top")
_PAPER = Field("paper", "纸张", Choice(options=tuple(Option(k, PAPERS[k].title) for k in OFFERED)), required=True)
_PRINTER = Field("printer", "打印机", Text(120))
_OUT = Field("out", "存到", Text(400), note="PDF 文件路径；不给就放在数据文件夹的 prints 里")
_PAGES = Field("pages", "打几张", Int(least=1), note="不给：连续纸 10 张（整页 5 张），单页纸 1 张")
_PRINT = Field("uid", "打印记录", Link(entity="print_log"), required=True)

VERBS = (
    Verb(
        "prints.open",
        "打开当时打印的原样",
        open_kept,
        (_PRINT, _OUT),
        role=Role.VIEWER,
        entity="print_log",
        icon="eye",
    ),
    Verb(
        "prints.compare",
        "当时打印的和现在比",
        compare,
        (_PRINT,),
        role=Role.VIEWER,
        entity="print_log",
        icon="search",
        palette=False,
    ),
    Verb(
        "prints.prune",
        "清理打印原样",
        prune,
        (Field("until", "清理到", Day(), note="不给就是设置里的保留年限以前的"),),
        changes=(ATTACHMENT.key,),
        entity="print_log",
        icon="delete",
        note="删掉过了年头的打印 PDF，打印记录一直留着；删了不能撤销",
    ),
    Verb(
        "prints.ruler",
        "打印校准页",
        ruler,
        (_PAPER, _PRINTER, _PAGES, Field("plain", "不带修正", Flag()), _OUT),
        role=Role.VIEWER,
        icon="fit",
        palette=False,
    ),
    Verb(
        "prints.calibrate",
        "打印机校准",
        calibrate,
        (
            _PAPER,
            Field("printer", "打印机", Text(120), required=True),
            Field("left", "左边", Qty(), note="粗框左边到纸的左边，毫米"),
            Field("top", "上边", Qty(), note="第一张粗框上边到纸的上边，毫米"),
            Field("width", "框宽", Qty(), note="粗框的宽，毫米；没量就不填"),
            Field("last_top", "最后一张上边", Qty(), note="最后一张粗框上边到纸的上边，毫米"),
            _PAGES,
            Field("reset", "取消校准", Flag()),
        ),
        role=Role.VIEWER,
        icon="settings",
        palette=False,
        note="量校准页，每台打印机每种纸各记各的",
    ),
)

ACTIONS = Actions(VERBS, guard=guard)
