"""Printing a record: the sheet is built from the saved row, numbered 第 N 次打印, logged, and written as one PDF."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Choice, Link, Option, Row, Text
from salesdesk.domain.problems import Problem
from salesdesk.domain.text import safe_file_name
from salesdesk.persistence.reading import Reader
from salesdesk.services.attachments import keep
from salesdesk.services.files import output_path, sha256_of, write_atomically
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.papers.kept import as_text
from salesdesk.services.print_log import PRINT_LOG
from salesdesk.services.roles import Role
from salesdesk.services.settings import Settings

if TYPE_CHECKING:
    from salesdesk.services.papers.shapes import Calibration, PaperSize, Printable, Rendered
    from salesdesk.services.vouchers.tiling import Piece


class Printing:
    """What a sheet builder may know besides the record: company, operator, moment, how often it was printed before."""

    def __init__(self, ctx: Context, nth: int) -> None:
        self.reader: Reader = ctx.work
        self.settings = ctx.settings
        self.company = ctx.settings.company
        self.operator = ctx.operator
        self.now = ctx.now
        self.nth = nth


Build = Callable[[Printing, Row], "Printable"]
"""Makes the printable sheet of one stored record."""


class Behind(NamedTuple):
    """What lies behind a sheet in the same PDF: further sheets each with its paper, then vouchers on A4."""

    sheets: tuple[tuple[Printable, str], ...] = ()
    pieces: tuple[Piece, ...] = ()


FindBehind = Callable[[Context, Printing, Row], Behind]
"""What lies behind the sheet of one stored record."""
Gate = Callable[[Context, Row], list[Problem]]
"""What speaks against printing a record now."""
CUSTOM = "custom"
"""Paper of the size that the settings name."""
BUILDERS: dict[str, tuple[Entity, Build]] = {}
"""Paper name -> what it is printed of and how its sheet is made; filled by `paper_verbs`."""


def times_printed(reader: Reader, uid: str, paper: str) -> int:
    """How often a paper of a record has left the printer."""
    return int(reader.value("SELECT count(*) FROM print_log WHERE owner = ? AND paper = ? AND void = 0", (uid, paper)))


def fit_key(printer: str, paper: str) -> str:
    """Setting that remembers how far one printer prints off on one paper."""
    return f"print.fit/{printer}/{paper}"


def calibration(ctx: Context, printer: str = "", paper: str = "") -> Calibration:
    """The correction of a print made now."""
    return fit_of(ctx.settings, printer, paper)


def fit_of(settings: Settings, printer: str, paper: str) -> Calibration:
    """The correction measured for this printer and paper; else this PC's plain shift."""
    from salesdesk.services.papers.shapes import Calibration

    kept = settings.get(fit_key(printer, paper)) if printer else None
    if kept:
        return Calibration(*(float(kept[key]) for key in ("dx", "dy", "scale", "creep")))
    return Calibration(float(settings.get("print.dx") or 0), float(settings.get("print.dy") or 0))


def _own_paper(ctx: Context) -> PaperSize:
    """The paper whose size the settings name. Raises Refused when that is no size."""
    from salesdesk.services.papers.shapes import paper

    size = str(ctx.settings.get("print.custom_paper"))
    try:
        return paper(size.replace(" ", ""))
    except ValueError as fault:
        raise Refused(
            Problem(f"设置里的「自定义纸张」写的是「{size}」，看不懂", "请写成 宽x高，例如 210x120", code="bad_paper")
        ) from fault


def _render(
    ctx: Context, sheets: Sequence[tuple[Printable, PaperSize]], pieces: Sequence[Piece], printer: str
) -> Rendered:
    """All sheets in one PDF, the vouchers behind them."""
    from salesdesk.services.papers.shapes import PrintJob
    from salesdesk.services.printing import render_many

    rendered = render_many([PrintJob(one, size, calibration(ctx, printer, size.key)) for one, size in sheets])
    if not pieces:
        return rendered
    from salesdesk.services.vouchers.tiling import tile

    tiled = tile(pieces, rendered.pdf)
    return rendered._replace(
        pdf=tiled.pdf,
        pages=rendered.pages + tiled.sheets,
        findings=tuple(dict.fromkeys((*rendered.findings, *tiled.findings))),
    )


