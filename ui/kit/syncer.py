"""Keeps this PC in step with the others by itself: rounds on a thread of their own, every few minutes and soon after a change."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from shiboken6 import isValid

from salesdesk.desk import Desk
from salesdesk.domain.changes import Changes
from salesdesk.domain.errors import EnvironmentFault, GivenUp, Refused

log = logging.getLogger(__name__)

AFTER_CHANGE_MS = 8_000
"""From the first change that was not sent until it goes out; further ones in this time go along."""
FIRST_AFTER_MS = 3_000
"""The first round waits until the window stands and its first page is read."""
GATHER_MS = 700
"""Pages hear of what came in at most this often, however many files came."""
LISTEN_S = 0.3
"""So long the listener waits for the server's word before it looks whether the window still stands."""
DEAF_S = 60.0
"""Rest after the server was away."""
NEWS_MS = 300
"""From the server's word to the round; further words in this time are heard with it."""
PATIENCE_S = 5.0
"""How long closing waits for a round; a share that does not answer is left behind, nothing is lost by it."""
TOLD_EVERY_S = 0.05

Stopped = Callable[[], bool]
Progress = Callable[[int, int], None]
Work = Callable[[Progress, Stopped], Any]


@dataclass
class _Job:
    """One piece of work with the share, on its way there and back. quiet: nobody waits for it."""

    work: Work
    title: str
    done: Callable[[Any], object] | None = None
    failed: Callable[[BaseException], object] | None = None
    quiet: bool = False
    result: Any = None
    error: BaseException | None = None


