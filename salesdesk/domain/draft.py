"""A form while it is being typed: values, lines, what could not be read yet; knows no window and no database."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from salesdesk.domain.clock import new_uid
from salesdesk.domain.errors import BadValue
from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Row, Value
from salesdesk.domain.problems import Problem

Paths = set[str]
"""Places in a draft."""
Recalculate = Callable[["Draft", str], Paths]
"""Called after a value was set, with its path; returns the further paths it changed."""


@dataclass
class Draft:
    """Values of one record and its lines under edit.

    Paths: "customer" for a header field, "lines/3/qty" for a cell (line index from 0). `typed` keeps raw text that no kind
    could read, so that nothing typed is lost; such a cell is a problem until corrected. Lines may carry display-only keys
    with a dot ("product.name"); they are never saved. `names` holds the shown name of linked uids. `said` is the text that
    is being taken over, for `recalculate`; "" while a stored value is put.
    """

    entity: Entity
    line_entity: Entity | None = None
    values: Row = field(default_factory=dict)
    lines: list[Row] = field(default_factory=list)
    typed: dict[str, tuple[str, str, str]] = field(default_factory=dict)  # path -> raw text, reason, cure
    names: dict[str, str] = field(default_factory=dict)
    uid: str = ""
    seen: int = 0
    key: str = field(default_factory=new_uid)
    today: str = ""
    recalculate: Recalculate | None = None
    changed: bool = False
    said: str = ""

    def field_at(self, path: str) -> Field:
        """Declaration of the field a path names."""
        if path.startswith("lines/") and self.line_entity is not None:
            return self.line_entity[path.rsplit("/", 1)[1]]
        return self.entity[path]

    def _place(self, path: str) -> tuple[Row, str]:
        if path.startswith("lines/"):
            _, index, key = path.split("/", 2)
            while len(self.lines) <= int(index):
                self.lines.append({})
            return self.lines[int(index)], key
        return self.values, path

    def get(self, path: str) -> Value:
        """Stored value at a path; None when absent or unreadable."""
        if path.startswith("lines/"):
            _, index, key = path.split("/", 2)
            value: Value = self.lines[int(index)].get(key) if int(index) < len(self.lines) else None
            return value
        found: Value = self.values.get(path)
        return found

    def text(self, path: str) -> str:
        """What an editor shows: the raw text when it could not be read, else the value."""
        if path in self.typed:
            return self.typed[path][0]
        value = self.get(path)
        if value is not None and str(value) in self.names:
            return self.names[str(value)]
        return self.field_at(path).kind.edit(value)

    def set(self, path: str, raw: object) -> Paths:
        """Read a typed text into a value; returns all changed paths. Unreadable text is kept and becomes a problem."""
        self.changed = True
        self.said = raw if isinstance(raw, str) else ""
        row, key = self._place(path)
        changed = {path}
        self.typed.pop(path, None)
        try:
            row[key] = self.field_at(path).kind.parse(raw, self.today or None)
        except BadValue as fault:
            row[key] = None
            self.typed[path] = (str(raw), fault.reason, fault.cure)
        if self.recalculate is not None:
            changed |= self.recalculate(self, path)
        return changed

    def put(self, path: str, value: Value) -> Paths:
        """Set a value that is already in stored form (a picked record's uid)."""
        self.changed = True
        self.said = ""
        row, key = self._place(path)
        self.typed.pop(path, None)
        row[key] = value
        return {path} | (self.recalculate(self, path) if self.recalculate is not None else set())

    def insert_line(self, index: int, line: Row | None = None) -> None:
        """Add a line before `index`."""
        self.changed = True
        self._shift(index, 1)
        self.lines.insert(index, dict(line or {}))

    def delete_line(self, index: int) -> Row:
        """Remove and return a line."""
        self.changed = True
        for path in [p for p in self.typed if p.startswith(f"lines/{index}/")]:
            del self.typed[path]
        gone = self.lines.pop(index)
        self._shift(index + 1, -1)
        return gone

    def _shift(self, start: int, by: int) -> None:
        moved: dict[str, tuple[str, str, str]] = {}
        for path, kept in self.typed.items():
            if path.startswith("lines/"):
                _, index, key = path.split("/", 2)
                if int(index) >= start:
                    path = f"lines/{int(index) + by}/{key}"
            moved[path] = kept
        self.typed = moved

    def filled_lines(self) -> list[tuple[int, Row]]:
        """Lines in which anything was entered, with their index."""
        return [
            (i, line)
            for i, line in enumerate(self.lines)
            if any(v not in (None, "") for k, v in line.items() if "." not in k and k != "uid")
            or any(p.startswith(f"lines/{i}/") for p in self.typed)
        ]

    def problems(self) -> list[Problem]:
        """Unreadable cells only; business checks are the rules' affair."""
        found = []
        for path, (raw, reason, cure) in self.typed.items():
            title = self.field_at(path).title
            place = f"第 {int(path.split('/')[1]) + 1} 行「{title}」" if path.startswith("lines/") else f"「{title}」"
            found.append(Problem(reason, cure, path=path, place=place, code="bad_value", value=raw))
        return found

    def args(self) -> dict[str, Any]:
        """Wire arguments of the save verb: typed fields of header and lines; unreadable text goes as typed and is refused there."""
        out: dict[str, Any] = {
            f.key: self._wire(f, f.key, self.values) for f in self.entity.typed_fields if f.key in self.values
        }
        if self.uid:
            out["uid"] = self.uid
            if self.seen:
                out["seen"] = self.seen
        if self.line_entity is not None:
            out["lines"] = []
            for i, line in self.filled_lines():
                one = {
                    f.key: self._wire(f, f"lines/{i}/{f.key}", line)
                    for f in self.line_entity.typed_fields
                    if f.key in line and f.key != self.line_entity.parent_key
                }
                if line.get("uid"):
                    one["uid"] = line["uid"]
                out["lines"].append(one)
        return out

    def _wire(self, one: Field, path: str, row: Row) -> Any:
        return self.typed[path][0] if path in self.typed else one.kind.wire(row.get(one.key))

    def snapshot(self) -> dict[str, Any]:
        """Everything typed, JSON-able: for undo steps and for the draft table."""
        return copy.deepcopy(
            {
                "uid": self.uid,
                "seen": self.seen,
                "key": self.key,
                "values": self.values,
                "lines": self.lines,
                "typed": {k: list(v) for k, v in self.typed.items()},
                "names": self.names,
            }
        )

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Go back to a snapshot."""
        kept = copy.deepcopy(dict(kept))
        self.uid, self.seen, self.key = kept["uid"], kept["seen"], kept["key"]
        self.values, self.lines, self.names = kept["values"], kept["lines"], kept["names"]
        self.typed = {k: (v[0], v[1], v[2]) for k, v in kept["typed"].items()}
