"""The place above the page for what must be seen: refusals, faults of the machine, and how far a long action is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from salesdesk.desk import Desk
from salesdesk.domain.errors import EnvironmentFault, FileDamaged
from salesdesk.domain.problems import Severity, summary
from ui.kit.ops import Fault, Ops, Refusal, Step
from ui.kit.widgets import Banner, Progress


class Strip(QWidget):
    """Takes room only while something is said there. `page_wanted(key)`: where what was told is dealt with."""

    page_wanted = Signal(str)

    def __init__(self, desk: Desk, ops: Ops) -> None:
        super().__init__()
        self._desk = desk
        self._ops = ops
        self._again: _Again | None = None
        self._backup = ""
        self.banner = Banner(closable=True)
        self.progress = Progress()
        self.progress.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 12, 24, 0)
        for part in (self.banner, self.progress):
            column.addWidget(part)
            part.installEventFilter(self)
        self.hide()
        self.progress.cancelled.connect(ops.cancel)
        ops.refused.connect(self._refused)
        ops.faulted.connect(self._faulted)
        ops.busy.connect(self._busy)
        ops.progressed.connect(self._progressed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent):
            self.setVisible(not (self.banner.isHidden() and self.progress.isHidden()))
        return False

    def calm(self) -> None:
        """Something succeeded: what was refused before need not be read any more."""
        if self.banner.isVisible() and self.banner.property("tone") == "err":
            self.banner.hide()

    def tell_backup(self, why: str) -> None:
        """The day's automatic copy was not made: say it once, with the way to make it now."""
        if why and why != self._backup and self.banner.isHidden():
            self.banner.say("warn", why, [("现在备份", self._back_up)])
            self._backup = why

    def tell_cases(self, fresh: int, whole: int) -> None:
        """Merges have left something for a person: said once, never in the way."""
        if self.banner.isHidden():
            rest = f"，一共 {whole} 处" if whole > fresh else ""
            self.banner.say(
                "warn", f"同步收到的改动里有 {fresh} 处和本机的不一样，要你定{rest}", [("看看", self._to_cases)]
            )

    def _to_cases(self) -> None:
        self.banner.hide()
        self.page_wanted.emit("merges")

    def _back_up(self) -> None:
        self.banner.hide()
        self._ops.write(self._desk.backup, self._backed_up)

    def _backed_up(self, made: Path) -> None:
        self.banner.say("ok", f"已备份并核对过：{made.name}，在 {made.parent}")

    def _refused(self, refusal: Refusal) -> None:
        problems = refusal.problems
        verb = self._desk.registry.verbs.get(refusal.verb)
        if verb is not None and any(p.severity is Severity.ASK or p.code == "role" for p in problems):
            from ui.kit.approval_dialog import ask_leave

            given = ask_leave(self._ops, self.window(), verb.title, verb.name, refusal.given, problems)
            if given is not None:
                if given:
                    refusal.again(given)
                return
            if all(p.severity in (Severity.ASK, Severity.WARN, Severity.HINT) for p in problems):
                return
        self.banner.say("err", summary(list(problems), 5))

    def _faulted(self, fault: Fault) -> None:
        self._again = _Again(self.banner, fault)  # kept, because a signal holds its method weakly
        actions: list[tuple[str, Callable[[], object]]] = [("再试一次", self._again.go)]
        if isinstance(fault.fault, FileDamaged):
            actions.insert(0, ("从备份恢复…", self._to_copies))
        self.banner.say("err", f"{fault.fault.message}。{fault.fault.cure}", actions)

    def tell_unkept(self, trouble: BaseException) -> None:
        """What is half typed is not on disk, so the window did not close."""
        if isinstance(trouble, EnvironmentFault):
            self.banner.say("err", f"{trouble.message}，所以窗口先不关。{trouble.cure}；再关一次，没保存的就没有了")
        else:
            self._ops.crashed.emit(trouble)

    def _to_copies(self) -> None:
        self.banner.hide()
        self.page_wanted.emit("settings")

    def _busy(self, title: str) -> None:
        self.progress.setVisible(bool(title))
        if title:
            self.progress.start(f"正在{title}……")

    def _progressed(self, step: Step) -> None:
        self.progress.update_to(step.done, step.whole)


class _Again:
    """Tries once more what the machine prevented."""

    def __init__(self, banner: Banner, fault: Fault) -> None:
        self._banner, self._fault = banner, fault

    def go(self) -> None:
        self._banner.hide()
        self._fault.again()
