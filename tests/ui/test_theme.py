"""Colours that can be read, icons that exist, and a look that changes everywhere at once."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QDir, QRectF, QTemporaryDir
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from salesdesk.domain.kinds import Option
from ui.kit import theme as theming
from ui.kit.pointed_chart import short_number
from ui.kit.theme import DARK, LIGHT, SIZES, TONES, Theme, theme
from ui.kit.widgets import BarChart, Button, Chip, ProgressLine, Sparkline, label

ROOT = Path(__file__).resolve().parents[2]

TEXT_PAIRS = [
    *(("text", ground) for ground in ("app", "nav", "card", "raised", "sunken", "select", "hover", "zebra", "header")),
    *(("text2", ground) for ground in ("app", "nav", "card", "raised", "sunken", "select", "hover", "zebra", "header", "nav_hover")),
    *(("text3", ground) for ground in ("app", "card", "raised", "sunken", "select", "hover", "zebra")),
    *((tone, f"{tone}_bg") for tone in TONES),
    *((tone, "card") for tone in TONES),
    ("accent", "card"), ("accent", "app"), ("accent", "accent_soft"), ("accent", "err_bg"), ("accent", "warn_bg"),
    ("info", "accent_soft"), ("info", "nav"),
    ("on_accent", "accent"), ("on_accent", "accent_hover"), ("on_accent", "accent_press"),
    ("on_toast", "toast"), ("chart2", "card"),
]  # fmt: skip
GRAPHIC_PAIRS = [
    ("input_line", "card"), ("input_line", "app"), ("focus", "card"), ("focus", "app"), ("focus", "nav"), ("focus", "sunken"),
    ("chart1", "card"), ("chart1_read", "card"), ("accent", "nav"), ("toast_line", "toast"), ("err", "card"),
]  # fmt: skip


def luminance(color: str) -> float:
    """Relative luminance of WCAG 2."""
    parts = [QColor(color).redF(), QColor(color).greenF(), QColor(color).blueF()]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    """Contrast ratio of WCAG 2, 1 to 21."""
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("name", "tokens"), [("light", LIGHT), ("dark", DARK)])
def test_texts_can_be_read_on_every_ground(name: str, tokens: dict[str, str]) -> None:
    weak = {f"{ink} on {ground}": round(contrast(tokens[ink], tokens[ground]), 2) for ink, ground in TEXT_PAIRS}
    assert not {pair: ratio for pair, ratio in weak.items() if ratio < 4.5}


@pytest.mark.parametrize(("name", "tokens"), [("light", LIGHT), ("dark", DARK)])
def test_lines_and_shapes_can_be_seen(name: str, tokens: dict[str, str]) -> None:
    weak = {f"{ink} on {ground}": round(contrast(tokens[ink], tokens[ground]), 2) for ink, ground in GRAPHIC_PAIRS}
    assert not {pair: ratio for pair, ratio in weak.items() if ratio < 3}


def test_light_and_dark_know_the_same_words() -> None:
    assert LIGHT.keys() == DARK.keys()


def test_han_letters_are_never_smaller_than_12() -> None:
    assert min(SIZES[name] for name in ("caption", "grid", "body", "subtitle", "title", "figure")) == 12
    sheet = (ROOT / "resources" / "qss" / "app.qss").read_text(encoding="utf-8")
    assert not [size for size in re.findall(r"font-size: (\d+)px", sheet) if int(size) < 12]


def test_the_style_sheet_names_no_colour_and_only_known_words() -> None:
    sheet = (ROOT / "resources" / "qss" / "app.qss").read_text(encoding="utf-8")
    assert not re.findall(r"#[0-9a-fA-F]{6}\b|rgba?\(", sheet)
    for word in re.findall(r"@([a-z0-9_:]+)@", sheet):
        if word.startswith("icon:"):
            _, name, token = word.split(":")
            assert (ROOT / "resources" / "icons" / f"{name}.svg").exists()
            assert token in LIGHT
        else:
            assert word in LIGHT or word in SIZES


def test_every_icon_named_in_the_window_exists() -> None:
    """Also the ones in the modules' declarations; an unknown one would be an empty hole."""
    icons = {path.stem for path in (ROOT / "resources" / "icons").glob("*.svg")}
    named = re.compile(r"(?:icon=|IconLabel\(|IconButton\(|set_icon\(|icon\()\"([a-z_0-9]+)\"")
    strange = {
        f"{path.relative_to(ROOT)}: {name}"
        for folder in ("ui", "salesdesk")
        for path in (ROOT / folder).rglob("*.py")
        for name in named.findall(path.read_text(encoding="utf-8"))
        if name not in icons
    }
    assert not strange


