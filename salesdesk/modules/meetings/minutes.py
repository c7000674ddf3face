"""The minutes: typed while people talk, timed, reviewed by the chair, and sent within a day (MTG-3)."""

from __future__ import annotations

from datetime import datetime

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Entity, Field, Lines
from salesdesk.domain.kinds import Int, Link, Note, Row, Stamp, Text
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.meetings import queries
from salesdesk.modules.meetings.lines import read_names
from salesdesk.modules.meetings.model import (
    APPROVED,
    DRAFT,
    HELD,
    ITEM,
    MEETING,
    PERSON,
    PLANNED,
    RESOLUTION,
    RETURNED,
    REVIEW,
    SENT,
    TASK,
)
from salesdesk.modules.meetings.series import take_along
from salesdesk.modules.meetings.service import called, the_meeting
from salesdesk.modules.meetings.wording import minutes_text
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.records import missing
from salesdesk.services.roles import Role
from salesdesk.services.telling import HOW, not_ahead, not_earlier

TALK = Entity(
    "minutes_talk",
    "讨论",
    (ITEM["title"], ITEM["speaker"], Field("discussion", "讨论", Note(8000), wide=True)),
    naming="title",
)
"""One item as minutes.write takes it: with uid the item of the agenda, without one that came up in the meeting."""
RESOLVED = Entity(
    "minutes_resolved",
    "决议",
    (
        *(RESOLUTION[k] for k in ("kind", "text", "owner", "due")),
        Field("topic", "第几项", Int(least=1), listed=True, note="议程里的第几项；不给就是全会的"),
    ),
    naming="text",
)


def start(ctx: Context, args: Row) -> Outcome:
    """开始开会: the clock of the meeting runs; everybody who comes counts as present until it is said otherwise."""
    row = the_meeting(ctx, args["uid"], PLANNED, HELD)
    _unlocked(row)
    if row["began_at"] and not row["closed_at"]:
        raise Refused(Problem("已经在开了", "请直接记讨论", path="uid", code="running"))
    again = bool(row["began_at"])
    ctx.work.update(MEETING, row["uid"], {"state": HELD, "began_at": row["began_at"] or ctx.now, "closed_at": None})
    if not again:
        for person in ctx.work.of_parent(PERSON, row["uid"]):
            ctx.work.update(PERSON, person["uid"], {"attended": int(person["answer"] != "不来")})
    ctx.work.title = f"{'接着' if again else '开始'}开会 {called(row)}"
    return Outcome(row["uid"], f"已{ctx.work.title}")


def topic(ctx: Context, args: Row) -> Outcome:
    """讲这一项: its clock runs, that of the item before stands still."""
    item = ctx.work.get(ITEM, args["uid"])
    if item is None or item["void"]:
        raise Refused(Problem("没有这一项议程", "请刷新", path="uid", code="unknown_record"))
    row = the_meeting(ctx, item["meeting"], HELD)
    _unlocked(row)
    if not row["began_at"] or row["closed_at"]:
        raise Refused(Problem("会没在开", "请先「开始开会」", path="uid", code="not_running"))
    _stop_items(ctx, row["uid"])
    ctx.work.update(ITEM, item["uid"], {"began_at": ctx.now})
    ctx.work.title = f"{called(row)} 讲 {item['title']}"
    return Outcome(item["uid"], f"正在讲：{item['title']}")


def _stop_items(ctx: Context, meeting: str) -> None:
    for item in ctx.work.of_parent(ITEM, meeting):
        if item["began_at"]:
            spent = datetime.fromisoformat(ctx.now) - datetime.fromisoformat(str(item["began_at"]))
            total = int(item["spent"] or 0) + max(0, int(spent.total_seconds()))
            ctx.work.update(ITEM, item["uid"], {"began_at": None, "spent": total})


