"""Remembers what a customer calls our goods and what his units mean, once somebody has picked it by hand."""

from __future__ import annotations

import json

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Link, Note, Row
from salesdesk.domain.problems import Problem
from salesdesk.modules.orders.matching import key_of
from salesdesk.modules.orders.model import LAYOUT
from salesdesk.modules.orders.word_model import CUSTOMER_WORD
from salesdesk.persistence.reading import Reader
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.records import line_params


def word_key(words: str) -> str:
    """How two ways of writing the same words are compared."""
    return key_of(words)[:200]


def learned(reader: Reader, customer: str) -> dict[str, Row]:
    """The customer's own words: key -> product, unit, unit_qty; of two the one used more, then the later one."""
    if not customer:
        return {}
    return {
        str(row["words"]): row
        for row in reader.rows(
            "SELECT words, product, unit, unit_qty FROM customer_word WHERE customer = ? AND void = 0 ORDER BY times, rowid",
            (customer,),
        )
    }


def learn(ctx: Context, args: Row) -> Outcome:
    """Keep what was picked, and how the customer's table is laid out. The later choice for the same words stands."""
    customer, work = str(args["customer"]), ctx.work
    new = 0
    for line in args.get("lines") or []:
        key = word_key(str(line.get("words") or ""))
        if not key or not line.get("product"):
            continue
        told: Row = {"product": line["product"], "unit": line.get("unit"), "unit_qty": line.get("unit_qty")}
        row = work.row(
            "SELECT * FROM customer_word WHERE customer = ? AND words = ? AND void = 0 ORDER BY times DESC, rowid DESC LIMIT 1",
            (customer, key),
        )
        if row is None:
            work.insert(CUSTOMER_WORD, {"customer": customer, "words": key, **told, "times": 1})
            new += 1
            continue
        if told["unit"] is None:
            told = {"product": told["product"]}
        same = all(row[k] == v for k, v in told.items())
        work.update(CUSTOMER_WORD, row["uid"], {**told, "times": (row["times"] or 0) + 1})
        new += not same
    layout = _layout(str(args.get("layout") or ""))
    if layout is not None:
        signature, text = layout
        row = work.row(
            "SELECT uid, mapping FROM order_layout WHERE customer = ? AND signature = ? AND void = 0",
            (customer, signature),
        )
        if row is None:
            work.insert(LAYOUT, {"customer": customer, "signature": signature, "mapping": text})
        elif row["mapping"] != text:
            work.update(LAYOUT, row["uid"], {"mapping": text})
    work.title = f"记住「{work.named('customer', customer)}」的叫法（{len(args.get('lines') or [])} 个）"
    return Outcome("", f"记住了 {new} 个叫法" if new else "都记着了", {"new": new})


def _layout(text: str) -> tuple[str, str] | None:
    """(signature, mapping as JSON) of a remembered table; Refused when it is not what `order.read_text` told."""
    if not text:
        return None
    try:
        told = json.loads(text)
        signature, columns = str(told["signature"]), dict(told["columns"])
    except (ValueError, KeyError, TypeError):
        raise Refused(
            Problem("表格格式写得不对", "请照 order.read_text 给出的 layout 原样传", path="layout", code="bad_value")
        ) from None
    return signature, json.dumps({"columns": columns, "signature": signature}, ensure_ascii=False, sort_keys=True)


VERBS = (
    Verb(
        "order.learn",
        "记住客户叫法",
        learn,
        (
            Field("customer", "客户", Link(entity="customer"), required=True),
            line_params(CUSTOMER_WORD, "叫法"),
            Field("layout", "表格格式", Note(20_000), note="order.read_text 给出的 layout"),
        ),
        changes=("customer_word", "order_layout"),
        entity="customer",
        icon="tag",
        palette=False,
        note="智能粘贴里选过一次，下回自动认",
    ),
)
