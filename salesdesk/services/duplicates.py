"""Looks through a whole register for records that may be the same thing twice, and remembers which are not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import combinations
from typing import NamedTuple

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Link, Row, Text
from salesdesk.domain.problems import Problem
from salesdesk.persistence.reading import Reader
from salesdesk.services.alike import MOST_TWINS, Key, Likeness
from salesdesk.services.module import Check, Context, Outcome, Verb
from salesdesk.services.not_same import NOT_SAME
from salesdesk.services.records import line_params
from salesdesk.services.roles import Role

Progress = Callable[[int, int], None]
Pair = tuple[str, str]

LEAST = 35
"""Pairs that are less likely are not listed."""
SURE = 60
"""Pairs this likely draw their records into one group."""
MOST_GROUPS = 500
MOST_TOGETHER = 6
SHORTEST_NEAR = 4
"""Names of at least so many characters are compared for one that differs."""
MOST_NEAR = 3
"""Where more names differ in this one character only, it is what tells them apart."""
STEP = 2000


class Group(NamedTuple):
    """Records that may be one: their uids, why, and how likely the likeliest two are, 0 to 100."""

    uids: tuple[str, ...]
    why: str
    score: int


def pair(a: str, b: str) -> Pair:
    """Two uids in the order in which pairs are kept."""
    return (a, b) if a < b else (b, a)


def find_groups(reader: Reader, one: Likeness, progress: Progress = lambda done, whole: None) -> list[Group]:
    """Suspected groups, the likeliest first. Only records that share a key are compared, never all with all."""
    count = "SELECT count(*) FROM alike_key WHERE entity = ?"
    whole = int(reader.value(count, (one.entity.key,))) or 1
    found: dict[Pair, set[Key]] = {}
    common: dict[str, set[Key]] = {}  # what so many share that it makes no pair, but adds to one
    told: dict[str, str] = {}
    names: dict[str, list[str]] = {}
    kind = key = ""
    uids: list[str] = []

    def close() -> None:
        if kind == one.telling:
            told.update(dict.fromkeys(uids, key))
        if kind == one.near and len(key) >= SHORTEST_NEAR:
            names[key] = list(uids)
        if 1 < len(uids) <= MOST_TWINS:
            for two in combinations(sorted(uids), 2):
                found.setdefault(two, set()).add((kind, key))
        for uid in uids if len(uids) > MOST_TWINS else ():
            common.setdefault(uid, set()).add((kind, key))

    rows = reader.tuples("SELECT kind, key, uid FROM alike_key WHERE entity = ? ORDER BY kind, key", (one.entity.key,))
    for done, (next_kind, next_key, uid) in enumerate(rows):
        if done % STEP == 0:
            progress(done, 2 * whole)
        if (next_kind, next_key) != (kind, key):
            close()
            kind, key, uids = next_kind, next_key, []
        uids.append(uid)
    close()
    for two, name in _near(names, lambda done: progress(whole + done * whole // max(1, len(names)), 2 * whole)):
        found.setdefault(two, set()).add(("near", name))
    for (a, b), shown in found.items():
        shown |= common.get(a, set()) & common.get(b, set())
    scores = _judged(one, found, told, _apart(reader, one.entity))
    progress(2 * whole, 2 * whole)
    return _groups(one, found, scores)


def _near(names: dict[str, list[str]], progress: Callable[[int], None]) -> Iterable[tuple[Pair, str]]:
    """Pairs whose names differ in one character, or of which one has a character more: both lose one and are equal."""
    without: dict[str, set[str]] = {}
    for done, name in enumerate(names):
        if done % STEP == 0:
            progress(done)
        for at in range(len(name)):
            without.setdefault(f"{name[:at]}?{name[at + 1 :]}", set()).add(name)
            if (shorter := name[:at] + name[at + 1 :]) in names:
                without.setdefault(shorter, {shorter}).add(name)
    for rest, alike in without.items():
        if 1 < len(alike) <= MOST_NEAR:
            whole = (
                rest if rest in alike else ""
            )  # the shorter name itself: it is compared with each, not they with each other
            for a, b in combinations(sorted(alike), 2):
                if whole and whole not in (a, b):
                    continue
                yield from ((pair(x, y), a) for x in names[a][:2] for y in names[b][:2] if x != y)


def _judged(one: Likeness, found: dict[Pair, set[Key]], told: dict[str, str], apart: set[Pair]) -> dict[Pair, int]:
    """How likely each pair is; two that both tell who they are, and tell different things, are hardly one."""
    scores: dict[Pair, int] = {}
    for two, keys in found.items():
        if two in apart:
            continue
        score = one.score(kind for kind, _ in keys)
        mine, other = told.get(two[0]), told.get(two[1])
        if mine and other and mine != other:
            score //= 2
        if score >= LEAST:
            scores[two] = score
    return scores


def _apart(reader: Reader, entity: Entity) -> set[Pair]:
    rows = reader.tuples("SELECT one, other FROM not_same WHERE entity = ? AND void = 0", (entity.key,))
    return {pair(a, b) for a, b in rows}


def _groups(one: Likeness, found: dict[Pair, set[Key]], scores: dict[Pair, int]) -> list[Group]:
    """Likely pairs that touch become one group; the others stay pairs."""
    of: dict[str, set[str]] = {}
    for (a, b), score in sorted(scores.items(), key=lambda item: -item[1]):
        if score >= SURE:
            both = of.get(a, {a}) | of.get(b, {b})
            if len(both) <= MOST_TOGETHER:
                of.update(dict.fromkeys(both, both))
    groups: dict[tuple[str, ...], list[Pair]] = {}
    for two in scores:
        together = of.get(two[0], set())
        groups.setdefault(tuple(sorted(together)) if two[1] in together else two, []).append(two)
    made = [
        Group(uids, one.told(key for two in pairs for key in found[two]), max(scores[two] for two in pairs))
        for uids, pairs in groups.items()
    ]
    return sorted(made, key=lambda g: (-g.score, g.uids))


# -- verbs -------------------------------------------------------------------------------------------------------------


def read_others(ctx: Context, entity: Entity, uid: str, text: str) -> list[Row]:
    """The records named in a list beside the one of `uid`, each once. Raises Refused for what is not found."""
    rows: dict[str, Row] = {}
    for typed in filter(None, (t.strip() for t in text.replace("\n", "、").split("、"))):
        found = ctx.work.find(entity, typed)
        row = ctx.work.get(entity, found)
        if row is None or found == uid:
            what = f"「{typed}」就是要保留的那条" if found else f"没有找到{entity.title}「{typed}」"
            cure = f"请写另一条{entity.title}的编码或名称"
            raise Refused(Problem(what, cure, path="others", place="「另一条」", code="unknown_record"))
        rows[row["uid"]] = row
    if not rows:
        raise Refused(Problem("不能空着", "请写编码或名称", path="others", place="「另一条」", code="required"))
    return list(rows.values())


def _members(reader: Reader, entity: Entity, groups: Sequence[Group]) -> dict[str, dict[str, str]]:
    """What is shown of the records of some groups: listed fields that are no personal data, as texts."""
    fields = [f for f in entity if (f.listed or f.key in entity.subtitle) and not f.masked]
    shown = {}
    for uid in {uid for group in groups for uid in group.uids}:
        row = reader.get(entity, uid) or {}
        shown[uid] = {f.key: f.kind.show(row.get(f.key)) for f in fields}
    return shown


def duplicate_verbs(one: Likeness, check: Check, children: dict[str, Entity] | None = None) -> tuple[Verb, ...]:
    """alike / duplicates / apart of a register: is this one here already, which are here twice, these are not the same."""
    entity = one.entity
    key, title = entity.key, entity.title
    parts = tuple(line_params(child, child.title, name) for name, child in (children or {}).items())

    def alike(ctx: Context, args: Row) -> Outcome:
        uid = str(args.get("uid") or "")
        before = ctx.work.get(entity, uid) if uid else None
        row = {**(before or {}), **args, "uid": uid}
        codes = {f"same_{sign}" for sign in one.signs}
        return Outcome(uid, problems=tuple(p for p in check(ctx.work, row, before, ctx.today) if p.code in codes))

    def duplicates(ctx: Context, args: Row) -> Outcome:
        groups = find_groups(ctx.work, one, ctx.progress)
        first = groups[:MOST_GROUPS]
        shown = _members(ctx.work, entity, first)
        listed = [
            {"uids": list(g.uids), "why": g.why, "score": g.score, "records": [shown[u] for u in g.uids]} for g in first
        ]
        more = f"，先列最像的 {len(first)} 组" if len(groups) > len(first) else ""
        words = f"有 {len(groups)} 组{title}可能重复{more}" if groups else f"没有看出重复的{title}"
        return Outcome(message=words, data={"groups": listed, "whole": len(groups)})

    def apart(ctx: Context, args: Row) -> Outcome:
        uid = str(args["uid"])
        rows = read_others(ctx, entity, uid, str(args["others"]))
        known = _apart(ctx.work, entity)
        for two in (pair(a, b) for a, b in combinations([uid, *(str(r["uid"]) for r in rows)], 2)):
            if two not in known:
                values: Row = {"entity": key, "one": two[0], "other": two[1], "why": args.get("why")}
                ctx.work.insert(NOT_SAME, values)
        called = "、".join(f"「{r[entity.naming]}」" for r in rows)
        ctx.work.title = f"「{ctx.work.named(entity, uid)}」和{called}不是同一家"
        return Outcome(uid, f"记下了：{ctx.work.title}，以后不再提")

    record = Field("uid", title, Link(entity=key), required=True)
    return (
        Verb(
            f"{key}.alike",
            f"看{title}有没有重复",
            alike,
            (replace(record, required=False), *(replace(f, required=False) for f in entity.typed_fields), *parts),
            role=Role.VIEWER,
            entity=key,
            icon="search",
            palette=False,
            note="给已经填的字段，说出像哪一条、为什么",
        ),
        Verb(
            f"{key}.duplicates",
            f"查重复{title}",
            duplicates,
            entity=key,
            icon="people",
            note="整本翻一遍，把像同一家的列在一起",
        ),
        Verb(
            f"{key}.apart",
            "不是同一家",
            apart,
            (
                record,
                Field("others", "另一条", Text(2000), required=True, note="编码或名称，几个用、隔开"),
                Field("why", "为什么", Text(200), note="例如 总公司和分公司"),
            ),
            changes=("not_same",),
            entity=key,
            icon="dismiss_circle",
            palette=False,
            note="记下来，以后查重不再列出",
        ),
    )
