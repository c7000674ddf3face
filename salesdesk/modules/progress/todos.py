"""What of the follow-up belongs on 今日: promises that passed, departments that keep silent, people who must hear of a problem."""

from __future__ import annotations

from salesdesk.domain import dates
from salesdesk.domain.kinds import Row
from salesdesk.modules.progress import queries
from salesdesk.persistence.reading import Reader
from salesdesk.services.module import LISTED, ToDo
from salesdesk.services.todos import listed


def todos(reader: Reader, today: str) -> list[ToDo]:
    """The first of each kind; one entry stands for the others and leads to 「跟进」."""
    found = queries.pressing(reader, today, ask_days(reader), LISTED + 1)
    return [
        *_promises(found.passed, found.passed_orders, today),
        *_silent(found.silent, found.silent_orders, today),
        *_problems(reader, today),
    ]


def ask_days(reader: Reader) -> int:
    """Days before a line is due from which something must have been heard of it."""
    found = reader.value("SELECT value FROM setting WHERE key = 'progress.ask_days'")
    return int(float(found)) if found is not None else 3


def _more(title: str, which: str, tone: str, icon: str) -> ToDo:
    """The entry that stands for the orders beyond the listed ones and leads to their lines."""
    return ToDo(f"还有更多{title}", "太多了，到跟进里一起办", "", icon, tone, "line_feedback", "", "filter", "看全部",
                args={"which": which})  # fmt: skip


def _by_order(rows: list[Row]) -> list[list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(str(row["order"]), []).append(row)
    return list(found.values())


def _promises(late: list[Row], count: int, today: str) -> list[ToDo]:
    """Promises that have passed; an order without any promise is reminded of by its due date elsewhere."""

    def passed(rows: list[Row]) -> ToDo:
        days = max(dates.days_between(str(row["due"]), today) for row in rows)
        goods = "、".join(dict.fromkeys(str(row["product.name"]) for row in rows))
        return ToDo(
            f"{rows[0]['order.number']} 承诺交期已过 {days} 天，{len(rows)} 行没发",
            f"{rows[0]['who']} · {goods[:40]}",
            min(str(row["due"]) for row in rows),
            "calendar", "err", "sales_order", str(rows[0]["order"]), "progress.feedback", "跟进",
        )  # fmt: skip

    return listed(_by_order(late), lambda: count, passed, _more("承诺过期的订单", "late", "err", "calendar"))


def _silent(silent: list[Row], count: int, today: str) -> list[ToDo]:
    """Lines due soon of which nothing was heard; those asked about today wait for the answer."""

    def quiet(rows: list[Row]) -> ToDo:
        party = "、".join(dict.fromkeys(str(row["route_party"]) for row in rows))
        due = min(str(row["due"]) for row in rows)
        return ToDo(
            f"{rows[0]['order.number']} {dates.show_day_short(due, today)}要货，{party}还没反馈",
            f"{rows[0]['who']} · {len(rows)} 行",
            min(today, due),
            "chat", "warn", "sales_order", str(rows[0]["order"]), "progress.feedback", "跟进",
        )  # fmt: skip

    return listed(_by_order(silent), lambda: count, quiet, _more("没反馈的订单", "silent", "warn", "chat"))


def _problems(reader: Reader, today: str) -> list[ToDo]:
    """Open problems: to be told, to be reported, to be settled; closed grave ones to be looked back on."""
    found: list[ToDo] = []
    for row in reader.rows(
        "SELECT q.*, c.name AS who, o.number AS order_number FROM order_problem q LEFT JOIN customer c ON c.uid = q.customer"
        " LEFT JOIN sales_order o ON o.uid = q.\"order\" WHERE q.void = 0 AND (q.state = 'open'"
        " OR (q.grade IN ('较大', '重大') AND q.review IS NULL)) ORDER BY q.due"
    ):
        about = " · ".join(filter(None, (row["who"], row["order_number"], str(row["what"] or "")[:30])))
        grade = f"{row['grade']}异常" if row["grade"] else f"{row['kind']}问题"

        def add(
            title: str, due: str, tone: str, verb: str, verb_title: str, row: Row = row, about: str = about
        ) -> None:
            found.append(ToDo(title, about, due, "warning", tone, "order_problem", row["uid"], verb, verb_title))

        if row["state"] == "closed":
            add(f"{grade}{row['number']} 还没写复盘", str(row["closed_at"])[:10], "info", "problem.review", "写复盘")
            continue
        if row["grade"] and not row["reported_at"]:
            limit = dates.show_stamp(str(row["report_due"]))
            add(f"{grade} {limit} 前要报告", str(row["report_due"])[:10], "err", "problem.report", "登记报告")
        untold = [
            (who, str(row[f"{key}_due"]))
            for who, key in (("客户", "customer"), ("业务员", "seller"))
            if row[f"{key}_due"] and row[f"{key}_due"] <= today and not row[f"{key}_told_at"]
        ]
        if untold:
            names, days = "、".join(who for who, _ in untold), min(day for _, day in untold)
            add(f"{grade}要告诉{names}", days, "warn", "problem.tell", "登记反馈")
        if row["due"] and row["due"] <= today:
            late = dates.days_between(str(row["due"]), today)
            word = f"已过期限 {late} 天" if late else "今天要解决"
            add(f"{row['owner']}的{grade}{word}", str(row["due"]), "err" if late else "warn", "problem.close", "关闭")
    more = ToDo(
        "还有更多问题要处理", "太多了，到跟进里一起办", "", "warning", "warn", "order_problem", "", "filter", "看全部"
    )
    return listed(found, lambda: len(found), lambda one: one, more)
