"""By what two customers may be the same firm: 税号, telephone, the core of the name and how it sounds (CUS-4)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from salesdesk.domain import text
from salesdesk.domain.kinds import Row
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.customers.model import CONTACT, CUSTOMER
from salesdesk.persistence.reading import Reader
from salesdesk.services.alike import FORMER, SEPARATOR, Key, Likeness, Sign, parts_of, twins

ASK_FROM = 80
"""So likely, saving wants a reason: the same name core and the same telephone together are, either alone is not."""
MOST_WARNED = 3
_SHORTEST_PHONE = 7


def keys(row: Row, contacts: Sequence[Row]) -> set[Key]:
    """What of a customer must not be somebody else's; names it had before a merge count too."""
    found: set[Key] = set()
    if row.get("tax_id"):
        found.add(("tax_id", text.clean_tax_id(str(row["tax_id"]))))
    names = [row.get("name"), row.get("invoice_title")]
    names += [part for part in str(row.get(FORMER) or "").split(SEPARATOR) if any(map(text.is_han, part))]
    for name in filter(None, names):
        core = text.name_core(str(name))
        if len(core) > 1:
            found.add(("core", core))
            if any(map(text.is_han, core)):
                found.add(("sound", text.pinyin_of(core)))
    for phone in (row.get("phone"), row.get("invoice_phone"), *(c.get("phone") for c in contacts)):
        found.update(("phone", number) for number in numbers(str(phone or "")))
    return found


def numbers(phone: str) -> list[str]:
    """The digits of each number in a telephone field, without the extension and the country's 86."""
    found: list[str] = []
    if not phone:
        return found
    for part in re.split(r"[/、,，;；|\n]+", text.half_width(phone)):
        plain = re.split(r"(?:转|ext|分机|#)", part.lower())[0]
        digits = re.sub(r"\D", "", re.sub(r"(\d{7,8})-\d{1,5}\s*$", r"\1", plain))
        digits = re.sub(r"^(?:00)?86(?=1\d{10}$|0\d{9,})", "", digits)
        if len(digits) >= _SHORTEST_PHONE:
            found.append(digits)
    return found


LIKENESS = Likeness(
    CUSTOMER,
    {
        "tax_id": Sign("税号相同", 95, "tax_id"),
        "core": Sign("名称的主要部分相同", 70, "name", ("sound", "near")),
        "phone": Sign("电话相同", 60, "phone", secret="phone"),
        "sound": Sign("名称读音相同", 50, "name", ("near",)),
        "near": Sign("名称只差一个字", 40, "name"),
    },
    keys,
    parts=(CONTACT,),
    near="core",
    telling="tax_id",
)


def twin_problems(reader: Reader, row: Row, before: Row | None) -> list[Problem]:
    """What speaks for this customer being here already, of what was typed new; `row` may hold its "contacts" too."""
    if before is row:
        return []
    uid = str((before or {}).get("uid") or "")
    stored = parts_of(reader, LIKENESS, uid) if uid else []
    fresh = keys(row, row.get("contacts", stored))
    if before is not None:
        fresh -= keys(before, stored)
    return [
        _problem(twin.uid, twin.called, twin.keys, twin.score)
        for twin in twins(reader, LIKENESS, fresh, uid)[:MOST_WARNED]
    ]


def _problem(uid: str, called: str, found: Sequence[Key], score: int) -> Problem:
    kind = max((k for k, _ in found), key=lambda k: LIKENESS.signs[k].weight)
    asks = score >= ASK_FROM
    cure = "确实是两家（例如分公司）请写明原因" if asks else "不是同一家可以照存"
    path = LIKENESS.signs[kind].path
    return Problem(
        f"可能和{called}是同一家：{LIKENESS.told(found)}",
        cure,
        path=path,
        place=f"「{CUSTOMER[path].title}」",
        code=f"same_{kind}",
        severity=Severity.ASK if asks else Severity.WARN,
        about=(CUSTOMER.key, uid),
    )
