"""Papers of a meeting: the notice with a place to sign for a few, the 签到表 for many, and the minutes."""

from __future__ import annotations

from salesdesk.domain.kinds import Row, Stamp
from salesdesk.modules.meetings import queries
from salesdesk.modules.meetings.model import CANCELLED, ITEM, MEETING, NEED, PERSON, STAYS_AWAY
from salesdesk.modules.meetings.wording import (
    hours,
    in_brackets,
    need_words,
    resolution_words,
    standing,
    told_otherwise,
    topic_title,
)
from salesdesk.services.papers.shapes import Sheet, SheetColumn, Signature
from salesdesk.services.prints import Printing, paper_verbs

PAPERS = (("A4", "A4"), ("A5L", "A5 横向"))
BOXES = 8
"""People who have a box each on the notice; more of them sign on the 签到表."""
SPARE = 3
"""Blank lines for who comes besides."""
_STAMP = Stamp()


def notice_sheet(printing: Printing, row: Row) -> Sheet:
    """会议通知: when, where, who, the agenda, what to bring, and boxes in which each of a few writes that he knows."""
    reader = printing.reader
    people = [p for p in reader.of_parent(PERSON, row["uid"]) if p["needed"] != 0]
    items = reader.of_parent(ITEM, row["uid"])
    needs, few = reader.of_parent(NEED, row["uid"]), len(people) <= BOXES
    notes = [("要解决", str(row["purpose"]))] if row["purpose"] else []
    if needs:
        notes.append(("请准备", "；".join(need_words(need) for need in needs)))
    title = (
        "会议取消通知" if row["state"] == CANCELLED else "会议改期通知" if told_otherwise(reader, row) else "会议通知"
    )
    return Sheet(
        title=title,
        company=printing.company,
        number=str(row["number"]),
        pairs=(
            ("会议", str(row["title"])), ("时间", hours(row)), ("地点", queries.place_of(reader, row)),
            ("主持", str(row["chair"] or "")), ("记录", str(row["recorder"] or "")), ("应到", f"{len(people)} 人"),
        ),
        columns=(
            SheetColumn("序", 5, "center", "code"), SheetColumn("议题", 60), SheetColumn("分钟", 8, "right"), SheetColumn("谁讲", 14)
        ),
        rows=tuple(
            (str(i), topic_title(reader, item), str(item["minutes"] or ""), str(item["speaker"] or ""))
            for i, item in enumerate(items, 1)
        )
        or (("", "（没有写议程）", "", ""),),
        notes=tuple(notes),
        signatures=tuple(Signature(str(p["name"]), str(p["answer"] or "")) for p in people[: BOXES if few else 0]),
        sign_boxes=few and bool(people),
        footnotes=(
            f"知道了请在{'自己名下' if few else '签到表上'}签字；来不了请说明，并请人代参加。",
            *(() if few else (f"通知：{'、'.join(str(p['name']) for p in people)}",)),
            *((f"取消原因：{row['why']}",) if row["state"] == CANCELLED and row["why"] else ()),
        ),
        fill_rows=0,
        print_count=printing.nth,
        printed_by=printing.operator,
        stamp=printing.now,
    )  # fmt: skip


def attendance_sheet(printing: Printing, row: Row) -> Sheet:
    """签到表: a line for everybody invited, to sign that he knows and again when he comes, and some for who comes besides."""
    reader = printing.reader
    people = [p for p in reader.of_parent(PERSON, row["uid"]) if p["needed"] != 0]
    return Sheet(
        title="会议签到表",
        company=printing.company,
        number=str(row["number"]),
        pairs=(
            ("会议", str(row["title"])), ("时间", hours(row)), ("地点", queries.place_of(reader, row)), ("应到", f"{len(people)} 人"),
        ),
        columns=(
            SheetColumn("序", 5, "center", "code"), SheetColumn("姓名", 14), SheetColumn("部门", 16), SheetColumn("身份", 8, "center"),
            SheetColumn("知晓签字", 18), SheetColumn("到会签到", 18), SheetColumn("备注", 16),
        ),
        rows=tuple(
            (
                str(i), str(p["name"]), str(p["department"] or ""), str(p["part"]), "", "",
                "请假" if p["answer"] == STAYS_AWAY else str(p["note"] or ""),
            )
            for i, p in enumerate(people, 1)
        )
        or (("", "（没有写参会人）", "", "", "", "", ""),),
        fill_rows=len(people) + SPARE,
        print_count=printing.nth,
        printed_by=printing.operator,
        stamp=printing.now,
    )  # fmt: skip


def minutes_sheet(printing: Printing, row: Row) -> Sheet:
    """会议纪要: discussion by item, then what was resolved with where each stands by now."""
    reader, today = printing.reader, printing.now[:10]
    people = reader.of_parent(PERSON, row["uid"])
    came = "、".join(str(p["name"]) for p in people if p["attended"])
    absent = "、".join(
        f"{p['name']}{in_brackets('请假' if p['answer'] == STAYS_AWAY else '')}" for p in people if not p["attended"]
    )
    rows = [
        (str(i), topic_title(reader, item), str(item["discussion"] or ""))
        for i, item in enumerate(reader.of_parent(ITEM, row["uid"]), 1)
    ]
    for i, one in enumerate(queries.resolutions_of(reader, row["uid"]), 1):
        told = standing(one, today)
        rows.append((f"决{i}", resolution_words(one), told))
    state = MEETING["minutes_state"].kind.show(row["minutes_state"])
    reviewed = f"{row['reviewed_by'] or ''} {_STAMP.show(row['reviewed_at'])}".strip()
    sent = f"{row['sent_how'] or ''} {_STAMP.show(row['sent_at'])}".strip()
    return Sheet(
        title="会议纪要",
        company=printing.company,
        number=str(row["number"]),
        pairs=(
            ("会议", str(row["title"])), ("时间", hours(row)), ("地点", queries.place_of(reader, row)),
            ("主持", str(row["chair"] or "")), ("记录", str(row["recorder"] or "")), ("审核", reviewed or f"（{state}）"),
        ),
        columns=(SheetColumn("项", 6, "center", "code"), SheetColumn("议题、决议", 40), SheetColumn("讨论、落实", 50)),
        rows=tuple(rows) or (("", "（还没有记）", ""),),
        notes=tuple((k, v) for k, v in (("到会", came), ("没到", absent), ("已发", sent)) if v),
        signatures=(Signature("记录", str(row["recorder"] or "")), Signature("主持人审核", str(row["reviewed_by"] or ""))),
        footnotes=() if row["reviewed_at"] else ("没审过的纪要，只供主持人审改。",),
        fill_rows=0,
        print_count=printing.nth,
        printed_by=printing.operator,
        stamp=printing.now,
    )  # fmt: skip


VERBS = (
    *paper_verbs("meeting", "通知", MEETING, notice_sheet, "print.meeting_paper", PAPERS),
    *paper_verbs("attendance", "签到表", MEETING, attendance_sheet, "print.meeting_paper", PAPERS),
    *paper_verbs("minutes", "纪要", MEETING, minutes_sheet, "print.meeting_paper", PAPERS),
)
