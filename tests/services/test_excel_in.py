"""Every kind of table file a customer may send is read, and every bad one is refused with file name, reason and cure."""

from __future__ import annotations

import datetime as dt
import io
import struct
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwt
from xlwt import CompoundDoc

from salesdesk.domain.errors import EnvironmentFault, Refused
from salesdesk.domain.problems import Problem
from salesdesk.services import excel_in, excel_package
from salesdesk.services.excel_in import body_of, find_header, open_workbook

ORDER: list[list[Any]] = [
    ["订单号", "产品编号", "数量", "单价", "交货日期"],
    ["PO-1", "P001", 12, 3.6, dt.date(2026, 6, 18)],
    ["PO-1", "P002", 5, 120, dt.date(2026, 6, 20)],
]


def xlsx(rows: Sequence[Sequence[Any]] = ORDER, change: Callable[[Any, Any], object] | None = None) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "订单"
    for row in rows:
        sheet.append(list(row))
    if change:
        change(book, sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xls(change: Callable[[Any], object] | None = None) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("订单")
    day = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for r, row in enumerate(ORDER):
        for c, value in enumerate(row):
            sheet.write(r, c, value, day) if isinstance(value, dt.date) else sheet.write(r, c, value)
    if change:
        change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repack(data: bytes, change: Callable[[dict[str, bytes]], object]) -> bytes:
    """The package with its parts changed."""
    with zipfile.ZipFile(io.BytesIO(data)) as pack:
        parts = {name: pack.read(name) for name in pack.namelist()}
    change(parts)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in parts.items():
            pack.writestr(name, content)
    return out.getvalue()


def refused(path: Path) -> Problem:
    with pytest.raises(Refused) as caught:
        book = open_workbook(path)
        for sheet in book.sheets:
            book.rows(sheet)
    (problem,) = caught.value.problems
    assert path.name.lstrip("~$.") in problem.message
    assert problem.cure and problem.code
    return problem


# ---- good files -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["单.xlsx", "单.xlsm", "单", "单.xls"])
def test_xlsx_is_read_by_content_not_by_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(xlsx())
    book = open_workbook(path)
    assert (book.kind, book.sheets) == ("xlsx", ("订单",))
    assert book.rows() == ORDER
    assert type(book.rows()[1][2]) is int


@pytest.mark.parametrize("name", ["单.xls", "单.et", "单.xlsx"])
def test_old_binary_files_and_wps_et(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(xls(lambda book: book.get_sheet(0).write_merge(5, 5, 1, 2, "合并")))
    book = open_workbook(path)
    assert book.kind == "xls"
    assert book.rows()[:3] == ORDER
    assert book.merged() == ((5, 1, 5, 2),)


def test_ods(tmp_path: Path) -> None:
    path = tmp_path / "单.ods"
    path.write_bytes(ods('<table:table-cell office:value-type="string"><text:p>数量</text:p></table:table-cell>'))
    assert open_workbook(path).rows() == [["数量", 12]]


def ods(cells: str, manifest: str = "") -> bytes:
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "table", "text")
    )
    content = (
        f'<office:document-content {spaces}><office:body><office:spreadsheet><table:table table:name="表"><table:table-row>'
        f'{cells}<table:table-cell office:value-type="float" office:value="12"><text:p>12</text:p></table:table-cell>'
        "</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as pack:
        pack.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        pack.writestr("content.xml", content)
        pack.writestr("META-INF/manifest.xml", f"<manifest>{manifest}</manifest>")
    return out.getvalue()


def test_xlsb(tmp_path: Path) -> None:
    def record(kind: int, body: bytes = b"") -> bytes:
        number = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
        return number + bytes([len(body)]) + body

    def wide(text: str) -> bytes:
        return struct.pack("<I", len(text)) + text.encode("utf-16-le")

    book = record(131) + record(143) + record(156, struct.pack("<II", 0, 1) + wide("rId1") + wide("订单")) + record(144)
    cells = record(6, struct.pack("<II", 0, 0) + wide("数量")) + record(5, struct.pack("<IId", 1, 0, 12.0))
    row = record(0, struct.pack("<IIHBBBI", 0, 0, 300, 0, 0, 0, 0))
    sheet = record(129) + record(148, struct.pack("<IIII", 0, 0, 0, 1)) + record(145) + row + cells + record(146)
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    links = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{kind}" Target="worksheets/sheet1.bin"/></Relationships>'
    )
    path = tmp_path / "单.xlsb"
    with zipfile.ZipFile(path, "w") as pack:
        pack.writestr("xl/workbook.bin", book + record(132))
        pack.writestr("xl/_rels/workbook.bin.rels", links)
        pack.writestr("xl/worksheets/sheet1.bin", sheet + record(130))
    found = open_workbook(path)
    assert (found.kind, found.rows()) == ("xlsb", [["数量", 12]])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_csv_of_any_encoding_and_separator(tmp_path: Path, encoding: str, sign: str) -> None:
    path = tmp_path / "单.csv"
    text = sign.join(["编号", "名称", "金额"]) + "\r\n" + sign.join(["001", '"甲,乙\t丙;"', "1.50"]) + "\r\n"
    path.write_bytes(text.encode(encoding))
    assert open_workbook(path).rows() == [["编号", "名称", "金额"], ["001", "甲,乙\t丙;", "1.50"]]


