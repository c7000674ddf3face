"""A thousand e-invoices on five hundred sheets, beside pdfium flattening and taking over the same pages one by one."""

from __future__ import annotations

import io

from tests.bench.measure import Result, in_turn

SHEETS, FILES = 500, 20


def tile_vouchers(rounds: int = 2) -> list[Result]:
    """J6: two invoices on an A4, seals flattened in, labels and cut lines."""
    import pypdfium2
    import pypdfium2.raw as raw

    from salesdesk.services.vouchers.tiling import Piece, tile
    from salesdesk.services.vouchers.voucher import VoucherKind
    from tests.services.pdf_stamping import stamped_pdf
    from tests.vouchers_made import full_invoice

    files = [full_invoice(n=i).pdf() if i % 4 else stamped_pdf("1 0 0") for i in range(FILES)]
    pieces = [
        Piece(files[i % FILES], "pdf", f"BX2611A-{i // 20:04}-{i % 20 + 1}　¥106.00　餐费", VoucherKind.FULL_ORDINARY)
        for i in range(SHEETS * 2)
    ]

    def ours(_: int) -> None:
        assert tile(pieces).sheets == SHEETS

    def bare(_: int) -> None:
        target = pypdfium2.PdfDocument.new()
        for piece in pieces:
            source = pypdfium2.PdfDocument(piece.data)
            source.init_forms()
            page = source[0]
            raw.FPDFPage_Flatten(page, raw.FLAT_PRINT)
            page.close()
            target.import_pages(source)
            source.close()
        assert len(target) == SHEETS * 2
        target.save(io.BytesIO())
        target.close()

    mine, limit = in_turn(ours, bare, rounds)
    return [Result(f"{SHEETS * 2:,} e-invoices on {SHEETS} sheets", mine, limit, target=3)]
