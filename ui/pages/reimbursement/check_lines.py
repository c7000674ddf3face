"""What was checked by hand of a voucher, by whom and when, and why it was rejected."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QVBoxLayout, QWidget

from salesdesk.domain.kinds import Row
from salesdesk.modules.reimbursement.voucher_model import CHECK
from ui.kit.freed import empty
from ui.kit.page import PageContext
from ui.kit.widgets import Chip, IconButton, label, row


class CheckLines(QWidget):
    """One line a check; hidden while there is none."""

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self.context = context
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self.hide()

    def show_checks(self, checks: Sequence[Row], rejected: str, editable: bool) -> None:
        """Show other checks; `rejected` is why the voucher was taken out of the sums."""
        empty(self._column)
        if rejected:
            told = label(f"剔除原因：{rejected}", "grid", "err")
            told.setWordWrap(True)
            self._column.addWidget(told)
        for one in checks:
            result = CHECK.option("result", one["result"])
            when = str(one["at"] or "")[5:16].replace("T", " ")
            files = f"，附 {one['files']} 个文件" if one["files"] else ""
            text = label(
                f"{one['kind']}　{one['who'] or ''} {when}{files}" + (f"：{one['note']}" if one["note"] else ""),
                "caption",
            )
            text.setWordWrap(True)
            line = QWidget()
            parts = row(Chip(result), text, spacing=8)
            parts.setStretch(1, 1)
            if editable:
                parts.addWidget(
                    IconButton("dismiss", f"作废这次{one['kind']}", clicked=partial(self._take_back, str(one["uid"])))
                )
            line.setLayout(parts)
            self._column.addWidget(line)
        self.setVisible(bool(checks or rejected))

    def _take_back(self, uid: str) -> None:
        self.context.ops.run("check.void", {"uid": uid})
