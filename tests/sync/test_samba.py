"""Syncing through a real Samba server with the kernel's own CIFS client, one mount for every PC (SYS-1)."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sync import samba
from tests.sync.on_samba import RACES, ROUNDS
from tests.sync.samba import Samba

pytestmark = pytest.mark.skipif(bool(samba.lacking()), reason=samba.lacking())


@pytest.fixture
def share() -> Iterator[Samba]:
    """A fresh share of 24 MB; its folder has a short path, as sockets need."""
    with tempfile.TemporaryDirectory(prefix="smb", dir="/tmp") as folder, Samba(Path(folder), size_mb=24) as made:
        yield made


def answers(lines: Iterator[str]) -> Iterator[dict[str, Any]]:
    """What the scenario says, line by line; whatever else the guest prints is kept for a failure."""
    noise = []
    for line in lines:
        if line.startswith("SAID "):
            told = json.loads(line[5:])
            assert "broke" not in told, told["broke"]
            yield told
        else:
            noise.append(line)
    raise AssertionError("the guest ended: " + "\n".join(noise[-30:]))


def test_of_three_pcs_exactly_one_gives_a_name_and_nobody_sees_half_a_file(share: Samba) -> None:
    with share.guest(3, ["race"]) as lines:
        told = next(answers(lines))
    by_name = {k: [str(n + 1) for n, won in enumerate(told["winners"]) if k in won] for k in range(RACES)}
    assert all(len(won) == 1 for won in by_name.values()), by_name
    assert [won for (won,) in by_name.values()] == told["stands"]
    assert not told["torn"] and not told["left"]


def test_three_clerks_at_the_same_time_lose_nothing_and_end_alike(share: Samba) -> None:
    with share.guest(3, ["work"]) as lines:
        told = next(answers(lines))
    assert told == {"missing": [], "made": 3 * ROUNDS, "letters": ["A", "B", "C"], "faults": 0}


def test_the_server_dies_in_the_middle_and_comes_back(share: Samba) -> None:
    with share.guest(2, ["gone"]) as lines:
        said = answers(lines)
        assert next(said)["ready"]
        share.stop()
        told = next(said)
        assert told["code"] == 3 and "不影响录单" in told["fault"] and told["cure"] and "待发" in told["state"]
        share.start()
        assert next(said) == {"missing": [], "waiting": 0}


def test_a_share_that_may_only_be_read(share: Samba) -> None:
    with share.guest(2, ["frozen"]) as lines:
        said = answers(lines)
        told = next(said)
        assert told["code"] == 3 and "不让写入" in told["told"]["message"] and not told["written"]
        assert next(said) == {"came": "扬州三号有限公司", "waiting": 1}


def test_a_full_share(share: Samba) -> None:
    with share.guest(2, ["full"]) as lines:
        said = answers(lines)
        told = next(said)
        assert told["code"] == 3 and "满了" in told["told"]["message"] and not told["halves"]
        assert next(said) == {"came": "扬州三号有限公司", "waiting": 0}
