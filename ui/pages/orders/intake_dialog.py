"""Notes in seconds that a customer asked for something: by which way, who, what, and the files he sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PySide6.QtCore import QMimeData, Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QWidget

from salesdesk.domain.clock import stamp
from salesdesk.domain.kinds import Value
from salesdesk.domain.problems import Problem
from salesdesk.modules.orders.evidence import Told, read
from salesdesk.modules.orders.guessing import Guess
from salesdesk.modules.orders.model import CHANNEL, INTAKE
from salesdesk.services.module import Outcome
from ui.kit.dialogs import Question
from ui.kit.editor_base import LineEditor
from ui.kit.file_list import FileList, files_in
from ui.kit.page import PageContext
from ui.kit.pick_edit import EntityPick
from ui.kit.widgets import FieldLabel, FilterChip, QuietButton, label, labelled, row

MOST_FILES = 20
LOOK_MS = 250
"""Typing pauses so long before the words are looked at for whose they are."""


class Words(QPlainTextEdit):
    """The note of an arrival; a picture pasted into it becomes a file beside it, files pasted likewise."""

    def __init__(self, take: Callable[[QImage], object]) -> None:
        super().__init__()
        self._take = take

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasImage() or source.hasUrls() or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Text goes in as text; a picture without text becomes a file; copied files are added."""
        paths = files_in(source)
        dialog = self.window()
        if paths and isinstance(dialog, IntakeDialog):
            dialog.files.add(paths)
        elif source.hasImage() and not source.hasText():
            self._take(QImage(source.imageData()))
        else:
            super().insertFromMimeData(source)


class StampEdit(LineEditor):
    """A moment: 10:24 today, or 6.18 10:24."""

    def show_text(self, value: Value) -> str:
        return str(value)[5:16].replace("T", " ") if value else ""