def test_changing_the_look_reaches_widgets_that_stand_already(qtbot: QtBot, qapp: QApplication) -> None:
    theme().apply(qapp, "light")
    button, text = Button("保存", "save"), label("客户", ink="text2")
    qtbot.addWidget(button)
    qtbot.addWidget(text)
    before = button.icon().pixmap(18, 18).toImage()
    theme().apply(qapp, "dark")
    try:
        assert button.icon().pixmap(18, 18).toImage() != before
        assert text.palette().color(text.foregroundRole()) == theme().color("text2")
    finally:
        theme().apply(qapp, "light")


@pytest.mark.expected_log("arrow")
@pytest.mark.parametrize("full", [False, True])
def test_without_a_place_for_temporary_files_the_window_still_has_its_look(
    full: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qapp: QApplication
) -> None:
    """%TEMP% may be gone, locked or full; nothing is put into whatever folder the program was started from instead."""
    (tmp_path / "a file").write_bytes(b"")
    monkeypatch.chdir(tmp_path)
    if full:
        refuse = OSError(28, "No space left on device")
        monkeypatch.setattr(Path, "write_bytes", lambda self, data: (_ for _ in ()).throw(refuse))
    else:
        monkeypatch.setattr(theming, "QTemporaryDir", lambda: QTemporaryDir(str(tmp_path / "a file" / "x")))
    before = QDir.searchPaths("tinted")
    try:
        sheet = Theme()._style_sheet()
    finally:
        QDir.setSearchPaths("tinted", before)
    assert "image: none" in sheet and "tinted:" not in sheet and "@" not in sheet
    assert [one.name for one in tmp_path.iterdir()] == ["a file"]


def test_an_icon_is_sharp_on_a_fine_screen(qapp: QApplication) -> None:
    assert theme().pixmap("save", size=20, ratio=1.5).width() == 30
    assert theme().pixmap("save", size=20, ratio=1.5).deviceIndependentSize().width() == 20


def test_a_chip_says_its_status_in_words(qtbot: QtBot) -> None:
    chip = Chip(Option("a", "待审核", "warn", "clock"))
    qtbot.addWidget(chip)
    assert chip.accessibleName() == "待审核"
    chip.set_option(None)
    assert chip.isHidden()


@pytest.mark.parametrize("size", [(400, 200), (160, 90)])
def test_charts_paint_on_any_painter_and_speak(qtbot: QtBot, size: tuple[int, int]) -> None:
    chart = BarChart("近 6 月")
    qtbot.addWidget(chart)
    chart.set_data(["1月", "2月", ""], [3, 5.5, 0], target=4, target_text="目标 4")
    assert chart.accessibleDescription() == "1月 3；2月 5.5"
    line, progress = Sparkline(), ProgressLine("已用额度")
    qtbot.addWidget(line)
    qtbot.addWidget(progress)
    line.set_values([1, 2, 3])
    progress.set_share(0.64)
    assert progress.accessibleName() == "已用额度 64%"
    for one in (chart, line, progress):
        paper = QImage(*size, QImage.Format.Format_ARGB32)
        paper.fill(theme().color("card"))
        blank = paper.copy()
        painter = QPainter(paper)
        one.paint(painter, QRectF(0, 0, *size))
        painter.end()
        assert paper != blank


