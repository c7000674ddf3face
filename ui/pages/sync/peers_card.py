"""The list of PCs of the workspace; this one can be renamed, another one taken out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QHeaderView

from salesdesk.services.roles import Role
from salesdesk.services.sync.peers import Peer
from ui.kit.dialogs import StepQuestion
from ui.kit.messages import ask_text
from ui.kit.page import PageContext
from ui.kit.plain_table import PlainTable
from ui.kit.widgets import Card, QuietButton
from ui.pages.sync.passphrase_box import PassphraseBox

TITLES = ("电脑", "单号字母", "最近", "做过的步数", "程序", "提示")


class PeersCard(Card):
    """Keys in the list: F2 renames this PC, Delete takes out the one in hand. `changed` when the list is another."""

    changed = Signal()

    def __init__(self, context: PageContext) -> None:
        super().__init__("电脑", "每台电脑最近一次送出是什么时候，本机收到了它多少步")
        self.context, self.syncer, self.desk = context, context.syncer, context.desk
        self.peers: Sequence[Peer] = ()
        self.rename = QuietButton("本机改名", "edit", self.rename_own)
        self.rename.setToolTip("本机改名（F2）")
        self.out = QuietButton("移除这台", "dismiss_circle", self.remove_one)
        self.out.setToolTip("移除选中的电脑，并换口令（Delete）")
        self.newer = QuietButton("放新版本…", "arrow_export", self.publish)
        self.newer.setToolTip("主管把新的安装程序放到共享盘，各台电脑会提示更新")
        self.add_action(self.newer)
        self.add_action(self.rename)
        self.add_action(self.out)
        self.table = PlainTable("电脑", TITLES, (0, 5))
        for column, width in enumerate((84, 130, 110, 84), 1):
            self.table.horizontalHeader().setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            self.table.setColumnWidth(column, width)
        self.table.currentCellChanged.connect(self._show_buttons)
        self.body.addWidget(self.table, 1)
        for keys, act in (("F2", self.rename_own), ("Delete", self.remove_one)):
            shortcut = QShortcut(QKeySequence(keys), self, act)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def show_peers(self, peers: Sequence[Peer], today: str) -> None:
        """Fill the list; the row in hand stays."""
        at = max(0, self.table.currentRow())
        self.peers = peers
        self.newer.setVisible(self.desk.settings.seat.role >= Role.MANAGER)
        self.table.setRowCount(len(peers))
        for line, one in enumerate(peers):
            ink = "text3" if one.removed else "text"
            note = "已移除" if one.removed else one.note
            self.table.put(line, 0, one.name + ("（本机）" if one.mine else ""), ink, "window")
            self.table.put(line, 1, one.letter, ink)
            self.table.put(line, 2, "现在" if one.mine else _moment(one.seen_at, today), ink)
            self.table.put(line, 3, f"{one.operations:,}", ink)
            self.table.put(line, 4, one.version, ink)
            warned = bool(one.note) and not one.removed
            self.table.put(line, 5, note, "warn" if warned else "text2", "clock" if warned else "")
        self.table.finish()
        self.table.setCurrentCell(min(at, len(peers) - 1), 0)
        self._show_buttons()

    @property
    def in_hand(self) -> Peer | None:
        """The PC of the row in hand."""
        line = self.table.currentRow()
        return self.peers[line] if 0 <= line < len(self.peers) else None

    def _show_buttons(self, *_: object) -> None:
        one = self.in_hand
        self.out.setEnabled(one is not None and not one.mine and not one.removed)

    def rename_own(self) -> None:
        """Another name for this PC; the others see it after the next round."""
        own = next((one for one in self.peers if one.mine), None)
        if own is None:
            return
        name = ask_text(
            self.window(), "本机改名", "同事在他们的列表里看到的名字", own.name,
            check=lambda text: "" if text else "请填名字", yes="改名",
        )  # fmt: skip
        self._back()
        if name and name != own.name:
            self.syncer.do(lambda progress, stopped: self.desk.sync.rename(name), "改名", self._done)

    def publish(self) -> None:
        """Put a new installer on the share for all PCs."""
        from salesdesk.services.sync import updates

        found, _ = QFileDialog.getOpenFileName(self.window(), "选新版本的安装程序", "", "安装程序 (salesdesk-*.exe)")
        if not found:
            return
        news = ask_text(self.window(), "放新版本", "一句话说说改了什么，同事会看到；可以不写", "", yes="放到共享盘")
        self._back()
        if news is None:
            return
        sync, file = self.desk.sync, Path(found)
        self.syncer.do(lambda progress, stopped: updates.publish(sync, file, news), "放新版本", self._published)

    def _published(self, release: Any) -> None:
        self.context.toast(f"{release.version} 已放到共享盘，别的电脑会提示更新")

    def remove_one(self) -> None:
        """Take the PC in hand out, with a new passphrase for those that stay."""
        one = self.in_hand
        if one is None or not self.out.isEnabled():
            return
        if not self.context.allows("移除电脑"):  # before a passphrase is thought up and typed twice
            return
        dialog = RemoveDialog(self.context, one)
        dialog.exec()
        dialog.deleteLater()
        self._back()
        self.changed.emit()

    def _back(self) -> None:
        """The keyboard goes on in the list."""
        self.window().activateWindow()
        self.table.setFocus()

    def _done(self, nothing: Any) -> None:
        self.syncer.sync_now()
        self.changed.emit()


class RemoveDialog(StepQuestion):
    """Says what taking out means and what it does not, and asks for the new passphrase."""

    def __init__(self, context: PageContext, peer: Peer) -> None:
        hint = (
            f"移除后，「{peer.name}」再也收不到新的数据，它以后做的也不会进来；它已经收到的还在那台电脑上。"
            "其余电脑下次同步自动换好钥匙，不用做什么；以后新加入的电脑用新口令。"
        )
        super().__init__(context.window, f"移除「{peer.name}」", hint, "移除并换口令", 560)
        self.context, self.peer = context, peer
        self.box = PassphraseBox(True, "新口令")
        self.body.addWidget(self.box)
        self.box.setFocus()

    def answer(self) -> None:
        if not self.yes.isEnabled() or not self.box.check():
            return
        self.yes.set_busy(True)
        device, passphrase, sync = self.peer.device, self.box.text, self.context.desk.sync
        self.context.syncer.do(
            lambda progress, stopped: sync.remove(device, passphrase), "移除电脑", self._removed, self._failed
        )

    def _removed(self, nothing: Any) -> None:
        self.yes.set_busy(False)
        self.context.toast(f"已移除「{self.peer.name}」，口令已换")
        self.context.syncer.sync_now()
        self.accept()

    def _failed(self, error: BaseException) -> None:
        self.yes.set_busy(False)
        if not self.box.explain(error, self):
            self.context.syncer.crashed.emit(error)


def _moment(at: str, today: str) -> str:
    if not at:
        return "还没有"
    return f"今天 {at[11:16]}" if at[:10] == today else f"{int(at[5:7])}月{int(at[8:10])}日 {at[11:16]}"
