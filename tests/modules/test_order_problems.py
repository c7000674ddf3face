"""Problems of orders: told, reported in time, closed only when nothing is let go (ORD-5, ORD-10)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pypdfium2
import pytest

from salesdesk.desk import Desk
from salesdesk.domain.clock import FixedClock
from salesdesk.domain.errors import Refused
from salesdesk.modules.progress.punctuality import problem_figures
from tests.desks import order_args, small_desk

FOUR = {
    "cause": "镀层厂酸洗过头",
    "liable": "镀层厂扣款，质检员谈话",
    "measures": "来料加一道盐雾抽检，6 月 20 日起执行",
    "taught": "质检组 5 人开会学了新检验卡",
}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = small_desk(tmp_path / "data")
    yield made
    made.close()


def later(desk: Desk, **span: int) -> None:
    clock = desk.database.clock
    assert isinstance(clock, FixedClock)
    clock.moment += timedelta(**span)


def problem(desk: Desk, **more: str) -> str:
    order = desk.do("order.confirm", order_args(("P10012", "12", "48.6"))).uid
    args = {
        "order": order,
        "kind": "质量",
        "what": "阀体生锈",
        "owner": "赵工",
        "due": "2026-06-16",
        "product": "P10012",
    }
    return desk.do("order_problem.save", args | more).uid


def codes(desk: Desk, verb: str, args: dict[str, str]) -> list[str]:
    with pytest.raises(Refused) as stop:
        desk.do(verb, args)
    return [p.code for p in stop.value.problems]


def test_a_problem_fills_itself_and_waits_on_today(desk: Desk) -> None:
    uid = problem(desk)
    row = desk.row("order_problem", uid) or {}
    assert (row["number"], row["state"], row["customer.name"]) == ("WT2606A-0001", "open", "苏州华源贸易有限公司")
    assert (row["found_at"], row["found_by"], row["report_due"]) == ("2026-06-12T12:00:00", "王敏", None)
    assert (row["seller_due"], row["customer_due"]) == ("2026-06-12", "2026-06-15")  # a Friday and the Monday after
    assert [t.title for t in desk.todos() if t.uid == uid] == ["质量问题要告诉业务员"]
    told = desk.do("problem.tell", {"uid": uid, "whom": "业务员", "how": "电话"})
    assert "责任人：赵工" in told.data["text"] and not [t for t in desk.todos() if t.uid == uid]
    later(desk, days=4)
    assert [t.title for t in desk.todos() if t.uid == uid] == ["质量问题要告诉客户", "赵工的质量问题今天要解决"]
    text = str(desk.do("problem.wechat", {"uid": uid, "whom": "客户"}).data["text"])
    assert "阀体生锈" in text and "赵工" not in text
    assert codes(desk, "problem.close", {"uid": uid, "result": "换货"}) == ["not_told"]
    desk.do("problem.tell", {"uid": uid, "whom": "客户"})
    desk.do("problem.close", {"uid": uid, "result": "换货"})
    assert codes(desk, "order_problem.save", {"uid": uid, "what": "别的"}) == ["closed"]
    desk.do("problem.reopen", {"uid": uid, "why": "又生锈"})
    assert (desk.row("order_problem", uid) or {})["closed_at"] is None


def test_a_graded_problem_is_not_let_go(desk: Desk, tmp_path: Path) -> None:
    """ORD-10: handled first, reported within the hours of the grade, closed only with all four filled."""
    uid = problem(desk, grade="较大")
    assert (desk.row("order_problem", uid) or {})["report_due"] == "2026-06-12T20:00:00"
    assert "较大异常 2026-06-12 20:00 前要报告" in [t.title for t in desk.todos() if t.uid == uid]
    assert codes(desk, "problem.report", {"uid": uid, "reported_to": "李总"}) == ["no_first_aid"]
    desk.do("order_problem.save", {"uid": uid, "grade": "重大"})
    assert (desk.row("order_problem", uid) or {})["report_due"] == "2026-06-12T14:00:00"
    assert codes(desk, "order_problem.save", {"uid": uid, "grade": ""}) == ["grade_dropped"]
    later(desk, hours=3)
    late = desk.do("problem.report", {"uid": uid, "reported_to": "李总", "first_aid": "先停发，仓库隔离"})
    assert [p.code for p in late.problems] == ["reported_late"]
    desk.do("problem.tell", {"uid": uid, "whom": "业务员"})
    desk.do("problem.tell", {"uid": uid, "whom": "客户"})
    for missing in FOUR:
        given = {key: text for key, text in FOUR.items() if key != missing}
        assert codes(desk, "problem.close", {"uid": uid, "result": "重做", **given}) == ["not_let_go"]
    assert codes(desk, "problem.close", {"uid": uid, "result": " ", **FOUR}) == ["required"]
    later(desk, hours=45)
    desk.do("problem.close", {"uid": uid, "result": "重做 12 只", **FOUR})
    assert [t.verb for t in desk.todos() if t.uid == uid] == ["problem.review"]
    desk.do("problem.review", {"uid": uid, "review": "新供应商先小批"})
    assert not [t for t in desk.todos() if t.uid == uid]
    paper = desk.do("problem.print", {"uid": uid, "out": str(tmp_path / "异常.pdf")})
    with pypdfium2.PdfDocument(paper.data["file"]) as document:
        words = "".join(page.get_textpage().get_text_range() for page in document).replace("\r\n", "")
    for part in (
        "异常处理单",
        "质量 重大异常",
        "先停发，仓库隔离",
        *FOUR.values(),
        "重做 12 只",
        "新供应商先小批",
        "责任人未处理不放过",
    ):
        assert part in words, part
    with desk.read() as reader:
        assert problem_figures(reader, "2026-06-01", "2026-06-30", desk.today) == [
            {"kind": "质量", "grade": "重大", "count": 1, "closed": 1, "overdue": 0, "reported_in_time": 0, "hours": 48}
        ]


def test_a_grade_without_a_report_does_not_close(desk: Desk) -> None:
    uid = problem(desk, grade="一般")
    assert codes(desk, "problem.close", {"uid": uid, "result": "好了", **FOUR, "reason": "急"}) == [
        "not_reported",
        "not_told",
        "not_told",
    ]


def test_what_a_problem_needs(desk: Desk) -> None:
    args = {"kind": "物流", "what": "车坏了", "owner": "李师傅", "due": "2026-06-13"}
    assert codes(desk, "order_problem.save", args) == ["whose_problem"]
    made = desk.do("order_problem.save", args | {"customer": "C00042"})
    assert codes(desk, "order_problem.save", {"uid": made.uid, "due": "2026-06-01"}) == ["too_early"]
    assert codes(desk, "problem.report", {"uid": made.uid, "reported_to": "李总"}) == ["no_grade"]
    assert codes(desk, "problem.review", {"uid": made.uid, "review": "x"}) == ["open"]
    desk.do("order_problem.void", {"uid": made.uid})
    desk.do("system.undo")
