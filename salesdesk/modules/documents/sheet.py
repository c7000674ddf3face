"""Papers of the document desk: 传阅单, 借阅申请表, 销毁清册, 合同会签单, 用印申请单, and stickers for boxes."""

from __future__ import annotations

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Choice, Option, Row, Stamp, Text
from salesdesk.domain.problems import Problem
from salesdesk.modules.documents.archive_model import DESTRUCTION, DESTRUCTION_LINE, LOAN
from salesdesk.modules.documents.contract_model import CONTRACT, SEAL_USE
from salesdesk.modules.documents.model import DOCUMENT, RECEIPT
from salesdesk.persistence.reading import Reader
from salesdesk.services.files import output_path, write_atomically
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.papers.shapes import Label, LabelSheet, Sheet, SheetColumn, Signature
from salesdesk.services.prints import Printing, calibration, paper_verbs
from salesdesk.services.roles import Role

STAMP = Stamp()
PAPERS = (("A4", "A4"), ("A5L", "A5 横向"))
SETTING = "print.document_paper"
BLANK = "\n".join("\u3000" * 5)
"""Room to write an opinion by hand."""
ROOM = 6
"""Empty rows of a 传阅单 nobody was named for yet."""


def _shown(entity: Row, of: str, key: str) -> str:
    fields = {"document": DOCUMENT, "loan": LOAN, "contract": CONTRACT, "seal": SEAL_USE, "line": DESTRUCTION_LINE}
    return fields[of][key].kind.show(entity.get(key))


def _place(document: Row) -> str:
    """Where the paper stands: 2 柜 3 盒 第 5 页."""
    parts = [f"{document[key]} {unit}" for key, unit in (("cabinet", "柜"), ("box", "盒")) if document.get(key)]
    return " ".join((*parts, f"第 {document['page']} 页" if document.get("page") else "")).strip()


def circulation_sheet(printing: Printing, row: Row) -> Sheet:
    """传阅单: who is to read or act, with room to sign; kept with the paper while it goes round."""
    people = printing.reader.rows(
        "SELECT * FROM document_receipt WHERE document = ? AND void = 0 ORDER BY rowid", (row["uid"],)
    )
    rows = [
        (
            str(i), str(one["person"]), RECEIPT["part"].kind.show(one["part"]), str(one["due"] or ""),
            STAMP.show(one["read_at"]), str(one["said"] or ""), "",
        )
        for i, one in enumerate(people, start=1)
    ]  # fmt: skip
    rows += [(str(len(rows) + i + 1), "", "", "", "", "", "") for i in range(max(0, ROOM - len(rows)))]
    ours = row["kind"] == "internal"
    shown = (
        ("secrecy", "scope", "author", "approved_by")
        if ours
        else ("sender", "outer_number", "secrecy", "received_on", "due")
    )
    about = tuple((DOCUMENT[key].title, _shown(row, "document", key)) for key in shown)
    notes = () if ours else (("拟办意见", BLANK), ("批示", BLANK))
    return Sheet(
        title="文件发放签收单" if ours else "文件传阅单",
        company=printing.company,
        number=str(row["number"] or ""),
        pairs=(("标题", str(row["title"])), *about),
        columns=(
            SheetColumn("序", 4, "center", "code"),
            SheetColumn("姓名", 10),
            SheetColumn("要办", 7, "center"),
            SheetColumn("期限", 10, "center", "code"),
            SheetColumn("阅读时间", 15, "center", "code"),
            SheetColumn("意见", 30),
            SheetColumn("签字", 12),
        ),
        rows=tuple(rows),
        notes=notes,
        signatures=(Signature("登记", printing.operator), Signature("办结")),
        fill_rows=0,
        print_count=printing.nth,
        printed_by=printing.operator,
        stamp=printing.now,
    )


def _form(printing: Printing, title: str, row: Row, pairs: tuple[tuple[str, str], ...], rows: list[tuple[str, str]],
          signs: tuple[str, ...]) -> Sheet:  # fmt: skip
    """A form of plain items with boxes to sign."""
    return Sheet(
        title=title,
        company=printing.company,
        number=str(row["number"] or ""),
        pairs=pairs,
        columns=(SheetColumn("项目", 18), SheetColumn("内容", 78)),
        rows=tuple((name, text or "　") for name, text in rows),
        signatures=tuple(Signature(one) for one in signs),
        sign_boxes=True,
        fill_rows=0,
        print_count=printing.nth,
        printed_by=printing.operator,
        stamp=printing.now,
    )


