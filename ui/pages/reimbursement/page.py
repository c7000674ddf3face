"""The page of the expense claims: the list in the back, one claim in front of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication

from salesdesk.domain.changes import Changes
from salesdesk.services.drafts import SavedDraft
from salesdesk.services.lists import Condition
from ui.kit.autosave import unfinished
from ui.kit.front_stack import FrontStack
from ui.kit.page import Page, PageContext
from ui.kit.widgets import Banner
from ui.pages.reimbursement.claim_actions import ClaimActions
from ui.pages.reimbursement.claim_draft import ClaimDraft
from ui.pages.reimbursement.claim_head import VOUCHERS
from ui.pages.reimbursement.claim_view import HINTS, ClaimView
from ui.pages.reimbursement.claims_desk import CLAIMS, MONTH, ClaimsDesk
from ui.pages.reimbursement.review_view import HINTS as REVIEW_HINTS
from ui.pages.reimbursement.review_view import MORE_HINTS as MORE_REVIEW_HINTS

MORE_HINTS = (
    ("Ctrl+Z", "撤销"), ("F2", "在格子里改"), ("Tab", "逐格走"), ("..", "抄上一行"), ("Ctrl+Ins", "插入行"), ("Ctrl+Del", "删行"),
    ("Ctrl+P", "打印"), ("F6", "表头、明细之间走"),
    ("Alt+←", "回到列表"),
)  # fmt: skip
LIST_HINTS = (("Enter", "打开"), ("Ctrl+N", "新建报销单"), ("Ctrl+F", "搜索"), ("Ctrl+P", "打印"), ("Delete", "作废"))


class ReimbursementPage(Page):
    """Turns between the list and the claim in front."""

    key = "reimbursement"
    title = "报销"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self.view: ClaimView | None = None
        self.actions_: ClaimActions | None = None
        self._seen = False
        self.banner = Banner()
        self.lists = ClaimsDesk(context)
        self.list = self.lists.claims
        self.front = FrontStack()
        self.front.addWidget(self.lists)
        self.column.addWidget(self.banner)
        self.column.addWidget(self.front, 1)
        self.lists.opened.connect(self.open_claim)
        self.lists.voucher_wanted.connect(self.open_voucher)
        self.lists.new_wanted.connect(self.new_claim)
        self.list.print_wanted.connect(self.print_claim)
        QShortcut(QKeySequence("Ctrl+N"), self, self._new).setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    # -- one claim in front ----------------------------------------------------------------------------------------

    def _new(self) -> None:
        """Ctrl+N: a new record of the list in front, a claim from anywhere else."""
        if self.view is None and self.lists.segment not in (CLAIMS, MONTH):
            self.lists.panel(self.lists.segment).new()
        else:
            self.new_claim()

    def open_voucher(self, claim: str, voucher: str) -> None:
        """The claim a voucher is in, with that voucher in hand."""
        view = self.open_claim(claim)
        if view is not None:
            view.wanted_voucher = voucher
            view.show_side(VOUCHERS)
            view.read_review()

    def new_claim(self) -> ClaimView | None:
        """A new claim in front."""
        if not self.list.may_write:
            return None
        return self._bring(ClaimDraft(self.desk))

    def open_claim(self, uid: str) -> ClaimView | None:
        """A stored claim in front; what was typed and not saved last time is offered."""
        if self.view is not None and self.view.claim.draft.uid == uid:
            self.front.setCurrentWidget(self.view)
            self.view.begin()
            return self.view
        claim = ClaimDraft(self.desk)
        if not claim.load(uid):
            self.context.toast("没有这张报销单，可能已经撤销。请刷新列表", tone="warn")
            return None
        kept = next((d for d in unfinished(self.desk, CLAIMS) if d.payload.get("uid") == uid), None)
        view = self._bring(claim)
        if kept is not None and not claim.voided:
            view.banner.say(
                "warn", f"这张报销单有没存完的改动（{when(kept)}）",
                (("接着改", partial(self.recover, kept)), ("不要了", partial(self._forget, kept))),
            )  # fmt: skip
        return view

    def _bring(self, claim: ClaimDraft) -> ClaimView:
        self._put_away()
        view = ClaimView(self.context, claim)
        view.left.connect(self.back)
        view.opened.connect(self.open_claim)
        self.view, self.actions_ = view, ClaimActions(view)
        self.actions_.copied.connect(self._copy)
        self.actions_.voided.connect(self.back)
        self.front.addWidget(view)
        self.front.setCurrentWidget(view)
        self.banner.hide()
        view.begin()
        return view

    def _put_away(self) -> None:
        """Close the claim in front; what is unsaved stays on disk and is offered above the list."""
        view, self.view, self.actions_ = self.view, None, None
        if view is not None:
            view.closing()
            self.front.removeWidget(view)
            view.deleteLater()

    def _copy(self) -> None:
        if self.view is not None:
            claim = ClaimDraft(self.desk)
            claim.copy_from(self.view.claim)
            self._bring(claim).autosave.touch()

    def back(self) -> None:
        """To the list, with the claim that was in front in hand."""
        uid = self.view.claim.draft.uid if self.view is not None else ""
        self._put_away()
        self.front.setCurrentWidget(self.lists)
        if self.lists.segment == CLAIMS:
            self.list.shown()
            self.list.go(uid)
        else:
            self.lists.take_focus()
        self.ops.write(self._unfinished, self._offer)  # behind the draft that is just being kept

    # -- recovery --------------------------------------------------------------------------------------------------

    def _unfinished(self) -> list[SavedDraft]:
        return unfinished(self.desk, CLAIMS)

    def _offer(self, found: list[SavedDraft]) -> None:
        """The banner 「恢复未完成的报销单」."""
        if self.view is not None:
            return
        self.banner.hide()
        if not found:
            return
        more = f"，另有 {len(found) - 1} 张更早的" if len(found) > 1 else ""
        self.banner.say(
            "warn", f"有没填完的报销单「{found[0].title}」（{when(found[0])}{more}）",
            (("接着填", partial(self.recover, found[0])), ("不要了", partial(self._forget, found[0]))),
        )  # fmt: skip

    def recover(self, kept: SavedDraft) -> None:
        """Go on with an unfinished claim as it was typed."""
        claim = ClaimDraft(self.desk)
        claim.recover(kept.payload)
        self._put_away()
        view = self._bring(claim)
        view.autosave.touch()

    def resume(self, kept: SavedDraft) -> None:
        """The claim that was typed last, or the form of another list."""
        if kept.entity == CLAIMS:
            self.recover(kept)
        elif (panel := self.lists.show_segment(kept.entity)) is not None:
            panel.resume()

    def _forget(self, kept: SavedDraft) -> None:
        drafts = self.desk.drafts
        self.ops.write(lambda: drafts.drop(kept.uid), self._forgotten)

    def _forgotten(self, _: object) -> None:
        self.banner.hide()
        if self.view is not None:
            self.view.show_state()
        else:
            self.ops.read(self._unfinished, self._offer, token="claim drafts")

    # -- asked from outside ----------------------------------------------------------------------------------------

    def print_claim(self, uid: str) -> None:
        """打印预览 of a stored claim."""
        from ui.kit.paper_preview import show_preview

        show_preview(self.context, "expense", uid)

    def on_shown(self) -> None:
        if self.view is None:
            self.list.shown()
            self.ops.read(self._unfinished, self._offer, token="claim drafts")
            focus = QApplication.focusWidget()
            if not self._seen or focus is None or not self.isAncestorOf(focus):
                self.lists.take_focus()
            self._seen = True

    def refresh(self, changes: Changes) -> None:
        self.lists.refresh(changes)
        if self.view is not None:
            self.view.refresh(changes)

    def open_record(self, entity: str, uid: str) -> None:
        """A claim opens; what belongs to one opens it; the other records stand in their own list."""
        if entity in ("", CLAIMS):
            self.open_claim(uid)
            return
        found = self.desk.row(entity, uid) or {}
        if found.get("claim"):
            voucher = uid if entity == "expense_voucher" else str(found.get("voucher") or "")
            self.open_voucher(str(found["claim"]), voucher)
        elif entity in self.lists.segments:
            self._home(entity)
            self.lists.panel(entity).open(uid)

    def _home(self, entity: str) -> None:
        """The lists in front, one of them foremost."""
        if self.view is not None:
            self._put_away()
        self.front.setCurrentWidget(self.lists)
        self.lists.show_segment(entity)

    def run_action(self, action: str, args: Mapping[str, Any]) -> None:
        """new, open, filter, or the name of a verb; args may hold uid and entity."""
        uid, entity = str(args.get("uid") or ""), str(args.get("entity") or CLAIMS)
        if (
            entity != CLAIMS
            and action in ("new", f"{entity}.save", "payment.save", "loan.save")
            and entity in self.lists.segments
        ):
            self._home(entity)
            self.lists.panel(entity).open(uid) if uid else self.lists.panel(entity).new()
        elif action in ("new", "claim.save") and not uid:
            self.new_claim()
        elif action in ("open", "claim.save", "claim.deduct") and uid:
            self.open_claim(uid)
        elif action == "claim.intake":
            self._take(uid)
        elif action == "claim.month":
            self._home(MONTH)
        elif action == "filter" and entity in self.lists.segments:
            self._home(entity)
            bar = self.list.filter if entity == CLAIMS else self.lists.panel(entity).filter
            more = [
                Condition(field, operator, tuple(value) if isinstance(value, list) else value)
                for field, operator, value in args.get("where") or ()
            ]
            bar.choose(str(args.get("status") or ""), str(args.get("day") or ""), str(args.get("title") or ""), more)
        elif action.endswith((".print", ".preview")) and action != "claim.print":
            self._show_paper(action.rpartition(".")[0], uid)
        elif action in self.desk.registry.verbs:
            self.context.perform(action, {"uid": uid} if uid else {})

    def _take(self, claim: str) -> None:
        """收票 from the palette: into a claim, or a new one."""
        view = self.open_claim(claim) if claim else None
        if view is not None:
            view.choose_files()
        else:
            self._home(CLAIMS)
            self.list.drop.choose()

    def _show_paper(self, name: str, uid: str) -> None:
        from ui.kit.paper_preview import show_preview

        here = self.current_record()
        target = uid or (here[1] if here and here[0] == CLAIMS else "")
        if target:
            show_preview(self.context, name, target)

    def undo(self) -> bool:
        return self.view.undo() if self.view is not None else False

    def redo(self) -> bool:
        return self.view.redo() if self.view is not None else False

    def current_record(self) -> tuple[str, str] | None:
        if self.view is None:
            return self.lists.current_record()
        uid = self.view.claim.draft.uid
        return (CLAIMS, uid) if uid else None

    def key_hints(self) -> Sequence[tuple[str, str]]:
        if self.view is None:
            return LIST_HINTS
        return (*REVIEW_HINTS, *MORE_REVIEW_HINTS) if self.view.side == VOUCHERS else (*HINTS, *MORE_HINTS)

    def keep_draft(self) -> None:
        if self.view is not None:
            self.view.closing()

    def shot_states(self) -> Sequence[tuple[str, Callable[[], object]]]:
        def open_checked(side: int) -> None:
            rows = self.desk.rows(CLAIMS, limit=200)
            best = max(rows, key=lambda r: (r["state"] == "check", r["stops"] or 0, r["attached"] or 0), default=None)
            view = self.open_claim(str(best["uid"])) if best else None
            if view is not None:
                self.ops.wait()
                view.show_side(side)

        def new_trip() -> None:
            view = self.new_claim()
            if view is not None:
                view.header.set_text("kind", "差旅")

        def segment(entity: str) -> None:
            self._home(entity)

        return (
            ("review", partial(open_checked, VOUCHERS)), ("claim", partial(open_checked, 0)), ("new", self.new_claim), ("trip", new_trip),
            ("list", partial(segment, CLAIMS)), ("ledger", partial(segment, "expense_voucher")), ("month", partial(segment, MONTH)),
        )  # fmt: skip


def when(kept: SavedDraft) -> str:
    """ "11-20 16:40"."""
    return kept.saved_at[5:16].replace("T", " ")


def make(context: PageContext) -> Page:
    """The page of the module `reimbursement`."""
    return ReimbursementPage(context)
