"""The strip at the left: where one can go, what waits there, and at its foot how the data is doing and who sits here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QBoxLayout, QButtonGroup, QVBoxLayout, QWidget

from salesdesk.services.module import Module
from ui.kit.theme import theme
from ui.kit.widgets import ElidedLabel, IconButton, IconLabel, Spinner, row
from ui.shell.places import NavItem, Painted, Places

WIDE, NARROW = 208, 60


class SearchBox(Painted):
    """Looks like an edit and opens the palette: 搜一切."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("搜一切")
        self.setToolTip("搜客户、订单、产品和动作（Ctrl+K）")

    def sizeHint(self) -> QSize:
        return QSize(120, 36)

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = theme(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 1.5, -0.5, -1.5)
        painter.setPen(QPen(look.color("input_line" if self._over else "line2"), 1))
        painter.setBrush(look.color("card"))
        painter.drawRoundedRect(box, 6, 6)
        painter.setPen(QPen(look.color("input_line"), 1))
        painter.drawLine(QPointF(box.left() + 5, box.bottom()), QPointF(box.right() - 5, box.bottom()))
        ratio = self.devicePixelRatioF()
        sign = look.pixmap("search", "text2", 18, ratio=ratio)
        middle = round(box.center().y() - 9)
        painter.drawPixmap(round(box.center().x() - 9) if self.narrow else 10, middle, sign)
        if not self.narrow:
            painter.setFont(look.font("grid"))
            painter.setPen(look.color("text2"))
            painter.drawText(box.adjusted(33, 0, -10, 0), Qt.AlignmentFlag.AlignVCenter, "搜一切")
            painter.setFont(look.font("caption"))
            painter.drawText(box.adjusted(33, 0, -10, 0), int(_RIGHT), "Ctrl+K")
        self.ring(painter, QRectF(self.rect()).adjusted(0, 1, 0, -1))
        painter.end()


_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


class AppMark(QWidget):
    """The program's sign and name."""

    def __init__(self) -> None:
        super().__init__()
        self.narrow = False
        self.setFixedHeight(44)

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = theme(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left = (self.width() - 28) / 2 if self.narrow else 6.0
        sign = QRectF(left, 8, 28, 28)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("accent"))
        painter.drawRoundedRect(sign, 7, 7)
        painter.setBrush(look.color("on_accent"))
        for x, high in ((7, 6.0), (12, 9.5), (17, 13.0)):
            painter.drawRoundedRect(QRectF(sign.left() + x, sign.bottom() - 7 - high, 4, high), 1, 1)
        if not self.narrow:
            painter.setFont(look.font("subtitle", bold=True))
            painter.setPen(look.color("text"))
            painter.drawText(QRectF(44, 0, self.width() - 44, 44), Qt.AlignmentFlag.AlignVCenter, "销售内勤")
        painter.end()


