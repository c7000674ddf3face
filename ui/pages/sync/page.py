"""同步: how this PC stands with the others, one round now, the PCs, and setting it up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QGridLayout, QStackedWidget, QVBoxLayout, QWidget

from salesdesk.desk import Desk
from salesdesk.domain.changes import Changes
from salesdesk.domain.errors import EnvironmentFault
from salesdesk.domain.problems import summary
from salesdesk.services.roles import Role
from salesdesk.services.sync.peers import Peer
from salesdesk.services.sync.places import own_warnings, share_warnings
from salesdesk.services.sync.syncing import State
from salesdesk.services.sync.workspace import NotLetIn
from ui.kit.dialogs import confirm
from ui.kit.page import Page, PageContext
from ui.kit.widgets import (
    Banner,
    Card,
    ElidedLabel,
    EmptyState,
    IconLabel,
    KeyHints,
    Progress,
    QuietButton,
    button,
    label,
    row,
)
from ui.pages.sync.again_dialog import AgainDialog
from ui.pages.sync.peers_card import PeersCard
from ui.pages.sync.setup_dialog import SetupDialog, show_join_sheet

SIGNS = {
    "ok": ("checkmark_circle", "ok"), "waiting": ("sync", "info"), "fault": ("cloud_off", "warn"), "off": ("window", "text2"),
}  # fmt: skip


class Standing(NamedTuple):
    """What the page shows; read beside the window. doubts: what is wrong with where the data or the share lies.

    again: this PC has to be let in anew, with the passphrase.
    """

    state: State
    share: str
    workspace: str
    peers: list[Peer]
    doubts: str
    cure: str
    again: bool = False


def read_standing(desk: Desk) -> Standing:
    """Read everything; nothing of it touches the share."""
    from pathlib import Path

    doubts = own_warnings(desk.folder)
    if not desk.synced:
        return Standing(State("off", "只在本机，没有同步"), "", "", [], summary(doubts) if doubts else "", "")
    sync = desk.sync
    doubts += share_warnings(Path(sync.share))
    fault = sync.fault
    cure = f"{fault.message}。{fault.cure}" if fault is not None else ""
    again = isinstance(fault, NotLetIn)
    return Standing(sync.state(), sync.share, sync.number, sync.peers(), summary(doubts) if doubts else "", cure, again)


class SyncPage(Page):
    """F5 goes round once. What runs by itself is shown here too, and can be stopped."""

    key = "sync"
    title = "同步"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self.syncer = context.syncer
        self.standing: Standing | None = None
        self.sign = IconLabel("window", "text2", 20)
        self.words = ElidedLabel("", "body", "text2")
        self.cases = button("合并问题", "warning", clicked=self.show_cases)
        self.now = button("立即同步", "sync", primary=True, shortcut="F5", clicked=self.sync_now)
        self.fault, self.doubt = Banner(), Banner()
        self.progress = Progress("正在同步")
        self.progress.cancelled.connect(self.syncer.stop)
        self.progress.hide()
        self.peers = PeersCard(context)
        self.peers.changed.connect(self.read)
        self.stack = QStackedWidget()
        self.stack.addWidget(self._alone())
        self.stack.addWidget(self._together())
        self._lay_out()
        shortcut = QShortcut(QKeySequence("F5"), self, self.sync_now)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.syncer.stood.connect(self._stood)
        self.syncer.running.connect(self._running)
        self.syncer.stepped.connect(self.progress.update_to)

    # -- putting together ------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        head = row(label("同步", "title", bold=True), self.sign, self.words, self.cases, self.now, spacing=10)
        head.setStretch(2, 1)
        self.column.addLayout(head)
        for part in (self.doubt, self.fault, self.progress):
            self.column.addWidget(part)
        self.column.addWidget(self.stack, 1)
        self.hints = KeyHints(self.key_hints())
        self.column.addWidget(self.hints)

    def _alone(self) -> QWidget:
        self.set_up = button("设置同步…", "sync", primary=True, clicked=self.set_up_sync)
        told = (
            "几台电脑共用一份数据：选一个大家都能打开的共享文件夹，各录各的，每隔几分钟互相送一次。"
            "共享盘断了、电脑关着都不影响录单；两边改了同一处会列出来让人定，谁的都不会丢。"
        )
        return EmptyState("team", "现在只在这台电脑上", told, self.set_up)

    def _together(self) -> QWidget:
        self.share, self.number, self.own, self.pace = (ElidedLabel("", "body") for _ in range(4))
        card = Card("共享", "")
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        for at, (title, part) in enumerate(
            (("共享文件夹", self.share), ("工作区编号", self.number), ("这台电脑", self.own), ("自动同步", self.pace))
        ):
            grid.addWidget(label(title, "grid", "text2"), at // 2, at % 2 * 2)
            grid.addWidget(part, at // 2, at % 2 * 2 + 1)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        card.body.addLayout(grid)
        for title, icon, act in (
            ("换个地方…", "folder_open", self.move_share),
            ("打印加入说明…", "print", self.print_sheet),
            ("多久一次…", "clock", self.choose_pace),
            ("停止同步…", "cloud_off", self.leave),
        ):
            card.add_action(QuietButton(title, icon, act))
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(card)
        column.addWidget(self.peers, 1)
        return made

    # -- reading ---------------------------------------------------------------------------------------------------

    def on_shown(self) -> None:
        self.read()
        self._running(self.syncer.title)
        joined = self.desk.synced
        self.stack.setCurrentIndex(1 if joined else 0)
        (self.peers.table if joined else self.set_up).setFocus()

    def refresh(self, changes: Changes) -> None:
        if self.isVisible():
            self.read()

    def read(self) -> None:
        """Read again, beside the window."""
        desk = self.desk
        self.ops.read(lambda: read_standing(desk), self._came, token="sync")

    def _stood(self, state: State) -> None:
        if self.isVisible():
            self.read()

    def _came(self, standing: Standing) -> None:
        self.standing = standing
        state, joined = standing.state, standing.state.kind != "off"
        icon, tone = SIGNS[state.kind]
        self.sign.set(icon, tone)
        self.words.set_text(state.text)
        self.stack.setCurrentIndex(1 if joined else 0)
        self.now.setVisible(joined)
        self.hints.setVisible(joined)
        self.cases.setVisible(joined)
        self.cases.setText(f"合并问题 {state.cases}" if state.cases else "合并问题")
        self.doubt.setVisible(bool(standing.doubts))
        if standing.doubts:
            self.doubt.say("warn", standing.doubts)
        self.fault.setVisible(bool(standing.cure))
        if standing.cure:
            again = [("用口令再加入…", self.join_again)] if standing.again else []
            self.fault.say("warn", standing.cure, [*again, ("再试一次", self.sync_now)])
        if joined:
            self.share.set_text(standing.share)
            self.number.set_text(standing.workspace)
            own = next(one for one in standing.peers if one.mine)
            self.own.set_text(f"{own.name}，单号字母 {own.letter}")
            minutes = int(self.desk.settings.get("sync.minutes"))
            self.pace.set_text(f"每 {minutes} 分钟，改动后约十秒也会送出" if minutes else "关着，只在按「立即同步」时")
            self.peers.show_peers(standing.peers, self.desk.today)

    def _running(self, title: str) -> None:
        self.progress.setVisible(bool(title))
        if title:
            self.progress.start(f"正在{title}……")

    # -- doing -----------------------------------------------------------------------------------------------------

    def sync_now(self) -> None:
        """One round."""
        if self.desk.synced:
            self.syncer.sync_now(self._synced)

    def _synced(self, report: Any) -> None:
        parts = [f"送出 {report.sent} 份"] if report.sent else []
        parts += [f"收到 {report.operations} 步"] if report.operations else []
        self.context.toast("，".join(parts) or "没有新的", tone="ok" if parts else "info")

    def show_cases(self) -> None:
        """What the merges left for a person."""
        self.context.navigate("merges")

    def set_up_sync(self) -> None:
        """The steps of the first time."""
        dialog = SetupDialog(self.context)
        dialog.exec()
        wish = dialog.wish
        dialog.deleteLater()
        window: Any = self.context.window
        if wish is not None and hasattr(window, "open_anew"):
            window.open_anew(wish)
            return
        self.read()

    def join_again(self) -> None:
        """This PC was taken out, or lost its keys: the passphrase of today lets it in, with all that was done meanwhile."""
        dialog = AgainDialog(self.context)
        dialog.exec()
        dialog.deleteLater()
        self.read()

    def move_share(self) -> None:
        """The same workspace at another place: another drive letter, a stick."""
        old = self.standing.share if self.standing is not None else ""
        chosen = QFileDialog.getExistingDirectory(self.window(), "同一个工作区现在在哪个文件夹", old)
        if chosen:
            self.syncer.do(
                lambda progress, stopped: self.desk.sync.move(chosen), "核对共享文件夹", self._moved, self._not_moved
            )

    def _moved(self, nothing: Any) -> None:
        self.syncer.end()  # the new place may tell of news by itself, the old one no more
        self.syncer.begin()
        self.syncer.sync_now(self._synced)
        self.read()

    def _not_moved(self, error: BaseException) -> None:
        if isinstance(error, EnvironmentFault):
            self.fault.say("err", f"{error.message}。{error.cure}")
        else:
            self.syncer.crashed.emit(error)

    def print_sheet(self) -> None:
        """For whoever sets up the next PC."""
        show_join_sheet(self.context)

    def choose_pace(self) -> None:
        """How often: on the settings page."""
        self.context.navigate("settings", action="sync.minutes")

    def leave(self) -> None:
        """Sync no longer; asked first."""
        if not self.context.allows("停止同步", Role.CLERK):
            return
        told = "本机的数据都留着，共享盘上的也不动；以后这台电脑的改动不再送出，别人的也不再收。要再加入得重新输口令。"
        waiting = self.standing.state.waiting if self.standing is not None else 0
        if waiting:
            told = f"还有 {waiting} 步没有送出，同事看不到；请先按「立即同步」。{told}"
        if confirm(self.window(), "停止同步", told, "停止同步"):
            self.syncer.end()
            self.syncer.do(lambda progress, stopped: self.desk.sync.leave(), "停止同步", self._left)

    def _left(self, nothing: Any) -> None:
        self.read()
        self.context.toast("已停止同步；数据留在本机和共享盘", tone="info")

    def run_action(self, action: str, args: Mapping[str, Any]) -> None:
        """`now` goes round once, `setup` begins the first time."""
        if action == "now":
            self.sync_now()
        elif action == "setup":
            self.set_up_sync()

    def key_hints(self) -> Sequence[tuple[str, str]]:
        return (("F5", "立即同步"), ("F2", "本机改名"), ("Delete", "移除选中的电脑"), ("Tab", "下一项"))

    def shot_states(self) -> Sequence[tuple[str, Callable[[], object]]]:
        return ()


def make(context: PageContext) -> Page:
    """The page for the frame."""
    return SyncPage(context)
