"""Remembers which column of a customer's table holds which of our fields, so that the second file needs no hand."""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field
from typing import Any

from salesdesk.services.excel_header import Header, normal_title


@dataclass(frozen=True)
class Mapping:
    """Which column of a source holds which field, remembered by headings so that it survives moved columns.

    columns: field key -> heading in its normal form, "" when the clerk said that no column holds it. signature: the
    headings it was made for (`Header.signature`); remember it per source (customer, table) under this text.
    """

    columns: AnyMapping[str, str] = field(default_factory=dict)
    signature: str = ""

    def places(self, header: Header) -> dict[str, int]:
        """Field key -> column index in a table with these headings; what is not remembered is as `header` found it."""
        where: dict[str, int] = {}
        for column, title in header.titles.items():
            where.setdefault(normal_title(title), column)
        chosen = {key: where[title] for key, title in self.columns.items() if title in where}
        settled = set(chosen.values())
        for key, column in header.columns.items():
            if key not in self.columns and column not in settled:
                chosen[key] = column
        return chosen

    @classmethod
    def of(cls, header: Header, places: AnyMapping[str, int | None]) -> Mapping:
        """The mapping that says `places` (None: no column) for tables headed like this one."""
        columns = {
            key: "" if column is None else normal_title(header.titles.get(column, "")) for key, column in places.items()
        }
        return cls(columns, header.signature)

    def wire(self) -> dict[str, Any]:
        """JSON form for the settings."""
        return {"columns": dict(self.columns), "signature": self.signature}

    @classmethod
    def from_wire(cls, wire: AnyMapping[str, Any]) -> Mapping:
        """What `wire` gave, or headings as a person writes them; wrong content gives an empty mapping."""
        columns = wire.get("columns")
        if not isinstance(columns, dict):
            return cls()
        return cls({str(k): normal_title(v) for k, v in columns.items()}, str(wire.get("signature", "")))
