"""会议: the calendar first, then meetings, resolutions, series, rooms and equipment as registers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QTabBar, QWidget

from salesdesk.domain.changes import Changes
from salesdesk.modules.meetings.queries import Entry
from salesdesk.services.drafts import SavedDraft
from salesdesk.services.module import Outcome
from ui.kit.button_line import ButtonLine
from ui.kit.front_stack import FrontStack
from ui.kit.page import Page, PageContext
from ui.kit.print_preview import show_pdf
from ui.kit.register_panel import RegisterPanel
from ui.kit.widgets import KeyHints, button, label, row
from ui.pages.meetings.calendar_view import CalendarView
from ui.pages.meetings.minutes_dialog import MinutesDialog
from ui.pages.meetings.telling_dialog import TellingDialog

REGISTERS = ("meeting", "resolution", "meeting_series", "meeting_room", "meeting_gear")
WATCHED = {"meeting", "meeting_series", "holiday", "meeting_room"}
HOUR = "09:00"
"""When a new meeting begins until somebody says otherwise."""
MINUTES_VERBS = ("minutes.write", "meeting.start", "agenda.start")


class MeetingsPage(Page):
    """Tab 0 is the calendar, the others are plain registers."""

    key = "meetings"
    title = "会议"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setAccessibleName("会议的几块")
        self.calendar = CalendarView(context)
        self.calendar.opened.connect(self.open_entry)
        self.calendar.wanted.connect(self.new_on)
        self.calendar.counted.connect(self._counted)
        self.number = label("", "body", "text2")
        self._actions = QStackedWidget()
        self._actions.setFixedHeight(36)
        self.stack = FrontStack()
        self.stack.addWidget(self.calendar)
        call = button("约会议", "add", primary=True, shortcut="N", clicked=self._new_here)
        series = button("新建例会", "sync", clicked=partial(self.new, "meeting_series"))
        series.setEnabled(context.may("meeting_series.save"))
        call.setEnabled(context.may("meeting.save"))
        self._put_actions(series, call)
        self.tabs.addTab("日历")
        self.panels: dict[str, RegisterPanel] = {}
        for entity in REGISTERS:
            self.tabs.addTab(self.desk.entity(entity).title)
            self.stack.addWidget(QWidget())
            self._actions.addWidget(QWidget())
        self.column.addLayout(
            row(label("会议", "title", bold=True), self.number, self.tabs, 1, self._actions, spacing=12)
        )
        self.column.addWidget(self.stack, 1)
        self.hints = KeyHints(self.key_hints())
        self.column.addWidget(self.hints)
        self.tabs.currentChanged.connect(self._turn)
        for keys, act in (
            ("Ctrl+F", self.search), ("Ctrl+PgDown", partial(self.step, 1)), ("Ctrl+PgUp", partial(self.step, -1)),
            ("F7", self.tell), ("F8", self.write),
        ):  # fmt: skip
            QShortcut(QKeySequence(keys), self, act).setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def _put_actions(self, *buttons: QWidget) -> None:
        self._actions.addWidget(ButtonLine(*buttons))

    # -- parts -----------------------------------------------------------------------------------------------------

    @property
    def shown(self) -> str:
        """The register in front, "" for the calendar."""
        tab = self.tabs.currentIndex()
        return REGISTERS[tab - 1] if tab > 0 else ""

    def panel(self, entity: str) -> RegisterPanel:
        """A register, made when first wanted."""
        if entity not in self.panels:
            made = RegisterPanel(self.context, entity)
            made.counted.connect(self._counted)
            at = REGISTERS.index(entity) + 1
            extra = (
                [button("通知和知晓", "send", shortcut="F7", clicked=self.tell),
                 button("记纪要", "edit", shortcut="F8", clicked=self.write)] if entity == "meeting" else []
            )  # fmt: skip
            for stack, fresh in ((self.stack, made), (self._actions, ButtonLine(*extra, *made.buttons))):
                old = stack.widget(at)
                stack.removeWidget(old)
                old.deleteLater()
                stack.insertWidget(at, fresh)
            self.panels[entity] = made
        return self.panels[entity]

    def show_register(self, entity: str) -> RegisterPanel:
        """Bring a register to the front."""
        self.tabs.setCurrentIndex(REGISTERS.index(entity) + 1)
        return self.panel(entity)

    def _turn(self, tab: int) -> None:
        if tab > 0:
            self.panel(REGISTERS[tab - 1]).on_shown()
        self.stack.setCurrentIndex(tab)
        self._actions.setCurrentIndex(tab)
        self.number.setText("")
        if tab == 0:
            self.calendar.read()
            self.calendar.canvas.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._counted(None)
        self.hints.set_hints(self.key_hints())

    def _counted(self, told: object) -> None:
        if self.shown and self.shown in self.panels:
            rows = self.panels[self.shown].model.rowCount()
            self.number.setText(f"{rows:,} 条" if rows else "")
        elif not self.shown and isinstance(told, str):
            self.number.setText(told)

    # -- doing -----------------------------------------------------------------------------------------------------

    def open_entry(self, entry: Entry) -> None:
        """A meeting is opened; one that its series only foresees is prepared first, which 撤销 takes back."""
        if entry.uid:
            self.show_register("meeting").open(entry.uid)
        elif self.context.may("meeting_series.prepare"):
            args = {"uid": entry.series, "day": entry.planned}
            self.ops.run("meeting_series.prepare", args, self._prepared)

    def _prepared(self, outcome: Outcome) -> None:
        self.show_register("meeting").open(outcome.uid)

    def new_on(self, day: str) -> None:
        """A new meeting on a day."""
        self.new("meeting", {"starts_at": f"{day}T{HOUR}:00"})

    def _new_here(self) -> None:
        self.new_on(self.calendar.canvas.day)

    def new(self, entity: str = "meeting", preset: Mapping[str, Any] | None = None) -> None:
        """A new record of one of the registers."""
        if self.context.may(f"{entity}.save"):
            self.show_register(entity).new(preset)

    def meeting_in_hand(self) -> str:
        """The meeting that the keys F7 and F8 mean."""
        if not self.shown:
            entry = self.calendar.canvas.entry
            return entry.uid if entry is not None else ""
        return (self.panel("meeting").in_hand() or "") if self.shown == "meeting" else ""

    def tell(self, uid: str = "") -> None:
        """F7: who was told, who knows."""
        self._over(TellingDialog, uid or self.meeting_in_hand())

    def write(self, uid: str = "") -> None:
        """F8: the minutes."""
        self._over(MinutesDialog, uid or self.meeting_in_hand())

    def _over(self, kind: type[TellingDialog | MinutesDialog], uid: str) -> None:
        if not uid:
            self.context.toast("先选一个会：在日历里用 ↑ ↓，或在列表里", tone="info")
            return
        dialog = kind(self.context, uid)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def search(self) -> None:
        """Ctrl+F goes to the search box of the register in front."""
        (self.panel(self.shown) if self.shown else self.show_register("meeting")).search()

    def step(self, by: int) -> None:
        """Ctrl+PgDown and Ctrl+PgUp walk the tabs."""
        self.tabs.setCurrentIndex((self.tabs.currentIndex() + by) % self.tabs.count())

    # -- the frame -------------------------------------------------------------------------------------------------

    def on_shown(self) -> None:
        if self.shown:
            self.panel(self.shown).on_shown()
        else:
            self.calendar.read()
            self.calendar.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self, changes: Changes) -> None:
        for panel in self.panels.values():
            panel.refresh(changes)
        if WATCHED & changes.touched.keys():
            if self.isVisible() and not self.shown:
                self.calendar.read()
            else:
                self.calendar.stale = True

    def open_record(self, entity: str, uid: str) -> None:
        if entity in REGISTERS:
            self.show_register(entity).open(uid)
            return
        found = self.desk.row(entity, uid)
        if found and found.get("meeting"):
            self.show_register("meeting").open(str(found["meeting"]))

    def run_action(self, action: str, args: Mapping[str, Any]) -> None:
        """new, filter, and the verbs of meetings; what is typed live opens its own dialog."""
        given = {k: v for k, v in args.items() if k != "entity"}
        entity = str(args.get("entity") or "meeting")
        head, _, tail = action.rpartition(".")
        if action == "new" or (tail == "save" and head in REGISTERS):
            self.new(head if head in REGISTERS else entity if entity in REGISTERS else "meeting", given)
        elif action in MINUTES_VERBS and given.get("uid"):
            self.write(str(given["uid"]))
        elif action == "filter" and entity in REGISTERS:
            self.show_register(entity)
        elif action == "resolution.report_paper":
            self.context.perform(action, given, self._printed)
        elif action in self.desk.registry.verbs:
            self.context.perform(action, given)

    def _printed(self, outcome: Outcome) -> None:
        show_pdf(self.context, str(outcome.data["file"]), "决议落实汇报单")

    def current_record(self) -> tuple[str, str] | None:
        if self.shown:
            uid = self.panel(self.shown).in_hand()
            return (self.shown, uid) if uid else None
        uid = self.meeting_in_hand()
        return ("meeting", uid) if uid else None

    def keep_draft(self) -> None:
        for panel in self.panels.values():
            if panel.record is not None:
                panel.record.form.keeper.keep()
            panel.model.stop()

    def resume(self, kept: SavedDraft) -> None:
        self.show_register(kept.entity).resume()

    def key_hints(self) -> Sequence[tuple[str, str]]:
        if not self.shown:
            return (
                ("←→", "日子"), ("↑↓", "会"), ("Enter", "打开"), ("N", "约会议"), ("T", "今天"), ("W M", "周、月"),
                ("PgUp PgDn", "翻"), ("F7", "通知"), ("F8", "纪要"),
            )  # fmt: skip
        hints = [("↑↓", "选"), ("Enter", "打开"), ("Ctrl+F", "搜索")]
        if f"{self.shown}.save" in self.desk.registry.verbs:
            hints += [("Ctrl+N", "新建"), ("Ctrl+S", "保存")]
        if self.shown == "meeting":
            hints += [("F7", "通知和知晓"), ("F8", "记纪要")]
        return (*hints, ("Ctrl+PgDn", "下一块"))

    def shot_states(self) -> Sequence[tuple[str, Callable[[], object]]]:
        return (
            ("month", partial(self._shot_calendar, "month")),
            ("meeting", partial(self._shot_first, "meeting")),
            ("resolutions", partial(self.show_register, "resolution")),
            ("series", partial(self._shot_first, "meeting_series")),
        )

    def _shot_calendar(self, mode: str) -> None:
        self.tabs.setCurrentIndex(0)
        self.calendar._turn_to(mode)

    def _shot_first(self, entity: str) -> None:
        panel = self.show_register(entity)
        self.ops.wait()
        if panel.model.rowCount():
            panel.view.select_row(0)
            panel.open(panel.view.current_uid())


def make(context: PageContext) -> Page:
    """The page of the module `meetings`."""
    return MeetingsPage(context)
