"""Yearly 鉴定 of what has been kept long enough, and 销毁 with an approval and two witnesses; the rows stay (DOC-5)."""

from __future__ import annotations

import json
from collections.abc import Iterable

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Choice, Day, Link, Row, Text, options
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.documents.archive_model import DESTRUCTION, DESTRUCTION_LINE
from salesdesk.modules.documents.keeping import called
from salesdesk.modules.documents.model import DOCUMENT
from salesdesk.modules.documents.rules import keep_longer
from salesdesk.persistence.reading import Reader
from salesdesk.services import records
from salesdesk.services.attachments import FILES, attach, erase
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.roles import Role

UID = Field("uid", "销毁清册", Link(entity="destruction"), required=True)
MOST = 2000


def due_for_appraisal(reader: Reader, until: str, limit: int = MOST) -> list[Row]:
    """Filed documents whose period is over on a day, the longest over first; lent and held ones among them."""
    return reader.rows(
        "SELECT * FROM document WHERE state = 'filed' AND void = 0 AND keep_until < ? ORDER BY keep_until, rowid LIMIT ?",
        (until, limit),
    )


def hindrance(document: Row) -> str:
    """Why a document may not be destroyed now; "" when it may."""
    if document["lent_to"]:
        return f"借给了 {document['lent_to']}"
    if document["held"]:
        return f"冻结着（{document['held_why']}）"
    if document["retention"] == "permanent":
        return "是永久保管的"
    return ""


def propose(ctx: Context, args: Row) -> Outcome:
    """鉴定: a list of everything whose period is over; what is lent or held is told and left out."""
    until = str(args.get("until") or ctx.today)
    if until > ctx.today:
        raise Refused(Problem(f"{until} 还没到", "到期了才能鉴定", path="until", place="「到期截至」", code="future"))
    found = due_for_appraisal(ctx.work, until)
    free = [row for row in found if not hindrance(row)]
    for row in [row for row in found if hindrance(row)][:8]:
        told = f"{called(row)} 到期了，但{hindrance(row)}，没有列入"
        ctx.warnings.append(Problem(told, "还回或解冻以后再鉴定", code="not_free", severity=Severity.WARN))
    if not free:
        raise Refused([Problem(f"到 {until} 没有到期可鉴定的文件", "过些日子再来", code="none_due"), *ctx.warnings])
    number = ctx.work.next_number("XH")
    uid = ctx.work.insert(
        DESTRUCTION,
        {"number": number, "state": "draft", "day": ctx.today, "until": until, "members": args.get("members")},
    )
    records.save_lines(
        ctx.work,
        DESTRUCTION_LINE,
        uid,
        [
            {"document": r["uid"], "number": r["number"], "keep_until": r["keep_until"], "decision": "destroy"}
            for r in free
        ],
    )
    for row in free:
        ctx.work.update(DOCUMENT, row["uid"], {"state": "listed"})
    ctx.work.title = f"列出销毁清册 {number}（{len(free)} 份）"
    return Outcome(uid, f"已{ctx.work.title}，逐份看过再报批", {"number": number, "documents": len(free)})


def _stand(ctx: Context, args: Row, states: tuple[str, ...], doing: str) -> Row:
    row = ctx.work.get(DESTRUCTION, str(args["uid"]))
    if row is None or row["void"]:
        raise Refused(records.gone(DESTRUCTION))
    if row["state"] not in states:
        told = f"{row['number']} 现在是「{DESTRUCTION['state'].kind.show(row['state'])}」，不能{doing}"
        raise Refused(Problem(told, "请刷新列表", path="uid", code="destruction.state"))
    return row


def save(ctx: Context, args: Row) -> Outcome:
    """The members, the opinion and what is to become of each document; one that is left out goes back on its shelf."""
    row = _stand(ctx, args, ("draft",), "修改")
    before = {line["document"]: line for line in ctx.work.of_parent(DESTRUCTION_LINE, row["uid"])}
    if "lines" in args:
        strange = [line for line in args["lines"] if line.get("document") not in before]
        if strange:
            told = f"{ctx.work.named(DOCUMENT, strange[0].get('document'))} 不是这次鉴定列出来的"
            raise Refused(Problem(told, "只能改处理和去掉；到期的用「鉴定」列出", path="lines", code="strange_line"))
        ctx.check(check_lines(args["lines"]))
    made = records.save(ctx, DESTRUCTION, args, None, {"lines": DESTRUCTION_LINE})
    if "lines" in args:
        _back_on_the_shelf(ctx, row["uid"], before.keys() - {line["document"] for line in args["lines"]})
    return made


