"""Calling a meeting, moving it, cancelling it; what is in its way is told with cures and passes with a reason."""

from __future__ import annotations

from collections.abc import Sequence

from salesdesk.domain import dates
from salesdesk.domain.changes import Changes
from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Int, Link, Note, Row, Stamp, Text
from salesdesk.domain.problems import Problem, Severity, stops
from salesdesk.domain.text import initials_of
from salesdesk.modules.meetings import queries
from salesdesk.modules.meetings.conflicts import Busy, conflicts, end_of
from salesdesk.modules.meetings.lines import read_agenda, read_names, read_needs
from salesdesk.modules.meetings.model import (
    APPROVED,
    CANCELLED,
    CHAIR,
    DRAFT,
    GEAR,
    GEAR_ITEM,
    ITEM,
    MEETING,
    MEMBER,
    NEED,
    PERSON,
    PLANNED,
    RECORDER,
    REVIEW,
    ROOM,
    SENT,
    STAYS_AWAY,
)
from salesdesk.persistence.reading import Reader
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.records import gone, guard_of, record_verbs, save, void
from salesdesk.services.register_io import io_verbs
from salesdesk.services.roles import Role

MOVES = ("starts_at", "minutes", "room", "place")
"""Fields of which everybody must hear anew when they change."""
CHILDREN = {"people": PERSON, "agenda": ITEM, "needs": NEED}


def the_meeting(ctx: Context, uid: object, *states: str) -> Row:
    """A live meeting, in one of the states when some are given. Raises Refused."""
    row = ctx.work.get(MEETING, str(uid))
    if row is None or row["void"]:
        raise Refused(gone(MEETING))
    if states and row["state"] not in states:
        told = "取消" if row["state"] == CANCELLED else MEETING["state"].kind.show(row["state"])
        cure = "要开就新建一次" if row["state"] == CANCELLED else "请刷新列表"
        raise Refused(Problem(f"「{row['title']}」已经是「{told}」", cure, path="uid", code=f"is_{row['state']}"))
    return row


def called(row: Row) -> str:
    """A meeting in words: 「周例会」06-15 09:00."""
    return f"「{row['title']}」{str(row['starts_at'])[5:16].replace('T', ' ')}"


def check_time(starts_at: object, key: str = "starts_at", title: str = "开始") -> list[Problem]:
    """A meeting without an hour is none."""
    if not starts_at or str(starts_at)[11:] != "00:00:00":
        return []
    return [Problem("没写几点", "请连时间一起写，如 6.15 9:00", path=key, place=f"「{title}」", code="no_hour")]


def check_meeting(reader: Reader, row: Row, before: Row | None, today: str) -> list[Problem]:
    """Hour, place, and whatever is in the way of a planned meeting; `row` may bring its child rows under their names."""
    found = check_time(row.get("starts_at"))
    agenda: Sequence[Row] = row["agenda"] if "agenda" in row else reader.of_parent(ITEM, str(row.get("uid") or ""))
    wanted = sum(int(item.get("minutes") or 0) for item in agenda)
    if row.get("minutes") and wanted > row["minutes"]:
        found.append(
            Problem(
                f"议程要 {wanted} 分钟，会只有 {row['minutes']} 分钟", f"请把时长改成 {wanted}，或少讲几项",
                path="minutes", place="「时长」", code="agenda_long", severity=Severity.WARN,
            )
        )  # fmt: skip
    found += _twice(reader, row)
    if stops(found) or row.get("state", PLANNED) != PLANNED or not row.get("minutes"):
        return found
    if not row.get("starts_at"):
        return found
    if str(row["starts_at"])[:10] < today and (before is None or before["starts_at"] != row["starts_at"]):
        found.append(
            Problem("这个时间已经过去了", "补记开过的会可以照存；要开的请改日期", path="starts_at", place="「开始」",
                    code="past", severity=Severity.WARN)
        )  # fmt: skip
    return found + in_the_way(reader, busy_of(reader, row))


