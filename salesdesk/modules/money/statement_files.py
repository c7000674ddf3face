"""对账单 as files: for many customers at once, on paper or in the clerk's own Excel form."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Choice, Link, Note, Option, Row, Text
from salesdesk.domain.problems import Problem
from salesdesk.domain.text import safe_file_name
from salesdesk.modules.money import statements
from salesdesk.modules.money.model import STATEMENT
from salesdesk.modules.money.statement_service import MONTH, WRITES, live, make_one, month_of, sent_already
from salesdesk.modules.money.statement_sheet import HEAD_KEYS, ROW_KEYS, statement_sheet, values_of
from salesdesk.modules.money.statement_sheet import VERBS as PAPER_VERBS
from salesdesk.services.files import faults_of, output_path, write_atomically
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.prints import Printing

FORMS = Choice(
    options=(
        Option("pdf", "一个 PDF", "neutral", "document"),
        Option("pdfs", "每户一个 PDF", "neutral", "document"),
        Option("excel", "每户一个 Excel", "neutral", "excel"),
        Option("none", "只建对账单", "neutral", "save"),
    )
)


def batch(ctx: Context, args: Row) -> Outcome:
    """Statements of a month for many customers, and their files. Those already sent are left alone.

    Stops between two customers when asked to; then nothing is kept and no file is left: they are made aside and put in
    their places together at the end.
    """
    month, form = month_of(ctx, args), str(args.get("form") or "pdf")
    rows = statements.wanted(ctx.work, month)
    if args.get("customers"):
        chosen = {line.strip() for line in str(args["customers"]).splitlines() if line.strip()}
        rows = [r for r in rows if r["uid"] in chosen or r["code"] in chosen or r["name"] in chosen]
    out = {r["uid"] for r in rows if sent_already(ctx, r["uid"], month) is not None}
    skipped = [r["name"] for r in rows if r["uid"] in out]
    rows = [r for r in rows if r["uid"] not in out]
    if not rows:
        raise Refused(
            Problem(
                f"{month} 没有要做对账单的客户",
                "这个月没有往来，或都已经发出",
                path="month",
                place="「月份」",
                code="nobody",
            )
        )
    template = Path(str(args["template"])) if args.get("template") else None
    if form == "excel" and template is None:
        raise Refused(
            Problem(
                "没有选 Excel 模板",
                "请选公司自己的对账单 .xlsx",
                path="template",
                place="「Excel 模板」",
                code="template",
            )
        )
    folder = Path(str(args.get("folder") or ctx.folder / "statements" / month))
    numbers = ctx.work.next_numbers("DZ", len(rows))
    made: list[str] = []
    files: list[str] = []
    whole = 2 * len(rows)
    for done, (row, number) in enumerate(zip(rows, numbers, strict=True)):
        made.append(make_one(ctx, row["uid"], month, number))
        ctx.progress(done, whole)
    if form != "none":
        with _aside(folder) as stage:
            if form == "pdf":
                _one_pdf(ctx, made, stage / f"对账单 {month}.pdf", len(rows), whole)
            else:
                ending = "xlsx" if form == "excel" else "pdf"
                for done, (uid, name) in enumerate(zip(made, _names(month, rows, numbers), strict=True)):
                    target = stage / f"{name}.{ending}"
                    if template is not None and form == "excel":
                        _excel(ctx, uid, template, target)
                    else:
                        _one_pdf(ctx, [uid], target)
                    ctx.progress(len(rows) + done, whole)
            files = sorted(str(folder / path.name) for path in stage.iterdir())
            ctx.progress(whole, whole)
    left = f"，{len(skipped)} 户已经发过，没有重做" if skipped else ""
    where = f"，文件在 {folder}" if files else ""
    ctx.work.title = f"批量对账单 {month}（{len(made)} 户）"
    return Outcome(
        made[0] if len(made) == 1 else "",
        f"已做 {len(made)} 户 {month} 的对账单{left}{where}",
        {"made": len(made), "skipped": skipped, "folder": str(folder), "files": files},
    )


@contextmanager
def _aside(folder: Path) -> Iterator[Path]:
    """A folder inside `folder` for files in the making; they move to their places when all are ready, else they go."""
    stage = folder / f"~dz-{os.urandom(4).hex()}"
    with faults_of(folder, "保存"):
        stage.mkdir(parents=True)
    try:
        yield stage
        for path in sorted(stage.iterdir()):
            with faults_of(folder / path.name, "保存"):
                path.replace(folder / path.name)
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _names(month: str, rows: Sequence[Row], numbers: Sequence[str]) -> list[str]:
    """A file name for each customer; where two would be the same (a/b and a:b), the 单号 tells them apart."""
    found: list[str] = []
    taken: set[str] = set()
    for row, number in zip(rows, numbers, strict=True):
        name = safe_file_name(f"对账单 {month} {row['name']}")
        if name.casefold() in taken:
            name = safe_file_name(f"对账单 {month} {number} {row['name']}")
        taken.add(name.casefold())
        found.append(name)
    return found


def _one_pdf(ctx: Context, uids: list[str], target: Path, before: int = 0, whole: int = 0) -> None:
    """All these statements in one PDF, each beginning on its own page."""
    from salesdesk.services.papers.shapes import PrintJob, paper
    from salesdesk.services.printing import render_many
    from salesdesk.services.prints import calibration, times_printed

    size, moved = paper(str(ctx.settings.get("print.statement_paper"))), calibration(ctx)
    jobs = []
    for done, uid in enumerate(uids):
        row = ctx.work.get(STATEMENT, uid) or {}
        nth = times_printed(ctx.work, uid, "statement") + 1
        jobs.append(PrintJob(statement_sheet(Printing(ctx, nth), row), size, moved))
        if whole:
            ctx.progress(before + done, whole)
    write_atomically(target, render_many(jobs).pdf)


def _excel(ctx: Context, uid: str, template: Path, target: Path) -> None:
    from salesdesk.services.excel_template import fill

    row = ctx.work.get(STATEMENT, uid) or {}
    head, rows = values_of(ctx.work, row, ctx.settings.company, ctx.operator)
    write_atomically(target, fill(template, head, rows, ROW_KEYS))


def fill_excel(ctx: Context, args: Row) -> Outcome:
    """The frozen figures in the clerk's own Excel file."""
    row = live(ctx, args)
    name = safe_file_name(f"对账单 {row['month']} {ctx.work.named('customer', row['customer'])}")
    target = output_path(args.get("file"), (".xlsx",), ctx.folder / "statements" / f"{name}.xlsx")
    _excel(ctx, str(row["uid"]), Path(str(args["template"])), target)
    return Outcome(str(row["uid"]), f"已存为 {target.name}", {"file": str(target)})


