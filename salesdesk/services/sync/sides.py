"""The whole record on both sides of a case: what stood in every field when each of them wrote, and what differs."""

from __future__ import annotations

import json
from typing import NamedTuple

from salesdesk.domain.fields import Entity
from salesdesk.domain.kinds import Value
from salesdesk.domain.masking import OPEN, Veil, covered, mask
from salesdesk.persistence.merging import settle
from salesdesk.persistence.reading import Reader
from salesdesk.persistence.tables import logged_columns
from salesdesk.persistence.writings import Log
from salesdesk.services.sync.cases import TWICE, Case, shown_value


class SideField(NamedTuple):
    """One field of the record: its value on every side and now, in words. asked: it is what the case is about."""

    key: str
    title: str
    values: tuple[str, ...]
    now: str
    differs: bool
    asked: bool = False


def whole_record(reader: Reader, case: Case, veil: Veil = OPEN) -> list[SideField]:
    """Every field that says something on any side, in the order of the form; for one code twice, the records side by side."""
    entity = reader.schema.entities.get(case.entity)
    if entity is None or case.kind == "rule":
        return []
    if case.kind in TWICE:
        sides = [dict(reader.get(entity, uid) or {}) for uid in (case.uid, *case.others)]
        present: dict[str, Value] = {}
    else:
        sides = _as_written(reader, entity, case)
        present = dict(reader.get(entity, case.uid) or {})
    found = []
    keys = [f.key for f in entity if f.typed or f.important] + ["void"]
    for key in dict.fromkeys([case.field, *keys]):
        field = entity.by_key.get(key)
        if field is None and key != "void":
            continue
        texts = tuple(_text(reader, entity, key, side.get(key), veil) for side in sides)
        now = _text(reader, entity, key, present.get(key), veil) if present else ""
        if not any((*texts, now)) and key != case.field:
            continue
        differs = len({str(side.get(key)) for side in sides}) > 1
        if key == "void" and not differs:
            continue
        found.append(SideField(key, field.title if field else "作废", texts, now, differs, key == case.field))
    return found


def _as_written(reader: Reader, entity: Entity, case: Case) -> list[dict[str, Value]]:
    """The record as each side's author had it before him when he had written."""
    row = reader.row("SELECT told FROM merge_case WHERE key = ?", (case.key,))
    writes = Log(reader).writes([case.uid]).get(case.uid, [])
    found = []
    for told in json.loads(row["told"]) if row else ():
        own = next((w for w in writes if (w.device, w.n) == (told["device"], told["n"])), None)
        known = [w for w in writes if own is not None and (w is own or own.had_seen(w))]
        found.append(settle(known, logged_columns(entity), lambda key: False).values)
    return found


def _text(reader: Reader, entity: Entity, key: str, value: Value, veil: Veil) -> str:
    if value is None:
        return ""
    field = entity.by_key.get(key)
    text = shown_value(reader, entity, key, value)
    return mask(text, field.masked) if field is not None and covered(field, veil) else text
