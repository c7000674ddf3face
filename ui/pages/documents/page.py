"""文件: registers of papers into which files are dropped and out of which they are opened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QMenu

from salesdesk.domain.kinds import Row
from salesdesk.modules.documents import queries
from salesdesk.services.module import Outcome
from ui.kit import menus
from ui.kit.file_list import files_in
from ui.kit.page import PageContext
from ui.kit.register_page import RegisterPage
from ui.kit.register_panel import RegisterPanel
from ui.kit.widgets import button
from ui.pages.documents.versions_dialog import Versions

DOCUMENT = "document"


class DocumentsPage(RegisterPage):
    """Plain registers; a document has files besides."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context, next(m for m in context.desk.registry.modules if m.key == "documents"))
        self.setAcceptDrops(True)
        QShortcut(QKeySequence("F9"), self, self.open_file)

    def panel(self, entity: str) -> RegisterPanel:
        """The register; that of documents with the ways for files."""
        fresh = entity not in self.panels
        panel = super().panel(entity)
        if fresh and entity == DOCUMENT:
            self.put_in = button("放入文件", "attach", clicked=self._choose_way)
            self.open_ = button("打开文件", "folder_open", shortcut="F9", clicked=self.open_file)
            for place, made in ((1, self.put_in), (2, self.open_)):
                self._lines[entity].insert(place, made)
                panel.buttons.append(made)
            if not self.context.may("document.take_in"):
                self.put_in.hide()
        return panel

    # -- files in ------------------------------------------------------------------------------------------------------

    def _choose_way(self) -> None:
        menu = QMenu(self)
        menus.item(menu, "选文件…", self.choose_files)
        menus.item(menu, "选整个文件夹…", self.choose_folder)
        if uid := self._in_hand():
            name = str((self.desk.row(DOCUMENT, uid) or {}).get("title") or "")
            menus.line(menu)
            menus.item(menu, f"放成「{name[:16]}」的新版本…", partial(self.choose_files, uid))
        menu.exec(self.put_in.mapToGlobal(self.put_in.rect().bottomLeft()))
        menu.deleteLater()

    def choose_files(self, uid: str = "") -> None:
        """Files through the file window."""
        found, _ = QFileDialog.getOpenFileNames(self.window(), "选要放入的文件")
        self.take_in([Path(name) for name in found], uid if isinstance(uid, str) else "")

    def choose_folder(self) -> None:
        """A whole folder through the file window."""
        found = QFileDialog.getExistingDirectory(self.window(), "选要放入的文件夹")
        self.take_in([Path(found)] if found else [])

    def take_in(self, paths: Sequence[Path], uid: str = "") -> None:
        """Each file becomes a document, or all become versions of the one given; it can be stopped half-way."""
        if paths:
            args = {"files": "\n".join(map(str, paths)), **({"uid": uid} if uid else {})}
            self.ops.run("document.take_in", args, done=self._taken, busy=self.put_in)

    def _taken(self, outcome: Outcome) -> None:
        told = "；".join(p.message for p in outcome.problems[:2])
        more = f"；还有 {len(outcome.problems) - 2} 处" if len(outcome.problems) > 2 else ""
        if told:
            self.context.toast(f"{outcome.message}。{told}{more}", tone="warn")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.front.entity.key == DOCUMENT and files_in(event.mimeData()) and self.context.may("document.take_in"):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        record = self.front.record
        inside = (
            record is not None
            and record.isVisible()
            and record.rect().contains(record.mapFrom(self, event.position().toPoint()))
        )
        self.take_in(files_in(event.mimeData()), record.uid if inside and record is not None else "")
        event.acceptProposedAction()

    # -- files out -----------------------------------------------------------------------------------------------------

    def _in_hand(self) -> str:
        """The document in hand; a receipt or a loan leads to its document."""
        front = self.front
        uid = front.in_hand()
        if not uid or front.entity.key == DOCUMENT:
            return uid
        found = self.desk.row(front.entity.key, uid) or {}
        return str(found.get(DOCUMENT) or "")

    def open_file(self) -> None:
        """F9: the file of the document in hand; with several versions their list."""
        uid = self._in_hand()
        if not uid:
            self.context.toast("先选一份文件", tone="info")
            return
        self.ops.read(partial(self._versions_of, uid), partial(self._show_versions, uid), token="document versions")

    def _versions_of(self, uid: str) -> list[Row]:
        with self.desk.read() as reader:
            return queries.versions(reader, uid)

    def _show_versions(self, uid: str, found: list[Row]) -> None:
        if len(found) < 2:
            self.open_version(uid)
            return
        title = str((self.desk.row(DOCUMENT, uid) or {}).get("title") or "")
        dialog = Versions(self.context, title, found, partial(self.open_version, uid))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def open_version(self, uid: str, file: str = "") -> None:
        """Lay a copy out and let the system open it: the version of that uid, else the newest."""
        args = {"uid": uid, **({"file": file} if file else {})}
        self.ops.run("document.open", args, done=self._opened)

    def _opened(self, outcome: Outcome) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(outcome.data["file"])))

    # -- what the frame asks -------------------------------------------------------------------------------------------

    def key_hints(self) -> Sequence[tuple[str, str]]:
        hints = list(super().key_hints())
        return [*hints[:2], ("F9", "打开文件"), *hints[2:]]

    def shot_states(self) -> Sequence[tuple[str, Callable[[], object]]]:
        return [
            *super().shot_states(),
            ("circulating", partial(self._first, DOCUMENT, "circulating")),
            ("destruction", partial(self._first, "destruction", "draft")),
        ]

    def _first(self, entity: str, state: str) -> None:
        found = next((r for r in self.desk.rows(entity) if r["state"] == state), None)
        if found is not None:
            self.show_register(entity).open(str(found["uid"]))


def make(context: PageContext) -> DocumentsPage:
    """The page."""
    return DocumentsPage(context)