class Syncer(QObject):
    """Everything that touches the share runs here, one thing after the other; entry never waits for it.

    stood(State): how syncing stands, after every round. running(str): title of what is under way, "" when it is over.
    stepped(done, whole). merged(Changes): work of other PCs came in. told(str, tone): what nobody else takes care of.
    """

    stood = Signal(object)
    running = Signal(str)
    stepped = Signal(int, int)
    merged = Signal(object)
    told = Signal(str, str)
    crashed = Signal(object)
    _back = Signal(object)
    _changed = Signal()
    _came = Signal(object)
    _news = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.title = ""
        self.last: Any = None  # the newest State that was told
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._ears: threading.Thread | None = None
        self._stop = threading.Event()
        self._gone = threading.Event()
        self._heard = False
        self._closed = False
        self._begun = False
        self._queued = 0
        self._gathered: dict[str, set[str]] = {}
        self._every = self._timer(self._due, single=False)
        self._soon = self._timer(self._due)
        self._gather = self._timer(self._tell_merged)
        self._back.connect(self._arrived)
        self._changed.connect(self._note_change)
        self._came.connect(self._note_merge)
        self._news.connect(self._note_news)

    def _timer(self, act: Callable[[], object], single: bool = True) -> QTimer:
        made = QTimer(self)
        made.setSingleShot(single)
        made.timeout.connect(act)
        return made

    # -- by itself -------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Sync by itself from now on; nothing happens when no workspace is set or it has begun already."""
        if self._begun or self._closed or not self.desk.synced:
            return
        self._begun = True
        self.desk.database.after_commit.append(self._committed)
        self.set_pace()
        self._soon.start(FIRST_AFTER_MS)

    def end(self) -> None:
        """Sync by itself no longer: the workspace was left."""
        self._begun = False
        self._gone.set()
        self._ears = None
        for timer in (self._every, self._soon):
            timer.stop()
        if self._committed in self.desk.database.after_commit:
            self.desk.database.after_commit.remove(self._committed)

    def set_pace(self) -> None:
        """Take the setting: a round every so many minutes; 0 leaves everything to the clerk."""
        minutes = int(self.desk.settings.get("sync.minutes"))
        if minutes and self._begun:
            self._every.start(minutes * 60_000)
        else:
            self._every.stop()

    @property
    def by_itself(self) -> bool:
        """Whether rounds start without being asked for."""
        return self._begun and int(self.desk.settings.get("sync.minutes")) > 0

    def _committed(self, changes: Changes) -> None:
        """After a commit, on whatever thread made it: own work goes out soon, others' work is shown."""
        if changes.op:
            self._changed.emit()
        else:
            self._came.emit(changes)

    def _note_change(self) -> None:
        waits = self._soon.remainingTime()  # -1 when nothing is set
        if self.by_itself and not 0 <= waits <= AFTER_CHANGE_MS:
            self._soon.start(AFTER_CHANGE_MS)

    def _note_merge(self, changes: Changes) -> None:
        for entity, uids in changes.touched.items():
            self._gathered.setdefault(entity, set()).update(uids)
        if not self._gather.isActive():
            self._gather.start(GATHER_MS)

    def _tell_merged(self) -> None:
        gathered, self._gathered = self._gathered, {}
        if gathered:
            self.merged.emit(Changes(0, "同步", {entity: frozenset(uids) for entity, uids in gathered.items()}))

    def _due(self) -> None:
        if not self._queued:
            self._heard = False
            self._start(_Job(self._round, "同步", quiet=True))
        elif self._heard:  # the round under way may have looked already
            self._soon.start(NEWS_MS)

    def _listen(self, gone: threading.Event) -> None:
        """On a thread of its own, where the place tells by itself that others have put something there: a server does."""
        wait: Callable[[float], bool] | None = None
        missed = False
        while not gone.is_set():
            try:
                if wait is None:
                    wait = self.desk.sync.listener()
                    if wait is None:
                        return
                if (wait(LISTEN_S) or missed) and not gone.is_set():
                    missed = False
                    self._news.emit()
            except EnvironmentFault as fault:
                log.info("not listening: %s", fault)
                missed = True
                gone.wait(DEAF_S)

    def _note_news(self) -> None:
        self._heard = True
        if self.by_itself and not 0 <= self._soon.remainingTime() <= NEWS_MS:
            self._soon.start(NEWS_MS)

    # -- when asked --------------------------------------------------------------------------------------------------

    def sync_now(self, done: Callable[[Any], object] | None = None) -> None:
        """One round now; asked twice while one waits is asked once."""
        if not self._queued:
            self._start(_Job(self._round, "同步", done))

    def do(
        self,
        work: Work,
        title: str,
        done: Callable[[Any], object] | None = None,
        failed: Callable[[BaseException], object] | None = None,
    ) -> None:
        """Other work with the share: looking at a folder, joining, removing a PC. Callbacks come in the window's thread."""
        self._start(_Job(work, title, done, failed))

    def stop(self) -> None:
        """Stop what is under way at its next step; what came in stays."""
        self._stop.set()

    @property
    def idle(self) -> bool:
        """Whether nothing is under way or waiting."""
        return not self._queued

    def close(self) -> None:
        """Stop, and wait a little for the step under way; a thread the share does not let go ends with the program."""
        self._closed = True
        ears = self._ears
        self.end()
        if ears is not None:
            ears.join(2 * LISTEN_S)
        self._stop.set()
        if self._thread is not None:
            self._jobs.put(None)
            self._thread.join(PATIENCE_S)
            if self._thread.is_alive():
                log.warning("closed while the share did not answer")

    # -- there and back ----------------------------------------------------------------------------------------------

    def _round(self, progress: Progress, stopped: Stopped) -> Any:
        return self.desk.sync.run(progress, stopped)

    def _start(self, job: _Job) -> None:
        if self._closed:
            return
        self._queued += 1
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="salesdesk-sync", daemon=True)
            self._thread.start()
        if self._queued == 1:
            self._stop.clear()
            self.title = job.title
            self.running.emit(job.title)
        self._jobs.put(job)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            last = 0.0

            def progress(done: int, whole: int) -> None:
                nonlocal last
                now = time.monotonic()
                if now - last > TOLD_EVERY_S or done >= whole:
                    last = now
                    self.stepped.emit(done, whole)

            try:
                job.result = job.work(progress, self._stop.is_set)
            except BaseException as error:
                job.error = error
            if self._closed:
                return
            self._back.emit(job)

    def _arrived(self, job: _Job) -> None:
        if self._closed:
            return
        self._queued -= 1
        if not self._queued:
            self.title = ""
            self.running.emit("")
            self._stop.clear()
        if self._begun and self._ears is None:  # not at the start, when the window needs the processor
            self._gone = threading.Event()
            self._ears = threading.Thread(target=self._listen, args=(self._gone,), name="salesdesk-ears", daemon=True)
            self._ears.start()
        if job.error is None:
            if job.done is not None and _alive(job.done):
                job.done(job.result)
        elif job.failed is not None:
            if _alive(job.failed):
                job.failed(job.error)
        else:
            self._tell_error(job, job.error)
        self.tell_state()

    def _tell_error(self, job: _Job, error: BaseException) -> None:
        if isinstance(error, GivenUp):
            self.told.emit("已停下，收到的都在；下次接着同步", "info")
        elif isinstance(error, Refused | EnvironmentFault):
            log.info("sync: %s", error)
            if not job.quiet:  # what goes on by itself is told by the status line only
                self.told.emit(str(error), "warn")
        else:
            self.crashed.emit(error)

    def take(self, state: Any) -> None:
        """How it stands, as somebody else read it already."""
        self.last = state
        self.begin()
        self.stood.emit(state)

    def tell_state(self) -> None:
        """Say how it stands; a few small reads."""
        if self.desk.synced or self.last is not None:
            self.last = self.desk.sync.state()
            self.stood.emit(self.last)


def _alive(callback: Callable[..., object]) -> bool:
    owner = getattr(getattr(callback, "func", callback), "__self__", None)
    return not isinstance(owner, QObject) or isValid(owner)
