"""What Windows asks of the source, seen on any system: no POSIX-only calls, file names it can hold, wheels for every package."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from salesdesk.domain.text import safe_file_name

ROOT = Path(__file__).resolve().parents[2]
RUFF = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]
BANNED = RUFF["lint"]["flake8-tidy-imports"]["banned-api"]
POSIX_ONLY = [name for name, told in BANNED.items() if "Windows" in told["msg"]]

LONGEST = 259 - len(r"C:\Users\二十个字的用户名最长就是这样了吧\AppData\Local\Programs\salesdesk\_internal") - 1
"""What is left of Windows' longest path inside the installed program."""


def faults(source: str, name: str = "salesdesk/services/strange.py") -> set[str]:
    """The rules a piece of the program would break, each with what it names."""
    command = [sys.executable, "-m", "ruff", "check", "--output-format", "concise", "--stdin-filename", name, "-"]
    done = subprocess.run(command, cwd=ROOT, input=source, capture_output=True, encoding="utf-8")
    return set(re.findall(r"`([\w.]+)` is banned", done.stdout)) | set(
        re.findall(r"unspecified-encoding|PLW1514", done.stdout)
    )


def test_every_posix_only_call_is_refused() -> None:
    """All at once: one call of each banned name, written as people write it."""
    assert len(POSIX_ONLY) > 30
    lines = [f"import {name.partition('.')[0]}" for name in POSIX_ONLY]
    lines += [f"print({name})" for name in POSIX_ONLY if "." in name]
    assert set(POSIX_ONLY) <= faults("\n".join([*dict.fromkeys(lines), ""]))


def test_a_file_opened_without_an_encoding_is_refused() -> None:
    assert faults('with open("客户.csv") as file:\n    print(file.read())\n')


def test_what_works_everywhere_is_let_through() -> None:
    assert not faults("import os\n\nprint(os.getpid(), os.replace)\n")


NOT_EVERYWHERE = re.compile(r"%(?:[-_^#][A-Za-z]|[klPs])")
"""Signs of strftime that only some systems know: `%-d` raises ValueError on Windows."""
MOMENT = re.compile(r"%(?:[YmHMy]|-[A-Za-z])")
OF_LINUX = re.compile(r"/(?:tmp|dev|proc|etc|usr|var|home|run)(?:/|$)")
KNOWN_PLACES = {
    "salesdesk/services/sync/places.py": {"/proc/mounts"},  # asked where Windows has a call of its own
    "salesdesk/services/sync/workspace.py": {"/etc/machine-id", "/var/lib/dbus/machine-id"},
    "salesdesk/services/papers/lettering.py": {"/usr/share/fonts", "/usr/local/share/fonts"},
}


def strange_texts(source: str) -> set[str]:
    """Texts of a piece of the program that mean something on Linux only: folders, and signs of dates."""
    texts = {
        node.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return {text for text in texts if OF_LINUX.match(text) or (NOT_EVERYWHERE.search(text) and MOMENT.search(text))}


def test_no_text_means_something_on_linux_only() -> None:
    found = {
        path.relative_to(ROOT).as_posix(): strange
        for package in ("salesdesk", "ui")
        for path in (ROOT / package).rglob("*.py")
        if (strange := strange_texts(path.read_text(encoding="utf-8")))
    }
    assert found == KNOWN_PLACES


def test_texts_of_linux_are_seen() -> None:
    for text in ("/tmp", "/tmp/x", "/dev/null", "/proc/self", "%-d 日", "%Y-%m %k", "%H:%M %P"):
        assert strange_texts(f"x = {text!r}") == {text}, text
    assert strange_texts("x = f'{day:%-m月}'") == {"%-m月"}
    assert not strange_texts("log.info('%s of %d', a, b); x = '/销售/tmp'; y = f'{day:%Y-%m-%d}'; z = '50%-60%'")


def tracked() -> list[str]:
    """Every file git knows."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True)
    if done.returncode:
        pytest.skip("not a git checkout")
    return [name for name in done.stdout.decode().split("\0") if name]


def unfit(names: list[str]) -> list[str]:
    """The paths Windows could not check out, or not beside one another."""
    known: dict[str, str] = {}
    bad = []
    for name in names:
        strange = any(part != safe_file_name(part, 200) for part in name.split("/"))
        twin = known.setdefault(name.casefold(), name)
        if strange or twin != name or len(name) > LONGEST:
            bad.append(name)
    return bad


def test_every_file_can_lie_on_windows() -> None:
    assert unfit(tracked()) == []


def test_names_windows_cannot_hold_are_seen() -> None:
    assert unfit(["a/con.py", "b/编码\t交期", " ", "c/x?.md", "d/Ab.py", "d/aB.py", "e/" + "长" * 250]) == [
        *("a/con.py", "b/编码\t交期", " ", "c/x?.md", "d/aB.py"),
        "e/" + "长" * 250,
    ]
    assert unfit(["salesdesk/desk.py", "data/samples/新客户登记表.xlsx"]) == []


def test_every_package_has_a_wheel_for_windows(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """All pins at once, asked of the package index; without one there is nothing to ask."""
    monkeypatch.syspath_prepend(str(ROOT))
    import dev

    monkeypatch.setattr(dev, "PYTHON", Path(sys.executable))
    code = dev.wheels()
    said = capsys.readouterr().out
    if code == dev.NO_INDEX:
        pytest.skip("no package index")
    assert code == 0, said
    monkeypatch.setattr(dev, "pins", lambda: ["pip==0.0.987"])
    assert dev.wheels() not in (0, dev.NO_INDEX), "a package without a wheel was not noticed"
