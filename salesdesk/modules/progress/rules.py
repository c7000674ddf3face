"""What a word of feedback means, and what dates an order line has: asked for, promised first, promised now."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from salesdesk.domain import dates
from salesdesk.domain.kinds import Qty, Row
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.products.rules import goods_words

QTY = Qty()
ROUTE_PARTY = {"make": "生产", "buy": "采购"}
SOON = 7
"""Days ahead that count as 近 7 天."""
_PERCENT = r"(\d{1,4})\s*[%％]"
_ALL_DONE = ("完成", "已完成", "完工", "已完工", "做完", "做完了", "已做完", "好了", "齐了", "到齐", "已到齐", "已入库")


class LineDates(NamedTuple):
    """The three dates of a line, kept apart: what the customer asked for, what was promised first, what is promised now."""

    asked: str
    first: str = ""
    promise: str = ""

    @property
    def due(self) -> str:
        """The day the goods are expected: the promise in force, else what the customer asked for."""
        return self.promise or self.asked

    def late_days(self, today: str) -> int:
        """Days past the day in force; 0 while it has not passed."""
        return max(0, dates.days_between(self.due, today)) if self.due else 0

    @property
    def slip(self) -> int:
        """Days by which the promise in force is later than the first; negative when it is earlier."""
        return dates.days_between(self.first, self.promise) if self.first and self.promise else 0


def split_state(text: str | None) -> tuple[int | None, str | None]:
    """(percent, words) of what stands in the cell 进度: 80, 80%, 完成80%, 已排产, 已完成."""
    typed = (text or "").strip()
    if not typed:
        return None, None
    if re.fullmatch(r"\d{1,4}", typed):
        return int(typed), None
    found = re.search(_PERCENT, typed)
    if found:
        words = None if found[0] == typed else typed
        return int(found[1]), words
    return (100 if typed in _ALL_DONE else None), typed


def state_words(percent: int | None, words: str | None) -> str:
    """Percent and words as they are shown in one cell."""
    told = f"{percent}%" if percent is not None and (words is None or f"{percent}%" not in words) else ""
    if words in _ALL_DONE:
        told = ""
    return " ".join(filter(None, (told, words)))


def check_feedback(lines: Sequence[tuple[int, Row, Row]], why: str | None, today: str) -> list[Problem]:
    """Faults of feedback: (index, what was typed, the stored line with `left`, `asked`, `promise`, `product.name`)."""
    found: list[Problem] = []
    moved = 0
    for i, typed, line in lines:
        place = f"第 {i + 1} 行「{line['product.name']}」"
        percent = typed.get("percent")
        if percent is not None and not 0 <= percent <= 100:
            found.append(
                Problem(f"进度 {percent}% 不对", "请填 0 到 100", path=f"lines/{i}/state", place=place, code="percent")
            )
        ready, left = typed.get("ready"), int(line["left"])
        if ready is not None and ready > left:
            told = f"备好 {QTY.show(ready)}，比没发的 {QTY.show(left)} 还多"
            found.append(
                Problem(
                    told, "多做了就不用管，填错了请改", path=f"lines/{i}/ready", place=place, code="more_than_left",
                    severity=Severity.WARN,
                )
            )  # fmt: skip
        new = typed.get("promised")
        if not new:
            continue
        if line["promise"] and new != line["promise"]:
            moved += 1
        if new < today:
            found.append(
                Problem(
                    f"新交期 {new} 已经过了", "请核对日期；真是补记就写明原因", path=f"lines/{i}/promised", place=place,
                    code="past_promise", severity=Severity.ASK,
                )
            )  # fmt: skip
        elif line["asked"] and new > line["asked"] and new != line["promise"]:
            days = dates.days_between(line["asked"], new)
            found.append(
                Problem(
                    f"比客户要求的 {line['asked']} 晚 {days} 天", "请登记问题，告诉业务员和客户", path=f"lines/{i}/promised",
                    place=place, code="later_than_asked", severity=Severity.WARN,
                )
            )  # fmt: skip
    if moved and not why:
        found.insert(
            0,
            Problem(
                f"有 {moved} 行改了原来的承诺交期", "请选改期原因；首次承诺不会变，改一次记一次", path="why",
                place="「改期原因」", code="no_why",
            ),
        )  # fmt: skip
    return found


def _short(day: str, today: str) -> str:
    """ "06-18"; with the year when it is not clear."""
    return dates.show_day_short(day, today).partition(" ")[0] if day else ""


def shown(row: Row, today: str) -> Row:
    """A line of `queries` as texts for the sheet on which feedback is typed."""
    dated = LineDates(str(row["asked"] or ""), str(row["first"] or ""), str(row["promise"] or ""))
    late = dated.late_days(today)
    promise = _short(dated.promise, today)
    if late:
        promise = f"{promise or '没承诺'} 过 {late} 天"
    elif row["moved"] and row["moved"] > 0:
        promise += f" 改 {row['moved']} 次"
    heard = str(row["last.said_at"] or "")[5:10]
    return {
        "order_line": row["uid"],
        "order": row["order"],
        "route": row["route"],
        "order.number": row["order.number"],
        "customer.name": row["customer.short"] or row["customer.name"],
        "product.code": row["product.code"],
        "product.name": goods_words(row["product.name"], row["product.spec"]),
        "line.left": f"{QTY.show(row['left'])} {row['product.unit'] or ''}".strip() if row["left"] > 0 else "发完",
        "line.due": _short(dated.asked, today),
        "line.first": _short(dated.first, today),
        "line.promise": promise,
        "line.last": " ".join(filter(None, (row["last"] or row["last.note"], row["last.said_by"], heard))),
    }
