"""Ties syncing to the window: begins it when there is a workspace, says at the foot how it stands, shows what came in."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, QTimer

from ui.kit.syncer import Syncer
from ui.shell.update_watch import UpdateWatch

SHOWN_AFTER_MS = 600
"""A quicker round leaves the foot as it is: a flicker every few minutes would only disturb."""
SIGNS = {"ok": ("checkmark_circle", "ok"), "waiting": ("sync", "info"), "fault": ("cloud_off", "warn")}


class SyncWatch(QObject):
    """Lives in the window from the first moment on that syncing is wanted; `window` is the shell's Window."""

    def __init__(self, window: Any, syncer: Syncer) -> None:
        super().__init__(window)
        self._window, self.syncer = window, syncer
        self.state: Any = None
        self._long = False
        self._slow = QTimer(self)
        self._slow.setSingleShot(True)
        self._slow.timeout.connect(self._shown)
        self.updates = UpdateWatch(window, syncer)
        syncer.stood.connect(self.take)
        syncer.running.connect(self._running)
        syncer.merged.connect(window.changes_came)
        syncer.told.connect(self._told)
        syncer.crashed.connect(window.crashed)

    def take(self, state: Any) -> None:
        """How it stands now."""
        had = self.state.cases if self.state is not None else state.cases
        self.state = state
        self._window.show_status()
        if state.cases > had:
            self._window.strip.tell_cases(state.cases - had, state.cases)
        if state.kind in ("ok", "waiting"):
            self.updates.look()

    def _told(self, text: str, tone: str) -> None:
        self._window.toast.say(text, tone=tone)

    def _running(self, title: str) -> None:
        if title:
            self._slow.start(SHOWN_AFTER_MS)
        else:
            self._slow.stop()
            self._long = False
            self._window.show_status()

    def _shown(self) -> None:
        self._long = True
        self._window.show_status()

    def show(self) -> bool:
        """Write the foot of the navigation; False when syncing has nothing to say."""
        if self.state is None or self.state.kind == "off":
            return False
        first, second = self.state.short
        icon, tone = SIGNS[self.state.kind]
        if self.state.cases and self.state.kind == "ok":
            icon, tone = "warning", "warn"
        if self._long:
            first = f"正在{self.syncer.title or '同步'}……"
        self._window.navigation.set_status(first, second, tone, icon, busy=self._long, whole=self.state.text)
        return True
