"""Pages below one another as they will be printed, or a picture: zoomed, turned, dragged; only what is in sight is painted."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QTransform, QWheelEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from salesdesk.services.pdf_pages import PageImage, page_count, page_images
from ui.kit.theme import theme

BASE_DPI = 96.0
ZOOMS = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0)
GAP = 18
BAR = 14
"""Room kept for the scroll bar, so that its coming and going does not change what fits."""
SCREENFULS = 6
"""Pages kept painted at once."""


def as_image(page: PageImage) -> QImage:
    """A page's pixels as a picture of its own."""
    return QImage(page.pixels, page.width, page.height, page.stride, QImage.Format.Format_RGB32).copy()


class Sheets(QWidget):
    """The pages of a PDF, or one picture, which counts as a page of 96 dots an inch."""

    def __init__(self) -> None:
        super().__init__()
        self.pdf = b""
        self.pages = 0
        self.zoom = 1.0
        self.turn = 0  # degrees clockwise
        self.gap = GAP
        self.sizes: list[tuple[float, float]] = []
        self._picture: QImage | None = None
        self._images: dict[tuple[int, float, int], QImage] = {}
        self.setAccessibleName("打印预览")

    def show_pdf(self, pdf: bytes) -> None:
        """Show another paper."""
        small = list(page_images(pdf, 12))
        self._begin(pdf, page_count(pdf), [(p.width_mm, p.height_mm) for p in small], None)

    def show_picture(self, picture: QImage) -> None:
        """Show a picture instead of a paper."""
        size = (picture.width() * 25.4 / BASE_DPI, picture.height() * 25.4 / BASE_DPI)
        self._begin(b"", 1, [size], picture)

    def _begin(self, pdf: bytes, pages: int, sizes: list[tuple[float, float]], picture: QImage | None) -> None:
        self.pdf, self.pages, self.sizes, self._picture, self.turn = pdf, pages, sizes, picture, 0
        self._images.clear()
        self.lay()

    def lay(self) -> None:
        """Take the room the pages need at this zoom."""
        whole = [self._size(n) for n in range(self.pages)]
        width = max((s.width() for s in whole), default=200) + 2 * self.gap
        self.setMinimumSize(width, sum(s.height() + self.gap for s in whole) + self.gap)
        self.resize(self.minimumSize())
        self.update()

    def _mm(self, n: int) -> tuple[float, float]:
        wide, high = self.sizes[n]
        return (high, wide) if self.turn % 180 else (wide, high)

    def _size(self, n: int) -> QSize:
        wide, high = self._mm(n)
        scale = BASE_DPI / 25.4 * self.zoom
        return QSize(round(wide * scale), round(high * scale))

    def width_of_page(self, n: int = 0) -> float:
        """Width of a page in logical pixels at zoom 1, as it is turned now."""
        return self._mm(n)[0] * BASE_DPI / 25.4 if self.sizes else 200

    def place(self, n: int) -> QRect:
        """Where a page (from 0) stands."""
        top = self.gap + sum(self._size(i).height() + self.gap for i in range(n))
        size = self._size(n)
        return QRect((self.width() - size.width()) // 2, top, size.width(), size.height())

    def page_at(self, y: int) -> int:
        """The page at a height, from 0."""
        return next((n for n in range(self.pages) if self.place(n).bottom() >= y), max(0, self.pages - 1))

    def image(self, n: int) -> QImage:
        """A page painted for the present zoom."""
        if self._picture is not None:
            return self._turned(self._picture)
        dpi = max(20.0, min(600.0, BASE_DPI * self.zoom * self.devicePixelRatioF()))
        key = (n, dpi, self.turn)
        if key not in self._images:
            while len(self._images) >= SCREENFULS:
                del self._images[next(iter(self._images))]
            self._images[key] = self._turned(as_image(next(iter(page_images(self.pdf, dpi, n + 1, n + 1)))))
        return self._images[key]

    def _turned(self, image: QImage) -> QImage:
        return image.transformed(QTransform().rotate(self.turn)) if self.turn else image

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for n in range(self.pages):
            place = self.place(n)
            if place.intersects(event.rect()):
                painter.fillRect(place.translated(0, 2).adjusted(-1, -1, 1, 2), theme().color("shadow"))
                painter.drawImage(place, self.image(n))
                painter.setPen(theme().color("line2"))
                painter.drawRect(place.adjusted(-1, -1, 0, 0))
        painter.end()


class PageArea(QScrollArea):
    """Sheets with zoom: Ctrl and wheel, drag to move. `zoomed` when zoom or page size changed. `fitted` follows the width."""

    zoomed = Signal()

    def __init__(self, least: float = 0.2, most: float = 2.0) -> None:
        super().__init__()
        self.sheets = Sheets()
        self.fitted = True
        self._least, self._most = least, most
        self._held: QPoint | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.setWidget(self.sheets)
        self.sheets.setAutoFillBackground(False)  # the same ground below the pages as around them

    def show_pdf(self, pdf: bytes) -> None:
        """Show another paper, as wide as there is room."""
        self.sheets.show_pdf(pdf)
        self._begin()

    def show_picture(self, picture: QImage) -> None:
        """Show a picture, as wide as there is room."""
        self.sheets.show_picture(picture)
        self._begin()

    def _begin(self) -> None:
        self.fit()
        self.verticalScrollBar().setValue(0)
        self.zoomed.emit()

    def set_zoom(self, zoom: float) -> None:
        """Show larger or smaller; 1 is the true size on a usual screen."""
        self.fitted = False
        self.sheets.zoom = max(0.1, min(4.0, zoom))
        self.sheets.lay()
        self.zoomed.emit()

    def fit(self) -> None:
        """As wide as the window."""
        room = self.width() - 2 * self.sheets.gap - BAR
        zoom = min(self._most, max(self._least, room / self.sheets.width_of_page()))
        if zoom != self.sheets.zoom or not self.fitted:
            self.set_zoom(zoom)
        self.sheets.lay()
        self.fitted = True

    def larger(self) -> None:
        """One step closer."""
        self.set_zoom(next((z for z in ZOOMS if z > self.sheets.zoom + 0.01), ZOOMS[-1]))

    def smaller(self) -> None:
        """One step back."""
        self.set_zoom(next((z for z in reversed(ZOOMS) if z < self.sheets.zoom - 0.01), ZOOMS[0]))

    def true_size(self) -> None:
        """100 %."""
        self.set_zoom(1.0)

    def rotate(self) -> None:
        """A quarter to the right."""
        self.sheets.turn = (self.sheets.turn + 90) % 360
        self.fit()

    @property
    def page(self) -> int:
        """The page in sight, from 1."""
        return self.sheets.page_at(self.verticalScrollBar().value() + self.sheets.gap + 1) + 1

    def go(self, page: int) -> None:
        """To a page, from 1."""
        page = max(1, min(self.sheets.pages, page))
        self.verticalScrollBar().setValue(self.sheets.place(page - 1).top() - self.sheets.gap)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.larger() if event.angleDelta().y() > 0 else self.smaller()
            event.accept()
        else:
            super().wheelEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.fitted and self.sheets.pages:
            self.fit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._held = event.position().toPoint()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            here = event.position().toPoint()
            moved, self._held = here - self._held, here
            self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() - moved.x())
            self.verticalScrollBar().setValue(self.verticalScrollBar().value() - moved.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = None
        self.unsetCursor()
