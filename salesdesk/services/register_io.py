"""Excel in, Excel out and a printed list for any register, made from its field declarations."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Flag, Link, Note, Row, Text, Value
from salesdesk.domain.masking import OPEN, Veil, covered, mask, shown, titles
from salesdesk.domain.problems import Problem, Severity
from salesdesk.persistence import listing
from salesdesk.persistence.reading import Reader
from salesdesk.services.access import ACCESS_LOG, note, taking_out
from salesdesk.services.files import output_path, write_atomically
from salesdesk.services.import_rules import Same, defaults, rules_for
from salesdesk.services.module import Check, Context, Outcome, Verb
from salesdesk.services.roles import Role

if TYPE_CHECKING:
    from salesdesk.services.import_plan import ImportPlan

Apply = Callable[[Context, str, Row], None]
"""Called per written row with its uid and the values of the extra columns (stock counted by the warehouse, say)."""

FILE = Field("file", "文件", Text(1000), required=True, note="Excel、WPS 或 CSV 文件")
SHEET = Field("sheet", "工作表", Text(100), note="不给就用第一张有内容的")
MAPPING = Field("mapping", "列对应", Note(20000), note='JSON，如 {"name": "公司名称"}；不给就按表头认')
EDITS = Field("edits", "改过的格", Note(200000), note='JSON，如 {"12/phone": "0512-1234567"}，行号同 Excel')
SKIP = Field("skip", "不导入的行", Note(20000), note="JSON，Excel 行号列表")
WHERE = Field("where", "条件", Note(), note='JSON，如 [["grade", "=", "A"]]，值同库里存的')
MARK = "导出人："
"""How the line begins that says who took a list out."""
MOST_SHOWN = 2000
"""Rows of an import that are shown before it is done."""
SKIP_FAILED = Field("skip_failed", "有错的行跳过", Flag(), note="不给就是有错一行也不导")


def read_json(text: Value, param: Field, shape: type = dict) -> Any:
    """JSON of a verb argument: an object, or a list where `shape` says so. Raises Refused naming the argument."""
    if not text:
        return None
    try:
        found = json.loads(str(text))
        json.dumps(found, ensure_ascii=False).encode("utf-8")  # halves of characters can be neither stored nor shown
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, shape):
        raise Refused(_unclear(param))
    return found


def _unclear(param: Field, what: str = "") -> Problem:
    return Problem(
        f"{param.title}看不懂{f'：{what}' if what else ''}",
        f"要写成 {param.note}",
        path=param.key,
        place=f"「{param.title}」",
        code="bad_json",
    )


def _place(typed: str) -> tuple[int, str]:
    """(row index from 0, field key) of a place such as 12/phone. Raises Refused."""
    row, _, key = typed.partition("/")
    if not (row.isascii() and row.isdigit() and len(row) < 9 and key):
        raise Refused(_unclear(EDITS, typed))
    return int(row) - 1, key


def _is_cell(cell: object, place: str) -> bool:
    if cell is not None and not isinstance(cell, (str, int, float)):
        raise Refused(_unclear(EDITS, place))
    return True


class Opened(NamedTuple):
    """One sheet of a file: its rows, merged areas, cells that must not be trusted, what is to be told of it, the file's name."""

    rows: list[list[Any]]
    merged: Sequence[Any]
    unread: Mapping[Any, str]
    findings: tuple[Problem, ...]
    name: str

    def plan(self, fields: tuple[Field, ...], **more: Any) -> ImportPlan:
        """What importing this sheet would do; see `import_plan.plan`."""
        from salesdesk.services.import_plan import plan

        return plan(
            self.rows,
            fields,
            source=self.name,
            unread=self.unread,
            merged=self.merged,
            findings=tuple(p.at(p.path, p.place or self.name) for p in self.findings),
            **more,
        )


def open_table(path: str, sheet: str = "") -> Opened:
    """One sheet of a file: the named one, else the first with anything in it. Raises Refused or EnvironmentFault."""
    from salesdesk.services.excel_in import open_workbook

    book = open_workbook(path)
    name = sheet or next((s for s in book.sheets if book.filled(s)), book.sheets[0] if book.sheets else "")
    rows = book.rows(name)
    if rows and str(next((c for c in rows[-1] if c not in (None, "")), "")).startswith(MARK):
        rows = rows[:-1]  # who exported it is no record
    return Opened(rows, book.merged(name), book.unread(name), book.findings(name), Path(path).name)


def adjust(plan: ImportPlan, args: Row) -> ImportPlan:
    """Apply what the clerk changed in the preview: columns, cells, left-out rows. Raises Refused for what makes no sense."""
    mapping = read_json(args.get("mapping"), MAPPING)
    if mapping:
        from salesdesk.services.import_mapping import Mapping as ColumnMapping

        plan.recheck(ColumnMapping.from_wire(mapping if "columns" in mapping else {"columns": mapping}))
    edits = read_json(args.get("edits"), EDITS) or {}
    plan.set_cells({_place(place): cell for place, cell in edits.items() if _is_cell(cell, place)})
    skipped = read_json(args.get("skip"), SKIP, list) or []
    if not all(isinstance(n, int) for n in skipped):
        raise Refused(_unclear(SKIP))
    plan.skip([n - 1 for n in skipped])
    if args.get("skip_failed"):
        from salesdesk.services.import_plan import State

        plan.skip([r.index for r in plan.rows if r.state is State.FAILED])
    return plan