def close(ctx: Context, args: Row) -> Outcome:
    """散会: the clocks stand; the minutes are due a day later. A meeting nobody timed is closed with its times."""
    row = the_meeting(ctx, args["uid"], PLANNED, HELD)
    if row["closed_at"]:
        raise Refused(Problem("已经散会了", "请写纪要", path="uid", code="closed"))
    at = str(args.get("closed_at") or ctx.now)
    began = str(row["began_at"] or args.get("began_at") or row["starts_at"])
    if began > ctx.now:
        told = f"{called(row)} 还没到开会的时间"
        raise Refused(Problem(told, "提前开了请先「开始开会」，不开了请「取消会议」", path="uid", code="not_yet"))
    ctx.check(
        [*not_earlier(began, "开会时间", at, "closed_at", "散会时间"), *not_ahead(ctx, at, "closed_at", "散会时间")]
    )
    _stop_items(ctx, row["uid"])
    ctx.work.update(MEETING, row["uid"], {"state": HELD, "began_at": began, "closed_at": at})
    if not row["began_at"]:
        for person in ctx.work.of_parent(PERSON, row["uid"]):
            if person["attended"] is None:
                ctx.work.update(PERSON, person["uid"], {"attended": int(person["answer"] != "不来")})
    long = int((datetime.fromisoformat(at) - datetime.fromisoformat(began)).total_seconds() // 60)
    over = long - int(row["minutes"])
    ctx.work.title = f"散会 {called(row)}"
    told = f"，开了 {long} 分钟" + (f"，超 {over} 分钟" if over > 0 else "")
    hours = int(ctx.settings.get("meeting.minutes_hours"))
    return Outcome(row["uid"], f"已{ctx.work.title}{told}，纪要 {hours} 小时内发", {"minutes": long})


def _unlocked(row: Row) -> None:
    """Minutes that the chair has in hand or has approved are not written any more. Raises Refused."""
    state = str(row["minutes_state"])
    if state in (REVIEW, APPROVED, SENT):
        told = {REVIEW: "正在审", APPROVED: "主持人已经审过", SENT: "已经发出"}[state]
        raise Refused(Problem(f"纪要{told}，不能再改", "要改请先「退改」", path="uid", code="locked"))


def save(ctx: Context, args: Row) -> Outcome:
    """写纪要: discussion by item, what was resolved, who was there; may be saved again and again while people talk."""
    row = the_meeting(ctx, args["uid"], PLANNED, HELD)
    _unlocked(row)
    work, uid = ctx.work, row["uid"]
    items = {item["uid"]: item for item in work.of_parent(ITEM, uid)}
    problems: list[Problem] = []
    for i, line in enumerate(args.get("talks") or ()):
        if line.get("uid") and line["uid"] not in items:
            problems.append(
                Problem(
                    "不是这个会的议程",
                    "新加的一项不要写 uid",
                    path=f"talks/{i}/uid",
                    place=f"讨论第 {i + 1} 行",
                    code="foreign_line",
                )
            )
        elif not line.get("uid"):
            problems += missing(TALK, line, f"talks/{i}/", f"讨论第 {i + 1} 行")
    for i, line in enumerate(args.get("resolutions") or ()):
        problems += missing(RESOLVED, line, f"resolutions/{i}/", f"决议第 {i + 1} 行")
    ctx.check(problems)
    for line in args.get("talks") or ():
        values = {k: line[k] for k in ("title", "speaker", "discussion") if k in line}
        if line.get("uid"):
            work.update(ITEM, line["uid"], values)
        else:
            work.insert(ITEM, {**values, "meeting": uid, "seq": len(work.of_parent(ITEM, uid)) + 1})
    if "resolutions" in args:
        shown = read_names(str(args["shown"])) if args.get("shown") is not None else None
        _save_resolutions(ctx, row, args["resolutions"], shown)
    if args.get("attended") is not None:
        _mark_attendance(ctx, uid, read_names(str(args["attended"])))
    work.title = f"写纪要 {called(row)}"
    return Outcome(uid, f"已{work.title}" if work.changes() else "没有改动")


def _save_resolutions(ctx: Context, row: Row, lines: list[Row], shown: list[str] | None) -> None:
    """Make the resolutions equal to the lines. shown: uids whoever typed had before him; what came since is left alone."""
    work, uid = ctx.work, row["uid"]
    items = work.of_parent(ITEM, uid)
    present = {r["uid"]: r for r in queries.resolutions_of(work, uid)}
    for seq, line in enumerate(lines, start=1):
        values: Row = {k: line[k] for k in ("kind", "text", "owner", "due") if k in line}
        values["seq"] = seq
        if "topic" in line:
            values["item"] = None
        if line.get("topic"):
            if line["topic"] > len(items):
                raise Refused(
                    Problem(f"议程只有 {len(items)} 项", "请填第几项，或空着", path=f"resolutions/{seq - 1}/topic",
                            place=f"决议第 {seq} 行「第几项」", code="no_such_item")
                )  # fmt: skip
            values["item"] = items[line["topic"] - 1]["uid"]
        old = present.pop(str(line.get("uid") or ""), None)
        kind = values.get("kind") or (old or {}).get("kind")
        if old is None:
            work.insert(RESOLUTION, {**values, "meeting": uid, "state": "open" if kind == TASK else "noted"})
        elif old["state"] in ("open", "noted"):
            work.update(RESOLUTION, old["uid"], {**values, "state": "open" if kind == TASK else "noted"})
        elif kind != TASK:
            raise Refused(
                Problem(f"「{old['text']}」是办结的任务，不能改成{kind}", "登记错了请先「没办完」",
                        path=f"resolutions/{seq - 1}/kind", place=f"决议第 {seq} 行「种类」", code="settled")
            )  # fmt: skip
        else:
            work.update(RESOLUTION, old["uid"], values)
    for left in present.values():
        if shown is not None and left["uid"] not in shown:
            continue
        if left["state"] in ("done", "dropped"):
            raise Refused(
                Problem(f"「{left['text']}」已经办结，不能从纪要里拿掉", "登记错了请先「没办完」", path="resolutions", place="决议",
                        code="settled")
            )  # fmt: skip
        work.void(RESOLUTION, left["uid"])


def _mark_attendance(ctx: Context, meeting: str, names: list[str]) -> None:
    people = ctx.work.of_parent(PERSON, meeting)
    for person in people:
        ctx.work.update(PERSON, person["uid"], {"attended": int(person["name"] in names)})
    known = {str(p["name"]) for p in people}
    fresh = [n for n in names if n not in known]
    ctx.work.insert_many(
        PERSON,
        [
            {"meeting": meeting, "seq": len(people) + i, "name": name, "part": "列席", "needed": 0, "attended": 1}
            for i, name in enumerate(fresh, start=1)
        ],
    )


def faults(ctx: Context, row: Row) -> list[Problem]:
    """What minutes lack before the chair should see them."""
    items = ctx.work.of_parent(ITEM, row["uid"])
    resolved = queries.resolutions_of(ctx.work, row["uid"])
    found = []
    if not resolved and not any(item["discussion"] for item in items):
        found.append(Problem("纪要还是空的", "写一句讨论，或写一条决议", path="talks", place="纪要", code="empty"))
    for i, one in enumerate(resolved, 1):
        for key, name in (("owner", "负责人"), ("due", "期限")):
            if one["kind"] == TASK and not one[key]:
                found.append(
                    Problem(f"任务没写{name}", "谁做、几时做完都要写，才跟得住", path=f"resolutions/{i - 1}/{key}",
                            place=f"决议第 {i} 行「{name}」", code="required")
                )  # fmt: skip
    silent = [str(item["title"]) for item in items if not item["discussion"]]
    if not found and silent:
        found.append(
            Problem(f"这几项没有记：{'、'.join(silent)}", "没讲到的写一句「没讨论」", place="讨论", code="silent_item",
                    severity=Severity.WARN)
        )  # fmt: skip
    return found


def submit(ctx: Context, args: Row) -> Outcome:
    """送审: the chair reads them; a meeting that nobody closed is over now."""
    row = the_meeting(ctx, args["uid"], PLANNED, HELD)
    _unlocked(row)
    ctx.check(faults(ctx, row))
    if not row["closed_at"]:
        close(ctx, {"uid": row["uid"]})
    ctx.work.update(MEETING, row["uid"], {"minutes_state": REVIEW})
    ctx.work.title = f"纪要送审 {called(row)}"
    return Outcome(row["uid"], f"已{ctx.work.title}，等{row['chair'] or '主持人'}审")


def _in_state(row: Row, states: tuple[str, ...], cure: str) -> None:
    if row["minutes_state"] not in states:
        told = MEETING["minutes_state"].kind.show(row["minutes_state"])
        raise Refused(Problem(f"纪要现在是「{told}」", cure, path="uid", code=f"minutes_{row['minutes_state']}"))


def send_back(ctx: Context, args: Row) -> Outcome:
    """退改: the chair wants something changed; minutes sent already are written anew as well."""
    row = the_meeting(ctx, args["uid"], HELD)
    _in_state(row, (REVIEW, APPROVED, SENT), "送审以后才能退改")
    values: Row = {"minutes_state": RETURNED, "review_note": args["note"], "reviewed_by": None, "reviewed_at": None}
    ctx.work.update(MEETING, row["uid"], {**values, "sent_at": None, "sent_how": None})
    for person in ctx.work.of_parent(PERSON, row["uid"]):
        ctx.work.update(PERSON, person["uid"], {"minutes_at": None})
    ctx.work.title = f"纪要退改 {called(row)}"
    return Outcome(row["uid"], f"已{ctx.work.title}：{args['note']}")


def approve(ctx: Context, args: Row) -> Outcome:
    """审过: by the chair, who may have signed on paper; open tasks go onto the next agenda of the series."""
    row = the_meeting(ctx, args["uid"], HELD)
    _in_state(row, (REVIEW,), "请先「送审」")
    at = str(args.get("reviewed_at") or ctx.now)
    by = args.get("reviewed_by") or row["chair"]
    if not by:
        raise Refused(
            Problem(
                "没写是谁审的",
                "请填审核人，或给会议写上主持人",
                path="reviewed_by",
                place="「审核人」",
                code="required",
            )
        )
    late = [*not_earlier(str(row["closed_at"]), "散会时间", at, "reviewed_at", "审核时间"),
            *not_ahead(ctx, at, "reviewed_at", "审核时间")]  # fmt: skip
    ctx.check(late)
    values = {"minutes_state": APPROVED, "reviewed_by": by, "reviewed_at": at, "review_note": args.get("note")}
    ctx.work.update(MEETING, row["uid"], values)
    carried = _onto_the_next(ctx, row)
    ctx.work.title = f"{called(row)} 纪要由 {by} 审过"
    tail = f"，没完的 {carried} 条带到下一次议程" if carried else ""
    return Outcome(row["uid"], f"{ctx.work.title}{tail}，请发给大家", {"carried": carried})


def _onto_the_next(ctx: Context, row: Row) -> int:
    """Carry open tasks onto the next meeting of the series when that one is prepared already."""
    series = ctx.work.get("meeting_series", row["series"]) if row["series"] else None
    if series is None or series["carry"] == 0:
        return 0
    later = ctx.work.value(
        "SELECT uid FROM meeting WHERE series = ? AND void = 0 AND state = 'planned' AND starts_at > ? ORDER BY starts_at LIMIT 1",
        (series["uid"], row["starts_at"]),
    )
    return take_along(ctx, str(later), series["uid"]) if later else 0


def send(ctx: Context, args: Row) -> Outcome:
    """发纪要: to everybody invited or to those named; minutes that the chair has not approved do not leave."""
    row = the_meeting(ctx, args["uid"], HELD)
    _in_state(row, (APPROVED, SENT), "要主持人审过才能发，请先「送审」")
    people = ctx.work.of_parent(PERSON, row["uid"])
    names = read_names(str(args.get("names") or "")) or [str(p["name"]) for p in people]
    strangers = [n for n in names if n not in {str(p["name"]) for p in people}]
    if strangers:
        raise Refused(
            Problem(f"{'、'.join(strangers)} 不在参会人里", "请先加到参会人（列席），或不写名字就是发给全部", path="names",
                    place="「发给谁」", code="stranger")
        )  # fmt: skip
    for person in people:
        if person["name"] in names:
            ctx.work.update(PERSON, person["uid"], {"minutes_at": ctx.now})
    values = {"minutes_state": SENT, "sent_at": row["sent_at"] or ctx.now, "sent_how": args["told_how"]}
    ctx.work.update(MEETING, row["uid"], values)
    left = [str(p["name"]) for p in people if p["name"] not in names and not p["minutes_at"]]
    ctx.work.title = f"{called(row)} 纪要已{args['told_how']}发给 {'、'.join(names)}"
    text = minutes_text(ctx.work, row, ctx.settings.company, ctx.operator, ctx.today)
    data = {"text": text, "left": left, **({"clipboard": text} if args["told_how"] in ("微信", "邮件") else {})}
    return Outcome(row["uid"], ctx.work.title + (f"；没发 {'、'.join(left)}" if left else ""), data)


def wechat(ctx: Context, args: Row) -> Outcome:
    """The minutes as a text; only looked at, nothing is noted as sent."""
    row = the_meeting(ctx, args["uid"])
    text = minutes_text(ctx.work, row, ctx.settings.company, ctx.operator, ctx.today)
    return Outcome(row["uid"], "纪要的文字已备好", {"text": text, "clipboard": text})


_MEETING = Field("uid", "会议", Link(entity="meeting"), required=True)
_HOW = Field("told_how", "怎么发", HOW, required=True, default="微信")
VERBS = (
    Verb("meeting.start", "开始开会", start, (_MEETING,), changes=("meeting", "meeting_person"), entity="meeting", icon="play",
         states=(PLANNED,), note="开始计时"),
    Verb("agenda.start", "讲这一项", topic, (Field("uid", "议程", Link(entity="agenda_item"), required=True),),
         changes=("agenda_item",), entity="agenda_item", icon="play"),
    Verb("meeting.close", "散会", close,
         (_MEETING, Field("closed_at", "几点散的", Stamp(), note="不给就是现在"),
          Field("began_at", "几点开的", Stamp(), note="没计时才用，不给就是原定时间")),
         changes=("meeting", "agenda_item", "meeting_person"), entity="meeting", icon="stop", states=(PLANNED,)),
    Verb("minutes.write", "写纪要", save,
         (_MEETING, Field("talks", "讨论", Lines(entity=TALK)), Field("resolutions", "决议", Lines(entity=RESOLVED)),
          Field("shown", "打开时的决议", Note(8000), note="它们的编号；给了，打开以后别人加的决议就不会被拿掉"),
          Field("attended", "到会的人", Note(2000), note="名字用顿号隔开；名单外的记成列席", suggest="meeting.people")),
         changes=("agenda_item", "resolution", "meeting_person"), entity="meeting", icon="edit", palette=False),
    Verb("minutes.submit", "纪要送审", submit, (_MEETING,), changes=("meeting", "agenda_item", "meeting_person"), entity="meeting",
         icon="send", states=(DRAFT, RETURNED)),
    Verb("minutes.approve", "主持人审过", approve,
         (_MEETING, Field("reviewed_by", "审核人", Text(40), note="不给就是主持人", suggest="meeting.people"),
          Field("reviewed_at", "审核时间", Stamp(), note="不给就是现在"), Field("note", "审核意见", Text(400))),
         changes=("meeting", "agenda_item"), entity="meeting", icon="check", states=(REVIEW,)),
    Verb("minutes.return", "纪要退改", send_back, (_MEETING, Field("note", "改什么", Text(400), required=True)),
         changes=("meeting", "meeting_person"), entity="meeting", icon="undo", states=(REVIEW, APPROVED, SENT)),
    Verb("minutes.send", "发纪要", send,
         (_MEETING, _HOW, Field("names", "发给谁", Note(1000), note="名字用顿号隔开；不给就是全部参会人", suggest="meeting.people")),
         changes=("meeting", "meeting_person"), entity="meeting", icon="send", states=(APPROVED,)),
    Verb("minutes.wechat", "纪要文字", wechat, (_MEETING,), role=Role.VIEWER, entity="meeting", icon="chat", palette=False),
)  # fmt: skip
