"""The buttons at the right of a title; where the window is narrow those at the left show only their icons."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from ui.kit.controls import Button, row

ICON_ALONE = 60
"""Pixels of a button that shows its icon only."""


class ButtonLine(QWidget):
    """Takes the room its buttons want, or less: then one after the other gives up its words, the last one at the very end.

    Their names stay where screen readers and the mouse find them.
    """

    def __init__(self, *buttons: QWidget, spacing: int = 10) -> None:
        super().__init__()
        self._spacing = spacing
        self._words: dict[Button, str] = {}
        self._line = row(1, spacing=spacing)
        self.setLayout(self._line)
        self._buttons: list[QWidget] = []
        for one in buttons:
            self.insert(len(self._buttons), one)

    def insert(self, place: int, one: QWidget) -> None:
        """Put one more button into the line, before the one that stood at the place."""
        self._buttons.insert(place, one)
        self._line.insertWidget(place + 1, one)
        one.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent):
            self.updateGeometry()
            self._fit()
        return False

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:  # a button has other words, or its style only now
            self._fit()
        return done

    def sizeHint(self) -> QSize:
        return QSize(self._wide(frozenset()), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self._wide(frozenset(self._yielding())), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _there(self) -> list[QWidget]:
        return [one for one in self._buttons if not one.isHidden()]

    def _yielding(self) -> list[Button]:
        """Those that can do without words, in the order in which they give them up."""
        return [one for one in self._there() if isinstance(one, Button) and not one.icon().isNull()]

    def _wide(self, bare: frozenset[QWidget]) -> int:
        there = self._there()
        return sum(ICON_ALONE if one in bare else self._whole(one) for one in there) + self._spacing * len(there)

    def _whole(self, one: QWidget) -> int:
        """The width of a button with its words, which it may not show at the moment."""
        if not isinstance(one, Button) or one not in self._words:
            return one.sizeHint().width()
        return one.sizeHint().width() + one.fontMetrics().horizontalAdvance(self._words[one])

    def _fit(self) -> None:
        yielding, bare = self._yielding(), set[QWidget]()
        for one in yielding:
            if self._wide(frozenset(bare)) <= self.width():
                break
            bare.add(one)
        for one in yielding:
            if one in bare and one.text():
                self._words[one] = one.text()
                one.setText("")
                if not one.toolTip():
                    one.setToolTip(one.accessibleName())
            elif one not in bare and one in self._words:
                one.setText(self._words.pop(one))
