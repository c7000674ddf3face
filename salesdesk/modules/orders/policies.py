"""检查规则: how this company weighs each rule, read by every check (ORD-2)."""

from __future__ import annotations

from salesdesk.domain.clock import named_uid
from salesdesk.domain.kinds import Row
from salesdesk.modules.orders.check_table import RULES, TABLE, Rule
from salesdesk.persistence.reading import Reader
from salesdesk.services.rule_stands import BLOCK, Stand

_SPACE = "5b1f6f9e-3c56-4a0e-9a53-6f0c8a2d9c11"


def uid_of(code: str) -> str:
    """The uid of a rule's row: the same on every PC, so that two who change one rule change one record."""
    return named_uid(_SPACE, code)


def stands(reader: Reader) -> dict[str, Stand]:
    """The rules that stand otherwise than in the house's table."""
    return {
        str(code): Stand(str(weight), str(who), bool(used))
        for code, weight, who, used in reader.tuples("SELECT code, weight, who, used FROM check_rule WHERE void = 0")
        if code in RULES and not RULES[code].fixed
    }


def stand_of(reader: Reader, rule: Rule) -> Stand:
    """How one rule stands now."""
    return stands(reader).get(rule.code, rule.stand)


def table(reader: Reader) -> list[Row]:
    """All rules with how they stand: what the page and `rule.list` show, in the table's order."""
    changed = stands(reader)
    last = {str(row["code"]): row for row in reader.rows("SELECT * FROM check_rule WHERE void = 0 ORDER BY rowid")}
    found: list[Row] = []
    for rule in TABLE:
        stand, row = changed.get(rule.code, rule.stand), last.get(rule.code, {})
        found.append(
            {
                "code": rule.code,
                "title": rule.title,
                "door": rule.door,
                "looks": rule.looks,
                "reason": rule.reason,
                "cure": rule.cure,
                "weight": stand.weight,
                "who": stand.who if stand.weight == BLOCK else "",
                "used": int(stand.used),
                "fixed": int(rule.fixed),
                "changed": int(rule.code in changed and changed[rule.code] != rule.stand),
                "changed_by": row.get("set_by"),
                "changed_at": row.get("set_at"),
                "note": row.get("note"),
            }
        )
    return found
