"""Who may import whom: the contracts hold, and each of them is seen to break when somebody breaks it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("salesdesk", "ui")

# contract id -> file that breaks it, the line that does, and the file that must exist for the line to make sense
VIOLATIONS: dict[str, tuple[tuple[str, str], ...]] = {
    "window-above-program": (("salesdesk/services/zz_stray.py", "import ui.zz_target"), ("ui/zz_target.py", "")),
    "program-knows-no-qt": (
        ("salesdesk/services/zz_stray.py", "def later() -> None:\n    from PySide6 import QtCore"),
    ),
    "program-layers": (
        ("salesdesk/persistence/zz_stray.py", "import salesdesk.services.zz_target"),
        ("salesdesk/services/zz_target.py", ""),
    ),
    "modules-apart": (
        ("salesdesk/modules/zz_left/__init__.py", ""),
        ("salesdesk/modules/zz_left/service.py", "import salesdesk.modules.zz_right.queries"),
        ("salesdesk/modules/zz_right/__init__.py", ""),
        ("salesdesk/modules/zz_right/queries.py", ""),
    ),
    "domain-plain": (("salesdesk/domain/zz_stray.py", "import pandas"),),
    "database-in-one-layer": (("salesdesk/services/zz_stray.py", "import sqlite3"),),
    "window-without-storage": (
        ("ui/zz_stray.py", "import salesdesk.persistence.zz_target"),
        ("salesdesk/persistence/zz_target.py", ""),
    ),
    "window-layers": (
        ("ui/kit/zz_stray.py", "import ui.shell.zz_target"),
        ("ui/shell/zz_target.py", ""),
    ),
    "pages-apart": (
        ("ui/pages/zz_left/__init__.py", ""),
        ("ui/pages/zz_left/page.py", "from ui.pages.zz_right import page"),
        ("ui/pages/zz_right/__init__.py", ""),
        ("ui/pages/zz_right/page.py", ""),
    ),
    "no-circles": (
        ("salesdesk/domain/zz_left.py", "import salesdesk.domain.zz_right"),
        ("salesdesk/domain/zz_right.py", "import salesdesk.domain.zz_left"),
    ),
}

# Imports a module may make although the general rule forbids it: each must be seen to pass.
ALLOWED: tuple[tuple[str, str, str], ...] = (
    ("modules-apart", "salesdesk/modules/zz_left/service.py", "import salesdesk.modules.customers.rules"),
    ("modules-apart", "salesdesk/modules/zz_left/service.py", "import salesdesk.modules.products.rules"),
    ("modules-apart", "salesdesk/modules/today/zz_stray.py", "import salesdesk.modules.orders.queries"),
)


def contracts() -> list[str]:
    """The ids of the contracts in pyproject.toml."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return [contract["id"] for contract in settings["tool"]["importlinter"]["contracts"]]


def copy_of_the_house(to: Path) -> None:
    """The source of both packages and the contracts, in a place where damage does no harm."""
    shutil.copy(ROOT / "pyproject.toml", to)
    for package in PACKAGES:
        for source in (ROOT / package).rglob("*.py"):
            write(to, source.relative_to(ROOT).as_posix(), source.read_text(encoding="utf-8"))
        (to / package).mkdir(exist_ok=True)
        (to / package / "__init__.py").touch()


def write(house: Path, name: str, text: str) -> None:
    """Write one file, and an empty `__init__.py` in each package above it that has none."""
    target = house / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text + "\n", encoding="utf-8")
    for folder in target.relative_to(house).parents[:-1]:
        (house / folder / "__init__.py").touch()


def lint(house: Path, *contract: str) -> subprocess.CompletedProcess[str]:
    """Run import-linter there, on all contracts or on those named."""
    chosen = [part for name in contract for part in ("--contract", name)]
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as go; go()"]
    # The editable install also offers the real packages; the copy has to come first.
    env = {**os.environ, "PYTHONPATH": str(house), "PYTHONUTF8": "1"}
    return subprocess.run(
        [*command, "--no-cache", "--no-logo", *chosen], cwd=house, env=env, capture_output=True, encoding="utf-8"
    )


def test_the_contracts_hold() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_contract_has_its_violation() -> None:
    assert sorted(contracts()) == sorted(VIOLATIONS)


@pytest.mark.parametrize("contract", sorted(VIOLATIONS))
def test_a_violation_breaks_the_contract(contract: str, tmp_path: Path) -> None:
    copy_of_the_house(tmp_path)
    for name, text in VIOLATIONS[contract]:
        write(tmp_path, name, text)
    done = lint(tmp_path, contract)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "1 broken" in done.stdout
    assert "zz_" in done.stdout, "broken, but by something else than the deliberate violation"


@pytest.mark.parametrize(("contract", "name", "line"), ALLOWED)
def test_what_is_allowed_passes(contract: str, name: str, line: str, tmp_path: Path) -> None:
    copy_of_the_house(tmp_path)
    imported = line.removeprefix("import ").replace(".", "/") + ".py"
    if not (tmp_path / imported).exists():
        write(tmp_path, imported, "")
    write(tmp_path, name, line)
    done = lint(tmp_path, contract)
    assert done.returncode == 0, done.stdout + done.stderr
