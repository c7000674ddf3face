"""Shows what a pasted message or table was read as, before any of it enters the order: left the words, right the lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QCheckBox, QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from salesdesk.domain.draft import Draft
from salesdesk.domain.kinds import Qty, Row
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.orders import pasting
from salesdesk.modules.orders.model import ORDER, ORDER_LINE
from salesdesk.modules.orders.pasting import Pasted, PastedLine
from ui.kit.dialogs import Question
from ui.kit.freed import empty
from ui.kit.lines_grid import LinesGrid
from ui.kit.lines_grid_model import GridColumn, PickRow
from ui.kit.page import PageContext
from ui.kit.pick_edit import PickEdit
from ui.kit.widgets import ElidedLabel, QuietButton, label, row, set_ink
from ui.pages.orders.products import Products

READ_MS = 250
"""The lines follow this long after a change of the words."""
QTY = Qty()
HEAD = ("due_date", "customer_po", "address", "contact", "phone", "note")
"""Header fields a text may tell, in the order they are shown."""
PLAIN = ("exact", "contains")
"""Ways of finding a product that need nothing to be remembered."""


class PasteDialog(Question):
    """智能粘贴. Enter goes from one doubtful line to the next; Ctrl+Enter puts all lines into the order.

    `take` gets the lines as they stand (values and words) and the header values the clerk left ticked.
    """

    def __init__(
        self,
        context: PageContext,
        products: Products,
        customer: str,
        text: str,
        take: Callable[[PasteDialog], object],
        parent: QWidget | None,
    ) -> None:
        super().__init__(
            parent, "智能粘贴", "左边是原话，右边是读出来的。标黄的看一眼，没有把握的不会自己猜。", "放进订单", 1120
        )
        self._context, self._products, self._customer, self._take = context, products, customer, take
        self.found = Pasted()
        self.looked: set[int] = set()
        self.at = -1  # the doubtful line in the strip below
        self._warned = False
        self.words = QPlainTextEdit(text)
        self.words.setAccessibleName("原话")
        self.words.setTabChangesFocus(True)
        self.draft = Draft(ORDER, ORDER_LINE, today=context.desk.today, recalculate=self._recalculate)
        self.grid = LinesGrid(self.draft, _columns(products))
        self.grid.setAccessibleName("读出来的明细")
        self.grid.lines.set_growing(False)
        self.told = label("正在读……", "grid", "text2")
        self.ticks: dict[str, QCheckBox] = {}
        self._ticks = QVBoxLayout()
        self._ticks.setSpacing(2)
        self._lay_out()
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(READ_MS)
        self._later.timeout.connect(self.read)
        self.words.textChanged.connect(self._later.start)
        self.grid.edited.connect(self._edited)
        self.grid.line_changed.connect(self._line_chosen)
        self.resize(1180, 640)
        self.read()

    def _lay_out(self) -> None:
        self.pick = PickEdit(ORDER_LINE["product"], self._offer, "产品")
        self.pick.setMinimumWidth(300)
        self.pick.picked.connect(self._picked)
        self.why = ElidedLabel("", "grid", "warn")
        self.drop = QuietButton("不要这行", "delete", self.drop_line)
        self.strip = QFrame()
        self.strip.setProperty("sunken", True)
        line = QVBoxLayout(self.strip)
        line.setContentsMargins(12, 6, 12, 6)
        line.setSpacing(4)
        line.addWidget(self.why)
        line.addLayout(row(self.pick, self.drop, 1, spacing=10))
        card = QFrame()
        card.setObjectName("card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(self.grid, 1)
        inside.addWidget(self.strip)
        right = QVBoxLayout()
        right.setSpacing(6)
        right.addWidget(self.told)
        right.addWidget(card, 1)
        right.addLayout(self._ticks)
        both = QHBoxLayout()
        both.setSpacing(12)
        both.addWidget(self.words, 2)
        both.addLayout(right, 5)
        self.body.addLayout(both, 1)
        self.strip.hide()

    # -- reading ---------------------------------------------------------------------------------------------------

    def read(self) -> None:
        """Read the words beside the window."""
        self._later.stop()
        desk, text, customer = self._context.desk, self.words.toPlainText(), self._customer

        def job() -> Pasted:
            with desk.read() as reader:
                return pasting.read(reader, text, customer, desk.today, str(desk.folder))

        self._context.ops.read(job, self._show, token=("paste", id(self)))

    def _show(self, found: Pasted) -> None:
        self.found, self.looked, self._warned = found, set(), False
        self.banner.hide()
        self._products.rows(list(found.rows))
        self.grid.lines.beginResetModel()
        self.draft.lines = [self._line(one) for one in found.lines]
        self.draft.typed = {}
        self.grid.lines.endResetModel()
        self._show_head()
        self._mark()
        self.yes.setEnabled(bool(found.lines or found.values))
        unsure = self._unsure()
        if not self.words.hasFocus() or not self.words.document().isModified():
            self._to(unsure[0] if unsure else -1)

    def _line(self, one: PastedLine) -> Row:
        line: Row = {
            "product": one.product,
            "qty": one.qty,
            "price": one.price,
            "due_date": one.due_date,
            "note": one.note or None,
        }
        self._words(line)
        line["said.words"] = one.words
        return line

    def _words(self, line: Row) -> None:
        found = self._products.row(str(line["product"])) if line.get("product") else None
        for key in ("name", "spec", "unit"):
            line[f"product.{key}"] = found[key] if found is not None else None

    def _recalculate(self, draft: Draft, path: str) -> set[str]:
        parts = path.split("/")
        if len(parts) == 3 and parts[2] == "product":
            self._words(draft.lines[int(parts[1])])
        return set()

    def _show_head(self) -> None:
        empty(self._ticks)
        self.ticks = {}
        for key in HEAD:
            value = self.found.values.get(key)
            if value:
                shown = ORDER[key].kind.show(value).replace("\n", " ")
                tick = QCheckBox(f"{ORDER[key].title}：{shown if len(shown) < 70 else shown[:69] + '…'}")
                tick.setChecked(True)
                self.ticks[key] = tick
                self._ticks.addWidget(tick)
        if self.found.doubts:
            told = label("；".join(self.found.doubts), "grid", "warn")
            told.setWordWrap(True)
            self._ticks.addWidget(told)

    # -- doubts ----------------------------------------------------------------------------------------------------

    def _unsure(self) -> list[int]:
        return [i for i in self.found.unsure if i not in self.looked]

    def _mark(self) -> None:
        problems = []
        for i in self._unsure():
            one, line = self.found.lines[i], self.draft.lines[i]
            key = "qty" if line.get("product") and (line.get("qty") is None or one.product) else "product"
            problems.append(
                Problem(
                    "；".join(one.reasons) or "请核对",
                    "看过按 Enter",
                    path=f"lines/{i}/{key}",
                    code="unsure",
                    severity=Severity.WARN,
                )
            )
        self.grid.lines.set_problems(problems)
        number = len(self._unsure())
        self.told.setText(
            f"读出 {len(self.draft.lines)} 行" + (f"，还有 {number} 行要看" if number else "，可以放进订单")
            if self.draft.lines
            else self.found.summary
        )
        set_ink(self.told, "warn" if number or not self.draft.lines else "ok")

    def _to(self, at: int) -> None:
        """Bring a doubtful line into the strip; -1 when there is none left."""
        self.at = at
        self.strip.setVisible(at >= 0)
        if at < 0:
            (self.yes if self.draft.lines else self.words).setFocus(Qt.FocusReason.OtherFocusReason)
            return
        one, line = self.found.lines[at], self.draft.lines[at]
        self.grid.go(at, self.grid.lines.column_of("product"))
        self.why.set_text(
            f"第 {at + 1} 行「{one.words}」：{'；'.join(one.reasons)}"
            if one.reasons
            else f"第 {at + 1} 行「{one.words}」"
        )
        product = str(line.get("product") or "")
        if product:
            self.pick.set_value(product, str(line.get("product.name") or ""))
        else:
            self.pick.set_raw(one.words)
        if product and line.get("qty") is None:
            self.grid.setFocus(Qt.FocusReason.OtherFocusReason)
            self.grid.go(at, self.grid.lines.column_of("qty"))
            return
        self.pick.setFocus(Qt.FocusReason.OtherFocusReason)
        self.pick.selectAll()
        if not product and self.isVisible():
            self.pick.look_up()

    def _offer(self, typed: str) -> Sequence[PickRow]:
        from ui.pages.orders.products import pick_row

        if 0 <= self.at < len(self.found.lines):
            one = self.found.lines[self.at]
            if not typed.strip() or typed.strip() == one.words.strip():
                return [pick_row(r) for r in self._products.rows(list(one.candidates))]
        return self._products.find(typed, 40)

    def _picked(self, uid: str) -> None:
        at = self.at
        if not 0 <= at < len(self.draft.lines):
            return
        one = self.found.lines[at]

        def act() -> None:
            self.draft.put(f"lines/{at}/product", uid or None)
            product = self._products.row(uid) if uid else None
            if product is not None and one.said_qty is not None:
                qty, doubt = pasting.in_own_unit(product, one.said_qty, one.said_unit)
                if one.second is not None and qty is not None:
                    more, why = pasting.in_own_unit(product, *one.second)
                    qty, doubt = (None if more is None else qty + more), doubt or why
                self.draft.put(f"lines/{at}/qty", qty)
                one.reasons = (doubt,) if doubt else ()

        self.grid.lines.change("选产品", at, at + 1, act)
        self._mark()

    def _edited(self) -> None:
        self._warned = False

    def _line_chosen(self, line: object) -> None:
        at = self.grid.at()[0]
        if at != self.at and at in self._unsure() and self.grid.hasFocus():
            self.at = at
            one = self.found.lines[at]
            self.why.set_text(f"第 {at + 1} 行「{one.words}」：{'；'.join(one.reasons)}")
            product = str(self.draft.lines[at].get("product") or "")
            self.pick.set_value(
                product, str(self.draft.lines[at].get("product.name") or "")
            ) if product else self.pick.set_raw(one.words)

    def next_doubt(self) -> None:
        """The line in the strip was looked at; go to the next one."""
        if self.at >= 0:
            self.looked.add(self.at)
        self._mark()
        left = self._unsure()
        self._to(next((i for i in left if i > self.at), left[0] if left else -1))

    def drop_line(self) -> None:
        """The line in the strip is no order line."""
        at = self.at
        if not 0 <= at < len(self.draft.lines):
            return
        self.grid.lines.beginResetModel()
        self.draft.delete_line(at)
        del self.found.lines[at]
        self.looked = {i - (i > at) for i in self.looked if i != at}
        self.grid.lines.endResetModel()
        self._mark()
        left = self._unsure()
        self._to(next((i for i in left if i >= at), left[0] if left else -1))

    # -- answering -------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if (
            event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        ):
            focus = QApplication.focusWidget()
            if focus is self.pick or (focus is not None and self.grid.isAncestorOf(focus)):
                self.next_doubt()
                return
        super().keyPressEvent(event)

    def answer(self) -> None:
        """Put the lines into the order; doubtful ones nobody looked at are asked about once."""
        self.grid.settle()
        left = self._unsure()
        if left and not self._warned:
            self._warned = True
            self.banner.say(
                "warn", f"还有 {len(left)} 行没看。看完再放，或者再按一次 Ctrl+Enter 照样放进去，没认出的会标红。"
            )
            self._to(left[0])
            self._warned = True
            return
        self.accept()
        self._take(self)

    def head(self) -> dict[str, str]:
        """Header values that were left ticked."""
        return {key: self.found.values[key] for key, tick in self.ticks.items() if tick.isChecked()}

    def to_learn(self) -> dict[str, Any] | None:
        """Arguments of order.learn: what was picked by hand, what a unit turned out to mean, how the table is laid out."""
        if not self._customer:
            return None
        lines = []
        for one, line in zip(self.found.lines, self.draft.lines, strict=True):
            product = str(line.get("product") or "")
            unit, qty = one.said_unit, line.get("qty")
            row_ = self._products.row(product) if product else None
            if row_ is None or not one.key:
                continue
            told: dict[str, Any] = {"words": one.key, "product": product}
            if unit and one.said_qty and qty and one.second is None:
                plain, doubt = pasting.in_own_unit(row_, one.said_qty, unit)
                each, rest = divmod(qty * 1000, one.said_qty)
                if (doubt or plain != qty) and not rest and each:
                    told |= {"unit": unit, "unit_qty": QTY.wire(each)}
            if (product != one.product or one.via not in (*PLAIN, "learned")) or "unit" in told:
                lines.append(told)
        layout = self.found.layout if self.found.kind == "table" else {}
        if not lines and not layout:
            return None
        import json

        return {
            "customer": self._customer,
            "lines": lines,
            **({"layout": json.dumps(layout, ensure_ascii=False)} if layout else {}),
        }


def _columns(products: Products) -> tuple[GridColumn, ...]:
    return (
        GridColumn("seq", "", 32, align="center"),
        GridColumn("said.words", "客户写的", 150, faint=True),
        GridColumn("product.name", "我们的产品", 160, sets="product", needed=True, stretch=True, source=products),
        GridColumn("product.spec", "规格", 88, faint=True),
        GridColumn("qty", "数量", 76, sets="qty", needed=True, align="right", numeric=True),
        GridColumn("product.unit", "单位", 44, faint=True),
        GridColumn("price", "单价", 70, sets="price", align="right", numeric=True),
        GridColumn("due_date", "行交期", 84, sets="due_date"),
        GridColumn("note", "备注", 64, sets="note"),
    )


def put_lines(dialog: PasteDialog, lines: Any, start: int) -> Callable[[], None]:
    """What writes the dialog's lines into an order's grid from row `start` on, for one step of its undo stack."""

    def act() -> None:
        draft = lines.draft
        for i, (one, line) in enumerate(zip(dialog.found.lines, dialog.draft.lines, strict=True)):
            path = f"lines/{start + i}"
            draft.put(f"{path}/product", line.get("product"))
            if not line.get("product"):
                why = "；".join(one.reasons) or f"没认出「{one.words}」"
                draft.typed[f"{path}/product"] = (one.words, why, "请选一个产品，或新建产品")
            for key in ("qty", "price", "due_date", "note"):
                if line.get(key) is not None:
                    draft.put(f"{path}/{key}", line[key])
            if one.due_date and line.get("due_date") is None:
                draft.put(f"{path}/due_date", None)

    return act
