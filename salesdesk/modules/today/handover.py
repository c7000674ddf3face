"""交接包 (TSK-1): everything that is open, by subject, with whom to call, as one workbook and one list to sign."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Day, Int, Kind, Money, Note, Qty, Row, Stamp, Text, Value
from salesdesk.domain.text import safe_file_name
from salesdesk.modules.money.queries import BUCKETS, ageing_table
from salesdesk.modules.orders.queries import LEFT, OPEN
from salesdesk.persistence.reading import Reader
from salesdesk.services import todos
from salesdesk.services.access import ACCESS_LOG, note, secrets_of
from salesdesk.services.files import output_path, write_atomically
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.register_io import MARK

if TYPE_CHECKING:
    from salesdesk.services.papers.shapes import TableSheet

MONEY, TEXT, DAY = Money(), Text(), Day()
WHO = (("客户", TEXT), ("找谁", TEXT), ("业务员", TEXT))
"""Columns every subject begins with: the customer, whom to call there, and our salesperson."""


class Subject(NamedTuple):
    """One sheet: title, columns (title, kind) and rows. urgent: the column of the day that presses, for the summary."""

    title: str
    columns: tuple[tuple[str, Kind], ...]
    rows: list[tuple[Value, ...]]
    urgent: int = -1

    @property
    def soonest(self) -> str:
        """The earliest day among its rows, "" without one."""
        days = [str(r[self.urgent])[:10] for r in self.rows if r[self.urgent]] if self.urgent >= 0 else []
        return min(days, default="")


class Callers:
    """Whom to call at a customer: contact and telephone of his record, his first further contact where it has none."""

    def __init__(self, reader: Reader, salesperson: str) -> None:
        self._of: dict[str, tuple[Value, Value, Value]] = {}
        self.only = salesperson
        for row in reader.rows(
            "SELECT c.uid, c.name, c.contact, c.phone, c.salesperson, (SELECT k.name || ' ' || coalesce(k.phone, '')"
            " FROM customer_contact k WHERE k.customer = c.uid AND k.void = 0 ORDER BY k.seq LIMIT 1) AS other"
            " FROM customer c WHERE c.void = 0"
        ):
            call = " ".join(filter(None, (row["contact"], row["phone"]))) or str(row["other"] or "").strip()
            self._of[row["uid"]] = row["name"], call or None, row["salesperson"]

    def __call__(self, customer: object) -> tuple[Value, Value, Value]:
        return self._of.get(str(customer or ""), (None, None, None))

    def mine(self, customer: object) -> bool:
        """Whether it belongs into the package: everything, or the customers of one salesperson."""
        return not self.only or self(customer)[2] == self.only


Make = Callable[[Reader, Callers, str], Subject]


def _subject(title: str, sql: str, urgent: str, **columns: tuple[str, Kind]) -> Make:
    """A subject read by one SELECT that gives `customer` and the named columns."""

    def make(reader: Reader, callers: Callers, today: str) -> Subject:
        rows = [r for r in reader.rows(sql, {"today": today}) if callers.mine(r["customer"])]
        told = [(*callers(r["customer"]), *(r[key] for key in columns)) for r in rows]
        place = len(WHO) + list(columns).index(urgent) if urgent else -1
        return Subject(title, (*WHO, *columns.values()), told, place)

    return make


def _owing(reader: Reader, callers: Callers, today: str) -> Subject:
    said = {
        row["customer"]: row
        for row in reader.rows(
            "SELECT customer, said, promised_day, next_day, max(at || rowid) FROM chase WHERE void = 0 GROUP BY customer"
        )
    }
    none: Mapping[str, Value] = {"said": None, "promised_day": None, "next_day": None}
    rows: list[tuple[Value, ...]] = []
    for row in ageing_table(reader, today):
        if callers.mine(row["uid"]):
            last = said.get(row["uid"], none)
            ages = tuple(row[f"b{i}"] for i in range(len(BUCKETS)))
            call = last["said"], last["promised_day"], last["next_day"]
            rows.append((*callers(row["uid"]), row["owed"], *ages, *call))
    columns = (
        *WHO,
        ("应收余额", MONEY),
        *((title, MONEY) for title in BUCKETS),
        ("上次怎么说", TEXT),
        ("答应付款日", DAY),
        ("下次跟进", DAY),
    )
    return Subject("没收的款", columns, rows, len(columns) - 1)


SUBJECTS: tuple[Make, ...] = (
    _subject(
        "没定的订单",
        "SELECT customer, number, CASE stage WHEN 'parked' THEN '待客户确认' ELSE '草稿' END AS stage, customer_po,"
        " order_date, due_date, amount, question, asked_whom, answer_due, note"
        " FROM sales_order WHERE +void = 0 AND stage IN ('draft', 'parked') ORDER BY stage, due_date, rowid",
        "due_date",
        number=("订单号", TEXT),
        stage=("状态", TEXT),
        customer_po=("客户单号", TEXT),
        order_date=("下单日期", DAY),
        due_date=("交货日期", DAY),
        amount=("金额", MONEY),
        question=("问了什么", Note()),
        asked_whom=("问了谁", TEXT),
        answer_due=("等到哪天", DAY),
        note=("备注", TEXT),
    ),
    _subject(
        "没录入的来单",
        "SELECT customer, number, received_at, from_whom, content FROM intake WHERE state = 'waiting' AND void = 0"
        " ORDER BY received_at",
        "received_at",
        number=("登记号", TEXT),
        received_at=("收到时间", Stamp()),
        from_whom=("谁来的", TEXT),
        content=("内容", Note()),
    ),
    _subject(
        "没传出的传递单",
        "SELECT o.customer, s.number, CASE s.route WHEN 'make' THEN '生产' ELSE '采购' END AS route, o.number AS at,"
        ' o.due_date AS due FROM route_slip s JOIN sales_order o ON o.uid = s."order"'
        " WHERE s.void = 0 AND s.passed_at IS NULL ORDER BY s.rowid",
        "due",
        number=("传递单号", TEXT),
        route=("传给", TEXT),
        at=("订单号", TEXT),
        due=("交货日期", DAY),
    ),
    _subject(
        "没接收的变更",
        "SELECT o.customer, o.number, c.version, n.who, n.person, CASE n.state WHEN 'told' THEN '已告知，等接收'"
        " ELSE '还没告知' END AS state, c.made_at, c.summary FROM change_notice n JOIN order_change c ON c.uid = n.change"
        " JOIN sales_order o ON o.uid = n.\"order\" WHERE n.void = 0 AND c.void = 0 AND n.state IN ('waiting', 'told')"
        " ORDER BY c.made_at, n.seq",
        "made_at",
        number=("订单号", TEXT),
        version=("第几版", Int()),
        who=("告知谁", TEXT),
        person=("姓名", TEXT),
        state=("到哪一步", TEXT),
        made_at=("变更时间", Stamp()),
        summary=("改了什么", Note()),
    ),
    _subject(
        "没发完的货",
        f"SELECT o.customer, o.number, p.name AS product, p.spec, {LEFT} AS rest, p.unit, coalesce(l.due_date, o.due_date)"
        ' AS due, o.address FROM sales_order o JOIN order_line l ON l."order" = o.uid JOIN product p ON p.uid = l.product'
        f" WHERE o.stage IN {OPEN} AND o.void = 0 AND l.void = 0 AND {LEFT} > 0 ORDER BY due, o.rowid, l.seq",
        "due",
        number=("订单号", TEXT),
        product=("产品", TEXT),
        spec=("规格", TEXT),
        rest=("没发数量", Qty()),
        unit=("单位", TEXT),
        due=("交货日期", DAY),
        address=("送到", TEXT),
    ),
    _subject(
        "没签回的送货单",
        "SELECT customer, number, orders, day, carrier, tracking, consignee, amount FROM delivery"
        " WHERE state IN ('new', 'checked', 'differs') AND void = 0 ORDER BY day, rowid",
        "day",
        number=("送货单号", TEXT),
        orders=("订单号", TEXT),
        day=("送货日期", DAY),
        carrier=("承运", TEXT),
        tracking=("运单号", TEXT),
        consignee=("收货人", TEXT),
        amount=("金额", MONEY),
    ),
    _owing,
    _subject(
        "没回签的对账单",
        "SELECT customer, number, month, closing, CASE state WHEN 'unsent' THEN '还没发' WHEN 'sent' THEN '已发'"
        " ELSE '有争议' END AS state, next_day, dispute FROM statement WHERE void = 0 AND state != 'signed' ORDER BY month, rowid",
        "next_day",
        number=("对账单号", TEXT),
        month=("月份", TEXT),
        closing=("期末余额", MONEY),
        state=("到哪一步", TEXT),
        next_day=("下次跟进", DAY),
        dispute=("争议", Note()),
    ),
    _subject(
        "没了结的问题",
        'SELECT coalesce(q.customer, o.customer) AS customer, q.number, o.number AS "at", q.kind, q.what, q.owner, q.due,'
        ' q.next_step FROM order_problem q LEFT JOIN sales_order o ON o.uid = q."order"'
        " WHERE q.void = 0 AND q.state = 'open' ORDER BY q.due",
        "due",
        number=("问题单号", TEXT),
        at=("订单号", TEXT),
        kind=("类别", TEXT),
        what=("什么问题", Note()),
        owner=("责任人", TEXT),
        due=("期限", DAY),
        next_step=("下一步", Note()),
    ),
    _subject(
        "答应客户的事",
        "SELECT customer, number, at, promise, due FROM call WHERE void = 0 AND promise IS NOT NULL AND done_at IS NULL ORDER BY due",
        "due",
        number=("来电号", TEXT),
        at=("来电时间", Stamp()),
        promise=("答应了什么", TEXT),
        due=("什么时候前", DAY),
    ),
)
"""What belongs to customers. What belongs to nobody, or to this PC only, stands in `_own`."""


def _own(ctx: Context, callers: Callers) -> list[Subject]:
    """今日's list with what was put off, errands of superiors, and forms not saved on this PC."""
    reader = ctx.work
    now, later = todos.collect(reader, ctx.registry, ctx.today)
    put_off = [(one, f"推后到 {row['until']}：{row['reason']}") for one, row in later]
    things: list[tuple[Value, ...]] = []
    for one, why in [*((one, "") for one in now), *put_off]:
        customer = _customer_of(reader, one.entity, one.uid)
        if callers.mine(customer):
            things.append((one.group, one.title, one.detail, one.due or None, callers(customer)[1], why or None))
    found = [
        Subject(
            "今日要办的",
            (("类别", TEXT), ("事情", TEXT), ("说明", TEXT), ("日子", DAY), ("找谁", TEXT), ("推后", TEXT)),
            things,
            3,
        )
    ]
    if callers.only:
        return found
    tasks = reader.tuples(
        "SELECT words, from_whom, due, note FROM task WHERE void = 0 AND done_at IS NULL ORDER BY due IS NULL, due, rowid"
    )
    columns: tuple[tuple[str, Kind], ...] = (
        ("做什么", TEXT),
        ("谁交代的", TEXT),
        ("什么时候要", DAY),
        ("备注", Note()),
    )
    found.append(Subject("临时任务", columns, tasks, 2))
    kept: list[tuple[Value, ...]] = [
        (title or None, ctx.registry.entities[entity].title if entity in ctx.registry.entities else entity, saved_at)
        for title, entity, saved_at in reader.tuples("SELECT title, entity, saved_at FROM draft ORDER BY saved_at DESC")
    ]
    found.append(Subject("本机没保存的", (("内容", TEXT), ("类别", TEXT), ("停在", Stamp())), kept, -1))
    return found


