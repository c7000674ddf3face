"""The preview of a record's paper: on which paper, for which printer, and as it was printed before."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QComboBox, QMenu, QWidget

from salesdesk.domain.errors import Refused
from salesdesk.domain.kinds import Choice, Row
from salesdesk.domain.problems import Problem, Severity, summary
from salesdesk.services.module import Outcome
from ui.kit import menus, print_out
from ui.kit.messages import ask_reason
from ui.kit.page import PageContext
from ui.kit.print_preview import PrintPreview
from ui.kit.widgets import QuietButton

PRINTER = "print.printer"
"""Setting: the printer used last on this PC."""
TOLD_DIFFERENCES = 3


class PaperPreview(PrintPreview):
    """A record's paper: made by `<name>.preview`; printing runs `<name>.print`, which counts, logs and keeps it.

    以前打印的 shows an earlier print as it left the printer, and what has changed since.
    """

    def __init__(self, context: PageContext, name: str, uid: str) -> None:
        verb = context.desk.registry.verbs[f"{name}.preview"]
        super().__init__(context, verb.title.removeprefix("预览"))
        self._name, self._uid = name, uid
        self._asks: list[Problem] = []
        self._reason = ""
        self._used = ""
        self._viewing = False
        options = next((p.kind.options for p in verb.params if p.key == "paper" and isinstance(p.kind, Choice)), ())
        for option in options:
            self.papers.addItem(option.label, option.key)
        self.papers.setVisible(len(options) > 1)
        self.papers.activated.connect(self._paper_chosen)
        names = print_out.printer_names()
        self.printers.addItems(names)
        last = str(context.desk.settings.get(PRINTER) or "")
        self.printers.setCurrentIndex(max(0, self.printers.findText(last)))
        self.printers.setVisible(bool(names))
        self.printers.activated.connect(self._printer_chosen)
        self.printed.connect(self._log)
        self._kept = self._earlier()
        self.before.setVisible(bool(self._kept))
        self.make()

    def tools(self) -> Sequence[QWidget]:
        """Printer, earlier prints, calibration."""
        self.printers = QComboBox()
        self.printers.setAccessibleName("打印机")
        self.printers.setToolTip("按这台打印机校准过的位置印")
        self.printers.setMaximumWidth(190)
        self.before = QuietButton("以前打印的", "clock", self._show_menu)
        self.calibrate = QuietButton("校准", "fit", self._calibrate)
        self.calibrate.setToolTip("印歪了、越印越偏：打一张校准页，量一量")
        return (self.printers, self.before, self.calibrate)

    def args(self, paper: str = "", printer: str = "") -> dict[str, Any]:
        """Arguments of the paper's verbs."""
        known = self.context.desk.registry.verbs[f"{self._name}.preview"].params
        fitted = {"printer": printer} if printer and any(p.key == "printer" for p in known) else {}
        return {"uid": self._uid, **({"paper": paper} if paper else {}), **fitted}

    def make(self, paper: str = "") -> None:
        """Have the paper made, on another size when asked."""
        self.print_button.setEnabled(False)
        self._viewing = False
        desk, verb, args = self.context.desk, f"{self._name}.preview", self.args(paper, self.printers.currentText())

        def make() -> Outcome | tuple[Problem, ...]:
            try:
                return desk.do(verb, args)
            except Refused as refused:
                return refused.problems

        self.context.ops.read(make, self._came, token=f"preview {id(self)}")

    def _came(self, found: Outcome | tuple[Problem, ...]) -> None:
        if isinstance(found, Outcome):
            self._made(found)
        else:
            self.banner.say("err", summary(list(found)))

    def _made(self, outcome: Outcome) -> None:
        data = outcome.data
        self.show_pdf(Path(str(data["file"])).read_bytes())
        at = self.papers.findData(data.get("paper"))
        if at >= 0:
            self.papers.setCurrentIndex(at)
        self.print_button.setEnabled(True)
        self.print_button.setFocus()
        self._asks = [p for p in outcome.problems if p.severity is Severity.ASK]
        findings = [str(f) for f in data.get("findings", ())]
        nth = int(data.get("nth", 1))
        if self._asks:
            self.banner.say("warn", summary(self._asks))
        elif findings:
            self.banner.say("warn", "\n".join(findings))
        elif lacking := self._lacking():
            self.banner.say("warn", lacking)
        elif nth > 1:
            self.banner.say("info", f"这张已经打印过 {nth - 1} 次，这是第 {nth} 次")
        else:
            self.banner.hide()

    def _lacking(self) -> str:
        """What to say when the driver of the chosen printer does not know this paper."""
        name, sizes = self.printers.currentText(), self.sheets.sizes
        if not name or not sizes or print_out.has_paper(name, *sizes[0]):
            return ""
        return print_out.missing_paper(name, *(round(mm, 1) for mm in sizes[0]))

    def _paper_chosen(self, index: int) -> None:
        self.make(str(self.papers.itemData(index)))

    def _printer_chosen(self) -> None:
        settings, name = self.context.desk.settings, self.printers.currentText()
        self.context.ops.write(partial(settings.put, PRINTER, name))
        self.make(str(self.papers.currentData() or ""))

    # -- printing --------------------------------------------------------------------------------------------------

    def print(self) -> None:
        """Ask for a printer and give it the pages; what stands against it wants a reason first."""
        if not self.pdf or self._viewing:
            return
        if self._asks and not self._reason:
            reason = ask_reason(self, "要打印，请写明原因", self._asks)
            if reason is None:
                return
            self._reason = reason
        name = self.printers.currentText()
        more: dict[str, Any] = {"name": name, "remake": self._remake} if name else {}
        used = print_out.print_pdf(self, self.pdf, self.title, **more)
        if used:
            self._used = used
            self.printed.emit()

    def _remake(self, printer: str) -> bytes:
        args = self.args(str(self.papers.currentData() or ""), printer)
        made = self.context.desk.do(f"{self._name}.preview", args)
        return Path(str(made.data["file"])).read_bytes()

    def _log(self) -> None:
        args = self.args(str(self.papers.currentData() or ""), self._used)
        if self._reason:
            args["reason"] = self._reason
        self.context.ops.run(f"{self._name}.print", args)
        self.accept()

    # -- as it was printed before ----------------------------------------------------------------------------------

    def _earlier(self) -> list[Row]:
        with self.context.desk.read() as reader:
            return reader.rows(
                "SELECT uid, nth, printed_at, printed_by, size, sha256 FROM print_log WHERE owner = ? AND paper = ? AND void = 0"
                " AND sha256 IS NOT NULL ORDER BY rowid DESC LIMIT 30",
                (self._uid, self._name),
            )

    def _show_menu(self) -> None:
        menu = QMenu(self)
        if self._viewing:
            menus.item(menu, "回到现在的", partial(self.make, str(self.papers.currentData() or "")))
            menus.line(menu)
        for row in self._kept:
            when = str(row["printed_at"])[:16].replace("T", " ")
            menus.item(
                menu, f"第 {row['nth']} 次　{when}　{row['printed_by'] or ''}　{row['size']}", partial(self.view, row)
            )
        menu.exec(self.before.mapToGlobal(self.before.rect().bottomLeft()))
        menu.deleteLater()

    def view(self, kept: Row) -> None:
        """Show an earlier print as it left the printer, beside what is different now."""
        desk, uid = self.context.desk, str(kept["uid"])

        def look() -> tuple[Outcome, Outcome]:
            return desk.do("prints.open", {"uid": uid}), desk.do("prints.compare", {"uid": uid})

        self.context.ops.read(look, partial(self._viewed, kept), token=f"preview {id(self)}")

    def _viewed(self, kept: Row, found: tuple[Outcome, Outcome]) -> None:
        opened, compared = found
        self._viewing = True
        self.print_button.setEnabled(False)
        self.show_pdf(Path(str(opened.data["file"])).read_bytes())
        when = str(kept["printed_at"])[:16].replace("T", " ")
        head = f"这是 {when} 第 {kept['nth']} 次打印的原样。"
        differing = [str(d["text"]) for d in compared.data["differences"]]
        if compared.data["void"]:
            told = "后来作废了。"
        elif differing:
            more = f"；还有 {len(differing) - TOLD_DIFFERENCES} 处" if len(differing) > TOLD_DIFFERENCES else ""
            told = f"和现在有 {len(differing)} 处不同：" + "；".join(differing[:TOLD_DIFFERENCES]) + more
        else:
            told = "和现在一样。"
        self.banner.say(
            "warn" if differing else "info",
            head + told,
            (("回到现在的", partial(self.make, str(self.papers.currentData() or ""))),),
        )

    def _calibrate(self) -> None:
        from ui.kit.calibration_dialog import CalibrationDialog

        dialog = CalibrationDialog(
            self.context, self.printers.currentText(), str(self.papers.currentData() or ""), parent=self
        )
        dialog.exec()
        dialog.deleteLater()
        self.make(str(self.papers.currentData() or ""))


def show_preview(context: PageContext, name: str, uid: str) -> None:
    """The preview of a record's paper; `name` is the verb without `.preview`."""
    dialog = PaperPreview(context, name, uid)
    dialog.exec()
    dialog.deleteLater()
