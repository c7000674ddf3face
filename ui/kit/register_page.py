"""The page of a plain subject, made from its declaration alone: title, buttons, its registers side by side as tabs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import QStackedWidget, QTabBar

from salesdesk.domain.changes import Changes
from salesdesk.services.drafts import SavedDraft
from salesdesk.services.module import Module
from ui.kit.button_line import ButtonLine
from ui.kit.front_stack import FrontStack
from ui.kit.page import Page, PageContext
from ui.kit.register_panel import RegisterPanel
from ui.kit.register_verbs import registers_of
from ui.kit.reveal import KEYS
from ui.kit.widgets import KeyHints, label, row

BESIDE_TITLE = 4
"""So many tabs stand beside the title; more of them have a line of their own."""


class RegisterPage(Page):
    """Shows every register of a module; the main one first."""

    def __init__(self, context: PageContext, module: Module) -> None:
        super().__init__(context)
        self.key, self.title = module.key, module.title
        self.module = module
        self.registers = registers_of(context.desk, module)
        self.panels: dict[str, RegisterPanel] = {}
        self._lines: dict[str, ButtonLine] = {}
        self._key = f"ui.page.{module.key}"
        self.heading = label(module.title, "title", bold=True)
        self.number = label("", "body", "text2")
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setAccessibleName(f"{module.title}的各本台账")
        for entity in self.registers:
            self.tabs.addTab(entity.title)
        self._actions = QStackedWidget()
        self._actions.setFixedHeight(36)
        self.stack = FrontStack()
        beside = [self.tabs] if len(self.registers) <= BESIDE_TITLE else []
        self.column.addLayout(row(self.heading, self.number, *beside, 1, self._actions, spacing=12))
        if not beside:  # with the buttons on one line they would be cut
            self.column.addLayout(row(self.tabs, 1))
        self.tabs.setVisible(len(self.registers) > 1)  # not before it has a parent: it would be a window for a moment
        self.column.addWidget(self.stack, 1)
        self.hints = KeyHints(self.key_hints())
        self.column.addWidget(self.hints)
        kept = str((self.desk.settings.get(self._key) or {}).get("register", ""))
        first = next((i for i, e in enumerate(self.registers) if e.key == kept), 0)
        self.tabs.setCurrentIndex(first)
        self.tabs.currentChanged.connect(self._turn)
        self._turn(first)

    # -- registers -----------------------------------------------------------------------------------------------------

    def panel(self, entity: str) -> RegisterPanel:
        """The register of an entity, made when first wanted."""
        if entity not in self.panels:
            made = self.make_panel(entity)
            made.counted.connect(self._show_number)
            self.panels[entity] = made
            self.stack.addWidget(made)
            line = ButtonLine(*made.buttons)
            self._actions.addWidget(line)
            self._lines[entity] = line
        return self.panels[entity]

    def make_panel(self, entity: str) -> RegisterPanel:
        """A register of this page; a page with registers of its own kind makes those."""
        return RegisterPanel(self.context, entity)

    @property
    def front(self) -> RegisterPanel:
        """The register that is shown."""
        return self.panel(self.registers[max(0, self.tabs.currentIndex())].key)

    def _turn(self, index: int) -> None:
        panel = self.panel(self.registers[index].key)
        self.stack.setCurrentWidget(panel)
        self._actions.setCurrentWidget(self._lines[self.registers[index].key])
        panel.on_shown()
        self._show_number()
        self.desk.settings.habit(self._key, {"register": self.registers[index].key})

    def _show_number(self, number: object = None) -> None:
        self.number.setText(f"{self.front.model.rowCount():,} 条" if self.front.model.rowCount() else "")

    def show_register(self, entity: str) -> RegisterPanel:
        """Bring a register to the front."""
        index = next((i for i, e in enumerate(self.registers) if e.key == entity), 0)
        self.tabs.setCurrentIndex(index)
        return self.front

    # -- what the frame asks -------------------------------------------------------------------------------------------

    def on_shown(self) -> None:
        panel = self.front
        panel.on_shown()
        here = self.window().focusWidget()
        if here is None or here is self.tabs or not self.isAncestorOf(here):  # Qt gives it to the tabs by itself
            panel.search()

    def refresh(self, changes: Changes) -> None:
        for panel in self.panels.values():
            panel.refresh(changes)
        self._show_number()

    def open_record(self, entity: str, uid: str) -> None:
        self.show_register(entity).open(uid)

    def run_action(self, action: str, args: Mapping[str, Any]) -> None:
        given = dict(args)
        panel = self.show_register(str(given.pop("entity", "") or action.rpartition(".")[0] or self.module.main))
        if action in ("new", f"{panel.entity.key}.save"):
            panel.new(given)
        elif action == "filter":
            panel.filter.choose(str(given.get("status", "")), str(given.get("day", "")))
        elif action.endswith(".import"):
            panel.exchange.fetch()
        elif action.endswith(".export"):
            panel.exchange.export()
        elif action.endswith(".print_list"):
            panel.exchange.print_list()
        elif action in self.desk.registry.verbs:
            self.context.perform(action, given)

    def current_record(self) -> tuple[str, str] | None:
        uid = self.front.in_hand()
        return (self.front.entity.key, uid) if uid else None

    def keep_draft(self) -> None:
        for panel in self.panels.values():
            if panel.record is not None:
                panel.record.form.keeper.keep()
            panel.model.stop()

    def resume(self, kept: SavedDraft) -> None:
        self.show_register(kept.entity).resume()

    def key_hints(self) -> Sequence[tuple[str, str]]:
        hints = [("↑↓", "选"), ("Enter", "打开"), ("Ctrl+F", "搜索")]
        if any(f"{e.key}.save" in self.desk.registry.verbs for e in self.registers):
            hints += [("Ctrl+N", "新建"), ("Ctrl+S", "保存")]
        if any(f.masked and f"{e.key}.reveal" in self.desk.registry.verbs for e in self.registers for f in e):
            hints.append((KEYS, "显示"))
        hints += [
            ("F6", "列表和资料之间"),
            ("Delete", "作废"),
            ("Ctrl+C", "复制行"),
            ("Ctrl+Z", "撤销"),
            ("F1", "全部快捷键"),
        ]
        return hints

    def shot_states(self) -> Sequence[tuple[str, Callable[[], object]]]:
        states: list[tuple[str, Callable[[], object]]] = [("open", self._open_first)]
        for entity in self.registers[1:]:
            states.append((entity.key, lambda key=entity.key: self.show_register(key)))  # type: ignore[misc]
        return states

    def _open_first(self) -> None:
        panel = self.show_register(self.module.main)
        if panel.model.rowCount():
            panel.view.select_row(0)
            panel.open(panel.view.current_uid())
