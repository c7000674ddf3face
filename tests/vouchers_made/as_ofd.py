"""Vouchers as OFD packages: page text, custom tags pointing at it, an attached XML, the QR as PNG or JBIG2."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from tests.vouchers_made.as_picture import jbig2, png, qr_image
from tests.vouchers_made.face import HIGH, QR_AT, WIDE, Placed, face
from tests.vouchers_made.made import Made, yuan

OFD = 'xmlns:ofd="http://www.ofdspec.org/2016"'
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def packed(files: Mapping[str, str | bytes]) -> bytes:
    """A ZIP of these files, the same bytes each time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in files.items():
            pack.writestr(zipfile.ZipInfo(name, (2026, 6, 18, 12, 0, 0)), content)
    return out.getvalue()


def width(text: str, size: float) -> float:
    """How wide a run is when Chinese characters are square and others half as wide."""
    return sum(size if ord(ch) > 0x2E7F else size / 2 for ch in text)


def text_object(number: int, word: Placed) -> str:
    """One TextObject with the advance of every character."""
    wide = width(word.text, word.size)
    left = word.x - {"left": 0.0, "right": wide, "center": wide / 2}[word.align]
    steps = " ".join(f"{width(ch, word.size):g}" for ch in word.text[:-1])
    delta = f' DeltaX="{steps}"' if steps else ""
    box = f"{left:g} {word.y - word.size:g} {wide + 1:g} {word.size * 1.3:g}"
    return (
        f'<ofd:TextObject ID="{number}" Boundary="{box}" Font="3" Size="{word.size:g}">'
        f'<ofd:TextCode X="0" Y="{word.size:g}"{delta}>{escape(word.text)}</ofd:TextCode></ofd:TextObject>'
    )


def page_xml(words: Sequence[Placed], image: bool) -> str:
    """Content.xml; text objects are numbered from 100 in order."""
    objects = "".join(text_object(100 + at, word) for at, word in enumerate(words))
    if image:
        left, top, side = QR_AT
        box, ctm = f"{left:g} {top:g} {side:g} {side:g}", f"{side:g} 0 0 {side:g} 0 0"
        objects += f'<ofd:ImageObject ID="90" Boundary="{box}" CTM="{ctm}" ResourceID="9"/>'
    return (
        f"{HEAD}<ofd:Page {OFD}><ofd:Area><ofd:PhysicalBox>0 0 {WIDE:g} {HIGH:g}</ofd:PhysicalBox></ofd:Area><ofd:Content>"
        f'<ofd:Layer ID="2">{objects}</ofd:Layer></ofd:Content></ofd:Page>'
    )


def tags_xml(words: Sequence[Placed], broken: bool) -> str:
    """CustomTag.xml: every value by the ID of its text object; each amount as ¥ and digits. broken: not well-formed, as of 2020."""
    refs = {word.key: 100 + at for at, word in enumerate(words) if word.key}

    def ref(key: str) -> str:
        return f'<fp:{key}><ofd:ObjectRef PageRef="1">{refs[key]}</ofd:ObjectRef></fp:{key}>' if key in refs else ""

    inside = (
        "".join(ref(k) for k in ("InvoiceCode", "InvoiceNo", "IssueDate"))
        + f"<fp:Buyer>{ref('BuyerName')}{ref('BuyerTaxID')}</fp:Buyer><fp:Seller>{ref('SellerName')}{ref('SellerTaxID')}</fp:Seller>"
        + "".join(
            ref(k)
            for k in (
                "TaxInclusiveTotalAmount",
                "TaxInclusiveTotalAmountWithWords",
                "TaxTotalAmount",
                "TaxExclusiveTotalAmount",
            )
        )
    )
    if broken:
        return f'{HEAD}<:eInvoice xmlns:="" {OFD} xmlns:fp="http://www.edrm.org.cn/schema/e-invoice/2019">{inside}</:eInvoice>'
    return f'{HEAD}<fp:eInvoice {OFD} xmlns:fp="http://www.edrm.org.cn/schema/e-invoice/2019" version="1.0">{inside}</fp:eInvoice>'


