"""One command for everything around the program: set up, try out, test, draw pictures, measure, build.

    python dev.py demo [--no-window]   make a demo company in demo-data/ and open the window on it
    python dev.py run [ARGS…]          the program itself, with its own sub-commands
    python dev.py test [PYTEST-ARGS…]  the whole gate: format, lint, types, layers, tests
    python dev.py check                the quick half of the gate: format, lint, types, layers
    python dev.py bench [NAMES…]       the speed sheet at W10 and W, or measurements by name, each beside its raw limit
    python dev.py soak [--seconds N]   a clerk at the real window for half an hour: memory flat, log quiet, data sound
    python dev.py mutants [NAMES…]     take one safeguard of syncing out at a time: the tests must notice each
    python dev.py wheels               whether every pinned package has a wheel for Windows
    python dev.py shots                every page as a picture and every paper as a PDF, into demo-output/
    python dev.py build [--windows]    the frozen program in dist/, tried out by itself; --windows: on Linux the Windows
                                       program and its installer, built and tried under Wine (resources/installer)

Standard library only. The first call makes `.venv` and installs what constraints.txt pins; later calls find
a stamp there and start at once.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
WINDOWS = sys.platform == "win32"
PYTHON = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")
STAMP = VENV / "installed.txt"
SUPPORTED = ((3, 11), (3, 13))

# What the Qt wheel needs from a Debian system, and what the tests with real key events need on top.
SYSTEM_PACKAGES = [
    *("libgl1", "libegl1", "libglib2.0-0", "libdbus-1-3", "libfontconfig1", "libxkbcommon0"),
    "strace",  # kills a round at a system call
    *("xvfb", "xauth", "openbox", "xdotool", "libxcb-cursor0", "libxcb-icccm4", "libxcb-keysyms1", "libxcb-shape0"),
    *("libxcb-xkb1", "libxcb-image0", "libxcb-render-util0", "libxcb-randr0", "libxcb-xinerama0", "libxkbcommon-x11-0"),
]

# Real servers for the tests of syncing, and what PyInstaller needs; without them those tests are skipped and say so.
TEST_PACKAGES = [
    *("postgresql", "samba", "user-mode-linux", "iproute2", "kmod", "tcc", "faketime", "binutils"),
    *([f"libpython3.{sys.version_info[1]}"] if sys.base_prefix == "/usr" else []),
]


# ---------------------------------------------------------------- setting up


def set_up() -> None:
    """Make `.venv` fit pyproject.toml and constraints.txt; costs nothing when it already does."""
    system_packages(SYSTEM_PACKAGES, "窗口或测试可能打不开")
    wanted = fingerprint()
    if PYTHON.exists() and STAMP.exists() and STAMP.read_text(encoding="utf-8") == wanted:
        return
    started = time.monotonic()
    if not usable_venv():
        make_venv()
    STAMP.unlink(missing_ok=True)
    print("正在安装所需的包（第一次约一两分钟）……", flush=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "-qq"]
    done = subprocess.run([*pip, "-c", "constraints.txt", "-e", ".[dev]"], cwd=ROOT)
    if done.returncode:
        sys.exit("安装没有成功：请检查网络或 pip 的软件源设置，再运行一次同样的命令。")
    STAMP.write_text(wanted, encoding="utf-8")
    print(f"环境已就绪（{time.monotonic() - started:.0f} 秒）。", flush=True)


def fingerprint() -> str:
    """What `.venv` was made from: the two files, the interpreter and the place (an editable install names it)."""
    parts = [(ROOT / name).read_bytes() for name in ("pyproject.toml", "constraints.txt")]
    parts.append(f"{sys.version_info[:2]} {ROOT}".encode())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def usable_venv() -> bool:
    """Whether `.venv` has a running interpreter of this version with pip in it."""
    if not PYTHON.exists():
        return False
    probe = "import sys, pip; print(*sys.version_info[:2])"
    answer = subprocess.run([str(PYTHON), "-c", probe], capture_output=True, text=True)
    return answer.returncode == 0 and answer.stdout.split() == [str(part) for part in sys.version_info[:2]]


def make_venv() -> None:
    """Create `.venv`; Debian keeps the part that brings pip in a package of its own."""
    if not SUPPORTED[0] <= sys.version_info[:2] <= SUPPORTED[1]:
        sys.exit(f"需要 Python 3.11、3.12 或 3.13，现在是 {sys.version.split()[0]}。请用其中一个再运行 dev.py。")
    if subprocess.run([sys.executable, "-c", "import ensurepip"], capture_output=True).returncode:
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        if not apt_install([package]):
            sys.exit(f"这台电脑的 Python 缺少 venv 组件。请先运行：sudo apt-get install {package}")
    shutil.rmtree(VENV, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)


def system_packages(wanted: Sequence[str], else_what: str) -> None:
    """On Debian and its kin, install what is missing of some packages, or say what comes of it; elsewhere nothing is to do."""
    if not sys.platform.startswith("linux") or not shutil.which("dpkg-query"):
        return
    asked = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *wanted],
        capture_output=True,
        text=True,
    )
    present = {line.split()[0] for line in asked.stdout.splitlines() if line.endswith(" installed")}
    # Ubuntu 24.04 and Debian 13 renamed one of them.
    if "libglib2.0-0" not in present and Path("/usr/share/doc/libglib2.0-0t64").exists():
        present.add("libglib2.0-0")
    missing = [name for name in wanted if name not in present]
    if missing and not apt_install(missing):
        print(f"缺少系统包，{else_what}。请运行：sudo apt-get install " + " ".join(missing), flush=True)


def apt_install(packages: Sequence[str]) -> bool:
    """Install Debian packages when we may (root with apt-get); True when they are there afterwards."""
    if WINDOWS or not shutil.which("apt-get") or not os.access("/var/lib/dpkg", os.W_OK):
        return False
    print("正在安装系统包：" + " ".join(packages), flush=True)
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    for command in (install, ["apt-get", "update", "-qq"], install):
        done = subprocess.run(command, env=env, capture_output=True, text=True, errors="replace")
        if command is install and done.returncode == 0:
            return True
    print(done.stdout + done.stderr, flush=True)
    return False


# ---------------------------------------------------------------- the gate


class Gate:
    """Runs named steps one after another, keeps what they printed until one fails, and counts."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, float, bool]] = []
        self.closing: list[str] = []

    def step(self, name: str, command: Sequence[str], *, env: dict[str, str] | None = None, show: bool = False) -> None:
        """Run one step; `show` lets its output through as it comes (the tests), otherwise only a failure speaks."""
        print(f"── {name}", flush=True)
        started = time.monotonic()
        code, text = run_and_collect(command, {**os.environ, **(env or {})}, show)
        if code == 5 and len(sys.argv) > 2:
            code = 0  # pytest found no test of this kind in the part that was asked for
        if code and not show:
            print(text, flush=True)
        self.rows.append((name, time.monotonic() - started, code == 0))
        if "pytest" in command:
            closing = [line for line in text.splitlines() if re.search(r"\d+ (passed|failed|error|skipped)", line)]
            self.closing += closing[-1:]

    def finish(self) -> int:
        """Print the table of steps and, as the very last lines, how pytest closed; the exit code of the gate."""
        print("\n各步结果")
        for name, seconds, good in self.rows:
            print(f"  {'通过' if good else '失败'}  {seconds:6.1f} 秒  {name}")
        print(*reversed(self.closing), sep="\n", flush=True)
        return 0 if all(good for _, _, good in self.rows) else 1


