"""Wine 10 in a chroot of Debian 13, made once; runs Windows programs as any of its users."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HOST_PACKAGES = ("debootstrap", "nsis", "osslsigncode", "gcc-mingw-w64-x86-64", "xvfb")
GUEST_PACKAGES = ("wine", "wine64", "locales", "fonts-wqy-zenhei", "xvfb", "xauth")
BUILDER, CLERK = "root", "张三"
CLERK_ID = 2001
OVERRIDES = "mscoree=d;mshtml=d;ucrtbase=n,b"
LAST_WORDS_S = 5.0
NOISE = ("wine32", "multiarch", "dpkg --add", "apt-get install")


def work_folder() -> Path:
    """Where the chroot, the Windows Python and the builds lie: $SALESDESK_WINDOWS_WORK, else in the user's cache."""
    return Path(os.environ.get("SALESDESK_WINDOWS_WORK") or Path.home() / ".cache" / "salesdesk-windows")


def run(command: Sequence[str | Path], **more: object) -> str:
    """Run a command of the host and answer what it printed; ends the build when it fails."""
    done = subprocess.run(
        [str(part) for part in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        encoding="utf-8",
        errors="replace",
        **more,  # type: ignore[call-overload]
    )
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout[-4000:]}\n退出码 {done.returncode}")
    return str(done.stdout)


def make_chroot(place: Path) -> None:
    """Debian 13 with Wine 10 (that of Debian 12 starts no Qt newer than 6.4); about three minutes and 1.9 GB, once."""
    if not all(
        shutil.which(name) for name in ("debootstrap", "makensis", "osslsigncode", "x86_64-w64-mingw32-gcc", "Xvfb")
    ):
        run(["apt-get", "install", "-y", "-q", "--no-install-recommends", *HOST_PACKAGES])
    if not (place / "usr").exists():
        run(["debootstrap", "--variant=minbase", "trixie", place])
    for shared in ("proc", "dev"):
        if not os.path.ismount(place / shared):
            run(["mount", "--bind", f"/{shared}", place / shared])
    for name in ("resolv.conf", "hosts"):
        shutil.copy(f"/etc/{name}", place / "etc" / name)
    if not (place / "usr/bin/wine").exists():
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        run(["chroot", place, "apt-get", "update", "-qq"])
        run(["chroot", place, "apt-get", "install", "-y", "-q", "--no-install-recommends", *GUEST_PACKAGES], env=quiet)
        with (place / "etc/locale.gen").open("a", encoding="utf-8") as names:
            names.write("zh_CN.UTF-8 UTF-8\n")
        run(["chroot", place, "locale-gen"])
    home = place / "home" / CLERK
    if not home.exists():
        home.mkdir(parents=True)
        os.chown(home, CLERK_ID, CLERK_ID)


def release_chroot(place: Path) -> None:
    """Take the host's /proc and /dev out again, so that whoever deletes the folder deletes nothing else."""
    for shared in ("proc", "dev"):
        if os.path.ismount(place / shared):
            run(["umount", "-l", place / shared])


@contextmanager
def screen() -> Iterator[str]:
    """An X server without a screen for as long as it is wanted; Wine inside the chroot reaches it by its abstract socket."""
    reading, writing = os.pipe()
    quiet = subprocess.DEVNULL
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=(writing,), stdout=quiet, stderr=quiet)
    os.close(writing)
    try:
        with os.fdopen(reading, encoding="ascii") as pipe:
            yield f":{pipe.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


