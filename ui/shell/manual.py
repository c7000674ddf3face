"""The manual, shown by F1 in a window of its own: pages of resources/manual with a list at the left."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QTextBrowser, QWidget

from salesdesk.paths import RESOURCES
from ui.kit.theme import theme
from ui.kit.widgets import row

FOLDER = RESOURCES / "manual"


def chapters() -> list[Path]:
    """The pages of the manual, by file name; README.md explains the folder and is no chapter."""
    if not FOLDER.is_dir():
        return []
    return sorted(p for p in FOLDER.iterdir() if p.suffix in (".md", ".html") and p.name != "README.md")


def heading(path: Path) -> str:
    """A chapter's name: its first heading, else its file name."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            return line[2:].strip()
    return path.stem


class Manual(QWidget):
    """Reads like a help window: Esc closes it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName("page")
        self.setWindowTitle("说明书")
        self.resize(960, 680)
        self.list = QListWidget()
        self.list.setFixedWidth(220)
        self.list.setAccessibleName("章节")
        self.text = QTextBrowser()
        self.text.setAccessibleName("正文")
        self.text.setOpenExternalLinks(True)
        self.text.setSearchPaths([str(FOLDER)])
        self.text.document().setDefaultStyleSheet(
            f"a {{ color: {theme().name('accent')}; }} h1, h2 {{ margin-top: 18px; }}"
        )
        for path in chapters():
            item = QListWidgetItem(heading(path))
            item.setData(Qt.ItemDataRole.UserRole, str(path))
            self.list.addItem(item)
        self.list.currentItemChanged.connect(self._show)
        self.setLayout(row(self.list, self.text, spacing=1))
        QShortcut(QKeySequence("Esc"), self, self.close)
        self.list.setCurrentRow(0)

    def _show(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        path = Path(str(item.data(Qt.ItemDataRole.UserRole)))
        if path.suffix == ".md":
            self.text.document().setBaseUrl(QUrl.fromLocalFile(str(path)))
            self.text.setMarkdown(path.read_text(encoding="utf-8"))
        else:
            self.text.setSource(QUrl.fromLocalFile(str(path)))


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
