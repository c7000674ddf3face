"""操作员名单: who may sit here, with which role, with or without a password; the 主管 keeps it."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QVBoxLayout

from salesdesk.domain.kinds import Row
from salesdesk.domain.problems import Problem
from salesdesk.services.operators import ROLE
from ui.kit.dialogs import StepQuestion
from ui.kit.notices import Banner
from ui.kit.page import PageContext
from ui.kit.password_edit import PasswordEdit
from ui.kit.plain_table import PlainTable
from ui.kit.widgets import FieldLabel, button, label, mark_error, row

HEADINGS = ("姓名", "角色", "密码", "在用", "和角色不同的")


class OperatorsDialog(QDialog):
    """↑↓ choose an operator, Enter changes him."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context.window)
        self._context = context
        self.rows: list[Row] = []
        self.setWindowTitle("操作员名单")
        self.banner = Banner(closable=True)
        self.table = PlainTable("操作员名单", HEADINGS, (4,))
        self.begin = button("启用操作员…", "person_add", primary=True, clicked=self._begin)
        self.add = button("添加…", "person_add", clicked=self._add)
        self.change = button("修改…", "edit", primary=True, shortcut="Ctrl+Enter", clicked=self._change)
        self.password = button("设密码…", "lock", clicked=self._password)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        column.addWidget(label("操作员名单", "subtitle", bold=True))
        self.hint = label("", "grid", "text2")
        self.hint.setWordWrap(True)
        column.addWidget(self.hint)
        column.addWidget(self.banner)
        column.addWidget(self.table, 1)
        closing = button("关闭", clicked=self.accept)
        column.addLayout(row(self.begin, self.add, self.password, 1, closing, self.change, spacing=10))
        self.resize(760, 480)
        self.table.cellDoubleClicked.connect(self._change)
        self.table.currentCellChanged.connect(self._show_buttons)
        context.ops.committed.connect(self._committed)
        self.read()

    def read(self) -> None:
        """Read the list again; the same operator stays in hand."""
        at = max(0, self.table.currentRow())
        seat, desk = self._context.desk.settings.seat, self._context.desk
        self.rows = desk.rows("operator")
        begun = bool(self.rows)
        keeps = begun and seat.may(desk.registry.verbs["operator.save"])
        self.hint.setText(
            "角色和权利记在名单里，同步的每台电脑都算数；停用的人还在历史里。密码只存算不回去的样子，谁也看不到。"
            if begun
            else "现在谁都不用登录，左下角写的是设置里的姓名。启用以后，您是第一个操作员、角色是主管，再添加其他人；"
            "有人设了密码，打开程序就要登录。"
        )
        if begun and not keeps:
            self.banner.say("info", "只有主管能改名单，这里可以看；自己的密码可以自己改。")
        self.table.setRowCount(len(self.rows))
        for i, one in enumerate(self.rows):
            option = next(o for o in ROLE.options if o.key == one["role"])
            ink = "text" if one["active"] else "text3"
            own = seat.person is not None and seat.person.uid == one["uid"]
            self.table.put(i, 0, f"{one['name']}{'（您）' if own else ''}", ink)
            self.table.put(i, 1, option.label, ink, option.icon)
            self.table.put(i, 2, "已设" if one["password"] else "没有", ink if one["password"] else "text3")
            self.table.put(i, 3, "在用" if one["active"] else "停用", ink)
            self.table.put(i, 4, self._rights(one), "text2")
        self.table.finish()
        self.table.setVisible(begun)
        self.begin.setVisible(not begun)
        for part in (self.add, self.change):
            part.setVisible(keeps)
        self.password.setVisible(begun)
        if begun:
            self.table.setCurrentCell(min(at, len(self.rows) - 1), 0)
            self.table.setFocus()
        else:
            self.begin.setFocus()
        self._show_buttons()

    def _rights(self, one: Row) -> str:
        verbs = self._context.desk.registry.verbs
        parts = []
        for key, word in (("allowed", "可以"), ("denied", "不可以")):
            names = [n for n in str(one[key] or "").split(",") if n]
            if names:
                titles = [verbs[n].title if n in verbs else n for n in names]
                more = f"等 {len(titles)} 项" if len(titles) > 3 else ""
                parts.append(f"{word}：{'、'.join(titles[:3])}{more}")
        return "；".join(parts)

    @property
    def current(self) -> Row | None:
        """The operator in hand."""
        at = self.table.currentRow()
        return self.rows[at] if 0 <= at < len(self.rows) else None

    def _show_buttons(self) -> None:
        one, seat = self.current, self._context.desk.settings.seat
        own = one is not None and seat.person is not None and one["uid"] == seat.person.uid
        keeps = seat.may(self._context.desk.registry.verbs["operator.save"])
        self.password.setEnabled(one is not None and (own or keeps))
        self.change.setEnabled(one is not None)

    def _committed(self, changes: object) -> None:
        if "operator" in getattr(changes, "touched", ()):
            self.read()

    def _begin(self) -> None:
        name = self._context.desk.settings.operator
        dialog = PasswordDialog(
            self, "启用操作员", f"{name or '您'}成为第一个操作员，角色是主管。密码可以先空着。", False
        )
        if dialog.exec():
            self._context.ops.run(
                "operator.begin", {"name": name, "password": dialog.new.text() or None}, refused=self._say
            )
        dialog.deleteLater()

    def _add(self) -> None:
        from ui.kit.operator_dialog import edit_operator

        edit_operator(self, self._context, None)

    def _change(self) -> None:
        from ui.kit.operator_dialog import edit_operator

        if self.current is not None and self.change.isVisible():
            edit_operator(self, self._context, self.current)

    def _password(self) -> None:
        one, seat = self.current, self._context.desk.settings.seat
        if one is not None:
            own = seat.person is not None and one["uid"] == seat.person.uid and bool(one["password"])
            ask_password(self._context, str(one["uid"]), str(one["name"]), own)

    def _say(self, problems: tuple[Problem, ...]) -> None:
        self.banner.say("err", problems[0].text)


