"""Draws the program's sign, as the window shows it, into app.ico and app.png: `python resources/installer/draw_icon.py`.

With `--side FILE.bmp` only the picture at the left of the installer's first and last page.
"""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QBuffer, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter

RESOURCES = Path(__file__).resolve().parents[1]
SIZES = (16, 20, 24, 32, 40, 48, 64, 128, 256)
GROUND, BARS = "#1D5BD0", "#FFFFFF"
STEPS = ("#2A66D6", "#3B74DC", "#4E84E2")
PANEL = (328, 628)
"""Pixels of the installer's picture: twice what Windows shows at 100 %, so that it is sharp at 200 %."""
SIDE = 28
"""The sign is drawn in the measures of `ui.shell.navigation.AppMark`: 28 wide, three bars standing 7 above the edge."""


def sign(painter: QPainter, ground: str, bars: str) -> None:
    """The sign at the painter's origin, in its own measures."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ground))
    painter.drawRoundedRect(QRectF(0, 0, SIDE, SIDE), 7, 7)
    painter.setBrush(QColor(bars))
    for x, high in ((7, 6.0), (12, 9.5), (17, 13.0)):
        painter.drawRoundedRect(QRectF(x, SIDE - 7 - high, 4, high), 1, 1)


def draw(size: int) -> Image.Image:
    """The sign at one size, drawn anew so that small ones stay sharp."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.scale(size / SIDE, size / SIDE)
    sign(painter, GROUND, BARS)
    painter.end()
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return Image.open(io.BytesIO(buffer.data().data()))


def side(target: Path) -> None:
    """The sign on its ground turned round, above its three bars, large and quiet."""
    wide, high = PANEL
    image = QImage(wide, high, QImage.Format.Format_RGB888)
    image.fill(QColor(GROUND))
    painter = QPainter(image)
    painter.setPen(Qt.PenStyle.NoPen)
    for step, colour in enumerate(STEPS):
        top = high - 130 - 90 * step
        painter.fillRect(40 + 88 * step, top, 72, high - top, QColor(colour))
    painter.translate(40, 56)
    painter.scale(88 / SIDE, 88 / SIDE)
    sign(painter, BARS, GROUND)
    painter.end()
    if not image.save(str(target)):
        raise SystemExit(f"cannot write {target}")


def main(options: list[str]) -> None:
    """Write both files, or the installer's picture."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QGuiApplication([])
    if options[:1] == ["--side"]:
        side(Path(options[1]))
        return
    pictures = [draw(size) for size in SIZES]
    pictures[-1].save(RESOURCES / "app.png")
    pictures[-1].save(RESOURCES / "app.ico", sizes=[(s, s) for s in SIZES], append_images=pictures[:-1])
    del app


if __name__ == "__main__":
    main(sys.argv[1:])