def _back_on_the_shelf(ctx: Context, destruction: str, documents: Iterable[object]) -> None:
    """Documents that are left out are filed again; what another PC listed too, or destroyed meanwhile, is not."""
    for document in documents:
        elsewhere = ctx.work.value(
            "SELECT 1 FROM destruction_line l JOIN destruction d ON d.uid = l.destruction AND d.void = 0 AND d.state != 'done'"
            " WHERE l.document = ? AND l.void = 0 AND d.uid != ?",
            (document, destruction),
        )
        if not elsewhere and (ctx.work.get(DOCUMENT, str(document)) or {}).get("state") == "listed":
            ctx.work.update(DOCUMENT, str(document), {"state": "filed"})


def check_lines(lines: list[Row]) -> list[Problem]:
    """A period that is made longer says how long and why; so does what is kept for ever."""
    problems = []
    for i, line in enumerate(lines):
        place = f"第 {i + 1} 行"
        if line.get("decision") == "longer" and not line.get("years"):
            problems.append(Problem("延长没有写几年", "写延长几年", path=f"lines/{i}/years", place=place, code="years"))
        if line.get("decision") != "destroy" and not line.get("why"):
            problems.append(
                Problem("不销毁要写理由", "例如 还在质保期", path=f"lines/{i}/why", place=place, code="why")
            )
    return problems


def approve(ctx: Context, args: Row) -> Outcome:
    """批准 by the 主管: from here only the destroying itself is left."""
    row = _stand(ctx, args, ("draft",), "批准")
    lines = ctx.work.of_parent(DESTRUCTION_LINE, row["uid"])
    problems = check_lines(lines)
    if not lines:
        problems.append(Problem(f"{row['number']} 里一份也没有", "作废这张清册", path="uid", code="empty"))
    if not row["members"]:
        problems.append(Problem("没有写鉴定人", "写参加鉴定的人", path="members", place="「鉴定人」", code="members"))
    ctx.check(problems)
    attach(ctx, DESTRUCTION, row["uid"], str(args.get("files") or ""))
    ctx.work.update(DESTRUCTION, row["uid"], {"state": "approved", "approved_by": args["who"], "approved_at": ctx.now})
    ctx.work.title = f"批准销毁清册 {row['number']}"
    return Outcome(row["uid"], f"已{ctx.work.title}")


def destroy(ctx: Context, args: Row) -> Outcome:
    """销毁: two witnesses who are not one; lent or held papers stop it. The longer kept go back with their new end.

    The files of what is destroyed leave every PC and the share, unless another record holds the same bytes; so the step is
    not undone where there were any.
    """
    row = _stand(ctx, args, ("approved",), "销毁")
    first, second = str(args["witness_one"]), str(args["witness_two"])
    day = str(args.get("day") or ctx.today)
    problems = []
    if "".join(first.split()) == "".join(second.split()):
        problems.append(
            Problem(
                f"两个监销人都是 {first}",
                "要两个不同的人",
                path="witness_two",
                place="「监销人二」",
                code="one_witness",
            )
        )
    if day > ctx.today or day < str(row["approved_at"])[:10]:
        told = f"销毁日期 {day} {'还没到' if day > ctx.today else '早于批准'}"
        problems.append(Problem(told, "请核对", path="day", place="「销毁日期」", code="day"))
    lines = ctx.work.of_parent(DESTRUCTION_LINE, row["uid"])
    gone, kept = [], 0
    for line in lines:
        document = ctx.work.get(DOCUMENT, line["document"]) or {}
        if document["state"] != "listed":
            told = f"{called(document)} 现在是「{DOCUMENT['state'].kind.show(document['state'])}」，不在这次清册里了"
            problems.append(Problem(told, "作废这张清册，重新鉴定", place="鉴定明细", code="not_listed"))
        elif line["decision"] == "destroy" and (why := hindrance(document)):
            problems.append(
                Problem(
                    f"{called(document)} {why}，不能销毁", "还回或解冻以后再销毁", place="鉴定明细", code="not_free"
                )
            )
    ctx.check(problems)
    for line in lines:
        if line["decision"] == "destroy":
            values: Row = {"state": "destroyed", "destroyed_on": day}
            gone.append(str(line["document"]))
        else:
            values = {"state": "filed", **_longer(ctx, line)}
            kept += 1
        ctx.work.update(DOCUMENT, line["document"], values)
    ctx.work.update(
        DESTRUCTION, row["uid"],
        {"state": "done", "destroyed_on": day, "way": args.get("way") or "碎纸", "witness_one": first, "witness_two": second},
    )  # fmt: skip
    files = erase(ctx, gone, f"销毁清册 {row['number']}")
    _tell_places(ctx, gone)
    ctx.work.title = f"销毁 {row['number']}：{len(gone)} 份" + (f"，留 {kept} 份" if kept else "")
    told = f"已{ctx.work.title}" + (f"；电子文件 {files} 个已删，不能撤销" if files else "")
    return Outcome(row["uid"], told, {"destroyed": len(gone), "kept": kept, "files": files})


