"""Buttons, labels, chips and cards: the small parts every page is put together from."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QFontMetrics,
    QIcon,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ui.kit.enter import is_enter
from ui.kit.theme import theme
from ui.kit.turning import paint_turning


def restyle(widget: QWidget) -> None:
    """Make the style sheet look again at the widget's properties; one that was never shown it will look at anyway."""
    if not widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        return
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


def label(text: str = "", size: str = "body", ink: str = "text", bold: bool = False) -> QLabel:
    """A text in one of the theme's sizes and colours; `ink` is text, text2, text3, accent or a tone."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setFont(theme().font(size, bold))
    if ink != "text":
        made.setProperty("ink", ink)
    return made


def set_ink(target: QLabel, ink: str) -> None:
    """Change the colour of a label."""
    if target.property("ink") != ink:
        target.setProperty("ink", ink)
        restyle(target)


def rule() -> QFrame:
    """A hairline between two parts."""
    line = QFrame()
    line.setProperty("rule", True)
    return line


def row(
    *parts: QWidget | QLayout | int, spacing: int = 8, margins: tuple[int, int, int, int] = (0, 0, 0, 0)
) -> QHBoxLayout:
    """Parts side by side; a number n is a stretch of weight n (0: a plain gap of 8)."""
    line = QHBoxLayout()
    line.setSpacing(spacing)
    line.setContentsMargins(*margins)
    for part in parts:
        if isinstance(part, int):
            line.addStretch(part) if part else line.addSpacing(8)
        elif isinstance(part, QLayout):
            line.addLayout(part)
        else:
            line.addWidget(part)
    return line


class ElidedLabel(QLabel):
    """A label that ends in … when there is no room, and then tells the whole in its tooltip."""

    def __init__(self, text: str = "", size: str = "body", ink: str = "text", bold: bool = False) -> None:
        super().__init__()
        self._whole = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(theme().font(size, bold))
        if ink != "text":
            self.setProperty("ink", ink)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.set_text(text)

    def set_text(self, text: str) -> None:
        """Show another text."""
        self._whole = text
        self.setAccessibleName(text)
        self._fit()

    def text_whole(self) -> str:
        """The text without the cut."""
        return self._whole

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        return QSize(metrics.horizontalAdvance(self._whole) + 2, metrics.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, QFontMetrics(self.font()).height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        shown = QFontMetrics(self.font()).elidedText(self._whole, Qt.TextElideMode.ElideRight, max(0, self.width()))
        self.setText(shown)
        self.setToolTip(self._whole if shown != self._whole else "")


class Card(QFrame):
    """A white surface with a heading line; put content into `body`, buttons beside the heading with `add_action`."""

    def __init__(self, title: str = "", hint: str = "", margins: tuple[int, int, int, int] = (18, 14, 18, 14)) -> None:
        super().__init__()
        self.setObjectName("card")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(*margins)
        self.body.setSpacing(8)
        self.header: QHBoxLayout | None = None
        self.hint: QLabel | None = None
        if title:
            self.title = label(title, "body", bold=True)
            self.hint = label(hint, "caption", "text2")
            self.header = row(self.title, self.hint, 1)
            self.body.addLayout(self.header)

    def add_action(self, widget: QWidget) -> None:
        """Put a button at the right end of the heading line."""
        assert self.header is not None, "a card without a title has no heading line"
        self.header.addWidget(widget)


class Button(QPushButton):
    """A push button with a recoloured icon. `set_busy(True)` shows progress inside it instead of blocking the window."""

    def __init__(self, text: str, icon: str = "", kind: str = "", shortcut: str = "") -> None:
        super().__init__(f"{text}  {shortcut}" if shortcut and kind == "primary" else text)
        self._icon = icon
        self._kind = kind
        self._busy = False
        self._turn = 0
        self._was_enabled = True
        self._timer: QTimer | None = None
        if kind:
            self.setProperty("kind", kind)
        if shortcut:
            self.setToolTip(f"{text}（{shortcut}）")
        self.setAccessibleName(text)
        self.setAutoDefault(False)
        self.setIconSize(QSize(23, 18))
        self._retheme()
        theme().changed.connect(self._retheme)

    def set_icon(self, icon: str) -> None:
        """Show another icon."""
        self._icon = icon
        self._retheme()

    def set_kind(self, kind: str) -> None:
        """Change between "", primary, quiet and link."""
        if kind == self._kind:
            return
        self._kind = kind
        self.setProperty("kind", kind)
        restyle(self)
        self._retheme()

    def set_busy(self, busy: bool) -> None:
        """While busy the button turns and cannot be pressed again. It keeps the keyboard if it has it: switched off it would
        hand it to the next button, which the next blank would press."""
        if busy == self._busy:
            return
        if busy:
            self._was_enabled = self.isEnabled()
        self._busy = busy
        if busy:
            self.setDown(False)
            self.setEnabled(self.hasFocus())
            self._timer = QTimer(self)
            self._timer.timeout.connect(self._tick)
            self._timer.start(80)
        else:
            if self._timer is not None:
                self._timer.stop()
                self._timer = None
            self.setEnabled(self._was_enabled)
        self.setProperty("busy", busy)
        restyle(self)
        self._retheme()

    def isEnabled(self) -> bool:
        return super().isEnabled() and not self._busy

    def click(self) -> None:
        if not self._busy:
            super().click()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._busy:
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if is_enter(event):  # Qt itself takes only the blank
            if not event.isAutoRepeat():
                self.click()
        elif not self._busy or event.key() != Qt.Key.Key_Space:
            super().keyPressEvent(event)

    def _tick(self) -> None:
        self._turn = (self._turn + 30) % 360
        self.update()

    def _retheme(self) -> None:
        token = {"primary": "on_accent", "link": "accent"}.get(self._kind, "text2")
        made = QIcon()
        if self._icon and not self._busy:
            for mode, ink in ((QIcon.Mode.Normal, token), (QIcon.Mode.Disabled, "disabled")):
                made.addPixmap(theme().pixmap(self._icon, ink, 18, room=5), mode)
        self.setIcon(made)

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(max(hint.width(), 44 if self._kind != "link" else 24), hint.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._busy:
            painter = QPainter(self)
            paint_turning(painter, QRectF(10, (self.height() - 14) / 2, 14, 14), self._turn)
            painter.end()


def button(
    text: str, icon: str = "", primary: bool = False, shortcut: str = "", clicked: Callable[[], object] | None = None
) -> Button:
    """A normal or the page's one primary button. `shortcut` is shown only; the page or the shell acts on the keys."""
    made = Button(text, icon, "primary" if primary else "", shortcut)
    if clicked is not None:
        made.clicked.connect(clicked)
    return made


