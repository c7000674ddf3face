"""What is kept of meetings: rooms, equipment, series, the meeting with people, agenda and checklist, and what was resolved."""

from __future__ import annotations

from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Choice, Day, Flag, Int, Link, Note, Option, Rate, Stamp, Text, options
from salesdesk.services.telling import HOW, told_fields

CHAIR, RECORDER, MEMBER, GUEST = "主持", "记录", "参加", "列席"
PART = Choice(options=options(CHAIR, RECORDER, MEMBER, GUEST))
TASK, DECISION, INFORMATION = "任务", "决定", "通报"
PAPERS, GEAR = "资料", "设备"
PLANNED, HELD, CANCELLED = "planned", "held", "cancelled"
DRAFT, REVIEW, RETURNED, APPROVED, SENT = "draft", "review", "returned", "approved", "sent"
WEEKLY, MONTHLY, NTH, LAST_WEEKDAY, LAST_WORKDAY = "weekly", "monthly", "nth", "last_weekday", "last_workday"
HOLD, SKIP, LATER, EARLIER = "hold", "skip", "later", "earlier"
COMES, STAYS_AWAY, UNSURE = "参加", "不来", "待定"
ANSWER = Choice(options=options(COMES, STAYS_AWAY, UNSURE))

ROOM = Entity(
    "meeting_room",
    "会议室",
    (
        Field("name", "名称", Text(40, True), required=True, listed=True, search=True),
        Field("seats", "座位", Int(least=1), listed=True, synonyms=("容纳人数", "人数")),
        Field("fixed_gear", "自带设备", Text(120), listed=True, note="例如 投影、白板"),
        Field("place", "在哪里", Text(80), listed=True, synonyms=("地点", "楼层")),
        Field("note", "备注", Note(400), wide=True),
    ),
    icon="room",
)
GEAR_ITEM = Entity(
    "meeting_gear",
    "会议设备",
    (
        Field("name", "设备", Text(40, True), required=True, listed=True, search=True),
        Field("count", "有几台", Int(least=1), listed=True, required=True, default="1", synonyms=("数量",)),
        Field("keeper", "谁保管", Text(40), listed=True, suggest="meeting.people"),
        Field("note", "备注", Text(200), listed=True),
    ),
    icon="camera",
)
"""Equipment that can be lent to a meeting; what stands in a room for good is said with the room."""

SERIES = Entity(
    "meeting_series",
    "例会",
    (
        Field("title", "会议名称", Text(80, True), required=True, listed=True, search=True),
        Field("first_at", "第一次", Stamp(), required=True, listed=True, important=True,
              note="日期和时间，如 6.15 9:00；以后星期几、几号、几点都照它"),
        Field(
            "repeat",
            "怎么重复",
            Choice(
                options=(
                    Option(WEEKLY, "每周"),
                    Option(MONTHLY, "每月同一号"),
                    Option(NTH, "每月第几个星期几"),
                    Option(LAST_WEEKDAY, "每月最后一个星期几"),
                    Option(LAST_WORKDAY, "每月最后一个工作日"),
                )
            ),
            required=True,
            listed=True,
            default="每周",
            note="31 号的，小月开在月底",
        ),
        Field("every", "隔几个", Int(least=1), listed=True, default="1", note="1 每周（月）一次，2 隔一周（月）"),
        Field("until", "到哪天为止", Day(ahead=True), listed=True, note="不填就一直开"),
        Field(
            "on_holiday",
            "碰到节假日",
            Choice(
                options=(
                    Option(HOLD, "照开"), Option(SKIP, "不开"), Option(LATER, "推到下一个工作日"),
                    Option(EARLIER, "提前到上一个工作日"),
                )
            ),
            default="不开",
            note="周末不算",
        ),
        Field("minutes", "时长（分钟）", Int(least=5), required=True, listed=True, default="60"),
        Field("room", "会议室", Link(entity="meeting_room"), listed=True),
        Field("place", "别的地点", Text(120), note="不在会议室开才填，或写腾讯会议号"),
        Field("chair", "主持人", Text(40), listed=True, suggest="meeting.people"),
        Field("recorder", "记录人", Text(40), suggest="meeting.people"),
        Field("people", "参加的人", Note(1000), wide=True, note="名字用顿号隔开，如 李强、陈静", suggest="meeting.people"),
        Field("agenda", "固定议程", Note(2000), wide=True, note="一行一项，行末写分钟，如 上周销售情况 15"),
        Field("needs", "要准备的", Note(1000), wide=True, note="一行一样，如 投影仪 @陈静"),
        Field("carry", "没完的决议带到下一次", Flag(), default="是"),
    ),
    naming="title",
    subtitle=("chair",),
    order="t.title",
    icon="sync",
)  # fmt: skip