def loan_sheet(printing: Printing, row: Row) -> Sheet:
    """档案借阅申请表: what, by whom, what for, until when; approval, handing out and return to sign."""
    document = printing.reader.get(DOCUMENT, row["document"]) or {}
    return _form(
        printing,
        "文件借阅申请表",
        row,
        (
            ("借阅人", str(row["borrower"])), ("部门", str(row["department"] or "")),
            ("申请日期", str(row["asked_on"] or "")), ("归还期限", str(row["due"] or "")),
        ),
        [
            ("文件", f"{document.get('number') or ''}《{document.get('title') or ''}》"),
            ("密级、位置", f"{_shown(document, 'document', 'secrecy')}　{_place(document)}"),
            ("用途", str(row["purpose"])),
            ("批准", f"{row['approved_by'] or ''}　{STAMP.show(row['approved_at'])}".strip()),
            ("借出", STAMP.show(row["lent_at"])),
            ("归还", f"{STAMP.show(row['returned_at'])}　{row['condition'] or ''}".strip()),
            ("备注", str(row["note"] or "")),
        ],
        ("借阅人", "负责人批准", "档案经手", "归还验收"),
    )  # fmt: skip


def destruction_sheet(printing: Printing, row: Row) -> Sheet:
    """档案销毁清册: every document with its number, period and what is done with it; approval and two witnesses sign."""
    rows = []
    for i, line in enumerate(printing.reader.of_parent(DESTRUCTION_LINE, row["uid"]), start=1):
        document = printing.reader.get(DOCUMENT, line["document"]) or {}
        decision = _shown(line, "line", "decision") + (f" {line['years']} 年" if line["years"] else "")
        rows.append(
            (
                str(i), str(document.get("number") or ""), str(document.get("title") or ""), str(document.get("copies") or ""),
                str(document.get("filed_on") or ""), _shown(document, "document", "retention"), str(document.get("keep_until") or ""),
                f"{decision} {line['why'] or ''}".strip(),
            )
        )  # fmt: skip
    return Sheet(
        title="档案销毁清册",
        company=printing.company,
        number=str(row["number"]),
        pairs=(
            ("鉴定日期", str(row["day"])),
            ("到期截至", str(row["until"])),
            ("鉴定人", str(row["members"] or "")),
            ("批准", f"{row['approved_by'] or ''} {STAMP.show(row['approved_at'])}".strip()),
            ("销毁日期", str(row["destroyed_on"] or "")),
            ("销毁方式", str(row["way"] or "")),
        ),
        columns=(
            SheetColumn("序", 4, "center", "code"),
            SheetColumn("编号", 17),
            SheetColumn("标题", 30),
            SheetColumn("份", 4, "right"),
            SheetColumn("归档", 11, "center", "code"),
            SheetColumn("期限", 6, "center"),
            SheetColumn("保管到", 11, "center", "code"),
            SheetColumn("鉴定", 14),
        ),
        rows=tuple(rows),
        notes=(("鉴定意见", str(row["opinion"] or BLANK)),),
        signatures=(
            Signature("鉴定人"),
            Signature("批准人", str(row["approved_by"] or "")),
            Signature("监销人", str(row["witness_one"] or "")),
            Signature("监销人", str(row["witness_two"] or "")),
        ),
        sign_boxes=True,
        fill_rows=0,
        print_count=printing.nth,
        printed_by=printing.operator,
        stamp=printing.now,
    )


def review_sheet(printing: Printing, row: Row) -> Sheet:
    """合同会签单: the terms that matter and what 法务 and 主管 say."""
    return _form(
        printing,
        "合同会签单",
        row,
        (
            ("合同编号", str(row["code"] or "")), ("类别", str(row["type"] or "")),
            ("金额", _shown(row, "contract", "amount")), ("份数", str(row["copies"] or "")),
            ("生效", str(row["starts"] or "")), ("到期", str(row["expires"] or "")),
        ),
        [
            ("合同名称", str(row["title"])),
            ("我方", str(row["ours"] or printing.company)),
            ("对方", str(row["party"])),
            ("法务意见", f"{row['legal_said'] or ''}\n{row['legal_by'] or ''} {STAMP.show(row['legal_at'])}".strip() or BLANK),
            ("主管意见", f"{row['manager_said'] or ''}\n{row['manager_by'] or ''} {STAMP.show(row['manager_at'])}".strip() or BLANK),
            ("备注", str(row["note"] or "")),
        ],
        ("经办人", "法务", "主管", "总经理"),
    )  # fmt: skip


def seal_sheet(printing: Printing, row: Row) -> Sheet:
    """用印申请单."""
    out = f"带出，{row['due'] or ''} 前归还" if row["taken_out"] else "不带出"
    return _form(
        printing,
        "用印申请单",
        row,
        (("用印人", str(row["applicant"])), ("部门", str(row["department"] or "")), ("用印日期", str(row["day"])), ("印章", str(row["seal"]))),
        [
            ("用印文件", str(row["paper"])),
            ("份数", str(row["copies"])),
            ("合同", printing.reader.named(CONTRACT, row["contract"])),
            ("印章带出", out),
            ("备注", str(row["note"] or "")),
        ],
        ("用印人", "批准人", "监印人"),
    )  # fmt: skip


