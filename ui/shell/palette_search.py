"""What Ctrl+K finds: records, papers by number, places, and actions by their title or its first letters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from salesdesk.desk import Desk
from salesdesk.domain.fields import Lines
from salesdesk.domain.kinds import Text
from salesdesk.domain.search_keys import matches, search_keys
from salesdesk.services.lists import Query
from salesdesk.services.module import Module, Verb

MOST_RECENT = 8
MOST_FOUND = 14


@dataclass(frozen=True)
class Entry:
    """One line of the palette. kind: record, page, new or verb; target: entity, page key or verb name."""

    kind: str
    target: str
    title: str
    detail: str = ""
    icon: str = "document"
    uid: str = ""
    shortcut: str = ""
    args: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def identity(self) -> tuple[str, str, str]:
        """Two entries with the same identity lead to the same."""
        return self.kind, self.target, self.uid

    def kept(self) -> dict[str, str]:
        """What is remembered of it among the recent ones."""
        return {"kind": self.kind, "target": self.target, "uid": self.uid, "title": self.title, "detail": self.detail}


def places(modules: Sequence[Module]) -> list[Entry]:
    """The pages, with their keys."""
    found = [
        Entry("page", m.key, m.title, "打开页面", m.icon, shortcut=f"Alt+{n}" if n < 10 else "")
        for n, m in enumerate(modules, 1)
    ]
    return [
        *found,
        Entry("page", "settings", "设置", "打开页面", "settings"),
        Entry("page", "sync", "同步", "打开页面", "sync", shortcut="Ctrl+Shift+S"),
        Entry("page", "merges", "合并问题", "打开页面", "warning"),
        Entry("page", "keys", "全部快捷键", "帮助", "keyboard", shortcut="F1"),
    ]


def actions(desk: Desk) -> list[Entry]:
    """Every action a person may start here: making new records, and verbs that need no paper in front of them."""
    found = []
    for verb in desk.registry.verbs.values():
        may = desk.settings.seat.may(verb)
        if not verb.palette or not (may or approvable(desk, verb)):
            continue
        owner = desk.registry.owner.get(verb.entity)
        where = owner.title if owner else "系统"
        if not may:
            found.append(Entry("verb", verb.name, verb.title, f"{BEYOND} · {verb.note or where}", "shield"))
        elif makes_new(verb):
            entity = desk.entity(verb.entity)
            title = verb.title if verb.title.startswith(("登记", "新建")) else f"新建{entity.title}"
            keys = "Ctrl+N" if verb.name == "order.save" else _own_keys(verb)
            found.append(Entry("new", verb.name, title, where, "add", shortcut=keys))
        else:
            found.append(
                Entry("verb", verb.name, verb.title, verb.note or where, verb.icon or "flash", shortcut=_own_keys(verb))
            )
    return found


def _own_keys(verb: Verb) -> str:
    return "" if verb.shortcut == "Ctrl+S" else verb.shortcut


BEYOND = "要人批准"


def approvable(desk: Desk, verb: Verb) -> bool:
    """Whether a verb that is beyond whoever sits here can be begun all the same, for somebody else to let it pass."""
    return bool(verb.changes) and not makes_new(verb) and not needs_page(verb) and desk.settings.seat.askable


def makes_new(verb: Verb) -> bool:
    """Whether the verb saves a record and may therefore begin one."""
    return verb.name.endswith(".save") and not any(p.key == "uid" and p.required for p in verb.params)


def needs_page(verb: Verb) -> bool:
    """Whether the verb needs more than a dialog: lines to enter, or a file with its preview."""
    return any(isinstance(p.kind, Lines) or p.key in ("file", "files", "out", "where") for p in verb.params)


def records(desk: Desk, text: str, limit: int = MOST_FOUND) -> list[Entry]:
    """Records by any fragment of what names them; from the index, a few milliseconds at most."""
    found = []
    for hit in desk.find(text, None, limit):
        entity = desk.entity(hit.entity)
        detail = " · ".join(part for part in (entity.title, hit.subtitle) if part)
        found.append(Entry("record", hit.entity, hit.title, detail, entity.icon, hit.uid))
    return found


def looks_like_number(text: str) -> bool:
    """Whether a paper's number may be meant: at least three letters and digits, a digit among them, no blank."""
    signs = [ch for ch in text if ch.isascii() and ch.isalnum()]
    return len(signs) >= 3 and any(ch.isdigit() for ch in signs) and " " not in text.strip()


def papers(desk: Desk, text: str, limit: int = 6) -> list[Entry]:
    """Orders and other papers whose number contains what was typed; reads beside the window."""
    found: list[Entry] = []
    for entity in desk.registry.entities.values():
        naming = entity.by_key.get(entity.naming)
        if naming is None or entity.parent or any(f.search for f in entity) or entity.key not in desk.registry.owner:
            continue
        if not (isinstance(naming.kind, Text) and naming.kind.search and naming.listed):
            continue
        for row in desk.rows(entity.key, Query(text=text.strip()), limit):
            number = str(row[entity.naming] or "")
            if search_key_in(text, number):
                name = str(row.get("customer.name") or "")
                found.append(
                    Entry(
                        "record",
                        entity.key,
                        number,
                        " · ".join(p for p in (entity.title, name) if p),
                        entity.icon,
                        str(row["uid"]),
                    )
                )
    return found[:limit]


def search_key_in(text: str, number: str) -> bool:
    """Whether a number contains what was typed, capitals aside."""
    return text.strip().lower() in number.lower()


def sound(entries: Sequence[Entry]) -> dict[tuple[str, str, str], str]:
    """Search keys of titles with pinyin; loads the dictionary, so it runs beside the window once."""
    return {one.identity: search_keys(one.title) for one in entries}


def matching(entries: Sequence[Entry], text: str, keys: Mapping[tuple[str, str, str], str]) -> list[Entry]:
    """Entries whose title, its pinyin or its first letters fit, best first."""
    ranked = []
    for at, one in enumerate(entries):
        rank = matches(text, keys.get(one.identity) or one.title.lower())
        if rank is not None:
            ranked.append((rank, at, one))
    return [one for _, _, one in sorted(ranked, key=lambda r: r[:2])]


def merged(*groups: Sequence[Entry], limit: int = MOST_FOUND) -> list[Entry]:
    """One list without repetitions."""
    found: dict[tuple[str, str, str], Entry] = {}
    for group in groups:
        for one in group:
            found.setdefault(one.identity, one)
    return list(found.values())[:limit]
