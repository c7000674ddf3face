"""Records of a plain register: changed, voided, brought back, and never through each other's rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from salesdesk.desk import Desk
from salesdesk.domain.errors import Refused
from salesdesk.services.checking import check_all
from tests.desks import small_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = small_desk(tmp_path)
    yield made
    assert check_all(made.database, made.folder).lines[0].startswith("数据完好")
    made.close()


def codes(desk: Desk, verb: str, args: dict[str, Any]) -> list[str]:
    with pytest.raises(Refused) as fault:
        desk.do(verb, args)
    return [p.code for p in fault.value.problems]


def customer(desk: Desk, **more: Any) -> str:
    return desk.do("customer.save", {"name": "三江机电", "code": "C9", **more}).uid


def test_a_voided_record_is_not_changed(desk: Desk) -> None:
    uid = customer(desk)
    desk.do("customer.void", {"uid": uid})
    assert codes(desk, "customer.save", {"uid": uid, "region": "华东"}) == ["unknown_record"]


def test_a_record_comes_back_with_the_rows_that_went_with_it(desk: Desk) -> None:
    uid = customer(desk, contacts=[{"name": "甲"}, {"name": "乙"}], addresses=[{"address": "一号门"}])
    [_, second] = desk.lines("customer_contact", uid)
    desk.do("customer.save", {"uid": uid, "contacts": [{"uid": second["uid"], "name": "乙"}]})
    voided = desk.do("customer.void", {"uid": uid})
    assert set(voided.changes.touched) == {"customer", "customer_contact", "customer_address"}
    desk.do("customer.restore", {"uid": uid})
    assert [r["name"] for r in desk.lines("customer_contact", uid)] == ["乙"]
    assert [r["address"] for r in desk.lines("customer_address", uid)] == ["一号门"]


def test_a_code_taken_meanwhile_keeps_the_old_record_away(desk: Desk) -> None:
    uid = customer(desk)
    desk.do("customer.void", {"uid": uid})
    desk.do("customer.save", {"name": "另一家", "code": "C9"})
    assert codes(desk, "customer.restore", {"uid": uid}) == ["duplicate"]


def test_child_rows_belong_to_their_parent(desk: Desk) -> None:
    one = customer(desk, contacts=[{"name": "甲"}])
    two = customer(desk, code="C10", name="四海机电")
    [contact] = desk.lines("customer_contact", one)
    for uid in (contact["uid"], one, "x"):
        args = {"uid": two, "contacts": [{"uid": uid, "name": "丙"}]}
        assert codes(desk, "customer.save", args) == ["foreign_line"]
    assert [r["name"] for r in desk.lines("customer_contact", one)] == ["甲"]


def test_contacts_changed_elsewhere_are_not_silently_put_back(desk: Desk) -> None:
    uid = customer(desk, contacts=[{"name": "甲"}])
    row = desk.row("customer", uid)
    assert row is not None
    [contact] = desk.lines("customer_contact", uid)
    desk.do("customer.save", {"uid": uid, "contacts": [{"uid": contact["uid"], "name": "甲", "phone": "138"}]})
    stale = {"uid": uid, "seen": row["seen"], "contacts": [{"uid": contact["uid"], "name": "甲一"}]}
    assert codes(desk, "customer.save", stale) == ["overtaken"]
    desk.do("customer.save", {"uid": uid, "seen": row["seen"], "region": "华东"})


def test_every_verb_writes_only_what_it_declares(desk: Desk) -> None:
    uid = customer(desk, contacts=[{"name": "甲"}])
    for verb in ("customer.void", "customer.restore"):
        outcome = desk.do(verb, {"uid": uid})
        assert set(outcome.changes.touched) <= set(desk.registry.verbs[verb].changes)