def run_and_collect(command: Sequence[str], env: dict[str, str], show: bool) -> tuple[int, str]:
    """Exit code and text of a command, its errors included, printed on the way when `show`."""
    lines: list[str] = []
    env = {**env, "PYTHONUTF8": "1"}
    with subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace"
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)
            if show:
                print(line, end="", flush=True)
        return process.wait(), "".join(lines)


def packages() -> list[str]:
    """The packages that have code in them, and this file."""
    return [name for name in ("salesdesk", "ui") if any((ROOT / name).rglob("*.py"))] + ["dev.py"]


def checks(steps: Gate) -> None:
    """The steps that read the code without running it."""
    python = str(PYTHON)
    steps.step("格式 ruff format", [python, "-m", "ruff", "format", "--check", "."])
    steps.step("规则 ruff check", [python, "-m", "ruff", "check", "."])
    mypy = [python, "-m", "mypy", "--strict"]
    steps.step("类型 mypy", [*mypy, *packages()])
    on_windows = ["--platform", "win32", "--cache-dir", ".mypy_cache/win32"]
    steps.step("类型 mypy（Windows）", [*mypy, *on_windows, *packages()])
    steps.step("层次 lint-imports", [str(PYTHON.with_name("lint-imports.exe" if WINDOWS else "lint-imports"))])


def tests(steps: Gate, arguments: Sequence[str]) -> None:
    """All tests offscreen, then those that want a real X server under one."""
    system_packages(TEST_PACKAGES, "同步的真服务器和冻结程序的测试会跳过")
    pytest = [str(PYTHON), "-m", "pytest"]
    offscreen = {"QT_QPA_PLATFORM": "offscreen"}
    parallel = [*pytest, "-n", "auto", "--dist", "worksteal", "-m", "not xvfb", *arguments]
    steps.step("测试 pytest", parallel, env=offscreen, show=True)
    wanting = (path for path in (ROOT / "tests").rglob("test_*.py") if "mark.xvfb" in path.read_text(encoding="utf-8"))
    if WINDOWS or not any(wanting):
        return
    if not shutil.which("Xvfb"):
        print("没有 Xvfb，跳过需要真实 X 窗口的测试。")
        return
    with_display(lambda env: steps.step("测试 pytest（Xvfb）", [*pytest, "-m", "xvfb", *arguments], env=env, show=True))


def gate(test_arguments: Sequence[str] | None) -> int:
    """The whole gate, or without the tests when `test_arguments` is None; the exit code."""
    steps = Gate()
    checks(steps)
    if test_arguments is not None:
        tests(steps, test_arguments)
    return steps.finish()


