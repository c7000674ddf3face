"""Makes or shows one record in a dialog, so that whoever is typing an order need not leave it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from ui.kit.form import RecordForm
from ui.kit.page import PageContext
from ui.kit.pick_edit import EntityPick
from ui.kit.widgets import button, label, row


class RecordDialog(QDialog):
    """A RecordForm with 保存 and 取消."""

    def __init__(
        self, parent: QWidget | None, context: PageContext, entity: str, preset: Mapping[str, Any], uid: str = ""
    ) -> None:
        super().__init__(parent)
        one = context.desk.entity(entity)
        title = one.title if uid else f"新建{one.title}"
        self.setWindowTitle(title)
        self.setWindowFlag(Qt.WindowType.WindowContextHelpButtonHint, False)
        self.uid = ""
        self._context = context
        self.form = RecordForm(context, entity)
        if uid:
            self.form.load(uid)
        else:
            self.form.new(preset)
        self.form.saved.connect(self._saved)
        self.form.left.connect(self.reject)
        self.form.linked_wanted.connect(partial(make_linked, context))
        save = button("保存", "save", primary=True, shortcut="Ctrl+S", clicked=self.form.save)
        self.form.busy_button = save
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 16, 22, 16)
        column.setSpacing(10)
        column.addWidget(label(title, "subtitle", bold=True))
        column.addWidget(self.form, 1)
        column.addLayout(row(1, button("取消", clicked=self._give_up), save, spacing=10))
        host = parent.window().size() if parent is not None else None
        self.resize(min(780, host.width() - 60) if host else 780, min(640, host.height() - 60) if host else 640)
        if not uid:
            self.form.keeper.offer()
        self.form.begin()

    def _saved(self, uid: str) -> None:
        self.uid = uid
        self.accept()

    def reject(self) -> None:
        """Esc: what was typed stays on disk and is offered again; 取消 throws it away."""
        if self.form.dirty:
            self.form.keeper.keep()
            self._context.toast("没保存的内容先留着，下次新建时可以接着填", tone="info")
        super().reject()

    def _give_up(self) -> None:
        self.form.keeper.forget()
        self.form.dirty = False
        super().reject()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)


def make_linked(context: PageContext, editor: object, text: str) -> None:
    """新建 under a link field: make the other record in a dialog and take it."""
    if isinstance(editor, EntityPick):
        uid = create_record(context, editor.target, text)
        if uid:
            editor.choose(uid)
        editor.setFocus(Qt.FocusReason.OtherFocusReason)


def create_record(context: PageContext, entity: str, name: str = "", preset: Mapping[str, Any] | None = None) -> str:
    """Let a person make a record beside what he is doing; its uid, "" when given up. `name` is what was typed so far."""
    one = context.desk.entity(entity)
    given: dict[str, Any] = dict(preset or {})
    if name and one.naming in one.by_key and one[one.naming].typed:
        given.setdefault(one.naming, name)
    dialog = RecordDialog(context.window, context, entity, given)
    made = dialog.exec() == QDialog.DialogCode.Accepted
    dialog.deleteLater()
    return dialog.uid if made else ""


def show_record(context: PageContext, entity: str, uid: str) -> None:
    """Show and change one stored record beside what is in front, where its kind has no page of its own."""
    dialog = RecordDialog(context.window, context, entity, {}, uid)
    dialog.exec()
    dialog.deleteLater()
