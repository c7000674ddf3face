"""A day of arrivals, calls and errands through the verbs alone (ORD-1, ORD-12, ORD-14, TSK-1; 客户来电)."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

from salesdesk.domain.clock import FixedClock
from tests.desks import small_desk


def test_a_day_at_the_desk(tmp_path: Path) -> None:
    desk = small_desk(tmp_path / "data", datetime(2026, 6, 11, 9, 0))
    clock = desk.database.clock
    assert isinstance(clock, FixedClock)

    # ORD-1: a mail comes in and is logged before anybody types an order; whose it is, is guessed and said to be guessed
    desk.do("customer.save", {"uid": desk.rows("customer")[0]["uid"], "email": "wang@huayuan.cn"})
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "王芳 <wang@huayuan.cn>", "采购单 HY-0612"
    mail.set_content("DN25球阀 20只\n四氟垫片DN50 100片\n18号前送到")
    (tmp_path / "信.eml").write_bytes(mail.as_bytes())
    came = desk.do("intake.save", {"files": str(tmp_path / "信.eml")})
    row = desk.row("intake", came.uid)
    assert row is not None and row["customer.name"] == "苏州华源贸易有限公司" and row["guessed"]
    assert [(t.group, t.verb) for t in desk.todos()] == [("来单", "order.new")]

    # the words of the evidence become lines, the order keeps the arrival, and its time counts (ORD-12)
    words = desk.do("intake.words", {"uid": came.uid}).data["text"]
    read = desk.do("order.read_text", {"customer": row["customer"], "text": words}).data
    lines = [{**one["values"], "price": price} for one, price in zip(read["lines"], ("48.60", "3.20"), strict=True)]
    clock.moment = datetime(2026, 6, 11, 11, 0)
    order = desk.do(
        "order.confirm",
        {"customer": row["customer"], "due_date": "6.18", "intake": came.uid, "channel": "邮件",
         "lines": [{k: v for k, v in one.items() if k in ("product", "qty", "price")} for one in lines]},
    )  # fmt: skip
    rate = desk.do("timeliness.read", {}).data
    assert rate["rate"] == 1 and rate["rows"][0]["minutes"] == 120

    # he calls: the answer is read aloud, a promise is given, and it stands on 今日 until it is kept
    said = desk.do("call.card", {"customer": "C00042"}).message
    assert "不锈钢球阀 DN25 20 只、四氟垫片 DN50 100 片，6 月 18 号周四到" in said
    call = desk.do(
        "call.log",
        {"customer": "C00042", "asked": "能不能提前", "told": said, "promise": "问生产后回电", "due": "明天"},
    )
    task = desk.do("task.add", {"line": "明天 把价目表给长安 @李总"})
    todos = {t.group: t for t in desk.todos()}
    assert {"来电", "临时任务", "传递"} <= set(todos)

    # what can wait is put off with a reason, comes back on its day, and what is done leaves the list (TSK-1)
    one = todos["临时任务"]
    desk.do(
        "todo.snooze",
        {
            "entity": one.entity,
            "owner": one.uid,
            "verb": one.verb,
            "title": one.title,
            "until": "+4",
            "why": "长安放假",
        },
    )
    desk.do("call.done", {"uid": call.uid, "result": "生产说行"})
    assert {t.group for t in desk.todos()} == {"传递"}
    clock.moment = datetime(2026, 6, 15, 8, 30)
    assert "临时任务" in {t.group for t in desk.todos()}
    desk.do("task.done", {"uid": task.uid})

    # ORD-14: nobody enters the second mail; the next morning it is counted as late, and a rhythm needs four orders
    desk.do("intake.save", {"content": "再来 5 只", "customer": "C00042", "received_at": "2026-06-12 15:00"})
    rate = desk.do("timeliness.read", {}).data
    assert (rate["timely"], rate["late"], rate["rate"]) == (1, 1, 0.5)
    assert desk.do("omission.look", {}).data["late"] == []
    assert desk.row("sales_order", order.uid)["stage"] == "confirmed"  # type: ignore[index]
    desk.close()
