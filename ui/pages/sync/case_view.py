"""One case in full: what each side wrote, the keys that choose, another value, and the whole record on both sides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from salesdesk.desk import Desk
from salesdesk.domain.kinds import Option
from salesdesk.domain.masking import Veil
from salesdesk.domain.problems import Problem, summary
from salesdesk.services.sync.cases import TWICE, Case, Side
from salesdesk.services.sync.sides import SideField, whole_record
from ui.kit.field_box import FieldBox
from ui.kit.freed import empty
from ui.kit.page import PageContext
from ui.kit.plain_table import PlainTable
from ui.kit.widgets import Card, Chip, FilterChip, QuietButton, button, label, row

KINDS = {"field": "两个值", "void": "作废和修改", "code": "编码一样", "twin": "可能重复", "rule": "规则冲突"}


class Whole(NamedTuple):
    """What is read for one case besides itself."""

    case: Case
    fields: list[SideField]


def read_whole(desk: Desk, case: Case, veil: Veil) -> Whole:
    """The record on all sides; read beside the window."""
    with desk.read() as reader:
        return Whole(case, whole_record(reader, case, veil))


def who(side: Side) -> str:
    """Whose a side is, for a button."""
    return "我" if side.mine else side.operator or side.device


class CaseView(QWidget):
    """`settled(key, args)` when the clerk has chosen; `wanted(name)` open, merge. Keys belong to the page."""

    settled = Signal(object)
    wanted = Signal(str)

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self.context, self.desk = context, context.desk
        self.case: Case | None = None
        self.box: FieldBox | None = None
        self.title = label("", "subtitle", bold=True)
        self.title.setWordWrap(True)
        self.kind = Chip()
        self.words = label("", "body")
        self.words.setWordWrap(True)
        self.cure = label("", "grid", "text2")
        self.cure.setWordWrap(True)
        self.sides = QHBoxLayout()
        self.sides.setSpacing(12)
        self.other = QWidget()
        self._other = QHBoxLayout(self.other)
        self._other.setContentsMargins(0, 0, 0, 0)
        self._other.setSpacing(10)
        self.acts = QHBoxLayout()
        self.acts.setSpacing(10)
        self.differing = FilterChip("只看不一样的", key="differing")
        self.differing.setChecked(True)
        self.differing.toggled.connect(self._show_rows)
        self.table = PlainTable("整条记录，两边各是什么", ("项目",), (0,))
        self.whole = Card("整条记录", "两边写的时候各是什么样", (14, 12, 14, 12))
        self.whole.add_action(self.differing)
        self.whole.body.addWidget(self.table, 1)
        self._fields: Sequence[SideField] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        head = row(self.title, self.kind, spacing=10)
        head.setStretch(0, 1)
        column.addLayout(head)
        for part in (self.words, self.cure):
            column.addWidget(part)
        column.addLayout(self.sides)
        column.addWidget(self.other)
        column.addLayout(self.acts)
        column.addWidget(self.whole, 1)
        self._rest = QWidget()
        column.addWidget(self._rest, 1)

    # -- showing ---------------------------------------------------------------------------------------------------

    def show_case(self, case: Case) -> None:
        """Show a case; the whole record comes with `show_whole`."""
        self.case = case
        self.title.setText(f"{case.record}{'：' + case.field_title if case.kind == 'field' else ''}")
        self.kind.set_option(Option(case.kind, KINDS[case.kind], "err" if case.kind == "rule" else "warn"))
        self.words.setText(case.text.removeprefix(f"{case.record}："))
        self.cure.setText(case.cure)
        self.cure.setVisible(bool(case.cure))
        for place in (self.sides, self._other, self.acts):
            empty(place)
        self.box = None
        two_sided = case.kind in ("field", "void")
        if two_sided:
            for side in case.sides:
                self.sides.addWidget(self._side_card(case, side), 1)
        self.other.setVisible(case.kind == "field")
        if case.kind == "field":
            self._another(case)
        for name, text, icon in self._actions(case):
            self.acts.addWidget(button(text, icon, clicked=_Wanted(self, name)))
        self.acts.addStretch(1)
        self.whole.setVisible(case.kind != "rule")
        self._rest.setVisible(case.kind == "rule")
        if self.whole.hint is not None:
            self.whole.hint.setText("并排看，不一样的标出来" if case.kind in TWICE else "两边写的时候各是什么样")
        self.table.setRowCount(0)

    def _actions(self, case: Case) -> list[tuple[str, str, str]]:
        found = []
        if case.kind in TWICE:
            if self.context.may(f"{case.entity}.merge"):
                found.append(("merge", "合并成一条…  F8", "people"))
            found += [
                ("keep", "都保留  1", "check"),
                ("open", "打开这一条", "eye"),
                ("open_other", "打开另一条", "eye"),
            ]
        elif case.kind == "rule":
            found += [("open", "打开  Enter", "eye"), ("keep", "知道了  1", "check")]
        else:
            found.append(("open", "打开记录  Enter", "eye"))
        return found

    def _side_card(self, case: Case, side: Side) -> Card:
        card = Card(margins=(16, 12, 16, 12))
        name = "你" if side.mine else side.operator or "同事"
        place = "这台电脑" if side.mine else f"电脑「{side.device}」"
        head = row(label(name, "body", bold=True), label(f"{_when(side.at)}，{place}", "caption", "text2"), 1)
        if side.stands and case.kind == "field":
            head.addWidget(Chip(Option("stands", "现在是它", "info")))
        value = label(side.value, "title" if case.kind == "field" else "body", bold=case.kind == "field")
        value.setWordWrap(True)
        if case.kind == "void":
            text = "作废它" if side.value == "作废" else f"用{who(side)}的，不作废"
        else:
            text = f"用{who(side)}的"
        card.body.addLayout(head)
        card.body.addWidget(value)
        if side.title and case.kind == "field":
            done = label(side.title, "caption", "text2")
            done.setWordWrap(True)
            card.body.addWidget(done)
        choose = button(f"{text}  {side.take}", "check", clicked=_Chosen(self, side.take))
        card.body.addLayout(row(choose, 1))
        return card

    def _another(self, case: Case) -> None:
        """An editor of the field's own kind for a third value."""
        self.box = FieldBox(self.desk, self.desk.entity(case.entity)[case.field])
        self.box.setMaximumWidth(320)
        self.box.label.set_hint("都不对，另写一个")
        use = QuietButton("用这个", "check", self.use_other)
        use.setToolTip("用另写的这个值（Ctrl+Enter）")
        self._other.addWidget(self.box, 1)
        self._other.addWidget(use)
        self._other.addStretch(1)

    def show_whole(self, whole: Whole) -> None:
        """The record as it was on every side."""
        if self.case is None or whole.case.key != self.case.key:
            return
        case, self._fields = self.case, whole.fields
        if case.kind in TWICE:
            titles = ["项目", *(f"第 {n} 条" for n in range(1, len(case.others) + 2))]
        else:
            titles = [
                "项目",
                *(f"{'你' if s.mine else s.operator or s.device} {_when(s.at)}" for s in case.sides),
                "现在",
            ]
        self.table.clear()
        self.table.setColumnCount(len(titles))
        self.table.setHorizontalHeaderLabels(titles)
        header = self.table.horizontalHeader()
        for at in range(len(titles)):
            header.setSectionResizeMode(
                at, header.ResizeMode.ResizeToContents if at == 0 else header.ResizeMode.Stretch
            )
        self.table.setRowCount(len(self._fields))
        for line, one in enumerate(self._fields):
            self.table.put(line, 0, one.title, "text2")
            texts = [*one.values, *([] if case.kind in TWICE else [one.now])]
            for at, text in enumerate(texts[: len(titles) - 1], 1):
                marked = one.differs and at <= len(one.values)
                self.table.put(line, at, text or "空", "warn" if marked else "text" if text else "text3")
                item = self.table.item(line, at)
                if marked and item is not None:
                    font = item.font()
                    font.setBold(True)
                    item.setFont(font)
        self.table.finish()
        some = any(one.differs for one in self._fields)
        self.differing.setVisible(some and not all(one.differs for one in self._fields))
        self._show_rows()

    def _show_rows(self, *_: object) -> None:
        only = self.differing.isChecked() and any(one.differs for one in self._fields)
        for line, one in enumerate(self._fields):
            self.table.setRowHidden(line, only and not one.differs)

    # -- choosing --------------------------------------------------------------------------------------------------

    def choose(self, take: str) -> bool:
        """Take one side by its number; for a question "1" is the answer. False when there is no such side."""
        case = self.case
        if case is None:
            return False
        if case.kind in (*TWICE, "rule"):
            if take != "1":
                return False
            self.settled.emit({"key": case.key, "take": "both"})
            return True
        if take not in [side.take for side in case.sides]:
            return False
        self.settled.emit({"key": case.key, "take": take})
        return True

    def go_other(self) -> None:
        """Put the keyboard into the editor of the third value."""
        if self.box is not None:
            self.box.go()

    def use_other(self) -> None:
        """Settle with what was typed; what cannot be read is told at the field."""
        if self.box is None or self.case is None:
            return
        fault = self.box.editor.fault()
        value = self.box.editor.value()
        if fault is not None or value is None:
            self.box.set_error(fault.reason if fault is not None else "请先填一个值")
            self.box.go()
            return
        self.settled.emit({"key": self.case.key, "value": self.box.field.kind.edit(value)})

    def refuse(self, problems: Sequence[Problem]) -> None:
        """Say at the third value what is wrong with it."""
        if self.box is not None:
            self.box.set_error(summary(list(problems)))


class _Chosen:
    """A side's button; an object instead of a lambda, so that nothing else is kept alive."""

    def __init__(self, view: CaseView, take: str) -> None:
        self._view, self._take = view, take

    def __call__(self, *_: object) -> None:
        self._view.choose(self._take)


class _Wanted:
    def __init__(self, view: CaseView, name: str) -> None:
        self._view, self._name = view, name

    def __call__(self, *_: object) -> None:
        if self._name == "keep":
            self._view.choose("1")
        else:
            self._view.wanted.emit(self._name)


def _when(at: str) -> str:
    return f"{int(at[5:7])}/{int(at[8:10])} {at[11:16]}" if len(at) >= 16 else at
