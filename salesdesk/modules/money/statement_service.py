"""对账单: make them one by one or for everybody at once, fill the clerk's own Excel file, send, sign back, dispute."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from salesdesk.domain import dates
from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Choice, Day, Link, Note, Option, Row, Stamp, Text
from salesdesk.domain.problems import Problem, Severity
from salesdesk.domain.text import safe_file_name
from salesdesk.modules.money import statements
from salesdesk.modules.money.model import FIGURES, HOW, STATEMENT
from salesdesk.modules.money.rules import MONEY
from salesdesk.modules.money.statement_sheet import HEAD_KEYS, ROW_KEYS, statement_sheet, values_of
from salesdesk.modules.money.statement_sheet import VERBS as PAPER_VERBS
from salesdesk.services import attachments
from salesdesk.services.files import faults_of, output_path, write_atomically
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.prints import Printing
from salesdesk.services.records import gone, void

FORMS = Choice(
    options=(
        Option("pdf", "一个 PDF", "neutral", "document"),
        Option("pdfs", "每户一个 PDF", "neutral", "document"),
        Option("excel", "每户一个 Excel", "neutral", "excel"),
        Option("none", "只建对账单", "neutral", "save"),
    )
)
SEND_AGAIN = 5
"""Days after sending until 今日 asks for the signed statement."""


def _month(ctx: Context, args: Row) -> str:
    """The month asked for, else the last one. Raises Refused for anything that is no past or present month."""
    given = str(args.get("month") or dates.add_months(ctx.today[:8] + "01", -1)[:7])
    match = re.fullmatch(r"(\d{4})[-/.年]?(\d{1,2})月?", given.strip())
    month = f"{match[1]}-{int(match[2]):02d}" if match and 1 <= int(match[2]) <= 12 else ""
    if not month or month > ctx.today[:7]:
        raise Refused(
            Problem(f"月份「{given}」不对", "请写成 2026-06，不晚于本月", path="month", place="「月份」", code="month")
        )
    return month


def make_one(ctx: Context, customer: str, month: str, number: str) -> str:
    """Freeze the statement of one customer and month; an unsent one of the same month gives way. Returns its uid."""
    work = ctx.work
    first, last = statements.month_days(month)
    found = statements.figures(work, customer, first, last)
    for old in work.rows(
        "SELECT uid, state FROM statement WHERE customer = ? AND month = ? AND void = 0 AND state = 'unsent'",
        (customer, month),
    ):
        for line in work.of_parent(FIGURES, old["uid"]):
            work.void(FIGURES, line["uid"])
        work.void(STATEMENT, old["uid"])
    uid = work.insert(
        STATEMENT,
        {
            "number": number,
            "state": "unsent",
            "customer": customer,
            "month": month,
            "first": first,
            "last": last,
            "opening": found.opening,
            "delivered": found.delivered,
            "invoiced": found.invoiced,
            "received": found.received,
            "closing": found.closing,
        },
    )
    work.insert(FIGURES, {"statement": uid, "text": found.text()})
    return uid


def _out(ctx: Context, customer: str, month: str) -> Row | None:
    """A statement of this month that has left the house already."""
    return ctx.work.row(
        "SELECT number, state FROM statement WHERE customer = ? AND month = ? AND void = 0 AND state != 'unsent' LIMIT 1",
        (customer, month),
    )


def make(ctx: Context, args: Row) -> Outcome:
    """One statement of one customer."""
    month, customer = _month(ctx, args), str(args["customer"])
    cutoff = str(ctx.work.value("SELECT receivable_day FROM customer WHERE uid = ?", (customer,)) or "")
    if cutoff >= statements.month_days(month)[1]:
        raise Refused(
            Problem(
                f"期初应收截至 {cutoff}，这个月已经算在期初里",
                "请选以后的月份",
                path="month",
                place="「月份」",
                code="in_opening",
            )
        )
    sent = _out(ctx, customer, month)
    if sent is not None:
        ctx.check(
            [
                Problem(
                    f"{month} 的对账单 {sent['number']} {STATEMENT['state'].kind.show(sent['state'])}",
                    "重做一份就写明原因，并通知客户以新的为准",
                    path="month",
                    place="「月份」",
                    code="already_sent",
                    severity=Severity.ASK,
                )
            ]
        )
    uid = make_one(ctx, customer, month, ctx.work.next_number("DZ"))
    row = ctx.work.get(STATEMENT, uid) or {}
    name = ctx.work.named("customer", customer)
    ctx.work.title = f"对账单 {name} {month}"
    return Outcome(uid, f"已做{ctx.work.title}，期末 {MONEY.show(row['closing'])} 元", {"number": row["number"]})


def batch(ctx: Context, args: Row) -> Outcome:
    """Statements of a month for many customers, and their files. Those already sent are left alone.

    Stops between two customers when asked to; then nothing is kept, but files already written stay in the folder.
    """
    month, form = _month(ctx, args), str(args.get("form") or "pdf")
    rows = statements.wanted(ctx.work, month)
    if args.get("customers"):
        chosen = {line.strip() for line in str(args["customers"]).splitlines() if line.strip()}
        rows = [r for r in rows if r["uid"] in chosen or r["code"] in chosen or r["name"] in chosen]
    skipped = [r["name"] for r in rows if _out(ctx, r["uid"], month) is not None]
    rows = [r for r in rows if r["name"] not in set(skipped)]
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
    if form != "none":
        with faults_of(folder, "保存"):
            folder.mkdir(parents=True, exist_ok=True)
    numbers = ctx.work.next_numbers("DZ", len(rows))
    made: list[str] = []
    files: list[str] = []
    whole = 2 * len(rows)
    for done, (row, number) in enumerate(zip(rows, numbers, strict=True)):
        made.append(make_one(ctx, row["uid"], month, number))
        ctx.progress(done, whole)
    if form == "pdf":
        files.append(_one_pdf(ctx, made, folder / f"对账单 {month}.pdf", len(rows), whole))
    elif form in ("pdfs", "excel"):
        for done, (uid, row) in enumerate(zip(made, rows, strict=True)):
            name = safe_file_name(f"对账单 {month} {row['name']}")
            target = folder / f"{name}.{'xlsx' if form == 'excel' else 'pdf'}"
            files.append(
                _excel(ctx, uid, template, target) if template and form == "excel" else _one_pdf(ctx, [uid], target)
            )
            ctx.progress(len(rows) + done, whole)
    ctx.progress(whole, whole)
    left = f"，{len(skipped)} 户已经发过，没有重做" if skipped else ""
    where = f"，文件在 {folder}" if files else ""
    ctx.work.title = f"批量对账单 {month}（{len(made)} 户）"
    return Outcome(
        made[0] if len(made) == 1 else "",
        f"已做 {len(made)} 户 {month} 的对账单{left}{where}",
        {"made": len(made), "skipped": skipped, "folder": str(folder), "files": files},
    )


def _one_pdf(ctx: Context, uids: list[str], target: Path, before: int = 0, whole: int = 0) -> str:
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
    return str(target)


def _excel(ctx: Context, uid: str, template: Path, target: Path) -> str:
    from salesdesk.services.excel_template import fill

    row = ctx.work.get(STATEMENT, uid) or {}
    head, rows = values_of(ctx.work, row, ctx.settings.company, ctx.operator)
    write_atomically(target, fill(template, head, rows, ROW_KEYS))
    return str(target)


def fill_excel(ctx: Context, args: Row) -> Outcome:
    """The frozen figures in the clerk's own Excel file."""
    row = _live(ctx, args)
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


