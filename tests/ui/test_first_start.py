"""The first start by keys: five answers, the folder, the code, the demo and back, her Excel files, the first order (SYS-4, SYS-7)."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDialog, QFileDialog
from pytestqt.qtbot import QtBot

from salesdesk import paths
from salesdesk.__main__ import main
from salesdesk.desk import Desk, open_desk
from salesdesk.services import encryption
from salesdesk.services.data_place import OWN_FOLDER
from tests.conftest import OWN_PLACE
from tests.desks import NOON, empty_desk
from tests.ui.hands import Hands, answer, clipped, nameless
from ui.kit.coach import Coach
from ui.kit.import_missing import MissingDialog
from ui.kit.import_wizard import ImportWizard
from ui.kit.widgets import LinkButton
from ui.pages.orders.page import OrdersPage
from ui.shell.between import Between
from ui.shell.encryption_box import CodeDialog
from ui.shell.first_files import FirstFiles
from ui.shell.first_order import show_first_order
from ui.shell.first_start import Home, Settling, Visit, greet
from ui.shell.greeting import DATA, SHARE, VISITING, Answers, Greeting, wanted
from ui.shell.lost_folder import LostFolder, find_folder
from ui.shell.window import Window

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "data" / "samples"


@pytest.fixture
def usual(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The user's own place is empty."""
    for name in OWN_PLACE:
        monkeypatch.setenv(name, str(tmp_path / "home"))
    return paths.data_folder()


@pytest.fixture
def desk(usual: Path) -> Iterator[Desk]:
    """Nobody was here yet."""
    from salesdesk.domain.clock import FixedClock

    made = open_desk(usual, FixedClock(NOON))
    yield made
    made.close()


@pytest.fixture
def lost(usual: Path, tmp_path: Path) -> Path:
    """Where the data were put at the first start; somebody renamed the folder since."""
    put = tmp_path / "D盘" / "销售数据"
    empty_desk(put).close()
    paths.choose_folder(put)
    assert paths.lost_folder() is None
    put.rename(put.with_name("销售数据 旧"))
    return put


def test_data_that_are_gone_are_no_reason_to_begin_an_empty_company(
    lost: Path, usual: Path, capsys: pytest.CaptureFixture[str], qtbot: QtBot
) -> None:
    assert paths.lost_folder() == lost and paths.lost_folder(usual) is None
    assert main(["show", "customer"]) == 3
    assert "没有数据文件" in capsys.readouterr().err
    answer(lambda dialog: dialog.reject())
    assert main([]) == 3, "given up"
    assert not lost.exists(), "nothing was laid in its place"


def test_data_that_are_gone_are_shown_where_they_are_now(
    lost: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = lost.with_name("销售数据 旧")
    chosen = [str(lost.parent), str(now)]
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *given: chosen.pop(0))
    told: list[str] = []

    def act(dialog: QDialog) -> None:
        assert isinstance(dialog, LostFolder)
        dialog.answer()
        told.append(dialog.banner.text)
        dialog.show_it.click()
        told.append(dialog.banner.text)
        dialog.show_it.click()

    answer(act)
    assert find_folder(lost) == now == paths.data_folder() and paths.lost_folder() is None
    assert "还是没有" in told[0] and "salesdesk.db" in told[1]


def test_data_that_are_gone_for_good_do_not_lock_the_program(lost: Path, usual: Path, qtbot: QtBot) -> None:
    def act(dialog: QDialog) -> None:
        assert isinstance(dialog, LostFolder)
        answer(lambda sure: sure.answer())
        dialog.anew.click()

    answer(act)
    assert find_folder(lost) == usual and paths.lost_folder() is None


def shown(qtbot: QtBot, form: Greeting) -> Hands:
    qtbot.addWidget(form)
    with qtbot.waitActive(form):
        form.show()
        form.activateWindow()
    return Hands()


def test_enter_alone_leads_through_and_the_usual_answers_stand(desk: Desk, qtbot: QtBot) -> None:
    assert wanted(desk)
    form = Greeting(None, desk)
    hands = shown(qtbot, form)
    hands.type("苏州安正阀门")
    hands.press("Return")  # the name is missing: stays, goes there
    assert form.step == 0
    hands.type("王敏")
    for step in (DATA, SHARE):
        assert not nameless(form) and not clipped(form)
        hands.press("Return")
        assert form.step == step
    assert not nameless(form) and not clipped(form)
    hands.press("Return")
    assert not form.isVisible() and form.result() == QDialog.DialogCode.Accepted
    assert form.answers == Answers(False, desk.folder, True, False)
    assert (desk.settings.company, desk.settings.operator) == ("苏州安正阀门", "王敏") and not wanted(desk)