def _customer_of(reader: Reader, entity: str, uid: str) -> str:
    """The customer a record is about, by its own link or by its order's; "" when it is about none."""
    if entity == "customer":
        return uid
    row = reader.get(entity, uid) if uid and entity in reader.schema.entities else None
    if row is None:
        return ""
    if row.get("customer"):
        return str(row["customer"])
    order = reader.get("sales_order", row.get("order")) or {}
    return str(order.get("customer") or "")


def handover(ctx: Context, args: Row) -> Outcome:
    """Write the workbook and the list to sign; nothing in the data changes but the trace of who took telephones along."""
    from salesdesk.services.excel_out import Column, write_book
    from salesdesk.services.papers.shapes import PrintJob, paper
    from salesdesk.services.printing import render_many

    who = str(args.get("who") or ctx.operator or "")
    only = str(args.get("salesperson") or "")
    callers = Callers(ctx.work, only)
    subjects = [*_own(ctx, callers), *(make(ctx.work, callers, ctx.today) for make in SUBJECTS)]
    filled = [s for s in subjects if s.rows]
    name = safe_file_name(f"交接 {who} {f'{only}的客户 ' if only else ''}{ctx.today}")
    book = output_path(args.get("file"), (".xlsx",), ctx.folder / "prints" / f"{name}.xlsx")
    listed = output_path(args.get("out"), (".pdf",), book.with_suffix(".pdf"))
    counted = [(s.title, len(s.rows), s.soonest or None) for s in subjects]
    summary = Subject("总表", (("类别", TEXT), ("几件", Int()), ("最早的日子", DAY)), [*counted])
    mark = f"{MARK}{ctx.operator or '（没填姓名）'} {ctx.now[:16].replace('T', ' ')} {ctx.settings.company}".strip()
    sheets = [(s.title, [Column(title, kind) for title, kind in s.columns], s.rows) for s in (summary, *filled)]
    write_book(book, sheets, mark)
    about = f"移交人：{who or '—'}　接收人：{args.get('to') or '—'}" + (f"　只含业务员 {only} 的客户" if only else "")
    sign = (
        "　",
        "移交人签字：________________　　接收人签字：________________　　监交人签字：________________",
        "　",
        "交接日期：______ 年 ____ 月 ____ 日　　几件是 0 的类别，是查过没有。",
    )
    jobs = [PrintJob(_sheet(ctx, s, about, sign if s is summary else ()), paper("A4")) for s in (summary, *filled)]
    rendered = render_many(jobs)
    write_atomically(listed, rendered.pdf)
    whole = sum(n for _, n, _ in counted)
    customer = ctx.registry.entities["customer"]
    taken = [f for f in secrets_of(customer, ctx) if f.key == "phone"]
    if taken:  # whoever takes over has to call: in full, and written down who took it along
        ctx.reason = ctx.reason or f"工作交接给 {args.get('to') or '接手的人'}"
        note(ctx, "export", customer, f"交接包 {book.name}", taken)
        ctx.work.title = f"出交接包 {book.name}"
    data = {
        "file": str(book),
        "pdf": str(listed),
        "pages": rendered.pages,
        "counts": {title: n for title, n, _ in counted},
        "findings": list(rendered.findings),
    }
    words = f"交接包 {len(filled)} 类 {whole} 件，存为 {book.name} 和 {listed.name}"
    return Outcome(message=words, data=data)


