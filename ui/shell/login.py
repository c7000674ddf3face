"""Logging in: at the start where passwords are set, when somebody else sits down, and when the PC was locked."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QComboBox, QVBoxLayout, QWidget

from salesdesk.desk import Desk
from salesdesk.domain.errors import EnvironmentFault, Refused
from salesdesk.services.seat import Person
from ui.kit.controls import IconLabel, label
from ui.kit.dialogs import Question
from ui.kit.password_edit import PasswordEdit
from ui.kit.widgets import FieldLabel, mark_error


class Login(Question):
    """Who sits here, with his password when he has one."""

    def __init__(
        self, parent: QWidget | None, desk: Desk, title: str, hint: str, yes: str, only: Person | None = None
    ) -> None:
        super().__init__(parent, title, hint, yes, 420)
        self._desk = desk
        self.who = QComboBox()
        self.who.setAccessibleName("操作员")
        people = [only] if only is not None else desk.settings.seat.people
        for person in people:
            self.who.addItem(f"{person.name}　{person.role.label}", person.name)
        self.who.setCurrentIndex(max(0, self.who.findData(desk.settings.operator)))
        self.password = PasswordEdit()
        self._label = FieldLabel("密码")
        self.body.addWidget(FieldLabel("操作员"))
        self.body.addWidget(self.who)
        self.body.addWidget(self._label)
        self.body.addWidget(self.password)
        self.who.setEnabled(only is None)
        self.who.activated.connect(self._chosen)
        self._chosen()

    def _chosen(self) -> None:
        person = self._person()
        needed = person is not None and bool(person.password)
        self.password.setEnabled(needed)
        self.password.setPlaceholderText("" if needed else "没有设密码，直接进")
        self._say("")
        (self.password if needed else self.yes).setFocus()

    def _person(self) -> Person | None:
        name = self.who.currentData()
        return next((p for p in self._desk.settings.seat.people if p.name == name), None)

    def _say(self, wrong: str) -> None:
        self._label.set_error(wrong)
        mark_error(self.password, bool(wrong))

    def answer(self) -> None:
        given = {"name": self.who.currentData(), "password": self.password.text()}
        self.password.clear()
        try:
            self._desk.do("operator.login", given)
        except Refused as refused:
            problem = refused.problems[0]
            self._say("请再输")
            self.banner.say("err", f"{problem.message}。{problem.cure}")
            self.password.setFocus()
            return
        except EnvironmentFault as fault:
            self.banner.say("err", f"{fault.message}。{fault.cure}")
            return
        self.accept()


def log_in(parent: QWidget | None, desk: Desk) -> bool:
    """Ask who sits here; False when nobody wants to say."""
    dialog = Login(parent, desk, "登录", desk.settings.company or "销售内勤工作台", "登录")
    if parent is None:
        dialog.no.setText("退出")
    done = bool(dialog.exec())
    dialog.deleteLater()
    return done


class Cover(QWidget):
    """Lies over a whole window, so that nobody reads what is under it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAutoFillBackground(True)
        column = QVBoxLayout(self)
        column.addStretch(1)
        column.addWidget(IconLabel("lock", "text3", 40), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(label("已锁定", "subtitle", "text2"), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        self.setGeometry(window.rect())
        window.installEventFilter(self)
        self.raise_()
        self.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
        return False


class LockScreen(Login):
    """Over everything until the password is shown: nothing is closed, everything half typed stays where it is."""

    def __init__(self, window: QWidget, desk: Desk) -> None:
        person = desk.settings.seat.person
        hint = "打了一半的都还在，输密码接着做"
        super().__init__(window, desk, "已锁定", hint, "解锁", person)
        self.no.setText("退出程序")
        self.setWindowFlag(Qt.WindowType.WindowCloseButtonHint, False)
        self.quitting = False
        self._covers: list[Cover] = []

    def cover(self) -> None:
        """Hide what every open window of the program shows."""
        for one in QApplication.topLevelWidgets():
            if one.isVisible() and one is not self and one.isWindow() and one.windowType() != Qt.WindowType.ToolTip:
                self._covers.append(Cover(one))

    def uncover(self) -> None:
        """Show everything again."""
        for one in self._covers:
            one.setParent(None)
            one.deleteLater()
        self._covers.clear()

    def reject(self) -> None:
        self.quitting = True
        super().reject()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:  # leaving the chair is no way out of the lock
            return
        super().keyPressEvent(event)


def lock(window: QWidget, desk: Desk) -> bool:
    """Lock until somebody shows the password; False when the program shall end instead."""
    back = QApplication.focusWidget()
    screen = LockScreen(window, desk)
    screen.cover()
    open_again = bool(screen.exec())
    if open_again:
        screen.uncover()
        if back is not None:
            back.setFocus()
    screen.deleteLater()
    return open_again
