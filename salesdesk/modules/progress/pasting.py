"""Finds which order lines the rows of a pasted table mean: by order number, code or name; what is unsure is told, not guessed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from salesdesk.domain import dates
from salesdesk.domain.errors import BadValue
from salesdesk.domain.kinds import Qty, Row
from salesdesk.domain.text import compact, normalize, search_key

QTY = Qty()
HEADINGS: dict[str, tuple[str, ...]] = {
    "order": ("订单号", "订单编号", "单号", "销售单号", "客户单号", "合同号", "PO", "PO号", "订单"),
    "code": ("编码", "产品编码", "料号", "物料编码", "货号", "品号", "存货编码", "物料号", "商品编码", "图号"),
    "name": ("品名", "产品", "名称", "产品名称", "物料名称", "商品名称", "品名规格", "存货名称"),
    "spec": ("规格", "规格型号", "型号"),
    "qty": ("数量", "订单数量", "订货数量", "欠数", "未交数量", "未发", "需求数量"),
    "promised": (
        "新交期", "交期", "预计交期", "交货日期", "承诺交期", "完工日期", "预计完成", "预计完工", "到货日期", "回复交期", "日期",
        "计划完成", "预计到货", "答复交期", "完成日期", "计划交期",
    ),
    "state": ("进度", "状态", "完成率", "进展", "完成进度", "生产状态", "生产进度", "情况"),
    "ready": ("已备好", "已完成数", "完工数量", "入库数量", "完成数量", "已完成", "已入库", "完成数"),
    "note": ("备注", "说明", "原因", "原因说明"),
}  # fmt: skip
SAID = ("promised", "state", "ready", "note")
_LOOKS_LIKE_DAY = (
    r"\d{1,4}[-./年月]\d{1,2}|\d{1,2}[号日]|20\d{6}|[月年][底末初]|周[一二三四五六日]|[今明后]天|^[+]\d{1,2}$"
)


@dataclass
class Matched:
    """lines: wire rows for `progress.feedback`. unknown: (row of the paste from 1, its text, why). columns: what each means."""

    lines: list[dict[str, str]] = field(default_factory=list)
    unknown: list[tuple[int, str, str]] = field(default_factory=list)
    columns: dict[str, int] = field(default_factory=dict)


def match(text: str, lines: Sequence[Row], today: str) -> Matched:
    """The rows of a pasted text as feedback on some of `lines` (rows of `queries`, undelivered ones)."""
    rows = [(n, cells) for n, cells in enumerate(_cells(text), start=1) if any(cells)]
    found = Matched()
    if not rows:
        return found
    by_words = _headings(rows[0][1])
    if by_words:
        found.columns, rows = by_words, rows[1:]
    else:
        found.columns = _by_content([cells for _, cells in rows], lines, today)
    taken: set[str] = set()
    for n, cells in rows:
        row = {key: cells[at] for key, at in found.columns.items() if at < len(cells) and cells[at]}
        said = _said(row, today)
        shown = " ".join(filter(None, cells))[:60]
        if not said:
            found.unknown.append((n, shown, "没有日期、进度或数量"))
            continue
        fitting = _candidates(row, lines)
        if len(fitting) != 1 or fitting[0]["uid"] in taken:
            found.unknown.append((n, shown, _doubt(row, fitting)))
            continue
        taken.add(fitting[0]["uid"])
        found.lines.append({"order_line": fitting[0]["uid"], **said})
    return found


def _cells(text: str) -> list[list[str]]:
    """Rows and cells: tabs as Excel gives them, else runs of blanks, commas or bars as people type them."""
    parted = "\t" if "\t" in text else None
    made = []
    for line in text.replace("\r\n", "\n").split("\n"):
        cells = line.split(parted) if parted else re.split(r"[ \u3000]+|[,，;；|]", line.strip())
        made.append([normalize(cell.strip().strip('"')) for cell in cells])
    return made


def _headings(cells: Sequence[str]) -> dict[str, int]:
    """Column by meaning when the row is a heading; {} when it is not."""
    known = {compact(search_key(word)): key for key, words in HEADINGS.items() for word in words}
    found: dict[str, int] = {}
    for at, cell in enumerate(cells):
        key = known.get(compact(search_key(re.sub(r"[（(].*?[)）]", "", cell))))
        if key and key not in found:
            found[key] = at
    return found if any(k in found for k in SAID) and (found.keys() & {"code", "name", "order"}) else {}


def _by_content(rows: Sequence[Sequence[str]], lines: Sequence[Row], today: str) -> dict[str, int]:
    """Column by what stands in it, for a block without headings: each meaning goes to the column that fits most."""
    codes = {_key(one["product.code"]) for one in lines} - {""}
    numbers = {_key(one["order.number"]) for one in lines}
    names = {_key(one["product.name"]) for one in lines}
    tests = {
        "order": lambda cell: _key(cell) in numbers,
        "code": lambda cell: _key(cell) in codes,
        "promised": lambda cell: bool(re.search(_LOOKS_LIKE_DAY, cell)) and _is_day(cell, today),
        "state": lambda cell: bool(re.search(r"\d[%％]$", cell)),
        "name": lambda cell: any(_key(cell) and (_key(cell) in name or name in _key(cell)) for name in names),
    }
    width = max(len(row) for row in rows)
    found: dict[str, int] = {}
    for key, test in tests.items():
        best, most = -1, 0.5
        for at in range(width):
            filled = [row[at] for row in rows if at < len(row) and row[at]]
            share = sum(map(test, filled)) / len(filled) if filled and at not in found.values() else 0.0
            if share >= most and (best < 0 or share > most):
                best, most = at, share
        if best >= 0:
            found[key] = best
    rest = [at for at in range(width) if at not in found.values()]
    words = [at for at in rest if any(at < len(r) and r[at] and not _number(r[at]) for r in rows)]
    after = [at for at in words if at > max(found.values(), default=-1)]
    if after and "note" not in found:
        found["note"] = after[-1]
    numbered = [at for at in rest if at not in words and any(at < len(r) and r[at] for r in rows)]
    if len(numbered) == 1:
        found["qty"] = numbered[0]
    return found


def _said(row: dict[str, str], today: str) -> dict[str, str]:
    """What a row says, as typed; a word where a day should stand is the state of the line."""
    said = {key: row[key] for key in SAID if row.get(key)}
    day = said.get("promised")
    if day and "state" not in said and not _is_day(day, today) and not re.search(r"\d", day):
        said["state"] = said.pop("promised")
    if "ready" in said and not _number(said["ready"]):
        said.setdefault("state", said.pop("ready"))
    return said


def _candidates(row: dict[str, str], lines: Sequence[Row]) -> list[Row]:
    """Lines a row may mean; each thing it names narrows them."""
    fitting = list(lines)
    named = False
    if row.get("order"):
        wanted = _key(row["order"])
        fitting = [one for one in fitting if wanted in (_key(one["order.number"]), _key(one.get("order.po")))]
        named = True
    if row.get("code"):
        coded = [one for one in fitting if _key(one["product.code"]) == _key(row["code"])]
        fitting = coded or _called(row["code"], "", fitting)
        named = True
    elif row.get("name"):
        fitting = _called(row["name"], row.get("spec", ""), fitting)
        named = True
    if not named:
        return []
    if len(fitting) > 1 and row.get("qty") and _number(row["qty"]):
        same = [one for one in fitting if QTY.parse(row["qty"]) in (one["left"], one["qty"])]
        fitting = same or fitting
    return fitting


def _called(name: str, spec: str, lines: Sequence[Row]) -> list[Row]:
    """Lines of products with this name; those it says exactly before those it only hints at. A lone letter hints at nothing."""
    wanted, short = _key(name + spec), _key(name)
    exact = [one for one in lines if wanted in (_key(one["product.name"]), _full(one))]
    if exact or len(short) < 2:
        return exact
    return [one for one in lines if short in _full(one) or (_key(one["product.name"]) or "?") in wanted]


def _doubt(row: dict[str, str], fitting: Sequence[Row]) -> str:
    named = row.get("code") or row.get("name") or row.get("order")
    if not named:
        return "没有编码、品名或订单号，不知道是哪一行"
    if len(fitting) == 1:
        return f"「{named}」上面已经有一行说过了"
    if fitting:
        orders = list(dict.fromkeys(str(one["order.number"]) for one in fitting))
        return f"「{named}」有 {len(fitting)} 行（{'、'.join(orders[:3])}），表里加上订单号就分得清"
    return f"没发完的订单里没有「{' '.join(filter(None, (row.get('order'), row.get('code') or row.get('name'))))}」"


def _full(line: Row) -> str:
    return _key(f"{line['product.name']}{line['product.spec'] or ''}")


def _key(text: object) -> str:
    return compact(search_key(str(text or "")))


def _is_day(text: str, today: str) -> bool:
    try:
        dates.parse_day(text, today)
    except (BadValue, ValueError):
        return False
    return True


def _number(text: str) -> bool:
    try:
        QTY.parse(text)
    except (BadValue, ValueError):
        return False
    return True
