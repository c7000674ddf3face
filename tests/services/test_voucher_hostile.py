"""Files from enemies and from broken downloads: a finding with code, message and cure, soon, and the batch goes on."""

from __future__ import annotations

import io
import random
import struct
import time
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from salesdesk.services.vouchers import pdf_reading, reading
from salesdesk.services.vouchers.reading import read_bytes, read_file
from salesdesk.services.vouchers.voucher import Voucher
from tests import vouchers_made as made
from tests.fuzz.vouchers import seeds, variant
from tests.vouchers_made.as_ofd import packed

SECONDS = 15.0
"""No file may take longer, on a slow machine and with others beside it."""


def turned_away(data: bytes, name: str = "票") -> str:
    """The code with which these bytes are refused; checks that the finding speaks and that it took no time."""
    started = time.monotonic()
    found = read_bytes(name, data)
    assert time.monotonic() - started < SECONDS
    assert len(found) == 1
    finding = found[0].findings[0]
    assert finding.message and finding.cure
    assert found[0].wire()["findings"][0]["code"] == finding.code
    assert found[0].total is None
    return finding.code


def pdf_with(
    content: bytes, box: str = "0 0 595 397", extra: str = "", raw_filter: str = "/Filter/FlateDecode"
) -> bytes:
    """A PDF of one page with that (already packed) content stream, without a table of places: pdfium repairs it."""
    return (
        b"%PDF-1.5\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        + f"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[{box}]/Contents 4 0 R{extra}>>endobj\n".encode()
        + f"4 0 obj<</Length {len(content)}{raw_filter}>>stream\n".encode()
        + content
        + b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
    )


def test_entities_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("TOP-SECRET", encoding="utf-8")
    xxe = (
        f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "{(tmp_path / "secret").as_uri()}">]>'
        "<EInvoice><Header><EIid>26322000000000000001</EIid></Header><EInvoiceData><BuyerInformation><BuyerName>&x;</BuyerName>"
        "</BuyerInformation></EInvoiceData></EInvoice>"
    )
    for data in (xxe.encode(), xxe.encode("utf-16")):
        found = read_bytes("a.xml", data)[0]
        assert found.findings[0].code == "hostile"
        assert "TOP-SECRET" not in str(found.wire())
    lol = b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><EInvoice>&b;</EInvoice>'
    assert turned_away(lol) == "hostile"


@pytest.mark.parametrize("layers", [300, 5000])
def test_an_xml_that_is_too_deep_is_no_supporting_paper(layers: int) -> None:
    head, body = made.full_invoice().xml().split(b"\n", 1)
    assert turned_away(head + b"<a>" * layers + body + b"</a>" * layers) == "hostile"
    assert read_bytes("a.xml", head + b"<a>" * 50 + body + b"</a>" * 50)[0].number


def test_entries_without_a_name_are_passed_over() -> None:
    """Found by an hour of damaged files: zipfile itself falls over an empty name."""
    whole = made.full_invoice().ofd("tags")
    victim = b"Doc_0/PublicRes.xml"
    central = whole.rindex(victim)  # in the directory: same length of the record, no name in it
    start = central - 46
    record = bytearray(whole[start : central + len(victim)])
    record[28:30] = struct.pack("<H", 0)
    record[32:34] = struct.pack("<H", len(victim))  # what was the name counts as a comment
    nameless = whole[:start] + bytes(record) + whole[central + len(victim) :]
    (voucher,) = read_bytes("a.ofd", nameless)
    assert voucher.number == made.full_invoice().number


def test_the_same_inside_an_ofd() -> None:
    bad = made.full_invoice().ofd("xml")
    pack = zipfile.ZipFile(io.BytesIO(bad))
    files: dict[str, str | bytes] = {name: pack.read(name) for name in pack.namelist()}
    files["Doc_0/Attachs/original_invoice.xml"] = (
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><eInvoice>&x;</eInvoice>'
    )
    (voucher,) = read_bytes("a.ofd", packed(files))
    assert voucher.number == made.full_invoice().number, "the page is still read"
    assert "attachment" in {f.code for f in voucher.findings}


