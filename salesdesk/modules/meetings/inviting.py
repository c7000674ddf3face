"""Inviting: who was told how and when, who answered what, and the words and files that carry the news (MTG-2)."""

from __future__ import annotations

from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Link, Row, Stamp, Text
from salesdesk.domain.problems import Problem
from salesdesk.domain.text import safe_file_name
from salesdesk.modules.meetings.model import ANSWER, CANCELLED, COMES, MEETING, PERSON, SERIES
from salesdesk.modules.meetings.series import the_series
from salesdesk.modules.meetings.service import called, the_meeting
from salesdesk.modules.meetings.wording import notice
from salesdesk.services.files import output_path, write_atomically
from salesdesk.services.module import Context, Outcome, Verb
from salesdesk.services.roles import Role
from salesdesk.services.telling import HOW, acknowledged, not_ahead, told


def _person(ctx: Context, uid: object) -> tuple[Row, Row]:
    """Somebody invited and the meeting. Raises Refused."""
    row = ctx.work.get(PERSON, str(uid))
    if row is None or row["void"]:
        raise Refused(Problem("没有这位参会人", "名单可能改过了，请刷新", path="uid", code="unknown_record"))
    return row, the_meeting(ctx, row["meeting"])


def _anew(row: Row, meeting: Row) -> Row:
    """What telling a person of this version clears: an answer given to an older one."""
    fresh = row["told_version"] is not None and int(row["told_version"]) < int(meeting["version"])
    cleared: Row = {"ack_by": None, "ack_at": None, "answer": None} if fresh else {}
    return {**cleared, "told_version": meeting["version"]}


def tell(ctx: Context, args: Row) -> Outcome:
    """登记通知: one person was told; who answers at once is noted as well."""
    row, meeting = _person(ctx, args["uid"])
    at = args.get("told_at") or ctx.now  # may be before the meeting was entered: people are often told by word first
    ctx.check(not_ahead(ctx, at, "told_at", "告知时间"))
    answer = args.get("answer")
    values = _anew(row, meeting) | told(ctx, args["told_how"], at, row["name"] if answer else None)
    if answer:
        values["answer"] = answer
    ctx.work.update(PERSON, row["uid"], values)
    ctx.work.title = f"{called(meeting)} 已{args['told_how']}通知{row['name']}"
    return Outcome(row["uid"], ctx.work.title, _words(ctx, meeting, str(args["told_how"])))


def tell_all(ctx: Context, args: Row) -> Outcome:
    """全部通知: everybody who does not know this version was told the same way; WeChat words go to the clipboard."""
    meeting = the_meeting(ctx, args["uid"])
    wanting = ("again",) if meeting["state"] == CANCELLED else ("waiting", "again")  # who never heard of it need not
    waiting = [p for p in ctx.work.of_parent(PERSON, meeting["uid"]) if p["state"] in wanting]
    if not waiting:
        raise Refused(Problem("都通知过了", "等他们回话后登记知晓", path="uid", code="all_told"))
    for row in waiting:
        ctx.work.update(PERSON, row["uid"], _anew(row, meeting) | told(ctx, args["told_how"]))
    names = "、".join(str(p["name"]) for p in waiting)
    ctx.work.title = f"{called(meeting)} 已{args['told_how']}通知 {names}"
    return Outcome(meeting["uid"], ctx.work.title, _words(ctx, meeting, str(args["told_how"])))


def _words(ctx: Context, meeting: Row, how: str) -> dict[str, str]:
    text = notice(ctx.work, meeting, ctx.settings.company, ctx.operator)
    return {"text": text, **({"clipboard": text} if how in ("微信", "邮件") else {})}


def answer(ctx: Context, args: Row) -> Outcome:
    """登记知晓: a person says that he knows, and whether he comes."""
    row, meeting = _person(ctx, args["uid"])
    at = args.get("ack_at") or ctx.now
    ctx.check(not_ahead(ctx, at, "ack_at", "知晓时间"))
    off = meeting["state"] == CANCELLED
    values = {**acknowledged(ctx, row, args.get("ack_by") or row["name"], at, args.get("told_how")),
              "answer": args.get("answer") or (None if off else COMES), "told_version": meeting["version"]}  # fmt: skip
    if args.get("note"):
        values["note"] = args["note"]
    ctx.work.update(PERSON, row["uid"], values)
    ctx.work.title = f"{called(meeting)} {row['name']} 知晓{'取消' if off else ''}{'：' if values['answer'] else ''}{values['answer'] or ''}"
    return Outcome(row["uid"], f"已登记：{ctx.work.title}")


def answer_all(ctx: Context, args: Row) -> Outcome:
    """都知晓了: everybody told of this version has answered, as in a group where all write 收到."""
    meeting = the_meeting(ctx, args["uid"])
    waiting = [p for p in ctx.work.of_parent(PERSON, meeting["uid"]) if p["state"] == "told"]
    if not waiting:
        raise Refused(Problem("没有在等回话的人", "没通知的请先「全部通知」", path="uid", code="nobody_waits"))
    comes: Row = {} if meeting["state"] == CANCELLED else {"answer": COMES}
    for row in waiting:
        ctx.work.update(PERSON, row["uid"], {**acknowledged(ctx, row, row["name"]), **comes})
    ctx.work.title = f"{called(meeting)} {'、'.join(str(p['name']) for p in waiting)} 都知晓"
    return Outcome(meeting["uid"], f"已登记：{ctx.work.title}")


def skip(ctx: Context, args: Row) -> Outcome:
    """不用通知: this person need not be told, and why."""
    row, meeting = _person(ctx, args["uid"])
    ctx.work.update(PERSON, row["uid"], {"needed": 0, "note": args["note"]})
    ctx.work.title = f"{called(meeting)} 不用通知{row['name']}"
    return Outcome(row["uid"], f"已登记：{ctx.work.title}")


