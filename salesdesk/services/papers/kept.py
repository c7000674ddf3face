"""A paper as it was printed, kept as text, and what is different on it from the paper that would be printed now."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple

from salesdesk.services.papers.shapes import Printable

OF_THE_MOMENT = ("print_count", "printed_by", "stamp", "copies", "separate_copies", "fill_rows", "blank_mark")
"""Entries that differ from print to print without saying anything."""
_PLAIN = {
    "title": "名称",
    "company": "单位",
    "number": "单号",
    "words": "大写金额",
    "words_amount": "小写金额",
    "claimant": "报销人",
    "department": "部门",
    "day": "日期",
    "vouchers": "附单据",
    "reason": "事由",
    "payee": "收款单位",
    "account": "账号",
    "amount_fen": "金额（分）",
    "invoices": "发票号码",
}
_LISTS = {"lines": "", "legs": "交通费", "allowances": "补贴", "others": "其他费用", "parts": ""}


class PaperDifference(NamedTuple):
    """One place of a paper: what was printed there, and what would be printed now."""

    place: str
    then: str
    now: str

    @property
    def text(self) -> str:
        """One sentence for a list."""
        return f"{self.place}：当时 {self.then or '（空）'}，现在 {self.now or '（空）'}"


def as_text(sheet: Printable) -> str:
    """Everything that stands on a paper, as canonical JSON."""
    told = {"form": type(sheet).__name__, **_plain(sheet)}
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _plain(value: Any) -> Any:
    """A sheet and its parts as dicts and lists: JSON would write them without their names."""
    if hasattr(value, "_asdict"):
        return {key: _plain(one) for key, one in value._asdict().items()}
    return [_plain(one) for one in value] if isinstance(value, (tuple, list)) else value


def differences(then: str, now: Printable) -> list[PaperDifference]:
    """What differs between a kept paper and the present one, in the order of the paper; rows are matched by their code."""
    was, present = _flat(json.loads(then)), _flat(json.loads(as_text(now)))
    places = [*was, *(place for place in present if place not in was)]
    return [
        PaperDifference(place, was.get(place, ""), present.get(place, ""))
        for place in places
        if was.get(place, "") != present.get(place, "")
    ]


def _flat(paper: Mapping[str, Any]) -> dict[str, str]:
    """Place in words -> text."""
    found = {title: str(paper[key]) for key, title in _PLAIN.items() if paper.get(key) not in (None, "")}
    found.update({str(label): str(value) for label, value in paper.get("pairs", ())})
    titles = [str(column["title"]) for column in paper.get("columns", ())]
    code = titles.index("编码") if "编码" in titles else -1
    seen: Counter[str] = Counter()
    for number, row in enumerate(paper.get("rows", ()), start=1):
        key = str(row[code]) if code >= 0 and row[code] else f"第 {number} 行"
        seen[key] += 1
        place = key if seen[key] == 1 else f"{key}（第 {seen[key]} 处）"
        found.update({f"「{place}」{t}": str(cell) for t, cell in zip(titles, row, strict=True) if t != "序" and cell})
    found.update(
        {f"合计{t}": str(c) for t, c in zip(titles, paper.get("totals", ()), strict=False) if c and c != "合计"}
    )
    for key, title in _LISTS.items():
        for number, line in enumerate(paper.get(key, ()), start=1):
            found[f"{title}第 {number} 行"] = " ".join(str(value) for value in line.values() if value)
    found.update({str(label): str(text) for label, text in paper.get("notes", ())})
    found.update({f"{s['label']}（签字栏）": str(s["value"]) for s in paper.get("signatures", ()) if s.get("value")})
    return found
