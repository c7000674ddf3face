"""Mails saved by Outlook: sender, time, words, pages inside RTF, files, mails inside mails; broken ones are no error (ORD-1)."""

from __future__ import annotations

import struct
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesdesk.modules.orders.evidence import mail_of
from salesdesk.modules.orders.outlook import page_of, unpacked
from tests.desks import small_desk
from tests.modules.outlook_making import container, packed, properties, wide

SENT = datetime(2026, 6, 12, 1, 30, tzinfo=UTC)
ATTACHED = "__attach_version1.0_#0000000"
PAGE = "<html><body><p>请安排：</p><table><tr><td>型号</td><td>数量</td></tr><tr><td>P10012</td><td>20</td></tr></table></body></html>"


def message(**more: bytes) -> bytes:
    """A mail with subject, words, sender, time and one file; further streams by their number and type."""
    streams = {
        "__properties_version1.0": properties(32, SENT, 936),
        "__substg1.0_0037001F": wide("6月采购订单"),
        "__substg1.0_1000001F": wide("DN25 球阀 20 只，18 号前到。\r\n王芳\r\n" + "谢谢！" * 900),
        "__substg1.0_0C1A001F": wide("王芳"),
        "__substg1.0_5D01001F": wide("Wang@hengtai.com.cn"),
        f"{ATTACHED}0/__substg1.0_3707001F": wide("订单 6-12.xlsx"),
        f"{ATTACHED}0/__substg1.0_37010102": b"table" * 2000,
        **{f"__substg1.0_{key}": value for key, value in more.items()},
    }
    return container({path: data for path, data in streams.items() if data})


def test_an_outlook_mail_tells_sender_time_words_and_files() -> None:
    found = mail_of(message())
    assert (found.name, found.address, found.subject) == ("王芳", "wang@hengtai.com.cn", "6月采购订单")
    assert found.content.startswith("主题：6月采购订单\nDN25 球阀 20 只，18 号前到。\n王芳")
    assert found.files == (("订单 6-12.xlsx", b"table" * 2000),)
    assert found.at == SENT.astimezone().replace(tzinfo=None).isoformat(timespec="seconds")


def test_old_mails_in_the_chinese_codepage_and_an_exchange_address() -> None:
    found = mail_of(
        message(**{
            "0037001F": b"", "0037001E": "采购单".encode("gbk"), "5D01001F": b"", "0C1F001F": wide("/O=HT/CN=WANG"),
            "007D001F": wide("Received: x\r\nFrom: =?utf-8?B?546L?=\r\n <wang@ht.cn>\r\nTo: a@b.cn\r\n"),
        })
    )  # fmt: skip
    assert (found.subject, found.address) == ("采购单", "wang@ht.cn")


@pytest.mark.parametrize("kind", ["10130102", "1013001F", "10090102"])
def test_the_page_with_its_table_is_found_wherever_outlook_keeps_it(kind: str) -> None:
    rtf = rb"{\rtf1\ansi\ansicpg936\fromhtml1 \deff0{\fonttbl{\f0 \'cb\'ce\'cc\'e5;}}{\*\htmltag64 <html><body>}\htmlrtf {\htmlrtf0 "
    rtf += rb"{\*\htmltag64 <p>}\'c7\'eb\'b0\'b2\'c5\'c5\u65306 ?\htmlrtf\par\htmlrtf0 {\*\htmltag72 </p>}{\*\mhtmltag <x>}"
    rtf += rb"{\*\htmltag64 <table><tr><td>}\'d0\'cd\'ba\'c5{\*\htmltag64 </td><td>}\'ca\'fd\'c1\'bf{\*\htmltag64 </td></tr>"
    rtf += rb"<tr><td>}P10012{\*\htmltag64 </td><td>}20{\*\htmltag64 </td></tr></table></body></html>}\htmlrtf }\htmlrtf0 }"
    data = {"10130102": PAGE.encode("gbk"), "1013001F": wide(PAGE), "10090102": packed(rtf)}[kind]
    found = mail_of(message(**{kind: data, "1000001F": b""}))
    assert found.html == PAGE
    assert "请安排：\n型号\t数量\nP10012\t20" in found.text


def test_lzfu_runs_into_what_it_is_writing() -> None:
    """The example of [MS-OXRTFCP] 4.1.2: a run that repeats itself."""
    data = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")
    assert unpacked(data) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"
    assert unpacked(struct.pack("<II4sI", 16, 4, b"MELA", 0) + b"abcd") == b"abcd"
    assert page_of(b"{\\rtf1 no page}") == ""


def test_a_mail_inside_the_mail_gives_its_words_and_files() -> None:
    inner = f"{ATTACHED}1/__substg1.0_3701000D/"
    streams = {
        "__properties_version1.0": properties(32),
        "__substg1.0_0037001F": wide("转发"),
        f"{inner}__properties_version1.0": properties(24, SENT),
        f"{inner}__substg1.0_0037001F": wide("原来的订单"),
        f"{inner}__substg1.0_1000001F": wide("要 8 只"),
        f"{inner}{ATTACHED}0/__substg1.0_3707001F": wide("图 1.pdf"),
        f"{inner}{ATTACHED}0/__substg1.0_37010102": b"%PDF",
    }
    files = dict(mail_of(container(streams)).files)
    assert list(files) == ["原来的订单.txt", "图 1.pdf"] and "要 8 只" in files["原来的订单.txt"].decode()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2**30), st.integers(0, 255)), min_size=1, max_size=40), st.integers(0, 2**30))
def test_a_damaged_mail_is_no_error(hits: list[tuple[int, int]], cut: int) -> None:
    whole = bytearray(message())
    for at, value in hits:
        whole[at % len(whole)] = value
    mail_of(bytes(whole[: cut % len(whole) + 1]))
    mail_of(bytes(whole))


def test_a_dropped_msg_is_logged_like_any_mail(tmp_path: Path) -> None:
    desk = small_desk(tmp_path / "data")
    file = tmp_path / "采购 6-12.msg"
    file.write_bytes(message())
    made = desk.do("intake.save", {"files": str(file)})
    row = desk.row("intake", made.uid) or {}
    assert (row["channel"], row["from_whom"]) == ("邮件", "王芳") and "DN25 球阀" in row["content"]
    assert {r["name"] for r in desk.rows("attachment")} >= {"采购 6-12.msg", "订单 6-12.xlsx"}
    desk.close()
