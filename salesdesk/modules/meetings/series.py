"""例会: a series is a rule; a meeting of it is made when somebody prepares, moves or cancels that one."""

from __future__ import annotations

from salesdesk.domain import dates
from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Day, Link, Row, Text
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.meetings import queries
from salesdesk.modules.meetings.conflicts import Busy, conflicts, end_of
from salesdesk.modules.meetings.lines import people_of, read_agenda, read_needs
from salesdesk.modules.meetings.model import (
    CANCELLED,
    DRAFT,
    GEAR,
    ITEM,
    MEETING,
    NEED,
    PERSON,
    PLANNED,
    SERIES,
)
from salesdesk.modules.meetings.recurrence import occurrences, rule_of, said
from salesdesk.modules.meetings.service import called, check_time, in_the_way, the_meeting, with_officers
from salesdesk.persistence.reading import Reader
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.records import gone, record_verbs, save
from salesdesk.services.register_io import io_verbs
from salesdesk.services.working_days import known_days

LOOKED_AT = 8
"""Coming meetings of a series that are held against the calendar when its rule is saved."""
CARRIED_MINUTES = 5


def check_series(reader: Reader, row: Row, before: Row | None, today: str) -> list[Problem]:
    """Hour and end of the rule, and where its next meetings meet others."""
    found = check_time(row.get("first_at"), "first_at", "第一次")
    if row.get("until") and row.get("first_at") and row["until"] < str(row["first_at"])[:10]:
        found.append(
            Problem(
                "比第一次还早", "请填第一次以后的日子，或空着", path="until", place="「到哪天为止」", code="ends_early"
            )
        )
    if found or not (row.get("first_at") and row.get("minutes") and row.get("repeat")):
        return found
    rule, uid = rule_of({"until": None, "every": 1, "on_holiday": None, **row}), str(row.get("uid") or "")
    start_day = max(today, rule.first)
    coming = occurrences(rule, start_day, dates.add_days(start_day, 100 * rule.every), known_days(reader))[:LOOKED_AT]
    rooms, owned = queries.rooms(reader), queries.owned_gear(reader)
    full = {"chair": None, "recorder": None, "people": None, "needs": None, **row}
    people = frozenset(str(p["name"]) for p in people_of(full))
    gear = {str(n["name"]): int(n["count"]) for n in read_needs(str(full["needs"] or "")) if n["kind"] == GEAR}
    gear = queries.brought(gear, queries.fixed_gear(reader), str(row.get("room") or ""))
    for one in coming:
        start = f"{one.day}T{str(row['first_at'])[11:]}"
        this = Busy(uid, str(row.get("title") or ""), start, end_of(start, int(row["minutes"])),
                    str(row.get("room") or ""), people, gear)  # fmt: skip
        others = [b for b in queries.busy_on(reader, one.day, one.day) if not b.uid.startswith(uid or "-")]
        others = [
            b
            for b in others
            if not (uid and reader.value("SELECT series = ? FROM meeting WHERE uid = ?", (uid, b.uid)))
        ]
        for problem in conflicts(this, others, rooms, owned):
            if problem.code != "room_small":
                told = f"{one.day} 这次：{problem.message}"
                found.append(problem._replace(message=told, severity=Severity.WARN, cures=(), path="first_at"))
    return found


def save_series(ctx: Context, args: Row) -> Outcome:
    """保存例会: what is said of it includes the rule in words and the next days."""
    made = save(ctx, SERIES, args, check_series)
    row = ctx.work.get(SERIES, made.uid) or {}
    coming = [one.day for _, one in queries.foreseen(ctx.work, ctx.today, dates.add_days(ctx.today, 400), made.uid)][:3]
    days = "、".join(dates.show_day_short(day, ctx.today) for day in coming)
    told = f"{made.message}，{said(rule_of(row))}" + (f"，接下来 {days}" if days else "，以后没有了")
    return Outcome(made.uid, told, {"rule": said(rule_of(row)), "next": coming})


def the_series(ctx: Context, uid: object) -> Row:
    """A live series. Raises Refused."""
    row = ctx.work.get(SERIES, str(uid))
    if row is None or row["void"]:
        raise Refused(gone(SERIES))
    return row


def the_day(ctx: Context, series: Row, day: str | None) -> tuple[str, str]:
    """(the day the rule names, the day it is held) of one foreseen meeting; the next when no day is given. Raises Refused."""
    if day is None:
        found = queries.next_of(ctx.work, series["uid"], ctx.today)
        if found is None:
            raise Refused(
                Problem(f"「{series['title']}」后面没有要开的了", "请看「到哪天为止」", path="uid", code="no_more")
            )
        return found.planned, found.day
    near = [
        one for _, one in queries.foreseen(ctx.work, dates.add_days(day, -40), dates.add_days(day, 40), series["uid"])
    ]
    named = [one for one in near if one.planned == day] or [one for one in near if one.day == day]
    if named:
        return named[0].planned, named[0].day
    raise Refused(
        Problem(f"「{series['title']}」{day} 不开，或这一次已经准备好了", "请在日历里看是哪一天", path="day", place="「哪一次」",
                code="not_that_day")
    )  # fmt: skip


