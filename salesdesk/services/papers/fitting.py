"""From what a clerk measured on the test sheet to the correction of that printer on that paper."""

from __future__ import annotations

from dataclasses import dataclass

from salesdesk.domain.problems import Problem
from salesdesk.services.papers.ruler import INSET
from salesdesk.services.papers.shapes import Calibration, PaperSize

FARTHEST = 30.0
"""mm; whoever is farther off has the wrong paper or the tractor in the wrong place."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured on the test sheet, mm: frame to the left and to the upper edge of the first page, width of the
    frame, and frame to the upper edge of the last of `pages` pages (None when only one was printed)."""

    left: float
    top: float
    width: float | None = None
    last_top: float | None = None
    pages: int = 1


def should_be(size: PaperSize) -> Measured:
    """What a printer without fault gives."""
    return Measured(INSET, INSET, size.width_mm - 2 * INSET, INSET)


def faults(size: PaperSize, measured: Measured) -> list[Problem]:
    """Numbers that cannot be: a slip of the ruler, or the wrong paper in the printer."""
    found = []
    wanted = size.width_mm - 2 * INSET
    for key, value, title in (
        ("left", measured.left, "左边"),
        ("top", measured.top, "上边"),
        ("last_top", measured.last_top, "最后一张上边"),
    ):
        if value is not None and abs(value - INSET) > FARTHEST:
            found.append(
                Problem(
                    f"应该是 {INSET:g} 毫米，量得 {value:g}，差得太多",
                    "请看纸是不是装对了、量的是不是粗框到纸边",
                    key,
                    f"「{title}」",
                    "too_far",
                )
            )
    if measured.width is not None and abs(measured.width - wanted) > wanted * 0.05:
        found.append(
            Problem(
                f"框宽应该是 {wanted:g} 毫米，量得 {measured.width:g}，差得太多",
                "请看打印时是不是选了「适合纸张」，要选实际大小",
                "width",
                "「框宽」",
                "too_far",
            )
        )
    return found


def corrected(old: Calibration, size: PaperSize, measured: Measured) -> Calibration:
    """The correction that puts the frame where it should be, when the test sheet was printed with `old`.

    The printer shows `k·(shift + scale·x) + e`; k comes from the frame's width, e from its place. Drift from page to
    page is the difference between last and first page over the pages between.
    """
    wanted = size.width_mm - 2 * INSET
    width = measured.width if measured.width else wanted
    k = width / (wanted * old.scale)
    at = INSET * width / wanted
    creep = old.creep_mm
    if measured.last_top is not None and measured.pages > 1:
        creep += (measured.last_top - measured.top) / (measured.pages - 1) / k
    return Calibration(
        round(old.dx_mm - (measured.left - at) / k, 2),
        round(old.dy_mm - (measured.top - at) / k, 2),
        round(1 / k, 4),
        round(creep, 3),
    )


def words(fit: Calibration) -> str:
    """A correction in words."""
    parts = []
    for value, plus, minus in ((fit.dx_mm, "右", "左"), (fit.dy_mm, "下", "上")):
        if value:
            parts.append(f"往{plus if value > 0 else minus} {abs(value):g} 毫米")
    if fit.scale != 1.0:
        parts.append(f"{'放大' if fit.scale > 1 else '缩小'}到 {fit.scale * 100:.2f}%")
    if fit.creep_mm:
        parts.append(f"每张往{'上' if fit.creep_mm > 0 else '下'}收 {abs(fit.creep_mm):g} 毫米")
    return "，".join(parts) or "不用修正"
