"""Looking through the vouchers of a claim by keyboard: the strip, the picture of the one in hand, its findings and values."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QMenu, QScrollArea, QVBoxLayout, QWidget

from salesdesk.domain.problems import Problem, summary
from salesdesk.modules.reimbursement.review import Review, Reviewed
from salesdesk.modules.reimbursement.rules import EDITABLE
from salesdesk.services.module import Outcome
from ui.kit import menus
from ui.kit.messages import ask_text
from ui.kit.page import PageContext
from ui.kit.widgets import EmptyState, IconButton, ProgressLine, button, label, row, rule
from ui.pages.reimbursement.check_lines import CheckLines
from ui.pages.reimbursement.finding_cards import FindingCards
from ui.pages.reimbursement.voucher_picture import VoucherPicture
from ui.pages.reimbursement.voucher_strip import VoucherStrip
from ui.pages.reimbursement.voucher_values import VoucherValues

HINTS = (
    ("Alt+↓", "下一张"), ("F8", "核过"), ("Delete", "剔除"), ("Ctrl+R", "说明"), ("F2", "改票面"), ("F4", "下一张没核的"),
    ("F6", "人工核对"), ("F11", "看单子"),
)  # fmt: skip
MORE_HINTS = (
    ("Alt+↑", "上一张"), ("PgDn / PgUp", "下一张、上一张"), ("Enter", "在票列表里：核过"), ("F7", "票面转 90°"), ("Ctrl+0", "适合宽度"),
    ("Ctrl+1", "原大"), ("Ctrl++ / Ctrl+-", "放大、缩小"), ("F9", "下一步"), ("Esc", "回到票列表"),
)  # fmt: skip
STRIP, SIDE = 236, 384
NARROW_STRIP, NARROW_SIDE = 200, 340


class ReviewView(QWidget):
    """opened(uid): another claim is wanted. deduct_wanted(line): cut this line. files_wanted: choose files to add.
    form_wanted(line uid, field): to the place on the form."""

    opened = Signal(str)
    deduct_wanted = Signal(str)
    files_wanted = Signal()
    form_wanted = Signal(str, str)

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self.context = context
        self.review: Review | None = None
        self._follow = ""  # what was decided moves on from here once it is stored
        self.count = label("", "grid", bold=True)
        self.bar = ProgressLine("已核")
        self.left_over = label("", "caption", "text2")
        self.strip = VoucherStrip()
        self.picture = VoucherPicture(context)
        self.findings = FindingCards()
        self.fine = label("单子上没有查出问题", "grid", "text2")
        self.checks = CheckLines(context)
        self.values = VoucherValues(context.desk)
        self.nothing = EmptyState(
            "receipt", "还没有票", "把发票文件拖进来：XML、OFD、PDF、图片、压缩包，二十张一起也行",
            button("选文件…", "folder_open", clicked=self.files_wanted.emit),
        )  # fmt: skip
        self.accept_ = button("核过", "check", shortcut="F8", clicked=self.accept)
        self.reject_ = button("剔除", "dismiss", shortcut="Delete", clicked=self.reject)
        self.check_ = button("核对", "shield", shortcut="F6", clicked=self.note_check)
        self.more = IconButton("more", "这张票的更多操作", clicked=self._menu)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        left = QFrame()
        left.setObjectName("card")
        self._left = left
        left.setFixedWidth(STRIP)
        inner = QVBoxLayout(left)
        inner.setContentsMargins(1, 1, 1, 1)
        inner.setSpacing(0)
        head = QVBoxLayout()
        head.setContentsMargins(12, 9, 12, 9)
        head.setSpacing(6)
        head.addLayout(row(self.count, 1, self.left_over))
        head.addWidget(self.bar)
        inner.addLayout(head)
        inner.addWidget(rule())
        inner.addWidget(self.strip, 1)
        self._side = QFrame()
        self._side.setObjectName("card")
        side = QVBoxLayout(self._side)
        side.setContentsMargins(1, 1, 1, 1)
        side.setSpacing(0)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setAccessibleName("问题和票面内容")
        inside = QWidget()
        inside.setObjectName("scrolled")
        column = QVBoxLayout(inside)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(10)
        for part in (self.fine, self.findings, self.checks, self.values):
            column.addWidget(part)
        column.addStretch(1)
        self.area.setWidget(inside)
        side.addWidget(self.area, 1)
        side.addWidget(rule())
        side.addLayout(row(self.accept_, self.reject_, self.check_, 1, self.more, spacing=6, margins=(10, 8, 8, 8)))
        body = QHBoxLayout(self)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(12)
        for widget in (left, self.picture, self._side, self.nothing):
            body.addWidget(widget, 1 if widget in (self.picture, self.nothing) else 0)

    def _connect(self) -> None:
        self.strip.chosen.connect(self._chosen)
        self.strip.accept_wanted.connect(self.accept)
        self.values.edited.connect(self._edited)
        cards = self.findings
        cards.answer.connect(self.answer)
        cards.reject.connect(self.reject)
        cards.deduct.connect(self.deduct_wanted)
        cards.edit.connect(self.values.go)
        cards.check.connect(self.note_check)
        cards.attach.connect(self._attach)
        cards.form.connect(self.form_wanted)
        self.picture.files_wanted.connect(self._attach)
        self.picture.dropped.connect(self._take_files)
        self.picture.recognise_wanted.connect(self._recognise)
        cards.opened.connect(self.opened)
        for keys, act in (
            ("Alt+Down", partial(self.strip.step, 1)), ("Alt+Up", partial(self.strip.step, -1)), ("PgDown", partial(self.strip.step, 1)),
            ("PgUp", partial(self.strip.step, -1)), ("F8", self.accept), ("Delete", self.reject), ("Ctrl+R", self.answer),
            ("F2", self.values.go), ("F4", self.go_unsettled), ("F6", self.note_check), ("F7", self.picture.area.rotate),
            ("Ctrl+0", self.picture.area.fit), ("Ctrl+1", self.picture.area.true_size), ("Ctrl++", self.picture.area.larger),
            ("Ctrl+=", self.picture.area.larger), ("Ctrl+-", self.picture.area.smaller), ("Esc", self.begin),
        ):  # fmt: skip
            QShortcut(QKeySequence(keys), self, act).setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    # -- showing ---------------------------------------------------------------------------------------------------

    @property
    def current(self) -> Reviewed | None:
        """The voucher in hand, or the claim as a whole."""
        uid = self.strip.uid
        return next((one for one in self.review.items if one.uid == uid), None) if self.review else None

    @property
    def voucher(self) -> Reviewed | None:
        """The voucher in hand."""
        one = self.current
        return None if one is None or one.is_whole else one

    @property
    def editable(self) -> bool:
        """Whether the claim's vouchers may still be changed, by whoever sits here."""
        claim = self.review.claim if self.review else {}
        return not claim.get("void") and claim.get("state") in EDITABLE and self.context.may("voucher.accept")

    @property
    def restorable(self) -> bool:
        """Whether a rejected voucher may come back: also to a passed claim, which then is checked again."""
        claim = self.review.claim if self.review else {}
        return self.editable or (
            not claim.get("void") and claim.get("state") == "passed" and self.context.may("voucher.restore")
        )

    def show_review(self, review: Review) -> None:
        """Show a claim as it stands now; the voucher in hand stays in hand, or the next one comes when it was settled."""
        self.review = review
        whole, done = len(review.vouchers), review.looked_at
        self.count.setText(f"{done}/{whole} 已核")
        self.bar.set_share(done / whole if whole else 0.0, "ok" if done == whole else "accent")
        faulty = sum(bool(one.open) for one in review.vouchers)
        self.left_over.setText(f"{faulty} 张有问题" if faulty else "")
        items = review.items
        for part in (self._left, self.picture, self._side):
            part.setVisible(bool(items))
        self.nothing.setVisible(not items)
        self.strip.show_vouchers(items)
        moved, self._follow = self._follow, ""
        if moved and moved == self.strip.uid and (one := self.current) is not None and one.settled:
            self.strip.go(review.next_unsettled(moved))
        self._chosen(self.strip.uid)

    def _chosen(self, uid: str) -> None:
        one = self.current
        editable = self.editable
        voucher = self.voucher
        self.values.show_voucher(voucher, editable)
        self.values.setVisible(voucher is not None)
        self.fine.setVisible(one is not None and one.is_whole and not one.findings)
        self.accept_.setEnabled(editable and voucher is not None and voucher.standing == "waiting")
        self.reject_.setEnabled(editable and voucher is not None and voucher.standing != "rejected")
        self.check_.setEnabled(one is not None and self.context.may("check.save"))
        if one is not None:
            self.picture.show_files(one.files, editable, one.is_whole)
            proofs = self.review.proofs if self.review else frozenset()
            self.findings.show_findings(one.findings, one.twins, editable, proofs)
            self.checks.show_checks(one.checks, str(one.row["reject_reason"] or ""), editable)

    def begin(self) -> None:
        """The keyboard to the strip."""
        (self.strip if self.strip.isVisibleTo(self) else self.nothing).setFocus(Qt.FocusReason.OtherFocusReason)

    def go_voucher(self, uid: str) -> bool:
        """Take one voucher in hand."""
        return self.strip.go(uid)

    def go_unsettled(self) -> None:
        """F4: the next voucher that waits for something."""
        wanted = self.review.next_unsettled(self.strip.uid) if self.review else ""
        if wanted:
            self.strip.go(wanted)
        else:
            self.context.toast("每张票都核完了", tone="ok")

    # -- deciding --------------------------------------------------------------------------------------------------

    def _do(self, verb: str, args: dict[str, Any], follow: bool = False) -> None:
        one = self.voucher
        if one is not None:
            self._follow = one.uid if follow else ""
            self.context.ops.run(verb, {"uid": one.uid, **args})

    def accept(self) -> None:
        """核过, and on to the next one that waits. Open faults stay to be answered."""
        self._settle_typing()
        one = self.current
        if one is None or not self.editable:
            return
        if one.standing == "waiting":
            self._do("voucher.accept", {}, follow=True)
        else:
            self.go_unsettled()

    def reject(self) -> None:
        """剔除: asks why."""
        one = self.voucher
        if one is None or not self.editable or one.standing == "rejected":
            return
        wrong = str(one.open[0]["message"]) if one.open else ""
        why = ask_text(
            self.window(), "剔除这张票", "会告诉报销人，也印在退回单上。初审时同时核减它那一行。", wrong[:200],
            check=lambda text: "" if text else "请写明原因", yes="剔除",
        )  # fmt: skip
        if why:
            self._do("voucher.reject", {"why": why}, follow=True)

    def answer(self, finding: str = "") -> None:
        """Ctrl+R: say why the gravest open finding may stand."""
        uid = finding or self.findings.first_open()
        one = next((f for f in self.findings.findings if f["uid"] == uid), None)
        if one is None or not self.editable:
            self.context.toast("这张票没有要说明的问题", tone="info")
            return
        if one["severity"] == "stop" and self.review is not None and one["rule"] in self.review.proofs:
            self.context.toast("这样的问题谁都不能放行：剔除这张票，或退回换票", tone="warn")
            return
        title = "主管放行，写明原因" if one["severity"] == "stop" else "说明原因"
        reason = ask_text(
            self.window(), title, str(one["message"]), check=lambda text: "" if text else "请写明原因", yes="记下"
        )
        if reason:
            here = self.current
            self._follow = here.uid if here is not None else ""
            self.context.ops.run("finding.answer", {"uid": uid, "reason": reason})

    def note_check(self) -> None:
        """F6: note what was checked by hand, with its evidence."""
        one = self.current
        if one is not None:
            about = {} if one.is_whole else {"voucher": one.uid}
            self.context.perform("check.save", {**about, "claim": str(one.row["claim"])})

    def _attach(self) -> None:
        """Another file of this voucher, or a paper that proves something about it or about the claim as a whole."""
        one = self.current
        if one is not None:
            self.context.perform("claim.attach" if one.is_whole else "voucher.attach", {"uid": one.uid})

    def _take_files(self, paths: object) -> None:
        """Files dropped on a voucher that has none, or on the claim as a whole, belong to it."""
        one = self.current
        if one is not None and self.editable and isinstance(paths, list):
            verb = "claim.attach" if one.is_whole else "voucher.attach"
            self.context.ops.run(verb, {"uid": one.uid, "files": "\n".join(map(str, paths))})

    def _recognise(self) -> None:
        """Read the words of the photo, where that is installed."""
        one = self.voucher
        if one is not None and self.editable:
            self.context.ops.run("voucher.recognise", {"uid": one.uid}, self._recognised)

    def _recognised(self, outcome: Outcome) -> None:
        self.values.go()

    def _edited(self, key: str, text: object) -> None:
        one = self.voucher
        if one is not None and self.editable:
            self._sent = key
            self.context.ops.run("voucher.save", {"uid": one.uid, key: text}, refused=self._refused)

    _sent = ""

    def _refused(self, problems: tuple[Problem, ...]) -> None:
        self.values.refuse(self._sent, summary(list(problems)))

    def _settle_typing(self) -> None:
        """Take over what is being typed into a value."""
        here = QApplication.focusWidget()
        if here is not None and self.values.isAncestorOf(here):
            self.strip.setFocus(Qt.FocusReason.OtherFocusReason)

    def _menu(self) -> None:
        one = self.current
        if one is None:
            return
        menu = QMenu(self)
        verbs = (
            ["claim.attach", "claim.check"] if one.is_whole else ["voucher.attach", "voucher.replace", "voucher.move"]
        )
        for name in verbs if self.editable else []:
            verb = self.context.desk.registry.verbs[name]
            menus.item(menu, verb.title, partial(self.context.perform, name, {"uid": one.uid}))
        if one.standing == "rejected" and self.restorable:
            menus.item(menu, "恢复这张票", partial(self._do, "voucher.restore", {}))
        if not one.is_whole:
            menus.item(menu, "复制发票号码", self._copy_number)
        menu.exec(self.more.mapToGlobal(self.more.rect().bottomLeft()))
        menu.deleteLater()

    def _copy_number(self) -> None:
        one = self.current
        if one is not None:
            QApplication.clipboard().setText(str(one.row["number"] or ""))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._side.setFixedWidth(SIDE if self.width() >= 1240 else NARROW_SIDE)
        self._left.setFixedWidth(STRIP if self.width() >= 960 else NARROW_STRIP)
