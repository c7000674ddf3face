"""ORD-4, ORD-5, ORD-10, ORD-11, ORD-12: one order from the workshop's first word to the shelf."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from salesdesk.desk import Desk
from salesdesk.domain.clock import FixedClock
from salesdesk.modules.progress import queries
from salesdesk.modules.progress.punctuality import problem_figures, punctuality
from tests.desks import order_args, small_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = small_desk(tmp_path / "data")
    made.settings.put("dossier.folder", str(tmp_path / "归档"))
    yield made
    made.close()


def later(desk: Desk, **span: int) -> None:
    clock = desk.database.clock
    assert isinstance(clock, FixedClock)
    clock.moment += timedelta(**span)


def todos(desk: Desk) -> list[str]:
    return [t.verb for t in desk.todos() if t.verb.startswith(("progress.", "problem.", "dossier."))]


def test_from_the_first_word_of_the_workshop_to_the_shelf(desk: Desk, tmp_path: Path) -> None:
    paper = tmp_path / "采购单.txt"
    paper.write_text("DN25 球阀 12 只", encoding="utf-8")
    arrival = desk.do(
        "intake.save", {"channel": "邮件", "received_at": "9:05", "customer": "C00042", "files": str(paper)}
    )
    lines = order_args(("P10012", "12", "48.6"), ("P20031", "100", "3.2"), due="2026-06-17")
    order = desk.do("order.confirm", {**lines, "intake": arrival.uid}).uid
    for slip in desk.rows("route_slip"):  # ORD-4: passed on and taken
        desk.do("route.pass", {"uid": slip["uid"], "how": "当面", "received_by": "师傅"})

    later(desk, days=3)  # Monday: nothing was heard and the goods are due on Wednesday
    assert "progress.feedback" in todos(desk)
    asked = desk.do("progress.urge", {"uid": order, "route": "make"})
    assert "不锈钢球阀 DN25" in asked.data["text"]

    # ORD-5: the answer comes as a table from the workshop's Excel
    pasted = desk.do(
        "progress.read_paste", {"uid": order, "text": "料号\t预计完工\t进度\nP10012\t6.17\t60%\nP20031\t6.16\t已采购"}
    )
    desk.do("progress.feedback", {"said_by": "张师傅", "lines": pasted.data["lines"]})
    assert "progress.feedback" not in todos(desk)
    later(desk, hours=4)
    valve = str(desk.lines("order_line", order)[0]["uid"])
    told = desk.do(
        "progress.feedback", {"why": "缺料", "lines": [{"order_line": valve, "promised": "6.19", "note": "阀杆没到"}]}
    )
    assert [p.code for p in told.problems] == ["later_than_asked"]

    # ORD-10: handled first, reported in time, told, and not closed while anything is let go
    problem = desk.do(
        "order_problem.save",
        {
            "order": order,
            "kind": "缺料",
            "grade": "一般",
            "what": "阀杆没到",
            "owner": "赵工",
            "due": "6.19",
            "first_aid": "换无锡供应商",
        },
    ).uid
    assert {"problem.report", "problem.tell"} <= set(todos(desk))
    desk.do("problem.report", {"uid": problem, "reported_to": "李经理"})
    for whom in ("业务员", "客户"):
        assert desk.do("problem.tell", {"uid": problem, "whom": whom}).data["text"]
    later(desk, days=4)
    desk.do("order.deliver", {"uid": order})
    desk.do(
        "problem.close",
        {
            "uid": problem, "result": "19 日发出", "cause": "供应商停产", "liable": "采购已约谈", "measures": "阀杆备两家",
            "taught": "采购组开会",
        },
    )  # fmt: skip

    # ORD-12: both rates, and why promises were moved
    later(desk, days=8)
    with desk.read() as reader:
        rates = punctuality(reader, "2026-06-01", "2026-06-30", desk.today)
        assert (rates.first.due, rates.first.on_time, rates.current.on_time) == (2, 0, 1)
        assert [(r["why"], r["days"]) for r in queries.promise_changes(reader, "2026-06-01", "2026-06-30")] == [
            ("缺料", 2)
        ]
        assert problem_figures(reader, "2026-06-01", "2026-06-30", desk.today)[0]["reported_in_time"] == 1

    # ORD-11: the shelf
    assert todos(desk) == ["dossier.file_many"]
    filed = desk.do("dossier.file_many", {})
    row = desk.row("dossier", filed.uid) or {}
    assert (row["number"], row["missing"], todos(desk)) == ("XS2606A-0001", "客户签收、签收验收单扫描件", [])
    held = {one["path"].split("/")[0] for one in desk.lines("dossier_file", filed.uid)}
    assert held == {"01 订单", "03 来单凭据", "04 传递单", "05 送货单", "07 问题", "封面.pdf", "经过.txt"}
    assert desk.do("dossier.check", {"uid": filed.uid}).problems == ()