def _sheet(ctx: Context, subject: Subject, about: str, footnotes: tuple[str, ...]) -> TableSheet:
    """A subject as a printed table."""
    from salesdesk.services.papers.shapes import SheetColumn, TableSheet

    return TableSheet(
        title=f"工作交接清单　{subject.title}",
        company=ctx.settings.company,
        columns=tuple(SheetColumn(title, kind="number" if kind.numeric else "text") for title, kind in subject.columns),
        rows=tuple(
            tuple(kind.show(value) for (_, kind), value in zip(subject.columns, row, strict=True))
            for row in subject.rows
        ),
        filters=about,
        footnotes=footnotes,
        printed_by=ctx.operator,
        stamp=ctx.now,
    )


HANDOVER = Verb(
    "today.handover",
    "交接包",
    handover,
    (
        Field("who", "谁交出", Text(40), note="不给就是当前操作员"),
        Field("to", "交给谁", Text(40)),
        Field("salesperson", "只要哪位业务员的", Text(40), note="业务员交接时填；不给就是全部"),
        Field("file", "Excel 存到", Text(1000), note="不给就放在数据文件夹的 prints 里"),
        Field("out", "PDF 存到", Text(1000), note="不给就和 Excel 放在一起"),
    ),
    changes=(ACCESS_LOG.key,),
    icon="people",
    note="离岗、休假交接：所有没办完的事分类列出，写明找谁，Excel 一类一张表，PDF 打出来签字",
)
