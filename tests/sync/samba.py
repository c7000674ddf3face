"""A real SMB share for the sync tests: Samba on this machine, and the kernel's own CIFS client inside User-Mode-Linux.

The machine's kernel needs no CIFS: a Linux kernel that runs as a process sees the whole disk of this machine, mounts the
share once for every PC, and runs the scenarios of `on_samba.py` with the same virtual environment. Server and guest meet in
a network namespace of their own, so nothing of it can be reached from outside.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOST, GUEST, PORT = "10.98.0.1", "10.98.0.2", 2445
USER, WORD = "clerk", "pw-of-clerk"
KERNEL = "linux.uml"
MODULES = Path("/usr/lib/uml/modules")
CIPHERS = (
    r"crypto/(gf128mul|ghash|seqiv|cmac|hmac|md4|sha512_generic|ecb|cbc|ctr|gcm|ccm|des_generic|aes_ti|arc4)\S*\.ko$"
)
PADDING = Path(__file__).with_name("xstate.c")


def lacking() -> str:
    """Why there can be no such share here, "" where there can."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        return "真的 Samba 要在 Linux 上以 root 试"
    if not Path("/dev/net/tun").exists():
        return "没有 /dev/net/tun，User-Mode-Linux 连不上 Samba"
    for program, package in (("smbd", "samba"), (KERNEL, "user-mode-linux"), ("ip", "iproute2"), ("insmod", "kmod")):
        if not shutil.which(program):
            return f"没有 {program}（apt install {package}）"
    if subprocess.run(["unshare", "-nm", "true"], capture_output=True).returncode:
        return "这里不让建网络空间和挂载（容器没有 CAP_SYS_ADMIN）"
    if shutil.which("strace") and subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True).returncode:
        return "这里不让 ptrace，User-Mode-Linux 跑不起来"
    if "amx_tile" in Path("/proc/cpuinfo").read_text(encoding="utf-8") and _compiler() is None:
        return "这颗处理器要垫一层 xstate.c，缺编译器（apt install tcc）"
    return ""


def _compiler() -> str | None:
    return next((found for name in ("tcc", "cc", "gcc") if (found := shutil.which(name))), None)


def _modules() -> list[str]:
    """Kernel modules that a CIFS mount needs, each after those it builds on."""
    listed = next(MODULES.glob("*/modules.dep"))
    needs = {}
    for line in listed.read_text(encoding="utf-8").splitlines():
        name, _, rest = line.partition(":")
        needs[name] = rest.split()
    found: list[str] = []

    def add(name: str) -> None:
        for other in reversed(needs.get(name, [])):
            add(other)
        if name not in found:
            found.append(name)

    for name in needs:
        if re.search(CIPHERS, name):
            add(name)
    for name in needs:
        if name.endswith(("nls_utf8.ko", "client/cifs.ko", "cifs/cifs.ko")):
            add(name)
    return [str(listed.parent / name) for name in found]


