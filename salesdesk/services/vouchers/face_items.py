"""The lines of goods on the face of an invoice and on the list pages behind it."""

from __future__ import annotations

from collections.abc import Sequence

from salesdesk.domain.patterns import late
from salesdesk.services.vouchers.face_lines import Cell, Line, Page
from salesdesk.services.vouchers.printed import NIL_TAX, money_of, plain
from salesdesk.services.vouchers.voucher import Item

_HEAD = late(r"(?:项目名称|货物或应税劳务|货物\(劳务\)名称|服务名称).*金额")
_END = late(r"合计|小计|总额|^备注")
_RATE = late(r"\d{1,2}(?:\.\d{1,2})?%|免税|不征税|\*{3}|出口零税|0税率")
_NUMERIC = late(r"-?\d[\d,]*(?:\.\d+)?")
MOST_ITEMS = 5000


def items_of(pages: Sequence[Page]) -> tuple[Item, ...]:
    """The goods of the first page; of the list pages instead, when there are such."""
    first = _items(pages[0])
    listed = [item for page in pages[1:] for item in _items(page)]
    return tuple((listed or first)[:MOST_ITEMS])


def _items(page: Page) -> list[Item]:
    head = next((at for at, line in enumerate(page.lines) if _HEAD.search(line.text)), None)
    if head is None:
        return []
    columns = _columns(page.lines[head])
    found: list[Item] = []
    for line in page.lines[head + 1 :]:
        if _END.search(line.text) and not line.text.startswith("*"):
            break
        cells = line.cells(gap=0.45)
        item = _item(cells, columns, line.size)
        if item:
            found.append(item)
        elif (
            found and len(cells := line.cells(gap=0.9)) == 1 and cells[0].left < columns.get("规格型号", page.width / 3)
        ):
            found[-1] = found[-1]._replace(name=found[-1].name + cells[0].text)
    return found


def _columns(head: Line) -> dict[str, float]:
    """Left edges of the columns whose titles stand in the head."""
    places = {}
    for title in ("规格型号", "单位", "数量", "单价", "金额", "税率", "税额"):
        if spans := head.find(title):
            places[title] = head.glyphs[spans[0][0]].left
    return places


def _item(cells: list[Cell], columns: dict[str, float], size: float) -> Item | None:
    """One line: name, spec, unit, then numbers; recognised from the right, where rate and tax stand."""
    said = [plain(cell.text) for cell in cells]
    rates = [
        at for at in range(1, len(cells)) if _RATE.fullmatch(said[at]) and cells[at].right >= columns.get("金额", 0.0)
    ]
    rate = rates[-1] if rates else None
    if len(rates) > 1 and rates[-2] == rates[-1] - 1:
        rate = rates[-2]  # 免税 in the rate's column, *** in the tax's
    if rate is None:
        return None
    amount = money_of(said[rate - 1])
    if amount is None or rate < 1:
        return None
    tax_text = said[rate + 1] if rate + 1 < len(said) else ""
    numbers = [at for at in range(1, rate - 1) if _NUMERIC.fullmatch(said[at]) and _numeric_place(cells[at], columns)]
    words = _together([cells[at] for at in range(rate - 1) if at not in numbers], 0.9 * size)
    qty, price = _qty_and_price([cells[at] for at in numbers[-2:]], columns)
    name = words[0].text if words else ""
    spec = unit = ""
    for word in words[1:]:
        if word is words[-1] and word.right > columns.get("单位", 1e9) - 4:
            unit = word.text
        else:
            spec = f"{spec} {word.text}".strip()
    tax = 0 if tax_text in NIL_TAX else money_of(tax_text)
    return Item(name, spec, unit, qty, price, amount, cells[rate].text, tax)


def _together(words: list[Cell], gap: float) -> list[Cell]:
    """Words with no wide gap between them belong to one column."""
    found: list[Cell] = []
    for word in words:
        if found and word.left - found[-1].right <= gap:
            found[-1] = Cell(f"{found[-1].text} {word.text}", found[-1].left, word.right)
        else:
            found.append(word)
    return found


def _numeric_place(cell: Cell, columns: dict[str, float]) -> bool:
    """A number left of the unit is part of the specification; a toll invoice has dates there, and no quantity at all."""
    return ("数量" in columns or "单价" in columns) and cell.right > columns.get("单位", 0.0)


def _qty_and_price(cells: list[Cell], columns: dict[str, float]) -> tuple[str, str]:
    if len(cells) == 2:
        first, second = cells[0].text, cells[1].text
        return (second, first) if columns.get("单价", 1.0) < columns.get("数量", 0.0) else (first, second)
    if not cells:
        return "", ""
    place = (cells[0].left + cells[0].right) / 2
    nearer = min(("数量", "单价"), key=lambda title: abs(columns.get(title, 1e9) + 9 - place))
    return (cells[0].text, "") if nearer == "数量" else ("", cells[0].text)
