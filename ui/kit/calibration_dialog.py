"""打印机校准: print a test sheet, measure it with a ruler, type four numbers; from then on every print is corrected."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QWidget

from salesdesk.domain.problems import Problem, summary
from salesdesk.services.module import Outcome
from salesdesk.services.papers.fitting import Measured, corrected, should_be, words
from salesdesk.services.papers.shapes import PAPERS
from salesdesk.services.print_verbs import OFFERED, PAGES
from salesdesk.services.prints import fit_of
from ui.kit import print_out
from ui.kit.dialogs import StepQuestion
from ui.kit.page import PageContext
from ui.kit.saving import save_as
from ui.kit.widgets import FieldLabel, QuietButton, button, label, labelled, row

FIELDS = (
    ("left", "左边", "第 1 张：粗框左边到纸的左边"),
    ("top", "上边", "第 1 张：粗框上边到纸的上边"),
    ("width", "框宽", "第 1 张：粗框从左到右，没量就不填"),
    ("last_top", "最后一张上边", "最后一张：粗框上边到纸的上边"),
)
NOWHERE = "（这台电脑没有装打印机）"


class CalibrationDialog(StepQuestion):
    """Stays open after 记住, so that a second test sheet shows whether it is right now."""

    def __init__(self, context: PageContext, printer: str = "", paper: str = "", parent: QWidget | None = None) -> None:
        super().__init__(
            parent or context.window,
            "打印机校准",
            "印歪了、一张比一张偏，量一次就好。每台打印机、每种纸各记各的。",
            "记住",
            640,
        )
        self._context = context
        self.printers, self.papers = QComboBox(), QComboBox()
        self.printers.setAccessibleName("打印机")
        self.papers.setAccessibleName("纸张")
        names = print_out.printer_names()
        self.printers.addItems(names or [NOWHERE])
        self.printers.setEnabled(bool(names))
        self.printers.setCurrentIndex(max(0, self.printers.findText(printer)))
        for key in OFFERED:
            self.papers.addItem(PAPERS[key].title, key)
        usual = str(context.desk.settings.get("print.delivery_paper"))
        self.papers.setCurrentIndex(max(0, self.papers.findData(paper or usual)))
        self.now = label("", "grid", "text2")
        self.body.addLayout(row(FieldLabel("打印机"), self.printers, FieldLabel("纸张"), self.papers, 1, spacing=10))
        self.body.addWidget(self.now)
        self.body.addSpacing(6)
        self.first = label("", "body", bold=True)
        self.print_ = button("打印校准页", "print", clicked=self.print_sheet)
        self.save_ = QuietButton("存成 PDF", "pdf", self.save_sheet)
        self.body.addLayout(row(self.first, 1, self.save_, self.print_, spacing=8))
        self.body.addSpacing(6)
        self.body.addWidget(label("2. 用尺子量粗框，填毫米数", "body", bold=True))
        self.edits: dict[str, QLineEdit] = {}
        self._cells: dict[str, QWidget] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        for at, (key, title, hint) in enumerate(FIELDS):
            edit = QLineEdit()
            edit.setAccessibleName(title)
            edit.setAccessibleDescription(hint)
            edit.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
            edit.textEdited.connect(self._typed)
            cell = labelled(FieldLabel(title, key in ("left", "top"), hint), edit)
            grid.addWidget(cell, at // 2, at % 2)
            self.edits[key], self._cells[key] = edit, cell
        self.body.addLayout(grid)
        self.told = label("", "grid", "text2")
        self.told.setWordWrap(True)
        self.body.addWidget(self.told)
        self.reset = QuietButton("取消校准", "undo", self.forget)
        self.buttons.insertWidget(0, self.reset)
        self.no.setText("关闭")
        self.printers.activated.connect(self._chosen)
        self.papers.activated.connect(self._chosen)
        self._chosen()
        (self.print_ if names else self.save_).setFocus()

    # -- what is shown ---------------------------------------------------------------------------------------------

    @property
    def printer(self) -> str:
        """The printer's name; "" when this PC has none."""
        return self.printers.currentText() if self.printers.isEnabled() else ""

    @property
    def paper(self) -> str:
        """Key of the paper."""
        return str(self.papers.currentData())

    @property
    def pages(self) -> int:
        """How many test sheets tell the drift of this paper."""
        return PAGES.get(self.paper, 1)

    def _chosen(self) -> None:
        size = PAPERS[self.paper]
        wanted = should_be(size)
        for key, value in (
            ("left", wanted.left),
            ("top", wanted.top),
            ("width", wanted.width),
            ("last_top", wanted.top),
        ):
            self.edits[key].clear()
            self.edits[key].setPlaceholderText(f"应为 {value:g}")
        self._cells["last_top"].setVisible(self.pages > 1)
        count = f"（{self.pages} 张，连着打）" if self.pages > 1 else ""
        self.first.setText(f"1. 装好纸，打印校准页{count}")
        self.print_.setEnabled(bool(self.printer))
        fit = fit_of(self._context.desk.settings, self.printer, self.paper)
        self.now.setText(f"现在的修正：{words(fit)}")
        self.reset.setVisible(words(fit) != "不用修正")
        self.banner.hide()
        if self.printer and not print_out.has_paper(self.printer, size.width_mm, size.height_mm):
            self.banner.say("warn", print_out.missing_paper(self.printer, size.width_mm, size.height_mm))
        self._typed()

    def _numbers(self) -> dict[str, float] | None:
        """Typed millimetres; None while something cannot be read."""
        found = {}
        for key, edit in self.edits.items():
            text = edit.text().strip().replace("，", ".").replace("。", ".").removesuffix("mm")
            if text and not self._cells[key].isHidden():
                try:
                    found[key] = float(text)
                except ValueError:
                    return None
        return found

    def _typed(self) -> None:
        typed = self._numbers()
        ready = typed is not None and {"left", "top"} <= typed.keys()
        self.yes.setEnabled(ready and bool(self.printer))
        if typed is None:
            self.told.setText("有一格不是数字，例如 21.5")
        elif not ready:
            self.told.setText("至少量左边和上边。")
        else:
            old = fit_of(self._context.desk.settings, self.printer, self.paper)
            measured = Measured(typed["left"], typed["top"], typed.get("width"), typed.get("last_top"), self.pages)
            self.told.setText(f"记住以后，打印时：{words(corrected(old, PAPERS[self.paper], measured))}")

    # -- doing -----------------------------------------------------------------------------------------------------

    def _sheet(self) -> bytes:
        args: dict[str, Any] = {"paper": self.paper, **({"printer": self.printer} if self.printer else {})}
        made = self._context.desk.do("prints.ruler", args)
        return Path(str(made.data["file"])).read_bytes()

    def print_sheet(self) -> None:
        """Print the test sheets straight on the chosen printer."""
        wrong = print_out.print_to(self.printer, self._sheet(), "打印校准页")
        if wrong:
            self.banner.say("warn", wrong)
        else:
            self.banner.say("ok", "校准页已送到打印机。量好以后把毫米数填进来。")
        self.edits["left"].setFocus()

    def save_sheet(self) -> None:
        """Write the test sheets as a PDF, to be printed elsewhere at true size."""
        more = "，打印时选「实际大小」"
        save_as(self, self.banner, "存成 PDF", "打印校准页.pdf", self._sheet, "PDF (*.pdf)", more)

    def answer(self) -> None:
        """Remember what was measured."""
        typed = self._numbers()
        if not typed or not self.yes.isEnabled():
            return
        args = {"printer": self.printer, "paper": self.paper, "pages": self.pages}
        args |= {key: f"{value:g}" for key, value in typed.items()}
        self._context.ops.run("prints.calibrate", args, self._kept, self._refused, self.yes)

    def forget(self) -> None:
        """Print without correction again."""
        args = {"printer": self.printer, "paper": self.paper, "reset": True}
        self._context.ops.run("prints.calibrate", args, self._kept, self._refused)

    def _kept(self, outcome: Outcome) -> None:
        self._chosen()
        self.banner.say("ok", f"已记住。{outcome.message}。再打一张校准页，看是不是都到 20 毫米了。")
        self.print_.setFocus()

    def _refused(self, problems: tuple[Problem, ...]) -> None:
        self.banner.say("err", summary(list(problems)))
        first = next((p.path for p in problems if p.path in self.edits), "left")
        self.edits[first].setFocus()
        self.edits[first].selectAll()
