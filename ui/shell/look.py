"""Shows one invoice file from the Explorer in a window of its own: what 打开方式 of the installer calls."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from salesdesk.cli.vouchers import laid_out
from salesdesk.domain.errors import EnvironmentFault, Refused
from salesdesk.services.vouchers.reading import read_file
from salesdesk.services.vouchers.voucher import MONEY, Voucher
from ui.kit.page import PageContext
from ui.kit.print_preview import PrintPreview
from ui.kit.theme import theme
from ui.shell.application import application


class _Alone:
    """A preview without the program's window around it: no data is opened for looking at one file."""

    window = None


def preview_of(file: Path) -> PrintPreview:
    """The preview of a file as it would be printed on A4; what cannot be read says so in it."""
    preview = PrintPreview(cast(PageContext, _Alone()), file.stem)
    try:
        sheets, _ = laid_out([file])
    except (Refused, EnvironmentFault) as fault:
        preview.banner.say("err", str(fault))
        return preview
    preview.show_pdf(sheets.pdf)
    (voucher, *_) = read_file(file)
    if voucher.form == "xml":
        preview.banner.say("info", in_words(voucher))
    elif sheets.findings:
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
    preview = preview_of(file)
    preview.exec()
    preview.deleteLater()
    return 0
