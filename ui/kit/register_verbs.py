"""Which verbs of a register stand where: above the list, at a record, in a menu."""

from __future__ import annotations

from dataclasses import dataclass, field

from salesdesk.desk import Desk
from salesdesk.domain.fields import Entity, Lines
from salesdesk.domain.kinds import Choice, Flag, Row
from salesdesk.services.module import Module, Verb

APART = (
    "save",
    "void",
    "restore",
    "import",
    "check_import",
    "export",
    "export_full",
    "print_list",
    "preview",
    "reveal",
)
"""Verbs with a place of their own."""


@dataclass
class RegisterVerbs:
    """The verbs of one record type that the person at this PC may use, by where they stand."""

    save: Verb | None = None
    void: Verb | None = None
    restore: Verb | None = None
    fetch: Verb | None = None  # import
    export: Verb | None = None
    export_full: Verb | None = None
    print_list: Verb | None = None
    papers: list[str] = field(default_factory=list)  # names before ".preview"
    of_list: list[Verb] = field(default_factory=list)  # need no record
    of_record: list[Verb] = field(default_factory=list)

    @property
    def creates(self) -> bool:
        """Whether records are made here; where saving wants a record, the program lays them out."""
        return self.save is not None and not any(p.key == "uid" and p.required for p in self.save.params)

    @classmethod
    def of(cls, desk: Desk, entity: str) -> RegisterVerbs:
        """Sort the verbs of an entity; those above the person's role are left out."""
        found = cls()
        for verb in desk.registry.verbs_of(entity):
            if not desk.settings.seat.may(verb):
                continue
            head, _, tail = verb.name.rpartition(".")
            if tail == "preview":
                found.papers.append(head)
            elif tail in APART:
                name = {"import": "fetch"}.get(tail, tail)
                if hasattr(found, name):
                    setattr(found, name, verb)
            elif (
                (tail == "print" and f"{head}.preview" in desk.registry.verbs)
                or any(isinstance(p.kind, Lines) for p in verb.params)
                or not verb.palette
            ):
                continue
            elif any(p.key == "uid" and p.required for p in verb.params):
                found.of_record.append(verb)
            else:
                found.of_list.append(verb)
        return found

    def fitting(self, entity: Entity, row: Row) -> list[Verb]:
        """Verbs that make sense for a record in its present state."""
        return [] if row.get("void") else [v for v in self.of_record if fits(v, entity, row)]


def fits(verb: Verb, entity: Entity, row: Row) -> bool:
    """Whether a record stands where a verb makes sense: by what the program keeps of it, and by the marks it bears."""
    states = {str(row.get(f.key)) for f in entity if isinstance(f.kind, Choice) and (f.fixed or f.derived)}
    states |= {f.key for f in entity if isinstance(f.kind, Flag) and row.get(f.key)}
    return not verb.states or bool(states & set(verb.states))


def registers_of(desk: Desk, module: Module) -> list[Entity]:
    """Record types of a module that have a list of their own, the main one first."""
    found = [
        e for e in module.entities
        if e.parent is None and any(f.listed for f in e) and (e.key == module.main or desk.registry.verbs_of(e.key))
    ]  # fmt: skip
    return sorted(found, key=lambda e: e.key != module.main)
