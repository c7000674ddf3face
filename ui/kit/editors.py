"""One editor for each kind of value: it takes what clerks type, shows what was understood, and says what was not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPlainTextEdit

from salesdesk.domain import text as words
from salesdesk.domain.calendar_days import add_months, weekday_name
from salesdesk.domain.fields import Field
from salesdesk.domain.kinds import Choice, Day, Flag, Note, Option, TaxId, Value
from ui.kit.editor_base import Editor, LineEditor
from ui.kit.popups import Calendar, OptionList
from ui.kit.theme import theme
from ui.kit.widgets import restyle

_PLAIN = Qt.KeyboardModifier.NoModifier


class NumberEdit(LineEditor):
    """Money, prices, quantities, rates: to the right, sums such as 1000*2+5 are worked out, full width is understood."""


class TaxIdEdit(LineEditor):
    """税号: shown in groups of four while nobody types in it, so that it can be checked against the licence."""

    def show_text(self, value: Value) -> str:
        text = self.field.kind.show(value)
        return " ".join(text[i : i + 4] for i in range(0, len(text), 4))


class DayEdit(LineEditor):
    """A day: 6.18, +3, 周五 or 月底; ↑ and ↓ go a day on or back, F4 opens a month. Tab leaves it in one key."""

    def __init__(self, field: Field, today: str = "") -> None:
        super().__init__(field, today)
        self._calendar: Calendar | None = None
        self._opener = QAction(self)
        self._opener.setToolTip("打开日历（F4）")
        self._opener.triggered.connect(self.toggle_calendar)
        self.addAction(self._opener, QLineEdit.ActionPosition.TrailingPosition)
        self._retheme()
        theme().changed.connect(self._retheme)
        self.setPlaceholderText("6.18、+3、周五")

    def _retheme(self) -> None:
        self._opener.setIcon(theme().icon("calendar", "text3"))

    def show_text(self, value: Value) -> str:
        return f"{value} {weekday_name(str(value))}" if value else ""

    def toggle_calendar(self) -> None:
        """Open the month, or put it away."""
        if self.isReadOnly():
            return
        if self._calendar is None:
            self._calendar = Calendar(self, self._picked)
            self.destroyed.connect(self._calendar.deleteLater)
        if self._calendar.isVisible():
            self._calendar.hide()
        else:
            self.setFocus(Qt.FocusReason.PopupFocusReason)
            value = self.value()
            self._calendar.offer(str(value) if value else None, self._day_of_today())

    def _day_of_today(self) -> str:
        return self.today or date.today().isoformat()

    def _picked(self, day: date) -> None:
        self._put(day.isoformat())
        if self._calendar is not None:
            self._calendar.hide()

    def _put(self, iso: str) -> None:
        self.setText(self.edit_text(iso))
        self.setModified(True)
        self._edited()
        self.selectAll()
        if self._calendar is not None and self._calendar.isVisible():
            self._calendar.mark(iso)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, held = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        opened = self._calendar is not None and self._calendar.isVisible()
        if self.isReadOnly():
            super().keyPressEvent(event)
        elif key == Qt.Key.Key_F4 or (key == Qt.Key.Key_Down and held == Qt.KeyboardModifier.AltModifier):
            self.toggle_calendar()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown) and held == _PLAIN:
            self._step(key)
        elif key == Qt.Key.Key_Escape and opened and self._calendar is not None:
            self._calendar.hide()
        else:
            super().keyPressEvent(event)

    def _step(self, key: int) -> None:
        value = self.value()
        here = date.fromisoformat(str(value) if value else self._day_of_today())
        if not value:
            self._put(here.isoformat())
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self._put(add_months(here.isoformat(), -1 if key == Qt.Key.Key_PageUp else 1))
        else:
            self._put((here + timedelta(days=1 if key == Qt.Key.Key_Up else -1)).isoformat())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if self._calendar is not None and event.reason() != Qt.FocusReason.PopupFocusReason:
            self._calendar.hide()
        super().focusOutEvent(event)


class ChoiceEdit(LineEditor):
    """One of a few options: type a piece of the word or its pinyin initials, or step with ↑ and ↓; F4 opens the list."""

    def __init__(self, field: Field, today: str = "") -> None:
        super().__init__(field, today)
        assert isinstance(field.kind, Choice)
        self.options: Sequence[Option] = field.kind.options
        self._list: OptionList | None = None
        self._opener = QAction(self)
        self._opener.setToolTip("打开列表（F4）")
        self._opener.triggered.connect(self.toggle_list)
        self.addAction(self._opener, QLineEdit.ActionPosition.TrailingPosition)
        self._retheme()
        theme().changed.connect(self._retheme)
        if not field.required:
            self.setPlaceholderText("不填")

    def _retheme(self) -> None:
        self._opener.setIcon(theme().icon("chevron_down", "text3"))

    @property
    def popup(self) -> OptionList:
        """The list below, made when first needed."""
        if self._list is None or self._list.parentWidget() is not self.window():
            self._list = OptionList(self, self.take)
            self.destroyed.connect(self._list.deleteLater)
        return self._list

    def toggle_list(self) -> None:
        """Open the whole list, or put it away."""
        if self.isReadOnly():
            return
        if self.popup.isVisible():
            self.popup.hide()
        else:
            self.setFocus(Qt.FocusReason.PopupFocusReason)
            keys = [o.key for o in self.options]
            value = self.value()
            self.popup.offer(self.options, keys.index(str(value)) if value in keys else 0)

    def take(self, option: Option) -> None:
        """Choose an option."""
        self.setText(option.label)
        self.setModified(True)
        super()._edited()
        self.selectAll()
        if self._list is not None:
            self._list.hide()

    def matching(self, typed: str) -> list[Option]:
        """Options meant by a fragment, those that begin with it first."""
        low = typed.strip().lower()
        if not low:
            return list(self.options)
        starts = [o for o in self.options if o.label.lower().startswith(low) or o.key.lower().startswith(low)]
        inside = [o for o in self.options if o not in starts and low in o.label.lower()]
        if not starts and not inside and low.isascii():
            inside = [o for o in self.options if words.matches(low, words.search_keys(o.label)) is not None]
        return starts + inside

    def _edited(self) -> None:
        super()._edited()
        self.popup.offer(self.matching(self.text()))

    def _settle(self) -> None:
        """Take what is meant: the highlighted option, or the only one that fits."""
        if self._list is not None and self._list.isVisible():
            chosen = self._list.chosen
            self._list.hide()
            if chosen is not None and self.text().strip():
                self.take(chosen)
                return
        if not self._readable:
            found = self.matching(self.text())
            if len(found) == 1:
                self.take(found[0])

    def commit(self) -> None:
        self._settle()
        super().commit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, held = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        opened = self._list is not None and self._list.isVisible()
        if self.isReadOnly():
            super().keyPressEvent(event)
        elif key == Qt.Key.Key_F4 or (key == Qt.Key.Key_Down and held == Qt.KeyboardModifier.AltModifier):
            self.toggle_list()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and held == _PLAIN:
            by = -1 if key == Qt.Key.Key_Up else 1
            if opened:
                self.popup.step(by)
            else:
                self._step(by)
        elif key == Qt.Key.Key_Escape and opened:
            self.popup.hide()
        else:
            super().keyPressEvent(event)

    def _step(self, by: int) -> None:
        keys = [o.key for o in self.options]
        value = self.value()
        at = keys.index(str(value)) + by if value in keys else (0 if by > 0 else len(keys) - 1)
        self.take(self.options[max(0, min(len(keys) - 1, at))])

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self._list is not None and event.reason() != Qt.FocusReason.PopupFocusReason:
            self._list.hide()


class NoteEdit(Editor, QPlainTextEdit):
    """Several lines. Enter makes a new line, Tab and Ctrl+Enter go on. It is as high as its text, within bounds."""

    LEAST, MOST = 2, 9
    changed = Signal()
    committed = Signal()

    def __init__(self, field: Field, today: str = "") -> None:
        QPlainTextEdit.__init__(self)
        self.field, self.today = field, today
        self._before = ""
        self._writing = False
        self.setTabChangesFocus(True)
        self.setAccessibleName(field.title)
        self._lines = 0
        self._fit()
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self.textChanged.connect(self._edited)

    def raw(self) -> object:
        return self.toPlainText()

    def set_value(self, value: Value, name: str = "") -> None:
        self.set_raw(self.field.kind.show(value))

    def set_raw(self, text: str) -> None:
        self._writing = True
        if text != self.toPlainText():
            self.setPlainText(text)
        self._writing = False
        self._before = text

    def set_read_only(self, read_only: bool) -> None:
        self.setReadOnly(read_only)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus if read_only else Qt.FocusPolicy.StrongFocus)
        restyle(self)

    def _fit(self, *_: object) -> None:
        lines = min(self.MOST, max(self.LEAST, int(self.document().size().height())))
        if lines != self._lines:
            self._lines = lines
            height = lines * self.fontMetrics().lineSpacing() + 2 * int(self.document().documentMargin()) + 12
            # told as a style: the heights that the style sheet gives all fields would count more than the widget's own
            self.setStyleSheet(f"NoteEdit {{ min-height: {height}px; max-height: {height}px; }}")

    def _edited(self) -> None:
        if not self._writing:
            self.changed.emit()

    def commit(self) -> None:
        """Tell when the text is another one than before."""
        if self.toPlainText() != self._before:
            self._before = self.toPlainText()
            self.committed.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.commit()
        super().focusOutEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.toPlainText() != self._before:
            self.setPlainText(self._before)
        elif (
            event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self.commit()
            event.ignore()
        else:
            super().keyPressEvent(event)


class FlagEdit(Editor, QCheckBox):
    """Yes or no, told in words beside the box."""

    changed = Signal()
    committed = Signal()

    def __init__(self, field: Field, today: str = "") -> None:
        QCheckBox.__init__(self, "否")
        self.field, self.today = field, today
        self.setAccessibleName(field.title)
        self.setFixedHeight(theme().px("control"))
        self.toggled.connect(self._say)
        self.clicked.connect(self._clicked)

    def _say(self, on: bool) -> None:
        self.setText("是" if on else "否")

    def _clicked(self) -> None:
        self.changed.emit()
        self.committed.emit()

    def raw(self) -> object:
        return "是" if self.isChecked() else "否"

    def set_value(self, value: Value, name: str = "") -> None:
        self.setChecked(bool(value))

    def set_raw(self, text: str) -> None:
        self.setChecked(False)

    def set_read_only(self, read_only: bool) -> None:
        self.setEnabled(not read_only)


def plain_editor(field: Field, today: str = "") -> Editor:
    """The editor of a field that needs nothing but itself; links need a source of records, see `pick_edit`."""
    kind = field.kind
    if isinstance(kind, Choice):
        return ChoiceEdit(field, today)
    if isinstance(kind, Day):
        return DayEdit(field, today)
    if isinstance(kind, Note):
        return NoteEdit(field, today)
    if isinstance(kind, Flag):
        return FlagEdit(field, today)
    if isinstance(kind, TaxId):
        return TaxIdEdit(field, today)
    if kind.numeric:
        return NumberEdit(field, today)
    return LineEditor(field, today)


__all__ = [
    "ChoiceEdit",
    "DayEdit",
    "Editor",
    "FlagEdit",
    "LineEditor",
    "NoteEdit",
    "NumberEdit",
    "TaxIdEdit",
    "plain_editor",
]
