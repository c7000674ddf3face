"""`salesdesk report`: the figures of a period for scripts, and the report as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from salesdesk.cli import speech
from salesdesk.desk import Desk
from salesdesk.domain.errors import Refused
from salesdesk.domain.problems import Problem

VERBS = {".xlsx": "sales_report.excel", ".csv": "sales_report.excel", ".pdf": "sales_report.preview"}
"""Ending of the file -> the verb that writes it; .txt is the text for WeChat."""


def report(desk: Desk, options: dict[str, Any]) -> int:
    """Tell the figures, or make the report and put it into a file. Raises Refused."""
    asked = {key: options[key] for key in ("kind", "period", "measure") if options.get(key)}
    if not options.get("out"):
        outcome = desk.do("sales_report.read", asked)
        if options.get("json"):
            speech.say_json(outcome.data)
        else:
            speech.say(outcome.message)
            speech.say(f"口径：{outcome.data['measured']}")
        return 0
    target = Path(str(options["out"])).absolute()
    ending = target.suffix.lower()
    forms = (Path(str(options["template"])).suffix.lower(),) if options.get("template") else (*VERBS, ".txt")
    if ending not in forms:
        raise Refused(Problem(f"不会存成「{target.suffix}」", f"请用 {'、'.join(forms)}", path="out", code="suffix"))
    uid = desk.do("sales_report.make", asked).uid
    if options.get("template"):
        given = {"uid": uid, "template": str(Path(str(options["template"])).absolute()), "out": str(target)}
        outcome = desk.do("sales_report.fill", given)
    elif ending == ".txt":
        from salesdesk.services.files import write_atomically

        text = str(desk.do("sales_report.chat", {"uid": uid}).data["clipboard"])
        write_atomically(target, text.encode("utf-8"))
        speech.say_json({"ok": True, "uid": uid, "data": {"file": str(target)}})
        return 0
    else:
        outcome = desk.do(VERBS[ending], {"uid": uid, "out": str(target)})
    speech.say_json(outcome.wire())
    return 0
