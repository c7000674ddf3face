"""Two small tables of a changed order: what became of each field, and who has been told and has taken note."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent

from salesdesk.domain.kinds import Row, Stamp
from salesdesk.modules.orders.change_model import CHANGE_NOTICE
from salesdesk.modules.orders.change_rules import WORD, Difference
from ui.kit.plain_table import PlainTable

TONES = {"changed": "info", "added": "ok", "removed": "err"}
ICONS = {"changed": "edit", "added": "add", "removed": "delete"}
STAMP = Stamp()


class DifferenceTable(PlainTable):
    """改, 增 or 删 in word, icon and colour; what was before is struck through, what is now is not."""

    def __init__(self) -> None:
        super().__init__("变更前后", ("变更", "项目", "变更前", "变更后"), (1, 2, 3))

    def show_differences(self, found: Sequence[Difference]) -> None:
        """Show other differences."""
        self.setRowCount(len(found))
        for i, one in enumerate(found):
            tone = TONES[one.kind]
            self.put(i, 0, WORD[one.kind], tone, ICONS[one.kind])
            self.put(i, 1, one.what)
            self.put(i, 2, one.before or "（无）", "err" if one.before else "text3", struck=bool(one.before))
            self.put(i, 3, one.after or "（无）", "ok" if one.after else "text3")
        self.finish()


class NoticeTable(PlainTable):
    """One line per party and version. Single letters act on the line in hand, see ChangeDialog."""

    pressed_key = Signal(str)
    picked = Signal(object)  # the notice in hand, {} for none

    def __init__(self) -> None:
        super().__init__("要告诉谁", ("版本", "告知谁", "状态", "告知", "接收", "备注"), (3, 4, 5))
        self.notices: list[Row] = []
        self.currentCellChanged.connect(lambda *_: self.picked.emit(self.current))

    @property
    def current(self) -> Row:
        """The notice in hand, {} for none."""
        at = self.currentRow()
        return self.notices[at] if 0 <= at < len(self.notices) else {}

    def show_notices(self, notices: list[Row]) -> None:
        """Show what stands in the file. The line in hand stays; once it has moved on, the next to be told is in hand."""
        held = self.current
        self.notices = notices
        self.setRowCount(len(notices))
        for i, one in enumerate(notices):
            state = CHANGE_NOTICE.option("state", one["state"])
            self.put(i, 0, f"v{one['version']}", "text2")
            self.put(i, 1, " ".join(filter(None, (one["who"], one["person"]))))
            if state is not None:
                self.put(i, 2, state.label, state.tone, state.icon)
            told = (
                f"{one['told_how']} {STAMP.show(one['told_at'])[5:]} {one['told_by'] or ''}" if one["told_at"] else ""
            )
            self.put(i, 3, told.strip())
            self.put(i, 4, f"{one['ack_by']} {STAMP.show(one['ack_at'])[5:]}" if one["ack_at"] else "")
            self.put(i, 5, str(one["note"] or ""), "text2")
        self.finish()
        at = next((i for i, n in enumerate(notices) if n["uid"] == held.get("uid")), -1)
        if at < 0 or notices[at]["state"] != held["state"]:
            by_state = {n["state"]: i for i, n in reversed(list(enumerate(notices)))}
            at = by_state.get("waiting", by_state.get("told", max(at, 0)))
        if notices:
            self.setCurrentCell(at, 1)
        self.picked.emit(self.current)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        letter = event.text().upper()
        if letter.isalpha() and len(letter) == 1 and not event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier:
            self.pressed_key.emit(letter)
            event.accept()
            return
        super().keyPressEvent(event)
