"""What the installer leaves with Windows besides files: registry entries, asked of `reg query`, and shortcuts, read byte by byte."""

from __future__ import annotations

import re
import struct
from pathlib import Path
from typing import NamedTuple

from wine import Wine

ROOT = r"HKEY_CURRENT_USER\Software"
CLASSES = rf"{ROOT}\Classes"
UNINSTALL = rf"{ROOT}\Microsoft\Windows\CurrentVersion\Uninstall\salesdesk"
LOGON = rf"{ROOT}\Microsoft\Windows\CurrentVersion\Run"
PROGRAM_ID = "salesdesk.voucher"
OPEN_COMMAND = rf"{CLASSES}\{PROGRAM_ID}\shell\open\command"
KEYS = (
    *(UNINSTALL, rf"{ROOT}\salesdesk", rf"{CLASSES}\{PROGRAM_ID}", rf"{CLASSES}\Applications\salesdesk.exe"),
    *(rf"{CLASSES}\.ofd\OpenWithProgids", rf"{CLASSES}\.xml\OpenWithProgids", LOGON),
)
"""Every key the installer writes below."""
_VALUE = re.compile(r"^ {4}(.*?) {4}(REG_\w+)(?: {4}(.*))?$")
_LINK = bytes.fromhex("4c0000000114020000000000c000000000000046")


def expected(place: str, title: str, version: str) -> dict[tuple[str, str], str]:
    """(key, name of the value) -> what must stand there; "" is a key's own value."""
    program, opened = rf"{place}\salesdesk.exe", rf'"{place}\salesdesk.exe" look "%1"'
    there = {
        **{(UNINSTALL, name): text for name, text in (
            ("DisplayName", title), ("DisplayVersion", version), ("DisplayIcon", program), ("InstallLocation", place),
            ("Publisher", "salesdesk"), ("UninstallString", rf'"{place}\uninstall.exe"'),
            ("QuietUninstallString", rf'"{place}\uninstall.exe" /S'), ("NoModify", "0x1"), ("NoRepair", "0x1"),
        )},
        (rf"{ROOT}\salesdesk", "InstallDir"): place,
        (rf"{CLASSES}\{PROGRAM_ID}", ""): "电子发票",
        (rf"{CLASSES}\{PROGRAM_ID}\DefaultIcon", ""): f"{program},0",
        (OPEN_COMMAND, ""): opened,
        (rf"{CLASSES}\Applications\salesdesk.exe", "FriendlyAppName"): title,
        (rf"{CLASSES}\Applications\salesdesk.exe\shell\open\command", ""): opened,
    }  # fmt: skip
    for ending in (".ofd", ".xml"):
        there[rf"{CLASSES}\Applications\salesdesk.exe\SupportedTypes", ending] = ""
        there[rf"{CLASSES}\{ending}\OpenWithProgids", PROGRAM_ID] = ""
    return there


def asked(wine: Wine, key: str) -> dict[tuple[str, str], str]:
    """Everything Windows holds below a key: (key, name of the value) -> text; {} when there is no such key."""
    code, text = wine("reg", "query", key, "/s")
    return {} if code else told(text)


def told(text: str) -> dict[tuple[str, str], str]:
    """What `reg query` printed, read."""
    found: dict[tuple[str, str], str] = {}
    here = ""
    for line in text.splitlines():
        if line.startswith("HKEY_"):
            here = line.strip()
        elif match := _VALUE.match(line.rstrip("\r")):
            name = "" if match[1].startswith("(") and match[1].endswith(")") else match[1]
            found[here, name] = match[3] or ""
    return found


def wrong(wine: Wine, wanted: dict[tuple[str, str], str]) -> list[str]:
    """What differs from that, in words; [] when all stands there and nothing besides."""
    found: dict[tuple[str, str], str] = {}
    for key in KEYS:
        found |= asked(wine, key)
    folded = {(key.lower(), name.lower()): text for (key, name), text in found.items()}
    faults = []
    for (key, name), text in wanted.items():
        has = folded.get((key.lower(), name.lower()))
        if has != text:
            faults.append(rf"{key}\{name}：应当是 {text!r}，是 {has!r}")
    known = {(key.lower(), name.lower()) for key, name in wanted} | {(UNINSTALL.lower(), "estimatedsize")}
    faults += [
        f"多了 {key} {name}" for key, name in folded if (key, name) not in known and "salesdesk" in f"{key} {name}"
    ]
    return faults


class Link(NamedTuple):
    """A shortcut: what it opens, in which folder, with which arguments."""

    target: str
    folder: str
    arguments: str


def read_link(path: Path) -> Link:
    """A .lnk file read by its format (MS-SHLLINK): header, list of items, place, then strings that the flags announce."""
    data = path.read_bytes()
    if not data.startswith(_LINK):
        raise AssertionError(f"{path.name} 不是快捷方式")
    flags, at = struct.unpack_from("<I", data, 20)[0], 76
    if flags & 1:
        at += 2 + struct.unpack_from("<H", data, at)[0]
    target = ""
    if flags & 2:
        size, header, kind, _, base = struct.unpack_from("<5I", data, at)
        if kind & 1 and header >= 0x24:  # the path as UTF-16 as well
            start = at + struct.unpack_from("<I", data, at + 28)[0]
            target = data[start : at + size].decode("utf-16-le", "replace").partition("\0")[0]
        elif kind & 1:
            target = data[at + base : at + size].partition(b"\0")[0].decode("gbk", "replace")
        at += size
    texts = {}
    for bit, name in ((4, "name"), (8, "relative"), (16, "folder"), (32, "arguments"), (64, "icon")):
        if flags & bit:
            count = struct.unpack_from("<H", data, at)[0]
            wide = 2 if flags & 0x80 else 1
            text = data[at + 2 : at + 2 + count * wide].decode("utf-16-le" if wide == 2 else "gbk", "replace")
            texts[name] = text.rstrip("\0")
            at += 2 + count * wide
    return Link(target, texts.get("folder", ""), texts.get("arguments", ""))
