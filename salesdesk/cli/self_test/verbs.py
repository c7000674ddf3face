"""Tries every verb on a demo company: with values made up from its parameters, each taken back afterwards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from salesdesk.desk import Desk
from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field, Lines
from salesdesk.domain.kinds import Choice, Day, Link, Row
from salesdesk.persistence.listing import Query
from salesdesk.services.module import Verb

OTHERS = ("operator", "system", "sync")
"""Families with steps of their own: they change who works here, the last step, or the other PC."""
FILES = {"out": ".pdf", "file": ".xlsx", "template": ".xlsx"}


def try_verbs(desk: Desk, out: Path) -> str:
    """Run all verbs; what they answer may be a refusal in words, never an error. Returns how many did their work.

    Raises AssertionError for a family none of whose verbs gave an answer.
    """
    out.mkdir(parents=True, exist_ok=True)
    newest = {key: rows[0] for key in desk.registry.entities if (rows := desk.rows(key, Query(), 1))}
    done: dict[str, int] = defaultdict(int)
    refused: dict[str, dict[str, str]] = defaultdict(dict)
    for verb in desk.registry.verbs.values():
        family = verb.name.rpartition(".")[0]
        if family in OTHERS:
            continue
        try:
            outcome = desk.do(verb.name, arguments(verb, newest, desk.today, out))
        except Refused as refusal:
            words = [problem.message for problem in refusal.problems]
            assert all(words), f"{verb.name} refuses without a word"
            refused[family][verb.name] = "；".join(words)
            continue
        done[family] += 1
        if outcome.changes.op:
            take_back(desk, outcome.changes.op)
    only = sorted(set(refused) - set(done))
    families = len(set(done) | set(refused))
    told = f"{families} 类 {sum(done.values())} 个动作做成，{sum(map(len, refused.values()))} 个按规矩拒绝"
    assert len(only) <= families // 10, f"too many families of which nothing could be done: {only}"
    return told + (f"；这些只验了拒绝：{'、'.join(only)}" if only else "")


def take_back(desk: Desk, op: int) -> None:
    """Undo a step; what left the house already (a printed paper) stays, and says so."""
    try:
        desk.do("system.undo", {"op": op})
    except Refused as refusal:
        assert refusal.problems[0].message


def arguments(verb: Verb, newest: Mapping[str, Row], today: str, out: Path) -> dict[str, Any]:
    """Wire arguments for the record in front and whatever else the verb insists on."""
    found: dict[str, Any] = {}
    for param in verb.params:
        if param.key in FILES:
            if param.key != "template":
                found[param.key] = str(out / f"{verb.name}{FILES[param.key]}")
        elif param.key == "uid" or param.required:
            value = _value(param, verb, newest, today)
            if value is not None:
                found[param.key] = value
    return found


def _value(param: Field, verb: Verb, newest: Mapping[str, Row], today: str) -> Any:
    kind = param.kind
    if isinstance(kind, Link) or param.key == "uid":
        row = newest.get(getattr(kind, "entity", "") or verb.entity)
        return row["uid"] if row else None
    if isinstance(kind, Lines):
        return []
    if isinstance(kind, Choice):
        return kind.options[0].key if kind.options else None
    if isinstance(kind, Day):
        return today
    try:
        kind.parse("1", today)
    except ValueError:
        return "自检"
    return "1"
