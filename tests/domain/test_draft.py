"""A form under typing: nothing typed is lost, lines move with their faults, snapshots go back exactly."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from salesdesk.domain.draft import Draft
from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Day, Int, Link, Money, Qty, Text

HEAD = Entity(
    "bill",
    "单据",
    (
        Field("number", "单号", fixed=True),
        Field("customer", "客户", Link(entity="customer")),
        Field("day", "日期", Day()),
        Field("amount", "金额", Money()),
    ),
)
LINE = Entity(
    "bill_line",
    "行",
    (
        Field("bill", "单据", Link(entity="bill"), fixed=True),
        Field("seq", "序", Int(), fixed=True),
        Field("name", "品名", Text()),
        Field("qty", "数量", Qty()),
    ),
    parent=("bill", "bill"),
)


def draft(**over: Any) -> Draft:
    return Draft(HEAD, LINE, today="2026-06-12", **over)


def test_typed_text_becomes_a_value_and_is_edited_without_separators() -> None:
    one = draft()
    assert one.set("amount", "1,234.5") == {"amount"} and one.changed
    assert one.get("amount") == 123450 and one.text("amount") == "1234.50"
    one.set("day", "6.18")
    assert one.get("day") == "2026-06-18"
    assert one.set("lines/2/qty", "=3*4") == {"lines/2/qty"}
    assert len(one.lines) == 3 and one.get("lines/2/qty") == 12_000 and one.get("lines/9/qty") is None


def test_what_no_kind_can_read_stays_as_typed_until_corrected() -> None:
    one = draft()
    one.set("lines/0/qty", "十二只")
    one.set("day", "六月")
    assert one.text("lines/0/qty") == "十二只" and one.get("lines/0/qty") is None
    told = {(p.place, p.path, p.value) for p in one.problems()}
    assert told == {("第 1 行「数量」", "lines/0/qty", "十二只"), ("「日期」", "day", "六月")}
    assert all(p.message and p.cure for p in one.problems())
    assert one.args()["lines"] == [{"qty": "十二只"}] and one.args()["day"] == "六月"
    one.set("lines/0/qty", "12")
    one.put("day", "2026-06-18")
    assert one.problems() == [] and one.args() == {"day": "2026-06-18", "lines": [{"qty": "12"}]}


def test_a_picked_record_is_shown_by_name_and_sent_by_uid() -> None:
    one = draft(names={"u1": "华源"})
    one.put("customer", "u1")
    assert one.text("customer") == "华源" and one.args() == {"customer": "u1", "lines": []}


def test_only_typed_fields_of_filled_lines_are_sent() -> None:
    one = draft(uid="d1", seen=7)
    one.values = {"number": "XS1", "day": "2026-06-18"}
    one.lines = [{"uid": "l1", "seq": 1, "bill": "d1", "name": "球阀", "product.name": "x"}, {}, {"uid": "l2"}]
    assert one.args() == {"uid": "d1", "seen": 7, "day": "2026-06-18", "lines": [{"uid": "l1", "name": "球阀"}]}
    assert [i for i, _ in one.filled_lines()] == [0]


def test_faults_move_with_their_lines() -> None:
    one = draft()
    one.set("lines/1/qty", "甲")
    one.set("lines/3/qty", "乙")
    one.insert_line(0)
    assert set(one.typed) == {"lines/2/qty", "lines/4/qty"}
    one.delete_line(2)
    assert set(one.typed) == {"lines/3/qty"} and one.text("lines/3/qty") == "乙"


def test_recalculation_tells_what_else_changed() -> None:
    def double(one: Draft, path: str) -> set[str]:
        if path != "lines/0/qty":
            return set()
        one.values["amount"] = int(one.get(path) or 0) * 2
        return {"amount"}

    one = draft(recalculate=double)
    assert one.set("lines/0/qty", "3") == {"lines/0/qty", "amount"}
    assert one.put("lines/0/qty", 4000) == {"lines/0/qty", "amount"}
    assert one.get("amount") == 8000


STEP = st.one_of(
    st.tuples(st.just("set"), st.integers(0, 4), st.sampled_from(["12", "甲", "", "=1/0", "1.5"])),
    st.tuples(st.just("insert"), st.integers(0, 4), st.just("")),
    st.tuples(st.just("delete"), st.integers(0, 4), st.just("")),
)


@given(st.lists(STEP, max_size=12), st.lists(STEP, max_size=12))
def test_a_snapshot_survives_the_disk_and_brings_everything_back(first: list[Any], then: list[Any]) -> None:
    one = draft()
    for step in first:
        act(one, *step)
    kept = json.loads(json.dumps(one.snapshot()))
    before = (one.args(), [one.text(f"lines/{i}/qty") for i in range(len(one.lines))], one.problems())
    for step in then:
        act(one, *step)
    one.restore(kept)
    assert (one.args(), [one.text(f"lines/{i}/qty") for i in range(len(one.lines))], one.problems()) == before
    assert one.snapshot() == kept


def act(one: Draft, step: str, at: int, raw: str) -> None:
    if step == "set":
        one.set(f"lines/{at}/qty", raw)
    elif step == "insert":
        one.insert_line(min(at, len(one.lines)))
    elif at < len(one.lines):
        one.delete_line(at)
