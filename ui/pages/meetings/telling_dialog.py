"""通知和知晓 of one meeting: who was told how and when, who knows, and one key for each step."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QVBoxLayout

from salesdesk.domain import dates
from salesdesk.domain.kinds import Rate, Row, Stamp
from salesdesk.domain.problems import Problem, summary
from salesdesk.services.module import Outcome
from ui.kit.page import PageContext
from ui.kit.paper_preview import show_preview
from ui.kit.plain_table import PlainTable
from ui.kit.widgets import Banner, button, label, row

TITLES = ("姓名", "身份", "部门", "通知", "怎么通知", "几时", "来不来", "备注")


class TellingDialog(QDialog):
    """A tells all, Enter notes that the person in hand knows, Delete that he stays away, R reminds, Esc closes."""

    def __init__(self, context: PageContext, uid: str) -> None:
        super().__init__(context.window)
        self._context, self.uid = context, uid
        self.people: list[Row] = []
        self.setWindowTitle("通知和知晓")
        self.heading = label("", "subtitle", bold=True)
        self.rate = label("", "body", "text2")
        self.banner = Banner(closable=True)
        self.table = PlainTable("参会人", TITLES, (7,))
        self.all_ = button("全部通知，复制微信", "send", primary=True, shortcut="A", clicked=self.tell_all)
        self.knows = button("知晓", "check", shortcut="Enter", clicked=partial(self.answer, "参加"))
        self.away = button("不来", "person", shortcut="Delete", clicked=partial(self.answer, "不来"))
        self.told = button("登记通知", "phone", clicked=self.tell)
        self.everybody = button("都知晓了", "checkmark_circle", clicked=partial(self._run, "meeting.answer_all", uid))
        self.remind = button(
            "提醒没回话的", "question", shortcut="R", clicked=partial(self._run, "meeting.unanswered", uid)
        )
        self.ics = button("日历文件", "calendar", clicked=partial(self._run, "meeting.ics", uid))
        self.paper = button("打印通知", "print", clicked=self.print)
        self.signing = button("签到表", "print", clicked=partial(show_preview, context, "attendance", uid))
        close = button("关闭", clicked=self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 18, 24, 18)
        column.setSpacing(10)
        column.addLayout(row(self.heading, 1, self.rate, spacing=12))
        column.addWidget(self.banner)
        column.addWidget(self.table, 1)
        column.addLayout(row(self.knows, self.away, self.told, self.everybody, self.remind, 1, spacing=8))
        column.addLayout(row(self.ics, self.paper, self.signing, 1, close, self.all_, spacing=8))
        for keys, act in (("A", self.tell_all), ("R", partial(self._run, "meeting.unanswered", uid))):
            QShortcut(QKeySequence(keys), self, act)
        self.table.cellDoubleClicked.connect(lambda *_: self.answer("参加"))
        self.resize(980, 560)
        self.reload()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def reload(self) -> None:
        """Read everything again; the person in hand stays in hand."""
        desk, at = self._context.desk, max(0, self.table.currentRow())
        meeting = desk.row("meeting", self.uid) or {}
        self.people = desk.lines("meeting_person", self.uid)
        day = str(meeting.get("starts_at") or "")
        self.heading.setText(f"{meeting.get('title')}　{dates.show_day_short(day[:10], desk.today)} {day[11:16]}")
        know = Rate().show(meeting.get("knowing")) or "—"
        self.rate.setText(f"知晓率 {know}（{meeting.get('acked') or 0}/{meeting.get('invited') or 0}）")
        self.table.setRowCount(len(self.people))
        entity = desk.entity("meeting_person")
        for i, one in enumerate(self.people):
            state = entity.option("state", one["state"])
            ack = f"{one['answer'] or ''} {Stamp().show(one['ack_at'])[5:]}".strip()
            when = Stamp().show(one["told_at"])[5:]
            for column, text in enumerate(
                (one["name"], one["part"], one["department"], "", one["told_how"], when, ack, one["note"])
            ):
                self.table.put(i, column, f" {text or ''}  ", "text" if column in (0, 6) else "text2")
            if state is not None:
                self.table.put(i, 3, f"{state.label}  ", state.tone, state.icon)
        self.table.finish()
        if self.people:
            self.table.setCurrentCell(min(at, len(self.people) - 1), 0)
        open_ = meeting.get("state") != "held"
        waiting = any(p["state"] in ("waiting", "again") for p in self.people)
        self.all_.setEnabled(waiting and self._context.may("meeting.tell_all"))
        self.everybody.setEnabled(any(p["state"] == "told" for p in self.people))
        for key in (self.knows, self.away, self.told):
            key.setEnabled(open_ and bool(self.people) and self._context.may("invite.answer"))

    @property
    def person(self) -> Row | None:
        """The person in hand."""
        at = self.table.currentRow()
        return self.people[at] if 0 <= at < len(self.people) else None

    def tell_all(self) -> None:
        """全部通知 by WeChat; the words lie in the clipboard afterwards."""
        if self.all_.isEnabled():
            self._run("meeting.tell_all", self.uid, told_how="微信")

    def answer(self, how: str) -> None:
        """登记知晓 of the person in hand; the next one who has not answered comes into hand."""
        one = self.person
        if one is not None and self.knows.isEnabled():
            self._run("invite.answer", one["uid"], answer=how)

    def tell(self) -> None:
        """登记通知 of the person in hand, asked how."""
        one = self.person
        args = self._context.ask("invite.tell", {"uid": one["uid"]}) if one is not None else None
        if args is not None:
            self._context.ops.run("invite.tell", args, self._done, self._refused)

    def print(self) -> None:
        """The notice on paper, with a box to sign for everybody."""
        show_preview(self._context, "meeting", self.uid)

    def _run(self, verb: str, uid: str, **more: Any) -> None:
        self._context.ops.run(verb, {"uid": uid, **more}, self._done, self._refused)

    def _done(self, outcome: Outcome) -> None:
        words = outcome.data.get("clipboard")
        if words:
            QGuiApplication.clipboard().setText(str(words))
        copied = bool(words) and "复制" not in outcome.message
        self.banner.say("ok", outcome.message + ("，文字已复制，到微信里按 Ctrl+V" if copied else ""))
        before = self.person
        self.reload()
        if before is not None and outcome.uid == before["uid"]:
            at = self.table.currentRow()
            after = next(
                (i for i, p in enumerate(self.people) if i > at and p["state"] in ("told", "waiting", "again")), at
            )
            self.table.setCurrentCell(after, 0)

    def _refused(self, problems: tuple[Problem, ...]) -> None:
        self.banner.say("err", summary(list(problems)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.table.hasFocus():
            self.answer("参加")
        elif event.key() == Qt.Key.Key_Delete and self.table.hasFocus():
            self.answer("不来")
        else:
            super().keyPressEvent(event)
