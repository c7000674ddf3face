"""PDF pages as pictures: the right size, black on white, one at a time, and a clear word about files that are no PDF."""

from __future__ import annotations

import threading

import pytest

from salesdesk.services.pdf_pages import UnreadablePdf, page_count, page_images
from salesdesk.services.printing import Rendered, render_sheet
from tests.services.test_printing import note


@pytest.fixture(scope="module")
def three() -> Rendered:
    return render_sheet(note(25), "241x140")


def test_pixels_have_the_size_of_the_paper(three: Rendered) -> None:
    images = list(page_images(three.pdf, 180))
    assert [image.number for image in images] == list(range(1, three.pages + 1)) and page_count(
        three.pdf
    ) == three.pages
    for image in images:
        assert (image.width_mm, image.height_mm) == pytest.approx((241, 139.7), abs=0.1)
        assert (image.width, image.height) == pytest.approx((241 / 25.4 * 180, 139.7 / 25.4 * 180), abs=1)
        assert image.stride >= image.width * 4 and len(image.pixels) == image.stride * image.height
        assert set(image.pixels[3::4]) == {255}
        assert image.pixels[:4] == b"\xff\xff\xff\xff" and image.total == three.pages


def test_crisp_pages_are_black_or_white(three: Rendered) -> None:
    (image,) = page_images(three.pdf, 180, 1, 1, crisp=True)
    assert set(image.pixels[0::4]) == {0, 255}
    (smooth,) = page_images(three.pdf, 180, 1, 1)
    assert len(set(smooth.pixels[0::4])) > 10


def test_a_range_of_pages(three: Rendered) -> None:
    assert [image.number for image in page_images(three.pdf, 60, 2, 2)] == [2]
    for first, last in ((0, 1), (2, 1), (1, three.pages + 1)):
        with pytest.raises(ValueError, match="pages"):
            page_images(three.pdf, 60, first, last)
    with pytest.raises(ValueError, match="dpi"):
        page_images(three.pdf, 5)


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04", b"%PDF-1.7\n"])
def test_what_is_no_pdf_is_said_to_be_none(damage: bytes) -> None:
    with pytest.raises(UnreadablePdf, match="打不开"):
        page_images(damage, 96)
    with pytest.raises(UnreadablePdf):
        page_count(damage)


def test_printing_and_showing_from_several_threads() -> None:
    expected = render_sheet(note(3), "A5L").pdf
    wrong: list[object] = []

    def work() -> None:
        for _ in range(3):
            pdf = render_sheet(note(3), "A5L").pdf
            if pdf != expected or len(list(page_images(pdf, 50))) != 1:
                wrong.append(pdf)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
