"""What all editors have in common: taking what clerks type, showing what was understood, saying what was not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from salesdesk.domain.errors import BadValue
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Value
from salesdesk.domain.masking import mask
from ui.kit.theme import theme
from ui.kit.widgets import restyle

if TYPE_CHECKING:
    _Widget = QWidget
else:
    _Widget = object


class Editor(_Widget):
    """What every editor can do, whatever it looks like.

    changed: the person changed the text. committed: the person is done with it (Enter, Tab, another field). `raw()` is
    what was typed, for `Draft.set`; `value()` the stored form, None while it cannot be read.
    """

    field: Field
    today: str = ""
    error: str = ""
    changed: Any
    committed: Any

    def raw(self) -> object:
        """What was typed."""
        raise NotImplementedError

    def set_value(self, value: Value, name: str = "") -> None:
        """Show a stored value; `name` is the shown name of a linked record. Sends no signal."""
        raise NotImplementedError

    def set_raw(self, text: str) -> None:
        """Show a text that no kind could read, as it was typed. Sends no signal."""
        raise NotImplementedError

    def value(self) -> Value:
        """The stored form of what was typed; None when blank or unreadable."""
        try:
            return self.field.kind.parse(self.raw(), self.today or None)
        except BadValue:
            return None

    def fault(self) -> BadValue | None:
        """Why what was typed cannot be read; None when it can."""
        try:
            self.field.kind.parse(self.raw(), self.today or None)
        except BadValue as fault:
            return fault
        return None

    def set_error(self, message: str) -> None:
        """Put the red border on or take it off; the words stand at the label."""
        self.error = message
        self.setAccessibleDescription(message)
        if bool(self.property("error")) != bool(message):
            self.setProperty("error", bool(message))
            restyle(self)

    def set_read_only(self, read_only: bool) -> None:
        """Show without letting it be changed."""
        raise NotImplementedError


FIGURES = "0123456789+-() "
"""What a telephone or account number is typed with."""


class LineEditor(Editor, QLineEdit):
    """One line of text. Shows the stored form when the person leaves it; Esc brings back what stood there before.

    A covered line shows its value under stars and cannot be changed: reveal_wanted tells that somebody wants to see it or
    typed into it. What he typed then goes over the revealed text, which is marked, as everywhere a field is come into.
    """

    changed = Signal()
    committed = Signal()
    reveal_wanted = Signal()

    def __init__(self, field: Field, today: str = "") -> None:
        QLineEdit.__init__(self)
        self.field, self.today = field, today
        self._before = ""
        self._stored: Value = None
        self._readable = True
        self._locked = self._veiled = self._own = False
        self._waiting: str | None = ""
        self._eye: QAction | None = None
        self.setAccessibleName(field.title)
        if field.kind.align == "right":
            self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if field.kind.numeric:
            self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.textEdited.connect(self._edited)

    def raw(self) -> object:
        plain = self.covered or (self._readable and not self.isModified())
        return self.edit_text(self._stored) if plain else self.text()

    def value(self) -> Value:
        return self._stored if self._readable else None

    def set_value(self, value: Value, name: str = "") -> None:
        self._own = self._own and value == self._stored
        self._stored, self._readable = value, True
        self._show_stored()

    def set_raw(self, text: str) -> None:
        self._stored, self._readable = None, not text
        self._write(text)
        self._before = text
        self._guard()

    def set_read_only(self, read_only: bool) -> None:
        self._locked = read_only
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus if read_only else Qt.FocusPolicy.StrongFocus)
        self._guard()

    # -- under stars -----------------------------------------------------------------------------------------------

    @property
    def covered(self) -> bool:
        """Whether there is a value here and it stands under stars; never what was just typed into this line."""
        return self._veiled and self._stored is not None and not self._own

    def set_covered(self, on: bool) -> None:
        """Cover the value, or show it; then what was typed meanwhile goes over it."""
        was, self._veiled = self.covered, on
        if was == self.covered:
            return
        typed, self._waiting = self._waiting, ""
        self._show_stored()
        if not on and self.hasFocus():
            self.selectAll()
            if typed and not self._locked:
                self.insert(typed)
                self.setModified(True)
                self._edited()

    def _show_stored(self) -> None:
        self._guard()
        if self.covered:
            self._write(mask(self.show_text(self._stored), self.field.masked))
        else:
            self._write(self.edit_text(self._stored) if self.hasFocus() else self.show_text(self._stored))
        self._before = self.text()

    def _guard(self) -> None:
        """Nothing gets into a covered line past the keys either: no paste, no drop, no input method."""
        if self.isReadOnly() != (self._locked or self.covered):
            self.setReadOnly(self._locked or self.covered)
            restyle(self)
        if self._veiled and self._eye is None:
            self._eye = QAction(theme().icon("eye", "text3"), "显示", self)
            self.addAction(self._eye, QLineEdit.ActionPosition.TrailingPosition)
            self._eye.setToolTip("显示完整内容（Ctrl+E），会记下谁看的")
            self._eye.triggered.connect(self.reveal_wanted)
        if self._eye is not None:
            self._eye.setVisible(self.covered)
        self.setProperty("covered", self.covered)

    def _covered_key(self, event: QKeyEvent) -> bool:
        """A key typed into a covered line asks for it; figures are kept until it is there, of a word no half may remain."""
        text = event.text()
        wants = (text.isprintable() and bool(text)) or event.key() in (
            Qt.Key.Key_Backspace,
            Qt.Key.Key_Delete,
            Qt.Key.Key_F2,
        )
        if not wants or event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            return False
        if not self._locked:
            kept = self._waiting is not None and bool(text) and text in FIGURES
            self._waiting = f"{self._waiting}{text}" if kept else None
            self.reveal_wanted.emit()
        return True

    def edit_text(self, value: Value) -> str:
        """What stands in the line while it is edited."""
        return self.field.kind.edit(value)

    def show_text(self, value: Value) -> str:
        """What stands in the line otherwise."""
        return self.field.kind.show(value)

    def commit(self) -> None:
        """Read what was typed and tell; called on Enter and when the focus goes on."""
        if self.covered:
            return
        self._read()
        if self.text() != self._before:
            self._before = self.text()
            self.committed.emit()

    def _read(self) -> None:
        try:
            self._stored, self._readable = self.field.kind.parse(self.text(), self.today or None), True
        except BadValue:
            self._stored, self._readable = None, False

    def _write(self, text: str) -> None:
        if text != self.text():
            self.setText(text)
            self.setCursorPosition(0 if not self.hasFocus() else len(text))
        self.setModified(False)

    def _edited(self) -> None:
        if self.covered:
            return
        self._own = True
        self._read()
        self.changed.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        if self._readable and not self.isReadOnly() and event.reason() != Qt.FocusReason.PopupFocusReason:
            self._write(self.edit_text(self._stored))
            self._before = self.text()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.commit()
            self._waiting = ""
            if self._readable and not self.covered:
                self._write(self.show_text(self._stored))
        super().focusOutEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if self.covered and self._covered_key(event):
            return
        if key == Qt.Key.Key_Escape and self.text() != self._before:
            self.setText(self._before)
            self._edited()
            self.selectAll()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.commit()
            if self._readable and not self.covered:
                self._write(self.edit_text(self._stored))
                self._before = self.text()
            event.ignore()  # the form goes on to the next field
        else:
            super().keyPressEvent(event)


def wire_of(editors: Mapping[str, Editor]) -> dict[str, Any]:
    """Wire arguments by key; what cannot be read goes as typed and is refused by the verb."""
    found: dict[str, Any] = {}
    for key, editor in editors.items():
        commit = getattr(editor, "commit", None)
        if commit is not None:
            commit()
        found[key] = editor.field.kind.wire(editor.value()) if editor.fault() is None else editor.raw()
    return found
