"""One operator: name, role, whether he works here, and every action on its own where it shall differ from the role."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QHeaderView, QLineEdit, QTreeWidget, QTreeWidgetItem, QWidget

from salesdesk.domain.kinds import Row
from salesdesk.domain.problems import Problem
from salesdesk.services.module import Verb
from salesdesk.services.operators import ROLE
from salesdesk.services.roles import Role
from ui.kit.dialogs import StepQuestion
from ui.kit.page import PageContext
from ui.kit.theme import theme
from ui.kit.widgets import FieldLabel, row

_NAME = Qt.ItemDataRole.UserRole


class RightsTree(QTreeWidget):
    """All actions by subject. Space or a double click turns 按角色 → 可以 → 不可以; a subject turns all its actions."""

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self.setAccessibleName("权利")
        self.setHeaderLabels(["动作", "权利"])
        self.setUniformRowHeights(True)
        self.setMinimumHeight(260)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.said: dict[str, bool] = {}
        self._role = Role.CLERK
        self._items: dict[str, QTreeWidgetItem] = {}
        self._verbs: dict[str, Verb] = {}
        registry = context.desk.registry
        for module in registry.modules:
            verbs = [v for v in module.actions.verbs if not v.unlocked]
            if not verbs:
                continue
            top = QTreeWidgetItem(self, [module.title, ""])
            for verb in verbs:
                item = QTreeWidgetItem(top, [verb.title, ""])
                item.setData(0, _NAME, verb.name)
                item.setToolTip(0, f"{verb.name}　{verb.note}")
                self._items[verb.name], self._verbs[verb.name] = item, verb
        self.itemDoubleClicked.connect(self._turn)
        self.setExpandsOnDoubleClick(False)

    def set_all(self, role: Role, allowed: str, denied: str) -> None:
        """Show what a role may do, with the exceptions; a whole family (`order.*`) is shown on each of its actions."""
        self._role = role
        for text, may in ((allowed, True), (denied, False)):
            for name in (n for n in text.split(",") if n):
                for key in self._verbs:
                    if key == name or (name.endswith(".*") and key.startswith(name[:-1])):
                        self.said[key] = may
        self.set_role(role)

    def set_role(self, role: Role) -> None:
        """Another role is the ground the exceptions stand on."""
        self._role = role
        for name in self._items:
            self._show(name)

    def _show(self, name: str) -> None:
        usual = self._role >= self._verbs[name].role
        said = self.said.get(name)
        word = f"按角色：{'可以' if usual else '不可以'}" if said is None else "可以" if said else "不可以"
        item = self._items[name]
        item.setText(1, word)
        item.setForeground(1, theme().color("text3" if said is None else "ok" if said else "err"))

    def _turn(self, item: QTreeWidgetItem) -> None:
        name = item.data(0, _NAME)
        names = [name] if name else [item.child(i).data(0, _NAME) for i in range(item.childCount())]
        now = self.said.get(names[0])
        then = {None: True, True: False, False: None}[now]
        for one in names:
            if then is None:
                self.said.pop(one, None)
            else:
                self.said[one] = then
            self._show(one)

    def narrow(self, text: str) -> None:
        """Show only actions whose title or name holds a text."""
        wanted = text.strip().lower()
        for at in range(self.topLevelItemCount()):
            top = self.topLevelItem(at)
            shown = 0
            for i in range(top.childCount()):
                child = top.child(i)
                fits = wanted in child.text(0).lower() or wanted in str(child.data(0, _NAME))
                child.setHidden(not fits)
                shown += fits
            top.setHidden(not shown)
            top.setExpanded(bool(wanted))

    def exceptions(self, may: bool) -> str:
        """Names of the actions that are given (or taken) beyond the role."""
        return ",".join(name for name in self._verbs if self.said.get(name) is may)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and self.currentItem() is not None:
            self._turn(self.currentItem())
            return
        super().keyPressEvent(event)


class OperatorDialog(StepQuestion):
    """Stays open as long as the door refuses."""

    def __init__(self, parent: QWidget, context: PageContext, one: Row | None) -> None:
        title = "添加操作员" if one is None else f"操作员 {one['name']}"
        super().__init__(
            parent, title, "角色给的是一整套；个别动作要另外给、不给的，在下面单独定（空格切换）", "保存", 620
        )
        self._context, self._one = context, one
        self.name = QLineEdit("" if one is None else str(one["name"]))
        self.name.setAccessibleName("姓名")
        self.role = QComboBox()
        self.role.setAccessibleName("角色")
        for option in ROLE.options:
            self.role.addItem(theme().icon(option.icon, option.tone), option.label, option.key)
        self.role.setCurrentIndex(self.role.findData("clerk" if one is None else one["role"]))
        self.active = QCheckBox("在用")
        self.active.setChecked(one is None or bool(one["active"]))
        self.wanted = QLineEdit()
        self.wanted.setAccessibleName("找动作")
        self.wanted.setPlaceholderText("找动作，例如 导出、价目")
        self.rights = RightsTree(context)
        given = one or {}
        self.rights.set_all(self._chosen, str(given.get("allowed") or ""), str(given.get("denied") or ""))
        self._name_label = FieldLabel("姓名", True)
        for part in (self._name_label, self.name, FieldLabel("角色")):
            self.body.addWidget(part)
        self.body.addLayout(row(self.role, self.active, 1, spacing=16))
        self.body.addWidget(FieldLabel("权利"))
        self.body.addWidget(self.wanted)
        self.body.addWidget(self.rights, 1)
        self.wanted.textChanged.connect(self.rights.narrow)
        self.role.activated.connect(self._role_chosen)
        self.name.setFocus()

    @property
    def _chosen(self) -> Role:
        return Role[str(self.role.currentData()).upper()]

    def _role_chosen(self) -> None:
        self.rights.set_role(self._chosen)

    @property
    def args(self) -> dict[str, Any]:
        """What the door is told."""
        return {
            "uid": None if self._one is None else self._one["uid"],
            "name": self.name.text(),
            "role": self.role.currentData(),
            "active": self.active.isChecked(),
            "allowed": self.rights.exceptions(True),
            "denied": self.rights.exceptions(False),
        }

    def answer(self) -> None:
        self._context.ops.run("operator.save", self.args, self._kept, self._refused, self.yes)

    def _kept(self, outcome: object) -> None:
        self.accept()

    def _refused(self, problems: tuple[Problem, ...]) -> None:
        self.refuse(problems)
        self.name.setFocus()


def edit_operator(parent: QWidget, context: PageContext, one: Row | None) -> OperatorDialog:
    """Change an operator, or take a new one in."""
    dialog = OperatorDialog(parent, context, one)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
