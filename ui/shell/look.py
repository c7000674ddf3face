"""Shows one invoice file from the Explorer in a window of its own: what 打开方式 of the installer calls."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from salesdesk.cli.vouchers import laid_out
from salesdesk.domain.errors import EnvironmentFault, Refused
from salesdesk.services.vouchers.reading import read_file
from salesdesk.services.vouchers.viewing import view_of
from salesdesk.services.vouchers.voucher import MONEY, Voucher
from ui.kit.dialogs import Question
from ui.kit.page import PageContext
from ui.kit.plain_table import PlainTable
from ui.kit.print_preview import PrintPreview
from ui.kit.theme import theme
from ui.shell.application import application


class _Alone:
    """A preview without the program's window around it: no data is opened for looking at one file."""

    window = None


class FileWords(Question):
    """What a file without pages says, as a table: an XML."""

    def __init__(self, file: Path, voucher: Voucher) -> None:
        super().__init__(None, file.stem, in_words(voucher), "关闭", 760)
        self.no.hide()
        self.table = PlainTable("文件里写的", ("项目", "写的是"), (1,))
        self.table.show_pairs(view_of(file.read_bytes(), voucher.form).rows)
        self.table.setMinimumHeight(420)
        self.body.addWidget(self.table)
        self.table.setFocus()


def view_file(file: Path) -> PrintPreview | FileWords:
    """A file as it would be printed on A4, or its words where it has no pages; what cannot be read says so."""
    preview = PrintPreview(cast(PageContext, _Alone()), file.stem)
    try:
        sheets, _ = laid_out([file])
    except (Refused, EnvironmentFault) as fault:
        preview.banner.say("err", str(fault))
        return preview
    (voucher, *_) = read_file(file)
    if voucher.form == "xml":
        preview.deleteLater()
        return FileWords(file, voucher)
    preview.show_pdf(sheets.pdf)
    if sheets.findings:
        preview.banner.say("warn", "；".join(sheets.findings))
    return preview


def in_words(voucher: Voucher) -> str:
    """What an XML says; it has no page to look at."""
    total = f"价税合计 ¥{MONEY.show(voucher.total)}" if voucher.total is not None else ""
    parties = [f"{who} {name}" for who, name in (("销售方", voucher.seller), ("购买方", voucher.buyer)) if name]
    kind = voucher.kind.label if voucher.kind else "不认识的票种"
    told = "，".join(filter(None, [f"{kind} {voucher.key}".strip(), voucher.date or "", *parties, total]))
    return f"{told}。XML 里只有内容、没有版面；要打印请用同一张票的 PDF 或 OFD"


def look(file: Path) -> int:
    """Show a file until its window is closed."""
    theme().apply(application(), "system")
    dialog = view_file(file)
    dialog.exec()
    dialog.deleteLater()
    return 0
