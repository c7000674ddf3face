"""Takes back any operation, or brings it back again, from the log alone; refuses where later work stands on it."""

from __future__ import annotations

import json
from typing import NamedTuple

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Int, Row
from salesdesk.domain.problems import Problem
from salesdesk.persistence.merging import decide
from salesdesk.persistence.reading import Reader
from salesdesk.persistence.work import Work
from salesdesk.persistence.writings import Log
from salesdesk.services.module import Actions, Context, Module, Outcome, Verb

NOT_UNDONE = "NOT EXISTS (SELECT 1 FROM operation u WHERE u.undoes = o.id AND NOT EXISTS (SELECT 1 FROM operation r WHERE r.undoes = u.id))"
"""An operation counts as undone when an undo of it exists that has not itself been undone."""

REVERSIBLE = "NOT EXISTS (SELECT 1 FROM change c WHERE c.op = o.id AND c.entity IN (SELECT value FROM json_each(?)))"
"""An operation that wrote nothing lasting (see `Entity.lasting`), whose keys are the parameter as JSON."""


class Step(NamedTuple):
    """One operation as the undo list shows it."""

    op: int
    title: str
    at: str
    operator: str
    undoes: int | None


def last_undoable(reader: Reader) -> Step | None:
    """The newest operation of this PC that is neither undone nor itself an undo, nor has left the house on paper.

    The + keeps SQLite from sorting all of this PC's operations: the newest few are looked at instead.
    """
    found = reader.row(
        "SELECT id AS op, title, at, operator, undoes FROM operation o WHERE undoes IS NULL AND +device = (SELECT device FROM now)"
        f" AND {NOT_UNDONE} AND {REVERSIBLE} ORDER BY id DESC LIMIT 1",
        (_lasting(reader),),
    )
    return Step(**found) if found else None


def last_redoable(reader: Reader) -> Step | None:
    """The newest undo of this PC that has not been taken back, while nothing else was done since."""
    found = reader.row(
        f"SELECT id AS op, title, at, operator, undoes FROM operation o WHERE {REVERSIBLE} ORDER BY id DESC LIMIT 1",
        (_lasting(reader),),
    )
    while found and found["undoes"]:
        # an undo of an undo is a redo: look at what came before the pair
        inner = reader.row(
            "SELECT id AS op, title, at, operator, undoes FROM operation WHERE id = ?", (found["undoes"],)
        )
        if inner is None or not inner["undoes"]:
            return Step(**found)
        found = reader.row(
            f"SELECT id AS op, title, at, operator, undoes FROM operation o WHERE id < ? AND undoes IS NOT NULL AND {NOT_UNDONE}"
            " ORDER BY id DESC LIMIT 1",
            (inner["op"],),
        )
    return None


def _lasting(reader: Reader) -> str:
    return json.dumps([e.key for e in reader.schema.entities.values() if e.lasting])


def undo(ctx: Context, op: int | None) -> Outcome:
    """Reverse one operation (the last one when none is named) as a new operation."""
    work = ctx.work
    if op is None:
        step = last_undoable(work)
        if step is None:
            raise Refused(Problem("没有可以撤销的操作", code="nothing_to_undo"))
        op = step.op
    return _reverse(ctx, op, "撤销")


def redo(ctx: Context) -> Outcome:
    """Reverse the last undo."""
    step = last_redoable(ctx.work)
    if step is None:
        raise Refused(Problem("没有可以重做的操作", code="nothing_to_redo"))
    return _reverse(ctx, step.op, "重做")


def _reverse(ctx: Context, op: int, word: str) -> Outcome:
    work = ctx.work
    target = work.row("SELECT * FROM operation WHERE id = ?", (op,))
    if target is None:
        raise Refused(Problem(f"没有第 {op} 号操作", "请看历史里的编号", code="unknown_operation"))
    if work.value(f"SELECT 1 FROM operation o WHERE id = ? AND NOT ({NOT_UNDONE})", (op,)):
        raise Refused(Problem(f"「{target['title']}」已经撤销过了", code="already_undone"))
    _right(ctx, target)
    changes = work.rows("SELECT * FROM change WHERE op = ? ORDER BY id DESC", (op,))
    entities = work.schema.entities
    problems: list[Problem] = []
    if any(entities[c["entity"]].lasting for c in changes):
        cure = "打出来的纸、导出的表、销毁的文件收不回来；纸上的作废请在纸上注明"
        raise Refused(Problem(f"「{target['title']}」已经做出去了，撤销不了", cure, code="lasting"))
    rows: dict[str, Row | None] = {}
    for change in changes:  # each is judged on the row as it is once the later changes of this operation are taken back
        entity, uid = entities[change["entity"]], str(change["uid"])
        now = rows[uid] if uid in rows else work.get(entity, uid)
        if now is not None:
            problems += _obstacles(work, entity, change, op, now)
        rows[uid] = now if now is None or change["kind"] == "I" else {**now, **json.loads(change["before"])}
    if problems:
        raise Refused(list(dict.fromkeys(problems)))
    # taking back the settling of a merge is told also where the value stays, for other PCs open the case again by it
    put = decide if Log(work).settling(op) is not None else Work.update
    for change in changes:
        entity = entities[change["entity"]]
        if change["kind"] == "I":
            work.void(entity, change["uid"])
        else:
            put(work, entity, change["uid"], json.loads(change["before"]))
    touched = work.changes()
    from salesdesk.services.records import dangling  # no start has anything to undo

    problems = dangling(work, touched)
    made_twice = any(
        uid in touched.of(entity)
        for entity, uid in work.tuples("SELECT entity, uid FROM merge_case WHERE kind = 'code'")
    )
    for module in ctx.registry.modules:
        guard = module.actions.guard
        problems += guard(work, touched) if guard else []
    if made_twice:  # on two PCs: taking back that they were merged asks the question again
        problems = [p for p in problems if p.code != "duplicate"]
    if problems:
        raise Refused(list(dict.fromkeys(problems)))
    if target["undoes"] and word == "撤销":  # taking back an undo brings back, taking back a redo takes back
        word = "重做" if str(target["title"]).startswith("撤销") else "撤销"
    title = str(target["title"])
    for prefix in ("撤销：", "重做："):
        title = title.removeprefix(prefix)
    work.title = f"{word}：{title}"
    work.undoes = op
    return Outcome(message=f"已{word}「{title}」", data={"op": op})