def wechat(ctx: Context, args: Row) -> Outcome:
    """The notice as a text to paste into WeChat; nobody is noted as told."""
    meeting = the_meeting(ctx, args["uid"])
    text = notice(ctx.work, meeting, ctx.settings.company, ctx.operator)
    return Outcome(meeting["uid"], "通知的文字已备好，可以粘到微信", {"text": text, "clipboard": text})


def unanswered(ctx: Context, args: Row) -> Outcome:
    """谁没回话: names by what is missing, as a text to remind them in a group."""
    meeting = the_meeting(ctx, args["uid"])
    rows = ctx.work.of_parent(PERSON, meeting["uid"])
    silent = [str(p["name"]) for p in rows if p["state"] == "told"]
    off = meeting["state"] == CANCELLED
    untold = [str(p["name"]) for p in rows if p["state"] in (("again",) if off else ("waiting", "again"))]
    if not silent and not untold:
        return Outcome(meeting["uid"], f"{called(meeting)} 都知晓了", {"silent": [], "untold": []})
    parts = [f"没回话 {'、'.join(silent)}"] if silent else []
    parts += [f"没通知 {'、'.join(untold)}"] if untold else []
    text = (
        f"{' '.join('@' + n for n in silent)} {called(meeting)} {'取消了，收到请回复' if off else '收到请回复，来不来说一声'}。"
        if silent
        else ""
    )
    data = {"silent": silent, "untold": untold, "text": text, **({"clipboard": text} if text else {})}
    return Outcome(meeting["uid"], "；".join(parts) + ("，提醒的话已复制" if text else ""), data)


def ics(ctx: Context, args: Row) -> Outcome:
    """日历文件: one meeting as .ics; importing a later version over it moves or cancels the entry."""
    from salesdesk.modules.meetings.calendar_file import of_meeting

    meeting = the_meeting(ctx, args["uid"])
    return _written(ctx, args, meeting, MEETING.title, of_meeting(ctx.work, meeting, ctx.now))


def series_ics(ctx: Context, args: Row) -> Outcome:
    """日历文件: a whole series with its rule, the days left out and the meetings moved."""
    from salesdesk.modules.meetings.calendar_file import of_series

    series = the_series(ctx, args["uid"])
    return _written(ctx, args, series, SERIES.title, of_series(ctx.work, series, ctx.now))


def _written(ctx: Context, args: Row, row: Row, title: str, content: bytes) -> Outcome:
    name = " ".join(filter(None, (str(row["title"]), str(row.get("number") or title))))
    target = output_path(args.get("out"), (".ics",), ctx.folder / "prints" / f"{safe_file_name(name)}.ics")
    write_atomically(target, content)
    return Outcome(row["uid"], f"日历文件已存为 {target.name}，发给参会人双击就进日历", {"file": str(target)})


_PERSON = Field("uid", "参会人", Link(entity="meeting_person"), required=True)
_MEETING = Field("uid", "会议", Link(entity="meeting"), required=True)
_HOW = Field("told_how", "怎么通知", HOW, required=True, default="微信")
_OUT = Field("out", "存到", Text(400), note=".ics 文件路径；不给就放在数据文件夹的 prints 里")
_CHANGED = ("meeting_person",)

VERBS = (
    Verb("meeting.tell_all", "全部通知", tell_all, (_MEETING, _HOW), changes=_CHANGED, entity="meeting", icon="send",
         states=("planned", "cancelled"), note="通知的话放进剪贴板，粘到群里"),
    Verb("meeting.answer_all", "都知晓了", answer_all, (_MEETING,), changes=_CHANGED, entity="meeting", icon="check",
         states=("planned", "cancelled")),
    Verb("meeting.unanswered", "谁没回话", unanswered, (_MEETING,), role=Role.VIEWER, entity="meeting", icon="question",
         states=("planned", "cancelled")),
    Verb("meeting.wechat", "微信通知", wechat, (_MEETING,), role=Role.VIEWER, entity="meeting", icon="chat",
         states=("planned", "cancelled")),
    Verb("meeting.ics", "日历文件", ics, (_MEETING, _OUT), role=Role.VIEWER, entity="meeting", icon="calendar",
         states=("planned", "cancelled")),
    Verb("meeting_series.ics", "日历文件", series_ics, (Field("uid", "例会", Link(entity="meeting_series"), required=True), _OUT),
         role=Role.VIEWER, entity="meeting_series", icon="calendar"),
    Verb("invite.tell", "登记通知", tell,
         (_PERSON, _HOW, Field("told_at", "告知时间", Stamp(), note="不给就是现在"),
          Field("answer", "当场怎么说", ANSWER, note="当场就答了才填")),
         changes=_CHANGED, entity="meeting_person", icon="send"),
    Verb("invite.answer", "登记知晓", answer,
         (_PERSON, Field("answer", "来不来", ANSWER, default=COMES),
          Field("ack_by", "谁回的话", Text(40), note="不给就是本人", suggest="meeting.people"),
          Field("ack_at", "知晓时间", Stamp(), note="不给就是现在"), Field("told_how", "告知方式", HOW, note="还没登记通知时才用"),
          Field("note", "备注", Text(200))),
         changes=_CHANGED, entity="meeting_person", icon="check"),
    Verb("invite.skip", "不用通知", skip, (_PERSON, Field("note", "为什么不用", Text(200), required=True)),
         changes=_CHANGED, entity="meeting_person", icon="dismiss"),
)  # fmt: skip