MEETING = Entity(
    "meeting",
    "会议",
    (
        Field("number", "会议号", Text(40, True), listed=True, fixed=True),
        Field("title", "会议名称", Text(80, True), required=True, listed=True, search=True),
        Field("starts_at", "开始", Stamp(), required=True, listed=True, important=True, note="如 6.15 9:00"),
        Field("minutes", "时长（分钟）", Int(least=5), required=True, listed=True, default="60"),
        Field("ends_at", "结束", Stamp(), derived=True, aside=True),
        Field("room", "会议室", Link(entity="meeting_room"), listed=True),
        Field("place", "别的地点", Text(120), note="不在会议室开才填，或写腾讯会议号"),
        Field("chair", "主持人", Text(40), listed=True, note="审纪要的人", suggest="meeting.people"),
        Field("recorder", "记录人", Text(40), suggest="meeting.people"),
        Field("purpose", "要解决什么", Note(600), wide=True),
        Field(
            "state",
            "状态",
            Choice(
                options=(
                    Option(PLANNED, "要开", "info", "calendar"),
                    Option(HELD, "开过了", "ok", "checkmark_circle"),
                    Option(CANCELLED, "取消", "neutral", "dismiss"),
                )
            ),
            listed=True,
            fixed=True,
            aside=True,
        ),
        Field("why", "改期、取消的原因", Text(200), fixed=True),
        Field("series", "例会", Link(entity="meeting_series"), listed=True, fixed=True),
        Field("series_day", "例会的哪一次", Day(), fixed=True, aside=True),
        Field("version", "通知第几版", Int(), fixed=True, aside=True, note="时间、地点改一次加一，日历靠它认新旧"),
        Field("began_at", "实际开始", Stamp(), fixed=True, aside=True),
        Field("closed_at", "实际结束", Stamp(), fixed=True, aside=True),
        Field(
            "minutes_state",
            "纪要",
            Choice(
                options=(
                    Option(DRAFT, "没写完", "warn", "edit"),
                    Option(REVIEW, "待审", "prog", "clock"),
                    Option(RETURNED, "退改", "err", "undo"),
                    Option(APPROVED, "已审", "info", "check"),
                    Option(SENT, "已发", "ok", "send"),
                )
            ),
            listed=True,
            fixed=True,
            aside=True,
        ),
        Field("review_note", "审核意见", Text(400), fixed=True, aside=True),
        Field("reviewed_by", "审核人", Text(40), fixed=True, aside=True),
        Field("reviewed_at", "审核时间", Stamp(), fixed=True, aside=True),
        Field("sent_at", "纪要发出", Stamp(), fixed=True, aside=True),
        Field("sent_how", "怎么发的", HOW, fixed=True, aside=True),
        Field("invited", "应到", Int(), derived=True, aside=True),
        Field("acked", "已知晓", Int(), derived=True, aside=True),
        Field("knowing", "知晓率", Rate(), listed=True, derived=True, aside=True),
    ),
    naming="title",
    code="number",
    subtitle=("number", "chair"),
    indexes=(("starts_at",), ("state", "minutes_state"), ("series", "series_day")),
    order="t.starts_at DESC, t.rowid DESC",
    icon="calendar",
)
"""`version` is what calendars call SEQUENCE: it grows when time, place or standing change, and never falls."""

PERSON = Entity(
    "meeting_person",
    "参会人",
    (
        Field("meeting", "会议", Link(entity="meeting"), required=True, fixed=True),
        Field("seq", "序", Int(), fixed=True),
        Field(
            "name",
            "姓名",
            Text(40, True),
            required=True,
            listed=True,
            synonyms=("参会人", "人员"),
            suggest="meeting.people",
        ),
        Field("part", "身份", PART, listed=True, required=True, default=MEMBER),
        Field("department", "部门", Text(40), listed=True),
        Field(
            "state",
            "通知",
            Choice(
                options=(
                    Option("waiting", "没通知", "err", "clock"),
                    Option("again", "改了没再通知", "err", "refresh"),
                    Option("told", "等回话", "warn", "send"),
                    Option("acked", "已知晓", "ok", "checkmark_circle"),
                    Option("away", "请假", "neutral", "person"),
                    Option("skipped", "不用通知", "neutral", "dismiss"),
                )
            ),
            listed=True,
            derived=True,
        ),
        *told_fields("知晓"),
        Field("told_version", "通知的第几版", Int(), fixed=True),
        Field("answer", "来不来", ANSWER, listed=True, fixed=True),
        Field("note", "备注", Text(200)),
        Field("attended", "到会", Flag(), fixed=True),
        Field("minutes_at", "收到纪要", Stamp(), fixed=True),
    ),
    naming="name",
    parent=("meeting", "meeting"),
    indexes=(("state",), ("name",)),
    order="t.seq, t.rowid",
    icon="person",
)
"""state follows from who was told of which version (`derive`): an answer to an old version counts no more."""

