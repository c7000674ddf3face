"""What a rule finds wrong with a claim."""

from __future__ import annotations

from typing import NamedTuple

from salesdesk.domain.problems import Severity


class Found(NamedTuple):
    """One fault as a rule tells it; texts as people read them, `excess` in 分, links as uids ("" for none)."""

    rule: str
    message: str
    severity: Severity = Severity.WARN
    voucher: str = ""
    line: str = ""
    field: str = ""
    printed: str = ""
    expected: str = ""
    source: str = ""
    cure: str = ""
    excess: int | None = None
    rule_version: str = ""