@dataclass(frozen=True)
class Wine:
    """One user's Windows: its own prefix; the locale zh_CN makes the code page 936."""

    chroot: Path
    prefix: Path
    clerk: bool = False
    display: str = ""

    def env(self) -> dict[str, str]:
        """The environment Wine runs in."""
        home = f"/home/{CLERK}" if self.clerk else "/root"
        own = {
            **{"PATH": "/usr/bin:/bin", "HOME": home, "DISPLAY": self.display, "WINEDEBUG": "-all"},
            **{"WINEPREFIX": self.inside(self.prefix), "WINEDLLOVERRIDES": OVERRIDES},
            **{"LANG": "zh_CN.UTF-8", "LC_ALL": "zh_CN.UTF-8"},  # without it no file may have a Chinese name
        }
        return {**own, "USER": CLERK, "LOGNAME": CLERK} if self.clerk else own

    def inside(self, path: Path) -> str:
        """A path of the chroot as those inside call it."""
        return f"/{path.relative_to(self.chroot)}"

    def windows(self, path: Path) -> str:
        """A path of the chroot as Windows calls it."""
        return "Z:" + self.inside(path).replace("/", "\\")

    def command(self, *arguments: str, **env: str) -> list[str]:
        """The command of the host that runs a Windows program as this user."""
        return self._inside("wine", *arguments, **env)

    def _inside(self, *command: str, **env: str) -> list[str]:
        who = [f"--userspec={CLERK_ID}:{CLERK_ID}"] if self.clerk else []
        told = [f"{key}={value}" for key, value in {**self.env(), **env}.items()]
        return ["chroot", *who, str(self.chroot), "env", "-i", *told, *command]

    def settle(self) -> None:
        """End this user's Windows, if it has not ended by itself; its registry is on the disk then."""
        subprocess.run(self._inside("wineserver", "-k"), capture_output=True, check=False)

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a Windows program and go on."""
        nothing = subprocess.DEVNULL
        return subprocess.Popen(self.command(*arguments), stdin=nothing, stdout=nothing, stderr=nothing)

    def __call__(self, *arguments: str, seconds: int = 3600, **env: str) -> tuple[int, str]:
        """Run a Windows program and wait for it: exit code (124 when it took too long) and what it printed.

        Nothing to read and a pipe to write to, or Python dies for want of its standard streams. Wine's own services may hold the
        pipe for longer than the program lives, so its end is not waited for.
        """
        command = ["timeout", str(seconds), *self.command(*arguments, **env)]
        nothing = subprocess.DEVNULL
        process = subprocess.Popen(command, stdin=nothing, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        heard: list[bytes] = []
        assert process.stdout is not None
        reader = threading.Thread(target=lambda: heard.extend(iter(lambda: process.stdout.read1(), b"")), daemon=True)  # type: ignore[union-attr]
        reader.start()
        code = process.wait()
        reader.join(LAST_WORDS_S)
        lines = [decoded(line) for line in b"".join(heard).splitlines()]
        return code, "\n".join(line for line in lines if not any(word in line for word in NOISE))

    def path(self, windows: str) -> Path:
        """Where a path on this user's drive C lies on the host."""
        return self.prefix / "drive_c" / windows.removeprefix("C:\\").replace("\\", "/")

    def must(self, *arguments: str, seconds: int = 3600, **env: str) -> str:
        """The same, ending the build when the program fails."""
        code, text = self(*arguments, seconds=seconds, **env)
        if code:
            sys.exit(f"wine {' '.join(arguments)}\n{text[-4000:]}\n退出码 {code}")
        return text

    def make(self, ucrtbase: Path) -> None:
        """Set the prefix up once: a genuine ucrtbase.dll (numpy needs what Wine's own lacks), crashes that end at once."""
        if (self.prefix / "system.reg").exists():
            return
        self.prefix.parent.mkdir(parents=True, exist_ok=True)
        if self.clerk:
            os.chown(self.prefix.parent, CLERK_ID, CLERK_ID)
        self("wineboot", "-i")
        target = self.prefix / "drive_c/windows/system32/ucrtbase.dll"
        target.unlink(missing_ok=True)
        shutil.copy(ucrtbase, target)
        debugger = r"HKLM\Software\Microsoft\Windows NT\CurrentVersion\AeDebug"
        self.must("reg", "add", r"HKCU\Software\Wine\DllOverrides", "/v", "ucrtbase", "/d", "native,builtin", "/f")
        self.must("reg", "add", debugger, "/v", "Auto", "/d", "0", "/f")


def decoded(line: bytes) -> str:
    """A line of a Windows program: ours speak UTF-8 to pipes, Windows' own the code page."""
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("gb18030", "replace")
