"""Feedback on order lines, promises that are only added to, and pasted tables of dates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salesdesk.desk import Desk
from salesdesk.domain.clock import FixedClock
from salesdesk.domain.errors import Refused
from salesdesk.modules.progress import pasting, queries
from salesdesk.modules.progress.punctuality import punctuality
from salesdesk.modules.progress.rules import LineDates, split_state, state_words
from tests.desks import order_args, small_desk

TODAY = "2026-06-12"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = small_desk(tmp_path / "data")
    yield made
    made.close()


def later(desk: Desk, **span: int) -> None:
    clock = desk.database.clock
    assert isinstance(clock, FixedClock)
    clock.moment += timedelta(**span)


def confirmed(desk: Desk, *lines: tuple[str, str, str], due: str = "2026-06-18") -> tuple[str, list[str]]:
    order = desk.do("order.confirm", order_args(*lines, due=due)).uid
    return order, [str(line["uid"]) for line in desk.lines("order_line", order)]


def lines_of(desk: Desk, order: str) -> list[dict[str, Any]]:
    with desk.read() as reader:
        return queries.lines_of(reader, order)


def text_of(path: str) -> str:
    with pypdfium2.PdfDocument(path) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", (None, None)),
        ("80", (80, None)),
        ("80%", (80, None)),
        ("80％", (80, None)),
        ("机加工完成60%", (60, "机加工完成60%")),
        ("已排产", (None, "已排产")),
        ("已完成", (100, "已完成")),
        ("缺料", (None, "缺料")),
    ],
)
def test_a_state_is_read_as_percent_or_words(typed: str, meant: tuple[int | None, str | None]) -> None:
    assert split_state(typed) == meant
    assert split_state(state_words(*meant)) == meant


def test_the_three_dates_of_a_line() -> None:
    line = LineDates("2026-06-18", "2026-06-20", "2026-06-25")
    assert (line.due, line.slip, line.late_days("2026-06-24"), line.late_days("2026-06-27")) == ("2026-06-25", 5, 0, 2)
    assert LineDates("2026-06-18").due == "2026-06-18"


def test_many_lines_are_told_at_once_and_the_first_promise_never_changes(desk: Desk) -> None:
    """ORD-5: requested, first promised and promised now are three dates."""
    order, (valve, gasket) = confirmed(desk, ("P10012", "12", "48.6"), ("P20031", "100", "3.2"))
    made = desk.do(
        "progress.feedback",
        {
            "said_by": "张师傅",
            "how": "电话",
            "lines": [
                {"order_line": valve, "promised": "6.17", "state": "已排产"},
                {"order_line": gasket, "state": "30%", "ready": "40", "note": "先到一批"},
            ],
        },
    )
    assert (made.data["lines"], made.data["promises"]) == (2, 1)
    one, two = lines_of(desk, order)
    assert (one["asked"], one["first"], one["promise"], one["moved"]) == ("2026-06-18", "2026-06-17", "2026-06-17", 0)
    assert (one["last"], one["last.said_by"], one["last.party"]) == ("已排产", "张师傅", "生产")
    assert (two["first"], two["last"], two["last.ready"], two["last.party"]) == (None, "30%", 40_000, "采购")

    with pytest.raises(Refused) as stop:
        desk.do("progress.feedback", {"lines": [{"order_line": valve, "promised": "6.20"}]})
    assert [p.code for p in stop.value.problems] == ["no_why", "later_than_asked"]
    later(desk, hours=3)
    moved = desk.do(
        "progress.feedback", {"why": "缺料", "lines": [{"order_line": valve, "promised": "6.20", "note": "毛坯没到"}]}
    )
    assert [p.code for p in moved.problems] == ["later_than_asked"] and moved.data["late"] == [valve]
    one, _ = lines_of(desk, order)
    assert (one["first"], one["promise"], one["moved"]) == ("2026-06-17", "2026-06-20", 1)
    with desk.read() as reader:
        heard, promised = queries.course_of(reader, valve)
        assert [p["why"] for p in promised] == ["首次承诺", "缺料"]
        assert (promised[1]["before"], promised[1]["words"], promised[1]["made_by"]) == (
            "2026-06-17",
            "毛坯没到",
            "王敏",
        )
        assert len(heard) == 2
        assert queries.promise_changes(reader, "2026-06-01", "2026-06-30") == [{"why": "缺料", "count": 1, "days": 3}]
    # the same date told again is feedback, no further promise
    desk.do("progress.feedback", {"lines": [{"order_line": valve, "promised": "6.20"}]})
    assert lines_of(desk, order)[0]["moved"] == 1
    desk.do("system.undo")
    desk.do("system.undo")
    assert lines_of(desk, order)[0]["promise"] == "2026-06-17"


def test_what_feedback_refuses(desk: Desk) -> None:
    _order, (line,) = confirmed(desk, ("P10012", "12", "48.6"))
    for lines, code in (
        ([{"order_line": line}], "nothing_told"),
        ([{"state": "50%"}], "unknown_line"),
        ([{"order_line": line, "state": "120%"}], "percent"),
        ([{"order_line": line, "promised": "2026-06-01"}], "past_promise"),
    ):
        with pytest.raises(Refused) as stop:
            desk.do("progress.feedback", {"lines": lines})
        assert [p.code for p in stop.value.problems] == [code]
    told = desk.do("progress.feedback", {"lines": [{"order_line": line, "ready": "20"}]})
    assert [p.code for p in told.problems] == ["more_than_left"]
    draft = desk.do("order.save", order_args(("P10012", "1", "48.6"))).uid
    unsure = str(desk.lines("order_line", draft)[0]["uid"])
    with pytest.raises(Refused) as stop:
        desk.do("progress.feedback", {"lines": [{"order_line": unsure, "state": "50%"}]})
    assert [p.code for p in stop.value.problems] == ["not_confirmed"]


def test_a_line_that_goes_leaves_its_feedback_and_undo_still_works(desk: Desk) -> None:
    order, (one, two) = confirmed(desk, ("P10012", "12", "48.6"), ("P20031", "100", "3.2"))
    desk.do("progress.feedback", {"lines": [{"order_line": two, "state": "50%"}]})
    keep = {"uid": one, "product": "P10012", "qty": "12", "price": "48.6"}
    desk.do("order.amend", {"uid": order, "amend_reason": "客户要求", "lines": [keep]})
    desk.do("system.undo")
    desk.do("system.redo")
    assert [line["uid"] for line in lines_of(desk, order)] == [one]


def test_the_confirmation_under_feedback_is_not_undone(desk: Desk) -> None:
    draft = desk.do("order.save", order_args(("P10012", "12", "48.6"))).uid
    confirmation = desk.do("order.confirm", {"uid": draft})
    line = str(desk.lines("order_line", draft)[0]["uid"])
    desk.do("progress.feedback", {"lines": [{"order_line": line, "state": "50%"}]})
    with pytest.raises(Refused) as stop:
        desk.do("system.undo", {"op": confirmation.changes.op})
    assert "has_feedback" in [p.code for p in stop.value.problems]


def test_views_by_promised_date(desk: Desk) -> None:
    late, (_a,) = confirmed(desk, ("P10012", "1", "48.6"), due="2026-06-15")
    soon, (b,) = confirmed(desk, ("P10013", "1", "92.5"), due="2026-06-19")
    far, _ = confirmed(desk, ("P20031", "1", "3.2"), due="2026-07-20")
    desk.do("progress.feedback", {"lines": [{"order_line": b, "promised": "2026-06-16"}]})
    later(desk, days=4)
    today = desk.today

    def shown(which: Any, **more: Any) -> list[str]:
        with desk.read() as reader:
            return [row["order"] for row in queries.open_lines(reader, today, which, **more)]

    assert shown("late") == [late] and shown("today") == [soon] and shown("soon") == [soon]
    assert shown("silent") == [late, soon] and shown("all") == [late, soon, far]
    assert (
        shown("all", route="buy") == [far]
        and shown("all", text="P10013") == [soon]
        and shown("all", text="华源") == [late, soon, far]
    )
    with desk.read() as reader:
        assert queries.counts(reader, today) == {"all": 3, "late": 1, "today": 1, "soon": 1, "silent": 2}


def test_asking_is_noted_and_words_are_given(desk: Desk, tmp_path: Path) -> None:
    order, (_valve, _gasket) = confirmed(desk, ("P10012", "12", "48.6"), ("P20031", "100", "3.2"), due="2026-06-15")
    silent = [t for t in desk.todos() if t.verb == "progress.feedback"]
    assert [(t.uid, t.title) for t in silent] == [(order, "XS2606A-0001 06-15 周一要货，生产、采购还没反馈")]
    made = desk.do("progress.urge", {"route": "生产"})
    assert made.data["text"].splitlines()[:2] == [
        "【催进度】生产：请回复下面 1 行的完成情况和交期",
        "1. XS2606A-0001 不锈钢球阀 DN25 304 / PN16 12只，06-15",
    ]
    assert [t.title for t in desk.todos() if t.verb == "progress.feedback"] == [
        "XS2606A-0001 06-15 周一要货，采购还没反馈"
    ]
    paper = desk.do("progress.urge_paper", {"route": "buy", "out": str(tmp_path / "催.pdf")})
    words = text_of(paper.data["file"])
    for part in ("采购进度催办单", "XS2606A-0001", "四氟垫片", "100片", "2026-06-15", "回复交期和原因"):
        assert part in words, part
    desk.do("order.deliver", {"uid": order})
    with pytest.raises(Refused):
        desk.do("progress.urge", {"uid": order})


def test_a_pasted_table_finds_its_lines(desk: Desk) -> None:
    order, (valve, big, gasket) = confirmed(
        desk, ("P10012", "12", "48.6"), ("P10013", "5", "92.5"), ("P20031", "100", "3.2")
    )
    _other, (again,) = confirmed(desk, ("P10012", "7", "48.6"))
    text = (
        "序号\t订单编号\t料号\t品名\t预计完工\t完成率\t备注\n"
        "1\tXS2606A-0001\tP10012\t球阀\t6.20\t80%\t\n"
        "2\tXS2606A-0001\tp10013\t球阀\t2026/6/21\t\t缺阀体\n"
        "3\t\tP20031\t\t6月18日\t\t\n"
        "4\t\tP10012\t\t6.19\t\t\n"
        "5\t\tP99999\t\t6.19\t\t\n"
        "6\tXS2606A-0002\tP10012\t\t外协中\t\t\n"
    )
    found = desk.do("progress.read_paste", {"text": text})
    assert found.data["lines"] == [
        {"order_line": valve, "promised": "6.20", "state": "80%"},
        {"order_line": big, "promised": "2026/6/21", "note": "缺阀体"},
        {"order_line": gasket, "promised": "6月18日"},
        {"order_line": again, "state": "外协中"},
    ]
    assert [(n, why[:11]) for n, _, why in found.data["unknown"]] == [
        (5, "「P10012」有 2"),
        (6, "没发完的订单里没有「P"),
    ]
    # without headings, inside one order
    bare = desk.do(
        "progress.read_paste",
        {"uid": order, "text": "P10012\t12\t6.20\t\nP10013\t5\t6.21\t缺料\n四氟垫片 DN50\t100\t6.18\t"},
    )
    assert [one.get("promised") for one in bare.data["lines"]] == ["6.20", "6.21", "6.18"]
    typed = desk.do("progress.read_paste", {"uid": order, "text": "P10012 6.20\nP20031 6.18"})
    assert [one["order_line"] for one in typed.data["lines"]] == [valve, gasket]


def test_two_lines_of_one_product_are_told_apart_by_quantity_or_not_at_all() -> None:
    lines = [
        {"uid": n, "order.number": f"XS-{n}", "product.code": "A1", "product.name": "阀", "product.spec": "", "left": qty, "qty": qty}
        for n, qty in (("a", 5000), ("b", 7000))
    ]  # fmt: skip
    found = pasting.match("编码\t数量\t交期\nA1\t7\t6.20", lines, TODAY)
    assert [one["order_line"] for one in found.lines] == ["b"]
    doubt = pasting.match("编码\t交期\nA1\t6.20", lines, TODAY)
    assert doubt.lines == [] and "加上订单号" in doubt.unknown[0][2]


@given(st.text(max_size=300))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_paste_breaks_the_reader_and_no_line_is_told_twice(text: str) -> None:
    lines = [
        {"uid": code, "order.number": "XS-1", "product.code": code, "product.name": f"品{code}", "product.spec": None}
        | {"left": 1000, "qty": 1000}
        for code in ("A1", "A2", "6.20")
    ]
    found = pasting.match(text, lines, TODAY)
    told = [one["order_line"] for one in found.lines]
    assert len(told) == len(set(told))


def test_on_time_against_the_first_and_the_present_promise(desk: Desk) -> None:
    """ORD-12: moving the promise mends the second rate, never the first."""
    kept, (a,) = confirmed(desk, ("P10012", "1", "48.6"), due="2026-06-16")
    moved, (b,) = confirmed(desk, ("P10013", "1", "92.5"), due="2026-06-16")
    silent, _ = confirmed(desk, ("P20031", "1", "3.2"), due="2026-06-16")
    desk.do(
        "progress.feedback", {"lines": [{"order_line": a, "promised": "6.16"}, {"order_line": b, "promised": "6.15"}]}
    )
    desk.do("progress.feedback", {"why": "缺料", "lines": [{"order_line": b, "promised": "6.17"}]})
    later(desk, days=4)
    desk.do("order.deliver", {"uid": kept})
    later(desk, days=1)
    desk.do("order.deliver", {"uid": moved})
    later(desk, days=1)
    with desk.read() as reader:
        found = punctuality(reader, "2026-06-01", "2026-06-30", desk.today)
    assert (found.first.due, found.first.on_time, found.first.share) == (3, 1, 3333)
    assert (found.current.due, found.current.on_time) == (3, 2)
    assert found.by["route"]["buy"][0].on_time == 0
    # an amendment for our own reasons does not mend the first rate either
    desk.do("order.amend", {"uid": silent, "amend_reason": "生产原因", "due_date": "2026-06-20"})
    desk.do("order.deliver", {"uid": silent, "reason": "急"})
    with desk.read() as reader:
        found = punctuality(reader, "2026-06-01", "2026-06-30", "2026-06-25")
    assert (found.first.due, found.first.on_time, found.current.due, found.current.on_time) == (3, 1, 3, 3)
