"""Which columns a person sees in a list, how wide and in which order; remembered in our own words."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QFontMetrics

from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Choice, Day, Link, Note, Text
from salesdesk.services.settings import Settings
from ui.kit.theme import theme
from ui.kit.widgets import chip_width

LEAST = 44
SLACK = 10
HEADING_ROOM = 17
SORT_ROOM = 26  # padding of a heading and its arrow


def usual_width(entity: Entity, field: Field) -> int:
    """Width of a column nobody has touched, in logical pixels."""
    heading = QFontMetrics(theme().font("caption", True)).horizontalAdvance(field.title) + SORT_ROOM
    if field.wide or field.key == entity.naming != entity.code or isinstance(field.kind, Note):
        body = 220
    elif isinstance(field.kind, Link):
        body = 200 if field.required else 150
    elif isinstance(field.kind, Day):
        body = 122 if field.important else 100
    elif isinstance(field.kind, Choice):
        body = max((chip_width(o) for o in field.kind.options), default=60) + 22
    elif isinstance(field.kind, Text) and type(field.kind) is Text:
        body = 84 if field.kind.longest <= 10 else 118 if field.kind.longest <= 40 else 140
        if field.kind.search:
            body = 136
    else:
        body = round(field.kind.width * 7.4) + 24
    return max(heading, body)


def stretches(entity: Entity, field: Field) -> bool:
    """Whether a column takes a share of the room that is left over."""
    if isinstance(field.kind, Link):
        return usual_width(entity, field) >= 200
    return field.wide or field.key == entity.naming != entity.code or isinstance(field.kind, Note)


class ColumnMemory:
    """The columns of one list as the person left them: order, shown ones, widths, sorting."""

    def __init__(self, settings: Settings, place: str, entity: Entity, fields: tuple[Field, ...]) -> None:
        self._settings = settings
        self._key = f"ui.table.{place}"
        self._entity = entity
        self._fields = fields
        kept: dict[str, Any] = settings.get(self._key) or {}
        known = {f.key for f in fields}
        self.order = [k for k in kept.get("order", []) if k in known]
        self.order += [f.key for f in fields if f.key not in self.order]
        self.shown: set[str] = set(kept["shown"]) & known if "shown" in kept else {f.key for f in fields if f.listed}
        if not self.shown:
            self.shown = {f.key for f in fields if f.listed} or {f.key for f in fields[:6]}
        self.widths: dict[str, int] = {k: int(w) for k, w in kept.get("widths", {}).items() if k in known}
        self.sort: str = kept.get("sort", "") if kept.get("sort", "") in known else ""
        self.descending = bool(kept.get("descending", False))

    def width(self, field: Field, content: int | None = None) -> int:
        """Width in logical pixels; `content` is what the rows in sight need, and serves a column nobody has touched."""
        chosen = self.widths.get(field.key)
        if chosen:
            return max(LEAST, chosen)
        usual = usual_width(self._entity, field)
        if content is None or stretches(self._entity, field):
            return usual
        heading = QFontMetrics(theme().font("caption", True)).horizontalAdvance(field.title) + SORT_ROOM
        return max(LEAST, heading, min(content + SLACK, round(usual * 1.5)))

    def least(self, field: Field, content: int) -> int:
        """Width below which something in sight would be cut off; a width chosen by hand stays."""
        heading = QFontMetrics(theme().font("caption", True)).horizontalAdvance(field.title) + HEADING_ROOM
        return self.widths.get(field.key) or max(LEAST, heading, content)

    def forget(self) -> None:
        """Back to the declared columns."""
        self.order = [f.key for f in self._fields]
        self.shown = {f.key for f in self._fields if f.listed}
        self.widths = {}
        self.keep()

    def keep(self) -> None:
        """Write it down."""
        self._settings.habit(
            self._key,
            {
                "order": self.order,
                "shown": [k for k in self.order if k in self.shown],
                "widths": self.widths,
                "sort": self.sort,
                "descending": self.descending,
            },
        )
