"""Takes in a customer's own order file: columns recognised and remembered, every row checked before anything is written."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from salesdesk.domain import dates
from salesdesk.domain.errors import BadValue, Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Day, Flag, Link, Row, Text, Value
from salesdesk.domain.problems import Problem, Severity, stops
from salesdesk.modules.orders import batch, passing, releases
from salesdesk.modules.orders.customer_file import COLUMNS, number_above
from salesdesk.modules.orders.matching import Catalogue, to_base_unit
from salesdesk.modules.orders.model import FROM_CUSTOMER, LAYOUT, ORDER, ORDER_LINE
from salesdesk.modules.orders.price_rules import sold
from salesdesk.modules.orders.rules import MONEY, PRICE, amount_of, check_order
from salesdesk.persistence.reading import Reader
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.register_io import EDITS, FILE, MAPPING, SHEET, SKIP, SKIP_FAILED, adjust, open_table

if TYPE_CHECKING:
    from salesdesk.services.import_plan import ImportPlan, PlannedRow


@dataclass
class ReadyOrder:
    """One order as it will be written: header, lines, and the file row of each line."""

    header: Row
    lines: list[Row] = field(default_factory=list)
    rows: list[PlannedRow] = field(default_factory=list)
    found: list[Problem] = field(default_factory=list)


TWICE = ("same_po", "duplicate_order")
"""Rules that ask already when a draft is made: the second copy of an order must not come in unseen."""


@dataclass
class OrderPlan:
    """The file as orders: the table plan behind it, the finished orders, and all faults with their place in the file."""

    plan: ImportPlan
    orders: list[ReadyOrder]
    problems: list[Problem]

    @cached_property
    def wrong(self) -> int:
        """How many faults forbid importing."""
        return len(stops(self.problems))

    @property
    def ready(self) -> bool:
        return bool(self.orders) and not self.wrong

    @property
    def summary(self) -> str:
        lines = sum(len(o.lines) for o in self.orders)
        worth = sum(line["amount"] or 0 for order in self.orders for line in order.lines)
        told = f"{len(self.orders)} 张订单，{lines} 行，合计 {MONEY.show(worth)}"
        return f"{told}；{self.wrong} 处要改" if self.wrong else told


def remembered(reader: Reader, customer: str) -> Row:
    """The customer's layouts: signature -> mapping JSON."""
    return dict(
        reader.tuples("SELECT signature, mapping FROM order_layout WHERE customer = ? AND void = 0", (customer,))
    )


def plan_orders(reader: Reader, args: Row, today: str, lead_days: int, duplicate_days: int) -> OrderPlan:
    """Read a file as orders; nothing is written. args: file, customer, sheet, mapping, edits, skip, due_date, customer_po."""
    from salesdesk.services.excel_header import find_header, titles_of
    from salesdesk.services.import_mapping import Mapping
    from salesdesk.services.import_plan import Rules, State

    opened = open_table(str(args["file"]), str(args.get("sheet") or ""))
    catalogue = Catalogue.load(reader)
    chosen = args.get("customer")
    customers: dict[str, str | None] = {}

    def customer_of(typed: str) -> Value:
        if typed not in customers:
            customers[typed] = reader.find(reader.schema.entities["customer"], typed)
        found = customers[typed]
        if found is None:
            raise BadValue(f"没有客户「{typed}」", "请先新建客户，或改成已有的名称、编码")
        return found

    def check(values: Row) -> list[Problem]:
        found = catalogue.meant(values)
        if found.uid is None:
            return [_unknown(values, found.why)]
        if not chosen and not values.get("customer"):
            return [
                Problem("不知道是哪个客户的", "请先选客户，或在表里写客户名称", path="customer", code="no_customer")
            ]
        faults: list[Problem] = []
        if not found.own_unit:
            *_, faults = to_base_unit(
                catalogue.rows[found.uid], str(values["unit"]), values.get("qty") or 0, values.get("price")
            )
        return faults if values.get("amount") is None else [*faults, *_miscounted(values)]

    fields = tuple(f for f in COLUMNS if not (f.key == "customer" and chosen))
    header = find_header(opened.rows, titles_of(fields))
    if not args.get("customer_po") and "customer_po" not in header.columns:
        args = {**args, "customer_po": number_above(opened.rows[: max(header.row_index, 0)])}
    known = remembered(reader, str(chosen)) if chosen else {}
    mapping = Mapping.from_wire(json.loads(known[header.signature])) if header.signature in known else None
    rules = Rules(None, {"customer": customer_of}, check, today=today)
    made = adjust(opened.plan(fields, mapping=mapping, rules=rules, header=header), args)
    good = [] if stops(made.general) else [row for row in made.rows if row.state in (State.NEW, State.UPDATE)]
    orders = _group(good, catalogue, args, today)
    problems = [*made.problems]
    facts = batch.Batch.load(reader, orders, catalogue, today, duplicate_days)
    for order in orders:
        _complete(order, facts, catalogue, made, problems, lead_days)
        order.found = check_order(order.header, order.lines, facts.of(order.header, order.lines))
        for problem in order.found:
            problems.append(_placed(problem, order, made, confirmed=bool(args.get("confirm"))))
        facts.count_in(order.header, order.lines)
    return OrderPlan(made, orders, [p for p in problems if p.severity is not Severity.HINT])