def _live(ctx: Context, args: Row) -> Row:
    row = ctx.work.get(STATEMENT, args["uid"])
    if row is None or row["void"]:
        raise Refused(gone(STATEMENT))
    return row


def send(ctx: Context, args: Row) -> Outcome:
    """Note how and when a statement went out; a disputed one may be sent again."""
    row = _live(ctx, args)
    if row["state"] == "signed":
        raise Refused(Problem(f"{row['number']} 已经回签", "要改请另做一份", path="uid", code="signed"))
    at = str(args.get("sent_at") or ctx.now)
    ctx.work.update(
        STATEMENT,
        str(row["uid"]),
        {
            "state": "sent",
            "sent_at": at,
            "sent_how": args.get("sent_how"),
            "sent_to": args.get("sent_to"),
            "next_day": args.get("next_day") or dates.add_days(at[:10], SEND_AGAIN),
        },
    )
    ctx.work.title = f"发出对账单 {row['number']}"
    return Outcome(str(row["uid"]), f"已记下{ctx.work.title}")


def sign(ctx: Context, args: Row) -> Outcome:
    """The customer signed and stamped it; the scan is kept with it."""
    row = _live(ctx, args)
    if row["state"] == "unsent":
        raise Refused(Problem(f"{row['number']} 还没发", "请先登记发出", path="uid", code="unsent"))
    ctx.work.update(
        STATEMENT,
        str(row["uid"]),
        {
            "state": "signed",
            "signed_at": args.get("signed_at") or ctx.now,
            "signed_by": args.get("signed_by"),
            "next_day": None,
        },
    )
    if args.get("files"):
        attachments.attach(ctx, STATEMENT, str(row["uid"]), str(args["files"]))
    else:
        ctx.warnings.append(
            Problem(
                "没有回签的扫描件",
                "拍照或扫描后补上，日后有争议要看",
                path="files",
                code="no_scan",
                severity=Severity.WARN,
            )
        )
    ctx.work.title = f"回签对账单 {row['number']}"
    return Outcome(str(row["uid"]), f"已记下{ctx.work.title}")


