"""One claim open for typing or reading: head, fields, lines, what stands beside it, kept on disk while it is typed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent, QUndoStack
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from salesdesk.domain.changes import Changes
from salesdesk.domain.problems import Cure, Problem, Severity
from ui.kit.page import PageContext
from ui.kit.widgets import Banner, KeyHints
from ui.pages.reimbursement.autosave import Autosave
from ui.pages.reimbursement.claim_draft import ClaimDraft
from ui.pages.reimbursement.claim_head import ClaimHead
from ui.pages.reimbursement.claim_header import ClaimHeader
from ui.pages.reimbursement.claim_lines import ClaimLines
from ui.pages.reimbursement.claim_side import Beside, SidePanel, look_beside
from ui.pages.reimbursement.columns import Items

PANEL_FROM = 1010
"""Narrower than this the side panel hides."""
HINTS = (
    ("Enter", "下一格"), ("F7", "选项目"), ("Ctrl+V", "粘贴表格"), ("Ctrl+D", "同上一行"), ("Ctrl+Del", "删行"), ("Ctrl+S", "保存"),
    ("Ctrl+P", "打印"),
)  # fmt: skip


class ClaimView(QWidget):
    """Shows a ClaimDraft. What verbs do with it stands in ClaimActions, which is told by `stated` that the state is another."""

    left = Signal()
    stated = Signal()
    opened = Signal(str)

    def __init__(self, context: PageContext, claim: ClaimDraft) -> None:
        super().__init__()
        self.context, self.claim = context, claim
        self.tried = False
        self.busy = False  # a verb is on its way
        self.refused: list[Problem] = []
        self._asked = ("", "")
        self.items = Items()
        self.stack = QUndoStack(self)
        self.head = ClaimHead(self.stack)
        self.banner = Banner(closable=True)
        self.header = ClaimHeader(claim, self.stack)
        self.lines = ClaimLines(claim, self.stack, self.items)
        self.grid = self.lines.grid
        self.panel = SidePanel()
        self.autosave = Autosave(claim, context.ops, self)
        self._lay_out()
        self._connect()
        self.show_state()

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(12)
        left.addWidget(self.header)
        left.addWidget(self.lines, 1)
        left.addWidget(KeyHints(HINTS))
        body = QHBoxLayout()
        body.setSpacing(16)
        body.addLayout(left, 1)
        body.addWidget(self.panel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.head)
        column.addWidget(self.banner)
        column.addLayout(body, 1)

    def _connect(self) -> None:
        self.header.edited.connect(self._edited)
        self.header.lines_wanted.connect(self.to_lines)
        self.grid.edited.connect(self._edited)
        self.grid.deleted.connect(self._deleted)
        self.grid.told.connect(self._told)
        self.lines.problems.locate.connect(self.locate)
        self.lines.problems.cured.connect(self.cure)
        self.panel.opened.connect(self.opened)
        self.autosave.kept.connect(self._kept)

    # -- state -----------------------------------------------------------------------------------------------------

    @property
    def locked(self) -> bool:
        """Whether nothing may be typed: voided, passed, or whoever sits here may only look."""
        return self.claim.voided or self.claim.passed or not self.may("claim.save")

    def may(self, verb: str) -> bool:
        """Whether the verb exists and whoever sits here may do it."""
        return self.context.may(verb)

    def show_state(self) -> None:
        """Bring everything in line with what is stored and typed."""
        self.header.show_claim()
        self.lines.refresh()
        self.header.set_read_only(self.locked)
        self.lines.set_read_only(self.locked)
        self.head.show_claim(self.claim, self.locked)
        self.stated.emit()
        self.head.say_kept("")
        if self.claim.voided:
            self.banner.say(
                "neutral", f"报销单已作废，当时合计 ¥{self.claim.total / 100:,.2f}。要再用可以「复制成新报销单」。"
            )
        else:
            self.banner.hide()
        self._beside(again=True)
        self.check()

    def begin(self) -> None:
        """Put the cursor where typing starts."""
        if self.locked:
            self.grid.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        values = self.claim.draft.values
        empty = next((key for key in ("claimant", "department") if not values.get(key)), "")
        if self.claim.draft.uid or self.claim.draft.filled_lines():
            self.to_lines()
        else:
            self.header.locate(empty or "claimant")

    def reload(self) -> None:
        """Show the draft anew after it was changed from outside; nothing of before can be undone."""
        self.stack.clear()
        self.grid.lines.reload()
        self.show_state()

    def to_lines(self) -> None:
        """To where the next line is typed."""
        self.grid.setFocus(Qt.FocusReason.OtherFocusReason)
        self.grid.go_blank()

    def settle(self) -> None:
        """Take over what is in the open editor."""
        self.header.settle()
        self.grid.settle()

    # -- typing ----------------------------------------------------------------------------------------------------

    def _edited(self) -> None:
        self.refused = []
        self.lines.refresh()
        self.autosave.touch()
        self._beside()
        self.head.chip.set_option(self.claim.state)
        self.check()

    def _deleted(self, count: int) -> None:
        self.context.toast(self.stack.undoText().replace("删除", "已删除", 1), undo=True)

    def _told(self, tone: str, text: str) -> None:
        self.lines.say(text, "text2" if tone == "info" else tone)

    def _kept(self, clock: str) -> None:
        if self.claim.draft.changed:
            self.head.say_kept(f"已自动保存 {clock}")

    def _beside(self, again: bool = False) -> None:
        """Sums at once, earlier claims when the person changed."""
        self.panel.show_claim(self.claim)
        asked = (str(self.claim.draft.values.get("claimant") or ""), self.claim.draft.uid)
        if asked != self._asked or again:
            self._asked = asked
            desk = self.context.desk
            self.context.ops.read(lambda: look_beside(desk, *asked), self._beside_came, token=("claim", id(self)))

    def _beside_came(self, beside: Beside) -> None:
        self.panel.show_beside(beside, self.claim.draft.today)

    # -- checking --------------------------------------------------------------------------------------------------

    def problems(self) -> list[Problem]:
        """Everything to be told now: broken rules, and what the verb refused last."""
        found = self.claim.problems(self.tried)
        known = {(p.path, p.code) for p in found}
        return found + [p for p in self.refused if (p.path, p.code) not in known]

    def check(self) -> None:
        """Mark cells and fields, and list the problems below the lines."""
        found = [] if self.locked else self.problems()
        self.lines.problems.show_problems(found)
        self.grid.lines.set_problems(found)
        self.header.show_problems(found)

    def refuse(self, problems: Sequence[Problem]) -> None:
        """The verb said no: show why and jump to the first fault."""
        self.tried = True
        self.refused = list(problems)
        self.check()
        grave = [p for p in self.lines.problems.problems if p.path and p.severity in (Severity.STOP, Severity.ASK)]
        if grave:
            self.locate(grave[0].path)

    def locate(self, path: str) -> None:
        """Put the cursor where a problem is."""
        if not self.header.locate(path) and not self.grid.locate(path):
            self.to_lines()

    def cure(self, cure: Cure) -> None:
        """Do what a cure's button offers."""
        if cure.path.startswith("lines/"):
            row, column = int(cure.path.split("/")[1]), self.grid.lines.column_of(cure.path.split("/")[2])
            if column >= 0:
                self.grid.settle()
                self.grid.lines.type_in(row, column, str(cure.value))
        elif cure.path:
            self.header.set_text(cure.path, cure.value)

    # -- the world -------------------------------------------------------------------------------------------------

    def refresh(self, changes: Changes) -> None:
        """Something was committed: read the claim again unless the clerk is in the middle of it."""
        uid = self.claim.draft.uid
        if not uid or self.busy:
            return
        if uid in changes.of("expense_claim"):
            row = self.context.desk.row("expense_claim", uid)
            if row is None or (row["void"] and not self.claim.voided):
                self.claim.detach()
                self.show_state()
                self.banner.say("warn", "这张报销单刚被撤销或作废。要留着内容，按 Ctrl+S 存成新的一张。")
            elif row["seen"] == self.claim.draft.seen:
                return  # what was stored from here
            elif self.claim.draft.changed:
                self.banner.say("warn", "这张报销单刚被别处改过，保存时会逐项核对。")
            else:
                self.claim.load(uid)
                self.reload()
        elif "print_log" in changes.touched:
            self.claim.read_prints()
            self.panel.show_claim(self.claim)
            self.head.chip.set_option(self.claim.state)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.panel.setVisible(self.width() >= PANEL_FROM)

    def undo(self) -> bool:
        """One step back in this claim; False when there is none."""
        self.settle()
        if self.locked or not self.stack.canUndo():
            return False
        self._told("info", f"已撤销：{self.stack.undoText()}")
        self.stack.undo()
        return True

    def redo(self) -> bool:
        """One step forward again."""
        if self.locked or not self.stack.canRedo():
            return False
        self._told("info", f"已重做：{self.stack.redoText()}")
        self.stack.redo()
        return True

    def paste(self) -> None:
        """从 Excel 粘贴: the block goes to the end of the lines."""
        text = QApplication.clipboard().text()
        if not text.strip():
            self._told("warn", "剪贴板里没有表格。请先在 Excel 或 WPS 里选中区域按 Ctrl+C")
            return
        self.to_lines()
        self.grid.paste_block(text)

    def leave(self) -> None:
        """Back to the list; what is unsaved stays on disk."""
        self.closing()
        self.left.emit()

    def closing(self) -> None:
        """The view or the window closes: keep what is half typed."""
        self.settle()
        if self.claim.draft.changed:
            self.autosave.flush()