def prepare(ctx: Context, args: Row) -> Outcome:
    """准备例会: one meeting of the series with its people, agenda, things to bring, and the open resolutions."""
    series = the_series(ctx, args["uid"])
    planned, day = the_day(ctx, series, args.get("day"))
    uid, carried = make(ctx, series, planned, day)
    row = ctx.work.get(MEETING, uid) or {}
    ctx.work.title = f"准备例会 {called(row)}"
    tail = f"，带上没完的决议 {carried} 条" if carried else ""
    return Outcome(uid, f"已{ctx.work.title}{tail}", {"number": row["number"], "carried": carried})


def make(ctx: Context, series: Row, planned: str, day: str, state: str = PLANNED) -> tuple[str, int]:
    """Make the meeting of one planned day; returns its uid and how many resolutions it took along."""
    work = ctx.work
    start = f"{day}T{str(series['first_at'])[11:]}"
    people = with_officers(work, people_of(series), series)
    needs = read_needs(str(series["needs"] or ""))
    names = frozenset(str(p["name"]) for p in people)
    gear = {str(n["name"]): int(n["count"]) for n in needs if n["kind"] == GEAR}
    gear = queries.brought(gear, queries.fixed_gear(work), str(series["room"] or ""))
    this = Busy(f"{series['uid']}/{planned}", str(series["title"]), start, end_of(start, int(series["minutes"])),
                str(series["room"] or ""), names, gear)  # fmt: skip
    if state == PLANNED:
        ctx.check(in_the_way(work, this))
    values = {k: series[k] for k in ("title", "minutes", "room", "place", "chair", "recorder")}
    uid = work.insert(
        MEETING,
        {
            **values, "number": work.next_number("HY"), "starts_at": start, "state": state, "minutes_state": DRAFT, "version": 1,
            "series": series["uid"], "series_day": planned,
        },
    )  # fmt: skip
    for entity, lines in ((PERSON, people), (ITEM, read_agenda(str(series["agenda"] or ""))), (NEED, needs)):
        work.insert_many(entity, [{**line, "meeting": uid, "seq": seq} for seq, line in enumerate(lines, start=1)])
    return uid, take_along(ctx, uid, series["uid"]) if state == PLANNED and series["carry"] != 0 else 0


def take_along(ctx: Context, meeting: str, series: str = "", chair: str = "") -> int:
    """Put open resolutions at the head of an agenda, those that stand there already left out; returns how many."""
    work = ctx.work
    there = queries.carried_on(work, meeting)
    begun = str((work.get(MEETING, meeting) or {})["starts_at"])
    fresh = [r for r in queries.open_resolutions(work, chair, series)
             if r["uid"] not in there and r["meeting"] != meeting and str(r["starts_at"]) < begun]  # fmt: skip
    if not fresh:
        return 0
    for item in work.of_parent(ITEM, meeting):
        work.update(ITEM, item["uid"], {"seq": int(item["seq"] or 0) + len(fresh)})
    work.insert_many(
        ITEM,
        [
            {
                "meeting": meeting, "seq": seq, "title": f"上次决议：{row['text']}"[:200], "minutes": CARRIED_MINUTES,
                "speaker": row["owner"], "carried": row["uid"],
            }
            for seq, row in enumerate(fresh, start=1)
        ],
    )  # fmt: skip
    return len(fresh)


def carry(ctx: Context, args: Row) -> Outcome:
    """带上没完的决议: those of the series, or for a single meeting those of the same chair."""
    row = the_meeting(ctx, args["uid"], PLANNED)
    count = take_along(ctx, row["uid"], str(row["series"] or ""), "" if row["series"] else str(row["chair"] or ""))
    ctx.work.title = f"{called(row)} 带上决议 {count} 条"
    return Outcome(row["uid"], f"已给{ctx.work.title}" if count else "没有要带上的决议，都办完了或已经在议程里")


def skip(ctx: Context, args: Row) -> Outcome:
    """这一次不开: an exception of the series, kept with its reason."""
    series = the_series(ctx, args["uid"])
    planned, day = the_day(ctx, series, args.get("day"))
    uid, _ = make(ctx, series, planned, day, CANCELLED)
    ctx.work.update(MEETING, uid, {"why": args["why"]})
    ctx.work.title = f"「{series['title']}」{day} 这次不开"
    return Outcome(uid, f"已登记：{ctx.work.title}")


_SERIES = Field("uid", "例会", Link(entity="meeting_series"), required=True)
_DAY = Field("day", "哪一次", Day(), note="不给就是下一次")
_MADE = ("meeting", "meeting_person", "agenda_item", "meeting_need")
_SAVE, _VOID, _RESTORE = record_verbs(SERIES, check_series)

VERBS = (
    _SAVE._replace(run=save_series),
    _VOID,
    _RESTORE,
    Verb("meeting_series.prepare", "准备下次", prepare, (_SERIES, _DAY), changes=_MADE, entity="meeting_series", icon="calendar",
         note="人、议程、资料照例会，没完的决议带上"),
    Verb("meeting_series.skip", "这次不开", skip, (_SERIES, _DAY, Field("why", "为什么", Text(200), required=True)),
         changes=_MADE, entity="meeting_series", icon="dismiss"),
    Verb("meeting.carry", "带决议", carry, (Field("uid", "会议", Link(entity="meeting"), required=True),),
         changes=("agenda_item",), entity="meeting", icon="flag", states=(PLANNED,)),
    *(v for v in io_verbs(SERIES) if v.name.endswith((".export", ".print_list"))),
)  # fmt: skip
