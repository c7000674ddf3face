"""Keeps the confidential fields and cells of a form under stars until somebody asks for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from salesdesk.domain.draft import Draft
from salesdesk.domain.fields import Entity
from salesdesk.domain.kinds import Row
from salesdesk.domain.masking import covered
from ui.kit.child_grid import ChildGrid
from ui.kit.editor_base import LineEditor
from ui.kit.field_box import FieldBox
from ui.kit.page import PageContext
from ui.kit.reveal import KEYS, Reveals


class CoveredForm(Protocol):
    """What a form must tell to have its secrets kept."""

    context: PageContext
    entity: Entity
    draft: Draft
    row: Row
    dirty: bool

    @property
    def uid(self) -> str: ...


class FormCover(QWidget):
    """Covers what is stored; what was typed here stays readable until it is saved. Never seen itself."""

    def __init__(self, form: CoveredForm, boxes: Mapping[str, FieldBox], grids: Mapping[str, ChildGrid]) -> None:
        assert isinstance(form, QWidget)
        super().__init__(form)
        self.hide()
        self._form, self._grids = form, grids
        self._editors = [b.editor for b in boxes.values() if b.field.masked and isinstance(b.editor, LineEditor)]
        self.reveals = Reveals(form.context, form.entity.key, self, lambda: form.dirty)
        self.reveals.changed.connect(self.apply)
        for editor in self._editors:
            editor.reveal_wanted.connect(self.reveal)
        for grid in grids.values():
            grid.reveal_wanted.connect(self.reveal)
        keys = QShortcut(QKeySequence(KEYS), form, self.reveal)
        keys.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def reveal(self) -> None:
        """Show the covered values of this record; that it was looked at is kept."""
        if any(e.covered for e in self._editors) or any(g.covers for g in self._grids.values()):
            self.reveals.ask(self._form.uid)

    def apply(self, uid: str = "") -> None:
        """Cover what is stored and not revealed."""
        form = self._form
        veil = self.reveals.veil(form.uid)
        for editor in self._editors:
            key = editor.field.key
            stored = key not in form.draft.typed and form.draft.get(key) == form.row.get(key)
            editor.set_covered(stored and covered(editor.field, veil))
        for grid in self._grids.values():
            grid.set_veil(veil)
