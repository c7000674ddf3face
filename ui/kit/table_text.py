"""What is selected in a list, told in words and copied as text."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from salesdesk.domain.kinds import Money, Qty
from salesdesk.domain.masking import Veil
from ui.kit.table_paint import cell_text
from ui.kit.window_model import ListModel

SUMMED = 5000
"""A selection up to this many rows is summed row by row; all rows of the list are summed in the file."""
COPIED = 100_000
"""The most rows that are copied at once."""


def selection_text(model: ListModel, count: int, numbers: Callable[[int], list[int]]) -> str:
    """ "已选 3 行 合计 ¥…", or how long the list is. `numbers(most)` gives the selected row numbers."""
    if count < 2:
        return f"共 {model.rowCount():,} 条"
    summed = next((f for f in model.fields if isinstance(f.kind, Money) and f.listed), None)
    summed = summed or next((f for f in model.fields if isinstance(f.kind, Qty) and f.listed), None)
    text = f"已选 {count:,} 行"
    if summed is None:
        return text
    if count == model.rowCount() and count > SUMMED:
        whole = model.desk.total(model.entity.key, summed.key, model.query)
    elif count <= SUMMED:
        whole = sum(int(row[summed.key] or 0) for row in model.rows(numbers(SUMMED)))
    else:
        return text
    sign = "¥" if isinstance(summed.kind, Money) else ""
    return f"{text}　{summed.title}合计 {sign}{summed.kind.show(whole)}"


def rows_text(
    model: ListModel,
    numbers: Sequence[int],
    columns: Sequence[int],
    today: str,
    veil_of: Callable[[str], Veil],
    headers: bool,
) -> str:
    """Rows as tab-separated text for Excel or WPS; amounts without the currency sign, so that they stay numbers."""
    lines = ["\t".join(model.fields[c].title for c in columns)] if headers else []
    for row in model.rows(numbers):
        veil = veil_of(str(row["uid"]))
        cells = (cell_text(model.entity, model.fields[c], row, today, veil) for c in columns)
        lines.append("\t".join(t.replace("\t", " ").removeprefix("¥").replace("-¥", "-") for t in cells))
    return "\n".join(lines)
