"""What is read out of kept files, real ones and broken ones; nothing a file holds may stop the reading (DOC-3)."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from salesdesk.services.file_text import MOST, text_of
from tests.modules.docx_making import docx, paragraph
from tests.modules.outlook_making import container


def doc(*pieces: tuple[str, bool], encrypted: bool = False) -> bytes:
    """A Word 97 file of text pieces, each stored with one byte (True) or two bytes a character."""
    body, ends, places = b"", [0], []
    for text, narrow in pieces:
        raw = text.encode("cp1252" if narrow else "utf-16-le")
        place = 2048 + len(body)
        places.append(struct.pack("<HIH", 0, 0x4000_0000 | place * 2 if narrow else place, 0))
        body += raw + b"\0" * (len(raw) % 2)
        ends.append(ends[-1] + len(text))
    plc = struct.pack(f"<{len(ends)}I", *ends) + b"".join(places)
    clx = b"\x01" + struct.pack("<H", 4) + b"prop" + b"\x02" + struct.pack("<I", len(plc)) + plc
    head = bytearray(2048)
    struct.pack_into("<H8xH", head, 0, 0xA5EC, 0x0200 | (0x0100 if encrypted else 0))
    struct.pack_into("<II", head, 0x01A2, 16, len(clx))
    return container({"WordDocument": bytes(head) + body, "1Table": b"\0" * 16 + clx})


def read(folder: Path, name: str, data: bytes) -> tuple[str, str]:
    kept = folder / "kept-under-its-hash"
    kept.write_bytes(data)
    return text_of(kept, name)


def test_old_word_files_are_read_in_the_order_of_their_pieces(tmp_path: Path) -> None:
    made = doc(("会议纪要\r阀体", False), ("DN25\r", True), ("见\x13 PAGEREF a \x14第 3 页\x15。\x07表格\x07", False))
    assert read(tmp_path, "纪要.doc", made) == ("会议纪要 阀体DN25 见第 3 页。 表格", "Word")
    assert read(tmp_path, "纪要.wps", made)[0].startswith("会议纪要")
    assert "密码" in read(tmp_path, "密.doc", doc(("密", False), encrypted=True)).how


def test_new_word_files_of_any_of_the_names_are_read(tmp_path: Path) -> None:
    made = docx(paragraph("关于", "盘点"))
    assert [read(tmp_path, f"a{suffix}", made)[0] for suffix in (".docx", ".docm", ".wps")] == ["关于盘点"] * 3


@pytest.mark.parametrize(
    "name", ["a.docx", "a.doc", "a.xlsx", "a.xls", "a.et", "a.ofd", "a.pdf", "a.txt", "a.jpg", "a"]
)
def test_no_content_stops_the_reading(tmp_path: Path, name: str) -> None:
    whole = doc(("会议纪要" * 900, False))
    for data in (b"", b"\0" * 3000, b"PK\x03\x04 broken", b"%PDF-1.4 broken", whole[:1600], whole[:-700], b"\xff\xfe"):
        text, how = read(tmp_path, name, data)
        assert len(text) <= MOST and how
