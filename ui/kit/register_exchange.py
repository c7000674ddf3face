"""What goes into a register and out of it: Excel files, the printed list, a record's papers."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from salesdesk.services.module import Outcome
from ui.kit.filter_bar import FilterBar
from ui.kit.import_wizard import show_import
from ui.kit.page import PageContext
from ui.kit.paper_preview import show_preview
from ui.kit.print_preview import show_pdf
from ui.kit.window_model import ListModel


class Exchange(QObject):
    """Exports and prints what the list shows, and brings files in."""

    def __init__(self, context: PageContext, entity: str, chosen: FilterBar, model: ListModel) -> None:
        super().__init__(model)
        self._context, self._filter, self._model = context, chosen, model
        self._entity = context.desk.entity(entity)

    def narrowing(self) -> dict[str, Any]:
        """The filter as arguments of export and print_list."""
        query = self._model.query
        where = [[c.field, c.operator, c.value] for c in query.conditions]
        return {"text": query.text, "where": json.dumps(where, ensure_ascii=False)} if self._filter.narrowed else {}

    def export(self) -> None:
        """Write what the list shows into an Excel file."""
        title = self._entity.title
        name = f"{title}{'（筛选）' if self._filter.narrowed else ''} {self._context.desk.today}.xlsx"
        kinds = "Excel 工作簿 (*.xlsx);;CSV (*.csv)"
        target, _ = QFileDialog.getSaveFileName(self._context.window, f"导出{title}", name, kinds)
        if target:
            self._context.ops.run(f"{self._entity.key}.export", {"file": target, **self.narrowing()})

    def fetch(self) -> None:
        """Bring an Excel file in, with a look at it before."""
        show_import(self._context, self._entity.key)

    def print_list(self) -> None:
        """The list as a paper, previewed first."""
        self._context.ops.run(f"{self._entity.key}.print_list", self.narrowing(), done=self._list_made)

    def _list_made(self, outcome: Outcome) -> None:
        show_pdf(self._context, str(outcome.data["file"]), f"{self._entity.title}清单")

    def print_paper(self, paper: str, uid: str) -> None:
        """Preview a paper of a record, and print it from there."""
        if uid:
            show_preview(self._context, paper, uid)
