"""Ctrl+K: one box that finds any record, page or action, entirely by keys."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from salesdesk.services.module import Module
from ui.kit.page import PageContext
from ui.kit.register_verbs import fits
from ui.kit.theme import theme
from ui.kit.widgets import IconLabel, KeyHints, label, row, rule
from ui.shell.overlay import Overlay
from ui.shell.palette_search import (
    BEYOND,
    MOST_FOUND,
    MOST_RECENT,
    Entry,
    actions,
    approvable,
    looks_like_number,
    matching,
    merged,
    papers,
    places,
    records,
    sound,
)

ROW_HEIGHT = 48
WIDTH = 640
MOST_SHOWN = 9
_Index = QModelIndex | QPersistentModelIndex


class _Entries(QAbstractListModel):
    """The lines that are shown."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.entries: list[Entry] = []

    def show(self, entries: list[Entry]) -> None:
        """Show other lines."""
        self.beginResetModel()
        self.entries = entries
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.entries):
            return None
        one = self.entries[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return one.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{one.title}，{one.detail}"
        return None


class _Painter(QStyledItemDelegate):
    """Icon, title, what it is, and its keys at the right."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        model = index.model()
        assert isinstance(model, _Entries)
        one, look = model.entries[index.row()], theme()
        box = QRectF(option.rect)  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:  # type: ignore[attr-defined]
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.color("select"))
            painter.drawRoundedRect(box.adjusted(0, 1, 0, -1), 6, 6)
        view = self.parent()
        ratio = view.devicePixelRatioF() if isinstance(view, QWidget) else 1.0
        token = "accent" if one.kind in ("new", "verb") else "text2"
        painter.drawPixmap(
            round(box.left() + 12), round(box.center().y() - 10), look.pixmap(one.icon, token, 20, ratio=ratio)
        )
        text = box.adjusted(44, 0, -12, 0)
        if one.shortcut:
            painter.setFont(look.font("caption"))
            painter.setPen(look.color("text2"))
            painter.drawText(text, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), one.shortcut)
            text.adjust(0, 0, -painter.fontMetrics().horizontalAdvance(one.shortcut) - 12, 0)
        title, detail = (text.adjusted(0, 5, 0, -22), text.adjusted(0, 25, 0, -4)) if one.detail else (text, text)
        painter.setFont(look.font("body"))
        painter.setPen(look.color("text"))
        painter.drawText(title, int(Qt.AlignmentFlag.AlignVCenter), self._cut(painter, one.title, title))
        if one.detail:
            painter.setFont(look.font("caption"))
            painter.setPen(look.color("text2"))
            painter.drawText(detail, int(Qt.AlignmentFlag.AlignVCenter), self._cut(painter, one.detail, detail))
        painter.restore()

    @staticmethod
    def _cut(painter: QPainter, text: str, box: QRectF) -> str:
        return painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, round(box.width()))

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(100, ROW_HEIGHT)


class Palette(Overlay):
    """The box and what it found. `picked(entry, record)` with the record in front when it was opened."""

    picked = Signal(object)

    def __init__(self, window: QWidget, context: PageContext, modules: list[Module]) -> None:
        super().__init__(window)
        self._context = context
        self._desk = context.desk
        self._modules = modules
        self._keys: dict[tuple[str, str, str], str] = {}
        self._keys_asked = False
        self._papers: tuple[str, list[Entry]] = ("", [])
        self._pending = False
        self._enter_waits = False
        self.edit = QLineEdit()
        self.edit.setProperty("bare", True)
        self.edit.setFont(theme().font("subtitle"))
        self.edit.setPlaceholderText("客户、产品、订单号，或要做的事，如 hy、0041、xjdd")
        self.edit.setAccessibleName("搜一切")
        self.edit.textChanged.connect(self._search)
        self.edit.installEventFilter(self)
        self._model = _Entries(self)
        self.list = QListView()
        self.list.setModel(self._model)
        self.list.setItemDelegate(_Painter(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMouseTracking(True)
        self.list.setAccessibleName("找到的")
        self.list.clicked.connect(self._take_index)
        self._heading = label("最近", "caption", "text2")
        self._none = label("", "grid", "text2")
        self._none.setContentsMargins(14, 12, 0, 12)
        self._none.setWordWrap(True)
        self._hints = KeyHints([("↑ ↓", "选择"), ("Enter", "打开"), ("Esc", "关闭")])
        column = QVBoxLayout(self.sheet)
        column.setContentsMargins(16, 10, 16, 10)
        column.setSpacing(4)
        column.addLayout(row(IconLabel("search", "text2", 20), self.edit, spacing=12, margins=(4, 2, 4, 2)))
        column.addWidget(rule())
        column.addWidget(self._heading)
        column.addWidget(self._none)
        column.addWidget(self.list, 1)
        column.addWidget(self._hints)

    # -- open and place --------------------------------------------------------------------------------------------

    def open(self, text: str = "") -> None:
        """Show the box, empty or with a beginning."""
        self.edit.setText(text)
        self._search(text)
        super().open()
        self.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if not self._keys_asked:
            self._keys_asked = True
            self._context.ops.read(self._sound, self._sounded, token=self._sound)

    def place(self) -> None:
        rows = self._model.rowCount()
        shown = min(rows, MOST_SHOWN, max(3, (self.height() - 200) // ROW_HEIGHT))
        self.list.setFixedHeight(shown * ROW_HEIGHT)
        width = min(WIDTH, self.width() - 40)
        self._none.setFixedWidth(width - 40)
        self.sheet.setFixedWidth(width)
        layout = self.sheet.layout()
        if layout is not None:
            layout.activate()
        high = self.sheet.sizeHint().height()
        self.sheet.setGeometry((self.width() - width) // 2, max(20, min(110, self.height() - high - 20)), width, high)
        self.update()

    # -- finding ---------------------------------------------------------------------------------------------------

    @property
    def entries(self) -> list[Entry]:
        """What is listed now."""
        return self._model.entries

    def _things(self) -> list[Entry]:
        return [*actions(self._desk), *places(self._modules)]

    def _sound(self) -> dict[tuple[str, str, str], str]:
        return sound(self._things())

    def _sounded(self, keys: dict[tuple[str, str, str], str]) -> None:
        self._keys = keys
        if self.isVisible() and self.edit.text().strip():
            self._renew()

    def _search(self, text: str) -> None:
        text = text.strip()
        self._enter_waits = False
        if not text:
            self._pending = False
            self._show(merged(self._recent(), self._record_actions(), places(self._modules)), "最近")
            return
        self._pending = looks_like_number(text)
        if self._pending:
            self._context.ops.read(_Papers(self._context, text), self._papers_came, token=self)
        self._show(self._found(text), "")

    def _found(self, text: str) -> list[Entry]:
        numbers = self._papers[1] if self._papers[0] == text else []
        things = matching([*self._record_actions(), *self._things()], text, self._keys)
        kept = min(5, len(things))
        return merged(numbers, records(self._desk, text, MOST_FOUND - kept - len(numbers)), things)

    def _papers_came(self, answer: tuple[str, list[Entry]]) -> None:
        self._papers = answer
        if answer[0] != self.edit.text().strip():
            return
        self._pending = False
        if answer[1]:
            self._renew()
        if self._enter_waits:
            self._take()

    def _renew(self) -> None:
        """List again what is known by now; a line that was walked to stays chosen."""
        chosen, moved = self.chosen(), self.list.currentIndex().row() > 0
        self._show(self._found(self.edit.text().strip()), "")
        if moved and chosen is not None and chosen in self.entries:
            self.list.setCurrentIndex(self._model.index(self.entries.index(chosen)))

    def _show(self, entries: list[Entry], heading: str) -> None:
        self._model.show(entries)
        self._heading.setVisible(bool(heading))
        self._heading.setText(heading)
        self._none.setVisible(not entries)
        self._none.setText(f"没有找到「{self.edit.text().strip()}」。可以试名称中的两个字、编码或拼音首字母。")
        self.list.setVisible(bool(entries))
        if entries:
            self.list.setCurrentIndex(self._model.index(0))
        self.place()

    def _recent(self) -> list[Entry]:
        """What was opened last, with the icons of today's declarations."""
        found = []
        known = {one.identity: one for one in self._things()}
        for kept in self._desk.settings.get("palette.recent", []):
            kind, target, uid = kept["kind"], kept["target"], kept["uid"]
            if kind == "record" and target in self._desk.registry.entities:
                found.append(Entry(kind, target, kept["title"], kept["detail"], self._desk.entity(target).icon, uid))
            elif (kind, target, uid) in known:
                found.append(known[kind, target, uid])
        return found

    def _record_actions(self) -> list[Entry]:
        """What can be done with the record in front: verbs of its kind that fit its state."""
        window: Any = self._context.window
        here = window.current_record() if hasattr(window, "current_record") else None
        if here is None:
            return []
        entity, uid = here
        stored = self._desk.row(entity, uid)
        if stored is None:
            return []
        one = self._desk.entity(entity)
        name = stored.get(f"{one.naming}.name") or stored.get(one.naming) or ""
        return [
            Entry(
                "verb", v.name, v.title, f"{one.title} {name}" if may else f"{BEYOND} · {one.title} {name}",
                v.icon or "flash", uid, v.shortcut if may else "", {"uid": uid},
            )
            for v in self._desk.registry.verbs_of(entity)
            for may in (self._desk.settings.seat.may(v),)
            if v.palette and any(p.key == "uid" and p.required for p in v.params)
            and fits(v, one, stored) and (may or approvable(self._desk, v))
        ]  # fmt: skip

    # -- choosing --------------------------------------------------------------------------------------------------

    def chosen(self) -> Entry | None:
        """The line under the cursor."""
        at = self.list.currentIndex().row()
        return self.entries[at] if 0 <= at < len(self.entries) else None

    def _take_index(self, index: QModelIndex) -> None:
        self.list.setCurrentIndex(index)
        self._take()

    def _take(self) -> None:
        one = self.chosen()
        if one is None or self._pending:
            self._enter_waits = self._pending
            return
        self._remember(one)
        self.shut()
        self.picked.emit(one)

    def _remember(self, one: Entry) -> None:
        kept = [one.kept()]
        for old in self._desk.settings.get("palette.recent", []):
            if (old["kind"], old["target"], old["uid"]) != one.identity:
                kept.append(old)
        self._context.ops.write(_Keep(self._context, kept[:MOST_RECENT]))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.edit and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            count, at = self._model.rowCount(), self.list.currentIndex().row()
            key = event.key()
            if key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and count:
                self.list.setCurrentIndex(self._model.index((at + (1 if key == Qt.Key.Key_Down else -1)) % count))
                return True
            if key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown) and count:
                self.list.setCurrentIndex(
                    self._model.index(max(0, min(count - 1, at + (5 if key == Qt.Key.Key_PageDown else -5))))
                )
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._take()
                return True
        return super().eventFilter(watched, event)


class _Papers:
    """Reads papers by number beside the window."""

    def __init__(self, context: PageContext, text: str) -> None:
        self._desk, self._text = context.desk, text

    def __call__(self) -> tuple[str, list[Entry]]:
        return self._text, papers(self._desk, self._text)


class _Keep:
    """Remembers what was opened last."""

    def __init__(self, context: PageContext, kept: list[dict[str, str]]) -> None:
        self._settings, self._kept = context.desk.settings, kept

    def __call__(self) -> None:
        self._settings.habit("palette.recent", self._kept)
