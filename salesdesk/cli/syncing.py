"""Commands that sync, tell how syncing stands, settle what a merge left, and look after the list of PCs."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from salesdesk.cli import speech
from salesdesk.desk import Desk
from salesdesk.domain.errors import Refused
from salesdesk.domain.problems import Problem
from salesdesk.services.sync.workspace import NotLetIn

PASSPHRASE = "SALESDESK_PASSPHRASE"
"""Environment variable that holds the passphrase, so that it stands in no command line."""


def sync(desk: Desk, asked: Mapping[str, Any]) -> dict[str, Any]:
    """One request: now (the default), status, cases or settle; also what `serve` answers. Raises Refused or EnvironmentFault.

    asked: action, share, passphrase, name, create, scrub; for settle also key, take, value, note.
    """
    action = str(asked.get("action") or "now")
    if action == "status":
        return {
            "ok": True,
            **desk.sync.state().wire(),
            "share": desk.sync.share,
            "devices": [p.wire() for p in desk.sync.peers()],
        }
    if action == "cases":
        from salesdesk.services.sync.cases import open_cases

        with desk.read() as reader:
            return {"ok": True, "cases": [case.wire() for case in open_cases(reader)]}
    if action == "settle":
        given = {k: asked[k] for k in ("key", "take", "value", "note") if asked.get(k) is not None}
        return desk.do("sync.settle", given).wire()
    if action == "leave":
        desk.sync.leave()
        return {"ok": True, "message": "已停止同步；数据留在本机和共享盘"}
    if action == "giveup":
        device, idx = str(asked.get("device") or asked.get("key") or ""), int(asked.get("idx") or 0)
        return {"ok": True, "message": desk.sync.give_up(device, idx, str(asked.get("reason") or ""))}
    if action != "now":
        known = "可用的有：now、status、cases、settle、giveup、leave"
        raise Refused(Problem(f"同步没有「{action}」", known, path="action", code="usage"))
    return _now(desk, asked)


def _now(desk: Desk, asked: Mapping[str, Any]) -> dict[str, Any]:
    share = str(asked.get("share") or "")
    passphrase = str(asked.get("passphrase") or os.environ.get(PASSPHRASE) or "")
    name = str(asked.get("name") or "")
    if asked.get("create"):
        report = desk.sync.create(_needed(share), passphrase, name)
    elif share and not desk.sync.joined:
        if not passphrase:
            raise Refused(
                Problem(
                    "第一次连这个共享文件夹要口令",
                    f"用 --passphrase 或环境变量 {PASSPHRASE} 给口令；第一台电脑再加 --create",
                    path="passphrase",
                    code="required",
                )
            )
        report = desk.sync.join(share, passphrase, name)
    else:
        if share and os.path.normcase(share) != os.path.normcase(desk.sync.share):
            desk.sync.move(share)
        if asked.get("wait"):
            desk.sync.wait_for_news(float(asked["wait"]))
        try:
            report = desk.sync.run(scrub=bool(asked.get("scrub")))
        except NotLetIn:
            if not passphrase:
                raise
            report = desk.sync.join(desk.sync.share, passphrase, name)
    told = {"ok": True, **report.wire(), "cases": desk.sync.state().cases, "state": desk.sync.state().text}
    return told


def first_joining(folder: Path, asked: argparse.Namespace) -> None:
    """A PC nobody has worked on takes the others' data file over whole before anything else happens."""
    from salesdesk.desk import join_fresh

    passphrase = asked.passphrase or os.environ.get(PASSPHRASE) or ""
    if passphrase:
        join_fresh(folder, asked.share, passphrase, asked.name)


def _needed(share: str) -> str:
    if not share:
        raise Refused(Problem("没有写共享文件夹", "用 --share 写上文件夹", path="share", code="required"))
    return share


def run(desk: Desk, asked: Mapping[str, Any], as_json: bool) -> int:
    """The `sync` command; prints what it answers."""
    told = sync(desk, asked)
    if as_json or asked.get("action") not in ("cases", "status"):
        speech.say_json(told)
    elif asked.get("action") == "status":
        speech.say(str(told["text"]))
        _tell_devices(told["devices"])
    else:
        for case in told["cases"]:
            speech.say(f"{case['key']}\n  {case['text']}")
            for side in case["sides"]:
                speech.say(f"    {side['take']}  {side['value']}（{side['operator']} {side['device']} {side['at']}）")
    return 0


def device(desk: Desk, asked: Mapping[str, Any]) -> dict[str, Any]:
    """One request about PCs: list (the default), rename this one, or remove one with a new passphrase for those that stay.

    asked: action, device, passphrase, name. Raises Refused or EnvironmentFault.
    """
    action = str(asked.get("action") or "list")
    if action == "list":
        return {"ok": True, "devices": [peer.wire() for peer in desk.sync.peers()]}
    if action == "rename":
        desk.sync.rename(str(asked.get("name") or ""))
        return {"ok": True, "message": "已改名；其他电脑下次同步后看到"}
    if action != "remove":
        told = f"电脑没有「{action}」这个动作"
        raise Refused(Problem(told, "可用的有：list、rename、remove", path="action", code="usage"))
    if not asked.get("device"):
        raise Refused(Problem("没有写哪台电脑", "写它的标识、名称或单号字母", path="device", code="required"))
    desk.sync.remove(str(asked["device"]), str(asked.get("passphrase") or os.environ.get(PASSPHRASE) or ""))
    return {"ok": True, "message": "已移除，口令已换；其他电脑下次同步会自动换好钥匙"}


def run_device(desk: Desk, asked: Mapping[str, Any], as_json: bool) -> int:
    """The `device` command; prints what it answers."""
    told = device(desk, asked)
    if "devices" not in told:
        speech.say_json(told)
    elif as_json:
        speech.say_text(json.dumps(told["devices"], ensure_ascii=False, indent=1))
    else:
        _tell_devices(told["devices"])
    return 0


def _tell_devices(peers: list[dict[str, Any]]) -> None:
    rows = [
        [p["name"] + ("（本机）" if p["mine"] else "（已移除）" if p["removed"] else ""), p["letter"], p["seen_at"][:16],
         str(p["operations"]), p["note"], p["device"]]
        for p in peers
    ]  # fmt: skip
    speech.say(speech.table(["电脑", "单号字母", "最近", "操作数", "提示", "标识"], rows))