def ofd_of(made: Made, carry: str, with_jbig2: bool, stamp: str, broken_tags: bool) -> bytes:
    """The package; see `Made.ofd`."""
    words = face(made)
    if stamp:
        words = [*words, Placed(stamp, 60, 75, 12)]
    picture = "image_9.jb2" if with_jbig2 else "qr.png"
    form = "JB2" if with_jbig2 else "PNG"
    links = ""
    files: dict[str, str | bytes] = {}
    if carry == "xml":
        links += "<ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments>"
        files["Doc_0/Attachs/Attachments.xml"] = (
            f'{HEAD}<ofd:Attachments {OFD}><ofd:Attachment ID="5" Name="original_invoice" Format="xml" Visible="false">'
            "<ofd:FileLoc>original_invoice.xml</ofd:FileLoc></ofd:Attachment></ofd:Attachments>"
        )
        files["Doc_0/Attachs/original_invoice.xml"] = made.xml()
    if carry == "tags":
        links += "<ofd:CustomTags>Tags/CustomTags.xml</ofd:CustomTags>"
        files["Doc_0/Tags/CustomTags.xml"] = (
            f'{HEAD}<ofd:CustomTags {OFD}><ofd:CustomTag TypeID="e-invoice"><ofd:FileLoc>CustomTag.xml</ofd:FileLoc></ofd:CustomTag>'
            "</ofd:CustomTags>"
        )
        files["Doc_0/Tags/CustomTag.xml"] = tags_xml(words, broken_tags)
    data = "".join(
        f'<ofd:CustomData Name="{name}">{escape(text)}</ofd:CustomData>'
        for name, text in (("发票号码", made.number), ("合计金额", yuan(made.amount)), ("合计税额", yuan(made.tax)))
        if text
    )
    with_qr = bool(made.qr)
    resources = (
        f'<ofd:MultiMedias><ofd:MultiMedia ID="9" Type="Image" Format="{form}"><ofd:MediaFile>{picture}</ofd:MediaFile>'
        "</ofd:MultiMedia></ofd:MultiMedias>"
        if with_qr
        else ""
    )
    files |= {
        "OFD.xml": f'{HEAD}<ofd:OFD {OFD} DocType="OFD" Version="1.1"><ofd:DocBody><ofd:DocInfo><ofd:DocID>{made.number}</ofd:DocID>'
        f"<ofd:CustomDatas>{data}</ofd:CustomDatas></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"{HEAD}<ofd:Document {OFD}><ofd:CommonData><ofd:MaxUnitID>999</ofd:MaxUnitID><ofd:PageArea>"
        f"<ofd:PhysicalBox>0 0 {WIDE:g} {HIGH:g}</ofd:PhysicalBox></ofd:PageArea><ofd:PublicRes>PublicRes.xml</ofd:PublicRes>"
        '<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes></ofd:CommonData><ofd:Pages><ofd:Page ID="1" '
        f'BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages>{links}</ofd:Document>',
        "Doc_0/PublicRes.xml": f'{HEAD}<ofd:Res {OFD} BaseLoc="Res"><ofd:Fonts><ofd:Font ID="3" FontName="宋体" FamilyName="宋体"/>'
        "</ofd:Fonts></ofd:Res>",
        "Doc_0/DocumentRes.xml": f'{HEAD}<ofd:Res {OFD} BaseLoc="Res">{resources}</ofd:Res>',
        "Doc_0/Pages/Page_0/Content.xml": page_xml(words, with_qr),
    }
    if with_qr:
        image = qr_image(made.qr)
        files[f"Doc_0/Res/{picture}"] = jbig2(image) if with_jbig2 else png(image)
    return packed(files)


def plain_ofd(lines: Sequence[str]) -> bytes:
    """A document of plain lines, as offices write them."""
    words = [Placed(line, 20, 20 + 7 * at, 4) for at, line in enumerate(lines)]
    return packed(
        {
            "OFD.xml": f'{HEAD}<ofd:OFD {OFD} DocType="OFD" Version="1.1"><ofd:DocBody><ofd:DocInfo><ofd:DocID>1</ofd:DocID></ofd:DocInfo>'
            "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
            "Doc_0/Document.xml": f"{HEAD}<ofd:Document {OFD}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 140</ofd:PhysicalBox>"
            '</ofd:PageArea></ofd:CommonData><ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages></ofd:Document>',
            "Doc_0/Pages/Page_0/Content.xml": page_xml(words, False),
        }
    )
