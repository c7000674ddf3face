"""What a save asks of the file must not grow with the company: no statement walks all orders, invoices, receipts or customers."""

from __future__ import annotations

import re
from pathlib import Path

from salesdesk.modules.orders.queries import promised
from tests.desks import order_args, small_desk

MONEY = "sales_invoice|sales_invoice_line|receipt|receipt_line"
GROWING = f"customer|product|sales_order|order_line|delivery|delivery_line|{MONEY}|change|operation"
WALKS = re.compile(rf"SCAN ({GROWING})\b|\((void=\?|void=\? AND [a-z_]+[<>]\?)\)$")


def test_no_statement_of_a_save_or_of_money_walks_all_records(tmp_path: Path) -> None:
    """The planner knows nothing of how many records are in use (most are), so an index on `void` alone helps nobody."""
    desk = small_desk(tmp_path)
    told: list[str] = []
    with desk.database.local() as work:
        work.connection.set_trace_callback(told.append)
    saved = desk.do("order.save", order_args(("P10012", "12", "48.60"), ("P10013", "5", "90.00")))
    desk.do("order.confirm", {"uid": saved.uid})
    desk.do("order.deliver", {"uid": saved.uid})
    desk.do("receipt.save", {"customer": "C00042", "amount": "300", "day": "2026-06-10", "auto": "是"})
    with desk.database.local() as work:
        work.connection.set_trace_callback(None)
    asked = dict.fromkeys(one for one in told if one.startswith(("SELECT", "UPDATE", "WITH")))
    walking: dict[str, list[str]] = {}
    with desk.read() as reader:
        for sql in asked:
            steps = [str(row[3]) for row in reader.tuples(f"EXPLAIN QUERY PLAN {sql}")]
            if found := [step for step in steps if WALKS.search(step.replace(" AS ", " "))]:
                walking[sql] = found
    desk.close()
    assert len(asked) > 60, "the statements were not seen"
    assert walking == {}


def test_a_code_is_found_by_the_index_of_codes(tmp_path: Path) -> None:
    """Also where another index begins with `void`, as that of customers and orders does."""
    desk = small_desk(tmp_path)
    told: list[str] = []
    with desk.read() as reader:
        reader.connection.set_trace_callback(told.append)
        for entity, typed in (("customer", "C00042"), ("sales_order", "XS2606A-0001"), ("product", "P10012")):
            reader.find(desk.entity(entity), typed)
        reader.connection.set_trace_callback(None)
        plans = [str(row[3]) for sql in told for row in reader.tuples(f"EXPLAIN QUERY PLAN {sql}")]
    desk.close()
    assert plans and all(plan.endswith(("(code=?)", "(number=?)", "(name=?)")) for plan in plans)


def test_what_is_promised_comes_from_the_index_of_open_lines(tmp_path: Path) -> None:
    """And from nothing else: neither a line nor its order is read."""
    desk = small_desk(tmp_path)
    told: list[str] = []
    with desk.read() as reader:
        reader.connection.set_trace_callback(told.append)
        promised(reader, ["a", "b"], "c")
        reader.connection.set_trace_callback(None)
        plan = [str(row[3]) for sql in told for row in reader.tuples(f"EXPLAIN QUERY PLAN {sql}")]
    desk.close()
    assert plan == ["SEARCH order_line USING COVERING INDEX ix_order_line_product_open_order (product=? AND open>?)"]
