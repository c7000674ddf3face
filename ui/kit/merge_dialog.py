"""Two or more records side by side, field by field: which is kept, what it will hold, what comes along with it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QIcon, QInputMethodEvent, QKeyEvent, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLineEdit, QTableWidget, QTableWidgetItem, QWidget

from salesdesk.domain.errors import Refused
from salesdesk.domain.problems import Problem, Severity, summary
from salesdesk.services.lists import Condition
from salesdesk.services.module import Outcome
from ui.kit.approval_dialog import SENT, SENT_WORDS, ask_leave
from ui.kit.dialogs import Question
from ui.kit.enter import is_enter
from ui.kit.page import PageContext
from ui.kit.pick_dialog import pick_record
from ui.kit.theme import theme
from ui.kit.widgets import Card, FilterChip, KeyHints, button, label, row


class MergeDialog(Question):
    """Works on `<entity>.check_merge` and `<entity>.merge`. ←→↑↓ walk, Space takes a value, typing in the last column writes one.

    args: uid of the record to keep, and the others as the verb takes them.
    """

    def __init__(
        self, context: PageContext, entity: str, args: Mapping[str, Any], parent: QWidget | None = None
    ) -> None:
        self.entity = context.desk.entity(entity)
        super().__init__(parent or context.window, f"合并{self.entity.title}", yes="合并", width=860)
        self.context, self.desk, self.ops = context, context.desk, context.ops
        self.uids = [str(args["uid"]), *filter(None, str(args.get("others") or "").split("、"))]
        self.data: Mapping[str, Any] = {"records": [], "fields": [], "linked": [], "figures": []}
        self.chosen: dict[str, str] = {}
        self.sides: dict[str, str] = {}  # field -> uid of the record whose value is taken, as it is and unseen
        self._filling = False
        self._given: dict[str, Any] = {}
        room = QPixmap(16, 16)
        room.fill(Qt.GlobalColor.transparent)
        self._blank = QIcon(room)  # where no tick stands, the text begins at the same place
        self.table = QTableWidget()
        self.table.setAccessibleName("两边的内容和合并后的内容")
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        triggers = QAbstractItemView.EditTrigger
        self.table.setEditTriggers(triggers.AnyKeyPressed | triggers.DoubleClicked | triggers.EditKeyPressed)
        self.table.setTabKeyNavigation(False)
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setHighlightSections(False)
        self.table.cellClicked.connect(self._take)
        self.table.itemChanged.connect(self._typed)
        self.table.installEventFilter(self)
        self.differing = FilterChip("只看不一样的", key="differing")
        self.differing.toggled.connect(self._show_rows)
        self.other = button("保留另一条", "sync", shortcut="F6", clicked=self.keep_other)
        self.add = button(f"再加一条{self.entity.title}", "add", clicked=self.add_one)
        self.along = label("", "grid", "text2")
        self.along.setWordWrap(True)
        self.sums = label("", "grid", bold=True)
        card = Card(margins=(1, 1, 1, 1))
        card.body.addWidget(self.table)
        self.body.addLayout(row(self.differing, 1, self.add, self.other, spacing=10))
        self.body.addWidget(card, 1)
        self.body.addWidget(self.sums)
        self.body.addWidget(self.along)
        self.body.addWidget(
            KeyHints(
                (
                    ("↑↓←→", "走"),
                    ("空格", "用这一个"),
                    ("直接打字", "改合并后的"),
                    ("F6", "保留另一条"),
                    ("Ctrl+Enter", "合并"),
                )
            )
        )
        self.yes.setToolTip("Ctrl+Enter")
        host = context.window.size() if context.window is not None else None
        self.resize(min(1120, host.width() - 60) if host else 1000, min(720, host.height() - 40) if host else 640)
        self.read()

    # -- reading -------------------------------------------------------------------------------------------------------

    def _args(self) -> dict[str, Any]:
        return {"uid": self.uids[0], "others": "、".join(self.uids[1:])}

    def read(self) -> None:
        """Read both sides anew; what was chosen or typed stays."""
        self.yes.setEnabled(len(self.uids) > 1)
        if len(self.uids) < 2:
            self.hint.setText(f"再选一条{self.entity.title}，和它合成一条。")
            self.hint.show()
            return
        try:
            outcome = self.desk.do(f"{self.entity.key}.check_merge", self._args())
        except Refused as refused:
            self.refuse(refused.problems)
            self.yes.setEnabled(False)
            return
        self.data = outcome.data
        kept = self.data["records"][0]["name"]
        self.hint.setText(
            f"留下「{kept}」，其余并进来作废；旧名称、旧编码照样搜得到。点哪边就用哪边，最右一列也可以直接改。合错了能撤销。"
        )
        self.hint.show()
        if outcome.problems:
            self.banner.say("warn", summary(list(outcome.problems), 4))
        else:
            self.banner.hide()
        self._tell()
        self._fill()

    def _tell(self) -> None:
        self.sums.setText("    ".join(f"{name} {text}" for name, text in self.data["figures"]))
        told = [f"{one['title']} {sum(one['numbers'][1:])}" for one in self.data["linked"] if sum(one["numbers"][1:])]
        self.along.setText(f"跟着过来的：{'、'.join(told)}" if told else "并入的这条没有单据，只有资料。")

    # -- the table -----------------------------------------------------------------------------------------------------

    @property
    def result(self) -> int:  # type: ignore[override]
        """The column of what the kept record will hold."""
        return len(self.data["records"]) + 1

    def _fill(self) -> None:
        self._filling = True
        records, fields = self.data["records"], self.data["fields"]
        titles = ["项目"]
        for n, one in enumerate(records):
            code = f"（{one['code']}）" if one["code"] else ""
            titles.append(f"{'保留' if n == 0 else '并入'}：{one['name']}{code}")
        self.table.setColumnCount(len(titles) + 1)
        self.table.setHorizontalHeaderLabels([*titles, "合并后"])
        self.table.setRowCount(len(fields))
        for line, field in enumerate(fields):
            self._put(line, 0, field["title"], "text2", False)
            for column, text in enumerate(field["values"], 1):
                self._put(line, column, text, "text", False)
            text = self.chosen.get(field["key"], field["result"])
            side = self.sides.get(field["key"])
            if side in self.uids:
                text = field["values"][self.uids.index(side)]
            self._put(line, self.result, text, "text", True)
            self._mark(line)
        header = self.table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self._filling = False
        some = any(f["differs"] for f in fields)
        self.differing.setChecked(some)
        self.differing.setVisible(some)
        self._show_rows()

    def _put(self, line: int, column: int, text: str, ink: str, editable: bool) -> None:
        item = QTableWidgetItem(text)
        item.setToolTip(text)
        item.setForeground(theme().color(ink))
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        item.setFlags(flags | Qt.ItemFlag.ItemIsEditable if editable else flags)
        self.table.setItem(line, column, item)

    def _text(self, line: int, column: int) -> str:
        item = self.table.item(line, column)
        return item.text() if item is not None else ""

    def _mark(self, line: int) -> None:
        """A tick stands at the side whose value is used; what was typed has none."""
        filling, self._filling = self._filling, True
        now, ticked = self._text(line, self.result), False
        for column in range(1, self.result + 1):
            item = self.table.item(line, column)
            if item is None:
                continue
            here = column == self.result or (not ticked and item.text() == now and bool(now))
            ticked = ticked or (here and column < self.result)
            font = item.font()
            font.setBold(here)
            item.setFont(font)
            if column < self.result:
                item.setIcon(theme().icon("check", "accent", 16) if here else self._blank)
        self._filling = filling

    def _show_rows(self, *_: object) -> None:
        first = -1
        for line, field in enumerate(self.data["fields"]):
            hidden = self.differing.isChecked() and not field["differs"]
            self.table.setRowHidden(line, hidden)
            first = line if first < 0 and not hidden else first
        if first >= 0 and (self.table.currentRow() < 0 or self.table.isRowHidden(self.table.currentRow())):
            self.table.setCurrentCell(first, min(2, self.result))
        self.table.setFocus()

    def _take(self, line: int, column: int) -> None:
        """Use the value of one side."""
        item = self.table.item(line, self.result)
        if item is None or not 0 < column < self.result:
            return
        filling, self._filling = self._filling, True
        item.setText(self._text(line, column))
        self._filling = filling
        key = self.data["fields"][line]["key"]
        self.sides[key] = self.uids[column - 1]
        self.chosen.pop(key, None)
        self._mark(line)

    def _typed(self, item: QTableWidgetItem) -> None:
        if self._filling or item.column() != self.result:
            return
        key = self.data["fields"][item.row()]["key"]
        self.chosen[key] = item.text().strip()
        self.sides.pop(key, None)
        item.setToolTip(item.text())
        self._mark(item.row())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and watched is self.table:
            line, column = self.table.currentRow(), self.table.currentColumn()
            plain = not event.modifiers()
            if event.key() == Qt.Key.Key_Space and plain and column < self.result:
                self._take(line, column)
                return True
            if event.key() == Qt.Key.Key_F6:
                self.keep_other()
                return True
            if is_enter(event):
                self.table.setCurrentCell(line, self.result)
                self.table.edit(self.table.currentIndex())
                return True
        elif isinstance(event, QInputMethodEvent) and watched is self.table and event.commitString():
            if self.table.currentColumn() == self.result:  # the view would open the editor and lose what opened it
                self.table.edit(self.table.currentIndex())
                editor = self.focusWidget()
                if isinstance(editor, QLineEdit):
                    editor.setText(event.commitString())
            return True
        return False

    # -- choosing and doing --------------------------------------------------------------------------------------------

    def keep_other(self) -> None:
        """Another record is the one that stays."""
        if len(self.uids) > 1:
            self.uids = [*self.uids[1:], self.uids[0]]
            self.read()

    def add_one(self) -> bool:
        """One more record to merge, picked from the list; False when given up."""
        picked = pick_record(self, self.desk, self.entity.key, "", (Condition("uid", "!=", self.uids[0]),))
        if picked and picked not in self.uids:
            self.uids.append(picked)
            self.read()
        return bool(picked)

    def answer(self) -> None:
        """Merge; what only wants a reason asks for it."""
        if self.yes.isEnabled():
            here = self.focusWidget()
            if here is not None and here is not self.table and self.table.isAncestorOf(here):
                self.table.setFocus()  # what is still being typed is taken over
            self.run()

    def run(self, leave: Mapping[str, str] | None = None) -> None:
        """Do it. leave: a reason, or who lets it pass."""
        self._given = self._args() | {
            "values": json.dumps(self.chosen, ensure_ascii=False),
            "sides": json.dumps(self.sides),
            **(leave or {}),
        }
        self.ops.run(f"{self.entity.key}.merge", self._given, self._done, self._refused, self.yes)

    def _done(self, outcome: Outcome) -> None:
        self.accept()

    def _refused(self, problems: tuple[Problem, ...]) -> None:
        leave = ask_leave(self.ops, self, "要合并，请写明原因", f"{self.entity.key}.merge", self._given, problems)
        if leave:
            self.run(leave)
            return
        if leave is SENT:
            self.banner.say("info", SENT_WORDS)
            return
        stops = [p for p in problems if p.severity is Severity.STOP]
        self.refuse(stops or problems)
        key = next((p.path.rpartition("/")[2] for p in stops if p.path), "")
        lines = [line for line, field in enumerate(self.data["fields"]) if field["key"] == key]
        if lines:
            self.differing.setChecked(self.differing.isChecked() and not self.table.isRowHidden(lines[0]))
            self.table.setCurrentCell(lines[0], self.result)


def open_window(context: PageContext, entity: str, preset: Mapping[str, Any]) -> QWidget | None:
    """Open it for the record in hand; the other one is picked first where it is not given."""
    uid = str(preset.get("uid") or "") or pick_record(context.window, context.desk, entity)
    if not uid:
        return None
    dialog = MergeDialog(context, entity, {**preset, "uid": uid})
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    if not preset.get("others") and not dialog.add_one():
        dialog.reject()
    return dialog
