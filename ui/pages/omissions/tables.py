"""The kinds of missing orders as tables of plain words; each row knows the verb it wants and the record it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from salesdesk.domain import dates
from salesdesk.domain.working_time import WorkingHours, told
from salesdesk.modules.omissions.model import ANSWER
from salesdesk.modules.omissions.rules import SURE_WORDS
from ui.pages.omissions.board import Board

Cell = tuple[str, str]
"""(text, ink)."""


@dataclass(frozen=True)
class Line:
    """One row. verb and args: what Enter does; entity and uid: what Ctrl+Enter shows."""

    cells: tuple[Cell, ...]
    verb: str = ""
    args: Mapping[str, Any] = field(default_factory=dict, hash=False)
    entity: str = ""
    uid: str = ""


@dataclass(frozen=True)
class Kind:
    """One kind: pill, columns, stretched columns, the words of its verb, and what is said when there is nothing."""

    key: str
    title: str
    columns: tuple[str, ...]
    wide: tuple[int, ...]
    verb_title: str
    nothing: tuple[str, str]


KINDS = (
    Kind("waiting", "来单没录", ("登记号", "收到", "放了多久", "客户", "方式", "内容"), (3, 5), "去录单",
         ("收到的来单都录完了", "电话、微信、邮件一到就按 Ctrl+L 登记，这里盯着没录的")),
    Kind("late", "该来单没来", ("客户", "晚了", "平时", "上次下单", "本该", "把握"), (0, 2), "问过了",
         ("没有过了时间还没下单的客户", "下过 4 次以上单的客户，按他自己的间隔看；过了时间就列在这里")),
    Kind("holes", "客户单号缺号", ("客户", "缺的号", "前一个", "后一个", "后一个收到"), (0, 1), "问过了",
         ("客户的单号都连着", "客户给我们的单号是连号的，中间缺了就列在这里")),
    Kind("numbers", "本厂单号缺号", ("单据", "号段", "缺几个", "缺的号"), (3,), "核对过了",
         ("我们自己的单号都连着", "订单、送货单等的号中间缺了就列在这里")),
    Kind("month", "处理及时率", ("登记号", "收到", "客户", "方式", "录入用时", "确认用时", "结果"), (2, 6), "看订单",
         ("这个月没有登记的来单", "按 Ctrl+L 登记来单，录成订单后这里算及时率")),
    Kind("answers", "核对记录", ("核对时间", "查什么", "客户", "缺的号", "问下来", "到哪天", "备注"), (2, 6), "看客户",
         ("还没有核对过", "问过客户、核对过缺号以后记在这里")),
)  # fmt: skip
OPEN_KINDS = ("waiting", "late", "holes", "numbers")


def lines_of(key: str, board: Board, hours: WorkingHours) -> list[Line]:
    """The rows of one kind."""
    return {"waiting": _waiting, "late": _late, "holes": _holes, "numbers": _numbers, "month": _month,
            "answers": _answers}[key](board, hours)  # fmt: skip


def _waiting(board: Board, hours: WorkingHours) -> list[Line]:
    found = []
    for row in board.waiting:
        received = str(row["received_at"])
        minutes = hours.minutes(received, board.now)
        late = hours.end_of_day(received) < board.now
        who = str(row["name"] or row["from_whom"] or "未写客户") + ("（猜的）" if row["guessed"] else "")
        cells = (
            (str(row["number"]), "text2"), (received[5:16].replace("T", " "), "text"),
            (f"{told(minutes)}{'，过夜了' if late else ''}", "err" if late else "text"), (who, "text"),
            (str(row["channel"]), "text2"), (" ".join(str(row["content"] or "").split())[:80], "text2"),
        )  # fmt: skip
        uid = str(row["uid"])
        found.append(Line(cells, "order.new", {"uid": uid, "entity": "intake"}, "intake", uid))
    return found


def _late(board: Board, hours: WorkingHours) -> list[Line]:
    today = board.now[:10]
    found = []
    for row in board.find.late:
        usual = f"约 {row['median']} 天一单" + (
            f"，多在 {row['low']}–{row['high']} 天" if row["low"] != row["high"] else ""
        )
        cells = (
            (str(row["name"]), "text"), (f"{row['days_late']} 天", "err" if row["sure"] == "high" else "warn"),
            (f"{usual}（看了 {row['orders']} 次）", "text2"), (dates.show_day_short(row["last"], today), "text"),
            (dates.show_day_short(row["expected"], today), "text"),
            (SURE_WORDS[row["sure"]], "ok" if row["sure"] == "high" else "text2"),
        )  # fmt: skip
        found.append(Line(cells, "omission.asked", {"uid": row["customer"]}, "customer", str(row["customer"])))
    return found


def _holes(board: Board, hours: WorkingHours) -> list[Line]:
    today = board.now[:10]
    return [
        Line(
            (
                (str(r["name"]), "text"),
                ("、".join(r["missing"]), "warn"),
                (str(r["before"]), "text2"),
                (str(r["after"]), "text2"),
                (dates.show_day_short(r["since"], today), "text"),
            ),
            "omission.holes_asked",
            {"uid": r["customer"], "numbers": "、".join(r["missing"])},
            "customer",
            str(r["customer"]),
        )
        for r in board.find.holes
    ]


def _numbers(board: Board, hours: WorkingHours) -> list[Line]:
    return [
        Line(
            (
                (str(r["title"]), "text"),
                (str(r["series"]), "text"),
                (str(len(r["missing"])), "warn"),
                ("、".join(r["missing"][:20]), "text2"),
            ),
            "omission.explained",
            {"numbers": "、".join(r["missing"])},
        )
        for r in board.find.numbers
    ]


def _month(board: Board, hours: WorkingHours) -> list[Line]:
    inks = {"timely": "ok", "late": "err", "open": "text2"}
    found = []
    for one in board.month.rows:
        row = one.row
        cells = (
            (str(row["number"]), "text2"), (str(row["received_at"])[5:16].replace("T", " "), "text"),
            (str(row["name"] or row["from_whom"] or ""), "text"), (str(row["channel"]), "text2"),
            (told(one.to_entry) if one.to_entry is not None else "", "text"),
            (told(one.to_confirm) if one.to_confirm is not None else "", "text"), (one.words, inks[one.verdict]),
        )  # fmt: skip
        entity, uid = ("sales_order", row["order"]) if row["order"] else ("intake", row["uid"])
        found.append(Line(cells, "", {}, entity, str(uid)))
    return found


def _answers(board: Board, hours: WorkingHours) -> list[Line]:
    found = []
    for row in board.answers:
        kind = ANSWER.option("kind", row["kind"])
        cells = (
            (str(row["asked_at"])[:16].replace("T", " "), "text2"), (kind.label if kind else "", "text"),
            (str(row.get("customer.name") or ""), "text"), (str(row["subject"] or ""), "text2"), (str(row["why"]), "text"),
            (str(row["until"] or ""), "text2"), (str(row["note"] or ""), "text2"),
        )  # fmt: skip
        found.append(Line(cells, "", {}, "customer" if row["customer"] else "", str(row["customer"] or "")))
    return found
