"""Brings an Excel file into a register: choose it, see what would happen to each row and why, put it right, import."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QFileDialog, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from salesdesk.desk import Desk
from salesdesk.domain.errors import EnvironmentFault, Refused
from salesdesk.domain.problems import Problem, Severity, summary
from salesdesk.services.module import Outcome
from ui.kit.approval_dialog import ask_leave
from ui.kit.import_missing import can_make, make_missing, missing_words
from ui.kit.import_table import STATES, PlannedRows, PlannedTable
from ui.kit.notices import Banner, Progress
from ui.kit.ops import Step
from ui.kit.page import PageContext
from ui.kit.widgets import ElidedLabel, FilterChip, IconLabel, QuietButton, button, label, row

FILES = "表格 (*.xlsx *.xls *.xlsm *.xlsb *.ods *.csv *.txt);;所有文件 (*)"
NO_COLUMN = "（不用）"
ALL = "all"


class ImportWizard(QDialog):
    """Works on the verbs `<entity>.check_import` and `<entity>.import`; nothing is written before 导入 is pressed."""

    def __init__(self, context: PageContext, entity: str, file: str) -> None:
        super().__init__(context.window)
        self.context, self.desk, self.ops = context, context.desk, context.ops
        self.entity = context.desk.entity(entity)
        self.file, self.sheet = file, ""
        self.mapping: dict[str, str] = {}
        self._running = self._blocked = False
        self._given: dict[str, Any] = {}
        self.setWindowTitle(f"导入{self.entity.title}")
        self.setWindowFlag(Qt.WindowType.WindowContextHelpButtonHint, False)
        self.banner = Banner()
        self.name = ElidedLabel("", "body", bold=True)
        self.summary = label("", "grid", "text2")
        self._sheets = QComboBox()
        self._sheets.setAccessibleName("工作表")
        self._sheets.activated.connect(self._sheet_chosen)
        self._columns = QuietButton("改列的对应", "columns", self._toggle_mapping)
        self._unused = ElidedLabel("", "caption", "text2")
        self.chips = [FilterChip("全部", key=ALL)] + [FilterChip(s.label, key=s.key) for s in STATES]
        for chip in self.chips:
            chip.clicked.connect(partial(self._only, chip.key))
        self.rows = PlannedRows(self)
        self.table = PlannedTable(self.rows)
        self._map_area = QScrollArea()
        self._map_area.setWidgetResizable(True)
        self._map_area.setMaximumHeight(190)
        self._map_area.hide()
        self.skip = QCheckBox("有错的行先不导入，其余照常")
        self.skip.toggled.connect(self._show_button)
        self.progress = Progress()
        self.progress.cancelled.connect(self.ops.cancel)
        self.progress.hide()
        self.no = button("取消", clicked=self.reject)
        self.go = button("导入", "arrow_import", primary=True, clicked=self._start)
        self._lay_out()
        self.ops.progressed.connect(self._progressed)
        self.ops.stopped.connect(self._ended)
        self.ops.faulted.connect(self._ended)
        self.ops.crashed.connect(self._ended)
        self.data: Mapping[str, Any] = {}
        self.problems: tuple[Problem, ...] = ()
        self._failed = self._good = 0
        self.table.setFocus()
        self.open_file(file)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 16, 22, 16)
        column.setSpacing(10)
        top = row(
            IconLabel("excel", "ok", 20),
            self.name,
            self._sheets,
            QuietButton("换个文件", "folder_open", self._choose),
            spacing=8,
        )
        top.setStretch(1, 1)
        column.addLayout(top)
        column.addWidget(self.banner)
        mapped = row(self.summary, self._unused, self._columns, spacing=12)
        mapped.setStretch(1, 1)
        column.addLayout(mapped)
        column.addWidget(self._map_area)
        column.addLayout(row(*self.chips, 1, spacing=6))
        column.addWidget(self.table, 1)
        foot = row(self.skip, self.progress, 1, self.no, self.go, spacing=10)
        column.addLayout(foot)
        host = self.context.window.size() if self.context.window is not None else None
        self.resize(min(1080, host.width() - 60) if host else 1000, min(700, host.height() - 60) if host else 640)

    @property
    def importing(self) -> str:
        """The verb that imports."""
        return f"{self.entity.key}.import"

    # -- looking -------------------------------------------------------------------------------------------------------

    def args(self) -> dict[str, Any]:
        """Arguments of both verbs as they stand now."""
        args: dict[str, Any] = {"file": self.file}
        if self.sheet:
            args["sheet"] = self.sheet
        if self.mapping:
            args["mapping"] = json.dumps({"columns": self.mapping}, ensure_ascii=False)
        return args

    def open_file(self, file: str) -> None:
        """Begin with another file."""
        self.file, self.sheet, self.mapping = file, "", {}
        self.name.set_text(Path(file).name)
        self._sheets.hide()
        self.check()

    def check(self) -> None:
        """See what would happen; beside the window, the latest request wins."""
        self.summary.setText("正在读……")
        self.go.setEnabled(False)
        look = _Look(self.desk, self.entity.key, self.args())
        self.ops.read(look, self._checked, token=f"import {id(self)}")

    def _checked(self, found: _Seen) -> None:
        self.problems = found.problems
        if found.outcome is None:
            self.data = {}
            self.summary.setText("")
            self._unused.set_text("")
            self.rows.put([], [])
            self.banner.say("err", summary(list(found.problems), 4), (("换个文件", self._choose),))
            self._show_counts({})
            return
        self.data = data = found.outcome.data
        self.summary.setText(str(data["summary"]))
        unknown = [str(t) for t in data.get("unknown", ())]
        known = "、".join(str(t) for t in data["columns"].values())
        self._unused.set_text(f"用到的列：{known}" + (f"；没用上：{'、'.join(unknown)}" if unknown else ""))
        self.rows.put(data["titles"], data["rows"])
        if found.sheets and len(found.sheets) > 1:
            self._sheets.clear()
            self._sheets.addItems(list(found.sheets))
            self._sheets.setCurrentText(self.sheet or found.sheets[0])
            self._sheets.show()
        stops = [p for p in found.problems if p.severity is Severity.STOP]
        whole = [p for p in stops if p.path.split("/")[0] == "columns" or not (p.path or data["counts"])]
        guessed = [f["title"] for f in data["fields"] if f["key"] in data.get("guessed", ())]
        of_file = [p for p in found.problems if p.severity is Severity.WARN and not p.path]
        self._blocked = bool(whole)
        if whole:
            self.banner.say("err", summary(whole, 4), (("改列的对应", self._open_mapping),))
        elif data.get("missing") and can_make(self.context, self.entity, data["missing"]):
            titles, count = missing_words(self.desk, self.entity, data["missing"])
            self.banner.say(
                "warn",
                f"表里的{titles}还没有，先建好才能导入",
                ((f"新建这 {count} 个…", self._make_missing),),
            )
        elif guessed:
            self.banner.say(
                "warn", f"这几列是按名字猜的，请看一眼：{'、'.join(guessed)}", (("改列的对应", self._open_mapping),)
            )
        elif of_file:
            self.banner.say("warn", summary(of_file, 4))
        else:
            self.banner.hide()
        self._fill_mapping()
        self._show_counts(data["counts"])

    def _show_counts(self, counts: Mapping[str, int]) -> None:
        self._failed = counts.get("failed", 0)
        self._good = counts.get("new", 0) + counts.get("update", 0)
        for chip in self.chips:
            number = sum(counts.values()) if chip.key == ALL else counts.get(chip.key, 0)
            chip.set_count(number)
            chip.setVisible(number > 0)
        self._only("failed" if self._failed else ALL)
        self.skip.setVisible(self._failed > 0 and self._good > 0)
        self._show_button()

    def _show_button(self) -> None:
        ready = (
            bool(self._good) and not self._blocked and (not self._failed or self.skip.isChecked()) and not self._running
        )
        self.go.setEnabled(ready)
        self.go.setText(f"导入 {self._good:,} 条" if self._good else "没有要导入的")
        self.go.setToolTip("" if ready else "先把有错的行改好，或勾上「有错的行先不导入」" if self._failed else "")

    def _only(self, key: str) -> None:
        for chip in self.chips:
            chip.setChecked(chip.key == key)
        self.rows.show_only(next((s.label for s in STATES if s.key == key), ""))

    def _sheet_chosen(self, index: int) -> None:
        self.sheet, self.mapping = self._sheets.itemText(index), {}
        self.check()

    def _choose(self) -> None:
        file = choose_file(self, self.entity.title)
        if file:
            self.open_file(file)

    # -- columns -------------------------------------------------------------------------------------------------------

    def _toggle_mapping(self) -> None:
        self._map_area.setVisible(not self._map_area.isVisible())

    def _open_mapping(self) -> None:
        self._map_area.show()

    def _make_missing(self) -> None:
        if make_missing(self.context, self, self.entity, self.data["missing"]):
            self.check()

    def _fill_mapping(self) -> None:
        inside = QWidget()
        inside.setObjectName("scrolled")
        grid = QGridLayout(inside)
        grid.setHorizontalSpacing(10)
        headings = [str(h) for h in self.data["headings"]]
        for n, one in enumerate(self.data["fields"]):
            box = QComboBox()
            box.addItems([NO_COLUMN, *headings])
            box.setCurrentText(self.data["columns"].get(one["key"], NO_COLUMN))
            box.setAccessibleName(f"{one['title']} 用哪一列")
            box.activated.connect(partial(self._mapped, one["key"], box))
            missing = one["required"] and one["key"] not in self.data["columns"]
            grid.addWidget(
                label(one["title"] + (" *" if one["required"] else ""), "caption", "err" if missing else "text2"),
                n // 4 * 2,
                n % 4,
            )
            grid.addWidget(box, n // 4 * 2 + 1, n % 4)
        self._map_area.setWidget(inside)

    def _mapped(self, key: str, box: QComboBox, index: int) -> None:
        self.mapping[key] = "" if index == 0 else box.currentText()
        self.check()

    # -- doing ---------------------------------------------------------------------------------------------------------

    def _start(self) -> None:
        self.run()

    def run(self, leave: Mapping[str, str] | None = None) -> None:
        """Import now. leave: the reason for what may be overridden, or who lets it pass."""
        self._given = self.args() | dict(leave or {})
        if self.skip.isChecked() and self._failed:
            self._given["skip_failed"] = True
        self._set_running(True)
        self.ops.run(self.importing, self._given, self._done, self._refused)

    def _set_running(self, running: bool) -> None:
        self._running = running
        self.progress.setVisible(running)
        self.progress.start(f"正在导入{self.entity.title}")
        self.no.setEnabled(not running)
        self.skip.setVisible(not running and self._failed > 0 and self._good > 0)
        self._show_button()

    def _progressed(self, step: Step) -> None:
        if self._running:
            self.progress.update_to(step.done, step.whole)

    def _ended(self, trouble: object) -> None:
        if self._running:
            self._set_running(False)

    def _done(self, outcome: Outcome) -> None:
        self._set_running(False)
        self.accept()

    def _refused(self, problems: tuple[Problem, ...]) -> None:
        self._set_running(False)
        leave = ask_leave(self.ops, self, "要导入，请写明原因", self.importing, self._given, problems)
        if leave:
            self.run(leave)
            return
        self.banner.say("err", summary(list(problems), 4))

    def reject(self) -> None:
        if not self._running:
            super().reject()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier and self.go.isEnabled():
                self.run()
        else:
            super().keyPressEvent(event)


class _Seen:
    """What a look at the file gave: an outcome, or the problems that forbade even that."""

    def __init__(self, outcome: Outcome | None, problems: Sequence[Problem], sheets: tuple[str, ...]) -> None:
        self.outcome, self.problems, self.sheets = outcome, tuple(problems), sheets


class _Look:
    """Reads the file on a reading thread."""

    def __init__(self, desk: Desk, entity: str, args: dict[str, Any]) -> None:
        self._desk, self._entity, self._args = desk, entity, args

    def __call__(self) -> _Seen:
        from salesdesk.services.excel_in import open_workbook

        try:
            outcome = self._desk.do(f"{self._entity}.check_import", self._args)
            return _Seen(outcome, outcome.problems, open_workbook(str(self._args["file"])).sheets)
        except Refused as refused:
            return _Seen(None, refused.problems, ())
        except EnvironmentFault as fault:
            return _Seen(None, [Problem(fault.message, fault.cure)], ())


def choose_file(parent: QWidget | None, title: str) -> str:
    """Ask for a table file; "" when given up."""
    file, _ = QFileDialog.getOpenFileName(parent, f"选要导入的{title}表格", "", FILES)
    return str(file)


def show_import(context: PageContext, entity: str, file: str = "") -> bool:
    """Choose a file and import it; whether anything was imported."""
    file = file or choose_file(context.window, context.desk.entity(entity).title)
    if not file:
        return False
    wizard = ImportWizard(context, entity, file)
    done = wizard.exec() == QDialog.DialogCode.Accepted
    wizard.deleteLater()
    return done
