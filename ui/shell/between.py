"""Long work between two windows: a dialog whose thread does it, with progress and a way to stop."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent

from salesdesk.domain.errors import EnvironmentFault, GivenUp, Refused
from ui.kit.dialogs import Question
from ui.kit.widgets import Progress

log = logging.getLogger(__name__)


class Between(Question):
    """Starts at once. After `exec`: `trouble` in words, "" when it went well or was stopped. A kind says what it does.

    thread_name, defect: name of the thread, and what the log and the clerk hear of a defect of ours.
    """

    thread_name = ""
    defect = ("", "")
    _stepped = Signal(int, int)
    _ended = Signal(object)

    def __init__(self, title: str, hint: str, doing: str, stop: str) -> None:
        super().__init__(None, title, hint, "", 520)
        self.trouble = ""
        self._stop = threading.Event()
        self.progress = Progress(doing, can_cancel=False)
        self.body.addWidget(self.progress)
        self.yes.hide()
        self.no.setText(stop)
        self._stepped.connect(self.progress.update_to)
        self._ended.connect(self._over)
        self._thread = threading.Thread(target=self._work, name=self.thread_name)
        self._thread.start()

    def exec(self) -> int:
        """Show it until the work is over; whatever else ends the loop, the work is stopped first."""
        ended = super().exec()
        self._stop.set()
        self._thread.join()
        return ended

    def work(self) -> Any:
        """The work itself, on the thread; reports by `step`."""
        raise NotImplementedError

    def take(self, found: Any) -> None:
        """What the work gave, in the window's thread; not called when it failed or was stopped."""
        raise NotImplementedError

    def step(self, done: int, whole: int) -> None:
        """Tell how far it is. Raises GivenUp when it shall stop."""
        if self._stop.is_set():
            raise GivenUp
        self._stepped.emit(done, whole)

    def _work(self) -> None:
        try:
            found = self.work()
        except BaseException as error:
            found = error
        self._ended.emit(found)

    def _over(self, found: Any) -> None:
        self._thread.join()
        if isinstance(found, Refused | EnvironmentFault):
            self.trouble = str(found)
        elif not isinstance(found, BaseException):
            self.take(found)
        elif not isinstance(found, GivenUp):
            logged, self.trouble = self.defect
            log.error(logged, exc_info=found)
        super().reject()

    def answer(self) -> None:
        """There is nothing to answer."""

    def reject(self) -> None:
        self._stop.set()
        self.no.setEnabled(False)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.reject()
        event.ignore()


class Unattended(Between):
    """Work that nobody may stop, such as writing the data file anew: there is no window, so this shows that it goes on.

    `found`: its answer.
    """

    thread_name = "salesdesk-unattended"

    def __init__(self, title: str, work: Callable[[], Any]) -> None:
        self.found: Any = None
        self._failed: BaseException | None = None
        self._do = work
        super().__init__(title, "数据多的话要几分钟。做好了窗口会自己打开，这期间不要关电脑。", title, "")
        self.no.hide()

    def run(self) -> Any:
        """Show it until the work is done; its answer. Raises what the work raised."""
        self.exec()
        self.deleteLater()
        if self._failed is not None:
            raise self._failed
        return self.found

    def work(self) -> Any:
        return self._do()

    def take(self, found: Any) -> None:
        self.found = found

    def _over(self, found: Any) -> None:
        self._failed = found if isinstance(found, BaseException) else None
        super()._over(None if self._failed is not None else found)
