"""订单档案: the register of filed orders, with a button that opens the folder of the one in hand."""

from __future__ import annotations

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from salesdesk.modules.dossiers.building import stood_at
from ui.kit.page import Page, PageContext
from ui.kit.register_page import RegisterPage
from ui.kit.widgets import button


class DossiersPage(RegisterPage):
    """A plain register; the files themselves are the system's affair."""

    def __init__(self, context: PageContext) -> None:
        module = next(m for m in context.desk.registry.modules if m.key == "dossiers")
        super().__init__(context, module)
        self.open_ = button("打开文件夹", "folder_open", clicked=self.open_folder)
        line = self._lines[self.front.entity.key]
        line.insert(len(self.front.buttons), self.open_)

    def open_folder(self) -> None:
        """Show the folder of the dossier in hand in the system's own window."""
        found = self.desk.row("dossier", self.front.in_hand() or "")
        if not found:
            self.context.toast("先选一份档案", tone="info")
            return
        folder = stood_at(self.desk.folder, found)
        if not folder.is_dir():
            self.context.toast(f"文件夹不在了：{folder}。请重新归档，或检查共享盘", tone="warn")
            return
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def make(context: PageContext) -> Page:
    """The page of the module `dossiers`."""
    return DossiersPage(context)
