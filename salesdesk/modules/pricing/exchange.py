"""Price lists in and out of Excel: one price a row, or one product a row with a column for each quantity step."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from salesdesk.domain.errors import BadValue, Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Day, Link, Price, Row, Text, Value
from salesdesk.domain.money import QTY_SCALE, parse_scaled
from salesdesk.domain.problems import Problem, Severity
from salesdesk.domain.text import normalize, safe_file_name
from salesdesk.modules.pricing import queries
from salesdesk.modules.pricing.model import PRICE_LIST, PRICE_LIST_LINE
from salesdesk.modules.pricing.rules import PRICE, QTY
from salesdesk.persistence.reading import Reader
from salesdesk.services.files import output_path
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.register_io import (
    EDITS,
    FILE,
    MAPPING,
    SHEET,
    SKIP,
    SKIP_FAILED,
    Opened,
    adjust,
    open_table,
    table,
    told,
)
from salesdesk.services.roles import Role

if TYPE_CHECKING:
    from salesdesk.services.import_plan import ImportPlan, PlannedRow

STEP = "step:"
"""Key of the column of one quantity step in the wide layout: "step:100000" for 满 100."""
NEW = "new:"
"""Value of the list of a row whose list is not there yet: "new:2027 经销价"."""
_NUMBER = r"(\d[\d,]*(?:\.\d+)?)"
_UNIT = r"\s*[一-鿿]{0,2}?\s*"
STEP_HEADINGS = (
    rf"(?:满|≥|>=|达){_UNIT}{_NUMBER}{_UNIT}",
    rf"{_NUMBER}{_UNIT}(?:起|以上|及以上|\+)(?:价|单价)?",
    rf"{_NUMBER}{_UNIT}[-~～—–至到]\s*\d[\d,.]*{_UNIT}",
)


def step_of(heading: str) -> int | None:
    """The quantity (1/1000) a column heading speaks of: 满100, ≥500, 100只以上, 100-499; None for any other heading."""
    text = normalize(heading).replace(" ", "")
    for pattern in STEP_HEADINGS:
        found = re.fullmatch(pattern, text)
        if found is not None:
            try:
                return parse_scaled(found[1], QTY_SCALE)
            except BadValue:
                return None
    below = re.fullmatch(rf"{_NUMBER}{_UNIT}以[下内]", text)
    return 0 if below is not None else None


def fields_for(rows: list[list[Any]]) -> tuple[Field, ...]:
    """The columns a price file may have: those of the wide layout when one of its headings names a quantity."""
    best: dict[int, str] = {}
    for row in rows[:30]:
        found = {q: str(cell) for cell in row if isinstance(cell, str) and (q := step_of(cell)) is not None}
        if len(found) > len(best):
            best = found
    every = tuple(replace(f, required=False) if f.key == "list" else f for f in PRICE_LIST_LINE.typed_fields)
    if not best:
        return every
    plain = tuple(replace(f, required=False) if f.key == "price" else f for f in every if f.key != "from_qty")
    return plain + tuple(
        Field(f"{STEP}{q}", f"满 {QTY.show(q)}", Price(least=0), synonyms=(heading,))
        for q, heading in sorted(best.items())
    )


class PriceFile:
    """One file against the lists that are there; nothing is written."""

    def __init__(self, reader: Reader, args: Row, today: str) -> None:
        self._reader, self._today = reader, today
        self._since = str(args.get("valid_from") or today)
        self._lists = dict(reader.tuples("SELECT name, uid FROM price_list WHERE void = 0 ORDER BY rowid DESC"))
        opened: Opened = open_table(str(args["file"]), str(args.get("sheet") or ""))
        self._list = str(args.get("list") or self._by_name(Path(str(args["file"])).stem))
        self._products = _product_names(reader)
        self._floors: dict[str, tuple[str, int]] = {
            uid: (name, floor)
            for uid, name, floor in reader.tuples(
                "SELECT uid, name, floor_price FROM product WHERE floor_price IS NOT NULL"
            )
        }
        self._have: dict[str, dict[tuple[str, int, str], Row]] = {}
        from salesdesk.services.import_plan import Rules

        resolve: dict[str, Callable[[str], Value]] = {"product": self._product, "list": self._listed}
        fields = fields_for(opened.rows)
        unique = () if any(f.key.startswith(STEP) for f in fields) else ("product", "list", "from_qty", "valid_from")
        rules = Rules(self._existing, resolve, self._check, unique, {"list": self._list}, today=today)
        self.plan: ImportPlan = adjust(opened.plan(fields, rules=rules), args)

    def _by_name(self, stem: str) -> str:
        """The list a file without a 价目表 column means: the one its name contains, else a new one called like the file."""
        inside = [name for name in self._lists if name in stem]
        return str(self._lists[max(inside, key=len)]) if inside else f"{NEW}{stem[:80]}"

    def _listed(self, typed: str) -> Value:
        name = normalize(typed)
        return str(self._lists[name]) if name in self._lists else f"{NEW}{name[:80]}"

    def _product(self, typed: str) -> Value:
        found = self._products.get(normalize(typed).upper(), [])
        if len(found) != 1:
            why = f"有 {len(found)} 个产品叫「{typed}」" if found else f"没有产品「{typed}」"
            raise BadValue(why, "请改成产品编码" if found else "请核对编码，或先新建产品再导")
        return found[0]

    def prices_of(self, values: Row) -> dict[int, int]:
        """The prices of a row by quantity step."""
        steps = {int(k.removeprefix(STEP)): v for k, v in values.items() if k.startswith(STEP) and v is not None}
        if values.get("price") is not None:
            steps.setdefault(values.get("from_qty") or 0, values["price"])
        return steps

    def present(self, values: Row) -> dict[int, Row]:
        """The stored lines a row speaks of, by quantity step."""
        of = str(values.get("list") or self._list)
        if of not in self._have:
            self._have[of] = {
                (r["product"], r["from_qty"] or 0, r["valid_from"] or ""): r
                for r in self._reader.rows("SELECT * FROM price_line WHERE list = ? AND void = 0", (of,))
            }
        since = str(values.get("valid_from") or self._since)
        lines = self._have[of]
        return {q: row for q in self.prices_of(values) if (row := lines.get((str(values["product"]), q, since)))}

    def _existing(self, values: Row) -> Row | None:
        there = self.present(values) if values.get("product") else {}
        if not there:
            return None
        first = next(iter(there.values()))
        same: Row = {k: first[k] for k in ("list", "product", "valid_from", "valid_to", "note", "from_qty", "price")}
        return same | {f"{STEP}{q}": row["price"] for q, row in there.items()}

    def _check(self, values: Row) -> list[Problem]:
        problems = []
        steps = self.prices_of(values)
        if not steps:
            problems.append(
                Problem("这一行没有价", "请补上单价，或不导入这一行", path="product", code="import.required")
            )
        name, floor = self._floors.get(str(values.get("product")), ("", 0))
        low = [p for p in steps.values() if p < floor]
        if low:
            problems.append(
                Problem(
                    f"{PRICE.show(min(low))} 低于「{name}」的限价 {PRICE.show(floor)}",
                    "请核对；下单时还会再问",
                    path="product",
                    code="below_floor",
                    severity=Severity.WARN,
                )
            )
        since, until = values.get("valid_from"), values.get("valid_to")
        if since and until and since > until:
            problems.append(
                Problem(f"生效日期 {since} 晚于截止日期 {until}", "请核对两个日期", path="valid_to", code="days")
            )
        return problems

    def new_lists(self) -> list[str]:
        """Names of the lists that importing would make."""
        names = {str(row.values.get("list") or self._list) for row in self.plan.good}
        return sorted(n.removeprefix(NEW) for n in names if n.startswith(NEW))

    def told(self) -> list[Problem]:
        """All faults, and which lists would be made."""
        made = [
            Problem(
                f"还没有价目表「{name}」，导入时新建一张人人适用的",
                "只给某个客户或某一级的，导入后到「价目表」里指定",
                place=self.plan.source,
                code="new_list",
                severity=Severity.WARN,
            )
            for name in self.new_lists()
        ]
        return [*made, *self.plan.problems]

    def write(self, ctx: Context) -> tuple[int, int]:
        """Make the lists and prices; returns how many prices are new and how many changed."""
        lists = {name: ctx.work.insert(PRICE_LIST, {"name": name}) for name in self.new_lists()}
        fresh: list[Row] = []
        changed = 0
        for done, row in enumerate(self.plan.good, start=1):
            changed += self._write_row(ctx, row, lists, fresh)
            if done % 500 == 0:
                ctx.progress(done, len(self.plan.good))
        ctx.work.insert_many(PRICE_LIST_LINE, fresh)
        return len(fresh), changed

    def _write_row(self, ctx: Context, row: PlannedRow, lists: dict[str, str], fresh: list[Row]) -> int:
        values = row.values
        of = str(values.get("list") or self._list)
        there, changed = self.present(values), 0
        more = {k: values[k] for k in ("valid_to", "note") if values.get(k) is not None}
        for qty, price in self.prices_of(values).items():
            if qty in there:
                old = there[qty]
                different = {k: v for k, v in {"price": price, **more}.items() if old[k] != v}
                ctx.work.update(PRICE_LIST_LINE, old["uid"], different)
                changed += bool(different)
                continue
            line = {
                "list": lists.get(of.removeprefix(NEW), of) if of.startswith(NEW) else of,
                "product": values["product"],
            }
            fresh.append(
                {
                    **line,
                    "from_qty": qty or None,
                    "price": price,
                    "valid_from": values.get("valid_from") or self._since,
                    "valid_to": more.get("valid_to"),
                    "note": more.get("note"),
                }
            )
        return changed


def _product_names(reader: Reader) -> dict[str, list[str]]:
    """Upper-case code, else name, of every live product -> its uids; a code is never somebody else's name."""
    named: dict[str, list[str]] = {}
    coded: dict[str, list[str]] = {}
    for uid, code, name in reader.tuples("SELECT uid, code, name FROM product WHERE void = 0"):
        coded.setdefault(normalize(str(code or "")).upper(), []).append(uid)
        named.setdefault(normalize(str(name or "")).upper(), []).append(uid)
    return named | coded


