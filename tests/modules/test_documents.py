"""The document desk through its doors: register, circulate, approve, number, file, find, lend, destroy (DOC-1 … DOC-6, ORD-9, ORD-11)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesdesk.desk import Desk
from salesdesk.domain.clock import FixedClock
from salesdesk.domain.errors import Refused
from salesdesk.modules.documents.rules import (
    Numbered,
    expired,
    keep_longer,
    keep_until,
    number_key,
    number_text,
    numbered,
    people_in,
)
from salesdesk.services.lists import Query
from tests.desks import empty_desk, small_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = small_desk(tmp_path / "data")
    yield made
    made.close()


def later(desk: Desk, **span: int) -> None:
    clock = desk.database.clock
    assert isinstance(clock, FixedClock)
    clock.moment += timedelta(**span)


def incoming(desk: Desk, title: str = "关于做好防汛工作的通知", **more: Any) -> str:
    return desk.do("document.save", {"kind": "外来文件", "title": title, "sender": "市应急管理局", **more}).uid


def filed(desk: Desk, title: str = "旧资料", **more: Any) -> str:
    uid = desk.do("document.save", {"kind": "资料", "title": title}).uid
    desk.do("document.file", {"uid": uid, **more})
    return uid


def row(desk: Desk, uid: str, entity: str = "document") -> dict[str, Any]:
    found = desk.row(entity, uid)
    assert found is not None
    return found


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {p.code for p in refused.value.problems}


# -- coming in ---------------------------------------------------------------------------------------------------------


def test_a_paper_from_outside_goes_its_whole_way(desk: Desk) -> None:
    uid = incoming(desk, outer_number="应急〔2026〕18号", due="+5", copies=2)
    assert (row(desk, uid)["state"], row(desk, uid)["received_on"], row(desk, uid)["received_by"]) == (
        "received",
        "2026-06-12",
        "王敏",
    )
    with pytest.raises(Refused) as refused:
        desk.do("document.distribute", {"uid": uid, "people": "李强"})
    assert codes(refused) == {"document.state"}
    assert desk.do("document.register", {"uid": uid}).data["number"] == "收文〔2026〕1号"
    desk.do("document.distribute", {"uid": uid, "people": "李强（2份）、陈刚", "part": "承办"})
    desk.do("document.distribute", {"uid": uid, "people": "张伟", "part": "传阅"})
    receipts = {r["person"]: r for r in desk.rows("document_receipt")}
    assert {n: (r["part"], r["copies"], r["due"]) for n, r in receipts.items()} == {
        "李强": ("act", 2, "2026-06-17"), "陈刚": ("act", 1, "2026-06-17"), "张伟": ("read", 1, "2026-06-17"),
    }  # fmt: skip
    with pytest.raises(Refused) as refused:
        desk.do("document.settle", {"uid": uid, "reason": "不等了"})
    assert codes(refused) == {"not_done", "not_read"}
    later(desk, hours=2)
    for name in ("李强", "陈刚"):
        desk.do("document_receipt.done", {"uid": receipts[name]["uid"], "said": "已检查"})
    with pytest.raises(Refused) as refused:
        desk.do("document_receipt.done", {"uid": receipts["张伟"]["uid"], "said": "x"})
    assert codes(refused) == {"not_acting"}
    with pytest.raises(Refused) as refused:
        desk.do("document.settle", {"uid": uid})
    assert codes(refused) == {"not_read"}
    desk.do("document_receipt.read", {"uid": receipts["张伟"]["uid"], "how": "微信"})
    assert row(desk, receipts["张伟"]["uid"], "document_receipt")["read_at"] == "2026-06-12T14:00:00"
    desk.do("document.settle", {"uid": uid, "result": "已落实"})
    desk.do("document.file", {"uid": uid, "cabinet": "2", "box": "3", "page": "5"})
    stands = row(desk, uid)
    assert (stands["state"], stands["filed_on"], stands["keep_until"], stands["box"]) == (
        "filed",
        "2026-06-12",
        "2036-06-11",
        "3",
    )


def test_the_same_outer_number_is_told(desk: Desk) -> None:
    incoming(desk, outer_number="应急〔2026〕18号")
    again = desk.do(
        "document.save",
        {"kind": "外来文件", "title": "又来一份", "sender": "市应急管理局", "outer_number": "应急〔2026〕18号"},
    )
    assert [p.code for p in again.problems] == ["document.outer_number"]
    with pytest.raises(Refused) as refused:
        desk.do("document.save", {"kind": "外来文件", "title": "没有单位"})
    assert codes(refused) == {"document.sender"}


def test_nobody_gets_the_same_paper_twice(desk: Desk) -> None:
    uid = incoming(desk)
    desk.do("document.register", {"uid": uid})
    desk.do("document.distribute", {"uid": uid, "people": "李强 陈刚"})
    made = desk.do("document.distribute", {"uid": uid, "people": "陈刚，王芳"})
    assert made.data["sent"] == 1
    with pytest.raises(Refused) as refused:
        desk.do("document.distribute", {"uid": uid, "people": "陈刚"})
    assert codes(refused) == {"sent_before"}


def test_a_paper_nobody_gave_a_limit_does_not_get_stuck_unseen(desk: Desk) -> None:
    uid = incoming(desk)
    desk.do("document.register", {"uid": uid})
    desk.do("document.distribute", {"uid": uid, "people": "李强、陈刚"})
    told = lambda: [t.title for t in desk.todos() if t.module == "documents"]  # noqa: E731
    assert told() == []
    later(desk, days=3)
    assert told() == ["收文〔2026〕1号《关于做好防汛工作的通知》还有 2 人没回执"]
    for one in desk.rows("document_receipt"):
        desk.do("document_receipt.read", {"uid": one["uid"]})
    assert told() == ["收文〔2026〕1号《关于做好防汛工作的通知》都回执了，可以办结"]
    desk.do("document.settle", {"uid": uid})
    [todo] = [t for t in desk.todos() if t.module == "documents"]
    assert (todo.title, todo.verb, dict(todo.args)) == ("1 份文件办结了，等着归档", "filter", {"status": "settled"})
    desk.do("document.file", {"uid": uid})
    assert told() == []


def test_what_was_dropped_in_becomes_a_letter_with_all_a_letter_has(desk: Desk, tmp_path: Path) -> None:
    scan = tmp_path / "扫描 0001.txt"
    scan.write_text("关于年检", encoding="utf-8")
    uid = desk.do("document.take_in", {"files": str(scan)}).uid
    assert row(desk, uid)["state"] == "loose"
    desk.do("document.save", {"uid": uid, "kind": "外来文件", "sender": "市局"})
    stands = row(desk, uid)
    assert (stands["state"], stands["received_on"], stands["received_by"]) == ("received", "2026-06-12", "王敏")


def test_a_held_paper_stays_in_the_archive(desk: Desk) -> None:
    uid = filed(desk)
    desk.do("document.hold", {"uid": uid, "why": "在审计"})
    with pytest.raises(Refused) as refused:
        desk.do("document.unfile", {"uid": uid, "why": "要改"})
    assert codes(refused) == {"held"}


# -- written here ------------------------------------------------------------------------------------------------------


def test_a_paper_of_ours_is_reviewed_approved_numbered_and_handed_out(desk: Desk) -> None:
    uid = desk.do(
        "document.save", {"kind": "内部文件", "type": "通知", "title": "关于盘点的通知", "scope": "仓库、财务（2份）"}
    ).uid
    assert row(desk, uid)["author"] == "王敏"
    desk.do("document.submit", {"uid": uid})
    with pytest.raises(Refused) as refused:
        desk.do("document.review", {"uid": uid, "who": "王敏"})
    assert codes(refused) == {"own"}
    desk.do("document.review", {"uid": uid, "who": "周经理"})
    desk.do("document.send_back", {"uid": uid, "why": "日期写错"})
    assert (row(desk, uid)["state"], row(desk, uid)["reviewed_by"], row(desk, uid)["refused_why"]) == (
        "draft",
        None,
        "日期写错",
    )
    desk.do("document.submit", {"uid": uid})
    desk.do("document.review", {"uid": uid, "who": "周经理"})
    with pytest.raises(Refused):
        desk.do("document.give_number", {"uid": uid})
    desk.do("document.approve", {"uid": uid, "who": "钱总"})
    assert desk.do("document.give_number", {"uid": uid}).data["number"] == "通知〔2026〕1号"
    desk.do("document.register", {"uid": uid})
    desk.do("document.distribute", {"uid": uid})
    assert {(r["person"], r["copies"], r["part"]) for r in desk.rows("document_receipt")} == {
        ("仓库", 1, "get"),
        ("财务", 2, "get"),
    }
    for one in desk.rows("document_receipt"):
        desk.do("document_receipt.read", {"uid": one["uid"]})
    desk.do("document.settle", {"uid": uid})
    assert row(desk, uid)["state"] == "settled"


# -- numbers -----------------------------------------------------------------------------------------------------------


def test_numbers_have_no_gap_and_voided_ones_stay_in_the_book(desk: Desk) -> None:
    made = []
    for n in range(11):
        uid = incoming(desk, f"第 {n + 1} 份")
        desk.do("document.register", {"uid": uid})
        made.append(uid)
    desk.do("document.void", {"uid": made[3], "why": "重复"})
    book = desk.rows("document_number", Query(sort="number"))
    assert [r["number"] for r in book] == [f"收文〔2026〕{n}号" for n in range(1, 12)], (
        "sorted as numbers, none missing"
    )
    assert [(r["serial"], r["standing"], r["why"]) for r in book if r["standing"] == "void"] == [(4, "void", "重复")]
    desk.do("document.restore", {"uid": made[3]})
    assert {r["standing"] for r in desk.rows("document_number")} == {"used"}
    assert row(desk, made[3])["number"] == "收文〔2026〕4号"
    numbers = [r["number"] for r in desk.rows("document", Query(sort="number", descending=True))]
    assert numbers[:3] == ["收文〔2026〕11号", "收文〔2026〕10号", "收文〔2026〕9号"]


def test_an_undone_number_is_not_given_again_and_a_year_begins_at_one(desk: Desk) -> None:
    uid = incoming(desk)
    desk.do("document.register", {"uid": uid})
    desk.do("system.undo")
    assert row(desk, uid)["number"] is None
    assert desk.do("document.register", {"uid": uid}).data["number"] == "收文〔2026〕2号"
    assert [r["number"] for r in desk.rows("document_number", Query(voided=True, sort="number"))] == [
        "收文〔2026〕1号",
        "收文〔2026〕2号",
    ]
    later(desk, days=300)
    assert desk.do("document.register", {"uid": incoming(desk, "新年")}).data["number"] == "收文〔2027〕1号"


def test_another_pc_counts_under_its_own_letter(tmp_path: Path) -> None:
    other = empty_desk(tmp_path / "b", letter="B")
    uid = incoming(other)
    assert other.do("document.register", {"uid": uid}).data["number"] == "收文〔2026〕B1号"
    other.close()


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["通知", "收文"]), st.integers(2020, 2030), st.sampled_from("ABC"), st.integers(1, 99_999)
        )
    )
)
def test_number_keys_sort_as_numbers(numbers: list[tuple[str, int, str, int]]) -> None:
    assert sorted(numbers) == sorted(numbers, key=lambda n: number_key(number_text(*n), Numbered(*n)))
    assert len({number_text(*n) for n in numbers}) == len(set(numbers))
    assert all(numbered(number_text(*n)) == n for n in numbers), "a written number says what it was made of"


def test_numbers_of_another_make_are_understood_or_sorted_by_their_figures() -> None:
    assert numbered("苏安办字[2025]第12号") == ("苏安办字", 2025, "A", 12)
    assert numbered("通知（2025）B3") == ("通知", 2025, "B", 3)
    assert [numbered(n) for n in ("2025-017", "档 3-12", "", "〔2025〕3号")] == [None] * 4
    strange = Numbered("资料", None, None, None)
    assert sorted(["档 10", "档 9", "档 100"], key=lambda n: number_key(n, strange)) == ["档 9", "档 10", "档 100"]


# -- how long ----------------------------------------------------------------------------------------------------------


@given(st.dates(datetime(1990, 1, 1).date(), datetime(2090, 12, 31).date()), st.sampled_from(["5", "10", "30"]))
def test_a_period_is_whole_years_and_not_a_day_less(day: Any, retention: str) -> None:
    last = keep_until(day.isoformat(), retention)
    assert last is not None
    over = datetime.fromisoformat(last).date() + timedelta(days=1)
    years = int(retention)
    if (day.month, day.day) == (2, 29) and over.year % 4:
        assert (over.year - day.year, over.month, over.day) == (years, 3, 1)
    else:
        assert (over.year - day.year, over.month, over.day) == (years, day.month, day.day)
    assert not expired(last, last) and expired(last, over.isoformat())


@given(st.dates(datetime(1990, 1, 1).date(), datetime(2090, 12, 31).date()), st.integers(1, 20), st.integers(1, 20))
def test_a_longer_period_is_not_a_day_too_short(day: Any, first: int, more: int) -> None:
    once = keep_longer((day - timedelta(days=1)).isoformat(), first)
    twice = datetime.fromisoformat(keep_longer(once, more)).date() + timedelta(days=1)
    assert twice.year - day.year == first + more
    if (day.month, day.day) == (2, 29):
        assert (twice.month, twice.day) in ((2, 29), (3, 1))
    else:
        assert (twice.month, twice.day) == (day.month, day.day)


def test_permanent_never_ends() -> None:
    assert keep_until("2024-02-29", "permanent") is None and not expired(None, "9999-12-31")
    assert keep_until("2024-02-29", "5") == "2029-02-28" and keep_until("2024-02-29", "10") == "2034-02-28"


@given(st.lists(st.tuples(st.text("张李王赵", min_size=2, max_size=3), st.integers(1, 9)), max_size=6))
def test_people_are_read_as_they_are_written(people: list[tuple[str, int]]) -> None:
    written = "、".join(name if n == 1 else f"{name}（{n}份）" for name, n in people)
    first: dict[str, int] = {}
    for name, n in people:
        first.setdefault(name, n)
    assert people_in(written) == list(first.items())
