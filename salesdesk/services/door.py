"""The one door for every action: arguments are read, rights checked, work done, logged and made undoable here."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from salesdesk.domain.errors import BadValue, Refused
from salesdesk.domain.fields import Entity, Field, Lines
from salesdesk.domain.kinds import Link, Password, Row, Text
from salesdesk.domain.masking import looks_masked
from salesdesk.domain.pinyin import load_pinyin
from salesdesk.domain.problems import Problem
from salesdesk.domain.text import nearest
from salesdesk.persistence.reading import Reader
from salesdesk.services.module import Context, Outcome, Registry, Verb
from salesdesk.services.roles import Role
from salesdesk.services.settings import Settings

if TYPE_CHECKING:
    from salesdesk.persistence.database import Database
    from salesdesk.persistence.work import Work
    from salesdesk.services.seat import Person

Progress = Callable[[int, int], None]
"""Told (done, whole) while a long verb runs."""
REASON = Field("reason", "原因", Text(200))
"""The argument every verb takes: the reason that overrides an ASK problem."""
LINE_UID = Field("uid", "编号", Link())
"""Names a line that is there already."""
APPROVER = Field("approver", "谁批准", Text(40))
APPROVAL = Field("approver_password", "批准人的密码", Password())
"""The arguments by which another operator lets this one thing pass at this PC, without sitting down at it."""


def read_args(
    reader: Reader,
    registry: Registry,
    fields: tuple[Field, ...],
    given: Mapping[str, Any],
    today: str,
    path: str = "",
    place: str = "",
) -> Row:
    """Turn wire arguments into values; every fault is collected and told at once. Raises Refused.

    Only given keys are returned, so a save may change a few fields. A line's own place is named 第 n 行.
    """
    return _read_row(reader, registry, {f.key: f for f in fields}, given, today, path, place)


def _read_row(
    reader: Reader,
    registry: Registry,
    by_key: Mapping[str, Field],
    given: Mapping[str, Any],
    today: str,
    path: str,
    place: str,
    known: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
) -> Row:
    """known: what was looked up already, uids by field and code."""
    found: Row = {}
    problems: list[Problem] = []
    for key, raw in given.items():
        one = by_key.get(key) or (REASON if key == REASON.key and not path else None)
        if one is None:
            near = nearest(key, by_key)
            problems.append(
                Problem(
                    f"没有「{key}」这个参数",
                    f"是不是「{near[0]}」？" if near else f"可用的有：{'、'.join(by_key)}",
                    path=path + key,
                    place=place,
                    code="unknown_argument",
                )
            )
            continue
        kind = one.kind
        try:
            if isinstance(kind, Lines):
                found[key] = _read_lines(reader, registry, kind.entity, raw, today, path + key)
            elif one.masked and looks_masked(raw):
                raise BadValue("这是遮住的样子，不是真的内容", "请先显示出来再改，或者不要给这一项")
            else:
                value = kind.parse(raw, today)
                if value is not None and isinstance(kind, Link):
                    ready = known.get(key, {}).get(str(value))
                    value = ready or _resolve(reader, registry, kind, str(value), one.title)
                found[key] = value
        except BadValue as fault:
            here = f"{place}「{one.title}」"
            problems.append(
                Problem(fault.reason, fault.cure, path=path + key, place=here, code="bad_value", value=str(raw))
            )
        except Refused as refused:
            here = f"{place}「{one.title}」"
            problems.extend(p if p.path else p.at(path + key, here) for p in refused.problems)
    if problems:
        raise Refused(problems)
    return found


def _read_lines(reader: Reader, registry: Registry, entity: Entity, raw: object, today: str, path: str) -> list[Row]:
    if not isinstance(raw, list) or not all(isinstance(r, Mapping) for r in raw):
        raise BadValue("这里要一个列表，每行一组字段", '例如 [{"product": "P10012", "qty": "12"}]')
    by_key = {LINE_UID.key: LINE_UID, **{f.key: f for f in entity.typed_fields}}
    defaults = _defaults(entity.typed_fields)
    known = {
        one.key: reader.coded(
            registry.entities[one.kind.entity], {str(row[one.key]) for row in raw if row.get(one.key)}
        )
        for one in entity.links
        if one.typed and isinstance(one.kind, Link) and one.kind.entity in registry.entities
    }
    lines: list[Row] = []
    problems: list[Problem] = []
    for i, one in enumerate(raw):
        try:
            given = one if one.get("uid") else defaults | dict(one)
            lines.append(_read_row(reader, registry, by_key, given, today, f"{path}/{i}/", f"第 {i + 1} 行", known))
        except Refused as refused:
            problems.extend(refused.problems)
    if problems:
        raise Refused(problems)
    return lines


def _defaults(fields: Iterable[Field]) -> dict[str, Any]:
    """What a new record holds where nothing was said."""
    return {f.key: f.default for f in fields if f.default}


def _resolve(reader: Reader, registry: Registry, kind: Link, typed: str, title: str) -> str:
    """Uid of the record a script or Excel cell names."""
    if not kind.entity:
        return typed
    entity = registry.entities[kind.entity]
    uid = reader.find(entity, typed)
    if uid is None and (several := reader.called(entity, typed)) > 1:
        raise BadValue(
            f"有 {several} 条{entity.title}都叫「{typed}」，不知道是哪一条",
            "请改用编码" if entity.code else "请先把重名的改开",
        )
    if uid is None:
        raise BadValue(f"没有找到{entity.title}「{typed}」", f"请核对{entity.title}的编码或名称，或先新建它")
    return uid


@contextmanager
def _unswept() -> Iterator[None]:
    """Python's search for circles of garbage rests: it would look at every row of a large file again and again."""
    swept = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if swept:
            gc.enable()


