"""What can be done with the claim in front: save, the next step on its way, papers, copy, void; each through its verb."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut

from salesdesk.domain.problems import Problem, summary
from salesdesk.modules.reimbursement.model import CLAIM_LINE
from salesdesk.modules.reimbursement.review import NEXT
from salesdesk.modules.reimbursement.rules import EDITABLE
from salesdesk.services.module import Outcome, Verb
from ui.kit.approval_dialog import SENT, SENT_WORDS, ask_leave
from ui.kit.messages import ask_choice
from ui.pages.reimbursement.claim_head import VOUCHERS, Item
from ui.pages.reimbursement.claim_view import ClaimView

ASKS = (
    "claim.approve", "claim.refuse", "claim.return", "claim.hand_over", "claim.finance_return", "claim.pay", "claim.feedback",
    "claim.attach",
)  # fmt: skip
"""Steps that have to know something; the others are done at once and can be taken back."""


class ClaimActions(QObject):
    """Does verbs for one ClaimView and says what came of them."""

    copied = Signal()
    voided = Signal()

    def __init__(self, view: ClaimView) -> None:
        super().__init__(view)
        self._view = view
        self._rows: list[int] = []  # grid row of each line that was sent
        self._print_after = False
        self._then = ""  # the step to do once it is saved
        self._last: tuple[str, dict[str, Any]] = ("", {})
        self._told: list[Problem] = []  # what hindered passing last
        self._waiting: list[Problem] = []  # the same, until the vouchers were read anew
        self._connect()
        self._show_menu()

    def _connect(self) -> None:
        view, head = self._view, self._view.head
        view.stated.connect(self._show_menu)
        view.reviewed.connect(self._show_menu)
        view.reviewed.connect(self._reviewed)
        view.review.deduct_wanted.connect(self.deduct)
        head.step_wanted.connect(self.step)
        head.back_wanted.connect(view.leave)
        head.print_wanted.connect(self.print)
        head.save_wanted.connect(self.save)
        view.lines.paste_wanted.connect(view.paste)
        view.grid.picker_wanted.connect(self.pick_item)
        for keys, act in (
            ("Ctrl+S", self.save),
            ("F9", self.go_on),
            ("Ctrl+P", self.print),
            ("Alt+Left", view.leave),
        ):
            shortcut = QShortcut(QKeySequence(keys), view, act)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        form = view.front.widget(0)
        for keys, act in (
            ("F8", self.save),
            ("F6", self.next_part),
        ):  # among the vouchers these keys mean something else
            QShortcut(QKeySequence(keys), form, act).setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def _show_menu(self) -> None:
        view = self._view
        view.head.set_menu(self.menu())
        view.head.set_papers(self.papers())
        view.head.show_steps(self.steps(), view.claim.draft.changed or not view.claim.draft.uid)

    def menu(self) -> list[Item | None]:
        """What stands behind ⋯."""
        claim = self._view.claim
        items: list[Item | None] = []
        if claim.draft.uid and not claim.voided:
            items += self._step_items()
        if self._view.may("claim.save"):
            items.append(("复制成新报销单", self.copied.emit))
        if claim.draft.uid:
            items.append(("看历史", self.show_history))
            if not claim.voided and self._view.may("claim.void") and claim.row["state"] in (*EDITABLE, "passed"):
                items += [None, ("作废报销单", self.void)]
        else:
            items.append(("不要这张了", self.throw_away))
        return items

    def _step_items(self) -> list[Item | None]:
        """Further steps, and what belongs to the check."""
        view, state = self._view, str(self._view.claim.row["state"])
        items: list[Item | None] = []
        for verb in self.steps()[1:]:
            items.append((verb.title, partial(self.step, verb.name)))
        if state == "check" and view.may("claim.deduct"):
            items.append(("核减…", self.deduct))
        if view.may("claim.check"):
            items.append(("初审检查", partial(self.step, "claim.check")))
        if state in EDITABLE and view.may("claim.intake"):
            items += [("加票…", view.choose_files), ("加佐证…", partial(self.step, "claim.attach"))]
        if view.may("check.save"):
            items.append(("登记人工核对", self.note_check))
        items += [("复制给报销人的话", partial(self.step, "claim.words")), None]
        return items

    def papers(self) -> list[Item | None]:
        """What can be printed besides the form itself."""
        view = self._view
        uid = view.claim.draft.uid
        if not uid or view.claim.voided:
            return []
        items: list[Item | None] = [
            (title, partial(self.print_paper, name, uid))
            for name, title in (
                ("bundle", "整套（单据加电子票）"),
                ("paste", "票据粘贴单"),
                ("voucher_summary", "票据汇总表"),
            )
        ]
        for slip in view.data.slips if view.data else ():
            items.append((f"退回单 {slip['number']}", partial(self.print_paper, "return_slip", str(slip["uid"]))))
        return items

    # -- the way ---------------------------------------------------------------------------------------------------

    def steps(self) -> list[Verb]:
        """What whoever sits here may do next, the usual step first."""
        claim = self._view.claim
        if not claim.draft.uid or claim.voided:
            return []
        known = self._view.context.desk.registry.verbs
        return [known[name] for name in NEXT[str(claim.row["state"])] if self._view.may(name)]

    def go_on(self) -> None:
        """F9: the usual next step."""
        steps = self.steps()
        if steps:
            self.step(steps[0].name)
        elif not self._view.claim.draft.uid:
            self.save()

    def step(self, verb: str) -> None:
        """Do a step; what is typed is saved first, what the step has to know is asked."""
        view = self._view
        if view.busy:
            return
        view.settle()
        if view.claim.draft.changed and not view.locked:
            self._then = verb
            self.save()
            return
        uid = view.claim.draft.uid
        given: dict[str, Any] = {"uid": uid}
        if verb in ASKS:
            answered = view.context.ask(verb, given)
            if answered is None:
                return
            given = answered
        self._last = (verb, given)
        view.context.ops.run(verb, given, self._went, self._stopped, view.head.next)

    def _went(self, outcome: Outcome) -> None:
        view = self._view
        if outcome.data.get("text"):
            view.banner.say("info", f"给报销人的话已复制，到微信里粘贴：{str(outcome.data['text']).splitlines()[0]}…")

    def _stopped(self, problems: tuple[Problem, ...]) -> None:
        """A step was refused: what only wants a reason is asked for; else it is told, and the first place comes in hand."""
        view = self._view
        verb, args = self._last
        title = view.context.desk.registry.verbs[verb].title
        leave = ask_leave(view.context.ops, view.window(), title, verb, args, problems)
        if leave:
            view.context.ops.run(verb, {**args, **leave}, self._went, self._stopped, view.head.next)
            return
        if leave is SENT:
            view.banner.say("info", SENT_WORDS)
            return
        told = list(problems)
        view.banner.say("err", summary(told, 4), (("去处理", partial(self._go_to, told)),))
        if verb == "claim.pass":  # what passing just found is written down first, so that it can be answered
            self._told = told
            view.context.ops.run("claim.check", {"uid": args["uid"]}, self._looked)
        else:
            self._go_to(told)

    def _looked(self, outcome: Outcome) -> None:
        self._waiting = self._told
        self._view.read_review()

    def _reviewed(self) -> None:
        """The vouchers were read anew: to what stood in the way of passing."""
        waiting, self._waiting = self._waiting, []
        if waiting:
            self._go_to(waiting)

    def _go_to(self, problems: list[Problem]) -> None:
        """Bring the first problem's place to the front: the voucher of a finding, else the field or line."""
        view = self._view
        first = next((p for p in problems if p.path), None)
        if first is None or view.data is None:
            return
        kind, _, rest = first.path.partition("/")
        if kind in ("findings", "checks", "vouchers"):
            found = {str(f["uid"]): one.uid for one in view.data.items for f in (*one.findings, *one.checks)}
            view.show_side(VOUCHERS)
            view.review.go_voucher(found.get(rest, "") or view.data.next_unsettled())
        else:
            view.tried = True
            view.refused = problems
            view.check()
            view.locate(first.path)

    def deduct(self, line: str = "") -> None:
        """核减 by line, with what the check proposes."""
        from ui.pages.reimbursement.deduct_dialog import deduct

        view = self._view
        if view.data is None:
            return
        if view.data.claim["state"] != "check":
            view.context.toast("待初审的报销单才能核减", tone="info")
            return
        deduct(view.context, view.data, line if isinstance(line, str) else "")

    def note_check(self) -> None:
        """登记人工核对 of the claim as a whole."""
        self._view.context.perform("check.save", {"claim": self._view.claim.draft.uid})

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
        then, self._then = self._then, ""
        if self._print_after:
            self._print_after = False
            self.print()
        elif then:
            self.step(then)

    def _refused(self, problems: tuple[Problem, ...]) -> None:
        self._view.busy = self._print_after = False
        self._then = ""
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
        self.print_paper("expense", claim.draft.uid)

    def print_paper(self, name: str, uid: str) -> None:
        """The preview of one of its papers."""
        from ui.kit.paper_preview import show_preview

        show_preview(self._view.context, name, uid)

    def pick_item(self, row: int) -> None:
        """F7: all kinds of expense; of a leg or allowance what it is, and how it was travelled."""
        view = self._view
        lines = view.grid.lines
        column = lines.columns[view.grid.at()[1]]
        if column.key in ("part", "vehicle"):
            field = CLAIM_LINE[column.key]
            key = ask_choice(view.window(), field.title, field.kind.options)  # type: ignore[attr-defined]
            view.grid.setFocus(Qt.FocusReason.OtherFocusReason)
            if key:
                view.grid.settle()
                lines.type_in(row, lines.column_of(column.key), field.kind.show(key))
            return
        key = ask_choice(view.window(), "费用项目", view.items.all())
        view.grid.setFocus(Qt.FocusReason.OtherFocusReason)
        if key:
            at = lines.column_of("item")
            if view.grid.editor is None:
                view.grid.go(row, at)
            view.grid.take_offered(view.items.row(key))

    def show_history(self) -> None:
        """看历史."""
        from ui.kit.history_dialog import show_history

        claim = self._view.claim
        show_history(self._view.context, "expense_claim", claim.draft.uid, f"报销单 {claim.number}")

    def next_part(self) -> None:
        """F6 goes from the head to the lines and back."""
        view = self._view
        if view.grid.hasFocus() or view.grid.editor is not None:
            view.grid.settle()
            view.header.locate("claimant")
        else:
            view.to_lines()
