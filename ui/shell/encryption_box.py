"""加密 on the settings page: is the data file encrypted, the recovery code to write down and to type back, turning it on or off."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from salesdesk.desk import DATA_FILE, decrypt_data, encrypt_data
from salesdesk.domain.clock import stamp
from salesdesk.domain.errors import EnvironmentFault, Refused
from salesdesk.domain.problems import Problem
from salesdesk.services import encryption
from ui.kit.dialogs import Question, confirm, tell
from ui.kit.page import PageContext
from ui.kit.theme import theme
from ui.kit.widgets import FieldLabel, button, label, row
from ui.shell.joining import Told


class Converting:
    """Encrypts the data file, or decrypts it for None, between closing the window and opening it again."""

    def __init__(self, code: encryption.Code | None) -> None:
        self._code = code
        self.doing = "正在加密数据文件" if code is not None else "正在解密数据文件"

    def restore(self, folder: Path) -> Told:
        """Do it, and what the next window shall say."""
        try:
            if self._code is None:
                decrypt_data(folder)
                return Told("ok", "已解密；旧的备份还是加密的，钥匙留着")
            kept = encrypt_data(folder, self._code)
        except (EnvironmentFault, Refused) as fault:
            return Told("err", str(fault))
        if kept:
            return Told("ok", "数据文件和备份都加密了，平时用起来和以前一样")
        return Told("warn", "已加密，但这台电脑没有凭据管理器，钥匙在数据文件夹的 keys 里：拿走整个文件夹的人打得开")


class CodeDialog(Question):
    """Shows a fresh recovery code and goes on only after it was typed back from the paper."""

    def __init__(self, parent: QWidget | None, code: encryption.Code, context: PageContext | None = None) -> None:
        hint = "把这六组字打印出来或写在纸上，放进抽屉锁好，不要存在这台电脑里。换电脑、重装系统时要用它；丢了它又丢了钥匙，数据谁也打不开。"
        super().__init__(parent, "恢复码", hint, "写好了", 560)
        self._code = code
        self.shown = QLineEdit(code.text)
        self.shown.setReadOnly(True)
        self.shown.setFont(theme().font("subtitle", bold=True))
        self.shown.setMinimumHeight(44)
        self.shown.setAccessibleName("恢复码")
        self.typed = QLineEdit()
        self.typed.setAccessibleName("照着纸输一遍")
        self.typed_label = FieldLabel("照着纸输一遍", True)
        self.printing = button("打印恢复码…", "print", clicked=self._print)
        self._context = context
        self.buttons.insertWidget(0, self.printing)
        self.body.addWidget(self.shown)
        self.body.addWidget(self.typed_label)
        self.body.addWidget(self.typed)
        self._asking(False)

    def _asking(self, asking: bool) -> None:
        self.shown.setVisible(not asking)
        self.printing.setVisible(not asking and self._context is not None)
        self.typed_label.setVisible(asking)
        self.typed.setVisible(asking)
        self.adjustSize()
        (self.typed if asking else self.yes).setFocus()

    def _print(self) -> None:
        if self._context is not None:
            show_sheet(self._context, self._code)

    def answer(self) -> None:
        if self.typed.isHidden():
            self._asking(True)
            self.yes.setText("加密")
            return
        try:
            same = encryption.read_code(self.typed.text()).secret == self._code.secret
        except Refused as refused:
            self.refuse(refused.problems)
            return
        if not same:
            self.refuse([Problem("和刚才显示的不一样", "请对着纸再输一次，或点「取消」重来")])
            return
        self.accept()


class EncryptionBox(QWidget):
    """`wanted(wish)` when the window shall close for the data file to be converted."""

    wanted = Signal(object)

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self._path = context.desk.folder / DATA_FILE
        self._code: encryption.Code | None = None
        self.state = label("", "grid", "text2")
        self.state.setWordWrap(True)
        self.on = button("加密…", "lock", clicked=self._turn_on)
        self.show_code = button("恢复码…", "eye", clicked=self._show_code)
        self.off = button("解密…", clicked=self._turn_off)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.state)
        column.addLayout(row(1, self.show_code, self.off, self.on, spacing=10))

    def read(self) -> None:
        """Look again."""
        encrypted = encryption.encrypted(self._path)
        seat = self._context.desk.settings.seat
        may = not seat.people or self._context.may("operator.save")
        self.state.setText(
            "数据文件和备份是加密的：拿走文件也读不出来。附件、归档的文件和导出的表不在里面。"
            if encrypted
            else "数据文件没有加密：拿到文件的人用别的程序能读。加密以后平时用起来一样，录单慢不了多少。"
        )
        self.on.setVisible(not encrypted)
        self.show_code.setVisible(encrypted)
        self.off.setVisible(encrypted)
        for part in (self.on, self.show_code, self.off):
            part.setEnabled(may)

    def _turn_on(self) -> None:
        code = encryption.new_code()
        dialog = CodeDialog(self.window(), code, self._context)
        if dialog.exec():
            self.wanted.emit(Converting(code))
        dialog.deleteLater()

    def _turn_off(self) -> None:
        text = "解密以后，拿到文件的人用别的程序能读。以前的备份还是加密的。"
        if confirm(self.window(), "解密数据文件", text, "解密"):
            self.wanted.emit(Converting(None))

    def _show_code(self) -> None:
        code = encryption.code_of(self._context.desk.folder, self._path)
        if code is None:
            tell(self.window(), "恢复码", "这台电脑上没有钥匙", tone="info")
            return
        self._code = code
        text = f"{code.text}\n印在或写在纸上收好，不要拍照、不要存在这台电脑里。"
        tell(self.window(), "恢复码", text, [("打印…", self._print_code)], "info")

    def _print_code(self) -> None:
        if self._code is not None:
            show_sheet(self._context, self._code)


def show_sheet(context: PageContext, code: encryption.Code) -> None:
    """The sheet with the code, in the preview from which it is printed; it is never written to the disk."""
    from salesdesk.services.recovery_sheet import paint
    from ui.kit.print_preview import PrintPreview

    desk = context.desk
    preview = PrintPreview(context, "数据恢复码", secret=True)
    preview.show_pdf(paint(code, desk.settings.company, desk.folder, stamp(desk.database.clock.now())))
    preview.exec()
    preview.deleteLater()
