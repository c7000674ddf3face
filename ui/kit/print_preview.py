"""Shows a paper as it will be printed, page by page, and prints exactly that."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QGuiApplication,
    QImage,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QShortcut,
    QWheelEvent,
)
from PySide6.QtWidgets import QComboBox, QDialog, QFileDialog, QFrame, QScrollArea, QVBoxLayout, QWidget

from salesdesk.services.pdf_pages import PageImage, page_count, page_images
from ui.kit.notices import Banner
from ui.kit.page import PageContext
from ui.kit.theme import theme
from ui.kit.widgets import IconButton, button, label, row

BASE_DPI = 96.0
ZOOMS = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0)
GAP = 18
SCREENFULS = 6
"""Pages kept painted at once."""


def as_image(page: PageImage) -> QImage:
    """A page's pixels as a picture of its own."""
    return QImage(page.pixels, page.width, page.height, page.stride, QImage.Format.Format_RGB32).copy()


class Sheets(QWidget):
    """All pages below one another; only those in sight are painted."""

    turned = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.pdf = b""
        self.pages = 0
        self.zoom = 1.0
        self.sizes: list[tuple[float, float]] = []
        self._images: dict[tuple[int, float], QImage] = {}
        self.setAccessibleName("打印预览")

    def show_pdf(self, pdf: bytes) -> None:
        """Show another paper."""
        self.pdf, self.pages = pdf, page_count(pdf)
        self._images.clear()
        small = list(page_images(pdf, 12))
        self.sizes = [(p.width_mm, p.height_mm) for p in small]
        self.lay()

    def lay(self) -> None:
        """Take the room the pages need at this zoom."""
        whole = [self._size(n) for n in range(self.pages)]
        width = max((s.width() for s in whole), default=200) + 2 * GAP
        self.setMinimumSize(width, sum(s.height() + GAP for s in whole) + GAP)
        self.resize(self.minimumSize())
        self.update()

    def _size(self, n: int) -> QSize:
        wide, high = self.sizes[n]
        scale = BASE_DPI / 25.4 * self.zoom
        return QSize(round(wide * scale), round(high * scale))

    def width_of_page(self, n: int = 0) -> float:
        """Width of a page in logical pixels at zoom 1."""
        return self.sizes[n][0] * BASE_DPI / 25.4 if self.sizes else 200

    def place(self, n: int) -> QRect:
        """Where a page (from 0) stands."""
        top = GAP + sum(self._size(i).height() + GAP for i in range(n))
        size = self._size(n)
        return QRect((self.width() - size.width()) // 2, top, size.width(), size.height())

    def page_at(self, y: int) -> int:
        """The page at a height, from 0."""
        return next((n for n in range(self.pages) if self.place(n).bottom() >= y), max(0, self.pages - 1))

    def image(self, n: int) -> QImage:
        """A page painted for the present zoom."""
        dpi = max(20.0, min(600.0, BASE_DPI * self.zoom * self.devicePixelRatioF()))
        key = (n, dpi)
        if key not in self._images:
            while len(self._images) >= SCREENFULS:
                del self._images[next(iter(self._images))]
            self._images[key] = as_image(next(iter(page_images(self.pdf, dpi, n + 1, n + 1))))
        return self._images[key]

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


class PrintPreview(QDialog):
    """Zoom, pages, 打印, 另存 PDF, 复制. `printed` after the printer has taken it."""

    printed = Signal()

    def __init__(self, context: PageContext, title: str) -> None:
        super().__init__(context.window)
        self.context = context
        self.title = title
        self.pdf = b""
        self.setWindowTitle(f"{title} - 打印预览")
        self.setWindowFlag(Qt.WindowType.WindowContextHelpButtonHint, False)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint, True)
        self.banner = Banner(closable=True)
        self.sheets = Sheets()
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._area.setWidget(self.sheets)
        self._area.verticalScrollBar().valueChanged.connect(self._show_place)
        self._place = label("", "grid", "text2")
        self._zoom = label("", "grid", "text2")
        self.papers = QComboBox()
        self.papers.setAccessibleName("纸张")
        self.papers.hide()
        self.print_button = button("打印", "print", primary=True, shortcut="Ctrl+P", clicked=self.print)
        tools = row(
            label(title, "subtitle", bold=True), self.papers, *self.tools(), 1,
            IconButton("chevron_up", "上一页", "PageUp", clicked=self._back), self._place,
            IconButton("chevron_down", "下一页", "PageDown", clicked=self._on), 0,
            IconButton("zoom_out", "缩小", "Ctrl+-", clicked=self.smaller), self._zoom,
            IconButton("zoom_in", "放大", "Ctrl++", clicked=self.larger),
            IconButton("fit", "适合宽度", "Ctrl+0", clicked=self.fit), 0,
            button("复制", "copy", clicked=self.copy), button("另存 PDF", "pdf", shortcut="Ctrl+S", clicked=self.save),
            self.print_button, spacing=8, margins=(18, 12, 18, 10),
        )  # fmt: skip
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(tools)
        column.addWidget(self.banner)
        column.addWidget(self._area, 1)
        for keys, act in (
            ("Ctrl+P", self.print), ("Ctrl+S", self.save), ("Ctrl+C", self.copy), ("Ctrl++", self.larger), ("Ctrl+=", self.larger),
            ("Ctrl+-", self.smaller), ("Ctrl+0", self.fit),
        ):  # fmt: skip
            QShortcut(QKeySequence(keys), self, act)
        host = context.window.size() if context.window is not None else QSize(1100, 800)
        self.resize(min(1100, host.width() - 40), host.height() - 40)

    def show_pdf(self, pdf: bytes) -> None:
        """Show the bytes that will be printed."""
        self.pdf = pdf
        self.sheets.show_pdf(pdf)
        self.fit()

    # -- looking -------------------------------------------------------------------------------------------------------

    def set_zoom(self, zoom: float) -> None:
        """Show larger or smaller; 1 is the true size on a usual screen."""
        self.sheets.zoom = max(0.2, min(4.0, zoom))
        self.sheets.lay()
        self._zoom.setText(f"{round(self.sheets.zoom * 100)}%")
        self._show_place()

    def fit(self) -> None:
        """As wide as the window."""
        room = self._area.viewport().width() - 2 * GAP - 14
        self.set_zoom(min(2.0, max(0.2, room / self.sheets.width_of_page())))

    def larger(self) -> None:
        """One step closer."""
        self.set_zoom(next((z for z in ZOOMS if z > self.sheets.zoom + 0.01), ZOOMS[-1]))

    def smaller(self) -> None:
        """One step back."""
        self.set_zoom(next((z for z in reversed(ZOOMS) if z < self.sheets.zoom - 0.01), ZOOMS[0]))

    @property
    def page(self) -> int:
        """The page in sight, from 1."""
        return self.sheets.page_at(self._area.verticalScrollBar().value() + GAP + 1) + 1

    def _show_place(self) -> None:
        self._place.setText(f"{self.page} / {self.sheets.pages} 页")

    def _go(self, page: int) -> None:
        page = max(1, min(self.sheets.pages, page))
        self._area.verticalScrollBar().setValue(self.sheets.place(page - 1).top() - GAP)

    def _back(self) -> None:
        self._go(self.page - 1)

    def _on(self) -> None:
        self._go(self.page + 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            self._go(self.page + (1 if key == Qt.Key.Key_PageDown else -1))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.print()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.larger() if event.angleDelta().y() > 0 else self.smaller()
        else:
            super().wheelEvent(event)

    # -- giving out ----------------------------------------------------------------------------------------------------

    def print(self) -> None:
        """Ask for a printer and give it the pages."""
        from ui.kit.print_out import print_pdf

        if self.pdf and print_pdf(self, self.pdf, self.title):
            self.printed.emit()

    def tools(self) -> Sequence[QWidget]:
        """Further things in the head, before the pages."""
        return ()

    def save(self) -> None:
        """Write the PDF where the person wants it."""
        target, _ = QFileDialog.getSaveFileName(self, "另存 PDF", f"{self.title}.pdf", "PDF (*.pdf)")
        if target:
            try:
                Path(target).write_bytes(self.pdf)
            except OSError as error:
                self.banner.say(
                    "err", f"没有存成：{error.strerror or error}。请换个文件夹，或关掉正打开着它的程序再试。"
                )
                return
            self.banner.say("ok", f"已存为 {target}")

    def copy(self) -> None:
        """The page in sight as a picture, for WeChat or a mail."""
        if self.pdf:
            image = as_image(next(iter(page_images(self.pdf, 200, self.page, self.page))))
            QGuiApplication.clipboard().setImage(image)
            self.banner.say("ok", f"第 {self.page} 页已复制成图片，可以粘到微信里")


def show_pdf(context: PageContext, file: str, title: str) -> None:
    """The preview of a PDF that was just made."""
    dialog = PrintPreview(context, title)
    dialog.show_pdf(Path(file).read_bytes())
    dialog.exec()
    dialog.deleteLater()
