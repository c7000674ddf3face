"""Asks for what a verb needs to know, in a dialog made from the verb's own declaration."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QListWidget, QListWidgetItem, QPlainTextEdit, QWidget

from salesdesk.desk import Desk
from salesdesk.domain import dates
from salesdesk.domain.errors import BadValue
from salesdesk.domain.fields import Field, Lines
from salesdesk.domain.kinds import Choice, Day, Flag, Link, Note, Password, Stamp
from salesdesk.domain.problems import Problem
from salesdesk.services.attachments import FILES
from salesdesk.services.module import Verb
from ui.kit.controls import FieldLabel, mark_error
from ui.kit.dialogs import Question
from ui.kit.file_list import FilesEdit
from ui.kit.password_edit import PasswordEdit


class Asking(Protocol):
    """What is needed of the page context here."""

    desk: Desk
    window: QWidget | None


class LinkEdit(QLineEdit):
    """Finds a record by name, code or pinyin initials in a list below; the list is a child of the dialog, no window."""

    def __init__(self, desk: Desk, entity: str) -> None:
        super().__init__()
        self._desk, self._entity = desk, entity
        self._uid = ""
        self._list: QListWidget | None = None
        self.setPlaceholderText("名称、编码或拼音首字母")
        self.textEdited.connect(self._typed)

    def choose(self, uid: str, title: str) -> None:
        """Set the record."""
        self._uid = uid
        self.setText(title)
        self._put_away()

    @property
    def wire(self) -> str:
        """Uid of the chosen record, or what was typed for the door to resolve."""
        return self._uid or self.text().strip()

    def _typed(self, text: str) -> None:
        self._uid = ""
        hits = self._desk.find(text, self._entity, 8) if text.strip() else []
        if not hits:
            self._put_away()
            return
        if self._list is None:
            self._list = QListWidget(self.window())
            self._list.setObjectName("sheet")
            self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self._list.setAccessibleName("候选")
            self._list.itemClicked.connect(self._take)
            self.destroyed.connect(self._list.deleteLater)
            self.window().installEventFilter(self)
        self._list.clear()
        for hit in hits:
            item = QListWidgetItem(f"{hit.title}    {hit.subtitle}" if hit.subtitle else hit.title)
            item.setData(Qt.ItemDataRole.UserRole, (hit.uid, hit.title))
            self._list.addItem(item)
        self._list.setCurrentRow(0)
        place = self.mapTo(self.window(), QPoint(0, self.height() + 2))
        self._list.setGeometry(place.x(), place.y(), self.width(), min(8, len(hits)) * 30 + 10)
        self._list.raise_()
        self._list.show()

    def _take(self, item: QListWidgetItem) -> None:
        self.choose(*item.data(Qt.ItemDataRole.UserRole))

    def _put_away(self) -> None:
        if self._list is not None:
            self._list.hide()

    @property
    def _open(self) -> bool:
        return self._list is not None and self._list.isVisible()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if self._open and self._list is not None:
            if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
                step = 1 if key == Qt.Key.Key_Down else -1
                self._list.setCurrentRow((self._list.currentRow() + step) % self._list.count())
                return
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._take(self._list.currentItem())
                return
            if key == Qt.Key.Key_Escape:
                self._put_away()
                return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        sure = event.reason() == Qt.FocusReason.TabFocusReason
        if self._open and self._list is not None and not self._uid and (sure or self._list.count() == 1):
            self._take(self._list.currentItem())
        self._put_away()
        super().focusOutEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._put_away()
        return False


class ParamEdit:
    """One parameter in the dialog: its label, its editor, and the value as the door wants it."""

    def __init__(self, desk: Desk, field: Field, given: Any) -> None:
        self.field = field
        self._desk = desk
        note = "" if field.key == FILES.key else field.note
        self.label = FieldLabel(field.title, field.required, note)
        self.editor = self._make(given)
        self.editor.setAccessibleName(field.title)

    def _make(self, given: Any) -> QWidget:
        field, kind = self.field, self.field.kind
        text = "" if given is None else str(given)
        if isinstance(kind, Choice):
            box = QComboBox()
            if not field.required or not text:
                box.addItem("（不选）" if not field.required else "请选择", "")
            for option in kind.options:
                box.addItem(option.label, option.key)
            at = max(box.findData(text), box.findText(text))
            box.setCurrentIndex(max(0, at))
            return box
        if isinstance(kind, Password):
            return PasswordEdit(field.title)
        if isinstance(kind, Flag):
            tick = QCheckBox("是")
            tick.setChecked(text in ("1", "True", "是"))
            return tick
        if isinstance(kind, Note) and field.key == FILES.key:
            files = FilesEdit()
            files.list.add([Path(line) for line in text.splitlines() if line.strip()])
            return files
        if isinstance(kind, Note):
            note = QPlainTextEdit(text)
            note.setFixedHeight(92)
            note.setTabChangesFocus(True)
            return note
        if isinstance(kind, Link) and kind.entity:
            link = LinkEdit(self._desk, kind.entity)
            row = self._desk.row(kind.entity, text) if text else None
            if row is not None:
                link.choose(text, str(row[self._desk.entity(kind.entity).naming] or ""))
            else:
                link.setText(text)
            return link
        line = QLineEdit(text)
        if kind.hint:
            line.setPlaceholderText(f"例如 {kind.hint}" if not kind.hint.startswith(("可以", "例如")) else kind.hint)
        if kind.numeric:
            line.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        if isinstance(kind, (Day, Stamp)) or kind.numeric:
            line.editingFinished.connect(self.check)
        return line

    @property
    def wire(self) -> Any:
        """What was entered, as a script would give it; None when blank."""
        editor = self.editor
        if isinstance(editor, QComboBox):
            return editor.currentData() or None
        if isinstance(editor, QCheckBox):
            return editor.isChecked()
        if isinstance(editor, QPlainTextEdit):
            return editor.toPlainText().strip() or None
        if isinstance(editor, FilesEdit):
            return editor.text()
        if isinstance(editor, LinkEdit):
            return editor.wire or None
        assert isinstance(editor, QLineEdit)
        if isinstance(editor, PasswordEdit):
            return editor.text() or None
        return editor.text().strip() or None

    def check(self) -> Problem | None:
        """What is wrong with the entry, also shown beside its label."""
        problem, hint = None, "" if isinstance(self.editor, FilesEdit) else self.field.note
        wire = self.wire
        if self.field.required and wire in (None, ""):
            problem = Problem(
                "不能空着", f"请给出{self.field.title}", path=self.field.key, place=f"「{self.field.title}」"
            )
        else:
            try:
                value = self.field.kind.parse(wire, self._desk.today)
                if isinstance(self.field.kind, Day) and value is not None:
                    hint = dates.show_day(str(value), self._desk.today)
            except BadValue as fault:
                problem = Problem(fault.reason, fault.cure, path=self.field.key, place=f"「{self.field.title}」")
        self.label.set_hint(hint)
        self.fail(problem)
        return problem

    def fail(self, problem: Problem | None) -> None:
        """Mark or unmark the editor."""
        self.label.set_error("" if problem is None else problem.message)
        mark_error(self.editor, problem is not None)


class ParamsDialog(Question):
    """All parameters of a verb below one another."""

    def __init__(self, context: Asking, verb: Verb, fields: list[Field], preset: Mapping[str, Any]) -> None:
        super().__init__(context.window, verb.title, self._about(context, verb, preset), verb.title)
        self._preset = dict(preset)
        self.edits = [ParamEdit(context.desk, f, preset.get(f.key, f.default or None)) for f in fields]
        for edit in self.edits:
            self.body.addWidget(edit.label)
            self.body.addWidget(edit.editor)
        if self.edits:
            self.edits[0].editor.setFocus()

    @staticmethod
    def _about(context: Asking, verb: Verb, preset: Mapping[str, Any]) -> str:
        """Which record it is about, and the verb's own note."""
        parts = []
        kinds = [p.kind.entity for p in verb.params if p.key == "uid" and isinstance(p.kind, Link) and p.kind.entity]
        about = kinds[0] if kinds else verb.entity
        if preset.get("uid") and about in context.desk.registry.entities:
            entity = context.desk.entity(about)
            row = context.desk.row(about, str(preset["uid"]))
            if row is not None:
                name = row.get(f"{entity.naming}.name") or row.get(entity.naming) or ""
                parts.append(f"{entity.title} {name}")
        elif preset.get("title"):
            parts.append(str(preset["title"]))
        parts.append(verb.note)
        return "　".join(p for p in parts if p)

    def answer(self) -> None:
        wrong = [(e, p) for e in self.edits if (p := e.check()) is not None]
        if wrong:
            wrong[0][0].editor.setFocus()
            return
        self.accept()

    @property
    def args(self) -> dict[str, Any]:
        """The verb's arguments as entered."""
        entered = {e.field.key: e.wire for e in self.edits}
        return self._preset | {k: v for k, v in entered.items() if v is not None or k in self._preset}


def asked_fields(verb: Verb, preset: Mapping[str, Any]) -> list[Field]:
    """The parameters a dialog has to ask for: not the record itself, no line lists, no override reason."""
    return [
        f
        for f in verb.params
        if f.typed
        and f.key not in ("seen", "reason")
        and not isinstance(f.kind, Lines)
        and not (f.key == "uid" and (preset.get("uid") or not f.required))
        and not isinstance(preset.get(f.key), (list, dict))
    ]


def ask_params(context: Asking, verb: str, preset: Mapping[str, Any] | None = None) -> dict[str, Any] | None:
    """Arguments for a verb, asked for in a dialog when anything is left to ask; None when the clerk gives up."""
    known = context.desk.registry.verbs[verb]
    fields = asked_fields(known, preset or {})
    if not fields:
        return dict(preset or {})
    dialog = ParamsDialog(context, known, fields, preset or {})
    args = dialog.args if dialog.exec() else None
    dialog.deleteLater()
    return args
