"""What can be done with the claim in front: save, print, copy, void; each through its verb."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut

from salesdesk.domain.problems import Problem, summary
from salesdesk.services.module import Outcome
from ui.kit.messages import ask_choice
from ui.pages.reimbursement.claim_head import Item
from ui.pages.reimbursement.claim_view import ClaimView


class ClaimActions(QObject):
    """Does verbs for one ClaimView and says what came of them."""

    copied = Signal()
    voided = Signal()

    def __init__(self, view: ClaimView) -> None:
        super().__init__(view)
        self._view = view
        self._rows: list[int] = []  # grid row of each line that was sent
        self._print_after = False
        self._connect()
        self._show_menu()

    def _connect(self) -> None:
        view, head = self._view, self._view.head
        view.stated.connect(self._show_menu)
        head.back_wanted.connect(view.leave)
        head.print_wanted.connect(self.print)
        head.save_wanted.connect(self.save)
        view.lines.paste_wanted.connect(view.paste)
        view.grid.picker_wanted.connect(self.pick_item)
        for keys, act in (
            ("Ctrl+S", self.save),
            ("F8", self.save),
            ("Ctrl+P", self.print),
            ("Alt+Left", view.leave),
            ("F6", self.next_part),
        ):
            shortcut = QShortcut(QKeySequence(keys), view, act)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def _show_menu(self) -> None:
        self._view.head.set_menu(self.menu())

    def menu(self) -> list[Item | None]:
        """What stands behind ⋯."""
        claim = self._view.claim
        items: list[Item | None] = []
        if self._view.may("claim.save"):
            items.append(("复制成新报销单", self.copied.emit))
        if claim.draft.uid:
            items.append(("看历史", self.show_history))
            if not claim.voided and self._view.may("claim.void"):
                items += [None, ("作废报销单", self.void)]
        else:
            items.append(("不要这张了", self.throw_away))
        return items

    # -- storing ---------------------------------------------------------------------------------------------------

    def save(self) -> None:
        """保存, with everything that is half typed."""
        view = self._view
        if self._view.busy or view.locked:
            return
        view.settle()
        claim = view.claim
        if claim.draft.uid and not claim.draft.changed:
            self._print_after = False
            view.context.toast("没有改动，已经保存过了", tone="info")
            return
        self._rows = [i for i, _ in claim.draft.filled_lines()]
        self._view.busy = True
        view.context.ops.run("claim.save", claim.args(), self._stored, self._refused, view.head.save)

    def _stored(self, outcome: Outcome) -> None:
        self._view.busy = False
        view = self._view
        view.autosave.drop()
        view.claim.saved(outcome.uid)
        view.tried, view.refused = False, []
        view.show_state()
        view.head.say_kept(f"已保存 {view.context.desk.database.clock.now():%H:%M:%S}")
        if self._print_after:
            self._print_after = False
            self.print()

    def _refused(self, problems: tuple[Problem, ...]) -> None:
        self._view.busy = self._print_after = False
        view = self._view
        told = view.claim.placed(list(problems), self._rows)
        view.refuse(told)
        if not any(p.path for p in told):
            view.banner.say("err", summary(told))

    def void(self) -> None:
        """作废; 撤销 in the toast brings it back."""
        view = self._view
        self._view.busy = True
        view.context.ops.run("claim.void", {"uid": view.claim.draft.uid}, self._gone, self._not_voided)

    def _gone(self, outcome: Outcome) -> None:
        self._view.busy = False
        self._view.autosave.drop()
        self._view.claim.draft.changed = False
        self.voided.emit()

    def _not_voided(self, problems: tuple[Problem, ...]) -> None:
        self._view.busy = False
        self._view.banner.say("err", summary(list(problems)))

    def throw_away(self) -> None:
        """A new claim that is not wanted after all."""
        self._view.autosave.drop()
        self._view.claim.draft.changed = False
        self.voided.emit()

    # -- more ------------------------------------------------------------------------------------------------------

    def print(self) -> None:
        """打印预览: what is not saved yet is saved first, because the paper shows what is stored."""
        view = self._view
        view.settle()
        claim = view.claim
        if claim.voided:
            return
        if not claim.draft.uid or (claim.draft.changed and not view.locked):
            self._print_after = True
            self.save()
            return
        from ui.kit.paper_preview import show_preview

        show_preview(view.context, "expense", claim.draft.uid)

    def pick_item(self, row: int) -> None:
        """F7: all kinds of expense."""
        view = self._view
        key = ask_choice(view.window(), "费用项目", view.items.all())
        view.grid.setFocus(Qt.FocusReason.OtherFocusReason)
        if key:
            column = view.grid.lines.column_of("item")
            if view.grid.editor is None:
                view.grid.go(row, column)
            view.grid.take_offered(view.items.row(key))

    def show_history(self) -> None:
        """看历史."""
        from ui.pages.reimbursement.claim_history import show_history

        show_history(self._view.context, self._view.claim)

    def next_part(self) -> None:
        """F6 goes from the head to the lines and back."""
        view = self._view
        if view.grid.hasFocus() or view.grid.editor is not None:
            view.grid.settle()
            view.header.locate("claimant")
        else:
            view.to_lines()
