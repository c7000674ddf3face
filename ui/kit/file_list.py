"""The files that will be kept with a record: added by button or by dropping, each with its size and a way to leave it out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from ui.kit.freed import empty
from ui.kit.widgets import IconButton, QuietButton, label, row


def files_in(mime: QMimeData) -> list[Path]:
    """The local files among what is dropped or pasted."""
    return [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]


class FileList(QWidget):
    """changed: files were added or left out. full(names): these were not taken because there are `most` already."""

    changed = Signal()
    full = Signal(str)

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most
        self._sizes: dict[Path, int] = {}
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(2)

    @property
    def paths(self) -> list[Path]:
        """The files in the order they came."""
        return list(self._sizes)

    def text(self) -> str | None:
        """The paths as a verb wants them, one a line; None for no file."""
        return "\n".join(map(str, self._sizes)) or None

    def choose(self, title: str) -> None:
        """Through the file window."""
        found, _ = QFileDialog.getOpenFileNames(self.window(), title)
        self.add([Path(name) for name in found])

    def add(self, paths: Sequence[Path]) -> None:
        """List files once each; folders and what is not there any more are passed over."""
        fresh = [path for path in dict.fromkeys(paths) if path not in self._sizes and path.is_file()]
        room = max(0, self._most - len(self._sizes))
        self._sizes |= {path: path.stat().st_size for path in fresh[:room]}
        self._show()
        self.changed.emit()
        if fresh[room:]:
            self.full.emit("、".join(path.name for path in fresh[room:]))

    def _leave_out(self, path: Path) -> None:
        self._sizes.pop(path, None)
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        empty(self._lines)
        for path, size in self._sizes.items():
            line = QWidget(self)
            gone = IconButton("dismiss", f"不要 {path.name}", clicked=partial(self._leave_out, path))
            line.setLayout(row(label(path.name, "grid"), label(f"{size / 1024:,.0f} KB", "caption", "text2"), 1, gone))
            self._lines.addWidget(line)


class FilesEdit(QWidget):
    """The files a verb asks for: chosen through the file window, or dropped here."""

    def __init__(self, most: int = 50) -> None:
        super().__init__()
        self.list = FileList(most)
        self.choose = QuietButton("选文件…", "folder_open", self._choose)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row(self.choose, label("也可以把文件拖到这里", "caption", "text2"), 1))
        column.addWidget(self.list)
        self.setAcceptDrops(True)
        self.setFocusProxy(self.choose)

    def text(self) -> str | None:
        """The paths as a verb wants them; None for no file."""
        return self.list.text()

    def _choose(self) -> None:
        self.list.choose("选文件")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if files_in(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.list.add(files_in(event.mimeData()))
