"""Reads a pasted table: from Excel or WPS, from a mail, or columns drawn with blanks; with headings, or by what stands in them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from salesdesk.domain.dates import parse_day
from salesdesk.domain.errors import Refused
from salesdesk.domain.kinds import Money
from salesdesk.domain.money import line_amount
from salesdesk.modules.orders.customer_file import COLUMNS, number_above
from salesdesk.modules.orders.goods import Goods, tokens
from salesdesk.modules.orders.matching import key_of
from salesdesk.modules.orders.spoken import UNITS, Count, plain, read_count, read_price
from salesdesk.modules.orders.wording import Wanted

if TYPE_CHECKING:
    from salesdesk.services.excel_header import Header
    from salesdesk.services.excel_text import Cell

FIELDS = tuple(f for f in COLUMNS if f.key != "customer")
MOST_ROWS = 5000
MONEY = Money()
_UNIT_WORD = re.compile(rf"(?:[{UNITS}]|公斤|千克|平方米|pcs?|PCS?|kg|KG|EA|ea)")
_NUMBER = re.compile(r"[¥￥$]?-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_RULER = re.compile(r"[\s|:+\-=_─━┼│]+")

Block = list[list[str]]


@dataclass
class Table:
    """What a pasted table holds. signature and columns: how it was laid out, to be remembered for the customer."""

    wanted: list[Wanted] = field(default_factory=list)
    signature: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    po: str | None = None
    order_date: str | None = None
    around: list[str] = field(default_factory=list)  # texts above and below, to be read as a message


def block_of(text: str) -> Block | None:
    """The cells of a text that is a table; None when it is a message."""
    if re.search(r"<(?:table|tr)\b", text, re.I):
        return _html(text)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = [line for line in text.split("\n") if line.strip()]
    tabbed = sum("\t" in line for line in lines)
    if tabbed and tabbed * 2 >= len(lines):
        return _cells(text.strip("\n"))
    for pattern in (re.compile(r"\s*[|│]\s*"), re.compile(r"\s{2,}|\t|\u3000+"), re.compile(r"\s*[,，]\s*")):
        found = _columns(lines, pattern)
        if found is not None:
            return found
    return None


def _html(text: str) -> Block | None:
    from salesdesk.services.excel_text import Unreadable, read_html

    try:
        sheet = read_html(text, MOST_ROWS)[0]
    except (Unreadable, AssertionError):
        return None
    return [
        ["" if cell is None else f"{cell:.12g}" if isinstance(cell, float) else str(cell) for cell in row]
        for row in sheet.rows
    ]


def _cells(text: str) -> Block:
    """Tab-separated cells; a quote that never closes is only a letter (2" 球阀)."""
    try:
        rows = [
            [cell.strip() for cell in row]
            for row in csv.reader(io.StringIO(text, newline=""), delimiter="\t", strict=True)
        ]
    except csv.Error:
        rows = [[cell.strip() for cell in line.split("\t")] for line in text.split("\n")]
    return rows[:MOST_ROWS]


def _columns(lines: Sequence[str], pattern: re.Pattern[str]) -> Block | None:
    """Lines cut into columns, when all agree closely enough; or a single row of headings shows that it is a table."""
    rows = [
        [cell.strip() for cell in pattern.split(line.strip().strip("|│"))]
        for line in lines
        if not _RULER.fullmatch(line)
    ]
    rows = [row for row in rows if any(row)]
    if len(rows) < 2:
        return None
    widths = [len(row) for row in rows]
    usual = max(set(widths), key=lambda w: (widths.count(w), w))
    alike = widths.count(usual)
    headed = sum(_is_heading(cell) for cell in rows[0]) >= 2 or any(
        sum(_is_heading(c) for c in row) >= 3 for row in rows[:6]
    )
    if usual < 2 or (not headed and (usual < 3 or alike < len(rows))) or (headed and alike * 2 < len(rows)):
        return None
    if not headed:
        numeric = [all(_NUMBER.fullmatch(row[i]) or not row[i] for row in rows) for i in range(usual)]
        if not any(numeric) or "," in pattern.pattern:
            return None
    return rows[:MOST_ROWS]


_HEADINGS: set[str] = set()


def _is_heading(cell: str) -> bool:
    from salesdesk.services.excel_header import normal_title

    if not _HEADINGS:
        _HEADINGS.update(normal_title(word) for f in FIELDS for word in (f.title, *f.synonyms))
        _HEADINGS.update({"序号", "编号", "no"})
    return normal_title(re.sub(r"[(（].*$", "", cell)) in _HEADINGS


# ---- columns ---------------------------------------------------------------------------------------------------------


def read_table(block: Block, goods: Goods, layouts: AnyMapping[str, str], today: str) -> Table | None:
    """Read a block; `layouts` are the customer's remembered ones (signature -> JSON). None when nothing counts anything."""
    from salesdesk.services.excel_header import body_of, find_header, titles_of
    from salesdesk.services.import_mapping import Mapping

    width = max((len(row) for row in block), default=0)
    padded = [[*row, *[""] * (width - len(row))] for row in block]
    rows: list[list[Cell]] = [[cell.strip() or None for cell in row] for row in padded]
    rows = [row for row in rows if any(cell is not None for cell in row)]
    if not rows:
        return None
    texts = [["" if c is None else str(c) for c in row] for row in rows]
    try:
        header = find_header(rows, titles_of(FIELDS))
    except Refused:
        return None
    table = Table()
    places: dict[str, int]
    if header.confidence and not _only_data(header, texts):
        known = layouts.get(header.signature)
        places = Mapping.from_wire(_json(known)).places(header) if known else dict(header.columns)
        places = _better(places, header, texts, goods)
        body = body_of(rows, header, places)
        data, passed = body.data, [text for _, text, _ in body.passed]
        above = texts[: max(header.first_row, 0)]
        table.po = number_above(above)
        table.around = [" ".join(c for c in row if c) for row in above] + passed
        mapping = Mapping.of(header, {f.key: places.get(f.key) for f in FIELDS})
        table.signature, table.columns = header.signature, dict(mapping.columns)
        table.titles = {key: header.titles.get(column, "") for key, column in places.items()}
    else:
        table.signature = f"#{width}"
        places = _remembered_places(layouts.get(table.signature), width)
        data = [i for i, row in enumerate(texts) if not _is_total(row)]
        places = places or _by_content([texts[i] for i in data], goods)
        table.columns = {key: str(column) for key, column in places.items()}
    if "qty" not in places or not places.keys() & {"code", "name", "spec"}:
        return None
    _rows(table, texts, data, places, header if header.confidence else None, today)
    return table if table.wanted else None


def _json(text: str | None) -> dict[str, object]:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _remembered_places(known: str | None, width: int) -> dict[str, int]:
    columns = _json(known).get("columns")
    if not isinstance(columns, dict):
        return {}
    return {str(k): int(v) for k, v in columns.items() if str(v).isdigit() and int(str(v)) < width}


def _only_data(header: Header, texts: Block) -> bool:
    """A row of goods whose words happen to look like headings."""
    row = texts[header.row_index]
    return sum(bool(_NUMBER.fullmatch(c)) for c in row) >= 1 and header.confidence < 0.6


def _is_total(row: Sequence[str]) -> bool:
    first = next((c for c in row if c), "")
    return bool(re.match(r"(?:本页|总)?(?:合\s*计|小\s*计|总\s*计|共\s*计)", first)) or not any(row)


def _better(places: dict[str, int], header: Header, texts: Block, goods: Goods) -> dict[str, int]:
    """Fill what headings did not tell: a column of our codes, and the quantity when only one column of numbers is left."""
    below = texts[header.row_index + 1 :]
    free = [i for i in range(len(texts[0])) if i not in places.values()]
    if not places.keys() & {"code", "name", "spec"}:
        found = [
            i
            for i in free
            if i in header.titles
            and sum(bool(re.search(r"[\u4e00-\u9fffA-Za-z]", r[i])) for r in below) * 2 > len(below)
        ]
        if found:
            places = {**places, "name": found[0]}
            free.remove(found[0])
    if "qty" not in places:
        numeric = [
            i
            for i in free
            if (cells := [r[i] for r in below if r[i]])
            and all(read_count(c).qty for c in cells)
            and not _running(cells)
        ]
        if len(numeric) == 1:
            places = {**places, "qty": numeric[0]}
    return places


def _running(cells: Sequence[str]) -> bool:
    """1, 2, 3: a column of running numbers."""
    return (
        len(cells) > 1
        and all(c.isdigit() for c in cells)
        and [int(c) for c in cells] == list(range(int(cells[0]), int(cells[0]) + len(cells)))
    )


def _by_content(rows: Block, goods: Goods) -> dict[str, int]:
    """Which column is which, told by the cells alone."""
    width = max((len(r) for r in rows), default=0)
    places: dict[str, int] = {}
    numbers: list[int] = []
    texts: list[int] = []
    for i in range(width):
        cells = [r[i] for r in rows if i < len(r) and r[i]]
        if not cells:
            continue
        if i == 0 and (_running(cells) or (cells == ["1"] and width > 2)):
            continue
        half = len(cells) / 2
        if "code" not in places and sum(len(goods.catalogue.by_code.get(key_of(c), [])) == 1 for c in cells) > half:
            places["code"] = i
        elif "unit" not in places and sum(bool(_UNIT_WORD.fullmatch(c)) for c in cells) > half:
            places["unit"] = i
        elif "due_date" not in places and sum(_is_day(c) for c in cells) > half:
            places["due_date"] = i
        elif sum(bool(_NUMBER.fullmatch(c)) for c in cells) > half or sum(_counted(c) for c in cells) > half:
            numbers.append(i)
        else:
            texts.append(i)
    _numbers(places, numbers, rows)
    goodly = [i for i in texts if sum(_names_goods(r[i], goods) for r in rows if i < len(r)) * 2 > len(rows)]
    if "code" not in places or goodly:
        names = goodly or texts
        if names:
            places["name"] = names[0]
            later = [i for i in texts if i > names[0] and i < places.get("qty", width)]
            if later:
                places["spec"] = later[0]
    rest = [i for i in texts if i not in places.values() and i > places.get("qty", width)]
    if rest:
        places["note"] = rest[-1]
    return places


def _names_goods(cell: str, goods: Goods) -> bool:
    latin, han = tokens(cell)
    return any(w in goods.by_token for w in latin) or any(
        run[i : i + 2] in goods.by_pair for run in han for i in range(len(run) - 1)
    )


def _counted(cell: str) -> bool:
    return (
        bool(re.fullmatch(rf"\s*[\d.,一二两三四五六七八九十百千半]+\s*(?:{_UNIT_WORD.pattern}).*", plain(cell)))
        and read_count(cell).qty is not None
    )


def _is_day(cell: str) -> bool:
    if not re.search(r"[-/.年月日号天周]", cell) or re.fullmatch(r"\d+\.\d+", cell):
        return False
    try:
        parse_day(cell, "2026-01-01")
    except ValueError:
        return False
    return True


def _numbers(places: dict[str, int], numbers: list[int], rows: Block) -> None:
    """Quantity, price, amount: by quantity × price = amount; else the whole numbers first, prices after."""

    def values(i: int) -> list[float]:
        return [
            float(re.sub(r"[¥￥$,]", "", r[i])) if _NUMBER.fullmatch(r[i]) else (read_count(r[i]).qty or 0) / 1000
            for r in rows
            if i < len(r) and r[i]
        ]

    for q in numbers:
        for p in numbers:
            for a in numbers:
                one, two, three = values(q), values(p), values(a)
                if (
                    len({q, p, a}) == 3
                    and q < p
                    and len(one) == len(two) == len(three)
                    and all(abs(x * y - z) < 0.02 for x, y, z in zip(one, two, three, strict=True))
                ):
                    places |= {"qty": q, "price": p, "amount": a}
                    return
    whole = [i for i in numbers if all(v == int(v) for v in values(i))]
    counted = [i for i in numbers if any(_counted(r[i]) for r in rows if i < len(r))]
    if counted:
        places["qty"] = counted[0]
    elif whole:
        places["qty"] = whole[0]
    elif numbers:
        places["qty"] = numbers[0]
    rest = [i for i in numbers if i != places.get("qty")]
    if rest:
        places["price"] = rest[0]
    if len(rest) > 1:
        places["amount"] = rest[1]


# ---- rows ------------------------------------------------------------------------------------------------------------


def _rows(
    table: Table, texts: Block, data: Sequence[int], places: AnyMapping[str, int], header: Header | None, today: str
) -> None:
    unit_of = _unit_in_title(header, places)
    above: dict[str, str] = {}
    for index in data:
        row = texts[index]
        cell = {key: row[column] if column < len(row) else "" for key, column in places.items()}
        if not any(cell.get(k) for k in ("code", "name", "spec", "qty")):
            continue
        one = Wanted(
            code=cell.get("code", ""),
            name=cell.get("name", ""),
            spec=cell.get("spec", ""),
            note=cell.get("note", ""),
            row=index,
            spoken=False,
        )
        if one.name in ("〃", "同上", '"', "″"):
            one.name = above.get("name", "")
        if (
            not one.name and not one.code and one.spec and above.get("name")
        ):  # merged cells leave the name in the first row only
            one.name = above["name"]
        above = {"name": one.name}
        one.count = read_count(cell["qty"]) if cell.get("qty") else Count(None, doubt="没有写数量")
        unit = cell.get("unit", "") or unit_of
        if unit and not one.count.unit:
            one.count = Count(
                one.count.qty,
                plain(unit).lower() if unit.isascii() else unit,
                one.count.each,
                one.count.second,
                one.count.doubt,
            )
        if cell.get("price"):
            one.price = read_price(cell["price"])
            if one.price is None:
                one.doubts.append(f"单价「{cell['price']}」读不出来")
        _amount(one, cell.get("amount", ""))
        if cell.get("due_date"):
            try:
                one.due = parse_day(cell["due_date"], today, ahead=True)
            except ValueError:
                one.doubts.append(f"交期「{cell['due_date']}」读不出来")
        if cell.get("customer_po") and not table.po:
            table.po = cell["customer_po"]
        table.wanted.append(one)


def _unit_in_title(header: Header | None, places: AnyMapping[str, int]) -> str:
    """数量(箱): the unit of the whole column."""
    title = header.titles.get(places["qty"], "") if header is not None else ""
    found = re.search(r"[(（/]\s*(?:单位\s*[:：]?\s*)?(?P<unit>[^)）\s]{1,3})\s*[)）]?\s*$", title)
    return found["unit"] if found and _UNIT_WORD.fullmatch(found["unit"]) else ""


def _amount(one: Wanted, said: str) -> None:
    """What the customer counted himself must agree."""
    if not said or one.count.qty is None or one.price is None:
        return
    try:
        amount = MONEY.parse(re.sub(r"[¥￥元\s]", "", said), None)
    except ValueError:
        return
    counted = line_amount(one.count.qty, one.price)
    if isinstance(amount, int) and abs(counted - amount) > max(1, abs(amount) // 1000):
        one.doubts.append(f"数量×单价是 {MONEY.show(counted)}，表里写 {MONEY.show(amount)}")
