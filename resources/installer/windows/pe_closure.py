"""Looks at every Windows binary of a frozen program: right machine, every DLL found where Windows looks, console, version, icon."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

SUFFIXES = {".dll", ".pyd", ".exe"}
AMD64 = 0x8664
# DLLs every Windows 10 has, from 1607 on. Wine has its own of all of them, so only this list notices one that is missing.
SYSTEM = """advapi32 authz bcrypt bcryptprimitives cfgmgr32 comctl32 comdlg32 crypt32 d2d1 d3d9 d3d11 d3d12 dbghelp dcomp dnsapi
    dwmapi dwrite dxgi gdi32 hid imagehlp imm32 iphlpapi kernel32 mpr msimg32 msvcrt ncrypt netapi32 ntdll ole32 oleacc
    oleaut32 opengl32 pdh powrprof propsys psapi rpcrt4 secur32 setupapi shcore shell32 shlwapi ucrtbase uiautomationcore
    user32 userenv uxtheme version winhttp winmm winspool.drv wintrust ws2_32 wtsapi32"""
NEWER = {"icuuc": "Windows 10 1903", "icu": "Windows 10 1903", "icuin": "Windows 10 1703"}
"""DLLs that exist, but not on every Windows 10 the program is for (LTSC 2019 is 1809)."""
# Folders a package gives to os.add_dll_directory before it loads its own binaries.
ADDED = {"PySide6": ("PySide6", "shiboken6"), "shiboken6": ("shiboken6", "PySide6"), "pillow": ("pillow.libs",)}


@dataclass
class Closure:
    """What was found: how many binaries, what is missing, what needs a newer Windows, what is for another machine."""

    binaries: int = 0
    missing: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    newer: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    strange: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether the program starts on a clean Windows 10, as far as its DLLs go."""
        return bool(self.binaries) and not (self.missing or self.newer or self.strange)

    @property
    def told(self) -> str:
        """One sentence for the report."""
        if self.good:
            return f"{self.binaries} 个程序文件都是 64 位，要的 DLL 都在"
        faults = [f"缺 {name}（{'、'.join(sorted(users)[:3])}）" for name, users in self.missing.items()]
        faults += [f"{name} 要 {NEWER[name]}（{'、'.join(sorted(users)[:3])}）" for name, users in self.newer.items()]
        return "；".join([*faults, *(f"不是 64 位：{name}" for name in self.strange)]) or "没有程序文件"


def imported(path: Path) -> tuple[int, list[str]]:
    """The machine a binary is for, and the DLLs it imports at once or later, in lower case."""
    import pefile

    image = pefile.PE(str(path), fast_load=True)
    wanted = ("IMAGE_DIRECTORY_ENTRY_IMPORT", "IMAGE_DIRECTORY_ENTRY_DELAY_IMPORT")
    image.parse_data_directories(directories=[pefile.DIRECTORY_ENTRY[name] for name in wanted])
    entries = [*getattr(image, "DIRECTORY_ENTRY_IMPORT", []), *getattr(image, "DIRECTORY_ENTRY_DELAY_IMPORT", [])]
    machine = int(image.FILE_HEADER.Machine)
    image.close()
    return machine, [entry.dll.decode().lower() for entry in entries]


def binaries(program: Path) -> Iterator[Path]:
    """Every Windows binary of a frozen program."""
    return (path for path in sorted(program.rglob("*")) if path.suffix.lower() in SUFFIXES)


def closure(program: Path, without: str = "") -> Closure:
    """Look at all of a frozen program, as the Windows loader would. without: a DLL taken for missing, to prove that it is seen."""
    inner = program / "_internal"
    folders = [program, *(path for path in program.rglob("*") if path.is_dir())]
    lying = {folder: {one.name.lower() for one in folder.iterdir()} - {without} for folder in folders}
    found = Closure()
    for path in binaries(program):
        found.binaries += 1
        name = path.relative_to(program).as_posix()
        machine, wanted = imported(path)
        if machine != AMD64:
            found.strange.append(name)
        first = path.relative_to(inner).parts[0] if inner in path.parents else ""
        places = [path.parent, inner, *(inner / folder for folder in ADDED.get(first, ()))]
        for dll in wanted:
            stem = dll.removesuffix(".dll")
            if any(dll in lying.get(place, ()) for place in places) or dll.startswith(("api-ms-win-", "ext-ms-")):
                continue
            if stem in NEWER:
                found.newer[stem].add(name)
            elif stem not in SYSTEM.split():
                found.missing[dll].add(name)
    return found


WINDOW, CONSOLE = 2, 3
"""What Windows makes for a program when it starts (its subsystem)."""
UNUSED = ("Qt6Qml", "Qt6Quick", "Qt6Pdf", "Qt6OpenGL", "opengl32sw", "Qt6Network", "Qt6Sql")
"""Parts of Qt that nothing of the program uses."""


def dressing(program: Path, version: str) -> list[str]:
    """What is wrong with the two programs and what they bring: console, version, icon, Qt parts nobody uses; [] when nothing."""
    import pefile

    faults = [f"带了用不着的 {path.name}" for path in binaries(program) if path.stem.startswith(UNUSED)]
    for name, wanted in (("salesdesk.exe", WINDOW), ("salesdesk-cli.exe", CONSOLE)):
        image = pefile.PE(str(program / name))
        if image.OPTIONAL_HEADER.Subsystem != wanted:
            faults.append(f"{name} {'有' if wanted == WINDOW else '没有'}控制台")
        told = image.VS_FIXEDFILEINFO[0] if hasattr(image, "VS_FIXEDFILEINFO") else None
        shown = (told.FileVersionMS >> 16, told.FileVersionMS & 0xFFFF, told.FileVersionLS >> 16) if told else ()
        if ".".join(map(str, shown)) != version:
            faults.append(f"{name} 的版本信息是 {shown}，应当是 {version}")
        kinds = {entry.id for entry in image.DIRECTORY_ENTRY_RESOURCE.entries}
        if pefile.RESOURCE_TYPE["RT_GROUP_ICON"] not in kinds:
            faults.append(f"{name} 没有图标")
        image.close()
    return faults


if __name__ == "__main__":
    seen = closure(Path(sys.argv[1]))
    wrong = dressing(Path(sys.argv[1]), sys.argv[2]) if sys.argv[2:] else []
    print("；".join([seen.told, *wrong]))
    sys.exit(0 if seen.good and not wrong else 1)
