"""`salesdesk update`: what newer program lies on the share, fetching it, and putting one there."""

from __future__ import annotations

from pathlib import Path

from salesdesk import __version__
from salesdesk.cli import speech
from salesdesk.desk import Desk
from salesdesk.domain.errors import Refused
from salesdesk.domain.problems import Problem
from salesdesk.services.sync import updates


def update(desk: Desk, action: str, file: str, news: str, as_json: bool) -> int:
    """One request: status, fetch or publish. Raises Refused, and EnvironmentFault when the share is away."""
    if action == "publish":
        if not file:
            raise Refused(Problem("没有写安装程序", "写上 salesdesk-版本.exe 的路径", path="file", code="required"))
        found: updates.Release | None = updates.publish(desk.sync, Path(file), news)
    else:
        found = updates.offered(desk.sync)
    fetched = updates.fetch(desk.sync, found) if found is not None and action == "fetch" else None
    if as_json:
        told = found._asdict() if found is not None else None
        speech.say_json({"ok": True, "version": __version__, "newer": told, "file": str(fetched) if fetched else None})
    elif found is None:
        speech.say(f"现在是 {__version__}，共享盘上没有更新的版本")
    elif action == "publish":
        speech.say(f"{found.version} 已放到共享盘，别的电脑会提示更新")
    else:
        speech.say(f"现在是 {__version__}；{found.told}" + (f"。已拿到并核对过：{fetched}" if fetched else ""))
    return 0
