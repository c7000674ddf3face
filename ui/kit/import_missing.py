"""What a list to be imported points at and is not there yet, such as its categories: named together, made in one go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QGridLayout, QScrollArea, QWidget

from salesdesk.desk import Desk
from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Choice, Link
from salesdesk.domain.problems import Problem
from salesdesk.services.module import Outcome
from ui.kit.dialogs import Question
from ui.kit.page import PageContext
from ui.kit.widgets import label

MOST = 60
"""More names than this are rather a wrong column than records to make."""
SHOWN = 6


def target(desk: Desk, entity: Entity, key: str) -> Entity:
    """The kind of record a link field points at."""
    kind = entity[key].kind
    assert isinstance(kind, Link)
    return desk.entity(kind.entity)


def asked(one: Entity) -> list[Field]:
    """What has to be chosen for each of them besides the name."""
    return [f for f in one.typed_fields if f.required and f.key != one.naming]


def can_make(context: PageContext, entity: Entity, missing: Mapping[str, Sequence[str]]) -> bool:
    """Whether all of it can be made by name and a choice or two, by whoever sits here."""
    for key, names in missing.items():
        one = target(context.desk, entity, key)
        plain = all(isinstance(f.kind, Choice) for f in asked(one))
        if not plain or len(names) > MOST or not context.may(f"{one.key}.save"):
            return False
    return True


def missing_words(desk: Desk, entity: Entity, missing: Mapping[str, Sequence[str]]) -> tuple[str, int]:
    """「产品类别 球阀、闸阀…」 and how many there are."""
    told = []
    for key, names in missing.items():
        more = "……" if len(names) > SHOWN else ""
        told.append(f"{target(desk, entity, key).title}「{'、'.join(names[:SHOWN])}{more}」")
    return "、".join(told), sum(len(names) for names in missing.values())


class MissingDialog(Question):
    """One line for each name with what has to be chosen; saved one after the other, each an operation that can be undone."""

    def __init__(self, context: PageContext, parent: QWidget, one: Entity, names: Sequence[str]) -> None:
        super().__init__(parent, f"新建{one.title}", "导入的表里有，程序里还没有。", f"新建 {len(names)} 个", 460)
        self.context, self.entity = context, one
        self.left = list(names)
        self.choices: dict[str, dict[str, QComboBox]] = {}
        inside = QWidget()
        inside.setObjectName("scrolled")
        grid = QGridLayout(inside)
        grid.setColumnStretch(0, 1)
        grid.setHorizontalSpacing(12)
        for column, field in enumerate(asked(one), 1):
            title = label(field.title, "caption", "text2")
            title.setToolTip(field.note)
            grid.addWidget(title, 0, column)
        for at, name in enumerate(names, 1):
            grid.addWidget(label(name), at, 0)
            self.choices[name] = {}
            for column, field in enumerate(asked(one), 1):
                assert isinstance(field.kind, Choice)
                box = QComboBox()
                for option in field.kind.options:
                    box.addItem(option.label, option.key)
                box.setAccessibleName(f"{name} 的{field.title}")
                self.choices[name][field.key] = box
                grid.addWidget(box, at, column)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        area.setMinimumHeight(min(240, 44 + 42 * len(names)))  # a low screen shows fewer at once
        self.body.addWidget(area)
        first = next((box for boxes in self.choices.values() for box in boxes.values()), None)
        (first or self.yes).setFocus()

    def answer(self) -> None:
        self.yes.set_busy(True)
        self._next()

    def _next(self) -> None:
        """Save the next one; the dialog is done when none is left."""
        if not self.left:
            self.accept()
            return
        name = self.left[0]
        values: dict[str, Any] = {key: box.currentData() for key, box in self.choices[name].items()}
        self.context.ops.run(
            f"{self.entity.key}.save", {self.entity.naming: name, **values}, self._saved, self._refused
        )

    def _saved(self, outcome: Outcome) -> None:
        self.left.pop(0)
        self._next()

    def _refused(self, problems: tuple[Problem, ...]) -> None:
        self.yes.set_busy(False)
        self.refuse(list(problems))


def make_missing(context: PageContext, parent: QWidget, entity: Entity, missing: Mapping[str, Sequence[str]]) -> bool:
    """Ask and make; whether anything was made."""
    made = False
    for key, names in missing.items():
        dialog = MissingDialog(context, parent, target(context.desk, entity, key), names)
        dialog.exec()
        made = made or len(dialog.left) < len(names)
        dialog.deleteLater()
    return made