class Samba:
    """A share of limited size. `frozen` shows the same folder without letting anybody write."""

    def __init__(self, folder: Path, size_mb: int = 64) -> None:
        self.folder, self.size_mb = folder, size_mb
        self.share = folder / "share"
        self.space = f"smb{os.getpid()}"
        self._server: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Samba:
        try:
            for name in ("share", "private", "lock", "state", "cache", "pid", "log"):
                (self.folder / name).mkdir(parents=True)
            _run("mount", "-t", "tmpfs", "-o", f"size={self.size_mb}m", "tmpfs", str(self.share))
            _run("ip", "netns", "add", self.space)
            self._inside("ip", "link", "set", "lo", "up")
            self._inside("ip", "tuntap", "add", "dev", "umltap", "mode", "tap")
            self._inside("ip", "addr", "add", f"{HOST}/24", "dev", "umltap")
            self._inside("ip", "link", "set", "umltap", "up")
            if subprocess.run(["id", USER], capture_output=True).returncode:
                _run("useradd", "-M", "-s", "/usr/sbin/nologin", USER)
            self._write_settings()
            words = f"{WORD}\n{WORD}\n".encode()
            subprocess.run(
                ["smbpasswd", "-c", str(self.folder / "smb.conf"), "-s", "-a", USER],
                input=words,
                check=True,
                capture_output=True,
            )
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        subprocess.run(["umount", str(self.share)], capture_output=True)
        subprocess.run(["ip", "netns", "del", self.space], capture_output=True)

    def _write_settings(self) -> None:
        f = self.folder
        whole = [
            "[global]",
            *(
                " server role = standalone server",
                f" interfaces = 127.0.0.1/8 {HOST}/24",
                " bind interfaces only = yes",
            ),
            *(
                f" smb ports = {PORT}",
                " disable netbios = yes",
                " load printers = no",
                " server min protocol = SMB2_10",
            ),
            *(f" {name} = {f / place}" for name, place in PLACES.items()),
            *(" unix extensions = no", f" log file = {f}/log/%m.log"),
        ]
        for name, only_read in (("share", "no"), ("frozen", "yes")):
            whole += [f"[{name}]", f" path = {self.share}", f" read only = {only_read}", " force user = root"]
            whole += [f" valid users = {USER}", " kernel oplocks = no"]
        (f / "smb.conf").write_text("\n".join(whole) + "\n", encoding="utf-8")

    def _inside(self, *command: str) -> None:
        _run("ip", "netns", "exec", self.space, *command)

    # -- the server ------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Let the server answer (again)."""
        command = ["smbd", "-F", "--no-process-group", "-s", str(self.folder / "smb.conf")]
        self._server = subprocess.Popen(
            ["ip", "netns", "exec", self.space, *command],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        for _ in range(200):
            asked = ["ip", "netns", "exec", self.space, "ss", "-ltnH", f"sport = :{PORT}"]
            if subprocess.run(asked, capture_output=True).stdout.strip():
                return
            time.sleep(0.05)
        raise AssertionError("smbd does not answer")

    def stop(self) -> None:
        """As when somebody pulls its plug: every process of it dies at once."""
        if self._server is not None:
            os.killpg(self._server.pid, 9)
            self._server.wait()
            self._server = None

    # -- the PCs ---------------------------------------------------------------------------------------------------

    @contextmanager
    def guest(self, clients: int, scenario: Sequence[str]) -> Iterator[Iterator[str]]:
        """Boot the guest: the share as /run/m1, /run/m2 …, without writing as /run/frozen; its lines as they come."""
        script = self.folder / "init.sh"
        script.write_text(self._boot(clients, scenario), encoding="utf-8")
        script.chmod(0o755)
        env = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "TMPDIR": str(self.folder)}
        if (padding := self._padding()) is not None:
            env["LD_PRELOAD"] = str(padding)
        network = "vec0:transport=tap,ifname=umltap,depth=128,gro=1"
        machine = [
            "mem=1200M",
            "rootfstype=hostfs",
            "rootflags=/",
            "rw",
            f"init={script}",
            "con=null",
            "con0=null,fd:1",
        ]
        running = subprocess.Popen(
            ["ip", "netns", "exec", self.space, KERNEL, *machine, network],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=env,
            start_new_session=True,
        )
        assert running.stdout is not None
        try:
            yield (line.decode(errors="replace").strip() for line in running.stdout)
        finally:
            os.killpg(running.pid, 9)
            running.stdout.close()
            running.wait()

    def _boot(self, clients: int, scenario: Sequence[str]) -> str:
        how = f"username={USER},password={WORD},ip={HOST},port={PORT},vers=3.1.1,noperm,uid=0,gid=0"
        how += ",nosharesock,mapposix,soft,echo_interval=2"
        lines = [
            "#!/bin/sh",
            "export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/run PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1",
            f"export SALESDESK_KEYRING=file PYTHONPATH={ROOT} LANG=C.UTF-8",
            *("mount -t proc proc /proc", "mount -t sysfs sys /sys", "mount -t tmpfs tmp /run", "mkdir -p /run/tmp"),
            *("export TMPDIR=/run/tmp", "ip link set lo up", f"ip addr add {GUEST}/24 dev vec0", "ip link set vec0 up"),
            *(f"insmod {name} 2>/dev/null" for name in _modules()),
        ]
        for share, place in [*(("share", f"m{i + 1}") for i in range(clients)), ("frozen", "frozen")]:
            lines += [f"mkdir -p /run/{place}", f"mount -i -t cifs //{HOST}/{share} /run/{place} -o {how}"]
        words = " ".join(f"'{word}'" for word in scenario)
        lines += [f"cd {ROOT}", f"{sys.executable} -m tests.sync.on_samba {words} 2>&1", "poweroff -f"]
        return "\n".join(lines) + "\n"

    def _padding(self) -> Path | None:
        """The layer that newer processors need under this kernel, see xstate.c."""
        compiler = _compiler()
        if compiler is None:
            return None
        made = self.folder / "xstate.so"
        if not made.exists():
            _run(compiler, "-shared", "-fPIC", "-nostdlib", "-o", str(made), str(PADDING))
        return made


PLACES = {
    "private dir": "private",
    "lock directory": "lock",
    "state directory": "state",
    "cache directory": "cache",
    "pid directory": "pid",
    "ncalrpc dir": "ncalrpc",
}


def _run(*command: str) -> None:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stdout.decode(errors='replace')}"
