"""The sheet for whoever sets up the next PC: which workspace, which folder, in which order; never the passphrase."""

from __future__ import annotations

from pathlib import Path

from salesdesk.domain.clock import stamp
from salesdesk.services.files import write_atomically
from salesdesk.services.sync.syncing import Sync

STEPS = (
    "新电脑装好本程序，打开后在左下角状态那里点开「同步」，按「设置同步」。",
    "选「加入」，共享文件夹照上面填；盘符不同没关系，是同一个文件夹就行。",
    "输入口令。口令不印在这里，请当面问已经在用的同事。",
    "给这台电脑起个认得出的名字，例如 前台、财务。单号字母自动分配，不会重。",
    "等进度走完就能用；以后自动同步，共享盘断了也能照常录单。",
)


def make(sync: Sync, company: str) -> Path:
    """Paint it as a PDF into the folder of prints; returns the file. Raises EnvironmentFault when it cannot be written."""
    from salesdesk.services.papers.shapes import Sheet, SheetColumn, paper
    from salesdesk.services.printing import render_sheet

    peers = [peer for peer in sync.peers() if not peer.removed]
    sheet = Sheet(
        "加入同步的说明",
        (SheetColumn("序", 1, "center"), SheetColumn("怎么做", 12)),
        tuple((str(n), step) for n, step in enumerate(STEPS, 1)),
        company,
        pairs=(
            ("共享文件夹", sync.share),
            ("工作区编号", sync.number),
            ("已在用的电脑", "、".join(f"{peer.name}（{peer.letter}）" for peer in peers)),
        ),
        pair_columns=2,
        notes=(
            (
                "口令",
                "忘了口令，共享盘上的数据谁也打不开，只能靠各台电脑自己的数据。请写下来锁好，不要和这张纸放在一起。",
            ),
        ),
        fill_rows=0,
        stamp=stamp(sync.database.clock.now()),
    )
    target = sync.folder / "prints" / "加入同步的说明.pdf"
    target.parent.mkdir(exist_ok=True)
    write_atomically(target, render_sheet(sheet, paper("A4")).pdf)
    return target
