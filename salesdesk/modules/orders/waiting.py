"""Orders that wait for somebody: the customer's answer (待确认), the 主管 (放行), those a change must reach; for 今日."""

from __future__ import annotations

from salesdesk.domain import dates
from salesdesk.domain.kinds import Row
from salesdesk.modules.orders.change_model import STORE
from salesdesk.modules.orders.model import ASK_HOW
from salesdesk.persistence.reading import Reader
from salesdesk.services.module import LISTED, ToDo
from salesdesk.services.roles import Role
from salesdesk.services.todos import listed

GROUP = "等答复"
LIVE = "o.void = 0 AND o.state != 'cancelled'"


def asked_words(row: Row) -> str:
    """ "6-12 10:30 电话问王芳" of a parked order, "" when nothing was noted."""
    if not row.get("asked_at"):
        return ""
    how = ASK_HOW.show(row["asked_how"]) if row.get("asked_how") else ""
    at = str(row["asked_at"])[5:16].replace("T", " ")
    return f"{at} {how}问{row['asked_whom'] or '客户'}"


def answers(reader: Reader, today: str) -> list[ToDo]:
    """Questions that wait for an answer, the ones past their day first."""
    parked = "FROM sales_order o WHERE o.stage = 'parked' AND +o.void = 0"
    rows = reader.rows(
        f"SELECT o.*, (SELECT name FROM customer c WHERE c.uid = o.customer) AS who {parked}"
        f" ORDER BY coalesce(o.answer_due, o.order_date) LIMIT {LISTED + 1}"
    )
    args = {"entity": "sales_order", "where": [["stage", "=", "parked"]], "title": "等客户答复的订单"}
    more = ToDo(
        "还有更多等客户答复的订单",
        "太多了，到列表里一起办",
        "",
        "question",
        "warn",
        "sales_order",
        "",
        "filter",
        "看全部",
        GROUP,
        args,
    )

    def one(row: Row) -> ToDo:
        due = str(row["answer_due"] or row["order_date"])
        late = dates.days_between(due, today)
        word = f"，已过答复期限 {late} 天" if late > 0 else "，今天要答复" if late == 0 and row["answer_due"] else ""
        told = f"{asked_words(row)}{word}".strip("，")
        return ToDo(
            f"等 {row['who']} 答复：{str(row['question'] or '')[:24]}",
            " · ".join(part for part in (str(row["number"]), told) if part),
            due,
            "question",
            "err" if late > 0 else "warn",
            "sales_order",
            row["uid"],
            "order.answer",
            "记答复",
            GROUP,
        )

    return listed(rows, lambda: reader.value(f"SELECT count(*) {parked}"), one, more)


def releases(reader: Reader) -> list[ToDo]:
    """What waits for the 主管, and what he decided while the order is not confirmed yet; at most 60 of each."""
    found = [
        ToDo(
            f"{row['number']} 等{Role.MANAGER.label}放行：{row['title']}",
            f"{row['who'] or ''} · {row['problem']} · {row['asked_by'] or ''}：{row['asked_words'] or ''}",
            str(row["asked_at"])[:10],
            "shield",
            "warn",
            "order_release",
            row["uid"],
            "release.allow",
            "放行",
            "放行",
        )
        for row in reader.rows(
            "SELECT r.*, o.number, c.name AS who FROM order_release r JOIN sales_order o ON o.uid = r.\"order\""
            f" LEFT JOIN customer c ON c.uid = o.customer WHERE r.state = 'asked' AND r.void = 0 AND {LIVE}"
            " ORDER BY r.asked_at LIMIT 60"
        )
    ]  # fmt: skip
    for row in reader.rows(
        "SELECT r.title, r.decided_by, r.decided_at, r.reason, o.uid, o.number FROM order_release r"
        " JOIN sales_order o ON o.uid = r.\"order\" WHERE r.state = 'refused' AND r.void = 0 AND o.void = 0"
        " AND o.state IN ('draft', 'parked') ORDER BY r.decided_at LIMIT 60"
    ):
        found.append(
            ToDo(
                f"{row['number']} 没有放行：{row['title']}",
                f"{row['decided_by']}：{row['reason'] or ''}",
                str(row["decided_at"])[:10],
                "shield",
                "err",
                "sales_order",
                row["uid"],
                "open",
                "去改",
                "放行",
            )
        )
    return found


def notices(reader: Reader) -> list[ToDo]:
    """Every notice that nobody has taken note of, 仓库 first because goods wait for it."""
    open_ = "n.void = 0 AND c.void = 0 AND n.state IN ('waiting', 'told')"
    rows = reader.rows(
        "SELECT n.uid, n.who, n.person, n.state, n.told_how, n.told_at, c.version, c.made_at, c.kind, c.summary,"
        " o.number AS order_number FROM change_notice n JOIN order_change c ON c.uid = n.change"
        f' JOIN sales_order o ON o.uid = n."order" WHERE {open_} ORDER BY n.who != ?, c.made_at, n.seq LIMIT {LISTED + 1}',
        (STORE,),
    )
    args = {"entity": "change_notice", "where": [["state", "in", ["waiting", "told"]]], "title": "没接收的变更告知"}
    more = ToDo("还有更多没接收的变更告知", "太多了，到列表里一起办", "", "send", "warn", "change_notice", "", "filter",
                "看全部", "变更告知", args)  # fmt: skip
    count = f"SELECT count(*) FROM change_notice n JOIN order_change c ON c.uid = n.change WHERE {open_}"
    return listed(rows, lambda: reader.value(count), _notice, more)


def _notice(row: Row) -> ToDo:
    who = f"{row['who']} {row['person']}" if row["person"] else str(row["who"])
    told = row["state"] == "told"
    return ToDo(
        f"{row['order_number']} 变更 v{row['version']}：{'等' if told else '还没告知'}{who}{'接收' if told else ''}",
        f"{row['kind']} · {str(row['summary'] or '')[:60]}",
        str(row["made_at"])[:10],
        "send",
        "err" if row["who"] == STORE else "warn",
        "change_notice",
        row["uid"],
        "change.acknowledge" if told else "change.tell",
        "登记接收" if told else "登记告知",
        "变更告知",
    )
