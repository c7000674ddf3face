"""A table that is only read says so when there is nothing to read, and only once somebody has looked."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from ui.kit.plain_table import PlainTable


def inks(table: PlainTable) -> int:
    """Different colours in the table's ground: one when nothing is written on it."""
    image = table.viewport().grab().toImage()
    return len({image.pixel(x, y) for x in range(image.width()) for y in range(image.height())})


def test_an_empty_table_says_what_is_missing_after_it_was_read(qtbot: QtBot) -> None:
    table = PlainTable("领用台账", ("领用人", "金额"), (0,), "这段日子没有领用")
    qtbot.addWidget(table)
    table.resize(400, 160)
    table.show()
    assert inks(table) == 1, "nobody has looked yet"
    table.finish()
    assert inks(table) > 1
    empty = table.viewport().grab().toImage()
    table.setRowCount(1)
    table.put(0, 0, "")
    table.finish()
    assert table.viewport().grab().toImage() != empty, "the words are gone once there is a row"
