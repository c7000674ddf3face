"""Tries the installer as the clerk would: user 张三, code page 936, no rights; install, use, upgrade, uninstall."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import entries
from wine import CLERK, CLERK_ID, Wine, run

HERE = Path(__file__).resolve().parent

HOME = rf"C:\users\{CLERK}"
PLACE = rf"{HOME}\AppData\Local\Programs\salesdesk"
DATA = rf"{HOME}\AppData\Local\salesdesk"
TITLE = "销售内勤工作台"
RUNNING, OLDER = 12, 13
"""Exit codes of the installer: the program is running, a newer version is there."""
BARE = 50
"""Colours on a screen with nothing but a ground and a frame or two; a window with letters has hundreds."""
TESTS = ("tests/domain", "tests/persistence", "tests/services", "tests/test_cli.py", "tests/test_log_file.py")
"""What always runs as Windows processes: values, the data file, locks, files, Excel, papers, the command line."""
MORE_TESTS = ("tests/modules", "tests/sync", "tests/ui")
"""With --all-tests: every verb of every subject, several PCs on a share, the window."""


@dataclass
class Trial:
    """One clerk's Windows and what was found there; a step that fails does not keep the others away."""

    wine: Wine
    pictures: Path
    told: list[str] = field(default_factory=list)
    failed: int = 0

    def step(self, title: str, action: Callable[[], str]) -> None:
        """Try one step and keep what came of it."""
        started = time.monotonic()
        try:
            good, text = True, action()
        except (Exception, SystemExit) as fault:  # whatever goes wrong in one step, the others are still tried
            good, text = False, f"{'' if isinstance(fault, AssertionError) else type(fault).__name__} {fault}".strip()
        self.failed += not good
        line = f"{'通过' if good else '失败'}  {time.monotonic() - started:6.1f} 秒  {title}：{text}"
        self.told.append(line)
        print(line, flush=True)

    def setup(self, installer: Path, *options: str) -> int:
        """Run an installer silently; its exit code."""
        return self.wine(self.wine.windows(installer), "/S", *options)[0]

    def program(self, *arguments: str, **env: str) -> tuple[int, str]:
        """Run the installed salesdesk-cli."""
        return self.wine(rf"{PLACE}\salesdesk-cli.exe", *arguments, **env)

    # -- the steps -------------------------------------------------------------------------------------------------

    def install(self, installer: Path, version: str) -> str:
        """Silent, nothing outside the user's own places, nothing in the machine's registry."""
        before = files(self.wine.prefix / "drive_c")
        code = self.setup(installer)
        assert code == 0, f"退出码 {code}"
        came = files(self.wine.prefix / "drive_c") - before
        own = (
            "/Temp/",
            "/windows/",
            ".desktop",
        )  # Wine's own: scratch, its fonts and caches, what a Linux desktop shows
        came = {name for name in came if not any(part in f"/{name}" for part in own)}
        strange = [name for name in came if "Programs/salesdesk/" not in name and not name.endswith(".lnk")]
        assert not strange, f"装到了别处：{strange[:5]}"
        links = sorted(name for name in came if name.endswith(".lnk"))
        assert len(links) == 2 and all(TITLE in name for name in links), f"图标不对：{links}"
        self.wine.settle()
        machine = (self.wine.prefix / "system.reg").read_text(encoding="utf-8", errors="replace").lower()
        assert "salesdesk" not in machine, "写进了整台电脑的注册表"
        assert not self.wine.path(DATA).exists(), "安装时就建了数据文件夹"
        return f"{len(came)} 个文件，都在 {PLACE} 里，另有 2 个图标；注册表只写了当前用户"

    def entries(self, version: str, logon: bool = False) -> str:
        """Every registry entry as `reg query` tells it, nothing besides; both shortcuts, and the program opened by one of them."""
        wanted = entries.expected(PLACE, TITLE, version)
        if logon:
            wanted[entries.LOGON, "salesdesk"] = rf'"{PLACE}\salesdesk.exe" --minimized'
        faults = entries.wrong(self.wine, wanted)
        assert not faults, "\n".join(faults)
        size = int(entries.asked(self.wine, entries.UNINSTALL)[entries.UNINSTALL, "EstimatedSize"], 16)
        real = sum(file.stat().st_size for file in self.wine.path(PLACE).rglob("*") if file.is_file()) // 1024
        assert 0.9 < size / real < 1.1, f"登记的大小 {size} KB，实际 {real} KB"
        links = [path for path in (self.wine.prefix / "drive_c/users").rglob(f"{TITLE}.lnk") if not path.is_symlink()]
        found = {entries.read_link(path) for path in links}
        assert len(links) == 2 and found == {entries.Link(rf"{PLACE}\salesdesk.exe", PLACE, "")}, f"图标指向 {found}"
        for link in links:
            inside = link.relative_to(self.wine.prefix / "drive_c").as_posix().replace("/", "\\")
            self._close(self._open_window("start", "/wait", f"C:\\{inside}"))
        if logon:
            _, program, word = entries.asked(self.wine, entries.LOGON)[entries.LOGON, "salesdesk"].split('"')
            self._close(self._open_window(program, word.strip()))
        return f"{len(wanted)} 条都对、没有多的，登记 {size // 1024} MB；桌面和开始菜单的图标都打开了窗口"

    def window(self) -> str:
        """The program's window on Windows' own way to paint, seen."""
        window = self._open_window(rf"{PLACE}\salesdesk.exe")
        colours = self._seen("window")
        self._close(window)
        return f"窗口画出来了（{colours} 种颜色），图在 {self.pictures / 'window.png'}"

    def look(self, invoice: bytes) -> str:
        """What 打开方式 runs, as the registry has it, on an invoice in a folder with blanks: its window is seen."""
        place = rf"{HOME}\Documents\发票 文件夹"
        folder = self.wine.path(place)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "数电 票.xml").write_bytes(invoice)
        for one in (folder, folder / "数电 票.xml"):
            shutil.chown(one, CLERK_ID, CLERK_ID)
        command = entries.asked(self.wine, entries.OPEN_COMMAND)[entries.OPEN_COMMAND, ""]
        _, program, word, file, _ = command.replace("%1", rf"{place}\数电 票.xml").split('"')
        viewer = self.wine.start(program, word.strip(), file)
        colours = self._seen("invoice")
        self._close(viewer)
        return f"注册的命令打开了发票（{colours} 种颜色），图在 {self.pictures / 'invoice.png'}"

    def self_test(self, version: str) -> str:
        """The installed program tries itself out below 张三's documents, on Windows' own way to paint."""
        place = rf"{HOME}\Documents\自检 一"
        shutil.rmtree(self.wine.path(place), ignore_errors=True)
        code, text = self.program("--selftest", place)
        report = self.wine.path(place) / "selftest.json"
        assert report.exists(), f"没有报告，退出码 {code}：{text[-2000:]}"
        told = json.loads(report.read_text(encoding="utf-8"))
        bad = [f"{step['title']}：{step['told'][-1500:]}" for step in told["steps"] if not step["good"]]
        assert code == 0 and not bad, "\n".join(bad)
        assert version in told["about"] and "cp936" in told["about"], told["about"]
        return f"{len(told['steps'])} 步全部通过；{told['about']}"

    def work(self) -> str:
        """Something is written into the data folder the program chooses by itself."""
        code, text = self.program("do", "customer.save", '{"name": "升级前的客户"}', "--operator", "王敏")
        assert code == 0, text[-1500:]
        assert (self.wine.path(DATA) / "salesdesk.db").exists(), "数据不在该在的地方"
        return f"数据在 {DATA}，不在程序文件夹里"

    def refuse_while_running(self, installer: Path) -> str:
        """With its window open nothing is replaced; the window is a real one of Windows' own platform."""
        window = self._open_window(rf"{PLACE}\salesdesk.exe")
        code = self.setup(installer)
        self._close(window)
        assert code == RUNNING, f"退出码 {code}，应当是 {RUNNING}"
        return f"窗口开着时安装，退出码 {RUNNING}，什么都没有换"

    def upgrade(self, installer: Path, older: Path, version: str) -> str:
        """A newer version in place: data and choices stay, what the old one left goes, and there is no way back by mistake."""
        before = self.program("dump")[1]
        left = self.wine.path(PLACE) / "_internal" / "旧版本的文件.dll"
        left.write_bytes(b"MZ")
        own = self.wine.path(PLACE) / "我自己放的.txt"
        own.write_text("别删", encoding="utf-8")
        for one in (left, own):
            shutil.chown(one, CLERK_ID, CLERK_ID)
        window = self._open_window(rf"{PLACE}\salesdesk.exe")
        update = self.wine.start(self.wine.windows(installer), "/S", "/UPDATE", "/LOGON")
        time.sleep(3)
        assert update.poll() is None and left.exists(), "升级没有等窗口关上"
        self._close(window)
        code = update.wait(300)
        assert code == 0, f"退出码 {code}"
        self.wait(lambda: self._log().stat().st_size > 0, 240, "升级完没有自己打开")
        self._close(None)
        assert not left.exists() and own.exists()
        assert self.program("dump")[1] == before and "升级前的客户" in before, "升级后数据不一样"
        assert self.setup(older) == OLDER, "旧版本盖掉了新版本"
        return f"升到 {version}，数据一样，旧文件清掉；再装旧版退出码 {OLDER}"

    def portable(self, packed: Path, place: Path) -> str:
        """What the ZIP holds works where 张三 may not write, below a folder with blanks and Chinese in its name."""
        shutil.rmtree(place, ignore_errors=True)
        shutil.unpack_archive(packed, place)
        before = sum(1 for _ in place.rglob("*"))
        program = self.wine.windows(place / "salesdesk" / "salesdesk-cli.exe")
        code, text = self.wine(program, "check", "--data", rf"{HOME}\便携 数据")
        assert code == 0, text[-1500:]
        assert sum(1 for _ in place.rglob("*")) == before, "在自己的文件夹里写了东西"
        shutil.rmtree(place)
        return "免安装版从只读的文件夹里运行正常"

    def refuse_uninstall_while_running(self) -> str:
        """With its window open nothing is removed, and the window goes on; `_?=` keeps the uninstaller from starting a copy."""
        window, before = self._open_window(rf"{PLACE}\salesdesk.exe"), files(self.wine.path(PLACE))
        registered = entries.asked(self.wine, entries.UNINSTALL)
        code, _ = self.wine(rf"{PLACE}\uninstall.exe", "/S", f"_?={PLACE}")
        alive, after = window.poll() is None, files(self.wine.path(PLACE))
        self._close(window)
        assert code == RUNNING, f"退出码 {code}，应当是 {RUNNING}"
        assert alive and after == before and registered, "窗口开着也卸载了"
        assert entries.asked(self.wine, entries.UNINSTALL) == registered, "卸载登记没有了"
        return f"窗口开着时卸载，退出码 {RUNNING}，文件和登记都在，窗口照常"

    def uninstall(self) -> str:
        """The program goes, data and the user's own file stay, the registry is clean."""
        code, _ = self.wine(rf"{PLACE}\uninstall.exe", "/S")
        assert code == 0, f"退出码 {code}"
        place = self.wine.path(PLACE)
        self.wait(lambda: not (place / "uninstall.exe").exists(), 120, "卸载没有做完")
        left = sorted(one.name for one in place.iterdir()) if place.exists() else []
        assert left == ["我自己放的.txt"], f"留下了 {left}"
        assert (self.wine.path(DATA) / "salesdesk.db").exists(), "数据没有了"
        faults = entries.wrong(self.wine, {})
        assert not faults, "\n".join(faults)
        assert not [name for name in files(self.wine.prefix / "drive_c") if name.endswith(f"{TITLE}.lnk")], "图标还在"
        return "程序和图标没了，数据和自己放的文件还在"

    def tests(self, python: Path, source: Path, parts: Sequence[str] = TESTS) -> str:
        """Part of the test suite as Windows processes of this user; the same files that pass on Linux."""
        wine = self.wine
        command = [wine.windows(python / "python.exe"), "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "0"]
        code, text = wine(
            *("cmd", "/c", "cd", "/d", wine.windows(source), "&&", *command, "-rs", *parts),
            seconds=5400,
            QT_QPA_PLATFORM="offscreen",
            PYTHONDONTWRITEBYTECODE="1",
        )
        (self.pictures / f"{Path(parts[0]).name}.txt").write_text(text, encoding="utf-8")
        closing = text.strip().splitlines()[-1:] or [""]
        failures = [line for line in text.splitlines() if line.startswith(("FAILED", "ERROR"))]
        assert code == 0, "\n".join([closing[0], *failures[:40]])
        return closing[0].strip("= ")

    def _log(self) -> Path:
        return self.wine.path(DATA) / "logs" / "window.log"

    def _open_window(self, *command: str) -> subprocess.Popen[bytes]:
        self._log().unlink(missing_ok=True)
        window = self.wine.start(*command)
        self.wait(lambda: self._log().exists() and self._log().stat().st_size > 0, 240, "窗口没有打开")
        return window

    def _seen(self, name: str) -> int:
        """Wait until something is painted on the screen and keep a picture of it; how many colours it has."""
        colours, before = 0, -1
        env = {**os.environ, "DISPLAY": self.wine.display, "QT_QPA_PLATFORM": "xcb"}
        command: list[str | Path] = [sys.executable, HERE / "picture.py", self.pictures / f"{name}.png"]
        until = time.monotonic() + 120
        while colours <= BARE or colours != before:  # twice the same: it has come to rest
            assert time.monotonic() < until, f"屏幕上没有东西（{colours} 种颜色）"
            time.sleep(2)
            before, colours = colours, int(run(command, env=env).split()[-1])
        return colours

    def _close(self, window: subprocess.Popen[bytes] | None) -> None:
        """End the program as Windows' task manager does, and forget its log."""
        self.wine("taskkill", "/f", "/im", "salesdesk.exe")
        if window is not None:
            window.wait(120)
        if self._log().exists():
            self._log().write_bytes(b"")

    def wait(self, ready: Callable[[], bool], seconds: float, otherwise: str) -> None:
        """Until something is so; an AssertionError with those words when it takes too long."""
        until = time.monotonic() + seconds
        while not ready():
            assert time.monotonic() < until, otherwise
            time.sleep(0.5)


def files(below: Path) -> set[str]:
    """Every file below a folder, by its path."""
    return {path.relative_to(below).as_posix() for path in below.rglob("*") if path.is_file() and not path.is_symlink()}