def test_the_demo_asks_no_more_than_it_needs_and_the_rest_waits(desk: Desk, qtbot: QtBot) -> None:
    form = Greeting(None, desk)
    hands = shown(qtbot, form)
    hands.type("安正")
    hands.press("Return")
    hands.type("王敏")
    hands.press("Return", "Down")
    assert form.demo.isChecked() and not form.place.isVisible() and form.yes.text() == "看演示公司"
    hands.press("Return")
    assert form.answers.demo and wanted(desk) and desk.settings.get(VISITING)
    later = Greeting(None, desk)
    qtbot.addWidget(later)
    assert later.step == DATA  # company and name are known


def test_put_off_it_asks_again(window: Window, desk: Desk) -> None:
    answer(lambda form: Hands().press("Escape"))
    greet(window)
    assert wanted(desk) and window.isVisible()


def test_the_code_is_written_down_before_anything_is_encrypted(window: Window, desk: Desk) -> None:
    def fill(form: Greeting) -> None:
        hands = Hands()
        hands.type("安正")
        hands.press("Return")
        hands.type("王敏")
        answer(write_down)
        hands.press("Return", "Return", "Return")

    def write_down(dialog: CodeDialog) -> None:
        hands = Hands()
        code = dialog.shown.text()
        hands.press("Return")
        hands.type(code)
        hands.press("Return")

    answer(fill)
    greet(window)
    assert isinstance(window.wish, Settling) and not window.isVisible()


def test_the_data_move_where_she_wants_them_and_are_encrypted_there(usual: Path, tmp_path: Path) -> None:
    empty_desk(usual).close()
    target, code = tmp_path / "公司 数据", encryption.new_code()
    wish = Settling(Answers(False, target, True, False), code)
    told = wish.restore(usual)
    assert wish.folder == target and told.tone in ("ok", "warn") and "加密" in told.text
    assert encryption.encrypted(target / "salesdesk.db") and not (usual / "salesdesk.db").exists()
    assert paths.data_folder() == target
    desk = open_desk(target)
    assert desk.settings.operator == "王敏"
    desk.close()


def test_data_that_lie_there_already_are_taken(usual: Path, tmp_path: Path) -> None:
    empty_desk(usual).close()
    former = empty_desk(tmp_path / "以前的")
    former.settings.put("company.name", "以前的公司")
    former.close()
    wish = Settling(Answers(False, tmp_path / "以前的", False, False), None)
    wish.restore(usual)
    desk = open_desk(paths.data_folder())
    assert desk.settings.company == "以前的公司"
    desk.close()


def test_a_place_that_cannot_be_written_leaves_the_data_where_they_are(usual: Path, tmp_path: Path) -> None:
    empty_desk(usual).close()
    (tmp_path / "a file").write_text("no folder", encoding="utf-8")
    wish = Settling(Answers(False, tmp_path / "a file" / "x", False, False), None)
    told = wish.restore(usual)
    assert told.tone == "warn" and "数据留在" in told.text
    assert wish.folder == usual and (usual / "salesdesk.db").exists() and paths.data_folder() == usual


def test_a_bad_place_is_said_at_once_and_another_one_taken(
    desk: Desk, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "文件").write_text("no folder", encoding="utf-8")
    (tmp_path / "文档").mkdir()
    (tmp_path / "文档" / "报价.xlsx").write_bytes(b"hers")
    empty_desk(tmp_path / "以前的").close()
    chosen = iter((tmp_path / "文件", tmp_path / "文档", tmp_path / "以前的"))
    monkeypatch.setattr("PySide6.QtWidgets.QFileDialog.getExistingDirectory", lambda *_: str(next(chosen)))
    form = Greeting(None, desk)
    hands = shown(qtbot, form)
    hands.type("安正")
    hands.press("Return")
    hands.type("王敏")
    hands.press("Return")
    form.browse.click()
    form.yes.click()
    assert form.step == DATA and "是一个文件" in form.banner.text and form.browse.hasFocus() and not clipped(form)
    form.browse.click()
    assert not form.banner.isVisible() and form.folder.text_whole() == str(tmp_path / "文档" / OWN_FOLDER)
    assert form.encrypt.isVisible() and form.answers.encrypt
    form.browse.click()
    assert form.found.isVisible() and not form.encrypt.isVisible() and not form.answers.encrypt and not clipped(form)
    form.yes.click()
    assert form.step == SHARE and form.answers.folder == tmp_path / "以前的"