def preview(ctx: Context, args: Row) -> Outcome:
    """What importing the file would do."""
    found = PriceFile(ctx.work, args, ctx.today)
    return Outcome(
        message=found.plan.summary, data={**told(found.plan), **table(found.plan)}, problems=tuple(found.told())
    )


def prepare(ctx: Context, args: Row) -> Row:
    """Read the file before the transaction; any fault refuses it whole."""
    found = PriceFile(ctx.work, args, ctx.today)
    if not found.plan.ready:
        raise Refused(found.plan.problems)
    ctx.check([p for p in found.told() if p.severity is not Severity.HINT])
    return {**args, "found": found}


def write(ctx: Context, args: Row) -> Outcome:
    """Bring the prices of a file in, in one operation."""
    found: PriceFile = args["found"]
    made, changed = found.write(ctx)
    name = Path(str(args["file"])).name
    if not made and not changed:
        return Outcome(message=f"{name} 里的价和现有的一样，没有要改的", data=told(found.plan))
    ctx.work.title = f"导入价目 {name}（新增 {made} 个价，更新 {changed} 个）"
    return Outcome(message=f"已{ctx.work.title}", data={**told(found.plan), "made": made, "changed": changed})


def export_wide(ctx: Context, args: Row) -> Outcome:
    """The prices of one list that hold on a day: one product a row, one quantity step a column."""
    from salesdesk.services.excel_out import Column, write_table

    head = ctx.work.get(PRICE_LIST, args["uid"]) or {}
    day = str(args.get("day") or ctx.today)
    lines = queries.in_force(ctx.work, str(head["uid"]), day)
    steps = sorted({line["from_qty"] or 0 for line in lines})
    by_product: dict[str, dict[int, int]] = {}
    for line in lines:
        by_product.setdefault(line["product"], {})[line["from_qty"] or 0] = line["price"]
    words = {
        r["uid"]: r
        for r in ctx.work.rows(
            "SELECT uid, code, name, spec, unit FROM product WHERE uid IN (SELECT product FROM price_line WHERE list = ?)",
            (head["uid"],),
        )
    }
    columns = [Column(title, Text()) for title in ("产品编码", "产品名称", "规格", "单位")]
    columns += [Column(f"满 {QTY.show(q)}" if q else "含税单价", Price()) for q in steps]
    rows = [
        [*(words[p][k] for k in ("code", "name", "spec", "unit")), *(prices.get(q) for q in steps)]
        for p, prices in by_product.items()
    ]
    usual = safe_file_name(f"{head['name']} {day}.xlsx")
    target = output_path(args.get("file"), (".xlsx",), ctx.folder / "exports" / usual)
    write_table(target, "价目表", columns, rows)
    return Outcome(str(head["uid"]), f"已导出 {len(rows)} 个产品到 {target}", {"file": str(target), "rows": len(rows)})


