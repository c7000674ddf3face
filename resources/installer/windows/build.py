"""`python dev.py build --windows`: builds the Windows program on Linux, makes its installer and tries both under Wine.

Needs root on Debian (a chroot is made once) and the package index; about 15 minutes on two free cores, 5 GB in
$SALESDESK_WINDOWS_WORK or ~/.cache/salesdesk-windows. What comes out lies in dist/windows: installer, portable ZIP, report.
`--no-tests` leaves the part of the test suite out, `--all-tests` takes the rest too (another hour),
`--no-trial` leaves everything out after the installer was made.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import placing
import updating
from trial import DATA, HOME, MORE_TESTS, PLACE, TESTS, TITLE, Trial
from windows_python import RELEASE, ROOT, Builder, count_packages
from wine import CLERK_ID, Wine, make_chroot, release_chroot, run, screen, work_folder

HERE = Path(__file__).resolve().parent
OUT = ROOT / "dist" / "windows"
PROVED = "vcruntime140_1.dll"
"""A DLL whose absence the check must notice before its word counts."""


def version() -> str:
    """The version this tree builds."""
    found = re.search(r'__version__ = "(.+?)"', (ROOT / "salesdesk/__init__.py").read_text(encoding="utf-8"))
    assert found
    return found[1]


def next_version(now: str) -> str:
    """A version above, to try the upgrade with."""
    first, second, _ = now.split(".")
    return f"{first}.{int(second) + 1}.0"


def copy_source(target: Path) -> None:
    """What git knows of this tree, committed or not, where Wine can see it."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True
    )
    shutil.rmtree(target, ignore_errors=True)
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file() and name.isprintable() and name.strip():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target / name)


def freeze(wine: Wine, work: Path) -> Path:
    """Run PyInstaller on the Windows Python; the folder of the frozen program."""
    copy_source(work / "source")
    for name in ("dist", "build"):
        shutil.rmtree(work / name, ignore_errors=True)
    wine.must(
        *(wine.windows(work / "python/python.exe"), "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"),
        *("--distpath", wine.windows(work / "dist"), "--workpath", wine.windows(work / "build")),
        wine.windows(work / "source/build_installer.spec"),
    )
    return work / "dist" / "salesdesk"


def look_through(builder: Builder, program: Path) -> str:
    """The DLL closure, and the signatures of what Python and Microsoft signed; ends the build when something is wrong."""
    python, script = builder.tools / "bin/python", HERE / "pe_closure.py"
    told = run([python, "-B", script, program, version()]).strip()
    proof = f"import sys; sys.path.insert(0, {str(HERE)!r}); import pe_closure, pathlib; "
    proof += f"print(*pe_closure.closure(pathlib.Path({str(program)!r}), {PROVED!r}).missing)"
    if PROVED not in run([python, "-B", "-c", proof]):
        sys.exit(f"DLL 检查没有发现少了 {PROVED}，不能信")
    inner = program / "_internal"
    own = {one.name: one for one in [*builder.python.glob("*.dll"), *(builder.python / "DLLs").iterdir()]}
    shipped = [one for one in inner.iterdir() if one.name in own and one.name != "python3.dll"]
    builder.check_signatures(shipped)
    changed = [one.name for one in shipped if one.read_bytes() != own[one.name].read_bytes()]
    if changed or not shipped:
        sys.exit(f"和签过名的原件不一样：{changed}")
    return f"{told}；{len(shipped)} 个 Python、微软的 DLL 和签过名的原件一字不差"


def make_installer(program: Path, target: Path, told: str, quick: bool = False) -> None:
    """The NSIS installer of a frozen program; quick: hardly compressed."""
    panel = target.with_suffix(".bmp")
    run([sys.executable, HERE.parent / "draw_icon.py", "--side", panel])
    defined = {"SRC": program, "OUT": target, "VER": told, "ICON": ROOT / "resources/app.ico", "PANEL": panel}
    if quick:
        defined["QUICK"] = "1"
    options = [f"-D{key}={value}" for key, value in defined.items()]
    run(["makensis", "-V2", "-INPUTCHARSET", "UTF8", *options, HERE / "setup.nsi"])


