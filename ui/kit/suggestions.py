"""Offers known values for the word in hand while a text is typed, such as the names of people; whatever is typed stands as well."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from salesdesk.desk import Desk
from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Note, Option
from salesdesk.domain.text import initials_of
from ui.kit.popups import OptionList

BETWEEN = "、，,;；@＠ 　\n\t（）()"
"""Marks between two words of a text that holds several."""
MOST = 8
Ask = Callable[[], Mapping[str, str]]
"""Everything that can be offered: the value, and what is told beside it."""


def ask_of(desk: Desk, field: Field) -> Ask | None:
    """What offers values for a field; None where its declaration names no verb for it, or this seat may not use it."""
    verb = field.suggest
    if not verb or verb not in desk.registry.verbs:
        return None

    def ask() -> Mapping[str, str]:
        try:
            found = desk.do(verb).data
        except Refused:
            return {}
        return dict(next(iter(found.values()), {}))

    return ask


def several_in(field: Field) -> bool:
    """Whether a field holds several words, each of which is offered for by itself."""
    return isinstance(field.kind, Note)


class Suggestions(QObject):
    """Sits on one editor: ↓ ↑ choose, Enter takes, Esc shuts; Tab and everything else go on as if the list were not there."""

    def __init__(self, edit: QLineEdit | QPlainTextEdit, ask: Ask, several: bool, watch: bool = True) -> None:
        super().__init__(edit)
        self._edit, self._ask, self._several = edit, ask, several
        self._known: Mapping[str, str] | None = None
        self._taking = False
        self.popup: OptionList | None = None
        (edit.textEdited if isinstance(edit, QLineEdit) else edit.textChanged).connect(self._typed)
        if watch:
            edit.installEventFilter(self)

    def _text(self) -> tuple[str, int]:
        if isinstance(self._edit, QLineEdit):
            return self._edit.text(), self._edit.cursorPosition()
        return self._edit.toPlainText(), self._edit.textCursor().position()

    def _word(self) -> tuple[int, str]:
        """Where the word before the cursor begins, and the word."""
        text, at = self._text()
        if not self._several:
            return 0, text.strip() if at >= len(text.rstrip()) else ""
        begin = max((text.rfind(mark, 0, at) for mark in BETWEEN), default=-1) + 1
        return begin, text[begin:at]

    def _typed(self) -> None:
        if self._taking or not self._edit.hasFocus() or self._edit.isReadOnly():
            return
        begin, word = self._word()
        text, at = self._text()
        others = re.split(f"[{re.escape(BETWEEN)}]", f"{text[:begin]} {text[at:]}") if self._several else []
        self._offer(self.fitting(word, others) if word else [])

    def fitting(self, word: str, others: Sequence[str] = ()) -> list[Option]:
        """What begins with the word or holds it, by name or by the initials of its pinyin; nothing when it stands there whole.

        others: words that stand beside it already and are not offered again.
        """
        if self._known is None:
            self._known = self._ask()
        if word in self._known:
            return []
        low = word.lower()
        free = [n for n in self._known if n not in others]
        first = [n for n in free if n.startswith(word) or (low.isascii() and initials_of(n).lower().startswith(low))]
        rest = [n for n in free if n not in first and word in n]
        return [Option(n, f"{n}　{self._known[n]}".strip()) for n in (*first, *rest)][:MOST]

    def _offer(self, options: list[Option]) -> None:
        if self.popup is None:
            if not options:
                return
            self.popup = OptionList(self._edit, self.take)
        self.popup.offer(options)

    def take(self, option: Option) -> None:
        """Put a value in the place of the word in hand."""
        begin, word = self._word()
        self._taking = True
        if isinstance(self._edit, QLineEdit):
            self._edit.setSelection(begin, len(word) if self._several else len(self._edit.text()))
            self._edit.insert(option.key)
            self._edit.textEdited.emit(self._edit.text())
        else:
            cursor = self._edit.textCursor()
            cursor.setPosition(begin)
            cursor.setPosition(begin + len(word), QTextCursor.MoveMode.KeepAnchor)
            cursor.insertText(option.key)
        self._taking = False
        self.shut()

    def shut(self) -> None:
        """Take the list away."""
        if self.popup is not None:
            self.popup.hide()

    def key(self, event: QKeyEvent) -> bool:
        """Whether a key meant the list."""
        if self.popup is None or not self.popup.isVisible():
            return False
        chosen = self.popup.chosen
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if plain and event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.popup.step(1 if event.key() == Qt.Key.Key_Down else -1)
            return True
        if plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if chosen is not None:
                self.take(chosen)
            return True
        escape = event.key() == Qt.Key.Key_Escape
        if escape or event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.shut()
        return escape

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self.key(event)
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if self.popup is not None and self.popup.isVisible() and event.key() == Qt.Key.Key_Escape:
                event.accept()
        elif event.type() == QEvent.Type.FocusIn:
            self._known = None
        elif event.type() in (QEvent.Type.FocusOut, QEvent.Type.Hide):
            self.shut()
        return False