def test_giving_the_code_up_goes_on_and_says_so(window: Window, desk: Desk) -> None:
    def fill(form: Greeting) -> None:
        hands = Hands()
        hands.type("安正")
        hands.press("Return")
        hands.type("王敏")
        answer(give_up)
        hands.press("Return", "Return", "Return")

    def give_up(dialog: CodeDialog) -> None:
        answer(lambda files: Hands().press("Escape"))
        Hands().press("Escape")

    answer(fill)
    greet(window)
    assert "还没有加密" in window.banner.text and window.wish is None


def test_her_files_come_in_and_the_first_order_is_shown(
    window: Window, hands: Hands, desk: Desk, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    desk.settings.put("operator.name", "王敏")
    files = iter((SAMPLES / "产品价目与库存.xlsx", SAMPLES / "新客户登记表.xlsx"))
    monkeypatch.setattr("ui.kit.import_wizard.choose_file", lambda *_: str(next(files)))

    def categories(dialog: MissingDialog) -> None:
        assert not nameless(dialog) and "球阀" in dialog.choices
        dialog.choices["球阀"]["route"].setFocus()
        Hands().press("Ctrl+Return")
        qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=20_000)

    def bring_in(wizard: ImportWizard) -> None:
        window.ops.wait()
        if wizard.data["missing"]:  # the first list names categories nobody has made yet
            answer(categories)
            next(b for b in wizard.banner.findChildren(LinkButton) if b.text().startswith("新建这")).click()
            window.ops.wait()
        wizard.skip.setChecked(True)  # the samples hold mistakes on purpose
        qtbot.waitUntil(wizard.go.isEnabled, timeout=20_000)
        wizard.activateWindow()
        wizard.table.setFocus()
        qtbot.waitUntil(wizard.table.hasFocus)
        Hands().press("Ctrl+Return")
        qtbot.waitUntil(lambda: not wizard.isVisible(), timeout=20_000)

    def both(dialog: FirstFiles) -> None:
        assert not nameless(dialog) and not clipped(dialog)
        for entity, button in (*dialog.choose.items(), ("", dialog.yes)):
            dialog.activateWindow()
            qtbot.waitUntil(button.hasFocus)  # the keyboard is at the next button by itself
            if entity:
                answer(bring_in)
            Hands().press("Space")
            assert not entity or desk.count(entity) > 0

    from ui.shell.first_start import go_on

    answer(both)
    go_on(window, share=False)
    page = window.front
    assert isinstance(page, OrdersPage) and page.entry is not None
    (coach,) = window.findChildren(Coach)
    assert coach.isVisible() and coach.title.text() == "先选客户" and not clipped(coach)
    window.activateWindow()
    qtbot.waitUntil(page.entry.header.editors["customer"].hasFocus)  # the notes take no keys

    hands.type(str(desk.rows("customer")[0]["name"]))
    hands.press("Return")
    coach.look()
    assert coach.title.text() == "交货日期"
    hands.press("Return", "Return")
    coach.look()
    assert coach.title.text() == "录明细"
    product = next(row for row in desk.rows("product") if row["list_price"])
    hands.type(str(product["code"]))
    hands.press("Return")
    hands.type("2")
    hands.press("Return", "Return")
    coach.look()
    assert coach.title.text() == "确认"
    hands.press("Ctrl+S")
    hands.wait()
    coach.look()
    assert coach.title.text() == "好了" and coach.isVisible()
    ended: list[bool] = []
    coach.ended.connect(ended.append)
    coach.skip.click()
    assert ended == [True] and len(desk.rows("sales_order")) == 1


