"""What goes into a register and out of it: Excel files, the printed list, a record's papers."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from salesdesk.domain.masking import SECRETS, covered
from salesdesk.domain.problems import Problem, Severity, summary
from salesdesk.services.module import Outcome
from ui.kit.approval_dialog import ask_leave
from ui.kit.filter_bar import FilterBar
from ui.kit.import_wizard import show_import
from ui.kit.messages import ask_choice
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
        self._wanted: tuple[str, dict[str, Any]] = ("", {})

    def narrowing(self) -> dict[str, Any]:
        """The filter as arguments of export and print_list."""
        query = self._model.query
        where = [[c.field, c.operator, c.value] for c in query.conditions]
        return {"text": query.text, "where": json.dumps(where, ensure_ascii=False)} if self._filter.narrowed else {}

    def export(self) -> None:
        """Write what the list shows into an Excel file; what is confidential stays under stars unless it is asked for."""
        title, key = self._entity.title, self._entity.key
        verb = f"{key}.export"
        if self._context.may(f"{key}.export_full"):
            veil = self._context.desk.settings.veil
            hidden = [f for f in self._entity if covered(f, veil)]
            if hidden:
                told = "、".join(dict.fromkeys(SECRETS[f.masked] for f in hidden))
                ways = ((verb, f"遮住{told}"), (f"{key}.export_full", f"含完整的{told}（要写原因，会记下来）"))
                chosen = ask_choice(self._context.window, f"导出{title}", ways, yes="下一步")
                if chosen is None:
                    return
                verb = chosen
        name = f"{title}{'（筛选）' if self._filter.narrowed else ''} {self._context.desk.today}.xlsx"
        kinds = "Excel 工作簿 (*.xlsx);;CSV (*.csv)"
        target, _ = QFileDialog.getSaveFileName(self._context.window, f"导出{title}", name, kinds)
        if target:
            self._wanted = (verb, {"file": target, **self.narrowing()})
            self._context.ops.run(*self._wanted, refused=self._reasoned)

    def _reasoned(self, problems: tuple[Problem, ...]) -> None:
        """Ask why, and export with the reason; what cannot be helped by one is told as usual."""
        verb, args = self._wanted
        context, title = self._context, f"导出{self._entity.title}"
        leave = ask_leave(context.ops, context.window, title, verb, args, problems)
        if leave:
            context.ops.run(verb, {**args, **leave})
        elif not any(p.severity is Severity.ASK for p in problems):
            self._context.toast(summary(problems), tone="err")

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
