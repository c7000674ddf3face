"""Trial of updates: a newer installer on the share, right and wrong, and older programs before newer data (as 张三, under Wine)."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from wine import CLERK_ID

if TYPE_CHECKING:
    from trial import Trial

PASSPHRASE = "试装 2 台电脑 一个口令"
REFUSED, ENVIRONMENT = 2, 3
"""Exit codes of the program: it will not do that; the machine does not let it."""


def from_share(trial: Trial, home: str, newer: Path, version: str) -> tuple[str, Path]:
    """The 主管 puts a real newer installer on the share, another PC is offered it; an exchanged one and an unsealed note are not
    taken. Returns what was found and where the fetched and checked installer lies."""
    share = rf"{home}\Documents\共享 盘"
    one, two = rf"{home}\主管的 数据", rf"{home}\内勤的 数据"
    trial.wine.path(share).mkdir(parents=True)
    shutil.chown(trial.wine.path(share), CLERK_ID, CLERK_ID)

    def said(*arguments: str, expected: int = 0) -> str:
        code, text = trial.program(*arguments, SALESDESK_PASSPHRASE=PASSPHRASE)
        assert code == expected, f"{' '.join(arguments[:4])}：退出码 {code}，应当是 {expected}；{text[-1500:]}"
        return text

    said("settings", "operator.role", "manager", "--data", one)
    said("sync", "now", "--share", share, "--create", "--name", "主管", "--data", one)
    said("sync", "now", "--share", share, "--name", "内勤", "--data", two)
    assert "没有更新的版本" in said("update", "--data", two)
    installer = trial.wine.windows(newer)
    said("update", "publish", installer, "--news", "试装的新版本", "--data", two, expected=REFUSED)
    said("update", "publish", installer, "--news", "试装的新版本", "--data", one)
    assert version in said("update", "--data", two)
    lying = trial.wine.path(share) / "salesdesk" / "app"
    put = lying / newer.name
    whole = put.read_bytes()
    assert whole == newer.read_bytes(), "共享盘上的安装程序不是放上去的那个"
    middle = len(whole) // 2
    for spoilt in (whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :], whole[:-1]):
        put.write_bytes(spoilt)
        assert "不一样" in said("update", "fetch", "--data", two, expected=ENVIRONMENT)
        assert not list((trial.wine.path(two) / "updates").glob("*")), "换过的安装程序留在了电脑上"
    put.write_bytes(whole)
    (note,) = lying.glob("*.note")
    sealed = note.read_bytes()
    note.write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))
    assert "没有更新的版本" in said("update", "--data", two), "封条坏了的新版本也算数"
    note.write_bytes(sealed)
    told = said("update", "fetch", "--json", "--data", two).strip().splitlines()[-1]
    fetched = trial.wine.path(json.loads(told)["file"])
    assert fetched.read_bytes() == whole
    return f"{version} 从共享盘拿到并核对过；改了一个字节、少了一个字节、封条不对的都没有用", fetched


def newer_data(trial: Trial, home: str, data: str) -> str:
    """A data file of a program from the future is left as it is, with a word on what to do."""
    place = rf"{home}\新数据"
    folder = trial.wine.path(place)
    folder.mkdir()
    file = folder / "salesdesk.db"
    shutil.copy(trial.wine.path(data) / "salesdesk.db", file)
    with sqlite3.connect(file) as raw:
        raw.execute("PRAGMA user_version = 9999")
    raw.close()
    for one in (folder, file):
        shutil.chown(one, CLERK_ID, CLERK_ID)
    before = file.read_bytes()
    code, text = trial.program("check", "--data", place)
    assert code == ENVIRONMENT and "9999" in text and "升级" in text, f"退出码 {code}：{text[-800:]}"
    assert file.read_bytes() == before, "动了更新版本的数据"
    return f"数据版本 9999 的文件没有打开、没有动，退出码 {code}，说了要升级"
