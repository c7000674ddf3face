"""What a mail, a table or a pasted text tells about an arrival, and how sure a guess of the customer is (ORD-1)."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from openpyxl import Workbook

from salesdesk.desk import Desk
from salesdesk.modules.orders.guessing import guess
from salesdesk.modules.orders.mail import read_mail
from salesdesk.services.attachments import stored_at
from tests.desks import small_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = small_desk(tmp_path / "data")
    made.do(
        "customer.save",
        {"code": "C00050", "name": "无锡恒泰机械有限公司", "short_name": "恒泰", "email": "cg@hengtai.com.cn"},
    )
    yield made
    made.close()


def mail(**parts: object) -> bytes:
    """A mail as a mail program saves it."""
    one = EmailMessage()
    one["From"] = str(parts.get("sender", "=?gb2312?B?zfW3vA==?= <wang@hengtai.com.cn>"))
    one["Subject"] = str(parts.get("subject", "6月采购订单"))
    one["Date"] = "Fri, 12 Jun 2026 09:30:00 +0000"
    one.set_content(str(parts.get("text", "DN25 球阀 20 只，18 号前到。\n王芳")))
    if parts.get("page"):
        one.add_alternative(str(parts["page"]), subtype="html")
    for name, data in dict(parts.get("files") or {}).items():  # type: ignore[call-overload]
        one.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return one.as_bytes()


def test_a_mail_tells_sender_time_words_and_files() -> None:
    found = read_mail(mail(files={"订单 6-12.xlsx": b"table"}))
    assert (found.name, found.address, found.subject) == ("王芳", "wang@hengtai.com.cn", "6月采购订单")
    assert found.content.startswith("主题：6月采购订单\nDN25 球阀 20 只") and found.files == (
        ("订单 6-12.xlsx", b"table"),
    )
    assert len(found.at) == 19


@pytest.mark.parametrize(
    "day", ["Thu, 1 Jan 1970 00:00:07 +0800", "Fri, 31 Dec 9999 23:59:59 -1200", "Mon, 1 Jan 0001 00:00:00 +0900"]
)
def test_a_mail_of_a_clock_that_was_never_set_is_read(day: str) -> None:
    """Windows refuses local times before 1970, every system those outside the calendar."""
    raw = mail().replace(b"Fri, 12 Jun 2026 09:30:00 +0000", day.encode())
    assert read_mail(raw).at[4:5] in ("-", "")


def test_old_chinese_mails_are_read() -> None:
    raw = (
        b"From: =?gb2312?B?uuOzyQ==?= <a@b.cn>\r\nSubject: \xb2\xc9\xb9\xba\xb5\xa5\r\n"
        b"Content-Type: text/plain; charset=gb2312\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        + "镕基机电要球阀 12 只".encode("gb18030")
    )
    found = read_mail(raw)
    assert found.subject == "采购单" and found.text == "镕基机电要球阀 12 只" and found.at == ""


@pytest.mark.parametrize(
    "raw", [b"", b"\x00\xff" * 50, b"From: x\r\n\r\n", b"Content-Type: multipart/mixed; boundary=\r\n\r\n--"]
)
def test_a_broken_mail_is_no_error(raw: bytes) -> None:
    read_mail(raw)


def test_a_page_becomes_words_with_its_table() -> None:
    page = "<p>请发：</p><table><tr><td>DN25 球阀</td><td>20</td></tr></table><style>x{}</style>"
    assert read_mail(mail(text="", page=page)).text == "请发：\nDN25 球阀\t20"


@pytest.mark.parametrize(
    ("text", "address", "who", "name", "by"),
    [
        ("", "cg@hengtai.com.cn", "", "无锡恒泰机械有限公司", "按邮箱 cg@hengtai.com.cn"),
        ("", "LI@Hengtai.com.cn", "", "无锡恒泰机械有限公司", "按邮箱域名 @hengtai.com.cn"),
        ("转发：发件人 cg@hengtai.com.cn", "boss@own.cn", "", "无锡恒泰机械有限公司", "按邮箱 cg@hengtai.com.cn"),
        ("我是小李 138-1288-6021，来 20 只", "", "", "苏州华源贸易有限公司", "按电话 138-1288-6021"),
        ("重庆长安阀门经营部 来 5 只", "", "", "重庆长安阀门经营部", "内容里有「重庆长安阀门经营部」"),
        ("恒泰要垫片", "x@qq.com", "", "无锡恒泰机械有限公司", "内容里有「恒泰」"),
    ],
)
def test_a_customer_is_guessed_and_said_by_what(
    desk: Desk, text: str, address: str, who: str, name: str, by: str
) -> None:
    with desk.read() as reader:
        found = guess(reader, text, address, who)
    assert found is not None and found.sure and (found.name, found.by) == (name, by)


def test_no_guess_from_public_mail_or_two_customers(desk: Desk) -> None:
    desk.do("customer.save", {"name": "常州华远机电", "email": "b@163.com"})
    with desk.read() as reader:
        assert guess(reader, "", "someone@163.com") is None
        assert guess(reader, "恒泰和重庆长安阀门经营部、苏州华源贸易有限公司一起要货") is None
        weak = guess(reader, "", "", "陈刚")
    assert weak is not None and not weak.sure and weak.words == "可能是「重庆长安阀门经营部」（联系人叫 陈刚）"


def test_a_logged_mail_fills_itself_in_and_keeps_its_files(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "来信.eml"
    file.write_bytes(mail(sender="采购 <cg@hengtai.com.cn>", files={"订单.xlsx": b"PK-table"}))
    made = desk.do("intake.save", {"files": str(file)})
    row = desk.row("intake", made.uid)
    assert row is not None and row["channel"] == "邮件" and row["from_whom"] == "采购"
    assert row["customer.name"] == "无锡恒泰机械有限公司" and row["guessed"] == "按邮箱 cg@hengtai.com.cn"
    assert "猜是「无锡恒泰机械有限公司」" in made.message and "DN25 球阀" in str(row["content"])
    kept = desk.rows("attachment")
    assert {a["name"] for a in kept} == {"来信.eml", "订单.xlsx"}
    table = next(a for a in kept if a["name"] == "订单.xlsx")
    assert stored_at(desk.folder, str(table["sha256"])).read_bytes() == b"PK-table"
    desk.do("intake.save", {"uid": made.uid, "customer": "C00043"})
    assert desk.row("intake", made.uid)["guessed"] is None  # type: ignore[index]


def test_who_says_the_customer_is_believed(desk: Desk) -> None:
    said = desk.do("intake.save", {"content": "恒泰要垫片", "customer": "C00043"}).uid
    none = desk.do("intake.save", {"content": "恒泰要垫片", "guess": 0}).uid
    rows = {r["uid"]: r for r in desk.rows("intake")}
    assert rows[said]["customer.name"] == "重庆长安阀门经营部" and rows[said]["guessed"] is None
    assert rows[none]["customer"] is None


def test_reading_writes_nothing(desk: Desk) -> None:
    told = desk.do("intake.read", {"content": "恒泰要 20 片垫片"})
    assert told.data["customer_name"] == "无锡恒泰机械有限公司" and desk.rows("intake") == []


def test_an_order_is_made_from_the_table_first(desk: Desk, tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["品名", "数量"])
    book.active.append(["不锈钢球阀 DN25", 20])
    book.save(tmp_path / "单.xlsx")
    with_table = desk.do(
        "intake.save", {"content": "见附件", "customer": "C00043", "files": str(tmp_path / "单.xlsx")}
    ).uid
    page = "<table><tr><td>品名</td><td>数量</td></tr><tr><td>四氟垫片 DN50</td><td>100</td></tr></table>"
    (tmp_path / "信.eml").write_bytes(mail(text="见下表", page=page))
    with_mail = desk.do("intake.save", {"files": str(tmp_path / "信.eml")}).uid
    plain = desk.do("intake.save", {"content": "来 5 只 DN25 球阀", "customer": "C00043"}).uid
    texts = [desk.do("intake.words", {"uid": uid}).data["text"] for uid in (with_table, with_mail, plain)]
    assert texts == ["品名\t数量\n不锈钢球阀 DN25\t20", "品名\t数量\n四氟垫片 DN50\t100", "来 5 只 DN25 球阀"]
    read = desk.do("order.read_text", {"text": texts[0]})
    assert read.message == "读出 1 行，全部认出"
