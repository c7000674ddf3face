"""Random histories: whatever happens to PCs and share, all PCs come to show the same and no acknowledged write is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from salesdesk.desk import open_desk
from salesdesk.services.sync import exchange
from tests.sync.world import World


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template") / "pc"
    open_desk(folder).close()
    return folder


@pytest.mark.parametrize("seed", range(4))
def test_random_histories_converge(tmp_path: Path, template: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    if seed % 2:
        monkeypatch.setattr(exchange, "MERGED_FOR_S", 0.0)
        monkeypatch.setattr(exchange, "MERGED_AT_ONCE", 2)  # taken in by small parts, between which the program may die
    world = World(tmp_path / "world", seed, template)
    try:
        world.run(120)
    finally:
        world.close()
