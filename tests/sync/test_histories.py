"""Random histories: whatever happens to PCs and share, all PCs come to show the same and no acknowledged write is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from salesdesk.desk import open_desk
from tests.sync.world import World


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template") / "pc"
    open_desk(folder).close()
    return folder


@pytest.mark.parametrize("seed", range(6))
def test_random_histories_converge(tmp_path: Path, template: Path, seed: int) -> None:
    world = World(tmp_path / "world", seed, template)
    try:
        world.run(120)
    finally:
        world.close()
