"""The strip below the lines that says what is wrong, with a button that cures it and one that goes there."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from salesdesk.domain.problems import Cure, Problem, Severity
from ui.kit.widgets import ElidedLabel, IconLabel, LinkButton, label, restyle, row, set_ink

LOOKS = {
    Severity.STOP: ("err", "error"), Severity.ASK: ("err", "error"), Severity.WARN: ("warn", "warning"), Severity.HINT: ("info", "info"),
}  # fmt: skip
WEIGHT = [Severity.STOP, Severity.ASK, Severity.WARN, Severity.HINT]
LINE = 28
SHOWN = 4
BUILT = 40
"""More problems than this are only counted."""


class ProblemLine(QWidget):
    """One problem: icon, place, reason, the cures, 定位."""

    def __init__(self, panel: ProblemsPanel, problem: Problem) -> None:
        super().__init__()
        self.problem = problem
        tone, icon = LOOKS[problem.severity]
        where = problem.place.replace("：", "")
        line = row(spacing=8, margins=(18, 0, 12, 0))
        line.addWidget(IconLabel(icon, tone, 16, filled=True))
        text = ElidedLabel(f"{where} {problem.message}".strip(), "grid", tone)
        set_ink(text, tone)
        text.setToolTip(problem.text)
        text.setMinimumWidth(min(text.sizeHint().width(), 200))
        text.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        line.addWidget(text, 100)
        self.buttons = [LinkButton(c.title, partial(panel.cured.emit, c)) for c in problem.cures if c.path]
        if problem.severity is Severity.ASK:
            way = "请主管放行" if problem.who == "manager" and not panel.manager else "写原因放行"
            self.buttons.append(LinkButton(way, partial(panel.reason_wanted.emit, problem)))
        if problem.path:
            go = LinkButton("定位", partial(panel.located.emit, problem))
            go.setAccessibleName(f"定位到{where}")
            self.buttons.append(go)
        for button in self.buttons:
            if button is self.buttons[-1]:
                line.addStretch(1)
            line.addWidget(button)
        self.setLayout(line)
        self.setFixedHeight(LINE)
        self.setAccessibleName(problem.text)


class ProblemsPanel(QFrame):
    """All problems, the gravest first; four in sight, the rest by scrolling."""

    cured = Signal(object)  # Cure
    located = Signal(object)  # Problem
    reason_wanted = Signal(object)  # Problem

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("banner")
        self.setStyleSheet("QFrame#banner { border-radius: 0; }")
        self.manager = False  # whether whoever sits here may let pass what only the 主管 may
        self._problems: list[Problem] = []
        self._lines: list[ProblemLine] = []
        self._inner = QWidget()
        self._inner.setObjectName("scrolled")
        self._column = QVBoxLayout(self._inner)
        self._column.setContentsMargins(0, 5, 0, 5)
        self._column.setSpacing(0)
        self._rest = label("", "caption", "text2")
        self._rest.setContentsMargins(18, 0, 0, 0)
        self._column.addWidget(self._rest)
        self._column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self._inner)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._scroll)
        self.setAccessibleName("问题")
        self.hide()

    @property
    def problems(self) -> list[Problem]:
        """What is shown, the gravest first."""
        return self._problems

    def focus_first(self) -> None:
        """Put the cursor on the first button."""
        if self._lines and self._lines[0].buttons:
            self._lines[0].buttons[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def show_problems(self, problems: list[Problem]) -> None:
        """Show problems; nothing hides the strip. Unchanged ones keep their buttons, and so the focus."""
        problems = sorted(problems, key=lambda p: (WEIGHT.index(p.severity), _row_of(p)))
        if problems == self._problems:
            return
        self._problems = problems
        kept = {line.problem: line for line in self._lines}
        self._lines = [kept.pop(one) if one in kept else ProblemLine(self, one) for one in problems[:BUILT]]
        for gone in kept.values():
            self._column.removeWidget(gone)
            gone.deleteLater()
        for at, line in enumerate(self._lines):
            if self._column.indexOf(line) != at:
                self._column.insertWidget(at, line)
        self._rest.setText(f"……另有 {len(problems) - BUILT} 处" if len(problems) > BUILT else "")
        self._rest.setVisible(len(problems) > BUILT)
        grave = any(p.severity in (Severity.STOP, Severity.ASK) for p in problems)
        tone = "err" if grave else "warn" if any(p.severity is Severity.WARN for p in problems) else "info"
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            restyle(self)
        self.setFixedHeight(min(len(problems), SHOWN) * LINE + 12 if problems else 0)
        self.setVisible(bool(problems))


def _row_of(problem: Problem) -> int:
    parts = problem.path.split("/")
    return int(parts[1]) if len(parts) == 3 and parts[1].isdigit() else -1


__all__ = ["Cure", "ProblemsPanel"]
