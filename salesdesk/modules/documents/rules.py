"""Pure rules of documents: until when one is kept, how its number reads and sorts, whom a list of names means, what a form must hold."""

from __future__ import annotations

from typing import NamedTuple

from salesdesk.domain.dates import add_days, add_months
from salesdesk.domain.kinds import Row
from salesdesk.domain.patterns import late
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.documents.model import DOCUMENT
from salesdesk.persistence.reading import Reader

_NAMES = late(r"[、，,;；/\s]+")
_NUMBER = late(r"([^〔\[［【（(\d]{1,12})\s*[〔\[［【（(](\d{4})[〕\]］】）)]\s*第?([A-Z]{0,2})(\d{1,7})号?")
_FIGURES = late(r"\d{1,7}")
_PERSON = late(r"(.+?)[（(](\d+)\s*份?[）)]")
FIRST_STATE = {"incoming": "received", "internal": "draft"}
"""Where a new document begins; every other kind only waits to be filed."""
USUAL_TYPE = {"incoming": "收文", "internal": "发文", "made": "成文", "dossier": "订单档案", "other": "资料"}


def keep_until(filed_on: str, retention: str) -> str | None:
    """The last day on which a document must still be there; None for ever.

    The period runs from the day of filing and is over when the same day comes again that many years later; filed on
    29 February it is over on 1 March of a year without one, so that nothing is kept a day too short.
    """
    if retention == "permanent":
        return None
    return _years_on(filed_on, int(retention))


def keep_longer(keep_until_: str, years: int) -> str:
    """The last day after a period was made so many years longer: counted from the day after its end, as a new period is."""
    return _years_on(add_days(keep_until_, 1), years)


def _years_on(first: str, years: int) -> str:
    """The last of so many years that begin with a day."""
    over = add_months(first, 12 * years)
    return over if over[5:] != first[5:] else add_days(over, -1)


def expired(keep_until_: str | None, today: str) -> bool:
    """Whether the period is over today."""
    return keep_until_ is not None and keep_until_ < today


class Numbered(NamedTuple):
    """What a number says: 类型, year, the letter of the PC that counts, running number; None where it does not say."""

    type: str
    year: int | None
    letter: str | None
    serial: int | None


def numbered(number: str) -> Numbered | None:
    """The parts of a number written 类型〔年〕n号 with whatever brackets; None for any other."""
    told = _NUMBER.fullmatch(number)
    return told and Numbered(told[1].strip()[:12], int(told[2]), told[3] or "A", int(told[4]))


def number_text(type_: str, year: int, letter: str, serial: int) -> str:
    """类型〔年〕n号. The PC with the letter A writes plain numbers, every other one puts its letter before them."""
    return f"{type_}〔{year}〕{'' if letter == 'A' else letter}{serial}号"


def number_key(number: str, parts: Numbered) -> str:
    """Sorts numbers as numbers: 9 before 10, years apart, types together; one of another make by its figures."""
    if parts.year is None:
        return _FIGURES.sub(lambda told: f"{int(told[0]):07d}", number)[:60]
    return f"{parts.type}|{parts.year:04d}|{parts.letter:>3}|{parts.serial:07d}"


def people_in(text: str | None) -> list[tuple[str, int]]:
    """(name, copies) of a list of people as it is written: 张三、李四（2份）；each once."""
    found: dict[str, int] = {}
    for word in _NAMES.split(text or ""):
        told = _PERSON.fullmatch(word)
        name, copies = (told[1], int(told[2])) if told else (word, 1)
        if name:
            found.setdefault(name, max(1, copies))
    return list(found.items())


def check_document(reader: Reader, row: Row, before: Row | None, today: str) -> list[Problem]:
    """What a document's form must hold, whoever wrote it."""
    problems = []

    def wrong(key: str, title: str, message: str, cure: str, severity: Severity = Severity.STOP) -> None:
        problems.append(
            Problem(message, cure, path=key, place=f"「{title}」", code=f"document.{key}", severity=severity)
        )

    kind = row.get("kind")
    if kind == "incoming" and not row.get("sender"):
        wrong("sender", "来文单位", "外来文件没有来文单位", "写是哪个单位发来的")
    if row.get("received_on") and str(row["received_on"]) > today:
        wrong("received_on", "收到日期", f"收到日期 {row['received_on']} 还没到", "请核对")
    if row.get("due") and row.get("received_on") and str(row["due"]) < str(row["received_on"]):
        wrong("due", "办理期限", f"办理期限 {row['due']} 早于收到日期", "请核对", Severity.WARN)
    if before is not None and before["state"] == "destroyed":
        for one in DOCUMENT.typed_fields:
            if one.key != "note" and row.get(one.key) != before.get(one.key):
                wrong(
                    one.key, one.title, f"{before['destroyed_on']} 已经销毁，{one.title}不能再改", "要说明的写在备注里"
                )
    if before is not None:
        for key, title in (("kind", "来源"), ("type", "类型")):
            fixed = before.get("number") or (
                key == "kind" and before["state"] != FIRST_STATE.get(str(before["kind"]), "loose")
            )
            if fixed and row.get(key) != before.get(key):
                wrong(key, title, f"已经编号或办过，{title}不能再改", "作废后重新建一份")
        if before["state"] == "listed" and row.get("retention") != before.get("retention"):
            wrong("retention", "保管期限", "已列入销毁清册", "先从清册里拿下来")
    number, had = row.get("number"), (before or {}).get("number")
    if number and had and number != had:
        wrong("number", "编号", f"它已经编了 {had}，不能改成 {number}", "表里改回原来的编号，或不导入这一行")
    elif number and not had and reader.value("SELECT 1 FROM document_number WHERE number = ? AND void = 0", (number,)):
        wrong("number", "编号", f"编号 {number} 在编号簿里已经有了", "核对是不是同一份；作废的号也不能再用")
    if row.get("filed_on") and str(row["filed_on"]) > today:
        wrong("filed_on", "归档日期", f"归档日期 {row['filed_on']} 还没到", "请核对")
    same = row.get("outer_number") and reader.row(
        "SELECT number, title FROM document WHERE outer_number = ? AND sender IS ? AND void = 0 AND uid IS NOT ? LIMIT 1",
        (row["outer_number"], row.get("sender"), row.get("uid") or (before or {}).get("uid")),
    )
    if same and (before is None or before.get("outer_number") != row.get("outer_number")):
        told = f"{row['sender'] or ''}的 {row['outer_number']} 登记过：{same['number'] or ''} {same['title']}"
        wrong("outer_number", "来文文号", told, "确认不是同一份再登记", Severity.WARN)
    return problems