def paper_verbs(
    name: str,
    title: str,
    entity: Entity,
    build: Build,
    setting: str,
    papers: tuple[tuple[str, str], ...],
    shortcut: str = "",
    gate: Gate | None = None,
    behind: FindBehind | None = None,
) -> tuple[Verb, Verb]:
    """`<name>.preview` writes the PDF and leaves no trace; `<name>.print` writes it, counts it and logs it.

    setting: which setting holds the usual paper. papers: (key, title) of the papers that suit. gate: what speaks against
    printing this record now; the preview tells it, the print asks for a reason. behind: what is printed with it. Each print
    is kept as it was.
    """
    BUILDERS[name] = (entity, build)

    def make(ctx: Context, args: Row, logged: bool) -> Outcome:
        from salesdesk.services.papers.shapes import paper

        row = ctx.work.get(entity, args["uid"])
        if row is None:
            raise Refused(Problem(f"没有这张{entity.title}", "请刷新列表", path="uid", code="unknown_record"))
        if row["void"]:
            raise Refused(Problem(f"{row[entity.naming]} 已作废，不能打印", "恢复后再打", path="uid", code="void"))
        against = gate(ctx, row) if gate is not None else []
        if logged:
            ctx.check(against)
        else:
            ctx.warnings.extend(against)
        nth = times_printed(ctx.work, row["uid"], name) + 1
        printing = Printing(ctx, nth)
        sheet = build(printing, row)
        key = str(args.get("paper") or ctx.settings.get(setting))
        size = _own_paper(ctx) if key == CUSTOM else paper(key)
        printer = str(args.get("printer") or "")
        more = behind(ctx, printing, row) if behind is not None else Behind()
        rendered = _render(ctx, [(sheet, size), *((one, paper(on)) for one, on in more.sheets)], more.pieces, printer)
        number = str(row[entity.naming] or "")
        usual = ctx.folder / "prints" / f"{safe_file_name(f'{title} {number}')}.pdf"
        target = output_path(args.get("out"), (".pdf",), usual)
        write_atomically(target, rendered.pdf)
        data = {
            "file": str(target),
            "pages": rendered.pages,
            "nth": nth,
            "paper": size.key,
            "findings": list(rendered.findings),
        }
        if logged:
            log = ctx.work.insert(
                PRINT_LOG,
                {
                    "owner": row["uid"],
                    "paper": name,
                    "number": number,
                    "nth": nth,
                    "printed_at": ctx.now,
                    "pages": rendered.pages,
                    "size": size.key,
                    "printer": printer or None,
                    "printed_by": ctx.operator,
                    "sha256": sha256_of(rendered.pdf),
                    "sheet": as_text(sheet),
                },
            )
            keep(ctx, PRINT_LOG, log, f"{title} {number} 第 {nth} 次.pdf", rendered.pdf)
            data["print"] = log
            ctx.work.title = f"打印{title} {number}（第 {nth} 次）"
        return Outcome(row["uid"], f"{title} {number} 已存为 {target.name}", data)

    params = (
        Field("uid", entity.title, Link(entity=entity.key), required=True),
        Field("paper", "纸张", Choice(options=tuple(Option(k, t) for k, t in papers)), note="不给就用设置里的"),
        Field("printer", "打印机", Text(120), note="按这台打印机校准过的位置印"),
        Field("out", "存到", Text(400), note="PDF 文件路径；不给就放在数据文件夹的 prints 里"),
    )
    return (
        Verb(
            f"{name}.print",
            f"打印{title}",
            lambda ctx, args: make(ctx, args, True),
            params,
            changes=("print_log", "attachment"),
            entity=entity.key,
            icon="print",
            shortcut=shortcut,
            note="记下第几次打印",
        ),
        Verb(
            f"{name}.preview",
            f"预览{title}",
            lambda ctx, args: make(ctx, args, False),
            params,
            role=Role.VIEWER,
            entity=entity.key,
            icon="eye",
            palette=False,
        ),
    )
