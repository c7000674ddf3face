"""What wants doing, from every subject in one list; what was put off with a reason stays away until its day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from salesdesk.domain import dates
from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Day, Row, Stamp, Text
from salesdesk.domain.problems import Problem
from salesdesk.persistence.reading import Reader
from salesdesk.services.module import LISTED, Actions, Context, Module, Outcome, Registry, ToDo, Verb

if TYPE_CHECKING:
    from salesdesk.services.seat import Seat

T = TypeVar("T")

SNOOZE = Entity(
    "todo_snooze",
    "推后的事",
    (
        Field("title", "事情", Text(200), listed=True),
        Field("entity", "类别", Text(60), fixed=True),
        Field("owner", "记录", Text(40), fixed=True),
        Field("verb", "动作", Text(60), fixed=True),
        Field("until", "推到", Day(ahead=True), required=True, listed=True),
        Field("reason", "原因", Text(200), required=True, listed=True),
        Field("put_off_at", "推后时间", Stamp(), fixed=True, listed=True),
    ),
    naming="title",
    indexes=(("void", "until"), ("owner", "verb")),
    icon="clock",
)


def key_of(one: ToDo) -> tuple[str, str, str]:
    """What makes two readings speak of the same thing to do."""
    return one.entity, one.uid, one.verb


def put_off(reader: Reader, today: str) -> dict[tuple[str, str, str], Row]:
    """What is put off beyond today, by the thing to do it is about."""
    rows = reader.rows("SELECT * FROM todo_snooze WHERE void = 0 AND until > ? ORDER BY rowid", (today,))
    return {(str(r["entity"] or ""), str(r["owner"] or ""), str(r["verb"])): r for r in rows}


def collect(reader: Reader, registry: Registry, today: str) -> tuple[list[ToDo], list[tuple[ToDo, Row]]]:
    """(what wants doing now, what was put off with its snooze), the most pressing first."""
    away = put_off(reader, today)
    now: list[ToDo] = []
    later: list[tuple[ToDo, Row]] = []
    for module in registry.modules:
        if module.todos is None:
            continue
        for one in module.todos(reader, today):
            full = one._replace(module=module.key, group=one.group or module.title)
            found = away.get(key_of(one))
            if found is None:
                now.append(full)
            else:
                later.append((full, found))
    now.sort(key=urgency)
    later.sort(key=lambda pair: (str(pair[1]["until"]), pair[0].title))
    return now, later


def concerns(one: ToDo, registry: Registry, seat: Seat) -> bool:
    """Whether a thing to do is for whoever sits here."""
    if not one.whose and not one.operator:
        return True
    verb = registry.verbs.get(one.whose)
    may = verb is None or (seat.may(verb) and seat.role >= one.least)
    return may and (not one.operator or one.operator == seat.name)


def of_seat(
    wanted: list[ToDo], later: list[tuple[ToDo, Row]], registry: Registry, seat: Seat
) -> tuple[list[ToDo], list[tuple[ToDo, Row]]]:
    """Those of them that are for whoever sits here."""
    return (
        [one for one in wanted if concerns(one, registry, seat)],
        [pair for pair in later if concerns(pair[0], registry, seat)],
    )


def urgency(one: ToDo) -> tuple[bool, str, bool, str]:
    """Sorts by due day, on one day what has gone wrong first; entries that stand for many come after those they continue."""
    return one.stands_for > 1, one.due or "9999", one.tone != "err", one.title


def counted(todos: Iterable[ToDo]) -> int:
    """How many things they are."""
    return sum(one.stands_for for one in todos)


def listed(rows: Sequence[T], count: Callable[[], Any], make: Callable[[T], ToDo], rest: ToDo) -> list[ToDo]:
    """The first `LISTED` rows as things to do; when `rows` holds one more, `rest` stands for all others `count` tells."""
    found = [make(row) for row in rows[:LISTED]]
    if len(rows) > LISTED:
        found.append(rest._replace(stands_for=max(1, int(count()) - LISTED)))
    return found


# -- putting off -------------------------------------------------------------------------------------------------------


def snooze(ctx: Context, args: Row) -> Outcome:
    """Put one thing off until a later day; the reason is kept, putting it off again replaces the first."""
    work = ctx.work
    until = str(args["until"])
    if until <= ctx.today:
        raise Refused(
            Problem(
                "推后的日子要在今天以后", "请写 明天、+3、周五 这样", path="until", place="「推到」", code="too_early"
            )
        )
    if not str(args.get("why") or "").strip():
        raise Refused(
            Problem("没有写原因", "写一句为什么可以晚点办，到时候看得懂", path="why", place="「原因」", code="required")
        )
    key = (args.get("entity"), args.get("owner"), args["verb"])
    for uid in work.column(
        "SELECT uid FROM todo_snooze WHERE entity IS ? AND owner IS ? AND verb = ? AND void = 0", key
    ):
        work.void(SNOOZE, uid)
    title = str(args.get("title") or "")
    uid = work.insert(
        SNOOZE,
        {
            "title": title or None,
            "entity": args.get("entity"),
            "owner": args.get("owner"),
            "verb": args["verb"],
            "until": until,
            "reason": args["why"],
            "put_off_at": ctx.now,
        },
    )
    work.reason = str(args["why"])
    work.title = f"推后到 {dates.show_day_short(until, ctx.today)}：{title or args['verb']}"
    return Outcome(uid, f"已{work.title}")


def wake(ctx: Context, args: Row) -> Outcome:
    """Bring something put off back at once."""
    row = ctx.work.get(SNOOZE, args["uid"])
    if row is None or row["void"]:
        raise Refused(Problem("这件事没有推后", "请刷新今日", path="uid", code="not_put_off"))
    ctx.work.void(SNOOZE, row["uid"])
    ctx.work.title = f"提前办：{row['title']}"
    return Outcome(row["uid"], f"已{ctx.work.title}")


VERBS = (
    Verb(
        "todo.snooze",
        "推后",
        snooze,
        (
            Field("entity", "类别", Text(60), fixed=True),
            Field("owner", "记录", Text(40), fixed=True),
            Field("verb", "动作", Text(60), required=True, fixed=True),
            Field("title", "事情", Text(200), fixed=True),
            Field("until", "推到", Day(ahead=True), required=True, default="明天", note="明天、+3、周五、月底 都行"),
            Field("why", "原因", Text(200), required=True, note="例如 等客户回电、货下午到"),
        ),
        changes=("todo_snooze",),
        icon="clock",
        palette=False,
    ),
    Verb(
        "todo.wake",
        "现在就办",
        wake,
        (Field("uid", "推后的事", Text(40), required=True),),
        changes=("todo_snooze",),
        icon="clock",
        palette=False,
    ),
)

MODULE = Module("todos", "推后的事", "clock", 996, entities=(SNOOZE,), actions=Actions(VERBS), page=False)