class StatusLine(QWidget):
    """How the data is doing, in two lines; pressed, it leads to 同步."""

    clicked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.sign = IconLabel("checkmark_circle", "ok", 18)
        self.turning = Spinner(18)
        self.turning.hide()
        self.first = ElidedLabel("数据在本机", "caption", "text2")
        self.second = ElidedLabel("", "caption", "text2")
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(self.first)
        texts.addWidget(self.second)
        self.line = row(self.sign, self.turning, spacing=8, margins=(10, 4, 4, 4))
        self.line.addLayout(texts, 1)
        self.setLayout(self.line)
        self._over = False

    def tell(self, first: str, second: str, whole: str) -> None:
        """Say it in words; the whole sentence in the tooltip and to screen readers."""
        self.first.set_text(first)
        self.second.set_text(second)
        self.second.setVisible(bool(second) and not self.first.isHidden())
        told = whole or f"{first}\n{second}".strip()
        self.setToolTip(f"{told}\n点开看同步（Ctrl+Shift+S）")
        self.setAccessibleName(f"数据和同步：{told}")

    def event(self, event: QEvent) -> bool:
        kind = event.type()
        if kind in (QEvent.Type.Enter, QEvent.Type.Leave):
            self._over = kind == QEvent.Type.Enter
            self.update()
        if kind in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        pressed = isinstance(event, QKeyEvent) and kind == QEvent.Type.KeyPress and event.key() in (
            Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space,
        )  # fmt: skip
        if pressed or kind == QEvent.Type.MouseButtonRelease:
            self.clicked.emit()
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._over or self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
            painter.setPen(QPen(theme().color("focus"), 2) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(theme().color("nav_hover") if self._over else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, 6, 6)
            painter.end()


class Navigation(QWidget):
    """The whole strip. `chosen(key)` when the clerk wants to go somewhere; the window says where he is with `mark`."""

    chosen = Signal(str)
    search_wanted = Signal()
    undo_wanted = Signal()
    look_wanted = Signal()
    person_wanted = Signal(object)  # where the menu of the name goes

    def __init__(self, modules: Sequence[Module]) -> None:
        super().__init__()
        self.setObjectName("nav")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.narrow = False
        self.mark_sign = AppMark()
        self.search = SearchBox()
        self.search.clicked.connect(self.search_wanted)
        self._group = QButtonGroup(self)
        self.items: dict[str, NavItem] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 10)
        column.setSpacing(4)
        column.addWidget(self.mark_sign)
        column.addWidget(self.search)
        column.addSpacing(6)
        for number, module in enumerate(modules, 1):
            item = NavItem(module.key, module.title, module.icon, number)
            item.clicked.connect(self._clicked)
            self._group.addButton(item)
            self.items[module.key] = item
        self.places = Places(list(self.items.values()))
        column.addWidget(self.places, 1)
        self.status = StatusLine()
        self.status.clicked.connect(self._to_sync)
        column.addWidget(self.status)
        self._foot = self._make_foot()
        column.addLayout(self._foot)
        self.setFixedWidth(WIDE)
        theme().changed.connect(self._look_changed)
        self._look_changed()

    def _make_foot(self) -> QBoxLayout:
        self.person = IconButton("person", "操作员", clicked=self._person_clicked)
        self._operator = ElidedLabel("", "body")
        self.undo = IconButton("undo", "没有可撤销的操作", clicked=self.undo_wanted.emit)
        self.undo.setEnabled(False)
        self.look = IconButton("moon", "换成深色", clicked=self.look_wanted.emit)
        self.settings = IconButton("settings", "设置", clicked=self._to_settings)
        self.settings.setCheckable(True)
        line = row(self.person, spacing=2, margins=(4, 0, 0, 0))
        line.addSpacing(2)
        line.addWidget(self._operator, 1)
        for part in (self.undo, self.look, self.settings):
            line.addWidget(part)
        return line

    # -- what it shows ---------------------------------------------------------------------------------------------

    def mark(self, key: str) -> None:
        """Show which place is in front; "settings" marks the gear."""
        self._group.setExclusive(False)
        for name, item in self.items.items():
            item.setChecked(name == key)
        self._group.setExclusive(key in self.items)
        if key in self.items:
            self.places.ensureWidgetVisible(self.items[key], 0, 4)
        self.settings.setChecked(key == "settings")

    def set_counts(self, counts: Mapping[str, int]) -> None:
        """How many things wait at each place."""
        for key, item in self.items.items():
            item.set_count(counts.get(key, 0))

    def set_status(
        self,
        first: str,
        second: str = "",
        tone: str = "ok",
        icon: str = "checkmark_circle",
        busy: bool = False,
        whole: str = "",
    ) -> None:
        """How the data is doing, in words; `whole` is the long form of them."""
        self.status.sign.setVisible(not busy)
        self.status.turning.setVisible(busy)
        self.status.sign.set(icon, tone)
        self.status.tell(first, second, whole)

    def set_operator(self, name: str, role: str) -> None:
        """Who sits here."""
        self._operator.set_text(name or "未填操作员")
        self.person.set_tip(f"{name or '未填操作员'} · {role}")

    def set_undo(self, title: str) -> None:
        """What 撤销 would take back; "" when nothing."""
        self.undo.setEnabled(bool(title))
        self.undo.set_tip(f"撤销「{title}」" if title else "没有可撤销的操作", "Ctrl+Z" if title else "")

    def set_narrow(self, narrow: bool) -> None:
        """Icons only, on narrow screens."""
        if narrow == self.narrow:
            return
        self.narrow = narrow
        self.setFixedWidth(NARROW if narrow else WIDE)
        for item in self.items.values():
            item.set_narrow(narrow)
        self.search.narrow = self.mark_sign.narrow = narrow
        for text in (self.status.first, self.status.second, self._operator):
            text.setVisible(not narrow)
        direction = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        for line in (self._foot, self.status.line):
            line.setDirection(direction)
            line.setContentsMargins(*((0, 0, 0, 0) if narrow else (10, 4 if line is self.status.line else 0, 0, 4)))
        where = Qt.AlignmentFlag.AlignHCenter if narrow else Qt.AlignmentFlag.AlignVCenter
        for part in (self.person, self.undo, self.look, self.settings):
            self._foot.setAlignment(part, where)
        for sign in (self.status.sign, self.status.turning):
            self.status.line.setAlignment(sign, where)

    # -- acting ----------------------------------------------------------------------------------------------------

    def _clicked(self) -> None:
        item = self.sender()
        if isinstance(item, NavItem):
            self.chosen.emit(item.key)

    def _person_clicked(self) -> None:
        self.person_wanted.emit(self.person.mapToGlobal(QPoint(0, -8)))

    def _to_sync(self) -> None:
        self.chosen.emit("sync")

    def _to_settings(self) -> None:
        self.chosen.emit("settings")

    def _look_changed(self) -> None:
        dark = theme().dark
        self.look.set_icon("sun" if dark else "moon")
        self.look.set_tip("换成浅色" if dark else "换成深色")
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down walk the places."""
        order = list(self.items.values())
        at = next((i for i, item in enumerate(order) if item.hasFocus()), -1)
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
        if at >= 0 and step:
            order[(at + step) % len(order)].setFocus(Qt.FocusReason.TabFocusReason)
            return
        if at >= 0 and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.chosen.emit(order[at].key)
            return
        super().keyPressEvent(event)
