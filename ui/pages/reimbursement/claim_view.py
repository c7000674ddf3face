"""One claim open: its form for typing, kept on disk while it is typed, and its vouchers for looking through."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from salesdesk.domain.changes import Changes
from salesdesk.domain.problems import Cure, Problem, Severity
from salesdesk.modules.reimbursement.review import Review, review_of
from ui.kit.file_list import files_in
from ui.kit.front_stack import FrontStack
from ui.kit.page import PageContext
from ui.kit.typed_lines import TypedView
from ui.kit.widgets import KeyHints
from ui.pages.reimbursement.claim_draft import ClaimDraft
from ui.pages.reimbursement.claim_head import FORM, VOUCHERS, ClaimHead
from ui.pages.reimbursement.claim_header import ClaimHeader
from ui.pages.reimbursement.claim_lines import ClaimLines
from ui.pages.reimbursement.claim_side import Beside, SidePanel, look_beside
from ui.pages.reimbursement.columns import Items
from ui.pages.reimbursement.intake_drop import IntakeDrop
from ui.pages.reimbursement.review_view import HINTS as REVIEW_HINTS
from ui.pages.reimbursement.review_view import ReviewView

HINTS = (
    ("Enter", "下一格"), ("F7", "选项目"), ("Ctrl+V", "粘贴表格"), ("Ctrl+D", "同上一行"), ("Ctrl+S", "保存"), ("F9", "下一步"),
    ("F11", "看票"),
)  # fmt: skip
WATCHED = {
    "expense_claim",
    "expense_line",
    "expense_voucher",
    "voucher_file",
    "voucher_check",
    "claim_finding",
    "claim_event",
}


class ClaimView(TypedView):
    """Shows a ClaimDraft. What verbs do with it stands in ClaimActions, which is told by `stated` that the state is another,
    and by `reviewed` that its vouchers were read anew."""

    left = Signal()
    stated = Signal()
    reviewed = Signal()
    opened = Signal(str)
    head: ClaimHead
    header: ClaimHeader
    lines: ClaimLines
    panel: SidePanel

    def __init__(self, context: PageContext, claim: ClaimDraft) -> None:
        super().__init__(context, "expense_claim", claim)
        self.claim = claim
        self.busy = False  # a verb is on its way
        self._asked = ("", "")
        self.items = Items()
        self.head = ClaimHead(self.stack)
        self.header = ClaimHeader(claim, self.stack)
        self.lines = ClaimLines(claim, self.stack, self.items)
        self.panel = SidePanel()
        self.data: Review | None = None  # the claim with its vouchers as it was read last
        self.review = ReviewView(context)
        self.front = FrontStack()
        self.drop = IntakeDrop(context, self)
        self._turned = False  # whether somebody chose a side
        self.wanted_voucher = ""  # to be taken in hand once they are read
        self.setAcceptDrops(True)
        self._lay_out()
        self._connect()
        self.show_state()

    def _lay_out(self) -> None:
        form = QWidget()
        form.setLayout(self.lay_form(self.header, KeyHints(HINTS)))
        looking = QWidget()
        below = QVBoxLayout(looking)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(10)
        below.addWidget(self.review, 1)
        below.addWidget(KeyHints(REVIEW_HINTS))
        self.front.addWidget(form)
        self.front.addWidget(looking)
        self.lay_out(self.head, self.banner, self.front)

    def _connect(self) -> None:
        self.header.edited.connect(self._edited)
        self.header.lines_wanted.connect(self.to_lines)
        self.grid.edited.connect(self._edited)
        self.connect_grid()
        self.lines.problems.locate.connect(self.locate)
        self.lines.problems.cured.connect(self.cure)
        self.panel.opened.connect(self.opened)
        self.review.opened.connect(self.opened)
        self.review.files_wanted.connect(self.choose_files)
        self.review.form_wanted.connect(self.to_form)
        self.drop.taken.connect(self._taken)
        self.head.side_wanted.connect(self.choose_side)
        QShortcut(QKeySequence("F11"), self, self.other_side).setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
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
        self.read_review()

    # -- form and vouchers -----------------------------------------------------------------------------------------

    def read_review(self) -> None:
        """Read vouchers, findings and steps anew, beside the window."""
        desk, uid = self.context.desk, self.claim.draft.uid
        if not uid:
            self._reviewed(None)
            return

        def read() -> Review | None:
            with desk.read() as reader:
                return review_of(reader, uid, desk.today)

        self.context.ops.read(read, self._reviewed, token=("review", id(self)))

    def _reviewed(self, found: Review | None) -> None:
        self.data = found
        self.panel.show_review(found, self.claim.draft.today)
        if found is not None:
            claim = found.claim
            self.head.show_vouchers(len(found.vouchers), found.looked_at, claim["stops"] or 0, claim["doubts"] or 0)
            self.review.show_review(found)
            wanted, self.wanted_voucher = self.wanted_voucher, ""
            if (wanted and self.review.go_voucher(wanted)) or (
                not self._turned and found.vouchers and claim["state"] == "check"
            ):
                self.show_side(VOUCHERS)
        elif self.side == VOUCHERS:
            self.show_side(FORM)
        self.reviewed.emit()

    @property
    def side(self) -> int:
        """FORM or VOUCHERS."""
        return self.front.currentIndex()

    def show_side(self, side: int) -> None:
        """Bring the form or the vouchers to the front."""
        if side == VOUCHERS and not self.claim.draft.uid:
            return
        self._turned = True
        if side == VOUCHERS:
            self.settle()
        self.front.setCurrentIndex(side)
        self.head.show_side(side)
        if side == VOUCHERS:
            self.review.begin()
        else:
            self.begin()

    def choose_side(self, side: int) -> None:
        """A chip was pressed."""
        self.show_side(side)
        self.head.show_side(self.side)

    def other_side(self) -> None:
        """F11."""
        self.show_side(FORM if self.side == VOUCHERS else VOUCHERS)

    def to_form(self, line: str, field: str) -> None:
        """To the place on the form a finding speaks of."""
        places = [str(one.get("uid")) for one in self.claim.draft.lines]
        if line in places:
            self.locate(f"lines/{places.index(line)}/{'amount' if field == 'vouchers' else field}")
        else:
            self.locate(field)

    def choose_files(self) -> None:
        """Files to be taken in, through the file window."""
        self.drop.choose(self.claim.draft.uid)

    def _taken(self, uid: str) -> None:
        if uid == self.claim.draft.uid:
            self.show_side(VOUCHERS)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if files_in(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Dropped files go into this claim; into a new one while this is not stored yet."""
        paths = files_in(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.drop.take(paths, self.claim.draft.uid)

    # -- typing begins ---------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Put the cursor where typing starts."""
        if self.side == VOUCHERS:
            self.review.begin()
            return
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

    # -- typing ----------------------------------------------------------------------------------------------------

    def _edited(self) -> None:
        self.refused = []
        self.lines.refresh()
        self.autosave.touch()
        self._beside()
        self.head.show_claim(self.claim, self.locked)
        self.head.show_changed(True)
        self.check()

    def _kept(self, clock: str) -> None:
        if self.claim.draft.changed:
            super()._kept(clock)

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
        if self.side == VOUCHERS:
            self.show_side(FORM)
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
        if WATCHED & changes.touched.keys():
            self.read_review()
        lines = {str(line.get("uid")) for line in self.claim.draft.lines}
        if uid in changes.of("expense_claim"):
            row = self.context.desk.row("expense_claim", uid)
            if row is None or (row["void"] and not self.claim.voided):
                self.claim.detach()
                self.show_state()
                self.banner.say("warn", "这张报销单刚被撤销或作废。要留着内容，按 Ctrl+S 存成新的一张。")
            elif row["seen"] == self.claim.draft.seen:
                self._stored_lines()  # what was stored from here
            elif self.claim.draft.changed:
                self.banner.say("warn", "这张报销单刚被别处改过，保存时会逐项核对。")
            else:
                self.claim.load(uid)
                self.reload()
        elif lines & set(changes.of("expense_line")):
            self._stored_lines()
        elif "print_log" in changes.touched:
            self.claim.read_prints()
            self.panel.show_claim(self.claim)
            self.head.chip.set_option(self.claim.state)

    def _stored_lines(self) -> None:
        """Lines may have been cut or changed while the form stood as it was."""
        if not self.claim.draft.changed and self.claim.differs():
            self.claim.load(self.claim.draft.uid)
            self.reload()

    def leave(self) -> None:
        """Back to the list; what is unsaved stays on disk."""
        self.closing()
        self.left.emit()
