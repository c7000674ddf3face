"""Draws the program's picture, a white order on blue, into app.ico and app.png: `python resources/installer/draw_icon.py`."""

from __future__ import annotations

import io
import os
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QBuffer, QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

HERE = Path(__file__).resolve().parent
SIZES = (16, 20, 24, 32, 40, 48, 64, 128, 256)
GROUND = "#0F6CBD"


def draw(size: int) -> Image.Image:
    """The picture at one size, drawn anew so that small ones stay sharp."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(QColor(GROUND))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawRoundedRect(QRectF(0, 0, size, size), size * 0.2, size * 0.2)
    line = (HERE.parent / "icons/order_filled.svg").read_text(encoding="utf-8")
    white = line.replace("<svg", '<svg fill="#ffffff"').replace("currentColor", "#ffffff").replace("#000000", "#ffffff")
    edge = size * 0.16
    QSvgRenderer(QByteArray(white.encode())).render(painter, QRectF(edge, edge, size - 2 * edge, size - 2 * edge))
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
    pictures[-1].save(HERE.parent / "app.png")
    pictures[-1].save(HERE.parent / "app.ico", sizes=[(s, s) for s in SIZES], append_images=pictures[:-1])
    del app


if __name__ == "__main__":
    main()
