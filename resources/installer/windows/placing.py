"""Trial of places: install folders as scripts write them, folders that will not do, data far down (as 张三, under Wine)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import entries

if TYPE_CHECKING:
    from trial import Trial

ABORTED, NO_FOLDER = 2, 14
"""Exit codes of the installer: a file could not be written; /D= names no folder."""
MAX_PATH = 260
RUN = "import subprocess, sys; sys.exit(subprocess.call(sys.argv[1]))"
"""Runs a command line as it stands: Wine would put quotation marks of its own round a part with blanks in it."""


def folders_as_written(trial: Trial, home: str, installer: Path, python: Path, title: str) -> str:
    """/D= with blanks and Chinese, in the three ways in which it is written; everything is uninstalled from there."""
    wine, setup = trial.wine, trial.wine.windows(installer)
    place = rf"{home}\我的 程序\销售 内勤"
    for written in (f"/D={place}", f'/D="{place}"', f'"/D={place}\\"'):
        line = f'"{setup}" /S /NODESKTOP /NOOPEN {written}'
        code, text = wine(wine.windows(python / "python.exe"), "-c", RUN, line)
        assert code == 0 and (wine.path(place) / "salesdesk.exe").exists(), f"{written}：退出码 {code}；{text[-500:]}"
        links = [path for path in (wine.prefix / "drive_c/users").rglob(f"{title}.lnk") if not path.is_symlink()]
        assert [entries.read_link(link).target for link in links] == [rf"{place}\salesdesk.exe"], (written, links)
        assert not entries.asked(wine, entries.OPEN_COMMAND), "没有选，也写了打开方式"
        code, text = wine(rf"{place}\salesdesk-cli.exe", "--version")
        assert code == 0, text
        wine(rf"{place}\uninstall.exe", "/S")
        trial.wait(lambda: not wine.path(place).exists(), 120, "卸载没有做完")
        faults = entries.wrong(wine, {})
        assert not faults, "\n".join(faults)
    return f"装到 {place}，/D= 三种写法都对，没有桌面图标、没有打开方式；再卸载，什么都没留下"


def unfit_folders(trial: Trial, installer: Path, elsewhere: str) -> str:
    """A folder that is none, and one 张三 may not write, are refused with a code; nothing is installed anywhere."""
    for folder, expected in (("销售内勤", NO_FOLDER), ("C:", NO_FOLDER), (r"Z:\root\salesdesk", ABORTED)):
        code = trial.setup(installer, f"/D={folder}")
        assert code == expected, f"/D={folder}：退出码 {code}，应当是 {expected}"
        assert not (trial.wine.path(elsewhere) / "salesdesk.exe").exists(), f"/D={folder}：装到了别处"
        faults = entries.wrong(trial.wine, {})
        assert not faults, "\n".join(faults)
    return f"写不全的文件夹退出码 {NO_FOLDER}，没有权限的退出码 {ABORTED}，哪里都没有装"


def far_down(trial: Trial, home: str) -> str:
    """Data whose paths are longer than MAX_PATH: written, read back, checked. Wine knows no such limit, so only our own shows."""
    place = home + r"\很深的文件夹" * 30
    code, text = trial.program("do", "customer.save", '{"name": "深处的客户"}', "--operator", "王敏", "--data", place)
    assert code == 0 and len(place) < MAX_PATH, f"{len(place)}：{code}：{text[-800:]}"
    deeper = place + r"\更深的一层" * 20
    code, text = trial.program("do", "customer.save", '{"name": "深处的客户"}', "--operator", "王敏", "--data", deeper)
    assert code == 0 and len(deeper) > MAX_PATH, f"{len(deeper)}：{code}：{text[-800:]}"
    code, text = trial.program("dump", "--data", deeper)
    assert code == 0 and "深处的客户" in text, text[-800:]
    code, text = trial.program("check", "--data", deeper)
    assert code == 0, text[-800:]
    return f"数据文件夹 {len(deeper)} 个字符深，存、读、检查都行（真的 Windows 要开长路径才行）"
