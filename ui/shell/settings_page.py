"""设置: one line for every declared choice of this PC and this company; a change counts at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from salesdesk import __version__
from salesdesk.services.settings import ALL, BY_OPERATORS, Setting
from ui.kit.page import Page, PageContext
from ui.kit.widgets import Banner, Card, ElidedLabel, FieldLabel, QuietButton, button, label, mark_error, row
from ui.shell.bundle_button import BundleButton


class SettingEdit(QWidget):
    """One choice: its title and note, its editor. `chosen(key, value)` when the clerk changed it to something sensible."""

    chosen = Signal(object)

    def __init__(self, setting: Setting, value: Any) -> None:
        super().__init__()
        self.setting = setting
        self._whole = isinstance(setting.default, int) and not isinstance(setting.default, bool)
        self.label = FieldLabel(setting.title, hint=setting.note)
        self.editor: QLineEdit | QComboBox
        if setting.options:
            self.editor = QComboBox()
            for key, text in setting.options:
                self.editor.addItem(text, key)
            self.editor.activated.connect(self._picked)
        else:
            self.editor = QLineEdit()
            if self._whole:
                self.editor.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
            self.editor.editingFinished.connect(self._typed)
        self.editor.setAccessibleName(setting.title)
        if setting.note:
            self.editor.setAccessibleDescription(setting.note)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.label)
        column.addWidget(self.editor)
        self.show_value(value)

    def show_value(self, value: Any) -> None:
        """Show a value that came from elsewhere."""
        if isinstance(self.editor, QComboBox):
            self.editor.setCurrentIndex(max(0, self.editor.findData(value)))
        elif not self.editor.hasFocus():
            self.editor.setText("" if value is None else str(value))

    def _picked(self) -> None:
        assert isinstance(self.editor, QComboBox)
        self.chosen.emit((self.setting.key, self.editor.currentData()))

    def _typed(self) -> None:
        assert isinstance(self.editor, QLineEdit)
        text = self.editor.text().strip()
        wrong = ""
        value: Any = text
        if self._whole:
            try:
                value = int(text or "0")
            except ValueError:
                wrong = "请填整数"
        self.label.set_error(wrong)
        mark_error(self.editor, bool(wrong))
        if not wrong:
            self.chosen.emit((self.setting.key, value))


class SettingsPage(Page):
    """All choices by group, and where the data lies."""

    key = "settings"
    title = "设置"

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._saved = label("改了就算数，不用另外保存", "grid", "text2")
        self.column.addLayout(row(label("设置", "title", bold=True), self._saved, 1, spacing=12))
        inside = QWidget()
        inside.setObjectName("scrolled")
        inside.setMaximumWidth(900)
        cards = QVBoxLayout(inside)
        cards.setContentsMargins(0, 0, 8, 0)
        cards.setSpacing(12)
        self.edits: dict[str, SettingEdit] = {}
        groups: dict[str, list[Setting]] = {}
        for one in ALL:
            if one.shown:
                groups.setdefault(one.group, []).append(one)
        for group, members in groups.items():
            cards.addWidget(self._card(group, members))
        cards.addWidget(self._rules_card())
        cards.addWidget(self._data_card())
        cards.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        self._area = area
        self.column.addWidget(area, 1)

    def _card(self, group: str, members: list[Setting]) -> Card:
        card = Card(group)
        grid = QGridLayout()
        grid.setHorizontalSpacing(20)
        grid.setVerticalSpacing(10)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        for at, one in enumerate(members):
            edit = SettingEdit(one, self.desk.settings.get(one.key))
            edit.chosen.connect(self._choose)
            self.edits[one.key] = edit
            grid.addWidget(edit, at // 2, at % 2)
        card.body.addLayout(grid)
        if group == "打印":
            told = label("连续纸印歪了、越印越偏，量一次就好", "grid", "text2")
            card.body.addLayout(row(told, 1, button("打印机校准…", "fit", clicked=self._calibrate), spacing=12))
        if group == "本机":
            told = label("谁能用、什么角色、密码，设了密码就要登录", "grid", "text2")
            self.operators = button("操作员名单…", "person", clicked=self._open_operators)
            card.body.addLayout(row(told, 1, self.operators, spacing=12))
        if group == "备份":
            from ui.shell.backup_box import BackupBox

            self.backups = BackupBox(self.context)
            self.backups.restore_wanted.connect(self._restore)
            card.body.addWidget(self.backups)
        if group == "同步":
            told = label("几台电脑共用一份数据：状态、电脑、口令、合并问题", "grid", "text2")
            card.body.addLayout(row(told, 1, button("打开同步", "sync", clicked=self._open_sync), spacing=12))
        if group == "保密":
            from ui.shell.encryption_box import EncryptionBox

            self.encryption = EncryptionBox(self.context)
            self.encryption.wanted.connect(self._convert)
            card.body.addWidget(self.encryption)
            told = label("谁看过完整的电话、地址、账号，谁连同它们导出过", "grid", "text2")
            self.access = button("查看记录…", "eye", clicked=self._open_access)
            card.body.addLayout(row(told, 1, self.access, spacing=12))
        return card

    def _rules_card(self) -> Card:
        card = Card("检查规则", "录单、导入、变更都按这一张表检查：哪些阻断、哪些只提醒、谁能放行")
        self.rules = button("打开检查规则", "shield", clicked=self._open_rules)
        card.body.addLayout(row(1, self.rules, spacing=12))
        return card

    def _open_rules(self) -> None:
        self.context.navigate("orders", action="rules")

    def _open_sync(self) -> None:
        self.context.navigate("sync")

    def _open_access(self) -> None:
        from ui.kit.access_dialog import show_access

        show_access(self.context)

    def _convert(self, wish: object) -> None:
        window: Any = self.context.window
        if hasattr(window, "open_anew"):
            window.open_anew(wish)

    def _open_operators(self) -> None:
        from ui.kit.operators_dialog import show_operators

        show_operators(self.context)

    def _restore(self, file: Path) -> None:
        window: Any = self.context.window
        if hasattr(window, "open_anew"):
            from ui.shell.backup_box import Restoring

            window.open_anew(Restoring(file))

    def _calibrate(self) -> None:
        from ui.kit.calibration_dialog import CalibrationDialog

        dialog = CalibrationDialog(self.context)
        dialog.exec()
        dialog.deleteLater()

    def _data_card(self) -> Card:
        card = Card("数据文件夹", "全部数据都在这个文件夹里，换电脑时整个带走")
        path = ElidedLabel(str(self.desk.folder), "grid", "text2")
        place = row(path, button("打开文件夹", "folder_open", clicked=self._open_folder), spacing=12)
        place.setStretch(0, 1)
        card.body.addLayout(place)
        told = Banner()
        self.bundle = BundleButton(self.desk.support_bundle, told)
        why = label(
            f"程序 {__version__}。有毛病要请人看：诊断包里有日志、版本、检查结果，没有客户资料", "grid", "text2"
        )
        why.setWordWrap(True)
        self.newer = QuietButton("查新版本", "sync", self._look_for_newer)
        self.newer.setToolTip("看共享盘上有没有新版本")
        line = row(why, self.newer, self.bundle, spacing=12)
        line.setStretch(0, 1)
        card.body.addLayout(line)
        card.body.addWidget(told)
        return card

    def _look_for_newer(self) -> None:
        watch = getattr(self.context.window, "sync_watch", None)
        if watch is not None:
            watch.updates.look(anew=True)

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.desk.folder)))

    def _choose(self, choice: tuple[str, Any]) -> None:
        key, value = choice
        if self.desk.settings.get(key) != value:
            self.ops.write(_Put(self.context, key, value), self._kept)

    def _kept(self, key: str) -> None:
        title = next(s.title for s in ALL if s.key == key)
        self._saved.setText(f"已记下「{title}」")
        window: Any = self.context.window
        if hasattr(window, "setting_changed"):
            window.setting_changed(key)

    def on_shown(self) -> None:
        for key, edit in self.edits.items():
            edit.show_value(self.desk.settings.get(key))
        seat = self.desk.settings.seat
        for key, value in zip(BY_OPERATORS, (seat.name, seat.role.name.lower()), strict=True):
            self.edits[key].setEnabled(not seat.people)
            self.edits[key].show_value(value)
        self.newer.setVisible(self.desk.synced)
        self.backups.read()
        self.encryption.read()
        first = next(iter(self.edits.values()))
        first.editor.setFocus()

    def run_action(self, action: str, args: Mapping[str, Any]) -> None:
        """`choose` with a setting's key goes to its editor."""
        edit = self.edits.get(action)
        if edit is not None:
            edit.editor.setFocus()
            self._area.ensureWidgetVisible(edit)

    def key_hints(self) -> list[tuple[str, str]]:
        return [("Tab", "下一项")]


class _Put:
    """Remembers one choice, on the writer thread."""

    def __init__(self, context: PageContext, key: str, value: Any) -> None:
        self._settings, self._key, self._value = context.desk.settings, key, value

    def __call__(self) -> str:
        self._settings.put(self._key, self._value)
        return self._key


def make(context: PageContext) -> Page:
    """The page for the frame."""
    return SettingsPage(context)
