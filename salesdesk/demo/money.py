"""What happens about money in the demo company: finance's figures, invoices, receipts, statements, calls."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from salesdesk.demo.company import DemoCustomer
from salesdesk.domain import dates

Story = Any
"""`salesdesk.demo.story.Story`, which plays these scenes; naming it here would go round in a circle."""

LARGE = 40
"""Finance tells what so many customers owe; the smaller ones pay at once."""
KEPT = 12
"""So many get invoices and statements from the desk."""


def _largest(story: Story, count: int) -> list[DemoCustomer]:
    found: list[DemoCustomer] = sorted(story.customers, key=lambda c: -c.weight)[:count]
    return found


def _day(story: Story, ago: int = 0) -> str:
    return str(story.clock.moment.date() - timedelta(days=ago))


def note_receivables(story: Story) -> None:
    """Finance hands over what the larger customers owed the evening before."""
    for one in _largest(story, LARGE):
        story.do(
            "customer.save",
            {"uid": one.uid, "receivable": story.rng.randrange(800, 90000, 50), "receivable_day": _day(story, 1)},
        )


def bill(story: Story) -> None:
    """At the end of the month the large customers get an invoice for everything delivered."""
    for one in _largest(story, KEPT):
        if not (story.desk.row("customer", one.uid) or {}).get("unbilled"):
            continue
        number = f"2632200000{story.rng.randint(10**9, 10**10 - 1)}"
        story.do(
            "sales_invoice.save",
            {"number": number, "customer": one.uid, "kind": story.rng.choice(("专票", "专票", "普票"))},
        )


def receive(story: Story) -> None:
    """Money comes in: most pay a good part of what they owe, one pays a deposit on an order."""
    for i, one in enumerate(_largest(story, LARGE)):
        row = story.desk.row("customer", one.uid) or {}
        owed = int(row["owed"] or 0)
        if owed < 1000 or story.rng.random() < 0.2:  # less than 10 元 is not worth a transfer
            continue
        share = story.rng.choice((1.0, 0.8, 0.5))
        args = {
            "customer": one.uid,
            "amount": f"{round(owed * share / 100)}",
            "auto": True,
            "method": story.rng.choice(("银行转账", "银行转账", "承兑汇票", "微信")),
            "account": "工商银行 0231",
        }
        if i == 3:
            orders = [
                r for r in story.desk.rows("sales_order") if r["customer"] == one.uid and r["stage"] == "confirmed"
            ]
            if orders:
                part = f"{orders[-1]['amount'] * 3 // 1000}"
                args |= {
                    "amount": part,
                    "auto": False,
                    "lines": [{"order": orders[-1]["uid"], "amount": part}],
                    "note": "三成订金",
                }
        story.do("receipt.save", args)


def tell(story: Story) -> None:
    """Statements of last month go out; most come back signed, one is disputed; who is late gets a call."""
    month = dates.add_months(_day(story)[:8] + "01", -1)[:7]
    names = [one.uid for one in _largest(story, KEPT) if (story.desk.row("customer", one.uid) or {}).get("owed")]
    if not names:
        return
    made = story.do("statement.batch", {"month": month, "form": "none", "customers": "\n".join(names)})
    if made is None:
        return
    for i, row in enumerate(r for r in story.desk.rows("statement") if r["month"] == month):
        if i % 6 == 5:
            continue
        uid = {"uid": row["uid"]}
        story.do("statement.send", {**uid, "sent_how": story.rng.choice(("微信", "邮件")), "sent_to": "财务"})
        if i % 6 == 3:
            story.do("statement.dispute", {**uid, "dispute": "有一张送货单对方说没收到，要看签收联"})
        elif i % 6 < 3:
            story.do("statement.sign", {**uid, "signed_by": story.words.person()})
    for one in names[:3]:
        story.do(
            "customer.chase",
            {"uid": one, "who": story.words.person(), "said": "在走付款流程，下周安排", "next_day": "+7"},
        )
