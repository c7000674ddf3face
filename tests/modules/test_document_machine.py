"""Random lives of documents: no state but by its step, numbers without gaps, what is lent or held is never destroyed, undo is
exact, and the bytes on the disk are those of what stands."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from salesdesk.desk import Desk
from salesdesk.domain.clock import FixedClock
from salesdesk.domain.errors import Refused
from salesdesk.modules.documents.flow import STEPS
from tests.desks import empty_desk

TABLES = ("document", "document_receipt", "document_loan", "destruction", "destruction_line")
AFTER = ("filed", "listed", "destroyed")


class Documents(RuleBasedStateMachine):
    """A clerk and a 主管 who do anything at any moment over many years."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.desk: Desk = empty_desk(Path(self.folder.name))
        self.desk.settings.put("operator.role", "manager")
        self.states: dict[str, str] = {}
        self.met: set[str] = set()

    def teardown(self) -> None:
        MET.update(self.met)
        self.desk.close()
        self.folder.cleanup()

    def picture(self) -> dict[str, list[tuple[Any, ...]]]:
        """Everything that stands in the tables."""
        with self.desk.read() as reader:
            return {t: reader.tuples(f'SELECT * FROM "{t}" WHERE void = 0 ORDER BY uid') for t in TABLES}

    def pass_time(self, **span: int) -> None:
        clock = self.desk.database.clock
        assert isinstance(clock, FixedClock)
        clock.moment += timedelta(**span)

    def do(self, verb: str, args: dict[str, Any], undo: bool = False) -> str:
        """Do it, or be refused; sometimes undo and redo it, which must be exact."""
        self.pass_time(minutes=1)
        before = self.picture()
        try:
            made = self.desk.do(verb, args)
        except Refused:
            assert self.picture() == before, "what was refused left a trace"
            return ""
        if verb in STEPS:
            uid = str(args["uid"])
            now = self.state(uid)
            assert self.states[uid] in STEPS[verb][0] and now in STEPS[verb][1], f"{verb}: {self.states[uid]} → {now}"
        lasting = any(self.desk.entity(key).lasting for key in made.changes.touched)
        self.met.add(verb)
        if lasting:
            self.met.add("lasting")
        if undo and made.changes and not lasting:
            after = self.picture()
            self.desk.do("system.undo", {"op": made.changes.op})
            assert self.picture() == before, f"undo of {verb} is not exact"
            self.desk.do("system.redo")
            assert self.picture() == after, f"redo of {verb} is not exact"
        return made.uid

    def state(self, uid: str) -> str:
        found = self.desk.row("document", uid)
        return "void" if found is None or found["void"] else str(found["state"])

    @initialize()
    def begin(self) -> None:
        for kind in ("外来文件", "内部文件", "资料", "资料"):
            self.write(kind, False)
        self.put_in(0, "")

    @rule(data=st.data(), text=st.integers(0, 4), undo=st.booleans())
    def file_in(self, data: st.DataObject, text: int, undo: bool) -> None:
        """A new document for a file, or a new version; few texts, so that documents share bytes."""
        self.put_in(text, data.draw(st.sampled_from(["", *self.states])), undo)

    def put_in(self, text: int, uid: str, undo: bool = False) -> None:
        path = Path(self.folder.name) / f"{text}.txt"
        path.write_text(f"文字 {text}", encoding="utf-8")
        self.do("document.take_in", {"files": str(path), **({"uid": uid} if uid else {})}, undo)

    @rule(kind=st.sampled_from(["外来文件", "内部文件", "资料"]), undo=st.booleans())
    def write(self, kind: str, undo: bool) -> None:
        args = {"kind": kind, "title": "一份", "sender": "市局", "author": "李强", "retention": "5 年", "scope": "仓库"}
        self.do("document.save", args, undo)

    @rule(
        data=st.data(),
        verb=st.sampled_from([*STEPS, "document.void", "document.hold", "document.release"]),
        undo=st.booleans(),
    )
    def step(self, data: st.DataObject, verb: str, undo: bool) -> None:
        wanted = STEPS[verb][0] if verb in STEPS else ()
        fitting = [uid for uid, state in self.states.items() if state in wanted] or list(self.states)
        uid = data.draw(st.sampled_from(fitting))
        given = {"who": "周经理", "why": "要", "reason": "说明过", "people": "张三、李四"}
        keys = {p.key for p in self.desk.registry.verbs[verb].params}
        self.do(verb, {"uid": uid, **{k: v for k, v in given.items() if k in keys}}, undo)

    @rule(data=st.data(), undo=st.booleans())
    def forward(self, data: st.DataObject, undo: bool) -> None:
        """One step on towards the archive, so that lives get long."""
        found = [uid for uid, state in self.states.items() if state in ("loose", "settled")]
        if found:
            self.do("document.file", {"uid": data.draw(st.sampled_from(found))}, undo)

    @precondition(lambda self: any(s == "filed" for s in self.states.values()))
    @rule(data=st.data(), far=st.booleans())
    def ask(self, data: st.DataObject, far: bool) -> None:
        uid = data.draw(st.sampled_from([u for u, s in self.states.items() if s == "filed"]))
        loan = self.do("document_loan.save", {"document": uid, "borrower": "李强", "purpose": "看"})
        if loan and far:
            self.do("document_loan.approve", {"uid": loan, "who": "周经理"})
            self.do("document_loan.lend", {"uid": loan}, True)

    @rule(
        data=st.data(),
        verb=st.sampled_from(["approve", "refuse", "lend", "remind", "give_back", "void"]),
        undo=st.booleans(),
    )
    def loan(self, data: st.DataObject, verb: str, undo: bool) -> None:
        found = [r["uid"] for r in self.desk.rows("document_loan")]
        if found:
            given = {"approve": {"who": "周经理"}, "refuse": {"why": "不行"}}.get(verb, {})
            self.do(f"document_loan.{verb}", {"uid": data.draw(st.sampled_from(found)), **given}, undo)

    @rule(years=st.sampled_from([0, 1, 6]))
    def years_pass(self, years: int) -> None:
        self.pass_time(days=366 * years)

    @rule(data=st.data(), verb=st.sampled_from(["propose", "approve", "destroy", "void"]), undo=st.booleans())
    def destroy(self, data: st.DataObject, verb: str, undo: bool) -> None:
        if verb == "propose":
            self.do("destruction.propose", {"members": "王敏"}, undo)
            return
        found = [r["uid"] for r in self.desk.rows("destruction")]
        if found:
            given = {"approve": {"who": "钱总"}, "destroy": {"witness_one": "甲", "witness_two": "乙"}}.get(verb, {})
            self.do(f"destruction.{verb}", {"uid": data.draw(st.sampled_from(found)), **given}, undo)

    @invariant()
    def bytes_are_those_of_what_stands(self) -> None:
        with self.desk.read() as reader:
            wanted = set(
                reader.column(
                    "SELECT f.sha256 FROM document_file f JOIN document d ON d.uid = f.document"
                    " WHERE f.void = 0 AND d.void = 0 AND d.state != 'destroyed'"
                )
            )
            gone = set(reader.column("SELECT sha256 FROM erased_file WHERE void = 0"))
        kept = {p.name for p in (self.desk.folder / "attachments").rglob("*") if p.is_file()}
        assert wanted <= kept, "a document lost its bytes"
        with self.desk.read() as reader:
            held = set(reader.column("SELECT sha256 FROM attachment WHERE void = 0"))
        assert not (gone - held) & kept, "destroyed bytes still lie there"

    @invariant()
    def all_holds(self) -> None:
        with self.desk.read() as reader:
            books: dict[tuple[Any, ...], list[int]] = defaultdict(list)
            for type_, year, letter, serial in reader.tuples("SELECT type, year, letter, serial FROM document_number"):
                books[type_, year, letter].append(serial)
            for series, serials in books.items():
                assert sorted(serials) == list(range(1, len(serials) + 1)), f"gap in {series}"
            numbers = reader.column("SELECT number FROM document WHERE number IS NOT NULL AND void = 0")
            assert len(numbers) == len(set(numbers))
            used = reader.column("SELECT number FROM document_number WHERE standing = 'used'")
            assert sorted(used) == sorted(numbers), "the book says which numbers are in use"
            lent = reader.column("SELECT document FROM document_loan WHERE state = 'lent' AND void = 0")
            assert len(lent) == len(set(lent))
            for row in reader.rows("SELECT * FROM document WHERE void = 0"):
                assert (row["lent_to"] is not None) == (row["uid"] in lent)
                assert row["uid"] not in lent or row["state"] == "filed"
                assert (row["filed_on"] is not None) == (row["state"] in AFTER)
                assert row["state"] not in AFTER or row["number"]
                assert row["state"] != "destroyed" or row["keep_until"] < row["destroyed_on"]
            listed = reader.column(
                "SELECT l.document FROM destruction_line l JOIN destruction d ON d.uid = l.destruction"
                " WHERE l.void = 0 AND d.void = 0 AND d.state != 'done'"
            )
            standing = reader.column("SELECT uid FROM document WHERE state = 'listed' AND void = 0")
            assert sorted(listed) == sorted(standing)
        self.states = {str(r["uid"]): self.state(str(r["uid"])) for r in self.desk.rows("document")}


MET: set[str] = set()
"""Verbs that went through in some life, so that no promise is kept only because nothing happened."""


class TestDocuments(Documents.TestCase):  # type: ignore[name-defined,misc]
    """Runs the lives, and sees to it that they were lives."""

    settings = settings(max_examples=6, stateful_step_count=25, deadline=None)

    @classmethod
    def teardown_class(cls) -> None:
        must = {"document.save", "document.take_in", "document.file", "document_loan.save"}
        assert must <= MET, f"never happened: {must - MET}"
