"""The house's measures of a period: 回款率, 客户增长率, 按时交付率, 变更次数 by reason (STA-5, ORD-12)."""

from __future__ import annotations

from typing import NamedTuple

from salesdesk.modules.orders.change_queries import reasons_by_month
from salesdesk.modules.progress import punctuality
from salesdesk.modules.progress.punctuality import Rate
from salesdesk.modules.statistics import queries
from salesdesk.modules.statistics.measures import STANDARD
from salesdesk.modules.statistics.periods import Period
from salesdesk.modules.statistics.variance import half_up
from salesdesk.persistence.reading import Reader


class Indicators(NamedTuple):
    """Amounts in 分, counts, rates as 1/10000 (None: nothing to divide by).

    received / billed: 回款 and 开票 of the period. fresh: customers whose first order lies in it; known: those before.
    first / current: 按时交付率 against the first promise and the one in force. changes: reason -> how often, the most frequent first.
    """

    received: int
    billed: int
    fresh: int
    known: int
    first: Rate
    current: Rate
    changes: dict[str, int]

    @property
    def collected(self) -> int | None:
        """回款率: money received for what was invoiced in the same time."""
        return half_up(self.received * 10_000, self.billed) if self.billed > 0 else None

    @property
    def growth(self) -> int | None:
        """客户增长率: new customers against those that ordered before."""
        return half_up(self.fresh * 10_000, self.known) if self.known else None


MEANING = (
    "回款率 = 这期收到的款 ÷ 这期开的票；客户增长率 = 这期第一次下单的客户 ÷ 以前下过单的客户；"
    "按时交付率见「跟进」里的说明，先比首次承诺，再比现承诺；变更次数按变更通知单的原因数。"
)


def indicators(reader: Reader, period: Period, today: str) -> Indicators:
    """All of them for one period."""
    first, last = period.first, period.last
    received = queries.total(reader, STANDARD._replace(by="payment"), first, last).amount
    billed = queries.total(reader, STANDARD._replace(by="invoice"), first, last).amount
    fresh, known = reader.tuples(
        "SELECT coalesce(sum(begun BETWEEN ?1 AND ?2), 0), coalesce(sum(begun < ?1), 0) FROM (SELECT min(order_date) AS begun"
        " FROM sales_order WHERE void = 0 AND state = 'confirmed' AND customer IS NOT NULL GROUP BY customer)",
        (first, last),
    )[0]
    on_time = punctuality.punctuality(reader, first, last, today)
    reasons: dict[str, int] = {}
    for row in reasons_by_month(reader, first, last):
        reasons[str(row["kind"])] = reasons.get(str(row["kind"]), 0) + int(row["count"])
    ordered = dict(sorted(reasons.items(), key=lambda item: (-item[1], item[0])))
    return Indicators(received, billed, int(fresh), int(known), on_time.first, on_time.current, ordered)
