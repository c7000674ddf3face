"""Money in from Excel: the bank's list of payments becomes receipts, the list of issued invoices becomes invoices."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from salesdesk.domain.errors import BadValue, Refused
from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Flag, Money, Row, Text, Value
from salesdesk.domain.problems import Problem, Severity
from salesdesk.domain.text import compact, search_key
from salesdesk.modules.money import billing, cancelling, queries, receiving
from salesdesk.modules.money.derive import derive_money
from salesdesk.modules.money.model import INVOICE, RECEIPT
from salesdesk.modules.money.rules import MONEY
from salesdesk.persistence.reading import Reader
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.register_io import (
    EDITS,
    FILE,
    MAPPING,
    SHEET,
    SKIP,
    SKIP_FAILED,
    adjust,
    io_verbs,
    open_table,
    table,
    told,
)

if TYPE_CHECKING:
    from salesdesk.services.import_plan import ImportPlan, PlannedRow

_BANK = {
    "day": ("交易日期", "交易日", "入账日期", "记账日期", "交易时间", "到账日期", "日期"),
    "customer": ("对方户名", "对方账户名称", "对方名称", "对方单位名称", "对方单位", "付款人名称", "付款人", "付款单位", "付款方"),
    "amount": ("贷方发生额", "贷方金额", "收入金额", "存入金额", "转入金额", "交易金额", "贷方", "收入", "发生额", "到账金额"),
    "reference": ("交易流水号", "流水号", "银行流水号", "交易序号", "凭证号", "票号"),
    "account": ("本方账号", "收款账号", "到账账户"),
    "note": ("摘要", "用途", "附言", "交易附言"),
}  # fmt: skip
"""Headings banks print over their lists, by our field."""
_TAX_OFFICE = {
    "number": ("数电票号码", "数电发票号码", "发票号码", "发票号"),
    "day": ("开票日期", "开票时间"),
    "customer": ("购买方名称", "购方名称", "购货单位", "购方企业名称"),
    "kind": ("发票票种", "发票种类", "票种"),
    "tax_rate": ("税率",),
    "note": ("备注",),
}
OUT = Field("out", "支出", Money(), synonyms=("借方发生额", "借方金额", "支出金额", "转出金额", "借方", "支取金额"))
SIDE = Field("side", "收支", Text(20), synonyms=("借贷标志", "收支方向", "收/支", "借贷", "借/贷"))
TOTAL = Field(
    "amount", "价税合计", Money(), required=True, synonyms=("价税合计金额", "含税金额", "合计金额", "开票金额")
)
STANDING = Field("standing", "发票状态", Text(40), synonyms=("状态", "票面状态"))
AUTO = Field("auto", "按账龄自动核销", Flag(), default="是", note="先冲最早到期的；不要就全留作预收")


def _columns(entity: Entity, headings: Mapping[str, tuple[str, ...]], *more: Field) -> tuple[Field, ...]:
    """The fields of an entity a list may have, under the names the list gives them."""
    return tuple(replace(entity[key], synonyms=names) for key, names in headings.items()) + more


class MoneyFile:
    """One file against what is there. Nothing is written before `write`."""

    fields: tuple[Field, ...]
    unique: tuple[str, ...]
    what: str

    def __init__(self, ctx: Context, args: Row) -> None:
        from salesdesk.services.import_plan import Rules

        self.ctx, self.reader = ctx, ctx.work
        self._names = _customer_names(ctx.work)
        opened = open_table(str(args["file"]), str(args.get("sheet") or ""))
        resolve = {"customer": self._customer}
        rules = Rules(self.existing, resolve, self.check, self.unique, today=ctx.today, partial=False)
        self.plan: ImportPlan = adjust(opened.plan(self.fields, rules=rules), args)
        self.plan.skip([row.index for row in self.plan.rows if self.passed_over(row.values)])

    def _customer(self, typed: str) -> Value:
        found = self._names.get(compact(search_key(typed)), set())
        if len(found) == 1:
            return next(iter(found))
        why = f"有 {len(found)} 个客户叫「{typed}」" if found else f"没有客户「{typed}」"
        raise BadValue(why, "请改成客户编码，或不导入这一行；抬头不一样的，先在客户档案里填「开票抬头」")

    @abstractmethod
    def existing(self, values: Row) -> Row | None:
        """The record a row stands for already."""

    @abstractmethod
    def check(self, values: Row) -> Sequence[Problem]:
        """Faults of one row."""

    @abstractmethod
    def passed_over(self, values: Row) -> bool:
        """Rows of the list that are none of ours."""

    @abstractmethod
    def enter(self, row: PlannedRow, args: Row) -> str:
        """Write one row; returns its uid."""

    def write(self, args: Row) -> Outcome:
        """Write all good rows, the earliest day first; what each leaves open is counted before the next."""
        work, rows = self.ctx.work, sorted(self.plan.good, key=lambda r: str(r.values["day"]))
        for done, row in enumerate(rows, start=1):
            newest = work.newest_change()
            self.enter(row, args)
            derive_money(work, work.changes_since(newest))
            self.ctx.progress(done, len(rows))
        name = Path(str(args["file"])).name
        if not rows:
            return Outcome(message=f"{name} 里的{self.what}都登记过了，没有要导的", data=told(self.plan))
        whole = MONEY.show(sum(int(r.values["amount"]) for r in rows))
        work.title = f"导入{self.what} {name}（{len(rows)} 笔，{whole} 元）"
        return Outcome(message=f"已{work.title}", data=told(self.plan))


def _customer_names(reader: Reader) -> dict[str, set[str]]:
    """What a list may call a customer, without blanks and signs -> whom it may mean."""
    found: dict[str, set[str]] = {}
    for uid, *names in reader.tuples(
        "SELECT uid, code, name, short_name, invoice_title, tax_id FROM customer WHERE void = 0"
    ):
        for name in filter(None, names):
            found.setdefault(compact(search_key(str(name))), set()).add(uid)
    return found


class BankList(MoneyFile):
    """Payments as a bank lists them; what went out is left aside."""

    fields = _columns(RECEIPT, _BANK, OUT, SIDE)
    unique = ()
    what = "回款"

    def existing(self, values: Row) -> Row | None:
        """The same 流水号, day and amount; without 流水号 the same customer, day and amount."""
        same = (values.get("day"), values.get("amount"))
        if values.get("reference"):
            row = self.reader.row(
                "SELECT * FROM receipt WHERE reference = ? AND day = ? AND amount = ? AND void = 0",
                (values["reference"], *same),
            )
        else:
            row = self.reader.row(
                "SELECT * FROM receipt WHERE customer = ? AND day = ? AND amount = ? AND void = 0",
                (values.get("customer"), *same),
            )
        return None if row is None else {**row, **{k: v for k, v in values.items() if v is not None}}

    def check(self, values: Row) -> Sequence[Problem]:
        if self.existing(values) is not None:
            return ()
        return receiving.check(self.ctx, {"reference": None, **values}, "", None)

    def passed_over(self, values: Row) -> bool:
        side = str(values.get("side") or "").upper()
        return not values.get("amount") or bool(values.get("out")) or side.startswith(("借", "支", "付", "D", "出"))

    def enter(self, row: PlannedRow, args: Row) -> str:
        values = {k: v for k, v in row.values.items() if k in RECEIPT.by_key and v is not None}
        return receiving.write(self.ctx, {"method": "银行转账", **values}, bool(args.get("auto")))[0]


class InvoiceList(MoneyFile):
    """Issued invoices as the tax office's site exports them (发票基础信息: one invoice a row)."""

    fields = _columns(INVOICE, _TAX_OFFICE, TOTAL, STANDING)
    unique = ("number",)
    what = "发票"

    def existing(self, values: Row) -> Row | None:
        row = self.reader.row("SELECT * FROM sales_invoice WHERE number = ? AND void = 0", (values.get("number"),))
        if row is None or row["amount"] != values.get("amount") or row["customer"] != values.get("customer"):
            return None
        return {**row, **{k: v for k, v in values.items() if v is not None}}

    def check(self, values: Row) -> Sequence[Problem]:
        if self.existing(values) is not None:
            return ()
        found = billing.check_head(self.ctx, {**values, "day": values.get("day") or self.ctx.today}, "")
        if (values.get("amount") or 0) < 0 and self.blue_of(values) is None:
            found.append(
                Problem(
                    "找不到它冲的蓝字发票",
                    "要红冲的蓝字先登记好；只冲一部分的，备注里要有蓝字的号码",
                    path="amount",
                    code="no_blue",
                )
            )
        return found

    def blue_of(self, values: Row) -> str | None:
        """The invoice of the customer that this red one cancels: the one its note names, in part too, else the only one
        of which just that much is left."""
        rows = self.reader.tuples(
            "SELECT uid, number, amount + (SELECT coalesce(sum(r.amount), 0) FROM sales_invoice r WHERE r.red_of = i.uid"
            " AND r.void = 0) AS rest FROM sales_invoice i WHERE customer = ? AND red_of IS NULL AND void = 0 AND day <= ?",
            (values.get("customer"), values.get("day")),
        )
        wanted, note = -int(values["amount"]), str(values.get("note") or "")
        named = [uid for uid, number, rest in rows if str(number) in note and rest >= wanted]
        fitting = named or [uid for uid, _, rest in rows if rest == wanted]
        return str(fitting[0]) if len(fitting) == 1 else None

    def passed_over(self, values: Row) -> bool:
        return "作废" in str(values.get("standing") or "")

    def enter(self, row: PlannedRow, args: Row) -> str:
        values: Row = {k: v for k, v in row.values.items() if k in INVOICE.by_key and v is not None}
        amount = int(values.pop("amount"))
        if amount < 0:
            blue = self.blue_of(row.values)
            return cancelling.red(self.ctx, {**values, "uid": blue, "amount": -amount}).uid
        return billing.save(self.ctx, {"kind": "专票", **values, "lines": self._stands_for(row, amount)}).uid

    def _stands_for(self, row: PlannedRow, amount: int) -> list[Row]:
        """The deliveries without invoice that the amount covers, the oldest first; a rest is 其他 and told."""
        lines: list[Row] = []
        rest = amount
        for one in queries.to_bill(self.reader, str(row.values["customer"])):
            part = min(rest, int(one["to_bill"]))
            if part > 0:
                lines.append({"about": "送货", "delivery": one["uid"], "amount": part})
            rest -= part
        if rest > 0:
            lines.append({"about": "其他", "amount": rest, "note": "导入时没有对应的送货"})
            self.ctx.warnings.append(
                Problem(
                    f"发票 {row.values['number']} 有 {MONEY.show(rest)} 没有对应的送货，先记在「其他」",
                    "先开票后发货的、期初的，请到这张发票里改「对应」",
                    place=f"第 {row.number} 行",
                    code="no_delivery",
                    severity=Severity.WARN,
                )
            )
        return lines


