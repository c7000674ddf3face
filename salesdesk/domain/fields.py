"""One description of a record, read by the table, the form, the list, Excel, paper, search and history alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from salesdesk.domain.kinds import Choice, Kind, Link, Option, Text, Value

Secret = Literal["", "phone", "bank", "address", "cost"]
"""What is confidential about a field; "" for nothing."""


@dataclass(frozen=True)
class Field:
    """One field of a record or one parameter of a verb; declared once, read by everything.

    key: column and JSON name (English). title: what the clerk reads. synonyms: other headings seen in Excel files.
    search: part of the full-text key. listed: shown in the register by default. important: money, quantity, state and
    promised dates, where two PCs disagreeing must be settled by a person. derived: recomputed locally from other rows,
    never logged or shipped. fixed: set by the program, not typed. masked: what is confidential about it
    (see `masking`); covered wherever it is shown until somebody reveals it.
    aside: a dialog of its subject shows it; the form leaves it out.
    sorts_by: key of the field a list is sorted by when this one is asked for, as 文号 sort by their numbers.
    section: heading in the form. default: wire text for a new record. note: help shown under the editor and in lists
    of parameters. suggest: the reading verb that tells what may be offered while it is typed; other values stand as well.
    """

    key: str
    title: str
    kind: Kind = Text()
    required: bool = False
    synonyms: tuple[str, ...] = ()
    search: bool = False
    listed: bool = False
    important: bool = False
    derived: bool = False
    fixed: bool = False
    masked: Secret = ""
    aside: bool = False
    section: str = ""
    default: str = ""
    note: str = ""
    wide: bool = False
    sorts_by: str = ""
    suggest: str = ""

    @property
    def typed(self) -> bool:
        """Whether a person may enter it."""
        return not (self.fixed or self.derived)


@dataclass(frozen=True)
class Entity:
    """A kind of record: one table, one set of fields.

    key: table name and JSON name. naming: field whose value names the record to people (customer name, order number).
    code: field by which scripts and Excel files may refer to a record. parent: (entity key, link field key) when the rows
    belong to another record, as order lines do; they are voided and shown with it. ledger: rows are facts, never
    changed afterwards except by voiding. lasting: rows tell what happened outside the program, such as a paper that was
    printed; no undo makes that unhappened. keeps_void: rows out of use stay in its list too, as numbers that were given
    stay in their book. shared: shipped to the other PCs; local tables are not logged either.
    indexes: column tuples to index beyond the automatic ones. partial: such tuples with the SQL condition of the rows their
    index holds; a query must say the same condition to be answered by it. newest_first: natural order of its list.
    """

    key: str
    title: str
    fields: tuple[Field, ...]
    naming: str = "name"
    code: str = ""
    subtitle: tuple[str, ...] = ()
    parent: tuple[str, str] | None = None
    ledger: bool = False
    lasting: bool = False
    keeps_void: bool = False
    shared: bool = True
    indexes: tuple[tuple[str, ...], ...] = ()
    partial: tuple[tuple[tuple[str, ...], str], ...] = ()
    order: str = ""  # SQL order of the list, e.g. "order_date DESC"
    icon: str = "document"

    @cached_property
    def by_key(self) -> dict[str, Field]:
        return {f.key: f for f in self.fields}

    def __getitem__(self, key: str) -> Field:
        return self.by_key[key]

    def __iter__(self) -> Iterator[Field]:
        return iter(self.fields)

    @cached_property
    def typed_fields(self) -> tuple[Field, ...]:
        return tuple(f for f in self.fields if f.typed)

    @cached_property
    def searched(self) -> tuple[str, ...]:
        """Keys of the fields a record is found by."""
        return tuple(f.key for f in self.fields if f.search)

    @cached_property
    def required_fields(self) -> tuple[Field, ...]:
        """What a person must enter."""
        return tuple(f for f in self.typed_fields if f.required)

    @property
    def parent_key(self) -> str:
        """Key of the field that points at the parent, "" for independent records."""
        return self.parent[1] if self.parent else ""

    @cached_property
    def links(self) -> tuple[Field, ...]:
        return tuple(f for f in self.fields if isinstance(f.kind, Link))

    def option(self, key: str, value: Value) -> Option | None:
        kind = self.by_key[key].kind
        return kind.option(value) if isinstance(kind, Choice) else None


@dataclass(frozen=True)
class Lines(Kind):
    """Kind of a verb parameter that is a list of child rows, each parsed by its entity's fields.

    given: the program lays the rows out; a person changes them and takes some out, and adds none.
    """

    entity: Entity = field(default_factory=lambda: Entity("", "", ()))
    given: bool = False


def sections(fields: Iterable[Field]) -> dict[str, list[Field]]:
    """Fields by section heading, in declared order; the first heading serves fields declared before any."""
    found: dict[str, list[Field]] = {}
    current = ""
    for one in fields:
        current = one.section or current
        found.setdefault(current, []).append(one)
    return found