_CHOOSE = (
    FILE,
    Field("list", "价目表", Link(entity="price_list"), note="整个文件是一张价目表的就给；不给就看表里的列，再看文件名"),
    Field("valid_from", "生效日期", Day(), note="表里没有生效日期时用；空着就从今天起"),
    SHEET,
    MAPPING,
    EDITS,
    SKIP,
    SKIP_FAILED,
)


def _import_verbs(key: str) -> tuple[Verb, ...]:
    """The same import offered at both registers, so that nobody has to look for it."""
    return (
        Verb(
            f"{key}.check_import",
            "预览导入价目",
            preview,
            _CHOOSE,
            entity=key,
            icon="eye",
            palette=False,
            note="只看会怎样，不写入",
        ),
        Verb(
            f"{key}.import",
            "导入价目",
            write,
            _CHOOSE,
            changes=("price_list", "price_line"),
            entity=key,
            icon="arrow_import",
            prepare=prepare,
            palette=key == "price_list",
            note="一行一个价，或一行一个产品、一档数量一列（满100、100-499）都认得",
        ),
    )


VERBS = (
    *_import_verbs("price_list"),
    *_import_verbs("price_line"),
    Verb(
        "price_list.export_wide",
        "导出分档",
        export_wide,
        (
            Field("uid", "价目表", Link(entity="price_list"), required=True),
            Field("day", "哪天的价", Day(), note="空着就是今天"),
            Field("file", "存到", Text(1000), note="空着就放在数据文件夹的 exports 里"),
        ),
        role=Role.VIEWER,
        entity="price_list",
        icon="arrow_export",
        note="一行一个产品、一档数量一列；可以发给客户，改好了也能原样导回来",
    ),
)
