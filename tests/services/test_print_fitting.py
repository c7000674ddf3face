"""A printer that prints off is measured once on the test sheet; from then on every page lands within half a millimetre."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesdesk.desk import Desk
from salesdesk.domain.errors import Refused
from salesdesk.services.papers.fitting import Measured, corrected, words
from salesdesk.services.papers.ruler import INSET
from salesdesk.services.printing import PAPERS, STRAIGHT, Calibration
from tests.desks import small_desk
from tests.services.pdf_reading import Stroke, read_pdf

PRINTER = "EPSON LQ-630K"
PAGES = {"241x140": 10, "241x93": 10, "241x280": 5, "A4": 1}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = small_desk(tmp_path / "data")
    yield made
    made.close()


class Device:
    """A printer with faults: what the file says at x comes out at k·x + dx, and every page `drift` mm lower."""

    def __init__(self, dx: float, dy: float, k: float = 1.0, drift: float = 0.0) -> None:
        self.dx, self.dy, self.k, self.drift = dx, dy, k, drift

    def frames(self, pdf: bytes) -> list[Stroke]:
        """The strong frame of each page as it stands on the paper."""
        found = []
        for number, page in enumerate(read_pdf(pdf)):
            f = page.frames()[0]
            low = self.dy + self.drift * number
            found.append(
                Stroke(
                    f.left * self.k + self.dx,
                    f.top * self.k + low,
                    f.right * self.k + self.dx,
                    f.bottom * self.k + low,
                    0,
                )
            )
        return found


def pdf_of(desk: Desk, verb: str, args: dict[str, Any]) -> bytes:
    return Path(str(desk.do(verb, args).data["file"])).read_bytes()


def calibrate(desk: Desk, device: Device, paper: str) -> dict[str, float]:
    sheets = device.frames(pdf_of(desk, "prints.ruler", {"paper": paper, "printer": PRINTER}))
    assert len(sheets) == PAGES[paper]
    first, last = sheets[0], sheets[-1]
    measured = {"left": first.left, "top": first.top, "width": first.right - first.left}
    if len(sheets) > 1:
        measured["last_top"] = last.top
    typed = {key: f"{value:.1f}" for key, value in measured.items()}  # a ruler shows tenths at best
    fit: dict[str, float] = desk.do("prints.calibrate", {"printer": PRINTER, "paper": paper, **typed}).data["fit"]
    return fit


@pytest.mark.parametrize("paper", PAGES)
@pytest.mark.parametrize("device", [Device(-2.4, 1.7), Device(1.2, -3.1, 1.0, 0.3), Device(3.0, 2.0, 1.01, -0.2)])
def test_after_one_round_every_page_lands_within_half_a_millimetre(desk: Desk, device: Device, paper: str) -> None:
    calibrate(desk, device, paper)
    size = PAPERS[paper]
    again = device.frames(pdf_of(desk, "prints.ruler", {"paper": paper, "printer": PRINTER}))
    for frame in again:
        assert frame.left == pytest.approx(INSET, abs=0.5) and frame.top == pytest.approx(INSET, abs=0.5)
        assert frame.right == pytest.approx(size.width_mm - INSET, abs=0.5)
    lines = [{"product": "P20031", "qty": n, "price": "3.2"} for n in range(1, 41)]
    order = desk.do("order.confirm", {"customer": "C00042", "due_date": "2026-06-18", "lines": lines, "reason": "x"})
    note = desk.do("order.deliver", {"uid": order.uid}).uid
    straight = Device(0, 0).frames(pdf_of(desk, "delivery.preview", {"uid": note, "paper": paper}))
    fitted = device.frames(pdf_of(desk, "delivery.preview", {"uid": note, "paper": paper, "printer": PRINTER}))
    assert len(straight) == len(fitted) > 1
    for wanted, got in zip(straight, fitted, strict=True):
        for side in ("left", "top", "right"):
            assert getattr(got, side) == pytest.approx(getattr(wanted, side), abs=0.5)


def test_each_printer_and_paper_has_its_own_correction(desk: Desk) -> None:
    calibrate(desk, Device(-2, 0), "241x140")
    plain = pdf_of(desk, "prints.ruler", {"paper": "241x140"})
    assert read_pdf(plain)[0].frames()[0].left == pytest.approx(20, abs=0.01)
    other = pdf_of(desk, "prints.ruler", {"paper": "241x93", "printer": PRINTER})
    assert read_pdf(other)[0].frames()[0].left == pytest.approx(20, abs=0.01)
    here = pdf_of(desk, "prints.ruler", {"paper": "241x140", "printer": PRINTER})
    assert read_pdf(here)[0].frames()[0].left == pytest.approx(22, abs=0.01)
    desk.do("prints.calibrate", {"printer": PRINTER, "paper": "241x140", "reset": True})
    assert pdf_of(desk, "prints.ruler", {"paper": "241x140", "printer": PRINTER, "plain": True}) != here


def test_a_slip_of_the_ruler_is_told(desk: Desk) -> None:
    for typed, path in (
        ({"left": "200", "top": "20"}, "left"),
        ({"left": "20", "top": "20", "width": "240"}, "width"),
        ({"left": "20", "top": "20", "last_top": "90"}, "last_top"),
        ({"top": "20"}, "left"),
    ):
        with pytest.raises(Refused) as refused:
            desk.do("prints.calibrate", {"printer": PRINTER, "paper": "241x140", **typed})
        assert [p.path for p in refused.value.problems] == [path] and refused.value.problems[0].cure


@given(
    st.floats(-9, 9),
    st.floats(-9, 9),
    st.floats(0.98, 1.02),
    st.floats(-0.5, 0.5),
    st.floats(-5, 5),
    st.floats(0.99, 1.01),
)
def test_any_fault_is_cured_from_whatever_was_set_before(
    dx: float, dy: float, k: float, drift: float, had: float, scaled: float
) -> None:
    size, pages = PAPERS["241x140"], 10
    old = Calibration(had, -had, scaled, had / 20)

    def shown(fit: Calibration, x: float, page: int, off: float, lower: float) -> float:
        shift = fit.dx_mm if off == dx and lower == 0 else fit.page(page).dy_mm
        return k * (shift + fit.scale * x) + off + lower * (page - 1)

    left, top = shown(old, INSET, 1, dx, 0), k * (old.page(1).dy_mm + old.scale * INSET) + dy
    last = k * (old.page(pages).dy_mm + old.scale * INSET) + dy + drift * (pages - 1)
    width = k * old.scale * (size.width_mm - 2 * INSET)
    fit = corrected(old, size, Measured(left, top, width, last, pages))
    assert k * (fit.dx_mm + fit.scale * INSET) + dx == pytest.approx(INSET, abs=0.05)
    for page in (1, pages):
        low = k * (fit.page(page).dy_mm + fit.scale * INSET) + dy + drift * (page - 1)
        assert low == pytest.approx(INSET, abs=0.05)


def test_a_correction_in_words() -> None:
    assert words(STRAIGHT) == "不用修正"
    assert (
        words(Calibration(1.5, -2.0, 1.004, 0.3)) == "往右 1.5 毫米，往上 2 毫米，放大到 100.40%，每张往上收 0.3 毫米"
    )