def with_display(action: Callable[[dict[str, str]], None]) -> None:
    """Run `action` with a screen of its own: an Xvfb that picks a free number, and a window manager on it."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"],
        pass_fds=(writing,),
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    running = [server]
    try:
        with os.fdopen(reading, encoding="ascii") as pipe:
            number = pipe.readline().strip()
        if not number:
            sys.exit("Xvfb 没有启动。")
        env = {"DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb"}
        if shutil.which("openbox"):
            quiet = subprocess.DEVNULL
            running.append(subprocess.Popen(["openbox"], env={**os.environ, **env}, stdout=quiet, stderr=quiet))
        action(env)
    finally:
        for process in reversed(running):
            process.terminate()
            process.wait()


# ---------------------------------------------------------------- the program


def module(name: str, *arguments: str, env: dict[str, str] | None = None) -> int:
    """Run `python -m NAME …` from the top of the repository and return its exit code."""
    command = [str(PYTHON), "-m", name, *arguments]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **(env or {})}).returncode


def has_display() -> bool:
    """Whether a window can be opened here."""
    return WINDOWS or sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def shots() -> int:
    """Make the demo company if it is not there, then every page as PNG and every paper as PDF."""
    code = module("salesdesk", "demo", "--data", "demo-data")
    if code:
        return code
    print("正在把每一页画成图片、每一张单据印成 PDF，放到 demo-output/ ……", flush=True)
    code = module(
        "salesdesk", "shots", "--data", "demo-data", "--out", "demo-output", env={"QT_QPA_PLATFORM": "offscreen"}
    )
    print(f"画好了：{ROOT / 'demo-output'}" if code == 0 else "没有画成，原因见上。", flush=True)
    return code


NO_INDEX = 3
"""Exit code of `wheels` when nobody could be asked."""


def pins() -> list[str]:
    """The packages constraints.txt fixes for Windows."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return [line.split(";")[0].strip() for line in lines if "==" in line and "'linux'" not in line]


def wheels() -> int:
    """Ask the package index whether each of them has a wheel for Windows; nothing is installed."""
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "-q"]
    pip += ["--dry-run", "--no-deps", "--ignore-installed", "--target", str(ROOT / "build" / "wheels")]
    tags = ["--platform", "win_amd64", "--python-version", "3.11", "--only-binary", ":all:"]
    code, text = run_and_collect([*pip, *tags, *pins()], {**os.environ}, show=False)
    if code and re.search(r"(?i)connection|timed out|name resolution|max retries", text):
        print("连不上软件源，没有查。", flush=True)
        return NO_INDEX
    print(text if code else f"{len(pins())} 个包都有 Windows 的 wheel。", flush=True)
    return code


def build(options: Sequence[str]) -> int:
    """Freeze the program for this system and let it try itself out; with --windows the way over Wine."""
    if "--windows" in options:
        script = ROOT / "resources" / "installer" / "windows" / "build.py"
        return subprocess.run(
            [str(PYTHON), str(script), *(o for o in options if o != "--windows")], cwd=ROOT
        ).returncode
    code = module("PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN", "build_installer.spec")
    if code:
        return code
    program = ROOT / "dist" / "salesdesk" / ("salesdesk-cli.exe" if WINDOWS else "salesdesk-cli")
    tried = ROOT / "build" / "selftest"
    shutil.rmtree(tried, ignore_errors=True)
    return subprocess.run([str(program), "--selftest", str(tried)], cwd=ROOT).returncode


def soak(options: Sequence[str]) -> int:
    """The clerk at the real window: on a screen of its own where there is none, unseen where there is no X server either."""
    if has_display() or not shutil.which("Xvfb"):
        return module("tests.soak", *options, env={} if has_display() else {"QT_QPA_PLATFORM": "offscreen"})
    codes: list[int] = []
    with_display(lambda env: codes.append(module("tests.soak", *options, env=env)))
    return codes[0]


def demo(window: bool) -> int:
    """The demo company in a window, or in pictures where no window can open."""
    if not (window and has_display()):
        if window:
            print("这台电脑没有显示器，改为输出图片和 PDF。", flush=True)
        return shots()
    return module("salesdesk", "demo", "--data", "demo-data") or module("salesdesk", "--data", "demo-data")


def main() -> int:
    """Read the command, set up, do it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    command, rest = sys.argv[1:2], sys.argv[2:]
    commands: dict[str, Callable[[], int]] = {
        "demo": lambda: demo(window="--no-window" not in rest),
        "run": lambda: module("salesdesk", *rest),
        "test": lambda: gate(rest),
        "check": lambda: gate(None),
        "bench": lambda: module("tests.bench", *rest),
        "soak": lambda: soak(rest),
        "mutants": lambda: module("tests.sync.mutants", *rest),
        "wheels": wheels,
        "shots": shots,
        "build": lambda: build(rest),
    }
    if not command or command[0] not in commands:
        print(__doc__)
        return 0 if command in ([], ["help"], ["-h"], ["--help"]) else 2
    set_up()
    return commands[command[0]]()


if __name__ == "__main__":
    sys.exit(main())