def test_the_notes_go_when_the_order_is_put_away_or_when_she_wants(window: Window, hands: Hands, desk: Desk) -> None:
    coach = show_first_order(window)
    assert coach is not None
    window.go("today")
    coach.look()
    assert not coach.isVisible()  # elsewhere they wait
    window.go("orders")
    coach.look()
    assert coach.isVisible()
    hands.press("Ctrl+Shift+Backspace")
    assert not shiboken6.isValid(coach) or not coach.isVisible()
    second = show_first_order(window)
    assert second is not None
    ended: list[bool] = []
    second.ended.connect(ended.append)
    page = window.front
    assert isinstance(page, OrdersPage) and page.entry is not None
    page.entries.remove(entry := page.entry)
    page.front.removeWidget(entry)
    shiboken6.delete(entry)
    second.look()
    assert ended == [False]


LIFE = """
import os, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from salesdesk.__main__ import open_window
from tests.ui.hands import Hands
from ui.shell.application import application
from ui.shell.greeting import Greeting
app = application()
seen = []
def look():
    QTimer.singleShot(60, look)
    dialog = QApplication.activeModalWidget()
    if dialog is not None and QApplication.focusWidget() is not None:
        if seen[-1:] != [dialog.windowTitle()]:
            seen.append(dialog.windowTitle())
        if isinstance(dialog, Greeting) and dialog.company.text() == "an" and dialog.step == 1 and "demo:True" in seen:
            dialog.reject()
        elif isinstance(dialog, Greeting):
            hands = Hands()
            if dialog.step == 0:
                hands.type("wm" if dialog.company.text() else "an")
                hands.press("Return")
            elif dialog.demo.isChecked():
                hands.press("Return")
            else:
                hands.press("Down")
        elif dialog.windowTitle() == "程序出了一个错":
            print(dialog._details)
            os._exit(1)
        return
    if dialog is not None:
        dialog.activateWindow()
        return
    window = next((w for w in QApplication.topLevelWidgets() if w.objectName() == "shell" and w.isVisible()), None)
    if window is None or not window.ops.idle or not seen or dialog is not None:
        return
    if window.desk.folder.name == "demo":
        seen.append(f"demo:{window.desk.count('sales_order') > 20}")
        window.banner._actions.itemAt(0).widget().click()
    elif "demo:True" in seen:
        seen.append(window.desk.settings.company)
        window.close()
QTimer.singleShot(60, look)
code = open_window(Path(sys.argv[1]))
print(code, *seen)
"""


def test_work_between_two_windows_outlives_no_dialog(tmp_path: Path, qtbot: QtBot) -> None:
    """An error meanwhile, and 退出程序 in its dialog, end every loop at once."""
    going = threading.Event()

    class Long(Between):
        thread_name = "salesdesk-long"
        defect = ("it failed", "没有做成")

        def work(self) -> None:
            while True:
                self.step(1, 2)
                going.set()

    dialog = Long("在做", "", "在做", "停下")
    QTimer.singleShot(0, lambda: qtbot.waitUntil(going.is_set) or dialog.done(0))
    dialog.exec()
    assert not [one for one in threading.enumerate() if one.name == "salesdesk-long"]
    dialog.deleteLater()


def test_from_the_first_start_to_the_demo_and_back(tmp_path: Path, qtbot: QtBot) -> None:
    env = {**os.environ, "PYTHONUTF8": "1", "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", LIFE, str(tmp_path / "new")],
        cwd=ROOT, env=env, capture_output=True, encoding="utf-8", timeout=150,
    )  # fmt: skip
    welcome = "欢迎使用销售内勤工作台"  # the second time it asks what waited
    assert done.stdout.split() == ["0", welcome, "正在造演示公司", "demo:True", welcome, "an"], done.stderr
    assert "another folder" in (tmp_path / "new" / "demo" / "logs" / "window.log").read_text(encoding="utf-8")
    wish = Visit(tmp_path / "new")  # another visit finds the demo company as it was left
    told = wish.restore(tmp_path / "new")
    assert wish.folder == tmp_path / "new" / "demo" and "演示公司" in told.text
    demo = open_desk(wish.folder)
    window = Window(demo)
    qtbot.addWidget(window)
    window.show()
    told.tell(window)
    next(b for b in window.banner.findChildren(LinkButton) if b.text() == "回到自己的公司").click()
    assert isinstance(window.wish, Home) and window.wish.folder == tmp_path / "new"
    demo.close()
