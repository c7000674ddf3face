"""设置 → 备份: when the last copy was made, whether it proved restorable, taking one along, and putting one back."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from salesdesk.desk import Desk, restore_backup
from salesdesk.domain.errors import EnvironmentFault, Refused
from salesdesk.domain.kinds import Option
from salesdesk.services.backups import Copy, Drill, kept, last_drill
from salesdesk.services.roles import Role
from ui.kit.chips import Chip
from ui.kit.dialogs import Question, confirm
from ui.kit.page import PageContext
from ui.kit.plain_table import PlainTable
from ui.kit.widgets import QuietButton, button, label, row
from ui.shell.joining import Told

KINDS = {"copy": "备份", "upgrade": "升级前", "replaced": "恢复时换下"}
GOOD = Option("good", "能恢复", "ok", "checkmark_circle")
BAD = Option("bad", "恢复不了", "err", "error")
NOT_TRIED = Option("", "还没演练过", "neutral", "clock")


def size_words(size: int) -> str:
    """A size as people read it."""
    return f"{size / 1e6:.1f} MB" if size < 1e9 else f"{size / 1e9:.2f} GB"


def when_words(moment: datetime, today: str) -> str:
    """今天 10:24, 6月9日 17:30, 2025-12-31 17:30."""
    if moment.date().isoformat() == today:
        return f"今天 {moment:%H:%M}"
    if str(moment.year) == today[:4]:
        return f"{moment.month}月{moment.day}日 {moment:%H:%M}"
    return f"{moment:%Y-%m-%d %H:%M}"


class RestoreDialog(Question):
    """The copies there are, the latest first, with what each holds; the chosen one is `chosen`."""

    def __init__(self, parent: QWidget | None, copies: list[Copy], today: str) -> None:
        hint = "窗口会关上，换好数据再自己打开；现在的数据也留一份，在这张表里选「恢复时换下」就能换回来。"
        super().__init__(parent, "从备份恢复", hint, "恢复这一份", 860)
        self.copies = copies
        self.chosen: Path | None = None
        self.table = PlainTable("备份", ("时间", "类别", "大小", "最后一步", "步数"), (3,))
        self.table.setMinimumHeight(320)
        self.table.setRowCount(len(copies))
        for at, one in enumerate(copies):
            ink = "err" if one.damaged else "text"
            self.table.put(at, 0, when_words(one.made, today), ink)
            self.table.put(at, 1, KINDS[one.kind], ink)
            self.table.put(at, 2, size_words(one.size), ink)
            last = f"{one.at[5:16].replace('T', ' ')}  {one.last}" if one.at else "还是空的"
            self.table.put(at, 3, f"打不开：{one.damaged}" if one.damaged else last, ink)
            self.table.put(at, 4, "" if one.damaged else f"{one.operations:,}", ink)
        self.table.finish()
        if copies:
            self.table.selectRow(0)
        self.body.addWidget(self.table)
        self.table.doubleClicked.connect(self.answer)
        self.buttons.insertWidget(0, QuietButton("别处的备份…", "folder_open", self._elsewhere))
        self.yes.setEnabled(bool(copies))
        self.table.setFocus()

    def answer(self) -> None:
        """Take the marked copy."""
        at = self.table.currentRow()
        if 0 <= at < len(self.copies):
            self._take(self.copies[at].path)

    def _elsewhere(self) -> None:
        found, _ = QFileDialog.getOpenFileName(self, "选一份备份", "", "销售内勤数据 (*.db)")
        if found:
            self._take(Path(found))

    def _take(self, file: Path) -> None:
        self.chosen = file
        self.accept()


def choose_copy(parent: QWidget | None, copies: list[Copy], today: str) -> Path | None:
    """The copy somebody wants in the place of the data file, asked twice; None when given up."""
    dialog = RestoreDialog(parent, copies, today)
    taken = dialog.chosen if dialog.exec() else None
    dialog.deleteLater()
    if taken is None:
        return None
    told = f"数据会回到「{taken.name}」那时的样子，那以后录的要重新录（同步过的会自己回来）。现在的数据会留一份。"
    return taken if confirm(parent, "恢复这份备份？", told, "恢复") else None


class Restoring:
    """Puts a copy in the place of the data file, between closing the window and opening it again."""

    doing = "正在恢复备份"

    def __init__(self, file: Path) -> None:
        self._file = file

    def restore(self, folder: Path) -> Told:
        """Do it, and what the next window shall say."""
        try:
            aside = restore_backup(folder, self._file)
        except (EnvironmentFault, Refused) as fault:
            return Told("err", str(fault))
        kept_as = f"，换下的数据留在 backups 里的 {aside.name}" if aside is not None else ""
        return Told("ok", f"已恢复 {self._file.name}{kept_as}")


class BackupBox(QWidget):
    """State of the copies and what can be done with them. `restore_wanted(file)` when the clerk chose one to put back."""

    restore_wanted = Signal(object)

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context, self._desk = context, context.desk
        self.state = label("", "grid", "text2")
        self.state.setWordWrap(True)
        self.chip = Chip(NOT_TRIED)
        self.told = label("", "grid", "text2")
        self.told.setWordWrap(True)
        self.make = button("现在备份", "save", clicked=self._make)
        self.portable = button("拷到 U 盘…", "arrow_export", clicked=self._take_along)
        self.drill = button("恢复演练", "shield", clicked=self._drill)
        self.restore = button("从备份恢复…", "history", clicked=self._choose)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.state)
        line = row(self.chip, spacing=10)
        line.addWidget(self.told, 1)
        column.addLayout(line)
        column.addLayout(row(1, self.make, self.portable, self.drill, self.restore, spacing=10))

    def read(self) -> None:
        """Look again, beside the window."""
        self._context.ops.read(_Look(self._desk), self._show, token="backups")

    def _show(self, found: tuple[list[Copy], Drill | None, str]) -> None:
        copies, drill, fault = found
        newest = next((one for one in copies if one.kind == "copy"), None)
        if newest is None:
            text = "还没有备份"
        else:
            made = when_words(newest.made, self._desk.today)
            text = f"最近一份 {made}，{size_words(newest.size)}；一共留着 {len(copies)} 份，{size_words(sum(c.size for c in copies))}"
        self.state.setText(f"{text}。{fault}" if fault else text)
        self.chip.set_option(NOT_TRIED if drill is None else GOOD if drill.good else BAD)
        self.told.setText("每个月自动把一份备份恢复到临时文件夹查一遍" if drill is None else _drill_words(drill))

    def _make(self) -> None:
        self._context.ops.write(self._desk.backup, self._made)

    def _made(self, made: Path) -> None:
        self._context.toast(f"已备份并核对过：{made.name}")
        self.read()

    def _drill(self) -> None:
        self._context.ops.run("backup.drill", done=self._look_again, busy=self.drill)

    def _look_again(self, outcome: object) -> None:
        self.read()

    def _take_along(self) -> None:
        folder = QFileDialog.getExistingDirectory(self.window(), "拷到哪里（U 盘或文件夹）")
        if folder:
            self._context.ops.run("backup.portable", {"folder": folder}, busy=self.portable)

    def _choose(self) -> None:
        if not self._context.allows("从备份恢复", Role.CLERK):
            return
        self._context.ops.read(_Look(self._desk), self._offer, token="restore")

    def _offer(self, found: tuple[list[Copy], Drill | None, str]) -> None:
        taken = choose_copy(self.window(), found[0], self._desk.today)
        if taken is not None:
            self.restore_wanted.emit(taken)


def _drill_words(drill: Drill) -> str:
    return f"{drill.at[:16].replace('T', ' ')} 演练：{drill.text}"


class _Look:
    """Reads the copies on a thread of its own."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def __call__(self) -> tuple[list[Copy], Drill | None, str]:
        fault = self._desk.backup_fault
        words = f"上一次自动备份没有做成：{fault.message}。{fault.cure}" if fault is not None else ""
        return kept(self._desk.folder), last_drill(self._desk.settings), words
