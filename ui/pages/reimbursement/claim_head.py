"""The lines above a claim: what it is, where it stands, what comes next, and whether the form or the vouchers are in front."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent, QUndoStack
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from salesdesk.domain import dates
from salesdesk.services.module import Verb
from ui.kit import menus
from ui.kit.button_line import ButtonLine
from ui.kit.widgets import Button, Chip, FilterChip, IconButton, IconLabel, button, label, row, set_ink
from ui.pages.reimbursement.claim_draft import ClaimDraft

Item = tuple[str, Callable[[], object]]
FORM, VOUCHERS = 0, 1
WIDE = 1010


class ClaimHead(QWidget):
    """Title, number, state, due day; autosave note; papers, save, the next step, the rest behind ⋯; below: 单子 or 票据."""

    back_wanted = Signal()
    print_wanted = Signal()
    save_wanted = Signal()
    step_wanted = Signal(str)  # a verb
    side_wanted = Signal(int)  # FORM or VOUCHERS

    def __init__(self, stack: QUndoStack) -> None:
        super().__init__()
        self._next = ""
        self._locked = False
        self._twofold = False  # a second step has its button
        self.back = IconButton("arrow_left", "回到报销单列表", "Alt+←", clicked=self.back_wanted.emit)
        self.title = label("新建报销单", "title", bold=True)
        self.number = label("", "body", "text2")
        self.chip = Chip()
        self.due = label("", "caption", "text2")
        self.kept_icon = IconLabel("checkmark_circle", "ok", 16)
        self.kept = label("", "caption", "text2")
        self.kept_icon.hide()
        self.undo = IconButton("undo", "撤销", clicked=stack.undo)
        self.redo = IconButton("redo", "重做", clicked=stack.redo)
        self.print = button("打印预览", "print", shortcut="Ctrl+P", clicked=self.print_wanted.emit)
        self.papers = QMenu(self)
        self.other_papers = IconButton("chevron_down", "别的单据：粘贴单、汇总表、退回单、整套")
        self.other_papers.setMenu(self.papers)
        self.other_papers.setPopupMode(IconButton.ToolButtonPopupMode.InstantPopup)
        self.save = button("保存", "save", primary=True, shortcut="Ctrl+S", clicked=self.save_wanted.emit)
        self.second = button("", clicked=self._second)
        self.next: Button = button("下一步", "send", clicked=self._go_on)
        self.more = IconButton("more", "更多操作")
        self.menu = QMenu(self.more)
        self.more.setMenu(self.menu)
        self.more.setPopupMode(IconButton.ToolButtonPopupMode.InstantPopup)
        ways = ButtonLine(self.print, self.other_papers, self.save, self.second, self.next, self.more, spacing=8)
        line = row(self.back, self.title, self.number, self.chip, self.due, 1, self.kept_icon, self.kept,
                   self.undo, self.redo, ways, spacing=8)  # fmt: skip
        self.form_chip, self.voucher_chip = FilterChip("单子"), FilterChip("票据")
        self.form_chip.setToolTip("报销人、明细、借款、进度（F11）")
        self.voucher_chip.setToolTip("逐张看票（F11）")
        self.form_chip.clicked.connect(self._show_form)
        self.voucher_chip.clicked.connect(self._show_vouchers)
        self.faults = label("", "caption", "err")
        self.sides = QWidget()
        self.sides.setLayout(row(self.form_chip, self.voucher_chip, self.faults, 1, spacing=8))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(line)
        column.addWidget(self.sides)
        stack.canUndoChanged.connect(self.undo.setEnabled)
        stack.canRedoChanged.connect(self.redo.setEnabled)
        stack.undoTextChanged.connect(self._undo_named)
        stack.redoTextChanged.connect(self._redo_named)
        self.undo.setEnabled(False)
        self.redo.setEnabled(False)
        self.show_side(FORM)

    def _undo_named(self, text: str) -> None:
        self.undo.set_tip(f"撤销：{text}" if text else "没有可撤销的", "Ctrl+Z")

    def _redo_named(self, text: str) -> None:
        self.redo.set_tip(f"重做：{text}" if text else "没有可重做的", "Ctrl+Y")

    def _go_on(self) -> None:
        if self._next:
            self.step_wanted.emit(self._next)

    def _second(self) -> None:
        self.step_wanted.emit(str(self.second.property("verb")))

    def _show_form(self) -> None:
        self.side_wanted.emit(FORM)

    def _show_vouchers(self) -> None:
        self.side_wanted.emit(VOUCHERS)

    def show_side(self, side: int) -> None:
        """Which of the two is in front."""
        self.form_chip.setChecked(side == FORM)
        self.voucher_chip.setChecked(side == VOUCHERS)

    def say_kept(self, text: str, good: bool = True) -> None:
        """ "已自动保存 10:24:31"."""
        self.kept.setText(text)
        self.kept_icon.setVisible(good and bool(text))

    def show_claim(self, claim: ClaimDraft, locked: bool) -> None:
        """Title, number, chip, until when, and which buttons there are."""
        trip = claim.draft.values.get("kind") == "trip"
        name = "差旅费报销单" if trip else "费用报销单"
        self.title.setText(name if claim.draft.uid else f"新建{name}")
        self.number.setText(claim.number)
        self.number.setVisible(bool(claim.number))
        self.chip.set_option(claim.state)
        self._show_due(claim)
        self._locked = locked
        self.save.setVisible(not locked)
        self._fit()
        for one in (self.print, self.other_papers):
            one.setVisible(not claim.voided)
        self.sides.setVisible(bool(claim.draft.uid))

    def _show_due(self, claim: ClaimDraft) -> None:
        due, today = str(claim.row.get("due") or ""), claim.draft.today
        self.due.setVisible(bool(due) and not claim.voided)
        if due:
            late = dates.days_between(due, today)
            self.due.setText(f"已过期 {late} 天" if late > 0 else "今天到期" if not late else f"{due[5:]} 前")
            set_ink(self.due, "err" if late > 0 else "warn" if not late else "text2")

    def show_steps(self, steps: Sequence[Verb], changed: bool) -> None:
        """The usual next step as the one primary button, the second beside it; while something is unsaved 保存 is the primary."""
        first, second = (steps[0] if steps else None), (steps[1] if len(steps) > 1 else None)
        self._next = first.name if first else ""
        self.next.setVisible(first is not None)
        self._twofold = second is not None and not second.name.endswith(".withdraw")
        self._fit()
        if first is not None:
            self.next.setText(f"{first.title}  F9")
            self.next.setAccessibleName(first.title)
            self.next.setToolTip(first.note or "下一步（F9）")
            self.next.set_icon(first.icon)
        if second is not None:
            self.second.setText(second.title)
            self.second.setAccessibleName(second.title)
            self.second.set_icon(second.icon)
            self.second.setProperty("verb", second.name)
        self.show_changed(changed)

    def _fit(self) -> None:
        """Narrow windows keep the one primary button; the rest is behind ⋯ and has its keys."""
        wide = self.width() >= WIDE
        self.second.setVisible(self._twofold and wide)
        for one in (self.undo, self.redo):
            one.setVisible(wide and not self._locked)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def show_changed(self, changed: bool) -> None:
        """What is typed is not stored yet, or is."""
        main = changed or self.next.isHidden()
        self.save.set_kind("primary" if main else "")
        self.next.set_kind("" if main else "primary")

    def show_vouchers(self, whole: int, done: int, stops: int, doubts: int) -> None:
        """How many vouchers were looked at, and what is still open."""
        self.voucher_chip.set_title(f"票据 {done}/{whole} 已核" if whole else "票据")
        told = [f"{n} 个{name}" for n, name in ((stops, "阻断"), (doubts, "待说明")) if n]
        self.faults.setText("、".join(told))
        set_ink(self.faults, "err" if stops else "warn")

    def set_menu(self, items: Sequence[Item | None]) -> None:
        """Fill the menu behind ⋯; None is a line."""
        _fill(self.menu, items)
        self.more.setVisible(not self.menu.isEmpty())

    def set_papers(self, items: Sequence[Item | None]) -> None:
        """Fill the menu beside 打印预览."""
        _fill(self.papers, items)


def _fill(menu: QMenu, items: Sequence[Item | None]) -> None:
    menu.clear()
    for item in items:
        if item is None:
            menus.line(menu)
        else:
            menus.item(menu, item[0], item[1])
