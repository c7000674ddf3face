"""Names a record: a piece of its name, code or initials is typed, the list below offers, Enter or Tab takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from salesdesk.desk import Desk
from salesdesk.domain.errors import BadValue
from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Flag, Link, Money, Price, Qty, Row, Value
from salesdesk.services.lists import Condition, Query
from ui.kit.editor_base import Editor
from ui.kit.enter import ENTER, is_enter
from ui.kit.lines_grid_model import PickRow
from ui.kit.lines_grid_pick import PickList
from ui.kit.theme import theme
from ui.kit.widgets import restyle

Source = Callable[[str], Sequence[PickRow]]
"""Records meant by a typed text, best first; for blank text those worth offering unasked."""

LOOK_UP_MS = 30
"""The list follows this long after a key; a scanner that types a whole code never waits for it."""
OFFERED = 40


def picks_of(desk: Desk, entity: str, typed: str, conditions: tuple[Condition, ...] = ()) -> list[PickRow]:
    """Live records matching a fragment: code, name, what tells them apart, and price or stock at the right."""
    one = desk.entity(entity)
    if "stopped" in one.by_key and isinstance(one["stopped"].kind, Flag):
        conditions = (*conditions, Condition("stopped", "!=", 1))
    if typed.strip() and any(f.search for f in one):
        hits = [h.uid for h in desk.find(typed, entity, OFFERED)]
        if not hits:
            return []
        rows = desk.rows(entity, Query((Condition("uid", "in", tuple(hits)),)))
        rows = [r for r in rows if not r.get("stopped")]
        rows.sort(key=lambda r: hits.index(r["uid"]))
    else:
        conditions = tuple(c for c in conditions if c.field != "stopped")
        rows = desk.rows(entity, Query(conditions, text=typed), OFFERED)
        rows = [r for r in rows if not r.get("stopped")]
    return [pick_row(one, r) for r in rows]


def pick_row(entity: Entity, row: Row) -> PickRow:
    """How a record stands in a list of candidates."""
    code = str(row.get(entity.code) or "") if entity.code and entity.code != entity.naming else ""
    title = str(row.get(f"{entity.naming}.name") or row.get(entity.naming) or "")
    detail = [entity[k].kind.show(row[k]) for k in entity.subtitle if k != entity.code and row.get(k) is not None]
    links = [str(row[f"{f.key}.name"]) for f in entity.links if f.listed and row.get(f"{f.key}.name")]
    right = []
    for field in entity:
        value = row.get(field.key)
        if field.listed and value is not None and isinstance(field.kind, (Price, Money, Qty)):
            sign = "" if isinstance(field.kind, Qty) else "¥"
            head = f"{field.title} " if isinstance(field.kind, Qty) else ""
            right.append(f"{head}{sign}{field.kind.show(value)}")
    return PickRow(str(row["uid"]), code, title, " · ".join(detail or links[:1]), "　".join(right))


class PickEdit(Editor, QLineEdit):
    """An editor whose value is another record.

    picked(uid): a record was taken, "" when the text was emptied. create_wanted(text): 新建 was asked for with this text.
    full_wanted(): F7, the whole list. Text that names nothing stays, with the reason in `error`; it is never cleared.
    """

    changed = Signal()
    committed = Signal()
    picked = Signal(str)
    create_wanted = Signal(str)
    full_wanted = Signal()

    def __init__(self, field: Field, source: Source, noun: str = "", can_create: bool = False, today: str = "") -> None:
        QLineEdit.__init__(self)
        self.field, self.today = field, today
        self.noun = noun or field.title
        self.can_create = can_create
        self._source = source
        self._uid = ""
        self._shown = ""  # the text that stands for the uid
        self._before = ("", "")
        self._fresh = False  # whether the list shows what fits the text
        self._stepped = False
        self._popup: PickList | None = None
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(LOOK_UP_MS)
        self._later.timeout.connect(self.look_up)
        self._sign = QAction(self)
        self._sign.setToolTip("打开全部（F7）")
        self._sign.triggered.connect(self.open_full)
        self.addAction(self._sign, QLineEdit.ActionPosition.LeadingPosition)
        self._retheme()
        theme().changed.connect(self._retheme)
        self.setPlaceholderText("名称、编码或拼音首字母")
        self.setAccessibleName(field.title)
        self.textEdited.connect(self._typed)

    def _retheme(self) -> None:
        self._sign.setIcon(theme().icon("search", "text3"))

    # -- the value ---------------------------------------------------------------------------------------------------

    @property
    def uid(self) -> str:
        """The record, "" when the text names none."""
        return self._uid if self.text() == self._shown else ""

    def raw(self) -> object:
        return self.uid or self.text()

    def value(self) -> Value:
        return self.uid or None

    def fault(self) -> BadValue | None:
        if self.uid or not self.text().strip():
            return None
        return BadValue(f"没有找到{self.noun}「{self.text().strip()}」", "改几个字再找，按 F7 看全部，或新建")

    def set_value(self, value: Value, name: str = "") -> None:
        self._uid = str(value or "")
        self._shown = name or self._uid
        self._write(self._shown)

    def set_raw(self, text: str) -> None:
        self._uid = ""
        self._shown = ""
        self._write(text)

    def _write(self, text: str) -> None:
        self._later.stop()
        self.setText(text)
        if not self.hasFocus():
            self.setCursorPosition(0)
        self._before = (self._uid, text)

    def set_read_only(self, read_only: bool) -> None:
        self.setReadOnly(read_only)
        self._sign.setVisible(not read_only)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus if read_only else Qt.FocusPolicy.StrongFocus)
        restyle(self)

    def take(self, row: PickRow) -> None:
        """Take a record."""
        self._later.stop()
        self.hide_list()
        new = row.uid != self._uid
        self._uid, self._shown = row.uid, row.title
        self.setText(row.title)
        self.set_error("")
        self._before = (self._uid, row.title)
        if new:
            self.changed.emit()
            self.picked.emit(row.uid)
            self.committed.emit()

    # -- the list ----------------------------------------------------------------------------------------------------

    @property
    def popup(self) -> PickList:
        """The list below, made when first needed."""
        if self._popup is None or self._popup.parentWidget() is not self.window():
            self._popup = PickList(self.window(), self._create)
            self._popup.taken = self.take
            self.destroyed.connect(self._popup.deleteLater)
        return self._popup

    @property
    def list_open(self) -> bool:
        """Whether candidates are on the screen."""
        return self._popup is not None and self._popup.isVisible()

    def hide_list(self) -> None:
        """Put the candidates away."""
        if self._popup is not None:
            self._popup.hide()

    def _typed(self, text: str) -> None:
        self._fresh = self._stepped = False
        self.set_error("")
        if text.strip():
            self._later.start()
        else:
            self._later.stop()
            self.hide_list()
        self.changed.emit()

    def look_up(self) -> None:
        """Offer what fits the text now."""
        self._later.stop()
        if self.isReadOnly() or not self.isVisible():
            return
        text = self.text().strip()
        rows = list(self._source("" if self.uid else text))
        self._fresh = True
        if rows:
            more = f"{len(rows)} 个" if len(rows) < OFFERED else f"前 {OFFERED} 个，再打几个字会更准"
            self._offer(rows, f"{more} · ↑↓ 选，Enter 确定，F7 看全部", "text2")
        elif text:
            self._nothing(text)

    def _nothing(self, text: str) -> None:
        self.set_error(f"没有找到「{text}」")
        tail = "，Shift+Enter 新建" if self.can_create else ""
        self._offer([], f"没有找到{self.noun}「{text}」。改几个字再找，F7 看全部{tail}", "err")

    def _offer(self, rows: list[PickRow], note: str, tone: str) -> None:
        under = QRect(self.mapTo(self.window(), QPoint(0, 0)), self.size())
        query = "" if self.uid else self.text()
        self.popup.offer(under, rows, note, tone, query, f"新建{self.noun}" if self.can_create else "")

    def _create(self) -> None:
        text = "" if self.uid else self.text().strip()
        self.hide_list()
        self.create_wanted.emit(text)

    def open_full(self) -> None:
        """Ask for the whole list with its filters."""
        if not self.isReadOnly():
            self._later.stop()
            self.hide_list()
            self.full_wanted.emit()

    # -- leaving -----------------------------------------------------------------------------------------------------

    def settle(self) -> bool:
        """Take the record that is meant. False when the text names none: it stays, and the reason is shown below."""
        self._later.stop()
        text = self.text().strip()
        if self.uid:
            self.hide_list()
            return True
        if not text:
            self.hide_list()
            self._clear()
            return True
        if self._fresh and self.list_open and self._stepped and self.popup.chosen is not None:
            self.take(self.popup.chosen)
            return True
        rows = list(self.popup.rows) if self._fresh and self.list_open else list(self._source(text))
        exact = [r for r in rows if text.lower() in (r.code.lower(), r.title.lower())]
        if len(exact) == 1 or len(rows) == 1:
            self.take((exact or rows)[0])
            return True
        if self._fresh and self.list_open and self.popup.chosen is not None:
            self.take(self.popup.chosen)
            return True
        self._fresh = True
        if rows:
            self._offer(rows, f"有 {len(rows)} 个{self.noun}像「{text}」，↑↓ 选一个再按 Enter", "warn")
        else:
            self._nothing(text)
        return False

    def _clear(self) -> None:
        had = self._before[0]
        self._uid = self._shown = ""
        self._before = ("", "")
        if had:
            self.changed.emit()
            self.picked.emit("")
            self.committed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, held = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if self.isReadOnly():
            super().keyPressEvent(event)
        elif key == Qt.Key.Key_F7:
            self.open_full()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and not held:
            self._step(-1 if key == Qt.Key.Key_Up else 1)
        elif key == Qt.Key.Key_F4 or (key == Qt.Key.Key_Down and held):
            self.hide_list() if self.list_open else self.look_up()
        elif key == Qt.Key.Key_Escape and self.list_open:
            self.hide_list()
        elif key == Qt.Key.Key_Escape and self.text() != self._before[1]:
            self._uid, text = self._before
            self._shown = text if self._uid else ""
            self.setText(text)
            self.set_error("")
            self.selectAll()
            self.changed.emit()
        elif is_enter(event, Qt.KeyboardModifier.ShiftModifier) and self.can_create:
            self._create()
        elif key in ENTER:
            if self.settle():
                event.ignore()  # the form goes on to the next field
        else:
            super().keyPressEvent(event)

    def _step(self, by: int) -> None:
        if not self.list_open:
            self.look_up()
        elif self._popup is not None:
            self._stepped = True
            self._popup.step(by)

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab takes what is meant; while the text names nothing the focus stays here."""
        return super().focusNextPrevChild(next) if self.settle() else True

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self._later.stop()
            fault = self.fault()
            if fault is not None:
                found = list(self._source(self.text()))
                exact = [r for r in found if self.text().strip().lower() in (r.code.lower(), r.title.lower())]
                if len(exact) == 1:
                    self.take(exact[0])
                else:
                    self.set_error(fault.reason)
                    self.committed.emit()
            self.hide_list()
        super().focusOutEvent(event)


