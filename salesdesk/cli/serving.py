"""A long-lived listener for scripts: one JSON line in, one JSON line out, doing, showing and dumping as it comes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from salesdesk.cli import speech
from salesdesk.cli.doing import answer, json_object, run_request
from salesdesk.cli.showing import Wanted, entity_named, look
from salesdesk.desk import Desk
from salesdesk.domain.errors import Refused
from salesdesk.domain.problems import Problem

COMMANDS = ("do", "show", "dump", "history", "undo", "redo", "todos", "sync", "device", "quit")


def serve(desk: Desk) -> int:
    """Answer requests until standard input ends or `{"cmd": "quit"}` comes. An `id` is echoed back.

    The data file is copied meanwhile as often as beside the window.
    """
    desk.keep_backups()
    for line in speech.heard_lines():
        if not line.strip():
            continue
        told: dict[str, Any] = {}
        request: dict[str, Any] = {}
        try:
            request = json_object(line, "这一行")
        except Refused as refused:
            told = speech.refusal(refused)
        else:
            told = answer(desk, partial(respond, desk, request))
        if "id" in request:
            told = {"id": request["id"], **told}
        speech.say_json(told)
        if request.get("cmd") == "quit":
            break
    return 0


def respond(desk: Desk, request: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to one request. Raises Refused or EnvironmentFault."""
    command = request.get("cmd", "do" if "verb" in request else None)
    if command is None:
        raise Refused(Problem("没有写要做什么", '每行要有 "cmd" 或 "verb"', path="cmd", code="required"))
    if command == "do":
        return run_request(desk, request)
    if command == "show":
        wanted = _wanted(request)
        found = look(desk, wanted)
        return {"ok": True, "row": found.told[0]} if wanted.record else {"ok": True, "rows": found.told}
    if command == "dump":
        return {"ok": True, "dump": json.loads(desk.dump())}
    if command == "history":
        return {"ok": True, "history": history(desk, str(request.get("entity") or ""), str(request.get("uid") or ""))}
    if command in ("undo", "redo"):
        given = {"op": request["op"]} if command == "undo" and request.get("op") else {}
        return desk.do(f"system.{command}", given).wire()
    if command == "todos":
        return {"ok": True, "todos": [vars_of(todo) for todo in desk.todos()]}
    if command in ("sync", "device"):
        from salesdesk.cli import syncing

        return syncing.sync(desk, request) if command == "sync" else syncing.device(desk, request)
    if command == "quit":
        return {"ok": True}
    raise Refused(
        Problem(f"没有「{command}」这个命令", f"可用的有：{'、'.join(COMMANDS)}", path="cmd", code="unknown_command")
    )


def _wanted(request: Mapping[str, Any]) -> Wanted:
    where, fields, limit = request.get("where") or [], request.get("fields") or [], request.get("limit")
    if isinstance(where, str):
        where = [where]
    if isinstance(fields, str):
        fields = fields.split(",")
    for key, value in (("where", where), ("fields", fields)):
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise Refused(Problem(f"{key} 要是一个文字列表", '例如 ["stage=part"]', path=key, code="bad_value"))
    if limit is not None and (not isinstance(limit, int) or isinstance(limit, bool) or limit < 0):
        raise Refused(Problem("limit 要是 0 以上的整数", path="limit", code="bad_value"))
    return Wanted(
        entity=str(request.get("entity") or ""),
        record=str(request.get("uid") or request.get("record") or ""),
        where=where,
        text=str(request.get("text") or ""),
        sort=str(request.get("sort") or ""),
        limit=limit,
        fields=fields,
        lines=bool(request.get("lines")),
        voided=bool(request.get("voided")),
    )


def history(desk: Desk, entity: str, record: str) -> list[dict[str, Any]]:
    """The life of a record as JSON, newest first."""
    from salesdesk.cli.showing import one_record

    one = entity_named(desk, entity)
    return [
        {
            "op": entry.op,
            "at": entry.at,
            "operator": entry.operator,
            "title": entry.title,
            "reason": entry.reason,
            "changes": [
                {"place": c.place, "title": c.title, "before": c.before, "after": c.after} for c in entry.changes
            ],
            "text": entry.text,
        }
        for entry in desk.history(one.key, one_record(desk, one, record)["uid"])
    ]


def vars_of(todo: Any) -> dict[str, Any]:
    """JSON form of a to-do."""
    return {key: getattr(todo, key) for key in ("title", "detail", "due", "entity", "uid", "verb", "verb_title")}
