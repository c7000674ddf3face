"""Does what the clerk asks beside the window: one thing is written after the other, and the window never stands still."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

from PySide6.QtCore import QCoreApplication, QEventLoop, QObject, QTimer, Signal
from shiboken6 import isValid

from salesdesk.desk import Desk
from salesdesk.domain.errors import EnvironmentFault, Refused
from salesdesk.domain.problems import Problem

log = logging.getLogger(__name__)

BUSY_AFTER_MS = 300
"""Anything quicker shows no progress: a flicker would only disturb."""


class Stopped(Exception):
    """The clerk pressed 取消; the transaction is taken back as a whole."""


class Refusal(NamedTuple):
    """A verb that was turned down: shown by the window when the caller did not want to do it itself."""

    verb: str
    problems: tuple[Problem, ...]
    again: Callable[[Mapping[str, Any]], None]
    """Do it once more with further arguments, such as a reason."""
    given: Mapping[str, Any] = {}


class Fault(NamedTuple):
    """The machine did not play along; `again` repeats exactly what was tried."""

    fault: EnvironmentFault
    again: Callable[[], None]


class Step(NamedTuple):
    """How far a long verb is; whole 0 means nobody knows."""

    title: str
    done: int
    whole: int


@dataclass
class _Job:
    """One piece of work on its way there and back."""

    work: Callable[[], Any]
    done: Callable[[Any], object] | None
    refused: Callable[[tuple[Problem, ...]], object] | None
    failed: Callable[[BaseException], object] | None
    again: Callable[..., None]
    verb: str = ""
    title: str = ""
    busy: Callable[[bool], object] | None = None
    given: Mapping[str, Any] = field(default_factory=dict)
    token: object = None
    number: int = 0
    draft: bool = False
    result: Any = None
    error: BaseException | None = None
    slow: QTimer | None = field(default=None, repr=False)
    slow_slot: _Slow | None = field(default=None, repr=False)  # a signal holds its method weakly, so the job holds it


class Ops(QObject):
    """Runs verbs on one writer thread and reads on a small pool; every answer arrives in the window's thread.

    done(Outcome): each verb that succeeded, before its own callback. committed(Changes): after that callback, when
    something was written. refused(Refusal), faulted(Fault), crashed(exception): what no caller took care
    of. busy(str): title of the verb that takes longer than 0.3 s, "" when it is over. progressed(Step).
    """

    committed = Signal(object)
    done = Signal(object)
    refused = Signal(object)
    faulted = Signal(object)
    crashed = Signal(object)
    stopped = Signal(object)
    busy = Signal(str)
    progressed = Signal(object)
    _arrived = Signal(object)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self._writer = ThreadPoolExecutor(1, "salesdesk-writer")
        self._readers = ThreadPoolExecutor(2, "salesdesk-reader")
        self._open: dict[int, _Job] = {}
        self._numbers = 0
        self._latest: dict[object, int] = {}
        self._stop = threading.Event()
        self._closed = False
        self._arrived.connect(self._deliver)

    # -- asking ----------------------------------------------------------------------------------------------------

    def run(
        self,
        verb: str,
        args: Mapping[str, Any] | None = None,
        done: Callable[[Any], object] | None = None,
        refused: Callable[[tuple[Problem, ...]], object] | None = None,
        busy: Any = None,
    ) -> None:
        """Do one verb. done(Outcome) and refused(problems) are called in the window's thread.

        busy: a button with `set_busy`, or a function of one bool, told when it takes longer than 0.3 s; pressing it again
        while its verb is under way is no second wish. A callback that is a method of a closed page is left out.
        """
        given = dict(args or {})
        told = getattr(busy, "set_busy", busy)
        if told is not None and any(one.verb == verb and one.busy == told for one in self._open.values()):
            return

        def work() -> Any:
            self._stop.clear()
            return self.desk.do(verb, given, self._progress(verb))

        def again(more: Mapping[str, Any] | None = None) -> None:
            self.run(verb, {**given, **(more or {})}, done, refused, busy)

        known = self.desk.registry.verbs.get(verb)
        self._start(
            self._writer, _Job(work, done, refused, None, again, verb, known.title if known else verb, told, given)
        )

    def write(
        self, function: Callable[[], Any], done: Callable[[Any], object] | None = None,
        failed: Callable[[BaseException], object] | None = None,
    ) -> None:  # fmt: skip
        """Run something that is no verb on the writer thread, such as keeping a draft; it waits its turn behind verbs."""
        again = partial(self.write, function, done, failed)
        self._start(self._writer, _Job(function, done, None, failed, again, draft=True))

    def read(
        self,
        function: Callable[[], Any],
        done: Callable[[Any], object],
        token: object = None,
        failed: Callable[[BaseException], object] | None = None,
    ) -> None:
        """Read beside the window. With a token only the latest read of that token is delivered, older answers are dropped."""
        again = partial(self.read, function, done, token, failed)
        self._start(self._readers, _Job(function, done, None, failed, again, token=token))

    def cancel(self) -> None:
        """Ask the running verb to stop at its next step; nothing of it remains."""
        self._stop.set()

    @property
    def idle(self) -> bool:
        """Whether nothing is on its way."""
        return not self._open

    def wait(self, seconds: float = 20.0) -> None:
        """Let the window live until everything asked for has arrived; for tests, pictures and closing."""
        until = time.monotonic() + seconds
        while self._open:
            if time.monotonic() > until:
                raise TimeoutError(f"{len(self._open)} operations did not come back")
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
            time.sleep(0.001)
        QCoreApplication.processEvents()

    def written(self, seconds: float = 5.0) -> BaseException | None:
        """Wait until what is no verb, such as a draft, is on disk, so long at most; what went wrong with it, or None."""
        if not self._closed:
            with contextlib.suppress(TimeoutError):  # a long verb is before it in the queue
                self._writer.submit(int).result(seconds)
        return next((job.error for job in self._open.values() if job.draft and job.error is not None), None)

    def close(self) -> None:
        """Finish what is being written and let the threads go."""
        self._closed = True
        self._writer.shutdown(wait=True)
        self._readers.shutdown(wait=True, cancel_futures=True)

    # -- there and back --------------------------------------------------------------------------------------------

    def _progress(self, verb: str) -> Callable[[int, int], None]:
        known = self.desk.registry.verbs.get(verb)
        title = known.title if known else verb
        last = 0.0

        def tell(done: int, whole: int) -> None:
            nonlocal last
            if self._stop.is_set():
                raise Stopped
            now = time.monotonic()
            if now - last > 0.05 or done >= whole:
                last = now
                self.progressed.emit(Step(title, done, whole))

        return tell

    def _start(self, pool: ThreadPoolExecutor, job: _Job) -> None:
        if self._closed:
            log.info("asked after closing: %s", job.title or job.work)
            return
        self._numbers += 1
        job.number = self._numbers
        self._open[job.number] = job
        if job.token is not None:
            self._latest[job.token] = job.number
        if job.verb:
            job.slow = QTimer(self)
            job.slow.setSingleShot(True)
            job.slow_slot = _Slow(self, job)
            job.slow.timeout.connect(job.slow_slot.show)
            job.slow.start(BUSY_AFTER_MS)
        pool.submit(self._work, job).add_done_callback(_keep_quiet)

    def _work(self, job: _Job) -> None:
        if job.token is None or self._latest.get(job.token) == job.number:
            try:
                job.result = job.work()
            except BaseException as error:
                job.error = error
        self._arrived.emit(job)

    def _deliver(self, job: _Job) -> None:
        self._open.pop(job.number, None)
        if job.slow is not None:
            if not job.slow.isActive():
                self.busy.emit("")
                if job.busy is not None and _alive(job.busy):
                    job.busy(False)
            job.slow.stop()
            job.slow.deleteLater()
        if job.token is not None:
            if self._latest.get(job.token) != job.number:
                return
            del self._latest[job.token]
        if job.error is not None:
            self._deliver_error(job, job.error)
            return
        if job.verb:
            self.done.emit(job.result)
        if job.done is not None and _alive(job.done):
            job.done(job.result)
        changes = getattr(job.result, "changes", None) if job.verb else None
        if changes:
            self.committed.emit(changes)

    def _deliver_error(self, job: _Job, error: BaseException) -> None:
        if isinstance(error, Stopped):
            self.stopped.emit(job.title)
        elif isinstance(error, Refused):
            if job.refused is not None and _alive(job.refused):
                job.refused(error.problems)
            else:
                self.refused.emit(Refusal(job.verb, error.problems, job.again, job.given))
        elif job.failed is not None and _alive(job.failed):
            job.failed(error)
        elif isinstance(error, EnvironmentFault):
            log.info("environment: %s", error)
            self.faulted.emit(Fault(error, job.again))
        else:
            self.crashed.emit(error)


class _Slow:
    """Says that a verb is taking its time; an object instead of a lambda, so that nothing else is kept alive."""

    def __init__(self, ops: Ops, job: _Job) -> None:
        self._ops, self._job = ops, job

    def show(self) -> None:
        self._ops.busy.emit(self._job.title)
        if self._job.busy is not None and _alive(self._job.busy):
            self._job.busy(True)


def _alive(callback: Callable[..., object]) -> bool:
    """Whether the widget a callback belongs to still exists."""
    owner = getattr(callback, "__self__", None)
    return not isinstance(owner, QObject) or isValid(owner)


def _keep_quiet(future: Future[None]) -> None:
    """Errors travel in the job; a future that failed otherwise is our defect and goes to the log."""
    if not future.cancelled() and future.exception() is not None:
        log.error("a job was lost: %r", future.exception())