def _right(ctx: Context, target: Row) -> None:
    """Undo is no side door: what only a 主管 may do, only he takes back or brings back. Raises Refused."""
    done = target
    while done["undoes"]:
        found = ctx.work.row("SELECT * FROM operation WHERE id = ?", (done["undoes"],))
        if found is None:
            break
        done = found
    verb = ctx.registry.verbs.get(str(done["verb"] or ""))
    if verb is not None and not ctx.settings.seat.may(verb):
        if ctx.role >= verb.role:
            raise Refused(ctx.settings.seat.refusal(verb))
        told = f"「{done['title']}」是{verb.role.label}做的事，{ctx.operator or '当前操作员'}是{ctx.role.label}"
        raise Refused(Problem(told, f"请让{verb.role.label}来撤销", code="role"))


def _obstacles(work: Work, entity: Entity, change: Row, op: int, now: Row) -> list[Problem]:
    """Why this one change of the row `now` cannot be taken back: a later change of the same fields."""
    uid = change["uid"]
    name = f"{entity.title} {work.named(entity, uid)}".strip()
    if change["kind"] == "I":
        changed_later = work.row(
            f"SELECT o.id AS op, o.title FROM change c JOIN operation o ON o.id = c.op WHERE c.uid = ? AND c.op > ?"
            f" AND o.undoes IS NULL AND {NOT_UNDONE} ORDER BY c.op LIMIT 1",
            (uid, op),
        )
        return [_later(name, changed_later)] if changed_later and not now["void"] else []
    for key, value in json.loads(change["after"]).items():
        if now[key] != value:
            later = work.row(
                "SELECT o.id AS op, o.title FROM change c JOIN operation o ON o.id = c.op"
                " WHERE c.uid = ? AND c.op > ? AND json_type(c.after, ?) IS NOT NULL ORDER BY c.op DESC LIMIT 1",
                (uid, op, f"$.{key}"),
            )
            return [_later(name, later or {"title": "后来的操作", "op": None})]
    voided = "SELECT 1 FROM change WHERE uid = ? AND op > ? AND json_extract(after, '$.void') = 1"
    if "void" not in json.loads(change["after"]) and now["void"] and work.value(voided, (uid, op)):
        return [Problem(f"{name} 已经作废", "请先恢复它", code="void")]
    return []


def _later(name: str, later: Row) -> Problem:
    return Problem(f"{name} 后来又被「{later['title']}」改过", f"请先撤销「{later['title']}」", code="changed_later")


MODULE = Module(
    "system",
    "系统",
    "settings",
    999,
    page=False,
    actions=Actions(
        verbs=(
            Verb(
                "system.undo",
                "撤销",
                lambda ctx, args: undo(ctx, args.get("op")),
                params=(Field("op", "操作编号", Int(), note="不给就撤销最近一步"),),
                changes=("*",),
                shortcut="Ctrl+Z",
                icon="undo",
                note="撤销任何一步操作，导入也行",
            ),
            Verb("system.redo", "重做", lambda ctx, args: redo(ctx), changes=("*",), shortcut="Ctrl+Y", icon="redo"),
        )
    ),
)


def has_new(work: Work, entity: str) -> bool:
    """Whether the operation at work has made a record of an entity."""
    return bool(work.value("SELECT 1 FROM change WHERE op = ? AND entity = ? AND kind = 'I'", (work.op, entity)))


def last_set(work: Work, uid: str, key: str, value: object = None) -> int:
    """The last operation before this one that set a field of a record (to a value, when one is given); 0 without."""
    said = "json_extract(after, '$.' || ?3)"
    return int(
        work.value(
            f"SELECT coalesce(max(op), 0) FROM change WHERE uid = ?1 AND op < ?2 AND {said} IS NOT NULL AND (?4 IS NULL OR {said} = ?4)",
            (uid, work.op, key, value),
        )
    )


def touched_since(work: Work, uids: list[str], op: int, kind: str = "") -> bool:
    """Whether an operation after `op` and before this one, not taken back, touched one of some records; kind "I": made it."""
    return bool(
        work.value(
            "SELECT 1 FROM change c JOIN operation o ON o.id = c.op WHERE c.op > ?1 AND c.op < ?2 AND (?4 = '' OR c.kind = ?4)"
            f" AND (o.undoes IS NULL OR o.undoes <= ?1) AND {NOT_UNDONE} AND c.uid IN (SELECT value FROM json_each(?3)) LIMIT 1",
            (op, work.op, json.dumps(uids), kind),
        )
    )


def voided_since(reader: Reader, uids: list[str], at: str) -> bool:
    """Whether one of some records was put out of use at a time or later."""
    return bool(
        reader.value(
            "SELECT 1 FROM change c JOIN operation o ON o.id = c.op WHERE c.uid IN (SELECT value FROM json_each(?1))"
            " AND json_extract(c.after, '$.void') = 1 AND o.at >= ?2 LIMIT 1",
            (json.dumps(uids), at),
        )
    )