def _verbs(file: type[MoneyFile], entity: Entity, note: str, *more: Field) -> tuple[Verb, ...]:
    """check_import and import of one kind of list."""

    def preview(ctx: Context, args: Row) -> Outcome:
        plan = file(ctx, args).plan
        return Outcome(message=plan.summary, data={**told(plan), **table(plan)}, problems=tuple(plan.problems))

    def write(ctx: Context, args: Row) -> Outcome:
        found = file(ctx, args)
        if not found.plan.ready:
            raise Refused(found.plan.problems)
        ctx.check([p for p in found.plan.problems if p.severity is not Severity.HINT])
        return found.write(args)

    choose = (FILE, SHEET, MAPPING, EDITS, SKIP, SKIP_FAILED, *more)
    tables: dict[str, Any] = {"entity": entity.key, "changes": ()}
    return (
        Verb(f"{entity.key}.check_import", f"预览导入{file.what}", preview, choose, icon="eye", palette=False,
             note="只看会怎样，不写入", **tables),
        Verb(f"{entity.key}.import", f"导入{file.what}", write, choose, icon="arrow_import", note=note,
             **tables | {"changes": billing.WRITTEN if entity is INVOICE else receiving.WRITTEN}),
    )  # fmt: skip


VERBS = (
    *_verbs(BankList, RECEIPT, "银行流水：收入的行登记成回款，登记过的不重复；支出的行不导入", AUTO),
    *_verbs(InvoiceList, INVOICE, "电子税务局导出的「发票基础信息」：一行一张，自动对上没开票的送货单"),
    *(
        verb
        for entity in (RECEIPT, INVOICE)
        for verb in io_verbs(entity)
        if verb.name.endswith((".export", ".print_list"))
    ),
)