def test_bombs() -> None:
    assert turned_away(packed({"a.xml": b"0" * 60_000_000})) == "hostile"
    assert turned_away(packed({f"{n}.xml": b"" for n in range(3000)})) == "hostile"
    deep: bytes = made.full_invoice().xml()
    for _ in range(6):
        deep = packed({"a.zip": deep})
    assert turned_away(deep) == "hostile"
    unpacked = zlib.compress(b"\x00" * 90_000_000, 9)
    assert turned_away(pdf_with(unpacked)) == "hostile"
    twice = zlib.compress(zlib.compress(b" " * 90_000_000, 9), 9)
    assert turned_away(pdf_with(twice, raw_filter="/Filter[/FlateDecode/FlateDecode]")) == "hostile"


def test_huge_files_are_not_read(tmp_path: Path) -> None:
    with (tmp_path / "大.pdf").open("wb") as file:
        file.seek(reading.LARGEST + 1)
        file.write(b"x")
    (voucher,) = read_file(tmp_path / "大.pdf")
    assert (voucher.findings[0].code, voucher.sha256) == ("too_large", "")
    assert turned_away(b"<a>" + b"<b/>" * 3_000_000 + b"</a>") == "too_large"


@pytest.mark.parametrize(
    "box",
    ["0 0 1000000000 1000000000", "0 0 0 0", "0 0 -5 -5", "0 0 1e38 1e38", "0 0 0.001 100000", "5 5 5 5", "a b c d"],
)
def test_pages_of_absurd_size(box: str) -> None:
    assert turned_away(pdf_with(zlib.compress(b"BT ET"), box)) in ("no_qr", "damaged", "not_invoice")


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small allowance, so that what uses it up does so soon."""
    monkeypatch.setattr(pdf_reading, "SECONDS", 1.0)


@pytest.mark.usefixtures("hurry")
def test_a_page_that_never_ends_is_left_in_time() -> None:
    busy = b"q 0 0 m 595 397 l 0 397 l f 3 w 0 0 m 595 0 l S Q\n" * 200_000
    assert turned_away(pdf_with(zlib.compress(busy))) == "no_qr"


@pytest.mark.usefixtures("hurry")
def test_pages_without_end_and_in_circles() -> None:
    kids = " ".join(["3 0 R"] * 4000)
    many = pdf_with(zlib.compress(b"BT ET")).replace(b"[3 0 R]/Count 1", f"[{kids}]/Count 4000".encode())
    started = time.monotonic()
    (voucher,) = read_bytes("a.pdf", many)
    assert time.monotonic() - started < SECONDS + 5
    assert {f.code for f in voucher.findings} & {"too_long", "no_qr"}
    circle = pdf_with(zlib.compress(b"/F Do"), extra="/Resources<</XObject<</F 5 0 R>>>>").replace(
        b"trailer",
        b"5 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F 5 0 R>>>>/Length 5>>stream\n/F Do\n"
        b"endstream endobj\ntrailer",
    )  # fmt: skip
    assert turned_away(circle) == "no_qr"


def test_protected_files() -> None:
    assert turned_away(made.locked()) == "encrypted"
    pack = bytearray(packed({"a.xml": made.full_invoice().xml()}))
    for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = pack.index(sign) + place
        pack[at] |= 1
    assert turned_away(bytes(pack)) == "encrypted"


def test_ofd_objects_in_circles_and_without_end() -> None:
    whole = made.full_invoice().ofd("tags")
    pack = zipfile.ZipFile(io.BytesIO(whole))
    files: dict[str, str | bytes] = {name: pack.read(name) for name in pack.namelist()}
    refs = '<ofd:ObjectRef PageRef="1">100</ofd:ObjectRef>' * 200_000
    files["Doc_0/Tags/CustomTag.xml"] = (
        '<fp:eInvoice xmlns:ofd="http://www.ofdspec.org/2016" xmlns:fp="http://www.edrm.org.cn/schema/e-invoice/2019">'
        f"<fp:InvoiceNo>{refs}</fp:InvoiceNo></fp:eInvoice>"
    )
    files["Doc_0/DocumentRes.xml"] = (
        '<ofd:Res xmlns:ofd="http://www.ofdspec.org/2016"><ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="7" Width="9" Height="9">'
        '<ofd:Content><ofd:CompositeObject ID="8" ResourceID="7" Boundary="0 0 9 9"/><ofd:CompositeObject ID="9" ResourceID="7" '
        'Boundary="0 0 9 9"/></ofd:Content></ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits></ofd:Res>'
    )
    content = bytes(files["Doc_0/Pages/Page_0/Content.xml"]).decode()  # type: ignore[arg-type]
    circle = '<ofd:CompositeObject ID="6" ResourceID="7" Boundary="0 0 9 9"/></ofd:Layer>'
    files["Doc_0/Pages/Page_0/Content.xml"] = content.replace("</ofd:Layer>", circle)
    started = time.monotonic()
    (voucher,) = read_bytes("a.ofd", packed(files))
    assert time.monotonic() - started < SECONDS
    assert voucher.number == made.full_invoice().number


def test_an_ofd_with_many_pages_and_much_text() -> None:
    whole = made.full_invoice().ofd("text")
    pack = zipfile.ZipFile(io.BytesIO(whole))
    files: dict[str, str | bytes] = {name: pack.read(name) for name in pack.namelist()}
    document = bytes(files["Doc_0/Document.xml"]).decode()  # type: ignore[arg-type]
    one = document[document.index("<ofd:Page ID") : document.index("</ofd:Pages>")]
    files["Doc_0/Document.xml"] = document.replace(one, one * 3000)
    started = time.monotonic()
    (voucher,) = read_bytes("a.ofd", packed(files))
    assert time.monotonic() - started < SECONDS
    assert voucher.number == made.full_invoice().number
    assert "too_long" in {f.code for f in voucher.findings}


def test_pictures_larger_than_they_look() -> None:
    head = b"\x89PNG\r\n\x1a\n"
    ihdr = struct.pack(">IIBBBBB", 90_000, 90_000, 8, 0, 0, 0, 0)
    bomb = head + struct.pack(">I", 13) + b"IHDR" + ihdr + struct.pack(">I", zlib.crc32(b"IHDR" + ihdr))
    body = zlib.compress(b"\x00" * 1_000_000)
    bomb += struct.pack(">I", len(body)) + b"IDAT" + body + struct.pack(">I", zlib.crc32(b"IDAT" + body))
    assert turned_away(bomb) == "hostile"
    out = io.BytesIO()
    Image.new("1", (9000, 9000)).save(out, "PNG")
    assert turned_away(out.getvalue()) == "no_qr"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\x00" * 5000, "unknown_format"),
        (b"hello", "unknown_format"),
        (b"PK\x03\x04 broken", "damaged"),
        (b"%PDF-1.7\nbroken", "damaged"),
        (b"\x89PNG\r\n\x1a\nbroken", "damaged"),
        (b"<EInvoice", "no_number"),
        (b"\xff\xd8\xff\xe0", "damaged"),
        (b"Rar!\x1a\x07\x01\x00", "unknown_format"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00", "unknown_format"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "not_invoice"),
        (packed({}), "empty"),
        (made.full_invoice().pdf()[:3000], "damaged"),
        (made.full_invoice().ofd()[:2000], "damaged"),
        (made.full_invoice().qr_png()[:120], "damaged"),
    ],
    ids=range(15),
)
def test_broken_empty_and_foreign_files(data: bytes, code: str) -> None:
    assert turned_away(data) == code


def test_missing_files_and_folders(tmp_path: Path) -> None:
    for path in (tmp_path / "没有.pdf", tmp_path):
        (voucher,) = read_file(path)
        assert voucher.findings[0].code == "unreadable"


def test_half_an_xml_is_mended_as_far_as_it_goes() -> None:
    whole = made.full_invoice().xml()
    (voucher,) = read_bytes("a.xml", whole[: whole.index(b"<TaxSupervisionInfo>")])
    assert voucher.number == made.full_invoice().number


def test_what_the_reader_did_not_foresee_is_one_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def falls(*_: object) -> list[Voucher]:
        raise RuntimeError("not foreseen")

    monkeypatch.setattr(reading, "_xml", falls)
    assert turned_away(made.full_invoice().xml()) == "unreadable"
    pack = made.zipped({"a.xml": made.full_invoice().xml(), "b.pdf": made.full_invoice(n=2).pdf()})
    found = read_bytes("两个.zip", pack)
    assert [f.code for one in found for f in one.findings] == ["unreadable"]
    assert found[1].number == made.full_invoice(n=2).number


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return seeds()


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_damaged_files_of_every_form(files: dict[str, bytes], seed: int) -> None:
    """A few of what `tests/fuzz` makes for hours."""
    rng = random.Random(seed)
    name = rng.choice(sorted(files))
    found = read_bytes(name, variant(rng, name, files[name]))
    assert found
    for one in found:
        assert one.wire()["file"] == one.file
        assert "unreadable" not in {f.code for f in one.findings}


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    for head in (b"", b"%PDF-1.4\n", b"<EInvoice>", b"PK\x03\x04"):
        assert read_bytes("x", head + data)
