"""What the chair is told of resolutions: the open ones by how late they are, then those finished in the last weeks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from salesdesk.domain import dates
from salesdesk.domain.kinds import Row
from salesdesk.modules.meetings import queries
from salesdesk.modules.meetings.wording import standing
from salesdesk.persistence.reading import Reader
from salesdesk.services.module import Context
from salesdesk.services.papers.shapes import Sheet, SheetColumn, Signature

FINISHED_DAYS = 31
"""Finished ones are told for so many days."""


class Told(NamedTuple):
    """One resolution in the report; cells: text, owner, due, standing, day done, result, meeting, its day."""

    late: int
    open: bool
    cells: tuple[str | None, ...]


def report_rows(reader: Reader, today: str, chair: str = "") -> list[Told]:
    """Open ones, the latest first, then the finished ones, newest first."""
    finished = reader.rows(
        "SELECT r.*, m.title AS meeting_title, m.starts_at FROM resolution r JOIN meeting m ON m.uid = r.meeting"
        " WHERE r.void = 0 AND m.void = 0 AND r.state IN ('done', 'dropped') AND r.done_at >= ? AND (?2 = '' OR m.chair = ?2)"
        " ORDER BY r.done_at DESC",
        (dates.add_days(today, -FINISHED_DAYS), chair),
    )
    return [_told(row, today) for row in (*queries.open_resolutions(reader, chair), *finished)]


def _told(row: Row, today: str) -> Told:
    still = row["state"] == "open"
    late = max(0, dates.days_between(str(row["due"]), today)) if still and row["due"] else 0
    state = standing(row, today).split("（")[0].split("：")[0] if not still else standing(row, today)
    done = str(row["done_at"])[:10] if row["done_at"] else None
    told = state.removesuffix(f" {done}") if done else state
    cells = (
        row["text"],
        row["owner"],
        row["due"],
        told,
        done,
        row["result"],
        row["meeting_title"],
        str(row["starts_at"])[:10],
    )
    return Told(late, still, cells)


def report_sheet(ctx: Context, rows: Sequence[Told], chair: str, kept: int | None = None) -> Sheet:
    """The report; kept: how many of the finished ones are told, the newest first, None for all. The open ones all stand."""
    still, late = [r for r in rows if r.open], [r for r in rows if r.late]
    shown = rows if kept is None else rows[: len(still) + kept]
    printed = []
    for i, row in enumerate(shown, 1):
        text, owner, due, state, done, result, meeting, day = row.cells
        printed.append((str(i), text or "", owner or "", due or "", f"{state}{f' {done}' if done else ''}", result or "",
                        f"{meeting} {day}"))  # fmt: skip
    return Sheet(
        title="决议落实汇报单",
        company=ctx.settings.company,
        pairs=(
            ("主持人", chair or "全部会议"), ("截至", ctx.today), ("没办完", f"{len(still)} 条，过期 {len(late)} 条"),
            (f"近 {FINISHED_DAYS} 天办结", f"{len(rows) - len(still)} 条"),
        ),
        columns=(
            SheetColumn("序", 4, "center", "code"), SheetColumn("决议", 30), SheetColumn("负责人", 9),
            SheetColumn("期限", 11, "center", "code"), SheetColumn("状态", 13), SheetColumn("结果", 17), SheetColumn("会议", 16),
        ),
        rows=tuple(printed) or (("", "没有要跟的决议", "", "", "", "", ""),),
        signatures=(Signature("汇报", ctx.operator), Signature("主持人")),
        footnotes=(f"另有 {len(rows) - len(shown)} 条早些办结的没有列出，见汇报单 Excel。",) if len(shown) < len(rows) else (),
        fill_rows=0,
        printed_by=ctx.operator,
        stamp=ctx.now,
    )  # fmt: skip
