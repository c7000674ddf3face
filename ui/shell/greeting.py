"""The first start asks five things on three short steps: firm and name; own data or the demo, and where; alone or shared."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from PySide6.QtWidgets import QCheckBox, QFileDialog, QLineEdit, QRadioButton, QVBoxLayout, QWidget

from salesdesk import paths
from salesdesk.desk import Desk
from salesdesk.services.data_place import fitting, holds_data, unfit
from ui.kit.dialogs import Question
from ui.kit.widgets import ElidedLabel, FieldLabel, button, label, mark_error, row

WHO, DATA, SHARE = range(3)
VISITING = "first.visiting"
"""Setting: the demo company was wanted first; the other questions wait until she comes back from it."""


def wanted(desk: Desk) -> bool:
    """Whether anything is still unknown."""
    return not desk.settings.introduced or bool(desk.settings.get(VISITING))


class Answers(NamedTuple):
    """What was answered besides company and operator, which are settings at once."""

    demo: bool
    folder: Path
    encrypt: bool
    share: bool


class Greeting(Question):
    """Enter goes on as the button does; may be put off, the settings page asks for the same. After `exec`: `answers`."""

    def __init__(self, parent: QWidget | None, desk: Desk) -> None:
        super().__init__(parent, "欢迎使用销售内勤工作台", " ", "下一步", 560)
        self._desk = desk
        self._folder = desk.folder
        self.step = WHO
        self.back = button("上一步", clicked=self._back)
        self.buttons.insertWidget(1, self.back)
        self._steps = (self._who(), self._data(), self._share())
        for part in self._steps:
            self.body.addWidget(part)
        self.body.addStretch(1)
        self.hint.setMaximumHeight(self.hint.fontMetrics().lineSpacing() + 6)
        self._go(DATA if desk.settings.introduced else WHO)

    # -- the steps -------------------------------------------------------------------------------------------------

    def _who(self) -> QWidget:
        settings = self._desk.settings
        self.company, self.operator = QLineEdit(settings.company), QLineEdit(settings.operator)
        self._labels: dict[QLineEdit, FieldLabel] = {}
        part, column = _part()
        for edit, title, note in (
            (self.company, "单位名称", "印在送货单、传递单、报销单的抬头"),
            (self.operator, "您的姓名", "写进每一步操作的记录"),
        ):
            self._labels[edit] = FieldLabel(title, True, note)
            edit.setAccessibleName(title)
            edit.setMinimumHeight(34)
            column.addWidget(self._labels[edit])
            column.addWidget(edit)
            column.addSpacing(6)
        return part

    def _data(self) -> QWidget:
        part, column = _part()
        self.own = QRadioButton("开始用自己的数据")
        self.demo = QRadioButton("先看看演示公司")
        self.own.setChecked(True)
        self.demo.toggled.connect(self._show_place)
        for choice, note in (
            (self.own, "从空的开始，接着就从现有的 Excel 导入产品和客户"),
            (self.demo, "二十几个客户、几十张订单，随便试；和自己的数据分开，随时回来"),
        ):
            column.addWidget(choice)
            column.addWidget(_note(note))
        self.place = QWidget()
        inside = QVBoxLayout(self.place)
        inside.setContentsMargins(0, 8, 0, 0)
        self.folder = ElidedLabel(str(self._folder), "grid", "text2")
        self.browse = button("换个地方…", "folder_open", clicked=self._browse)
        self.browse.setVisible(paths.is_usual(self._desk.folder))
        line = row(self.folder, self.browse, spacing=10)
        line.setStretch(0, 1)
        inside.addWidget(FieldLabel("数据放在哪里", hint="全部在本机这个文件夹里，不要选网盘和共享盘"))
        inside.addLayout(line)
        self.found = label("", "caption", "text2")
        self.found.setWordWrap(True)
        inside.addWidget(self.found)
        self.encrypt = QCheckBox("加密数据文件（推荐：电脑或 U 盘丢了，别人读不出来）")
        self.encrypt.setChecked(True)
        inside.addWidget(self.encrypt)
        column.addWidget(self.place)
        return part

    def _share(self) -> QWidget:
        part, column = _part()
        self.alone = QRadioButton("只在这台电脑上用")
        self.shared = QRadioButton("几台电脑一起用")
        self.alone.setChecked(True)
        for choice, note in (
            (self.alone, "以后要几个人一起用，在左下角点开「同步」就行"),
            (self.shared, "有一个大家都打得开的共享文件夹或 U 盘；接着就设置，各台电脑断网也能录单"),
        ):
            column.addWidget(choice)
            column.addWidget(_note(note))
        return part

    def _go(self, step: int) -> None:
        self.step = step
        for at, part in enumerate(self._steps):
            part.setVisible(at == step)
        told = ("填好按 Enter，以后在「设置」里能改", "数据怎么开始", "一个人用，还是几个人一起用")
        self.hint.setText(f"第 {step + 1} 步，共 3 步：{told[step]}")
        self.back.setVisible(step > WHO)
        self.no.setVisible(step == WHO)
        self.no.setText("以后再填")
        self._show_place()
        if step == WHO:
            (self.operator if self.company.text() else self.company).setFocus()
        else:
            (self.own if step == DATA else self.alone).setFocus()
        self.adjustSize()

    def _show_place(self) -> None:
        self.place.setVisible(self.own.isChecked())
        self.banner.hide()
        found = self._folder != self._desk.folder and holds_data(self._folder)
        self.found.setVisible(found)
        self.found.setText("这个文件夹里已经有数据，会打开它们；单位和姓名也以那里的为准")
        self.encrypt.setVisible(not found)
        last = self.step == SHARE or (self.step == DATA and self.demo.isChecked())
        self.yes.setText("看演示公司" if last and self.demo.isChecked() else "开始使用" if last else "下一步")

    def _back(self) -> None:
        self._go(self.step - 1)

    def _browse(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, "数据放在哪里", str(self._folder.parent))
        if chosen:
            self._folder = fitting(Path(chosen))
            self.folder.set_text(str(self._folder))
            self._show_place()
            self.adjustSize()

    # -- answering -------------------------------------------------------------------------------------------------

    @property
    def answers(self) -> Answers:
        """What was chosen."""
        encrypt = self.encrypt.isChecked() and not self.encrypt.isHidden()
        return Answers(self.demo.isChecked(), self._folder, encrypt, self.shared.isChecked())

    def answer(self) -> None:
        if self.step == WHO:
            if self._named():
                self._go(DATA)
        elif self.step == DATA and self.own.isChecked():
            wrong = unfit(self._folder, self._desk.folder)
            if wrong is not None:
                self.refuse([wrong])
                self.browse.setFocus()
            else:
                self._go(SHARE)
        else:
            self._desk.settings.put("company.name", self.company.text().strip())
            self._desk.settings.put("operator.name", self.operator.text().strip())
            self._desk.settings.put(VISITING, self.demo.isChecked())
            self.accept()

    def _named(self) -> bool:
        """Whether both lines are filled in; else the first that is not has the keyboard."""
        first = None
        for edit, line in self._labels.items():
            empty = not edit.text().strip()
            line.set_error("不能空着" if empty else "")
            mark_error(edit, empty)
            if empty and first is None:
                first = edit
        if first is not None:
            first.setFocus()
        return first is None


def _part() -> tuple[QWidget, QVBoxLayout]:
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 4, 0, 0)
    column.setSpacing(4)
    return made, column


def _note(text: str) -> QWidget:
    """What a choice means, under it."""
    told = label(text, "caption", "text2")
    told.setWordWrap(True)
    told.setContentsMargins(26, 0, 0, 6)
    return told
