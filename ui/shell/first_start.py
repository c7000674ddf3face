"""What follows the answers of the first start: the folder, the recovery code, the demo, the share, her Excel files, the first order."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from salesdesk import paths
from salesdesk.domain.errors import system_reason
from salesdesk.services import data_place, encryption
from ui.shell.between import Between
from ui.shell.greeting import VISITING, Answers, Greeting
from ui.shell.joining import Told

if TYPE_CHECKING:
    from ui.shell.window import Window

NOT_ENCRYPTED = "数据文件还没有加密；什么时候想加密，到「设置」里点「加密」"
DEMO = "demo"
SCALE, SEED = "small", 7


def greet(window: Window) -> None:
    """Ask, then do what was answered; nothing more when it was put off."""
    desk = window.desk
    dialog = Greeting(window, desk)
    answered = bool(dialog.exec())
    answers = dialog.answers
    dialog.deleteLater()
    if not answered:
        return
    for key in ("operator.name", "company.name"):
        window.setting_changed(key)
    if answers.demo:
        window.open_anew(Visit(desk.folder))
        return
    settle(window, answers)


def settle(window: Window, answers: Answers) -> None:
    """Her own company: encrypted and moved while the window is closed, when that is wanted."""
    code = None
    answers = answers._replace(encrypt=answers.encrypt and not encryption.encrypted(window.desk.database.path))
    if answers.encrypt:
        from ui.shell.encryption_box import CodeDialog

        code = encryption.new_code()
        dialog = CodeDialog(window, code, window.context)
        if not dialog.exec():
            code = None
            window.banner.say("info", NOT_ENCRYPTED)
        dialog.deleteLater()
    if code is not None or answers.folder != window.desk.folder:
        window.open_anew(Settling(answers, code))
    else:
        go_on(window, answers.share)


def go_on(window: Window, share: bool) -> None:
    """The share, then her Excel files, then the first order; what comes from colleagues needs no import."""
    if share:
        from ui.pages.sync.setup_dialog import SetupDialog

        dialog = SetupDialog(window.context)
        dialog.exec()
        wish = dialog.wish
        dialog.deleteLater()
        if wish is not None:
            window.open_anew(wish)
            return
        if window.desk.count("product") and window.desk.count("customer"):
            return
    from ui.shell.first_files import show_first_files
    from ui.shell.first_order import show_first_order

    if show_first_files(window):
        show_first_order(window)


class Settling:
    """Between two windows: the data go where she wants them, and are encrypted. `folder`: where the next window opens."""

    def __init__(self, answers: Answers, code: encryption.Code | None) -> None:
        self.folder = answers.folder
        self.doing = "正在加密数据文件" if code is not None else "正在放好数据"
        self._answers, self._code = answers, code

    def restore(self, folder: Path) -> Told:
        """Do it; a place that cannot be written leaves everything where it is."""
        troubles = []
        if self.folder != folder:
            found = data_place.holds_data(self.folder)
            try:
                data_place.move(folder, self.folder, paths.choose_folder)
            except OSError as error:
                troubles.append(f"「{self.folder}」写不了（{system_reason(error)}），数据留在 {folder}")
                self.folder = folder
            else:
                if found:
                    return Told("ok", f"打开的是「{self.folder}」里原有的数据")
        if self._code is None:
            if self._answers.encrypt:
                troubles.append(NOT_ENCRYPTED)
            return Begun(self._answers.share, "warn" if troubles else "", "。".join(troubles))
        from ui.shell.encryption_box import Converting

        told = Converting(self._code).restore(self.folder)
        tone = "warn" if troubles and told.tone == "ok" else told.tone
        return Begun(self._answers.share, tone, "。".join([*troubles, told.text]))


class Begun(Told):
    """The next window goes on where the last one was closed."""

    def __init__(self, share: bool, tone: str, text: str) -> None:
        super().__init__(tone, text)
        self._shares = share

    def tell(self, window: Window) -> None:
        if self.text:
            window.banner.say(self.tone, self.text)
        go_on(window, self._shares)


class Visit:
    """Between two windows: the demo company is made beside her own data, once, and shown."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self.folder = home / DEMO

    def restore(self, folder: Path) -> Told:
        """Make it with progress; stopped or failed, her own data are shown again."""
        dialog = Making(self.folder)
        dialog.exec()
        dialog.deleteLater()
        if not dialog.made:
            self.folder = self._home
            return Told("warn", dialog.trouble) if dialog.trouble else Home(self._home)
        return Visiting(self._home)


class Visiting(Told):
    """The window on the demo company says what it is and how to come back."""

    def __init__(self, home: Path) -> None:
        super().__init__("info", "这是演示公司，里面的客户、订单都是编的，随便试。下次打开程序就是自己的公司。")
        self._home = home

    def tell(self, window: Window) -> None:
        self._window = window
        window.banner.say(self.tone, self.text, (("回到自己的公司", self._leave),))

    def _leave(self) -> None:
        self._window.open_anew(Home(self._home))


class Home(Told):
    """Back from the demo company: the questions that waited are asked. Both the wish and what the next window says."""

    def __init__(self, home: Path) -> None:
        super().__init__("", "")
        self.folder = home

    def restore(self, folder: Path) -> Told:
        return self

    def tell(self, window: Window) -> None:
        if window.desk.settings.get(VISITING):
            greet(window)


class Making(Between):
    """Makes the demo company. After `exec`: `made`, or `trouble` in words; both empty when it was stopped."""

    thread_name = "salesdesk-demo"
    defect = ("making the demo company failed", "演示公司没有造成，自己的数据没有变。请把日志发给维护人员")

    def __init__(self, folder: Path) -> None:
        self.made = False
        self._folder = folder
        super().__init__("正在造演示公司", "几秒钟就好，造好窗口会自己打开。", "正在造", "不看了")

    def work(self) -> None:
        from salesdesk.demo.building import build

        build(self._folder, SEED, SCALE, None, self.step)

    def take(self, found: Any) -> None:
        self.made = True