def check_template(ctx: Context, args: Row) -> Outcome:
    """What a template names, and what is wrong with it; nothing is written."""
    from salesdesk.services.excel_template import check, words_in

    path = Path(str(args["template"]))
    problems = check(path, HEAD_KEYS, ROW_KEYS)
    if problems:
        return Outcome(message="模板还要改", problems=tuple(problems))
    used = words_in(path)
    keys = [k for k in (*HEAD_KEYS, *ROW_KEYS) if k in used]
    return Outcome(message=f"模板可以用，会填：{'、'.join(keys)}", data={"words": keys})


_TEMPLATE = Field("template", "Excel 模板", Text(1000), note="公司自己的对账单 .xlsx，里面写 {{客户名称}} 等")

VERBS = (
    *PAPER_VERBS,
    Verb(
        "statement.batch",
        "批量对账单",
        batch,
        (
            MONTH,
            Field("customers", "客户", Note(400_000), note="一行一个名称或编码；不给就是当月有往来或有欠款的全部"),
            Field("form", "出成", FORMS, default="pdf"),
            _TEMPLATE,
            Field("folder", "放到", Text(1000), note="文件夹；不给就在数据文件夹的 statements 里"),
        ),
        changes=WRITES,
        entity="statement",
        icon="print",
    ),
    Verb(
        "statement.check_template",
        "检查对账单模板",
        check_template,
        (replace(_TEMPLATE, required=True),),
        entity="statement",
        icon="check",
        palette=False,
    ),
    Verb(
        "statement.fill",
        "填进 Excel",
        fill_excel,
        (
            Field("uid", "对账单", Link(entity="statement"), required=True),
            replace(_TEMPLATE, required=True),
            Field("file", "存到", Text(1000)),
        ),
        entity="statement",
        icon="excel",
    ),
)
