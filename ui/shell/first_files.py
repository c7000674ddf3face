"""The first evening's work in a minute: her product list and her customer list come in from the Excel files they are in."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from ui.kit.controls import Card
from ui.kit.dialogs import Question
from ui.kit.import_wizard import show_import
from ui.kit.widgets import Button, IconLabel, button, label, row

if TYPE_CHECKING:
    from ui.shell.window import Window

FILES = (
    ("product", "产品", "价目表：编码、名称、规格、单位、单价、库存，列名不用改"),
    ("customer", "客户", "客户名单：编码、名称、联系人、电话、地址、额度"),
)


class FirstFiles(Question):
    """One line for each list with its button; each opens the importer, which shows every row before it writes any."""

    def __init__(self, window: Window) -> None:
        hint = "有现成的 Excel 就从它导入：写进去之前，每一行会怎样都先给你看，错了按 Ctrl+Z 整批撤销。没有就直接往下。"
        super().__init__(window, "把产品和客户导进来", hint, "录第一张订单", 620)
        self._window = window
        self.no.setText("以后再说")
        self.choose: dict[str, Button] = {}
        self._states: dict[str, QWidget] = {}
        for entity, title, note in FILES:
            card = Card()
            words = label(note, "grid", "text2")
            words.setWordWrap(True)
            self._states[entity] = state = label("", "grid", "ok", bold=True)
            self.choose[entity] = button("选文件…", "arrow_import", clicked=partial(self._import, entity))
            self.choose[entity].setAccessibleName(f"导入{title}：选文件")
            line = row(
                IconLabel("excel", "ok", 20), label(title, bold=True), words, state, self.choose[entity], spacing=12
            )
            line.setStretch(2, 1)
            card.body.addLayout(line)
            self.body.addWidget(card)
        self.show_counts()
        self.choose["product"].setFocus()

    def _import(self, entity: str) -> None:
        if show_import(self._window.context, entity):
            self.show_counts()
            following = "customer" if entity == "product" else ""
            (self.choose[following] if following else self.yes).setFocus()

    def show_counts(self) -> None:
        """How many there are of each."""
        self._window.ops.read(self._count, self._counted, token="first files")

    def _count(self) -> dict[str, int]:
        return {entity: self._window.desk.count(entity) for entity in self._states}

    def _counted(self, counts: dict[str, int]) -> None:
        for entity, count in counts.items():
            self._states[entity].setText(f"已有 {count:,} 个" if count else "")  # type: ignore[attr-defined]


def show_first_files(window: Window) -> bool:
    """Whether she wants to make her first order now."""
    dialog = FirstFiles(window)
    wanted = bool(dialog.exec())
    dialog.deleteLater()
    return wanted