class EntityPick(PickEdit):
    """A PickEdit on the records of one register of the desk."""

    def __init__(
        self, desk: Desk, field: Field, conditions: tuple[Condition, ...] = (), can_create: bool | None = None
    ) -> None:
        assert isinstance(field.kind, Link)
        self.desk, self.target, self.conditions = desk, field.kind.entity, conditions
        known = f"{self.target}.save" in desk.registry.verbs
        super().__init__(
            field, self._find, desk.entity(self.target).title, known if can_create is None else can_create, desk.today
        )
        self.full_wanted.connect(self._full)

    def _find(self, typed: str) -> Sequence[PickRow]:
        return picks_of(self.desk, self.target, typed, self.conditions)

    def choose(self, uid: str) -> None:
        """Take a record by its uid, e.g. one that was just made."""
        row = self.desk.row(self.target, uid)
        if row is not None:
            self.take(pick_row(self.desk.entity(self.target), row))

    def _full(self) -> None:
        from ui.kit.pick_dialog import pick_record

        typed = "" if self.uid else self.text().strip()
        found = pick_record(self.window(), self.desk, self.target, typed, self.conditions)
        if found:
            self.choose(found)
        self.setFocus(Qt.FocusReason.PopupFocusReason)


def widget_of(editor: Editor) -> QWidget:
    """The editor as the widget it is."""
    assert isinstance(editor, QWidget)
    return editor