class LinkButton(Button):
    """A verb as coloured text, for lists and table headings."""

    def __init__(self, text: str, clicked: Callable[[], object] | None = None, icon: str = "") -> None:
        super().__init__(text, icon, "link")
        if clicked is not None:
            self.clicked.connect(clicked)


class QuietButton(Button):
    """A button without a border, for secondary actions in a card's heading."""

    def __init__(self, text: str, icon: str = "", clicked: Callable[[], object] | None = None) -> None:
        super().__init__(text, icon, "quiet")
        if clicked is not None:
            self.clicked.connect(clicked)


class IconButton(QToolButton):
    """A small square button; what it does is told by its tooltip and to screen readers."""

    def __init__(
        self, icon: str, tip: str, shortcut: str = "", token: str = "text2", clicked: Callable[[], object] | None = None
    ) -> None:
        super().__init__()
        self._icon, self._token = icon, token
        self.setIconSize(QSize(20, 20))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.set_tip(tip, shortcut)
        if clicked is not None:
            self.clicked.connect(clicked)
        self._retheme()
        theme().changed.connect(self._retheme)

    def set_tip(self, tip: str, shortcut: str = "") -> None:
        """Say anew what the button does."""
        self.setToolTip(f"{tip}（{shortcut}）" if shortcut else tip)
        self.setAccessibleName(tip)

    def set_icon(self, icon: str) -> None:
        """Show another icon."""
        self._icon = icon
        self._retheme()

    def _retheme(self) -> None:
        self.setIcon(theme().icon(self._icon, self._token))


