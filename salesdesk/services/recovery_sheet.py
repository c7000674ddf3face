"""The recovery code as a sheet of paper, made in memory: the one place where it may stand is the drawer."""

from __future__ import annotations

from pathlib import Path

from salesdesk.services.encryption import GROUP, Code

HOW = (
    "换电脑、重装系统以后打开程序，会要恢复码：照着上面的六组输进去，大小写、横线都不要紧，0 和 O、1 和 I 分不清也不要紧。",
    "它打得开数据文件和加密以后的备份。拿到这张纸和文件的人都打得开，请锁好，和电脑分开放。",
    "以后重新加密会有新的恢复码，那时把这张换掉；旧备份还要用旧的，不要马上扔。",
)


def paint(code: Code, company: str, folder: Path, stamp: str) -> bytes:
    """The PDF. folder: whose data it opens; stamp: when it was printed."""
    from salesdesk.services.papers.shapes import Sheet, SheetColumn, Signature, paper
    from salesdesk.services.printing import render_sheet

    groups = code.text.split("-")
    sheet = Sheet(
        "数据恢复码",
        (SheetColumn("第几组", 3, "center"), SheetColumn("照着输", 12, "center", "code")),
        tuple((str(n), group) for n, group in enumerate(groups, 1)),
        company,
        pairs=(("数据文件夹", str(folder)), ("恢复码", f"{len(groups)} 组，每组 {GROUP} 个字"), ("连起来", code.text)),
        pair_columns=1,
        notes=tuple((f"说明 {n}", text) for n, text in enumerate(HOW, 1)),
        signatures=(Signature("保管人"), Signature("存放处")),
        fill_rows=0,
        stamp=stamp,
    )
    return render_sheet(sheet, paper("A4")).pdf
