"""200 mixed vouchers read, beside the least any reader must do: open, take the text, find the QR."""

from __future__ import annotations

import io
from collections.abc import Callable

from tests import vouchers_made as made
from tests.bench.measure import Result, in_turn

COUNT = 200


def pile() -> list[tuple[str, bytes]]:
    """Half PDFs, the rest OFD, XML and pictures, as a month of claims brings them."""
    makers: tuple[Callable[[int], made.Made], ...] = (
        lambda n: made.full_invoice(n=n, lines=1 + n % 4),
        lambda n: made.full_invoice(n=n, special=True),
        lambda n: made.e_invoice(n=n),
        lambda n: made.rail_ticket(n=n),
        lambda n: made.air_ticket(n=n),
    )
    files = []
    for n in range(COUNT):
        one = makers[n % len(makers)](n)
        match n // len(makers) % 8:
            case 0 | 1 | 2 | 3:
                files.append((f"{n}.pdf", one.pdf()))
            case 4 | 5:
                files.append((f"{n}.ofd", one.ofd(("tags", "xml", "text")[n % 3])))
            case 6:
                files.append((f"{n}.xml", one.xml()))
            case _:
                files.append((f"{n}.png", one.picture(turn=n % 7, dpi=120)))
    return files


def read_vouchers(rounds: int = 5) -> list[Result]:
    """All kinds and forms; the limit opens XML and OFD parts with lxml, PDFs with pdfium's text, and looks for QR codes."""
    from salesdesk.services.vouchers.reading import read_bytes

    files = pile()
    pdfs = [file for file in files if file[0].endswith(".pdf")]

    def ours(_: int) -> None:
        for name, data in files:
            assert read_bytes(name, data)[0].number

    def ours_pdf(_: int) -> None:
        for name, data in pdfs:
            assert read_bytes(name, data)[0].number

    def bare(_: int) -> None:
        for name, data in files:
            _bare(name, data)

    def bare_pdf(_: int) -> None:
        for name, data in pdfs:
            _bare(name, data)

    whole = in_turn(ours, bare, rounds)
    paged = in_turn(ours_pdf, bare_pdf, rounds)
    return [
        Result(f"{COUNT} mixed vouchers read", *whole, note=f"{whole[0] / COUNT:.1f} ms each"),
        Result(f"the {len(pdfs)} PDFs among them", *paged, note=f"{paged[0] / len(pdfs):.1f} ms each"),
        Result(f"{COUNT} mixed vouchers, the wait for them", whole[0], target=5000),
    ]


def _bare(name: str, data: bytes) -> None:
    import zipfile

    import pypdfium2
    import zxingcpp
    from lxml import etree
    from PIL import Image

    if name.endswith(".pdf"):
        document = pypdfium2.PdfDocument(data)
        page = document[0]
        text = page.get_textpage()
        assert text.get_text_range()
        picture = next(page.get_objects(filter=(pypdfium2.raw.FPDF_PAGEOBJ_IMAGE,)))
        assert zxingcpp.read_barcode(picture.get_bitmap().to_pil())
        text.close()
        page.close()
        document.close()
    elif name.endswith(".ofd"):
        pack = zipfile.ZipFile(io.BytesIO(data))
        for part in pack.namelist():
            if part.endswith(".xml"):
                etree.fromstring(pack.read(part))
            elif part.endswith(".png"):
                assert zxingcpp.read_barcode(Image.open(io.BytesIO(pack.read(part))))
    elif name.endswith(".xml"):
        etree.fromstring(data)
    else:
        assert zxingcpp.read_barcode(Image.open(io.BytesIO(data)))


__all__ = ["pile", "read_vouchers"]
