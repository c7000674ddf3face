"""The window's part of the self-test: every page is opened and must show something, papers go the way to a printer."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from PySide6.QtGui import QImage
from PySide6.QtPrintSupport import QPrinter

from salesdesk.services.pdf_pages import page_count
from ui.kit.print_out import fallback, paint_pdf, set_paper
from ui.shell.application import application
from ui.shell.shots import render_all

FEWEST_COLOURS = 12
"""A page that was painted has more than its ground: letters alone bring a dozen shades."""
PAPERS = 6


def open_pages(data: Path, out: Path) -> str:
    """Open every page and state of the window once; raises AssertionError when one stays blank or anything goes wrong."""
    if not (sys.platform == "win32" or os.environ.get("DISPLAY")):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    platform = application().platformName()
    with failing_aloud():
        made = render_all(data, out, ((1366, 768),), ("light",))
    blank = [file.name for file in made if colours(QImage(str(file))) < FEWEST_COLOURS]
    assert made and not blank, f"blank pages: {blank}"
    return f"{len(made)} 页都画出来了（{platform}）"


def print_some(papers: Path, out: Path) -> str:
    """Paint papers of different sizes through Qt's printer onto PDF pages, and count the pages."""
    application()
    out.mkdir(parents=True, exist_ok=True)
    by_size = {file.stem.rpartition("_")[2]: file for file in sorted(papers.glob("*.pdf")) if "_" in file.stem}
    chosen = list(by_size.values())[:PAPERS]
    assert chosen, f"no papers in {papers}"
    for file in chosen:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(out / file.name))
        pdf = file.read_bytes()
        wide, high = size_of(pdf)
        set_paper(printer, wide, high)
        painted = paint_pdf(printer, pdf)
        assert not fallback(printer, wide, high), (
            f"{file.name} came out on other paper: {fallback(printer, wide, high)}"
        )
        assert painted == page_count(pdf) == page_count((out / file.name).read_bytes()), f"pages missing: {file.name}"
    return f"{len(chosen)} 种纸张都打出来了：{'、'.join(by_size)}"


def size_of(pdf: bytes) -> tuple[float, float]:
    """Width and height of the first page in millimetres."""
    from salesdesk.services.pdf_pages import page_images

    opening = next(iter(page_images(pdf, 20)))
    return opening.width_mm, opening.height_mm


def colours(picture: QImage) -> int:
    """How many different colours some hundred points of a picture have."""
    assert not picture.isNull()
    across, down = picture.width(), picture.height()
    return len({picture.pixel(x, y) for x in range(0, across, 5) for y in range(0, down, 5)})


@contextmanager
def failing_aloud() -> Iterator[None]:
    """Errors that Qt swallows between two events are kept and raised at the end."""
    heard: list[str] = []

    def keep(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        import traceback

        heard.append("".join(traceback.format_exception(kind, error, trace)))

    before, sys.excepthook = sys.excepthook, keep
    try:
        yield
    finally:
        sys.excepthook = before
    assert not heard, "\n".join(heard)
