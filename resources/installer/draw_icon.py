"""Draws the program's sign, as the window shows it, into app.ico and app.png: `python resources/installer/draw_icon.py`."""

from __future__ import annotations

import io
import os
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QBuffer, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter

RESOURCES = Path(__file__).resolve().parents[1]
SIZES = (16, 20, 24, 32, 40, 48, 64, 128, 256)
GROUND, BARS = "#1D5BD0", "#FFFFFF"
SIDE = 28
"""The sign is drawn in the measures of `ui.shell.navigation.AppMark`: 28 wide, three bars standing 7 above the edge."""


def draw(size: int) -> Image.Image:
    """The sign at one size, drawn anew so that small ones stay sharp."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(size / SIDE, size / SIDE)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(GROUND))
    painter.drawRoundedRect(QRectF(0, 0, SIDE, SIDE), 7, 7)
    painter.setBrush(QColor(BARS))
    for x, high in ((7, 6.0), (12, 9.5), (17, 13.0)):
        painter.drawRoundedRect(QRectF(x, SIDE - 7 - high, 4, high), 1, 1)
    painter.end()
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return Image.open(io.BytesIO(buffer.data().data()))


def main() -> None:
    """Write both files."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QGuiApplication([])
    pictures = [draw(size) for size in SIZES]
    pictures[-1].save(RESOURCES / "app.png")
    pictures[-1].save(RESOURCES / "app.ico", sizes=[(s, s) for s in SIZES], append_images=pictures[:-1])
    del app


if __name__ == "__main__":
    main()
