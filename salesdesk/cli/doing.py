"""Runs verbs from the command line: one, or a stream of JSON lines, each answered after it is safely on disk."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from salesdesk.cli import speech
from salesdesk.desk import Desk
from salesdesk.domain.errors import EnvironmentFault, Refused, system_reason
from salesdesk.domain.problems import Problem
from salesdesk.paths import logs

log = logging.getLogger("salesdesk.cli")


def do_once(desk: Desk, verb: str, text: str) -> int:
    """Run one verb with its arguments as JSON text, `-` (standard input) or `@file`; prints the answer."""
    speech.say_json(desk.do(verb, arguments(text)).wire())
    return 0


def arguments(text: str) -> dict[str, Any]:
    """The JSON object of a verb's arguments. Raises Refused."""
    if text == "-":
        text = speech.heard_all()
    elif text.startswith("@"):
        try:
            text = speech.decoded(Path(text[1:]).read_bytes())
        except OSError as error:
            raise Refused(
                Problem(f"读不了参数文件 {text[1:]}", f"请核对路径（{system_reason(error)}）", code="no_file")
            ) from None
    return json_object(text or "{}", "参数")


def json_object(text: str, what: str) -> dict[str, Any]:
    """A JSON object out of a text. Raises Refused with the place of the mistake."""
    try:
        found = json.loads(text)
    except ValueError as error:
        at = f"第 {error.lineno} 行第 {error.colno} 个字符处" if isinstance(error, json.JSONDecodeError) else ""
        raise Refused(
            Problem(
                f"{what}不是完整的 JSON{f'，{at}读不下去' if at else ''}",
                '要像 {"name": "华源"} 这样，引号用英文双引号',
                code="bad_json",
                value=text[:200],
            )
        ) from None
    except RecursionError:
        raise Refused(Problem(f"{what}套得太深", "请减少嵌套", code="bad_json")) from None
    if not isinstance(found, dict):
        raise Refused(
            Problem(f"{what}要是一个 JSON 对象", '要像 {"name": "华源"} 这样', code="bad_json", value=text[:200])
        )
    return found


def do_lines(desk: Desk) -> int:
    """Run `{"verb": …, "args": {…}}` lines from standard input; every line gets its own answer, a bad one stops nothing.

    Returns 0 once all lines are answered: what was refused stands in the answers. The data file is copied meanwhile as often
    as beside the window.
    """
    desk.keep_backups()
    for line in speech.heard_lines():
        if line.strip():
            speech.say_json(answer(desk, partial(_run_line, desk, line)))
    return 0


def _run_line(desk: Desk, line: str) -> dict[str, Any]:
    return run_request(desk, json_object(line, "这一行"))


def run_request(desk: Desk, request: Mapping[str, Any]) -> dict[str, Any]:
    """Run one `{"verb": …, "args": {…}}` and return its answer. Raises Refused or EnvironmentFault."""
    verb, args = request.get("verb"), request.get("args")
    if not isinstance(verb, str) or not verb:
        raise Refused(
            Problem(
                "没有写要做什么",
                '每行要有 "verb"，例如 {"verb": "order.save", "args": {…}}',
                path="verb",
                code="required",
            )
        )
    if args is not None and not isinstance(args, dict):
        raise Refused(Problem("args 要是一个对象", '例如 "args": {"uid": "…"}', path="args", code="bad_value"))
    return desk.do(verb, args).wire()


def answer(desk: Desk, act: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What `act` answers, or the answer that tells how it failed: a loop of requests never ends by one of them."""
    try:
        return act()
    except Refused as refused:
        return speech.refusal(refused)
    except EnvironmentFault as fault:
        return speech.fault_answer(fault)
    except OSError as error:
        log.info("environment", exc_info=True)
        return speech.fault_answer(speech.of_system(error))
    except Exception:
        log.exception("a request failed")
        return speech.defect_answer(str(logs(desk.folder) / "salesdesk.log"))


def list_verbs(desk: Desk, as_json: bool, only: str = "") -> int:
    """All verbs with their parameters: the program documents itself."""
    catalogue = [v for v in desk.door.catalogue() if not only or v["verb"] == only or v["verb"].split(".")[0] == only]
    if as_json:
        speech.say_text(json.dumps(catalogue, ensure_ascii=False, indent=1))
        return 0
    for verb in catalogue:
        keys = f"  {verb['shortcut']}" if verb["shortcut"] else ""
        speech.say(f"{verb['verb']}  {verb['title']}（{verb['role']}）{keys}")
        if verb["note"]:
            speech.say(f"    {verb['note']}")
        for param in verb["params"]:
            _tell_param(param, "    ")
    speech.say(f'\n共 {len(catalogue)} 个动作。用法：salesdesk do 动作 \'{{"参数": "值"}}\'')
    return 0


def _tell_param(param: Mapping[str, Any], indent: str) -> None:
    words = [param["title"], param["kind"] + (f"→{param['entity']}" if "entity" in param else "")]
    if param["required"]:
        words.append("必填")
    if param.get("options"):
        words.append("、".join(f"{k}" if k == v else f"{k}={v}" for k, v in param["options"].items()))
    if param.get("note"):
        words.append(param["note"])
    speech.say(f"{indent}{param['key']}：{'；'.join(words)}")
    for child in param.get("fields", ()):
        _tell_param(child, indent + "    ")