def plan_file(
    reader: Reader,
    entity: Entity,
    check: Check | None,
    extra: tuple[Field, ...],
    args: Row,
    today: str,
    same: Same = (),
) -> ImportPlan:
    """What importing a file into a register would do; nothing is written. The import page keeps and changes this plan."""
    opened = open_table(str(args["file"]), str(args.get("sheet") or ""))
    rules = rules_for(reader, entity, check, today, same)
    return adjust(opened.plan((*entity.typed_fields, *extra), rules=rules), args)


def io_verbs(
    entity: Entity,
    check: Check | None = None,
    extra: tuple[Field, ...] = (),
    apply: Apply | None = None,
    touches: tuple[str, ...] = (),
    same: Same = (),
) -> tuple[Verb, ...]:
    """check_import / import / export / print_list of one register entity, and export_full where something is covered.

    extra: columns an import understands beyond the entity's own, handed to `apply` row by row; touches: entities it writes.
    same: by what a row is known to mean a record that is there, where code and name do not say it.
    """

    key, title = entity.key, entity.title

    def preview(ctx: Context, args: Row) -> Outcome:
        plan = plan_file(ctx.work, entity, check, extra, args, ctx.today, same)
        data = {**told(plan), **table(plan), "missing": missing(plan, entity)}
        return Outcome(message=plan.summary, data=data, problems=tuple(plan.problems))

    def read(ctx: Context, args: Row) -> Row:
        plan = plan_file(ctx.work, entity, check, extra, args, ctx.today, same)
        if not plan.ready:
            raise Refused(plan.problems)
        ctx.check([p for p in plan.problems if p.severity is not Severity.HINT])
        return {**args, "plan": plan}

    def write(ctx: Context, args: Row) -> Outcome:
        plan: ImportPlan = args["plan"]
        made = changed = 0
        for done, row in enumerate(plan.good, start=1):
            values = {f.key: row.values[f.key] for f in entity.typed_fields if f.key in row.values}
            if row.existing is None:
                uid = ctx.work.insert(
                    entity, {**defaults(entity), **{k: v for k, v in values.items() if v is not None}}
                )
                made += 1
            else:
                uid = str(row.existing["uid"])
                ctx.work.update(entity, uid, {k: values[k] for k in row.changed if k in values})
                changed += 1
            if apply is not None:
                apply(ctx, uid, {f.key: row.values.get(f.key) for f in extra})
            if done % 200 == 0:
                ctx.progress(done, len(plan.good))
        name = Path(str(args["file"])).name
        ctx.work.title = f"导入{entity.title} {name}（新增 {made}，更新 {changed}）"
        if not plan.good:
            return Outcome(message=f"{name} 里的{title}和现有的一样，没有要改的", data=told(plan))
        return Outcome(message=f"已{ctx.work.title}", data=told(plan))

    secrets = [f for f in entity if f.masked]

    def export(ctx: Context, args: Row) -> Outcome:
        return _export(ctx, args, listing.all_rows(ctx.work, entity, _query(entity, args)), ctx.settings.veil)

    def export_full(ctx: Context, args: Row) -> Outcome:
        rows = listing.all_rows(ctx.work, entity, _query(entity, args))
        ctx.check([taking_out(entity, len(rows), secrets)])
        done = _export(ctx, args, rows, OPEN)
        name = Path(str(done.data["file"])).name
        note(ctx, "export", entity, f"{len(rows)} 条到 {name}", secrets)
        ctx.work.title = f"导出{title} {len(rows)} 条（含{titles(secrets)}）"
        return done

    def _export(ctx: Context, args: Row, rows: list[Row], veil: Veil) -> Outcome:
        from salesdesk.services.excel_out import Column, write_table

        hidden = [covered(f, veil) for f in entity]
        columns = [
            Column(f.title, Text() if isinstance(f.kind, Link) or hides else f.kind)
            for f, hides in zip(entity, hidden, strict=True)
        ]
        target = output_path(str(args["file"]), (".xlsx", ".csv"))
        cells = ([_cell(f, r, hides) for f, hides in zip(entity, hidden, strict=True)] for r in rows)
        mark = f"{MARK}{ctx.operator or '（没填姓名）'} {ctx.now[:16].replace('T', ' ')} {ctx.settings.company}".strip()
        write_table(target, entity.title, columns, cells, mark=mark)
        return Outcome(message=f"已导出 {len(rows)} 条到 {target.name}", data={"file": str(target), "rows": len(rows)})

    def print_list(ctx: Context, args: Row) -> Outcome:
        from salesdesk.services.printing import render_table

        target = output_path(args.get("out"), (".pdf",), ctx.folder / "prints" / f"{entity.title}清单.pdf")
        rendered = render_table(
            table_sheet(
                ctx, entity, listing.all_rows(ctx.work, entity, _query(entity, args)), str(args.get("text") or "")
            )
        )
        write_atomically(target, rendered.pdf)
        return Outcome(
            message=f"清单共 {rendered.pages} 页，已存为 {target.name}",
            data={"file": str(target), "pages": rendered.pages, "findings": list(rendered.findings)},
        )

    choose = (FILE, SHEET, MAPPING, EDITS, SKIP, SKIP_FAILED)
    narrow = (
        Field("text", "搜索", Text(), note="只要搜到的"),
        WHERE,
    )
    full = Verb(
        f"{key}.export_full",
        f"导出{title}（含{titles(secrets)}）",
        export_full,
        (Field("file", "存到", Text(1000), required=True), *narrow),
        changes=(ACCESS_LOG.key,),
        entity=key,
        icon="arrow_export",
        palette=False,
        note="要写原因，谁导出的会记下来",
    )
    return (
        *((full,) if secrets else ()),
        Verb(
            f"{key}.check_import",
            f"预览导入{title}",
            preview,
            choose,
            entity=key,
            icon="eye",
            palette=False,
            note="只看会怎样，不写入",
        ),
        Verb(
            f"{key}.import",
            f"导入{title}",
            write,
            choose,
            changes=(key, *touches),
            entity=key,
            icon="arrow_import",
            prepare=read,
            note="按编码或名称认出已有的，只改表里填了的",
        ),
        Verb(
            f"{key}.export",
            f"导出{title}",
            export,
            (Field("file", "存到", Text(1000), required=True), *narrow),
            role=Role.VIEWER,
            entity=key,
            icon="arrow_export",
        ),
        Verb(
            f"{key}.print_list",
            f"打印{title}清单",
            print_list,
            (Field("out", "存到", Text(1000)), *narrow),
            role=Role.VIEWER,
            entity=key,
            icon="print",
        ),
    )


