"""The manual, shown by F1 in a window of its own: chapters and a search at the left, the text with its pictures at the right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, QUrl
from PySide6.QtGui import (
    QBrush,
    QImage,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPalette,
    QPixmap,
    QResizeEvent,
    QShortcut,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
    QTextTableCellFormat,
)
from PySide6.QtWidgets import (
    QDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QTextBrowser,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from salesdesk.paths import RESOURCES
from ui.kit.theme import theme
from ui.kit.widgets import IconButton, label, row

FOLDER = RESOURCES / "manual"
PICTURE_MARGIN = 72
LIST_WIDTH = 264
SETTLE_MS = 120


def chapters() -> list[Path]:
    """The pages of the manual, the index first; README.md explains the folder and is no chapter."""
    if not FOLDER.is_dir():
        return []
    found = [p for p in FOLDER.iterdir() if p.suffix in (".md", ".html") and p.name != "README.md"]
    return sorted(found, key=lambda p: (p.stem != "index", p.name))


def heading(path: Path) -> str:
    """A chapter's name: its first heading, else its file name."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            return line[2:].strip()
    return path.stem


def plain(path: Path) -> str:
    """What a chapter says, without its marks."""
    document = QTextDocument()
    document.setMarkdown(path.read_text(encoding="utf-8"))
    return document.toPlainText()


