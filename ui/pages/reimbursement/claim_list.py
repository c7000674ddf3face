"""The list of the expense claims: by state, what is on its way, what is late; files dropped here become a new claim."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QKeySequence, QShortcut

from salesdesk.domain.calendar_days import month_end
from salesdesk.domain.changes import Changes
from salesdesk.domain.kinds import Option, Row
from salesdesk.modules.reimbursement import queries
from salesdesk.modules.reimbursement.progress import OPEN
from salesdesk.services.lists import Condition, Query
from ui.kit.desk_list import DeskList, RowVerb
from ui.kit.file_list import files_in
from ui.kit.messages import ask_choice
from ui.kit.page import PageContext
from ui.kit.register_exchange import Exchange
from ui.kit.widgets import FilterChip
from ui.pages.reimbursement.intake_drop import IntakeDrop

COLUMNS = (
    "number",
    "state",
    "claimant",
    "title",
    "day",
    "due",
    "attached",
    "amount",
    "approved",
    "stops",
    "doubts",
    "department",
)
NOTHING = ("还没有报销单", "把发票文件拖到这里，一次二十张也行；或按 Ctrl+N 手工填一张")
PLACE = "reimbursement.expense_claim"


def _live(found: Row) -> bool:
    return not found["void"]


class ClaimList(DeskList):
    """print_wanted(uid): show its paper. counted(n): how many there are."""

    print_wanted = Signal(str)
    taken = Signal(str)
    counted = Signal(int)

    def __init__(self, context: PageContext) -> None:
        self.may_write = context.may("claim.save")
        verbs = [
            RowVerb("打开", "edit", self._open, lambda found: True, "Enter"),
            RowVerb("打印", "print", self._print, _live, "Ctrl+P"),
            *([RowVerb("作废", "delete", self._void, _live, "Delete")] if self.may_write else []),
        ]
        super().__init__(context, "expense_claim", COLUMNS, verbs, NOTHING, PLACE)
        self.exchange = Exchange(context, "expense_claim", self.filter, self.model)
        self.drop = IntakeDrop(context, self)
        self.drop.taken.connect(self.taken)
        self.setAcceptDrops(True)
        self.backlog, self.late, self.voided = FilterChip("在办"), FilterChip("超期"), FilterChip("含作废")
        self.month = FilterChip("哪个月…")
        self.month.setToolTip("只看某个月的报销单（Ctrl+M）")
        self.above(self.backlog, self.late, self.month, self.voided)
        self.month.clicked.connect(self.ask_month)
        self.backlog.clicked.connect(self._show_backlog)
        self.late.clicked.connect(self._show_late)
        self.voided.toggled.connect(self.filter.set_voided)
        self.filter.changed.connect(self._follow)
        self.table.delete_wanted.connect(self.void_current)
        self.model.counted.connect(self._tell_count)
        for keys, act in (("Ctrl+F", self.search), ("Ctrl+P", self._print_current), ("Ctrl+M", self.ask_month)):
            QShortcut(QKeySequence(keys), self, act).setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.read_backlog()

    # -- what is shown ---------------------------------------------------------------------------------------------

    def shown(self) -> None:
        super().shown()
        self.read_backlog()

    def refresh(self, changes: Changes) -> None:
        super().refresh(changes)
        if "expense_claim" in changes.touched and self.isVisible():
            self.read_backlog()

    def read_backlog(self) -> None:
        """Count what is on its way and what is late, beside the window."""
        desk = self.context.desk
        live, late = Condition("state", "in", OPEN), Condition("due", "<", desk.today)

        def count() -> tuple[int, int]:
            return tuple(desk.count("expense_claim", Query(conditions=c)) for c in ((live,), (live, late)))  # type: ignore[return-value]

        self.context.ops.read(count, self._backlog_came, token=("backlog", id(self)))

    def _backlog_came(self, found: tuple[int, int]) -> None:
        whole, late = found
        self.backlog.set_count(whole)
        self.late.set_count(late)
        self.late.setVisible(bool(late) or self.late.isChecked())

    def _show_backlog(self) -> None:
        self.late.setChecked(False)
        self.month.setChecked(False)
        more = [Condition("state", "in", OPEN)] if self.backlog.isChecked() else []
        self.filter.choose(title="在办的报销单" if more else "", more=more)

    def _show_late(self) -> None:
        self.backlog.setChecked(False)
        self.month.setChecked(False)
        more = (
            [Condition("state", "in", OPEN), Condition("due", "<", self.context.desk.today)]
            if self.late.isChecked()
            else []
        )
        self.filter.choose(title="超期的报销单" if more else "", more=more)

    def ask_month(self) -> None:
        """Ctrl+M: any month that has claims; chosen again it shows all."""
        if self.filter.led and self.sender() is self.month:
            self.filter.choose()
            return
        with self.context.desk.read() as reader:
            known = queries.months(reader)
        options = [Option(month, f"{month[:4]} 年 {int(month[5:])} 月（{count} 张）") for month, count in known]
        wanted = ask_choice(self.window(), "看哪个月的报销单", options) if options else None
        self.month.setChecked(bool(wanted))
        if wanted:
            self.show_month(str(wanted))

    def show_month(self, month: str, claimant: str = "") -> None:
        """Only the claims of a month ("2026-06"), of one person if given."""
        more = [Condition("day", ">=", f"{month}-01"), Condition("day", "<=", month_end(f"{month}-01"))]
        more += [Condition("claimant", "=", claimant)] if claimant else []
        told = f"{int(month[:4])} 年 {int(month[5:])} 月" + (f" {claimant}" if claimant else "")
        self.filter.choose(title=f"{told}的报销单", more=more)
        self.backlog.setChecked(False)
        self.late.setChecked(False)
        self.month.setChecked(True)

    def _follow(self, query: object) -> None:
        """The pill of the filter was taken away: the chips follow."""
        if not self.filter.led:
            self.backlog.setChecked(False)
            self.late.setChecked(False)
            self.month.setChecked(False)

    def show_person(self, name: str) -> None:
        """Only the claims of one person."""
        self.filter.choose(title=f"{name} 的报销单", more=[Condition("claimant", "=", name)])

    def _tell_count(self, number: object) -> None:
        self.counted.emit(int(number) if isinstance(number, int) else 0)

    def go(self, uid: str = "") -> None:
        """Put the keyboard into the list, on one claim if given."""
        if uid:
            self.table.select_uid(uid)
        if self.model.rowCount():
            self._down()
        else:
            self.filter.box.setFocus(Qt.FocusReason.OtherFocusReason)

    def search(self) -> None:
        """Ctrl+F."""
        self.filter.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.box.selectAll()

    # -- the claim in hand -----------------------------------------------------------------------------------------

    def _open(self, uid: str) -> None:
        self.opened.emit(uid)

    def _print(self, uid: str) -> None:
        self.print_wanted.emit(uid)

    def _void(self, uid: str) -> None:
        self.context.ops.run("claim.void", {"uid": uid})

    def _print_current(self) -> None:
        found = self.current()
        if found is not None and _live(found):
            self._print(str(found["uid"]))

    def void_current(self) -> None:
        """作废; 撤销 brings it back."""
        found = self.current()
        if found is not None and _live(found) and self.may_write:
            self._void(str(found["uid"]))

    def _menu(self, uid: str) -> list[QAction]:
        made = super()._menu(uid)
        found = self.context.desk.row(self.entity, uid)
        if found is not None:
            acts: list[tuple[str, Callable[[], object]]] = [
                (f"只看 {found['claimant']} 的", partial(self.show_person, str(found["claimant"]))),
                ("复制给报销人的话", partial(self.context.ops.run, "claim.words", {"uid": uid})),
            ]
            for title, act in acts:
                action = QAction(title)
                action.triggered.connect(act)
                made.append(action)
        return made

    # -- files -----------------------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.may_write and files_in(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Dropped files become a new claim of somebody who is asked for."""
        paths = files_in(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.drop.take(paths)