def test_csv_with_sep_line_and_guarded_cells(tmp_path: Path) -> None:
    path = tmp_path / "单.txt"
    path.write_text('sep=|\n\'=1+1|\t6222020000001234567|="0012"\n', encoding="utf-8")
    assert open_workbook(path).rows() == [["=1+1", "6222020000001234567", "0012"]]


def test_single_column_text(tmp_path: Path) -> None:
    path = tmp_path / "单.csv"
    path.write_text("产品编号\nP001\n", encoding="utf-8")
    assert open_workbook(path).rows() == [["产品编号"], ["P001"]]


HTML = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset="{0}"><style>td{{}}</style></head><body>
<table><tr><td colspan=3>甲公司&nbsp;订单</table>
<table border=1><thead><tr><th rowspan=2>编号<th colspan=2>产品</tr><tr><th>名称</th><th>数量</th></tr></thead>
<tr><td>P001</td><td>轴承<br>6204</td><td x:num="12.50">12.5</td></tr>
<tr><td>P002<td>垫片 &lt;薄&gt;<td></tr></table></body></html>"""


@pytest.mark.parametrize("charset", ["utf-8", "gb2312"])
def test_web_page_named_xls(tmp_path: Path, charset: str) -> None:
    path = tmp_path / "导出.xls"
    path.write_bytes(HTML.format(charset).encode(charset))
    book = open_workbook(path)
    assert book.kind == "html"
    assert book.rows() == [
        ["甲公司 订单", None, None],
        ["编号", "产品", None],
        [None, "名称", "数量"],
        ["P001", "轴承\n6204", 12.5],
        ["P002", "垫片 <薄>", None],
    ]
    assert (1, 0, 2, 0) in book.merged()
    assert "网页" in book.notes[0].message


XML_TABLE = """<?xml version="1.0" encoding="gb2312"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:x="urn:schemas-microsoft-com:office:excel">
<Worksheet ss:Name="隐"><Table/><x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions></Worksheet>
<Worksheet ss:Name="订单"><Table>
<Row><Cell ss:MergeAcross="1"><Data ss:Type="String">订单</Data></Cell><Cell><Data ss:Type="String">数量</Data></Cell></Row>
<Row ss:Index="3"><Cell><Data ss:Type="DateTime">2026-06-18T00:00:00.000</Data></Cell>
<Cell ss:Index="3"><Data ss:Type="Number">12</Data></Cell><Cell><Data ss:Type="Boolean">1</Data></Cell></Row>
</Table></Worksheet></Workbook>"""


def test_xml_table_named_xls(tmp_path: Path) -> None:
    path = tmp_path / "导出.xls"
    path.write_bytes(XML_TABLE.encode("gb2312"))
    book = open_workbook(path)
    assert (book.kind, book.sheets, book.hidden) == ("xml", ("订单", "隐"), frozenset({"隐"}))
    assert book.rows() == [
        ["订单", None, "数量", None],
        [None, None, None, None],
        [dt.date(2026, 6, 18), None, 12, True],
    ]
    assert book.merged() == ((0, 0, 0, 1),)


def test_csv_named_xlsx_is_read_and_told(tmp_path: Path) -> None:
    path = tmp_path / "单.xlsx"
    path.write_bytes("编号,数量\nP1,3\n".encode("gb18030"))
    book = open_workbook(path)
    assert book.rows() == [["编号", "数量"], ["P1", "3"]]
    assert "其实是纯文本" in book.notes[0].message


def test_hidden_sheets_come_last_and_are_told(tmp_path: Path) -> None:
    def change(book: Any, sheet: Any) -> None:
        sheet.sheet_state = "hidden"
        book.create_sheet("明细").append(["数量", 1])
        book.create_chartsheet("图")
        book.active = 1

    path = tmp_path / "单.xlsx"
    path.write_bytes(xlsx(change=change))
    book = open_workbook(path)
    assert book.sheets == ("明细", "订单")
    assert book.rows() == [["数量", 1]]
    assert "隐藏" in book.findings("订单")[0].message and not book.findings("明细")
    with pytest.raises(Refused, match=r"没有「无」.*明细"):
        book.rows("无")


def test_cells_as_they_stand(tmp_path: Path) -> None:
    def change(book: Any, sheet: Any) -> None:
        sheet["C4"] = " \u3000轴承\u200b "
        sheet["D4"] = dt.datetime(2026, 6, 18, 10, 24, 31)
        sheet["E4"] = dt.time(10, 30)
        sheet["F4"] = dt.timedelta(hours=30)
        sheet["G4"] = True
        sheet["H4"] = "１２．５"
        sheet["I4"] = "   "

    path = tmp_path / "单.xlsx"
    path.write_bytes(xlsx([], change))
    rows = open_workbook(path).rows()
    assert rows[:3] == [[None] * 9] * 3
    assert rows[3][2:] == [
        "轴承",
        dt.datetime(2026, 6, 18, 10, 24, 31),
        dt.time(10, 30),
        "30:00:00",
        True,
        "１２．５",
        None,
    ]


def test_formulas_without_result_and_errors_are_told(tmp_path: Path) -> None:
    def change(book: Any, sheet: Any) -> None:
        sheet["D2"] = "=B2*C2"
        sheet["D3"] = "#N/A"

    path = tmp_path / "单.xlsx"
    path.write_bytes(xlsx([["编号", "数量", "单价", "金额"], ["P1", 2, 3], ["P2", 2, 3]], change))
    book = open_workbook(path)
    assert book.rows() == [["编号", "数量", "单价", "金额"], ["P1", 2, 3, None], ["P2", 2, 3, "#N/A"]]
    assert book.unread() == {(1, 3): "公式还没有算出结果", (2, 3): "公式出错（#N/A）"}
    wrong, empty = book.findings()
    assert "D3" in wrong.message
    assert "D2" in empty.message and "用 Excel 打开保存一次" in empty.cure


def test_formula_with_empty_text_as_result_is_fine(tmp_path: Path) -> None:
    def change(parts: dict[str, bytes]) -> None:
        part = "xl/worksheets/sheet1.xml"
        cell = b'<c r="F2" t="str"><f>IF(A2="","","")</f><v></v></c><c r="G2"><f t="shared" si="0"/><v>3</v></c></row>'
        parts[part] = parts[part].replace(b"</row>", b"</row><row", 1).replace(b"</row><row", b"</row>", 1)
        head, rest = parts[part].split(b'<row r="2"', 1)
        parts[part] = head + b'<row r="2"' + rest.replace(b"</row>", cell, 1)

    path = tmp_path / "单.xlsx"
    path.write_bytes(repack(xlsx(), change))
    book = open_workbook(path)
    assert book.rows()[1][5:] == [None, 3]
    assert not book.findings()


def test_prefixed_parts_are_scanned_too(tmp_path: Path) -> None:
    sheet = (
        '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData><x:row r="1">'
        '<x:c r="A1"><x:v>7</x:v></x:c><x:c r="B1"><x:f>A1*2</x:f></x:c></x:row></x:sheetData></x:worksheet>'
    )
    path = tmp_path / "单.xlsx"
    path.write_bytes(repack(xlsx(), lambda parts: parts.update({"xl/worksheets/sheet1.xml": sheet.encode()})))
    book = open_workbook(path)
    assert book.rows()[0][0] == 7
    assert book.unread() == {(0, 1): "公式还没有算出结果"}


def test_file_open_in_excel_is_read_with_a_hint(tmp_path: Path) -> None:
    path = tmp_path / "单.xlsx"
    path.write_bytes(xlsx())
    owner = "张三"
    (tmp_path / "~$单.xlsx").write_bytes(
        b"\x04" + b" " * 54 + struct.pack("<H", len(owner)) + owner.encode("utf-16-le")
    )
    (note,) = open_workbook(path).notes
    assert "张三 的 Excel" in note.message and "保存" in note.cure


# ---- bad files ------------------------------------------------------------------------------------------------------


def _truncated_sheet(parts: dict[str, bytes]) -> None:
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"][:-60]


def _flipped(data: bytes) -> bytes:
    """Damage inside the packed sheet."""
    with zipfile.ZipFile(io.BytesIO(data)) as pack:
        start = pack.getinfo("xl/worksheets/sheet1.xml").header_offset + 80
    return data[:start] + bytes(b ^ 0x55 for b in data[start : start + 40]) + data[start + 40 :]


def _encrypted_xlsx() -> bytes:
    """An OLE container with a stream EncryptedPackage, as Excel saves a book with a password to open."""
    name, other = "Workbook".encode("utf-16-le"), "EncryptedPackage".encode("utf-16-le")
    data = xls()
    at = data.rindex(name + b"\0\0")
    return data[:at] + other.ljust(64, b"\0") + struct.pack("<H", len(other) + 2) + data[at + 66 :]


def _encrypted_xls() -> bytes:
    """A FILEPASS record (0x2F, RC4) behind the first BOF of the workbook stream."""
    book = xlwt.Workbook()
    book.add_sheet("订单").write(0, 0, "x")
    stream = book.get_biff_data()
    end = 4 + struct.unpack("<H", stream[2:4])[0]
    locked = stream[:end] + struct.pack("<HHHHH", 0x2F, 54, 1, 1, 1) + b"\x11" * 48 + stream[end:]
    out = io.BytesIO()
    CompoundDoc.XlsDoc().save(out, locked)
    return out.getvalue()


def _word() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as pack:
        pack.writestr("[Content_Types].xml", "<Types/>")
        pack.writestr("word/document.xml", "<w/>")
    return out.getvalue()


def _plain_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as pack:
        pack.writestr("a.txt", "a")
    return out.getvalue()


def _round_chain() -> bytes:
    """An .xls whose sector table runs in a circle: a careless reader would never come to an end."""
    data = bytearray(xls())
    (table,) = struct.unpack_from("<I", data, 0x4C)
    (start,) = struct.unpack_from("<I", data, data.rindex("Workbook".encode("utf-16-le")) + 116)
    struct.pack_into("<I", data, (table + 1) * 512 + 4 * start, start)
    return bytes(data)


def _old_word() -> bytes:
    name, other = "Workbook".encode("utf-16-le"), "WordDocument".encode("utf-16-le")
    data = xls()
    at = data.rindex(name + b"\0\0")
    return data[:at] + other.ljust(64, b"\0") + struct.pack("<H", len(other) + 2) + data[at + 66 :]


WHOLE = xlsx()
ZOO: dict[str, tuple[bytes, str, str]] = {
    "空.xlsx": (b"", "file.empty", "空的"),
    "断电.xlsx": (b"\0" * 4096, "file.damaged", "断了电"),
    "半截.xlsx": (WHOLE[: len(WHOLE) // 2], "file.damaged", "没有传完"),
    "差一点.xlsx": (WHOLE[:-30], "file.damaged", "没有传完"),
    "坏页.xlsx": (_flipped(WHOLE), "file.damaged", "损坏"),
    "断页.xlsx": (repack(WHOLE, _truncated_sheet), "file.damaged", "损坏"),
    "缺页.xlsx": (repack(WHOLE, lambda p: p.pop("xl/worksheets/sheet1.xml")), "file.damaged", "缺少「订单」"),
    "缺链接.xlsx": (repack(WHOLE, lambda p: p.pop("xl/_rels/workbook.xml.rels")), "file.damaged", "缺少「订单」"),
    "缺主体.xlsx": (repack(WHOLE, lambda p: p.pop("xl/workbook.xml")), "file.damaged", "缺少工作簿"),
    "坏主体.xlsx": (repack(WHOLE, lambda p: p.update({"xl/workbook.xml": b"<workbook"})), "file.damaged", "损坏"),
    "密码.xlsx": (_encrypted_xlsx(), "file.password", "密码"),
    "密码.xls": (_encrypted_xls(), "file.password", "密码"),
    "密码.ods": (ods("", "<encryption-data/>"), "file.password", "密码"),
    "断页.ods": (
        repack(ods(""), lambda p: p.update({"content.xml": p["content.xml"].replace(b"</table:table>", b"")})),
        "file.damaged",
        "损坏",
    ),
    "半截.xls": (xls()[:2500], "file.damaged", "不完整"),
    "绕圈.xls": (_round_chain(), "file.damaged", "不完整"),
    "旧文档.xls": (_old_word(), "file.kind", "Word"),
    "邮件.xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 6000, "file.damaged", "不完整"),
    "文档.xlsx": (_word(), "file.kind", "Word"),
    "压缩.xlsx": (_plain_zip(), "file.kind", "压缩包"),
    "电子.xlsx": (b"%PDF-1.7\n%\xe2\xe3", "file.kind", "PDF"),
    "照片.xls": (b"\xff\xd8\xff\xe0\0\x10JFIF", "file.kind", "图片"),
    "古董.xls": (struct.pack("<HHHH", 9, 4, 2, 16) + b"\0" * 20, "file.kind", "Excel 2/3/4"),
    "乱码.csv": (bytes(range(256)) * 4, "file.damaged", "看不出"),
    "空行.csv": (b" ,,\r\n,,\r\n", "file.empty", "没有内容"),
    "引号.csv": (b'a,b\n1,"' + b"x" * 140_000, "file.damaged", "引号"),
    "登录.xls": (b"<html><body>please log in</body></html>", "file.kind", "登录"),
    "网页.mht": (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "file.kind", "MHT"),
    "别的.xml": (b'<?xml version="1.0"?><bill/>', "file.kind", "XML"),
    "坏表.xls": (XML_TABLE.encode("gb2312")[:-40], "file.damaged", "损坏"),
    "实体.xls": (
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "cc">]><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
        "file.unsafe",
        "DOCTYPE",
    ),
    "实体.xlsx": (
        repack(WHOLE, lambda p: p.update({"xl/workbook.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><workbook/>'})),
        "file.unsafe",
        "DOCTYPE",
    ),
    "~$单.xlsx": (b"\x04abc", "file.kind", "临时文件"),
}


@pytest.mark.parametrize("name", ZOO)
def test_bad_files_are_refused_with_reason_and_cure(tmp_path: Path, name: str) -> None:
    content, code, words = ZOO[name]
    path = tmp_path / name
    path.write_bytes(content)
    problem = refused(path)
    assert problem.code == code
    assert words in problem.message


def test_file_that_is_not_there(tmp_path: Path) -> None:
    problem = refused(tmp_path / "没有.xlsx")
    assert problem.code == "file.missing" and str(tmp_path) in problem.cure
    with pytest.raises(EnvironmentFault, match="共享"):
        open_workbook(tmp_path / "没有这个文件夹" / "单.xlsx")
    assert refused(tmp_path).code == "file.folder"


def test_locked_file_is_a_fault_of_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "单.xlsx"
    path.write_bytes(xlsx())

    def locked(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", locked)
    with pytest.raises(EnvironmentFault, match=r"单\.xlsx.*打开着.*关闭"):
        open_workbook(path)


def test_zip_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel_package, "MOST_UNPACKED", 1_000_000)
    path = tmp_path / "炸弹.xlsx"
    path.write_bytes(repack(xlsx(), lambda parts: parts.update({"xl/media/x.bin": b"\0" * 1_200_000})))
    assert refused(path).code == "file.unsafe"


def test_file_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel_in, "MOST_BYTES", 100)
    path = tmp_path / "大.xlsx"
    path.write_bytes(xlsx())
    assert refused(path).code == "file.large"


LONG = [["编号", "数量"]] + [[f"P{n}", n] for n in range(60)]


@pytest.mark.parametrize("kind", ["xlsx", "xls", "csv", "html", "xml"])
def test_too_many_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setattr(excel_in, "MOST_ROWS", 50)
    path = tmp_path / f"长.{kind}"
    if kind == "xlsx":
        path.write_bytes(xlsx(LONG))
    elif kind == "xls":
        path.write_bytes(xls(lambda book: book.get_sheet(0).write(70, 0, "x")))
    elif kind == "csv":
        path.write_text("\n".join(f"{a},{b}" for a, b in LONG), encoding="utf-8")
    elif kind == "html":
        path.write_text("<table>" + "".join(f"<tr><td>{a}<td>{b}" for a, b in LONG), encoding="utf-8")
    else:
        path.write_bytes(XML_TABLE.replace('ss:Index="3"', 'ss:Index="900"', 1).encode("gb2312"))
    problem = refused(path)
    assert problem.code == "file.rows" and "50 行" in problem.message


def test_coloured_empty_rows_do_not_count_and_a_stray_cell_is_told(tmp_path: Path) -> None:
    def colour(book: Any, sheet: Any) -> None:
        sheet.cell(900_000, 3).number_format = "0.00"
        sheet.cell(3, 1000).number_format = "0.00"

    path = tmp_path / "单.xlsx"
    path.write_bytes(xlsx(change=colour))
    assert open_workbook(path).rows() == ORDER
    path.write_bytes(xlsx(change=lambda book, sheet: sheet.cell(100_000, 16_000, "x")))
    problem = refused(path)
    assert problem.code == "file.rows" and "100,000 行" in problem.message


# ---- headings -------------------------------------------------------------------------------------------------------

KNOWN = {
    "po": ("客户订单号", "订单号", "采购单号"),
    "code": ("产品编号", "编号", "货号", "物料编码"),
    "name": ("产品名称", "品名", "货物名称"),
    "qty": ("数量", "订购数量"),
    "price": ("单价", "含税单价"),
    "amount": ("金额",),
    "due": ("交货日期", "交期"),
}


def test_headings_below_title_lines() -> None:
    rows: list[list[Any]] = [
        ["上海甲公司采购订单", None, None, None],
        ["订单日期：2026-06-18", None, "联系人：王", None],
        [None] * 4,
        ["采 购 单 号", "货号", "数量（件）", "仓库"],
        ["PO-1", "P1", 3, "一号"],
    ]
    header = find_header(rows, KNOWN)
    assert header.row_index == 3
    assert header.columns == {"po": 0, "code": 1, "qty": 2}
    assert header.unknown == [(3, "仓库")]
    assert header.guessed == ()
    assert 0.5 < header.confidence < 1


def test_headings_over_two_rows() -> None:
    rows: list[list[Any]] = [
        ["订单号", "产品", None, "数量", "价格", None],
        [None, "编号", "名称", None, "单价", "金额"],
        ["PO-1", "P1", "轴承", 3, 2, 6],
    ]
    header = find_header(rows, KNOWN)
    assert (header.first_row, header.row_index) == (0, 1)
    assert header.columns == {"po": 0, "code": 1, "name": 2, "qty": 3, "price": 4, "amount": 5}
    assert header.titles[1] == "产品编号"


def test_first_row_of_texts_is_not_taken_for_a_second_row_of_headings() -> None:
    rows: list[list[Any]] = [["货号", "品名", "交期", "备注"], ["P1", "轴承", "下周", None], ["P2", "垫片", None, "急"]]
    header = find_header(rows, KNOWN)
    assert header.row_index == 0 and header.titles[0] == "货号"


def test_proper_title_wins_over_synonym_and_part() -> None:
    header = find_header([["编号", "产品编号", "含税单价", "本次订购数量"], ["1", "P1", 3, 4]], KNOWN)
    assert header.columns == {"code": 1, "price": 2, "qty": 3}
    assert header.guessed == ("qty",)
    assert header.unknown == [(0, "编号")]


def test_unknown_headings_and_empty_tables() -> None:
    header = find_header([["甲"], ["alpha", "beta", "gamma"], ["x", 1, 2]], KNOWN)
    assert (header.row_index, header.columns, header.confidence) == (1, {}, 0.0)
    assert [title for _, title in header.unknown] == ["alpha", "beta", "gamma"]
    with pytest.raises(Refused, match="空的"):
        find_header([[None, None]], KNOWN)


def test_signature_ignores_order_and_blanks() -> None:
    one = find_header([["货号", "数 量"], ["P1", 1]], KNOWN)
    two = find_header([["x", None], ["数量:", "货号"], [1, "P1"]], KNOWN)
    assert one.signature == two.signature


def test_totals_remarks_and_repeated_headings_are_no_data() -> None:
    head = ["货号", "品名", "数量", "金额"]
    rows: list[list[Any]] = [
        head,
        ["P1", "轴承", 3, 6],
        [None] * 4,
        ["P2", "合金垫片", 4, 8],
        ["小 计", None, 7, 14],
        head,
        ["P3", "共计划用料", 1, 5],
        [None, None, None, "备用"],
        ["合计：", None, 8, 19],
        ["合计人民币（大写）：壹拾玖元整", None, None, None],
        ["备注：请于周五前送到", None, None, None],
        ["制表人：李", None, "审核：", None],
        ["以上请核对", None, None, None],
        ["谢谢", None, None, None],
    ]
    header = find_header(rows, KNOWN)
    body = body_of(rows, header)
    assert body.data == [1, 3, 6, 7]
    assert [(t.index, t.cells[2], t.partial) for t in body.totals] == [(4, 7, True), (8, 8, False), (9, None, False)]
    assert [(index, why) for index, _, why in body.passed] == [
        (5, "重复的表头"),
        (10, "表下的说明"),
        (11, "表下的说明"),
        (12, "表下的说明"),
        (13, "合计下面的文字"),
    ]


def test_product_named_like_a_total_stays_data() -> None:
    rows: list[list[Any]] = [["品名", "规格", "货号", "数量"], ["合计牌打印纸", "A4 白色", "P9", 3]]
    assert body_of(rows, find_header(rows, KNOWN)).data == [1]
