"""What of the documents belongs on 今日: overdue handling, receipts, approvals, returns, contracts that run out, yearly 鉴定."""

from __future__ import annotations

from salesdesk.domain import dates
from salesdesk.domain.kinds import Row
from salesdesk.persistence.reading import Reader
from salesdesk.services.module import LISTED, ToDo
from salesdesk.services.todos import listed

AHEAD = 2
"""Days before a limit at which it is told."""
PATIENCE = 3
"""Days after which somebody without a limit is told to have not answered yet."""
UNANSWERED = "r.void = 0 AND (r.answer = 'sent' OR (r.part = 'act' AND r.answer = 'read'))"
REST = ToDo("还有更多文件要办", "太多了，到文件里一起办", "", "document", "warn", "document", "", "filter", "看全部")
NEXT = {
    "received": ("document.register", "登记"),
    "numbered": ("document.register", "登记"),
    "registered": ("document.distribute", "分发"),
    "circulating": ("document.settle", "办结"),
    "review": ("document.review", "审核"),
    "approval": ("document.approve", "批准"),
    "approved": ("document.give_number", "编号"),
}
"""State -> the step that leads on."""
WAITING = {
    "received": "等着登记",
    "registered": "等着分发",
    "review": "等着审核",
    "approval": "等着批准",
    "approved": "等着编号",
    "numbered": "等着登记",
}


def setting(reader: Reader, key: str, default: int) -> int:
    """A number of the settings, as a plain reader sees it."""
    found = reader.value("SELECT value FROM setting WHERE key = ?", (key,))
    return default if found is None else int(float(found))


def todos(reader: Reader, today: str) -> list[ToDo]:
    """Everything with a limit that is near or past, and every paper that waits for somebody's word."""
    return [
        *_handling(reader, today),
        *_receipts(reader, today),
        *_loans(reader, today),
        *_contracts(reader, today),
        *_seals(reader, today),
        *_appraisal(reader, today),
    ]


def _tone(due: str, today: str) -> str:
    return "err" if due < today else "warn"


def _when(due: str, today: str) -> str:
    days = dates.days_between(due, today)
    return f"过期 {days} 天" if days > 0 else ("今天到期" if not days else f"{-days} 天后到期")


def _handling(reader: Reader, today: str) -> list[ToDo]:
    """Documents whose limit is near or past, or that wait for the next step."""
    waiting = tuple(WAITING)
    unanswered = f"EXISTS (SELECT 1 FROM document_receipt r WHERE r.document = d.uid AND {UNANSWERED})"
    where = (
        f"d.void = 0 AND (d.state IN ({', '.join('?' * len(waiting))})"
        f" OR (d.state = 'circulating' AND (d.due <= ? OR NOT {unanswered})))"
    )
    params = (*waiting, dates.add_days(today, AHEAD))
    rows = reader.rows(
        f"SELECT d.*, {unanswered} AS waits FROM document d WHERE {where} ORDER BY coalesce(d.due, '9999'), d.rowid"
        f" LIMIT {LISTED + 1}",
        params,
    )

    def told(row: Row) -> ToDo:
        verb, title = NEXT[str(row["state"])]
        what = WAITING.get(str(row["state"]), "还没办结" if row["waits"] else "都回执了，可以办结")
        near = bool(row["due"]) and str(row["due"]) <= dates.add_days(today, AHEAD)
        due = str(row["due"] or "")
        head = f"{row['number'] or ''}《{row['title']}》{what}"
        detail = " · ".join(filter(None, (row["sender"], _when(due, today) if near else "")))
        return ToDo(
            head,
            detail,
            due if near else "",
            "document",
            _tone(due, today) if near else "info",
            "document",
            row["uid"],
            verb,
            title,
            "文件",
        )

    found = listed(rows, lambda: reader.value(f"SELECT count(*) FROM document d WHERE {where}", params), told, REST)
    settled = reader.value("SELECT count(*) FROM document WHERE void = 0 AND state = 'settled'")
    if settled:
        shelf = ToDo(f"{settled} 份文件办结了，等着归档", "写上保管期限和柜、盒", "", "archive", "info", "document", "", "filter", "看一看",
                     "文件", {"status": "settled"})  # fmt: skip
        found.append(shelf)
    return found


def _receipts(reader: Reader, today: str) -> list[ToDo]:
    """Per document one line for those who have not answered in time; without a limit a few days are time enough."""
    due = f"coalesce(r.due, date(r.sent_at, '+{PATIENCE} days'))"
    rows = reader.rows(
        f"SELECT d.uid, d.number, d.title, min({due}) AS due, group_concat(r.person, '、') AS people, count(*) AS n"
        " FROM document_receipt r JOIN document d ON d.uid = r.document AND d.void = 0 AND d.state = 'circulating'"
        f" WHERE {due} <= ? AND {UNANSWERED} GROUP BY d.uid ORDER BY 4 LIMIT {LISTED}",
        (today,),
    )
    return [
        ToDo(
            f"{row['number'] or ''}《{row['title']}》还有 {row['n']} 人没回执", f"{row['people'][:60]} · {_when(row['due'], today)}",
            row["due"], "people", _tone(row["due"], today), "document", row["uid"], "", "查看", "文件",
        )
        for row in rows
    ]  # fmt: skip


