"""Turns the pages of a PDF into pictures, for the preview and for the printer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PageImage:
    """One page as pixels: 4 bytes each in the order blue, green, red, 255 (Qt's Format_RGB32), rows of `stride` bytes.

    number counts from 1 of total; width_mm and height_mm are the true size of the page.
    """

    number: int
    total: int
    width: int
    height: int
    stride: int
    pixels: bytes
    width_mm: float
    height_mm: float


def page_images(
    pdf: bytes, dpi: float, first: int = 1, last: int | None = None, crisp: bool = False
) -> Iterator[PageImage]:
    """The pages `first` to `last` (from 1, both included) at `dpi`, one at a time, so that a long PDF needs little memory.

    crisp: pure black and white edges without smoothing, for 24-pin printers, whose drivers would turn grey into dots.
    """
    raise NotImplementedError


def page_count(pdf: bytes) -> int:
    """How many pages the PDF has."""
    raise NotImplementedError
