"""Tries every verb on a demo company: with values made up from its parameters, each taken back afterwards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from salesdesk import paths
from salesdesk.desk import Desk
from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Field, Lines
from salesdesk.domain.kinds import Choice, Day, Link, Row, Stamp, TaxId
from salesdesk.persistence.listing import Query
from salesdesk.services.module import Outcome, Verb

OTHERS = ("operator", "system", "sync")
"""Families tried by themselves: they change who works here, the last step, or the other PC."""
SUFFIXES = (".pdf", ".xlsx", ".ics")
"""What a verb that writes a file may want its name to end in."""
ROWS = 25
"""Of the newest records so many are tried until one is in the state the verb is for."""
IMPORTS = (".check_import", ".import")
WORDS = "自检"
NEVER_DONE = {"agenda", "approval", "check", "problem", "release", "supply_back", "todo", "voucher_file"}
"""Families whose records the demo company has none of, or none in the right state: of these only the refusal is seen."""


def try_verbs(desk: Desk, out: Path) -> str:
    """Run all verbs; what they answer may be a refusal in words, never an error. Returns how many did their work.

    Raises AssertionError for a family none of whose verbs did anything.
    """
    out.mkdir(parents=True, exist_ok=True)
    trial = Trial(desk, out)
    done: dict[str, int] = defaultdict(int)
    refused: dict[str, list[str]] = defaultdict(list)
    for verb in list(desk.registry.verbs.values()):
        family = verb.name.rpartition(".")[0]
        if family in OTHERS:
            continue
        if trial.run(verb):
            done[family] += 1
        else:
            refused[family].append(verb.name)
    only = sorted(set(refused) - set(done))
    told = f"{len(set(done) | set(refused))} 类 {sum(done.values())} 个动作做成，{sum(map(len, refused.values()))} 个按规矩拒绝"
    assert set(only) <= NEVER_DONE, f"nothing could be done in {sorted(set(only) - NEVER_DONE)}"
    brought = [name for name in trial.imported if name.endswith(".import")]
    assert brought, "no file came in"
    told += f"；导入 {len(brought)} 种表"
    return told + (f"；这些只验了拒绝：{'、'.join(only)}" if only else "")


def try_operators(desk: Desk, password: str = "自检 songjiang-9") -> str:
    """The families left out above: a password keeps others out and lets its owner in; a step is redone after its undo."""
    made = desk.do("customer.save", {"name": "撤销又重做的客户"})
    desk.do("system.undo")
    assert (desk.row("customer", made.uid) or {"void": 1})["void"], "undone, and still there"
    desk.do("system.redo")
    assert not (desk.row("customer", made.uid) or {"void": 1})["void"], "not there again"
    first = desk.do("operator.begin", {"name": "自检主管", "password": password})
    desk.do("operator.login", {"name": "自检主管", "password": password})
    desk.do("operator.save", {"name": "自检内勤", "role": "clerk"})
    desk.do("operator.lock")
    try:
        desk.do("operator.login", {"name": "自检主管", "password": "错的 songjiang-9"})
    except Refused as refusal:
        assert all(p.message for p in refusal.problems)
    else:
        raise AssertionError("a wrong password let somebody in")
    desk.do("operator.login", {"name": "自检主管", "password": password})
    desk.do("operator.password", {"uid": first.uid, "old": password})
    return "口令认得对错，撤销能重做"


class Trial:
    """One desk and the values made up for its verbs."""

    def __init__(self, desk: Desk, out: Path) -> None:
        self._desk, self._out = desk, out
        self._rows = {key: desk.rows(key, Query(), ROWS) for key in desk.registry.entities}
        self.imported: list[str] = []

    def run(self, verb: Verb) -> bool:
        """Whether a verb did its work, on any of the newest records; what it wrote is taken back."""
        if verb.name.endswith(".restore"):
            return self._restored(verb)
        refusal: Refused | None = None
        for values in self._attempts(verb):
            try:
                outcome = self._desk.do(verb.name, values)
            except Refused as refused:
                refusal = refused
                continue
            if verb.name.endswith(IMPORTS):
                self.imported.append(verb.name)
            self._take_back(outcome)
            return True
        assert refusal is None or all(p.message for p in refusal.problems), f"{verb.name} refuses without a word"
        return False

    def _restored(self, verb: Verb) -> bool:
        """Of a record that is voided for it."""
        void = verb.name.replace(".restore", ".void")
        for row in self._rows.get(verb.entity, ()) if void in self._desk.registry.verbs else ():
            try:
                voided = self._desk.do(void, {"uid": row["uid"]})
                back = self._desk.do(verb.name, {"uid": row["uid"]})
            except Refused as refused:
                assert all(p.message for p in refused.problems), f"{verb.name} refuses without a word"
                continue
            self._take_back(back)
            self._take_back(voided)
            return True
        return False

    def _take_back(self, outcome: Outcome) -> None:
        """Undo a step; what left the house already (a printed paper) stays, and says so."""
        if outcome.changes.op:
            try:
                self._desk.do("system.undo", {"op": outcome.changes.op})
            except Refused as refusal:
                assert refusal.problems[0].message

    # -- values ----------------------------------------------------------------------------------------------------

    def _attempts(self, verb: Verb) -> Iterator[dict[str, Any]]:
        """Wire arguments for one record after the other, and whatever else the verb insists on."""
        named = next((param.kind for param in verb.params if param.key == "uid"), None)
        rows = self._rows.get(getattr(named, "entity", "") or verb.entity, []) if named is not None else []
        suffixes = SUFFIXES if any(param.key == "out" for param in verb.params) else SUFFIXES[:1]
        for row in rows or [{}]:
            for suffix in suffixes:
                yield self._arguments(verb, row, suffix)

    def _arguments(self, verb: Verb, row: Row, suffix: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for param in verb.params:
            if param.key == "uid":
                value = row.get("uid")
            elif param.key == "out":
                value = str(self._out / f"{verb.name}{suffix}")
            elif param.key == "file" and not isinstance(param.kind, Link):
                value = self._file(verb)
            else:
                value = self._value(param) if param.required else None
            if value is not None:
                found[param.key] = value
        return found

    def _file(self, verb: Verb) -> str:
        """What is imported is what was exported, orders come from the example; everything else is written."""
        if not verb.name.endswith(IMPORTS):
            return str(self._out / f"{verb.name}.xlsx")
        exported = self._out / f"{verb.name.rpartition('.')[0]}.export.xlsx"
        export = self._desk.registry.verbs.get(exported.stem)
        if not exported.exists() and export is not None:
            self.run(export)
        return str(exported if exported.exists() else paths.SHIPPED_DATA / "samples" / "客户采购订单.xlsx")

    def _value(self, param: Field) -> Any:
        kind, today = param.kind, self._desk.today
        if isinstance(kind, Link):
            rows = self._rows.get(kind.entity, [])
            return rows[0]["uid"] if rows else None
        if isinstance(kind, Lines):
            return []
        if isinstance(kind, Choice):
            return kind.options[0].key if kind.options else None
        for text in {Day: (today,), Stamp: (f"{today} 10:00",), TaxId: ("91310000775785552L",)}.get(
            type(kind), ("1", WORDS)
        ):
            try:
                kind.parse(text, today)
            except ValueError:
                continue
            return text
        return WORDS