# -- stickers ----------------------------------------------------------------------------------------------------------


def boxes(reader: Reader, cabinet: str = "", box: str = "") -> list[Row]:
    """Each box of the archive with what is in it: how many, from which number and year to which, until when."""
    where = ["state IN ('filed', 'listed')", "void = 0", "box IS NOT NULL"]
    params = []
    for key, value in (("cabinet", cabinet), ("box", box)):
        if value:
            where.append(f"{key} = ?")
            params.append(value)
    found = reader.rows(
        "SELECT cabinet, box, count(*) AS n, min(substr(filed_on, 1, 4)) AS first, max(substr(filed_on, 1, 4)) AS last,"
        " min(number_key) AS low, max(number_key) AS high, group_concat(DISTINCT type) AS types, max(coalesce(keep_until, '永久')) AS until"
        f" FROM document WHERE {' AND '.join(where)} GROUP BY cabinet, box ORDER BY cabinet, length(box), box",
        params,
    )
    named = "SELECT number FROM document WHERE number_key = ? AND void = 0"
    return [
        {**one, "from_number": reader.value(named, (one["low"],)), "to_number": reader.value(named, (one["high"],))}
        for one in found
    ]


def label_of(row: Row) -> Label:
    """The sticker of one box."""
    years = row["first"] if row["first"] == row["last"] else f"{row['first']}–{row['last']}"
    span = row["from_number"] if row["n"] == 1 else f"{row['from_number']} 至 {row['to_number']}"
    return Label(
        " ".join(f"{row[key]} {unit}" for key, unit in (("cabinet", "柜"), ("box", "盒")) if row[key]),
        (
            ("内容", str(row["types"] or "").replace(",", "、")),
            ("编号", str(span or "")),
            ("年度", f"{years}　共 {row['n']} 份"),
            ("保管到", str(row["until"])),
        ),
    )  # fmt: skip


def labels(ctx: Context, args: Row) -> Outcome:
    """Stickers for all boxes, or for those of one cabinet or box, as one PDF."""
    from salesdesk.services.papers.shapes import PrintJob, paper
    from salesdesk.services.printing import render_many

    found = boxes(ctx.work, str(args.get("cabinet") or ""), str(args.get("box") or ""))
    if not found:
        raise Refused(
            Problem("没有写了盒号的在档文件", "归档时写上柜和盒", path="box", place="「盒」", code="no_boxes")
        )
    spine = args.get("form") == "spine"
    sheet = LabelSheet(tuple(map(label_of, found)), spine, "盒脊标签" if spine else "盒面标签", ctx.settings.company, printed_by=ctx.operator,
                       stamp=ctx.now)  # fmt: skip
    rendered = render_many([PrintJob(sheet, paper("A4"), calibration(ctx))])
    target = output_path(args.get("out"), (".pdf",), ctx.folder / "prints" / f"{sheet.title}.pdf")
    write_atomically(target, rendered.pdf)
    data = {"file": str(target), "pages": rendered.pages, "boxes": len(found), "findings": list(rendered.findings)}
    return Outcome("", f"{sheet.title} {len(found)} 张，已存为 {target.name}", data)


FORM = Choice(options=(Option("front", "盒面"), Option("spine", "盒脊")))
VERBS = (
    *paper_verbs("document_circulation", "传阅单", DOCUMENT, circulation_sheet, SETTING, PAPERS),
    *paper_verbs("document_loan_form", "借阅申请表", LOAN, loan_sheet, SETTING, PAPERS),
    *paper_verbs("destruction_list", "销毁清册", DESTRUCTION, destruction_sheet, SETTING, PAPERS),
    *paper_verbs("contract_review", "会签单", CONTRACT, review_sheet, SETTING, PAPERS),
    *paper_verbs("seal_form", "用印申请单", SEAL_USE, seal_sheet, SETTING, PAPERS),
    Verb(
        "document.labels", "打印盒签", labels,
        (
            Field("form", "贴在", FORM, default="盒面"),
            Field("cabinet", "柜", Text(20), note="空着就是全部"),
            Field("box", "盒", Text(20)),
            Field("out", "存到", Text(400), note="PDF 文件路径；不给就放在数据文件夹的 prints 里"),
        ),
        role=Role.VIEWER, entity="document", icon="tag", note="A4 一页 8 张，沿线剪开",
    ),
)  # fmt: skip
