"""The manual says what the window says: every link, picture, key, button and message in it is looked up."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from salesdesk.desk import Desk
from tests.desks import order_args
from tests.ui.hands import Hands
from ui.kit import lines_grid_keys
from ui.kit.print_preview import PrintPreview
from ui.pages.orders.intake_dialog import IntakeDialog
from ui.pages.orders.page import OrdersPage
from ui.pages.reimbursement.page import ReimbursementPage
from ui.shell.keysheet import EVERYWHERE
from ui.shell.manual import FOLDER, Manual, chapters, heading, plain
from ui.shell.manual_pictures import MOST_BYTES
from ui.shell.window import Window

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = [path for path in chapters() if path.stem != "index"]
INDEX = FOLDER / "index.md"
REQUIREMENT = re.compile(r"(?:ORD|CUS|PRD|STA|DOC|MTG|SUP|EXP|KPI|TSK|SYS)-[1-9]\d?")
KEY = re.compile(
    r"(?:(?:Ctrl|Alt|Shift)\+)+(?:F\d{1,2}|PgDn|PgUp|Del|Ins|Left|Right|Enter|Tab|[A-Z]|\d|\+|-|,)|\bF\d{1,2}\b"
)


def text_of(path: Path) -> str:
    """A chapter as it is written."""
    return path.read_text(encoding="utf-8")


# -- the book --------------------------------------------------------------------------------------------------------


def test_the_index_names_every_chapter_by_its_heading() -> None:
    links = dict(re.findall(r"\[([^\]]+)\]\((\d\d_\w+\.md)\)", text_of(INDEX)))
    assert links == {heading(path): path.name for path in CHAPTERS}
    assert [int(path.stem[:2]) for path in CHAPTERS] == list(range(1, len(CHAPTERS) + 1))
    assert chapters()[0] == INDEX


@pytest.mark.parametrize("path", chapters(), ids=lambda p: p.stem)
def test_every_link_and_picture_leads_somewhere(path: Path) -> None:
    for title, target in re.findall(r"\[([^\]]*)\]\(([^)]+)\)", text_of(path)):
        assert title
        assert (FOLDER / target).is_file(), target


def test_every_picture_is_shown_somewhere_and_light() -> None:
    shown = {name for path in chapters() for name in re.findall(r"\(pictures/(\w+\.png)\)", text_of(path))}
    stored = {path.name: path.stat().st_size for path in (FOLDER / "pictures").glob("*.png")}
    assert shown == set(stored)
    assert not {name: size for name, size in stored.items() if size > MOST_BYTES}
    assert "order_entry.png" in stored  # the README of the repository begins with it


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda p: p.stem)
def test_every_chapter_ends_with_its_requirements(path: Path) -> None:
    last = text_of(path).rstrip().splitlines()[-1]
    assert last.startswith("对应要求：")
    named = last.removeprefix("对应要求：").split("、")
    assert all(REQUIREMENT.fullmatch(one) for one in named), named
    assert len(named) == len(set(named))


# -- what it says about the window -------------------------------------------------------------------------------------


def words_of_the_program() -> Iterator[str]:
    """Every text in the source that is not a docstring."""
    for package in ("salesdesk", "ui"):
        for path in sorted((ROOT / package).rglob("*.py")):
            if path.name.startswith("manual"):
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value


def test_every_button_and_field_it_names_exists(desk: Desk) -> None:
    said = set(words_of_the_program())
    for entity in desk.registry.entities.values():
        said.add(f"新建{entity.title}")
    said.update(verb.title for verb in desk.registry.verbs.values())
    all_words = "\n".join(said)
    composed = re.compile(r"改为 [\d.]+")  # a cure with its number
    unknown = {
        f"{path.name}: {word}"
        for path in chapters()
        for word in re.findall(r"「([^」]+)」", text_of(path))
        if word not in all_words and not composed.fullmatch(word)
    }
    assert not unknown


def test_every_message_it_cures_exists() -> None:
    all_words = "\n".join(words_of_the_program())
    chapter = text_of(FOLDER / "10_backup_and_trouble.md")
    messages = re.findall(r"^### (.+)$", chapter, re.MULTILINE)
    assert len(messages) >= 8
    assert not [m for m in messages if m not in all_words]


def known_keys(window: Window, desk: Desk) -> set[str]:
    """Keys that are registered or hinted at: of the window, its pages, an open order, the dialogs, the verbs, the grid."""
    names = [key for key, _ in EVERYWHERE]
    names += [verb.shortcut for verb in desk.registry.verbs.values() if verb.shortcut]
    widgets: list[QWidget] = [window]
    for module in window.modules:
        window.go(module.key)
        page = window.pages.page(module.key)
        names += [key for key, _ in page.key_hints()]
        if isinstance(page, OrdersPage):
            page.new_order()
            names += [key for key, _ in page.key_hints()]
        if isinstance(page, ReimbursementPage):
            page.new_claim()  # its shortcuts, those of its vouchers too
    dialogs = [
        PrintPreview(window.context, "送货单"),
        IntakeDialog(window.context, window, lambda uid: None),
        Manual(window),
    ]
    widgets += dialogs
    for widget in widgets:
        shortcuts: Any = widget.findChildren(QShortcut)
        names += [one.key().toString(QKeySequence.SequenceFormat.PortableText) for one in shortcuts]
    tables = (
        (lines_grid_keys._PLAIN, ""),
        (lines_grid_keys._CONTROL, "Ctrl+"),
        (lines_grid_keys._CONTROL_SHIFT, "Ctrl+Shift+"),
    )
    names += [held + QKeySequence(key).toString() for table, held in tables for key in table]
    names += ["F4", "Ctrl+A"]  # opens lists of a field; selects rows of a table
    names += [f"Alt+{number}" for number in range(1, len(window.modules) + 1)]
    found = {normal(part) for name in names for part in name.split(" / ")}
    for dialog in dialogs:
        dialog.close()
        dialog.deleteLater()
    return found


def normal(key: str) -> str:
    return key.replace("Return", "Enter").replace("PgDown", "PgDn").replace("Delete", "Del").replace("Insert", "Ins")


def test_every_key_it_names_is_registered(window: Window, desk: Desk) -> None:
    known = known_keys(window, desk)
    named = {normal(key): path.name for path in chapters() for key in KEY.findall(text_of(path))}
    assert len(named) > 20
    assert not {key: where for key, where in named.items() if key not in known}


# -- reading it ------------------------------------------------------------------------------------------------------


@pytest.fixture
def manual(qtbot: QtBot, window: Window, hands: Hands) -> Manual:
    """F1 opens the keys, F1 again the manual."""
    hands.press("F1")
    assert window.keysheet.isVisible()
    hands.press("F1")
    found = window.findChild(Manual)
    assert isinstance(found, Manual)
    qtbot.waitUntil(found.isVisible)
    assert not window.keysheet.isVisible()
    return found


def source(manual: Manual) -> str:
    return Path(manual.text.source().toLocalFile()).name


def test_f1_twice_opens_it_at_the_index(manual: Manual) -> None:
    assert source(manual) == "index.md"
    assert manual.list.count() == len(CHAPTERS) + 1
    assert not manual.back.isEnabled()


def test_a_link_goes_to_its_chapter_and_back_returns(manual: Manual) -> None:
    manual.text.setSource(manual.text.source().resolved(QUrl("06_delivery_and_printing.md")))
    assert manual.list.currentItem().text().startswith("06")
    manual.back.click()
    assert source(manual) == "index.md"
    assert manual.list.currentRow() == 0


def test_pictures_fit_the_window(manual: Manual) -> None:
    manual.list.setCurrentRow(3)
    image = manual.text.loadResource(2, QUrl("pictures/order_entry.png"))
    assert not image.isNull()
    assert 200 <= image.deviceIndependentSize().width() <= manual.text.viewport().width()
    assert manual.text.picture(QUrl("pictures/order_entry.png")).width() == 1440


def test_searching_keeps_the_chapters_that_hold_the_words(manual: Manual) -> None:
    QTest.keyClicks(manual.search, "241")
    shown = [item.text() for item in manual._items() if not item.isHidden()]
    assert any(text.startswith("06 发货与打印") for text in shown)
    assert len(shown) < 12
    assert manual.list.currentItem().text() in shown
    assert manual.text.extraSelections()
    assert manual.text.textCursor().selectedText() == "241"
    QTest.keyClick(manual.search, Qt.Key.Key_Return)
    assert manual.text.textCursor().hasSelection()
    manual.search.setText("没有这种说法")
    assert manual.told.text() == "没有找到，换个说法试试"
    manual._away()
    assert not manual.search.text()
    assert manual.isVisible()
    assert not any(item.isHidden() for item in manual._items())
    manual._away()
    assert not manual.isVisible()


@pytest.mark.usefixtures("qapp")
def test_the_manual_has_words_in_every_chapter() -> None:
    assert all(len(plain(path)) > 300 for path in CHAPTERS)


def test_an_order_is_confirmed_as_the_chapter_says(desk: Desk) -> None:
    """The stages the table of chapter 05 lists are those an order goes through."""
    told = re.findall(r"^\| 「(\S+)」 \|", text_of(FOLDER / "05_confirm_and_change.md"), re.MULTILINE)
    stages = [option.label for option in desk.entity("sales_order")["stage"].kind.options]  # type: ignore[attr-defined]
    assert told == stages
    made = desk.do("order.confirm", order_args(("P10012", "1", "48.60")))
    assert desk.row("sales_order", made.uid)["stage"] == "confirmed"  # type: ignore[index]


def test_only_a_demo_company_is_painted(tmp_path: Path) -> None:
    from salesdesk.domain.errors import Refused
    from tests.desks import empty_desk
    from ui.shell.manual_pictures import paint

    empty_desk(tmp_path / "real").close()
    with pytest.raises(Refused, match="不是演示公司"):
        paint(tmp_path / "real", tmp_path / "out")
    assert not (tmp_path / "out").exists()
