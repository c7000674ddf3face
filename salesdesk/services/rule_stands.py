"""How a company lets a check weigh: blocking, warning or hinting, in use or not, and who may let it pass."""

from __future__ import annotations

from typing import NamedTuple

from salesdesk.domain.kinds import Choice, Option, Row
from salesdesk.domain.problems import Severity

ANYBODY, MANAGER, NOBODY = "anybody", "manager", "nobody"
BLOCK, WARN, HINT = "block", "warn", "hint"

WEIGHT = Choice(
    options=(
        Option(BLOCK, "阻断", "err", "error"),
        Option(WARN, "警告", "warn", "warning"),
        Option(HINT, "提示", "info", "info"),
    )
)
"""How much a rule weighs: 阻断 keeps the document from going on, 警告 and 提示 are only told."""
WHO = Choice(
    options=(
        Option(NOBODY, "不能放行", "err", "lock"),
        Option(MANAGER, "主管写原因", "warn", "person"),
        Option(ANYBODY, "写原因就行", "info", "edit"),
    )
)
"""Who may let a 阻断 pass, with a reason."""


class Stand(NamedTuple):
    """How one rule stands in this company. weight: block, warn or hint. who: nobody, manager or anybody lets it pass."""

    weight: str = BLOCK
    who: str = NOBODY
    used: bool = True

    @property
    def severity(self) -> Severity:
        """The same, as a problem weighs."""
        if self.weight == BLOCK:
            return Severity.STOP if self.who == NOBODY else Severity.ASK
        return Severity.WARN if self.weight == WARN else Severity.HINT

    @property
    def words(self) -> str:
        """A stand in a few words: 阻断，主管写原因 / 警告 / 停用."""
        if not self.used:
            return "停用"
        return f"{WEIGHT.show(self.weight)}，{WHO.show(self.who)}" if self.weight == BLOCK else WEIGHT.show(self.weight)

    def changed(self, args: Row) -> Stand:
        """The stand with what the arguments `weight`, `who` and `used` say; what is not given stays."""
        return Stand(
            str(args.get("weight") or self.weight),
            str(args.get("who") or self.who),
            self.used if args.get("used") is None else bool(args["used"]),
        )
