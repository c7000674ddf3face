"""Ten PCs run from a script: sync, cases, settle and the list of PCs as commands and inside `serve`; what a bad share answers (SYS-1)."""

from __future__ import annotations

import errno
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from salesdesk import __main__ as program
from salesdesk.services.sync import transport as ways
from salesdesk.services.sync.transport import FolderTransport
from tests.sync.pcs import PASSPHRASE, Pc, everybody, first_pc, joined_pc

Command = Callable[..., tuple[int, Any]]


@pytest.fixture
def command(capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run a command on a data folder; answers exit code and what was said: the lines of `serve`, else the one answer."""

    def run(folder: Path, *argv: str, heard: tuple[dict[str, Any], ...] = ()) -> tuple[int, Any]:
        lines = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in heard)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines.encode()), encoding="utf-8"))
        code = program.main(["--data", str(folder), *argv])
        said = capsysbinary.readouterr()
        if heard:
            return code, [json.loads(line) for line in said.out.decode().splitlines()]
        return code, json.loads(said.out or said.err)

    return run


@pytest.fixture
def share(tmp_path: Path) -> Path:
    return tmp_path / "share"


def files(share: Path) -> dict[str, bytes]:
    return {str(p.relative_to(share)): p.read_bytes() for p in sorted(share.rglob("*")) if p.is_file()}


def two_with_a_case(tmp_path: Path, share: Path) -> tuple[Pc, Pc]:
    a = first_pc(tmp_path / "a", share)
    b = joined_pc(tmp_path / "b", share, "李强")
    everybody(a, b)
    uid = a.customer("C00042")["uid"]
    a.desk.do("customer.save", {"uid": uid, "credit_limit": "300000"})
    b.later(5)
    b.desk.do("customer.save", {"uid": uid, "credit_limit": "250000"})
    a.sync()
    b.sync()
    return a, b


def test_serve_syncs_settles_and_tells_of_the_pcs_between_other_requests(
    tmp_path: Path, share: Path, command: Command
) -> None:
    a, b = two_with_a_case(tmp_path, share)
    a.desk.close()
    code, told = command(
        a.folder,
        "serve",
        heard=(
            {"id": 1, "cmd": "sync"},
            {"id": 2, "cmd": "sync", "action": "cases"},
            {"id": 3, "cmd": "show", "entity": "customer", "uid": "C00042"},
            {"id": 4, "cmd": "device", "action": "rename", "name": "前台"},
            {"id": 5, "cmd": "device"},
            {"id": 6, "cmd": "sync", "action": "status"},
            {"id": 7, "cmd": "device", "action": "fly"},
            {"id": 8, "cmd": "device", "action": "remove"},
            {"id": 9, "cmd": "todos"},
        ),
    )
    assert code == 0 and [one["id"] for one in told] == list(range(1, 10))
    assert told[0]["ok"] and told[0]["cases"] == 1
    (case,) = told[1]["cases"]
    assert [side["value"] for side in case["sides"]] == ["250,000.00", "300,000.00"]
    assert told[2]["row"]["credit_limit"] == "250000.00"
    assert [one["name"] for one in told[4]["devices"]] == ["前台", "李强"]
    assert told[5]["waiting"] == 1 and "1 处要你定" in told[5]["text"]
    assert told[6]["problems"][0]["code"] == "usage" and told[7]["problems"][0]["code"] == "required"
    assert any(one["verb"] == "sync.settle" for one in told[8]["todos"])
    _, told = command(
        a.folder,
        "serve",
        heard=(
            {"cmd": "sync", "action": "settle", "key": case["key"], "take": "2"},
            {"cmd": "sync", "action": "cases"},
            {"cmd": "undo"},
            {"cmd": "sync", "action": "cases"},
            {"cmd": "redo"},
            {"cmd": "sync"},
        ),
    )
    assert [one["ok"] for one in told] == [True] * 6
    assert told[1]["cases"] == [] and [one["key"] for one in told[3]["cases"]] == [case["key"]]
    assert told[5]["waiting"] == 0 and told[5]["cases"] == 0
    b.sync()
    assert b.customer("C00042")["credit_limit"] == 30000000


def test_a_pc_is_removed_from_a_script(tmp_path: Path, share: Path, command: Command) -> None:
    a = first_pc(tmp_path / "a", share)
    b = joined_pc(tmp_path / "b", share, "李强")
    everybody(a, b)
    a.desk.close()
    code, told = command(a.folder, "device", "remove", "李强", "--passphrase", "短")
    assert code == 2 and "口令太短" in told[0]["message"]
    code, told = command(a.folder, "device", "remove", "李强", "--passphrase", "换过的新口令九八七")
    assert code == 0 and told["ok"]
    code, told = command(a.folder, "device", "list", "--json")
    assert [(one["name"], one["removed"]) for one in told] == [("王芳", False), ("李强", True)]


@pytest.mark.parametrize("joined", [True, False], ids=["joined", "not joined yet"])
def test_a_share_that_is_missing_or_foreign_exits_with_3(
    tmp_path: Path, share: Path, command: Command, joined: bool
) -> None:
    if joined:
        a = first_pc(tmp_path / "a", share)
        a.desk.do("customer.save", {"uid": a.customer("C00042")["uid"], "note": "新的"})
        share.rename(tmp_path / "gone")
    else:
        a = Pc(tmp_path / "a", "王芳")
    before = a.desk.dump()
    a.desk.close()
    how = ["sync", "--share", str(share), "--passphrase", PASSPHRASE]
    for argv in (["sync"], how) if joined else (how, [*how, "--create"]):
        code, told = command(a.folder, *argv)
        assert code == 3 and "共享盘不可用" in told["message"] and told["cure"]
    assert not share.exists(), "nothing is made where the share should be"
    if joined:
        other = first_pc(tmp_path / "other", share, "别家")
        other.desk.close()
        there = files(share)
        code, told = command(a.folder, "sync")
        assert code == 3 and "另一个工作区" in told["message"] and files(share) == there
    a.desk = a.opened()
    assert a.desk.dump() == before


@pytest.mark.parametrize(
    ("number", "words"), [(errno.EROFS, "不让写入"), (errno.ENOSPC, "满了")], ids=["read-only", "full"]
)
def test_a_share_that_takes_no_file_exits_with_3_and_what_came_in_stays(
    tmp_path: Path, share: Path, command: Command, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    a, b = two_with_a_case(tmp_path, share)
    b.desk.do("customer.save", {"code": "C00300", "name": "扬州三号有限公司"})
    b.sync()
    a.desk.do("customer.save", {"uid": a.customer("C00043")["uid"], "note": "要送出去的"})
    a.desk.close()
    there = files(share)

    def refuse(draft: Path, target: Path) -> None:
        raise OSError(number, "planted", str(target))

    monkeypatch.setattr(ways, "_put_without_replacing", refuse)
    code, told = command(a.folder, "sync")
    assert code == 3 and words in told["message"] and told["cure"] and files(share) == there
    a.desk = a.opened()
    assert a.customer("C00300")["name"] == "扬州三号有限公司" and a.customer("C00043")["note"] == "要送出去的"
    assert a.desk.sync.state().waiting
    monkeypatch.undo()
    a.sync()
    assert not a.desk.sync.state().waiting and FolderTransport(share).names("d")
