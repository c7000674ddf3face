"""What a subject declares about itself: its records, its verbs, its papers, its to-dos."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from salesdesk.domain.changes import Changes
from salesdesk.domain.clock import Clock, stamp
from salesdesk.domain.errors import Refused
from salesdesk.domain.fields import Entity, Field, Lines
from salesdesk.domain.kinds import Row
from salesdesk.domain.problems import Problem, Severity
from salesdesk.services.roles import Role
from salesdesk.services.settings import Settings

if TYPE_CHECKING:
    from salesdesk.persistence.reading import Reader
    from salesdesk.persistence.work import Work
    from salesdesk.services.alike import Likeness
    from salesdesk.services.filing import Filed
    from salesdesk.services.seat import Person


@dataclass(frozen=True)
class Outcome:
    """What a verb did: the record it concerns, a sentence for the status bar, data for scripts, warnings that did not stop it."""

    uid: str = ""
    message: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    changes: Changes = field(default_factory=Changes)

    def wire(self) -> dict[str, Any]:
        """JSON answer of `salesdesk do`."""
        answer: dict[str, Any] = {"ok": True, "uid": self.uid or None}
        if self.message:
            answer["message"] = self.message
        if self.changes:
            answer["op"] = self.changes.op
        if self.data:
            answer["data"] = dict(self.data)
        if self.problems:
            answer["problems"] = [p.wire() for p in self.problems]
        return answer


@dataclass
class Context:
    """What a verb may use while it runs. `work` writes; reading verbs get a plain Reader in its place."""

    work: Work
    clock: Clock
    operator: str
    role: Role
    settings: Settings
    folder: Path
    registry: Registry
    reason: str = ""
    approver: Person | None = None
    """The other operator who showed his password and let this one thing pass; he is named in the reason as well."""
    progress: Callable[[int, int], None] = lambda done, whole: None
    warnings: list[Problem] = field(default_factory=list)

    @property
    def now(self) -> str:
        """Local stamp of this moment."""
        return stamp(self.clock.now())

    @property
    def today(self) -> str:
        """Local day of this moment."""
        return self.now[:10]

    def check(self, problems: Sequence[Problem]) -> None:
        """Refuse when a problem forbids going on; keep the others as warnings of the outcome.

        ASK problems pass with a reason, which is kept in the operation's log; some only when the 主管 gives it.
        """
        blocking = [
            p for p in problems if p.severity is Severity.STOP or (p.severity is Severity.ASK and not self.passes(p))
        ]
        if blocking:
            raise Refused([*blocking, *(p for p in problems if p not in blocking)])
        self.warnings.extend(problems)
        if self.reason and any(p.severity is Severity.ASK for p in problems):
            self.work.reason = self.reason

    def announce(self, filed: Filed) -> None:
        """Tell every module that declares `takes_filed`; it writes in the same operation, so undo takes both back."""
        for module in self.registry.modules:
            take = module.actions.takes_filed
            if take is not None:
                take(self, filed)

    def passes(self, problem: Problem) -> bool:
        """Whether the reason that was given lets an ASK problem pass, given by whoever sits here or approved it."""
        return bool(self.reason.strip()) and (problem.who != "manager" or self.decided_role >= Role.MANAGER)

    @property
    def decided_by(self) -> str:
        """Name of who answers for what passes with a reason: whoever approved it, else whoever sits here."""
        return self.approver.name if self.approver else self.operator

    @property
    def decided_role(self) -> Role:
        """The role of `decided_by`."""
        return max(self.role, self.approver.role) if self.approver else self.role


VerbRun = Callable[[Context, Row], Outcome | None]


class Verb(NamedTuple):
    """One named action. The button, the palette, scripts and tests all come through `desk.do(name, args)`.

    name: "order.confirm". entity: key of the record type it acts on; its first Link parameter called "uid" is that
    record. role: least role. changes: entities it may write; empty for verbs that only read or print to a file.
    prepare: runs before the transaction (reading a file); returns the arguments for `run`. shortcut: default keys.
    states: record states, or marks it bears (keys of Flag fields), in which the button makes sense (empty: always).
    unlocked: may be done before anybody logged in.
    """

    name: str
    title: str
    run: VerbRun
    params: tuple[Field, ...] = ()
    role: Role = Role.CLERK
    changes: tuple[str, ...] = ()
    entity: str = ""
    prepare: VerbRun | Callable[[Context, Row], Row] | None = None
    shortcut: str = ""
    icon: str = ""
    note: str = ""
    states: tuple[str, ...] = ()
    palette: bool = True
    primary: bool = False
    unlocked: bool = False


class ToDo(NamedTuple):
    """One thing on 今日: what, why, until when, and the one verb that settles it.

    group: the kind of matter in two to four characters, for grouping and filtering; the module's title when empty. args:
    what the verb is told besides the record. stands_for: how many things this entry means; more than one where only the
    first of many are listed one by one (see `rest`). module: key of the subject, filled in by the desk. whose, least, operator:
    only on 今日 of who may do that verb, has at least that role, has that name.
    """

    title: str
    detail: str = ""
    due: str = ""
    icon: str = "clock"
    tone: str = "info"
    entity: str = ""
    uid: str = ""
    verb: str = ""
    verb_title: str = "查看"
    group: str = ""
    args: Mapping[str, Any] = {}
    stands_for: int = 1
    module: str = ""
    whose: str = ""
    least: Role = Role.VIEWER
    operator: str = ""


LISTED = 60
"""Things to do of one kind that are listed one by one; one more entry stands for the others."""


Derive = Callable[["Work", Changes], None]
Guard = Callable[["Work", Changes], list[Problem]]
"""(work, what was touched) -> what may not stand like that, however it came about: by undo, redo or another PC."""
Check = Callable[["Reader", Row, Row | None, str], list[Problem]]
"""(reader, new row, row before or None, today) -> problems; the one check function of a record type."""


Merged = Callable[["Context", str, Row, Sequence[Row]], list[Problem]]
"""(context, entity, the kept record as it was, those merged into it as they were) -> what the subject has to say of it."""
Review = Callable[["Reader", Changes, str], list[tuple[str, str, Problem]]]
"""(reader, what a merge touched, today) -> (entity, uid, problem): what several PCs did together and none did alone."""


class Quiet(NamedTuple):
    """What a subject does in small batches while nothing else is to be done, such as reading files for the search.

    verb: does one batch; its data say how much is `left` and how much was `read`. waiting: how much there is to do, asked first.
    """

    verb: str
    waiting: Callable[[Reader], int]


class Actions(NamedTuple):
    """What can be done in a subject and what follows from each change: the part of its manifest that stands in `actions.py`.

    derive: recompute derived columns before each commit. guard: what must hold of touched records; asked where changes
    come past the verbs. review: what else is wrong with records that came with a merge of PCs; told, never refused.
    alike: by what its records may be the same thing twice. merged: asked after two records were made one, with everything
    relinked and recomputed. verify: what a check of the whole file finds wrong with what the subject keeps
    besides its records. quiet: what it does when nothing else is to be done. takes_filed: called with what another
    subject has filed as a whole (see `filing`).
    """

    verbs: tuple[Verb, ...] = ()
    derive: tuple[Derive, ...] = ()
    guard: Guard | None = None
    review: Review | None = None
    takes_filed: Callable[[Context, Filed], None] | None = None
    verify: Callable[[Reader], list[Problem]] | None = None
    quiet: Quiet | None = None
    alike: tuple[Likeness, ...] = ()
    merged: Merged | None = None


class Module:
    """Manifest of one subject: what is needed to open the file and to show what waits.

    order sorts the navigation; a module without page has no tab. main: entity shown by its register page. actions: them,
    or the name of the file that holds them as ACTIONS. The code behind the verbs is three quarters of the program, so a
    file is named rather than imported: it is loaded when the first verb is asked for, and no start waits for it.
    """

    def __init__(
        self,
        key: str,
        title: str,
        icon: str,
        order: int,
        *,
        actions: Actions | str = "",
        entities: tuple[Entity, ...] = (),
        todos: Callable[[Reader, str], list[ToDo]] | None = None,
        main: str = "",
        page: bool = True,
    ) -> None:
        self.key, self.title, self.icon, self.order = key, title, icon, order
        self.entities, self.todos, self.main, self.page = entities, todos, main, page
        self._actions = actions or Actions()

    @property
    def actions(self) -> Actions:
        """What can be done in it; loads its code when asked for the first time."""
        if isinstance(self._actions, str):
            found: Actions = importlib.import_module(self._actions).ACTIONS
            self._actions = found
        return self._actions


class Registry:
    """All modules of the program, looked up by name."""

    def __init__(self, modules: Sequence[Module]) -> None:
        self.modules = tuple(sorted(modules, key=lambda m: m.order))
        self.entities: dict[str, Entity] = {}
        self.owner: dict[str, Module] = {}
        self._verbs: dict[str, Verb] = {}
        for module in self.modules:
            for entity in module.entities:
                if entity.key in self.entities:
                    raise ValueError(f"entity {entity.key} declared twice")
                self.entities[entity.key] = entity
                self.owner[entity.key] = module

    @property
    def verbs(self) -> dict[str, Verb]:
        """Every verb by its name; asked for the first time, this loads the code of all subjects."""
        if not self._verbs:
            found: dict[str, Verb] = {}
            for verb in (verb for module in self.modules for verb in module.actions.verbs):
                if verb.name in found:
                    raise ValueError(f"verb {verb.name} declared twice")
                found[verb.name] = verb
            self._verbs = found
        return self._verbs

    def likenesses(self) -> tuple[Likeness, ...]:
        """By what the records of all subjects may be the same thing twice."""
        return tuple(one for module in self.modules for one in module.actions.alike)

    def verbs_of(self, entity: str) -> list[Verb]:
        """Verbs that act on records of one entity."""
        return [v for v in self.verbs.values() if v.entity == entity]

    def saving(self, entity: str) -> Verb | None:
        """The verb a form of one entity saves with, whatever family it is of; None where an editor with lines writes it."""
        plain = [v for v in self.verbs_of(entity) if v.name.endswith(".save")]
        found = next((v for v in plain if not any(isinstance(p.kind, Lines) for p in v.params)), None)
        return self.verbs.get(f"{entity}.save", found)