def _unknown(values: Row, why: str) -> Problem:
    """A row of which nobody knows what product it wants."""
    where = "code" if values.get("code") else "name"
    if not (values.get("code") or values.get("name") or values.get("spec")):
        return Problem("没有写是什么产品", "请补编码或品名，或不导入这一行", path=where, code="import.required")
    return Problem(why, "请改成我们的编码，或在产品的别名里加上客户的叫法", path=where, code="unknown_product")


def _miscounted(values: Row) -> list[Problem]:
    """The amount written in the file beside quantity × price; a thousandth may be lost in rounding."""
    counted, amount = amount_of(values), values["amount"]
    if not values.get("qty") or counted is None or abs(counted - amount) <= max(1, abs(amount) // 1000):
        return []
    return [
        Problem(
            f"数量×单价是 {MONEY.show(counted)}，表里写 {MONEY.show(amount)}",
            "请和客户核对是数量、单价还是金额错了",
            path="amount",
            code="amount",
            severity=Severity.WARN,
        )
    ]


def _group(rows: Sequence[PlannedRow], catalogue: Catalogue, args: Row, today: str) -> list[ReadyOrder]:
    """Rows of one customer and one 客户单号 make one order; quantities in the product's own unit."""
    orders: dict[tuple[Any, Any], ReadyOrder] = {}
    chosen, same_po, ordered, same_due = (args.get(k) for k in ("customer", "customer_po", "order_date", "due_date"))
    for row in rows:
        values = row.values
        key = (chosen or values.get("customer"), same_po or values.get("customer_po"))
        order = orders.get(key)
        if order is None:
            header: Row = {
                "customer": key[0],
                "customer_po": key[1],
                "order_date": ordered or values.get("order_date") or today,
                "due_date": same_due,
                "channel": "Excel",
            }
            order = orders[key] = ReadyOrder(header)
        found, qty, price = catalogue.meant(values), values["qty"], values.get("price")
        if not found.own_unit:
            qty, price, _ = to_base_unit(catalogue.rows[str(found.uid)], str(values["unit"]), qty, price)
        due = values.get("due_date")
        order.header["due_date"] = order.header["due_date"] or due
        order.lines.append(
            {
                "product": found.uid,
                "qty": qty,
                "price": price,
                "due_date": due if due != order.header["due_date"] else None,
                "note": values.get("note"),
            }
        )
        order.rows.append(row)
    return list(orders.values())


def _complete(
    order: ReadyOrder,
    facts: batch.Batch,
    catalogue: Catalogue,
    plan: ImportPlan,
    problems: list[Problem],
    lead_days: int,
) -> None:
    """Fill what the file leaves open, and say so: due date, prices by the price policy, the last order or the 标准售价."""
    header = order.header
    if not header.get("due_date"):
        header["due_date"] = dates.add_days(str(header["order_date"]), lead_days)
    customer = facts.customers.get(str(header["customer"]))
    if customer is not None:
        header |= {key: customer[key] for key in FROM_CUSTOMER}
    amounts: dict[str, int] = {}
    paid = facts.last.get(str(header["customer"]), {})
    for line, row in zip(order.lines, order.rows, strict=True):
        if line["price"] is None:
            amounts = amounts or sold(order.lines)
            product = catalogue.rows[line["product"]]
            quote = facts.prices.quote(customer, product, amounts[line["product"]], str(header["order_date"]))
            last = paid.get(line["product"])
            if quote.agreed:
                line["price"], line["price_why"], source = quote.price, quote.words, quote.words
            elif last:
                line["price"], source = last.price, f"上次（{last.day}）的价"
            else:
                line["price"], source = product["list_price"], "标准售价"
            if line["price"] is not None:
                told = f"没有写单价，先按{source} {PRICE.show(line['price'])}"
                path, place = _in_file(row, "price", plan)
                problems.append(Problem(told, "请核对", path, place, "price_filled", Severity.WARN))
        line["amount"] = amount_of(line)


_TITLES = {f.key: f.title for f in COLUMNS}


def _in_file(row: PlannedRow, key: str, plan: ImportPlan) -> tuple[str, str]:
    """Path and place of a field of a row of the file."""
    where = f"{plan.source} 第 {row.number} 行"
    return f"rows/{row.index}/{key}", f"{where}「{_TITLES[key]}」" if key in _TITLES else where


def _placed(problem: Problem, order: ReadyOrder, plan: ImportPlan, confirmed: bool) -> Problem:
    """A problem of an order, told with its row in the file. What would make a wrong order stops the import; what wants a
    reason wants it when the orders come in `confirmed`, drafts are asked when they are confirmed."""
    lighter = problem.severity is Severity.ASK and not confirmed and problem.code not in TWICE
    severity = Severity.WARN if lighter else problem.severity
    if problem.path.startswith("lines/"):
        _, index, key = problem.path.split("/")
        path, place = _in_file(order.rows[int(index)], "code" if key == "product" else key, plan)
    else:
        po, first, last = order.header.get("customer_po"), order.rows[0], order.rows[-1]
        rows = f"第 {first.number}–{last.number} 行" if last is not first else f"第 {first.number} 行"
        path, place = f"rows/{first.index}", f"{plan.source} {rows}{f'（{po}）' if po else ''}{problem.place}"
    return Problem(problem.message, problem.cure, path, place, problem.code, severity, *problem[6:])


def check_import(ctx: Context, args: Row) -> Outcome:
    """What importing the file would do."""
    found = _plan(ctx, args)
    return Outcome(message=found.summary, data={**told(found), **table(found)}, problems=tuple(found.problems))


def _plan(ctx: Context, args: Row) -> OrderPlan:
    lead, days = int(ctx.settings.get("order.default_lead_days")), int(ctx.settings.get("order.duplicate_days"))
    return plan_orders(ctx.work, args, ctx.today, lead, days)


def prepare(ctx: Context, args: Row) -> Row:
    """Read and check before the transaction; any fault refuses the whole file."""
    found = _plan(ctx, args)
    if not found.ready:
        raise Refused(found.problems or [Problem("没有可以导入的行", "请看表里有没有明细")])
    ctx.check([p for p in found.problems if p.severity is not Severity.WARN])
    return {**args, "found": found, "warnings": [p for p in found.problems if p.severity is Severity.WARN]}


def write(ctx: Context, args: Row) -> Outcome:
    """Write the orders as drafts (or confirmed when asked and nothing needs a reason), in one operation."""
    found: OrderPlan = args["found"]
    work = ctx.work
    state = "confirmed" if args.get("confirm") else "draft"
    headers = []
    for order, number in zip(found.orders, work.next_numbers("XS", len(found.orders)), strict=True):
        more: Row = (
            {"confirmed_at": ctx.now, "confirmed_by": ctx.operator} if state == "confirmed" else {"stage": state}
        )
        headers.append(
            {
                **order.header,
                **more,
                "number": number,
                "state": state,
                "amount": sum(line["amount"] for line in order.lines),
            }
        )
    uids = work.insert_many(ORDER, headers)
    lines = []
    for uid, order in zip(uids, found.orders, strict=True):
        lines += [{**line, "order": uid, "seq": i} for i, line in enumerate(order.lines, start=1)]
    work.insert_many(ORDER_LINE, lines)
    if state == "confirmed":
        for uid in uids:
            passing.make_slips(ctx, uid)
    for uid, order in zip(uids, found.orders, strict=True):
        asked = [p for p in order.found if state == "confirmed" or p.code in TWICE]
        releases.record(ctx, uid, asked, order.lines)
    if args.get("customer"):
        _remember(ctx, str(args["customer"]), found)
    if ctx.reason:
        work.reason = ctx.reason
    ctx.warnings.extend(args["warnings"])
    name = Path(str(args["file"])).name
    work.title = f"导入订单 {name}（{len(uids)} 张，{len(lines)} 行）"
    numbers = [h["number"] for h in headers]
    return Outcome(
        uids[0] if len(uids) == 1 else "", f"已{work.title}", {**told(found), "numbers": numbers, "uids": uids}
    )


def _remember(ctx: Context, customer: str, found: OrderPlan) -> None:
    """Keep which column was what for this customer's form, so that the next file needs no hand."""
    from salesdesk.services.import_mapping import Mapping

    plan = found.plan
    mapping = Mapping.of(plan.header, {f.key: plan.columns.get(f.key) for f in plan.fields})
    text = json.dumps(mapping.wire(), ensure_ascii=False, sort_keys=True)
    row = ctx.work.row(
        "SELECT uid, mapping FROM order_layout WHERE customer = ? AND signature = ? AND void = 0",
        (customer, plan.header.signature),
    )
    if row is None:
        ctx.work.insert(LAYOUT, {"customer": customer, "signature": plan.header.signature, "mapping": text})
    elif row["mapping"] != text:
        ctx.work.update(LAYOUT, row["uid"], {"mapping": text})


def told(found: OrderPlan) -> dict[str, Any]:
    """The plan for scripts and the preview."""
    plan = found.plan
    return {
        "summary": found.summary,
        "ready": found.ready,
        "orders": len(found.orders),
        "lines": sum(len(o.lines) for o in found.orders),
        "columns": {k: plan.header.titles.get(c, "") for k, c in plan.columns.items()},
        "unknown": [title for _, title in plan.header.unknown],
    }


MOST_SHOWN = 500
"""Rows of a file that a preview shows; faults beyond them are told in words."""


def table(found: OrderPlan) -> dict[str, Any]:
    """The rows as texts, so that a window can show what would happen and which column is what."""
    plan = found.plan
    shown = plan.preview(MOST_SHOWN)
    return {
        "counts": {str(k): n for k, n in plan.counts.items() if n},
        "titles": list(shown.titles),
        "rows": [list(row) for row in shown.rows],
        "headings": [title for _, title in sorted(plan.header.titles.items())],
        "fields": [{"key": f.key, "title": f.title, "required": f.required} for f in plan.fields],
        "guessed": list(plan.header.guessed),
    }


_CHOOSE = (
    FILE,
    Field("customer", "客户", Link(entity="customer"), note="整个文件是一个客户的就给；表里有客户列可以不给"),
    Field("customer_po", "客户单号", Text(60), note="表里没有单号列时给"),
    Field("order_date", "下单日期", Day()),
    Field("due_date", "交货日期", Day(ahead=True), note="表里没有交期列时给"),
    SHEET,
    MAPPING,
    EDITS,
    SKIP,
    SKIP_FAILED,
)

VERBS = (
    Verb(
        "order.check_import",
        "预览导入订单",
        check_import,
        _CHOOSE,
        entity="sales_order",
        icon="eye",
        palette=False,
        note="只看会怎样，不写入",
    ),
    Verb(
        "order.import",
        "导入订单",
        write,
        (*_CHOOSE, Field("confirm", "直接确认", Flag()), Field("reason", "原因", Text(200), note="重复也要导时写原因")),
        changes=("sales_order", "order_line", "order_layout", "route_slip", "order_release"),
        entity="sales_order",
        icon="arrow_import",
        prepare=prepare,
        note="客户发来的 Excel 订单，表头自动认，认过的下次记得",
    ),
)
