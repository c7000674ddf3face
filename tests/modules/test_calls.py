"""The card that answers a call: what it says, that nothing wrong is read aloud, and that promises are kept in sight."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from salesdesk.desk import Desk
from salesdesk.domain.clock import FixedClock
from salesdesk.domain.errors import Refused
from salesdesk.modules.calls import queries, words
from salesdesk.modules.calls.queries import Card
from tests.desks import NOON, order_args, small_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = small_desk(tmp_path / "data")
    yield made
    made.close()


def card(desk: Desk, customer: str = "C00042") -> Card:
    with desk.read() as reader:
        uid = reader.find(desk.entity("customer"), customer)
        return queries.card(reader, str(uid), desk.today)


def busy(desk: Desk) -> dict[str, str]:
    """A late order, a half delivered and changed one, a question, an arrival, a promise."""
    clock = desk.database.clock
    assert isinstance(clock, FixedClock)
    clock.moment = datetime(2026, 6, 5, 9, 0)
    made = {
        "late": desk.do(
            "order.confirm", {**order_args(("P10012", "20", "48.60"), due="2026-06-10"), "order_date": "2026-06-05"}
        ).uid
    }
    clock.moment = NOON
    made["part"] = desk.do("order.confirm", order_args(("P10012", "10", "48.60"), ("P20031", "100", "3.20"))).uid
    line = desk.lines("order_line", made["part"])[0]["uid"]
    desk.do(
        "order.deliver",
        {"uid": made["part"], "carrier": "顺丰", "tracking": "SF1", "lines": [{"order_line": line, "qty": "4"}]},
    )
    desk.do("order.amend", {"uid": made["part"], "due_date": "2026-06-20", "amend_reason": "客户要求"})
    made["parked"] = desk.do("order.save", order_args(("P10013", "3", "92.50"))).uid
    desk.do("order.park", {"uid": made["parked"], "question": "要法兰吗？"})
    desk.do("intake.save", {"customer": "C00042", "channel": "微信", "content": "再来 5 只"})
    made["call"] = desk.do(
        "call.log", {"customer": "C00042", "asked": "催货", "promise": "回电报时间", "due": "明天"}
    ).uid
    return made


def test_the_card_says_everything_in_sentences(desk: Desk) -> None:
    busy(desk)
    assert words.spoken(card(desk), desk.today).split("\n") == [
        "您还有 2 张单、3 样货没发完：不锈钢球阀 DN25 20 只本来前天该到，晚了，我马上催；"
        "不锈钢球阀 DN25 还差 6 只、四氟垫片 DN50 100 片，6 月 20 号周六到。",
        "上一批是今天发的：不锈钢球阀 DN25 4 只，顺丰，运单号 SF1。",
        "XS2606A-0002 今天改过：交货日期：2026-06-18 改成 2026-06-20。",
        "XS2606A-0003 要请您定一下：要法兰吗？ 您今天微信发来的单收到了，正在录。 上次答应您「回电报时间」，明天前办。",
    ]


def test_money_is_told_apart(desk: Desk) -> None:
    busy(desk)
    found = card(desk)
    assert found.balance.undelivered == 97200 + 29160 + 32000 and found.balance.unbilled == 19440
    told = words.money(found)
    assert "未收 ¥20,000.00" in told and "已订未发 ¥1,583.60" in told and "额度还剩" in told
    assert "¥" not in words.spoken(found, desk.today)


def test_nothing_owed_is_said_too(desk: Desk) -> None:
    found = card(desk, "C00043")
    assert words.spoken(found, desk.today) == "您的货都发齐了，没有欠的。"
    assert words.as_text(found, desk.today).startswith("重庆长安阀门经营部：")


def test_many_goods_are_named_five_at_most(desk: Desk) -> None:
    for n in range(4):
        desk.do(
            "order.confirm",
            {**order_args(("P10012", str(n + 1), "48.60"), ("P20031", str(n + 5), "3.20")), "reason": "多单"},
        )
    found = card(desk)
    said = words.owing(found, desk.today)
    assert len(found.owed) == 8 and "另外还有 3 样" in said
    assert words.as_text(found, desk.today).count("· XS2606A") == 8


def test_days_are_said_as_people_say_them() -> None:
    said = [
        words.day_words(d, "2026-06-12") for d in ("2026-06-12", "2026-06-13", "2026-06-18", "2026-05-01", "2027-01-04")
    ]
    assert said == ["今天", "明天", "6 月 18 号周四", "5 月 1 号", "2027 年 1 月 4 号"]


def test_a_promise_stands_on_today_until_it_is_kept(desk: Desk) -> None:
    made = busy(desk)
    todo = next(t for t in desk.todos() if t.entity == "call")
    assert (todo.title, todo.verb, todo.due, todo.uid) == (
        "答应 苏州华源贸易有限公司：回电报时间", "call.done", "2026-06-13", made["call"],
    )  # fmt: skip
    desk.do("call.done", {"uid": made["call"], "result": "已回"})
    assert not [t for t in desk.todos() if t.entity == "call"] and card(desk).promises == ()
    with pytest.raises(Refused):
        desk.do("call.done", {"uid": made["call"]})
    desk.do("system.undo", {})
    assert [t for t in desk.todos() if t.entity == "call"]


@pytest.mark.parametrize(
    ("args", "place"),
    [
        ({}, "asked"),
        ({"promise": "回电", "due": "2026-06-01"}, "due"),
        ({"asked": "x", "due": "明天"}, "promise"),
    ],
)
def test_a_call_that_says_nothing_useful_is_refused(desk: Desk, args: dict[str, str], place: str) -> None:
    with pytest.raises(Refused) as refused:
        desk.do("call.log", {"customer": "C00042", **args})
    assert refused.value.problems[0].path == place


def test_a_promise_without_a_day_is_for_today(desk: Desk) -> None:
    uid = desk.do("call.log", {"customer": "C00042", "promise": "下午回电"}).uid
    assert desk.row("call", uid)["due"] == desk.today  # type: ignore[index]


def test_the_card_for_scripts(desk: Desk) -> None:
    told = desk.do("call.card", {"customer": "C00042"})
    assert told.data["words"] == told.message and told.data["name"] == "苏州华源贸易有限公司"


def test_what_was_promised_last_is_said(desk: Desk) -> None:
    order = desk.do("order.confirm", order_args(("P10012", "10", "48.60"))).uid
    line = desk.lines("order_line", order)[0]["uid"]
    for day in ("2026-06-20", "2026-06-23"):
        desk.do(
            "progress.feedback",
            {"lines": [{"order_line": line, "promised": day}], "why": "生产延迟", "reason": "等毛坯"},
        )
    assert "6 月 23 号周二到" in words.owing(card(desk), desk.today)


def test_what_was_closed_is_not_owed(desk: Desk) -> None:
    order = desk.do("order.confirm", order_args(("P10012", "10", "48.60"), ("P20031", "100", "3.20"))).uid
    line = desk.lines("order_line", order)[0]["uid"]
    desk.do("order.deliver", {"uid": order, "lines": [{"order_line": line, "qty": "4"}]})
    desk.do(
        "order.close_rest", {"uid": order, "lines": [{"order_line": line, "qty": "6"}], "close_reason": "客户不要了"}
    )
    assert [one.product for one in card(desk).owed] == ["四氟垫片 DN50"]


def test_more_is_owed_than_is_listed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is said aloud is true however long the list; late goods are told with their own days."""
    clock = desk.database.clock
    assert isinstance(clock, FixedClock)
    clock.moment = datetime(2026, 6, 1, 9, 0)
    for due in ("2026-06-08", "2026-06-10", "2026-06-18"):
        lines = order_args(("P10012", "2", "48.60"), ("P20031", "5", "3.20"), due=due)
        desk.do("order.confirm", {**lines, "order_date": "2026-06-01", "reason": "试"})
    clock.moment = NOON
    monkeypatch.setattr(queries, "MOST_LINES", 3)
    found = card(desk)
    assert len(found.owed) == 3 and (found.owed_orders, found.owed_count) == (3, 6)
    said = words.owing(found, desk.today)
    assert said.startswith("您还有 3 张单、6 样货没发完") and said.endswith("；另外还有 3 样，我可以逐样报给您。")
    assert "6 月 8 号该到，不锈钢球阀 DN25 2 只本来前天该到，晚了，我马上催" in said
