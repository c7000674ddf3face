"""批准申请: what whoever sits here may not do alone is asked of somebody who may, on this PC or another (SYS-4).

A request is a record and travels like any other. Who allows it does the thing itself, at his PC, by his rights and with all
checks as the data stands there; the request and what it led to are one operation, which undo takes back together.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Choice, Link, Note, Option, Password, Stamp, Text
from salesdesk.persistence.reading import Reader
from salesdesk.services.module import Module, ToDo, Verb
from salesdesk.services.roles import Role

STATE = Choice(
    options=(
        Option("asked", "等批准", "warn", "shield"),
        Option("allowed", "已批准", "ok", "checkmark_circle"),
        Option("refused", "没批准", "err", "dismiss"),
        Option("dropped", "不用了", "neutral", "dismiss"),
    )
)
NEEDS = Choice(
    options=(Option("right", "没有这个权利", "warn", "lock"), Option("manager", "要主管放行", "warn", "shield"))
)

REQUEST = Entity(
    "approval_request",
    "批准申请",
    (
        Field("title", "要做什么", Text(200), required=True, listed=True, fixed=True),
        Field("about", "内容", Note(4000), listed=True, fixed=True),
        Field("words", "为什么", Text(200), required=True, listed=True),
        Field("state", "状态", STATE, listed=True, fixed=True, important=True),
        Field("asked_by", "谁申请", Text(40), listed=True, fixed=True),
        Field("asked_at", "什么时候", Stamp(), listed=True, fixed=True),
        Field("decided_by", "谁定的", Text(40), listed=True, fixed=True, important=True),
        Field("decided_at", "定的时间", Stamp(), fixed=True),
        Field("answer", "答复", Text(200), listed=True, fixed=True),
        Field("verb", "动作", Text(80), fixed=True),
        Field("needs", "为什么要批", NEEDS, fixed=True),
        Field("args", "参数", Note(200_000), fixed=True),
        Field("record", "哪一条", Link(), fixed=True),
        Field("basis", "申请时的样子", Text(80), fixed=True),
    ),
    naming="title",
    indexes=(("state",),),
    icon="shield",
)  # fmt: skip


HERE_ONLY = ("system.", "approval.", "operator.", "device.", "backup.", "sync.", "setting.")
"""Families of verbs that are about this PC or about rights themselves."""
FILES = ("file", "files", "folder", "out")
"""Arguments that name files of this PC."""


def here_only(verb: Verb, given: Mapping[str, Any]) -> bool:
    """Whether a verb with these arguments can be done at this PC only, so that nobody elsewhere can allow it."""
    secret = any(isinstance(p.kind, Password) and given.get(p.key) for p in verb.params)
    return secret or not verb.changes or verb.name.startswith(HERE_ONLY) or any(given.get(key) for key in FILES)


def todos(reader: Reader, today: str) -> list[ToDo]:
    """What waits for somebody who may, and for who asked what was refused or allowed; at most 60 of each."""
    found = []
    for row in reader.rows(
        f"SELECT * FROM {REQUEST.key} WHERE state IN ('asked', 'refused') AND void = 0 ORDER BY asked_at, rowid LIMIT 120"
    ):
        day = str(row["asked_at"] or today)[:10]
        if row["state"] == "asked":
            detail = f"{row['asked_by']}：{row['words']} · {row['about'] or ''}"
            least = Role.MANAGER if row["needs"] == "manager" else Role.VIEWER
            waiting = ToDo(
                f"{row['asked_by']} 申请：{row['title']}", detail, day, "shield", "warn", REQUEST.key, row["uid"],
                "approval.decide", "批准…", "批准",
            )  # fmt: skip
            found.append(waiting._replace(whose=str(row["verb"]), least=least))
        else:
            told = f"{row['decided_by']}：{row['answer'] or ''}"
            refused = ToDo(
                f"没批准：{row['title']}", told, day, "shield", "err", REQUEST.key, row["uid"],
                "approval.drop", "知道了", "批准",
            )  # fmt: skip
            found.append(refused._replace(operator=str(row["asked_by"] or "")))
    return found


MODULE = Module(
    "approvals",
    "批准",
    "shield",
    993,
    entities=(REQUEST,),
    actions="salesdesk.services.approval_verbs",
    todos=todos,
    page=False,
    main=REQUEST.key,
)
