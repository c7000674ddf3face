"""The frame around the program: one list of versions that covers everything, one command, no address of a server."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def plain(name: str) -> str:
    """A package name as indexes compare them."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pins() -> dict[str, str]:
    """What constraints.txt fixes: package -> version."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    wanted = [line.split(";")[0].strip() for line in lines if line and not line.startswith("#")]
    return {plain(name): version for name, _, version in (line.partition("==") for line in wanted)}


def test_every_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    named = [*project["project"]["dependencies"], *project["project"]["optional-dependencies"]["dev"]]
    named += project["build-system"]["requires"]
    assert {plain(re.split(r"[<>=~!;\[ ]", line)[0]) for line in named} <= set(pins())


def test_what_is_installed_is_what_is_pinned() -> None:
    """Whatever runs these tests was installed from the list, transitive packages included."""
    from importlib import metadata

    own = {"salesdesk", "pip", "wheel"}
    installed = {plain(found.name): found.version for found in metadata.distributions() if plain(found.name) not in own}
    assert {name: version for name, version in installed.items() if pins().get(name) != version} == {}


def test_dev_explains_itself_without_setting_anything_up() -> None:
    done = subprocess.run([sys.executable, "-X", "utf8", "dev.py"], cwd=ROOT, capture_output=True, encoding="utf-8")
    assert done.returncode == 0
    for command in ("demo", "run", "test", "check", "bench", "shots", "build"):
        assert f"dev.py {command}" in done.stdout


def test_dev_refuses_an_unknown_command() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "dev.py", "tset"], cwd=ROOT, capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 2


def test_no_server_is_named() -> None:
    for name in ("pyproject.toml", "constraints.txt", "dev.py", ".ci/run"):
        assert "://" not in (ROOT / name).read_text(encoding="utf-8"), name
