"""Gives 类型〔年〕n号 without gaps, on a PC that may be alone for days, and keeps every number that went out of use.

Two PCs that are not in touch must not give the same number. Reserving blocks of numbers would leave gaps when a block is not used
up, and asking the others needs the network; so each PC counts for itself and its letter, which no other PC of the workspace has,
stands in the number: 通知〔2026〕B3号. The first PC (letter A), which gives nearly all numbers, leaves its letter out: 通知〔2026〕3号.
The next number is one more than the highest in the book, where voided and undone numbers stay: a series cannot show a gap.
"""

from __future__ import annotations

from salesdesk.domain.errors import Refused
from salesdesk.domain.kinds import Row
from salesdesk.domain.patterns import late
from salesdesk.domain.problems import Problem
from salesdesk.modules.documents.model import DOCUMENT, NUMBER
from salesdesk.modules.documents.rules import USUAL_TYPE, Numbered, number_key, number_text, numbered
from salesdesk.services.module import Context

_TYPE = late(r"[〔〕\[\]（）()\d|]")


def give_number(ctx: Context, document: Row) -> str:
    """Number a document that has none, and write the number into the book. Raises Refused for a type that would confuse it."""
    type_ = str(document["type"] or USUAL_TYPE[str(document["kind"])])
    if _TYPE.search(type_):
        told = f"类型「{type_}」里有括号或数字，编出来的号会看错"
        raise Refused(Problem(told, "类型写成 通知、制度 这样的词", path="type", place="「类型」", code="number.type"))
    year = int(ctx.today[:4])
    letter = str(ctx.work.value("SELECT letter FROM now"))
    serial = 1 + int(
        ctx.work.value(  # voided rows count: a number is given once
            "SELECT coalesce(max(serial), 0) FROM document_number WHERE type = ? AND year = ? AND letter = ?",
            (type_, year, letter),
        )
    )
    return _write(ctx, document, Numbered(type_, year, letter, serial), number_text(type_, year, letter, serial))


def take_number(ctx: Context, document: Row, number: str) -> None:
    """Write a number that a document brought along from an older register into the book; its series goes on behind it."""
    usual = str(document["type"] or USUAL_TYPE[str(document["kind"])])
    _write(ctx, document, numbered(number) or Numbered(usual, None, None, None), number)


def _write(ctx: Context, document: Row, parts: Numbered, number: str) -> str:
    key = number_key(number, parts)
    ctx.work.insert(
        NUMBER,
        {
            **parts._asdict(),
            "number": number,
            "document": document["uid"],
            "title": document["title"],
            "given_at": ctx.now,
            "given_by": ctx.operator or None,
            "sort_key": key,
        },
    )
    ctx.work.update(DOCUMENT, document["uid"], {"number": number, "type": parts.type, "number_key": key})
    return number


def why_void(ctx: Context, document: Row, why: str | None) -> None:
    """Say in the book why the number of a document is out of use, or with None that it is in use again."""
    for uid in ctx.work.column(
        "SELECT uid FROM document_number WHERE document = ? AND number = ? AND void = 0",
        (document["uid"], document["number"]),
    ):
        ctx.work.update(NUMBER, uid, {"why": why or None})
