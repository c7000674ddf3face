"""Lists what is wrong with a form: where, why, a button that cures it, and 定位 that goes there."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from salesdesk.domain.problems import Cure, Problem, Severity
from ui.kit.freed import empty
from ui.kit.widgets import IconLabel, LinkButton, label, restyle, row

MOST = 6
LOOKS = {
    Severity.STOP: ("err", "error"),
    Severity.ASK: ("err", "question"),
    Severity.WARN: ("warn", "warning"),
    Severity.HINT: ("info", "info"),
}


class ProblemList(QFrame):
    """A strip of problems, the worst first. Hidden while there are none.

    locate(path): 定位 was pressed. cured(Cure): a remedy that sets something was pressed. opened(entity, uid): the record
    a problem speaks of is wanted.
    """

    locate = Signal(str)
    cured = Signal(object)
    opened = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("banner")
        self.setAccessibleName("需要处理的问题")
        self.problems: tuple[Problem, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(14, 5, 10, 5)
        self._column.setSpacing(0)
        self.hide()

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Show other problems; none hides the strip."""
        weight = list(LOOKS)
        self.problems = tuple(sorted(problems, key=lambda p: weight.index(p.severity)))
        empty(self._column)
        for problem in self.problems[:MOST]:
            self._column.addWidget(self._line(problem))
        if len(self.problems) > MOST:
            self._column.addWidget(label(f"……另有 {len(self.problems) - MOST} 处", "caption", "text2"))
        if self.problems:
            self.setProperty("tone", LOOKS[self.problems[0].severity][0])
            restyle(self)
        self.setVisible(bool(self.problems))

    def _line(self, problem: Problem) -> QWidget:
        tone, icon = LOOKS[problem.severity]
        line = QWidget()
        text = label(problem.text, "grid", tone)
        text.setWordWrap(True)
        parts = row(IconLabel(icon, tone, 16, True), text, spacing=8)
        parts.setStretch(1, 1)
        for cure in problem.cures:
            if cure.path:
                parts.addWidget(LinkButton(cure.title, partial(self._cure, cure)))
        if problem.about[1]:
            parts.addWidget(LinkButton("打开那一条", partial(self.opened.emit, *problem.about)))
        elif problem.path:
            parts.addWidget(LinkButton("定位", partial(self._go, problem.path)))
        line.setLayout(parts)
        line.setMinimumHeight(28)
        return line

    def _cure(self, cure: Cure) -> None:
        self.cured.emit(cure)

    def _go(self, path: str) -> None:
        self.locate.emit(path)
