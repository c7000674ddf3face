"""Notes in seconds that a customer asked for something: by which way, who, what, and the files he sent."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QFileDialog, QPlainTextEdit, QVBoxLayout, QWidget

from salesdesk.domain.problems import Problem
from salesdesk.modules.orders.model import CHANNEL, INTAKE
from salesdesk.services.module import Outcome
from ui.kit.dialogs import Question
from ui.kit.editor_base import LineEditor
from ui.kit.page import PageContext
from ui.kit.pick_edit import EntityPick
from ui.kit.widgets import FieldLabel, FilterChip, IconButton, QuietButton, label, row

MOST_FILES = 20


def _field(title: str, editor: QWidget, hint: str = "") -> QWidget:
    cell = QWidget()
    column = QVBoxLayout(cell)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(2)
    column.addWidget(FieldLabel(title, hint=hint))
    column.addWidget(editor)
    return cell


class IntakeDialog(Question):
    """Ctrl+L. Saved with Ctrl+Enter; 去录单 saves and opens a new order that is linked to it."""

    def __init__(self, context: PageContext, parent: QWidget | None, enter: Callable[[str], object]) -> None:
        super().__init__(parent, "登记来单", "先记一笔，回头再录单，漏不了。文件可以直接拖进来。", "登记", 640)
        self._context, self._enter, self._then_enter = context, enter, False
        self.files: list[Path] = []
        self.chips: list[FilterChip] = []
        for option in CHANNEL.options:
            chip = FilterChip(option.label, None, option.key)
            chip.setChecked(option.key == "电话")
            chip.clicked.connect(partial(self._channel, option.key))
            self.chips.append(chip)
        self.customer = EntityPick(context.desk, INTAKE["customer"], can_create=False)
        self.from_whom = LineEditor(INTAKE["from_whom"])
        self.po = LineEditor(INTAKE["customer_po"])
        self.content = QPlainTextEdit()
        self.content.setAccessibleName("内容")
        self.content.setTabChangesFocus(True)
        self.content.setPlaceholderText("电话里说了什么；微信、邮件的文字可以直接粘进来")
        self.content.setMinimumHeight(150)
        self.content.setAcceptDrops(False)
        self.body.addLayout(row(*self.chips, 1, spacing=6))
        self.body.addLayout(
            row(
                _field("客户", self.customer),
                _field("来电/来信人", self.from_whom),
                _field("客户单号", self.po),
                spacing=12,
            )
        )
        self.body.addWidget(_field("内容", self.content))
        self._file_rows = QVBoxLayout()
        self._file_rows.setSpacing(2)
        self.body.addLayout(self._file_rows)
        attach = QuietButton("添加文件", "attach", self.choose_files)
        attach.setToolTip("也可以把邮件附件、照片直接拖到这个窗口里")
        self.buttons.insertWidget(0, attach)
        self.enter = QuietButton("登记并录单", "order", self.answer_and_enter)
        self.enter.setToolTip("Ctrl+Shift+Enter")
        self.buttons.insertWidget(2, self.enter)
        for keys in ("Ctrl+Shift+Return", "Ctrl+Shift+Enter"):
            QShortcut(QKeySequence(keys), self, self.answer_and_enter)
        self.setAcceptDrops(True)
        self.customer.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def channel(self) -> str:
        """How it came."""
        return next((c.key for c in self.chips if c.isChecked()), "电话")

    def _channel(self, key: str) -> None:
        for chip in self.chips:
            chip.setChecked(chip.key == key)

    # -- files -----------------------------------------------------------------------------------------------------

    def choose_files(self) -> None:
        """Through the file window."""
        found, _ = QFileDialog.getOpenFileNames(self, "来单的文件")
        self.add_files([Path(name) for name in found])

    def add_files(self, paths: list[Path]) -> None:
        """List files that will be kept with the entry."""
        for path in paths:
            if path.is_file() and path not in self.files and len(self.files) < MOST_FILES:
                self.files.append(path)
                if path.suffix.lower() in (".xlsx", ".xls", ".csv") and self.channel == "电话":
                    self._channel("Excel")
        self._show_files()

    def _show_files(self) -> None:
        while self._file_rows.count():
            item = self._file_rows.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        for path in self.files:
            line = QWidget()
            gone = IconButton("dismiss", f"不要 {path.name}", clicked=partial(self._remove, path))
            line.setLayout(
                row(
                    label(path.name, "grid"),
                    label(f"{path.stat().st_size / 1024:,.0f} KB", "caption", "text2"),
                    1,
                    gone,
                )
            )
            self._file_rows.addWidget(line)

    def _remove(self, path: Path) -> None:
        self.files.remove(path)
        self._show_files()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() or event.mimeData().hasText():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        urls: list[QUrl] = list(event.mimeData().urls())
        paths = [Path(u.toLocalFile()) for u in urls if u.isLocalFile()]
        if paths:
            self.add_files(paths)
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
        text = self.customer.text().strip()
        args = {
            "channel": self.channel,
            "customer": self.customer.uid or None,
            "from_whom": self.from_whom.text().strip() or (text if not self.customer.uid else "") or None,
            "customer_po": self.po.text().strip() or None,
            "content": self.content.toPlainText().strip() or None,
            "files": "\n".join(str(p) for p in self.files) or None,
        }
        self._context.ops.run("intake.save", args, self._saved, self._refused, self.yes)

    def _saved(self, outcome: Outcome) -> None:
        self.accept()
        if self._then_enter:
            self._enter(outcome.uid)

    def _refused(self, problems: tuple[Problem, ...]) -> None:
        self.refuse(problems)
        self.content.setFocus(Qt.FocusReason.OtherFocusReason)
