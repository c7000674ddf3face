"""智能粘贴 as a verb: reads whatever a customer wrote as order lines, without writing anything."""

from __future__ import annotations

from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Link, Note, Row
from salesdesk.services.module import Context, Outcome, Verb


def read_text(ctx: Context, args: Row) -> Outcome:
    """Read a pasted text; nothing is written. The reader's many patterns are loaded at first use."""
    from salesdesk.modules.orders import pasting

    found = pasting.read(ctx.work, str(args["text"]), str(args.get("customer") or ""), ctx.today, str(ctx.folder))
    return Outcome("", found.summary, pasting.told(found))


VERBS = (
    Verb(
        "order.read_text",
        "智能粘贴",
        read_text,
        (
            Field("customer", "客户", Link(entity="customer"), note="给了才认得客户的叫法和地址"),
            Field("text", "文字", Note(200_000), required=True, note="微信、短信、邮件里的话，或从表格里复制的一块"),
        ),
        entity="sales_order",
        icon="paste",
        palette=False,
        note="只读，不写入；没把握的会标出来",
    ),
)