def _tell_places(ctx: Context, gone: list[str]) -> None:
    """What lies in folders of other subjects, such as the dossier of an order, is theirs: where it lies is told."""
    for place in ctx.work.column(
        "SELECT DISTINCT place FROM document_file WHERE void = 0 AND place IS NOT NULL"
        " AND document IN (SELECT value FROM json_each(?)) ORDER BY place LIMIT 20",
        (json.dumps(gone),),
    ):
        told = f"订单档案在 {place}，没有动"
        ctx.warnings.append(
            Problem(told, "确实不要了，请连同它的文件夹一起删", code="dossier_left", severity=Severity.WARN)
        )


def _longer(ctx: Context, line: Row) -> Row:
    if line["decision"] == "permanent":
        return {"retention": "permanent", "keep_until": None}
    document = ctx.work.get(DOCUMENT, line["document"]) or {}
    return {"keep_until": keep_longer(str(document["keep_until"]), int(line["years"]))}


def void(ctx: Context, args: Row) -> Outcome:
    """A list that is given up: its documents go back on their shelves."""
    row = _stand(ctx, args, ("draft", "approved"), "作废")
    lines = ctx.work.of_parent(DESTRUCTION_LINE, row["uid"])
    _back_on_the_shelf(ctx, row["uid"], [line["document"] for line in lines])
    return records.void(ctx, DESTRUCTION, row["uid"])


WAY = Choice(options=options("碎纸", "焚烧", "化浆", "送专业公司"))
VERBS = (
    Verb(
        "destruction.propose", "鉴定", propose,
        (Field("until", "到期截至", Day(), note="空着就是今天"), Field("members", "鉴定人", Text(120), note="姓名用顿号隔开")),
        changes=("destruction", "destruction_line", "document"), entity="destruction", icon="search", primary=True,
        note="把保管期满的列成清册；借出的、冻结的不列",
    ),
    Verb(
        "destruction.save", "保存清册", save,
        (UID, records.SEEN, *DESTRUCTION.typed_fields, records.line_params(DESTRUCTION_LINE, "鉴定明细", given=True)),
        changes=("destruction", "destruction_line", "document"), entity="destruction", icon="save",
    ),
    Verb(
        "destruction.approve", "批准销毁", approve, (UID, Field("who", "批准人", Text(40), required=True), FILES),
        role=Role.MANAGER, changes=("destruction", "attachment"), entity="destruction", icon="check", states=("draft",),
    ),
    Verb(
        "destruction.destroy", "登记销毁", destroy,
        (
            UID,
            Field("witness_one", "监销人一", Text(40), required=True),
            Field("witness_two", "监销人二", Text(40), required=True),
            Field("way", "销毁方式", WAY, default="碎纸"),
            Field("day", "销毁日期", Day(), note="空着就是今天"),
        ),
        changes=("destruction", "document", "attachment", "erased_file"), entity="destruction", icon="delete", states=("approved",),
        note="两个监销人到场；登记都留着，电子文件真的删掉，不能撤销",
    ),
    Verb("destruction.void", "作废清册", void, (UID,), changes=("destruction", "destruction_line", "document"), entity="destruction",
         icon="dismiss"),
)  # fmt: skip
