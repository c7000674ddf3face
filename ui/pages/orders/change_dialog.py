"""The changes of one order: its versions side by side, and everybody who must know, told and ticked off with one key."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QDialog, QVBoxLayout

from salesdesk.domain.kinds import Row, Stamp
from salesdesk.domain.problems import Problem, summary
from salesdesk.modules.orders import change_queries
from salesdesk.modules.orders.change_model import STORE
from salesdesk.modules.orders.model import ORDER
from salesdesk.services.module import Outcome
from ui.kit.page import PageContext
from ui.kit.reveal import KEYS, TIP, Reveals
from ui.kit.widgets import Banner, Button, EmptyState, QuietButton, button, label, row
from ui.pages.orders import papers
from ui.pages.orders.change_tables import DifferenceTable, NoticeTable

WAYS = (
    ("W", "微信", "chat"),
    ("D", "电话", "phone"),
    ("Z", "纸质", "document"),
    ("Y", "邮件", "mail"),
    ("M", "当面", "people"),
)
"""Key, way of telling, icon."""
STAMP = Stamp()


class ChangeDialog(QDialog):
    """Opens by itself after an amendment, with the first party in hand; Esc closes it and what is open waits on 今日."""

    def __init__(self, context: PageContext, order: str) -> None:
        super().__init__(context.window)
        self._context, self._order = context, order
        self._changes: dict[int, Row] = {}
        self.heading = label("", "subtitle", bold=True)
        self.banner = Banner()
        self.older, self.newer = QComboBox(), QComboBox()
        self.older.setAccessibleName("旧版本")
        self.newer.setAccessibleName("新版本")
        self.why = label("", "grid", "text2")
        self.why.setWordWrap(True)
        self.differences = DifferenceTable()
        self.notices = NoticeTable()
        self.empty = EmptyState("edit", "没有变更过", "订单还是确认时的样子；要改按 ⋯ 里的「变更订单」。")
        self.ways: dict[str, Button] = {
            key: button(f"{how} {key}", icon, clicked=partial(self.tell, how)) for key, how, icon in WAYS
        }
        self.received: Button = button("已接收 R", "check", primary=True, clicked=self.acknowledge)
        self.not_needed = button("不用告知 N", "dismiss", clicked=self.skip)
        self.all = button("都发微信群了 A", "chat", clicked=self.tell_all)
        self.add = button("加对象", "add", clicked=partial(self._ask_change, "change.add_party"))
        self.review = button("登记审核", "check", clicked=partial(self._ask_change, "change.review"))
        self.paper = button("打印通知单 P", "print", clicked=self.print)
        self.close_ = button("关闭", clicked=self.accept)
        self.reveals = Reveals(context, "sales_order", self)
        self.reveals.changed.connect(self._compare)
        self.eye = QuietButton("显示电话、地址", "eye", partial(self.reveals.ask, order))
        self.eye.setToolTip(TIP)
        QShortcut(QKeySequence(KEYS), self, self.eye.click)
        self._lay_out()
        self.older.currentIndexChanged.connect(self._compare)
        self.newer.currentIndexChanged.connect(self._compare)
        self.notices.pressed_key.connect(self._key)
        self.notices.picked.connect(self._picked)
        self.resize(940, 760)
        self.reload()
        self.notices.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 18, 24, 18)
        column.setSpacing(8)
        column.addWidget(self.heading)
        column.addWidget(self.banner)
        column.addWidget(self.empty, 1)
        column.addLayout(
            row(
                label("从", "grid", "text2"),
                self.older,
                label("到", "grid", "text2"),
                self.newer,
                1,
                self.eye,
                self.review,
                self.paper,
            )
        )
        column.addWidget(self.why)
        column.addWidget(self.differences, 3)
        column.addLayout(row(label("要告诉谁", "body", bold=True), 1, self.all, self.add))
        column.addWidget(self.notices, 3)
        column.addLayout(row(*self.ways.values(), self.not_needed, 1, self.received, self.close_, spacing=6))

    # -- what is shown ---------------------------------------------------------------------------------------------

    def reload(self) -> None:
        """Read everything again."""
        desk = self._context.desk
        with desk.read() as reader:
            self._number = reader.named("sales_order", self._order)
            changes = change_queries.changes_of(reader, self._order)
            self._changes = {int(c["version"]): c for c in changes}
            self._versions = change_queries.versions(reader, self._order) if changes else {}
            notices = [
                {**n, "version": c["version"]}
                for c in reversed(changes)
                for n in change_queries.notices_of(reader, c["uid"])
            ]
            self._old = [p for p in change_queries.outdated_prints(reader, self._order) if not p.again]
        self.setWindowTitle(f"变更与告知 - 订单 {self._number}")
        self.heading.setText(f"订单 {self._number} 的变更与告知")
        self._fill_versions()
        self.notices.show_notices(notices)
        some = bool(changes)
        self.empty.setVisible(not some)
        for part in (
            self.older,
            self.newer,
            self.review,
            self.paper,
            self.why,
            self.differences,
            self.notices,
            self.add,
            self.all,
        ):
            part.setVisible(some)
        for made in (*self.ways.values(), self.not_needed, self.received):
            made.setVisible(some)
        self.all.setEnabled(any(n["state"] == "waiting" for n in notices) and self._context.may("change.tell_all"))
        for made, verb in ((self.add, "change.add_party"), (self.review, "change.review")):
            made.setEnabled(self._context.may(verb))
        self._say(notices)
        self._compare()

    def _say(self, notices: list[Row]) -> None:
        """What is still open, in one line."""
        if not self._changes:
            self.banner.hide()
            return
        waits = [n for n in notices if n["state"] in ("waiting", "told")]
        old = "；".join(f"{p.title} {p.number} 是变更前打印的，请收回重打" for p in self._old[:3])
        if any(n["who"] == STORE for n in waits):
            told = f"{STORE}还没接收，发货会拦住"
        elif waits:
            told = "还有 " + "、".join(dict.fromkeys(str(n["who"]) for n in waits)) + " 没接收"
        else:
            told = "都已接收" if not old else ""
        tone = "warn" if waits or old else "ok"
        self.banner.say(
            tone, "。".join(filter(None, (told, old))) + "。", (("打印重打件", self.print_again),) if old else ()
        )

    def _fill_versions(self) -> None:
        names = {n: self._name_of(n) for n in self._versions}
        for box in (self.older, self.newer):
            kept = box.currentData()
            box.blockSignals(True)
            box.clear()
            for number, name in names.items():
                box.addItem(name, number)
            box.setCurrentIndex(max(0, box.findData(kept)) if kept in names else 0)
            box.blockSignals(False)
        if names and self.newer.currentData() == min(names):
            self._choose(max(names) - 1, max(names))

    def _name_of(self, version: int) -> str:
        change = self._changes.get(version)
        if change is None:
            return f"第 {version} 版（确认时）"
        return f"第 {version} 版（{STAMP.show(change['made_at'])[5:]} {change['kind']}）"

    def _choose(self, older: int, newer: int) -> None:
        for box, version in ((self.older, older), (self.newer, newer)):
            box.blockSignals(True)
            box.setCurrentIndex(box.findData(version))
            box.blockSignals(False)

    def _compare(self) -> None:
        older, newer = self.older.currentData(), self.newer.currentData()
        if older is None or newer is None:
            return
        with self._context.desk.read() as reader:
            found = change_queries.compare(reader, self._order, older, newer, self.reveals.veil(self._order))
        self.differences.show_differences(found)
        secret = any(one.field and ORDER[one.field].masked for one in found if not one.line)
        self.eye.setVisible(secret and self.reveals.may and not self.reveals.shows(self._order))
        change = self._changes.get(newer, {})
        told = [f"原因：{'，'.join(filter(None, (change['kind'], change['reason_text'])))}"] if change else []
        if change:
            told.append(f"{change['made_by'] or ''} {STAMP.show(change['made_at'])} 变更")
            told.append(
                f"审核：{change['reviewer']} {STAMP.show(change['reviewed_at'])}"
                if change["reviewer"]
                else "还没登记审核"
            )
        self.why.setText("　".join(told) if found else "两个版本一样")

    def _picked(self, notice: Row) -> None:
        free = notice.get("state") in ("waiting", "told", "skipped")
        may = self._context.may("change.tell")
        for made in (*self.ways.values(), self.received):
            made.setEnabled(free and may)
        self.not_needed.setEnabled(free and may and notice.get("state") != "skipped")

    # -- doing -----------------------------------------------------------------------------------------------------

    def _key(self, letter: str) -> None:
        acts = {key: self.ways[key].click for key in self.ways}
        acts |= {"R": self.received.click, "N": self.not_needed.click, "P": self.paper.click, "A": self.all.click}
        if letter in acts:
            acts[letter]()

    def tell(self, how: str) -> None:
        """The party in hand was told this way; 微信 copies the text to paste there first."""
        notice = self.notices.current
        if not notice:
            return
        if how == "微信":
            self._copy(notice["change"], notice["who"])
        args = {"uid": notice["uid"], "told_how": how}
        self._context.ops.run("change.tell", args, partial(self._done, how), self._refused)

    def tell_all(self) -> None:
        """One text without prices for the group, and everybody not told yet counts as told by 微信."""
        change = self._changes.get(self.newer.currentData())
        if change is not None:
            self._copy(change["uid"], None)
            self._context.ops.run(
                "change.tell_all",
                {"uid": change["uid"], "told_how": "微信"},
                partial(self._done, "微信"),
                self._refused,
            )

    def _copy(self, change: str, who: str | None) -> None:
        found = self._context.desk.do("change.wechat", {"uid": change, "who": who})
        QGuiApplication.clipboard().setText(str(found.data["text"]))

    def acknowledge(self) -> None:
        """The party in hand says that it knows."""
        if self.notices.current:
            self._context.ops.run(
                "change.acknowledge", {"uid": self.notices.current["uid"]}, partial(self._done, ""), self._refused
            )

    def skip(self) -> None:
        """The party in hand need not know; asks why."""
        if self.notices.current:
            self._context.perform("change.skip", {"uid": self.notices.current["uid"]}, partial(self._done, ""))

    def _ask_change(self, verb: str) -> None:
        change = self._changes.get(self.newer.currentData())
        if change is not None:
            self._context.perform(verb, {"uid": change["uid"]}, partial(self._done, ""))

    def print(self) -> None:
        """变更通知单 of the newer version, in the preview."""
        change = self._changes.get(self.newer.currentData())
        if change is not None:
            papers.show(self._context, papers.Paper("change", str(change["uid"]), ""))

    def print_again(self) -> None:
        """The first paper that is out of date, in the preview."""
        if self._old:
            papers.show(self._context, papers.Paper(self._old[0].paper, self._old[0].owner, ""))

    def _done(self, how: str, outcome: Outcome) -> None:
        copied = "，文字已复制，到微信里按 Ctrl+V" if how == "微信" else ""
        self._context.toast(f"{outcome.message}{copied}", undo=True)
        self.reload()
        self.notices.setFocus(Qt.FocusReason.OtherFocusReason)

    def _refused(self, problems: tuple[Problem, ...]) -> None:
        self.banner.say("err", summary(list(problems)))


def show_changes(context: PageContext, order: str) -> ChangeDialog:
    """Open the changes of an order."""
    dialog = ChangeDialog(context, order)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