class IntakeDialog(Question):
    """Ctrl+L. Saved with Ctrl+Enter; 去录单 saves and opens a new order that is linked to it."""

    def __init__(self, context: PageContext, parent: QWidget | None, enter: Callable[[str], object]) -> None:
        hint = "先记一笔，回头再录单，漏不了。文件、邮件（.eml、Outlook 的 .msg）拖进来，截图、文字按 Ctrl+V 粘进来。"
        super().__init__(parent, "登记来单", hint, "登记", 680)
        self._context, self._enter, self._then_enter = context, enter, False
        self.chips: list[FilterChip] = []
        self.told: Told | None = None
        self._channel_chosen = self._filled = False
        self._no_guess = False
        self._pictures: TemporaryDirectory[str] | None = None
        for option in CHANNEL.options:
            chip = FilterChip(option.label, None, option.key)
            chip.setChecked(option.key == "电话")
            chip.clicked.connect(partial(self._choose_channel, option.key))
            self.chips.append(chip)
        self.customer = EntityPick(context.desk, INTAKE["customer"], can_create=False)
        self.from_whom = LineEditor(INTAKE["from_whom"])
        self.po = LineEditor(INTAKE["customer_po"])
        self.received = StampEdit(INTAKE["received_at"], context.desk.today)
        self.received.set_value(stamp(context.desk.database.clock.now()))
        self.received.setFixedWidth(150)
        self.guessed = label("", "caption", "warn")
        self.guessed.setWordWrap(True)
        self.guessed.hide()
        self.content = Words(self.paste_picture)
        self.content.setAccessibleName("内容")
        self.content.setTabChangesFocus(True)
        self.content.setPlaceholderText("电话里说了什么；微信、邮件的文字可以直接粘进来")
        self.content.setMinimumHeight(150)
        self.content.setAcceptDrops(False)
        self.body.addLayout(row(*self.chips, 1, label("收到", "grid", "text2"), self.received, spacing=6))
        self.body.addLayout(
            row(
                labelled(FieldLabel("客户"), self.customer),
                labelled(FieldLabel("来电/来信人"), self.from_whom),
                labelled(FieldLabel("客户单号"), self.po),
                spacing=12,
            )
        )
        self.body.addWidget(self.guessed)
        self.body.addWidget(labelled(FieldLabel("内容"), self.content))
        self.files = FileList(MOST_FILES)
        self.body.addWidget(self.files)
        attach = QuietButton("添加文件", "attach", partial(self.files.choose, "来单的文件"))
        attach.setToolTip("也可以把邮件附件、照片直接拖到这个窗口里")
        self.buttons.insertWidget(0, attach)
        self.enter = QuietButton("登记并录单", "order", self.answer_and_enter)
        self.enter.setToolTip("Ctrl+Shift+Enter")
        self.buttons.insertWidget(2, self.enter)
        for keys in ("Ctrl+Shift+Return", "Ctrl+Shift+Enter"):
            QShortcut(QKeySequence(keys), self, self.answer_and_enter)
        self.setAcceptDrops(True)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(LOOK_MS)
        self._later.timeout.connect(self.look)
        self.files.changed.connect(self.look)
        self.files.full.connect(
            lambda names: self.banner.say(
                "warn", f"最多 {MOST_FILES} 个文件，没放进来：{names}。请另记一笔，或打成一个压缩包"
            )
        )
        self.content.textChanged.connect(self._later.start)
        self.from_whom.textChanged.connect(self._later.start)
        self.customer.textEdited.connect(self._customer_typed)
        self.customer.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def channel(self) -> str:
        """How it came."""
        return next((c.key for c in self.chips if c.isChecked()), "电话")

    def _channel(self, key: str) -> None:
        for chip in self.chips:
            chip.setChecked(chip.key == key)

    def _choose_channel(self, key: str) -> None:
        self._channel_chosen = True
        self._channel(key)

    def _customer_typed(self, text: str) -> None:
        """Whoever empties or writes the customer himself wants no guess."""
        self._no_guess = True
        self.guessed.hide()

    # -- what the evidence tells ---------------------------------------------------------------------------------------

    def look(self) -> None:
        """Read mails, files and text beside the window: sender, time, words, and whose it may be."""
        self._later.stop()
        desk, paths, who = self._context.desk, self.files.paths, self.from_whom.text().strip()
        text = self.content.toPlainText()
        now = stamp(desk.database.clock.now())

        def job() -> Told:
            with desk.read() as reader:
                return read(reader, paths, text, who, now)

        self._context.ops.read(job, self._told, token=("intake", id(self)), failed=self._unread)

    def _told(self, found: Told) -> None:
        self.told = found
        if found.channel and not self._channel_chosen:
            self._channel(found.channel)
        if found.mails and not self._filled:
            self._filled = True
            if not self.content.toPlainText().strip():
                self.content.setPlainText(found.content)
            if not self.from_whom.text().strip():
                self.from_whom.set_value(found.from_whom or None)
            if found.received_at:
                self.received.set_value(found.received_at)
        self._show_guess(found.guess)

    def _show_guess(self, guess: Guess | None) -> None:
        if guess is None or self._no_guess or (self.customer.uid and self.customer.uid != guess.customer):
            self.guessed.hide()
            return
        self.guessed.setText(
            f"客户{guess.words}，不对就改；保存后也会标明是猜的" if guess.sure else f"客户{guess.words}，要是就选上"
        )
        self.guessed.show()
        if guess.sure and not self.customer.uid:
            self.customer.set_value(guess.customer, guess.name)

    def _unread(self, error: BaseException) -> None:
        self.guessed.setText(f"文件没读成：{error}")
        self.guessed.show()

    def paste_picture(self, picture: QImage) -> None:
        """A picture from the clipboard becomes a file of the arrival."""
        if self._pictures is None:
            self._pictures = TemporaryDirectory(prefix="salesdesk-")
            self.destroyed.connect(self._pictures.cleanup)
        at = self._context.desk.database.clock.now()
        path = Path(self._pictures.name) / f"截图 {at:%Y-%m-%d %H%M%S}-{len(self.files.paths) + 1}.png"
        if picture.save(str(path)):
            self.files.add([path])
        else:
            self.banner.say("err", "这张图存不下来。请先存成文件，再拖进来")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        mime = event.mimeData()
        if mime.hasUrls() or mime.hasText() or mime.hasImage():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if paths := files_in(event.mimeData()):
            self.files.add(paths)
        elif event.mimeData().hasImage():
            self.paste_picture(QImage(event.mimeData().imageData()))
        elif event.mimeData().hasText():
            self.content.appendPlainText(event.mimeData().text())
        event.acceptProposedAction()

    # -- answering -------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if (
            event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        ):
            focus = QApplication.focusWidget()
            if isinstance(focus, (EntityPick, LineEditor)):
                self.focusNextChild()
            return
        super().keyPressEvent(event)

    def answer_and_enter(self) -> None:
        """登记并录单."""
        self._then_enter = True
        self._save()

    def answer(self) -> None:
        """登记."""
        self._then_enter = False
        self._save()

    def _save(self) -> None:
        self.from_whom.commit()
        self.po.commit()
        self.received.commit()
        text = self.customer.text().strip()
        guess = self.told.guess if self.told is not None else None
        guessed = guess is not None and guess.sure and not self._no_guess and self.customer.uid == guess.customer
        args = {
            "channel": self.channel,
            "received_at": self.received.value() or None,
            "customer": None if guessed else self.customer.uid or None,
            "guess": 1 if guessed else 0,
            "from_whom": self.from_whom.text().strip() or (text if not self.customer.uid else "") or None,
            "customer_po": self.po.text().strip() or None,
            "content": self.content.toPlainText().strip() or None,
            "files": self.files.text(),
        }
        self._context.ops.run("intake.save", args, self._saved, self._refused, self.yes)

    def _saved(self, outcome: Outcome) -> None:
        self.accept()
        if self._then_enter:
            self._enter(outcome.uid)

    def _refused(self, problems: tuple[Problem, ...]) -> None:
        self.refuse(problems)
        self.content.setFocus(Qt.FocusReason.OtherFocusReason)


def open_anywhere(context: PageContext, args: Mapping[str, Any]) -> IntakeDialog:
    """Log an arrival over whatever is in front; 登记并录单 goes to the order desk."""

    def enter(uid: str) -> None:
        context.navigate("intake", uid, "order.new")

    dialog = IntakeDialog(context, context.window, enter)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
