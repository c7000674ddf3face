"""Hands that work by themselves: one act after the other, whatever opens is answered, until the time is over."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QKeySequence
from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QPlainTextEdit, QWidget
from shiboken6 import isValid

from tests.soak.acts import ACTS, tidy
from tests.soak.watching import Pulse, Watch, pictures
from tests.ui.hands import Hands
from ui.shell.window import Window

STEP_MS = 15
TRIES = "tries of the soak"
STUCK_S = 45.0
"""A step that has not come back after this long is a finding: a window not at rest, a dialog or a popup that does not go."""
CLOSING_S = 180.0
"""A window that is still there so long after the time is over does not close."""


class CarefulHands(Hands):
    """Lets go of a key only where the widget it was pressed on is still there: a key may close what it is pressed in."""

    typed = 0
    """Keys pressed so far, by all hands."""

    def type(self, text: str) -> None:
        CarefulHands.typed += len(text)
        super().type(text)

    def press(self, *keys: str) -> None:
        for name in keys:
            CarefulHands.typed += 1
            combination = QKeySequence(name)[0]  # type: ignore[index]
            at, key, held = self.focus, combination.key(), combination.keyboardModifiers()
            QTest.keyPress(at, key, held)
            if isValid(at):
                QTest.keyRelease(at, key, held)
            QApplication.processEvents()


class Clerk:
    """Works until `seconds` are over or so many `acts` are done, then closes the window. findings: what should not have happened.

    No step waits without end: what stands unchanged for STUCK_S is told in the trail by name, pictured and closed, and a
    window that takes nothing in at all is seen by `pulse` from outside (hung).
    """

    def __init__(
        self,
        seconds: float,
        seed: int,
        watch: Watch,
        trail: Path,
        acts: int = 0,
        hung: Callable[[str], object] = lambda text: None,
    ) -> None:
        self.rng = random.Random(seed)
        self.watch = watch
        self.done: Counter[str] = Counter()
        self.findings: list[str] = []
        self.dialogs: Counter[str] = Counter()
        self._begun = time.monotonic()
        self._until = self._begun + seconds
        self._acts = acts
        self._every = max(5.0, seconds / 90)
        self._next_sample = 0.0
        self._in_act = False
        self._trail = trail.open("w", encoding="utf-8", buffering=1)  # what was done last, should the program be ended
        self._shown: tuple[object, str, float] = (None, "", self._begun)  # what stands, in words, since when
        self.pictures: list[str] = []
        self._album = trail.parent / "pictures"
        self.last = ""
        self.pulse = Pulse(self._trail, hung)
        QTimer.singleShot(STEP_MS, self.step)

    @property
    def window(self) -> Window | None:
        """The program's window."""
        return next((w for w in QApplication.topLevelWidgets() if isinstance(w, Window) and w.isVisible()), None)

    def hands(self, window: Window) -> Hands:
        """To type with."""
        return CarefulHands(window.ops)

    def step(self) -> None:
        """One look at the screen and one thing done; asked for anew first, because what it opens may stay open."""
        window = self.window
        if window is not None or time.monotonic() < self._until + STUCK_S:
            QTimer.singleShot(STEP_MS, self.step)
        popup = QApplication.activePopupWidget()
        dialog = QApplication.activeModalWidget()
        self._waits(popup, dialog, window)
        if popup is not None:
            popup.close()
        elif dialog is not None:
            self._answer(dialog)
        elif window is not None and not self._in_act:
            self._work(window)

    # -- no wait without end ---------------------------------------------------------------------------------------

    def _waits(self, popup: QWidget | None, dialog: QWidget | None, window: Window | None) -> None:
        """Note what stands, and see to what has stood for too long."""
        front = popup or dialog
        if front is not None:
            what = f"{type(front).__name__} {front.windowTitle()} over {self.last}"
        elif self._in_act:
            what = f"inside {self.last}"
        else:
            what = f"rest after {self.last}"
        now = time.monotonic()
        if now > self._until + CLOSING_S and window is not None:
            self._stuck(f"the window does not close: {what}", front)
            QApplication.exit(5)
            return
        self.pulse.beat(what)
        moves = front is None and not self._in_act and window is not None and window.ops.idle
        if moves or self._shown[:2] != (front, what):
            self._shown = (front, what, now)
        elif now - self._shown[2] > STUCK_S:
            self._shown = (front, what, now)
            self._stuck(what, front)

    def _stuck(self, what: str, front: QWidget | None) -> None:
        """A step did not come back: a finding with a picture; what stands in the way is taken away."""
        print(f"{time.monotonic() - self._begun:.1f} STUCK: {what}", file=self._trail)
        self.findings.append(f"stuck for {STUCK_S:.0f} s: {what}")
        self.pictures += pictures(self._album, f"stuck-{len(self.findings)}")
        if front is not None:
            front.hide()
            front.deleteLater()

    # -- what opens ------------------------------------------------------------------------------------------------

    def _answer(self, dialog: QWidget) -> None:
        tries = int(dialog.property(TRIES) or 0) + 1
        dialog.setProperty(TRIES, tries)  # it comes back to the front when what it opened is closed
        if tries == 1:
            self.dialogs[type(dialog).__name__] += 1
            print(" ", type(dialog).__name__, dialog.windowTitle(), file=self._trail)
        if dialog.windowTitle() == "程序出了一个错":
            text = dialog.findChild(QPlainTextEdit)
            told = text.toPlainText() if isinstance(text, QPlainTextEdit) else ""
            self.findings.append(f"after {self.last}: {told}")
            self._end_dialog(dialog)
            return
        hands, focus = CarefulHands(), QApplication.focusWidget()
        if isinstance(dialog, QPrintDialog) or tries > 60:
            self._end_dialog(dialog)
        elif focus is None or not dialog.isAncestorOf(focus):  # nobody types into a window behind a dialog
            dialog.activateWindow()
        elif tries == 2 and self.rng.random() < 0.5:
            hands.type(self.rng.choice(("按客户要求", "3", "老客户急用", "P10", "2")))
        elif tries % 3 == 0 and tries < 10 and self.rng.random() < 0.6:
            hands.press("Ctrl+Return")
        elif tries > 10:
            hands.press("Escape")

    def _end_dialog(self, dialog: QWidget) -> None:
        if isinstance(dialog, QDialog):
            dialog.done(0)  # `reject` may ask first what shall become of what was typed
        else:
            dialog.close()

    # -- work ------------------------------------------------------------------------------------------------------

    def _work(self, window: Window) -> None:
        now = time.monotonic()
        if not window.ops.idle:
            return
        if now > self._until or (self._acts and sum(self.done.values()) >= self._acts):
            self._act("close", lambda: (tidy(window, self), window.close()))
        elif now > self._next_sample:
            self._act("tidy", lambda: tidy(window, self))
            if window.ops.idle:
                self._next_sample = now + self._every
                print("   ", self.watch.look(sum(self.done.values())), file=self._trail)
        elif QApplication.focusWidget() is None:
            window.activateWindow()
            window.raise_()
        else:
            name = self.rng.choices([*ACTS], [weight for weight, _ in ACTS.values()])[0]
            self._act(name, lambda: ACTS[name][1](window, self))

    def _act(self, name: str, act: Callable[[], object]) -> None:
        self.last = name
        print(f"{time.monotonic() - self._begun:.1f}", name, file=self._trail)
        self._in_act = True
        try:
            act()
            self.done[name] += 1
        except AssertionError as error:  # a dialog took the keyboard away in the middle: go on with what is there now
            if "nothing has the focus" not in str(error):
                raise
        finally:
            self._in_act = False
