"""The record of every paper that was printed."""

from __future__ import annotations

from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Int, Link, Note, Stamp, Text
from salesdesk.services.module import Module

PRINT_LOG = Entity(
    "print_log",
    "打印记录",
    (
        Field("owner", "所属记录", Link(), required=True),
        Field("paper", "单据", Text(40), listed=True),
        Field("number", "单号", Text(40), listed=True),
        Field("nth", "第几次", Int(), listed=True),
        Field("printed_at", "时间", Stamp(), listed=True),
        Field("pages", "页数", Int(), listed=True),
        Field("size", "纸张", Text(40), listed=True),
        Field("printer", "打印机", Text(120), listed=True),
        Field("printed_by", "打印人", Text(40), listed=True),
        Field("sha256", "原样指纹", Text(64)),
        Field("sheet", "原样内容", Note(200_000), masked="address"),
    ),
    naming="number",
    ledger=True,
    lasting=True,
    indexes=(("owner",),),
    order="t.printed_at DESC, t.rowid DESC",
    icon="print",
)

MODULE = Module(
    "prints",
    "打印记录",
    "print",
    997,
    actions="salesdesk.services.print_verbs",
    entities=(PRINT_LOG,),
    page=False,
)