def _twice(reader: Reader, row: Row) -> list[Problem]:
    """Nobody is invited twice, and one day of a series has one meeting."""
    found, seen = [], set()
    for i, one in enumerate(row.get("people") or ()):
        name = str(one.get("name") or "")
        if name and name in seen:
            told = f"{name} 已经在名单里"
            found.append(Problem(told, "请删掉一行；同名的人写上部门，如 李强（采购）", path=f"people/{i}/name",
                                 place=f"参会人第 {i + 1} 行", code="twice"))  # fmt: skip
        seen.add(name)
    if row.get("series") and row.get("series_day"):
        other = reader.row(
            "SELECT number FROM meeting WHERE series = ? AND series_day = ? AND uid != ? AND void = 0 LIMIT 1",
            (row["series"], row["series_day"], str(row.get("uid") or "")),
        )
        if other is not None:
            both = sorted(filter(None, (str(row.get("number") or ""), str(other["number"]))))
            told = f"「{row.get('title')}」{row['series_day']} 这一次有 {'、'.join(both)} 两条"
            found.append(Problem(told, "请留一条，另一条作废", path="uid", code="same_day_of_series"))
    return found


def busy_of(reader: Reader, row: Row) -> Busy:
    """What a meeting takes, as it stands in a form or in the data file."""
    uid = str(row.get("uid") or "")
    people = row["people"] if "people" in row else reader.of_parent(PERSON, uid)
    needs = row["needs"] if "needs" in row else reader.of_parent(NEED, uid)
    gear: dict[str, int] = {}
    for need in needs:
        if need.get("kind", GEAR) == GEAR and need.get("name"):
            gear[str(need["name"])] = gear.get(str(need["name"]), 0) + int(need.get("count") or 1)
    gear = queries.brought(gear, queries.fixed_gear(reader), str(row.get("room") or ""))
    away = {str(p["name"]) for p in (reader.of_parent(PERSON, uid) if uid else ()) if p["answer"] == STAYS_AWAY}
    officers = {str(row[k]) for k in ("chair", "recorder") if row.get(k)}
    names = ({str(p["name"]) for p in people if p.get("name")} | officers) - away
    start = str(row["starts_at"])
    return Busy(uid, str(row.get("title") or ""), start, end_of(start, int(row["minutes"])), str(row.get("room") or ""),
                frozenset(names), gear)  # fmt: skip


def in_the_way(reader: Reader, this: Busy) -> list[Problem]:
    """Conflicts of one meeting with everything of its days, the meetings foreseen by series included."""
    others = [one for one in queries.busy_on(reader, this.start[:10], this.end[:10]) if one.uid != this.uid]
    return conflicts(this, others, queries.rooms(reader), queries.owned_gear(reader))


def review(reader: Reader, changes: Changes, today: str) -> list[tuple[str, str, Problem]]:
    """After PCs were merged: meetings to come that each was free to call and that now want the same room or people."""
    found = []
    for uid in changes.of("meeting"):
        row = reader.get(MEETING, uid)
        if row is not None and not row["void"] and row["state"] == PLANNED and str(row["starts_at"])[:10] >= today:
            found += [
                ("meeting", uid, one._replace(severity=Severity.WARN))
                for one in in_the_way(reader, busy_of(reader, row))
            ]
    return found


def save_meeting(ctx: Context, args: Row) -> Outcome:
    """保存会议: numbered when new; chair and recorder are among the people; a new time or place must be told anew."""
    work = ctx.work
    before = work.get(MEETING, str(args.get("uid") or ""))
    row: Row = {**(before or {}), **args}
    if before is None:
        args |= {"number": work.next_number("HY"), "state": PLANNED, "minutes_state": DRAFT, "version": 1}
        row |= args
    if before is not None:
        ctx.check(_minutes_kept(work, before, args))
    moved = before is not None and any(k in args and args[k] != before[k] for k in MOVES)
    if before is not None and moved and before["state"] != PLANNED:
        raise Refused(
            Problem(f"「{before['title']}」不再是要开的会，时间、地点不能改", "记错了请作废，另建一次", path="starts_at",
                    place="「开始」", code="not_planned")
        )  # fmt: skip
    if before is not None and moved:
        args["version"] = int(before["version"]) + 1
    if before is None or "people" in args or any(args.get(k) for k in ("chair", "recorder")):
        people = args["people"] if "people" in args else work.of_parent(PERSON, str(args.get("uid") or ""))
        args["people"] = with_officers(work, [dict(p) for p in people], row)
    made = save(ctx, MEETING, args, check_meeting, CHILDREN)
    again = [
        str(p["name"]) for p in work.of_parent(PERSON, made.uid)
        if p["told_at"] and p["needed"] != 0 and int(p["told_version"] or 0) < int(row["version"] if not moved else args["version"])
    ]  # fmt: skip
    if moved and again:
        ctx.warnings.append(
            Problem(
                f"时间地点改了，通知过的 {'、'.join(again)} 还不知道", "请再通知一次", place="「参会人」", code="tell_again",
                severity=Severity.WARN, about=("meeting", made.uid),
            )
        )  # fmt: skip
    return Outcome(made.uid, made.message, {"number": row["number"], "tell": again if moved else []})


