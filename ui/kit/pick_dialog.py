"""The full list of a register to pick one record from, with search and filters (F7)."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from salesdesk.desk import Desk
from salesdesk.services.lists import Condition, Query
from ui.kit.filter_bar import FilterBar
from ui.kit.table_view import TableView
from ui.kit.widgets import button, label, row
from ui.kit.window_model import ListModel


class PickDialog(QDialog):
    """Type to narrow, ↓ into the list, Enter takes; Esc gives up."""

    def __init__(
        self, parent: QWidget | None, desk: Desk, entity: str, typed: str = "", conditions: tuple[Condition, ...] = ()
    ) -> None:
        super().__init__(parent)
        one = desk.entity(entity)
        self.setWindowTitle(f"选{one.title}")
        self.setWindowFlag(Qt.WindowType.WindowContextHelpButtonHint, False)
        base = Query(conditions)
        self.filter = FilterBar(desk, entity, f"pick.{entity}", base)
        self.model = ListModel(desk, entity, self.filter.query(), self)
        self.view = TableView(self.model, f"pick.{entity}")
        self.picked = ""
        self._count = label("", "caption", "text2")
        take = button("选定", "check", primary=True, shortcut="Enter", clicked=self._take)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        column.addWidget(self.filter)
        column.addWidget(self.view, 1)
        column.addLayout(row(self._count, 1, button("取消", clicked=self.reject), take, spacing=10))
        if self.filter.counted_field:
            self.filter.set_counts(desk.choice_counts(entity, self.filter.counted_field))
        self.filter.changed.connect(self._narrow)
        self.filter.down.connect(self._into_list)
        self.view.opened.connect(self._picked)
        self.view.typed.connect(self.filter.type_on)
        self.view.told.connect(self._count.setText)
        host = parent.window().size() if parent is not None else None
        self.resize(min(920, host.width() - 60) if host else 920, min(600, host.height() - 60) if host else 600)
        if typed:
            self.filter.set_text(typed)
        self.filter.box.setFocus()
        if self.model.rowCount():
            self.view.select_row(0)

    def _narrow(self, query: Query) -> None:
        self.model.set_query(self.filter.query(self.model.query))
        if self.model.rowCount() and not self.view.currentIndex().isValid():
            self.view.select_row(0)

    def _into_list(self) -> None:
        if self.model.rowCount():
            if not self.view.currentIndex().isValid():
                self.view.select_row(0)
            self.view.setFocus()

    def _picked(self, uid: str) -> None:
        self.picked = uid
        self.accept()

    def _take(self) -> None:
        uid = self.view.current_uid()
        if uid:
            self._picked(uid)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take()
        else:
            super().keyPressEvent(event)

    def done(self, result: int) -> None:
        self.model.stop()
        super().done(result)


def pick_record(
    parent: QWidget | None, desk: Desk, entity: str, typed: str = "", conditions: tuple[Condition, ...] = ()
) -> str:
    """Let a person pick one record; its uid, "" when given up."""
    dialog = PickDialog(parent, desk, entity, typed, conditions)
    taken = dialog.exec() == QDialog.DialogCode.Accepted
    dialog.deleteLater()
    return dialog.picked if taken else ""
