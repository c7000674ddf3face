"""Manifest of filing: the register of dossiers and what waits to be filed."""

from __future__ import annotations

from salesdesk.modules.dossiers import queries
from salesdesk.modules.dossiers.model import DOSSIER, DOSSIER_FILE
from salesdesk.persistence.reading import Reader
from salesdesk.services.module import Module, ToDo


def todos(reader: Reader, today: str) -> list[ToDo]:
    """One line for all orders that have been finished for some days and are not filed."""
    kept = reader.value("SELECT value FROM setting WHERE key = 'dossier.after_days'")
    number = queries.waiting(reader, today, int(float(kept)) if kept is not None else 7)
    if not number:
        return []
    told = f"{number} 张做完的订单还没归档" if number < 1000 else "1000 张以上做完的订单还没归档"
    return [
        ToDo(told, "一次装好文件夹和压缩包", today, "archive", "info", "dossier", "", "dossier.file_many", "批量归档")
    ]


MODULE = Module(
    "dossiers",
    "订单档案",
    "archive",
    70,
    actions="salesdesk.modules.dossiers.actions",
    entities=(DOSSIER, DOSSIER_FILE),
    todos=todos,
    main="dossier",
)
