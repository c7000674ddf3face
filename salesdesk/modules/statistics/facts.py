"""The rows that sales figures are added up from, one SELECT for each date sales may count by.

Every SELECT gives the same columns: doc (the paper's uid), day, customer, product, salesperson, channel, and the whole and
what came back of qty (1/1000), amount (分 with tax), net (分 without tax) and cost (分). All of it is rounded line by line,
half up, so that any grouping adds up to the same cent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from salesdesk.modules.statistics.measures import Measure

FIGURES = ("qty", "amount", "net", "cost")
SUMS = (*FIGURES, *(f"back_{key}" for key in FIGURES))
"""The eight numbers of a fact; a measure decides whether the second four come off."""
PAPER = {"order": "sales_order", "delivery": "delivery", "invoice": "sales_invoice", "payment": "receipt"}
"""By which date -> the record type whose papers count."""
DEFAULT_RATE = 1300
"""增值税率 of a product that names none: 13 %, as the product form proposes."""


def _half_up(value: str, scale: str) -> str:
    """SQL: value / scale, rounded half away from zero; scale positive."""
    twice, both = f"2 * ({value})", f"(2 * {scale})"
    return f"(CASE WHEN ({value}) < 0 THEN -(({scale} - {twice}) / {both}) ELSE ({twice} + {scale}) / {both} END)"


def _net(amount: str, rate: str) -> str:
    return _half_up(f"({amount}) * 10000", f"(10000 + {rate})")


def _goods(qty: str, amount: str, back_qty: str, back_amount: str) -> str:
    """The eight sums of a goods line; p is its product."""
    rate = f"coalesce(p.tax_rate, {DEFAULT_RATE})"
    cost = "coalesce(p.cost, 0)"
    return (
        f"{qty} AS qty, {amount} AS amount, {_net(amount, rate)} AS net, {_half_up(f'({qty}) * {cost}', '100000')} AS cost,"
        f" {back_qty} AS back_qty, {back_amount} AS back_amount, {_net(back_amount, rate)} AS back_net,"
        f" {_half_up(f'({back_qty}) * {cost}', '100000')} AS back_cost"
    )


_CLOSED = "min(coalesce(l.closed, 0), l.qty)"
_CLOSED_AMOUNT = f"CASE WHEN {_CLOSED} >= l.qty THEN coalesce(l.amount, 0) ELSE ({_CLOSED} * coalesce(l.price, 0) + 50000) / 100000 END"
_REJECTED = "coalesce(d.rejected, 0)"
_REJECTED_AMOUNT = f"(({_REJECTED} * coalesce(d.price, 0) + 50000) / 100000)"
_NO_GOODS = "NULL AS product"

_FACTS = {
    "order": (
        "SELECT o.uid AS doc, o.order_date AS day, o.customer, l.product, o.salesperson, o.channel, "
        + _goods("coalesce(l.qty, 0)", "coalesce(l.amount, 0)", _CLOSED, f"({_CLOSED_AMOUNT})")
        + ' FROM sales_order o CROSS JOIN order_line l ON l."order" = o.uid AND l.void = 0'
        " LEFT JOIN product p ON p.uid = l.product"
        " WHERE o.void = 0 AND o.state = 'confirmed' AND o.order_date BETWEEN :first AND :last"
    ),
    "delivery": (
        "SELECT v.uid AS doc, v.day AS day, v.customer, d.product, o.salesperson, o.channel, "
        + _goods(
            f"(coalesce(d.qty, 0) + {_REJECTED})", f"(coalesce(d.amount, 0) + {_REJECTED_AMOUNT})",
            _REJECTED, _REJECTED_AMOUNT,
        )
        + " FROM delivery v CROSS JOIN delivery_line d ON d.delivery = v.uid AND d.void = 0"
        " LEFT JOIN order_line l ON l.uid = d.order_line"
        ' LEFT JOIN sales_order o ON o.uid = l."order" LEFT JOIN product p ON p.uid = d.product'
        " WHERE v.void = 0 AND v.day BETWEEN :first AND :last"
    ),
    "invoice": (
        "SELECT i.uid AS doc, i.day AS day, i.customer, "
        + _NO_GOODS
        + ", coalesce(o.salesperson, c.salesperson) AS salesperson, o.channel, 0 AS qty,"
        " max(l.amount, 0) AS amount, " + _net("max(l.amount, 0)", f"coalesce(i.tax_rate, {DEFAULT_RATE})") + " AS net,"
        " 0 AS cost, 0 AS back_qty, max(-l.amount, 0) AS back_amount, "
        + _net("max(-l.amount, 0)", f"coalesce(i.tax_rate, {DEFAULT_RATE})")
        + " AS back_net, 0 AS back_cost"
        " FROM sales_invoice i CROSS JOIN sales_invoice_line l ON l.invoice = i.uid AND l.void = 0"
        " LEFT JOIN delivery v ON v.uid = l.delivery"
        ' LEFT JOIN sales_order o ON o.uid = coalesce(l."order", v."order") LEFT JOIN customer c ON c.uid = i.customer'
        " WHERE i.void = 0 AND i.day BETWEEN :first AND :last"
    ),
    "payment": (
        "SELECT r.uid AS doc, r.day AS day, r.customer, "
        + _NO_GOODS
        + ", c.salesperson, NULL AS channel, 0 AS qty, max(r.amount, 0) AS amount, max(r.amount, 0) AS net, 0 AS cost,"
        " 0 AS back_qty, max(-r.amount, 0) AS back_amount, max(-r.amount, 0) AS back_net, 0 AS back_cost"
        " FROM receipt r LEFT JOIN customer c ON c.uid = r.customer"
        " WHERE r.void = 0 AND r.day BETWEEN :first AND :last"
    ),
}  # fmt: skip
"""Money received has no tax in it or out of it: amount and net are the same."""


def facts(by: str) -> str:
    """SELECT of the facts by one date, with :first and :last."""
    return _FACTS[by]


class Dimension(NamedTuple):
    """A side from which sales are looked at. key: SQL over a fact `f`; join: what it needs besides; entity: whose uid it is."""

    name: str
    title: str
    key: str
    join: str = ""
    entity: str = ""
    kept: str = ""
    """The dimension whose kept sums serve this one."""


DIMENSIONS = {
    one.name: one
    for one in (
        Dimension("customer", "客户", "f.customer", "", "customer", "customer"),
        Dimension("product", "产品", "f.product", "", "product", "product"),
        Dimension(
            "category", "类别", "p.category", " LEFT JOIN product p ON p.uid = f.product", "product_category", "product"
        ),
        Dimension("salesperson", "业务员", "f.salesperson", "", "", "salesperson"),
        Dimension(
            "region", "区域", "c.region", " LEFT JOIN customer c ON c.uid = f.customer", "", "customer"
        ),
        Dimension("channel", "来单方式", "f.channel", "", "", "channel"),
    )
}  # fmt: skip
KEPT = ("customer", "product", "salesperson", "channel")
"""Dimensions whose sums are kept; category and region follow from products and customers as they are filed now."""
GOODS = ("product", "category")
"""Dimensions that only figures by goods know."""


def figure_sql(measure: Measure, what: str, of: str = "f.") -> str:
    """SQL of one figure as a measure counts it: qty, amount (with or without tax), net or cost."""
    column = "net" if what == "amount" and measure.tax == "out" else what
    return f"({of}{column} - {of}back_{column})" if measure.back == "less" else f"{of}{column}"


def narrowed(where: Mapping[str, str | None]) -> tuple[str, str, dict[str, Any]]:
    """(joins, conditions, parameters) that narrow facts to given keys of dimensions; None: those without one."""
    joins = "".join(dict.fromkeys(DIMENSIONS[name].join for name in where))
    words = "".join(f" AND {DIMENSIONS[name].key} IS :w_{name}" for name in where)
    return joins, words, {f"w_{name}": value for name, value in where.items()}


def sums(columns: Sequence[str] = SUMS, of: str = "") -> str:
    """SQL list of the sums of some columns under their own names."""
    return ", ".join(f"sum({of}{key}) AS {key}" for key in columns)
