"""The first time: which folder, make or join, the passphrase, what this PC is called; then the first round with progress."""

from __future__ import annotations

import platform
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QLineEdit, QVBoxLayout, QWidget

from salesdesk.domain.errors import GivenUp
from salesdesk.domain.problems import summary
from salesdesk.services.sync.places import own_warnings, share_warnings
from ui.kit.dialogs import StepQuestion
from ui.kit.page import PageContext
from ui.kit.widgets import Banner, FieldLabel, Progress, button, label, labelled, mark_error, row
from ui.pages.sync.passphrase_box import PassphraseBox

FOLDER, ENTRY, RUNNING, READY = range(4)
LOST = "口令只在大家脑子里：忘了它，共享盘上的数据谁也打不开，也没有办法找回。请写下来锁好。"


class Wish(NamedTuple):
    """How to join with a file nobody has worked in: the window is closed for it and opened on the others' data."""

    share: str
    passphrase: str
    name: str
    letter: str


class SetupDialog(StepQuestion):
    """Enter goes to the next field, Ctrl+Enter or the button to the next step; every fault is told where it can be mended.

    After `exec`: `wish` is set when the window has to be opened anew.
    """

    def __init__(self, context: PageContext) -> None:
        super().__init__(context.window, "设置同步", "", "下一步", 600)
        self.context, self.syncer, self.desk = context, context.syncer, context.desk
        self.found: Any = None
        self.wish: Wish | None = None
        self._warned = ""
        self._closing = False
        self.step = FOLDER
        """Which step is in front."""
        self._steps = (self._folder_step(), self._entry_step(), self._running_step(), self._ready_step())
        for part in self._steps:
            self.body.addWidget(part)
        self.back = button("上一步", clicked=self._back)
        self.buttons.insertWidget(1, self.back)
        self.syncer.stepped.connect(self._stepped)
        self._go(FOLDER)

    # -- the steps -------------------------------------------------------------------------------------------------

    def _folder_step(self) -> QWidget:
        self.folder = QLineEdit()
        self.folder.setAccessibleName("共享文件夹")
        self.folder.setPlaceholderText("例如 \\\\办公室\\共享\\销售 或 Z:\\销售")
        self.folder.setMinimumHeight(34)
        self.folder.textChanged.connect(self._folder_changed)
        self.folder_label = FieldLabel("共享文件夹", True, "每台电脑都能打开的文件夹，U 盘也行")
        self.browse = button("浏览…", "folder_open", clicked=self._browse)
        inside = QWidget()
        inside.setLayout(row(self.folder, self.browse, spacing=8))
        self.place = Banner()
        told = label("里面会建一个 salesdesk 文件夹，只放加密过的文件；断网、关机都不影响录单。", "grid", "text2")
        told.setWordWrap(True)
        return _column(labelled(self.folder_label, inside), self.place, told)

    def _entry_step(self) -> QWidget:
        self.kind = label("", "body", bold=True)
        self.kind.setWordWrap(True)
        self.making, self.joining = PassphraseBox(True, "给工作区定一个口令"), PassphraseBox(False)
        self.lost = Banner("warn", LOST)
        self.known = QCheckBox("知道了，口令会另外记好")
        self.name = QLineEdit(platform.node()[:40])
        self.name.setAccessibleName("这台电脑叫什么")
        self.name_label = FieldLabel("这台电脑叫什么", True, "同事认得出就行")
        self.letter = QComboBox()
        self.letter.setAccessibleName("单号字母")
        self.letter.setToolTip("单号里区分电脑用的字母，例如 XS2611B-0001；定了就不再变")
        line = row(labelled(self.name_label, self.name), labelled(FieldLabel("单号字母"), self.letter), spacing=16)
        line.setStretch(0, 1)
        names = QWidget()
        names.setLayout(line)
        return _column(self.kind, self.making, self.joining, self.lost, self.known, names)

    def _running_step(self) -> QWidget:
        self.progress = Progress(can_cancel=False)
        self.running = label("", "grid", "text2")
        self.running.setWordWrap(True)
        return _column(self.progress, self.running)

    def _ready_step(self) -> QWidget:
        self.ready = Banner()
        self.sheet = button("打印加入说明…", "print", clicked=self._sheet)
        told = label("给下一台电脑用：写着文件夹和步骤，不印口令。", "grid", "text2")
        return _column(self.ready, row(told, 1, self.sheet, spacing=12))

    def _go(self, step: int) -> None:
        self.step = step
        for at, part in enumerate(self._steps):
            part.setVisible(at == step)
        self.banner.hide()
        self.back.setVisible(step == ENTRY)
        self.yes.setVisible(step != RUNNING)
        make = self.found is not None and not self.found.workspace
        self.yes.setText({FOLDER: "下一步", ENTRY: "新建工作区" if make else "加入", READY: "完成"}.get(step, ""))
        self.no.setVisible(step != READY)
        self.no.setText("停下" if step == RUNNING else "取消")
        focus = {FOLDER: self.folder, ENTRY: self.making if make else self.joining, RUNNING: self.no}.get(
            step, self.yes
        )
        focus.setFocus()
        self.adjustSize()

    def _back(self) -> None:
        self._go(FOLDER)

    # -- answering -------------------------------------------------------------------------------------------------

    def answer(self) -> None:
        if self.yes.isEnabled() and self.step == FOLDER:
            self._look()
        elif self.yes.isEnabled() and self.step == ENTRY:
            self._enter()
        elif self.step == READY:
            self.accept()

    def reject(self) -> None:
        if self.step == RUNNING:
            self.syncer.stop()
            self.running.setText("正在停下……")
        elif self.step == READY:
            self.accept()
        else:
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.step == RUNNING:
            self.reject()
            event.ignore()
        else:
            super().closeEvent(event)

    # -- which folder ----------------------------------------------------------------------------------------------

    def _browse(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, "选共享文件夹", self.folder.text().strip())
        if chosen:
            self.folder.setText(str(Path(chosen)))
            self.folder.setFocus()

    def _folder_changed(self) -> None:
        self.folder_label.set_error("")
        mark_error(self.folder, False)
        self.place.hide()

    @property
    def share(self) -> str:
        """The folder as typed, without quotes that Windows copies along."""
        return self.folder.text().strip().strip('"').strip()

    def _look(self) -> None:
        wrong = "请填文件夹" if not self.share else ""
        if not wrong and not (Path(self.share).is_absolute() or self.share.startswith("\\\\")):
            wrong = "请写完整路径，例如 Z:\\销售"
        if wrong:
            self.folder_label.set_error(wrong)
            mark_error(self.folder, True)
            self.folder.setFocus()
            return
        if self._warned != self.share:
            doubts = [*share_warnings(Path(self.share)), *own_warnings(self.desk.folder)]
            self._warned = self.share
            if doubts:
                self.place.say("warn", f"{summary(doubts)}\n仍要用它，请再按一次「下一步」。")
                self.adjustSize()
                return
        self.yes.set_busy(True)
        share = self.share
        self.syncer.do(lambda progress, stopped: self.desk.sync.look(share), "看共享文件夹", self._looked, self._failed)

    def _looked(self, found: Any) -> None:
        self.yes.set_busy(False)
        self.found = found
        make = not found.workspace
        self.kind.setText(
            "这里还没有工作区：由这台电脑新建，本机的数据是大家的起点。"
            if make
            else "这里已经有工作区：加入它，"
            + ("把同事的数据整份取过来。" if found.fresh else "本机的数据和同事的合在一起，两边都不会丢。")
        )
        for part, there in ((self.making, make), (self.lost, make), (self.known, make), (self.joining, not make)):
            part.setVisible(there)
        own = self.desk.letter
        self.letter.clear()
        self.letter.addItems(list(dict.fromkeys([*([own] if own in found.free else []), *found.free])))
        self._go(ENTRY)

    # -- make or join ----------------------------------------------------------------------------------------------

    def _enter(self) -> None:
        make = not self.found.workspace
        box = self.making if make else self.joining
        if not box.check():
            return
        name = self.name.text().strip()
        self.name_label.set_error("" if name else "请给这台电脑起个名字")
        mark_error(self.name, not name)
        if not name:
            self.name.setFocus()
            return
        if make and not self.known.isChecked():
            self.banner.say("err", "请先勾上「知道了，口令会另外记好」")
            self.known.setFocus()
            return
        share, passphrase, letter = self.share, box.text, self.letter.currentText()
        sync = self.desk.sync
        if not make and self.found.fresh:
            self.yes.set_busy(True)
            done = partial(self._opens, Wish(share, passphrase, name, letter))
            self.syncer.do(lambda progress, stopped: sync.look(share, passphrase), "核对口令", done, self._failed)
            return
        self._go(RUNNING)
        self.progress.start("正在新建工作区" if make else "正在加入")
        self.running.setText("可以停下；已经送出和收到的都留着，以后自动接着做。")
        if make:
            self.syncer.do(
                lambda progress, stopped: sync.create(
                    share, passphrase, name, letter=letter, progress=progress, stopped=stopped
                ),
                "新建工作区", self._joined, self._failed,
            )  # fmt: skip
        else:
            self.syncer.do(
                lambda progress, stopped: sync.join(share, passphrase, name, progress, letter, stopped),
                "加入工作区", self._joined, self._failed,
            )  # fmt: skip

    def _opens(self, wish: Wish, found: Any) -> None:
        """The passphrase is right: the window closes, takes the others' file and opens again."""
        self.yes.set_busy(False)
        self.wish = wish
        self.accept()

    def _stepped(self, done: int, whole: int) -> None:
        self.progress.update_to(done, whole)

    def _joined(self, report: Any) -> None:
        self.syncer.begin()
        state = self.desk.sync.state()
        self.ready.say("ok", f"同步好了：{state.text}。以后自动同步，左下角看得到状态。")
        self._go(READY)

    def _failed(self, error: BaseException) -> None:
        self.yes.set_busy(False)
        if self.desk.synced:  # the workspace stands; what is missing comes by itself
            self.syncer.begin()
            told = "已停下" if isinstance(error, GivenUp) else str(error)
            self.ready.say("warn", f"{told}。已经在工作区里了，其余的以后自动接着同步。")
            self._go(READY)
            return
        if self.step == RUNNING:
            self._go(ENTRY)
        box = self.joining if self.found is not None and self.found.workspace else self.making
        if not box.explain(error, self) and not isinstance(error, GivenUp):
            self.syncer.crashed.emit(error)
        self.adjustSize()

    def _sheet(self) -> None:
        show_join_sheet(self.context)


def show_join_sheet(context: PageContext) -> None:
    """The sheet for the next PC, in the preview from which it is printed."""
    from salesdesk.services.sync import join_sheet
    from ui.kit.print_preview import show_pdf

    context.ops.read(
        partial(join_sheet.make, context.desk.sync, context.desk.settings.company),
        lambda made: show_pdf(context, str(made), "加入同步的说明"),
    )


def _column(*parts: Any) -> QWidget:
    """The parts of a step, one under the other."""
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(10)
    for part in parts:
        column.addWidget(part) if isinstance(part, QWidget) else column.addLayout(part)
    column.setAlignment(Qt.AlignmentFlag.AlignTop)
    return made
