"""临时任务 in one line, putting off with a reason, and counts that are right beyond what is listed (TSK-1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from salesdesk.desk import Desk
from salesdesk.domain.clock import FixedClock
from salesdesk.domain.errors import Refused
from salesdesk.modules.today.rules import read_task
from salesdesk.services.module import LISTED
from salesdesk.services.todos import counted
from tests.desks import small_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = small_desk(tmp_path / "data")
    yield made
    made.close()


@pytest.mark.parametrize(
    ("line", "words", "who", "due"),
    [
        ("周五前 把对账单发给张总 @李总", "把对账单发给张总", "李总", "2026-06-12"),
        ("李总：把价目表打印 3 份", "把价目表打印 3 份", "李总", None),
        ("王经理说 明天 交月报", "交月报", "王经理", "2026-06-13"),
        ("明天 催华源回款", "催华源回款", None, "2026-06-13"),
        ("下周一前把发票寄出", "把发票寄出", None, "2026-06-15"),
        ("+3 交月报 @王经理", "交月报", "王经理", "2026-06-15"),
        ("把样品寄给长安 月底", "把样品寄给长安", None, "2026-06-30"),
        ("打印 20 份样本", "打印 20 份样本", None, None),
        ("整理 2026 年合同", "整理 2026 年合同", None, None),
        ("@李总 收集名片", "收集名片", "李总", None),
        ("找 DN50 资料 18号", "找 DN50 资料", None, "2026-06-18"),
        ("前台登记来访", "前台登记来访", None, None),
        ("明天", "明天", None, None),
    ],
)
def test_a_line_is_read(line: str, words: str, who: str | None, due: str | None) -> None:
    assert read_task(line, "2026-06-12") == (words, who, due)


def test_a_task_from_line_to_done_and_back(desk: Desk) -> None:
    made = desk.do("task.add", {"line": "+3 交月报 @李总"})
    assert made.message == "已记下「交月报」，李总交代、06-15 周一 要"
    todo = next(t for t in desk.todos() if t.entity == "task")
    assert (todo.title, todo.detail, todo.verb, todo.group) == (
        "交月报",
        "李总交代 · 06-15 周一 要",
        "task.done",
        "临时任务",
    )
    desk.do("task.done", {"uid": made.uid, "result": "交了"})
    assert not desk.todos()
    with pytest.raises(Refused):
        desk.do("task.done", {"uid": made.uid})
    desk.do("system.undo", {})
    assert len(desk.todos()) == 1
    desk.do("task.save", {"uid": made.uid, "due": "2026-06-10"})
    assert desk.todos()[0].tone == "err" and "已过 2 天" in desk.todos()[0].detail


def test_an_empty_task_is_refused(desk: Desk) -> None:
    for line in ("", "@李总", "  "):
        with pytest.raises(Refused):
            desk.do("task.add", {"line": line})


def later(desk: Desk, **more: object) -> None:
    one = desk.todos()[0]
    desk.do("todo.snooze", {"entity": one.entity, "owner": one.uid, "verb": one.verb, "title": one.title, **more})


def test_what_is_put_off_comes_back_on_its_day(desk: Desk) -> None:
    desk.do("task.add", {"line": "交月报"})
    later(desk, until="周一", why="等财务的数")
    now, put_off = desk.todos_and_later()
    assert now == [] and put_off[0][0].title == "交月报" and put_off[0][1]["reason"] == "等财务的数"
    clock = desk.database.clock
    assert isinstance(clock, FixedClock)
    clock.moment = datetime(2026, 6, 15, 8, 0)
    assert [t.title for t in desk.todos()] == ["交月报"]


def test_what_is_put_off_can_be_done_at_once(desk: Desk) -> None:
    desk.do("task.add", {"line": "交月报"})
    later(desk, until="+5", why="等")
    later_uid = desk.todos_and_later()[1][0][1]["uid"]
    desk.do("todo.wake", {"uid": later_uid})
    assert len(desk.todos()) == 1
    with pytest.raises(Refused):
        desk.do("todo.wake", {"uid": later_uid})


@pytest.mark.parametrize("more", [{"until": "今天", "why": "x"}, {"until": "明天"}, {"until": "明天", "why": " "}])
def test_later_needs_a_later_day_and_a_reason(desk: Desk, more: dict[str, object]) -> None:
    desk.do("task.add", {"line": "交月报"})
    with pytest.raises(Refused):
        later(desk, **more)


def test_the_count_is_right_beyond_what_is_listed(desk: Desk) -> None:
    for n in range(LISTED + 5):
        desk.do("intake.save", {"content": f"来单 {n}", "guess": 0})
    todos = desk.todos()
    assert len(todos) == LISTED + 1 and counted(todos) == LISTED + 5
    rest = todos[-1]
    assert rest.stands_for == 5 and rest.verb == "filter" and rest.args["where"] == [["state", "=", "waiting"]]


def test_every_kind_has_a_group_a_module_and_one_verb(desk: Desk) -> None:
    desk.do("intake.save", {"content": "要货"})
    desk.do("task.add", {"line": "交月报"})
    desk.do("call.log", {"customer": "C00042", "promise": "回电"})
    for one in desk.todos():
        assert one.group and one.module and one.verb_title
        assert one.verb == "order.new" or one.verb in desk.registry.verbs
