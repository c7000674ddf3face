"""Who sits at this PC: the operator of this session, whether he has shown his password, and what he may do."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from salesdesk.domain.errors import Refused
from salesdesk.domain.problems import Problem
from salesdesk.services.roles import Role

if TYPE_CHECKING:
    from salesdesk.domain.changes import Changes
    from salesdesk.persistence.database import Database

FREE_TRIES = 3
"""Wrong passwords in a row that cost no waiting; a slip of the finger is no attack."""
FIRST_WAIT = 5
LONGEST_WAIT = 900
"""Seconds; each further wrong password doubles the wait up to this."""
FAILED = "login.failed"
"""Setting of this PC: operator's uid -> [wrong passwords in a row, moment of the last]; it outlives the program."""


class Action(Protocol):
    """What is asked of a verb here."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def role(self) -> Role: ...


class Remembered(Protocol):
    """What is asked of the settings here."""

    def get(self, key: str, default: Any = None) -> Any: ...
    def remember(self, key: str, value: Any) -> None: ...


class Person(NamedTuple):
    """One operator who may sit here. allowed, denied: names of verbs, or `order.*`, beyond or below what the role gives."""

    uid: str
    name: str
    role: Role
    allowed: frozenset[str]
    denied: frozenset[str]
    password: str

    def may(self, verb: Action) -> bool:
        """Whether this operator may do a verb; what is denied weighs more than what is allowed."""
        family = verb.name.rpartition(".")[0] + ".*"
        if verb.name in self.denied or family in self.denied:
            return False
        return self.role >= verb.role or verb.name in self.allowed or family in self.allowed


class Seat:
    """The one place that says who works and with what rights. Without operator records it is who the settings name."""

    def __init__(self, database: Database, settings: Remembered) -> None:
        self._database, self._settings = database, settings
        self._override = ""  # who a script says he is, for this process only
        self._shown = ""  # uid of who has shown his password in this session
        self._people: dict[str, Person] = {}
        self._read()
        database.after_commit.append(self._committed)

    def _committed(self, changes: Changes) -> None:
        if "operator" in changes.touched:
            self._read()

    def _read(self) -> None:
        with self._database.read() as reader:
            rows = reader.tuples(
                "SELECT uid, name, role, allowed, denied, password FROM operator WHERE void = 0 AND active = 1 ORDER BY created_at, uid"
            )
        found: dict[str, Person] = {}
        for uid, name, role, allowed, denied, password in rows:
            known = Role.__members__.get(str(role).upper(), Role.VIEWER)
            found.setdefault(name, Person(uid, name, known, _names(allowed), _names(denied), password or ""))
        self._people = found

    # -- who -------------------------------------------------------------------------------------------------------

    @property
    def people(self) -> list[Person]:
        """All operators who may sit here, in the order they were taken in; empty as long as nobody set them up."""
        return list(self._people.values())

    @property
    def name(self) -> str:
        """Name of whoever sits here."""
        return self._override or str(self._settings.get("operator.name"))

    @property
    def person(self) -> Person | None:
        """The operator record of whoever sits here."""
        return self._people.get(self.name)

    @property
    def role(self) -> Role:
        """What whoever sits here may do; somebody the list of operators does not know may only look."""
        if self._people:
            return self.person.role if self.person is not None else Role.VIEWER
        return Role.__members__.get(str(self._settings.get("operator.role")).upper(), Role.VIEWER)

    @property
    def guarded(self) -> bool:
        """Whether any operator has a password."""
        return any(p.password for p in self._people.values())

    @property
    def locked(self) -> bool:
        """Whether a password has to be shown before anything is done."""
        if not self.guarded:
            return False
        person = self.person
        return person is None or (bool(person.password) and self._shown != person.uid)

    def may(self, verb: Action) -> bool:
        """Whether whoever sits here may do a verb."""
        if not self._people:
            return self.role >= verb.role
        person = self.person
        return person.may(verb) if person is not None else self.role >= verb.role

    def refusal(self, verb: Action) -> Problem:
        """Why whoever sits here may not do a verb."""
        who = self.name or "当前操作员"
        if self._people and self.person is None:
            told = f"操作员名单里没有「{who}」，只能看"
            return Problem(told, "请换成名单里的操作员，或让主管在「设置 → 操作员」里添加", code="role")
        if self.role >= verb.role:
            told = f"「{verb.title}」没有给 {who} 开放"
            return Problem(told, "请让主管来做，或让主管在「设置 → 操作员」里开放", code="role")
        told = f"「{verb.title}」要{verb.role.label}才能做，{who}是{self.role.label}"
        return Problem(told, f"请让{verb.role.label}来做", code="role")

    def asked(self, what: str, least: Role = Role.MANAGER) -> None:
        """Refuse what is no verb, such as taking a PC out, to whoever has not the role for it.

        Where no operators are set up nobody is the 主管, so whoever may work may do that too.
        """
        least = least if self._people else min(least, Role.CLERK)
        if self.role < least:
            told = f"「{what}」要{least.label}才能做，{self.name or '当前操作员'}是{self.role.label}"
            raise Refused(Problem(told, f"请{least.label}来做", code="role"))

    def locked_refusal(self) -> Problem:
        """Why nothing is done before somebody logs in."""
        if self.person is None:
            return Problem(
                f"操作员名单里没有「{self.name or '（未填）'}」，这台电脑要先登录",
                "请选名单里的操作员登录；脚本用 --operator 姓名，密码放在环境变量 SALESDESK_PASSWORD 里",
                code="login",
            )
        return Problem(
            f"{self.name} 还没有登录，或者电脑锁着",
            "请先输入密码；脚本用 --operator 姓名，密码放在环境变量 SALESDESK_PASSWORD 里",
            code="login",
        )

    # -- coming and going ------------------------------------------------------------------------------------------

    def trust(self, uid: str) -> None:
        """Whoever just gave himself a password has shown it."""
        self._shown = uid

    def lock(self) -> None:
        """Whoever sits here has to show his password again."""
        self._shown = ""

    def pretend(self, name: str) -> None:
        """A script says who it works for, in this process only; where passwords are set it has to log in."""
        self._override = name

    def enter(self, name: str, password: str, lasting: bool = True) -> Person:
        """Somebody sits down. lasting: this PC remembers him. Raises Refused for a wrong password, with the time to wait."""
        person = self.vouch(name, password)
        self._shown = person.uid
        self._override = "" if lasting else person.name
        if lasting:
            self._settings.remember("operator.name", person.name)
        return person

    def vouch(self, name: str, password: str) -> Person:
        """The operator who shows his password, without sitting down. Raises Refused; wrong passwords are logged and slow down."""
        person = self._people.get(name)
        if person is None:
            cure = f"名单里有：{'、'.join(self._people)}" if self._people else "请先在「设置 → 操作员」里启用"
            raise Refused(
                Problem(f"没有操作员「{name}」", cure, path="name", place="「操作员」", code="unknown_operator")
            )
        if not person.password:
            return person
        failed = dict(self._settings.get(FAILED) or {})
        count, last = failed.get(person.uid, (0, ""))
        wait = self._wait(count, last)
        if wait > 0:
            raise Refused(
                Problem(
                    f"密码错了 {count} 次，还要等 {wait} 秒", "等一会再试；忘了密码请主管在「设置 → 操作员」里重设",
                    path="password", place="「密码」", code="wait", value=str(wait),
                )
            )  # fmt: skip
        from salesdesk.services import passwords

        if passwords.matches(person.password, password):
            if count:
                failed.pop(person.uid, None)
                self._settings.remember(FAILED, failed)
            return person
        now = self._database.clock.now()
        failed[person.uid] = [count + 1, now.isoformat(timespec="seconds")]
        self._settings.remember(FAILED, failed)
        self._note(person, count + 1)
        wait = self._wait(count + 1, now.isoformat(timespec="seconds"))
        cure = f"请等 {wait} 秒再试" if wait else "请再输一次，注意大小写和输入法"
        raise Refused(
            Problem(f"{person.name} 的密码不对", cure, path="password", place="「密码」", code="wrong_password")
        )

    @property
    def approvers(self) -> list[str]:
        """Who could let pass at this PC by his password what whoever sits here may not."""
        if self.role >= Role.MANAGER:
            return []
        return [p.name for p in self.people if p.role >= Role.MANAGER and p.password]

    @property
    def askable(self) -> bool:
        """Whether there is somebody else a request for approval can be sent to."""
        return any(p.role >= Role.MANAGER or p.role > self.role for p in self.people if p.name != self.name)

    def approves(self, name: str, password: str) -> Person:
        """The 主管 who lets one thing pass at this PC by his password. Raises Refused."""
        person = self.vouch(name, password)
        why = ""
        if person.role < Role.MANAGER:
            why = f"{person.name}是{person.role.label}，批准要主管"
        elif not person.password:
            why = f"{person.name}没有设密码，分不清是不是本人"
        if why:
            raise Refused(Problem(why, "请主管本人输密码", path="approver", place="「谁批准」", code="no_approver"))
        return person

    def _wait(self, count: int, last: str) -> int:
        """Seconds until the next try. A clock that was put back does not make it longer than its full length."""
        if count < FREE_TRIES or not last:
            return 0
        whole = min(LONGEST_WAIT, FIRST_WAIT << min(20, count - FREE_TRIES))
        gone = (self._database.clock.now() - datetime.fromisoformat(last)).total_seconds()
        return max(0, min(whole, round(whole - gone)))

    def _note(self, person: Person, count: int) -> None:
        """A wrong password stands in 查看记录 for good, on every PC."""
        log: Any = self._database.schema.entities["access_log"]
        title = f"{person.name} 的密码不对"
        with self._database.work(title, verb="operator.login", operator=self.name, role=self.role.label) as work:
            values = {"at": work.at, "who": person.name, "what": "denied", "kind": "操作员", "name": person.name}
            work.insert(
                log, {**values, "content": f"连续第 {count} 次密码不对", "entity": "operator", "owner": person.uid}
            )


def _names(text: str | None) -> frozenset[str]:
    return frozenset(
        (text or "").replace("，", ",").replace("、", ",").replace("\n", ",").replace(" ", "").split(",")
    ) - {""}