ITEM = Entity(
    "agenda_item",
    "议程",
    (
        Field("meeting", "会议", Link(entity="meeting"), required=True, fixed=True),
        Field("seq", "序", Int(), fixed=True),
        Field("title", "议题", Text(200), required=True, listed=True, wide=True, synonyms=("议程", "事项")),
        Field("minutes", "分钟", Int(least=1), listed=True),
        Field("speaker", "谁讲", Text(40), listed=True, suggest="meeting.people"),
        Field("carried", "上次的决议", Link(entity="resolution", weak=True), fixed=True),
        Field("discussion", "讨论", Note(8000), fixed=True),
        Field("began_at", "开始讲", Stamp(), fixed=True),
        Field("spent", "已用（秒）", Int(), fixed=True),
    ),
    naming="title",
    parent=("meeting", "meeting"),
    order="t.seq, t.rowid",
    icon="list",
)
"""began_at: set while the item is being talked about; spent: what it has taken before that."""

NEED = Entity(
    "meeting_need",
    "要准备的",
    (
        Field("meeting", "会议", Link(entity="meeting"), required=True, fixed=True),
        Field("seq", "序", Int(), fixed=True),
        Field("kind", "种类", Choice(options=options(PAPERS, GEAR)), required=True, listed=True, default=PAPERS),
        Field("name", "名称", Text(80), required=True, listed=True, wide=True, synonyms=("资料", "设备")),
        Field("count", "数量", Int(least=1), listed=True, default="1"),
        Field("who", "谁准备", Text(40), listed=True, synonyms=("负责人",), suggest="meeting.people"),
        Field("ready", "好了", Flag(), listed=True),
    ),
    naming="name",
    parent=("meeting", "meeting"),
    order="t.seq, t.rowid",
    icon="box",
)

RESOLUTION = Entity(
    "resolution",
    "决议",
    (
        Field("meeting", "会议", Link(entity="meeting"), required=True, listed=True, fixed=True),
        Field("item", "议题", Link(entity="agenda_item", weak=True), fixed=True),
        Field("seq", "序", Int(), fixed=True),
        Field(
            "kind",
            "种类",
            Choice(options=options(TASK, DECISION, INFORMATION)),
            required=True,
            listed=True,
            default=TASK,
        ),
        Field("text", "内容", Text(400), required=True, listed=True, wide=True, search=True),
        Field("owner", "负责人", Text(40), listed=True, synonyms=("责任人",), suggest="meeting.people"),
        Field("due", "期限", Day(ahead=True), listed=True, important=True, synonyms=("完成时间",)),
        Field(
            "state",
            "状态",
            Choice(
                options=(
                    Option("open", "没办完", "warn", "clock"),
                    Option("done", "办完", "ok", "checkmark_circle"),
                    Option("dropped", "不办了", "neutral", "dismiss"),
                    Option("noted", "不用跟", "neutral", "info"),
                )
            ),
            listed=True,
            fixed=True,
            important=True,
        ),
        Field("done_at", "办结时间", Stamp(), listed=True, fixed=True),
        Field("done_by", "登记人", Text(40), fixed=True),
        Field("result", "结果", Text(400), listed=True, fixed=True),
        Field("put_off", "改期", Note(1000), fixed=True),
    ),
    naming="text",
    subtitle=("owner",),
    indexes=(("state", "due"), ("meeting", "seq")),
    order="t.rowid DESC",
    icon="flag",
)
"""What a meeting resolved. 任务 is open until done; 决定 and 通报 are noted. put_off: every later due day with its reason."""
ENTITIES = (ROOM, GEAR_ITEM, SERIES, MEETING, PERSON, ITEM, NEED, RESOLUTION)
