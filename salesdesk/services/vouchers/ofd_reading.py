"""Reads vouchers from an OFD: attached XML, custom tags pointing into the page, the page's words, the QR picture."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from salesdesk.domain.errors import BadValue, Refused
from salesdesk.domain.problems import Severity
from salesdesk.services.ofd.display import PageContent, Path, Picture, Text, at
from salesdesk.services.ofd.package import Document, Package
from salesdesk.services.ofd.pages import PageReader
from salesdesk.services.safe_xml import local_name
from salesdesk.services.vouchers.face_lines import Page, Run, page_of
from salesdesk.services.vouchers.face_reading import printed_differs, read_face
from salesdesk.services.vouchers.filling import Filling
from salesdesk.services.vouchers.judging import judge
from salesdesk.services.vouchers.printed import money_of, plain, tax_of, written_id
from salesdesk.services.vouchers.qr import codes_in
from salesdesk.services.vouchers.sealed import fill_seal
from salesdesk.services.vouchers.titles import kind_in, kind_of_code
from salesdesk.services.vouchers.voucher import Item, Voucher
from salesdesk.services.vouchers.xml_reading import read_xml
from salesdesk.services.vouchers.xml_values import MOST_ITEMS

if TYPE_CHECKING:
    from lxml.etree import _Element

MOST_PAGES = 60
SECONDS = 4.0
"""For the pages of one document; a real voucher takes hundredths."""
MOST_PICTURES = 30
MOST_TAGS = 50_000
MOST_ATTACHMENTS = 20
FEWEST_SQUARES = 100
"""Paths a drawn QR needs at least; the lines of a form are fewer than fifty."""
_LARGEST_PICTURE = 8 * 1024 * 1024
_POINTS = 72 / 25.4


def read_ofd(voucher: Voucher, data: bytes) -> list[Voucher]:
    """The vouchers of an OFD, one for each document in it. Raises BadValue with a code for what cannot be opened."""
    package = Package(data)
    found = []
    for number, document in enumerate(package.documents, 1):
        one = Voucher(file=voucher.file, sha256=voucher.sha256, form="ofd")
        filling = Filling(one)
        _read(package, document, filling, data if number == 1 else b"")
        if len(package.documents) > 1:
            told = f"这个 OFD 里有 {len(package.documents)} 份文档，这是第 {number} 份"
            filling.say("several_in_file", told, "可以分开登记；最好一张一个文件", Severity.WARN)
        found.append(one)
    return found


def _read(package: Package, document: Document, filling: Filling, whole: bytes) -> None:
    voucher = filling.voucher
    refs = document.pages
    voucher.pages = len(refs)
    reader = PageReader(document)
    until, contents = time.monotonic() + SECONDS, list[PageContent]()
    for number, ref in enumerate(refs[:MOST_PAGES], 1):
        if time.monotonic() > until:
            break
        contents.append(reader.page(ref, number))
    if len(refs) > len(contents):
        told = f"OFD 有 {len(refs)} 页，只读了前 {len(contents)} 页"
        filling.say("too_long", told, "请把发票单独存成一个文件", Severity.WARN)
    for name in _attached(package, document):
        _read_attached(package, name, filling)
    pages = [page for content in contents if (page := _page(content)).lines]
    qr = _qr(package, contents) or (_drawn_qr(whole, contents[0]) if whole and contents else None)
    if voucher.number and pages:
        printed = Voucher()
        read_face(pages, Filling(printed), "ofd_text", qr)
        printed_differs(voucher, printed)
    _tags(document, contents, filling)
    if pages:
        read_face(pages, filling, "ofd_text", qr)
    _custom_data(document.custom_data, filling)
    if qr:
        filling.take_qr(qr)
    pictures = any(isinstance(item, Picture) for content in contents for item in content.items)
    judge(filling, [text for page in pages for text in page.said()], bool(pages) or not pictures)
    if voucher.number:
        fill_seal(voucher, package)


def _attached(package: Package, document: Document) -> list[str]:
    """XML files carried inside, listed or simply lying there."""
    listed = [one.name for one in document.attachments if one.format == "xml" or one.name.lower().endswith(".xml")]
    lying = [
        name
        for name in package.archive.names()
        if "/attach" in f"/{name.lower()}" and name.lower().endswith(".xml") and "attachments.xml" not in name.lower()
    ]
    return list(dict.fromkeys([*listed, *lying]))[:MOST_ATTACHMENTS]


def _read_attached(package: Package, name: str, filling: Filling) -> None:
    try:
        read_xml(package.read(name), filling, "ofd_xml")
    except BadValue as reason:
        filling.say("attachment", f"OFD 里附带的 {name} 没有读：{reason.reason}", reason.cure, Severity.WARN)


def _page(content: PageContent) -> Page:
    """The words of a page in points, as the face reader wants them."""
    return page_of(content.width * _POINTS, content.height * _POINTS, _runs(content.texts()))


def _runs(texts: Iterable[Text]) -> Iterable[Run]:
    for text in texts:
        if text.turned or not text.glyphs:
            continue
        row: list[tuple[str, float, float, float]] = []
        for glyph in text.glyphs:
            x, y = at(text.matrix, glyph.x, glyph.y)
            wide = glyph.room or text.size * text.stretch * (1.0 if ord(glyph.char) > 0x2E7F else 0.5)
            wide = min(wide, text.size * max(1.0, text.stretch))
            right = at(text.matrix, glyph.x + wide, glyph.y)[0]
            if row and abs(row[-1][3] - y) > 0.3 * text.size:
                yield _run(row, text)
                row = []
            row.append((glyph.char, x, max(right, x), y))
        yield _run(row, text)


def _run(row: list[tuple[str, float, float, float]], text: Text) -> Run:
    high = abs(at(text.matrix, 0, text.size)[1] - at(text.matrix, 0, 0)[1]) or text.size
    edges = (*(one[1] * _POINTS for one in row), row[-1][2] * _POINTS)
    return Run("".join(one[0] for one in row), edges, (row[0][3] - 0.36 * high) * _POINTS, high * _POINTS)


def _qr(package: Package, contents: list[PageContent]) -> str | None:
    """The first invoice QR among the pictures; JBIG2 included."""
    from salesdesk.services.ofd.images import open_picture

    seen: set[str] = set()
    for content in contents:
        for item in content.items:
            if not isinstance(item, Picture) or (item.name and item.name in seen) or len(seen) >= MOST_PICTURES:
                continue
            seen.add(item.name or f"#{len(seen)}")
            try:
                data = item.data or package.read(item.name)
                if len(data) <= _LARGEST_PICTURE and (found := codes_in(open_picture(data))):
                    return found[0]
            except BadValue:
                continue
    return None


def _drawn_qr(whole: bytes, content: PageContent) -> str | None:
    """The QR of a page that draws it as squares instead of carrying a picture: the page is painted and looked at."""
    if sum(isinstance(item, Path) for item in content.items) < FEWEST_SQUARES:
        return None
    from salesdesk.services.ofd.painting import ofd_to_pdf
    from salesdesk.services.vouchers.pdf_page import first_page_codes

    try:
        found = first_page_codes(ofd_to_pdf(whole))
    except Refused:
        return None
    return found[0] if found else None


def _tags(document: Document, contents: list[PageContent], filling: Filling) -> None:
    """Values of the custom tags: names of the 2019 eInvoice, texts by object of the page."""
    texts = {(content.id, key): text for content in contents for key, text in content.by_id().items()}
    for tag in document.tags[:4]:
        said: dict[str, str] = {}
        goods: list[dict[str, str]] = []
        for count, element in enumerate(tag.root.iter()):
            if count > MOST_TAGS:
                break
            name = local_name(element)
            if name == "GoodsInfo" and len(goods) < MOST_ITEMS:
                goods.append({local_name(one): _told(one, texts) for one in element})
            elif name in _TAGGED and name not in said and (text := _told(element, texts)):
                said[name] = text
        _take_tags(said, goods, filling)


_TAGGED = frozenset(
    (
        "InvoiceCode", "InvoiceNo", "IssueDate", "BuyerName", "BuyerTaxID", "SellerName", "SellerTaxID", "InvoiceCheckCode",
        "MachineNo", "TaxInclusiveTotalAmount", "TaxInclusiveTotalAmountWithWords", "TaxTotalAmount", "TaxExclusiveTotalAmount",
    )
)  # fmt: skip


def _told(element: _Element, texts: dict[tuple[str, str], str]) -> str:
    """The page texts an element refers to, joined (an amount is ¥ and digits); plain data where it holds data."""
    parts = []
    for one in list(element)[:20]:
        text = (one.text or "").strip()
        if local_name(one) == "ObjectRef":
            parts.append(texts.get((one.get("PageRef", ""), text), ""))
        elif local_name(one) == "ObjectData":
            parts.append(text)
    return "".join(parts).strip()


def _take_tags(said: dict[str, str], goods: list[dict[str, str]], filling: Filling) -> None:
    number = plain(said.get("InvoiceNo", ""))
    code = plain(said.get("InvoiceCode", ""))
    filling.take(
        "ofd_tag",
        code=code if code.isdecimal() else None,
        number=number if number.isdecimal() else None,
        date=filling.day(said.get("IssueDate"), "ofd_tag"),
        buyer=said.get("BuyerName"),
        buyer_tax_id=written_id(said.get("BuyerTaxID")),
        seller=said.get("SellerName"),
        seller_tax_id=written_id(said.get("SellerTaxID")),
        amount=filling.fen("amount", said.get("TaxExclusiveTotalAmount"), "ofd_tag"),
        tax=filling.fen("tax", said.get("TaxTotalAmount", ""), "ofd_tag", tax_of),
        total=filling.fen("total", said.get("TaxInclusiveTotalAmount"), "ofd_tag"),
        total_in_words=said.get("TaxInclusiveTotalAmountWithWords", "").lstrip("⊗ ") or None,
        items=tuple(
            Item(
                one.get("Item", ""),
                one.get("Specification", ""),
                one.get("MeasurementDimension", ""),
                one.get("Quantity", ""),
                one.get("Price", ""),
                money_of(one.get("Amount")),
                one.get("TaxScheme", ""),
                tax_of(one.get("TaxAmount", "")),
            )
            for one in goods
            if one.get("Item") or one.get("Amount")
        ),
    )
    filling.more(check_code=plain(said.get("InvoiceCheckCode", "")), machine_no=plain(said.get("MachineNo", "")))


def _custom_data(data: dict[str, str], filling: Filling) -> None:
    """CustomDatas of OFD.xml, last: 合计金额 is the sum without tax."""
    code = plain(data.get("发票代码", ""))
    filling.take(
        "ofd_tag",
        kind=kind_in(data.get("模板编号", "") or data.get("发票类型", "")) or kind_of_code(code),
        code=code,
        number=plain(data.get("发票号码", "")),
        date=filling.day(data.get("开票日期"), "ofd_tag"),
        buyer=data.get("购买方名称"),
        buyer_tax_id=written_id(data.get("购买方纳税人识别号")),
        seller=data.get("销售方名称"),
        seller_tax_id=written_id(data.get("销售方纳税人识别号")),
        amount=filling.fen("amount", data.get("合计金额"), "ofd_tag"),
        tax=filling.fen("tax", data.get("合计税额", ""), "ofd_tag", tax_of),
        total=filling.fen("total", data.get("价税合计"), "ofd_tag"),
    )
    filling.more(check_code=plain(data.get("校验码", "")))