def make_portable(program: Path, target: Path) -> None:
    """The same folder as a ZIP; its data lies where the installed program's does."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for path in sorted(program.rglob("*")):
            if path.is_file():
                packed.write(path, Path("salesdesk") / path.relative_to(program))


def main(options: list[str]) -> int:
    """Make the chroot ready, build, try out, and leave the chroot behind so that it may be deleted."""
    chroot = work_folder() / "debian"
    make_chroot(chroot)
    try:
        return build(chroot, options)
    finally:
        release_chroot(chroot)


def build(chroot: Path, options: list[str]) -> int:
    """Everything in its order; the exit code tells whether the trial found a fault."""
    started = time.monotonic()
    work = chroot / "salesdesk"
    builder = Builder(work)
    builder.build()
    print(f"Windows Python {RELEASE}，{count_packages(builder.python)} 个包", flush=True)
    lines: list[str] = []
    with screen() as display:
        wine = Wine(chroot, work / "prefix", display=display)
        wine.make(builder.loose / "ucrtbase.dll")
        program = work / "dist/salesdesk" if "--keep" in options else freeze(wine, work)
        lines.append(look_through(builder, program))
        OUT.mkdir(parents=True, exist_ok=True)
        now = version()
        installer, zipped = work / f"salesdesk-{now}.exe", OUT / f"salesdesk-{now}-portable.zip"
        make_installer(program, installer, now)
        make_portable(program, zipped)
        shutil.copy(installer, OUT / installer.name)
        for made in (OUT / installer.name, zipped):
            digest = hashlib.sha256(made.read_bytes()).hexdigest()
            lines.append(f"{made.name}  {made.stat().st_size / 1e6:.1f} MB  SHA-256 {digest}")
        print(*lines, sep="\n", flush=True)
        trial = Trial(Wine(chroot, work / "clerk" / "prefix", clerk=True, display=display), OUT)
        if "--no-trial" not in options:
            parts = [] if "--no-tests" in options else [TESTS]
            if "--all-tests" in options:
                parts += [(part,) for part in MORE_TESTS]
            try_out(trial, builder, program, installer, parts)
    lines += trial.told
    lines.append(f"共 {time.monotonic() - started:.0f} 秒，没通过 {trial.failed} 步")
    (OUT / "report.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(lines[-1], OUT / "report.txt", flush=True)
    return 1 if trial.failed else 0


def try_out(trial: Trial, builder: Builder, program: Path, installer: Path, parts: Sequence[Sequence[str]]) -> None:
    """The life of the program on one clerk's PC, from a fresh Windows on."""
    work, now = builder.work, version()
    shutil.rmtree(trial.wine.prefix.parent, ignore_errors=True)
    trial.wine.prefix.parent.mkdir()
    shutil.chown(trial.wine.prefix.parent, CLERK_ID, CLERK_ID)
    trial.wine.make(builder.loose / "ucrtbase.dll")
    newer = work / f"salesdesk-{next_version(now)}.exe"
    make_installer(program, newer, next_version(now), quick=True)
    newest = next_version(now)
    fetched: list[Path] = []

    def from_share() -> str:
        told, lying = updating.from_share(trial, HOME, newer, newest)
        fetched.append(lying)
        return told

    trial.step("安装", lambda: trial.install(installer, now))
    trial.step("注册表和图标", lambda: trial.entries(now))
    trial.step("自检", lambda: trial.self_test(now))
    trial.step("干活", trial.work)
    trial.step("窗口", trial.window)
    trial.step("打开方式", lambda: trial.look(an_invoice()))
    trial.step("开着窗口安装", lambda: trial.refuse_while_running(installer))
    trial.step("共享盘上的新版本", from_share)
    trial.step("升级", lambda: trial.upgrade(fetched[0] if fetched else newer, installer, newest))
    trial.step("升级后的注册表", lambda: trial.entries(newest, logon=True))
    trial.step("旧程序遇到新数据", lambda: updating.newer_data(trial, HOME, DATA))
    trial.step("免安装版", lambda: trial.portable(OUT / f"salesdesk-{now}-portable.zip", work / "免安装 版"))
    trial.step("很深的文件夹", lambda: placing.far_down(trial, HOME))
    trial.step("开着窗口卸载", trial.refuse_uninstall_while_running)
    trial.step("卸载", trial.uninstall)
    trial.step("安装选项", lambda: placing.folders_as_written(trial, HOME, newer, builder.python, TITLE))
    trial.step("装不了的文件夹", lambda: placing.unfit_folders(trial, newer, PLACE))
    for tests in parts:
        trial.step(f"测试套件 {tests[0]}", partial(trial.tests, builder.python, work / "source", tests))


def an_invoice() -> bytes:
    """A 数电票 as XML, such as suppliers mail it."""
    sys.path.insert(0, str(ROOT))
    from tests.vouchers_made.as_xml import full
    from tests.vouchers_made.made import full_invoice

    return full(full_invoice(), "V1.0", labels=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