class Text(QTextBrowser):
    """One chapter: room between the lines, tables with rules, pictures as wide as the window lets them be."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("正文")
        self.setOpenExternalLinks(True)
        self.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.document().setDocumentMargin(26)
        self._width = 0
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(SETTLE_MS)
        self._later.timeout.connect(self._fit)
        self.sourceChanged.connect(self._dress)

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """Pictures come scaled to the window, sharp on every screen."""
        if kind != QTextDocument.ResourceType.ImageResource.value:
            return super().loadResource(kind, name)
        image = self.picture(QUrl(name))
        ratio = self.devicePixelRatioF()
        self._width = max(200, self.viewport().width() - PICTURE_MARGIN)
        if image.width() > self._width * ratio:
            image = image.scaledToWidth(round(self._width * ratio), Qt.TransformationMode.SmoothTransformation)
        image.setDevicePixelRatio(ratio)
        return image

    def picture(self, name: QUrl) -> QImage:
        """The picture a page names, as it was painted."""
        return QImage(self.source().resolved(name).toLocalFile())

    def _dress(self, *_: object) -> None:
        """Markdown knows no style sheet: line height, code, tables and colours are set on what it made."""
        look, document = theme(), self.document()
        document.setDefaultFont(look.font("body"))
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Link, look.color("accent"))
        self.setPalette(palette)
        code, link = QTextCharFormat(), QTextCharFormat()
        code.setBackground(look.color("sunken"))
        link.setForeground(look.color("accent"))
        block = document.begin()
        while block.isValid():
            cursor = QTextCursor(block)
            cursor.mergeBlockFormat(_spaced(block, cursor.currentTable() is not None))
            parts = block.begin()
            while not parts.atEnd():
                part = parts.fragment()
                cursor.setPosition(part.position())
                cursor.setPosition(part.position() + part.length(), QTextCursor.MoveMode.KeepAnchor)
                if part.charFormat().fontFixedPitch():
                    cursor.mergeCharFormat(code)
                if part.charFormat().isAnchor():
                    cursor.mergeCharFormat(link)
                parts += 1
            block = block.next()
        for frame in document.rootFrame().childFrames():
            if isinstance(frame, QTextTable):
                self._rule(frame)
        self.moveCursor(QTextCursor.MoveOperation.Start)

    @staticmethod
    def _rule(table: QTextTable) -> None:
        shape = table.format()
        shape.setCellPadding(0)
        shape.setCellSpacing(0)
        shape.setBorder(0)
        shape.setBorderCollapse(True)
        shape.setTopMargin(4)
        shape.setBottomMargin(12)
        shape.setWidth(QTextLength())
        table.setFormat(shape)
        for line in range(table.rows()):
            for column in range(table.columns()):
                cell = QTextTableCellFormat(table.cellAt(line, column).format())
                cell.setTopPadding(4)
                cell.setBottomPadding(4)
                cell.setLeftPadding(10)
                cell.setRightPadding(26)
                cell.setBottomBorder(1)
                cell.setBottomBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
                cell.setBottomBorderBrush(QBrush(theme().color("line")))
                if line == 0:
                    cell.setBackground(theme().color("sunken"))
                table.cellAt(line, column).setFormat(cell)

    # -- looking closer --------------------------------------------------------------------------------------------

    def picture_at(self, event: QMouseEvent) -> QUrl | None:
        """The name of the picture under the mouse."""
        cursor = self.cursorForPosition(event.position().toPoint())
        for move in (None, QTextCursor.MoveOperation.NextCharacter):
            if move is not None:
                cursor.movePosition(move)
            format_ = cursor.charFormat()
            if format_.isImageFormat():
                return QUrl(format_.toImageFormat().name())
        return None

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        name = self.picture_at(event) if event.button() == Qt.MouseButton.LeftButton else None
        if name is not None and not self.textCursor().hasSelection():
            self.enlarge(name)

    def enlarge(self, name: QUrl) -> None:
        """Show a picture at its own size; Esc or a click puts it away."""
        viewer = Enlarged(self, self.picture(name))
        viewer.finished.connect(viewer.deleteLater)
        viewer.open()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._later.start()

    def _fit(self) -> None:
        """After the window was pulled: the pictures again, at the same place of the text."""
        if max(200, self.viewport().width() - PICTURE_MARGIN) == self._width or not self._width:
            return
        bar = self.verticalScrollBar()
        share = bar.value() / max(1, bar.maximum())
        self.reload()
        self._dress()
        bar.setValue(round(share * bar.maximum()))


def _spaced(block: Any, in_table: bool) -> QTextBlockFormat:
    """Line height and room above for one paragraph: pictures keep theirs, code stands on a ground of its own."""
    made = QTextBlockFormat()
    first = block.begin()
    chars = first.fragment().charFormat() if not first.atEnd() else QTextCharFormat()
    if chars.isImageFormat():
        made.setBottomMargin(8)
        return made
    height = 125 if in_table else 150
    if block.blockFormat().headingLevel():
        made.setTopMargin(16 if block.blockNumber() else 0)
    elif block.blockFormat().hasProperty(QTextFormat.Property.BlockCodeFence):
        made.setBackground(theme().color("sunken"))
        height = 135
    made.setLineHeight(height, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    return made


class Enlarged(QDialog):
    """One picture at its own size."""

    def __init__(self, parent: QWidget, image: QImage) -> None:
        super().__init__(parent)
        self.setWindowTitle("图片")
        picture = QLabel()
        picture.setPixmap(QPixmap.fromImage(image))
        area = QScrollArea()
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(picture)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(area)
        room = self.screen().availableGeometry().size() * 0.94
        self.resize(min(room.width(), image.width() + 2), min(room.height(), image.height() + 2))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.accept()


class Manual(QWidget):
    """Reads like a help window: Esc closes it, Alt+Left goes back."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName("page")
        self.setWindowTitle("说明书")
        self.resize(1180, 800)
        self._said: dict[str, str] = {}
        self._moving = False
        self.search = QLineEdit()
        self.search.setPlaceholderText("在说明书里找")
        self.search.setAccessibleName("在说明书里找")
        self.search.setToolTip("Ctrl+F，Enter 找下一处")
        self.search.setClearButtonEnabled(True)
        self.list = QListWidget()
        self.list.setAccessibleName("章节")
        self.text = Text()
        self.back = IconButton("arrow_left", "返回", "Alt+Left", clicked=self.text.backward)
        self.told = label("", "caption", "text2")
        for path in chapters():
            item = QListWidgetItem(heading(path))
            item.setData(Qt.ItemDataRole.UserRole, str(path))
            item.setSizeHint(QSize(0, theme().px("nav_item")))
            self.list.addItem(item)
        side = QWidget()
        side.setFixedWidth(LIST_WIDTH)
        column = QVBoxLayout(side)
        column.setContentsMargins(10, 10, 10, 10)
        column.setSpacing(8)
        column.addLayout(row(self.back, self.search, spacing=6))
        column.addWidget(self.told)
        column.addWidget(self.list, 1)
        self.told.hide()
        self.setLayout(row(side, self.text, spacing=1))
        self.list.currentItemChanged.connect(self._chosen)
        self.text.sourceChanged.connect(self._arrived)
        self.text.backwardAvailable.connect(self.back.setEnabled)
        self.back.setEnabled(False)
        self.search.textChanged.connect(self._searched)
        self.search.returnPressed.connect(self.find_next)
        self.search.installEventFilter(self)
        for keys, act in (
            ("Esc", self._away), ("Ctrl+F", self._to_search), ("Alt+Left", self.text.backward), ("Alt+Right", self.text.forward),
            ("F3", self.find_next),
        ):  # fmt: skip
            QShortcut(QKeySequence(keys), self, act)
        theme().changed.connect(self.text._dress)
        self.list.setCurrentRow(0)
        self.list.setFocus()

    # -- chapters --------------------------------------------------------------------------------------------------

    def _path(self, item: QListWidgetItem) -> Path:
        return Path(str(item.data(Qt.ItemDataRole.UserRole)))

    def _items(self) -> list[QListWidgetItem]:
        return [self.list.item(n) for n in range(self.list.count())]

    def _chosen(self, item: QListWidgetItem | None) -> None:
        if item is not None and not self._moving:
            self.show_chapter(self._path(item))

    def show_chapter(self, path: Path) -> None:
        """Bring a chapter to the front."""
        self.text.setSource(QUrl.fromLocalFile(str(path)))

    def _arrived(self, url: QUrl) -> None:
        """A link, 返回 or the list led somewhere: the list follows, what is looked for is marked."""
        here = Path(url.toLocalFile())
        for item in self._items():
            if self._path(item) == here:
                self._moving = True
                self.list.setCurrentItem(item)
                self._moving = False
        self._mark()

    # -- searching -------------------------------------------------------------------------------------------------

    def _to_search(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    def _hits(self, item: QListWidgetItem, text: str) -> int:
        path = self._path(item)
        if path.name not in self._said:
            self._said[path.name] = plain(path).lower()
        return self._said[path.name].count(text.lower())

    def _searched(self, typed: str) -> None:
        """Only the chapters that hold the words stay in the list, each with how often."""
        text = typed.strip()
        whole, first = 0, None
        for item in self._items():
            hits = self._hits(item, text) if text else 0
            whole += hits
            item.setHidden(bool(text) and not hits)
            item.setText(heading(self._path(item)) + (f"　{hits} 处" if hits else ""))
            first = first or (item if hits else None)
        self.told.setVisible(bool(text))
        self.told.setText(f"{whole} 处" if whole else "没有找到，换个说法试试")
        current = self.list.currentItem()
        if first is not None and (current is None or current.isHidden()):
            self.list.setCurrentItem(first)
        self._mark()

    def _mark(self) -> None:
        """Colour every place of this chapter and go to the first."""
        text, found = self.search.text().strip(), []
        cursor = QTextCursor(self.text.document())
        while text:
            cursor = self.text.document().find(text, cursor)
            if cursor.isNull():
                break
            place: Any = QTextEdit.ExtraSelection()
            place.cursor = QTextCursor(cursor)
            place.format.setBackground(theme().color("warn_bg"))
            found.append(place)
        self.text.setExtraSelections(found)
        if found:
            start = QTextCursor(found[0].cursor)
            start.setPosition(start.selectionStart())
            self.text.setTextCursor(start)
            self.text.find(text)

    def find_next(self) -> None:
        """The next place, in the next chapter when this one has no more."""
        text = self.search.text().strip()
        if not text or self.text.find(text):
            return
        shown = [item for item in self._items() if not item.isHidden()]
        if not shown:
            return
        at = shown.index(self.list.currentItem()) if self.list.currentItem() in shown else -1
        following = shown[(at + 1) % len(shown)]
        if following is self.list.currentItem():
            self._mark()
        else:
            self.list.setCurrentItem(following)

    # -- keys ------------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: Any, event: QEvent) -> bool:
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step is not None:
                self._step(step)
                return True
        return False

    def _step(self, by: int) -> None:
        shown = [item for item in self._items() if not item.isHidden()]
        if shown:
            at = shown.index(self.list.currentItem()) if self.list.currentItem() in shown else 0
            self.list.setCurrentItem(shown[max(0, min(len(shown) - 1, at + by))])

    def _away(self) -> None:
        if self.search.text():
            self.search.clear()
        else:
            self.close()


def show_manual(window: QWidget) -> bool:
    """Open the manual or bring it to the front; False when none was shipped."""
    if not chapters():
        return False
    found = window.findChild(Manual)
    manual = found if isinstance(found, Manual) else Manual(window)
    manual.show()
    manual.raise_()
    manual.activateWindow()
    return True