def _minutes_kept(reader: Reader, before: Row, args: Row) -> list[Problem]:
    """What the chair has read stays as it was read, and an item that was talked about is not dropped unseen."""
    items = reader.of_parent(ITEM, before["uid"])
    given = args.get("agenda")
    titles = [(i["uid"], i["title"], i["speaker"]) for i in items]
    same = given is None or [(g.get("uid"), g.get("title"), g.get("speaker")) for g in given] == titles
    if before["minutes_state"] in (REVIEW, APPROVED, SENT):
        off = [key for key in ("title", "starts_at", "chair", "recorder") if key in args and args[key] != before[key]]
        if not off and same:
            return []
        where = MEETING[off[0]].title if off else "议程"
        state = MEETING["minutes_state"].kind.show(before["minutes_state"])
        cure = "要改请先在「记纪要」里「退改」"
        return [
            Problem(
                f"纪要{state}，会议的{where}不能再改",
                cure,
                path=off[0] if off else "agenda",
                place=f"「{where}」",
                code="locked",
            )
        ]
    kept = {g.get("uid") for g in given} if given is not None else {i["uid"] for i in items}
    return [
        Problem(f"「{item['title']}」已经记了讨论，不能删掉", "没用的先在「记纪要」里清空讨论", path="agenda", place="「议程」", code="talked")
        for item in items if item["uid"] not in kept and item["discussion"]
    ]  # fmt: skip


def void_meeting(ctx: Context, args: Row) -> Outcome:
    """作废: for what was entered by mistake; a meeting of which people were told is cancelled, so that they hear of it."""
    row = the_meeting(ctx, args["uid"])
    told = [str(p["name"]) for p in ctx.work.of_parent(PERSON, row["uid"]) if p["told_at"] and p["needed"] != 0]
    if row["state"] == PLANNED and told:
        who = "、".join(told)
        raise Refused(Problem(f"已经通知过 {who}", "请用「取消会议」，好再告诉他们", path="uid", code="told"))
    return void(ctx, MEETING, row["uid"])


def with_officers(reader: Reader, people: list[Row], row: Row) -> list[Row]:
    """The people with chair and recorder among them and in their part, departments filled in where they are known."""
    known = queries.known_people(reader)
    for key, part in (("recorder", RECORDER), ("chair", CHAIR)):
        name = row.get(key)
        if not name:
            continue
        there = next((p for p in people if p.get("name") == name), None)
        if there is None:
            people.insert(0, {"name": name, "part": part})
        elif there.get("part") in (None, MEMBER):
            there["part"] = part
    for one in people:
        if not one.get("department"):
            one["department"] = known.get(str(one.get("name") or "")) or None
    keys = {"uid", *(f.key for f in PERSON.typed_fields)}
    return [{k: v for k, v in one.items() if k in keys} for one in people]


def call(ctx: Context, args: Row) -> Outcome:
    """快速约会: a meeting from one small form; people, agenda and needs as people write them into one box."""
    people = [{"name": n, "part": MEMBER} for n in read_names(str(args.pop("names", None) or ""))]
    agenda = read_agenda(str(args.pop("topics", None) or ""))
    needs = read_needs(str(args.pop("things", None) or ""))
    return save_meeting(ctx, {**args, "people": people, "agenda": agenda, "needs": needs})


def move(ctx: Context, args: Row) -> Outcome:
    """改期: another time or room; who was told stands as 改了没再通知."""
    row = the_meeting(ctx, args["uid"], PLANNED)
    values = {k: args[k] for k in ("starts_at", "minutes", "room") if args.get(k)}
    made = save_meeting(ctx, {"uid": row["uid"], **values, "why": args.get("why")})
    ctx.work.title = f"{called(row)} 改到 {str(values.get('starts_at') or row['starts_at'])[5:16].replace('T', ' ')}"
    return Outcome(row["uid"], f"已把{ctx.work.title}", made.data)


