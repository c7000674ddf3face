"""记纪要: the agenda with its clocks at the left, the words of the item in hand, and what is resolved below."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QListWidget, QListWidgetItem, QPlainTextEdit, QSplitter, QVBoxLayout, QWidget

from salesdesk.domain.kinds import Option, Row
from salesdesk.domain.problems import Problem, summary
from salesdesk.modules.meetings import queries
from salesdesk.modules.meetings.minutes import RESOLVED
from salesdesk.modules.meetings.queries import due_at
from salesdesk.services.module import Outcome
from ui.kit.child_grid import ChildGrid
from ui.kit.editor_base import LineEditor
from ui.kit.page import PageContext
from ui.kit.paper_preview import show_preview
from ui.kit.suggestions import Suggestions, ask_of
from ui.kit.widgets import Banner, Chip, QuietButton, button, label, row, set_ink

STEPS = {
    "draft": ("minutes.submit", "送审", "send"), "returned": ("minutes.submit", "送审", "send"),
    "review": ("minutes.approve", "主持人审过", "check"), "approved": ("minutes.send", "发给大家", "send"),
    "sent": ("minutes.wechat", "复制纪要", "copy"),
}  # fmt: skip
"""What follows in each state of the minutes: verb, words, icon."""


KEPT_EVERY = 20
"""Seconds after which what is typed is saved by itself."""


class MinutesDialog(QDialog):
    """Ctrl+S saves, Ctrl+↑ ↓ other items (their clock runs while the meeting is on), Esc saves and closes."""

    def __init__(self, context: PageContext, uid: str) -> None:
        super().__init__(context.window)
        self._context, self.uid = context, uid
        self.meeting: Row = {}
        self.items: list[Row] = []
        self.texts: dict[str, str] = {}
        self._came = ""
        self._ticks = 0
        self._shown_lines: list[str] = []
        self._shown: object = None
        self._leaving = False
        self.setWindowTitle("记纪要")
        self.heading = label("", "subtitle", bold=True)
        self.chip = Chip()
        self.clock = label("", "body", "text2")
        self.banner = Banner(closable=True)
        self.agenda = QListWidget()
        self.agenda.setAccessibleName("议程")
        self.agenda.setWordWrap(True)
        self.agenda.setMinimumWidth(260)
        self.agenda.setSpacing(3)
        self.agenda.currentRowChanged.connect(self._turned)
        self.topic = label("", "body", bold=True)
        self.talk = QPlainTextEdit()
        self.talk.setAccessibleName("讨论")
        self.talk.setPlaceholderText("谁说了什么，一句一行")
        self.talk.setTabChangesFocus(True)
        self.talk.textChanged.connect(self._typed)
        came = next(p for p in context.desk.registry.verbs["minutes.write"].params if p.key == "attended")
        self.attended = LineEditor(came, context.desk.today)
        if (known := ask_of(context.desk, came)) is not None:
            Suggestions(self.attended, known, several=True)
        self.attended.setAccessibleName("到会的人")
        self.resolved = ChildGrid(RESOLVED, context.desk.today, desk=context.desk)
        self.resolved.table.setColumnWidth(self.resolved.table.lines.column_of("due"), 108)
        self.run_ = button("开始开会", "play", clicked=self.start_or_close)
        self.next_: Any = button("", "", primary=True, clicked=self.go_on)
        self.back = button("退改", "undo", clicked=partial(self._ask, "minutes.return"))
        self.paper = button("打印纪要", "print", clicked=self.print)
        self.save_ = button("保存", "save", shortcut="Ctrl+S", clicked=self.save)
        close = button("关闭", clicked=self.reject)
        right = QWidget()
        words = QVBoxLayout(right)
        words.setContentsMargins(8, 0, 0, 0)
        words.setSpacing(6)
        words.addWidget(self.topic)
        words.addWidget(self.talk, 1)
        both = QSplitter(Qt.Orientation.Horizontal)
        both.setChildrenCollapsible(False)
        both.addWidget(self.agenda)
        both.addWidget(right)
        both.setStretchFactor(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 18, 24, 18)
        column.setSpacing(10)
        column.addLayout(row(self.heading, self.chip, 1, self.clock, self.run_, spacing=12))
        column.addWidget(self.banner)
        line = row(label("到会", "body", "text2"), self.attended, spacing=10)
        line.setStretch(1, 1)
        column.addLayout(line)
        column.addWidget(both, 1)
        column.addWidget(self.resolved)
        column.addLayout(row(self.paper, self.back, 1, close, self.save_, self.next_, spacing=8))
        for keys, act in (
            ("Ctrl+S", self.save), ("Ctrl+Down", partial(self.step, 1)), ("Ctrl+Up", partial(self.step, -1)),
        ):  # fmt: skip
            QShortcut(QKeySequence(keys), self, act)
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self._tick)
        self._timer.start()
        room = context.window.size() - QSize(24, 48) if context.window is not None else QSize(1120, 780)
        self.resize(QSize(1120, 780).boundedTo(room))
        self.reload()
        self.talk.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- what is shown ---------------------------------------------------------------------------------------------

    def reload(self) -> None:
        """Read everything again; what was typed must have been saved before."""
        desk = self._context.desk
        self.meeting = desk.row("meeting", self.uid) or {}
        self.items = desk.lines("agenda_item", self.uid)
        with desk.read() as reader:
            resolved = queries.resolutions_of(reader, self.uid)
        people = desk.lines("meeting_person", self.uid)
        self.texts = {str(i["uid"]): str(i["discussion"] or "") for i in self.items}
        numbers = {str(i["uid"]): n for n, i in enumerate(self.items, 1)}
        self.heading.setText(
            f"{self.meeting.get('title')}　{str(self.meeting.get('starts_at'))[5:16].replace('T', ' ')}"
        )
        entity = desk.entity("meeting")
        state = entity.option("minutes_state", self.meeting.get("minutes_state"))
        self.chip.set_option(Option("m", f"纪要{state.label}", state.tone, state.icon) if state is not None else None)
        at = max(0, self.agenda.currentRow())
        self.agenda.blockSignals(True)
        self.agenda.clear()
        for item in self.items:
            self.agenda.addItem(QListWidgetItem(str(item["title"])))
        running = next((i for i, item in enumerate(self.items) if item["began_at"]), -1)
        self.agenda.setCurrentRow(running if running >= 0 else min(at, len(self.items) - 1))
        self.agenda.blockSignals(False)
        self._show_item()
        self._came = "、".join(str(p["name"]) for p in people if p["attended"])
        self.attended.set_value(self._came or None)
        self._shown_lines = [str(r["uid"]) for r in resolved]
        self.resolved.set_lines(
            [
                {**{k: r[k] for k in ("uid", "kind", "text", "owner", "due")}, "topic": numbers.get(str(r["item"]))}
                for r in resolved
            ]
        )
        locked = self.locked
        self.talk.setReadOnly(locked)
        self.attended.set_read_only(locked)
        self.resolved.table.lines.read_only = locked
        adding: Any = self.resolved.findChildren(QuietButton)
        for one in adding:
            one.setVisible(not locked)
        self.save_.setEnabled(not locked)
        verb, title, sign = STEPS[str(self.meeting.get("minutes_state") or "draft")]
        self.next_.setText(title)
        self.next_.set_icon(sign)
        self.next_.setEnabled(self._context.may(verb))
        self.back.setVisible(locked)
        on = bool(self.meeting.get("began_at")) and not self.meeting.get("closed_at")
        self.run_.setText("散会" if on else "开始开会")
        self.run_.set_icon("stop" if on else "play")
        self.run_.setVisible(not self.meeting.get("closed_at") and not locked)
        note = self.meeting.get("review_note")
        if self.meeting.get("minutes_state") == "returned" and note:
            self.banner.say("warn", f"主持人要改：{note}")
        self._tick()

    @property
    def locked(self) -> bool:
        """Whether the chair has the minutes in hand or has approved them."""
        return self.meeting.get("minutes_state") in ("review", "approved", "sent") or not self._context.may(
            "minutes.write"
        )

    @property
    def item(self) -> Row | None:
        """The item in hand."""
        at = self.agenda.currentRow()
        return self.items[at] if 0 <= at < len(self.items) else None

    def _show_item(self) -> None:
        item = self.item
        self.talk.setEnabled(item is not None)
        self.topic.setText(f"{self.agenda.currentRow() + 1}. {item['title']}" if item else "没有议程，先在会议里写几项")
        text = self.texts.get(str(item["uid"]), "") if item else ""
        if text.strip() == self.talk.toPlainText().strip() and self._shown == (item or {}).get("uid"):
            return  # saved while typing: the cursor stays where it is
        self._shown = (item or {}).get("uid")
        self.talk.blockSignals(True)
        self.talk.setPlainText(text)
        self.talk.blockSignals(False)

    def _typed(self) -> None:
        if self.item is not None:
            self.texts[str(self.item["uid"])] = self.talk.toPlainText()

    def _tick(self) -> None:
        """The clocks, once a second while the meeting is on."""
        self._ticks += 1
        if self._ticks % KEPT_EVERY == 0 and self.dirty and self.talk.hasFocus():
            self._keep()
        now = self._context.desk.database.clock.now()
        began, closed = self.meeting.get("began_at"), self.meeting.get("closed_at")
        planned = int(self.meeting.get("minutes") or 0)
        if began:
            until = datetime.fromisoformat(str(closed)) if closed else now
            spent = int((until - datetime.fromisoformat(str(began))).total_seconds())
            told = f"{'开了' if closed else '已开'} {spent // 60}:{spent % 60:02d}，原定 {planned} 分钟"
            set_ink(self.clock, "err" if spent > planned * 60 else "text2")
            if closed and self.meeting.get("minutes_state") != "sent":
                due = due_at(self.meeting, int(self._context.desk.settings.get("meeting.minutes_hours")))
                left = int((datetime.fromisoformat(due) - now).total_seconds() // 60)
                told += (
                    f"　纪要还有 {left // 60} 小时 {left % 60} 分" if left > 0 else f"　纪要已过时限 {-left // 60} 小时"
                )
                set_ink(self.clock, "text2" if left > 0 else "err")
            self.clock.setText(told)
        else:
            self.clock.setText(f"原定 {planned} 分钟")
        for i, item in enumerate(self.items):
            spent = int(item["spent"] or 0)
            if item["began_at"]:
                spent += max(0, int((now - datetime.fromisoformat(str(item["began_at"]))).total_seconds()))
            used = f"{spent // 60}:{spent % 60:02d}" if spent or item["began_at"] else ""
            wanted = f"{item['minutes']} 分" if item["minutes"] else ""
            clock = " / ".join(filter(None, (used, wanted)))
            shown = self.agenda.item(i)
            text = f"{'▶ ' if item['began_at'] else ''}{i + 1}. {item['title']}" + (f"\n　{clock}" if clock else "")
            if shown is not None and shown.text() != text:
                shown.setText(text)

    # -- doing -----------------------------------------------------------------------------------------------------

    @property
    def dirty(self) -> bool:
        """Whether something typed is not saved."""
        said = any(self.texts.get(str(i["uid"]), "").strip() != str(i["discussion"] or "") for i in self.items)
        return not self.locked and (said or self.resolved.touched or self.attended.text().strip() != self._came)

    def args(self) -> dict[str, Any]:
        """What minutes.write takes of what was typed."""
        talks = [
            {"uid": uid, "discussion": text}
            for i in self.items
            if (text := self.texts.get(uid := str(i["uid"]), "").strip()) != str(i["discussion"] or "")
        ]
        args: dict[str, Any] = {"uid": self.uid, "talks": talks}
        if self.resolved.touched:
            args |= {"resolutions": self.resolved.wire(), "shown": "、".join(self._shown_lines)}
        if self.attended.text().strip() != self._came:
            args["attended"] = self.attended.text().strip()
        return args

    def _keep(self) -> None:
        """Save what was said while it is typed; nothing of what is shown moves, and what is half done in the lines stays."""
        talks = self.args()["talks"]
        if talks:
            self._context.ops.run("minutes.write", {"uid": self.uid, "talks": talks}, self._kept, self._refused)

    def _kept(self, outcome: Outcome) -> None:
        self.items = self._context.desk.lines("agenda_item", self.uid)

    def save(self, then: Callable[[], object] | None = None) -> None:
        """Save what was typed; `then` follows when that went well."""
        self.resolved.settle()
        found = self.resolved.problems("resolutions")
        if found:
            self._refused(tuple(found))
            return
        if not self.dirty:
            if then is not None:
                then()
            return
        self._then = then
        self._context.ops.run("minutes.write", self.args(), self._saved, self._refused, self.save_)

    _then: Callable[[], object] | None = None

    def _saved(self, outcome: Outcome) -> None:
        then, self._then = self._then, None
        self.resolved.touched = False
        self.reload()
        if then is not None:
            then()

    def _turned(self, at: int) -> None:
        self._show_item()
        item = self.item
        if (
            item is not None
            and self.meeting.get("began_at")
            and not self.meeting.get("closed_at")
            and not item["began_at"]
        ):
            self.save(partial(self._run, "agenda.start", str(item["uid"])))

    def step(self, by: int) -> None:
        """The next or the former item."""
        self.agenda.setCurrentRow(max(0, min(len(self.items) - 1, self.agenda.currentRow() + by)))
        self.talk.setFocus(Qt.FocusReason.OtherFocusReason)

    def start_or_close(self) -> None:
        """开始开会, or 散会."""
        on = bool(self.meeting.get("began_at"))
        self.save(partial(self._run, "meeting.close" if on else "meeting.start", self.uid))

    def go_on(self) -> None:
        """What comes next for these minutes; what was typed is saved first."""
        verb = STEPS[str(self.meeting.get("minutes_state") or "draft")][0]
        self.save(
            partial(self._ask, verb)
            if verb in ("minutes.approve", "minutes.send")
            else partial(self._run, verb, self.uid)
        )

    def _ask(self, verb: str) -> None:
        args = self._context.ask(verb, {"uid": self.uid})
        if args is not None:
            self._context.ops.run(verb, args, self._done, self._refused)

    def _run(self, verb: str, uid: str) -> None:
        self._context.ops.run(verb, {"uid": uid}, self._done, self._refused)

    def _done(self, outcome: Outcome) -> None:
        words = outcome.data.get("clipboard")
        if words:
            QGuiApplication.clipboard().setText(str(words))
        warned = summary(list(outcome.problems)) if outcome.problems else ""
        copied = "，文字已复制" if words else ""
        self.banner.say("warn" if warned else "ok", f"{outcome.message}{copied}{'。' + warned if warned else ''}")
        self.reload()

    def _refused(self, problems: tuple[Problem, ...]) -> None:
        self._leaving = False
        self._then = None
        self.banner.say("err", summary(list(problems)))
        self.resolved.set_problems("resolutions", list(problems))

    def print(self) -> None:
        """The minutes on paper."""
        self.save(partial(show_preview, self._context, "minutes", self.uid))

    def reject(self) -> None:
        """Esc: what was typed is saved first; pressed again after a refusal it closes without."""
        if self._leaving or not self.dirty:
            super().reject()
            return
        self.save(self.reject)
        self._leaving = True
