"""Finds the record a cell of a line grid names, for any register: by code or full name at once, else by a fragment."""

from __future__ import annotations

from salesdesk.desk import Desk
from salesdesk.domain.draft import Draft
from salesdesk.domain.kinds import Row
from salesdesk.domain.text import normalize
from salesdesk.services.lists import Condition, Query
from ui.kit.lines_grid_model import PickRow
from ui.kit.pick_edit import pick_row, picks_of


class EntitySource:
    """The live records of one register; `also` are further fields whose exact text names a record, such as a barcode."""

    can_create = False

    def __init__(self, desk: Desk, entity: str, also: tuple[str, ...] = ()) -> None:
        self._desk, self._entity, self._also = desk, desk.entity(entity), also
        self.noun = self._entity.title

    def exact(self, text: str) -> PickRow | None:
        """The one record this text names without doubt."""
        typed = normalize(text)
        with self._desk.read() as reader:
            uid = reader.find(self._entity, typed)
            for key in self._also if uid is None else ():
                sql = f'SELECT uid FROM "{self._entity.key}" WHERE "{key}" = ? AND void = 0 LIMIT 2'
                found = reader.column(sql, (typed,))
                uid = uid or (str(found[0]) if len(found) == 1 else None)
        rows = self._desk.rows(self._entity.key, Query((Condition("uid", "=", uid),))) if uid else []
        return self.shown(rows[0]) if rows else None

    def find(self, text: str, limit: int) -> list[PickRow]:
        """Records matching a fragment, best first."""
        return picks_of(self._desk, self._entity.key, text)[:limit]

    def match(self, words: dict[str, str]) -> tuple[PickRow | None, str]:
        """The record meant by the cells of a pasted row."""
        for text in filter(None, words.values()):
            found = self.exact(text)
            if found is not None:
                return found, ""
        return None, f"没有找到{self.noun}"

    def adjust(self, draft: Draft, row: int, words: dict[str, str]) -> None:
        """A pasted row is as it is."""

    def shown(self, row: Row) -> PickRow:
        """How a record stands in the list under the cell."""
        return pick_row(self._entity, row)
