"""The form of any record, made from its fields: typed values, child tables, problems with cures, nothing lost in a crash."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QVBoxLayout, QWidget

from salesdesk.domain.changes import Changes
from salesdesk.domain.draft import Draft
from salesdesk.domain.fields import Entity, Field, Lines, sections
from salesdesk.domain.kinds import Row
from salesdesk.domain.problems import Cure, Problem, Severity
from salesdesk.services.lists import MERGED_INTO
from salesdesk.services.module import Outcome
from ui.kit.approval_dialog import ask_leave
from ui.kit.child_grid import ChildGrid
from ui.kit.editors import Editor
from ui.kit.enter import is_enter
from ui.kit.field_box import FieldBox
from ui.kit.field_groups import FieldGroups
from ui.kit.form_cover import FormCover
from ui.kit.form_drafts import DraftKeeper
from ui.kit.form_twins import TwinWatch
from ui.kit.notices import Banner
from ui.kit.page import PageContext
from ui.kit.pick_edit import PickEdit
from ui.kit.problem_list import ProblemList
from ui.kit.widgets import rule

COLUMN = 176
"""A column of the form is at least this wide."""
WIDE_FROM = 5
"""Columns of a child table, the row number among them, beyond which it wants room."""


def children_of(context: PageContext, entity: str) -> dict[str, Entity]:
    """Child tables the save verb takes, by parameter name; without such a verb all that have something to show."""
    registry = context.desk.registry
    verb = registry.saving(entity)
    if verb is None:  # a paper that is written once, elsewhere: its lines are shown
        owned = [e for e in registry.entities.values() if e.parent and e.parent[0] == entity]
        return {e.key: e for e in owned if any(f.listed for f in e)}
    return {p.key: p.kind.entity for p in verb.params if isinstance(p.kind, Lines)}


class RecordForm(QWidget):
    """One record under edit.

    saved(uid): written. changed(): typed into, or cleaned. A form without a save verb only shows. `busy_button` turns
    while a save takes long. linked_wanted(editor, text): 新建 was asked for under a link field.
    """

    saved = Signal(str)
    changed = Signal()
    left = Signal()
    linked_wanted = Signal(object, str)

    def __init__(self, context: PageContext, entity: str, children: Mapping[str, Entity] | None = None) -> None:
        super().__init__()
        self.context, self.desk, self.ops = context, context.desk, context.ops
        self.entity = context.desk.entity(entity)
        known = self.desk.registry.saving(entity)
        self.verb = known.name if known else ""
        self.read_only = known is None or not self.desk.settings.seat.may(known)
        params = known.params if known else ()
        self._accepted = {p.key for p in params}
        self._given = {p.key for p in params if isinstance(p.kind, Lines) and p.kind.given}
        self.draft = Draft(self.entity, today=self.desk.today)
        self.row: Row = {}
        self.dirty = False
        self.busy_button: Any = None
        self._saving = False
        self._columns = 2
        self._boxes: dict[str, FieldBox] = {}
        self._grids: dict[str, ChildGrid] = {}
        self._groups = FieldGroups()
        self.banner = Banner(closable=True)
        self.problems = ProblemList()
        self.problems.locate.connect(self.locate)
        self.problems.cured.connect(self._cure)
        self.problems.opened.connect(context.show_beside)
        self._build(children_of(context, entity) if children is None else dict(children))
        self.cover = FormCover(self, self._boxes, self._grids)
        self.keeper = DraftKeeper(self, self)
        self.twins = TwinWatch(self, self)
        for trouble in (self.ops.faulted, self.ops.crashed, self.ops.stopped):
            trouble.connect(self._not_saved)
        for keys in ("Ctrl+S", "F8"):
            shortcut = QShortcut(QKeySequence(keys), self, self.save)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.new()

    # -- building ------------------------------------------------------------------------------------------------------

    def _build(self, children: dict[str, Entity]) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.banner)
        self.scroller = QScrollArea()
        self.scroller.setWidgetResizable(True)
        self.scroller.setFrameShape(QFrame.Shape.NoFrame)
        self.scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        inside.setObjectName("scrolled")
        self._body = QVBoxLayout(inside)
        self._body.setContentsMargins(2, 0, 12, 8)
        self._body.setSpacing(10)
        named = sections(f for f in self.entity if self._shows(f))
        for place, (title, fields) in enumerate(named.items()):
            heading = title if place or len(named) > 1 else ""
            self._groups.add(inside, self._body, heading, [self._box(f) for f in fields])
        for key, child in children.items():
            self._body.addWidget(rule())
            grid_of = ChildGrid(child, self.desk.today, self.read_only, self.desk, key not in self._given)
            grid_of.edited.connect(self._child_edited)
            self._grids[key] = grid_of
            self._body.addWidget(grid_of)
        self._body.addStretch(1)
        self.scroller.setWidget(inside)
        column.addWidget(self.scroller, 1)
        column.addWidget(self.problems)

    def _shows(self, field: Field) -> bool:
        return not field.aside and field.key not in (self.entity.parent_key, "seq", MERGED_INTO)

    def _box(self, field: Field) -> FieldBox:
        box = FieldBox(self.desk, field)
        box.changed.connect(self._typed)
        box.committed.connect(self._committed)
        if not self._editable(field):
            box.editor.set_read_only(True)
        if isinstance(box.editor, PickEdit):
            box.editor.create_wanted.connect(self._linked_wanted)
        self._boxes[field.key] = box
        return box

    def _editable(self, field: Field) -> bool:
        return field.typed and not self.read_only and field.key in self._accepted

    def _told(self, field: Field) -> bool:
        """What the program fills in is shown once there is something: a new record is no page of grey boxes."""
        return field.typed or self.row.get(field.key) not in (None, "")

    def _arrange(self) -> None:
        """Lay out what there is to show."""
        self._groups.arrange([box for box in self._boxes.values() if self._told(box.field)], self._columns)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        columns = max(1, min(4, (self.width() - 20) // COLUMN))
        if columns != self._columns:
            self._columns = columns
            self._arrange()

    # -- loading -------------------------------------------------------------------------------------------------------

    def new(self, preset: Mapping[str, Any] | None = None) -> None:
        """Begin a new record; `preset` holds typed or wire values of some fields."""
        draft = Draft(self.entity, today=self.desk.today)
        for field in self.entity:
            if field.default and self._shows(field) and field.typed:
                draft.set(field.key, field.default)
        for key, raw in (preset or {}).items():
            if key in self.entity.by_key:
                draft.set(key, raw)
        draft.changed = False
        self.row = {}
        self._take(draft, {})

    def load(self, uid: str) -> bool:
        """Show a record; False when there is none."""
        row = self.desk.row(self.entity.key, uid)
        if row is None:
            return False
        draft = Draft(self.entity, today=self.desk.today, uid=uid, seen=int(row["seen"]))
        draft.values = {f.key: row[f.key] for f in self.entity}
        draft.names = {str(row[f.key]): str(row.get(f"{f.key}.name") or "") for f in self.entity.links if row[f.key]}
        self.row = row
        self._take(draft, {key: self.desk.lines(g.entity.key, uid) for key, g in self._grids.items()})
        return True

    def _take(self, draft: Draft, children: Mapping[str, Sequence[Row]]) -> None:
        self.keeper.stop()
        self.twins.stop()
        self.cover.reveals.cover_all(but=draft.uid)
        self.draft = draft
        self.dirty = False
        self.banner.hide()
        for key, grid in self._grids.items():
            grid.set_lines(children.get(key, ()))
        self._arrange()
        self._fill()
        self.show_problems(())
        self.changed.emit()

    def _fill(self) -> None:
        for key, box in self._boxes.items():
            if key in self.draft.typed:
                raw, reason, _ = self.draft.typed[key]
                box.editor.set_raw(raw)
                box.set_error(reason)
            else:
                value = self.draft.get(key)
                box.set_value(value, self.draft.names.get(str(value), ""))
                box.set_error("")
        self.cover.apply()

    @property
    def uid(self) -> str:
        """The record shown, "" for a new one."""
        return self.draft.uid

    @property
    def title(self) -> str:
        """How the record is called, or what it will be."""
        key = self.entity.naming
        name = str(self.row.get(f"{key}.name") or self.row.get(key) or "")
        return name or (f"新建{self.entity.title}" if not self.uid else self.entity.title)

    def refresh(self, changes: Changes) -> None:
        """Somebody's operation touched the record: read it again, or warn when it is being changed here."""
        kinds = {self.entity.key, *(g.entity.key for g in self._grids.values())}
        if not self.uid or self._saving or not kinds & changes.touched.keys():
            return
        if self.uid in changes.of(self.entity.key) or kinds & changes.touched.keys() - {self.entity.key}:
            if not self.dirty:
                self.load(self.uid)
            elif self.uid in changes.of(self.entity.key):
                self.banner.say("info", f"这条{self.entity.title}刚刚有改动，保存时会核对，不会互相覆盖")

    # -- typing --------------------------------------------------------------------------------------------------------

    def _typed(self, key: str) -> None:
        """Every key: into the draft, and soon onto the disk; nothing is complained about before the person goes on."""
        editor = self._boxes[key].editor
        if isinstance(editor, PickEdit):
            self._put_link(key, editor)
        else:
            self.draft.set(key, editor.raw())
        self._touch()

    def _put_link(self, key: str, editor: PickEdit) -> None:
        if editor.uid:
            self.draft.names[editor.uid] = editor.text()
        self.draft.put(key, editor.uid or None)
        fault = editor.fault()
        if fault is not None:
            self.draft.typed[key] = (editor.text(), fault.reason, fault.cure)

    def _committed(self, key: str) -> None:
        if key in self.draft.typed:
            self._boxes[key].set_error(self.draft.typed[key][1])
        elif any(p.path == key and not p.about[1] for p in self.problems.problems):
            self.show_problems([p for p in self.problems.problems if p.path != key or p.about[1]])

    def _child_edited(self) -> None:
        self._touch()

    def _touch(self) -> None:
        if not self.dirty:
            self.dirty = True
            self.changed.emit()
        self.keeper.soon()
        self.twins.soon()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter in a field goes on to the next; Esc in an untouched one leaves the form."""
        if is_enter(event):
            self.focusNextChild()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def begin(self) -> None:
        """Put the keyboard into the first field that can be typed in."""
        for key in (f.key for f in self.entity if f.key in self._boxes and self._editable(f)):
            self._boxes[key].go()
            return

    def box(self, key: str) -> FieldBox:
        """The part of the form that shows a field."""
        return self._boxes[key]

    def editor(self, key: str) -> Editor:
        """The editor of a field."""
        return self._boxes[key].editor

    @property
    def wide(self) -> bool:
        """Whether it holds a table that wants room."""
        return any(len(grid.table.lines.columns) > WIDE_FROM for grid in self._grids.values())

    def grid(self, key: str) -> ChildGrid:
        """A child table by its parameter name."""
        return self._grids[key]

    def _linked_wanted(self, text: str) -> None:
        self.linked_wanted.emit(self.sender(), text)

    # -- saving --------------------------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Take over what is still being typed."""
        here = QApplication.focusWidget()
        if isinstance(here, PickEdit):
            here.settle()
        for box in self._boxes.values():
            commit = getattr(box.editor, "commit", None)
            if commit is not None and not box.editor.property("readOnly"):
                commit()
        for grid in self._grids.values():
            grid.settle()

    _sent: Mapping[str, Any] = {}

    def args(self) -> dict[str, Any]:
        """Wire arguments of the save verb. A changed record sends only what was changed."""
        args = {k: v for k, v in self.draft.args().items() if k in self._accepted}
        if self.uid and "seen" in self._accepted:
            before = self.row
            same = [
                k for k in args
                if k in self.entity.by_key and k not in self.draft.typed and before.get(k) == self.draft.get(k)
            ]  # fmt: skip
            for key in same:
                del args[key]
        elif not self.uid:
            args = {k: v for k, v in args.items() if v is not None or self.entity[k].default}
        for key, grid in self._grids.items():
            if grid.touched or not self.uid:
                args[key] = grid.wire()
        return args

    def check(self) -> list[Problem]:
        """What cannot even be sent: unreadable cells here and in the child tables."""
        found = self.draft.problems()
        for key, grid in self._grids.items():
            found += grid.problems(key)
        return found

    def save(self, leave: Mapping[str, str] | None = None) -> None:
        """Write the record; problems are shown where they are. leave: what lets it pass, a reason or who approves."""
        if self.read_only or self._saving:
            return
        self.settle()
        found = self.check()
        if found:
            self._refused(tuple(found))
            return
        if self.uid and not self.dirty:
            self.context.toast("没有改动")
            return
        self._sent = {**self.args(), **(leave or {})}
        self._saving = True
        self.ops.run(self.verb, self._sent, self._done, self._refused, self.busy_button)

    def _done(self, outcome: Outcome) -> None:
        self._saving = False
        self.keeper.forget()
        uid = outcome.uid
        if not self.load(uid):
            self.new()
        self.show_problems(outcome.problems)
        self.saved.emit(uid)

    def _not_saved(self, trouble: object) -> None:
        self._saving = False

    def _refused(self, problems: tuple[Problem, ...]) -> None:
        self._saving = False
        self.show_problems(problems)
        blocking = [p for p in problems if p.severity is Severity.STOP]
        if not blocking and any(p.severity is Severity.ASK for p in problems):
            given = ask_leave(self.ops, self.window(), f"保存{self.entity.title}", self.verb, self._sent, problems)
            if given:
                self.save(given)
            return
        first = next((p for p in blocking if p.path), None)
        if first is not None:
            self.locate(first.path)

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Mark the fields, and list all of them below."""
        by_path = {p.path: p for p in reversed(problems)}
        for key, box in self._boxes.items():
            found = by_path.get(key)
            stop = found is not None and found.severity in (Severity.STOP, Severity.ASK)
            kept = self.draft.typed.get(key)
            box.set_error(found.message if found is not None and stop else kept[1] if kept else "")
        for key, grid in self._grids.items():
            grid.set_problems(key, problems)
        self.problems.show_problems(problems)

    def locate(self, path: str) -> None:
        """Go to the field or cell a problem names."""
        head = path.split("/")[0]
        if head in self._boxes:
            self.scroller.ensureWidgetVisible(self._boxes[head], 0, 40)
            self._boxes[head].go()
        elif head in self._grids:
            self.scroller.ensureWidgetVisible(self._grids[head], 0, 40)
            self._grids[head].locate(path)

    def _cure(self, cure: Cure) -> None:
        if cure.path in self._boxes:
            self.draft.set(cure.path, cure.value)
            self._fill()
            self._touch()
            self._committed(cure.path)
            self._boxes[cure.path].go()

    # -- what is half done ---------------------------------------------------------------------------------------------

    def payload(self) -> dict[str, Any]:
        """Everything typed, for the draft table."""
        return {"form": self.draft.snapshot(), "children": {k: g.draft.snapshot() for k, g in self._grids.items()}}

    def restore(self, payload: Mapping[str, Any]) -> None:
        """Go on with a form that was left half typed."""
        uid = str(payload["form"].get("uid") or "")
        if not (uid and self.load(uid)):
            self.new()
        self.draft.restore(payload["form"])
        for key, kept in payload.get("children", {}).items():
            if key in self._grids:
                self._grids[key].restore(kept)
        self._fill()
        self.dirty = True
        self.changed.emit()
        self.begin()

    def discard(self) -> None:
        """Give up what was typed and show what is stored."""
        self.keeper.forget()
        if not (self.uid and self.load(self.uid)):
            self.new()
