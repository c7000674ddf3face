"""One thing entered as a product on two PCs: said after the merge, for neither PC could know."""

from __future__ import annotations

import json

from salesdesk.domain.changes import Changes
from salesdesk.domain.problems import Problem
from salesdesk.persistence.reading import Reader


def review(reader: Reader, changes: Changes, today: str) -> list[tuple[str, str, Problem]]:
    """Products with one name, specification and unit that were made on two PCs under two codes."""
    found = {}
    for one, code, other, its_code, name, spec in reader.tuples(
        "SELECT p.uid, p.code, o.uid, o.code, p.name, p.spec FROM product p JOIN product o ON o.name = p.name"
        " AND coalesce(o.spec, '') = coalesce(p.spec, '') AND coalesce(o.unit, '') = coalesce(p.unit, '') AND o.uid != p.uid"
        " AND o.void = 0 AND coalesce(o.code, '') != coalesce(p.code, '')"
        " WHERE p.void = 0 AND p.uid IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(changes.of("product"))),),
    ):
        if reader.made_by(one) != reader.made_by(other):
            (first, code_a), (_, code_b) = sorted(((one, code), (other, its_code)))
            message = (
                f"产品「{' '.join(filter(None, (name, spec)))}」有两条：{code_a} 和 {code_b}，像是两台电脑上各建了一次"
            )
            cure = "留一条，另一条作废；确实是两样就把名称或规格写开"
            found[first, message] = ("product", first, Problem(message, cure, code="same_goods"))
    return list(found.values())
