"""What others may know of customers: how they pay and how much they count."""

from __future__ import annotations

from salesdesk.domain.kinds import Choice, Option, options

SETTLE = Choice(options=options("款到发货", "货到付款", "月结 30 天", "月结 60 天", "月结 90 天", "其他"))
"""How a customer pays; orders take it over from the customer."""
GRADE = Choice(
    options=(
        Option("A", "A 级", "ok", "star"),
        Option("B", "B 级", "info"),
        Option("C", "C 级"),
        Option("D", "D 级", "warn"),
    )
)
"""How much a customer counts; price lists and promotions may hold for one grade only."""
