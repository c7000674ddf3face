"""All colours, sizes, letters and icons of the window, in a light and a dark version; no other file names a colour."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QByteArray, QDir, QObject, QRectF, Qt, QTemporaryDir, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from salesdesk.paths import RESOURCES

log = logging.getLogger(__name__)

FAMILY = "Noto Sans SC"
"""Shipped with the program, so that every PC shows the same letters and no label is clipped on one of them only."""

Mode = Literal["light", "dark", "system"]

LIGHT = {
    "app": "#F4F6F9", "nav": "#EAEEF4", "card": "#FFFFFF", "raised": "#FFFFFF", "sunken": "#F7F9FB",
    "line": "#E2E7EE", "line2": "#CBD3DE", "input_line": "#838D9C",
    "text": "#171C24", "text2": "#475162", "text3": "#5B6677", "disabled": "#9AA4B2",
    "accent": "#1D5BD0", "accent_hover": "#174CB2", "accent_press": "#123E93", "accent_soft": "#E7EFFD", "on_accent": "#FFFFFF",
    "select": "#DCE8FC", "hover": "#EEF2F7", "zebra": "#FAFBFC", "header": "#F4F6F9", "focus": "#1D5BD0", "nav_hover": "#DFE5EE",
    "nav_select": "#FFFFFF",
    "neutral": "#475467", "neutral_bg": "#EDF0F4", "warn": "#854A00", "warn_bg": "#FFF1D6", "info": "#174CB2", "info_bg": "#E4EEFF",
    "prog": "#5A2AB0", "prog_bg": "#F0EAFE", "ok": "#12633A", "ok_bg": "#DFF5E7", "err": "#B3261E", "err_bg": "#FDE9E7",
    "chart1": "#1D5BD0", "chart1_muted": "#B9D0F8", "chart1_read": "#5F8FE8", "chart2": "#A86200", "track": "#E2E7EE",
    "toast": "#1F2733", "on_toast": "#FFFFFF", "toast_line": "#6B7789", "dim": "#66171C24", "shadow": "#2E0F1728",
}  # fmt: skip
DARK = {
    "app": "#14171C", "nav": "#0F1216", "card": "#1B1F26", "raised": "#242A34", "sunken": "#171B21",
    "line": "#2A303A", "line2": "#3B4350", "input_line": "#7D8898",
    "text": "#E9EDF3", "text2": "#B4BDCA", "text3": "#9FAAB9", "disabled": "#5F6A79",
    "accent": "#78A7FF", "accent_hover": "#93B9FF", "accent_press": "#5E93F7", "accent_soft": "#1B2A46", "on_accent": "#0A1730",
    "select": "#22375E", "hover": "#232934", "zebra": "#1D2129", "header": "#181C22", "focus": "#78A7FF", "nav_hover": "#191E25",
    "nav_select": "#1B1F26",
    "neutral": "#C3CBD6", "neutral_bg": "#2B323D", "warn": "#F5C26B", "warn_bg": "#3A2C12", "info": "#9CC0FF", "info_bg": "#1A2C4D",
    "prog": "#C6AEFF", "prog_bg": "#2E2350", "ok": "#7BDCA4", "ok_bg": "#143425", "err": "#FF9C93", "err_bg": "#45201D",
    "chart1": "#78A7FF", "chart1_muted": "#2D4470", "chart1_read": "#4A70BA", "chart2": "#F0B04A", "track": "#2F3642",
    "toast": "#E9EDF3", "on_toast": "#171C24", "toast_line": "#5B6677", "dim": "#99000000", "shadow": "#80000000",
}  # fmt: skip
TONES = ("neutral", "warn", "info", "prog", "ok", "err")
"""Each tone is a pair of tokens: `warn` for letters and icons on `warn_bg`."""

SIZES = {
    "caption": 12, "grid": 13, "body": 14, "subtitle": 16, "title": 20, "figure": 26,
    "radius": 6, "card_radius": 10, "control": 34, "header": 34, "chip": 22, "nav_item": 36, "icon": 20,
}  # fmt: skip
"""Logical pixels. Han letters are never smaller than 12."""

ROW_HEIGHTS = {"compact": 28, "normal": 34, "roomy": 40}


class Theme(QObject):
    """The chosen look. `changed` is sent after colours or density changed; widgets that paint themselves repaint on it."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._mode: Mode = "light"
        self._dark = False
        self._tokens = dict(LIGHT)
        self._density = "normal"
        self._begun = self._styled = False
        self._tinted: QTemporaryDir | None = None
        self._pixmaps: dict[tuple[str, str, int, bool, float, int], QPixmap] = {}

    # -- asking ----------------------------------------------------------------------------------------------------

    @property
    def mode(self) -> Mode:
        """What was chosen: light, dark or system."""
        return self._mode

    @property
    def dark(self) -> bool:
        """Whether the dark version is showing."""
        return self._dark

    @property
    def row_height(self) -> int:
        """Height of a table row for the chosen density."""
        return ROW_HEIGHTS[self._density]

    def color(self, token: str) -> QColor:
        """Colour of a token in the version that is showing."""
        return QColor(self._tokens[token])

    def name(self, token: str) -> str:
        """The colour as text, for rich text and style sheets."""
        return self._tokens[token]

    def tone(self, tone: str) -> tuple[QColor, QColor]:
        """Letters and ground of a status tone."""
        known = tone if tone in TONES else "neutral"
        return self.color(known), self.color(f"{known}_bg")

    def px(self, size: str) -> int:
        """A named size in logical pixels."""
        return SIZES[size]

    def font(self, size: str = "body", bold: bool = False) -> QFont:
        """The program's letters in one of the named sizes."""
        font = QFont(FAMILY)
        font.setPixelSize(SIZES[size])
        font.setBold(bold)
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        return font

    @contextmanager
    def on_paper(self) -> Iterator[None]:
        """While something is painted for a white page, the colours are those of the light version."""
        kept, self._tokens = self._tokens, dict(LIGHT)
        try:
            yield
        finally:
            self._tokens = kept

    # -- changing --------------------------------------------------------------------------------------------------

    def apply(self, app: QApplication, mode: str = "system", bare: bool = False) -> None:
        """Dress the whole program; may be called again at any time to change the look.

        bare: leave the style sheet to the next call. A window is built bare, because dressing every widget as it is born
        takes three times as long as dressing all of them at once.
        """
        self._mode = mode if mode in ("light", "dark") else "system"  # type: ignore[assignment]
        first, self._begun = not self._begun, True
        if first:
            load_fonts()
            app.setFont(self.font())
            app.styleHints().colorSchemeChanged.connect(self._system_changed)
        if first or self._dark != self._wanted_dark(app):
            self._dress(app)
        if not bare and not self._styled:
            self._styled = True
            app.setStyleSheet(self._style_sheet())

    def set_density(self, density: str) -> None:
        """Row height of tables: compact, normal or roomy."""
        if density in ROW_HEIGHTS and density != self._density:
            self._density = density
            self.changed.emit()

    def _system_changed(self) -> None:
        app = QApplication.instance()
        if self._mode == "system" and isinstance(app, QApplication):
            self._dress(app)

    def _wanted_dark(self, app: QApplication) -> bool:
        system_dark = app.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return self._mode == "dark" or (self._mode == "system" and system_dark)

    def _dress(self, app: QApplication) -> None:
        self._dark = self._wanted_dark(app)
        self._tokens = dict(DARK if self._dark else LIGHT)
        self._pixmaps.clear()
        app.setPalette(self._palette())
        if self._styled:
            app.setStyleSheet(self._style_sheet())
        self.changed.emit()

    def _palette(self) -> QPalette:
        role = QPalette.ColorRole
        palette = QPalette()
        for target, token in (
            (role.Window, "app"), (role.WindowText, "text"), (role.Base, "card"), (role.AlternateBase, "zebra"),
            (role.Text, "text"), (role.Button, "card"), (role.ButtonText, "text"), (role.BrightText, "err"),
            (role.Highlight, "select"), (role.HighlightedText, "text"), (role.PlaceholderText, "text3"),
            (role.ToolTipBase, "raised"), (role.ToolTipText, "text"), (role.Link, "accent"), (role.LinkVisited, "accent"),
            (role.Accent, "accent"), (role.Light, "card"), (role.Midlight, "line"), (role.Mid, "line2"),
            (role.Dark, "input_line"), (role.Shadow, "line2"),
        ):  # fmt: skip
            palette.setColor(target, self.color(token))
        for target in (role.WindowText, role.Text, role.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, target, self.color("disabled"))
        return palette

    def _style_sheet(self) -> str:
        """resources/qss/app.qss with `@token@`, `@size px@` and `@icon:name:token@` filled in."""
        if self._tinted is None:
            self._tinted = QTemporaryDir()
            if self._tinted.isValid():
                QDir.setSearchPaths("tinted", [self._tinted.path()])
            else:
                log.warning(
                    "no folder for temporary files, arrows and ticks are left out: %s", self._tinted.errorString()
                )
        text = (RESOURCES / "qss" / "app.qss").read_text(encoding="utf-8")
        return re.sub(r"@([a-z0-9_:]+)@", self._fill, text)

    def _fill(self, found: re.Match[str]) -> str:
        word = found[1]
        if word.startswith("icon:"):
            _, name, token = word.split(":")
            return self._tinted_file(name, token)
        if word in SIZES:
            return f"{SIZES[word]}px"
        return self._tokens[word]

    def _tinted_file(self, name: str, token: str) -> str:
        """A style sheet wants a file for an arrow or a tick: one recoloured copy for this colour; none where none can be put."""
        assert self._tinted is not None
        if not self._tinted.isValid():
            return "none"
        file = f"{name}-{self._tokens[token].lstrip('#')}.svg"
        target = Path(self._tinted.path()) / file
        if not target.exists():
            try:
                target.write_bytes(_svg(name, self._tokens[token]))
            except OSError as error:
                log.warning("an arrow or a tick is left out: %s", error)
                return "none"
        return f"url(tinted:{file})"

    # -- icons -----------------------------------------------------------------------------------------------------

    def pixmap(
        self, name: str, token: str = "text2", size: int = 20, filled: bool = False, ratio: float = 0.0, room: int = 0
    ) -> QPixmap:
        """One icon as it is painted now; for delegates. ratio 0 takes the sharpest screen's; `room` is air at its right, in
        pixels, for buttons: Fusion leaves too little before the text."""
        ratio = ratio or max(1.0, QGuiApplication.instance().devicePixelRatio())  # type: ignore[union-attr]
        color = self._tokens.get(token, token)
        key = (name, color, size, filled, ratio, room)
        found = self._pixmaps.get(key)
        if found is None:
            found = QPixmap(round(size * ratio) + round(room * ratio), round(size * ratio))
            found.fill(Qt.GlobalColor.transparent)
            painter = QPainter(found)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            QSvgRenderer(QByteArray(_svg(name + ("_filled" if filled else ""), color))).render(
                painter, QRectF(0, 0, found.height(), found.height())
            )
            painter.end()
            found.setDevicePixelRatio(ratio)
            self._pixmaps[key] = found
        return found

    def icon(self, name: str, token: str = "text2", size: int = 20, filled: bool = False) -> QIcon:
        """An icon for a button or an item; ask again after `changed`. An unknown name gives an empty icon."""
        made = QIcon()
        if name:
            made.addPixmap(self.pixmap(name, token, size, filled))
            made.addPixmap(self.pixmap(name, "disabled", size, filled), QIcon.Mode.Disabled)
        return made


@lru_cache(maxsize=256)
def _source(name: str) -> bytes:
    path = RESOURCES / "icons" / f"{name}.svg"
    if not path.exists():
        path = RESOURCES / "icons" / f"{name.removesuffix('_filled')}.svg"
    return path.read_bytes() if path.exists() else b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20"></svg>'


def _svg(name: str, color: str) -> bytes:
    """An icon's drawing in one colour; icons carry none of their own."""
    return _source(name).replace(b"<svg ", f'<svg fill="{color}" '.encode(), 1)


@cache
def load_fonts() -> None:
    """Make the shipped letters known to Qt; once is enough."""
    for weight in ("Regular", "Bold"):
        QFontDatabase.addApplicationFont(str(RESOURCES / "fonts" / f"NotoSansSC-{weight}.ttf"))


_theme: Theme | None = None


def theme() -> Theme:
    """The one theme of the program."""
    global _theme
    if _theme is None:
        _theme = Theme()
    return _theme


def icon(name: str, token: str = "text2", size: int = 20, filled: bool = False) -> QIcon:
    """Short for `theme().icon(…)`."""
    return theme().icon(name, token, size, filled)
