"""The values of a voucher beside its picture: each can be corrected, says where it came from, and is marked when it is not sure."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from salesdesk.desk import Desk
from salesdesk.domain.kinds import Money
from salesdesk.modules.reimbursement.ledger import by_hand
from salesdesk.modules.reimbursement.review import SEALS, Reviewed
from salesdesk.modules.reimbursement.voucher_model import VOUCHER
from ui.kit.editors import NoteEdit
from ui.kit.field_box import FieldBox
from ui.kit.freed import empty
from ui.kit.widgets import ElidedLabel, label, row, rule, set_ink

MONEY = Money()
PLACES = (
    ("kind", 1), ("date", 1), ("number", 2), ("code", 1), ("total", 1), ("amount", 1), ("tax", 1), ("total_in_words", 2),
    ("seller", 2), ("seller_tax_id", 2), ("buyer", 2), ("buyer_tax_id", 2),
)  # fmt: skip
"""What is printed on it: key, columns wide of two."""
OWN = (
    ("category", 1), ("date_from", 1), ("city", 1), ("date_to", 1), ("nights", 1), ("persons", 1), ("purpose", 2), ("note", 2),
)  # fmt: skip
"""What the clerk says of it."""
ITEMS_SHOWN = 6


class VoucherValues(QWidget):
    """edited(key, text): a value was corrected."""

    edited = Signal(str, object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._one: Reviewed | None = None
        self.boxes: dict[str, FieldBox] = {}
        self.seal = label("", "caption", "text2")
        self.items = QVBoxLayout()
        self.items.setSpacing(2)
        self._items_title = label("项目明细", "grid", bold=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(row(label("票面", "grid", bold=True), 1, self.seal))
        column.addLayout(self._grid(desk, PLACES))
        column.addWidget(self._items_title)
        column.addLayout(self.items)
        column.addWidget(rule())
        column.addWidget(label("怎么报", "grid", bold=True))
        column.addLayout(self._grid(desk, OWN))

    def _grid(self, desk: Desk, places: tuple[tuple[str, int], ...]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(0, 8)
        grid.setColumnStretch(1, 10)  # days need the room
        line = at = 0
        for key, wide in places:
            box = FieldBox(desk, VOUCHER[key])
            box.committed.connect(self._committed)
            if isinstance(box.editor, NoteEdit):
                box.editor.setFixedHeight(54)
            self.boxes[key] = box
            if at + wide > 2:
                line, at = line + 1, 0
            grid.addWidget(box, line, at, 1, wide)
            at += wide
        return grid

    def show_voucher(self, one: Reviewed | None, editable: bool) -> None:
        """Show another voucher, or the same one after something was done; what is being typed stays."""
        other = one is None or self._one is None or one.uid != self._one.uid
        self._one = one
        if one is None:
            return
        entered = by_hand(one.row)
        for key, box in self.boxes.items():
            if other or not box.isAncestorOf(self.focusWidget() or self):
                box.set_value(one.row[key])
                box.set_error("")
            box.editor.set_read_only(not editable)
            told, ink = self._source(one, key, entered)
            box.label.set_hint(told, ink)
        self.seal.setText(SEALS.get(str(one.row["seal"] or ""), ("", ""))[0])
        set_ink(self.seal, SEALS.get(str(one.row["seal"] or ""), ("", "text2"))[1])
        self._show_items(one)

    @staticmethod
    def _source(one: Reviewed, key: str, entered: set[str]) -> tuple[str, str]:
        if key in entered:
            return "手工", "info"
        if key in one.voucher.unsure:
            return f"没把握 · {one.source(key)}", "warn"
        if one.row[key] in (None, ""):
            return "", "text2"
        return one.source(key), "text2"

    def _show_items(self, one: Reviewed) -> None:
        empty(self.items)
        lines = [
            (" ".join(filter(None, (leg.day, leg.time, f"{leg.origin}—{leg.destination}", leg.carrier, leg.seat))), "")
            for leg in one.voucher.legs
        ]
        for bought in one.voucher.items:
            amount = MONEY.show(bought.amount) if bought.amount is not None else ""
            lines.append((" ".join(filter(None, (bought.name, bought.spec))), f"{amount}  {bought.rate}".strip()))
        more = len(lines) - ITEMS_SHOWN
        lines = lines[:ITEMS_SHOWN] + ([(f"……另有 {more} 行", "")] if more > 0 else [])
        self._items_title.setVisible(bool(lines))
        for name, amount in lines:
            line = QWidget()
            parts = row(ElidedLabel(name, "caption", "text2"), label(amount, "caption"), spacing=8)
            parts.setStretch(0, 1)
            line.setLayout(parts)
            self.items.addWidget(line)

    def _committed(self, key: str) -> None:
        box, one = self.boxes[key], self._one
        if one is None or box.editor.fault() is not None or box.editor.value() == one.row[key]:
            return
        self.edited.emit(key, box.editor.raw())

    def refuse(self, key: str, message: str) -> None:
        """A correction was turned down: say why at its place."""
        if key in self.boxes:
            self.boxes[key].set_error(message)

    def go(self, key: str = "") -> None:
        """F2: to a value, to the first that is unsure or missing when none is named."""
        one = self._one
        wanted = key if key in self.boxes else ""
        if not wanted and one is not None:
            asked = [k for k, _ in PLACES if k in one.voucher.unsure]
            asked += [k for k in ("kind", "number", "date", "total", "category") if one.row[k] in (None, "")]
            wanted = asked[0] if asked else "total"
        if wanted:
            self.boxes[wanted].go()