def arguments(reader: Reader, registry: Registry, verb: Verb, given: Mapping[str, Any], today: str) -> Row:
    """Wire arguments of a verb as values, complete. Raises Refused."""
    keys = {p.key: p.required for p in verb.params}
    partial = bool(given.get("uid")) and "uid" in keys and ("seen" in keys or not keys["uid"])
    if not partial:  # a new record or a plain action: what was not said takes its default
        given = _defaults(verb.params) | dict(given)
    row = read_args(reader, registry, verb.params, given, today)
    _require(verb, row, registry.entities[verb.entity] if partial and row.get("uid") else None)
    return row


class Door:
    """Runs verbs against one data file."""

    def __init__(self, database: Database, registry: Registry, settings: Settings, folder: Path) -> None:
        self.database = database
        self.registry = registry
        self.settings = settings
        self.folder = folder

    def verb(self, name: str) -> Verb:
        """The verb of a name; Refused with the nearest name when there is none."""
        verb = self.registry.verbs.get(name)
        if verb is None:
            near = nearest(name, self.registry.verbs)
            raise Refused(
                Problem(
                    f"没有「{name}」这个动作",
                    f"是不是 {near[0]}？" if near else "用 salesdesk do --list 看全部动作",
                    code="unknown_verb",
                )
            )
        return verb

    @_unswept()
    def do(self, name: str, args: Mapping[str, Any] | None = None, progress: Progress | None = None) -> Outcome:
        """Run one verb with wire arguments; returns after the commit. Raises Refused or EnvironmentFault, nothing written."""
        verb = self.verb(name)
        given = dict(args or {})
        operator, role = self.settings.operator, self.settings.role
        seat = self.settings.seat
        if seat.locked and not verb.unlocked:
            raise Refused(seat.locked_refusal())
        if not seat.may(verb) and not verb.unlocked and APPROVER.key not in given:
            raise Refused(seat.refusal(verb))
        approver = self._approver(given)
        lent = approver is not None and not seat.may(verb)  # somebody who may lets it pass
        if lent and approver is not None and not approver.may(verb):
            raise Refused(seat.refusal(verb))
        if verb.changes and any(one.searched for key in verb.changes if (one := self.registry.entities.get(key))):
            load_pinyin()  # not inside the transaction, where every other window would wait for it
        seen, row = -1, cast(Row, {})
        context: Context | None = None
        if verb.prepare is not None or not verb.changes:  # what may take long holds nobody up
            with self.database.read() as reader:
                seen = reader.newest_change()
                context, row = self._read(verb, given, reader, role, progress, approver)
        if context is not None and not verb.changes:
            with self.database.read() as reader:
                context.work = cast("Work", reader)
                outcome = verb.run(context, row) or Outcome()
            return replace(outcome, problems=(*outcome.problems, *context.warnings))
        with self.database.work(verb.title, verb=verb.name, operator=operator, role=role.label) as work:
            if context is None or work.newest_change() != seen:  # another program wrote since it was read: judge again
                context, row = self._read(verb, given, work, role, progress, approver)
            context.work = work
            outcome = verb.run(context, row) or Outcome()
            if lent:
                work.reason = work.reason or context.reason
        return replace(outcome, problems=(*outcome.problems, *context.warnings), changes=work.result)

    def _approver(self, given: dict[str, Any]) -> Person | None:
        """Who lets this one thing pass; his name and password are taken out of the arguments. Raises Refused."""
        name, password = given.pop(APPROVER.key, None), given.pop(APPROVAL.key, None)
        if not name:
            return None
        return self.settings.seat.approves(str(name), str(password or ""))

    def _read(
        self,
        verb: Verb,
        given: Mapping[str, Any],
        reader: Reader,
        role: Role,
        progress: Progress | None,
        approver: Person | None = None,
    ) -> tuple[Context, Row]:
        """Arguments as values, complete, and prepared by the verb. Raises Refused."""
        row = arguments(reader, self.registry, verb, given, self.database.clock.now().date().isoformat())
        context = self._context(cast("Work", reader), role, str(row.get("reason") or ""), progress)
        if approver is not None:
            context.approver = approver
            if context.reason or not self.settings.seat.may(verb):
                context.reason += f"（{approver.role.label} {approver.name} 批准）"
        if all(p.key != REASON.key for p in verb.params):
            row.pop(REASON.key, None)
        if verb.prepare is not None:
            row = cast(Row, verb.prepare(context, row))
        return context, row

    def _context(self, work: Work, role: Role, reason: str, progress: Progress | None) -> Context:
        context = Context(
            work, self.database.clock, self.settings.operator, role, self.settings, self.folder, self.registry, reason
        )
        if progress is not None:
            context.progress = progress
        return context

    def catalogue(self) -> list[dict[str, Any]]:
        """All verbs with their parameters: what `salesdesk do --list` prints and the F1 sheet shows."""
        return [
            {
                "verb": v.name,
                "title": v.title,
                "role": v.role.label,
                "changes": list(v.changes),
                "shortcut": v.shortcut,
                "note": v.note,
                "params": [_param(p) for p in v.params],
            }
            for v in self.registry.verbs.values()
        ]


def _param(one: Field) -> dict[str, Any]:
    told: dict[str, Any] = {
        "key": one.key,
        "title": one.title,
        "kind": type(one.kind).__name__.lower(),
        "required": one.required,
    }
    if one.note:
        told["note"] = one.note
    if isinstance(one.kind, Link) and one.kind.entity:
        told["entity"] = one.kind.entity
    if isinstance(one.kind, Lines):
        told["fields"] = [_param(f) for f in one.kind.entity.typed_fields]
    options = getattr(one.kind, "options", None)
    if options:
        told["options"] = {o.key: o.label for o in options}
    return told


def _require(verb: Verb, row: Row, partly: Entity | None) -> None:
    """Refuse when something indispensable is missing; of the record `partly` changed only what was given counts."""
    missing = [
        Problem("不能空着", f"请给出{p.title}", path=p.key, place=f"「{p.title}」", code="required")
        for p in verb.params
        if p.required and row.get(p.key) in (None, "") and (partly is None or p.key not in partly.by_key)
    ]
    if missing:
        raise Refused(missing)