class PasswordDialog(StepQuestion):
    """A new password twice, the old one first when it is one's own."""

    def __init__(self, parent: QDialog | None, title: str, hint: str, old: bool) -> None:
        super().__init__(parent, title, hint, "确定", 460)
        self.old, self.new, self.twice = PasswordEdit("原来的密码"), PasswordEdit("新密码"), PasswordEdit("再输一次")
        self.labels = {}
        for edit, note in ((self.old, ""), (self.new, "至少 6 个字"), (self.twice, "")):
            if edit is self.old and not old:
                continue
            self.labels[edit] = FieldLabel(edit.accessibleName(), False, note)
            self.body.addWidget(self.labels[edit])
            self.body.addWidget(edit)
        (self.old if old else self.new).setFocus()

    def answer(self) -> None:
        differs = self.new.text() != self.twice.text()
        self.labels[self.twice].set_error("两次输的不一样" if differs else "")
        mark_error(self.twice, differs)
        if differs:
            self.twice.clear()
            self.twice.setFocus()
            return
        self.accept()


class _SetPassword(PasswordDialog):
    """Stays open as long as the door refuses."""

    def __init__(self, context: PageContext, uid: str, name: str, own: bool) -> None:
        hint = "空着就是取消密码" if own else "设好后把密码告诉本人，请他登录后自己改掉；空着就是没有密码"
        super().__init__(None, f"{name} 的密码", hint, own)
        if context.window is not None:
            self.setParent(context.window, self.windowFlags())
        self._context, self._uid = context, uid

    def answer(self) -> None:
        if self.new.text() != self.twice.text():
            super().answer()
            return
        given = {"uid": self._uid, "old": self.old.text() or None, "password": self.new.text() or None}
        self._context.ops.run("operator.password", given, self._kept, self._refused, self.yes)

    def _kept(self, outcome: object) -> None:
        self.accept()

    def _refused(self, problems: tuple[Problem, ...]) -> None:
        for edit in (self.old, self.new, self.twice):
            edit.clear()
        self.refuse(problems)
        (self.old if self.old in self.labels else self.new).setFocus()


def ask_password(context: PageContext, uid: str, name: str, own: bool) -> None:
    """Set somebody's password; own: the old one is asked for."""
    dialog = _SetPassword(context, uid, name, own)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def show_operators(context: PageContext) -> OperatorsDialog:
    """Lay the list over whatever is in front."""
    dialog = OperatorsDialog(context)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