def test_empty_charts_do_not_fall_over(qtbot: QtBot) -> None:
    chart = BarChart()
    qtbot.addWidget(chart)
    chart.set_data([], [])
    chart.resize(300, 200)
    chart.grab()
    chart.set_data(["a"], [0])
    chart.grab()


def test_no_reference_to_none_is_lost(qtbot: QtBot) -> None:
    """PySide6 6.12 on Python 3.11 loses one per void call and dies in the end; the pinned version must not."""
    if sys.version_info >= (3, 12):
        pytest.skip("None is immortal here")
    probe = QLabel()
    qtbot.addWidget(probe)
    before = sys.getrefcount(None)
    for _ in range(1000):
        probe.setText("x")
    assert sys.getrefcount(None) > before - 100


LOOK = """
import sys
sys.path.insert(0, {root!r})
from pathlib import Path
from tests.desks import small_desk
from tests.ui.hands import clipped
from ui.kit.theme import theme
from ui.shell.application import application
app = application()
theme().apply(app, "light")
from ui.shell.window import Window
window = Window(small_desk(Path({folder!r})))
window.resize({width}, {height})
window.show()
assert abs(window.devicePixelRatioF() - {scale}) < 0.01
for key in [*(m.key for m in window.modules), "settings"]:
    window.go(key)
    window.ops.wait()
    front, need = window.front, window.front.minimumSizeHint().height()
    if front.height() < need:
        print(key, "is cut:", front.height(), "of", need)
    for line in clipped(window):
        print(key, line)
window.close()
"""


SCREENS = [(1.0, 1366, 768), (1.25, 1536, 824), (1.25, 1000, 560), (1.5, 1280, 700), (2.0, 1128, 700)]
"""Scaling, and what the window has of the screen: laptops as Windows sets them up, and the smallest the window can be."""


@pytest.mark.parametrize(("scale", "width", "height"), SCREENS)
def test_no_text_is_clipped(scale: float, width: int, height: int, tmp_path: Path) -> None:
    """Each screen scaling in a process of its own, because Qt reads it once."""
    code = LOOK.format(root=str(ROOT), folder=str(tmp_path / "data"), width=width, height=height, scale=scale)
    env = {**os.environ, "QT_SCALE_FACTOR": str(scale), "PYTHONUTF8": "1"}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    assert not done.stdout, done.stdout


def test_widgets_are_painted_in_both_looks(qtbot: QtBot, qapp: QApplication) -> None:
    """A page that stays white in the dark would be a colour literal or a missing ground."""
    page = QWidget()
    page.setObjectName("page")
    qtbot.addWidget(page)
    page.resize(50, 50)
    theme().apply(qapp, "dark")
    try:
        assert page.grab().toImage().pixelColor(25, 25) == theme().color("app")
    finally:
        theme().apply(qapp, "light")


def test_what_is_below_nothing_hangs_down_from_the_ground_line(qtbot: QtBot) -> None:
    """A month of red invoices: the scale goes below nothing and the bar is painted there."""
    chart = BarChart("走势")
    qtbot.addWidget(chart)
    chart.resize(400, 200)
    chart.set_data(["1", "2", "3"], [4, -3, 2])
    plot = chart._plot(QRectF(chart.rect()))
    up, down = chart._bar(plot, 0), chart._bar(plot, 1)
    assert abs(up.bottom() - down.top()) < 0.01 and down.bottom() < plot.bottom() + 0.01
    assert [short_number(mark) for mark in chart._marks()] == ["-3", "-2", "-1", "0", "1", "2", "3", "4"]
    picture = chart.grab().toImage()
    assert picture.pixelColor(down.center().toPoint()) == theme().color("err")
    chart.set_data(["1"], [-5])
    chart.axis = False
    assert not chart.grab().isNull() and chart._bar(plot, 0).height() > 0