class IconLabel(QWidget):
    """An icon that only shows something; it repaints itself when the look changes."""

    def __init__(self, name: str, token: str = "text2", size: int = 20, filled: bool = False) -> None:
        super().__init__()
        self._name, self._token, self._size, self._filled = name, token, size, filled
        self.setFixedSize(size, size)

    def set(self, name: str, token: str = "", filled: bool | None = None) -> None:
        """Show another icon or colour."""
        self._name = name
        self._token = token or self._token
        self._filled = self._filled if filled is None else filled
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.drawPixmap(
            0, 0, theme().pixmap(self._name, self._token, self._size, self._filled, self.devicePixelRatioF())
        )
        painter.end()


def labelled(name: FieldLabel, editor: QWidget) -> QWidget:
    """An editor with its label above it."""
    cell = QWidget()
    column = QVBoxLayout(cell)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(2)
    column.addWidget(name)
    column.addWidget(editor)
    return cell


class FieldLabel(QWidget):
    """The line above an editor: title, red star when required, and at the right a hint or, in red, what is wrong."""

    def __init__(self, title: str, required: bool = False, hint: str = "") -> None:
        super().__init__()
        self._hint, self._ink = hint, "text2"
        self._title = label(title, "caption", "text2")
        self._star = label("*", "caption", "err", bold=True)
        if not required:
            self._star.hide()
        self._sign = IconLabel("error", "err", 14, True)
        self._right = ElidedLabel(hint, "caption", "text2")
        self._right.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._sign.hide()
        line = row(self._title, self._star, self._right, spacing=3)
        line.insertWidget(2, self._sign)
        line.setStretch(3, 1)
        self.setLayout(line)
        self.setFixedHeight(20)

    def set_hint(self, hint: str, ink: str = "text2") -> None:
        """Say something helpful at the right, such as 4 个工作日."""
        self._hint, self._ink = hint, ink
        if self._sign.isHidden():
            self._right.set_text(hint)
            set_ink(self._right, ink)

    @property
    def hint(self) -> str:
        """What it says when nothing is wrong."""
        return self._hint

    def set_error(self, error: str) -> None:
        """Say what is wrong; "" takes it back."""
        self._sign.setVisible(bool(error))
        self._right.set_text(error or self._hint)
        set_ink(self._right, "err" if error else self._ink)

    @property
    def error(self) -> str:
        """What it says to be wrong, "" when nothing is."""
        return "" if self._sign.isHidden() else self._right.text_whole()


def mark_error(editor: QWidget, error: bool) -> None:
    """Give an editor the red border of a wrong value, or take it away."""
    if bool(editor.property("error")) != error:
        editor.setProperty("error", error)
        restyle(editor)


class Clickable(QFrame):
    """A surface that acts like a button: mouse, Enter and Space; for KPI cards and list entries."""

    clicked = Signal()

    def __init__(self, name: str = "") -> None:
        super().__init__()
        self.setObjectName("card")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(name)
        self._over = False

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.clicked.emit()

    def event(self, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.KeyPress and event.key() in (  # type: ignore[attr-defined]
            Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space,
        ):  # fmt: skip
            self.clicked.emit()
            return True
        return super().event(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._over = True
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._over = False
        self.update()

    def focusInEvent(self, event: object) -> None:
        self.update()

    def focusOutEvent(self, event: object) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus() or self._over:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme().color("focus" if self.hasFocus() else "line2"), 2 if self.hasFocus() else 1))
            edge = 1.0 if self.hasFocus() else 0.5
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(edge, edge, -edge, -edge), 9, 9)
            painter.end()