def cancel(ctx: Context, args: Row) -> Outcome:
    """取消会议: with the reason; it stays as an exception of its series, and who was told must hear of it."""
    row = the_meeting(ctx, args["uid"], PLANNED)
    work = ctx.work
    work.update(MEETING, row["uid"], {"state": CANCELLED, "why": args["why"], "version": int(row["version"]) + 1})
    told = [str(p["name"]) for p in work.of_parent(PERSON, row["uid"]) if p["told_at"] and p["needed"] != 0]
    work.title = f"取消会议 {called(row)}"
    tail = f"，请告诉 {'、'.join(told)}" if told else ""
    return Outcome(row["uid"], f"已{work.title}{tail}", {"tell": told})


def people(ctx: Context, args: Row) -> Outcome:
    """Names that can be invited, with the department, narrowed by a few letters."""
    part = str(args.get("part") or "").lower()
    found = queries.known_people(ctx.work)
    fitting = {n: d for n, d in found.items() if part in n or initials_of(n).lower().startswith(part)}
    return Outcome(message=f"认得 {len(fitting)} 个人", data={"people": fitting})


_MEETING = Field("uid", "会议", Link(entity="meeting"), required=True)
WHY = Field("why", "原因", Text(200))
_SAVE, _VOID, _RESTORE = record_verbs(MEETING, check_meeting, children=CHILDREN)
guard = guard_of(MEETING, check_meeting)

VERBS = (
    _SAVE._replace(run=save_meeting, changes=("meeting", "meeting_person", "agenda_item", "meeting_need")),
    _VOID._replace(run=void_meeting),
    _RESTORE,
    Verb(
        "meeting.call",
        "约会议",
        call,
        (
            *(MEETING[k] for k in ("title", "starts_at", "minutes", "room", "place", "chair", "recorder", "purpose")),
            Field("names", "参加的人", Note(1000), note="名字用顿号隔开", wide=True, suggest="meeting.people"),
            Field("topics", "议程", Note(2000), note="一行一项，行末写分钟", wide=True),
            Field("things", "要准备的", Note(1000), note="一行一样，如 投影仪 @陈静", wide=True),
        ),
        changes=("meeting", "meeting_person", "agenda_item", "meeting_need"),
        entity="meeting",
        icon="add",
        palette=False,
        note="一张小表约好一次会",
    ),
    Verb(
        "meeting.move",
        "改期",
        move,
        (
            _MEETING,
            Field("starts_at", "改到", Stamp(), required=True, note="如 6.16 14:00"),
            Field("minutes", "时长（分钟）", Int(least=5), note="不给就不变"),
            Field("room", "会议室", Link(entity="meeting_room"), note="不给就不变"),
            WHY,
        ),
        changes=("meeting", "meeting_person", "agenda_item", "meeting_need"),
        entity="meeting",
        icon="calendar",
        states=(PLANNED,),
    ),
    Verb(
        "meeting.cancel",
        "取消会议",
        cancel,
        (_MEETING, Field("why", "为什么取消", Text(200), required=True)),
        changes=("meeting",),
        entity="meeting",
        icon="dismiss",
        states=(PLANNED,),
    ),
    Verb(
        "meeting.people",
        "认得的人",
        people,
        (Field("part", "姓名里的字", Text(40), note="不给就是全部"),),
        entity="meeting_person",
        role=Role.VIEWER,
        palette=False,
    ),
    *(v for v in io_verbs(MEETING) if v.name.endswith((".export", ".print_list"))),
    *(verb for entity in (ROOM, GEAR_ITEM) for verb in (*record_verbs(entity), *io_verbs(entity))),
)


def shown_day(row: Row, today: str) -> str:
    """Day and hours of a meeting: 06-15 周一 09:00–10:00."""
    start, end = str(row["starts_at"]), str(row["ends_at"] or end_of(str(row["starts_at"]), int(row["minutes"])))
    return f"{dates.show_day_short(start[:10], today)} {start[11:16]}–{end[11:16]}"
