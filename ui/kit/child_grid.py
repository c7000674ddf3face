"""A small table inside a form, such as the contacts of a customer: a heading, the rows, and one blank row to type on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from salesdesk.desk import Desk
from salesdesk.domain.draft import Draft
from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Day, Link, Row
from salesdesk.domain.masking import Veil
from salesdesk.domain.problems import Problem
from ui.kit.lines_grid import LinesGrid
from ui.kit.lines_grid_model import GridColumn
from ui.kit.pick_source import EntitySource
from ui.kit.suggestions import ask_of
from ui.kit.theme import theme
from ui.kit.widgets import QuietButton, label, row

MOST_ROWS = 8


def columns_of(entity: Entity, desk: Desk | None = None) -> tuple[GridColumn, ...]:
    """Columns of a child table: its row number and every field that is listed; links are typed where a desk offers records."""
    found = [GridColumn("seq", "", 36)]
    listed = [f for f in entity if (f.listed or f.required) and f.key not in ("seq", entity.parent_key)]
    for field in listed:
        kind = field.kind
        source = EntitySource(desk, kind.entity) if desk and isinstance(kind, Link) and kind.entity else None
        found.append(
            GridColumn(
                field.key if not isinstance(field.kind, Link) else f"{field.key}.name",
                field.title,
                _width(field),
                sets=field.key if field.typed and (source or not isinstance(kind, Link)) else "",
                source=source if field.typed else None,
                needed=field.typed,
                stretch=_takes_room(field),
                align="right" if field.kind.numeric else "left",
                faint=not field.required,
                prompt=field.title if field.required and field.typed else "",
                numeric=field.kind.numeric,
                synonyms=field.synonyms,
                suggest=ask_of(desk, field) if desk and field.typed else None,
            )
        )
    if not any(c.stretch for c in found):
        last = found.pop()
        found.append(GridColumn(**{**last.__dict__, "stretch": True}))
    return tuple(found)


def _width(field: Field) -> int:
    longest = getattr(field.kind, "longest", 0) or 0
    if isinstance(field.kind, Day):
        return 104
    if longest and field.fixed:  # numbers of papers are read whole
        return 132
    return 88 if 0 < longest <= 40 else 108 if 0 < longest <= 60 else max(80, round(field.kind.width * 7.5))


def _takes_room(field: Field) -> bool:
    return field.wide or (getattr(field.kind, "longest", 0) or 0) >= 200


class ChildGrid(QWidget):
    """Rows of one child entity under edit, with their own draft."""

    edited = Signal()
    reveal_wanted = Signal()

    def __init__(
        self, entity: Entity, today: str, read_only: bool = False, desk: Desk | None = None, growing: bool = True
    ) -> None:
        super().__init__()
        self.entity = entity
        self.touched = False
        self._desk = desk
        self.draft = Draft(entity, line_entity=entity, today=today, recalculate=self._name)
        self.table = LinesGrid(self.draft, columns_of(entity, desk))
        self.table.lines.read_only = read_only
        self.table.lines.growing = growing
        self.table.setAccessibleName(entity.title)
        self.table.edited.connect(self._edited)
        self.table.reveal_wanted.connect(self.reveal_wanted)
        self._count = label("", "caption", "text2")
        heading = row(label(entity.title, "grid", bold=True), self._count, 1)
        if growing and not read_only:
            heading.addWidget(QuietButton(f"添加{entity.title}", "add", self.add))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(heading)
        column.addWidget(self.table)
        theme().changed.connect(self._fit)
        self._fit()

    def _name(self, draft: Draft, path: str) -> set[str]:
        """A record was picked: its name stands in the cell."""
        place, _, key = path.rpartition("/")
        kind = self.entity[key].kind if place and key in self.entity.by_key else None
        if self._desk is None or not isinstance(kind, Link) or not kind.entity:
            return set()
        with self._desk.read() as reader:
            draft.lines[int(place.split("/")[1])][f"{key}.name"] = reader.named(kind.entity, str(draft.get(path) or ""))
        return set()

    def add(self) -> None:
        """Go to the blank row."""
        self.table.setFocus()
        self.table.go_blank()

    def set_lines(self, lines: Sequence[Row]) -> None:
        """Show other rows."""
        self.table.settle()
        self.table.lines.beginResetModel()
        self.draft.lines = [dict(line) for line in lines]
        self.draft.typed.clear()
        self.table.lines.stored = frozenset(str(line["uid"]) for line in lines)
        self.table.lines.endResetModel()
        self.table.stack.clear()
        self.touched = False
        self._fit()

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Show the rows of a kept draft."""
        self.table.lines.beginResetModel()
        self.draft.restore(kept)
        self.table.lines.endResetModel()
        self.touched = True
        self._fit()

    @property
    def covers(self) -> bool:
        """Whether a cell here stands under stars."""
        lines = self.table.lines
        return any(lines.is_covered(r, c) for r in range(len(self.draft.lines)) for c in lines.columns)

    def set_veil(self, veil: Veil) -> None:
        """Cover confidential cells of stored rows, or show them."""
        self.table.lines.veil = veil
        self.table.viewport().update()

    def settle(self) -> None:
        """Take over what is still being typed."""
        self.table.settle()

    def wire(self) -> list[dict[str, Any]]:
        """The rows as the save verb wants them."""
        lines: list[dict[str, Any]] = self.draft.args()["lines"]
        return lines

    def problems(self, key: str) -> list[Problem]:
        """Unreadable cells, with paths of the save verb."""
        return [
            p.at(p.path.replace("lines/", f"{key}/", 1), f"{self.entity.title}{p.place}") for p in self.draft.problems()
        ]

    def set_problems(self, key: str, problems: Sequence[Problem]) -> None:
        """Mark the cells named by paths of the save verb; lines left out as blank are counted again."""
        places = [i for i, _ in self.draft.filled_lines()]
        mine = []
        for problem in problems:
            parts = problem.path.split("/")
            if len(parts) == 3 and parts[0] == key and int(parts[1]) < len(places):
                mine.append(problem.at(f"lines/{places[int(parts[1])]}/{parts[2]}"))
        self.table.lines.set_problems(mine)

    def locate(self, path: str) -> None:
        """Go to the cell a path of the save verb names."""
        parts = path.split("/")
        if len(parts) == 3:
            self.table.locate(f"lines/{parts[1]}/{parts[2]}")

    def _edited(self) -> None:
        self.touched = True
        self._fit()
        self.edited.emit()

    def _fit(self) -> None:
        """As high as its rows, up to a limit."""
        rows = min(MOST_ROWS, max(1, self.table.lines.rowCount()))
        self.table.setFixedHeight(theme().px("header") + rows * theme().row_height + 14)
        number = len(self.draft.filled_lines())
        self._count.setText(f"{number} 条" if number else "")
