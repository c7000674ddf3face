"""统计口径: by which day sales count, with or without tax, what comes off for returns, which month."""

from __future__ import annotations

from typing import NamedTuple

from salesdesk.domain.kinds import Row
from salesdesk.modules.statistics.model import BACK, BY, MEASURE, TAX
from salesdesk.persistence.reading import Reader


class Measure(NamedTuple):
    """One version of one 口径; see model.MEASURE for what the keys mean."""

    uid: str = ""
    name: str = "标准口径"
    version: int = 1
    by: str = "order"
    tax: str = "in"
    back: str = "less"
    closing: int = 0

    @property
    def words(self) -> str:
        """What stands beside every figure."""
        month = f"财务月（每月 {self.closing} 日结）" if self.closing else "自然月"
        return f"{self.name}（第 {self.version} 版）：{BY.show(self.by)}、{TAX.show(self.tax)}、{BACK.show(self.back)}、{month}"

    @property
    def by_goods(self) -> bool:
        """Whether figures can be told by product, with quantities and profit: invoices and receipts name no products."""
        return self.by in ("order", "delivery")


STANDARD = Measure()
"""What counts as long as the company has written down nothing of its own."""


def measure_of(row: Row) -> Measure:
    """A stored 口径."""
    return Measure(
        str(row["uid"]), str(row["name"]), int(row["version"] or 1), str(row["by"]), str(row["tax"]), str(row["back"]),
        int(row["closing"] or 0),
    )  # fmt: skip


def all_measures(reader: Reader) -> list[Measure]:
    """The newest version of every 口径 in use, the usual one first: the standard one as long as no other is said to be it."""
    rows = reader.rows(
        f"SELECT * FROM {MEASURE.key} WHERE void = 0 ORDER BY name, version DESC, created_at DESC, uid DESC"
    )
    newest: dict[str, Measure] = {}
    chosen: list[Measure] = []
    for row in rows:
        one = measure_of(row)
        if newest.setdefault(one.name, one) is one and row["usual"]:
            chosen.append(one)
    others = [one for one in newest.values() if one not in chosen[:1]]
    return [*(chosen[:1] or [STANDARD][: STANDARD.name not in newest]), *others]


def usual(reader: Reader) -> Measure:
    """The 口径 of reports that name none."""
    return all_measures(reader)[0]


def by_uid(reader: Reader, uid: str | None) -> Measure:
    """One version, also an old one; the standard for none."""
    row = reader.get(MEASURE, uid) if uid else None
    return measure_of(row) if row else STANDARD


def closings(reader: Reader) -> list[int]:
    """Closing days of the financial months in use."""
    found = reader.column(
        f"SELECT DISTINCT closing FROM {MEASURE.key} WHERE void = 0 AND coalesce(closing, 0) > 0 ORDER BY closing"
    )
    return [int(n) for n in found]
