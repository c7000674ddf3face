"""The choices of this PC and company: only what makes sense is remembered, and a viewer does not change the company's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from salesdesk.desk import Desk
from salesdesk.domain.errors import Refused
from salesdesk.services.roles import Role
from salesdesk.services.settings import ALL
from tests.desks import empty_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = empty_desk(tmp_path)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("key", "raw", "kept"),
    [
        ("order.duplicate_days", "14", 14),
        ("order.default_lead_days", 0, 0),
        ("print.dx", "-1.5", -1.5),
        ("print.dy", "２", 2),
        ("company.name", " 苏州\0安正 ", "苏州安正"),
        ("operator.role", "manager", "manager"),
    ],
)
def test_what_makes_sense_is_kept(desk: Desk, key: str, raw: Any, kept: Any) -> None:
    desk.settings.put(key, raw)
    assert desk.settings.get(key) == kept


@pytest.mark.parametrize(
    ("key", "raw"),
    [
        ("order.duplicate_days", "-1"),
        ("order.duplicate_days", "2.5"),
        ("order.default_lead_days", 10**12),
        ("order.default_lead_days", "很久"),
        ("print.dx", float("nan")),
        ("print.dx", "1e99"),
        ("print.dx", None),
        ("company.name", "长" * 201),
        ("operator.role", "boss"),
        ("ui.theme", ["dark"]),
    ],
)
def test_what_makes_none_is_refused_with_a_cure(desk: Desk, key: str, raw: Any) -> None:
    before = desk.settings.get(key)
    with pytest.raises(Refused) as fault:
        desk.settings.put(key, raw)
    assert fault.value.problems[0].place and fault.value.problems[0].cure
    assert desk.settings.get(key) == before


def test_every_default_is_one_that_may_be_chosen(desk: Desk) -> None:
    for one in ALL:
        assert one.accept(one.default) == one.default


def test_a_viewer_changes_his_own_view_but_not_the_company(desk: Desk) -> None:
    desk.settings.put("operator.role", "viewer")
    desk.settings.put("ui.theme", "dark")
    for key in ("company.name", "order.duplicate_days"):
        with pytest.raises(Refused, match="要内勤才能改"):
            desk.settings.put(key, desk.settings.get(key))


def test_an_unknown_role_in_the_file_may_only_look(desk: Desk) -> None:
    with desk.database.local() as work:
        work.execute("INSERT OR REPLACE INTO setting(key, value) VALUES ('operator.role', '\"boss\"')")
    again = type(desk.settings)(desk.database)
    assert again.role is Role.VIEWER
