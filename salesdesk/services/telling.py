"""Who was told of something, how and when, and who has taken note: the part that change notices and invitations share."""

from __future__ import annotations

from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Choice, Flag, Row, Stamp, Text, options
from salesdesk.domain.problems import Problem
from salesdesk.services.module import Context

HOW = Choice(options=options("微信", "电话", "纸质", "邮件", "当面"))


def told_fields(taken: str) -> tuple[Field, ...]:
    """Fields of a row that stands for one party to be told; `taken` is what taking note is called there (接收, 知晓)."""
    return (
        Field("needed", "要告知", Flag(), fixed=True),
        Field("told_how", "告知方式", HOW, listed=True, fixed=True),
        Field("told_at", "告知时间", Stamp(), listed=True, fixed=True),
        Field("told_by", "告知人", Text(40), fixed=True),
        Field("ack_by", f"{taken}人", Text(40), listed=True, fixed=True),
        Field("ack_at", f"{taken}时间", Stamp(), listed=True, fixed=True),
    )


def told(ctx: Context, how: object, at: object = None, ack_by: object = None) -> Row:
    """Values of a row whose party was told; one who is told in person may take note at once."""
    moment = at or ctx.now
    values: Row = {"told_how": how, "told_at": moment, "told_by": ctx.operator, "needed": 1}
    return values | ({"ack_by": ack_by, "ack_at": moment} if ack_by else {})


def acknowledged(ctx: Context, row: Row, by: object, at: object = None, how: object = None) -> Row:
    """Values of a row whose party has taken note; who was never told was told by that."""
    moment = at or ctx.now
    values: Row = {"ack_by": by, "ack_at": moment, "needed": 1}
    return values if row["told_at"] else {**told(ctx, how or "当面", moment), **values}


def not_earlier(than: str, of: str, moment: str, key: str, title: str) -> list[Problem]:
    """A moment before what it tells of; `of` names that in words (变更时间)."""
    if moment >= than:
        return []
    told_than = than[:16].replace("T", " ")
    return [Problem(f"早于{of} {told_than}", "请核对时间", path=key, place=f"「{title}」", code="too_early")]


def not_ahead(ctx: Context, moment: str, key: str, title: str) -> list[Problem]:
    """A moment that has not come yet cannot be noted as one at which something was done."""
    if moment <= ctx.now:
        return []
    told = moment[:16].replace("T", " ")
    return [Problem(f"{title} {told} 还没到", "请核对时间", path=key, place=f"「{title}」", code="future")]
