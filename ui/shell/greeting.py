"""The first start: two lines to fill in, so that papers bear a name and every step says who did it."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from salesdesk.desk import Desk
from ui.kit.dialogs import Question
from ui.kit.widgets import FieldLabel, mark_error


def wanted(desk: Desk) -> bool:
    """Whether anything is still unknown."""
    return not desk.settings.introduced


class Greeting(Question):
    """Company and operator; may be put off, the settings page asks for the same."""

    def __init__(self, parent: QWidget | None, desk: Desk) -> None:
        hint = f"填两样就可以开始，以后在「设置」里能改。数据放在 {desk.folder}"
        super().__init__(parent, "欢迎使用销售内勤工作台", hint, "开始使用", 520)
        self.no.setText("以后再填")
        self._desk = desk
        self.company = QLineEdit(desk.settings.company)
        self.operator = QLineEdit(desk.settings.operator)
        self._labels = {}
        for edit, title, note in (
            (self.company, "单位名称", "印在送货单、传递单、报销单的抬头"),
            (self.operator, "您的姓名", "写进每一步操作的记录"),
        ):
            self._labels[edit] = FieldLabel(title, True, note)
            edit.setAccessibleName(title)
            self.body.addWidget(self._labels[edit])
            self.body.addWidget(edit)
        self.encrypt = QCheckBox("加密数据文件（推荐：电脑或 U 盘丢了，别人读不出来）")
        self.encrypt.setChecked(True)
        self.body.addSpacing(4)
        self.body.addWidget(self.encrypt)
        (self.operator if desk.settings.company else self.company).setFocus()

    def answer(self) -> None:
        first = None
        for edit, line in self._labels.items():
            empty = not edit.text().strip()
            line.set_error("不能空着" if empty else "")
            mark_error(edit, empty)
            if empty and first is None:
                first = edit
        if first is not None:
            first.setFocus()
            return
        self._desk.settings.put("company.name", self.company.text().strip())
        self._desk.settings.put("operator.name", self.operator.text().strip())
        self.accept()


def greet(window: QWidget, desk: Desk) -> None:
    """Ask once when something is unknown; whoever wants the data encrypted writes the recovery code down at once."""
    if not wanted(desk):
        return
    dialog = Greeting(window, desk)
    if dialog.exec():
        for key in ("operator.name", "company.name"):
            window.setting_changed(key)  # type: ignore[attr-defined]
        if dialog.encrypt.isChecked():
            from ui.shell.encryption_box import begin

            begin(window, desk.database.path)
