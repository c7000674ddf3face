"""Shows a paper as it will be printed, page by page, and prints exactly that."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QDialog, QVBoxLayout, QWidget

from salesdesk.services.pdf_pages import page_images
from ui.kit.notices import Banner
from ui.kit.page import PageContext
from ui.kit.saving import save_as
from ui.kit.sheets import PageArea, as_image
from ui.kit.widgets import IconButton, button, label, row


class PrintPreview(QDialog):
    """Zoom, pages, 打印, 另存 PDF, 复制. `printed` after the printer has taken it."""

    printed = Signal()

    def __init__(self, context: PageContext, title: str, secret: bool = False) -> None:
        """secret: it goes onto paper only, neither into a file nor to the clipboard."""
        super().__init__(context.window)
        self.secret = secret
        self.context = context
        self.title = title
        self.pdf = b""
        self.setWindowTitle(f"{title} - 打印预览")
        self.setWindowFlag(Qt.WindowType.WindowContextHelpButtonHint, False)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint, True)
        self.banner = Banner(closable=True)
        self.area = PageArea()
        self.sheets = self.area.sheets
        self.area.zoomed.connect(self._show_place)
        self.area.verticalScrollBar().valueChanged.connect(self._show_place)
        self._place = label("", "grid", "text2")
        self._zoom = label("", "grid", "text2")
        self.papers = QComboBox()
        self.papers.setAccessibleName("纸张")
        self.papers.hide()
        self.print_button = button("打印", "print", primary=True, shortcut="Ctrl+P", clicked=self.print)
        leaving = () if secret else (
            button("复制", "copy", clicked=self.copy), button("另存 PDF", "pdf", shortcut="Ctrl+S", clicked=self.save),
        )  # fmt: skip
        tools = row(
            label(title, "subtitle", bold=True), self.papers, *self.tools(), 1,
            IconButton("chevron_up", "上一页", "PageUp", clicked=self._back), self._place,
            IconButton("chevron_down", "下一页", "PageDown", clicked=self._on), 0,
            IconButton("zoom_out", "缩小", "Ctrl+-", clicked=self.area.smaller), self._zoom,
            IconButton("zoom_in", "放大", "Ctrl++", clicked=self.area.larger),
            IconButton("fit", "适合宽度", "Ctrl+0", clicked=self.area.fit), 0,
            *leaving, self.print_button, spacing=8, margins=(18, 12, 18, 10),
        )  # fmt: skip
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(tools)
        column.addWidget(self.banner)
        column.addWidget(self.area, 1)
        for keys, act in (
            ("Ctrl+P", self.print), ("Ctrl+S", self.save), ("Ctrl+C", self.copy), ("Ctrl++", self.area.larger),
            ("Ctrl+=", self.area.larger), ("Ctrl+-", self.area.smaller), ("Ctrl+0", self.area.fit),
        ):  # fmt: skip
            QShortcut(QKeySequence(keys), self, act)
        host = context.window.size() if context.window is not None else QSize(1100, 800)
        self.area.setFocus()  # arrows scroll; else the first button wears the ring
        self.resize(min(1100, host.width() - 40), host.height() - 40)

    def show_pdf(self, pdf: bytes) -> None:
        """Show the bytes that will be printed."""
        self.pdf = pdf
        self.area.show_pdf(pdf)

    # -- looking -------------------------------------------------------------------------------------------------------

    @property
    def page(self) -> int:
        """The page in sight, from 1."""
        return self.area.page

    def _show_place(self) -> None:
        self._zoom.setText(f"{round(self.sheets.zoom * 100)}%")
        self._place.setText(f"{self.page} / {self.sheets.pages} 页")

    def _back(self) -> None:
        self.area.go(self.page - 1)

    def _on(self) -> None:
        self.area.go(self.page + 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            self.area.go(self.page + (1 if key == Qt.Key.Key_PageDown else -1))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.print()
        else:
            super().keyPressEvent(event)

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
        if self.secret:
            return
        save_as(self, self.banner, "另存 PDF", f"{self.title}.pdf", lambda: self.pdf, "PDF (*.pdf)")

    def copy(self) -> None:
        """The page in sight as a picture, for WeChat or a mail."""
        if self.pdf and not self.secret:
            image = as_image(next(iter(page_images(self.pdf, 200, self.page, self.page))))
            QGuiApplication.clipboard().setImage(image)
            self.banner.say("ok", f"第 {self.page} 页已复制成图片，可以粘到微信里")


def show_pdf(context: PageContext, file: str, title: str) -> None:
    """The preview of a PDF that was just made."""
    dialog = PrintPreview(context, title)
    dialog.show_pdf(Path(file).read_bytes())
    dialog.exec()
    dialog.deleteLater()