def dispute(ctx: Context, args: Row) -> Outcome:
    """The customer says that something is wrong; it stays on the list until it is settled."""
    row = _live(ctx, args)
    ctx.work.update(
        STATEMENT,
        str(row["uid"]),
        {
            "state": "disputed",
            "dispute": args["dispute"],
            "next_day": args.get("next_day") or dates.add_days(ctx.today, 1),
            **({"sent_at": ctx.now} if not row["sent_at"] else {}),
        },
    )
    ctx.work.title = f"对账单有争议 {row['number']}"
    return Outcome(str(row["uid"]), f"已记下{ctx.work.title}")


def look_again(ctx: Context, args: Row) -> Outcome:
    """Whether a frozen statement still holds, and which rows differ."""
    row = _live(ctx, args)
    now = statements.figures(ctx.work, str(row["customer"]), str(row["first"]), str(row["last"]))
    told = statements.differences(statements.frozen(ctx.work, str(row["uid"])), now)
    words = "和现在的数据一致" if not told else f"做好以后有 {len(told)} 处数据变了"
    problems = tuple(Problem(line, code="changed", severity=Severity.WARN) for line in told)
    data = {"differences": told, "then": MONEY.wire(row["closing"]), "now": MONEY.wire(now.closing)}
    return Outcome(str(row["uid"]), words, data, problems)


def cancel(ctx: Context, args: Row) -> Outcome:
    """Take a statement out of use."""
    row = _live(ctx, args)
    made = void(ctx, STATEMENT, str(row["uid"]))
    return replace(made, message=f"已作废对账单 {row['number']}")


_UID = Field("uid", "对账单", Link(entity="statement"), required=True)
_MONTH = Field("month", "月份", Text(10), note="例如 2026-06；不给就是上个月")
_TEMPLATE = Field("template", "Excel 模板", Text(1000), note="公司自己的对账单 .xlsx，里面写 {{客户名称}} 等")
_WRITES = ("statement", "statement_figures")

VERBS = (
    *PAPER_VERBS,
    Verb(
        "statement.make",
        "做对账单",
        make,
        (Field("customer", "客户", Link(entity="customer"), required=True), _MONTH),
        changes=_WRITES,
        entity="statement",
        icon="document",
    ),
    Verb(
        "statement.batch",
        "批量对账单",
        batch,
        (
            _MONTH,
            Field("customers", "客户", Note(400_000), note="一行一个名称或编码；不给就是当月有往来或有欠款的全部"),
            Field("form", "出成", FORMS, default="pdf"),
            _TEMPLATE,
            Field("folder", "放到", Text(1000), note="文件夹；不给就在数据文件夹的 statements 里"),
        ),
        changes=_WRITES,
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
        "statement.send",
        "登记发出",
        send,
        (
            _UID,
            Field("sent_how", "怎么发的", HOW, required=True, default="微信"),
            Field("sent_to", "发给谁", Text(60)),
            Field("sent_at", "发出时间", Stamp()),
            Field("next_day", "下次跟进", Day(), note="不给就是五天后"),
        ),
        changes=_WRITES,
        entity="statement",
        icon="send",
        states=("unsent", "disputed"),
    ),
    Verb(
        "statement.sign",
        "登记回签",
        sign,
        (_UID, Field("signed_by", "回签人", Text(40)), Field("signed_at", "回签时间", Stamp()), attachments.FILES),
        changes=(*_WRITES, "attachment"),
        entity="statement",
        icon="checkmark_circle",
        states=("sent", "disputed"),
    ),
    Verb(
        "statement.dispute",
        "登记争议",
        dispute,
        (
            _UID,
            Field("dispute", "对方说哪里不对", Note(1000), required=True),
            Field("next_day", "下次跟进", Day(), note="不给就是明天"),
        ),
        changes=_WRITES,
        entity="statement",
        icon="warning",
        states=("sent", "signed"),
    ),
    Verb("statement.compare", "核对变化", look_again, (_UID,), entity="statement", icon="eye"),
    Verb(
        "statement.fill",
        "填进 Excel",
        fill_excel,
        (_UID, replace(_TEMPLATE, required=True), Field("file", "存到", Text(1000))),
        entity="statement",
        icon="excel",
    ),
    Verb("statement.void", "作废对账单", cancel, (_UID,), changes=_WRITES, entity="statement", icon="delete"),
)