def _loans(reader: Reader, today: str) -> list[ToDo]:
    """Applications that wait, and papers to come back."""
    rows = reader.rows(
        "SELECT l.*, d.number AS dn, d.title AS dt FROM document_loan l JOIN document d ON d.uid = l.document WHERE l.void = 0"
        f" AND (l.state IN ('asked', 'approved') OR (l.state = 'lent' AND l.due <= ?)) ORDER BY l.due, l.rowid LIMIT {LISTED}",
        (dates.add_days(today, AHEAD),),
    )
    found = []
    for row in rows:
        paper = f"{row['dn'] or ''}《{row['dt']}》"
        if row["state"] == "lent":
            due = str(row["due"])
            title = f"{row['borrower']} 借的{paper}该还了"
            detail = _when(due, today) + (f" · 催过 {row['reminded']} 次" if row["reminded"] else "")
            found.append(
                ToDo(
                    title,
                    detail,
                    due,
                    "bookmark",
                    _tone(due, today),
                    "document_loan",
                    row["uid"],
                    "document_loan.remind",
                    "催还",
                    "借阅",
                )
            )
        else:
            verb, title = (
                ("document_loan.approve", "批准") if row["state"] == "asked" else ("document_loan.lend", "借出")
            )
            what = "等着批准" if row["state"] == "asked" else "批了，等着借出"
            found.append(
                ToDo(
                    f"{row['borrower']} 借{paper}{what}",
                    str(row["purpose"]),
                    "",
                    "bookmark",
                    "info",
                    "document_loan",
                    row["uid"],
                    verb,
                    title,
                    "借阅",
                )
            )
    return found  # fmt: skip


def _contracts(reader: Reader, today: str) -> list[ToDo]:
    """Contracts that run out, that wait for a review, whose breach is open."""
    days = setting(reader, "contract.remind_days", 30)
    rows = reader.rows(
        "SELECT * FROM contract WHERE void = 0 AND ((state = 'running' AND (expires <= ? OR breaches > 0))"
        f" OR state IN ('legal', 'manager', 'passed')) ORDER BY coalesce(expires, '9999'), rowid LIMIT {LISTED}",
        (dates.add_days(today, days),),
    )
    steps = {
        "legal": ("contract.legal", "法务通过", "等着法务审"),
        "manager": ("contract.manager", "主管通过", "等着主管审"),
        "passed": ("contract.sign", "签订", "审过了，等着签"),
    }
    found = []
    for row in rows:
        name = f"合同《{row['title']}》"
        if row["state"] in steps:
            verb, title, what = steps[row["state"]]
            found.append(
                ToDo(
                    f"{name}{what}",
                    str(row["party"]),
                    "",
                    "shield",
                    "info",
                    "contract",
                    row["uid"],
                    verb,
                    title,
                    "合同",
                )
            )
        elif row["breaches"]:
            found.append(
                ToDo(
                    f"{name}有 {row['breaches']} 条违约没了结",
                    str(row["party"]),
                    today,
                    "warning",
                    "err",
                    "contract",
                    row["uid"],
                    "",
                    "查看",
                    "合同",
                )
            )
        else:
            due = str(row["expires"])
            tone = _tone(due, today)
            found.append(
                ToDo(
                    f"{name}{_when(due, today)}",
                    f"{row['party']} · 续签还是结束",
                    due,
                    "shield",
                    tone,
                    "contract",
                    row["uid"],
                    "contract.fulfil",
                    "履行完",
                    "合同",
                )
            )
    return found  # fmt: skip


def _seals(reader: Reader, today: str) -> list[ToDo]:
    """Seals out of the house beyond their day."""
    return [
        ToDo(f"{row['applicant']} 带出的{row['seal']}该还了", _when(row["due"], today), row["due"], "ribbon", _tone(row["due"], today),
             "seal_use", row["uid"], "seal_use.returned", "印章归还", "用印")
        for row in reader.rows(
            "SELECT * FROM seal_use WHERE void = 0 AND taken_out = 1 AND returned_at IS NULL AND due <= ?"
            f" ORDER BY due LIMIT {LISTED}",
            (today,),
        )
    ]  # fmt: skip


def _appraisal(reader: Reader, today: str) -> list[ToDo]:
    """Once a year: what has been kept long enough by the end of last year is looked through; and lists that wait for the next step."""
    found = []
    ended = f"{int(today[:4]) - 1}-12-31"
    count = reader.value(
        "SELECT count(*) FROM document WHERE state = 'filed' AND void = 0 AND keep_until <= ?", (ended,)
    )
    if count:
        found.append(
            ToDo(
                f"{count} 份文件到去年底保管期满",
                "列成清册，逐份鉴定",
                "",
                "archive",
                "info",
                "destruction",
                "",
                "destruction.propose",
                "鉴定",
                "鉴定",
            )
        )
    for row in reader.rows("SELECT * FROM destruction WHERE void = 0 AND state != 'done' ORDER BY rowid LIMIT 5"):
        verb, title, what = (
            ("destruction.approve", "批准销毁", "等着批准")
            if row["state"] == "draft"
            else ("destruction.destroy", "登记销毁", "批了，等着销毁")
        )
        found.append(
            ToDo(
                f"销毁清册 {row['number']} {what}",
                "",
                "",
                "delete",
                "info",
                "destruction",
                row["uid"],
                verb,
                title,
                "鉴定",
            )
        )
    return found  # fmt: skip