def table_sheet(ctx: Context, entity: Entity, rows: list[Row], filters: str) -> Any:
    """A register as a printable table: its listed fields."""
    from salesdesk.services.papers.shapes import SheetColumn, TableSheet

    fields, veil = [f for f in entity if f.listed], ctx.settings.veil
    return TableSheet(
        title=f"{entity.title}清单",
        company=ctx.settings.company,
        columns=tuple(SheetColumn(f.title, kind="number" if f.kind.numeric else "text") for f in fields),
        rows=tuple(
            tuple(shown(f, r[f.key], veil) if not isinstance(f.kind, Link) else str(_cell(f, r) or "") for f in fields)
            for r in rows
        ),
        filters=f"搜索：{filters}" if filters else "",
        printed_by=ctx.operator,
        stamp=ctx.now,
        watermark=f"{ctx.operator} {ctx.now[:16].replace('T', ' ')}".strip(),
    )


def _cell(one: Field, row: Row, hides: bool = False) -> Value:
    value: Value = row.get(f"{one.key}.name") if isinstance(one.kind, Link) else row[one.key]
    return (mask(one.kind.show(value), one.masked) or None) if hides else value


def _query(entity: Entity, args: Row) -> listing.Query:
    given = read_json(args.get("where"), WHERE, list) or []
    conditions = []
    for one in given:
        made = listing.Condition(*one) if isinstance(one, list) and len(one) in (2, 3) else None
        if made is None or not made.fits(entity):
            raise Refused(_unclear(WHERE, json.dumps(one, ensure_ascii=False)))
        conditions.append(made)
    return listing.Query(tuple(conditions), str(args.get("text") or ""))


def told(plan: ImportPlan) -> dict[str, Any]:
    """The plan for scripts and for the preview."""
    return {
        "summary": plan.summary,
        "counts": {str(k): n for k, n in plan.counts.items() if n},
        "columns": {k: plan.header.titles.get(c, "") for k, c in plan.columns.items()},
        "unknown": [title for _, title in plan.header.unknown],
        "ready": plan.ready,
    }


def missing(plan: ImportPlan, entity: Entity) -> dict[str, list[str]]:
    """By field: the names of linked records that are not there yet, such as the categories of a first product list."""
    found: dict[str, dict[str, None]] = {}
    for problem in plan.problems:
        key = problem.path.rpartition("/")[2]
        if problem.code == "import.value" and problem.value and any(one.key == key for one in entity.links):
            found.setdefault(key, {})[problem.value] = None
    return {key: [*names] for key, names in found.items()}


def table(plan: ImportPlan) -> dict[str, Any]:
    """The rows as texts, so that a window or a terminal can show what would happen: the first ones, and all that failed."""
    from salesdesk.services.import_plan import State

    first = plan.preview(MOST_SHOWN)
    shown = {row[0] for row in first.rows}
    failed = [row for row in plan.preview(MOST_SHOWN, State.FAILED).rows if row[0] not in shown]
    return {
        "titles": list(first.titles),
        "rows": [list(row) for row in (*first.rows, *failed)],
        "headings": [title for _, title in sorted(plan.header.titles.items())],
        "fields": [{"key": f.key, "title": f.title, "required": f.required} for f in plan.fields],
        "guessed": list(plan.header.guessed),
    }
